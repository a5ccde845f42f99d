//! Your transaction: operations run inside a transaction that the host application opened, on its own
//! connection.
//!
//! A host driver implements [`HostConnection`]: text in, text out. A refusal is decided before anything is
//! written and leaves the host's transaction usable; the host commits or rolls back.

/// Implements `HostConnection` for a holder of one, which passes everything on: a reference, or a driver's
/// transaction.
macro_rules! holds {
    ([$($generic:tt)*] $($holder:tt)*) => {
        #[async_trait]
        impl<$($generic)*> HostConnection for $($holder)* {
            fn dialect(&self) -> Dialect {
                (**self).dialect()
            }

            async fn query(&mut self, sql: &str, params: &[Option<String>]) -> Result<Vec<Cells>, Fault> {
                (**self).query(sql, params).await
            }

            async fn batch(
                &mut self,
                statements: &[Plain],
                expected: &[Option<u64>],
            ) -> Result<Vec<u64>, Fault> {
                (**self).batch(statements, expected).await
            }

            async fn in_transaction(&mut self) -> Result<bool, Fault> {
                (**self).in_transaction().await
            }

            async fn savepoint(&mut self) -> Result<(), Fault> {
                (**self).savepoint().await
            }

            async fn release(&mut self) -> Result<(), Fault> {
                (**self).release().await
            }

            async fn roll_back(&mut self) -> Result<(), Fault> {
                (**self).roll_back().await
            }

            fn writes(&mut self) {
                (**self).writes();
            }

            async fn invalidate(&mut self) {
                (**self).invalidate().await;
            }

            fn give_up(&mut self) {
                (**self).give_up();
            }

            fn shares_library(&self) -> bool {
                (**self).shares_library()
            }

            fn own(&mut self) -> Option<&mut (dyn Any + Send)> {
                (**self).own()
            }
        }
    };
}

#[cfg(all(feature = "host-sqlx", any(feature = "postgres", feature = "sqlite")))]
pub mod driver;
mod edition;
#[cfg(test)]
#[cfg(feature = "host-sqlx")]
mod tests;
pub(super) mod whose;

use std::any::Any;
use std::sync::{Arc, RwLock};

use async_trait::async_trait;

use super::fault::{Fault, FaultKind};
use super::sql::session::{Exec, SqlSession, not_in_transaction};
use super::sql::{Cells, Dialect, Flavour, Names, Statement, Texts, Wire, server_checks};
use crate::currency::Currencies;
use crate::env::Clock;
pub use edition::Edition;
pub use whose::Expected;
pub(crate) use whose::Servers;

