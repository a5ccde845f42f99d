//! What calls of this process have come to outside of the ledger, counted by name and labels: answers of
//! gateways, webhooks, and refusals that leave nothing else behind.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::env;

/// How often a process says that calls were refused which leave no event.
const EVERY: Duration = Duration::from_secs(60);

/// One more of something that is counted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CallTally {
    /// What is counted, by its name in metrics.
    pub family: &'static str,
    /// Which of it: names that staff gave, and words of closed lists.
    pub labels: Vec<(&'static str, String)>,
}

/// What a process has counted since it opened its engine.
#[derive(Debug, Default)]
pub struct Tallies {
    counts: Mutex<BTreeMap<CallTally, u64>>,
    quiet: Mutex<QuietRefusals>,
}

/// Refusals that leave no event, since somebody was told of them.
#[derive(Debug, Default)]
struct QuietRefusals {
    told_at: Option<Instant>,
    untold: u64,
}

impl CallTally {
    /// One more of this.
    #[must_use]
    pub fn of<const N: usize>(family: &'static str, labels: [(&'static str, &str); N]) -> Self {
        Self { family, labels: labels.map(|(name, value)| (name, value.to_owned())).into() }
    }
}

impl Tallies {
    /// Counts one more.
    pub fn add(&self, tally: CallTally) {
        #[cfg(feature = "metrics")]
        ::metrics::counter!(tally.family, &tally.labels).increment(1);
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(tally).or_default();
        *count = count.saturating_add(1);
    }

    /// Notes a refusal that leaves no event: the log has one line a minute for all of them, whoever sends
    /// how many.
    pub fn refused_quietly(&self, operation: &'static str, code: &'static str) {
        let now = env::monotonic_now();
        let mut quiet = self.quiet.lock().unwrap_or_else(PoisonError::into_inner);
        quiet.untold = quiet.untold.saturating_add(1);
        if quiet.told_at.is_some_and(|at| now.saturating_duration_since(at) < EVERY) {
            return;
        }
        let count = std::mem::take(&mut quiet.untold);
        quiet.told_at = Some(now);
        drop(quiet);
        tracing::warn!(operation, code, count, "calls were refused, and nothing was written");
    }

    /// What was counted, by name and labels.
    #[must_use]
    pub fn all(&self) -> Vec<(CallTally, u64)> {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.iter().map(|(tally, count)| (tally.clone(), *count)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_the_same_labels_is_counted_together() {
        let tallies = Tallies::default();
        for result in ["applied", "refused", "applied"] {
            tallies.add(CallTally::of("webhooks", [("source", "card"), ("result", result)]));
        }
        let all = tallies.all();
        let counts: Vec<_> = all.iter().map(|(tally, count)| (tally.labels[1].1.as_str(), *count)).collect();
        assert_eq!(counts, [("applied", 2), ("refused", 1)]);
    }

    #[test]
    fn one_line_a_minute_tells_of_all_that_came_since() {
        let tallies = Tallies::default();
        for _ in 0..5 {
            tallies.refused_quietly("webhooks.receive", "signature_invalid");
        }
        assert_eq!(tallies.quiet.lock().unwrap().untold, 4);
    }
}
