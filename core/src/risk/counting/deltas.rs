//! Counter deltas that wait to be merged: who merges them, and which failures of a merge were logged already.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use hashbrown::HashMap;
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::env;
use crate::rows::needs::CounterKey;

/// A call that reads more deltas than this is slow: somebody has to merge them.
const MANY: usize = 200;
/// How long it is before the same failure is logged again.
const TELL_AGAIN: Duration = Duration::from_secs(3_600);
/// The most failures that are told apart.
const TOLD: usize = 1_000;

/// Notes from the calls of this process to the task that merges deltas.
#[derive(Debug, Default)]
pub struct DeltaMerge {
    noted: Notify,
    /// Whether a background task of this process merges.
    attended: AtomicBool,
    crowded: AtomicBool,
    relieved: AtomicBool,
    told: Mutex<HashMap<CounterKey, Instant>>,
}

impl DeltaMerge {
    /// Notes that a call writes a delta, and how many it had to read.
    pub fn note(&self, read: usize) {
        if read > MANY {
            self.crowded.store(true, Ordering::Relaxed);
        }
        self.noted.notify_one();
    }

    /// Waits until a call writes a delta.
    pub async fn noted(&self) {
        self.noted.notified().await;
    }

    /// Notes that a background task merges from now on: calls need not.
    pub fn attend(&self) {
        self.attended.store(true, Ordering::Relaxed);
    }

    /// Returns true to exactly one caller, who must merge and then call [`relieved`](DeltaMerge::relieved): a
    /// call has read many rows, and no background of this process merges them.
    pub fn needs_relief(&self) -> bool {
        self.crowded.load(Ordering::Relaxed)
            && !self.attended.load(Ordering::Relaxed)
            && !self.relieved.swap(true, Ordering::Relaxed)
    }

    /// The deltas that a call had to read were merged.
    pub fn relieved(&self) {
        self.crowded.store(false, Ordering::Relaxed);
        self.relieved.store(false, Ordering::Relaxed);
    }

    /// Whether to log that the delta of this key cannot be merged: it was not logged lately.
    pub fn is_news(&self, key: &CounterKey) -> bool {
        // a plain list: a panic leaves nothing half-way
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let now = env::monotonic_now();
        told.retain(|_, at| now.saturating_duration_since(*at) < TELL_AGAIN);
        if told.len() >= TOLD || told.contains_key(key) {
            return false;
        }
        told.insert(key.clone(), now);
        true
    }
}
