//! Binds a withdrawal to a nonce. The counter of the lane, the slot and the whole plan are written in one
//! commit, after the withdrawal was simulated and priced and the wallet can pay for it.
//!
//! An obstacle only makes the withdrawal wait: for the chain, for lower fees, for money in a wallet, for room
//! in a lane's window, or for a lane at all.

use serde_json::json;

use super::asset::Asset;
use super::chain::{Chain, OldestWaiting};
use super::choice::{InTheWay, LaneChoice, PaymentUnits, choose};
use super::daily_use::needs_of_key;
use super::editor::WithdrawalEditor;
use super::judge::fees::{Bid, NOOP_GAS};
use super::lane::{self, Lane, LaneState};
use super::model::{AttentionCode, AttentionKind, State, Waiting, Withdrawal};
use super::sign::{NextAttempt, OnChain, plan};
use super::slot::{AttemptKind, Slot, SlotFacts, SlotState};
use super::transitions::WithdrawalTrigger;
use super::{facts, wallet};
use crate::error::Error;
use crate::kernel::operation::Decided;
use crate::kernel::snapshot::Snapshot;
use crate::rows::needs::{Access, Needs};
use crate::rows::object::{ListedBy, members};
use crate::time::Span;

/// How long a withdrawal waits before it looks for a lane again.
pub(super) const FOR_A_LANE: Span = Span::from_secs(10);
/// How long a withdrawal waits after the policy of a key has refused it.
const FOR_A_KEY: Span = Span::from_mins(1);

/// The next step of a withdrawal without a nonce.
enum NextStep {
    /// It waits for something that all withdrawals of the chain wait for.
    Waits(Waiting),
    /// It waits for something that only this withdrawal lacks.
    Lacks(Waiting),
    /// It leaves the nonce to an older withdrawal that waits.
    GivesWay(OldestWaiting),
    /// It must be simulated, as if this lane sent it.
    Simulate(Box<Lane>),
    /// It may be bound.
    Bind(Box<Ready>),
}

/// All that a nonce needs.
struct Ready {
    lane: Lane,
    bid: Bid,
    gas_limit: u64,
    on_chain: OnChain,
}

/// Names the rows for binding a nonce, as far as `seen` shows them: every lane of the chain, with its key and
/// its day.
pub(super) fn needs_to_bind(withdrawal: &Withdrawal, seen: &Snapshot, needs: &mut Needs) {
    if withdrawal.facts.nonce.is_some() || withdrawal.state.is_terminal() {
        return;
    }
    let book = &withdrawal.row.book;
    let key = Chain::key(book, &withdrawal.facts.chain);
    needs.heads.insert((book.clone(),));
    let Some(Ok(chain)) = seen.records.row(&key).map(Chain::of) else {
        needs.incomplete |= !seen.records.knows(&key);
        return;
    };
    for id in &chain.facts.lanes {
        if let Some(lane) = Lane::needed(Lane::key(book, *id), Access::Write, seen, needs) {
            needs_of_key(&lane, seen, needs);
        }
    }
    facts::needs(&chain, needs);
}

impl WithdrawalEditor<'_, '_> {
    /// Takes a withdrawal without a nonce to its next step: binds it, simulates it again, or lets it wait.
    pub(super) fn go_on(&mut self) -> Decided<()> {
        let (book, id) = (self.book(), self.object.facts.chain.clone());
        let mut chain = Chain::known(self.draft, &book, &id)?;
        if let Some(doubt) = self.doubt()? {
            return self.rests(&mut chain, doubt);
        }
        if self.object.facts.job.is_some() {
            return self.awaits_simulation(&mut chain);
        }
        let asset = Asset::known(self.draft, &book, [&id, self.object.currency.code()])?;
        match self.outlook(&chain, &asset)? {
            NextStep::Waits(waiting) => self.waits_in_line(&mut chain, waiting),
            NextStep::Lacks(waiting) => self.waits(&mut chain, waiting),
            NextStep::GivesWay(older) => {
                let facts = &mut self.object.facts;
                (facts.waiting, facts.look_at) = (Some(older.waiting), Some(older.until));
                Ok(())
            }
            NextStep::Simulate(lane) => {
                self.keeps_its_place(&mut chain)?;
                self.simulate(&chain, &asset, &lane)
            }
            NextStep::Bind(ready) => {
                self.leaves_line(&mut chain)?;
                self.bind(&chain, *ready)
            }
        }
    }

    /// Makes it wait for something that only it lacks, so no other withdrawal waits for it.
    pub(super) fn waits(&mut self, chain: &mut Chain, waiting: Waiting) -> Decided<()> {
        self.looks_again(chain, waiting)?;
        self.leaves_line(chain)
    }

    /// Makes it wait for something that all wait for, so younger withdrawals wait for it.
    pub(super) fn waits_in_line(&mut self, chain: &mut Chain, waiting: Waiting) -> Decided<()> {
        self.looks_again(chain, waiting)?;
        self.stands_in_line(chain, waiting)
    }

