//! The snapshot of a group of commands: the rows that were read, as changed by the commands before.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hashbrown::HashMap;
use uuid::Uuid;

use super::delta_counters::Under;
use crate::currency::Currency;
use crate::ids::{AccountId, Book};
use crate::rows::identity::Identity;
use crate::rows::kinds::{Lockable as _, each_kind};
use crate::rows::loaded::Loaded;
use crate::rows::needs::{Access, AccountKey, CounterKey, HoldKey, Needs, RecordKey, TransferKey};
use crate::rows::object::{Object, Stored};
use crate::rows::row::{ByKey, Row};
use crate::rows::tables::{AccountRow, CounterRow, EntryRow, HeadRow, KeyRow, StreamRow};
use crate::rows::writes::{Guard, Guards, Upserts, Writes};
use crate::sorting::Sorting;
use crate::time::Time;

/// The current state of one row.
#[derive(Clone, Debug)]
pub struct Slot<R: Row> {
    /// The image in the store; `None` when the store has no such row.
    pub stored: Option<R::Seen>,
    /// The row now; `None` when there is none.
    pub row: Option<R>,
    /// Whether it must be written.
    pub dirty: bool,
    /// Whether a column changed that is seldom written.
    pub cold: bool,
    /// Another transaction has locked it: its state is unknown in this pass.
    pub busy: bool,
}

impl<R: Row> Slot<R> {
    /// The slot of a row that the store does not have.
    const fn absent() -> Self {
        Self { stored: None, row: None, dirty: false, cold: false, busy: false }
    }
}

/// The known rows of one table.
#[derive(Clone, Debug)]
pub struct Table<R: Row> {
    slots: HashMap<R::Key, Slot<R>>,
}

impl<R: Row> Default for Table<R> {
    fn default() -> Self {
        Self { slots: HashMap::new() }
    }
}

impl<R: Row> Table<R> {
    /// The slot of a key; `None` when it was never read.
    pub fn slot(&self, key: &R::Key) -> Option<&Slot<R>> {
        self.slots.get(key)
    }

    /// Whether the key was read.
    pub fn knows(&self, key: &R::Key) -> bool {
        self.slots.contains_key(key)
    }

    /// The row of a key, if it was read and exists.
    pub fn row(&self, key: &R::Key) -> Option<&R> {
        self.slots.get(key)?.row.as_ref()
    }

    /// Puts a changed or new row, and gives back the slot as it was.
    pub fn put(&mut self, row: R) -> Option<Slot<R>> {
        let Some(slot) = self.slots.get_mut(&ByKey(&row)) else {
            let key = row.key();
            self.slots.insert(key, Slot { row: Some(row), dirty: true, cold: true, ..Slot::absent() });
            return None;
        };
        let cold = slot.cold || slot.row.as_ref().is_none_or(|old| !row.same_cold(old));
        let (stored, busy) = (slot.stored.clone(), slot.busy);
        Some(std::mem::replace(slot, Slot { stored, row: Some(row), dirty: true, cold, busy }))
    }

    /// The rows that were read or written and exist, in no order.
    pub fn rows(&self) -> impl Iterator<Item = &R> {
        self.slots.values().filter_map(|slot| slot.row.as_ref())
    }

    /// The rows that must be written, in no order.
    pub fn changed(&self) -> impl Iterator<Item = &R> {
        self.slots.values().filter(|slot| slot.dirty).filter_map(|slot| slot.row.as_ref())
    }

    /// Puts a slot back as [`Table::put`] found it.
    pub fn restore(&mut self, key: &R::Key, before: Option<Slot<R>>) {
        match before {
            Some(slot) => {
                self.slots.insert(key.clone(), slot);
            }
            None => {
                self.slots.remove(key);
            }
        }
    }

