//! Classifies failures of the SQLite library.

use std::path::Path;

use crate::store::exhausted::{AT_ONCE, NO_DESCRIPTORS, NO_GROWTH, has_descriptors, is_as_long_as_may_be};
use crate::store::fault::{Fault, FaultKind};
use crate::store::sql::codes;

/// A file that could not be opened.
const CANTOPEN: i64 = 14;
/// A file that could not be written.
const IOERR_WRITE: i64 = 778;
/// The largest page in the log, with its header.
const FRAME: u64 = 65_536 + 24;

/// Classifies a failure of sqlx.
pub(super) fn fault(error: &sqlx::Error) -> Fault {
    classified(error, codes::sqlite, FaultKind::Unavailable)
}

/// Classifies a failure of COMMIT, which writes to this log.
pub(super) fn commit_fault(error: &sqlx::Error, log: &Path) -> Fault {
    // a frame that was cut off is not read as one: nothing was committed
    if code_of(error) == Some(IOERR_WRITE) && is_as_long_as_may_be(log, FRAME) {
        return Fault::new(FaultKind::Full, NO_GROWTH);
    }
    classified(error, codes::sqlite_commit, FaultKind::Unknown)
}

fn code_of(error: &sqlx::Error) -> Option<i64> {
    error.as_database_error().and_then(|error| error.code()?.parse().ok())
}

fn classified(error: &sqlx::Error, class: fn(i64) -> FaultKind, otherwise: FaultKind) -> Fault {
    match code_of(error) {
        Some(code) if code & 0xff == CANTOPEN && !has_descriptors(AT_ONCE) => {
            Fault::new(class(code), format!("{NO_DESCRIPTORS} (SQLite {code})"))
        }
        // the words are SQLite's own and name tables and columns, never values
        Some(code) => Fault::new(class(code), format!("SQLite {code}: {error}")),
        None => Fault::new(otherwise, error.to_string()),
    }
}
