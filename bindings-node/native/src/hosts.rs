//! The host's own connections: calls inside its open transaction, step by step, and what an engine on its
//! pool wants of it.

use std::sync::{Mutex, PoisonError};

use earnest::stepped::Answer;
use earnest::store::attached::channel;
use earnest_native::transaction::{Joined, JoinedCall, Next};
use napi_derive::napi;

use crate::mailbox::{NodeMailbox, ticket};
use crate::values::{Result, refused};

type Rows = Vec<Vec<Option<String>>>;

/// A transaction of the host.
#[napi(js_name = "Transaction")]
pub struct NodeTransaction(pub(crate) Joined);

#[napi]
impl NodeTransaction {
    /// Begins a call; the mailbox hears when a step that waited can be taken.
    #[napi]
    pub fn call(&self, mailbox: &NodeMailbox, number: i64, name: String, args: String) -> Result<NodeCall> {
        let call = self.0.call(&mailbox.letters, ticket(number), &name, args.as_bytes());
        call.map(NodeCall).map_err(|error| refused(&error))
    }

    /// Refuses a connection of another SQLite library, by the file that it has open.
    #[napi]
    pub fn refuse_library(&self, file: Option<String>) -> Result<()> {
        Err(refused(&self.0.refusal_of(file.as_deref())))
    }
}

/// The next need of a call: a statement to be sent, the connection to be given up, its reply, its refusal,
/// or, without any of these, to wait.
#[napi(object, object_from_js = false)]
pub struct Step {
    /// The statement that the driver is to send.
    pub sql: Option<String>,
    /// Its parameters, as texts.
    pub params: Option<Vec<Option<String>>>,
    /// Whether the connection is given up, so that its transaction is never committed, before the next step.
    pub give_up: Option<bool>,
    /// The reply as JSON.
    pub reply: Option<String>,
    /// The refusal as JSON.
    pub refused: Option<String>,
}

impl From<Next> for Step {
    fn from(next: Next) -> Self {
        let wait = Self { sql: None, params: None, give_up: None, reply: None, refused: None };
        match next {
            Next::Wait => wait,
            Next::Send(query) => Self { sql: Some(query.sql), params: Some(query.params), ..wait },
            Next::GiveUp => Self { give_up: Some(true), ..wait },
            Next::Reply(json) => Self { reply: Some(json), ..wait },
            Next::Refused(json) => Self { refused: Some(crate::values::text(json)), ..wait },
        }
    }
}

/// A call under way inside a transaction of the host.
#[napi(js_name = "Call")]
pub struct NodeCall(JoinedCall);

#[napi]
impl NodeCall {
    /// The first step, and every one after a wait.
    #[napi]
    pub fn step(&self) -> Step {
        self.0.step(None).into()
    }

    /// Goes on with rows.
    #[napi]
    pub fn rows(&self, rows: Rows) -> Step {
        self.0.step(Some(Answer::Rows(rows))).into()
    }

    /// Goes on with a failure of the driver.
    #[napi]
    pub fn failed(&self, code: Option<String>, message: String) -> Step {
        self.0.step(Some(Answer::Failed { code, message })).into()
    }

    /// Goes on without having sent anything: no transaction is open.
    #[napi]
    pub fn not_in_transaction(&self) -> Step {
        self.0.step(Some(Answer::NotInTransaction)).into()
    }

    /// Gives the call up: these statements take half of it back. `null` where nothing does: then the
    /// transaction must never be committed.
    #[napi]
    pub fn cancel(&self, sent: bool) -> Option<Vec<&'static str>> {
        self.0.cancel(sent)
    }
}

/// Where what an engine wants of a pool is answered, once. Dropped, it says that the connection is lost.
#[napi(js_name = "Answer")]
pub struct NodeAnswer(Mutex<Option<channel::Answer>>);

#[napi]
impl NodeAnswer {
    /// Answers with rows.
    #[napi]
    pub fn rows(&self, rows: Rows) {
        if let Some(answer) = self.taken() {
            answer.rows(rows);
        }
    }

    /// Answers with a failure of the driver.
    #[napi]
    pub fn failed(&self, code: Option<String>, message: String) {
        if let Some(answer) = self.taken() {
            answer.failed(code.as_deref(), &message);
        }
    }
}

impl NodeAnswer {
    pub(crate) fn new(answer: channel::Answer) -> Self {
        Self(Mutex::new(Some(answer)))
    }

    fn taken(&self) -> Option<channel::Answer> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
