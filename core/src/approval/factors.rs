//! The gate that asks for the factors that policies require.

use std::sync::Arc;

use super::gate::Approvals;
use crate::currency::Currency;
use crate::kernel::debits::{Outflow, outflows, outflows_of_treasury};
use crate::kernel::draft::Draft;
use crate::kernel::gate::{Accepted, Gate, Gated};
use crate::kernel::identity::KeyRetention;
use crate::kernel::operation::Decided;
use crate::kernel::snapshot::Snapshot;
use crate::rows::needs::{Access, Needs};
use crate::settings::config;
use crate::vault::proofs::{Parked, brought, good, parked_with, required};

/// The gate of factors: what a policy requires is asked for before rates and rules.
#[derive(Debug)]
pub struct Factors {
    approvals: Arc<Approvals>,
    parked: &'static [Parked],
}

impl Factors {
    /// The gate beside that of approvals, with the ways in which a call may be parked: what was proven then
    /// is not asked for again.
    pub const fn new(approvals: Arc<Approvals>, parked: &'static [Parked]) -> Self {
        Self { approvals, parked }
    }
}

impl Gate for Factors {
    fn needs(&self, call: &Gated<'_>, _: &Snapshot, needs: &mut Needs) {
        needs.record(config::key(&call.caller().book), Access::Read);
        brought(call).iter().for_each(|proof| proof.needs(needs));
    }

    /// Lets a call pass that proves what policies require of it, and uses these proofs up:
    /// `factor_required`.
    fn judge(&self, call: &Gated<'_>, accepted: &Accepted<'_>, draft: &mut Draft<'_>) -> Decided<()> {
        let policies = self.approvals.in_force(draft)?;
        // nobody is there to prove anything: a timer does what was agreed
        if call.identity().kept == KeyRetention::Consent || !policies.require() {
            return Ok(());
        }
        let taken = outflows(draft.writes(), draft.seen());
        let treasury = outflows_of_treasury(draft.writes(), draft.seen());
        let mut missing = policies.factors(call.effect_on(draft.seen()), &sums(&taken), &sums(&treasury));
        // what was proven when the call was parked; what is required since then is not
        let proven = parked_with(call, accepted, self.parked, draft)?;
        missing.retain(|factor| !proven.contains(*factor));
        if missing.is_empty() {
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

fn sums(taken: &[Outflow]) -> Vec<(Currency, i128)> {
    taken.iter().map(|taken| (taken.currency, taken.minor)).collect()
}
