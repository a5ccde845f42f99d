//! `events.replay`: the log of a book, applied into an empty store as a read-only copy with an equal state
//! hash.
//!
//! Only the row images in the events are applied, without the rules of any domain, so an equal copy shows
//! that the log alone has the whole state. The copy has the events and their chain as well. Free texts are
//! not in the log, only their hashes; names, references and metadata are not either.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use crate::currency::{Currencies, Currency};
use crate::engine::Engine;
use crate::engine::options::{Migrate, Options};
use crate::engine::runner::Runner as _;
use crate::engine::store_url;
use crate::error::{Error, Result};
use crate::history::proof;
use crate::history::requests::GetStateHash;
use crate::history::views::Head;
use crate::ids::{AccountId, Actor, Book, HoldId, TransferId};
use crate::kernel::permit::Who;
use crate::request::reading::Reading;
use crate::rows::body::{Body, Text};
use crate::rows::events::{self, Items, Link};
use crate::rows::listing::{Listed, Listing};
use crate::rows::loaded::Loaded;
use crate::rows::needs::{Access, AccountKey, Needs, RecordKey};
use crate::rows::row::Row;
use crate::rows::tables::{
    AccountRow, AccountStatus, COPY, EntryRow, EventRow, HeadRow, HoldRow, HoldState, RecordRow, SequenceRow,
    TransferKind, TransferRow,
};
use crate::rows::writes::{Upserts, Writes};
use crate::sorting::Gathering;
use crate::store::{Fault, Session, Wait, Written};
use crate::time::Time;
use crate::upkeep::requests::Replay;
use crate::upkeep::views::Replayed;

/// Events that are applied in one transaction.
const PAGE: usize = 500;
/// `events.replay`.
pub async fn replay(engine: &Engine, _: &Actor, request: &Replay) -> Result<Replayed> {
    engine.catch_up().await?;
    // a read-only store can be copied elsewhere, and the copy is a new store, however this one was opened
    let options = Options { migrate: Migrate::Auto, ..engine.options().clone().read_only(false) };
    let opened = store_url::by_url(&request.into, &options).await.map_err(|error| named(&error))?;
    let store = opened.store.clone();
    let copied = Box::pin(copy(engine, &opened, &options)).await;
    store.close().await;
    copied
}

/// Makes an error of opening name the field `into`.
fn named(error: &Error) -> Error {
    Error::invalid("into", format!("must be a store that can be opened: {}", error.message()))
}

async fn copy(engine: &Engine, opened: &store_url::Opened, options: &Options) -> Result<Replayed> {
    let store = &opened.store;
    store_url::prepare_schema(store, options).await?;
    let scope = engine.scope();
    let mut target = store.writer().await.map_err(fault)?;
    let listing = Listing::Books { after: None, limit: 1 };
    if !target.list(&listing).await.map_err(fault)?.books.is_empty() {
        return Err(Error::invalid("into", "must be an empty store"));
    }
    let mut told = engine.tell_currencies(store).await?;
    let mut source = engine.store().reader().await.map_err(fault)?;
    let mut log = Log { book: scope.book.clone(), currencies: &scope.currencies, seq: 0 };
    loop {
        let listed = whole_commands(source.as_mut(), &log.book, log.seq).await?;
        if listed.sequence.is_empty() {
            break;
        }
        if has_others(&listed, &told) {
            // a currency was first used while the log was read
            told = engine.tell_currencies(store).await?;
        }
        log.apply(target.as_mut(), engine.options().env.commit(), listed).await?;
    }
    drop(source);
    let reading = Reading::over(&scope, target.as_mut(), Actor::system(), Who::Staff, engine.now());
    let mut reading = Reading { judged: true, ..reading };
    let state = proof::state_hash(&mut reading, &GetStateHash::new()).await?;
    let chain = proof::verify_chain(&mut reading, &crate::history::requests::VerifyChain::new()).await?;
    if !chain.ok {
        return Err(Error::corrupted("the chain of the copy does not hold"));
    }
    let head = Head { seq: chain.head.seq, hash: chain.head.hash };
    Ok(Replayed { events: chain.events, head, hash: state.hash, rows: state.rows })
}

/// Whether a page has the image of an account in another currency than these.
fn has_others(listed: &Listed, told: &[Currency]) -> bool {
    listed.events.iter().any(|row| {
        let data: Value = serde_json::from_str(&row.data).unwrap_or_default();
        let images = data["images"].as_array().map_or(&[][..], Vec::as_slice);
        let accounts = images.iter().filter(|image| matches!(image[0].as_str(), Some("a" | "s")));
        let mut codes = accounts.filter_map(|image| image[2].as_str());
        codes.any(|code| told.iter().all(|currency| currency.code() != code))
    })
}

