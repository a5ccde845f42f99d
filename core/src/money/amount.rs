//! Amounts as requests write them.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::{LIMIT, Money};
use crate::currency::{Currencies, Currency};
use crate::error::{Detail, Error, Result};

/// Why a text is not an amount of a currency. The message continues a sentence that the field's name begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AmountFault {
    /// Nothing is there.
    Empty,
    /// Something other than an optional `-`, ASCII digits and one point with digits on both sides.
    NotDecimal,
    /// A zero before other digits of the whole part, as in `007`.
    LeadingZero,
    /// More decimal places than the currency has, even if they are zeros.
    OverScale {
        /// The currency's decimal places.
        scale: u8,
    },
    /// 10^38 minor units or more.
    TooLarge,
}

impl fmt::Display for AmountFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AmountFault::Empty => f.write_str("must not be empty"),
            AmountFault::NotDecimal => f.write_str("must be a decimal text such as `100.00`"),
            AmountFault::LeadingZero => f.write_str("must not have leading zeros"),
            AmountFault::OverScale { scale } => write!(f, "must not have more than {scale} decimal places"),
            AmountFault::TooLarge => f.write_str("must be below 10^38 minor units"),
        }
    }
}

impl std::error::Error for AmountFault {}

/// Reads an amount of `currency` into minor units, strictly: an optional `-`, ASCII digits without leading
/// zeros, and at most one point, with at least one digit before and after it and at most the currency's scale
/// after. No exponent, no `+`, no spaces, no separators.
///
/// # Errors
/// An [`AmountFault`] for everything else, and at 10^38 minor units.
///
/// ```
/// use earnest::currency::Currency;
/// use earnest::money::{AmountFault, parse_amount};
///
/// let usd = Currency::new("USD", 2).ok_or("no such currency")?;
/// assert_eq!(parse_amount("100.5", usd), Ok(10_050));
/// assert_eq!(parse_amount("1e3", usd), Err(AmountFault::NotDecimal));
/// assert_eq!(parse_amount("0.001", usd), Err(AmountFault::OverScale { scale: 2 }));
/// # Ok::<(), &str>(())
/// ```
pub fn parse_amount(text: &str, currency: Currency) -> Result<i128, AmountFault> {
    if text.is_empty() {
        return Err(AmountFault::Empty);
    }
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = match unsigned.split_once('.') {
        Some((_, "")) => return Err(AmountFault::NotDecimal),
        Some((whole, fraction)) => (whole, fraction),
        None => (unsigned, ""),
    };
    if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
        return Err(AmountFault::NotDecimal);
    }
    if whole.len() > 1 && whole.starts_with('0') {
        return Err(AmountFault::LeadingZero);
    }
    let scale = usize::from(currency.scale());
    if fraction.len() > scale {
        return Err(AmountFault::OverScale { scale: currency.scale() });
    }
    let padding = std::iter::repeat_n(b'0', scale.saturating_sub(fraction.len()));
    let minor = whole
        .bytes()
        .chain(fraction.bytes())
        .chain(padding)
        .try_fold(0_i128, |sum, byte| {
            let digit = i128::from(byte.saturating_sub(b'0'));
            sum.checked_mul(10)?.checked_add(digit).filter(|sum| *sum < LIMIT)
        })
        .ok_or(AmountFault::TooLarge)?;
    Ok(if negative { minor.saturating_neg() } else { minor })
}

/// A Money field of a request: `{"amount":"100.00","currency":"USD"}` or `"100.00 USD"`.
///
/// Reading it from JSON accepts anything and judges nothing, so that a number or a malformed text becomes
/// `invalid_amount` with the field's name, and not a parse error of the whole request. [`Amount::resolve`]
/// judges.
///
/// ```
/// use earnest::currency::Currencies;
/// use earnest::money::Amount;
///
/// let known = Currencies::iso();
/// let price = Amount::from("100.00 USD").resolve("price", &known)?;
/// assert_eq!(price.minor_units(), 10_000);
///
/// let number: Amount = serde_json::from_str("100.0").unwrap_or_else(|_| "".into());
/// let refused = number.resolve("price", &known).unwrap_err();
/// assert_eq!(refused.code().as_str(), "invalid_amount");
/// assert_eq!(refused.details()["field"], "price");
/// # Ok::<(), earnest::error::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Amount {
    /// The request's value, as it came.
    Raw(Value),
    /// An amount that was read before.
    Money(Money),
}

