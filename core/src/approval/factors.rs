//! The factors that policies require of a caller: which ones a call needs, and which proofs it brings.

use std::collections::BTreeSet;

use super::policy::Policies;
use crate::error::Result;
use crate::kernel::draft::Draft;
use crate::kernel::gate::Gated;
use crate::kernel::operation::Halt;
use crate::kernel::outflow::Outflow;
use crate::rows::needs::Needs;
use crate::settings::policy::TREASURY;
use crate::vault::proofs::{Presented, required};

impl Policies {
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

/// The proofs that a call brings.
fn brought(call: &dyn Gated) -> Vec<Presented> {
    let caller = call.caller();
    caller
        .proofs
        .iter()
        .flat_map(|proofs| proofs.iter())
        .filter_map(|token| Presented::of(&caller.book, token))
        .collect()
}

/// Names the rows that the proofs of a call wait in.
pub(super) fn needs(call: &dyn Gated, needs: &mut Needs) {
    brought(call).iter().for_each(|proof| proof.needs(needs));
}

/// The proofs that a call uses up: one for each factor that it needs, of the actor himself, or of who is or
/// owns an account that is debited.
///
/// # Errors
/// `factor_required`, with those that are missing.
pub(super) fn proven(
    call: &dyn Gated,
    (needed, taken): (BTreeSet<&str>, &[Outflow]),
    draft: &Draft<'_>,
) -> Result<Vec<Presented>, Halt> {
    let (mut missing, mut uses) = (needed, Vec::new());
    for proof in brought(call) {
        if !missing.contains(proof.factor) {
            continue;
        }
        let Some(subject) = proof.subject(draft, &call.identity().request)? else { continue };
        if subject == draft.ctx.actor.id() || gives(draft, taken, &subject)? {
            missing.remove(proof.factor);
            uses.push(proof);
        }
    }
    if missing.is_empty() { Ok(uses) } else { Err(required(&missing).into()) }
}

/// Whether an account that gives is a subject, or is owned by it.
fn gives(draft: &Draft<'_>, taken: &[Outflow], subject: &str) -> Result<bool, Halt> {
    for outflow in taken {
        let key = (draft.ctx.book.clone(), outflow.account.clone(), outflow.currency);
        let owner = draft.account(&key)?.and_then(|row| row.owner.clone());
        if outflow.account.as_str() == subject || owner.as_deref() == Some(subject) {
            return Ok(true);
        }
    }
    Ok(false)
}
