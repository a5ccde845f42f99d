//! Metrics of this process: calls by operation and outcome, how long they took, refusals by code, and
//! groups.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hashbrown::HashMap;

use crate::error::{Code, Error};
use crate::kernel::tally::Tallies;
use crate::request::record::Trace;
use crate::request::scope::OperationInfo;
use crate::sorting::Sorting;

/// Where a call ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// On connections of the engine's own.
    Own,
    /// In a transaction of the application.
    Host,
}

impl Mode {
    /// Its name in metrics and spans.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Host => "host",
        }
    }

    /// The word for an accepted call in metrics. Inside a transaction of the application a call has only
    /// `joined` that, which may be rolled back.
    #[must_use]
    pub const fn accepted(self) -> &'static str {
        match self {
            Self::Own => "accepted",
            Self::Host => "joined",
        }
    }
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended<'e> {
    /// It was written or read. In a transaction of the application it may still be rolled back, which the
    /// engine does not learn.
    Accepted,
    /// It was answered with the reply of an earlier call under its key.
    Replayed,
    /// It was refused, or failed.
    Refused(&'e Error),
}

impl Ended<'_> {
    /// Its name in metrics, of a call in this mode.
    #[must_use]
    pub const fn as_str(&self, mode: Mode) -> &'static str {
        match self {
            Self::Accepted => mode.accepted(),
            Self::Replayed => "replayed",
            Self::Refused(_) => "refused",
        }
    }
}

/// Upper bounds of the classes of latency: microseconds, and the same in seconds as text.
pub const BOUNDS: [(u64, &str); 14] = [
    (250, "0.00025"),
    (500, "0.0005"),
    (1_000, "0.001"),
    (2_500, "0.0025"),
    (5_000, "0.005"),
    (10_000, "0.01"),
    (25_000, "0.025"),
    (50_000, "0.05"),
    (100_000, "0.1"),
    (250_000, "0.25"),
    (500_000, "0.5"),
    (1_000_000, "1"),
    (5_000_000, "5"),
    (30_000_000, "30"),
];

/// Calls of one operation in one mode.
#[derive(Debug, Default)]
pub struct Calls {
    /// Accepted, replayed and refused.
    ended: [AtomicU64; 3],
    /// How many took at most each of [`BOUNDS`], and longer than the one before.
    classes: [AtomicU64; BOUNDS.len() + 1],
    /// All their times, in microseconds.
    micros: AtomicU64,
}

/// [`Calls`] at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallCounts {
    pub accepted: u64,
    pub replayed: u64,
    pub refused: u64,
    /// How many took at most each of [`BOUNDS`], and longer than the one before; the last class has no bound.
    pub classes: [u64; BOUNDS.len() + 1],
    /// All their times, in microseconds.
    pub micros: u64,
}

impl Calls {
    fn take(&self, took: Duration, ended: Ended<'_>) {
        let add = |counter: &AtomicU64, count| counter.fetch_add(count, Ordering::Relaxed);
        let [accepted, replayed, refused] = &self.ended;
        add(
            match ended {
                Ended::Accepted => accepted,
                Ended::Replayed => replayed,
                Ended::Refused(_) => refused,
            },
            1,
        );
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let class = BOUNDS.partition_point(|(bound, _)| *bound < micros);
        if let Some(class) = self.classes.get(class) {
            add(class, 1);
        }
        add(&self.micros, micros);
    }

    fn read(&self) -> CallCounts {
        let [accepted, replayed, refused] = self.ended.each_ref().map(|count| count.load(Ordering::Relaxed));
        let classes = self.classes.each_ref().map(|count| count.load(Ordering::Relaxed));
        CallCounts { accepted, replayed, refused, classes, micros: self.micros.load(Ordering::Relaxed) }
    }
}

/// The counts of an engine.
#[derive(Debug)]
pub struct Metrics {
    /// By operation: on own connections, and in transactions of the application.
    calls: HashMap<&'static str, [Calls; 2]>,
    /// By code.
    refusals: HashMap<&'static str, AtomicU64>,
    /// By sink and outcome: events that a broker took or refused, and how often it was away.
    delivered: Mutex<BTreeMap<(String, &'static str), u64>>,
    /// Counts of what came from outside: answers of gateways, and webhooks.
    pub tallies: Arc<Tallies>,
}

impl Metrics {
    /// Nothing has been counted yet.
    #[must_use]
    pub fn new(operations: &[OperationInfo]) -> Self {
        Self {
            calls: operations.iter().map(|info| (info.name, Default::default())).collect(),
            refusals: Code::all().iter().map(|code| (code.as_str(), AtomicU64::new(0))).collect(),
            delivered: Mutex::default(),
            tallies: Arc::default(),
        }
    }

