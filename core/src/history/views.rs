//! Views of events, keys, health and verification.

use crate::error::Error;
use crate::ids::{Actor, EventId};
use crate::kernel::event_data::IMAGES;
use crate::kernel::made_from::WAS;
use crate::request::view::views;
use crate::rows::events::{Link, actor_of};
use crate::rows::private::Private;
use crate::rows::tables::EventRow;
use crate::rows::traced;
use crate::time::Time;
use serde_json::{Map, Value};

views! {
    /// An event.
    view Event of(row: &EventRow, link: &Link) -> Result {
        let broken = |_| Error::corrupted(format!("data of event {}", row.id));
        let context: Map<String, Value> =
            row.context.as_deref().map(serde_json::from_str).transpose().map_err(broken)?.unwrap_or_default();
        let id = |name: &str| context.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
    } => {
        /// Its place in the book, without gaps.
        seq: i64 = link.seq,
        /// Its id.
        id: EventId = row.id,
        /// `object.past_tense`.
        r#type: String = row.kind.to_string(),
        /// The kind of object.
        object: String = row.object.to_string(),
        /// The object's id.
        object_id: String = row.object_id().into_owned(),
        /// The object's version after it.
        version: i64 = row.version,
        /// The actor.
        actor: Option<Actor> = Some(actor_of(row)?),
        /// Ties together what one user action caused.
        correlation_id: Option<String> = id("correlation_id"),
        /// The event or call that caused it.
        causation_id: Option<String> = id("causation_id"),
        /// Address of the end user, for staff in `admin.audit`, until it is erased.
        ip: Option<Private> = None,
        /// Device of the end user, for staff in `admin.audit`, until it is erased.
        device: Option<Private> = None,
        /// When.
        at: Time = row.time(),
        /// Ids, amounts and hashes of texts; for staff, the images of all rows that the command changed as
        /// well.
        data: Map<String, Value> = serde_json::from_str(&row.data).map_err(broken)?,
        /// Its link of the chain, hexadecimal.
        hash: String = hex::encode(&link.hash),
        /// The link before.
        previous_hash: String = hex::encode(&link.previous),
        /// The timeline that the link is of; `null` is the store's first.
        timeline: Option<String> = link.timeline.map(|id| id.to_string()),
        /// W3C trace context, for messages to brokers; no reply has it.
        #[doc(hidden)]
        #[serde(skip)]
        traceparent: Option<String> = id("traceparent"),
    }

    /// The chain of a book, recomputed.
    view Chain {
        /// Whether every link is right and none is missing.
        ok: bool,
        /// How many events were read.
        events: i64,
        /// The newest link: keep it elsewhere to find a cut tail later.
        head: Head,
        /// The first sequence number that is wrong.
        broken_at: Option<i64>,
    }

    /// The newest link of a chain.
    view Head {
        /// Its sequence number.
        seq: i64,
        /// Its hash, hexadecimal.
        hash: String,
    }

    /// The hash of the whole state of a book.
    view StateHash {
        /// SHA-256, hexadecimal: equal on every store for equal money, holds, transfers and records.
        hash: String,
        /// How many accounts, transfers, holds and records went into it.
        rows: i64,
    }

    /// The call that a key was used for.
    view KeyOutcome {
        /// The key.
        key: String,
        /// The operation; `null` when nothing happened under the key.
        operation: Option<String>,
        /// `accepted`; `approval_required` or `review_required` while the call waits for people; `rejected`
        /// once they have refused it; `expired` once their time has passed, so that the same call may ask
        /// again; `unknown` when nothing happened under the key.
        outcome: String,
        /// The ids that it made; of a call that is not accepted, the id of the approval or the review.
        made: Vec<String>,
        /// When.
        at: Option<Time>,
    }
}

impl Event {
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
