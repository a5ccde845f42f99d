//! Calls inside a transaction that the host has open, step by step: each step says what the host's driver is
//! to send, or that it is done.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Wake, Waker};

use earnest::api::arguments;
use earnest::stepped::{Answer, Call, Cancelled, Query, Step, Transaction};
use earnest::{Engine, Error, Result};

use crate::engine::{Told, json};
use crate::mailbox::{Content, Mailbox};
use crate::money;

/// A transaction of the host.
#[derive(Debug)]
pub struct Joined {
    transaction: Transaction,
    engine: Engine,
    told: Told,
}

impl Joined {
    pub(crate) fn new(transaction: Transaction, engine: Engine, told: Told) -> Self {
        Self { transaction, engine, told }
    }

    /// Begins a call; the mailbox hears when a step that waited can be taken.
    ///
    /// # Errors
    /// `invalid_request` for arguments that are no JSON.
    pub fn call(&self, mailbox: &Arc<Mailbox>, ticket: u64, name: &str, args: &[u8]) -> Result<JoinedCall> {
        let args = arguments::read(name, args)?;
        let waker = Arc::new(Ring { mailbox: Arc::clone(mailbox), ticket }).into();
        let call = Mutex::new(Some(self.transaction.call(name, args)));
        Ok(JoinedCall { call, waker, engine: self.engine.clone(), told: self.told.clone() })
    }

    /// The refusal of a connection of another SQLite library, by the file that it has open.
    #[must_use]
    pub fn refusal_of(&self, file: Option<&str>) -> Error {
        self.transaction.refusal_of(file)
    }
}

/// Says that a call can go on.
#[derive(Debug)]
struct Ring {
    mailbox: Arc<Mailbox>,
    ticket: u64,
}

impl Wake for Ring {
    fn wake(self: Arc<Self>) {
        self.mailbox.put(self.ticket, Content::Woken);
    }
}

/// The next step of a call inside a transaction.
#[derive(Debug)]
pub enum Next {
    /// The driver is to send this, and the rows are the next answer.
    Send(Query),
    /// Nothing now: the mailbox hears when it can go on.
    Wait,
    /// The driver gives its connection up, so that its transaction is never committed; then the next step is
    /// taken, without an answer.
    GiveUp,
    /// It is done: the reply as JSON.
    Reply(String),
    /// It is refused: the refusal as JSON.
    Refused(Vec<u8>),
}

/// A call under way inside a transaction of the host.
#[derive(Debug)]
pub struct JoinedCall {
    call: Mutex<Option<Call>>,
    waker: Waker,
    engine: Engine,
    told: Told,
}

impl JoinedCall {
    /// Takes a step, with what came of the one before; the first has none.
    pub fn step(&self, answer: Option<Answer>) -> Next {
        let step = self.call().as_mut().map(|call| call.step(answer, &self.waker));
        match step {
            None | Some(Step::Wait) => Next::Wait,
            Some(Step::Send(query)) => Next::Send(query),
            Some(Step::GiveUp) => Next::GiveUp,
            Some(Step::Done(reply)) => {
                if let Some(currencies) = self.told.news(&self.engine) {
                    money::learn(&currencies);
                }
                match reply.and_then(|reply| json(&reply)) {
                    Ok(reply) => Next::Reply(reply),
                    Err(error) => Next::Refused(serde_json::to_vec(&error).unwrap_or_default()),
                }
            }
        }
    }

    /// Gives the call up: these statements take half of it back. `None` says that it may have written and
    /// that nothing takes that back: then the host's transaction must never be committed. `sent` says that
    /// the statement of the last step was sent, or may have been, and has no answer yet.
    pub fn cancel(&self, sent: bool) -> Option<Vec<&'static str>> {
        match self.call().take().map(|call| call.cancel(sent)) {
            None | Some(Cancelled::Nothing) => Some(Vec::new()),
            Some(Cancelled::Undo(statements)) => Some(statements.to_vec()),
            Some(Cancelled::Lost) => None,
        }
    }

    fn call(&self) -> MutexGuard<'_, Option<Call>> {
        self.call.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
