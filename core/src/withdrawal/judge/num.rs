//! Numbers of a chain: whole, from zero to below 2^256.
//!
//! Wei, gas, base units of a token and ids of chains are such numbers. They are read as decimal or as hex
//! with `0x`, and always written as decimal text, because most readers of JSON numbers lose digits far below
//! 2^256.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use ruint::aliases::U256;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The rule for a text that [`Num`] reads.
pub const NOT_A_NUMBER: &str = "must be a whole number as text, decimal or hex with `0x`, below 2^256";

/// Hex digits of the largest number.
const HEX_DIGITS: usize = 64;
/// Decimal digits of the largest number.
const DIGITS: usize = 78;

/// A whole number from zero to below 2^256.
///
/// All arithmetic is checked: what does not fit is `None`.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Num(U256);

impl Num {
    pub const ZERO: Num = Num(U256::ZERO);
    pub const ONE: Num = Num::of(1);
    /// The largest: 2^256 - 1.
    pub const MAX: Num = Num(U256::MAX);
    /// The largest that has 128 bits: 2^128 - 1.
    pub const MAX_U128: Num = Num(U256::from_limbs([u64::MAX, u64::MAX, 0, 0]));

    /// The number of a `u64`, for constants; elsewhere `Num::from`.
    pub const fn of(small: u64) -> Num {
        Num(U256::from_limbs([small, 0, 0, 0]))
    }

    /// Reads decimal without leading zeros, or `0x` and up to 64 hex digits.
    pub fn parse(text: &str) -> Result<Num, NumError> {
        let (digits, radix, most) = match text.strip_prefix("0x") {
            Some(digits) => (digits, 16, HEX_DIGITS),
            None => (text, 10, DIGITS),
        };
        // only digits: the crate passes over `_`
        let plain = digits.chars().all(|digit| digit.is_digit(radix)) && (1..=most).contains(&digits.len());
        if !plain || (radix == 10 && digits.len() > 1 && digits.starts_with('0')) {
            return Err(NumError(()));
        }
        U256::from_str_radix(digits, radix.into()).map(Num).map_err(|_| NumError(()))
    }

    /// The number of 32 bytes, the highest first.
    pub fn from_be_bytes(bytes: [u8; 32]) -> Num {
        Num(U256::from_be_bytes(bytes))
    }

    /// Its 32 bytes, the highest first.
    pub fn to_be_bytes(self) -> [u8; 32] {
        self.0.to_be_bytes()
    }

    /// Ten to the power of `exponent`; `None` from 10^78 on.
    pub fn pow10(exponent: u32) -> Option<Num> {
        U256::from(10).checked_pow(U256::from(exponent)).map(Num)
    }

    /// Whether it is zero.
    pub fn is_zero(&self) -> bool {
        self.0.is_zero()
    }

    /// As `u64`, if it fits.
    pub fn to_u64(self) -> Option<u64> {
        self.0.try_into().ok()
    }

    /// As `u128`, if it fits.
    pub fn to_u128(self) -> Option<u128> {
        self.0.try_into().ok()
    }

    /// As minor units of a currency, if it fits.
    pub fn to_i128(self) -> Option<i128> {
        self.to_u128().and_then(|number| i128::try_from(number).ok())
    }

    /// The sum, if it fits.
    pub fn checked_add(self, other: Num) -> Option<Num> {
        self.0.checked_add(other.0).map(Num)
    }

    /// The difference, unless `other` is larger.
    pub fn checked_sub(self, other: Num) -> Option<Num> {
        self.0.checked_sub(other.0).map(Num)
    }

    /// The sum, or the largest number.
    pub fn saturating_add(self, other: Num) -> Num {
        Num(self.0.saturating_add(other.0))
    }

    /// The difference, or zero.
    pub fn saturating_sub(self, other: Num) -> Num {
        Num(self.0.saturating_sub(other.0))
    }

    /// The product, if it fits.
    pub fn checked_mul(self, other: Num) -> Option<Num> {
        self.0.checked_mul(other.0).map(Num)
    }

    /// Quotient and remainder; `None` for a divisor of zero.
    pub fn checked_div_rem(self, divisor: Num) -> Option<(Num, Num)> {
        let (quotient, rest) = (!divisor.is_zero()).then(|| self.0.div_rem(divisor.0))?;
        Some((Num(quotient), Num(rest)))
    }

