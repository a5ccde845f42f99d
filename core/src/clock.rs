//! Which clock is asked for the time: the store's, wherever it has one of its own.
//!
//! A server's clock is one for all processes. It is read now and then, and reckoned on in between by the clock of this process
//! that only runs forward; so a process whose own clock is a day wrong finds the same things due as any other.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::env::{self, Clock};
use crate::error::Result;
use crate::kernel::needs::Needs;
use crate::store::SharedStore;
use crate::time::{Span, Time};

/// For how long the store's clock is reckoned on before it is read again.
const RECKONED: Duration = Duration::from_secs(10);

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

    /// The time now. A test clock replaces the store's, and where writers exclude each other the store has none of its own.
    ///
    /// # Errors
    /// What befell the store.
    pub(crate) async fn now(&self, store: &SharedStore, clock: &Clock) -> Result<Time> {
        if clock.is_test() || store.mechanics().exclusive {
            return Ok(clock.now());
        }
        let known = *self.read();
        if let Some((then, at)) = known {
            let passed = env::moment().saturating_duration_since(at);
            if passed < RECKONED {
                return Ok(then.checked_add(Span::from(passed)).unwrap_or(Time::MAX));
            }
        }
        let mut session = store.reader().await.map_err(|fault| fault.into_error(false))?;
        let loaded = session.peek(&Needs::default()).await.map_err(|fault| fault.into_error(false))?;
        let Some(now) = loaded.now else { return Ok(clock.now()) };
        *self.read() = Some((now, env::moment()));
        Ok(now)
    }
}
