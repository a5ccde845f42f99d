//! Timers of records: the call that a record makes when it is due. One that comes late finds another version.

use std::marker::PhantomData;

use super::draft::Draft;
use super::operation::{CreatedIds, Decided, Operation};
use super::snapshot::Snapshot;
use crate::ids::CreatedId as _;
use crate::rows::needs::{Access, Needs, RecordKey};
use crate::rows::object::{Object, Stored};
use crate::rows::row::Row as _;
use crate::rows::tables::RecordRow;

/// Facts of objects that have a timer.
pub trait Timed: Object + 'static {
    /// The name of the timer's call.
    const TIMER: &'static str;

    /// Names the rows of the work: the record alone by default.
    fn timer_needs(key: &RecordKey, _seen: &Snapshot, needs: &mut Needs) {
        needs.record(key.clone(), Access::Write);
    }

    /// Does the work of an object that is due, and returns whether that changed anything.
    fn run_timer(object: Stored<Self>, draft: &mut Draft<'_>) -> Decided<bool>;
}

/// The call of a record whose timer has work, at the version that said so.
#[derive(Clone, Debug)]
pub struct DueRecord<F> {
    key: RecordKey,
    version: i64,
    facts: PhantomData<fn() -> F>,
}

impl<F: Timed> DueRecord<F> {
    /// A record, if it is of this kind and has a timer.
    pub fn of(record: &RecordRow) -> Option<Self> {
        let waits = record.kind.as_ref() == F::KIND && record.due_at.is_some();
        waits.then(|| Self { key: record.key(), version: record.version, facts: PhantomData })
    }

    /// The object, unless it has changed since, or is not due yet.
    fn now(&self, draft: &Draft<'_>) -> Decided<Option<Stored<F>>> {
        let row = draft.record(&self.key)?.filter(|row| row.version == self.version);
        let object = row.map(Stored::of).transpose()?;
        Ok(object.filter(|object: &Stored<F>| object.due_at().is_some_and(|at| at <= draft.ctx.now)))
    }
}

impl<F: Timed> Operation for DueRecord<F> {
    /// Whether it changed anything.
    type Reply = bool;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        F::timer_needs(&self.key, seen, needs);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let object = self.now(draft)?;
        let has_changed = object.map_or(Ok(false), |object| F::run_timer(object, draft))?;
        let id = F::Id::from_uuid(self.key.id);
        Ok(if has_changed { CreatedIds::of(id) } else { CreatedIds::default() })
    }

    fn reply(&self, made: &CreatedIds, _: &Snapshot, _: bool) -> Decided<bool> {
        Ok(!made.is_empty())
    }
}
