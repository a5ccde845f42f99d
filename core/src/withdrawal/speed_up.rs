//! Speeds up a withdrawal: an admin has it signed at a higher price before it is bumped by itself.

use super::editor::{WithdrawalEditor, needs_of};
use super::jobs::needs_of_lane_jobs;
use super::requests::operations::BidMore;
use super::send::{BoundNonce, attempted, is_head, kind_to_sign};
use super::sign::PriceWanted;
use super::transitions::WithdrawalTrigger;
use super::views::{Withdrawal as WithdrawalView, WithdrawalReply};
use crate::error::Result;
use crate::kernel::draft::Draft;
use crate::kernel::moves::Moves;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::rows::needs::Needs;

impl Operation for BidMore {
    type Reply = WithdrawalReply;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        if let Some(withdrawal) = needs_of(&self.book, self.withdrawal, seen, needs) {
            needs_of_lane_jobs(&withdrawal, seen, needs);
        }
    }

    fn moves(&self, seen: &Snapshot) -> Result<Moves> {
        super::moves::about(&self.book, self.withdrawal, seen)
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let trigger = WithdrawalTrigger::SpeedUp;
        let mut editor =
            WithdrawalEditor::of(draft, &self.book, self.withdrawal, self.note.expected_version)?;
        editor.judge(trigger)?;
        let BoundNonce { chain, mut lane, mut slot } = editor.bound()?;
        if !is_head(&lane, &slot) {
            return Err(editor.unmet(trigger, "head_of_lane", None).into());
        }
        if editor.is_leased()? {
            return Err(editor.unmet(trigger, "no_job_under_way", None).into());
        }
        let kind = kind_to_sign(&editor.object, &slot);
        let wanted = PriceWanted { kind, named: self.max_fee_per_gas, insists: true };
        if editor.raise(&chain, &mut lane, &mut slot, wanted)?.is_none() {
            return Err(editor.unmet(trigger, "below_fee_cap", None).into());
        }
        let (state, data) = (editor.object.state, attempted(&slot));
        editor.enter_by("withdrawal.bumped", state, trigger, data)?;
        editor.draft.put_changed(slot)?;
        editor.draft.put_changed(lane)?;
        Ok(CreatedIds::of(editor.put()?))
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<WithdrawalReply> {
        let withdrawal = WithdrawalView::seen(&self.book, self.withdrawal, seen)?;
        Ok(WithdrawalReply { withdrawal, replayed: replayed || made.is_empty() })
    }
}
