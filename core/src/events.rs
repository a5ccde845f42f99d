//! What happened, in order: events, their content hashes and the chain that makes a change of any of them visible.

use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::store::rows::{EventRow, HeadRow, PendingRow, SequenceRow};

/// The canonical content of an event (RFC 8785).
///
/// Its JSON columns are canonical already and the members stand in order, so the whole is put together, not parsed:
/// a column that somebody changed gives another hash, whatever it says.
fn content(row: &EventRow) -> String {
    let mut text = String::with_capacity(row.data.len() + 320);
    // fails only for a time beyond all calendars, which no row can hold
    let written = write_content(&mut text, row);
    debug_assert!(written.is_ok());
    text
}

fn write_content(text: &mut String, row: &EventRow) -> std::fmt::Result {
    write!(text, r#"{{"actor":{},"at":"{}","#, row.actor.as_deref().unwrap_or("null"), row.stamp)?;
    write!(text, r#""context":{},"#, row.context.as_deref().unwrap_or("null"))?;
    write!(text, r#""data":{},"id":"{}","object":"#, row.data, row.id)?;
    quote(text, &row.object);
    text.push_str(r#","object_id":"#);
    quote(text, &row.object_id);
    text.push_str(r#","type":"#);
    quote(text, &row.kind);
    write!(text, r#","version":{}}}"#, row.version)
}

/// A JSON string. Names and ids have nothing to escape.
fn quote(into: &mut String, text: &str) {
    if text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\') {
        into.push('"');
        into.push_str(text);
        into.push('"');
    } else {
        into.push_str(&Value::from(text).to_string());
    }
}

/// SHA-256 of the canonical content of an event.
#[must_use]
pub fn content_hash(row: &EventRow) -> Arc<[u8]> {
    Arc::from(Sha256::digest(content(row)).as_slice())
}

/// The link after `previous`: SHA-256 of the previous link and an event's content hash.
#[must_use]
pub fn link(previous: &[u8], content: &[u8]) -> Arc<[u8]> {
    Arc::from(Sha256::new().chain_update(previous).chain_update(content).finalize().as_slice())
}

/// The chain before its first link: 32 zero bytes.
#[must_use]
pub fn origin() -> Arc<[u8]> {
    Arc::from([0_u8; 32].as_slice())
}

/// What the sequencer must know of an event: its id and its content hash.
pub type Item = (crate::ids::EventId, Arc<[u8]>);

/// Gives events their places after `head`, in the order given, and moves the head. Pure.
#[must_use]
pub fn sequence(head: &HeadRow, events: &[Item]) -> (Vec<SequenceRow>, HeadRow) {
    let mut head = head.clone();
    let mut rows = Vec::with_capacity(events.len());
    for (event, content) in events {
        head.seq += 1;
        head.hash = link(&head.hash, content);
        rows.push(SequenceRow {
            book: head.book.clone(),
            seq: head.seq,
            event: *event,
            hash: head.hash.clone(),
        });
    }
    head.version += 1;
    (rows, head)
}

/// Packs ids and content hashes for the sequencer: 16 and 32 bytes each.
#[must_use]
pub fn pack(events: &[EventRow]) -> Arc<[u8]> {
    let mut items = Vec::with_capacity(events.len() * 48);
    for event in events {
        items.extend_from_slice(event.id.uuid().as_bytes());
        items.extend_from_slice(&event.hash);
    }
    items.into()
}

/// Reads what [`pack`] wrote.
///
/// # Errors
/// `corrupted` when the bytes are not whole items.
pub fn unpack(row: &PendingRow) -> Result<Vec<Item>, Error> {
    if !row.items.len().is_multiple_of(48) {
        return Err(Error::corrupted(format!("pending events of commit {}", row.id)));
    }
    let items = row.items.chunks_exact(48).map(|item| {
        let (id, hash) = item.split_at(16);
        let id = uuid::Uuid::from_slice(id).map_err(|_| Error::corrupted("id of a pending event"))?;
        Ok((crate::ids::EventId::from_uuid(id), Arc::from(hash)))
    });
    items.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{Book, EventId};
    use crate::time::Time;

    #[test]
    fn the_content_of_an_event_is_canonical_json() {
        let data =
            serde_json::json!({ "b": "\u{1}\"\\/é한\u{7f}", "a": [1, null, { "z": true, "y": "-100" }] });
        let row = EventRow {
            book: Book::main(),
            id: EventId::from_uuid(uuid::Uuid::nil()),
            kind: "deal.paid".into(),
            object: "deal".into(),
            object_id: "x".into(),
            version: 3,
            actor: Some("\"u-1\"".into()),
            context: None,
            stamp: Time::from_micros(1),
            data: data.to_string().into(),
            hash: origin(),
        };
        let text = content(&row);
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json_canonicalizer::to_string(&value).unwrap(), text);
        assert_ne!(content_hash(&row), content_hash(&EventRow { version: 4, ..row.clone() }));
    }
}
