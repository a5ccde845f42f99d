//! Checks every sink against the log: its place is not beyond the newest event, and the objects that it left
//! behind can be delivered again.

use crate::error::Result;
use crate::request::reading::Reading;
use crate::rows::listing::Listing;
use crate::rows::needs::Needs;
use crate::rows::sink::{SinkRow, SinkState};
use crate::sinks::views::types_of;

/// Rows read at once.
const PAGE: usize = 500;

/// Checks every sink of a book: `examine` gets the check's name, whether it holds, and what is wrong
/// otherwise.
pub(super) async fn verify(
    reading: &mut Reading<'_>,
    examine: &mut (dyn FnMut(&'static str, bool, String) + Send),
) -> Result<()> {
    let book = reading.book.clone();
    let (mut after, mut sinks) = (None, Vec::new());
    loop {
        let listing = Listing::Sinks { book: book.clone(), after, limit: PAGE };
        let rows = reading.list(&listing).await?.sinks;
        after = rows.last().filter(|_| rows.len() == PAGE).map(|row| row.name.clone());
        sinks.extend(rows);
        if after.is_none() {
            break;
        }
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
        let mut after = None;
        loop {
            let (book, sink) = (book.clone(), sink.name.clone());
            let rows =
                reading.list(&Listing::LeftBehind { book, sink, due: None, after, limit: PAGE }).await?.sinks;
            for row in &rows {
                let wrong = wrong_behind(row, head);
                let what = || {
                    format!(
                        "sink {}, {} {}: {}",
                        row.name,
                        row.object,
                        row.object_id,
                        wrong.unwrap_or_default()
                    )
                };
                examine("sinks", wrong.is_none(), what());
            }
            let last = rows.last().filter(|_| rows.len() == PAGE);
            after = last.map(|row| (row.object.clone(), row.object_id.clone()));
            if after.is_none() {
                break;
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
