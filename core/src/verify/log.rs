//! What the log says, compared with the rows: a transfer, an entry or a hold that somebody changed, added or deleted.
//!
//! Rows and events are read in different orders. The facts of each side go into a sum of hashes that does not depend on
//! order, so that nothing is kept; only when the sums differ are the transfers looked up one by one.

use std::borrow::Cow;

use serde::Deserialize;

use super::multiset::Multiset;
use super::pages::Walk;
use super::{Checks, Step};
use crate::api::query::Reading;
use crate::api::views::admin::Chain;
use crate::error::{Error, Result};
use crate::events::{Items, POSTED};
use crate::evidence::ChainCheck;
use crate::ids::{Book, TransferId};
use crate::kernel::needs::{Access, Needs};
use crate::ledger::queries::legs_by_transfer;
use crate::store::rows::{EntryRow, EventRow, HoldRow, TransferRow};
use crate::store::{Listed, Listing};

/// What the rows or the log say of transfers and holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts {
    lines: Multiset,
    transfers: i64,
}

impl Facts {
    /// A transfer as its rows have it.
    pub(super) fn transfer(&mut self, row: &TransferRow, legs: &[EntryRow]) {
        self.lines.add(&of_rows(row, legs));
        self.transfers += 1;
    }

    /// A hold as its row has it.
    pub(super) fn hold(&mut self, row: &HoldRow) {
        self.lines.add(&format!("{} {} {} {}", row.id, row.account, row.currency.code(), row.amount));
    }

    /// How many transfers there are.
    pub(super) const fn transfers(&self) -> i64 {
        self.transfers
    }

    /// What an event says of either.
    pub(super) fn event(&mut self, row: &EventRow) {
        match row.kind.as_ref() {
            POSTED => {
                self.lines.add(&of_event(row));
                self.transfers += 1;
            }
            "hold.authorized" => {
                let Hold { account, currency, amount } = serde_json::from_str(&row.data).unwrap_or_default();
                self.lines.add(&format!("{} {account} {currency} {amount}", row.object_id()));
            }
            _ => {}
        }
    }
}

/// What the event of a transfer says of it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Posted<'d> {
    #[serde(borrow)]
    kind: Cow<'d, str>,
    #[serde(borrow)]
    original: Option<Cow<'d, str>>,
    #[serde(borrow)]
    postings: Vec<(Name<'d>, Name<'d>, Name<'d>)>,
}

/// What the event of a hold says of it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Hold<'d> {
    #[serde(borrow)]
    account: Cow<'d, str>,
    #[serde(borrow)]
    currency: Cow<'d, str>,
    #[serde(borrow)]
    amount: Cow<'d, str>,
}

/// A text in a list.
#[derive(Deserialize)]
struct Name<'d>(#[serde(borrow)] Cow<'d, str>);

fn of_rows(row: &TransferRow, legs: &[EntryRow]) -> String {
    let mut line = format!("{} {} {} ", row.id, row.kind, row.stamp.micros());
    if let Some(original) = row.original {
        line.push_str(&original.to_string());
    }
    for leg in legs {
        push(&mut line, [leg.account.as_str(), leg.currency.code(), &leg.amount.to_string()]);
    }
    line
}

fn of_event(row: &EventRow) -> String {
    let Posted { kind, original, postings } = serde_json::from_str(&row.data).unwrap_or_default();
    let original = original.as_deref().unwrap_or_default();
    let mut line = format!("{} {kind} {} {original}", row.object_id(), row.stamp.micros());
    for (account, currency, amount) in &postings {
        push(&mut line, [&account.0, &currency.0, &amount.0]);
    }
    line
}

fn push(line: &mut String, leg: [&str; 3]) {
    for text in leg {
        line.push(' ');
        line.push_str(text);
    }
}

/// Reads the log once: its chain, and what it says of transfers and holds.
pub(super) async fn read(reading: &mut Reading<'_>, progress: super::Progress<'_>) -> Result<(Chain, Facts)> {
    let walk = Walk {
        listing: |book, after| events(book, after.unwrap_or(0)),
        behind: |page| page.sequence.last().map(|link| link.seq),
        examine: |(check, log): &mut (ChainCheck, Facts), page| {
            for (row, link) in page.events.iter().zip(&page.sequence) {
                check.take(row, link);
                log.event(row);
            }
        },
    };
    let mut needs = Needs::default();
    needs.heads.insert((reading.book.clone(),));
    let loaded = reading.load(&needs).await?;
    let head = loaded.heads.first();
    let read = |page: &Listed| {
        let count = page.sequence.last().map_or(0, |link| link.seq);
        progress(Step { what: "events", count, of: head.map(|head| head.seq) });
    };
    let (check, mut log) = walk.run(reading, Default::default(), read).await?;
    unplaced(reading, &mut log).await?;
    Ok((check.finish(head), log))
}

