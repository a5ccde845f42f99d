//! Applies the reports on a lane to its nonces. A nonce ends only by a transaction that a quorum holds for
//! final. An unseen one only changes when to look and to send again.

use serde_json::json;

use super::asset::Asset;
use super::chain::Chain;
use super::editor::WithdrawalEditor;
use super::facts;
use super::judge::num::Num;
use super::judge::observe::{self, FinalEnd, Observation, WatchedLane};
use super::judge::quorum::EndpointLook;
use super::judge::views::{BlockId, EndpointView, ObserveView};
use super::lane::{self, Lane, LaneGap};
use super::model::{AttentionCode, AttentionKind, BlockFacts, State, Withdrawal};
use super::nonce_place::{NoncePlace, insert};
use super::outcomes::WhyFailed;
use super::reports::{endpoints_of, views_of};
use super::send::{is_head, is_outbid, kind_to_sign, newest};
use super::slot::{AttemptFacts, AttemptKind, EndKind, Slot, SlotEnd, SlotState};
use super::transitions::WithdrawalTrigger;
use super::watch::{self, LookedBack, WatchTarget};
use super::watched::{recovered, rule, watched};
use crate::ids::{LaneId, WithdrawalId};
use crate::kernel::draft::Draft;
use crate::kernel::operation::Decided;
use crate::request::domain::Leasing;
use crate::rows::object::members;
use crate::rows::tables::JobRow;
use crate::time::{Span, Time};

/// Fills in the nonces of a lane that the worker looks at.
pub(super) fn leased(job: &JobRow, id: LaneId, draft: &mut Draft<'_>) -> Decided<Leasing> {
    let mut lane = Lane::known(draft, &job.book, id)?;
    let Some(of) = watch::looks_at(&lane.facts, job.id) else { return Ok(Leasing::Over) };
    let chain = Chain::known(draft, &job.book, &lane.facts.chain)?;
    let now = draft.ctx.now;
    let (mut slots, mut looked) = (Vec::new(), LookedBack::default());
    for nonce in watch::chosen(&lane.facts, of, watch::most(&chain)) {
        let slot = Slot::known(draft, &job.book, (id, nonce))?;
        looked.last = Some(nonce);
        if of == WatchTarget::Ended && is_over(&slot, now) {
            looked.over.push(nonce);
            continue;
        }
        let hashes: Vec<&String> =
            slot.facts.attempts.iter().filter_map(|attempt| attempt.hash.as_ref()).collect();
        if !hashes.is_empty() {
            slots.push(json!({ "nonce": nonce.to_string(), "hashes": hashes }));
        }
    }
    if !slots.is_empty() {
        let mut payload = super::editor::about_chain(&chain);
        payload.insert("lane".to_owned(), json!(id));
        payload.insert("address".to_owned(), lane.facts.address.as_str().into());
        payload.insert("slots".to_owned(), slots.into());
        return Ok(Leasing::With(payload.into()));
    }
    match of {
        WatchTarget::UnderWay if !lane.facts.in_flight.is_empty() => {
            return Ok(Leasing::PutOff(watch::later(&chain, now)));
        }
        WatchTarget::UnderWay => lane.facts.observe_job = None,
        WatchTarget::Ended => watch::looked_back(draft, &chain, &mut lane, &looked)?,
    }
    draft.put_changed(lane)?;
    Ok(Leasing::Over)
}

/// Whether a slot no longer needs to be watched.
fn is_over(slot: &Slot, now: Time) -> bool {
    slot.facts.watch_until.is_none_or(|until| until <= now)
}

/// The nonces in the payload of a job.
pub(super) fn asked(job: &JobRow) -> Vec<u64> {
    let payload: serde_json::Value = serde_json::from_str(&job.payload).unwrap_or_default();
    let slots = payload["slots"].as_array().map_or(&[][..], Vec::as_slice);
    slots.iter().filter_map(|slot| slot["nonce"].as_str()?.parse().ok()).collect()
}

