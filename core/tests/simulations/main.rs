//! Random histories, faults and inputs on every store, against models of what must come out.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a test fails by panicking, is told by its environment what to do, and waits by the clock"
)]

#[path = "../support/mod.rs"]
mod support;

mod escrow_walks;
mod faulty_store;
mod fuzzing;
mod fuzzing_built;
mod model;
mod planted;
mod salts;
mod simulation;
mod simulation_deals;
mod simulation_gateways;
mod simulation_limits;
mod table_rows;
