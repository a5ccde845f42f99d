//! Clock regression: after a clock was set back, entries that rules have counted at a later time are moved to
//! now.
//!
//! A refusal says how long to wait, so the next verdict must find the entries where this one has moved them.
//! A call that passes writes them with its own counts. A call that is refused leaves a [`TakenAsNow`], which
//! writes them and nothing else.

use std::sync::Arc;

use serde_json::json;

use crate::ids::Book;
use crate::kernel::draft::Draft;
use crate::kernel::gate::Survivor;
use crate::kernel::operation::Decided;
use crate::kernel::snapshot::Snapshot;
use crate::risk::counting::counter::Hash;
use crate::risk::counting::states;
use crate::risk::judging::judge::{OfParty, OneMut, Party, RuleSet, State};
use crate::risk::rules::in_force::CallRules;
use crate::risk::rules::rule_set::{Refused, RuleSource};
use crate::rows::needs::Needs;
use crate::time::Time;

/// The event of counters that were written anew, because the clock was set back.
pub(crate) const TAKEN: &str = "counter.taken_as_now";

/// The states with entries later than now, as they were before these were moved.
pub(in crate::risk) type Ahead = Vec<OfParty>;

/// Moves entries that are later than now to now. Returns the states that had any, as they were before.
pub(in crate::risk) fn take_as_now<'s>(
    set: &RuleSet,
    states: impl Iterator<Item = OneMut<'s>>,
    now: Time,
) -> Ahead {
    take_as(set, states, |_, _, _| now)
}

fn take_as<'s>(
    set: &RuleSet,
    states: impl Iterator<Item = OneMut<'s>>,
    now: impl Fn(i64, &Hash, &State) -> Time,
) -> Ahead {
    let mut before = Vec::new();
    for (number, party, state) in states {
        let now = now(number, &party, state);
        if state.is_ahead(now) {
            before.push((number, party, state.clone()));
            let rule = set.rules.iter().find(|of| of.number == number);
            state.take_as_now(rule.map(|rule| &rule.window), now);
        }
    }
    before
}

/// The survivor of a refusal that writes the entries which the verdict has moved to its own time.
#[derive(Debug)]
pub(in crate::risk) struct TakenAsNow {
    refused: Refused,
    ahead: Ahead,
    judged: Time,
}

impl TakenAsNow {
    /// The survivor of a verdict of this time about these parties; `None` if nothing was later.
    pub(in crate::risk) fn of(
        source: &Arc<RuleSource>,
        book: &Book,
        rules: &CallRules,
        parties: &[Party],
        ahead: Ahead,
        judged: Time,
    ) -> Option<Arc<dyn Survivor>> {
        if ahead.is_empty() {
            return None;
        }
        let (parties, looked_at) = (parties.to_vec(), rules.about.subjects.clone());
        let refused = Refused::new(source.clone(), book.clone(), rules, parties, looked_at);
        Some(Arc::new(Self { refused, ahead, judged }))
    }
}

impl Survivor for TakenAsNow {
    fn name(&self) -> &'static str {
        "risk.taken_as_now"
    }

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        self.refused.needs(seen, needs);
    }

    fn write(&self, draft: &mut Draft<'_>) -> Decided<()> {
        // a book without rules of its own has counted nothing
        let in_force = self.refused.in_force(draft)?.filter(|of_call| !of_call.rules.begins);
        let Some(of_call) = in_force else { return Ok(()) };
        let mut counted = states::of(draft, &of_call, self.refused.parties())?;
        let now = draft.ctx.now;
        // entries that others have counted since may be later than the verdict: they are moved only if they
        // are later than now
        let seen = |number: i64, party: &Hash, state: &State| {
            let is = |(of, whose, was): &OfParty| (of, whose, was) == (&number, party, state);
            if self.ahead.iter().any(is) { self.judged } else { now }
        };
        let before = take_as(&of_call.about.set, counted.each_mut(), seen);
        if before.is_empty() {
            return Ok(());
        }
        let taken =
            before.iter().map(|(number, party, state)| (*number, *party, seen(*number, party, state)));
        let taken: Vec<states::parts::Taken> = taken.collect();
        states::parts::take_as_now(draft, &of_call, &counted, &taken)?;
        states::write(draft, &of_call.rules, counted)?;
        // after a host's transaction it is later than at the verdict, and the time of the verdict is seen
        // nowhere else
        let data = if self.judged == now { json!({}) } else { json!({ "judged_at": self.judged }) };
        draft.event(TAKEN, ("operation", self.refused.action()), 0, &data)
    }
}
