//! Row images: the rows that a command changed, as they are after its last event. With them a replay needs no
//! code of domains, and `verify` knows every object as its newest event left it.
//!
//! An image is a JSON array whose first member is a letter. Amounts are decimal strings of minor units, times
//! are microseconds. Free texts appear as salted hashes; their salts are in the rows, next to the texts. An
//! image is a function of its row alone: a reader of the row can compute it again and compare.

use std::collections::BTreeMap;
use std::sync::Arc;

use data_encoding::HEXLOWER;
use serde::Serialize;
use serde::ser::SerializeSeq as _;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::currency::Currency;
use crate::error::Error;
use crate::ids::AccountId;
use crate::rows::body::Body;
use crate::rows::needs::AccountKey;
use crate::rows::owner::OwningObject;
use crate::rows::tables::{
    AccountRow, AccountStatus, CounterRow, HoldRow, JobRow, KeyRow, RecordRow, Tier, TransferRow,
};
use crate::sorting::Gathering;

/// Minor units as a decimal string.
struct Minor(i128);

impl Serialize for Minor {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(itoa::Buffer::new().format(self.0))
    }
}

/// The salted hash of a free text of a row: 16 bytes, hexadecimal. The name makes equal texts of a row
/// differ.
fn hashed<T: AsRef<str>>(salt: Option<&[u8]>, name: &str, text: Option<T>) -> Option<String> {
    let text = text?;
    let hash = Sha256::new().chain_update(salt.unwrap_or_default()).chain_update(name).chain_update([0]);
    Some(HEXLOWER.encode(&hash.chain_update(text.as_ref()).finalize()[..16]))
}

/// Image of an ordinary account. Held amount, overdraft and status are left out if the account is active and
/// both are zero.
pub fn account(row: &AccountRow) -> impl Serialize + use<'_> {
    Account(row, AccountName::Own)
}

/// The same in the event of a posting that has the account in a leg: the number of the leg stands for its
/// name.
pub fn account_of_leg(row: &AccountRow, leg: usize) -> impl Serialize + use<'_> {
    Account(row, AccountName::Leg(leg))
}

/// The same without letter and name.
pub fn account_before(row: &AccountRow) -> impl Serialize + use<'_> {
    Account(row, AccountName::Unnamed)
}

struct Account<'r>(&'r AccountRow, AccountName);

/// How the image of an account names it.
enum AccountName {
    Own,
    Leg(usize),
    Unnamed,
}

impl Serialize for Account<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(row, name) = self;
        let mut image = serializer.serialize_seq(None)?;
        match name {
            AccountName::Own => {
                image.serialize_element("a")?;
                image.serialize_element(row.id.as_str())?;
                image.serialize_element(row.currency.code())?;
            }
            AccountName::Leg(leg) => {
                image.serialize_element("a")?;
                image.serialize_element(leg)?;
            }
            AccountName::Unnamed => {}
        }
        image.serialize_element(&Minor(row.posted))?;
        image.serialize_element(&row.version)?;
        if (row.held, row.overdraft, row.status) != (0, 0, AccountStatus::Active) {
            image.serialize_element(&Minor(row.held))?;
            image.serialize_element(&Minor(row.overdraft))?;
            image.serialize_element(&row.status)?;
        }
        image.end()
    }
}

/// Facts of an account that rarely change. Fields in the order of their names.
#[derive(PartialEq, Eq, Serialize)]
struct AccountTerms<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    display_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owned_by: Option<OwningObject>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    scale: u8,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    streaming: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    tier: Option<Tier>,
}

/// Image of the fields of an account that seldom change: written when it is opened, and whenever one of them
/// changes.
pub fn terms(row: &AccountRow) -> impl Serialize + use<'_> {
    let salt = row.salt.as_deref();
    let terms = AccountTerms {
        display_name: hashed(salt, "display_name", row.display_name.as_deref()),
        kind: row.kind.as_deref(),
        metadata: hashed(salt, "metadata", row.metadata.as_deref()),
        owned_by: row.owned_by,
        owner: row.owner.as_deref(),
        reference: hashed(salt, "reference", row.reference.as_deref()),
        scale: row.currency.scale(),
        streaming: row.streaming,
        tier: row.tier,
    };
    ("o", row.id.as_str(), row.currency.code(), terms)
}

/// Image of a counter, if its kind has one. The counts appear as a hash.
///
/// Counters of addresses, devices and metadata fields have none: the event log would keep a person's
/// pseudonym for ever, the same in all of his events.
pub fn counter(row: &CounterRow) -> Option<impl Serialize + use<'_>> {
    let counted = || HEXLOWER.encode(&Sha256::digest(&row.ring)[..16]);
    has_counter(&row.rule).then(|| ("c", row.rule.as_ref(), row.subject.as_ref(), row.version, counted()))
}

