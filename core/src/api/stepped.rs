//! Your transaction in any language: a call that hands out its statements and takes their rows back, step by
//! step.
//!
//! A driver of any language, synchronous or not, is joined by a loop of five lines: send what
//! [`Call::step`] hands out, give it what came back, until it is done. Nothing here starts a thread or needs
//! a runtime of its caller. `core/docs/STEPS.md` describes the loop for other languages, and has transcripts
//! to check one by.
//!
//! ```
//! use std::task::Waker;
//!
//! use earnest::Engine;
//! use earnest::stepped::{Answer, Step};
//! use earnest::store::sql::Dialect;
//! # #[cfg(all(feature = "sqlite", feature = "host-sqlx"))]
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let url = format!("sqlite:{}/shop.db", folder.path().display());
//! # use sqlx::Connection as _;
//! # use earnest::store::host::HostConnection as _;
//! let bank = Engine::open(&url).await?;
//! # let path = url.strip_prefix("sqlite:").unwrap_or_default();
//! # let mut connection = sqlx::SqliteConnection::connect(path).await?;
//! # let mut tx = connection.begin_with("BEGIN IMMEDIATE").await?;
//! let mine = bank.stepped(Dialect::Sqlite, true)?;
//! let args = serde_json::json!({ "account": "alice", "amount": "5.00 USD", "key": "t-1" });
//! let mut call = mine.call("ledger.top_up", args);
//! let mut answer = None;
//! let reply = loop {
//!     match call.step(answer.take(), Waker::noop()) {
//!         // send it with the application's own driver, in its open transaction
//!         Step::Send(query) => answer = Some(Answer::Rows(tx.query(&query.sql, &query.params).await?)),
//!         // the engine itself does something first: step again when the waker is woken
//!         Step::Wait => tokio::task::yield_now().await,
//!         // whether it was done nobody knows: the transaction must not be committed
//!         Step::GiveUp => tx.invalidate().await,
//!         Step::Done(reply) => break reply?,
//!     }
//! };
//! assert_eq!(reply["balance"]["available"]["amount"], "5.00");
//! tx.commit().await?;
//! # bank.close().await;
//! # Ok(()) }
//! # #[cfg(not(all(feature = "sqlite", feature = "host-sqlx")))] fn main() {}
//! ```

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use async_trait::async_trait;
use serde_json::Value;

use super::operations;
use crate::engine::Engine;
use crate::engine::bound::Bound;
use crate::error::{Error, Result};
use crate::store::fault::Fault;
use crate::store::host::HostConnection;
use crate::store::sql::{Cells, Dialect, codes};

/// One statement for the host's driver, with `$1`, `$2` and so on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// The text. It has no `?`, no `%` and no colon outside of a cast.
    pub sql: String,
    /// The parameters, `$1` first, all text or NULL.
    pub params: Vec<Option<String>>,
}

/// The next need of a call.
#[derive(Debug)]
pub enum Step {
    /// This statement, in the host's open transaction: its rows, every column text or NULL, go to the next
    /// step.
    Send(Query),
    /// Nothing of the host: another call on the same transaction is first, or the engine does something of
    /// its own. The waker is woken when the next step can go on.
    Wait,
    /// A statement that writes has failed so that nobody knows whether it was done, and nothing takes it
    /// back: the host gives its connection up, so that the transaction is never committed and its commit
    /// fails. Then it steps again, without an answer, and the call is refused.
    GiveUp,
    /// It is over: the reply as JSON, or the refusal.
    Done(Result<Value>),
}

/// The host's answer to a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Its rows.
    Rows(Vec<Cells>),
    /// The driver's failure: a SQLSTATE, or the number of a SQLite result code, if it has one, and its words.
    Failed {
        /// The code.
        code: Option<String>,
        /// The words, without values of users.
        message: String,
    },
    /// It was not sent, because no transaction is open on the connection.
    NotInTransaction,
}

