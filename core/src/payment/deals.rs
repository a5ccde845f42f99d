//! Payments of deals. The captured money goes on to the deal in the same commit, and a refund of the deal
//! goes on to the payer.
//!
//! The payment pays the account of the buyer, and the deal takes the money from there as from a balance. If
//! the deal can no longer be paid when the money comes, the money is late and goes back.

use super::apply_report::Heard;
use super::editor::PaymentEditor;
use super::gateway::GatewayAbility;
use super::model::State;
use super::money::MoneyMove;
use super::news::News;
use super::transitions::PaymentTrigger;
use crate::error::{Detail, Error, Kind};
use crate::escrow::decide::{Move, guard, not_allowed, parties};
use crate::escrow::model::{Deal, State as DealState, Trigger};
use crate::escrow::money::Cost;
use crate::escrow::owned::Owners;
use crate::escrow::paying;
use crate::escrow::transitions::Transition;
use crate::ids::{Book, DealId};
use crate::kernel::draft::Draft;
use crate::kernel::editor::Data;
use crate::kernel::operation::{Decided, Halt};
use crate::kernel::permit::Tie;
use crate::ledger::funds::{active, existing, free, unowned};
use crate::ledger::model::mismatch;
use crate::money::Money;
use crate::rows::needs::AccountKey;
use crate::rows::object::members;
use crate::rows::tables::{RecordRow, TransferKind};

/// Gives up the payment of a deal that ends unpaid, and passes the refunds of a paid deal on to the payer.
pub(super) fn changed(before: Option<&RecordRow>, after: &RecordRow, draft: &mut Draft<'_>) -> Decided<()> {
    let (Some(payment), Some(before)) = (Owners::of(after)?.payment, before) else { return Ok(()) };
    let deal = Deal::of(after)?;
    let ended = PaymentTrigger::of_deal(deal.state).filter(|_| before.state != after.state);
    if ended.is_none() && Deal::of(before)?.facts.refunded == deal.facts.refunded {
        return Ok(());
    }
    let mut editor = PaymentEditor::of(draft, &after.book, payment, None)?;
    let changed = match ended {
        Some(trigger) => editor.cancel(trigger)?,
        None => editor.pass_on(&deal)?,
    };
    if changed {
        editor.put()?;
    }
    Ok(())
}

/// Returns the deal if this amount pays it now and the caller may pay it.
pub(super) fn payable(draft: &mut Draft<'_>, book: &Book, deal: DealId, amount: Money) -> Decided<Deal> {
    let deal = Deal::known(draft, book, deal)?;
    let row = Transition::find(deal.state, Trigger::Pay).ok_or_else(|| not_allowed(&deal, Trigger::Pay))?;
    let (buyer, _) = parties(draft, &deal)?;
    draft.permit(&[Tie::Account(&buyer)])?;
    guard(row, &deal, draft.ctx.now)?;
    paying::paid_by(&deal, None)?;
    // the checks that would later keep the money from the deal
    unowned(&buyer)?;
    active(&buyer)?;
    for payee in deal.payees() {
        active(&existing(draft, &payee)?)?;
    }
    if amount.currency() != deal.currency {
        return Err(mismatch("amount", deal.currency, amount.currency()).into());
    }
    let pays = Cost::of(deal.facts.plan())?.buyer_pays;
    if amount.minor_units() != pays {
        let reason = format!("must be `{}`, which the buyer pays", deal.money(pays)?);
        return Err(Detail::InvalidAmount { field: "amount".to_owned(), reason }.into());
    }
    Ok(deal)
}

/// True for a refusal by the rules, which a repeated call meets again; false for a failure.
fn is_verdict(error: &Error) -> bool {
    !matches!(error.kind(), Kind::Misused | Kind::Unavailable | Kind::Corrupt)
}

impl PaymentEditor<'_, '_> {
    /// The deal that it pays.
    fn deal(&self) -> Decided<Option<Deal>> {
        let Some(deal) = self.object.facts.deal else { return Ok(None) };
        Deal::known(self.draft, &self.object.row.book, deal).map(Some)
    }

    fn pulls(&self, deal: DealId, trigger: Trigger) -> Move {
        Move::new(self.object.row.book.clone(), deal, trigger)
    }

