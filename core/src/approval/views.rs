//! Views of the approvals service.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::approval::model::{self, State};
use crate::error::Error;
use crate::ids::{ApprovalId, Book};
use crate::kernel::commitment::Commitment;
use crate::kernel::operation::Decided;
use crate::kernel::snapshot::Snapshot;
use crate::money::Money;
use crate::parked::foreseen::Foreseen;
use crate::time::{Span, Time};

/// A policy: from this amount up, a call with this effect needs this many approvals.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Policy {
    /// Its name.
    pub id: String,
    /// The effect of the calls that it covers.
    pub operation: String,
    /// Currency of the threshold.
    pub currency: String,
    /// From here up.
    pub threshold: Money,
    /// How many different people must approve.
    pub approvers: u32,
    /// The role in which they must act.
    pub role: String,
    /// How long an approval stays open.
    pub expires_in: Span,
    /// The factors that the caller must prove.
    pub require: Vec<String>,
    /// Whether it comes from the options of the engine, and not from the book.
    pub built_in: bool,
}

impl Policy {
    /// The view of a policy.
    #[must_use]
    pub fn of(policy: &crate::settings::policy::Policy, built_in: bool) -> Self {
        Self {
            id: policy.id.clone(),
            operation: policy.operation.clone(),
            currency: policy.threshold.currency().code().to_owned(),
            threshold: policy.threshold,
            approvers: policy.approvers,
            role: policy.role.clone(),
            expires_in: policy.expires_in,
            require: policy.require.clone(),
            built_in,
        }
    }
}

/// Reply of `set_policy`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PolicyReply {
    /// The policy.
    pub policy: Policy,
    /// Version of the book's settings: it counts every change of any of them.
    pub version: i64,
    /// Whether the key was used before for the same request.
    pub replayed: bool,
}

/// Reply of `remove_policy`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PolicyRemoved {
    /// The name of the policy that is gone.
    pub removed: String,
    /// Version of the book's settings: it counts every change of any of them.
    pub version: i64,
    /// Whether the key was used before for the same request.
    pub replayed: bool,
}

/// An actor's approval.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Consent {
    /// The actor.
    pub actor: String,
    /// When.
    pub at: Time,
}

/// The outcome of the call that waited.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ApprovalResult {
    /// Whether it took place.
    pub executed: bool,
    /// The code that it was refused with when it should have run last.
    pub error: Option<String>,
    /// The ids of what it made.
    pub made: Vec<String>,
}

/// An approval.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Approval {
    /// Its id.
    pub id: ApprovalId,
    /// The operation that waits.
    pub operation: String,
    /// SHA-256 of its canonical request, hexadecimal.
    pub payload_hash: String,
    /// Its request, without key and actor; `null` when it was erased.
    #[schemars(with = "Option<serde_json::Map<String, Value>>")]
    pub request: Option<Value>,
    /// The account that gives most of the amount.
    pub account: String,
    /// The amount that the call takes, of the currency that its policy is about.
    pub amount: Money,
    /// Its effect when it was asked for: a call that goes beyond it is `condition_not_met`. `null` for one of
    /// an earlier version, which is held to its amount.
    pub commitment: Option<Commitment>,
    /// Its effect now, as a query answers while it is open; otherwise `null`.
    pub now: Option<Foreseen>,
    /// Its state.
    pub state: State,
    /// The policy that asks for it.
    pub policy: String,
    /// How many must approve.
    pub required: u32,
    /// In which role.
    pub role: String,
    /// The actors who have approved, in their order.
    pub approvals: Vec<Consent>,
    /// The requester: the call runs as this actor.
    pub requested_by: String,
    /// The actor who rejected it.
    pub rejected_by: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// When it was asked for.
    pub requested_at: Time,
    /// Its deadline: it must be given and used up before.
    pub expires_at: Time,
    /// When it was executed, rejected or expired.
    pub ended_at: Option<Time>,
    /// The outcome of the call; `null` while it has not been tried.
    pub result: Option<ApprovalResult>,
    /// Counts every event.
    pub version: i64,
}

impl Approval {
    /// The view of an approval.
    ///
    /// # Errors
    /// `corrupted` when the request that is kept is not JSON.
    pub fn of(approval: &model::Approval) -> Result<Self, Error> {
        let (facts, call) = (&approval.facts, &approval.facts.call);
        let broken = |_| Error::corrupted(format!("request of approval {}", approval.id()));
        let request = approval.text("request").map(|text| serde_json::from_str(text)).transpose();
        let consents = facts.votes.iter().zip(&facts.times.votes);
        let executed = approval.state == State::Executed;
        let result = ApprovalResult { executed, error: call.error.clone(), made: call.made.clone() };
        Ok(Self {
            id: approval.id(),
            operation: call.operation.clone(),
            payload_hash: call.payload_hash.clone(),
            request: request.map_err(broken)?,
            account: facts.account.to_string(),
            amount: facts.amount,
            commitment: call.commitment.clone(),
            now: None,
            state: approval.state,
            policy: facts.policy.clone(),
            required: facts.required,
            role: facts.role.clone(),
            approvals: consents.map(|(actor, at)| Consent { actor: actor.clone(), at: *at }).collect(),
            requested_by: call.requested_by.id().to_owned(),
            rejected_by: facts.rejected_by.clone(),
            reason: approval.text("reason").map(|text| text.to_string()),
            requested_at: facts.times.requested_at,
            expires_at: facts.times.expires_at,
            ended_at: facts.times.ended_at,
            result: (executed || call.error.is_some()).then_some(result),
            version: approval.row.version,
        })
    }

    /// The view of an approval that is known.
    ///
    /// # Errors
    /// Halts when it is not.
    pub fn seen(book: &Book, id: ApprovalId, seen: &Snapshot) -> Decided<Self> {
        Ok(Self::of(&model::Approval::of(seen.record(&model::Approval::key(book, id))?)?)?)
    }
}

/// Reply of a change of an approval.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ApprovalReply {
    /// The approval.
    pub approval: Approval,
    /// Whether the key was used before for the same request.
    pub replayed: bool,
}

/// Reply of `approve`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ApproveReply {
    /// The approval.
    pub approval: Approval,
    /// Whether the call took place.
    pub executed: bool,
    /// The call's own reply, when it took place.
    #[schemars(with = "Option<serde_json::Map<String, Value>>")]
    pub reply: Option<Value>,
    /// Why the call was refused; the consent stays, and this may be repeated until the approval expires.
    pub error: Option<Error>,
    /// Whether the key was used before for the same request.
    pub replayed: bool,
}