/// Takes a worker's report on a lane.
pub(super) fn reported(job: &JobRow, id: LaneId, draft: &mut Draft<'_>) -> Decided<()> {
    let views = views_of(job)?;
    let mut lane = Lane::known(draft, &job.book, id)?;
    let Some(of) = watch::looks_at(&lane.facts, job.id) else { return Ok(()) };
    let mut chain = Chain::known(draft, &job.book, &lane.facts.chain)?;
    let mut looked = LookedBack::default();
    if of == WatchTarget::Ended {
        for nonce in watch::chosen(&lane.facts, of, watch::most(&chain)) {
            looked.last = Some(nonce);
            if is_over(&Slot::known(draft, &job.book, (id, nonce))?, draft.ctx.now) {
                looked.over.push(nonce);
            }
        }
    }
    let nonces = asked(job);
    let looks = judged(draft, &chain, &mut lane, &LaneLook { nonces: &nonces, views: &views })?;
    facts::heard(draft, &mut chain, &looks)?;
    match of {
        WatchTarget::UnderWay => lane.facts.observe_job = None,
        WatchTarget::Ended => watch::looked_back(draft, &chain, &mut lane, &looked)?,
    }
    watch::look(draft, &chain, &mut lane, chain.facts.block_time)?;
    if !lane.facts.in_flight.is_empty() && !chain.facts.is_fresh(draft.ctx.now) {
        // nonces under way may have to bid more, by the present price
        facts::ask(draft, &mut chain)?;
    }
    draft.put_changed(lane)
}

/// The nonces of a report, and the views of the endpoints.
struct LaneLook<'l> {
    nonces: &'l [u64],
    views: &'l [EndpointView<ObserveView>],
}

/// Judges the views, and applies the result to each nonce. Returns the health of the endpoints.
fn judged(
    draft: &mut Draft<'_>,
    chain: &Chain,
    lane: &mut Lane,
    looked: &LaneLook<'_>,
) -> Decided<Vec<EndpointLook>> {
    let book = lane.row.book.clone();
    let mut slots = Vec::new();
    for nonce in looked.nonces {
        let slot = Slot::known(draft, &book, (lane.id(), *nonce))?;
        let editor = WithdrawalEditor::of(draft, &book, slot.facts.withdrawal, None)?;
        let asset = Asset::known(editor.draft, &book, [&chain.facts.id, editor.object.currency.code()])?;
        slots.push(watched(&editor.object, lane, &slot, &asset)?);
    }
    let watched = WatchedLane {
        finality: rule(chain.facts.finality),
        address: lane.facts.address.clone(),
        next_nonce: lane.facts.next_nonce,
        slots,
    };
    let endpoints = endpoints_of(chain)?;
    let recover = |raw: &str| recovered(raw, endpoints.chain_id);
    let verdict = observe::judge(&endpoints, looked.views, &watched, &recover);
    // `adopt` moves the counter up to this nonce
    lane.facts.latest = verdict.latest.or(lane.facts.latest);
    if verdict.foreign {
        lane::pause_for_good(draft, lane)?;
    }
    for judged in verdict.slots {
        let mut slot = Slot::known(draft, &book, (lane.id(), judged.nonce))?;
        let before = slot.facts.clone();
        let id: WithdrawalId = slot.facts.withdrawal;
        let mut editor = WithdrawalEditor::of(draft, &book, id, None)?;
        let withdrawal = editor.object.clone();
        let is_free = judged.is_free;
        let is_past = verdict.latest.is_some_and(|latest| latest > judged.nonce);
        let head = verdict.head;
        let mut place = NoncePlace { chain, lane: &mut *lane, slot: &mut slot, is_free, is_past, head };
        editor.observed(&mut place, judged.sight)?;
        lane.facts.note_unclear(judged.nonce, editor.object.is_over_and_unclear());
        editor.put_if_changed(&withdrawal)?;
        if slot.facts != before {
            draft.put_changed(slot)?;
        }
    }
    Ok(verdict.endpoints)
}

/// Whether a time is at least a span ago.
fn is_since(now: Time, at: Option<Time>, span: Span) -> bool {
    at.is_some_and(|at| now.since(at) >= span)
}

