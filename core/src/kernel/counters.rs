//! Counters with [delta rows](crate::rows::delta_rows), as a decision sees them.

use super::delta_counters::Under;
use super::draft::{Decided, Draft, Halt};
use super::memo::Memo;
use crate::rows::needs::{CounterKey, Needs};
use crate::rows::row::Row as _;
use crate::rows::tables::CounterRow;

impl Draft<'_> {
    /// All rows under a key: those of the store, and those that this group makes.
    pub fn counter_deltas(&self, key: &CounterKey) -> Decided<Vec<&CounterRow>> {
        let under = self.under(key)?;
        self.known(&under.stored).chain(self.made(key, under)).collect()
    }

    /// The rows of the store under a key, as this decision leaves them, and the memo in which a gate keeps
    /// what it computed from them for all calls of the group. There is no memo if this decision has changed
    /// one of the rows.
    pub fn counters_stored(
        &self,
        key: &CounterKey,
    ) -> Decided<(impl Iterator<Item = Decided<&CounterRow>>, Option<&Memo>)> {
        let under = self.under(key)?;
        let own = self.writes().counters.iter().any(|row| row.is_under(key) && !self.is_made(row));
        let memo = Some(&*under.memo).filter(|_| !own);
        Ok((self.known(&under.stored), memo))
    }

    /// The rows under a key that this group makes and has not written yet.
    pub fn counters_made(&self, key: &CounterKey) -> Decided<Vec<&CounterRow>> {
        self.made(key, self.under(key)?).collect()
    }

    fn under(&self, key: &CounterKey) -> Decided<&Under> {
        self.seen().counter_deltas.get(key).ok_or_else(|| {
            let mut needs = Needs::default();
            needs.counter_deltas.insert(key.clone());
            Halt::NeedMore(Box::new(needs))
        })
    }

    fn made<'d>(
        &'d self,
        key: &CounterKey,
        under: &'d Under,
    ) -> impl Iterator<Item = Decided<&'d CounterRow>> {
        let is_new = |row: &&CounterRow| {
            row.is_under(key) && self.is_made(row) && !under.made.iter().any(|key| row.is(key))
        };
        let own: Vec<_> = self.writes().counters.iter().filter(is_new).map(Ok).collect();
        self.known(&under.made).chain(own)
    }

    /// Whether the store has no such row.
    fn is_made(&self, row: &CounterRow) -> bool {
        self.seen().counters.slot(&row.key()).is_none_or(|slot| slot.stored.is_none())
    }

    fn known<'d>(&'d self, keys: &'d [CounterKey]) -> impl Iterator<Item = Decided<&'d CounterRow>> {
        keys.iter().filter_map(|key| self.counter(key).transpose())
    }
}
