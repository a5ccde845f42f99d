//! Views of the escrow service.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

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
use crate::rows::tables::AccountRow;
use crate::time::{Span, Time};

/// The terms of a deal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Terms {
    /// How long the buyer may take to pay.
    pub pay_within: Option<Span>,
    /// How long the seller may take to ship.
    pub ship_within: Option<Span>,
    /// How long it may be on its way before it counts as delivered.
    pub deliver_within: Option<Span>,
    /// How long the buyer may look at what arrived.
    pub inspection: Span,
    /// How long the other side may take to answer a dispute.
    pub respond_within: Span,
    /// The seller must accept before the deal continues.
    pub require_acceptance: bool,
    /// Something is shipped.
    pub shipping: bool,
}

impl Terms {
    fn of(terms: &model::Terms) -> Self {
        Self {
            pay_within: terms.pay_within,
            ship_within: terms.ship_within,
            deliver_within: terms.deliver_within,
            inspection: terms.inspection,
            respond_within: terms.respond_within,
            require_acceptance: terms.require_acceptance,
            shipping: terms.shipping,
        }
    }
}

/// The shipment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Shipment {
    /// The carrier.
    pub carrier: Option<String>,
    /// The carrier's number for it.
    pub tracking: Option<String>,
    /// When it was shipped.
    pub shipped_at: Option<Time>,
    /// When it was delivered.
    pub delivered_at: Option<Time>,
}

/// Deadlines, as stored: one that was not agreed on, or whose count has not begun, is `null`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Deadlines {
    /// The buyer must have paid.
    pub pay_by: Option<Time>,
    /// The seller must have shipped.
    pub ship_by: Option<Time>,
    /// The deadline after which it counts as delivered.
    pub deliver_by: Option<Time>,
    /// The seller is paid without further ado.
    pub release_at: Option<Time>,
    /// While a dispute or the request of a refund stops the clock: what is left of the deadline that was in
    /// force.
    pub left: Option<Span>,
}

/// Why a deal is at a standstill, and where it goes on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Stopped {
    /// The side that opened the dispute; `null` where staff did, and where a refund was asked for.
    pub by: Option<Side>,
    /// The state before, to which it returns.
    pub before: State,
    /// Whether the refund that was asked for is all that is left of the price; `null` in a dispute.
    pub whole: Option<bool>,
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

/// A fee.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Fee {
    /// The payee.
    pub to: String,
    /// The payer: `seller` or `buyer`.
    pub from: String,
    /// Hundredths of a percent of the price; `null` for a fixed amount.
    pub bps: Option<u32>,
    /// The amount when the whole price is released.
    pub amount: Money,
}

/// A share of another payee in the seller's proceeds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SplitShare {
    /// The payee.
    pub to: String,
    /// Hundredths of a percent of the price; `null` for a fixed amount.
    pub bps: Option<u32>,
    /// The amount when the whole price is released.
    pub amount: Money,
}

/// A part of the price that is released by name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Milestone {
    /// Its name.
    pub name: String,
    /// How much of the price it is.
    pub amount: Money,
    /// Whether it was released.
    pub released: bool,
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

/// A deal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Deal {
    /// Its id.
    pub id: DealId,
    /// The buyer's account.
    pub buyer: String,
    /// The seller's account.
    pub seller: String,
    /// The price.
    pub price: Money,
    /// The total that the buyer pays.
    pub buyer_pays: Money,
    /// The seller's proceeds if nothing is refunded.
    pub seller_gets: Money,
    /// Fees.
    pub fees: Vec<Fee>,
    /// Others who get a part.
    pub splits: Vec<SplitShare>,
    /// Parts that are released one by one.
    pub milestones: Vec<Milestone>,
    /// The terms.
    pub terms: Terms,
    /// Its state, as stored: a deadline may have passed already.
    pub state: State,
    /// The amount that came into its account.
    pub funded: Money,
    /// The amount that went to the seller's side.
    pub released: Money,
    /// The amount that went back to the buyer.
    pub refunded: Money,
    /// The amount taken as fees.
    pub fees_taken: Money,
    /// The balance of its account now.
    pub held: Money,
    /// The payment from outside that is to pay it, or has.
    pub payment: Option<PaymentId>,
    /// Owner of the buyer's account now.
    pub buyer_owner: Option<String>,
    /// Owner of the seller's account now.
    pub seller_owner: Option<String>,
    /// The item sold, for people.
    pub item: Option<String>,
    /// The shipment.
    pub shipment: Shipment,
    /// Deadlines.
    pub deadlines: Deadlines,
    /// The refund that the buyer asked for and that is still undecided, as a part of the price.
    pub refund_asked: Option<Money>,
    /// The open dispute.
    pub dispute: Option<DisputeId>,
    /// While it is at a standstill: who stopped it, and where it goes on.
    pub stopped: Option<Stopped>,
    /// Counts every event.
    pub version: i64,
    /// The caller's own reference.
    pub reference: Option<String>,
    /// The caller's own data.
    pub metadata: Map<String, Value>,
    /// When it was opened.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
}

