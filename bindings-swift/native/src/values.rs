//! Amounts, keys, receipts, deals and refusals for Swift and Kotlin, by the rules of the core.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use earnest::Error;
use earnest_native::values;
use serde_json::json;

/// A reply, or the error that Swift and Kotlin throw.
pub type Result<T> = std::result::Result<T, NativeError>;

/// A refusal.
#[derive(Debug, uniffi::Error)]
pub enum NativeError {
    /// The engine refused, as JSON says.
    Refused {
        /// The refusal.
        json: String,
    },
}

impl fmt::Display for NativeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Refused { json } = self;
        f.write_str(json)
    }
}

impl std::error::Error for NativeError {}

/// Returns the refusal for a panic: nothing of its text leaves.
pub(crate) fn fault() -> Error {
    Error::corrupted("the library failed in itself: this is a bug")
}

/// Runs work of the core; a panic is `corrupted`.
pub(crate) fn guarded<T>(work: impl FnOnce() -> earnest::Result<T>) -> Result<T> {
    let made = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(fault()));
    made.map_err(|error| NativeError::from(&error))
}

/// Refuses a book and an actor that a view of an engine could not have, whatever engine that is.
#[uniffi::export]
pub fn check_view(book: Option<String>, by: Option<String>) -> Result<()> {
    guarded(|| values::check_view(book.as_deref(), by.as_deref().map(str::as_bytes)))
}

/// A refusal as JSON, from its code and details.
#[uniffi::export]
pub fn refusal(code: String, details: String) -> Result<String> {
    guarded(|| Ok(text(values::refusal(&code, details.as_bytes())?)))
}

/// The text of a refusal for people.
#[uniffi::export]
pub fn to_user(error: String, locale: String) -> Result<String> {
    guarded(|| values::to_user(error.as_bytes(), &locale))
}

/// The part of a locale that names the language of that text; none where it is English for want of another.
#[uniffi::export]
pub fn language_of(error: String, locale: String) -> Result<Option<String>> {
    guarded(|| values::language_of(error.as_bytes(), &locale))
}

/// A refusal in a text of the host's own.
#[uniffi::export]
pub fn render(error: String, template: String) -> Result<String> {
    guarded(|| values::render(error.as_bytes(), &template))
}

/// Whether and how trying again can help with a code, as the table has it; of no code, nothing.
#[uniffi::export]
pub fn retry(code: String) -> Option<String> {
    values::retry(&code).map(str::to_owned)
}

/// Whether a receipt is genuine by public keys, as `receipts.verify` answers: the verification as JSON.
#[uniffi::export]
pub fn verify_receipt(receipt: String, public_keys: String) -> Result<String> {
    guarded(|| values::verify_receipt(receipt.as_bytes(), public_keys.as_bytes()))
}

/// Lists the actions open to an actor on a deal at a time, as `escrow.allowed_actions` answers, as JSON. The
/// deal and the actor are JSON.
#[uniffi::export]
pub fn allowed_actions(deal: String, actor: String, now: Option<String>) -> Result<String> {
    guarded(|| values::allowed_actions(deal.as_bytes(), actor.as_bytes(), now.as_deref()))
}

/// The table of what deals can do, as JSON: a list of rows with `from`, `trigger`, `who`, `guard` and
/// `through`.
#[uniffi::export]
pub fn transitions() -> Result<String> {
    guarded(values::transitions)
}

/// An address of an Ethereum-like chain, as it is written with its checksum.
#[uniffi::export]
pub fn parse_address(text: String) -> Result<String> {
    guarded(|| values::parse_address(&text))
}

/// The address that signed a message.
#[uniffi::export]
pub fn recover_message(message: String, signature: String) -> Result<String> {
    guarded(|| values::recover(json!({ "message": message, "signature": signature })))
}

/// The address that signed a digest: `0x` and 64 hex digits.
#[uniffi::export]
pub fn recover_digest(digest: String, signature: String) -> Result<String> {
    guarded(|| values::recover(json!({ "digest": digest, "signature": signature })))
}

/// The key of a step of a larger work.
#[uniffi::export]
pub fn child_key(key: String, step: String) -> Result<String> {
    guarded(|| values::child_key(&key, &step))
}

/// A new keyring as text.
#[uniffi::export]
pub fn keygen() -> Result<String> {
    guarded(|| Ok(values::keygen()))
}

/// The text of a keyring, which a setting is or names, and what a key service needs to open it if it is
/// sealed.
#[derive(uniffi::Record)]
pub struct KeyringText {
    /// The text.
    pub text: String,
    /// The key of the service.
    pub by: Option<String>,
    /// The data key that it wrapped.
    pub wrapped: Option<Vec<u8>>,
}

/// Reads the text of a keyring, which a setting is or names.
#[uniffi::export]
pub fn read_keyring(setting: String, may_name_file: bool) -> Result<KeyringText> {
    guarded(|| {
        let read = values::read_keyring(&setting, may_name_file)?;
        let (by, wrapped) = read.sealed.unzip();
        Ok(KeyringText { text: read.text, by, wrapped })
    })
}

/// Seals a keyring under a data key of a key service.
#[uniffi::export]
pub fn seal_keyring(keyring: String, by: String, wrapped: Vec<u8>, key: Vec<u8>) -> Result<String> {
    guarded(|| values::seal_keyring(&keyring, &by, &wrapped, &key))
}

/// Opens a sealed keyring with its data key.
#[uniffi::export]
pub fn unseal_keyring(sealed: String, key: Vec<u8>) -> Result<String> {
    guarded(|| values::unseal_keyring(&sealed, &key))
}

/// Whether a webhook is genuine, by one of these secrets and at this time; answers its id. Names and values
/// of `headers` take turns.
#[uniffi::export]
pub fn verify_webhook(
    body: Vec<u8>,
    headers: Vec<String>,
    secrets: Vec<String>,
    now: Option<String>,
) -> Result<String> {
    let pair = |pair: &[String; 2]| (pair[0].clone(), pair[1].clone());
    let headers: Vec<_> = headers.as_chunks::<2>().0.iter().map(pair).collect();
    guarded(|| values::verify_webhook(&body, &headers, &secrets, now.as_deref()))
}

/// The names of all operations.
#[uniffi::export]
pub fn operations() -> Vec<String> {
    values::operations().into_iter().map(str::to_owned).collect()
}

/// All codes.
#[uniffi::export]
pub fn codes() -> Vec<String> {
    values::codes().into_iter().map(str::to_owned).collect()
}

/// Which native half this is.
#[derive(uniffi::Record)]
pub struct Version {
    /// The version of the library.
    pub library: String,
    /// The form of the contract from which the packages are made.
    pub contract: u32,
}

/// Which native half this is: a package refuses another one than it was made for.
#[uniffi::export]
pub fn version() -> Version {
    Version { library: env!("CARGO_PKG_VERSION").to_owned(), contract: earnest::api::CONTRACT }
}

/// JSON that the core has written.
fn text(json: Vec<u8>) -> String {
    String::from_utf8(json).unwrap_or_default()
}
