//! The surroundings of a store on PostgreSQL: encodings that cannot hold every text, and databases that were
//! set to take no writes, are refused by name.

#![cfg(all(feature = "postgres", feature = "host-sqlx"))]

use earnest::api::operations::call;
use earnest::requests::{GetHealth, TopUp};
use earnest::{Code, Engine, Options};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use crate::support::{json, postgres::database};

async fn url() -> String {
    tokio::task::spawn_blocking(database).await.unwrap()
}

async fn run(url: &str, sql: &str) {
    let mut conn = PgConnection::connect(url).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();
}

fn options() -> Options {
    Options::new().background(false)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_cannot_hold_every_text_is_refused_by_its_encoding() {
    let base = url().await;
    for encoding in ["LATIN1", "EUC_KR", "SQL_ASCII"] {
        let other = format!("{base}_{}", encoding.to_lowercase());
        let name = other.rsplit_once('/').unwrap().1;
        run(&base, &format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING '{encoding}' LOCALE_PROVIDER libc LOCALE 'C'"))
            .await;
        let pool = PgPoolOptions::new().max_connections(3).connect(&other).await.unwrap();
        for refused in [
            Engine::open_with(&other, options()).await.map(drop),
            Engine::attach(pool.clone(), options()).await.map(drop),
        ] {
            let error = refused.expect_err(encoding);
            assert_eq!((error.code(), error.retryable()), (Code::NotSupported, false), "{error}");
            let message = error.message();
            assert!(message.contains(&format!("`{encoding}`")) && message.contains("`UTF8`"), "{message}");
        }
        pool.close().await;
        let made: Vec<String> = {
            let mut conn = PgConnection::connect(&other).await.unwrap();
            let sql = "SELECT nspname::text FROM pg_namespace WHERE nspname = 'earnest'";
            sqlx::query_scalar(sql).fetch_all(&mut conn).await.unwrap()
        };
        assert_eq!(made, Vec::<String>::new(), "something was written");
    }
    let bank = Engine::open_with(&base, options()).await.unwrap();
    bank.ledger().top_up(TopUp::new("alice", "1.00 USD").key("t-1")).await.unwrap();
    let noted = json!({ "from": "alice", "to": "bob", "amount": "0.10 USD", "key": "x-1",
                        "metadata": { "memo": "좋아요 😀" }, "reference": "뷁" });
    bank.call("ledger.open_account", json!({ "account": "bob", "currency": "USD" })).await.unwrap();
    bank.call("ledger.transfer", noted).await.unwrap();
    bank.close().await;
}

/// The text of a row that the connection's encoding lacks would fail in the middle of a call.
#[tokio::test(flavor = "multi_thread")]
async fn a_joined_connection_that_cannot_carry_every_text_is_refused_by_its_encoding() {
    let url = url().await;
    let bank = Engine::open_with(&url, options()).await.unwrap();
    bank.ledger().top_up(TopUp::new("alice", "1.00 USD").key("t-1")).await.unwrap();
    let mut conn = PgConnection::connect(&url).await.unwrap();
    for (encoding, taken) in [("LATIN1", false), ("SQL_ASCII", false), ("UTF8", true)] {
        let mut tx = conn.begin().await.unwrap();
        let set = format!("SET LOCAL client_encoding = '{encoding}'");
        sqlx::raw_sql(AssertSqlSafe(set)).execute(&mut *tx).await.unwrap();
        let mine = bank.using(&mut tx).unwrap();
        let answered = call(&mine, "ledger.balance", json!({ "account": "alice" })).await;
        drop(mine);
        assert_eq!(answered.is_ok(), taken, "{encoding}: {answered:?}");
        if let Err(error) = answered {
            assert_eq!(error.code(), Code::NotSupported, "{error}");
            assert!(error.message().contains(&format!("`client_encoding` is `{encoding}`")), "{error}");
        }
        let there: i32 = sqlx::query_scalar("SELECT 1").fetch_one(&mut *tx).await.unwrap();
        assert_eq!(there, 1);
        tx.rollback().await.unwrap();
    }
    let lent = url.parse::<PgConnectOptions>().unwrap();
    let pool = PgPoolOptions::new().max_connections(2).after_connect(|conn, _| {
        Box::pin(async move { sqlx::raw_sql("SET client_encoding = 'LATIN1'").execute(conn).await.map(drop) })
    });
    let error =
        Engine::attach(pool.connect_with(lent).await.unwrap(), options()).await.expect_err("attached");
    assert_eq!(error.code(), Code::NotSupported, "{error}");
    assert!(error.message().contains("`client_encoding` is `LATIN1`"), "{error}");
    bank.close().await;
}

/// A role or a database that was set to take no writes is no standby: what it is set by is named.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_was_set_to_take_no_writes_says_so() {
    let url = url().await;
    let name = url.rsplit_once('/').unwrap().1;
    let set = |on: &str| format!("ALTER DATABASE {name} SET default_transaction_read_only = {on}");
    run(&url, &set("on")).await;
    // nothing is there yet, and nothing can be made
    let error = Engine::open_with(&url, options()).await.expect_err("it was opened");
    assert_eq!(error.code(), Code::StoreUnavailable, "{error}");
    assert!(error.message().contains("`default_transaction_read_only` is on"), "{error}");
    run(&url, &format!("BEGIN READ WRITE; {}; COMMIT", set("off"))).await;
    Engine::open_with(&url, options()).await.unwrap().close().await;
    run(&url, &set("on")).await;
    let bank = Engine::open_with(&url, options()).await.unwrap();
    let error = bank.ledger().top_up(TopUp::new("alice", "1.00 USD").key("t-1")).await.unwrap_err();
    assert_eq!(error.code(), Code::StoreUnavailable, "{error}");
    assert!(error.message().contains("`default_transaction_read_only` is on"), "{error}");
    let health = bank.admin().health(GetHealth::new()).await.unwrap();
    assert_eq!(health.status, "critical", "{health:?}");
    let said = health.checks.iter().find(|check| check.name == "store").unwrap();
    assert!(said.detail.contains("`default_transaction_read_only` is on"), "{health:?}");
    bank.close().await;
}
