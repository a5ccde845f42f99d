//! Changing and deleting rows by their keys, each only where it is exactly as it was seen.

use super::load::{key_columns, key_names};
use super::script::{Filled, Keys, SCALAR_ROWS};
use super::write::{GATE, Part};
use super::{Dialect, Flavour, Script, Wire};
use crate::rows::codec::{Kind, Value};
use crate::rows::row::{Column, Row};
use crate::rows::tables::{BookRow, PendingRow};
use crate::rows::writes::Upserts;

/// Changes rows, each only where it is as it was seen.
pub(super) fn update<R: Row>(script: &mut Script<'_>, rows: &Upserts<R>) -> Part {
    match (script.dialect, script.wire) {
        (Dialect::Postgres, Wire::Text) => upsert(script, rows),
        _ => update_from(script, rows),
    }
}

/// Whether a change writes a column.
pub(super) const fn sent<R: Row>(rows: &Upserts<R>, column: &Column) -> bool {
    column.key || column.hot || !rows.hot
}

/// Changes rows of PostgreSQL by inserting them again: the one shape whose plan cannot be wrong, on a host's
/// connection, which nobody steers. It finds each row through its key's index whatever the planner believes
/// of the table; every form of UPDATE, once planned while the table was empty and kept, reads all of it.
///
/// A row that is not there any more is inserted, which must not pass for a change: what is inserted has a
/// negative number in [`Row::UNSIGNED`], and a change makes it positive.
fn upsert<R: Row>(script: &mut Script<'_>, rows: &Upserts<R>) -> Part {
    let columns =
        columns_of(rows.update.iter().map(|(_, row)| row), |column| sent(rows, column) || !column.nullable);
    let names: Vec<&Column> = columns.iter().map(|(column, _)| *column).collect();
    let source = script.columns(columns.into_iter().map(filled).collect());
    let negative = |column: &Column, expr: &str| {
        if column.name == R::UNSIGNED { format!("-1 - {expr}") } else { expr.to_owned() }
    };
    let exprs: Vec<String> =
        names.iter().zip(&source.exprs).skip(1).map(|(column, expr)| negative(column, expr)).collect();
    let set: Vec<String> = names
        .iter()
        .filter(|column| sent(rows, column) && !column.key)
        .map(|column| format!("{} = {}", column.name, negative(column, &format!("excluded.{}", column.name))))
        .collect();
    let names: Vec<&str> = names.iter().map(|column| column.name).collect();
    let seen = as_seen(script, rows);
    let (book, from, only) = anchored::<R>(script, source.from);
    let text = format!(
        "INSERT INTO {table} ({names}) SELECT {book}{exprs} FROM {from} WHERE {only}{GATE} \
         ON CONFLICT ({keys}) DO UPDATE SET {set} WHERE {seen}",
        table = script.table::<R>(),
        names = names.join(", "),
        exprs = exprs.iter().map(|expr| format!(", {expr}")).collect::<String>(),
        keys = key_names::<R>().join(", "),
        set = set.join(", "),
    );
    Part {
        text,
        sign: Some(R::UNSIGNED),
        count: source.count,
        expected: Some(rows.update.len() as u64),
        ..Part::default()
    }
}

