//! Leases: a worker takes a job for a while, or a lease ends without a report.

use std::sync::Arc;

use uuid::Uuid;

use crate::error::Error;
use crate::ids::JobId;
use crate::jobs::decide::{LAPSED, bury, completed, emit, next_fence, put_off, told, wanted};
use crate::jobs::views::Job;
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Decided, Halt, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::request::domain::{Domains, JobEnd, Leasing};
use crate::request::scope::Scope;
use crate::rows::needs::{Access, JobKey, Needs};
use crate::rows::row::Row;
use crate::rows::tables::{JobRow, JobState};
use crate::time::{Span, Time};

/// Takes a job for a while, if it may be taken.
#[derive(Clone, Debug)]
pub struct Lease {
    /// The job.
    pub job: JobKey,
    /// For how long.
    pub span: Span,
    /// Whether the clock is trusted: only then an expired lease is taken over.
    pub takes_over: bool,
    /// Whether a domain follows it.
    pub followed: bool,
    /// The timeline that the store was on when the job was found; `None` is the first.
    pub timeline: Option<Uuid>,
    /// The settings of the engine, with the domains.
    pub scope: Scope,
}

impl Lease {
    /// A lease of a job that was found while the store was on this timeline.
    #[must_use]
    pub fn of(row: &JobRow, span: Span, takes_over: bool, timeline: Option<Uuid>, scope: &Scope) -> Self {
        let (followed, book) = (scope.domains.follows(&row.kind), row.book.clone());
        let scope = Scope { book, ..scope.clone() };
        Self { job: row.key(), span, takes_over, followed, timeline, scope }
    }

    /// Leases a job that no domain follows. A job whose last allowed lease ended without a report is buried.
    fn taken(&self, draft: &mut Draft<'_>, row: JobRow) -> Decided<CreatedIds> {
        if row.attempts >= row.max_attempts {
            bury(draft, JobRow { last_error: Some(LAPSED.into()), ..row })?;
            return Ok(CreatedIds::default());
        }
        self.granted(draft, row)
    }

    /// Leases a job that a domain follows. Its owner first hears of a lease that ended without a report, and
    /// then decides about the new one.
    fn asked_for(&self, draft: &mut Draft<'_>, row: JobRow) -> Decided<CreatedIds> {
        let domains = &self.scope.domains;
        if draft.seen().from_cache && draft.timeline()? != self.timeline {
            // on a cached timeline the owner could take a call for unsent that an abandoned history has sent
            return Err(Halt::Busy);
        }
        if row.state == JobState::Leased {
            lapse(draft, row, domains)?;
        }
        let Some(row) = self.waiting(draft)? else { return Ok(CreatedIds::default()) };
        let is_spent = row.attempts >= row.max_attempts;
        let leasing = if is_spent { Leasing::Over } else { domains.job_leased(&row, draft)? };
        // its owner may have changed the job just now
        let Some(mut row) = self.waiting(draft)? else { return Ok(CreatedIds::default()) };
        match leasing {
            Leasing::Granted => {}
            Leasing::With(payload) => {
                let payload = serde_json_canonicalizer::to_string(&payload)
                    .map_err(|_| Error::corrupted("the payload of a job has no canonical JSON form"))?;
                row.payload = payload.into();
            }
            Leasing::PutOff(to) => {
                put_off(draft, &self.job, to)?;
                return Ok(CreatedIds::default());
            }
            Leasing::Over => {
                row.state = JobState::Done;
                emit(draft, "job.dropped", &row)?;
                draft.put_job(row);
                return Ok(CreatedIds::default());
            }
        }
        // a process that cannot open its payload leaves the job to another
        domains.job_shown(&self.scope, &row, draft.seen())?;
        self.granted(draft, row)
    }

    /// The job, if it still waits and is due: its owner may just have ended it, or put it off.
    fn waiting(&self, draft: &Draft<'_>) -> Decided<Option<JobRow>> {
        let now = draft.ctx.now;
        let waits = |row: &&JobRow| row.state == JobState::Queued && row.run_at <= now;
        Ok(draft.job(&self.job)?.filter(waits).cloned())
    }

