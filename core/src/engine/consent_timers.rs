//! Timers that wait: for the consent of others, each with the time of its next try, and for an answer.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::env;
use crate::error::Result;
use crate::ids::Book;
use crate::rows::needs::RecordKey;

/// How long a timer rests that waits for consent.
const REST: Duration = Duration::from_secs(60);

/// The book of a timer that was queued, and the answer to come.
pub(crate) type LateTimer = (Book, oneshot::Receiver<Result<bool>>);

/// The timers that wait.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    /// Until when each timer that waits for consent rests, by object and version.
    consent: Mutex<HashMap<(RecordKey, i64), Instant>>,
    /// Timers that were not answered when their pass went on.
    late: Mutex<Vec<LateTimer>>,
}

impl Waiting {
    fn map(&self) -> MutexGuard<'_, HashMap<(RecordKey, i64), Instant>> {
        self.consent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The books whose timers are not answered yet. Further ones would only wait behind them.
    pub(crate) fn late(&self) -> HashSet<Book> {
        let mut late = self.late.lock().unwrap_or_else(PoisonError::into_inner);
        late.retain_mut(|(_, answer)| matches!(answer.try_recv(), Err(oneshot::error::TryRecvError::Empty)));
        late.iter().map(|(book, _)| book.clone()).collect()
    }

    /// Notes timers that are not answered yet.
    pub(crate) fn leave(&self, queued: impl Iterator<Item = LateTimer>) {
        self.late.lock().unwrap_or_else(PoisonError::into_inner).extend(queued);
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
