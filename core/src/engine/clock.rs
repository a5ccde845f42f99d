//! The clock for the time: the store's, wherever it has one of its own.
//!
//! A server's clock is one for all processes. It is read now and then, and extrapolated in between by the
//! monotonic clock of this process; so a process whose own clock is a day wrong finds the same things due as
//! any other.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::engine::Engine;
use crate::engine::clock_trust::newest;
use crate::engine::persisted_clock::Known;
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

    /// A reading of the clock is one for the watch too.
    fn taken(&self, env: &Env, now: Time) -> Time {
        env.watch.take(&env.clock, now);
        now
    }

    /// Drops the last reading: the next use reads the clock itself.
    pub(crate) fn forget(&self) {
        *self.read() = None;
    }

    /// The time now. A test clock replaces the store's, and where writers exclude each other the store has
    /// none of its own.
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

/// Returns the clock's time at its last confirmation.
///
/// # Errors
/// Any failure of the store.
pub(crate) async fn confirmed(engine: &Engine) -> Result<Option<Time>> {
    Ok(Known::Confirmed.read(engine).await?.map(|row| row.stamp))
}

/// Returns the latest time that the store has seen: from a process that ran timers, or where none ever did,
/// from the newest transfer.
async fn seen(engine: &Engine) -> Result<Option<Time>> {
    match Known::Seen.read(engine).await? {
        Some(row) => Ok(Some(row.stamp)),
        None => newest(engine).await,
    }
}

impl Engine {
    /// Learns what time the store has seen, before anything is written by this process's clock.
    pub(crate) async fn begin_clock(&self) {
        let env = &self.options().env;
        if env.clock.passed().is_none() {
            return;
        }
        match seen(self).await {
            Ok(Some(seen)) => env.watch.begin(&env.clock, seen),
            Ok(None) => {}
            // a schema that is not there, or a store that cannot be read: the first write reports that
            Err(error) => {
                tracing::debug!(code = error.code().as_str(), "nobody knows what time was seen last");
            }
        }
    }

    /// The time by the clock that guards go by, read now.
    pub(crate) async fn ask_clock(&self) -> Result<Time> {
        self.clock().forget();
        self.store_now().await
    }

    /// Checks whether a jump of the clock was confirmed, in this process or in another.
    pub(crate) async fn hear_of_clock(&self) {
        let env = &self.options().env;
        if env.watch.jump().is_none() {
            return;
        }
        match confirmed(self).await {
            Ok(Some(time)) => env.watch.hear(&env.clock, time),
            Ok(None) => {}
            Err(error) => {
                tracing::debug!(code = error.code().as_str(), "nobody knows whether the clock was confirmed");
            }
        }
    }

    /// Whether what ends or is due by the clock may be acted on now.
    pub(crate) async fn trusts_clock(&self) -> Result<bool> {
        self.hear_of_clock().await;
        self.trust().may_run(self).await
    }

    /// Trusts a clock that was confirmed just now.
    pub(crate) async fn believe(&self, now: Time) -> Result<()> {
        let env = &self.options().env;
        env.watch.hear(&env.clock, now);
        self.trust().confirmed();
        self.trust().may_run(self).await.map(drop)
    }
}
