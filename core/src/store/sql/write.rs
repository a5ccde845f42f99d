//! Writing what a group decided: one statement per group on PostgreSQL, one batch of statements on SQLite.
//!
//! **Claims first.** A new book and its head are statements of their own. Then guards are counted, on SQLite
//! by a query of its own before everything else. Marks are inserted, and heads are moved where they still
//! have the image that was read. Idempotency keys are inserted with ON CONFLICT, and so are new rows of each
//! kind in lock order; changed rows are updated like heads. Every part of the PostgreSQL statement depends on
//! the counts of the parts before it. So claims wait for a concurrent twin in this order, and nothing follows
//! a claim that failed.

use uuid::Uuid;

use super::change::{
    Changed, GATE, Values, WritePart, anchored, columns_of, delete, filled, same_image, seen_columns,
    unchanged, update, whole,
};
use super::load::{Reading, SAME_LOAD, key_columns, key_names, only_book};
use super::script::Keys;
use super::{Cells, Dialect, Names, Param, SYSTEM, Script, Statement, Wire};
use crate::error::Error;
use crate::ids::Book;
use crate::rows::codec::{Cell, Kind, Value};
use crate::rows::kinds::each_kind;
use crate::rows::row::{Row, Table};
use crate::rows::tables::{
    BookRow, CounterRow, EventRow, HeadRow, KeyRow, MarkRow, PendingRow, RecordRow, StreamRow,
};
use crate::rows::writes::{Guard, Guards, Upserts, Writes};
use crate::store::fault::{Fault, FaultKind};
use crate::store::{Erasure, Written};
use crate::time::Time;

/// Statements that write a group, with the number of rows that each must touch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// The statements, in order.
    pub statements: Vec<Statement>,
    /// How many rows each must touch; `None` where any number is right.
    pub expected: Vec<Option<u64>>,
    /// Whether the answer 0 means that nothing was written because the key is taken.
    pub(super) soft: bool,
}

/// The transaction that a write is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Within {
    /// A transaction that is rolled back when a count is wrong.
    Transaction,
    /// The host's transaction in which the load left this mark when it locked the rows. Where the mark was
    /// taken back, by the end of the transaction or of a block in it, nothing is written.
    Host(Uuid),
    /// Its own: a wrong count fails the statement, and it waits only briefly for locks.
    Itself,
}

/// Takes the parts of a write in order. Rows come as values, so that all kinds have one type.
pub(super) trait Parts {
    /// Whether changed rows are sent [`whole`].
    fn whole(&self) -> bool;
    /// Rows that are new.
    fn insert(&mut self, table: Table, rows: Vec<Values>, clash: Clash);
    /// Rows that change, each only where it is as it was seen.
    fn update(&mut self, table: Table, rows: Changed);
    /// Rows that go.
    fn delete(&mut self, table: Table, keys: Vec<Vec<Value>>);
    /// Guarded rows of one [`Group`].
    fn guard(&mut self, table: Table, group: Group);
}

/// The parts of one statement.
struct Joined<'s, 'n> {
    script: &'s mut Script<'n>,
    within: Within,
    parts: Vec<WritePart>,
}

impl Parts for Joined<'_, '_> {
    fn whole(&self) -> bool {
        whole(self.script.dialect, self.script.wire)
    }

    fn insert(&mut self, table: Table, rows: Vec<Values>, clash: Clash) {
        self.parts.push(insert(self.script, table, rows, clash, self.within));
    }

    fn update(&mut self, table: Table, rows: Changed) {
        self.parts.push(update(self.script, table, rows));
    }

    fn delete(&mut self, table: Table, keys: Vec<Vec<Value>>) {
        self.parts.push(delete(self.script, table, keys));
    }

    fn guard(&mut self, table: Table, group: Group) {
        self.parts.push(guarded(self.script, table, group));
    }
}

/// Makes a statement of each part, for SQLite.
struct Apart<'n> {
    wire: Wire,
    names: &'n Names,
    batch: Batch,
}

