//! One seed: callers who open deals and act on them, two engines with their timers, a clock that jumps, and a
//! database that fails.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use earnest::env::{Clock, Counted, Env, Seeds};
use earnest::pipeline::queue::Limits;
use earnest::{Engine, Error, Options, Time};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde_json::{Value, json};

use super::calls::{self, BUYERS, Call, Seen};
use super::history;
use crate::simulation::seeds::Sum;
use crate::simulation::store::{SimStore, Troubles};
use crate::support;

const CALLERS: usize = 5;
const CALLS: usize = 7;
pub(crate) const FUNDS: i64 = 10_000;

/// What a run, or all of them, came to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Run {
    /// How often what happened.
    pub(crate) counts: BTreeMap<String, u64>,
    /// Everything that happened, of one run.
    pub(crate) trace: String,
}

impl Run {
    pub(crate) fn count(&mut self, what: &str) {
        *self.counts.entry(what.to_owned()).or_default() += 1;
    }
}

impl Sum for Run {
    fn add(&mut self, other: &Self) {
        for (what, count) in &other.counts {
            *self.counts.entry(what.clone()).or_default() += count;
        }
    }
}

/// What a caller knows of its call.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) call: Call,
    /// Events that were committed when it began, and when it was answered.
    pub(crate) window: (usize, usize),
    /// Which of the times that the clock showed it may have seen.
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
    /// Deals that callers know of, as they were told of them last: what they know may be old.
    deals: Mutex<Vec<Value>>,
    pub(crate) records: Mutex<BTreeMap<usize, Record>>,
    run: Mutex<Run>,
}

fn start() -> i64 {
    support::START.parse::<Time>().unwrap().micros()
}

pub(crate) fn run(seed: u64) -> Run {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(live(seed))
}

