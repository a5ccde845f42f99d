//! Reads and locks a few rows by a statement that answers one row: a column for each key, with the whole row
//! as text.
//!
//! A call in a host's transaction names a handful of rows. A union of tables would make its statement five
//! times as long, give the host's driver as many rows, and be parsed and planned at each call where nothing
//! is prepared. PostgreSQL evaluates columns from left to right, so rows are locked in the order of the
//! columns: that of [the kinds](crate::rows::kinds), each by its key.

use super::load::{NOW, Reading, SUMMED, identity_leg, one_book, xact_columns};
use super::{Cells, Dialect, Output, Param, Script, Statement, Texts, Wire, output};
use crate::error::Error;
use crate::rows::codec::Value;
use crate::rows::kinds::{Lockable, each_kind};
use crate::rows::needs::{Access, Needs};
use crate::rows::row::{Row, Table};
use crate::rows::tables::{AccountRow, HeadRow, KeyRow, StreamRow};
use crate::store::Wait;
use crate::store::fault::Fault;

/// The most keys of a kind that become columns. A load of more keys is a union.
const KEYS: usize = 4;

/// Builds the statement that reads (and locks) `needs` as one row; `None` where `needs` is more than a few
/// rows by key and has to be a union.
pub(super) fn load(
    reading: Reading<'_>,
    needs: &Needs,
    texts: Option<&Texts>,
) -> Result<Option<Statement>, Fault> {
    let waits = matches!(reading.lock, None | Some(Wait::Block));
    let host = reading.dialect == Dialect::Postgres && reading.wire == Wire::Text;
    let listed =
        needs.accounts_of.len() + needs.counter_deltas.len() + needs.due_holds.len() + needs.transfers.len();
    let mut most = needs.keys.len();
    each_kind! { ($($rows:ident: $row:ident $Row:ty;)*) => {
        $(most = most.max(needs.$rows.len());)*
    } }
    if !host || !waits || listed > 0 || most > KEYS || needs.is_empty() {
        return Ok(None);
    }
    let script = Script::of_book(reading.dialect, reading.wire, reading.names, &one_book(needs)?);
    let Some(texts) = texts else { return Ok(Some(made(reading, needs, script))) };
    let (shape, mut params) = noted(reading, needs);
    params.insert(0, script.params[0].clone());
    let text = texts.of(&shape, || Ok::<_, Fault>(made(reading, needs, script).text))?;
    let statement = Statement { text: (*text).to_owned(), params };
    debug_assert_eq!(
        statement,
        made(
            reading,
            needs,
            Script::of_book(reading.dialect, reading.wire, reading.names, &one_book(needs)?)
        ),
        "a shape does not tell texts apart"
    );
    Ok(Some(statement))
}

/// Returns the shape that decides the text, and the parameters after the book.
fn noted(reading: Reading<'_>, needs: &Needs) -> (Vec<u8>, Vec<Param>) {
    fn keyed(table: Table, key: Vec<Value>, params: &mut Vec<Param>) {
        let kinds = table.keys().map(|column| column.kind);
        params.extend(kinds.zip(key).skip(1).map(|(kind, value)| Param::One(kind, value)));
    }
    let (mut shape, mut params) = (Vec::with_capacity(32), Vec::with_capacity(16));
    // no shape of a write begins like this
    shape.extend([b'?', u8::from(reading.lock.is_some()), u8::from(reading.now.is_none())]);
    shape.push(u8::from(reading.xact));
    each_kind! { ($($rows:ident: $row:ident $Row:ty;)*) => {
        $(for (key, access) in &needs.$rows {
            // the tag of a kind is ASCII
            shape.extend([<$Row as Lockable>::TAG as u8, *access as u8]);
            keyed(<$Row>::IN, <$Row>::key_values(key), &mut params);
        })*
    } }
    for key in &needs.keys {
        shape.push(b'k');
        keyed(KeyRow::IN, KeyRow::key_values(key), &mut params);
    }
    for key in &needs.heads {
        shape.push(b'd');
        keyed(HeadRow::IN, HeadRow::key_values(key), &mut params);
    }
    (shape, params)
}

fn made(reading: Reading<'_>, needs: &Needs, script: Script<'_>) -> Statement {
    let mut single = Single { reading, script, columns: Vec::new() };
    each_kind! { ($($rows:ident: $row:ident $Row:ty;)*) => {
        $(for (key, access) in &needs.$rows {
            single.lockable(<$Row as Lockable>::TAG, <$Row>::IN, <$Row>::key_values(key), *access);
        })*
    } }
    needs.keys.iter().for_each(|key| single.plain('k', KeyRow::IN, KeyRow::key_values(key)));
    needs.heads.iter().for_each(|key| single.plain('d', HeadRow::IN, HeadRow::key_values(key)));
    if !needs.heads.is_empty() {
        let leg = identity_leg(reading.names);
        let values: Vec<String> = leg.columns.iter().map(Output::value).collect();
        single.columns.push(format!("(SELECT {} FROM {})", record(leg.tag, &values), leg.rest));
    }
    if reading.xact {
        single.columns.push(record('x', &xact_columns()));
    }
    if reading.now.is_none() {
        // the last column, so that it is read when all locks are held
        single.columns.push(record('n', &[NOW.to_owned()]));
    }
    let named = single.columns.iter().enumerate().map(|(place, column)| format!("{column} AS c{place}"));
    let text = format!("SELECT {}", named.collect::<Vec<_>>().join(", "));
    single.script.finish(text)
}

