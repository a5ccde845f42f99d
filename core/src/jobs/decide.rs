//! The life of a job: it is leased, reported on, put off, retried or discarded.

use std::sync::Arc;

use serde_json::json;

use crate::error::{Detail, Error, Result};
use crate::ids::{Book, JobId};
use crate::jobs::views::{Job, JobReply};
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Halt, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::request::bounds::ahead;
use crate::request::domain::{Domains, JobEnd};
use crate::request::note::Note;
use crate::rows::needs::{Access, JobKey, Needs};
use crate::rows::row::Row;
use crate::rows::tables::{JobRow, JobState};
use crate::time::{Span, Time};

/// How long a job waits after its first failure; each further one doubles it.
const FIRST_PAUSE: Span = Span::from_secs(15);
/// How long it waits at most.
const LONGEST_PAUSE: Span = Span::from_hours(6);

/// How far ahead a job may be put off.
pub const FURTHEST_RETRY: Span = Span::from_days(30);

/// How long a job waits after a number of failures: half of it is fixed, half is drawn, so that what failed
/// together is not tried again together. The pauses of one attempt and the next do not overlap until the
/// longest is reached.
#[must_use]
pub fn pause(attempts: i64, salt: [u8; 16]) -> Span {
    let doublings = u32::try_from(attempts.saturating_sub(1).clamp(0, 30)).unwrap_or(30);
    let whole = FIRST_PAUSE.micros().saturating_mul(1 << doublings).min(LONGEST_PAUSE.micros());
    let drawn = i64::from(u16::from_le_bytes([salt[0], salt[1]]));
    Span::from_micros(whole / 2 + whole / 2 * drawn / i64::from(u16::MAX)).unwrap_or(LONGEST_PAUSE)
}

/// Takes a job for a while, if it may be taken.
#[derive(Clone, Debug)]
pub struct Lease {
    /// The job.
    pub job: JobKey,
    /// For how long.
    pub span: Span,
    /// Whether the clock is trusted: only then an expired lease is taken over.
    pub takes_over: bool,
    /// The domains that may follow the end of a lease.
    pub domains: Domains,
}

impl Operation for Lease {
    /// The job, if it was granted.
    type Reply = Option<Job>;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        wanted(&self.job, &self.domains, seen, needs);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<CreatedIds, Halt> {
        let row = match draft.job(&self.job) {
            // another worker is about to take it: waiting would not help
            Err(Halt::Busy) => return Ok(CreatedIds::default()),
            row => row?.filter(|row| row.due_at.is_some_and(|at| at <= draft.ctx.now)),
        };
        let mine = |row: &&JobRow| self.takes_over || row.state != JobState::Leased;
        let Some(mut row) = row.filter(mine).cloned() else { return Ok(CreatedIds::default()) };
        let lapsed = row.state == JobState::Leased;
        if row.attempts >= row.max_attempts {
            // its last lease ended without a report
            row.last_error = Some("the lease ended without a report".into());
            self.domains.job_ended(&bury(draft, row)?, JobEnd::Lapsed, draft)?;
            return Ok(CreatedIds::default());
        }
        if lapsed {
            self.domains.job_ended(&row, JobEnd::Lapsed, draft)?;
        }
        row.state = JobState::Leased;
        row.attempts += 1;
        row.fence = next_fence(draft, row.fence);
        row.leased_until = Some(draft.ctx.now.checked_add(self.span).unwrap_or(Time::MAX));
        emit(draft, "job.leased", &row)?;
        draft.put_job(row);
        Ok(CreatedIds::of(self.job.1))
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, _: bool) -> Result<Option<Job>, Halt> {
        Ok(made.get::<JobId>().map(|_| seen.job(&self.job)).transpose()?.map(Job::of).transpose()?)
    }
}

/// The fence after `last`: at least the time in milliseconds, because a history that a restore or a failover
/// took away may have counted on from the same number.
#[must_use]
pub fn next_fence(draft: &Draft<'_>, last: i64) -> i64 {
    (draft.ctx.now.micros() / 1_000).max(last + 1)
}

