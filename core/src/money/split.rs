//! An amount in parts that sum to it.

use super::Money;

/// Parts that an amount is split into at most.
const PARTS: usize = 100_000;

impl Money {
    /// Parts by weights, which sum to the whole, to the minor unit. What cannot be divided goes, a minor unit
    /// each, to the first parts that have a weight.
    ///
    /// `None` without a weight above zero, for more than 100,000 parts, and for weights that sum to 2^63 or
    /// more.
    ///
    /// ```
    /// use earnest::Money;
    ///
    /// let parts = Money::minor(10_000, "USD")?.split(&[1, 1, 1]).ok_or("no parts")?;
    /// let texts: Vec<_> = parts.iter().map(|part| part.amount_string()).collect();
    /// assert_eq!(texts, ["33.34", "33.33", "33.33"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn split(self, weights: &[u64]) -> Option<Vec<Money>> {
        let total = weights.iter().try_fold(0_u64, |sum, weight| sum.checked_add(*weight))?;
        let total = i64::try_from(total).ok().filter(|total| *total > 0 && weights.len() <= PARTS)?;
        let (sign, whole) = (self.minor_units().signum(), self.minor_units().checked_abs()?);
        // whole * weight / total, without a product that is too large for the type
        let (quotient, rest) = (whole / i128::from(total), whole % i128::from(total));
        let share =
            |weight: &u64| quotient * i128::from(*weight) + rest * i128::from(*weight) / i128::from(total);
        let mut parts: Vec<i128> = weights.iter().map(share).collect();
        let left = whole - parts.iter().sum::<i128>();
        let weighty = parts.iter_mut().zip(weights).filter(|(_, weight)| **weight > 0);
        let left = usize::try_from(left).ok()?;
        weighty.take(left).for_each(|(part, _)| *part += 1);
        parts.into_iter().map(|part| Money::new(sign * part, self.currency())).collect()
    }
}
