//! A gate that no domain has, as an example: it counts transfers per account in a row of its own, refuses
//! at a limit, and keeps a count of failures through the refusal.

#![cfg(all(feature = "sqlite", feature = "postgres", feature = "host-sqlx"))]

use std::sync::Arc;
use std::time::Duration;

use crate::ring::{Bucket, pack, unpack};
use earnest::error::Result;
use earnest::ids::{AccountId, Book};
use earnest::kernel::debits::outflows;
use earnest::kernel::draft::Draft;
use earnest::kernel::gate::{Accepted, Gate, Gated, Survivor};
use earnest::kernel::operation::{Halt, Rejection};
use earnest::kernel::snapshot::Snapshot;
use earnest::requests::*;
use earnest::rows::needs::{Access, AccountKey, CounterKey, Needs};
use earnest::rows::row::Row as _;
use earnest::rows::tables::CounterRow;
use earnest::{Code, Detail, Engine, Error};
use sqlx::{PgPool, SqlitePool};

use crate::support::{Kind, Stage, Value, all_at_once, json, options};

const EFFECT: &str = "ledger.transfer";
const COUNTED: &str = "tally";
const FAILED: &str = "failures";

fn key(rule: &str, book: &Book, account: &str) -> CounterKey {
    CounterKey::new(book.clone(), rule.into(), account.into())
}

/// How often it was counted in a row, if there is one.
fn count_of(row: Option<&CounterRow>) -> i128 {
    row.map_or(0, |row| unpack(&row.ring).iter().map(|bucket| bucket.sum).sum())
}

/// Counts once more in the row of a key, with its event.
fn count(draft: &mut Draft<'_>, key: &CounterKey, event: &'static str) -> Result<(), Halt> {
    let known = draft.counter(key)?.cloned();
    let CounterKey { book, rule, subject } = key.clone();
    let sum = count_of(known.as_ref()) + 1;
    let created_at = known.as_ref().map_or(draft.ctx.time(), |row| row.created_at);
    let version = known.map_or(0, |row| row.version);
    let data = json!({ "count": sum.to_string() });
    draft.event(event, ("counter", &format!("{rule}/{subject}")), version + 1, &data)?;
    let (stamp, ring) = (draft.ctx.stamp, pack(&[Bucket { span: 0, sum }]));
    draft.put_counter(CounterRow { book, rule, subject, ring, leaves_at: None, version, created_at, stamp });
    Ok(())
}

/// At most so many transfers of an account.
#[derive(Debug)]
struct AtMost(i128);

/// Returns the payer, as far as the request says.
fn payer(call: &Gated<'_>) -> Option<String> {
    let request: Value = serde_json::from_str(&call.request().ok()?).ok()?;
    request["from"].as_str().or(request["account"].as_str()).map(ToOwned::to_owned)
}

impl Gate for AtMost {
    fn needs(&self, call: &Gated<'_>, _: &Snapshot, needs: &mut Needs) {
        if let Some(payer) = payer(call).filter(|_| call.effect() == EFFECT) {
            for kind in [COUNTED, FAILED] {
                needs.counter(key(kind, &call.caller().book, &payer), Access::Write);
            }
        }
    }

    fn judge(&self, call: &Gated<'_>, _: &Accepted<'_>, draft: &mut Draft<'_>) -> Result<(), Halt> {
        if call.effect() != EFFECT {
            return Ok(());
        }
        for taken in outflows(draft.writes(), draft.seen()) {
            let key = key(COUNTED, &draft.ctx.book, taken.account.as_str());
            if count_of(draft.counter(&key)?) >= self.0 {
                let subject = Some(taken.account.to_string());
                return Err(Error::from(Detail::Blocked { subject, review: None, reason: None }).into());
            }
            count(draft, &key, "tally.counted")?;
        }
        Ok(())
    }

    fn refused(&self, call: &Gated<'_>, rejection: &Rejection, _: &Snapshot) -> Option<Arc<dyn Survivor>> {
        let counts = matches!(rejection.error.code(), Code::InsufficientBalance | Code::Blocked);
        let payer = payer(call).filter(|_| counts && call.effect() == EFFECT)?;
        Some(Arc::new(Failure { key: key(FAILED, &call.caller().book, &payer) }))
    }
}

/// One more failure of an account.
#[derive(Debug)]
struct Failure {
    key: CounterKey,
}

impl Survivor for Failure {
    fn name(&self) -> &'static str {
        "failures.count"
    }

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.counter(self.key.clone(), Access::Write);
    }

    fn write(&self, draft: &mut Draft<'_>) -> Result<(), Halt> {
        count(draft, &self.key, "failures.counted")
    }
}

fn gated(limit: i128) -> earnest::Options {
    options().gate(Arc::new(AtMost(limit)))
}

