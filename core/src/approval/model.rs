//! The model of an approval: the call that waits for it, the votes, and the outcome.

use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, Actor, ApprovalId, Book, Key};
use crate::money::Money;
use crate::parked::{self, Events, ParkedFacts, ParkedOutcome};
use crate::rows::needs::RecordKey;
use crate::rows::object::{Object, Stored};
use crate::time::Time;

pub use crate::parked::State;

/// The kind of an approval's record, and the object of its events.
pub const KIND: &str = "approval";

/// When things happened or will happen. Kept separately, because the state does not depend on them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalTimes {
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
    pub times: ApprovalTimes,
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

impl ParkedFacts for ApprovalFacts {
    const SALT: &'static [u8] = b"earnest approval\0";
    const EVENTS: Events = Events {
        requested: "approval.requested",
        expired: "approval.expired",
        refused: "approval.refused",
        executed: "approval.executed",
    };

    fn operation(&self) -> &str {
        &self.operation
    }

    fn payload_hash(&self) -> &str {
        &self.payload_hash
    }

    fn requested_by(&self) -> &Actor {
        &self.requested_by
    }

    fn proven(&self) -> &[String] {
        &self.proven
    }

    fn outcome(&mut self) -> ParkedOutcome<'_> {
        let ended_at = &mut self.times.ended_at;
        ParkedOutcome { error: &mut self.error, made: &mut self.made, ended_at }
    }
}

/// The id of the approval of a key.
#[must_use]
pub fn id_of(book: &Book, key: &Key) -> ApprovalId {
    parked::id_of::<ApprovalFacts>(book, key)
}

/// The key of an approval's record.
#[must_use]
pub fn key(book: &Book, approval: ApprovalId) -> RecordKey {
    Approval::key(book, approval)
}
