//! The terms of a deal as people agree to them.

use serde_json::{Map, Value, json};

use super::model::{Deal, Terms};
use super::plan::{CutKind, Share, Size};
use crate::currency::Currency;
use crate::error::{Error, Result};
use crate::kernel::draft::Draft;
use crate::money::Money;
use crate::rows::object::members;

/// The promises of the seller, and all shares in the price, by their names.
pub fn shown(terms: &Terms, cuts: &[Share], currency: Currency) -> Result<Map<String, Value>> {
    let (mut fees, mut splits) = (Vec::new(), Vec::new());
    for cut in cuts {
        let mut part = members!("to": cut.to.as_str());
        match cut.size {
            Size::Bps(bps) => part.insert("bps".to_owned(), bps.into()),
            Size::Amount(minor) => {
                let broken = || Error::corrupted("an amount in the terms of a deal");
                part.insert("amount".to_owned(), json!(Money::new(minor, currency).ok_or_else(broken)?))
            }
        };
        let from = match cut.kind {
            CutKind::Split => {
                splits.push(Value::from(part));
                continue;
            }
            CutKind::BuyerFee => "buyer",
            CutKind::SellerFee => "seller",
        };
        part.insert("from".to_owned(), from.into());
        fees.push(Value::from(part));
    }
    Ok(Map::from_iter([
        ("inspection".to_owned(), json!(terms.inspection)),
        ("ship_within".to_owned(), json!(terms.ship_within)),
        ("deliver_within".to_owned(), json!(terms.deliver_within)),
        ("fees".to_owned(), fees.into()),
        ("splits".to_owned(), splits.into()),
        ("require_acceptance".to_owned(), terms.require_acceptance.into()),
        ("shipping".to_owned(), terms.shipping.into()),
    ]))
}

/// Binds a call that pays a deal to its terms, which are fixed when it is opened.
pub fn bind(draft: &mut Draft<'_>, deal: &Deal) -> Result<()> {
    let mut terms = shown(&deal.facts.terms, &deal.facts.cuts, deal.currency)?;
    terms.insert("seller".to_owned(), deal.facts.seller.as_str().into());
    draft.bind_all(terms);
    Ok(())
}
