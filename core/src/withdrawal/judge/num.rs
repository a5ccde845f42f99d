//! Numbers of a chain: whole, from zero to below 2^256.
//!
//! Wei, gas, base units of a token and ids of chains are such numbers. They are read as decimal or as hex
//! with `0x`, and always written as decimal text, because most readers of JSON numbers lose digits far below
//! 2^256.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The rule for a text that [`Num`] reads.
pub const NOT_A_NUMBER: &str = "must be a whole number as text, decimal or hex with `0x`, below 2^256";

/// Hex digits of the largest number.
const HEX_DIGITS: usize = 64;
/// Decimal digits of the largest number.
const DIGITS: usize = 78;
/// The largest power of ten in a limb, and its number of digits.
const CHUNK: u64 = 10_000_000_000_000_000_000;
const CHUNK_DIGITS: usize = 19;

/// A whole number from zero to below 2^256, in four limbs, the lowest first.
///
/// All arithmetic is checked: what does not fit is `None`.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Num([u64; 4]);

impl Num {
    pub const ZERO: Num = Num([0; 4]);
    pub const ONE: Num = Num([1, 0, 0, 0]);
    /// The largest: 2^256 - 1.
    pub const MAX: Num = Num([u64::MAX; 4]);
    /// The largest that has 128 bits: 2^128 - 1.
    pub const MAX_U128: Num = Num([u64::MAX, u64::MAX, 0, 0]);

    /// The number of a `u64`, for constants; elsewhere `Num::from`.
    pub const fn of(small: u64) -> Num {
        Num([small, 0, 0, 0])
    }

    /// Reads decimal without leading zeros, or `0x` and up to 64 hex digits.
    pub fn parse(text: &str) -> Result<Num, NumError> {
        if let Some(digits) = text.strip_prefix("0x") {
            return Num::parse_hex(digits).ok_or(NumError(()));
        }
        let plain = !text.is_empty() && text.len() <= DIGITS && text.bytes().all(|c| c.is_ascii_digit());
        if !plain || (text.len() > 1 && text.starts_with('0')) {
            return Err(NumError(()));
        }
        text.bytes()
            .try_fold(Num::ZERO, |number, digit| {
                number.times(10)?.checked_add(Num::of(u64::from(digit.wrapping_sub(b'0'))))
            })
            .ok_or(NumError(()))
    }

    fn parse_hex(digits: &str) -> Option<Num> {
        if digits.is_empty() || digits.len() > HEX_DIGITS {
            return None;
        }
        digits.chars().try_fold(Num::ZERO, |number, digit| {
            number.times(16)?.checked_add(Num::of(u64::from(digit.to_digit(16)?)))
        })
    }

    /// The number of 32 bytes, the highest first.
    pub fn from_be_bytes(bytes: [u8; 32]) -> Num {
        let mut limbs = [0_u64; 4];
        for (limb, chunk) in limbs.iter_mut().rev().zip(bytes.chunks_exact(8)) {
            *limb = chunk.iter().fold(0, |limb, byte| (limb << 8) | u64::from(*byte));
        }
        Num(limbs)
    }

    /// Its 32 bytes, the highest first.
    pub fn to_be_bytes(self) -> [u8; 32] {
        let mut bytes = [0_u8; 32];
        for (chunk, limb) in bytes.chunks_exact_mut(8).zip(self.0.iter().rev()) {
            chunk.copy_from_slice(&limb.to_be_bytes());
        }
        bytes
    }

    /// Ten to the power of `exponent`; `None` from 10^78 on.
    pub fn pow10(exponent: u32) -> Option<Num> {
        // a larger power does not fit, which needs no loop to find out
        (exponent < 78).then_some(())?;
        (0..exponent).try_fold(Num::ONE, |power, _| power.times(10))
    }

    /// Whether it is zero.
    pub const fn is_zero(&self) -> bool {
        matches!(self.0, [0, 0, 0, 0])
    }

    /// As `u64`, if it fits.
    pub const fn to_u64(self) -> Option<u64> {
        match self.0 {
            [low, 0, 0, 0] => Some(low),
            _ => None,
        }
    }

    /// As `u128`, if it fits.
    pub fn to_u128(self) -> Option<u128> {
        match self.0 {
            [low, high, 0, 0] => Some((u128::from(high) << 64) | u128::from(low)),
            _ => None,
        }
    }

    /// As minor units of a currency, if it fits.
    pub fn to_i128(self) -> Option<i128> {
        self.to_u128().and_then(|number| i128::try_from(number).ok())
    }

    /// The sum, if it fits.
    pub fn checked_add(self, other: Num) -> Option<Num> {
        let (mut sum, mut carry) = ([0_u64; 4], false);
        for ((limb, one), other) in sum.iter_mut().zip(self.0).zip(other.0) {
            let (partial, first) = one.overflowing_add(other);
            let (total, second) = partial.overflowing_add(u64::from(carry));
            (*limb, carry) = (total, first || second);
        }
        (!carry).then_some(Num(sum))
    }

    /// The difference, unless `other` is larger.
    pub fn checked_sub(self, other: Num) -> Option<Num> {
        (self >= other).then(|| self.wrapping_sub(other))
    }

    /// The sum, or the largest number.
    pub fn saturating_add(self, other: Num) -> Num {
        self.checked_add(other).unwrap_or(Num::MAX)
    }

    /// The difference, or zero.
    pub fn saturating_sub(self, other: Num) -> Num {
        self.checked_sub(other).unwrap_or(Num::ZERO)
    }

