//! Deletes outdated rows. A query across books finds them, and each book's rows are deleted by a statement of
//! that book alone.

use std::collections::BTreeMap;

use super::load::{NOW, Reading, key_columns, key_names};
use super::{Cells, Dialect, Names, Script, Statement, Wire};
use crate::currency::Currencies;
use crate::ids::Book;
use crate::rows::codec::{Kind, Value};
use crate::rows::row::Row;
use crate::rows::tables::{CounterRow, JobRow, KeyRow, MarkRow};
use crate::store::Outdated;
use crate::store::fault::Fault;
use crate::time::Time;

/// Finds rows that are outdated by the store's clock, oldest first: the book and the key of each. Nothing is
/// locked.
pub(super) fn find(reading: Reading<'_>, what: Outdated, limit: usize) -> Statement {
    match what {
        Outdated::Keys(_) => find_in::<KeyRow>(reading, what, limit),
        Outdated::Jobs(_) => find_in::<JobRow>(reading, what, limit),
        Outdated::Counters(_) => find_in::<CounterRow>(reading, what, limit),
    }
}

/// Reads the keys that were found, grouped by book, each as the values of its row's key.
pub(super) fn found(what: Outdated, rows: Vec<Cells>) -> Result<BTreeMap<Book, Vec<Vec<Value>>>, Fault> {
    match what {
        Outdated::Keys(_) => found_in::<KeyRow>(rows),
        Outdated::Jobs(_) => found_in::<JobRow>(rows),
        Outdated::Counters(_) => found_in::<CounterRow>(rows),
    }
}

/// Deletes the rows of a book that are still outdated and that nobody has locked. The answer has one row for
/// each.
pub(super) fn forget(reading: Reading<'_>, what: Outdated, book: &Book, keys: Vec<Vec<Value>>) -> Statement {
    match what {
        Outdated::Keys(_) => forget_in::<KeyRow>(reading, what, book, keys),
        Outdated::Jobs(_) => forget_in::<JobRow>(reading, what, book, keys),
        Outdated::Counters(_) => forget_in::<CounterRow>(reading, what, book, keys),
    }
}

/// Deletes marks of commits up to an id. Commit ids rise with time, so this reads the primary key from its
/// beginning. A process with a slow clock draws old ids, so the mark's own stamp is checked too.
pub(super) fn forget_marks(
    dialect: Dialect,
    wire: Wire,
    names: &Names,
    book: &Book,
    until: uuid::Uuid,
    before: Time,
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
        Outdated::Counters(ago) => ("leaves_at", "x.leaves_at > 0", ago),
    };
    let ago = script.int(ago.micros());
    (time, format!("{only} AND x.{time} < {now} - {ago}"))
}

fn find_in<R: Row>(reading: Reading<'_>, what: Outdated, limit: usize) -> Statement {
    let mut script = Script::new(reading.dialect, reading.wire, reading.names);
    let (time, only) = outdated(&mut script, reading.now, what);
    let limit = script.int(i64::try_from(limit).unwrap_or(i64::MAX));
    let (table, names) = (script.table::<R>(), key_names(R::IN));
    let column = |(place, name): (usize, &&str)| format!("CAST(x.{name} AS text) AS c{place}");
    let columns: Vec<String> = names.iter().enumerate().map(column).collect();
    script.finish(format!(
        "SELECT {} FROM {table} AS x WHERE {only} ORDER BY x.{time} LIMIT {limit}",
        columns.join(", ")
    ))
}

fn found_in<R: Row>(rows: Vec<Cells>) -> Result<BTreeMap<Book, Vec<Vec<Value>>>, Fault> {
    // no outdated kind has a currency in its key
    let none = Currencies::default();
    let mut by_book: BTreeMap<Book, Vec<Vec<Value>>> = BTreeMap::new();
    for row in rows {
        let key = R::take_key(&row, &none)?;
        by_book.entry(R::book_of(&key).clone()).or_default().push(R::key_values(&key));
    }
    Ok(by_book)
}

fn forget_in<R: Row>(reading: Reading<'_>, what: Outdated, book: &Book, keys: Vec<Vec<Value>>) -> Statement {
    let mut script = Script::of_book(reading.dialect, reading.wire, reading.names, book.as_str());
    // the rows may have changed since they were found
    let (_, only) = outdated(&mut script, reading.now, what);
    let columns: Vec<(&'static str, Kind)> = key_columns(R::IN);
    let source = script.rows(&columns, keys);
    let (table, names) = (script.table::<R>(), key_names(R::IN));
    let still = script.lookup_with(R::TABLE, &source, &names, &only, "FOR UPDATE SKIP LOCKED");
    // the book is compared with `$1`, by which several servers route a statement
    let own = names.get(1..).unwrap_or_default();
    let found: Vec<String> = own.iter().map(|name| format!("x.{name}")).collect();
    script.finish(format!(
        "DELETE FROM {table} WHERE book = $1 AND ({}) IN (SELECT {} FROM {still}) RETURNING CAST(1 AS text) AS c0",
        own.join(", "),
        found.join(", ")
    ))
}
