//! The queries of sinks: how far behind they are, and what they left behind.

use std::sync::Arc;

use crate::error::Result;
use crate::request::page::Page;
use crate::request::reading::{Reading, cursor, limit_of, page};
use crate::rows::listing::Listing;
use crate::rows::needs::{Access, Needs};
use crate::rows::sink::{SinkRow, SinkState};
use crate::sinks::decide::not_found;
use crate::sinks::named::SinkOf;
use crate::sinks::requests::{ListParked, ListSinks};
use crate::sinks::sink_name;
use crate::sinks::views::{Parked, Sink, SinkStatus};

/// Objects that are counted.
const COUNTED: usize = 1_000;

/// `events.sinks`.
pub async fn sinks(reading: &mut Reading<'_>, request: &ListSinks) -> Result<Page<SinkStatus>> {
    let (size, book) = (limit_of(request.limit), reading.book.clone());
    let after = cursor::<String>(request.after.as_deref())?.map(Into::into);
    let listing = Listing::Sinks { book: book.clone(), after, limit: size + 1 };
    let rows = reading.list(&listing).await?.sinks;
    let mut needs = Needs::default();
    needs.heads.insert((book,));
    let head = reading.load(&needs).await?.heads.first().map_or(0, |head| head.seq);
    let names = page(rows, size, |row| Ok(row.clone()), |row| row.name.to_string())?;
    let mut items = Vec::with_capacity(names.items.len());
    for row in &names.items {
        items.push(status(reading, row, head).await?);
    }
    Ok(Page { items, next: names.next, lag: None })
}

async fn status(reading: &mut Reading<'_>, row: &SinkRow, head: i64) -> Result<SinkStatus> {
    let (book, sink) = (row.book.clone(), row.name.clone());
    let listing = Listing::LeftBehind { book, sink, due: None, after: None, limit: COUNTED };
    let left = reading.list(&listing).await?.sinks;
    let count = |state| i64::try_from(left.iter().filter(|row| row.state == state).count());
    Ok(SinkStatus {
        sink: Sink::of(row)?,
        lag: (head - row.settled).max(0),
        waiting: count(SinkState::Waiting).unwrap_or(i64::MAX),
        parked: count(SinkState::Parked).unwrap_or(i64::MAX),
    })
}

/// `events.parked`.
pub async fn parked(reading: &mut Reading<'_>, request: &ListParked) -> Result<Page<Parked>> {
    let (size, book) = (limit_of(request.limit), reading.book.clone());
    let sink = SinkOf { book: book.clone(), name: sink_name("sink", &request.sink)? };
    let after = cursor::<(String, String)>(request.after.as_deref())?;
    let after = after.map(|(object, id)| (Arc::from(object), Arc::from(id)));
    let mut needs = Needs::default();
    needs.sink(sink.key(), Access::Read);
    if reading.load(&needs).await?.sinks.iter().all(SinkRow::is_removed) {
        return Err(not_found(&sink.name));
    }
    let listing = Listing::LeftBehind { book, sink: sink.name, due: None, after, limit: size + 1 };
    let rows = reading.list(&listing).await?.sinks;
    page(rows, size, |row| Ok(Parked::of(row)), |row| (row.object.to_string(), row.object_id.to_string()))
}
