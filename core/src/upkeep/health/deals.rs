//! Health of deals: do they move, and does staff decide their disputes?

use super::checks::{CRITICAL, HEALTHY, WARNING, check, now, seconds};
use crate::dispute::model::{Dispute, State};
use crate::engine::Engine;
use crate::error::Result;
use crate::escrow::facts::DISPUTE;
use crate::escrow::{in_flight, still};
use crate::rows::listing::Listing;
use crate::time::Time;
use crate::upkeep::views::HealthCheck;

/// Deals that have not moved for a day; more than this many are a warning.
const STUCK_LIMIT: usize = 10;
/// How many deals and disputes are counted in one state.
const COUNTED: usize = 1_000;

/// A warning: more than ten deals in flight have not moved for a day, or the admins were told of a dispute
/// that waits for staff for too long.
pub(super) async fn deals(engine: &Engine) -> HealthCheck {
    let now = now(engine).await;
    let day_ago = Time::from_micros(now.micros() - 86_400_000_000);
    let mut stuck = Vec::new();
    for state in in_flight() {
        match engine.look(&still(engine.book_name(), state, day_ago, COUNTED)).await {
            Ok(listed) => stuck.extend(listed.records.into_iter().map(|row| row.time())),
            Err(error) => return check("deals", CRITICAL, error.message()),
        }
    }
    let late = match late_disputes(engine).await {
        Ok(0) => None,
        Ok(late) => {
            Some(format!("{late} disputes wait for staff for longer than they may: see `escrow.disputes`"))
        }
        Err(error) => return check("deals", CRITICAL, error.message()),
    };
    let said = moved(&stuck, now);
    match late {
        Some(late) => check("deals", WARNING, format!("{}; {late}", said.detail)),
        None => said,
    }
}

/// How many disputes the admins were told of because they wait for too long, of the oldest.
async fn late_disputes(engine: &Engine) -> Result<usize> {
    let mut late = 0;
    for state in [State::Open, State::Investigating] {
        let (book, kind, before) = (engine.book_name().clone(), DISPUTE.into(), Time::MAX);
        let state = state.as_str().into();
        let listing = Listing::Still { book, kind, state, before, limit: COUNTED };
        for row in &engine.look(&listing).await?.records {
            late += usize::from(Dispute::of(row)?.facts.late);
        }
    }
    Ok(late)
}

/// Whether deals that have not moved since these times are too many.
fn moved(stuck: &[Time], now: Time) -> HealthCheck {
    let Some(longest) = stuck.iter().min().map(|stamp| seconds(*stamp, now) / 86_400) else {
        return check("deals", HEALTHY, "every deal in flight has moved within a day");
    };
    let status = if stuck.len() > STUCK_LIMIT { WARNING } else { HEALTHY };
    let more = if stuck.len() >= COUNTED { "at least " } else { "" };
    let detail = format!(
        "{more}{} deals in flight have not moved for a day, one of them for {longest} days",
        stuck.len()
    );
    check("deals", status, detail)
}
