//! The rows of sinks: how far each reader of the log has come, and which objects it had to leave behind.
//!
//! A sink has one row of its own, whose `object` is empty, and one more for every object whose event it could
//! not take. Nothing is written for an event that was taken.

use std::sync::Arc;

use super::row::{Column, Row};
use super::row::{hot, row};
use crate::currency::Currencies;
use crate::error::Error;
use crate::ids::Book;
use crate::rows::codec::{Cell, Value, text_enum};
use crate::time::Time;

text_enum! {
    /// The delivery state of a row's events.
    pub enum SinkState {
        /// The sink's own row: they are delivered in the order of the sequence.
        Open = "open",
        /// An object whose event failed: its events wait, and are delivered again by themselves.
        Waiting = "waiting",
        /// It failed as often as it may: its events wait for a person.
        Parked = "parked",
        /// An object that failed once, and of which nothing is left behind; or a sink that was removed.
        Clear = "clear",
    }
}

row! {
    /// A sink: a named reader of the log, or an object that it left behind.
    SinkRow in "sink", version(row) = row.version,
        seen(version: i64, stamp: Time, fence: i64, settled: i64);
    key {
        /// The book.
        book: Book,
        /// The sink's name.
        name: Arc<str>,
        /// The kind of the object that was left behind; empty in the sink's own row.
        object: Arc<str>,
        /// The id of that object; empty in the sink's own row.
        object_id: Arc<str>,
    }
    /// The delivery state of its events.
    @hot state: SinkState,
    /// JSON list of the types that it wants; `None` is all.
    types: Option<Arc<str>>,
    /// The place in the sequence up to which everything is settled.
    @hot settled: i64,
    /// The place up to which the newest batch goes.
    @hot until: i64,
    /// The kind of the object that the newest batch is of, if it is of one that was left behind.
    @hot taken_object: Option<Arc<str>>,
    /// The id of that object.
    @hot taken_id: Option<Arc<str>>,
    /// How often the event after `settled` has failed. In the sink's own row, how often it has rested before
    /// that event: a rest of minutes counts for each of them.
    @hot attempts: i64,
    /// How often an event may fail before its object is parked.
    max_attempts: i64,
    /// Not before this time: an object is delivered again then, and a sink that rests is taken.
    @hot due_at: Option<Time>,
    /// The number of the newest batch: a report under an older one is refused.
    @hot fence: i64,
    /// Until when the newest batch belongs to its holder; `None` when it was reported on.
    @hot leased_until: Option<Time>,
    /// The newest error.
    @hot last_error: Option<Arc<str>>,
    /// Counts every change.
    @hot version: i64,
    /// When it was made.
    created_at: Time,
    /// Stamp of its newest change.
    @hot stamp: Time,
}

impl SinkRow {
    /// The row of a sink that begins, or of an object that it leaves behind now.
    pub(crate) fn fresh(key: <Self as Row>::Key, now: Time) -> Self {
        let (book, name, object, object_id) = key;
        Self {
            book,
            name,
            state: if object.is_empty() { SinkState::Open } else { SinkState::Waiting },
            object,
            object_id,
            types: None,
            settled: 0,
            until: 0,
            taken_object: None,
            taken_id: None,
            attempts: 0,
            max_attempts: 20,
            due_at: None,
            fence: 0,
            leased_until: None,
            last_error: None,
            version: 0,
            created_at: now,
            stamp: now,
        }
    }

    /// Whether it is the own row of a sink that was removed. It stays for the numbers of its batches.
    #[must_use]
    pub fn is_removed(&self) -> bool {
        self.object.is_empty() && self.state == SinkState::Clear
    }
}