/// How often the account was counted, by the rows.
async fn counts(bank: &Engine, account: &str) -> (i128, i128) {
    let book = bank.book_name().clone();
    let keys = [COUNTED, FAILED].map(|kind| key(kind, &book, account));
    let mut needs = Needs::default();
    for key in &keys {
        needs.counter(key.clone(), Access::Read);
    }
    let mut session = bank.store().reader().await.unwrap();
    let rows = session.peek(&needs).await.unwrap().counters;
    let of = |key: &CounterKey| count_of(rows.iter().find(|row| row.key() == *key));
    (of(&keys[0]), of(&keys[1]))
}

async fn funded(bank: &Engine) {
    for (key, account) in [("t-1", "alice"), ("t-2", "bob")] {
        bank.ledger().top_up(TopUp::new(account, "10.00 USD").key(key)).await.unwrap();
    }
}

fn pay(key: &str, amount: &str) -> Transfer {
    Transfer::new("alice", "bob", amount).key(key)
}

fn codes<T: std::fmt::Debug>(outcomes: &[Result<T>]) -> Vec<&'static str> {
    outcomes.iter().map(|one| one.as_ref().map_or_else(|error| error.code().as_str(), |_| "ok")).collect()
}

/// A limit of three lets three through, whoever comes at once; a retry is no fourth; each refusal is counted.
#[tokio::test(flavor = "multi_thread")]
async fn a_limit_lets_exactly_so_many_through() {
    for kind in Kind::all() {
        let stage = Stage::with(kind, gated(3)).await;
        let bank = &stage.bank;
        funded(bank).await;
        let calls =
            (0..10).map(|n| async move { bank.ledger().transfer(pay(&format!("p-{n}"), "1.00 USD")).await });
        let outcomes = futures_util::future::join_all(calls).await;
        let passed = codes(&outcomes).iter().filter(|code| **code == "ok").count();
        assert_eq!((passed, counts(bank, "alice").await), (3, (3, 7)), "{kind:?} {:?}", codes(&outcomes));
        // a retry of what passed is answered, and not counted
        let first = outcomes.iter().position(std::result::Result::is_ok).unwrap();
        bank.ledger().transfer(pay(&format!("p-{first}"), "1.00 USD")).await.unwrap();
        assert_eq!(counts(bank, "alice").await, (3, 7), "{kind:?}");
        // what the decision refuses comes before the gate, and is a failure all the same
        let poor = bank.ledger().transfer(pay("poor", "100.00 USD")).await.unwrap_err();
        assert_eq!(poor.code(), Code::InsufficientBalance);
        assert_eq!(counts(bank, "alice").await, (3, 8), "{kind:?}");
        // the other account has a count of its own
        bank.ledger().transfer(Transfer::new("bob", "alice", "1.00 USD").key("b-1")).await.unwrap();
        assert_eq!((counts(bank, "bob").await, counts(bank, "alice").await), ((1, 0), (3, 8)), "{kind:?}");
        stage.finish().await;
    }
}

/// A batch that is kept as a whole or not at all gives back what it counted; its failure stays.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_back_is_not_counted() {
    for kind in Kind::all() {
        let stage = Stage::with(kind, gated(3)).await;
        let bank = &stage.bank;
        funded(bank).await;
        let op = |key: &str, amount: &str| json!({ "op": "ledger.transfer", "args": { "from": "alice", "to": "bob", "amount": amount, "key": key } });
        let ops = json!([op("a-1", "1.00 USD"), op("a-2", "1.00 USD"), op("a-3", "100.00 USD")]);
        let refused = bank.call("ledger.batch", json!({ "ops": ops, "atomic": true })).await.unwrap_err();
        assert_eq!(refused.code(), Code::InsufficientBalance, "{refused}");
        assert_eq!(counts(bank, "alice").await, (0, 1), "{kind:?}");
        stage.finish().await;
    }
}

/// On PostgreSQL a gated transfer between known accounts is as many statements as one without the gate: its
/// row is read and written with the others. SQLite, which has no round trips, writes one more table.
#[tokio::test(flavor = "multi_thread")]
async fn a_gate_costs_no_round_trip() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let mut least = Vec::new();
        for options in [options(), gated(1_000)] {
            let stage = Stage::with(kind, options).await;
            funded(&stage.bank).await;
            let mut fewest = u64::MAX;
            for n in 0..20 {
                let before = stage.bank.store().counted().statements;
                stage.bank.ledger().transfer(pay(&format!("p-{n}"), "0.01 USD")).await.unwrap();
                fewest = fewest.min(stage.bank.store().counted().statements - before);
            }
            least.push(fewest);
            stage.finish().await;
        }
        println!("{kind:?}: {} statements without the gate, {} with it", least[0], least[1]);
        assert_eq!(least[1] - least[0], u64::from(kind == Kind::Sqlite), "{kind:?}");
    }
}

