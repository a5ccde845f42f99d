//! The host's own connections: calls inside its open transaction, step by step, and what an engine on its
//! pool wants of it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Wake, Waker};

use earnest::Error;
use earnest::api::arguments;
use earnest::stepped::{Answer, Call, Step, Transaction};
use earnest::store::attached::channel;
use earnest::store::sql::Dialect;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString, PyTuple};

use crate::engine::json;
use crate::mailbox::{Content, Mailbox, PyMailbox};
use crate::values::refused;

type Rows = Vec<Vec<Option<String>>>;

pub(crate) fn dialect(speaks: &str) -> PyResult<Dialect> {
    match speaks {
        "postgresql" => Ok(Dialect::Postgres),
        "sqlite" => Ok(Dialect::Sqlite),
        _ => Err(refused(&Error::invalid("dialect", "must be `postgresql` or `sqlite`"))),
    }
}

/// A transaction of the host.
#[pyclass(frozen, name = "Transaction", module = "earnest._earnest")]
pub(crate) struct PyTransaction(pub(crate) Transaction);

#[pymethods]
impl PyTransaction {
    /// Begins a call; the mailbox hears when a step that waited can be taken.
    fn call(&self, mailbox: &PyMailbox, ticket: u64, name: &str, args: &[u8]) -> PyResult<PyCall> {
        let args = arguments::read(name, args).map_err(|error| refused(&error))?;
        let waker = Arc::new(Ring { mailbox: Arc::clone(&mailbox.0), ticket }).into();
        Ok(PyCall { call: Mutex::new(Some(self.0.call(name, args))), waker })
    }

    /// Refuses a connection of another SQLite library, by the file that it has open.
    fn refuse_library(&self, file: Option<&str>) -> PyResult<()> {
        Err(refused(&self.0.refusal_of(file)))
    }
}

/// Says that a call can go on.
struct Ring {
    mailbox: Arc<Mailbox>,
    ticket: u64,
}

impl Wake for Ring {
    fn wake(self: Arc<Self>) {
        self.mailbox.put(self.ticket, Content::Woken);
    }
}

/// A call under way inside a transaction of the host.
#[pyclass(frozen, name = "Call", module = "earnest._earnest")]
pub(crate) struct PyCall {
    call: Mutex<Option<Call>>,
    waker: Waker,
}

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

    /// Gives the call up: these statements take half of it back.
    fn cancel(&self, py: Python<'_>) -> Vec<&'static str> {
        let call = self.call().take();
        py.detach(|| call.map_or_else(Vec::new, |call| call.cancel().to_vec()))
    }
}

impl PyCall {
    fn call(&self) -> MutexGuard<'_, Option<Call>> {
        self.call.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `(0, sql, params)`, `(1,)` to wait, `(2, reply)` or `(3, refusal)`.
    fn on<'py>(&self, py: Python<'py>, answer: Option<Answer>) -> PyResult<Bound<'py, PyTuple>> {
        let step = py.detach(|| self.call().as_mut().map(|call| call.step(answer, &self.waker)));
        match step {
            None | Some(Step::Wait) => (1,).into_pyobject(py),
            Some(Step::Send(query)) => (0, query.sql, query.params).into_pyobject(py),
            Some(Step::Done(reply)) => match reply.and_then(|reply| json(&reply)) {
                Ok(reply) => (2, PyString::new(py, &reply)).into_pyobject(py),
                Err(error) => {
                    let error = serde_json::to_vec(&error).unwrap_or_default();
                    (3, PyBytes::new(py, &error)).into_pyobject(py)
                }
            },
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
