//! Rows that cannot be read and that work would be about: timers, jobs and sinks pass over them, and nobody
//! else would notice.

use std::collections::BTreeSet;

use super::checks::{CRITICAL, HEALTHY, check, now};
use crate::engine::Engine;
use crate::error::Result;
use crate::rows::listing::Listing;
use crate::rows::unreadable::Unreadable;
use crate::upkeep::views::HealthCheck;

/// Rows of a kind that are looked at.
const LOOKED_AT: usize = 100;
/// How many rows are named.
const NAMED: usize = 10;

/// Names rows that are due and cannot be read.
pub(super) async fn rows(engine: &Engine) -> HealthCheck {
    let found = match found(engine).await {
        Ok(found) => found,
        Err(error) => return check("rows", CRITICAL, error.message()),
    };
    if found.is_empty() {
        return check("rows", HEALTHY, "every row that is due can be read");
    }
    let named: Vec<String> = found.iter().take(NAMED).map(Unreadable::to_string).collect();
    let more = found.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let advice = "work passes over it; `earnest verify` names all, and a backup has what was there";
    check("rows", CRITICAL, format!("{}{more}: {advice}", named.join("; ")))
}

async fn found(engine: &Engine) -> Result<BTreeSet<Unreadable>> {
    let now = now(engine).await;
    let kinds = engine.look_around(&Listing::JobKinds { limit: LOOKED_AT }).await?.job_kinds;
    let (book, limit) = (None, LOOKED_AT);
    let due = [
        Listing::DueRecords { book: None, now, limit },
        Listing::DueHolds { book: None, now, limit },
        Listing::DueJobs { book, kinds, now, limit },
        Listing::Sinks { book: engine.book_name().clone(), after: None, limit },
    ];
    let mut found = BTreeSet::new();
    for listing in due {
        let listed = match &listing {
            Listing::Sinks { .. } => engine.look_readable(&listing).await?,
            _ => engine.look_around(&listing).await?,
        };
        found.extend(listed.unreadable);
    }
    Ok(found)
}
