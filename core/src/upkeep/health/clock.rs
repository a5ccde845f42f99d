//! Whether the clock is credible, and whether stamps are ahead of it.

use super::checks::{self, CRITICAL, HEALTHY, WARNING, check};
use crate::engine::Engine;
use crate::error::Result;
use crate::rows::listing::Listing;
use crate::time::{Span, Time};
use crate::upkeep::views::HealthCheck;

/// How far the newest stamp may be ahead of the clock. Processes' clocks differ by about this much, and a
/// group's stamps run slightly ahead.
const ABOUT: Span = Span::from_secs(10);

/// The advice for a clock that is right.
const CONFIRM: &str = "if it is right now, run `earnest confirm-clock` or call `admin.confirm_clock`";

/// The check of the clock.
pub(super) async fn clock(engine: &Engine) -> HealthCheck {
    let now = checks::now(engine).await;
    if let Some(jump) = engine.options().env.watch.jump() {
        let message =
            format!("it shows {} and must show {}: set it right, or {CONFIRM}", jump.shown, jump.expected);
        return check("clock", CRITICAL, message);
    }
    match ahead(engine, now).await {
        Ok(Some(newest)) => {
            let message = format!("it shows {now}, and what was written last is dated {newest}: {CONFIRM}");
            return check("clock", CRITICAL, message);
        }
        Err(error) => return check("clock", CRITICAL, error.message()),
        Ok(None) => {}
    }
    match engine.trust().doubt(engine) {
        Some(doubt) => {
            let (seen, left) = (doubt.seen, doubt.left);
            let message = format!(
                "timers wait, for {left} at most unless another process has another time: it shows {now}, and the store saw {seen} last"
            );
            check("clock", WARNING, message)
        }
        None => check("clock", HEALTHY, format!("it shows {now}")),
    }
}

/// The newest stamp of this book's transfers, if it is ahead of the clock and the clock has not been
/// confirmed since.
async fn ahead(engine: &Engine, now: Time) -> Result<Option<Time>> {
    let (account, reference, owner, from, to, after) = (None, None, None, None, None, None);
    let book = engine.book_name().clone();
    let listing = Listing::Transfers { book, account, reference, owner, from, to, after, limit: 1 };
    let newest = engine.look(&listing).await?.transfers.first().map(|row| row.stamp);
    let Some(newest) = newest.filter(|newest| newest.since(now) > ABOUT) else { return Ok(None) };
    // an operator who confirmed a clock behind the newest stamp knows about it
    let confirmed = crate::engine::clock_trust::confirmed(engine).await?;
    Ok(Some(newest).filter(|newest| {
        confirmed.is_none_or(|confirmed| confirmed > now || newest.since(confirmed) <= ABOUT)
    }))
}
