//! The ledger through the public interface: accounts, money that moves, statements, limits, and its clock.

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

mod bounds;
mod clock_jumps;
mod clocks;
mod conformance;
mod documents;
mod invariants;
mod ledger_scenarios;
mod museum;
mod treasury;
