//! A record whose timer has work, at the version that said so: a timer that comes late finds another one.

use super::draft::{Decided, Draft};
use crate::rows::needs::RecordKey;
use crate::rows::object::{Object, Stored};
use crate::rows::row::Row as _;
use crate::rows::tables::RecordRow;

/// A record whose timer has work.
#[derive(Clone, Debug)]
pub struct DueRecord {
    /// Its key.
    pub key: RecordKey,
    version: i64,
}

impl DueRecord {
    /// A record of a kind, if it has a timer; `None` for any other.
    pub fn of(record: &RecordRow, kind: &str) -> Option<Self> {
        let waits = record.kind.as_ref() == kind && record.due_at.is_some();
        waits.then(|| Self { key: record.key(), version: record.version })
    }

    /// The object, unless it has changed since.
    pub fn unchanged<O: Object>(&self, draft: &Draft<'_>) -> Decided<Option<Stored<O>>> {
        let row = draft.record(&self.key)?.filter(|row| row.version == self.version);
        Ok(row.map(Stored::of).transpose()?)
    }

    /// The object, unless it has changed since, or is not due yet.
    pub fn now<O: Object>(&self, draft: &Draft<'_>) -> Decided<Option<Stored<O>>> {
        let is_due = |object: &Stored<O>| object.due_at().is_some_and(|at| at <= draft.ctx.now);
        Ok(self.unchanged(draft)?.filter(is_due))
    }
}
