//! Checks every deal against what the rows imply, and finds the open ones.

use super::model::{Deal, KIND, State};
use crate::error::Result;
use crate::escrow::facts::dispute_key;
use crate::ids::Book;
use crate::kernel::snapshot::Snapshot;
use crate::request::check::PAGE;
use crate::request::domain::Examine;
use crate::request::reading::Reading;
use crate::rows::listing::Listing;
use crate::rows::needs::{Access, Needs};
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

/// Checks every deal of a book. A copy made by `events.replay` has no owners and nothing that is due.
pub(super) async fn verify(reading: &mut Reading<'_>, copy: bool, examine: Examine<'_>) -> Result<()> {
    let wrong =
        |deal: &Deal, beside: &Snapshot| wrong(deal, copy, beside).or_else(|| standstill(deal, beside));
    reading.check("deals", PAGE, examine, needs, wrong).await
}

/// Names the account, the hold and the open dispute of a deal.
fn needs(deal: &Deal, needs: &mut Needs) {
    needs.account(deal.account(), Access::Read);
    if let Some(hold) = deal.hold() {
        needs.hold(hold, Access::Read);
    }
    if let Some(open) = &deal.facts.dispute {
        needs.record(dispute_key(&deal.row.book, open.id), Access::Read);
    }
}

/// The error in the standstill of a deal.
fn standstill(deal: &Deal, beside: &Snapshot) -> Option<&'static str> {
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
    let known = |id| beside.records.row(&dispute_key(&deal.row.book, id)).is_some();
    if facts.dispute.as_ref().is_some_and(|open| !known(open.id)) {
        return Some("its dispute is not there");
    }
    None
}

/// Returns the first error in a deal.
fn wrong(deal: &Deal, copy: bool, beside: &Snapshot) -> Option<&'static str> {
    let facts = &deal.facts;
    let account = beside.accounts.row(&deal.account());
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
    let hold = deal.hold().and_then(|key| beside.holds.row(&key));
    let open = hold.is_some_and(|hold| hold.state.is_open());
    if open != (deal.state == State::Paid) {
        return Some("its hold does not fit its state");
    }
    let due_at = deal.state.deadline().and_then(|deadline| facts.time(deadline)).filter(|_| !copy);
    if deal.row.due_at != due_at {
        return Some("its timer is not that of its state");
    }
    None
}
