//! Classifies statements by their text.

use earnest::store::sql::TABLES;

/// The tables that every server has whole.
const REFERENCE: [&str; 3] = ["meta", "migration", "currency"];

/// How a statement is routed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// It opens a transaction.
    Begin,
    /// It makes the open transaction durable.
    Commit,
    /// It gives the open transaction up.
    Rollback,
    /// It sets something of the connection, which has to be so on every server.
    Session,
    /// It belongs to the open transaction, wherever that is: a setting or a savepoint.
    Local,
    /// It names no table of ours.
    Free,
    /// It makes tables.
    Ddl,
    /// It reads or writes only tables that every server has whole.
    Reference { writes: bool },
    /// Its `$1` is the book.
    Book { writes: bool },
    /// It reads a bounded number of rows of any book, and locks none.
    Across,
    /// It names no book.
    Unbound,
}

impl Class {
    pub(super) fn of(text: &str) -> Self {
        let text = text.trim_start();
        let begins = |word: &str| text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
        if begins("BEGIN") || begins("START TRANSACTION") {
            return Self::Begin;
        }
        if begins("COMMIT") {
            return Self::Commit;
        }
        if begins("SET LOCAL") || begins("SAVEPOINT") || begins("RELEASE") || begins("ROLLBACK TO") {
            return Self::Local;
        }
        if begins("ROLLBACK") {
            return Self::Rollback;
        }
        if begins("SET") {
            return Self::Session;
        }
        if begins("CREATE") || begins("ALTER") {
            return Self::Ddl;
        }
        let tables = tables(text);
        let has = |word: &str| text.contains(word);
        let writes = ["INSERT INTO", "UPDATE \"", "DELETE FROM"].iter().any(|word| has(word));
        if tables.is_empty() && has("set_config('") {
            Self::Session
        } else if tables.is_empty() {
            Self::Free
        } else if tables.iter().all(|table| REFERENCE.contains(table)) {
            Self::Reference { writes }
        } else if has("book = $1") || has("SELECT CAST($1 AS text)") {
            Self::Book { writes }
        } else if !writes && has(" LIMIT ") && !has("FOR UPDATE") && !has("FOR NO KEY UPDATE") {
            Self::Across
        } else {
            Self::Unbound
        }
    }
}

/// Our tables that a text names, each behind its schema.
fn tables(text: &str) -> Vec<&'static str> {
    let named = |rest: &str| {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        TABLES.iter().find(|table| **table == &rest[..end]).copied()
    };
    text.split("\".").skip(1).filter_map(named).collect()
}
