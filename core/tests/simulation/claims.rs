//! What a write of the simulated store must have to itself, and what it relies on.

use earnest::kernel::needs::{Access, AccountKey, HoldKey, JobKey, Needs, RecordKey, TransferKey};
use earnest::store::memory::MemoryStore;
use earnest::store::rows::Row;
use earnest::store::{Fault, Guard, Guards, Store as _, Writes};

/// What a transaction can have to itself.
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
    fn relied<K: Clone>(guards: &[Guard<K>], lock: fn(K) -> Lock) -> impl Iterator<Item = Lock> + '_ {
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
    all.extend(writes.records.update.iter().map(|(_, row)| Lock::Record(row.key())));
    all.extend(writes.transfers.update.iter().map(|(_, row)| Lock::Transfer(row.key())));
    all.extend(writes.holds.update.iter().map(|(_, row)| Lock::Hold(row.key())));
    all.extend(writes.accounts.update.iter().map(|(_, row)| Lock::Account(row.key())));
    all
}

/// Whether what a group relied on is still so.
pub(crate) async fn stands(memory: &MemoryStore, guards: &Guards) -> Result<bool, Fault> {
    fn same<R: Row>(guards: &[Guard<R::Key>], rows: &[R], seen: fn(&R) -> i64) -> bool {
        let row = |key: &R::Key| rows.iter().find(|row| row.is(key)).map(seen);
        guards.iter().all(|guard| row(&guard.key) == guard.seen)
    }
    let mut needs = Needs::default();
    guards.records.iter().for_each(|guard| needs.record(guard.key.clone(), Access::Read));
    guards.transfers.iter().for_each(|guard| needs.transfer(guard.key.clone(), Access::Read));
    guards.holds.iter().for_each(|guard| needs.hold(guard.key.clone(), Access::Read));
    guards.accounts.iter().for_each(|guard| needs.account(guard.key.clone(), Access::Read));
    guards.jobs.iter().for_each(|guard| needs.job(guard.key.clone(), Access::Read));
    let found = memory.reader().await?.peek(&needs).await?;
    Ok(same(&guards.records, &found.records, Row::version)
        && same(&guards.transfers, &found.transfers, Row::version)
        && same(&guards.holds, &found.holds, Row::version)
        && same(&guards.accounts, &found.accounts, |row| row.stamp.micros())
        && same(&guards.jobs, &found.jobs, Row::version))
}

/// What the tables of the memory store keep of a write.
pub(crate) fn of_memory(writes: &Writes) -> Writes {
    let mut writes = writes.clone();
    writes.marks.clear();
    writes.pending.clear();
    writes.streams.clear();
    writes.folded.clear();
    writes.sequenced.clear();
    writes
}
