//! Checks every dispute and its deal against what the rows imply.

use super::model::{Dispute, State, evidence_text};
use crate::error::Result;
use crate::escrow::model::Deal;
use crate::kernel::snapshot::Snapshot;
use crate::request::check::PAGE;
use crate::request::domain::Examine;
use crate::request::reading::Reading;
use crate::rows::needs::{Access, Needs, RecordKey};

/// Checks every dispute of a book.
pub(super) async fn verify(reading: &mut Reading<'_>, examine: Examine<'_>) -> Result<()> {
    let needs = |dispute: &Dispute, needs: &mut Needs| needs.record(deal_of(dispute), Access::Read);
    let wrong = |dispute: &Dispute, beside: &Snapshot| {
        let deal = beside.object(&deal_of(dispute));
        deal.map_or(Some("its deal is not there"), |deal| wrong(dispute, &deal))
    };
    reading.check("disputes", PAGE, examine, needs, wrong).await
}

fn deal_of(dispute: &Dispute) -> RecordKey {
    Deal::key(&dispute.row.book, dispute.facts.deal)
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
