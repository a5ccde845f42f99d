//! Runs jobs in this process: a limited number of each kind at once, and the next as soon as a place is free.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::watch;
use tokio::task::{Id, JoinSet};
use tokio::time::timeout;

use crate::engine::Engine;
use crate::engine::internal::internal_as;
use crate::engine::runner::Runner as _;
use crate::env::monotonic_now;
use crate::error::{Code, Error, Result};
use crate::ids::{Actor, Book};
use crate::jobs::decide::{FURTHEST_RETRY, Report, ReportJob};
use crate::jobs::handler::{Failed, Handler, Handlers};
use crate::jobs::parse::{MOST_ERROR, report as report_of};
use crate::jobs::views::Job;
use crate::payment::merchant::unsent;
use crate::request::note::Note;
use crate::sorting::Gathering;
use crate::time::{Span, Time};
use crate::upkeep::merchant;
use crate::upkeep::work::{Wanted, grant};

/// Which pause a call has that this process cannot make: half the time that it waits, from the first to the
/// last of these.
const LEFT_ALONE: (Span, Span) = (Span::from_secs(15), Span::from_mins(10));

/// How many jobs of a kind an engine does at once for its own handlers.
const PLACES: usize = 32;
/// How long free places wait for others that become free: for the next one, and in all.
const NEXT: Duration = Duration::from_millis(5);
const GATHERS: Duration = Duration::from_millis(50);
/// How long a report waits for those of jobs that run beside it, where their handler has them wait: at most
/// this, and at most this part of the time that the job of the first one took.
const TOGETHER: Duration = Duration::from_secs(1);
const PART_OF_RUN: u32 = 4;
/// How long this process takes a job; it is renewed while its handler runs.
const LEASE: Span = Span::from_secs(60);

/// A signal to stop the process, and how often it was given. Clones share it.
#[derive(Clone, Debug)]
pub struct Stopping {
    tell: Arc<watch::Sender<u32>>,
    heard: watch::Receiver<u32>,
}

impl Default for Stopping {
    fn default() -> Self {
        let (tell, heard) = watch::channel(0);
        Self { tell: Arc::new(tell), heard }
    }
}

impl Stopping {
    /// Gives the signal: no new job is begun; given again, running jobs have no more time.
    pub fn stop(&self) {
        self.tell.send_modify(|times| *times = times.saturating_add(1));
    }

    /// Whether the signal was given.
    #[must_use]
    pub fn is_told(&self) -> bool {
        *self.heard.borrow() > 0
    }

    /// Waits for the signal.
    pub async fn told(&mut self) {
        // this one holds a sender: there is always one
        let _ = self.heard.wait_for(|times| *times > 0).await;
    }

    /// Waits for the second signal.
    pub async fn told_again(&mut self) {
        let _ = self.heard.wait_for(|times| *times > 1).await;
    }
}

/// The jobs that this process does now.
#[derive(Debug)]
pub struct Pool {
    handlers: Handlers,
    /// How many of each kind at once.
    places: usize,
    stopping: Stopping,
    /// A set aborts its tasks when it is dropped: a closed engine has no workers.
    running: JoinSet<()>,
    kinds: BTreeMap<Id, Arc<str>>,
    together: Arc<Together>,
}

/// Jobs that end about the same time report together, where their handler has them wait: one commit has what
/// all of them say, where each by itself would cost one.
#[derive(Debug)]
struct Together {
    ends: watch::Sender<Ends>,
}

/// How the jobs of a pool stand to one another.
#[derive(Clone, Copy, Debug, Default)]
struct Ends {
    /// How many run.
    running: usize,
    /// Whether one waits for others.
    waits: bool,
    /// How often reports went out.
    round: u64,
}

impl Together {
    fn new() -> Self {
        Self { ends: watch::channel(Ends::default()).0 }
    }
}

/// A job that counts as running until this is dropped.
#[derive(Debug)]
struct RunningJob(Arc<Together>);

impl RunningJob {
    fn beside(together: &Arc<Together>) -> Self {
        together.ends.send_modify(|ends| ends.running = ends.running.saturating_add(1));
        Self(together.clone())
    }

