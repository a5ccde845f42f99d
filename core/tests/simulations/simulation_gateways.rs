//! Deterministic simulation of deals, purchases and payments with gateways: callers, workers, timers and two
//! engines on a simulated database, clock and scheduler, all from one seed.
//!
//! Workers lease calls and answer, lose, delay, double and reorder them against gateways that keep books of
//! their own (`money/payments/double.rs`). When all is quiet these and ours agree to the unit, nobody was
//! charged twice, no two gateways keep money for one payment, and every unit is held, sold or there.
//! `EARNEST_SEED=N` runs one seed again, exactly.

mod callers;
mod check;
#[path = "../money/payments/double.rs"]
mod double;
mod worker;
mod world;

use serde_json::Value;
use world::{Run, run};

use crate::simulation::seeds;
use crate::support;

pub(crate) use worker::Bug;
pub(crate) use world::run_with;

const CARD: &str = "card";
const SECOND: &str = "second";

/// Money of a view in cents.
fn cents(money: &Value) -> i64 {
    let text = money["amount"].as_str().unwrap_or_else(|| panic!("no money: {money}"));
    text.replace('.', "").parse().unwrap()
}

/// Cents as a request has them.
fn usd(cents: i64) -> String {
    format!("{}.{:02} USD", cents / 100, cents % 100)
}

/// Few seeds in `make test`: each has some hundred calls, and `money/payments/storm.rs` has mishaps by the
/// hundred.
#[test]
fn soak_simulated_gateways_agree_with_the_books() {
    if let Some(seed) = seeds::told() {
        println!("{:#?}", run(seed).counts);
        return;
    }
    let (total, rate): (Run, u64) = seeds::several(support::soak::rounds(12, 12_000), run);
    println!("{:#?}", total.counts);
    println!("{rate} seeds a minute");
    // a simulation in which something never happens shows nothing of it
    let all = [
        "lost",
        "unheard",
        "delayed",
        "pending",
        "unsent",
        "abandoned",
        "lapsed",
        "belated reports",
        "doubled news",
        "reordered news",
        "without an answer",
        "calls authorize",
        "calls capture",
        "calls void",
        "calls refund",
        "calls query",
        "settled",
        "looks at the stock",
        "at last payment captured",
        "at last payment refunded",
        "at last purchase completed",
        "at last deal with a card",
    ];
    let never: Vec<&str> =
        all.into_iter().filter(|what| total.counts.get(*what).is_none_or(|count| *count == 0)).collect();
    assert!(never.is_empty(), "never happened: {never:?}");
}

/// The same seed is the same history: every commit and every event.
#[test]
fn a_seed_replays_exactly() {
    let (first, second) = (run(3), run(3));
    assert!(!first.trace.is_empty());
    assert_eq!(first.trace, second.trace);
}
