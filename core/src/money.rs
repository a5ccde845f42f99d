//! Amounts of money: whole minor units of one currency, exact and bounded.
//!
//! [`Money`] is the value that everything inside computes with. [`Amount`] is what a request carries: any
//! JSON, captured as it came and judged only when [`Amount::resolve`] knows the field's name and the
//! currencies.

mod amount;
pub mod minor;
mod split;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

use rust_decimal::Decimal;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

pub use amount::{Amount, AmountFault, parse_amount};

use crate::currency::{Currency, unknown};
use crate::error::{Detail, Result, language};

/// The bound on amounts: the absolute value of minor units is below 10^38, what 38 decimal digits hold.
pub const LIMIT: i128 = 10_i128.pow(38);
/// Amounts up to this do not matter to the bound of money, even if a million of them are missing: the
/// cached row of a streaming account lacks what was appended since it was last read.
pub(crate) const SMALL: i128 = LIMIT >> 21;

/// An amount of one currency in whole minor units (cents), positive, zero or negative, and below [`LIMIT`]
/// either way.
///
/// As text it is `"100.00 USD"`, in JSON `{"amount":"100.00","currency":"USD"}`, always with the currency's
/// full scale.
///
/// ```
/// use earnest::currency::Currency;
/// use earnest::money::Money;
///
/// let usd = Currency::new("USD", 2).ok_or("no such currency")?;
/// let price = Money::new(10_000, usd).ok_or("too large")?;
/// let fee = Money::new(295, usd).ok_or("too large")?;
/// assert_eq!(price.to_string(), "100.00 USD");
/// assert_eq!(price.checked_sub(fee).map(|rest| rest.amount_string()).as_deref(), Some("97.05"));
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i128,
    currency: Currency,
}

impl Money {
    /// `minor` minor units of `currency`, or `None` at or beyond [`LIMIT`].
    #[must_use]
    pub const fn new(minor: i128, currency: Currency) -> Option<Money> {
        if minor >= LIMIT || minor <= -LIMIT { None } else { Some(Money { minor, currency }) }
    }

    /// Nothing of `currency`.
    #[must_use]
    pub const fn zero(currency: Currency) -> Money {
        Money { minor: 0, currency }
    }

    /// So many minor units (cents) of a currency of ISO 4217, by its code. Of a currency that was registered
    /// with an engine it is [`Money::new`].
    ///
    /// # Errors
    /// `invalid_currency` naming `currency`, `invalid_amount` naming `amount` at or beyond [`LIMIT`].
    ///
    /// ```
    /// use earnest::Money;
    /// assert_eq!(Money::minor(4000, "USD")?.to_string(), "40.00 USD");
    /// assert_eq!(Money::minor(4000, "KRW")?.to_string(), "4000 KRW");
    /// assert_eq!(Money::minor(1, "DOLLAR").unwrap_err().code(), earnest::Code::InvalidCurrency);
    /// # Ok::<(), earnest::Error>(())
    /// ```
    pub fn minor(minor: impl Into<i128>, currency: &str) -> Result<Money> {
        let known = Currency::iso(currency).ok_or_else(|| unknown("currency", currency))?;
        let (field, reason) = ("amount".to_owned(), AmountFault::TooLarge.to_string());
        Money::new(minor.into(), known).ok_or_else(|| Detail::InvalidAmount { field, reason }.into())
    }

    /// The amount in minor units.
    #[must_use]
    pub const fn minor_units(self) -> i128 {
        self.minor
    }

    /// The currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// Whether the amount is above zero.
    #[must_use]
    pub const fn is_positive(self) -> bool {
        self.minor > 0
    }

