//! Refunds a purchase: its units, their money, and their grants.

use super::by_gateway::needs_of_payment;
use super::editor::{AFTER_REFUND, PurchaseEditor, UnitsBack, edited, needs_of};
use super::grants::{Clawback, PurchaseMove};
use super::model::{PaidWith, Purchase, State};
use super::requests::operations::GiveUnitsBack;
use super::transitions::PurchaseTrigger;
use super::views::{Purchase as PurchaseView, PurchaseRefunded};
use crate::error::{Error, Result};
use crate::ids::RefundId;
use crate::kernel::draft::Draft;
use crate::kernel::moves::Moves;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::permit::not_permitted;
use crate::kernel::snapshot::Snapshot;
use crate::ledger::funds::{active, ensure, existing, free};
use crate::money::Money;
use crate::payment::owned;
use crate::payment::views::Payment as PaymentView;
use crate::rows::needs::{Access, Needs};
use crate::rows::object::members;
use crate::rows::tables::TransferKind;

impl GiveUnitsBack {
    /// The units and the money that this refund gives back. The money includes earlier refunds that did not
    /// reach the buyer. Whether the purchase has that many units is checked later.
    fn wanted(&self, purchase: &Purchase) -> UnitsBack {
        let facts = &purchase.facts;
        let units = self.quantity.unwrap_or(facts.kept());
        UnitsBack { units, minor: facts.due_with(units), restocked: if self.restock { units } else { 0 } }
    }

    /// The money that goes back, in minor units. After a chargeback, a refund of all units gives back no more
    /// than the bank has left.
    fn left_of(&self, editor: &mut PurchaseEditor<'_, '_>, minor: i128) -> Decided<i128> {
        let payment = editor.object.facts.payment.filter(|_| editor.object.state == State::ChargedBack);
        let Some(payment) = payment.filter(|_| self.quantity.is_none()) else { return Ok(minor) };
        let left = owned::refundable(editor.draft, &self.book, payment)?;
        Ok(if left > 0 { minor.min(left) } else { minor })
    }

    /// Gives the money back to where it came from.
    fn money_back(&self, editor: &mut PurchaseEditor<'_, '_>, minor: i128) -> Decided<Option<RefundId>> {
        if minor == 0 {
            return Ok(None);
        }
        let from = editor.object.seller();
        active(&existing(editor.draft, &from)?)?;
        let facts = &editor.object.facts;
        match (facts.paid_with, facts.payment, facts.transfer) {
            (Some(PaidWith::Gateway), Some(payment), _) => {
                let (reason, account) = (self.reason.as_deref(), self.refund_account.as_ref());
                owned::refund(editor.draft, &self.book, payment, minor, reason, account).map(Some)
            }
            (_, _, Some(transfer)) => {
                ensure(editor.draft, &from, minor)?;
                let (kind, to) = (TransferKind::Refund, editor.object.buyer());
                editor.give_back(transfer, PurchaseMove { kind, from, to, minor, original: None })?;
                Ok(None)
            }
            _ => Err(editor.broken("was paid, and nothing says how").into()),
        }
    }

    /// Takes the grants back. With `force`, an admin turns spent grants into a debt.
    fn grants_back(&self, editor: &mut PurchaseEditor<'_, '_>, units: i64) -> Decided<()> {
        let how = if self.force { Clawback::WithDebt(AFTER_REFUND) } else { Clawback::Whole };
        if editor.object.state == State::ChargedBack {
            editor.keep_taken(units, how)
        } else {
            editor.take_back(units, how)
        }
    }

    /// Keeps the reason and the metadata of the caller.
    fn keep_texts(&self, editor: &mut PurchaseEditor<'_, '_>) {
        if let Some(reason) = &self.reason {
            editor.keep("refund_reason", reason);
        }
        if let Some(metadata) = &self.note.metadata {
            editor.keep("refund_metadata", metadata);
        }
    }
}

impl Operation for GiveUnitsBack {
    type Reply = PurchaseRefunded;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        let Some(purchase) = needs_of(&self.book, self.purchase, seen, needs) else { return };
        purchase.needs_of_clawback(needs);
        needs_of_payment(&purchase, seen, needs);
        if let Some(payment) = purchase.facts.payment {
            owned::needs_of_account(&self.book, payment, self.refund_account.as_ref(), seen, needs);
        }
        needs.account(purchase.buyer(), Access::Write);
        if let Some(transfer) = purchase.facts.transfer {
            needs.transfer((self.book.clone(), transfer), Access::Write);
        }
    }

    fn moves(&self, seen: &Snapshot) -> Result<Moves> {
        let row = seen.records.row(&Purchase::key(&self.book, self.purchase));
        let mut moves = Moves::default();
        if let Some(purchase) = row.map(Purchase::of).transpose()? {
            let UnitsBack { units, minor, .. } = self.wanted(&purchase);
            moves.pays(&purchase.facts.seller, Money::new(minor, purchase.currency));
            moves.gets(&purchase.facts.buyer);
            for grant in purchase.grants_of(units).unwrap_or_default() {
                moves.pays(&purchase.facts.buyer, Some(grant));
            }
        }
        Ok(moves)
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let mut editor = edited(draft, &self.book, self.purchase, &self.note)?;
        editor.judge(PurchaseTrigger::Refund)?;
        // the money in a deal goes back by the deal's own table: cancelled, approved or ruled
        free(editor.object.facts.deal.map(Into::into))?;
        let actor = &editor.draft.ctx.actor;
        if self.force && !actor.is_admin() {
            let reason = "only an admin may take more than there is".to_owned();
            return Err(not_permitted(Some("force"), actor, reason).into());
        }
        let mut back = self.wanted(&editor.object);
        if back.units > editor.object.facts.kept() {
            return Err(editor.unmet(PurchaseTrigger::Refund, "quantity", None).into());
        }
        if (back.units, back.minor) == (0, 0) {
            // the payer's bank keeps the money of the earlier refunds
            return Err(editor.not_allowed(PurchaseTrigger::Refund).into());
        }
        back.minor = self.left_of(&mut editor, back.minor)?;
        let UnitsBack { units, minor, restocked } = back;
        let refund = self.money_back(&mut editor, minor)?;
        self.grants_back(&mut editor, units)?;
        editor.units_back(&back)?;
        let is_over = editor.object.state == State::Completed && editor.object.facts.is_all_back();
        let mut data = members!("amount": minor.to_string(), "quantity": units);
        if let Some(refund) = refund {
            data.insert("refund".to_owned(), refund.to_string().into());
        }
        data.insert("restocked".to_owned(), restocked.into());
        if is_over {
            editor.enter(State::Refunded, PurchaseTrigger::Refund, data)?;
        } else {
            editor.emit("purchase.partly_refunded", data)?;
        }
        self.keep_texts(&mut editor);
        let purchase = editor.put()?;
        Ok(refund.map_or_else(|| CreatedIds::of(purchase), |refund| CreatedIds::two(purchase, refund)))
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<PurchaseRefunded> {
        let purchase = Purchase::shown(seen, &self.book, self.purchase)?;
        let asked = made.get::<RefundId>().zip(purchase.facts.payment);
        let refund = match asked {
            None => None,
            Some((id, payment)) => {
                let payment = PaymentView::seen(&self.book, payment, seen)?;
                let refund = payment.refunds.into_iter().find(|refund| refund.id == id);
                let missing = || Error::corrupted(format!("refund {id} of purchase {}", self.purchase));
                Some(refund.ok_or_else(missing)?)
            }
        };
        Ok(PurchaseRefunded { purchase: PurchaseView::of(&purchase)?, refund, replayed })
    }
}
