//! Lists the rights that a role lacks, for the operator who has to grant them.

use crate::store::sql::{Cells, Statement, write};

/// How many are listed at most.
const NAMED: usize = 6;

/// Lists the rights that the role lacks on the schema, such as `INSERT on earnest.account`. A second column
/// has the tables whose rows a policy hides.
pub(super) fn missing(schema: &str) -> Statement {
    write::bare(format!(
        "WITH s AS (SELECT n.oid, n.nspname FROM pg_catalog.pg_namespace AS n WHERE n.nspname = '{schema}'), \
         t AS (SELECT c.oid, s.nspname, c.relname FROM pg_catalog.pg_class AS c INNER JOIN s ON c.relnamespace = s.oid \
         WHERE c.relkind IN ('r', 'p')) \
         SELECT 'CREATE on database ' || quote_ident(current_database()) AS c0, CAST(NULL AS text) AS c1 \
         WHERE NOT EXISTS (SELECT 1 FROM s) AND NOT has_database_privilege(current_database(), 'CREATE') \
         UNION ALL SELECT r || ' on schema ' || quote_ident(s.nspname), NULL FROM s, unnest(ARRAY['USAGE', 'CREATE']) AS r \
         WHERE NOT has_schema_privilege(s.oid, r) AND (r = 'USAGE' OR NOT EXISTS (SELECT 1 FROM t)) \
         UNION ALL SELECT string_agg(r, ', ') || ' on ' || quote_ident(t.nspname) || '.' || quote_ident(t.relname), NULL \
         FROM t, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS r WHERE NOT has_table_privilege(t.oid, r) \
         GROUP BY t.nspname, t.relname \
         UNION ALL SELECT NULL, CAST(t.relname AS text) FROM t WHERE row_security_active(t.oid)"
    ))
}

/// The tables whose rows are hidden from the role, from the answer to [`missing`].
pub(super) fn hidden(rows: &[Cells]) -> Vec<&str> {
    rows.iter().filter_map(|row| row.get(1)?.as_deref()).collect()
}

/// The server's message, with the missing grants.
pub(super) fn explained(said: &str, schema: &str, rows: &[Cells]) -> String {
    let missing: Vec<&str> = rows.iter().filter_map(|row| row.first()?.as_deref()).collect();
    if missing.is_empty() {
        return format!("{said}; the schema is `{schema}`");
    }
    let named = missing.iter().take(NAMED).map(|right| format!("`{right}`")).collect::<Vec<_>>().join(", ");
    let more = missing.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{said}; the role lacks {named}{more}")
}

#[cfg(test)]
mod tests {
    use super::explained;

    #[test]
    fn what_is_missing_is_named_and_counted() {
        let rows: Vec<_> = (0..8).map(|n| vec![Some(format!("INSERT on earnest.t{n}"))]).collect();
        let text = explained("no", "earnest", &rows);
        assert!(text.starts_with("no; the role lacks `INSERT on earnest.t0`, "), "{text}");
        assert!(text.ends_with("`INSERT on earnest.t5` and 2 more"), "{text}");
        assert_eq!(explained("no", "earnest", &[]), "no; the schema is `earnest`");
    }
}
