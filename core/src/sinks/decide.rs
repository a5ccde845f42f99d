//! The life of a sink: it is made; its events are taken, reported on, parked and delivered again.

use std::sync::Arc;

use serde_json::json;
use uuid::Uuid;

use crate::error::{Detail, Error, Result};
use crate::ids::Book;
use crate::jobs::decide::{next_fence, pause};
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Decided, Halt, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::request::bounds::ahead;
use crate::request::domain::JobManner;
use crate::request::note::Note;
use crate::rows::needs::{Access, Needs};
use crate::rows::sink::{SinkRow, SinkState};
use crate::sinks::named::{ObjectOf, SinkOf};
use crate::sinks::requests::operations::Advance;
use crate::sinks::views::{Parked, ParkedReply, Sink, SinkReply, types_of};
use crate::time::{Span, Time};

/// How long a sink may rest.
pub const LONGEST_REST: Span = Span::from_hours(24);

/// How much a rest counts: one, or its minutes if it is longer.
fn minutes(rest: Span) -> i64 {
    (rest.micros() / Span::from_mins(1).micros()).max(1)
}

impl SinkOf {
    /// Its own row, unless there is none or it was removed.
    pub(super) fn known(&self, draft: &Draft<'_>) -> Decided<Option<SinkRow>> {
        Ok(draft.sink(&self.key())?.filter(|row| !row.is_removed()).cloned())
    }

    /// Its own row.
    pub(super) fn row(&self, draft: &Draft<'_>) -> Decided<SinkRow> {
        Ok(self.known(draft)?.ok_or_else(|| not_found(&self.name))?)
    }

    /// The row of a new sink. It continues the version and fence of a removed sink of its name, so that a
    /// late report on one of that sink's batches is refused.
    fn made(&self, draft: &Draft<'_>) -> Decided<SinkRow> {
        let mut row = SinkRow::fresh(self.key(), draft.ctx.time());
        if let Some(removed) = draft.sink(&self.key())? {
            (row.version, row.fence) = (removed.version, removed.fence);
        }
        Ok(row)
    }

    pub(super) fn conflict(&self, expected: i64, actual: i64) -> Error {
        Detail::VersionConflict { object: self.name.to_string(), expected, actual }.into()
    }

    /// The event of a step that a person, or the application, took with the sink.
    pub(super) fn tell(
        &self,
        draft: &mut Draft<'_>,
        event: &'static str,
        row: &SinkRow,
        data: &serde_json::Value,
    ) -> Decided<()> {
        draft.event(event, ("sink", &self.name), row.version + 1, data)
    }

    pub(super) fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<SinkReply> {
        let sink = Sink::of(seen.sink(&self.key())?)?;
        Ok(SinkReply { sink, replayed: replayed || made.is_empty() })
    }
}

/// `sink_not_found`.
pub fn not_found(sink: &str) -> Error {
    Detail::SinkNotFound { sink: sink.to_owned() }.into()
}

/// Marks that something was done, with a random id: sinks have names and no ids.
pub(super) fn done(draft: &mut Draft<'_>) -> CreatedIds {
    CreatedIds::of::<Uuid>(draft.ids.uuid())
}

/// The place of the newest event of a book. A cached head will not do: the sequencer moves the place without
/// a guard on it.
fn newest(draft: &Draft<'_>, book: &Book) -> Decided<i64> {
    if draft.seen().from_cache {
        return Err(Halt::Busy);
    }
    Ok(draft.seen().heads.row(&(book.clone(),)).map_or(0, |head| head.seq))
}

/// Makes a sink, or changes what it wants.
#[derive(Clone, Debug)]
pub struct Subscribed {
    pub sink: SinkOf,
    /// JSON list of the types that it wants.
    pub types: Option<Arc<str>>,
    /// Whether a new one begins with the first event of the log.
    pub from_first: bool,
    /// How often an event may fail.
    pub max_attempts: i64,
    /// The caller's notes.
    pub note: Note,
}

