//! Where answers wait for Python: any thread puts a letter in, and only Python takes them out.

use std::io::{Read as _, Write as _};
#[cfg(unix)]
use std::os::{fd::AsRawFd as _, unix::net::UnixStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use earnest::store::attached::channel::Answer;
use earnest::{Detail, Engine, Error};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyString, PyTuple};

use crate::engine::PyEngine;
use crate::hosts::PyAnswer;

/// What a letter says.
#[derive(Debug)]
pub(crate) enum Content {
    /// A reply as JSON.
    Reply(String),
    /// A refusal as JSON.
    Refused(Vec<u8>),
    /// An engine was opened.
    Opened(Engine),
    /// It is done, and there is nothing to say.
    Done,
    /// A call inside a transaction of the host can go on.
    Woken,
    /// An engine on a pool of the host wants a connection.
    Lend(u64, Answer),
    /// It wants a statement to be run.
    Query(u64, String, Vec<Option<String>>, Answer),
    /// It wants several to be run, without parameters.
    Run(u64, Vec<String>, Answer),
    /// It gives a connection back.
    GiveBack(u64),
    /// It wants a connection to be closed.
    Discard(u64),
    /// A line for the log: its target and its text.
    Said(String, String),
}

impl Content {
    pub(crate) fn refused(error: &Error) -> Self {
        Self::Refused(serde_json::to_vec(error).unwrap_or_default())
    }
}

/// How many lines for the log wait at most: whoever writes them down may be slower than what they tell of.
const LINES: usize = 10_000;

/// What waits, and how many lines for the log found no place since it was taken last.
#[derive(Debug, Default)]
struct Letters {
    waiting: Vec<(u64, Content)>,
    lines: usize,
    dropped: u64,
}

impl Letters {
    /// Whether it is the first that waits; a line for the log is only counted where too many wait already.
    fn add(&mut self, ticket: u64, content: Content) -> bool {
        if matches!(content, Content::Said(..)) {
            if self.lines == LINES {
                self.dropped += 1;
                return false;
            }
            self.lines += 1;
        }
        self.waiting.push((ticket, content));
        self.waiting.len() == 1
    }

    fn take(&mut self) -> Vec<(u64, Content)> {
        let Self { mut waiting, dropped, .. } = std::mem::take(self);
        if dropped > 0 {
            let text = format!("{dropped} lines of the log were dropped: {LINES} waited to be written");
            waiting.push((WARNING, Content::Said("earnest".to_owned(), text)));
        }
        waiting
    }
}

/// The number of the level of a warning, as the ticket of a line for the log has it.
const WARNING: u64 = 2;

/// A mailbox, for whoever puts letters into it.
#[derive(Debug)]
pub(crate) struct Mailbox {
    letters: Mutex<Letters>,
    arrived: Condvar,
    bell: Bell,
}

impl Mailbox {
    pub(crate) fn put(&self, ticket: u64, content: Content) {
        if self.letters().add(ticket, content) {
            self.arrived.notify_all();
            self.bell.ring();
        }
    }

    fn letters(&self) -> MutexGuard<'_, Letters> {
        self.letters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where the answer to one call goes. Dropped without one it says so: a task may be ended.
#[derive(Debug)]
pub(crate) struct Return {
    mailbox: Arc<Mailbox>,
    ticket: u64,
    answered: bool,
}

impl Return {
    pub(crate) fn new(mailbox: &PyMailbox, ticket: u64) -> Self {
        Self { mailbox: Arc::clone(&mailbox.0), ticket, answered: false }
    }

