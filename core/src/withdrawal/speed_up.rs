//! Speeds up a withdrawal: an admin has it signed at a higher price before it is bumped by itself.

use super::chain;
use super::editor::{WithdrawalEditor, needs_of};
use super::jobs::needs_of_lane_jobs;
use super::judge::num::Num;
use super::requests::SpeedUpWithdrawal;
use super::send::{BoundNonce, attempted, is_head, kind_to_sign};
use super::sign::PriceWanted;
use super::transitions::WithdrawalTrigger;
use super::views::{Withdrawal as WithdrawalView, WithdrawalReply};
use crate::error::Result;
use crate::ids::{Book, WithdrawalId};
use crate::kernel::draft::Draft;
use crate::kernel::moves::Moves;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::request::note::Note;
use crate::request::record::{Parse, Request as _, WriteRequest};
use crate::request::texts::no_card_in;
use crate::rows::needs::Needs;

/// Bids more for a nonce.
#[derive(Clone, Debug)]
pub struct BidMore {
    book: Book,
    withdrawal: WithdrawalId,
    max_fee: Option<Num>,
    note: Note,
}

impl WriteRequest for SpeedUpWithdrawal {
    type Operation = BidMore;
    fn parse(&self, parse: &Parse<'_>) -> Result<BidMore> {
        no_card_in("metadata", self.metadata.as_ref())?;
        Ok(BidMore {
            book: parse.book.clone(),
            withdrawal: WithdrawalId::request("withdrawal", &self.withdrawal)?,
            max_fee: chain::fee("max_fee_per_gas", self.max_fee_per_gas.as_ref())?,
            note: Note::parse(&self.common())?,
        })
    }
}

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
        let wanted = PriceWanted { kind, named: self.max_fee, insists: true };
        if editor.raise(&chain, &mut lane, &mut slot, wanted)?.is_none() {
            return Err(editor.unmet(trigger, "below_fee_cap", None).into());
        }
        let (state, data) = (editor.object.state, attempted(&slot));
        editor.enter_by("withdrawal.bumped", state, trigger, data)?;
        editor.draft.put_record(slot.into_changed_row()?);
        editor.draft.put_record(lane.into_changed_row()?);
        Ok(CreatedIds::of(editor.put()?))
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<WithdrawalReply> {
        let withdrawal = WithdrawalView::seen(&self.book, self.withdrawal, seen)?;
        Ok(WithdrawalReply { withdrawal, replayed: replayed || made.is_empty() })
    }
}