/// Reads the next events, about [`PAGE`] of them, up to the end of a command: the images of a command are in
/// its last event.
async fn whole_commands(source: &mut dyn Session, book: &Book, after: i64) -> Result<Listed> {
    let mut limit = PAGE;
    loop {
        let (book, types) = (book.clone(), Vec::new());
        let listing = Listing::Events { book, after_seq: after, types, object: None, limit };
        let mut listed = source.list(&listing).await.map_err(fault)?;
        if listed.events.len() < limit {
            return Ok(listed);
        }
        if let Some(end) = listed.events.iter().rposition(ends_a_command) {
            listed.events.truncate(end + 1);
            listed.sequence.truncate(end + 1);
            return Ok(listed);
        }
        // one command has more events than a page
        limit = limit.saturating_mul(2);
    }
}

/// Whether an event carries the images of its command, as only the command's last event does. Stamps do not
/// tell: concurrent commands may share one.
fn ends_a_command(event: &EventRow) -> bool {
    #[derive(serde::Deserialize)]
    struct Images {
        images: Option<serde::de::IgnoredAny>,
    }
    serde_json::from_str::<Images>(&event.data).is_ok_and(|data| data.images.is_some())
}

/// The sequence rows of a page: one commit for each timeline on it, because an original commit may span two
/// pages.
fn places(book: &Book, commit: Uuid, links: &[Link]) -> Vec<SequenceRow> {
    let row = |(run, links): (usize, &[Link])| SequenceRow {
        book: book.clone(),
        seq: links.last().map_or(0, |link| link.seq),
        commit_id: Uuid::from_u128(commit.as_u128() ^ run as u128),
        previous: links.first().map_or_else(events::origin, |link| link.previous.clone()),
        timeline: links.first().and_then(|link| link.timeline),
        items: links.iter().map(|link| (link.event, link.content.clone())).collect::<Items>().bytes(),
    };
    links.chunk_by(|a, b| a.timeline == b.timeline).enumerate().map(row).collect()
}

fn fault(fault: Fault) -> Error {
    fault.into_error(false)
}

fn bad(what: &str) -> Error {
    Error::corrupted(format!("an event's {what} cannot be applied"))
}

/// The log of one book, as far as it was applied.
struct Log<'c> {
    book: Book,
    currencies: &'c Currencies,
    seq: i64,
}

/// Rows of one page: those read, and those to write.
#[derive(Default)]
struct PageRows {
    accounts: KeyedRows<AccountRow>,
    transfers: KeyedRows<TransferRow>,
    holds: KeyedRows<HoldRow>,
    records: KeyedRows<RecordRow>,
    entries: Vec<EntryRow>,
}

/// Rows by key, each with the image that is in the store.
struct KeyedRows<R: Row>(BTreeMap<R::Key, (Option<R::Seen>, R)>);

impl<R: Row> Default for KeyedRows<R> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<R: Row> KeyedRows<R> {
    fn stored(rows: Vec<R>) -> Self {
        Self(rows.into_iter().map(|row| (row.key(), (Some(row.seen()), row))).gathered())
    }

    fn get(&self, key: &R::Key) -> Option<&R> {
        self.0.get(key).map(|(_, row)| row)
    }

    fn put(&mut self, row: R) {
        let key = row.key();
        let stored = self.0.get(&key).and_then(|(stored, _)| stored.clone());
        self.0.insert(key, (stored, row));
    }

    fn upserts(self) -> Upserts<R> {
        let mut upserts = Upserts::default();
        for (stored, row) in self.0.into_values() {
            match stored {
                None => upserts.insert.push(row),
                Some(seen) if seen != row.seen() => upserts.update.push((seen, row)),
                Some(_) => {}
            }
        }
        upserts
    }
}

/// The content of an event: its images, and the legs of a posted transfer.
struct Brought<'e> {
    row: &'e EventRow,
    data: Value,
}