    /// The product, if it fits.
    pub fn checked_mul(self, other: Num) -> Option<Num> {
        let mut product = Num::ZERO;
        for limb in other.0.into_iter().rev() {
            // one limb further up, which must be free
            let [low, middle, high, top] = product.0;
            (top == 0).then_some(())?;
            product = Num([0, low, middle, high]).checked_add(self.times(limb)?)?;
        }
        Some(product)
    }

    /// Quotient and remainder; `None` for a divisor of zero.
    pub fn checked_div_rem(self, divisor: Num) -> Option<(Num, Num)> {
        if divisor.is_zero() {
            return None;
        }
        if let Some(small) = divisor.to_u64() {
            let (quotient, rest) = self.div_small(small)?;
            return Some((quotient, Num::of(rest)));
        }
        // bit by bit: divisors above 2^64 are rare
        let (mut quotient, mut rest) = (Num::ZERO, Num::ZERO);
        for bit in (0..256_u32).rev() {
            let spilled = rest.bit(255);
            rest = rest.doubled();
            if self.bit(bit) {
                rest = rest.checked_add(Num::ONE)?;
            }
            quotient = quotient.doubled();
            if spilled || rest >= divisor {
                rest = rest.wrapping_sub(divisor);
                quotient = quotient.checked_add(Num::ONE)?;
            }
        }
        Some((quotient, rest))
    }

    /// The quotient, rounded down; `None` for a divisor of zero.
    pub fn checked_div(self, divisor: Num) -> Option<Num> {
        self.checked_div_rem(divisor).map(|(quotient, _)| quotient)
    }

    /// `self * numerator / denominator`, rounded up, if the product fits.
    pub fn mul_div_ceil(self, numerator: u64, denominator: u64) -> Option<Num> {
        let (quotient, rest) = self.times(numerator)?.div_small(denominator)?;
        quotient.checked_add(if rest == 0 { Num::ZERO } else { Num::ONE })
    }

    /// `self * numerator / denominator`, rounded down, if the product fits.
    pub fn mul_div_floor(self, numerator: u64, denominator: u64) -> Option<Num> {
        self.times(numerator)?.div_small(denominator).map(|(quotient, _)| quotient)
    }

    fn times(self, factor: u64) -> Option<Num> {
        let (mut product, mut carry) = ([0_u64; 4], 0_u128);
        for (limb, own) in product.iter_mut().zip(self.0) {
            // two 64-bit numbers and a carry below 2^64 never pass 2^128
            let total = u128::from(own).wrapping_mul(u128::from(factor)).wrapping_add(carry);
            *limb = low_half(total);
            carry = total >> 64;
        }
        (carry == 0).then_some(Num(product))
    }

    fn div_small(self, divisor: u64) -> Option<(Num, u64)> {
        let (mut quotient, mut rest) = ([0_u64; 4], 0_u64);
        for (limb, own) in quotient.iter_mut().zip(self.0).rev() {
            let part = (u128::from(rest) << 64) | u128::from(own);
            // the rest is below the divisor, so the quotient fits a limb
            *limb = low_half(part.checked_div(u128::from(divisor))?);
            rest = low_half(part.checked_rem(u128::from(divisor))?);
        }
        Some((Num(quotient), rest))
    }

    fn bit(&self, at: u32) -> bool {
        let limb = usize::try_from(at / 64).ok().and_then(|limb| self.0.get(limb));
        limb.is_some_and(|limb| (limb >> (at % 64)) & 1 == 1)
    }

    /// Twice the number, modulo 2^256.
    fn doubled(self) -> Num {
        let (mut doubled, mut carry) = ([0_u64; 4], 0);
        for (limb, own) in doubled.iter_mut().zip(self.0) {
            *limb = (own << 1) | carry;
            carry = own >> 63;
        }
        Num(doubled)
    }

    /// The difference, modulo 2^256.
    fn wrapping_sub(self, other: Num) -> Num {
        let (mut difference, mut borrow) = ([0_u64; 4], false);
        for ((limb, one), other) in difference.iter_mut().zip(self.0).zip(other.0) {
            let (partial, first) = one.overflowing_sub(other);
            let (total, second) = partial.overflowing_sub(u64::from(borrow));
            (*limb, borrow) = (total, first || second);
        }
        Num(difference)
    }
}

/// The lower 64 bits.
fn low_half(wide: u128) -> u64 {
    u64::try_from(wide & u128::from(u64::MAX)).unwrap_or(u64::MAX)
}

impl Ord for Num {
    fn cmp(&self, other: &Num) -> Ordering {
        self.0.iter().rev().cmp(other.0.iter().rev())
    }
}

impl PartialOrd for Num {
    fn partial_cmp(&self, other: &Num) -> Option<Ordering> {
        Some(self.cmp(other))
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
        Num([low_half(wide), low_half(wide >> 64), 0, 0])
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
        let (mut rest, mut chunks) = (*self, Vec::new());
        while !rest.is_zero() {
            let (quotient, chunk) = rest.div_small(CHUNK).ok_or(fmt::Error)?;
            chunks.push(chunk);
            rest = quotient;
        }
        let mut digits = chunks.pop().unwrap_or(0).to_string();
        for chunk in chunks.iter().rev() {
            digits.push_str(&format!("{chunk:0width$}", width = CHUNK_DIGITS));
        }
        f.pad_integral(true, "", &digits)
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
            let (one, other) = (Num(one), Num(short));
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
