//! Runs jobs in this process: a limited number of each kind at once, with the next as soon as a place is
//! free.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::watch;
use tokio::task::{Id, JoinSet};
use tokio::time::timeout;

use crate::engine::Engine;
use crate::engine::runner::Runner as _;
use crate::env::monotonic_now;
use crate::error::{Code, Error, Result};
use crate::ids::Actor;
use crate::jobs::decide::{FURTHEST_RETRY, Report};
use crate::jobs::handler::{Failed, Handler, Handlers};
use crate::jobs::parse::{MOST_ERROR, report as report_of};
use crate::jobs::views::Job;
use crate::payment::merchant::unsent;
use crate::time::{Span, Time};
use crate::upkeep::merchant;
use crate::upkeep::places::{JobParty, JobPlaces};
use crate::upkeep::report::report;
use crate::upkeep::work::{Wanted, grant};

/// The pause of a call that this process cannot make: half of its age, between these bounds.
const LEFT_ALONE: (Span, Span) = (Span::from_secs(15), Span::from_mins(10));

/// How many jobs of a kind an engine does at once for its own handlers.
const PLACES: usize = 32;
/// How long a free place waits for further ones, so that one lease fills them: for the next one, and in all.
const NEXT: Duration = Duration::from_millis(5);
const GATHERS: Duration = Duration::from_millis(50);
/// How long a report waits for those of concurrent jobs, if their handler wants that: at most this, and at
/// most this part of the first job's running time.
const TOGETHER: Duration = Duration::from_secs(1);
const PART_OF_RUN: u32 = 4;
/// The length of a lease, which is renewed while the handler runs.
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
    /// Gives the signal, after which no job is begun. A second signal ends the time of running jobs.
    pub fn stop(&self) {
        self.tell.send_modify(|times| *times = times.saturating_add(1));
    }

    /// Whether the signal was given.
    pub fn is_told(&self) -> bool {
        *self.heard.borrow() > 0
    }

    /// Waits for the signal.
    pub async fn told(&mut self) {
        // cannot fail: this value holds a sender
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
    /// How many of each kind at once, and of each counterparty.
    places: JobPlaces,
    stopping: Stopping,
    /// A set aborts its tasks when it is dropped: a closed engine has no workers.
    running: JoinSet<()>,
    parties: BTreeMap<Id, JobParty>,
    groups: Groups,
}

/// The jobs that may report together, by counterparty: nobody waits for another one's that are slow.
#[derive(Debug, Default)]
struct Groups(BTreeMap<Option<String>, Arc<Together>>);

impl Groups {
    /// Counts a job as running beside those of its counterparty.
    fn join(&mut self, counterparty: Option<&str>) -> RunningJob {
        // one without a job has nobody left who shares it
        self.0.retain(|_, together| Arc::strong_count(together) > 1);
        let group = self.0.entry(counterparty.map(str::to_owned));
        RunningJob::beside(group.or_insert_with(|| Arc::new(Together::new())))
    }
}

/// Makes jobs that end at about the same time report together, if their handler wants that: one commit has
/// all reports, instead of one each.
#[derive(Debug)]
struct Together {
    ends: watch::Sender<Ends>,
}

/// The state of the jobs that may report together.
#[derive(Clone, Copy, Debug, Default)]
struct Ends {
    /// How many run.
    running: usize,
    /// Whether an ended job waits for others.
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

    /// Waits until the ended job shall report. The first to end sets the time, which is at once if no other
    /// job runs; the later ones follow it.
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
    /// A pool without jobs, with `places` for each kind, or for each counterparty of it.
    pub fn new(handlers: Handlers, places: usize, stopping: Stopping) -> Self {
        Self {
            handlers,
            places: JobPlaces::new(places),
            stopping,
            running: JoinSet::new(),
            parties: BTreeMap::new(),
            groups: Groups::default(),
        }
    }

    /// A pool for the handlers of an engine.
    pub fn of(engine: &Engine) -> Self {
        Self::new(engine.options().handlers.clone(), PLACES, Stopping::default())
    }

    /// Leases due jobs of any book for the free places, at most `limit`, and begins them. Returns how many.
    pub async fn fill(&mut self, engine: &Engine, limit: usize) -> Result<usize> {
        let kinds = self.able(engine);
        let limit = limit.min(kinds.iter().map(|kind| self.free(kind)).sum());
        if limit == 0 || self.stopping.is_told() {
            return Ok(0);
        }
        let (span, asked_at) = (LEASE, engine.now());
        let wanted = Wanted {
            book: None,
            kinds,
            limit,
            span,
            places: Some(self.places.clone()),
            handlers: Some(self.handlers.clone()),
        };
        let jobs = grant(engine, &Actor::system(), wanted).await?;
        let begun = jobs.len();
        for job in jobs {
            let Some(handler) = self.handlers.get(&job.kind).cloned() else { continue };
            let party = JobParty::of(handler.as_ref(), &job.kind, &job.book, || job.payload.clone());
            self.places.take(&party);
            let over_at = asked_at.checked_add(span).unwrap_or(Time::MAX);
            let together = handler.reports_together().then(|| self.groups.join(party.counterparty()));
            let taken = TakenJob { job, over_at, together };
            let task = self.running.spawn(one(engine.clone(), handler, taken, self.stopping.clone()));
            self.parties.insert(task.id(), party);
        }
        Ok(begun)
    }

