//! The SQL that keeps money on SQLite and PostgreSQL: statements and codecs as pure functions, sent by three
//! executors.
//!
//! A function of [`load`], [`write`](mod@write) or [`list`] takes rows, keys or a listing and gives a
//! [`Statement`]; another reads the answer, in which every column is text. [`session`] sends them in order
//! over an [`session::Exec`]: sqlx on SQLite, sqlx on PostgreSQL, or a connection of the host application.
//! Columns come from `Row::COLUMNS`, so only the migrations name them a second time.

mod answer;
mod change;
#[cfg(feature = "postgres")]
pub(crate) mod cluster;
pub mod codes;
pub mod grants;
mod homes;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub(crate) mod library;
pub mod list;
pub mod load;
pub mod migrate;
mod orphans;
mod outdated;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub(crate) mod pool;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub(crate) mod schema;
mod script;
pub(crate) mod server;
pub(crate) mod server_checks;
pub mod session;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub(crate) mod session_settings;
mod single;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub(crate) mod store;
#[cfg(test)]
pub(crate) mod tests;
mod texts;
pub mod write;

use std::sync::atomic::{AtomicU64, Ordering};

use crate::currency::{Currencies, Currency};
use crate::error::{Error, Result};
use crate::ids::Book;
use crate::rows::codec::{Kind, Value};
use crate::rows::kinds::each_kind;
use crate::rows::row::Row;

pub(crate) use answer::{each_row, rows_of};
pub(crate) use script::{Keys, Leg, Output, Script, columns, output, plain_union, union};
pub use texts::Texts;

/// A row of an answer: every column is text, `None` is NULL.
pub type Cells = Vec<Option<String>>;

/// The SQL that a connection speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// SQLite 3.38 or newer; the bundled one is newer than 3.51.3.
    Sqlite,
    /// PostgreSQL 13 or newer.
    Postgres,
}

/// How parameters travel to PostgreSQL. The statements differ only in their casts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wire {
    /// Arrays and numbers in their own types, as our own connections bind them.
    Typed,
    /// Everything is text, arrays as literals, as every host driver can carry it.
    Text,
}

/// Where the rows of a PostgreSQL store are. It is found out once, when the store is opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Flavour {
    /// On one server.
    #[default]
    Plain,
    /// On several servers, each with all rows of some books. Such a database has no usable `ctid`, so rows
    /// are changed and deleted by their keys. Inserts take the book from the book's own row, which leads them
    /// to its server. No statement is recursive.
    Spread,
}

/// The names of our tables: a schema of our own on PostgreSQL, a prefix on SQLite; and where they are.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Names {
    schema: Option<String>,
    prefix: String,
    flavour: Flavour,
}

impl Names {
    /// The schema of PostgreSQL tables when none is chosen.
    pub const SCHEMA: &'static str = "earnest";
    /// The prefix of SQLite tables when none is chosen.
    pub const PREFIX: &'static str = "earnest_";

    /// Tables in a PostgreSQL schema.
    ///
    /// # Errors
    /// `invalid_request` naming `schema` unless it is 1 to 40 lower-case letters, digits and underscores, not
    /// beginning with a digit or `pg_`.
    pub fn postgres(schema: &str) -> Result<Self> {
        let begins_well = !schema.starts_with(|c: char| c.is_ascii_digit()) && !schema.starts_with("pg_");
        if schema.is_empty() || !plain(schema) || !begins_well {
            return Err(Error::invalid(
                "schema",
                "must be 1 to 40 lower-case letters, digits and underscores",
            ));
        }
        Ok(Self { schema: Some(schema.into()), prefix: String::new(), flavour: Flavour::Plain })
    }