impl Amount {
    /// The money that the field `field` holds. Its sign is not judged.
    ///
    /// # Errors
    /// `invalid_amount` naming `field` if it has neither of the two shapes or the amount is malformed,
    /// over-scale or out of bounds; `invalid_currency` or `currency_not_allowed` naming `<field>.currency`.
    pub fn resolve(&self, field: &str, currencies: &Currencies) -> Result<Money> {
        let (amount, code) = match self {
            Amount::Money(money) => return allowed(*money, field, currencies),
            Amount::Raw(Value::String(text)) => {
                text.split_once(' ').ok_or_else(|| invalid(field, "needs a currency, as in `100.00 USD`"))?
            }
            Amount::Raw(Value::Object(members)) => object(members, field)?,
            Amount::Raw(_) => {
                let reason =
                    r#"must be `{"amount":"100.00","currency":"USD"}` or `"100.00 USD"`, never a number"#;
                return Err(invalid(field, reason));
            }
        };
        let currency = currencies.find(code, || currency_field(field))?;
        let minor = parse_amount(amount, currency).map_err(|fault| invalid(field, fault.to_string()))?;
        Money::new(minor, currency).ok_or_else(|| invalid(field, AmountFault::TooLarge.to_string()))
    }

    /// Like [`Amount::resolve`] where the answer is about an amount of `currency`: that needs to be no
    /// currency that is known by its code alone.
    ///
    /// # Errors
    /// Those of [`Amount::resolve`].
    pub fn resolve_beside(&self, field: &str, currency: Currency) -> Result<Money> {
        self.resolve_in(field, currency, &Currencies::iso())
    }

    /// Like [`Amount::resolve`] where the request says itself what its currency is: that one is not looked
    /// up.
    pub(crate) fn resolve_in(
        &self,
        field: &str,
        currency: Currency,
        currencies: &Currencies,
    ) -> Result<Money> {
        let parts = match self {
            Amount::Money(money) if money.currency() == currency => return Ok(*money),
            Amount::Raw(Value::String(text)) => text.split_once(' '),
            Amount::Raw(Value::Object(members)) => Some(object(members, field)?),
            _ => None,
        };
        let Some((amount, _)) = parts.filter(|(_, code)| *code == currency.code()) else {
            return self.resolve(field, currencies);
        };
        let minor = parse_amount(amount, currency).map_err(|fault| invalid(field, fault.to_string()))?;
        Money::new(minor, currency).ok_or_else(|| invalid(field, AmountFault::TooLarge.to_string()))
    }

    /// Like [`Amount::resolve`], for a field that must be above zero.
    ///
    /// # Errors
    /// Those of [`Amount::resolve`], and `invalid_amount` for zero or less.
    pub fn resolve_positive(&self, field: &str, currencies: &Currencies) -> Result<Money> {
        let money = self.resolve(field, currencies)?;
        if money.is_positive() { Ok(money) } else { Err(invalid(field, "must be above zero")) }
    }
}

/// `money` again if its currency is one that `currencies` takes, with the same scale.
fn allowed(money: Money, field: &str, currencies: &Currencies) -> Result<Money> {
    let path = || currency_field(field);
    let known = currencies.find(money.currency().code(), path)?;
    if known == money.currency() {
        return Ok(money);
    }
    Err(Detail::InvalidCurrency { field: path(), currency: money.currency().code().into() }.into())
}

/// The texts of `amount` and `currency` of the long form.
fn object<'a>(members: &'a Map<String, Value>, field: &str) -> Result<(&'a str, &'a str)> {
    if members.keys().any(|name| name != "amount" && name != "currency") {
        return Err(invalid(field, "must have no members but `amount` and `currency`"));
    }
    let amount = match members.get("amount") {
        Some(Value::String(text)) => text,
        Some(Value::Number(_)) => return Err(invalid(field, "must hold a decimal string, never a number")),
        Some(_) => return Err(invalid(field, "must hold a decimal string in `amount`")),
        None => return Err(invalid(field, "needs `amount`")),
    };
    match members.get("currency") {
        Some(Value::String(code)) => Ok((amount, code)),
        Some(_) => {
            Err(Detail::InvalidCurrency { field: currency_field(field), currency: String::new() }.into())
        }
        None => Err(invalid(field, "needs `currency`")),
    }
}

