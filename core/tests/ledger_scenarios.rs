//! Every operation of the ledger on every store: what it does, and each of its refusals.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod support;

#[path = "ledger_scenarios/accounts.rs"]
mod accounts;
#[path = "ledger_scenarios/batches.rs"]
mod batches;
#[path = "ledger_scenarios/edges.rs"]
mod edges;
#[path = "ledger_scenarios/holds.rs"]
mod holds;
#[path = "ledger_scenarios/keys.rs"]
mod keys;
#[path = "ledger_scenarios/movements.rs"]
mod movements;
#[path = "ledger_scenarios/queries.rs"]
mod queries;
#[path = "ledger_scenarios/refusals.rs"]
mod refusals;
#[path = "ledger_scenarios/statements.rs"]
mod statements;
#[path = "ledger_scenarios/streaming.rs"]
mod streaming;
#[path = "ledger_scenarios/verdicts.rs"]
mod verdicts;
