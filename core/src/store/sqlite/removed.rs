//! A log whose name was removed while it was open: those who have it fold it into the file, and nobody makes
//! another one beside it before all of them are gone.
//!
//! SQLite folds a log in when the last connection to the file closes it, and does not tell one that closes
//! earlier that it was not the last. So the log is folded in while it is open, and the outcome looked at.
//! Whoever has a log open has a lock on the file as well: a connection that asks for the file alone, before
//! it makes a log, learns whether anybody still has a former one.

use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _, Row as _};

use super::failure::fault;
use super::files::Files;
use crate::env;
use crate::store::fault::{Fault, FaultKind};

/// How long an engine waits for others that open or close the file, when it opens it for the first time and
/// later.
const PATIENCE: (Duration, Duration) = (Duration::from_secs(3), Duration::from_millis(250));
const PAUSE: Duration = Duration::from_millis(20);
/// How often a log is tried to be folded in that somebody else is folding in.
const ATTEMPTS: u32 = 10;

/// Folds the log into the file, as a whole: under the lock of the file if nobody else has it open, and so
/// that nobody can open it meanwhile; else as one of those who share the log.
///
/// # Errors
/// Commits are in the log alone, and the connection is still open.
pub(super) async fn checkpoint(conn: &mut SqliteConnection, writes: bool) -> Result<(), Fault> {
    if writes && is_folded_alone(conn).await {
        return Ok(());
    }
    for _ in 0..ATTEMPTS {
        let row = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").fetch_one(&mut *conn).await;
        let row = row.map_err(|error| fault(&error))?;
        let count = |column: usize| row.try_get::<i64, _>(column).unwrap_or(-1);
        if count(0) == 0 && count(1) == count(2) {
            return Ok(());
        }
        tokio::time::sleep(PAUSE).await;
    }
    let reason =
        "the log of the file lost its name, and cannot be folded in: somebody reads an earlier state";
    Err(Fault::new(FaultKind::Unavailable, reason))
}

/// Leaves the log, which SQLite does only with the whole file locked, and after folding it in.
async fn is_folded_alone(conn: &mut SqliteConnection) -> bool {
    let left = sqlx::query("PRAGMA journal_mode = DELETE").fetch_one(conn).await;
    left.is_ok_and(|row| row.try_get::<String, _>(0).is_ok_and(|mode| mode == "delete"))
}

/// Before a connection is opened that would make a log or an index: nobody has a former one open.
pub(super) async fn is_nowhere_open(alone: &SqliteConnectOptions, files: &Files) -> Result<(), Fault> {
    let patience = if files.is_known() { PATIENCE.1 } else { PATIENCE.0 };
    let since = env::monotonic_now();
    // whoever has it open for a moment to find this out is waited for
    while !files.is_new() && !files.has_log() && is_open_elsewhere(alone).await {
        if env::monotonic_now().saturating_duration_since(since) >= patience {
            return Err(files.open_elsewhere());
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}

/// Whether others have the file open. What else is wrong with it is found by whoever opens it next.
async fn is_open_elsewhere(alone: &SqliteConnectOptions) -> bool {
    let Ok(mut conn) = alone.connect().await else { return false };
    let read = sqlx::query("SELECT count(*) FROM sqlite_master").fetch_one(&mut conn).await;
    let busy = read.is_err_and(|error| fault(&error).kind == FaultKind::LockTimeout);
    if let Err(error) = conn.close().await {
        tracing::debug!(%error, "a connection that asked for the file alone was not closed well");
    }
    busy
}
