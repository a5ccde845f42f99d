//! Recounts the counters of rules from the log: invariant 24. A book without rules is not read again for it.

use hashbrown::HashMap;

use super::checks::Checks;
use super::log;
use super::pages::PAGE;
use crate::error::Result;
use crate::escrow;
use crate::request::pages::Pages;
use crate::request::reading::Reading;
use crate::risk::command::{Command, Keeps};
use crate::risk::model;
use crate::risk::recount::{Metadata, Recount};
use crate::rows::body::Body;
use crate::rows::listing::Listing;
use crate::rows::needs::{Access, Needs, RecordKey};
use crate::rows::tables::{CounterRow, EventRow};

/// The name of the check. It examines each row with anything to compare.
const CHECK: &str = "counters_recomputed";

/// Recomputes every counter of a book, as far as log and rows allow it.
pub(super) async fn verify(reading: &mut Reading<'_>, checks: &mut Checks) -> Result<()> {
    let mut needs = Needs::default();
    needs.record(model::key(&reading.book), Access::Read);
    let Some(record) = reading.load(&needs).await?.records.into_iter().next() else { return Ok(()) };
    if record.salt.is_none() {
        // `log_matches_rows` reports it, or the checks of the counters do
        return Ok(());
    }
    let mut recount = Recount::new(&reading.book, record, reading.catalogue.operations);
    each_counter(reading, |row| {
        recount.made(row);
        Ok(())
    })
    .await?;
    let mut events = Vec::new();
    let mut pages = Pages::until_empty(log::events(reading.book.clone(), 0));
    while let Some(listed) = pages.next(reading).await? {
        page(reading, &mut recount, &mut events, listed.events).await?;
    }
    let mut pending = Vec::new();
    log::unplaced(reading, |row| pending.push(row.clone())).await?;
    page(reading, &mut recount, &mut events, pending).await?;
    // `log_matches_rows` reports rules that cannot be read
    let Ok(mut recounted) = recount.finish() else { return Ok(()) };
    each_counter(reading, |row| {
        let Some(wrong) = recounted.compare(row)? else { return Ok(()) };
        checks.examined(CHECK, 1);
        for rule in wrong {
            let (of, party) = (&row.rule, &row.subject);
            let what =
                format!("counter of {of}: {party}: what `{rule}` has counted is not what the log says");
            checks.found(CHECK, what);
        }
        Ok(())
    })
    .await?;
    for (family, party, rule) in recounted.missing(reading.now)? {
        let what = format!("counter of {family}: {party}: its row is missing, and `{rule}` counts in it");
        checks.examine(CHECK, false, || what);
    }
    Ok(())
}

async fn each_counter(
    reading: &mut Reading<'_>,
    mut told: impl FnMut(&CounterRow) -> Result<()>,
) -> Result<()> {
    let listing = Listing::Counters { book: reading.book.clone(), after: None, limit: PAGE };
    let mut pages = Pages::until_empty(listing);
    while let Some(page) = pages.next(reading).await? {
        page.counters.iter().try_for_each(&mut told)?;
    }
    Ok(())
}

/// Counts the commands of a page. The last command may end on the next page.
async fn page(
    reading: &mut Reading<'_>,
    recount: &mut Recount,
    begun: &mut Vec<EventRow>,
    rows: Vec<EventRow>,
) -> Result<()> {
    let mut commands = Vec::new();
    for row in rows {
        recount.event(&row);
        let ends = Command::ends_with(&row);
        begun.push(row);
        if ends {
            commands.extend(Command::of(std::mem::take(begun)));
        }
    }
    let mut asked = Vec::with_capacity(commands.len());
    let mut needs = Needs::default();
    for command in &commands {
        let keeps = recount.metadata_of(command);
        let object = keeps.flatten().and_then(|keeps| Some((keeps, command.object(keeps)?)));
        if let Some((keeps, id)) = &object {
            need(reading, &mut needs, *keeps, id);
        }
        asked.push(match (keeps, object) {
            (None, _) => MetadataLookup::Nothing,
            (Some(_), Some(object)) => MetadataLookup::Of(object),
            (Some(_), None) => MetadataLookup::Unknown,
        });
    }
    let known = if needs.is_empty() { HashMap::new() } else { texts(reading, &needs).await? };
    for (command, asked) in commands.iter().zip(asked) {
        let metadata = match asked {
            MetadataLookup::Nothing => Metadata::Unread,
            MetadataLookup::Unknown => Metadata::Unknown,
            MetadataLookup::Of((keeps, id)) => known.get(&id).map_or(Metadata::Unknown, |text| match keeps {
                // the deal's metadata may have changed since
                Keeps::Deal if text.hash.as_deref() != command.text_of_deal(METADATA) => Metadata::Unknown,
                _ => Metadata::Known(text.text.clone()),
            }),
        };
        recount.take(command, &metadata, reading.currencies);
    }
    Ok(())
}

const METADATA: &str = "metadata";

/// Which metadata a command needs for its count.
enum MetadataLookup {
    Nothing,
    Unknown,
    Of((Keeps, String)),
}

/// A metadata text, and its hash where that may differ from the one of its command.
struct Text {
    text: Option<std::sync::Arc<str>>,
    hash: Option<String>,
}

fn need(reading: &Reading<'_>, needs: &mut Needs, keeps: Keeps, id: &str) {
    let book = reading.book.clone();
    match keeps {
        Keeps::Transfer => id.parse().map(|id| needs.transfer((book, id), Access::Read)).unwrap_or(()),
        Keeps::Hold => id.parse().map(|id| needs.hold((book, id), Access::Read)).unwrap_or(()),
        Keeps::Deal => {
            let key = |id| RecordKey::new(book, escrow::model::KIND.into(), id);
            id.parse().map(|id| needs.record(key(id), Access::Read)).unwrap_or(());
        }
    }
}

/// The metadata of these rows, by their ids as the log has them.
async fn texts(reading: &mut Reading<'_>, needs: &Needs) -> Result<HashMap<String, Text>> {
    let loaded = reading.load(needs).await?;
    let whole = |text| Text { text, hash: None };
    let mut known = HashMap::new();
    known.extend(loaded.transfers.into_iter().map(|row| (row.id.to_string(), whole(row.metadata))));
    known.extend(loaded.holds.into_iter().map(|row| (row.id.to_string(), whole(row.metadata))));
    for row in &loaded.records {
        let text = Body::of(row)?.texts.remove(METADATA);
        let (text, hash) = text.map_or((None, None), |text| (Some(text.text), Some(text.hash.to_string())));
        known.insert(row.id.to_string(), Text { text, hash });
    }
    Ok(known)
}
