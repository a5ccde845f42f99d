//! Leasing jobs: `jobs.lease`, and what a process leases for its own handlers.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;
use uuid::Uuid;

use crate::engine::Engine;
use crate::engine::internal::{answers, internal_as};
use crate::engine::runner::Runner as _;
use crate::error::{Error, Result};
use crate::ids::{Actor, Book};
use crate::jobs::decide::Report;
use crate::jobs::handler::Handlers;
use crate::jobs::lease::Lease;
use crate::jobs::parse::kind;
use crate::jobs::requests::LeaseJobs;
use crate::jobs::views::{Job, Leased};
use crate::kernel::permit::not_permitted;
use crate::rows::listing::Listing;
use crate::rows::tables::{JobRow, JobState};
use crate::sorting::Sorting;
use crate::time::Span;
#[cfg(feature = "chain")]
use crate::upkeep::chains;
use crate::upkeep::lapses;
use crate::upkeep::places::{JobParty, JobPlaces};
use crate::upkeep::report::report;

/// How often the search is repeated because others took the jobs that were found.
const LOOKS: usize = 4;

/// How many jobs are read at least if leased ones must be skipped.
const PAGE: usize = 500;

/// How many jobs a search reads at most: further ones wait behind those that have no place.
const FURTHEST: usize = 32_000;

/// How long leases are waited for while none is answered. A late one is given back.
const PATIENCE: Duration = Duration::from_secs(2);

/// `jobs.lease`.
pub async fn lease(engine: &Engine, actor: &Actor, request: &LeaseJobs) -> Result<Leased> {
    if request.kinds.is_empty() {
        return Err(Error::invalid("kinds", "must name 1 to 32 kinds"));
    }
    let mut kinds = Vec::with_capacity(request.kinds.len());
    for (place, name) in request.kinds.iter().enumerate() {
        kinds.push(kind(&format!("kinds[{place}]"), name)?);
    }
    kinds.order();
    kinds.dedup();
    let span = request.r#for.resolve("for")?;
    if request.all_books.unwrap_or(false) && !actor.is_system() {
        let reason = "only the host's own program leases jobs of every book".to_owned();
        return Err(not_permitted(Some("all_books"), actor, reason));
    }
    // owners hear of lost workers first, whatever kinds this caller wants
    lapses::write_down(engine).await?;
    let wanted = Wanted {
        book: (!request.all_books.unwrap_or(false)).then(|| engine.book_name().clone()),
        kinds,
        limit: request.limit as usize,
        span,
        places: None,
        handlers: None,
    };
    Ok(Leased { jobs: grant(engine, actor, wanted).await? })
}

/// The jobs that a caller asks for.
pub(super) struct Wanted {
    pub(super) book: Option<Book>,
    pub(super) kinds: Vec<Arc<str>>,
    pub(super) limit: usize,
    pub(super) span: Span,
    /// The places of this process; `None` means no limit.
    pub(super) places: Option<JobPlaces>,
    /// The handlers of this process. One may do the jobs of one book only. One may drive chains: it gets the
    /// jobs of chains with addresses only.
    pub(super) handlers: Option<Handlers>,
}

impl Wanted {
    /// The kinds that have a place left.
    fn open_kinds(&self) -> Vec<Arc<str>> {
        let handler = |kind: &str| self.handlers.as_ref().and_then(|handlers| handlers.get(kind));
        let is_open = |kind: &&Arc<str>| {
            let has_counterparties = handler(kind).is_some_and(|handler| handler.has_counterparties());
            self.places.as_ref().is_none_or(|places| places.free(kind, has_counterparties) > 0)
        };
        self.kinds.iter().filter(is_open).cloned().collect()
    }

    /// The party that takes a place for a job; none where this process has no handler for it.
    fn party(&self, row: &JobRow) -> Option<JobParty> {
        let handler = self.handlers.as_ref()?.get(&row.kind)?;
        let payload = || serde_json::from_str(&row.payload).unwrap_or_default();
        Some(JobParty::of(handler.as_ref(), &row.kind, row.book.as_str(), payload))
    }

    /// Takes a place for a job, if there is one.
    fn take(&mut self, row: &JobRow) -> bool {
        let party = self.party(row);
        let Some(places) = &mut self.places else { return true };
        party.is_some_and(|party| places.take(&party))
    }

    /// Drops jobs whose party has no place left. Returns whether there were any.
    fn leave_without_place(&self, rows: &mut Vec<JobRow>) -> bool {
        let Some(mut places) = self.places.clone() else { return false };
        let before = rows.len();
        rows.retain(|row| self.party(row).is_some_and(|party| places.take(&party)));
        rows.len() < before
    }

    /// Whether this process does the jobs of this kind in this book.
    fn is_for(&self, row: &JobRow) -> bool {
        let handler = self.handlers.as_ref().and_then(|handlers| handlers.get(&row.kind));
        handler.and_then(|handler| handler.book()).is_none_or(|book| book == row.book.as_str())
    }

