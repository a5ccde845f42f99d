//! Sums of any number of amounts, in any order: exact, though their parts may pass the bound of money.

use std::fmt;

/// A sum. It is kept in two halves, which no number of amounts fills.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Exact {
    /// In units of 2^64.
    high: i128,
    low: i128,
}

/// The bits of an amount that are no unit of 2^64.
const LOW: i128 = (1 << 64) - 1;

impl Exact {
    pub(super) const fn add(&mut self, amount: i128) {
        self.high += amount >> 64;
        self.low += amount & LOW;
    }

    /// The sum; `None` if it is beyond all numbers of 128 bits.
    fn value(self) -> Option<i128> {
        let high = self.high + (self.low >> 64);
        high.checked_mul(1 << 64)?.checked_add(self.low & LOW)
    }

    /// Whether the sum is this.
    pub(super) fn is(self, sum: i128) -> bool {
        self.value() == Some(sum)
    }
}

impl FromIterator<i128> for Exact {
    fn from_iter<I: IntoIterator<Item = i128>>(amounts: I) -> Self {
        let mut sum = Self::default();
        amounts.into_iter().for_each(|amount| sum.add(amount));
        sum
    }
}

impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.value() {
            Some(sum) => write!(f, "{sum}"),
            None => f.write_str("a number of more than 128 bits"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_exact_whatever_the_order() {
        let most = 10_i128.pow(38) - 1;
        for (amounts, sum) in [
            (vec![], Some(0)),
            (vec![5, -7], Some(-2)),
            (vec![most, most, most, -most, -most], Some(most)),
            (vec![-most, -most, most, most, most, -1], Some(most - 1)),
            // what wraps to nothing is not nothing
            (vec![1 << 126; 4], None),
            (vec![i128::MIN, i128::MIN, i128::MAX, i128::MAX], Some(-2)),
            (vec![i128::MIN], Some(i128::MIN)),
        ] {
            let exact: Exact = amounts.iter().copied().collect();
            assert_eq!(exact.value(), sum, "{amounts:?}");
            assert!(!exact.is(0) || sum == Some(0));
        }
    }
}
