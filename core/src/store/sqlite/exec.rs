//! One session's way to the file: the writer while a transaction is open, a reader otherwise.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use async_trait::async_trait;
use futures_util::TryStreamExt;
use sqlx::sqlite::{SqliteArguments, SqliteConnection, SqliteRow};
use sqlx::{Arguments, AssertSqlSafe, Executor, Row as _};
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::conn::Conn;
use super::failure::{commit_fault, fault};
use super::files::Astray;
use super::open::{connect, lock};
use super::removed_log::Turn;
use super::{Shared, Writer};
use crate::env;
use crate::error::{Detail, Error};
use crate::ids::Book;
use crate::rows::codec::Value;
use crate::store::fault::{Fault, FaultKind};
use crate::store::sql::pool::Lease;
use crate::store::sql::session::{Exec, not_in_transaction};
use crate::store::sql::{Cells, Dialect, Param, Statement, Wire};

/// The connection of one session.
pub struct SqliteExec {
    shared: Arc<Shared>,
    /// The writer, from BEGIN to COMMIT or ROLLBACK.
    writer: Option<OwnedMutexGuard<Writer>>,
    /// A reader with an open snapshot, until ROLLBACK. A reader that is dropped with an open transaction is
    /// closed.
    moment: Option<Lease<Conn>>,
    /// Whether its transaction replaces the whole content: cached rows then belong to the old content.
    replaces: bool,
    /// How many rows the open transaction has changed.
    changed: u64,
    /// The book that it is about now.
    book: Option<Book>,
}

impl std::fmt::Debug for SqliteExec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteExec").field("writing", &self.writer.is_some()).finish_non_exhaustive()
    }
}

impl SqliteExec {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared, writer: None, moment: None, replaces: false, changed: 0, book: None }
    }

    /// A session that is restoring: its open transaction, on a connection of its own, replaces the whole
    /// content.
    pub(super) async fn replacing(shared: Arc<Shared>, conn: Conn) -> Self {
        let writer = Writer { conn: Some(conn), open: true };
        let writer = Arc::new(Mutex::new(writer)).lock_owned().await;
        Self { shared, writer: Some(writer), moment: None, replaces: true, changed: 0, book: None }
    }

    fn writing(&mut self) -> Result<&mut SqliteConnection, Fault> {
        self.writer.as_mut().and_then(|writer| writer.conn.as_mut()).ok_or_else(not_in_transaction)?.sqlite()
    }

    /// Releases the writer. A transaction that is still open ends with its connection: dropping that rolls
    /// back on SQLite's own thread, without a wait.
    fn release(&mut self) {
        if let Some(mut writer) = self.writer.take().filter(|writer| writer.open) {
            writer.conn = None;
            writer.open = false;
        }
    }

    /// Fails while the store is paused.
    fn check(&self) -> Result<(), Fault> {
        self.shared.files.standing().check()
    }

    async fn reader(&self) -> Result<Lease<Conn>, Fault> {
        self.check()?;
        let mut lease = self.shared.readers.lease(&self.book, None).await?;
        let Some(conn) = lease.conn.as_ref() else {
            lease.conn = Some(connect(&self.shared.reading, &self.shared.files).await?);
            return Ok(lease);
        };
        match conn.check() {
            Ok(()) => Ok(lease),
            Err(Astray::Removed(fault)) => {
                // the file is reopened once no connection has it open any more
                if let Some(conn) = lease.conn.take() {
                    conn.close().await;
                }
                Err(fault)
            }
            Err(Astray::Other(fault)) => {
                lease.give_back();
                Err(fault)
            }
        }
    }

    async fn read(&mut self, statement: &Statement) -> Result<Vec<Cells>, Fault> {
        if let Some(conn) = self.moment.as_mut().and_then(|lease| lease.conn.as_mut()) {
            conn.check().map_err(Astray::into_fault)?;
            return fetch(conn.sqlite()?, statement).await;
        }
        let mut lease = self.reader().await?;
        let conn = lease.conn.as_mut().ok_or_else(not_in_transaction)?;
        let rows = fetch(conn.sqlite()?, statement).await?;
        lease.give_back();
        Ok(rows)
    }
}

