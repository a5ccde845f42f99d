//! The rows that an operation must know before it can decide.

use std::collections::{BTreeMap, BTreeSet};

pub use super::delta_rows::CounterKey;
use super::kinds::each_kind;
pub use super::kinds::{HoldKey, JobKey, RankKey, SinkKey, TransferKey};
use super::row::Row;
pub use super::tables::{AccountKey, RecordKey};
use super::tables::{EntryRow, HeadRow, HoldRow, KeyRow, RankRow, StreamRow};
use crate::ids::{AccountId, Book};

/// Names an idempotency key.
pub type KeyKey = <KeyRow as Row>::Key;
/// Names a book's head.
pub type HeadKey = <HeadRow as Row>::Key;

/// Rows that belong to one account.
macro_rules! of_account {
    ($($row:ident)*) => {$(
        impl $row {
            /// The key of the account that it belongs to.
            #[must_use]
            pub fn account_key(&self) -> AccountKey {
                AccountKey::new(self.book.clone(), self.account.clone(), self.currency)
            }
        }
    )*};
}
of_account!(EntryRow HoldRow RankRow StreamRow);

/// The intended use of a row, from weakest to strongest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Only looked at.
    Read,
    /// Relied on until the commit: others may do so too, and nobody changes it before. In a transaction that
    /// stays open what was only looked at may have changed long since.
    Share,
    /// Changed: the row is locked. (A streaming account is not: its credits append.)
    Write,
    /// A streaming account is debited: its fold row is locked and pending rows are taken.
    Drain,
    /// The same, where one ordinary drain may not suffice: up to [`DRAIN_ALL`] rows are taken.
    DrainAll,
}

impl Access {
    /// Whether the row may be changed.
    #[must_use]
    pub fn changes(self) -> bool {
        self > Self::Share
    }

    /// Whether pending rows are taken.
    #[must_use]
    pub const fn drains(self) -> bool {
        matches!(self, Self::Drain | Self::DrainAll)
    }
}

each_kind! { ($($rows:ident: $row:ident $Row:ty;)*) => {
    /// A set of rows to know, sorted: the locking pass has one order everywhere, that of
    /// [the kinds](super::kinds), each by its key.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Needs {
        /// Idempotency keys: read, never locked; a new one is claimed when it is written.
        pub keys: BTreeSet<KeyKey>,
        $(
            #[doc = concat!("The ", stringify!($rows), ", and what will be done with each.")]
            pub $rows: BTreeMap<<$Row as Row>::Key, Access>,
        )*
        /// All accounts of an id, in every currency.
        pub accounts_of: BTreeSet<(Book, AccountId)>,
        /// All counters of a rule whose subject is this one, or begins with it and a slash: they are only
        /// looked at.
        pub counter_deltas: BTreeSet<CounterKey>,
        /// Holds of these accounts that are due (at most [`DUE_LIMIT`], oldest first).
        pub due_holds: BTreeSet<AccountKey>,
        /// Books: their head, which shows whether they exist.
        pub heads: BTreeSet<HeadKey>,
        /// More rows will be named once these have been seen.
        pub incomplete: bool,
    }

    impl Needs {
        $(
            #[doc = concat!("Asks for one of the ", stringify!($rows), ".")]
            pub fn $row(&mut self, key: <$Row as Row>::Key, access: Access) {
                raise(&mut self.$rows, key, access);
            }
        )*

        /// Adds everything that `other` asks for.
        pub fn extend(&mut self, other: &Self) {
            self.keys.extend(other.keys.iter().cloned());
            self.accounts_of.extend(other.accounts_of.iter().cloned());
            self.counter_deltas.extend(other.counter_deltas.iter().cloned());
            self.due_holds.extend(other.due_holds.iter().cloned());
            self.heads.extend(other.heads.iter().cloned());
            $(raise_all(&mut self.$rows, &other.$rows);)*
            self.incomplete |= other.incomplete;
        }

        /// The same of what nobody asks for otherwise.
        pub fn take_in(&mut self, other: Self) {
            add(&mut self.keys, other.keys);
            add(&mut self.accounts_of, other.accounts_of);
            add(&mut self.counter_deltas, other.counter_deltas);
            add(&mut self.due_holds, other.due_holds);
            add(&mut self.heads, other.heads);
            $(
                // mostly the first that asks for any
                if self.$rows.is_empty() {
                    self.$rows = other.$rows;
                } else {
                    other.$rows.into_iter().for_each(|(key, access)| raise(&mut self.$rows, key, access));
                }
            )*
            self.incomplete |= other.incomplete;
        }

        /// The needs that `others` does not include.
        #[must_use]
        pub fn without(&self, others: &Self) -> Self {
            let mut rest = self.clone();
            rest.keys.retain(|key| !others.keys.contains(key));
            $(rest.$rows.retain(|key, _| !others.$rows.contains_key(key));)*
            rest.accounts_of.retain(|key| !others.accounts_of.contains(key));
            rest.counter_deltas.retain(|key| !others.counter_deltas.contains(key));
            rest.due_holds.retain(|key| !others.due_holds.contains(key));
            rest.heads.retain(|key| !others.heads.contains(key));
            rest
        }

        /// The books of everything that is asked for, as often as they occur.
        #[cfg(feature = "sql")]
        pub(crate) fn books(&self) -> Vec<&Book> {
            let mut books: Vec<&Book> = self.keys.iter().map(|key| &key.0).collect();
            books.extend(self.heads.iter().map(|key| &key.0));
            books.extend(self.accounts_of.iter().map(|key| &key.0));
            books.extend(self.counter_deltas.iter().map(|key| &key.book));
            books.extend(self.due_holds.iter().map(|key| &key.book));
            $(books.extend(self.$rows.keys().map(<$Row>::book_of));)*
            books
        }
    }
} }

/// How many pending rows of one account are taken by a debit that does not need them all, and by a pass of
/// the sequencer.
pub const DRAIN: usize = 1_000;
/// How many pending rows of one account are taken by a debit that needs them: commits of several minutes.
pub const DRAIN_ALL: usize = 50_000;
/// How many due holds of one account a store supplies at once.
pub const DUE_LIMIT: usize = 1_000;

impl Needs {
    /// Whether a streaming account is debited.
    #[must_use]
    pub fn drains(&self) -> bool {
        self.accounts.values().any(|access| access.drains())
    }

    /// Whether nothing is asked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self { incomplete: self.incomplete, ..Self::default() }
    }
}

fn add<K: Ord>(keys: &mut BTreeSet<K>, more: BTreeSet<K>) {
    if keys.is_empty() { *keys = more } else { keys.extend(more) }
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
