//! Orphans, for `verify`: statements that count the rows of a book, and name those whose parent is missing.

use super::load::Reading;
use super::script::Script;
use super::{SYSTEM, Statement, migrate};
use crate::ids::Book;
use crate::rows::codec::{Kind, Value};
use crate::rows::kinds::each_kind;
use crate::rows::row::Row;
use crate::rows::tables::{
    BookRow, EntryRow, EventRow, HeadRow, KeyRow, MarkRow, PendingRow, RecordRow, SequenceRow, StreamRow,
    TransferRow,
};
use crate::store::sql::{Dialect, Flavour};
use crate::store::{SCHEMA, Strays};

/// How many orphans are named.
const LIMIT: usize = 20;

each_kind! { ($($rows:ident: $row:ident $Row:ty;)*) => {
    /// Tables whose rows belong to a book.
    const TABLES: &[&str] = &[
        $(<$Row>::TABLE,)*
        EntryRow::TABLE,
        KeyRow::TABLE,
        EventRow::TABLE,
        SequenceRow::TABLE,
        HeadRow::TABLE,
        PendingRow::TABLE,
        StreamRow::TABLE,
    ];
} }

/// How many entries and events a book has.
pub(super) fn tally(reading: Reading<'_>, book: &Book) -> Statement {
    let script = Script::of_book(reading.dialect, reading.wire, reading.names, book.as_str());
    let count =
        |table: String| format!("CAST((SELECT count(*) FROM {table} AS x WHERE x.book = $1) AS text)");
    let (entries, events) = (count(script.table::<EntryRow>()), count(script.table::<EventRow>()));
    script.finish(format!("SELECT {entries}, {events}"))
}

/// Names rows that no listing leads to.
pub(super) fn orphans(reading: Reading<'_>, what: Strays<'_>) -> Statement {
    match what {
        Strays::Entries(book) => entries(reading, book),
        Strays::Events(book) => events(reading, book),
        Strays::Marks(book) => marks(reading, book),
        Strays::Books => books(reading),
        Strays::Reserved => reserved(reading),
        Strays::Schema => schema(reading),
    }
}

fn entries(reading: Reading<'_>, book: &Book) -> Statement {
    let script = Script::of_book(reading.dialect, reading.wire, reading.names, book.as_str());
    let (table, transfers) = (script.table::<EntryRow>(), script.table::<TransferRow>());
    script.finish(format!(
        "SELECT CAST(x.transfer AS text) FROM {table} AS x WHERE x.book = $1 AND NOT EXISTS \
         (SELECT 1 FROM {transfers} AS y WHERE y.book = $1 AND y.id = x.transfer) LIMIT {LIMIT}"
    ))
}

/// Events that are named neither by the sequence row of their commit nor by its pending row.
fn events(reading: Reading<'_>, book: &Book) -> Statement {
    let script = Script::of_book(reading.dialect, reading.wire, reading.names, book.as_str());
    let table = script.table::<EventRow>();
    let named = match reading.dialect {
        Dialect::Sqlite => "instr(y.items, replace(x.id, '-', '')) > 0",
        Dialect::Postgres => "position(uuid_send(x.id) IN y.items) > 0",
    };
    let by = |table: String, commit: &str| {
        format!(
            "NOT EXISTS (SELECT 1 FROM {table} AS y WHERE y.book = $1 AND y.{commit} = x.commit_id AND {named})"
        )
    };
    let placed = by(script.table::<SequenceRow>(), "commit_id");
    let pending = by(script.table::<PendingRow>(), "id");
    script.finish(format!(
        "SELECT CAST(x.id AS text) FROM {table} AS x WHERE x.book = $1 AND {placed} AND {pending} LIMIT {LIMIT}"
    ))
}

/// Marks of commits without events. A mark with stamp 0 stands for a commit that did not happen.
fn marks(reading: Reading<'_>, book: &Book) -> Statement {
    let script = Script::of_book(reading.dialect, reading.wire, reading.names, book.as_str());
    let table = script.table::<MarkRow>();
    let by = |table: String, commit: &str| {
        format!("NOT EXISTS (SELECT 1 FROM {table} AS y WHERE y.book = $1 AND y.{commit} = x.id)")
    };
    let placed = by(script.table::<SequenceRow>(), "commit_id");
    let pending = by(script.table::<PendingRow>(), "id");
    script.finish(format!(
        "SELECT CAST(x.id AS text) FROM {table} AS x WHERE x.book = $1 AND x.stamp <> 0 AND {placed} AND {pending} \
         LIMIT {LIMIT}"
    ))
}

