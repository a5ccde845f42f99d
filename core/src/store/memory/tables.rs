//! The tables of the memory store: sorted where listings walk them in order, and the few indexes that
//! listings read.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hashbrown::HashMap;
use uuid::Uuid;

use crate::currency::Currency;
use crate::ids::{AccountId, Book, EventId, TransferId};
use crate::rows::events::{self, Link};
use crate::rows::identity::Identity;
use crate::rows::kinds::{Lockable, RankKey, SinkKey, each_kind};
use crate::rows::loaded::Loaded;
use crate::rows::needs::{
    AccountKey, CounterKey, DUE_LIMIT, HeadKey, HoldKey, JobKey, KeyKey, Needs, RecordKey, TransferKey,
};
use crate::rows::row::{ByKey, Row};
use crate::rows::tables::AWAITS_APPROVAL;
use crate::rows::tables::{
    AccountRow, CounterRow, EntryRow, EventRow, HeadRow, HoldRow, JobRow, JobState, KeyRow, RankRow,
    RecordRow, SequenceRow, SinkRow, TransferRow,
};
use crate::rows::writes::Upserts;
use crate::rows::writes::{Guard, Writes};
use crate::sorting::Sorting;
use crate::store::{ERASED_AT_ONCE, Erasure, Outdated};
use crate::time::Time;

/// Place of an entry among those of its account.
pub(super) type EntryPlace = (Time, TransferId, i64);

#[derive(Debug, Default)]
pub(super) struct Tables {
    pub identity: Identity,
    pub indexes: Indexes,
    pub accounts: HashMap<AccountKey, AccountRow>,
    pub transfers: BTreeMap<TransferKey, TransferRow>,
    pub entries: HashMap<TransferKey, Vec<EntryRow>>,
    /// The places of an account's entries, in order.
    pub entries_by_account: HashMap<AccountKey, Vec<EntryPlace>>,
    pub holds: BTreeMap<HoldKey, HoldRow>,
    pub records: BTreeMap<RecordKey, RecordRow>,
    pub counters: HashMap<CounterKey, CounterRow>,
    pub jobs: BTreeMap<JobKey, JobRow>,
    pub sinks: BTreeMap<SinkKey, SinkRow>,
    pub ranks: HashMap<RankKey, RankRow>,
    pub keys: HashMap<KeyKey, KeyRow>,
    pub events: HashMap<(Book, EventId), EventRow>,
    /// The places of each commit's events, by the last of them.
    pub sequence: BTreeMap<(Book, i64), SequenceRow>,
    /// The last place of each commit.
    pub places: HashMap<(Book, Uuid), i64>,
    pub heads: BTreeMap<HeadKey, HeadRow>,
}

/// Indexes by which listings find rows.
#[derive(Debug, Default)]
pub(super) struct Indexes {
    /// The currencies that an id has accounts in, both in their order.
    pub currencies: BTreeMap<(Book, AccountId), Vec<Currency>>,
    pub transfers_by_time: BTreeSet<(Book, Time, TransferId)>,
    pub due_holds: BTreeSet<(Time, HoldKey)>,
    pub due_records: BTreeSet<(Time, RecordKey)>,
    pub due_jobs: BTreeSet<(Time, JobKey)>,
    /// Of each currency, and of each owner in it.
    pub ranks: BTreeMap<Ranks, BTreeSet<(Arc<str>, AccountId)>>,
}

/// The key of a ranking: a currency, or an owner in it.
pub(super) type Ranks = (Book, Currency, Option<Arc<str>>);

/// A timeline that begins in an open transaction: the store's new identity, and its heads.
#[derive(Clone, Debug)]
pub(super) struct Renewed {
    pub identity: Identity,
    pub heads: BTreeMap<HeadKey, HeadRow>,
}

impl Tables {
    /// The accounts of an id, in every currency.
    pub(super) fn of_id(&self, book: &Book, id: &AccountId) -> impl Iterator<Item = &AccountRow> {
        let currencies = self.indexes.currencies.get(&(book.clone(), id.clone())).into_iter().flatten();
        currencies
            .filter_map(|currency| self.accounts.get(&AccountKey::new(book.clone(), id.clone(), *currency)))
    }

