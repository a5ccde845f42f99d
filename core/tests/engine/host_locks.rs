//! `ledger.lock` in a host's transaction: nobody else moves the money of a locked account until that
//! transaction ends.

#![cfg(all(feature = "sqlite", feature = "postgres", feature = "host-sqlx"))]

use std::time::Duration;

use earnest::error::Retry;
use earnest::requests::*;
use earnest::{Code, Engine, Options};
use serde_json::json;
use sqlx::{PgPool, SqlitePool};
use tokio::task::JoinHandle;

use crate::support::postgres;

/// Longer than a transfer takes that waits for nobody.
const LONG: Duration = Duration::from_millis(400);

/// Less than the 35 s after which a server ends what leaked.
const PATIENCE: Duration = Duration::from_secs(30);

async fn people(engine: &Engine) {
    engine.ledger().top_up(TopUp::new("alice", "100.00 USD").key("t-1")).await.unwrap();
    engine.ledger().open_account(OpenAccount::new("bob", "USD")).await.unwrap();
    engine.ledger().open_account(OpenAccount::new("hot", "USD").streaming(true)).await.unwrap();
    engine.ledger().top_up(TopUp::new("hot", "100.00 USD").key("t-2")).await.unwrap();
}

async fn pg() -> (Engine, PgPool) {
    let url = postgres::database();
    let pool = PgPool::connect(&url).await.unwrap();
    let engine = Engine::open(&url).await.unwrap();
    people(&engine).await;
    (engine, pool)
}

async fn sqlite() -> (Engine, SqlitePool, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.db");
    let engine = Engine::open_with(&format!("sqlite:{}", path.display()), Options::new()).await.unwrap();
    let options =
        sqlx::sqlite::SqliteConnectOptions::new().filename(&path).busy_timeout(Duration::from_secs(10));
    people(&engine).await;
    (engine, SqlitePool::connect_with(options).await.unwrap(), folder)
}

/// A transfer that somebody else makes meanwhile. Who waited two seconds for a row in vain asks again: a busy
/// machine may keep the lock for longer.
fn elsewhere(engine: &Engine, from: &str, key: &str) -> JoinHandle<earnest::Result<()>> {
    let (engine, from, key) = (engine.clone(), from.to_owned(), key.to_owned());
    let since = std::time::Instant::now();
    tokio::spawn(async move {
        loop {
            let transfer = Transfer::new(from.clone(), "bob", "1.00 USD").key(key.clone());
            match engine.ledger().transfer(transfer).await {
                Err(error) if error.code() == Code::Contention && since.elapsed() < PATIENCE => {}
                done => return done.map(drop),
            }
        }
    })
}

/// It does not end for as long as the transaction is open, and then it does.
macro_rules! waits {
    ($engine:expr, $tx:expr, $from:expr, $key:expr) => {{
        let other = elsewhere(&$engine, $from, $key);
        tokio::time::sleep(LONG).await;
        assert!(!other.is_finished(), "the transfer of {} did not wait for the lock", $from);
        $tx.commit().await.unwrap();
        other.await.unwrap().unwrap();
    }};
}

fn lock(account: &str) -> LockAccounts {
    LockAccounts::new(vec![account.to_owned()])
}

