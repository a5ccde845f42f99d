//! Opening the file: connection options, the library's version, and what a failure means.

use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Row as _};

use super::SqliteOptions;
use crate::error::{Detail, Error};
use crate::store::fault::{Fault, FaultKind};
use crate::store::sql::codes;

/// The oldest library whose write-ahead log is sound.
const LIBRARY: (u32, u32, u32) = (3, 51, 3);
/// After how many pages the write-ahead log, of 16 MB then, goes into the file: pages that are written again and again, such as the last ones
/// of every index, go there once.
const CHECKPOINT: u32 = 4_000;
/// How often a file that others are opening is opened again, and after how long.
const ATTEMPTS: u32 = 100;
const PAUSE: Duration = Duration::from_millis(20);

/// Options of the connection that writes, and of those that read.
pub(super) fn connect_options(
    path: &str,
    options: &SqliteOptions,
) -> Result<(SqliteConnectOptions, SqliteConnectOptions), Fault> {
    if path.is_empty() || path == ":memory:" {
        let reason = "money needs a file; the memory store is for tests".to_owned();
        return Err(Error::from(Detail::NotSupported { operation: "open".into(), reason }).into());
    }
    // the path is taken verbatim, where SQLite would read `file:` as a URL
    let path = if path.starts_with("file:") { format!("./{path}") } else { path.to_owned() };
    let common = SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(Duration::from_secs(5))
        .foreign_keys(true)
        .statement_cache_capacity(256)
        .row_buffer_size(1024)
        .disable_statement_logging();
    let synchronous =
        if options.synchronous_normal { SqliteSynchronous::Normal } else { SqliteSynchronous::Full };
    let writing = common
        .clone()
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(synchronous)
        .pragma("wal_autocheckpoint", CHECKPOINT.to_string());
    let reading = common.create_if_missing(false).pragma("query_only", "ON");
    Ok((writing, reading))
}

/// Connects. `first` says that a read-only file is an answer; a file that was writable before is then out of reach.
pub(super) async fn connect(options: &SqliteConnectOptions, first: bool) -> Result<SqliteConnection, Fault> {
    let mut conn = patiently(options).await?;
    if first {
        // a file that cannot be written opens all the same, and would only fail at the first commit
        sqlx::query("BEGIN IMMEDIATE").execute(&mut conn).await.map_err(|error| fault(&error))?;
        sqlx::query("ROLLBACK").execute(&mut conn).await.map_err(|error| fault(&error))?;
    }
    Ok(conn)
}

/// Opens the file. Several that open a new file at once all want to give it its write-ahead log, for which SQLite does not
/// wait: it is asked again.
async fn patiently(options: &SqliteConnectOptions) -> Result<SqliteConnection, Fault> {
    let mut attempts = 0;
    loop {
        match options.connect().await.map_err(|error| fault(&error)) {
            Err(fault) if fault.kind == FaultKind::LockTimeout && attempts < ATTEMPTS => attempts += 1,
            done => return done,
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Refuses a SQLite library that can corrupt the write-ahead log.
pub(super) async fn check_library(conn: &mut SqliteConnection) -> Result<(), Fault> {
    let row = sqlx::query("SELECT sqlite_version()").fetch_one(conn).await.map_err(|error| fault(&error))?;
    let version: String = row.try_get(0).map_err(|error| fault(&error))?;
    if supported(&version) {
        return Ok(());
    }
    let reason = format!("the SQLite library is {version}, and 3.51.3 or newer is needed");
    Err(Error::from(Detail::NotSupported { operation: "open".into(), reason }).into())
}

fn supported(version: &str) -> bool {
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    (next(), next(), next()) >= LIBRARY
}

/// What a failure of sqlx means.
pub(crate) fn fault(error: &sqlx::Error) -> Fault {
    classified(error, codes::sqlite, FaultKind::Unavailable)
}

/// What a failure of COMMIT means.
pub(crate) fn commit_fault(error: &sqlx::Error) -> Fault {
    classified(error, codes::sqlite_commit, FaultKind::Unknown)
}

fn classified(error: &sqlx::Error, class: fn(i64) -> FaultKind, otherwise: FaultKind) -> Fault {
    let code = error.as_database_error().and_then(|error| error.code()?.parse::<i64>().ok());
    match code {
        // the words are SQLite's own and name tables and columns, never values
        Some(code) => Fault::new(class(code), format!("SQLite {code}: {error}")),
        None => Fault::new(otherwise, error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::supported;

    #[test]
    fn library_versions_are_numbers() {
        assert!(supported("3.51.3") && supported("3.52.0") && supported("4.0.0") && supported("3.100.0"));
        assert!(!supported("3.51.2") && !supported("3.9.9") && !supported("") && !supported("x"));
    }
}