impl Apart<'_> {
    fn push(&mut self, make: impl FnOnce(&mut Script<'_>) -> WritePart) {
        let mut script = Script::new(Dialect::Sqlite, self.wire, self.names);
        let part = make(&mut script);
        self.batch.expected.push(part.expected);
        // a host's driver may not report row counts, so touched rows are returned
        let returning = if self.wire == Wire::Text { " RETURNING '' AS c0" } else { "" };
        self.batch.statements.push(script.finish(part.text + returning));
    }
}

impl Parts for Apart<'_> {
    fn whole(&self) -> bool {
        whole(Dialect::Sqlite, self.wire)
    }

    fn insert(&mut self, table: Table, rows: Vec<Values>, clash: Clash) {
        self.push(|script| insert(script, table, rows, clash, Within::Transaction));
    }

    fn update(&mut self, table: Table, rows: Changed) {
        self.push(|script| update(script, table, rows));
    }

    fn delete(&mut self, table: Table, keys: Vec<Vec<Value>>) {
        self.push(|script| delete(script, table, keys));
    }

    /// SQLite counts guards by one query before everything else ([`relied`]).
    fn guard(&mut self, _: Table, _: Group) {}
}

/// The treatment of an inserted row whose key exists.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Clash {
    /// A constraint error: claims were checked before, so this is a defect or a foreign write.
    Refused,
    /// Nothing is inserted, and the count shows it.
    Counted,
    /// The row is skipped, and the count does not matter.
    Ignored,
}

/// The batch that writes a group on SQLite, in the order of its claims.
#[must_use]
pub fn sqlite(wire: Wire, names: &Names, writes: &Writes) -> Batch {
    let mut parts = Apart { wire, names, batch: Batch::default() };
    if !writes.heads.insert.is_empty() {
        inserted(&books(writes), Clash::Ignored, &mut parts);
        inserted(&writes.heads.insert, Clash::Counted, &mut parts);
    }
    each_part(writes, &mut parts);
    parts.batch
}

/// Builds the statement that counts a group's guards on SQLite, with the expected counts; `None` without
/// guards.
#[must_use]
pub fn relied(wire: Wire, names: &Names, relied_on: &Guards) -> Option<(Statement, Vec<u64>)> {
    let mut script = Script::new(Dialect::Sqlite, wire, names);
    let mut parts = Joined { script: &mut script, within: Within::Transaction, parts: Vec::new() };
    guards(relied_on, &mut parts);
    let parts = parts.parts;
    let expected: Vec<u64> = parts.iter().filter_map(|part| part.expected).collect();
    let count = |(place, part): (usize, &WritePart)| {
        format!("CAST((SELECT count(*) FROM ({})) AS TEXT) AS c{place}", part.text.replace(GATE, "TRUE"))
    };
    let counts: Vec<String> = parts.iter().enumerate().map(count).collect();
    (!parts.is_empty()).then(|| (script.finish(format!("SELECT {}", counts.join(", "))), expected))
}

/// The statements that write a group on PostgreSQL: the book and its head where they are new, then everything
/// else at once. Each answers one row of counts.
///
/// # Errors
/// `Constraint` when the group writes to several books.
pub fn postgres(wire: Wire, names: &Names, writes: &Writes, within: Within) -> Result<Batch, Fault> {
    let book = only_book(writes.books().iter())?;
    let new = || begun(wire, names, &book, within);
    let mut batch = Batch::default();
    if !writes.heads.insert.is_empty() {
        let mut script = new();
        let books = columns_of(books(writes).iter(), |_| true);
        let part = insert(&mut script, BookRow::IN, books, Clash::Ignored, within);
        batch.push_cte(script, &[part], within);
        let mut script = new();
        let heads = columns_of(writes.heads.insert.iter(), |_| true);
        let part = insert(&mut script, HeadRow::IN, heads, Clash::Counted, within);
        batch.push_cte(script, &[part], within);
    }
    let mut script = new();
    let mut parts = Joined { script: &mut script, within, parts: Vec::new() };
    guards(&writes.guards, &mut parts);
    each_part(writes, &mut parts);
    let parts = parts.parts;
    if !parts.is_empty() {
        batch.push_cte(script, &parts, within);
    }
    Ok(batch)
}

