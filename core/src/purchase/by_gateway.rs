//! Purchases that are paid through a gateway. The purchase owns a payment, and follows it.

use super::attempts::PayAttempt;
use super::editor::{PurchaseEditor, UnitChange, needs_of};
use super::model::{PaidWith, Purchase, State};
use super::transitions::PurchaseTrigger;
use crate::error::Error;
use crate::ids::{AccountId, Book, PurchaseId};
use crate::kernel::draft::Draft;
use crate::kernel::editor::Data;
use crate::kernel::operation::Decided;
use crate::kernel::snapshot::Snapshot;
use crate::ledger::funds::{active, opened, unowned};
use crate::payment::model::{self as paid, Payment};
use crate::payment::owned::{self, OwnedMeans, OwnedPayment};
use crate::payment::transitions::PaymentTrigger;
use crate::rows::needs::{Access, Needs};
use crate::rows::object::members;
use crate::rows::tables::RecordRow;

/// Names the rows that a purchase needs when its payment changes.
pub(super) fn needs(record: &RecordRow, seen: &Snapshot, needs: &mut Needs) {
    let Some(id) = purchase_of(record) else { return };
    needs_when_paid(&record.book, id, seen, needs);
}

/// Names the rows that a purchase needs when its payment or its deal changes.
pub(super) fn needs_when_paid(book: &Book, id: PurchaseId, seen: &Snapshot, needs: &mut Needs) {
    if let Some(purchase) = needs_of(book, id, seen, needs) {
        purchase.needs_of_clawback(needs);
    }
}

fn purchase_of(record: &RecordRow) -> Option<PurchaseId> {
    Payment::of(record).ok().and_then(|payment| payment.facts.purchase)
}

/// Updates a purchase whose payment has changed.
pub(super) fn changed(after: &RecordRow, draft: &mut Draft<'_>) -> Decided<()> {
    let payment = Payment::of(after)?;
    let Some(id) = payment.facts.purchase else { return Ok(()) };
    if draft.record(&Purchase::key(&after.book, id))?.is_none() {
        // the purchase begins in the same commit as its payment
        return Ok(());
    }
    let mut editor = PurchaseEditor::of(draft, &after.book, id, None)?;
    if editor.object.facts.payment != Some(payment.id()) {
        // an earlier payment: the purchase now has another one, or none
        return if payment.state.is_paid() { Err(editor.not_paid_by_that().into()) } else { Ok(()) };
    }
    let version = editor.object.row.version;
    if !editor.payment_is(&payment)? {
        return Ok(());
    }
    if editor.object.row.version == version {
        // a change without an event
        editor.draft.put_record(editor.object.into_changed_row()?);
        return Ok(());
    }
    editor.put().map(drop)
}

impl PurchaseEditor<'_, '_> {
    /// Begins a payment for the purchase.
    pub(super) fn pay_by_gateway(&mut self, means: &OwnedMeans) -> Decided<()> {
        let (total, until) = (self.object.facts.total, self.object.facts.hold_until);
        if !total.is_positive() {
            return Err(Error::invalid("with", "must be `balance`: nothing is to be paid").into());
        }
        let to = self.paid_account()?;
        let deal = self.open_deal()?;
        let plain = self.draft.is_plain().then(|| self.draft.ctx.actor.id().to_owned());
        let payer = plain.unwrap_or_else(|| self.object.facts.buyer.to_string());
        let (purchase, book) = (self.object.id(), self.object.row.book.clone());
        let metadata = self.note.metadata.clone();
        let wanted = OwnedPayment { purchase, deal, to, amount: total, payer, expires_at: until, metadata };
        let payment = means.begin(self.draft, &book, &wanted)?;
        let facts = &mut self.object.facts;
        (facts.paid_with, facts.payment, facts.waits) = (Some(PaidWith::Gateway), Some(payment), true);
        let mut data = members!("payment": payment.to_string());
        if let Some(deal) = deal {
            data.insert("deal".to_owned(), deal.to_string().into());
        }
        self.enter(State::Paying, PurchaseTrigger::Pay, data)?;
        // a payment by card counts as taken from the buyer, and as paid to the seller
        self.draft.declare(self.object.buyer(), total.minor_units());
        self.draft.declare_payee(self.object.facts.seller.as_str());
        Ok(())
    }

