//! The timer of a parked call: it expires when its time has passed.

use std::marker::PhantomData;

use super::transitions::ParkedTrigger;
use super::{ParkedFacts, State};
use crate::ids::CreatedId as _;
use crate::kernel::draft::Draft;
use crate::kernel::editor::{Data, Editor};
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::rows::needs::{Access, Needs, RecordKey};
use crate::rows::object::Stored;
use crate::rows::row::Row as _;
use crate::rows::tables::RecordRow;

/// The operation of a record that is due; `None` when it is no parked call of this kind.
pub fn operation<F: ParkedFacts>(record: &RecordRow) -> Option<Expire<F>> {
    let is_due = record.kind.as_ref() == F::KIND && record.due_at.is_some();
    is_due.then(|| Expire { parked: record.key(), version: record.version, of: PhantomData })
}

/// Ends a parked call, unless it was changed in the meantime.
#[derive(Clone, Debug)]
pub struct Expire<F> {
    parked: RecordKey,
    version: i64,
    of: PhantomData<fn() -> F>,
}

impl<F: ParkedFacts + 'static> Operation for Expire<F> {
    /// Whether it ended now.
    type Reply = bool;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.record(self.parked.clone(), Access::Write);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let Some(row) = draft.record(&self.parked)?.filter(|row| row.version == self.version) else {
            return Ok(CreatedIds::default());
        };
        let parked = Stored::<F>::of(row)?;
        if parked.due_at().is_none_or(|at| at > draft.ctx.now) {
            return Ok(CreatedIds::default());
        }
        let mut editor = Editor::new(draft, parked);
        editor.enter(State::Expired, ParkedTrigger::ExpiresAt, Data::new())?;
        editor.put()?;
        Ok(CreatedIds::of(F::Id::from_uuid(self.parked.id)))
    }

    fn reply(&self, made: &CreatedIds, _: &Snapshot, _: bool) -> Decided<bool> {
        Ok(!made.is_empty())
    }
}
