//! Checks every sink against the log: its place is not beyond the newest event, and the objects that it left
//! behind can be delivered again.

use crate::error::Result;
use crate::request::check::PAGE;
use crate::request::domain::Examine;
use crate::request::pages::Pages;
use crate::request::reading::Reading;
use crate::rows::listing::Listing;
use crate::rows::needs::Needs;
use crate::rows::sink::{SinkRow, SinkState};
use crate::sinks::views::types_of;

/// Checks every sink of a book.
pub(super) async fn verify(reading: &mut Reading<'_>, examine: Examine<'_>) -> Result<()> {
    let book = reading.book.clone();
    let mut sinks = Vec::new();
    let mut pages = Pages::over(Listing::Sinks { book: book.clone(), after: None, limit: PAGE });
    while let Some(page) = pages.next(reading).await? {
        sinks.extend(page.sinks);
    }
    if sinks.is_empty() {
        return Ok(());
    }
    // read after the rows, so that a sink that moves on meanwhile is no error
    let mut needs = Needs::default();
    needs.heads.insert((book.clone(),));
    let head = reading.load(&needs).await?.heads.first().map_or(0, |head| head.seq);
    for sink in &sinks {
        let wrong = wrong(sink, head);
        examine("sinks", wrong.is_none(), format!("sink {}: {}", sink.name, wrong.unwrap_or_default()));
        let (book, sink) = (book.clone(), sink.name.clone());
        let listing = Listing::LeftBehind { book, sink, due: None, after: None, limit: PAGE };
        let mut pages = Pages::over(listing);
        while let Some(page) = pages.next(reading).await? {
            for row in &page.sinks {
                let wrong = wrong_behind(row, head);
                let said = wrong.unwrap_or_default();
                let what = format!("sink {}, {} {}: {said}", row.name, row.object, row.object_id);
                examine("sinks", wrong.is_none(), what);
            }
        }
    }
    Ok(())
}

fn wrong(row: &SinkRow, head: i64) -> Option<&'static str> {
    if row.state != SinkState::Open || !row.object_id.is_empty() {
        return Some("it is in the state of an object");
    }
    if row.settled > head || row.until > head {
        return Some("it is behind the newest event of the book");
    }
    if row.until < row.settled && row.leased_until.is_none() && row.taken_object.is_none() {
        return Some("its newest batch ended before its place");
    }
    types_of(row).is_err().then_some("its types are not a list")
}

fn wrong_behind(row: &SinkRow, head: i64) -> Option<&'static str> {
    if row.state == SinkState::Open {
        return Some("it is in the state of a sink");
    }
    if (row.state == SinkState::Waiting) != row.due_at.is_some() {
        return Some("it is due, or not, against its state");
    }
    (row.settled >= head).then_some("no event is left behind")
}
