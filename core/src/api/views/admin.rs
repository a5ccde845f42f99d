//! Views of events, keys, health and verification.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::error::Error;
use crate::events::{Link, actor_of};
use crate::ids::{Actor, EventId};
use crate::kernel::traced::{self, Private};
use crate::store::rows::EventRow;
use crate::time::Time;

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Event {
    /// Its place in the book, without gaps.
    pub seq: i64,
    /// Its id.
    pub id: EventId,
    /// `object.past_tense`.
    pub r#type: String,
    /// The kind of object.
    pub object: String,
    /// The object's id.
    pub object_id: String,
    /// The object's version after it.
    pub version: i64,
    /// Who did it.
    pub actor: Option<Actor>,
    /// Ties together what one user action caused.
    pub correlation_id: Option<String>,
    /// What caused it.
    pub causation_id: Option<String>,
    /// Address of the end user, for staff in `admin.audit`, until it is erased.
    pub ip: Option<Private>,
    /// Device of the end user, for staff in `admin.audit`, until it is erased.
    pub device: Option<Private>,
    /// When.
    pub at: Time,
    /// Ids, amounts and hashes of texts.
    pub data: Map<String, Value>,
    /// Its link of the chain, hexadecimal.
    pub hash: String,
    /// The link before.
    pub previous_hash: String,
    /// The timeline that the link is of; `null` is the store's first.
    pub timeline: Option<String>,
}

impl Event {
    /// The view of an event in its place.
    ///
    /// # Errors
    /// `corrupted` when a JSON column cannot be read.
    pub fn of(row: &EventRow, link: &Link) -> Result<Self, Error> {
        let broken = |_| Error::corrupted(format!("data of event {}", row.id));
        let context: Map<String, Value> =
            row.context.as_deref().map(serde_json::from_str).transpose().map_err(broken)?.unwrap_or_default();
        let id = |name: &str| context.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
        Ok(Self {
            seq: link.seq,
            id: row.id,
            r#type: row.kind.to_string(),
            object: row.object.to_string(),
            object_id: row.object_id().into_owned(),
            version: row.version,
            actor: Some(actor_of(row)?),
            correlation_id: id("correlation_id"),
            causation_id: id("causation_id"),
            at: row.time(),
            ip: None,
            device: None,
            data: serde_json::from_str(&row.data).map_err(broken)?,
            hash: hex::encode(&link.hash),
            previous_hash: hex::encode(&link.previous),
            timeline: link.timeline.map(|id| id.to_string()),
        })
    }

    /// The same with the address and the device of the end user, for whoever may see them.
    #[must_use]
    pub fn with_private(mut self, row: &EventRow) -> Self {
        let mut texts = traced::clear(row);
        let mut text = |name: &str| texts.remove(name).map(Private::from);
        (self.ip, self.device) = (text("ip"), text("device"));
        self
    }
}

/// A timeline that has begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Timeline {
    /// The store.
    pub store: String,
    /// The timeline: links of the chain and receipts carry it from now on.
    pub timeline: String,
    /// The one before.
    pub previous: String,
}

/// A copy that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Copied {
    /// The file.
    pub path: String,
    /// Its size.
    pub bytes: i64,
}

/// The chain of a book, recomputed.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Chain {
    /// Whether every link is right and none is missing.
    pub ok: bool,
    /// How many events were read.
    pub events: i64,
    /// The newest link: keep it elsewhere to find a cut tail later.
    pub head: Head,
    /// The first sequence number that is wrong.
    pub broken_at: Option<i64>,
}

/// The newest link of a chain.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Head {
    /// Its sequence number.
    pub seq: i64,
    /// Its hash, hexadecimal.
    pub hash: String,
}

/// The hash of the whole state of a book.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StateHash {
    /// SHA-256, hexadecimal: equal on every store for equal money, holds, transfers and records.
    pub hash: String,
    /// How many accounts, transfers, holds and records went into it.
    pub rows: i64,
}

/// A read-only copy that was made from the log of a book.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Replayed {
    /// How many events were applied.
    pub events: i64,
    /// The newest link of the copy's chain.
    pub head: Head,
    /// The hash of the state of the copy, as `events.state_hash` says it: equal to that of the book itself.
    pub hash: String,
    /// How many accounts, transfers, holds and records went into it.
    pub rows: i64,
}

/// What `jobs.run_due` did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Ran {
    /// Timers of records that did something.
    pub timers: i64,
    /// Holds that ended.
    pub holds: i64,
    /// Jobs that this process's handlers were given, whether or not they worked.
    pub jobs: i64,
}

/// What happened under a key.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct KeyOutcome {
    /// The key.
    pub key: String,
    /// The operation; `null` when nothing happened under the key.
    pub operation: Option<String>,
    /// `accepted`, or `unknown` when nothing happened under the key.
    pub outcome: String,
    /// The ids that it made.
    pub made: Vec<String>,
    /// When.
    pub at: Option<Time>,
}

/// One check of health or verification.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct HealthCheck {
    /// What was looked at.
    pub name: String,
    /// `healthy`, `warning` or `critical`.
    pub status: String,
    /// What was found.
    pub detail: String,
}

/// The health of an engine and its store.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Health {
    /// The worst of the checks.
    pub status: String,
    /// The checks.
    pub checks: Vec<HealthCheck>,
}

/// One invariant, recomputed.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct VerifyCheck {
    /// Its name.
    pub name: String,
    /// Whether it holds.
    pub ok: bool,
    /// How many rows were examined.
    pub examined: i64,
    /// What was found wrong, at most 20: what and where.
    pub found: Vec<String>,
}

/// Every invariant, recomputed.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Verify {
    /// Whether all hold.
    pub ok: bool,
    /// The checks.
    pub checks: Vec<VerifyCheck>,
    /// The newest link of every book: keep them elsewhere, and give the one of a book to a later verification as `anchor`.
    pub heads: Vec<BookHead>,
}

/// The newest link of a book's chain.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct BookHead {
    /// The book.
    pub book: String,
    /// Its sequence number.
    pub seq: i64,
    /// Its hash, hexadecimal.
    pub hash: String,
}

/// A clock that somebody said is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ClockConfirmed {
    /// What it shows.
    pub now: Time,
    /// What it had to show by the time that has passed, where it had jumped.
    pub expected: Option<Time>,
}

/// What `admin.erase_context` did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Erased {
    /// From how many events something was erased.
    pub erased: i64,
}

/// Counts of a store and of this process.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Stats {
    /// Name of the store.
    pub store: String,
    /// Sequenced events of the book.
    pub events: i64,
    /// Accepted and refused calls of this process.
    pub accepted: u64,
    /// Refused calls of this process.
    pub refused: u64,
    /// Commands waiting or under way in this process.
    pub queued: i64,
}
