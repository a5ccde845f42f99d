//! Row images: what an event says of the rows that its command changed, so that a replay needs no domain.
//!
//! An image is a JSON array whose first member is a letter. Amounts are decimal strings of minor units.
//! The same lines, sorted, are what `state_hash` hashes.

use serde::Serialize;
use serde_json::Value;

use super::body::Body;
use crate::currency::Currency;
use crate::error::Error;
use crate::ids::AccountId;
use crate::store::rows::{AccountRow, AccountStatus, HoldRow, RecordRow, TransferRow};

/// Minor units as a decimal string.
struct Minor(i128);

impl Serialize for Minor {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(itoa::Buffer::new().format(self.0))
    }
}

/// Image of an ordinary account. One that holds nothing, may not go below zero and is active does not say so.
#[must_use]
pub fn account(row: &AccountRow) -> impl Serialize + use<'_> {
    Account(row)
}

struct Account<'r>(&'r AccountRow);

impl Serialize for Account<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let row = self.0;
        let (id, currency, posted) = (row.id.as_str(), row.currency.code(), Minor(row.posted));
        if (row.held, row.overdraft, row.status) == (0, 0, AccountStatus::Active) {
            return ("a", id, currency, posted, row.version).serialize(serializer);
        }
        let (held, overdraft) = (Minor(row.held), Minor(row.overdraft));
        ("a", id, currency, posted, row.version, held, overdraft, row.status).serialize(serializer)
    }
}

/// Image of what a commit added to a streaming account; as a line of the state it has the whole balance.
#[must_use]
pub fn stream(row: &AccountRow, amount: i128) -> impl Serialize {
    ("s", row.id.as_str(), row.currency.code(), Minor(amount))
}

/// Image of a transfer.
#[must_use]
pub fn transfer(row: &TransferRow) -> impl Serialize {
    ("t", row.id, row.kind, row.original, Minor(row.refunded), row.version)
}

/// Image of a transfer in the event of its posting, which says everything else of it.
#[must_use]
pub fn posted() -> impl Serialize {
    ("t",)
}

/// A leg, as events and the state show it.
#[must_use]
pub fn leg<'r>(account: &'r AccountId, currency: &'r Currency, amount: i128) -> impl Serialize + use<'r> {
    (account.as_str(), currency.code(), Minor(amount))
}

/// Image of a hold.
#[must_use]
pub fn hold(row: &HoldRow) -> impl Serialize {
    let (amount, captured, released) = (Minor(row.amount), Minor(row.captured), Minor(row.released));
    let (account, currency) = (row.account.as_str(), row.currency.code());
    ("h", row.id, account, currency, amount, captured, released, row.state, row.version)
}

/// Image of a record: its facts and the hashes of its texts.
///
/// # Errors
/// `corrupted` when its body cannot be read.
pub fn record(row: &RecordRow) -> Result<impl Serialize, Error> {
    let body = Body::of(row)?;
    let texts: serde_json::Map<String, Value> =
        body.texts.iter().map(|(name, text)| (name.clone(), Value::from(text.hash.as_ref()))).collect();
    let mut facts = body.facts;
    if let Value::Object(members) = &mut facts {
        // the state has no times: two histories that ended alike are alike
        members.remove("times");
    }
    Ok(("r", row.kind.as_ref(), row.id, row.state.as_ref(), row.version, facts, texts))
}
