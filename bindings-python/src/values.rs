//! Amounts, keys, actors and refusals in Python, by the rules of the core.

use std::borrow::Cow;
use std::io;

use earnest::Error;
use earnest_native::values::{self, GivenAmount};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

pyo3::create_exception!(
    _earnest,
    Refused,
    pyo3::exceptions::PyException,
    "A refusal as JSON: Python makes its own exception of it."
);

pub(crate) fn refused(error: &Error) -> PyErr {
    Refused::new_err(serde_json::to_vec(error).unwrap_or_default())
}

pub(crate) fn system(error: &io::Error) -> PyErr {
    PyRuntimeError::new_err(error.to_string())
}

fn or_refused<T>(made: earnest::Result<T>) -> PyResult<T> {
    made.map_err(|error| refused(&error))
}

/// Refuses a book and an actor that a view of an engine could not have, whatever engine that is.
#[pyfunction]
pub(crate) fn check_view(book: Option<&str>, by: Option<&[u8]>) -> PyResult<()> {
    or_refused(values::check_view(book, by))
}

/// An amount as the core writes it, and its decimal places. A `scale` is that of a currency which was
/// registered with an engine.
#[pyfunction]
pub(crate) fn amount(field: &str, text: &str, code: &str, scale: Option<u8>) -> PyResult<(String, u8)> {
    let written = or_refused(values::amount(GivenAmount { field, text, currency: code, scale }))?;
    Ok((written.text, written.scale))
}

/// The decimal places of a currency of ISO 4217; of any other code, none.
#[pyfunction]
pub(crate) fn scale(code: &str) -> Option<u8> {
    values::scale(code)
}

/// The key of a step of a larger work.
#[pyfunction]
pub(crate) fn child_key(key: &str, step: &str) -> PyResult<String> {
    or_refused(values::child_key(key, step))
}

/// A new keyring as text.
#[pyfunction]
pub(crate) fn keygen() -> String {
    values::keygen()
}

/// The text of a keyring, and if it is sealed the key of the service and the wrapped data key.
type ReadKeyring = (String, Option<(String, Cow<'static, [u8]>)>);

/// The text of a keyring, which a setting is or names, and what a key service needs to open it if that is
/// sealed.
#[pyfunction]
pub(crate) fn read_keyring(py: Python<'_>, setting: &str, may_name_file: bool) -> PyResult<ReadKeyring> {
    // a disk may be slow: no other thread of Python waits for it
    let read = or_refused(py.detach(|| values::read_keyring(setting, may_name_file)))?;
    Ok((read.text, read.sealed.map(|(by, wrapped)| (by, Cow::Owned(wrapped)))))
}

/// Seals a keyring under a data key of a key service.
#[pyfunction]
pub(crate) fn seal_keyring(keyring: &str, by: &str, wrapped: &[u8], key: &[u8]) -> PyResult<String> {
    or_refused(values::seal_keyring(keyring, by, wrapped, key))
}

/// Opens a sealed keyring with its data key.
#[pyfunction]
pub(crate) fn unseal_keyring(sealed: &str, key: &[u8]) -> PyResult<String> {
    or_refused(values::unseal_keyring(sealed, key))
}

/// A refusal as JSON, from its code and details.
#[pyfunction]
pub(crate) fn refusal(code: &str, details: &[u8]) -> PyResult<Vec<u8>> {
    or_refused(values::refusal(code, details))
}

/// The text of a refusal for people.
#[pyfunction]
pub(crate) fn to_user(error: &[u8], locale: &str) -> PyResult<String> {
    or_refused(values::to_user(error, locale))
}

/// The part of a locale that names the language of that text; none where it is English for want of another.
#[pyfunction]
pub(crate) fn language_of(error: &[u8], locale: &str) -> PyResult<Option<String>> {
    or_refused(values::language_of(error, locale))
}

/// A refusal in a text of the host's own.
#[pyfunction]
pub(crate) fn render(error: &[u8], template: &str) -> PyResult<String> {
    or_refused(values::render(error, template))
}

/// Whether a webhook is genuine, by one of these secrets and at this time; answers its id.
#[pyfunction]
pub(crate) fn verify_webhook(
    body: &[u8],
    headers: Vec<(String, String)>,
    secrets: Vec<String>,
    now: Option<String>,
) -> PyResult<String> {
    or_refused(values::verify_webhook(body, &headers, &secrets, now.as_deref()))
}

/// The names of all operations, and of all codes.
#[pyfunction]
pub(crate) fn names() -> (Vec<&'static str>, Vec<&'static str>) {
    (values::operations(), values::codes())
}

/// Whether and how trying again can help with a code, as the table has it; of no code, nothing.
#[pyfunction]
pub(crate) fn retry(code: &str) -> Option<&'static str> {
    values::retry(code)
}
