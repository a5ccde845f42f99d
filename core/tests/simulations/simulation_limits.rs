//! Limits in the simulated database, by a clock that is ahead now and then: what a right clock lets through
//! is never more than the limit, of all that took place in the window of real time.
//!
//! The database knows in which order commits happened. A call counts as judged by a right clock if the clock
//! was right from its beginning to its answer; others may have been let through by the clock that was ahead,
//! and count.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use earnest::env::{Clock, Counted, Env, Seeds};
use earnest::{Engine, Options, Time};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde_json::{Value, json};

use crate::simulation::store::{Happening, Planted, SimStore, Troubles};
use crate::support;

const CALLERS: u64 = 4;
const CALLS: u64 = 30;
const SECOND: i64 = 1_000_000;
/// The rules: how many calls of an account, in how many microseconds.
const RULES: [(&str, i64, usize); 2] = [("PT10S", 10 * SECOND, 3), ("PT1H", 3_600 * SECOND, 12)];
/// By how much the clock is ahead.
const AHEAD: [i64; 6] =
    [SECOND, 11 * SECOND, 3_600 * SECOND, 90_000 * SECOND, 32 * 86_400 * SECOND, 36_525 * 86_400 * SECOND];

/// A call, as its caller knows it.
#[derive(Clone, Copy, Debug)]
struct Made {
    account: u64,
    /// When it began, in real time.
    began: i64,
    /// When it was accepted, if that was heard and the clock was right all the time.
    right_until: Option<i64>,
}

/// Real time, and by how much the clock is ahead.
#[derive(Default)]
struct Times {
    real: i64,
    ahead: i64,
    /// How often the clock went wrong.
    wrong: u64,
}

struct World {
    shown: Arc<AtomicI64>,
    times: Mutex<Times>,
    made: Mutex<BTreeMap<u64, Made>>,
}

/// What a run came to.
#[derive(Clone, Copy, Debug, Default)]
struct Run {
    committed: usize,
    judged: usize,
    full: usize,
}

fn start() -> i64 {
    support::START.parse::<Time>().unwrap().micros()
}

/// A seed on a database with a bug.
pub(crate) fn run_with(seed: u64, planted: Planted) {
    run(seed, planted);
}

fn run(seed: u64, planted: Planted) -> Run {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(live(seed, planted))
}

async fn live(seed: u64, planted: Planted) -> Run {
    let mut draw = ChaCha8Rng::seed_from_u64(seed);
    let shown = Arc::new(AtomicI64::new(start()));
    let store = SimStore::new(seed, Clock::Test(shown.clone()), Troubles { steps: 0, commits: 0 });
    let mut banks = Vec::new();
    for engine in 0..2_u64 {
        let seeds = Seeds::Counted(Arc::new(Counted::starting_at((engine + 1) << 32)));
        let env = Env { clock: Clock::Test(shown.clone()), seeds, ..Env::default() };
        banks.push(Engine::over(Arc::new(store.clone()), Options::new().env(env)).await.unwrap());
    }
    for (window, _, limit) in RULES {
        let rule = json!({ "id": window.to_lowercase(), "action": "ledger.deduct", "subject": "account",
            "metric": "count", "window": window, "limit": limit, "outcome": "block" });
        banks[0].call("risk.set_rule", rule).await.unwrap();
    }
    for account in 0..2 {
        let funds = json!({ "account": format!("a-{account}"), "amount": "900.00 USD", "key": format!("f-{account}") });
        banks[0].call("ledger.top_up", funds).await.unwrap();
    }
    store.plant(planted);
    store.trouble(Troubles {
        steps: [0, 5, 30][(seed % 3) as usize],
        commits: [0, 30, 150][(seed / 3 % 3) as usize],
    });
    let world = Arc::new(World { shown, times: Mutex::default(), made: Mutex::default() });
    let mut callers = Vec::new();
    for caller in 0..CALLERS {
        let (world, bank, seed) = (world.clone(), banks[(caller % 2) as usize].clone(), draw.next_u64());
        callers.push(tokio::spawn(async move { call_all(&world, &bank, caller, seed).await }));
    }
    for caller in callers {
        caller.await.unwrap();
    }
    store.calm();
    tokio::time::sleep(Duration::from_secs(20)).await;
    let run = check(&store, &world, seed);
    for bank in banks {
        bank.close().await;
    }
    run
}

