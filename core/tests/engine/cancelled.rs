//! Futures dropped at every await point: no transaction leaks, no half effect, and whoever comes next is
//! served.

#![cfg(all(feature = "sqlite", feature = "postgres", feature = "host-sqlx"))]

use std::future::Future;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use earnest::Engine;
use earnest::api::operations;
use sqlx::{PgPool, SqlitePool};

use crate::support::{Kind, Stage, Value, json, verify};

/// Polls a call `polls` times and drops it where it waits; `None` then. `late` drops it at the next wake,
/// with an answer under way, instead of at once.
async fn cut<T>(call: impl Future<Output = T>, polls: u32, late: bool) -> Option<T> {
    let mut call = pin!(call);
    let mut left = polls;
    std::future::poll_fn(|cx| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match call.as_mut().poll(cx) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending if left == 0 && !late => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// Before the 35 s are over after which the server ends what leaked.
async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(30), what).await.expect("nothing that was dropped is in the way")
}

/// One of each: what writes, what reads, what runs the sequencer, what opens.
fn calls(key: &str) -> Vec<(&'static str, Value)> {
    let transfer = |key: String| json!({ "from": "alice", "to": "bob", "amount": "0.01 USD", "key": key, "reference": key });
    let ops = json!([
        { "op": "ledger.transfer", "args": transfer(format!("{key}-b1")) },
        { "op": "ledger.transfer", "args": transfer(format!("{key}-b2")) },
    ]);
    vec![
        ("ledger.transfer", transfer(format!("{key}-t"))),
        ("ledger.batch", json!({ "ops": ops, "atomic": true })),
        (
            "escrow.open",
            json!({ "buyer": "alice", "seller": "bob", "price": "0.01 USD", "key": format!("{key}-d") }),
        ),
        ("ledger.balance", json!({ "account": "alice" })),
        ("ledger.transfers", json!({ "account": "alice", "limit": 2 })),
        ("events.state_hash", json!({})),
        ("jobs.run_due", json!({})),
        ("admin.verify", json!({})),
    ]
}

/// Whether a key was accepted: its transfer is there wholly or not at all.
async fn whole(bank: &Engine, key: &str) -> bool {
    let outcome = bank.call("admin.lookup_key", json!({ "key": key })).await.unwrap();
    let accepted = outcome["outcome"] == "accepted";
    let found = bank.call("ledger.transfers", json!({ "reference": key })).await.unwrap();
    let found = found["items"].as_array().unwrap();
    assert_eq!(found.len(), usize::from(accepted), "{key}: {outcome} {found:?}");
    if let Some(found) = found.first() {
        assert_eq!(found["postings"].as_array().unwrap().len(), 2);
    }
    accepted
}

/// Apart, because `nothing_is_open` looks at every session of the database.
async fn stage(kind: Kind) -> Stage {
    let stage = Stage::apart(kind).await;
    stage.funded("alice", "1000.00 USD").await;
    stage.funded("bob", "1.00 USD").await;
    stage
}

/// sqlx #4385: cancelling `begin()` leaked an open database transaction from the pool.
#[tokio::test(flavor = "multi_thread")]
async fn museum_18_dropped_calls_leak_nothing() {
    for kind in Kind::all() {
        let stage = stage(kind).await;
        let mut drops: usize = 0;
        for place in 0..calls("").len() {
            let mut polls = 0;
            loop {
                let (name, args) = calls(&format!("p{place}-{polls}")).swap_remove(place);
                let outcome = soon(cut(stage.bank.call(name, args), polls, polls % 2 == 1)).await;
                soon(stage.ok("ledger.deduct", json!({ "account": "alice", "amount": "0.01 USD" }))).await;
                match outcome {
                    None => drops += 1,
                    Some(reply) => {
                        reply.unwrap();
                        break;
                    }
                }
                polls += 1;
            }
            for n in 0..=polls {
                let key = format!("p{place}-{n}");
                if place == 0 {
                    whole(&stage.bank, &format!("{key}-t")).await;
                }
                if place == 1 {
                    let first = whole(&stage.bank, &format!("{key}-b1")).await;
                    assert_eq!(whole(&stage.bank, &format!("{key}-b2")).await, first, "{kind:?} {key}");
                }
            }
        }
        println!("{kind:?}: {drops} futures dropped");
        assert!(drops >= calls("").len(), "{kind:?}: {drops}");
        nothing_is_open(&stage).await;
        stage.finish().await;
    }
}

