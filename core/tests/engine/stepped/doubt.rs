//! Failures behind which nobody knows whether a statement was done, as where a driver stops waiting for it:
//! what the application commits then has nothing of the call, and the call never says that nothing was done
//! where something may have been.

use async_trait::async_trait;
use earnest::store::Fault;
use earnest::store::sql::Cells;

use super::*;

/// The fate of the statement whose answer is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lost {
    /// It was not done.
    Before,
    /// It was done.
    Behind,
}

fn silent() -> Answer {
    Answer::Failed { code: None, message: "the driver waits no longer".to_owned() }
}

/// The loop of a host whose driver loses the answers to the statement behind so many others and to `more`
/// after it. Whether the call has lost an answer, whether its connection was given up, and its reply.
async fn losing(
    driver: &mut Driver,
    call: &mut Call,
    at: usize,
    more: usize,
    lost: Lost,
) -> (bool, bool, Result<Value>) {
    let (mut answer, mut sent, mut given_up) = (None, 0, false);
    loop {
        match call.step(answer.take(), Waker::noop()) {
            Step::Send(query) => {
                let loses = (at..=at + more).contains(&sent);
                sent += 1;
                answer = Some(if loses && lost == Lost::Before {
                    silent()
                } else {
                    match driver.send(&query).await {
                        _ if loses => silent(),
                        Ok(rows) => Answer::Rows(rows),
                        // a savepoint that has gone
                        Err(fault) => Answer::Failed { code: Some("1".to_owned()), message: fault.reason },
                    }
                });
            }
            Step::Wait => tokio::task::yield_now().await,
            Step::GiveUp => {
                assert!(!given_up, "once is enough");
                given_up = true;
            }
            Step::Done(reply) => return (sent > at, given_up, reply),
        }
    }
}

/// Each answer of each sort of call is lost once, alone and with that to what takes the call back. The
/// application catches the refusal and commits, where its connection was not given up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_is_lost_commits_nothing() {
    each(async |stage, mut driver| {
        stage.funded("alice", "100.00 USD").await;
        stage.funded("bob", "1.00 USD").await;
        let (mut cases, mut unknown) = (0, 0);
        for name in ["ledger.transfer", "ledger.top_up", "ledger.batch"] {
            for (lost, more) in [(Lost::Before, 0), (Lost::Behind, 0), (Lost::Before, 1), (Lost::Behind, 1)] {
                for at in 0..40 {
                    let key = format!("{name}-{lost:?}-{more}-{at}");
                    let transfer = json!({ "from": "alice", "to": "bob", "amount": "1.00 USD", "key": key });
                    let args = match name {
                        "ledger.transfer" => transfer,
                        "ledger.top_up" => json!({ "account": key, "amount": "1.00 USD", "key": key }),
                        _ => {
                            json!({ "ops": [{ "op": "ledger.transfer", "args": transfer }], "atomic": true })
                        }
                    };
                    let transaction = joined(stage, &driver);
                    driver.begin().await;
                    let mut call = transaction.call(name, args);
                    let (has_lost, given_up, reply) = losing(&mut driver, &mut call, at, more, lost).await;
                    // as the end of its connection does
                    driver.run(if given_up { "ROLLBACK" } else { "COMMIT" }).await;
                    let found = stage.ok("admin.lookup_key", json!({ "key": key })).await["outcome"].clone();
                    if !has_lost {
                        reply.unwrap();
                        assert_eq!((found, given_up), (json!("accepted"), false));
                        break;
                    }
                    let refused = reply.unwrap_err();
                    assert_eq!(found, "unknown", "{key}: {refused}");
                    let unsure = refused.code() == Code::OutcomeUnknown;
                    assert!(unsure || refused.code() == Code::StoreUnavailable, "{key}: {refused}");
                    assert!(!unsure || given_up, "{key}: {refused}");
                    if unsure {
                        assert_eq!(refused.retry(), earnest::error::Retry::Transaction, "{key}");
                    }
                    cases += 1;
                    unknown += usize::from(given_up);
                }
            }
        }
        println!("{}: {cases} answers lost, {unknown} connections given up", stage.bank.store().name());
        assert!(cases >= 24 && unknown >= 12, "{cases}, {unknown}");
    })
    .await;
}