    /// Refuses a payment that a deal or a purchase owns: only its owner moves it.
    pub(crate) fn free_of_owners(&self) -> Decided<()> {
        let facts = &self.object.facts;
        Ok(free(facts.deal.map(Into::into).or(facts.purchase.map(Into::into)))?)
    }

    /// Runs `act`. If the rules refuse it, its writes are dropped and `false` is returned.
    fn tried(&mut self, act: impl FnOnce(&mut Self) -> Decided<()>) -> Decided<bool> {
        let (draft, payment) = (self.draft.mark(), self.object.clone());
        match act(self) {
            Err(Halt::Reject(rejection)) if is_verdict(&rejection.error) => {
                self.draft.restore(draft);
                self.object = payment;
                Ok(false)
            }
            outcome => outcome.map(|()| true),
        }
    }

    /// Posts captured money for the owner: it pays the deal, or goes to the seller of the purchase. If that
    /// is no longer possible, or the payment was given up, the money is late.
    pub(crate) fn captured_for_owner(&mut self, place: usize, total: i128, news: &News) -> Decided<Heard> {
        let wanted = !self.object.facts.cancel_requested;
        if wanted
            && self.tried(|editor| {
                editor.captured(total, PaymentTrigger::Told).and_then(|()| editor.pay_deal())
            })?
        {
            return Ok(Heard::Applied);
        }
        self.enter(State::Voided, PaymentTrigger::Late, Data::new())?;
        self.late(place, total, news)
    }

    /// Pays the deal, if there is one, from the buyer's account, which has the money by now.
    pub(crate) fn pay_deal(&mut self) -> Decided<()> {
        let Some(deal) = self.object.facts.deal else { return Ok(()) };
        let mut act = self.pulls(deal, Trigger::Pay);
        act.args.payment = Some(self.object.id());
        act.by_system(self.draft)
    }

    /// Detaches the payment from a deal that it has not paid, so that the buyer may pay it otherwise.
    pub(crate) fn leave_deal(&mut self) -> Decided<()> {
        match self.deal()? {
            Some(deal)
                if deal.state == DealState::Pending && deal.facts.payment == Some(self.object.id()) =>
            {
                paying::end(self.draft, deal)
            }
            _ => Ok(()),
        }
    }

    /// Refunds to the payer the money that the deal gave back to its buyer, as far as it may be refunded.
    /// Returns whether anything changed.
    fn pass_on(&mut self, deal: &Deal) -> Decided<bool> {
        let due = deal.facts.refunded - self.object.facts.passed_on;
        if due <= 0 {
            return Ok(false);
        }
        self.object.facts.passed_on = deal.facts.refunded;
        let minor = due.min(self.object.facts.refundable());
        let is_part = minor < self.object.facts.captured;
        let can = minor > 0 && (!is_part || self.gateway()?.facts.can(GatewayAbility::PartialRefund));
        if can && self.tried(|editor| editor.request_refund(minor, None).map(drop))? {
            return Ok(true);
        }
        // it stays with the buyer
        self.emit("payment.not_given_back", members!("amount": due.to_string()))?;
        self.tell_admins("payment.not_given_back")?;
        Ok(true)
    }

    /// The account that bears chargebacks: the one that was paid, or the seller of the deal.
    pub(crate) fn bearer(&self) -> Decided<AccountKey> {
        Ok(self.deal()?.map_or_else(|| self.object.to(), |deal| deal.seller()))
    }

    /// Takes a chargeback from the deal while the deal has the money, and ends the deal. Money that the deal
    /// gives back beyond the chargeback is refunded. Returns how much was taken.
    pub(crate) fn take_from_deal(&mut self, minor: i128) -> Decided<i128> {
        let Some(deal) = self.deal()? else { return Ok(0) };
        let is_paid = deal.facts.payment == Some(self.object.id()) && deal.facts.held() > 0;
        if minor == 0 || !is_paid || Transition::find(deal.state, Trigger::Chargeback).is_none() {
            return Ok(0);
        }
        self.pulls(deal.id(), Trigger::Chargeback).by_system(self.draft)?;
        let back = self.deal()?.map_or(0, |after| after.facts.refunded - deal.facts.refunded);
        let (kind, from, to) = (TransferKind::Chargeback, self.object.to(), self.world());
        let taken = self.bear(MoneyMove { kind, from, to, minor: minor.min(back), original: None })?;
        self.object.facts.passed_on += taken;
        Ok(taken)
    }
}
