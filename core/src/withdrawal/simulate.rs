//! Simulates a withdrawal before it gets a nonce, because a nonce cannot be given back.

use serde_json::json;

use super::asset::Asset;
use super::chain::Chain;
use super::editor::{JobToWrite, WithdrawalEditor};
use super::facts;
use super::judge::fees::NOOP_GAS;
use super::judge::num::Num;
use super::judge::simulate::{self, GOOD_FOR, Needed, Simulated};
use super::lane::Lane;
use super::model::{AttentionCode, SimulationFacts};
use super::outcomes::WhyFailed;
use super::reports::{endpoints_of, views_of};
use super::sign::OnChain;
use super::transitions::WithdrawalTrigger;
use crate::kernel::draft::MAX_ATTEMPTS;
use crate::kernel::operation::Decided;
use crate::rows::tables::JobRow;
use crate::time::Span;

/// The kind of its jobs.
pub(super) const KIND: &str = "chain.simulate";
/// How long an answer is waited for before the withdrawal sees to the facts of its chain: most come sooner.
const ANSWERED: Span = Span::from_secs(10);

/// The result of a simulation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Simulation {
    /// It runs, or the withdrawal has failed: there is nothing to wait for.
    Over,
    /// The wallet has too little.
    Wallet,
    /// Too few endpoints answered.
    Nobody,
}

impl WithdrawalEditor<'_, '_> {
    /// Writes the job that simulates it, with a lane as its sender.
    pub(super) fn simulate(&mut self, chain: &Chain, asset: &Asset, lane: &Lane) -> Decided<()> {
        let facts = &self.object.facts;
        let on_chain = OnChain::of(&asset.facts, &facts.to, self.object.minor())?;
        let mut payload = self.about(chain);
        payload.insert("from".to_owned(), lane.facts.address.as_str().into());
        payload.insert("to".to_owned(), on_chain.to.into());
        payload.insert("value".to_owned(), json!(on_chain.value));
        payload.insert("data".to_owned(), on_chain.data.into());
        self.write_job(JobToWrite {
            kind: KIND,
            call: "simulate",
            attempts: MAX_ATTEMPTS,
            not_before: self.now(),
            payload: payload.into(),
        })?;
        let old_at = chain.facts.old_at(self.now());
        self.object.facts.look_at = Some(old_at.max(self.after(ANSWERED)));
        Ok(())
    }

    /// Waits on for the answer to its simulation. Meanwhile the chain is asked whenever its facts are old,
    /// because it is bound on them.
    pub(super) fn awaits_simulation(&mut self, chain: &mut Chain) -> Decided<()> {
        let now = self.now();
        if !chain.facts.is_fresh(now) {
            facts::ask(self.draft, chain)?;
        }
        let old_at = chain.facts.old_at(now);
        self.object.facts.look_at = Some(old_at.max(self.after(Span::from_secs(1))));
        Ok(())
    }

    /// Whether a simulation says, and is young enough, that it runs, for no more gas than its asset lets it
    /// take now: that bound may have been lowered since.
    pub(super) fn is_simulated(&self) -> bool {
        let facts = &self.object.facts;
        let asset = Asset::known(self.draft, &self.book(), [&facts.chain, self.object.currency.code()]);
        let most = asset.map_or(Num::ZERO, |asset| Num::of(asset.facts.max_gas.into()));
        let young = facts.simulation.as_ref().filter(|known| self.now().since(known.at) < GOOD_FOR);
        young.is_some_and(|known| known.gas <= most)
    }

    /// Takes the report on a simulation.
    pub(super) fn simulated(&mut self, job: &JobRow, chain: &Chain, asset: &Asset) -> Decided<Simulation> {
        let views = views_of(job)?;
        let facts = &self.object.facts;
        let on_chain = OnChain::of(&asset.facts, &facts.to, self.object.minor())?;
        // the gas of a token is not known yet, so the coins in the wallet are checked later
        let (native, balance) = (on_chain.value, on_chain.units);
        let needed = Needed { native, balance, most_gas: asset.facts.max_gas.into() };
        let simulated = simulate::judge(&endpoints_of(chain)?, &views, &needed);
        self.object.facts.job = None;
        self.attended(&[AttentionCode::RetriesExhausted]);
        match simulated {
            Simulated::Yes { gas } => {
                let at = self.now();
                // no transaction takes less gas, and a plan that nodes refuse would keep its nonce for ever
                let gas = Num::of(gas.max(NOOP_GAS));
                self.object.facts.simulation = Some(SimulationFacts { gas, at });
                Ok(Simulation::Over)
            }
            Simulated::Reverts { message } => {
                let why = WhyFailed { code: "simulation_reverted", message: Some(&message) };
                self.not_paid(WithdrawalTrigger::Simulated, why)?;
                Ok(Simulation::Over)
            }
            Simulated::Wallet => Ok(Simulation::Wallet),
            Simulated::Nobody => Ok(Simulation::Nobody),
        }
    }
}
