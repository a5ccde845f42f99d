//! Proof of what happened: the list of events, the hash chain, and the hash of the whole state.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::error::Result;
use crate::history::requests::{GetStateHash, ListEvents, VerifyChain};
use crate::history::views::{Chain, Event, Head, StateHash};
use crate::ids::is_created_tail;
use crate::kernel::{image, permit};
use crate::request::domain::Domains;
use crate::request::page::Page;
use crate::request::pages::Pages;
use crate::request::reading::{Reading, cursor, limit_of, opaque};
use crate::rows::events::{self, Link};
use crate::rows::listing::AccountOrder;
use crate::rows::listing::{Listed, Listing};
use crate::rows::needs::{Access, Needs};
use crate::rows::row::Row;
use crate::rows::tables::EventRow;
use crate::sorting::Sorting;

/// The kind of object that an id names. What only begins as one does is the name of an account.
pub fn object_of(domains: &Domains, id: &str) -> (Arc<str>, Arc<str>) {
    let prefixed = id.split_once('_').filter(|(_, rest)| is_created_tail(rest));
    let kind = match prefixed.map(|(prefix, _)| prefix) {
        Some("tr") => "transfer",
        Some("hd") => "hold",
        Some(prefix) => domains.kind_of(prefix).unwrap_or("account"),
        None => "account",
    };
    (kind.into(), id.into())
}

/// `events.list`.
pub async fn list(reading: &mut Reading<'_>, request: &ListEvents) -> Result<Page<Event>> {
    let limit = limit_of(request.limit);
    let from = cursor::<i64>(request.after.as_deref())?.or(request.after_seq).unwrap_or(0);
    let types = request.types.iter().flatten().map(|name| name.as_str().into()).collect();
    let object = request.object.as_deref().map(|id| object_of(reading.domains, id));
    page_of(reading, from, types, object, limit).await
}

/// A page of events.
pub async fn page_of(
    reading: &mut Reading<'_>,
    after_seq: i64,
    types: Vec<Arc<str>>,
    object: Option<(Arc<str>, Arc<str>)>,
    limit: usize,
) -> Result<Page<Event>> {
    let listing = Listing::Events { book: reading.book.clone(), after_seq, types, object, limit: limit + 1 };
    let Listed { events, sequence, .. } = reading.list(&listing).await?;
    let views = events.iter().zip(&sequence).take(limit).map(|(row, link)| Event::of(row, link));
    let mut items: Vec<Event> = views.collect::<Result<_>>()?;
    if !permit::is_staff(&reading.actor) {
        items = items.into_iter().map(Event::without_images).collect();
    }
    let next = items.last().filter(|_| events.len() > limit).map(|event| opaque(&event.seq)).transpose()?;
    Ok(Page { items, next, lag: None })
}

/// A chain that is recomputed link by link.
#[derive(Debug)]
pub struct ChainCheck {
    seq: i64,
    hash: Arc<[u8]>,
    broken_at: Option<i64>,
}

impl Default for ChainCheck {
    fn default() -> Self {
        Self { seq: 0, hash: events::origin(), broken_at: None }
    }
}

impl ChainCheck {
    /// Takes the next event and its link.
    pub fn take(&mut self, row: &EventRow, link: &Link) {
        let right = (link.seq, link.event, link.commit) == (self.seq + 1, row.id, row.commit_id)
            && link.previous == self.hash
            && *link.content == events::content_digest(row);
        if !right {
            self.broken_at.get_or_insert(self.seq + 1);
        }
        self.seq = link.seq;
        self.hash = link.hash.clone();
    }

    /// The chain, compared with the stored head: a link without its event is not listed, but the head shows
    /// that it is missing.
    pub async fn against_head(self, reading: &mut Reading<'_>) -> Result<Chain> {
        let mut needs = Needs::default();
        needs.heads.insert((reading.book.clone(),));
        let loaded = reading.load(&needs).await?;
        Ok(self.finish(loaded.heads.first()))
    }

    /// The chain, compared with the stored head.
    pub fn finish(mut self, head: Option<&crate::rows::tables::HeadRow>) -> Chain {
        let right = head.map_or(self.seq == 0, |head| (head.seq, &head.hash) == (self.seq, &self.hash));
        if !right {
            self.broken_at.get_or_insert(self.seq + 1);
        }
        Chain {
            ok: self.broken_at.is_none(),
            events: self.seq,
            head: Head { seq: self.seq, hash: hex::encode(&self.hash) },
            broken_at: self.broken_at,
        }
    }
}

