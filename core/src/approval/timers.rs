//! The timer of an approval: it expires when its time has passed.

use serde_json::Map;

use super::model::{Approval, KIND, State};
use crate::ids::ApprovalId;
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Halt, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::rows::needs::{Access, Needs, RecordKey};
use crate::rows::row::Row;
use crate::rows::tables::RecordRow;

/// The operation of a record that is due; `None` when it is no approval.
#[must_use]
pub fn operation(record: &RecordRow) -> Option<Expire> {
    let is_due = record.kind.as_ref() == KIND && record.due_at.is_some();
    is_due.then(|| Expire { approval: record.key(), version: record.version })
}

/// Ends an approval, unless it was changed in the meantime.
#[derive(Clone, Debug)]
pub struct Expire {
    approval: RecordKey,
    version: i64,
}

impl Operation for Expire {
    /// Whether it ended now.
    type Reply = bool;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.record(self.approval.clone(), Access::Write);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<CreatedIds, Halt> {
        let Some(row) = draft.record(&self.approval)?.filter(|row| row.version == self.version) else {
            return Ok(CreatedIds::default());
        };
        let mut approval = Approval::of(row)?;
        if approval.due_at().is_none_or(|at| at > draft.ctx.now) {
            return Ok(CreatedIds::default());
        }
        approval.state = State::Expired;
        approval.facts.times.ended_at = Some(draft.ctx.now);
        draft.emit(&mut approval, "approval.expired", &Map::new())?;
        draft.put_record(approval.into_row()?);
        Ok(CreatedIds::of(ApprovalId::from_uuid(self.approval.2)))
    }

    fn reply(&self, made: &CreatedIds, _: &Snapshot, _: bool) -> Result<bool, Halt> {
        Ok(!made.is_empty())
    }
}
