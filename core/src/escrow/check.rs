//! Checks every deal against what the rows imply, and finds the open ones.

use super::model::{Deal, KIND, State};
use crate::error::Result;
use crate::escrow::facts::dispute_key;
use crate::ids::Book;
use crate::request::pages::Pages;
use crate::request::reading::Reading;
use crate::rows::listing::{Listing, Records};
use crate::rows::needs::{Access, Needs};
use crate::rows::row::Row;
use crate::rows::tables::{AccountRow, HoldRow, RecordRow};
use crate::sorting::Sorting;
use crate::time::Time;

/// The states in which money of a deal is held somewhere.
pub fn in_flight() -> Vec<&'static str> {
    let moving = State::ALL.iter().filter(|state| **state != State::Pending && !state.is_terminal());
    moving.map(|state| state.as_str()).collect()
}

/// Deals of a book in a state that have not moved since a time, oldest first.
pub fn still(book: &Book, state: &str, before: Time, limit: usize) -> Listing {
    Listing::Still { book: book.clone(), kind: KIND.into(), state: state.into(), before, limit }
}

/// Checks every deal of a book: `examine` gets the check's name, whether it holds, and what is wrong
/// otherwise. A copy made by `events.replay` has no owners and nothing that is due.
pub(super) async fn verify(
    reading: &mut Reading<'_>,
    copy: bool,
    examine: &mut (dyn FnMut(&'static str, bool, String) + Send),
) -> Result<()> {
    let mut pages = Pages::of(Records::of(&reading.book, KIND));
    while let Some(deals) = pages.objects(reading, |error| examine("deals", false, error.message())).await? {
        let (accounts, holds, disputes) = rows_of(reading, &deals).await?;
        for deal in &deals {
            let wrong = wrong(deal, copy, &accounts, &holds).or_else(|| standstill(deal, &disputes));
            examine("deals", wrong.is_none(), format!("deal {}: {}", deal.id(), wrong.unwrap_or_default()));
        }
    }
    Ok(())
}

/// The accounts, holds and open disputes of deals, each in the order of their keys.
async fn rows_of(
    reading: &mut Reading<'_>,
    deals: &[Deal],
) -> Result<(Vec<AccountRow>, Vec<HoldRow>, Vec<RecordRow>)> {
    let mut needs = Needs::default();
    for deal in deals {
        needs.account(deal.account(), Access::Read);
        if let Some(hold) = deal.hold() {
            needs.hold(hold, Access::Read);
        }
        if let Some(open) = &deal.facts.dispute {
            needs.record(dispute_key(&reading.book, open.id), Access::Read);
        }
    }
    if needs.is_empty() {
        return Ok((Vec::new(), Vec::new(), Vec::new()));
    }
    let mut loaded = reading.load(&needs).await?;
    loaded.accounts.order_by_cached_key(Row::key);
    loaded.holds.order_by_cached_key(Row::key);
    loaded.records.order_by_cached_key(Row::key);
    Ok((loaded.accounts, loaded.holds, loaded.records))
}

/// The error in the standstill of a deal.
fn standstill(deal: &Deal, disputes: &[RecordRow]) -> Option<&'static str> {
    let facts = &deal.facts;
    if facts.dispute.is_some() != (deal.state == State::Disputed) {
        return Some("its dispute does not fit its state");
    }
    let asked_before = facts.dispute.as_ref().is_some_and(|open| open.before == State::RefundPending);
    if facts.asked.is_some() != (deal.state == State::RefundPending || asked_before) {
        return Some("the refund that was asked for does not fit its state");
    }
    if facts.times.left.is_some() && !deal.state.is_frozen() {
        return Some("its clock runs and stands still");
    }
    let known = |id| disputes.iter().any(|row| row.id == id);
    if facts.dispute.as_ref().is_some_and(|open| !known(open.id.uuid())) {
        return Some("its dispute is not there");
    }
    None
}

/// Returns the first error in a deal. Both lists are in the order of their keys.
fn wrong(deal: &Deal, copy: bool, accounts: &[AccountRow], holds: &[HoldRow]) -> Option<&'static str> {
    let facts = &deal.facts;
    let key = deal.account();
    let place = accounts.binary_search_by_key(&key, Row::key).ok();
    let account = place.and_then(|place| accounts.get(place));
    if account.map_or(0, |row| row.posted) != facts.held() {
        return Some("its account has not what it was funded less what it paid out");
    }
    let owner = (!copy).then(|| deal.id().into());
    if account.is_some_and(|row| row.owned_by != owner) {
        return Some("its account belongs to somebody else");
    }
    if [facts.funded, facts.released, facts.refunded, facts.fees_taken].iter().any(|minor| *minor < 0) {
        return Some("an amount is negative");
    }
    let parts = (facts.settled.released, facts.settled.refunded);
    if facts.funded > 0 && (facts.plan().held(facts.settled) != facts.held() || parts.0 < 0 || parts.1 < 0) {
        return Some("what it has is not what its price and its fees leave");
    }
    if facts.held() < 0 || (deal.state.is_terminal() && facts.held() != 0) {
        return Some("it is over and has money, or paid out more than it had");
    }
    let hold = deal.hold().and_then(|key| holds.binary_search_by_key(&key, Row::key).ok());
    let open = hold.and_then(|place| holds.get(place)).is_some_and(|hold| hold.state.is_open());
    if open != (deal.state == State::Paid) {
        return Some("its hold does not fit its state");
    }
    let due_at = deal.state.deadline().and_then(|deadline| facts.time(deadline)).filter(|_| !copy);
    if deal.row.due_at != due_at {
        return Some("its timer is not that of its state");
    }
    None
}
