//! Amounts as Stripe writes them: whole numbers of the minor unit that it gives a currency, which is not
//! always that of ISO 4217.
//!
//! By <https://docs.stripe.com/currencies> (minor units, zero-decimal and three-decimal currencies, special
//! cases).

use serde_json::Value;

use crate::currency::Currency;
use crate::money::Money;

/// Currencies without decimal places at Stripe.
const WITHOUT: &[&str] = &[
    "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF",
];
/// Currencies with three decimal places, the last of which must be zero.
const THREE: &[&str] = &["BHD", "JOD", "KWD", "OMR", "TND"];
/// Currencies that Stripe's pages count as both: refused, rather than wrong by a factor of a hundred.
const UNCLEAR: &[&str] = &["UGX"];

/// Finds a currency by its code.
pub(super) type Codes<'c> = &'c dyn Fn(&str) -> Option<Currency>;

/// An amount as Stripe takes it; none where it takes no such amount.
pub(super) fn to_wire(amount: Money) -> Option<i64> {
    let currency = amount.currency();
    let minor = shifted(amount.minor_units(), currency.scale(), places(currency.code())?)?;
    let rounded = !THREE.contains(&currency.code()) || minor % 10 == 0;
    i64::try_from(minor).ok().filter(|minor| *minor > 0 && rounded)
}

/// An amount that Stripe names; none for what is no whole number that the currency can hold.
pub(super) fn from_wire(minor: &Value, code: &str, codes: Codes<'_>) -> Option<Money> {
    let code = code.to_ascii_uppercase();
    let currency = codes(&code)?;
    let minor = shifted(i128::from(minor.as_i64()?), places(&code)?, currency.scale())?;
    Money::new(minor, currency).filter(|amount| !amount.is_negative())
}

/// The decimal places that Stripe gives a currency.
fn places(code: &str) -> Option<u8> {
    let is_of_iso = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    match code {
        _ if !is_of_iso || UNCLEAR.contains(&code) => None,
        _ if WITHOUT.contains(&code) => Some(0),
        _ if THREE.contains(&code) => Some(3),
        _ => Some(2),
    }
}

/// The same amount with other decimal places, where that loses nothing.
fn shifted(minor: i128, from: u8, to: u8) -> Option<i128> {
    let step = 10_i128.checked_pow(u32::from(from.abs_diff(to)))?;
    if from <= to {
        return minor.checked_mul(step);
    }
    (minor % step == 0).then_some(minor / step)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn money(minor: i128, code: &str) -> Money {
        Money::new(minor, Currency::iso(code).unwrap()).unwrap()
    }

    #[test]
    fn an_amount_is_written_in_the_minor_unit_that_stripe_gives_its_currency() {
        for (minor, code, wire) in [
            (1_250, "USD", Some(1_250)),
            (500, "JPY", Some(500)),
            (1_000, "KRW", Some(1_000)),
            // two decimal places at Stripe, none in ISO 4217
            (5, "ISK", Some(500)),
            // none at Stripe, two in ISO 4217
            (500, "MGA", Some(5)),
            (505, "MGA", None),
            (5_120, "KWD", Some(5_120)),
            (5_124, "KWD", None),
            (5, "UGX", None),
            (0, "USD", None),
            (-1, "USD", None),
            (i128::from(i64::MAX) + 1, "USD", None),
        ] {
            assert_eq!(to_wire(money(minor, code)), wire, "{minor} {code}");
            if let Some(wire) = wire {
                let read = from_wire(&json!(wire), &code.to_ascii_lowercase(), &Currency::iso);
                assert_eq!(read, Some(money(minor, code)));
            }
        }
        let token = Money::new(1, Currency::new("USDC", 6).unwrap()).unwrap();
        assert_eq!(to_wire(token), None);
    }

    #[test]
    fn what_is_no_whole_number_is_no_amount() {
        for wrong in
            [json!(12.5), json!(12.0), json!("1250"), json!(null), json!([1]), json!(-1), json!(1e30)]
        {
            assert_eq!(from_wire(&wrong, "usd", &Currency::iso), None, "{wrong}");
        }
        assert_eq!(from_wire(&json!(505), "isk", &Currency::iso), None);
        assert_eq!(from_wire(&json!(1), "nope", &Currency::iso), None);
    }
}