fn currency_field(field: &str) -> String {
    format!("{field}.currency")
}

fn invalid(field: &str, reason: impl Into<String>) -> Error {
    Detail::InvalidAmount { field: field.into(), reason: reason.into() }.into()
}

impl From<Money> for Amount {
    fn from(money: Money) -> Amount {
        Amount::Money(money)
    }
}

impl From<&str> for Amount {
    /// The short form, such as `"100.00 USD"`; judged when it is resolved.
    fn from(text: &str) -> Amount {
        Amount::Raw(Value::String(text.into()))
    }
}

impl From<String> for Amount {
    /// The short form, such as `"100.00 USD"`; judged when it is resolved.
    fn from(text: String) -> Amount {
        Amount::Raw(Value::String(text))
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Amount::Raw(value) => value.serialize(serializer),
            Amount::Money(money) => money.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Amount, D::Error> {
        Value::deserialize(deserializer).map(Amount::Raw)
    }
}

impl JsonSchema for Amount {
    fn schema_name() -> Cow<'static, str> {
        "Amount".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "An amount with its currency, never a number.",
            "oneOf": [
                generator.subschema_for::<Money>(),
                {
                    "type": "string",
                    "pattern": "^-?(0|[1-9][0-9]*)(\\.[0-9]+)? [A-Z][A-Z0-9]{0,11}$",
                    "maxLength": 64,
                    "examples": ["100.00 USD"],
                },
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    proptest! {
        #[test]
        fn printing_and_parsing_are_inverse(minor in (1 - LIMIT)..LIMIT, scale in 0_u8..=30) {
            let currency = Currency::new("TEST", scale).unwrap();
            let money = Money::new(minor, currency).unwrap();
            prop_assert_eq!(parse_amount(&money.amount_string(), currency), Ok(minor));
            let json = serde_json::to_string(&money).unwrap();
            prop_assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), money);
            if let Some(decimal) = money.to_decimal() {
                prop_assert_eq!(Money::from_decimal(decimal, currency), Ok(money));
            }
        }

        #[test]
        fn what_parses_prints_the_same_value(text in "-?[0-9]{0,5}\\.?[0-9]{0,4}") {
            let currency = Currency::new("TEST", 3).unwrap();
            if let Ok(minor) = parse_amount(&text, currency) {
                let decimal: rust_decimal::Decimal = text.parse().unwrap();
                prop_assert_eq!(Money::from_decimal(decimal, currency).map(Money::minor_units), Ok(minor));
            }
        }

        #[test]
        fn any_text_is_judged_without_a_panic(text in ".*") {
            let _ = parse_amount(&text, Currency::new("TEST", 3).unwrap());
            let _ = Amount::from(text).resolve("amount", &Currencies::iso());
        }
    }

    fn code_and_field(value: Value) -> (String, String) {
        let error = Amount::Raw(value).resolve("amount", &Currencies::iso()).unwrap_err();
        (error.code().to_string(), error.details()["field"].as_str().unwrap().to_owned())
    }

    #[test]
    fn parses_strictly() {
        let usd = Currency::new("USD", 2).unwrap();
        let over = Err(AmountFault::OverScale { scale: 2 });
        for (text, want) in [
            ("0", Ok(0)),
            ("-0", Ok(0)),
            ("0.5", Ok(50)),
            ("100.00", Ok(10_000)),
            ("-7.1", Ok(-710)),
            ("", Err(AmountFault::Empty)),
            ("007", Err(AmountFault::LeadingZero)),
            ("00", Err(AmountFault::LeadingZero)),
            ("00.5", Err(AmountFault::LeadingZero)),
            ("1.000", over),
            ("0.001", over),
            ("999999999999999999999999999999999999.99", Ok(LIMIT - 1)),
            ("-999999999999999999999999999999999999.99", Ok(1 - LIMIT)),
            ("1000000000000000000000000000000000000.00", Err(AmountFault::TooLarge)),
            ("1000000000000000000000000000000000000", Err(AmountFault::TooLarge)),
        ] {
            assert_eq!(parse_amount(text, usd), want, "{text}");
        }
        for text in [
            "-",
            "+1",
            "1.",
            ".5",
            "-.5",
            ".",
            "--1",
            "1e3",
            "1E3",
            "1,000",
            "1_000",
            " 1",
            "1 ",
            "1.2.3",
            "NaN",
            "Infinity",
            "0x10",
            "１００",
            "1.５",
            "१",
            "1\u{0}",
            "\u{2212}1",
        ] {
            assert_eq!(parse_amount(text, usd), Err(AmountFault::NotDecimal), "{text}");
        }
        assert_eq!(parse_amount(&"9".repeat(100_000), usd), Err(AmountFault::TooLarge));
        let krw = Currency::new("KRW", 0).unwrap();
        assert_eq!(parse_amount("100.0", krw), Err(AmountFault::OverScale { scale: 0 }));
        assert_eq!(parse_amount("100", krw), Ok(100));
    }