    fn absorb<'k>(&mut self, asked: impl Iterator<Item = &'k R::Key>, rows: Vec<R>, busy: &[R::Key]) {
        self.slots.reserve(rows.len());
        // rows mostly come in the order in which they were asked for, so one pass finds the keys that have
        // none
        let mut known = rows.iter().filter(|row| !row.is_part()).peekable();
        let missing: Vec<&R::Key> = asked.filter(|key| known.next_if(|row| row.is(key)).is_none()).collect();
        for row in rows {
            let stored = Some(row.seen());
            let slot = Slot { stored, dirty: false, cold: false, busy: false, row: Some(row) };
            if let Some(row) = &slot.row {
                self.slots.entry(row.key()).or_insert(slot);
            }
        }
        for key in busy {
            self.slots.insert(key.clone(), Slot { busy: true, ..Slot::absent() });
        }
        for key in missing {
            if !self.slots.contains_key(key) {
                self.slots.insert(key.clone(), Slot::absent());
            }
        }
    }

    /// Guards for the rows that were read and not changed, in the order of their keys. A guard locks its row
    /// if `access` would have allowed a change.
    fn relied(&self, access: &BTreeMap<R::Key, Access>) -> Vec<Guard<R>> {
        let is_relied = |key: &R::Key, slot: &Slot<R>| !slot.dirty && !slot.busy && !R::is_added_to(key);
        let clean = self.slots.iter().filter(|(key, slot)| is_relied(key, slot));
        let guard = |(key, slot): (&R::Key, &Slot<R>)| Guard {
            key: key.clone(),
            seen: slot.stored.clone(),
            lock: access.get(key).is_some_and(|access| access.changes())
                && slot.row.as_ref().is_some_and(|row| !row.appends()),
        };
        let mut guards: Vec<Guard<R>> = clean.map(guard).collect();
        guards.order_by(|a, b| a.key.cmp(&b.key));
        guards
    }

    /// Drains the table, and returns the rows to write in the order of their keys: new ones, and changed ones
    /// with the image that was read.
    pub fn take_dirty(&mut self) -> Upserts<R> {
        let mut upserts = Upserts { hot: true, ..Upserts::default() };
        for (_, slot) in self.slots.drain().filter(|(_, slot)| slot.dirty) {
            match (slot.row, slot.stored) {
                (Some(row), Some(seen)) => {
                    upserts.hot &= !slot.cold;
                    upserts.update.push((seen, row));
                }
                (Some(row), None) => upserts.insert.push(row),
                (None, _) => {}
            }
        }
        upserts.insert.order_by(R::cmp_key);
        upserts.update.order_by(|(_, one), (_, other)| one.cmp_key(other));
        upserts
    }
}

impl<O: Object> Stored<O> {
    /// Names the record of an object that more rows depend on, and returns the object if it was read. One
    /// that cannot be read is refused by `decide`.
    pub(crate) fn needed(key: RecordKey, access: Access, seen: &Snapshot, needs: &mut Needs) -> Option<Self> {
        needs.incomplete |= !seen.records.knows(&key);
        let known = seen.object(&key);
        needs.record(key, access);
        known
    }
}

/// Pending rows drained from a streaming account.
#[derive(Clone, Debug)]
pub struct Drained {
    /// The access that was asked for.
    pub access: Access,
    /// The rows.
    pub ids: Vec<Uuid>,
    /// The sum of the pending rows that were left. It counts in the balance, but cannot be spent before it is
    /// folded.
    pub left: i128,
}

