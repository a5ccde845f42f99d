//! The terms of the deals by which an offer is sold: the promises of its seller, and the shares in the price.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::currency::Currency;
use crate::error::{Detail, Result};
use crate::escrow::agreed;
use crate::escrow::model::Terms;
use crate::escrow::plan::{Plan, Share, Size};
use crate::ids::AccountId;
use crate::money::Money;

/// The terms of the deals of an offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaleTerms {
    /// The terms of each deal.
    pub terms: Terms,
    /// Fees that the seller bears, then splits. An amount is a part of the price of one unit.
    #[serde(default)]
    pub cuts: Vec<Share>,
}

impl SaleTerms {
    /// Whether any fee or split is an amount.
    pub fn has_amounts(&self) -> bool {
        self.cuts.iter().any(|cut| matches!(cut.size, Size::Amount(_)))
    }

    /// Whether an account gets a fee or a split.
    pub fn pays(&self, account: &AccountId) -> bool {
        self.cuts.iter().any(|cut| cut.to == *account)
    }

    /// Refuses a price that does not cover fees and splits.
    pub fn fits(&self, price: Money) -> Result<()> {
        if (Plan { price: price.minor_units(), cuts: &self.cuts }).is_covered() {
            return Ok(());
        }
        let reason = "must be at least the fees and splits of `escrow` together".to_owned();
        Err(Detail::InvalidAmount { field: "price".to_owned(), reason }.into())
    }

    /// The fees and splits of a deal, by its unit price and its total. An amount is taken for each unit, and
    /// shrinks with the discount of a promo. It is rounded down, so that cuts which fit the price fit any
    /// total.
    pub fn cuts_of(&self, unit: Money, total: Money) -> Vec<Share> {
        let sized = |cut: &Share| {
            let size = match cut.size {
                Size::Amount(_) => Size::Amount(cut.size.of(total.minor_units(), unit.minor_units())),
                bps => bps,
            };
            Share { size, ..cut.clone() }
        };
        self.cuts.iter().map(sized).filter(|cut| cut.size != Size::Amount(0)).collect()
    }

    /// The view of the terms.
    pub fn view(&self, currency: Currency) -> Result<Map<String, Value>> {
        agreed::shown(&self.terms, &self.cuts, currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::escrow::plan::CutKind;
    use crate::time::Span;

    fn terms(cuts: &[(CutKind, Size)]) -> SaleTerms {
        let share = |part: &(CutKind, Size)| Share { to: AccountId::fees(), kind: part.0, size: part.1 };
        let terms = Terms {
            pay_within: None,
            ship_within: None,
            deliver_within: None,
            inspection: Span::from_days(3),
            respond_within: Span::from_days(3),
            require_acceptance: false,
            shipping: true,
        };
        SaleTerms { terms, cuts: cuts.iter().map(share).collect() }
    }

    #[test]
    fn what_fits_a_price_fits_every_total() {
        let usd = Currency::new("USD", 2).unwrap();
        let money = |minor| Money::new(minor, usd).unwrap();
        for price in 1..30_i128 {
            for fixed in 0..=price {
                for bps in [0, 1, 333, 2_500, 9_999, 10_000] {
                    let all =
                        terms(&[(CutKind::SellerFee, Size::Amount(fixed)), (CutKind::Split, Size::Bps(bps))]);
                    if all.fits(money(price)).is_err() {
                        continue;
                    }
                    for total in 1..price * 3 {
                        let cuts = all.cuts_of(money(price), money(total));
                        assert!(
                            Plan { price: total, cuts: &cuts }.is_covered(),
                            "{fixed} {bps} {price} {total}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn an_amount_is_taken_of_every_unit() {
        let usd = Currency::new("USD", 2).unwrap();
        let money = |minor| Money::new(minor, usd).unwrap();
        let all = terms(&[(CutKind::SellerFee, Size::Amount(30)), (CutKind::Split, Size::Bps(1_000))]);
        let sizes =
            |total| all.cuts_of(money(1_000), money(total)).iter().map(|cut| cut.size).collect::<Vec<_>>();
        assert_eq!(sizes(3_000), [Size::Amount(90), Size::Bps(1_000)]);
        assert_eq!(sizes(2_700), [Size::Amount(81), Size::Bps(1_000)]);
        // the amount rounds down to nothing
        assert_eq!(sizes(10), [Size::Bps(1_000)]);
    }
}
