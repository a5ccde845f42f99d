//! A call that hands out its statements: the same replies as inside a `sqlx` transaction, whatever the host
//! does between two steps.

#![cfg(all(feature = "sqlite", feature = "postgres", feature = "host-sqlx"))]

mod doubt;
mod ended;
mod transcripts;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Wake, Waker};

use earnest::requests::*;
use earnest::stepped::{Answer, Call, Cancelled, Query, Step, Transaction};
use earnest::store::host::HostConnection;
use earnest::store::sql::Dialect;
use earnest::{Code, Engine, Error, Result};
use sqlx::{Connection as _, PgConnection, SqliteConnection};

use crate::support::{Kind, Stage, Value, json, options_from, postgres, verify};

/// A host's connection of either kind, as a driver of its own.
enum Driver {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Driver {
    async fn open(stage: &Stage) -> Self {
        let url = stage.url.as_str();
        match stage.kind {
            Kind::Sqlite => {
                let path = url.strip_prefix("sqlite:").unwrap();
                let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
                Self::Sqlite(SqliteConnection::connect_with(&options).await.unwrap())
            }
            _ => Self::Postgres(PgConnection::connect(url).await.unwrap()),
        }
    }

    const fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    async fn run(&mut self, sql: &'static str) {
        let params: &[Option<String>] = &[];
        self.send(&Query { sql: sql.to_owned(), params: params.to_vec() }).await.unwrap();
    }

    async fn begin(&mut self) {
        let begin = if self.dialect() == Dialect::Sqlite { "BEGIN IMMEDIATE" } else { "BEGIN" };
        self.run(begin).await;
    }

    async fn send(
        &mut self,
        query: &Query,
    ) -> std::result::Result<Vec<Vec<Option<String>>>, earnest::store::Fault> {
        match self {
            Self::Sqlite(conn) => conn.query(&query.sql, &query.params).await,
            Self::Postgres(conn) => conn.query(&query.sql, &query.params).await,
        }
    }
}

/// The loop of a host, at most so many statements; `None` if the call is not over then.
async fn drive(driver: &mut Driver, call: &mut Call, most: usize) -> Option<Result<Value>> {
    let (mut answer, mut sent) = (None, 0);
    loop {
        match call.step(answer.take(), Waker::noop()) {
            Step::Send(_) if sent == most => return None,
            Step::Send(query) => {
                sent += 1;
                answer = Some(Answer::Rows(driver.send(&query).await.unwrap()));
            }
            Step::Wait => tokio::task::yield_now().await,
            Step::GiveUp => panic!("a call that nothing of the driver has failed"),
            Step::Done(reply) => return Some(reply),
        }
    }
}

async fn whole(driver: &mut Driver, transaction: &Transaction, name: &str, args: Value) -> Result<Value> {
    drive(driver, &mut transaction.call(name, args), usize::MAX).await.unwrap()
}

async fn each(scenario: impl AsyncFn(&Stage, Driver)) {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let stage = Stage::open(kind).await;
        let driver = Driver::open(&stage).await;
        scenario(&stage, driver).await;
        verify(&stage.bank).await;
        stage.finish().await;
    }
}

fn joined(stage: &Stage, driver: &Driver) -> Transaction {
    stage.bank.stepped(driver.dialect(), driver.dialect() == Dialect::Sqlite).unwrap()
}

/// A life of calls that write, read, refuse and replay.
fn life() -> Vec<(&'static str, Value)> {
    vec![
        ("ledger.top_up", json!({ "account": "alice", "amount": "100.00 USD", "key": "t-1" })),
        ("ledger.top_up", json!({ "account": "bob", "amount": "1.00 USD", "key": "t-2" })),
        ("ledger.transfer", json!({ "from": "alice", "to": "bob", "amount": "30.00 USD", "key": "t-3" })),
        ("ledger.transfer", json!({ "from": "alice", "to": "bob", "amount": "30.00 USD", "key": "t-3" })),
        ("ledger.transfer", json!({ "from": "alice", "to": "bob", "amount": "900.00 USD", "key": "t-4" })),
        ("ledger.balance", json!({ "account": "bob" })),
        ("escrow.open", json!({ "buyer": "alice", "seller": "bob", "price": "9.99 USD", "key": "d-1" })),
        ("ledger.transfer", json!({ "from": "alice", "to": "bob", "key": "t-5" })),
        ("ledger.nothing", json!({})),
    ]
}

