//! One session's way to the server: a connection of its own while a transaction is open, any one otherwise.

use std::sync::Arc;

use async_trait::async_trait;
use sqlx::postgres::PgDatabaseError;

use super::line::{Line, is_silent};
use super::{Shared, rights, tls};
use crate::env;
use crate::ids::Book;
use crate::rows::row::Row as _;
use crate::rows::tables::KeyRow;
use crate::store::fault::{Fault, FaultKind};
use crate::store::reachable_books::Reach;
use crate::store::sql::pool::Lease;
use crate::store::sql::server::left;
use crate::store::sql::session::{Exec, not_in_transaction};
use crate::store::sql::session_settings::{BRIEF, waiting};
use crate::store::sql::{Cells, Dialect, Statement, Wire, codes, server_checks, write};
use crate::store::{DECIDED, Wait};

const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";
const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// The connection of one session.
pub struct PostgresExec {
    shared: Arc<Shared>,
    /// The connection, from BEGIN to COMMIT or ROLLBACK. A connection that is dropped with an open
    /// transaction is closed, and the server rolls back.
    lease: Option<Lease<Line>>,
    /// Whether a statement of the open transaction failed: COMMIT would then silently roll back.
    failed: bool,
    /// The book that it is about now.
    book: Option<Book>,
}

/// Why a connection is not used.
pub(super) enum Failure {
    /// The statement failed.
    Sql(sqlx::Error),
    /// The connection is on a server of another history.
    Elsewhere(Fault),
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Sql(error)
    }
}

impl std::fmt::Debug for PostgresExec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostgresExec").field("writing", &self.lease.is_some()).finish_non_exhaustive()
    }
}

