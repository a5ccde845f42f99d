//! The working copy of one decision: reads through to what the group knows, and collects what it changes. A
//! decision that cannot go on halts.

use std::cell::Cell;
use std::fmt::Debug;
use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value};

use super::context::Context;
use super::event_data::EventData;
use super::image::CountBasis;
use super::permit::Tie;
use super::snapshot::{Drained, Snapshot, Table};
use super::tally::CallTally;
use super::write_set::{EventDraft, WriteSet};
use crate::currency::Currency;
use crate::env::Ids;
use crate::error::{Detail, Error};
use crate::ids::{AccountId, Book, EventId, JobId, TransferId};
use crate::money::LIMIT;
use crate::rows::events::POSTED;
use crate::rows::kinds::each_kind;
use crate::rows::needs::{Access, AccountKey, KeyKey, Needs, TransferKey};
use crate::rows::object::{Object, Stored};
use crate::rows::row::Row;
use crate::rows::tables::{
    AccountRow, CounterRow, EntryRow, HoldRow, JobRow, JobState, KeyRow, LAST_VERSION, RankRow, RecordRow,
    SinkRow, TransferRow,
};
use crate::time::Time;

/// How often a job may be leased before it is dead, unless its domain sets another number.
pub const MAX_ATTEMPTS: i64 = 20;

/// How often a job may be tried, and from when on.
#[derive(Clone, Copy, Debug)]
pub struct JobTerms {
    /// How often it may be leased before it is dead, at least once.
    pub attempts: i64,
    /// No worker may lease it before this time.
    pub not_before: Time,
}

/// Why a decision did not accept.
#[derive(Clone, Debug)]
pub enum Halt {
    /// It needs rows that were not read; the command goes to the next group.
    NeedMore(Box<Needs>),
    /// A row that it needs is locked by another transaction; the command goes to the next group.
    Busy,
    /// It refuses.
    Reject(Rejection),
}

/// The outcome of a decision, or of a part of one.
pub type Decided<T> = Result<T, Halt>;

/// A refusal: nothing of the operation's own is written.
#[derive(Clone, Debug)]
pub struct Rejection {
    /// The public error.
    pub error: Error,
    /// Written in spite of the refusal.
    pub survivors: Vec<Arc<dyn Survivor>>,
}

impl Halt {
    /// The rows that it needs, together with those that are missing already.
    pub fn with(self, missing: Option<Box<Needs>>) -> Result<Box<Needs>, Self> {
        let Self::NeedMore(mut needs) = self else { return Err(self) };
        if let Some(missing) = missing {
            needs.extend(&missing);
        }
        Ok(needs)
    }
}

impl<E: Into<Error>> From<E> for Halt {
    fn from(error: E) -> Self {
        Self::Reject(Rejection { error: error.into(), survivors: Vec::new() })
    }
}

/// Something that is written although a call was refused. In the engine's own transaction it is written in
/// the call's group. In a host's transaction, which may be rolled back, it is handed to the engine, which
/// writes it in a transaction of its own as soon as the store allows.
pub trait Survivor: Debug + Send + Sync {
    /// Its name in the process log.
    fn name(&self) -> &'static str;
    /// Whether it records a wrong PIN or code.
    fn is_attempt(&self) -> bool {
        false
    }
    /// Whether it asks people about objects, which others must be able to see.
    fn asks(&self) -> bool {
        false
    }
    /// Whether these objects are there: what a host's transaction has made is not, before its commit.
    fn is_due(&self, _: &Draft<'_>) -> Decided<bool> {
        Ok(true)
    }
    /// Names the rows that it needs.
    fn needs(&self, seen: &Snapshot, needs: &mut Needs);
    /// Writes it, with its event.
    fn write(&self, draft: &mut Draft<'_>) -> Decided<()>;
}

each_kind! { ($($rows:ident: $row:ident $Row:ty;)*) => {
    impl Draft<'_> {
        $(
            #[doc = concat!("One of the ", stringify!($rows), ", if there is one.")]
            pub fn $row(&self, key: &<$Row as Row>::Key) -> Decided<Option<&$Row>> {
                overlay(&self.writes.$rows, &self.seen.$rows, key)
                    .unwrap_or_else(|| Err(need(|needs| needs.$row(key.clone(), Access::Write))))
            }
        )*
    }
} }

