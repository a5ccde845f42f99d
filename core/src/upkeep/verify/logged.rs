//! The log, read once: its chain, its transfers, the newest image of every object, and the keys.
//!
//! Rows and events are read in different orders. Immutable facts go into sums of hashes that do not depend on
//! order, so they take no memory. Of each mutable object one digest is kept.

use uuid::Uuid;

use super::checks::Checks;
use super::contexts::Contexts;
use super::image_of::Posted;
use super::keys::Keys;
use super::log::{events, unplaced};
use super::newest::Newest;
use super::pages::{Progress, Step, Walk};
use super::sinks::SinkLog;
use super::transfers::Facts;
use crate::error::{Error, Result};
use crate::history::proof::ChainCheck;
use crate::history::views::Chain;
use crate::ids::Book;
use crate::request::reading::Reading;
use crate::rows::identity::Identity;
use crate::rows::listing::{Listed, Listing};
use crate::rows::needs::Needs;
use crate::rows::tables::{EventRow, HeadRow};

/// The facts that the log has of the rows.
#[derive(Debug, Default)]
pub(super) struct Logged {
    /// Transfers.
    pub facts: Facts,
    /// Mutable objects.
    pub newest: Newest,
    /// Idempotency keys.
    pub keys: Keys,
    /// Addresses and devices of end users.
    pub contexts: Contexts,
    /// Readers of the log.
    pub sinks: SinkLog,
    /// How many events there are.
    pub events: i64,
    /// Findings of timelines that began in another store.
    pub elsewhere: Vec<String>,
    store: Option<Uuid>,
}

impl Logged {
    fn event(&mut self, row: &EventRow) {
        self.events += 1;
        if row.object.as_ref() == "store"
            && self.store.is_some_and(|store| row.object_id() != store.to_string())
        {
            self.elsewhere.push(format!("event {}: it is of store {}", row.id, row.object_id()));
        }
        self.contexts.event(row);
        self.sinks.event(row);
        let posted = Posted::of(row);
        self.facts.event(row, &posted);
        self.newest.event(row, &posted);
        self.keys.event(row, &posted);
    }
}

/// The head of a book, and the identity of its store.
pub(super) struct LogHead {
    head: Option<HeadRow>,
    identity: Option<Identity>,
}

impl LogHead {
    /// Whether the book is a copy, which has no keys, jobs or texts.
    pub(super) fn is_copy(&self) -> bool {
        self.head.as_ref().is_some_and(HeadRow::is_copy)
    }

    /// Whether the next link is of the store's timeline.
    pub(super) fn is_of_its_timeline(&self) -> bool {
        let timeline = self.identity.and_then(Identity::later_timeline);
        self.is_copy() || self.head.as_ref().is_none_or(|head| head.timeline == timeline)
    }
}

/// Reads the log once.
pub(super) async fn read(
    reading: &mut Reading<'_>,
    progress: Progress<'_>,
) -> Result<(Chain, Logged, LogHead)> {
    let walk = Walk {
        listing: events(reading.book.clone(), 0),
        examine: |(check, log): &mut (ChainCheck, Logged), page| {
            for (row, link) in page.events.iter().zip(&page.sequence) {
                check.take(row, link);
                log.event(row);
            }
        },
    };
    let mut needs = Needs::default();
    needs.heads.insert((reading.book.clone(),));
    let loaded = reading.load(&needs).await?;
    let place = LogHead { head: loaded.heads.into_iter().next(), identity: loaded.identity };
    let head = place.head.as_ref();
    let read = |page: &Listed| {
        let count = page.sequence.last().map_or(0, |link| link.seq);
        progress(Step { what: "events", count, of: head.map(|head| head.seq) });
    };
    // a copy has the log of its original
    let copy = place.is_copy();
    let store = place.identity.map(|identity| identity.store).filter(|_| !copy);
    let known = Logged { contexts: Contexts::read(reading, copy).await?, store, ..Logged::default() };
    let (check, mut log) = walk.run(reading, (ChainCheck::default(), known), read).await?;
    unplaced(reading, |row| log.event(row)).await?;
    Ok((check.finish(head), log, place))
}

/// A link of the chain that an auditor kept elsewhere. A log that was cut before it, or rewritten, does not
/// have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Anchor {
    seq: i64,
    hash: String,
}

impl Anchor {
    /// Reads `SEQ:HASH`, the form in which `events.verify_chain` returns the head.
    pub(super) fn request(text: &str) -> Result<Self> {
        let bad = || Error::invalid("anchor", "must be `SEQ:HASH`, as `events.verify_chain` says the head");
        let (seq, hash) = text.split_once(':').ok_or_else(bad)?;
        let seq = seq.parse().ok().filter(|seq| *seq > 0).ok_or_else(bad)?;
        let whole = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        if whole { Ok(Self { seq, hash: hash.to_lowercase() }) } else { Err(bad()) }
    }

    pub(super) async fn check(&self, reading: &mut Reading<'_>, checks: &mut Checks) -> Result<()> {
        let (book, after_seq): (Book, i64) = (reading.book.clone(), self.seq - 1);
        let listing = Listing::Events { book, after_seq, types: Vec::new(), object: None, limit: 1 };
        let listed = reading.list(&listing).await?;
        let found = listed.sequence.first().filter(|link| link.seq == self.seq);
        let right = found.is_some_and(|link| hex::encode(&link.hash) == self.hash);
        checks.examine("anchor", right, || match found {
            None => format!("book {}: link {} is missing: the log was cut", reading.book, self.seq),
            Some(_) => {
                format!("book {}: link {} is another one: the log was written anew", reading.book, self.seq)
            }
        });
        Ok(())
    }
}
