//! The objects of a book's vault: which key wraps, the data key of each subject, and the sealed values.
//!
//! All are records. Facts are published in events, so they have ids, versions and counts; names, wrapped
//! keys and sealed values are texts of the records, of which events have salted hashes. The ids of records
//! are keyed hashes: who reads the store without the keyring learns neither subjects nor names from them.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{Detail, Error, Result};
use crate::ids::Book;
use crate::rows::codec::text_enum;
use crate::rows::needs::RecordKey;
use crate::rows::object::{ListedBy, Stored, object};
use crate::time::Time;

/// The kind of the record that says which key wraps.
pub const KEYS: &str = "vault_keys";
/// The kind of subjects.
pub const SUBJECT: &str = "vault_subject";
/// The kind of sealed values.
pub const VALUE: &str = "vault_value";

/// How many values a subject may have.
pub const VALUES_MAX: usize = 256;

text_enum! {
    /// Whether there is anything to open.
    pub enum State {
        /// There is.
        Active = "active",
        /// It was forgotten: the record is empty.
        Forgotten = "forgotten",
    }
}

/// Which keys of the keyring wrap the data keys of a book.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeysFacts {
    /// The one that wraps.
    pub primary: String,
    /// Those with which something may be wrapped, `primary` too.
    pub in_use: Vec<String>,
}

/// The data key of a subject. Its texts are `subject`, `key` (wrapped) and `names`, a list of the names of
/// its values as JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubjectFacts {
    /// The id of its data key.
    pub key: Option<String>,
    /// The key of the keyring that wraps it.
    pub wrapped_by: Option<String>,
    /// How many values it has, or had when it was forgotten.
    pub values: u32,
}

/// A sealed value. Its texts are `subject`, `name` and `sealed`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValueFacts {
    /// Counts the values under this name, from 1; 0 when it was forgotten.
    pub version: u64,
    /// The id of the data key that sealed it.
    pub key: Option<String>,
}

/// Which keys wrap, read from their record.
pub type Keys = Stored<KeysFacts>;
/// A subject, read from its record.
pub type Subject = Stored<SubjectFacts>;
/// A value, read from its record.
pub type Value = Stored<ValueFacts>;

object! { KeysFacts: KEYS, State, Uuid }
object! { SubjectFacts: SUBJECT, State, Uuid }
object! { ValueFacts: VALUE, State, Uuid }

/// The key of the record of the keys of a book.
pub fn keys_of(book: &Book) -> RecordKey {
    RecordKey::new(book.clone(), KEYS.into(), Uuid::nil())
}

impl Keys {
    /// The first key of a book.
    pub fn first(book: &Book, primary: &str, at: Time) -> Result<Self> {
        let facts = KeysFacts { primary: primary.to_owned(), in_use: vec![primary.to_owned()] };
        Self::begin(keys_of(book), ListedBy::default(), State::Active, facts, at)
    }
}

impl Subject {
    /// A subject without a data key.
    pub fn new(key: RecordKey, at: Time) -> Result<Self> {
        Self::begin(key, ListedBy::default(), State::Forgotten, SubjectFacts::default(), at)
    }

    /// Whether something is kept of it.
    pub fn is_active(&self) -> bool {
        self.state == State::Active
    }

    /// The names of its values, in order.
    pub fn names(&self) -> Result<Vec<String>> {
        let Some(names) = self.text("names") else { return Ok(Vec::new()) };
        serde_json::from_str(names).map_err(|_| Error::corrupted(format!("names of {SUBJECT} {}", self.id())))
    }
}

impl Value {
    /// A value before it is sealed.
    pub fn new(key: RecordKey, subject: Uuid, at: Time) -> Result<Self> {
        let listed_by = ListedBy { owner: Some(subject.to_string().into()), ..ListedBy::default() };
        Self::begin(key, listed_by, State::Forgotten, ValueFacts::default(), at)
    }

    /// Whether there is a value.
    pub fn is_active(&self) -> bool {
        self.state == State::Active
    }
}

/// `decryption_failed`, which names the row and nothing else.
pub fn failed(kind: &str, id: Uuid) -> Error {
    Detail::DecryptionFailed { object: format!("{kind} {id}") }.into()
}

/// `key_not_found` for what was never put, or was forgotten: nobody is told which.
pub fn nothing() -> Error {
    let hint = "there is no such value, or its subject was forgotten".to_owned();
    Detail::KeyNotFound { key: "vault/value".to_owned(), hint }.into()
}
