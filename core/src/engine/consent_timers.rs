//! Timers that wait for the consent of others, and when each asks again.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::env;
use crate::rows::needs::RecordKey;

/// How long a timer rests that waits for consent.
const REST: Duration = Duration::from_secs(60);

/// Timers that wait for the consent of others, by object and version, and until when they rest.
#[derive(Debug, Default)]
pub(crate) struct Waiting(Mutex<HashMap<(RecordKey, i64), Instant>>);

impl Waiting {
    fn map(&self) -> MutexGuard<'_, HashMap<(RecordKey, i64), Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The timers that rest now.
    pub(crate) fn resting(&self) -> HashSet<(RecordKey, i64)> {
        let (now, mut map) = (env::monotonic_now(), self.map());
        map.retain(|_, until| *until > now);
        map.keys().cloned().collect()
    }

    /// Lets one rest.
    pub(crate) fn rest(&self, timer: (RecordKey, i64)) {
        self.map().insert(timer, env::monotonic_now() + REST);
    }
}
