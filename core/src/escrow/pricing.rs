//! The money side of an offer, read from a request: price, fees, splits and milestones that fit together.

use std::cell::Cell;

use super::model::Milestone;
use super::money::Cost;
use super::plan::{CutKind, Plan, Share, Size, WHOLE};
use crate::currency::{Currencies, Currency};
use crate::env::Env;
use crate::error::{Detail, Error, Result};
use crate::escrow::requests::{FeeTerm, MilestoneTerm, SplitTerm};
use crate::ids::{AccountId, Actor};
use crate::ledger::model::{Side, account, mismatch};
use crate::money::{Amount, Money};
use crate::request::domain::Domains;
use crate::request::record::Parse;
use crate::request::shape::is_name;
use crate::sorting::Sorting;

/// A price and how it is divided.
#[derive(Clone, Debug)]
pub struct Pricing {
    pub price: Money,
    /// Fees, then splits.
    pub cuts: Vec<Share>,
    /// Parts that are released by name.
    pub milestones: Vec<Milestone>,
    /// The cost to the buyer and the proceeds of the payees.
    pub cost: Cost,
}

fn invalid(field: impl Into<String>, reason: &str) -> Error {
    Detail::InvalidAmount { field: field.into(), reason: reason.to_owned() }.into()
}

/// Reads parts of one price.
struct Reader<'r> {
    currencies: &'r Currencies,
    /// Without one, no amount can be a part of it.
    price: Option<Money>,
}

impl Reader<'_> {
    /// Either `amount` or `bps`, at most the price.
    fn size(&self, field: &str, amount: Option<&Amount>, bps: Option<u32>) -> Result<Size> {
        match (amount, bps) {
            (None, Some(bps)) if bps <= WHOLE => Ok(Size::Bps(bps)),
            (None, Some(_)) => Err(invalid(format!("{field}.bps"), "must be at most 10000")),
            (Some(amount), None) => self.amount(&format!("{field}.amount"), amount).map(Size::Amount),
            _ => Err(Error::invalid(format!("{field}.amount"), "must be given, or else `bps`")),
        }
    }

    fn amount(&self, field: &str, amount: &Amount) -> Result<i128> {
        let amount = amount.resolve_positive(field, self.currencies)?;
        let Some(price) = self.price else {
            return Err(Error::invalid("price", format!("must be given with `{field}`")));
        };
        if amount.currency() != price.currency() {
            return Err(mismatch(field, price.currency(), amount.currency()));
        }
        if amount.minor_units() > price.minor_units() {
            return Err(invalid(field, "must be at most the price"));
        }
        Ok(amount.minor_units())
    }
}

/// Fees and splits in a request.
#[derive(Clone, Copy, Debug)]
pub struct CutArgs<'r> {
    pub fees: Option<&'r Vec<FeeTerm>>,
    pub splits: Option<&'r Vec<SplitTerm>>,
    /// The prefix of the names of their fields.
    pub within: &'r str,
}

impl CutArgs<'_> {
    /// Reads them, fees first, as parts of a price. Where none is known yet, amounts need one, and hundredths
    /// of a percent are parts of any.
    pub fn read(&self, parse: &Parse<'_>, price: Option<Money>) -> Result<Vec<Share>> {
        let reader = Reader { currencies: parse.currencies, price };
        let whole = price.map_or(i128::from(WHOLE), Money::minor_units);
        let mut cuts = Vec::new();
        for (place, fee) in self.fees.into_iter().flatten().enumerate() {
            let field = format!("{}fees[{place}]", self.within);
            let kind = payer(&format!("{field}.from"), fee.from.as_deref())?;
            let to = account(&format!("{field}.to"), &fee.to, Side::Credit, parse)?;
            cuts.push(Share { to, kind, size: reader.size(&field, fee.amount.as_ref(), fee.bps)? });
        }
        if !(Plan { price: whole, cuts: &cuts }).is_covered() {
            return Err(invalid(format!("{}fees", self.within), "must be at most the price together"));
        }
        for (place, split) in self.splits.into_iter().flatten().enumerate() {
            let field = format!("{}splits[{place}]", self.within);
            let to = account(&format!("{field}.to"), &split.to, Side::Credit, parse)?;
            let size = reader.size(&field, split.amount.as_ref(), split.bps)?;
            cuts.push(Share { to, kind: CutKind::Split, size });
        }
        if !(Plan { price: whole, cuts: &cuts }).is_covered() {
            return Err(invalid(
                format!("{}splits", self.within),
                "must be at most 100% of the price together with the seller's fees",
            ));
        }
        Ok(cuts)
    }
}