    /// The account that the payment pays: the seller's. A payment of a deal pays the buyer's account, from
    /// which the money goes on at once.
    fn paid_account(&mut self) -> Decided<AccountId> {
        if self.object.facts.escrow.is_some() {
            return Ok(opened(self.draft, &self.object.buyer())?.id);
        }
        let seller = opened(self.draft, &self.object.seller())?;
        unowned(&seller)?;
        active(&seller)?;
        Ok(seller.id)
    }

    /// Gives up the payment under way if that is surely possible. The units stay held until the payment is
    /// over.
    pub(super) fn give_up_payment(&mut self, trigger: PurchaseTrigger) -> Decided<bool> {
        let is_cancel = trigger == PurchaseTrigger::Cancel;
        let facts = &self.object.facts;
        if is_cancel && facts.cancel_requested || !is_cancel && facts.timed_out {
            return Ok(false);
        }
        let waits = facts.waits;
        let payment = facts.payment.ok_or_else(|| self.broken("has no payment"))?;
        if !waits {
            return Err(self.unmet(trigger, "not_sent", None).into());
        }
        if is_cancel {
            self.object.facts.cancel_requested = true;
            self.emit("purchase.cancel_requested", Data::new())?;
        } else {
            self.object.facts.timed_out = true;
            self.emit("purchase.timed_out", Data::new())?;
        }
        let book = self.object.row.book.clone();
        let trigger = if is_cancel { PaymentTrigger::Cancel } else { PaymentTrigger::HoldUntil };
        owned::give_up(self.draft, &book, payment, trigger, !is_cancel)?;
        let missing = || self.broken("has a payment that is not there");
        let payment = Payment::find(self.draft, &book, payment)?.ok_or_else(missing)?;
        self.payment_is(&payment)?;
        Ok(true)
    }

    /// Follows the present state of its payment, after each change of that. Returns whether anything changed.
    fn payment_is(&mut self, payment: &Payment) -> Decided<bool> {
        let came_back = self.refunds_are(payment)?;
        Ok(self.goes_on(payment)? || came_back)
    }

    /// Notes a refund that the gateway did not make. The seller has that money again, and the purchase owes
    /// it to the buyer until somebody refunds it again.
    fn refunds_are(&mut self, payment: &Payment) -> Decided<bool> {
        let (facts, back) = (&self.object.facts, payment.facts.given_back());
        let goes_to_card = facts.paid_with == Some(PaidWith::Gateway) && facts.deal.is_none();
        let minor = facts.refunded.saturating_sub(back);
        if !goes_to_card || minor <= 0 {
            return Ok(false);
        }
        self.object.facts.refunded = back;
        let data = members!("amount": minor.to_string(), "payment": payment.id().to_string());
        let event = "purchase.refund_failed";
        if self.object.state == State::Refunded {
            self.enter_by(event, State::Completed, PurchaseTrigger::RefundFailed, data)?;
        } else {
            self.emit(event, data)?;
        }
        self.tell_admins(event)?;
        Ok(true)
    }

