//! Checks every payment against its transfers, its calls and questions, and its deal.

use super::model::{CallPhase, GatewayCall, Payment, State};
use super::parts::RefundState;
use crate::error::Result;
use crate::escrow::model::Deal;
use crate::ids::AccountId;
use crate::kernel::snapshot::Snapshot;
use crate::request::check::SMALL_PAGE;
use crate::request::domain::Examine;
use crate::request::reading::Reading;
use crate::rows::needs::{Access, Needs};
use crate::rows::row::Row as _;
use crate::rows::tables::TransferKind;

/// Checks every payment of a book.
pub(super) async fn verify(reading: &mut Reading<'_>, copy: bool, examine: Examine<'_>) -> Result<()> {
    let wrong = |payment: &Payment, beside: &Snapshot| {
        let wrong = wrong(payment, copy).or_else(|| Moved::of(payment, beside).wrong(payment));
        wrong.or_else(|| with_deal(payment, beside))
    };
    reading.check("payments", SMALL_PAGE, examine, needs, wrong).await
}

/// Names the transfers and the deal of a payment.
fn needs(payment: &Payment, needs: &mut Needs) {
    let (book, facts) = (&payment.row.book, &payment.facts);
    for transfer in &facts.transfers {
        needs.transfer((book.clone(), *transfer), Access::Read);
    }
    if let Some(deal) = facts.deal {
        needs.record(Deal::key(book, deal), Access::Read);
    }
}

/// The sums that the transfers of a payment have moved, in minor units.
#[derive(Default)]
struct Moved {
    transfers: usize,
    suspended: i128,
    captured: i128,
    taken: i128,
    given_again: i128,
}

impl Moved {
    fn of(payment: &Payment, beside: &Snapshot) -> Self {
        let mut moved = Self::default();
        let suspense = AccountId::suspense();
        for transfer in beside.transfers.rows().filter(|row| payment.facts.transfers.contains(&row.id)) {
            moved.transfers += 1;
            for entry in beside.entries.get(&transfer.key()).into_iter().flatten() {
                if entry.account == suspense {
                    moved.suspended += entry.amount;
                } else if entry.account == payment.facts.to {
                    match transfer.kind {
                        TransferKind::Payment => moved.captured += entry.amount,
                        TransferKind::Refund => moved.taken -= entry.amount,
                        TransferKind::Reversal => moved.given_again += entry.amount,
                        _ => {}
                    }
                }
            }
        }
        moved
    }

    fn wrong(&self, payment: &Payment) -> Option<&'static str> {
        let facts = &payment.facts;
        if self.transfers != facts.transfers.len() {
            return Some("one of its transfers is not there");
        }
        if self.suspended != facts.suspended {
            return Some("what it says is in `@suspense` is not what its transfers have put there");
        }
        if self.captured != facts.captured {
            return Some("what it says was captured is not what its transfers have moved");
        }
        let own = || facts.refunds.iter().filter(|refund| !refund.is_of_late_money());
        let asked: i128 = own().map(|refund| refund.minor).sum();
        let back: i128 = own().filter(|refund| !refund.counts()).map(|refund| refund.minor).sum();
        if (self.taken, self.given_again) != (asked, back) {
            return Some("its refunds are not what its transfers have moved");
        }
        None
    }
}

/// Returns the first error between a payment and the deal that it pays.
fn with_deal(payment: &Payment, beside: &Snapshot) -> Option<&'static str> {
    let facts = &payment.facts;
    let deal: Option<Deal> = beside.object(&Deal::key(&payment.row.book, facts.deal?));
    let Some(deal) = deal else { return Some("its deal is not there") };
    let known = deal.facts.payment == Some(payment.id());
    let (is_paid, is_live) = (facts.captured > 0, !payment.state.ended_unpaid());
    if deal.facts.buyer != facts.to {
        return Some("it does not pay its deal by way of the buyer");
    }
    if is_live && !known {
        return Some("its deal knows of another payment, or of none");
    }
    if known && is_paid != (deal.facts.funded > 0) {
        return Some("its deal and it do not agree whether the deal is paid");
    }
    if is_paid && deal.facts.funded != payment.price() {
        return Some("its deal was paid with another amount");
    }
    if facts.passed_on < 0 || facts.passed_on != deal.facts.refunded && is_paid {
        return Some("what its deal gave back was not passed on");
    }
    None
}

/// Returns the first error in a payment by itself.
fn wrong(payment: &Payment, copy: bool) -> Option<&'static str> {
    let facts = &payment.facts;
    let doing = facts.doing.as_ref();
    let call = doing.map(|doing| doing.call);
    let fits = match payment.state {
        State::Authorizing => call == Some(GatewayCall::Authorize),
        State::Capturing => call == Some(GatewayCall::Capture),
        State::Voiding => call == Some(GatewayCall::Void),
        State::Unknown => call.is_some_and(|call| call != GatewayCall::Refund),
        State::Captured | State::Refunded | State::ChargedBack => doing.is_none_or(|doing| {
            let is_held = facts.rest.as_ref().is_some_and(|rest| rest.known);
            doing.call == GatewayCall::Refund || doing.voids_rest() && is_held
        }),
        _ => call.is_none_or(|call| call == GatewayCall::Refund),
    };
    if !fits {
        return Some("the call that it waits for is not that of its state");
    }
    let waits = doing.is_some_and(|doing| matches!(doing.phase, CallPhase::Unknown | CallPhase::Accepted));
    if waits && facts.question.is_none() {
        return Some("nobody knows what became of its call, and nobody asks");
    }
    if let Some(rest) = &facts.rest {
        let is_left = payment.state.is_paid() && rest.minor > 0;
        if !is_left || rest.minor > facts.authorized.saturating_sub(facts.captured) {
            return Some("more is to be released than its capture has left");
        }
        if !rest.known && doing.is_none() && facts.question.is_none() {
            return Some("nobody knows whether the rest of its authorization is held, and nobody asks");
        }
    }
    if facts.captured > 0 && facts.given_back() > facts.captured {
        return Some("more is refunded than was captured");
    }
    let live = facts
        .refunds
        .iter()
        .filter(|refund| matches!(refund.state, RefundState::Sent | RefundState::Unknown));
    if live.count() > 1 {
        return Some("two of its refunds are under way at once");
    }
    if !copy && payment.row.due_at != payment.due_at() {
        return Some("its timer is not that of its state");
    }
    None
}
