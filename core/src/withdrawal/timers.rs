//! The timer of a withdrawal: one without a nonce looks again, and gives up when its time has passed; of one
//! that waits for too long the admins are told.

use super::bind::needs_to_bind;
use super::editor::{WithdrawalEditor, needs_of};
use super::model::{State, Withdrawal, WithdrawalFacts};
use super::outcomes::WhyFailed;
use super::transitions::WithdrawalTrigger;
use crate::ids::WithdrawalId;
use crate::kernel::draft::{Decided, Draft};
use crate::kernel::due::Timed;
use crate::kernel::snapshot::Snapshot;
use crate::request::domain::{Timer, timer_of};
use crate::rows::needs::{Needs, RecordKey};
use crate::rows::tables::RecordRow;

/// The timer of a withdrawal that is due; `None` for another record, or one without a deadline.
pub(super) fn due(record: &RecordRow) -> Option<Timer> {
    timer_of::<WithdrawalFacts>(record)
}

impl Timed for WithdrawalFacts {
    const TIMER: &'static str = "withdrawal.timer";

    fn timer_needs(key: &RecordKey, seen: &Snapshot, needs: &mut Needs) {
        let withdrawal = needs_of(&key.book, WithdrawalId::from_uuid(key.id), seen, needs);
        // one with a nonce is due only because it waits for too long
        if let Some(withdrawal) = withdrawal.filter(|withdrawal| withdrawal.state == State::Pending) {
            withdrawal.needs_of_money(needs);
            needs_to_bind(&withdrawal, seen, needs);
        }
    }

    fn run_timer(withdrawal: Withdrawal, draft: &mut Draft<'_>) -> Decided<bool> {
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
        editor.put_if_changed(&withdrawal)
    }
}
