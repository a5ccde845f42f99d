//! The timers of a payment: an unconfirmed payment expires, an uncaptured authorization is voided, and the
//! admins are told of one that waits for too long.

use super::editor::PaymentEditor;
use super::model::{Payment, PaymentFacts, State};
use super::needs::needs_of;
use super::transitions::PaymentTrigger;
use crate::ids::PaymentId;
use crate::kernel::draft::{Decided, Draft};
use crate::kernel::due::Timed;
use crate::kernel::editor::Data;
use crate::kernel::snapshot::Snapshot;
use crate::rows::needs::{Needs, RecordKey};

impl PaymentEditor<'_, '_> {
    /// Expires the payment: its time passed before anything was captured.
    pub(crate) fn expire(&mut self) -> Decided<()> {
        self.settled()?;
        self.enter(State::Expired, PaymentTrigger::ExpiresAt, Data::new())
    }

    fn timer(&mut self) -> Decided<bool> {
        let is_over = self.object.facts.deadline(self.object.state).is_some_and(|at| at <= self.now());
        let has_gone_on = is_over && self.is_over()?;
        Ok(self.waits_too_long()? || has_gone_on)
    }

    fn is_over(&mut self) -> Decided<bool> {
        match self.object.state {
            State::Authorizing if self.is_of_another_history()? => self.unknown()?,
            State::Created | State::Authorizing => self.expire()?,
            State::ActionRequired => self.begin_void(PaymentTrigger::ExpiresAt, true)?,
            State::Authorized => self.begin_void(PaymentTrigger::AuthorizationExpiresAt, true)?,
            _ => return Ok(false),
        }
        Ok(true)
    }
}

impl Timed for PaymentFacts {
    const TIMER: &'static str = "payment.timer";

    fn timer_needs(key: &RecordKey, seen: &Snapshot, needs: &mut Needs) {
        needs_of(&key.book, PaymentId::from_uuid(key.id), seen, needs);
        if let Some(Ok(payment)) = seen.records.row(key).map(Payment::of) {
            payment.needs_to_be_late(needs);
        }
    }

    fn run_timer(payment: Payment, draft: &mut Draft<'_>) -> Decided<bool> {
        let mut editor = PaymentEditor::new(draft, payment);
        let has_changed = editor.timer()?;
        if has_changed {
            editor.put()?;
        }
        Ok(has_changed)
    }
}
