//! Sweeping deletes outdated rows. A counter is deleted only when two readings of the clock, a day apart,
//! have both found all its entries outside their windows. So a clock that is ahead once deletes nothing.

use super::{Engine, merge_deltas};
use crate::engine::persisted_clock::Known;
use crate::error::Result;
use crate::pipeline::sweeper::{self, Retention};
use crate::time::{Span, Time};

/// How long after a reading the counters are swept that had left by then.
const APART: Span = Span::from_days(1);

impl Engine {
    /// Deletes some rows that nobody needs any more, if the clock is trusted; returns whether there are more.
    pub(crate) async fn sweep(&self) -> Result<bool> {
        if !self.trusts_clock().await? {
            return Ok(false);
        }
        merge_deltas::merge_all(self).await?;
        let now = self.store_now().await?;
        let counters = now.since(self.left_before(now).await?);
        sweeper::sweep(self.store(), now, Retention { jobs: self.options().keep_jobs, counters }).await
    }

    /// The time before which counters must have left to be swept: that of the reading before the last, which
    /// is at least a day old.
    async fn left_before(&self, now: Time) -> Result<Time> {
        let found = Known::Found.read(self).await?.map(|row| row.stamp).filter(|found| *found <= now);
        if found.is_some_and(|found| now.since(found) < APART) {
            let left = Known::Left.read(self).await?.map(|row| row.stamp);
            return Ok(left.map_or(Time::MIN, |left| left.min(now)));
        }
        if let Some(found) = found {
            Known::Left.write(self, found).await?;
        }
        // the clock is seen for the first time, or was set back
        Known::Found.write(self, now).await?;
        Ok(found.unwrap_or(Time::MIN))
    }
}
