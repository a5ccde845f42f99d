//! The tables of the memory store: sorted where listings walk them, and the few indexes that listings read.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use hashbrown::HashMap;

use crate::events::{self, Link};
use crate::ids::{AccountId, Book, EventId, TransferId};
use crate::kernel::needs::{
    AccountKey, DUE_LIMIT, HeadKey, HoldKey, JobKey, KeyKey, Needs, RecordKey, TransferKey,
};
use crate::kernel::snapshot::Upserts;
use crate::store::rows::{
    AccountRow, EntryRow, EventRow, HeadRow, HoldRow, JobRow, KeyRow, RecordRow, Row, TransferRow,
};
use crate::store::{Loaded, Writes};
use crate::time::Time;

/// Place of an entry among those of its account.
pub(super) type EntryPlace = (Time, TransferId, i64);

#[derive(Debug, Default)]
pub(super) struct Tables {
    pub accounts: BTreeMap<AccountKey, AccountRow>,
    pub transfers: BTreeMap<TransferKey, TransferRow>,
    pub transfers_by_time: BTreeSet<(Book, Time, TransferId)>,
    pub entries: HashMap<TransferKey, Vec<EntryRow>>,
    pub entries_by_account: BTreeMap<AccountKey, BTreeMap<EntryPlace, EntryRow>>,
    pub holds: BTreeMap<HoldKey, HoldRow>,
    pub due_holds: BTreeSet<(Time, HoldKey)>,
    pub records: BTreeMap<RecordKey, RecordRow>,
    pub due_records: BTreeSet<(Time, RecordKey)>,
    pub jobs: BTreeMap<JobKey, JobRow>,
    pub due_jobs: BTreeSet<(Time, JobKey)>,
    pub keys: BTreeMap<KeyKey, KeyRow>,
    pub events: HashMap<(Book, EventId), EventRow>,
    pub sequence: BTreeMap<(Book, i64), Link>,
    /// The place of each event in the sequence.
    pub places: BTreeMap<(Book, EventId), i64>,
    pub heads: BTreeMap<HeadKey, HeadRow>,
}

/// The accounts of an id, whatever their currency. Currencies sort after the id, so they are neighbours.
pub(super) fn of_id<'t>(
    accounts: &'t BTreeMap<AccountKey, AccountRow>,
    book: &Book,
    id: &AccountId,
) -> impl Iterator<Item = &'t AccountRow> {
    let (book, id) = (book.clone(), id.clone());
    // every currency code sorts at or after this one
    let first = crate::currency::Currency::new("A", 0);
    let from =
        first.map_or(Bound::Unbounded, |currency| Bound::Included((book.clone(), id.clone(), currency)));
    let rows = accounts.range((from, Bound::Unbounded)).map(|(_, row)| row);
    rows.take_while(move |row| row.book == book && row.id == id)
}

impl Tables {
    pub(super) fn load(&self, needs: &Needs, now: Time) -> Loaded {
        let mut loaded = Loaded {
            keys: needs.keys.iter().filter_map(|key| self.keys.get(key).cloned()).collect(),
            heads: needs.heads.iter().filter_map(|key| self.heads.get(key).cloned()).collect(),
            records: needs.records.keys().filter_map(|key| self.records.get(key).cloned()).collect(),
            transfers: needs.transfers.keys().filter_map(|key| self.transfers.get(key).cloned()).collect(),
            holds: needs.holds.keys().filter_map(|key| self.holds.get(key).cloned()).collect(),
            jobs: needs.jobs.keys().filter_map(|key| self.jobs.get(key).cloned()).collect(),
            accounts: needs.accounts.keys().filter_map(|key| self.accounts.get(key).cloned()).collect(),
            ..Loaded::default()
        };
        loaded.entries =
            needs.transfers.keys().filter_map(|key| self.entries.get(key)).flatten().cloned().collect();
        for (book, id) in &needs.accounts_of {
            // one that is asked for by its key as well is one account all the same
            let others =
                of_id(&self.accounts, book, id).filter(|row| !needs.accounts.contains_key(&row.key()));
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

    /// Whether every claim is free and every version is the one that was seen.
    pub(super) fn admits(&self, writes: &Writes, now: Time) -> bool {
        let free = |key: &KeyRow| {
            self.keys.get(&key.key()).is_none_or(|row| row.expires_at.is_some_and(|at| at <= now))
        };
        writes.keys.iter().all(free)
            && fits(&self.accounts, &writes.accounts)
            && fits(&self.transfers, &writes.transfers)
            && fits(&self.holds, &writes.holds)
            && fits(&self.records, &writes.records)
            && fits(&self.jobs, &writes.jobs)
            && fits(&self.heads, &writes.heads)
            && reversed_once(&self.transfers, writes)
    }

    pub(super) fn apply(&mut self, writes: Writes) {
        put(&mut self.heads, writes.heads, |_, _| {});
        put(&mut self.accounts, writes.accounts, |_, _| {});
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
        for row in writes.keys {
            self.keys.insert(row.key(), row);
        }
        for row in writes.entries {
            let account = (row.book.clone(), row.account.clone(), row.currency);
            let place = (row.stamp, row.transfer, row.leg);
            self.entries_by_account.entry(account).or_default().insert(place, row.clone());
            self.entries.entry((row.book.clone(), row.transfer)).or_default().push(row);
        }
        for row in writes.events {
            self.events.insert(row.key(), row);
        }
        for row in writes.sequence {
            // the bytes were packed by this process
            for link in events::links(&row).unwrap_or_default() {
                self.places.insert((row.book.clone(), link.event), link.seq);
                self.sequence.insert((row.book.clone(), link.seq), link);
            }
        }
    }
}

fn fits<R: Row>(table: &BTreeMap<R::Key, R>, upserts: &Upserts<R>) -> bool {
    upserts.insert.iter().all(|row| !table.contains_key(&row.key()))
        && upserts
            .update
            .iter()
            .all(|(seen, row)| table.get(&row.key()).is_some_and(|old| old.version() == *seen))
}

/// The unique key of the SQL stores: one full reversal an original.
fn reversed_once(transfers: &BTreeMap<TransferKey, TransferRow>, writes: &Writes) -> bool {
    let reversals =
        writes.transfers.insert.iter().filter(|row| row.kind == crate::store::rows::TransferKind::Reversal);
    reversals
        .filter_map(|row| Some((row.book.clone(), row.original?)))
        .all(|key| transfers.get(&key).is_none_or(|original| original.reversed_by.is_none()))
}

fn put<R: Row>(table: &mut BTreeMap<R::Key, R>, upserts: Upserts<R>, mut index: impl FnMut(Option<&R>, &R)) {
    for row in upserts.insert.into_iter().chain(upserts.update.into_iter().map(|(_, row)| row)) {
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
