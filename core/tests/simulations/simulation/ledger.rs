//! Callers of the ledger, timers that run what is due, and a database that goes back now and then.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use earnest::pipeline::queue::Limits;
use earnest::{Engine, Options};
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::json;

use super::books::{Books, World, at_the_end, learn};
use super::history;
use super::store::Planted;
use super::world::{Draw, Run, simulated};
use crate::model::calls::{self, Call, Op};
use crate::model::reference::PEOPLE;

const CALLERS: usize = 5;

pub(crate) fn run(seed: u64) -> Run {
    run_with(seed, Planted::Nothing)
}

/// A seed on a database with a bug.
pub(crate) fn run_with(seed: u64, planted: Planted) -> Run {
    simulated(live(seed, planted))
}

async fn live(seed: u64, planted: Planted) -> Run {
    let mut draw = Draw::new(seed);
    let troubles = draw.troubles();
    let queue = if draw.below(4) == 0 { 3 } else { 1_000 };
    let options = || Options::new().limits(Limits { queue, ..draw.limits() });
    let world = Arc::new(World::open(seed, troubles, planted, Mutex::default(), options).await);
    let mut hands: Vec<Vec<(usize, Call)>> = vec![Vec::new(); CALLERS];
    for (number, call) in drawn(seed).into_iter().enumerate() {
        hands[draw.below(CALLERS as u64) as usize].push((number, call));
    }
    let mut callers = Vec::new();
    // in every eighth history the clock jumps by days and centuries
    let far = seed.is_multiple_of(8);
    for (caller, calls) in hands.into_iter().enumerate() {
        let (world, draw) = (world.clone(), Draw::new(draw.seed()));
        callers.push(tokio::spawn(async move { call_all(&world, caller, calls, draw, far).await }));
    }
    // in every third history the database goes back now and then, by a few commits or by many
    let goes_back = seed.is_multiple_of(3) || planted == Planted::VersionsOnly;
    let steps = if goes_back { 1 + draw.below(6) } else { 0 };
    for _ in 0..steps {
        tokio::time::sleep(Duration::from_millis(draw.below(120))).await;
        let (most, breaks) = (draw.pick(&[2, 12]), draw.below(3) == 0);
        world.store.go_back(1 + draw.below(most) as usize, breaks).await;
    }
    world.rest(callers).await;
    let books = history::check(Books::default(), &world, seed);
    at_the_end(&world, books, seed).await;
    world.end().await
}

fn drawn(seed: u64) -> Vec<Call> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    // without anything to spend most calls would be refused
    let fund = |account: &&'static str| Call { op: Op::TopUp { account, amount: 300 }, key: None };
    let mut calls: Vec<Call> = PEOPLE.iter().map(fund).collect();
    calls.extend(calls::history(60).new_tree(&mut runner).unwrap().current());
    calls
}

async fn call_all(world: &World, caller: usize, calls: Vec<(usize, Call)>, mut draw: Draw, far: bool) {
    let bank = world.bank(caller);
    for (number, call) in calls {
        tokio::time::sleep(Duration::from_millis(draw.below(30))).await;
        match call.op {
            // forth, and now and then back again
            Op::Advance { minutes } => {
                // some of an hour become days, and a day a century
                let minutes = match minutes {
                    60.. if far => minutes * 36_525,
                    _ if far => minutes * 24 * 60,
                    _ => minutes,
                };
                world.jump(if draw.below(3) == 0 { -minutes } else { minutes });
            }
            Op::RunDue => drop(bank.call("jobs.run_due", json!({ "limit": 100 })).await),
            _ => make(world, bank, number, call, draw.patience()).await,
        }
    }
}

/// A call about what is known by then.
async fn make(world: &World, bank: &Engine, number: usize, call: Call, patience: Option<u64>) {
    let ids = world.shared.lock().unwrap().clone();
    let mut call = call.fixed_among(ids.transfers.len(), ids.holds.len());
    let mut args = call.args(&ids);
    args["key"] = call.key.get_or_insert_with(|| format!("own-{number}")).clone().into();
    let request = (call.name(), args);
    if let Some(Ok(reply)) = world.ask(bank, number, call, request, patience).await {
        let mut known = world.shared.lock().unwrap();
        learn(&mut known.transfers, &reply["transfer"]["id"]);
        learn(&mut known.holds, &reply["hold"]["id"]);
    }
}
