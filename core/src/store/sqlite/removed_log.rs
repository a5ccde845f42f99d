//! Handles a log whose name was removed while it was open. Processes that have it open checkpoint it, and
//! nobody makes a new log before all of them have closed it.
//!
//! SQLite checkpoints a log when the last connection to the file closes, and does not tell a connection
//! whether it was the last. So the log is checkpointed while it is open, and the result is checked. A process
//! with an open log also holds a lock on the file. So a connection that asks for an exclusive lock, before it
//! makes a log, learns whether anybody still has a former one.
//!
//! Where a log was found, SQLite opens it a moment later, and makes another one if it was removed meanwhile.
//! So the names are compared after that, and the new log is removed again. Engines open the file one after
//! the other, so none has used the new log by then.

use std::fs::File;
use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _, Row as _};
use tokio::sync::oneshot;

use super::failure::fault;
use super::files::{Beside, Files};
use super::open_retry::patiently;
use crate::env;
use crate::store::fault::{Fault, FaultKind};

/// How long an engine waits for others that open or close the file: when it first opens the file, and later.
const PATIENCE: (Duration, Duration) = (Duration::from_secs(3), Duration::from_millis(250));
const PAUSE: Duration = Duration::from_millis(20);
/// How often a checkpoint is tried while somebody else runs one.
const ATTEMPTS: u32 = 10;
/// How long an engine waits for its turn, which takes others some milliseconds, and how often it asks.
const TURN: (Duration, Duration) = (Duration::from_secs(5), Duration::from_millis(2));

/// The turn to open or to close the file: a lock of its folder. Closing a descriptor of the file itself would
/// release the locks that SQLite has on it in this process.
#[derive(Debug)]
pub(super) struct Turn {
    folder: File,
    /// The process that took it: a child that was forked meanwhile has the descriptor too.
    process: u32,
}

impl Turn {
    /// Waits for the turn. There is none where folders have no locks, or somebody else keeps the folder
    /// locked: then the file is opened and closed all the same.
    pub(super) async fn take(files: &Files) -> Option<Self> {
        let folder = File::open(files.main().parent()?).ok()?;
        let since = env::monotonic_now();
        while !is_locked(&folder)? {
            if env::monotonic_now().saturating_duration_since(since) >= TURN.0 {
                tracing::warn!("the folder of the file is locked by another process: it is not waited for");
                return None;
            }
            tokio::time::sleep(TURN.1).await;
        }
        Some(Self { folder, process: std::process::id() })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        // closing it alone would leave the lock to such a child
        #[cfg(unix)]
        if self.process == std::process::id() {
            let _ = rustix::fs::flock(&self.folder, rustix::fs::FlockOperation::Unlock);
        }
    }
}

/// Locks a folder, unless somebody else has it locked; `None` where folders have no locks.
#[cfg(unix)]
fn is_locked(folder: &File) -> Option<bool> {
    match rustix::fs::flock(folder, rustix::fs::FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Some(true),
        Err(rustix::io::Errno::WOULDBLOCK | rustix::io::Errno::INTR) => Some(false),
        Err(_) => None,
    }
}

// on systems where an open file can be neither renamed nor deleted, nobody removes a log
#[cfg(not(unix))]
const fn is_locked(_: &File) -> Option<bool> {
    None
}

/// Checkpoints the whole log. If nobody else has the file open, that happens under an exclusive lock, so that
/// nobody can open it meanwhile; otherwise beside the others that share the log.
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

/// How a file is opened that others may have open.
pub(super) struct Opening<'a> {
    pub(super) options: &'a SqliteConnectOptions,
    /// Options that ask for the file alone; whoever may only read has none.
    pub(super) alone: Option<&'a SqliteConnectOptions>,
    pub(super) files: &'a Arc<Files>,
}

