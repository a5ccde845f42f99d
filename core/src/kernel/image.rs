//! Row images: what an event says of the rows that its command changed, so that a replay needs no domain.
//!
//! An image is a JSON array whose first member is a letter. Amounts are decimal strings of minor units.
//! The same lines, sorted, are what `state_hash` hashes.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::store::rows::{AccountRow, EntryRow, HoldRow, RecordRow, TransferRow};

/// The body of a record: facts that may be published in events, and texts of people that may not.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Body {
    /// Version of the body's shape: higher majors are refused, unknown members are kept.
    pub v: u32,
    /// Ids, amounts, times and terms.
    pub facts: Value,
    /// Free texts by name, each with the salt of its hash.
    #[serde(default)]
    pub texts: std::collections::BTreeMap<String, Text>,
}

/// A free text and the salt of its hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// 16 bytes, hexadecimal.
    pub salt: Arc<str>,
    /// The text itself; a person can be forgotten by emptying it.
    pub text: Arc<str>,
    /// Hash of salt and text, kept when the text is forgotten.
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
    /// `corrupted` when it is not JSON of this shape, or of a newer major version.
    pub fn of(row: &RecordRow) -> Result<Self, Error> {
        serde_json::from_str(&row.body)
            .map_err(|_| Error::corrupted(format!("body of {} {}", row.kind, row.id)))
    }
}

/// Image of an ordinary account.
#[must_use]
pub fn account(row: &AccountRow) -> Value {
    json!([
        "a",
        row.id.as_str(),
        row.currency.code(),
        row.posted.to_string(),
        row.held.to_string(),
        row.overdraft.to_string(),
        row.status.as_str(),
        row.version,
    ])
}

/// Image of what a commit added to a streaming account; as a line of the state it has the whole balance.
#[must_use]
pub fn stream(row: &AccountRow, amount: i128) -> Value {
    json!(["s", row.id.as_str(), row.currency.code(), amount.to_string()])
}

/// Image of a transfer.
#[must_use]
pub fn transfer(row: &TransferRow) -> Value {
    json!([
        "t",
        row.id.to_string(),
        row.kind.as_str(),
        row.original.map(|id| id.to_string()),
        row.refunded.to_string(),
        row.version
    ])
}

/// A leg, as events and the state show it.
#[must_use]
pub fn leg(entry: &EntryRow) -> Value {
    json!([entry.account.as_str(), entry.currency.code(), entry.amount.to_string()])
}

/// Image of a hold.
#[must_use]
pub fn hold(row: &HoldRow) -> Value {
    json!([
        "h",
        row.id.to_string(),
        row.account.as_str(),
        row.currency.code(),
        row.amount.to_string(),
        row.captured.to_string(),
        row.released.to_string(),
        row.state.as_str(),
        row.version,
    ])
}

/// Image of a record: its facts and the hashes of its texts.
///
/// # Errors
/// `corrupted` when its body cannot be read.
pub fn record(row: &RecordRow) -> Result<Value, Error> {
    let body = Body::of(row)?;
    let texts: serde_json::Map<String, Value> =
        body.texts.iter().map(|(name, text)| (name.clone(), Value::from(text.hash.as_ref()))).collect();
    let mut facts = body.facts;
    if let Value::Object(members) = &mut facts {
        // the state has no times: two histories that ended alike are alike
        members.remove("times");
    }
    Ok(json!(["r", row.kind.as_ref(), row.id.to_string(), row.state.as_ref(), row.version, facts, texts]))
}
