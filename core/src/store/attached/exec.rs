//! One session's way to the database: a lent connection while a transaction is open, any one otherwise.

use std::sync::Arc;

use async_trait::async_trait;

use super::Shared;
use super::lease::{Lease, Purpose};
use crate::ids::Book;
use crate::store::Wait;
use crate::store::fault::{Fault, FaultKind};
use crate::store::host::{self, Plain};
use crate::store::sql::server::{TOKEN, left};
use crate::store::sql::session::{Exec, not_in_transaction};
use crate::store::sql::session_settings::{BRIEF, waiting};
use crate::store::sql::{Cells, Dialect, Flavour, Statement, Texts, Wire, codes, server_checks};

/// The connection of one session.
pub struct AttachedExec {
    shared: Arc<Shared>,
    /// The connection, from BEGIN to COMMIT or ROLLBACK. A connection that is dropped with an open
    /// transaction is discarded.
    lease: Option<Lease>,
    /// Whether a statement of the open transaction failed, or was given up half-way: it must not be
    /// committed.
    failed: bool,
    /// The book that it is about now.
    book: Option<Book>,
}

impl std::fmt::Debug for AttachedExec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AttachedExec").field("writing", &self.lease.is_some()).finish_non_exhaustive()
    }
}

impl AttachedExec {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared, lease: None, failed: false, book: None }
    }

    /// A statement of the open transaction failed.
    async fn failed_at(&mut self, fault: Fault) -> Fault {
        if fault.kind == FaultKind::Unavailable {
            // it may have an answer that was not read
            self.lease = None;
            let fault = self.shared.located(fault).await;
            if fault.kind != FaultKind::Away {
                self.shared.history.broke();
            }
            return fault;
        }
        self.explained(fault).await
    }

    /// Adds what a driver does not report: the tables whose rows are hidden, or the setting that makes the
    /// session read-only.
    async fn explained_by_postgres(&mut self, fault: Fault) -> Fault {
        let why = match fault.kind {
            FaultKind::Denied => server_checks::look(&self.shared.names),
            FaultKind::ReadOnly => server_checks::READ_ONLY.to_owned(),
            _ => return fault,
        };
        let asked = tokio::time::timeout(super::ANSWER, self.shared.by_itself(&self.book, &why, &[])).await;
        let rows = asked.ok().and_then(Result::ok).unwrap_or_default();
        if fault.kind == FaultKind::ReadOnly {
            let error = server_checks::set_read_only(&rows).map(Box::new);
            return Fault { error, ..fault };
        }
        let cells = rows.first().map_or(&[][..], Vec::as_slice);
        server_checks::judge_look(&self.shared.names, cells).err().unwrap_or(fault)
    }

    /// Reads rows of ours outside a transaction. No setting turns a hidden row into an error there, so the
    /// same statement asks what the connection hides.
    async fn read_by_itself(
        &mut self,
        book: &Option<Book>,
        sql: &str,
        params: &[Option<String>],
    ) -> Result<Vec<Cells>, Fault> {
        let names = &self.shared.names;
        let look = server_checks::look(names);
        if names.flavour() == Flavour::Spread {
            // in one statement a server would answer for its own role, so the two are sent one after the
            // other
            return self.shared.looked(book, &look, sql, params).await;
        }
        let together = format!(
            "SELECT h.hidden AS h0, h.encoding AS h1, ({TOKEN}) AS h2, s.* FROM ({look}) AS h \
             LEFT JOIN (SELECT CAST(1 AS text) AS h3, q.* FROM ({sql}) AS q) AS s ON 1 = 1"
        );
        let mut rows = self.shared.by_itself(book, &together, params).await?;
        let token = rows.first().and_then(|row| row.get(2)?.as_deref()).unwrap_or_default();
        if !self.shared.history.knows(token) {
            // a transaction is judged before it reads
            rows = self.shared.in_snapshot(book, &together, params).await?;
        }
        server_checks::judge_look(names, rows.first().map_or(&[], Vec::as_slice))?;
        let there = |row: &Cells| row.get(3).is_some_and(Option::is_some);
        Ok(rows.into_iter().filter(there).map(|mut row| row.split_off(4)).collect())
    }

    /// Tells missing tables from a bad statement. SQLite has one code for both; our statements are valid, so
    /// the tables may be missing.
    async fn explained(&mut self, fault: Fault) -> Fault {
        if self.shared.dialect == Dialect::Postgres {
            return self.explained_by_postgres(fault).await;
        }
        if fault.kind != FaultKind::Schema {
            return fault;
        }
        let (sql, name) = crate::store::host::meta_count(&self.shared.names);
        let found = match self.lease.as_mut().and_then(Lease::conn) {
            Some(conn) => conn.query(sql, &name).await,
            None => self.shared.by_itself(&self.book, sql, &name).await,
        };
        let none = found.is_ok_and(|rows| rows.iter().flatten().flatten().all(|count| count == "0"));
        if none { Fault { kind: FaultKind::Missing, ..fault } } else { fault }
    }
}

#[async_trait]
impl Exec for AttachedExec {
    fn dialect(&self) -> Dialect {
        self.shared.dialect
    }

    fn wire(&self) -> Wire {
        Wire::Text
    }

