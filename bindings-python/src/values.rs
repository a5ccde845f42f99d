//! Amounts, keys, actors and refusals, by the rules of the core.

use std::borrow::Cow;

use earnest::currency::{Currencies, Currency};
use earnest::env::{Clock, Env};
use earnest::ids::ActorInput;
use earnest::jobs::webhooks::{self, Headers, WebhookSecret};
use earnest::keyring::Keyring;
use earnest::money::Amount;
use earnest::{Actor, Book, Code, Error, Key, OPERATIONS, Time};
use pyo3::prelude::*;
use serde_json::{Value, json};

pyo3::create_exception!(
    _earnest,
    Refused,
    pyo3::exceptions::PyException,
    "A refusal as JSON: Python makes its own exception of it."
);

pub(crate) fn refused(error: &Error) -> PyErr {
    Refused::new_err(serde_json::to_vec(error).unwrap_or_default())
}

pub(crate) fn actor(json: &[u8]) -> PyResult<Actor> {
    let unreadable = |_| Error::invalid("actor", "must be an id, or an object with `id` and `role`");
    let given = serde_json::from_slice::<ActorInput>(json).map_err(unreadable);
    given.and_then(|given| given.resolve("actor")).map_err(|error| refused(&error))
}

/// Refuses a book and an actor that a view of an engine could not have, whatever engine that is.
#[pyfunction]
pub(crate) fn check_view(book: Option<&str>, by: Option<&[u8]>) -> PyResult<()> {
    if let Some(name) = book {
        Book::request("book", name).map_err(|error| refused(&error))?;
    }
    by.map_or(Ok(()), |by| actor(by).map(drop))
}

/// An amount as the core writes it, and its decimal places. A `scale` is that of a currency which was
/// registered with an engine.
#[pyfunction]
pub(crate) fn amount(field: &str, text: &str, code: &str, scale: Option<u8>) -> PyResult<(String, u8)> {
    let mut known = Currencies::iso();
    let read = scale
        .map_or(Ok(()), |scale| known.register(code, scale).map(drop))
        .and_then(|()| known.get("currency", code))
        .and_then(|_| {
            let wire = json!({ "amount": text, "currency": code });
            let amount: Amount = serde_json::from_value(wire).map_err(|_| Error::invalid(field, "no"))?;
            amount.resolve(field, &known)
        });
    let money = read.map_err(|error| refused(&error))?;
    Ok((money.amount_string(), money.currency().scale()))
}

/// The decimal places of a currency of ISO 4217; of any other code, none.
#[pyfunction]
pub(crate) fn scale(code: &str) -> Option<u8> {
    Currency::iso(code).map(|currency| currency.scale())
}

/// The key of a step of a larger work.
#[pyfunction]
pub(crate) fn child_key(key: &str, step: &str) -> PyResult<String> {
    let key = Key::request("key", key).map_err(|error| refused(&error))?;
    Ok(key.child(step).as_str().to_owned())
}

/// A new keyring as text.
#[pyfunction]
pub(crate) fn keygen() -> String {
    Keyring::generate(&Env::default()).to_text().to_string()
}

/// The text of a keyring, and if it is sealed the key of the service and the wrapped data key.
type ReadKeyring = (String, Option<(String, Cow<'static, [u8]>)>);

/// The text of a keyring, which a setting is or names, and what a key service needs to open it if that is
/// sealed.
#[pyfunction]
pub(crate) fn read_keyring(setting: &str, may_name_file: bool) -> PyResult<ReadKeyring> {
    let found = || -> earnest::Result<_> {
        let text = if may_name_file {
            Keyring::text_of("keyring", setting)?.to_string()
        } else {
            setting.to_owned()
        };
        let sealed = Keyring::wrapped_key("keyring", &text)?;
        Ok((text, sealed.map(|(by, wrapped)| (by, Cow::Owned(wrapped)))))
    };
    found().map_err(|error| refused(&error))
}

/// Seals a keyring under a data key of a key service.
#[pyfunction]
pub(crate) fn seal_keyring(keyring: &str, by: &str, wrapped: &[u8], key: &[u8]) -> PyResult<String> {
    let sealed =
        Keyring::request("keyring", keyring).and_then(|ring| ring.seal(&Env::default(), by, wrapped, key));
    sealed.map_err(|error| refused(&error))
}

/// Opens a sealed keyring with its data key.
#[pyfunction]
pub(crate) fn unseal_keyring(sealed: &str, key: &[u8]) -> PyResult<String> {
    let ring = Keyring::unseal("keyring", sealed, key).map_err(|error| refused(&error))?;
    Ok(ring.to_text().to_string())
}

/// A refusal as JSON, from its code and details.
#[pyfunction]
pub(crate) fn refusal(code: &str, details: &[u8]) -> PyResult<Vec<u8>> {
    let details: Value = serde_json::from_slice(details).unwrap_or_default();
    let made = code.parse::<Code>().and_then(|code| {
        let wire = json!({ "code": code, "retry": code.retry(), "details": details });
        serde_json::from_value::<Error>(wire).map_err(|error| Error::invalid("details", error.to_string()))
    });
    made.map(|error| serde_json::to_vec(&error).unwrap_or_default()).map_err(|error| refused(&error))
}

/// The text of a refusal for people.
#[pyfunction]
pub(crate) fn to_user(error: &[u8], locale: &str) -> PyResult<String> {
    Ok(read(error)?.to_user(locale))
}

/// The part of a locale that names the language of that text; none where it is English for want of another.
#[pyfunction]
pub(crate) fn language_of(error: &[u8], locale: &str) -> PyResult<Option<String>> {
    Ok(read(error)?.language_of(locale).map(str::to_owned))
}

/// A refusal in a text of the host's own.
#[pyfunction]
pub(crate) fn render(error: &[u8], template: &str) -> PyResult<String> {
    Ok(read(error)?.render(template))
}

/// Whether a webhook is genuine, by one of these secrets and at this time; answers its id.
#[pyfunction]
pub(crate) fn verify_webhook(
    body: &[u8],
    headers: Vec<(String, String)>,
    secrets: Vec<String>,
    now: Option<String>,
) -> PyResult<String> {
    let verified = || {
        let secrets = secrets.iter().map(|text| WebhookSecret::parse("secrets", text));
        let secrets = secrets.collect::<earnest::Result<Vec<_>>>()?;
        let now = match now {
            Some(text) => Time::request("now", &text)?,
            None => Clock::System.now(),
        };
        let named: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        webhooks::verify_webhook(body, Headers::of(&named)?, &secrets, now).map(str::to_owned)
    };
    verified().map_err(|error| refused(&error))
}

/// The names of all operations, and of all codes.
#[pyfunction]
pub(crate) fn names() -> (Vec<&'static str>, Vec<&'static str>) {
    let operations = OPERATIONS.iter().map(|info| info.name).collect();
    (operations, Code::all().iter().map(|code| code.as_str()).collect())
}

/// Whether and how trying again can help with a code, as the table has it; of no code, nothing.
#[pyfunction]
pub(crate) fn retry(code: &str) -> Option<&'static str> {
    code.parse::<Code>().ok().map(|code| code.retry().as_str())
}

fn read(error: &[u8]) -> PyResult<Error> {
    serde_json::from_slice(error).map_err(|fault| refused(&Error::invalid("error", fault.to_string())))
}
