//! Decides whether timers may trust the clock: a clock that is two days fast would pay out deals too early.
//!
//! A process cannot tell whether its clock was right when it began. So it compares the clock with the time
//! that the store has seen last. If the two are less than an hour apart, timers run at once. Otherwise, be it
//! after an idle month or because the clock is wrong, timers wait: a while, in which the clock may be
//! corrected, and as long as another process that runs timers has another time. Calls do not wait.

use crate::engine::Engine;
use crate::engine::clock::{Stage, Trust};
use crate::engine::persisted_clock::Known;
use crate::env::LEAP;
use crate::error::Result;
use crate::rows::listing::Listing;
use crate::time::{Span, Time};

/// How often a process that runs timers notes its time.
const BEAT: Span = Span::from_mins(1);
/// How long timers wait if the clock is far from the time that the store has seen.
pub(crate) const PATIENCE: Span = Span::from_mins(10);

/// Why timers wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Doubt {
    /// The time that the store has seen last.
    pub seen: Time,
    /// How long they still wait at most, unless another process has another time.
    pub left: Span,
}

impl Trust {
    /// Why timers wait now; `None` if they do not, or nobody has checked.
    pub(crate) fn doubt(&self, engine: &Engine) -> Option<Doubt> {
        let passed = engine.options().env.clock.passed()?;
        match *self.stage() {
            Stage::Waits { since, seen, .. } => {
                Some(Doubt { seen, left: PATIENCE.minus(passed.minus(since)) })
            }
            Stage::New | Stage::Trusts { .. } => None,
        }
    }

    /// Whether timers may run now. A process that may run them notes its time every minute.
    ///
    /// # Errors
    /// Any failure of the store.
    pub(crate) async fn may_run(&self, engine: &Engine) -> Result<bool> {
        let Some(passed) = engine.options().env.clock.passed() else { return Ok(true) };
        let now = engine.store_now().await?;
        if engine.options().env.watch.jump().is_some() {
            return Ok(false);
        }
        let stage = *self.stage();
        if let Stage::Trusts { announced, .. } = stage
            && announced != Span::ZERO
            && passed.minus(announced) < BEAT
        {
            return Ok(true);
        }
        let beat = match Known::Seen.read(engine).await {
            // the server with the shared note is gone while others answer: a process that trusts its clock
            // goes on
            Err(_) if engine.is_in_parts() => {
                return Ok(matches!(stage, Stage::Trusts { .. }) || engine.options().clock_is_right);
            }
            beat => beat?,
        };
        let (seen, version) = match &beat {
            Some(row) => (Some(row.stamp), row.version),
            None => (newest(engine).await?, 0),
        };
        let near = seen.is_none_or(|seen| now.apart(seen) < LEAP);
        let trusts = match stage {
            _ if near || engine.options().clock_is_right => true,
            // its own note is no reason for doubt; a note of another process with another time is
            Stage::Trusts { version: own, .. } => own == 0 || own == version,
            Stage::Waits { since, version: then, .. } => then == version && passed.minus(since) >= PATIENCE,
            Stage::New => false,
        };
        if !trusts {
            let seen = seen.unwrap_or(now);
            let since = match stage {
                Stage::Waits { since, version: then, .. } if then == version => since,
                _ => passed,
            };
            tracing::debug!(%now, %seen, "timers wait: the clock is not trusted yet");
            *self.stage() = Stage::Waits { since, version, seen };
            return Ok(false);
        }
        if let Err(error) = Known::Seen.write(engine, now).await {
            // a read-only store fails here, and runs no timers either
            tracing::debug!(code = error.code().as_str(), "the time was not said");
        }
        let version = Known::Seen.read(engine).await?.map_or(version, |row| row.version);
        *self.stage() = Stage::Trusts { announced: passed.max(Span::from_secs(1)), version };
        Ok(true)
    }
}

/// The time of the newest transfer of the engine's book, for a store on which no timers ever ran.
async fn newest(engine: &Engine) -> Result<Option<Time>> {
    let (account, reference, owner, from, to, after) = (None, None, None, None, None, None);
    let book = engine.book_name().clone();
    let listing = Listing::Transfers { book, account, reference, owner, from, to, after, limit: 1 };
    Ok(engine.look(&listing).await?.transfers.first().map(crate::rows::tables::TransferRow::time))
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
    /// Learns what time the store has seen, before anything is written with this process's clock.
    pub(crate) async fn begin_clock(&self) {
        let env = &self.options().env;
        if env.clock.passed().is_none() {
            return;
        }
        match seen(self).await {
            Ok(Some(seen)) => env.watch.begin(&env.clock, seen),
            Ok(None) => {}
            // the schema is missing, or the store unreadable: the first write reports that
            Err(error) => {
                tracing::debug!(code = error.code().as_str(), "nobody knows what time was seen last");
            }
        }
    }

    /// Reads the clock that guards use, without extrapolation.
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

    /// Whether deadlines and expiries may be acted on now.
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
