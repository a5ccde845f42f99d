//! Timers that wait for the consent of others, each with the time of its next try.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::env;
use crate::rows::needs::RecordKey;

/// How long a timer rests that waits for consent.
const REST: Duration = Duration::from_secs(60);

/// Until when each timer that waits for consent rests, by object and version.
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

    /// Lets a timer rest.
    pub(crate) fn rest(&self, timer: (RecordKey, i64)) {
        self.map().insert(timer, env::monotonic_now() + REST);
    }
}