/// The attempt of an ended withdrawal whose bytes are sent again. For a paid one this is the payment that was
/// final, or else the newest that was sent. For a failed one it is the newest no-op, which may have been
/// bumped since.
fn ended_by<'s>(withdrawal: &Withdrawal, slot: &'s Slot) -> Option<&'s AttemptFacts> {
    let kind = if withdrawal.state == State::Confirmed { AttemptKind::Pay } else { AttemptKind::Noop };
    let mut signed =
        slot.facts.attempts.iter().filter(|attempt| attempt.kind == kind && attempt.hash.is_some());
    if kind == AttemptKind::Noop {
        return signed.next_back();
    }
    let end = slot.facts.end.as_ref().and_then(|end| end.hash.as_ref());
    let same = signed.clone().find(|attempt| attempt.hash.as_ref() == end);
    // a payment that was never to be sent is not sent now
    same.or_else(|| signed.rfind(|attempt| attempt.sent_at.is_some()))
}

impl WithdrawalEditor<'_, '_> {
    fn observed(&mut self, place: &mut NoncePlace<'_>, sight: Observation) -> Decided<()> {
        match sight {
            Observation::Unknown => {
                // what a quorum is past is in a block, also where nobody can read its receipt
                if place.is_past {
                    place.leaves_window(&self.object, true);
                }
                Ok(())
            }
            Observation::Unseen { spent } => self.unseen(place, spent),
            Observation::Gone { spent } => self.lost(place, spent),
            Observation::InBlock { hash, block, confirmations } => {
                self.in_block(place, &hash, &block, confirmations)
            }
            Observation::Final { hash, block, end, gas_paid, confirmations } => {
                let found = FinalSight { hash, block, gas_paid, confirmations };
                self.is_final(place, &found, end)
            }
            Observation::Taken { hash, block, pays, confirmations } => {
                let found = FinalSight { hash, block, gas_paid: None, confirmations };
                self.was_taken(place, &found, pays)
            }
        }
    }

    /// No endpoint has it, which proves nothing: it is sent again, or bumped.
    fn unseen(&mut self, place: &mut NoncePlace<'_>, spent: bool) -> Decided<()> {
        if self.object.state.is_terminal() {
            return self.still_gone(place, spent);
        }
        if spent && self.object.state.is_under_way() {
            // the chain goes on behind it, and so do bumps
            place.leaves_window(&self.object, true);
            return self.taken_unseen(place);
        }
        self.is_not_final(place);
        place.enters_window(&self.object);
        if spent || self.object.facts.job.is_some() {
            return Ok(());
        }
        let Some(last) = newest(&self.object, place.slot) else { return Ok(()) };
        let (now, chain) = (self.now(), place.chain);
        let sent = is_since(now, last.sent_at.or(last.signed_at), chain.facts.resend_after);
        let is_low = is_outbid(chain, place.slot, now);
        let waits = is_low || is_since(now, last.taken_at, chain.facts.bump_after);
        let kind = kind_to_sign(&self.object, place.slot);
        let is_signed = last.kind == kind;
        if !is_signed && self.give_up_nonce(chain, place.lane, place.slot, None)? {
            return Ok(());
        }
        let is_out = match self.object.state {
            State::Broadcasting => is_low,
            state => state == State::Broadcasted,
        };
        let bumps = waits && is_out && is_signed && is_head(place.lane, place.slot);
        if bumps && self.bump(chain, place.lane, place.slot)? {
            return Ok(());
        }
        if sent { self.send_newest(chain, place.slot) } else { Ok(()) }
    }

    /// Clears the reasons to look that a quorum has refuted. A payment that no quorum has is not final, so
    /// there is nothing to settle. The same holds for a taken nonce if a quorum says that it is free.
    fn is_not_final(&mut self, place: &mut NoncePlace<'_>) {
        let before = self.object.facts.attention.is_some();
        self.attended(&[AttentionCode::NotProved]);
        if place.is_free {
            place.slot.facts.spent = None;
            self.attended(&[AttentionCode::NonceTaken]);
        }
        let facts = &mut self.object.facts;
        if before && facts.attention.is_none() && !self.object.state.is_terminal() {
            (facts.block, facts.hash, facts.confirmations, facts.gas_paid) = (None, None, 0, None);
        }
    }

