//! A connection that knows which files it has open.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use sqlx::Connection as _;
use sqlx::sqlite::SqliteConnection;

use super::failure::fault;
use super::files::{Astray, Basis, Files};
use super::forks::Present;
use super::removed_log::{self, Turn};
use crate::store::fault::{Fault, FaultKind};

/// Counts a connection, for forks of this process and for a pause of the store.
#[derive(Debug)]
pub(super) struct Presence {
    /// The count for forks.
    pub(super) process: Present,
    /// The count for a pause.
    pub(super) _store: OpenStore,
}

/// A connection that is counted, from before it is opened until after it is closed.
#[derive(Debug)]
pub(super) struct OpenStore(Arc<Files>);

impl OpenStore {
    /// Counts a connection that is about to be opened, unless the store is paused.
    pub(super) fn enter(files: &Arc<Files>) -> Result<Self, Fault> {
        // counted before the check: a pause waits for the count
        files.standing().open.fetch_add(1, Ordering::SeqCst);
        let open = Self(Arc::clone(files));
        files.standing().check().map(|()| open)
    }
}

impl Drop for OpenStore {
    fn drop(&mut self) {
        self.0.standing().open.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A connection, and the files that it has open.
pub(super) struct Conn {
    conn: Option<SqliteConnection>,
    files: Arc<Files>,
    basis: Basis,
    /// Whether it is one that writes.
    writes: bool,
    /// Its count, which ends when it is closed.
    present: Option<Presence>,
    /// Whether it is being closed.
    is_closing: bool,
    /// Whether it was found to be one that must not be closed, whatever the names are now.
    is_left_open: bool,
}

impl std::fmt::Debug for Conn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Conn").field("basis", &self.basis).finish_non_exhaustive()
    }
}

impl Conn {
    pub(super) const fn new(
        conn: SqliteConnection,
        files: Arc<Files>,
        basis: Basis,
        writes: bool,
        present: Presence,
    ) -> Self {
        Self {
            conn: Some(conn),
            files,
            basis,
            writes,
            present: Some(present),
            is_closing: false,
            is_left_open: false,
        }
    }

    /// The connection of sqlx.
    pub(super) fn sqlite(&mut self) -> Result<&mut SqliteConnection, Fault> {
        let gone = || Fault::new(FaultKind::Unavailable, "the connection is closed");
        self.conn.as_mut().ok_or_else(gone)
    }

    /// Whether the names still lead to what it has open.
    pub(super) fn check(&self) -> Result<(), Astray> {
        match &self.basis {
            Basis::Live(held) => self.files.check(held),
            Basis::Still(..) if self.files.still().is_ok_and(|now| now.same(&self.basis)) => Ok(()),
            Basis::Still(..) => Err(Astray::Other(self.files.written_meanwhile())),
        }
    }

    /// Whether a connection of this process has a write transaction open, where the system can tell.
    pub(super) fn is_locked_by_this_process(&self) -> bool {
        matches!(&self.basis, Basis::Live(held) if held.is_locked_by_this_process())
    }

    /// Checkpoints a log whose name was removed, before the connection is closed.
    pub(super) async fn checkpoint_removed(&mut self) -> Result<(), Fault> {
        let writes = self.writes;
        removed_log::checkpoint(self.sqlite()?, writes).await
    }

    /// Checkpoints as much of the log as it can, without waiting for readers or writers.
    pub(super) async fn checkpoint(&mut self) -> Result<(), Fault> {
        if !self.writes {
            return Ok(());
        }
        let done = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(self.sqlite()?).await;
        done.map(drop).map_err(|error| fault(&error))
    }

    /// Closes the connection, and waits for that. SQLite checkpoints the log when the last connection to a
    /// file closes. Another process that opens the file at that moment would prevent it, and might not have
    /// the log open yet, so it is waited for.
    pub(super) async fn close(self) {
        let turn = if self.writes || self.check().is_err() { Turn::take(&self.files).await } else { None };
        self.close_in(turn).await;
    }

    /// Closes the connection before the turn ends. One whose log was removed may be the last one with its
    /// commits, so it checkpoints before.
    pub(super) async fn close_in(mut self, _turn: Option<Turn>) {
        if let Err(Astray::Removed(_)) = self.check()
            && let Some(conn) = self.conn.as_mut()
        {
            // ends a transaction that is still open, as closing would
            let _ = sqlx::query("ROLLBACK").execute(conn).await;
            if let Err(fault) = self.checkpoint_removed().await {
                tracing::error!(%fault, "commits stay in a removed log: whoever reads from it folds them in");
            }
        }
        if self.is_apart() {
            self.is_left_open = true;
            return;
        }
        if let Some(conn) = self.conn.take()
            && let Err(error) = conn.close().await
        {
            tracing::warn!(%error, "a connection was not closed well");
        }
    }

    /// Whether closing it could overwrite commits that another process has made to a log of its own.
    fn is_apart(&self) -> bool {
        matches!(&self.basis, Basis::Live(held) if self.files.is_shared_apart(held))
    }
}

impl Drop for Conn {
    fn drop(&mut self) {
        if self.conn.is_none() {
            return;
        }
        if !self.is_closing
            && !self.is_left_open
            && (self.files.standing().is_still() || self.check().is_err())
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            // what is known of its files must live until it is closed: no connection may reopen the file
            // before that, and a pause waits for it. A runtime that ends drops the task at once, and the
            // connection closes as it is.
            let closed = Self {
                conn: self.conn.take(),
                files: Arc::clone(&self.files),
                basis: self.basis.clone(),
                writes: self.writes,
                present: self.present.take(),
                is_closing: true,
                is_left_open: false,
            };
            runtime.spawn(closed.close());
        } else if self.is_left_open || self.is_apart() {
            tracing::error!("a connection is left open: closing it could overwrite what others committed");
            // a pause must not wait for this connection, which is never closed
            let process = self.present.take().map(|present| present.process);
            std::mem::forget((self.conn.take(), process));
        }
    }
}
