//! Rewinds or removes a sink, in several commits, because it may have left any number of objects behind.
//!
//! The first commit takes the sink under a batch of its own, so that nobody takes or reports meanwhile. The
//! next ones clear the objects that it left behind, and the last one ends. A process that dies in between
//! leaves a sink that goes on when that batch's lease ends: nothing is lost, and the same call does the rest.

use serde_json::json;

use crate::error::Error;
use crate::jobs::decide::next_fence;
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::rows::needs::{Access, Needs};
use crate::rows::sink::SinkState;
use crate::sinks::decide::done;
use crate::sinks::named::{ObjectOf, SinkOf};
use crate::sinks::views::{Sink, SinkReply};
use crate::time::{Span, Time};

/// How long the sink is held for the next commit.
const HELD: Span = Span::from_mins(1);

/// The fate of a cleared sink.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It goes on from this place.
    Rewound(i64),
    Removed,
}

/// Takes a sink from the holder of its batch, and moves it back if it is rewound.
#[derive(Clone, Debug)]
pub struct Hold {
    pub sink: SinkOf,
    /// The sink's fate.
    pub end: End,
}

impl Operation for Hold {
    type Reply = Sink;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.sink(self.sink.key(), Access::Write);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let mut row = self.sink.row(draft)?;
        if let End::Rewound(seq) = self.end {
            if seq > row.settled {
                let reason = format!("must not be behind the sink's place, {}", row.settled);
                return Err(Error::invalid("seq", reason).into());
            }
            let data = json!({ "from": row.settled, "seq": seq });
            self.sink.tell(draft, "sink.rewound", &row, &data)?;
            (row.settled, row.until) = (seq, seq);
        }
        row.fence = next_fence(draft, row.fence);
        row.leased_until = Some(draft.ctx.now.checked_add(HELD).unwrap_or(Time::MAX));
        (row.taken_object, row.taken_id) = (None, None);
        (row.due_at, row.attempts) = (None, 0);
        draft.put_sink(row);
        Ok(done(draft))
    }

    fn reply(&self, _: &CreatedIds, seen: &Snapshot, _: bool) -> Decided<Sink> {
        Ok(Sink::of(seen.sink(&self.sink.key())?)?)
    }
}

/// Clears objects that a sink has left behind. The last such commit also ends the clearing.
#[derive(Clone, Debug)]
pub struct Clear {
    pub sink: SinkOf,
    /// The sink's fate.
    pub end: End,
    /// The number under which it is held.
    pub fence: i64,
    pub objects: Vec<ObjectOf>,
    /// Whether these are the last ones.
    pub is_last: bool,
}

impl Operation for Clear {
    type Reply = SinkReply;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.sink(self.sink.key(), Access::Write);
        for object in &self.objects {
            needs.sink(self.sink.key_of(object), Access::Write);
        }
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let mut own = self.sink.row(draft)?;
        if own.fence != self.fence {
            // its lease ended, and another holder has taken a batch since
            return Err(self.sink.conflict(self.fence, own.fence).into());
        }
        for object in &self.objects {
            if let Some(mut left) = draft.sink(&self.sink.key_of(object))?.cloned() {
                (left.state, left.due_at, left.attempts) = (SinkState::Clear, None, 0);
                draft.put_sink(left);
            }
        }
        own.leased_until = Some(draft.ctx.now.checked_add(HELD).unwrap_or(Time::MAX));
        if self.is_last {
            own.leased_until = None;
            if self.end == End::Removed {
                let data = json!({ "seq": own.settled });
                self.sink.tell(draft, "sink.unsubscribed", &own, &data)?;
                own.state = SinkState::Clear;
            }
        }
        draft.put_sink(own);
        Ok(done(draft))
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<SinkReply> {
        self.sink.reply(made, seen, replayed)
    }
}