/// The pricing in a request.
#[derive(Clone, Copy, Debug)]
pub struct PricingArgs<'r> {
    pub price: &'r Amount,
    pub fees: Option<&'r Vec<FeeTerm>>,
    pub splits: Option<&'r Vec<SplitTerm>>,
    pub milestones: Option<&'r Vec<MilestoneTerm>>,
}

impl PricingArgs<'_> {
    /// Reads it.
    pub fn read(&self, currencies: &Currencies, book: &crate::ids::Book, actor: &Actor) -> Result<Pricing> {
        let price = self.price.resolve_positive("price", currencies)?;
        // nothing of the time is looked at
        let now = crate::time::Time::EPOCH;
        let (domains, env) = (&Domains::default(), &Env::default());
        let rests_on_keys = &Cell::new(false);
        let (keyring, scope, policies, rules, operations) = (None, None, &[], None, &[]);
        let parse = Parse {
            currencies,
            book,
            actor,
            now,
            keyring,
            rests_on_keys,
            env,
            scope,
            policies,
            rules,
            operations,
            domains,
        };
        let terms = CutArgs { fees: self.fees, splits: self.splits, within: "" };
        let cuts = terms.read(&parse, Some(price))?;
        let cost = Cost::of(Plan { price: price.minor_units(), cuts: &cuts })?;
        let milestones = self.milestones(&Reader { currencies, price: Some(price) }, price)?;
        Ok(Pricing { price, cuts, milestones, cost })
    }

    fn milestones(&self, reader: &Reader<'_>, price: Money) -> Result<Vec<Milestone>> {
        let mut milestones: Vec<Milestone> = Vec::new();
        for (place, term) in self.milestones.into_iter().flatten().enumerate() {
            let field = format!("milestones[{place}]");
            let named = |name: &str| milestones.iter().any(|other: &Milestone| other.name == name);
            if named(&term.name) || !is_name(&term.name) {
                let reason = "must be 1 to 64 of `A-Z a-z 0-9 . _ : -`, and of this milestone alone";
                return Err(Error::invalid(format!("{field}.name"), reason));
            }
            let size = reader.size(&field, term.amount.as_ref(), term.bps)?;
            milestones.push(Milestone { name: term.name.clone(), size, released: false });
        }
        let plan = Plan { price: price.minor_units(), cuts: &[] };
        if !plan.covers(milestones.iter().map(|milestone| milestone.size)) {
            return Err(invalid("milestones", "must be at most the price together"));
        }
        Ok(milestones)
    }
}

fn payer(field: &str, from: Option<&str>) -> Result<CutKind> {
    match from {
        None | Some("seller") => Ok(CutKind::SellerFee),
        Some("buyer") => Ok(CutKind::BuyerFee),
        Some(_) => Err(Error::invalid(field, "must be `seller` or `buyer`")),
    }
}

impl Pricing {
    /// The payees of shares, each once.
    pub fn payees(&self) -> Vec<AccountId> {
        let mut payees: Vec<AccountId> = self.cuts.iter().map(|cut| cut.to.clone()).collect();
        payees.order();
        payees.dedup();
        payees
    }

    pub const fn currency(&self) -> Currency {
        self.price.currency()
    }
}
