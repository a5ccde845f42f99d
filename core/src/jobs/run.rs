//! Leasing jobs, and doing those that have a handler in this process.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::Value;
use tokio::task::JoinSet;

use super::decide::{Act, Step, lease_of};
use super::handler::{Failed, Handler};
use super::requests::{MOST_ERROR, kind, span};
use crate::api::request::json;
use crate::api::requests::LeaseJobs;
use crate::api::views::jobs::{Job, Leased};
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::ids::{Actor, Book};
use crate::ledger::model::Note;
use crate::store::Listing;
use crate::time::Span;
use crate::timers::internal_as;

/// How often the same look is repeated because others took what was seen.
const LOOKS: usize = 4;
/// How many jobs one pass of this process does at once.
const AT_ONCE: usize = 32;
/// How long this process takes a job; it is renewed while its handler runs.
const LEASE: Span = Span::from_secs(60);

/// `jobs.lease`.
///
/// # Errors
/// `invalid_request` naming `kinds`, `limit` or `for`; `overloaded`; what befell the store.
pub async fn lease(engine: &Engine, actor: &Actor, request: &LeaseJobs) -> Result<Leased> {
    if request.kinds.is_empty() || request.kinds.len() > 32 {
        return Err(Error::invalid("kinds", "must name 1 to 32 kinds"));
    }
    let mut kinds = Vec::with_capacity(request.kinds.len());
    for (place, name) in request.kinds.iter().enumerate() {
        kinds.push(kind(&format!("kinds[{place}]"), name)?);
    }
    kinds.sort();
    kinds.dedup();
    if !(1..=500).contains(&request.limit) {
        return Err(Error::invalid("limit", "must be between 1 and 500"));
    }
    let wanted = Wanted {
        book: (!request.all_books.unwrap_or(false)).then(|| engine.book_name().clone()),
        kinds,
        limit: request.limit as usize,
        span: span(request.r#for)?,
    };
    Ok(Leased { jobs: grant(engine, actor, &wanted).await? })
}

/// What somebody would take.
struct Wanted {
    book: Option<Book>,
    kinds: Vec<Arc<str>>,
    limit: usize,
    span: Span,
}

/// Scouts, then leases: a look without locks names jobs, and each is taken by a command of its own in its book.
async fn grant(engine: &Engine, actor: &Actor, wanted: &Wanted) -> Result<Vec<Job>> {
    let mut granted = Vec::new();
    for _ in 0..LOOKS {
        let limit = wanted.limit - granted.len();
        let (book, kinds) = (wanted.book.clone(), wanted.kinds.clone());
        let listing = Listing::DueJobs { book, kinds, now: engine.now(), limit };
        let rows = match engine.look(&listing).await {
            Ok(listed) => listed.jobs,
            // what was granted must reach the caller
            Err(error) if granted.is_empty() => return Err(error),
            Err(_) => return Ok(granted),
        };
        let (mut receivers, mut refusal) = (Vec::with_capacity(rows.len()), None);
        for row in &rows {
            let lease = lease_of(row, wanted.span);
            let (call, receiver) = internal_as(engine, &row.book, actor.clone(), "jobs.lease", lease);
            match engine.queue(Box::new(call)) {
                Ok(()) => receivers.push(receiver),
                Err(error) => refusal = Some(error),
            }
        }
        for outcome in join_all(receivers).await {
            match outcome {
                Ok(Ok(job)) => granted.extend(job),
                Ok(Err(error)) => refusal = Some(error),
                Err(_) => refusal = Some(Error::corrupted("a lease was not answered")),
            }
        }
        if let Some(error) = refusal.filter(|_| granted.is_empty()) {
            return Err(error);
        }
        if rows.len() < limit || granted.len() >= wanted.limit {
            break;
        }
    }
    granted.sort_by(|a, b| (a.run_at, &a.book, a.id).cmp(&(b.run_at, &b.book, b.id)));
    Ok(granted)
}

/// Does what is due of the kinds that have a handler, in every book, until nothing is left or `limit` were done.
///
/// # Errors
/// What befell the store. A handler that fails is no error here: its job is tried again.
pub async fn work(engine: &Engine, limit: usize) -> Result<i64> {
    let kinds = engine.options().handlers.kinds();
    let mut done = 0;
    while !kinds.is_empty() && done < limit {
        let limit = AT_ONCE.min(limit - done);
        let wanted = Wanted { book: None, kinds: kinds.clone(), limit, span: LEASE };
        let jobs = grant(engine, &Actor::system(), &wanted).await?;
        if jobs.is_empty() {
            break;
        }
        done += jobs.len();
        // a set aborts what it holds when it is dropped: nobody works for an engine that is closed
        let mut running = JoinSet::new();
        for job in jobs {
            if let Some(handler) = engine.options().handlers.get(&job.kind) {
                running.spawn(one(engine.clone(), handler.clone(), job));
            }
        }
        while running.join_next().await.is_some() {}
    }
    Ok(i64::try_from(done).unwrap_or(i64::MAX))
}

/// Does one job and reports on it.
async fn one(engine: Engine, handler: Arc<dyn Handler>, job: Job) {
    let Some(outcome) = guarded(&engine, handler, &job).await else {
        tracing::warn!(job = %job.id, kind = job.kind, "a lease was lost while its handler ran");
        return;
    };
    let step = match outcome {
        Ok(result) => completed(&result),
        Err(failed) => Step::Fail { error: shortened(&failed.message), retry_at: failed.retry_at },
    };
    if let Err(error) = report(&engine, &job, step).await {
        // the lease ends by itself, and the job is tried again
        tracing::warn!(job = %job.id, code = error.code().as_str(), "a job could not be reported on");
    }
}

/// Runs a handler and renews the lease meanwhile; `None` when the lease was lost.
async fn guarded(
    engine: &Engine,
    handler: Arc<dyn Handler>,
    job: &Job,
) -> Option<std::result::Result<Value, Failed>> {
    let mut running = JoinSet::new();
    let given = job.clone();
    running.spawn(async move { handler.run(&given).await });
    let third = Duration::from_micros(LEASE.micros().unsigned_abs() / 3);
    loop {
        match tokio::time::timeout(third, running.join_next()).await {
            Ok(Some(Ok(outcome))) => return Some(outcome),
            Ok(_) => return Some(Err(Failed::new("the handler panicked"))),
            Err(_) => match report(engine, job, Step::Extend { span: LEASE }).await {
                Err(error) if !error.retryable() => return None,
                _ => {}
            },
        }
    }
}

fn completed(result: &Value) -> Step {
    if result.is_null() {
        return Step::Complete { result: None };
    }
    match json("result", result) {
        Ok(result) => Step::Complete { result: Some(result) },
        // the effect is out: it must not be done again because its result cannot be kept
        Err(error) => Step::Complete { result: Some(Value::from(error.message()).to_string().into()) },
    }
}

fn shortened(message: &str) -> Arc<str> {
    let text: String = message.chars().filter(|char| *char != '\0').take(MOST_ERROR).collect();
    if text.is_empty() { "it failed".into() } else { text.into() }
}

async fn report(engine: &Engine, job: &Job, step: Step) -> Result<()> {
    let name = match step {
        Step::Complete { .. } => "jobs.complete",
        Step::Fail { .. } => "jobs.fail",
        _ => "jobs.extend",
    };
    let (book, note) = (Book::request("book", &job.book)?, Note::default());
    let act = Act { book: book.clone(), job: job.id, fence: Some(job.fence), step, note };
    let (call, receiver) = internal_as(engine, &book, Actor::system(), name, act);
    engine.queue(Box::new(call))?;
    match receiver.await {
        Ok(outcome) => outcome.map(drop),
        Err(_) => Err(Error::corrupted("a report was not answered")),
    }
}
