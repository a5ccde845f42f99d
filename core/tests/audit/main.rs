//! Permissions, and how a breach shows afterwards: roles, tampering, replayed logs, restored and forked
//! databases.

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

mod ahead;
mod attempts;
mod credentials;
mod factors;
mod histories;
mod identity;
mod keyrings;
mod lists;
mod many;
mod other_keyrings;
mod permissions;
mod replay;
mod roles;
mod signing;
mod tampering;
mod vault;
mod writes;