struct Single<'n> {
    reading: Reading<'n>,
    script: Script<'n>,
    columns: Vec<String>,
}

/// A row of values as one text, with its tag in front.
pub(super) fn record(tag: char, values: &[String]) -> String {
    format!("CAST(ROW(CAST('{tag}' AS text), {}) AS text)", values.join(", "))
}

impl Single<'_> {
    fn values(&self, table: Table) -> Vec<String> {
        table.columns.iter().map(|column| output(self.reading.dialect, "x", column).value()).collect()
    }

    /// FROM and WHERE of the row of a key.
    fn found(&mut self, table: Table, key: Vec<Value>) -> String {
        let mut of = format!("FROM {} AS x WHERE x.book = $1", self.script.names.table(table.name));
        for (column, value) in table.keys().zip(key).skip(1) {
            let value = self.script.one(column.kind, value);
            of.push_str(&format!(" AND x.{} = {value}", column.name));
        }
        of
    }

    fn plain(&mut self, tag: char, table: Table, key: Vec<Value>) {
        let found = self.found(table, key);
        self.columns.push(format!("(SELECT {} {found})", record(tag, &self.values(table))));
    }

    /// Adds the column of a row, which is locked if it will be written or shared. A row to which others
    /// append is locked only to be drained; without a lock it is read with the sum of its pending rows.
    fn lockable(&mut self, tag: char, table: Table, key: Vec<Value>, access: Access) {
        let found = self.found(table, key);
        let row = record(tag, &self.values(table));
        let strength = if access == Access::Share { "SHARE" } else { "NO KEY UPDATE" };
        let locked = |only: &str| format!("(SELECT {row} {found}{only} FOR {strength} OF x)");
        let read = |only: &str| {
            let row = if table.name == AccountRow::TABLE { self.with_sum(table) } else { row.clone() };
            format!("(SELECT {row} {found}{only})")
        };
        let column = match (table.appended, access) {
            _ if self.reading.lock.is_none() => read(""),
            (_, Access::Read) => read(""),
            (Some((flag, _)), Access::Write) => {
                let (own, others) = (format!(" AND x.{flag} = 0"), format!(" AND x.{flag} = 1"));
                format!("coalesce({}, {})", locked(&own), read(&others))
            }
            _ => locked(""),
        };
        self.columns.push(column);
    }

    /// An account row with the sum of its pending rows, if it is streaming.
    fn with_sum(&self, accounts: Table) -> String {
        let table = self.script.table::<StreamRow>();
        let mut values = self.values(accounts);
        values.push(format!(
            "CASE WHEN x.streaming = 1 THEN (SELECT sum(s.amount) FROM {table} AS s \
             WHERE s.book = $1 AND s.account = x.id AND s.currency = x.currency) END"
        ));
        record(SUMMED, &values)
    }
}

/// The rows in the one row of an answer.
pub(super) fn rows(answer: Vec<Cells>) -> Result<Vec<Cells>, Fault> {
    let texts = answer.into_iter().flatten().flatten();
    let read =
        |text: String| cells(&text).ok_or_else(|| Fault::from(Error::corrupted("an answer cannot be read")));
    texts.map(read).collect()
}

/// Reads a row as PostgreSQL writes it (its manual, "Composite Type Input and Output Syntax"): an empty field
/// is NULL, and within quotes a quote or a backslash is doubled.
fn cells(text: &str) -> Option<Cells> {
    let mut rest = text.strip_prefix('(')?.strip_suffix(')')?;
    let mut cells = Cells::new();
    loop {
        let (cell, after) = match rest.strip_prefix('"') {
            Some(quoted) => unquoted(quoted)?,
            None => {
                let end = rest.find(',').unwrap_or(rest.len());
                let (cell, after) = rest.split_at(end);
                (Some(cell.to_owned()).filter(|cell| !cell.is_empty()), after)
            }
        };
        cells.push(cell);
        if after.is_empty() {
            return Some(cells);
        }
        rest = after.strip_prefix(',')?;
    }
}

/// A quoted value up to its closing quote, and what follows.
fn unquoted(quoted: &str) -> Option<(Option<String>, &str)> {
    let mut value = String::with_capacity(quoted.len());
    let mut chars = quoted.char_indices().peekable();
    while let Some((place, c)) = chars.next() {
        match (c, chars.peek()) {
            ('"', Some((_, '"'))) => {
                chars.next();
                value.push('"');
            }
            ('"', _) => return Some((Some(value), quoted.get(place + 1..)?)),
            ('\\', _) => value.push(chars.next()?.1),
            (c, _) => value.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_as_postgresql_writes_them() {
        let some = |text: &str| Some(text.to_owned());
        for (text, expected) in [
            ("(a)", vec![some("a")]),
            ("(a,,b)", vec![some("a"), None, some("b")]),
            ("(a,\"\",\"b, c\")", vec![some("a"), some(""), some("b, c")]),
            (r#"(a,"{""v"":1,""s"":""\\n""}")"#, vec![some("a"), some(r#"{"v":1,"s":"\n"}"#)]),
            ("(a,\"é)\n(\",)", vec![some("a"), some("é)\n("), None]),
        ] {
            assert_eq!(cells(text), Some(expected), "{text}");
        }
        for wrong in ["", "a", "(a", "(\"a)", "(\"a\"b)", "(\"a\\)"] {
            assert_eq!(cells(wrong), None, "{wrong}");
        }
    }
}
