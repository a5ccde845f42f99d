//! The movements of a call, from whom and to whom, as its operation declares them: for previews, and for
//! calls that were refused.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::AccountId;
use crate::money::Money;
use crate::rows::needs::RecordKey;

/// The payers and payees of a call. The library's own accounts are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moves {
    /// Payers, each with the amounts that leave its account or are newly held there. Of an account without
    /// amounts only the fact that it pays is known.
    pub paying: BTreeMap<AccountId, Vec<Money>>,
    /// Payees.
    pub paid: BTreeSet<AccountId>,
    /// A payee whom no gate has judged before.
    pub new_payee: Option<AccountId>,
    /// The record that the call changes: its owner and its peer are the parties.
    pub about: Option<RecordKey>,
}

impl Moves {
    /// Adds a payer, with the amount if it is known.
    pub fn pays(&mut self, account: &AccountId, amount: Option<Money>) {
        if !account.is_system() {
            self.paying.entry(account.clone()).or_default().extend(amount);
        }
    }

    /// Adds a payee.
    pub fn gets(&mut self, account: &AccountId) {
        if !account.is_system() {
            self.paid.insert(account.clone());
        }
    }

    /// The first account whose balance a call has changed without declaring it. `taken` are net debits of
    /// accounts, in minor units.
    pub fn left_out<'f>(&self, taken: impl Iterator<Item = (&'f AccountId, i128)>) -> Option<&'f AccountId> {
        let says = |account: &AccountId, minor: i128| match minor {
            0 => true,
            1.. => self.paying.contains_key(account),
            _ => self.paid.contains(account),
        };
        let mut silent = taken.filter(|(account, minor)| !account.is_system() && !says(account, *minor));
        silent.next().map(|(account, _)| account)
    }

    /// The same without amounts: payers and payees alone.
    pub fn without_sums(mut self) -> Self {
        self.paying.values_mut().for_each(Vec::clear);
        self
    }
}
