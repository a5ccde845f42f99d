//! Amounts for a language whose numbers do not hold them: texts go in and come out, and the core counts.

use std::sync::{LazyLock, PoisonError, RwLock};

use earnest::currency::{Currencies, Currency};
use earnest::money::{Amount, AmountFault};
use earnest::{Detail, Error, Money, Result};
use serde_json::json;

/// The currencies of this process. Locked for moments, and by threads of the language alone: where it forks,
/// nobody else holds it.
static KNOWN: LazyLock<RwLock<Known>> = LazyLock::new(RwLock::default);

#[derive(Default)]
struct Known {
    /// Those of ISO 4217, and those that were registered.
    registered: Currencies,
    /// The currencies of stores beside these: of each code the first that was learned.
    learned: Vec<Currency>,
    /// All of them. What was registered counts, whatever a store says.
    all: Currencies,
}

impl Known {
    fn renew(&mut self) {
        self.all = self.registered.clone();
        for currency in &self.learned {
            let _ = self.all.register(currency.code(), currency.scale());
        }
    }
}

/// Those of now.
pub(crate) fn known() -> Currencies {
    KNOWN.read().unwrap_or_else(PoisonError::into_inner).all.clone()
}

/// Takes over the currencies of a store that nobody here knows yet.
pub(crate) fn learn(stored: &[Currency]) {
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    let is_new = |currency: &Currency| known.all.known(currency.code()).is_none();
    let new: Vec<Currency> = stored.iter().copied().filter(is_new).collect();
    if !new.is_empty() {
        known.learned.extend(new);
        known.renew();
    }
}

/// Makes a currency beside ISO 4217 known to this process.
///
/// # Errors
/// `invalid_currency`, or `invalid_request` naming `currencies` for another scale than it has already.
pub fn register(code: &str, scale: u8) -> Result<()> {
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    known.registered.register(code, scale)?;
    known.renew();
    Ok(())
}

/// An amount as a language writes it.
#[derive(Clone, Copy, Debug)]
pub struct Written<'a> {
    /// In units of its currency.
    pub amount: &'a str,
    /// The code of its currency.
    pub currency: &'a str,
}

impl Written<'_> {
    /// The amount, by the rules of the core.
    ///
    /// # Errors
    /// `invalid_amount` naming the field, `invalid_currency`.
    pub fn read(self, field: &str) -> Result<Money> {
        let known = known();
        known.get("currency", self.currency)?;
        let wire = json!({ "amount": self.amount, "currency": self.currency });
        let amount: Amount =
            serde_json::from_value(wire).map_err(|_| Error::corrupted("an amount has no JSON form"))?;
        amount.resolve(field, &known)
    }
}

/// So many minor units of a currency.
///
/// # Errors
/// `invalid_amount` naming `minor`, `invalid_currency`.
pub fn of_minor(minor: &str, currency: &str) -> Result<Money> {
    let currency = known().get("currency", currency)?;
    let digits = minor.strip_prefix('-').unwrap_or(minor);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(invalid("minor", "must be a whole number"));
    }
    let money = minor.parse().ok().and_then(|minor| Money::new(minor, currency));
    money.ok_or_else(|| invalid("amount", &AmountFault::TooLarge.to_string()))
}

/// The sum.
///
/// # Errors
/// `currency_mismatch`; `invalid_amount` at 10^38 minor units.
pub fn sum(one: Money, other: Money) -> Result<Money> {
    same(one, other)?;
    bounded(one.checked_add(other))
}

/// The difference.
///
/// # Errors
/// `currency_mismatch`; `invalid_amount` at 10^38 minor units.
pub fn difference(one: Money, other: Money) -> Result<Money> {
    same(one, other)?;
    bounded(one.checked_sub(other))
}

/// The amount so many times.
///
/// # Errors
/// `invalid_amount` at 10^38 minor units.
pub fn times(one: Money, factor: i64) -> Result<Money> {
    bounded(one.checked_mul(factor.into()))
}

/// Below zero where the first is less, zero where they are equal, above zero where it is more.
///
/// # Errors
/// `currency_mismatch`.
pub fn compare(one: Money, other: Money) -> Result<i8> {
    same(one, other)?;
    Ok(one.minor_units().cmp(&other.minor_units()) as i8)
}