/// A script whose `$1` is the book, and whose `$2` is the mark of the load, in a host's transaction.
pub(super) fn begun<'n>(wire: Wire, names: &'n Names, book: &str, within: Within) -> Script<'n> {
    let mut script = Script::of_book(Dialect::Postgres, wire, names, book);
    if let Within::Host(mark) = within {
        script.params.push(Param::One(Kind::Text, Value::Text(mark.to_string().into())));
    }
    script
}

/// All parts but new heads, in the order of claims.
pub(super) fn each_part(writes: &Writes, parts: &mut dyn Parts) {
    inserted(&writes.marks, Clash::Counted, parts);
    updated(&writes.heads, parts);
    inserted(&writes.keys.insert, Clash::Counted, parts);
    updated(&writes.keys, parts);
    each_kind! { ($($rows:ident: $row:ident $Row:ty;)*) => {
        $(inserted(&writes.$rows.insert, Clash::Counted, parts);)*
        $(updated(&writes.$rows, parts);)*
    } }
    inserted(&writes.entries, Clash::Refused, parts);
    inserted(&writes.events, Clash::Refused, parts);
    inserted(&writes.sequence, Clash::Refused, parts);
    inserted(&writes.pending, Clash::Refused, parts);
    inserted(&writes.streams, Clash::Refused, parts);
    if !writes.folded.is_empty() {
        parts.delete(StreamRow::IN, writes.folded.iter().map(StreamRow::key_values).collect());
    }
    if !writes.dropped.is_empty() {
        parts.delete(CounterRow::IN, writes.dropped.iter().map(CounterRow::key_values).collect());
    }
    if !writes.sequenced.is_empty() {
        parts.delete(PendingRow::IN, writes.sequenced.iter().map(PendingRow::key_values).collect());
    }
}

fn inserted<R: Row>(rows: &[R], clash: Clash, parts: &mut dyn Parts) {
    if !rows.is_empty() {
        parts.insert(R::IN, columns_of(rows.iter(), |_| true), clash);
    }
}

fn updated<R: Row>(rows: &Upserts<R>, parts: &mut dyn Parts) {
    if !rows.update.is_empty() {
        parts.update(R::IN, Changed::of(rows, parts.whole()));
    }
}

impl Batch {
    /// Joins parts to one statement of data-modifying expressions `p0`, `p1` and so on, which returns their
    /// counts.
    ///
    /// In a host's transaction a wrong count fails the statement, which then has done nothing. Otherwise the
    /// caller might be gone before it could undo a partial write, and the host would commit it. A statement
    /// that is its own transaction fails in the same way. The answer of both is 1, which proves that every
    /// count was right. One failure is frequent and harmless in a host's transaction: the one key of a call
    /// is taken. Then nothing is written and the answer is 0, so that the transaction remains usable. Behind
    /// the end of the host's transaction nothing is written either, and the answer is NULL.
    fn push_cte(&mut self, script: Script<'_>, parts: &[WritePart], within: Within) {
        let fails = script.wire == Wire::Text || within == Within::Itself;
        // every part after the claim is gated by it, so a taken key means that nothing is written
        self.soft = fails
            && within != Within::Itself
            && self.statements.is_empty()
            && parts.first().is_some_and(|part| part.claims);
        let claimed = parts.first().filter(|_| self.soft).map(|claim| format!("{} > 0", claim.touched(0)));
        let hosts = matches!(within, Within::Host(_));
        let open = if hosts { SAME_LOAD } else { "1 = 1" };
        let first = if within == Within::Itself { HURRY } else { open };
        let mut with = Vec::with_capacity(parts.len());
        // a part that nothing lets run finds nothing, as if its rows were absent: so this is asked from the
        // first count on
        let mut gate: Option<String> = hosts.then(|| SAME_LOAD.to_owned());
        for (index, part) in parts.iter().enumerate() {
            let counted = !(fails && part.sure);
            let free = if index == 0 { first } else { claimed.as_deref().unwrap_or(open) };
            let gated = gate.as_deref().filter(|_| counted).unwrap_or(free);
            let returning = if counted && !part.reads { part.returning() } else { String::new() };
            with.push(format!("p{index} AS ({}{returning})", part.text.replace(GATE, gated)));
            if part.expected.is_some() && counted {
                let right = format!("{} = {}", part.touched(index), part.count);
                // a gated part finds nothing, which is also right for rows that must be absent, so the
                // earlier gate stays
                gate = Some(match gate.filter(|_| part.expected == Some(0)) {
                    Some(before) => format!("{before} AND {right}"),
                    None => right,
                });
            }
        }
        let answer = if fails {
            self.expected.push(Some(1));
            let gate = gate.as_deref().unwrap_or("1 = 1");
            let whole = format!("1 / (CASE WHEN {gate} THEN 1 ELSE 0 END)");
            let taken = if hosts { format!("WHEN {SAME_LOAD} THEN 0") } else { "ELSE 0".to_owned() };
            match claimed {
                Some(claimed) => {
                    format!("CAST(CASE WHEN {claimed} THEN {whole} {taken} END AS text) AS complete")
                }
                None if hosts => format!("CAST(CASE WHEN {SAME_LOAD} THEN {whole} END AS text) AS complete"),
                None => format!("CAST(1 AS text) AS complete WHERE {whole} = 1"),
            }
        } else {
            self.expected.extend(parts.iter().map(|part| part.expected));
            let count = |(index, part): (usize, &WritePart)| {
                format!("CAST({} AS text) AS c{index}", part.touched(index))
            };
            parts.iter().enumerate().map(count).collect::<Vec<_>>().join(", ")
        };
        self.statements.push(script.finish(format!("WITH {} SELECT {answer}", with.join(", "))));
    }