/// The fate of the host's transaction when a call in it is given up half-way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cancelled {
    /// The call has written nothing: the transaction stays as it is.
    Nothing,
    /// These statements take back what it wrote. They are sent before anything else, by a host that is not
    /// itself cancelled meanwhile; a host that cannot does as for [`Cancelled::Lost`].
    Undo(&'static [&'static str]),
    /// It may have written, and nothing takes that back: the host gives its connection up, so that the
    /// transaction is never committed and its commit fails.
    Lost,
}

/// A transaction of the host, open on a connection of its own driver.
///
/// Its calls take their turns. Before it sends a statement the host makes sure that the transaction is still
/// open, and answers [`Answer::NotInTransaction`] otherwise: a statement alone would be committed by itself.
#[derive(Clone, Debug)]
pub struct Transaction {
    bound: Arc<Bound<'static>>,
    slot: Arc<Handover>,
    runtime: Option<tokio::runtime::Handle>,
}

impl Engine {
    /// Joins a transaction that the host has open with a driver of its own, in any language.
    /// `shares_library` says that the driver is of the same SQLite library as the engine, which drivers of
    /// other languages never are.
    ///
    /// # Errors
    /// As [`Engine::using`].
    pub fn stepped(&self, dialect: Dialect, shares_library: bool) -> Result<Transaction> {
        let slot = Arc::new(Handover { dialect, shares_library, ..Handover::default() });
        let bound = Arc::new(self.using(SteppedConnection(Arc::clone(&slot)))?);
        Ok(Transaction { bound, slot, runtime: self.runtime().cloned() })
    }
}

impl Transaction {
    /// Begins a call of an operation by its name. Nothing happens before its first step.
    #[must_use]
    pub fn call(&self, name: &str, args: Value) -> Call {
        let (bound, name) = (Arc::clone(&self.bound), name.to_owned());
        let future = Box::pin(async move { operations::call(&*bound, &name, args).await });
        let (slot, runtime) = (Arc::clone(&self.slot), self.runtime.clone());
        Call { future: Some(future), slot, runtime, writes: false, wrote: false, reply: None }
    }

    /// The refusal of a connection to SQLite by another library than the engine's own, for an engine that was
    /// opened by URL. `file` is the path that `PRAGMA database_list` names. It is for before the first call,
    /// which begins a transaction: to lock the engine's file by another library would break its locks.
    ///
    /// `store_conflict` where the engine has the same file open, and `store_mismatch` for any other.
    #[must_use]
    pub fn refusal_of(&self, file: Option<&str>) -> Error {
        self.bound.refusal_of(file)
    }
}

/// A call under way. Dropped half-way it must be [cancelled](Call::cancel): what it had written is to be
/// taken back before the host commits.
pub struct Call {
    future: Option<Pin<Box<dyn Future<Output = Result<Value>> + Send>>>,
    slot: Arc<Handover>,
    runtime: Option<tokio::runtime::Handle>,
    /// It has handed out a statement behind which no savepoint takes back what it writes.
    writes: bool,
    /// Such a statement was answered.
    wrote: bool,
    /// The refusal that is said once the host has given its connection up.
    reply: Option<Result<Value>>,
}

impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Call").field("over", &self.future.is_none()).finish_non_exhaustive()
    }
}

impl Call {
    /// Goes on with the answer to what the last step wanted sent, as far as it can without the host.
    ///
    /// A call that is over answers [`Step::Wait`].
    pub fn step(&mut self, answer: Option<Answer>, waker: &Waker) -> Step {
        if let Some(reply) = self.reply.take() {
            return Step::Done(reply);
        }
        let Some(future) = self.future.as_mut() else { return Step::Wait };
        let slot = Arc::clone(&self.slot);
        // two threads of a host may step two calls of one transaction
        let _turn = slot.turn.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = answer {
            // what was not sent has written nothing
            self.wrote |= self.writes && answer != Answer::NotInTransaction;
            slot.state().answer = Some(answer.into_rows());
        }
        // background work that a call sets off is the engine's
        let _entered = self.runtime.as_ref().map(tokio::runtime::Handle::enter);
        let polled = future.as_mut().poll(&mut Context::from_waker(waker));
        self.writes |= std::mem::take(&mut slot.state().writes);
        match polled {
            Poll::Ready(reply) => {
                self.future = None;
                let mut state = slot.state();
                // a savepoint that still stands could not be gone back to
                let lost = std::mem::take(&mut state.lost) | std::mem::take(&mut state.undo);
                if lost {
                    // of a batch each member says so
                    self.reply = Some(reply);
                    return Step::GiveUp;
                }
                Step::Done(reply)
            }
            Poll::Pending => slot.state().query.take().map_or(Step::Wait, Step::Send),
        }
    }

