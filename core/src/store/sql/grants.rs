//! The rights that an application's role needs: to read and write, and neither to change the schema nor what
//! has happened.
//!
//! Entries and events, and their places in the chain, can be added and read, and nothing else: the database
//! itself refuses a program that would change them. Only the address and the device of an end user can be
//! erased from an event, as `admin.erase_context` does.

use super::{Names, TABLES};

/// Returns the rights on a table.
fn rights(table: &str) -> &'static str {
    match table {
        "migration" => "SELECT",
        // append-only
        "entry" | "event_seq" | "book" | "currency" => "SELECT, INSERT",
        "event" => "SELECT, INSERT, UPDATE (private)",
        "meta" => "SELECT, UPDATE",
        // work that is taken away once it is done, and what is swept when nobody needs it any more; a lock
        // needs the right to change
        "commit_mark" | "event_pending" | "stream_pending" | "idempotency" | "counter" | "job" => {
            "SELECT, INSERT, UPDATE, DELETE"
        }
        _ => "SELECT, INSERT, UPDATE",
    }
}

/// The statements that give a role of PostgreSQL these rights, for an administrator to run after the
/// migrations; none where there are no roles.
#[must_use]
pub fn grants(names: &Names, role: &str) -> Vec<String> {
    let Some(schema) = names.schema() else { return Vec::new() };
    let role = format!("\"{}\"", role.replace('"', "\"\""));
    let mut all = vec![
        format!("REVOKE ALL ON ALL TABLES IN SCHEMA \"{schema}\" FROM {role}"),
        format!("GRANT USAGE ON SCHEMA \"{schema}\" TO {role}"),
    ];
    all.extend(
        TABLES.iter().map(|table| format!("GRANT {} ON {} TO {role}", rights(table), names.table(table))),
    );
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_happened_cannot_be_changed() {
        let all = grants(&Names::postgres("shop").unwrap(), "a\"b");
        assert_eq!(all.len(), TABLES.len() + 2);
        assert!(all.iter().all(|grant| grant.ends_with("\"a\"\"b\"")), "{all:?}");
        for table in ["entry", "event_seq"] {
            let grant = all.iter().find(|grant| {
                grant.contains(&format!(".{table} ")) || grant.contains(&format!(".\"{table}\" "))
            });
            let grant = grant.unwrap();
            assert!(!grant.contains("UPDATE") && !grant.contains("DELETE"), "{grant}");
        }
        assert!(grants(&Names::sqlite("earnest_").unwrap(), "a").is_empty());
    }
}
