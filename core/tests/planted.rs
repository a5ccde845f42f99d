//! Is the simulation able to find a bug? Bugs are planted in its database, one after the other, and each must
//! be found.
//!
//! The histories are those of `simulation.rs`, and so is the check; only the database does something wrong
//! now and then.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod support;

#[allow(dead_code, reason = "each file of tests uses its part")]
#[path = "model/calls.rs"]
mod calls;
#[path = "simulation/claims.rs"]
mod claims;
#[path = "simulation/history.rs"]
mod history;
#[path = "model/lines.rs"]
mod lines;
#[allow(dead_code, reason = "each file of tests uses its part")]
#[path = "model/reference.rs"]
mod reference;
#[allow(dead_code, reason = "each file of tests uses its part")]
#[path = "simulation/seeds.rs"]
mod seeds;
#[allow(dead_code, reason = "each file of tests uses its part")]
#[path = "simulation/store.rs"]
mod store;
#[allow(dead_code, reason = "each file of tests uses its part")]
#[path = "simulation/world.rs"]
mod world;

use std::sync::{Arc, Mutex};

use store::Planted;

/// How many seeds a planted bug may survive.
const SEEDS: u64 = 40;

#[test]
fn planted_bugs_are_found() {
    let said = Arc::new(Mutex::new(Vec::<String>::new()));
    let heard = said.clone();
    // what a check says when it fails is the finding; it need not fill the screen
    std::panic::set_hook(Box::new(move |panic| heard.lock().unwrap().push(panic.to_string())));
    let mut missed = Vec::new();
    for planted in [
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
    ] {
        let found =
            (1..=SEEDS).find(|seed| std::panic::catch_unwind(|| world::run_with(*seed, planted)).is_err());
        let words = std::mem::take(&mut *said.lock().unwrap());
        let words = words.first().map(|text| text.replace('\n', " ")).unwrap_or_default();
        let words: String = words.chars().take(200).collect();
        match found {
            Some(seed) => println!("{planted:?}: found by seed {seed}: {words}"),
            None => missed.push(planted),
        }
    }
    // and without one, the same seeds find nothing
    let clean = (1..=SEEDS).find(|seed| std::panic::catch_unwind(|| world::run(*seed)).is_err());
    drop(std::panic::take_hook());
    assert!(missed.is_empty(), "not found in {SEEDS} seeds: {missed:?}");
    assert_eq!(clean, None, "a seed without a bug failed: {:?}", said.lock().unwrap());
}