/// Opens a transaction on the one writing connection, and checks that its file still has its name.
async fn begin(shared: &Shared, writer: &mut Writer) -> Result<(), Fault> {
    let mut again = true;
    loop {
        if writer.conn.is_none() {
            writer.conn = Some(connect(&shared.writing, &shared.files).await?);
            // the path may lead to another file now, so cached rows are dropped
            shared.history.fetch_add(1, Ordering::AcqRel);
        }
        let Some(conn) = writer.conn.as_mut() else { return Err(not_in_transaction()) };
        // set before it is true: if this future is dropped now, the connection is thrown away
        writer.open = true;
        if let Err(error) = lock(&shared.files, conn.sqlite()?).await {
            writer.open = false;
            return Err(waited(conn, error));
        }
        let Err(astray) = conn.check() else { return Ok(()) };
        // the connection is kept: its commits may be nowhere else
        writer.open = sqlx::query("ROLLBACK").execute(conn.sqlite()?).await.is_err();
        match astray {
            Astray::Removed(_) if again && !writer.open => let_go(shared, writer).await?,
            astray => return Err(astray.into_fault()),
        }
        again = false;
    }
}

/// Explains a lock timeout whose holder is this process itself: a caller that holds a transaction open and
/// awaits the engine waits for itself.
fn waited(conn: &Conn, fault: Fault) -> Fault {
    if fault.kind != FaultKind::LockTimeout || !conn.is_locked_by_this_process() {
        return fault;
    }
    let reason =
        "this process has a transaction open on the file: call inside it with `using`, or end it first";
    let error = Error::from(Detail::Contention { reason: reason.to_owned() });
    Fault { error: Some(Box::new(error)), ..fault }
}

/// Checkpoints a log whose name was removed, and closes the writer and all idle connections. Another process
/// that has the log open does the same at its next check. The file is opened again once nobody has it open.
async fn let_go(shared: &Shared, writer: &mut Writer) -> Result<(), Fault> {
    tracing::warn!("the log beside the file was removed: it is folded in, and the file opened again");
    for conn in shared.readers.take_idle() {
        conn.close().await;
    }
    // nobody opens the file between the checkpoint and the close
    let turn = Turn::take(&shared.files).await;
    if let Some(conn) = writer.conn.as_mut() {
        // somebody who looks at no names may have made another log meanwhile
        match conn.check() {
            Err(Astray::Removed(_)) => {}
            Err(astray) => return Err(astray.into_fault()),
            Ok(()) => return Ok(()),
        }
        // the connection is kept if that fails: its commits may be nowhere else
        conn.checkpoint_removed().await?;
    }
    if let Some(conn) = writer.conn.take() {
        conn.close_in(turn).await;
    }
    Ok(())
}

impl Drop for SqliteExec {
    fn drop(&mut self) {
        self.release();
    }
}

#[async_trait]
impl Exec for SqliteExec {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn wire(&self) -> Wire {
        Wire::Typed
    }

    fn concerns(&mut self, book: Option<&Book>) {
        self.book = book.cloned();
    }

    fn is_writing(&self) -> bool {
        self.writer.is_some()
    }

    async fn begin(&mut self) -> Result<(), Fault> {
        self.release();
        self.shared.readers.check_open()?;
        if self.shared.read_only {
            return Err(Fault::new(FaultKind::ReadOnly, "it was opened to be read only"));
        }
        let writer = Arc::clone(&self.shared.writer).lock_owned().await;
        self.check()?;
        self.changed = 0;
        self.shared.counters.trip(1);
        let begun = begin(&self.shared, self.writer.insert(writer)).await;
        if begun.is_err() {
            self.release();
        }
        begun
    }

    async fn snapshot(&mut self) -> Result<(), Fault> {
        if self.writer.is_some() || self.moment.is_some() {
            return Ok(());
        }
        let mut lease = self.reader().await?;
        self.shared.counters.trip(1);
        let conn = lease.conn.as_mut().ok_or_else(not_in_transaction)?;
        sqlx::query("BEGIN").execute(conn.sqlite()?).await.map_err(|error| fault(&error))?;
        self.moment = Some(lease);
        Ok(())
    }

