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

use world::run;

use crate::simulation::seeds;
use crate::support::soak;

#[test]
fn soak_simulated_deals_are_linearizable() {
    let needed = "at last released, at last refunded, at last split, at last cancelled, at last expired, \
        timer deal.expired, timer deal.refunded, timer deal.delivered, timer deal.released, \
        timer dispute.response_overdue, escrow.open, escrow.pay, escrow.secure, escrow.accept, escrow.ship, \
        escrow.deliver, escrow.confirm, escrow.cancel, escrow.request_refund, escrow.approve_refund, \
        escrow.refuse_refund, escrow.release_part, escrow.dispute, escrow.withdraw, escrow.resolve, \
        accepted, replayed, dropped, without an answer, applied without an answer, lost replies, \
        failed steps, busy rows, waits, stale, too late, transition_not_allowed, not_permitted, \
        condition_not_met, insufficient_balance, invalid_amount, idempotency_mismatch";
    seeds::prove(soak::rounds(150, 160_000), run, needed);
}

/// The same seed is the same history: every reply, every refusal, every commit and every event.
#[test]
fn a_seed_replays_exactly() {
    seeds::replay(&[3, 17, 4_711], run);
}
