//! The terms of a promo in a request, and what they mean.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::currency::Currencies;
use crate::error::{Error, Result};
use crate::money::{Amount, Money};
use crate::request::bounds::{Bound, bounds, show, whole};
use crate::request::domain::Parse;
use crate::request::normal::Normal;
use crate::request::parsed::{Meaning, meanings};
use crate::request::texts::name_of;

/// The discount of a promo: `bps` or `amount`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(transform = show::<DiscountTerms>)]
pub struct DiscountTerms {
    /// Hundredths of a percent of the sum, rounded down, 1 to 10,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bps: Option<u32>,
    /// An amount, and at most the sum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Amount>,
}

bounds! { DiscountTerms { bps: whole(1, 10_000), amount: Bound::NONE } }

impl DiscountTerms {
    /// Hundredths of a percent.
    #[must_use]
    pub fn bps(bps: u32) -> Self {
        Self { bps: Some(bps), amount: None }
    }

    /// A fixed amount.
    #[must_use]
    pub fn amount(amount: impl Into<Amount>) -> Self {
        Self { bps: None, amount: Some(amount.into()) }
    }
}

impl Normal for DiscountTerms {
    fn normalise(&mut self, field: &str, currencies: &Currencies) -> Result<()> {
        self.amount.normalise(&format!("{field}.amount"), currencies)
    }
}

/// The discount of a promo.
#[derive(Clone, Copy, Debug)]
pub(crate) enum PromoOff {
    Bps(u32),
    Amount(Money),
}

impl Meaning<DiscountTerms> for PromoOff {
    type Read = Self;
    fn read(field: &str, given: &DiscountTerms, parse: &Parse<'_>) -> Result<Self> {
        match (given.bps, &given.amount) {
            (Some(bps), None) => Ok(Self::Bps(bps)),
            (None, Some(amount)) => {
                Ok(Self::Amount(amount.resolve_positive(&format!("{field}.amount"), parse.currencies)?))
            }
            _ => Err(Error::invalid(field, "must have either `bps` or `amount`")),
        }
    }
}

meanings! {
    /// The names of offers, each once.
    OfferNames: Vec<String> => Vec<String> = |field, given, _| {
        let mut all = Vec::with_capacity(given.len());
        for (place, offer) in given.iter().enumerate() {
            let offer = name_of(&format!("{field}[{place}]"), offer)?;
            if !all.contains(&offer) {
                all.push(offer);
            }
        }
        if all.is_empty() { Err(Error::invalid(field, "must not be empty")) } else { Ok(all) }
    };
}
