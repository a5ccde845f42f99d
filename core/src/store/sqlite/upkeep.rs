//! Upkeep of a file: shrinking the log, and watching the disk.

use std::time::Duration;

use sqlx::Row as _;

use super::Shared;
use super::conn::Conn;
use super::failure::fault;
use super::open::{LOG_LIMIT, connect};
use crate::store::fault::Fault;
use crate::store::{Finding, Level};

/// A log size that an operator should look at.
const LOG_LARGE: u64 = 256 << 20;
/// Free disk space that an operator should look at, and space that may not suffice for the next group.
const SPACE_LOW: u64 = 256 << 20;
const SPACE_NONE: u64 = 16 << 20;

/// Checkpoints and truncates a log that has grown, as far as readers and writers allow. It waits for none of
/// them, and none waits for it.
pub(super) async fn shrink(shared: &Shared) -> Result<(), Fault> {
    if log_size(shared) <= LOG_LIMIT { Ok(()) } else { checkpoint(shared).await }
}

/// Checkpoints and truncates the log, however large it is.
pub(super) async fn checkpoint(shared: &Shared) -> Result<(), Fault> {
    let way = shared.writing.beside().patient(Duration::ZERO);
    let mut conn = connect(&way, &shared.files).await?;
    let done = checkpoint_log(&mut conn).await;
    conn.close().await;
    done
}

async fn checkpoint_log(conn: &mut Conn) -> Result<(), Fault> {
    // the passive checkpoint needs no lock and leaves little for the truncating one, which blocks writers
    let row = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)")
        .fetch_one(&mut *conn.sqlite()?)
        .await
        .map_err(|error| fault(&error))?;
    let count = |column: usize| row.try_get::<i64, _>(column).unwrap_or(-1);
    if count(1) != count(2) {
        tracing::debug!("the log cannot be folded in as a whole: somebody reads an earlier state");
        return Ok(());
    }
    let emptied = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(conn.sqlite()?).await;
    emptied.map(drop).map_err(|error| fault(&error))
}

/// How large the log and how full the disk is.
pub(super) fn findings(shared: &Shared) -> Vec<Finding> {
    let mut findings = vec![log(log_size(shared))];
    findings.extend(space(shared.files.main()).map(disk));
    findings
}

fn log_size(shared: &Shared) -> u64 {
    std::fs::metadata(shared.files.log()).map_or(0, |found| found.len())
}

fn log(size: u64) -> Finding {
    let (level, advice) = if size >= LOG_LARGE {
        (Level::Warning, ": somebody has been reading one state for long, and keeps it from being folded in")
    } else {
        (Level::Healthy, "")
    };
    Finding { name: "log", level, detail: format!("the log has {} MiB{advice}", size >> 20) }
}

fn disk(free: u64) -> Finding {
    let level = match free {
        SPACE_LOW.. => Level::Healthy,
        SPACE_NONE.. => Level::Warning,
        _ => Level::Critical,
    };
    Finding { name: "disk", level, detail: format!("{} MiB are free", free >> 20) }
}

/// Free bytes on the disk of a file, where the system reports them.
#[cfg(unix)]
fn space(path: &std::path::Path) -> Option<u64> {
    let found = rustix::fs::statvfs(path).ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize))
}

#[cfg(not(unix))]
fn space(_: &std::path::Path) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_log_and_a_full_disk_are_told() {
        assert_eq!((log(LOG_LARGE - 1).level, log(LOG_LARGE).level), (Level::Healthy, Level::Warning));
        assert_eq!(
            [SPACE_LOW, SPACE_LOW - 1, SPACE_NONE - 1].map(|free| disk(free).level),
            [Level::Healthy, Level::Warning, Level::Critical]
        );
    }
}