/// A connection of the host application, inside its open transaction.
///
/// Parameters are text or NULL, and every column comes back as text or NULL. A failure is known by its
/// SQLSTATE or SQLite result code, which [`super::sql::codes::host`] classifies.
#[async_trait]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no open transaction that Earnest can join",
    label = "expected a host's open transaction",
    note = "with the feature `host-sqlx`, and `sqlite` or `postgres`, it is `&mut sqlx::Transaction<'_, Sqlite>` or `&mut sqlx::Transaction<'_, Postgres>` of sqlx 0.9, or the connection in it: `&mut *connection`",
    note = "any other driver joins by an implementation of `earnest::store::host::HostConnection`"
)]
pub trait HostConnection: Send {
    /// The SQL that it speaks.
    fn dialect(&self) -> Dialect;
    /// Sends one statement with `$1`, `$2` and so on, and takes all its rows.
    async fn query(&mut self, sql: &str, params: &[Option<String>]) -> Result<Vec<Cells>, Fault>;
    /// Sends statements in order, and returns how many rows each gave back. The rest may be skipped after a
    /// count that is not the expected one. A driver may send all of them at once.
    async fn batch(&mut self, statements: &[Plain], expected: &[Option<u64>]) -> Result<Vec<u64>, Fault> {
        let mut counts = Vec::with_capacity(statements.len());
        for ((sql, params), expected) in statements.iter().zip(expected) {
            let count = self.query(sql, params).await?.len() as u64;
            counts.push(count);
            if expected.is_some_and(|expected| expected != count) {
                break;
            }
        }
        Ok(counts)
    }
    /// Whether a transaction is open. Where a driver cannot tell it answers `true`.
    ///
    /// It may end before the next statement is sent. On PostgreSQL the statement that writes then writes
    /// nothing. On SQLite a driver lets nothing end a transaction while a call in it is under way.
    async fn in_transaction(&mut self) -> Result<bool, Fault>;
    /// Opens the savepoint of one operation.
    async fn savepoint(&mut self) -> Result<(), Fault> {
        self.query("SAVEPOINT earnest", &[]).await.map(drop)
    }
    /// Keeps what was done since the savepoint.
    async fn release(&mut self) -> Result<(), Fault> {
        self.query("RELEASE SAVEPOINT earnest", &[]).await.map(drop)
    }
    /// Takes back what was done since the savepoint.
    async fn roll_back(&mut self) -> Result<(), Fault> {
        self.query("ROLLBACK TO SAVEPOINT earnest", &[]).await?;
        // `ROLLBACK TO` keeps the savepoint
        self.query("RELEASE SAVEPOINT earnest", &[]).await.map(drop)
    }
    /// Says that the next statement writes, and that no savepoint stands which could take it back: a call
    /// that is cancelled from here on may be whole. A driver that can makes the host's commit fail then.
    /// Needs nothing where the host asks by the key what became of a call that it has cancelled.
    fn writes(&mut self) {}
    /// Makes the transaction one that cannot be committed: a statement that writes was sent, and whether it
    /// was done nobody knows, or a savepoint that should take it back has gone. The call is then refused with
    /// `outcome_unknown`. A driver that can closes its connection, so that the host's commit fails.
    async fn invalidate(&mut self) {
        let sql = match self.dialect() {
            // COMMIT fails then; where a role may not do even that, the refusal makes of COMMIT a rollback
            Dialect::Postgres => "SELECT CAST(pg_terminate_backend(pg_backend_pid()) AS text)",
            Dialect::Sqlite => "ROLLBACK",
        };
        for _ in 0..INVALIDATIONS {
            // a driver that stopped waiting may have taken this one out of its queue as well
            match self.query(sql, &[]).await {
                Err(fault) if !fault.is_told => {}
                _ => return,
            }
        }
    }
    /// Handles a call that was cancelled while the savepoint stood: the writes since the savepoint must not
    /// be committed, whatever the host does next. Nobody can await here, so a driver sends the rollback
    /// before its next statement, or makes the host's commit fail.
    ///
    /// PostgreSQL has no half a call: an operation writes with one statement, which does everything or
    /// fails.
    fn give_up(&mut self) {}
    /// Whether the connection uses the same SQLite library as the engine. The file locks of two libraries in
    /// one process do not exclude each other, so a file that the engine has open is refused otherwise.
    fn shares_library(&self) -> bool {
        false
    }
    /// The host's own connection, for the host's own statements while the engine is bound to it.
    fn own(&mut self) -> Option<&mut (dyn Any + Send)> {
        None
    }
}

/// How often a driver that does not say what became of a statement is asked to spoil its transaction.
const INVALIDATIONS: usize = 16;

/// A statement and its parameters, all text or NULL.
pub type Plain = (String, Vec<Option<String>>);

holds! { [C: HostConnection + ?Sized] &mut C }

/// The work that is wrapped in a savepoint of the host's transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Savepoint {
    /// Nothing: an operation writes by one statement, which does all or nothing. After an error of the
    /// server the host rolls its transaction back.
    Never,
    /// The writes of an operation that needs several statements, as on SQLite: a partial write can be undone.
    Writes,
    /// Every operation: an error of the server leaves the host's transaction usable as well. It costs two
    /// round trips, and PostgreSQL remembers 64 of them in one transaction before it becomes slow.
    Operation,
}

/// A session inside the host's transaction.
pub type HostSession<'h> = SqlSession<HostExec<'h>>;

impl<'h> HostSession<'h> {
    /// A session over the host's connection. `commit` releases a savepoint that stands, and `rollback` goes
    /// back to it.
    #[must_use]
    pub fn new(
        connection: Box<dyn HostConnection + 'h>,
        names: Arc<Names>,
        clock: Clock,
        currencies: Arc<RwLock<Currencies>>,
        savepoint: Savepoint,
    ) -> Self {
        let exec = HostExec {
            connection,
            savepoint,
            open: false,
            exposed: false,
            names: Arc::clone(&names),
            expected: None,
            clock: clock.clone(),
            edition: Edition::default(),
        };
        Self::over(exec, names, clock, currencies)
    }

