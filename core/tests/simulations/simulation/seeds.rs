//! As many seeds as there is time for, on two threads; a seed that fails is named.
//!
//! One simulation runs at a time: how far it comes in its time must not depend on what runs beside it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What adds up over seeds.
pub(crate) trait Sum: Default + Send {
    fn add(&mut self, other: &Self);
}

/// Runs seeds from 1 on, or from `EARNEST_SEEDS_FROM`, until the time is over or one fails; answers how many
/// there were, and what they came to.
pub(crate) fn for_a_while<R: Sum>(budget: Duration, run: impl Fn(u64) -> R + Sync) -> (u64, R) {
    static ALONE: Mutex<()> = Mutex::new(());
    // one that failed has nothing to hide from the next
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let first = number("EARNEST_SEEDS_FROM").unwrap_or(1);
    let (began, next, failed) = (Instant::now(), AtomicU64::new(first), AtomicBool::new(false));
    let total = std::thread::scope(|scope| {
        let worker = || {
            let mut sum = R::default();
            while began.elapsed() < budget && !failed.load(Ordering::SeqCst) {
                let seed = next.fetch_add(1, Ordering::SeqCst);
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
    (next.load(Ordering::SeqCst) - first, total)
}

/// The seed that the environment asks to run again.
pub(crate) fn told() -> Option<u64> {
    number("EARNEST_SEED")
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}