/// The condition that the row in conflict is the image that was seen: of the one row, of one of a few, or by
/// a table of images, which PostgreSQL hashes once.
fn as_seen<R: Row>(script: &mut Script<'_>, rows: &Upserts<R>) -> String {
    let table = script.names.bare(R::TABLE);
    if script.wire == Wire::Text && rows.update.len() <= SCALAR_ROWS {
        let one = rows.update.len() == 1;
        let mut image = |(seen, row): &(R::Seen, R)| {
            let keys = key_columns::<R>().into_iter().zip(R::key_values(&row.key())).skip(1).filter(|_| !one);
            let seen = R::SEEN.iter().copied().zip(R::seen_values(seen));
            let same = |((name, kind), value): ((&str, Kind), Value)| {
                format!("{table}.{name} IS NOT DISTINCT FROM {}", script.one(kind, value))
            };
            keys.chain(seen).map(same).collect::<Vec<_>>().join(" AND ")
        };
        return rows.update.iter().map(|pair| format!("({})", image(pair))).collect::<Vec<_>>().join(" OR ");
    }
    let columns: Vec<(&str, Kind)> = key_columns::<R>().into_iter().chain(seen_columns::<R>()).collect();
    let images = rows.update.iter().map(|(seen, row)| {
        let mut image = R::key_values(&row.key());
        image.extend(R::seen_values(seen));
        image
    });
    let images = script.rows(&columns, images.collect());
    let stored: Vec<&str> =
        key_names::<R>().into_iter().chain(R::SEEN.iter().map(|(name, _)| *name)).skip(1).collect();
    let nullable = |name: &str| R::COLUMNS.iter().any(|column| column.name == name && column.nullable);
    let comparable = |name: &str, expr: String| {
        // NULL is equal to nothing
        if nullable(name) { format!("coalesce(CAST({expr} AS text), '')") } else { expr }
    };
    let (left, right): (Vec<String>, Vec<String>) = stored
        .iter()
        .zip(&images.exprs[1..])
        .map(|(name, expr)| (comparable(name, format!("{table}.{name}")), comparable(name, expr.clone())))
        .unzip();
    format!("({}) IN (SELECT {} FROM {})", left.join(", "), right.join(", "), images.from)
}

/// Changes rows that are looked up by the keys that are sent.
fn update_from<R: Row>(script: &mut Script<'_>, rows: &Upserts<R>) -> Part {
    let changed = rows.update.iter().map(|(_, row)| row);
    let columns = columns_of(changed, |column| sent(rows, column));
    let set: Vec<&Column> = columns.iter().map(|(column, _)| *column).collect();
    let mut columns: Vec<Filled> = columns.into_iter().map(filled).collect();
    let mut seen: Vec<Filled> =
        seen_columns::<R>().map(|(name, kind)| (name, kind, Vec::with_capacity(rows.update.len()))).collect();
    for (image, _) in &rows.update {
        seen.iter_mut().zip(R::seen_values(image)).for_each(|((_, _, values), value)| values.push(value));
    }
    columns.extend(seen);
    let source = script.columns(columns);
    let set: Vec<String> = set
        .into_iter()
        .zip(&source.exprs)
        .filter(|(column, _)| !column.key)
        .map(|(column, expr)| format!("{} = {expr}", column.name))
        .collect();
    let (from, found) = located::<R>(script, &source);
    let gate = if script.dialect == Dialect::Postgres { format!(" AND {GATE}") } else { String::new() };
    let text = format!(
        "UPDATE {} AS x SET {} FROM {from} WHERE {found} AND {}{gate}",
        script.table::<R>(),
        set.join(", "),
        same_image::<R>(script.dialect, &source),
    );
    Part { text, count: source.count, expected: Some(rows.update.len() as u64), ..Part::default() }
}

/// The book of rows that are inserted into a table of PostgreSQL from a source, the whole source, and the
/// condition that comes with it. Where the rows of a book are on one of several servers, the row of the book
/// itself is part of the source.
pub(super) fn anchored<R: Row>(script: &Script<'_>, from: String) -> (&'static str, String, &'static str) {
    // an event in a book that does not exist must not be written: every group with events has this row
    let hangs = R::TABLE == PendingRow::TABLE;
    let spread = script.names.flavour() == Flavour::Spread && R::TABLE != BookRow::TABLE;
    if script.dialect == Dialect::Postgres && (hangs || spread) {
        return (
            "b.book",
            format!("{} AS b CROSS JOIN {from}", script.table::<BookRow>()),
            "b.book = $1 AND ",
        );
    }
    ("CAST($1 AS text)", from, "")
}

/// The condition that a row `alias` has the key of a row of `keys`.
fn is_key<R: Row>(alias: &str, keys: &Keys) -> String {
    let names = key_names::<R>();
    let each = names.iter().zip(&keys.exprs).map(|(name, expr)| format!("{alias}.{name} = {expr}"));
    each.collect::<Vec<_>>().join(" AND ")
}

