//! The record in which a book keeps its own settings.

use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::policy::Policy;
use crate::error::Result;
use crate::ids::Book;
use crate::rows::body::Body;
use crate::rows::needs::RecordKey;
use crate::rows::tables::RecordRow;
use crate::time::Time;

/// The kind of the record that holds a book's settings.
pub const KIND: &str = "config";

/// The newest shape of the settings that this version writes.
const VERSION: u32 = 1;

/// What is kept of a book's settings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The book's own policies, in the order of their names.
    #[serde(default)]
    pub policies: Vec<Policy>,
    /// Policies of the engine's options that are off in this book.
    #[serde(default)]
    pub removed: Vec<String>,
}

/// A book's settings, read from its one record of them. Its version counts every change: whoever loads it
/// with a group has what holds.
#[derive(Clone, Debug)]
pub struct Config {
    row: RecordRow,
    /// The settings.
    pub facts: Facts,
    /// As they were read, with what a later version wrote.
    stored: Value,
}

impl Config {
    /// Reads the record.
    ///
    /// # Errors
    /// `corrupted` when it cannot be read; `schema_too_new` when a later version wrote it.
    pub fn of(row: &RecordRow) -> Result<Self> {
        let (facts, body): (Facts, Body) = Body::read(row, VERSION)?;
        Ok(Self { row: row.clone(), facts, stored: body.facts })
    }

    /// The settings of a book that has none yet.
    #[must_use]
    pub fn empty(book: &Book, at: Time) -> Self {
        let (book, kind, id) = key(book);
        let row = RecordRow {
            book,
            kind,
            id,
            state: "active".into(),
            owner: None,
            peer: None,
            reference: None,
            salt: None,
            due_at: None,
            body: "".into(),
            version: 0,
            created_at: at,
            stamp: at,
            at: None,
        };
        Self { row, facts: Facts::default(), stored: Value::Null }
    }

    /// Counts every change.
    #[must_use]
    pub const fn version(&self) -> i64 {
        self.row.version
    }

    /// The record after a change.
    ///
    /// # Errors
    /// `corrupted` when the settings have no JSON form.
    pub fn into_row(self) -> Result<RecordRow> {
        let body = Body::write(VERSION, self.stored, &self.facts, std::collections::BTreeMap::new())?;
        Ok(RecordRow { body, version: self.row.version + 1, ..self.row })
    }
}

/// The key of a book's settings.
#[must_use]
pub fn key(book: &Book) -> RecordKey {
    // read with every group that passes a gate: the name is made once
    static CONFIG: LazyLock<Arc<str>> = LazyLock::new(|| KIND.into());
    (book.clone(), CONFIG.clone(), Uuid::nil())
}
