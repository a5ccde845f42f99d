//! Parts of amounts, to the minor unit.

/// `floor(whole * part / of)` of numbers that are not below zero, without a product that is too large.
pub(super) fn floor_of(whole: i128, part: i128, of: i128) -> i128 {
    if of <= 0 {
        return 0;
    }
    (whole / of).saturating_mul(part).saturating_add((whole % of).saturating_mul(part) / of)
}

/// The money for `units` more units of a purchase after `before` units went back. The parts of all units sum
/// to the whole, in whatever portions they go back.
pub(super) fn share(total: i128, quantity: i64, before: i64, units: i64) -> i128 {
    let until = |count: i64| floor_of(total, i128::from(count), i128::from(quantity));
    until(before.saturating_add(units)) - until(before)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::LIMIT;

    #[test]
    fn a_floor_needs_no_product_that_is_too_large() {
        for (whole, part, of, floor) in [
            (0, 1, 3, 0),
            (10, 1, 3, 3),
            (10, 2, 3, 6),
            (10, 3, 3, 10),
            (999, 2_500, 10_000, 249),
            (1, 9_999, 10_000, 0),
            (LIMIT - 1, 10_000, 10_000, LIMIT - 1),
            (5, 1, 0, 0),
        ] {
            assert_eq!(floor_of(whole, part, of), floor, "{whole} * {part} / {of}");
        }
    }

    #[test]
    fn shares_sum_to_the_whole_however_they_are_taken() {
        for total in [0, 1, 7, 100, 101, LIMIT - 1] {
            for quantity in 1..8_i64 {
                let one_by_one: i128 = (0..quantity).map(|before| share(total, quantity, before, 1)).sum();
                assert_eq!(one_by_one, total, "{total} in {quantity}");
                for first in 1..quantity {
                    let rest = share(total, quantity, first, quantity - first);
                    let parts = share(total, quantity, 0, first) + rest;
                    assert_eq!(parts, total, "{total}, {first} of {quantity}");
                }
            }
        }
    }
}
