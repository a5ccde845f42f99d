//! Requests for approval: who must approve which amount, by when.

use serde_json::{Map, Value, json};

use super::model::{ApprovalFacts, ApprovalTimes};
use crate::ids::{AccountId, ApprovalId};
use crate::money::Money;
use crate::parked::ParkedCall;
use crate::parked::ask::Terms;
use crate::settings::policy::Policy;
use crate::time::Time;

/// The approval that a policy asks for.
#[derive(Clone, Debug)]
pub struct ByPolicy {
    pub id: ApprovalId,
    pub policy: Policy,
    /// The effect of the operation.
    pub effect: &'static str,
    /// The amount that the call takes.
    pub amount: Money,
    /// The account that gives most of it.
    pub account: AccountId,
}

impl Terms for ByPolicy {
    type Facts = ApprovalFacts;
    const NAME: &'static str = "approvals.request";

    fn facts(&self, call: ParkedCall, now: Time) -> ApprovalFacts {
        ApprovalFacts {
            call,
            effect: self.effect.to_owned(),
            account: self.account.clone(),
            amount: self.amount,
            policy: self.policy.id.clone(),
            required: self.policy.approvers,
            role: self.policy.role.clone(),
            votes: Vec::new(),
            rejected_by: None,
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

    fn told(&self, facts: &ApprovalFacts) -> Value {
        json!({
            "event": "approval.requested",
            "approval": self.id,
            "operation": facts.call.operation,
            "amount": self.amount,
            "policy": self.policy.id,
            "role": self.policy.role,
            "requested_by": facts.call.requested_by.id(),
            "expires_at": facts.times.expires_at,
        })
    }
}
