//! Forks, restores and moved servers: what they keep, what they refuse, and that a refusal changes nothing.

#![cfg(all(feature = "sqlite", feature = "postgres"))]

use std::sync::Arc;

use earnest::env::{Clock, Env, Machine};
use earnest::time::Time;
use earnest::{Engine, Options};
use sqlx::{AssertSqlSafe, Connection as _};

use crate::support::{self, Kind, Stage, Value, code, json};

async fn moved(bank: &Engine, key: &str) -> Result<Value, earnest::Error> {
    let args = json!({ "from": "alice", "to": "bob", "amount": "1.00 USD", "key": key });
    bank.call("ledger.transfer", args).await
}

async fn funded(bank: &Engine) {
    for (account, amount) in [("alice", "10.00 USD"), ("bob", "1.00 USD")] {
        let args = json!({ "account": account, "amount": amount, "key": format!("fund-{account}") });
        bank.call("ledger.top_up", args).await.unwrap();
    }
}

async fn told(bank: &Engine, kind: &str) -> usize {
    let page = bank.call("events.list", json!({ "types": [kind] })).await.unwrap();
    page["items"].as_array().unwrap().len()
}

async fn balance(bank: &Engine) -> String {
    let reply = bank.call("ledger.balance", json!({ "account": "alice" })).await.unwrap();
    reply["posted"]["amount"].as_str().unwrap().to_owned()
}

/// Options of another process with the names of the stage's tables.
fn like(stage: &Stage, seed: u64) -> Options {
    support::options_from(seed).names(&stage.options.schema, &stage.options.table_prefix)
}

/// A copy that `events.replay` made: it has the money and none of the keys.
async fn copy(stage: &Stage, name: &str) -> (String, Engine) {
    let url = match stage.kind {
        Kind::Postgres => tokio::task::spawn_blocking(support::postgres::database).await.unwrap(),
        _ => format!("sqlite:{}", stage.beside(name).display()),
    };
    stage.ok("events.replay", json!({ "into": url })).await;
    let bank = Engine::open_with(&url, like(stage, 1 << 40)).await.unwrap();
    (url, bank)
}

/// No call is made in a copy, and nothing was written into its log.
async fn is_a_copy(bank: &Engine, events: usize, what: &str) {
    for key in ["t", "new"] {
        assert_eq!(code(&moved(bank, key).await), "not_supported", "{what}: {key}");
    }
    let page = bank.call("events.list", json!({ "limit": 500 })).await.unwrap();
    assert_eq!(page["items"].as_array().unwrap().len(), events, "{what}");
    assert_eq!(balance(bank).await, "9.00", "{what}");
    support::verify(bank).await;
}

/// A copy has no idempotency keys: were it written to, every call could be made again.
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_stays_a_copy() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let stage = Stage::open(kind).await;
        funded(&stage.bank).await;
        moved(&stage.bank, "t").await.unwrap();
        let events = stage.event_types().await.len();
        let (url, bank) = copy(&stage, "copy.db").await;
        is_a_copy(&bank, events, "as it was made").await;
        let forked = bank.call("admin.fork", json!({})).await.unwrap();
        assert_eq!(json!(bank.identity().timeline), forked["timeline"]);
        is_a_copy(&bank, events, "forked").await;
        if kind == Kind::Postgres {
            let mut conn = sqlx::PgConnection::connect(&url).await.unwrap();
            let set = "SET server = regexp_replace(server, '^[0-9]+', '7')";
            let other = AssertSqlSafe(format!("UPDATE \"{}\".meta {set}", stage.options.schema));
            sqlx::query(other).execute(&mut conn).await.unwrap();
            let before = bank.identity();
            let again = Engine::open_with(&url, like(&stage, 1 << 41)).await.unwrap();
            assert_ne!(again.identity().timeline, before.timeline);
            is_a_copy(&again, events, "on another server").await;
            again.close().await;
        } else {
            let path = stage.beside("backup.db");
            bank.call("admin.backup", json!({ "path": path })).await.unwrap();
            bank.call("admin.restore", json!({ "path": path })).await.unwrap();
            is_a_copy(&bank, events, "restored in its place").await;
            let empty = format!("sqlite:{}", stage.beside("empty.db").display());
            let empty = Engine::open_with(&empty, support::options_from(1 << 42)).await.unwrap();
            empty.call("admin.restore", json!({ "path": path })).await.unwrap();
            is_a_copy(&empty, events, "restored into an empty store").await;
            empty.close().await;
        }
        bank.close().await;
        stage.finish().await;
    }
}

