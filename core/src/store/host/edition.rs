//! Makes PostgreSQL plan the statements of a host's connection anew from time to time.
//!
//! A connection keeps the plan of a prepared statement until the statistics of a table change. A plan that
//! was made while the tables were empty scans them whole, and perhaps nobody ever analyzes them. So each text
//! carries an edition, which changes every hour and whenever the largest book has grown fourfold: a new text
//! gets a new plan. A text costs five plans on each connection before PostgreSQL keeps one.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::store::sql::Texts;
use crate::time::Time;

/// Microseconds of an hour.
const HOUR: i64 = 3_600_000_000;

/// The edition of the texts that an engine sends over its hosts' connections.
#[derive(Clone, Debug, Default)]
pub struct Edition {
    /// The logarithm of the events of the largest book that was seen, to the base of four.
    size: Arc<AtomicU32>,
    /// The texts that were sent before, without the edition.
    pub(in crate::store) texts: Texts,
}

impl Edition {
    /// Notes how many events a book has.
    pub(in crate::store) fn grown(&self, events: i64) {
        let size = u64::try_from(events).ok().and_then(|events| events.checked_ilog(4)).unwrap_or(0);
        self.size.fetch_max(size, Ordering::Relaxed);
    }

    /// Appends the present edition to a text.
    pub(in crate::store) fn of_text(&self, sql: &str, now: Time) -> String {
        format!("{sql} /* {}.{} */", self.size.load(Ordering::Relaxed), now.micros() / HOUR)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edition_ends_with_the_hour_and_with_fourfold_growth() {
        let edition = Edition::default();
        let at = |micros| edition.of_text("SELECT 1", Time::from_micros(micros));
        assert_eq!(at(0), "SELECT 1 /* 0.0 */");
        assert_eq!(at(HOUR - 1), at(0));
        assert_eq!(at(HOUR), "SELECT 1 /* 0.1 */");
        for (events, size) in [(-1, 0), (0, 0), (3, 0), (4, 1), (15, 1), (16, 2), (3, 2), (i64::MAX, 31)] {
            edition.grown(events);
            assert_eq!(at(0), format!("SELECT 1 /* {size}.0 */"), "{events}");
        }
    }
}
