//! One seed: callers, two engines, a clock that jumps, and a database that fails.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use earnest::env::{Clock, Counted, Env, Seeds};
use earnest::pipeline::queue::Limits;
use earnest::{Engine, Error, Options, Time};
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde_json::{Value, json};

use super::history;
use super::seeds::Sum;
use super::store::{Planted, SimStore, Troubles};
use crate::model::calls::{self, Call, Ids, Op};
use crate::support;

const CALLERS: usize = 5;

/// What a run, or all of them, came to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Run {
    pub(crate) seeds: u64,
    pub(crate) operations: u64,
    pub(crate) accepted: u64,
    pub(crate) refused: u64,
    pub(crate) replayed: u64,
    pub(crate) unanswered: u64,
    pub(crate) applied_unanswered: u64,
    pub(crate) dropped: u64,
    pub(crate) overloaded: u64,
    pub(crate) expired: u64,
    pub(crate) lost_replies: u64,
    pub(crate) too_late: u64,
    pub(crate) failed_steps: u64,
    pub(crate) busy_rows: u64,
    pub(crate) waits: u64,
    pub(crate) stale: u64,
    /// How often the database went back, the commits that were lost by it, and the calls that had been
    /// acknowledged.
    pub(crate) went_back: u64,
    pub(crate) lost_commits: u64,
    pub(crate) lost_calls: u64,
    /// How often the planted bug did harm.
    pub(crate) planted: u64,
    /// Everything that happened, of one run.
    pub(crate) trace: String,
}

impl Sum for Run {
    fn add(&mut self, other: &Self) {
        for (sum, count) in [
            (&mut self.seeds, other.seeds),
            (&mut self.operations, other.operations),
            (&mut self.accepted, other.accepted),
            (&mut self.refused, other.refused),
            (&mut self.replayed, other.replayed),
            (&mut self.unanswered, other.unanswered),
            (&mut self.applied_unanswered, other.applied_unanswered),
            (&mut self.dropped, other.dropped),
            (&mut self.overloaded, other.overloaded),
            (&mut self.expired, other.expired),
            (&mut self.lost_replies, other.lost_replies),
            (&mut self.too_late, other.too_late),
            (&mut self.failed_steps, other.failed_steps),
            (&mut self.busy_rows, other.busy_rows),
            (&mut self.waits, other.waits),
            (&mut self.stale, other.stale),
            (&mut self.went_back, other.went_back),
            (&mut self.lost_commits, other.lost_commits),
            (&mut self.lost_calls, other.lost_calls),
        ] {
            *sum += count;
        }
    }
}

/// What a caller knows of its call.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    /// The call; the places in it are places in `known`.
    pub(crate) call: Call,
    /// Events that were committed when it began, and when it was answered.
    pub(crate) window: (usize, usize),
    /// What the clock showed meanwhile, in minutes since the beginning.
    pub(crate) clock: (usize, usize),
    /// The reply or refusal; `None` when nobody heard of it.
    pub(crate) answer: Option<Result<Value, Error>>,
}

/// What callers share.
pub(crate) struct World {
    pub(crate) store: SimStore,
    shown: Arc<AtomicI64>,
    /// Everything that the clock ever showed, in minutes since the beginning.
    pub(crate) showed: Mutex<Vec<i64>>,
    pub(crate) known: Mutex<Ids>,
    pub(crate) records: Mutex<BTreeMap<usize, Record>>,
    run: Mutex<Run>,
}

fn start() -> i64 {
    support::START.parse::<Time>().unwrap().micros()
}

pub(crate) fn run(seed: u64) -> Run {
    run_with(seed, Planted::Nothing)
}

/// A seed on a database with a bug.
pub(crate) fn run_with(seed: u64, planted: Planted) -> Run {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(live(seed, planted))
}

async fn live(seed: u64, planted: Planted) -> Run {
    let mut draw = ChaCha8Rng::seed_from_u64(seed);
    let mut below = |bound: u64| draw.next_u64() % bound;
    let shown = Arc::new(AtomicI64::new(start()));
    let troubles =
        Troubles { steps: [0, 5, 30][below(3) as usize], commits: [0, 30, 150][below(3) as usize] };
    let store = SimStore::new(seed, Clock::Test(shown.clone()), troubles);
    store.plant(planted);
    let queue = if below(4) == 0 { 3 } else { 1_000 };
    let mut banks = Vec::new();
    for engine in 0..2_u64 {
        let seeds = Seeds::Counted(Arc::new(Counted::starting_at((engine + 1) << 32)));
        let env = Env { clock: Clock::Test(shown.clone()), seeds, ..Env::default() };
        let limits = Limits { queue, group: 1 + below(20) as usize, ..Limits::default() };
        let options = Options::new().env(env).limits(limits);
        banks.push(Engine::over(Arc::new(store.clone()), options).await.unwrap());
    }
    let world = Arc::new(World {
        store,
        shown,
        showed: Mutex::new(vec![0]),
        known: Mutex::default(),
        records: Mutex::default(),
        run: Mutex::default(),
    });
    let mut hands: Vec<Vec<(usize, Call)>> = vec![Vec::new(); CALLERS];
    for (number, call) in drawn(seed).into_iter().enumerate() {
        hands[below(CALLERS as u64) as usize].push((number, call));
    }
    let mut callers = Vec::new();
    // in every eighth history the clock jumps by days and centuries
    let far = seed.is_multiple_of(8);
    for (caller, calls) in hands.into_iter().enumerate() {
        let (world, bank, seed) = (world.clone(), banks[caller % 2].clone(), below(u64::MAX));
        callers.push(tokio::spawn(async move { call_all(&world, &bank, calls, seed, far).await }));
    }
    // in every third history the database goes back now and then, by a few commits or by many
    let steps = if seed.is_multiple_of(3) || planted == Planted::VersionsOnly { 1 + below(6) } else { 0 };
    for _ in 0..steps {
        tokio::time::sleep(Duration::from_millis(below(120))).await;
        let (most, breaks) = ([2, 12][below(2) as usize], below(3) == 0);
        world.store.go_back(1 + below(most) as usize, breaks).await;
    }
    for caller in callers {
        caller.await.unwrap();
    }
    world.store.calm();
    // what was lost on the way, and comes late
    tokio::time::sleep(Duration::from_secs(20)).await;
    history::check(&world, &banks[0], seed).await;
    for bank in banks {
        bank.close().await;
    }
    let mut run = world.run.lock().unwrap().clone();
    let happened = world.store.happened();
    run.seeds = 1;
    run.planted = happened.planted;
    run.lost_replies = happened.lost_replies;
    run.too_late = happened.too_late;
    run.failed_steps = happened.failed_steps;
    run.busy_rows = happened.busy_rows;
    run.waits = happened.waits;
    run.stale = happened.stale;
    (run.went_back, run.lost_commits) = (happened.went_back, happened.lost_commits);
    run.trace = format!("{:?}\n{:?}\n{run:?}", world.records.lock().unwrap(), world.store.journal());
    run
}

