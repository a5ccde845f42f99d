//! So many seeds, on two threads; a seed that fails is named.
//!
//! One simulation runs at a time: how long it takes should not depend on what runs beside it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use super::world::Run;

/// Runs so many seeds, or the one that `EARNEST_SEED` names. All that is `needed`, apart by commas, must have
/// happened: a simulation in which something never happens shows nothing of it.
pub(crate) fn prove(seeds: u32, run: impl Fn(u64) -> Run + Sync, needed: &str) {
    let needed: Vec<String> = needed.split(", ").map(str::to_owned).collect();
    prove_all(seeds, run, &needed);
}

/// The same with a list of what must have happened.
pub(crate) fn prove_all(seeds: u32, run: impl Fn(u64) -> Run + Sync, needed: &[String]) {
    if let Some(seed) = number("EARNEST_SEED") {
        println!("{:#?}", run(seed));
        return;
    }
    let (total, rate) = several(seeds, run);
    println!("{:#?}\n{rate} seeds a minute", total.counts);
    let never: Vec<&String> = needed.iter().filter(|what| total.of(what) == 0).collect();
    assert!(never.is_empty(), "never happened: {never:?}");
}

/// Runs each seed twice, and the next one for a history that differs.
pub(crate) fn replay(seeds: &[u64], run: impl Fn(u64) -> Run) {
    for seed in seeds {
        let (first, second) = (run(*seed), run(*seed));
        assert!(!first.trace.is_empty());
        assert_eq!(first.trace, second.trace, "seed {seed}");
        assert_ne!(first.trace, run(seed + 1).trace);
    }
}

/// Runs so many seeds, or `EARNEST_SEEDS`, from 1 on, or from `EARNEST_SEEDS_FROM`, until one fails; answers
/// what they came to, and how many it were a minute.
fn several(seeds: u32, run: impl Fn(u64) -> Run + Sync) -> (Run, u64) {
    static ALONE: Mutex<()> = Mutex::new(());
    // one that failed has nothing to hide from the next
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let first = number("EARNEST_SEEDS_FROM").unwrap_or(1);
    let seeds = number("EARNEST_SEEDS").unwrap_or_else(|| u64::from(seeds));
    let (began, next, failed) = (Instant::now(), AtomicU64::new(first), AtomicBool::new(false));
    let total = std::thread::scope(|scope| {
        let worker = || {
            let mut sum = Run::default();
            while !failed.load(Ordering::SeqCst) {
                let seed = next.fetch_add(1, Ordering::SeqCst);
                if seed >= first + seeds {
                    break;
                }
                let Ok(run) = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run(seed))) else {
                    failed.store(true, Ordering::SeqCst);
                    panic!("seed {seed} failed; EARNEST_SEED={seed} runs it again");
                };
                sum.add_all(&run);
            }
            sum
        };
        let workers: Vec<_> = (0..2).map(|_| scope.spawn(worker)).collect();
        let mut total = Run::default();
        for worker in workers {
            total.add_all(&worker.join().expect("a worker says which seed failed"));
        }
        total
    });
    (total, seeds * 60_000 / u64::try_from(began.elapsed().as_millis()).unwrap().max(1))
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}
