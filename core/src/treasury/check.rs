//! Checks every treasury: its counts must agree with its entries.

use crate::error::Result;
use crate::ids::AccountId;
use crate::ledger::limits::model::{KIND, Treasury, TreasuryFacts, Window};
use crate::request::check::PAGE;
use crate::request::domain::Examine;
use crate::request::pages::Pages;
use crate::request::reading::Reading;
use crate::rows::listing::{Listed, Listing, Records};
use crate::rows::needs::{Access, AccountKey, Needs};
use crate::rows::owner::OwnerKind;
use crate::rows::tables::{EntryRow, HoldRow, TransferKind};

/// Checks every treasury of a book.
pub(super) async fn verify(reading: &mut Reading<'_>, examine: Examine<'_>) -> Result<()> {
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

async fn one(reading: &mut Reading<'_>, treasury: &Treasury, examine: Examine<'_>) -> Result<()> {
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
    let AccountKey { book, account, currency } = key.clone();
    let mut pages = Pages::over(Listing::Entries {
        book,
        account,
        currency,
        from: Some(window.from),
        to: Some(window.until),
        newest_first: false,
        after: None,
        limit: PAGE,
    });
    let mut sum = 0_i128;
    while let Some(Listed { entries: rows, transfers, .. }) = pages.next(reading).await? {
        let kind = |row: &EntryRow| {
            let transfer = transfers.iter().find(|transfer| transfer.id == row.transfer);
            transfer.map(|transfer| transfer.kind)
        };
        let counts = |row: &&EntryRow| {
            let is_own = row.amount < 0 && row.number > Some(window.above);
            is_own && kind(row) != Some(TransferKind::Withdrawal)
        };
        sum = rows.iter().filter(counts).fold(sum, |sum, row| sum.saturating_sub(row.amount));
    }
    Ok(sum)
}

/// Adds up the holds of an account's withdrawals in a window, in minor units, whatever became of them.
async fn held(reading: &mut Reading<'_>, key: &AccountKey, window: Window) -> Result<i128> {
    let AccountKey { book, account, currency } = key.clone();
    let listing = Listing::Holds { book, account: Some(account), state: None, after: None, limit: PAGE };
    let (mut sum, mut pages) = (0_i128, Pages::over(listing));
    while let Some(Listed { holds: rows, .. }) = pages.next(reading).await? {
        let counts = |row: &&HoldRow| {
            let at = row.created_at;
            let is_in = window.from <= at && at < window.until;
            let is_its = row.owned_by.is_some_and(|owner| owner.kind == OwnerKind::Withdrawal);
            is_in && row.currency == currency && is_its
        };
        sum = rows.iter().filter(counts).fold(sum, |sum, row| sum.saturating_add(row.amount));
        if rows.last().is_some_and(|row| row.created_at < window.from) {
            break;
        }
    }
    Ok(sum)
}