    /// The quotient, rounded down; `None` for a divisor of zero.
    pub fn checked_div(self, divisor: Num) -> Option<Num> {
        self.0.checked_div(divisor.0).map(Num)
    }

    /// `self * numerator / denominator`, rounded up, if the product fits.
    pub fn mul_div_ceil(self, numerator: u64, denominator: u64) -> Option<Num> {
        let product = self.checked_mul(Num::of(numerator))?;
        let (quotient, rest) = product.checked_div_rem(Num::of(denominator))?;
        quotient.checked_add(if rest.is_zero() { Num::ZERO } else { Num::ONE })
    }

    /// `self * numerator / denominator`, rounded down, if the product fits.
    pub fn mul_div_floor(self, numerator: u64, denominator: u64) -> Option<Num> {
        self.checked_mul(Num::of(numerator))?.checked_div(Num::of(denominator))
    }
}

impl From<u32> for Num {
    fn from(small: u32) -> Num {
        Num::of(u64::from(small))
    }
}

impl From<u64> for Num {
    fn from(small: u64) -> Num {
        Num::of(small)
    }
}

impl From<u128> for Num {
    fn from(wide: u128) -> Num {
        Num(U256::from(wide))
    }
}

impl TryFrom<i128> for Num {
    type Error = NumError;

    fn try_from(minor: i128) -> Result<Num, NumError> {
        u128::try_from(minor).map(Num::from).map_err(|_| NumError(()))
    }
}

impl FromStr for Num {
    type Err = NumError;

    fn from_str(text: &str) -> Result<Num, NumError> {
        Num::parse(text)
    }
}

impl fmt::Display for Num {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Num {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Num {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Num {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Num, D::Error> {
        struct NumText;

        impl de::Visitor<'_> for NumText {
            type Value = Num;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number as text, decimal or hex with `0x`, below 2^256")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Num, E> {
                Num::parse(text).map_err(E::custom)
            }
        }

        deserializer.deserialize_str(NumText)
    }
}

impl JsonSchema for Num {
    fn schema_name() -> Cow<'static, str> {
        "Num".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^(0x[0-9a-fA-F]{1,64}|0|[1-9][0-9]{0,77})$" })
    }
}

/// Why a text is not a [`Num`]. Its message never repeats the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NumError(());

impl fmt::Display for NumError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(NOT_A_NUMBER)
    }
}

impl std::error::Error for NumError {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LARGEST: &str = "115792089237316195423570985008687907853269984665640564039457584007913129639935";

    fn num(text: &str) -> Num {
        text.parse().unwrap()
    }

    #[test]
    fn decimal_and_hex_are_read_and_decimal_is_written() {
        for (text, written) in [
            ("0", "0"),
            ("0x0", "0"),
            ("7", "7"),
            ("0x00ff", "255"),
            ("0xFfFf", "65535"),
            ("18446744073709551615", "18446744073709551615"),
            ("0x10000000000000000", "18446744073709551616"),
            ("10000000000000000000", "10000000000000000000"),
            ("100000000000000000000000000000000000000", "100000000000000000000000000000000000000"),
            (LARGEST, LARGEST),
        ] {
            assert_eq!(num(text).to_string(), written, "{text}");
            assert_eq!(num(written), num(text));
        }
        assert_eq!(num(&format!("0x{}", "f".repeat(64))), Num::MAX);
        assert_eq!(num(LARGEST), Num::MAX);
    }

    #[test]
    fn what_is_not_a_number_of_a_chain_is_refused() {
        let too_large = "115792089237316195423570985008687907853269984665640564039457584007913129639936";
        let long = format!("0x{}", "0".repeat(65));
        for text in [
            "", "0x", "00", "07", "-1", "+1", " 1", "1 ", "1.0", "1e3", "0X1", "x1", "1_000", "0xg", "٣",
            too_large, &long,
        ] {
            let refused = Num::parse(text).unwrap_err();
            assert_eq!(refused.to_string(), NOT_A_NUMBER, "{text}");
        }
    }

