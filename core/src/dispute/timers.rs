//! The timer of a dispute: it notes that the other side did not answer in time, and tells the admins of one
//! that waits for them for too long.

use serde_json::json;

use super::model::Dispute;
use super::transitions::DisputeEditor;
use crate::escrow::facts::DISPUTE;
use crate::ids::DisputeId;
use crate::jobs::NOTIFY_ADMINS;
use crate::kernel::draft::Draft;
use crate::kernel::editor::Data;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::rows::needs::{Access, Needs, RecordKey};
use crate::rows::row::Row;
use crate::rows::tables::RecordRow;

/// The operation of a record that is due; `None` when it is no dispute.
pub fn operation(record: &RecordRow) -> Option<Overdue> {
    let is_due = record.kind.as_ref() == DISPUTE && record.due_at.is_some();
    is_due.then(|| Overdue { dispute: record.key(), version: record.version })
}

/// Notes that the other side did not answer, or that staff have not decided, unless the dispute was changed
/// in the meantime. The state stays.
#[derive(Clone, Debug)]
pub struct Overdue {
    dispute: RecordKey,
    version: i64,
}

impl Operation for Overdue {
    /// Whether it was noted now.
    type Reply = bool;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.record(self.dispute.clone(), Access::Write);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let Some(row) = draft.record(&self.dispute)?.filter(|row| row.version == self.version) else {
            return Ok(CreatedIds::default());
        };
        let dispute = Dispute::of(row)?;
        let mut editor = DisputeEditor::new(draft, dispute);
        let (state, now) = (editor.object.state, editor.now());
        if editor.object.due_at().is_none_or(|at| at > now) {
            return Ok(CreatedIds::default());
        }
        if editor.object.facts.deadline(state).is_some_and(|at| at <= now) {
            editor.object.facts.overdue = true;
            editor.tell_admins("dispute.response_overdue")?;
        }
        if editor.object.facts.late_at(state).is_some_and(|at| at <= now) {
            editor.object.facts.late = true;
            editor.tell_admins("dispute.late")?;
        }
        editor.put()?;
        Ok(CreatedIds::of(DisputeId::from_uuid(self.dispute.id)))
    }

    fn reply(&self, made: &CreatedIds, _: &Snapshot, _: bool) -> Decided<bool> {
        Ok(!made.is_empty())
    }
}

impl DisputeEditor<'_, '_> {
    /// Writes an event, and tells the admins of it.
    fn tell_admins(&mut self, event: &'static str) -> Decided<()> {
        self.emit(event, Data::new())?;
        let payload = json!({
            "event": event,
            "dispute": self.object.id().to_string(),
            "deal": self.object.facts.deal.to_string(),
        });
        self.draft.enqueue(NOTIFY_ADMINS, &payload).map(drop)
    }
}
