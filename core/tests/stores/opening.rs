//! Opening a store: which URL means what, and which files and schemas are refused before anything is written.

#![cfg(feature = "sqlite")]

use std::path::Path;
use std::time::Duration;

use earnest::requests::*;
use earnest::{Actor, Book, Code, Engine, Migrate, Options};
use sqlx::Connection as _;

use crate::support::json;

fn url(path: &Path) -> String {
    format!("sqlite:{}", path.display())
}

async fn refusal(url: &str, options: Options) -> earnest::Error {
    match Engine::open_with(url, options).await {
        Ok(_) => panic!("{url} must be refused"),
        Err(error) => error,
    }
}

async fn execute(path: &Path, sql: &'static str) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path).create_if_missing(true);
    let mut conn = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::raw_sql(sql).execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();
}

#[tokio::test]
async fn a_url_is_understood_or_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a b%20c.db");
    // verbatim, and with four slashes as SQLAlchemy writes an absolute path
    for url in [url(&path), format!("sqlite:///{}", path.display()), format!("file://{}", path.display())] {
        let engine = Engine::open(&url).await.unwrap_or_else(|error| panic!("{url}: {error}"));
        engine.ledger().top_up(TopUp::new("alice", "1.00 USD").key("t")).await.unwrap();
        engine.close().await;
    }
    assert!(path.exists());
    for url in ["", "shop.db", "mysql://localhost/x", "sqlite:", "sqlite:///", "sqlite:?mode=rwc"] {
        let error = refusal(url, Options::new()).await;
        assert_eq!(
            (error.code(), error.details()["field"].as_str()),
            (Code::InvalidRequest, Some("url")),
            "{url}"
        );
    }
}

#[tokio::test]
async fn what_is_not_ours_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "this is a text, and a long one, not a database at all").unwrap();
    let error = refusal(&url(&text), Options::new()).await;
    assert_eq!(error.code(), Code::Corrupted);
    assert_eq!(
        std::fs::read_to_string(&text).unwrap(),
        "this is a text, and a long one, not a database at all"
    );

    let foreign = folder.path().join("foreign.db");
    execute(&foreign, "CREATE TABLE earnest_account (name text); INSERT INTO earnest_account VALUES ('x')")
        .await;
    let error = refusal(&url(&foreign), Options::new()).await;
    assert_eq!(error.code(), Code::Corrupted);

    let missing = folder.path().join("no/such/folder/shop.db");
    assert_eq!(refusal(&url(&missing), Options::new()).await.code(), Code::StoreUnavailable);
}

#[tokio::test]
async fn a_schema_that_is_newer_or_missing_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.db");
    let error = refusal(&url(&path), Options::new().migrate(Migrate::Check)).await;
    assert_eq!(error.code(), Code::MigrationRequired);
    assert!(error.details()["command"].as_str().unwrap().starts_with("earnest migrate"));

    Engine::open(&url(&path)).await.unwrap().close().await;
    Engine::open_with(&url(&path), Options::new().migrate(Migrate::Check)).await.unwrap().close().await;
    execute(&path, "UPDATE earnest_meta SET schema = 99, min_reader = 1, min_writer = 1").await;
    // a newer schema that still admits us is used
    Engine::open(&url(&path)).await.unwrap().close().await;
    execute(&path, "UPDATE earnest_meta SET min_writer = 99").await;
    assert_eq!(refusal(&url(&path), Options::new()).await.code(), Code::SchemaTooNew);
}