    /// The kinds that this process can do now. Without a keyring it cannot open a gateway's secrets or the
    /// addresses of a chain's nodes, so it leaves such kinds to others.
    fn able(&self, engine: &Engine) -> Vec<Arc<str>> {
        let mut kinds = self.handlers.kinds();
        if engine.keyring().is_none() {
            kinds.retain(|kind| {
                self.handlers.get(kind).is_some_and(|handler| !needs_keyring(handler.as_ref()))
            });
        }
        kinds
    }

    /// The free places of a kind.
    fn free(&self, kind: &Arc<str>) -> usize {
        let has_counterparties = self.handlers.get(kind).is_some_and(|of| of.has_counterparties());
        self.places.free(kind, has_counterparties)
    }

    /// Waits until a job has ended, and for those that end right after it, so that places are free; `false`
    /// if none is running.
    pub async fn ended(&mut self) -> bool {
        if !self.one_ended().await {
            return false;
        }
        // jobs of one lease mostly end together, so one further lease can fill their places
        let _ =
            timeout(GATHERS, async { while timeout(NEXT, self.one_ended()).await.unwrap_or(false) {} }).await;
        true
    }

    async fn one_ended(&mut self) -> bool {
        let Some(ended) = self.running.join_next_with_id().await else { return false };
        let id = ended.map_or_else(|error| error.id(), |(id, ())| id);
        if let Some(party) = self.parties.remove(&id) {
            self.places.give_back(&party);
        }
        true
    }
}

/// Does the due jobs of all kinds with a handler, in every book, until none is left or `limit` were done.
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

/// Whether a handler needs secrets that only a keyring opens.
fn needs_keyring(handler: &dyn Handler) -> bool {
    #[cfg(feature = "chain")]
    let drives = handler.chains().is_some();
    #[cfg(not(feature = "chain"))]
    let drives = false;
    drives || handler.is_driver()
}

/// A job that this process has leased.
struct TakenJob {
    job: Job,
    /// When its lease ends at the latest, by this process's clock. The lease itself is by the store's clock,
    /// which may differ.
    over_at: Time,
    /// Its part in reporting together, if its handler wants that.
    together: Option<RunningJob>,
}

/// Does one job and reports on it. After the signal to stop it is given back instead.
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

/// The outcome of a job in this process.
enum HandlerRun {
    /// Its handler has done it.
    Done(Value),
    /// Its handler says that it did not work.
    Failed(Failed),
    /// Its handler was not run, because this process lacks what it needs. The text is for people, without
    /// secrets.
    NotBegun(String),
}

impl From<std::result::Result<Value, Failed>> for HandlerRun {
    fn from(outcome: std::result::Result<Value, Failed>) -> Self {
        outcome.map_or_else(Self::Failed, Self::Done)
    }
}

/// Leaves a call to other processes. It is given back as not begun, and is due a while later, so that this
/// process does not take it again at once. If its outcome was recorded as unknown meanwhile, the report is
/// that nothing was sent.
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
        // by now the end of the lease may be recorded, and the gateway asked about the call
        Ok(_) if handler.is_driver() && over_at <= engine.now() => {
            HandlerRun::NotBegun("its lease is over".to_owned())
        }
        Ok(inside) => handler.run_inside(job, &inside).await.into(),
        // only the library's own handlers get here: others need nothing opened
        Err(error) => HandlerRun::NotBegun(error.message()),
    }
}

/// How long the result of a job may be.
fn most_of(engine: &Engine, job: &Job) -> usize {
    engine.scope().domains.job_manner(&job.kind).report
}

/// The report of a result, which may be `most` bytes long.
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
        // the effect has happened, and must not be repeated because its result cannot be kept
        Err(error) => Report::Complete { result: Some(Value::from(error.message()).to_string().into()) },
    }
}

/// Clamps the retry time of a handler, so that it cannot make the report invalid.
fn within_reach(at: Time, now: Time) -> Time {
    let (soon, late) = (Span::from_secs(1), FURTHEST_RETRY.micros() - LEASE.micros());
    at.max(now.checked_add(soon).unwrap_or(now)).min(Time::from_micros(now.micros() + late))
}

fn shortened(message: &str) -> Arc<str> {
    let text: String = message.chars().filter(|char| *char != '\0').take(MOST_ERROR).collect();
    if text.is_empty() { "it failed".into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first job to end waits for the others, for a part of its running time at most, and not at all if
    /// it is alone. A later one waits for the first.
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

    /// A report waited for the jobs of chains that were slow: a second for each that ended late.
    #[tokio::test(start_paused = true)]
    #[expect(clippy::disallowed_methods, reason = "time of the test, which stands still")]
    async fn reports_wait_for_those_of_their_own_counterparty_alone() {
        let mut groups = Groups::default();
        let slow = [(); 2].map(|()| groups.join(Some("slow")));
        let [first, second] = [(); 2].map(|()| groups.join(Some("fast")));
        assert_eq!(groups.0.len(), 2);
        let since = tokio::time::Instant::now();
        let [late, later] = slow;
        let ended = tokio::spawn(late.ended(Duration::from_secs(60)));
        tokio::task::yield_now().await;
        first.ended(Duration::ZERO).await;
        second.ended(Duration::ZERO).await;
        assert!(since.elapsed() < TOGETHER / 10, "{:?}", since.elapsed());
        ended.await.unwrap();
        assert!(since.elapsed() >= TOGETHER, "{:?}", since.elapsed());
        later.ended(Duration::ZERO).await;
        drop(groups.join(None));
        assert_eq!(groups.0.len(), 1, "those without a job are dropped");
    }
}
