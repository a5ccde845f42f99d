//! A pool in any language: what an engine wants of its connections, as requests that the host takes one by
//! one and answers.
//!
//! The host runs a loop: it takes a [`Request`], does it with its own driver on its own thread or event loop,
//! and answers. Requests for different connections may be answered in any order, those for one connection
//! come one after the other.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use tokio::sync::{mpsc, oneshot};

use super::{HostPool, LentConnection};
use crate::store::fault::{Fault, FaultKind};
use crate::store::sql::{Cells, Dialect};

/// An engine's request about the application's connections.
#[derive(Debug)]
pub enum Request {
    /// A connection, which is `connection` from now on: no transaction is open on it, and its driver opens
    /// none by itself. One that the application's pool lends in a transaction is closed, and the answer is
    /// the failure `25001`: another is asked for.
    Lend {
        /// Its number, which no other has had.
        connection: u64,
        /// The answer has no rows.
        answer: Answer,
    },
    /// One statement with `$1`, `$2` and so on, all text or NULL; every column of the answer is text or NULL.
    Query {
        /// The connection.
        connection: u64,
        /// The statement.
        sql: String,
        /// Its parameters, `$1` first.
        params: Vec<Option<String>>,
        /// The rows.
        answer: Answer,
    },
    /// Statements without parameters, in one round trip where the driver can.
    Run {
        /// The connection.
        connection: u64,
        /// The statements, in their order.
        statements: Vec<String>,
        /// The rows of the last one.
        answer: Answer,
    },
    /// Gives the connection back, in the state in which it was lent.
    GiveBack {
        /// The connection.
        connection: u64,
    },
    /// Asks to close the connection: a transaction may be open on it, or an answer unread.
    Discard {
        /// The connection.
        connection: u64,
    },
}

/// The reply channel of one request. Dropping it reports the connection as lost.
#[derive(Debug)]
pub struct Answer(oneshot::Sender<Result<Vec<Cells>, Fault>>);

impl Answer {
    /// Answers with rows.
    pub fn rows(self, rows: Vec<Cells>) {
        // whoever asked may have stopped waiting
        let _ = self.0.send(Ok(rows));
    }

    /// Answers with the failure of a driver: a SQLSTATE, or the number of a SQLite result code, if it has
    /// one.
    pub fn failed(self, code: Option<&str>, message: &str) {
        let _ = self.0.send(Err(crate::store::sql::codes::host(code, message)));
    }
}

/// The requests of an engine, in the order in which they were made.
#[derive(Debug)]
pub struct Requests(mpsc::UnboundedReceiver<Request>);

impl Requests {
    /// The next one; `None` once no engine is left that could make one. It may be awaited without a runtime.
    pub async fn next(&mut self) -> Option<Request> {
        self.0.recv().await
    }

    /// The next one, for a thread of the host that may block; not inside a runtime.
    pub fn wait(&mut self) -> Option<Request> {
        self.0.blocking_recv()
    }
}

/// The pool of a host that answers [`Requests`].
#[derive(Clone, Debug)]
pub struct ChannelPool {
    dialect: Dialect,
    size: usize,
    library: Arc<str>,
    requests: mpsc::UnboundedSender<Request>,
    lent: Arc<AtomicU64>,
}

impl ChannelPool {
    /// A pool of `size` connections, and the requests to them. They count as driven by a SQLite library other
    /// than the engine's own.
    #[must_use]
    pub fn new(dialect: Dialect, size: usize) -> (Self, Requests) {
        // bounded by what may be lent: each connection has one request under way
        let (requests, taken) = mpsc::unbounded_channel();
        (Self { dialect, size, library: Arc::default(), requests, lent: Arc::default() }, Requests(taken))
    }

    /// Names the SQLite library that drives the connections. Any name will do that no other library in the
    /// process has.
    #[must_use]
    pub fn of_library(self, name: &str) -> Self {
        Self { library: name.into(), ..self }
    }
}

#[async_trait]
impl HostPool for ChannelPool {
    fn dialect(&self) -> Dialect {
        self.dialect
    }

    fn size(&self) -> usize {
        self.size
    }

    fn library(&self) -> &str {
        &self.library
    }

    async fn lend(&self) -> Result<Box<dyn LentConnection>, Fault> {
        let connection = self.lent.fetch_add(1, Ordering::Relaxed);
        // made before the wait: a future dropped while it waits then discards the connection that may arrive
        let lent = Lent { connection, requests: self.requests.clone(), over: false };
        lent.ask(|answer| Request::Lend { connection, answer }).await?;
        Ok(Box::new(lent))
    }
}

/// A connection of a host that answers requests.
struct Lent {
    connection: u64,
    requests: mpsc::UnboundedSender<Request>,
    /// It was given back.
    over: bool,
}

impl Lent {
    async fn ask(&self, request: impl FnOnce(Answer) -> Request) -> Result<Vec<Cells>, Fault> {
        let (sender, receiver) = oneshot::channel();
        let gone = || Fault::new(FaultKind::Unavailable, "the application takes no requests any more");
        self.requests.send(request(Answer(sender))).map_err(|_| gone())?;
        receiver.await.map_err(|_| gone())?
    }
}

#[async_trait]
impl LentConnection for Lent {
    async fn query(&mut self, sql: &str, params: &[Option<String>]) -> Result<Vec<Cells>, Fault> {
        let (connection, sql, params) = (self.connection, sql.to_owned(), params.to_vec());
        self.ask(|answer| Request::Query { connection, sql, params, answer }).await
    }

    async fn run(&mut self, statements: &[&str]) -> Result<Vec<Cells>, Fault> {
        let connection = self.connection;
        let statements = statements.iter().map(|statement| (*statement).to_owned()).collect();
        self.ask(|answer| Request::Run { connection, statements, answer }).await
    }

    async fn give_back(mut self: Box<Self>) {
        self.over = true;
        let _ = self.requests.send(Request::GiveBack { connection: self.connection });
    }

    fn discard(self: Box<Self>) {}
}

impl Drop for Lent {
    fn drop(&mut self) {
        if !self.over {
            let _ = self.requests.send(Request::Discard { connection: self.connection });
        }
    }
}
