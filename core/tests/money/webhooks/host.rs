//! Webhooks inside the host's own transaction: its rollback leaves nothing of them, and its commit all.

#![cfg(all(feature = "sqlite", feature = "postgres", feature = "host-sqlx"))]

use std::time::Duration;

use earnest::api::operations::call;
use sqlx::{PgPool, SqlitePool};

use super::{STANDARD, STANDARD_TOO, captured, counted, events, message, source};
use crate::payments::{books, confirmed, figures, get, sent, staged};
use crate::support::{Kind, Stage, json};

macro_rules! begin {
    ($pool:expr, postgres) => {
        $pool.begin().await.unwrap()
    };
    ($pool:expr, sqlite) => {
        $pool.begin_with("BEGIN IMMEDIATE").await.unwrap()
    };
}

macro_rules! scenario {
    ($stage:expr, $pool:expr, $kind:ident) => {{
        let (stage, pool): (&Stage, _) = (&$stage, &$pool);
        source(stage, "standard", STANDARD).await;
        let payment = confirmed(stage, json!({})).await;
        sent(stage, &payment, "authorize").await;
        let told = message(stage, "standard", STANDARD, "e-1", &captured(&payment));
        let before = events(stage).await;

        // nothing is left of one that was rolled back: it can be told again
        let mut tx = begin!(pool, $kind);
        let bound = stage.bank.using(&mut tx).unwrap();
        let reply = call(&bound, "webhooks.receive", told.clone()).await.unwrap();
        assert_eq!(reply["result"], "applied", "{reply}");
        drop(bound);
        tx.rollback().await.unwrap();
        assert_eq!(figures(&get(stage, &payment).await), "authorizing 0.00 0.00 0.00 0.00");
        assert_eq!(events(stage).await, before);

        // a forged one leaves the transaction usable, and no event behind it
        let mut tx = begin!(pool, $kind);
        let bound = stage.bank.using(&mut tx).unwrap();
        let forged = message(stage, "standard", STANDARD_TOO, "e-1", &captured(&payment));
        let refused = call(&bound, "webhooks.receive", forged).await.unwrap_err();
        assert_eq!(refused.code().as_str(), "signature_invalid");
        let reply = call(&bound, "webhooks.receive", told.clone()).await.unwrap();
        assert_eq!((&reply["result"], &reply["replayed"]), (&json!("applied"), &json!(false)));
        let again = call(&bound, "webhooks.receive", told).await.unwrap();
        assert_eq!(again["replayed"], true, "{again}");
        drop(bound);
        tx.commit().await.unwrap();
        assert_eq!(figures(&get(stage, &payment).await), "captured 100.00 0.00 0.00 0.00");
        assert_eq!(books(stage).await, [10_000, 0, 0]);
        assert!(!stage.event_types().await.contains(&"call.refused".to_owned()));
        let refused = "earnest_webhooks_total{source=\"standard\",result=\"refused\"}";
        assert_eq!(counted(stage, refused).await, 1);
    }};
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_goes_with_the_transaction_of_a_host_on_sqlite() {
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
async fn a_webhook_goes_with_the_transaction_of_a_host_on_postgres() {
    let stage = staged(Kind::Postgres).await;
    let pool = PgPool::connect(&stage.url).await.unwrap();
    scenario!(stage, pool, postgres);
    pool.close().await;
    stage.finish().await;
}
