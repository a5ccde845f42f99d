//! Cancels withdrawals. Before it has a nonce, a withdrawal ends at once. After that, a no-op competes for
//! its nonce, and the chain decides which of the two it takes.

use serde_json::json;

use super::bind::needs_to_bind;
use super::editor::{WithdrawalEditor, needs_of};
use super::jobs::needs_of_lane_jobs;
use super::model::State;
use super::outcomes::WhyFailed;
use super::requests::operations::CancelCall;
use super::send::BoundNonce;
use super::slot::AttemptKind;
use super::transitions::WithdrawalTrigger;
use super::views::{Withdrawal as WithdrawalView, WithdrawalReply};
use crate::error::Result;
use crate::kernel::draft::Draft;
use crate::kernel::moves::Moves;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::permit::not_permitted;
use crate::kernel::snapshot::Snapshot;
use crate::rows::needs::Needs;
use crate::rows::object::members;

impl CancelCall {
    /// Has a no-op signed for the nonce. If a signer has a payment under way, the no-op follows its answer.
    fn of_nonce(&self, editor: &mut WithdrawalEditor<'_, '_>) -> Decided<bool> {
        let begins = !editor.object.facts.cancelling;
        if self.max_fee_per_gas.is_some() && !editor.draft.ctx.actor.is_admin() {
            let reason = "only an admin may name a fee".to_owned();
            return Err(not_permitted(Some("max_fee_per_gas"), &editor.draft.ctx.actor, reason).into());
        }
        if !begins && self.max_fee_per_gas.is_none() {
            return Ok(false);
        }
        editor.object.facts.cancelling = true;
        let BoundNonce { chain, mut lane, mut slot } = editor.bound()?;
        let attempts = slot.facts.attempts.iter();
        let is_there = attempts.clone().any(|attempt| attempt.kind == AttemptKind::Noop);
        let is_seen = editor.object.state == State::Confirming;
        if is_seen || editor.is_leased()? {
            editor.object.facts.named_fee = self.max_fee_per_gas;
        } else if (!is_there || self.max_fee_per_gas.is_some())
            && editor.give_up_nonce(&chain, &mut lane, &mut slot, self.max_fee_per_gas)?
        {
            editor.draft.put_changed(slot)?;
            editor.draft.put_changed(lane)?;
        }
        let data = members!("nonce": json!(editor.object.facts.nonce.map(|nonce| nonce.to_string())));
        let state = editor.object.state;
        editor.enter_by("withdrawal.cancelling", state, WithdrawalTrigger::Cancel, data)?;
        Ok(true)
    }
}

impl Operation for CancelCall {
    type Reply = WithdrawalReply;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        if let Some(withdrawal) = needs_of(&self.book, self.withdrawal, seen, needs) {
            if withdrawal.state == State::Pending {
                withdrawal.needs_of_money(needs);
                needs_to_bind(&withdrawal, seen, needs);
            }
            needs_of_lane_jobs(&withdrawal, seen, needs);
        }
    }

    /// The owner gets the money back, and nobody else gets any.
    fn moves(&self, seen: &Snapshot) -> Result<Moves> {
        super::moves::about(&self.book, self.withdrawal, seen)
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let mut editor =
            WithdrawalEditor::of(draft, &self.book, self.withdrawal, self.note.expected_version)?;
        editor.judge(WithdrawalTrigger::Cancel)?;
        if editor.object.state == State::Pending {
            if !editor.draft.ctx.actor.is_admin() && editor.doubt()?.is_some() {
                // an abandoned history may have paid it: only an admin, who has looked, gives it back
                return Err(editor.unmet(WithdrawalTrigger::Cancel, "compared_with_the_chain", None).into());
            }
            editor.not_paid(WithdrawalTrigger::Cancel, WhyFailed::of("cancelled"))?;
        } else if !self.of_nonce(&mut editor)? {
            return Ok(CreatedIds::default());
        }
        if let Some(reason) = &self.reason {
            editor.keep("cancel_reason", reason);
        }
        Ok(CreatedIds::of(editor.put()?))
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<WithdrawalReply> {
        let withdrawal = WithdrawalView::seen(&self.book, self.withdrawal, seen)?;
        Ok(WithdrawalReply { withdrawal, replayed: replayed || made.is_empty() })
    }
}
