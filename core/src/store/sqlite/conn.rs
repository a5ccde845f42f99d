//! A connection that knows which files it has open.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use sqlx::Connection as _;
use sqlx::sqlite::SqliteConnection;

use super::failure::fault;
use super::files::{Astray, Basis, Files};
use super::forks::Present;
use super::removed;
use crate::store::fault::{Fault, FaultKind};

/// That a connection is there: forks of this process and whoever lets the store stand still ask for it.
#[derive(Debug)]
pub(super) struct Presence {
    /// For forks.
    pub(super) process: Present,
    /// For a pause.
    pub(super) _store: OpenStore,
}

/// A connection that is counted, from before it is opened until after it is closed.
#[derive(Debug)]
pub(super) struct OpenStore(Arc<Files>);

impl OpenStore {
    /// Counts a connection that is about to be opened, unless the store stands still.
    pub(super) fn enter(files: &Arc<Files>) -> Result<Self, Fault> {
        // counted first: whoever lets it stand still waits for the count
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
    /// Dropped when it is closed.
    present: Option<Presence>,
    /// Whether a task has it that closes it.
    is_closing: bool,
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
        Self { conn: Some(conn), files, basis, writes, present: Some(present), is_closing: false }
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

    /// Folds a log whose name was removed into the file, before the connection is closed.
    ///
    /// # Errors
    /// Commits are in the log alone.
    pub(super) async fn checkpoint_removed(&mut self) -> Result<(), Fault> {
        let writes = self.writes;
        removed::checkpoint(self.sqlite()?, writes).await
    }

    /// Folds in what it can of the log, without a wait for those who read or write.
    ///
    /// # Errors
    /// Any failure of the file.
    pub(super) async fn checkpoint(&mut self) -> Result<(), Fault> {
        if !self.writes {
            return Ok(());
        }
        let done = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(self.sqlite()?).await;
        done.map(drop).map_err(|error| fault(&error))
    }

    /// Closes it, and waits until that is done. The last one to a file folds the log into it; one whose log
    /// was removed may be the last that keeps its commits, and folds them in before.
    pub(super) async fn close(mut self) {
        if let Err(Astray::Removed(_)) = self.check()
            && let Some(conn) = self.conn.as_mut()
        {
            // none is open, or its end is what closing would be as well
            let _ = sqlx::query("ROLLBACK").execute(conn).await;
            if let Err(fault) = self.checkpoint_removed().await {
                tracing::error!(%fault, "commits stay in a removed log: whoever reads from it folds them in");
            }
        }
        if self.is_apart() {
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
        if self.is_apart() {
            tracing::error!("a connection is left open: closing it could overwrite what others committed");
            // whoever waits until all are closed does not wait for this one
            let process = self.present.take().map(|present| present.process);
            std::mem::forget((self.conn.take(), process));
        } else if !self.is_closing
            && (self.files.standing().is_still() || self.check().is_err())
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            // the knowledge about its files must live until it is closed: no connection may reopen the file
            // before that, and whoever lets the store stand still waits for it. A runtime that ends drops the
            // task at once: the connection closes as it is then.
            let closed = Self {
                conn: self.conn.take(),
                files: Arc::clone(&self.files),
                basis: self.basis.clone(),
                writes: self.writes,
                present: self.present.take(),
                is_closing: true,
            };
            runtime.spawn(closed.close());
        }
    }
}
