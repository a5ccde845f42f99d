//! Checks every purchase against its transfers, and every offer, promo and count against the purchases.

use std::collections::BTreeMap;

use super::counts::{TallyFacts, TallyOf};
use super::model::{PaidWith, Purchase, State};
use super::offered::{OfferFacts, PromoFacts};
use super::refund_shares::share;
use crate::currency::Currency;
use crate::error::Result;
use crate::escrow::model::Deal;
use crate::ids::AccountId;
use crate::kernel::snapshot::Snapshot;
use crate::money::Money;
use crate::payment::model::{self as paid, Payment};
use crate::request::check::SMALL_PAGE;
use crate::request::domain::Examine;
use crate::request::reading::Reading;
use crate::rows::needs::{Access, Needs};
use crate::rows::object::Stored;
use crate::rows::row::Row as _;
use crate::rows::tables::TransferKind;

/// The counts of an offer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct OfferUnits {
    held: i64,
    sold: i64,
}

/// The sums over all purchases of a book.
#[derive(Default)]
struct PurchaseSums {
    offers: BTreeMap<String, OfferUnits>,
    promos: BTreeMap<String, i64>,
    buyers: BTreeMap<(TallyOf, String, AccountId), i64>,
}

/// Checks every purchase, offer, promo and count of a book.
pub(super) async fn verify(reading: &mut Reading<'_>, copy: bool, examine: Examine<'_>) -> Result<()> {
    let mut sums = PurchaseSums::default();
    let wrong = |purchase: &Purchase, beside: &Snapshot| {
        sums.take(purchase);
        let wrong = wrong(purchase, copy).or_else(|| PurchaseMoved::of(purchase, beside).wrong(purchase));
        wrong.or_else(|| with_payment(purchase, beside)).or_else(|| with_deal(purchase, beside))
    };
    reading.check("purchases", SMALL_PAGE, examine, needs, wrong).await?;
    sums.verify(reading, examine).await
}

/// Names the transfers, the deal and the payment of a purchase.
fn needs(purchase: &Purchase, needs: &mut Needs) {
    let (book, facts) = (&purchase.row.book, &purchase.facts);
    for transfer in &facts.transfers {
        needs.transfer((book.clone(), *transfer), Access::Read);
    }
    if let Some(deal) = facts.deal {
        needs.record(Deal::key(book, deal), Access::Read);
    }
    if let Some(payment) = facts.payment {
        needs.record(Payment::key(book, payment), Access::Read);
    }
}

impl PurchaseSums {
    fn take(&mut self, purchase: &Purchase) {
        let facts = &purchase.facts;
        let units = self.offers.entry(facts.offer.clone()).or_default();
        let (uses, has) = match purchase.state {
            state if state.holds() => {
                units.held += facts.quantity;
                (1, facts.quantity)
            }
            state if state.was_paid() => {
                units.sold += facts.quantity - facts.restocked;
                (1, facts.kept())
            }
            _ => (0, 0),
        };
        let of_offer = (TallyOf::Offer, facts.offer.clone(), facts.buyer.clone());
        *self.buyers.entry(of_offer).or_default() += has;
        if let Some(promo) = &facts.promo {
            *self.promos.entry(promo.clone()).or_default() += uses;
            let of_promo = (TallyOf::Promo, promo.clone(), facts.buyer.clone());
            *self.buyers.entry(of_promo).or_default() += uses;
        }
    }

    /// Compares the sums with the counts in offers, promos and tallies.
    async fn verify(mut self, reading: &mut Reading<'_>, examine: Examine<'_>) -> Result<()> {
        let offers = |Stored { facts, .. }: &Stored<OfferFacts>, _: &Snapshot| {
            let units = self.offers.remove(&facts.id).unwrap_or_default();
            let counted = units == OfferUnits { held: facts.held, sold: facts.sold };
            let within = facts.stock.is_none_or(|stock| facts.held + facts.sold <= stock);
            let wrong = || format!("offer {}: its units are not those of its purchases", facts.id);
            (!counted || !within).then(wrong)
        };
        reading.check_as("offers", SMALL_PAGE, examine, |_, _| {}, offers).await?;
        let promos = |Stored { facts, .. }: &Stored<PromoFacts>, _: &Snapshot| {
            let uses = self.promos.remove(&facts.id).unwrap_or_default();
            let wrong = || format!("promo {}: its uses are not those of purchases", facts.id);
            (uses != facts.used).then(wrong)
        };
        reading.check_as("offers", SMALL_PAGE, examine, |_, _| {}, promos).await?;
        let tallies = |tally: &Stored<TallyFacts>, _: &Snapshot| {
            let TallyFacts { of, name, buyer, count } = tally.facts.clone();
            let wrong = format!("what {buyer} has of {of} {name} is not what was bought");
            let bought = self.buyers.remove(&(of, name, buyer)).unwrap_or_default();
            (bought != count).then_some(wrong)
        };
        reading.check_as("offers", SMALL_PAGE, examine, |_, _| {}, tallies).await?;
        self.left(examine);
        Ok(())
    }

