//! Requests of the purchases service: offers and promos, and what becomes of what is bought.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::currency::Currencies;
use crate::error::Result;
use crate::escrow::requests::{FeeTerm, SplitTerm};
use crate::ids::PurchaseId;
use crate::money::Amount;
use crate::payment::owned::RefundAccount;
use crate::purchase::expected::Expected;
use crate::purchase::model::{PaidWith, State};
pub use crate::purchase::promo_terms::DiscountTerms;
use crate::purchase::promo_terms::{OfferNames, PromoOff};
use crate::request::bounds::{
    ACCOUNT, Bound, CENTURY, ID, LINE, NAME, TOKEN, WITHIN, bounds, document, show, spans, whole, word_of,
};
use crate::request::declare::request;
use crate::request::normal::Normal;
use crate::request::parsed::{Name, Words};
use crate::request::secret::{Secret, SecretMap};
use crate::time::{Span, SpanInput, Time};

/// How long units may be held for a buyer.
const HOLDING: Bound = spans(Span::from_secs(1), Span::from_days(30));
/// How many units an offer may have, or a buyer.
const UNITS: Bound = whole(0, 1_000_000_000);
/// How many of them there are at least, where there are any.
const SOME: Bound = whole(1, 1_000_000_000);
/// A quote that a buyer agreed to.
const QUOTED: Bound = document(16 * 1024);
/// How many units one purchase may have.
const QUANTITY: Bound = whole(1, 1_000_000);

/// The terms of the deals by which an offer is sold, in place of a payment to the seller at once.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(transform = show::<DealTerms>)]
pub struct DealTerms {
    /// How long the buyer may look at what arrived before the seller is paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inspection: Option<SpanInput>,
    /// How long the seller may take to ship.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ship_within: Option<SpanInput>,
    /// How long it may be on its way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deliver_within: Option<SpanInput>,
    /// Fees that the seller bears: who gets them, and how much. An amount is of each unit, and shrinks with
    /// what a promo takes off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fees: Option<Vec<FeeTerm>>,
    /// Others who share in what the seller gets; amounts as of fees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub splits: Option<Vec<SplitTerm>>,
    /// The seller must accept before the deal continues.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub require_acceptance: Option<bool>,
    /// Something is shipped; otherwise a paid deal counts as delivered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipping: Option<bool>,
}

bounds! { DealTerms {
    inspection: spans(Span::ZERO, CENTURY),
    ship_within: WITHIN,
    deliver_within: WITHIN,
    fees: Bound::NONE.items(50),
    splits: Bound::NONE.items(50),
    require_acceptance: Bound::NONE,
    shipping: Bound::NONE,
} }

impl Normal for DealTerms {
    fn normalise(&mut self, field: &str, currencies: &Currencies) -> Result<()> {
        self.inspection.normalise(&format!("{field}.inspection"), currencies)?;
        self.ship_within.normalise(&format!("{field}.ship_within"), currencies)?;
        self.deliver_within.normalise(&format!("{field}.deliver_within"), currencies)?;
        self.fees.normalise(&format!("{field}.fees"), currencies)?;
        self.splits.normalise(&format!("{field}.splits"), currencies)
    }
}

