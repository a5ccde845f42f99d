//! The everyday API of Rust: plain values in builders, typed ids, keys that the compiler asks for, replies
//! that can be read back, and the examples of the pages in a crate of its own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a test fails by panicking, and is told by its environment what to do"
)]
#![cfg(all(feature = "sqlite", feature = "postgres", feature = "host-sqlx"))]

#[path = "../support/mod.rs"]
mod support;

mod builders;
mod connections;
mod dispatch;
mod readme;
mod transactions;
mod views;
