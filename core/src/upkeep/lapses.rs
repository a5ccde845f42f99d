//! Leases that ended without a report, of jobs that a domain follows: they are written down whether or not
//! anybody here does the kind, so that the owner of the job hears of it.

use std::collections::HashSet;
use std::sync::Arc;

use crate::engine::Engine;
use crate::engine::internal::internal;
use crate::engine::runner::Runner as _;
use crate::error::{Error, Result};
use crate::jobs::lease::Lapse;
use crate::request::domain::Domains;
use crate::rows::listing::Listing;
use crate::rows::row::Row;
use crate::rows::tables::{JobRow, JobState};

/// How many kinds of jobs are known at once: more than there are.
const KINDS: usize = 10_000;

/// How many kinds are looked at in one statement.
const TOGETHER: usize = 32;

/// How many due jobs are looked at first, and how many at most: those that wait are in front of a lease that
/// ended after they were due.
const PAGES: (usize, usize) = (500, 20_000);

/// Writes down every lease of a followed job that ended without a report, in any book. Answers whether there
/// are jobs of such kinds that are not over.
///
/// # Errors
/// `overloaded`; any failure of the store.
pub(crate) async fn write_down(engine: &Engine) -> Result<bool> {
    let domains = engine.scope().domains;
    if !domains.follow_jobs() || engine.is_read_only() {
        return Ok(false);
    }
    let mut kinds = engine.look_around(&Listing::JobKinds { limit: KINDS }).await?.job_kinds;
    kinds.retain(|kind| domains.follows(kind));
    // by a clock that is fast, a running worker would seem to have gone
    if kinds.is_empty() || !engine.trusts_clock().await? {
        return Ok(!kinds.is_empty());
    }
    for kinds in kinds.chunks(TOGETHER) {
        of_kinds(engine, &domains, kinds).await?;
    }
    Ok(true)
}

/// Looks further while as many jobs are due as were looked at.
async fn of_kinds(engine: &Engine, domains: &Domains, kinds: &[Arc<str>]) -> Result<()> {
    let (mut page, mut tried) = (PAGES.0, HashSet::new());
    loop {
        // by the clock that judges them
        let now = engine.store_now().await?;
        let listing = Listing::DueJobs { book: None, kinds: kinds.to_vec(), now, limit: page };
        let mut rows = engine.look_around(&listing).await?.jobs;
        let all_seen = rows.len() < page;
        rows.retain(|row| row.state == JobState::Leased && tried.insert(row.key()));
        // the queue of calls has not room for all
        for rows in rows.chunks(PAGES.0) {
            each(engine, domains, rows).await?;
        }
        if all_seen || page >= PAGES.1 {
            return Ok(());
        }
        page = (page * 4).min(PAGES.1);
    }
}

async fn each(engine: &Engine, domains: &Domains, rows: &[JobRow]) -> Result<()> {
    let mut queued = Vec::with_capacity(rows.len());
    for row in rows {
        let lapse = Lapse { job: row.key(), domains: domains.clone() };
        let (call, receiver) = internal(engine, &row.book, "jobs.lapse", lapse);
        engine.queue(Box::new(call))?;
        queued.push(receiver);
    }
    for receiver in queued {
        match receiver.await {
            // where it is not so any more, another process was faster
            Ok(Ok(_)) => {}
            // one job whose owner refuses does not keep the others waiting
            Ok(Err(error)) => {
                tracing::warn!(code = error.code().as_str(), "a lease that ended was not written down");
            }
            Err(_) => return Err(Error::corrupted("the end of a lease was not answered")),
        }
    }
    Ok(())
}
