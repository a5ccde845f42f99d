//! The body of a record: what a domain keeps of an object, in addition to the columns that every object has.
//!
//! A later version may have written members that this one does not know: they are kept and written back. A
//! body of a later major version is not touched.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::error::{Detail, Error, Result};
use crate::rows::tables::RecordRow;

/// The body of a record: facts that may be published in events, and texts of people that may not.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Body {
    /// Version of the body's shape: higher majors are refused, unknown members are kept.
    pub v: u32,
    /// Ids, amounts, times and terms.
    pub facts: Value,
    /// Free texts by name, each with the salt of its hash.
    #[serde(default)]
    pub texts: BTreeMap<String, Text>,
}

/// A free text and the salt of its hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// 16 bytes, hexadecimal.
    pub salt: Arc<str>,
    /// The text itself. `verify` reports one that was emptied by hand: no operation does so.
    pub text: Arc<str>,
    /// Hash of salt and text.
    pub hash: Arc<str>,
}

impl Text {
    /// A text with its salted hash (SHA-256 over salt and text, first 16 bytes, hexadecimal).
    #[must_use]
    pub fn new(text: &str, salt: [u8; 16]) -> Self {
        let digest = Sha256::new().chain_update(salt).chain_update(text.as_bytes()).finalize();
        Self { salt: hex::encode(salt).into(), text: text.into(), hash: hex::encode(&digest[..16]).into() }
    }
}

impl Body {
    /// Reads a record's body.
    ///
    /// # Errors
    /// `corrupted` when it is not JSON of this shape.
    pub fn of(row: &RecordRow) -> Result<Self> {
        serde_json::from_str(&row.body)
            .map_err(|_| Error::corrupted(format!("body of {} {}", row.kind, row.id)))
    }

    /// Reads a record's body and its facts, up to the version that its domain writes.
    ///
    /// # Errors
    /// `corrupted` when they are not of this shape; `schema_too_new` when a later version wrote them.
    pub fn read<F: DeserializeOwned>(row: &RecordRow, newest: u32) -> Result<(F, Self)> {
        let body = Self::of(row)?;
        if body.v > newest {
            return Err(Detail::SchemaTooNew { schema: body.v.into(), supported: newest.into() }.into());
        }
        let facts =
            F::deserialize(&body.facts).map_err(|_| Error::corrupted(format!("{} {}", row.kind, row.id)))?;
        Ok((facts, body))
    }

    /// Writes facts over those that were read (`stored`), and leaves what a later version put among them.
    ///
    /// # Errors
    /// `corrupted` when the facts have no JSON form.
    pub fn write(
        v: u32,
        stored: Value,
        facts: &impl Serialize,
        texts: BTreeMap<String, Text>,
    ) -> Result<Arc<str>> {
        let no_form = |_| Error::corrupted("the facts of a record have no JSON form");
        let mut whole = stored;
        replace(&mut whole, serde_json::to_value(facts).map_err(no_form)?);
        let body = Self { v, facts: whole, texts };
        Ok(serde_json::to_string(&body).map_err(no_form)?.into())
    }
}

/// Replaces old members by new ones, and leaves those that have no new one.
fn replace(old: &mut Value, new: Value) {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            for (name, value) in new {
                replace(old.entry(name).or_insert(Value::Null), value);
            }
        }
        (old, new) => *old = new,
    }
}
