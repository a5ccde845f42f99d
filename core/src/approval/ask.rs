//! What a request for approval says: who must approve which amount, by when.

use serde_json::{Map, Value, json};

use super::model::{ApprovalFacts, ApprovalTimes};
use crate::ids::{AccountId, ApprovalId};
use crate::money::Money;
use crate::parked::ask::{ParkedCall, Terms};
use crate::settings::policy::Policy;
use crate::time::Time;

/// What a policy asks for.
#[derive(Clone, Debug)]
pub struct ByPolicy {
    /// The approval.
    pub id: ApprovalId,
    /// The policy.
    pub policy: Policy,
    /// What the call takes.
    pub amount: Money,
    /// The account that gives most of it.
    pub account: AccountId,
}

impl Terms for ByPolicy {
    type Facts = ApprovalFacts;
    const NAME: &'static str = "approvals.request";

    fn facts(&self, call: &ParkedCall, now: Time) -> ApprovalFacts {
        ApprovalFacts {
            operation: call.operation.to_owned(),
            effect: call.effect.to_owned(),
            payload_hash: hex::encode(&call.request),
            account: self.account.clone(),
            amount: self.amount,
            policy: self.policy.id.clone(),
            required: self.policy.approvers,
            role: self.policy.role.clone(),
            requested_by: call.requester.clone(),
            proven: call.proven(),
            votes: Vec::new(),
            rejected_by: None,
            error: None,
            made: Vec::new(),
            times: ApprovalTimes {
                requested_at: now,
                expires_at: now.checked_add(self.policy.expires_in).unwrap_or(Time::MAX),
                votes: Vec::new(),
                ended_at: None,
            },
        }
    }

    fn event(&self) -> Map<String, Value> {
        let (policy, required) = (self.policy.id.as_str().into(), self.policy.approvers.into());
        Map::from_iter([("policy".to_owned(), policy), ("required".to_owned(), required)])
    }

    fn told(&self, call: &ParkedCall, facts: &ApprovalFacts) -> Value {
        json!({
            "event": "approval.requested",
            "approval": self.id,
            "operation": call.operation,
            "amount": self.amount,
            "policy": self.policy.id,
            "role": self.policy.role,
            "requested_by": call.requester.id(),
            "expires_at": facts.times.expires_at,
        })
    }
}
