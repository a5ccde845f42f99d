//! Views of events, keys, health and verification.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::error::Error;
use crate::ids::{Actor, EventId};
use crate::kernel::event_data::IMAGES;
use crate::kernel::made_from::WAS;
use crate::rows::events::{Link, actor_of};
use crate::rows::private::Private;
use crate::rows::tables::EventRow;
use crate::rows::traced;
use crate::time::Time;

/// An event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
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
    /// The actor.
    pub actor: Option<Actor>,
    /// Ties together what one user action caused.
    pub correlation_id: Option<String>,
    /// The event or call that caused it.
    pub causation_id: Option<String>,
    /// Address of the end user, for staff in `admin.audit`, until it is erased.
    pub ip: Option<Private>,
    /// Device of the end user, for staff in `admin.audit`, until it is erased.
    pub device: Option<Private>,
    /// When.
    pub at: Time,
    /// Ids, amounts and hashes of texts; for staff, the images of all rows that the command changed as well.
    pub data: Map<String, Value>,
    /// Its link of the chain, hexadecimal.
    pub hash: String,
    /// The link before.
    pub previous_hash: String,
    /// The timeline that the link is of; `null` is the store's first.
    pub timeline: Option<String>,
    /// W3C trace context, for messages to brokers; no reply has it.
    #[doc(hidden)]
    #[serde(skip)]
    pub traceparent: Option<String>,
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
            traceparent: id("traceparent"),
        })
    }

    /// The view for a caller who is no staff: without the images of rows, which say what is on the accounts
    /// of others.
    #[must_use]
    pub fn without_images(mut self) -> Self {
        self.data.remove(IMAGES);
        self.data.remove(WAS);
        self
    }

    /// The same with the address and the device of the end user, for callers that may see them.
    #[must_use]
    pub fn with_private(mut self, row: &EventRow) -> Self {
        let mut texts = traced::clear(row);
        let mut text = |name: &str| texts.remove(name).map(Private::from);
        (self.ip, self.device) = (text("ip"), text("device"));
        self
    }
}

/// The chain of a book, recomputed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Head {
    /// Its sequence number.
    pub seq: i64,
    /// Its hash, hexadecimal.
    pub hash: String,
}

/// The hash of the whole state of a book.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StateHash {
    /// SHA-256, hexadecimal: equal on every store for equal money, holds, transfers and records.
    pub hash: String,
    /// How many accounts, transfers, holds and records went into it.
    pub rows: i64,
}

/// The call that a key was used for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct KeyOutcome {
    /// The key.
    pub key: String,
    /// The operation; `null` when nothing happened under the key.
    pub operation: Option<String>,
    /// `accepted`; `approval_required` or `review_required` while the call waits for people; `rejected` once
    /// they have refused it; `expired` once their time has passed, so that the same call may ask again;
    /// `unknown` when nothing happened under the key.
    pub outcome: String,
    /// The ids that it made; of a call that is not accepted, the id of the approval or the review.
    pub made: Vec<String>,
    /// When.
    pub at: Option<Time>,
}