    /// Whether the amount is zero.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// Whether the amount is below zero.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.minor < 0
    }

    /// The sum, or `None` at [`LIMIT`] or for another currency.
    #[must_use]
    pub fn checked_add(self, other: Money) -> Option<Money> {
        if self.currency != other.currency {
            return None;
        }
        Money::new(self.minor.checked_add(other.minor)?, self.currency)
    }

    /// The difference, or `None` at [`LIMIT`] or for another currency.
    #[must_use]
    pub fn checked_sub(self, other: Money) -> Option<Money> {
        if self.currency != other.currency {
            return None;
        }
        Money::new(self.minor.checked_sub(other.minor)?, self.currency)
    }

    /// The amount with the other sign. Always there, as the bounds are symmetric; an `Option` like its
    /// siblings.
    #[must_use]
    pub fn checked_neg(self) -> Option<Money> {
        Money::new(self.minor.checked_neg()?, self.currency)
    }

    /// The amount so many times, or `None` at [`LIMIT`].
    #[must_use]
    pub fn checked_mul(self, factor: i128) -> Option<Money> {
        Money::new(self.minor.checked_mul(factor)?, self.currency)
    }

    /// The amount alone with the currency's full scale: `"100.00"`, `"-0.05"`, `"1000"`.
    #[must_use]
    pub fn amount_string(self) -> String {
        let mut out = String::with_capacity(24);
        self.write_amount(&mut out, "");
        out
    }

    /// As `rust_decimal` holds it, or `None` if it needs more than that type's 96 bits. Above 28 decimal
    /// places trailing zeros are dropped to make it fit.
    #[must_use]
    pub fn to_decimal(self) -> Option<Decimal> {
        let mut minor = self.minor;
        let mut scale = u32::from(self.currency.scale());
        loop {
            if let Ok(decimal) = Decimal::try_from_i128_with_scale(minor, scale) {
                return Some(decimal);
            }
            if scale == 0 || minor % 10 != 0 {
                return None;
            }
            minor /= 10;
            scale = scale.saturating_sub(1);
        }
    }

    /// From `rust_decimal`. Zeros beyond the currency's scale are no value and may be there.
    ///
    /// # Errors
    /// [`AmountFault::OverScale`] if other digits are, [`AmountFault::TooLarge`] at or beyond [`LIMIT`].
    ///
    /// ```
    /// use earnest::currency::Currency;
    /// use earnest::money::{AmountFault, Money};
    /// use rust_decimal::Decimal;
    ///
    /// let usd = Currency::new("USD", 2).ok_or("no such currency")?;
    /// let exact = Decimal::new(1_500, 3);
    /// assert_eq!(Money::from_decimal(exact, usd).map(Money::minor_units), Ok(150));
    /// let finer = Decimal::new(1_505, 3);
    /// assert_eq!(Money::from_decimal(finer, usd), Err(AmountFault::OverScale { scale: 2 }));
    /// # Ok::<(), &str>(())
    /// ```
    pub fn from_decimal(decimal: Decimal, currency: Currency) -> Result<Money, AmountFault> {
        let scale = u32::from(currency.scale());
        let mantissa = decimal.mantissa();
        // Neither exponent passes 30, so the powers fit.
        let minor = if decimal.scale() > scale {
            let step = 10_i128.pow(decimal.scale().saturating_sub(scale));
            if mantissa % step != 0 {
                return Err(AmountFault::OverScale { scale: currency.scale() });
            }
            Some(mantissa / step)
        } else {
            mantissa.checked_mul(10_i128.pow(scale.saturating_sub(decimal.scale())))
        };
        minor.and_then(|minor| Money::new(minor, currency)).ok_or(AmountFault::TooLarge)
    }

    /// The amount for people, with thousands separators: `₩1,000,000`, `$10.00`, `€`, `¥` and `£` likewise,
    /// `1,000,000원` for KRW where `locale` is Korean, and `10.00 CHF` for every other currency. For showing
    /// only: nothing reads it back.
    #[must_use]
    pub fn human(self, locale: &str) -> String {
        let symbol = match self.currency.code() {
            "KRW" if language(locale).eq_ignore_ascii_case("ko") => {
                let mut out = String::new();
                self.write_amount(&mut out, ",");
                out.push('원');
                return out;
            }
            "KRW" => "₩",
            "USD" => "$",
            "EUR" => "€",
            "JPY" => "¥",
            "GBP" => "£",
            code => {
                let mut out = String::new();
                self.write_amount(&mut out, ",");
                out.push(' ');
                out.push_str(code);
                return out;
            }
        };
        let mut digits = String::new();
        self.write_amount(&mut digits, ",");
        match digits.strip_prefix('-') {
            Some(digits) => format!("-{symbol}{digits}"),
            None => format!("{symbol}{digits}"),
        }
    }

    /// Writes the amount with `separator` between groups of three digits of the whole part.
    fn write_amount(self, out: &mut String, separator: &str) {
        let scale = usize::from(self.currency.scale());
        let mut buffer = itoa::Buffer::new();
        let digits = buffer.format(self.minor.unsigned_abs());
        let (whole, fraction) = digits.split_at(digits.len().saturating_sub(scale));
        if self.minor < 0 {
            out.push('-');
        }
        // At least one digit stays before the point.
        let mut rest = if whole.is_empty() { "0" } else { whole };
        while rest.len() > 3 {
            let (group, others) = rest.split_at((rest.len() - 1) % 3 + 1);
            out.push_str(group);
            out.push_str(separator);
            rest = others;
        }
        out.push_str(rest);
        if scale > 0 {
            out.push('.');
            out.extend(std::iter::repeat_n('0', scale.saturating_sub(fraction.len())));
            out.push_str(fraction);
        }
    }
}