async fn live(seed: u64) -> Run {
    let mut draw = ChaCha8Rng::seed_from_u64(seed);
    let mut below = |bound: u64| draw.next_u64() % bound;
    let shown = Arc::new(AtomicI64::new(start()));
    let troubles =
        Troubles { steps: [0, 5, 30][below(3) as usize], commits: [0, 30, 150][below(3) as usize] };
    let store = SimStore::new(seed, Clock::Test(shown.clone()), Troubles::default());
    let mut banks = Vec::new();
    for engine in 0..2_u64 {
        let seeds = Seeds::Counted(Arc::new(Counted::starting_at((engine + 1) << 32)));
        let env = Env { clock: Clock::Test(shown.clone()), seeds, ..Env::default() };
        let limits = Limits { group: 1 + below(20) as usize, ..Limits::default() };
        banks.push(
            Engine::over(Arc::new(store.clone()), Options::new().env(env).limits(limits)).await.unwrap(),
        );
    }
    for buyer in BUYERS {
        let args = json!({ "account": buyer, "amount": format!("{}.00 USD", FUNDS / 100), "key": buyer });
        banks[0].call("ledger.top_up", args).await.unwrap();
    }
    store.trouble(troubles);
    let world = Arc::new(World {
        store,
        shown,
        showed: Mutex::new(vec![0]),
        deals: Mutex::default(),
        records: Mutex::default(),
        run: Mutex::default(),
    });
    // in every eighth history the clock jumps by days and centuries
    let far = seed.is_multiple_of(8);
    let callers = (0..CALLERS).map(|caller| {
        let (world, bank, seed) = (world.clone(), banks[caller % 2].clone(), below(u64::MAX));
        tokio::spawn(async move { call_all(&world, &bank, caller, seed, far).await })
    });
    for caller in callers.collect::<Vec<_>>() {
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
    for (what, count) in [
        ("lost replies", happened.lost_replies),
        ("too late", happened.too_late),
        ("failed steps", happened.failed_steps),
        ("busy rows", happened.busy_rows),
        ("waits", happened.waits),
        ("stale", happened.stale),
    ] {
        *run.counts.entry(what.to_owned()).or_default() += count;
    }
    run.trace = format!("{:?}\n{:?}\n{run:?}", world.records.lock().unwrap(), world.store.log());
    run
}

async fn call_all(world: &World, bank: &Engine, caller: usize, seed: u64, far: bool) {
    let mut draw = ChaCha8Rng::seed_from_u64(seed);
    for turn in 0..CALLS {
        tokio::time::sleep(Duration::from_millis(draw.next_u64() % 30)).await;
        let mut below = |bound: u64| draw.next_u64() % bound;
        match below(10) {
            0 => {
                // forth, and now and then back again
                let minutes = match i64::try_from(1 + below(40)).unwrap() {
                    minutes if !far => minutes,
                    minutes if minutes % 10 == 0 => 36_525 * 24 * 60,
                    minutes => minutes * 24 * 60,
                };
                world.jump(if below(4) == 0 { -minutes } else { minutes });
            }
            1 => drop(bank.call("jobs.run_due", json!({ "limit": 100 })).await),
            _ => {
                let number = caller * CALLS + turn;
                let call = world.drawn(number, &mut below);
                let patience = (below(12) == 0).then(|| below(20));
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

    pub(crate) fn count(&self, what: &str) {
        self.run.lock().unwrap().count(what);
    }

    /// A new call, or one that somebody made before, or another one under a key that somebody used.
    fn drawn(&self, number: usize, below: &mut dyn FnMut(u64) -> u64) -> Call {
        let earlier = {
            let records = self.records.lock().unwrap();
            let place = below(8 * (records.len() as u64 + 1)) as usize;
            records.values().nth(place).map(|record| record.call.clone())
        };
        let key = match &earlier {
            Some(call) if below(3) != 0 => return call.clone(),
            Some(call) => call.key.clone(),
            None => format!("own-{number}"),
        };
        let deals = self.deals.lock().unwrap();
        // most is done with deals that are not over, but not all
        let live: Vec<&Value> = deals.iter().filter(|deal| calls::is_live(deal)).collect();
        if live.len() < 2 || below(8) == 0 {
            return calls::open(below, key);
        }
        let view = match below(8) {
            0 => &deals[below(deals.len() as u64) as usize],
            _ => live[below(live.len() as u64) as usize],
        };
        let deal = view["id"].as_str().unwrap().to_owned();
        let buyer = BUYERS.into_iter().find(|buyer| view["buyer"] == *buyer).unwrap_or("alice");
        let none = "dp_019b76da-a800-7000-8000-000000000000";
        let dispute = view["dispute"].as_str().unwrap_or(none).to_owned();
        let state = view["state"].as_str().unwrap_or_default().to_owned();
        calls::act_on(below, Seen { deal, state, buyer, dispute }, key)
    }

    async fn call(&self, bank: &Engine, number: usize, call: Call, patience: Option<u64>) {
        let mut args = call.args();
        args["context"] = json!({ "correlation_id": number.to_string() });
        let began = self.instant();
        let calling = Box::pin(bank.call(call.name(), args));
        let answer = match patience {
            None => Some(calling.await),
            Some(millis) => tokio::time::timeout(Duration::from_millis(millis), calling).await.ok(),
        };
        let ended = self.instant();
        self.count("calls");
        let answer = match answer {
            None => {
                self.count("dropped");
                None
            }
            Some(Err(error)) if error.retryable() => {
                self.count("without an answer");
                None
            }
            answer => answer,
        };
        match &answer {
            Some(Ok(reply)) => {
                self.count(if reply["replayed"] == true { "replayed" } else { "accepted" });
                self.count(call.name());
                let mut deals = self.deals.lock().unwrap();
                match deals.iter_mut().find(|deal| deal["id"] == reply["deal"]["id"]) {
                    Some(deal) => *deal = reply["deal"].clone(),
                    None => deals.push(reply["deal"].clone()),
                }
            }
            Some(Err(error)) => {
                self.count(error.code().as_str());
                let (details, mut deals) = (error.details(), self.deals.lock().unwrap());
                let refused = deals.iter_mut().find(|deal| deal["id"] == details["object"]);
                if let (Some(deal), Some(_)) = (refused, details["state"].as_str()) {
                    deal["state"] = details["state"].clone();
                }
            }
            None => {}
        }
        // who went away may have been served long after
        let clock = (began.1 - 1, if answer.is_some() { ended.1 } else { usize::MAX });
        let record = Record { call, window: (began.0, ended.0), clock, answer };
        self.records.lock().unwrap().insert(number, record);
    }
}
