//! Where answers wait for Python, which watches a socket: one byte in it says that letters are there.

use std::io;
#[cfg(unix)]
use std::io::{Read as _, Write as _};
#[cfg(unix)]
use std::os::{fd::AsRawFd as _, unix::net::UnixStream};
use std::sync::Arc;
use std::time::Duration;

use earnest_native::engine::Owned;
use earnest_native::mailbox::{Bell, Content, Mailbox};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyString, PyTuple};

use super::engine::PyEngine;
use super::hosts::PyAnswer;

/// A mailbox in Python.
#[pyclass(frozen, name = "Mailbox", module = "earnest._earnest")]
pub(crate) struct PyMailbox {
    pub(crate) letters: Arc<Mailbox>,
    ear: Ear,
}

#[pymethods]
impl PyMailbox {
    /// With `blocking` a read of its socket waits.
    #[new]
    fn new(blocking: bool) -> PyResult<Self> {
        let (bell, ear) = pair(blocking)?;
        Ok(Self { letters: Mailbox::new(bell), ear })
    }

    /// The socket that can be read when letters are there; -1 where the system has none.
    fn fileno(&self) -> i32 {
        self.ear.fileno()
    }

    /// Waits until letters are there, at most so long.
    fn wait(&self, py: Python<'_>, milliseconds: u64) {
        py.detach(|| self.letters.wait(Duration::from_millis(milliseconds)));
    }

    /// Takes all letters: `(ticket, what, content)` each.
    fn take<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        self.ear.quiet();
        let list = PyList::empty(py);
        for (ticket, content) in self.letters.take() {
            list.append(letter(py, ticket, content)?)?;
        }
        Ok(list)
    }
}

fn letter(py: Python<'_>, ticket: u64, content: Content) -> PyResult<Bound<'_, PyTuple>> {
    match content {
        Content::Reply(json) => (ticket, 0, PyString::new(py, &json)).into_pyobject(py),
        Content::Refused(json) => (ticket, 1, PyBytes::new(py, &json)).into_pyobject(py),
        Content::Opened(engine) => (ticket, 2, PyEngine(Owned::new(engine))).into_pyobject(py),
        Content::Done => (ticket, 3, py.None()).into_pyobject(py),
        Content::Woken => (ticket, 4, py.None()).into_pyobject(py),
        Content::Lend { connection, answer } => {
            (ticket, 5, (connection, PyAnswer::new(answer))).into_pyobject(py)
        }
        Content::Query { connection, sql, params, answer } => {
            (ticket, 6, (connection, PyAnswer::new(answer), sql, params)).into_pyobject(py)
        }
        Content::Run { connection, statements, answer } => {
            (ticket, 7, (connection, PyAnswer::new(answer), statements)).into_pyobject(py)
        }
        Content::GiveBack(connection) => (ticket, 8, connection).into_pyobject(py),
        Content::Discard(connection) => (ticket, 9, connection).into_pyobject(py),
        Content::Said { target, text } => (ticket, 10, (target, text)).into_pyobject(py),
    }
}

#[cfg(unix)]
fn pair(blocking: bool) -> io::Result<(Box<dyn Bell>, Ear)> {
    let (rings, hears) = UnixStream::pair()?;
    // one that is full of rings has been rung
    rings.set_nonblocking(true)?;
    hears.set_nonblocking(!blocking)?;
    Ok((Box::new(Socket(rings)), Ear { hears, blocking }))
}

/// The end of a pair of sockets that the engine writes to.
#[cfg(unix)]
#[derive(Debug)]
struct Socket(UnixStream);

#[cfg(unix)]
impl Bell for Socket {
    fn ring(&self) {
        let _ = (&self.0).write(&[1]);
    }
}

/// The end that Python watches.
#[cfg(unix)]
#[derive(Debug)]
struct Ear {
    hears: UnixStream,
    blocking: bool,
}

#[cfg(unix)]
impl Ear {
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
fn pair(_: bool) -> io::Result<(Box<dyn Bell>, Ear)> {
    Ok((Box::new(earnest_native::mailbox::Silent), Ear))
}

#[cfg(not(unix))]
#[derive(Debug)]
struct Ear;

#[cfg(not(unix))]
impl Ear {
    fn quiet(&self) {}

    fn fileno(&self) -> i32 {
        -1
    }
}
