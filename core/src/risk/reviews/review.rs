//! Reviews: if a rule wants people to look at a call first, the call is parked, and nothing of it is done.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::error::{Detail, Error};
use crate::ids::ReviewId;
use crate::money::Money;
use crate::parked::ask::Terms;
use crate::parked::{ParkedCall, parked};
use crate::rows::object::Stored;
use crate::time::{Span, Time};

pub use crate::parked::State;

/// The kind of a review's record, and the object of its events.
pub const KIND: &str = "review";

/// When things happened or will happen. Kept separately, because the state does not depend on them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewTimes {
    /// The deadline for a decision.
    pub expires_at: Time,
    /// When it was executed, rejected or expired.
    #[serde(default)]
    pub ended_at: Option<Time>,
}

pub use facts::ReviewFacts;

/// Fields beside those of every parked call: reading them looks at every kind of number.
mod facts {
    #![expect(clippy::disallowed_types, reason = "serde writes the reader; no number is an amount")]
    use super::*;

    /// The facts of a review, which may be published in events.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
    pub struct ReviewFacts {
        /// The call that waits.
        #[serde(flatten)]
        pub call: ParkedCall,
        /// The account that gives most of the amount, if any does.
        #[serde(default)]
        pub account: Option<String>,
        /// The amount that the call takes, in the first of its currencies.
        #[serde(default)]
        pub amount: Option<Money>,
        /// The rules that asked for the review, in the order in which they speak.
        pub rules: Vec<String>,
        /// The admin who decided.
        #[serde(default)]
        pub decided_by: Option<String>,
        /// Deadlines and times.
        pub times: ReviewTimes,
    }
}

/// A review, read from its record. Its texts are `request` and `key` of the call that waits, and the `reason`
/// of a rejection.
pub type Review = Stored<ReviewFacts>;

parked! { ReviewFacts "review" ReviewId, "risk.timer" }

impl Review {
    /// The refusal of a call that was rejected.
    pub fn blocked(&self) -> Error {
        let reason = self.text("reason").map(|text| text.to_string());
        Detail::Blocked { subject: None, review: Some(self.id().to_string()), reason }.into()
    }
}

/// A review that rules ask for.
#[derive(Clone, Debug)]
pub(in crate::risk) struct Wanted {
    pub(in crate::risk) id: ReviewId,
    /// The rules, the first to speak first.
    pub(in crate::risk) rules: Vec<String>,
    /// How long it stays open.
    pub(in crate::risk) expires_in: Span,
    /// The payer of the largest amount, with that amount.
    pub(in crate::risk) taken: Option<(String, Money)>,
}

impl Terms for Wanted {
    type Facts = ReviewFacts;
    const NAME: &'static str = "risk.review";

    fn facts(&self, call: ParkedCall, now: Time) -> ReviewFacts {
        let (account, amount) = self.taken.clone().unzip();
        let expires_at = now.checked_add(self.expires_in).unwrap_or(Time::MAX);
        let (rules, times) = (self.rules.clone(), ReviewTimes { expires_at, ended_at: None });
        ReviewFacts { call, account, amount, rules, decided_by: None, times }
    }

    fn event(&self) -> Map<String, Value> {
        Map::from_iter([("rules".to_owned(), json!(self.rules))])
    }

    fn told(&self, facts: &ReviewFacts) -> Value {
        json!({
            "event": "review.requested",
            "review": self.id,
            "operation": facts.call.operation,
            "amount": facts.amount,
            "rules": self.rules,
            "requested_by": facts.call.requested_by.id(),
            "expires_at": facts.times.expires_at,
        })
    }
}
