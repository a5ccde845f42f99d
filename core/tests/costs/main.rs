//! Costs of an engine: memory after millions of transfers and after webhooks by the thousand, statements
//! while nobody calls, and statements of sales.

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

mod endurance;
#[cfg(target_os = "linux")]
mod flood;
mod idle;
mod sales;
mod webhooks;

use tokio::sync::RwLock;

/// Memory is that of the whole process: who measures it holds this alone, and everybody else shares it.
static PROCESS: RwLock<()> = RwLock::const_new(());
