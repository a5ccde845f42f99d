//! Tables that Citus distributes over several servers: detects it, and distributes them.
//!
//! Every table but three is distributed by its column `book`, all in the same way, so that the rows of a book
//! are on one server. The three belong to no book, and every server has them whole.

use super::session::Exec;
use super::{Cells, Dialect, Flavour, Names, Script, Statement, TABLES, Wire, server_checks, write};
use crate::ids::Book;
use crate::rows::tables::BookRow;
use crate::store::fault::Fault;

/// Tables that every server has whole.
const WHOLE: [&str; 3] = ["meta", "migration", "currency"];
/// Tables that have no primary key.
const WITHOUT_KEY: [&str; 1] = ["entry"];
/// The table by which the others are distributed.
const FIRST: &str = "book";

/// Finds out where the tables are. Citus is asked where it is installed; otherwise the present flavour stays.
pub(crate) async fn flavour<E: Exec>(exec: &mut E, names: &Names) -> Result<Flavour, Fault> {
    let is_cluster = server_checks::judge(&exec.query(&server_checks::asked()).await?)?;
    if is_cluster { judge(&exec.query(&asked(names)).await?) } else { Ok(names.flavour()) }
}

/// Distributes the tables, in one transaction; rows that are there are moved.
pub(crate) async fn distribute<E: Exec>(exec: &mut E, names: &Names) -> Result<(), Fault> {
    if !server_checks::judge(&exec.query(&server_checks::asked()).await?)? {
        return Err(Fault::not_supported("migrate", "the database has no extension `citus`"));
    }
    exec.begin().await?;
    for statement in distributing(names) {
        exec.query(&statement).await?;
    }
    exec.commit().await
}

/// Tests a router with a transaction that inserts a book's row and is rolled back.
pub(crate) async fn try_router<E: Exec>(exec: &mut E, names: &Names, book: &Book) -> Result<(), Fault> {
    exec.begin().await?;
    let tried = exec.query(&tried(names, book)).await?;
    let within = exec.query(&counted(names, book)).await?;
    exec.rollback().await?;
    let after = exec.query(&counted(names, book)).await?;
    judge_router(&tried, &within, &after)
}

/// Asks how each of our tables is distributed: its name, the way, the column, and which tables are
/// distributed alike.
fn asked(names: &Names) -> Statement {
    write::bare(format!(
        "SELECT CAST(c.relname AS text) AS c0, CAST(p.partmethod AS text) AS c1, \
         column_to_column_name(p.logicalrelid, p.partkey) AS c2, CAST(p.colocationid AS text) AS c3 \
         FROM pg_catalog.pg_class AS c INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
         LEFT JOIN pg_catalog.pg_dist_partition AS p ON p.logicalrelid = c.oid \
         WHERE n.nspname = '{}' AND c.relkind IN ('r', 'p')",
        names.schema().unwrap_or_default()
    ))
}

/// Judges the answer to [`asked`].
///
/// # Errors
/// `not_supported` when some tables are distributed and others are not, or not alike.
fn judge(rows: &[Cells]) -> Result<Flavour, Fault> {
    let ours: Vec<(&str, &Cells)> = rows
        .iter()
        .filter_map(|row| Some((row.first()?.as_deref()?, row)))
        .filter(|(table, _)| TABLES.contains(table))
        .collect();
    let cell = |row: &Cells, place: usize| row.get(place).cloned().flatten();
    if ours.iter().all(|(_, row)| cell(row, 1).is_none()) {
        return Ok(Flavour::Plain);
    }
    let alike = ours.iter().find(|(table, _)| *table == FIRST).and_then(|(_, row)| cell(row, 3));
    for (table, row) in ours {
        let (way, column) = (cell(row, 1), cell(row, 2));
        let right = match WHOLE.contains(&table) {
            true => way.as_deref() == Some("n"),
            false => {
                (way.as_deref(), column.as_deref()) == (Some("h"), Some("book")) && cell(row, 3) == alike
            }
        };
        if !right {
            let reason = format!("the table `{table}` is not distributed as the others are");
            return Err(Fault::not_supported("open", reason));
        }
    }
    Ok(Flavour::Spread)
}

/// The statements that distribute the tables.
fn distributing(names: &Names) -> Vec<Statement> {
    let name = |table: &str| names.table(table);
    // one connection to each server, because one transaction creates and fills the tables
    let mut texts = vec!["SET LOCAL citus.multi_shard_modify_mode = 'sequential'".to_owned()];
    texts.extend(WHOLE.map(|table| format!("SELECT create_reference_table('{}')", name(table))));
    texts.push(format!("SELECT create_distributed_table('{}', 'book')", name(FIRST)));
    let others = TABLES.iter().filter(|table| **table != FIRST && !WHOLE.contains(table));
    texts.extend(others.map(|table| {
        format!(
            "SELECT create_distributed_table('{}', 'book', colocate_with := '{}')",
            name(table),
            name(FIRST)
        )
    }));
    // Citus can move a shard under writes only if its rows can be identified: without a primary key that
    // takes all columns
    texts.extend(WITHOUT_KEY.map(|table| format!("ALTER TABLE {} REPLICA IDENTITY FULL", name(table))));
    texts.extend(
        TABLES
            .iter()
            .map(|table| format!("SELECT truncate_local_data_after_distributing_table('{}')", name(table))),
    );
    texts.into_iter().map(write::bare).collect()
}

