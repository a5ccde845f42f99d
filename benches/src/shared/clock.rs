//! The harness's clocks: it measures time, so it may ask for it.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A point in time to measure from.
#[allow(clippy::disallowed_methods, reason = "a benchmark measures real time")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Microseconds since 1970: names a run, and lets processes begin together.
#[allow(clippy::disallowed_methods, reason = "a benchmark measures real time")]
pub(crate) fn wall() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}

/// Microseconds since `from`, at least one.
pub(crate) fn micros_since(from: Instant) -> u64 {
    u64::try_from(now().duration_since(from).as_micros()).unwrap_or(u64::MAX).max(1)
}
