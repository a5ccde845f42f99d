//! The price of a commit: the fixed cost of a group, however few commands it has.
//!
//! It decides whether a group waits for more commands or is decided while another is written (ADR 24). It
//! differs from disk to disk, so it is measured.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::store::TRANSFER;

/// How many changed rows take as long to make durable as the commit itself.
const ROWS: u64 = 128;
/// How many transfers a commit costs until one was measured.
const GUESS: u64 = 64;

/// The recent price of a commit, in nanoseconds.
#[derive(Debug)]
pub(super) struct CommitCost(AtomicU64);

impl Default for CommitCost {
    fn default() -> Self {
        Self(AtomicU64::new(GUESS * transfer()))
    }
}

fn transfer() -> u64 {
    nanos(TRANSFER).max(1)
}

fn nanos(of: Duration) -> u64 {
    u64::try_from(of.as_nanos()).unwrap_or(u64::MAX)
}

impl CommitCost {
    /// Notes that a commit of `rows` changed rows took this long. Called by the holder of the writer only.
    pub(super) fn paid(&self, took: Duration, rows: u64) {
        let recent = self.0.load(Ordering::Relaxed);
        let share = u128::from(nanos(took)) * u128::from(ROWS) / (u128::from(ROWS) + u128::from(rows));
        // a commit that took much longer has checkpointed the log
        let now = u64::try_from(share).unwrap_or(u64::MAX).min(recent.saturating_mul(4));
        self.0.store((recent - recent / 8).saturating_add(now / 8).max(transfer()), Ordering::Relaxed);
    }

    /// How many transfers are decided in the time of a commit.
    pub(super) fn transfers(&self) -> usize {
        usize::try_from(self.0.load(Ordering::Relaxed).div_ceil(transfer())).unwrap_or(usize::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(took: Duration, rows: u64) -> usize {
        let price = CommitCost::default();
        (0..200).for_each(|_| price.paid(took, rows));
        price.transfers()
    }

    #[test]
    fn a_commit_costs_what_it_takes_without_its_rows() {
        assert_eq!(CommitCost::default().transfers(), 64);
        for (took, rows, transfers) in [(20, 0, 2_000), (20, ROWS, 1_000), (20, 7 * ROWS, 250), (0, 0, 1)] {
            let price = after(Duration::from_millis(took), rows);
            assert!(price.abs_diff(transfers) <= transfers / 50, "{took} ms, {rows} rows: {price}");
        }
        assert!(after(Duration::MAX, u64::MAX) > 0);
    }

    #[test]
    fn one_that_folds_the_log_hardly_counts() {
        let price = CommitCost::default();
        price.paid(Duration::from_secs(60), 0);
        assert!(price.transfers() < 128, "{}", price.transfers());
    }
}
