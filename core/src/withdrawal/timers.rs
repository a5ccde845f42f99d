//! The timer of a withdrawal: one without a nonce looks again, and gives up when its time has passed; of one
//! that waits for too long the admins are told.

use super::bind::needs_to_bind;
use super::editor::{WithdrawalEditor, needs_of};
use super::model::{KIND, State, Withdrawal};
use super::outcomes::WhyFailed;
use super::transitions::WithdrawalTrigger;
use crate::ids::WithdrawalId;
use crate::kernel::draft::Draft;
use crate::kernel::due::DueRecord;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::rows::needs::Needs;
use crate::rows::tables::RecordRow;

/// The name of a timer's call.
pub(super) const NAME: &str = "withdrawal.timer";

/// Runs the timer of a withdrawal, unless the withdrawal has changed since.
#[derive(Clone, Debug)]
pub(super) struct LookAgain(DueRecord);

/// The timer of a withdrawal that is due; `None` for another record, or one without a deadline.
pub(super) fn due(record: &RecordRow) -> Option<LookAgain> {
    DueRecord::of(record, KIND).map(LookAgain)
}

impl Operation for LookAgain {
    /// Whether the withdrawal changed now.
    type Reply = bool;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        let id = WithdrawalId::from_uuid(self.0.key.id);
        let withdrawal = needs_of(&self.0.key.book, id, seen, needs);
        // one with a nonce is due only because it waits for too long
        if let Some(withdrawal) = withdrawal.filter(|withdrawal| withdrawal.state == State::Pending) {
            withdrawal.needs_of_money(needs);
            needs_to_bind(&withdrawal, seen, needs);
        }
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let Some(withdrawal): Option<Withdrawal> = self.0.now(draft)? else {
            return Ok(CreatedIds::default());
        };
        let now = draft.ctx.now;
        let looks = withdrawal.facts.deadline(withdrawal.state).is_some_and(|at| at <= now);
        let is_over = looks && withdrawal.facts.give_up_at.is_some_and(|at| at <= now);
        let mut editor = WithdrawalEditor::new(draft, withdrawal.clone());
        if is_over && editor.doubt()?.is_none() {
            editor.not_paid(WithdrawalTrigger::GiveUp, WhyFailed::of("expired"))?;
        } else if looks {
            editor.go_on()?;
        }
        editor.late()?;
        if !editor.put_if_changed(&withdrawal)? {
            return Ok(CreatedIds::default());
        }
        Ok(CreatedIds::of(withdrawal.id()))
    }

    fn reply(&self, made: &CreatedIds, _: &Snapshot, _: bool) -> Decided<bool> {
        Ok(!made.is_empty())
    }
}
