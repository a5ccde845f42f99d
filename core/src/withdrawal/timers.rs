//! The timer of a withdrawal without a nonce: it looks again, and gives up when its time has passed.

use super::bind::needs_to_bind;
use super::desk::{Desk, needs_of};
use super::ends::WhyFailed;
use super::model::{KIND, Withdrawal};
use super::transitions::WithdrawalTrigger;
use crate::error::Result;
use crate::ids::WithdrawalId;
use crate::kernel::draft::Draft;
use crate::kernel::due::DueRecord;
use crate::kernel::operation::{CreatedIds, Halt, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::rows::needs::Needs;
use crate::rows::tables::RecordRow;

/// The name of a timer's call.
pub(super) const NAME: &str = "withdrawal.timer";

/// Runs the timer of a withdrawal, unless the withdrawal has changed since.
#[derive(Clone, Debug)]
pub(super) struct LookAgain(DueRecord);

/// The timer of a withdrawal that is due; `None` for another record, or one without a deadline.
#[must_use]
pub(super) fn due(record: &RecordRow) -> Option<LookAgain> {
    DueRecord::of(record, KIND).map(LookAgain)
}

impl Operation for LookAgain {
    /// Whether the withdrawal changed now.
    type Reply = bool;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        let id = WithdrawalId::from_uuid(self.0.key.id);
        if let Some(withdrawal) = needs_of(&self.0.key.book, id, seen, needs) {
            withdrawal.needs_of_money(needs);
            needs_to_bind(&withdrawal, seen, needs);
        }
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<CreatedIds, Halt> {
        // only one without a nonce is ever due
        let Some(withdrawal): Option<Withdrawal> = self.0.now(draft)? else {
            return Ok(CreatedIds::default());
        };
        let is_over = withdrawal.facts.give_up_at.is_some_and(|at| at <= draft.ctx.now);
        let mut desk = Desk { draft, withdrawal: withdrawal.clone() };
        if is_over && desk.doubt()?.is_none() {
            desk.not_paid(WithdrawalTrigger::GiveUp, WhyFailed::of("expired"))?;
        } else {
            desk.go_on()?;
        }
        if !desk.put_if_changed(&withdrawal)? {
            return Ok(CreatedIds::default());
        }
        Ok(CreatedIds::of(withdrawal.id()))
    }

    fn reply(&self, made: &CreatedIds, _: &Snapshot, _: bool) -> Result<bool, Halt> {
        Ok(!made.is_empty())
    }
}
