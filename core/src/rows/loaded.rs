//! What a store answers: the rows that were asked for, and which of them somebody else has locked.

use super::identity::Identity;
use super::needs::{AccountKey, HoldKey, JobKey, RecordKey, TransferKey};
use super::tables::{
    AccountRow, EntryRow, HeadRow, HoldRow, JobRow, KeyRow, RecordRow, StreamRow, TransferRow,
};
use crate::time::Time;

/// Rows that a store answers to [`Needs`](super::needs::Needs).
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// Accounts that exist.
    pub accounts: Vec<AccountRow>,
    /// Transfers that exist.
    pub transfers: Vec<TransferRow>,
    /// Their entries.
    pub entries: Vec<EntryRow>,
    /// Holds that exist.
    pub holds: Vec<HoldRow>,
    /// Records that exist.
    pub records: Vec<RecordRow>,
    /// Jobs that exist.
    pub jobs: Vec<JobRow>,
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
    /// Rows that exist but are locked by somebody else.
    pub busy: Busy,
    /// Which store this is: answered to who asks for heads.
    pub identity: Option<Identity>,
    /// The store's clock after the locks were taken; `None` when it has none of its own.
    pub now: Option<Time>,
}

impl Loaded {
    /// The latest stamp among rows that order follows.
    #[must_use]
    pub fn newest_stamp(&self) -> Time {
        let locked = self.accounts.iter().filter(|row| !row.streaming).map(|row| row.stamp);
        let others = self.holds.iter().map(|row| row.stamp).chain(self.records.iter().map(|row| row.stamp));
        let transfers = self.transfers.iter().map(|row| row.stamp);
        let others =
            others.chain(self.jobs.iter().map(|row| row.stamp)).chain(self.keys.iter().map(|row| row.stamp));
        locked.chain(others).chain(transfers).max().unwrap_or(Time::from_micros(0))
    }
}

/// Keys of rows that somebody else has locked.
#[derive(Clone, Debug, Default)]
pub struct Busy {
    /// Accounts.
    pub accounts: Vec<AccountKey>,
    /// Transfers.
    pub transfers: Vec<TransferKey>,
    /// Holds.
    pub holds: Vec<HoldKey>,
    /// Records.
    pub records: Vec<RecordKey>,
    /// Jobs.
    pub jobs: Vec<JobKey>,
}
