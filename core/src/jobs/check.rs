//! Checks every job against what its row implies.

use crate::error::Result;
use crate::request::check::PAGE;
use crate::request::domain::Examine;
use crate::request::pages::Pages;
use crate::request::reading::Reading;
use crate::rows::listing::Listing;
use crate::rows::tables::{JobRow, JobState};

/// Checks every job of a book.
pub(super) async fn verify(reading: &mut Reading<'_>, examine: Examine<'_>) -> Result<()> {
    let book = reading.book.clone();
    let mut pages = Pages::over(Listing::Jobs { book, kind: None, state: None, after: None, limit: PAGE });
    while let Some(page) = pages.next(reading).await? {
        for row in &page.jobs {
            let wrong = wrong(row);
            examine("jobs", wrong.is_none(), format!("job {}: {}", row.id, wrong.unwrap_or_default()));
        }
    }
    Ok(())
}

/// Returns the first error in a job.
fn wrong(row: &JobRow) -> Option<&'static str> {
    let due = match row.state {
        JobState::Queued => Some(row.run_at),
        JobState::Leased => row.leased_until,
        JobState::Done | JobState::Dead => None,
    };
    if row.due_at != due || (row.state == JobState::Leased) != row.leased_until.is_some() {
        return Some("it is due at another time than its state says");
    }
    if row.attempts > row.max_attempts || row.attempts > row.fence {
        return Some("it was tried more often than it was leased, or than it may be");
    }
    if row.state == JobState::Leased && row.attempts == 0 {
        return Some("it is leased and was never tried");
    }
    let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).is_ok();
    if !read(&row.payload) || row.result.as_deref().is_some_and(|text| !read(text)) {
        return Some("its payload or result is not JSON");
    }
    if row.outside_key.is_empty() {
        return Some("it has no key to send outside");
    }
    None
}
