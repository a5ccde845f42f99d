//! Calls that rest on the keyring: the names of the records that they look for, the hashes of their requests
//! and the marks of their proofs are made with the key of its index.
//!
//! With the key of another installation nothing that is there would be found, and that must not pass for
//! "there is none". So a book names the key that it began with, and whoever has another one, or none, is
//! refused before anything is concluded.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::draft::{Draft, Halt};
use super::snapshot::Snapshot;
use crate::error::Result;
use crate::ids::Book;
use crate::keyring::{Keyring, Purpose, lacks};
use crate::rows::codec::text_enum;
use crate::rows::needs::{Access, Needs, RecordKey};
use crate::rows::object::{ListedBy, Object, Stored};
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

/// The key of the index that the names, hashes and marks of a book are made with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexFacts {
    /// Its id, as the keyring has it.
    pub key: String,
}

impl Object for IndexFacts {
    const KIND: &'static str = INDEX;
    const VERSION: u32 = 1;
    type State = State;
    type Id = Uuid;
    type Currency = ();

    fn currency(&self) -> Option<()> {
        Some(())
    }
}

/// The key of the record that names the key of a book's index.
#[must_use]
pub fn index_of(book: &Book) -> RecordKey {
    RecordKey::new(book.clone(), INDEX.into(), Uuid::nil())
}

/// The key of the index that a book rests on, by its record.
///
/// # Errors
/// `corrupted` when the record cannot be read.
pub fn key_in(row: &RecordRow) -> Result<String> {
    Ok(Stored::<IndexFacts>::of(row)?.facts.key)
}

/// What a call rests on.
#[derive(Clone, Debug)]
pub struct RestsOn {
    /// The id of the process's key; `None` where it has none.
    key: Option<Arc<str>>,
    /// Only the marks of proofs are made with it: what took place before is told without them.
    marks: bool,
}

impl RestsOn {
    /// The key of the index of a keyring.
    #[must_use]
    pub fn index_of(keyring: Option<&Keyring>) -> Self {
        let key = keyring.and_then(|keyring| keyring.newest(Purpose::Index).ok());
        Self { key: key.map(|key| key.kid().into()), marks: false }
    }

    /// The same for a call of which nothing but its proofs is made with it.
    #[must_use]
    pub fn for_marks(self) -> Self {
        Self { marks: true, ..self }
    }

    /// Whether nothing but its proofs is made with it.
    #[must_use]
    pub const fn is_for_marks(&self) -> bool {
        self.marks
    }

    /// Names the row that says which key the book rests on.
    pub fn needs(book: &Book, needs: &mut Needs) {
        needs.record(index_of(book), Access::Read);
    }

    /// Whether a book rests on this key, or on none yet.
    ///
    /// # Errors
    /// `key_not_found`, naming the key that the book rests on.
    pub fn agrees(&self, row: Option<&RecordRow>) -> Result<()> {
        let Some(row) = row else { return Ok(()) };
        let named = key_in(row)?;
        if self.key.as_deref() == Some(named.as_str()) { Ok(()) } else { Err(lacks(Purpose::Index, &named)) }
    }

    /// The same by what a group has read.
    ///
    /// # Errors
    /// `key_not_found`; halts when the row was not read.
    pub(super) fn judge(&self, book: &Book, seen: &Snapshot) -> Result<(), Halt> {
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

    /// Has the book name the key, with the first that rests on it.
    pub(super) fn note(&self, draft: &mut Draft<'_>) -> Result<(), Halt> {
        let (Some(key), false) = (&self.key, self.marks) else { return Ok(()) };
        let place = index_of(&draft.ctx.book);
        if draft.record(&place)?.is_some() {
            return Ok(());
        }
        let (facts, listed_by) = (IndexFacts { key: key.to_string() }, ListedBy::default());
        let record = Stored::begin(place, listed_by, State::InUse, facts, draft.ctx.time())?;
        draft.put_record(record.into_changed_row()?);
        Ok(())
    }
}
