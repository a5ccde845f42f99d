//! How objects are read, by their names in a book or by the keys of their records, and how they are written.

use serde_json::{Map, Value};

use super::draft::{Decided, Draft};
use super::snapshot::Snapshot;
use crate::ids::Book;
use crate::rows::needs::RecordKey;
use crate::rows::object::{Object, Stored};

impl<O: Object> Stored<O> {
    /// The object of a key, if there is one.
    pub fn at(draft: &Draft<'_>, key: &RecordKey) -> Decided<Option<Self>> {
        Ok(draft.record(key)?.map(Self::of).transpose()?)
    }

    /// The object of a name, if there is one.
    pub fn find(draft: &Draft<'_>, book: &Book, name: O::Name<'_>) -> Decided<Option<Self>> {
        Self::at(draft, &Self::key(book, name))
    }

    /// The object of a name, which must exist.
    pub fn known(draft: &Draft<'_>, book: &Book, name: O::Name<'_>) -> Decided<Self> {
        Ok(Self::find(draft, book, name)?.ok_or_else(|| O::not_found(name))?)
    }

    /// The object of a name, for a reply: a decision has read it.
    pub fn shown(seen: &Snapshot, book: &Book, name: O::Name<'_>) -> Decided<Self> {
        Self::shown_at(seen, &Self::key(book, name))
    }

    /// The object of a key, for a reply.
    pub fn shown_at(seen: &Snapshot, key: &RecordKey) -> Decided<Self> {
        Ok(Self::of(seen.record(key)?)?)
    }
}

impl Draft<'_> {
    /// Writes an object with an event of its own: its version rises.
    pub fn write<O: Object>(
        &mut self,
        mut object: Stored<O>,
        event: &'static str,
        data: &Map<String, Value>,
    ) -> Decided<()> {
        self.emit(&mut object, event, data)?;
        self.put_record(object.into_row()?);
        Ok(())
    }

    /// Writes an object after a change that has no event of its own: its version rises.
    pub fn put_changed<O: Object>(&mut self, object: Stored<O>) -> Decided<()> {
        self.put_record(object.into_changed_row()?);
        Ok(())
    }
}
