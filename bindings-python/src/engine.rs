//! Engines in Python: opened, called and closed, with the answers in a mailbox.

use earnest_native::engine::{Fault, HostPool, Owned, Reloading};
use earnest_native::{log, options, runtime};
use pyo3::prelude::*;

use super::hosts::PyTransaction;
use super::mailbox::PyMailbox;
use super::values::{refused, system};

/// Maps a fault to the exception that Python raises.
fn raised(fault: Fault) -> PyErr {
    match fault {
        Fault::Refused(error) => refused(&error),
        Fault::System(error) => system(&error),
    }
}

/// Opens an engine, by a URL or by what the environment names; it arrives in the mailbox.
#[pyfunction]
pub(crate) fn open(mailbox: &PyMailbox, ticket: u64, url: Option<String>, settings: &[u8]) -> PyResult<()> {
    earnest_native::engine::open(&mailbox.letters, ticket, url, settings).map_err(raised)
}

/// Opens an engine on a pool of the host, whose requests arrive in `requests` under the same ticket. Its
/// connections to SQLite are driven by `library`.
#[pyfunction]
pub(crate) fn attach(
    mailbox: &PyMailbox,
    requests: &PyMailbox,
    ticket: u64,
    speaks: &str,
    library: &str,
    size: usize,
    settings: &[u8],
) -> PyResult<()> {
    let host = HostPool { dialect: speaks, library, size };
    let attached =
        earnest_native::engine::attach(&mailbox.letters, &requests.letters, ticket, host, settings);
    attached.map_err(raised)
}

/// Refuses options that no engine would be opened with.
#[pyfunction]
pub(crate) fn check_options(settings: &[u8]) -> PyResult<()> {
    options::check(settings).map_err(|error| refused(&error))
}

/// Puts log lines into a mailbox from now on: the number of the level is the ticket.
#[pyfunction]
pub(crate) fn log_to(mailbox: &PyMailbox) {
    log::log_to(&mailbox.letters);
}

/// Ends the runtime of this process: what is under way may finish, within two seconds.
#[pyfunction]
pub(crate) fn shutdown(py: Python<'_>) {
    let ending = runtime::take();
    py.detach(move || ending.wait());
}

/// An engine, or a view of one.
#[pyclass(frozen, name = "Engine", module = "earnest._earnest")]
pub(crate) struct PyEngine(pub(crate) Owned);

#[pymethods]
impl PyEngine {
    /// Runs an operation; its reply arrives in the mailbox.
    fn call(&self, mailbox: &PyMailbox, ticket: u64, name: &str, args: &[u8]) -> PyResult<()> {
        self.0.call(&mailbox.letters, ticket, name, args).map_err(raised)
    }

    /// A view with another book, or an actor.
    fn view(&self, book: Option<&str>, by: Option<&[u8]>) -> PyResult<Self> {
        self.0.view(book, by).map(Self).map_err(|error| refused(&error))
    }

    /// Closes the engine; the mailbox says when.
    fn close(&self, mailbox: &PyMailbox, ticket: u64) -> PyResult<()> {
        self.0.close(&mailbox.letters, ticket).map_err(raised)
    }

    /// Gives the events so far their places in the sequence; the mailbox says when.
    fn catch_up(&self, mailbox: &PyMailbox, ticket: u64) -> PyResult<()> {
        self.0.catch_up(&mailbox.letters, ticket).map_err(raised)
    }

    /// Begins a reload of the keyring: before it is fetched.
    fn begin_reload(&self) -> PyResult<PyReload> {
        self.0.begin_reload().map(PyReload).map_err(|error| refused(&error))
    }

    /// The secrets of a receiver of webhooks, by the keyring of now.
    fn webhook_secrets(&self, url: &str) -> PyResult<Vec<String>> {
        self.0.webhook_secrets(url).map_err(|error| refused(&error))
    }

    /// Lets the background look now.
    fn nudge(&self) -> PyResult<()> {
        self.here()?.nudge();
        Ok(())
    }

    /// Moves a test clock forward, and says what it shows then.
    fn advance(&self, by: &str) -> PyResult<String> {
        self.0.advance(by).map_err(|error| refused(&error))
    }

    /// Whether statements may be prepared on connections to its store.
    fn prepares_statements(&self) -> PyResult<bool> {
        Ok(self.here()?.prepares_statements())
    }

    /// Whether it was closed.
    fn is_closed(&self) -> PyResult<bool> {
        self.0.is_closed().map_err(|error| refused(&error))
    }

    /// The time by the clock of this process.
    fn now(&self) -> PyResult<String> {
        Ok(self.here()?.now().to_string())
    }

    /// The level that the log was told, by its name.
    fn log(&self) -> PyResult<Option<&'static str>> {
        self.0.log().map_err(|error| refused(&error))
    }

    /// The name of the book of this view.
    fn book(&self) -> PyResult<String> {
        Ok(self.here()?.book_name().as_str().to_owned())
    }

    /// Joins a transaction that the host has open.
    fn stepped(&self, speaks: &str) -> PyResult<PyTransaction> {
        self.0.stepped(speaks).map(PyTransaction).map_err(raised)
    }
}

impl PyEngine {
    fn here(&self) -> PyResult<&earnest::Engine> {
        self.0.here().map_err(|error| refused(&error))
    }
}

/// A reload of a keyring, under way.
#[pyclass(name = "Reload")]
pub(crate) struct PyReload(Reloading);

#[pymethods]
impl PyReload {
    /// Takes up the keyring that was fetched, or what its file has now; the mailbox says whether it changed.
    fn take_up(&mut self, mailbox: &PyMailbox, ticket: u64, text: Option<String>) -> PyResult<()> {
        self.0.take_up(&mailbox.letters, ticket, text).map_err(|error| system(&error))
    }
}
