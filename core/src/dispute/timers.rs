//! The timer of a dispute: it notes that the other side did not answer in time, and tells the admins of one
//! that waits for them for too long.

use serde_json::json;

use super::model::{Dispute, DisputeFacts};
use super::transitions::DisputeEditor;
use crate::jobs::NOTIFY_ADMINS;
use crate::kernel::draft::{Decided, Draft};
use crate::kernel::due::Timed;
use crate::kernel::editor::Data;

impl Timed for DisputeFacts {
    const TIMER: &'static str = "dispute.timer";

    /// The state stays.
    fn run_timer(dispute: Dispute, draft: &mut Draft<'_>) -> Decided<bool> {
        let mut editor = DisputeEditor::new(draft, dispute);
        let (state, now) = (editor.object.state, editor.now());
        if editor.object.facts.deadline(state).is_some_and(|at| at <= now) {
            editor.object.facts.overdue = true;
            editor.tell_admins("dispute.response_overdue")?;
        }
        if editor.object.facts.late_at(state).is_some_and(|at| at <= now) {
            editor.object.facts.late = true;
            editor.tell_admins("dispute.late")?;
        }
        editor.put()?;
        Ok(true)
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
