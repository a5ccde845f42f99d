//! Counters with [delta rows](crate::rows::delta_rows), as a group knows them.

use std::fmt;
use std::sync::Arc;

use super::memo::Memo;
use crate::rows::needs::CounterKey;

/// The rows under a key, as a group knows them: those whose subject is that of the key, or begins with it and
/// a slash.
#[derive(Clone, Default)]
pub struct Under {
    /// Those of the store.
    pub stored: Vec<CounterKey>,
    /// Those that this group makes.
    pub made: Vec<CounterKey>,
    /// The value that a gate has computed from the rows of the store, for all calls of the group.
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
    /// Notes that one of these rows is written, and returns whether a rollback must undo the note. It must if
    /// the row is new, or if it is one of the store: then the memo is dropped.
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

    /// Undoes such a note.
    pub(super) fn undo_put(&mut self, key: &CounterKey) {
        self.made.retain(|made| made != key);
        self.memo = Arc::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Book;

    fn key(id: &str) -> CounterKey {
        CounterKey::new(Book::main(), "++actor".into(), format!("till/{id}").into())
    }

    /// The memo holds until a row of the store is written, or until that is undone. Rows that the group
    /// itself makes do not end it.
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