/// A clock of a machine, and options that go by it.
fn machine(seed: u64) -> (Arc<Machine>, Options) {
    let machine = Arc::new(Machine::new(support::START.parse().unwrap()));
    let env = Env { clock: Clock::Machine(machine.clone()), ..support::options_from(seed).env };
    (machine, support::options_from(seed).env(env))
}

fn later(by: &str) -> Time {
    support::START.parse::<Time>().unwrap().checked_add(by.parse().unwrap()).unwrap()
}

/// Whoever is told to try later finds everything as it was: what was acknowledged meanwhile stays.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_restore_or_fork_changes_nothing() {
    for kind in Kind::all() {
        let (machine, options) = machine(1);
        let stage = Stage::with(kind, options).await;
        funded(&stage.bank).await;
        let path = stage.beside("backup.db");
        let restores = kind == Kind::Sqlite;
        if restores {
            stage.ok("admin.backup", json!({ "path": path })).await;
        }
        moved(&stage.bank, "acknowledged").await.unwrap();
        let before = stage.bank.store().identity().await.unwrap();
        machine.show(later("P3D"));
        assert_eq!(code(&stage.call("admin.fork", json!({})).await), "clock_unusable", "{kind:?}");
        if restores {
            let refused = stage.call("admin.restore", json!({ "path": path })).await;
            assert_eq!(code(&refused), "clock_unusable", "{kind:?}");
        }
        assert_eq!(stage.bank.store().identity().await.unwrap(), before, "{kind:?}");
        assert_eq!(balance(&stage.bank).await, "9.00", "{kind:?}");
        machine.show(later("PT0S"));
        let commits = stage.bank.store().counted().commits;
        stage.ok("admin.fork", json!({})).await;
        assert_eq!(stage.bank.store().counted().commits, commits + 1, "{kind:?}: timeline and event");
        assert_eq!(told(&stage.bank, "store.forked").await, 1, "{kind:?}");
        if restores {
            let commits = stage.bank.store().counted().commits;
            let restored = stage.ok("admin.restore", json!({ "path": path })).await;
            assert_eq!(stage.bank.store().counted().commits, commits + 1, "{kind:?}: contents and event");
            let events = stage.ok("events.list", json!({ "types": ["store.restored"] })).await;
            assert_eq!(events["items"][0]["data"]["timeline"], restored["timeline"]);
            assert_eq!(balance(&stage.bank).await, "10.00");
            moved(&stage.bank, "acknowledged").await.unwrap();
        }
        stage.finish().await;
    }
}

