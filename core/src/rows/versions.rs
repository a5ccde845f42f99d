//! Versions of rows that say more than how often a row was written.

use super::tables::HeadRow;

/// The version of the head of a book that is a copy. No command of an engine writes to such a book.
pub const COPY: i64 = -1;

/// The highest version of a row that is read: no row gets there by calls, and what many calls of one group
/// add to it does not overflow.
pub const LAST_VERSION: i64 = i64::MAX >> 1;

impl HeadRow {
    /// Whether the book is a copy that `events.replay` made.
    #[must_use]
    pub const fn is_copy(&self) -> bool {
        self.version == COPY
    }

    /// Whether somebody has set its numbers so high that events find no place behind it.
    #[must_use]
    pub const fn is_spent(&self) -> bool {
        self.version > LAST_VERSION || self.seq > LAST_VERSION
    }
}