impl PostgresExec {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared, lease: None, failed: false, book: None }
    }

    /// A turn and a connection: an idle one that is still there, or a new one.
    async fn lease(&self, statement: Option<&Statement>) -> Result<Lease<Line>, Fault> {
        let (several, book) = (self.shared.several(), self.book_of(statement));
        let late = |_| Fault::new(FaultKind::Unavailable, "no connection was had in time");
        let lease = async {
            let mut lease = self.shared.pool.lease(&book, several).await?;
            if let Some(line) = lease.conn.as_mut()
                && !line.is_sound().await
            {
                // a firewall that dropped this idle connection has probably dropped the others too
                lease.conn = None;
                self.shared.breaks();
            }
            if !self.shared.is_pooled() {
                lease.conn = lease.conn.take().filter(|line| !self.shared.was_left(line));
            }
            if lease.conn.is_none() {
                let moment = lease.moment();
                lease.put(self.shared.connect().await?, moment);
            }
            Ok(lease)
        };
        tokio::time::timeout(self.shared.connect_timeout, lease).await.map_err(late)?
    }

    /// Runs a statement outside a transaction. Behind a pooler it gets a transaction all the same: preparing
    /// and running it are two messages, which a pooler could send to different server connections.
    async fn by_itself(&self, line: &mut Line, statement: &Statement) -> Result<Vec<Cells>, Failure> {
        if !self.shared.is_pooled() {
            return Ok(line.fetch(statement, true).await?);
        }
        self.shared.open(line, BEGIN).await?;
        let rows = line.fetch(statement, false).await?;
        line.commit().await?;
        Ok(rows)
    }

    /// Opens a transaction with `begin`, or runs a statement, on a connection from the pool. A connection
    /// that died while it was idle, or that leads to a history that was left, is skipped: nothing was done on
    /// it. The first connection that does not answer is skipped too, and the idle ones of that time are
    /// discarded.
    async fn anywhere(
        &self,
        begin: Option<&str>,
        statement: Option<&Statement>,
    ) -> Result<(Lease<Line>, Vec<Cells>), Fault> {
        let mut silent = false;
        for spare in (0..=self.shared.pool_size).rev() {
            let mut lease = self.lease(statement).await?;
            let knew = self.shared.is_pooled();
            let line = lease.conn.as_mut().ok_or_else(not_in_transaction)?;
            let rows = match (begin, statement) {
                (Some(begin), _) => self.shared.open(line, begin).await.map(|()| Vec::new()),
                (None, Some(statement)) => self.by_itself(line, statement).await,
                (None, None) => Ok(Vec::new()),
            };
            let error = match rows {
                Ok(_) if self.shared.was_left(line) => continue,
                Ok(rows) => return Ok((lease, rows)),
                Err(Failure::Elsewhere(_)) if spare > 0 => continue,
                Err(Failure::Elsewhere(fault)) => return Err(fault),
                Err(Failure::Sql(error)) => error,
            };
            let fault = self.noticed(statement, fault(&error), &error);
            if error.as_database_error().is_some() {
                // a pooler that split the statement did not run it; the next attempt takes the pooler into
                // account
                let apart = !knew && self.shared.is_pooled();
                let over = is_session_over(&error) && !self.shared.is_elsewhere(&error);
                if (apart || over) && spare > 0 {
                    continue;
                }
                // behind a pooler the connection has a transaction open, so it is discarded
                if !self.shared.is_pooled() {
                    give_back(lease);
                }
                return Err(fault);
            }
            if spare == 0 || (is_silent(&error) && std::mem::replace(&mut silent, true)) {
                return Err(fault);
            }
        }
        Err(Fault::new(FaultKind::Unavailable, "no connection works"))
    }

    /// Adds to a refusal the rights that the role lacks, or the tables whose rows are hidden from it; to a
    /// read-only failure the setting that caused it.
    async fn explained(&self, fault: Fault) -> Fault {
        let schema = self.shared.names.schema().unwrap_or_default();
        match fault.kind {
            FaultKind::Denied => {
                let rows = self.asked(&rights::missing(schema)).await;
                let hidden = rights::hidden(&rows);
                if !hidden.is_empty() {
                    return server_checks::hidden(&self.shared.names, &hidden);
                }
                let reason = rights::explained(&fault.reason, schema, &rows);
                Fault { reason, ..fault }
            }
            FaultKind::ReadOnly if fault.error.is_none() => {
                let rows = self.asked(&write::bare(server_checks::READ_ONLY)).await;
                let error = server_checks::set_read_only(&rows).map(Box::new);
                Fault { error, ..fault }
            }
            _ => fault,
        }
    }

    /// Asks on another connection; no rows where there is no answer in time.
    async fn asked(&self, statement: &Statement) -> Vec<Cells> {
        let asked = tokio::time::timeout(super::ANSWER, self.anywhere(None, Some(statement))).await;
        let rows = asked.ok().and_then(Result::ok).map(|(lease, rows)| {
            give_back(lease);
            rows
        });
        rows.unwrap_or_default()
    }

    /// The book of a statement, or else the one that the session is about.
    fn book_of(&self, statement: Option<&Statement>) -> Option<Book> {
        let named = self.shared.several().and_then(|_| statement?.book());
        named.or_else(|| self.book.clone())
    }

    /// Acts on what a failure means for its connection, and for the others. Where the server of the book is
    /// silent and another one is not, it means nothing for them.
    fn noticed(&self, statement: Option<&Statement>, fault: Fault, error: &sqlx::Error) -> Fault {
        let alone =
            |reach: &Reach| self.book_of(statement).is_some_and(|book| reach.is_only_home_silent(&book));
        if is_silent(error) && self.shared.several().is_some_and(alone) {
            let kind = if fault.kind == FaultKind::Unavailable { FaultKind::Away } else { fault.kind };
            return Fault { kind, ..fault };
        }
        self.shared.noticed(fault, error)
    }

    fn line(&mut self) -> Result<&mut Line, Fault> {
        self.lease.as_mut().and_then(|lease| lease.conn.as_mut()).ok_or_else(not_in_transaction)
    }

    /// The transaction is over, and the connection sound.
    fn finish(&mut self) {
        self.failed = false;
        if let Some(lease) = self.lease.take() {
            give_back(lease);
        }
    }
}

