//! The host's own connections: calls inside its open transaction, step by step, and what an engine on its
//! pool wants of it.

use std::sync::{Mutex, PoisonError};

use earnest::stepped::Answer;
use earnest::store::attached::channel;
use earnest_native::transaction::{Joined, JoinedCall, Next};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString, PyTuple};

use super::mailbox::PyMailbox;
use super::values::refused;

type Rows = Vec<Vec<Option<String>>>;

/// A transaction of the host.
#[pyclass(frozen, name = "Transaction", module = "earnest._earnest")]
pub(crate) struct PyTransaction(pub(crate) Joined);

#[pymethods]
impl PyTransaction {
    /// Begins a call; the mailbox hears when a step that waited can be taken.
    fn call(&self, mailbox: &PyMailbox, ticket: u64, name: &str, args: &[u8]) -> PyResult<PyCall> {
        self.0.call(&mailbox.letters, ticket, name, args).map(PyCall).map_err(|error| refused(&error))
    }

    /// Refuses a connection of another SQLite library, by the file that it has open.
    fn refuse_library(&self, file: Option<&str>) -> PyResult<()> {
        Err(refused(&self.0.refusal_of(file)))
    }
}

/// A call under way inside a transaction of the host.
#[pyclass(frozen, name = "Call", module = "earnest._earnest")]
pub(crate) struct PyCall(JoinedCall);

#[pymethods]
impl PyCall {
    /// The first step, and every one after a wait.
    fn step<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        self.on(py, None)
    }

    /// Goes on with rows.
    fn rows<'py>(&self, py: Python<'py>, rows: Rows) -> PyResult<Bound<'py, PyTuple>> {
        self.on(py, Some(Answer::Rows(rows)))
    }

    /// Goes on with a failure of the driver.
    fn failed<'py>(
        &self,
        py: Python<'py>,
        code: Option<String>,
        message: String,
    ) -> PyResult<Bound<'py, PyTuple>> {
        self.on(py, Some(Answer::Failed { code, message }))
    }

    /// Goes on without having sent anything: no transaction is open.
    fn not_in_transaction<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        self.on(py, Some(Answer::NotInTransaction))
    }

    /// Gives the call up: these statements take half of it back. `None` where nothing does: then the
    /// transaction must never be committed.
    fn cancel(&self, py: Python<'_>, sent: bool) -> Option<Vec<&'static str>> {
        py.detach(|| self.0.cancel(sent))
    }
}

impl PyCall {
    /// `(0, sql, params)`, `(1,)` to wait, `(2, reply)`, `(3, refusal)`, or `(4,)` to give the connection up.
    fn on<'py>(&self, py: Python<'py>, answer: Option<Answer>) -> PyResult<Bound<'py, PyTuple>> {
        match py.detach(|| self.0.step(answer)) {
            Next::Wait => (1,).into_pyobject(py),
            Next::Send(query) => (0, query.sql, query.params).into_pyobject(py),
            Next::GiveUp => (4,).into_pyobject(py),
            Next::Reply(json) => (2, PyString::new(py, &json)).into_pyobject(py),
            Next::Refused(json) => (3, PyBytes::new(py, &json)).into_pyobject(py),
        }
    }
}

/// Where what an engine wants of a pool is answered, once. Dropped, it says that the connection is lost.
#[pyclass(frozen, name = "Answer", module = "earnest._earnest")]
pub(crate) struct PyAnswer(Mutex<Option<channel::Answer>>);

#[pymethods]
impl PyAnswer {
    fn rows(&self, rows: Rows) {
        if let Some(answer) = self.taken() {
            answer.rows(rows);
        }
    }

    fn failed(&self, code: Option<&str>, message: &str) {
        if let Some(answer) = self.taken() {
            answer.failed(code, message);
        }
    }
}

impl PyAnswer {
    pub(crate) fn new(answer: channel::Answer) -> Self {
        Self(Mutex::new(Some(answer)))
    }

    fn taken(&self) -> Option<channel::Answer> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