    pub(crate) fn with(mut self, content: Content) {
        self.answered = true;
        self.mailbox.put(self.ticket, content);
    }
}

impl Drop for Return {
    fn drop(&mut self) {
        if !self.answered {
            let unknown = Error::from(Detail::OutcomeUnknown { key: None });
            self.mailbox.put(self.ticket, Content::refused(&unknown));
        }
    }
}

/// A mailbox in Python.
#[pyclass(frozen, name = "Mailbox", module = "earnest._earnest")]
pub(crate) struct PyMailbox(pub(crate) Arc<Mailbox>);

#[pymethods]
impl PyMailbox {
    /// With `blocking` a read of its socket waits.
    #[new]
    fn new(blocking: bool) -> PyResult<Self> {
        let bell = Bell::new(blocking)?;
        Ok(Self(Arc::new(Mailbox { letters: Mutex::default(), arrived: Condvar::new(), bell })))
    }

    /// The socket that can be read when letters are there; -1 where the system has none.
    fn fileno(&self) -> i32 {
        self.0.bell.fileno()
    }

    /// Waits until letters are there, at most so long.
    fn wait(&self, py: Python<'_>, milliseconds: u64) {
        py.detach(|| {
            let letters = self.0.letters();
            let limit = Duration::from_millis(milliseconds);
            drop(self.0.arrived.wait_timeout_while(letters, limit, |letters| letters.waiting.is_empty()));
        });
    }

    /// Takes all letters: `(ticket, what, content)` each.
    fn take<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        self.0.bell.quiet();
        let letters = self.0.letters().take();
        let list = PyList::empty(py);
        for (ticket, content) in letters {
            list.append(letter(py, ticket, content)?)?;
        }
        Ok(list)
    }
}

fn letter(py: Python<'_>, ticket: u64, content: Content) -> PyResult<Bound<'_, PyTuple>> {
    match content {
        Content::Reply(json) => (ticket, 0, PyString::new(py, &json)).into_pyobject(py),
        Content::Refused(json) => (ticket, 1, PyBytes::new(py, &json)).into_pyobject(py),
        Content::Opened(engine) => (ticket, 2, PyEngine::new(engine)).into_pyobject(py),
        Content::Done => (ticket, 3, py.None()).into_pyobject(py),
        Content::Woken => (ticket, 4, py.None()).into_pyobject(py),
        Content::Lend(connection, answer) => {
            (ticket, 5, (connection, PyAnswer::new(answer))).into_pyobject(py)
        }
        Content::Query(connection, sql, params, answer) => {
            (ticket, 6, (connection, PyAnswer::new(answer), sql, params)).into_pyobject(py)
        }
        Content::Run(connection, statements, answer) => {
            (ticket, 7, (connection, PyAnswer::new(answer), statements)).into_pyobject(py)
        }
        Content::GiveBack(connection) => (ticket, 8, connection).into_pyobject(py),
        Content::Discard(connection) => (ticket, 9, connection).into_pyobject(py),
        Content::Said(target, text) => (ticket, 10, (target, text)).into_pyobject(py),
    }
}

/// A pair of sockets: one byte in it says that letters are there.
#[cfg(unix)]
#[derive(Debug)]
struct Bell {
    rings: UnixStream,
    hears: UnixStream,
    blocking: bool,
}

#[cfg(unix)]
impl Bell {
    fn new(blocking: bool) -> std::io::Result<Self> {
        let (rings, hears) = UnixStream::pair()?;
        // one that is full of rings has been rung
        rings.set_nonblocking(true)?;
        hears.set_nonblocking(!blocking)?;
        Ok(Self { rings, hears, blocking })
    }

    fn ring(&self) {
        let _ = (&self.rings).write(&[1]);
    }

    /// Takes the rings so far. One that blocks is read by Python, which waits there.
    fn quiet(&self) {
        if !self.blocking {
            let _ = (&self.hears).read(&mut [0; 64]);
        }
    }

    fn fileno(&self) -> i32 {
        self.hears.as_raw_fd()
    }
}

/// Where there are no such sockets Python waits by [`PyMailbox::wait`].
#[cfg(not(unix))]
#[derive(Debug)]
struct Bell;

#[cfg(not(unix))]
impl Bell {
    fn new(_: bool) -> std::io::Result<Self> {
        Ok(Self)
    }

    fn ring(&self) {}

    fn quiet(&self) {}

    fn fileno(&self) -> i32 {
        -1
    }
}
