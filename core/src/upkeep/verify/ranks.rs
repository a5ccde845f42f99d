//! Compares the rank with the balances. It follows the log a little behind, so accounts that moved since then
//! are left out.

use std::collections::{BTreeMap, BTreeSet};

use super::checks::Checks;
use super::log::{events, unplaced};
use super::pages::PAGE;
use crate::currency::Currency;
use crate::error::Result;
use crate::ledger::rank::{moved, reader};
use crate::request::pages::Pages;
use crate::request::reading::Reading;
use crate::rows::listing::Listing;
use crate::rows::loaded::Loaded;
use crate::rows::needs::{Access, AccountKey, Needs};
use crate::rows::rank::place;
use crate::rows::row::Row as _;
use crate::rows::tables::{AccountRow, RankRow};

/// The name of the check.
const CHECK: &str = "rank";

/// The accounts of a book that are in the rank.
#[derive(Debug, Default)]
pub(super) struct Ranks {
    /// Whether anybody has followed the log.
    followed: bool,
    /// Accounts that moved since.
    moved: BTreeSet<AccountKey>,
    /// How many accounts of each currency are in it.
    found: BTreeMap<Currency, usize>,
}

impl Ranks {
    /// Reads how far the log was followed, and what moved since. A copy has no rank.
    pub(super) async fn read(reading: &mut Reading<'_>, copy: bool) -> Result<Self> {
        let mut needs = Needs::default();
        needs.sink(reader(&reading.book), Access::Read);
        let own = if copy { None } else { reading.load(&needs).await?.sinks.into_iter().next() };
        let Some(after_seq) = own.map(|own| own.settled) else { return Ok(Self::default()) };
        let currencies = reading.currencies;
        let mut ranks = Self { followed: true, ..Self::default() };
        let mut take = |row: &_| match moved(row, currencies) {
            Ok(keys) => ranks.moved.extend(keys),
            // the chain names the event, and which accounts it moved nobody knows
            Err(_) => ranks.followed = false,
        };
        let mut pages = Pages::until_empty(events(reading.book.clone(), after_seq));
        while let Some(page) = pages.next(reading).await? {
            page.events.iter().for_each(&mut take);
        }
        unplaced(reading, take).await?;
        Ok(ranks)
    }

    /// Adds the row of an account to what is read.
    pub(super) fn need(&self, row: &AccountRow, needs: &mut Needs) {
        if self.followed {
            needs.rank((row.book.clone(), row.currency, row.id.clone()), Access::Read);
        }
    }

    /// Compares the row of an account.
    pub(super) fn compare(&mut self, row: &AccountRow, posted: i128, loaded: &Loaded, checks: &mut Checks) {
        if !self.followed {
            return;
        }
        let is_its_own = |rank: &&RankRow| rank.account == row.id && rank.currency == row.currency;
        let own = loaded.ranks.iter().find(is_its_own);
        *self.found.entry(row.currency).or_default() += usize::from(own.is_some());
        if self.moved.contains(&row.key()) {
            return;
        }
        let name = || format!("account {} {}", row.id, row.currency);
        let Some(own) = own else {
            return checks.examine(CHECK, false, || format!("{}: its row of `rank` is missing", name()));
        };
        for (column, right) in [("place", own.place == place(posted)), ("owner", own.owner == row.owner)] {
            checks.examine(CHECK, right, || {
                format!("{}: `{column}` of `rank` is not that of the account", name())
            });
        }
    }

    /// Finds rows of accounts that are not there.
    pub(super) async fn finish(&self, reading: &mut Reading<'_>, checks: &mut Checks) -> Result<()> {
        for (currency, found) in &self.found {
            let (book, currency) = (reading.book.clone(), *currency);
            let listing = Listing::Ranked { book, currency, owner: None, after: None, limit: PAGE };
            let (mut there, mut pages) = (0, Pages::until_empty(listing));
            while let Some(page) = pages.next(reading).await? {
                there += page.ranks.len();
            }
            checks.examine(CHECK, there == *found, || {
                format!("`rank` of {currency}: it has {there} accounts, and {found} of them exist")
            });
        }
        Ok(())
    }
}