macro_rules! scenario {
    ($engine:expr, $pool:expr) => {{
        let (engine, pool) = ($engine, $pool);
        // of an account whose credits append, too: it is the debits that wait
        for account in ["alice", "hot"] {
            let mut tx = pool.begin().await.unwrap();
            let bound = engine.using(&mut tx).unwrap();
            let locked = bound.ledger().lock(lock(account)).await.unwrap();
            assert_eq!(locked.accounts[0].account, account);
            drop(bound);
            waits!(engine, tx, account, &format!("{account}-1"));
        }

        // what is refused afterwards takes nothing of it back
        let mut tx = pool.begin().await.unwrap();
        let bound = engine.using(&mut tx).unwrap();
        bound.ledger().lock(lock("alice")).await.unwrap();
        let refused = bound.ledger().deduct(Deduct::new("alice", "500.00 USD").key("x")).await.unwrap_err();
        assert_eq!(refused.code(), Code::InsufficientBalance);
        drop(bound);
        waits!(engine, tx, "alice", "alice-2");

        // in a batch, with a call beside it that is refused
        for atomic in [false, true] {
            let mut tx = pool.begin().await.unwrap();
            let bound = engine.using(&mut tx).unwrap();
            let mut ops = vec![BatchOp::new("ledger.lock", json!({ "accounts": ["alice"] }))];
            if !atomic {
                let args = json!({ "account": "alice", "amount": "500.00 USD", "key": "y" });
                ops.push(BatchOp::new("ledger.deduct", args));
            }
            let reply = bound.ledger().batch(Batch::new(ops).atomic(atomic)).await.unwrap();
            assert!(reply.results[0].ok);
            drop(bound);
            waits!(engine, tx, "alice", &format!("alice-{atomic}"));
        }

        // a lock that was refused keeps nobody waiting, where PostgreSQL gives locks back before the end
        let mut tx = pool.begin().await.unwrap();
        let bound = engine.using(&mut tx).unwrap().with_savepoints();
        let names = vec!["alice".to_owned(), "nobody".to_owned()];
        let refused = bound.ledger().lock(LockAccounts::new(names)).await.unwrap_err();
        assert_eq!(refused.code(), Code::AccountNotFound);
        drop(bound);
        let other = elsewhere(engine, "alice", "alice-3");
        tokio::time::timeout(Duration::from_secs(60), other).await.unwrap().unwrap().unwrap();
        tx.rollback().await.unwrap();

        // the transaction that has the lock goes on with it
        let mut tx = pool.begin().await.unwrap();
        let bound = engine.using(&mut tx).unwrap();
        bound.ledger().lock(lock("alice")).await.unwrap();
        bound.ledger().transfer(Transfer::new("alice", "bob", "5.00 USD").key("own")).await.unwrap();
        drop(bound);
        waits!(engine, tx, "alice", "alice-4");
        assert!(engine.admin().verify(RunVerify::new()).await.unwrap().ok);
    }};
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_locked_account_makes_others_wait_on_postgres() {
    let (engine, pool) = pg().await;
    scenario!(&engine, &pool);
    engine.close().await;
}

/// `pool.begin()` opens a transaction that has locked nothing yet.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_locked_account_makes_others_wait_on_sqlite() {
    let (engine, pool, _folder) = sqlite().await;
    scenario!(&engine, &pool);
    engine.close().await;
}

/// Two transactions take the same accounts, call by call, in opposite order: the server ends one of them,
/// which is told to run again. As a batch the calls take their accounts in one order, and nobody has to.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn opposite_orders_are_told_and_batches_have_none() {
    let (engine, pool) = pg().await;
    engine.ledger().top_up(TopUp::new("bob", "100.00 USD").key("t-3")).await.unwrap();
    let (mut one, mut two) = (pool.begin().await.unwrap(), pool.begin().await.unwrap());
    let (first, second) = (engine.using(&mut one).unwrap(), engine.using(&mut two).unwrap());
    let deduct = |who: &str, key: &str| Deduct::new(who, "1.00 USD").key(key);
    first.ledger().deduct(deduct("alice", "o-1")).await.unwrap();
    second.ledger().deduct(deduct("bob", "o-2")).await.unwrap();
    let (ledger, other) = (first.ledger(), second.ledger());
    let (a, b) = tokio::join!(ledger.deduct(deduct("bob", "o-3")), other.deduct(deduct("alice", "o-4")));
    drop((first, second));
    let lost = match (a, b) {
        (Ok(_), Err(lost)) => {
            one.commit().await.unwrap();
            lost
        }
        (Err(lost), Ok(_)) => {
            two.commit().await.unwrap();
            lost
        }
        other => panic!("{other:?}"),
    };
    assert_eq!((lost.code(), lost.retry()), (Code::Contention, Retry::Transaction), "{lost}");

    let op = |who: &str, key: &str| {
        BatchOp::new("ledger.deduct", json!({ "account": who, "amount": "1.00 USD", "key": key }))
    };
    for round in 0..20 {
        let both = |names: [&'static str; 2], side: &'static str| {
            let (engine, pool) = (engine.clone(), pool.clone());
            let ops: Vec<_> =
                names.into_iter().map(|who| op(who, &format!("b-{round}-{side}-{who}"))).collect();
            tokio::spawn(async move {
                let mut tx = pool.begin().await.unwrap();
                let bound = engine.using(&mut tx).unwrap();
                bound.ledger().batch(Batch::new(ops)).await.unwrap();
                drop(bound);
                tx.commit().await.unwrap();
            })
        };
        let (left, right) = (both(["alice", "bob"], "l"), both(["bob", "alice"], "r"));
        left.await.unwrap();
        right.await.unwrap();
    }
    assert!(engine.admin().verify(RunVerify::new()).await.unwrap().ok);
    engine.close().await;
}
