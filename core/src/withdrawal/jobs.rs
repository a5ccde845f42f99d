//! Effects on a withdrawal when a worker leases one of its jobs, and when the worker reports.
//!
//! The key of a job shows whether it is about a withdrawal, a lane or a chain. A report with a wrong member
//! is refused, and the error names the member. Then nothing is written, and the job stays leased.

use std::sync::Arc;

use serde_json::Value;

use super::asset::Asset;
use super::bind::needs_to_bind;
use super::chain::Chain;
use super::daily_use::needs_of_key;
use super::editor::{WithdrawalEditor, needs_of};
use super::lane::Lane;
use super::model::{AttentionCode, AttentionKind, State, Waiting, Withdrawal};
use super::reports::JobOf;
use super::send::{self, BoundNonce, kind_to_sign, number_of};
use super::sign::{SignerAnswer, is_signer};
use super::simulate::{self, Simulation};
use super::slot::{AttemptKind, Slot};
use super::{facts, seen, watch};
use crate::error::Error;
use crate::ids::{LaneId, WithdrawalId};
use crate::kernel::draft::Draft;
use crate::kernel::operation::Decided;
use crate::kernel::snapshot::Snapshot;
use crate::request::domain::{JobEnd, JobOrder, Leasing};
use crate::request::scope::Scope;
use crate::rows::needs::{Access, Needs};
use crate::rows::tables::{JobRow, JobState};

/// Names the rows that a job of a chain or a signer needs.
pub(super) fn needs(job: &JobRow, snapshot: &Snapshot, needs: &mut Needs) {
    match JobOf::of(job) {
        JobOf::Withdrawal(id) => {
            let Some(withdrawal) = needs_of(&job.book, id, snapshot, needs) else { return };
            if job.kind.as_ref() == simulate::KIND {
                withdrawal.needs_of_money(needs);
                needs_to_bind(&withdrawal, snapshot, needs);
            } else {
                needs_of_lane_jobs(&withdrawal, snapshot, needs);
            }
        }
        JobOf::Lane(id) => needs_of_lane(job, id, snapshot, needs),
        JobOf::Other => facts::needs_of_job(job, snapshot, needs),
    }
}

/// Names the signing key of a withdrawal, with its day, and the jobs that watch its lane.
pub(super) fn needs_of_lane_jobs(withdrawal: &Withdrawal, snapshot: &Snapshot, needs: &mut Needs) {
    let Some(id) = withdrawal.facts.lane else { return };
    let book = &withdrawal.row.book;
    let key = Lane::key(book, id);
    let Some(Ok(lane)) = snapshot.records.row(&key).map(Lane::of) else {
        needs.incomplete |= !snapshot.records.knows(&key);
        return;
    };
    needs_of_key(&lane, snapshot, needs);
    let watch = lane.facts.watch.as_ref().map(|watch| watch.job);
    for job in lane.facts.observe_job.into_iter().chain(watch) {
        needs.job((book.clone(), job), Access::Write);
    }
}

/// Names the rows of all nonces that a job watches.
fn needs_of_lane(job: &JobRow, id: LaneId, snapshot: &Snapshot, needs: &mut Needs) {
    let key = Lane::key(&job.book, id);
    let Some(lane) = Lane::needed(key, Access::Write, snapshot, needs) else { return };
    facts::needs_of_chain(&job.book, &lane.facts.chain, snapshot, needs);
    let Some(of) = watch::looks_at(&lane.facts, job.id) else { return };
    let mut nonces = seen::asked(job);
    nonces.extend(watch::chosen(&lane.facts, of, watch::MOST));
    for nonce in nonces {
        let key = Slot::key(&job.book, (id, nonce));
        let Some(slot) = Slot::needed(key, Access::Write, snapshot, needs) else { continue };
        if let Some(withdrawal) = needs_of(&job.book, slot.facts.withdrawal, snapshot, needs) {
            withdrawal.needs_of_money(needs);
            needs_of_lane_jobs(&withdrawal, snapshot, needs);
        }
    }
}

/// Decides about a job that a worker is about to lease.
pub(super) fn leased(job: &JobRow, draft: &mut Draft<'_>) -> Decided<Leasing> {
    let id = match JobOf::of(job) {
        JobOf::Withdrawal(id) => id,
        JobOf::Lane(id) => return seen::leased(job, id, draft),
        JobOf::Other => return facts::leased(job, draft),
    };
    let editor = WithdrawalEditor::of(draft, &job.book, id, None)?;
    if job.kind.as_ref() == send::KIND {
        return editor.leased_to_send(job);
    }
    let is_wanted = editor.object.facts.job == Some(job.id);
    let waits = job.kind.as_ref() != simulate::KIND || editor.object.state == State::Pending;
    Ok(if is_wanted && waits { Leasing::Granted } else { Leasing::Over })
}

/// Adds nothing: the worker gets the stored payload, of which nothing is sealed.
pub(super) fn shown(_: &Scope, _: &JobRow, _: &Snapshot) -> Decided<Option<Value>> {
    Ok(None)
}

/// Keeps nothing of a result, which was judged already.
pub(super) fn kept(_: &str) -> Option<Arc<str>> {
    Some("null".into())
}

