//! Takes events of a sink and reports on them (`events.take`, `events.settle`), rewinds a sink
//! (`events.rewind`) and removes it (`events.unsubscribe`).

use std::collections::BTreeSet;
use std::sync::Arc;

use super::visit::Visit;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::history::views::Event;
use crate::ids::Actor;
use crate::rows::events::Link;
use crate::rows::listing::{Listed, Listing};
use crate::rows::needs::{Access, Needs};
use crate::rows::sink::{SinkRow, SinkState};
use crate::rows::tables::EventRow;
use crate::sinks::clearing::{Clear, End, Hold};
use crate::sinks::decide::{FailedAt, Settle, Take, not_found};
use crate::sinks::named::{ObjectOf, SinkOf};
use crate::sinks::requests::{RewindSink, SettleEvents, TakeEvents, Unsubscribe};
use crate::sinks::views::{Batch, Sink, SinkReply, types_of};
use crate::sinks::{sink_name, wants};
use crate::sorting::{Gathering, Sorting};
use crate::time::{Span, Time};

/// How often a sink is read again, because others changed it or no wanted event was found.
const LOOKS: usize = 6;
/// Events read at once.
const PAGE: usize = 500;
/// Events that one search reads.
const LOOKED_AT: usize = 5_000;

/// `events.take`.
pub async fn take(engine: &Engine, actor: &Actor, request: &TakeEvents) -> Result<Batch> {
    let sink = SinkOf { book: engine.book_name().clone(), name: sink_name("sink", &request.sink)? };
    let (span, limit) = (request.r#for.resolve("for")?, request.limit.unwrap_or(50) as usize);
    engine.place_events(&sink.book).await?;
    // with a fast clock, the lease of an active holder would seem to have ended
    let takes_over = engine.trusts_clock().await?;
    let mut looker = Looker { engine, sink, limit, takes_over };
    for _ in 0..LOOKS {
        let (row, found) = match looker.look().await? {
            SinkWork::Found(row, found) => (row, found),
            SinkWork::Nothing(batch) => return Ok(batch),
        };
        let took = looker.take(actor, &row, &found, span).await?;
        if let (Some(sink), false) = (took, found.events.is_empty()) {
            return Ok(Batch {
                fence: Some(sink.fence),
                seq: found.until,
                events: found.events,
                leased_until: sink.leased_until,
                again: found.object.is_some(),
                wait_until: None,
                more: true,
            });
        }
    }
    Ok(nothing(0, None, true))
}

/// `events.settle`.
pub async fn settle(engine: &Engine, actor: &Actor, request: &SettleEvents) -> Result<SinkReply> {
    let sink = SinkOf { book: engine.book_name().clone(), name: sink_name("sink", &request.sink)? };
    let mut failed: Vec<FailedAt> = Vec::new();
    let mut given: Vec<_> = request.failed.iter().flatten().enumerate().collect();
    given.order_by_key(|(_, failed)| failed.seq);
    for (place, one) in given {
        let field = |name: &str| format!("failed[{place}].{name}");
        if one.error.is_empty() {
            return Err(Error::invalid(field("error"), "must not be empty"));
        }
        let (book, types) = (sink.book.clone(), Vec::new());
        let listing = Listing::Events { book, after_seq: one.seq - 1, types, object: None, limit: 1 };
        let found = engine.look(&listing).await?;
        let there = found.sequence.first().is_some_and(|link| link.seq == one.seq);
        let event = found.events.first().filter(|_| there);
        let event = event.ok_or_else(|| Error::invalid(field("seq"), "is no event of the book"))?;
        let object = object_of(event);
        // after an object's first failure its later events count as not delivered
        if !failed.iter().any(|known| known.object == object) {
            let permanent = one.permanent.unwrap_or(false);
            failed.push(FailedAt { seq: one.seq, object, error: one.error.as_str().into(), permanent });
        }
    }
    let (fence, seq, retry_at) = (request.fence, request.seq, request.retry_at);
    visit(engine, actor, "events.settle").run(Settle { sink, fence, seq, failed, retry_at }).await
}

/// `events.rewind`.
pub async fn rewind(engine: &Engine, actor: &Actor, request: &RewindSink) -> Result<SinkReply> {
    let sink = SinkOf { book: engine.book_name().clone(), name: sink_name("sink", &request.sink)? };
    let clearer = Clearer { engine, sink, visit: visit(engine, actor, "events.rewind") };
    let row = clearer.row().await?;
    let is_there = row.settled == request.seq && row.leased_until.is_none() && row.due_at.is_none();
    if is_there && clearer.left_behind().await?.is_empty() {
        return Ok(SinkReply { sink: Sink::of(&row)?, replayed: true });
    }
    clearer.run(End::Rewound(request.seq)).await
}

/// `events.unsubscribe`.
pub async fn unsubscribe(engine: &Engine, actor: &Actor, request: &Unsubscribe) -> Result<SinkReply> {
    let sink = SinkOf { book: engine.book_name().clone(), name: sink_name("sink", &request.sink)? };
    let clearer = Clearer { engine, sink, visit: visit(engine, actor, "events.unsubscribe") };
    clearer.run(End::Removed).await
}

/// Clears the objects that a sink has left behind, while it holds the sink.
struct Clearer<'e> {
    engine: &'e Engine,
    sink: SinkOf,
    visit: Visit,
}

