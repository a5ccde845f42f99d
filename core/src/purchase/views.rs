//! Views of the purchases service.

use super::model::{PaidWith, Purchase as PurchaseRecord, State};
use super::offered::{Offer as OfferRecord, Promo as PromoRecord};
use crate::ids::{Book, DealId, PaymentId, PurchaseId, TransferId};
use crate::kernel::commitment::Commitment;
use crate::kernel::operation::Decided;
use crate::kernel::snapshot::Snapshot;
use crate::ledger::views::metadata_of;
use crate::money::Money;
use crate::payment::views::PaymentRefund;
use crate::request::view::views;
use crate::time::{Span, Time};
use serde_json::{Map, Value};

views! {
    /// An offer.
    view Offer of(offer: &OfferRecord) -> Result {
        let facts = &offer.facts;
    } => {
        /// Its name.
        id: String = facts.id.clone(),
        /// The account that is paid.
        seller: String = facts.seller.to_string(),
        /// The price of one unit.
        price: Money = facts.price,
        /// How many units there are in all; `null` without a limit.
        stock: Option<i64> = facts.stock,
        /// How many are held for purchases that are not paid.
        held: i64 = facts.held,
        /// How many are sold.
        sold: i64 = facts.sold,
        /// How many can be bought; `null` without a limit.
        available: Option<i64> = facts.available(),
        /// How many one buyer may have.
        per_user_limit: Option<i64> = facts.per_user_limit,
        /// From when on it is sold.
        sale_from: Option<Time> = facts.sale_from,
        /// Until when it is sold.
        sale_until: Option<Time> = facts.sale_until,
        /// Whether it is sold.
        active: bool = offer.state.is_active(),
        /// How long units are held for a buyer who pays later.
        hold_for: Span = facts.hold_for,
        /// The grants to a buyer for each unit.
        grants: Vec<Money> = facts.grants.clone(),
        /// The terms of the deals by which it is sold; `null` where the seller is paid at once.
        escrow: Option<Map<String, Value>> =
            facts.escrow.as_ref().map(|escrow| escrow.view(offer.currency)).transpose()?,
        /// Counts every change, those of the units included.
        version: i64 = offer.row.version,
        /// The caller's own data.
        metadata: Map<String, Value> = metadata_of(offer.text("metadata").map(AsRef::as_ref))?,
    }

    /// Reply of `set_offer`.
    reply OfferReply {
        /// The offer.
        offer: Offer,
    }

    /// The discount of a promo.
    view Discount {
        /// Hundredths of a percent of the sum.
        bps: Option<i64>,
        /// An amount, and at most the sum.
        amount: Option<Money>,
    }

    /// A promo.
    view Promo of(promo: &PromoRecord) -> Result {
        let facts = &promo.facts;
    } => {
        /// Its name.
        id: String = facts.id.clone(),
        /// The discount.
        off: Discount = Discount { bps: facts.bps.map(i64::from), amount: facts.amount },
        /// The offers that it is for; `null` if all.
        offers: Option<Vec<String>> = facts.offers.clone(),
        /// How many purchases may use it.
        limit: Option<i64> = facts.limit,
        /// How many purchases of one buyer may use it.
        per_user_limit: Option<i64> = facts.per_user_limit,
        /// From when on it may be used.
        from: Option<Time> = facts.from,
        /// Until when it may be used.
        until: Option<Time> = facts.until,
        /// Whether it may be used.
        active: bool = promo.state.is_active(),
        /// How many purchases use it: those that have neither expired nor were cancelled.
        used: i64 = facts.used,
        /// Counts every change, those of the uses included.
        version: i64 = promo.row.version,
        /// The caller's own data.
        metadata: Map<String, Value> = metadata_of(promo.text("metadata").map(AsRef::as_ref))?,
    }

    /// Reply of `set_promo`.
    reply PromoReply {
        /// The promo.
        promo: Promo,
    }

    /// The present price of units of an offer, and whether they can be bought.
    view PurchaseQuote {
        /// One unit.
        unit_price: Money,
        /// All of them.
        subtotal: Money,
        /// The promo's discount.
        discount: Money,
        /// The subtotal less the discount.
        total: Money,
        /// Whether they can be bought now.
        allowed: bool,
        /// Why not: the code that `reserve` would be refused with, or of `condition_not_met` the condition;
        /// of
        /// `promo_not_applicable` the reason behind a colon.
        reason: Option<String>,
        /// The commitment of a buyer: payees, amounts, and the terms that the seller set; with `expect`, a
        /// purchase is held to it. `null` without a `buyer`, or where nothing could be bought.
        commitment: Option<Commitment>,
    }

    /// A purchase.
    view Purchase of(purchase: &PurchaseRecord) -> Result {
        let facts = &purchase.facts;
    } => {
        /// Its id.
        id: PurchaseId = purchase.id(),
        /// The offer.
        offer: String = facts.offer.clone(),
        /// The buyer's account.
        buyer: String = facts.buyer.to_string(),
        /// The account that is paid.
        seller: String = facts.seller.to_string(),
        /// How many units.
        quantity: i64 = facts.quantity,
        /// The price of one unit.
        unit_price: Money = facts.unit_price,
        /// The promo's discount.
        discount: Money = facts.discount,
        /// The price after the discount.
        total: Money = facts.total,
        /// The promo.
        promo: Option<String> = facts.promo.clone(),
        /// The grants to the buyer for all units.
        grants: Vec<Money> = purchase.grants_of(facts.quantity)?,
        /// Its state.
        state: State = purchase.state,
        /// The means of payment.
        paid_with: Option<PaidWith> = facts.paid_with,
        /// The payment that pays it, or was begun last to pay it; `null` where the buyer's balance pays.
        payment: Option<PaymentId> = facts.payment,
        /// The newest deal that was opened for it; `null` where the seller is paid at once.
        deal: Option<DealId> = facts.deal,
        /// The transfer that paid the seller from a balance.
        transfer: Option<TransferId> = facts.transfer,
        /// How much of what was paid went back, or is on its way.
        refunded: Money = purchase.money(facts.refunded)?,
        /// Whether its buyer has given it up while a payment was under way.
        cancel_requested: bool = facts.cancel_requested,
        /// Until when its units are held.
        hold_until: Time = facts.hold_until,
        /// Counts every event.
        version: i64 = purchase.row.version,
        /// The caller's own id.
        reference: Option<String> = purchase.row.reference.as_deref().map(Into::into),
        /// The caller's own data.
        metadata: Map<String, Value> = purchase.json("metadata")?.unwrap_or_default(),
        /// When it was made.
        created_at: Time = purchase.row.created_at,
        /// When it last changed.
        updated_at: Time = facts.updated_at,
    }

    /// Reply of a change of a purchase.
    reply PurchaseReply {
        /// The purchase.
        purchase: Purchase,
    }

    /// Reply of `refund`.
    reply PurchaseRefunded {
        /// The purchase.
        purchase: Purchase,
        /// The refund of its payment; `null` where it was paid from a balance.
        refund: Option<PaymentRefund>,
    }

    /// An action that an actor can take on a purchase now.
    view PurchaseAction {
        /// The operation, without the service.
        trigger: String,
        /// The state that it leads to; `null` where the payment or the quantity decides.
        to: Option<State>,
        /// The fields that it needs beside the purchase.
        needs: Vec<String>,
    }

    /// Reply of `allowed_actions`.
    view PurchaseChoices {
        /// The actions, in the order of the table of transitions.
        actions: Vec<PurchaseAction>,
    }
}

impl Purchase {
    /// The view of a purchase that is known.
    ///
    /// # Errors
    /// Halts when it is not.
    pub fn seen(book: &Book, id: PurchaseId, seen: &Snapshot) -> Decided<Self> {
        Ok(Self::of(&PurchaseRecord::shown(seen, book, id)?)?)
    }
}