    /// Gives the call up half-way, or behind its end where the caller does not hear of that. `sent` says
    /// that the statement which it handed out last was sent, or may have been, and has no answer yet.
    #[must_use = "half a call must be taken back"]
    pub fn cancel(mut self, sent: bool) -> Cancelled {
        let slot = Arc::clone(&self.slot);
        let _turn = slot.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let _entered = self.runtime.as_ref().map(tokio::runtime::Handle::enter);
        self.future = None;
        let mut state = slot.state();
        (state.query, state.answer) = (None, None);
        let undo = std::mem::take(&mut state.undo);
        if self.reply.is_some() || self.wrote || (self.writes && sent) {
            Cancelled::Lost
        } else if undo {
            Cancelled::Undo(UNDO)
        } else {
            Cancelled::Nothing
        }
    }
}

/// The way back to the savepoint of a call, which outlives it.
const UNDO: &[&str] = &["ROLLBACK TO SAVEPOINT earnest", "RELEASE SAVEPOINT earnest"];

impl Answer {
    fn into_rows(self) -> std::result::Result<Vec<Cells>, Fault> {
        match self {
            Self::Rows(rows) => Ok(rows),
            Self::Failed { code, message } => Err(codes::host(code.as_deref(), &message)),
            Self::NotInTransaction => Err(crate::store::sql::session::not_in_transaction()),
        }
    }
}

/// Where calls and their host leave things for each other.
#[derive(Debug)]
struct Handover {
    dialect: Dialect,
    shares_library: bool,
    turn: Mutex<()>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    query: Option<Query>,
    answer: Option<std::result::Result<Vec<Cells>, Fault>>,
    /// A call was given up while its savepoint stood.
    undo: bool,
    /// The call that is stepped now writes from here on, and no savepoint takes that back.
    writes: bool,
    /// Nobody knows whether the call that is stepped now was written.
    lost: bool,
}

impl Default for Handover {
    fn default() -> Self {
        let (turn, state) = (Mutex::default(), Mutex::default());
        Self { dialect: Dialect::Postgres, shares_library: false, turn, state }
    }
}

impl Handover {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The host's connection, as the engine sees it.
struct SteppedConnection(Arc<Handover>);

#[async_trait]
impl HostConnection for SteppedConnection {
    fn dialect(&self) -> Dialect {
        self.0.dialect
    }

    async fn query(
        &mut self,
        sql: &str,
        params: &[Option<String>],
    ) -> std::result::Result<Vec<Cells>, Fault> {
        self.0.state().query = Some(Query { sql: sql.to_owned(), params: params.to_vec() });
        // whoever has the answer steps this very call: there is nobody to wake
        std::future::poll_fn(|_| self.0.state().answer.take().map_or(Poll::Pending, Poll::Ready)).await
    }

    async fn in_transaction(&mut self) -> std::result::Result<bool, Fault> {
        Ok(true) // the host looks before each statement
    }

    async fn release(&mut self) -> std::result::Result<(), Fault> {
        // behind the end of the savepoint nothing takes the writes back
        self.writes();
        self.query("RELEASE SAVEPOINT earnest", &[]).await.map(drop)
    }

    fn writes(&mut self) {
        self.0.state().writes = true;
    }

    async fn invalidate(&mut self) {
        self.0.state().lost = true;
    }

    fn give_up(&mut self) {
        self.0.state().undo = true;
    }

    fn shares_library(&self) -> bool {
        self.0.shares_library
    }
}
