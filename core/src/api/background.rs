//! The background tasks of an open engine: sequencing, timers, jobs, deliveries, and sweeping.
//!
//! No task keeps an engine alive after its last handle is dropped.

use std::time::Duration;

use crate::engine::pausing::going;
use crate::engine::runner::Runner as _;
use crate::engine::{Engine, merge_deltas, timeline};
use crate::env::monotonic_now;
use crate::error::Error;
use crate::pipeline::sequencer;
use crate::upkeep::{lapses, timers};

/// How long the sequencer lets commits gather: each of its passes is a commit of its own, with a sync of its
/// own. A reader of events does not wait for it; a read runs the pass itself.
const GATHER: Duration = Duration::from_millis(25);

/// How long the sequencer leaves the work to another process that was faster.
const YIELD: Duration = Duration::from_millis(400);

/// How often outdated rows are swept.
const SWEEP_EVERY: Duration = Duration::from_secs(300);

/// How often counter deltas are merged: while there are some, and while there are none. Those of this
/// process do not wait for the second.
const MERGE_EVERY: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(20));

/// How often an engine looks for currencies that other processes have registered, soon after it was opened
/// and later: an application checks amounts in them before any call names one.
const LEARNS: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(60));

/// The pause between two passes while there is more.
const SWEEP_ON: Duration = Duration::from_secs(1);

/// How often an engine looks for what other processes left to do: often while there is something, seldom
/// while there is not.
const LOOKS: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(5));

/// How long timers wait for more to be due while there is work.
const TICK: Duration = Duration::from_secs(1);

/// How often an engine looks for leases that ended without a report: while this process works or there are
/// such jobs, and while there is nothing.
const LAPSES: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(20));

/// How often an engine looks for what keys of the vault have to sign: while there is something, while this
/// process works, and while there is nothing.
#[cfg(feature = "signing")]
const SIGNS: (Duration, Duration, Duration) =
    (Duration::from_millis(100), Duration::from_secs(1), Duration::from_secs(20));

/// How soon a process does the jobs that its own calls made due, and how often it looks for those of others.
const WORKS: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));

/// A look at a long queue takes a tenth of the time at most.
const REST: u32 = 10;

/// Begins the loops of an engine.
pub(super) fn start(engine: &Engine) {
    engine.keep(tokio::spawn(sequence_forever(engine.weak())));
    engine.keep(tokio::spawn(tick_forever(engine.weak())));
    engine.keep(tokio::spawn(sweep_forever(engine.weak())));
    engine.keep(tokio::spawn(learn_forever(engine.weak())));
    if !engine.store().capabilities().exclusive {
        engine.deltas().attend();
        engine.keep(tokio::spawn(merge_forever(engine.weak())));
    }
    engine.keep(tokio::spawn(rank_forever(engine.weak(), engine.options().rank_every)));
    if engine.scope().domains.follow_jobs() {
        engine.keep(tokio::spawn(lapse_forever(engine.weak())));
    }
    #[cfg(feature = "signing")]
    if engine.scope().keyring.is_some() {
        engine.keep(tokio::spawn(sign_forever(engine.weak())));
    }
    if !engine.options().handlers.kinds().is_empty() {
        engine.keep(tokio::spawn(work_forever(engine.weak())));
    }
    #[cfg(feature = "brokers")]
    super::delivery::start(engine);
}

/// Warns of what went wrong. What an engine refuses that was closed or paused meanwhile has not gone wrong.
fn told(engine: &Engine, error: &Error, what: &'static str) {
    if !engine.is_closed() && !engine.is_paused() {
        tracing::warn!(code = error.code().as_str(), "{what}");
    }
}

async fn sequence_forever(engine: impl Fn() -> Option<Engine> + Send + Sync + 'static) {
    let mut rounds = sequencer::Rounds::default();
    let mut pause = LOOKS.0;
    while let Some(engine) = going(&engine).await {
        timeline::watch(&engine);
        let committed = engine.committed().clone();
        let (store, env) = (engine.store(), &engine.options().env);
        let swept = rounds.step(store, env).await;
        if let Err(error) = &swept {
            told(&engine, error, "the sequencer was interrupted");
        }
        drop(engine);
        let step = swept.unwrap_or_default();
        if step.disturbed {
            // another process is sequencing, and continues: two of them would only do the same work
            tokio::time::sleep(YIELD).await;
        }
        if step.more {
            // pending events need no notification
            continue;
        }
        // commits of other processes are found by polling, those of this one send a notification
        pause = if step.found { LOOKS.0 } else { (pause * 2).min(LOOKS.1) };
        let notified = tokio::time::timeout(pause, committed.notified()).await;
        if notified.is_ok() {
            pause = LOOKS.0;
            tokio::time::sleep(GATHER).await;
        }
    }
}

/// Merges counter deltas soon: until then every call about the same subject reads all of them.
async fn merge_forever(engine: impl Fn() -> Option<Engine> + Send + Sync + 'static) {
    let mut pause = MERGE_EVERY.0;
    while let Some(engine) = going(&engine).await.filter(|engine| !engine.is_read_only()) {
        let deltas = engine.deltas().clone();
        let added = merge_deltas::merge_all(&engine).await;
        if let Err(error) = &added {
            told(&engine, error, "counters were not added up");
        }
        drop(engine);
        // what other processes count is found by polling, as is what a host commits late
        pause = if added.unwrap_or_default() { MERGE_EVERY.0 } else { (pause * 2).min(MERGE_EVERY.1) };
        if tokio::time::timeout(pause, deltas.noted()).await.is_ok() {
            pause = MERGE_EVERY.0;
            tokio::time::sleep(MERGE_EVERY.0).await;
        }
    }
}