macro_rules! hosted {
    ($engine:expr, $pool:expr, $begin:expr) => {{
        let bank: &Engine = &$engine;
        funded(bank).await;
        // two pass inside and go with the host's rollback; the failure between them stays
        let mut tx = $pool.begin_with($begin).await.unwrap();
        let bound = bank.using(&mut tx).unwrap();
        bound.ledger().transfer(pay("h-1", "1.00 USD")).await.unwrap();
        let poor = bound.ledger().transfer(pay("h-2", "100.00 USD")).await.unwrap_err();
        assert_eq!(poor.code(), Code::InsufficientBalance);
        bound.ledger().transfer(pay("h-3", "1.00 USD")).await.unwrap();
        drop(bound);
        tx.rollback().await.unwrap();
        for _ in 0..1_000 {
            if counts(bank, "alice").await == (0, 1) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(counts(bank, "alice").await, (0, 1));
        // what the host commits counts, and the limit holds within its transaction
        let mut tx = $pool.begin_with($begin).await.unwrap();
        let bound = bank.using(&mut tx).unwrap();
        let mut outcomes = Vec::new();
        for n in 0..4 {
            outcomes.push(bound.ledger().transfer(pay(&format!("c-{n}"), "1.00 USD")).await);
        }
        assert_eq!(codes(&outcomes), ["ok", "ok", "ok", "blocked"]);
        drop(bound);
        tx.commit().await.unwrap();
        for _ in 0..1_000 {
            if counts(bank, "alice").await == (3, 2) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(counts(bank, "alice").await, (3, 2));
        let verified = bank.verify().await.unwrap();
        assert!(verified.ok, "{verified:?}");
    }};
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_outlives_the_rollback_of_a_host_on_sqlite() {
    let stage = Stage::with(Kind::Sqlite, gated(3)).await;
    let path = stage.url.strip_prefix("sqlite:").unwrap().to_owned();
    let options =
        sqlx::sqlite::SqliteConnectOptions::new().filename(path).busy_timeout(Duration::from_secs(10));
    let pool = SqlitePool::connect_with(options).await.unwrap();
    hosted!(stage.bank, pool, "BEGIN IMMEDIATE");
    pool.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_outlives_the_rollback_of_a_host_on_postgres() {
    let stage = Stage::with(Kind::Postgres, gated(3)).await;
    let pool = PgPool::connect(&stage.url).await.unwrap();
    hosted!(stage.bank, pool, "BEGIN");
    pool.close().await;
}

/// A declared outflow is judged like a real one, though nothing moves yet.
#[test]
fn a_declared_amount_is_taken() {
    use earnest::currency::Currency;
    use earnest::kernel::write_set::WriteSet;
    let currency = Currency::new("USD", 2).unwrap();
    let account = AccountKey::new(Book::main(), AccountId::stored("alice"), currency);
    let writes = WriteSet { declared: vec![(account, 4_000)], ..WriteSet::default() };
    let taken = outflows(&writes, &Snapshot::default());
    assert_eq!(taken.len(), 1);
    assert_eq!((taken[0].account.as_str(), taken[0].minor), ("alice", 4_000));
}

/// A gate with a mistake in it.
#[derive(Debug)]
struct Panics;

impl Gate for Panics {
    fn needs(&self, _: &Gated<'_>, _: &Snapshot, _: &mut Needs) {}

    fn judge(&self, call: &Gated<'_>, _: &Accepted<'_>, _: &mut Draft<'_>) -> Result<(), Halt> {
        let from = payer(call).filter(|_| call.effect() == EFFECT);
        assert_ne!(from.as_deref(), Some("bob"), "a mistake");
        Ok(())
    }
}

/// A call in which a gate panics is refused, with nothing written; the calls beside it are not.
#[tokio::test(flavor = "multi_thread")]
async fn a_gate_that_panics_stops_its_own_call() {
    for kind in Kind::all() {
        let stage = Stage::with(kind, options().gate(Arc::new(Panics))).await;
        let bank = &stage.bank;
        for account in ["alice", "bob"] {
            stage.funded(account, "10.00 USD").await;
        }
        let calls = (0..40).map(|n| {
            let (from, to) = if n % 4 == 0 { ("bob", "alice") } else { ("alice", "bob") };
            let args = json!({ "from": from, "to": to, "amount": "0.01 USD", "key": format!("p-{n}") });
            let bank = bank.clone();
            async move { (n, bank.call("ledger.transfer", args).await) }
        });
        for (n, outcome) in all_at_once(calls).await {
            match outcome {
                Err(error) => assert_eq!((n % 4, error.code()), (0, Code::Corrupted), "{kind:?}"),
                Ok(_) => assert_ne!(n % 4, 0, "{kind:?}"),
            }
        }
        assert_eq!(stage.balance("bob").await, "10.30 0.00 10.30", "{kind:?}");
        stage.verify().await;
        stage.finish().await;
    }
}
