//! Deals, disputes, approvals and receipts through the public interface, on every store.

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

mod approval_host;
mod approval_policies;
mod approvals;
mod deals;
mod due;
mod escrow_disputes;
mod escrow_races;
mod escrow_rules;
mod evidence_places;
mod receipts;
mod timer_consent;