async fn sweep_forever(engine: impl Fn() -> Option<Engine> + Send + Sync + 'static) {
    let mut pause = SWEEP_EVERY;
    loop {
        tokio::time::sleep(pause).await;
        let Some(engine) = going(&engine).await else { return };
        let swept = engine.sweep().await;
        if let Err(error) = &swept {
            told(&engine, error, "old rows were not swept");
        }
        pause = if swept.unwrap_or_default() { SWEEP_ON } else { SWEEP_EVERY };
    }
}

async fn learn_forever(engine: impl Fn() -> Option<Engine> + Send + Sync + 'static) {
    let mut pause = LEARNS.0;
    loop {
        tokio::time::sleep(pause).await;
        pause = LEARNS.1;
        let Some(engine) = going(&engine).await else { return };
        if let Err(error) = engine.look_for_currencies().await {
            told(&engine, &error, "the currencies of the store were not read");
        }
    }
}

/// Lists by balance follow the log when they are asked for; this keeps what is left to them small.
async fn rank_forever(engine: impl Fn() -> Option<Engine> + Send + Sync + 'static, every: Duration) {
    loop {
        tokio::time::sleep(every).await;
        let Some(engine) = going(&engine).await.filter(|engine| !engine.is_read_only()) else { return };
        if let Err(error) = crate::engine::balance_index::follow_all(&engine).await {
            told(&engine, &error, "the rank did not follow the log");
        }
    }
}

/// Runs timers when they are due. Polling finds what other processes make due sooner.
async fn tick_forever(engine: impl Fn() -> Option<Engine> + Send + Sync + 'static) {
    let mut pause = TICK;
    while let Some(bank) = going(&engine).await {
        if let Err(fault) = bank.store().maintain().await
            && !bank.is_paused()
        {
            tracing::warn!(%fault, "the store was not maintained");
        }
        let groups = bank.groups();
        let ticked = timers::tick_if_due(&bank, LOOKS.1).await;
        if let Err(error) = &ticked {
            told(&bank, error, "timers were interrupted");
        }
        let (ran, next) = ticked.unwrap_or_default();
        drop(bank);
        pause = if ran == 0 { (pause * 2).min(LOOKS.1) } else { TICK };
        let mut left = next.map_or(pause, |next| next.min(pause));
        while !left.is_zero() {
            let step = left.min(TICK);
            tokio::time::sleep(step).await;
            left -= step;
            // a call of this process may have made something due
            if engine().is_none_or(|engine| engine.groups() != groups) {
                pause = TICK;
                break;
            }
        }
    }
}

/// Writes down leases of followed jobs that ended without a report, whoever does them.
async fn lapse_forever(engine: impl Fn() -> Option<Engine> + Send + Sync + 'static) {
    let (mut pause, mut groups) = (LAPSES.0, 0);
    loop {
        tokio::time::sleep(pause).await;
        let Some(engine) = going(&engine).await.filter(|engine| !engine.is_read_only()) else { return };
        let (since, before) = (monotonic_now(), groups);
        let looked = lapses::write_down(&engine).await;
        if let Err(error) = &looked {
            told(&engine, error, "leases that ended were not written down");
        }
        groups = engine.groups();
        let idle = groups == before && !looked.unwrap_or_default();
        pause = if idle { (pause * 2).min(LAPSES.1) } else { LAPSES.0 };
        pause = pause.max(monotonic_now().saturating_duration_since(since) * REST);
    }
}

/// Signs what waits for keys of the vault.
#[cfg(feature = "signing")]
async fn sign_forever(engine: impl Fn() -> Option<Engine> + Send + Sync + 'static) {
    let (mut pause, mut groups) = (SIGNS.1, 0);
    loop {
        tokio::time::sleep(pause).await;
        let Some(engine) = going(&engine).await.filter(|engine| !engine.is_read_only()) else { return };
        let before = groups;
        let signed = crate::upkeep::signer::sign_due(&engine).await;
        if let Err(error) = &signed {
            told(&engine, error, "what waits for keys of the vault was not signed");
        }
        groups = engine.groups();
        pause = match (signed.unwrap_or_default(), groups == before) {
            (0, true) => (pause * 2).clamp(SIGNS.1, SIGNS.2),
            (0, false) => SIGNS.1,
            _ => SIGNS.0,
        };
    }
}

/// Handlers may take their time: timers do not wait for them, nor does one kind of jobs for another.
async fn work_forever(engine: impl Fn() -> Option<Engine> + Send + Sync + 'static) {
    let Some(mut pool) = engine().map(|engine| crate::upkeep::pool::Pool::of(&engine)) else { return };
    while let Some(bank) = going(&engine).await {
        let (groups, since) = (bank.groups(), monotonic_now());
        if let Err(error) = pool.fill(&bank, usize::MAX).await {
            told(&bank, &error, "jobs were interrupted");
        }
        drop(bank);
        let rest = (monotonic_now().saturating_duration_since(since) * REST).clamp(WORKS.0, WORKS.1);
        tokio::select! {
            true = pool.ended() => {}
            () = until_called(&engine, groups, rest) => {}
        }
    }
}

/// Waits until a call of this process may have made a job due: a payer should not wait for the next look at
/// what others have written.
async fn until_called(engine: &(impl Fn() -> Option<Engine> + Send + Sync), groups: u64, rest: Duration) {
    let mut left = WORKS.1;
    while !left.is_zero() {
        tokio::time::sleep(rest).await;
        left = left.saturating_sub(rest);
        if engine().is_none_or(|engine| engine.groups() != groups) {
            return;
        }
    }
}