async fn call_all(world: &World, bank: &Engine, caller: u64, seed: u64) {
    let mut draw = ChaCha8Rng::seed_from_u64(seed);
    for number in (0..CALLS).map(|call| caller * CALLS + call) {
        tokio::time::sleep(Duration::from_millis(draw.next_u64() % 30)).await;
        world.pass(&mut draw);
        let account = draw.next_u64() % 2;
        let (began, wrong) = world.now();
        // what nobody hears of may take place all the same
        world.made.lock().unwrap().insert(number, Made { account, began, right_until: None });
        let args = json!({ "account": format!("a-{account}"), "amount": "0.01 USD", "key": format!("c-{number}"),
            "context": { "correlation_id": number.to_string() } });
        let accepted = bank.call("ledger.deduct", args).await.is_ok();
        let (ended, wrong_since) = world.now();
        if accepted && wrong.is_some() && wrong == wrong_since {
            world.made.lock().unwrap().get_mut(&number).unwrap().right_until = Some(ended);
        }
    }
}

impl World {
    /// Time passes, and the clock goes ahead, further ahead, or is right again.
    fn pass(&self, draw: &mut ChaCha8Rng) {
        let mut below = |bound: u64| draw.next_u64() % bound;
        let mut times = self.times.lock().unwrap();
        times.real +=
            [0, 0, 0, below(3_000_000), below(30_000_000), 300 * SECOND as u64][below(6) as usize] as i64;
        match below(6) {
            0 => {
                times.ahead += AHEAD[below(AHEAD.len() as u64) as usize];
                times.wrong += 1;
            }
            1..4 => times.ahead = 0,
            _ => {}
        }
        self.shown.store(start() + times.real + times.ahead, Ordering::SeqCst);
    }

    /// The real time, and how often the clock had gone wrong, if it is right.
    fn now(&self) -> (i64, Option<u64>) {
        let times = self.times.lock().unwrap();
        (times.real, (times.ahead == 0).then_some(times.wrong))
    }
}

/// Goes through the calls in the order of their commits.
fn check(store: &SimStore, world: &World, seed: u64) -> Run {
    let made = world.made.lock().unwrap();
    let (mut run, mut before): (Run, Vec<Made>) = (Run::default(), Vec::new());
    for happening in store.journal() {
        let Happening::Event(event) = happening else { continue };
        let context: Option<Value> = event.context.as_deref().map(|text| serde_json::from_str(text).unwrap());
        let number = context.and_then(|context| context["correlation_id"].as_str()?.parse::<u64>().ok());
        let (Some(number), "transfer.posted") = (number, event.kind.as_ref()) else { continue };
        let call = made[&number];
        run.committed += 1;
        if let Some(until) = call.right_until {
            run.judged += 1;
            for (name, window, limit) in RULES {
                let there = before
                    .iter()
                    // one that began so lately is in the window, whenever it took place
                    .filter(|other| other.account == call.account && other.began > until - window)
                    .count();
                assert!(
                    there < limit,
                    "seed {seed}: call {number} {call:?} was let through after {there} in {name}"
                );
                run.full += usize::from(there + 1 == limit);
            }
        }
        before.push(call);
    }
    run
}

/// A number of seeds, and not as many as there is time for: some ten seconds, of 120 calls each.
#[test]
fn soak_a_clock_that_was_ahead_gives_no_limit_anew() {
    let seeds = support::soak::rounds(30, 4_000);
    let mut all = Run::default();
    for seed in 1..=seeds {
        let run = run(seed.into(), Planted::Nothing);
        all.committed += run.committed;
        all.judged += run.judged;
        all.full += run.full;
    }
    println!("{seeds} seeds: {all:?}");
    let least = usize::try_from(seeds).unwrap();
    assert!(all.committed > 20 * least && all.judged > 10 * least && all.full > least, "{all:?}");
}