    #[test]
    fn takes_both_shapes() {
        let known = Currencies::iso();
        for value in [json!({ "amount": "100.00", "currency": "USD" }), json!("100.00 USD"), json!("100 USD")]
        {
            let amount: Amount = serde_json::from_value(value).unwrap();
            assert_eq!(amount.resolve("amount", &known).unwrap().minor_units(), 10_000);
        }
        let money = Amount::from("-1.5 USD").resolve("amount", &known).unwrap();
        assert_eq!(money.minor_units(), -150);
        assert_eq!(Amount::from(money).resolve("amount", &known).unwrap(), money);
    }

    #[test]
    fn names_the_field_in_every_refusal() {
        for value in [
            json!(100),
            json!(100.0),
            json!(true),
            json!(null),
            json!([]),
            json!({}),
            json!("100.00"),
            json!("1.005 USD"),
            json!("x USD"),
            json!({ "amount": 100, "currency": "USD" }),
            json!({ "amount": "100.00" }),
            json!({ "amount": null, "currency": "USD" }),
            json!({ "amount": "100.00", "currency": "USD", "extra": 1 }),
            json!({ "amount": "100.000", "currency": "USD" }),
            json!({ "amount": "100,00", "currency": "EUR" }),
        ] {
            assert_eq!(code_and_field(value.clone()), ("invalid_amount".into(), "amount".into()), "{value}");
        }
        for value in [
            json!("1 usd"),
            json!("1  USD"),
            json!("1 USD "),
            json!("1 ZZZ"),
            json!({ "amount": "1", "currency": "ZZZ" }),
            json!({ "amount": "1", "currency": 840 }),
        ] {
            assert_eq!(
                code_and_field(value.clone()),
                ("invalid_currency".into(), "amount.currency".into()),
                "{value}"
            );
        }
        let mut known = Currencies::iso();
        known.allow_only(["KRW"]).unwrap();
        let error = Amount::from("1 USD").resolve("price", &known).unwrap_err();
        assert_eq!(error.code().as_str(), "currency_not_allowed");
        assert_eq!(error.details()["field"], "price.currency");
        let other = Money::new(1, Currency::new("USD", 3).unwrap()).unwrap();
        assert_eq!(
            Amount::from(other).resolve("price", &Currencies::iso()).unwrap_err().code().as_str(),
            "invalid_currency"
        );
    }

    #[test]
    fn judges_the_sign_only_when_asked() {
        let known = Currencies::iso();
        for text in ["0 USD", "-0.00 USD", "-1 USD"] {
            let amount = Amount::from(text);
            assert!(amount.resolve("amount", &known).is_ok());
            let error = amount.resolve_positive("amount", &known).unwrap_err();
            assert_eq!(error.code().as_str(), "invalid_amount");
        }
        assert!(Amount::from("0.01 USD").resolve_positive("amount", &known).is_ok());
    }

    #[test]
    fn serializes_as_it_came() {
        for value in [json!("1 USD"), json!(1.5), json!({ "amount": "1", "currency": "USD" })] {
            let amount: Amount = serde_json::from_value(value.clone()).unwrap();
            assert_eq!(serde_json::to_value(&amount).unwrap(), value);
        }
        let money = Amount::from("1 USD").resolve("amount", &Currencies::iso()).unwrap();
        assert_eq!(
            serde_json::to_value(Amount::from(money)).unwrap(),
            json!({ "amount": "1.00", "currency": "USD" })
        );
    }
}
