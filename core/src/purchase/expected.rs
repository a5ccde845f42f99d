//! The expectation of a buyer: a total, or all that a quote said.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::views::PurchaseQuote;
use crate::currency::Currencies;
use crate::error::{Error, Result};
use crate::kernel::commitment::Commitment;
use crate::money::{Amount, Money};
use crate::request::bounds::{Bound, Bounded};
use crate::request::field::IntoField;
use crate::request::normal::Normal;

/// The price or the quote that a buyer was shown and agrees to: where the purchase is another one now,
/// nothing is bought.
///
/// ```
/// use earnest::requests::ReservePurchase;
///
/// let by_total = ReservePurchase::new("mug", "alice").expect("12.00 USD");
/// # assert!(by_total.expect.is_some());
/// ```
#[derive(Clone, PartialEq, Eq)]
pub enum Expected {
    /// The total alone.
    Total(Amount),
    /// The reply of `purchases.quote`: its `total`, and its `commitment` where it has one.
    Quote(Map<String, Value>),
}

/// The same, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Expectation {
    /// The total.
    pub(super) total: Money,
    /// The bound of everything else.
    pub(super) commitment: Option<Commitment>,
}

impl Expected {
    /// Reads it.
    ///
    /// # Errors
    /// Those of an amount, naming `field` or `<field>.total`; `invalid_request` naming `<field>.commitment`.
    pub(super) fn resolve(&self, field: &str, currencies: &Currencies) -> Result<Expectation> {
        let quote = match self {
            Self::Total(amount) => {
                return Ok(Expectation { total: amount.resolve(field, currencies)?, commitment: None });
            }
            Self::Quote(quote) => quote,
        };
        let total = Amount::Raw(quote.get("total").cloned().unwrap_or_default());
        let total = total.resolve(&format!("{field}.total"), currencies)?;
        let commitment = quote.get("commitment").filter(|given| !given.is_null());
        let commitment = commitment.map(Commitment::deserialize).transpose().map_err(|_| {
            Error::invalid(format!("{field}.commitment"), "must be that of a reply of `purchases.quote`")
        })?;
        Ok(Expectation { total, commitment })
    }
}

impl<T: Into<Amount>> From<T> for Expected {
    fn from(total: T) -> Self {
        Self::Total(total.into())
    }
}

impl From<PurchaseQuote> for Expected {
    fn from(quote: PurchaseQuote) -> Self {
        match serde_json::to_value(quote) {
            Ok(Value::Object(quote)) => Self::Quote(quote),
            // it has a JSON form
            _ => Self::Quote(Map::new()),
        }
    }
}

impl<T: Into<Expected>> IntoField<Expected> for T {
    fn into_field(self) -> Expected {
        self.into()
    }
}

/// A buyer's agreement has names and amounts, and no secret.
impl fmt::Debug for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Total(total) => fmt::Debug::fmt(total, f),
            Self::Quote(quote) => fmt::Debug::fmt(quote, f),
        }
    }
}

impl Serialize for Expected {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Total(total) => total.serialize(serializer),
            Self::Quote(quote) => quote.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Expected {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Value::deserialize(deserializer)? {
            Value::Object(quote) if quote.contains_key("total") => Self::Quote(quote),
            total => Self::Total(Amount::Raw(total)),
        })
    }
}

impl JsonSchema for Expected {
    fn schema_name() -> Cow<'static, str> {
        "Expected".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({})
    }
}

impl Bounded for Expected {
    fn check(&self, field: &str, bound: &Bound) -> Result<()> {
        match self {
            Self::Total(total) => total.check(field, bound),
            Self::Quote(quote) => quote.check(field, bound),
        }
    }
}

impl Normal for Expected {
    fn normalise(&mut self, field: &str, currencies: &Currencies) -> Result<()> {
        match self {
            Self::Total(total) => total.normalise(field, currencies),
            Self::Quote(_) => Ok(()),
        }
    }

    fn canonical(&self, into: &mut Vec<u8>) -> bool {
        match self {
            Self::Total(total) => total.canonical(into),
            Self::Quote(quote) => quote.canonical(into),
        }
    }
}
