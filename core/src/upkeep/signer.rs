//! Signs for lanes with keys of the vault. Any process with the keyring does it.

use std::collections::HashSet;
use std::time::Duration;

use crate::engine::Engine;
use crate::engine::internal::{answers, internal};
use crate::engine::runner::Runner as _;
use crate::error::{Detail, Error, Result};
use crate::ids::{Book, LaneId};
use crate::rows::row::Row as _;
use crate::rows::tables::JobRow;
use crate::vault::safe::Safe;
use crate::withdrawal::vault_signer::{OpenForLane, OpenedLane, SignedByVault, VaultJob, due};

/// How many jobs one statement reads.
const PAGE: usize = 500;

/// How long signatures are waited for while none is answered.
const PATIENCE: Duration = Duration::from_secs(2);

/// Signs what waits for keys of the vault, in any book. Returns how many were signed. A process without a
/// keyring leaves the jobs to others, and so does one that cannot open a key.
pub(crate) async fn sign_due(engine: &Engine) -> Result<usize> {
    if engine.is_read_only() || engine.scope().keyring.is_none() {
        return Ok(0);
    }
    let (mut tried, mut signed) = (HashSet::new(), 0);
    loop {
        // the time that judges whether they are due
        let now = engine.store_now().await?;
        let page = PAGE.saturating_add(tried.len());
        let mut rows = engine.look_around(&due(now, page)).await?.jobs;
        let all_seen = rows.len() < page;
        rows.retain(|row| tried.insert(row.key()));
        signed += each(engine, &rows).await?;
        if all_seen || rows.is_empty() {
            return Ok(signed);
        }
    }
}

async fn each(engine: &Engine, rows: &[JobRow]) -> Result<usize> {
    let mut lanes: Vec<LaneJobs> = Vec::new();
    for row in rows {
        let Some(job) = VaultJob::of(row) else { continue };
        match lanes.iter_mut().find(|known| known.book == row.book && known.lane == job.lane) {
            Some(known) => known.jobs.push(job),
            None => lanes.push(LaneJobs { book: row.book.clone(), lane: job.lane, jobs: vec![job] }),
        }
    }
    let (mut queued, domains) = (Vec::with_capacity(rows.len()), engine.scope().domains);
    for LaneJobs { book, lane, jobs } in lanes {
        let Some(OpenedKey { safe, lane }) = noted(open(engine, &book, lane).await) else { continue };
        for job in jobs {
            let Some(result) = noted(job.sign(&lane)) else { continue };
            let rests_on = Some(safe.rests_on());
            let told = SignedByVault::new(safe.clone(), lane.key, job, result, domains.clone());
            let (call, receiver) = internal(engine, &book, "withdrawals.sign", told);
            engine.queue(Box::new(call.resting_on(rests_on)))?;
            queued.push(((), receiver));
        }
    }
    let mut signed = 0;
    // one that is late is told when its book or its server answers, and holds up no other
    answers(queued, PATIENCE, |(), told| signed += usize::from(noted(told).unwrap_or_default())).await?;
    Ok(signed)
}

/// The jobs that wait for a lane's key.
struct LaneJobs {
    book: Book,
    lane: LaneId,
    jobs: Vec<VaultJob>,
}

/// A key that was opened for its lane.
struct OpenedKey {
    safe: Safe,
    lane: OpenedLane,
}

/// Opens the key of a lane.
async fn open(engine: &Engine, book: &Book, lane: LaneId) -> Result<OpenedKey> {
    let scope = engine.scope();
    let safe = Safe::of(scope.keyring.as_ref(), &scope.env, book)?;
    let (call, receiver) =
        internal(engine, book, "withdrawals.open_key", OpenForLane::new(safe.clone(), lane));
    engine.queue(Box::new(call.resting_on(Some(safe.rests_on()))))?;
    let late = |_| Error::from(Detail::StoreUnavailable { reason: "the book of the key is late".into() });
    let answer = tokio::time::timeout(PATIENCE, receiver).await.map_err(late)?;
    let lane = answer.map_err(|_| Error::corrupted("a key was not answered"))??;
    Ok(OpenedKey { safe, lane })
}

/// Logs a failure, which does not hold up the other jobs.
fn noted<T>(outcome: Result<T>) -> Option<T> {
    outcome
        .inspect_err(|error| {
            tracing::warn!(code = error.code().as_str(), "a lane's transaction was not signed");
        })
        .ok()
}
