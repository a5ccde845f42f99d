//! Events, in order: their content hashes, and the chain that makes a change of any of them visible.

use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::error::Error;
use crate::ids::{Actor, EventId};
use crate::rows::tables::{EventRow, HeadRow, SequenceRow};

/// The type of the event of a posted transfer, which has the transfer's uuid.
pub const POSTED: &str = "transfer.posted";

/// Writes the actor as the log does: the short form where no role was claimed, nothing for the host's own
/// program.
///
/// # Errors
/// `corrupted` when the actor has no JSON form.
pub fn written_by(actor: &Actor) -> Result<Option<Arc<str>>, Error> {
    let text = match actor.role() {
        Some("system") if actor.id() == "system" => return Ok(None),
        None => serde_json::to_string(actor.id()),
        Some(_) => serde_json::to_string(actor),
    };
    text.map(|text| Some(text.into())).map_err(|_| Error::corrupted("an actor has no JSON form"))
}

/// Reads the actor of an event.
///
/// # Errors
/// `corrupted` when it cannot be read.
pub fn actor_of(row: &EventRow) -> Result<Actor, Error> {
    let Some(text) = &row.actor else { return Ok(Actor::system()) };
    serde_json::from_str(text).map_err(|_| Error::corrupted(format!("actor of event {}", row.id)))
}

/// The canonical content of an event (RFC 8785).
///
/// Its JSON columns are canonical already and the members are in order, so the text is concatenated, not
/// parsed: a tampered column gives another hash, whatever it contains.
fn content(row: &EventRow) -> String {
    let mut text = String::with_capacity(row.data.len() + 320);
    // fails only for a time beyond all calendars, which no row can hold
    let written = write_content(&mut text, row);
    debug_assert!(written.is_ok());
    text
}

