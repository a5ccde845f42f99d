//! A transaction that ends between the load of a call and its write, as where a driver queues what its
//! application sends at once: what is written is written in the transaction of the load, or nowhere.

use super::*;

/// Statements that end a transaction, and perhaps begin another.
const ENDS: [&[&str]; 6] = [
    &["ROLLBACK"],
    &["COMMIT"],
    &["ROLLBACK", "BEGIN"],
    &["COMMIT", "BEGIN"],
    &["ROLLBACK AND CHAIN"],
    &["COMMIT AND CHAIN"],
];

/// Statements before a call and in the middle of it that leave what the call has read.
const KEPT: [[&[&str]; 2]; 5] = [
    [&[], &["SAVEPOINT one", "RELEASE SAVEPOINT one"]],
    [&[], &["SAVEPOINT one", "ROLLBACK TO SAVEPOINT one"]],
    [&["SAVEPOINT one"], &["RELEASE SAVEPOINT one"]],
    [&["SAVEPOINT one", "SAVEPOINT two"], &["RELEASE SAVEPOINT two"]],
    [&["SAVEPOINT one", "SAVEPOINT two"], &["RELEASE SAVEPOINT one"]],
];

/// Statements before a call and in the middle of it that take back what the call has read.
const TAKEN_BACK: [[&[&str]; 2]; 5] = [
    [&["SAVEPOINT one"], &["ROLLBACK TO SAVEPOINT one"]],
    [&["SAVEPOINT one"], &["ROLLBACK TO SAVEPOINT one", "SAVEPOINT two"]],
    [&["SAVEPOINT one", "SAVEPOINT two"], &["ROLLBACK TO SAVEPOINT one"]],
    [&["SAVEPOINT one", "SAVEPOINT two"], &["RELEASE SAVEPOINT two", "ROLLBACK TO SAVEPOINT one"]],
    [&["SAVEPOINT one"], &["ROLLBACK TO SAVEPOINT one", "RELEASE SAVEPOINT one"]],
];

