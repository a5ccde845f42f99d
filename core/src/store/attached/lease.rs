//! Borrowing a connection: with a transaction opened on it or for one statement, given back as it was, or
//! discarded.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::sync::OwnedMutexGuard;

use super::{Guard, LentConnection, Shared};
use crate::ids::Book;
use crate::store::fault::{Fault, FaultKind};
use crate::store::sql::pool::Right;
use crate::store::sql::server::{Arrival, Via};
use crate::store::sql::session::not_in_transaction;
use crate::store::sql::{Cells, Dialect, Flavour, server_checks};

/// Why a connection that was lent is not used.
const IN_TRANSACTION: &str = "the connection was lent in an open transaction";

fn unclean(fault: Fault) -> Fault {
    Fault { kind: FaultKind::Unclean, reason: IN_TRANSACTION.to_owned(), ..fault }
}

/// The purpose of a lent connection.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Write,
    Snapshot,
}

/// A lent connection, and the right to it. Dropped, the connection is discarded.
pub(super) struct Lease {
    conn: Option<Box<dyn LentConnection>>,
    /// The [line](crate::store::sql::server::History::line) of the store's history that its server is of.
    history: u64,
    /// Statements that restore the settings of the application.
    pub(super) back: Vec<String>,
    right: Option<Right>,
    _turn: Option<OwnedMutexGuard<()>>,
    _guard: Guard,
}

impl Lease {
    pub(super) fn new(
        conn: Box<dyn LentConnection>,
        right: Right,
        turn: Option<OwnedMutexGuard<()>>,
        guard: Guard,
    ) -> Self {
        Self {
            conn: Some(conn),
            history: 0,
            back: Vec::new(),
            right: Some(right),
            _turn: turn,
            _guard: guard,
        }
    }

    /// The connection; none once it was given back.
    pub(super) fn conn(&mut self) -> Option<&mut (dyn LentConnection + 'static)> {
        self.conn.as_deref_mut()
    }

    /// Notes that the server answers, though it is not done.
    pub(super) fn touch(&self) {
        self.right.iter().for_each(Right::touch);
    }

    /// Gives the connection back, as it was.
    pub(super) async fn end(mut self) {
        let back = std::mem::take(&mut self.back);
        let texts: Vec<&str> = back.iter().map(String::as_str).collect();
        if !texts.is_empty()
            && let Some(conn) = self.conn()
            && let Err(fault) = conn.run(&texts).await
        {
            // discarded when dropped: the application must not get a connection with our settings
            tracing::warn!(%fault, "a lent connection could not be put back as it was");
            return;
        }
        if let Some(conn) = self.conn.take() {
            conn.give_back().await;
        }
        if let Some(right) = self.right.take() {
            right.end();
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(conn) = self.conn.take() {
            conn.discard();
        }
    }
}

impl Shared {
    /// Whether a connection is of a history that was left since its transaction began: what was done on it is
    /// in doubt.
    pub(super) fn was_left(&self, lease: &Lease) -> bool {
        lease.history != self.history.line()
    }

    /// Borrows a connection. One that comes in the middle of a transaction of the application's was closed by
    /// its driver instead: what stands in that must be neither committed nor read. Another is taken.
    async fn lent(&self) -> Result<Box<dyn LentConnection>, Fault> {
        let mut left = self.pool.size().max(1);
        loop {
            match self.pool.lend().await {
                Err(fault) if fault.kind == FaultKind::Unclean => {
                    self.tell_unclean();
                    if left == 0 {
                        return Err(fault);
                    }
                    left -= 1;
                }
                lent => return lent,
            }
        }
    }

