//! The rows that an operation must know before it can decide.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::{AccountId, Book};
use crate::rows::row::Row;
use crate::rows::tables::{AccountRow, HeadRow, HoldRow, JobRow, KeyRow, RecordRow, TransferRow};

/// Names an account: book, id, currency.
pub type AccountKey = <AccountRow as Row>::Key;
/// Names a transfer.
pub type TransferKey = <TransferRow as Row>::Key;
/// Names a hold.
pub type HoldKey = <HoldRow as Row>::Key;
/// Names a record.
pub type RecordKey = <RecordRow as Row>::Key;
/// Names a job.
pub type JobKey = <JobRow as Row>::Key;
/// Names an idempotency key.
pub type KeyKey = <KeyRow as Row>::Key;
/// Names a book's head.
pub type HeadKey = <HeadRow as Row>::Key;

/// What will be done with a row. The order is that of strength.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Only looked at.
    Read,
    /// Changed: the row is locked. (A streaming account is not: its credits append.)
    Write,
    /// A streaming account is debited: its fold row is locked and pending rows are taken.
    Drain,
    /// The same, where folding what is taken at once may not suffice: up to [`DRAIN_ALL`] rows are taken.
    DrainAll,
}

impl Access {
    /// Whether pending rows are taken.
    #[must_use]
    pub const fn drains(self) -> bool {
        matches!(self, Self::Drain | Self::DrainAll)
    }
}

/// A set of rows to know. Sorted, so that the locking pass has one order everywhere:
/// record, transfer, hold, account, job, each by its key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Idempotency keys: read, never locked; a new one is claimed when it is written.
    pub keys: BTreeSet<KeyKey>,
    /// Records.
    pub records: BTreeMap<RecordKey, Access>,
    /// Transfers with their entries.
    pub transfers: BTreeMap<TransferKey, Access>,
    /// Holds.
    pub holds: BTreeMap<HoldKey, Access>,
    /// Accounts.
    pub accounts: BTreeMap<AccountKey, Access>,
    /// Jobs.
    pub jobs: BTreeMap<JobKey, Access>,
    /// All accounts of an id, whatever their currency.
    pub accounts_of: BTreeSet<(Book, AccountId)>,
    /// Holds of these accounts that are due (at most [`DUE_LIMIT`], oldest first).
    pub due_holds: BTreeSet<AccountKey>,
    /// Books: their head, which says whether they exist.
    pub heads: BTreeSet<HeadKey>,
    /// More rows will be named once these have been seen.
    pub more: bool,
}

/// How many pending rows of one account are taken by a debit that does not need them all, and by a pass of
/// the sequencer.
pub const DRAIN: usize = 1_000;
/// How many pending rows of one account are taken by a debit that needs them: commits of several minutes.
pub const DRAIN_ALL: usize = 50_000;
/// How many due holds of one account a store supplies at once.
pub const DUE_LIMIT: usize = 1_000;

impl Needs {
    /// Asks for an account.
    pub fn account(&mut self, key: AccountKey, access: Access) {
        raise(&mut self.accounts, key, access);
    }

    /// Asks for a hold.
    pub fn hold(&mut self, key: HoldKey, access: Access) {
        raise(&mut self.holds, key, access);
    }

    /// Asks for a transfer and its entries.
    pub fn transfer(&mut self, key: TransferKey, access: Access) {
        raise(&mut self.transfers, key, access);
    }

    /// Asks for a record.
    pub fn record(&mut self, key: RecordKey, access: Access) {
        raise(&mut self.records, key, access);
    }

    /// Asks for a job.
    pub fn job(&mut self, key: JobKey, access: Access) {
        raise(&mut self.jobs, key, access);
    }

    /// Adds everything that `other` asks for.
    pub fn extend(&mut self, other: &Self) {
        self.keys.extend(other.keys.iter().cloned());
        self.accounts_of.extend(other.accounts_of.iter().cloned());
        self.due_holds.extend(other.due_holds.iter().cloned());
        self.heads.extend(other.heads.iter().cloned());
        raise_all(&mut self.records, &other.records);
        raise_all(&mut self.transfers, &other.transfers);
        raise_all(&mut self.holds, &other.holds);
        raise_all(&mut self.accounts, &other.accounts);
        raise_all(&mut self.jobs, &other.jobs);
        self.more |= other.more;
    }

    /// What is asked for beside `others`.
    #[must_use]
    pub fn without(&self, others: &Self) -> Self {
        let mut rest = self.clone();
        rest.keys.retain(|key| !others.keys.contains(key));
        rest.records.retain(|key, _| !others.records.contains_key(key));
        rest.transfers.retain(|key, _| !others.transfers.contains_key(key));
        rest.holds.retain(|key, _| !others.holds.contains_key(key));
        rest.accounts.retain(|key, _| !others.accounts.contains_key(key));
        rest.jobs.retain(|key, _| !others.jobs.contains_key(key));
        rest.accounts_of.retain(|key| !others.accounts_of.contains(key));
        rest.due_holds.retain(|key| !others.due_holds.contains(key));
        rest.heads.retain(|key| !others.heads.contains(key));
        rest
    }

    /// Whether a streaming account is debited.
    #[must_use]
    pub fn drains(&self) -> bool {
        self.accounts.values().any(|access| access.drains())
    }

    /// Whether nothing is asked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self { more: self.more, ..Self::default() }
    }
}

fn raise<K: Ord>(map: &mut BTreeMap<K, Access>, key: K, access: Access) {
    let held = map.entry(key).or_insert(access);
    *held = (*held).max(access);
}

fn raise_all<K: Ord + Clone>(map: &mut BTreeMap<K, Access>, other: &BTreeMap<K, Access>) {
    for (key, access) in other {
        raise(map, key.clone(), *access);
    }
}
