//! Attempts to pay, as a process counts them.

use super::model::PaidWith;
use crate::kernel::tally::CallTally;

/// What attempts at what is sold by a deal are counted as, by whichever way it is paid.
const BY_DEAL: &str = "escrow";

/// What is attempted.
#[derive(Clone, Copy, Debug)]
pub(super) struct PayAttempt {
    /// How it is paid.
    pub with: PaidWith,
    /// Whether it is sold by a deal.
    pub by_deal: bool,
}

impl PayAttempt {
    /// One more of it: what came of it, and why not.
    pub(super) fn tally(self, result: &str, reason: &str) -> CallTally {
        let flow = if self.by_deal { BY_DEAL } else { self.with.as_str() };
        CallTally::of("purchase_attempt_total", [("flow", flow), ("result", result), ("reason", reason)])
    }
}