    /// Makes the session check, before anything else, that it is on this store. Another database is refused
    /// with `store_mismatch`.
    #[must_use]
    pub fn expecting(mut self, expected: Expected) -> Self {
        self.exec().expected = Some(expected);
        self
    }

    /// The same session, with the edition that other sessions of the engine share.
    #[must_use]
    pub fn of_edition(mut self, edition: Edition) -> Self {
        self.exec().edition = edition;
        self
    }
}

/// Sends statements through the host's connection.
pub struct HostExec<'h> {
    connection: Box<dyn HostConnection + 'h>,
    savepoint: Savepoint,
    /// Whether our savepoint stands.
    open: bool,
    /// Whether what is sent now writes, and no savepoint takes it back.
    exposed: bool,
    names: Arc<Names>,
    /// The store that the connection must lead to; `None` once that was checked.
    expected: Option<Expected>,
    clock: Clock,
    edition: Edition,
}

impl std::fmt::Debug for HostExec<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HostExec")
            .field("savepoint", &self.savepoint)
            .field("open", &self.open)
            .finish_non_exhaustive()
    }
}

impl HostExec<'_> {
    /// Wraps operations from now on as `savepoint` says.
    pub const fn wrap(&mut self, savepoint: Savepoint) {
        self.savepoint = savepoint;
    }

    /// Handles a savepoint that could not be released: what stands behind it is taken back, or, where it has
    /// gone, must not be committed.
    async fn unreleased(&mut self, fault: Fault) -> Fault {
        if self.connection.roll_back().await.is_ok() {
            self.open = false;
            return fault;
        }
        self.open = false;
        self.unknown(fault).await
    }

    async fn set_savepoint(&mut self) -> Result<(), Fault> {
        self.connection.savepoint().await?;
        self.open = true;
        Ok(())
    }

    /// Handles a failure behind which nobody knows what was written: nothing of it may be committed.
    async fn unknown(&mut self, fault: Fault) -> Fault {
        self.connection.invalidate().await;
        Fault { kind: FaultKind::Unknown, error: None, ..fault }
    }

    /// Whether a savepoint of ours is still open: an operation was cancelled half-way, and the host must not
    /// commit before [`Exec::rollback`].
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.open
    }

    /// Refuses a connection without an open transaction, where each statement would commit by itself.
    ///
    /// # Errors
    /// `not_in_transaction`; what the driver says.
    pub async fn in_transaction(&mut self) -> Result<(), Fault> {
        if self.connection.in_transaction().await? { Ok(()) } else { Err(not_in_transaction()) }
    }

    /// The host's own connection, if its driver gives it.
    pub fn own(&mut self) -> Option<&mut (dyn Any + Send)> {
        self.connection.own()
    }

    /// The file of the host's SQLite connection.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn sqlite_file(&mut self) -> Result<Option<String>, Fault> {
        let sql = "SELECT CAST(file AS text) AS c0 FROM pragma_database_list WHERE name = 'main'";
        let rows = self.connection.query(sql, &[]).await?;
        Ok(rows.into_iter().next().and_then(|row| row.into_iter().next().flatten()))
    }

    async fn sent(&mut self, sql: &str, params: &[Option<String>]) -> Result<Vec<Cells>, Fault> {
        let sql = match self.dialect() {
            Dialect::Postgres => &self.edition.of_text(sql, self.clock.now()),
            Dialect::Sqlite => sql,
        };
        match self.connection.query(sql, params).await {
            // what the server itself refuses is known not to be done
            Err(fault) if fault.kind != FaultKind::NotInTransaction && self.exposed && !fault.is_told => {
                Err(self.unknown(fault).await)
            }
            Err(fault) if fault.kind == FaultKind::Schema && self.dialect() == Dialect::Sqlite => {
                Err(self.missing(fault).await)
            }
            answer => answer,
        }
    }

    /// Tells missing tables from a bad statement. SQLite has one code for both; our statements are valid, so
    /// the tables may be missing.
    async fn missing(&mut self, fault: Fault) -> Fault {
        let (sql, name) = meta_count(&self.names);
        let found = self.connection.query(sql, &name).await;
        let none = found.is_ok_and(|rows| rows.iter().flatten().flatten().all(|count| count == "0"));
        if none { Fault { kind: FaultKind::Missing, ..fault } } else { fault }
    }

    /// Handles a cancelled operation: nothing of it may be committed.
    pub fn give_up(&mut self) {
        if std::mem::take(&mut self.open) {
            self.connection.give_up();
        }
    }
}