    /// Counts what a broker has answered to a delivery.
    #[cfg(feature = "brokers")]
    pub fn deliver(&self, sink: &str, outcome: &'static str, count: usize) {
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        if count == 0 {
            return;
        }
        #[cfg(feature = "metrics")]
        ::metrics::counter!("earnest_delivered_total", "sink" => sink.to_owned(), "outcome" => outcome)
            .increment(count);
        let mut delivered = self.delivered.lock().unwrap_or_else(PoisonError::into_inner);
        *delivered.entry((sink.to_owned(), outcome)).or_default() += count;
    }

    /// Returns the deliveries, by sink and outcome.
    #[must_use]
    pub fn delivered(&self) -> Vec<((String, &'static str), u64)> {
        let delivered = self.delivered.lock().unwrap_or_else(PoisonError::into_inner);
        delivered.iter().map(|(of, count)| (of.clone(), *count)).collect()
    }

    /// Counts a call.
    pub fn take(&self, operation: &'static str, mode: Mode, took: Duration, ended: Ended<'_>) {
        #[cfg(feature = "metrics")]
        recorded(operation, mode, took, ended);
        if let Some([own, host]) = self.calls.get(operation) {
            if mode == Mode::Own { own } else { host }.take(took, ended);
        }
        if let Ended::Refused(error) = ended
            && let Some(count) = self.refusals.get(error.code().as_str())
        {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// The calls of each operation that was called, by name and mode.
    #[must_use]
    pub fn calls(&self) -> Vec<(&'static str, Mode, CallCounts)> {
        let mut found = Vec::new();
        for (name, [own, host]) in &self.calls {
            for (mode, calls) in [(Mode::Own, own), (Mode::Host, host)] {
                let counts = calls.read();
                if counts != CallCounts::default() {
                    found.push((*name, mode, counts));
                }
            }
        }
        found.order_by_key(|(name, mode, _)| (*name, mode.as_str()));
        found
    }

    /// How often each code was answered, by code.
    #[must_use]
    pub fn refusals(&self) -> Vec<(&'static str, u64)> {
        let read = self.refusals.iter().map(|(code, count)| (*code, count.load(Ordering::Relaxed)));
        let mut found: Vec<_> = read.filter(|(_, count)| *count > 0).collect();
        found.order();
        found
    }
}

/// Tells the application's own recorder, under the same names.
#[cfg(feature = "metrics")]
fn recorded(operation: &'static str, mode: Mode, took: Duration, ended: Ended<'_>) {
    let (outcome, mode) = (ended.as_str(mode), mode.as_str());
    ::metrics::counter!("earnest_operations_total", "op" => operation, "mode" => mode, "outcome" => outcome)
        .increment(1);
    ::metrics::histogram!("earnest_operation_seconds", "op" => operation, "mode" => mode).record(took);
    if let Ended::Refused(error) = ended {
        ::metrics::counter!("earnest_errors_total", "code" => error.code().as_str()).increment(1);
    }
}

/// The span of a call: operation, mode, the caller's trace ids, and how it ended. It never has amounts,
/// accounts or texts.
pub(crate) fn span_of(info: &'static OperationInfo, mode: Mode, trace: Option<&Trace>) -> tracing::Span {
    let span = tracing::info_span!(
        "earnest.call",
        operation = info.name,
        mode = mode.as_str(),
        correlation_id = tracing::field::Empty,
        traceparent = tracing::field::Empty,
        code = tracing::field::Empty,
        replayed = tracing::field::Empty,
    );
    if let Some(trace) = trace.filter(|_| !span.is_disabled()) {
        let ids = [("correlation_id", &trace.correlation_id), ("traceparent", &trace.traceparent)];
        for (name, id) in ids {
            // an id that will be refused for its length is not recorded
            if let Some(id) = id.as_deref().filter(|id| id.len() <= 255) {
                span.record(name, id);
            }
        }
    }
    span
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_in_the_class_that_it_is_within() {
        let calls = Calls::default();
        for (micros, class) in [(0, 0), (250, 0), (251, 1), (30_000_000, 13), (30_000_001, 14)] {
            let before = calls.read().classes[class];
            calls.take(Duration::from_micros(micros), Ended::Accepted);
            assert_eq!(calls.read().classes[class], before + 1, "{micros}");
        }
        assert_eq!((calls.read().accepted, calls.read().micros), (5, 60_000_502));
    }
}
