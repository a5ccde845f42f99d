//! Money in one SQLite file: one writer, concurrent readers, and a write-ahead log that is synced at every
//! commit.
//!
//! A transaction that writes begins with `BEGIN IMMEDIATE` and so excludes all others, in this process and in
//! others that share the file: no row needs a lock of its own. Every statement hops to SQLite's thread and
//! back, so a group is loaded by one statement and written by one batch. Use one SQLite *library* per process
//! and file: two of them lose acknowledged commits, because file locks do not exclude within a process.

mod backup;
mod commit_cost;
mod conn;
mod exec;
mod failure;
mod files;
mod forks;
mod open;
mod open_retry;
mod pause;
mod removed_log;
mod same_file;
#[cfg(test)]
mod tests;
mod upkeep;

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, RwLock};

use tokio::sync::Mutex;
use uuid::Uuid;

use self::commit_cost::CommitCost;
use self::conn::Conn;
use self::files::{Astray, Files};
use self::open::Way;
use super::fault::Fault;
use super::sql::migrate::Made;
use super::sql::pool::Pool;
use super::sql::session::Exec;
use super::sql::store::sql_store;
use super::sql::{Counters, Names, schema, write};
use super::{Capabilities, Finding, Restoring, Store};
use crate::currency::Currencies;
use crate::env::{Clock, Env};
use crate::error::Error;
pub use exec::SqliteExec;
pub(crate) use files::foreign;
pub(crate) use forks::enter;
pub(crate) use same_file::Lent;

/// The treatment of a missing file at opening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AbsentFile {
    /// It is made.
    IsMade,
    /// It is refused as a file without tables is: a migration has to make both.
    NeedsMigration,
    /// It is refused.
    IsRefused,
}

/// How a SQLite store is opened.
#[derive(Clone, Debug)]
pub struct SqliteOptions {
    /// The prefix of the names of our tables.
    pub table_prefix: String,
    /// `synchronous=NORMAL`: a power failure may lose the newest commits, though never half of one.
    pub synchronous_normal: bool,
    /// Nothing is ever written, and a copy that nobody has open is left without a log.
    pub read_only: bool,
    /// The treatment of a missing file, which `read_only` refuses.
    pub absent: AbsentFile,
    /// How many connections read concurrently with the writer.
    pub read_pool: usize,
    /// Where "now" comes from.
    pub clock: Clock,
    /// The id of the store, should it be made now.
    pub new_store: Uuid,
    /// The currencies known, shared with the engine.
    pub currencies: Arc<RwLock<Currencies>>,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self {
            table_prefix: Names::PREFIX.into(),
            synchronous_normal: false,
            read_only: false,
            absent: AbsentFile::IsMade,
            read_pool: 4,
            clock: Clock::System,
            new_store: Env::default().store_id(),
            currencies: Arc::new(RwLock::new(Currencies::iso())),
        }
    }
}

/// A store in one SQLite file.
#[derive(Clone)]
pub struct SqliteStore {
    shared: Arc<Shared>,
}

/// State that all sessions of a store share.
struct Shared {
    names: Arc<Names>,
    clock: Clock,
    new_store: Uuid,
    currencies: Arc<RwLock<Currencies>>,
    counters: Arc<Counters>,
    files: Arc<Files>,
    read_only: bool,
    writing: Way,
    reading: Way,
    writer: Arc<Mutex<Writer>>,
    readers: Arc<Pool<Conn>>,
    /// How often the writer was reopened.
    history: AtomicU64,
    /// The recent price of a commit.
    price: CommitCost,
}

impl Shared {
    /// Passes unless the store is closed or stands still.
    fn check_open(&self) -> Result<(), Fault> {
        self.readers.check_open()?;
        self.files.standing().check()
    }
}

/// The one connection that writes.
#[derive(Debug, Default)]
struct Writer {
    conn: Option<Conn>,
    /// Whether a transaction is open on it.
    open: bool,
}

