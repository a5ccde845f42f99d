//! The rank: accounts by balance, kept by a reader of the log with a place of its own.
//!
//! An index on balances would make every posting dearer. So nothing is written with a posting: the events
//! since the reader's place name the accounts that may have moved, their balances are read, and their places
//! in the rank and the reader's own are one commit. What was read is never older than those events, and what
//! moves later has a later event.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use crate::currency::{Currencies, Currency};
use crate::error::{Error, Result};
use crate::ids::{AccountId, Book};
use crate::kernel::draft::Draft;
use crate::kernel::operation::{CreatedIds, Decided, Halt, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::ledger::requests::Accounts;
use crate::request::reading::Reading;
use crate::rows::kinds::{RankKey, SinkKey};
use crate::rows::listing::Listing;
use crate::rows::needs::{Access, AccountKey, Needs};
use crate::rows::rank::place;
use crate::rows::sink::SinkRow;
use crate::rows::tables::{EventRow, RankRow};
use crate::sorting::Gathering;

/// The name of the reader; no application can choose it.
const READER: &str = "@rank";

/// The key of the reader's row.
pub fn reader(book: &Book) -> SinkKey {
    (book.clone(), READER.into(), "".into(), "".into())
}

/// The accounts whose balance an event may have changed, and those that it opened.
pub fn moved(row: &EventRow, currencies: &Currencies) -> Result<BTreeSet<AccountKey>> {
    let data: Value =
        serde_json::from_str(&row.data).map_err(|_| Error::corrupted(format!("data of event {}", row.id)))?;
    let list = |name: &str| data[name].as_array().into_iter().flatten();
    let legs = list("postings").map(|leg| (&leg[0], &leg[1]));
    // the image of an account that a leg names has the number of the leg in place of its name
    let images = list("images").filter(|image| matches!(image[0].as_str(), Some("a" | "o")));
    let named = legs.chain(images.map(|image| (&image[1], &image[2])));
    let key = |(id, currency): (&Value, &Value)| {
        let currency = currencies.known(currency.as_str()?)?;
        Some(AccountKey::new(row.book.clone(), AccountId::stored(id.as_str()?), currency))
    };
    Ok(named.filter_map(key).gathered())
}

/// Moves the reader on, and with it the accounts that the events on its way have moved.
#[derive(Clone, Debug)]
pub struct Follow {
    pub book: Book,
    /// The place of the reader when the events behind it were read.
    pub after: i64,
    /// The place of the newest of them.
    pub until: i64,
    /// The accounts, with their balances in minor units and their owners as they were read after the events.
    pub found: BTreeMap<AccountKey, (i128, Option<Arc<str>>)>,
}

impl Follow {
    fn keys(&self) -> impl Iterator<Item = RankKey> {
        self.found.keys().map(key_of)
    }
}

impl Operation for Follow {
    /// Whether no other process was faster.
    type Reply = bool;

    fn needs(&self, _: &Snapshot, needs: &mut Needs) {
        needs.sink(reader(&self.book), Access::Write);
        self.keys().for_each(|key| needs.rank(key, Access::Write));
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let known = match draft.sink(&reader(&self.book)) {
            // another process is about to move it: waiting would not help
            Err(Halt::Busy) => return Ok(CreatedIds::default()),
            known => known?.cloned(),
        };
        let fresh = || SinkRow { max_attempts: 1, ..SinkRow::fresh(reader(&self.book), draft.ctx.time()) };
        let mut own = known.unwrap_or_else(fresh);
        if own.settled != self.after {
            return Ok(CreatedIds::default());
        }
        for (account, (minor, owner)) in &self.found {
            let (key, place) = (key_of(account), place(*minor));
            let known = draft.rank(&key)?.cloned();
            if known.as_ref().is_some_and(|row| (&row.place, &row.owner) == (&place, owner)) {
                continue;
            }
            let (book, currency, account) = key;
            let (version, owner) = (known.map_or(0, |row| row.version), owner.clone());
            let stamp = draft.ctx.stamp;
            draft.put_rank(RankRow { book, currency, account, place, owner, version, stamp });
        }
        (own.settled, own.until) = (self.until, self.until);
        draft.put_sink(own);
        // the reader has a name, and no id
        Ok(CreatedIds::of::<uuid::Uuid>(draft.ids.uuid()))
    }

    fn reply(&self, made: &CreatedIds, _: &Snapshot, _: bool) -> Decided<bool> {
        Ok(!made.is_empty())
    }
}

fn key_of(account: &AccountKey) -> RankKey {
    let AccountKey { book, account, currency } = account;
    (book.clone(), *currency, account.clone())
}

/// Where a page of the rank ends: its last account, and the place of that.
pub type RankPlace = (Arc<str>, AccountId);

/// The currency of a list that is read from the rank, if it is.
pub fn asked(request: &Accounts) -> Option<&String> {
    let whole = request.search.is_none();
    request.currency.as_ref().filter(|_| whole && request.order.as_deref() == Some("balance"))
}

/// A page of the rank, with one account more than was asked for, and how many events it is behind. `None`
/// where nobody has followed the log yet.
pub async fn ranked(
    reading: &mut Reading<'_>,
    currency: Currency,
    owner: Option<Arc<str>>,
    after: Option<RankPlace>,
    limit: usize,
) -> Result<Option<(Vec<RankRow>, i64)>> {
    let mut needs = Needs::default();
    needs.sink(reader(&reading.book), Access::Read);
    needs.heads.insert((reading.book.clone(),));
    let loaded = reading.load(&needs).await?;
    let Some(own) = loaded.sinks.first() else { return Ok(None) };
    let lag = loaded.heads.first().map_or(0, |head| (head.seq - own.settled).max(0));
    let book = reading.book.clone();
    let listing = Listing::Ranked { book, currency, owner, after, limit: limit + 1 };
    Ok(Some((reading.list(&listing).await?.ranks, lag)))
}
