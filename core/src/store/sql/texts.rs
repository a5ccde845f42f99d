//! Caches the texts of statements by their shape: which parts a statement has, with which columns and how
//! many rows.
//!
//! A call in a host's transaction sends two statements of some kilobytes, whose texts seldom differ. Building
//! them took a third of the client's time for such a call. So one walk over the rows [notes](Noted) the shape
//! and the parameters; the text is built only for a new shape. Debug builds build it every time, and compare.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use super::change::{Changed, Values, filled, seen_columns, whole};
use super::load::{key_columns, only_book};
use super::script::{Filled, SCALAR_ROWS};
use super::write::{self, Batch, Clash, Group, Parts, Within, each_part, guards};
use super::{Dialect, Names, Param, Statement, Wire};
use crate::error::Error;
use crate::rows::codec::{Kind, Value};
use crate::rows::row::{Row, Table};
use crate::rows::tables::KeyRow;
use crate::rows::writes::Writes;
use crate::store::fault::Fault;

/// The texts of an engine's statements over its hosts' connections, by shape. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Texts(Arc<Mutex<HashMap<Vec<u8>, Arc<str>>>>);

/// How many texts are kept before all are forgotten. An engine has some hundred shapes.
const MOST: usize = 4_096;

impl Texts {
    /// Returns the text of a shape. `make` builds a text that is not known yet.
    pub(super) fn of<E>(
        &self,
        shape: &[u8],
        make: impl FnOnce() -> Result<String, E>,
    ) -> Result<Arc<str>, E> {
        // a panic leaves the map usable
        if let Some(text) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(shape) {
            return Ok(Arc::clone(text));
        }
        let text: Arc<str> = make()?.into();
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(shape.to_vec(), Arc::clone(&text));
        Ok(text)
    }
}

/// [`write::sqlite`] for a host's connection, with the texts that are known.
pub(super) fn sqlite(texts: &Texts, names: &Names, writes: &Writes) -> Batch {
    let made = || write::sqlite(Wire::Text, names, writes);
    let mut noted = Noted::new(Dialect::Sqlite, Vec::new());
    each_part(writes, &mut noted);
    if !writes.heads.insert.is_empty() || !noted.few {
        return made();
    }
    let mut fresh: Option<Batch> = None;
    let mut batch = Batch::default();
    for (place, part) in noted.each().enumerate() {
        let text = texts.of(part.shape, || {
            let fresh = fresh.get_or_insert_with(made);
            Ok::<_, Infallible>(fresh.statements[place].text.clone())
        });
        let Ok(text) = text;
        batch.statements.push(Statement { text: (*text).to_owned(), params: part.params });
        batch.expected.push(part.expected);
    }
    debug_assert_eq!(batch, made(), "a shape does not tell texts apart");
    batch
}

/// [`write::postgres`] for a host's connection, with the texts that are known.
pub(super) fn postgres(
    texts: &Texts,
    names: &Names,
    writes: &Writes,
    within: Within,
) -> Result<Batch, Fault> {
    let made = || write::postgres(Wire::Text, names, writes, within);
    let book = only_book(writes.books().iter())?;
    let mut noted = Noted::new(Dialect::Postgres, write::begun(Wire::Text, names, &book, within).params);
    // an engine that borrows connections of the application has the same texts, without this gate
    noted.shape.push(u8::from(matches!(within, Within::Host(_))));
    guards(&writes.guards, &mut noted);
    each_part(writes, &mut noted);
    if !writes.heads.insert.is_empty() || !noted.few || noted.ends.is_empty() {
        return made();
    }
    let Noted { shape, params, claims: soft, .. } = noted;
    let text = texts.of(&shape, || {
        let mut statements = made()?.statements;
        let nothing = || Fault::from(Error::corrupted("nothing to write"));
        statements.pop().map(|statement| statement.text).ok_or_else(nothing)
    });
    let statement = Statement { text: (*text?).to_owned(), params };
    let batch = Batch { statements: vec![statement], expected: vec![Some(1)], soft };
    debug_assert_eq!(batch, made()?, "a shape does not tell texts apart");
    Ok(batch)
}

/// The shape of a write, which its text depends on, and its parameters in the order of the text.
#[derive(Debug)]
struct Noted {
    dialect: Dialect,
    shape: Vec<u8>,
    params: Vec<Param>,
    /// Where each part ends in `shape` and `params`, and how many rows it must touch.
    ends: Vec<(usize, usize, Option<u64>)>,
    /// Whether every table has few enough rows to send as scalars. Only then the text depends on the shape
    /// alone.
    few: bool,
    /// Whether the first part claims idempotency keys.
    claims: bool,
}

