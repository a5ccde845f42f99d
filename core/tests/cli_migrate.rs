//! `earnest migrate --sql`: what it prints makes a store where an engine may not create tables.

#![cfg(all(feature = "cli", feature = "sqlite", feature = "postgres"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what is wrong by panicking"
)]

#[allow(dead_code, reason = "each file of tests uses its part")]
#[path = "support/cli.rs"]
mod cli;
#[allow(dead_code, reason = "each file of tests uses its part")]
#[path = "support/postgres.rs"]
mod postgres;

use cli::{Ran, command, earnest, run};
use serde_json::json;

fn top_up(store: &str, more: &[&str]) -> Ran {
    let line = json!({ "op": "ledger.top_up", "args": { "account": "a", "amount": "1.00 USD", "key": "k" } });
    let mut ran = command(&["run", "-", "--migrate", "check", "--store", store]);
    run(ran.args(more), &line.to_string())
}

#[tokio::test]
async fn printed_sql_makes_a_store_of_sqlite() {
    use sqlx::{Connection as _, Executor as _};
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shop.db");
    let sql = earnest(&["migrate", "--sql", "sqlite"]).out;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&file).create_if_missing(true);
    let mut conn = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
    conn.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(sql))).await.unwrap();
    conn.close().await.unwrap();
    let store = format!("sqlite:{}", file.display());
    assert_eq!(top_up(&store, &[]).code, 0);
    assert_eq!(earnest(&["verify", "--store", &store]).code, 0);
    let migrated = earnest(&["migrate", "--store", &store, "--json"]).document();
    assert_eq!(migrated["from"], migrated["to"], "there is nothing left to do");
}

#[tokio::test]
async fn printed_sql_makes_a_store_of_postgres() {
    use sqlx::{Connection as _, Executor as _};
    let url = postgres::database();
    let refused = top_up(&url, &["--schema", "shop"]);
    assert!(refused.code == 1 && refused.err.contains("migration_required"), "{refused:?}");
    let sql = earnest(&["migrate", "--sql", "postgres", "--schema", "shop"]).out;
    let mut conn = sqlx::PgConnection::connect(&url).await.unwrap();
    conn.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(sql))).await.unwrap();
    // a role that may create nothing, with the rights that the guide names
    let role = format!("app_{}", url.rsplit('/').next().unwrap());
    let grants = format!(
        "CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA shop TO {role}; \
         GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA shop TO {role}"
    );
    conn.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(grants))).await.unwrap();
    conn.close().await.unwrap();
    let (user, rest) = url.trim_start_matches("postgres://").split_once('@').unwrap();
    assert!(!user.contains('/'), "{user}");
    let ran = top_up(&format!("postgres://{role}@{rest}"), &["--schema", "shop"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(earnest(&["verify", "--store", &url, "--schema", "shop"]).code, 0);
}

#[test]
fn what_is_printed_is_asked_for_in_full() {
    let empty = earnest(&["migrate", "--sql", "postgres", "--from", "999"]);
    assert_eq!((empty.code, empty.out.as_str()), (0, "BEGIN;\nCOMMIT;\n"));
    for bad in [
        &["--sql", "oracle"][..],
        &["--from", "1"],
        &["--sql", "postgres", "--finish"],
        &["--sql", "postgres", "--schema", "Ö"],
    ] {
        assert_eq!(earnest(&[&["migrate"], bad].concat()).code, 2, "{bad:?}");
    }
}
