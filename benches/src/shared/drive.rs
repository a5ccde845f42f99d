//! A closed load: so many callers, each with one call under way, for so long.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

use super::clock;
use super::draw::Draw;

/// One operation of a workload, done again and again.
pub(crate) trait Work: Send + Sync + 'static {
    /// Does it once, under a key that nobody else has. A failure is the code of its error.
    fn once(&self, draw: &mut Draw, key: String) -> impl Future<Output = Result<(), String>> + Send;
}

/// How much load there is.
#[derive(Clone, Debug)]
pub(crate) struct Load {
    /// Callers, each with one call under way.
    pub(crate) in_flight: u64,
    /// For how long calls are begun.
    pub(crate) lasting: Duration,
    /// Names this run: keys begin with it, so that a used store can be used again.
    pub(crate) run: String,
}

/// The outcome of a load.
#[derive(Clone, Debug)]
pub(crate) struct Tally {
    /// Latencies in microseconds of what succeeded.
    pub(crate) latencies: Histogram<u64>,
    /// Operations that failed, by the code of the error.
    pub(crate) errors: BTreeMap<String, u64>,
}

impl Tally {
    /// Nothing yet.
    pub(crate) fn new() -> Self {
        // an hour of microseconds in three digits, or growing by itself
        let latencies = Histogram::new_with_bounds(1, 3_600_000_000, 3).unwrap_or_else(|_| growing());
        Self { latencies, errors: BTreeMap::new() }
    }

    /// Operations that succeeded.
    pub(crate) fn done(&self) -> u64 {
        self.latencies.len()
    }

    /// Operations that failed.
    pub(crate) fn failed(&self) -> u64 {
        self.errors.values().sum()
    }

    /// Takes in what another caller or process did.
    pub(crate) fn add(&mut self, other: &Self) {
        self.latencies += &other.latencies;
        for (code, count) in &other.errors {
            *self.errors.entry(code.clone()).or_default() += count;
        }
    }
}

#[allow(clippy::expect_used, reason = "three significant digits are within 0 to 5, the only condition")]
fn growing() -> Histogram<u64> {
    Histogram::new(3).expect("three digits are allowed")
}

/// Runs a load to its end: every call that was begun is answered.
pub(crate) async fn drive<W: Work>(work: Arc<W>, load: &Load, done: Arc<AtomicU64>) -> Tally {
    let end = clock::now() + load.lasting;
    let mut callers = Vec::new();
    for caller in 0..load.in_flight {
        let (work, done) = (work.clone(), done.clone());
        let prefix = format!("{}-{caller}", load.run);
        callers.push(tokio::spawn(call(work, end, done, prefix, caller)));
    }
    let mut tally = Tally::new();
    for caller in callers {
        match caller.await {
            Ok(part) => tally.add(&part),
            Err(_) => *tally.errors.entry("panicked".to_owned()).or_default() += 1,
        }
    }
    tally
}

async fn call<W: Work>(
    work: Arc<W>,
    end: Instant,
    done: Arc<AtomicU64>,
    prefix: String,
    caller: u64,
) -> Tally {
    let mut draw = Draw::new(caller.wrapping_mul(0x0123_4567_89ab_cdef) ^ clock::wall());
    let mut tally = Tally::new();
    let mut number = 0_u64;
    loop {
        let began = clock::now();
        // who begins late makes one call all the same: a machine that stood still would have measured nothing
        if began >= end && number > 0 {
            return tally;
        }
        number += 1;
        match work.once(&mut draw, format!("{prefix}-{number}")).await {
            Ok(()) => {
                tally.latencies.saturating_record(clock::micros_since(began));
                done.fetch_add(1, Ordering::Relaxed);
            }
            Err(code) => {
                *tally.errors.entry(code).or_default() += 1;
                // what fails at once must not become a busy loop
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
        // a contender that never waits must not keep the other callers waiting
        tokio::task::yield_now().await;
    }
}
