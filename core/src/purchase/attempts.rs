//! Attempts to pay, as a process counts them.

use super::model::PaidWith;
use crate::kernel::tally::CallTally;

/// The flow under which attempts at sales by a deal are counted, whatever they are paid with.
const BY_DEAL: &str = "escrow";

#[derive(Clone, Copy, Debug)]
pub(super) struct PayAttempt {
    /// How it is paid.
    pub with: PaidWith,
    /// Whether it is sold by a deal.
    pub by_deal: bool,
}

impl PayAttempt {
    /// Counts one attempt, with its result and the reason of a refusal.
    pub(super) fn tally(self, result: &str, reason: &str) -> CallTally {
        let flow = if self.by_deal { BY_DEAL } else { self.with.as_str() };
        CallTally::of("purchase_attempt_total", [("flow", flow), ("result", result), ("reason", reason)])
    }
}
