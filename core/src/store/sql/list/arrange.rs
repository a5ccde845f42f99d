//! Sorts listed rows where a statement cannot.

use hashbrown::HashMap;

use super::events;
use crate::ids::TransferId;
use crate::rows::listing::{Listed, Listing};
use crate::rows::tables::RecordRow;
use crate::sorting::Sorting;

/// Sorts the rows that belong to a page into the order of the page. Pages across books are sorted whole: a
/// router may have concatenated the pages of several servers.
pub(crate) fn arrange(listing: &Listing, listed: &mut Listed) {
    match listing {
        Listing::Entries { .. } => {
            let entries = listed.entries.iter().enumerate();
            let places: HashMap<TransferId, usize> =
                entries.map(|(place, entry)| (entry.transfer, place)).collect();
            listed.transfers.order_by_key(|row| places.get(&row.id).copied());
            listed.legs.order_by_key(|leg| (places.get(&leg.transfer).copied(), leg.leg));
        }
        Listing::Transfers { .. } | Listing::Owned { .. } => {
            listed.transfers.order_by_key(|row| std::cmp::Reverse((row.stamp, row.id)));
            let places: HashMap<TransferId, usize> =
                listed.transfers.iter().enumerate().map(|(place, row)| (row.id, place)).collect();
            listed.entries.order_by_key(|entry| (places.get(&entry.transfer).copied(), entry.leg));
        }
        Listing::AllTransfers { .. } => {
            listed.transfers.order_by_key(|row| row.id);
            listed.entries.order_by_key(|entry| (entry.transfer, entry.leg));
        }
        Listing::Events { .. } | Listing::EventsById { .. } => events::in_their_places(listed),
        Listing::Books { limit, .. }
        | Listing::PendingBooks { limit, .. }
        | Listing::BooksWithDeltas { limit, .. } => {
            first(&mut listed.books, *limit);
        }
        Listing::RecordCounts { .. } => listed.record_counts.sort(),
        Listing::JobKinds { limit } => first(&mut listed.job_kinds, *limit),
        Listing::DueRecords { limit, .. } => {
            let place = |row: &RecordRow| (row.due_at, row.book.clone(), row.kind.clone(), row.id);
            first_by(&mut listed.records, place, *limit);
        }
        Listing::DueHolds { limit, .. } => {
            first_by(&mut listed.holds, |row| (row.due_at, row.book.clone(), row.id), *limit);
        }
        Listing::DueJobs { limit, .. } => {
            first_by(&mut listed.jobs, |row| (row.due_at, row.book.clone(), row.id), *limit);
        }
        _ => {}
    }
}

/// The first values of a page, each once.
fn first<T: Ord>(values: &mut Vec<T>, limit: usize) {
    values.order();
    values.dedup();
    values.truncate(limit);
}

/// The first rows of a page.
fn first_by<R, P: Ord>(rows: &mut Vec<R>, place: impl Fn(&R) -> P, limit: usize) {
    rows.order_by_cached_key(place);
    rows.truncate(limit);
}