    /// An entry by its place among those of its account.
    pub(super) fn entry(&self, book: &Book, place: &EntryPlace) -> Option<&EntryRow> {
        let (_, transfer, leg) = *place;
        self.entries.get(&(book.clone(), transfer))?.iter().find(|row| row.leg == leg)
    }

    /// The links of a commit's events, by any of its places.
    pub(super) fn links(&self, book: &Book, seq: i64) -> Vec<Link> {
        let row = self.sequence.range((book.clone(), seq)..).next().filter(|((of, _), _)| of == book);
        // the bytes were packed by this process
        row.and_then(|(_, row)| events::links(row).ok()).unwrap_or_default()
    }

    pub(super) fn load(&self, needs: &Needs, now: Time) -> Loaded {
        let mut loaded = Loaded {
            keys: needs.keys.iter().filter_map(|key| self.keys.get(key).cloned()).collect(),
            heads: needs.heads.iter().filter_map(|key| self.heads.get(key).cloned()).collect(),
            identity: (!needs.heads.is_empty()).then_some(self.identity),
            ..Loaded::default()
        };
        each_kind! { ($($rows:ident: $row:ident $Row:ty;)*) => {
            $(loaded.$rows = needs.$rows.keys().filter_map(|key| self.$rows.get(key).cloned()).collect();)*
        } }
        loaded.entries =
            needs.transfers.keys().filter_map(|key| self.entries.get(key)).flatten().cloned().collect();
        for (book, id) in &needs.accounts_of {
            // an account that is asked for by its key as well appears once
            let others = self.of_id(book, id).filter(|row| !needs.accounts.contains_key(&row.key()));
            loaded.accounts.extend(others.cloned());
        }
        for under in &needs.counter_deltas {
            let found = self.counters.values().filter(|row| row.is_under(under));
            let others = found.filter(|row| !needs.counters.contains_key(&row.key()));
            loaded.counters.extend(others.cloned());
        }
        if !needs.due_holds.is_empty() {
            let due = self
                .indexes
                .due_holds
                .iter()
                .take_while(|(at, _)| *at <= now)
                .filter_map(|(_, key)| self.holds.get(key));
            let asked = |hold: &&HoldRow| needs.due_holds.contains(&hold.account_key());
            let mut taken: BTreeMap<AccountKey, usize> = BTreeMap::new();
            for hold in due.filter(asked) {
                let count = taken.entry(hold.account_key()).or_default();
                *count += 1;
                if *count <= DUE_LIMIT {
                    loaded.due.push(hold.clone());
                }
            }
        }
        loaded
    }

    /// Whether every claim is free, and every row still has the image that was seen.
    pub(super) fn admits(&self, writes: &Writes, renewed: Option<&Renewed>) -> bool {
        let (guards, heads) = (&writes.guards, renewed.map_or(&self.heads, |renewed| &renewed.heads));
        let mut admits = writes.dropped.iter().all(|key| self.counters.contains_key(key))
            && fits(&writes.keys, &self.keys)
            && fits(&writes.heads, heads)
            && reversed_once(&self.transfers, writes);
        each_kind! { ($($rows:ident: $row:ident $Row:ty;)*) => {
            $(admits &= fits(&writes.$rows, &self.$rows);)*
            $(admits &= stand(&guards.$rows, |key| self.$rows.get(key));)*
        } }
        admits
    }

    /// The identity and the heads after another timeline begins. Those of copies stay as they are.
    pub(super) fn renewed(&self, timeline: Uuid) -> Renewed {
        let mut heads = self.heads.clone();
        for head in heads.values_mut().filter(|head| !head.is_copy()) {
            head.timeline = Some(timeline);
            head.version += 1;
        }
        Renewed { identity: Identity { timeline, ..self.identity }, heads }
    }

