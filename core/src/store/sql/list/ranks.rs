//! The listing of accounts by balance.

use std::sync::Arc;

use super::Page;
use crate::currency::Currency;
use crate::ids::AccountId;
use crate::rows::tables::RankRow;

impl Page<'_> {
    /// Reads one range of an index: that of all accounts, or that of one owner.
    pub(super) fn ranks(
        &mut self,
        currency: Currency,
        owner: Option<&Arc<str>>,
        after: Option<&(Arc<str>, AccountId)>,
        limit: usize,
    ) {
        self.equal("currency", &currency);
        match owner {
            Some(owner) => self.equal("owner", owner),
            None => self.only.push("x.place >= ''".into()),
        }
        if let Some((place, account)) = after {
            let (place, account) = (self.cell(place), self.cell(account));
            self.only.push(format!("(x.place, x.account) > ({place}, {account})"));
        }
        self.rows::<RankRow>('z', "x.place, x.account", limit);
    }
}