    /// Compares the counts that PostgreSQL answered so far with those expected.
    ///
    /// # Errors
    /// `Corrupt` when the answers are not counts; `NotInTransaction` behind the end of the host's
    /// transaction.
    pub fn judge(&self, answers: &[Vec<Cells>]) -> Result<Written, Fault> {
        let mut counts = Vec::with_capacity(self.expected.len());
        for cell in answers.iter().flatten().flatten() {
            let count = cell.as_deref().ok_or_else(ended)?.parse::<u64>();
            counts.push(count.map_err(|_| Error::corrupted("a count is not a number"))?);
        }
        let right =
            |(expected, count): (&Option<u64>, &u64)| expected.is_none_or(|expected| expected == *count);
        Ok(if counts.len() <= self.expected.len() && self.expected.iter().zip(&counts).all(right) {
            Written::All
        } else if self.soft && counts == [0] {
            Written::Claimed
        } else {
            Written::Stale
        })
    }
}

/// The fault of a write behind the end of the transaction, or of the block in it, in which its rows were
/// locked.
pub(super) fn ended() -> Fault {
    let reason = "the transaction, or the block of it that the call is in, ended before the call was written";
    Fault::new(FaultKind::NotInTransaction, reason)
}

/// Sets a 100 ms `lock_timeout` before the first row is touched, for statements that are their own
/// transaction.
const HURRY: &str = "(SELECT set_config('lock_timeout', '100', true)) = '100ms'";

/// Adds the parts that verify a group's guards, in lock order.
pub(super) fn guards(guards: &Guards, parts: &mut dyn Parts) {
    each_kind! { ($($rows:ident: $row:ident $Row:ty;)*) => {
        $(if !guards.$rows.is_empty() {
            each_group(&guards.$rows, parts);
        })*
    } }
}

/// Guards on rows of one table that are checked in the same way.
pub(super) struct Group {
    /// Whether the rows must exist as they were seen; otherwise they must not exist.
    pub(super) there: bool,
    /// Whether the rows are locked.
    pub(super) lock: bool,
    /// The key of each, and behind it the image that was seen.
    pub(super) rows: Vec<Vec<Value>>,
}

/// Groups the guards on a table by how they are checked.
fn each_group<R: Row>(guards: &[Guard<R>], parts: &mut dyn Parts) {
    for (there, lock) in [(true, true), (true, false), (false, false)] {
        let rows: Vec<Vec<Value>> = guards
            .iter()
            .filter(|guard| guard.seen.is_some() == there && (guard.lock && there) == lock)
            .map(|guard| {
                let mut row = R::key_values(&guard.key);
                row.extend(guard.seen.as_ref().map(R::seen_values).unwrap_or_default());
                row
            })
            .collect();
        if !rows.is_empty() {
            parts.guard(R::IN, Group { there, lock, rows });
        }
    }
}

