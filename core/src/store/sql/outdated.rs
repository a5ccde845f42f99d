//! Deleting rows that nobody needs any more: a look across books finds them, and those of each book are
//! deleted by a statement of that book alone.

use std::collections::BTreeMap;

use super::load::{NOW, Reading, key_columns, key_names};
use super::{Cells, Dialect, Names, Script, Statement, Wire};
use crate::error::Error;
use crate::ids::Book;
use crate::rows::codec::{Cell, Kind, Value};
use crate::rows::row::Row;
use crate::rows::tables::{JobRow, KeyRow, MarkRow};
use crate::store::Outdated;
use crate::store::fault::Fault;
use crate::time::Time;

/// Finds rows that are outdated by the store's clock, oldest first: the book and the key of each. Nothing is
/// locked.
pub(super) fn find(reading: Reading<'_>, what: Outdated, limit: usize) -> Statement {
    match what {
        Outdated::Keys(_) => find_in::<KeyRow>(reading, what, limit),
        Outdated::Jobs(_) => find_in::<JobRow>(reading, what, limit),
    }
}

/// The keys that were found, by book.
///
/// # Errors
/// `Corrupt` when the answer is no list of keys.
pub(super) fn found(what: Outdated, rows: Vec<Cells>) -> Result<BTreeMap<Book, Vec<Value>>, Fault> {
    let wrong = || Fault::from(Error::corrupted("an outdated row has no key"));
    let mut by_book: BTreeMap<Book, Vec<Value>> = BTreeMap::new();
    for row in rows {
        let mut cells = row.into_iter().flatten();
        let (book, key) = (cells.next().ok_or_else(wrong)?, cells.next().ok_or_else(wrong)?);
        let key = match what {
            Outdated::Keys(_) => Value::Text(key.into()),
            Outdated::Jobs(_) => Value::Id(key.parse().map_err(|_| wrong())?),
        };
        by_book.entry(Book::stored(book)).or_default().push(key);
    }
    Ok(by_book)
}

/// Deletes rows of a book that are still outdated, and that nobody else has locked: one row in the answer for
/// each.
pub(super) fn forget(reading: Reading<'_>, what: Outdated, book: &Book, keys: Vec<Value>) -> Statement {
    match what {
        Outdated::Keys(_) => forget_in::<KeyRow>(reading, what, book, keys),
        Outdated::Jobs(_) => forget_in::<JobRow>(reading, what, book, keys),
    }
}

/// Deletes marks of commits up to an id. Ids of commits rise with time, so this reads the primary key from
/// its beginning. A process whose clock is behind draws old ids: its marks are as old as the store says.
pub(super) fn forget_marks(
    (dialect, wire): (Dialect, Wire),
    names: &Names,
    book: &Book,
    (until, before): (uuid::Uuid, Time),
) -> Statement {
    let mut script = Script::of_book(dialect, wire, names, book.as_str());
    let table = script.table::<MarkRow>();
    let (until, before) = (script.id(until), script.int(before.micros()));
    let only = format!("x.book = $1 AND x.id < {until} AND x.stamp < {before}");
    script.finish(format!("DELETE FROM {table} AS x WHERE {only}"))
}

/// The column that has a row's time, and the condition that it is outdated.
fn outdated(script: &mut Script<'_>, now: Option<Time>, what: Outdated) -> (&'static str, String) {
    let now = match now {
        Some(now) => script.int(now.micros()),
        None => format!("(SELECT {NOW})"),
    };
    let (time, only, ago) = match what {
        Outdated::Keys(ago) => ("expires_at", "x.expires_at > 0", ago),
        Outdated::Jobs(ago) => ("stamp", "x.state = 'done'", ago),
    };
    let ago = script.int(ago.micros());
    (time, format!("{only} AND x.{time} < {now} - {ago}"))
}

fn find_in<R: Row>(reading: Reading<'_>, what: Outdated, limit: usize) -> Statement {
    let mut script = Script::new(reading.dialect, reading.wire, reading.names);
    let (time, only) = outdated(&mut script, reading.now, what);
    let limit = script.int(i64::try_from(limit).unwrap_or(i64::MAX));
    let (table, names) = (script.table::<R>(), key_names::<R>());
    let column = |(place, name): (usize, &&str)| format!("CAST(x.{name} AS text) AS c{place}");
    let columns: Vec<String> = names.iter().enumerate().map(column).collect();
    script.finish(format!(
        "SELECT {} FROM {table} AS x WHERE {only} ORDER BY x.{time} LIMIT {limit}",
        columns.join(", ")
    ))
}

fn forget_in<R: Row>(reading: Reading<'_>, what: Outdated, book: &Book, keys: Vec<Value>) -> Statement {
    let mut script = Script::of_book(reading.dialect, reading.wire, reading.names, book.as_str());
    // keys may have been claimed again since they were found
    let (_, only) = outdated(&mut script, reading.now, what);
    let columns: Vec<(&'static str, Kind)> = key_columns::<R>();
    let rows = keys.into_iter().map(|key| vec![book.put(), key]).collect();
    let source = script.rows(&columns, rows);
    let (table, names) = (script.table::<R>(), key_names::<R>());
    let still = script.lookup_with::<R>(&source, &names, &only, "FOR UPDATE SKIP LOCKED");
    let key = names.last().copied().unwrap_or_default();
    script.finish(format!(
        "DELETE FROM {table} WHERE book = $1 AND {key} IN (SELECT x.{key} FROM {still}) \
         RETURNING CAST(1 AS text) AS c0"
    ))
}
