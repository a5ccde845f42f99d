//! What a failure of the SQLite library means.

use crate::store::fault::{Fault, FaultKind};
use crate::store::sql::codes;

/// Classifies a failure of sqlx.
pub(super) fn fault(error: &sqlx::Error) -> Fault {
    classified(error, codes::sqlite, FaultKind::Unavailable)
}

/// Classifies a failure of COMMIT.
pub(super) fn commit_fault(error: &sqlx::Error) -> Fault {
    classified(error, codes::sqlite_commit, FaultKind::Unknown)
}

fn classified(error: &sqlx::Error, class: fn(i64) -> FaultKind, otherwise: FaultKind) -> Fault {
    let code = error.as_database_error().and_then(|error| error.code()?.parse::<i64>().ok());
    match code {
        // the words are SQLite's own and name tables and columns, never values
        Some(code) => Fault::new(class(code), format!("SQLite {code}: {error}")),
        None => Fault::new(otherwise, error.to_string()),
    }
}