impl PartialOrd for Money {
    /// Amounts of different currencies do not compare.
    fn partial_cmp(&self, other: &Money) -> Option<Ordering> {
        (self.currency == other.currency).then(|| self.minor.cmp(&other.minor))
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount_string(), self.currency)
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Money", 2)?;
        object.serialize_field("amount", &self.amount_string())?;
        object.serialize_field("currency", self.currency.code())?;
        object.end()
    }
}

impl<'de> Deserialize<'de> for Money {
    /// Reads back what [`Serialize`] wrote, such as a stored body or a reply: the scale is the number of
    /// decimal places that are there. Never for requests, where a caller writes fewer of them; those carry an
    /// [`Amount`].
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Money, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Wire<'a> {
            #[serde(borrow)]
            amount: Cow<'a, str>,
            #[serde(borrow)]
            currency: Cow<'a, str>,
        }
        let wire = Wire::deserialize(deserializer)?;
        let places = wire.amount.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        let currency = u8::try_from(places)
            .ok()
            .and_then(|scale| Currency::new(&wire.currency, scale))
            .ok_or_else(|| de::Error::custom("not a currency"))?;
        let minor = parse_amount(&wire.amount, currency).map_err(de::Error::custom)?;
        Ok(Money { minor, currency })
    }
}

impl JsonSchema for Money {
    fn schema_name() -> Cow<'static, str> {
        "Money".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "description": "An amount as a decimal string, and its currency.",
            "properties": {
                "amount": { "type": "string", "pattern": "^-?(0|[1-9][0-9]*)(\\.[0-9]+)?$", "maxLength": 42, "examples": ["100.00"] },
                "currency": generator.subschema_for::<Currency>(),
            },
            "required": ["amount", "currency"],
            "additionalProperties": false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(minor: i128, code: &str, scale: u8) -> Money {
        Money::new(minor, Currency::new(code, scale).unwrap()).unwrap()
    }

    #[test]
    fn prints_the_full_scale() {
        for (minor, code, scale, text) in [
            (10_000, "USD", 2, "100.00 USD"),
            (5, "USD", 2, "0.05 USD"),
            (-5, "USD", 2, "-0.05 USD"),
            (0, "USD", 2, "0.00 USD"),
            (1_000, "KRW", 0, "1000 KRW"),
            (0, "KRW", 0, "0 KRW"),
            (1, "POL", 18, "0.000000000000000001 POL"),
            (LIMIT - 1, "POL", 18, "99999999999999999999.999999999999999999 POL"),
            (1 - LIMIT, "KRW", 0, "-99999999999999999999999999999999999999 KRW"),
            (1, "TINY", 30, "0.000000000000000000000000000001 TINY"),
        ] {
            let money = money(minor, code, scale);
            assert_eq!(money.to_string(), text);
            assert_eq!(parse_amount(&money.amount_string(), money.currency()), Ok(minor));
        }
    }

