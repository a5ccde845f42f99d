//! The timers of a payment: an unconfirmed payment expires, an uncaptured authorization is voided, and the
//! admins are told of one that waits for too long.

use super::editor::PaymentEditor;
use super::model::{KIND, Payment, State};
use super::needs::needs_of;
use super::transitions::PaymentTrigger;
use crate::ids::PaymentId;
use crate::kernel::draft::Draft;
use crate::kernel::due::DueRecord;
use crate::kernel::editor::Data;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::rows::needs::Needs;
use crate::rows::tables::RecordRow;

/// The name of a timer's call.
pub(crate) const NAME: &str = "payment.timer";

/// Runs the timer of a payment, unless the payment has changed since.
#[derive(Clone, Debug)]
pub(crate) struct Tick(DueRecord);

/// The timer of a payment that is due; `None` for another record, or one without a deadline.
pub(crate) fn due(record: &RecordRow) -> Option<Tick> {
    DueRecord::of(record, KIND).map(Tick)
}

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

impl Operation for Tick {
    /// Whether the payment changed now.
    type Reply = bool;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        needs_of(&self.0.key.book, PaymentId::from_uuid(self.0.key.id), seen, needs);
        if let Some(Ok(payment)) = seen.records.row(&self.0.key).map(Payment::of) {
            payment.needs_to_be_late(needs);
        }
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let Some(payment) = self.0.now(draft)? else { return Ok(CreatedIds::default()) };
        let mut editor = PaymentEditor::new(draft, payment);
        if !editor.timer()? {
            return Ok(CreatedIds::default());
        }
        Ok(CreatedIds::of(editor.put()?))
    }

    fn reply(&self, made: &CreatedIds, _: &Snapshot, _: bool) -> Decided<bool> {
        Ok(!made.is_empty())
    }
}