    /// It has taken so long: passes when it is to report. Whoever comes first says when, which is at once
    /// where nobody else runs.
    async fn ended(self, took: Duration) {
        let together = self.0.clone();
        let mut heard = together.ends.subscribe();
        drop(self);
        let (mut is_first, mut round) = (false, 0);
        together.ends.send_modify(|ends| {
            (is_first, round) = (!ends.waits, ends.round);
            ends.waits = true;
        });
        if is_first {
            let span = TOGETHER.min(took / PART_OF_RUN);
            let _ = timeout(span, heard.wait_for(|ends| ends.running == 0)).await;
            together.ends.send_modify(|ends| {
                (ends.waits, ends.round) = (false, ends.round.wrapping_add(1));
            });
        } else {
            let _ = timeout(TOGETHER, heard.wait_for(|ends| ends.round != round)).await;
        }
    }
}

impl Drop for RunningJob {
    fn drop(&mut self) {
        self.0.ends.send_modify(|ends| ends.running = ends.running.saturating_sub(1));
    }
}

impl Pool {
    /// Nothing is done yet; `places` of each kind can be.
    #[must_use]
    pub fn new(handlers: Handlers, places: usize, stopping: Stopping) -> Self {
        let together = Arc::new(Together::new());
        Self { handlers, places, stopping, running: JoinSet::new(), kinds: BTreeMap::new(), together }
    }

    /// A pool for the handlers of an engine.
    #[must_use]
    pub fn of(engine: &Engine) -> Self {
        Self::new(engine.options().handlers.clone(), PLACES, Stopping::default())
    }

    /// Leases what is due in any book for the places that are free, at most `limit`, and begins it. Answers
    /// how many.
    ///
    /// # Errors
    /// Any failure of the store.
    pub async fn fill(&mut self, engine: &Engine, limit: usize) -> Result<usize> {
        let kinds = self.able(engine);
        let places: BTreeMap<Arc<str>, usize> =
            kinds.iter().map(|kind| (kind.clone(), self.free(kind))).gathered();
        let limit = limit.min(places.values().sum());
        if limit == 0 || self.stopping.is_told() {
            return Ok(0);
        }
        let (span, asked_at) = (LEASE, engine.now());
        let wanted = Wanted {
            book: None,
            kinds,
            limit,
            span,
            places: Some(places),
            #[cfg(feature = "chain")]
            handlers: Some(self.handlers.clone()),
        };
        let jobs = grant(engine, &Actor::system(), wanted).await?;
        let begun = jobs.len();
        for job in jobs {
            let Some(handler) = self.handlers.get(&job.kind).cloned() else { continue };
            let kind: Arc<str> = job.kind.as_str().into();
            let over_at = asked_at.checked_add(span).unwrap_or(Time::MAX);
            let together = handler.reports_together().then(|| RunningJob::beside(&self.together));
            let taken = TakenJob { job, over_at, together };
            let task = self.running.spawn(one(engine.clone(), handler, taken, self.stopping.clone()));
            self.kinds.insert(task.id(), kind);
        }
        Ok(begun)
    }

    /// The kinds whose jobs this process can do now: without a keyring neither the secrets of a gateway nor
    /// the addresses of a chain's nodes are opened, and what needs them is left to who can do it.
    fn able(&self, engine: &Engine) -> Vec<Arc<str>> {
        let mut kinds = self.handlers.kinds();
        if engine.keyring().is_none() {
            kinds.retain(|kind| {
                self.handlers.get(kind).is_some_and(|handler| !needs_keyring(handler.as_ref()))
            });
        }
        kinds
    }

    /// How many more of a kind can be done.
    fn free(&self, kind: &str) -> usize {
        let busy = self.kinds.values().filter(|busy| busy.as_ref() == kind).count();
        self.places.saturating_sub(busy)
    }

    /// Waits until a job has ended, and for those that end right after it; `false` when none is running.
    /// Places are free then.
    pub async fn ended(&mut self) -> bool {
        if !self.one_ended().await {
            return false;
        }
        // jobs of one lease mostly end together: their places are filled by one more, not by one each
        let _ =
            timeout(GATHERS, async { while timeout(NEXT, self.one_ended()).await.unwrap_or(false) {} }).await;
        true
    }

    async fn one_ended(&mut self) -> bool {
        let Some(ended) = self.running.join_next_with_id().await else { return false };
        let id = ended.map_or_else(|error| error.id(), |(id, ())| id);
        self.kinds.remove(&id);
        true
    }
}