impl Operation for Subscribed {
    type Reply = SinkReply;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.sink(self.sink.key(), Access::Write);
        needs.heads.insert((self.sink.book.clone(),));
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        draft.permit(&[])?;
        let mut row = match self.sink.known(draft)? {
            Some(row) => {
                self.note.check_version(&self.sink.name, row.version)?;
                if (&row.types, row.max_attempts) == (&self.types, self.max_attempts) {
                    return Ok(CreatedIds::default());
                }
                row
            }
            None => {
                self.note.check_version(&self.sink.name, 0)?;
                let mut row = self.sink.made(draft)?;
                row.settled = if self.from_first { 0 } else { newest(draft, &self.sink.book)? };
                row.until = row.settled;
                row
            }
        };
        (row.types, row.max_attempts) = (self.types.clone(), self.max_attempts);
        let data = json!({ "max_attempts": row.max_attempts, "seq": row.settled, "types": types_of(&row)? });
        self.sink.tell(draft, "sink.subscribed", &row, &data)?;
        draft.put_sink(row);
        Ok(done(draft))
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<SinkReply> {
        self.sink.reply(made, seen, replayed)
    }
}

impl Operation for Advance {
    type Reply = SinkReply;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.sink(self.consumer.key(), Access::Write);
        needs.heads.insert((self.consumer.book.clone(),));
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        draft.permit(&[])?;
        let known = self.consumer.known(draft)?;
        let (is_new, version) = (known.is_none(), known.as_ref().map_or(0, |row| row.version));
        self.note.check_version(&self.consumer.name, version)?;
        let mut row = match known {
            Some(row) => row,
            None => self.consumer.made(draft)?,
        };
        if let Some(fence) = self.fence.filter(|fence| *fence != row.fence) {
            return Err(self.consumer.conflict(fence, row.fence).into());
        }
        if let Some(after) = self.after_seq.filter(|after| *after != row.settled) {
            return Err(self.consumer.conflict(after, row.settled).into());
        }
        if self.seq < row.settled {
            return Err(Error::invalid(
                "seq",
                format!("must not be before the sink's place, {}", row.settled),
            )
            .into());
        }
        if self.seq > newest(draft, &self.consumer.book)? {
            return Err(Error::invalid("seq", "must not be behind the newest event of the book").into());
        }
        if self.seq == row.settled && !is_new && (self.fence.is_none() || row.leased_until.is_none()) {
            return Ok(CreatedIds::default());
        }
        if is_new {
            let data = json!({ "max_attempts": row.max_attempts, "seq": self.seq, "types": [] });
            self.consumer.tell(draft, "sink.subscribed", &row, &data)?;
        }
        if self.seq > row.settled {
            row.attempts = 0;
        }
        row.settled = self.seq;
        row.until = row.until.max(self.seq);
        if self.fence.is_some() {
            row.leased_until = None;
        }
        draft.put_sink(row);
        Ok(done(draft))
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<SinkReply> {
        self.consumer.reply(made, seen, replayed)
    }
}

/// Delivers an object's events again, or gives them up.
#[derive(Clone, Debug)]
pub struct Unpark {
    pub sink: SinkOf,
    pub object: ObjectOf,
    /// Whether its events are given up.
    pub discard: bool,
    /// The caller's notes.
    pub note: Note,
}

impl Operation for Unpark {
    type Reply = ParkedReply;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.sink(self.sink.key(), Access::Write);
        needs.sink(self.sink.key_of(&self.object), Access::Write);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        draft.permit(&[])?;
        let own = self.sink.row(draft)?;
        let known = draft.sink(&self.sink.key_of(&self.object))?.cloned();
        let mut row = known
            .ok_or_else(|| Error::invalid("object_id", "is of no object that the sink has left behind"))?;
        self.note.check_version(&self.sink.name, row.version)?;
        if row.state == SinkState::Clear {
            return Ok(CreatedIds::default());
        }
        let (object, id) = &self.object;
        let data = json!({ "discard": self.discard, "object": object, "object_id": id, "seq": row.settled });
        self.sink.tell(draft, "sink.unparked", &own, &data)?;
        row.attempts = 0;
        if self.discard {
            (row.state, row.due_at) = (SinkState::Clear, None);
        } else {
            (row.state, row.due_at) = (SinkState::Waiting, Some(draft.ctx.now));
        }
        draft.put_sink(row);
        // raises the sink's version, so that a search under way is repeated
        draft.put_sink(own);
        Ok(done(draft))
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<ParkedReply> {
        let parked = Parked::of(seen.sink(&self.sink.key_of(&self.object))?);
        Ok(ParkedReply { parked, replayed: replayed || made.is_empty() })
    }
}