impl Clearer<'_> {
    async fn row(&self) -> Result<SinkRow> {
        let mut needs = Needs::default();
        needs.sink(self.sink.key(), Access::Read);
        let row = self.engine.peek(&needs).await?.sinks.into_iter().next();
        row.filter(|row| !row.is_removed()).ok_or_else(|| not_found(&self.sink.name))
    }

    /// The first page of the objects.
    async fn left_behind(&self) -> Result<Vec<ObjectOf>> {
        let (book, sink) = (self.sink.book.clone(), self.sink.name.clone());
        let listing = Listing::LeftBehind { book, sink, due: None, after: None, limit: PAGE };
        let rows = self.engine.look(&listing).await?.sinks;
        Ok(rows.into_iter().map(|row| (row.object, row.object_id)).collect())
    }

    async fn run(&self, end: End) -> Result<SinkReply> {
        let fence = self.visit.run(Hold { sink: self.sink.clone(), end }).await?.fence;
        loop {
            let objects = self.left_behind().await?;
            let is_last = objects.len() < PAGE;
            let clear = Clear { sink: self.sink.clone(), end, fence, objects, is_last };
            let reply = self.visit.run(clear).await?;
            if is_last {
                return Ok(reply);
            }
        }
    }
}

/// The visit that makes the commits on a sink.
fn visit(engine: &Engine, actor: &Actor, name: &'static str) -> Visit {
    Visit::new(engine, actor, name).unanswered("a step of a sink was not answered")
}

fn object_of(row: &EventRow) -> ObjectOf {
    (row.object.clone(), Arc::from(row.object_id().as_ref()))
}

const fn nothing(seq: i64, wait_until: Option<Time>, more: bool) -> Batch {
    Batch { fence: None, seq, events: Vec::new(), leased_until: None, again: false, wait_until, more }
}

/// The result of a sink's search.
enum SinkWork {
    /// Events, or a place up to which none was wanted.
    Found(Box<SinkRow>, Found),
    /// Nothing to do now.
    Nothing(Batch),
}

/// The wanted events up to a place.
struct Found {
    events: Vec<Event>,
    /// The place up to which the log was read.
    until: i64,
    object: Option<ObjectOf>,
}

/// Searches without locks. Everything that it relies on raises the version of the sink's own row when it
/// changes.
struct Looker<'e> {
    engine: &'e Engine,
    sink: SinkOf,
    limit: usize,
    takes_over: bool,
}

