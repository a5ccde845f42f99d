//! How a price is divided: fees and splits as pure arithmetic that never loses or creates a minor unit.
//!
//! Everything is a function of how much of the price was released so far: a share is `floor(released * bps /
//! 10,000)`, or the same fraction of a fixed amount, and the seller has the rest. A part is the difference of
//! that function after and before it, so parts always add up to the whole.
//!
//! Shares that are the whole price together leave nothing: what rounding leaves over is the largest share's,
//! and not the seller's.
//!
//! Where several shares grow at the same minor unit, the seller's rest shrinks there. A part that ends just
//! before such a unit keeps it back: the seller is never paid what a later share still needs, and has all of
//! it at the end.

use serde::{Deserialize, Serialize};

use crate::ids::AccountId;
use crate::money::minor;

/// 100% in basis points.
pub const WHOLE: u32 = 10_000;

/// How large a share is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Size {
    /// Hundredths of a percent of the price.
    Bps(u32),
    /// Minor units of the full price.
    Amount(#[serde(with = "minor")] i128),
}

impl Size {
    /// Its part of `released` minor units of a price, rounded down.
    pub fn of(self, released: i128, price: i128) -> i128 {
        match self {
            Self::Bps(bps) => portion(released, bps.into(), WHOLE.into()),
            Self::Amount(amount) => portion(released, amount, price),
        }
    }
}

/// The payer and the purpose of a share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CutKind {
    /// A fee that the buyer pays on top of the price.
    BuyerFee,
    /// A fee out of what the seller gets.
    SellerFee,
    /// A share of another payee in the seller's proceeds.
    Split,
}

/// A share of a payee other than the seller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// The payee's account.
    pub to: AccountId,
    /// The payer and the purpose.
    pub kind: CutKind,
    /// How large it is.
    pub size: Size,
}

impl Share {
    /// Whether it lessens what the seller gets.
    pub fn is_borne(&self) -> bool {
        self.kind != CutKind::BuyerFee
    }
}

/// `floor(amount * part / whole)` without overflow, for `0 <= part <= whole`.
fn portion(amount: i128, part: i128, whole: i128) -> i128 {
    if whole <= 0 || part >= whole {
        return amount;
    }
    if let Some(product) = amount.checked_mul(part) {
        return product / whole;
    }
    // long division bit by bit: money stays below 10^38, so twice the remainder and a part fit
    let (amount, part, whole) = (amount.unsigned_abs(), part.unsigned_abs(), whole.unsigned_abs());
    let (mut quotient, mut rest) = (0_u128, 0_u128);
    for bit in (0..u128::BITS).rev() {
        let next = if (amount >> bit) & 1 == 1 { part } else { 0 };
        (quotient, rest) = (quotient << 1, (rest << 1) + next);
        while rest >= whole {
            (quotient, rest) = (quotient + 1, rest - whole);
        }
    }
    i128::try_from(quotient).unwrap_or(i128::MAX)
}

/// The division of a price.
#[derive(Clone, Copy, Debug)]
pub struct Plan<'a> {
    /// The price in minor units.
    pub price: i128,
    /// The shares of others than the seller.
    pub cuts: &'a [Share],
}

/// How much of the price was settled, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// Of the price, released.
    #[serde(with = "minor")]
    pub released: i128,
    /// Of the price, given back.
    #[serde(with = "minor")]
    pub refunded: i128,
    /// The part of the released amount that was paid to the seller.
    #[serde(with = "minor")]
    pub seller: i128,
}

/// The amounts that a release pays to each payee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shares {
    /// For each share of the plan, in its order.
    pub cuts: Vec<i128>,
    pub seller: i128,
}

/// How many minor units a part looks ahead for the shares that grow there.
const AHEAD: i128 = 256;

