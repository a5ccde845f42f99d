//! Is everything well: the store, the sequencer, the timers, the queue.

mod chains;
mod checks;
mod clock;
mod consent;
mod deals;
mod gateways;
mod keys;
mod rows;
pub(super) mod sinks;

use std::time::Duration;

use crate::engine::Engine;
use crate::error::Result;
use crate::ids::Actor;
use crate::rows::listing::Listing;
use crate::rows::needs::{Needs, RecordKey};
use crate::rows::owner::{OwnerKind, OwningObject};
use crate::rows::row::Row;
use crate::rows::tables::JobState;
use crate::store::{Finding, Level};
use crate::time::Time;
use crate::upkeep::health::checks::{CRITICAL, HEALTHY, WARNING, check, now, seconds};
use crate::upkeep::health::consent::Consent;
use crate::upkeep::requests::{GetHealth, GetStats};
use crate::upkeep::views::{Health, HealthCheck, Stats};

/// How many unreachable books are named.
const NAMED: usize = 10;
/// How many dead jobs are counted: each is read with its payload.
const COUNTED_DEAD: usize = 100;
/// How long the store may take to answer.
const ANSWER: Duration = Duration::from_secs(2);
/// How long it may take to list what waits or is due.
const LOOK: Duration = Duration::from_secs(5);

/// `admin.health`. It answers even when the store does not.
pub async fn health(engine: &Engine, _: &Actor, _: &GetHealth) -> Result<Health> {
    let mut checks = vec![within("store", ANSWER, store(engine)).await];
    let answers = checks.iter().all(|check| check.status == HEALTHY);
    checks.push(within("writes", ANSWER, writes(engine, answers)).await);
    let found = engine.store().findings().await;
    checks.extend(found.into_iter().map(|finding| shown(finding.name, Ok(finding))));
    if answers {
        let (sequencer, timers, clock, jobs, sinks, deals, gateways, chains, lanes, keys, rows) = tokio::join!(
            within("sequencer", LOOK, sequencer(engine)),
            tokio::time::timeout(LOOK, timers(engine)),
            within("clock", LOOK, clock::clock(engine)),
            within("jobs", LOOK, jobs(engine)),
            within("sinks", LOOK, sinks::sinks(engine)),
            within("deals", LOOK, deals::deals(engine)),
            within("gateways", LOOK, gateways::gateways(engine)),
            within("chains", LOOK, of_chains(engine)),
            within("lanes", LOOK, async { shown("lanes", chains::lanes(engine).await) }),
            within("keyring", LOOK, keys::keys(engine)),
            within("rows", LOOK, rows::rows(engine)),
        );
        checks.push(sequencer);
        checks.extend(timers.map_or_else(|_| vec![late("timers", LOOK)], Vec::from));
        checks.extend([clock, jobs, sinks, deals, gateways, chains, lanes, keys, rows]);
    }
    checks.extend(books(engine));
    checks.push(queue(engine));
    let worst =
        [CRITICAL, WARNING].into_iter().find(|status| checks.iter().any(|check| check.status == *status));
    Ok(Health { status: worst.unwrap_or(HEALTHY).to_owned(), checks })
}

/// Runs a check with a time limit. A check without an answer in time is as bad as one that fails: monitoring
/// must learn of it now.
async fn within(name: &str, limit: Duration, found: impl Future<Output = HealthCheck>) -> HealthCheck {
    tokio::time::timeout(limit, found).await.unwrap_or_else(|_| late(name, limit))
}

fn late(name: &str, limit: Duration) -> HealthCheck {
    check(name, CRITICAL, format!("no answer within {} s", limit.as_secs()))
}

/// A finding as a check. A search that failed is critical.
fn shown(name: &str, found: Result<Finding>) -> HealthCheck {
    match found {
        Ok(Finding { name, level, detail }) => check(name, status(level), detail),
        Err(error) => check(name, CRITICAL, error.message()),
    }
}

