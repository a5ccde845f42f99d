//! The message of an event: a CloudEvent, structured, in JSON.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::history::views::Event;
use crate::ids::Book;
use crate::time::Time;

/// The content type of a message.
pub(super) const CONTENT_TYPE: &str = "application/cloudevents+json; charset=UTF-8";

/// Where events come from.
#[derive(Clone, Debug)]
pub struct Provenance {
    /// The store.
    pub store: Uuid,
    /// The book.
    pub book: Book,
}

/// An event on its way to a broker.
#[derive(Clone, Debug)]
pub struct Message {
    /// Its place in the sequence.
    pub seq: i64,
    /// The event's id, the same at every attempt.
    pub id: String,
    /// The book.
    pub book: Book,
    /// The type of the event.
    pub kind: String,
    /// The kind of object.
    pub object: String,
    /// The object's id.
    pub object_id: String,
    /// When it happened.
    pub at: Time,
    /// The CloudEvent, in JSON.
    pub body: Arc<[u8]>,
}

/// The form of a message: attributes, and what happened.
#[derive(Serialize)]
struct CloudEvent<'e> {
    specversion: &'static str,
    id: &'e str,
    source: String,
    r#type: &'e str,
    subject: &'e str,
    time: Time,
    sequence: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    traceparent: Option<&'e str>,
    datacontenttype: &'static str,
    data: &'e Map<String, Value>,
}

impl Message {
    /// The message of an event. Images of rows, which say what is on the accounts of others, stay here.
    ///
    /// # Errors
    /// `corrupted` for what has no JSON form.
    pub fn of(event: Event, origin: &Provenance) -> Result<Self> {
        let event = event.without_images();
        let id = event.id.to_string();
        let cloud = CloudEvent {
            specversion: "1.0",
            id: &id,
            source: format!("/earnest/{}/{}", origin.store, origin.book),
            r#type: &event.r#type,
            subject: &event.object_id,
            time: event.at,
            sequence: event.seq.to_string(),
            traceparent: event.traceparent.as_deref(),
            datacontenttype: "application/json",
            data: &event.data,
        };
        let broken = |_| Error::corrupted(format!("event {id} has no JSON form"));
        let body = serde_json::to_vec(&cloud).map_err(broken)?.into();
        Ok(Self {
            seq: event.seq,
            id,
            book: origin.book.clone(),
            kind: event.r#type,
            object: event.object,
            object_id: event.object_id,
            at: event.at,
            body,
        })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::json;

    use super::*;

    /// A message of an object, and nothing more.
    pub(in crate::brokers) fn message(seq: i64, object_id: &str) -> Message {
        let (kind, object) = ("account.updated".to_owned(), "account".to_owned());
        let (book, object_id, at) = (Book::main(), object_id.to_owned(), Time::EPOCH);
        Message { seq, id: format!("ev-{seq}"), book, kind, object, object_id, at, body: Arc::from([]) }
    }

    #[test]
    fn a_message_is_a_cloud_event_without_the_images_of_rows() {
        let event: Event = serde_json::from_value(json!({
            "seq": 7, "id": "ev_01890a5d-ac96-774b-bcce-b302099a8057", "type": "account.updated",
            "object": "account", "object_id": "alice", "version": 2, "actor": null, "correlation_id": null,
            "causation_id": null, "ip": null, "device": null, "at": "2026-01-02T03:04:05.678901Z",
            "data": { "kind": "shop", "images": [{ "secret": "row" }] }, "hash": "00", "previous_hash": "00",
            "timeline": null
        }))
        .unwrap();
        let (id, store) = (event.id.to_string(), Uuid::from_u128(5));
        let origin = Provenance { store, book: Book::main() };
        let traced = Event { traceparent: Some("00-1-2-01".to_owned()), ..event.clone() };
        let message = Message::of(event, &origin).unwrap();
        let body: Value = serde_json::from_slice(&message.body).unwrap();
        assert_eq!(
            body,
            json!({
                "specversion": "1.0", "id": id, "source": format!("/earnest/{store}/main"),
                "type": "account.updated", "subject": "alice", "time": "2026-01-02T03:04:05.678901Z",
                "sequence": "7", "datacontenttype": "application/json", "data": { "kind": "shop" }
            })
        );
        assert_eq!((message.id, message.object.as_str(), message.seq), (id, "account", 7));
        let traced: Value = serde_json::from_slice(&Message::of(traced, &origin).unwrap().body).unwrap();
        assert_eq!(traced["traceparent"], "00-1-2-01");
    }
}
