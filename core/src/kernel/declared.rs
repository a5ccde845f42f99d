//! Declarations of a decision about its call, which stand in no row: gates and people judge by them.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::draft::Draft;
use crate::rows::needs::AccountKey;

impl Draft<'_> {
    /// Declares that the call will take an amount from an account, though it moves nothing yet: gates judge
    /// the amount as if it moved.
    pub fn declare(&mut self, account: AccountKey, minor: i128) {
        self.writes_mut().declared.push((account, minor));
    }

    /// Declares whom the call pays, though nothing moves to the payee yet, or ever in the books: an account,
    /// or an address of a chain. Gates judge it as if it were paid now.
    pub fn declare_payee(&mut self, payee: &str) {
        self.writes_mut().payees.push(payee.into());
    }

    /// Binds the call to terms that its rows set and its request does not name, by their names: a consent to
    /// the call is one to these values.
    pub fn bind_all(&mut self, terms: Map<String, Value>) {
        self.writes_mut().terms.extend(terms);
    }

    /// Notes when a row that sets prices or terms of the call was set, by an id that was drawn with that: a
    /// proof that is older was given to other terms. Stamps would not do: calls that share no row share them.
    pub fn rests_on_terms(&mut self, set: Uuid) {
        let terms_set = &mut self.writes_mut().terms_set;
        *terms_set = (*terms_set).max(Some(set));
    }
}