/// An engine whose opening was given up leaves nothing that is in the way of the next one.
#[tokio::test(flavor = "multi_thread")]
async fn museum_18_dropped_openings_leak_nothing() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let stage = stage(kind).await;
        let mut polls = 0;
        loop {
            let opening = Engine::open_with(&stage.url, stage.options.clone());
            let Some(opened) = soon(cut(Box::pin(opening), polls, polls % 2 == 1)).await else {
                polls += 1;
                continue;
            };
            let opened = opened.unwrap();
            soon(opened.call("ledger.balance", json!({ "account": "alice" }))).await.unwrap();
            soon(opened.close()).await;
            break;
        }
        println!("{kind:?}: {polls} openings dropped");
        assert!(polls >= 1, "{kind:?}");
        nothing_is_open(&stage).await;
        stage.finish().await;
    }
}

/// Nobody has a transaction open.
async fn nothing_is_open(stage: &Stage) {
    match stage.kind {
        Kind::Memory => {}
        Kind::Sqlite => {
            let pool = SqlitePool::connect(&stage.url).await.unwrap();
            let tx = soon(pool.begin_with("BEGIN EXCLUSIVE")).await.unwrap();
            tx.rollback().await.unwrap();
            pool.close().await;
        }
        Kind::Postgres => {
            let pool = PgPool::connect(&stage.url).await.unwrap();
            // a connection that was dropped is closed by the server a little later
            let sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'
                       AND state_change < now() - interval '1 second'";
            tokio::time::sleep(Duration::from_millis(1_200)).await;
            let since = std::time::Instant::now();
            // one that leaked is kept for 35 s
            while sqlx::query_scalar::<_, i64>(sql).fetch_one(&pool).await.unwrap() > 0 {
                assert!(since.elapsed() < Duration::from_secs(20), "a transaction is open");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            pool.close().await;
        }
    }
}

macro_rules! host_scenario {
    ($stage:expr, $pool:expr, $($begin:tt)*) => {{
        let (stage, pool) = (&$stage, &$pool);
        sqlx::query("CREATE TABLE orders (id text PRIMARY KEY)").execute(pool).await.unwrap();
        let (mut drops, mut kept, mut gone) = (0, 0, 0);
        for place in 0..3 {
            let mut polls = 0;
            loop {
                let key = format!("h{place}-{polls}");
                let (name, args) = calls(&key).swap_remove(place);
                let mut tx = pool.$($begin)*.await.unwrap();
                let order = sqlx::query("INSERT INTO orders VALUES ($1)").bind(&key);
                order.execute(&mut *tx).await.unwrap();
                let bound = stage.bank.using(&mut tx).unwrap();
                let outcome = soon(cut(operations::call(&bound, name, args), polls, polls % 2 == 1)).await;
                drop(bound);
                // the host knows nothing of it, or does not mind, and commits
                let committed = soon(tx.commit()).await;
                let sql = "SELECT count(*) FROM orders WHERE id = $1";
                let orders: i64 = sqlx::query_scalar(sql).bind(&key).fetch_one(pool).await.unwrap();
                assert!(orders == 1 || committed.is_err(), "{key}: a commit that says so keeps what the host wrote");
                let written = match place {
                    0 => whole(&stage.bank, &format!("{key}-t")).await,
                    1 => {
                        let first = whole(&stage.bank, &format!("{key}-b1")).await;
                        assert_eq!(whole(&stage.bank, &format!("{key}-b2")).await, first, "{key}");
                        first
                    }
                    _ => {
                        let outcome = stage.ok("admin.lookup_key", json!({ "key": format!("{key}-d") })).await;
                        outcome["outcome"] == "accepted"
                    }
                };
                assert!(orders == 1 || !written, "{key}: both or neither");
                verify(&stage.bank).await;
                match outcome {
                    None => drops += 1,
                    Some(reply) => {
                        reply.unwrap();
                        assert!(written, "{key}");
                        break;
                    }
                }
                if written { kept += 1 } else { gone += 1 }
                polls += 1;
            }
        }
        println!("{:?}: {drops} calls dropped inside a host's transaction: {kept} whole, {gone} absent", stage.kind);
        // how often a call waits depends on how fast the database answers: each was dropped at least once
        assert!(drops >= 3 && gone > 0, "{drops} {kept} {gone}");
    }};
}

/// A call cancelled half-way inside a host's transaction, which the host then commits.
#[tokio::test(flavor = "multi_thread")]
async fn museum_18_half_a_call_is_never_committed_on_sqlite() {
    let stage = stage(Kind::Sqlite).await;
    let pool = SqlitePool::connect(&stage.url).await.unwrap();
    host_scenario!(stage, pool, begin_with("BEGIN IMMEDIATE"));
    pool.close().await;
    stage.finish().await;
}

/// The same on PostgreSQL.
#[tokio::test(flavor = "multi_thread")]
async fn museum_18_half_a_call_is_never_committed_on_postgres() {
    let stage = stage(Kind::Postgres).await;
    let pool = PgPool::connect(&stage.url).await.unwrap();
    host_scenario!(stage, pool, begin());
    pool.close().await;
    stage.finish().await;
}
