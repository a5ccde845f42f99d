//! The database goes back to an earlier moment while an engine stays up: what the engine remembers is of
//! another history.
//!
//! A lagging standby that is promoted, a server that starts on an old data folder, a table that is restored:
//! the rows have the numbers that they had before, and other contents. Nothing may be decided on what was.

use std::sync::Arc;

use earnest::store::sql::Names;
use earnest::store::sql::TABLES;
use earnest::{Engine, Options};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};

use crate::support::server::Server;
use crate::support::{self, Kind, Stage, json};

const KINDS: [Kind; 2] = [Kind::Postgres, Kind::Sqlite];

fn cents(from: &str, to: &str, cents: u32, key: &str) -> support::Value {
    let amount = format!("{}.{:02} USD", cents / 100, cents % 100);
    json!({ "from": from, "to": to, "amount": amount, "key": key })
}

async fn transfer(bank: &Engine, args: support::Value) {
    bank.call("ledger.transfer", args.clone()).await.unwrap_or_else(|error| panic!("{args}: {error}"));
}

/// Statements of the person who restores tables.
async fn by_hand(stage: &Stage, statements: impl IntoIterator<Item = String>) {
    let script = statements.into_iter().map(|one| one + ";\n").collect::<String>();
    let script = AssertSqlSafe(format!("BEGIN;\n{script}COMMIT;"));
    if stage.kind == Kind::Postgres {
        let mut conn = sqlx::PgConnection::connect(&stage.url).await.unwrap();
        conn.execute(sqlx::raw_sql(script)).await.unwrap();
    } else {
        let mut conn = sqlx::SqliteConnection::connect(&stage.url).await.unwrap();
        conn.execute(sqlx::raw_sql(script)).await.unwrap();
        conn.close().await.unwrap();
    }
}

fn names(stage: &Stage) -> Names {
    match stage.kind {
        Kind::Postgres => Names::postgres(&stage.options.schema).unwrap(),
        _ => Names::sqlite(&stage.options.table_prefix).unwrap(),
    }
}

/// Tables that say what there is; the schema itself stays.
fn tables(stage: &Stage) -> Vec<(String, String)> {
    let names = names(stage);
    let kept = TABLES.iter().filter(|table| !["meta", "migration"].contains(table));
    kept.map(|table| (names.table(table), format!("copy_of_{table}_{}", stage.options.schema))).collect()
}

async fn save(stage: &Stage) {
    let copy = |(table, copy): (String, String)| format!("CREATE TABLE {copy} AS SELECT * FROM {table}");
    by_hand(stage, tables(stage).into_iter().map(copy)).await;
}

async fn go_back(stage: &Stage) {
    let restore = |(table, copy): (String, String)| {
        [format!("DELETE FROM {table}"), format!("INSERT INTO {table} SELECT * FROM {copy}")]
    };
    by_hand(stage, tables(stage).into_iter().flat_map(restore)).await;
}

/// Alice has 48.00 at her fifth version, the rows go back to her third, and another engine brings her to her
/// fifth again, with 119.00. Whoever goes by the number of the version alone takes the one for the other.
#[tokio::test(flavor = "multi_thread")]
async fn a_balance_of_a_lost_history_is_not_written_over_that_of_the_restored_one() {
    for kind in KINDS {
        let stage = Stage::open(kind).await;
        stage.funded("alice", "50.00 USD").await;
        stage.funded("bob", "150.00 USD").await;
        transfer(&stage.bank, cents("alice", "bob", 50, "one")).await;
        transfer(&stage.bank, cents("alice", "bob", 50, "two")).await;
        save(&stage).await;
        transfer(&stage.bank, cents("alice", "bob", 50, "lost-1")).await;
        transfer(&stage.bank, cents("alice", "bob", 50, "lost-2")).await;
        assert_eq!(stage.balance("alice").await, "48.00 0.00 48.00");
        go_back(&stage).await;
        let other = Engine::open_with(&stage.url, other_ids(&stage)).await.unwrap();
        transfer(&other, cents("bob", "alice", 3500, "other-1")).await;
        transfer(&other, cents("bob", "alice", 3500, "other-2")).await;
        // the first engine remembers what was lost
        transfer(&stage.bank, cents("alice", "bob", 100, "after")).await;
        let found = [stage.balance("alice").await, stage.balance("bob").await];
        assert_eq!(found, ["118.00 0.00 118.00", "82.00 0.00 82.00"], "{kind:?}");
        other.close().await;
        stage.finish().await;
    }
}

