//! Counters to which transactions add ([delta rows](crate::rows::delta_rows)), as a decision sees them.

use super::added::Under;
use super::draft::{Draft, Halt};
use super::memo::Memo;
use crate::rows::needs::{CounterKey, Needs};
use crate::rows::row::Row as _;
use crate::rows::tables::CounterRow;

impl Draft<'_> {
    /// Those under a key.
    ///
    /// # Errors
    /// Halts when they were not read.
    pub fn counter_deltas(&self, key: &CounterKey) -> Result<Vec<&CounterRow>, Halt> {
        let under = self.under(key)?;
        self.known(&under.stored).chain(self.made(key, under)).collect()
    }

    /// Those of them that are in the store, as this decision leaves them, and what a gate may keep for all
    /// calls of the group that it worked out of them; nothing where this decision has changed one of them.
    ///
    /// # Errors
    /// Halts when they were not read.
    pub fn counters_stored(
        &self,
        key: &CounterKey,
    ) -> Result<(impl Iterator<Item = Result<&CounterRow, Halt>>, Option<&Memo>), Halt> {
        let under = self.under(key)?;
        let own = self.writes().counters.iter().any(|row| row.is_under(key) && !self.is_made(row));
        let memo = Some(&*under.memo).filter(|_| !own);
        Ok((self.known(&under.stored), memo))
    }

    /// Those of them that this group makes, and has not written yet.
    ///
    /// # Errors
    /// Halts when they were not read.
    pub fn counters_made(&self, key: &CounterKey) -> Result<Vec<&CounterRow>, Halt> {
        self.made(key, self.under(key)?).collect()
    }

    fn under(&self, key: &CounterKey) -> Result<&Under, Halt> {
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
    ) -> impl Iterator<Item = Result<&'d CounterRow, Halt>> {
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

    fn known<'d>(&'d self, keys: &'d [CounterKey]) -> impl Iterator<Item = Result<&'d CounterRow, Halt>> {
        keys.iter().filter_map(|key| self.counter(key).transpose())
    }
}
