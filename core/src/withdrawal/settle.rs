//! Settles withdrawals by hand: an admin decides whether the payee was paid if nothing proves it.

use super::editor::{WithdrawalEditor, needs_of};
use super::jobs::needs_of_lane_jobs;
use super::model::AttentionCode;
use super::outcomes::WhyFailed;
use super::requests::operations::SettleByHand;
use super::send::BoundNonce;
use super::slot::EndKind;
use super::transitions::WithdrawalTrigger;
use super::views::{Withdrawal as WithdrawalView, WithdrawalReply};
use crate::error::Result;
use crate::kernel::draft::Draft;
use crate::kernel::moves::Moves;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::rows::needs::Needs;

impl Operation for SettleByHand {
    type Reply = WithdrawalReply;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        if let Some(withdrawal) = needs_of(&self.book, self.withdrawal, seen, needs) {
            withdrawal.needs_of_money(needs);
            needs_of_lane_jobs(&withdrawal, seen, needs);
        }
    }

    fn moves(&self, seen: &Snapshot) -> Result<Moves> {
        super::moves::about(&self.book, self.withdrawal, seen)
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let trigger = WithdrawalTrigger::Settle;
        let mut editor =
            WithdrawalEditor::of(draft, &self.book, self.withdrawal, self.note.expected_version)?;
        editor.judge(trigger)?;
        let what = match editor.object.facts.attention.as_ref().map(|known| known.code) {
            Some(AttentionCode::NotProved) => EndKind::NotProved,
            Some(AttentionCode::NonceTaken) => EndKind::Taken,
            _ => return Err(editor.unmet(trigger, "not_proved_or_nonce_taken", None).into()),
        };
        // a withdrawal that an abandoned history may have paid has no nonce here
        let has_nonce = editor.object.facts.nonce.is_some();
        let mut bound = if has_nonce { Some(editor.bound()?) } else { None };
        if let Some(BoundNonce { chain, lane, slot }) = &mut bound {
            editor.end_unseen(chain, lane, slot, what)?;
        }
        editor.keep("settle_reason", &self.reason);
        editor.object.facts.settled = true;
        if self.paid {
            editor.paid(trigger)?;
        } else {
            editor.not_paid(trigger, WhyFailed::of("not_paid"))?;
        }
        if let Some(BoundNonce { mut lane, slot, .. }) = bound {
            lane.facts.note_unclear(slot.facts.nonce, editor.object.is_over_and_unclear());
            editor.draft.put_changed(slot)?;
            editor.draft.put_changed(lane)?;
        }
        Ok(CreatedIds::of(editor.put()?))
    }

    fn reply(&self, _: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<WithdrawalReply> {
        let withdrawal = WithdrawalView::seen(&self.book, self.withdrawal, seen)?;
        Ok(WithdrawalReply { withdrawal, replayed })
    }
}