impl Deal {
    /// The view of a deal and the accounts of its parties.
    ///
    /// # Errors
    /// `corrupted` when what is stored is out of bounds.
    pub fn of(deal: &model::Deal, buyer: &AccountRow, seller: &AccountRow) -> Result<Self, Error> {
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
        Ok(Self {
            id: deal.id(),
            buyer: facts.buyer.to_string(),
            seller: facts.seller.to_string(),
            price: deal.money(facts.price.amount)?,
            buyer_pays: deal.money(cost.buyer_pays)?,
            seller_gets: deal.money(cost.seller_gets)?,
            fees,
            splits,
            milestones: facts.milestones.iter().map(milestone).collect::<Result<_, Error>>()?,
            terms: Terms::of(&facts.terms),
            state: deal.state,
            funded: deal.money(facts.funded)?,
            released: deal.money(facts.released)?,
            refunded: deal.money(facts.refunded)?,
            fees_taken: deal.money(facts.fees_taken)?,
            held: held_money(deal)?,
            payment: facts.payment,
            buyer_owner: owner(buyer),
            seller_owner: owner(seller),
            item: text("item"),
            shipment: Shipment {
                carrier: text("carrier"),
                tracking: text("tracking"),
                shipped_at: times.shipped_at,
                delivered_at: times.delivered_at,
            },
            deadlines: Deadlines {
                pay_by: times.pay_by,
                ship_by: times.ship_by,
                deliver_by: times.deliver_by,
                release_at: times.release_at,
                left: times.left,
            },
            refund_asked: facts.asked_for().map(|minor| deal.money(minor)).transpose()?,
            dispute: facts.dispute.as_ref().map(|dispute| dispute.id),
            stopped: Stopped::of(deal),
            version: deal.row.version,
            reference: deal.row.reference.as_deref().map(ToOwned::to_owned),
            metadata: metadata_of(deal.text("metadata").map(AsRef::as_ref))?,
            created_at: deal.row.created_at,
            updated_at: deal.row.time(),
        })
    }

    /// The view of a deal that is known.
    ///
    /// # Errors
    /// Halts when it is not, or when the accounts of its parties are not.
    pub fn seen(book: &Book, id: DealId, seen: &Snapshot) -> Decided<Self> {
        let deal = model::Deal::of(seen.record(&model::key(book, id))?)?;
        let (buyer, seller) = (seen.account(&deal.buyer())?, seen.account(&deal.seller())?);
        Ok(Self::of(&deal, buyer, seller)?)
    }
}

/// Reply of a change of a deal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DealReply {
    /// The deal.
    pub deal: Deal,
    /// Whether the key was used before for the same request.
    pub replayed: bool,
}

impl DealReply {
    /// The reply about a deal that is known.
    ///
    /// # Errors
    /// Halts when it is not.
    pub fn seen(book: &Book, id: DealId, seen: &Snapshot, replayed: bool) -> Decided<Self> {
        Ok(Self { deal: Deal::seen(book, id, seen)?, replayed })
    }
}

/// The cost and the proceeds of a deal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Quote {
    /// The price.
    pub price: Money,
    /// The total that the buyer pays.
    pub buyer_pays: Money,
    /// The seller's proceeds.
    pub seller_gets: Money,
    /// Fees.
    pub fees: Vec<Fee>,
    /// Others who get a part.
    pub splits: Vec<SplitShare>,
}

impl Quote {
    /// The view of an offer.
    ///
    /// # Errors
    /// `invalid_amount` at the bound of money.
    pub fn of(pricing: &Pricing) -> Result<Self, Error> {
        let too_large =
            || Error::from(Detail::InvalidAmount { field: "price".into(), reason: "is too large".into() });
        let money = |minor| Money::new(minor, pricing.currency()).ok_or_else(too_large);
        let (fees, splits) = shares_of(&pricing.cuts, &pricing.cost, &money)?;
        let cost = &pricing.cost;
        let (buyer_pays, seller_gets) = (money(cost.buyer_pays)?, money(cost.seller_gets)?);
        Ok(Self { price: pricing.price, buyer_pays, seller_gets, fees, splits })
    }
}

/// Why something would be refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reason {
    /// The code of the refusal.
    pub code: String,
    /// The message, for developers.
    pub message: String,
}

/// The verdict of a dry run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Validation {
    /// Whether the deal, its accounts and their funds allow the call now. Approvals, rules, lists and factors
    /// are not asked.
    pub allowed: bool,
    /// The state that the deal would be in; `null` when it is refused.
    pub to: Option<State>,
    /// Why it would be refused; `null` when it is allowed.
    pub reason: Option<Reason>,
}

/// Something that an actor could do with a deal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Action {
    /// The trigger; it is the name of the operation too.
    pub trigger: String,
    /// The state that the deal would be in.
    pub to: State,
    /// Fields that the call must have in addition to the deal.
    pub needs: Vec<String>,
}

/// Actions that an actor could take on a deal now. Accounts and funds are not checked: `validate` does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Actions {
    /// The actions, in the order of the table of transitions.
    pub actions: Vec<Action>,
}