/// One part that was noted, as a statement of its own.
struct NotedPart<'n> {
    shape: &'n [u8],
    params: Vec<Param>,
    expected: Option<u64>,
}

impl Noted {
    /// Begins the note of statements whose first parameters are `params`.
    fn new(dialect: Dialect, params: Vec<Param>) -> Self {
        Self { dialect, shape: Vec::with_capacity(128), params, ends: Vec::new(), few: true, claims: false }
    }

    fn each(&mut self) -> impl Iterator<Item = NotedPart<'_>> {
        let mut params = std::mem::take(&mut self.params).into_iter();
        let (shape, mut from) = (&self.shape, (0, 0));
        self.ends.iter().map(move |(to, end, expected)| {
            let part = NotedPart {
                shape: &shape[from.0..*to],
                params: params.by_ref().take(end - from.1).collect(),
                expected: *expected,
            };
            from = (*to, *end);
            part
        })
    }

    fn begin(&mut self, table: Table, verb: u8, rows: usize) {
        self.few &= rows <= SCALAR_ROWS;
        self.shape.extend([verb, u8::try_from(rows).unwrap_or(u8::MAX)]);
        // no table's name includes the bar
        self.shape.extend(table.name.bytes().chain([b'|']));
    }

    fn end(&mut self, expected: Option<u64>) {
        self.ends.push((self.shape.len(), self.params.len(), expected));
    }

    fn one(&mut self, kind: Kind, value: Value) {
        self.params.push(Param::One(kind, value));
    }

    /// Adds the rows of a table of parameters. The first column is the book, which is `$1` on PostgreSQL.
    fn rows(&mut self, columns: Vec<Filled>) {
        let before = usize::from(self.dialect == Dialect::Postgres);
        let values = |(_, kind, values): Filled| (kind, values.into_iter());
        let mut columns: Vec<_> = columns.into_iter().skip(before).map(values).collect();
        let rows = columns.first().map_or(0, |(_, values)| values.len());
        for _ in 0..rows {
            for (kind, values) in &mut columns {
                self.params.push(Param::One(*kind, values.next().unwrap_or(Value::Null)));
            }
        }
    }

    /// Adds such rows where they come row by row.
    fn keyed(&mut self, columns: &[(&str, Kind)], rows: Vec<Vec<Value>>) {
        let before = usize::from(self.dialect == Dialect::Postgres);
        for row in rows {
            for ((_, kind), value) in columns.iter().zip(row).skip(before) {
                self.one(*kind, value);
            }
        }
    }
}

impl Parts for Noted {
    fn whole(&self) -> bool {
        whole(self.dialect, Wire::Text)
    }

    fn insert(&mut self, table: Table, rows: Vec<Values>, clash: Clash) {
        self.claims |= self.ends.is_empty() && table.name == KeyRow::TABLE;
        let count = rows.first().map_or(0, |(_, values)| values.len());
        self.begin(table, b'i', count);
        let mut present = Vec::with_capacity(rows.len());
        let mut mask = 0_u64;
        for (place, (column, values)) in rows.into_iter().enumerate() {
            if values.iter().any(|value| *value != Value::Null) {
                mask |= 1 << place;
                present.push(filled((column, values)));
            }
        }
        self.shape.extend(mask.to_le_bytes());
        self.rows(present);
        self.end((clash != Clash::Ignored).then_some(count as u64));
    }

    fn update(&mut self, table: Table, rows: Changed) {
        let count = rows.count();
        self.begin(table, if rows.is_hot() { b'h' } else { b'u' }, count);
        if whole(self.dialect, Wire::Text) {
            self.rows(rows.columns.into_iter().map(filled).collect());
            let named = key_columns(table);
            for (key, image) in rows.keys.into_iter().zip(rows.images) {
                if count > 1 {
                    self.keyed(&named, vec![key]);
                }
                for ((_, kind), value) in table.seen.iter().zip(image) {
                    self.one(*kind, value);
                }
            }
        } else {
            self.rows(rows.with_images(table));
        }
        self.end(Some(count as u64));
    }

    fn delete(&mut self, table: Table, keys: Vec<Vec<Value>>) {
        let count = keys.len();
        self.begin(table, b'd', count);
        self.keyed(&key_columns(table), keys);
        self.end(Some(count as u64));
    }

    fn guard(&mut self, table: Table, Group { there, lock, rows }: Group) {
        let count = rows.len();
        self.begin(table, if there { b'g' + u8::from(lock) } else { b'a' }, count);
        let columns: Vec<(&str, Kind)> = key_columns(table).into_iter().chain(seen_columns(table)).collect();
        self.keyed(&columns, rows);
        self.end(Some(if there { count as u64 } else { 0 }));
    }
}
