//! One session's way to the server: a connection of its own while a transaction is open, any one otherwise.

use std::sync::Arc;

use async_trait::async_trait;
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{AssertSqlSafe, ConnectOptions, Executor, Row as _};

use super::history::Arrival;
use super::{Shared, bind};
use crate::env;
use crate::store::fault::{Fault, FaultKind};
use crate::store::sql::pool::Lease;
use crate::store::sql::session::{Exec, not_in_transaction};
use crate::store::sql::{Cells, Dialect, Statement, Wire, codes};
use crate::store::{DECIDED, Wait};

const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";

/// The connection of one session.
pub struct PostgresExec {
    shared: Arc<Shared>,
    /// The connection, from BEGIN to COMMIT or ROLLBACK. Dropped with an open transaction, it is closed, and the server
    /// rolls back.
    lease: Option<Lease<PgConnection>>,
    /// Whether a statement of the open transaction failed: COMMIT would then roll back, and say nothing.
    failed: bool,
}

impl std::fmt::Debug for PostgresExec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostgresExec").field("writing", &self.lease.is_some()).finish_non_exhaustive()
    }
}

impl PostgresExec {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared, lease: None, failed: false }
    }

    /// A permit and a connection: an idle one, which may have died unnoticed, or a new one.
    async fn lease(&self) -> Result<Lease<PgConnection>, Fault> {
        let late = |_| Fault::new(FaultKind::Unavailable, "no connection was had in time");
        let lease = async {
            let mut lease = self.shared.pool.lease().await?;
            if lease.conn.is_none() {
                lease.conn = Some(self.connect().await?);
            }
            Ok(lease)
        };
        tokio::time::timeout(self.shared.connect_timeout, lease).await.map_err(late)?
    }

    async fn connect(&self) -> Result<PgConnection, Fault> {
        let mut conn = self.shared.connect.connect().await.map_err(|error| unreachable(&error))?;
        let history = &self.shared.history;
        let told = match self.introduce(&mut conn).await {
            Err(error) if is_forbidden(&error) && history.restrict() => self.introduce(&mut conn).await,
            told => told,
        };
        history.arrived(told.map_err(|error| unreachable(&error))?);
        Ok(conn)
    }

    /// Tells a new connection its settings, and asks where it has arrived.
    async fn introduce(&self, conn: &mut PgConnection) -> Result<Arrival, sqlx::Error> {
        let settings = if self.shared.pooled { "" } else { &self.shared.settings };
        let text = format!(
            "{settings}{}{}",
            if settings.is_empty() { "" } else { "; " },
            self.shared.history.question()
        );
        let rows = conn.fetch_all(AssertSqlSafe(text)).await?;
        // the settings may answer a row too
        let row = rows.last().ok_or(sqlx::Error::RowNotFound)?;
        (0..row.len()).map(|index| row.try_get_unchecked(index)).collect()
    }

    /// A connection is not used again. Where it broke, what was read before may not be so any more.
    fn lost(&self, error: &sqlx::Error) {
        if error.as_database_error().is_none() || is_session_over(error) {
            self.shared.history.broke();
        }
    }

    /// What opens a transaction: behind a pooler with the settings that hold in it, in the same round trip.
    fn opening(&self, begin: &str) -> String {
        if self.shared.pooled { format!("{begin}; {}", self.shared.settings) } else { begin.to_owned() }
    }

    /// A statement on a connection in which no transaction is open. It is prepared by one message and run by the next:
    /// only a transaction keeps a pooler from sending the two to different connections of the server.
    async fn by_itself(
        &self,
        conn: &mut PgConnection,
        statement: &Statement,
    ) -> Result<Vec<Cells>, sqlx::Error> {
        if !self.shared.pooled {
            return fetch(conn, statement, true).await;
        }
        conn.execute(AssertSqlSafe(self.opening(BEGIN))).await?;
        let rows = fetch(conn, statement, false).await?;
        conn.execute("COMMIT").await?;
        Ok(rows)
    }

    /// Runs a statement on a connection from the pool. One that died while it was idle is passed over: nothing was done.
    async fn anywhere(
        &self,
        text: Option<&str>,
        statement: Option<&Statement>,
    ) -> Result<(Lease<PgConnection>, Vec<Cells>), Fault> {
        for spare in (0..=self.shared.pool_size).rev() {
            let mut lease = self.lease().await?;
            let conn = lease.conn.as_mut().ok_or_else(not_in_transaction)?;
            let rows = match (text, statement) {
                (Some(text), _) => conn.execute(AssertSqlSafe(text.to_owned())).await.map(|_| Vec::new()),
                (None, Some(statement)) => self.by_itself(conn, statement).await,
                (None, None) => Ok(Vec::new()),
            };
            match rows {
                Ok(rows) => return Ok((lease, rows)),
                Err(error) if error.as_database_error().is_some() => {
                    self.lost(&error);
                    if is_session_over(&error) && spare > 0 {
                        continue;
                    }
                    // behind a pooler it has a transaction open, and goes
                    if !self.shared.pooled {
                        lease.give_back();
                    }
                    return Err(fault(&error));
                }
                Err(error) => {
                    self.lost(&error);
                    if spare == 0 {
                        return Err(fault(&error));
                    }
                }
            }
        }
        Err(Fault::new(FaultKind::Unavailable, "no connection works"))
    }

    fn conn(&mut self) -> Result<&mut PgConnection, Fault> {
        self.lease.as_mut().and_then(|lease| lease.conn.as_mut()).ok_or_else(not_in_transaction)
    }

    /// The transaction is over, and the connection sound.
    fn finish(&mut self) {
        self.failed = false;
        if let Some(lease) = self.lease.take() {
            lease.give_back();
        }
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

    fn patience(&self, wait: Wait) -> Option<String> {
        match wait {
            Wait::Skip => None,
            Wait::Brief => Some(super::waiting(super::BRIEF)),
            Wait::Block => Some(super::waiting(self.shared.lock_timeout)),
        }
    }

    fn writes_alone(&self) -> bool {
        !self.shared.pooled
    }

    async fn begin(&mut self) -> Result<(), Fault> {
        // one that was left open is closed, not reused
        self.lease = None;
        self.failed = false;
        self.shared.counters.trip(1);
        // a future dropped here drops the connection with it
        let (lease, _) = self.anywhere(Some(&self.opening(BEGIN)), None).await?;
        self.lease = Some(lease);
        Ok(())
    }

    async fn snapshot(&mut self) -> Result<(), Fault> {
        if self.lease.is_none() {
            self.shared.counters.trip(1);
            let begin = self.opening("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
            self.lease = Some(self.anywhere(Some(&begin), None).await?.0);
        }
        Ok(())
    }

    async fn commit(&mut self) -> Result<(), Fault> {
        if self.failed {
            return Err(Fault::new(FaultKind::Aborted, "a statement of the transaction failed"));
        }
        let conn = self.conn()?;
        let done = conn.execute("COMMIT").await;
        match done {
            Ok(_) => {
                self.shared.counters.commit();
                self.finish();
                Ok(())
            }
            Err(error) => {
                self.lease = None;
                self.lost(&error);
                Err(commit_fault(&error))
            }
        }
    }

    async fn rollback(&mut self) -> Result<(), Fault> {
        let Ok(conn) = self.conn() else { return Ok(()) };
        if conn.execute("ROLLBACK").await.is_ok() {
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
            let (lease, rows) = self.anywhere(None, Some(statement)).await?;
            lease.give_back();
            return Ok(rows);
        }
        let persistent = !self.shared.pooled;
        // said before it is so: a future dropped in the middle leaves a transaction that must not be committed
        self.failed = true;
        let rows = fetch(self.conn()?, statement, persistent).await;
        let rows = rows.inspect_err(|error| self.lost(error)).map_err(|error| fault(&error))?;
        self.failed = false;
        Ok(rows)
    }

    async fn alone(&mut self, statement: &Statement) -> Result<Vec<Cells>, Fault> {
        self.shared.counters.trip(1);
        self.lease = None;
        let since = env::moment();
        let mut lease = self.lease().await?;
        if env::moment().saturating_duration_since(since) > DECIDED {
            lease.give_back();
            return Err(Fault::new(FaultKind::Stale, "it waited long for a connection"));
        }
        let conn = lease.conn.as_mut().ok_or_else(not_in_transaction)?;
        // the answer is complete once the server is ready again, which is after its commit
        match fetch(conn, statement, true).await {
            Ok(rows) => {
                self.shared.counters.committed_too();
                lease.give_back();
                Ok(rows)
            }
            Err(error) => {
                self.lost(&error);
                let fault = alone_fault(&error);
                if fault.kind != FaultKind::Unknown {
                    lease.give_back();
                }
                Err(fault)
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

async fn fetch(
    conn: &mut PgConnection,
    statement: &Statement,
    persistent: bool,
) -> Result<Vec<Cells>, sqlx::Error> {
    let arguments = bind::arguments(statement).map_err(sqlx::Error::Encode)?;
    let query = sqlx::query_with(AssertSqlSafe(statement.text.clone()), arguments).persistent(persistent);
    let rows: Vec<PgRow> = conn.fetch_all(query).await?;
    let cells =
        |row: &PgRow| (0..row.len()).map(|index| row.try_get_unchecked::<Option<String>, _>(index)).collect();
    rows.iter().map(cells).collect()
}

/// The server ended the session (57P01 and its like): what was sent was not done.
fn is_session_over(error: &sqlx::Error) -> bool {
    let state = error.as_database_error().and_then(|error| Some(error.code()?.into_owned()));
    state.is_some_and(|state| state.starts_with("57P") || state.starts_with("08"))
}

/// The server does not let this role ask, or knows no such function.
fn is_forbidden(error: &sqlx::Error) -> bool {
    let state = error.as_database_error().and_then(|error| Some(error.code()?.into_owned()));
    state.is_some_and(|state| matches!(state.as_str(), "42501" | "42883" | "0A000"))
}

/// What a failure of sqlx means while a transaction can still be given up.
pub(crate) fn fault(error: &sqlx::Error) -> Fault {
    classified(error, codes::postgres, FaultKind::Unavailable)
}

fn commit_fault(error: &sqlx::Error) -> Fault {
    classified(error, codes::postgres_commit, FaultKind::Unknown)
}

/// A statement that is its own transaction: what the server refused was not done, and of anything else nobody knows.
fn alone_fault(error: &sqlx::Error) -> Fault {
    classified(error, codes::postgres_alone, FaultKind::Unknown)
}

fn unreachable(error: &sqlx::Error) -> Fault {
    Fault::new(FaultKind::Unavailable, said(error))
}

fn classified(error: &sqlx::Error, class: fn(&str) -> FaultKind, otherwise: FaultKind) -> Fault {
    let kind = match error.as_database_error().and_then(|error| error.code()) {
        Some(state) => class(&state),
        None => otherwise,
    };
    Fault::new(kind, said(error))
}

/// SQLSTATE and the server's own words; its DETAIL, which quotes rows, is left out.
fn said(error: &sqlx::Error) -> String {
    match error.as_database_error() {
        Some(said) => format!("PostgreSQL {}: {}", said.code().unwrap_or_default(), said.message()),
        None => error.to_string(),
    }
}