    /// The withdrawal is over, but its final transaction is in no block. The transaction is sent again until
    /// it is in one, and a no-op is bumped. An end that an admin has settled without a block stays.
    fn still_gone(&mut self, place: &mut NoncePlace<'_>, spent: bool) -> Decided<()> {
        if !place.lane.facts.in_flight.contains(&place.nonce()) {
            return Ok(());
        }
        if spent {
            place.leaves_window(&self.object, true);
            return self.taken_unseen(place);
        }
        self.is_not_final(place);
        place.enters_window(&self.object);
        if self.object.facts.job.is_some() {
            return Ok(());
        }
        let (now, patience) = (self.now(), place.chain.facts.resend_after);
        let taken_at = ended_by(&self.object, place.slot).and_then(|last| last.taken_at);
        let waits =
            is_outbid(place.chain, place.slot, now) || is_since(now, taken_at, place.chain.facts.bump_after);
        let bumps = waits && self.object.state == State::Failed && is_head(place.lane, place.slot);
        if bumps && self.bump(place.chain, place.lane, place.slot)? {
            return Ok(());
        }
        let last = ended_by(&self.object, place.slot);
        if last.is_none_or(|last| is_since(now, last.sent_at.or(last.signed_at), patience)) {
            return self.send_what_ended(place);
        }
        Ok(())
    }

    /// It was in a block, and is now in none.
    fn lost(&mut self, place: &mut NoncePlace<'_>, spent: bool) -> Decided<()> {
        if !self.object.state.is_terminal() && self.object.state != State::Confirming {
            return self.unseen(place, spent);
        }
        if self.object.state.is_terminal() && !place.is_free && place.is_taken() {
            // nodes show transactions of others for a while only: that they do not any more proves nothing
            return Ok(());
        }
        let nonce = place.nonce();
        self.is_not_final(place);
        if !spent {
            place.enters_window(&self.object);
        }
        insert(&mut place.lane.facts.in_flight, nonce);
        (self.object.facts.block, self.object.facts.confirmations) = (None, 0);
        place.slot.facts.watch_until = None;
        place.slot.state = SlotState::Open;
        let data = members!("nonce": nonce.to_string());
        match self.object.state {
            State::Confirming => {
                let lost = WithdrawalTrigger::Lost;
                self.enter_by("withdrawal.lost", State::Broadcasted, lost, data)?;
                self.send_newest(place.chain, place.slot)?;
            }
            State::Confirmed => {
                self.object.facts.unsettled = true;
                let gone = WithdrawalTrigger::Gone;
                self.enter_by("withdrawal.unsettled", State::Confirmed, gone, data)?;
                self.send_what_ended(place)?;
            }
            _ => self.send_what_ended(place)?,
        }
        if spent { self.taken_unseen(place) } else { Ok(()) }
    }

    /// Sends the final transaction again, because no later nonce can be used before it. The account of a
    /// failed withdrawal has its money back, so no payment is sent for it: a no-op is sent, and signed first
    /// if there is none.
    fn send_what_ended(&mut self, place: &mut NoncePlace<'_>) -> Decided<()> {
        let again = ended_by(&self.object, place.slot).map(|attempt| attempt.number);
        match (again, self.object.state) {
            (Some(number), _) => self.send(place.chain, place.slot, number),
            (None, State::Failed) => self.give_up_nonce(place.chain, place.lane, place.slot, None).map(drop),
            (None, _) => Ok(()),
        }
    }

