//! Roles that may not do what the engine needs, and transactions that may only read: whoever has to act is
//! told what to do.

#![cfg(feature = "host-sqlx")]

use earnest::api::operations::call;
use earnest::{Engine, Error, Options};

use crate::support::{self, json};

/// The code, what can be done about it, and the reason.
fn told(error: &Error) -> (&'static str, &'static str, String) {
    let retry = match error.retry() {
        earnest::error::Retry::Never => "never",
        earnest::error::Retry::Call => "call",
        earnest::error::Retry::Transaction => "transaction",
        earnest::error::Retry::Later => "later",
    };
    (error.code().as_str(), retry, error.message())
}

#[cfg(feature = "postgres")]
mod postgres {
    use sqlx::postgres::PgPoolOptions;
    use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

    use super::*;
    use crate::support::postgres::database;

    /// A database of the test's own, somebody who may do everything there, and a role who may connect.
    async fn place() -> (String, PgConnection, String, String) {
        let url = tokio::task::spawn_blocking(database).await.unwrap();
        let mut owner = PgConnection::connect(&url).await.unwrap();
        let name = url.rsplit_once('/').unwrap().1.to_owned();
        let role = format!("clerk_{name}");
        run(&mut owner, &format!("CREATE ROLE {role} LOGIN; REVOKE ALL ON SCHEMA public FROM PUBLIC")).await;
        let mut theirs = url::Url::parse(&url).unwrap();
        theirs.set_username(&role).unwrap();
        (url, owner, theirs.to_string(), role)
    }

    async fn run(conn: &mut PgConnection, sql: &str) {
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(conn).await.unwrap();
    }

    async fn refused(url: &str) -> (&'static str, &'static str, String) {
        let options = Options::new().background(false);
        told(&Engine::open_with(url, options).await.expect_err("it was opened"))
    }

