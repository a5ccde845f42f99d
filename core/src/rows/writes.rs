//! The writes of a group: key claims, changed rows with the images they replace, and guards on what the group
//! relied on.

use uuid::Uuid;

#[cfg(feature = "sql")]
use super::kinds::Lockable;
use super::kinds::each_kind;
use super::row::Row;
use super::tables::{
    CounterRow, EntryRow, EventRow, HeadRow, KeyRow, MarkRow, PendingRow, SequenceRow, StreamRow,
};
#[cfg(feature = "sql")]
use crate::ids::Book;
#[cfg(feature = "sql")]
use crate::time::Time;

each_kind! { ($($rows:ident: $row:ident $Row:ty;)*) => {
    /// Everything that one group writes. Claims and changes are in the order of their keys, entries and
    /// events in that of the commands.
    #[derive(Clone, Debug, Default)]
    pub struct Writes {
        /// The commit's own id.
        pub commit: Uuid,
        /// Marks of the commit, by which its outcome is known when the reply to COMMIT is lost.
        pub marks: Vec<MarkRow>,
        /// Heads to create (which creates the book) or to move.
        pub heads: Upserts<HeadRow>,
        /// Keys to claim, each once: new ones, and expired ones as they were seen.
        pub keys: Upserts<KeyRow>,
        $(
            #[doc = concat!("New and changed ", stringify!($rows), ".")]
            pub $rows: Upserts<$Row>,
        )*
        /// Entries.
        pub entries: Vec<EntryRow>,
        /// Events.
        pub events: Vec<EventRow>,
        /// Links of the chain.
        pub sequence: Vec<SequenceRow>,
        /// Work for the sequencer.
        pub pending: Vec<PendingRow>,
        /// Sums for streaming accounts.
        pub streams: Vec<StreamRow>,
        /// Pending rows of streaming accounts that were folded.
        pub folded: Vec<<StreamRow as Row>::Key>,
        /// Counters that were added to others, and go.
        pub dropped: Vec<<CounterRow as Row>::Key>,
        /// Pending events that were sequenced.
        pub sequenced: Vec<<PendingRow as Row>::Key>,
        /// Guards on rows that the group relied on without having locked them.
        pub guards: Guards,
    }

    impl Writes {
        /// Whether there is nothing to write.
        #[must_use]
        pub fn is_empty(&self) -> bool {
            self.heads.is_empty()
                && self.keys.is_empty()
                $(&& self.$rows.is_empty())*
                && self.entries.is_empty()
                && self.events.is_empty()
                && self.pending.is_empty()
                && self.streams.is_empty()
                && self.folded.is_empty()
                && self.dropped.is_empty()
                && self.sequenced.is_empty()
                && self.sequence.is_empty()
                && self.marks.is_empty()
        }

        /// When the first of its new rows was made.
        #[cfg(feature = "sql")]
        pub(crate) fn first_stamp(&self) -> Option<Time> {
            let mut stamps: Vec<Option<Time>> = vec![
                self.events.iter().map(|row| row.stamp).min(),
                self.pending.iter().map(|row| row.stamp).min(),
                self.keys.insert.iter().map(|row| row.stamp).min(),
            ];
            $(stamps.push(self.$rows.insert.iter().map(Lockable::stamp).min());)*
            stamps.into_iter().flatten().min()
        }

        /// The books that it touches, as often as they occur.
        #[cfg(feature = "sql")]
        pub(crate) fn books(&self) -> Vec<Book> {
            let mut books = self.heads.books();
            books.extend(self.keys.books());
            $(books.extend(self.$rows.books());)*
            books.extend(self.marks.iter().map(|row| row.book.clone()));
            books.extend(self.entries.iter().map(|row| row.book.clone()));
            books.extend(self.events.iter().map(|row| row.book.clone()));
            books.extend(self.sequence.iter().map(|row| row.book.clone()));
            books.extend(self.pending.iter().map(|row| row.book.clone()));
            books.extend(self.streams.iter().map(|row| row.book.clone()));
            books.extend(self.folded.iter().map(|key| key.0.clone()));
            books.extend(self.dropped.iter().map(|key| key.book.clone()));
            books.extend(self.sequenced.iter().map(|key| key.0.clone()));
            books
        }
    }

    /// Rows that must be unchanged since they were read, in the order of their keys.
    #[derive(Clone, Debug, Default)]
    pub struct Guards {
        $(
            #[doc = concat!("Relied-on ", stringify!($rows), ".")]
            pub $rows: Vec<Guard<$Row>>,
        )*
    }
} }

/// A row that a group relied on and does not change.
#[derive(Clone, Debug)]
pub struct Guard<R: Row> {
    /// The row.
    pub key: R::Key,
    /// The image that was read, which must still [hold](Row::stands); `None`: there was no such row.
    pub seen: Option<R::Seen>,
    /// Whether it is locked until the commit, as if it were changed.
    pub lock: bool,
}

/// New rows, and changed rows with the image that was seen of each.
#[derive(Clone, Debug)]
pub struct Upserts<R: Row> {
    /// Rows that the store does not have.
    pub insert: Vec<R>,
    /// Rows that the store has exactly as they were seen.
    pub update: Vec<(R::Seen, R)>,
    /// In none of the changed rows did a column change that seldom does: the others need not be sent.
    pub hot: bool,
}

impl<R: Row> Default for Upserts<R> {
    fn default() -> Self {
        Self { insert: Vec::new(), update: Vec::new(), hot: false }
    }
}

impl<R: Row> Upserts<R> {
    /// Whether there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.insert.is_empty() && self.update.is_empty()
    }

    /// All rows as they will be.
    pub fn rows(&self) -> impl Iterator<Item = &R> {
        self.insert.iter().chain(self.update.iter().map(|(_, row)| row))
    }

    #[cfg(feature = "sql")]
    fn books(&self) -> Vec<Book> {
        self.rows().map(|row| R::book_of(&row.key()).clone()).collect()
    }
}
