//! Metrics of this process for outcomes that the ledger does not show, by name and labels: answers of
//! gateways, webhooks, and refusals that leave nothing else behind.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::env;
use crate::time::Span;

/// How often the process log mentions refusals that wrote no event.
const EVERY: Duration = Duration::from_secs(60);

/// Bounds of histograms for durations of seconds to hours: in microseconds, and in seconds as text.
pub const LONG_BOUNDS: [(i64, &str); 14] = [
    (1_000_000, "1"),
    (2_000_000, "2"),
    (5_000_000, "5"),
    (10_000_000, "10"),
    (15_000_000, "15"),
    (30_000_000, "30"),
    (60_000_000, "60"),
    (120_000_000, "120"),
    (300_000_000, "300"),
    (600_000_000, "600"),
    (1_800_000_000, "1800"),
    (3_600_000_000, "3600"),
    (21_600_000_000, "21600"),
    (86_400_000_000, "86400"),
];

/// One count of a metric.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CallTally {
    /// The name of the metric.
    pub family: &'static str,
    /// The labels: names that staff gave, and words of closed lists.
    pub labels: Vec<(&'static str, String)>,
    /// The duration, if the metric is a histogram.
    pub took: Option<Span>,
}

/// A histogram of durations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TallyTimes {
    /// Counts by class: at most this one of [`LONG_BOUNDS`], and longer than the one before. The last class
    /// has no bound.
    pub classes: [u64; LONG_BOUNDS.len() + 1],
    /// The sum of all durations, in microseconds.
    pub micros: u64,
}

/// The counts of a process since it opened its engine.
#[derive(Debug, Default)]
pub struct Tallies {
    counts: Mutex<BTreeMap<CallTally, u64>>,
    times: Mutex<BTreeMap<CallTally, TallyTimes>>,
    gauges: Mutex<BTreeMap<CallTally, u64>>,
    quiet: Mutex<QuietRefusals>,
}

/// Refusals without an event, since the process log mentioned the last ones.
#[derive(Debug, Default)]
struct QuietRefusals {
    told_at: Option<Instant>,
    untold: u64,
}

impl CallTally {
    /// One count under these labels.
    pub fn of<const N: usize>(family: &'static str, labels: [(&'static str, &str); N]) -> Self {
        Self { family, labels: labels.map(|(name, value)| (name, value.to_owned())).into(), took: None }
    }

    /// The same with a duration.
    pub fn that_took(mut self, span: Span) -> Self {
        self.took = Some(span);
        self
    }
}

impl TallyTimes {
    fn add(&mut self, took: Span) {
        let class = LONG_BOUNDS.partition_point(|(bound, _)| *bound < took.micros());
        if let Some(count) = self.classes.get_mut(class) {
            *count = count.saturating_add(1);
        }
        self.micros = self.micros.saturating_add(took.micros().unsigned_abs());
    }
}

impl Tallies {
    /// Counts one more.
    pub fn add(&self, mut tally: CallTally) {
        if let Some(took) = tally.took.take() {
            return self.measure(tally, took);
        }
        #[cfg(feature = "metrics")]
        ::metrics::counter!(tally.family, &tally.labels).increment(1);
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(tally).or_default();
        *count = count.saturating_add(1);
    }

    fn measure(&self, tally: CallTally, took: Span) {
        #[cfg(feature = "metrics")]
        ::metrics::histogram!(tally.family, &tally.labels)
            .record(Duration::from_micros(took.micros().unsigned_abs()));
        let mut times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        times.entry(tally).or_default().add(took);
    }

    /// Sets a gauge.
    pub fn set(&self, tally: CallTally, value: u64) {
        #[cfg(feature = "metrics")]
        ::metrics::gauge!(tally.family, &tally.labels).set(u32::try_from(value).unwrap_or(u32::MAX));
        self.gauges.lock().unwrap_or_else(PoisonError::into_inner).insert(tally, value);
    }

    /// All gauges with their last values, by name and labels.
    pub fn gauges(&self) -> Vec<(CallTally, u64)> {
        let gauges = self.gauges.lock().unwrap_or_else(PoisonError::into_inner);
        gauges.iter().map(|(tally, value)| (tally.clone(), *value)).collect()
    }

    /// Notes a refusal that writes no event. The process log has one line a minute for all of them, however
    /// many they are.
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

    /// All counters, by name and labels.
    pub fn all(&self) -> Vec<(CallTally, u64)> {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.iter().map(|(tally, count)| (tally.clone(), *count)).collect()
    }

    /// All histograms, by name and labels.
    pub fn times(&self) -> Vec<(CallTally, TallyTimes)> {
        let times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        times.iter().map(|(tally, times)| (tally.clone(), *times)).collect()
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
    fn what_is_measured_is_in_the_class_that_it_is_within() {
        let tallies = Tallies::default();
        let micros = |micros: i64| Span::from_micros(micros).unwrap();
        for (took, class) in
            [(0, 0), (1_000_000, 0), (1_000_001, 1), (86_400_000_000, 13), (86_400_000_001, 14)]
        {
            let before = tallies.times().first().map_or(0, |(_, times)| times.classes[class]);
            tallies.add(CallTally::of("seconds", []).that_took(micros(took)));
            assert_eq!(tallies.times()[0].1.classes[class], before + 1, "{took}");
        }
        assert_eq!((tallies.times()[0].1.micros, tallies.all().len()), (172_802_000_002, 0));
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