fn drawn(seed: u64) -> Vec<Call> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    // without anything to spend most calls would be refused
    let fund = |account: &&'static str| Call { op: Op::TopUp { account, amount: 300 }, key: None };
    let mut calls: Vec<Call> = crate::model::reference::PEOPLE.iter().map(fund).collect();
    calls.extend(calls::history(60).new_tree(&mut runner).unwrap().current());
    calls
}

async fn call_all(world: &World, bank: &Engine, calls: Vec<(usize, Call)>, seed: u64, far: bool) {
    let mut draw = ChaCha8Rng::seed_from_u64(seed);
    for (number, call) in calls {
        tokio::time::sleep(Duration::from_millis(draw.next_u64() % 30)).await;
        match call.op {
            // forth, and now and then back again
            Op::Advance { minutes } => {
                // some of an hour become days, and a day a century
                let minutes = match minutes {
                    60.. if far => minutes * 36_525,
                    _ if far => minutes * 24 * 60,
                    _ => minutes,
                };
                world.jump(if draw.next_u64().is_multiple_of(3) { -minutes } else { minutes });
            }
            Op::RunDue => drop(bank.call("jobs.run_due", json!({ "limit": 100 })).await),
            _ => {
                let patience = draw.next_u64().is_multiple_of(12).then(|| draw.next_u64() % 20);
                world.call(bank, number, call, patience).await;
            }
        }
    }
}

impl World {
    fn jump(&self, minutes: i64) {
        let mut showed = self.showed.lock().unwrap();
        let now = (showed.last().unwrap() + minutes).max(0);
        showed.push(now);
        self.shown.store(start() + now * 60_000_000, Ordering::SeqCst);
    }

    fn instant(&self) -> (usize, usize) {
        (self.store.committed(), self.showed.lock().unwrap().len())
    }

    async fn call(&self, bank: &Engine, number: usize, mut call: Call, patience: Option<u64>) {
        let ids = self.known.lock().unwrap().clone();
        call = call.fixed_among(ids.transfers.len(), ids.holds.len());
        call.key.get_or_insert_with(|| format!("own-{number}"));
        let mut args = call.args(&ids);
        args["key"] = call.key.clone().into();
        args["context"] = json!({ "correlation_id": number.to_string() });
        let began = self.instant();
        let calling = Box::pin(bank.call(call.name(), args));
        let answer = match patience {
            None => Some(calling.await),
            Some(millis) => tokio::time::timeout(Duration::from_millis(millis), calling).await.ok(),
        };
        let ended = self.instant();
        let mut run = self.run.lock().unwrap();
        run.operations += 1;
        let answer = match answer {
            None => {
                run.dropped += 1;
                None
            }
            Some(Err(error)) if error.retryable() => {
                run.unanswered += 1;
                run.overloaded += u64::from(error.code().as_str() == "overloaded");
                None
            }
            answer => answer,
        };
        match &answer {
            Some(Ok(reply)) => {
                run.replayed += u64::from(reply["replayed"] == true);
                run.accepted += 1;
                let mut known = self.known.lock().unwrap();
                learn(&mut known.transfers, &reply["transfer"]["id"]);
                learn(&mut known.holds, &reply["hold"]["id"]);
            }
            Some(Err(_)) => run.refused += 1,
            None => {}
        }
        // who went away may have been served long after
        let clock = (began.1 - 1, if answer.is_some() { ended.1 } else { usize::MAX });
        let record = Record { call, window: (began.0, ended.0), clock, answer };
        self.records.lock().unwrap().insert(number, record);
    }

    pub(crate) fn count(&self, with: impl FnOnce(&mut Run)) {
        with(&mut self.run.lock().unwrap());
    }
}

pub(crate) fn learn(ids: &mut Vec<String>, id: &Value) {
    if let Some(id) = id.as_str().filter(|id| !ids.iter().any(|known| known == id)) {
        ids.push(id.to_owned());
    }
}
