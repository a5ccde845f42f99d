//! Replies of upkeep: timers, health, verification, clock, copies, replays and counts.

use crate::history::views::Head;
use crate::request::view::views;
use crate::time::Time;

views! {
    /// A timeline that has begun.
    view Timeline {
        /// The store.
        store: String,
        /// The timeline: links of the chain and receipts carry it from now on.
        timeline: String,
        /// The one before.
        previous: String,
    }

    /// A copy that was made.
    view Copied {
        /// The file.
        path: String,
        /// Its size.
        bytes: i64,
    }

    /// A read-only copy that was made from the log of a book.
    view Replayed {
        /// How many events were applied.
        events: i64,
        /// The newest link of the copy's chain.
        head: Head,
        /// The hash of the state of the copy, as `events.state_hash` returns it: equal to that of the book
        /// itself.
        hash: String,
        /// How many accounts, transfers, holds and records went into it.
        rows: i64,
    }

    /// The result of `jobs.run_due`.
    #[derive(Copy, Default)]
    view Ran {
        /// Timers of records that did something.
        timers: i64,
        /// Holds that ended.
        holds: i64,
        /// Jobs that this process's handlers were given, whether or not they worked.
        jobs: i64,
    }

    /// One check of health or verification.
    view HealthCheck {
        /// The name of the check.
        name: String,
        /// `healthy`, `warning` or `critical`.
        status: String,
        /// The finding.
        detail: String,
    }

    /// The health of an engine and its store.
    view Health {
        /// The worst of the checks.
        status: String,
        /// The checks.
        checks: Vec<HealthCheck>,
    }
}

/// Findings that one check lists.
pub(super) const FOUND_LIMIT: usize = 20;

views! {
    /// One invariant, recomputed.
    view VerifyCheck {
        /// Its name.
        name: String,
        /// Whether it holds.
        ok: bool,
        /// How many rows were examined.
        examined: i64,
        /// The errors found, at most 20: what and where.
        found: Vec<String>,
    }

    /// Every invariant, recomputed.
    view Verify {
        /// Whether all hold.
        ok: bool,
        /// The checks.
        checks: Vec<VerifyCheck>,
        /// The newest link of every book: keep them elsewhere, and give the one of a book to a later
        /// verification as `anchor`.
        heads: Vec<BookHead>,
    }

    /// The newest link of a book's chain.
    view BookHead {
        /// The book.
        book: String,
        /// Its sequence number.
        seq: i64,
        /// Its hash, hexadecimal.
        hash: String,
    }

    /// A clock that was confirmed to be right.
    #[derive(Copy)]
    view ClockConfirmed {
        /// The time that it shows.
        now: Time,
        /// The time that it should have shown by the time that has passed, if it had jumped.
        expected: Option<Time>,
    }

    /// Counts of a store and of this process.
    view Stats {
        /// Name of the store.
        store: String,
        /// Sequenced events of the book.
        events: i64,
        /// Accepted and refused calls of this process.
        accepted: u64,
        /// Refused calls of this process.
        refused: u64,
        /// Commands waiting or running in this process.
        queued: i64,
    }

    /// The metrics of a process.
    view Metrics {
        /// The text, as Prometheus reads it.
        text: String,
        /// Its media type, for the header of an answer over HTTP.
        content_type: String,
    }

    /// The result of `admin.erase_context`.
    #[derive(Copy)]
    view Erased {
        /// From how many events something was erased.
        erased: i64,
    }
}
