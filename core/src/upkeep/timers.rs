//! Timers: deadlines of deals and the expiry of holds. Any engine may run them; late is the same as on time.

use std::collections::HashSet;
use std::fmt::Debug;
use std::hash::Hash;
use std::time::Duration;

use tokio::sync::oneshot;

use crate::engine::Engine;
use crate::engine::internal::{Awaited, answers, internal};
use crate::engine::runner::Runner as _;
use crate::error::{Code, Result};
use crate::ids::{Actor, Book};
use crate::ledger::holds::ExpireDue;
use crate::request::scope::Scope;
use crate::rows::listing::Listing;
use crate::rows::needs::{HoldKey, RecordKey};
use crate::rows::row::Row;
use crate::rows::tables::RecordRow;
use crate::time::Time;
use crate::upkeep::lapses;
use crate::upkeep::requests::RunDue;
use crate::upkeep::views::Ran;

/// How often a timer that waits for consent tries again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// In every pass.
    Always,
    /// Once a minute: the consent itself runs it.
    Sparingly,
}

/// How many due objects one statement reads.
const PAGE: usize = 500;

/// How many refusing objects one pass may skip. The next pass tries them again.
const STUCK: usize = 20_000;

/// How long a pass goes on waiting while no timer is answered: in the background, and where somebody asked
/// for it.
const PATIENCE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(10));

/// The remaining work of one pass of the timers. An object that refuses stays due and comes first again, so
/// the pass skips it.
struct Pass<K> {
    left: usize,
    stuck: HashSet<K>,
    ran: i64,
    /// How long it waits while no call is answered.
    patience: Duration,
}

/// Calls that wait for their answers: the objects that they are about, their books and versions.
type Queued<K> = Awaited<(K, Book, i64), bool>;

impl<K: Clone + Debug + Eq + Hash> Pass<K> {
    fn new(limit: usize, asks: Asks) -> Self {
        let patience = if asks == Asks::Always { PATIENCE.1 } else { PATIENCE.0 };
        Self { left: limit, stuck: HashSet::new(), ran: 0, patience }
    }

    /// How many rows to ask for: those known to refuse, and some more.
    fn page(&self) -> usize {
        self.stuck.len() + self.left.min(PAGE)
    }

    /// Waits for the queued calls while answers come, and returns whether there may be more to run. Those
    /// without an answer are left behind: their books, or the servers of these, are late.
    async fn wait(
        &mut self,
        engine: &Engine,
        queued: Queued<K>,
        all_seen: bool,
        mut waits: impl FnMut(&K, i64),
    ) -> Result<bool> {
        let patience = self.patience;
        let take = |(key, _, version): (K, Book, i64), answer: Result<bool>| match answer {
            Ok(true) => {
                self.ran += 1;
                self.left = self.left.saturating_sub(1);
            }
            // another process was faster
            Ok(false) => {
                self.stuck.insert(key);
            }
            // a refusing object does not hold up the others
            Err(error) if CONSENT.contains(&error.code()) => {
                tracing::debug!(code = error.code().as_str(), "a timer waits for consent");
                waits(&key, version);
                self.stuck.insert(key);
            }
            Err(error) => {
                tracing::warn!(code = error.code().as_str(), object = ?key, "a timer was refused");
                self.stuck.insert(key);
            }
        };
        let late = answers(queued, patience, take).await?;
        if !late.is_empty() {
            tracing::warn!(timers = late.len(), "timers are not answered in time, and others go on");
        }
        self.stuck.extend(late.iter().map(|((key, ..), _)| key.clone()));
        engine.waiting().leave(late.into_iter().map(|((_, book, _), answer)| (book, answer)));
        Ok(!all_seen && self.left > 0 && self.stuck.len() < STUCK)
    }
}

/// The refusals of a timer whose approval is pending or was rejected.
const CONSENT: [Code; 2] = [Code::ApprovalRequired, Code::TransitionNotAllowed];

/// Runs timers until nothing is due, or `limit` were run.
pub async fn tick(engine: &Engine, limit: usize, asks: Asks) -> Result<Ran> {
    if !engine.trusts_clock().await? {
        return Ok(Ran::default());
    }
    let mut records = Pass::new(limit, asks);
    let resting = if asks == Asks::Always { HashSet::new() } else { engine.waiting().resting() };
    while due_records(engine, &mut records, &resting).await? {}
    let mut holds = Pass::new(limit, asks);
    while due_holds(engine, &mut holds).await? {}
    engine.ticked();
    Ok(Ran { timers: records.ran, holds: holds.ran, ..Ran::default() })
}