/// A server is stopped, an old data folder put in its place, and started again, while one engine stays up and
/// another comes.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_starts_on_an_old_data_folder_keeps_what_is_done_then() {
    let server = Arc::new(tokio::task::spawn_blocking(Server::start).await.unwrap());
    let quiet = || Options::new().background(false);
    let stays = Engine::open_with(&server.url(), quiet()).await.unwrap();
    for (account, amount) in [("alice", "50.00 USD"), ("bob", "150.00 USD")] {
        let args = json!({ "account": account, "amount": amount, "key": format!("fund-{account}") });
        stays.call("ledger.top_up", args).await.unwrap();
    }
    transfer(&stays, cents("alice", "bob", 50, "one")).await;
    transfer(&stays, cents("alice", "bob", 50, "two")).await;
    operate(&server, |server| {
        server.down();
        server.save();
        server.up();
    })
    .await;
    transfer(&stays, cents("alice", "bob", 50, "lost-1")).await;
    transfer(&stays, cents("alice", "bob", 50, "lost-2")).await;
    operate(&server, |server| {
        server.down();
        server.go_back();
        server.up();
    })
    .await;
    let other = Engine::open_with(&server.url(), quiet()).await.unwrap();
    transfer(&other, cents("bob", "alice", 3500, "other-1")).await;
    transfer(&other, cents("bob", "alice", 3500, "other-2")).await;
    transfer(&stays, cents("alice", "bob", 100, "after")).await;
    for bank in [&stays, &other] {
        assert_eq!(balances(bank).await, ["118.00", "82.00"]);
        // what was acknowledged and is gone is told as gone: its key is free
        let lost = bank.call("admin.lookup_key", json!({ "key": "lost-2" })).await.unwrap();
        assert_eq!(lost["outcome"], "unknown", "{lost}");
        support::verify(bank).await;
    }
    for bank in [stays, other] {
        bank.close().await;
    }
}

/// Does something to a server, for which nobody else must wait.
async fn operate(server: &Arc<Server>, act: impl FnOnce(&Server) + Send + 'static) {
    let server = server.clone();
    tokio::task::spawn_blocking(move || act(&server)).await.unwrap();
}

async fn balances(bank: &Engine) -> [String; 2] {
    let mut found = ["alice", "bob"].map(str::to_owned);
    for account in &mut found {
        let reply = bank.call("ledger.balance", json!({ "account": account })).await.unwrap();
        *account = reply["available"]["amount"].as_str().unwrap().to_owned();
    }
    found
}

/// The backup API of SQLite writes an older copy into the file that an engine has open.
#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_is_copied_into_an_open_file_keeps_what_is_done_then() {
    let stage = Stage::open(Kind::Sqlite).await;
    stage.funded("alice", "50.00 USD").await;
    stage.funded("bob", "150.00 USD").await;
    transfer(&stage.bank, cents("alice", "bob", 50, "one")).await;
    transfer(&stage.bank, cents("alice", "bob", 50, "two")).await;
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("backup.db");
    stage.bank.store().backup(&copy).await.unwrap();
    transfer(&stage.bank, cents("alice", "bob", 50, "lost-1")).await;
    transfer(&stage.bank, cents("alice", "bob", 50, "lost-2")).await;
    let file = stage.url.strip_prefix("sqlite:").unwrap();
    let script = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).backup(sqlite3.connect(sys.argv[2]))";
    let copied =
        std::process::Command::new("python3").args(["-c", script]).arg(&copy).arg(file).output().unwrap();
    assert!(copied.status.success(), "{}", String::from_utf8_lossy(&copied.stderr));
    let other = Engine::open_with(&stage.url, other_ids(&stage)).await.unwrap();
    transfer(&other, cents("bob", "alice", 3500, "other-1")).await;
    transfer(&other, cents("bob", "alice", 3500, "other-2")).await;
    transfer(&stage.bank, cents("alice", "bob", 100, "after")).await;
    assert_eq!(balances(&stage.bank).await, ["118.00", "82.00"]);
    assert_eq!(balances(&other).await, ["118.00", "82.00"]);
    other.close().await;
    stage.finish().await;
}

/// The options of another process: its ids are its own.
fn other_ids(stage: &Stage) -> earnest::Options {
    let seeds = support::options_from(1 << 40).env.seeds;
    let env = earnest::env::Env { clock: stage.clock.clone(), seeds, ..earnest::env::Env::default() };
    stage.options.clone().env(env)
}
