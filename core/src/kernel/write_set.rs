//! What a decision writes: rows, events and their images, before its group applies them.

use std::sync::Arc;

use serde::ser::Error as _;
use uuid::Uuid;

use super::context::Context;
use super::event_data::EventData;
use super::image::{self, CountBasis, CountLine, same_terms};
use super::snapshot::Snapshot;
use super::tally::CallTally;
use crate::error::Error;
use crate::ids::{EventId, TransferId};
use crate::rows::body::Body;
use crate::rows::events::POSTED;
use crate::rows::kinds::{Lockable as _, each_kind};
use crate::rows::needs::AccountKey;
use crate::rows::row::Row as _;
use crate::rows::tables::{EntryRow, EventRow, KeyRow};

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
        /// The operation and the rules that changed the counters, if rules of risk did.
        pub counted: Option<CountBasis>,
        /// Metrics that count the decision once it is durable.
        pub tallies: Vec<CallTally>,
    }

    impl WriteSet {
        /// How many rows are new or changed, of the kinds that the event log has.
        #[must_use]
        pub fn rows(&self) -> usize {
            0 $(+ if <$Row>::LOGGED { self.$rows.len() } else { 0 })*
        }
    }
} }

impl WriteSet {
    /// The data of an event with the images of what its command wrote.
    ///
    /// # Errors
    /// `corrupted` when the body of a record cannot be read.
    pub fn with_images(
        &self,
        data: &EventData,
        key: Option<&KeyRow>,
        seen: &Snapshot,
    ) -> Result<Arc<str>, Error> {
        data.with_images(96 * (self.accounts.len() + 2), |text| images(text, self, key, seen))
    }

    /// What its counters were counted by, if rules of risk have counted.
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
    #[must_use]
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

/// The images of what one command wrote, in the order in which a replay applies them.
fn images(
    text: &mut Vec<u8>,
    writes: &WriteSet,
    key: Option<&KeyRow>,
    seen: &Snapshot,
) -> Result<(), serde_json::Error> {
    let mut first = true;
    let mut add = |image: &dyn erased::Image| {
        if !std::mem::take(&mut first) {
            text.push(b',');
        }
        image.append(text)
    };
    let posted = writes.events.last().filter(|event| event.kind == POSTED);
    let posted = posted.map(|event| TransferId::from_uuid(event.id.uuid()));
    let legs = || writes.entries.iter().filter(|entry| Some(entry.transfer) == posted);
    for row in &writes.accounts {
        if !row.streaming {
            // the event of a posting names its accounts once
            let of = legs().position(|entry| entry.account == row.id && entry.currency == row.currency);
            match of {
                Some(leg) => add(&image::account_of_leg(row, leg))?,
                None => add(&image::account(row))?,
            }
        }
        if !seen.accounts.row(&row.key()).is_some_and(|known| same_terms(known, row)) {
            add(&image::terms(row))?;
        }
    }
    for (key, amount) in &writes.streams {
        let opened = writes.accounts.iter().find(|row| row.is(key));
        if let Some(row) = opened.or_else(|| seen.accounts.row(key)) {
            add(&image::stream(row, *amount))?;
        }
    }
    // a streaming account that was opened and got nothing
    for row in writes.accounts.iter().filter(|row| row.streaming) {
        if !writes.streams.iter().any(|(key, _)| row.is(key)) {
            add(&image::stream(row, 0))?;
        }
    }
    writes.count_line().iter().try_for_each(|line| add(line))?;
    for image in writes.counters.iter().filter_map(image::counter) {
        add(&image)?;
    }
    for row in &writes.transfers {
        if posted != Some(row.id) {
            add(&image::transfer(row))?;
        }
        if let Some(reversed) = image::reversed(row) {
            add(&reversed)?;
        }
        if let Some(notes) = image::notes(row).filter(|_| row.version == 1) {
            add(&notes)?;
        }
    }
    writes.holds.iter().try_for_each(|row| add(&image::whole_hold(row)))?;
    for row in &writes.records {
        let body = Body::of(row).map_err(serde_json::Error::custom)?;
        add(&image::whole_record(row, body))?;
    }
    for row in &writes.jobs {
        add(&image::job(row))?;
    }
    for row in writes.keys.iter().chain(key) {
        add(&image::key(row))?;
    }
    Ok(())
}

/// Images of different shapes, one after the other.
mod erased {
    pub(super) trait Image {
        fn append(&self, text: &mut Vec<u8>) -> Result<(), serde_json::Error>;
    }

    impl<T: serde::Serialize> Image for T {
        fn append(&self, text: &mut Vec<u8>) -> Result<(), serde_json::Error> {
            serde_json::to_writer(text, self)
        }
    }
}