    pub(super) fn apply(&mut self, writes: Writes) {
        for row in all(writes.heads) {
            self.heads.insert(row.key(), row);
        }
        each_kind! { ($($rows:ident: $row:ident $Row:ty;)*) => {$(
            for row in all(writes.$rows) {
                self.$rows.keep(row, &mut self.indexes);
            }
        )*} }
        writes.dropped.iter().for_each(|key| drop(self.counters.remove(key)));
        for row in all(writes.keys) {
            self.keys.insert(row.key(), row);
        }
        for row in writes.entries {
            let place = (row.stamp, row.transfer, row.leg);
            insert(self.entries_by_account.entry(row.account_key()).or_default(), place);
            self.entries.entry((row.book.clone(), row.transfer)).or_default().push(row);
        }
        for row in writes.events {
            self.events.insert(row.key(), row);
        }
        for row in writes.sequence {
            self.places.insert((row.book.clone(), row.commit_id), row.seq);
            self.sequence.insert((row.book.clone(), row.seq), row);
        }
    }
}

impl Tables {
    /// Erases the private texts of a page of events.
    pub(super) fn erase(&mut self, erasure: &Erasure) -> usize {
        let about = self.events.values_mut().filter(|row| erasure.takes(row)).take(ERASED_AT_ONCE);
        about.map(|row| row.private = None).count()
    }

    /// Deletes outdated rows, oldest first.
    pub(super) fn forget(&mut self, what: Outdated, limit: usize, now: Time) -> usize {
        let before = |ago| now.checked_sub(ago).unwrap_or(Time::MIN);
        match what {
            Outdated::Keys(ago) => {
                let until = before(ago);
                let ended = |row: &KeyRow| row.expires_at.filter(|at| *at > AWAITS_APPROVAL && *at < until);
                let mut old: Vec<_> =
                    self.keys.iter().filter_map(|(key, row)| Some((ended(row)?, key.clone()))).collect();
                old.order();
                old.truncate(limit);
                old.iter().filter(|(_, key)| self.keys.remove(key).is_some()).count()
            }
            Outdated::Jobs(ago) => {
                let until = before(ago);
                let done = |row: &&JobRow| row.state == JobState::Done && row.stamp < until;
                let mut old: Vec<_> =
                    self.jobs.values().filter(done).map(|row| (row.stamp, row.key())).collect();
                old.order();
                old.truncate(limit);
                old.iter().filter(|(_, key)| self.jobs.remove(key).is_some()).count()
            }
            Outdated::Counters(ago) => {
                let until = before(ago);
                let left = |row: &CounterRow| row.leaves_at.filter(|at| *at > Time::EPOCH && *at < until);
                let mut old: Vec<_> =
                    self.counters.values().filter_map(|row| Some((left(row)?, row.key()))).collect();
                old.order();
                old.truncate(limit);
                old.iter().filter(|(_, key)| self.counters.remove(key).is_some()).count()
            }
        }
    }
}

/// Puts a value into its place; nearly always that is the end.
fn insert<T: Ord>(sorted: &mut Vec<T>, value: T) {
    if sorted.last().is_none_or(|last| *last < value) {
        sorted.push(value);
    } else if let Err(place) = sorted.binary_search(&value) {
        sorted.insert(place, value);
    }
}

fn fits<R: Row>(upserts: &Upserts<R>, known: &impl Kept<R>) -> bool {
    let same = |seen: &R::Seen, row: &R| known.same(row).is_some_and(|old| old.seen() == *seen);
    upserts.insert.iter().all(|row| known.same(row).is_none())
        && upserts.update.iter().all(|(seen, row)| same(seen, row))
}

fn stand<'t, R: Row>(guards: &[Guard<R>], known: impl Fn(&R::Key) -> Option<&'t R>) -> bool {
    guards.iter().all(|guard| match (known(&guard.key), &guard.seen) {
        (Some(row), Some(seen)) => row.stands(seen),
        (row, seen) => row.is_none() && seen.is_none(),
    })
}

/// New rows and changed ones.
fn all<R: Row>(upserts: Upserts<R>) -> impl Iterator<Item = R> {
    upserts.insert.into_iter().chain(upserts.update.into_iter().map(|(_, row)| row))
}

