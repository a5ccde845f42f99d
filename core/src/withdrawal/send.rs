//! Sends the bytes of a committed attempt, and sends them again until the chain has them. The answer of a
//! node to them moves no money.

use serde_json::json;

use super::chain::Chain;
use super::editor::{ENDLESS, JobToWrite, WithdrawalEditor};
use super::judge::broadcast::{self, Broadcast};
use super::lane::Lane;
use super::model::{AttentionCode, AttentionKind, State, Withdrawal};
use super::reports::{endpoints_of, views_of};
use super::sign::PriceWanted;
use super::slot::{AttemptFacts, AttemptKind, BroadcastOutcome, Slot, raw_of};
use super::transitions::WithdrawalTrigger;
use super::{facts, watch};
use crate::kernel::editor::Data;
use crate::kernel::operation::Decided;
use crate::request::domain::Leasing;
use crate::rows::object::members;
use crate::rows::tables::JobRow;
use crate::time::{Span, Time};

/// The kind of its jobs.
pub(super) const KIND: &str = "chain.broadcast";
/// How many bids may be too low before people are asked.
const MANY_BIDS: usize = 12;
/// How far a time that is written may be ahead of the clock.
const AHEAD: Span = match Span::from_micros(100_000) {
    Some(span) => span,
    None => Span::ZERO,
};

/// The slot of a withdrawal, with its lane and its chain.
pub(super) struct BoundNonce {
    pub chain: Chain,
    pub lane: Lane,
    pub slot: Slot,
}

impl WithdrawalEditor<'_, '_> {
    /// The slot that it is bound to, with its lane and its chain.
    pub(super) fn bound(&self) -> Decided<BoundNonce> {
        let facts = &self.object.facts;
        let (Some(lane), Some(nonce)) = (facts.lane, facts.nonce) else {
            return Err(self.broken("has no nonce").into());
        };
        let book = &self.object.row.book;
        Ok(BoundNonce {
            chain: Chain::known(self.draft, book, &facts.chain)?,
            lane: Lane::known(self.draft, book, lane)?,
            slot: Slot::known(self.draft, book, (lane, nonce))?,
        })
    }

    /// Writes the job that sends the bytes of an attempt.
    pub(super) fn send(&mut self, chain: &Chain, slot: &Slot, number: u32) -> Decided<()> {
        let missing = || self.broken("has an attempt without bytes");
        let attempt = slot.facts.attempts.iter().find(|attempt| attempt.number == number);
        let (attempt, raw) = attempt.zip(slot.text(&raw_of(number))).ok_or_else(missing)?;
        let mut payload = self.about(chain);
        payload.insert("lane".to_owned(), json!(slot.facts.lane));
        payload.insert("kind".to_owned(), json!(attempt.kind));
        payload.insert("nonce".to_owned(), slot.facts.nonce.to_string().into());
        payload.insert("hash".to_owned(), json!(attempt.hash));
        payload.insert("raw".to_owned(), raw.to_string().into());
        let call = format!("send.{number}");
        self.write_job(JobToWrite {
            kind: KIND,
            call: &call,
            attempts: ENDLESS,
            not_before: self.now(),
            payload: payload.into(),
        })
        .map(drop)
    }

    /// Sends the newest bytes that may go out.
    pub(super) fn send_newest(&mut self, chain: &Chain, slot: &Slot) -> Decided<()> {
        match newest(&self.object, slot).map(|attempt| attempt.number) {
            Some(number) => self.send(chain, slot, number),
            None => Ok(()),
        }
    }

    /// Notes that a worker takes the bytes to send them. From now on they may be out.
    pub(super) fn leased_to_send(mut self, job: &JobRow) -> Decided<Leasing> {
        if self.object.facts.job != Some(job.id) {
            return Ok(Leasing::Over);
        }
        let BoundNonce { chain, mut lane, mut slot } = self.bound()?;
        let number = number_of(job);
        let now = self.draft.ctx.time();
        let Some(attempt) = slot.facts.attempts.iter_mut().find(|attempt| Some(attempt.number) == number)
        else {
            return Ok(Leasing::Over);
        };
        attempt.sent_at = Some(now);
        let data = members!("attempt": attempt.number, "hash": json!(attempt.hash));
        let before = self.object.clone();
        if self.object.state == State::Signed {
            self.enter(State::Broadcasting, WithdrawalTrigger::Lease, data)?;
        }
        watch::look(self.draft, &chain, &mut lane, chain.facts.block_time)?;
        self.draft.put_changed(slot)?;
        self.draft.put_changed(lane)?;
        self.put_if_changed(&before)?;
        Ok(Leasing::Granted)
    }

    /// Takes the answers of nodes to the bytes.
    pub(super) fn told(&mut self, job: &JobRow) -> Decided<()> {
        let BoundNonce { mut chain, mut lane, mut slot } = self.bound()?;
        let verdict = broadcast::judge(&endpoints_of(&chain)?, &views_of(job)?);
        if self.object.facts.job != Some(job.id) {
            // it is no longer to be sent, or has another job by now
            return Ok(());
        }
        self.object.facts.job = None;
        let number = number_of(job);
        let now = self.draft.ctx.time();
        if let Some(attempt) = slot.facts.attempts.iter_mut().find(|attempt| Some(attempt.number) == number) {
            attempt.outcome = Some(outcome(verdict.broadcast));
            if verdict.broadcast == Broadcast::Taken {
                attempt.taken_at.get_or_insert(now);
            }
        }
        match verdict.broadcast {
            Broadcast::Taken => self.taken()?,
            Broadcast::Underpriced => {
                if verdict.floor.is_some_and(|floor| chain.facts.asks_for(floor, now)) {
                    facts::put(self.draft, &mut chain)?;
                }
                self.outbid(&chain, &mut lane, &mut slot)?;
            }
            Broadcast::Rejected if self.object.state.is_under_way() => {
                self.attend(AttentionCode::Rejected, AttentionKind::Transient)?;
            }
            Broadcast::NoFunds | Broadcast::Rejected | Broadcast::Unknown => {}
        }
        if verdict.nonce_too_low {
            watch::hasten(self.draft, &lane)?;
        }
        self.draft.put_changed(slot)?;
        self.draft.put_changed(lane)
    }

