//! Records, counters and jobs, compared with their newest images in the log, and the texts of records with
//! their hashes.

use super::checks::Checks;
use super::image_of::record;
use super::newest::RowTimes;
use super::pages::PAGE;
use crate::error::Result;
use crate::kernel::image;
use crate::request::pages::Pages;
use crate::request::reading::Reading;
use crate::risk;
use crate::rows::body::{Body, Text};
use crate::rows::listing::Listing;
use crate::rows::tables::RecordRow;

/// Compares every record, every counter and every job of a book.
pub(super) async fn verify(reading: &mut Reading<'_>, checks: &mut Checks) -> Result<()> {
    if checks.copy {
        return Ok(());
    }
    let book = reading.book.clone();
    let listing = Listing::AllRecords { book: book.clone(), after: None, limit: PAGE };
    let mut pages = Pages::until_empty(listing);
    while let Some(page) = pages.next(reading).await? {
        page.records.iter().for_each(|row| one_record(row, checks));
    }
    let mut pages = Pages::until_empty(Listing::Counters { book: book.clone(), after: None, limit: PAGE });
    while let Some(page) = pages.next(reading).await? {
        for row in &page.counters {
            let times = RowTimes { created: Some(row.created_at), stamp: Some(row.stamp), changed: None };
            if let Some(image) = image::counter(row) {
                checks.row(&image, times);
            }
            // the log has nothing of counters of addresses and devices, so only their form is checked
            let what = || format!("counter of {}: its bytes cannot be read", row.rule);
            checks.examine("counters", !risk::is_broken(row), what);
            let stays = !image::has_counter(&row.rule) || row.leaves_at.is_none();
            checks.examine("counters", stays, || {
                format!("counter of {}: {}: `leaves_at` is set, and it is never swept", row.rule, row.subject)
            });
        }
    }
    let listing = Listing::Jobs { book, kind: None, state: None, after: None, limit: PAGE };
    let mut pages = Pages::until_empty(listing);
    while let Some(page) = pages.next(reading).await? {
        for row in &page.jobs {
            let times = RowTimes { created: Some(row.created_at), stamp: Some(row.stamp), changed: None };
            checks.row(&image::job(row), times);
        }
    }
    Ok(())
}

fn one_record(row: &RecordRow, checks: &mut Checks) {
    let name = || record(&row.kind, row.id);
    let Ok(body) = Body::of(row) else {
        return checks.examine("log_matches_rows", false, || format!("{}: `body` cannot be read", name()));
    };
    for (text_name, text) in &body.texts {
        checks.examine("log_matches_rows", is_its_own(text), || {
            format!("{}: the text `{text_name}` is not the one of its hash", name())
        });
    }
    let (created, stamp) = (Some(row.created_at), Some(row.stamp));
    let times = RowTimes { created, stamp, changed: Some(row.time()) };
    checks.row(&image::whole_record(row, body), times);
}

/// Whether a text is the one that was hashed.
fn is_its_own(text: &Text) -> bool {
    let salt = hex::decode(text.salt.as_bytes()).ok().and_then(|salt| <[u8; 16]>::try_from(salt).ok());
    salt.is_some_and(|salt| Text::new(&text.text, salt).hash == text.hash)
}
