//! The tables of the memory store: sorted where listings walk them in order, and the few indexes that
//! listings read.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashMap;
use hashbrown::hash_map::Entry;
use uuid::Uuid;

use crate::currency::Currency;
use crate::ids::{AccountId, Book, EventId, TransferId};
use crate::rows::events::{self, Link};
use crate::rows::identity::Identity;
use crate::rows::loaded::Loaded;
use crate::rows::needs::{
    AccountKey, DUE_LIMIT, HeadKey, HoldKey, JobKey, KeyKey, Needs, RecordKey, TransferKey,
};
use crate::rows::row::Row;
use crate::rows::tables::AWAITS_APPROVAL;
use crate::rows::tables::{
    AccountRow, EntryRow, EventRow, HeadRow, HoldRow, JobRow, JobState, KeyRow, RecordRow, SequenceRow,
    TransferRow,
};
use crate::rows::writes::Upserts;
use crate::rows::writes::{Guard, Writes};
use crate::store::{ERASED_AT_ONCE, Erasure, Outdated};
use crate::time::Time;

/// Place of an entry among those of its account.
pub(super) type EntryPlace = (Time, TransferId, i64);

#[derive(Debug, Default)]
pub(super) struct Tables {
    pub identity: Identity,
    pub accounts: HashMap<AccountKey, AccountRow>,
    /// The currencies that an id has accounts in, in their order.
    pub currencies: HashMap<(Book, AccountId), Vec<Currency>>,
    pub transfers: BTreeMap<TransferKey, TransferRow>,
    pub transfers_by_time: BTreeSet<(Book, Time, TransferId)>,
    pub entries: HashMap<TransferKey, Vec<EntryRow>>,
    /// The places of an account's entries, in order.
    pub entries_by_account: HashMap<AccountKey, Vec<EntryPlace>>,
    pub holds: BTreeMap<HoldKey, HoldRow>,
    pub due_holds: BTreeSet<(Time, HoldKey)>,
    pub records: BTreeMap<RecordKey, RecordRow>,
    pub due_records: BTreeSet<(Time, RecordKey)>,
    pub jobs: BTreeMap<JobKey, JobRow>,
    pub due_jobs: BTreeSet<(Time, JobKey)>,
    pub keys: HashMap<KeyKey, KeyRow>,
    pub events: HashMap<(Book, EventId), EventRow>,
    /// The places of each commit's events, by the last of them.
    pub sequence: BTreeMap<(Book, i64), SequenceRow>,
    /// The last place of each commit.
    pub places: HashMap<(Book, Uuid), i64>,
    pub heads: BTreeMap<HeadKey, HeadRow>,
}

/// A timeline that begins in an open transaction: who the store is then, and its heads.
#[derive(Clone, Debug)]
pub(super) struct Renewed {
    pub identity: Identity,
    pub heads: BTreeMap<HeadKey, HeadRow>,
}

impl Tables {
    /// The accounts of an id, whatever their currency.
    pub(super) fn of_id(&self, book: &Book, id: &AccountId) -> impl Iterator<Item = &AccountRow> {
        let currencies = self.currencies.get(&(book.clone(), id.clone())).into_iter().flatten();
        currencies.filter_map(|currency| self.accounts.get(&(book.clone(), id.clone(), *currency)))
    }

