//! What a group of commands knows: the rows that were read, and what the commands before made of them.

use std::collections::BTreeMap;

use hashbrown::HashMap;
use hashbrown::hash_map::Entry;
use uuid::Uuid;

use super::operation::Halt;
use crate::currency::Currency;
use crate::error::Error;
use crate::ids::{AccountId, Book};
use crate::rows::identity::Identity;
use crate::rows::loaded::Loaded;
use crate::rows::needs::{Access, AccountKey, HoldKey, JobKey, Needs, RecordKey, TransferKey};
use crate::rows::row::Row;
use crate::rows::tables::{
    AccountRow, EntryRow, HeadRow, HoldRow, JobRow, KeyRow, RecordRow, StreamRow, TransferRow,
};
use crate::rows::writes::Upserts;
use crate::rows::writes::{Guard, Guards};
use crate::time::Time;

/// One row as it stands.
#[derive(Clone, Debug)]
pub struct Slot<R: Row> {
    /// The image in the store; `None` when the store has no such row.
    pub stored: Option<R::Seen>,
    /// The row now; `None` when there is none.
    pub row: Option<R>,
    /// Whether it must be written.
    pub dirty: bool,
    /// Whether a column changed that seldom does.
    pub cold: bool,
    /// Somebody else has it locked: nothing can be said of it in this pass.
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
    #[must_use]
    pub fn slot(&self, key: &R::Key) -> Option<&Slot<R>> {
        self.slots.get(key)
    }

    /// Whether the key was read.
    #[must_use]
    pub fn knows(&self, key: &R::Key) -> bool {
        self.slots.contains_key(key)
    }

    /// The row of a key, if it was read and exists.
    #[must_use]
    pub fn row(&self, key: &R::Key) -> Option<&R> {
        self.slots.get(key)?.row.as_ref()
    }

    /// Puts a changed or new row, and gives back the slot as it was.
    pub fn put(&mut self, row: R) -> Option<Slot<R>> {
        match self.slots.entry(row.key()) {
            Entry::Occupied(mut entry) => {
                let old = entry.get();
                let cold = old.cold || old.row.as_ref().is_none_or(|old| !row.same_cold(old));
                let (stored, busy) = (old.stored.clone(), old.busy);
                let slot = Slot { stored, row: Some(row), dirty: true, cold, busy };
                Some(entry.insert(slot))
            }
            Entry::Vacant(entry) => {
                entry.insert(Slot { stored: None, row: Some(row), dirty: true, cold: true, busy: false });
                None
            }
        }
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
        for key in asked {
            if !self.slots.contains_key(key) {
                self.slots.insert(key.clone(), Slot::absent());
            }
        }
    }

    /// The rows that were seen and stay as they are, in the order of their keys, locked where `access` says
    /// that they might have been changed.
    fn relied(&self, access: &BTreeMap<R::Key, Access>, appends: impl Fn(&R) -> bool) -> Vec<Guard<R>> {
        let clean = self.slots.iter().filter(|(_, slot)| !slot.dirty && !slot.busy);
        let guard = |(key, slot): (&R::Key, &Slot<R>)| Guard {
            key: key.clone(),
            seen: slot.stored.clone(),
            lock: access.get(key).is_some_and(|access| *access > Access::Read)
                && slot.row.as_ref().is_some_and(|row| !appends(row)),
        };
        let mut guards: Vec<Guard<R>> = clean.map(guard).collect();
        guards.sort_by(|a, b| a.key.cmp(&b.key));
        guards
    }

    /// Takes what must be written out of here, and splits it into new rows and changed ones (with the image
    /// that was seen), in the order of their keys.
    #[must_use]
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
        upserts.insert.sort_by_cached_key(R::key);
        upserts.update.sort_by_cached_key(|(_, row)| row.key());
        upserts
    }
}

/// What was taken of the pending rows of a streaming account.
#[derive(Clone, Debug)]
pub struct Drained {
    /// How it was asked for.
    pub access: Access,
    /// The rows.
    pub ids: Vec<Uuid>,
    /// The sum of those that were left: it counts, and cannot be spent before it is folded.
    pub left: i128,
}

