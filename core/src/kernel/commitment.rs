//! Commitments: the effect of a decided call on its parties, as people agree to it.
//!
//! The same decision that would execute a call says what it commits them to, on the rows of now. Reviews,
//! approvals, proofs and the price that a buyer expects are all held against this one value.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::debits::{Outflow, flows};
use super::moves::Moves;
use super::snapshot::Snapshot;
use super::write_set::WriteSet;
use crate::currency::Currency;
use crate::error::{Detail, Error, Result};
use crate::ids::AccountId;
use crate::money::Money;
use crate::rows::needs::AccountKey;
use crate::sorting::{Gathering as _, Sorting as _};

/// Money that leaves one account in a call, to one payee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CommittedOutflow {
    /// The account that gives it.
    pub from: String,
    /// The account, or the address of a chain, that gets it; `null` where the money is only held.
    pub to: Option<String>,
    /// The amount.
    pub amount: Money,
}

/// The commitment of a call: all that leaves accounts or is held there, who is paid, and the terms that its
/// rows set and its request does not name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Commitment {
    /// Money that leaves accounts, or is held there, by payer.
    pub outflows: Vec<CommittedOutflow>,
    /// All who are paid, now or later: accounts, or addresses of a chain.
    pub payees: Vec<String>,
    /// Terms that bind a party, by their names: `inspection`, `fees`, `grants`.
    #[serde(default)]
    pub terms: Map<String, Value>,
}

/// The payers and the payees of one currency, in minor units.
#[derive(Default)]
struct Sides {
    gives: Vec<(AccountId, i128)>,
    gets: Vec<(AccountId, i128)>,
}

impl Commitment {
    /// The commitment of a decision, by what it writes and by what its operation says that it moves.
    ///
    /// # Errors
    /// `overflow` at the bound of money.
    pub(crate) fn of(writes: &WriteSet, seen: &Snapshot, moves: &Moves) -> Result<Self> {
        let mut sides: BTreeMap<Currency, Sides> = BTreeMap::new();
        for (AccountKey { account, currency, .. }, minor) in flows(writes, seen) {
            let of = sides.entry(currency).or_default();
            match minor {
                0 => {}
                1.. => of.gives.push((account, minor)),
                _ => of.gets.push((account, minor.saturating_neg())),
            }
        }
        let gets = sides.values().flat_map(|sides| &sides.gets).map(|(account, _)| account);
        let mut payees: BTreeSet<String> =
            gets.filter(|account| !account.is_system()).map(ToString::to_string).gathered();
        let payers: BTreeSet<&str> =
            sides.values().flat_map(|sides| &sides.gives).map(|(account, _)| account.as_str()).gathered();
        let later = moves.paid.iter().map(AccountId::as_str).chain(writes.payees.iter().map(AsRef::as_ref));
        let later = later.filter(|payee| !payers.contains(payee) && !payees.contains(*payee));
        let later: BTreeSet<String> = later.map(ToOwned::to_owned).gathered();
        // money that waits in the library's own accounts is for the one who is paid later
        let waits_for = Some(&later).filter(|later| later.len() == 1).and_then(BTreeSet::first);
        let mut outflows = Vec::new();
        for (currency, sides) in sides {
            sides.pair(currency, waits_for, &mut outflows)?;
        }
        payees.extend(later);
        Ok(Self { outflows, payees: payees.into_iter().collect(), terms: writes.terms.clone() })
    }