/// Does what is due of the kinds that have a handler, in every book, until nothing is left or `limit` were
/// done.
///
/// # Errors
/// Any failure of the store. A handler that fails is no error here: its job is tried again.
pub async fn work(engine: &Engine, limit: usize) -> Result<i64> {
    let mut pool = Pool::of(engine);
    let mut done = 0;
    loop {
        done += pool.fill(engine, limit - done).await?;
        if !pool.ended().await {
            return Ok(i64::try_from(done).unwrap_or(i64::MAX));
        }
    }
}

/// Whether a handler needs what only a keyring opens.
fn needs_keyring(handler: &dyn Handler) -> bool {
    #[cfg(feature = "chain")]
    let drives = handler.chains().is_some();
    #[cfg(not(feature = "chain"))]
    let drives = false;
    drives || handler.is_driver()
}

/// A job that this process has leased.
struct TakenJob {
    /// The job.
    job: Job,
    /// When its lease is over at the latest, by the clock of this process: that may show another time than
    /// the store's, by which the lease is written down.
    over_at: Time,
    /// Where it waits for those that end with it.
    together: Option<RunningJob>,
}

/// Does one job and reports on it; one that is not to be begun any more is given back.
async fn one(engine: Engine, handler: Arc<dyn Handler>, taken: TakenJob, stopping: Stopping) {
    let TakenJob { job, over_at, together } = taken;
    if stopping.is_told() {
        if let Err(error) = report(&engine, &job, Report::Release { pause: None }).await {
            // the lease expires
            tracing::warn!(job = %job.id, code = error.code().as_str(), "a job could not be given back");
        }
        return;
    }
    let since = monotonic_now();
    let Some(outcome) = guarded(&engine, handler, &job, over_at).await else {
        tracing::warn!(job = %job.id, kind = job.kind, "a lease was lost while its handler ran");
        return;
    };
    let step = match outcome {
        HandlerRun::Done(result) => completed(&result, most_of(&engine, &job)),
        HandlerRun::Failed(failed) => {
            let retry_at = failed.retry_at.map(|at| within_reach(at, engine.now()));
            Report::Fail { error: shortened(&failed.message), retry_at }
        }
        HandlerRun::NotBegun(why) => {
            drop(together);
            return leave(&engine, &job, &why).await;
        }
    };
    if let Some(together) = together {
        together.ended(monotonic_now().saturating_duration_since(since)).await;
    }
    if let Err(error) = report(&engine, &job, step).await {
        // the lease expires, and the job is tried again
        tracing::warn!(job = %job.id, code = error.code().as_str(), "a job could not be reported on");
    }
}

/// What came of a job in this process.
enum HandlerRun {
    /// Its handler has done it.
    Done(Value),
    /// Its handler says that it did not work.
    Failed(Failed),
    /// Its handler was not run: this process lacks what it needs. For people, without secrets.
    NotBegun(String),
}

impl From<std::result::Result<Value, Failed>> for HandlerRun {
    fn from(outcome: std::result::Result<Value, Failed>) -> Self {
        outcome.map_or_else(Self::Failed, Self::Done)
    }
}

/// Leaves a call to other processes: it is given back as not begun, and is due a while later, so that this
/// one does not take it again at once. Where it was written down meanwhile that nobody knows what became of
/// it, the answer is that nothing was sent.
async fn leave(engine: &Engine, job: &Job, why: &str) {
    tracing::warn!(job = %job.id, kind = job.kind, why, "a call that cannot be made here is left to others");
    let now = engine.now();
    let waited = Span::from_micros(now.since(job.created_at).micros() / 2);
    let pause = Some(waited.unwrap_or(LEFT_ALONE.0).clamp(LEFT_ALONE.0, LEFT_ALONE.1));
    let Err(error) = report(engine, job, Report::Release { pause }).await else { return };
    let sent = match unsent(job, why) {
        Ok(result) if error.code() == Code::TransitionNotAllowed => {
            report(engine, job, completed(&result, most_of(engine, job))).await
        }
        // the lease expires
        _ => Err(error),
    };
    if let Err(error) = sent {
        tracing::warn!(job = %job.id, code = error.code().as_str(), "a job could not be given back");
    }
}