/// The unique key of the SQL stores: one full reversal an original.
fn reversed_once(transfers: &BTreeMap<TransferKey, TransferRow>, writes: &Writes) -> bool {
    let reversals =
        writes.transfers.insert.iter().filter(|row| row.kind == crate::rows::tables::TransferKind::Reversal);
    reversals
        .filter_map(|row| Some((row.book.clone(), row.original?)))
        .all(|key| transfers.get(&key).is_none_or(|original| original.reversed_by.is_none()))
}

/// The rows of a table.
trait Kept<R: Row> {
    /// The row of the same key as this one.
    fn same(&self, row: &R) -> Option<&R>;

    /// Puts a row in its place, and into the indexes.
    fn keep(&mut self, row: R, indexes: &mut Indexes)
    where
        R: Indexed;
}

impl<R: Row> Kept<R> for HashMap<R::Key, R> {
    fn same(&self, row: &R) -> Option<&R> {
        self.get(&ByKey(row))
    }

    fn keep(&mut self, row: R, indexes: &mut Indexes)
    where
        R: Indexed,
    {
        if let Some(old) = self.get_mut(&ByKey(&row)) {
            row.index(Some(old), indexes);
            *old = row;
        } else {
            row.index(None, indexes);
            self.insert(row.key(), row);
        }
    }
}

impl<R: Row> Kept<R> for BTreeMap<R::Key, R> {
    fn same(&self, row: &R) -> Option<&R> {
        self.get(&row.key())
    }

    fn keep(&mut self, row: R, indexes: &mut Indexes)
    where
        R: Indexed,
    {
        let key = row.key();
        row.index(self.get(&key), indexes);
        self.insert(key, row);
    }
}

/// A row that listings find.
trait Indexed: Lockable {
    /// Puts a new or changed row into the indexes.
    fn index(&self, old: Option<&Self>, indexes: &mut Indexes);
}

impl Indexed for AccountRow {
    fn index(&self, old: Option<&Self>, indexes: &mut Indexes) {
        if old.is_none() {
            let currencies = indexes.currencies.entry((self.book.clone(), self.id.clone())).or_default();
            insert(currencies, self.currency);
        }
    }
}

impl Indexed for TransferRow {
    fn index(&self, _: Option<&Self>, indexes: &mut Indexes) {
        indexes.transfers_by_time.insert((self.book.clone(), self.stamp, self.id));
    }
}

impl Indexed for CounterRow {
    // only `verify` lists counters, and sorts them itself
    fn index(&self, _: Option<&Self>, _: &mut Indexes) {}
}

impl Indexed for SinkRow {
    // they are few, and in the order of their keys
    fn index(&self, _: Option<&Self>, _: &mut Indexes) {}
}

impl Indexed for RankRow {
    fn index(&self, old: Option<&Self>, indexes: &mut Indexes) {
        let of = |row: &Self| {
            let owners = std::iter::once(None).chain(row.owner.clone().map(Some));
            owners.map(|owner| (row.book.clone(), row.currency, owner)).collect::<Vec<_>>()
        };
        let place = |row: &Self| (row.place.clone(), row.account.clone());
        for ranks in old.into_iter().flat_map(of) {
            indexes.ranks.entry(ranks).or_default().remove(&place(old.unwrap_or(self)));
        }
        for ranks in of(self) {
            indexes.ranks.entry(ranks).or_default().insert(place(self));
        }
    }
}

/// Rows that timers or workers find when they are due.
macro_rules! due {
    ($($Row:ident in $due:ident;)*) => {$(
        impl Indexed for $Row {
            fn index(&self, old: Option<&Self>, indexes: &mut Indexes) {
                move_due(&mut indexes.$due, self.key(), old.and_then(|old| old.due_at), self.due_at);
            }
        }
    )*};
}
due! {
    HoldRow in due_holds;
    RecordRow in due_records;
    JobRow in due_jobs;
}

fn move_due<K: Ord + Clone>(due: &mut BTreeSet<(Time, K)>, key: K, old: Option<Time>, new: Option<Time>) {
    if let Some(at) = old {
        due.remove(&(at, key.clone()));
    }
    if let Some(at) = new {
        due.insert((at, key));
    }
}