    fn top_up(key: &str) -> serde_json::Value {
        json!({ "account": "alice", "amount": "1.00 USD", "key": key })
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_role_that_may_not_create_is_told_so() {
        let (_, mut owner, theirs, role) = place().await;
        let (code, retry, message) = refused(&theirs).await;
        assert_eq!((code, retry), ("store_denied", "never"), "{message}");
        assert!(message.contains("CREATE on database"), "{message}");
        // nor may it in a schema that somebody made for it
        run(&mut owner, "CREATE SCHEMA earnest").await;
        let (code, _, message) = refused(&theirs).await;
        assert_eq!(code, "store_denied", "{message}");
        assert!(message.contains("USAGE on schema earnest"), "{message}");
        run(&mut owner, &format!("GRANT USAGE ON SCHEMA earnest TO {role}")).await;
        let (code, _, message) = refused(&theirs).await;
        assert_eq!(code, "store_denied", "{message}");
        assert!(message.contains("CREATE on schema earnest"), "{message}");
        run(&mut owner, &format!("GRANT CREATE ON SCHEMA earnest TO {role}")).await;
        Engine::open(&theirs).await.unwrap().close().await;
    }

    /// The rights that `earnest migrate --sql postgres --app-role` prints are enough for everything, and what
    /// has happened stays as it is.
    #[tokio::test(flavor = "multi_thread")]
    async fn the_role_of_an_application_may_do_all_but_change_what_happened() {
        use earnest::store::postgres::{PostgresOptions, PostgresStore};
        use earnest::store::sql::{Names, grants};
        use earnest::store::{Fault, SharedStore, Store as _, contract};
        let (url, mut owner, theirs, role) = place().await;
        let (url, theirs, role) = (&url, &theirs, &role);
        let opened = std::sync::atomic::AtomicUsize::new(0);
        let open = || async {
            let schema = format!("s{}", opened.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
            let currencies = std::sync::Arc::new(std::sync::RwLock::new(contract::currencies()?));
            let options = || PostgresOptions {
                currencies: currencies.clone(),
                schema: schema.clone(),
                ..PostgresOptions::default()
            };
            let store = PostgresStore::open(url, options()).await?;
            store.migrate().await?;
            store.close().await;
            let mut owner = PgConnection::connect(url).await.unwrap();
            let sql = grants::grants(&Names::postgres(&schema).unwrap(), role).join(";");
            run(&mut owner, &sql).await;
            owner.close().await.unwrap();
            Ok::<SharedStore, Fault>(std::sync::Arc::new(PostgresStore::open(theirs, options()).await?))
        };
        crate::store_contract::passed(contract::suite(open).await, 40);
        let mut clerk = PgConnection::connect(theirs).await.unwrap();
        for (table, column) in [("entry", "amount"), ("event", "data"), ("event_seq", "items")] {
            for sql in [
                format!("UPDATE s0.{table} SET {column} = {column}"),
                format!("DELETE FROM s0.{table}"),
                format!("TRUNCATE s0.{table}"),
            ] {
                let error = sqlx::raw_sql(AssertSqlSafe(sql.clone())).execute(&mut clerk).await.unwrap_err();
                assert!(error.to_string().contains("permission denied"), "{sql}: {error}");
            }
        }
        let error = sqlx::raw_sql("CREATE TABLE s0.mine (a int4)").execute(&mut clerk).await.unwrap_err();
        assert!(error.to_string().contains("permission denied"), "{error}");
        // an engine works as that role, from its first call to its upkeep
        Engine::open(url).await.unwrap().close().await;
        run(&mut owner, &grants::grants(&Names::postgres("earnest").unwrap(), role).join(";")).await;
        let bank = Engine::open_with(theirs, Options::new().background(false)).await.unwrap();
        for (_, line) in earnest::api::examples::STORY {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            let args = if line["args"].is_null() { json!({}) } else { line["args"].clone() };
            if args.to_string().contains("\"$") {
                continue;
            }
            if let Err(error) = bank.call(line["op"].as_str().unwrap(), args).await {
                assert_ne!(error.code().as_str(), "store_denied", "{line}: {error}");
            }
        }
        support::verify(&bank).await;
        bank.close().await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_right_that_is_missing_is_named() {
        let (url, mut owner, theirs, role) = place().await;
        let bank = Engine::open(&url).await.unwrap();
        bank.call("ledger.top_up", top_up("t-1")).await.unwrap();
        let (code, _, message) = refused(&theirs).await;
        assert_eq!(code, "store_denied", "{message}");
        assert!(message.contains("USAGE on schema earnest"), "{message}");
        let grants = "GRANT USAGE ON SCHEMA earnest TO ROLE; \
                      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA earnest TO ROLE; \
                      REVOKE INSERT ON earnest.entry FROM ROLE";
        run(&mut owner, &grants.replace("ROLE", &role)).await;
        let clerk = Engine::open_with(&theirs, Options::new().background(false)).await.unwrap();
        let balance = clerk.call("ledger.balance", json!({ "account": "alice" })).await.unwrap();
        assert_eq!(balance["posted"]["amount"], "1.00");
        // remembered rows or locks: the answer is the same
        for key in ["t-2", "t-3", "t-4"] {
            let error = clerk.call("ledger.top_up", top_up(key)).await.unwrap_err();
            let (code, retry, message) = told(&error);
            assert_eq!((code, retry, error.http_status()), ("store_denied", "never", 503), "{message}");
            assert!(message.contains("INSERT on earnest.entry"), "{message}");
        }
        // in a transaction of the host's too, which stays usable if that is asked for
        let pool = PgPoolOptions::new().connect(&theirs).await.unwrap();
        for savepoints in [true, false] {
            let mut tx = pool.begin().await.unwrap();
            let mut mine = clerk.using(&mut tx).unwrap();
            if savepoints {
                mine = mine.with_savepoints();
            }
            let error = call(&mine, "ledger.top_up", top_up("t-5")).await.unwrap_err();
            assert_eq!(told(&error).0, "store_denied", "{error}");
            drop(mine);
            let goes_on = sqlx::query("SELECT 1").execute(&mut *tx).await;
            assert_eq!(goes_on.is_ok(), savepoints, "{goes_on:?}");
            tx.rollback().await.unwrap();
        }
        run(&mut owner, &format!("GRANT INSERT ON earnest.entry TO {role}")).await;
        clerk.call("ledger.top_up", top_up("t-2")).await.unwrap();
        for bank in [clerk, bank] {
            support::verify(&bank).await;
            bank.close().await;
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_password_that_is_refused_is_not_a_matter_of_time() {
        let (url, mut owner, theirs, role) = place().await;
        drop(url);
        run(&mut owner, &format!("ALTER ROLE {role} NOLOGIN")).await;
        let (code, retry, message) = refused(&theirs).await;
        assert_eq!((code, retry), ("store_denied", "never"), "{message}");
        assert!(message.contains("127.0.0.1"), "it does not name the host: {message}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_transaction_that_may_only_read_is_told_so() {
        let (url, ..) = place().await;
        let bank = Engine::open(&url).await.unwrap();
        bank.call("ledger.top_up", top_up("t-1")).await.unwrap();
        let pool = PgPoolOptions::new().connect(&url).await.unwrap();
        let mut tx = pool.begin_with("BEGIN READ ONLY").await.unwrap();
        let mine = bank.using(&mut tx).unwrap().with_savepoints();
        let error = call(&mine, "ledger.top_up", top_up("t-2")).await.unwrap_err();
        let (code, retry, message) = told(&error);
        assert_eq!((code, retry), ("not_in_transaction", "never"), "{message}");
        assert!(message.contains("may only read"), "{message}");
        let balance = call(&mine, "ledger.balance", json!({ "account": "alice" })).await.unwrap();
        assert_eq!(balance["posted"]["amount"], "1.00");
        drop(mine);
        tx.rollback().await.unwrap();
        bank.close().await;
    }

    /// A host's database in which nobody has made the tables.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_joined_database_without_tables_is_another_store() {
        let (url, ..) = place().await;
        let other = tokio::task::spawn_blocking(database).await.unwrap();
        let bank = Engine::open(&url).await.unwrap();
        let pool = PgPoolOptions::new().connect(&other).await.unwrap();
        let mut tx = pool.begin().await.unwrap();
        let mine = bank.using(&mut tx).unwrap().with_savepoints();
        let error = call(&mine, "ledger.top_up", top_up("t-1")).await.unwrap_err();
        assert_eq!((told(&error).0, told(&error).1), ("store_mismatch", "never"), "{error}");
        let error = call(&mine, "ledger.balance", json!({ "account": "alice" })).await.unwrap_err();
        assert_eq!(told(&error).0, "store_mismatch", "{error}");
        drop(mine);
        drop(tx);
        bank.close().await;
    }

    /// Tables that go away under a running engine.
    #[tokio::test(flavor = "multi_thread")]
    async fn tables_that_were_dropped_have_to_be_made_again() {
        let (url, mut owner, ..) = place().await;
        let bank = Engine::open_with(&url, Options::new().background(false)).await.unwrap();
        bank.call("ledger.top_up", top_up("t-1")).await.unwrap();
        run(&mut owner, "DROP SCHEMA earnest CASCADE").await;
        for _ in 0..3 {
            let error = bank.call("ledger.top_up", top_up("t-2")).await.unwrap_err();
            assert_eq!(told(&error).0, "migration_required", "{error}");
        }
        assert!(bank.admin().health(earnest::requests::GetHealth::new()).await.is_ok());
        bank.close().await;
    }
}

#[cfg(feature = "sqlite")]
mod sqlite {
    use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};

    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_transaction_that_may_only_read_is_told_so() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("money.db");
        let bank = Engine::open(&format!("sqlite:{}", file.display())).await.unwrap();
        let top_up = |key: &str| json!({ "account": "alice", "amount": "1.00 USD", "key": key });
        bank.call("ledger.top_up", top_up("t-1")).await.unwrap();
        let options = SqliteConnectOptions::new().filename(&file);
        for options in [options.clone().read_only(true), options.pragma("query_only", "on")] {
            let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
            let mut tx = pool.begin().await.unwrap();
            let mine = bank.using(&mut tx).unwrap();
            let error = call(&mine, "ledger.top_up", top_up("t-2")).await.unwrap_err();
            let (code, retry, message) = told(&error);
            assert_eq!((code, retry), ("not_in_transaction", "never"), "{message}");
            assert!(message.contains("may only read"), "{message}");
            let balance = call(&mine, "ledger.balance", json!({ "account": "alice" })).await.unwrap();
            assert_eq!(balance["posted"]["amount"], "1.00");
            drop(mine);
            tx.rollback().await.unwrap();
        }
        bank.close().await;
    }

    /// A host's file in which nobody has made the tables.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_joined_database_without_tables_is_another_store() {
        let folder = tempfile::tempdir().unwrap();
        let bank =
            Engine::open(&format!("sqlite:{}", folder.path().join("money.db").display())).await.unwrap();
        let options = SqliteConnectOptions::new().filename(folder.path().join("other.db"));
        let pool = SqlitePoolOptions::new().connect_with(options.create_if_missing(true)).await.unwrap();
        let mut tx = pool.begin().await.unwrap();
        let mine = bank.using(&mut tx).unwrap();
        let top_up = json!({ "account": "alice", "amount": "1.00 USD", "key": "t-1" });
        for (name, args) in [("ledger.top_up", top_up), ("ledger.balance", json!({ "account": "alice" }))] {
            let error = call(&mine, name, args).await.unwrap_err();
            assert_eq!(told(&error).0, "store_mismatch", "{error}");
        }
        drop(mine);
        tx.rollback().await.unwrap();
        bank.close().await;
    }
}
