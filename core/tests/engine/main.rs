//! The engine beneath the verbs: groups, locks, gates, jobs, host transactions, and callers that race
//! or leave.

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

mod cancelled;
mod followed_jobs;
mod followed_records;
mod gates;
mod host;
mod host_batches;
mod host_locks;
mod host_statements;
mod involuntary;
mod jobs;
mod metrics;
mod pledge;
mod races;
mod rank;
mod recall;
mod relied;
mod ring;
#[cfg(feature = "postgres")]
mod sequencing;
mod sinks;
mod stepped;
mod sweeping;
mod words;