impl SqliteStore {
    /// Opens the file, which is made if there is none and the options say so, and checks that it is one of
    /// ours or empty. The schema is brought up by [`Store::migrate`].
    ///
    /// # Errors
    /// A fault of kind `Corrupt` for a file that is no database or holds tables of our names that are not
    /// ours, `ReadOnly`, `Full`, `LockTimeout` when another process holds it, `Unavailable` when it cannot be
    /// opened, `Missing` when a migration has to make it, `Schema` when a migration that ran is not ours;
    /// with the error `not_supported` when the SQLite library is too old or the path is `:memory:`; with
    /// `store_conflict` in a process that was forked while its parent had a file open; with `invalid_request`
    /// for a bad `table_prefix`.
    pub async fn open(path: &str, options: SqliteOptions) -> Result<Self, Fault> {
        let names = Names::sqlite(&options.table_prefix)?;
        let files = Arc::new(open::place(path, &options)?);
        let (writing, reading) = open::ways(&files, &options);
        let conn = open::connect(&writing, &files).await;
        let mut conn = conn.map_err(|fault| open::of_file(path, fault))?;
        // the first statement that reads the file, where it is opened as a copy
        open::check_library(conn.sqlite()?).await.map_err(|fault| open::of_file(path, fault))?;
        let shared = Shared {
            names: Arc::new(names),
            clock: options.clock,
            new_store: options.new_store,
            currencies: options.currencies,
            counters: Arc::new(Counters::default()),
            files,
            read_only: options.read_only,
            writing,
            reading,
            writer: Arc::new(Mutex::new(Writer { conn: Some(conn), open: false })),
            readers: Pool::new(options.read_pool),
            history: AtomicU64::new(0),
            price: CommitCost::default(),
        };
        let store = Self { shared: Arc::new(shared) };
        store.schema().await.map_err(|fault| open::of_file(path, fault))?;
        Ok(store)
    }

    /// Returns to a file whose log was removed: it is folded into the file, which is then reopened.
    async fn return_to_file(&self) -> Result<(), Fault> {
        match self.shared.files.check_any() {
            Ok(()) => Ok(()),
            Err(Astray::Removed(_)) if !self.shared.read_only => {
                let mut exec = self.exec();
                exec.begin().await?;
                exec.rollback().await
            }
            Err(astray) => Err(astray.into_fault()),
        }
    }
}

sql_store! { impl Store for SqliteStore over SqliteExec {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            exclusive: true,
            multi_book: true,
            lanes: 2,
            verified_writes: true,
            break_even_group: self.shared.price.transfers(),
        }
    }

    fn name(&self) -> &'static str {
        "sqlite"
    }

    async fn migrate(&self) -> Result<(), Fault> {
        let made = || Made { at: self.shared.clock.now(), store: Some(self.shared.new_store), server: None };
        schema::migrate(&mut self.exec(), &self.shared.names, made).await
    }

    async fn ping(&self) -> Result<(), Fault> {
        self.shared.check_open()?;
        self.return_to_file().await?;
        self.exec().query(&write::bare("SELECT 1 AS c0")).await.map(drop)
    }

    async fn check_files(&self) -> Result<(), Fault> {
        self.shared.files.check_any().map_err(Astray::into_fault)?;
        // with nothing open here, a transaction of the host may be in a log whose name is gone
        if self.shared.files.has_log() { Ok(()) } else { self.ping().await }
    }

    async fn maintain(&self) -> Result<(), Fault> {
        if self.shared.read_only {
            return Ok(());
        }
        self.return_to_file().await?;
        upkeep::shrink(&self.shared).await
    }

    async fn checkpoint(&self) -> Result<(), Fault> {
        upkeep::checkpoint(&self.shared).await
    }

    async fn findings(&self) -> Vec<Finding> {
        upkeep::findings(&self.shared)
    }

    fn connection_epoch(&self) -> u64 {
        self.shared.history.load(Ordering::Acquire)
    }

    async fn backup(&self, path: &Path) -> Result<(), Fault> {
        self.shared.check_open()?;
        // readers may not write, even elsewhere, and the writer is not kept waiting
        let mut conn = open::connect(&self.shared.writing.beside(), &self.shared.files).await?;
        let copied = match conn.sqlite() {
            Ok(sqlite) => backup::backup(sqlite, path).await,
            Err(fault) => Err(fault),
        };
        conn.close().await;
        copied
    }

    async fn restore(&self, path: &Path, timeline: Uuid) -> Result<Restoring, Fault> {
        self.shared.check_open()?;
        if self.shared.files.is_main(path) {
            return Err(Error::invalid("path", "must be a backup, and not the store itself").into());
        }
        let mut conn = open::connect(&self.shared.writing, &self.shared.files).await?;
        let replaced = match conn.sqlite() {
            Ok(sqlite) => backup::replace(sqlite, &self.shared, path, timeline).await,
            Err(fault) => Err(fault),
        };
        let (from, to) = match replaced {
            Ok(replaced) => replaced,
            Err(fault) => {
                conn.close().await;
                return Err(fault);
            }
        };
        let exec = SqliteExec::replacing(Arc::clone(&self.shared), conn).await;
        Ok(Restoring { session: self.session(exec), from, to })
    }

    fn can_pause(&self) -> bool {
        true
    }

    async fn pause(&self) -> Result<(), Fault> {
        pause::pause(&self.shared).await
    }

    async fn resume(&self) -> Result<(), Fault> {
        pause::resume(&self.shared)
    }

    async fn close(&self) {
        for conn in self.shared.readers.close() {
            conn.close().await;
        }
        // last of all, so that the write-ahead log is folded into the file
        let conn = self.shared.writer.lock().await.conn.take();
        if let Some(conn) = conn {
            conn.close().await;
        }
    }
} }
