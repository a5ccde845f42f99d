//! Where answers wait for Node, which calls a function of its own when letters are there.

use std::fmt;
use std::sync::Arc;

use earnest_native::mailbox::{Bell, Content, Mailbox};
use napi::Status;
use napi::bindgen_prelude::{Function, Unknown};
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi_derive::napi;

use crate::engine::NodeEngine;
use crate::hosts::NodeAnswer;
use crate::values::{Result, text};

/// A function that any thread may ask Node to call. It is weak: what keeps a process alive is decided in
/// JavaScript, which knows whether anything is under way.
type Ring = ThreadsafeFunction<(), Unknown<'static>, (), Status, false, true>;

struct Rung(Ring);

impl fmt::Debug for Rung {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rung")
    }
}

impl Bell for Rung {
    fn ring(&self) {
        // an environment that ends takes no letters any more
        let _ = self.0.call((), ThreadsafeFunctionCallMode::NonBlocking);
    }
}

/// A number of JavaScript, which gives out only whole ones from 1 up.
pub(crate) fn ticket(number: i64) -> u64 {
    number.unsigned_abs()
}

fn number(ticket: u64) -> i64 {
    i64::try_from(ticket).unwrap_or_default()
}

/// A mailbox in Node.
#[napi(js_name = "Mailbox")]
pub struct NodeMailbox {
    pub(crate) letters: Arc<Mailbox>,
}

#[napi]
impl NodeMailbox {
    /// One whose first letter has `bell` called.
    #[napi(constructor)]
    pub fn new(bell: Function<'_, (), Unknown<'static>>) -> napi::Result<NodeMailbox> {
        let ring: Ring = bell.build_threadsafe_function::<()>().weak::<true>().build()?;
        Ok(Self { letters: Mailbox::new(Box::new(Rung(ring))) })
    }

    /// Takes all letters.
    #[napi]
    pub fn take(&self) -> Result<Vec<Letter>> {
        Ok(self.letters.take().into_iter().map(Letter::from).collect())
    }
}

/// A letter: whom it is for, what it says, and what is in it.
#[napi(object, object_from_js = false)]
pub struct Letter {
    /// The number that the request had.
    pub ticket: i64,
    /// 0 a reply, 1 a refusal, 2 an engine, 3 done, 4 woken, 5 lend, 6 query, 7 run, 8 given back, 9
    /// discarded, 10 a line for the log.
    pub kind: u32,
    /// A reply or a refusal as JSON; a statement; a line.
    pub text: Option<String>,
    /// Which part of the engine says a line.
    pub target: Option<String>,
    /// An engine that was opened.
    pub engine: Option<NodeEngine>,
    /// The number of a connection.
    pub connection: Option<i64>,
    /// Where what is asked is answered.
    pub answer: Option<NodeAnswer>,
    /// The parameters of a statement, as texts.
    pub params: Option<Vec<Option<String>>>,
    /// Statements without parameters.
    pub statements: Option<Vec<String>>,
}

impl From<(u64, Content)> for Letter {
    fn from(letter: (u64, Content)) -> Self {
        let empty = |kind| Self {
            ticket: number(letter.0),
            kind,
            text: None,
            target: None,
            engine: None,
            connection: None,
            answer: None,
            params: None,
            statements: None,
        };
        let connected = |kind, connection, answer| Self {
            connection: Some(number(connection)),
            answer: Some(NodeAnswer::new(answer)),
            ..empty(kind)
        };
        match letter.1 {
            Content::Reply(json) => Self { text: Some(json), ..empty(0) },
            Content::Refused(json) => Self { text: Some(text(json)), ..empty(1) },
            Content::Opened(engine) => Self { engine: Some(NodeEngine::new(engine)), ..empty(2) },
            Content::Done => empty(3),
            Content::Woken => empty(4),
            Content::Lend { connection, answer } => connected(5, connection, answer),
            Content::Query { connection, sql, params, answer } => {
                Self { text: Some(sql), params: Some(params), ..connected(6, connection, answer) }
            }
            Content::Run { connection, statements, answer } => {
                Self { statements: Some(statements), ..connected(7, connection, answer) }
            }
            Content::GiveBack(connection) => Self { connection: Some(number(connection)), ..empty(8) },
            Content::Discard(connection) => Self { connection: Some(number(connection)), ..empty(9) },
            Content::Said { target, text } => Self { target: Some(target), text: Some(text), ..empty(10) },
        }
    }
}