/// Runs a handler and renews the lease meanwhile; `None` when the lease was lost.
async fn guarded(engine: &Engine, handler: Arc<dyn Handler>, job: &Job, over_at: Time) -> Option<HandlerRun> {
    let mut running = JoinSet::new();
    let (given, within) = (job.clone(), engine.clone());
    running.spawn(async move { ran(&within, handler.as_ref(), &given, over_at).await });
    let third = Duration::from_micros(LEASE.micros().unsigned_abs() / 3);
    loop {
        match tokio::time::timeout(third, running.join_next()).await {
            Ok(Some(Ok(outcome))) => return Some(outcome),
            Ok(_) => return Some(HandlerRun::Failed(Failed::new("the handler panicked"))),
            Err(_) => match report(engine, job, Report::Extend { span: LEASE }).await {
                Err(error) if !error.retryable() => return None,
                _ => {}
            },
        }
    }
}

/// Gives a handler what it needs, and runs it.
async fn ran(engine: &Engine, handler: &dyn Handler, job: &Job, over_at: Time) -> HandlerRun {
    match merchant::inside(engine, handler, job).await {
        // who was stopped for so long is asked about by now
        Ok(_) if handler.is_driver() && over_at <= engine.now() => {
            HandlerRun::NotBegun("its lease is over".to_owned())
        }
        Ok(inside) => handler.run_inside(job, &inside).await.into(),
        // a handler of the application's own needs nothing of it
        Err(error) => HandlerRun::NotBegun(error.message()),
    }
}

/// How long the result of a job may be.
fn most_of(engine: &Engine, job: &Job) -> usize {
    engine.scope().domains.job_manner(&job.kind).report
}

/// `most` is how long a result may be that is kept or judged.
fn completed(result: &Value, most: usize) -> Report {
    if result.is_null() {
        return Report::Complete { result: None };
    }
    let short = |text: Arc<str>| {
        let reason = || format!("must be at most {} KiB", most / 1024);
        if text.len() > most { Err(Error::invalid("result", reason())) } else { Ok(text) }
    };
    match report_of("result", result).and_then(short) {
        Ok(result) => Report::Complete { result: Some(result) },
        // the effect is out: it must not be done again because its result cannot be kept
        Err(error) => Report::Complete { result: Some(Value::from(error.message()).to_string().into()) },
    }
}

/// When a handler of this process is run again: the handler's own time must not make its report invalid.
fn within_reach(at: Time, now: Time) -> Time {
    let (soon, late) = (Span::from_secs(1), FURTHEST_RETRY.micros() - LEASE.micros());
    at.max(now.checked_add(soon).unwrap_or(now)).min(Time::from_micros(now.micros() + late))
}

fn shortened(message: &str) -> Arc<str> {
    let text: String = message.chars().filter(|char| *char != '\0').take(MOST_ERROR).collect();
    if text.is_empty() { "it failed".into() } else { text.into() }
}

async fn report(engine: &Engine, job: &Job, report: Report) -> Result<()> {
    let name = match report {
        Report::Complete { .. } => "jobs.complete",
        Report::Fail { .. } => "jobs.fail",
        Report::Release { .. } => "jobs.release",
        _ => "jobs.extend",
    };
    let (book, note) = (Book::request("book", &job.book)?, Note::default());
    let domains = engine.scope().domains;
    let act =
        ReportJob { book: book.clone(), job: job.id, fence: Some(job.fence), step: report, note, domains };
    let (call, receiver) = internal_as(engine, &book, Actor::system(), name, act);
    engine.going().await;
    engine.queue(Box::new(call))?;
    match receiver.await {
        Ok(outcome) => outcome.map(drop),
        Err(_) => Err(Error::corrupted("a report was not answered")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Who comes second waits for the first, and the first for others: not for longer than a part of its
    /// time, and not at all when nobody else runs.
    #[tokio::test]
    async fn reports_go_out_together() {
        let together = Arc::new(Together::new());
        let [first, second, last] = [(); 3].map(|()| RunningJob::beside(&together));
        tokio::join!(first.ended(Duration::from_millis(80)), second.ended(Duration::ZERO));
        let ends = *together.ends.borrow();
        assert_eq!((ends.running, ends.waits, ends.round), (1, false, 1));
        last.ended(Duration::from_secs(60)).await;
        let ends = *together.ends.borrow();
        assert_eq!((ends.running, ends.waits, ends.round), (0, false, 2));
    }
}
