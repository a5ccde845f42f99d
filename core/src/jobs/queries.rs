//! The queries of jobs: lists, and counts.

use crate::error::Result;
use crate::jobs::requests::{GetJobStats, Jobs};
use crate::jobs::views::{Job, JobStats, KindStats};
use crate::request::page::Page;
use crate::request::reading::{Reading, cursor, limit_of, page};
use crate::request::shape::word;
use crate::rows::listing::Listing;
use crate::rows::tables::JobState;

/// `jobs.list`.
///
/// # Errors
/// `invalid_request` naming `kind`, `state`, `limit` or `after`.
pub async fn list(reading: &mut Reading<'_>, request: &Jobs) -> Result<Page<Job>> {
    let size = limit_of(request.limit);
    let listing = Listing::Jobs {
        book: reading.book.clone(),
        kind: request.kind.as_deref().map(|kind| crate::jobs::parse::kind("kind", kind)).transpose()?,
        state: word("state", request.state.as_ref())?,
        after: cursor(request.after.as_deref())?,
        limit: size + 1,
    };
    let rows = reading.list(&listing).await?.jobs;
    page(rows, size, Job::of, |row| row.id)
}

/// `jobs.stats`.
///
/// # Errors
/// Any failure of the store.
pub async fn stats(reading: &mut Reading<'_>, _: &GetJobStats) -> Result<JobStats> {
    let counts = reading.list(&Listing::JobCounts { book: reading.book.clone() }).await?.job_counts;
    let mut stats = JobStats::default();
    for (kind, state, count) in counts {
        if stats.kinds.last().is_none_or(|last| last.kind != *kind) {
            stats.kinds.push(KindStats { kind: kind.to_string(), ..KindStats::default() });
        }
        let (whole, of_kind) = match state {
            JobState::Queued => (&mut stats.queued, stats.kinds.last_mut().map(|kind| &mut kind.queued)),
            JobState::Leased => (&mut stats.leased, stats.kinds.last_mut().map(|kind| &mut kind.leased)),
            JobState::Done => (&mut stats.done, stats.kinds.last_mut().map(|kind| &mut kind.done)),
            JobState::Dead => (&mut stats.dead, stats.kinds.last_mut().map(|kind| &mut kind.dead)),
        };
        *whole += count;
        if let Some(of_kind) = of_kind {
            *of_kind += count;
        }
    }
    let kinds = stats.kinds.iter().map(|kind| kind.kind.as_str().into()).collect();
    let listing = Listing::DueJobs { book: Some(reading.book.clone()), kinds, now: reading.now, limit: 1 };
    let oldest = reading.list(&listing).await?.jobs;
    stats.oldest_due = oldest.first().and_then(|row| row.due_at);
    Ok(stats)
}
