//! Views of the purchases service.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::model::{self, PaidWith, Purchase as PurchaseRecord, State};
use super::offered::{Offer as OfferRecord, Promo as PromoRecord};
use crate::error::Result;
use crate::ids::{Book, DealId, PaymentId, PurchaseId, TransferId};
use crate::kernel::commitment::Commitment;
use crate::kernel::operation::Decided;
use crate::kernel::snapshot::Snapshot;
use crate::ledger::views::metadata_of;
use crate::money::Money;
use crate::payment::views::PaymentRefund;
use crate::time::{Span, Time};

/// An offer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Offer {
    /// Its name.
    pub id: String,
    /// The account that is paid.
    pub seller: String,
    /// The price of one unit.
    pub price: Money,
    /// How many units there are in all; `null` without a limit.
    pub stock: Option<i64>,
    /// How many are held for purchases that are not paid.
    pub held: i64,
    /// How many are sold.
    pub sold: i64,
    /// How many can be bought; `null` without a limit.
    pub available: Option<i64>,
    /// How many one buyer may have.
    pub per_user_limit: Option<i64>,
    /// From when on it is sold.
    pub sale_from: Option<Time>,
    /// Until when it is sold.
    pub sale_until: Option<Time>,
    /// Whether it is sold.
    pub active: bool,
    /// How long units are held for a buyer who pays later.
    pub hold_for: Span,
    /// The grants to a buyer for each unit.
    pub grants: Vec<Money>,
    /// The terms of the deals by which it is sold; `null` where the seller is paid at once.
    pub escrow: Option<Map<String, Value>>,
    /// Counts every change, those of the units included.
    pub version: i64,
    /// The caller's own data.
    pub metadata: Map<String, Value>,
}

impl Offer {
    /// The view of an offer.
    ///
    /// # Errors
    /// `corrupted` when its metadata is none.
    pub fn of(offer: &OfferRecord) -> Result<Self> {
        let facts = &offer.facts;
        Ok(Self {
            id: facts.id.clone(),
            seller: facts.seller.to_string(),
            price: facts.price,
            stock: facts.stock,
            held: facts.held,
            sold: facts.sold,
            available: facts.available(),
            per_user_limit: facts.per_user_limit,
            sale_from: facts.sale_from,
            sale_until: facts.sale_until,
            active: offer.state.is_active(),
            hold_for: facts.hold_for,
            grants: facts.grants.clone(),
            escrow: facts.escrow.as_ref().map(|escrow| escrow.view(offer.currency)).transpose()?,
            version: offer.row.version,
            metadata: metadata_of(offer.text("metadata").map(AsRef::as_ref))?,
        })
    }
}

/// Reply of `set_offer`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OfferReply {
    /// The offer.
    pub offer: Offer,
    /// Whether the key was used before for the same request.
    pub replayed: bool,
}

/// The discount of a promo.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Discount {
    /// Hundredths of a percent of the sum.
    pub bps: Option<i64>,
    /// An amount, and at most the sum.
    pub amount: Option<Money>,
}

/// A promo.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Promo {
    /// Its name.
    pub id: String,
    /// The discount.
    pub off: Discount,
    /// The offers that it is for; `null` if all.
    pub offers: Option<Vec<String>>,
    /// How many purchases may use it.
    pub limit: Option<i64>,
    /// How many purchases of one buyer may use it.
    pub per_user_limit: Option<i64>,
    /// From when on it may be used.
    pub from: Option<Time>,
    /// Until when it may be used.
    pub until: Option<Time>,
    /// Whether it may be used.
    pub active: bool,
    /// How many purchases use it: those that have neither expired nor were cancelled.
    pub used: i64,
    /// Counts every change, those of the uses included.
    pub version: i64,
    /// The caller's own data.
    pub metadata: Map<String, Value>,
}

impl Promo {
    /// The view of a promo.
    ///
    /// # Errors
    /// `corrupted` when its metadata is none.
    pub fn of(promo: &PromoRecord) -> Result<Self> {
        let facts = &promo.facts;
        Ok(Self {
            id: facts.id.clone(),
            off: Discount { bps: facts.bps.map(i64::from), amount: facts.amount },
            offers: facts.offers.clone(),
            limit: facts.limit,
            per_user_limit: facts.per_user_limit,
            from: facts.from,
            until: facts.until,
            active: promo.state.is_active(),
            used: facts.used,
            version: promo.row.version,
            metadata: metadata_of(promo.text("metadata").map(AsRef::as_ref))?,
        })
    }
}

/// Reply of `set_promo`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PromoReply {
    /// The promo.
    pub promo: Promo,
    /// Whether the key was used before for the same request.
    pub replayed: bool,
}