/// The statement that shows whether our tables exist on SQLite, and its parameter.
pub(super) fn meta_count(names: &Names) -> (&'static str, [Option<String>; 1]) {
    let sql = "SELECT CAST(count(*) AS text) AS c0 FROM sqlite_master WHERE name = $1";
    (sql, [Some(names.table("meta"))])
}

impl Drop for HostExec<'_> {
    fn drop(&mut self) {
        self.give_up();
    }
}

#[async_trait]
impl Exec for HostExec<'_> {
    fn dialect(&self) -> Dialect {
        self.connection.dialect()
    }

    fn wire(&self) -> Wire {
        Wire::Text
    }

    fn is_writing(&self) -> bool {
        true
    }

    fn names_xact(&self) -> bool {
        // of several servers, one has the rows that are locked and another may compute the gate of the write
        self.dialect() == Dialect::Postgres && self.names.flavour() == Flavour::Plain
    }

    fn reads_unfinished(&self) -> bool {
        self.dialect() == Dialect::Sqlite
    }

    fn writes(&mut self) {
        if !self.open {
            self.exposed = true;
            self.connection.writes();
        }
    }

    async fn doubted(&mut self, fault: Fault) -> Fault {
        if self.exposed { self.unknown(fault).await } else { fault }
    }

    async fn begin(&mut self) -> Result<(), Fault> {
        if self.open {
            self.rollback().await?;
        }
        self.exposed = false;
        self.in_transaction().await?;
        if self.savepoint == Savepoint::Operation {
            self.set_savepoint().await?;
        }
        Ok(())
    }

    async fn commit(&mut self) -> Result<(), Fault> {
        if self.open
            && let Err(fault) = self.connection.release().await
        {
            return Err(self.unreleased(fault).await);
        }
        (self.open, self.exposed) = (false, false);
        Ok(())
    }

    async fn rollback(&mut self) -> Result<(), Fault> {
        if self.open
            && let Err(fault) = self.connection.roll_back().await
        {
            // what a savepoint was to take back may stand without it
            self.connection.invalidate().await;
            self.open = false;
            return Err(fault);
        }
        (self.open, self.exposed) = (false, false);
        Ok(())
    }

    fn texts(&self) -> Option<&Texts> {
        Some(&self.edition.texts)
    }

    fn grown(&mut self, events: i64) {
        self.edition.grown(events);
    }

    async fn query(&mut self, statement: &Statement) -> Result<Vec<Cells>, Fault> {
        let params = statement.plain_params(self.dialect());
        if let Some(expected) = self.expected.clone() {
            if let Some(look) = whose::look_before(&self.names) {
                let rows = self.sent(&look, &[]).await?;
                server_checks::judge_look(&self.names, rows.first().map_or(&[], Vec::as_slice))?;
            }
            let reads = whose::reads(&statement.text);
            let asked = if reads { statement.text.as_str() } else { "SELECT CAST(1 AS text) AS c0" };
            let with = if reads { &params[..] } else { &[] };
            let rows = match self.sent(&whose::beside(asked, &self.names), with).await {
                Err(fault) if fault.kind == FaultKind::Missing => return Err(expected.missing()),
                rows => rows?,
            };
            let found = whose::parted(rows, &self.names)?;
            expected.judge(found.identity).await?;
            if let Some(question) = expected.question(found.token.as_deref(), &self.names) {
                expected.judge_server(&self.sent(&question, &[]).await?)?;
            }
            self.expected = None;
            if reads {
                return Ok(found.rows);
            }
        }
        self.sent(&statement.text, &params).await
    }

    async fn batch(&mut self, statements: &[Statement], expected: &[Option<u64>]) -> Result<Vec<u64>, Fault> {
        if self.savepoint == Savepoint::Writes && !self.open {
            self.set_savepoint().await?;
        }
        // drivers report row counts in different ways or not at all, so the statements return each touched
        // row
        let plain: Vec<Plain> = statements.iter().map(|statement| statement.plain(self.dialect())).collect();
        match self.connection.batch(&plain, expected).await {
            Err(fault) if fault.kind == FaultKind::Schema => Err(self.missing(fault).await),
            counts => counts,
        }
    }
}
