//! Counters that many transactions add to without waiting for each other: what each of them counted is a row
//! of its own, until it is added to the row of the subject.
//!
//! The names of their rules begin with a plus: one for the rows to which the others are added, two for those
//! others. The subject of such another is the subject, a slash, and an id.

use super::kinds::CounterKey;
use super::tables::CounterRow;

/// The names of rules whose counters are added to so begin with it.
pub const ADDED_TO: &str = "+";
/// The names of what is still to be added begin with it.
pub const TO_ADD: &str = "++";
/// The first name behind all of these.
#[cfg(any(feature = "sql", test))]
pub(crate) const BEHIND_TO_ADD: &str = "+,";

const SLASH: char = '/';

/// Whether counters of this rule are added to so.
#[must_use]
pub fn is_added_to(rule: &str) -> bool {
    rule.starts_with(ADDED_TO)
}

/// The key of the row to which one that is still to be added is added.
#[must_use]
pub fn added_to((book, rule, subject): &CounterKey) -> CounterKey {
    let family = rule.strip_prefix(TO_ADD).unwrap_or(rule);
    (book.clone(), format!("{ADDED_TO}{family}").into(), subject_of(subject).into())
}

fn subject_of(subject: &str) -> &str {
    subject.split_once(SLASH).map_or(subject, |(subject, _)| subject)
}

impl CounterRow {
    /// The key of what one transaction adds to a subject.
    #[must_use]
    pub fn key_to_add((book, rule, subject): &CounterKey, id: &str) -> CounterKey {
        (book.clone(), rule.clone(), format!("{subject}{SLASH}{id}").into())
    }

    /// Whether its subject is that of a key, or begins with it and a slash.
    #[must_use]
    pub fn is_under(&self, (book, rule, subject): &CounterKey) -> bool {
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
    pub(crate) fn range_under((_, _, subject): &CounterKey) -> (String, String) {
        (subject.to_string(), format!("{subject}0"))
    }
}