fn write_content(text: &mut String, row: &EventRow) -> std::fmt::Result {
    let (actor, context) = (row.actor.as_deref(), row.context.as_deref());
    write!(text, r#"{{"actor":{},"at":"{}","#, actor.unwrap_or("null"), row.time())?;
    for part in [r#""context":"#, context.unwrap_or("null"), r#","data":"#, &row.data, r#","id":""#] {
        text.push_str(part);
    }
    write!(text, r#"{}","object":"#, row.id)?;
    quote(text, &row.object);
    text.push_str(r#","object_id":"#);
    quote(text, &row.object_id());
    if row.at.is_some() {
        write!(text, r#","stamp":"{}""#, row.stamp)?;
    }
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
    Arc::from(content_digest(row))
}

/// The same hash, as an array.
#[must_use]
pub fn content_digest(row: &EventRow) -> [u8; 32] {
    Sha256::digest(content(row)).into()
}

/// The link after `previous`: SHA-256 of the previous link, the 16 bytes of the timeline, and an event's
/// content hash. The store's first timeline has no bytes.
#[must_use]
pub fn link(previous: &[u8], timeline: Option<Uuid>, content: &[u8]) -> Arc<[u8]> {
    let timeline = timeline.map(Uuid::into_bytes);
    let hash = Sha256::new().chain_update(previous).chain_update(timeline.as_ref().map_or(&[][..], |id| id));
    Arc::from(hash.chain_update(content).finalize().as_slice())
}

/// The chain before its first link: 32 zero bytes.
#[must_use]
pub fn origin() -> Arc<[u8]> {
    Arc::from([0_u8; 32].as_slice())
}

/// Bytes of an event's id.
const ID: usize = 16;
/// Bytes of its id and its content hash.
pub const ITEM: usize = ID + 32;

/// The place of an event in the sequence, and its link of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// From 1, without gaps.
    pub seq: i64,
    /// The event.
    pub event: EventId,
    /// The commit that wrote it.
    pub commit: Uuid,
    /// The hash of its content when it was written.
    pub content: Arc<[u8]>,
    /// The link before.
    pub previous: Arc<[u8]>,
    /// The timeline that it is of; `None` is the store's first.
    pub timeline: Option<Uuid>,
    /// SHA-256 of the link before, the timeline and the content hash.
    pub hash: Arc<[u8]>,
}

/// The events of a commit, for the sequencer: 16 bytes of id and 32 of content hash each, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Items(Arc<[u8]>);

impl Items {
    /// Those of a commit's events.
    #[must_use]
    pub fn of<'e>(events: impl Iterator<Item = &'e EventRow>) -> Self {
        events.map(|event| (event.id, content_hash(event))).collect()
    }

    /// Reads the items of a row.
    ///
    /// # Errors
    /// `corrupted` when the bytes are not whole items.
    pub fn read(bytes: Arc<[u8]>) -> Result<Self, Error> {
        if bytes.len().is_multiple_of(ITEM) {
            Ok(Self(bytes))
        } else {
            Err(Error::corrupted("the items of a commit"))
        }
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> Arc<[u8]> {
        self.0.clone()
    }

    /// Each event with the hash of its content.
    pub fn each(&self) -> impl Iterator<Item = (EventId, &[u8])> {
        self.0.chunks_exact(ITEM).map(|item| {
            let (id, content) = item.split_at(ID);
            let id = id.iter().fold(0, |id, byte| id << 8 | u128::from(*byte));
            (EventId::from_uuid(Uuid::from_u128(id)), content)
        })
    }
}

impl FromIterator<(EventId, Arc<[u8]>)> for Items {
    fn from_iter<I: IntoIterator<Item = (EventId, Arc<[u8]>)>>(each: I) -> Self {
        let mut items = Vec::new();
        for (event, content) in each {
            items.extend_from_slice(event.uuid().as_bytes());
            items.extend_from_slice(&content);
        }
        Self(items.into())
    }
}

/// Gives the events of a commit their places behind `head`, and moves the head. Pure.
pub fn sequence(head: &mut HeadRow, commit: Uuid, items: &Items) -> SequenceRow {
    let (book, previous, timeline) = (head.book.clone(), head.hash.clone(), head.timeline);
    for (_, content) in items.each() {
        head.seq += 1;
        head.hash = link(&head.hash, timeline, content);
    }
    SequenceRow { book, seq: head.seq, commit_id: commit, previous, timeline, items: items.bytes() }
}

/// The links of a commit's events, in order.
///
/// # Errors
/// `corrupted` when the row does not hold whole items.
pub fn links(row: &SequenceRow) -> Result<Vec<Link>, Error> {
    let items = Items::read(row.items.clone())?;
    let mut seq = row.seq.saturating_sub_unsigned(items.each().count() as u64);
    let mut previous = row.previous.clone();
    let links = items.each().map(|(event, content)| {
        seq += 1;
        let (commit, timeline) = (row.commit_id, row.timeline);
        let hash = link(&previous, timeline, content);
        let before = std::mem::replace(&mut previous, hash.clone());
        Link { seq, event, commit, content: content.into(), previous: before, timeline, hash }
    });
    Ok(links.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Book;
    use crate::time::Time;

    fn event() -> EventRow {
        let data =
            serde_json::json!({ "b": "\u{1}\"\\/é한\u{7f}", "a": [1, null, { "z": true, "y": "-100" }] });
        EventRow {
            book: Book::main(),
            id: EventId::from_uuid(Uuid::nil()),
            kind: "deal.paid".into(),
            object: "deal".into(),
            object_id: Some("x".into()),
            commit_id: Uuid::nil(),
            version: 3,
            actor: Some("\"u-1\"".into()),
            context: None,
            private: None,
            stamp: Time::from_micros(1),
            at: Some(Time::EPOCH),
            data: data.to_string().into(),
        }
    }

    #[test]
    fn the_content_of_an_event_is_canonical_json() {
        let row = event();
        let text = content(&row);
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json_canonicalizer::to_string(&value).unwrap(), text);
        assert_ne!(content_hash(&row), content_hash(&EventRow { version: 4, ..row.clone() }));
    }

    #[test]
    fn the_log_reads_who_acted_as_it_was_written() {
        for actor in [Actor::system(), Actor::new("u-1"), Actor::new("system"), Actor::admin("a")] {
            let row = EventRow { actor: written_by(&actor).unwrap(), ..event() };
            assert_eq!(actor_of(&row).unwrap(), actor);
        }
    }

    #[test]
    fn a_row_of_places_holds_the_links_that_the_sequencer_made() {
        let origin =
            HeadRow { book: Book::main(), seq: 4, hash: Arc::from([7; 32]), timeline: None, version: 1 };
        let mut head = origin.clone();
        let event = |n: u128| EventId::from_uuid(Uuid::from_u128(n << 64 | n));
        let content = |n: u8| -> Arc<[u8]> { Arc::from([n; 32]) };
        let items: Items = (1..=3).map(|n| (event(n.into()), content(n))).collect();
        let row = sequence(&mut head, Uuid::from_u128(9), &items);
        let links = links(&row).unwrap();
        let places: Vec<_> = links.iter().map(|link| (link.seq, link.event, link.content.clone())).collect();
        assert_eq!(places, [(5, event(1), content(1)), (6, event(2), content(2)), (7, event(3), content(3))]);
        assert_eq!((row.seq, &links[2].hash), (head.seq, &head.hash));
        assert_eq!(links[0].previous, Arc::from([7; 32]));
        for pair in links.windows(2) {
            assert_eq!(pair[1].previous, pair[0].hash);
            assert_eq!(*pair[1].hash, *link(&pair[0].hash, None, &pair[1].content));
        }
        // the same events have other links in another timeline, and every reader of the row computes the same
        // ones
        let mut other = HeadRow { timeline: Some(Uuid::from_u128(77)), ..origin };
        let there = sequence(&mut other, Uuid::from_u128(9), &items);
        assert_ne!(other.hash, head.hash);
        assert_eq!(super::links(&there).unwrap()[2].hash, other.hash);
        assert!(super::links(&SequenceRow { items: row.items[1..].into(), ..row }).is_err());
    }
}
