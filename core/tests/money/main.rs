//! Money that comes and leaves: payments and their gateways, what these send by themselves, purchases, and
//! withdrawals.

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

#[cfg(feature = "gateways")]
mod gateways;
mod payments;
mod purchases;
mod waits;
mod webhooks;
#[cfg(feature = "signing")]
mod withdrawals;
