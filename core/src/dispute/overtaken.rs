//! Disputes that nobody need decide any more: the bank of who paid has taken the money from their deal.

use super::model::{Dispute, State};
use super::transitions::{DisputeEditor, DisputeTrigger};
use crate::error::Result;
use crate::escrow::facts::dispute_key;
use crate::escrow::model::{Deal, Ruling, State as DealState};
use crate::ids::Actor;
use crate::kernel::draft::Draft;
use crate::kernel::operation::Decided;
use crate::money::minor::Part;
use crate::rows::needs::{Access, Needs, RecordKey};
use crate::rows::object::members;
use crate::rows::tables::RecordRow;

fn is_disputed(deal: &RecordRow) -> bool {
    deal.state.as_ref() == DealState::Disputed.as_str()
}

/// The dispute that a deal is in, and how much of its price that is about.
fn open(deal: &RecordRow) -> Result<Option<(RecordKey, i128)>> {
    if !is_disputed(deal) {
        return Ok(None);
    }
    let facts = Deal::of(deal)?.facts;
    Ok(facts.dispute.as_ref().map(|open| (dispute_key(&deal.book, open.id), facts.unsettled())))
}

/// Names the rows that the dispute of a deal needs when the deal changes.
pub(super) fn needs(deal: &RecordRow, needs: &mut Needs) {
    if let Ok(Some((dispute, _))) = open(deal) {
        needs.record(dispute, Access::Write);
    }
}

/// Ends the dispute of a deal that went on without a word about it: all that the deal had went back.
pub(super) fn changed(before: &RecordRow, after: &RecordRow, draft: &mut Draft<'_>) -> Decided<()> {
    let Some((key, left)) = open(before)?.filter(|_| !is_disputed(after)) else { return Ok(()) };
    let Some(dispute) = Dispute::at(draft, &key)? else { return Ok(()) };
    if dispute.state.is_ended() {
        // withdrawn or resolved, by the call that moved the deal
        return Ok(());
    }
    let mut editor = DisputeEditor::new(draft, dispute);
    let now = editor.now();
    let facts = &mut editor.object.facts;
    facts.outcome = Some(Ruling::Refund);
    facts.refund = Some(Part(left));
    facts.resolved_by = Some(Actor::system().id().to_owned());
    facts.times.resolved_at = Some(now);
    let trigger = DisputeTrigger::Chargeback;
    let data = members!("outcome": Ruling::Refund.as_str(), "trigger": trigger.as_str());
    editor.enter(State::Resolved, trigger, data)?;
    editor.draft.followed_from_terms();
    editor.put().map(drop)
}
