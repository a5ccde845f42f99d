//! Reading all records of a kind, a page at a time.

use super::reading::Reading;
use crate::error::{Error, Result};
use crate::rows::listing::{Listing, Records};
use crate::rows::object::{Object, Stored};
use crate::rows::tables::RecordRow;

/// Pages of records, the newest first.
#[derive(Clone, Debug)]
pub struct Pages {
    next: Option<Records>,
}

impl Pages {
    /// From the first page on.
    pub const fn of(records: Records) -> Self {
        Self { next: Some(records) }
    }

    /// The next page; `None` after the last.
    pub async fn next(&mut self, reading: &mut Reading<'_>) -> Result<Option<Vec<RecordRow>>> {
        let Some(records) = self.next.take() else { return Ok(None) };
        let rows = reading.list(&Listing::Records(records.clone())).await?.records;
        if let Some(last) = rows.last().filter(|_| rows.len() == records.limit) {
            self.next = Some(records.after((last.created_at, last.id)));
        }
        Ok(Some(rows))
    }

    /// The next page as objects; `unread` takes the errors of those that cannot be read.
    pub async fn objects<O: Object>(
        &mut self,
        reading: &mut Reading<'_>,
        mut unread: impl FnMut(Error),
    ) -> Result<Option<Vec<Stored<O>>>> {
        let Some(rows) = self.next(reading).await? else { return Ok(None) };
        let read = rows.iter().filter_map(|row| Stored::of(row).map_err(&mut unread).ok());
        Ok(Some(read.collect()))
    }
}