each_kind! { ($($rows:ident: $row:ident $Row:ty;)*) => {
    /// The rows that a group knows.
    #[derive(Clone, Debug, Default)]
    pub struct Snapshot {
        $(
            #[doc = concat!("The ", stringify!($rows), ".")]
            pub $rows: Table<$Row>,
        )*
        /// Entries of known transfers, by leg.
        pub entries: HashMap<TransferKey, Vec<EntryRow>>,
        /// Idempotency keys.
        pub keys: Table<KeyRow>,
        /// Heads of books.
        pub heads: Table<HeadRow>,
        /// Currencies of the accounts of an id.
        pub accounts_of: HashMap<(Book, AccountId), Vec<Currency>>,
        /// The rows under a key: a merged counter, or the deltas that are to be merged into it.
        pub counter_deltas: HashMap<CounterKey, Under>,
        /// Due holds of an account, oldest first.
        pub due_holds: HashMap<AccountKey, Vec<HoldKey>>,
        /// Sums of what is pending on streaming accounts.
        pub streams: HashMap<AccountKey, i128>,
        /// Pending rows drained into the fold rows of streaming accounts.
        pub drained: HashMap<AccountKey, Drained>,
        /// The identity of the store; it is read with the heads.
        pub identity: Option<Identity>,
        /// Rows come from the row cache and may be outdated. The write verifies them, and no call is refused
        /// by them.
        pub from_cache: bool,
    }

    impl Snapshot {
        /// Adds the rows of all kinds.
        fn absorb_kinds(&mut self, asked: &Needs, loaded: &mut Loaded) {
            $(
                let rows = std::mem::take(&mut loaded.$rows);
                self.$rows.absorb(asked.$rows.keys(), rows, &loaded.busy.$rows);
            )*
        }

        /// The part of `needs` that is not known yet.
        pub fn missing(&self, needs: &Needs) -> Needs {
            let mut missing = Needs { incomplete: needs.incomplete, ..Needs::default() };
            missing.keys.extend(needs.keys.iter().filter(|key| !self.keys.knows(key)).cloned());
            missing.heads.extend(needs.heads.iter().filter(|key| !self.heads.knows(key)).cloned());
            let of = needs.accounts_of.iter().filter(|key| !self.accounts_of.contains_key(*key));
            missing.accounts_of.extend(of.cloned());
            let under = needs.counter_deltas.iter().filter(|key| !self.counter_deltas.contains_key(*key));
            missing.counter_deltas.extend(under.cloned());
            let due = needs.due_holds.iter().filter(|key| !self.due_holds.contains_key(*key));
            missing.due_holds.extend(due.cloned());
            $(
                let unknown = needs.$rows.iter().filter(|(key, _)| !self.$rows.knows(key));
                missing.$rows.extend(unknown.map(|(key, access)| (key.clone(), *access)));
            )*
            // a streaming account that was only looked at must be read again to be drained
            let drains = needs.accounts.iter().filter(|(_, access)| access.drains());
            let undrained = drains.filter(|(key, _)| !self.drained.contains_key(*key));
            missing.accounts.extend(undrained.map(|(key, access)| (key.clone(), *access)));
            missing
        }

        /// The guards on rows that were relied on and are not changed; `needs` names the candidates.
        pub fn guards(&self, needs: &Needs) -> Guards {
            Guards { $($rows: self.$rows.relied(&needs.$rows),)* }
        }

        /// Whether a row is changed whose kind the event log does not have.
        pub fn changes_unlogged(&self) -> bool {
            false $(|| (!<$Row>::LOGGED && self.$rows.changed().next().is_some()))*
        }

        /// Adds the books of changed rows whose kind the event log has. Rows that take appends do not count:
        /// folding changes them, not a command.
        pub fn changed_books(&self, books: &mut BTreeSet<Book>) {
            $(
                for row in self.$rows.changed().filter(|row| <$Row>::LOGGED && !row.appends()) {
                    if !books.contains(&row.book) {
                        books.insert(row.book.clone());
                    }
                }
            )*
        }

        /// Takes out the changed rows of all kinds.
        pub fn take_changed(&mut self, writes: &mut Writes) {
            $(writes.$rows = self.$rows.take_dirty();)*
        }
    }
} }

impl Snapshot {
    /// Adds a store's answer to `asked`, and returns the latest stamp among the rows.
    pub fn absorb(&mut self, asked: &Needs, mut loaded: Loaded) -> Time {
        let newest = loaded.newest_stamp();
        self.identity = loaded.identity.or(self.identity);
        self.absorb_currencies(asked, &loaded.accounts);
        self.absorb_under(asked, &loaded.counters);
        for entry in loaded.entries.drain(..) {
            self.entries.entry((entry.book.clone(), entry.transfer)).or_default().push(entry);
        }
        for key in asked.transfers.keys() {
            if let Some(legs) = self.entries.get_mut(key) {
                legs.order_by_key(|entry| entry.leg);
                legs.dedup_by_key(|entry| entry.leg);
            }
        }
        for key in &asked.due_holds {
            let mut of_account = Vec::new();
            for row in &loaded.due {
                if (&row.book, &row.account, row.currency) == (&key.book, &key.account, key.currency) {
                    of_account.push(row.key());
                }
            }
            self.due_holds.insert(key.clone(), of_account);
        }
        loaded.holds.append(&mut loaded.due);
        self.absorb_kinds(asked, &mut loaded);
        self.keys.absorb(asked.keys.iter(), loaded.keys, &[]);
        self.heads.absorb(asked.heads.iter(), loaded.heads, &[]);
        self.begin_drained(asked, &loaded.streams);
        self.streams.extend(loaded.streams);
        self.absorb_drained(loaded.drained);
        newest
    }