/// The operation and the rules that changed counters, so that a reader of the log can recount them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountBasis {
    /// The operation that was counted.
    pub operation: Arc<str>,
    /// The version of the rules that counted it; 0 if the command itself writes these rules.
    pub rules: i64,
    /// How many microseconds the clock that judged it is behind the stamp of its event.
    pub behind: i64,
}

/// The line that shows the [`CountBasis`] of a command's counters. It is the image of no row.
#[derive(Clone, Copy, Debug)]
pub struct CountLine<'c> {
    /// The operation that was counted, and by which rules.
    pub by: &'c CountBasis,
    /// The counters that were changed. Those without an image appear by the names of their rules, each once
    /// for every row.
    pub counters: &'c [CounterRow],
    /// Amounts in minor units that were counted although no posting and no hold shows them.
    pub declared: &'c [(AccountKey, i128)],
    /// Payees who were counted although nothing moved to them.
    pub payees: &'c [Arc<str>],
}

impl Serialize for CountLine<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let by = self.by;
        let unnamed = self.counters.iter().map(|row| row.rule.as_ref()).filter(|name| !has_counter(name));
        let mut line = serializer.serialize_seq(None)?;
        line.serialize_element("q")?;
        line.serialize_element(by.operation.as_ref())?;
        line.serialize_element(&by.rules)?;
        line.serialize_element(&by.behind)?;
        line.serialize_element(&unnamed.collect::<Vec<_>>())?;
        if !self.declared.is_empty() || !self.payees.is_empty() {
            let amounts = self.declared.iter();
            let amounts =
                amounts.map(|(key, minor)| (key.account.as_str(), key.currency.code(), Minor(*minor)));
            line.serialize_element(&amounts.collect::<Vec<_>>())?;
            line.serialize_element(&self.payees.iter().map(AsRef::as_ref).collect::<Vec<&str>>())?;
        }
        line.end()
    }
}

/// Whether a counter of this name has an image.
pub fn has_counter(rule: &str) -> bool {
    ["account", "actor", "counterparty"].contains(&rule)
}

/// Whether two rows of an account differ in their [`terms`].
pub fn same_terms(one: &AccountRow, other: &AccountRow) -> bool {
    (&one.display_name, &one.kind, &one.metadata, &one.owned_by, &one.owner, &one.reference)
        == (
            &other.display_name,
            &other.kind,
            &other.metadata,
            &other.owned_by,
            &other.owner,
            &other.reference,
        )
        && (one.streaming, one.tier, &one.salt) == (other.streaming, other.tier, &other.salt)
}

/// Image of the amount that a commit added to a streaming account. As a line of the state it has the whole
/// balance.
pub fn stream(row: &AccountRow, amount: i128) -> impl Serialize {
    ("s", row.id.as_str(), row.currency.code(), Minor(amount))
}

/// Facts that the caller and the owning object wrote on a transfer or a hold. Fields in the order of their
/// names.
#[derive(Serialize)]
struct Notes {
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owned_by: Option<OwningObject>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
}

impl Notes {
    fn of_transfer(row: &TransferRow) -> Self {
        let salt = row.salt.as_deref();
        Self {
            metadata: hashed(salt, "metadata", row.metadata.as_deref()),
            // its posting says it
            owned_by: None,
            reference: hashed(salt, "reference", row.reference.as_deref()),
        }
    }

    fn of_hold(row: &HoldRow) -> Self {
        let salt = row.salt.as_deref();
        Self {
            metadata: hashed(salt, "metadata", row.metadata.as_deref()),
            owned_by: row.owned_by,
            reference: hashed(salt, "reference", row.reference.as_deref()),
        }
    }

    const fn is_empty(&self) -> bool {
        self.metadata.is_none() && self.owned_by.is_none() && self.reference.is_none()
    }
}

/// Image of a transfer. If its posting is the last event of its command, the event has all of it, and there
/// is no image.
pub fn transfer(row: &TransferRow) -> impl Serialize {
    ("t", row.id, row.kind, row.original, Minor(row.refunded), row.version)
}

/// The image of the reversal that reversed a transfer in whole, if there is one.
pub fn reversed(row: &TransferRow) -> Option<impl Serialize + use<>> {
    row.reversed_by.map(|by| ("b", row.id, by))
}

/// Image of the notes on a transfer, where there are any.
pub fn notes(row: &TransferRow) -> Option<impl Serialize + use<>> {
    let notes = Notes::of_transfer(row);
    (!notes.is_empty()).then_some(("n", row.id, notes))
}

/// A leg, as events and the state show it.
pub fn leg<'r>(account: &'r AccountId, currency: &'r Currency, amount: i128) -> impl Serialize + use<'r> {
    (account.as_str(), currency.code(), Minor(amount))
}

/// Line of the state for a hold.
pub fn hold(row: &HoldRow) -> impl Serialize {
    let (amount, captured, released) = (Minor(row.amount), Minor(row.captured), Minor(row.released));
    let (account, currency) = (row.account.as_str(), row.currency.code());
    let expires_at = row.expires_at.map(crate::time::Time::micros);
    ("h", row.id, account, currency, amount, captured, released, row.state, row.version, expires_at)
}

