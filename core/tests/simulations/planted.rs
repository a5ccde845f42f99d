//! Is the simulation able to find a bug? Bugs are planted in its database and in its workers, one after the
//! other, and each must be found.
//!
//! The histories are those of `simulation.rs` and `simulation_gateways.rs`, and so are the checks; only the
//! database, or a worker that hears nothing of its gateway, does something wrong now and then.

use std::cell::RefCell;

use crate::simulation::ledger;
use crate::simulation::store::Planted;
use crate::simulation_gateways::{self as gateways, Bug};
use crate::simulation_limits as limits;

/// How many seeds a planted bug may survive. The rarest, `VersionsOnly`, needs the database to go back and
/// then to reach the same version again. `FAULTS.md` has the first seed of each at the last look; every call
/// that histories gain moves it.
const SEEDS: u64 = 400;
/// How many seeds must find nothing without a bug: `simulation.rs` runs far more of them.
const CLEAN: u64 = 40;
/// How many seeds a bug of a worker may survive: one of ten calls loses its answer, and each seed has tens.
const SEEDS_OF_WORKERS: u64 = 40;

thread_local! {
    /// The messages of this thread's panics since somebody began to listen.
    static SAID: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

/// Keeps the messages of panics of this thread: a check that fails is the finding, and need not fill the
/// screen. Panics of other threads, where other tests run, are printed as ever.
fn listen() {
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let heard = SAID.with_borrow_mut(|said| said.as_mut().map(|said| said.push(panic.to_string())));
        if heard.is_none() {
            print(panic);
        }
    }));
    SAID.set(Some(Vec::new()));
}

/// The beginning of what the first panic said since this was asked last.
fn said() -> String {
    let words = SAID.replace(Some(Vec::new())).unwrap_or_default();
    let words = words.first().map(|text| text.replace('\n', " ")).unwrap_or_default();
    words.chars().take(200).collect()
}

/// Without a bug, `simulation_gateways.rs` finds nothing in the same seeds.
#[test]
fn planted_bugs_of_workers_are_found() {
    listen();
    let mut missed = Vec::new();
    for bug in [Bug::BlindResend, Bug::FallbackWhileUnknown] {
        let found = (1..=SEEDS_OF_WORKERS)
            .find(|seed| std::panic::catch_unwind(|| gateways::run_with(*seed, bug)).is_err());
        let words = said();
        match found {
            Some(seed) => println!("{bug:?}: found by seed {seed}: {words}"),
            None => missed.push(bug),
        }
    }
    SAID.take();
    assert!(missed.is_empty(), "not found in {SEEDS_OF_WORKERS} seeds: {missed:?}");
}

#[test]
fn planted_bugs_are_found() {
    listen();
    let mut missed = Vec::new();
    let whole = [
        Planted::LostCommit,
        Planted::LostEntry,
        Planted::WrongBalance,
        Planted::DoubledWrite,
        Planted::SkippedKey,
        Planted::Reordered,
        Planted::LyingMark,
        Planted::BusyIsAbsent,
        Planted::FastClock,
        Planted::VersionsOnly,
    ];
    let of_whole: fn(u64, Planted) = |seed, planted| {
        ledger::run_with(seed, planted);
    };
    let of_limits = (Planted::ForgottenCounts, limits::run_with as fn(u64, Planted));
    for (planted, run_with) in whole.map(|planted| (planted, of_whole)).into_iter().chain([of_limits]) {
        let found = (1..=SEEDS).find(|seed| std::panic::catch_unwind(|| run_with(*seed, planted)).is_err());
        let words = said();
        match found {
            Some(seed) => println!("{planted:?}: found by seed {seed}: {words}"),
            None => missed.push(planted),
        }
    }
    // and without one, they find nothing
    let clean = (1..=CLEAN).find(|seed| std::panic::catch_unwind(|| ledger::run(*seed)).is_err());
    let said = SAID.take();
    assert!(missed.is_empty(), "not found in {SEEDS} seeds: {missed:?}");
    assert_eq!(clean, None, "a seed without a bug failed: {:?}", said);
}
