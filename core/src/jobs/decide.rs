//! The life of a job after its lease: it is reported on, put off, retried or discarded.

use std::sync::Arc;

use serde_json::json;

use crate::error::{Detail, Error};
use crate::ids::{Book, JobId};
use crate::jobs::views::{Job, JobReply};
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::request::bounds::ahead;
use crate::request::domain::{Domains, JobEnd, JobManner, JobOrder};
use crate::request::note::Note;
use crate::rows::needs::{Access, JobKey, Needs};
use crate::rows::row::Row;
use crate::rows::tables::{JobRow, JobState};
use crate::time::{Span, Time};

/// How far ahead a job may be put off.
pub const FURTHEST_RETRY: Span = Span::from_days(30);

/// The error of a job whose lease ended without a report.
pub(super) const LAPSED: &str = "the lease ended without a report";

/// The pause after a number of failures. Half of it is fixed and half is random, so that jobs that failed
/// together are not retried together. The ranges of consecutive attempts do not overlap until the longest
/// pause is reached.
#[must_use]
pub fn pause(attempts: i64, salt: [u8; 16], manner: &JobManner) -> Span {
    let doublings = u32::try_from(attempts.saturating_sub(1).clamp(0, 30)).unwrap_or(30);
    let (first, longest) = (manner.first_pause.micros(), manner.longest_pause.micros());
    let whole = first.saturating_mul(1 << doublings).min(longest);
    let drawn = i64::from(u16::from_le_bytes([salt[0], salt[1]]));
    Span::from_micros(whole / 2 + whole / 2 * drawn / i64::from(u16::MAX)).unwrap_or(manner.longest_pause)
}

/// The fence after `last`. It is at least the time in milliseconds: an abandoned history, left by a restore
/// or a failover, may have counted on from the same number.
#[must_use]
pub fn next_fence(draft: &Draft<'_>, last: i64) -> i64 {
    (draft.ctx.now.micros() / 1_000).max(last + 1)
}

/// Discards a waiting job on behalf of its owner. A job that does not wait stays as it is.
///
/// # Errors
/// Halts when it was not read.
pub fn discard(draft: &mut Draft<'_>, key: &JobKey) -> Decided<()> {
    let Some(mut row) = waiting(draft, key)? else { return Ok(()) };
    row.state = JobState::Done;
    row.discarded = true;
    emit(draft, "job.discarded", &row)?;
    draft.put_job(row);
    Ok(())
}

/// Reschedules a waiting job on behalf of its owner. A job that does not wait stays as it is.
///
/// # Errors
/// Halts when it was not read.
pub fn put_off(draft: &mut Draft<'_>, key: &JobKey, to: Time) -> Decided<()> {
    let Some(mut row) = waiting(draft, key)?.filter(|row| row.run_at != to) else { return Ok(()) };
    row.run_at = to;
    emit(draft, "job.put_off", &row)?;
    draft.put_job(row);
    Ok(())
}

fn waiting(draft: &Draft<'_>, key: &JobKey) -> Decided<Option<JobRow>> {
    Ok(draft.job(key)?.filter(|row| row.state == JobState::Queued).cloned())
}

/// Marks a job as dead, which failed as often as it may.
pub(super) fn bury(draft: &mut Draft<'_>, mut row: JobRow) -> Decided<()> {
    row.state = JobState::Dead;
    emit(draft, "job.died", &row)?;
    draft.put_job(row);
    Ok(())
}

/// Writes a job, then tells its owner how an attempt ended. Changes that the owner makes to it stay.
pub(super) fn told(draft: &mut Draft<'_>, row: JobRow, end: JobEnd, domains: &Domains) -> Decided<()> {
    let key = row.key();
    draft.put_job(row);
    // read again, because writing has raised its version
    let Some(row) = draft.job(&key)?.cloned() else { return Ok(()) };
    domains.job_ended(&row, end, draft)
}