/// An error of the server's own about a write leaves nothing open, and neither does a statement that was
/// not sent: no connection is given up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_server_says_leaves_nothing_open() {
    let stage = Stage::apart(Kind::Postgres).await;
    stage.funded("alice", "100.00 USD").await;
    stage.funded("bob", "1.00 USD").await;
    let mut driver = Driver::open(&stage).await;
    let told = |code: &str| Answer::Failed { code: Some(code.to_owned()), message: "no".to_owned() };
    for (n, (answer, code, given_up)) in [
        (told("53200"), Code::StoreUnavailable, false),
        (told("57P01"), Code::StoreUnavailable, false),
        (told("40001"), Code::Contention, false),
        (Answer::NotInTransaction, Code::NotInTransaction, false),
        (told("08006"), Code::OutcomeUnknown, true),
        (told("EPIPE"), Code::OutcomeUnknown, true),
        (told("40003"), Code::OutcomeUnknown, true),
        // an answer that cannot be read is none
        (Answer::Rows(vec![vec![Some("x".to_owned())]]), Code::OutcomeUnknown, true),
    ]
    .into_iter()
    .enumerate()
    {
        let transaction = joined(&stage, &driver);
        driver.begin().await;
        let key = format!("k-{n}");
        let args = json!({ "from": "alice", "to": "bob", "amount": "1.00 USD", "key": key });
        let mut call = transaction.call("ledger.transfer", args);
        let Step::Send(load) = call.step(None, Waker::noop()) else { panic!("no load") };
        let rows = Answer::Rows(driver.send(&load).await.unwrap());
        assert!(matches!(call.step(Some(rows), Waker::noop()), Step::Send(_)));
        let mut step = call.step(Some(answer), Waker::noop());
        let was_given_up = matches!(step, Step::GiveUp);
        if was_given_up {
            step = call.step(None, Waker::noop());
        }
        let Step::Done(reply) = step else { panic!("not over: {step:?}") };
        assert_eq!((reply.unwrap_err().code(), was_given_up), (code, given_up), "{n}");
        driver.run("ROLLBACK").await;
    }
    verify(&stage.bank).await;
    stage.finish().await;
}

/// A connection of sqlx that loses the answer to what writes, or never sends it.
struct Losing<'c> {
    inner: &'c mut PgConnection,
    lost: Lost,
}

#[async_trait]
impl HostConnection for Losing<'_> {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    async fn query(
        &mut self,
        sql: &str,
        params: &[Option<String>],
    ) -> std::result::Result<Vec<Cells>, Fault> {
        let writes = sql.starts_with("WITH p0");
        if writes && self.lost == Lost::Before {
            return Err(earnest::store::sql::codes::host(None, "the driver waits no longer"));
        }
        let rows = self.inner.query(sql, params).await?;
        if writes {
            Err(earnest::store::sql::codes::host(None, "the driver waits no longer"))
        } else {
            Ok(rows)
        }
    }

    async fn in_transaction(&mut self) -> std::result::Result<bool, Fault> {
        self.inner.in_transaction().await
    }
}

/// The same in Rust, where a host's driver is a trait: the commit of sqlx fails, and with savepoints around
/// each call nothing but the call is taken back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bound_engine_that_lost_an_answer_commits_nothing() {
    let stage = Stage::apart(Kind::Postgres).await;
    stage.funded("alice", "100.00 USD").await;
    stage.funded("bob", "1.00 USD").await;
    for savepoints in [false, true] {
        for lost in [Lost::Before, Lost::Behind] {
            let key = format!("k-{savepoints}-{lost:?}");
            let mut connection = PgConnection::connect(&stage.url).await.unwrap();
            let mut tx = connection.begin().await.unwrap();
            let bound = stage.bank.using(Losing { inner: &mut tx, lost }).unwrap();
            let bound = if savepoints { bound.with_savepoints() } else { bound };
            let transfer = Transfer::new("alice", "bob", "1.00 USD").key(key.clone());
            let refused = bound.ledger().transfer(transfer).await.unwrap_err();
            drop(bound);
            let expected = if savepoints { Code::StoreUnavailable } else { Code::OutcomeUnknown };
            assert_eq!(refused.code(), expected, "{refused}");
            assert_eq!(tx.commit().await.is_ok(), savepoints, "{key}");
            let found = stage.ok("admin.lookup_key", json!({ "key": key })).await["outcome"].clone();
            assert_eq!(found, "unknown", "{key}");
        }
    }
    verify(&stage.bank).await;
    stage.finish().await;
}
