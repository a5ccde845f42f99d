//! `earnest migrate --sql`: what it prints makes a store where an engine may not create tables.

use serde_json::json;

use crate::cli::{Ran, command, earnest, run};
use crate::postgres;

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
    let role = format!("app_{}", url.rsplit('/').next().unwrap());
    let sql = earnest(&["migrate", "--sql", "postgres", "--schema", "shop", "--app-role", &role]).out;
    let mut conn = sqlx::PgConnection::connect(&url).await.unwrap();
    // a role that may create nothing, and change nothing that has happened
    let sql = format!("CREATE ROLE {role} LOGIN; {sql}");
    conn.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(sql))).await.unwrap();
    conn.close().await.unwrap();
    let (user, rest) = url.trim_start_matches("postgres://").split_once('@').unwrap();
    assert!(!user.contains('/'), "{user}");
    let ran = top_up(&format!("postgres://{role}@{rest}"), &["--schema", "shop"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(earnest(&["verify", "--store", &url, "--schema", "shop"]).code, 0);
}

/// A DBA runs one file on staging and on production: these are two stores, and the engine of one is refused
/// in the other's transactions.
#[tokio::test]
async fn printed_sql_makes_another_store_wherever_it_runs() {
    use sqlx::{Connection as _, Executor as _};
    let folder = tempfile::tempdir().unwrap();
    for dialect in ["sqlite", "postgres"] {
        let sql = earnest(&["migrate", "--sql", dialect]).out;
        let mut stores = Vec::new();
        for place in ["staging", "production"] {
            let url = if dialect == "sqlite" {
                let file = folder.path().join(place);
                let options =
                    sqlx::sqlite::SqliteConnectOptions::new().filename(&file).create_if_missing(true);
                let mut conn = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
                conn.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(sql.clone()))).await.unwrap();
                conn.close().await.unwrap();
                format!("sqlite:{}", file.display())
            } else {
                let url = tokio::task::spawn_blocking(postgres::database).await.unwrap();
                let mut conn = sqlx::PgConnection::connect(&url).await.unwrap();
                conn.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(sql.clone()))).await.unwrap();
                conn.close().await.unwrap();
                url
            };
            let bank = earnest::Engine::open(&url).await.unwrap();
            let identity = bank.identity();
            assert_eq!(identity.store, identity.timeline, "{dialect}: the first timeline");
            assert_eq!(identity.store.get_version_num(), 4, "{dialect}: {identity}");
            stores.push(identity.store);
            bank.close().await;
        }
        assert_ne!(stores[0], stores[1], "{dialect}");
    }
}

#[test]
fn what_is_printed_is_asked_for_in_full() {
    let empty = earnest(&["migrate", "--sql", "postgres", "--from", "999"]);
    assert_eq!((empty.code, empty.out.as_str()), (0, "BEGIN;\nCOMMIT;\n"));
    for bad in [
        &["--sql", "oracle"][..],
        &["--from", "1"],
        &["--sql", "postgres", "--to", "1"],
        &["--sql", "sqlite", "--app-role", "clerk"],
        &["--app-role", "clerk"],
        &["--sql", "postgres", "--schema", "Ö"],
        &["--sql", "postgres", "--distribute"],
    ] {
        assert_eq!(earnest(&[&["migrate"], bad].concat()).code, 2, "{bad:?}");
    }
}

#[test]
fn tables_are_distributed_where_there_is_a_cluster() {
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite:{}", folder.path().join("one.db").display());
    for (store, why) in [(file, "only Citus"), (crate::postgres::database(), "no extension `citus`")] {
        let refused = earnest(&["migrate", "--distribute", "--store", &store]);
        assert_eq!(refused.code, 1, "{}{}", refused.out, refused.err);
        assert!(refused.err.contains("not_supported") && refused.err.contains(why), "{}", refused.err);
        // the schema was made before that, and is of use on one server
        assert_eq!(earnest(&["verify", "--store", &store]).code, 0);
    }
}
