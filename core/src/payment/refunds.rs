//! Refunds: the money leaves the payee when it is asked for, and comes back when the gateway refuses it or it
//! is returned.

use std::sync::Arc;

use super::desk::{Data, Desk};
use super::model::{FailureCode, FailureFacts, GatewayCall, MOST_PARTS, State};
use super::money::MoneyMove;
use super::parts::{Refund, RefundState, reason_of};
use super::told::Heard;
use crate::error::{Detail, Error, Result};
use crate::ids::RefundId;
use crate::kernel::operation::Halt;
use crate::ledger::funds::ensure;
use crate::rows::tables::TransferKind;

impl Desk<'_, '_> {
    fn refund(&self, id: RefundId) -> Option<&Refund> {
        self.payment.facts.refunds.iter().find(|refund| refund.id == id)
    }

    /// Marks how far a refund is.
    pub(crate) fn refund_is(&mut self, id: RefundId, state: RefundState) {
        if let Some(refund) = self.payment.facts.refunds.iter_mut().find(|refund| refund.id == id) {
            refund.state = state;
        }
    }

    /// Keeps the gateway's reference of a refund, unless it has one.
    pub(crate) fn refund_has(&mut self, id: RefundId, reference: Option<&Arc<str>>) {
        if let Some(refund) = self.payment.facts.refunds.iter_mut().find(|refund| refund.id == id) {
            refund.reference = refund.reference.take().or_else(|| Self::owned(reference));
        }
    }

    /// Asks for a refund: the money leaves the payee now, and the gateway is asked when its turn comes.
    ///
    /// # Errors
    /// `refund_exceeds_captured`, `insufficient_balance`.
    pub(crate) fn request_refund(&mut self, minor: i128, reason: Option<&str>) -> Result<RefundId, Halt> {
        let left = self.payment.facts.refundable();
        if minor > left || minor <= 0 {
            return Err(self.exceeds(minor)?.into());
        }
        if self.payment.facts.refunds.len() >= MOST_PARTS {
            return Err(
                Error::invalid("payment", format!("has {MOST_PARTS} refunds, and no room for more")).into()
            );
        }
        let (from, to) = (self.payment.to(), self.world());
        ensure(self.draft, &from, minor)?;
        let transfer =
            self.post(MoneyMove { kind: TransferKind::Refund, from, to, minor, original: None })?;
        let id = RefundId::from_uuid(self.draft.ids.uuid());
        let attempt = self.payment.facts.attempts.len().saturating_sub(1);
        self.payment.facts.refunds.push(Refund {
            id,
            minor,
            state: RefundState::Queued,
            attempt,
            late: false,
            reference: None,
            transfer: Some(transfer),
            reversal: None,
        });
        if let Some(reason) = reason {
            self.keep(&reason_of(id), reason);
        }
        let mut data = self.data_of(id, minor);
        data.insert("transfer".to_owned(), transfer.to_string().into());
        self.emit("payment.refund_requested", data)?;
        self.next_turn()?;
        Ok(id)
    }

    fn exceeds(&self, minor: i128) -> Result<Error> {
        let (payment, facts) = (&self.payment, &self.payment.facts);
        Ok(Detail::RefundExceedsCaptured {
            payment: payment.id().to_string(),
            captured: payment.money(facts.captured)?,
            refunded: payment.money(facts.given_back())?,
            charged_back: payment.money(facts.charged_back())?,
            requested: payment.money(minor)?,
        }
        .into())
    }

    fn data_of(&self, id: RefundId, minor: i128) -> Data {
        let mut data = Data::new();
        data.insert("amount".to_owned(), minor.to_string().into());
        data.insert("refund".to_owned(), id.to_string().into());
        data
    }

    /// Gives back what was taken although it should have been given up. Where the payee has spent it, admins
    /// are told.
    ///
    /// # Errors
    /// Only halts.
    pub(crate) fn give_back_all(&mut self) -> Result<(), Halt> {
        let left = self.payment.facts.refundable();
        if left == 0 {
            return Ok(());
        }
        let mark = (self.draft.mark(), self.payment.clone());
        match self.request_refund(left, None) {
            Ok(_) => Ok(()),
            Err(Halt::Reject(_)) => {
                self.draft.restore(mark.0);
                self.payment = mark.1;
                self.tell_admins("payment.not_given_back")
            }
            Err(halt) => Err(halt),
        }
    }

    /// The next refund has its turn, where no call is under way.
    ///
    /// # Errors
    /// Only halts.
    pub(crate) fn next_turn(&mut self) -> Result<(), Halt> {
        let state = self.payment.state;
        // while the payment itself may make a call, the money of an attempt that was left waits
        let rests = state.is_paid() || state.ended_unpaid() || state == State::Mismatched;
        if !rests || self.payment.facts.doing.is_some() {
            return Ok(());
        }
        let waiting = self.payment.facts.refunds.iter().find(|refund| refund.state == RefundState::Queued);
        match waiting.map(|refund| (refund.id, refund.minor)) {
            Some((id, minor)) => self.begin(GatewayCall::Refund, minor, Some(id)),
            None => Ok(()),
        }
    }