/// The present price of units of an offer, and whether they can be bought.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PurchaseQuote {
    /// One unit.
    pub unit_price: Money,
    /// All of them.
    pub subtotal: Money,
    /// The promo's discount.
    pub discount: Money,
    /// The subtotal less the discount.
    pub total: Money,
    /// Whether they can be bought now.
    pub allowed: bool,
    /// Why not: the code that `reserve` would be refused with, or of `condition_not_met` the condition; of
    /// `promo_not_applicable` the reason behind a colon.
    pub reason: Option<String>,
    /// The commitment of a buyer: payees, amounts, and the terms that the seller set; with `expect`, a
    /// purchase is held to it. `null` without a `buyer`, or where nothing could be bought.
    pub commitment: Option<Commitment>,
}

/// A purchase.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Purchase {
    /// Its id.
    pub id: PurchaseId,
    /// The offer.
    pub offer: String,
    /// The buyer's account.
    pub buyer: String,
    /// The account that is paid.
    pub seller: String,
    /// How many units.
    pub quantity: i64,
    /// The price of one unit.
    pub unit_price: Money,
    /// The promo's discount.
    pub discount: Money,
    /// The price after the discount.
    pub total: Money,
    /// The promo.
    pub promo: Option<String>,
    /// The grants to the buyer for all units.
    pub grants: Vec<Money>,
    /// Its state.
    pub state: State,
    /// The means of payment.
    pub paid_with: Option<PaidWith>,
    /// The payment that pays it, or was begun last to pay it; `null` where the buyer's balance pays.
    pub payment: Option<PaymentId>,
    /// The newest deal that was opened for it; `null` where the seller is paid at once.
    pub deal: Option<DealId>,
    /// The transfer that paid the seller from a balance.
    pub transfer: Option<TransferId>,
    /// How much of what was paid went back, or is on its way.
    pub refunded: Money,
    /// Whether its buyer has given it up while a payment was under way.
    pub cancel_requested: bool,
    /// Until when its units are held.
    pub hold_until: Time,
    /// Counts every event.
    pub version: i64,
    /// The caller's own id.
    pub reference: Option<String>,
    /// The caller's own data.
    pub metadata: Map<String, Value>,
    /// When it was made.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
}

impl Purchase {
    /// The view of a purchase.
    ///
    /// # Errors
    /// `corrupted` when an amount or a text is none.
    pub fn of(purchase: &PurchaseRecord) -> Result<Self> {
        let facts = &purchase.facts;
        Ok(Self {
            id: purchase.id(),
            offer: facts.offer.clone(),
            buyer: facts.buyer.to_string(),
            seller: facts.seller.to_string(),
            quantity: facts.quantity,
            unit_price: facts.unit_price,
            discount: facts.discount,
            total: facts.total,
            promo: facts.promo.clone(),
            grants: purchase.grants_of(facts.quantity)?,
            state: purchase.state,
            paid_with: facts.paid_with,
            payment: facts.payment,
            deal: facts.deal,
            transfer: facts.transfer,
            refunded: purchase.money(facts.refunded)?,
            cancel_requested: facts.cancel_requested,
            hold_until: facts.hold_until,
            version: purchase.row.version,
            reference: purchase.row.reference.as_deref().map(Into::into),
            metadata: purchase.json("metadata")?.unwrap_or_default(),
            created_at: purchase.row.created_at,
            updated_at: facts.updated_at,
        })
    }

    /// The view of a purchase that is known.
    ///
    /// # Errors
    /// Halts when it is not.
    pub fn seen(book: &Book, id: PurchaseId, seen: &Snapshot) -> Decided<Self> {
        Ok(Self::of(&PurchaseRecord::of(seen.record(&model::key(book, id))?)?)?)
    }
}

/// Reply of a change of a purchase.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PurchaseReply {
    /// The purchase.
    pub purchase: Purchase,
    /// Whether the key was used before for the same request.
    pub replayed: bool,
}

/// Reply of `refund`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PurchaseRefunded {
    /// The purchase.
    pub purchase: Purchase,
    /// The refund of its payment; `null` where it was paid from a balance.
    pub refund: Option<PaymentRefund>,
    /// Whether the key was used before for the same request.
    pub replayed: bool,
}

/// An action that an actor can take on a purchase now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PurchaseAction {
    /// The operation, without the service.
    pub trigger: String,
    /// The state that it leads to; `null` where the payment or the quantity decides.
    pub to: Option<State>,
    /// The fields that it needs beside the purchase.
    pub needs: Vec<String>,
}

/// Reply of `allowed_actions`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PurchaseChoices {
    /// The actions, in the order of the table of transitions.
    pub actions: Vec<PurchaseAction>,
}
