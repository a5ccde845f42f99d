//! The profile of an account: how many entries it has, and how many of its deals were disputed or refunded.

use std::collections::BTreeSet;

use crate::error::{Detail, Result};
use crate::escrow::model::{Deal, KIND as DEAL};
use crate::ids::AccountId;
use crate::request::pages::Pages;
use crate::request::reading::Reading;
use crate::risk::requests::GetProfile;
use crate::risk::views::Profile;
use crate::rows::listing::{Listing, PartyColumn, Records};
use crate::rows::needs::{AccountKey, Needs};
use crate::rows::row::Row as _;
use crate::rows::tables::AccountRow;
use crate::time::Time;

/// The kind of a dispute's record, whose owner is its deal.
const DISPUTE: &str = "dispute";

/// Entries of one page.
const PAGE: usize = 500;

/// Pages of a streaming account's entries that are counted: it may have a million.
const PAGES: usize = 20;

/// The most deals that are looked at, as a buyer and as a seller each: an account may have sold for years.
const DEALS: usize = 250;

/// `risk.profile`.
pub async fn profile(reading: &mut Reading<'_>, request: &GetProfile) -> Result<Profile> {
    let account = AccountId::request("account", &request.account)?;
    let mut needs = Needs::default();
    needs.accounts_of.insert((reading.book.clone(), account.clone()));
    let rows = reading.load(&needs).await?.accounts;
    let Some(first_seen) = rows.iter().map(|row| row.created_at).min() else {
        return Err(Detail::AccountNotFound { account: account.to_string(), currency: None }.into());
    };
    let mut last_seen = first_seen;
    for row in &rows {
        last_seen = last_seen.max(newest(reading, row).await?);
    }
    let mut operations = 0_i64;
    for row in &rows {
        // entries of a streaming account are not numbered
        let entries = if row.streaming { entries(reading, row).await? } else { row.entries };
        operations = operations.saturating_add(entries);
    }
    let (deals, refunds) = deals(reading, &account).await?;
    let disputes = if deals.is_empty() { 0 } else { disputes(reading, &deals).await? };
    let (score, trust) = marks(operations, count(deals.len()), disputes, refunds);
    Ok(Profile {
        account: account.to_string(),
        score,
        trust,
        operations,
        disputes,
        refunds,
        first_seen,
        last_seen,
    })
}

/// When the newest entry of an account was made.
async fn newest(reading: &mut Reading<'_>, row: &AccountRow) -> Result<Time> {
    let AccountKey { book, account, currency } = row.key();
    let (from, to, after) = (None, None, None);
    let newest = Listing::Entries { book, account, currency, from, to, newest_first: true, after, limit: 1 };
    let entries = reading.list(&newest).await?.entries;
    Ok(entries.first().map_or(row.created_at, |entry| entry.at.unwrap_or(entry.stamp)))
}

/// How many entries a streaming account has, as far as they are counted.
async fn entries(reading: &mut Reading<'_>, row: &AccountRow) -> Result<i64> {
    let AccountKey { book, account, currency } = row.key();
    let (from, to, after, limit) = (None, None, None, PAGE);
    let listing = Listing::Entries { book, account, currency, from, to, newest_first: true, after, limit };
    let (mut found, mut pages) = (0, Pages::over(listing));
    for _ in 0..PAGES {
        let Some(page) = pages.next(reading).await? else { break };
        found += count(page.entries.len());
    }
    Ok(found)
}

/// The newest deals in which an account buys or sells, up to [`DEALS`] of each, and in how many of them money
/// went back.
async fn deals(reading: &mut Reading<'_>, account: &AccountId) -> Result<(BTreeSet<String>, i64)> {
    let (mut deals, mut refunds) = (BTreeSet::new(), 0);
    for buys in [true, false] {
        let side = Some(account.as_str().into());
        let (owner, peer) = if buys { (side, None) } else { (None, side) };
        let newest = Records { owner, peer, limit: DEALS, ..Records::of(&reading.book, DEAL) };
        for row in &reading.list(&Listing::Records(newest)).await?.records {
            let deal = Deal::of(row)?;
            refunds += i64::from(deals.insert(deal.id().to_string()) && deal.facts.refunded > 0);
        }
    }
    Ok((deals, refunds))
}

/// How many disputes there were about these deals.
async fn disputes(reading: &mut Reading<'_>, deals: &BTreeSet<String>) -> Result<i64> {
    let parties = deals.iter().map(|deal| deal.as_str().into()).collect();
    let (book, kind, of) = (reading.book.clone(), DISPUTE.into(), PartyColumn::Owner);
    let counts = reading.list(&Listing::RecordCounts { book, kind, of, parties }).await?.record_counts;
    Ok(counts.into_iter().fold(0, |sum: i64, (_, count)| sum.saturating_add(count)))
}

fn count(found: usize) -> i64 {
    i64::try_from(found).unwrap_or(i64::MAX)
}

/// The score, 0 to 100: the percentage of deals that were disputed, plus half the percentage of those that
/// were refunded. Four deals that went well are added to everybody's, so that one dispute alone is no
/// verdict. Trust is 100 less the score, and at first no more than 50: this bound grows by one with every
/// operation.
fn marks(operations: i64, deals: i64, disputes: i64, refunds: i64) -> (u8, u8) {
    let bad = disputes.saturating_mul(100).saturating_add(refunds.saturating_mul(50));
    let score = bad.checked_div(deals.saturating_add(4)).unwrap_or(0).clamp(0, 100);
    let trust = (100 - score).min(operations.saturating_add(50)).clamp(0, 100);
    let mark = |number: i64| u8::try_from(number).unwrap_or(100);
    (mark(score), mark(trust))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_follow_what_happened() {
        assert_eq!(marks(0, 0, 0, 0), (0, 50));
        assert_eq!(marks(70, 6, 0, 0), (0, 100));
        assert_eq!(marks(70, 1, 1, 0), (20, 80));
        assert_eq!(marks(70, 6, 3, 2), (40, 60));
        assert_eq!(marks(i64::MAX, 1, i64::MAX, i64::MAX), (100, 0));
    }
}
