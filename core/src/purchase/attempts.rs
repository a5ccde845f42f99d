//! Attempts to pay, as a process counts them.

use super::model::PaidWith;
use crate::kernel::tally::CallTally;

/// One more attempt to pay: how, what came of it, and why not.
pub(super) fn attempt(flow: PaidWith, result: &str, reason: &str) -> CallTally {
    let labels = [("flow", flow.as_str()), ("result", result), ("reason", reason)];
    CallTally::of("purchase_attempt_total", labels)
}