    /// It is in a block that is not final.
    fn in_block(
        &mut self,
        place: &mut NoncePlace<'_>,
        hash: &str,
        block: &BlockId,
        confirmations: u64,
    ) -> Decided<()> {
        let state = self.object.state;
        if matches!(state, State::Pending | State::Signing | State::Signed) {
            // the signer has sent it by himself, and the withdrawal goes its way nevertheless
            return Ok(());
        }
        self.explained(place)?;
        place.leaves_window(&self.object, place.pays(hash));
        let block = BlockFacts { number: block.number, hash: block.hash.clone() };
        self.object.facts.block = Some(block);
        self.object.facts.confirmations = confirmations;
        self.object.facts.hash = Some(hash.to_owned());
        self.attended(&[AttentionCode::NonceTaken, AttentionCode::Rejected]);
        if matches!(state, State::Broadcasting | State::Broadcasted) {
            // bytes in a block need not be sent, but a leased job is waited for
            if !self.is_leased()? {
                self.drop_job()?;
            }
            let data = members!("hash": hash);
            return self.enter(State::Confirming, WithdrawalTrigger::Seen, data);
        }
        Ok(())
    }

    /// A transaction of its own is final.
    fn is_final(&mut self, place: &mut NoncePlace<'_>, found: &FinalSight, end: FinalEnd) -> Decided<()> {
        if matches!(self.object.state, State::Pending | State::Signing | State::Signed) {
            return Ok(());
        }
        self.explained(place)?;
        let what = match end {
            FinalEnd::Paid => EndKind::Paid,
            FinalEnd::Reverted => EndKind::Reverted,
            FinalEnd::Noop => EndKind::Noop,
            FinalEnd::NotProved => EndKind::NotProved,
        };
        if self.is_known(place, found, what) {
            return Ok(());
        }
        let trigger = WithdrawalTrigger::Final;
        if end == FinalEnd::NotProved {
            place.leaves_window(&self.object, true);
            return self.asks_about(found, AttentionCode::NotProved);
        }
        self.end_slot(place, found, what)?;
        match end {
            FinalEnd::Paid => self.paid(trigger),
            FinalEnd::Reverted => self.not_paid(trigger, WhyFailed::of("reverted")),
            _ => self.not_paid(trigger, WhyFailed::of("cancelled")),
        }
    }

    /// Another transaction of its key is final under its nonce. If that pays as the payment would, an
    /// abandoned history may have sent it, and nothing is paid back before an admin has looked.
    fn was_taken(&mut self, place: &mut NoncePlace<'_>, found: &FinalSight, pays: bool) -> Decided<()> {
        if matches!(self.object.state, State::Pending | State::Signing | State::Signed) {
            return Ok(());
        }
        if self.is_known(place, found, EndKind::Taken) {
            return Ok(());
        }
        let is_new = self.object.facts.hash.as_ref() != Some(&found.hash);
        if is_new {
            lane::pause_for_good(self.draft, place.lane)?;
        }
        if is_new && !pays {
            // after a restore it may be the payment of a withdrawal that still waits
            let (nonce, at, timeline) = (place.nonce(), self.now(), self.draft.timeline()?);
            place.lane.facts.gaps.push(LaneGap { from: nonce, until: nonce, at, timeline });
        }
        let before = self.object.state;
        if pays && before.is_under_way() {
            place.leaves_window(&self.object, true);
            return self.asks_about(found, AttentionCode::NonceTaken);
        }
        self.end_slot(place, found, EndKind::Taken)?;
        if pays && before == State::Confirmed {
            return self.paid(WithdrawalTrigger::Final);
        }
        self.not_paid(WithdrawalTrigger::Final, WhyFailed::of("nonce_taken"))?;
        if pays {
            // it had failed, but its payee may have been paid after all
            return self.attend(AttentionCode::NonceTaken, AttentionKind::Permanent);
        }
        Ok(())
    }

    /// Whether this end is known already, perhaps with another block. In another block, the same transaction
    /// with another result is news. In the same block, only a payment is.
    fn is_known(&mut self, place: &mut NoncePlace<'_>, found: &FinalSight, what: EndKind) -> bool {
        let under_way = place.lane.facts.in_flight.contains(&place.nonce());
        let Some(end) = place.slot.facts.end.as_mut().filter(|_| !under_way) else { return false };
        let same = end.hash.as_ref().is_some_and(|hash| hash.eq_ignore_ascii_case(&found.hash));
        let moved = end.block_hash != found.block.hash;
        if !same || (end.what != what && (moved || what == EndKind::Paid)) {
            return false;
        }
        if moved {
            (end.block_number, end.block_hash) = (found.block.number, found.block.hash.clone());
            self.found(found);
        }
        true
    }

