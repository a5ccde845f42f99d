//! Counters to which transactions add ([`under`](crate::rows::under)), as a decision sees them.

use super::draft::Draft;
use super::operation::Halt;
use crate::rows::needs::{CounterKey, Needs};
use crate::rows::row::Row as _;
use crate::rows::tables::CounterRow;

impl Draft<'_> {
    /// The counters whose subject is that of a key, or begins with it and a slash.
    ///
    /// # Errors
    /// Halts when they were not read.
    pub fn counters_under(&self, key: &CounterKey) -> Result<Vec<&CounterRow>, Halt> {
        let Some(known) = self.seen().counters_under.get(key) else {
            let mut needs = Needs::default();
            needs.counters_under.insert(key.clone());
            return Err(Halt::NeedMore(Box::new(needs)));
        };
        let is_new = |row: &&CounterRow| row.is_under(key) && !known.contains(&row.key());
        let own = self.writes().counters.iter().filter(is_new);
        known.iter().filter_map(|key| self.counter(key).transpose()).chain(own.map(Ok)).collect()
    }

    /// The one of them that this group makes, and has not written yet.
    ///
    /// # Errors
    /// Halts when they were not read.
    pub fn counter_to_add(&self, key: &CounterKey) -> Result<Option<&CounterRow>, Halt> {
        let slot = |row: &CounterRow| self.seen().counters.slot(&row.key());
        let is_made = |row: &&CounterRow| slot(row).is_none_or(|slot| slot.stored.is_none());
        Ok(self.counters_under(key)?.into_iter().find(is_made))
    }
}
