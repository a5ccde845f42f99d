//! The locks that a write of the simulated store needs.

use earnest::rows::needs::{AccountKey, HoldKey, JobKey, RecordKey, TransferKey};
use earnest::rows::row::Row;
use earnest::rows::writes::{Guard, Writes};

/// A row or claim that a transaction can have to itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Lock {
    Record(RecordKey),
    Transfer(TransferKey),
    Hold(HoldKey),
    Account(AccountKey),
    Job(JobKey),
    /// Anything that is unique: a key, a mark, a row that is not there yet, the head of a book.
    Claim(String),
}

/// Everything that a write must have to itself, in the order of claims.
pub(crate) fn wanted(writes: &Writes) -> Vec<Lock> {
    fn claims<R: Row>(rows: &[R]) -> impl Iterator<Item = Lock> + '_ {
        rows.iter().map(|row| Lock::Claim(format!("{} {:?}", R::TABLE, row.key())))
    }
    fn relied<R: Row>(guards: &[Guard<R>], lock: fn(R::Key) -> Lock) -> impl Iterator<Item = Lock> + '_ {
        guards.iter().filter(|guard| guard.lock).map(move |guard| lock(guard.key.clone()))
    }
    let mut all: Vec<Lock> = relied(&writes.guards.records, Lock::Record).collect();
    all.extend(relied(&writes.guards.transfers, Lock::Transfer));
    all.extend(relied(&writes.guards.holds, Lock::Hold));
    all.extend(relied(&writes.guards.accounts, Lock::Account));
    all.extend(relied(&writes.guards.jobs, Lock::Job));
    all.extend(claims(&writes.marks));
    all.extend(claims(&writes.heads.insert));
    all.extend(writes.heads.update.iter().map(|(_, row)| Lock::Claim(format!("head {}", row.book))));
    all.extend(claims(&writes.keys.insert));
    all.extend(writes.keys.update.iter().flat_map(|(_, row)| claims(std::slice::from_ref(row))));
    all.extend(claims(&writes.records.insert));
    all.extend(claims(&writes.transfers.insert));
    all.extend(claims(&writes.holds.insert));
    all.extend(claims(&writes.accounts.insert));
    all.extend(claims(&writes.jobs.insert));
    all.extend(writes.records.update.iter().map(|(_, row)| Lock::Record(row.key())));
    all.extend(writes.transfers.update.iter().map(|(_, row)| Lock::Transfer(row.key())));
    all.extend(writes.holds.update.iter().map(|(_, row)| Lock::Hold(row.key())));
    all.extend(writes.accounts.update.iter().map(|(_, row)| Lock::Account(row.key())));
    all.extend(writes.jobs.update.iter().map(|(_, row)| Lock::Job(row.key())));
    all
}

/// Returns the part of a write that the tables of the memory store keep.
pub(crate) fn of_memory(writes: &Writes) -> Writes {
    let mut writes = writes.clone();
    writes.marks.clear();
    writes.pending.clear();
    writes.streams.clear();
    writes.folded.clear();
    writes.sequenced.clear();
    writes
}