/// Marks a job as done. Its owner gets the whole report, even where only a part of it is kept.
pub(super) fn completed(
    draft: &mut Draft<'_>,
    mut row: JobRow,
    result: Option<&Arc<str>>,
    domains: &Domains,
) -> Decided<()> {
    let manner = domains.job_manner(&row.kind);
    if result.is_some_and(|result| result.len() > manner.report) {
        let reason = format!("must be at most {} KiB", manner.report / 1024);
        return Err(Error::invalid("result", reason).into());
    }
    row.state = JobState::Done;
    row.result = result.map(|result| domains.job_result(&row.kind, result));
    if domains.follows(&row.kind) {
        // a followed job may have been over without a report before
        row.last_error = None;
    }
    emit(draft, "job.completed", &row)?;
    let key = row.key();
    draft.put_job(row);
    // read again, because writing has raised its version
    let Some(row) = draft.job(&key)?.cloned() else { return Ok(()) };
    let row = JobRow { result: result.cloned(), ..row };
    domains.job_ended(&row, JobEnd::Completed, draft)
}

/// Names the rows needed to lease or end a job. A domain that follows the job adds its own.
pub fn wanted(job: &JobKey, domains: &Domains, seen: &Snapshot, needs: &mut Needs) {
    needs.job(job.clone(), Access::Write);
    if domains.follow_jobs() {
        match seen.jobs.row(job) {
            Some(row) => domains.job_needs(row, seen, needs),
            None => needs.incomplete |= !seen.jobs.knows(job),
        }
    }
}

/// Writes the event of a step. Every step has one: otherwise a done job could not be told from a row that was
/// only marked as done.
pub(super) fn emit(draft: &mut Draft<'_>, event: &'static str, row: &JobRow) -> Decided<()> {
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
    /// The worker has not begun. The job is due as before, and the lease does not count as an attempt.
    Release {
        /// Not before it has passed; at once if `None`.
        pause: Option<Span>,
    },
    /// It is to be tried again, from the first attempt on.
    Retry,
    /// It is not to be done.
    Discard,
}

impl Report {
    /// Its name in the operations table, after `jobs.`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Complete { .. } => "complete",
            Self::Fail { .. } => "fail",
            Self::Extend { .. } => "extend",
            Self::Release { .. } => "release",
            Self::Retry => "retry",
            Self::Discard => "discard",
        }
    }
}

/// The steps allowed for a job at a time; `followed` means that a domain follows it. A followed job accepts a
/// report under its newest fence until it has one.
fn allowed(row: &JobRow, followed: bool, now: Time) -> &'static [&'static str] {
    let over = row.due_at.is_some_and(|at| at <= now);
    match row.state {
        JobState::Queued if followed && row.fence > 0 => &["complete", "fail", "retry", "discard"],
        // nobody has had it since its last lease ended
        JobState::Dead if row.last_error.as_deref() == Some(LAPSED) => &["complete", "retry", "discard"],
        JobState::Queued | JobState::Dead => &["retry", "discard"],
        JobState::Leased if over => &["complete", "fail", "extend", "release", "retry", "discard"],
        JobState::Leased => &["complete", "fail", "extend", "release"],
        JobState::Done if followed && is_unanswered(row) => &["complete", "fail"],
        JobState::Done => &[],
    }
}

/// Whether a followed job is over without a report.
fn is_unanswered(row: &JobRow) -> bool {
    row.state == JobState::Done && !row.discarded && row.result.is_none() && row.last_error.is_some()
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
    /// The domains that may follow the job.
    pub domains: Domains,
}

impl ReportJob {
    fn key(&self) -> JobKey {
        (self.book.clone(), self.job)
    }

