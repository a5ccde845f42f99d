//! Views of jobs.

use crate::error::{Error, Result};
use crate::ids::JobId;
use crate::request::view::views;
use crate::rows::tables::{JobRow, JobState};
use crate::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// Something to do outside.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// Its book: report on it there.
    pub book: String,
    /// The kind of work.
    pub kind: String,
    /// `queued`, `leased`, `done` or `dead`.
    pub state: JobState,
    /// How often it was leased.
    pub attempts: i64,
    /// How often it may be leased before it is dead.
    pub max_attempts: i64,
    /// Not before this time.
    pub run_at: Time,
    /// When the lease ends.
    pub leased_until: Option<Time>,
    /// The number of the newest lease: a report names it.
    pub fence: i64,
    /// The key to send outside: fixed when the job was written, the same at every attempt.
    pub key: String,
    /// The newest error.
    pub last_error: Option<String>,
    /// The work.
    pub payload: Value,
    /// The result.
    pub result: Value,
    /// Whether it was ended without being done.
    pub discarded: bool,
    /// Counts every change.
    pub version: i64,
    /// When it was written.
    pub created_at: Time,
}

/// Neither what is to be done nor what came of it: a gateway's token may be in there.
impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Job");
        shown.field("id", &self.id).field("book", &self.book).field("kind", &self.kind);
        shown.field("state", &self.state).field("attempts", &self.attempts).field("fence", &self.fence);
        shown.field("key", &self.key).finish_non_exhaustive()
    }
}

impl Job {
    /// The view of a row.
    ///
    /// # Errors
    /// `corrupted` when a JSON column cannot be read.
    pub fn of(row: &JobRow) -> Result<Self> {
        let broken = |_| Error::corrupted(format!("data of job {}", row.id));
        Ok(Self {
            id: row.id,
            book: row.book.to_string(),
            kind: row.kind.to_string(),
            state: row.state,
            attempts: row.attempts,
            max_attempts: row.max_attempts,
            run_at: row.run_at,
            leased_until: row.leased_until,
            fence: row.fence,
            key: row.outside_key.to_string(),
            last_error: row.last_error.as_deref().map(ToOwned::to_owned),
            payload: serde_json::from_str(&row.payload).map_err(broken)?,
            result: row.result.as_deref().map_or(Ok(Value::Null), serde_json::from_str).map_err(broken)?,
            discarded: row.discarded,
            version: row.version,
            created_at: row.created_at,
        })
    }
}

views! {
    /// Reply of the writes about a job.
    view JobReply {
        /// The job.
        job: Job,
        /// Whether this step was taken before.
        replayed: bool,
    }

    /// Reply of `jobs.lease`.
    view Leased {
        /// The jobs that are the caller's now, the oldest first.
        jobs: Vec<Job>,
    }

    /// How many jobs a book has.
    #[derive(Default)]
    view JobStats {
        /// Waiting.
        queued: i64,
        /// Leased, including expired leases.
        leased: i64,
        /// Over: done, or discarded.
        done: i64,
        /// Failed as often as they may.
        dead: i64,
        /// Since when the oldest one could be taken; `null` when none can be.
        oldest_due: Option<Time>,
        /// The same by kind.
        kinds: Vec<KindStats>,
    }

    /// How many jobs of a kind a book has.
    #[derive(Default)]
    view KindStats {
        /// The kind.
        kind: String,
        /// Waiting.
        queued: i64,
        /// Taken.
        leased: i64,
        /// Over.
        done: i64,
        /// Failed as often as they may.
        dead: i64,
    }
}