/// Ends a job that failed as often as it may.
fn bury(draft: &mut Draft<'_>, mut row: JobRow) -> Result<JobRow, Halt> {
    row.state = JobState::Dead;
    emit(draft, "job.died", &row)?;
    draft.put_job(row.clone());
    Ok(row)
}

/// Names the rows to read when a job may end: a domain that follows its end knows its rows by the job.
fn wanted(job: &JobKey, domains: &Domains, seen: &Snapshot, needs: &mut Needs) {
    needs.job(job.clone(), Access::Write);
    if domains.follow_jobs() {
        match seen.jobs.row(job) {
            Some(row) => domains.job_needs(row, needs),
            None => needs.incomplete |= !seen.jobs.knows(job),
        }
    }
}

/// Every step of a job is an event: without one, a job that was done could not be distinguished from one that
/// was only marked so.
fn emit(draft: &mut Draft<'_>, event: &'static str, row: &JobRow) -> Result<(), Halt> {
    let data = json!({ "kind": row.kind, "attempts": row.attempts, "fence": row.fence });
    draft.event(event, ("job", &row.id.to_string()), row.version + 1, &data)
}

/// A report about a job, or an order for it.
#[derive(Clone, Debug)]
pub enum Report {
    /// It is done.
    Complete {
        /// Canonical JSON: the result.
        result: Option<Arc<str>>,
    },
    /// It did not work.
    Fail {
        /// The error.
        error: Arc<str>,
        /// When to try again; otherwise after a pause that grows.
        retry_at: Option<Time>,
    },
    /// The worker needs more time.
    Extend {
        /// From now on.
        span: Span,
    },
    /// The worker has not begun: the job is due as before, and the lease does not count as an attempt.
    Release,
    /// It is to be tried again, from the first attempt on.
    Retry,
    /// It is not to be done.
    Discard,
}

impl Report {
    /// Its name in the operations table, behind `jobs.`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Complete { .. } => "complete",
            Self::Fail { .. } => "fail",
            Self::Extend { .. } => "extend",
            Self::Release => "release",
            Self::Retry => "retry",
            Self::Discard => "discard",
        }
    }
}

/// The steps allowed for a job in a state; `over` means that its lease has ended.
fn allowed(state: JobState, over: bool) -> &'static [&'static str] {
    match state {
        JobState::Queued | JobState::Dead => &["retry", "discard"],
        JobState::Leased if over => &["complete", "fail", "extend", "release", "retry", "discard"],
        JobState::Leased => &["complete", "fail", "extend", "release"],
        JobState::Done => &[],
    }
}

/// Applies a step to a job.
#[derive(Clone, Debug)]
pub struct ReportJob {
    /// The book.
    pub book: Book,
    /// The job.
    pub job: JobId,
    /// The number of the lease, from the worker.
    pub fence: Option<i64>,
    /// The step.
    pub step: Report,
    /// The caller's notes.
    pub note: Note,
    /// The domains that may follow the end of a job.
    pub domains: Domains,
}

impl ReportJob {
    fn key(&self) -> JobKey {
        (self.book.clone(), self.job)
    }

    /// The job, if the step is allowed; `None` when it was taken before under the same lease.
    fn judged(&self, draft: &Draft<'_>) -> Result<Option<JobRow>, Halt> {
        let object = self.job.to_string();
        let Some(row) = draft.job(&self.key())? else {
            return Err(not_found(self.job).into());
        };
        self.note.check_version(&object, row.version)?;
        if let Some(fence) = self.fence.filter(|fence| *fence != row.fence) {
            // another worker has had it since
            return Err(Detail::VersionConflict { object, expected: fence, actual: row.fence }.into());
        }
        let again = matches!(self.step, Report::Complete { .. }) && row.state == JobState::Done;
        if again && !row.discarded {
            return Ok(None);
        }
        let over = row.due_at.is_some_and(|at| at <= draft.ctx.now);
        let (trigger, allowed) = (self.step.name(), allowed(row.state, over));
        if !allowed.contains(&trigger) {
            return Err(Detail::TransitionNotAllowed {
                object,
                state: row.state.to_string(),
                trigger: trigger.to_owned(),
                allowed: allowed.iter().map(|name| (*name).to_owned()).collect(),
            }
            .into());
        }
        Ok(Some(row.clone()))
    }

