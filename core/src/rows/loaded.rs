//! The answer of a store: the rows that were asked for, and which of them another transaction has locked.

use uuid::Uuid;

use super::identity::Identity;
use super::kinds::{Lockable, each_kind};
use super::row::Row;
use super::tables::{AccountKey, EntryRow, HeadRow, HoldRow, KeyRow, StreamRow};
use super::unreadable::Unreadable;
use crate::error::Error;
use crate::time::Time;

/// The trace of a load in a host's transaction: a rollback of the transaction, or to a savepoint in it, takes
/// it back.
#[derive(Clone, Debug)]
pub struct Marked {
    /// Its own mark.
    pub own: Uuid,
    /// The marks of loads before it that were still there.
    pub before: String,
}

each_kind! { ($($rows:ident: $row:ident $Row:ty;)*) => {
    /// Rows that a store answers to [`Needs`](super::needs::Needs).
    #[derive(Clone, Debug, Default)]
    pub struct Loaded {
        $(
            #[doc = concat!("The ", stringify!($rows), " that exist.")]
            pub $rows: Vec<$Row>,
        )*
        /// The entries of the transfers.
        pub entries: Vec<EntryRow>,
        /// Keys that exist.
        pub keys: Vec<KeyRow>,
        /// Heads that exist.
        pub heads: Vec<HeadRow>,
        /// Sums of pending rows of streaming accounts.
        pub streams: Vec<(AccountKey, i128)>,
        /// Due holds of the accounts asked for.
        pub due: Vec<HoldRow>,
        /// Pending rows of drained accounts, locked by the lock on their account.
        pub drained: Vec<StreamRow>,
        /// Rows that exist but are locked by another transaction.
        pub busy: Busy,
        /// The identity of the store: part of the answer when heads are asked for.
        pub identity: Option<Identity>,
        /// The store's clock after the locks were taken; `None` when it has none of its own.
        pub now: Option<Time>,
        /// The number of the host's transaction.
        pub xact: Option<u64>,
        /// The mark of the load in the host's transaction, which a session in it keeps for the write.
        pub marked: Option<Marked>,
        /// Rows that exist and cannot be read.
        pub unreadable: Vec<Unreadable>,
    }

    impl Loaded {
        /// The answer, if every row of it can be read.
        ///
        /// # Errors
        /// `corrupted`, which names table and column.
        pub fn whole(self) -> Result<Self, Error> {
            self.unreadable.first().map_or(Ok(()), |row| Err(row.error()))?;
            Ok(self)
        }

        /// The latest stamp among rows that order follows. Rows to which others append do not count.
        #[must_use]
        pub fn newest_stamp(&self) -> Time {
            let mut newest = self.keys.iter().map(|row| row.stamp).max().unwrap_or(Time::EPOCH);
            $(
                let stamps = self.$rows.iter().filter(|row| !row.appends()).map(Lockable::stamp);
                newest = stamps.fold(newest, Time::max);
            )*
            newest
        }
    }

    /// Keys of rows that another transaction has locked.
    #[derive(Clone, Debug, Default)]
    pub struct Busy {
        $(
            #[doc = concat!("The ", stringify!($rows), ".")]
            pub $rows: Vec<<$Row as Row>::Key>,
        )*
    }
} }
