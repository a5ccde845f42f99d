//! Compares the transfers of the log with their rows, to find changed, added or deleted ones.

use hashbrown::HashMap;

use super::checks::Checks;
use super::image_of::{Image, Posted};
use super::log;
use super::multiset::{Multiset, digest};
use super::pages::PAGE;
use crate::error::Result;
use crate::ids::EventId;
use crate::kernel::image;
use crate::request::pages::Pages;
use crate::request::reading::Reading;
use crate::rows::events::POSTED;
use crate::rows::listing::{Listed, Listing};
use crate::rows::tables::{EntryRow, EventRow, TransferRow};
use crate::sorting::Sorting;
use crate::time::Time;
use crate::upkeep::views::FOUND_LIMIT;

/// The transfers by the rows or by the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts {
    lines: Multiset,
    transfers: i64,
}

impl Facts {
    /// Adds a transfer from its rows.
    pub(super) fn transfer(&mut self, row: &TransferRow, legs: &[EntryRow]) {
        self.lines.add(of_rows(row, legs));
        if let Some(notes) = notes_of(row) {
            self.lines.add(&notes);
        }
        self.transfers += 1;
    }

    /// Adds an event.
    pub(super) fn event(&mut self, row: &EventRow, posted: &Posted<'_>) {
        if row.kind.as_ref() == POSTED {
            self.lines.add(of_event(row, posted));
            self.transfers += 1;
        }
        notes_in(posted).for_each(|notes| self.lines.add(notes));
    }

    /// How many transfers there are.
    pub(super) const fn transfers(&self) -> i64 {
        self.transfers
    }
}

fn notes_of(row: &TransferRow) -> Option<String> {
    image::notes(row).and_then(|notes| serde_json::to_string(&notes).ok())
}

fn notes_in<'d>(posted: &Posted<'d>) -> impl Iterator<Item = &'d str> {
    posted.images.iter().map(|raw| raw.get()).filter(|raw| raw.starts_with("[\"n\""))
}

/// The fields of a line, in order; the legs follow.
const FIELDS: [&str; 6] = ["id", "kind", "created_at", "original", "hold", "owned_by"];

fn of_rows(row: &TransferRow, legs: &[EntryRow]) -> String {
    let mut line = begun(&row.id, row.kind.as_str(), row.stamp, row.at);
    push(&mut line, &row.original.map(|id| id.to_string()).unwrap_or_default());
    push(&mut line, &row.hold.map(|id| id.to_string()).unwrap_or_default());
    push(&mut line, &row.owned_by.map(|owner| owner.to_string()).unwrap_or_default());
    for leg in legs {
        for text in [leg.account.as_str(), leg.currency.code(), itoa::Buffer::new().format(leg.amount)] {
            push(&mut line, text);
        }
        if leg.at != row.at {
            push(&mut line, "at");
        }
    }
    line
}

/// A capacity that suffices for the lines of most transfers.
const USUAL: usize = 256;

/// The first words of a line: id, kind, and stamp and time as one word.
fn begun(id: &impl std::fmt::Display, kind: &str, stamp: Time, at: Option<Time>) -> String {
    use std::fmt::Write as _;
    let mut line = String::with_capacity(USUAL);
    // writing to a string cannot fail
    let _ = write!(line, "{id}");
    push(&mut line, kind);
    push(&mut line, itoa::Buffer::new().format(stamp.micros()));
    if let Some(at) = at {
        line.push('/');
        line.push_str(itoa::Buffer::new().format(at.micros()));
    }
    line
}

fn of_event(row: &EventRow, posted: &Posted<'_>) -> String {
    let mut line = begun(&row.object_id(), &posted.kind, row.stamp, row.at);
    for text in [&posted.original, &posted.hold, posted.owner()] {
        push(&mut line, text.as_deref().unwrap_or_default());
    }
    for (account, currency, amount) in &posted.postings {
        for text in [&account.0, &currency.0, &amount.0] {
            push(&mut line, text);
        }
    }
    line
}

fn push(line: &mut String, text: &str) {
    line.push(' ');
    line.push_str(text);
}

