//! Helpers of checks: their form, and the time that they compare with.

use crate::engine::Engine;
use crate::time::Time;
use crate::upkeep::views::HealthCheck;

pub(super) const HEALTHY: &str = "healthy";
pub(super) const WARNING: &str = "warning";
pub(super) const CRITICAL: &str = "critical";

pub(super) fn check(name: &str, status: &str, detail: impl Into<String>) -> HealthCheck {
    HealthCheck { name: name.to_owned(), status: status.to_owned(), detail: detail.into() }
}

pub(super) const fn seconds(from: Time, to: Time) -> i64 {
    (to.micros() - from.micros()) / 1_000_000
}

/// The store's time, or this process's if the store does not answer.
pub(super) async fn now(engine: &Engine) -> Time {
    engine.store_now().await.unwrap_or_else(|_| engine.now())
}