impl Plan<'_> {
    /// The shares when the whole price is released.
    pub fn full(&self) -> Shares {
        self.at(self.price)
    }

    /// The buyer's fees on top of the price; `None` beyond all bounds.
    pub fn surcharge(&self) -> Option<i128> {
        self.fees_at(self.price)
    }

    /// Returns the payouts. The rest goes to the seller or, where the shares are the whole price, to the
    /// largest of them, of equals to the last.
    pub fn paid(&self, shares: Shares) -> Shares {
        let Some(heir) = self.heir() else { return shares };
        let Shares { mut cuts, seller } = shares;
        cuts.resize(self.cuts.len(), 0);
        if let Some(cut) = cuts.get_mut(heir) {
            *cut += seller;
        }
        Shares { cuts, seller: 0 }
    }

    /// The share that gets what rounding leaves over, if the seller is to get nothing.
    fn heir(&self) -> Option<usize> {
        let (mut bps, mut amounts, mut heir) = (0_u32, 0_i128, None);
        for (place, cut) in self.cuts.iter().enumerate().filter(|(_, cut)| cut.is_borne()) {
            match cut.size {
                Size::Bps(more) => bps = bps.saturating_add(more),
                Size::Amount(amount) => amounts = amounts.saturating_add(amount),
            }
            let size = cut.size.of(self.price, self.price);
            if heir.is_none_or(|(_, largest)| size >= largest) {
                heir = Some((place, size));
            }
        }
        let (part, whole) = (i128::from(bps), i128::from(WHOLE));
        let is_exact = self.price % whole * part % whole == 0;
        let is_whole = is_exact && portion(self.price, part, whole).checked_add(amounts) == Some(self.price);
        heir.filter(|_| is_whole && bps <= WHOLE).map(|(place, _)| place)
    }

    fn fees_at(&self, released: i128) -> Option<i128> {
        let of_buyer = self.cuts.iter().filter(|cut| !cut.is_borne());
        of_buyer.map(|cut| cut.size.of(released, self.price)).try_fold(0, i128::checked_add)
    }

    /// Whether the seller's fees and splits are at most the price, however they are rounded.
    pub fn is_covered(&self) -> bool {
        self.covers(self.cuts.iter().filter(|cut| cut.is_borne()).map(|cut| cut.size))
    }

    /// Whether parts are at most the price together, however they are rounded.
    pub fn covers(&self, sizes: impl Iterator<Item = Size>) -> bool {
        let (mut bps, mut left) = (0_u32, self.price);
        for size in sizes {
            match size {
                Size::Bps(more) => bps = bps.saturating_add(more),
                Size::Amount(amount) => left = left.saturating_sub(amount),
            }
        }
        // rounded up: the rest of the price must cover the fractions too
        bps <= WHOLE && left >= self.price - portion(self.price, (WHOLE - bps).into(), WHOLE.into())
    }

    /// The totals of all payees when `released` is released, each share rounded down on its own.
    pub fn at(&self, released: i128) -> Shares {
        let cuts: Vec<i128> = self.cuts.iter().map(|cut| cut.size.of(released, self.price)).collect();
        Shares { seller: self.rest(released), cuts }
    }

    /// The seller's rest.
    fn rest(&self, released: i128) -> i128 {
        let borne = self.cuts.iter().filter(|cut| cut.is_borne());
        borne.fold(released, |rest, cut| rest - cut.size.of(released, self.price))
    }

    /// The lowest value of the seller's rest from here on, up to `most`.
    fn floor_from(&self, released: i128, most: i128) -> i128 {
        let mut least = self.rest(released);
        if self.cuts.iter().filter(|cut| cut.is_borne()).count() < 2 {
            return least;
        }
        for ahead in released + 1..=most.min(released + AHEAD) {
            // beyond here the rest has grown by more than all the rounding together
            if self.bound(ahead) >= least {
                return least;
            }
            least = least.min(self.rest(ahead));
        }
        if most - released > AHEAD { least.min(self.bound(released + AHEAD)) } else { least }
    }

    /// The rest is at least this, here and at every larger `released`.
    fn bound(&self, released: i128) -> i128 {
        let (mut bps, mut amounts) = (0_u32, 0_i128);
        for cut in self.cuts.iter().filter(|cut| cut.is_borne()) {
            match cut.size {
                Size::Bps(more) => bps += more,
                Size::Amount(amount) => amounts += amount,
            }
        }
        // two roundings lose less than two units
        let taken = Size::Bps(bps).of(released, self.price) + Size::Amount(amounts).of(released, self.price);
        (released - taken - 1).max(0)
    }

    /// The amounts that releasing `amount` more of the price pays to each payee.
    pub fn release(&self, settled: Settled, amount: i128) -> Shares {
        let (before, most) = (self.at(settled.released), self.price - settled.refunded);
        let released = settled.released + amount;
        let after = self.at(released);
        let cuts = after.cuts.iter().zip(&before.cuts).map(|(after, before)| after - before).collect();
        let seller = if released >= most { after.seller } else { self.floor_from(released, most) };
        Shares { cuts, seller: seller.max(settled.seller) - settled.seller }
    }

    /// The part of the seller's rest that was kept back, and is due once nothing more will be released.
    pub fn kept_back(&self, settled: Settled) -> i128 {
        self.rest(settled.released) - settled.seller
    }

    /// The amount that refunding `amount` more of the price pays to the buyer: with the fees that can no
    /// longer be earned.
    pub fn refund(&self, settled: Settled, amount: i128) -> i128 {
        let fees = |refunded: i128| self.fees_at(self.price - refunded).unwrap_or(0);
        amount + fees(settled.refunded) - fees(settled.refunded + amount)
    }

    /// The balance that the deal must have when `settled` is settled.
    pub fn held(&self, settled: Settled) -> i128 {
        let fees = |released: i128| self.fees_at(released).unwrap_or(0);
        self.price - settled.released - settled.refunded + fees(self.price - settled.refunded)
            - fees(settled.released)
            + self.kept_back(settled)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MOST: i128 = crate::money::LIMIT - 1;

    fn cut(kind: CutKind, size: Size) -> Share {
        Share { to: AccountId::stored("x"), kind, size }
    }

    #[test]
    fn portions_are_exact_at_every_size() {
        assert_eq!(portion(10_001, 250, 10_000), 250);
        assert_eq!(portion(MOST, MOST, MOST), MOST);
        assert_eq!(portion(MOST, MOST - 1, MOST), MOST - 1);
        assert_eq!(portion(MOST, 1, MOST), 1);
        assert_eq!(portion(MOST - 1, 1, MOST), 0);
        assert_eq!(portion(MOST, 9_999, 10_000), 99_989_999_999_999_999_999_999_999_999_999_999_999);
        assert_eq!(portion(0, MOST - 1, MOST), 0);
    }

    #[test]
    fn shares_are_those_of_the_contract() {
        let cuts = [
            cut(CutKind::SellerFee, Size::Bps(250)),
            cut(CutKind::BuyerFee, Size::Bps(500)),
            cut(CutKind::Split, Size::Amount(1_000)),
        ];
        let plan = Plan { price: 10_000, cuts: &cuts };
        assert_eq!(plan.full(), Shares { cuts: vec![250, 500, 1_000], seller: 8_750 });
        assert_eq!((plan.surcharge(), plan.is_covered()), (Some(500), true));
        let none = Settled::default();
        assert_eq!(plan.held(none), 10_500);
        // 40% back: its part of the buyer's fee comes along, and the shares are those of the other 60%
        assert_eq!(plan.refund(none, 4_000), 4_200);
        let rest = Settled { refunded: 4_000, ..none };
        assert_eq!(plan.held(rest), 6_300);
        assert_eq!(plan.release(rest, 6_000), Shares { cuts: vec![150, 300, 600], seller: 5_250 });
    }

    #[test]
    fn shares_of_the_whole_leave_the_seller_nothing() {
        let split = |size| cut(CutKind::Split, size);
        let paid = |price, cuts: &[Share]| {
            let plan = Plan { price, cuts };
            plan.paid(plan.full())
        };
        let thirds = [3_333, 3_333, 3_334].map(|bps| split(Size::Bps(bps)));
        assert_eq!(paid(100, &thirds), Shares { cuts: vec![33, 33, 34], seller: 0 });
        assert_eq!(paid(1, &thirds), Shares { cuts: vec![0, 0, 1], seller: 0 });
        let fee = [cut(CutKind::SellerFee, Size::Bps(1_001)), split(Size::Bps(8_999))];
        assert_eq!(paid(99, &fee), Shares { cuts: vec![9, 90], seller: 0 });
        let mixed = [split(Size::Bps(2_500)), split(Size::Bps(2_500)), split(Size::Amount(51))];
        assert_eq!(paid(102, &mixed), Shares { cuts: vec![25, 25, 52], seller: 0 });
        // a buyer's fee is no share of the price, and anything less than the whole leaves it to the seller
        let buyer = [cut(CutKind::BuyerFee, Size::Bps(3_333)), split(Size::Bps(6_667))];
        assert_eq!(paid(100, &buyer), Shares { cuts: vec![33, 66], seller: 34 });
        assert_eq!(paid(100, &thirds[1..]), Shares { cuts: vec![33, 33], seller: 34 });
        assert_eq!(paid(100, &[]), Shares { cuts: vec![], seller: 100 });
        assert_eq!(paid(MOST, &thirds).cuts.iter().sum::<i128>(), MOST);
        // a part that was kept back, when the rest is given back
        let due = Shares { cuts: Vec::new(), seller: 1 };
        assert_eq!(Plan { price: 100, cuts: &thirds }.paid(due), Shares { cuts: vec![0, 0, 1], seller: 0 });
    }

    #[test]
    fn more_than_everything_is_not_covered() {
        let bps = |bps| cut(CutKind::Split, Size::Bps(bps));
        let covered = |cuts: &[Share], price| Plan { price, cuts }.is_covered();
        assert!(covered(&[bps(5_000), bps(5_000)], 1));
        assert!(!covered(&[bps(5_000), bps(5_001)], 1));
        assert!(covered(&[bps(9_999), cut(CutKind::Split, Size::Amount(1))], 10_000));
        assert!(!covered(&[bps(9_999), cut(CutKind::Split, Size::Amount(1))], 9_999));
        assert!(covered(&[cut(CutKind::BuyerFee, Size::Bps(WHOLE)), bps(WHOLE)], 7));
        assert!(!covered(&[cut(CutKind::SellerFee, Size::Amount(8))], 7));
    }

    fn sizes(price: i128) -> impl Strategy<Value = Vec<Share>> {
        let size = prop_oneof![
            (0..3_000_u32).prop_map(Size::Bps),
            (0..=price / 4).prop_map(Size::Amount),
            Just(Size::Amount(1)),
        ];
        let kind = prop_oneof![Just(CutKind::BuyerFee), Just(CutKind::SellerFee), Just(CutKind::Split)];
        proptest::collection::vec((kind, size).prop_map(|(kind, size)| cut(kind, size)), 0..6)
    }

    fn prices() -> impl Strategy<Value = i128> {
        prop_oneof![1..20_i128, 1..100_000_i128, MOST / 8 - 100_000..MOST / 8]
    }

    fn cases() -> impl Strategy<Value = (i128, Vec<Share>, Vec<(bool, u32)>)> {
        let steps = proptest::collection::vec((any::<bool>(), 0..=100_u32), 0..12);
        (prices(), steps).prop_flat_map(|(price, steps)| (Just(price), sizes(price), Just(steps)))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

        /// Invariants 12, 19 and 20: whatever the parts, no payee ever pays back, and everything adds up.
        #[test]
        fn parts_always_add_up_to_the_whole(case in cases(), release_rest in any::<bool>()) {
            let (price, mut cuts, steps) = case;
            while !(Plan { price, cuts: &cuts }).is_covered() {
                cuts.pop();
            }
            let plan = Plan { price, cuts: &cuts };
            let funded = price + plan.surcharge().unwrap();
            let several = i128::try_from(cuts.len()).unwrap();
            let (mut settled, mut held) = (Settled::default(), funded);
            let (mut paid, mut back) = (vec![0_i128; cuts.len()], 0);
            prop_assert_eq!(plan.held(settled), funded);
            let rest = (release_rest, 100);
            for (release, percent) in steps.into_iter().chain([rest]) {
                let left = price - settled.released - settled.refunded;
                let amount = if percent == 100 { left } else { portion(left, percent.into(), 100) };
                if release {
                    let shares = plan.release(settled, amount);
                    prop_assert!(shares.seller >= 0 && shares.cuts.iter().all(|share| *share >= 0));
                    held -= shares.seller + shares.cuts.iter().sum::<i128>();
                    paid.iter_mut().zip(&shares.cuts).for_each(|(paid, share)| *paid += share);
                    settled.released += amount;
                    settled.seller += shares.seller;
                } else {
                    let given = plan.refund(settled, amount);
                    prop_assert!(given >= amount);
                    held -= given;
                    back += given;
                    settled.refunded += amount;
                }
                if settled.released + settled.refunded == price {
                    let due = plan.kept_back(settled);
                    (settled.seller, held) = (settled.seller + due, held - due);
                }
                prop_assert!(held >= 0 && (0..several.max(1)).contains(&plan.kept_back(settled)));
                prop_assert_eq!(plan.held(settled), held);
            }
            prop_assert_eq!((held, settled.released + settled.refunded), (0, price));
            prop_assert_eq!(paid.iter().sum::<i128>() + settled.seller + back, funded);
            // in parts as at once, to the minor unit, for everybody
            let at_once = plan.at(settled.released);
            prop_assert_eq!((paid, settled.seller), (at_once.cuts, at_once.seller));
        }
    }

    #[test]
    fn a_part_keeps_back_what_the_next_unit_needs() {
        let half = || cut(CutKind::Split, Size::Bps(5_000));
        let cuts = [half(), half()];
        let plan = Plan { price: 10, cuts: &cuts };
        // of one unit no payee has a half; with the second each has one, and the seller none
        let first = plan.release(Settled::default(), 1);
        assert_eq!(first, Shares { cuts: vec![0, 0], seller: 0 });
        let settled = Settled { released: 1, ..Settled::default() };
        assert_eq!((plan.kept_back(settled), plan.held(settled)), (1, 10));
        assert_eq!(plan.release(settled, 1), Shares { cuts: vec![1, 1], seller: 0 });
        // when the rest goes back to the buyer, the part that was kept back is the seller's
        let ended = Settled { refunded: 9, ..settled };
        assert_eq!((plan.refund(settled, 9), plan.kept_back(ended)), (9, 1));
    }
}