/// Takes what was found for a sink, unless another holder was faster.
#[derive(Clone, Debug)]
pub struct Take {
    pub sink: SinkOf,
    /// Its version when it was read. While it stands, the objects left behind are unchanged too.
    pub version: i64,
    /// The place up to which the log was read.
    pub until: i64,
    /// The object that the events are of, if it was left behind.
    pub object: Option<ObjectOf>,
    /// For how long; `None` if no event was found, so that the sink only moves on or the object is cleared.
    pub span: Option<Span>,
    /// Whether the clock is trusted: only then a batch is taken over whose lease has ended.
    pub takes_over: bool,
}

impl Take {
    /// Whether a batch still belongs to a holder.
    pub fn is_held(row: &SinkRow, now: Time, takes_over: bool) -> bool {
        row.leased_until.is_some_and(|until| !takes_over || until > now)
    }
}

impl Operation for Take {
    /// The sink, if the caller has got the batch.
    type Reply = Option<Sink>;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.sink(self.sink.key(), Access::Write);
        if let Some(object) = &self.object {
            needs.sink(self.sink.key_of(object), Access::Write);
        }
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let known = match draft.sink(&self.sink.key()) {
            // another holder is about to take it, so waiting would not help
            Err(Halt::Busy) => return Ok(CreatedIds::default()),
            known => known?.cloned(),
        };
        let now = draft.ctx.now;
        let free = |row: &SinkRow| row.version == self.version && !Self::is_held(row, now, self.takes_over);
        let Some(mut row) = known.filter(free) else { return Ok(CreatedIds::default()) };
        match (self.span, &self.object) {
            (Some(span), object) => {
                row.fence = next_fence(draft, row.fence);
                row.leased_until = Some(now.checked_add(span).unwrap_or(Time::MAX));
                row.until = self.until;
                (row.taken_object, row.taken_id) = object.clone().unzip();
            }
            (None, Some(object)) => {
                let Some(mut left) = draft.sink(&self.sink.key_of(object))?.cloned() else {
                    return Ok(CreatedIds::default());
                };
                (left.state, left.due_at, left.attempts) = (SinkState::Clear, None, 0);
                draft.put_sink(left);
            }
            (None, None) => {
                (row.settled, row.until, row.attempts) = (self.until, self.until, 0);
                row.leased_until = None;
            }
        }
        draft.put_sink(row);
        Ok(done(draft))
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, _: bool) -> Decided<Option<Sink>> {
        if made.is_empty() {
            return Ok(None);
        }
        Ok(Some(Sink::of(seen.sink(&self.sink.key())?)?))
    }
}

/// An event that failed, with the object that it is of.
#[derive(Clone, Debug)]
pub struct FailedAt {
    /// Its place.
    pub seq: i64,
    pub object: ObjectOf,
    /// Why.
    pub error: Arc<str>,
    /// Whether it would fail again however often it comes.
    pub permanent: bool,
}

/// Reports on a batch.
#[derive(Clone, Debug)]
pub struct Settle {
    pub sink: SinkOf,
    /// The number of the batch.
    pub fence: i64,
    /// Everything up to here is done, except for what failed.
    pub seq: i64,
    /// The failed events in the order of the sequence, for each object the first.
    pub failed: Vec<FailedAt>,
    /// The sink rests until then.
    pub retry_at: Option<Time>,
}

impl Settle {
    /// The object of the batch, if it is one that was left behind.
    fn taken(row: &SinkRow) -> Option<ObjectOf> {
        row.taken_object.clone().zip(row.taken_id.clone())
    }

    fn check(&self, row: &SinkRow, from: i64) -> Result<()> {
        if !(from..=row.until).contains(&self.seq) {
            let bounds = format!("must be between {from} and {}, as far as the batch goes", row.until);
            return Err(Error::invalid("seq", bounds));
        }
        for (place, failed) in self.failed.iter().enumerate() {
            if !(from + 1..=self.seq).contains(&failed.seq) {
                let reason = format!("must be an event of the batch, after {from} and up to `seq`");
                return Err(Error::invalid(format!("failed[{place}].seq"), reason));
            }
        }
        Ok(())
    }

