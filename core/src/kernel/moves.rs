//! What a call moves, to and from whom, as its operation says it: for whoever asks before it is made, and
//! when it was refused.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::AccountId;
use crate::money::Money;
use crate::rows::needs::RecordKey;

/// What a call moves, or would move. The library's own accounts are nobody in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moves {
    /// What leaves accounts or is newly held there, by account; of an account without sums only that it pays
    /// is known.
    pub paying: BTreeMap<AccountId, Vec<Money>>,
    /// The accounts that get something.
    pub paid: BTreeSet<AccountId>,
    /// A payee whom nothing has judged before.
    pub new_payee: Option<AccountId>,
    /// The record that the call changes, whose owner and peer are its sides.
    pub about: Option<RecordKey>,
}

impl Moves {
    /// Adds an account that pays, and what.
    pub fn pays(&mut self, account: &AccountId, amount: Option<Money>) {
        if !account.is_system() {
            self.paying.entry(account.clone()).or_default().extend(amount);
        }
    }

    /// Adds an account that gets something.
    pub fn gets(&mut self, account: &AccountId) {
        if !account.is_system() {
            self.paid.insert(account.clone());
        }
    }

    /// The first account that a call has changed although its operation does not say so; `taken` is what it
    /// took from accounts, net, in minor units.
    pub fn left_out<'f>(&self, taken: impl Iterator<Item = (&'f AccountId, i128)>) -> Option<&'f AccountId> {
        let says = |account: &AccountId, minor: i128| match minor {
            0 => true,
            1.. => self.paying.contains_key(account),
            _ => self.paid.contains(account),
        };
        let mut silent = taken.filter(|(account, minor)| !account.is_system() && !says(account, *minor));
        silent.next().map(|(account, _)| account)
    }

    /// The same without sums: who pays, and who is paid.
    #[must_use]
    pub fn without_sums(mut self) -> Self {
        self.paying.values_mut().for_each(Vec::clear);
        self
    }
}
