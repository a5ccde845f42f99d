//! The audit trail: the events of a book by actor, object and time.

use crate::error::Result;
use crate::history::proof::object_of;
use crate::history::requests::Audit;
use crate::history::views::Event;
use crate::ids::Actor;
use crate::kernel::permit::{self, Tie};
use crate::request::page::Page;
use crate::request::reading::{Reading, cursor, limit_of, opaque};
use crate::rows::events::actor_of;
use crate::rows::listing::{Listed, Listing};
use crate::rows::tables::EventRow;
use crate::time::{Span, Time};

/// Events read at once.
const BATCH: usize = 500;
/// Events that one call looks at; beyond them the page ends early, and `next` continues.
const LOOKED_AT: usize = 10_000;
/// Commits are sequenced in the order of time, except those that were open longer, and no commit is open for
/// an hour. An unconfirmed jump of the clock is shorter too.
const OPEN_LONGEST: Span = Span::from_hours(1);

/// The filter of a request, without the object, which is looked up by index.
struct Sieve {
    actor: Option<Actor>,
    from: Option<Time>,
    to: Option<Time>,
}

impl Sieve {
    fn takes(&self, row: &EventRow) -> bool {
        let within =
            self.from.is_none_or(|from| row.time() >= from) && self.to.is_none_or(|to| row.time() < to);
        let by = |actor: &Actor| actor_of(row).is_ok_and(|found| found.id() == actor.id());
        within && self.actor.as_ref().is_none_or(by)
    }

    /// Whether a whole batch is later than what is asked for: where times are in order, nothing of it can
    /// follow.
    fn is_past(&self, rows: &[EventRow]) -> bool {
        let end = self.to.and_then(|to| to.checked_add(OPEN_LONGEST));
        end.is_some_and(|end| rows.iter().all(|row| row.time() >= end))
    }
}

/// `admin.audit`. The engine runs a pass of the sequencer before.
pub async fn audit(reading: &mut Reading<'_>, request: &Audit) -> Result<Page<Event>> {
    let size = limit_of(request.limit);
    let actor = request.actor.as_ref().map(|actor| actor.resolve("actor")).transpose()?;
    reading.permit(actor.as_ref().map(|actor| Tie::Id(actor.id())).as_slice())?;
    let sieve = Sieve { actor, from: request.from_time, to: request.to_time };
    let object = request.object.as_deref().map(|id| object_of(reading.domains, id));
    let after = cursor::<i64>(request.after.as_deref())?;
    let in_order = object.is_none() && clock_was_right(reading).await?;
    let mut after_seq = match after {
        Some(after) => after,
        None if in_order => first_before(reading, sieve.from).await?,
        None => 0,
    };
    let for_staff: Vec<&str> =
        reading.domains.iter().flat_map(|domain| domain.for_staff()).copied().collect();
    let (mut items, mut looked_at) = (Vec::new(), 0);
    loop {
        let (book, types) = (reading.book.clone(), Vec::new());
        let listing = Listing::Events { book, after_seq, types, object: object.clone(), limit: BATCH };
        let Listed { events, sequence, .. } = reading.list(&listing).await?;
        for (row, link) in events.iter().zip(&sequence) {
            if items.len() == size || looked_at >= LOOKED_AT {
                return Ok(Page { items, next: Some(opaque(&after_seq)?), lag: None });
            }
            // a caller who may see an object may still not see the address and device of others, nor what
            // rules think of him
            let is_staff = permit::is_staff(&reading.actor);
            let is_shown = |row: &EventRow| is_staff || !for_staff.contains(&row.kind.as_ref());
            if sieve.takes(row) && is_shown(row) {
                let event = Event::of(row, link)?;
                items.push(if is_staff { event.with_private(row) } else { event.without_images() });
            }
            after_seq = link.seq;
            looked_at += 1;
        }
        if events.len() < BATCH || (in_order && sieve.is_past(&events)) {
            return Ok(Page { items, next: None, lag: None });
        }
    }
}

/// Whether the times of a book are in the order of its log, as far as its transfers show: none is dated ahead
/// of now, and no order ever had to run ahead of the clock.
async fn clock_was_right(reading: &mut Reading<'_>) -> Result<bool> {
    let book = reading.book.clone();
    if !reading.list(&Listing::OffClock { book: book.clone() }).await?.transfers.is_empty() {
        return Ok(false);
    }
    let (account, reference, owner, from, to, after) = (None, None, None, None, None, None);
    let newest = Listing::Transfers { book, account, reference, owner, from, to, after, limit: 1 };
    let newest = reading.list(&newest).await?.transfers.first().map_or(Time::MIN, |row| row.stamp);
    Ok(newest.since(reading.now) <= OPEN_LONGEST)
}

/// A place in the sequence before which nothing has a time from `from` on, found in some twenty steps.
async fn first_before(reading: &mut Reading<'_>, from: Option<Time>) -> Result<i64> {
    let Some(from) = from.map(|from| from.checked_sub(OPEN_LONGEST).unwrap_or(Time::MIN)) else {
        return Ok(0);
    };
    let (mut low, mut high) = (0_i64, 1_i64);
    // the first place whose event is late enough is after `low` and not after `high`
    while is_before(reading, high, from).await? {
        (low, high) = (high, high.saturating_mul(4));
    }
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if is_before(reading, middle, from).await? { low = middle } else { high = middle }
    }
    Ok(low)
}

/// Whether there is an event at a place, and its time is before `from`.
async fn is_before(reading: &mut Reading<'_>, seq: i64, from: Time) -> Result<bool> {
    let (book, types) = (reading.book.clone(), Vec::new());
    let listing = Listing::Events { book, after_seq: seq - 1, types, object: None, limit: 1 };
    Ok(reading.list(&listing).await?.events.first().is_some_and(|row| row.time() < from))
}
