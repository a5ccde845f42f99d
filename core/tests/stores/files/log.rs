//! The log beside a file gets smaller again, whoever read it for long.

use std::time::Duration;

use earnest::{Engine, Options};
use sqlx::Connection as _;

use super::{Place, make};
use crate::support::{json, verify};

/// Grows the log beyond what it may keep, while somebody reads one state.
async fn grow(bank: &Engine, log: &std::path::Path, name: &str) {
    for round in 0.. {
        let ops: Vec<_> = (0..200)
            .map(|n| {
                let metadata = json!({ "padding": "x".repeat(4_000) });
                let key = format!("{name}-{round}-{n}");
                let args =
                    json!({ "account": "alice", "amount": "1.00 USD", "key": key, "metadata": metadata });
                json!({ "op": "ledger.top_up", "args": args })
            })
            .collect();
        bank.call("ledger.batch", json!({ "atomic": true, "ops": ops })).await.unwrap();
        if std::fs::metadata(log).unwrap().len() > 40 << 20 {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_grew_beside_a_reader_shrinks_again() {
    let place = Place::new();
    let (path, log) = (place.path("shop.db"), place.path("shop.db-wal"));
    let bank = Engine::open_with(&format!("sqlite:{}", path.display()), Options::new()).await.unwrap();
    make(&bank, "first", 1).await;
    let mut reader = sqlx::SqliteConnection::connect(&format!("sqlite:{}", path.display())).await.unwrap();
    let mut reading = reader.begin().await.unwrap();
    sqlx::query("SELECT count(*) FROM earnest_event").fetch_one(&mut *reading).await.unwrap();
    grow(&bank, &log, "reader").await;
    let grown = std::fs::metadata(&log).unwrap().len();
    reading.rollback().await.unwrap();
    let mut left = grown;
    for _ in 0..200 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        left = std::fs::metadata(&log).unwrap().len();
        if left <= 32 << 20 {
            break;
        }
    }
    println!("the log had {} MiB beside a reader, and {} MiB afterwards", grown >> 20, left >> 20);
    assert!(left <= 32 << 20);

    // beside our own verification, and writers that never stop
    let writing = bank.clone();
    let beside = tokio::spawn(async move { make(&writing, "beside", 200).await.len() });
    verify(&bank).await;
    assert_eq!(beside.await.unwrap(), 200);
    assert!(std::fs::metadata(&log).unwrap().len() <= 40 << 20);
    bank.close().await;
}
