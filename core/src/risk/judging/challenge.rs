//! Challenges: which factors a call has proved, and which of its proofs let it pass.

use std::collections::BTreeSet;

use crate::kernel::debits::outflows;
use crate::kernel::draft::Draft;
use crate::kernel::gate::{Accepted, Gated};
use crate::kernel::operation::Decided;
use crate::request::proof::Factor;
use crate::risk::judging::verdict::Verdict;
use crate::risk::rules::in_force::ActionRules;
use crate::risk::rules::rule::Outcome;
use crate::sorting::Gathering;
use crate::vault::proofs::{Parked, Presented, good, parked_with};

/// The factors that a call proves.
#[derive(Debug, Default)]
pub(in crate::risk) struct Proved {
    /// The factors that were proved when it was parked: they are not asked for again.
    before: BTreeSet<Factor>,
    /// The proofs that it brings now, by factor.
    brought: Vec<(Factor, Presented)>,
}

impl Proved {
    /// The factors that a call proves; none are looked up if no rule about it can ask for one.
    pub(in crate::risk) fn of(
        call: &Gated<'_>,
        accepted: &Accepted<'_>,
        about: &ActionRules,
        parked: &[Parked],
        draft: &Draft<'_>,
    ) -> Decided<Self> {
        if !about.challenges() {
            return Ok(Self::default());
        }
        let before = parked_with(call, accepted, parked, draft)?;
        let before = before.iter().filter_map(|factor| factor.parse().ok()).gathered();
        if call.caller().proofs.is_none() {
            return Ok(Self { before, brought: Vec::new() });
        }
        let taken = outflows(draft.writes(), draft.seen());
        let brought = good(call, &taken, draft)?;
        let named = |proof: Presented| Some((proof.factor.parse().ok()?, proof));
        Ok(Self { before, brought: brought.into_iter().filter_map(named).collect() })
    }

    pub(in crate::risk) fn factors(&self) -> Vec<Factor> {
        let brought = self.brought.iter().map(|(factor, _)| *factor);
        self.before.iter().copied().chain(brought).collect()
    }

    /// Uses up the proofs that let a call pass: one for each factor that a challenge names, and one for all
    /// challenges that name none.
    pub(in crate::risk) fn used(
        &self,
        about: &ActionRules,
        verdict: &Verdict,
        draft: &mut Draft<'_>,
    ) -> Decided<()> {
        if verdict.allowed_by.is_some() {
            return Ok(());
        }
        let mut needed: BTreeSet<Factor> = BTreeSet::new();
        let mut any = false;
        for fired in verdict.fired.iter().filter(|fired| fired.outcome == Outcome::Flag) {
            match about.rule(&fired.rule).filter(|rule| rule.outcome == Outcome::Challenge) {
                Some(rule) if rule.factors.is_empty() => any = true,
                Some(rule) => needed.extend(&rule.factors),
                None => any |= fired.is_score_of(about.set.thresholds.challenge),
            }
        }
        if any && needed.is_empty() && self.before.is_empty() {
            needed.extend(self.brought.first().map(|(factor, _)| *factor));
        }
        for factor in needed.difference(&self.before) {
            if let Some((_, proof)) = self.brought.iter().find(|(of, _)| of == factor) {
                proof.used(draft)?;
            }
        }
        Ok(())
    }
}
