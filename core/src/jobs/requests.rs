//! Requests about jobs: taking them, reporting on them, and looking after those that failed.

use serde_json::Value;

use crate::request::bounds::{EXACT, ID, METADATA, NAME, PAGE, REASON, REPORT, spans, whole, word_of};
use crate::request::declare::request;
use crate::rows::tables::JobState;
use crate::time::{Span, SpanInput, Time};

request! {
    /// Takes jobs that are due, the oldest first.
    read LeaseJobs {
        /// Of these kinds, 1 to 32.
        kinds: Vec<String> [NAME.items(32)],
        /// How many at most, 1 to 500.
        limit: u32 [PAGE],
        /// For how long, PT1S to PT24H. The worker reports before that, or asks for more time.
        r#for: SpanInput [spans(Span::from_secs(1), Span::from_hours(24))],
        ;
        /// Of every book of the store, not of this one alone; each job names its book. For the host's own
        /// program alone: an admin is `not_permitted`.
        all_books: Option<bool> = false,
    }

    /// Writes a job of a kind of your own: work to be done once this commit, or your own transaction, took
    /// place.
    write EnqueueJob {
        /// The kind of work: 1 to 64 of `A-Z a-z 0-9 . _ : -`, and none whose jobs Earnest writes itself.
        kind: String [NAME],
        /// The work: any JSON of at most 16 KiB, best ids and amounts. It stays with the job. That of
        /// `webhook.deliver` has `url`, `body` and, if it is of a type, `event`.
        payload: Value [METADATA],
        ;
        /// Not before this time, at most 366 days ahead. At once if it is left out.
        run_at: Option<Time>,
        /// After how many leases without success the job is dead, 1 to 100.
        max_attempts: Option<u32> [whole(1, 100)] = 20,
    }

    /// Says that a job is done.
    write CompleteJob object job {
        /// The job.
        job: String [ID],
        /// The number of the lease.
        fence: i64 [whole(1, EXACT)],
        ;
        /// The result: any JSON of at most 16 KiB, and of at most 256 KiB for the kinds `chain.*` and
        /// `signer.*`, whose reports are judged and not kept.
        result: Option<Value> [REPORT],
    }

    /// Says that a job did not work.
    write FailJob object job {
        /// The job.
        job: String [ID],
        /// The number of the lease.
        fence: i64 [whole(1, EXACT)],
        /// The error, at most 1,000 characters. No personal data: it is kept with the job.
        error: String [REASON],
        ;
        /// When to try again; otherwise after a pause that grows.
        retry_at: Option<Time>,
    }

    /// Asks for more time for a job.
    write ExtendJob object job {
        /// The job.
        job: String [ID],
        /// The number of the lease.
        fence: i64 [whole(1, EXACT)],
        /// For how long from now on, PT1S to PT24H.
        r#for: SpanInput [spans(Span::from_secs(1), Span::from_hours(24))],
    }

    /// Gives back a job that was not begun.
    write ReleaseJob object job {
        /// The job.
        job: String [ID],
        /// The number of the lease.
        fence: i64 [whole(1, EXACT)],
    }

    /// Drives a job again that is dead, or puts one forward that waits.
    write RetryJob object job {
        /// The job.
        job: String [ID],
    }

    /// Ends a job without its being done.
    write DiscardJob object job {
        /// The job.
        job: String [ID],
    }

    /// Lists jobs, newest first.
    read Jobs pages {
        ;
        /// Only of this kind.
        kind: Option<String> [NAME],
        /// Only in this state: `queued`, `leased`, `done` or `dead`.
        state: Option<String> [word_of::<JobState>()],
    }

    /// Asks how many jobs there are.
    read GetJobStats {}
}