fn shown(reply: &Result<Value>) -> Value {
    reply.as_ref().map_or_else(|error: &Error| json!(error.code().as_str()), Clone::clone)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replies_are_those_of_a_bound_transaction() {
    each(async |stage, mut driver| {
        let transaction = joined(stage, &driver);
        driver.begin().await;
        let mut stepped = Vec::new();
        for (name, args) in life() {
            stepped.push(shown(&whole(&mut driver, &transaction, name, args).await));
        }
        driver.run("ROLLBACK").await;
        let twin = Stage::open(stage.kind).await;
        let mut expected = Vec::new();
        for (name, args) in life() {
            expected.push(shown(&twin.bank.call(name, args).await));
        }
        // both begin with the same seed, and ids are drawn in the order of the calls
        assert_eq!(stepped, expected);
        assert_eq!(stepped[3]["replayed"], true);
        assert_eq!(stepped[4], "insufficient_balance");
        twin.finish().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_cut_between_any_two_steps_leaves_nothing_half() {
    each(async |stage, mut driver| {
        let mut whole_at = None;
        for steps in 0..40 {
            let transaction = joined(stage, &driver);
            driver.begin().await;
            let args =
                json!({ "account": format!("a-{steps}"), "amount": "5.00 USD", "key": format!("k-{steps}") });
            let mut call = transaction.call("ledger.top_up", args);
            let done = drive(&mut driver, &mut call, steps).await;
            if done.is_none() {
                // what was handed out last was not sent
                end(&mut driver, call.cancel(false)).await;
            } else {
                driver.run("COMMIT").await;
            }
            let found = stage.bank.ledger().balance(GetBalance::new(format!("a-{steps}"))).await;
            assert_eq!(found.is_ok(), done.is_some(), "after {steps} steps");
            if done.is_some() {
                whole_at = Some(steps);
                break;
            }
        }
        let statements = whole_at.expect("a call ends some time");
        println!("{}: {statements} statements", stage.bank.store().name());
        assert!(statements >= 2);
    })
    .await;
}

/// Does what is said of a call that was given up, and commits where that may be.
async fn end(driver: &mut Driver, cancelled: Cancelled) {
    let statements = match cancelled {
        Cancelled::Nothing => &[][..],
        Cancelled::Undo(statements) => statements,
        Cancelled::Lost => {
            // as the end of its connection does
            driver.run("ROLLBACK").await;
            return;
        }
    };
    for &statement in statements {
        driver.run(statement).await;
    }
    driver.run("COMMIT").await;
}

/// A call that is given up while its statement is with the database, or behind its end: the host is told when
/// nothing takes back what may have been written, and its transaction is not committed then.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_is_given_up_behind_its_write_is_lost() {
    each(async |stage, mut driver| {
        let first = json!({ "account": "till", "amount": "1.00 USD", "key": "first" });
        stage.ok("ledger.top_up", first).await;
        let mut said = Vec::new();
        for steps in 0..40 {
            let (transaction, account) = (joined(stage, &driver), format!("a-{steps}"));
            driver.begin().await;
            let mut read = transaction.call("ledger.balance", json!({ "account": "till" }));
            drive(&mut driver, &mut read, usize::MAX).await.unwrap().unwrap();
            assert_eq!(read.cancel(false), Cancelled::Nothing, "it only reads");
            let args = json!({ "account": account, "amount": "5.00 USD", "key": format!("k-{steps}") });
            let (mut call, mut answer, mut sent) = (transaction.call("ledger.top_up", args), None, 0);
            let over = loop {
                match call.step(answer.take(), Waker::noop()) {
                    Step::Send(query) => {
                        let rows = driver.send(&query).await.unwrap();
                        if sent == steps {
                            break false;
                        }
                        sent += 1;
                        answer = Some(Answer::Rows(rows));
                    }
                    Step::Wait => tokio::task::yield_now().await,
                    Step::GiveUp => panic!("a call that nothing of the driver has failed"),
                    Step::Done(reply) => {
                        reply.unwrap();
                        break true;
                    }
                }
            };
            let cancelled = call.cancel(!over);
            end(&mut driver, cancelled).await;
            let found = stage.bank.ledger().balance(GetBalance::new(account)).await;
            assert!(found.is_err(), "after {steps} steps, {cancelled:?}: its caller was not told");
            said.push(cancelled);
            if over {
                break;
            }
        }
        // with the statement out that writes or ends the savepoint, and behind the end
        let lost = said.iter().position(|one| *one == Cancelled::Lost).expect("a call that writes");
        assert!(lost > 0 && lost + 2 <= said.len(), "{said:?}");
        assert!(said.iter().skip(lost).all(|one| *one == Cancelled::Lost), "{said:?}");
        assert_eq!(said.first(), Some(&Cancelled::Nothing), "it has read: {said:?}");
    })
    .await;
}

/// Woken or not.
#[derive(Default)]
struct Bell(AtomicBool);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Two calls at once on one transaction, as `gather` makes them: they take turns.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_of_one_transaction_take_turns() {
    each(async |stage, mut driver| {
        // a currency that is used first is written down by the engine, which the call would wait for
        let first = json!({ "account": "till", "amount": "1.00 USD", "key": "first" });
        stage.ok("ledger.top_up", first).await;
        let transaction = joined(stage, &driver);
        driver.begin().await;
        let args = |key: &str| json!({ "account": "alice", "amount": "5.00 USD", "key": key });
        let mut first = transaction.call("ledger.top_up", args("k-1"));
        let mut second = transaction.call("ledger.top_up", args("k-2"));
        let Step::Send(query) = first.step(None, Waker::noop()) else { panic!("nothing to send") };
        let bell = Arc::new(Bell::default());
        let waker = Waker::from(Arc::clone(&bell));
        assert!(matches!(second.step(None, &waker), Step::Wait));
        assert!(matches!(second.step(None, &waker), Step::Wait), "asked again");
        let mut answer = Some(Answer::Rows(driver.send(&query).await.unwrap()));
        let reply = loop {
            match first.step(answer.take(), Waker::noop()) {
                Step::Send(query) => answer = Some(Answer::Rows(driver.send(&query).await.unwrap())),
                Step::Wait => tokio::task::yield_now().await,
                Step::GiveUp => panic!("a call that nothing of the driver has failed"),
                Step::Done(reply) => break reply.unwrap(),
            }
        };
        assert_eq!(reply["balance"]["posted"]["amount"], "5.00");
        assert!(bell.0.load(Ordering::SeqCst), "the second call is woken");
        let reply = drive(&mut driver, &mut second, usize::MAX).await.unwrap().unwrap();
        assert_eq!(reply["balance"]["posted"]["amount"], "10.00");
        driver.run("COMMIT").await;
    })
    .await;
}

/// A deal whose payment two admins must approve, opened in the transaction that is open.
async fn large_deal(driver: &mut Driver, transaction: &Transaction, key: &str) -> Value {
    let args = json!({ "buyer": "alice", "seller": "bob", "price": "2000000 KRW", "key": key });
    whole(driver, transaction, "escrow.open", args).await.unwrap()["deal"]["id"].clone()
}

/// The details of the refusal of a payment that must be approved.
async fn gated(driver: &mut Driver, transaction: &Transaction, deal: &Value) -> Value {
    let args = json!({ "deal": deal, "actor": "alice" });
    let refused = whole(driver, transaction, "escrow.pay", args).await.unwrap_err();
    assert_eq!(refused.code(), Code::ApprovalRequired, "{refused}");
    json!({ "approval": refused.details()["approval"], "hint": refused.details()["hint"] })
}

/// Whether an approval is there, now or within `tries` times 10 ms.
async fn is_asked_for(stage: &Stage, details: &Value, tries: usize) -> bool {
    for _ in 0..tries {
        let found = stage.bank.call("approvals.get", json!({ "approval": details["approval"] })).await;
        if found.is_ok() {
            return true;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    false
}

async fn rich(stage: &Stage) {
    let funds = json!({ "account": "alice", "amount": "9000000 KRW", "key": "funds" });
    stage.ok("ledger.top_up", funds).await;
}

/// One binding over two transactions, as sessions of other languages have it: what the first one made and
/// committed is no longer only its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_transaction_made_is_forgotten_with_it() {
    each(async |stage, mut driver| {
        rich(stage).await;
        let transaction = joined(stage, &driver);
        driver.begin().await;
        let deal = large_deal(&mut driver, &transaction, "d-1").await;
        driver.run("COMMIT").await;
        driver.begin().await;
        let details = gated(&mut driver, &transaction, &deal).await;
        driver.run("COMMIT").await;
        assert_eq!(details["hint"], Value::Null, "it was committed");
        assert!(is_asked_for(stage, &details, 500).await, "{details}");
    })
    .await;
}

/// Two bindings of one transaction, as where two parts of an application each make one: the second knows what
/// the first one made, or what it asks for is written once that is committed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_transaction_made_is_known_to_all_that_join_it() {
    each(async |stage, mut driver| {
        rich(stage).await;
        for (end, key) in [("COMMIT", "d-1"), ("ROLLBACK", "d-2")] {
            driver.begin().await;
            let transaction = joined(stage, &driver);
            let deal = large_deal(&mut driver, &transaction, key).await;
            drop(transaction);
            let transaction = joined(stage, &driver);
            let details = gated(&mut driver, &transaction, &deal).await;
            driver.run(end).await;
            let numbers = driver.dialect() == Dialect::Postgres;
            assert_eq!(details["hint"].is_string(), numbers, "{details}");
            let asked = end == "COMMIT" && !numbers;
            assert_eq!(is_asked_for(stage, &details, if asked { 500 } else { 30 }).await, asked, "{end}");
        }
    })
    .await;
}

/// Where nothing says that an object is not committed yet, as in another process that joins the transaction,
/// the request for an approval waits for the commit, and is gone with a rollback.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_about_what_is_not_committed_waits_for_the_commit() {
    let stage = Stage::apart(Kind::Postgres).await;
    let mut driver = Driver::open(&stage).await;
    rich(&stage).await;
    let other = Engine::open_with(&stage.url, options_from(2)).await.unwrap();
    for (end, key) in [("ROLLBACK", "d-1"), ("COMMIT", "d-2")] {
        driver.begin().await;
        let transaction = joined(&stage, &driver);
        let deal = large_deal(&mut driver, &transaction, key).await;
        let elsewhere = other.stepped(Dialect::Postgres, false).unwrap();
        let details = gated(&mut driver, &elsewhere, &deal).await;
        assert_eq!(details["hint"], Value::Null);
        assert!(!is_asked_for(&stage, &details, 20).await, "others do not see the deal");
        driver.run(end).await;
        let asked = end == "COMMIT";
        assert_eq!(is_asked_for(&stage, &details, if asked { 1_000 } else { 50 }).await, asked, "{end}");
    }
    other.close().await;
    verify(&stage.bank).await;
    stage.finish().await;
}

/// A driver's failure becomes the code that the host acts on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn failures_of_a_driver_have_codes() {
    each(async |stage, driver| {
        // a currency that is used first is written down by the engine, which the call would wait for
        let first = json!({ "account": "till", "amount": "1.00 USD", "key": "first" });
        stage.ok("ledger.top_up", first).await;
        let transaction = joined(stage, &driver);
        let failed = |code: Option<&str>| Answer::Failed {
            code: code.map(str::to_owned),
            message: "the driver's words".to_owned(),
        };
        let (again, gone) = match driver.dialect() {
            Dialect::Sqlite => ("517", Code::StoreUnavailable),
            Dialect::Postgres => ("40001", Code::StoreUnavailable),
        };
        for (answer, expected) in [
            (failed(Some(again)), Code::Contention),
            (failed(None), gone),
            (Answer::NotInTransaction, Code::NotInTransaction),
        ] {
            let args = json!({ "account": "alice", "amount": "5.00 USD", "key": "k-1" });
            let mut call = transaction.call("ledger.top_up", args);
            assert!(matches!(call.step(None, Waker::noop()), Step::Send(_)));
            let Step::Done(reply) = call.step(Some(answer), Waker::noop()) else { panic!("not over") };
            let error = reply.unwrap_err();
            assert_eq!(error.code(), expected, "{error:?}");
            assert!(matches!(call.step(None, Waker::noop()), Step::Wait), "it is over");
            assert_eq!(call.cancel(false), Cancelled::Nothing);
        }
    })
    .await;
}

/// A host without a runtime steps on a thread of its own; the engine's own work goes on where it was opened.
#[test]
fn a_host_needs_no_runtime() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (stage, mut driver) = runtime.block_on(async {
        let stage = Stage::open(Kind::Sqlite).await;
        let driver = Driver::open(&stage).await;
        (stage, driver)
    });
    let transaction = joined(&stage, &driver);
    runtime.block_on(driver.begin());
    for (name, args) in life() {
        let (mut call, mut answer) = (transaction.call(name, args), None);
        while let step @ (Step::Send(_) | Step::Wait) = call.step(answer.take(), Waker::noop()) {
            if let Step::Send(query) = step {
                answer = Some(Answer::Rows(runtime.block_on(driver.send(&query)).unwrap()));
            } else {
                std::thread::yield_now();
            }
        }
    }
    runtime.block_on(async {
        driver.run("COMMIT").await;
        let posted = stage.bank.ledger().balance(GetBalance::new("bob")).await.unwrap().posted;
        assert_eq!(posted.minor_units(), 3_100);
        stage.finish().await;
    });
}

