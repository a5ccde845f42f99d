//! Bids of transactions: high enough to be taken, with room for three bumps below the cap.
//!
//! Nodes take a replacement only if both fees rise by at least a tenth and by more than nothing. A bump here
//! raises them by at least an eighth, rounded up, and by at least one wei. Where nobody says what is paid on
//! top, an eighth of nearly nothing is no bump: it multiplies the priority fee.

use super::num::Num;
use super::views::FeesView;

/// The gas of a transfer of coins to an address without code, and so of a no-op.
pub const NOOP_GAS: u64 = 21_000;

/// The most gas that a single endpoint is believed. With a fifth to spare it is the limit of a transaction
/// (EIP-7825, 2^24), and a nonce with more would never be used up.
pub const MOST_GAS: u64 = 13_981_013;

/// The highest fee of a transaction: a larger one has no place in it.
pub const MOST_FEE: Num = Num::MAX_U128;

/// By how much a bump multiplies the priority fee where nobody says what is paid on top: from one wei to a
/// floor of one gwei in 15 bumps, and to less than four times the floor.
const LEAP: u64 = 4;

/// A hundred percent in basis points.
const WHOLE: u32 = 10_000;

/// The rules of a chain for bids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeeTerms {
    /// The highest price of a unit of gas, in wei.
    pub cap: Num,
    /// The least priority fee, in wei.
    pub min_priority_fee: Num,
    /// By how much a bump raises both fees, in basis points.
    pub bump_bps: u32,
}

/// The bid of a transaction for a unit of gas, in wei.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bid {
    /// The highest price that it pays.
    pub max_fee: Num,
    /// The highest priority fee, which is a part of that price.
    pub max_priority_fee: Num,
}

/// The result of raising a bid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Raised {
    /// The new bid.
    To(Bid),
    /// It would exceed the cap: nothing is signed, and the same bytes go out again.
    AboveCap,
    /// The named fee is too low to replace the old one.
    TooLow {
        /// The least fee that replaces it.
        least: Num,
    },
}

impl FeeTerms {
    /// The bid of a first attempt; `None` while gas is too dear to leave room for three bumps.
    pub fn first(&self, now: &FeesView) -> Option<Bid> {
        let max_priority_fee = self.priority(now);
        let bare = now.base_fee.checked_add(max_priority_fee)?;
        let room = self.room();
        (bare <= room).then(|| Bid { max_fee: now.base_fee.saturating_add(bare).min(room), max_priority_fee })
    }

    /// The bid that replaces `old`. A fee that an admin names may exceed the cap.
    pub fn raise(&self, old: &Bid, now: &FeesView, named: Option<Num>) -> Raised {
        let (Some(least), Some(least_priority)) =
            (self.bumped(old.max_fee), self.bumped(old.max_priority_fee))
        else {
            return Raised::AboveCap;
        };
        let asked = self.priority(now);
        let leap = if asked > Num::ONE { Num::ZERO } else { self.leap(old, now) };
        let max_priority_fee = least_priority.max(asked).max(leap);
        if let Some(max_fee) = named {
            return match max_fee >= least {
                // the priority fee is capped at the named fee, even if the present price is higher
                true => Raised::To(Bid { max_fee, max_priority_fee: max_priority_fee.min(max_fee) }),
                false => Raised::TooLow { least },
            };
        }
        let bare = now.base_fee.saturating_add(asked.max(leap));
        let ample = now.base_fee.saturating_add(bare).min(self.room());
        let max_fee = least.max(bare).max(ample);
        if max_fee > self.cap {
            return Raised::AboveCap;
        }
        Raised::To(Bid { max_fee, max_priority_fee: max_priority_fee.min(max_fee) })
    }

    /// The priority fee of a bid: never nothing, which no block has a reason to take.
    pub fn priority(&self, now: &FeesView) -> Num {
        now.priority_fee.max(self.min_priority_fee).max(Num::ONE)
    }

    /// The priority fee of a bump where nobody says what is paid on top. It leaves room below the cap.
    fn leap(&self, old: &Bid, now: &FeesView) -> Num {
        let leap = old.max_priority_fee.mul_div_ceil(LEAP, 1).unwrap_or(Num::ZERO);
        leap.min(self.room().saturating_sub(now.base_fee))
    }