async fn of_chains(engine: &Engine) -> HealthCheck {
    let at = now(engine).await;
    shown("chains", chains::chains(engine, at).await)
}

async fn store(engine: &Engine) -> HealthCheck {
    match engine.store().ping().await {
        Ok(()) => check("store", HEALTHY, format!("{} answers", engine.store().name())),
        Err(fault) => check("store", CRITICAL, fault.into_error(false).message()),
    }
}

const fn status(level: Level) -> &'static str {
    match level {
        Level::Healthy => HEALTHY,
        Level::Warning => WARNING,
        Level::Critical => CRITICAL,
    }
}

/// A store that answers may still refuse every write. The outcome of the newest group shows it. After a
/// failure a write is tried here, if the store `answers`, because there may be no calls.
async fn writes(engine: &Engine, answers: bool) -> HealthCheck {
    if engine.is_read_only() {
        return check("writes", HEALTHY, "not looked at: the engine was opened to read only");
    }
    let Some(failure) = engine.last_write().failure() else {
        return check("writes", HEALTHY, "no write has failed");
    };
    let trial = if answers { engine.store().probe_write().await } else { Ok(false) };
    match trial {
        Ok(true) => {
            engine.last_write().committed();
            return check("writes", HEALTHY, "a write was tried and committed");
        }
        Ok(false) => {}
        Err(fault) => engine.last_write().failed(&fault, engine.now()),
    }
    let waited = seconds(failure.since, engine.now());
    let said = failure.fault.into_error(false).message();
    check("writes", CRITICAL, format!("no write has gone through for {waited} s: {said}"))
}

/// An event that has waited for 10 s in any book is a warning: perhaps no process runs a background.
async fn sequencer(engine: &Engine) -> HealthCheck {
    let now = now(engine).await;
    let since = Time::from_micros(now.micros() - 10_000_000);
    match crate::pipeline::sequencer::waiting_since(engine.store(), since).await {
        Ok(Some(stamp)) => {
            let waited = seconds(stamp, now);
            check("sequencer", WARNING, format!("an event has waited for {waited} s"))
        }
        Ok(None) => check("sequencer", HEALTHY, "no event waits"),
        Err(error) => check("sequencer", CRITICAL, error.message()),
    }
}

/// A timer that is overdue by 60 s is a warning: perhaps no process runs a background. Timers that wait for
/// approval are reported separately.
async fn timers(engine: &Engine) -> [HealthCheck; 2] {
    let minute_ago = Time::from_micros(now(engine).await.micros() - 60_000_000);
    match overdue(engine, minute_ago).await {
        Ok((None, consent)) => [check("timers", HEALTHY, "nothing is overdue"), consent.check()],
        Ok((Some(first), consent)) => {
            let advice = "run `earnest worker` or `jobs.run_due`; if one runs, its log says what refuses";
            [check("timers", WARNING, format!("{first} is due for over 60 s: {advice}")), consent.check()]
        }
        Err(error) => [check("timers", CRITICAL, error.message()), consent::unknown(&error)],
    }
}

/// The oldest object that is overdue and waits for nobody's approval, and the approvals that others wait for.
async fn overdue(engine: &Engine, since: Time) -> Result<(Option<String>, Consent)> {
    let due = engine
        .look_around(&Listing::DueRecords { book: None, now: since, limit: consent::LOOKED_AT })
        .await?
        .records;
    let holds = engine.look_around(&Listing::DueHolds { book: None, now: since, limit: 1 }).await?.holds;
    let consent = Consent::of(engine, &due).await?;
    let record = due.iter().map(Row::key).find(|key| !consent.waiting.contains(key));
    let hold = holds.first().map(|hold| format!("hold `{}` of book `{}`", hold.id, hold.book));
    Ok((record.as_ref().map(named).or(hold), consent))
}