impl<'e> Brought<'e> {
    /// Reads an event. An account's image that refers to a leg of the event gets the account's own name. A
    /// posting that is its command's last event gets the image of its transfer.
    fn of(row: &'e EventRow) -> Result<Self> {
        let mut data: Value = serde_json::from_str(&row.data).map_err(|_| bad("data"))?;
        let legs = data["postings"].clone();
        for image in data["images"].as_array_mut().into_iter().flatten().filter_map(Value::as_array_mut) {
            let leg = image.get(1).and_then(Value::as_u64).filter(|_| image[0] == "a");
            if let Some(leg) = leg {
                let leg = &legs[usize::try_from(leg).map_err(|_| bad("leg"))?];
                drop(image.splice(1..2, [leg[0].clone(), leg[1].clone()]));
            }
        }
        let images = data["images"].as_array_mut().filter(|_| row.kind.as_ref() == events::POSTED);
        if let Some(images) = images {
            images.push(serde_json::json!(["t"]));
        }
        Ok(Self { row, data })
    }

    fn images(&self) -> &[Value] {
        self.data["images"].as_array().map_or(&[], Vec::as_slice)
    }

    /// The transfer of an image; an image without a name is of the event's own transfer.
    fn transfer(&self, image: &Value) -> Result<TransferId> {
        if image[1].is_null() { Ok(TransferId::from_uuid(self.row.id.uuid())) } else { number(image, 1) }
    }

    /// The transfer that the event posts.
    fn posting(&self) -> Option<TransferId> {
        let posted = self.row.kind.as_ref() == events::POSTED;
        Some(TransferId::from_uuid(self.row.id.uuid())).filter(|_| posted)
    }

    fn legs(&self) -> &[Value] {
        let posted = self.row.kind.as_ref() == events::POSTED;
        self.data["postings"].as_array().filter(|_| posted).map_or(&[], Vec::as_slice)
    }
}

/// The events of a page that post transfers.
type Postings<'e> = BTreeMap<TransferId, &'e Brought<'e>>;

/// Images that a copy skips: terms, notes on transfers, who reversed them, jobs, keys and counters.
fn is_passed_over(letter: &str) -> bool {
    matches!(letter, "o" | "n" | "b" | "j" | "k" | "c" | "q")
}

fn text(image: &Value, place: usize) -> Result<&str> {
    image[place].as_str().ok_or_else(|| bad("image"))
}

fn number<N: std::str::FromStr>(image: &Value, place: usize) -> Result<N> {
    text(image, place)?.parse().map_err(|_| bad("amount"))
}

fn version(image: &Value, place: usize) -> Result<i64> {
    image[place].as_i64().ok_or_else(|| bad("version"))
}

