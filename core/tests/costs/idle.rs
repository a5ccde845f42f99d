//! An engine that nobody calls: it costs its database little, and nothing comes late for that.

#![cfg(feature = "postgres")]

use std::time::{Duration, Instant};

use earnest::{Engine, Options};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use crate::support::{self, json};

async fn database() -> String {
    tokio::task::spawn_blocking(support::postgres::database).await.unwrap()
}

/// Transactions in a database so far. The server tells of them up to some seconds late.
async fn transactions(url: &str) -> i64 {
    let (base, name) = url.rsplit_once('/').unwrap();
    let mut conn = PgConnection::connect(&format!("{base}/postgres")).await.unwrap();
    let sql = format!("SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = '{name}'");
    let count = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut conn).await.unwrap();
    conn.close().await.unwrap();
    count
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_idle_engine_makes_less_than_a_transaction_a_second() {
    let _shared = crate::PROCESS.read().await;
    const WINDOW: u32 = 25;
    let url = database().await;
    let bank = Engine::open(&url).await.unwrap();
    let top_up = json!({ "account": "alice", "amount": "1.00 USD", "key": "t-1" });
    bank.call("ledger.top_up", top_up).await.unwrap();
    // it takes some looks until it looks more seldom
    tokio::time::sleep(Duration::from_secs(15)).await;
    let mut made = i64::MAX;
    // the server counts those of its own autovacuum too, which passes
    for _ in 0..3 {
        if made < i64::from(WINDOW) {
            break;
        }
        let before = transactions(&url).await;
        tokio::time::sleep(Duration::from_secs(WINDOW.into())).await;
        made = transactions(&url).await - before;
        println!("{made} transactions in {WINDOW} s of an idle engine");
    }
    assert!(made < i64::from(WINDOW), "{made}");
    bank.close().await;
}

async fn available(bank: &Engine) -> String {
    let balance = bank.call("ledger.balance", json!({ "account": "alice" })).await.unwrap();
    balance["available"]["amount"].as_str().unwrap().to_owned()
}

/// A timer that a call of this process sets runs on time although nobody called before; one that another
/// process sets runs a little later.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_idle_engine_runs_timers_in_time() {
    let _shared = crate::PROCESS.read().await;
    let url = database().await;
    let bank = Engine::open(&url).await.unwrap();
    let other = Engine::open_with(&url, Options::new().background(false)).await.unwrap();
    let top_up = json!({ "account": "alice", "amount": "2.00 USD", "key": "t-1" });
    bank.call("ledger.top_up", top_up).await.unwrap();
    tokio::time::sleep(Duration::from_secs(12)).await;
    for (caller, late) in [(&bank, 2), (&other, 6)] {
        let hold = json!({ "account": "alice", "amount": "1.00 USD", "key": format!("h-{late}"), "expires_in": "PT3S" });
        caller.call("ledger.hold", hold).await.unwrap();
        let since = Instant::now();
        let events = async || {
            let listed = bank.call("events.list", json!({ "types": ["hold.expired"] })).await.unwrap();
            listed["items"].as_array().unwrap().len()
        };
        let before = events().await;
        while events().await == before {
            assert!(since.elapsed() < Duration::from_secs(3 + late), "it is late: {:?}", since.elapsed());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        println!("expired after {:?}", since.elapsed());
        assert_eq!(available(&bank).await, "2.00");
    }
    for bank in [bank, other] {
        bank.close().await;
    }
}

/// Events of another process without a background have their places soon.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_idle_engine_sequences_what_others_commit() {
    let _shared = crate::PROCESS.read().await;
    let url = database().await;
    let bank = Engine::open(&url).await.unwrap();
    let other = Engine::open_with(&url, Options::new().background(false)).await.unwrap();
    tokio::time::sleep(Duration::from_secs(12)).await;
    let top_up = json!({ "account": "alice", "amount": "2.00 USD", "key": "t-1" });
    other.call("ledger.top_up", top_up).await.unwrap();
    let since = Instant::now();
    let pending = earnest::rows::listing::Listing::Pending { book: bank.book_name().clone(), limit: 1 };
    while !bank.look(&pending).await.unwrap().pending.is_empty() {
        assert!(since.elapsed() < Duration::from_secs(6), "it is late");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    println!("sequenced after {:?}", since.elapsed());
    for bank in [bank, other] {
        bank.close().await;
    }
}
