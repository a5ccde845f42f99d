//! Reviews: a call that rules want people to look at first is parked, and nothing of it is done.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::error::{Detail, Error};
use crate::ids::{Actor, Book, Key, ReviewId};
use crate::money::Money;
use crate::parked::ask::{ParkedCall, Terms};
use crate::parked::{self, Events, ParkedFacts, ParkedOutcome};
use crate::rows::needs::RecordKey;
use crate::rows::object::{Object, Stored};
use crate::time::{Span, Time};

pub use crate::parked::State;

/// The kind of a review's record, and the object of its events.
pub const KIND: &str = "review";

/// When things happened or will happen. Kept separately, because the state does not depend on them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewTimes {
    /// It must have been decided.
    pub expires_at: Time,
    /// It was executed, rejected or expired.
    #[serde(default)]
    pub ended_at: Option<Time>,
}

/// What is kept of a review and may be published in events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewFacts {
    /// The operation that waits.
    pub operation: String,
    /// Hash of its canonical request, hexadecimal.
    pub payload_hash: String,
    /// The account that gives most of the amount, if any does.
    #[serde(default)]
    pub account: Option<String>,
    /// What the call takes.
    #[serde(default)]
    pub amount: Option<Money>,
    /// The rules that want it, the first to speak first.
    pub rules: Vec<String>,
    /// The requester: the call runs as this actor.
    pub requested_by: Actor,
    /// The factors that were proven when it was asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub proven: Vec<String>,
    /// The admin who decided.
    #[serde(default)]
    pub decided_by: Option<String>,
    /// Why the call was refused when it should have run last.
    #[serde(default)]
    pub error: Option<String>,
    /// The ids that the call created.
    #[serde(default)]
    pub made: Vec<String>,
    /// Deadlines and times.
    pub times: ReviewTimes,
}

/// A review, read from its record. Its texts are `request` and `key` of the call that waits, and the `reason`
/// of a rejection.
pub type Review = Stored<ReviewFacts>;

impl Object for ReviewFacts {
    const KIND: &'static str = KIND;
    const VERSION: u32 = 1;
    type State = State;
    type Id = ReviewId;
    type Currency = ();

    fn currency(&self) -> Option<()> {
        Some(())
    }

    fn due_at(&self, state: State) -> Option<Time> {
        state.is_open().then_some(self.times.expires_at)
    }
}

impl ParkedFacts for ReviewFacts {
    const SALT: &'static [u8] = b"earnest review\0";
    const EVENTS: Events = Events {
        requested: "review.requested",
        expired: "review.expired",
        refused: "review.refused",
        executed: "review.executed",
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

impl Review {
    /// The refusal of a call that was rejected.
    #[must_use]
    pub fn blocked(&self) -> Error {
        let reason = self.text("reason").map(|text| text.to_string());
        Detail::Blocked { subject: None, review: Some(self.id().to_string()), reason }.into()
    }
}

/// The id of the review of a key.
#[must_use]
pub fn id_of(book: &Book, key: &Key) -> ReviewId {
    parked::id_of::<ReviewFacts>(book, key)
}

/// The key of a review's record.
#[must_use]
pub fn key(book: &Book, review: ReviewId) -> RecordKey {
    Review::key(book, review)
}

/// What rules want to be looked at.
#[derive(Clone, Debug)]
pub(in crate::risk) struct Wanted {
    /// The review.
    pub(in crate::risk) id: ReviewId,
    /// The rules, the first to speak first.
    pub(in crate::risk) rules: Vec<String>,
    /// How long there is.
    pub(in crate::risk) expires_in: Span,
    /// The account that gives most, and what it gives.
    pub(in crate::risk) taken: Option<(String, Money)>,
}

impl Terms for Wanted {
    type Facts = ReviewFacts;
    const NAME: &'static str = "risk.review";

    fn facts(&self, call: &ParkedCall, now: Time) -> ReviewFacts {
        let (account, amount) = self.taken.clone().unzip();
        let expires_at = now.checked_add(self.expires_in).unwrap_or(Time::MAX);
        ReviewFacts {
            operation: call.operation.to_owned(),
            payload_hash: hex::encode(&call.request),
            account,
            amount,
            rules: self.rules.clone(),
            requested_by: call.requester.clone(),
            proven: call.proven(),
            decided_by: None,
            error: None,
            made: Vec::new(),
            times: ReviewTimes { expires_at, ended_at: None },
        }
    }

    fn event(&self) -> Map<String, Value> {
        Map::from_iter([("rules".to_owned(), json!(self.rules))])
    }

    fn told(&self, call: &ParkedCall, facts: &ReviewFacts) -> Value {
        json!({
            "event": "review.requested",
            "review": self.id,
            "operation": call.operation,
            "amount": facts.amount,
            "rules": self.rules,
            "requested_by": call.requester.id(),
            "expires_at": facts.times.expires_at,
        })
    }
}
