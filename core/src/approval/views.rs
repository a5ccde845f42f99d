//! Views of the approvals service.

use crate::approval::model::{self, State};
use crate::error::Error;
use crate::ids::{ApprovalId, Book};
use crate::kernel::commitment::Commitment;
use crate::kernel::operation::Decided;
use crate::kernel::snapshot::Snapshot;
use crate::money::Money;
use crate::parked::foreseen::Foreseen;
use crate::request::view::views;
use crate::time::{Span, Time};
use serde_json::Value;

views! {
    /// A policy: from this amount up, a call with this effect needs this many approvals.
    view Policy of(policy: &crate::settings::policy::Policy, built_in: bool) => {
        /// Its name.
        id: String = policy.id.clone(),
        /// The effect of the calls that it covers.
        operation: String = policy.operation.clone(),
        /// Currency of the threshold.
        currency: String = policy.threshold.currency().code().to_owned(),
        /// From here up.
        threshold: Money = policy.threshold,
        /// How many different people must approve.
        approvers: u32 = policy.approvers,
        /// The role in which they must act.
        role: String = policy.role.clone(),
        /// How long an approval stays open.
        expires_in: Span = policy.expires_in,
        /// The factors that the caller must prove.
        require: Vec<String> = policy.require.clone(),
        /// Whether it comes from the options of the engine, and not from the book.
        built_in: bool,
    }

    /// Reply of `set_policy`.
    reply PolicyReply {
        /// The policy.
        policy: Policy,
        /// Version of the book's settings: it counts every change of any of them.
        version: i64,
    }

    /// Reply of `remove_policy`.
    reply PolicyRemoved {
        /// The name of the policy that is gone.
        removed: String,
        /// Version of the book's settings: it counts every change of any of them.
        version: i64,
    }

    /// An actor's approval.
    view Consent {
        /// The actor.
        actor: String,
        /// When.
        at: Time,
    }

    /// The outcome of the call that waited.
    view ApprovalResult {
        /// Whether it took place.
        executed: bool,
        /// The code that it was refused with when it should have run last.
        error: Option<String>,
        /// The ids of what it made.
        made: Vec<String>,
    }

    /// An approval.
    view Approval of(approval: &model::Approval) -> Result {
        let (facts, call) = (&approval.facts, &approval.facts.call);
        let broken = |_| Error::corrupted(format!("request of approval {}", approval.id()));
        let request = approval.text("request").map(|text| serde_json::from_str(text)).transpose();
        let consents = facts.votes.iter().zip(&facts.times.votes);
        let executed = approval.state == State::Executed;
        let result = ApprovalResult { executed, error: call.error.clone(), made: call.made.clone() };
    } => {
        /// Its id.
        id: ApprovalId = approval.id(),
        /// The operation that waits.
        operation: String = call.operation.clone(),
        /// SHA-256 of its canonical request, hexadecimal.
        payload_hash: String = call.payload_hash.clone(),
        /// Its request, without key and actor; `null` when it was erased.
        #[schemars(with = "Option<serde_json::Map<String, Value>>")]
        request: Option<Value> = request.map_err(broken)?,
        /// The account that gives most of the amount.
        account: String = facts.account.to_string(),
        /// The amount that the call takes, of the currency that its policy is about.
        amount: Money = facts.amount,
        /// Its effect when it was asked for: a call that goes beyond it is `condition_not_met`. `null` for
        /// one of an earlier version, which is held to its amount.
        commitment: Option<Commitment> = call.commitment.clone(),
        /// Its effect now, as a query answers while it is open; otherwise `null`.
        now: Option<Foreseen> = None,
        /// Its state.
        state: State = approval.state,
        /// The policy that asks for it.
        policy: String = facts.policy.clone(),
        /// How many must approve.
        required: u32 = facts.required,
        /// In which role.
        role: String = facts.role.clone(),
        /// The actors who have approved, in their order.
        approvals: Vec<Consent> =
            consents.map(|(actor, at)| Consent { actor: actor.clone(), at: *at }).collect(),
        /// The requester: the call runs as this actor.
        requested_by: String = call.requested_by.id().to_owned(),
        /// The actor who rejected it.
        rejected_by: Option<String> = facts.rejected_by.clone(),
        /// Why.
        reason: Option<String> = approval.text("reason").map(|text| text.to_string()),
        /// When it was asked for.
        requested_at: Time = facts.times.requested_at,
        /// Its deadline: it must be given and used up before.
        expires_at: Time = facts.times.expires_at,
        /// When it was executed, rejected or expired.
        ended_at: Option<Time> = facts.times.ended_at,
        /// The outcome of the call; `null` while it has not been tried.
        result: Option<ApprovalResult> = (executed || call.error.is_some()).then_some(result),
        /// Counts every event.
        version: i64 = approval.row.version,
    }

    /// Reply of a change of an approval.
    reply ApprovalReply {
        /// The approval.
        approval: Approval,
    }

    /// Reply of `approve`.
    reply ApproveReply {
        /// The approval.
        approval: Approval,
        /// Whether the call took place.
        executed: bool,
        /// The call's own reply, when it took place.
        #[schemars(with = "Option<serde_json::Map<String, Value>>")]
        reply: Option<Value>,
        /// Why the call was refused; the consent stays, and this may be repeated until the approval expires.
        error: Option<Error>,
    }
}

impl Approval {
    /// The view of an approval that is known.
    ///
    /// # Errors
    /// Halts when it is not.
    pub fn seen(book: &Book, id: ApprovalId, seen: &Snapshot) -> Decided<Self> {
        Ok(Self::of(&model::Approval::of(seen.record(&model::Approval::key(book, id))?)?)?)
    }
}