impl Opening<'_> {
    /// Opens the file with the log beside it, or with a new one if nobody has a former one open. `kept` lasts
    /// for as long as the connection may be open, even if the caller is dropped.
    pub(super) async fn connect<K: Send + 'static>(
        &self,
        mut kept: K,
    ) -> Result<(SqliteConnection, K), Fault> {
        let patience = if self.files.is_known() { PATIENCE.1 } else { PATIENCE.0 };
        let since = env::monotonic_now();
        loop {
            let at_last = env::monotonic_now().saturating_duration_since(since) >= patience;
            let turn = Turn::take(self.files).await;
            self.files.standing().check()?;
            self.files.may_open()?;
            let before = self.files.beside();
            if !self.is_elsewhere(before, at_last).await {
                let compared =
                    Compared { options: self.options.clone(), files: Arc::clone(self.files), before };
                let opened;
                (opened, kept) = compared.connect(turn, kept).await?;
                if let Some(conn) = opened {
                    return Ok((conn, kept));
                }
            } else {
                drop(turn);
            }
            if at_last {
                return Err(self.files.open_elsewhere());
            }
            // whoever has a former log open needs a turn to let go of it
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Whether a log or an index would have to be made while somebody may have a former one open.
    async fn is_elsewhere(&self, before: Beside, at_last: bool) -> bool {
        if before.is_whole() || self.files.is_new() {
            return false;
        }
        // Asking for the lock keeps a prompt that ends just then from checkpointing, so it is asked for only
        // where no other process is seen. A file of another disk may have the same number, so the lock has
        // the last word. Whoever may only read cannot ask for it.
        match self.alone {
            Some(alone) => (!at_last && self.files.is_locked_elsewhere()) || is_open_elsewhere(alone).await,
            None => self.files.is_locked_elsewhere(),
        }
    }
}

/// An opening of the file that looks at the names beside it before and after.
struct Compared {
    options: SqliteConnectOptions,
    files: Arc<Files>,
    before: Beside,
}

impl Compared {
    /// Opens it in a task: if the caller is dropped meanwhile, no log that was made just then may stay, and
    /// nobody may have the turn before the connection is closed.
    async fn connect<K: Send + 'static>(
        self,
        turn: Option<Turn>,
        kept: K,
    ) -> Result<(Option<SqliteConnection>, K), Fault> {
        let (told, hears) = oneshot::channel();
        tokio::spawn(async move {
            let opened = self.once(turn.as_ref()).await.map(|conn| (conn, kept));
            if let Err(Ok((Some(conn), kept))) = told.send(opened) {
                close(conn).await;
                drop(kept);
            }
            drop(turn);
        });
        let cut_off = Fault::new(FaultKind::Unavailable, "the runtime ended while the file was being opened");
        hears.await.unwrap_or(Err(cut_off))
    }

    /// `None` where a log was made in place of one that somebody may have open.
    async fn once(&self, turn: Option<&Turn>) -> Result<Option<SqliteConnection>, Fault> {
        let opened = connect_with_log(&self.options).await;
        if !self.before.is_whole() || self.files.beside() == self.before {
            return opened.map(Some);
        }
        let failed = match opened {
            Ok(conn) => {
                close(conn).await;
                None
            }
            Err(fault) => Some(fault),
        };
        // without a turn, another engine may have begun to use them
        if turn.is_some() {
            self.files.unmake(self.before);
        }
        failed.map_or(Ok(None), Err)
    }
}

/// Connects, and reads: SQLite opens log and index no earlier.
async fn connect_with_log(options: &SqliteConnectOptions) -> Result<SqliteConnection, Fault> {
    let mut conn = patiently(options).await?;
    match sqlx::query("SELECT count(*) FROM sqlite_master").fetch_one(&mut conn).await {
        Ok(_) => Ok(conn),
        Err(error) => {
            close(conn).await;
            Err(fault(&error))
        }
    }
}

/// Whether others have the file open. Any other failure is left to the next one to open it.
async fn is_open_elsewhere(alone: &SqliteConnectOptions) -> bool {
    let Ok(mut conn) = alone.connect().await else { return false };
    let read = sqlx::query("SELECT count(*) FROM sqlite_master").fetch_one(&mut conn).await;
    let busy = read.is_err_and(|error| fault(&error).kind == FaultKind::LockTimeout);
    close(conn).await;
    busy
}

async fn close(conn: SqliteConnection) {
    if let Err(error) = conn.close().await {
        tracing::debug!(%error, "a connection that nothing was written with was not closed well");
    }
}
