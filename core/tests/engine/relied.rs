//! Rows on which a decision relies and that it does not change: another process cannot change them between
//! the check and the commit.

#![cfg(feature = "postgres")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use earnest::ids::AccountId;
use earnest::kernel::draft::Draft;
use earnest::kernel::gate::{Accepted, Gate, Gated};
use earnest::kernel::operation::Halt;
use earnest::kernel::snapshot::Snapshot;
use earnest::requests::*;
use earnest::rows::needs::{Access, AccountKey, Needs};
use earnest::{Detail, Engine, Error};
use sqlx::PgPool;

use crate::support::{code, options, postgres, verify};

/// Minor units that two accounts keep together.
const KEPT: i128 = 1_000;

/// Refuses transfers out of one of two accounts after which both together have less than they must keep. The
/// other one is read and stays as it is.
#[derive(Debug)]
struct Together;

/// The payer, if it is one of the two, and the other one.
fn both(call: &Gated<'_>) -> Option<(AccountKey, AccountKey)> {
    let payer = call.payer()?;
    let other = match payer.account.as_str() {
        "left" => "right",
        "right" => "left",
        _ => return None,
    };
    Some((payer.clone(), AccountKey { account: AccountId::stored(other), ..payer.clone() }))
}

impl Gate for Together {
    fn needs(&self, call: &Gated<'_>, _: &Snapshot, needs: &mut Needs) {
        if let Some((_, other)) = both(call) {
            needs.account(other, Access::Write);
        }
    }

    fn judge(&self, call: &Gated<'_>, _: &Accepted<'_>, draft: &mut Draft<'_>) -> Result<(), Halt> {
        let Some((payer, other)) = both(call) else { return Ok(()) };
        let posted = |key| Ok::<_, Halt>(draft.account(key)?.map_or(0, |row| row.posted));
        if posted(&payer)? + posted(&other)? >= KEPT {
            return Ok(());
        }
        let subject = Some(payer.account.to_string());
        Err(Error::from(Detail::Blocked { subject, review: None, reason: None }).into())
    }
}

/// How many statements of others wait for a lock.
async fn waiting(pool: &PgPool) -> i64 {
    let sql = "SELECT count(*) FROM pg_stat_activity \
               WHERE datname = current_database() AND wait_event_type = 'Lock'";
    sqlx::query_scalar(sql).fetch_one(pool).await.unwrap()
}

async fn top_up(bank: &Engine, account: &str, key: &str) {
    bank.ledger().top_up(TopUp::new(account, "10.00 USD").key(key)).await.unwrap();
}

/// Lets each of two new engines pay all of one account, and holds back what they write besides until both
/// wait for it: then both have checked what they rely on, and neither has committed.
async fn at_once(pool: &PgPool, engines: &[Engine; 2], round: u32) -> (bool, &'static str) {
    let mut tx = pool.begin().await.unwrap();
    let paid = "SELECT id FROM earnest.account WHERE id IN ('a', 'b') FOR UPDATE";
    assert_eq!(sqlx::query(paid).fetch_all(&mut *tx).await.unwrap().len(), 2);
    let pay = |(from, to, engine): (&'static str, &str, &Engine)| {
        let pay = Transfer::new(from, to, "10.00 USD").key(format!("{from}-{round}"));
        let engine = engine.clone();
        tokio::spawn(async move { (from, engine.ledger().transfer(pay).await) })
    };
    let calls = [("left", "a", &engines[0]), ("right", "b", &engines[1])].map(pay);
    // a statement gives up after 100 ms; its call then takes its locks before it checks anything
    let (since, mut both) = (Instant::now(), false);
    while !both && since.elapsed() < Duration::from_millis(500) {
        both = waiting(pool).await == 2;
    }
    tx.rollback().await.unwrap();
    let mut outcomes = Vec::new();
    for call in calls {
        outcomes.push(call.await.unwrap());
    }
    let passed: Vec<&str> =
        outcomes.iter().filter(|(_, outcome)| outcome.is_ok()).map(|(from, _)| *from).collect();
    let codes: Vec<&str> = outcomes.iter().map(|(_, outcome)| code(outcome)).collect();
    assert_eq!(passed.len(), 1, "round {round}, both waited: {both}: {codes:?}");
    assert!(codes.contains(&"blocked"), "round {round}: {codes:?}");
    (both, passed[0])
}

/// One of two may pay. Without locks on what neither changes, both do.
#[tokio::test(flavor = "multi_thread")]
async fn two_processes_rely_on_what_the_other_one_changes() {
    const ROUNDS: u32 = 12;
    let url = postgres::database();
    let pool = PgPool::connect(&url).await.unwrap();
    let plain = options();
    let gated = plain.clone().gate(Arc::new(Together));
    let bank = Engine::open_with(&url, plain).await.unwrap();
    for (payer, payee) in [("left", "a"), ("right", "b")] {
        bank.ledger().open_account(OpenAccount::new(payee, "USD")).await.unwrap();
        top_up(&bank, payer, payer).await;
    }
    let (mut waited, mut round) = (0, 0);
    // on a busy machine one often gives up before the other comes: such a round shows nothing, and one more
    // follows
    while round < ROUNDS || waited <= ROUNDS / 2 {
        assert!(round < 20 * ROUNDS, "both have waited in {waited} of {round} rounds only");
        let open = async || Engine::open_with(&url, gated.clone()).await.unwrap();
        let engines = [open().await, open().await];
        let (both, payer) = at_once(&pool, &engines, round).await;
        waited += u32::from(both);
        top_up(&bank, payer, &format!("again-{round}")).await;
        for engine in engines {
            engine.close().await;
        }
        round += 1;
    }
    verify(&bank).await;
    bank.close().await;
}
