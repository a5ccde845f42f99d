//! The writes of a decision: rows, events and their images, before its group applies them.

use std::sync::Arc;

use serde::Serialize;
use serde::ser::Error as _;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::context::Context;
use super::event_data::EventData;
use super::image::{self, CountBasis, CountLine, same_terms};
use super::made_from::{self, OutsideImage};
use super::snapshot::Snapshot;
use super::tally::CallTally;
use crate::error::Error;
use crate::ids::{EventId, TransferId};
use crate::rows::body::Body;
use crate::rows::events::POSTED;
use crate::rows::kinds::{Lockable as _, each_kind};
use crate::rows::needs::AccountKey;
use crate::rows::row::Row as _;
use crate::rows::tables::{AccountRow, EntryRow, EventRow, KeyRow};

each_kind! { ($($rows:ident: $row:ident $Row:ty;)*) => {
    /// The write set of a decision.
    #[derive(Clone, Debug, Default)]
    pub struct WriteSet {
        $(
            #[doc = concat!("New and changed ", stringify!($rows), ".")]
            pub $rows: Vec<$Row>,
        )*
        /// New entries.
        pub entries: Vec<EntryRow>,
        /// Events in order.
        pub events: Vec<EventDraft>,
        /// Signed sums for streaming accounts.
        pub streams: Vec<(AccountKey, i128)>,
        /// Idempotency keys that are tied to a request, in addition to the call's own key.
        pub keys: Vec<KeyRow>,
        /// Keeps locked rows locked until the transaction ends, though nothing is written.
        pub locks: bool,
        /// Amounts that will leave accounts, in minor units, though they do not move yet.
        pub declared: Vec<(AccountKey, i128)>,
        /// Payees whom the call pays, though nothing moves to them yet: accounts, or addresses of a chain.
        pub payees: Vec<Arc<str>>,
        /// Terms of the call that its rows set and its request does not name, by their names.
        pub terms: Map<String, Value>,
        /// When the newest of the rows that set them was set: an id of version 7, drawn with that.
        pub terms_set: Option<Uuid>,
        /// The operation and the rules that changed the counters, if rules of risk did.
        pub counted: Option<CountBasis>,
        /// Metrics that count the decision once it is durable.
        pub tallies: Vec<CallTally>,
    }

    impl WriteSet {
        /// How many rows are new or changed, of the kinds that the event log has.
        pub fn rows(&self) -> usize {
            0 $(+ if <$Row>::LOGGED { self.$rows.len() } else { 0 })*
        }
    }
} }

impl WriteSet {
    /// The data of an event with the images of what its command wrote. `ahead`: its stamp runs ahead of the
    /// clock.
    pub fn with_images(
        &self,
        data: &EventData,
        key: Option<&KeyRow>,
        seen: &Snapshot,
        ahead: bool,
    ) -> Result<Arc<str>, Error> {
        data.with_images(96 * (self.accounts.len() + 2), |text, was| {
            let mut images = Images { text, was, count: 0 };
            images.accounts(self, seen, ahead)?;
            images.streams(self, seen)?;
            images.counters(self, seen)?;
            images.transfers(self, seen)?;
            images.objects(self, seen)?;
            images.keys(self.keys.iter().chain(key), seen)
        })
    }

    /// Returns the line that shows the basis of its counters, if rules of risk have counted.
    fn count_line(&self) -> Option<CountLine<'_>> {
        let Self { counters, declared, payees, .. } = self;
        self.counted.as_ref().map(|by| CountLine { by, counters, declared, payees })
    }
}

/// An event before the group gives it its images and its hash.
#[derive(Clone, Debug)]
pub struct EventDraft {
    pub id: EventId,
    /// `object.past_tense`.
    pub kind: &'static str,
    /// The kind of object.
    pub object: Arc<str>,
    /// The object's id; `None`: it is the transfer that has the event's own uuid.
    pub object_id: Option<Arc<str>>,
    /// The object's version after it.
    pub version: i64,
    /// Further members: ids and amounts, never free text.
    pub data: EventData,
    /// It followed from agreed terms and nobody did it, so its actor is `system`.
    pub by_terms: bool,
}

impl EventDraft {
    /// The event as it is stored, before its commit is known.
    pub fn row(&self, ctx: &Context, actor: Option<Arc<str>>, data: Arc<str>) -> EventRow {
        let (context, private) = ctx.trace.as_ref().map_or((None, None), |trace| trace.of(self.by_terms));
        EventRow {
            book: ctx.book.clone(),
            id: self.id,
            commit_id: Uuid::nil(),
            kind: self.kind.into(),
            object: self.object.clone(),
            object_id: self.object_id.clone(),
            version: self.version,
            actor,
            context,
            private,
            stamp: ctx.stamp,
            at: ctx.at,
            data,
        }
    }
}

/// The images of what one command wrote, in the order in which a replay applies them, and the proofs of what
/// its rows were before.
struct Images<'t> {
    text: &'t mut Vec<u8>,
    was: &'t mut Vec<u8>,
    count: usize,
}

