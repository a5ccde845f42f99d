//! One seed: callers who pay and buy, workers that talk to gateways, two engines, and a database that fails.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use earnest::env::{Clock, Counted, Env, Seeds};
use earnest::keyring::Keyring;
use earnest::pipeline::queue::Limits;
use earnest::{Engine, Error, Options, Time};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde_json::{Value, json};

use super::double::{Double, Faults};
use super::worker::{Bug, Report, Worker};
use super::{CARD, SECOND, callers, check, usd};
use crate::simulation::seeds::Sum;
use crate::simulation::store::{SimStore, Troubles};
use crate::support;

const CALLERS: u64 = 4;
const WORKERS: u64 = 2;
/// How often each worker looks for calls while callers are there.
const TURNS: u64 = 24;
pub(super) const SECONDS: i64 = 1_000_000;
/// What each buyer has at first, in cents.
const FUNDS: i64 = 10_000;
pub(super) const BUYERS: [&str; 2] = ["alice", "amy"];

const FAULTS: Faults = Faults {
    lost: 8,
    unheard: 10,
    delayed: 10,
    pending: 5,
    unsent: 6,
    refused: 8,
    doubled: 25,
    reordered: 25,
};

/// What a run, or all of them, came to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Run {
    /// How often what happened.
    pub(crate) counts: BTreeMap<String, u64>,
    /// Everything that was committed, of one run.
    pub(crate) trace: String,
}

impl Sum for Run {
    fn add(&mut self, other: &Self) {
        for (what, count) in &other.counts {
            *self.counts.entry(what.clone()).or_default() += count;
        }
    }
}

/// Ids that callers were told.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) payments: Vec<String>,
    pub(super) deals: Vec<String>,
    pub(super) purchases: Vec<String>,
}

/// What callers and workers share.
pub(super) struct World {
    store: SimStore,
    shown: Arc<AtomicI64>,
    pub(super) double: Mutex<Double>,
    pub(super) known: Mutex<Known>,
    /// Reports that come later, and when.
    pub(super) belated: Mutex<Vec<(i64, Report)>>,
    counts: Mutex<BTreeMap<String, u64>>,
}

pub(super) fn run(seed: u64) -> Run {
    run_with(seed, Bug::Nothing)
}

/// A seed with workers that have a bug.
pub(crate) fn run_with(seed: u64, bug: Bug) -> Run {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(live(seed, bug))
}

async fn live(seed: u64, bug: Bug) -> Run {
    let mut draw = ChaCha8Rng::seed_from_u64(seed);
    let mut below = |bound: u64| draw.next_u64() % bound;
    let start = support::START.parse::<Time>().unwrap().micros();
    let shown = Arc::new(AtomicI64::new(start));
    let store = SimStore::new(seed, Clock::Test(shown.clone()), Troubles { steps: 0, commits: 0 });
    let mut banks = Vec::new();
    for engine in 0..2_u64 {
        let seeds = Seeds::Counted(Arc::new(Counted::starting_at((engine + 1) << 32)));
        let env = Env { clock: Clock::Test(shown.clone()), seeds, ..Env::default() };
        let limits = Limits { group: 1 + below(20) as usize, ..Limits::default() };
        let options = Options::new().env(env).limits(limits).keyring(Keyring::for_tests());
        banks.push(Engine::over(Arc::new(store.clone()), options).await.unwrap());
    }
    set_up(&banks[0], 3 + below(4)).await;
    store
        .trouble(Troubles { steps: [0, 5, 30][below(3) as usize], commits: [0, 30, 150][below(3) as usize] });
    let world = Arc::new(World {
        store,
        shown,
        double: Mutex::new(Double::new(seed, FAULTS)),
        known: Mutex::default(),
        belated: Mutex::default(),
        counts: Mutex::default(),
    });
    let mut tasks = Vec::new();
    for worker in 0..WORKERS {
        let (world, bank) = (world.clone(), banks[(worker % 2) as usize].clone());
        let mut worker = Worker::new(below(u64::MAX), bug);
        tasks.push(tokio::spawn(async move { worker.work(&world, &bank, TURNS).await }));
    }
    for caller in 0..CALLERS {
        let (world, bank, seed) = (world.clone(), banks[(caller % 2) as usize].clone(), below(u64::MAX));
        tasks.push(tokio::spawn(async move { callers::call_all(&world, &bank, caller, seed).await }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    world.store.calm();
    // what was lost on the way, and comes late
    tokio::time::sleep(Duration::from_secs(20)).await;
    let mut worker = Worker::new(seed, bug);
    check::bring_to_rest(&world, &banks[0], &mut worker, seed).await;
    check::check(&world, &banks[0], seed, FUNDS * 2).await;
    for bank in banks {
        bank.close().await;
    }
    let mut counts = world.counts.lock().unwrap().clone();
    for (what, count) in world.double.lock().unwrap().counts() {
        *counts.entry(what.clone()).or_default() += u64::from(*count);
    }
    let trace = format!("{:?}\n{counts:?}", world.store.journal());
    Run { counts, trace }
}

/// Two gateways and a route through them, buyers with money, and an offer of few units.
async fn set_up(bank: &Engine, stock: u64) {
    for gateway in [CARD, SECOND] {
        let args = json!({ "id": gateway, "driver": "host" });
        bank.call("payments.set_gateway", args).await.unwrap();
    }
    let route = json!({ "id": "all", "gateways": [CARD, SECOND] });
    bank.call("payments.set_route", route).await.unwrap();
    for buyer in BUYERS {
        let funds = json!({ "account": buyer, "amount": usd(FUNDS), "key": format!("fund-{buyer}") });
        bank.call("ledger.top_up", funds).await.unwrap();
    }
    let offer = json!({ "id": "mug", "seller": "shop", "price": "7.00 USD", "stock": stock });
    bank.call("purchases.set_offer", offer).await.unwrap();
}

impl World {
    /// What the clock shows.
    pub(super) fn now(&self) -> i64 {
        self.shown.load(Ordering::SeqCst)
    }

    /// Time passes.
    pub(super) fn pass(&self, seconds: i64) {
        self.shown.fetch_add(seconds * SECONDS, Ordering::SeqCst);
    }

    pub(super) fn count(&self, what: &str) {
        *self.counts.lock().unwrap().entry(what.to_owned()).or_default() += 1;
    }

    /// A call by somebody who asks again, under the same key, while nobody has answered; `None` where nobody
    /// did in the end.
    pub(super) async fn insist(
        &self,
        bank: &Engine,
        name: &str,
        args: &Value,
    ) -> Option<Result<Value, Error>> {
        for _ in 0..8 {
            match bank.call(name, args.clone()).await {
                Err(error) if error.code().as_str() == "gateway_unavailable" => return Some(Err(error)),
                Err(error) if error.retryable() => {
                    self.count("without an answer");
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                answer => {
                    if let Err(error) = &answer {
                        assert_ne!(error.code().as_str(), "corrupted", "{name} {args}: {error}");
                    }
                    return Some(answer);
                }
            }
        }
        None
    }
}