impl Looker<'_> {
    async fn look(&mut self) -> Result<SinkWork> {
        let mut needs = Needs::default();
        needs.sink(self.sink.key(), Access::Read);
        let row = self.engine.peek(&needs).await?.sinks.into_iter().next();
        let row = row.filter(|row| !row.is_removed()).ok_or_else(|| not_found(&self.sink.name))?;
        let now = self.engine.store_now().await?;
        if Take::is_held(&row, now, self.takes_over) {
            return Ok(SinkWork::Nothing(nothing(row.settled, row.leased_until, false)));
        }
        if let Some(rests) = row.due_at.filter(|until| *until > now) {
            return Ok(SinkWork::Nothing(nothing(row.settled, Some(rests), false)));
        }
        // batches of the log and of objects left behind take turns, so neither starves the other
        let was_again = row.taken_object.is_some();
        let first = if was_again { self.onward(&row).await? } else { self.left_behind(&row, now).await? };
        let found = match first {
            Some(found) => Some(found),
            None if was_again => self.left_behind(&row, now).await?,
            None => self.onward(&row).await?,
        };
        let seq = row.settled;
        Ok(found.map_or_else(
            || SinkWork::Nothing(nothing(seq, None, false)),
            |found| SinkWork::Found(Box::new(row), found),
        ))
    }

    /// Takes what was found; `None` if another holder was faster.
    async fn take(&self, actor: &Actor, row: &SinkRow, found: &Found, span: Span) -> Result<Option<Sink>> {
        let take = Take {
            sink: self.sink.clone(),
            version: row.version,
            until: found.until,
            object: found.object.clone(),
            span: (!found.events.is_empty()).then_some(span),
            takes_over: self.takes_over,
        };
        visit(self.engine, actor, "events.take").run(take).await
    }

    /// The next events of the sequence, without those of objects that were left behind.
    async fn onward(&self, row: &SinkRow) -> Result<Option<Found>> {
        let types = types_of(row)?;
        let (mut events, mut until, mut looked_at) = (Vec::new(), row.settled, 0);
        // where all events are wanted, one more shows whether the log goes on
        let page = if types.is_empty() { (self.limit + 1).min(PAGE) } else { PAGE };
        'pages: while looked_at < LOOKED_AT {
            let book = self.sink.book.clone();
            let listing =
                Listing::Events { book, after_seq: until, types: Vec::new(), object: None, limit: page };
            let Listed { events: rows, sequence, .. } = self.engine.look(&listing).await?;
            let wanted = |row: &&EventRow| self.wants(&types, row);
            let left = self.left_of(rows.iter().filter(wanted).map(object_of).gathered()).await?;
            for (row, link) in rows.iter().zip(&sequence) {
                if self.wants(&types, row) && !left.contains(&object_of(row)) {
                    if events.len() == self.limit {
                        break 'pages;
                    }
                    events.push(Event::of(row, link)?);
                }
                until = link.seq;
            }
            looked_at += rows.len();
            if rows.len() < page {
                break;
            }
        }
        Ok((until > row.settled).then_some(Found { events, until, object: None }))
    }

    /// Whether the sink wants an event. Its own events are left out: each report would cause another.
    fn wants(&self, types: &[String], row: &EventRow) -> bool {
        let own = row.object.as_ref() == "sink" && row.object_id.as_ref() == Some(&self.sink.name);
        !own && wants(types, &row.kind)
    }

    /// Which of these objects were left behind.
    async fn left_of(&self, objects: BTreeSet<ObjectOf>) -> Result<BTreeSet<ObjectOf>> {
        let mut needs = Needs::default();
        for object in &objects {
            needs.sink(self.sink.key_of(object), Access::Read);
        }
        if needs.is_empty() {
            return Ok(BTreeSet::new());
        }
        let rows = self.engine.peek(&needs).await?.sinks;
        let left = rows.into_iter().filter(|row| row.state != SinkState::Clear);
        Ok(left.map(|row| (row.object, row.object_id)).gathered())
    }

    /// The events of the object that has been due for the longest.
    async fn left_behind(&self, row: &SinkRow, now: Time) -> Result<Option<Found>> {
        let (book, sink) = (self.sink.book.clone(), self.sink.name.clone());
        let listing = Listing::LeftBehind { book, sink, due: Some(now), after: None, limit: 1 };
        let Some(left) = self.engine.look(&listing).await?.sinks.into_iter().next() else { return Ok(None) };
        let types = types_of(row)?;
        let object = (left.object.clone(), left.object_id.clone());
        let (mut events, mut until) = (Vec::new(), left.settled);
        loop {
            let listing = Listing::Events {
                book: self.sink.book.clone(),
                after_seq: until,
                types: Vec::new(),
                object: Some(object.clone()),
                limit: PAGE,
            };
            let Listed { events: rows, sequence, .. } = self.engine.look(&listing).await?;
            let of_place = |(_, link): &(&EventRow, &Link)| link.seq <= row.settled;
            let behind: Vec<(&EventRow, &Link)> = rows.iter().zip(&sequence).filter(of_place).collect();
            for (event, link) in &behind {
                if self.wants(&types, event) {
                    if events.len() == self.limit {
                        return Ok(Some(Found { events, until, object: Some(object) }));
                    }
                    events.push(Event::of(event, link)?);
                }
                until = link.seq;
            }
            if behind.len() < PAGE {
                return Ok(Some(Found { events, until: row.settled.max(until), object: Some(object) }));
            }
        }
    }
}
