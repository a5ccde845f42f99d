//! Counters to which transactions add ([delta rows](crate::rows::delta_rows)), as a decision sees them.

use std::fmt;
use std::sync::Arc;

use super::draft::Draft;
use super::gate::Memo;
use super::operation::Halt;
use crate::rows::needs::{CounterKey, Needs};
use crate::rows::row::Row as _;
use crate::rows::tables::CounterRow;

/// The counters whose subject is that of a key, or begins with it and a slash, as a group knows them.
#[derive(Clone, Default)]
pub struct Under {
    /// Those of the store.
    pub stored: Vec<CounterKey>,
    /// Those that this group makes.
    pub made: Vec<CounterKey>,
    /// What a gate has worked out of those of the store, for all calls of the group.
    pub memo: Arc<Memo>,
}

impl fmt::Debug for Under {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Under")
            .field("stored", &self.stored)
            .field("made", &self.made)
            .finish_non_exhaustive()
    }
}

impl Under {
    /// Notes that one of them is written, and returns whether that has to be undone with it: it is new, or it
    /// was in the store, of which nothing holds any more then that was worked out.
    pub(super) fn put(&mut self, key: &CounterKey) -> bool {
        if self.made.contains(key) {
            return false;
        }
        if self.stored.contains(key) {
            self.memo = Arc::default();
        } else {
            self.made.push(key.clone());
        }
        true
    }

    /// Undoes it.
    pub(super) fn undo_put(&mut self, key: &CounterKey) {
        self.made.retain(|made| made != key);
        self.memo = Arc::default();
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Book;

    fn key(id: &str) -> CounterKey {
        (Book::main(), "++actor".into(), format!("till/{id}").into())
    }

    /// What was worked out of rows of the store holds until one of these is written, or that is undone; what
    /// the group makes itself is none of them.
    #[test]
    fn a_memo_ends_with_the_rows_that_it_is_of() {
        let mut under = Under { stored: vec![key("a")], ..Under::default() };
        under.memo.set(1_u8);
        assert!(under.put(&key("b")), "a new one");
        assert!(!under.put(&key("b")), "once more");
        assert_eq!((under.memo.get(), under.made.len()), (Some(&1_u8), 1));
        assert!(under.put(&key("a")), "one of the store");
        assert_eq!(under.memo.get::<u8>(), None);
        under.memo.set(2_u8);
        under.undo_put(&key("a"));
        assert_eq!((under.memo.get::<u8>(), under.stored.len(), under.made.len()), (None, 1, 1));
        under.undo_put(&key("b"));
        assert!(under.made.is_empty() && under.put(&key("b")), "new again");
    }
}