/// `events.verify_chain`.
pub async fn verify_chain(reading: &mut Reading<'_>, _: &VerifyChain) -> Result<Chain> {
    let mut check = ChainCheck::default();
    let book = reading.book.clone();
    let listing = Listing::Events { book, after_seq: 0, types: Vec::new(), object: None, limit: 1_000 };
    let mut pages = Pages::until_empty(listing);
    while let Some(page) = pages.next(reading).await? {
        for (row, link) in page.events.iter().zip(&page.sequence) {
            check.take(row, link);
        }
    }
    check.against_head(reading).await
}

struct Lines {
    digest: Sha256,
    rows: i64,
}

impl Lines {
    fn add(&mut self, line: &impl serde::Serialize) -> Result<()> {
        let line = serde_json::to_vec(line)
            .map_err(|_| crate::error::Error::corrupted("an image has no JSON form"))?;
        self.digest.update(&line);
        self.digest.update(b"\n");
        self.rows += 1;
        Ok(())
    }
}

/// `events.state_hash`: accounts by id and currency, transfers with their legs, holds, records; no times.
pub async fn state_hash(reading: &mut Reading<'_>, _: &GetStateHash) -> Result<StateHash> {
    reading.at_one_moment().await?;
    let mut lines = Lines { digest: Sha256::new(), rows: 0 };
    hash_accounts(reading, &mut lines).await?;
    hash_transfers(reading, &mut lines).await?;
    hash_objects(reading, &mut lines).await?;
    Ok(StateHash { hash: hex::encode(lines.digest.finalize()), rows: lines.rows })
}

async fn hash_accounts(reading: &mut Reading<'_>, lines: &mut Lines) -> Result<()> {
    let (book, order) = (reading.book.clone(), AccountOrder::Id);
    let listing = Listing::Accounts { book, owner: None, search: None, order, after: None, limit: 500 };
    let mut pages = Pages::over(listing);
    while let Some(Listed { accounts: rows, .. }) = pages.next(reading).await? {
        let mut needs = Needs::default();
        for row in rows.iter().filter(|row| row.streaming) {
            needs.account(row.key(), Access::Read);
        }
        let loaded = reading.load_any(&needs).await?;
        for row in &rows {
            if row.streaming {
                // fold and pending are read in one statement: a fold in between would be counted twice
                let fresh = loaded.accounts.iter().find(|other| other.key() == row.key()).unwrap_or(row);
                let pending = loaded.streams.iter().filter(|(key, _)| *key == row.key()).map(|(_, sum)| *sum);
                lines.add(&image::stream(fresh, pending.fold(fresh.posted, i128::saturating_add)))?;
            } else {
                lines.add(&image::account(row))?;
            }
        }
    }
    Ok(())
}

async fn hash_transfers(reading: &mut Reading<'_>, lines: &mut Lines) -> Result<()> {
    let listing = Listing::AllTransfers { book: reading.book.clone(), after: None, limit: 500 };
    let mut pages = Pages::until_empty(listing);
    while let Some(Listed { transfers, mut entries, .. }) = pages.next(reading).await? {
        entries.order_by_key(|entry| (entry.transfer, entry.leg));
        let mut legs = entries.iter().peekable();
        for row in &transfers {
            lines.add(&image::transfer(row))?;
            while let Some(entry) = legs.next_if(|entry| entry.transfer == row.id) {
                lines.add(&image::leg(&entry.account, &entry.currency, entry.amount))?;
            }
        }
    }
    Ok(())
}

async fn hash_objects(reading: &mut Reading<'_>, lines: &mut Lines) -> Result<()> {
    let book = reading.book.clone();
    let mut pages = Pages::until_empty(Listing::AllHolds { book: book.clone(), after: None, limit: 500 });
    while let Some(page) = pages.next(reading).await? {
        page.holds.iter().try_for_each(|row| lines.add(&image::hold(row)))?;
    }
    let mut pages = Pages::until_empty(Listing::AllRecords { book, after: None, limit: 500 });
    while let Some(page) = pages.next(reading).await? {
        page.records.iter().try_for_each(|row| lines.add(&image::record(row)?))?;
    }
    Ok(())
}