/// The working copy of one decision.
#[derive(Debug)]
pub struct Draft<'s> {
    /// The context of this attempt.
    pub ctx: &'s Context,
    /// Fresh ids, the same in every attempt.
    pub ids: Ids,
    seen: &'s Snapshot,
    writes: WriteSet,
    judged: Cell<bool>,
}

fn overlay<'a, R: Row>(
    changed: &'a [R],
    known: &'a Table<R>,
    key: &R::Key,
) -> Option<Decided<Option<&'a R>>> {
    if let Some(row) = changed.iter().rev().find(|row| row.is(key)) {
        return Some(Ok(Some(row)));
    }
    let slot = known.slot(key)?;
    Some(match &slot.row {
        _ if slot.busy => Err(Halt::Busy),
        Some(row) if row.version() > LAST_VERSION => {
            Err(Error::corrupted(format!("a version of the table `{}`", R::TABLE)).into())
        }
        row => Ok(row.as_ref()),
    })
}

fn replace<R: Row>(changed: &mut Vec<R>, row: R) {
    if changed.is_empty() {
        // few decisions change more; rows are large
        changed.reserve_exact(2);
        return changed.push(row);
    }
    let key = row.key();
    match changed.iter_mut().find(|other| other.is(&key)) {
        Some(other) => *other = row,
        None => changed.push(row),
    }
}

fn need(ask: impl FnOnce(&mut Needs)) -> Halt {
    let mut needs = Needs::default();
    ask(&mut needs);
    Halt::NeedMore(Box::new(needs))
}

impl<'s> Draft<'s> {
    /// A fresh draft over what the group knows.
    pub fn new(ctx: &'s Context, ids: Ids, seen: &'s Snapshot) -> Self {
        Self { ctx, ids, seen, writes: WriteSet::default(), judged: Cell::new(false) }
    }

    /// Judges the actor by the actor's ties to the rows of the call: step 6 of the order of verdicts.
    pub fn permit(&self, ties: &[Tie<'_>]) -> Result<(), Error> {
        self.judged.set(true);
        self.ctx.who.judge(&self.ctx.actor, ties)
    }

    /// Notes that the domain has judged the actor by its own transition table.
    pub fn permitted(&self) {
        self.judged.set(true);
    }

    /// Whether the actor passes only by a tie to the rows.
    pub fn is_plain(&self) -> bool {
        self.ctx.who.judges(&self.ctx.actor)
    }

    /// Refuses a plain actor whom the decision has not judged.
    pub fn assert_authorised(&self) -> Result<(), Error> {
        if self.is_plain() && !self.judged.get() {
            return Err(self.ctx.who.refusal(&self.ctx.actor));
        }
        Ok(())
    }

    /// Returns the write set.
    pub fn finish(self) -> WriteSet {
        self.writes
    }

    /// Drops everything that was written after `mark` was taken.
    pub fn restore(&mut self, mark: WriteSet) {
        self.writes = mark;
    }

    /// A copy of what is written so far.
    pub fn mark(&self) -> WriteSet {
        self.writes.clone()
    }

    /// The write set so far.
    pub const fn writes(&self) -> &WriteSet {
        &self.writes
    }

    /// The write set, to be added to.
    pub(super) const fn writes_mut(&mut self) -> &mut WriteSet {
        &mut self.writes
    }

    /// The rows that the group knew before.
    pub const fn seen(&self) -> &'s Snapshot {
        self.seen
    }