/// A mistyped path is no damage, and what only looks leaves no file behind.
#[tokio::test]
async fn a_store_without_tables_needs_a_migration_and_is_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let [mistyped, empty, theirs] =
        ["mistyped.db", "empty.db", "theirs.db"].map(|name| folder.path().join(name));
    std::fs::write(&empty, "").unwrap();
    execute(&theirs, "CREATE TABLE orders (id text)").await;
    for migrate in [Migrate::Check, Migrate::Off] {
        for path in [&mistyped, &empty, &theirs] {
            let error = refusal(&url(path), Options::new().migrate(migrate)).await;
            assert_eq!(error.code(), Code::MigrationRequired, "{migrate:?} {}: {error}", path.display());
            assert_eq!(error.details()["schema"], 0, "{error}");
        }
        let by_path = Engine::open_file(&mistyped, Options::new().migrate(migrate)).await;
        assert_eq!(by_path.err().map(|error| error.code()), Some(Code::MigrationRequired), "{migrate:?}");
        // what is wrong with the path itself is said as ever
        for (bad, told) in [("no/such/shop.db", "no such folder"), ("shop.db?mode=rw", "does not exist")] {
            let error = refusal(&url(&folder.path().join(bad)), Options::new().migrate(migrate)).await;
            assert_eq!(error.code(), Code::StoreUnavailable, "{migrate:?} {bad}: {error}");
            assert!(error.message().contains(told), "{error}");
        }
    }
    assert!(!mistyped.exists() && !folder.path().join("shop.db").exists());
    let engine = Engine::open(&url(&mistyped)).await.unwrap();
    engine.ledger().top_up(TopUp::new("alice", "1.00 USD").key("t")).await.unwrap();
    engine.close().await;
    for migrate in [Migrate::Check, Migrate::Off] {
        let engine = Engine::open_with(&url(&mistyped), Options::new().migrate(migrate)).await.unwrap();
        // a copy is a new store, however this one was opened
        let copy = url(&folder.path().join(format!("{migrate:?}.db")));
        engine.call("events.replay", json!({ "into": copy })).await.unwrap();
        engine.close().await;
    }
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn a_database_without_tables_needs_a_migration() {
    let database = tokio::task::spawn_blocking(crate::support::postgres::database).await.unwrap();
    for migrate in [Migrate::Check, Migrate::Off] {
        let error = refusal(&database, Options::new().migrate(migrate)).await;
        assert_eq!(error.code(), Code::MigrationRequired, "{migrate:?}: {error}");
    }
}

/// A copy is opened without the statement at which a writer would find out.
#[tokio::test]
async fn a_file_that_is_no_database_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "this is a text, and no database at all\n".repeat(50)).unwrap();
    for options in [Options::new(), Options::new().read_only(true)] {
        let error = refusal(&url(&text), options).await;
        assert_eq!(error.code(), Code::Corrupted, "{error}");
        assert!(error.message().contains(&text.display().to_string()), "{error}");
    }
}

#[tokio::test]
async fn two_prefixes_share_a_file_and_know_nothing_of_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.db");
    let first = Engine::open(&url(&path)).await.unwrap();
    let second = Engine::open_with(&url(&path), Options::new().names("other", "other_")).await.unwrap();
    first.ledger().top_up(TopUp::new("alice", "1.00 USD").key("t")).await.unwrap();
    let error = second.ledger().balance(GetBalance::new("alice")).await.unwrap_err();
    assert_eq!(error.code(), Code::AccountNotFound);
    let error = refusal(&url(&path), Options::new().names("x", "bad prefix;")).await;
    assert_eq!(error.code(), Code::InvalidRequest);
    first.close().await;
    second.close().await;
}

#[tokio::test]
async fn currencies_are_kept_with_the_store() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.db");
    let engine = Engine::open_with(&url(&path), Options::new().currency("POL", 18)).await.unwrap();
    let huge = "10000000000000000000.000000000000000001 POL"; // 10^37 minor units and one
    let moved = engine.ledger().top_up(TopUp::new("whale", huge).key("t")).await.unwrap();
    assert_eq!(moved.balance.available.to_string(), huge);
    engine.close().await;

    // found again without being named, and never with another scale
    let engine = Engine::open(&url(&path)).await.unwrap();
    let balance = engine.ledger().balance(GetBalance::new("whale")).await.unwrap();
    assert_eq!(balance.available.to_string(), huge);
    assert!(engine.admin().verify(RunVerify::new()).await.unwrap().ok);
    engine.close().await;
    let error = refusal(&url(&path), Options::new().currency("POL", 6)).await;
    assert!(
        matches!(error.code(), Code::StoreMismatch | Code::InvalidRequest | Code::InvalidCurrency),
        "{error}"
    );

    let only = Engine::open_with(&url(&path), Options::new().allow_only(["USD"])).await.unwrap();
    let error = only.ledger().top_up(TopUp::new("a", "1.00 EUR").key("k")).await.unwrap_err();
    assert_eq!(error.code(), Code::CurrencyNotAllowed);
    only.close().await;
}

