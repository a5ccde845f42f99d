//! Promises of stores: the contract, query plans, files, rights, and several processes on one store.

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

mod attached;
mod files;
mod host_processes;
mod lacking;
mod meanings;
mod opening;
mod parameters;
mod pausing;
mod plans;
mod processes;
mod read_only;
mod restoring;
mod rights;
mod row_security;
#[cfg(all(feature = "host-sqlx", feature = "sqlite", feature = "postgres"))]
mod spread;
#[cfg(all(feature = "host-sqlx", feature = "sqlite", feature = "postgres"))]
mod spread_outage;
#[cfg(all(feature = "host-sqlx", feature = "sqlite", feature = "postgres"))]
mod spread_silence;
#[cfg(feature = "postgres")]
mod statements;
mod store_contract;
mod surroundings;
mod turns;
