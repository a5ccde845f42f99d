//! A picture of everything that a deal can do, drawn from the table of transitions.

mod svg;

pub use svg::svg;

use super::model::{Role, State};
use super::transitions::{Guard, Movement, Step, TRANSITIONS, Target, Transition, When};

/// What a state means for the money, for colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The deal is under way.
    Active,
    /// The seller has the money.
    Success,
    /// The buyer has it back, whole or in part.
    Refund,
    /// It ended before the money was in the deal's account.
    Ended,
}

impl Outcome {
    pub(crate) const ALL: [Self; 4] = [Self::Active, Self::Success, Self::Refund, Self::Ended];

    pub(crate) const fn of(state: State) -> Self {
        match state {
            State::Released => Self::Success,
            State::Refunded | State::Split => Self::Refund,
            State::Cancelled | State::Expired => Self::Ended,
            _ => Self::Active,
        }
    }

    /// Name of its class in both pictures.
    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Success => "success",
            Self::Refund => "refund",
            Self::Ended => "ended",
        }
    }

    pub(crate) const fn meaning(self) -> &'static str {
        match self {
            Self::Active => "under way",
            Self::Success => "seller paid",
            Self::Refund => "buyer paid back",
            Self::Ended => "ended without payment",
        }
    }
}

/// One arrow label: what makes a deal go from one state to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Edge {
    pub(crate) from: State,
    pub(crate) to: State,
    /// The triggers.
    pub(crate) label: String,
    /// Who may pull them, and when.
    pub(crate) detail: String,
    pub(crate) money: Movement,
    pub(crate) timer: bool,
}

impl Edge {
    /// The label as one line.
    pub(crate) fn line(&self) -> String {
        if self.detail.is_empty() { self.label.clone() } else { format!("{} · {}", self.label, self.detail) }
    }
}

/// The states that the table knows, in the order of a deal that goes well.
pub(crate) fn states() -> Vec<State> {
    let edges = edges();
    let drawn = |state: &&State| edges.iter().any(|edge| edge.from == **state || edge.to == **state);
    State::ALL.iter().filter(drawn).copied().collect()
}

/// The arrows of the table, in its order; those that say the same between the same states are one.
pub(crate) fn edges() -> Vec<Edge> {
    let mut edges: Vec<Edge> = Vec::new();
    for row in TRANSITIONS {
        let Target::Through(steps) = row.to;
        let mut before = row.from;
        for step in steps {
            let edge = edge(row, before, step);
            let same = |other: &&mut Edge| {
                (other.from, other.to, &other.detail) == (edge.from, edge.to, &edge.detail)
            };
            match edges.iter_mut().find(same) {
                Some(other) => other.label = format!("{}, {}", other.label, edge.label),
                None => edges.push(edge),
            }
            // the last two conditions exclude each other: both steps leave the state before them
            if matches!(step.when, When::Always | When::Secured) {
                before = step.state;
            }
        }
    }
    edges
}

fn edge(row: &Transition, from: State, step: &Step) -> Edge {
    let first = from == row.from;
    let timer = row.trigger.is_timer();
    let mut detail = if timer {
        String::new()
    } else if first {
        row.who.iter().map(|role: &Role| role.as_str()).collect::<Vec<_>>().join(", ")
    } else {
        "goes on".to_owned()
    };
    if let (Guard::Before(deadline), true) = (row.guard, first) {
        detail.push_str(&format!(", until {deadline}"));
    }
    match (step.when, first) {
        (When::Secured, _) => detail.push_str(" unless secure=false"),
        (When::ToShip, false) => detail.push_str(" unless require_acceptance"),
        (When::NothingToShip, false) => detail.push_str(" if shipping=false"),
        (When::NothingToShip, true) => detail.push_str(", if shipping=false"),
        (When::Always, _) | (When::ToShip, true) => {}
    }
    let label = if timer { format!("timer {}", row.trigger) } else { row.trigger.to_string() };
    Edge { from, to: step.state, label, detail, money: step.money, timer }
}

/// The picture as a Mermaid state diagram.
#[must_use]
pub fn mermaid() -> String {
    let mut text = String::from("stateDiagram-v2\n    [*] --> pending: open\n");
    for edge in edges() {
        text.push_str(&format!("    {} --> {}: {}\n", edge.from, edge.to, edge.line()));
    }
    let states = states();
    for state in states.iter().filter(|state| state.is_terminal()) {
        text.push_str(&format!("    {state} --> [*]\n"));
    }
    let colours =
        [("#ddf4ff", "#0969da"), ("#dafbe1", "#1a7f37"), ("#fff8c5", "#9a6700"), ("#eaeef2", "#6e7781")];
    for (outcome, (fill, stroke)) in Outcome::ALL.into_iter().zip(colours) {
        let class = outcome.class();
        let of_class: Vec<&str> = states
            .iter()
            .filter(|state| Outcome::of(**state) == outcome)
            .map(|state| state.as_str())
            .collect();
        if !of_class.is_empty() {
            text.push_str(&format!("    classDef {class} fill:{fill},stroke:{stroke},color:#1f2328\n"));
            text.push_str(&format!("    class {} {class}\n", of_class.join(",")));
        }
    }
    text
}
