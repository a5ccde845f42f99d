//! Views of the escrow service.

use crate::error::{Detail, Error};
use crate::escrow::model::{self, Role, Side, State};
use crate::escrow::money::{Cost, held_money};
use crate::escrow::plan::{CutKind, Share, Size};
use crate::escrow::pricing::Pricing;
use crate::ids::{Book, DealId, DisputeId, PaymentId};
use crate::kernel::operation::Decided;
use crate::kernel::snapshot::Snapshot;
use crate::ledger::views::metadata_of;
use crate::money::Money;
pub use crate::request::diagram::Diagram;
use crate::request::view::views;
use crate::rows::tables::AccountRow;
use crate::time::{Span, Time};
use serde_json::{Map, Value};

views! {
    /// The terms of a deal.
    view Terms of(terms: &model::Terms) => {
        /// How long the buyer may take to pay.
        pay_within: Option<Span> = terms.pay_within,
        /// How long the seller may take to ship.
        ship_within: Option<Span> = terms.ship_within,
        /// How long it may be on its way before it counts as delivered.
        deliver_within: Option<Span> = terms.deliver_within,
        /// How long the buyer may look at what arrived.
        inspection: Span = terms.inspection,
        /// How long the other side may take to answer a dispute.
        respond_within: Span = terms.respond_within,
        /// The seller must accept before the deal continues.
        require_acceptance: bool = terms.require_acceptance,
        /// Something is shipped.
        shipping: bool = terms.shipping,
    }

    /// The shipment.
    view Shipment {
        /// The carrier.
        carrier: Option<String>,
        /// The carrier's number for it.
        tracking: Option<String>,
        /// When it was shipped.
        shipped_at: Option<Time>,
        /// When it was delivered.
        delivered_at: Option<Time>,
    }

    /// Deadlines, as stored: one that was not agreed on, or whose count has not begun, is `null`.
    view Deadlines {
        /// The buyer must have paid.
        pay_by: Option<Time>,
        /// The seller must have shipped.
        ship_by: Option<Time>,
        /// The deadline after which it counts as delivered.
        deliver_by: Option<Time>,
        /// The seller is paid without further ado.
        release_at: Option<Time>,
        /// While a dispute or the request of a refund stops the clock: what is left of the deadline that was
        /// in force.
        left: Option<Span>,
    }

    /// Why a deal is at a standstill, and where it goes on.
    view Stopped {
        /// The side that opened the dispute; `null` where staff did, and where a refund was asked for.
        by: Option<Side>,
        /// The state before, to which it returns.
        before: State,
        /// Whether the refund that was asked for is all that is left of the price; `null` in a dispute.
        whole: Option<bool>,
    }

    /// A fee.
    view Fee {
        /// The payee.
        to: String,
        /// The payer: `seller` or `buyer`.
        from: String,
        /// Hundredths of a percent of the price; `null` for a fixed amount.
        bps: Option<u32>,
        /// The amount when the whole price is released.
        amount: Money,
    }

    /// A share of another payee in the seller's proceeds.
    view SplitShare {
        /// The payee.
        to: String,
        /// Hundredths of a percent of the price; `null` for a fixed amount.
        bps: Option<u32>,
        /// The amount when the whole price is released.
        amount: Money,
    }

    /// A part of the price that is released by name.
    view Milestone {
        /// Its name.
        name: String,
        /// How much of the price it is.
        amount: Money,
        /// Whether it was released.
        released: bool,
    }
}

impl Stopped {
    fn of(deal: &model::Deal) -> Option<Self> {
        let facts = &deal.facts;
        match (deal.state, &facts.dispute, &facts.asked) {
            (State::Disputed, Some(dispute), _) => {
                let by = match dispute.opener {
                    Role::Buyer => Some(Side::Buyer),
                    Role::Seller => Some(Side::Seller),
                    Role::Admin | Role::System => None,
                };
                Some(Self { by, before: dispute.before, whole: None })
            }
            (State::RefundPending, _, Some(asked)) => {
                let whole = facts.asked_for().is_none_or(|part| part == facts.unsettled());
                Some(Self { by: None, before: asked.before, whole: Some(whole) })
            }
            _ => None,
        }
    }
}

