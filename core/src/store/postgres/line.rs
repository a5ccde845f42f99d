//! One connection to the server, with a time-out on every wait: a connection may go silent without being
//! closed.

use std::io::{Error as IoError, ErrorKind};
use std::time::Duration;

use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, Row as _};
use tokio::time::error::Elapsed;
use tokio::time::{Instant, timeout};

use super::bind;
use crate::env;
use crate::store::sql::session_settings::GRACE;
use crate::store::sql::{Cells, Statement};

/// How long a connection may be idle and still be used without a ping.
const TRUSTED: Duration = Duration::from_secs(10);
/// How long the answer to the ping may take.
const ANSWER: Duration = Duration::from_secs(2);
/// How long a connection to a read-only server is used: the name may soon lead to another server.
const READ_ONLY: Duration = Duration::from_secs(5);

/// How long a line may be silent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timeouts {
    /// While a statement runs.
    statement: Duration,
    /// While a transaction is opened or given up, which takes no locks.
    brief: Duration,
}

impl Timeouts {
    /// The limits of a connection. The server ends a statement itself, unless it is set not to; the client
    /// waits a little longer.
    pub(super) fn new(statement_timeout: Duration, connect_timeout: Duration) -> Self {
        let endless = statement_timeout.is_zero();
        let statement = if endless { Duration::MAX } else { statement_timeout.saturating_add(GRACE) };
        Self { statement, brief: connect_timeout }
    }
}

/// A connection, with what is known of it.
pub(super) struct Line {
    conn: PgConnection,
    limits: Timeouts,
    opened: Instant,
    used: Instant,
    /// The server took no writes when the connection was opened.
    reads_only: bool,
    /// The [line](crate::store::sql::server::History::line) of the store's history that its server is of.
    history: u64,
    /// An answer is outstanding: whatever arrives now belongs to an earlier statement.
    silent: bool,
}

impl Line {
    pub(super) fn new(conn: PgConnection, limits: Timeouts) -> Self {
        let now = env::monotonic_now();
        Self { conn, limits, opened: now, used: now, reads_only: false, history: 0, silent: false }
    }

    pub(super) const fn set_reads_only(&mut self, reads_only: bool) {
        self.reads_only = reads_only;
    }

    pub(super) const fn set_history(&mut self, history: u64) {
        self.history = history;
    }

    pub(super) const fn history(&self) -> u64 {
        self.history
    }

    /// Runs text without parameters that only opens, ends or sets something.
    pub(super) async fn run(&mut self, text: &str) -> Result<(), sqlx::Error> {
        self.ask()?;
        let run = self.conn.execute(AssertSqlSafe(text.to_owned()));
        let answer = timeout(self.limits.brief, run).await;
        self.heard(answer).map(drop)
    }

    /// Makes the open transaction durable; the server has no time-out for that.
    pub(super) async fn commit(&mut self) -> Result<(), sqlx::Error> {
        self.ask()?;
        let answer = timeout(self.limits.statement, self.conn.execute("COMMIT")).await;
        self.heard(answer).map(drop)
    }

    /// Runs texts without parameters, and answers the rows of all of them.
    pub(super) async fn rows(&mut self, texts: &str) -> Result<Vec<Cells>, sqlx::Error> {
        self.ask()?;
        let run = self.conn.fetch_all(sqlx::raw_sql(AssertSqlSafe(texts.to_owned())));
        let answer = timeout(self.limits.brief, run).await;
        self.heard(answer)?.iter().map(cells).collect()
    }

    /// Sends a statement and takes its rows.
    pub(super) async fn fetch(
        &mut self,
        statement: &Statement,
        persistent: bool,
    ) -> Result<Vec<Cells>, sqlx::Error> {
        let arguments = bind::arguments(statement).map_err(sqlx::Error::Encode)?;
        let text = AssertSqlSafe(statement.text.clone());
        let query = sqlx::query_with(text, arguments).persistent(persistent);
        self.ask()?;
        let answer = timeout(self.limits.statement, self.conn.fetch_all(query)).await;
        self.heard(answer)?.iter().map(cells).collect()
    }

    /// Whether the server answers. A connection that was idle for a while is pinged.
    pub(super) async fn is_sound(&mut self) -> bool {
        if self.silent || env::monotonic_now().saturating_duration_since(self.used) < TRUSTED {
            return !self.silent;
        }
        self.silent = true;
        let answer = timeout(ANSWER, self.conn.ping()).await;
        self.heard(answer).is_ok()
    }

    /// Notes its use, and returns whether it may be used again.
    pub(super) fn keeps(&mut self) -> bool {
        self.used = env::monotonic_now();
        if self.silent {
            return false;
        }
        !self.reads_only || self.used.saturating_duration_since(self.opened) < READ_ONLY
    }

    /// Marks the connection as silent before the statement is sent: a future dropped in the middle leaves an
    /// unread answer.
    fn ask(&mut self) -> Result<(), sqlx::Error> {
        if std::mem::replace(&mut self.silent, true) { Err(silence()) } else { Ok(()) }
    }

    fn heard<T>(&mut self, answer: Result<Result<T, sqlx::Error>, Elapsed>) -> Result<T, sqlx::Error> {
        self.silent = answer.is_err();
        answer.unwrap_or_else(|_| Err(silence()))
    }

    /// Ends it as the protocol asks for, if the server listens.
    pub(super) async fn close(self) {
        let _ = timeout(ANSWER, self.conn.close()).await;
    }
}

fn cells(row: &PgRow) -> Result<Cells, sqlx::Error> {
    (0..row.len()).map(|index| row.try_get_unchecked::<Option<String>, _>(index)).collect()
}

fn silence() -> sqlx::Error {
    sqlx::Error::Io(IoError::new(ErrorKind::TimedOut, "the server says nothing"))
}

/// Whether no answer came in time. The statement may have been done, or may still be.
pub(super) fn is_silent(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Io(io) if io.kind() == ErrorKind::TimedOut)
}
