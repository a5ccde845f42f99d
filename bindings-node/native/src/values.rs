//! Amounts, keys and refusals for Node, by the rules of the core.

use std::io;

use earnest::Error;
use earnest::env::Clock;
use earnest::store::sql::{Dialect, Names, migrate};
use earnest_native::values::{self, GivenAmount};
use napi::bindgen_prelude::Uint8Array;
use napi_derive::napi;

/// A reply, or the error that JavaScript throws.
pub(crate) type Result<T> = std::result::Result<T, napi::Error<&'static str>>;

/// The code of an error whose message is a refusal as JSON: JavaScript makes its own of it.
const REFUSED: &str = "EARNEST_REFUSED";

pub(crate) fn refused(error: &Error) -> napi::Error<&'static str> {
    napi::Error::new(REFUSED, text(serde_json::to_vec(error).unwrap_or_default()))
}

pub(crate) fn system(error: &io::Error) -> napi::Error<&'static str> {
    napi::Error::new("ERR_EARNEST_SYSTEM", error.to_string())
}

/// JSON that the core has written.
pub(crate) fn text(json: Vec<u8>) -> String {
    String::from_utf8(json).unwrap_or_default()
}

fn or_refused<T>(made: earnest::Result<T>) -> Result<T> {
    made.map_err(|error| refused(&error))
}

/// Refuses a book and an actor that a view of an engine could not have, whatever engine that is.
#[napi]
pub fn check_view(book: Option<String>, by: Option<String>) -> Result<()> {
    or_refused(values::check_view(book.as_deref(), by.as_deref().map(str::as_bytes)))
}

/// An amount as the core writes it.
#[napi(object, object_from_js = false)]
pub struct Amount {
    /// With all decimal places.
    pub text: String,
    /// How many these are.
    pub scale: u8,
}

/// An amount as the core writes it, and its decimal places. A `scale` is that of a currency which was
/// registered with an engine.
#[napi]
pub fn amount(field: String, given: String, currency: String, scale: Option<u8>) -> Result<Amount> {
    let given = GivenAmount { field: &field, text: &given, currency: &currency, scale };
    let written = or_refused(values::amount(given))?;
    Ok(Amount { text: written.text, scale: written.scale })
}

/// The decimal places of a currency of ISO 4217; of any other code, none.
#[napi]
pub fn scale(code: String) -> Option<u8> {
    values::scale(&code)
}

/// The key of a step of a larger work.
#[napi]
pub fn child_key(key: String, step: String) -> Result<String> {
    or_refused(values::child_key(&key, &step))
}

/// Refuses a text that is no key of a call.
#[napi]
pub fn check_key(key: String) -> Result<()> {
    or_refused(values::check_key(&key))
}

/// Refuses a text that no kind of jobs is called.
#[napi]
pub fn check_kind(field: String, kind: String) -> Result<()> {
    or_refused(values::check_kind(&field, &kind))
}

/// A new keyring as text.
#[napi]
pub fn keygen() -> String {
    values::keygen()
}

/// The text of a keyring, which a setting is or names, and what a key service needs to open it if it is
/// sealed.
#[napi(object, object_from_js = false)]
pub struct KeyringText {
    /// The text.
    pub text: String,
    /// The key of the service.
    pub by: Option<String>,
    /// The data key that it wrapped.
    pub wrapped: Option<Uint8Array>,
}

/// Reads the text of a keyring, which a setting is or names.
#[napi]
pub fn read_keyring(setting: String, may_name_file: bool) -> Result<KeyringText> {
    let read = or_refused(values::read_keyring(&setting, may_name_file))?;
    let (by, wrapped) = read.sealed.unzip();
    Ok(KeyringText { text: read.text, by, wrapped: wrapped.map(Uint8Array::from) })
}

/// Seals a keyring under a data key of a key service.
#[napi]
pub fn seal_keyring(keyring: String, by: String, wrapped: Uint8Array, key: Uint8Array) -> Result<String> {
    or_refused(values::seal_keyring(&keyring, &by, &wrapped, &key))
}

/// Opens a sealed keyring with its data key.
#[napi]
pub fn unseal_keyring(sealed: String, key: Uint8Array) -> Result<String> {
    or_refused(values::unseal_keyring(&sealed, &key))
}

/// A refusal as JSON, from its code and details.
#[napi]
pub fn refusal(code: String, details: String) -> Result<String> {
    or_refused(values::refusal(&code, details.as_bytes())).map(text)
}

/// The message of a refusal that somebody else made, on one line.
#[napi]
pub fn line(message: String) -> String {
    values::line(&message)
}

/// The text of a refusal for people.
#[napi]
pub fn to_user(error: String, locale: String) -> Result<String> {
    or_refused(values::to_user(error.as_bytes(), &locale))
}

/// The part of a locale that names the language of that text; none where it is English for want of another.
#[napi]
pub fn language_of(error: String, locale: String) -> Result<Option<String>> {
    or_refused(values::language_of(error.as_bytes(), &locale))
}

/// A refusal in a text of the host's own.
#[napi]
pub fn render(error: String, template: String) -> Result<String> {
    or_refused(values::render(error.as_bytes(), &template))
}

/// Whether a webhook is genuine, by one of these secrets and at this time; answers its id. Names and values
/// of `headers` take turns.
#[napi]
pub fn verify_webhook(
    body: Uint8Array,
    headers: Vec<String>,
    secrets: Vec<String>,
    now: Option<String>,
) -> Result<String> {
    let pair = |pair: &[String; 2]| (pair[0].clone(), pair[1].clone());
    let headers: Vec<_> = headers.as_chunks::<2>().0.iter().map(pair).collect();
    or_refused(values::verify_webhook(&body, &headers, &secrets, now.as_deref()))
}

/// The names of all operations.
#[napi]
pub fn operations() -> Vec<&'static str> {
    values::operations()
}

/// All codes.
#[napi]
pub fn codes() -> Vec<&'static str> {
    values::codes()
}

/// Whether and how trying again can help with a code, as the table has it; of no code, nothing.
#[napi]
pub fn retry(code: String) -> Option<&'static str> {
    values::retry(&code)
}

/// The version of the engine.
#[napi]
pub fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}

/// The SQL that makes the tables of the engine, for migrations of the host: in a schema of PostgreSQL, or
/// with a prefix on SQLite.
#[napi]
pub fn migration_sql(speaks: String, named: Option<String>) -> Result<String> {
    let dialect = or_refused(earnest_native::engine::dialect(&speaks))?;
    let names = match dialect {
        Dialect::Postgres => Names::postgres(named.as_deref().unwrap_or("earnest")),
        Dialect::Sqlite => Names::sqlite(named.as_deref().unwrap_or("earnest_")),
    };
    Ok(migrate::by_hand(dialect, &or_refused(names)?, 0, Clock::System.now()))
}
