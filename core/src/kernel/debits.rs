//! Outflows: the money that a decision takes out of accounts, by currency, as policies and limits count it.

use std::collections::BTreeMap;

use super::snapshot::Snapshot;
use super::write_set::WriteSet;
use crate::currency::Currency;
use crate::ids::AccountId;
use crate::rows::needs::AccountKey;
use crate::rows::row::Row as _;
use crate::sorting::Sorting;

/// The outflow of a decision in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outflow {
    /// The account that gives most of it.
    pub account: AccountId,
    pub currency: Currency,
    /// The total in minor units.
    pub minor: i128,
}

/// The outflows of a decision, by currency: what leaves accounts, net of what returns to them in the same
/// call, what is newly held there, and what is declared. Money that enters from outside is taken from no
/// account.
pub fn outflows(writes: &WriteSet, seen: &Snapshot) -> Vec<Outflow> {
    of_those(writes, seen, |_| true)
}

/// The outflows from accounts that have a tier.
pub fn outflows_of_treasury(writes: &WriteSet, seen: &Snapshot) -> Vec<Outflow> {
    of_those(writes, seen, |key| {
        let changed = writes.accounts.iter().find(|row| row.is(key));
        changed.or_else(|| seen.accounts.row(key)).is_some_and(|row| row.tier.is_some())
    })
}

/// Net debits in minor units: one for each account, in the order of their keys. A credit is below zero.
pub type Flows = Vec<(AccountKey, i128)>;

/// The net debit of each account, with its new holds and declared amounts.
pub fn flows(writes: &WriteSet, seen: &Snapshot) -> Flows {
    let moved = writes.entries.iter().map(|entry| (entry.account_key(), entry.amount.saturating_neg()));
    let new_holds = writes.holds.iter().filter(|hold| seen.holds.row(&hold.key()).is_none());
    let held = new_holds.map(|hold| (hold.account_key(), hold.remaining()));
    net(moved.chain(held).chain(writes.declared.iter().cloned()).collect())
}

/// Adds up the debits of each account.
pub fn net(mut parts: Vec<(AccountKey, i128)>) -> Flows {
    parts.order_by(|one, other| one.0.cmp(&other.0));
    parts.dedup_by(|next, sum| {
        let same = next.0 == sum.0;
        if same {
            sum.1 = sum.1.saturating_add(next.1);
        }
        same
    });
    parts
}

fn of_those(writes: &WriteSet, seen: &Snapshot, counts: impl Fn(&AccountKey) -> bool) -> Vec<Outflow> {
    let mut most: BTreeMap<Currency, (i128, Outflow)> = BTreeMap::new();
    for (key, minor) in flows(writes, seen) {
        let AccountKey { account, currency, .. } = &key;
        if minor <= 0 || account.is_world() || !counts(&key) {
            continue;
        }
        let outflow = || Outflow { account: account.clone(), currency: *currency, minor: 0 };
        let (largest, all) = most.entry(*currency).or_insert_with(|| (0, outflow()));
        all.minor = all.minor.saturating_add(minor);
        if minor > *largest {
            (*largest, all.account) = (minor, account.clone());
        }
    }
    most.into_values().map(|(_, outflow)| outflow).collect()
}
