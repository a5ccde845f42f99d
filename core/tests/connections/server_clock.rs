//! A process whose own clock is wrong, beside a PostgreSQL server whose clock is right: the server's decides.

#![cfg(all(feature = "postgres", feature = "host-sqlx"))]

use std::time::Duration;

use earnest::{Engine, Options};
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection};

use crate::support::postgres;

/// A database whose clock is off by so much against that of this machine. The server itself is real: what
/// statements call `clock_timestamp()` is found in another schema first.
async fn off_by(by: &str) -> String {
    let url = postgres::database();
    let mut conn = PgConnection::connect(&url).await.unwrap();
    let name = url.rsplit('/').next().unwrap();
    for sql in [
        "CREATE SCHEMA skew".to_owned(),
        "CREATE TABLE skew.clock (off interval NOT NULL)".to_owned(),
        format!("INSERT INTO skew.clock VALUES ('{by}')"),
        "CREATE FUNCTION skew.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS \
         'SELECT pg_catalog.clock_timestamp() + (SELECT off FROM skew.clock)'"
            .to_owned(),
        format!("ALTER DATABASE {name} SET search_path = skew, pg_catalog"),
    ] {
        sqlx::Executor::execute(&mut conn, sqlx::AssertSqlSafe(sql)).await.unwrap();
    }
    conn.close().await.unwrap();
    url
}

async fn ok(bank: &Engine, name: &str, args: Value) -> Value {
    bank.call(name, args.clone())
        .await
        .unwrap_or_else(|error| panic!("{name} {args}: {error} {:?}", error.details()))
}

/// A worker whose clock is a day slow finds what is due, and one that is a day fast nothing else.
#[tokio::test(flavor = "multi_thread")]
async fn timers_and_jobs_are_found_by_the_server_s_clock() {
    for off in ["1 day", "-1 day"] {
        let bank = Engine::open_with(&off_by(off).await, Options::new().background(false)).await.unwrap();
        ok(&bank, "ledger.top_up", json!({ "account": "alice", "amount": "100.00 USD", "key": "t" })).await;
        let terms = json!({
            "buyer": "alice", "seller": "bob", "price": "40.00 USD", "shipping": false, "inspection": "PT1S", "key": "d",
        });
        let deal = ok(&bank, "escrow.open", terms).await["deal"]["id"].clone();
        ok(&bank, "escrow.pay", json!({ "deal": deal, "actor": "alice" })).await;
        let hold = json!({ "account": "alice", "amount": "1.00 USD", "expires_in": "PT1S", "key": "h" });
        ok(&bank, "ledger.hold", hold).await;
        let refund = json!({ "deal": deal, "reason": "late", "actor": "alice", "key": "r" });
        ok(&bank, "escrow.request_refund", refund).await;
        ok(
            &bank,
            "escrow.refuse_refund",
            json!({ "deal": deal, "reason": "no", "actor": "bob", "key": "n" }),
        )
        .await;
        tokio::time::sleep(Duration::from_millis(1_200)).await;
        let ran = ok(&bank, "jobs.run_due", json!({})).await;
        assert_eq!((&ran["timers"], &ran["holds"]), (&json!(1), &json!(1)), "{off}");
        let leased = json!({ "kinds": ["notify.parties", "notify.admins"], "limit": 10, "for": "PT1M" });
        let jobs = ok(&bank, "jobs.lease", leased).await;
        assert!(!jobs["jobs"].as_array().unwrap().is_empty(), "{off}: {jobs}");
        bank.close().await;
    }
}

/// An outcome of a minute ago is known, also to a process whose clock is 25 hours fast, and inside a host's
/// transaction.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_looked_up_by_the_server_s_clock() {
    let url = off_by("-25 hours").await;
    let bank = Engine::open_with(&url, Options::new().background(false)).await.unwrap();
    ok(&bank, "ledger.open_account", json!({ "account": "alice", "currency": "USD", "key": "k" })).await;
    let looked = ok(&bank, "admin.lookup_key", json!({ "key": "k" })).await;
    assert_eq!(looked["outcome"], "accepted");
    let pool = sqlx::PgPool::connect(&url).await.unwrap();
    let mut tx = pool.begin().await.unwrap();
    let bound = bank.using(&mut tx).unwrap();
    let looked = bound.admin().lookup_key(earnest::requests::LookupKey::new("k")).await.unwrap();
    assert_eq!(looked.outcome, "accepted");
    drop(bound);
    tx.rollback().await.unwrap();
    bank.close().await;
}