/// Applies the end of an attempt at a job to its withdrawal, lane or chain.
pub(super) fn ended(job: &JobRow, end: JobEnd, draft: &mut Draft<'_>) -> Decided<()> {
    let id = match JobOf::of(job) {
        JobOf::Withdrawal(id) => id,
        JobOf::Lane(id) if end == JobEnd::Completed => return seen::reported(job, id, draft),
        // the job is leased again by itself, and never gives up
        JobOf::Lane(_) => return Ok(()),
        JobOf::Other => return facts::ended(job, end, draft),
    };
    if end == JobEnd::Completed {
        return reported(job, id, draft);
    }
    let mut editor = WithdrawalEditor::of(draft, &job.book, id, None)?;
    if editor.object.facts.job != Some(job.id) {
        return Ok(());
    }
    let before = editor.object.clone();
    if job.state == JobState::Done {
        // it looks no more by itself: people have the job written again
        (editor.object.facts.job, editor.object.facts.look_at) = (None, None);
        editor.attend(AttentionCode::RetriesExhausted, AttentionKind::Permanent)?;
    } else if is_signer(&job.kind) {
        editor.no_payment_any_more(job)?;
    }
    editor.put_if_changed(&before).map(drop)
}

/// Takes the report on a job of a withdrawal.
fn reported(job: &JobRow, id: WithdrawalId, draft: &mut Draft<'_>) -> Decided<()> {
    let mut editor = WithdrawalEditor::of(draft, &job.book, id, None)?;
    let before = editor.object.clone();
    match job.kind.as_ref() {
        simulate::KIND => editor.simulation_reported(job)?,
        send::KIND => editor.told(job)?,
        _ => editor.signature_reported(job)?,
    }
    editor.put_if_changed(&before).map(drop)
}

impl WithdrawalEditor<'_, '_> {
    fn simulation_reported(&mut self, job: &JobRow) -> Decided<()> {
        if self.object.facts.job != Some(job.id) || self.object.state != State::Pending {
            return Ok(());
        }
        if self.doubt()?.is_some() {
            // the balance of the wallet does not show what has left it
            self.object.facts.job = None;
            return self.go_on();
        }
        let (book, id) = (self.book(), self.object.facts.chain.clone());
        let mut chain = Chain::known(self.draft, &book, &id)?;
        let asset = Asset::known(self.draft, &book, [&id, self.object.currency.code()])?;
        match self.simulated(job, &chain, &asset)? {
            Simulation::Over if self.object.state == State::Pending => self.go_on(),
            Simulation::Over => Ok(()),
            Simulation::Wallet => self.waits(&mut chain, Waiting::Wallet),
            Simulation::Nobody => self.waits(&mut chain, Waiting::Chain),
        }
    }

    /// Takes signed bytes, and sends them unless the payment was given up meanwhile.
    fn signature_reported(&mut self, job: &JobRow) -> Decided<()> {
        let BoundNonce { chain, mut lane, mut slot } = self.bound()?;
        let Some(attempt) = number_of(job) else { return Ok(()) };
        let known = slot.facts.attempts.iter().find(|known| known.number == attempt);
        let Some(kind) = known.filter(|known| known.hash.is_none()).map(|known| known.kind) else {
            return Ok(());
        };
        let answer = SignerAnswer { kind: &job.kind, attempt, result: job.result.as_deref() };
        self.signed(&lane, &mut slot, &answer)?;
        if self.object.facts.job == Some(job.id) {
            self.object.facts.job = None;
            let state = self.object.state;
            let waits = [State::Signed, State::Broadcasting, State::Broadcasted].contains(&state);
            // the block that used up the nonce of a failed withdrawal may be gone
            let fills = state == State::Failed && kind == AttemptKind::Noop;
            if waits && kind == AttemptKind::Pay && kind_to_sign(&self.object, &slot) == AttemptKind::Noop {
                // a payment that was signed too late is watched and not sent, even if the cap allows no no-op
                self.give_up_nonce(&chain, &mut lane, &mut slot, None)?;
            } else if waits || fills {
                self.send(&chain, &slot, attempt)?;
            }
        }
        self.draft.put_changed(slot)?;
        self.draft.put_changed(lane)
    }

    /// Has a no-op signed after a signer has failed on a payment that was given up meanwhile.
    fn no_payment_any_more(&mut self, job: &JobRow) -> Decided<()> {
        if !self.object.facts.cancelling {
            return Ok(());
        }
        let BoundNonce { chain, mut lane, mut slot } = self.bound()?;
        let number = number_of(job);
        let pays = slot.facts.attempts.iter();
        let mut pays = pays.filter(|attempt| attempt.kind == AttemptKind::Pay);
        if !pays.any(|attempt| Some(attempt.number) == number) {
            return Ok(());
        }
        if self.give_up_nonce(&chain, &mut lane, &mut slot, None)? {
            self.draft.put_changed(slot)?;
            self.draft.put_changed(lane)?;
        }
        Ok(())
    }
}

/// Refuses orders about a job: only the withdrawal decides about its jobs, and dropping a job would not free
/// its nonce.
pub(super) fn ordered(order: JobOrder) -> Error {
    let what = match order {
        JobOrder::Retry => "retried",
        JobOrder::Discard => "discarded",
    };
    Error::not_permitted(format!(
        "a job of a withdrawal is not {what}: `withdrawals.retry` and `cancel` do that"
    ))
}