    /// Tables of SQLite whose names begin with `prefix`.
    ///
    /// # Errors
    /// `invalid_request` naming `table_prefix` unless it is at most 40 lower-case letters, digits and
    /// underscores, not beginning with a digit or `sqlite_`.
    pub fn sqlite(prefix: &str) -> Result<Self> {
        let begins_well = !prefix.starts_with(|c: char| c.is_ascii_digit()) && !prefix.starts_with("sqlite_");
        if !plain(prefix) || !begins_well {
            return Err(Error::invalid(
                "table_prefix",
                "must be at most 40 lower-case letters, digits and underscores",
            ));
        }
        Ok(Self { schema: None, prefix: prefix.into(), flavour: Flavour::Plain })
    }

    /// The same names of tables that are elsewhere.
    #[must_use]
    pub fn flavoured(self, flavour: Flavour) -> Self {
        Self { flavour, ..self }
    }

    /// Where the tables are.
    #[must_use]
    pub fn flavour(&self) -> Flavour {
        self.flavour
    }

    /// The schema, on PostgreSQL.
    #[must_use]
    pub fn schema(&self) -> Option<&str> {
        self.schema.as_deref()
    }

    /// The prefix of table names.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The name of a table within a statement that has named it already.
    #[must_use]
    pub fn bare(&self, table: &str) -> String {
        format!("{}{table}", self.prefix)
    }

    /// The name of a table as statements write it.
    #[must_use]
    pub fn table(&self, table: &str) -> String {
        match &self.schema {
            Some(schema) => format!("\"{schema}\".{}{table}", self.prefix),
            None => format!("{}{table}", self.prefix),
        }
    }
}

/// The reserved book of everything that belongs to no tenant.
pub const SYSTEM: &str = "@system";

each_kind! { ($($rows:ident: $row:ident $Row:ty;)*) => {
    /// Every table, as the braces of a migration name them.
    pub const TABLES: &[&str] = &[
        "meta",
        "migration",
        "currency",
        "book",
        "commit_mark",
        "head",
        $(<$Row as Row>::TABLE,)*
        "entry",
        "idempotency",
        "event",
        "event_seq",
        "event_pending",
        "stream_pending",
    ];
} }

fn plain(name: &str) -> bool {
    name.len() <= 40 && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// One parameter of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Param {
    /// One value.
    One(Kind, Value),
    /// One column of many rows: an array of PostgreSQL.
    Many(Kind, Vec<Value>),
    /// Many rows as a JSON array of arrays: what SQLite reads with `json_each`.
    Json(String),
}

impl Param {
    /// Its size in bytes, roughly.
    #[must_use]
    pub fn size(&self) -> usize {
        match self {
            Self::One(..) => 32,
            Self::Many(_, values) => 32 + values.len() * 24,
            Self::Json(json) => json.len(),
        }
    }

    /// The parameter as text, the form every host driver can carry; `None` is NULL.
    #[must_use]
    pub fn to_text(&self, dialect: Dialect) -> Option<String> {
        match self {
            Self::One(_, value) => scalar(value, dialect),
            Self::Json(json) => Some(json.clone()),
            Self::Many(_, values) => {
                let mut literal = String::with_capacity(2 + values.len() * 8);
                literal.push('{');
                for (index, value) in values.iter().enumerate() {
                    if index > 0 {
                        literal.push(',');
                    }
                    match scalar(value, dialect) {
                        None => literal.push_str("NULL"),
                        Some(text) => quote(&text, &mut literal),
                    }
                }
                literal.push('}');
                Some(literal)
            }
        }
    }
}

fn scalar(value: &Value, dialect: Dialect) -> Option<String> {
    match (value, dialect) {
        (Value::Bytes(bytes), Dialect::Postgres) => Some(format!("\\x{}", hex::encode(bytes))),
        _ => value.to_text(),
    }
}

/// Writes an element of an array literal. It is always quoted, so that no text is read as NULL or a brace.
fn quote(text: &str, literal: &mut String) {
    literal.push('"');
    for c in text.chars() {
        if c == '"' || c == '\\' {
            literal.push('\\');
        }
        literal.push(c);
    }
    literal.push('"');
}

