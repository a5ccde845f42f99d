//! Deals between a buyer and a seller: the money waits in the deal's own account until both sides did their
//! part.
//!
//! One table, [`transitions::TRANSITIONS`], says what a deal can do: from which state, pulled by whom, under
//! which condition, to where, and with what money. [`decide::Move`] runs any row of it, [`timers::Tick`]
//! those that the clock pulls, [`queries`] answers from it and [`diagram`] draws it.

mod audit;
pub mod decide;
pub mod diagram;
pub mod facts;
pub mod model;
pub mod money;
pub mod offer;
pub mod open;
pub mod plan;
pub mod queries;
pub mod roles;
pub mod timers;
pub mod transitions;
pub mod update;
pub mod wish;

pub use audit::{in_flight, still, verify};

pub(crate) mod parse;
pub mod requests;
#[cfg(test)]
mod tests;
pub mod views;
