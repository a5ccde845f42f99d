//! Deletes rows whose retention has ended: expired idempotency keys, jobs that were done long ago, counters
//! of addresses and devices in which nothing counts any more, old commit marks.
//!
//! Keys of calls that move money or make something are kept for ever, dead jobs until somebody has looked at
//! them. A pass takes a few rows of each in transactions of their own, so that nobody waits for it; several
//! processes may sweep at once.

use crate::error::Result;
use crate::pipeline::sequencer;
use crate::store::{FaultKind, Outdated, SharedStore};
use crate::time::{Span, Time};

/// Rows of each sort that one pass takes.
const BATCH: usize = 500;

/// How long an expired key and an empty counter are kept at least: a running group may have read it.
const GRACE: Span = Span::from_hours(1);

/// The retention of rows that nobody needs any more.
pub(crate) struct Retention {
    /// Jobs that are over.
    pub jobs: Span,
    /// Counters in which nothing counts any more.
    pub counters: Span,
}

/// Makes one pass over the rows whose retention has ended. Returns whether there may be more.
pub(crate) async fn sweep(store: &SharedStore, now: Time, kept: Retention) -> Result<bool> {
    let mut session = store.writer().await.map_err(|fault| fault.into_error(false))?;
    let mut more = false;
    let counters = Outdated::Counters(kept.counters.max(GRACE));
    for what in [Outdated::Keys(GRACE), Outdated::Jobs(kept.jobs), counters] {
        match session.forget(what, BATCH).await {
            Ok(gone) => more |= gone >= BATCH,
            // a server is away: all rows of this sort stay until a later pass, which harms nobody
            Err(fault) if fault.kind == FaultKind::Away => drop(session.rollback().await),
            Err(fault) => {
                drop(session.rollback().await);
                return Err(fault.into_error(false));
            }
        }
    }
    drop(session);
    if !store.capabilities().exclusive {
        // marks of commits whose outcome nobody can still be asking for
        sequencer::forget_marks(store, now).await?;
    }
    Ok(more)
}
