//! The model of an approval: the call that waits for it, the votes, and the outcome.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::{Detail, Error, Result};
use crate::ids::{AccountId, Actor, ApprovalId, Book, Key};
use crate::money::Money;
use crate::rows::codec::text_enum;
use crate::rows::needs::RecordKey;
use crate::rows::object::{ListedBy, Object, Stored};
use crate::time::Time;

/// The kind of an approval's record, and the object of its events.
pub const KIND: &str = "approval";

text_enum! {
    /// The state of an approval in its life cycle.
    pub enum State {
        /// Not enough people have consented yet.
        Pending = "pending",
        /// Enough have; the call was refused when it should have run, and may be tried again.
        Approved = "approved",
        /// An approver rejected it, for good.
        Rejected = "rejected",
        /// Its time passed. The same call may ask again.
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

/// When things happened or will happen. Kept separately, because the state does not depend on them.
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

/// The facts of an approval that are kept and may be published in events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalFacts {
    /// The operation that waits.
    pub operation: String,
    /// The effect of its operation, for the policies that are in force when it is voted on.
    #[serde(default)]
    pub effect: String,
    /// Hash of its canonical request, hexadecimal.
    pub payload_hash: String,
    /// The account that gives most of the amount.
    pub account: AccountId,
    /// The amount that the call takes.
    pub amount: Money,
    /// The policy that asked for it.
    pub policy: String,
    /// How many must consent.
    pub required: u32,
    /// In which role.
    pub role: String,
    /// The requester: the call runs as this actor.
    pub requested_by: Actor,
    /// The factors that were proven when it was asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub proven: Vec<String>,
    /// The approvers, in their order.
    #[serde(default)]
    pub votes: Vec<String>,
    /// The actor who rejected it.
    #[serde(default)]
    pub rejected_by: Option<String>,
    /// Why the call was refused when it should have run last.
    #[serde(default)]
    pub error: Option<String>,
    /// The ids that the call created.
    #[serde(default)]
    pub made: Vec<String>,
    /// Deadlines and times.
    pub times: Times,
}

/// An approval, read from its record. Its texts are `request` and `key` of the call that waits, and the
/// `reason` of a rejection.
pub type Approval = Stored<ApprovalFacts>;

impl Object for ApprovalFacts {
    const KIND: &'static str = KIND;
    const VERSION: u32 = 1;
    type State = State;
    type Id = ApprovalId;
    type Currency = ();

    fn currency(&self) -> Option<()> {
        Some(())
    }

    fn due_at(&self, state: State) -> Option<Time> {
        state.is_open().then_some(self.times.expires_at)
    }
}

impl Approval {
    /// An approval that is asked for, before its first event.
    ///
    /// # Errors
    /// None: it has no currency that could be wrong.
    pub fn asked(book: &Book, id: ApprovalId, facts: ApprovalFacts, at: Time) -> Result<Self> {
        // listed by requester and by operation
        let (owner, peer) = (facts.requested_by.id().into(), facts.operation.as_str().into());
        let listed_by = ListedBy { owner: Some(owner), peer: Some(peer), reference: None };
        Self::begin(Self::key(book, id), listed_by, (State::Pending, facts), at)
    }

    /// Whether its time has passed, whether or not the timer has run.
    #[must_use]
    pub fn lapsed(&self, now: Time) -> bool {
        self.state == State::Expired || self.due_at().is_some_and(|at| at <= now)
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

/// The id of the approval of a key: always the same, so that a key has one approval, however often and by
/// whichever actor it is requested, and so that it can be named before it is written. A UUID of version 8:
/// its bits are a hash of book and key.
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
    Approval::key(book, approval)
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