    #[test]
    fn arithmetic_is_checked() {
        assert_eq!(Num::MAX.checked_add(Num::ONE), None);
        assert_eq!(Num::ZERO.checked_sub(Num::ONE), None);
        assert_eq!(Num::MAX.saturating_add(Num::ONE), Num::MAX);
        assert_eq!(Num::ZERO.saturating_sub(Num::ONE), Num::ZERO);
        assert_eq!(Num::MAX.checked_mul(Num::of(2)), None);
        let half = Num::from(u128::MAX);
        assert_eq!(
            half.checked_add(Num::ONE).unwrap().checked_mul(half.checked_add(Num::ONE).unwrap()),
            None
        );
        assert_eq!(half.checked_mul(half).unwrap().checked_div(half), Some(half));
        assert_eq!(Num::MAX.checked_mul(Num::ONE), Some(Num::MAX));
        assert_eq!(Num::MAX.checked_div(Num::MAX), Some(Num::ONE));
        assert_eq!(Num::MAX.checked_div(Num::ZERO), None);
        assert_eq!(Num::MAX.mul_div_ceil(1, 0), None);
        assert_eq!(Num::pow10(18), Some(num("1000000000000000000")));
        assert_eq!(Num::pow10(77).map(|power| power.to_string().len()), Some(78));
        assert_eq!((Num::pow10(78), Num::pow10(u32::MAX)), (None, None));
    }

    #[test]
    fn shares_are_rounded_as_they_say() {
        for (number, up, down) in [(0, 0, 0), (1, 2, 1), (8, 9, 9), (9, 11, 10), (10_000, 11_250, 11_250)] {
            assert_eq!(Num::of(number).mul_div_ceil(11_250, 10_000), Some(Num::of(up)));
            assert_eq!(Num::of(number).mul_div_floor(11_250, 10_000), Some(Num::of(down)));
        }
        assert_eq!(Num::MAX.mul_div_ceil(11_250, 10_000), None);
    }

    #[test]
    fn conversions_keep_what_fits() {
        assert_eq!(Num::from(u64::MAX).to_u64(), Some(u64::MAX));
        assert_eq!(Num::from(u128::MAX).to_u128(), Some(u128::MAX));
        assert_eq!(Num::from(u128::MAX).to_u64(), None);
        assert_eq!(Num::from(u128::MAX).to_i128(), None);
        assert_eq!(Num::try_from(i128::MAX).ok().and_then(Num::to_i128), Some(i128::MAX));
        assert!(Num::try_from(-1_i128).is_err());
        assert_eq!(Num::MAX.to_u128(), None);
        assert_eq!(Num::MAX_U128, Num::from(u128::MAX));
    }

    #[test]
    fn json_is_text_only() {
        assert_eq!(serde_json::to_string(&Num::of(21_000)).unwrap(), "\"21000\"");
        assert_eq!(serde_json::from_str::<Num>("\"0x5208\"").unwrap(), Num::of(21_000));
        for json in ["21000", "1.5", "null", "\"1.5\"", "[]"] {
            assert!(serde_json::from_str::<Num>(json).is_err(), "{json}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

        /// A quotient and its rest give the number back, and the order is that of the bytes.
        #[test]
        fn arithmetic_fits_together(one in any::<[u64; 4]>(), other in any::<[u64; 4]>(), limbs in 1_usize..5) {
            let mut short = other;
            short[limbs..].fill(0);
            let (one, other) = (Num(U256::from_limbs(one)), Num(U256::from_limbs(short)));
            prop_assert_eq!(num(&one.to_string()), one);
            prop_assert_eq!(Num::from_be_bytes(one.to_be_bytes()), one);
            prop_assert_eq!(num(&format!("0x{}", hex::encode(one.to_be_bytes()))), one);
            prop_assert_eq!(one.cmp(&other), one.to_be_bytes().cmp(&other.to_be_bytes()));
            if let Some((quotient, rest)) = one.checked_div_rem(other) {
                prop_assert!(rest < other);
                prop_assert_eq!(quotient.checked_mul(other).and_then(|most| most.checked_add(rest)), Some(one));
            }
            if let Some(sum) = one.checked_add(other) {
                prop_assert_eq!(sum.checked_sub(other), Some(one));
            }
        }
    }
}