    /// Sets the time of the next look. If the facts of the chain are old, the chain is asked.
    fn looks_again(&mut self, chain: &mut Chain, waiting: Waiting) -> Decided<()> {
        let now = self.now();
        let is_old = !chain.facts.is_fresh(now);
        if is_old {
            facts::ask(self.draft, chain)?;
        }
        let pause = match waiting {
            Waiting::Chain | Waiting::Window => chain.facts.block_time,
            _ if is_old => chain.facts.block_time,
            Waiting::Fees | Waiting::Wallet => chain.facts.facts_ttl,
            Waiting::Lane => FOR_A_LANE,
        };
        // the old reason is kept while the chain is asked whether it still holds
        let lacks = |known: &Waiting| matches!(known, Waiting::Fees | Waiting::Wallet);
        let known = self.object.facts.waiting.filter(lacks).filter(|_| waiting == Waiting::Chain);
        self.object.facts.waiting = Some(known.unwrap_or(waiting));
        self.object.facts.look_at = Some(self.after(pause.max(Span::from_secs(1))));
        Ok(())
    }

    fn outlook(&mut self, chain: &Chain, asset: &Asset) -> Decided<NextStep> {
        let now = self.now();
        let lanes = self.active_lanes(chain)?;
        let facts = &self.object.facts;
        let on_chain = OnChain::of(&asset.facts, &facts.to, self.object.minor())?;
        let gas = facts.simulation.as_ref().and_then(|simulation| simulation.gas.to_u64());
        let payment = PaymentUnits::of(&asset.facts, on_chain.units, gas.unwrap_or(NOOP_GAS));
        let LaneChoice { lane, bid, gas_limit, free } = match choose(&chain.facts, lanes, &payment, now) {
            Ok(chosen) => chosen,
            Err(InTheWay::OfAll(waiting)) => return Ok(NextStep::Waits(waiting)),
            Err(InTheWay::OfOne(waiting)) => return Ok(NextStep::Lacks(waiting)),
        };
        if !self.is_simulated() {
            return Ok(NextStep::Simulate(Box::new(lane)));
        }
        if let Some(older) = chain.facts.precedes(self.comer(), free, now) {
            return Ok(NextStep::GivesWay(older.clone()));
        }
        Ok(NextStep::Bind(Box::new(Ready { lane, bid, gas_limit, on_chain })))
    }

    /// The lanes that bind. A lane of an abandoned history is paused until somebody resumes it and the chain
    /// agrees.
    pub(super) fn active_lanes(&mut self, chain: &Chain) -> Decided<Vec<Lane>> {
        let (book, timeline) = (self.book(), self.draft.timeline()?);
        let mut active = Vec::new();
        for id in &chain.facts.lanes {
            let mut lane = Lane::known(self.draft, &book, *id)?;
            let is_compared = lane.facts.timeline == timeline || lane.facts.is_being_compared(timeline);
            if lane.binds(timeline) {
                active.push(lane);
            } else if lane.state == LaneState::Active && !is_compared {
                lane::pause(self.draft, &mut lane, lane::RESTORED)?;
            }
        }
        Ok(active)
    }

    fn bind(&mut self, chain: &Chain, ready: Ready) -> Decided<()> {
        let Ready { mut lane, bid, gas_limit, on_chain } = ready;
        let (book, nonce) = (self.book(), lane.facts.next_nonce);
        let facts = SlotFacts {
            lane: lane.id(),
            nonce,
            withdrawal: self.object.id(),
            plan: plan(chain, &on_chain, gas_limit),
            attempts: Vec::new(),
            end: None,
            watch_until: None,
            spent: None,
        };
        let listed_by = ListedBy {
            owner: Some(lane.id().to_string().into()),
            peer: Some(self.object.id().to_string().into()),
            reference: None,
        };
        let key = Slot::key(&book, (lane.id(), nonce));
        let mut slot = Slot::begin(key, listed_by, SlotState::Open, facts, self.draft.ctx.time())?;
        let next = NextAttempt { kind: AttemptKind::Pay, bid, gas_limit };
        if let Some(reason) = self.refusal(&lane, &slot, &next)? {
            return self.refused(&reason);
        }
        let beyond = || Error::corrupted(format!("the counter of lane {}", lane.id()));
        let next_nonce = nonce.checked_add(1).ok_or_else(beyond)?;
        lane.facts.next_nonce = next_nonce;
        lane.facts.in_flight.push(nonce);
        lane.facts.unseen.push(nonce);
        let wf = &mut self.object.facts;
        (wf.lane, wf.nonce) = (Some(lane.id()), Some(nonce));
        (wf.waiting, wf.look_at) = (None, None);
        self.attended(&[AttentionCode::SignRefused, AttentionCode::RetriesExhausted]);
        let data = members! {
            "chain": chain.facts.id.as_str(), "lane": json!(lane.id()), "nonce": nonce.to_string(),
        };
        self.enter(State::Signing, WithdrawalTrigger::Bind, data)?;
        wallet::give(&mut lane, &wallet::promise(&slot, &self.object));
        self.attempt(chain, &mut lane, &mut slot, &next)?;
        self.draft.put_changed(slot)?;
        self.draft.put_changed(lane)
    }

    /// Keeps a withdrawal that its key may not sign, and asks people to look at it.
    fn refused(&mut self, reason: &str) -> Decided<()> {
        self.keep("sign_refused", reason);
        self.object.facts.waiting = None;
        self.object.facts.look_at = Some(self.after(FOR_A_KEY));
        self.attend(AttentionCode::SignRefused, AttentionKind::Transient)
    }
}
