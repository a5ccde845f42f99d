//! One seed: callers who open deals and act on them, two engines with their timers, a clock that jumps, and a
//! database that fails.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use earnest::{Engine, Options};
use serde_json::{Value, json};

use super::calls::{self, BUYERS, Call, Seen};
use super::history::{Banks, at_the_end};
use crate::simulation::history;
use crate::simulation::store::{Planted, Troubles};
use crate::simulation::world::{self, Draw, Run, simulated};

const CALLERS: usize = 5;
const CALLS: usize = 7;
const FUNDS: i64 = 10_000;

/// Callers share the deals that they know of, as they were told of them last: what they know may be old.
pub(crate) type World = world::World<Mutex<Vec<Value>>, Call>;

pub(crate) fn run(seed: u64) -> Run {
    simulated(live(seed))
}

async fn live(seed: u64) -> Run {
    let mut draw = Draw::new(seed);
    let troubles = draw.troubles();
    let options = || Options::new().limits(draw.limits());
    let world = World::open(seed, Troubles::default(), Planted::Nothing, Mutex::default(), options).await;
    let world = Arc::new(world);
    for buyer in BUYERS {
        let args = json!({ "account": buyer, "amount": format!("{}.00 USD", FUNDS / 100), "key": buyer });
        world.bank(0).call("ledger.top_up", args).await.unwrap();
    }
    world.store.trouble(troubles);
    // in every eighth history the clock jumps by days and centuries
    let far = seed.is_multiple_of(8);
    let mut callers = Vec::new();
    for caller in 0..CALLERS {
        let (world, draw) = (world.clone(), Draw::new(draw.seed()));
        callers.push(tokio::spawn(async move { call_all(&world, caller, draw, far).await }));
    }
    world.rest(callers).await;
    let banks = history::check(Banks::with(FUNDS), &world, seed);
    at_the_end(&world, &banks, seed).await;
    world.end().await
}

async fn call_all(world: &World, caller: usize, mut draw: Draw, far: bool) {
    let bank = world.bank(caller);
    for turn in 0..CALLS {
        tokio::time::sleep(Duration::from_millis(draw.below(30))).await;
        match draw.below(10) {
            0 => {
                // forth, and now and then back again
                let minutes = match i64::try_from(1 + draw.below(40)).unwrap() {
                    minutes if !far => minutes,
                    minutes if minutes % 10 == 0 => 36_525 * 24 * 60,
                    minutes => minutes * 24 * 60,
                };
                world.jump(if draw.below(4) == 0 { -minutes } else { minutes });
            }
            1 => drop(bank.call("jobs.run_due", json!({ "limit": 100 })).await),
            _ => {
                let number = caller * CALLS + turn;
                let call = world.drawn(number, &mut draw);
                world.make(bank, number, call, draw.patience()).await;
            }
        }
    }
}

impl World {
    /// A new call, or one that somebody made before, or another one under a key that somebody used.
    fn drawn(&self, number: usize, draw: &mut Draw) -> Call {
        let earlier = {
            let records = self.records.lock().unwrap();
            let place = draw.below(8 * (records.len() as u64 + 1)) as usize;
            records.values().nth(place).map(|record| record.call.clone())
        };
        let key = match &earlier {
            Some(call) if draw.below(3) != 0 => return call.clone(),
            Some(call) => call.key.clone(),
            None => format!("own-{number}"),
        };
        let deals = self.shared.lock().unwrap();
        // most is done with deals that are not over, but not all
        let live: Vec<&Value> = deals.iter().filter(|deal| calls::is_live(deal)).collect();
        if live.len() < 2 || draw.below(8) == 0 {
            return calls::open(draw, key);
        }
        let view = match draw.below(8) {
            0 => &deals[draw.below(deals.len() as u64) as usize],
            _ => live[draw.below(live.len() as u64) as usize],
        };
        let deal = view["id"].as_str().unwrap().to_owned();
        let buyer = BUYERS.into_iter().find(|buyer| view["buyer"] == *buyer).unwrap_or("alice");
        let none = "dp_019b76da-a800-7000-8000-000000000000";
        let dispute = view["dispute"].as_str().unwrap_or(none).to_owned();
        let state = view["state"].as_str().unwrap_or_default().to_owned();
        calls::act_on(draw, Seen { deal, state, buyer, dispute }, key)
    }

    async fn make(&self, bank: &Engine, number: usize, call: Call, patience: Option<u64>) {
        let request = (call.name(), call.args());
        let answer = self.ask(bank, number, call, request, patience).await;
        let mut deals = self.shared.lock().unwrap();
        match answer {
            Some(Ok(reply)) => match deals.iter_mut().find(|deal| deal["id"] == reply["deal"]["id"]) {
                Some(deal) => *deal = reply["deal"].clone(),
                None => deals.push(reply["deal"].clone()),
            },
            Some(Err(error)) => {
                let details = error.details();
                let refused = deals.iter_mut().find(|deal| deal["id"] == details["object"]);
                if let (Some(deal), Some(_)) = (refused, details["state"].as_str()) {
                    deal["state"] = details["state"].clone();
                }
            }
            None => {}
        }
    }
}
