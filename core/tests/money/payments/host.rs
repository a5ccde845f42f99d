//! Payments inside the host's own transaction: its rollback leaves no call behind, and its commit sends one.

#![cfg(all(feature = "sqlite", feature = "postgres", feature = "host-sqlx"))]

use std::time::Duration;

use earnest::api::operations::call;
use sqlx::{PgPool, SqlitePool};

use super::{CARD, TOKEN_OF_PAUL, asked, figures, get, leases, posted, said, staged};
use crate::support::{Kind, Stage, Value, id, json};

macro_rules! begin {
    ($pool:expr, postgres) => {
        $pool.begin().await.unwrap()
    };
    ($pool:expr, sqlite) => {
        $pool.begin_with("BEGIN IMMEDIATE").await.unwrap()
    };
}

/// Calls in one transaction of the host, which is committed or rolled back; answers the last reply.
macro_rules! within {
    ($stage:expr, $pool:expr, $kind:ident, $commits:expr, $calls:expr) => {{
        let mut tx = begin!($pool, $kind);
        let bound = $stage.bank.using(&mut tx).unwrap();
        let mut reply = Value::Null;
        for (name, args) in $calls {
            reply = call(&bound, name, args).await.unwrap();
        }
        drop(bound);
        if $commits {
            tx.commit().await.unwrap()
        } else {
            tx.rollback().await.unwrap()
        }
        reply
    }};
}

macro_rules! scenario {
    ($stage:expr, $pool:expr, $kind:ident) => {{
        let (stage, pool): (&Stage, _) = (&$stage, &$pool);
        let create = || ("payments.create", asked(&json!({ "token": TOKEN_OF_PAUL, "key": "order-1" })));
        let order = |name: &'static str, args: &Value| (name, args.clone());

        // a payment and its call go with the host's rollback, key and all
        let gone = within!(stage, pool, $kind, false, [create()])["payment"].clone();
        assert_eq!(calls(stage).await, 0, "no call is left behind");
        stage.no("payments.get", json!({ "payment": gone["id"] }), "payment_not_found").await;
        assert!(leases(stage, &[CARD], 10).await.is_empty());

        // both are there with its commit, and nobody could take the call before
        let mut tx = begin!(pool, $kind);
        let bound = stage.bank.using(&mut tx).unwrap();
        let (name, args) = create();
        let made = call(&bound, name, args.clone()).await.unwrap();
        assert_eq!((&made["payment"]["state"], &made["replayed"]), (&json!("authorizing"), &json!(false)));
        let again = call(&bound, name, args).await.unwrap();
        assert_eq!((&again["payment"]["id"], &again["replayed"]), (&made["payment"]["id"], &json!(true)));
        let lease = json!({ "kinds": ["gateway.card"], "limit": 1, "for": "PT1M" });
        let refused = call(&bound, "jobs.lease", lease).await.unwrap_err();
        assert_eq!(refused.code().as_str(), "not_supported");
        drop(bound);
        tx.commit().await.unwrap();
        let payment = &made["payment"];
        let jobs = leases(stage, &[CARD], 10).await;
        assert_eq!(jobs.len(), 1, "one call is sent: {jobs:?}");
        assert_eq!(jobs[0]["key"], format!("{}:authorize:1", id(payment)));

        // what the gateway answered joins as well: rolled back, it can be reported again
        let result = json!({ "outcome": "captured", "amount": "100.00 USD", "reference": "ch-1" });
        let report = said(&jobs[0], &json!({ "result": result }));
        within!(stage, pool, $kind, false, [order("jobs.complete", &report)]);
        assert_eq!(figures(&get(stage, payment).await), "authorizing 0.00 0.00 0.00 0.00");
        let news = json!({ "gateway": CARD, "event": "e-1", "payment": payment["id"], "outcome": "captured",
            "captured": "100.00 USD" });
        within!(stage, pool, $kind, false, [order("payments.report", &news)]);
        assert_eq!(posted(stage, "shop").await, 0);
        let told = within!(stage, pool, $kind, true, [order("jobs.complete", &report), order("payments.report", &news)]);
        assert_eq!((&told["result"], &told["replayed"]), (&json!("ignored"), &json!(false)), "{told}");
        assert_eq!(figures(&get(stage, payment).await), "captured 100.00 0.00 0.00 0.00");

        // the whole of it: a refund that the host takes back leaves the money where it was
        let refund = json!({ "payment": payment["id"], "amount": "40.00 USD", "key": "back" });
        within!(stage, pool, $kind, false, [order("payments.refund", &refund)]);
        assert_eq!((posted(stage, "shop").await, leases(stage, &[CARD], 10).await.len()), (10_000, 0));
        within!(stage, pool, $kind, true, [order("payments.refund", &refund)]);
        assert_eq!((posted(stage, "shop").await, leases(stage, &[CARD], 10).await.len()), (6_000, 1));
    }};
}

/// How many calls of gateways there are, done or not.
async fn calls(stage: &Stage) -> usize {
    stage.ok("jobs.list", json!({ "kind": "gateway.card" })).await["items"].as_array().unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_goes_with_the_transaction_of_a_host_on_sqlite() {
    let stage = staged(Kind::Sqlite).await;
    let path = stage.url.strip_prefix("sqlite:").unwrap().to_owned();
    let options =
        sqlx::sqlite::SqliteConnectOptions::new().filename(path).busy_timeout(Duration::from_secs(10));
    let pool = SqlitePool::connect_with(options).await.unwrap();
    scenario!(stage, pool, sqlite);
    pool.close().await;
    stage.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_goes_with_the_transaction_of_a_host_on_postgres() {
    let stage = staged(Kind::Postgres).await;
    let pool = PgPool::connect(&stage.url).await.unwrap();
    scenario!(stage, pool, postgres);
    pool.close().await;
    stage.finish().await;
}
