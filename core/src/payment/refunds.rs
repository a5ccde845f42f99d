//! Refunds: the money leaves the payee at the request, and comes back if the gateway refuses or returns the
//! refund.

use std::sync::Arc;

use super::apply_report::Heard;
use super::editor::PaymentEditor;
use super::gateway::GatewayAbility;
use super::model::{FailureCode, FailureFacts, GatewayCall, MOST_PARTS, State};
use super::money::MoneyMove;
use super::parts::{Refund, RefundState, reason_of};
use super::payer_account::RefundAccount;
use super::refund_account::judge;
use super::transitions::PaymentTrigger;
use crate::error::{Detail, Error, Result};
use crate::ids::RefundId;
use crate::kernel::editor::Data;
use crate::kernel::operation::{Decided, Halt};
use crate::ledger::funds::ensure;
use crate::rows::object::members;
use crate::rows::tables::TransferKind;

impl PaymentEditor<'_, '_> {
    fn refund(&self, id: RefundId) -> Option<&Refund> {
        self.object.facts.refunds.iter().find(|refund| refund.id == id)
    }

    /// Sets the state of a refund.
    pub(crate) fn refund_is(&mut self, id: RefundId, state: RefundState) {
        if let Some(refund) = self.object.facts.refunds.iter_mut().find(|refund| refund.id == id) {
            refund.state = state;
        }
    }

    /// Keeps the gateway's reference of a refund, unless it has one.
    pub(crate) fn refund_has(&mut self, id: RefundId, reference: Option<&Arc<str>>) {
        if let Some(refund) = self.object.facts.refunds.iter_mut().find(|refund| refund.id == id) {
            refund.reference = refund.reference.take().or_else(|| Self::owned(reference));
        }
    }