/// The FROM or USING after UPDATE or DELETE on a table AS `x`, and the condition that a row is one of `keys`.
fn located<R: Row>(script: &Script<'_>, keys: &Keys) -> (String, String) {
    match (script.dialect, script.names.flavour()) {
        (Dialect::Sqlite, _) | (_, Flavour::Spread) => (keys.from.clone(), is_key::<R>("x", keys)),
        // The target cannot be fenced, so its row is found first and then taken by its place. Between the two
        // only a concurrent update can move it, and that one has changed its version. The book is compared so
        // that no index offers itself: a scan by book would be the plan that looks cheap while the table is
        // small.
        (Dialect::Postgres, Flavour::Plain) => {
            let (table, key) = (script.table::<R>(), is_key::<R>("y", keys));
            let place = format!("SELECT y.ctid AS place FROM {table} AS y WHERE {key} OFFSET 0");
            let from = format!("{} CROSS JOIN LATERAL ({place}) AS l", keys.from);
            (from, "(x.book = $1) IS TRUE AND x.ctid = l.place".to_owned())
        }
    }
}

/// Deletes rows by their keys.
pub(super) fn delete<R: Row>(script: &mut Script<'_>, keys: &[R::Key]) -> Part {
    let values: Vec<Vec<Value>> = keys.iter().map(R::key_values).collect();
    let source = script.rows(&key_columns::<R>(), values);
    let table = script.table::<R>();
    let names = key_names::<R>();
    let text = match script.dialect {
        Dialect::Sqlite => {
            let columns: Vec<String> = names.iter().map(|name| format!("x.{name}")).collect();
            let (columns, exprs) = (columns.join(", "), source.exprs.join(", "));
            format!("DELETE FROM {table} AS x WHERE ({columns}) IN (SELECT {exprs} FROM {})", source.from)
        }
        Dialect::Postgres => {
            let (from, found) = located::<R>(script, &source);
            format!("DELETE FROM {table} AS x USING {from} WHERE {found} AND {GATE}")
        }
    };
    Part { text, count: source.count, expected: Some(keys.len() as u64), ..Part::default() }
}

/// The columns of parameters that an image has.
pub(super) fn seen_columns<R: Row>() -> impl Iterator<Item = (&'static str, Kind)> {
    SEEN_NAMES.iter().zip(R::SEEN).map(|(name, (_, kind))| (*name, *kind))
}

/// Names for columns of parameters: those of the row are taken by what it becomes.
const SEEN_NAMES: [&str; 5] = ["seen_1", "seen_2", "seen_3", "seen_4", "seen_5"];

/// For each column of an image, its name and the condition that it is as it was seen. The image is the last
/// of `keys`.
pub(super) fn unchanged<R: Row>(
    dialect: Dialect,
    keys: &Keys,
) -> impl Iterator<Item = (&'static str, String)> {
    let same = if dialect == Dialect::Sqlite { "IS" } else { "IS NOT DISTINCT FROM" };
    let first = keys.exprs.len() - R::SEEN.len();
    let condition = move |((column, _), expr): (&(&'static str, Kind), &String)| {
        (*column, format!("x.{column} {same} {expr}"))
    };
    R::SEEN.iter().zip(&keys.exprs[first..]).map(condition)
}

/// The condition that a row is exactly the image that was seen.
pub(super) fn same_image<R: Row>(dialect: Dialect, keys: &Keys) -> String {
    unchanged::<R>(dialect, keys).map(|(_, condition)| condition).collect::<Vec<_>>().join(" AND ")
}

/// The columns of rows, as far as they are wanted.
pub(super) fn columns_of<'r, R: Row>(
    rows: impl ExactSizeIterator<Item = &'r R>,
    wanted: impl Fn(&Column) -> bool,
) -> Vec<(&'static Column, Vec<Value>)> {
    let count = rows.len();
    let empty = |column: &Column| wanted(column).then(|| Vec::with_capacity(count));
    let mut columns: Vec<Option<Vec<Value>>> = R::COLUMNS.iter().map(empty).collect();
    rows.for_each(|row| row.put(&mut columns));
    R::COLUMNS.iter().zip(columns).filter_map(|(column, values)| Some((column, values?))).collect()
}

pub(super) fn filled((column, values): (&Column, Vec<Value>)) -> Filled {
    (column.name, column.kind, values)
}