#[tokio::test]
async fn books_and_actors_may_have_to_be_declared() {
    let shop = Book::request("book", "shop-1").unwrap();
    let options = Options::new().declare_books([shop]).require_actor(true);
    let engine = Engine::open_with("memory:", options).await.unwrap();
    assert!(engine.book("shop-1").is_ok());
    assert_eq!(engine.book("shop-2").unwrap_err().code(), Code::InvalidRequest);
    let error = engine.ledger().top_up(TopUp::new("a", "1.00 USD").key("k")).await.unwrap_err();
    assert_eq!((error.code(), error.details()["field"].as_str()), (Code::InvalidRequest, Some("actor")));
    assert_eq!(error.http_status(), 500, "the program forgot it");
    let request = TopUp::new("a", "1.00 USD").key("k").actor(Actor::new("clerk-1").with_role("system"));
    engine.ledger().top_up(request).await.unwrap();
}

/// Log and index have the mode of the file. Another user reads a store that its owner opens to others, and no
/// other.
#[cfg(unix)]
#[tokio::test]
async fn a_new_file_is_for_its_owner_and_an_old_one_keeps_its_mode() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let folder = tempfile::tempdir().unwrap();
    let mode = |name: &str| std::fs::metadata(folder.path().join(name)).unwrap().permissions().mode() & 0o777;
    let open = |name: &'static str, options: Options| {
        let path = folder.path().join(name);
        async move { Engine::open_with(&url(&path), options).await.unwrap() }
    };
    symlink("linked.db", folder.path().join("link")).unwrap();
    std::fs::write(folder.path().join("shared.db"), "").unwrap();
    std::fs::set_permissions(folder.path().join("shared.db"), PermissionsExt::from_mode(0o640)).unwrap();
    for (name, file, expected) in
        [("shop.db", "shop.db", 0o600), ("link", "linked.db", 0o600), ("shared.db", "shared.db", 0o640)]
    {
        let engine = open(name, Options::new()).await;
        engine.ledger().top_up(TopUp::new("alice", "1.00 USD").key("t")).await.unwrap();
        for suffix in ["", "-wal", "-shm"] {
            assert_eq!(mode(&format!("{file}{suffix}")), expected, "{file}{suffix}");
        }
        let backup = format!("{file}.backup");
        engine.store().backup(&folder.path().join(&backup)).await.unwrap();
        assert_eq!(mode(&backup), 0o600);
        engine.close().await;
    }
}

/// Others have the file nearly always. SQLite's own wait looks for it ever more seldom, every tenth of a
/// second in the end; whoever calls looks often, and so does whoever opens the file.
#[tokio::test(flavor = "multi_thread")]
async fn a_busy_file_is_opened_as_calls_get_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.db");
    Engine::open(&url(&path)).await.unwrap().close().await;
    let begun = std::time::Instant::now();
    // it is free from the 60th to the 90th millisecond of each tenth of a second, once two have passed
    let hog = {
        let path = path.clone();
        tokio::spawn(async move {
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
            let mut conn = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
            let until =
                |millis: u64| tokio::time::sleep_until((begun + Duration::from_millis(millis)).into());
            for turn in 0..80 {
                sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut conn).await.unwrap();
                until(2_060 + turn * 100).await;
                sqlx::raw_sql("ROLLBACK").execute(&mut conn).await.unwrap();
                until(2_090 + turn * 100).await;
            }
        })
    };
    tokio::time::sleep_until((begun + Duration::from_millis(1_000)).into()).await;
    let engine = Engine::open_with(&url(&path), Options::new().background(false)).await.unwrap();
    engine.close().await;
    hog.abort();
}
