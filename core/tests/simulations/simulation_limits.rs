//! Limits in the simulated database, by a clock that is ahead now and then: what a right clock lets through
//! is never more than the limit, of all that took place in the window of real time.
//!
//! The database knows in which order commits happened. A call counts as judged by a right clock if the clock
//! was right from its beginning to its answer; others may have been let through by the clock that was ahead,
//! and count.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use earnest::Options;
use serde_json::json;

use crate::simulation::history::call_of;
use crate::simulation::store::{Happening, Planted, Troubles};
use crate::simulation::world::{self, Draw, Run, simulated, start};
use crate::support;

const CALLERS: usize = 4;
const CALLS: usize = 30;
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

#[derive(Default)]
struct Shared {
    times: Mutex<Times>,
    made: Mutex<BTreeMap<usize, Made>>,
}

type World = world::World<Shared>;

/// A seed on a database with a bug.
pub(crate) fn run_with(seed: u64, planted: Planted) {
    run(seed, planted);
}

fn run(seed: u64, planted: Planted) -> Run {
    simulated(live(seed, planted))
}

async fn live(seed: u64, planted: Planted) -> Run {
    let mut draw = Draw::new(seed);
    let (troubles, shared) = (Troubles::default(), Shared::default());
    let world = World::open(seed, troubles, Planted::Nothing, shared, Options::new).await;
    let world = Arc::new(world);
    for (window, _, limit) in RULES {
        let rule = json!({ "id": window.to_lowercase(), "action": "ledger.deduct", "subject": "account",
            "metric": "count", "window": window, "limit": limit, "outcome": "block" });
        world.bank(0).call("risk.set_rule", rule).await.unwrap();
    }
    for account in 0..2 {
        let funds = json!({ "account": format!("a-{account}"), "amount": "900.00 USD", "key": format!("f-{account}") });
        world.bank(0).call("ledger.top_up", funds).await.unwrap();
    }
    world.store.plant(planted);
    world.store.trouble(Troubles {
        steps: [0, 5, 30][(seed % 3) as usize],
        commits: [0, 30, 150][(seed / 3 % 3) as usize],
    });
    let mut callers = Vec::new();
    for caller in 0..CALLERS {
        let (world, draw) = (world.clone(), Draw::new(draw.seed()));
        callers.push(tokio::spawn(async move { call_all(&world, caller, draw).await }));
    }
    world.rest(callers).await;
    check(&world, seed);
    world.end().await
}

async fn call_all(world: &World, caller: usize, mut draw: Draw) {
    for number in (0..CALLS).map(|call| caller * CALLS + call) {
        tokio::time::sleep(Duration::from_millis(draw.below(30))).await;
        world.pass(&mut draw);
        let account = draw.below(2);
        let (began, wrong) = world.real();
        // what nobody hears of may take place all the same
        world.shared.made.lock().unwrap().insert(number, Made { account, began, right_until: None });
        let args = json!({ "account": format!("a-{account}"), "amount": "0.01 USD", "key": format!("c-{number}"),
            "context": { "correlation_id": number.to_string() } });
        let accepted = world.bank(caller).call("ledger.deduct", args).await.is_ok();
        let (ended, wrong_since) = world.real();
        if accepted && wrong.is_some() && wrong == wrong_since {
            world.shared.made.lock().unwrap().get_mut(&number).unwrap().right_until = Some(ended);
        }
    }
}

impl World {
    /// Time passes, and the clock goes ahead, further ahead, or is right again.
    fn pass(&self, draw: &mut Draw) {
        let mut below = |bound| draw.below(bound);
        let mut times = self.shared.times.lock().unwrap();
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
        self.show(start() + times.real + times.ahead);
    }

    /// The real time, and how often the clock had gone wrong, if it is right.
    fn real(&self) -> (i64, Option<u64>) {
        let times = self.shared.times.lock().unwrap();
        (times.real, (times.ahead == 0).then_some(times.wrong))
    }
}

/// Goes through the calls in the order of their commits.
fn check(world: &World, seed: u64) {
    let made = world.shared.made.lock().unwrap();
    let mut before: Vec<Made> = Vec::new();
    for happening in world.store.journal() {
        let Happening::Event(event) = happening else { continue };
        let (Some(number), "transfer.posted") = (call_of(&event), event.kind.as_ref()) else { continue };
        let call = made[&number];
        world.count("committed");
        if let Some(until) = call.right_until {
            world.count("judged");
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
                world.add("full", u64::from(there + 1 == limit));
            }
        }
        before.push(call);
    }
}

/// A number of seeds, and not as many as there is time for: some ten seconds, of 120 calls each.
#[test]
fn soak_a_clock_that_was_ahead_gives_no_limit_anew() {
    let seeds = u64::from(support::soak::rounds(30, 4_000));
    let mut all = Run::default();
    for seed in 1..=seeds {
        all.add_all(&run(seed, Planted::Nothing));
    }
    println!("{all:?}");
    let [committed, judged, full] = ["committed", "judged", "full"].map(|what| all.of(what));
    assert!(committed > 20 * seeds && judged > 10 * seeds && full > seeds, "{all:?}");
}
