//! What is due: deadlines of deals and the expiry of holds. Any engine may run it; late is the same as on time.

use std::sync::Arc;

use tokio::sync::oneshot;

use crate::api::requests::RunDue;
use crate::api::run::Runner as _;
use crate::api::views::admin::Ran;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::ids::{Actor, Book};
use crate::kernel::call::{Call, Caller};
use crate::kernel::identity::{Identity, Kept};
use crate::kernel::operation::Operation;
use crate::ledger::holds::ExpireDue;
use crate::store::Listing;
use crate::store::rows::{RecordRow, Row};

/// Calls of the engine itself have no key: they are decided by state.
pub(crate) fn no_identity() -> Identity {
    let empty: Arc<[u8]> = Arc::from([].as_slice());
    Identity { key: None, derived: false, request: empty.clone(), fields: empty, names: &[], kept: Kept::Day }
}

/// Makes a call of the engine itself, with the actor `system`.
pub(crate) fn internal<O: Operation>(
    engine: &Engine,
    book: &Book,
    name: &'static str,
    operation: O,
) -> (Call<O>, oneshot::Receiver<Result<O::Reply>>) {
    internal_as(engine, book, Actor::system(), name, operation)
}

/// The same for another actor.
pub(crate) fn internal_as<O: Operation>(
    engine: &Engine,
    book: &Book,
    actor: Actor,
    name: &'static str,
    operation: O,
) -> (Call<O>, oneshot::Receiver<Result<O::Reply>>) {
    let seed = engine.scope().env.seed();
    let caller = Caller { book: book.clone(), actor, trace: None, seed };
    Call::new(name, operation, no_identity(), caller)
}

/// Runs timers until nothing is due, or `limit` were run.
///
/// # Errors
/// What befell the store.
pub async fn tick(engine: &Engine, limit: usize) -> Result<Ran> {
    let mut ran = Ran::default();
    let (mut left, mut page) = (limit, 500);
    while left > 0 {
        let (timers, seen) = due_records(engine, page.min(left)).await?;
        ran.timers += timers;
        left = left.saturating_sub(seen);
        if seen < page {
            break;
        }
        // what refuses stays in front: look past it
        page = if timers == 0 { page * 2 } else { 500 };
    }
    let (mut left, mut page) = (limit, 500);
    while left > 0 {
        let (holds, seen) = due_holds(engine, page.min(left)).await?;
        ran.holds += holds;
        left = left.saturating_sub(seen);
        if seen < page {
            break;
        }
        page = if holds == 0 { page * 2 } else { 500 };
    }
    engine.ticked();
    Ok(ran)
}

async fn due_records(engine: &Engine, limit: usize) -> Result<(i64, usize)> {
    let listing = Listing::DueRecords { now: engine.now(), limit };
    let records: Vec<RecordRow> = engine.look(&listing).await?.records;
    let seen = records.len();
    let mut receivers = Vec::with_capacity(seen);
    for record in records {
        // every kind of record that has deadlines has its own operation
        if let Some(operation) = crate::escrow::timers::operation(&record) {
            let (call, receiver) = internal(engine, &record.book, "escrow.timer", operation);
            engine.queue(Box::new(call))?;
            receivers.push(receiver);
        } else if let Some(operation) = crate::approval::timers::operation(&record) {
            let (call, receiver) = internal(engine, &record.book, "approval.timer", operation);
            engine.queue(Box::new(call))?;
            receivers.push(receiver);
        } else if let Some(operation) = crate::dispute::timers::operation(&record) {
            let (call, receiver) = internal(engine, &record.book, "dispute.timer", operation);
            engine.queue(Box::new(call))?;
            receivers.push(receiver);
        }
    }
    Ok((count(receivers).await?, seen))
}

async fn due_holds(engine: &Engine, limit: usize) -> Result<(i64, usize)> {
    let listing = Listing::DueHolds { now: engine.now(), limit };
    let holds = engine.look(&listing).await?.holds;
    let seen = holds.len();
    let mut receivers = Vec::with_capacity(seen);
    for hold in holds {
        let (call, receiver) = internal(engine, &hold.book, "ledger.expire", ExpireDue::new(hold.key()));
        engine.queue(Box::new(call))?;
        receivers.push(receiver);
    }
    Ok((count(receivers).await?, seen))
}

async fn count(receivers: Vec<oneshot::Receiver<Result<bool>>>) -> Result<i64> {
    let mut done = 0;
    for receiver in receivers {
        match receiver.await {
            Ok(Ok(moved)) => done += i64::from(moved),
            // one object that refuses does not keep the others waiting
            Ok(Err(error)) => tracing::warn!(code = error.code().as_str(), "a timer was refused"),
            Err(_) => return Err(Error::corrupted("a timer was not answered")),
        }
    }
    Ok(done)
}

/// `jobs.run_due`.
///
/// # Errors
/// What befell the store.
pub async fn run_due(engine: &Engine, _: &Actor, request: &RunDue) -> Result<Ran> {
    let limit = request.limit.unwrap_or(1_000) as usize;
    let ran = tick(engine, limit).await?;
    Ok(Ran { jobs: crate::jobs::run::work(engine, limit).await?, ..ran })
}
