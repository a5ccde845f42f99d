//! Reading a listing to its end, a page at a time.

use super::reading::Reading;
use crate::error::{Error, Result};
use crate::rows::listing::{Listed, Listing, Records};
use crate::rows::object::{Object, Stored};

/// The pages of a listing.
#[derive(Clone, Debug)]
pub struct Pages {
    next: Option<Listing>,
    /// Whether a page that is not full is the last.
    full: bool,
}

impl Pages {
    /// The pages of records, the newest first.
    pub const fn of(records: Records) -> Self {
        Self::over(Listing::Records(records))
    }

    /// The pages from this one on: the first that is not full is the last.
    pub const fn over(listing: Listing) -> Self {
        Self { next: Some(listing), full: true }
    }

    /// The pages from this one on: the first that is empty is the last.
    pub const fn until_empty(listing: Listing) -> Self {
        Self { next: Some(listing), full: false }
    }

    /// The next page; `None` after the last.
    pub async fn next(&mut self, reading: &mut Reading<'_>) -> Result<Option<Listed>> {
        let Some(listing) = self.next.take() else { return Ok(None) };
        let page = reading.list(&listing).await?;
        self.next = listing.behind(&page, self.full);
        Ok(Some(page))
    }

    /// The next page of records as objects; `unread` takes the errors of those that cannot be read.
    pub async fn objects<O: Object>(
        &mut self,
        reading: &mut Reading<'_>,
        mut unread: impl FnMut(Error),
    ) -> Result<Option<Vec<Stored<O>>>> {
        let Some(page) = self.next(reading).await? else { return Ok(None) };
        let read = page.records.iter().filter_map(|row| Stored::of(row).map_err(&mut unread).ok());
        Ok(Some(read.collect()))
    }
}