    fn taken(&mut self) -> Decided<()> {
        self.attended(&[AttentionCode::Rejected]);
        if self.object.state == State::Broadcasting {
            let (state, told) = (State::Broadcasted, WithdrawalTrigger::Told);
            return self.enter(state, told, Data::new());
        }
        Ok(())
    }

    /// Bids more if it is the head of its lane, because a quorum wants a higher price.
    fn outbid(&mut self, chain: &Chain, lane: &mut Lane, slot: &mut Slot) -> Decided<()> {
        let waits = match self.object.state {
            State::Broadcasting | State::Broadcasted => true,
            // its no-op fills a nonce whose end is gone
            State::Failed => lane.facts.in_flight.contains(&slot.facts.nonce),
            _ => false,
        };
        let bids = waits && is_head(lane, slot) && is_outbid(chain, slot, self.now());
        let is_stuck = bids && !self.bump(chain, lane, slot)?;
        let is_long = slot.facts.attempts.len() > MANY_BIDS;
        if self.object.state.is_under_way() && (is_long || is_stuck) {
            // what comes behind it on its lane waits too
            self.attend(AttentionCode::Rejected, AttentionKind::Transient)?;
        }
        Ok(())
    }

    /// Has the next attempt signed at a higher price. Returns `false` if the cap forbids it.
    pub(super) fn bump(&mut self, chain: &Chain, lane: &mut Lane, slot: &mut Slot) -> Decided<bool> {
        let kind = kind_to_sign(&self.object, slot);
        let wanted = PriceWanted { kind, named: None, insists: false };
        if self.raise(chain, lane, slot, wanted)?.is_none() {
            return Ok(false);
        }
        let state = self.object.state;
        let data = attempted(slot);
        self.enter_by("withdrawal.bumped", state, WithdrawalTrigger::Bump, data)?;
        Ok(true)
    }
}

/// The members of an event about the newest attempt.
pub(super) fn attempted(slot: &Slot) -> Data {
    let mut data = Data::new();
    if let Some(attempt) = slot.facts.attempts.last() {
        data.insert("attempt".to_owned(), attempt.number.into());
        data.insert("kind".to_owned(), json!(attempt.kind));
        data.insert("max_fee_per_gas".to_owned(), json!(attempt.max_fee_per_gas));
    }
    data
}

/// The kind of the next attempt: a payment, unless the withdrawal is given up or over.
pub(super) fn kind_to_sign(withdrawal: &Withdrawal, slot: &Slot) -> AttemptKind {
    let gives_up = withdrawal.facts.cancelling || withdrawal.state.is_terminal();
    let noop = slot.facts.attempts.iter().any(|attempt| attempt.kind == AttemptKind::Noop);
    if gives_up || noop { AttemptKind::Noop } else { AttemptKind::Pay }
}

/// The newest signed attempt that may go out. For a withdrawal that is given up, this is the no-op, or a
/// payment that was sent already.
pub(super) fn newest<'s>(withdrawal: &Withdrawal, slot: &'s Slot) -> Option<&'s AttemptFacts> {
    let mut signed = slot.facts.attempts.iter().filter(|attempt| attempt.hash.is_some());
    match kind_to_sign(withdrawal, slot) {
        AttemptKind::Pay => signed.next_back(),
        AttemptKind::Noop => {
            let noop = signed.clone().rfind(|attempt| attempt.kind == AttemptKind::Noop);
            noop.or_else(|| signed.rfind(|attempt| attempt.sent_at.is_some()))
        }
    }
}

/// Whether all earlier nonces of its lane are in blocks. Only then does a higher price help.
pub(super) fn is_head(lane: &Lane, slot: &Slot) -> bool {
    lane.facts.unseen.first() == Some(&slot.facts.nonce)
}

/// Whether a quorum wants a higher price than that of the newest attempt, and is to be offered one: for the
/// first attempt at once, and for later ones once a block. Otherwise nodes that find every price too low
/// would have one attempt after the other signed, up to the cap, within seconds.
pub(super) fn is_outbid(chain: &Chain, slot: &Slot, now: Time) -> bool {
    let Some(last) = slot.facts.attempts.last() else { return false };
    // the times of what is written at one moment run ahead of it a little
    let block = chain.facts.block_time.minus(AHEAD);
    let is_old = last.signed_at.is_some_and(|at| now.since(at) >= block);
    last.outcome == Some(BroadcastOutcome::Underpriced) && (slot.facts.attempts.len() == 1 || is_old)
}

/// The number of the attempt of a job, read from its key.
pub(super) fn number_of(job: &JobRow) -> Option<u32> {
    let call = job.outside_key.split(':').nth(1)?;
    call.split_once('.')?.1.parse().ok()
}

fn outcome(broadcast: Broadcast) -> BroadcastOutcome {
    match broadcast {
        Broadcast::Taken => BroadcastOutcome::Taken,
        Broadcast::Underpriced => BroadcastOutcome::Underpriced,
        Broadcast::NoFunds => BroadcastOutcome::NoFunds,
        Broadcast::Rejected => BroadcastOutcome::Rejected,
        Broadcast::Unknown => BroadcastOutcome::Unknown,
    }
}