    /// Reports sums of purchases for which there is no record.
    fn left(self, examine: Examine<'_>) {
        for (offer, _) in self.offers {
            examine("offers", false, format!("offer {offer} has purchases, and is not there"));
        }
        for (promo, _) in self.promos {
            examine("offers", false, format!("promo {promo} has purchases, and is not there"));
        }
        for ((of, name, buyer), _) in self.buyers.into_iter().filter(|(_, count)| *count != 0) {
            examine("offers", false, format!("nothing counts what {buyer} has of {of} {name}"));
        }
    }
}

/// The sums that the transfers of a purchase have moved, in minor units.
#[derive(Default)]
struct PurchaseMoved {
    transfers: usize,
    paid: i128,
    given_back: i128,
    granted: BTreeMap<Currency, i128>,
}

impl PurchaseMoved {
    fn of(purchase: &Purchase, beside: &Snapshot) -> Self {
        let mut moved = Self::default();
        for transfer in beside.transfers.rows().filter(|row| purchase.facts.transfers.contains(&row.id)) {
            moved.transfers += 1;
            let entries = beside.entries.get(&transfer.key()).into_iter().flatten();
            for leg in entries.filter(|leg| leg.amount > 0) {
                match transfer.kind {
                    TransferKind::Purchase => moved.paid += leg.amount,
                    TransferKind::Refund => moved.given_back += leg.amount,
                    TransferKind::Grant => *moved.granted.entry(leg.currency).or_default() += leg.amount,
                    TransferKind::Clawback => *moved.granted.entry(leg.currency).or_default() -= leg.amount,
                    _ => {}
                }
            }
        }
        moved
    }

    fn wrong(&self, purchase: &Purchase) -> Option<&'static str> {
        let facts = &purchase.facts;
        if self.transfers != facts.transfers.len() {
            return Some("one of its transfers is not there");
        }
        let by_balance = facts.paid_with == Some(PaidWith::Balance) && facts.deal.is_none();
        let paid = if by_balance { facts.total.minor_units() } else { 0 };
        let given_back = if by_balance { facts.refunded } else { 0 };
        if (self.paid, self.given_back) != (paid, given_back) {
            return Some("what was paid for it, or given back, is not what its transfers have moved");
        }
        if by_balance && facts.owed() != 0 {
            return Some("less of its money went back than of its units");
        }
        let has = matches!(purchase.state, State::Completed | State::ChargedBack);
        let grants = purchase.grants_of(if has { facts.kept() } else { 0 }).unwrap_or_default();
        let promised = |currency: Currency| {
            let of = |amount: &Money| if amount.currency() == currency { amount.minor_units() } else { 0 };
            let taken = facts.taken.iter().map(|taken| of(&taken.amount)).sum::<i128>();
            grants.iter().map(of).sum::<i128>() - taken
        };
        let right = self.granted.iter().all(|(currency, minor)| *minor == promised(*currency))
            && grants.iter().all(|grant| grant.is_zero() || self.granted.contains_key(&grant.currency()));
        if right { None } else { Some("what it has given its buyer is not what its transfers have moved") }
    }
}