/// Inserts the row of a book that does not exist, to be rolled back. The answer must be one row, from one
/// server.
fn tried(names: &Names, book: &Book) -> Statement {
    let mut script = Script::of_book(Dialect::Postgres, Wire::Typed, names, book.as_str());
    let (table, at) = (script.table::<BookRow>(), script.int(0));
    let text = format!(
        "INSERT INTO {table} (book, created_at) SELECT CAST($1 AS text), {at} RETURNING CAST(1 AS text) AS c0"
    );
    script.finish(text)
}

/// Counts the rows of such a book.
fn counted(names: &Names, book: &Book) -> Statement {
    let script = Script::of_book(Dialect::Postgres, Wire::Typed, names, book.as_str());
    let table = script.table::<BookRow>();
    script.finish(format!("SELECT CAST(count(*) AS text) AS c0 FROM {table} AS x WHERE x.book = $1"))
}

/// Judges a router by its answers: to [`tried`], to [`counted`] in the same transaction, and after its end.
///
/// # Errors
/// `not_supported` with what the router does wrong.
fn judge_router(tried: &[Cells], within: &[Cells], after: &[Cells]) -> Result<(), Fault> {
    let says = |rows: &[Cells], count: &str| rows.iter().flatten().flatten().eq([count]);
    let reason = if tried.len() != 1 {
        "the router sends a write to every server: it does not know the books"
    } else if !says(within, "1") {
        "the router sends statements of one transaction to different servers"
    } else if !says(after, "0") {
        "the router does not roll a transaction back"
    } else {
        return Ok(());
    };
    Err(Fault::not_supported("open", reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(way: impl Fn(&str) -> (Option<&'static str>, Option<&'static str>, &'static str)) -> Vec<Cells> {
        let owned = |text: Option<&str>| text.map(ToOwned::to_owned);
        let row = |table: &&str| {
            let (way, column, alike) = way(table);
            vec![owned(Some(table)), owned(way), owned(column), owned(Some(alike))]
        };
        TABLES.iter().map(row).collect()
    }

    fn right(table: &str) -> (Option<&'static str>, Option<&'static str>, &'static str) {
        if WHOLE.contains(&table) { (Some("n"), None, "1") } else { (Some("h"), Some("book"), "2") }
    }

    #[test]
    fn tables_are_on_one_server_or_spread_by_book_and_nothing_between() {
        assert_eq!(judge(&[]).unwrap(), Flavour::Plain);
        assert_eq!(judge(&rows(|_| (None, None, ""))).unwrap(), Flavour::Plain);
        assert_eq!(judge(&rows(right)).unwrap(), Flavour::Spread);
        let wrong = [
            ("event", (None, None, "")),
            ("event", (Some("h"), Some("id"), "2")),
            ("event", (Some("h"), Some("book"), "3")),
            ("event", (Some("n"), None, "1")),
            ("meta", (Some("h"), Some("book"), "2")),
            ("currency", (None, None, "")),
        ];
        for (table, way) in wrong {
            let fault = judge(&rows(|of| if of == table { way } else { right(of) })).unwrap_err();
            let error = fault.into_error(false);
            assert_eq!(error.code().as_str(), "not_supported", "{table} {way:?}");
            assert!(error.message().contains(&format!("`{table}`")), "{error}");
        }
    }

    #[test]
    fn a_router_is_judged_by_what_it_does() {
        let rows = |counts: &[&str]| -> Vec<Cells> {
            counts.iter().map(|count| vec![Some((*count).to_owned())]).collect()
        };
        let why = |tried: &[&str], within: &[&str], after: &[&str]| {
            let judged = judge_router(&rows(tried), &rows(within), &rows(after));
            judged.map_err(|fault| fault.into_error(false).message().to_owned()).err().unwrap_or_default()
        };
        assert_eq!(why(&["1"], &["1"], &["0"]), "");
        assert!(why(&["1", "1"], &["1", "1"], &["0", "0"]).contains("every server"));
        assert!(why(&[], &["0"], &["0"]).contains("every server"));
        assert!(why(&["1"], &["0"], &["0"]).contains("different servers"));
        assert!(why(&["1"], &["1"], &["1"]).contains("does not roll"));
    }

    /// Shards of a table without either cannot be moved while it is written to.
    #[test]
    fn every_table_has_a_primary_key_or_is_told_apart_by_all_of_its_columns() {
        let names = Names::postgres("earnest").unwrap();
        let texts = distributing(&names);
        let makes = super::super::migrate::migrations(Dialect::Postgres);
        let steps: Vec<String> = makes.iter().flat_map(|migration| migration.steps(&names)).collect();
        for table in TABLES {
            let name = names.table(table);
            let made = steps.iter().find(|step| step.starts_with(&format!("CREATE TABLE {name} (")));
            let made = made.unwrap_or_else(|| panic!("{table} is not made"));
            let identity = format!("ALTER TABLE {name} REPLICA IDENTITY FULL");
            let told = texts.iter().any(|statement| statement.text == identity);
            assert_ne!(made.contains("PRIMARY KEY"), told, "{table}");
        }
    }

    #[test]
    fn every_table_is_distributed_once() {
        let texts = distributing(&Names::postgres("earnest").unwrap());
        for table in TABLES {
            let made = texts.iter().filter(|statement| {
                statement.text.contains("create_")
                    && statement
                        .text
                        .split('(')
                        .nth(1)
                        .is_some_and(|rest| rest.starts_with(&format!("'\"earnest\".{table}'")))
            });
            assert_eq!(made.count(), 1, "{table}");
        }
    }
}