    #[test]
    fn stays_within_its_bounds() {
        let usd = Currency::new("USD", 2).unwrap();
        assert_eq!(Money::new(LIMIT, usd), None);
        assert_eq!(Money::new(-LIMIT, usd), None);
        assert_eq!(Money::new(i128::MIN, usd), None);
        let most = Money::new(LIMIT - 1, usd).unwrap();
        let one = money(1, "USD", 2);
        assert_eq!(most.checked_add(one), None);
        assert_eq!(most.checked_add(most), None);
        assert_eq!(most.checked_neg().unwrap().checked_sub(one), None);
        assert_eq!(most.checked_sub(most), Some(Money::zero(usd)));
        assert_eq!(one.checked_add(money(1, "EUR", 2)), None);
        assert_eq!(one.checked_sub(money(1, "USD", 3)), None);
        assert!(one > Money::zero(usd));
        assert_eq!(one.partial_cmp(&money(1, "EUR", 2)), None);
    }

    #[test]
    fn converts_decimals_exactly() {
        let usd = Currency::new("USD", 2).unwrap();
        for (text, want) in [
            ("100.00", Ok(10_000)),
            ("100", Ok(10_000)),
            ("100.5000", Ok(10_050)),
            ("-0.01", Ok(-1)),
            ("0.001", Err(AmountFault::OverScale { scale: 2 })),
        ] {
            let decimal: Decimal = text.parse().unwrap();
            assert_eq!(Money::from_decimal(decimal, usd).map(Money::minor_units), want, "{text}");
        }
        assert_eq!(money(10_050, "USD", 2).to_decimal().unwrap().to_string(), "100.50");
        assert_eq!(Money::new(LIMIT - 1, usd).unwrap().to_decimal(), None);
        let tiny = Currency::new("TINY", 30).unwrap();
        assert_eq!(Money::from_decimal(Decimal::MAX, tiny), Err(AmountFault::TooLarge));
        assert_eq!(Money::new(100, tiny).unwrap().to_decimal().unwrap().scale(), 28);
        assert_eq!(Money::new(1, tiny).unwrap().to_decimal(), None);
        assert_eq!(Money::from_decimal(Decimal::new(1, 28), tiny).unwrap().minor_units(), 100);
    }

    #[test]
    fn shows_amounts_to_people() {
        for (money, locale, text) in [
            (money(1_000_000, "KRW", 0), "en", "₩1,000,000"),
            (money(1_000_000, "KRW", 0), "ko", "1,000,000원"),
            (money(-1_000, "KRW", 0), "ko-KR", "-1,000원"),
            (money(1_000, "USD", 2), "ko", "$10.00"),
            (money(-123_456_789, "USD", 2), "en", "-$1,234,567.89"),
            (money(5, "EUR", 2), "de", "€0.05"),
            (money(100_000, "JPY", 0), "ja", "¥100,000"),
            (money(99_999, "GBP", 2), "en", "£999.99"),
            (money(1_234_567, "CHF", 2), "en", "12,345.67 CHF"),
            (money(-1_000_000, "USDC", 6), "ko", "-1.000000 USDC"),
        ] {
            assert_eq!(money.human(locale), text);
        }
    }

    #[test]
    fn reads_back_what_it_wrote() {
        for money in [money(10_000, "USD", 2), money(-7, "KRW", 0), money(1, "POL", 18)] {
            let json = serde_json::to_string(&money).unwrap();
            assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), money);
            assert_eq!(serde_json::from_value::<Money>(serde_json::to_value(money).unwrap()).unwrap(), money);
        }
        let json = serde_json::to_string(&money(10_000, "USD", 2)).unwrap();
        assert_eq!(json, r#"{"amount":"100.00","currency":"USD"}"#);
        for bad in
            [r#"{"amount":1,"currency":"USD"}"#, r#"{"amount":"1","currency":"USD","x":1}"#, r#""1 USD""#]
        {
            assert!(serde_json::from_str::<Money>(bad).is_err(), "{bad}");
        }
    }
}