/// Runs timers if anything is due, and returns how many ran, and when the next one within `horizon` is due.
pub(crate) async fn tick_if_due(engine: &Engine, horizon: Duration) -> Result<(i64, Option<Duration>)> {
    let now = engine.store_now().await?;
    let ahead = i64::try_from(horizon.as_micros()).unwrap_or(i64::MAX);
    let until = Time::from_micros(now.micros().saturating_add(ahead));
    // resting timers stay due while they wait for people, and must not hide the next ones
    let resting = engine.waiting().resting();
    let listing = Listing::DueRecords { book: None, now: until, limit: resting.len().min(STUCK) + 1 };
    let records = engine.look_around(&listing).await?.records;
    let holds = engine.look_around(&Listing::DueHolds { book: None, now: until, limit: 1 }).await?.holds;
    let next = records.iter().find(|record| !resting.contains(&(record.key(), record.version)));
    let record = next.and_then(|record| record.due_at);
    let hold = holds.first().and_then(|hold| hold.due_at);
    engine.ticked();
    let Some(next) = record.into_iter().chain(hold).min() else { return Ok((0, None)) };
    if next > now {
        let wait = next.micros().saturating_sub(now.micros()).unsigned_abs();
        return Ok((0, Some(Duration::from_micros(wait))));
    }
    let ran = tick(engine, 10_000, Asks::Sparingly).await?;
    Ok((ran.timers + ran.holds, None))
}

async fn due_records(
    engine: &Engine,
    pass: &mut Pass<RecordKey>,
    resting: &HashSet<(RecordKey, i64)>,
) -> Result<bool> {
    // the time that judges them: another clock would find nothing, or timers that are not due
    let listing = Listing::DueRecords { book: None, now: engine.store_now().await?, limit: pass.page() };
    let mut records: Vec<RecordRow> = engine.look_around(&listing).await?.records;
    let all_seen = records.len() < pass.page();
    let rests = |record: &&RecordRow| resting.contains(&(record.key(), record.version));
    pass.stuck.extend(records.iter().filter(rests).map(Row::key));
    let late = engine.waiting().late();
    pass.stuck.extend(records.iter().filter(|record| late.contains(&record.book)).map(Row::key));
    records.retain(|record| !pass.stuck.contains(&record.key()));
    let mut queued = Vec::with_capacity(records.len());
    for record in records.into_iter().take(pass.left) {
        let scope = Scope { book: record.book.clone(), ..engine.scope() };
        let Some(timer) = scope.domains.timer(&scope, &record) else {
            pass.stuck.insert(record.key());
            continue;
        };
        let (sender, receiver) = oneshot::channel();
        engine.queue(timer(&scope, Box::new(move |outcome| drop(sender.send(outcome)))))?;
        queued.push(((record.key(), scope.book, record.version), receiver));
    }
    pass.wait(engine, queued, all_seen, |key, version| engine.waiting().rest((key.clone(), version))).await
}

async fn due_holds(engine: &Engine, pass: &mut Pass<HoldKey>) -> Result<bool> {
    let listing = Listing::DueHolds { book: None, now: engine.store_now().await?, limit: pass.page() };
    let mut holds = engine.look_around(&listing).await?.holds;
    let all_seen = holds.len() < pass.page();
    let late = engine.waiting().late();
    pass.stuck.extend(holds.iter().filter(|hold| late.contains(&hold.book)).map(Row::key));
    holds.retain(|hold| !pass.stuck.contains(&hold.key()));
    let mut queued = Vec::with_capacity(holds.len());
    for hold in holds.into_iter().take(pass.left) {
        let (call, receiver) = internal(engine, &hold.book, "ledger.expire", ExpireDue::new(hold.key()));
        engine.queue(Box::new(call))?;
        queued.push(((hold.key(), hold.book, hold.version), receiver));
    }
    pass.wait(engine, queued, all_seen, |_, _| {}).await
}

/// `jobs.run_due`.
pub async fn run_due(engine: &Engine, _: &Actor, request: &RunDue) -> Result<Ran> {
    let limit = request.limit.unwrap_or(1_000) as usize;
    let ran = tick(engine, limit, Asks::Always).await?;
    engine.sweep().await?;
    lapses::write_down(engine).await?;
    #[cfg(feature = "signing")]
    crate::upkeep::signer::sign_due(engine).await?;
    Ok(Ran { jobs: crate::upkeep::pool::work(engine, limit).await?, ..ran })
}
