//! Reads a listing to its end, with progress reports. Each page is read while another thread examines the
//! page before.

use crate::error::{Error, Result};
use crate::request::reading::Reading;
use crate::rows::listing::{Listed, Listing};

/// Rows read at once.
pub(super) const PAGE: usize = 1_000;

/// The progress of a verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step<'s> {
    /// The rows being read: `events`, `transfers` and so on.
    pub what: &'s str,
    /// How many of them were read.
    pub count: i64,
    /// How many there should be, where the log has the number.
    pub of: Option<i64>,
}

/// Receives the progress of a verification.
pub type Progress<'p> = &'p (dyn Fn(Step<'_>) + Send + Sync);

pub(super) fn count_on(count: &mut i64, more: usize) {
    *count = count.saturating_add_unsigned(more as u64);
}

/// How a listing is walked, and what is made of its pages.
pub(super) struct Walk<S> {
    /// The first page.
    pub listing: Listing,
    /// Examines a page, and updates the state.
    pub examine: fn(&mut S, &Listed),
}

impl<S: Send + 'static> Walk<S> {
    /// Walks all pages and returns the final state; `progress` is called with every page.
    pub(super) async fn run(
        self,
        reading: &mut Reading<'_>,
        mut known: S,
        mut progress: impl FnMut(&Listed),
    ) -> Result<S> {
        let mut listing = self.listing;
        let mut page = reading.list(&listing).await?;
        while let Some(behind) = listing.behind(&page, false) {
            progress(&page);
            let examine = self.examine;
            let examined = tokio::task::spawn_blocking(move || {
                examine(&mut known, &page);
                (known, page)
            });
            let next = reading.list(&behind).await;
            // values are dropped on the thread that made them: elsewhere each free costs more
            let done;
            (known, done) =
                examined.await.map_err(|_| Error::corrupted("a page that could not be examined"))?;
            drop(done);
            (listing, page) = (behind, next?);
        }
        Ok(known)
    }
}