    fn is_writing(&self) -> bool {
        self.lease.is_some()
    }

    fn concerns(&mut self, book: Option<&Book>) {
        self.book = book.cloned();
    }

    fn patience(&self, wait: Wait) -> Option<String> {
        match wait {
            _ if self.shared.dialect == Dialect::Sqlite => None,
            Wait::Skip => None,
            Wait::Brief => Some(waiting(BRIEF)),
            Wait::Block => Some(waiting(self.shared.lock_timeout)),
        }
    }

    async fn begin(&mut self) -> Result<(), Fault> {
        // a connection that was left open is discarded, not reused
        self.lease = None;
        self.failed = false;
        if self.shared.read_only {
            return Err(Fault::new(FaultKind::ReadOnly, "it was opened to be read only"));
        }
        self.shared.counters.trip(2);
        self.lease = Some(self.shared.open(Purpose::Write, &self.book).await?);
        if let Err(astray) = self.shared.check_names() {
            self.rollback().await?;
            return Err(astray);
        }
        Ok(())
    }

    async fn snapshot(&mut self) -> Result<(), Fault> {
        if self.lease.is_none() {
            self.shared.counters.trip(2);
            self.lease = Some(self.shared.open(Purpose::Snapshot, &self.book).await?);
        }
        Ok(())
    }

    async fn commit(&mut self) -> Result<(), Fault> {
        if self.failed {
            return Err(Fault::new(FaultKind::Aborted, "a statement of the transaction failed"));
        }
        let mut lease = self.lease.take().ok_or_else(not_in_transaction)?;
        let Some(conn) = lease.conn() else { return Err(not_in_transaction()) };
        match self.shared.in_time(conn.run(&["COMMIT"])).await {
            Ok(_) if self.shared.was_left(&lease) => Err(left(FaultKind::Unknown)),
            Ok(_) => {
                self.shared.counters.commit();
                // a file that was replaced since the transaction began lacks the commit
                let found = self.shared.check_names();
                lease.end().await;
                found.map_err(|astray| Fault::new(FaultKind::Unknown, astray.reason))
            }
            Err(fault) => {
                self.shared.history.broke();
                Err(Fault { kind: codes::of_commit(self.shared.dialect, fault.kind), ..fault })
            }
        }
    }

    async fn rollback(&mut self) -> Result<(), Fault> {
        self.failed = false;
        let Some(mut lease) = self.lease.take() else { return Ok(()) };
        self.shared.counters.trip(1);
        let Some(conn) = lease.conn() else { return Ok(()) };
        // SQLite rolls back on its own after some failures; then the connection is discarded
        if self.shared.in_time(conn.run(&["ROLLBACK"])).await.is_ok() {
            lease.end().await;
        }
        Ok(())
    }

    fn grown(&mut self, events: i64) {
        self.shared.edition.grown(events);
    }

    fn texts(&self) -> Option<&Texts> {
        Some(&self.shared.edition.texts)
    }

    async fn query(&mut self, statement: &Statement) -> Result<Vec<Cells>, Fault> {
        self.shared.counters.trip(1);
        let (text, params) = statement.plain(self.shared.dialect);
        let book = self.shared.several().and_then(|_| statement.book()).or_else(|| self.book.clone());
        let Some(lease) = self.lease.as_mut() else {
            let rows = match self.shared.dialect {
                Dialect::Sqlite => self.shared.by_itself(&book, &text, &params).await,
                Dialect::Postgres => {
                    let ours = text.contains(&self.shared.names.table(""));
                    // nothing steers a statement outside a transaction
                    let sent = self.shared.edition.of_text(&text, self.shared.clock.now());
                    match ours && host::whose::reads(&text) {
                        true => self.read_by_itself(&book, &sent, &params).await,
                        false => self.shared.by_itself(&book, &sent, &params).await,
                    }
                }
            };
            return match rows {
                Err(fault) => Err(self.explained(fault).await),
                rows => rows,
            };
        };
        // set before it is true: a future dropped in the middle leaves a transaction that must not be
        // committed
        self.failed = true;
        let Some(conn) = lease.conn() else { return Err(not_in_transaction()) };
        match self.shared.in_time(conn.query(&text, &params)).await {
            Ok(_) if self.shared.was_left(lease) => Err(left(FaultKind::Unavailable)),
            Ok(rows) => {
                self.failed = false;
                lease.touch();
                Ok(rows)
            }
            Err(fault) => Err(self.failed_at(fault).await),
        }
    }

    async fn batch(&mut self, statements: &[Statement], expected: &[Option<u64>]) -> Result<Vec<u64>, Fault> {
        self.shared.counters.trip(statements.len());
        // drivers report row counts in different ways, so the statements return each touched row
        let dialect = self.shared.dialect;
        let plain: Vec<Plain> = statements.iter().map(|statement| statement.plain(dialect)).collect();
        let conn = self.lease.as_mut().and_then(Lease::conn).ok_or_else(not_in_transaction)?;
        self.failed = true;
        match self.shared.in_time(conn.batch(&plain, expected)).await {
            Ok(counts) => {
                self.failed = false;
                Ok(counts)
            }
            Err(fault) => Err(self.failed_at(fault).await),
        }
    }
}