/// A server that moved is found by a process whose clock is wrong: the timeline begins, with its event, when
/// the clock is right.
#[tokio::test(flavor = "multi_thread")]
async fn a_moved_server_is_noted_once_the_clock_is_right() {
    let (_, options) = machine(1);
    let url = tokio::task::spawn_blocking(support::postgres::database).await.unwrap();
    let bank = Engine::open_with(&url, options).await.unwrap();
    funded(&bank).await;
    bank.call("jobs.run_due", json!({})).await.unwrap();
    let first = bank.identity();
    let mut conn = sqlx::PgConnection::connect(&url).await.unwrap();
    let other = "UPDATE earnest.meta SET server = regexp_replace(server, '^[0-9]+', '7')";
    sqlx::query(other).execute(&mut conn).await.unwrap();
    let (behind, options) = machine(1 << 40);
    behind.show("2025-12-29T00:00:00Z".parse().unwrap());
    let second = Engine::open_with(&url, options).await.unwrap();
    assert_eq!(code(&moved(&second, "t").await), "clock_unusable");
    assert_eq!(second.store().identity().await.unwrap(), first);
    assert_eq!(told(&second, "store.moved").await, 0);
    behind.show(later("PT0S"));
    moved(&second, "t").await.unwrap();
    for _ in 0..100 {
        if second.store().identity().await.unwrap() != first {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_ne!(second.store().identity().await.unwrap(), first);
    assert_eq!(told(&second, "store.moved").await, 1);
    for bank in [bank, second] {
        support::verify(&bank).await;
        bank.close().await;
    }
}

async fn count(conn: &mut sqlx::SqliteConnection, table: &str) -> i64 {
    let text = AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
    sqlx::query_scalar(text).fetch_one(conn).await.unwrap()
}

/// The host's own rows refer to ours, with and without a cascade: a restore keeps them, or is refused.
#[tokio::test(flavor = "multi_thread")]
async fn rows_of_the_host_outlive_a_restore() {
    for action in ["ON DELETE CASCADE", "ON DELETE SET NULL", ""] {
        let stage = Stage::open(Kind::Sqlite).await;
        funded(&stage.bank).await;
        let mut conn = sqlx::SqliteConnection::connect(&stage.url).await.unwrap();
        let table = format!(
            "CREATE TABLE orders (id INTEGER PRIMARY KEY, book TEXT, transfer TEXT, \
             FOREIGN KEY (book, transfer) REFERENCES earnest_transfer (book, id) {action})"
        );
        sqlx::query(AssertSqlSafe(table)).execute(&mut conn).await.unwrap();
        let order = "INSERT INTO orders (book, transfer) SELECT book, id FROM earnest_transfer \
                     ORDER BY stamp DESC LIMIT 1";
        moved(&stage.bank, "one").await.unwrap();
        sqlx::query(order).execute(&mut conn).await.unwrap();
        let path = stage.beside("backup.db");
        stage.ok("admin.backup", json!({ "path": path })).await;
        stage.ok("admin.restore", json!({ "path": path })).await;
        let kept = "orders WHERE transfer IS NOT NULL";
        assert_eq!(count(&mut conn, kept).await, 1, "{action}");
        moved(&stage.bank, "two").await.unwrap();
        sqlx::query(order).execute(&mut conn).await.unwrap();
        let refused = stage.call("admin.restore", json!({ "path": path })).await.unwrap_err();
        assert_eq!(
            (refused.code().as_str(), &refused.details()["field"]),
            ("invalid_request", &json!("path")),
            "{action}: {refused}"
        );
        assert!(refused.message().contains("`orders` has 1 references"), "{refused}");
        assert_eq!(
            (count(&mut conn, kept).await, balance(&stage.bank).await.as_str()),
            (2, "8.00"),
            "{action}"
        );
        sqlx::query("DELETE FROM orders WHERE id = 2").execute(&mut conn).await.unwrap();
        stage.ok("admin.restore", json!({ "path": path })).await;
        assert_eq!(
            (count(&mut conn, kept).await, balance(&stage.bank).await.as_str()),
            (1, "9.00"),
            "{action}"
        );
        conn.close().await.unwrap();
        stage.finish().await;
    }
}

/// A restore reads two files: the one that is damaged is named, and the store is as it was.
#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_is_damaged_is_named_by_its_path() {
    let stage = Stage::open(Kind::Sqlite).await;
    funded(&stage.bank).await;
    let path = stage.beside("backup.db");
    stage.ok("admin.backup", json!({ "path": path })).await;
    let mut conn = sqlx::SqliteConnection::connect(&format!("sqlite:{}", path.display())).await.unwrap();
    let place = "SELECT (rootpage - 1) * (SELECT page_size FROM pragma_page_size) FROM sqlite_master \
                 WHERE name = 'earnest_entry'";
    let place: i64 = sqlx::query_scalar(place).fetch_one(&mut conn).await.unwrap();
    conn.close().await.unwrap();
    let whole = std::fs::read(&path).unwrap();
    // a page of rows, which is read after all that is judged before; all but the header; no database at all
    let mut rows = whole.clone();
    rows[usize::try_from(place).unwrap()..][..64].fill(0xff);
    let mut rest = whole.clone();
    rest[100..].fill(0xff);
    let text = b"these are notes, and no backup\n".repeat(100);
    for (name, bytes) in [("rows.db", rows), ("rest.db", rest), ("notes.txt", text)] {
        let damaged = stage.beside(name);
        std::fs::write(&damaged, bytes).unwrap();
        let refused = stage.call("admin.restore", json!({ "path": damaged })).await.unwrap_err();
        assert_eq!(refused.code().as_str(), "corrupted", "{name}: {refused}");
        assert!(refused.message().contains(&damaged.display().to_string()), "{name}: {refused}");
        assert_eq!(balance(&stage.bank).await, "10.00", "{name}");
    }
    stage.ok("admin.restore", json!({ "path": path })).await;
    stage.finish().await;
}

/// Said at once, and not after waiting for the lock that the same call has.
#[tokio::test(flavor = "multi_thread")]
async fn a_store_is_not_restored_from_itself() {
    let stage = Stage::open(Kind::Sqlite).await;
    funded(&stage.bank).await;
    let own = std::path::PathBuf::from(stage.url.trim_start_matches("sqlite:"));
    let mut names = vec![own.clone(), own.parent().unwrap().join(".").join(own.file_name().unwrap())];
    #[cfg(unix)]
    {
        let link = stage.beside("link.db");
        std::os::unix::fs::symlink(&own, &link).unwrap();
        names.push(link);
    }
    for name in names {
        let refused = stage.call("admin.restore", json!({ "path": name })).await.unwrap_err();
        assert_eq!(
            (refused.code().as_str(), &refused.details()["field"]),
            ("invalid_request", &json!("path")),
            "{}: {refused}",
            name.display()
        );
        assert!(refused.message().contains("not the store itself"), "{refused}");
    }
    stage.finish().await;
}
