//! Disputes about deals: somebody opens one, both sides show evidence, staff look into it and decide.
//!
//! A dispute is a record of its own beside its deal. Opening, withdrawing and resolving one are transitions
//! of the deal too, judged by the deal's table and written in the same commit, money included. While a
//! dispute is open its deal stands still.

mod audit;
pub mod decide;
pub mod model;
mod parse;
pub mod queries;
pub mod requests;
pub mod timers;
pub mod views;

pub use audit::verify;
