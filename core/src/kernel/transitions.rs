//! The transitions of a domain's object as one table: refusals list the allowed triggers from it, and the
//! diagram is drawn from it.

use std::fmt::Display;

use super::permit::{Tie, not_permitted};
use crate::error::{Detail, Error, Result};
use crate::ids::Actor;

/// One row: in state `from`, these may pull `trigger`, and it takes the object to one of `to`.
#[derive(Clone, Copy, Debug)]
pub struct Transition<S: 'static, T, W> {
    /// The state that it leaves; none where the object begins.
    pub from: Option<S>,
    pub trigger: T,
    /// The actors who may pull it, where the table says so.
    pub who: W,
    /// Where it goes.
    pub to: &'static [S],
}

/// A row that leaves a state.
pub const fn row<S: 'static, T, W>(from: S, trigger: T, who: W, to: &'static [S]) -> Transition<S, T, W> {
    Transition { from: Some(from), trigger, who, to }
}

/// All transitions of an object. What is not here cannot happen.
#[derive(Clone, Copy, Debug)]
pub struct Transitions<S: 'static, T: 'static, W: 'static> {
    /// The triggers that somebody calls. All others come from timers, workers and other objects.
    pub called: &'static [T],
    /// The rows: one for a trigger in a state.
    pub rows: &'static [Transition<S, T, W>],
}

impl<S, T, W> Transitions<S, T, W>
where
    S: Copy + Display + PartialEq + 'static,
    T: Copy + Display + PartialEq + 'static,
    W: Copy + 'static,
{
    /// The row of a trigger in a state; none where it cannot be pulled.
    pub fn find(self, from: Option<S>, trigger: T) -> Option<&'static Transition<S, T, W>> {
        self.rows.iter().find(|row| row.from == from && row.trigger == trigger)
    }

    /// Whether a trigger may lead from a state to another one.
    pub fn leads(self, from: S, trigger: T, to: S) -> bool {
        self.find(Some(from), trigger).is_some_and(|row| row.to.contains(&to))
    }

    /// Lists the callable transitions of a state.
    pub fn callable(self, state: S) -> impl Iterator<Item = &'static Transition<S, T, W>> {
        let called = move |row: &&Transition<S, T, W>| self.called.contains(&row.trigger);
        self.rows.iter().filter(move |row| row.from == Some(state)).filter(called)
    }

    /// `transition_not_allowed`, with what is possible instead.
    pub fn not_allowed(self, object: impl Display, state: S, trigger: impl Display) -> Error {
        self.not_allowed_of(object, state, trigger, |_| true)
    }

    /// The same for an object that takes some triggers only under a condition.
    pub fn not_allowed_of(
        self,
        object: impl Display,
        state: S,
        trigger: impl Display,
        takes: impl Fn(T) -> bool,
    ) -> Error {
        let triggers = self.callable(state).map(|row| row.trigger).filter(|trigger| takes(*trigger));
        Detail::TransitionNotAllowed {
            object: object.to_string(),
            state: state.to_string(),
            trigger: trigger.to_string(),
            allowed: triggers.map(|trigger| trigger.to_string()).collect(),
        }
        .into()
    }

    /// The table as a state diagram of Mermaid: the object begins in the first of all states.
    pub fn mermaid(self, states: &[S], is_end: impl Fn(S) -> bool) -> String {
        let mut lines = vec!["stateDiagram-v2".to_owned()];
        lines.extend(states.first().map(|first| format!("    [*] --> {first}")));
        for from in states {
            for to in states.iter().filter(|to| *to != from) {
                let rows = self.rows.iter().filter(|row| row.from == Some(*from) && row.to.contains(to));
                let triggers: Vec<String> = rows.map(|row| row.trigger.to_string()).collect();
                if !triggers.is_empty() {
                    lines.push(format!("    {from} --> {to}: {}", triggers.join(", ")));
                }
            }
        }
        lines.extend(states.iter().filter(|state| is_end(**state)).map(|end| format!("    {end} --> [*]")));
        lines.join("\n") + "\n"
    }

    /// Every state is reached, and has one row for a trigger.
    #[cfg(test)]
    pub(crate) fn check(self, states: &[S], triggers: &[T]) {
        for state in states {
            assert!(self.rows.iter().any(|row| row.to.contains(state)), "{state} is never reached");
            for trigger in triggers {
                let rows = self.rows.iter();
                let rows = rows.filter(|row| row.from == Some(*state) && row.trigger == *trigger);
                assert!(rows.count() <= 1, "{trigger} in {state} twice");
            }
        }
    }
}

/// A role that a table names. Staff have theirs by what they are, all others by a tie to the object.
pub trait TableRole: Copy + Display + PartialEq + 'static {
    /// Staff of the host.
    const ADMIN: Self;
    /// The host's own program, workers and timers.
    const SYSTEM: Self;
}

/// The roles of an actor: those of the sides that it is tied to, and that of an admin. The host's own program
/// has the system role only.
pub fn roles<R: TableRole>(actor: &Actor, sides: &[(R, &[Tie<'_>])]) -> Vec<R> {
    if actor.is_system() {
        return vec![R::SYSTEM];
    }
    let tied = sides.iter().filter(|(_, ties)| ties.iter().any(|tie| tie.binds(actor)));
    tied.map(|(role, _)| *role).chain(actor.is_admin().then_some(R::ADMIN)).collect()
}

impl<S: Copy + 'static, T, W> Transition<S, T, W> {
    /// The state that it leads to; `None` where there are several.
    pub fn only_state(&self) -> Option<S> {
        if let [one] = self.to { Some(*one) } else { None }
    }
}

impl<S: 'static, T: Display, R: Display + PartialEq + 'static> Transition<S, T, &'static [R]> {
    /// Whether one of these roles may pull it.
    pub fn lets(&self, roles: &[R]) -> bool {
        self.who.iter().any(|role| roles.contains(role))
    }

    /// Judges an actor by his roles.
    pub fn judge(&self, actor: &Actor, roles: &[R], field: Option<&str>) -> Result<()> {
        if self.lets(roles) {
            return Ok(());
        }
        Err(not_permitted(field, actor, only(self.who, &self.trigger)))
    }
}

/// Says who may pull a trigger, in the words of a refusal.
pub fn only(who: &[impl Display], trigger: impl Display) -> String {
    let names: Vec<String> = who.iter().map(ToString::to_string).collect();
    format!("only {} may `{trigger}` here", names.join(", "))
}