/// Equal parts that sum to the whole.
///
/// # Errors
/// `invalid_request` naming `into`.
pub fn split_evenly(one: Money, parts: i64) -> Result<Vec<Money>> {
    let parts = usize::try_from(parts).ok().filter(|parts| *parts <= PARTS).ok_or_else(no_parts)?;
    one.split(&vec![1; parts]).ok_or_else(no_parts)
}

/// Parts by weights that sum to the whole.
///
/// # Errors
/// `invalid_request` naming `into`.
pub fn split(one: Money, weights: &[i64]) -> Result<Vec<Money>> {
    let weights =
        weights.iter().map(|weight| u64::try_from(*weight)).collect::<std::result::Result<Vec<_>, _>>();
    weights.ok().and_then(|weights| one.split(&weights)).ok_or_else(no_parts)
}

/// Parts that an amount is split into at most.
const PARTS: usize = 100_000;

fn no_parts() -> Error {
    let reason =
        format!("must be a number of parts from 1 to {PARTS}, or their weights: whole numbers from 0 up");
    Error::invalid("into", reason)
}

fn same(one: Money, other: Money) -> Result<()> {
    let (expected, actual) = (one.currency(), other.currency());
    if expected == actual {
        return Ok(());
    }
    let (expected, actual) = (expected.code().to_owned(), actual.code().to_owned());
    Err(Detail::CurrencyMismatch { field: "currency".to_owned(), expected, actual }.into())
}

fn bounded(money: Option<Money>) -> Result<Money> {
    money.ok_or_else(|| invalid("amount", &AmountFault::TooLarge.to_string()))
}

fn invalid(field: &str, reason: &str) -> Error {
    Detail::InvalidAmount { field: field.to_owned(), reason: reason.to_owned() }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd(amount: &str) -> Money {
        Written { amount, currency: "USD" }.read("amount").unwrap()
    }

    #[test]
    fn amounts_are_counted_and_refused_as_elsewhere() {
        assert_eq!(sum(usd("1.10"), usd("2")).unwrap().to_string(), "3.10 USD");
        assert_eq!(times(usd("1.10"), -3).unwrap().to_string(), "-3.30 USD");
        assert_eq!(compare(usd("1"), usd("2")).unwrap(), -1);
        assert_eq!(of_minor("-5", "USD").unwrap().to_string(), "-0.05 USD");
        let won = of_minor("1", "KRW").unwrap();
        assert_eq!(sum(usd("1"), won).unwrap_err().code().as_str(), "currency_mismatch");
        let most = of_minor(&"9".repeat(38), "USD").unwrap();
        assert_eq!(sum(most, most).unwrap_err().code().as_str(), "invalid_amount");
        for wrong in ["", "-", "1.5", "+1", &"9".repeat(39)] {
            assert_eq!(of_minor(wrong, "USD").unwrap_err().code().as_str(), "invalid_amount", "{wrong}");
        }
        assert_eq!(split_evenly(usd("1"), 0).unwrap_err().details()["field"], "into");
        assert_eq!(split(usd("1"), &[1, -1]).unwrap_err().details()["field"], "into");
    }

    #[test]
    fn a_registered_currency_keeps_its_scale() {
        register("MONEYTEST", 6).unwrap();
        register("MONEYTEST", 6).unwrap();
        assert_eq!(register("MONEYTEST", 2).unwrap_err().details()["field"], "currencies");
        let made = Written { amount: "1.5", currency: "MONEYTEST" }.read("amount").unwrap();
        assert_eq!(made.amount_string(), "1.500000");
    }

    #[test]
    fn a_currency_of_a_store_is_known_until_another_scale_is_registered() {
        let scale = |code: &str| known().known(code).map(|currency| currency.scale());
        let of = |code: &str, scale: u8| Currency::new(code, scale).unwrap();
        assert_eq!(scale("LEARNED"), None);
        learn(&[of("LEARNED", 6), of("USD", 4)]);
        learn(&[of("LEARNED", 18), of("LEARNEDTOO", 1)]);
        assert_eq!((scale("LEARNED"), scale("LEARNEDTOO"), scale("USD")), (Some(6), Some(1), Some(2)));
        register("LEARNED", 8).unwrap();
        assert_eq!((scale("LEARNED"), scale("LEARNEDTOO")), (Some(8), Some(1)));
    }
}