    async fn commit(&mut self) -> Result<(), Fault> {
        if self.replaces {
            self.shared.history.fetch_add(1, Ordering::AcqRel);
        }
        if let Err(paused) = self.check() {
            self.release();
            return Err(paused);
        }
        let since = env::monotonic_now();
        let conn = self.writing()?;
        if let Err(error) = sqlx::query("COMMIT").execute(conn).await {
            // the next writer must not wait for this one, and not have its connection
            self.release();
            return Err(commit_fault(&error, self.shared.files.log()));
        }
        self.shared.counters.commit();
        self.shared.price.paid(env::monotonic_now().saturating_duration_since(since), self.changed);
        if self.replaces {
            // raised before the commit as well: a group may have read in between
            self.shared.history.fetch_add(1, Ordering::AcqRel);
        }
        let Some(mut writer) = self.writer.take() else { return Err(not_in_transaction()) };
        writer.open = false;
        // a file that was replaced since the transaction began lacks the commit
        match writer.conn.as_ref().map_or(Ok(()), Conn::check) {
            Ok(()) => Ok(()),
            Err(astray) => Err(Fault::new(FaultKind::Unknown, astray.into_fault().reason)),
        }
    }

    async fn rollback(&mut self) -> Result<(), Fault> {
        if let Some(mut lease) = self.moment.take()
            && let Some(conn) = lease.conn.as_mut()
            && let Ok(sqlite) = conn.sqlite()
            && sqlx::query("ROLLBACK").execute(sqlite).await.is_ok()
        {
            lease.give_back();
        }
        let Ok(conn) = self.writing() else { return Ok(()) };
        // SQLite rolls back on its own after some failures; then the connection is thrown away
        let done = sqlx::query("ROLLBACK").execute(conn).await.is_ok();
        self.shared.counters.trip(1);
        if let Some(writer) = self.writer.as_mut() {
            writer.open = !done;
        }
        self.release();
        Ok(())
    }

    async fn query(&mut self, statement: &Statement) -> Result<Vec<Cells>, Fault> {
        self.check()?;
        self.shared.counters.trip(1);
        match self.writer.as_mut().and_then(|writer| writer.conn.as_mut()) {
            Some(conn) => fetch(conn.sqlite()?, statement).await,
            None => self.read(statement).await,
        }
    }

    async fn batch(&mut self, statements: &[Statement], expected: &[Option<u64>]) -> Result<Vec<u64>, Fault> {
        if statements.is_empty() {
            return Ok(Vec::new());
        }
        self.check()?;
        self.shared.counters.trip(statements.len());
        let conn = self.writing()?;
        let (text, arguments) = joined(statements)?;
        let mut counts = Vec::with_capacity(statements.len());
        let mut results = conn.execute_many(sqlx::query_with(AssertSqlSafe(text), arguments));
        while let Some(result) = results.try_next().await.map_err(|error| fault(&error))? {
            let count = result.rows_affected();
            let expected = expected.get(counts.len()).copied().flatten();
            counts.push(count);
            if expected.is_some_and(|expected| expected != count) {
                break;
            }
        }
        drop(results);
        self.changed += counts.iter().sum::<u64>();
        Ok(counts)
    }
}

/// Joins statements with one parameter each into one text, with consecutive parameters: one hop to SQLite's
/// thread for all.
fn joined(statements: &[Statement]) -> Result<(String, SqliteArguments), Fault> {
    let mut text = String::new();
    let mut arguments = SqliteArguments::default();
    let mut used = 0;
    for statement in statements {
        debug_assert!(statement.params.len() <= 1);
        let place = if statement.params.is_empty() { String::new() } else { format!("${}", used + 1) };
        text.push_str(&statement.text.replace("$1", &place));
        text.push(';');
        used += statement.params.len();
        bind(&mut arguments, &statement.params)?;
    }
    Ok((text, arguments))
}

fn bind(arguments: &mut SqliteArguments, params: &[Param]) -> Result<(), Fault> {
    for param in params {
        let added = match param {
            Param::One(_, Value::Null) => arguments.add(None::<String>),
            Param::One(_, Value::Int(int)) => arguments.add(*int),
            other => arguments.add(other.to_text(Dialect::Sqlite)),
        };
        added.map_err(|error| fault(&sqlx::Error::Encode(error)))?;
    }
    Ok(())
}

pub(super) async fn fetch(conn: &mut SqliteConnection, statement: &Statement) -> Result<Vec<Cells>, Fault> {
    let mut arguments = SqliteArguments::default();
    bind(&mut arguments, &statement.params)?;
    let query = sqlx::query_with(AssertSqlSafe(statement.text.clone()), arguments);
    let rows = conn.fetch_all(query).await.map_err(|error| fault(&error))?;
    rows.iter().map(cells).collect()
}

fn cells(row: &SqliteRow) -> Result<Cells, Fault> {
    (0..row.len())
        .map(|index| row.try_get_unchecked::<Option<String>, _>(index).map_err(|error| fault(&error)))
        .collect()
}