    /// The job, if the step is allowed; `None` if the job was completed before under the same lease.
    fn judged(&self, draft: &Draft<'_>) -> Decided<Option<JobRow>> {
        let object = self.job.to_string();
        let Some(row) = draft.job(&self.key())? else {
            return Err(not_found(self.job).into());
        };
        self.note.check_version(&object, row.version)?;
        if let Some(fence) = self.fence.filter(|fence| *fence != row.fence) {
            // another worker has leased it since
            return Err(Detail::VersionConflict { object, expected: fence, actual: row.fence }.into());
        }
        let followed = self.domains.follows(&row.kind);
        let again = matches!(self.step, Report::Complete { .. }) && row.state == JobState::Done;
        if again && !row.discarded && !(followed && is_unanswered(row)) {
            return Ok(None);
        }
        let (trigger, allowed) = (self.step.name(), allowed(row, followed, draft.ctx.now));
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

    /// Asks the owner of a job whether it may be retried or discarded. Returns the job as the owner leaves
    /// it.
    fn let_by_owner(&self, draft: &mut Draft<'_>, row: JobRow) -> Decided<JobRow> {
        let order = match self.step {
            Report::Retry => JobOrder::Retry,
            Report::Discard => JobOrder::Discard,
            _ => return Ok(row),
        };
        self.domains.job_ordered(&row, order, draft)?;
        Ok(draft.job(&self.key())?.cloned().unwrap_or(row))
    }

    fn take(&self, draft: &mut Draft<'_>, mut row: JobRow) -> Decided<()> {
        match &self.step {
            Report::Complete { result } => {
                return completed(draft, row, result.as_ref(), &self.domains);
            }
            Report::Fail { error, retry_at } => return self.failed(draft, row, error, *retry_at),
            Report::Extend { span } => {
                row.leased_until = Some(draft.ctx.now.checked_add(*span).unwrap_or(Time::MAX));
                emit(draft, "job.extended", &row)?;
            }
            Report::Release { pause } => {
                row.state = JobState::Queued;
                row.attempts = (row.attempts - 1).max(0);
                if let Some(pause) = pause {
                    row.run_at = draft.ctx.now.checked_add(*pause).unwrap_or(Time::MAX).max(row.run_at);
                }
                // raises the fence: a worker that has begun after all can no longer report
                row.fence = next_fence(draft, row.fence);
                emit(draft, "job.released", &row)?;
                return told(draft, row, JobEnd::Released, &self.domains);
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
        draft.put_job(row);
        Ok(())
    }

    /// Ends a failed attempt. The job waits again, or is dead after its last attempt. A followed job is done
    /// instead of dead, and a done one stays done.
    fn failed(
        &self,
        draft: &mut Draft<'_>,
        mut row: JobRow,
        error: &Arc<str>,
        retry_at: Option<Time>,
    ) -> Decided<()> {
        let now = draft.ctx.now;
        let retry_at = retry_at.map(|at| ahead("retry_at", at, now, FURTHEST_RETRY)).transpose()?;
        row.last_error = Some(self.domains.job_error(&row.kind, error));
        if row.attempts >= row.max_attempts {
            if !self.domains.follows(&row.kind) {
                return bury(draft, row);
            }
            row.state = JobState::Done;
        }
        if row.state != JobState::Done {
            let after = pause(row.attempts, draft.ids.salt(), &self.domains.job_manner(&row.kind));
            let later = || now.checked_add(after).unwrap_or(Time::MAX);
            row.state = JobState::Queued;
            row.run_at = retry_at.unwrap_or_else(later);
        }
        emit(draft, "job.failed", &row)?;
        told(draft, row, JobEnd::Failed, &self.domains)
    }
}

impl Operation for ReportJob {
    type Reply = JobReply;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        wanted(&self.key(), &self.domains, seen, needs);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let row = self.judged(draft)?;
        draft.permit(&[])?;
        let Some(row) = row else { return Ok(CreatedIds::default()) };
        let row = self.let_by_owner(draft, row)?;
        self.take(draft, row)?;
        Ok(CreatedIds::of(self.job))
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<JobReply> {
        let job = Job::of(seen.job(&self.key())?)?;
        // a repeated report makes nothing
        Ok(JobReply { job, replayed: replayed || made.is_empty() })
    }
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
        let (least, most, manner) = ([0; 16], [0xff; 16], JobManner::default());
        let pause = |attempts, salt| pause(attempts, salt, &manner);
        for attempts in 1..=10 {
            let (from, to) = (pause(attempts, least), pause(attempts, most));
            assert!(from < to && to <= pause(attempts + 1, least), "attempt {attempts}: {from:?} to {to:?}");
        }
        assert_eq!(pause(1, most), manner.first_pause);
        for attempts in [12, 31, 1_000, i64::MAX] {
            assert_eq!(pause(attempts, most), manner.longest_pause);
            assert_eq!(pause(attempts, least).micros(), manner.longest_pause.micros() / 2);
        }
        assert_eq!(pause(i64::MIN, most), manner.first_pause);
    }
}
