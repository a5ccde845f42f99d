//! Counters, and delta rows: what one transaction has counted, in a row of its own until it is merged into
//! the counter of its subject. So transactions that count the same subject do not wait for each other.
//!
//! Rule names tell the two apart: a merged counter's begins with `+`, a delta's with `++`. The subject of a
//! delta is its subject, a slash, and an id.

use std::sync::Arc;

use super::row::{Column, Row};
use super::row::{hot, row};
use crate::currency::Currencies;
use crate::error::Error;
use crate::ids::Book;
use crate::rows::codec::{Cell, Value};
use crate::time::Time;

/// The names of rules whose counters are added to so begin with it.
pub const MERGED: &str = "+";
/// The names of what is still to be added begin with it.
pub const DELTA: &str = "++";
/// The first name behind all of these.
#[cfg(any(feature = "sql", test))]
pub(crate) const BEHIND_DELTA: &str = "+,";

const SLASH: char = '/';

row! {
    /// A counter: how often something happened to a subject lately, or how much was moved.
    CounterRow in "counter", version(row) = row.version, seen(version: i64, stamp: Time, ring: Arc<[u8]>),
        added_to(rule);
    key CounterKey(book, rule, subject) {
        /// The book.
        book: Book,
        /// The rule that counts.
        rule: Arc<str>,
        /// The subject that it counts.
        subject: Arc<str>,
    }
    /// The counts of rules, packed (`risk/counting/states.rs`).
    @hot ring: Arc<[u8]>,
    /// From when on nothing of it counts any more, and it may be deleted; `None` keeps it for ever.
    @hot leaves_at: Option<Time>,
    /// Counts every change.
    @hot version: i64,
    /// When it was made.
    created_at: Time,
    /// Stamp of its newest change.
    @hot stamp: Time,
}

/// Whether counters of this rule are added to so.
#[must_use]
pub fn is_added_to(rule: &str) -> bool {
    rule.starts_with(MERGED)
}

/// The key of the row to which one that is still to be added is added.
#[must_use]
pub fn added_to(key: &CounterKey) -> CounterKey {
    let CounterKey { book, rule, subject } = key;
    let family = rule.strip_prefix(DELTA).unwrap_or(rule);
    CounterKey::new(book.clone(), format!("{MERGED}{family}").into(), subject_of(subject).into())
}

fn subject_of(subject: &str) -> &str {
    subject.split_once(SLASH).map_or(subject, |(subject, _)| subject)
}

impl CounterRow {
    /// The key of what one transaction adds to a subject.
    #[must_use]
    pub fn key_to_add(key: &CounterKey, id: &str) -> CounterKey {
        let CounterKey { book, rule, subject } = key;
        CounterKey::new(book.clone(), rule.clone(), format!("{subject}{SLASH}{id}").into())
    }

    /// Whether its subject is that of a key, or begins with it and a slash.
    #[must_use]
    pub fn is_under(&self, key: &CounterKey) -> bool {
        let CounterKey { book, rule, subject } = key;
        let rest = || self.subject.strip_prefix(&**subject);
        self.rule == *rule
            && self.book == *book
            && rest().is_some_and(|rest| rest.is_empty() || rest.starts_with(SLASH))
    }

    /// The subject that it is added to.
    #[must_use]
    pub fn subject_of(&self) -> &str {
        subject_of(&self.subject)
    }

    /// The first subject under a key, and the first beyond them: `0` follows the slash in the order of bytes,
    /// and no subject has a character before the slash behind that of another.
    #[cfg(feature = "sql")]
    pub(crate) fn range_under(key: &CounterKey) -> (String, String) {
        let subject = &key.subject;
        (subject.to_string(), format!("{subject}0"))
    }
}
