//! Deterministic simulation of deals: callers, timers, two engines and their sequencers on a simulated
//! database, clock and scheduler, all from one seed, against a reference of the deal's machine.
//!
//! As in `simulation.rs` the database knows in which order commits really happened. In that order the
//! reference must give every caller the very reply that it got, every row the state and the deadlines that
//! were stored, and every timer its time; refusals and replays must be what it says somewhere between the
//! call and its answer. `EARNEST_SEED=N` runs one seed again, exactly.

mod calls;
mod history;
mod reference;
mod world;

use world::{Run, run};

use crate::simulation::seeds;
use crate::support;

#[test]
fn soak_simulated_deals_are_linearizable() {
    if let Some(seed) = seeds::told() {
        println!("{:#?}", run(seed));
        return;
    }
    let (total, rate): (Run, u64) = seeds::several(support::soak::rounds(150, 160_000), run);
    println!("{:#?}", total.counts);
    println!("{rate} seeds a minute, {} calls about deals", total.counts["calls"]);
    // a simulation in which something never happens shows nothing of it
    let ends = ["released", "refunded", "split", "cancelled", "expired"].map(|end| format!("at last {end}"));
    let timers =
        ["deal.expired", "deal.refunded", "deal.delivered", "deal.released", "dispute.response_overdue"]
            .map(|timer| format!("timer {timer}"));
    let verbs = [
        "open",
        "pay",
        "secure",
        "accept",
        "ship",
        "deliver",
        "confirm",
        "cancel",
        "request_refund",
        "approve_refund",
        "refuse_refund",
        "release_part",
        "dispute",
        "withdraw",
        "resolve",
    ]
    .map(|verb| format!("escrow.{verb}"));
    let others = [
        "accepted",
        "replayed",
        "dropped",
        "without an answer",
        "applied without an answer",
        "lost replies",
        "failed steps",
        "busy rows",
        "waits",
        "stale",
        "too late",
        "transition_not_allowed",
        "not_permitted",
        "condition_not_met",
        "insufficient_balance",
        "invalid_amount",
        "idempotency_mismatch",
    ];
    let all = ends.iter().chain(&timers).chain(&verbs).map(String::as_str).chain(others);
    let never: Vec<&str> =
        all.filter(|what| total.counts.get(*what).is_none_or(|count| *count == 0)).collect();
    assert!(never.is_empty(), "never happened: {never:?}");
}

/// The same seed is the same history: every reply, every refusal, every commit and every event.
#[test]
fn a_seed_replays_exactly() {
    for seed in [3, 17, 4_711] {
        let (first, second) = (run(seed), run(seed));
        assert!(!first.trace.is_empty());
        assert_eq!(first.trace, second.trace, "seed {seed}");
        assert_ne!(first.trace, run(seed + 1).trace);
    }
}
