//! Views of sinks.

use crate::error::{Error, Result};
use crate::history::views::Event;
use crate::request::view::views;
use crate::rows::sink::{SinkRow, SinkState};
use crate::time::Time;

views! {
    /// A named reader of the log.
    view Sink of(row: &SinkRow) -> Result => {
        /// Its name.
        name: String = row.name.to_string(),
        /// The types of events that it wants; none is all.
        types: Vec<String> = types_of(row)?,
        /// The place in the sequence up to which everything is settled.
        seq: i64 = row.settled,
        /// The number of its newest batch.
        fence: i64 = row.fence,
        /// Until when the newest batch belongs to its holder; `null` when it was reported on.
        leased_until: Option<Time> = row.leased_until,
        /// It rests until then.
        retry_at: Option<Time> = row.due_at,
        /// How often an event may fail before its object is parked.
        max_attempts: i64 = row.max_attempts,
        /// Counts every change.
        version: i64 = row.version,
        /// When it was made.
        created_at: Time = row.created_at,
    }
}

/// The types that a row wants.
///
/// # Errors
/// `corrupted` when its column is not a list of texts.
pub(crate) fn types_of(row: &SinkRow) -> Result<Vec<String>> {
    let broken = |_| Error::corrupted(format!("types of sink {}", row.name));
    row.types.as_deref().map_or(Ok(Vec::new()), |text| serde_json::from_str(text).map_err(broken))
}

views! {
    /// Reply of the writes about a sink.
    view SinkReply {
        /// The sink.
        sink: Sink,
        /// Whether this step was taken before.
        replayed: bool,
    }

    /// A sink, and how far behind it is.
    view SinkStatus {
        /// The sink.
        sink: Sink,
        /// How many events of the book come after its place, wanted or not.
        lag: i64,
        /// How many objects it left behind that are delivered again by themselves; 1,000 are counted.
        waiting: i64,
        /// How many objects it left behind that wait for a person; 1,000 are counted.
        parked: i64,
    }

    /// Events that were taken.
    view Batch {
        /// The number of the batch, for the report on it; `null` when there is none: nothing new has
        /// happened, somebody else has a batch, or the sink rests.
        fence: Option<i64>,
        /// The place to report when everything is done.
        seq: i64,
        /// The events, in the order of the sequence.
        events: Vec<Event>,
        /// Until when they belong to the caller.
        leased_until: Option<Time>,
        /// All of them are of one object that had been left behind.
        again: bool,
        /// Why there is no batch, if that will change at a known time: somebody has one until then, or the
        /// sink rests.
        wait_until: Option<Time>,
        /// Whether there may be more at once.
        more: bool,
    }

    /// An object that a sink has left behind.
    view Parked of(row: &SinkRow) => {
        /// The sink.
        sink: String = row.name.to_string(),
        /// The kind of object.
        object: String = row.object.to_string(),
        /// The object's id.
        object_id: String = row.object_id.to_string(),
        /// `waiting`: its events are delivered again by themselves; `parked`: they wait for a person;
        /// `clear`: nothing is left behind.
        state: SinkState = row.state,
        /// Its events after this place are left behind.
        after_seq: i64 = row.settled,
        /// How often the first of them has failed.
        attempts: i64 = row.attempts,
        /// When they are delivered again.
        retry_at: Option<Time> = row.due_at,
        /// The newest error.
        last_error: Option<String> = row.last_error.as_deref().map(ToOwned::to_owned),
        /// Counts every change.
        version: i64 = row.version,
        /// When an event of the object failed for the first time.
        created_at: Time = row.created_at,
    }

    /// Reply of `events.unpark`.
    view ParkedReply {
        /// The object.
        parked: Parked,
        /// Whether this step was taken before.
        replayed: bool,
    }
}
