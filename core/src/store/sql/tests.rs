//! Statements by themselves, and what the tests of both stores share.

mod listings;
mod refusals;
mod samples;

pub(crate) use refusals::{put, refusals};
pub(crate) use samples::*;

use super::write::Within;
use super::{Dialect, Names, Wire, migrate, write};
use crate::ids::Book;

#[test]
fn names_are_checked() {
    for bad in ["Upper", "a-b", "a b", "a\"b", "1a", "sqlite_x", &"x".repeat(41)] {
        assert!(Names::sqlite(bad).is_err(), "{bad}");
    }
    for bad in ["", "pg_x", "a.b", "é"] {
        assert!(Names::postgres(bad).is_err(), "{bad}");
    }
    assert_eq!(Names::postgres("earnest").unwrap().table("account"), "\"earnest\".account");
    assert_eq!(Names::sqlite("").unwrap().table("account"), "account");
}

/// Statements that hosts run carry no character that a driver takes for a placeholder of its own, and every
/// table that PostgreSQL reads within a book compares its book with `$1`.
#[test]
fn statements_suit_every_driver() {
    let book = Book::stored("b");
    let writes = all_writes(&book);
    for (dialect, names) in [
        (Dialect::Sqlite, Names::sqlite("earnest_").unwrap()),
        (Dialect::Postgres, Names::postgres("earnest").unwrap()),
    ] {
        let mut statements = every_statement(dialect, Wire::Text, &names);
        match dialect {
            Dialect::Sqlite => statements.extend(write::sqlite(Wire::Text, &names, &writes).statements),
            Dialect::Postgres => {
                for within in [Within::Transaction, Within::Host(uuid::Uuid::nil())] {
                    statements
                        .extend(write::postgres(Wire::Text, &names, &writes, within).unwrap().statements);
                }
            }
        }
        statements.push(migrate::registered(&names));
        for statement in statements {
            assert!(!statement.text.contains(['?', '%', ':', '{', '}']), "{}", statement.text);
            for n in 1..=statement.params.len() {
                let unused = !statement.text.contains(&format!("${n}"));
                assert!(!unused, "${n} is not used in {}", statement.text);
            }
            let lower = statement.text.to_lowercase();
            for word in ["clock_timestamp", "current_timestamp"] {
                assert!(!lower.contains(word) || !lower.contains("insert"), "{}", statement.text);
            }
        }
    }
}

#[test]
fn several_books_are_refused_where_one_is_the_rule() {
    let names = Names::postgres("earnest").unwrap();
    let mut writes = everything(&Book::stored("a"));
    writes.keys.insert.push(key(&Book::stored("b"), "k", 1, None));
    assert!(write::postgres(Wire::Typed, &names, &writes, Within::Itself).is_err());
}

#[test]
fn checksums_do_not_depend_on_names() {
    for dialect in [Dialect::Sqlite, Dialect::Postgres] {
        let names =
            if dialect == Dialect::Sqlite { Names::sqlite("x_") } else { Names::postgres("x") }.unwrap();
        for migration in migrate::migrations(dialect) {
            for step in migration.steps(&names) {
                let begins = ["CREATE TABLE ", "CREATE INDEX ", "CREATE UNIQUE INDEX ", "ALTER TABLE "];
                assert!(begins.iter().any(|begin| step.starts_with(begin)), "{step}");
                assert!(!step.contains(['{', '}', ';']), "{step}");
            }
        }
    }
}
