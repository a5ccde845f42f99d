//! The objects that a call is about, and which of them only an open transaction of the host knows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use super::draft::{Decided, Draft};
use super::snapshot::Snapshot;
use crate::rows::needs::{Access, HoldKey, Needs, RecordKey, TransferKey};
use crate::rows::row::Row as _;
use crate::rows::writes::Writes;
use crate::sorting::Gathering;

/// Objects whose ids the engine made. A call that names one cannot be repeated once that object was rolled
/// back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Objects {
    records: BTreeSet<RecordKey>,
    transfers: BTreeSet<TransferKey>,
    holds: BTreeSet<HoldKey>,
}

impl Objects {
    /// The objects that a call needs and that exist.
    pub fn of(needs: &Needs, seen: &Snapshot) -> Self {
        let records = needs.records.keys().filter(|key| seen.records.row(key).is_some());
        let transfers = needs.transfers.keys().filter(|key| seen.transfers.row(key).is_some());
        let holds = needs.holds.keys().filter(|key| seen.holds.row(key).is_some());
        Self {
            records: records.cloned().gathered(),
            transfers: transfers.cloned().gathered(),
            holds: holds.cloned().gathered(),
        }
    }

    /// Adds the objects that a write creates.
    pub fn learn(&mut self, writes: &Writes) {
        self.records.extend(writes.records.insert.iter().map(|row| row.key()));
        self.transfers.extend(writes.transfers.insert.iter().map(|row| row.key()));
        self.holds.extend(writes.holds.insert.iter().map(|row| row.key()));
    }

    fn len(&self) -> usize {
        self.records.len() + self.transfers.len() + self.holds.len()
    }

    fn append(&mut self, mut others: Self) {
        self.records.append(&mut others.records);
        self.transfers.append(&mut others.transfers);
        self.holds.append(&mut others.holds);
    }

    /// Whether the two sets overlap.
    pub fn meets(&self, others: &Self) -> bool {
        !self.records.is_disjoint(&others.records)
            || !self.transfers.is_disjoint(&others.transfers)
            || !self.holds.is_disjoint(&others.holds)
    }

    /// Names their rows.
    pub fn needs(&self, needs: &mut Needs) {
        for key in &self.records {
            needs.record(key.clone(), Access::Read);
        }
        for key in &self.transfers {
            needs.transfer(key.clone(), Access::Read);
        }
        for key in &self.holds {
            needs.hold(key.clone(), Access::Read);
        }
    }

    /// Whether all of them exist.
    pub fn exist(&self, draft: &Draft<'_>) -> Decided<bool> {
        let mut all = true;
        for key in &self.records {
            all &= draft.record(key)?.is_some();
        }
        for key in &self.transfers {
            all &= draft.transfer(key)?.is_some();
        }
        for key in &self.holds {
            all &= draft.hold(key)?.is_some();
        }
        Ok(all)
    }
}

/// How many objects are remembered of open transactions: the oldest transactions are forgotten first.
const MOST: usize = 4_096;

/// The objects that open transactions of hosts have created, by the numbers that the server gives these.
/// They are known to whoever joins the same transaction, and no other transaction has its number.
///
/// SQLite has no numbers, and needs none: what is written behind the end of the one transaction that writes
/// sees whether it was committed.
#[derive(Debug, Default)]
pub struct Unfinished(Mutex<MadeByXact>);

#[derive(Debug, Default)]
struct MadeByXact {
    made: BTreeMap<u64, Objects>,
    count: usize,
}

impl Unfinished {
    /// Returns what this transaction has created so far.
    pub fn of(&self, xact: Option<u64>) -> Objects {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        xact.and_then(|xact| known.made.get(&xact).cloned()).unwrap_or_default()
    }

    /// Adds what a write in this transaction creates.
    pub fn learn(&self, xact: Option<u64>, writes: &Writes) {
        let mut made = Objects::default();
        made.learn(writes);
        let Some(xact) = xact.filter(|_| made.len() > 0) else { return };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of_this = known.made.entry(xact).or_default();
        let before = of_this.len();
        of_this.append(made);
        let more = of_this.len() - before;
        known.count += more;
        while known.count > MOST
            && let Some((_, forgotten)) = known.made.pop_first()
        {
            known.count = known.count.saturating_sub(forgotten.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::Env;
    use crate::ids::Book;
    use crate::rows::tables::RecordRow;
    use crate::time::Time;

    /// An object that is made, rolled back to a savepoint and made again was counted each time, until nothing
    /// was remembered any more.
    #[test]
    fn an_object_that_is_made_again_counts_once() {
        let row = RecordRow {
            book: Book::main(),
            kind: "deal".into(),
            id: Env::default().seed().ids().uuid(),
            state: "pending".into(),
            owner: None,
            peer: None,
            reference: None,
            salt: None,
            due_at: None,
            body: "{}".into(),
            version: 1,
            created_at: Time::EPOCH,
            stamp: Time::EPOCH,
            at: None,
        };
        let mut writes = Writes::default();
        writes.records.insert.push(row);
        let unfinished = Unfinished::default();
        for _ in 0..=MOST {
            unfinished.learn(Some(1), &writes);
        }
        assert_eq!((unfinished.of(Some(1)).len(), unfinished.of(Some(2)).len()), (1, 0));
    }
}