/// Gives a sound connection back. A connection to a read-only server is dropped once it was used for long
/// enough.
fn give_back(mut lease: Lease<Line>) {
    if lease.conn.as_mut().is_some_and(Line::keeps) {
        lease.give_back();
    }
}

#[async_trait]
impl Exec for PostgresExec {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    fn wire(&self) -> Wire {
        Wire::Typed
    }

    fn is_writing(&self) -> bool {
        self.lease.is_some()
    }

    fn concerns(&mut self, book: Option<&Book>) {
        self.book = book.cloned();
    }

    fn patience(&self, wait: Wait) -> Option<String> {
        match wait {
            Wait::Skip => None,
            Wait::Brief => Some(waiting(BRIEF)),
            Wait::Block => Some(waiting(self.shared.lock_timeout)),
        }
    }

    fn writes_alone(&self) -> bool {
        !self.shared.is_pooled()
    }

    async fn begin(&mut self) -> Result<(), Fault> {
        // a connection that was left open is closed, not reused
        self.lease = None;
        self.failed = false;
        self.shared.counters.trip(1);
        // a future dropped here drops the connection with it
        let (lease, _) = self.anywhere(Some(BEGIN), None).await?;
        self.lease = Some(lease);
        Ok(())
    }

    async fn snapshot(&mut self) -> Result<(), Fault> {
        if self.lease.is_none() {
            self.shared.counters.trip(1);
            self.lease = Some(self.anywhere(Some(SNAPSHOT), None).await?.0);
        }
        Ok(())
    }

    async fn commit(&mut self) -> Result<(), Fault> {
        if self.failed {
            return Err(Fault::new(FaultKind::Aborted, "a statement of the transaction failed"));
        }
        let shared = Arc::clone(&self.shared);
        let line = self.line()?;
        match line.commit().await {
            Ok(()) if shared.was_left(line) => {
                self.lease = None;
                Err(left(FaultKind::Unknown))
            }
            Ok(()) => {
                self.shared.counters.commit();
                self.finish();
                Ok(())
            }
            Err(error) => {
                self.lease = None;
                Err(self.noticed(None, commit_fault(&error), &error))
            }
        }
    }

    async fn rollback(&mut self) -> Result<(), Fault> {
        let Ok(line) = self.line() else { return Ok(()) };
        if line.run("ROLLBACK").await.is_ok() {
            self.finish();
        }
        self.lease = None;
        self.failed = false;
        self.shared.counters.trip(1);
        Ok(())
    }

    async fn query(&mut self, statement: &Statement) -> Result<Vec<Cells>, Fault> {
        self.shared.counters.trip(1);
        if self.lease.is_none() {
            return match self.anywhere(None, Some(statement)).await {
                Ok((lease, rows)) => {
                    give_back(lease);
                    Ok(rows)
                }
                Err(fault) => Err(self.explained(fault).await),
            };
        }
        let persistent = !self.shared.is_pooled();
        // set before it is true: a future dropped in the middle leaves a transaction that must not be
        // committed
        self.failed = true;
        let shared = Arc::clone(&self.shared);
        let line = self.line()?;
        match line.fetch(statement, persistent).await {
            Ok(_) if shared.was_left(line) => Err(left(FaultKind::Unavailable)),
            Ok(rows) => {
                self.failed = false;
                self.lease.iter().for_each(|lease| lease.right.touch());
                Ok(rows)
            }
            Err(error) => {
                let fault = self.noticed(Some(statement), fault(&error), &error);
                Err(self.explained(fault).await)
            }
        }
    }

