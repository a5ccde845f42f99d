//! The price of a purchase, and whether it may be made. Only the offer and its promo decide both.

use super::editor::unmet;
use super::offered::{Offer, OfferFacts, Promo, PromoFacts};
use super::transitions::PurchaseTrigger;
use crate::error::{Detail, Error, Result};
use crate::ids::AccountId;
use crate::ledger::model::mismatch;
use crate::money::Money;
use crate::time::Time;

/// The price of a number of units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PurchasePrice {
    pub unit: Money,
    /// All of them.
    pub subtotal: Money,
    /// The promo's discount.
    pub discount: Money,
    /// The subtotal less the discount.
    pub total: Money,
}

/// The price of a number of units. A promo that is an amount of another currency takes nothing off.
pub(super) fn price_of(
    offer: &OfferFacts,
    quantity: i64,
    promo: Option<&PromoFacts>,
) -> Result<PurchasePrice> {
    let unit = offer.price;
    let subtotal = times(unit, quantity, &offer.seller)?;
    let off = promo.and_then(|promo| promo.off(subtotal));
    let discount = off.unwrap_or_else(|| Money::zero(unit.currency()));
    let total = subtotal.checked_sub(discount).ok_or_else(|| overflow(&offer.seller))?;
    Ok(PurchasePrice { unit, subtotal, discount, total })
}

/// An amount times a quantity.
pub(super) fn times(amount: Money, quantity: i64, account: &AccountId) -> Result<Money> {
    amount.checked_mul(i128::from(quantity)).ok_or_else(|| overflow(account))
}

fn overflow(account: &AccountId) -> Error {
    Detail::Overflow { account: account.to_string() }.into()
}

/// The present bounds of a purchase.
pub(super) struct SaleBounds<'a> {
    pub offer: &'a Offer,
    /// The promo that the request names.
    pub promo: Option<&'a Promo>,
    /// The units that the buyer has, or that are held for him.
    pub units: i64,
    /// The number of the buyer's purchases that use the promo.
    pub uses: i64,
    pub now: Time,
}

impl SaleBounds<'_> {
    /// Checks all bounds in order: the sale of the offer, the limit of a buyer, the stock, the promo, and the
    /// expected price. Returns the price.
    pub(super) fn judge(&self, quantity: i64, expect: Option<Money>) -> Result<PurchasePrice> {
        self.on_sale()?;
        self.within_limit(quantity)?;
        self.in_stock(quantity)?;
        if let Some(promo) = self.promo {
            self.applies(promo)?;
        }
        let price = price_of(&self.offer.facts, quantity, self.promo.map(|promo| &promo.facts))?;
        match expect {
            Some(expect) if expect.currency() != price.total.currency() => {
                Err(mismatch("expect", price.total.currency(), expect.currency()))
            }
            Some(expect) if expect != price.total => Err(self.unmet("price", None)),
            _ => Ok(price),
        }
    }

    fn unmet(&self, condition: &str, deadline: Option<Time>) -> Error {
        unmet(&self.offer.facts.id, PurchaseTrigger::Reserve, condition, deadline)
    }

    fn on_sale(&self) -> Result<()> {
        let facts = &self.offer.facts;
        if !self.offer.state.is_active() {
            return Err(self.unmet("active", None));
        }
        if facts.sale_from.is_some_and(|from| self.now < from) {
            return Err(self.unmet("sale_from", facts.sale_from));
        }
        if facts.sale_until.is_some_and(|until| until <= self.now) {
            return Err(self.unmet("sale_until", facts.sale_until));
        }
        Ok(())
    }

    fn within_limit(&self, quantity: i64) -> Result<()> {
        let facts = &self.offer.facts;
        match facts.per_user_limit.filter(|limit| self.units.saturating_add(quantity) > *limit) {
            None => Ok(()),
            Some(limit) => {
                let (offer, used) = (facts.id.clone(), self.units);
                Err(Detail::PurchaseLimitExceeded { offer, limit, used, requested: quantity }.into())
            }
        }
    }

    fn in_stock(&self, quantity: i64) -> Result<()> {
        match self.offer.facts.available().filter(|available| *available < quantity) {
            None => Ok(()),
            Some(available) => {
                let offer = self.offer.facts.id.clone();
                Err(Detail::OutOfStock { offer, available, requested: quantity }.into())
            }
        }
    }

    fn applies(&self, promo: &Promo) -> Result<()> {
        let facts = &promo.facts;
        let reached = |limit: Option<i64>, used: i64| limit.is_some_and(|limit| used >= limit);
        let of_currency = facts.amount.is_none_or(|amount| amount.currency() == self.offer.currency);
        let offer = &self.offer.facts;
        let reason = if !promo.state.is_active() {
            "inactive"
        } else if facts.from.is_some_and(|from| self.now < from) {
            "not_started"
        } else if facts.until.is_some_and(|until| until <= self.now) {
            "ended"
        } else if !facts.is_for(&offer.id) || !facts.is_valid_for(offer) || !of_currency {
            "offer"
        } else if reached(facts.limit, facts.used) {
            "limit"
        } else if reached(facts.per_user_limit, self.uses) {
            "user_limit"
        } else {
            return Ok(());
        };
        Err(Detail::PromoNotApplicable { promo: facts.id.clone(), reason: reason.to_owned() }.into())
    }
}