    /// Says once in the log what an application does with its connections.
    fn tell_unclean(&self) {
        if !self.told_unclean.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "the pool lends connections on which a transaction is open: the application gives them back \
                 without COMMIT or ROLLBACK. They are closed, and others are taken"
            );
        }
    }

    async fn lend(self: &Arc<Self>, purpose: Option<Purpose>, book: &Option<Book>) -> Result<Lease, Fault> {
        self.check_open()?;
        let closed = || Fault::new(FaultKind::Unavailable, "the store is closed");
        let excludes = self.dialect == Dialect::Sqlite && purpose == Some(Purpose::Write);
        let turn = if excludes { Some(Arc::clone(&self.turn).lock_owned().await) } else { None };
        let lend = async {
            let right = self.places.enter(book, self.several()).await.ok_or_else(closed)?;
            // held during the wait for the pool: closing the store then frees the file only when no lease can
            // begin any more
            let guard = self.guard();
            self.check_open()?;
            let lease = Lease::new(self.lent().await?, right, turn, guard);
            match self.check_open() {
                Ok(()) => Ok(lease),
                Err(closed) => {
                    lease.end().await;
                    Err(closed)
                }
            }
        };
        let late = |_| Fault::new(FaultKind::Unavailable, "the application lent no connection in time");
        tokio::time::timeout(self.connect_timeout, lend).await.map_err(late)?
    }

    /// Opens a transaction on a lent connection. A connection that died while it was idle is skipped: nothing
    /// was done on it.
    pub(super) async fn open(
        self: &Arc<Self>,
        purpose: Purpose,
        book: &Option<Book>,
    ) -> Result<Lease, Fault> {
        let mut spare = self.size;
        loop {
            let mut lease = self.lend(Some(purpose), book).await?;
            match self.in_time(self.begin_on(&mut lease, purpose)).await {
                Ok(()) => return Ok(lease),
                Err(fault) if fault.kind == FaultKind::Unavailable && spare > 0 => {
                    self.history.broke();
                    spare -= 1;
                }
                Err(fault) if fault.kind == FaultKind::Unclean && spare > 0 => {
                    self.tell_unclean();
                    spare -= 1;
                }
                Err(fault) if fault.kind == FaultKind::LockTimeout && self.dialect == Dialect::Sqlite => {
                    // a busy file: no transaction was opened
                    lease.end().await;
                    return Err(fault);
                }
                Err(fault) => return Err(fault),
            }
        }
    }

    async fn begin_on(&self, lease: &mut Lease, purpose: Purpose) -> Result<(), Fault> {
        if self.dialect == Dialect::Sqlite {
            let Some(conn) = lease.conn() else { return Err(not_in_transaction()) };
            // noted before BEGIN, which fails where the file stays busy
            lease.back = self.pragmas.set(conn).await?;
            let Some(conn) = lease.conn() else { return Err(not_in_transaction()) };
            let begin = if purpose == Purpose::Write { "BEGIN IMMEDIATE" } else { "BEGIN" };
            return match conn.run(&[begin]).await {
                // it names no table: it cannot start a transaction within a transaction
                Err(fault) if fault.kind == FaultKind::Schema => Err(unclean(fault)),
                begun => begun.map(drop),
            };
        }
        let begin = match purpose {
            Purpose::Write => "BEGIN ISOLATION LEVEL READ COMMITTED",
            Purpose::Snapshot => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        let history = self.history.line();
        let Some(conn) = lease.conn() else { return Err(not_in_transaction()) };
        // the guard of BEGIN divides by zero, and nothing is taken in a transaction that has failed
        let begun = conn.run(&[begin, &self.steering_text]).await.map_err(|fault| match fault.kind {
            FaultKind::Stale | FaultKind::Aborted => unclean(fault),
            _ => fault,
        });
        let rows = begun?;
        let token = rows.last().and_then(|row| row.last()?.as_deref()).unwrap_or_default();
        lease.history =
            if self.history.knows(token) { history } else { self.introduce(lease, begin).await? };
        Ok(())
    }

    /// Judges the server that the connection has reached. A question that is forbidden ends the transaction,
    /// which is then opened again.
    async fn introduce(&self, lease: &mut Lease, begin: &str) -> Result<u64, Fault> {
        let Some(conn) = lease.conn() else { return Err(not_in_transaction()) };
        let via = if self.names.flavour() == Flavour::Spread { Via::Router } else { Via::Engine };
        loop {
            let (question, hidden) = self.history.question(&self.names);
            match conn.query(&question, &[]).await {
                Ok(rows) => {
                    let at = Arrival::read(rows.last().unwrap_or(&Cells::default()));
                    return self.history.arrived(at, via, "a lent connection");
                }
                Err(fault) if is_forbidden(fault.kind) && self.history.restrict(hidden) => {
                    conn.run(&["ROLLBACK", begin, &self.steering_text]).await?;
                }
                Err(fault) => return Err(fault),
            }
        }
    }

    /// Runs a statement that reads in a transaction of its own.
    pub(super) async fn in_snapshot(
        self: &Arc<Self>,
        book: &Option<Book>,
        text: &str,
        params: &[Option<String>],
    ) -> Result<Vec<Cells>, Fault> {
        let mut lease = self.open(Purpose::Snapshot, book).await?;
        let Some(conn) = lease.conn() else { return Err(not_in_transaction()) };
        let rows = self.in_time(conn.query(text, params)).await?;
        self.in_time(conn.run(&["ROLLBACK"])).await?;
        lease.end().await;
        Ok(rows)
    }

    /// Runs one statement on any connection, outside a transaction. A dead connection makes it run again:
    /// such statements only read, or may safely run twice.
    pub(super) async fn by_itself(
        self: &Arc<Self>,
        book: &Option<Book>,
        text: &str,
        params: &[Option<String>],
    ) -> Result<Vec<Cells>, Fault> {
        self.on_any(book, None, text, params).await
    }

    /// Runs a statement like [`Self::by_itself`], on a connection that is first asked which rows it hides.
    pub(super) async fn looked(
        self: &Arc<Self>,
        book: &Option<Book>,
        look: &str,
        text: &str,
        params: &[Option<String>],
    ) -> Result<Vec<Cells>, Fault> {
        self.on_any(book, Some(look), text, params).await
    }

    async fn on_any(
        self: &Arc<Self>,
        book: &Option<Book>,
        look: Option<&str>,
        text: &str,
        params: &[Option<String>],
    ) -> Result<Vec<Cells>, Fault> {
        let mut spare = self.size;
        loop {
            let mut lease = self.lend(None, book).await?;
            let Some(conn) = lease.conn() else { return Err(not_in_transaction()) };
            let asked = async {
                if !conn.is_clean().await? {
                    return Err(Fault::new(FaultKind::Unclean, IN_TRANSACTION));
                }
                if let Some(look) = look {
                    let rows = conn.query(look, &[]).await?;
                    server_checks::judge_look(&self.names, rows.first().map_or(&[], Vec::as_slice))?;
                }
                conn.query(text, params).await
            };
            match self.in_time(asked).await {
                Ok(rows) => {
                    lease.end().await;
                    return Ok(rows);
                }
                Err(fault) if matches!(fault.kind, FaultKind::Unclean | FaultKind::Aborted) && spare > 0 => {
                    self.tell_unclean();
                    spare -= 1;
                }
                Err(fault) if fault.kind == FaultKind::Unavailable => {
                    drop(lease);
                    let fault = self.located(fault).await;
                    if fault.kind == FaultKind::Away || spare == 0 {
                        return Err(fault);
                    }
                    self.history.broke();
                    spare -= 1;
                }
                Err(fault) => {
                    lease.end().await;
                    return Err(fault);
                }
            }
        }
    }

    /// Tells an unreachable worker node from an unreachable store: where there are several servers, a no-op
    /// on another connection shows whether the store itself still answers.
    pub(super) async fn located(self: &Arc<Self>, fault: Fault) -> Fault {
        if self.names.flavour() != Flavour::Spread {
            return fault;
        }
        let ask = async {
            let mut lease = self.lend(None, &None).await?;
            let Some(conn) = lease.conn() else { return Err(not_in_transaction()) };
            conn.query("SELECT CAST(1 AS text) AS c0", &[]).await?;
            lease.end().await;
            Ok::<(), Fault>(())
        };
        let answers = matches!(tokio::time::timeout(super::ANSWER, ask).await, Ok(Ok(())));
        if answers { Fault { kind: FaultKind::Away, ..fault } } else { fault }
    }

    /// Waits for the answer, at most a little longer than the server's own time-out.
    pub(super) async fn in_time<T>(
        &self,
        answer: impl Future<Output = Result<T, Fault>>,
    ) -> Result<T, Fault> {
        let silent = |_| Fault::new(FaultKind::Unavailable, "the database says nothing");
        match self.answer {
            Some(limit) => tokio::time::timeout(limit, answer).await.map_err(silent)?,
            None => answer.await,
        }
    }
}

/// Whether a server may forbid a question to this role, or not know it.
const fn is_forbidden(kind: FaultKind) -> bool {
    matches!(kind, FaultKind::Denied | FaultKind::Schema | FaultKind::Unsupported)
}
