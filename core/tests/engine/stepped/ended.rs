//! A transaction that ends between the load of a call and its write, as where a driver queues what its
//! application sends at once: what is written is written in the transaction of the load, or nowhere.

use super::*;

/// What ends a transaction, and perhaps begins another.
const ENDS: [&[&str]; 6] = [
    &["ROLLBACK"],
    &["COMMIT"],
    &["ROLLBACK", "BEGIN"],
    &["COMMIT", "BEGIN"],
    &["ROLLBACK AND CHAIN"],
    &["COMMIT AND CHAIN"],
];

/// What comes before a call and in the middle of it, and ends no transaction.
const SAVEPOINTS: [[&[&str]; 2]; 3] = [
    [&[], &["SAVEPOINT one", "RELEASE SAVEPOINT one"]],
    [&["SAVEPOINT one"], &["RELEASE SAVEPOINT one"]],
    [&["SAVEPOINT one"], &["ROLLBACK TO SAVEPOINT one"]],
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
async fn a_savepoint_that_ends_in_between_ends_no_transaction() {
    let (stage, mut driver) = people().await;
    for (n, [before, between]) in SAVEPOINTS.into_iter().enumerate() {
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
    assert_eq!(posted(&stage).await, "97.00 USD");
    verify(&stage.bank).await;
    stage.finish().await;
}
