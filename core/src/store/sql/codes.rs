//! Classifies the failures of a store by SQLSTATE or SQLite result code, never by message text.

use super::Dialect;
use crate::store::fault::{Fault, FaultKind};

/// The class of a SQLite result code (extended or not).
#[must_use]
pub fn sqlite(code: i64) -> FaultKind {
    match (code, code & 0xff) {
        (517, _) => FaultKind::Serialization, // BUSY_SNAPSHOT: another writer committed after this transaction read
        (_, 5 | 6) => FaultKind::LockTimeout, // BUSY, LOCKED
        (_, 8) => FaultKind::ReadOnly,        // READONLY
        (_, 3 | 23) => FaultKind::Denied,     // PERM, AUTH
        (_, 11 | 26) => FaultKind::Corrupt,   // CORRUPT, NOTADB
        (_, 13) => FaultKind::Full,           // FULL
        (_, 18..=20) => FaultKind::Constraint, // CONSTRAINT, MISMATCH, TOOBIG
        (_, 1 | 17) => FaultKind::Schema,     // ERROR (no such table), SCHEMA
        _ => FaultKind::Unavailable,          // IOERR, CANTOPEN, NOMEM, INTERRUPT and the rest
    }
}

/// The class of a SQLite failure of COMMIT: where the write-ahead log could not be written or synced, the
/// commit is in doubt.
#[must_use]
pub fn sqlite_commit(code: i64) -> FaultKind {
    of_commit(Dialect::Sqlite, sqlite(code))
}

/// The class of a SQLSTATE.
#[must_use]
pub fn postgres(state: &str) -> FaultKind {
    match state {
        "40001" | "40P01" => FaultKind::Serialization,
        "22012" => FaultKind::Stale,                 // nothing else here divides
        "55P03" | "57014" => FaultKind::LockTimeout, // lock_timeout, statement_timeout
        "25P02" => FaultKind::Aborted,
        "25P01" => FaultKind::NotInTransaction,
        "25001" => FaultKind::Unclean,
        "25006" => FaultKind::ReadOnly,
        "53100" => FaultKind::Full,
        "XX001" | "XX002" => FaultKind::Corrupt,
        "42501" => FaultKind::Denied,
        "3F000" | "42P01" => FaultKind::Missing, // no such schema or table
        "42P05" => FaultKind::Unavailable,       // a pooler mixed up prepared statements
        "0A000" | "42601" => FaultKind::Unsupported, // another engine that speaks the protocol
        _ => match state.get(..2) {
            // the server refuses one row or statement: others of the group are not affected
            Some("21" | "22" | "23" | "44" | "54" | "P0") => FaultKind::Constraint,
            Some("42") => FaultKind::Schema, // an undefined column, or what else does not fit
            _ => FaultKind::Unavailable,     // 08, 53, 57P, XX: the connection or the server
        },
    }
}

/// The class of a failure to connect to PostgreSQL. A missing right or a wrong password is permanent.
#[must_use]
pub fn postgres_connect(state: &str) -> FaultKind {
    match state {
        "28000" | "28P01" | "42501" => FaultKind::Denied,
        _ => FaultKind::Unavailable,
    }
}

/// The class of a failure of COMMIT on PostgreSQL. Unless the server surely refused it, the commit is in
/// doubt.
#[must_use]
pub fn postgres_commit(state: &str) -> FaultKind {
    of_commit(Dialect::Postgres, postgres(state))
}

/// Classifies a failure as that of a COMMIT.
#[must_use]
pub const fn of_commit(dialect: Dialect, kind: FaultKind) -> FaultKind {
    match (dialect, kind) {
        (Dialect::Sqlite, FaultKind::Unavailable) => FaultKind::Unknown,
        (Dialect::Sqlite, known)
        | (
            Dialect::Postgres,
            known @ (FaultKind::Serialization | FaultKind::Aborted | FaultKind::Constraint),
        ) => known,
        (Dialect::Postgres, _) => FaultKind::Unknown,
    }
}

/// Classifies the failure of a statement that is its own transaction. Another client's claim shows as a
/// duplicate key; after a lost connection the commit is in doubt.
#[must_use]
pub fn postgres_alone(state: &str) -> FaultKind {
    match postgres(state) {
        FaultKind::Unavailable => FaultKind::Unknown,
        FaultKind::Constraint if state == "23505" => FaultKind::Stale,
        known => known,
    }
}

/// Whether the code of a host's own statement says that the whole transaction may succeed when it runs again:
/// a serialization failure, a deadlock, a SQLite file that another connection writes to.
#[must_use]
pub fn host_runs_again(code: &str) -> bool {
    match code.len() {
        5 => postgres(code) == FaultKind::Serialization,
        _ => code.parse::<i64>().is_ok_and(|code| code & 0xff == 5),
    }
}

/// Whether the code of a host's COMMIT says that nothing was committed.
#[must_use]
pub fn host_commit_refused(code: &str) -> bool {
    let kind = match code.len() {
        5 => postgres_commit(code),
        _ => code.parse().map_or(FaultKind::Unknown, sqlite_commit),
    };
    kind != FaultKind::Unknown
}

/// A failure of a host's driver, which reports a SQLSTATE (five characters) or the number of a SQLite result
/// code (at most four).
#[must_use]
pub fn host(code: Option<&str>, reason: &str) -> Fault {
    let kind = match code {
        Some(state) if state.len() == 5 => postgres(state),
        Some(number) => number.parse().map_or(FaultKind::Unavailable, sqlite),
        None => FaultKind::Unavailable,
    };
    Fault::new(kind, reason).told(code.is_some_and(is_of_database))
}

/// Whether a code is one by which the database itself refuses a statement. Drivers have some of their own
/// that look the same, such as `EPIPE`, and take the class 08 for a line that broke on their side.
fn is_of_database(code: &str) -> bool {
    let class = code.get(..2).unwrap_or_default();
    match code.len() {
        5 if code == "40003" => false, // statement completion unknown
        5 => {
            class != "08" && class.starts_with(|c: char| c.is_ascii_digit())
                || matches!(class, "F0" | "HV" | "P0" | "XX")
        }
        _ => code.parse::<i64>().is_ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_driver_calls_itself_is_not_told_by_the_database() {
        for code in ["40001", "57014", "57P01", "53200", "XX000", "P0001", "23505", "5", "517"] {
            assert!(host(Some(code), "").is_told, "{code}");
        }
        for code in
            [None, Some("EPIPE"), Some("P1017"), Some("08006"), Some("08P01"), Some("40003"), Some("")]
        {
            assert!(!host(code, "").is_told, "{code:?}");
        }
    }
}
