//! The memory of an engine does not grow with what it has done: after millions of transfers it holds no more
//! than after the first of them.

#![cfg(target_os = "linux")]

use earnest::Options;

use crate::support::{Kind, Stage, Value, children, json, soak};

/// Transfers in one call.
const BATCH: u64 = 500;
/// Bytes by which a process may grow after its first tenth: pages that the allocator has not given back.
pub(crate) const SLACK: u64 = 48 << 20;
/// Bytes that it may have at all; the test itself has a runtime and a connection pool.
pub(crate) const MOST: u64 = 150 << 20;

/// Memory that this process has resident.
pub(crate) fn resident() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
    pages.split(' ').nth(1).unwrap().parse::<u64>().unwrap() * 4_096
}

fn batch(number: u64) -> Value {
    let transfer = |place: u64| {
        let n = number * BATCH + place;
        let (from, to) = (n % 100, (n * 7 + 1) % 100);
        let to = if from == to { (to + 1) % 100 } else { to };
        let (from, to) = (format!("a-{from}"), format!("a-{to}"));
        json!({ "op": "ledger.transfer",
            "args": { "from": from, "to": to, "amount": "0.01 USD", "key": format!("t-{n}") } })
    };
    json!({ "atomic": true, "ops": (0..BATCH).map(transfer).collect::<Vec<_>>() })
}

/// The memory after a tenth of `count` transfers, and after all of them.
async fn grown(kind: Kind, count: u64) -> (u64, u64) {
    let stage = Stage::with(kind, Options::new().pool_size(4)).await;
    for n in 0..100 {
        stage.funded(&format!("a-{n}"), "1000000.00 USD").await;
    }
    let mut first = 0;
    for number in 0..count / BATCH {
        let done = stage.bank.call("ledger.batch", batch(number)).await.unwrap();
        assert!(done["results"].as_array().unwrap().iter().all(|result| result["ok"] == true));
        if number == count / BATCH / 10 {
            first = resident();
        }
    }
    let last = resident();
    stage.bank.close().await;
    (first, last)
}

/// Names the store to a process that measures its memory.
const STORE: &str = "EARNEST_ENDURANCE_STORE";

/// Memory is that of a process of its own: what other tests of this one have left to the allocator is not
/// the engine's.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "not a test: what the test below starts as a process of its own"]
async fn measured() {
    let Ok(store) = std::env::var(STORE) else { return };
    let (kind, long) = match store.as_str() {
        "sqlite" => (Kind::Sqlite, 1_000_000),
        _ => (Kind::Postgres, 10_000_000),
    };
    let count = u64::from(soak::rounds(10_000, long));
    let (first, last) = grown(kind, count).await;
    let mebibytes = |bytes: u64| bytes >> 20;
    println!(
        "{kind:?}: {count} transfers, {} MiB after a tenth, {} MiB at the end",
        mebibytes(first),
        mebibytes(last)
    );
    assert!(last < first + SLACK, "{kind:?}: {first} grew to {last}");
    assert!(last < MOST, "{kind:?}: {last}");
}

#[tokio::test(flavor = "multi_thread")]
async fn soak_memory_stays_flat() {
    for store in ["sqlite", "postgres"] {
        let mut child = children::alone("endurance::measured", &[(STORE, store)]);
        let ended = tokio::task::spawn_blocking(move || child.wait()).await.unwrap().unwrap();
        assert!(ended.success(), "{store}: the process that measures ended with {ended}");
    }
}