    /// An entry by its place among those of its account.
    pub(super) fn entry(&self, book: &Book, (_, transfer, leg): EntryPlace) -> Option<&EntryRow> {
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
            records: needs.records.keys().filter_map(|key| self.records.get(key).cloned()).collect(),
            transfers: needs.transfers.keys().filter_map(|key| self.transfers.get(key).cloned()).collect(),
            holds: needs.holds.keys().filter_map(|key| self.holds.get(key).cloned()).collect(),
            jobs: needs.jobs.keys().filter_map(|key| self.jobs.get(key).cloned()).collect(),
            accounts: needs.accounts.keys().filter_map(|key| self.accounts.get(key).cloned()).collect(),
            identity: (!needs.heads.is_empty()).then_some(self.identity),
            ..Loaded::default()
        };
        loaded.entries =
            needs.transfers.keys().filter_map(|key| self.entries.get(key)).flatten().cloned().collect();
        for (book, id) in &needs.accounts_of {
            // one that is asked for by its key as well is one account all the same
            let others = self.of_id(book, id).filter(|row| !needs.accounts.contains_key(&row.key()));
            loaded.accounts.extend(others.cloned());
        }
        if !needs.due_holds.is_empty() {
            let due = self
                .due_holds
                .iter()
                .take_while(|(at, _)| *at <= now)
                .filter_map(|(_, key)| self.holds.get(key));
            let asked = |hold: &&HoldRow| {
                needs.due_holds.contains(&(hold.book.clone(), hold.account.clone(), hold.currency))
            };
            let mut taken: BTreeMap<AccountKey, usize> = BTreeMap::new();
            for hold in due.filter(asked) {
                let count =
                    taken.entry((hold.book.clone(), hold.account.clone(), hold.currency)).or_default();
                *count += 1;
                if *count <= DUE_LIMIT {
                    loaded.due.push(hold.clone());
                }
            }
        }
        loaded
    }

    /// Whether every claim is free, and every row the one that was seen.
    pub(super) fn admits(&self, writes: &Writes, renewed: Option<&Renewed>) -> bool {
        let (guards, heads) = (&writes.guards, renewed.map_or(&self.heads, |renewed| &renewed.heads));
        fits(&writes.keys, |key| self.keys.get(key))
            && fits(&writes.accounts, |key| self.accounts.get(key))
            && fits(&writes.transfers, |key| self.transfers.get(key))
            && fits(&writes.holds, |key| self.holds.get(key))
            && fits(&writes.records, |key| self.records.get(key))
            && fits(&writes.jobs, |key| self.jobs.get(key))
            && fits(&writes.heads, |key| heads.get(key))
            && reversed_once(&self.transfers, writes)
            && stand(&guards.records, |key| self.records.get(key))
            && stand(&guards.transfers, |key| self.transfers.get(key))
            && stand(&guards.holds, |key| self.holds.get(key))
            && stand(&guards.accounts, |key| self.accounts.get(key))
            && stand(&guards.jobs, |key| self.jobs.get(key))
    }

    /// What another timeline makes of the store and of its heads. Those of copies stay as they are.
    pub(super) fn renewed(&self, timeline: Uuid) -> Renewed {
        let mut heads = self.heads.clone();
        for head in heads.values_mut().filter(|head| !head.is_copy()) {
            head.timeline = Some(timeline);
            head.version += 1;
        }
        Renewed { identity: Identity { timeline, ..self.identity }, heads }
    }

    pub(super) fn apply(&mut self, writes: Writes) {
        put(&mut self.heads, writes.heads, |_, _| {});
        for row in all(writes.accounts) {
            match self.accounts.entry(row.key()) {
                Entry::Occupied(mut known) => drop(known.insert(row)),
                Entry::Vacant(place) => {
                    let currencies = self.currencies.entry((row.book.clone(), row.id.clone())).or_default();
                    insert(currencies, row.currency);
                    place.insert(row);
                }
            }
        }
        let by_time = &mut self.transfers_by_time;
        put(&mut self.transfers, writes.transfers, |_, row| {
            by_time.insert((row.book.clone(), row.stamp, row.id));
        });
        let due = &mut self.due_holds;
        put(&mut self.holds, writes.holds, |old, row| {
            move_due(due, row.key(), old.and_then(|old: &HoldRow| old.due_at), row.due_at);
        });
        let due = &mut self.due_records;
        put(&mut self.records, writes.records, |old, row| {
            move_due(due, row.key(), old.and_then(|old: &RecordRow| old.due_at), row.due_at);
        });
        let due = &mut self.due_jobs;
        put(&mut self.jobs, writes.jobs, |old, row| {
            move_due(due, row.key(), old.and_then(|old: &JobRow| old.due_at), row.due_at);
        });
        for row in all(writes.keys) {
            self.keys.insert(row.key(), row);
        }
        for row in writes.entries {
            let account = (row.book.clone(), row.account.clone(), row.currency);
            let place = (row.stamp, row.transfer, row.leg);
            insert(self.entries_by_account.entry(account).or_default(), place);
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

    /// Takes out what is outdated, the oldest first.
    pub(super) fn forget(&mut self, what: Outdated, limit: usize, now: Time) -> usize {
        let before = |ago| now.checked_sub(ago).unwrap_or(Time::MIN);
        match what {
            Outdated::Keys(ago) => {
                let until = before(ago);
                let ended = |row: &KeyRow| row.expires_at.filter(|at| *at > AWAITS_APPROVAL && *at < until);
                let mut old: Vec<_> =
                    self.keys.iter().filter_map(|(key, row)| Some((ended(row)?, key.clone()))).collect();
                old.sort();
                old.truncate(limit);
                old.iter().filter(|(_, key)| self.keys.remove(key).is_some()).count()
            }
            Outdated::Jobs(ago) => {
                let until = before(ago);
                let done = |row: &&JobRow| row.state == JobState::Done && row.stamp < until;
                let mut old: Vec<_> =
                    self.jobs.values().filter(done).map(|row| (row.stamp, row.key())).collect();
                old.sort();
                old.truncate(limit);
                old.iter().filter(|(_, key)| self.jobs.remove(key).is_some()).count()
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

fn fits<'t, R: Row>(upserts: &Upserts<R>, known: impl Fn(&R::Key) -> Option<&'t R>) -> bool {
    let same = |seen: &R::Seen, row: &R| known(&row.key()).is_some_and(|old| old.seen() == *seen);
    upserts.insert.iter().all(|row| known(&row.key()).is_none())
        && upserts.update.iter().all(|(seen, row)| same(seen, row))
}

fn stand<'t, R: Row>(guards: &[Guard<R>], known: impl Fn(&R::Key) -> Option<&'t R>) -> bool {
    guards.iter().all(|guard| match (known(&guard.key), &guard.seen) {
        (Some(row), Some(seen)) => row.stands(seen),
        (row, seen) => row.is_none() && seen.is_none(),
    })
}

/// New rows and changed ones alike.
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

fn put<R: Row>(table: &mut BTreeMap<R::Key, R>, upserts: Upserts<R>, mut index: impl FnMut(Option<&R>, &R)) {
    for row in all(upserts) {
        let key = row.key();
        index(table.get(&key), &row);
        table.insert(key, row);
    }
}

fn move_due<K: Ord + Clone>(due: &mut BTreeSet<(Time, K)>, key: K, old: Option<Time>, new: Option<Time>) {
    if let Some(at) = old {
        due.remove(&(at, key.clone()));
    }
    if let Some(at) = new {
        due.insert((at, key));
    }
}