request! {
    mod operations;
    metadata without cards;

    /// Makes an offer, or changes one: what is left out stays as it is.
    write SetOffer {
        /// Its name: 1 to 48 of `A-Z a-z 0-9 . _ : -`.
        id: String [NAME],
        ;
        /// The account that is paid; opened with the first sale. A new offer needs it.
        seller: Option<String> [ACCOUNT],
        /// The price of one unit. A new offer needs it.
        price: Option<Amount>,
        /// How many units there are in all, those that are sold included; no limit if it is left out.
        stock: Option<u32> [UNITS],
        /// How many one buyer may have; no limit if it is left out.
        per_user_limit: Option<u32> [SOME],
        /// From when on it is sold.
        sale_from: Option<Time>,
        /// Until when it is sold.
        sale_until: Option<Time>,
        /// Whether it is sold; a new one is.
        active: Option<bool>,
        /// How long units are held for a buyer who pays later, PT1S to P30D; PT10M for a new offer.
        hold_for: Option<SpanInput> [HOLDING],
        /// The grants to a buyer for each unit, such as points: amounts, each of a currency of its own.
        grants: Option<Vec<Amount>> [Bound::NONE.items(10)],
        /// It is sold by deals with these terms, in place of all that were set before.
        escrow: Option<DealTerms>,
    }

    /// Looks up an offer.
    read GetOffer {
        /// The offer.
        offer: String [NAME],
        ;
    }

    /// Lists offers, newest first.
    read ListOffers pages {
        ;
        /// Only of this seller.
        seller: Option<String> [ACCOUNT],
        /// Only those that are active, or that are not.
        active: Option<bool>,
    }

    /// Makes a promo, or changes one: what is left out stays as it is.
    write SetPromo parses PromoSetting {
        /// Its name: 1 to 48 of `A-Z a-z 0-9 . _ : -`.
        id: String as Name,
        /// The discount: hundredths of a percent (`bps`), or an `amount`.
        off: DiscountTerms as PromoOff,
        ;
        /// The offers that it is for; all if it is left out.
        offers: Option<Vec<String> as OfferNames> [NAME.items(100)],
        /// How many purchases may use it; no limit if it is left out.
        limit: Option<u32 as i64> [SOME],
        /// How many purchases of one buyer may use it; no limit if it is left out.
        per_user_limit: Option<u32 as i64> [SOME],
        /// From when on it may be used.
        from: Option<Time>,
        /// Until when it may be used.
        until: Option<Time>,
        /// Whether it may be used; a new one may.
        active: Option<bool>,
    }

    /// Lists promos, newest first.
    read ListPromos pages {
        ;
        /// Only those that are for this offer.
        offer: Option<String> [NAME],
    }

    /// Asks what units of an offer would cost, and whether they could be bought now.
    read QuotePurchase {
        /// The offer.
        offer: String [NAME],
        ;
        /// How many units, 1 to 1,000,000.
        quantity: Option<u32> [QUANTITY] = 1,
        /// A promo.
        promo: Option<String> [NAME],
        /// The buyer's account; without it, the limits of a buyer are not looked at.
        buyer: Option<String> [ACCOUNT],
    }

    /// Takes units of an offer for a buyer, who pays later: the price is fixed now.
    write ReservePurchase<K> {
        /// The offer.
        offer: String [NAME],
        /// The buyer. An account is needed only to pay from it.
        buyer: String [ACCOUNT],
        ;
        /// How many units, 1 to 1,000,000.
        quantity: Option<u32> [QUANTITY] = 1,
        /// A promo.
        promo: Option<String> [NAME],
        /// The total that the buyer was shown, or the whole reply of `purchases.quote`. Nothing is bought at
        /// another total, or beyond what was quoted.
        expect: Option<Expected> [QUOTED],
    }

    /// Pays a purchase that is held.
    write PayPurchase object purchase {
        /// The purchase.
        purchase: String [ID],
        ;
        /// The means of payment: the buyer's `balance`, or a `gateway`.
        with: Option<String> [word_of::<PaidWith>()] = crate::purchase::model::BALANCE,
        /// The gateway; without it a route says.
        gateway: Option<String> [NAME],
        /// The gateway's own handle of the payer's means. Never a card number.
        token: Option<Secret> [TOKEN],
        /// Such handles by gateway, where a route may take one or another.
        tokens: Option<SecretMap> [TOKEN.items(16)],
    }

    /// Takes units of an offer for a buyer, and pays them at once.
    write BuyOffer<K> {
        /// The offer.
        offer: String [NAME],
        /// The buyer. An account is needed only to pay from it.
        buyer: String [ACCOUNT],
        ;
        /// How many units, 1 to 1,000,000.
        quantity: Option<u32> [QUANTITY] = 1,
        /// A promo.
        promo: Option<String> [NAME],
        /// The total that the buyer was shown, or the whole reply of `purchases.quote`. Nothing is bought at
        /// another total, or beyond what was quoted.
        expect: Option<Expected> [QUOTED],
        /// The means of payment: the buyer's `balance`, or a `gateway`.
        with: Option<String> [word_of::<PaidWith>()] = crate::purchase::model::BALANCE,
        /// The gateway; without it a route says.
        gateway: Option<String> [NAME],
        /// The gateway's own handle of the payer's means. Never a card number.
        token: Option<Secret> [TOKEN],
        /// Such handles by gateway, where a route may take one or another.
        tokens: Option<SecretMap> [TOKEN.items(16)],
    }

    /// Gives a purchase up that is not paid.
    write CancelPurchase parses Cancel object purchase {
        /// The purchase.
        purchase: String as PurchaseId,
        ;
        /// Why.
        reason: Option<String as Words>,
    }

    /// Gives units of a purchase back: the money to where it came from, and what was given with them.
    write RefundPurchase<K> parses GiveUnitsBack {
        /// The purchase.
        purchase: String as PurchaseId,
        ;
        /// How many units; all that are left if it is left out.
        quantity: Option<u32 as i64> [QUANTITY],
        /// Whether the units may be sold again.
        restock: Option<bool> = true,
        /// Whether what was given and is spent becomes a debt; an admin's alone.
        force: Option<bool> = false,
        /// Why.
        reason: Option<String as Words>,
        /// The buyer's account that a deposit into a virtual account goes back to: `bank` (its code),
        /// `number` and `holder`. Kept sealed until the refund is over; other payments take none.
        refund_account: Option<SecretMap as RefundAccount> [LINE.items(3)],
    }

    /// Looks up a purchase.
    read GetPurchase {
        ;
        /// The purchase.
        purchase: Option<String> [ID],
        /// The caller's own id of it, in place of `purchase`.
        reference: Option<String> [LINE],
    }

    /// Lists purchases, newest first.
    read ListPurchases pages {
        ;
        /// Only of this buyer.
        buyer: Option<String> [ACCOUNT],
        /// Only of this offer.
        offer: Option<String> [NAME],
        /// Only in this state.
        state: Option<String> [word_of::<State>()],
    }

    /// Lists the events of a purchase, oldest first.
    read PurchaseHistory pages {
        /// The purchase.
        purchase: String [ID],
    }

    /// Asks what the actor could do with a purchase now.
    read PurchaseActions {
        /// The purchase.
        purchase: String [ID],
    }
}