    /// The currencies of ids: those of the store, and those of accounts that this group opens.
    fn absorb_currencies(&mut self, asked: &Needs, stored: &[AccountRow]) {
        if asked.accounts_of.is_empty() {
            return;
        }
        let opened = self.accounts.slots.values().filter(|slot| slot.stored.is_none());
        let opened: Vec<&AccountRow> = opened.filter_map(|slot| slot.row.as_ref()).collect();
        for key @ (book, id) in &asked.accounts_of {
            let all = stored.iter().chain(opened.iter().copied());
            let of_id = all.filter(|row| row.book == *book && row.id == *id).map(|row| row.currency);
            let mut currencies: Vec<Currency> = Vec::new();
            for currency in of_id {
                if !currencies.contains(&currency) {
                    currencies.push(currency);
                }
            }
            self.accounts_of.insert(key.clone(), currencies);
        }
    }

    /// The rows under each key: those of the store, and those that this group makes.
    fn absorb_under(&mut self, asked: &Needs, stored: &[CounterRow]) {
        for key in &asked.counter_deltas {
            let made = self.counters.slots.values().filter(|slot| slot.stored.is_none());
            let made = made.filter_map(|slot| slot.row.as_ref());
            let (stored, made) = (under(key, stored.iter()), under(key, made));
            self.counter_deltas.insert(key.clone(), Under { stored, made, memo: Arc::default() });
        }
    }

    fn begin_drained(&mut self, asked: &Needs, streams: &[(AccountKey, i128)]) {
        for (key, access) in asked.accounts.iter().filter(|(_, access)| access.drains()) {
            let left = streams.iter().find(|(stream, _)| stream == key).map_or(0, |(_, sum)| *sum);
            let drained = Drained { access: *access, ids: Vec::new(), left };
            self.drained.entry(key.clone()).or_insert(drained);
        }
    }

    fn absorb_drained(&mut self, drained: Vec<StreamRow>) {
        for row in drained {
            let key = AccountKey::new(row.book, row.account, row.currency);
            // a drained row counts as folded from here on
            if let Some(slot) = self.accounts.slots.get_mut(&key)
                && let Some(account) = &mut slot.row
            {
                account.posted = account.posted.saturating_add(row.amount);
                account.headroom = account.headroom.saturating_add(row.amount);
                slot.dirty = true;
            }
            if let Some(pending) = self.streams.get_mut(&key) {
                *pending = pending.saturating_sub(row.amount);
            }
            if let Some(taken) = self.drained.get_mut(&key) {
                taken.ids.push(row.id);
                taken.left = taken.left.saturating_sub(row.amount);
            }
        }
    }

    /// The object of a record, if it was read and can be.
    pub fn object<O: Object>(&self, key: &RecordKey) -> Option<Stored<O>> {
        self.records.row(key).and_then(|row| Stored::of(row).ok())
    }

    /// The current balance of an account: posted, plus what is pending on a streaming one.
    pub fn posted(&self, row: &AccountRow) -> i128 {
        let pending = if row.streaming { self.streams.get(&row.key()).copied().unwrap_or(0) } else { 0 };
        row.posted.saturating_add(pending)
    }
}

fn under<'r>(key: &CounterKey, rows: impl Iterator<Item = &'r CounterRow>) -> Vec<CounterKey> {
    rows.filter(|row| row.is_under(key)).map(Row::key).collect()
}