    fn take(&self, draft: &mut Draft<'_>, mut row: JobRow) -> Result<(), Halt> {
        match &self.step {
            Report::Complete { result } => {
                row.state = JobState::Done;
                row.result.clone_from(result);
                emit(draft, "job.completed", &row)?;
            }
            Report::Fail { error, retry_at } => {
                let now = draft.ctx.now;
                let retry_at = retry_at.map(|at| ahead("retry_at", at, now, FURTHEST_RETRY)).transpose()?;
                row.last_error = Some(error.clone());
                if row.attempts >= row.max_attempts {
                    let dead = bury(draft, row)?;
                    return self.domains.job_ended(&dead, JobEnd::Failed, draft);
                }
                let after = pause(row.attempts, draft.ids.salt());
                let later = || draft.ctx.now.checked_add(after).unwrap_or(Time::MAX);
                row.state = JobState::Queued;
                row.run_at = retry_at.unwrap_or_else(later);
                emit(draft, "job.failed", &row)?;
            }
            Report::Extend { span } => {
                row.leased_until = Some(draft.ctx.now.checked_add(*span).unwrap_or(Time::MAX));
                emit(draft, "job.extended", &row)?;
            }
            Report::Release => {
                row.state = JobState::Queued;
                row.attempts = (row.attempts - 1).max(0);
                // if it was begun nevertheless, it can no longer be reported on
                row.fence = next_fence(draft, row.fence);
                emit(draft, "job.released", &row)?;
            }
            Report::Retry => {
                row.state = JobState::Queued;
                row.attempts = 0;
                row.run_at = draft.ctx.now;
                emit(draft, "job.retried", &row)?;
            }
            Report::Discard => {
                row.state = JobState::Done;
                row.discarded = true;
                emit(draft, "job.discarded", &row)?;
            }
        }
        let end = match &self.step {
            Report::Complete { .. } => Some(JobEnd::Completed),
            Report::Fail { .. } => Some(JobEnd::Failed),
            _ => None,
        };
        draft.put_job(row.clone());
        end.map_or(Ok(()), |end| self.domains.job_ended(&row, end, draft))
    }
}

impl Operation for ReportJob {
    type Reply = JobReply;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        wanted(&self.key(), &self.domains, seen, needs);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<CreatedIds, Halt> {
        let row = self.judged(draft)?;
        draft.permit(&[])?;
        let Some(row) = row else { return Ok(CreatedIds::default()) };
        self.take(draft, row)?;
        Ok(CreatedIds::of(self.job))
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Result<JobReply, Halt> {
        let job = Job::of(seen.job(&self.key())?)?;
        // a repeated report makes nothing
        Ok(JobReply { job, replayed: replayed || made.is_empty() })
    }
}

/// The key of a row, for leasing it.
#[must_use]
pub fn lease_of(row: &JobRow, span: Span, takes_over: bool, domains: Domains) -> Lease {
    Lease { job: row.key(), span, takes_over, domains }
}

/// `job_not_found`.
#[must_use]
pub fn not_found(job: JobId) -> Error {
    Detail::JobNotFound { job: job.to_string() }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_do_not_overlap_until_the_longest() {
        let (least, most) = ([0; 16], [0xff; 16]);
        for attempts in 1..=10 {
            let (from, to) = (pause(attempts, least), pause(attempts, most));
            assert!(from < to && to <= pause(attempts + 1, least), "attempt {attempts}: {from:?} to {to:?}");
        }
        assert_eq!(pause(1, most), FIRST_PAUSE);
        for attempts in [12, 31, 1_000, i64::MAX] {
            assert_eq!(pause(attempts, most), LONGEST_PAUSE);
            assert_eq!(pause(attempts, least).micros(), LONGEST_PAUSE.micros() / 2);
        }
        assert_eq!(pause(i64::MIN, most), FIRST_PAUSE);
    }
}
