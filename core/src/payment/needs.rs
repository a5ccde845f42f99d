//! The rows that a payment needs to go on, and those of its deal.

use super::gateway::Gateway;
use super::model::Payment;
use crate::escrow::decide::needs as deal_needs;
use crate::escrow::model::{Deal, Trigger};
use crate::escrow::owned::Owners;
use crate::ids::{Book, DealId, PaymentId};
use crate::kernel::snapshot::Snapshot;
use crate::rows::needs::{Access, Needs};
use crate::rows::tables::RecordRow;

/// Names the rows that any step of a payment needs.
pub(super) fn needs_of(book: &Book, payment: PaymentId, seen: &Snapshot, needs: &mut Needs) {
    needs.heads.insert((book.clone(),));
    let key = Payment::key(book, payment);
    let Some(payment) = Payment::needed(key, Access::Write, seen, needs) else { return };
    needs.account(payment.to(), Access::Read);
    payment.needs_of_calls(needs);
    needs_of_deal(&payment, seen, needs);
    for name in payment.facts.gateways.iter().chain(payment.facts.attempts.iter().map(|one| &one.gateway)) {
        needs.record(Gateway::key(book, name), Access::Read);
    }
    payment.needs_of_late(needs);
}

/// As [`needs_of`], for a step that may move money.
pub(super) fn needs_of_news(book: &Book, payment: PaymentId, seen: &Snapshot, needs: &mut Needs) {
    needs_of(book, payment, seen, needs);
    if let Some(Ok(payment)) = seen.records.row(&Payment::key(book, payment)).map(Payment::of) {
        payment.needs_of_money(needs);
    }
}

/// Names the rows that a payment of a deal needs to begin.
pub(super) fn needs_to_begin(book: &Book, deal: DealId, seen: &Snapshot, needs: &mut Needs) {
    let Some(deal) = Deal::needed(Deal::key(book, deal), Access::Write, seen, needs) else { return };
    needs.account(deal.buyer(), Access::Read);
    for payee in deal.payees() {
        needs.account(payee, Access::Read);
    }
}

/// Names the rows of its deal that a step of the payment may change.
pub(super) fn needs_of_deal(payment: &Payment, seen: &Snapshot, needs: &mut Needs) {
    let Some(id) = payment.facts.deal else { return };
    let key = Deal::key(&payment.row.book, id);
    let is_paid = payment.facts.captured > 0;
    deal_needs(&key, if is_paid { Trigger::Chargeback } else { Trigger::Pay }, seen, needs);
    if let Some(Ok(deal)) = seen.records.row(&key).map(Deal::of).filter(|_| is_paid) {
        needs.account(deal.seller(), Access::Write);
    }
}

/// Names the rows that the payment of a changed deal may need.
pub(super) fn needs_of_follower(deal: &RecordRow, seen: &Snapshot, needs: &mut Needs) {
    if let Some(payment) = Owners::of(deal).ok().and_then(|owners| owners.payment) {
        needs_of_news(&deal.book, payment, seen, needs);
    }
}
