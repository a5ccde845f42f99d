//! The sequencer of PostgreSQL among many books, and when it is behind: nobody starves, and nobody is refused
//! for it.

#![cfg(feature = "postgres")]

use std::time::{Duration, Instant};

use earnest::rows::listing::Listing;
use earnest::{Engine, Options};
use sqlx::{Connection as _, PgConnection};

use crate::support::{self, Kind, Stage, json, verify};

/// Whether nothing of a view's book waits for the sequencer. It only looks: a read of events would make a
/// pass itself.
async fn is_sequenced(bank: &Engine) -> bool {
    let listing = Listing::Pending { book: bank.book_name().clone(), limit: 1 };
    bank.look(&listing).await.unwrap().pending.is_empty()
}

/// Whether it comes to that in time.
async fn becomes_sequenced(bank: &Engine, patience: Duration) -> bool {
    let began = Instant::now();
    while began.elapsed() < patience {
        if is_sequenced(bank).await {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    false
}

fn top_up(key: impl std::fmt::Display) -> support::Value {
    json!({ "account": "a", "amount": "1.00 USD", "key": key.to_string() })
}

/// Without a sequencer of its own, on the clock of the machine.
async fn quiet() -> Stage {
    Stage::with(Kind::Postgres, Options::new().background(false).pool_size(8)).await
}

/// The same store, opened by a process that has a sequencer.
async fn sequencing(stage: &Stage) -> Engine {
    Engine::open_with(&stage.url, stage.options.clone().background(true).pool_size(2)).await.unwrap()
}

/// Locks the heads of books for somebody else, until the connection goes.
async fn hold_heads(stage: &Stage, books: &str) -> PgConnection {
    let mut other = PgConnection::connect(&stage.url).await.unwrap();
    let sql = format!("SELECT 1 FROM \"{}\".head WHERE book {books} FOR UPDATE", stage.options.schema);
    for sql in ["BEGIN".to_owned(), sql] {
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut other).await.unwrap();
    }
    other
}

/// Somebody holds the head of a book: the books behind it are sequenced, and it is when it is free again.
#[tokio::test(flavor = "multi_thread")]
async fn a_book_that_cannot_be_sequenced_stops_no_other() {
    let stage = quiet().await;
    let [held, next, last] = ["a", "b", "c"].map(|name| stage.bank.book(name).unwrap());
    for bank in [&held, &next, &last] {
        bank.call("ledger.top_up", top_up("1")).await.unwrap();
    }
    let other = hold_heads(&stage, "= 'a'").await;
    let background = sequencing(&stage).await;
    let patience = Duration::from_secs(10);
    let others = [becomes_sequenced(&next, patience).await, becomes_sequenced(&last, patience).await];
    assert!(!is_sequenced(&held).await, "its head was locked");
    other.close().await.unwrap();
    assert_eq!(others, [true, true], "the books behind it");
    assert!(becomes_sequenced(&held, patience).await, "its head is free again");
    background.close().await;
    verify(&stage.bank).await;
    stage.finish().await;
}

/// Somebody holds the head of a book: the events that have their places are listed, and health tells of the
/// others.
#[tokio::test(flavor = "multi_thread")]
async fn events_are_listed_although_others_wait_for_their_places() {
    let stage = quiet().await;
    let listed = async |bank: &Engine| {
        let page = bank.call("events.list", json!({ "limit": 100 })).await.unwrap();
        page["items"].as_array().unwrap().len()
    };
    stage.bank.call("ledger.top_up", top_up("1")).await.unwrap();
    let before = listed(&stage.bank).await;
    let other = hold_heads(&stage, "= 'main'").await;
    stage.bank.call("ledger.top_up", top_up("2")).await.unwrap();
    let began = Instant::now();
    assert_eq!(listed(&stage.bank).await, before);
    println!("listed after {:?} beside a head that is held", began.elapsed());
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    assert!(!is_sequenced(&stage.bank).await);
    other.close().await.unwrap();
    // the connection that is closed gives the lock back a moment later
    let patience = Instant::now();
    while listed(&stage.bank).await == before {
        assert!(patience.elapsed() < Duration::from_secs(5), "the events are never listed");
    }
    stage.finish().await;
}

/// Health tells of a book that waits, whichever view is asked.
#[tokio::test(flavor = "multi_thread")]
async fn health_looks_at_every_book() {
    let stage = Stage::open(Kind::Postgres).await;
    let sequencer = async || {
        let health = stage.ok("admin.health", json!({})).await;
        let checks = health["checks"].as_array().unwrap().clone();
        let check = checks.into_iter().find(|check| check["name"] == "sequencer").unwrap();
        format!("{}: {}", check["status"].as_str().unwrap(), check["detail"].as_str().unwrap())
    };
    let other = stage.bank.book("other").unwrap();
    other.call("ledger.top_up", top_up("1")).await.unwrap();
    assert_eq!(sequencer().await, "healthy: no event waits");
    stage.advance("PT16S");
    assert_eq!(sequencer().await, "warning: an event has waited for 16 s");
    other.catch_up().await.unwrap();
    assert_eq!(sequencer().await, "healthy: no event waits");
    stage.finish().await;
}

/// A debit of a streaming account that nobody has folded for long: everything that was credited can be spent
/// at once.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_folded_yet_can_be_spent() {
    let stage = quiet().await;
    stage.ok("ledger.open_account", json!({ "account": "s", "currency": "USD", "streaming": true })).await;
    for _ in 0..1_100 {
        stage.funded("s", "0.01 USD").await;
    }
    let deduct = |amount: &str| json!({ "account": "s", "amount": format!("{amount} USD") });
    // first of all: whatever reads events folds as well
    stage.ok("ledger.deduct", deduct("10.50")).await;
    assert_eq!(stage.balance("s").await, "0.50 0.00 0.50");
    let details = stage.no("ledger.deduct", deduct("0.51"), "insufficient_balance").await;
    assert_eq!(details["available"]["amount"], "0.50", "{details}");
    stage.funded("s", "0.01 USD").await;
    stage.ok("ledger.deduct", deduct("0.51")).await;
    stage.finish().await;
}

/// There is a limit to what one debit folds. Beyond it the caller is told to come again.
#[tokio::test(flavor = "multi_thread")]
async fn a_debit_folds_only_so_many_rows() {
    let stage = quiet().await;
    stage.ok("ledger.open_account", json!({ "account": "s", "currency": "USD", "streaming": true })).await;
    let sql = format!(
        "INSERT INTO \"{}\".stream_pending (book, account, currency, id, amount) \
         SELECT 'main', 's', 'USD', gen_random_uuid(), 1 FROM generate_series(1, 50001)",
        stage.options.schema
    );
    let mut other = PgConnection::connect(&stage.url).await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut other).await.unwrap();
    let deduct = |amount: &str, key: &str| json!({ "account": "s", "amount": amount, "key": key });
    let error = stage.call("ledger.deduct", deduct("500.01 USD", "a")).await.unwrap_err();
    assert_eq!((error.code().as_str(), &error.details()["reason"]), ("contention", &json!("unfolded")));
    stage.ok("ledger.deduct", deduct("400.00 USD", "b")).await;
    stage.ok("ledger.deduct", deduct("100.01 USD", "a")).await;
    assert_eq!(stage.balance("s").await, "0.00 0.00 0.00");
    // these books were made up: there is nothing to verify
    stage.bank.close().await;
}