/// The transfers by the log, to name the differences.
#[derive(Default)]
struct Logged {
    line: Option<u128>,
    notes: Option<Box<str>>,
}

/// Compares the sums. If they differ, names the transfers that do not match their events.
pub(super) async fn compare(
    reading: &mut Reading<'_>,
    rows: Facts,
    log: Facts,
    checks: &mut Checks,
) -> Result<()> {
    checks.examined("log_matches_rows", log.transfers);
    if log == rows {
        return Ok(());
    }
    let mut logged: HashMap<String, Logged> = HashMap::new();
    log::each(reading, |row| {
        let posted = Posted::of(row);
        if row.kind.as_ref() == POSTED {
            let known = logged.entry(row.object_id().into_owned()).or_default();
            known.line = Some(digest(of_event(row, &posted).as_bytes()));
        }
        for notes in notes_in(&posted) {
            if let Some(image) = Image::read(notes, &posted) {
                logged.entry(image.part(1).to_owned()).or_default().notes = Some(notes.into());
            }
        }
    })
    .await?;
    let listing = Listing::AllTransfers { book: reading.book.clone(), after: None, limit: PAGE };
    let mut pages = Pages::until_empty(listing);
    while let Some(Listed { transfers, entries, .. }) = pages.next(reading).await? {
        for row in &transfers {
            let legs: Vec<EntryRow> = entries.iter().filter(|leg| leg.transfer == row.id).cloned().collect();
            one(reading, row, &legs, logged.remove(row.id.to_string().as_str()), checks).await?;
        }
    }
    let mut missing: Vec<String> = logged.into_keys().collect();
    missing.order();
    for id in missing.into_iter().take(FOUND_LIMIT) {
        checks.examine("log_matches_rows", false, || format!("transfer {id}: its row is missing"));
    }
    Ok(())
}

async fn one(
    reading: &mut Reading<'_>,
    row: &TransferRow,
    legs: &[EntryRow],
    logged: Option<Logged>,
    checks: &mut Checks,
) -> Result<()> {
    let line = of_rows(row, legs);
    let Some(Logged { line: Some(known), notes }) = logged else {
        checks.examine("log_matches_rows", false, || {
            format!("transfer {}: nothing in the log tells of it", row.id)
        });
        return Ok(());
    };
    let mut fields: Vec<String> = Vec::new();
    if known != digest(line.as_bytes()) {
        let (book, ids) = (reading.book.clone(), vec![EventId::from_uuid(row.id.uuid())]);
        let events = reading.list(&Listing::EventsAsWritten { book, ids }).await?.events;
        let data = events.first().map(|event| of_event(event, &Posted::of(event))).unwrap_or_default();
        fields.extend(differing(&line, &data).map(ToOwned::to_owned));
    }
    let own = notes_of(row);
    if own.as_deref() != notes.as_deref() {
        let empty = format!(r#"["n","{}",{{}}]"#, row.id);
        let (own, notes) = (own.as_deref().unwrap_or(&empty), notes.as_deref().unwrap_or(&empty));
        let none = Posted::default();
        if let (Some(own), Some(notes)) = (Image::read(own, &none), Image::read(notes, &none)) {
            fields.extend(super::image_of::differing(&own, &notes));
        }
    }
    let fields: Vec<String> = fields.iter().map(|field| format!("`{field}`")).collect();
    checks.examine("log_matches_rows", fields.is_empty(), || {
        format!("transfer {}: {} is not as its event says", row.id, fields.join(", "))
    });
    Ok(())
}

fn differing<'f>(row: &'f str, log: &'f str) -> impl Iterator<Item = &'f str> {
    let parts = |line: &'f str| line.splitn(FIELDS.len() + 1, ' ');
    let named = FIELDS.into_iter().chain(["postings"]);
    let pad = std::iter::repeat("");
    named
        .zip(parts(row).chain(pad.clone()).zip(parts(log).chain(pad)))
        .filter(|(_, (row, log))| row != log)
        .map(|(name, _)| name)
}
