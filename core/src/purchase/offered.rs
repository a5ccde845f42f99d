//! Offers with their stock, and promos with their discounts.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::refund_shares::floor_of;
use super::sale_terms::SaleTerms;
use crate::error::{Detail, Error};
use crate::ids::AccountId;
use crate::money::Money;
use crate::rows::codec::text_enum;
use crate::rows::needs::AccountKey;
use crate::rows::object::{Stored, object};
use crate::time::{Span, Time};

/// The kind of an offer's record, and the object of its events.
pub const OFFER: &str = "offer";
/// The kind of a promo's record, and the object of its events.
pub const PROMO: &str = "promo";
/// How long units are held for a buyer by default.
pub const HOLD_FOR: Span = Span::from_mins(10);
/// The whole, in hundredths of a percent.
pub const WHOLE_BPS: i128 = 10_000;

text_enum! {
    /// Whether an offer is sold, or a promo may be used.
    pub enum OfferState {
        /// It is.
        Active = "active",
        /// It is not.
        Inactive = "inactive",
    }
}

impl OfferState {
    /// The state that a flag stands for.
    pub const fn of(active: bool) -> Self {
        if active { Self::Active } else { Self::Inactive }
    }

    /// Whether it is sold, or may be used.
    pub fn is_active(self) -> bool {
        self == Self::Active
    }
}

/// The facts of an offer that are kept and may be published in events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferFacts {
    /// Its name.
    pub id: String,
    /// The account that is paid.
    pub seller: AccountId,
    /// The price of one unit.
    pub price: Money,
    /// How many units there are in all; no limit if `None`.
    #[serde(default)]
    pub stock: Option<i64>,
    /// How many of them are held for purchases that are not paid.
    #[serde(default)]
    pub held: i64,
    /// How many of them are sold, without those that were restocked.
    #[serde(default)]
    pub sold: i64,
    /// How many one buyer may have; no limit if `None`.
    #[serde(default)]
    pub per_user_limit: Option<i64>,
    /// From when on it is sold.
    #[serde(default)]
    pub sale_from: Option<Time>,
    /// Until when it is sold.
    #[serde(default)]
    pub sale_until: Option<Time>,
    /// How long units are held for a buyer.
    pub hold_for: Span,
    /// The grants for each unit.
    #[serde(default)]
    pub grants: Vec<Money>,
    /// The terms of the deals by which it is sold; `None` if the seller is paid at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escrow: Option<SaleTerms>,
    /// Drawn when price, payee or terms were set last; `None` for one of an earlier version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priced: Option<Uuid>,
}

/// An offer, read from its record. Its text is `metadata`.
pub type Offer = Stored<OfferFacts>;

object! { OfferFacts: OFFER, OfferState, Uuid as &'n str, price {
    fn not_found(offer: &str) -> Error {
        Detail::OfferNotFound { offer: offer.to_owned() }.into()
    }
} }

impl OfferFacts {
    /// How many units are neither held nor sold; `None` without a limit.
    pub fn available(&self) -> Option<i64> {
        self.stock.map(|stock| stock.saturating_sub(self.held).saturating_sub(self.sold).max(0))
    }
}

impl Offer {
    /// The account that is paid.
    pub fn seller(&self) -> AccountKey {
        AccountKey::new(self.row.book.clone(), self.facts.seller.clone(), self.currency)
    }
}

/// The facts of a promo that are kept and may be published in events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromoFacts {
    /// Its name.
    pub id: String,
    /// Hundredths of a percent that it takes off.
    #[serde(default)]
    pub bps: Option<u32>,
    /// The amount that it takes off, if it has no `bps`.
    #[serde(default)]
    pub amount: Option<Money>,
    /// The offers that it is for; all if `None`.
    #[serde(default)]
    pub offers: Option<Vec<String>>,
    /// How many purchases may use it; no limit if `None`.
    #[serde(default)]
    pub limit: Option<i64>,
    /// How many purchases of one buyer may use it; no limit if `None`.
    #[serde(default)]
    pub per_user_limit: Option<i64>,
    /// From when on it may be used.
    #[serde(default)]
    pub from: Option<Time>,
    /// Until when it may be used.
    #[serde(default)]
    pub until: Option<Time>,
    /// How many purchases use it. Expired and cancelled ones do not count.
    #[serde(default)]
    pub used: i64,
    /// The sellers of its offers, if one of them set it; empty if staff did.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sellers: Vec<AccountId>,
    /// Drawn when it was set last; `None` for one of an earlier version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priced: Option<Uuid>,
}

/// A promo, read from its record. Its text is `metadata`.
pub type Promo = Stored<PromoFacts>;

object! { PromoFacts: PROMO, OfferState, Uuid as &'n str {
    fn not_found(promo: &str) -> Error {
        Detail::PromoNotFound { promo: promo.to_owned() }.into()
    }
} }

impl PromoFacts {
    /// Whether it is for an offer by its name.
    pub fn is_for(&self, offer: &str) -> bool {
        self.offers.as_ref().is_none_or(|offers| offers.iter().any(|name| name == offer))
    }

    /// Whether it is still valid for an offer. The promo of a seller ends when another account sells the
    /// offer, or when grants come with it: only staff gives away what is not the seller's.
    pub fn is_valid_for(&self, offer: &OfferFacts) -> bool {
        self.sellers.is_empty() || (self.sellers.contains(&offer.seller) && offer.grants.is_empty())
    }

    /// The discount on a sum; `None` if the promo is an amount of another currency.
    pub fn off(&self, subtotal: Money) -> Option<Money> {
        let whole = subtotal.minor_units();
        let off = match (self.bps, self.amount) {
            (Some(bps), _) => floor_of(whole, i128::from(bps), WHOLE_BPS),
            (None, Some(amount)) if amount.currency() == subtotal.currency() => amount.minor_units(),
            _ => return None,
        };
        Money::new(off.min(whole), subtotal.currency())
    }
}
