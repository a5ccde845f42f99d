//! Replies of upkeep: timers, health, verification, clock, copies, replays and counts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::history::views::Head;
use crate::time::Time;

/// A timeline that has begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Timeline {
    /// The store.
    pub store: String,
    /// The timeline: links of the chain and receipts carry it from now on.
    pub timeline: String,
    /// The one before.
    pub previous: String,
}

/// A copy that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Copied {
    /// The file.
    pub path: String,
    /// Its size.
    pub bytes: i64,
}

/// A read-only copy that was made from the log of a book.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Replayed {
    /// How many events were applied.
    pub events: i64,
    /// The newest link of the copy's chain.
    pub head: Head,
    /// The hash of the state of the copy, as `events.state_hash` returns it: equal to that of the book
    /// itself.
    pub hash: String,
    /// How many accounts, transfers, holds and records went into it.
    pub rows: i64,
}

/// The result of `jobs.run_due`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Ran {
    /// Timers of records that did something.
    pub timers: i64,
    /// Holds that ended.
    pub holds: i64,
    /// Jobs that this process's handlers were given, whether or not they worked.
    pub jobs: i64,
}

/// One check of health or verification.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HealthCheck {
    /// The name of the check.
    pub name: String,
    /// `healthy`, `warning` or `critical`.
    pub status: String,
    /// The finding.
    pub detail: String,
}

/// The health of an engine and its store.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Health {
    /// The worst of the checks.
    pub status: String,
    /// The checks.
    pub checks: Vec<HealthCheck>,
}

/// Findings that one check lists.
pub(super) const FOUND_LIMIT: usize = 20;

/// One invariant, recomputed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VerifyCheck {
    /// Its name.
    pub name: String,
    /// Whether it holds.
    pub ok: bool,
    /// How many rows were examined.
    pub examined: i64,
    /// The errors found, at most 20: what and where.
    pub found: Vec<String>,
}

/// Every invariant, recomputed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Verify {
    /// Whether all hold.
    pub ok: bool,
    /// The checks.
    pub checks: Vec<VerifyCheck>,
    /// The newest link of every book: keep them elsewhere, and give the one of a book to a later verification
    /// as `anchor`.
    pub heads: Vec<BookHead>,
}

/// The newest link of a book's chain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BookHead {
    /// The book.
    pub book: String,
    /// Its sequence number.
    pub seq: i64,
    /// Its hash, hexadecimal.
    pub hash: String,
}

/// A clock that was confirmed to be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClockConfirmed {
    /// The time that it shows.
    pub now: Time,
    /// The time that it should have shown by the time that has passed, if it had jumped.
    pub expected: Option<Time>,
}

/// Counts of a store and of this process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Stats {
    /// Name of the store.
    pub store: String,
    /// Sequenced events of the book.
    pub events: i64,
    /// Accepted and refused calls of this process.
    pub accepted: u64,
    /// Refused calls of this process.
    pub refused: u64,
    /// Commands waiting or running in this process.
    pub queued: i64,
}

/// The metrics of a process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Metrics {
    /// The text, as Prometheus reads it.
    pub text: String,
    /// Its media type, for the header of an answer over HTTP.
    pub content_type: String,
}

/// The result of `admin.erase_context`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Erased {
    /// From how many events something was erased.
    pub erased: i64,
}
