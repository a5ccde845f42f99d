//! Backups: the file is copied to a new one, or filled from a copy, while others use it.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use sqlx::Connection as _;
use sqlx::sqlite::SqliteConnection;
use uuid::Uuid;

use super::exec::fetch;
use super::open::{commit_fault, fault};
use crate::error::{Detail, Error};
use crate::rows::identity::Identity;
use crate::store::fault::Fault;
use crate::store::sql::{Cells, Dialect, Names, Statement, migrate, write};

/// The name of the backup while it is read.
const BACKUP: &str = "backup";

/// Copies the file of `conn` to a new one.
pub(super) async fn backup(conn: &mut SqliteConnection, path: &Path) -> Result<(), Fault> {
    let file = reserve(path)?;
    let copy = Statement { text: "VACUUM INTO $1".into(), params: vec![write::value::<Arc<str>>(&file)] };
    let copied = fetch(conn, &copy).await.map(drop);
    if copied.is_err() {
        // half a copy is none
        let _ = std::fs::remove_file(&*file);
    }
    copied
}

/// Restores the file of `conn` from `path`, table by table in one transaction, and begins a timeline. Answers
/// which store and timeline the file had.
pub(super) async fn restore(
    conn: &mut SqliteConnection,
    names: &Names,
    path: &Path,
    timeline: Uuid,
) -> Result<Identity, Fault> {
    if !path.is_file() {
        return Err(Error::invalid("path", "must be a file that can be read").into());
    }
    let file = absolute(path)?;
    // a backup that somebody has open is read as it is, and one that nobody may write too
    let attach = Statement {
        text: format!("ATTACH DATABASE $1 AS {BACKUP}"),
        params: vec![write::value::<Arc<str>>(&file)],
    };
    fetch(conn, &attach).await?;
    let restored = within(conn, names, timeline).await;
    run(conn, format!("DETACH DATABASE {BACKUP}")).await.ok();
    restored
}

/// Makes the file of a backup: it was not there before, not even as a link, and nobody else may read it.
fn reserve(path: &Path) -> Result<Arc<str>, Error> {
    let file = absolute(path)?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let refused = |error: std::io::Error| match error.kind() {
        ErrorKind::AlreadyExists => Error::invalid("path", "must not exist yet"),
        ErrorKind::NotFound => Error::invalid("path", "must be in a folder that exists"),
        kind => Error::invalid("path", format!("must be a place where a file can be made: {kind}")),
    };
    options.open(&*file).map_err(refused)?;
    Ok(file)
}

/// The whole path: SQLite would take one that begins with `file:` for a URL.
fn absolute(path: &Path) -> Result<Arc<str>, Error> {
    let whole = std::path::absolute(path).ok();
    let text = whole.as_deref().and_then(Path::to_str).map(Arc::from);
    text.ok_or_else(|| Error::invalid("path", "must be a path in UTF-8"))
}

async fn within(conn: &mut SqliteConnection, names: &Names, timeline: Uuid) -> Result<Identity, Fault> {
    let mut transaction = conn.begin_with("BEGIN IMMEDIATE").await.map_err(|error| fault(&error))?;
    let from = replace(&mut transaction, names, timeline).await?;
    transaction.commit().await.map_err(|error| commit_fault(&error))?;
    Ok(from)
}

async fn replace(conn: &mut SqliteConnection, names: &Names, timeline: Uuid) -> Result<Identity, Fault> {
    let here = fetch(conn, &migrate::read_identity(names)).await?;
    let here = migrate::identity(here.first().map_or(&[], Vec::as_slice))?;
    let there = run(conn, of_backup(&migrate::read_identity(names).text, names)).await;
    let there = there.map_err(|_| Error::invalid("path", "must be a backup of a store of Earnest"))?;
    let there = migrate::identity(there.first().map_or(&[], Vec::as_slice))?;
    let (_, missing) = migrate::judge(
        Dialect::Sqlite,
        &run(conn, of_backup(&migrate::read(Dialect::Sqlite, names).text, names)).await?,
    )?;
    if !missing.is_empty() {
        return Err(Error::invalid(
            "path",
            "must be a backup of this schema: bring it up with `earnest migrate`",
        )
        .into());
    }
    let books = run(conn, format!("SELECT x.book AS c0 FROM {} AS x LIMIT 1", names.table("book"))).await?;
    if !books.is_empty() && here.store != there.store {
        let (expected, actual) = (here.to_string(), there.to_string());
        return Err(Error::from(Detail::StoreMismatch { expected, actual }).into());
    }
    for table in migrate::TABLES.iter().filter(|table| **table != "migration") {
        let table = names.table(table);
        run(conn, format!("DELETE FROM main.{table}")).await?;
        run(conn, format!("INSERT INTO main.{table} SELECT * FROM {BACKUP}.{table}")).await?;
    }
    for statement in migrate::renew(Dialect::Sqlite, names, there, timeline, None) {
        fetch(conn, &statement).await?;
    }
    Ok(here)
}

/// The same statement about the backup.
fn of_backup(text: &str, names: &Names) -> String {
    let qualified = |text: String, table: &&str| {
        let name = names.table(table);
        text.replace(&format!("FROM {name} "), &format!("FROM {BACKUP}.{name} "))
    };
    migrate::TABLES.iter().fold(text.to_owned(), qualified)
}

async fn run(conn: &mut SqliteConnection, text: String) -> Result<Vec<Cells>, Fault> {
    fetch(conn, &write::bare(text)).await
}