/// Names a record for people: by its id, or else by its kind and the UUID of its row.
fn named(record: &RecordKey) -> String {
    let RecordKey { book, kind, id } = record;
    match kind.parse::<OwnerKind>() {
        Ok(owner) => format!("{kind} `{}` of book `{book}`", OwningObject { kind: owner, id: *id }),
        Err(_) => format!("{kind} `{id}` of book `{book}`"),
    }
}

/// A job that is overdue by 60 s is a warning: perhaps nobody does its kind. So is one that is dead.
async fn jobs(engine: &Engine) -> HealthCheck {
    let now = Time::from_micros(now(engine).await.micros() - 60_000_000);
    let kinds = match engine.look_around(&Listing::JobKinds { limit: 100 }).await {
        Ok(listed) => listed.job_kinds,
        Err(error) => return check("jobs", CRITICAL, error.message()),
    };
    match engine.look_around(&Listing::DueJobs { book: None, kinds, now, limit: 1 }).await {
        Ok(listed) => match listed.jobs.first() {
            None => dead_jobs(engine).await,
            Some(job) => {
                let advice = "lease it with `jobs.lease`, or register a handler";
                check("jobs", WARNING, format!("a job `{}` is due for over 60 s: {advice}", job.kind))
            }
        },
        Err(error) => check("jobs", CRITICAL, error.message()),
    }
}

/// Jobs of the book that failed as often as they may: nobody does them any more.
async fn dead_jobs(engine: &Engine) -> HealthCheck {
    let book = engine.book_name().clone();
    let state = Some(JobState::Dead);
    let dead = Listing::Jobs { book, kind: None, state, after: None, limit: COUNTED_DEAD };
    let jobs = match engine.look(&dead).await {
        Ok(listed) => listed.jobs,
        Err(error) => return check("jobs", CRITICAL, error.message()),
    };
    let Some(first) = jobs.first() else {
        return check("jobs", HEALTHY, "nothing is overdue, and nothing is dead");
    };
    let more = if jobs.len() >= COUNTED_DEAD { "at least " } else { "" };
    let (count, kind) = (jobs.len(), &first.kind);
    let advice = "`jobs.list` names them; then `jobs.retry` or `jobs.discard` them";
    check("jobs", WARNING, format!("{more}{count} jobs are dead, such as a `{kind}`: {advice}"))
}

/// On stores spread over several servers: the books whose server does not answer. The other checks are about
/// the remaining books.
fn books(engine: &Engine) -> Option<HealthCheck> {
    let reach = engine.store().reach()?;
    let missing = reach.missing();
    let named = missing.iter().take(NAMED).map(|book| format!("`{book}`")).collect::<Vec<_>>().join(", ");
    let more = missing.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let (status, detail) = match (missing.is_empty(), reach.is_in_parts()) {
        (false, _) => (CRITICAL, format!("the server of {named}{more} does not answer: they wait")),
        (true, true) => (CRITICAL, "a server does not answer: some books may wait".to_owned()),
        (true, false) => (HEALTHY, "every server answers".to_owned()),
    };
    Some(check("books", status, detail))
}

fn queue(engine: &Engine) -> HealthCheck {
    let (queued, limit) = engine.queue_depth();
    let status = if queued * 10 >= limit * 9 { WARNING } else { HEALTHY };
    check("queue", status, format!("{queued} of {limit} places are taken"))
}

/// `admin.stats`.
pub async fn stats(engine: &Engine, _: &Actor, _: &GetStats) -> Result<Stats> {
    let mut needs = Needs::default();
    needs.heads.insert((engine.book_name().clone(),));
    let loaded = engine.peek(&needs).await?;
    let (queued, _) = engine.queue_depth();
    let (accepted, refused) = engine.counts();
    Ok(Stats {
        store: engine.store().name().to_owned(),
        events: loaded.heads.first().map_or(0, |head| head.seq),
        accepted,
        refused,
        queued: i64::try_from(queued).unwrap_or(i64::MAX),
    })
}
