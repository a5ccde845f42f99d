//! The factors that policies require of a caller, and the gate that asks for them.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::gate::Approvals;
use super::policy::Policies;
use crate::kernel::draft::Draft;
use crate::kernel::gate::{Accepted, Gate, Gated};
use crate::kernel::identity::Kept;
use crate::kernel::operation::Halt;
use crate::kernel::outflow::{Outflow, outflows, outflows_of_treasury};
use crate::kernel::snapshot::Snapshot;
use crate::rows::needs::{Access, Needs};
use crate::settings::config;
use crate::settings::policy::TREASURY;
use crate::vault::proofs::{Parked, brought, good, parked_with, required};

impl Policies {
    /// Whether any of them requires a factor.
    #[must_use]
    pub fn require(&self) -> bool {
        self.all.iter().any(|(policy, _)| !policy.require.is_empty())
    }

    /// The factors that policies require of a call by its effect, and by what it takes of a treasury.
    #[must_use]
    pub fn factors(&self, effect: &str, (taken, treasury): (&[Outflow], &[Outflow])) -> BTreeSet<&str> {
        let reached = |taken: &[Outflow], threshold: crate::money::Money| {
            let is = |taken: &Outflow| {
                taken.currency == threshold.currency() && taken.minor >= threshold.minor_units()
            };
            taken.iter().any(is)
        };
        let covering = self.all.iter().map(|(policy, _)| policy).filter(|policy| {
            policy.covers(effect) && reached(taken, policy.threshold)
                || policy.covers(TREASURY) && reached(treasury, policy.threshold)
        });
        covering.flat_map(|policy| policy.require.iter().map(String::as_str)).collect()
    }
}

/// The gate of factors: what a policy requires is asked for before rates and rules.
#[derive(Debug)]
pub struct Factors {
    approvals: Arc<Approvals>,
    parked: &'static [Parked],
}

impl Factors {
    /// The gate beside that of approvals, with the ways in which a call may be parked: what was proven then
    /// is not asked for again.
    #[must_use]
    pub const fn new(approvals: Arc<Approvals>, parked: &'static [Parked]) -> Self {
        Self { approvals, parked }
    }
}

impl Gate for Factors {
    fn needs(&self, call: &dyn Gated, _: &Snapshot, needs: &mut Needs) {
        needs.record(config::key(&call.caller().book), Access::Read);
        brought(call).iter().for_each(|proof| proof.needs(needs));
    }

    /// Lets a call pass that proves what policies require of it, and uses these proofs up:
    /// `factor_required`.
    fn judge(&self, call: &dyn Gated, accepted: &Accepted<'_>, draft: &mut Draft<'_>) -> Result<(), Halt> {
        let policies = self.approvals.in_force(draft)?;
        // nobody is there to prove anything: a timer does what was agreed
        if call.identity().kept == Kept::Consent || !policies.require() {
            return Ok(());
        }
        let taken = outflows(draft.writes(), draft.seen());
        let treasury = outflows_of_treasury(draft.writes(), draft.seen());
        let mut missing = policies.factors(call.effect(), (&taken, &treasury));
        if missing.is_empty() || parked_with((call, accepted), self.parked, draft)?.is_some() {
            return Ok(());
        }
        let mut proofs = good(call, &taken, draft)?;
        proofs.retain(|proof| missing.remove(proof.factor));
        if !missing.is_empty() {
            return Err(required(&missing).into());
        }
        proofs.iter().try_for_each(|proof| proof.used(draft))
    }
}