/// Compares the sums; where they differ, names the transfers that are not as their events say.
pub(super) async fn compare(
    reading: &mut Reading<'_>,
    (rows, log): (Facts, Facts),
    checks: &mut Checks,
) -> Result<()> {
    if log == rows {
        checks.examine("log_matches_rows", true, String::new);
        return Ok(());
    }
    let (of_log, of_rows) = (log.lines.count(), rows.lines.count());
    checks.examine("log_matches_rows", false, || {
        format!(
            "book {}: the log has {of_log} transfers and holds, the tables {of_rows}, and they differ",
            reading.book
        )
    });
    let mut after_seq = 0;
    while let Some(Listed { events, sequence, .. }) = page(reading, after_seq).await? {
        look_up(reading, &events, checks).await?;
        after_seq = sequence.last().map_or(after_seq, |link| link.seq);
    }
    Ok(())
}

/// Commits whose events have no place in the sequence yet, at most.
const BACKLOG: usize = 100_000;

/// What was written, and was not given its place before this moment: somebody is at work meanwhile.
async fn unplaced(reading: &mut Reading<'_>, log: &mut Facts) -> Result<()> {
    let listing = Listing::Pending { book: reading.book.clone(), limit: BACKLOG };
    let pending = reading.list(&listing).await?.pending;
    let items: Vec<Items> = pending.into_iter().map(|row| Items::read(row.items)).collect::<Result<_>>()?;
    let ids: Vec<_> = items.iter().flat_map(Items::each).map(|(id, _)| id).collect();
    for ids in ids.chunks(super::PAGE) {
        let listing = Listing::EventsAsWritten { book: reading.book.clone(), ids: ids.to_vec() };
        reading.list(&listing).await?.events.iter().for_each(|row| log.event(row));
    }
    Ok(())
}

async fn look_up(reading: &mut Reading<'_>, events: &[EventRow], checks: &mut Checks) -> Result<()> {
    let mut needs = Needs::default();
    let posted: Vec<&EventRow> = events.iter().filter(|row| row.kind.as_ref() == POSTED).collect();
    for row in &posted {
        // one that names no transfer is found to differ below
        if let Ok(id) = row.object_id().parse::<TransferId>() {
            needs.transfer((reading.book.clone(), id), Access::Read);
        }
    }
    if posted.is_empty() {
        return Ok(());
    }
    let loaded = reading.load(&needs).await?;
    let legs = legs_by_transfer(loaded.entries);
    for event in posted {
        let row = loaded.transfers.iter().find(|row| row.id.to_string() == event.object_id());
        let told = row.map(|row| of_rows(row, legs.get(&row.id).map_or(&[][..], Vec::as_slice)));
        checks.examine("log_matches_rows", told == Some(of_event(event)), || {
            format!("transfer {} is not as its event says", event.object_id())
        });
    }
    Ok(())
}

fn events(book: Book, after_seq: i64) -> Listing {
    Listing::Events { book, after_seq, types: Vec::new(), object: None, limit: super::PAGE }
}

async fn page(reading: &mut Reading<'_>, after_seq: i64) -> Result<Option<Listed>> {
    let listed = reading.list(&events(reading.book.clone(), after_seq)).await?;
    Ok(Some(listed).filter(|listed| !listed.sequence.is_empty()))
}

/// A link of the chain that somebody kept elsewhere: a log that was cut behind it, or written anew, does not have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Anchor {
    seq: i64,
    hash: String,
}

impl Anchor {
    /// Reads `SEQ:HASH`, as `events.verify_chain` says the head.
    pub(super) fn request(text: &str) -> Result<Self> {
        let bad = || Error::invalid("anchor", "must be `SEQ:HASH`, as `events.verify_chain` says the head");
        let (seq, hash) = text.split_once(':').ok_or_else(bad)?;
        let seq = seq.parse().ok().filter(|seq| *seq > 0).ok_or_else(bad)?;
        let whole = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        if whole { Ok(Self { seq, hash: hash.to_lowercase() }) } else { Err(bad()) }
    }

    pub(super) async fn check(&self, reading: &mut Reading<'_>, checks: &mut Checks) -> Result<()> {
        let (book, after_seq): (Book, i64) = (reading.book.clone(), self.seq - 1);
        let listing = Listing::Events { book, after_seq, types: Vec::new(), object: None, limit: 1 };
        let listed = reading.list(&listing).await?;
        let found = listed.sequence.first().filter(|link| link.seq == self.seq);
        let right = found.is_some_and(|link| hex::encode(&link.hash) == self.hash);
        checks.examine("anchor", right, || match found {
            None => format!("book {}: link {} is missing: the log was cut", reading.book, self.seq),
            Some(_) => {
                format!("book {}: link {} is another one: the log was written anew", reading.book, self.seq)
            }
        });
        Ok(())
    }
}
