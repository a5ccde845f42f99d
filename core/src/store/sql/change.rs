//! Changing and deleting rows by their keys, each only where it is exactly as it was seen.

use super::load::{key_columns, key_names};
use super::script::{Filled, Keys, SCALAR_ROWS};
use super::{Dialect, Flavour, Script, Wire};
use crate::rows::codec::{Kind, Value};
use crate::rows::row::{Column, Row, Table};
use crate::rows::tables::{BookRow, PendingRow};
use crate::rows::writes::Upserts;

/// One part of a write: a change of a table, or only a check.
#[derive(Default)]
pub(super) struct WritePart {
    pub(super) text: String,
    /// Whether it only reads.
    pub(super) reads: bool,
    /// Whether it either touches all its rows or fails, so that no later part needs its count.
    pub(super) sure: bool,
    /// Whether it claims idempotency keys.
    pub(super) claims: bool,
    /// A column that is negative in rows that were inserted because they were missing, instead of being
    /// changed. Such rows do not count.
    pub(super) sign: Option<&'static str>,
    /// The number of rows it must touch, as an SQL expression.
    pub(super) count: String,
    pub(super) expected: Option<u64>,
}

impl WritePart {
    /// The RETURNING clause.
    pub(super) fn returning(&self) -> String {
        self.sign.map_or_else(|| " RETURNING 1".to_owned(), |sign| format!(" RETURNING {sign} AS sign"))
    }

    /// The SQL expression of how many rows it touched, as the part `index` of a statement.
    pub(super) fn touched(&self, index: usize) -> String {
        let only = if self.sign.is_some() { " WHERE sign >= 0" } else { "" };
        format!("(SELECT count(*) FROM p{index}{only})")
    }
}

/// A placeholder for the condition on earlier parts.
pub(super) const GATE: &str = "{gate}";

