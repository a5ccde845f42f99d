//! Batches answer the same everywhere: in memory, on own connections, and inside a host's open transaction.

#![cfg(all(feature = "sqlite", feature = "postgres", feature = "host-sqlx"))]

use earnest::Engine;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use crate::support::sides::Side;
use crate::support::{Value, json, soak};

/// One line for each call of a batch.
async fn batch(side: &Side, bank: &Engine, ops: &Value, atomic: bool) -> Vec<String> {
    match side.call(bank, "ledger.batch", json!({ "ops": ops, "atomic": atomic })).await {
        Ok(reply) => reply["results"].as_array().unwrap().iter().map(line).collect(),
        Err(error) => vec![format!("{} {}", error.code().as_str(), error.details())],
    }
}

/// Writes the outcome of one call, without ids and times, which differ from store to store.
fn line(result: &Value) -> String {
    if result["ok"] == true {
        return format!("ok {} {}", result["reply"]["balance"], result["reply"]["replayed"]);
    }
    let mut details = result["error"]["details"].clone();
    details.as_object_mut().map(|details| details.remove("at"));
    format!("{} {details}", result["error"]["code"])
}

/// `hot` is an account whose credits append: a debit of it must read more than a transfer does.
const PEOPLE: [&str; 4] = ["hot", "bob", "carol", "new"];

fn transfer(from: &str, to: &str, amount: &str, key: &str) -> Value {
    json!({ "op": "ledger.transfer", "args": { "from": from, "to": to, "amount": amount, "key": key } })
}

async fn people(bank: &Engine) {
    for (account, streaming) in [("hot", true), ("bob", false), ("carol", false)] {
        let args = json!({ "account": account, "currency": "USD", "streaming": streaming });
        bank.call("ledger.open_account", args).await.unwrap();
    }
    let args = json!({ "account": "hot", "amount": "100.00 USD", "key": "fund" });
    bank.call("ledger.top_up", args).await.unwrap();
}

/// A drawn call: what it does, between whom, how much, and the number of its key.
#[derive(Clone, Copy, Debug)]
struct Drawn {
    what: u8,
    a: u8,
    b: u8,
    amount: u8,
    key: u8,
}

const fn drawn(what: u8, a: u8, b: u8, amount: u8, key: u8) -> Drawn {
    Drawn { what, a, b, amount, key }
}

fn op(drawn: Drawn) -> Value {
    let Drawn { what, a, b, amount, key } = drawn;
    let name = |n: u8| PEOPLE[usize::from(n) % PEOPLE.len()];
    let (a, b, amount, key) = (name(a), name(b), format!("{amount}.00 USD"), format!("k-{key}"));
    match what % 10 {
        0 => json!({ "op": "ledger.top_up", "args": { "account": a, "amount": amount, "key": key } }),
        1 => json!({ "op": "ledger.deduct", "args": { "account": a, "amount": amount, "key": key } }),
        2 => json!({ "op": "ledger.hold", "args": { "account": a, "amount": amount, "key": key } }),
        3 => json!({ "op": "ledger.lock_account", "args": { "account": a } }),
        4 => json!({ "op": "ledger.unlock_account", "args": { "account": a } }),
        5 => json!({ "op": "ledger.lock", "args": { "accounts": [a, b] } }),
        _ => transfer(a, b, &amount, &key),
    }
}

async fn history(sides: &[Side], book: &str, batches: Vec<(bool, Vec<Drawn>)>) -> Result<(), TestCaseError> {
    let mut heard: Vec<(String, Vec<Vec<String>>)> = Vec::new();
    for side in sides {
        let bank = side.stage.bank.book(book).unwrap();
        people(&bank).await;
        let mut answers = Vec::new();
        for (atomic, calls) in &batches {
            let ops = Value::from(calls.iter().copied().map(op).collect::<Vec<_>>());
            answers.push(batch(side, &bank, &ops, *atomic).await);
        }
        let mut balances = Vec::new();
        for account in PEOPLE {
            let balance = bank.call("ledger.balance", json!({ "account": account })).await;
            balances.push(balance.map_or_else(|error| error.code().as_str().to_owned(), |b| b.to_string()));
        }
        // the version of an account that appends counts folds, and those are the store's affair
        answers
            .push(balances.iter().map(|line| line.split("\"version\"").next().unwrap().to_owned()).collect());
        heard.push((side.name(), answers));
    }
    let (_, expected) = &heard[0];
    for (name, answers) in &heard[1..] {
        prop_assert_eq!(answers, expected, "{} answers otherwise than memory", name);
    }
    Ok(())
}

#[test]
fn soak_random_batches_answer_the_same_in_every_mode() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let sides = runtime.block_on(Side::all());
    let call = (0_u8..20, 0_u8..8, 0_u8..8, 1_u8..60, 0_u8..60).prop_map(|(what, a, b, amount, key)| Drawn {
        what,
        a,
        b,
        amount,
        key,
    });
    let calls = proptest::collection::vec(call, 1..9);
    let batches = proptest::collection::vec((proptest::bool::weighted(0.2), calls), 1..5);
    let config = Config { cases: soak::rounds(20, 2_000), failure_persistence: None, ..Config::default() };
    let books = std::cell::Cell::new(0);
    let ran = TestRunner::new(config).run(&batches, |batches| {
        books.set(books.get() + 1);
        runtime.block_on(history(&sides, &format!("b-{}", books.get()), batches))
    });
    if let Err(error) = ran {
        panic!("{error}");
    }
    runtime.block_on(async {
        for side in sides {
            side.stage.finish().await;
        }
    });
}

/// A call finds the changes of the one before it in the batch, in each mode.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_of_a_batch_finds_what_the_one_before_it_left() {
    for side in Side::all().await {
        people(&side.stage.bank).await;
        // far more than may wait for one another in a few rounds
        let mut ops = Vec::new();
        for n in 0..10 {
            ops.push(transfer("hot", "bob", "5.00 USD", &format!("a-{n}")));
            ops.push(transfer("bob", "carol", "5.00 USD", &format!("b-{n}")));
            ops.push(transfer("carol", "hot", "5.00 USD", &format!("c-{n}")));
        }
        let lines = batch(&side, &side.stage.bank, &Value::from(ops), false).await;
        assert!(lines.iter().all(|line| line.starts_with("ok")), "{}: {lines:#?}", side.name());
        side.stage.finish().await;
    }
}

/// Batches whose answers once differed between the modes.
#[test]
fn batches_that_were_answered_otherwise_once() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let sides = runtime.block_on(Side::all());
    // a transfer to an account that a call before it in the batch locks
    let locked = vec![
        (
            false,
            vec![
                drawn(3, 4, 4, 44, 22),
                drawn(18, 2, 7, 48, 19),
                drawn(10, 6, 5, 52, 0),
                drawn(15, 4, 7, 35, 14),
                drawn(0, 5, 0, 39, 56),
            ],
        ),
        (
            false,
            vec![
                drawn(0, 0, 5, 24, 20),
                drawn(3, 0, 5, 40, 53),
                drawn(0, 7, 3, 7, 21),
                drawn(13, 2, 3, 35, 18),
                drawn(15, 6, 4, 19, 36),
                drawn(9, 1, 2, 20, 59),
            ],
        ),
    ];
    for round in 0..20 {
        runtime.block_on(history(&sides, &format!("once-{round}"), locked.clone())).unwrap();
    }
}