    fn found(&mut self, found: &FinalSight) {
        let facts = &mut self.object.facts;
        let block = BlockFacts { number: found.block.number, hash: found.block.hash.clone() };
        (facts.block, facts.hash) = (Some(block), Some(found.hash.clone()));
        facts.confirmations = found.confirmations;
        facts.gas_paid = found.gas_paid.or(facts.gas_paid);
    }

    /// Asks people about what is final. The blocks on it are counted once, so that a withdrawal that waits
    /// for people is not written with each block.
    fn asks_about(&mut self, found: &FinalSight, code: AttentionCode) -> Decided<()> {
        let facts = &self.object.facts;
        let is_asked = facts.attention.as_ref().is_some_and(|known| known.code == code);
        let is_same = facts.block.as_ref().is_some_and(|block| block.hash == found.block.hash);
        let counted = facts.confirmations;
        self.found(found);
        if is_asked && is_same {
            self.object.facts.confirmations = counted;
        }
        self.attend(code, AttentionKind::Permanent)
    }

    /// Ends a nonce that is used up finally. The lane goes on without it, and watches it for a while.
    fn end_slot(&mut self, place: &mut NoncePlace<'_>, found: &FinalSight, what: EndKind) -> Decided<()> {
        self.found(found);
        place.leaves_window(&self.object, what == EndKind::Paid);
        let end = SlotEnd {
            hash: Some(found.hash.clone()),
            block_number: found.block.number,
            block_hash: found.block.hash.clone(),
            what,
        };
        self.close_slot(place.chain, place.lane, place.slot, end)
    }

    /// Writes the end of a nonce.
    pub(super) fn close_slot(
        &mut self,
        chain: &Chain,
        lane: &mut Lane,
        slot: &mut Slot,
        end: SlotEnd,
    ) -> Decided<()> {
        let nonce = slot.facts.nonce;
        slot.facts.end = Some(end);
        slot.state = SlotState::Ended;
        slot.facts.watch_until = Some(self.after(chain.facts.watch));
        lane.facts.in_flight.retain(|other| *other != nonce);
        lane.facts.final_nonce = lane.facts.final_nonce.max(Some(nonce));
        watch::look_back(self.draft, chain, lane, nonce)?;
        if lane.facts.in_flight.is_empty() {
            lane::retire_if_done(self.draft, lane)?;
        }
        Ok(())
    }

    /// Ends a nonce by the finding of an admin, without proof.
    pub(super) fn end_unseen(
        &mut self,
        chain: &Chain,
        lane: &mut Lane,
        slot: &mut Slot,
        what: EndKind,
    ) -> Decided<()> {
        let (is_free, is_past, head) = (false, false, None);
        let (on, of) = (&mut *lane, &mut *slot);
        let mut place = NoncePlace { chain, lane: on, slot: of, is_free, is_past, head };
        place.leaves_window(&self.object, what == EndKind::NotProved);
        let block = self.object.facts.block.clone();
        let (block_number, block_hash) = block.map_or((0, String::new()), |block| (block.number, block.hash));
        // an unproved end has no hash of its own: if one of those becomes final later, that is news
        let is_own = |hash: &String| {
            let mut known = slot.facts.attempts.iter().filter_map(|attempt| attempt.hash.as_ref());
            known.any(|known| known.eq_ignore_ascii_case(hash))
        };
        let hash = self.object.facts.hash.clone();
        let hash = hash.filter(|hash| what == EndKind::NotProved || !is_own(hash));
        let end = SlotEnd { hash, block_number, block_hash, what };
        self.close_slot(chain, lane, slot, end)
    }
}

/// The final transaction that was found.
struct FinalSight {
    hash: String,
    block: BlockId,
    gas_paid: Option<Num>,
    confirmations: u64,
}
