//! The results of a verification so far.

use hashbrown::{HashMap, HashSet};

use super::newest::{Newest, RowTimes};
use crate::ids::TransferId;
use crate::kernel::image;
use crate::rows::tables::TransferRow;
use crate::sorting::Sorting;
use crate::upkeep::views::{FOUND_LIMIT, VerifyCheck};

/// The results of the checks so far, and what they know of a book.
#[derive(Default)]
pub(super) struct Checks {
    found: HashMap<&'static str, (i64, Vec<String>)>,
    /// The transfers of the book, by the random half of their ids.
    pub(super) posted: HashSet<u64>,
    /// The newest image of each mutable object in the log whose row was not read yet.
    pub(super) newest: Newest,
    /// The book is a copy that `events.replay` made.
    pub(super) copy: bool,
}

impl Checks {
    pub(super) fn examine(&mut self, name: &'static str, right: bool, what: impl FnOnce() -> String) {
        let (examined, found) = self.found.entry(name).or_default();
        *examined += 1;
        if !right && found.len() < FOUND_LIMIT {
            found.push(what());
        }
    }

    /// Compares a row with its newest image in the log.
    pub(super) fn row(&mut self, image: &impl serde::Serialize, times: RowTimes) {
        if !self.copy {
            self.newest.row(image, times);
            self.examined("log_matches_rows", 1);
        }
    }

    /// Compares a transfer that was refunded or reversed.
    pub(super) fn changed_transfer(&mut self, row: &TransferRow) {
        if row.version != 1 || row.refunded != 0 {
            self.row(&image::transfer(row), RowTimes::default());
        }
        if let Some(reversed) = image::reversed(row) {
            self.row(&reversed, RowTimes::default());
        }
    }

    /// Adds a finding about a row that was counted as examined.
    pub(super) fn found(&mut self, name: &'static str, what: String) {
        let (_, found) = self.found.entry(name).or_default();
        if found.len() < FOUND_LIMIT {
            found.push(what);
        }
    }

    /// Counts rows as examined without findings.
    pub(super) fn examined(&mut self, name: &'static str, count: i64) {
        self.found.entry(name).or_default().0 += count;
    }

    pub(super) fn finish(self) -> Vec<VerifyCheck> {
        let check = |(name, (examined, found)): (&str, (i64, Vec<String>))| VerifyCheck {
            name: name.to_owned(),
            ok: found.is_empty(),
            examined,
            found,
        };
        let mut checks: Vec<VerifyCheck> = self.found.into_iter().map(check).collect();
        checks.order_by(|one, other| one.name.cmp(&other.name));
        checks
    }
}

/// The random half of an id.
pub(super) fn fingerprint(id: TransferId) -> u64 {
    id.uuid().as_u64_pair().1
}
