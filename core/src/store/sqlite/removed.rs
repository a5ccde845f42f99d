//! Handles a log whose name was removed while it was open. Processes that have it open checkpoint it, and
//! nobody makes a new log before all of them have closed it.
//!
//! SQLite checkpoints a log when the last connection to the file closes, and does not tell a connection
//! whether it was the last. So the log is checkpointed while it is open, and the result is checked. A process
//! with an open log also holds a lock on the file. So a connection that asks for an exclusive lock, before it
//! makes a log, learns whether anybody still has a former one.

use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _, Row as _};

use super::failure::fault;
use super::files::Files;
use crate::env;
use crate::store::fault::{Fault, FaultKind};

/// How long an engine waits for others that open or close the file: when it first opens the file, and later.
const PATIENCE: (Duration, Duration) = (Duration::from_secs(3), Duration::from_millis(250));
const PAUSE: Duration = Duration::from_millis(20);
/// How often a checkpoint is tried while somebody else runs one.
const ATTEMPTS: u32 = 10;

/// Checkpoints the whole log. If nobody else has the file open, that happens under an exclusive lock, so that
/// nobody can open it meanwhile; otherwise beside the others that share the log.
///
/// # Errors
/// Some commits are still in the log alone; the connection stays open.
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

/// Leaves the write-ahead mode, which SQLite does only under an exclusive lock and after a checkpoint.
async fn is_folded_alone(conn: &mut SqliteConnection) -> bool {
    let left = sqlx::query("PRAGMA journal_mode = DELETE").fetch_one(conn).await;
    left.is_ok_and(|row| row.try_get::<String, _>(0).is_ok_and(|mode| mode == "delete"))
}

/// Checks that nobody has a former log open, before a connection is opened that would make a log or an index.
pub(super) async fn is_nowhere_open(alone: &SqliteConnectOptions, files: &Files) -> Result<(), Fault> {
    let patience = if files.is_known() { PATIENCE.1 } else { PATIENCE.0 };
    let since = env::monotonic_now();
    // a process that opens the file for a moment, for this same check, is waited for
    while !files.is_new() && !files.has_log() && is_open_elsewhere(alone).await {
        if env::monotonic_now().saturating_duration_since(since) >= patience {
            return Err(files.open_elsewhere());
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}

/// Whether others have the file open. Any other failure is left to the next one to open it.
async fn is_open_elsewhere(alone: &SqliteConnectOptions) -> bool {
    let Ok(mut conn) = alone.connect().await else { return false };
    let read = sqlx::query("SELECT count(*) FROM sqlite_master").fetch_one(&mut conn).await;
    let busy = read.is_err_and(|error| fault(&error).kind == FaultKind::LockTimeout);
    if let Err(error) = conn.close().await {
        tracing::debug!(%error, "a connection that asked for the file alone was not closed well");
    }
    busy
}
