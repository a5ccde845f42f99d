//! Calls that rest on the keyring: their record names, request hashes and proof marks are made with its index
//! key.
//!
//! With the key of another installation no record would be found, and that must not pass for "there is none".
//! So a book names the key that it began with. A process with another key, or with none, is refused before
//! its call is decided.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::draft::{Decided, Draft, Halt};
use super::snapshot::Snapshot;
use crate::error::Result;
use crate::ids::Book;
use crate::keyring::{Keyring, Purpose, lacks};
use crate::rows::codec::text_enum;
use crate::rows::needs::{Access, Needs, RecordKey};
use crate::rows::object::{ListedBy, Stored, object};
use crate::rows::tables::RecordRow;

/// The kind of the record that names the key of a book's index.
pub const INDEX: &str = "vault_index";

text_enum! {
    /// There is one state: the key has no successor.
    pub enum State {
        /// The book rests on it.
        InUse = "in_use",
    }
}

/// The index key with which a book's record names, request hashes and proof marks are made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexFacts {
    /// Its id, as the keyring has it.
    pub key: String,
}

object! { IndexFacts: INDEX, State, Uuid }

/// The key of the record that names the key of a book's index.
pub fn index_of(book: &Book) -> RecordKey {
    RecordKey::new(book.clone(), INDEX.into(), Uuid::nil())
}

/// The key of the index that a book rests on, by its record.
pub fn key_in(row: &RecordRow) -> Result<String> {
    Ok(Stored::<IndexFacts>::of(row)?.facts.key)
}

/// The index key that a call rests on.
#[derive(Clone, Debug)]
pub struct RestsOn {
    /// The id of the process's key; `None` where it has none.
    key: Option<Arc<str>>,
    /// Only proof marks are made with it, so a replay does not need it.
    marks: bool,
}

impl RestsOn {
    /// The key of the index of a keyring.
    pub fn index_of(keyring: Option<&Keyring>) -> Self {
        let key = keyring.and_then(|keyring| keyring.newest(Purpose::Index).ok());
        Self { key: key.map(|key| key.kid().into()), marks: false }
    }

    /// The same for a call that needs the key for proof marks alone.
    pub fn for_marks(self) -> Self {
        Self { marks: true, ..self }
    }

    /// Whether the call needs the key for proof marks alone.
    pub const fn is_for_marks(&self) -> bool {
        self.marks
    }

    /// Names the row that says which key the book rests on.
    pub fn needs(book: &Book, needs: &mut Needs) {
        needs.record(index_of(book), Access::Read);
    }

    /// Whether a book rests on this key, or on none yet.
    pub fn agrees(&self, row: Option<&RecordRow>) -> Result<()> {
        let Some(row) = row else { return Ok(()) };
        let named = key_in(row)?;
        if self.key.as_deref() == Some(named.as_str()) { Ok(()) } else { Err(lacks(Purpose::Index, &named)) }
    }

    /// The same by the rows that a group has read.
    pub(super) fn judge(&self, book: &Book, seen: &Snapshot) -> Decided<()> {
        let key = index_of(book);
        match seen.records.slot(&key) {
            Some(slot) if slot.busy => Err(Halt::Busy),
            Some(slot) => Ok(self.agrees(slot.row.as_ref())?),
            None => {
                let mut needs = Needs::default();
                needs.record(key, Access::Read);
                Err(Halt::NeedMore(Box::new(needs)))
            }
        }
    }

    /// Writes the name of the key into the book, with the first call that rests on it.
    pub(super) fn note(&self, draft: &mut Draft<'_>) -> Decided<()> {
        let (Some(key), false) = (&self.key, self.marks) else { return Ok(()) };
        let place = index_of(&draft.ctx.book);
        if draft.record(&place)?.is_some() {
            return Ok(());
        }
        let (facts, listed_by) = (IndexFacts { key: key.to_string() }, ListedBy::default());
        let record = Stored::begin(place, listed_by, State::InUse, facts, draft.ctx.time())?;
        draft.put_changed(record)
    }
}
