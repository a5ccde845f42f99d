//! What happens between an engine and its database: lines that fall silent, servers that fail over, poolers,
//! and others who hold locks.

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

mod contention;
mod failover;
mod faults;
mod key_uses;
mod lines;
mod pooled;
mod sequencing;
mod server_clock;
mod standby;
mod tls;