    /// The price with room for bumps: seven tenths of the cap, so that three bumps of an eighth fit above it.
    fn room(&self) -> Num {
        // a cap whose product does not fit is no cap
        self.cap.mul_div_floor(7, 10).unwrap_or(self.cap)
    }

    fn bumped(&self, old: Num) -> Option<Num> {
        let factor = u64::from(WHOLE).saturating_add(u64::from(self.bump_bps));
        Some(old.mul_div_ceil(factor, u64::from(WHOLE))?.max(old.checked_add(Num::ONE)?))
    }
}

/// The gas limit of a payment, from the highest gas that an endpoint estimates: a fifth more, rounded up, and
/// of that what the payment may take at most. It is never below the estimate.
pub fn gas_limit(gas: u64, most: u64) -> Option<u64> {
    let ample = Num::of(gas).mul_div_ceil(12, 10).and_then(Num::to_u64)?;
    Some(ample.min(most.max(gas)))
}

/// The highest cost of the gas of a transaction, in wei.
pub fn most_gas_cost(bid: &Bid, gas_limit: u64) -> Option<Num> {
    bid.max_fee.checked_mul(Num::of(gas_limit))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GWEI: u64 = 1_000_000_000;

    fn terms(cap: u64) -> FeeTerms {
        FeeTerms { cap: Num::of(cap), min_priority_fee: Num::of(2), bump_bps: 1_250 }
    }

    fn now(base_fee: u64, priority_fee: u64) -> FeesView {
        FeesView { base_fee: Num::of(base_fee), priority_fee: Num::of(priority_fee) }
    }

    fn bid(max_fee: u64, max_priority_fee: u64) -> Bid {
        Bid { max_fee: Num::of(max_fee), max_priority_fee: Num::of(max_priority_fee) }
    }

    #[test]
    fn the_first_bid_leaves_room() {
        for (now, first) in [
            (now(10, 5), Some(bid(25, 5))),
            (now(10, 0), Some(bid(22, 2))), // the least on top
            (now(40, 5), Some(bid(70, 5))), // seven tenths of the cap
            (now(65, 5), Some(bid(70, 5))), // just enough for the next block
            (now(66, 5), None),
            (now(0, 70), Some(bid(70, 70))),
            (now(0, 71), None),
        ] {
            assert_eq!(terms(100).first(&now), first, "{now:?}");
        }
        assert_eq!(terms(100).first(&FeesView { base_fee: Num::MAX, priority_fee: Num::MAX }), None);
    }

    #[test]
    fn three_bumps_fit_below_the_cap() {
        let cheap = now(0, 1);
        for cap in [1_000, 123_456_789, 500 * GWEI] {
            let terms = terms(cap);
            let mut bid = terms.first(&now(cap / 2, 2)).unwrap();
            for _ in 0..3 {
                let Raised::To(raised) = terms.raise(&bid, &cheap, None) else { panic!("{cap}: {bid:?}") };
                assert!(raised.max_fee > bid.max_fee && raised.max_priority_fee > bid.max_priority_fee);
                assert!(raised.max_fee <= terms.cap);
                bid = raised;
            }
            assert_eq!(terms.raise(&bid, &cheap, None), Raised::AboveCap);
        }
    }

    /// Nodes want a tenth more of both fees, and refuse a bid that is one wei short or equal.
    #[test]
    fn a_bump_rounds_up_and_is_one_wei_at_least() {
        let terms = terms(1_000_000);
        for (old, raised) in [
            (bid(100, 10), bid(113, 12)),
            (bid(101, 1), bid(114, 2)),
            (bid(1, 0), bid(2, 2)),
            (bid(80_000, 800), bid(90_000, 900)),
        ] {
            assert_eq!(terms.raise(&old, &now(0, 0), None), Raised::To(raised), "{old:?}");
        }
    }

    #[test]
    fn a_bump_follows_the_price_of_now() {
        let old = bid(50, 5);
        for (now, raised) in [
            (now(10, 4), Raised::To(bid(57, 6))),
            (now(25, 20), Raised::To(bid(70, 20))), // twice the base fee, in the room
            (now(60, 20), Raised::To(bid(80, 20))), // beyond it just what the next block asks
            (now(80, 20), Raised::To(bid(100, 20))),
            (now(81, 20), Raised::AboveCap),
        ] {
            assert_eq!(terms(100).raise(&old, &now, None), raised, "{now:?}");
        }
        assert_eq!(terms(100).raise(&bid(90, 5), &now(1, 1), None), Raised::AboveCap);
        let huge = Bid { max_fee: Num::MAX, max_priority_fee: Num::ONE };
        assert_eq!(terms(100).raise(&huge, &now(1, 1), None), Raised::AboveCap);
    }

    /// Tips crept up from nothing, a wei with each block: 190 bumps to a floor of one gwei.
    #[test]
    fn where_nobody_says_what_is_paid_on_top_a_bump_is_a_leap() {
        for (base_fee, cap, floor) in [(0, 500 * GWEI, GWEI), (30 * GWEI, 500 * GWEI, GWEI), (7, 1_000, 600)]
        {
            let terms = FeeTerms { min_priority_fee: Num::ZERO, ..terms(cap) };
            let silent = now(base_fee, 0);
            let mut bid = terms.first(&silent).unwrap();
            assert_eq!(bid.max_priority_fee, Num::ONE);
            let mut bumps = 0;
            while bid.max_priority_fee < Num::of(floor) {
                let Raised::To(raised) = terms.raise(&bid, &silent, None) else { panic!("{bumps}: {bid:?}") };
                let least = |old: Num| old.mul_div_ceil(11, 10).unwrap();
                assert!(raised.max_fee >= least(bid.max_fee) && raised.max_fee <= terms.cap, "{raised:?}");
                assert!(raised.max_priority_fee >= least(bid.max_priority_fee), "{raised:?}");
                assert!(raised.max_priority_fee <= raised.max_fee, "{raised:?}");
                (bid, bumps) = (raised, bumps + 1);
            }
            assert!(bumps <= 20, "{bumps} to {floor}");
            assert!(bid.max_priority_fee <= Num::of(4 * floor), "{bid:?}");
        }
        // where somebody does, an eighth is enough, and what is asked for is bid at once
        let terms = FeeTerms { min_priority_fee: Num::of(GWEI), ..terms(500 * GWEI) };
        assert_eq!(terms.raise(&bid(1, 1), &now(0, 0), None), Raised::To(bid(GWEI, GWEI)));
        let bumped = terms.raise(&bid(2 * GWEI, 2 * GWEI), &now(0, 0), None);
        assert_eq!(bumped, Raised::To(bid(2_250_000_000, 2_250_000_000)));
    }

    #[test]
    fn an_admin_may_pass_the_cap_and_must_replace() {
        let old = bid(90, 5);
        let raise = |named| terms(100).raise(&old, &now(500, 40), Some(Num::of(named)));
        assert_eq!(raise(101), Raised::TooLow { least: Num::of(102) });
        assert_eq!(raise(102), Raised::To(bid(102, 40)));
        assert_eq!(raise(5_000), Raised::To(bid(5_000, 40)));
        let dear = terms(100).raise(&bid(10, 5), &now(0, 40), Some(Num::of(12)));
        assert_eq!(dear, Raised::To(bid(12, 12)));
    }

    #[test]
    fn gas_has_a_fifth_to_spare() {
        for (gas, limit) in [(21_000, 25_200), (51_234, 61_481), (1, 2), (0, 0)] {
            assert_eq!(gas_limit(gas, u64::MAX), Some(limit));
        }
        assert_eq!(gas_limit(u64::MAX, u64::MAX), None);
        let limit = |gas| gas_limit(gas, u64::MAX);
        assert!(limit(MOST_GAS) <= Some(1 << 24) && limit(MOST_GAS + 1) > Some(1 << 24));
        assert_eq!(most_gas_cost(&bid(3 * GWEI, 1), NOOP_GAS), Some(Num::of(63_000 * GWEI)));
        assert_eq!(most_gas_cost(&Bid { max_fee: Num::MAX, max_priority_fee: Num::ONE }, 2), None);
    }

    /// The fifth is cut at what the payment may take, and the estimate is not.
    #[test]
    fn the_gas_to_spare_ends_where_the_payment_may_take_no_more() {
        for (gas, most, limit) in [
            (100_000, 120_000, 120_000),
            (100_000, 119_999, 119_999),
            (100_000, 100_000, 100_000),
            (100_001, 100_000, 100_001),
            (21_000, 30_000_000, 25_200),
        ] {
            assert_eq!(gas_limit(gas, most), Some(limit), "{gas} of {most}");
        }
    }
}