/// The rows that a group knows.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// Accounts.
    pub accounts: Table<AccountRow>,
    /// Transfers.
    pub transfers: Table<TransferRow>,
    /// Entries of known transfers, by leg.
    pub entries: HashMap<TransferKey, Vec<EntryRow>>,
    /// Holds.
    pub holds: Table<HoldRow>,
    /// Records.
    pub records: Table<RecordRow>,
    /// Jobs.
    pub jobs: Table<JobRow>,
    /// Idempotency keys.
    pub keys: Table<KeyRow>,
    /// Heads of books.
    pub heads: Table<HeadRow>,
    /// Currencies of the accounts of an id.
    pub accounts_of: HashMap<(Book, AccountId), Vec<Currency>>,
    /// Due holds of an account, oldest first.
    pub due_holds: HashMap<AccountKey, Vec<HoldKey>>,
    /// Sums of what is pending on streaming accounts.
    pub streams: HashMap<AccountKey, i128>,
    /// What was taken into the fold of streaming accounts.
    pub drained: HashMap<AccountKey, Drained>,
    /// Which store this is, once it was said: with the heads.
    pub identity: Option<Identity>,
    /// Rows may be older than the store's: what is decided holds once the write has verified it, and nothing
    /// is refused.
    pub recalled: bool,
}

impl Snapshot {
    /// Takes in what a store answered to `asked`, and returns the latest stamp among the rows.
    pub fn absorb(&mut self, asked: &Needs, loaded: Loaded) -> Time {
        let newest = loaded.newest_stamp();
        let Loaded {
            accounts,
            transfers,
            entries,
            holds,
            records,
            jobs,
            keys,
            heads,
            streams,
            due,
            drained,
            busy,
            identity,
            now: _,
        } = loaded;
        self.identity = identity.or(self.identity);
        self.absorb_currencies(asked, &accounts);
        self.accounts.absorb(asked.accounts.keys(), accounts, &busy.accounts);
        self.transfers.absorb(asked.transfers.keys(), transfers, &busy.transfers);
        for entry in entries {
            self.entries.entry((entry.book.clone(), entry.transfer)).or_default().push(entry);
        }
        for key in asked.transfers.keys() {
            if let Some(legs) = self.entries.get_mut(key) {
                legs.sort_by_key(|entry| entry.leg);
                legs.dedup_by_key(|entry| entry.leg);
            }
        }
        for key in &asked.due_holds {
            let of_account =
                due.iter().filter(|row| (&row.book, &row.account, row.currency) == (&key.0, &key.1, key.2));
            self.due_holds.insert(key.clone(), of_account.map(Row::key).collect());
        }
        self.holds.absorb(asked.holds.keys(), holds.into_iter().chain(due).collect(), &busy.holds);
        self.records.absorb(asked.records.keys(), records, &busy.records);
        self.jobs.absorb(asked.jobs.keys(), jobs, &busy.jobs);
        self.keys.absorb(asked.keys.iter(), keys, &[]);
        self.heads.absorb(asked.heads.iter(), heads, &[]);
        self.begin_drained(asked, &streams);
        self.streams.extend(streams);
        self.absorb_drained(drained);
        newest
    }

