//! Retries a withdrawal: a job that gave up is written again.

use super::bind::needs_to_bind;
use super::editor::{WithdrawalEditor, needs_of};
use super::jobs::needs_of_lane_jobs;
use super::model::{AttentionCode, State, Withdrawal};
use super::requests::operations::RetryCall;
use super::send::{BoundNonce, kind_to_sign};
use super::slot::AttemptKind;
use super::transitions::WithdrawalTrigger;
use super::views::{Withdrawal as WithdrawalView, WithdrawalReply};
use crate::error::Result;
use crate::kernel::draft::Draft;
use crate::kernel::moves::Moves;
use crate::kernel::operation::{CreatedIds, Decided, Halt, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::rows::needs::Needs;

/// The reason to look that a retry needs.
const GAVE_UP: AttentionCode = AttentionCode::RetriesExhausted;

/// Whether a job of it has used up its attempts.
fn has_given_up(withdrawal: &Withdrawal) -> bool {
    withdrawal.facts.attention.as_ref().is_some_and(|known| known.code == GAVE_UP)
}

impl WithdrawalEditor<'_, '_> {
    /// Writes the job of its state again.
    fn again(&mut self) -> Decided<()> {
        if self.object.state == State::Pending {
            return self.go_on();
        }
        let BoundNonce { chain, mut lane, mut slot } = self.bound()?;
        let newest = slot.facts.attempts.last().map(|attempt| (attempt.hash.is_some(), attempt.kind));
        let noop = kind_to_sign(&self.object, &slot) == AttemptKind::Noop;
        match newest {
            Some((true, _)) => self.send_newest(&chain, &slot)?,
            Some((false, AttemptKind::Pay)) if noop => {
                if !self.give_up_nonce(&chain, &mut lane, &mut slot, None)? {
                    self.send_newest(&chain, &slot)?;
                }
            }
            _ => self.have_signed(&chain, &lane, &slot)?,
        }
        self.draft.put_changed(slot)?;
        self.draft.put_changed(lane)
    }
}

impl Operation for RetryCall {
    type Reply = WithdrawalReply;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        if let Some(withdrawal) = needs_of(&self.book, self.withdrawal, seen, needs) {
            needs_to_bind(&withdrawal, seen, needs);
            needs_of_lane_jobs(&withdrawal, seen, needs);
        }
    }

    fn moves(&self, seen: &Snapshot) -> Result<Moves> {
        super::moves::about(&self.book, self.withdrawal, seen)
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let mut editor =
            WithdrawalEditor::of(draft, &self.book, self.withdrawal, self.note.expected_version)?;
        editor.judge(WithdrawalTrigger::Retry)?;
        if !has_given_up(&editor.object) {
            return Err(editor.unmet(WithdrawalTrigger::Retry, GAVE_UP.as_str(), None).into());
        }
        let before = editor.object.clone();
        editor.attended(&[GAVE_UP]);
        editor.again()?;
        editor.put_if_changed(&before)?;
        Ok(CreatedIds::of(self.withdrawal))
    }

    /// A job that gave up since the last retry is to be written again.
    fn asks_again(&self, seen: &Snapshot) -> Decided<bool> {
        if seen.from_cache {
            return Err(Halt::Busy);
        }
        let row = seen.records.row(&Withdrawal::key(&self.book, self.withdrawal));
        Ok(row.map(Withdrawal::of).transpose()?.is_some_and(|withdrawal| has_given_up(&withdrawal)))
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<WithdrawalReply> {
        let withdrawal = WithdrawalView::seen(&self.book, self.withdrawal, seen)?;
        Ok(WithdrawalReply { withdrawal, replayed: replayed || made.is_empty() })
    }
}