    /// Leaves an object behind, from the event that failed on.
    fn leave(
        &self,
        draft: &mut Draft<'_>,
        own: &SinkRow,
        mut left: SinkRow,
        failed: &FailedAt,
    ) -> Decided<()> {
        let again = left.settled == failed.seq - 1 && left.state != SinkState::Clear;
        left.attempts = if again { left.attempts + 1 } else { 1 };
        left.settled = failed.seq - 1;
        left.last_error = Some(failed.error.clone());
        if failed.permanent || left.attempts >= own.max_attempts {
            (left.state, left.due_at) = (SinkState::Parked, None);
            let (object, id) = &failed.object;
            let data =
                json!({ "attempts": left.attempts, "object": object, "object_id": id, "seq": failed.seq });
            self.sink.tell(draft, "sink.parked", own, &data)?;
        } else {
            let after = pause(left.attempts, draft.ids.salt(), &JobManner::default());
            left.state = SinkState::Waiting;
            left.due_at = Some(draft.ctx.now.checked_add(after).unwrap_or(Time::MAX));
        }
        draft.put_sink(left);
        Ok(())
    }

    /// A batch of the sequence: the sink moves on, and leaves behind what failed.
    fn forward(&self, draft: &mut Draft<'_>, own: &mut SinkRow) -> Decided<()> {
        self.check(own, own.settled)?;
        for failed in &self.failed {
            let key = self.sink.key_of(&failed.object);
            let known = draft.sink(&key)?.cloned();
            let left = known.unwrap_or_else(|| SinkRow::fresh(key, draft.ctx.time()));
            // a row that is not clear waits for an earlier event
            if left.version == 0 || left.state == SinkState::Clear {
                self.leave(draft, own, left, failed)?;
            }
        }
        own.settled = self.seq;
        Ok(())
    }

    /// A batch of an object that was left behind.
    fn again(&self, draft: &mut Draft<'_>, own: &SinkRow, object: &ObjectOf) -> Decided<()> {
        let known = draft.sink(&self.sink.key_of(object))?.cloned();
        // the events were given up meanwhile
        let Some(mut left) = known.filter(|left| left.state != SinkState::Clear) else { return Ok(()) };
        self.check(own, left.settled)?;
        if let Some(failed) = self.failed.first() {
            return self.leave(draft, own, left, failed);
        }
        (left.settled, left.attempts) = (self.seq, 0);
        if self.seq == own.until && own.until >= own.settled {
            (left.state, left.due_at) = (SinkState::Clear, None);
        } else {
            (left.state, left.due_at) = (SinkState::Waiting, Some(draft.ctx.now));
        }
        draft.put_sink(left);
        Ok(())
    }
}

impl Operation for Settle {
    type Reply = SinkReply;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        needs.sink(self.sink.key(), Access::Write);
        for failed in &self.failed {
            needs.sink(self.sink.key_of(&failed.object), Access::Write);
        }
        match seen.sinks.row(&self.sink.key()) {
            Some(row) => {
                if let Some(object) = Self::taken(row) {
                    needs.sink(self.sink.key_of(&object), Access::Write);
                }
            }
            None => needs.incomplete |= !seen.sinks.knows(&self.sink.key()),
        }
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let mut own = self.sink.row(draft)?;
        if self.fence != own.fence {
            // another holder has taken a batch since
            return Err(self.sink.conflict(self.fence, own.fence).into());
        }
        if own.leased_until.is_none() {
            // it was reported on before
            return Ok(CreatedIds::default());
        }
        let (now, place) = (draft.ctx.now, own.settled);
        let rest = self.retry_at.map(|at| ahead("retry_at", at, now, LONGEST_REST)).transpose()?;
        match Self::taken(&own) {
            Some(object) => self.again(draft, &own, &object)?,
            None => self.forward(draft, &mut own)?,
        }
        own.attempts = match rest {
            Some(at) if own.settled == place => own.attempts.saturating_add(minutes(at.since(now))),
            Some(at) => minutes(at.since(now)),
            None => 0,
        };
        (own.leased_until, own.due_at) = (None, rest);
        draft.put_sink(own);
        Ok(done(draft))
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<SinkReply> {
        self.sink.reply(made, seen, replayed)
    }
}
