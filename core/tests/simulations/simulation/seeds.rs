//! So many seeds, on two threads; a seed that fails is named.
//!
//! One simulation runs at a time: how long it takes should not depend on what runs beside it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// What adds up over seeds.
pub(crate) trait Sum: Default + Send {
    fn add(&mut self, other: &Self);
}

/// Runs so many seeds, or `EARNEST_SEEDS`, from 1 on, or from `EARNEST_SEEDS_FROM`, until one fails; answers
/// what they came to, and how many it were a minute.
pub(crate) fn several<R: Sum>(seeds: u32, run: impl Fn(u64) -> R + Sync) -> (R, u64) {
    static ALONE: Mutex<()> = Mutex::new(());
    // one that failed has nothing to hide from the next
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let first = number("EARNEST_SEEDS_FROM").unwrap_or(1);
    let seeds = number("EARNEST_SEEDS").unwrap_or_else(|| u64::from(seeds));
    let (began, next, failed) = (Instant::now(), AtomicU64::new(first), AtomicBool::new(false));
    let total = std::thread::scope(|scope| {
        let worker = || {
            let mut sum = R::default();
            while !failed.load(Ordering::SeqCst) {
                let seed = next.fetch_add(1, Ordering::SeqCst);
                if seed >= first + seeds {
                    break;
                }
                let Ok(run) = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run(seed))) else {
                    failed.store(true, Ordering::SeqCst);
                    panic!("seed {seed} failed; EARNEST_SEED={seed} runs it again");
                };
                sum.add(&run);
            }
            sum
        };
        let workers: Vec<_> = (0..2).map(|_| scope.spawn(worker)).collect();
        let mut total = R::default();
        for worker in workers {
            total.add(&worker.join().expect("a worker says which seed failed"));
        }
        total
    });
    (total, seeds * 60_000 / u64::try_from(began.elapsed().as_millis()).unwrap().max(1))
}

/// The seed that the environment asks to run again.
pub(crate) fn told() -> Option<u64> {
    number("EARNEST_SEED")
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}
