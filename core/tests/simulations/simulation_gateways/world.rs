//! One seed: callers who pay and buy, workers that talk to gateways, two engines, and a database that fails.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use earnest::keyring::Keyring;
use earnest::{Engine, Error, Options};
use serde_json::{Value, json};

use super::double::{Double, Faults};
use super::worker::{Bug, Report, Worker};
use super::{CARD, SECOND, callers, check, usd};
use crate::simulation::store::{Planted, Troubles};
use crate::simulation::world::{self, Draw, Run, simulated};

const CALLERS: usize = 4;
const WORKERS: usize = 2;
/// How often each worker looks for calls while callers are there.
const TURNS: u64 = 24;
pub(super) const SECONDS: i64 = 1_000_000;
/// The balance of each buyer at first, in cents.
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

/// Ids that callers were told.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) payments: Vec<String>,
    pub(super) deals: Vec<String>,
    pub(super) purchases: Vec<String>,
}

/// The state that callers and workers share.
pub(super) struct Shared {
    pub(super) double: Mutex<Double>,
    pub(super) known: Mutex<Known>,
    /// Reports that come later, and when.
    pub(super) belated: Mutex<Vec<(i64, Report)>>,
}

pub(super) type World = world::World<Shared>;

pub(super) fn run(seed: u64) -> Run {
    run_with(seed, Bug::Nothing)
}

/// A seed with workers that have a bug.
pub(crate) fn run_with(seed: u64, bug: Bug) -> Run {
    simulated(live(seed, bug))
}

async fn live(seed: u64, bug: Bug) -> Run {
    let mut draw = Draw::new(seed);
    let double = Mutex::new(Double::new(seed, FAULTS));
    let shared = Shared { double, known: Mutex::default(), belated: Mutex::default() };
    let options = || Options::new().limits(draw.limits()).keyring(Keyring::for_tests());
    let world = World::open(seed, Troubles::default(), Planted::Nothing, shared, options).await;
    let world = Arc::new(world);
    set_up(world.bank(0), 3 + draw.below(4)).await;
    world.store.trouble(draw.troubles());
    let mut tasks = Vec::new();
    for number in 0..WORKERS {
        let (world, mut worker) = (world.clone(), Worker::new(draw.seed(), bug));
        tasks.push(tokio::spawn(async move { worker.work(&world, world.bank(number), TURNS).await }));
    }
    for caller in 0..CALLERS {
        let (world, draw) = (world.clone(), Draw::new(draw.seed()));
        tasks.push(tokio::spawn(async move { callers::call_all(&world, caller, draw).await }));
    }
    world.rest(tasks).await;
    let mut worker = Worker::new(seed, bug);
    check::bring_to_rest(&world, world.bank(0), &mut worker, seed).await;
    check::check(&world, world.bank(0), seed, FUNDS * 2).await;
    for (what, count) in world.shared.double.lock().unwrap().counts() {
        world.add(what, (*count).into());
    }
    world.end().await
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
    /// Time passes.
    pub(super) fn pass(&self, seconds: i64) {
        self.show(self.now() + seconds * SECONDS);
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