    /// Requests a refund. The money leaves the payee now, and the gateway is called when the refund has its
    /// turn.
    pub(crate) fn request_refund(&mut self, minor: i128, reason: Option<&str>) -> Decided<RefundId> {
        let left = self.object.facts.refundable();
        if minor > left || minor <= 0 {
            return Err(self.exceeds(minor)?.into());
        }
        if self.object.facts.refunds.len() >= MOST_PARTS {
            return Err(
                Error::invalid("payment", format!("has {MOST_PARTS} refunds, and no room for more")).into()
            );
        }
        let (from, to) = (self.object.to(), self.world());
        ensure(self.draft, &from, minor)?;
        let transfer =
            self.post(MoneyMove { kind: TransferKind::Refund, from, to, minor, original: None })?;
        let id = RefundId::from_uuid(self.draft.ids.uuid());
        let attempt = self.object.facts.attempts.len().saturating_sub(1);
        self.object.facts.refunds.push(Refund {
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

    /// As [`PaymentEditor::request_refund`], to an account of the payer's where the payment was a deposit.
    pub(crate) fn request_refund_to(
        &mut self,
        minor: i128,
        reason: Option<&str>,
        account: Option<&RefundAccount>,
    ) -> Decided<RefundId> {
        let driver = self.gateway()?.facts.driver;
        judge(driver, self.object.facts.is_by_deposit(), account.is_some())?;
        let refund = self.request_refund(minor, reason)?;
        if let Some(account) = account {
            account.keep(self.draft, &mut self.object, refund)?;
        }
        Ok(refund)
    }

    fn exceeds(&self, minor: i128) -> Result<Error> {
        let (payment, facts) = (&self.object, &self.object.facts);
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
        members!("amount": minor.to_string(), "refund": id.to_string())
    }

    /// Refunds money that was captured although the payment was given up. If the payee has spent it, the
    /// admins are told.
    pub(crate) fn give_back_all(&mut self) -> Decided<()> {
        let left = self.object.facts.refundable();
        if left == 0 {
            return Ok(());
        }
        let mark = (self.draft.mark(), self.object.clone());
        match self.request_refund(left, None) {
            Ok(_) => Ok(()),
            Err(Halt::Reject(_)) => {
                self.draft.restore(mark.0);
                self.object = mark.1;
                self.tell_admins("payment.not_given_back")
            }
            Err(halt) => Err(halt),
        }
    }

    /// Refunds what is left of a payment that was given up, where its refund was held back because a part of
    /// the money went back in another way.
    pub(crate) fn give_back_rest(&mut self) -> Decided<()> {
        if self.object.facts.cancel_requested && self.object.facts.deal.is_none() {
            return self.give_back_all();
        }
        Ok(())
    }

    /// Begins the next queued refund if no call is under way, or else the void of a rest.
    pub(crate) fn next_turn(&mut self) -> Decided<()> {
        let state = self.object.state;
        // while the payment itself may make a call, the refund of an earlier attempt waits
        let rests = state.is_paid() || state.ended_unpaid() || state == State::Mismatched;
        if !rests || self.object.facts.doing.is_some() {
            return Ok(());
        }
        let waiting = self.object.facts.refunds.iter().find(|refund| refund.state == RefundState::Queued);
        match waiting.map(|refund| (refund.id, refund.minor)) {
            Some((id, minor)) => self.begin(GatewayCall::Refund, minor, Some(id)),
            None => self.void_rest(),
        }
    }

    /// Ends the call of a refund if it is the one under way.
    pub(crate) fn refund_settled(&mut self, id: RefundId) -> Decided<()> {
        if self.object.facts.doing.as_ref().is_some_and(|doing| doing.refund == Some(id)) {
            self.settled()?;
        }
        Ok(())
    }

    /// The gateway has made a refund.
    pub(crate) fn refund_done(
        &mut self,
        id: RefundId,
        reference: Option<&Arc<str>>,
        amount: Option<i128>,
    ) -> Decided<Heard> {
        let Some(refund) = self.refund(id).cloned() else { return Ok(Heard::Ignored) };
        if matches!(refund.state, RefundState::Done | RefundState::Returned) {
            self.refund_has(id, reference);
            return Ok(Heard::Ignored);
        }
        if self.was_refused(id) {
            return self.done_after_all(&refund);
        }
        if amount.is_some_and(|amount| amount != refund.minor) {
            self.refund_settled(id)?;
            // an admin finds out what went back: the refund is not sent again by itself
            self.refund_is(id, if refund.late { RefundState::Refused } else { RefundState::Done });
            return self.mismatch("refunded", 0).map(|()| Heard::Mismatched);
        }
        if refund.late && self.object.facts.suspended < refund.minor {
            return Ok(Heard::Ignored);
        }
        self.refund_settled(id)?;
        if let Some(refund) = self.object.facts.refunds.iter_mut().find(|refund| refund.id == id) {
            refund.state = RefundState::Done;
            refund.reference = refund.reference.take().or_else(|| Self::owned(reference));
        }
        let mut data = self.data_of(id, refund.minor);
        if refund.late {
            let to = self.world();
            let transfer = self.unsuspend(to, refund.minor, TransferKind::Refund)?;
            data.insert("transfer".to_owned(), transfer.to_string().into());
            if let Some(refund) = self.object.facts.refunds.iter_mut().find(|refund| refund.id == id) {
                refund.transfer = Some(transfer);
            }
        }
        self.emit("payment.refund_done", data)?;
        let facts = &self.object.facts;
        let all = facts.captured > 0 && facts.refunded() >= facts.captured;
        if all && self.object.state == State::Captured {
            self.enter(State::Refunded, PaymentTrigger::Refunded, Data::new())?;
        }
        Ok(Heard::Applied)
    }

    /// Whether a refund was refused, so that the payee has its money again.
    pub(crate) fn was_refused(&self, id: RefundId) -> bool {
        self.refund(id).is_some_and(|refund| refund.state == RefundState::Refused && !refund.late)
    }

    /// The gateway made a refund after all that was refused. Such news may repeat, and a total may have led
    /// to the same money before, so the gateway is asked for its total. If it cannot be asked, the money is
    /// taken once.
    fn done_after_all(&mut self, refund: &Refund) -> Decided<Heard> {
        if self.gateway()?.facts.can(GatewayAbility::Query) {
            self.object.facts.unexplained = true;
            return Ok(Heard::Queried);
        }
        let is_new = self.withdraw_refund(refund.id, refund.minor)?;
        Ok(if is_new { Heard::Applied } else { Heard::Ignored })
    }

    /// The refund under way, if its gateway may have it: it was sent, now or before, or an abandoned history
    /// may have sent it.
    pub(crate) fn refund_maybe_there(&self) -> Decided<Option<RefundId>> {
        let other = self.is_of_another_history()?;
        let doing = self.object.facts.doing.as_ref();
        let sent = doing.filter(|doing| doing.may_be_there() || doing.resent || other);
        Ok(sent.and_then(|doing| doing.refund))
    }

    /// Refuses refunds that no gateway has, the newest first, as far as the payer's bank now takes the money
    /// that they would give back. Returns how much the payee has again, in minor units.
    pub(crate) fn hold_back(&mut self, taken: i128) -> Decided<i128> {
        let sent = self.refund_maybe_there()?;
        let waits = |one: &&Refund| one.state == RefundState::Queued && !one.late && Some(one.id) != sent;
        let mut held = 0;
        while self.object.facts.given_twice(taken) > 0 {
            let next = self.object.facts.refunds.iter().rfind(waits);
            let Some((id, minor)) = next.map(|one| (one.id, one.minor)) else { break };
            self.refund_refused(id, None, FailureFacts::own(FailureCode::Declined))?;
            held += minor;
        }
        Ok(held)
    }

    /// Whether the payer's bank has taken the money that a refund would give back.
    pub(crate) fn is_with_bank(&self, id: RefundId) -> bool {
        self.refund(id).is_some_and(|refund| !refund.late) && self.object.facts.given_twice(0) > 0
    }

    /// Refuses a refund that is about to be sent if the payer's bank has taken its money meanwhile. Returns
    /// whether it did.
    pub(crate) fn refuse_if_with_bank(&mut self, id: RefundId, code: FailureCode) -> Decided<bool> {
        if !self.is_with_bank(id) {
            return Ok(false);
        }
        self.refund_refused(id, None, FailureFacts::own(code))?;
        if self.object.facts.deal.is_some() {
            // it stays with the buyer
            self.tell_admins("payment.not_given_back")?;
        }
        self.give_back_rest()?;
        Ok(true)
    }

    /// The gateway refuses a refund: its money goes back to the payee.
    pub(crate) fn refund_refused(
        &mut self,
        id: RefundId,
        reference: Option<&Arc<str>>,
        failure: FailureFacts,
    ) -> Decided<Heard> {
        let Some(refund) = self.refund(id).cloned() else { return Ok(Heard::Ignored) };
        if !matches!(refund.state, RefundState::Queued | RefundState::Sent | RefundState::Unknown) {
            return Ok(Heard::Ignored);
        }
        self.refund_settled(id)?;
        // somebody else has refunded the missing money: the gateway is asked, and the answer is booked
        self.object.facts.unexplained |= failure.code == FailureCode::NotProcessed;
        self.object.facts.failure = Some(failure);
        self.reverse(&refund, RefundState::Refused, "payment.refund_refused", reference)?;
        if refund.late {
            // the money waits in `@suspense` until somebody sends the refund again
            self.tell_admins("payment.suspended")?;
        }
        Ok(Heard::Applied)
    }

    /// A refund came back to the gateway: its money goes back to the payee.
    pub(crate) fn refund_returned(&mut self, id: RefundId) -> Decided<Heard> {
        let Some(refund) = self.refund(id).cloned() else { return Ok(Heard::Ignored) };
        if matches!(refund.state, RefundState::Refused | RefundState::Returned) {
            return Ok(Heard::Ignored);
        }
        self.refund_settled(id)?;
        self.question_is_old()?;
        self.reverse(&refund, RefundState::Returned, "payment.refund_returned", None)?;
        if self.object.state == State::Refunded {
            self.enter(State::Captured, PaymentTrigger::RefundFailed, Data::new())?;
        }
        Ok(Heard::Applied)
    }

    fn reverse(
        &mut self,
        refund: &Refund,
        state: RefundState,
        event: &'static str,
        reference: Option<&Arc<str>>,
    ) -> Decided<()> {
        let mut reversal = None;
        if refund.late && refund.is_done() {
            // the money had left, and is nobody's again
            reversal = Some(self.suspend(refund.minor)?);
        } else if let Some(transfer) = refund.transfer.filter(|_| !refund.late) {
            let (from, to) = (self.world(), self.object.to());
            let movement =
                MoneyMove { kind: TransferKind::Reversal, from, to, minor: refund.minor, original: None };
            reversal = Some(self.undo(transfer, movement)?);
        }
        if let Some(one) = self.object.facts.refunds.iter_mut().find(|one| one.id == refund.id) {
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
