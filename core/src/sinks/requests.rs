//! Requests about sinks: making them, taking their events, reporting on these, and looking after what failed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::request::bounds::{
    COUNT, EXACT, LINE, NAME, PAGE, PAGE_SIZE, REASON, WORD, bounds, show, spans, whole,
};
use crate::request::declare::request;
use crate::request::normal::Normal;
use crate::sinks::named::SinkOf;
use crate::time::{Span, SpanInput, Time};

request! {
    /// Makes a sink: a named reader of the log. One that is there gets these types and this number of
    /// attempts; it stays where it is.
    write Subscribe {
        /// Its name: 1 to 64 of `A-Z a-z 0-9 . _ : -`.
        sink: String [NAME],
        ;
        /// Only events of these types, such as `transfer.posted`, or `deal.*` for all of deals; all if it is
        /// left out.
        types: Option<Vec<String>> [NAME.items(100)],
        /// Where a new sink begins: `first` is the beginning of the log, `next` is behind its newest event,
        /// which is meant if it is left out.
        from: Option<String> [WORD],
        /// How often an event may fail before its object is parked, 1 to 100.
        max_attempts: Option<u32> [whole(1, 100)] = 20,
    }

    /// Takes the next events of a sink.
    read TakeEvents {
        /// The sink.
        sink: String [NAME],
        /// For how long, PT1S to PT1H. Until then nobody else gets events of this sink.
        r#for: SpanInput [spans(Span::from_secs(1), Span::from_hours(1))],
        ;
        /// How many at most, 1 to 500.
        limit: Option<u32> [PAGE] = PAGE_SIZE,
    }
}

/// An event that could not be taken.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(transform = show::<FailedEvent>)]
pub struct FailedEvent {
    /// Its place in the sequence.
    pub seq: i64,
    /// The error, at most 1,000 characters. No personal data: it is kept with the sink.
    pub error: String,
    /// It would fail again however often it comes: its object is parked at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permanent: Option<bool>,
}

bounds! { FailedEvent { seq: whole(1, EXACT), error: REASON } }

impl Normal for FailedEvent {}

impl FailedEvent {
    /// An event that could not be taken, and why.
    #[must_use]
    pub fn new(seq: i64, error: impl Into<String>) -> Self {
        Self { seq, error: error.into(), permanent: None }
    }

    /// The same, and it would fail again however often it comes.
    #[must_use]
    pub const fn permanent(mut self) -> Self {
        self.permanent = Some(true);
        self
    }
}

request! {
    mod operations;

    /// Reports on a batch: what is done, and what failed. It ends the batch.
    read SettleEvents {
        /// The sink.
        sink: String [NAME],
        /// The number of the batch.
        fence: i64 [whole(1, EXACT)],
        /// Everything up to this place is done, but for what failed: the `seq` of the batch if that is all of
        /// it. What comes behind is delivered again.
        seq: i64 [COUNT],
        ;
        /// Events up to `seq` that failed. Their objects' later events of the batch count as not delivered.
        failed: Option<Vec<FailedEvent>> [crate::request::bounds::Bound::NONE.items(500)],
        /// The sink rests until then, at most 24 hours: the other side is down.
        retry_at: Option<Time>,
    }

    /// Moves a consumer's place in the log, in the transaction of what it has done there. A name that no sink
    /// has makes one.
    write AdvanceSink parses Advance {
        /// The consumer: the name of a sink.
        consumer: String as SinkOf [NAME],
        /// Everything up to this place is done.
        seq: i64 [COUNT],
        ;
        /// The place that it was at: if another process has moved it since, this is `version_conflict`.
        after_seq: Option<i64> [COUNT],
        /// The number of the batch from `events.take` that ends with this.
        fence: Option<i64> [whole(1, EXACT)],
    }

    /// Delivers the events of an object again that a sink has left behind, or gives them up.
    write UnparkEvents {
        /// The sink.
        sink: String [NAME],
        /// The kind of the object, as its events say it.
        object: String [NAME],
        /// The object's id, as its events say it.
        object_id: String [LINE],
        ;
        /// Gives up what waits; the object's next events are delivered.
        discard: Option<bool> = false,
    }

    /// Takes a sink back to an earlier place: the events after it come again, under the same ids. What it had
    /// left behind is clear then, and its newest batch is nobody's any more.
    read RewindSink {
        /// The sink.
        sink: String [NAME],
        /// The place, not behind the one that it is at; 0 is the beginning of the log.
        seq: i64 [COUNT],
        ;
    }

    /// Removes a sink, with what it has left behind. One of its name that is made later is a new one.
    read Unsubscribe {
        /// The sink.
        sink: String [NAME],
        ;
    }

    /// Lists sinks by name, with how far behind they are.
    read ListSinks pages {}

    /// Lists the objects that a sink has left behind, by kind and id.
    read ListParked pages {
        /// The sink.
        sink: String [NAME],
    }
}