impl Images<'_> {
    fn add(&mut self, image: &impl Serialize) -> Result<(), serde_json::Error> {
        if self.count > 0 {
            self.text.push(b',');
        }
        self.count += 1;
        serde_json::to_writer(&mut *self.text, image)
    }

    /// Says what the row of the newest image was before.
    fn was(&mut self, proof: &impl Serialize) -> Result<(), serde_json::Error> {
        if !self.was.is_empty() {
            self.was.push(b',');
        }
        serde_json::to_writer(&mut *self.was, &self.count.saturating_sub(1))?;
        self.was.push(b',');
        serde_json::to_writer(&mut *self.was, proof)
    }

    /// Proves the image of the row that was there before the newest one.
    fn prove(&mut self, before: &impl Serialize, beside: OutsideImage) -> Result<(), serde_json::Error> {
        let image = serde_json::to_vec(before)?;
        self.was(&made_from::proof(made_from::fingerprint(&image), beside))
    }

    fn accounts(&mut self, writes: &WriteSet, seen: &Snapshot, ahead: bool) -> Result<(), serde_json::Error> {
        let posted = posted(writes);
        let legs = || writes.entries.iter().filter(|entry| Some(entry.transfer) == posted);
        for row in &writes.accounts {
            let known = seen.accounts.row(&row.key());
            if !row.streaming {
                // the event of a posting names its accounts once
                let of = legs().position(|entry| entry.account == row.id && entry.currency == row.currency);
                match of {
                    Some(leg) => self.add(&image::account_of_leg(row, leg))?,
                    None => self.add(&image::account(row))?,
                }
                if let Some(known) = known {
                    self.account_was(writes, known, row, ahead)?;
                }
            }
            if !known.is_some_and(|known| same_terms(known, row)) {
                self.add(&image::terms(row))?;
                if let Some(known) = known {
                    self.prove(&image::terms(known), OutsideImage::NOTHING)?;
                }
            }
        }
        Ok(())
    }

    /// Says what an account was before, as far as its image does not.
    fn account_was(
        &mut self,
        writes: &WriteSet,
        known: &AccountRow,
        row: &AccountRow,
        ahead: bool,
    ) -> Result<(), serde_json::Error> {
        let own =
            writes.entries.iter().filter(|entry| entry.account == row.id && entry.currency == row.currency);
        let moved = own.fold(0, |sum: i128, entry| sum.saturating_add(entry.amount));
        if !made_from::follows(known, row, moved) {
            self.was(&image::account_before(known))?;
        }
        if ahead {
            self.was(&known.stamp.micros())?;
        }
        if !made_from::has_its_headroom(known) {
            self.was(&true)?;
        }
        Ok(())
    }

    fn streams(&mut self, writes: &WriteSet, seen: &Snapshot) -> Result<(), serde_json::Error> {
        for (key, amount) in &writes.streams {
            let opened = writes.accounts.iter().find(|row| row.is(key));
            if let Some(row) = opened.or_else(|| seen.accounts.row(key)) {
                self.add(&image::stream(row, *amount))?;
            }
        }
        // a streaming account that was opened and got nothing
        for row in writes.accounts.iter().filter(|row| row.streaming) {
            if !writes.streams.iter().any(|(key, _)| row.is(key)) {
                self.add(&image::stream(row, 0))?;
            }
        }
        Ok(())
    }

    fn counters(&mut self, writes: &WriteSet, seen: &Snapshot) -> Result<(), serde_json::Error> {
        writes.count_line().iter().try_for_each(|line| self.add(line))?;
        for row in &writes.counters {
            let Some(image) = image::counter(row) else { continue };
            self.add(&image)?;
            if let Some((known, before)) =
                seen.counters.row(&row.key()).and_then(|known| Some((known, image::counter(known)?)))
            {
                self.prove(&before, OutsideImage::counter(known))?;
            }
        }
        Ok(())
    }

    fn transfers(&mut self, writes: &WriteSet, seen: &Snapshot) -> Result<(), serde_json::Error> {
        let posted = posted(writes);
        for row in &writes.transfers {
            let known = seen.transfers.row(&row.key());
            if posted != Some(row.id) {
                self.add(&image::transfer(row))?;
                // the event of its posting says what it was at first
                if let Some(known) = known.filter(|known| known.version != 1 || known.refunded != 0) {
                    self.prove(&image::transfer(known), OutsideImage::NOTHING)?;
                }
            }
            if let Some(reversed) = image::reversed(row) {
                self.add(&reversed)?;
                if let Some(before) = known.and_then(image::reversed) {
                    self.prove(&before, OutsideImage::NOTHING)?;
                }
            }
            if let Some(notes) = image::notes(row).filter(|_| row.version == 1) {
                self.add(&notes)?;
            }
        }
        Ok(())
    }

    fn objects(&mut self, writes: &WriteSet, seen: &Snapshot) -> Result<(), serde_json::Error> {
        for row in &writes.holds {
            self.add(&image::whole_hold(row))?;
            if let Some(known) = seen.holds.row(&row.key()) {
                self.prove(&image::whole_hold(known), OutsideImage::hold(known))?;
            }
        }
        for row in &writes.records {
            let body = |row| Body::of(row).map_err(serde_json::Error::custom);
            self.add(&image::whole_record(row, body(row)?))?;
            if let Some(known) = seen.records.row(&row.key()) {
                self.prove(&image::whole_record(known, body(known)?), OutsideImage::record(known))?;
            }
        }
        for row in &writes.jobs {
            self.add(&image::job(row))?;
            if let Some(known) = seen.jobs.row(&row.key()) {
                self.prove(&image::job(known), OutsideImage::job(known))?;
            }
        }
        Ok(())
    }

    fn keys<'k>(
        &mut self,
        keys: impl Iterator<Item = &'k KeyRow>,
        seen: &Snapshot,
    ) -> Result<(), serde_json::Error> {
        for row in keys {
            self.add(&image::key(row))?;
            if let Some(known) = seen.keys.row(&row.key()) {
                self.was(&image::key_hash(known))?;
            }
        }
        Ok(())
    }
}

/// The transfer whose posting is the last event.
fn posted(writes: &WriteSet) -> Option<TransferId> {
    let last = writes.events.last().filter(|event| event.kind == POSTED);
    last.map(|event| TransferId::from_uuid(event.id.uuid()))
}