/// Returns the first error between a purchase and the payment that is named by it.
fn with_payment(purchase: &Purchase, beside: &Snapshot) -> Option<&'static str> {
    let facts = &purchase.facts;
    let Some(id) = facts.payment else {
        let needs_one = facts.paid_with == Some(PaidWith::Gateway);
        return needs_one.then_some("it is paid through a gateway, and has no payment");
    };
    let payment: Option<Payment> = beside.object(&Payment::key(&purchase.row.book, id));
    let Some(payment) = payment else { return Some("its payment is not there") };
    let of = &payment.facts;
    let to = if facts.escrow.is_some() { &facts.buyer } else { &facts.seller };
    if of.purchase != Some(purchase.id()) || of.deal != facts.deal || of.to != *to {
        return Some("its payment is that of something else");
    }
    if of.price != facts.total {
        return Some("its payment is over another amount");
    }
    if !is_as_its_payment(purchase, &payment) {
        return Some("its state is not that of its payment");
    }
    let is_paid = purchase.state.was_paid();
    if is_paid && of.captured < facts.total.minor_units() || !is_paid && of.captured != 0 {
        return Some("its payment and it do not agree whether it is paid");
    }
    if is_paid && facts.deal.is_none() && facts.refunded != of.given_back() {
        return Some("what it says went back is not what its payment gives back");
    }
    None
}

/// Whether the states of a purchase and its payment go together. A mismatched payment goes with any state: an
/// admin settles it.
fn is_as_its_payment(purchase: &Purchase, payment: &Payment) -> bool {
    let (state, is_over) = (payment.state, payment.state.ended_unpaid());
    if state == paid::State::Mismatched {
        return true;
    }
    match purchase.state {
        State::Paying => !is_over && !state.is_paid(),
        State::Held => is_over,
        // a payment that its gateway did not void may live on: its money goes back
        State::Cancelled | State::Expired => is_over || !state.is_paid() && payment.facts.cancel_requested,
        State::Completed => state.is_paid() && state != paid::State::ChargedBack,
        State::ChargedBack => state == paid::State::ChargedBack,
        State::Refunded => state.is_paid(),
    }
}

/// Returns the first error between a purchase and the deal by which it is sold.
fn with_deal(purchase: &Purchase, beside: &Snapshot) -> Option<&'static str> {
    let (facts, is_paid) = (&purchase.facts, purchase.state.was_paid());
    let Some(id) = facts.deal else {
        let needs_one = facts.escrow.is_some() && (is_paid || purchase.state == State::Paying);
        return needs_one.then_some("it is sold by a deal, and has none");
    };
    let deal: Option<Deal> = beside.object(&Deal::key(&purchase.row.book, id));
    let Some(deal) = deal else { return Some("its deal is not there") };
    let of = &deal.facts;
    let funded = if is_paid { facts.total.minor_units() } else { 0 };
    if of.purchase != Some(purchase.id()) || (&of.buyer, &of.seller) != (&facts.buyer, &facts.seller) {
        return Some("its deal is that of another purchase");
    }
    if of.funded != funded {
        return Some("its deal and it do not agree whether it is paid");
    }
    let payment = facts.payment.map(|id| Payment::key(&purchase.row.book, id));
    let payment: Option<Payment> = payment.and_then(|key| beside.object(&key));
    if !is_paid || payment.is_some_and(|payment| !payment.facts.chargebacks.is_empty()) {
        // a chargeback of a deal is no refund
        return None;
    }
    if facts.refunded != of.refunded {
        return Some("what it says went back is not what its deal gave back");
    }
    let whole = of.refunded == of.funded;
    if whole != (purchase.state == State::Refunded) {
        return Some("its state is not that of a deal that gave so much back");
    }
    None
}

/// Returns the first error in a purchase by itself.
fn wrong(purchase: &Purchase, copy: bool) -> Option<&'static str> {
    let facts = &purchase.facts;
    let (subtotal, paid) = (facts.unit_price.checked_mul(i128::from(facts.quantity)), facts.total);
    if subtotal.and_then(|subtotal| subtotal.checked_sub(facts.discount)) != Some(paid) {
        return Some("its total is not that of its units");
    }
    if facts.returned > facts.quantity || facts.restocked > facts.returned {
        return Some("more of it went back than was bought");
    }
    let fits = match purchase.state {
        State::Refunded => facts.is_all_back(),
        State::ChargedBack => true,
        _ => !facts.is_all_back(),
    };
    if !fits {
        return Some("its state is not that of its units");
    }
    let most = share(facts.total.minor_units(), facts.quantity, 0, facts.returned);
    if facts.deal.is_none() && facts.refunded > most {
        return Some("more money went back than its units cost");
    }
    if (purchase.state == State::Paying) && facts.payment.is_none() {
        return Some("a payment is under way, and there is none");
    }
    if !copy && purchase.row.due_at != purchase.due_at() {
        return Some("its timer is not that of its state");
    }
    None
}
