//! Checks every treasury: its counts must agree with its entries.

use crate::error::Result;
use crate::ids::AccountId;
use crate::ledger::limits::model::{KIND, Treasury, TreasuryFacts, Window};
use crate::request::pages::Pages;
use crate::request::reading::Reading;
use crate::rows::listing::{Listed, Listing, Records};
use crate::rows::needs::{Access, AccountKey, Needs};
use crate::rows::owner::OwnerKind;
use crate::rows::tables::{EntryRow, HoldRow, TransferKind};

/// Rows read at once.
const PAGE: usize = 500;

/// Checks every treasury of a book: `examine` gets the check's name, whether it holds, and what is wrong
/// otherwise.
pub(super) async fn verify(
    reading: &mut Reading<'_>,
    examine: &mut (dyn FnMut(&'static str, bool, String) + Send),
) -> Result<()> {
    let mut pages = Pages::of(Records::of(&reading.book, KIND));
    while let Some(treasuries) =
        pages.objects::<TreasuryFacts>(reading, |error| examine("treasury", false, error.message())).await?
    {
        for treasury in &treasuries {
            one(reading, treasury, examine).await?;
        }
    }
    Ok(())
}

async fn one(
    reading: &mut Reading<'_>,
    treasury: &Treasury,
    examine: &mut (dyn FnMut(&'static str, bool, String) + Send),
) -> Result<()> {
    let facts = &treasury.facts;
    let account =
        AccountKey::new(reading.book.clone(), AccountId::stored(facts.account.as_str()), treasury.currency);
    let mut needs = Needs::default();
    needs.account(account.clone(), Access::Read);
    let tier = reading.load(&needs).await?.accounts.first().and_then(|row| row.tier);
    let named = tier == Some(treasury.state);
    examine("treasury", named, format!("account {}: its tier is not that of its limits", account.account));
    for (name, counted, window) in
        [("day", facts.day.0, facts.times.day), ("month", facts.month.0, facts.times.month)]
    {
        let left = debits(reading, &account, window).await? + held(reading, &account, window).await?;
        let what = format!("account {}: {counted} counted in the {name}, {left} left it", account.account);
        examine("treasury", counted == left, what);
    }
    Ok(())
}

/// The amount that left an account in a window, in minor units, without withdrawals: these count when they
/// are held.
async fn debits(reading: &mut Reading<'_>, key: &AccountKey, window: Window) -> Result<i128> {
    let AccountKey { book, account, currency } = key;
    let (mut sum, mut after) = (0_i128, None);
    loop {
        let listing = Listing::Entries {
            book: book.clone(),
            account: account.clone(),
            currency: *currency,
            from: Some(window.from),
            to: Some(window.until),
            newest_first: false,
            after,
            limit: PAGE,
        };
        let Listed { entries: rows, transfers, .. } = reading.list(&listing).await?;
        let kind = |row: &EntryRow| {
            let transfer = transfers.iter().find(|transfer| transfer.id == row.transfer);
            transfer.map(|transfer| transfer.kind)
        };
        let counts = |row: &&EntryRow| {
            let is_own = row.amount < 0 && row.number > Some(window.above);
            is_own && kind(row) != Some(TransferKind::Withdrawal)
        };
        for row in rows.iter().filter(counts) {
            sum = sum.saturating_sub(row.amount);
        }
        match rows.last().filter(|_| rows.len() == PAGE) {
            Some(row) => after = Some((row.stamp, row.transfer, row.leg)),
            None => return Ok(sum),
        }
    }
}

/// Adds up the holds of an account's withdrawals in a window, in minor units, whatever became of them.
async fn held(reading: &mut Reading<'_>, key: &AccountKey, window: Window) -> Result<i128> {
    let AccountKey { book, account, currency } = key;
    let (mut sum, mut after) = (0_i128, None);
    loop {
        let (book, account) = (book.clone(), Some(account.clone()));
        let listing = Listing::Holds { book, account, state: None, after, limit: PAGE };
        let rows = reading.list(&listing).await?.holds;
        let counts = |row: &&HoldRow| {
            let at = row.created_at;
            let is_in = window.from <= at && at < window.until;
            let is_its = row.owned_by.is_some_and(|owner| owner.kind == OwnerKind::Withdrawal);
            is_in && row.currency == *currency && is_its
        };
        sum = rows.iter().filter(counts).fold(sum, |sum, row| sum.saturating_add(row.amount));
        match rows.last().filter(|row| rows.len() == PAGE && row.created_at >= window.from) {
            Some(row) => after = Some((row.created_at, row.id)),
            None => return Ok(sum),
        }
    }
}
