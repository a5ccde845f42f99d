//! Verdicts: what rules say of a call, and which of them have fired.

use crate::risk::counting::counter::Hash;
use crate::risk::rules::rule::Outcome;
use crate::time::Time;

/// Stands for the rule, the metric and the subject when a threshold fires.
pub(in crate::risk) const SCORE: &str = "score";

/// A rule that fired for a party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fired {
    /// Its name; `score` for a threshold.
    pub rule: String,
    /// Whether it is a rate.
    pub is_rate: bool,
    /// Its metric; `rate` for a rate, `score` for a threshold.
    pub metric: String,
    /// In which part the party is.
    pub subject: String,
    /// The salted hash of the party.
    pub party: Hash,
    /// The part of the limit that was used before the call.
    pub seen: i128,
    /// The part that the call would add.
    pub requested: i128,
    pub limit: i128,
    /// The window; none for `amount`.
    pub window: Option<String>,
    /// Its outcome. If the factors were proved, or the review was approved, it is only a flag.
    pub outcome: Outcome,
    /// When it would stop firing, if nothing else happened; `None` if waiting does not help.
    pub passes_at: Option<Time>,
    /// Which refusal speaks first: the highest.
    pub(in crate::risk) priority: i32,
}

impl Fired {
    /// Whether it says that the score has reached this threshold.
    pub fn is_score_of(&self, threshold: Option<u8>) -> bool {
        self.metric == SCORE && threshold.is_some_and(|threshold| self.limit == i128::from(threshold))
    }
}

/// The common verdict of all rules and rates about a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The strictest outcome.
    pub outcome: Outcome,
    /// Weights and the host's number, 0 to 100.
    pub score: u8,
    /// All that fired: rates first, then the highest priority, then the longest wait. The first of the
    /// strictest speaks.
    pub fired: Vec<Fired>,
    /// The shadow rules that would have fired, in the same order.
    pub shadow: Vec<Fired>,
    /// The entry of the allow list that lifted all of it.
    pub allowed_by: Option<String>,
    /// Whole seconds after which everything that refuses would let the call through; `None` if waiting does
    /// not help, or nothing refuses.
    pub retry_after: Option<i64>,
}

impl Verdict {
    /// The rule that the refusal names.
    pub fn speaker(&self) -> Option<&Fired> {
        let refuses = self.outcome > Outcome::Flag;
        self.fired.iter().find(|fired| refuses && fired.outcome == self.outcome)
    }
}
