//! Checks every dispute and its deal against what the rows imply.

use super::model::{Dispute, DisputeFacts, State, evidence_text};
use crate::error::Result;
use crate::escrow::facts::DISPUTE;
use crate::escrow::model::{Deal, key as deal_key};
use crate::request::pages::Pages;
use crate::request::reading::Reading;
use crate::rows::listing::Records;
use crate::rows::needs::{Access, Needs};
use crate::rows::row::Row;
use crate::sorting::Sorting;

/// Checks every dispute of a book: `examine` gets the check's name, whether it holds, and what is wrong
/// otherwise.
pub(super) async fn verify(
    reading: &mut Reading<'_>,
    examine: &mut (dyn FnMut(&'static str, bool, String) + Send),
) -> Result<()> {
    let mut pages = Pages::of(Records::of(&reading.book, DISPUTE));
    while let Some(disputes) =
        pages.objects::<DisputeFacts>(reading, |error| examine("disputes", false, error.message())).await?
    {
        let mut needs = Needs::default();
        for dispute in &disputes {
            needs.record(deal_key(&reading.book, dispute.facts.deal), Access::Read);
        }
        let mut deals = if needs.is_empty() { Vec::new() } else { reading.load(&needs).await?.records };
        deals.order_by_cached_key(Row::key);
        for dispute in &disputes {
            let key = deal_key(&reading.book, dispute.facts.deal);
            let place = deals.binary_search_by_key(&key, Row::key).ok();
            let deal = place.and_then(|place| deals.get(place)).and_then(|row| Deal::of(row).ok());
            let wrong = deal.map_or(Some("its deal is not there"), |deal| wrong(dispute, &deal));
            let what = format!("dispute {}: {}", dispute.id(), wrong.unwrap_or_default());
            examine("disputes", wrong.is_none(), what);
        }
    }
    Ok(())
}

/// Returns the first error in a dispute.
fn wrong(dispute: &Dispute, deal: &Deal) -> Option<&'static str> {
    let facts = &dispute.facts;
    let open = deal.facts.dispute.as_ref().is_some_and(|open| open.id == dispute.id());
    if open == dispute.state.is_ended() {
        return Some("its deal and it do not agree whether it is over");
    }
    let ruled = (facts.outcome.is_some(), facts.resolved_by.is_some(), facts.times.resolved_at.is_some());
    let resolved = dispute.state == State::Resolved;
    if ruled != (resolved, resolved, resolved) {
        return Some("its ruling does not fit its state");
    }
    if resolved && !deal.state.is_terminal() {
        return Some("it is resolved, and its deal goes on");
    }
    if facts.evidence.len() != facts.times.evidence.len() {
        return Some("a piece of evidence has no time");
    }
    let shown = |number: usize| {
        let text = |what: &str| dispute.texts.contains_key(&evidence_text(number, what));
        text("statement") || text("uri")
    };
    if facts.evidence.iter().zip(1..).any(|(piece, number)| piece.sha256.is_none() && !shown(number)) {
        return Some("a piece of evidence is empty");
    }
    if dispute.row.due_at != dispute.due_at() {
        return Some("its timer is not that of its state");
    }
    None
}