impl Log<'_> {
    fn currency(&self, image: &Value, place: usize) -> Result<Currency> {
        self.currencies.known(text(image, place)?).ok_or_else(|| bad("currency"))
    }

    async fn apply(&mut self, target: &mut dyn Session, commit: Uuid, listed: Listed) -> Result<()> {
        let events: Vec<Brought<'_>> = listed.events.iter().map(Brought::of).collect::<Result<_>>()?;
        let needs = self.needs(&events)?;
        target.begin().await.map_err(fault)?;
        let loaded = target.lock(&needs, Wait::Block).await.map_err(fault)?;
        let head = loaded.heads.first().cloned();
        let mut page = PageRows::stored(loaded);
        let postings: Postings<'_> =
            events.iter().filter_map(|event| Some((event.posting()?, event))).gathered();
        for event in &events {
            for image in event.images() {
                self.image(&mut page, event, &postings, image)?;
            }
        }
        // legs after images: they need the accounts' balances at the end of the page
        let mut writes = self.writes(page, &events)?;
        let last = listed.sequence.last().ok_or_else(|| bad("place"))?;
        let (seq, hash, timeline) = (last.seq, last.hash.clone(), last.timeline);
        let moved = HeadRow { book: self.book.clone(), seq, hash, timeline, version: COPY };
        match head {
            None => writes.heads.insert.push(moved),
            Some(head) => writes.heads.update.push((head.seen(), moved)),
        }
        self.seq = last.seq;
        writes.commit = commit;
        writes.sequence = places(&self.book, commit, &listed.sequence);
        writes.events = listed.events;
        for (event, link) in writes.events.iter_mut().zip(&listed.sequence) {
            let places = writes.sequence.iter().find(|row| link.seq <= row.seq);
            // a copy has no private texts, because an erasure would not reach it
            event.private = None;
            event.commit_id = places.map_or(commit, |row| row.commit_id);
        }
        writes.events.sort_by_key(Row::key);
        if target.write(&writes).await.map_err(fault)? == Written::All {
            return target.commit().await.map_err(fault);
        }
        Err(Error::invalid("into", "must be a store that nobody else writes to"))
    }

    fn needs(&self, events: &[Brought<'_>]) -> Result<Needs> {
        let mut needs = Needs::default();
        needs.heads.insert((self.book.clone(),));
        let images = events.iter().flat_map(|event| event.images().iter().map(move |image| (event, image)));
        for (event, image) in images {
            match text(image, 0)? {
                "a" | "s" => {
                    let id = AccountId::stored(text(image, 1)?);
                    // written and not drained: a copy has nothing pending
                    needs.account(
                        AccountKey::new(self.book.clone(), id, self.currency(image, 2)?),
                        Access::Write,
                    );
                }
                "t" => needs.transfer((self.book.clone(), event.transfer(image)?), Access::Write),
                "h" => needs.hold((self.book.clone(), number(image, 1)?), Access::Write),
                "r" => {
                    let kind = text(image, 1)?.into();
                    let key = RecordKey::new(self.book.clone(), kind, number::<Uuid>(image, 2)?);
                    needs.record(key, Access::Write);
                }
                letter if is_passed_over(letter) => {}
                _ => return Err(bad("image")),
            }
        }
        Ok(needs)
    }

    fn image(
        &self,
        page: &mut PageRows,
        event: &Brought<'_>,
        postings: &Postings<'_>,
        image: &Value,
    ) -> Result<()> {
        match text(image, 0)? {
            "a" => page.accounts.put(self.account(page, event.row, image)?),
            "s" => page.accounts.put(self.stream(page, event.row, image)?),
            "t" => page.transfers.put(self.transfer(page, event, postings, image)?),
            "h" => page.holds.put(self.hold(event.row, image)?),
            "r" => page.records.put(self.record(event.row, image)?),
            letter if is_passed_over(letter) => {}
            _ => return Err(bad("image")),
        }
        Ok(())
    }

    fn known_account(&self, page: &PageRows, event: &EventRow, image: &Value) -> Result<AccountRow> {
        let (id, currency) = (text(image, 1)?, self.currency(image, 2)?);
        let key = AccountKey::new(self.book.clone(), AccountId::stored(id), currency);
        let known = page.accounts.get(&key).cloned();
        Ok(known.unwrap_or_else(|| AccountRow::fresh(key, event.time(), event.stamp)))
    }

    fn account(&self, page: &PageRows, event: &EventRow, image: &Value) -> Result<AccountRow> {
        let mut row = self.known_account(page, event, image)?;
        row.posted = number(image, 3)?;
        row.version = version(image, 4)?;
        (row.held, row.overdraft, row.status) = match image[5] {
            Value::Null => (0, 0, AccountStatus::Active),
            _ => (number(image, 5)?, number(image, 6)?, text(image, 7)?.parse()?),
        };
        row.headroom = row.posted.saturating_sub(row.held).saturating_add(row.overdraft);
        row.stamp = event.stamp;
        Ok(row)
    }

    /// Adds a commit's sum to a streaming account.
    fn stream(&self, page: &PageRows, event: &EventRow, image: &Value) -> Result<AccountRow> {
        let mut row = self.known_account(page, event, image)?;
        row.streaming = true;
        row.posted = row.posted.checked_add(number(image, 3)?).ok_or_else(|| bad("amount"))?;
        row.headroom = row.posted;
        row.version += 1;
        row.stamp = event.stamp;
        Ok(row)
    }

    fn transfer(
        &self,
        page: &PageRows,
        event: &Brought<'_>,
        postings: &Postings<'_>,
        image: &Value,
    ) -> Result<TransferRow> {
        let id = event.transfer(image)?;
        // the image may be in a later event of the command; the event of the posting has the other fields
        let posting = postings.get(&id).copied().unwrap_or(event);
        let named = |name: &str| posting.data[name].as_str();
        // an image without a name is described by the event of its posting
        let own = image[1].is_null();
        let (kind, original) = match own {
            true => (named("kind"), named("original")),
            false => (image[2].as_str(), image[3].as_str()),
        };
        let kind: TransferKind = kind.ok_or_else(|| bad("kind"))?.parse()?;
        let original = original.map(str::parse).transpose().map_err(|_| bad("original"))?;
        let hold = named("hold").map(str::parse::<HoldId>).transpose().map_err(|_| bad("hold"))?;
        let owner = named("deal").or(named("owned_by"));
        let owned_by = owner.map(str::parse).transpose().map_err(|_| bad("owned_by"))?;
        let new = || TransferRow {
            book: self.book.clone(),
            id,
            kind,
            original,
            reversed_by: None,
            refunded: 0,
            hold,
            owned_by,
            reference: None,
            metadata: None,
            salt: None,
            version: 0,
            stamp: event.row.stamp,
            at: event.row.at,
        };
        let mut row = page.transfers.get(&(self.book.clone(), id)).cloned().unwrap_or_else(new);
        (row.refunded, row.version) = if own { (0, 1) } else { (number(image, 4)?, version(image, 5)?) };
        Ok(row)
    }

    fn hold(&self, event: &EventRow, image: &Value) -> Result<HoldRow> {
        let state: HoldState = text(image, 7)?.parse()?;
        Ok(HoldRow {
            book: self.book.clone(),
            id: number(image, 1)?,
            account: AccountId::stored(text(image, 2)?),
            currency: self.currency(image, 3)?,
            amount: number(image, 4)?,
            captured: number(image, 5)?,
            released: number(image, 6)?,
            state,
            expires_at: image[9].as_i64().map(Time::from_micros),
            // nothing is due in a copy
            due_at: None,
            owned_by: None,
            reference: None,
            metadata: None,
            salt: None,
            version: version(image, 8)?,
            created_at: event.time(),
            stamp: event.stamp,
        })
    }

    fn record(&self, event: &EventRow, image: &Value) -> Result<RecordRow> {
        let hashes = image[6].as_object().ok_or_else(|| bad("texts"))?;
        let text_of = |(name, hash): (&String, &Value)| {
            let hash: Arc<str> = hash.as_str().unwrap_or_default().into();
            (name.clone(), Text { salt: "".into(), text: "".into(), hash })
        };
        let body = Body { v: 1, facts: image[5].clone(), texts: hashes.iter().map(text_of).gathered() };
        let body = serde_json::to_string(&body).map_err(|_| bad("facts"))?;
        Ok(RecordRow {
            book: self.book.clone(),
            kind: text(image, 1)?.into(),
            id: number(image, 2)?,
            state: text(image, 3)?.into(),
            owner: None,
            peer: None,
            reference: None,
            salt: None,
            due_at: None,
            body: body.into(),
            version: version(image, 4)?,
            created_at: event.time(),
            stamp: event.stamp,
            at: event.at,
        })
    }

    /// Makes entries from the legs of posted transfers. Their balances are computed backwards from those at
    /// the end of the page.
    fn writes(&self, mut page: PageRows, events: &[Brought<'_>]) -> Result<Writes> {
        let mut running = BTreeMap::new();
        for event in events.iter().rev() {
            for (leg, values) in (0_i64..).zip(event.legs()).collect::<Vec<_>>().into_iter().rev() {
                let id = AccountId::stored(text(values, 0)?);
                let (currency, amount) = (self.currency(values, 1)?, number::<i128>(values, 2)?);
                let key = AccountKey::new(self.book.clone(), id, currency);
                let row = page.accounts.get(&key).ok_or_else(|| bad("leg"))?;
                let after: &mut i128 = running.entry(key.clone()).or_insert(row.posted);
                let entry = EntryRow {
                    book: self.book.clone(),
                    transfer: event.row.object_id().parse().map_err(|_| bad("transfer"))?,
                    leg,
                    account: row.id.clone(),
                    currency,
                    amount,
                    after: (!row.streaming).then_some(*after),
                    number: None,
                    stamp: event.row.stamp,
                    at: event.row.at,
                };
                *after = after.checked_sub(amount).ok_or_else(|| bad("amount"))?;
                page.entries.push(entry);
            }
        }
        page.entries.reverse();
        for entry in &mut page.entries {
            let key = AccountKey::new(self.book.clone(), entry.account.clone(), entry.currency);
            let mut row = page.accounts.get(&key).cloned().ok_or_else(|| bad("leg"))?;
            if !row.streaming {
                row.entries += 1;
                entry.number = Some(row.entries);
                page.accounts.put(row);
            }
        }
        page.entries.sort_by_key(Row::key);
        let PageRows { accounts, transfers, holds, records, entries } = page;
        Ok(Writes {
            commit: Uuid::nil(),
            accounts: accounts.upserts(),
            transfers: transfers.upserts(),
            holds: holds.upserts(),
            records: records.upserts(),
            entries,
            ..Writes::default()
        })
    }
}

impl PageRows {
    fn stored(loaded: Loaded) -> Self {
        Self {
            accounts: KeyedRows::stored(loaded.accounts),
            transfers: KeyedRows::stored(loaded.transfers),
            holds: KeyedRows::stored(loaded.holds),
            records: KeyedRows::stored(loaded.records),
            entries: Vec::new(),
        }
    }
}