/// Text and parameters, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// SQL with `$1`, `$2` and so on. It depends on which tables take part, never on how many rows.
    pub text: String,
    /// The parameters, `$1` first.
    pub params: Vec<Param>,
}

impl Statement {
    /// The book that it is about, where its `$1` is one.
    pub(crate) fn book(&self) -> Option<Book> {
        match self.params.first() {
            Some(Param::One(Kind::Text, Value::Text(book))) if self.text.contains("book = $1") => {
                Some(Book::stored(book.clone()))
            }
            _ => None,
        }
    }

    /// Text and parameters as every host driver can carry them.
    pub(crate) fn plain(&self, dialect: Dialect) -> (String, Vec<Option<String>>) {
        (self.text.clone(), self.plain_params(dialect))
    }

    /// The parameters alone.
    pub(crate) fn plain_params(&self, dialect: Dialect) -> Vec<Option<String>> {
        self.params.iter().map(|param| param.to_text(dialect)).collect()
    }

    /// The statement with its values written in, to run by hand.
    #[must_use]
    pub fn written_out(&self, dialect: Dialect) -> String {
        let mut text = self.text.clone();
        // replaces `$12` before `$1`, which is its prefix
        for (index, param) in self.params.iter().enumerate().rev() {
            let literal = param
                .to_text(dialect)
                .map_or_else(|| "NULL".to_owned(), |value| format!("'{}'", value.replace('\'', "''")));
            text = text.replace(&format!("${}", index + 1), &literal);
        }
        text
    }
}

/// Counters of a store's work so far, for benchmarks and metrics.
#[derive(Debug, Default)]
pub struct Counters {
    /// SQL statements executed.
    pub statements: AtomicU64,
    /// Round trips: how often a client waited for an answer.
    pub round_trips: AtomicU64,
    /// Transactions made durable.
    pub commits: AtomicU64,
}

impl Counters {
    #[cfg(any(feature = "sqlite", feature = "postgres"))]
    pub(crate) fn trip(&self, statements: usize) {
        self.statements.fetch_add(statements as u64, Ordering::Relaxed);
        self.round_trips.fetch_add(1, Ordering::Relaxed);
    }

    #[cfg(any(feature = "sqlite", feature = "postgres"))]
    pub(crate) fn commit(&self) {
        self.trip(1);
        self.commits.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts the commit of a statement that is counted already and was its own transaction.
    #[cfg(feature = "postgres")]
    pub(crate) fn committed_too(&self) {
        self.commits.fetch_add(1, Ordering::Relaxed);
    }

    /// The counts so far.
    #[must_use]
    pub fn read(&self) -> super::Counted {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let (statements, round_trips) = (read(&self.statements), read(&self.round_trips));
        super::Counted { statements, round_trips, commits: read(&self.commits) }
    }
}

/// Adds the currencies of a store's answer to those known.
pub(crate) fn register(known: &mut Currencies, rows: &[Cells]) -> Result<(), super::Fault> {
    let learned = registered(rows)?.into_iter().map(|currency| known.learn(currency));
    Ok(learned.fold(Ok(()), Result::and)?)
}

/// The currencies that a store answered.
pub(crate) fn registered(rows: &[Cells]) -> Result<Vec<Currency>, super::Fault> {
    let currency = |row: &Cells| {
        let scale = row.get(1)?.as_deref()?.parse().ok()?;
        Currency::new(row.first()?.as_deref()?, scale)
    };
    let wrong = || Error::corrupted("a registered currency cannot be read").into();
    rows.iter().map(|row| currency(row).ok_or_else(wrong)).collect()
}

/// Currencies as rows of the reserved book.
pub(crate) fn currency_rows(register: &[Currency]) -> Vec<crate::rows::tables::CurrencyRow> {
    let row = |currency: &Currency| crate::rows::tables::CurrencyRow {
        book: crate::ids::Book::stored(SYSTEM),
        code: currency.code().into(),
        scale: i64::from(currency.scale()),
    };
    register.iter().map(row).collect()
}
