//! The clock that calls use, which is the store's where it has one, and this process's trust in it.
//!
//! All processes share a server's clock. It is read now and then, and extrapolated in between by this
//! process's monotonic clock. So a process whose own clock is a day off finds the same timers due as any
//! other.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::env::{self, Env};
use crate::error::Result;
use crate::rows::needs::Needs;
use crate::store::SharedStore;
use crate::time::{Span, Time};

/// How long the store's clock is extrapolated before it is read again.
const EXTRAPOLATED: Duration = Duration::from_secs(10);

/// The store's clock as it was last read.
#[derive(Debug, Default)]
pub(crate) struct StoreClock {
    read: Mutex<Option<(Time, Instant)>>,
}

impl StoreClock {
    fn read(&self) -> MutexGuard<'_, Option<(Time, Instant)>> {
        // two plain values: a panic leaves nothing half-way
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Passes a reading of the clock on to the watch for jumps.
    fn taken(&self, env: &Env, now: Time) -> Time {
        env.watch.take(&env.clock, now);
        now
    }

    /// Drops the last reading, so that the next use reads the clock again.
    pub(crate) fn forget(&self) {
        *self.read() = None;
    }

    /// The time now. A test clock replaces the store's. Stores whose writers exclude each other have no clock
    /// of their own.
    ///
    /// # Errors
    /// Any failure of the store.
    pub(crate) async fn now(&self, store: &SharedStore, env: &Env) -> Result<Time> {
        if env.clock.is_test() || store.capabilities().exclusive {
            return Ok(self.taken(env, env.clock.now()));
        }
        let known = *self.read();
        if let Some((then, at)) = known {
            let passed = env::monotonic_now().saturating_duration_since(at);
            if passed < EXTRAPOLATED {
                return Ok(then.checked_add(Span::from(passed)).unwrap_or(Time::MAX));
            }
        }
        let mut session = store.reader().await.map_err(|fault| fault.into_error(false))?;
        let loaded = session.peek(&Needs::default()).await.map_err(|fault| fault.into_error(false))?;
        let Some(now) = loaded.now else { return Ok(self.taken(env, env.clock.now())) };
        *self.read() = Some((now, env::monotonic_now()));
        Ok(self.taken(env, now))
    }
}

/// How far a process has come to trust its clock.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Stage {
    /// It has not compared its clock yet.
    #[default]
    New,
    /// It waits since `since`. The store had seen the time `seen` then, in this version of the note.
    Waits { since: Span, version: i64, seen: Time },
    /// It trusts its clock, and noted its time in the store at `announced`.
    Trusts { announced: Span, version: i64 },
}

/// Whether a process trusts its clock.
#[derive(Debug, Default)]
pub(crate) struct Trust(Mutex<Stage>);

impl Trust {
    pub(super) fn stage(&self) -> MutexGuard<'_, Stage> {
        // a plain value: a panic leaves nothing half-way
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The clock was confirmed.
    pub(super) fn confirmed(&self) {
        *self.stage() = Stage::Trusts { announced: Span::ZERO, version: 0 };
    }
}