    /// An idempotency key, if there is one.
    pub fn key(&self, key: &KeyKey) -> Decided<Option<&KeyRow>> {
        overlay(&self.writes.keys, &self.seen.keys, key).unwrap_or_else(|| {
            Err(need(|needs| {
                needs.keys.insert(key.clone());
            }))
        })
    }

    /// The currencies of the accounts of an id, if they were read.
    pub fn currencies_of(&self, book: &Book, id: &AccountId) -> Option<&'s Vec<Currency>> {
        self.seen.accounts_of.get(&(book.clone(), id.clone()))
    }

    /// Posted balance of an account, including what is pending on a streaming one.
    pub fn posted(&self, row: &AccountRow) -> i128 {
        let key = row.key();
        let own = self.writes.streams.iter().filter(|(other, _)| *other == key).map(|(_, amount)| *amount);
        own.fold(self.seen.posted(row), i128::saturating_add)
    }

    /// The pending rows drained from a streaming account, if its fold row was locked.
    pub fn drained(&self, key: &AccountKey) -> Option<&'s Drained> {
        self.seen.drained.get(key)
    }

    /// Locks an account until the transaction ends. An account that takes appends is locked by draining it:
    /// its debits wait.
    pub fn lock_account(&mut self, key: &AccountKey) -> Decided<()> {
        let streaming = self.account(key)?.is_some_and(|row| row.streaming);
        if streaming && self.drained(key).is_none() {
            return Err(need(|needs| needs.account(key.clone(), Access::Drain)));
        }
        self.writes.locks = true;
        Ok(())
    }

    /// The entries of a known transfer, by leg.
    pub fn entries(&self, key: &TransferKey) -> Vec<EntryRow> {
        let (book, id) = key;
        let own = self.writes.entries.iter().filter(|entry| entry.transfer == *id && entry.book == *book);
        let known = self.seen.entries.get(key).into_iter().flatten();
        known.chain(own).cloned().collect()
    }

    /// The account's open holds that have expired, oldest first.
    pub fn due_holds(&self, key: &AccountKey) -> Decided<Vec<HoldRow>> {
        let Some(keys) = self.seen.due_holds.get(key) else {
            return Err(need(|needs| {
                needs.due_holds.insert(key.clone());
            }));
        };
        let mut due = Vec::new();
        for key in keys {
            if let Some(hold) = self.hold(key)?
                && hold.state.is_open()
                && hold.expires_at.is_some_and(|at| at <= self.ctx.now)
            {
                due.push(hold.clone());
            }
        }
        Ok(due)
    }

    /// Writes a changed account: its version rises.
    pub fn change_account(&mut self, mut row: AccountRow) -> Decided<()> {
        row.version += 1;
        self.new_account(row)
    }

    /// Writes an account as it is, with its headroom and its stamp.
    pub fn new_account(&mut self, mut row: AccountRow) -> Decided<()> {
        row.headroom = row.posted.saturating_sub(row.held).saturating_add(row.overdraft);
        if row.headroom.abs() >= LIMIT {
            return Err(Detail::Overflow { account: row.id.to_string() }.into());
        }
        row.stamp = self.ctx.stamp;
        let texts = row.display_name.is_some() || row.reference.is_some() || row.metadata.is_some();
        self.salt(&mut row.salt, texts);
        replace(&mut self.writes.accounts, row);
        Ok(())
    }

    /// Draws the salt of a row that has texts: once, so that a text that did not change has the same hash in
    /// every event.
    fn salt(&mut self, salt: &mut Option<Arc<[u8]>>, texts: bool) {
        if texts && salt.is_none() {
            *salt = Some(self.ids.salt().as_slice().into());
        }
    }

    /// Adds an amount to the sum that this commit appends to a streaming account.
    pub fn stream(&mut self, key: AccountKey, amount: i128) {
        match self.writes.streams.iter_mut().find(|(other, _)| *other == key) {
            Some((_, sum)) => *sum = sum.saturating_add(amount),
            None => self.writes.streams.push((key, amount)),
        }
    }

    /// Writes a new or changed hold: its version rises.
    pub fn put_hold(&mut self, mut row: HoldRow) {
        row.version += 1;
        row.stamp = self.ctx.stamp;
        row.due_at = if row.state.is_open() { row.expires_at } else { None };
        self.salt(&mut row.salt, row.reference.is_some() || row.metadata.is_some());
        replace(&mut self.writes.holds, row);
    }

    /// Writes a new transfer or a changed one: its version rises.
    pub fn put_transfer(&mut self, mut row: TransferRow) {
        row.version += 1;
        self.salt(&mut row.salt, row.reference.is_some() || row.metadata.is_some());
        replace(&mut self.writes.transfers, row);
    }

    /// Writes a new or changed record as it is; its version is that of its newest event.
    pub fn put_record(&mut self, mut row: RecordRow) {
        (row.stamp, row.at) = (self.ctx.stamp, self.ctx.at);
        self.salt(&mut row.salt, row.reference.is_some());
        replace(&mut self.writes.records, row);
    }

    /// Writes a new or changed counter: its version rises.
    pub fn put_counter(&mut self, mut row: CounterRow) {
        row.version += 1;
        row.stamp = self.ctx.stamp;
        replace(&mut self.writes.counters, row);
    }

    /// Notes the operation and the version of the rules that changed the counters of this decision.
    pub fn counted(&mut self, operation: &Arc<str>, rules: i64) {
        let behind = self.ctx.stamp.since(self.ctx.now).micros();
        self.writes.counted = Some(CountBasis { operation: operation.clone(), rules, behind });
    }

    /// Counts one in a metric of this process, once this decision is durable.
    pub fn tally(&mut self, tally: CallTally) {
        self.writes.tallies.push(tally);
    }

    /// Writes a new or changed sink: its version rises.
    pub fn put_sink(&mut self, mut row: SinkRow) {
        row.version += 1;
        row.stamp = self.ctx.stamp;
        replace(&mut self.writes.sinks, row);
    }

    /// Writes a new or changed place in the rank: its version rises.
    pub fn put_rank(&mut self, mut row: RankRow) {
        row.version += 1;
        row.stamp = self.ctx.stamp;
        replace(&mut self.writes.ranks, row);
    }

    /// Enqueues a job, which is work outside the store, in the same commit as the rest of this decision. It
    /// is due at once. Its id is also the idempotency key for the outside, the same in every attempt.
    /// `payload` describes the work in ids and amounts.
    pub fn enqueue(&mut self, kind: &str, payload: &impl Serialize) -> Decided<JobId> {
        let id = JobId::from_uuid(self.ids.uuid());
        self.enqueue_as(id, kind, &id.to_string(), payload)
    }

    /// As [`Draft::enqueue`], with a given id and the domain's own idempotency key for the outside.
    pub fn enqueue_as(
        &mut self,
        id: JobId,
        kind: &str,
        outside_key: &str,
        payload: &impl Serialize,
    ) -> Decided<JobId> {
        let terms = JobTerms { attempts: MAX_ATTEMPTS, not_before: self.ctx.now };
        self.enqueue_on(id, outside_key, kind, terms, payload)
    }

    /// As [`Draft::enqueue_as`], with the domain's own number of attempts and first time to run.
    pub fn enqueue_on(
        &mut self,
        id: JobId,
        outside_key: &str,
        kind: &str,
        terms: JobTerms,
        payload: &impl Serialize,
    ) -> Decided<JobId> {
        let payload = serde_json_canonicalizer::to_string(payload)
            .map_err(|_| Error::corrupted("the payload of a job has no canonical JSON form"))?;
        self.put_job(JobRow {
            book: self.ctx.book.clone(),
            id,
            kind: kind.into(),
            state: JobState::Queued,
            outside_key: outside_key.into(),
            payload: payload.into(),
            attempts: 0,
            max_attempts: terms.attempts.max(1),
            run_at: terms.not_before,
            leased_until: None,
            due_at: None,
            fence: 0,
            last_error: None,
            result: None,
            salt: None,
            discarded: false,
            version: 0,
            created_at: self.ctx.time(),
            stamp: self.ctx.stamp,
        });
        Ok(id)
    }

    /// Writes a new or changed job: its version rises.
    pub fn put_job(&mut self, mut row: JobRow) {
        row.version += 1;
        row.stamp = self.ctx.stamp;
        self.salt(&mut row.salt, true);
        row.leased_until = row.leased_until.filter(|_| row.state == JobState::Leased);
        row.due_at = match row.state {
            JobState::Queued => Some(row.run_at),
            JobState::Leased => row.leased_until,
            JobState::Done | JobState::Dead => None,
        };
        replace(&mut self.writes.jobs, row);
    }

    /// Writes an idempotency key.
    pub fn put_key(&mut self, row: KeyRow) {
        replace(&mut self.writes.keys, row);
    }

    /// Writes an entry.
    pub fn put_entry(&mut self, row: EntryRow) {
        self.writes.entries.push(row);
    }

    /// Writes an event.
    pub fn event(
        &mut self,
        kind: &'static str,
        object: (&str, &str),
        version: i64,
        data: &impl Serialize,
    ) -> Decided<()> {
        let (object, object_id) = (object.0.into(), Some(object.1.into()));
        let (id, data) = (EventId::from_uuid(self.ids.uuid()), EventData::of(data)?);
        self.writes.events.push(EventDraft { id, kind, object, object_id, version, data, by_terms: false });
        Ok(())
    }

    /// Writes an event of an object, whose version rises with it.
    pub fn emit<O: Object>(
        &mut self,
        object: &mut Stored<O>,
        event: &'static str,
        data: &Map<String, Value>,
    ) -> Decided<()> {
        object.row.version += 1;
        self.event(event, (O::KIND, &object.id().to_string()), object.row.version, data)
    }

    /// Writes an event if the decision writes rows and no event: without one the log would not know of them.
    pub fn record_witness(&mut self, operation: &str, keyed: bool) -> Decided<()> {
        let changed = self.writes.rows() + self.writes.streams.len() + self.writes.keys.len();
        if self.writes.events.is_empty() && (keyed || changed > 0) {
            self.event("call.accepted", ("operation", operation), 0, &serde_json::Map::new())?;
        }
        Ok(())
    }

    /// Adds the approvers to the event of every transfer written so far.
    pub fn approved(&mut self, by: &[String]) -> Decided<()> {
        for event in self.writes.events.iter_mut().filter(|event| event.kind == POSTED) {
            event.data.lead("approved_by", &by)?;
        }
        Ok(())
    }

    /// Writes the event of a new transfer, which has the transfer's uuid.
    pub fn event_of(&mut self, transfer: TransferId, data: &impl Serialize) -> Decided<()> {
        let (id, data) = (EventId::from_uuid(transfer.uuid()), EventData::of(data)?);
        let (object, object_id) = ("transfer".into(), None);
        let event = EventDraft { id, kind: POSTED, object, object_id, version: 1, data, by_terms: false };
        self.writes.events.push(event);
        Ok(())
    }

    /// Marks the newest event as one that nobody did: it followed from agreed terms.
    pub fn followed_from_terms(&mut self) {
        if let Some(event) = self.writes.events.last_mut() {
            event.by_terms = true;
        }
    }

    /// Marks all events but the first `place` in the same way.
    pub fn followed_from_terms_since(&mut self, place: usize) {
        self.writes.events.iter_mut().skip(place).for_each(|event| event.by_terms = true);
    }
}
