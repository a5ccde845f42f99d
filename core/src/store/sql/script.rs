//! Building blocks of statements: placeholders with their casts, key sets as tables, and unions of padded
//! rows.

use super::{Dialect, Names, Param, Statement, Wire};
use crate::rows::codec::{Kind, Value};
use crate::rows::row::{Row, Table};
use crate::rows::tables::Column;

/// A statement under construction.
pub(crate) struct Script<'n> {
    pub(crate) dialect: Dialect,
    pub(crate) wire: Wire,
    pub(crate) names: &'n Names,
    pub(crate) params: Vec<Param>,
}

impl<'n> Script<'n> {
    pub(crate) fn new(dialect: Dialect, wire: Wire, names: &'n Names) -> Self {
        Self { dialect, wire, names, params: Vec::new() }
    }

    /// A script whose `$1` is the book, which every table reference of PostgreSQL compares with.
    pub(crate) fn of_book(dialect: Dialect, wire: Wire, names: &'n Names, book: &str) -> Self {
        let mut script = Self::new(dialect, wire, names);
        script.params.push(Param::One(Kind::Text, Value::Text(book.into())));
        script
    }

    pub(crate) fn table<R: Row>(&self) -> String {
        self.names.table(R::TABLE)
    }

    pub(crate) fn finish(self, text: String) -> Statement {
        Statement { text, params: self.params }
    }

    /// Adds a value and returns its placeholder expression.
    pub(crate) fn one(&mut self, kind: Kind, value: Value) -> String {
        self.params.push(Param::One(kind, value));
        let n = self.params.len();
        match (self.dialect, kind) {
            (Dialect::Sqlite, Kind::Int) => format!("CAST(${n} AS INTEGER)"),
            (Dialect::Sqlite, _) => format!("CAST(${n} AS TEXT)"),
            (Dialect::Postgres, Kind::Text) => format!("CAST(${n} AS text)"),
            (Dialect::Postgres, _) if self.as_text(kind) => {
                format!("CAST(CAST(${n} AS text) AS {})", postgres_type(kind))
            }
            (Dialect::Postgres, _) => format!("CAST(${n} AS {})", postgres_type(kind)),
        }
    }

    pub(crate) fn text(&mut self, text: &str) -> String {
        self.one(Kind::Text, Value::Text(text.into()))
    }

    pub(crate) fn int(&mut self, int: i64) -> String {
        self.one(Kind::Int, Value::Int(int))
    }

    pub(crate) fn id(&mut self, id: uuid::Uuid) -> String {
        self.one(Kind::Id, Value::Id(id))
    }

    /// Adds one column of many rows and gives the array expression.
    fn array(&mut self, kind: Kind, values: Vec<Value>) -> String {
        self.params.push(Param::Many(kind, values));
        let n = self.params.len();
        let element = postgres_type(kind);
        match self.wire {
            Wire::Text => format!("CAST(CAST(${n} AS text) AS {element}[])"),
            Wire::Typed if kind == Kind::Minor => format!("CAST(CAST(${n} AS text[]) AS {element}[])"),
            Wire::Typed => format!("CAST(${n} AS {element}[])"),
        }
    }

