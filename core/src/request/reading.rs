//! The context of a reading operation, and how pages and cursors work.

use std::cmp::Reverse;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use super::domain::Reading;
use super::domain::Scope;
use super::erased::AnyRead;
use super::page::Page;
use crate::currency::Currency;
use crate::error::{Error, Result};
use crate::ids::{AccountId, Actor};
use crate::kernel::permit::{Tie, Who, is_or_owns};
use crate::kernel::snapshot::Snapshot;
use crate::request::bounds::PAGE_SIZE;
use crate::rows::listing::{Listed, Listing, Records};
use crate::rows::loaded::Loaded;
use crate::rows::needs::{Access, Needs, RecordKey};
use crate::rows::tables::RecordRow;
use crate::sorting::Sorting;
use crate::store::{Session, readable_page};
use crate::time::Time;

/// Runs a read. A reply that no check has cleared for its caller is withheld.
pub async fn answer(request: &mut dyn AnyRead, reading: &mut Reading<'_>) -> Result<()> {
    if reading.who == Who::Staff {
        reading.permit(&[])?;
    }
    request.answer(reading).await?;
    if reading.is_plain() && !reading.judged {
        return Err(reading.who.refusal(&reading.actor));
    }
    Ok(())
}

/// The currencies in which an account belongs to the actor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Own {
    /// All of them.
    Every,
    /// These.
    Some(Vec<Currency>),
}

impl Own {
    /// Whether the account in this currency is his.
    pub fn has(&self, currency: Currency) -> bool {
        match self {
            Self::Every => true,
            Self::Some(currencies) => currencies.contains(&currency),
        }
    }
}

impl<'r> Reading<'r> {
    /// Reads by the settings of a scope, as of this time, for an actor whom nothing has judged yet.
    pub fn over(scope: &'r Scope, session: &'r mut dyn Session, actor: Actor, who: Who, now: Time) -> Self {
        Self {
            session,
            book: scope.book.clone(),
            actor,
            who,
            judged: false,
            currencies: &scope.currencies,
            now,
            keyring: scope.keyring.as_ref(),
            policies: &scope.policies,
            rules: scope.rules.as_deref(),
            catalogue: scope.catalogue,
            domains: &scope.domains,
            host: scope.host,
            unreadable: None,
        }
    }
}

impl Reading<'_> {
    /// Whether the caller may read only what he is tied to.
    pub fn is_plain(&self) -> bool {
        self.who.judges(&self.actor)
    }

    /// Judges the caller by what ties him to the rows that were read.
    pub fn permit(&mut self, ties: &[Tie<'_>]) -> Result<()> {
        self.judged = true;
        self.who.judge(&self.actor, ties)
    }

    /// Judges the caller of a list by the account that the list names.
    pub async fn permit_account(&mut self, id: Option<&AccountId>) -> Result<Own> {
        let Some(id) = id.filter(|id| self.is_plain() && id.as_str() != self.actor.id()) else {
            let named = id.map(|id| Tie::Id(id.as_str()));
            self.permit(named.as_slice())?;
            return Ok(Own::Every);
        };
        let mut needs = Needs::default();
        needs.accounts_of.insert((self.book.clone(), id.clone()));
        let rows = self.load(&needs).await?.accounts;
        let ties: Vec<Tie<'_>> = rows.iter().map(Tie::Account).collect();
        self.permit(&ties)?;
        let own = rows.iter().filter(|row| is_or_owns(&self.actor, row));
        Ok(Own::Some(own.map(|row| row.currency).collect()))
    }

    /// Everything that is read from here on is as of one moment, also what takes several statements.
    pub async fn at_one_moment(&mut self) -> Result<()> {
        self.session.snapshot().await.map_err(|fault| fault.into_error(self.host))
    }

    /// Reads rows by their keys.
    pub async fn load(&mut self, needs: &Needs) -> Result<Loaded> {
        let loaded = match &mut self.unreadable {
            None => self.session.peek(needs).await,
            Some(known) => {
                let loaded = self.session.peek_readable(needs).await;
                loaded.inspect(|loaded| known.extend(loaded.unreadable.iter().cloned()))
            }
        };
        loaded.map_err(|fault| fault.into_error(self.host))
    }

    /// Reads rows by their keys, if any are asked for.
    pub async fn load_any(&mut self, needs: &Needs) -> Result<Loaded> {
        if needs.is_empty() { Ok(Loaded::default()) } else { self.load(needs).await }
    }

    /// The same, so that each is found by its key.
    pub async fn known(&mut self, needs: &Needs) -> Result<Snapshot> {
        let mut known = Snapshot::default();
        known.absorb(needs, self.load_any(needs).await?);
        Ok(known)
    }

    /// Reads a record by its key.
    pub async fn record(&mut self, key: RecordKey) -> Result<Option<RecordRow>> {
        let mut needs = Needs::default();
        needs.record(key, Access::Read);
        Ok(self.load(&needs).await?.records.into_iter().next())
    }

    /// Reads a page of a listing.
    pub async fn list(&mut self, listing: &Listing) -> Result<Listed> {
        let listed = match &mut self.unreadable {
            None => self.session.list(listing).await,
            Some(known) => {
                let listed = readable_page(&mut *self.session, listing).await;
                listed.inspect(|listed| known.extend(listed.unreadable.iter().cloned()))
            }
        };
        listed.map_err(|fault| fault.into_error(self.host))
    }

    /// Reads the records of several listings of one kind as if they were one, newest first. A record that
    /// goes from one to the next meanwhile is there once.
    pub async fn records(&mut self, listings: Vec<Records>) -> Result<Vec<RecordRow>> {
        let mut rows = Vec::new();
        for records in listings {
            rows.extend(self.list(&Listing::Records(records)).await?.records);
        }
        rows.order_by_key(|row| Reverse((row.created_at, row.id)));
        rows.dedup_by_key(|row| row.id);
        Ok(rows)
    }
}

/// Page size: 50 when absent.
pub fn limit_of(limit: Option<u32>) -> usize {
    limit.unwrap_or(PAGE_SIZE) as usize
}

/// Reads an opaque cursor.
pub fn cursor<C: DeserializeOwned>(after: Option<&str>) -> Result<Option<C>> {
    let Some(text) = after else { return Ok(None) };
    let bytes = hex::decode(text).ok();
    // a text with NUL would fail in PostgreSQL alone, and no `next` has one
    let bytes = bytes.filter(|bytes| !bytes.windows(6).any(|part| part == br"\u0000"));
    let cursor = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    cursor.map(Some).ok_or_else(|| Error::invalid("after", "must be the `next` of a page"))
}

/// An opaque cursor.
pub fn opaque<C: Serialize>(cursor: &C) -> Result<String> {
    serde_json::to_vec(cursor).map(hex::encode).map_err(|_| Error::corrupted("a cursor has no JSON form"))
}

/// Makes a page of rows, one of which more was read than asked for.
pub fn page<R, V, C: Serialize>(
    mut rows: Vec<R>,
    limit: usize,
    view: impl Fn(&R) -> Result<V>,
    cursor: impl Fn(&R) -> C,
) -> Result<Page<V>> {
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|row| opaque(&cursor(row))).transpose()?;
    Ok(Page { items: rows.iter().map(view).collect::<Result<_>>()?, next, lag: None })
}
