//! What an approval is: the call that waits for it, who consented, and what became of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::error::{Detail, Error, Result};
use crate::ids::{AccountId, Actor, ApprovalId, Book, Key};
use crate::kernel::draft::Draft;
use crate::kernel::operation::Halt;
use crate::money::Money;
use crate::rows::body::{Body, Text};
use crate::rows::codec::text_enum;
use crate::rows::needs::RecordKey;
use crate::rows::tables::RecordRow;
use crate::time::Time;

/// The kind of an approval's record, and the object of its events.
pub const KIND: &str = "approval";

/// The newest shape of an approval's body that this version writes.
const VERSION: u32 = 1;

text_enum! {
    /// Where an approval is in its life.
    pub enum State {
        /// Not enough people have consented yet.
        Pending = "pending",
        /// Enough have; the call was refused when it should have run, and may be tried again.
        Approved = "approved",
        /// Somebody refused it, for good.
        Rejected = "rejected",
        /// Its time passed. The same call asks anew.
        Expired = "expired",
        /// The call took place, for good.
        Executed = "executed",
    }
}

impl State {
    /// Whether it can still be approved, rejected or executed.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Approved)
    }
}

/// When things happened or will happen. Kept apart, because the state does not depend on them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Times {
    /// It was asked for.
    pub requested_at: Time,
    /// It must have been used up.
    pub expires_at: Time,
    /// People consented, in their order.
    #[serde(default)]
    pub votes: Vec<Time>,
    /// It was executed, rejected or expired.
    #[serde(default)]
    pub ended_at: Option<Time>,
}

/// What is kept of an approval and may be published in events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalFacts {
    /// The operation that waits.
    pub operation: String,
    /// What kind of effect it has, for the policies that are in force when it is voted on.
    #[serde(default)]
    pub effect: String,
    /// Hash of its canonical request, hexadecimal.
    pub payload_hash: String,
    /// The account that gives most of the amount.
    pub account: AccountId,
    /// What the call takes.
    pub amount: Money,
    /// The policy that asked for it.
    pub policy: String,
    /// How many must consent.
    pub required: u32,
    /// In which role.
    pub role: String,
    /// Who asked for it: the call runs as this actor.
    pub requested_by: Actor,
    /// Who consented, in their order.
    #[serde(default)]
    pub votes: Vec<String>,
    /// Who rejected it.
    #[serde(default)]
    pub rejected_by: Option<String>,
    /// Why the call was refused when it should have run last.
    #[serde(default)]
    pub error: Option<String>,
    /// What the call made.
    #[serde(default)]
    pub made: Vec<String>,
    /// Deadlines and times.
    pub times: Times,
}

/// An approval, read from its record.
#[derive(Clone, Debug)]
pub struct Approval {
    /// The record; its body is written back by [`Approval::into_row`].
    pub row: RecordRow,
    /// Its state.
    pub state: State,
    /// Ids, amounts and times.
    pub facts: ApprovalFacts,
    /// The facts as they were read, with what a later version wrote.
    stored: Value,
    /// Texts by name: `request` and `key` of the call that waits, and the `reason` of a rejection.
    pub texts: BTreeMap<String, Text>,
}

impl Approval {
    /// Reads a record.
    ///
    /// # Errors
    /// `corrupted` when it is not an approval; `schema_too_new` when a later version wrote it.
    pub fn of(row: &RecordRow) -> Result<Self> {
        let (facts, body): (ApprovalFacts, Body) = Body::read(row, VERSION)?;
        let (stored, texts) = (body.facts, body.texts);
        Ok(Self { state: row.state.parse()?, facts, stored, texts, row: row.clone() })
    }

    /// An approval that is asked for, before its first event.
    #[must_use]
    pub fn new(book: &Book, id: ApprovalId, facts: ApprovalFacts, at: Time) -> Self {
        let (book, kind, id) = key(book, id);
        let row = RecordRow {
            book,
            kind,
            id,
            state: State::Pending.as_str().into(),
            // listed by who asked and by what waits
            owner: Some(facts.requested_by.id().into()),
            peer: Some(facts.operation.as_str().into()),
            reference: None,
            salt: None,
            due_at: None,
            body: "".into(),
            version: 0,
            created_at: at,
            stamp: at,
            at: None,
        };
        Self { row, state: State::Pending, facts, stored: Value::Null, texts: BTreeMap::new() }
    }

    /// The record with its body, state and deadline.
    ///
    /// # Errors
    /// `corrupted` when the facts have no JSON form.
    pub fn into_row(self) -> Result<RecordRow> {
        let due_at = self.due_at();
        let body = Body::write(VERSION, self.stored, &self.facts, self.texts)?;
        Ok(RecordRow { state: self.state.as_str().into(), due_at, body, ..self.row })
    }

    /// When its timer has work.
    #[must_use]
    pub fn due_at(&self) -> Option<Time> {
        self.state.is_open().then_some(self.facts.times.expires_at)
    }

    /// Whether its time has passed, whether or not the timer has said so.
    #[must_use]
    pub fn lapsed(&self, now: Time) -> bool {
        self.state == State::Expired || self.due_at().is_some_and(|at| at <= now)
    }

    /// Its id.
    #[must_use]
    pub const fn id(&self) -> ApprovalId {
        ApprovalId::from_uuid(self.row.id)
    }

    /// A text, unless it was forgotten.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&Arc<str>> {
        self.texts.get(name).map(|text| &text.text).filter(|text| !text.is_empty())
    }

    /// `transition_not_allowed`.
    #[must_use]
    pub fn not_allowed(&self, trigger: &str) -> Error {
        Detail::TransitionNotAllowed {
            object: self.id().to_string(),
            state: self.state.to_string(),
            trigger: trigger.to_owned(),
            allowed: Vec::new(),
        }
        .into()
    }
}

/// Writes an event; the version of the approval rises with it.
///
/// # Errors
/// Only halts.
pub fn record(
    draft: &mut Draft<'_>,
    approval: &mut Approval,
    event: &'static str,
    said: &Map<String, Value>,
) -> Result<(), Halt> {
    approval.row.version += 1;
    draft.event(event, (KIND, &approval.id().to_string()), approval.row.version, said)
}

/// The id of the approval of a key: always the same one, so that a key has one approval, whoever asks and
/// however often, and so that it can be named before it is written. A UUID of version 8: its bits are a hash
/// of book and key.
#[must_use]
pub fn id_of(book: &Book, key: &Key) -> ApprovalId {
    let digest = Sha256::new()
        .chain_update(b"earnest approval\0")
        .chain_update(book.as_str())
        .chain_update(b"\0")
        .chain_update(key.as_str())
        .finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    ApprovalId::from_uuid(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// The key of an approval's record.
#[must_use]
pub fn key(book: &Book, approval: ApprovalId) -> RecordKey {
    (book.clone(), KIND.into(), approval.uuid())
}

/// `approval_not_found`.
#[must_use]
pub fn not_found(approval: ApprovalId) -> Error {
    Detail::ApprovalNotFound { approval: approval.to_string() }.into()
}

/// `approval_expired`.
#[must_use]
pub fn expired(approval: ApprovalId) -> Error {
    Detail::ApprovalExpired { approval: approval.to_string() }.into()
}