    /// Returns the part that goes beyond an amount, which is all that requests of earlier versions were
    /// agreed to by: `currency` or `amount`.
    #[must_use]
    pub(crate) fn beyond_total(&self, agreed: Money) -> Option<&'static str> {
        self.totals(|_, _| true).iter().find_map(|now| match now.currency == agreed.currency() {
            false => Some("currency"),
            true => (now.minor > agreed.minor_units()).then_some("amount"),
        })
    }

    /// Returns the first part that goes beyond what was agreed to: `currency`, `payer`, `payee`, `amount`, or
    /// the name of a term.
    #[must_use]
    pub fn beyond<'c>(&'c self, agreed: &'c Self) -> Option<&'c str> {
        let more = self.more(agreed, "currency", |flow| Some((flow.amount.currency(), "")));
        let more =
            more.or_else(|| self.more(agreed, "payer", |flow| Some((flow.amount.currency(), &flow.from))));
        let unknown = || self.payees.iter().any(|payee| !agreed.payees.contains(payee)).then_some("payee");
        let to = |flow: &'c CommittedOutflow| Some((flow.amount.currency(), flow.to.as_deref()?));
        let more = more.or_else(unknown).or_else(|| self.more(agreed, "payee", to));
        more.or_else(|| {
            let mut names = agreed.terms.keys().chain(self.terms.keys());
            names.find(|name| agreed.terms.get(*name) != self.terms.get(*name)).map(String::as_str)
        })
    }

    /// Whether more of a kind flows than was agreed to: `amount`, or the name of the kind where nothing was.
    fn more<'c>(
        &'c self,
        agreed: &'c Self,
        name: &'static str,
        kind: impl Fn(&'c CommittedOutflow) -> Option<(Currency, &'c str)>,
    ) -> Option<&'static str> {
        let (now, then) = (self.sums(&kind), agreed.sums(&kind));
        now.into_iter().find_map(|(of, minor)| match then.get(&of) {
            None => Some(name),
            Some(agreed) => (minor > *agreed).then_some("amount"),
        })
    }

    fn sums<'c, K: Ord>(&'c self, kind: impl Fn(&'c CommittedOutflow) -> Option<K>) -> BTreeMap<K, i128> {
        let mut sums = BTreeMap::new();
        for flow in &self.outflows {
            if let Some(kind) = kind(flow) {
                let sum: &mut i128 = sums.entry(kind).or_default();
                *sum = sum.saturating_add(flow.amount.minor_units());
            }
        }
        sums
    }

    /// The outflows of accounts that count, by currency, as policies look at them.
    #[must_use]
    pub(crate) fn totals(&self, counts: impl Fn(&str, Currency) -> bool) -> Vec<Outflow> {
        let mut most: BTreeMap<Currency, (i128, Outflow)> = BTreeMap::new();
        let counted = |flow: &&CommittedOutflow| counts(&flow.from, flow.amount.currency());
        let by_payer = |flow| Some(flow).filter(&counted).map(|flow| (flow.amount.currency(), &*flow.from));
        for ((currency, from), minor) in self.sums(by_payer) {
            let account = AccountId::stored(from);
            let (largest, all) = most
                .entry(currency)
                .or_insert_with(|| (0, Outflow { account: account.clone(), currency, minor: 0 }));
            all.minor = all.minor.saturating_add(minor);
            if minor > *largest {
                (*largest, all.account) = (minor, account);
            }
        }
        most.into_values().map(|(_, outflow)| outflow).collect()
    }
}