/// A driver asks before it begins a transaction, which would lock the file by another library.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_of_another_library_is_refused_by_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let (own, other) = (folder.path().join("shop.db"), folder.path().join("other.db"));
    let bank = Engine::open(&format!("sqlite:{}", own.display())).await.unwrap();
    std::fs::write(&other, "").unwrap();
    std::os::unix::fs::symlink(&own, folder.path().join("link.db")).unwrap();
    let mine = bank.stepped(Dialect::Sqlite, false).unwrap();
    for (file, code) in [
        (Some("shop.db"), Code::StoreConflict),
        (Some("link.db"), Code::StoreConflict),
        (Some("other.db"), Code::StoreMismatch),
        (Some("absent.db"), Code::StoreMismatch),
        (None, Code::StoreMismatch),
    ] {
        let path = file.map(|name| folder.path().join(name).display().to_string());
        let refused = mine.refusal_of(path.as_deref());
        assert_eq!(refused.code(), code, "{file:?}");
        assert!(!refused.message().contains(".db"), "{refused}");
    }
    bank.close().await;
}

/// A transaction of another kind of database, and one on another database, are refused as `using` does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_database_is_refused() {
    let one = Stage::apart(Kind::Postgres).await;
    let url = tokio::task::spawn_blocking(postgres::database).await.unwrap();
    let two = Engine::open_with(&url, options_from(2)).await.unwrap();
    assert_eq!(one.bank.stepped(Dialect::Sqlite, true).unwrap_err().code(), Code::StoreMismatch);
    let memory = Engine::open("memory:").await.unwrap();
    let refused = memory.stepped(Dialect::Sqlite, true).unwrap_err();
    assert_eq!(refused.code(), Code::NotSupported);
    let told = "open the database that the transaction is on, or attach the engine to its pool";
    assert!(refused.message().contains(told), "{refused}");
    let mut driver = Driver::Postgres(PgConnection::connect(&url).await.unwrap());
    driver.begin().await;
    let transaction = joined(&one, &driver);
    let args = json!({ "account": "alice", "amount": "5.00 USD", "key": "k-1" });
    let refused = whole(&mut driver, &transaction, "ledger.top_up", args).await.unwrap_err();
    assert_eq!(refused.code(), Code::StoreMismatch);
    driver.run("ROLLBACK").await;
    memory.close().await;
    two.close().await;
    one.finish().await;
}