    /// Adds rows of values as a table `u`. The first value of each row is its book.
    pub(crate) fn rows(&mut self, columns: &[(&'static str, Kind)], rows: Vec<Vec<Value>>) -> Keys {
        let with_values =
            |(name, kind): &(&'static str, Kind)| (*name, *kind, Vec::with_capacity(rows.len()));
        let mut columns: Vec<Filled> = columns.iter().map(with_values).collect();
        for row in rows {
            for ((_, _, values), value) in columns.iter_mut().zip(row) {
                values.push(value);
            }
        }
        self.columns(columns)
    }

    /// Adds columns of values, all of one length, as a table `u`. The first column is that of the book.
    pub(crate) fn columns(&mut self, columns: Vec<Filled>) -> Keys {
        let few = self.wire == Wire::Text && count(&columns) <= SCALAR_ROWS;
        match self.dialect {
            Dialect::Sqlite if few => self.selects(&columns),
            Dialect::Sqlite => {
                self.params.push(Param::Json(json(&columns)));
                // `jsonb_each` keeps rows in SQLite's own form, where `json_each` would print each and parse
                // it again. A host's library may be too old for it
                let each = if self.wire == Wire::Typed { "jsonb_each" } else { "json_each" };
                let from = format!("{each}(${}) AS u", self.params.len());
                let exprs = (0..columns.len()).map(|index| format!("u.value ->> {index}")).collect();
                Keys { from, exprs, count: String::new() }
            }
            Dialect::Postgres if few => self.scalars(&columns),
            Dialect::Postgres => self.arrays(columns),
        }
    }

    /// Adds few rows on SQLite as SELECTs: parsing JSON would cost more than the rows.
    fn selects(&mut self, columns: &[Filled]) -> Keys {
        let select = |script: &mut Self, place: usize| {
            let cell = |(name, kind, values): &Filled| {
                let value = values.get(place).cloned().unwrap_or(Value::Null);
                format!("{} AS {name}", script.one(*kind, value))
            };
            format!("SELECT {}", columns.iter().map(cell).collect::<Vec<_>>().join(", "))
        };
        let selects: Vec<String> = (0..count(columns)).map(|place| select(self, place)).collect();
        let exprs = columns.iter().map(|(name, ..)| format!("u.{name}")).collect();
        Keys { from: format!("({}) AS u", selects.join(" UNION ALL ")), exprs, count: String::new() }
    }

    /// Adds few rows on PostgreSQL as scalars. A host's connection may prepare a statement, and PostgreSQL
    /// keeps one plan for it only if that looks as cheap as a fresh one. It does with scalars. For arrays,
    /// which the planner takes for ten elements, each call is planned anew, which costs more than the
    /// statement.
    fn scalars(&mut self, columns: &[Filled]) -> Keys {
        let rows = count(columns);
        let names: Vec<&str> = columns.iter().skip(1).map(|(name, ..)| *name).collect();
        if names.is_empty() {
            return Keys { from: "(SELECT 1) AS u".into(), exprs: vec!["$1".into()], count: "1".into() };
        }
        let row = |script: &mut Self, place: usize| {
            let cell = |(_, kind, values): &Filled| {
                script.one(*kind, values.get(place).cloned().unwrap_or(Value::Null))
            };
            format!("({})", columns.iter().skip(1).map(cell).collect::<Vec<_>>().join(", "))
        };
        let values: Vec<String> = (0..rows).map(|place| row(self, place)).collect();
        let from = format!("(VALUES {}) AS u({})", values.join(", "), names.join(", "));
        let exprs = std::iter::once("$1".into()).chain(names.iter().map(|name| format!("u.{name}")));
        Keys { from, exprs: exprs.collect(), count: rows.to_string() }
    }

    fn arrays(&mut self, columns: Vec<Filled>) -> Keys {
        let (mut arrays, mut names) = (Vec::with_capacity(columns.len()), Vec::with_capacity(columns.len()));
        let mut exprs = vec!["$1".to_owned()];
        for (name, kind, values) in columns.into_iter().skip(1) {
            names.push(name);
            if self.wire == Wire::Text && values.contains(&Value::Null) {
                arrays.push(self.array(Kind::Text, values.iter().map(marked).collect()));
                exprs.push(format!("CAST(substr(nullif(u.{name}, ''), 2) AS {})", postgres_type(kind)));
            } else {
                arrays.push(self.array(kind, values));
                exprs.push(format!("u.{name}"));
            }
        }
        if arrays.is_empty() {
            // the key is the book alone, so there is one row at most
            return Keys { from: "(SELECT 1) AS u".into(), exprs: vec!["$1".into()], count: "1".into() };
        }
        let from = format!("UNNEST({}) AS u({})", arrays.join(", "), names.join(", "));
        Keys { from, exprs, count: format!("cardinality({})", arrays[0]) }
    }

    /// Looks up rows `x` of `table` by `keys`, key by key in their order. The columns `on` equal those of the
    /// key, and `only` must hold.
    pub(crate) fn lookup(&self, table: &str, keys: &Keys, on: &[&str], only: &str) -> String {
        self.lookup_with(table, keys, on, only, "OFFSET 0")
    }

    /// As [`Script::lookup`], with a clause for PostgreSQL's lookup of each key (`suffix`).
    pub(crate) fn lookup_with(
        &self,
        table: &str,
        keys: &Keys,
        on: &[&str],
        only: &str,
        suffix: &str,
    ) -> String {
        let matched: Vec<String> =
            on.iter().zip(&keys.exprs).map(|(column, expr)| format!("x.{column} = {expr}")).collect();
        let only = if only.is_empty() { String::new() } else { format!(" AND {only}") };
        self.walk(
            &keys.from,
            &self.names.table(table),
            "x",
            &format!("{}{only}", matched.join(" AND ")),
            suffix,
        )
    }

    /// Walks `from` in its order, and looks up rows `alias` of `table` for each of its rows.
    ///
    /// On PostgreSQL the lookup is fenced (`suffix` is OFFSET 0, LIMIT or a lock). Without a fence the
    /// planner turns a join of few keys with a small table into a scan of the whole book, and keeps that plan
    /// when the table has grown. Comparing with `= ANY(array)` does not stop it either.
    pub(crate) fn walk(&self, from: &str, table: &str, alias: &str, on: &str, suffix: &str) -> String {
        match self.dialect {
            // for SQLite, CROSS JOIN fixes the order of the join
            Dialect::Sqlite => format!("{from} CROSS JOIN {table} AS {alias} ON {on}"),
            Dialect::Postgres => format!(
                "{from} CROSS JOIN LATERAL (SELECT {alias}.* FROM {table} AS {alias} WHERE {on} {suffix}) AS {alias}"
            ),
        }
    }

    const fn as_text(&self, kind: Kind) -> bool {
        matches!(self.wire, Wire::Text) || matches!(kind, Kind::Minor)
    }
}

/// Encodes a value of an array with NULLs: NULL is the empty text, and any other value has `=` in front. A
/// host's connection may have `array_nulls` off, and would read an unquoted NULL as text.
fn marked(value: &Value) -> Value {
    let text = super::scalar(value, Dialect::Postgres);
    Value::Text(text.map_or_else(String::new, |text| format!("={text}")).into())
}

/// The most rows of a table that are sent to a host's connection as scalars. Each number of rows has a text
/// of its own, and drivers keep only some hundred prepared statements.
pub(crate) const SCALAR_ROWS: usize = 4;

fn count(columns: &[Filled]) -> usize {
    columns.first().map_or(0, |(_, _, values)| values.len())
}

/// A column of parameters: its name, its kind and a value for each row.
pub(crate) type Filled = (&'static str, Kind, Vec<Value>);

/// Rows of parameters as a table `u`.
pub(crate) struct Keys {
    /// The text after FROM.
    pub(crate) from: String,
    /// The expression of each column; the first is the book.
    pub(crate) exprs: Vec<String>,
    /// How many rows there are (PostgreSQL).
    pub(crate) count: String,
}

/// One arm of a UNION ALL.
pub(crate) struct Leg {
    /// The tag of its rows.
    pub(crate) tag: char,
    pub(crate) columns: Vec<Output>,
    /// FROM and what follows; empty for a row of its own.
    pub(crate) rest: String,
}

/// A column of an answer.
pub(crate) struct Output {
    sql: String,
    nullable: bool,
}

impl Output {
    /// An expression, which may be NULL.
    pub(crate) fn of(sql: impl Into<String>) -> Self {
        Self { sql: sql.into(), nullable: true }
    }

    /// Itself.
    pub(crate) fn value(&self) -> String {
        self.sql.clone()
    }

    pub(crate) fn text(&self) -> String {
        format!("CAST({} AS text)", self.sql)
    }

    /// Its mark in the form of a plain row.
    const fn mark(&self) -> char {
        if self.nullable { '?' } else { '.' }
    }

    /// Its expression in a plain row. In a nullable column NULL is the empty text, and any other value has
    /// `=` in front.
    fn plain(&self) -> String {
        if self.nullable { format!("coalesce('=' || {}, '')", self.sql) } else { self.sql.clone() }
    }
}

/// Joins legs by UNION ALL, each row with its tag in front.
///
/// On PostgreSQL legs are padded to the widest. Their columns have different names, because some host drivers
/// return rows as maps. On SQLite the answer is one row with one text, a line per row, which
/// [`each_row`](super::answer::each_row) reads: the library copies every value, and hands each row to another
/// thread.
pub(crate) fn union(dialect: Dialect, legs: &[Leg]) -> String {
    let width = legs.iter().map(|leg| leg.columns.len()).max().unwrap_or(0);
    let arm = |leg: &Leg| {
        let mut columns = vec![format!("CAST('{}' AS text)", leg.tag)];
        columns.extend(leg.columns.iter().map(Output::text));
        let mut arm = "SELECT ".to_owned();
        match dialect {
            Dialect::Sqlite => arm.push_str(&format!("json_array({}) AS c0", columns.join(", "))),
            Dialect::Postgres => {
                columns.resize(width + 1, "CAST(NULL AS text)".to_owned());
                let named = columns.iter().enumerate().map(|(index, column)| format!("{column} AS c{index}"));
                arm.push_str(&named.collect::<Vec<_>>().join(", "));
            }
        }
        if !leg.rest.is_empty() {
            arm.push_str(" FROM ");
            arm.push_str(&leg.rest);
        }
        arm
    };
    let arms = legs.iter().map(arm).collect::<Vec<_>>().join(" UNION ALL ");
    match dialect {
        Dialect::Sqlite => {
            // no function wraps the whole text, which would copy it; JSON writes a line feed within a value
            // as `\\n`
            format!("SELECT coalesce(group_concat(v.c0, char(10)), '') AS c0 FROM ({arms}) AS v")
        }
        Dialect::Postgres => arms,
    }
}

/// Joins legs for SQLite as [`union`] does, but without JSON: the cells of a row have [`CELL`] between them,
/// and nothing is escaped. Escaping the quotes in event data is most of what JSON costs.
///
/// The form of the row precedes its cells: the tag, and a mark for every cell. Rows have [`ROW`] between
/// them, and the answer includes their number. So no text can pass for several cells or rows.
pub(crate) fn plain_union(legs: &[Leg]) -> String {
    let arm = |leg: &Leg| {
        let form: String = std::iter::once(leg.tag).chain(leg.columns.iter().map(Output::mark)).collect();
        let cells: Vec<String> = leg.columns.iter().map(Output::plain).collect();
        let from = if leg.rest.is_empty() { String::new() } else { format!(" FROM {}", leg.rest) };
        let cell = u32::from(CELL);
        format!("SELECT concat_ws(char({cell}), '{form}', {}) AS c0{from}", cells.join(", "))
    };
    let (arms, row) = (legs.iter().map(arm).collect::<Vec<_>>().join(" UNION ALL "), u32::from(ROW));
    format!(
        "SELECT coalesce(group_concat(v.c0, char({row})), '') AS c0, CAST(count(*) AS text) AS c1 FROM ({arms}) AS v"
    )
}

/// Separates the cells of a plain row.
pub(super) const CELL: char = '\u{1f}';
/// Separates plain rows.
pub(super) const ROW: char = '\u{1e}';

/// A column of `alias`.
pub(crate) fn output(dialect: Dialect, alias: &str, column: &Column) -> Output {
    let sql = match (dialect, column.kind) {
        (Dialect::Postgres, Kind::Bytes) => format!("encode({alias}.{}, 'hex')", column.name),
        _ => format!("{alias}.{}", column.name),
    };
    Output { sql, nullable: column.nullable }
}

/// All columns of a table.
pub(crate) fn columns(dialect: Dialect, table: Table, alias: &str) -> Vec<Output> {
    table.columns.iter().map(|column| output(dialect, alias, column)).collect()
}

/// The type of a column and of its casts.
pub(crate) const fn postgres_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Int => "int8",
        Kind::Minor => "numeric",
        Kind::Id => "uuid",
        Kind::Bytes => "bytea",
    }
}

/// Rows as a JSON array of arrays. Only 64-bit integers are JSON numbers: SQLite would read larger ones as
/// floats.
fn json(columns: &[Filled]) -> String {
    let count = count(columns);
    let mut json = String::with_capacity(2 + count * columns.len() * 16);
    json.push('[');
    for row in 0..count {
        json.push_str(if row == 0 { "[" } else { ",[" });
        for (index, (_, _, values)) in columns.iter().enumerate() {
            if index > 0 {
                json.push(',');
            }
            let value = values.get(row).unwrap_or(&Value::Null);
            match value {
                Value::Null => json.push_str("null"),
                Value::Int(int) => json.push_str(&int.to_string()),
                Value::Text(_) | Value::Name(_) | Value::Code(_) => {
                    let text = serde_json::to_string(value.as_text().unwrap_or_default());
                    json.push_str(&text.unwrap_or_default());
                }
                Value::Minor(_) | Value::Id(_) | Value::Bytes(_) => {
                    json.push('"');
                    json.push_str(&value.to_text().unwrap_or_default());
                    json.push('"');
                }
            }
        }
        json.push(']');
    }
    json.push(']');
    json
}
