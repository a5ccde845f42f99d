//! Several processes against one limit, each call in a transaction of its host.

#![cfg(all(feature = "postgres", feature = "host-sqlx"))]

use std::time::Duration;

use earnest::api::operations::call;
use earnest::{Engine, Options};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;

use crate::support::children::{self, Told};
use crate::support::{self, Kind, Stage, json, soak};

#[test]
#[ignore = "not a test: what other tests start as a process of its own"]
fn child() {
    let Some(Told { url, schema, name, calls }) = children::told() else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let options = Options::new().names(schema, "earnest_").background(false).pool_size(4);
        let bank = Engine::open_with(&url, options).await.unwrap();
        let pool = PgPoolOptions::new().max_connections(4).connect(&url).await.unwrap();
        let mut running = tokio::task::JoinSet::new();
        for n in 0..calls {
            let (bank, pool, key) = (bank.clone(), pool.clone(), format!("{name}-{n}"));
            running.spawn(async move { children::say(&key, deduct(&bank, &pool, &key).await) });
            if running.len() >= 4 {
                running.join_next().await.unwrap().unwrap();
            }
        }
        while let Some(done) = running.join_next().await {
            done.unwrap();
        }
        bank.close().await;
    });
}

/// One call in a transaction of its own, repeated as long as its refusal says that it may be.
async fn deduct(bank: &Engine, pool: &PgPool, key: &str) -> &'static str {
    for _ in 0..200 {
        let mut tx = pool.begin().await.unwrap();
        let args = json!({ "account": "alice", "amount": "1.00 USD", "key": key });
        let outcome = call(&bank.using(&mut tx).unwrap(), "ledger.deduct", args).await;
        match support::code(&outcome) {
            "contention" | "store_unavailable" | "outcome_unknown" => {
                drop(tx);
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            code => {
                tx.commit().await.unwrap();
                return code;
            }
        }
    }
    "given_up"
}

/// Four processes at once against one limit: exactly so many of their calls pass.
#[tokio::test(flavor = "multi_thread")]
async fn soak_four_processes_meet_one_limit_in_transactions_of_their_hosts() {
    for refusal in ["velocity_blocked", "rate_limited"] {
        let stage = Stage::with(Kind::Postgres, Options::new().background(false).pool_size(4)).await;
        stage.funded("alice", "10000.00 USD").await;
        stage.limit_of_a_hundred(refusal).await;
        let (calls, since) = (soak::rounds(60, 2_500), std::time::Instant::now());
        let children = ["one", "two", "three", "four"]
            .map(|name| children::start(&stage, "host_processes::child", name, calls));
        let (told, passed) = children::passed(children, refusal).await;
        assert_eq!((told, passed.len()), (4 * calls, 100), "{refusal}");
        println!("{refusal}: {told} calls of four processes, 100 passed, {:?}", since.elapsed());
        assert_eq!(stage.balance("alice").await, "9900.00 0.00 9900.00");
        stage.finish().await;
    }
}