/// A call of which the first statement that writes is sent only behind `between`.
async fn parted(
    driver: &mut Driver,
    transaction: &Transaction,
    name: &str,
    args: Value,
    between: &[&'static str],
) -> Result<Value> {
    let (mut call, mut answer, mut between) = (transaction.call(name, args), None, between);
    loop {
        match call.step(answer.take(), Waker::noop()) {
            Step::Send(query) => {
                let writes = query.sql.starts_with("WITH p0");
                let now: &[&'static str] = if writes { std::mem::take(&mut between) } else { &[] };
                for &statement in now {
                    driver.run(statement).await;
                }
                answer = Some(Answer::Rows(driver.send(&query).await.unwrap()));
            }
            Step::Wait => tokio::task::yield_now().await,
            Step::GiveUp => panic!("a call that nothing of the driver has failed"),
            Step::Done(reply) => {
                assert!(between.is_empty(), "a call that does not write: {reply:?}");
                return reply;
            }
        }
    }
}

fn pay(key: &str) -> Value {
    json!({ "from": "alice", "to": "bob", "amount": "1.00 USD", "key": key })
}

async fn people() -> (Stage, Driver) {
    let stage = Stage::apart(Kind::Postgres).await;
    for account in ["alice", "bob"] {
        stage.funded(account, "100.00 USD").await;
    }
    let driver = Driver::open(&stage).await;
    (stage, driver)
}

async fn posted(stage: &Stage) -> String {
    stage.bank.ledger().balance(GetBalance::new("alice")).await.unwrap().posted.to_string()
}

async fn outcome(stage: &Stage, key: &str) -> Value {
    stage.ok("admin.lookup_key", json!({ "key": key })).await["outcome"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_behind_the_end_of_its_transaction_writes_nothing() {
    let (stage, mut driver) = people().await;
    for (n, between) in ENDS.into_iter().enumerate() {
        let (one, first) = (format!("one-{n}"), format!("many-{n}-0"));
        let member = |place| json!({ "op": "ledger.transfer", "args": pay(&format!("many-{n}-{place}")) });
        let ops: Vec<Value> = (0..6).map(member).collect();
        let many = json!({ "ops": ops, "atomic": true });
        for (name, args, key) in [("ledger.transfer", pay(&one), &one), ("ledger.batch", many, &first)] {
            let transaction = joined(&stage, &driver);
            driver.begin().await;
            let refused = parted(&mut driver, &transaction, name, args, between).await.unwrap_err();
            assert_eq!(refused.code(), Code::NotInTransaction, "{name}, {between:?}: {refused}");
            // whatever is open now, its host commits it
            driver.run("COMMIT").await;
            assert_eq!(posted(&stage).await, "100.00 USD", "{name}, {between:?}");
            assert_eq!(outcome(&stage, key).await, "unknown", "{name}, {between:?}");
        }
    }
    verify(&stage.bank).await;
    stage.finish().await;
}

/// The first call in a book writes the book and its head by statements of their own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_book_is_made_behind_the_end_of_a_transaction() {
    let (stage, mut driver) = people().await;
    for (n, between) in ENDS.into_iter().enumerate() {
        let book = format!("new-{n}");
        let bank = stage.bank.book(&book).unwrap();
        let transaction = bank.stepped(Dialect::Postgres, false).unwrap();
        let args = json!({ "account": "alice", "amount": "5.00 USD", "key": "first" });
        driver.begin().await;
        let refused = parted(&mut driver, &transaction, "ledger.top_up", args, between).await.unwrap_err();
        assert_eq!(refused.code(), Code::NotInTransaction, "{between:?}: {refused}");
        driver.run("COMMIT").await;
        let sql = "SELECT CAST(count(*) AS text) FROM earnest.book WHERE book = $1".to_owned();
        let rows = driver.send(&Query { sql, params: vec![Some(book)] }).await.unwrap();
        assert_eq!(rows, vec![vec![Some("0".to_owned())]], "{between:?}");
    }
    stage.finish().await;
}

/// The transaction into which the write of another was sent has lost nothing: the same call is made in it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_next_transaction_stays_usable() {
    let (stage, mut driver) = people().await;
    let transaction = joined(&stage, &driver);
    driver.begin().await;
    let ends = &["ROLLBACK", "BEGIN"];
    let refused =
        parted(&mut driver, &transaction, "ledger.transfer", pay("next-1"), ends).await.unwrap_err();
    assert_eq!(refused.code(), Code::NotInTransaction, "{refused}");
    let reply = whole(&mut driver, &transaction, "ledger.transfer", pay("next-1")).await.unwrap();
    assert_eq!(reply["replayed"], false);
    driver.run("COMMIT").await;
    assert_eq!(posted(&stage).await, "99.00 USD");
    verify(&stage.bank).await;
    stage.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_savepoint_that_keeps_what_was_read_ends_no_call() {
    let (stage, mut driver) = people().await;
    for (n, [before, between]) in KEPT.into_iter().enumerate() {
        let (transaction, key) = (joined(&stage, &driver), format!("kept-{n}"));
        driver.begin().await;
        for &statement in before {
            driver.run(statement).await;
        }
        let reply = parted(&mut driver, &transaction, "ledger.transfer", pay(&key), between).await.unwrap();
        assert_eq!(reply["replayed"], false, "{between:?}");
        driver.run("COMMIT").await;
        assert_eq!(outcome(&stage, &key).await, "accepted", "{between:?}");
    }
    assert_eq!(posted(&stage).await, "95.00 USD");
    verify(&stage.bank).await;
    stage.finish().await;
}

/// A block of the transaction is rolled back while a call in it waits between its load and its write, and the
/// outer one is committed: nothing of the call is, whatever it has locked, and the outer one stays usable.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_block_that_is_rolled_back_takes_the_call_with_it() {
    let (stage, mut driver) = people().await;
    for (n, [before, between]) in TAKEN_BACK.into_iter().enumerate() {
        let member = |place| json!({ "op": "ledger.transfer", "args": pay(&format!("many-{n}-{place}")) });
        let many = json!({ "ops": (0..6).map(member).collect::<Vec<_>>(), "atomic": true });
        let one = format!("one-{n}");
        // an account of which nothing could be locked
        let new = json!({ "account": format!("new-{n}"), "currency": "USD", "key": format!("new-{n}") });
        for (name, args, key) in [
            ("ledger.transfer", pay(&one), one.clone()),
            ("ledger.batch", many, format!("many-{n}-0")),
            ("ledger.open_account", new, format!("new-{n}")),
        ] {
            let transaction = joined(&stage, &driver);
            driver.begin().await;
            for &statement in before {
                driver.run(statement).await;
            }
            let refused = parted(&mut driver, &transaction, name, args, between).await.unwrap_err();
            assert_eq!(refused.code(), Code::NotInTransaction, "{name}, {between:?}: {refused}");
            // by another key, so that the outcome of the first one is its own
            let behind = pay(&format!("behind-{key}"));
            let reply = whole(&mut driver, &transaction, "ledger.transfer", behind).await.unwrap();
            assert_eq!(reply["replayed"], false);
            driver.run("COMMIT").await;
            assert_eq!(outcome(&stage, &key).await, "unknown", "{name}, {between:?}");
        }
    }
    assert_eq!(posted(&stage).await, "85.00 USD");
    verify(&stage.bank).await;
    stage.finish().await;
}

/// Another call reads between the end of the block and the write: what it leaves is its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_call_reads_is_not_the_load_of_a_call_that_was_taken_back() {
    let (stage, mut driver) = people().await;
    for taken_back in [true, false] {
        let (transaction, other) = (joined(&stage, &driver), joined(&stage, &driver));
        let key = format!("first-{taken_back}");
        driver.begin().await;
        // no call is the first of its handle, which looks where it is
        for handle in [&transaction, &other] {
            whole(&mut driver, handle, "ledger.balance", json!({ "account": "bob" })).await.unwrap();
        }
        driver.run("SAVEPOINT one").await;
        let mut first = transaction.call("ledger.transfer", pay(&key));
        let Step::Send(load) = first.step(None, Waker::noop()) else { panic!("no load") };
        let rows = driver.send(&load).await.unwrap();
        let Step::Send(write) = first.step(Some(Answer::Rows(rows)), Waker::noop()) else {
            panic!("no write")
        };
        assert!(write.sql.starts_with("WITH p0"), "{}", write.sql);
        if taken_back {
            driver.run("ROLLBACK TO SAVEPOINT one").await;
        }
        // rows of its own, so that the write of the first finds its rows as it read them
        let topped =
            json!({ "account": "carol", "amount": "1.00 USD", "key": format!("other-{taken_back}") });
        whole(&mut driver, &other, "ledger.top_up", topped).await.unwrap();
        let rows = driver.send(&write).await.unwrap();
        let Step::Done(reply) = first.step(Some(Answer::Rows(rows)), Waker::noop()) else {
            panic!("not over")
        };
        assert_eq!(shown(&reply) == "not_in_transaction", taken_back, "{reply:?}");
        driver.run("COMMIT").await;
        assert_eq!(outcome(&stage, &key).await == "unknown", taken_back);
    }
    verify(&stage.bank).await;
    stage.finish().await;
}
