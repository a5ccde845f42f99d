//! Views of the vault.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::request::secret::Secret;

/// Reply of `put`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ValuePut {
    /// The subject.
    pub subject: String,
    /// The name of the value.
    pub name: String,
    /// Counts the values under this name, from 1.
    pub version: i64,
    /// The key of the keyring that wraps the subject's data key.
    pub key_id: String,
    /// Whether the key was used before for the same request.
    pub replayed: bool,
}

/// Reply of `reveal`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ValueRevealed {
    /// The value.
    pub value: Secret,
    /// Counts the values under this name.
    pub version: i64,
    /// Always false: what is shown once is not shown to a replay, which is `reply_not_kept`.
    pub replayed: bool,
}

/// A value of a subject that was exported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExportedValue {
    /// The name of the value.
    pub name: String,
    /// The value.
    pub value: Secret,
    /// Counts the values under this name.
    pub version: i64,
}

/// Reply of `export`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SubjectExported {
    /// The subject of the values.
    pub subject: String,
    /// Its values, in the order of their names.
    pub values: Vec<ExportedValue>,
    /// Always false: what is shown once is not shown to a replay, which is `reply_not_kept`.
    pub replayed: bool,
}

/// Reply of `forget`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SubjectForgotten {
    /// The subject that was forgotten.
    pub subject: String,
    /// Whether something was there, and is gone.
    pub forgotten: bool,
    /// Whether the key was used before for the same request.
    pub replayed: bool,
}

/// Reply of `find`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SubjectsFound {
    /// The subjects with this value, of a page in order.
    pub subjects: Vec<String>,
    /// Where the next page begins; `null` on the last.
    pub next: Option<String>,
}

/// A value of a subject by its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ValueListed {
    /// The name of the value.
    pub name: String,
    /// Counts the values under this name.
    pub version: i64,
    /// The key of the keyring that wraps the subject's data key.
    pub key_id: String,
    /// Whether `find` finds it.
    pub searchable: bool,
}

/// A key of the keyring that a book rests on: one that wraps data keys, or the one of its index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WrappingKey {
    /// Its id, as the keyring has it.
    pub key_id: String,
    /// `vault`: it wraps; `index`: names are found and proofs are checked by it.
    pub purpose: String,
    /// Whether it wraps new data keys.
    pub primary: bool,
    /// How many data keys are wrapped with it.
    pub wraps: i64,
    /// Whether the keyring of the process that answers lacks it.
    pub missing: bool,
}

/// Reply of `rotate`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KeysRotated {
    /// How many data keys were wrapped anew.
    pub rewrapped: i64,
    /// How many are still wrapped with another key than the current one: 0 when all was done.
    pub remaining: i64,
    /// Always false: the same call again is made again.
    pub replayed: bool,
}