    /// The call of a refund is over, where it was the one under way.
    fn refund_settled(&mut self, id: RefundId) -> Result<(), Halt> {
        if self.payment.facts.doing.as_ref().is_some_and(|doing| doing.refund == Some(id)) {
            self.settled()?;
        }
        Ok(())
    }

    /// The gateway has given a refund back.
    ///
    /// # Errors
    /// Only halts.
    pub(crate) fn refund_done(
        &mut self,
        id: RefundId,
        reference: Option<&Arc<str>>,
        amount: Option<i128>,
    ) -> Result<Heard, Halt> {
        let Some(refund) = self.refund(id).cloned() else { return Ok(Heard::Ignored) };
        if matches!(refund.state, RefundState::Done | RefundState::Returned) {
            self.refund_has(id, reference);
            return Ok(Heard::Ignored);
        }
        if amount.is_some_and(|amount| amount != refund.minor) {
            self.refund_settled(id)?;
            // what went back is for an admin to find out: it is not sent again by itself
            self.refund_is(id, if refund.late { RefundState::Refused } else { RefundState::Done });
            return self.mismatch("refunded", 0).map(|()| Heard::Mismatched);
        }
        if refund.late && self.payment.facts.suspended < refund.minor {
            return Ok(Heard::Ignored);
        }
        if refund.state == RefundState::Refused && !refund.late {
            // it was given back to the payee meanwhile: the gateway has done it all the same
            return self.withdraw(refund.minor).map(|()| Heard::Applied);
        }
        self.refund_settled(id)?;
        if let Some(refund) = self.payment.facts.refunds.iter_mut().find(|refund| refund.id == id) {
            refund.state = RefundState::Done;
            refund.reference = refund.reference.take().or_else(|| Self::owned(reference));
        }
        let mut data = self.data_of(id, refund.minor);
        if refund.late {
            let to = self.world();
            let transfer = self.unsuspend(to, refund.minor, TransferKind::Refund)?;
            data.insert("transfer".to_owned(), transfer.to_string().into());
            if let Some(refund) = self.payment.facts.refunds.iter_mut().find(|refund| refund.id == id) {
                refund.transfer = Some(transfer);
            }
        }
        self.emit("payment.refund_done", data)?;
        let facts = &self.payment.facts;
        let all = facts.captured > 0 && facts.refunded() >= facts.captured;
        if all && self.payment.state == State::Captured {
            self.enter(State::Refunded, "refunded", Data::new())?;
        }
        Ok(Heard::Applied)
    }

    /// The gateway refuses a refund: what left the payee comes back.
    ///
    /// # Errors
    /// Only halts.
    pub(crate) fn refund_refused(
        &mut self,
        id: RefundId,
        reference: Option<&Arc<str>>,
        failure: FailureFacts,
    ) -> Result<Heard, Halt> {
        let Some(refund) = self.refund(id).cloned() else { return Ok(Heard::Ignored) };
        if !matches!(refund.state, RefundState::Queued | RefundState::Sent | RefundState::Unknown) {
            return Ok(Heard::Ignored);
        }
        self.refund_settled(id)?;
        // what is not left others have given back: it is asked for, and booked then
        self.payment.facts.unexplained |= failure.code == FailureCode::NotProcessed;
        self.payment.facts.failure = Some(failure);
        self.reverse(&refund, RefundState::Refused, "payment.refund_refused", reference)?;
        if refund.late {
            // it waits in `@suspense` until somebody sends it again
            self.tell_admins("payment.suspended")?;
        }
        Ok(Heard::Applied)
    }

    /// A refund came back to the gateway: what left the payee comes back.
    ///
    /// # Errors
    /// Only halts.
    pub(crate) fn refund_returned(&mut self, id: RefundId) -> Result<Heard, Halt> {
        let Some(refund) = self.refund(id).cloned() else { return Ok(Heard::Ignored) };
        if matches!(refund.state, RefundState::Refused | RefundState::Returned) {
            return Ok(Heard::Ignored);
        }
        self.refund_settled(id)?;
        self.reverse(&refund, RefundState::Returned, "payment.refund_returned", None)?;
        if self.payment.state == State::Refunded {
            self.enter(State::Captured, "refund_failed", Data::new())?;
        }
        Ok(Heard::Applied)
    }

    fn reverse(
        &mut self,
        refund: &Refund,
        state: RefundState,
        event: &'static str,
        reference: Option<&Arc<str>>,
    ) -> Result<(), Halt> {
        let mut reversal = None;
        if refund.late && refund.is_done() {
            // it was outside again, and is nobody's
            reversal = Some(self.suspend(refund.minor)?);
        } else if let Some(transfer) = refund.transfer.filter(|_| !refund.late) {
            let (from, to) = (self.world(), self.payment.to());
            let movement =
                MoneyMove { kind: TransferKind::Reversal, from, to, minor: refund.minor, original: None };
            reversal = Some(self.undo(transfer, movement)?);
        }
        if let Some(one) = self.payment.facts.refunds.iter_mut().find(|one| one.id == refund.id) {
            (one.state, one.reversal) = (state, reversal);
            one.reference = one.reference.take().or_else(|| Self::owned(reference));
        }
        let mut data = self.data_of(refund.id, refund.minor);
        if let Some(transfer) = reversal {
            data.insert("transfer".to_owned(), transfer.to_string().into());
        }
        self.emit(event, data)
    }
}