/// Books that have rows but are not in the list of books. On one server each table is hopped through by its
/// index.
fn books(reading: Reading<'_>) -> Statement {
    let script = Script::new(reading.dialect, reading.wire, reading.names);
    let hop = |(n, table): (usize, &str)| {
        let table = reading.names.table(table);
        format!(
            "t{n}(book) AS (SELECT (SELECT min(x.book) FROM {table} AS x) UNION ALL \
             SELECT (SELECT min(x.book) FROM {table} AS x WHERE x.book > t{n}.book) FROM t{n} WHERE t{n}.book IS NOT NULL)"
        )
    };
    let (hops, all): (String, Vec<String>) = match reading.names.flavour() {
        Flavour::Plain => {
            let hops: Vec<String> = TABLES.iter().copied().enumerate().map(hop).collect();
            let all = (0..TABLES.len()).map(|n| format!("SELECT t{n}.book FROM t{n}"));
            (format!("WITH RECURSIVE {} ", hops.join(", ")), all.collect())
        }
        Flavour::Spread => {
            let books =
                |table: &&str| format!("SELECT DISTINCT x.book FROM {} AS x", reading.names.table(table));
            (String::new(), TABLES.iter().map(books).collect())
        }
    };
    let (all, known) = (all.join(" UNION "), script.table::<BookRow>());
    script.finish(format!(
        "{hops}SELECT CAST(y.book AS text) FROM ({all}) AS y WHERE y.book IS NOT NULL \
         AND y.book <> '{SYSTEM}' AND NOT EXISTS (SELECT 1 FROM {known} AS z WHERE z.book = y.book) ORDER BY 1 LIMIT {LIMIT}"
    ))
}

/// The rows of the reserved book, other than in the tables made for it.
fn reserved(reading: Reading<'_>) -> Statement {
    let script = Script::of_book(reading.dialect, reading.wire, reading.names, SYSTEM);
    let records = script.table::<RecordRow>();
    let has = |table: &str| {
        let name = reading.names.table(table);
        format!("SELECT CAST('`{table}`' AS text) WHERE EXISTS (SELECT 1 FROM {name} AS x WHERE x.book = $1)")
    };
    let others = TABLES.iter().copied().filter(|table| *table != RecordRow::TABLE);
    let all: Vec<String> = others.chain([BookRow::TABLE, MarkRow::TABLE]).map(has).collect();
    script.finish(format!(
        "{} UNION ALL SELECT * FROM (SELECT '`record` ' || x.kind || ' ' || CAST(x.id AS text) FROM {records} AS x \
         WHERE x.book = $1 LIMIT {LIMIT}) AS y",
        all.join(" UNION ALL ")
    ))
}

/// Rows of `meta` and of the list of migrations that are not as a migration wrote them. A newer version may
/// have written other numbers of readers and writers.
fn schema(reading: Reading<'_>) -> Statement {
    let mut script = Script::of_book(reading.dialect, reading.wire, reading.names, SYSTEM);
    let (meta, ran) = (reading.names.table("meta"), reading.names.table("migration"));
    let told = |what: String, of: String| format!("SELECT CAST('{what}' AS text) AS c0 {of}");
    let mut all = Vec::new();
    for migration in migrate::migrations(reading.dialect) {
        let version = migration.version;
        let row = format!("FROM {ran} AS x WHERE x.book = $1 AND x.version = {version}");
        let key = format!("`migration` {version}");
        all.push(told(format!("{key}: its row is missing"), format!("WHERE NOT EXISTS (SELECT 1 {row})")));
        let name = script.text(migration.name);
        all.push(told(format!("{key}: `name` is another"), format!("{row} AND x.name <> {name}")));
        let sum = script.one(Kind::Bytes, Value::Bytes(migration.checksum().as_slice().into()));
        all.push(told(format!("{key}: `checksum` is another"), format!("{row} AND x.checksum <> {sum}")));
    }
    let row = format!("FROM {meta} AS x WHERE x.book = $1");
    all.push(told("`meta`: its row is missing".into(), format!("WHERE NOT EXISTS (SELECT 1 {row})")));
    let newest = format!("(SELECT max(y.version) FROM {ran} AS y WHERE y.book = $1)");
    all.push(told(
        "`meta`: `schema` is not the newest migration".into(),
        format!("{row} AND x.schema <> {newest}"),
    ));
    for column in ["min_reader", "min_writer"] {
        all.push(told(
            format!("`meta`: `{column}` is another than this version wrote"),
            format!("{row} AND x.{column} <> 1 AND {newest} <= {SCHEMA}"),
        ));
    }
    script.finish(all.join(" UNION ALL "))
}