/// Image of a hold: its line of the state, and its notes.
pub fn whole_hold(row: &HoldRow) -> impl Serialize + use<'_> {
    let (amount, captured, released) = (Minor(row.amount), Minor(row.captured), Minor(row.released));
    let (account, currency) = (row.account.as_str(), row.currency.code());
    let expires_at = row.expires_at.map(crate::time::Time::micros);
    let notes = Notes::of_hold(row);
    ("h", row.id, account, currency, amount, captured, released, row.state, row.version, expires_at, notes)
}

/// Line of the state for a record: its facts and the hashes of its texts.
pub fn record(row: &RecordRow) -> Result<impl Serialize + use<'_>, Error> {
    let Parts { facts, texts, .. } = Parts::of(Body::of(row)?);
    Ok(("r", row.kind.as_ref(), row.id, row.state.as_ref(), row.version, facts, texts))
}

/// Further facts of a record. Fields in the order of their names.
#[derive(Serialize)]
struct Rest<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    due_at: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    peer: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    times: Option<Value>,
    v: u32,
}

/// Image of a record: its line of the state, and what else is kept of it. `body` is its body.
pub fn whole_record(row: &RecordRow, body: Body) -> impl Serialize + use<'_> {
    let Parts { v, facts, texts, times } = Parts::of(body);
    let rest = Rest {
        due_at: row.due_at.map(crate::time::Time::micros),
        owner: row.owner.as_deref(),
        peer: row.peer.as_deref(),
        reference: hashed(row.salt.as_deref(), "reference", row.reference.as_deref()),
        times,
        v,
    };
    ("r", row.kind.as_ref(), row.id, row.state.as_ref(), row.version, facts, texts, rest)
}

/// The parts of a body that images carry.
struct Parts {
    v: u32,
    facts: Value,
    texts: BTreeMap<String, Arc<str>>,
    times: Option<Value>,
}

impl Parts {
    fn of(body: Body) -> Self {
        let Body { v, mut facts, texts } = body;
        let texts = texts.into_iter().map(|(name, text)| (name, text.hash)).gathered();
        // the state hash has no times: two histories with the same end have the same state
        let times = facts.as_object_mut().and_then(|members| members.remove("times"));
        Self { v, facts, texts, times }
    }
}

/// Facts of a job. Fields in the order of their names.
#[derive(Serialize)]
struct JobTerms<'r> {
    attempts: i64,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    discarded: bool,
    fence: i64,
    kind: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    leased_until: Option<i64>,
    max_attempts: i64,
    outside_key: Option<String>,
    payload: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<String>,
    run_at: i64,
}

/// Image of a job.
pub fn job(row: &JobRow) -> impl Serialize + use<'_> {
    let salt = row.salt.as_deref();
    let terms = JobTerms {
        attempts: row.attempts,
        discarded: row.discarded,
        fence: row.fence,
        kind: &row.kind,
        last_error: hashed(salt, "last_error", row.last_error.as_deref()),
        leased_until: row.leased_until.map(crate::time::Time::micros),
        max_attempts: row.max_attempts,
        outside_key: hashed(salt, "outside_key", Some(&row.outside_key)),
        payload: hashed(salt, "payload", Some(&row.payload)),
        result: hashed(salt, "result", row.result.as_deref()),
        run_at: row.run_at.micros(),
    };
    ("j", row.id, row.state, row.version, terms)
}

/// Bytes of the hash of an idempotency key: there is one with every transfer, so it is no longer than it must
/// be.
const KEY_HASH: usize = 10;

/// Image of an idempotency key: one salted hash of all of it, with the expiry if it has one.
pub fn key(row: &KeyRow) -> impl Serialize + use<> {
    KeyImage(key_hash(row), row.expires_at.map(crate::time::Time::micros))
}

struct KeyImage(String, Option<i64>);

impl Serialize for KeyImage {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.1 {
            Some(until) => ("k", &self.0, until).serialize(serializer),
            None => ("k", &self.0).serialize(serializer),
        }
    }
}

/// The salted hash of an idempotency key's request and outcome, hexadecimal.
pub fn key_hash(row: &KeyRow) -> String {
    let times =
        [Some(row.stamp), row.expires_at, row.at].map(|at| at.map_or(i64::MIN, crate::time::Time::micros));
    let mut hash = Sha256::new();
    times.iter().for_each(|time| hash.update(time.to_le_bytes()));
    hash.update(row.form.to_le_bytes());
    let (key, operation) = (row.key.as_str().as_bytes(), row.operation.as_bytes());
    let (actor, salt) = (row.actor.as_deref().unwrap_or_default(), row.salt.as_deref().unwrap_or_default());
    for part in [key, operation, &row.request, &row.fields, &row.made, actor, salt] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    HEXLOWER.encode(&hash.finalize()[..KEY_HASH])
}
