//! Health of sinks: do they keep up with the log, and what have they left behind?

use super::checks::{self, CRITICAL, HEALTHY, WARNING, check};
use crate::engine::Engine;
use crate::error::Result;
use crate::rows::listing::Listing;
use crate::rows::needs::Needs;
use crate::rows::sink::{SinkRow, SinkState};
use crate::rows::tables::EventRow;
use crate::time::Time;
use crate::upkeep::views::HealthCheck;

/// How many books are checked beside the engine's own, and how many sinks of each.
const LOOKED_AT: usize = 100;
/// How many objects left behind are counted for each sink.
const COUNTED: usize = 1_000;
/// How long the next event of a sink may wait, in microseconds.
const LATE: i64 = 60_000_000;
/// How long it may wait while the sink rests because the other side is down.
const DOWN: i64 = 600_000_000;
/// How many rests before the same event count as the other side being down. A driver's rests add up to two
/// minutes by then, and grow. A broker that is back earlier may find events of any age, which is no finding.
const RESTS: i64 = 8;

/// A warning: a sink's next event has waited for a minute, or an object waits for a person. Critical: before
/// an event that has waited for ten minutes a sink rests again and again, so the other side is down, or it
/// began to rest ten minutes ago and nobody has taken it since. A short rest before old events is no finding.
pub(super) async fn sinks(engine: &Engine) -> HealthCheck {
    match found(engine).await {
        Ok(Found { sinks: 0, .. }) => check("sinks", HEALTHY, "there are none"),
        Ok(found) => {
            let lag = found.worst.map_or_else(
                || "none has an event that waits for over 60 s".to_owned(),
                |(name, lag)| {
                    format!("`{name}` is {lag} events behind, for over 60 s: does anybody take them?")
                },
            );
            let parked = match found.parked {
                0 => String::new(),
                parked => format!("; {parked} objects are parked: see `events.parked`"),
            };
            let down = found.down.as_ref().map_or_else(String::new, |name| {
                format!("; `{name}` rests before an event that waits for over 10 min: what takes it is down")
            });
            let status = match (&found.down, found.late || found.parked > 0) {
                (Some(_), _) => CRITICAL,
                (None, true) => WARNING,
                (None, false) => HEALTHY,
            };
            check("sinks", status, format!("{} sinks: {lag}{down}{parked}", found.sinks))
        }
        Err(error) => check("sinks", CRITICAL, error.message()),
    }
}

#[derive(Default)]
struct Found {
    sinks: usize,
    late: bool,
    /// The sink that is furthest behind, of those that are late.
    worst: Option<(String, i64)>,
    parked: usize,
    /// A sink whose other side is down.
    down: Option<String>,
}

/// The sinks of the engine's own book, then of other books by name, each with the place of its book's newest
/// event.
pub(in crate::upkeep) async fn of_all_books(engine: &Engine) -> Result<Vec<(SinkRow, i64)>> {
    let own = engine.book_name();
    let mut books = engine.look_around(&Listing::Books { after: None, limit: LOOKED_AT }).await?.books;
    books.retain(|book| book != own);
    books.insert(0, own.clone());
    let mut rows = Vec::new();
    for book in books {
        // each book has statements of its own: a server of a cluster has only some of the books
        let listing = Listing::Sinks { book: book.clone(), after: None, limit: LOOKED_AT };
        let sinks = engine.look_readable(&listing).await?.sinks;
        if !sinks.is_empty() {
            let mut needs = Needs::default();
            needs.heads.insert((book,));
            let head = engine.peek(&needs).await?.heads.first().map_or(0, |head| head.seq);
            rows.extend(sinks.into_iter().map(|row| (row, head)));
        }
    }
    Ok(rows)
}

async fn found(engine: &Engine) -> Result<Found> {
    let mut rows = of_all_books(engine).await?;
    // the engine's own readers follow the log on demand
    rows.retain(|(row, _)| !row.name.starts_with('@'));
    let now = checks::now(engine).await.micros();
    let (minute_ago, down_since) = (Time::from_micros(now - LATE), Time::from_micros(now - DOWN));
    let mut found = Found { sinks: rows.len(), ..Found::default() };
    for (row, head) in &rows {
        let (book, sink) = (row.book.clone(), row.name.clone());
        let listing = Listing::LeftBehind { book, sink, due: None, after: None, limit: COUNTED };
        let left = engine.look_readable(&listing).await?.sinks;
        found.parked += left.iter().filter(|row| row.state == SinkState::Parked).count();
        let lag = head - row.settled;
        if lag <= 0 {
            continue;
        }
        let (book, types) = (row.book.clone(), Vec::new());
        let next = Listing::Events { book, after_seq: row.settled, types, object: None, limit: 1 };
        let next = engine.look(&next).await?.events.first().map(EventRow::time);
        let waits = next.is_some_and(|at| at < minute_ago);
        found.late |= waits;
        // a new sink may begin with old events
        let is_late = next.is_some_and(|at| at.max(row.created_at) < down_since);
        // of a driver that is gone the row says nothing after the rest
        let is_left = row.attempts > 0 && row.stamp < down_since;
        let is_down = is_late && row.due_at.is_some() && (row.attempts >= RESTS || is_left);
        if is_down && found.down.is_none() {
            found.down = Some(row.name.to_string());
        }
        if waits && found.worst.as_ref().is_none_or(|(_, worst)| lag > *worst) {
            found.worst = Some((row.name.to_string(), lag));
        }
    }
    Ok(found)
}