    /// Goes on by the state of its payment. Returns whether anything changed.
    fn goes_on(&mut self, payment: &Payment) -> Decided<bool> {
        match (self.object.state, payment.state) {
            // the gateway may report the capture and its chargeback at once
            (State::Paying, came) if came.is_paid() => {
                self.object.facts.waits = false;
                self.complete(PurchaseTrigger::Captured, Data::new())?;
                self.count_attempt("completed", "");
                if came == paid::State::ChargedBack {
                    self.charged_back(payment)?;
                }
            }
            // an admin settles the payment of a purchase that is over: the seller would get money for nothing
            (State::Held | State::Cancelled | State::Expired, paid::State::Captured) => {
                return Err(self.not_paid_by_that().into());
            }
            (State::Paying, ended) if ended.ended_unpaid() => self.ends_with(payment)?,
            // the gateway has refused to void it: later money goes back, so the units need not wait, unless
            // it has hinted that the buyer has paid
            (State::Paying, _)
                if self.is_given_up() && owned::was_not_voided(payment) && payment.facts.hint.is_none() =>
            {
                let book = self.object.row.book.clone();
                owned::leave(self.draft, &book, payment.id())?;
                self.ends_with(payment)?;
            }
            (State::Paying, _) => {
                let waits = owned::waits(payment);
                let before = std::mem::replace(&mut self.object.facts.waits, waits);
                return Ok(before != waits);
            }
            (State::Completed, paid::State::ChargedBack) => self.charged_back(payment)?,
            (State::ChargedBack, paid::State::Captured | paid::State::Refunded) => {
                self.give_again()?;
                let is_all_back = self.object.facts.is_all_back();
                let state = if is_all_back { State::Refunded } else { State::Completed };
                self.enter(state, PurchaseTrigger::Won, Data::new())?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// `condition_not_met` for a payment that does not pay the purchase.
    fn not_paid_by_that(&self) -> Error {
        self.unmet(PurchaseTrigger::Captured, "paying", None)
    }

    /// Whether the purchase no longer waits for its payment.
    fn is_given_up(&self) -> bool {
        let facts = &self.object.facts;
        facts.cancel_requested || facts.timed_out || facts.hold_until <= self.now()
    }

    fn count_attempt(&mut self, result: &str, reason: &str) {
        let by_deal = self.object.facts.escrow.is_some();
        let tally = PayAttempt { with: PaidWith::Gateway, by_deal }.tally(result, reason);
        self.draft.tally(tally);
    }

    /// Goes on without the payment, and counts the attempt as refused.
    fn ends_with(&mut self, payment: &Payment) -> Decided<()> {
        self.payment_ended()?;
        let failure = payment.facts.failure.as_ref();
        let why = failure.map_or(payment.state.as_str(), |failure| failure.code.as_str());
        self.count_attempt("refused", why);
        Ok(())
    }

    /// Ends the payment without money, and calls off a deal that it was to pay. The units stay held while
    /// there is time, unless the buyer has given the purchase up.
    fn payment_ended(&mut self) -> Decided<()> {
        self.object.facts.waits = false;
        self.call_off_deal()?;
        let facts = &self.object.facts;
        if facts.cancel_requested {
            return self.end_unpaid(State::Cancelled, PurchaseTrigger::PaymentEnded);
        }
        if facts.timed_out || facts.hold_until <= self.now() {
            return self.end_unpaid(State::Expired, PurchaseTrigger::PaymentEnded);
        }
        self.object.facts.paid_with = None;
        self.enter(State::Held, PurchaseTrigger::PaymentEnded, Data::new())
    }

    /// The payer's bank took the money back: the grants are taken back as far as the buyer still has them.
    fn charged_back(&mut self, payment: &Payment) -> Decided<()> {
        let open = payment.facts.chargebacks.iter().rev().find(|one| one.counts());
        let case = open.map(|one| one.case.clone()).unwrap_or_default();
        self.take_what_fits(&case)?;
        self.enter(State::ChargedBack, PurchaseTrigger::Chargeback, members!("case": case))
    }

    /// Completes a paid purchase: its units are sold, and its grants are given. If an account cannot take a
    /// grant, a payment from a balance is refused. News of a gateway is never refused for that.
    pub(super) fn complete(&mut self, trigger: PurchaseTrigger, data: Data) -> Decided<()> {
        let units = self.object.facts.quantity;
        self.count(UnitChange { held: -units, sold: units, ..UnitChange::default() })?;
        if trigger == PurchaseTrigger::Captured {
            self.give_what_fits()?;
        } else {
            self.give()?;
        }
        self.enter(State::Completed, trigger, data)
    }
}

/// Names the rows that giving up or refunding the payment needs.
pub(super) fn needs_of_payment(purchase: &Purchase, seen: &Snapshot, needs: &mut Needs) {
    if let Some(payment) = purchase.facts.payment {
        owned::needs(&purchase.row.book, payment, seen, needs);
    }
    needs.account(purchase.seller(), Access::Write);
}