fn guarded(script: &mut Script<'_>, table: Table, Group { there, lock, rows }: Group) -> WritePart {
    let expected = if there { rows.len() as u64 } else { 0 };
    let mut columns: Vec<(&str, Kind)> = key_columns(table);
    if there {
        columns.extend(seen_columns(table));
    }
    let keys = script.rows(&columns, rows);
    let only = if there { stands(script.dialect, table, &keys) } else { String::new() };
    let suffix = if lock { "FOR NO KEY UPDATE OF x" } else { "OFFSET 0" };
    let found = script.lookup_with(table.name, &keys, &key_names(table), &only, suffix);
    let count = if there { keys.count } else { "0".to_owned() };
    WritePart {
        text: format!("SELECT 1 FROM {found} WHERE {GATE}"),
        reads: true,
        count,
        expected: Some(expected),
        ..WritePart::default()
    }
}

/// The condition that a guarded row is still as it was seen. Of a streaming account only a part of the image
/// counts.
fn stands(dialect: Dialect, table: Table, keys: &Keys) -> String {
    let whole = same_image(dialect, table, keys);
    let Some((flag, kept)) = table.appended else { return whole };
    let alone: String =
        unchanged(dialect, table, keys).filter(|(column, _)| *column == kept).map(|(_, same)| same).collect();
    format!("{alone} AND (x.{flag} = 1 OR ({whole}))")
}

fn insert(
    script: &mut Script<'_>,
    of: Table,
    mut columns: Vec<Values>,
    clash: Clash,
    within: Within,
) -> WritePart {
    let rows = columns.first().map_or(0, |(_, values)| values.len());
    // a column that is NULL in every row is left to the table
    columns.retain(|(_, values)| values.iter().any(|value| *value != Value::Null));
    let names = columns.iter().map(|(column, _)| column.name).collect::<Vec<_>>().join(", ");
    let source = script.columns(columns.into_iter().map(filled).collect());
    let table = script.names.table(of.name);
    let (book, from, only) = anchored(script, of, source.from);
    let select = match script.dialect {
        Dialect::Sqlite => format!("SELECT {} FROM {from} WHERE 1 = 1", source.exprs.join(", ")),
        Dialect::Postgres => {
            format!("SELECT {book}, {} FROM {from} WHERE {only}{GATE}", source.exprs[1..].join(", "))
        }
    };
    let conflict = match clash {
        Clash::Refused => String::new(),
        // a constraint error serves as well as a wrong count, and ON CONFLICT would look up every index twice
        Clash::Counted if within == Within::Itself => String::new(),
        Clash::Counted | Clash::Ignored => " ON CONFLICT DO NOTHING".to_owned(),
    };
    let expected = (clash != Clash::Ignored).then_some(rows as u64);
    WritePart {
        text: format!("INSERT INTO {table} ({names}) {select}{conflict}"),
        // an insert that depends on the book's row may insert nothing
        sure: clash == Clash::Refused && only.is_empty(),
        claims: of.name == KeyRow::TABLE,
        count: source.count,
        expected,
        ..WritePart::default()
    }
}

/// Reads the mark of one commit.
#[must_use]
pub fn mark(dialect: Dialect, wire: Wire, names: &Names, book: &Book, id: uuid::Uuid) -> Statement {
    let mut script = Script::of_book(dialect, wire, names, book.as_str());
    let (table, columns) = (script.table::<MarkRow>(), super::columns(dialect, MarkRow::IN, "x"));
    let columns: Vec<String> = columns.iter().map(super::Output::text).collect();
    let id = script.id(id);
    script
        .finish(format!("SELECT {} FROM {table} AS x WHERE x.book = $1 AND x.id = {id}", columns.join(", ")))
}

