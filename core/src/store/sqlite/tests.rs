//! The store on real files: what both databases refuse, migrations at once, and files that are not ours.

use std::path::PathBuf;
use std::sync::{Arc, RwLock};

use crate::currency::Currencies;
use crate::env::Clock;
use crate::ids::Book;
use crate::rows::codec::Kind;
use crate::rows::needs::Access;
use crate::store::sql::session::Exec as _;
use crate::store::sql::{Dialect, Wire, tests as common, write};
use crate::store::sqlite::{SqliteOptions, SqliteStore};
use crate::store::{FaultKind, SCHEMA, Store as _, Written};

fn options() -> SqliteOptions {
    SqliteOptions { clock: Clock::test(common::at(12)), ..SqliteOptions::default() }
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn file(folder: &tempfile::TempDir) -> (PathBuf, String) {
    let path = folder.path().join("money %20?#.db");
    (path.clone(), path.to_str().unwrap().to_owned())
}

async fn opened(path: &str) -> SqliteStore {
    let store = SqliteStore::open(path, options()).await.unwrap();
    store.migrate().await.unwrap();
    store
}

#[tokio::test]
async fn what_cannot_be_is_refused() {
    let folder = folder();
    let store = opened(&file(&folder).1).await;
    common::refusals(&store).await;
    store.ping().await.unwrap();
}

#[tokio::test]
async fn columns_are_those_declared() {
    let folder = folder();
    let store = opened(&file(&folder).1).await;
    let type_of = |kind| match kind {
        Kind::Int => "INTEGER",
        _ => "TEXT",
    };
    for (table, columns) in common::tables() {
        let text = format!(
            "SELECT name || ' ' || type AS c0 FROM pragma_table_info('earnest_{table}') ORDER BY cid"
        );
        let rows = store.exec().query(&write::bare(text)).await.unwrap();
        let found: Vec<String> = rows.into_iter().flatten().flatten().collect();
        common::same_columns(table, columns, &found, type_of);
    }
}

#[tokio::test]
async fn migrates_once_however_many_try() {
    let folder = folder();
    let (_, path) = file(&folder);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..40 {
        let path = path.clone();
        tasks.spawn(async move {
            let store = SqliteStore::open(&path, options()).await?;
            store.migrate().await
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap().unwrap();
    }
    let store = opened(&path).await;
    let schema = store.schema().await.unwrap().unwrap();
    assert_eq!((schema.schema, schema.min_reader, schema.min_writer), (SCHEMA, 1, 1));
}

#[tokio::test]
async fn a_changed_migration_is_refused() {
    let folder = folder();
    let (_, path) = file(&folder);
    let store = opened(&path).await;
    store.exec().query(&write::bare("SELECT 1")).await.unwrap();
    let mut exec = store.exec();
    exec.begin().await.unwrap();
    exec.query(&write::bare("UPDATE earnest_migration SET checksum = 'ab'")).await.unwrap();
    exec.commit().await.unwrap();
    store.close().await;
    assert_eq!(SqliteStore::open(&path, options()).await.unwrap_err().kind, FaultKind::Schema);
}

#[tokio::test]
async fn files_that_are_not_ours_are_refused() {
    let folder = folder();
    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "just some notes, long enough to have a header\n".repeat(100)).unwrap();
    assert_eq!(
        SqliteStore::open(text.to_str().unwrap(), options()).await.unwrap_err().kind,
        FaultKind::Corrupt
    );

    let alien = folder.path().join("alien.db");
    let store = SqliteStore::open(alien.to_str().unwrap(), options()).await.unwrap();
    let mut exec = store.exec();
    exec.begin().await.unwrap();
    exec.query(&write::bare("CREATE TABLE earnest_account (x)")).await.unwrap();
    exec.commit().await.unwrap();
    assert_eq!(store.migrate().await.unwrap_err().kind, FaultKind::Corrupt);
    exec.begin().await.unwrap();
    for table in ["meta", "migration"] {
        exec.query(&write::bare(format!("CREATE TABLE earnest_{table} (x)"))).await.unwrap();
    }
    exec.commit().await.unwrap();
    store.close().await;
    let path = alien.to_str().unwrap();
    assert_eq!(SqliteStore::open(path, options()).await.unwrap_err().kind, FaultKind::Corrupt);
    // another prefix in the same file
    let other = SqliteOptions { table_prefix: "money_".into(), ..options() };
    SqliteStore::open(path, other).await.unwrap().migrate().await.unwrap();

    assert_eq!(
        SqliteStore::open(folder.path().to_str().unwrap(), options()).await.unwrap_err().kind,
        FaultKind::Unavailable
    );
    for none in ["", ":memory:"] {
        assert!(SqliteStore::open(none, options()).await.unwrap_err().error.is_some());
    }
}

#[tokio::test]
async fn a_damaged_file_is_named() {
    let folder = folder();
    let (path, text) = file(&folder);
    let store = opened(&text).await;
    let book = Book::stored("b");
    assert_eq!(common::put(&store, &common::everything(&book)).await, Written::All);
    store.close().await;
    let mut bytes = std::fs::read(&path).unwrap();
    for byte in bytes.iter_mut().skip(4096) {
        *byte = 0x5a;
    }
    std::fs::write(&path, bytes).unwrap();
    let kind = match SqliteStore::open(&text, options()).await {
        Err(fault) => fault.kind,
        Ok(store) => {
            store.reader().await.unwrap().peek(&common::all(&book, Access::Read)).await.unwrap_err().kind
        }
    };
    assert_eq!(kind, FaultKind::Corrupt);
}

#[tokio::test]
async fn an_unfinished_transaction_is_undone() {
    let folder = folder();
    let store = opened(&file(&folder).1).await;
    let book = Book::stored("b");
    let mut session = store.writer().await.unwrap();
    session.begin().await.unwrap();
    assert_eq!(session.write(&common::everything(&book)).await.unwrap(), Written::All);
    drop(session);
    for _ in 0..200 {
        // begin() that is given up at any point leaves nothing open
        let mut session = store.writer().await.unwrap();
        let begin = session.begin();
        let _ = tokio::time::timeout(std::time::Duration::from_micros(20), begin).await;
    }
    assert_eq!(common::put(&store, &common::everything(&book)).await, Written::All);
}

#[tokio::test]
async fn another_process_that_writes_is_waited_for_and_then_named() {
    let folder = folder();
    let (_, path) = file(&folder);
    let (store, other) = (opened(&path).await, opened(&path).await);
    let mut holder = other.writer().await.unwrap();
    holder.begin().await.unwrap();
    let mut session = store.writer().await.unwrap();
    assert_eq!(session.begin().await.unwrap_err().kind, FaultKind::LockTimeout);
    // readers are not blocked
    store.reader().await.unwrap().peek(&common::all(&Book::stored("b"), Access::Read)).await.unwrap();
    holder.rollback().await.unwrap();
    session.begin().await.unwrap();
    session.rollback().await.unwrap();
}

#[tokio::test]
async fn a_full_disk_is_named() {
    let folder = folder();
    let store = opened(&file(&folder).1).await;
    let mut session = store.writer().await.unwrap();
    let mut exec = store.exec();
    exec.begin().await.unwrap();
    exec.query(&write::bare("PRAGMA max_page_count = 80")).await.unwrap();
    exec.commit().await.unwrap();
    session.begin().await.unwrap();
    let mut kind = None;
    for n in 0..1000_u32 {
        match session.write(&common::everything(&Book::stored(format!("book-{n}").as_str()))).await {
            Ok(written) => assert_eq!(written, Written::All),
            Err(fault) => {
                kind = Some(fault.kind);
                break;
            }
        }
    }
    assert_eq!(kind, Some(FaultKind::Full));
    session.rollback().await.unwrap();
    // committed rows can still be read
    store.reader().await.unwrap().peek(&common::all(&Book::stored("b"), Access::Read)).await.unwrap();
}

#[tokio::test]
async fn currencies_and_backups() {
    let folder = folder();
    let (_, path) = file(&folder);
    let store = opened(&path).await;
    let token = crate::currency::Currency::new("USDC", 6).unwrap();
    let mut known = Currencies::iso();
    store.currencies(&[token], &mut known).await.unwrap();
    store.currencies(&[token], &mut known).await.unwrap();
    assert_eq!(known.known("USDC"), Some(token));
    let copy = folder.path().join("copy.db");
    store.backup(&copy).await.unwrap();
    let shared = Arc::new(RwLock::new(Currencies::iso()));
    let options = SqliteOptions { currencies: shared, ..options() };
    let copied = SqliteStore::open(copy.to_str().unwrap(), options).await.unwrap();
    let mut known = Currencies::iso();
    copied.currencies(&[], &mut known).await.unwrap();
    assert_eq!(known.known("USDC"), Some(token));
    assert!(store.backup(&copy).await.is_err());
    store.close().await;
    assert_eq!(store.ping().await.unwrap_err().kind, FaultKind::Unavailable);
}

#[tokio::test]
async fn a_group_is_four_hops() {
    let folder = folder();
    let store = opened(&file(&folder).1).await;
    let before = store.counters().read();
    let mut session = store.writer().await.unwrap();
    let book = Book::stored("b");
    session.begin().await.unwrap();
    session.lock(&common::all(&book, Access::Write), crate::store::Wait::Skip).await.unwrap();
    assert_eq!(session.write(&common::everything(&book)).await.unwrap(), Written::All);
    session.commit().await.unwrap();
    let after = store.counters().read();
    assert_eq!((after.round_trips - before.round_trips, after.commits - before.commits), (4, 1));
}

/// Every statement looks its rows up by index, in the order asked for.
#[tokio::test]
async fn nothing_is_scanned_or_sorted() {
    let folder = folder();
    let store = opened(&file(&folder).1).await;
    for mut statement in common::every_statement(Dialect::Sqlite, Wire::Typed, &store.shared.names) {
        statement.text.insert_str(0, "EXPLAIN QUERY PLAN ");
        let text = statement.text.clone();
        let rows = store.exec().query(&statement).await.unwrap();
        // subqueries that are called `x` like the tables: pages that were found already
        let mut pages = text.matches("page AS x").count() + text.matches(") AS x").count();
        for step in rows.iter().filter_map(|row| row.get(3).cloned().flatten()) {
            let table = step.strip_prefix("SCAN ").and_then(|rest| rest.split(' ').next());
            let known = ["u", "v", "p", "o", "e", "s", "y", "z", "CONSTANT"];
            let small = table.is_none_or(|table| known.contains(&table) || table.starts_with('('));
            if table == Some("x") {
                assert!(pages > 0, "{step}\n{text}");
                pages -= 1;
            } else {
                assert!(small, "{step}\n{text}");
            }
            let sorts = [
                "row_number",
                "GROUP BY z",
                " AS o ",
                "FROM s)",
                "FROM e WHERE",
                "AS z ORDER BY z.due_at",
                "AS z ORDER BY z.stamp",
                // the few rows of a span with a time of their own are sorted among the others
                "x.stamp + 0 >=",
                "x.search <",
            ]
            .iter()
            .any(|found| text.contains(found));
            assert!(sorts || !step.contains("TEMP B-TREE FOR ORDER BY"), "{step}\n{text}");
        }
    }
}