    /// Drops jobs of chains that this process does not drive. Returns whether there were any.
    #[cfg(feature = "chain")]
    async fn leave_to_others(&self, engine: &Engine, rows: &mut Vec<JobRow>) -> bool {
        let Some(handlers) = &self.handlers else { return false };
        let before = rows.len();
        chains::keep_driven(engine, handlers, rows).await;
        rows.len() < before
    }

    fn give_back(&mut self, row: &JobRow) {
        let party = self.party(row);
        if let (Some(places), Some(party)) = (&mut self.places, party) {
            places.give_back(&party);
        }
    }
}

/// Leases jobs in two steps: a search without locks finds them, then a command of its own leases each in its
/// book.
pub(super) async fn grant(engine: &Engine, actor: &Actor, mut wanted: Wanted) -> Result<Vec<Job>> {
    let mut granted = Vec::new();
    // with a fast clock, the lease of a running process would seem to have ended
    let (takes_over, scope) = (engine.trusts_clock().await?, engine.scope());
    let timeline = timeline_of(engine, &wanted.kinds).await?;
    for _ in 0..LOOKS {
        let limit = wanted.limit - granted.len();
        if wanted.open_kinds().is_empty() {
            break;
        }
        let rows = match due(engine, &wanted, limit, takes_over).await {
            Ok(rows) => rows,
            // leases that were granted already must reach the caller
            Err(error) if granted.is_empty() => return Err(error),
            Err(_) => return Ok(granted),
        };
        let (mut receivers, mut refusal) = (Vec::with_capacity(rows.len()), None);
        for row in &rows {
            if !wanted.take(row) {
                continue;
            }
            let lease = Lease::of(row, wanted.span, takes_over, timeline, &scope);
            let (call, receiver) = internal_as(engine, &row.book, actor.clone(), "jobs.lease", lease);
            match engine.queue(Box::new(call)) {
                Ok(()) => receivers.push((row, receiver)),
                Err(error) => refusal = Some(error),
            }
        }
        let late = answers(receivers, PATIENCE, |row, outcome| {
            match outcome {
                Ok(Some(job)) => return granted.push(job),
                // another worker was faster
                Ok(None) => {}
                Err(error) => refusal = Some(error),
            }
            wanted.give_back(row);
        });
        let is_late = match late.await {
            Ok(late) if late.is_empty() => false,
            Ok(late) => {
                give_back(engine, late.into_iter().map(|(_, lease)| lease).collect());
                true
            }
            // leases that were granted must reach the caller
            Err(error) => {
                refusal = Some(error);
                false
            }
        };
        if let Some(error) = refusal.filter(|_| granted.is_empty()) {
            return Err(error);
        }
        if is_late || rows.len() < limit || granted.len() >= wanted.limit {
            break;
        }
    }
    granted.order_by(|a, b| (a.run_at, &a.book, a.id).cmp(&(b.run_at, &b.book, b.id)));
    Ok(granted)
}

/// Gives late leases back once they are answered: nobody waits for them any more, and none was begun.
fn give_back(engine: &Engine, late: Vec<oneshot::Receiver<Result<Option<Job>>>>) {
    let engine = engine.clone();
    tokio::spawn(async move {
        for lease in late {
            let Ok(Ok(Some(job))) = lease.await else { continue };
            if let Err(error) = report(&engine, &job, Report::Release { pause: None }).await {
                // the lease expires
                tracing::warn!(job = %job.id, code = error.code().as_str(), "a job could not be given back");
            }
        }
    });
}

/// Reads the store's present timeline, if a domain follows any of these kinds. This process may have cached
/// that of an abandoned history.
async fn timeline_of(engine: &Engine, kinds: &[Arc<str>]) -> Result<Option<Uuid>> {
    let domains = engine.scope().domains;
    if !kinds.iter().any(|kind| domains.follows(kind)) {
        return Ok(None);
    }
    let identity = engine.store().identity().await.map_err(|fault| fault.into_error(false))?;
    Ok(identity.later_timeline())
}

async fn due(engine: &Engine, wanted: &Wanted, limit: usize, takes_over: bool) -> Result<Vec<JobRow>> {
    // the time that judges the lease: another clock would find nothing, or jobs that are not due
    let now = engine.store_now().await?;
    let mut look = if takes_over { limit } else { limit.max(PAGE) };
    loop {
        let (book, kinds) = (wanted.book.clone(), wanted.open_kinds());
        let mut rows = engine.look_around(&Listing::DueJobs { book, kinds, now, limit: look }).await?.jobs;
        let are_all = rows.len() < look;
        rows.retain(|row| takes_over || row.state != JobState::Leased);
        let before = rows.len();
        rows.retain(|row| wanted.is_for(row));
        let left_some = rows.len() < before;
        #[cfg(feature = "chain")]
        let left_some = wanted.leave_to_others(engine, &mut rows).await || left_some;
        let left_some = wanted.leave_without_place(&mut rows) || left_some;
        if are_all || look >= FURTHEST || !left_some || rows.len() >= limit {
            rows.truncate(limit);
            return Ok(rows);
        }
        // jobs for other processes must not hide those for this one
        look = look.saturating_mul(4).max(PAGE);
    }
}