/// Erases the private texts of at most [`ERASED_AT_ONCE`](crate::store::ERASED_AT_ONCE) events, oldest first.
/// The answer has one row for each.
pub(crate) fn erase_private(reading: Reading<'_>, erasure: &Erasure) -> Statement {
    let mut script = Script::of_book(reading.dialect, reading.wire, reading.names, erasure.book.as_str());
    let table = script.table::<EventRow>();
    let mut only = "y.book = $1 AND y.private IS NOT NULL".to_owned();
    if let Some(before) = erasure.before {
        only.push_str(&format!(" AND COALESCE(y.at, y.stamp) < {}", script.int(before.micros())));
    }
    if let Some((id, prefix)) = erasure.written() {
        let (length, id, prefix) = (prefix.chars().count(), script.text(&id), script.text(&prefix));
        let nobody = if erasure.is_system() { "y.actor IS NULL OR " } else { "" };
        only.push_str(&format!(" AND ({nobody}y.actor = {id} OR substr(y.actor, 1, {length}) = {prefix})"));
    }
    let limit = crate::store::ERASED_AT_ONCE;
    script.finish(format!(
        "UPDATE {table} SET private = NULL WHERE book = $1 AND id IN (SELECT y.id FROM {table} AS y WHERE {only} \
         ORDER BY y.stamp, y.id LIMIT {limit}) RETURNING CAST(1 AS text) AS c0"
    ))
}

/// The books of new heads, first used at the stamp of the group.
fn books(writes: &Writes) -> Vec<BookRow> {
    let created_at = writes.first_stamp().unwrap_or(Time::EPOCH);
    writes.heads.insert.iter().map(|head| BookRow { book: head.book.clone(), created_at }).collect()
}

/// Registers currencies in addition to those that exist.
#[must_use]
pub fn currencies(
    dialect: Dialect,
    wire: Wire,
    names: &Names,
    rows: &[crate::rows::tables::CurrencyRow],
) -> Statement {
    let mut script = Script::of_book(dialect, wire, names, SYSTEM);
    let source = script.columns(columns_of(rows.iter(), |_| true).into_iter().map(filled).collect());
    let book = script.params.first().map_or("", |_| "CAST($1 AS text)");
    let table = script.table::<crate::rows::tables::CurrencyRow>();
    let text = format!(
        "INSERT INTO {table} (book, code, scale) SELECT {book}, {}, {} FROM {} WHERE 1 = 1 ON CONFLICT DO NOTHING",
        source.exprs[1], source.exprs[2], source.from
    );
    script.finish(text)
}

/// Upgrades a transaction of SQLite to a writing one, and changes no row.
pub(crate) fn lock_read_rows(names: &Names) -> Statement {
    bare(format!("UPDATE {} SET schema = schema WHERE 1 = 0", names.table("meta")))
}

/// Lists the open transactions that have written records on PostgreSQL. A writer holds this lock on the table
/// until its transaction ends, and every role may see it, on a read-only connection too. Columns: the name of
/// the transaction, and `open`, `prepared` (no connection has it) or `standby` (a row by itself).
pub(crate) fn writers(names: &Names) -> Statement {
    let table = names.table(RecordRow::TABLE).replace('\'', "''");
    bare(format!(
        "SELECT CAST(l.virtualtransaction AS text) AS c0, CASE WHEN l.pid IS NULL THEN 'prepared' ELSE 'open' END \
         AS c1 FROM pg_catalog.pg_locks AS l WHERE l.locktype = 'relation' \
         AND l.mode = 'RowExclusiveLock' AND l.granted AND l.relation = CAST('{table}' AS pg_catalog.regclass) \
         AND l.pid IS DISTINCT FROM pg_catalog.pg_backend_pid() AND l.database = (SELECT d.oid FROM \
         pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database()) \
         UNION ALL SELECT NULL, 'standby' WHERE pg_catalog.pg_is_in_recovery()"
    ))
}

/// A statement without parameters.
pub(crate) fn bare(text: impl Into<String>) -> Statement {
    Statement { text: text.into(), params: Vec::<Param>::new() }
}

/// One value of a kind, for statements made by hand.
pub(crate) fn value<C: Cell>(cell: &C) -> Param {
    Param::One(C::KIND, cell.put())
}
