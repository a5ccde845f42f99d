//! Views of sinks.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::history::views::Event;
use crate::rows::sink::{SinkRow, SinkState};
use crate::time::Time;

/// A named reader of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Sink {
    /// Its name.
    pub name: String,
    /// The types of events that it wants; none is all.
    pub types: Vec<String>,
    /// The place in the sequence up to which everything is settled.
    pub seq: i64,
    /// The number of its newest batch.
    pub fence: i64,
    /// Until when the newest batch belongs to its holder; `null` when it was reported on.
    pub leased_until: Option<Time>,
    /// It rests until then.
    pub retry_at: Option<Time>,
    /// How often an event may fail before its object is parked.
    pub max_attempts: i64,
    /// Counts every change.
    pub version: i64,
    /// When it was made.
    pub created_at: Time,
}

/// The types that a row wants.
///
/// # Errors
/// `corrupted` when its column is not a list of texts.
pub(crate) fn types_of(row: &SinkRow) -> Result<Vec<String>> {
    let broken = |_| Error::corrupted(format!("types of sink {}", row.name));
    row.types.as_deref().map_or(Ok(Vec::new()), |text| serde_json::from_str(text).map_err(broken))
}

impl Sink {
    /// The view of a sink's own row.
    ///
    /// # Errors
    /// `corrupted` when a JSON column cannot be read.
    pub fn of(row: &SinkRow) -> Result<Self> {
        Ok(Self {
            name: row.name.to_string(),
            types: types_of(row)?,
            seq: row.settled,
            fence: row.fence,
            leased_until: row.leased_until,
            retry_at: row.due_at,
            max_attempts: row.max_attempts,
            version: row.version,
            created_at: row.created_at,
        })
    }
}

/// Reply of the writes about a sink.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SinkReply {
    /// The sink.
    pub sink: Sink,
    /// Whether this step was taken before.
    pub replayed: bool,
}

/// A sink, and how far behind it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SinkStatus {
    /// The sink.
    pub sink: Sink,
    /// How many events of the book come after its place, wanted or not.
    pub lag: i64,
    /// How many objects it left behind that are delivered again by themselves; 1,000 are counted.
    pub waiting: i64,
    /// How many objects it left behind that wait for a person; 1,000 are counted.
    pub parked: i64,
}

/// Events that were taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Batch {
    /// The number of the batch, for the report on it; `null` when there is none: nothing new has happened,
    /// somebody else has a batch, or the sink rests.
    pub fence: Option<i64>,
    /// The place to report when everything is done.
    pub seq: i64,
    /// The events, in the order of the sequence.
    pub events: Vec<Event>,
    /// Until when they belong to the caller.
    pub leased_until: Option<Time>,
    /// All of them are of one object that had been left behind.
    pub again: bool,
    /// Why there is no batch, if that will change at a known time: somebody has one until then, or the sink
    /// rests.
    pub wait_until: Option<Time>,
    /// Whether there may be more at once.
    pub more: bool,
}

/// An object that a sink has left behind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Parked {
    /// The sink.
    pub sink: String,
    /// The kind of object.
    pub object: String,
    /// The object's id.
    pub object_id: String,
    /// `waiting`: its events are delivered again by themselves; `parked`: they wait for a person; `clear`:
    /// nothing is left behind.
    pub state: SinkState,
    /// Its events after this place are left behind.
    pub after_seq: i64,
    /// How often the first of them has failed.
    pub attempts: i64,
    /// When they are delivered again.
    pub retry_at: Option<Time>,
    /// The newest error.
    pub last_error: Option<String>,
    /// Counts every change.
    pub version: i64,
    /// When an event of the object failed for the first time.
    pub created_at: Time,
}

impl Parked {
    /// The view of a row of an object.
    #[must_use]
    pub fn of(row: &SinkRow) -> Self {
        Self {
            sink: row.name.to_string(),
            object: row.object.to_string(),
            object_id: row.object_id.to_string(),
            state: row.state,
            after_seq: row.settled,
            attempts: row.attempts,
            retry_at: row.due_at,
            last_error: row.last_error.as_deref().map(ToOwned::to_owned),
            version: row.version,
            created_at: row.created_at,
        }
    }
}

/// Reply of `events.unpark`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ParkedReply {
    /// The object.
    pub parked: Parked,
    /// Whether this step was taken before.
    pub replayed: bool,
}
