//! Engines and other servers: lines that fall silent, databases that fail over, poolers, others who hold
//! locks, and brokers that are killed.

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

#[cfg(feature = "brokers")]
mod brokers;
mod contention;
mod failover;
mod faults;
mod key_uses;
mod lines;
mod pooled;
mod reasons;
mod returning;
mod sequencing;
mod server_clock;
mod standby;
mod tls;
