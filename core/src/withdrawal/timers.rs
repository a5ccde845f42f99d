//! The timer of a withdrawal without a nonce: it looks again, and gives up when its time has passed.

use super::bind::needs_to_bind;
use super::desk::{Desk, needs_of};
use super::ends::WhyFailed;
use super::model::{self, KIND, State, Withdrawal};
use super::transitions::WithdrawalTrigger;
use crate::error::Result;
use crate::ids::{Book, WithdrawalId};
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Halt, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::request::note::Note;
use crate::rows::needs::Needs;
use crate::rows::tables::RecordRow;

/// The name of a timer's call.
pub(super) const NAME: &str = "withdrawal.timer";

/// Runs the timer of a withdrawal, unless the withdrawal has changed since.
#[derive(Clone, Debug)]
pub(super) struct LookAgain {
    book: Book,
    withdrawal: WithdrawalId,
    version: i64,
}

/// The timer of a withdrawal that is due; `None` for another record, or one without a deadline.
#[must_use]
pub(super) fn due(record: &RecordRow) -> Option<LookAgain> {
    let waits = record.kind.as_ref() == KIND && record.due_at.is_some();
    waits.then(|| LookAgain {
        book: record.book.clone(),
        withdrawal: WithdrawalId::from_uuid(record.id),
        version: record.version,
    })
}

impl Operation for LookAgain {
    /// Whether the withdrawal changed now.
    type Reply = bool;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        if let Some(withdrawal) = needs_of(&self.book, self.withdrawal, seen, needs) {
            withdrawal.needs_of_money(needs);
            needs_to_bind(&withdrawal, seen, needs);
        }
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<CreatedIds, Halt> {
        let row = draft.record(&model::key(&self.book, self.withdrawal))?;
        let Some(row) = row.filter(|row| row.version == self.version) else {
            return Ok(CreatedIds::default());
        };
        let withdrawal = Withdrawal::of(row)?;
        let now = draft.ctx.now;
        if withdrawal.state != State::Pending || withdrawal.due_at().is_none_or(|at| now < at) {
            return Ok(CreatedIds::default());
        }
        let mut desk = Desk::of(draft, &self.book, self.withdrawal, &Note::default())?;
        let is_over = withdrawal.facts.give_up_at.is_some_and(|at| at <= now);
        if is_over && desk.doubt()?.is_none() {
            desk.not_paid(WithdrawalTrigger::GiveUp, WhyFailed::of("expired"))?;
        } else {
            desk.go_on()?;
        }
        if !desk.put_if_changed(&withdrawal)? {
            return Ok(CreatedIds::default());
        }
        Ok(CreatedIds::of(self.withdrawal))
    }

    fn reply(&self, made: &CreatedIds, _: &Snapshot, _: bool) -> Result<bool, Halt> {
        Ok(!made.is_empty())
    }
}