/// Fees and splits, each with what it comes to.
fn shares_of(
    cuts: &[Share],
    cost: &Cost,
    money: &dyn Fn(i128) -> Result<Money, Error>,
) -> Result<(Vec<Fee>, Vec<SplitShare>), Error> {
    let (mut fees, mut splits) = (Vec::new(), Vec::new());
    for (cut, minor) in cuts.iter().zip(&cost.cuts) {
        let (to, amount) = (cut.to.to_string(), money(*minor)?);
        let bps = if let Size::Bps(bps) = cut.size { Some(bps) } else { None };
        match cut.kind {
            CutKind::Split => splits.push(SplitShare { to, bps, amount }),
            CutKind::BuyerFee => fees.push(Fee { to, from: "buyer".to_owned(), bps, amount }),
            CutKind::SellerFee => fees.push(Fee { to, from: "seller".to_owned(), bps, amount }),
        }
    }
    Ok((fees, splits))
}

views! {
    /// A deal.
    view Deal of(deal: &model::Deal, buyer: &AccountRow, seller: &AccountRow) -> Result {
        let cost = Cost::of(deal.facts.plan())?;
        let (fees, splits) = shares_of(&deal.facts.cuts, &cost, &|minor| deal.money(minor))?;
        let price = deal.facts.price.amount;
        let milestone = |milestone: &model::Milestone| {
            let amount = deal.money(milestone.size.of(price, price))?;
            Ok(Milestone { name: milestone.name.clone(), amount, released: milestone.released })
        };
        let (facts, times) = (&deal.facts, &deal.facts.times);
        let text = |name: &str| deal.text(name).map(|text| text.to_string());
        let owner = |row: &AccountRow| row.owner.as_deref().map(ToOwned::to_owned);
    } => {
        /// Its id.
        id: DealId = deal.id(),
        /// The buyer's account.
        buyer: String = facts.buyer.to_string(),
        /// The seller's account.
        seller: String = facts.seller.to_string(),
        /// The price.
        price: Money = deal.money(facts.price.amount)?,
        /// The total that the buyer pays.
        buyer_pays: Money = deal.money(cost.buyer_pays)?,
        /// The seller's proceeds if nothing is refunded.
        seller_gets: Money = deal.money(cost.seller_gets)?,
        /// Fees.
        fees: Vec<Fee>,
        /// Others who get a part.
        splits: Vec<SplitShare>,
        /// Parts that are released one by one.
        milestones: Vec<Milestone> = facts.milestones.iter().map(milestone).collect::<Result<_, Error>>()?,
        /// The terms.
        terms: Terms = Terms::of(&facts.terms),
        /// Its state, as stored: a deadline may have passed already.
        state: State = deal.state,
        /// The amount that came into its account.
        funded: Money = deal.money(facts.funded)?,
        /// The amount that went to the seller's side.
        released: Money = deal.money(facts.released)?,
        /// The amount that went back to the buyer.
        refunded: Money = deal.money(facts.refunded)?,
        /// The amount taken as fees.
        fees_taken: Money = deal.money(facts.fees_taken)?,
        /// The balance of its account now.
        held: Money = held_money(deal)?,
        /// The payment from outside that is to pay it, or has.
        payment: Option<PaymentId> = facts.payment,
        /// Owner of the buyer's account now.
        buyer_owner: Option<String> = owner(buyer),
        /// Owner of the seller's account now.
        seller_owner: Option<String> = owner(seller),
        /// The item sold, for people.
        item: Option<String> = text("item"),
        /// The shipment.
        shipment: Shipment = Shipment {
                carrier: text("carrier"),
                tracking: text("tracking"),
                shipped_at: times.shipped_at,
                delivered_at: times.delivered_at,
            },
        /// Deadlines.
        deadlines: Deadlines = Deadlines {
                pay_by: times.pay_by,
                ship_by: times.ship_by,
                deliver_by: times.deliver_by,
                release_at: times.release_at,
                left: times.left,
            },
        /// The refund that the buyer asked for and that is still undecided, as a part of the price.
        refund_asked: Option<Money> = facts.asked_for().map(|minor| deal.money(minor)).transpose()?,
        /// The open dispute.
        dispute: Option<DisputeId> = facts.dispute.as_ref().map(|dispute| dispute.id),
        /// While it is at a standstill: who stopped it, and where it goes on.
        stopped: Option<Stopped> = Stopped::of(deal),
        /// Counts every event.
        version: i64 = deal.row.version,
        /// The caller's own reference.
        reference: Option<String> = deal.row.reference.as_deref().map(ToOwned::to_owned),
        /// The caller's own data.
        metadata: Map<String, Value> = metadata_of(deal.text("metadata").map(AsRef::as_ref))?,
        /// When it was opened.
        created_at: Time = deal.row.created_at,
        /// When it last changed.
        updated_at: Time = deal.row.time(),
    }

    /// Reply of a change of a deal.
    view DealReply seen(book: &Book, id: DealId, seen: &Snapshot, replayed: bool) -> Decided => {
        /// The deal.
        deal: Deal = Deal::seen(book, id, seen)?,
        /// Whether the key was used before for the same request.
        replayed: bool,
    }

    /// The cost and the proceeds of a deal.
    view Quote of(pricing: &Pricing) -> Result {
        let too_large =
            || Error::from(Detail::InvalidAmount { field: "price".into(), reason: "is too large".into() });
        let money = |minor| Money::new(minor, pricing.currency()).ok_or_else(too_large);
        let (fees, splits) = shares_of(&pricing.cuts, &pricing.cost, &money)?;
        let cost = &pricing.cost;
        let (buyer_pays, seller_gets) = (money(cost.buyer_pays)?, money(cost.seller_gets)?);
    } => {
        /// The price.
        price: Money = pricing.price,
        /// The total that the buyer pays.
        buyer_pays: Money,
        /// The seller's proceeds.
        seller_gets: Money,
        /// Fees.
        fees: Vec<Fee>,
        /// Others who get a part.
        splits: Vec<SplitShare>,
    }

    /// Why something would be refused.
    view Reason {
        /// The code of the refusal.
        code: String,
        /// The message, for developers.
        message: String,
    }

    /// The verdict of a dry run.
    view Validation {
        /// Whether the deal, its accounts and their funds allow the call now. Approvals, rules, lists and
        /// factors are not asked.
        allowed: bool,
        /// The state that the deal would be in; `null` when it is refused.
        to: Option<State>,
        /// Why it would be refused; `null` when it is allowed.
        reason: Option<Reason>,
    }

    /// Something that an actor could do with a deal.
    view Action {
        /// The trigger; it is the name of the operation too.
        trigger: String,
        /// The state that the deal would be in.
        to: State,
        /// Fields that the call must have in addition to the deal.
        needs: Vec<String>,
    }

    /// Actions that an actor could take on a deal now. Accounts and funds are not checked: `validate` does.
    view Actions {
        /// The actions, in the order of the table of transitions.
        actions: Vec<Action>,
    }
}

impl Deal {
    /// The view of a deal that is known.
    ///
    /// # Errors
    /// Halts when it is not, or when the accounts of its parties are not.
    pub fn seen(book: &Book, id: DealId, seen: &Snapshot) -> Decided<Self> {
        let deal = model::Deal::shown(seen, book, id)?;
        let (buyer, seller) = (seen.account(&deal.buyer())?, seen.account(&deal.seller())?);
        Ok(Self::of(&deal, buyer, seller)?)
    }
}