    /// The currencies of ids: those of the store, and those of accounts that this group opens.
    fn absorb_currencies(&mut self, asked: &Needs, stored: &[AccountRow]) {
        if asked.accounts_of.is_empty() {
            return;
        }
        let opened = self.accounts.slots.values().filter(|slot| slot.stored.is_none());
        let opened: Vec<&AccountRow> = opened.filter_map(|slot| slot.row.as_ref()).collect();
        for key in &asked.accounts_of {
            let all = stored.iter().chain(opened.iter().copied());
            let of_id = all.filter(|row| row.book == key.0 && row.id == key.1).map(|row| row.currency);
            let mut currencies: Vec<Currency> = Vec::new();
            for currency in of_id {
                if !currencies.contains(&currency) {
                    currencies.push(currency);
                }
            }
            self.accounts_of.insert(key.clone(), currencies);
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
            let key = (row.book, row.account, row.currency);
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

    /// What `needs` asks for and is not known yet.
    #[must_use]
    pub fn missing(&self, needs: &Needs) -> Needs {
        let mut missing = Needs { more: needs.more, ..Needs::default() };
        missing.keys.extend(needs.keys.iter().filter(|key| !self.keys.knows(key)).cloned());
        missing.heads.extend(needs.heads.iter().filter(|key| !self.heads.knows(key)).cloned());
        missing
            .accounts_of
            .extend(needs.accounts_of.iter().filter(|key| !self.accounts_of.contains_key(*key)).cloned());
        missing
            .due_holds
            .extend(needs.due_holds.iter().filter(|key| !self.due_holds.contains_key(*key)).cloned());
        let records = needs.records.iter().filter(|(key, _)| !self.records.knows(key));
        missing.records.extend(records.map(|(key, access)| (key.clone(), *access)));
        let jobs = needs.jobs.iter().filter(|(key, _)| !self.jobs.knows(key));
        missing.jobs.extend(jobs.map(|(key, access)| (key.clone(), *access)));
        let transfers = needs.transfers.iter().filter(|(key, _)| !self.transfers.knows(key));
        missing.transfers.extend(transfers.map(|(key, access)| (key.clone(), *access)));
        let holds = needs.holds.iter().filter(|(key, _)| !self.holds.knows(key));
        missing.holds.extend(holds.map(|(key, access)| (key.clone(), *access)));
        // a streaming account that was only looked at must be read again to be drained
        let undrained = |key: &AccountKey, access: Access| access.drains() && !self.drained.contains_key(key);
        let unknown = |key: &AccountKey, access| !self.accounts.knows(key) || undrained(key, access);
        let accounts = needs.accounts.iter().filter(|(key, access)| unknown(key, **access));
        missing.accounts.extend(accounts.map(|(key, access)| (key.clone(), *access)));
        missing
    }

    /// What was relied on and is not changed; `needs` says what might have been.
    #[must_use]
    pub fn guards(&self, needs: &Needs) -> Guards {
        Guards {
            records: self.records.relied(&needs.records, |_| false),
            transfers: self.transfers.relied(&needs.transfers, |_| false),
            holds: self.holds.relied(&needs.holds, |_| false),
            accounts: self.accounts.relied(&needs.accounts, |row| row.streaming),
            jobs: self.jobs.relied(&needs.jobs, |_| false),
        }
    }

    /// The balance that a reply shows. That of a streaming account is not among the rows that are recalled.
    ///
    /// # Errors
    /// Halts where the balance must be read first.
    pub fn shown(&self, row: &AccountRow) -> Result<i128, Halt> {
        if self.recalled && row.streaming { Err(Halt::Busy) } else { Ok(self.posted(row)) }
    }

    /// Balance of an account as it stands: posted, with what is pending on a streaming one.
    #[must_use]
    pub fn posted(&self, row: &AccountRow) -> i128 {
        let pending = if row.streaming { self.streams.get(&row.key()).copied().unwrap_or(0) } else { 0 };
        row.posted.saturating_add(pending)
    }
}

/// Rows for replies: a reply can only be built from rows that are known.
impl Snapshot {
    /// An account that must exist.
    ///
    /// # Errors
    /// Halts when it was not read, is busy or does not exist.
    pub fn account(&self, key: &AccountKey) -> Result<&AccountRow, Halt> {
        required(&self.accounts, key, |needs| needs.account(key.clone(), Access::Read))
    }

    /// A hold that must exist.
    ///
    /// # Errors
    /// As [`Snapshot::account`].
    pub fn hold(&self, key: &HoldKey) -> Result<&HoldRow, Halt> {
        required(&self.holds, key, |needs| needs.hold(key.clone(), Access::Read))
    }

    /// A transfer that must exist.
    ///
    /// # Errors
    /// As [`Snapshot::account`].
    pub fn transfer(&self, key: &TransferKey) -> Result<&TransferRow, Halt> {
        required(&self.transfers, key, |needs| needs.transfer(key.clone(), Access::Read))
    }

    /// A record that must exist.
    ///
    /// # Errors
    /// As [`Snapshot::account`].
    pub fn record(&self, key: &RecordKey) -> Result<&RecordRow, Halt> {
        required(&self.records, key, |needs| needs.record(key.clone(), Access::Read))
    }

    /// A job that must exist.
    ///
    /// # Errors
    /// As [`Snapshot::account`].
    pub fn job(&self, key: &JobKey) -> Result<&JobRow, Halt> {
        required(&self.jobs, key, |needs| needs.job(key.clone(), Access::Read))
    }
}

fn required<'s, R: Row>(
    table: &'s Table<R>,
    key: &R::Key,
    ask: impl FnOnce(&mut Needs),
) -> Result<&'s R, Halt> {
    let Some(slot) = table.slot(key) else {
        let mut needs = Needs::default();
        ask(&mut needs);
        return Err(Halt::NeedMore(Box::new(needs)));
    };
    if slot.busy {
        return Err(Halt::Busy);
    }
    slot.row
        .as_ref()
        .ok_or_else(|| Error::corrupted(format!("row of {} that is referred to", R::TABLE)).into())
}
