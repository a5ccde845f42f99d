//! The model of a deal: its record and its accounts, over its states, its roles, its terms, and its triggers.

pub use super::facts::{DealFacts, InDispute, Milestone, Price, RefundRequest, Terms, Times};
pub use super::states::{Deadline, Role, Ruling, Side, State, Trigger};
use crate::currency::Currency;
use crate::error::{Detail, Error, Result};
use crate::ids::{AccountId, DealId};
use crate::ledger::model::money;
use crate::money::Money;
use crate::rows::needs::{AccountKey, HoldKey};
use crate::rows::object::{Object, Stored};
use crate::time::Time;

/// The kind of a deal's record, and the object of its events.
pub const KIND: &str = "deal";

/// A deal, read from its record. Its texts are `item`, `carrier`, `tracking`, `metadata`, and the reasons of
/// admins and of cancellations.
pub type Deal = Stored<DealFacts>;

impl Object for DealFacts {
    const KIND: &'static str = KIND;
    const VERSION: u32 = 1;
    type State = State;
    type Id = DealId;
    type Name<'n> = DealId;
    type Currency = Currency;

    fn currency(&self) -> Option<Currency> {
        Currency::new(&self.price.currency, self.price.scale)
    }

    fn due_at(&self, state: State) -> Option<Time> {
        state.deadline().and_then(|deadline| self.time(deadline))
    }

    fn not_found(deal: DealId) -> Error {
        Detail::DealNotFound { deal: deal.to_string() }.into()
    }
}

impl Deal {
    /// The buyer's account.
    pub fn buyer(&self) -> AccountKey {
        AccountKey::new(self.row.book.clone(), self.facts.buyer.clone(), self.currency)
    }

    /// The seller's account.
    pub fn seller(&self) -> AccountKey {
        AccountKey::new(self.row.book.clone(), self.facts.seller.clone(), self.currency)
    }

    /// The account of a payee who gets a share.
    pub fn payee(&self, id: &AccountId) -> AccountKey {
        AccountKey::new(self.row.book.clone(), id.clone(), self.currency)
    }

    /// The accounts of all payees: the seller and those who get a share.
    pub fn payees(&self) -> Vec<AccountKey> {
        let mut payees = vec![self.seller()];
        for cut in &self.facts.cuts {
            let payee = self.payee(&cut.to);
            if !payees.contains(&payee) {
                payees.push(payee);
            }
        }
        payees
    }

    /// The deal's own account.
    pub fn account(&self) -> AccountKey {
        AccountKey::new(self.row.book.clone(), AccountId::deal(self.id()), self.currency)
    }

    /// The hold on the buyer's account.
    pub fn hold(&self) -> Option<HoldKey> {
        Some((self.row.book.clone(), self.facts.hold?))
    }

    /// A stored amount as money.
    pub fn money(&self, minor: i128) -> Result<Money> {
        money(&self.account(), minor)
    }
}