impl Sides {
    /// Pairs each payer with those who get its money, in the order of their accounts.
    fn pair(
        self,
        currency: Currency,
        waits_for: Option<&String>,
        into: &mut Vec<CommittedOutflow>,
    ) -> Result<()> {
        let Self { mut gives, gets } = self;
        // what comes from outside is nobody's outflow
        gives.order_by_key(|(account, _)| !account.is_world());
        let mut gets = gets.into_iter();
        let mut next = gets.next();
        for (from, mut left) in gives {
            while left > 0 {
                let (to, minor) = match &mut next {
                    None => (None, left),
                    Some((account, open)) => {
                        let minor = left.min(*open);
                        *open = open.saturating_sub(minor);
                        (Some(account.clone()), minor)
                    }
                };
                if next.as_ref().is_some_and(|(_, open)| *open == 0) {
                    next = gets.next();
                }
                left = left.saturating_sub(minor);
                if from.is_world() {
                    continue;
                }
                let to = to.filter(|to| waits_for.is_none() || !to.is_system());
                let to = to.map(|to| to.to_string()).or_else(|| waits_for.cloned());
                let amount = Money::new(minor, currency)
                    .ok_or_else(|| Error::from(Detail::Overflow { account: from.to_string() }))?;
                into.push(CommittedOutflow { from: from.to_string(), to, amount });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn flow(from: u8, to: u8, minor: i128, usd: bool) -> CommittedOutflow {
        let currency = if usd { Currency::new("USD", 2) } else { Currency::new("EUR", 2) };
        let amount = Money::new(minor, currency.unwrap()).unwrap();
        CommittedOutflow { from: format!("p{from}"), to: (to > 0).then(|| format!("s{to}")), amount }
    }

    fn commitment(outflows: Vec<CommittedOutflow>, days: u8) -> Commitment {
        let payees: BTreeSet<String> = outflows.iter().filter_map(|flow| flow.to.clone()).gathered();
        let terms = Map::from_iter([("inspection".to_owned(), json!(format!("P{days}D")))]);
        Commitment { outflows, payees: payees.into_iter().collect(), terms }
    }

    fn flows() -> impl Strategy<Value = Vec<CommittedOutflow>> {
        let one = (0..3_u8, 0..3_u8, 1..1_000_i128, any::<bool>());
        prop::collection::vec(one.prop_map(|one| flow(one.0, one.1, one.2, one.3)), 0..6)
    }

    proptest! {
        #[test]
        fn what_was_agreed_to_is_within_itself_and_so_is_less(flows in flows(), shrunk in any::<prop::sample::Index>()) {
            let agreed = commitment(flows.clone(), 3);
            prop_assert_eq!(agreed.beyond(&agreed), None);
            let mut less = flows;
            if !less.is_empty() {
                let place = shrunk.index(less.len());
                let amount = &mut less[place].amount;
                *amount = Money::new((amount.minor_units() / 2).max(1), amount.currency()).unwrap();
            }
            let less = commitment(less, 3);
            prop_assert_eq!(less.beyond(&agreed), None);
        }

        /// More of any currency, payer or payee goes beyond, and so does a new one of them.
        #[test]
        fn nothing_more_passes(flows in flows(), now in flows()) {
            let (agreed, now) = (commitment(flows, 3), commitment(now, 3));
            let currency = |flow: &CommittedOutflow| Some(flow.amount.currency().code().to_owned());
            let payer = |flow: &CommittedOutflow| Some((currency(flow), flow.from.clone()));
            let payee = |flow: &CommittedOutflow| Some((currency(flow), flow.to.clone()?));
            let grows = |more: bool, passes: bool| !(more && passes);
            let passes = now.beyond(&agreed).is_none();
            prop_assert!(grows(exceeds(now.sums(currency), &agreed.sums(currency)), passes));
            prop_assert!(grows(exceeds(now.sums(payer), &agreed.sums(payer)), passes));
            prop_assert!(grows(exceeds(now.sums(payee), &agreed.sums(payee)), passes));
        }
    }

    fn exceeds<K: Ord>(now: BTreeMap<K, i128>, agreed: &BTreeMap<K, i128>) -> bool {
        now.into_iter().any(|(of, minor)| minor > agreed.get(&of).copied().unwrap_or(0))
    }

    #[test]
    fn the_part_that_moved_is_named() {
        let agreed = commitment(vec![flow(1, 1, 10, true)], 3);
        for (now, part) in [
            (commitment(vec![flow(1, 1, 10, false)], 3), "currency"),
            (commitment(vec![flow(1, 1, 11, true)], 3), "amount"),
            (commitment(vec![flow(2, 1, 10, true)], 3), "payer"),
            (commitment(vec![flow(1, 2, 10, true)], 3), "payee"),
            (commitment(vec![flow(1, 1, 10, true)], 2), "inspection"),
            (Commitment { terms: Map::new(), ..agreed.clone() }, "inspection"),
        ] {
            assert_eq!(now.beyond(&agreed), Some(part), "{now:?}");
        }
        let usd = |minor| Money::new(minor, Currency::new("USD", 2).unwrap()).unwrap();
        assert_eq!(agreed.beyond_total(usd(10)), None);
        assert_eq!(agreed.beyond_total(usd(9)), Some("amount"));
        assert_eq!(commitment(vec![flow(1, 1, 1, false)], 3).beyond_total(usd(9)), Some("currency"));
    }
}
