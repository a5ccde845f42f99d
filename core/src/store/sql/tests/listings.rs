//! Listings by book, by time and by party.

use std::sync::Arc;

use super::samples::at;
use crate::ids::Book;
use crate::rows::listing::{Listing, PartyColumn};

/// Books in which something waits, and counter deltas.
pub(super) fn by_book(book: &Book, limit: usize) -> Vec<Listing> {
    let deltas = |after| Listing::Deltas { book: book.clone(), after, limit };
    let mut all = vec![deltas(None), deltas(Some(("++daily".into(), "alice/1".into())))];
    for after in [None, Some(book.clone())] {
        let also = after.clone();
        all.extend([Listing::PendingBooks { after, limit }, Listing::BooksWithDeltas { after: also, limit }]);
    }
    all
}

/// Lists what is due across books.
pub(super) fn due(limit: usize) -> [Listing; 2] {
    let (book, now) = (None, at(1));
    [Listing::DueRecords { book: book.clone(), now, limit }, Listing::DueHolds { book, now, limit }]
}

/// Counts of records, of several parties and of one.
pub(super) fn counts(book: &Book) -> Vec<Listing> {
    let counts = |(of, parties): (PartyColumn, &[&str])| {
        let parties = parties.iter().map(|party| Arc::from(*party)).collect();
        Listing::RecordCounts { book: book.clone(), kind: "deal".into(), of, parties }
    };
    [(PartyColumn::Owner, &["a", "b"][..]), (PartyColumn::Peer, &["a"]), (PartyColumn::Peer, &[])]
        .map(counts)
        .to_vec()
}
