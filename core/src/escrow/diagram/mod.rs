//! A picture of everything that a deal can do, drawn from the table of transitions.

mod svg;

pub use svg::svg;

use super::model::{Role, State};
use super::transitions::{Guard, Movement, Place, TRANSITIONS, Target, Transition, Waypoint, When};
use crate::sorting::Sorting;

/// The meaning of a state for the money, for colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StateMeaning {
    /// The deal is in progress.
    Active,
    /// Its timers are stopped until somebody decides.
    Halted,
    /// The seller has the money.
    Success,
    /// The buyer has it back, whole or in part.
    Refund,
    /// It ended before the money was in the deal's account.
    Ended,
}

impl StateMeaning {
    pub(crate) const ALL: [Self; 5] = [Self::Active, Self::Halted, Self::Success, Self::Refund, Self::Ended];

    pub(crate) const fn of(state: State) -> Self {
        match state {
            State::RefundPending | State::Disputed => Self::Halted,
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
            Self::Halted => "halted",
            Self::Success => "success",
            Self::Refund => "refund",
            Self::Ended => "ended",
        }
    }

    pub(crate) const fn meaning(self) -> &'static str {
        match self {
            Self::Active => "under way",
            Self::Halted => "somebody must decide",
            Self::Success => "seller paid",
            Self::Refund => "buyer paid back",
            Self::Ended => "ended without payment",
        }
    }
}

/// How an arrow goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// From one state to another.
    To,
    /// Back to the state before.
    Back,
    /// Nowhere: the state stays.
    Stay,
}

/// One arrow label: the causes of a change from one state to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Edge {
    pub(crate) from: State,
    /// Where it goes; the state that it comes from when it goes back or nowhere.
    pub(crate) to: State,
    pub(crate) way: Way,
    /// The triggers.
    pub(crate) label: String,
    /// The roles that may pull them, and when.
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
    let mut states: Vec<State> = State::ALL.iter().filter(drawn).copied().collect();
    // a buyer who is refused a refund may dispute next
    states.order_by_key(|state| match state {
        State::RefundPending => (State::Disputed, 0),
        state => (*state, 1),
    });
    states
}

/// The states that a standstill may have begun in.
fn befores(frozen: State) -> impl Iterator<Item = State> {
    let leads = move |row: &&Transition| {
        let Target::Through(steps) = row.to;
        steps.iter().any(|step| step.place == Place::At(frozen))
    };
    TRANSITIONS.iter().filter(leads).map(|row| row.from)
}

/// The arrows of the table, in its order; equal ones between the same states are one.
pub(crate) fn edges() -> Vec<Edge> {
    let mut edges: Vec<Edge> = Vec::new();
    for row in TRANSITIONS {
        let Target::Through(steps) = row.to;
        let mut before = row.from;
        for step in steps {
            let edge = edge(row, before, step);
            let same = |other: &&mut Edge| {
                (other.from, other.to, other.way, &other.detail)
                    == (edge.from, edge.to, edge.way, &edge.detail)
            };
            match edges.iter_mut().find(same) {
                Some(other) => other.label = format!("{}, {}", other.label, edge.label),
                None => edges.push(edge),
            }
            // all other conditions exclude each other: their steps leave the state before them
            if let (When::Always | When::Secured, Place::At(state)) = (step.when, step.place) {
                before = state;
            }
        }
    }
    edges
}

fn edge(row: &Transition, from: State, step: &Waypoint) -> Edge {
    let first = from == row.from;
    let timer = row.trigger.is_timer();
    let mut detail = if timer {
        String::new()
    } else if first {
        row.who.iter().map(|role: &Role| role.as_str()).collect::<Vec<_>>().join(", ")
    } else {
        "goes on".to_owned()
    };
    match row.guard {
        Guard::Before(deadline) if first => detail.push_str(&format!(", until {deadline}")),
        Guard::Opener => detail.push_str(", whoever opened it"),
        _ => {}
    }
    match (step.when, first) {
        (When::Secured, _) => detail.push_str(" unless secure=false"),
        (When::ToShip, false) => detail.push_str(" unless require_acceptance"),
        (When::NothingToShip, false) => detail.push_str(" if shipping=false"),
        (When::NothingToShip, true) => detail.push_str(", if shipping=false"),
        (When::Whole, _) => detail.push_str(", all of it"),
        (When::Part, _) => detail.push_str(", a part"),
        (When::Ruled(ruling), _) => detail.push_str(&format!(", outcome={ruling}")),
        (When::Always, _) | (When::ToShip, true) => {}
    }
    let label = if timer { format!("timer {}", row.trigger) } else { row.trigger.to_string() };
    let (to, way) = match step.place {
        Place::At(state) => (state, Way::To),
        Place::Before => (from, Way::Back),
        Place::Here => (from, Way::Stay),
    };
    Edge { from, to, way, label, detail, money: step.money, timer }
}

/// The picture as a Mermaid state diagram.
pub fn mermaid() -> String {
    let mut text = String::from("stateDiagram-v2\n    [*] --> pending: open\n");
    for edge in edges() {
        let (from, line) = (edge.from, edge.line());
        if edge.way == Way::Back {
            for before in befores(from) {
                text.push_str(&format!("    {from} --> {before}: {line}, if it was {before}\n"));
            }
        } else {
            text.push_str(&format!("    {from} --> {}: {line}\n", edge.to));
        }
    }
    let states = states();
    for state in states.iter().filter(|state| state.is_terminal()) {
        text.push_str(&format!("    {state} --> [*]\n"));
    }
    let colours = [
        ("#ddf4ff", "#0969da"),
        ("#fbefff", "#8250df"),
        ("#dafbe1", "#1a7f37"),
        ("#fff8c5", "#9a6700"),
        ("#eaeef2", "#6e7781"),
    ];
    for (outcome, (fill, stroke)) in StateMeaning::ALL.into_iter().zip(colours) {
        let class = outcome.class();
        let of_class: Vec<&str> = states
            .iter()
            .filter(|state| StateMeaning::of(**state) == outcome)
            .map(|state| state.as_str())
            .collect();
        if !of_class.is_empty() {
            text.push_str(&format!("    classDef {class} fill:{fill},stroke:{stroke},color:#1f2328\n"));
            text.push_str(&format!("    class {} {class}\n", of_class.join(",")));
        }
    }
    text
}
