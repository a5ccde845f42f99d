//! Records leases of followed jobs that ended without a report. Every process does so for every kind, so that
//! the job's owner hears of it.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use crate::engine::Engine;
use crate::engine::internal::{answers, internal};
use crate::engine::runner::Runner as _;
use crate::error::Result;
use crate::jobs::lease::Lapse;
use crate::request::domain::Domains;
use crate::rows::listing::Listing;
use crate::rows::row::Row;
use crate::rows::tables::{JobRow, JobState};

/// How many kinds of jobs are known at once: more than there are.
const KINDS: usize = 10_000;

/// How many kinds one statement covers.
const TOGETHER: usize = 32;

/// How many due jobs are read first, and how many at most: waiting jobs may come before a lease that ended
/// later than they were due.
const PAGES: (usize, usize) = (500, 20_000);

/// How long it goes on waiting while no lease is answered for.
const PATIENCE: Duration = Duration::from_secs(2);

/// Records every lease of a followed job that ended without a report, in any book. Returns whether there are
/// open jobs of followed kinds.
pub(crate) async fn write_down(engine: &Engine) -> Result<bool> {
    let domains = engine.scope().domains;
    if !domains.follow_jobs() || engine.is_read_only() {
        return Ok(false);
    }
    let mut kinds = engine.look_around(&Listing::JobKinds { limit: KINDS }).await?.job_kinds;
    kinds.retain(|kind| domains.follows(kind));
    // with a fast clock, the lease of a running worker would seem to have ended
    if kinds.is_empty() || !engine.trusts_clock().await? {
        return Ok(!kinds.is_empty());
    }
    for kinds in kinds.chunks(TOGETHER) {
        of_kinds(engine, &domains, kinds).await?;
    }
    Ok(true)
}

/// Reads ever larger pages, as long as each page is full.
async fn of_kinds(engine: &Engine, domains: &Domains, kinds: &[Arc<str>]) -> Result<()> {
    let (mut page, mut tried) = (PAGES.0, HashSet::new());
    loop {
        // the time that judges whether they are due
        let now = engine.store_now().await?;
        let listing = Listing::DueJobs { book: None, kinds: kinds.to_vec(), now, limit: page };
        let mut rows = engine.look_around(&listing).await?.jobs;
        let all_seen = rows.len() < page;
        rows.retain(|row| row.state == JobState::Leased && tried.insert(row.key()));
        // in parts, because the queue of calls has no room for all
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
        queued.push(((), receiver));
    }
    // what is late is written down when its book or its server answers, and holds up no other
    let late = answers(queued, PATIENCE, |(), written| {
        // also if another process was faster; a refusing owner does not hold up the other jobs
        if let Err(error) = written {
            tracing::warn!(code = error.code().as_str(), "a lease that ended was not written down");
        }
    });
    late.await.map(drop)
}
