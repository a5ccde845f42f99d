//! Purchases that are sold by deals. The purchase opens and pays a deal between buyer and seller, and follows
//! it.
//!
//! A paid deal goes its own way: its parties ship, confirm and dispute. The purchase records a refund of the
//! deal in the same commit. Only the deal itself gives its money back.

use super::by_gateway::needs_when_paid;
use super::editor::{AFTER_REFUND, PurchaseEditor, UnitsBack};
use super::grants::Clawback;
use super::model::{PaidWith, Purchase, State};
use super::transitions::PurchaseTrigger;
use crate::escrow::model::Deal;
use crate::escrow::owned::{self, OwnedDeal, Owners};
use crate::ids::DealId;
use crate::kernel::draft::Draft;
use crate::kernel::operation::Decided;
use crate::kernel::snapshot::Snapshot;
use crate::payment::model::Payment;
use crate::rows::needs::Needs;
use crate::rows::object::members;
use crate::rows::tables::RecordRow;

/// Names the rows that a purchase needs when its deal changes. Most changes give nothing back and do not
/// concern the purchase. If one does, the purchase is read first, and its other rows are named in the next
/// pass.
pub(super) fn needs(record: &RecordRow, seen: &Snapshot, needs: &mut Needs) {
    let Some(id) = Owners::of(record).ok().and_then(|owners| owners.purchase) else { return };
    if seen.records.row(&Purchase::key(&record.book, id)).is_some() {
        needs_when_paid(&record.book, id, seen, needs);
    }
}

/// Updates a purchase whose deal has changed.
pub(super) fn changed(before: Option<&RecordRow>, after: &RecordRow, draft: &mut Draft<'_>) -> Decided<()> {
    let (Some(id), Some(before)) = (Owners::of(after)?.purchase, before) else { return Ok(()) };
    let deal = Deal::of(after)?;
    if Deal::of(before)?.facts.refunded == deal.facts.refunded {
        return Ok(());
    }
    let mut editor = PurchaseEditor::of(draft, &after.book, id, None)?;
    let is_of_it = editor.object.facts.deal == Some(deal.id()) && editor.object.state == State::Completed;
    if is_of_it && editor.deal_gave_back(&deal)? {
        editor.put()?;
    }
    Ok(())
}

impl Purchase {
    /// The deal by which it is sold; `None` if the seller is paid at once.
    fn deal(&self) -> Option<OwnedDeal> {
        let (facts, escrow) = (&self.facts, self.facts.escrow.as_ref()?);
        Some(OwnedDeal {
            purchase: self.id(),
            buyer: self.buyer(),
            seller: self.seller(),
            price: facts.total,
            cuts: escrow.cuts_of(facts.unit_price, facts.total),
            terms: escrow.terms.clone(),
            item: facts.offer.as_str().into(),
        })
    }
}

impl PurchaseEditor<'_, '_> {
    /// Opens the deal of the purchase, if it is sold by a deal.
    pub(super) fn open_deal(&mut self) -> Decided<Option<DealId>> {
        let Some(wanted) = self.object.deal() else { return Ok(None) };
        let deal = owned::open(self.draft, &wanted)?;
        self.object.facts.deal = Some(deal);
        Ok(Some(deal))
    }

    /// Opens the deal and pays it from the balance of the buyer.
    pub(super) fn pay_deal_from_balance(&mut self) -> Decided<()> {
        let deal = self.open_deal()?.ok_or_else(|| self.broken("is sold by no deal"))?;
        self.may_be_given()?;
        let book = self.object.row.book.clone();
        owned::pay(self.draft, &book, deal, &self.note)?;
        self.object.facts.paid_with = Some(PaidWith::Balance);
        let data = members!("deal": deal.to_string());
        self.complete(PurchaseTrigger::Pay, data)
    }

    /// Calls off the unpaid deal, if there is one. Another payment opens another deal.
    pub(super) fn call_off_deal(&mut self) -> Decided<()> {
        let Some(deal) = self.object.facts.deal else { return Ok(()) };
        let book = self.object.row.book.clone();
        owned::call_off(self.draft, &book, deal)
    }

    /// Records what the deal gave back to the buyer. A full refund ends the purchase; a part does not. Money
    /// that the payer's bank has taken from the deal does not count: the payment records it. Returns whether
    /// anything changed.
    fn deal_gave_back(&mut self, deal: &Deal) -> Decided<bool> {
        let taken = self.taken_by_bank()?.min(deal.facts.refunded);
        let (back, known) = (deal.facts.refunded - taken, self.object.facts.refunded);
        if back <= known {
            return Ok(false);
        }
        let mut data = members!("amount": (back - known).to_string(), "deal": deal.id().to_string());
        if back < deal.facts.funded {
            self.object.facts.refunded = back;
            self.emit("purchase.partly_refunded", data)?;
            return Ok(true);
        }
        let units = self.object.facts.kept();
        // nothing keeps a deal from giving back, so spent grants become a debt
        self.take_back(units, Clawback::WithDebt(AFTER_REFUND))?;
        self.units_back(&UnitsBack { units, minor: back - known, restocked: units })?;
        data.insert("quantity".to_owned(), units.into());
        data.insert("restocked".to_owned(), units.into());
        self.enter(State::Refunded, PurchaseTrigger::DealRefunded, data)?;
        Ok(true)
    }

    /// The part of the payment that the payer's bank has taken back, in minor units.
    fn taken_by_bank(&self) -> Decided<i128> {
        let Some(payment) = self.object.facts.payment else { return Ok(0) };
        let payment = Payment::find(self.draft, &self.object.row.book, payment)?;
        Ok(payment.map_or(0, |payment| payment.facts.charged_back()))
    }
}