    fn granted(&self, draft: &mut Draft<'_>, mut row: JobRow) -> Decided<CreatedIds> {
        row.state = JobState::Leased;
        row.attempts += 1;
        row.fence = next_fence(draft, row.fence);
        row.leased_until = Some(draft.ctx.now.checked_add(self.span).unwrap_or(Time::MAX));
        emit(draft, "job.leased", &row)?;
        let id = row.id;
        draft.put_job(row);
        Ok(CreatedIds::of(id))
    }
}

impl Operation for Lease {
    /// The job, if it was granted.
    type Reply = Option<Job>;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        if self.followed {
            return wanted(&self.job, &self.scope.domains, seen, needs);
        }
        needs.job(self.job.clone(), Access::Write);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let mine = |row: &JobRow| self.takes_over || row.state != JobState::Leased;
        match due(draft, &self.job)?.filter(mine) {
            None => Ok(CreatedIds::default()),
            Some(row) if self.followed => self.asked_for(draft, row),
            Some(row) => self.taken(draft, row),
        }
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, _: bool) -> Decided<Option<Job>> {
        if made.get::<JobId>().is_none() {
            return Ok(None);
        }
        let row = seen.job(&self.job)?;
        let mut job = Job::of(row)?;
        if let Some(payload) = self.scope.domains.job_shown(&self.scope, row, seen)? {
            job.payload = payload;
        }
        Ok(Some(job))
    }
}

/// Records that a lease of a followed job ended without a report.
#[derive(Clone, Debug)]
pub struct Lapse {
    /// The job.
    pub job: JobKey,
    /// The domains that may follow it.
    pub domains: Domains,
}

impl Operation for Lapse {
    /// Whether there was such a lease.
    type Reply = bool;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        wanted(&self.job, &self.domains, seen, needs);
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let lapsed = |row: &JobRow| row.state == JobState::Leased && self.domains.follows(&row.kind);
        let Some(row) = due(draft, &self.job)?.filter(lapsed) else { return Ok(CreatedIds::default()) };
        let id = row.id;
        lapse(draft, row, &self.domains)?;
        Ok(CreatedIds::of(id))
    }

    fn reply(&self, made: &CreatedIds, _: &Snapshot, _: bool) -> Decided<bool> {
        Ok(!made.is_empty())
    }
}

/// Leases a followed job and completes it in one commit, for work that the engine itself has done. Returns
/// whether the result was still wanted.
///
/// # Errors
/// Those of the domain that follows it.
pub fn done_at_once(
    draft: &mut Draft<'_>,
    key: &JobKey,
    result: &Arc<str>,
    domains: &Domains,
) -> Decided<bool> {
    let waits = |row: &JobRow| row.state == JobState::Queued;
    let Some(row) = due(draft, key)?.filter(waits) else { return Ok(false) };
    let leasing = domains.job_leased(&row, draft)?;
    // its owner may have changed the job just now
    let Some(mut row) = draft.job(key)?.filter(|row| waits(row)).cloned() else { return Ok(false) };
    match leasing {
        Leasing::Granted | Leasing::With(_) => {}
        Leasing::PutOff(to) => {
            put_off(draft, key, to)?;
            return Ok(false);
        }
        Leasing::Over => {
            row.state = JobState::Done;
            emit(draft, "job.dropped", &row)?;
            draft.put_job(row);
            return Ok(false);
        }
    }
    row.attempts += 1;
    row.fence = next_fence(draft, row.fence);
    completed(draft, row, Some(result), domains)?;
    Ok(true)
}

/// The job, if it is due and its row is not locked.
fn due(draft: &Draft<'_>, key: &JobKey) -> Decided<Option<JobRow>> {
    let is_due = |row: &&JobRow| row.due_at.is_some_and(|at| at <= draft.ctx.now);
    match draft.job(key) {
        // another worker is about to lease it, so waiting would not help
        Err(Halt::Busy) => Ok(None),
        row => Ok(row?.filter(is_due).cloned()),
    }
}

/// Ends an attempt at a followed job whose lease ended without a report. The job waits again, or is over.
fn lapse(draft: &mut Draft<'_>, mut row: JobRow, domains: &Domains) -> Decided<()> {
    row.last_error = Some(LAPSED.into());
    row.state = if row.attempts >= row.max_attempts { JobState::Done } else { JobState::Queued };
    emit(draft, "job.lapsed", &row)?;
    told(draft, row, JobEnd::Lapsed, domains)
}