/// A column of a table, with its value in each of some rows.
pub(super) type Values = (&'static Column, Vec<Value>);

/// Rows that change.
pub(super) struct Changed {
    /// The new values that are sent.
    pub(super) columns: Vec<Values>,
    /// The image that was seen of each, in the order of [`Table::seen`].
    pub(super) images: Vec<Vec<Value>>,
    /// The key of each, where rows are sent [`whole`].
    pub(super) keys: Vec<Vec<Value>>,
    hot: bool,
}

impl Changed {
    pub(super) fn of<R: Row>(rows: &Upserts<R>, whole: bool) -> Self {
        let wanted = |column: &Column| sent(rows.hot, column) || whole && !column.nullable;
        let keys = rows.update.iter().filter(|_| whole).map(|(_, row)| R::key_values(&row.key()));
        Self {
            columns: columns_of(rows.update.iter().map(|(_, row)| row), wanted),
            images: rows.update.iter().map(|(seen, _)| R::seen_values(seen)).collect(),
            keys: keys.collect(),
            hot: rows.hot,
        }
    }

    /// How many they are.
    pub(super) fn count(&self) -> usize {
        self.images.len()
    }

    /// The new values as columns, followed by the images.
    pub(super) fn with_images(self, table: Table) -> Vec<Filled> {
        let mut columns: Vec<Filled> = self.columns.into_iter().map(filled).collect();
        let mut seen: Vec<Filled> = seen_columns(table)
            .map(|(name, kind)| (name, kind, Vec::with_capacity(self.images.len())))
            .collect();
        for image in self.images {
            seen.iter_mut().zip(image).for_each(|((_, _, values), value)| values.push(value));
        }
        columns.extend(seen);
        columns
    }

    /// Whether only the hot columns are sent.
    pub(super) fn is_hot(&self) -> bool {
        self.hot
    }
}

/// Whether changed rows are sent with all columns that may not be NULL, because they are inserted
/// ([`upsert`]).
pub(super) fn whole(dialect: Dialect, wire: Wire) -> bool {
    (dialect, wire) == (Dialect::Postgres, Wire::Text)
}

/// Changes rows, each only where it is as it was seen.
pub(super) fn update(script: &mut Script<'_>, table: Table, rows: Changed) -> WritePart {
    if whole(script.dialect, script.wire) {
        upsert(script, table, rows)
    } else {
        update_from(script, table, rows)
    }
}

/// Whether a change writes a column.
const fn sent(hot: bool, column: &Column) -> bool {
    column.key || column.hot || !hot
}

/// Changes rows on PostgreSQL by `INSERT ... ON CONFLICT DO UPDATE`. On a host's connection, where nobody
/// steers the planner, this is the one shape whose plan cannot be wrong: it finds each row through the index
/// of its key. Every form of UPDATE scans the table if its plan was made while the table was empty, and is
/// kept.
///
/// A missing row would be inserted, which must not count as a change. So inserted rows have a negative number
/// in [`Table::unsigned`], and a change makes it positive.
fn upsert(script: &mut Script<'_>, table: Table, mut rows: Changed) -> WritePart {
    let columns = std::mem::take(&mut rows.columns);
    let names: Vec<&Column> = columns.iter().map(|(column, _)| *column).collect();
    let source = script.columns(columns.into_iter().map(filled).collect());
    let negative = |column: &Column, expr: &str| {
        if column.name == table.unsigned { format!("-1 - {expr}") } else { expr.to_owned() }
    };
    let exprs: Vec<String> =
        names.iter().zip(&source.exprs).skip(1).map(|(column, expr)| negative(column, expr)).collect();
    let set: Vec<String> = names
        .iter()
        .filter(|column| sent(rows.hot, column) && !column.key)
        .map(|column| format!("{} = {}", column.name, negative(column, &format!("excluded.{}", column.name))))
        .collect();
    let names: Vec<&str> = names.iter().map(|column| column.name).collect();
    let expected = Some(rows.count() as u64);
    let seen = as_seen(script, table, rows);
    let (book, from, only) = anchored(script, table, source.from);
    let text = format!(
        "INSERT INTO {table} ({names}) SELECT {book}{exprs} FROM {from} WHERE {only}{GATE} \
         ON CONFLICT ({keys}) DO UPDATE SET {set} WHERE {seen}",
        table = script.names.table(table.name),
        names = names.join(", "),
        exprs = exprs.iter().map(|expr| format!(", {expr}")).collect::<String>(),
        keys = key_names(table).join(", "),
        set = set.join(", "),
    );
    WritePart { text, sign: Some(table.unsigned), count: source.count, expected, ..WritePart::default() }
}

/// The condition that the row in conflict still has the image that was seen. One row is compared directly, a
/// few by OR, and more through a table of images, which PostgreSQL hashes once.
fn as_seen(script: &mut Script<'_>, of: Table, rows: Changed) -> String {
    let table = script.names.bare(of.name);
    let images = rows.keys.into_iter().zip(rows.images);
    if images.len() <= SCALAR_ROWS {
        let one = images.len() == 1;
        let mut image = |(key, seen): (Vec<Value>, Vec<Value>)| {
            let keys = key_columns(of).into_iter().zip(key).skip(1).filter(|_| !one);
            let seen = of.seen.iter().copied().zip(seen);
            let same = |((name, kind), value): ((&str, Kind), Value)| {
                format!("{table}.{name} IS NOT DISTINCT FROM {}", script.one(kind, value))
            };
            keys.chain(seen).map(same).collect::<Vec<_>>().join(" AND ")
        };
        return images.map(|pair| format!("({})", image(pair))).collect::<Vec<_>>().join(" OR ");
    }
    let columns: Vec<(&str, Kind)> = key_columns(of).into_iter().chain(seen_columns(of)).collect();
    let images = images.map(|(key, seen)| key.into_iter().chain(seen).collect()).collect();
    let images = script.rows(&columns, images);
    let stored: Vec<&str> =
        key_names(of).into_iter().chain(of.seen.iter().map(|(name, _)| *name)).skip(1).collect();
    let nullable = |name: &str| of.columns.iter().any(|column| column.name == name && column.nullable);
    let comparable = |name: &str, expr: String| {
        // NULL equals nothing in an IN list
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
fn update_from(script: &mut Script<'_>, table: Table, rows: Changed) -> WritePart {
    let expected = Some(rows.count() as u64);
    let set: Vec<&Column> = rows.columns.iter().map(|(column, _)| *column).collect();
    let source = script.columns(rows.with_images(table));
    let set: Vec<String> = set
        .into_iter()
        .zip(&source.exprs)
        .filter(|(column, _)| !column.key)
        .map(|(column, expr)| format!("{} = {expr}", column.name))
        .collect();
    let (from, found) = located(script, table, &source);
    let gate = if script.dialect == Dialect::Postgres { format!(" AND {GATE}") } else { String::new() };
    let text = format!(
        "UPDATE {} AS x SET {} FROM {from} WHERE {found} AND {}{gate}",
        script.names.table(table.name),
        set.join(", "),
        same_image(script.dialect, table, &source),
    );
    WritePart { text, count: source.count, expected, ..WritePart::default() }
}

/// The expression of the book, the source and the condition of an insert. On a store that is spread over
/// several servers the source includes the book's own row, which leads the insert to its server.
pub(super) fn anchored(
    script: &Script<'_>,
    table: Table,
    from: String,
) -> (&'static str, String, &'static str) {
    // pending rows depend on the book's row: every group with events has one, so no event enters a book that
    // does not exist
    let hangs = table.name == PendingRow::TABLE;
    let spread = script.names.flavour() == Flavour::Spread && table.name != BookRow::TABLE;
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
fn is_key(table: Table, alias: &str, keys: &Keys) -> String {
    let names = key_names(table);
    let each = names.iter().zip(&keys.exprs).map(|(name, expr)| format!("{alias}.{name} = {expr}"));
    each.collect::<Vec<_>>().join(" AND ")
}

/// The FROM or USING after UPDATE or DELETE on a table AS `x`, and the condition that a row is one of `keys`.
fn located(script: &Script<'_>, table: Table, keys: &Keys) -> (String, String) {
    match (script.dialect, script.names.flavour()) {
        (Dialect::Sqlite, _) | (_, Flavour::Spread) => (keys.from.clone(), is_key(table, "x", keys)),
        // The target of an UPDATE cannot be fenced, so a fenced subquery finds the row's `ctid` first. Only a
        // concurrent update can move the row in between, and that changes its version. The book is compared
        // in a form that no index serves: a scan by book would look cheap while the table is small.
        (Dialect::Postgres, Flavour::Plain) => {
            let (table, key) = (script.names.table(table.name), is_key(table, "y", keys));
            let place = format!("SELECT y.ctid AS place FROM {table} AS y WHERE {key} OFFSET 0");
            let from = format!("{} CROSS JOIN LATERAL ({place}) AS l", keys.from);
            (from, "(x.book = $1) IS TRUE AND x.ctid = l.place".to_owned())
        }
    }
}

/// Deletes rows by their keys.
pub(super) fn delete(script: &mut Script<'_>, of: Table, keys: Vec<Vec<Value>>) -> WritePart {
    let expected = Some(keys.len() as u64);
    let source = script.rows(&key_columns(of), keys);
    let table = script.names.table(of.name);
    let names = key_names(of);
    let text = match script.dialect {
        Dialect::Sqlite => {
            let columns: Vec<String> = names.iter().map(|name| format!("x.{name}")).collect();
            let (columns, exprs) = (columns.join(", "), source.exprs.join(", "));
            format!("DELETE FROM {table} AS x WHERE ({columns}) IN (SELECT {exprs} FROM {})", source.from)
        }
        Dialect::Postgres => {
            let (from, found) = located(script, of, &source);
            format!("DELETE FROM {table} AS x USING {from} WHERE {found} AND {GATE}")
        }
    };
    WritePart { text, count: source.count, expected, ..WritePart::default() }
}

/// The columns of parameters that an image has.
pub(super) fn seen_columns(table: Table) -> impl Iterator<Item = (&'static str, Kind)> {
    SEEN_NAMES.iter().zip(table.seen).map(|(name, (_, kind))| (*name, *kind))
}

/// Parameter names for images: the row's own column names are taken by its new values.
const SEEN_NAMES: [&str; 5] = ["seen_1", "seen_2", "seen_3", "seen_4", "seen_5"];

/// For each column of an image, its name and the condition that it is as it was seen. The image is the last
/// of `keys`.
pub(super) fn unchanged(
    dialect: Dialect,
    table: Table,
    keys: &Keys,
) -> impl Iterator<Item = (&'static str, String)> {
    let same = if dialect == Dialect::Sqlite { "IS" } else { "IS NOT DISTINCT FROM" };
    let first = keys.exprs.len() - table.seen.len();
    let condition = move |((column, _), expr): (&(&'static str, Kind), &String)| {
        (*column, format!("x.{column} {same} {expr}"))
    };
    table.seen.iter().zip(&keys.exprs[first..]).map(condition)
}

/// The condition that a row is exactly the image that was seen.
pub(super) fn same_image(dialect: Dialect, table: Table, keys: &Keys) -> String {
    unchanged(dialect, table, keys).map(|(_, condition)| condition).collect::<Vec<_>>().join(" AND ")
}

/// The columns of rows, as far as they are wanted.
pub(super) fn columns_of<'r, R: Row>(
    rows: impl ExactSizeIterator<Item = &'r R>,
    wanted: impl Fn(&Column) -> bool,
) -> Vec<Values> {
    let count = rows.len();
    let empty = |column: &Column| wanted(column).then(|| Vec::with_capacity(count));
    let mut columns: Vec<Option<Vec<Value>>> = R::COLUMNS.iter().map(empty).collect();
    rows.for_each(|row| row.put(&mut columns));
    R::COLUMNS.iter().zip(columns).filter_map(|(column, values)| Some((column, values?))).collect()
}

pub(super) fn filled(values: Values) -> Filled {
    let (column, values) = values;
    (column.name, column.kind, values)
}