    async fn alone(&mut self, statement: &Statement) -> Result<Vec<Cells>, Fault> {
        self.shared.counters.trip(1);
        self.lease = None;
        let since = env::monotonic_now();
        let mut lease = self.lease(Some(statement)).await?;
        let late = env::monotonic_now().saturating_duration_since(since) > DECIDED;
        if late || self.shared.is_pooled() {
            give_back(lease);
            let reason = if late { "it waited long for a connection" } else { "there is a pooler" };
            return Err(Fault::new(FaultKind::Stale, reason));
        }
        let line = lease.conn.as_mut().ok_or_else(not_in_transaction)?;
        // the server completes its answer after the commit
        match line.fetch(statement, true).await {
            Ok(_) if self.shared.was_left(line) => Err(left(FaultKind::Unknown)),
            Ok(rows) => {
                self.shared.counters.committed_too();
                give_back(lease);
                Ok(rows)
            }
            Err(error) => {
                let fault = self.noticed(Some(statement), alone_fault(&error), &error);
                if fault.kind != FaultKind::Unknown {
                    give_back(lease);
                }
                Err(self.explained(fault).await)
            }
        }
    }

    async fn batch(&mut self, statements: &[Statement], _: &[Option<u64>]) -> Result<Vec<u64>, Fault> {
        for statement in statements {
            self.query(statement).await?;
        }
        Ok(Vec::new())
    }
}

/// The server does not let this role ask, or knows no such function.
pub(super) fn is_forbidden(error: &sqlx::Error) -> bool {
    let state = error.as_database_error().and_then(|error| Some(error.code()?.into_owned()));
    state.is_some_and(|state| matches!(state.as_str(), "42501" | "42883" | "0A000"))
}

/// The server ended the session (57P01, 25P03 and the like): the statement was not run.
pub(super) fn is_session_over(error: &sqlx::Error) -> bool {
    let state = error.as_database_error().and_then(|error| Some(error.code()?.into_owned()));
    state.is_some_and(|state| state.starts_with("57P") || state.starts_with("08") || state == "25P03")
}

/// Classifies a failure of sqlx while a transaction can still be given up.
pub(crate) fn fault(error: &sqlx::Error) -> Fault {
    classified(error, codes::postgres, FaultKind::Unavailable)
}

fn commit_fault(error: &sqlx::Error) -> Fault {
    classified(error, codes::postgres_commit, FaultKind::Unknown)
}

/// Classifies the failure of a statement that is its own transaction. A refusal by the server means that
/// nothing was done; after any other failure the outcome is in doubt.
fn alone_fault(error: &sqlx::Error) -> Fault {
    classified(error, codes::postgres_alone, FaultKind::Unknown)
}

/// No connection was made: the server refused the user, or is not there.
pub(super) fn unreachable(error: &sqlx::Error, host: &str) -> Fault {
    let Fault { kind, reason, .. } = classified(error, codes::postgres_connect, FaultKind::Unavailable);
    let reason = tls::refused_certificate(error).unwrap_or(reason);
    Fault::new(kind, format!("{host}: {reason}"))
}

fn classified(error: &sqlx::Error, class: fn(&str) -> FaultKind, otherwise: FaultKind) -> Fault {
    let kind = match error.as_database_error().and_then(|error| error.code()) {
        Some(state) => class(&state),
        None => otherwise,
    };
    Fault::new(kind, said(error)).of_key(waits_for_key(error))
}

/// Whether the server names the table of keys, or a shard of it, as the one whose lock it waited for. Its
/// words may be in any language; the name stands in them as it is.
fn waits_for_key(error: &sqlx::Error) -> bool {
    let said = error.as_database_error().and_then(|error| error.try_downcast_ref::<PgDatabaseError>());
    let of_keys = |context: &str| context.contains(&format!("\"{}", KeyRow::TABLE));
    said.and_then(PgDatabaseError::r#where).is_some_and(of_keys)
}

/// Whether the fault came from the server, and not from a broken connection.
pub(super) fn has_spoken(fault: &Fault) -> bool {
    fault.reason.contains(SERVER)
}

/// The prefix of the server's messages.
const SERVER: &str = "PostgreSQL ";

/// SQLSTATE and the server's own words; its DETAIL, which quotes rows, is left out.
fn said(error: &sqlx::Error) -> String {
    match error.as_database_error() {
        Some(said) => format!("{SERVER}{}: {}", said.code().unwrap_or_default(), said.message()),
        None => error.to_string(),
    }
}
