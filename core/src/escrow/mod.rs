//! Deals between a buyer and a seller: the money waits in the deal's own account until both sides did their
//! part.
//!
//! One table, [`transitions::TRANSITIONS`], has every transition of a deal: from which state, pulled by whom,
//! under which condition, to where, and with what money. [`decide::Move`] runs any row of it,
//! [`timers::Tick`] those that the clock pulls, [`queries`] answers from it and [`diagram`] draws it.

pub mod agreed;
pub mod allowed;
mod check;
pub mod decide;
pub mod diagram;
pub mod facts;
pub mod model;
pub mod money;
mod moves;
pub mod open;
pub mod owned;
pub mod paying;
pub mod plan;
pub mod queries;
pub mod roles;
mod states;
pub mod timers;
pub mod transitions;
pub mod update;

pub use allowed::{allowed_actions, allowed_actions_of_json, table};
pub use check::{in_flight, still};

pub mod move_args;
pub(crate) mod parse;
pub mod pricing;
pub mod requests;
#[cfg(test)]
mod tests;
pub mod views;

use crate::request::domain::{Domain, Timer, checks};
use crate::request::scope::Scope;
use crate::rows::tables::RecordRow;

#[derive(Clone, Copy, Debug)]
pub struct Deals;

impl Domain for Deals {
    fn objects(&self) -> &'static [(&'static str, &'static str)] {
        &[(model::KIND, "dl")]
    }

    fn timer(&self, _: &Scope, record: &RecordRow) -> Option<Timer> {
        let tick = timers::operation(record)?;
        Some(Box::new(move |scope, answer| Box::new(tick.call(scope, scope.env.seed(), answer))))
    }

    checks! { |reading, audit, examine| check::verify(reading, audit.copy, examine) }
}
