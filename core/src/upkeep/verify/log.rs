//! The events of a book, in the order of the log.

use hashbrown::HashMap;

use super::pages::PAGE;
use crate::error::Result;
use crate::ids::Book;
use crate::request::pages::Pages;
use crate::request::reading::Reading;
use crate::rows::events::Items;
use crate::rows::listing::Listing;
use crate::rows::tables::EventRow;

/// Reads the log once more, to name the differences.
pub(super) async fn each(reading: &mut Reading<'_>, mut told: impl FnMut(&EventRow)) -> Result<()> {
    let mut pages = Pages::until_empty(events(reading.book.clone(), 0));
    while let Some(page) = pages.next(reading).await? {
        page.events.iter().for_each(&mut told);
    }
    unplaced(reading, told).await
}

/// Commits whose events have no place in the sequence yet, at most.
const BACKLOG: usize = 100_000;

/// Reads the events that have no place in the sequence yet, because a writer is active. They come in the
/// order of their commits, not of their ids: clocks of processes differ.
pub(super) async fn unplaced(reading: &mut Reading<'_>, mut told: impl FnMut(&EventRow)) -> Result<()> {
    let listing = Listing::Pending { book: reading.book.clone(), limit: BACKLOG };
    let pending = reading.list(&listing).await?.pending;
    let items: Vec<Items> = pending.into_iter().map(|row| Items::read(row.items)).collect::<Result<_>>()?;
    let ids: Vec<_> = items.iter().flat_map(Items::each).map(|(id, _)| id).collect();
    for ids in ids.chunks(PAGE) {
        let listing = Listing::EventsAsWritten { book: reading.book.clone(), ids: ids.to_vec() };
        let events = reading.list(&listing).await?.events;
        let mut written: HashMap<_, _> = events.into_iter().map(|row| (row.id, row)).collect();
        ids.iter().filter_map(|id| written.remove(id)).for_each(|row| told(&row));
    }
    Ok(())
}

/// The listing of events after a place.
pub(super) fn events(book: Book, after_seq: i64) -> Listing {
    Listing::Events { book, after_seq, types: Vec::new(), object: None, limit: PAGE }
}
