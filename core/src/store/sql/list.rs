//! Listings: one statement a page, walked by index from the last row of the page before.
//!
//! Only the filters that are present reach the statement, so every form of it has an index and none sorts. A
//! page is a common table expression; rows that belong to it (entries of transfers, links of events) follow
//! in further legs of the same statement, read from the same snapshot.

mod arrange;
mod books;
mod counts;
pub(crate) mod events;
mod jobs;
mod owned;
mod ranks;
mod sinks;
mod span;

use std::sync::Arc;

use super::load::{Reading, tagged};
use super::{Cells, Dialect, Leg, Script, Statement, Wire, columns, each_row, plain_union, union};
use crate::currency::Currencies;
use crate::error::Error;
use crate::ids::{AccountId, Book, TransferId};
use crate::rows::codec::Cell;
use crate::rows::events::links;
use crate::rows::listing::{AccountCursor, AccountOrder, FIRST_LEGS, Listed, Listing, Records};
use crate::rows::owner::OwningObject;
use crate::rows::row::Row;
use crate::rows::tables::{
    AccountRow, EntryRow, HoldRow, KeyRow, PendingRow, RecordRow, SequenceRow, StreamRow, TransferRow,
};
use crate::rows::unreadable::{Unreadable, taken};
use crate::sorting::Sorting;
use crate::store::fault::Fault;
use crate::time::Time;
pub(crate) use arrange::arrange;

/// The account whose currencies a listing needs before its statement can be built: each currency is one index
/// range.
#[must_use]
pub fn across_currencies(listing: &Listing) -> Option<(&Book, &AccountId)> {
    match listing {
        Listing::Transfers { book, account: Some(account), reference: None, owner: None, .. } => {
            Some((book, account))
        }
        _ => None,
    }
}

/// Builds the statement of one page, or of the first step of a walk along all events (`events::Walk`).
/// `currencies` are those of [`across_currencies`].
#[must_use]
pub fn list(reading: Reading<'_>, listing: &Listing, currencies: &[String]) -> Statement {
    if let Some(walk) = events::Walk::of(listing) {
        return walk.next_places(reading);
    }
    let book = book_of(listing);
    let script = match book {
        Some(book) => Script::of_book(reading.dialect, reading.wire, reading.names, book.as_str()),
        None => Script::new(reading.dialect, reading.wire, reading.names),
    };
    let (only, opener, span) = (Vec::new(), None, span::Span::default());
    let mut page = Page { script, with: Vec::new(), legs: Vec::new(), only, opener, span };
    if book.is_some() {
        page.only.push("x.book = $1".into());
    }
    match listing {
        Listing::Accounts { owner, search, order, after, limit, .. } => {
            page.accounts(owner.as_deref(), search.as_deref(), *order, after.as_ref(), *limit);
        }
        Listing::Entries { account, currency, from, to, newest_first, after, limit, .. } => {
            page.equal("account", account);
            page.equal("currency", currency);
            page.opens(Some("account"), "stamp");
            page.between(*from, *to);
            page.entries(*newest_first, *after, *limit);
        }
        Listing::Transfers { account, reference, owner, from, to, after, limit, .. } => {
            page.between(*from, *to);
            match account {
                Some(account) if reference.is_none() && owner.is_none() => {
                    page.transfers_of(account, currencies, *after, *limit);
                }
                _ => page.transfers(account.as_ref(), reference.as_ref(), *owner, *after, *limit),
            }
        }
        Listing::Holds { account, state, after, limit, .. } => {
            page.maybe("account", account.as_ref());
            page.maybe("state", state.as_ref());
            page.opens(account.is_some().then_some("account"), "created_at");
            page.newest(after.map(|(at, id)| (at, id.uuid())));
            page.rows::<HoldRow>('h', "x.created_at DESC, x.id DESC", *limit);
        }
        Listing::Records(records) => page.records(records),
        Listing::Events { .. } => page.events_of(listing),
        Listing::EventsById { book, ids } => page.events_by_id(book, ids),
        Listing::EventsAsWritten { book, ids } => page.events_as_written(book, ids, &[]),
        Listing::Still { kind, state, before, limit, .. } => page.still(kind, state, *before, *limit),
        Listing::DueRecords { now, limit, .. } => {
            page.due(*now);
            page.rows::<RecordRow>('r', "x.due_at, x.book, x.kind, x.id", *limit);
        }
        Listing::DueHolds { now, limit, .. } => {
            page.due(*now);
            page.rows::<HoldRow>('h', "x.due_at, x.book, x.id", *limit);
        }
        Listing::Owned { owner, kinds, from, to, after, limit, .. } => {
            page.between(*from, *to);
            page.owned(*owner, kinds, *after, *limit);
        }
        Listing::OffClock { .. } => page.off_clock(),
        Listing::DueJobs { kinds, now, limit, .. } => page.due_jobs(kinds, *now, *limit),
        Listing::JobKinds { limit } => page.job_kinds(*limit),
        Listing::Jobs { kind, state, after, limit, .. } => {
            page.jobs(kind.as_ref(), *state, *after, *limit);
        }
        Listing::JobCounts { .. } => page.job_counts(),
        Listing::RecordCounts { kind, of, parties, .. } => page.record_counts(kind, *of, parties),
        _ => page.whole(listing),
    }
    page.finish()
}

fn book_of(listing: &Listing) -> Option<&Book> {
    match listing {
        Listing::Accounts { book, .. }
        | Listing::Entries { book, .. }
        | Listing::Transfers { book, .. }
        | Listing::Holds { book, .. }
        | Listing::Records(Records { book, .. })
        | Listing::Still { book, .. }
        | Listing::Events { book, .. }
        | Listing::EventsById { book, .. }
        | Listing::EventsAsWritten { book, .. }
        | Listing::Pending { book, .. }
        | Listing::AllTransfers { book, .. }
        | Listing::AllHolds { book, .. }
        | Listing::AllRecords { book, .. }
        | Listing::AllKeys { book, .. }
        | Listing::Counters { book, .. }
        | Listing::Deltas { book, .. }
        | Listing::Owned { book, .. }
        | Listing::OffClock { book }
        | Listing::Jobs { book, .. }
        | Listing::JobCounts { book }
        | Listing::RecordCounts { book, .. }
        | Listing::Sinks { book, .. }
        | Listing::LeftBehind { book, .. }
        | Listing::Ranked { book, .. }
        | Listing::Streams { book, .. } => Some(book),
        Listing::DueJobs { book, .. } | Listing::DueRecords { book, .. } | Listing::DueHolds { book, .. } => {
            book.as_ref()
        }
        Listing::JobKinds { .. }
        | Listing::PendingBooks { .. }
        | Listing::BooksWithDeltas { .. }
        | Listing::Books { .. } => None,
    }
}

/// A time before all others. The condition that every row is later makes an index of PostgreSQL usable for a
/// listing (see the migration).
const EVER: &str = "-9000000000000000000";

struct Page<'n> {
    script: Script<'n>,
    with: Vec<String>,
    legs: Vec<Leg>,
    /// The conditions that were added so far.
    only: Vec<String>,
    /// A condition that every row meets, which makes an index usable.
    opener: Option<String>,
    /// The span of time.
    span: span::Span,
}

impl Page<'_> {
    fn finish(self) -> Statement {
        let with =
            if self.with.is_empty() { String::new() } else { format!("WITH {} ", self.with.join(", ")) };
        let union = match (self.script.dialect, self.script.wire) {
            // a host's SQLite library may be too old for plain rows, and its driver may alter what they hold
            (Dialect::Sqlite, Wire::Typed) => plain_union(&self.legs),
            (dialect, _) => union(dialect, &self.legs),
        };
        self.script.finish(with + &union)
    }

    fn cell<C: Cell>(&mut self, cell: &C) -> String {
        self.script.one(C::KIND, cell.put())
    }

    fn equal<C: Cell>(&mut self, column: &str, cell: &C) {
        let value = self.cell(cell);
        self.only.push(format!("x.{column} = {value}"));
    }

    fn maybe<C: Cell>(&mut self, column: &str, cell: Option<&C>) {
        if let Some(cell) = cell {
            self.equal(column, cell);
        }
    }

    fn due(&mut self, now: Time) {
        let now = self.cell(&now);
        self.only.push(format!("x.due_at <= {now}"));
    }

    /// Adds the condition of rows after a cursor, newest first by creation.
    fn newest(&mut self, after: Option<(Time, uuid::Uuid)>) {
        if let Some((at, id)) = after {
            let (at, id) = (self.cell(&at), self.script.id(id));
            self.only.push(format!("(x.created_at, x.id) < ({at}, {id})"));
        }
    }

    /// The conditions of a listing that has no span of time.
    fn conditions(&self) -> String {
        self.arms().pop().unwrap_or_default()
    }

    /// Adds the common table expression `page` with the rows of the page.
    fn page<R: Row>(&mut self, order: &str, limit: usize) {
        let limit = self.limit(limit);
        let first = self.first::<R>(order, &limit);
        self.with.push(format!("page AS MATERIALIZED ({first})"));
    }

    fn limit(&mut self, limit: usize) -> String {
        self.script.int(i64::try_from(limit).unwrap_or(i64::MAX))
    }

    fn leg<R: Row>(&mut self, tag: char, rest: String) {
        self.legs.push(Leg { tag, columns: columns(self.script.dialect, R::IN, "x"), rest });
    }

    /// A page and its rows.
    fn rows<R: Row>(&mut self, tag: char, order: &str, limit: usize) {
        self.page::<R>(order, limit);
        self.leg::<R>(tag, "page AS x".into());
    }

    /// Adds one step of a walk along a whole table. It uses no `page` expression, which would copy the rows.
    fn step<R: Row>(&mut self, tag: char, order: &str, limit: usize) {
        let of = self.step_of::<R>("x.*", order, limit);
        self.leg::<R>(tag, format!("{of} AS x"));
    }

    fn step_of<R: Row>(&mut self, columns: &str, order: &str, limit: usize) -> String {
        let (limit, table, only) = (self.limit(limit), self.script.table::<R>(), self.conditions());
        format!("(SELECT {columns} FROM {table} AS x WHERE {only} ORDER BY {order} LIMIT {limit})")
    }

    /// Rows of a table that belong to rows of the page, looked up by `column`, which is next to the book in
    /// its key.
    fn joined<R: Row>(&mut self, tag: char, column: &str, of: &str) {
        // several entries of a page may belong to one transfer; in other listings the rows of a page are
        // distinct
        let page = match R::TABLE == TransferRow::TABLE {
            true => format!("(SELECT DISTINCT y.{of} FROM page AS y) AS p"),
            false => "page AS p".to_owned(),
        };
        let rest = self.walk(&page, &self.script.table::<R>(), "x", &format!("x.{column} = p.{of}"));
        self.leg::<R>(tag, rest);
    }

    fn walk(&self, from: &str, table: &str, alias: &str, on: &str) -> String {
        self.script.walk(from, table, alias, &format!("{alias}.book = $1 AND {on}"), "OFFSET 0")
    }

    fn accounts(
        &mut self,
        owner: Option<&str>,
        search: Option<&str>,
        order: AccountOrder,
        after: Option<&AccountCursor>,
        limit: usize,
    ) {
        if let Some(owner) = owner {
            let owner = self.script.text(owner);
            self.only.push(format!("x.owner = {owner}"));
        }
        if let Some(prefix) = search.filter(|prefix| !prefix.is_empty()) {
            // the cursor is the nearer bound, where it is beyond the prefix; given both, SQLite would seek
            // the farther one
            let nearer = |after: &AccountCursor| order == AccountOrder::Name && *after.search >= *prefix;
            if !after.is_some_and(nearer) {
                let from = self.script.text(prefix);
                self.only.push(format!("x.search >= {from}"));
            }
            if let Some(end) = prefix_end(prefix) {
                let end = self.script.text(&end);
                self.only.push(format!("x.search < {end}"));
            }
        }
        let first = match order {
            AccountOrder::Id => "",
            AccountOrder::Name => {
                if owner.is_none() {
                    self.opens(Some("search"), "created_at");
                }
                "x.search, "
            }
            AccountOrder::Created => {
                // accounts of one owner have an index of their own in this order, so the book's index is not
                // opened
                if owner.is_none() {
                    self.opens(None, "created_at");
                }
                "x.created_at, "
            }
        };
        if let Some(after) = after {
            let lead = match order {
                AccountOrder::Id => String::new(),
                AccountOrder::Name => self.script.text(&after.search) + ", ",
                AccountOrder::Created => self.cell(&after.created_at) + ", ",
            };
            let (id, currency) = (self.cell(&after.id), self.script.text(&after.currency));
            self.only.push(format!("({first}x.id, x.currency) > ({lead}{id}, {currency})"));
        }
        self.rows::<AccountRow>('a', &format!("{first}x.id, x.currency"), limit);
    }

    /// Lists records of one kind and state that have not changed since a time.
    fn still(&mut self, kind: &Arc<str>, state: &Arc<str>, before: Time, limit: usize) {
        self.equal("kind", kind);
        self.equal("state", state);
        self.opens(Some("state"), "created_at");
        let before = self.cell(&before);
        self.only.push(format!("x.created_at < {before} AND x.stamp < {before}"));
        self.rows::<RecordRow>('r', "x.created_at, x.id", limit);
    }

    fn entries(&mut self, newest_first: bool, after: Option<(Time, TransferId, i64)>, limit: usize) {
        let (sign, way) = if newest_first { ("<", " DESC") } else { (">", "") };
        if let Some((stamp, transfer, leg)) = after {
            let (stamp, transfer, leg) = (self.cell(&stamp), self.cell(&transfer), self.cell(&leg));
            self.only.push(format!("(x.stamp, x.transfer, x.leg) {sign} ({stamp}, {transfer}, {leg})"));
        }
        self.rows::<EntryRow>('e', &format!("x.stamp{way}, x.transfer{way}, x.leg{way}"), limit);
        self.joined::<TransferRow>('t', "id", "transfer");
        let table = self.script.table::<EntryRow>();
        let transfers = "(SELECT DISTINCT y.transfer FROM page AS y) AS p";
        let rest =
            self.walk(transfers, &table, "x", &format!("x.transfer = p.transfer AND x.leg < {FIRST_LEGS}"));
        self.leg::<EntryRow>('l', rest);
    }

    fn transfers(
        &mut self,
        account: Option<&AccountId>,
        reference: Option<&std::sync::Arc<str>>,
        owner: Option<OwningObject>,
        after: Option<(Time, TransferId)>,
        limit: usize,
    ) {
        self.maybe("reference", reference);
        if let Some(owner) = owner {
            self.owned_by(owner);
        }
        if reference.is_none() && owner.is_none() {
            self.opens(None, "stamp");
        }
        if let Some((stamp, id)) = after {
            let (stamp, id) = (self.cell(&stamp), self.cell(&id));
            self.only.push(format!("(x.stamp, x.id) < ({stamp}, {id})"));
        }
        if let Some(account) = account {
            let (table, account) = (self.script.table::<EntryRow>(), self.cell(account));
            // the fence makes PostgreSQL check the few rows with the reference in order, whatever the
            // statistics say
            let apart = if self.script.dialect == Dialect::Postgres { " OFFSET 0" } else { "" };
            self.only.push(format!(
                "EXISTS (SELECT 1 FROM {table} AS e \
                 WHERE e.book = $1 AND e.transfer = x.id AND e.account = {account}{apart})"
            ));
        }
        self.rows::<TransferRow>('t', "x.stamp DESC, x.id DESC", limit);
        self.joined::<EntryRow>('e', "transfer", "id");
    }

    /// Transfers of an account through its entries: the newest of each currency, then the newest of those.
    fn transfers_of(
        &mut self,
        account: &AccountId,
        currencies: &[String],
        after: Option<(Time, TransferId)>,
        limit: usize,
    ) {
        if let Some((stamp, id)) = after {
            let (stamp, id) = (self.cell(&stamp), self.cell(&id));
            self.only.push(format!("(x.stamp, x.transfer) < ({stamp}, {id})"));
        }
        self.equal("account", account);
        self.opens(Some("account"), "stamp");
        let (entries, limit) = (self.script.table::<EntryRow>(), self.limit(limit));
        let mut arms: Vec<String> = Vec::new();
        for currency in currencies {
            let currency = self.script.text(currency);
            arms.extend(self.arms().into_iter().map(|only| {
                format!(
                    "SELECT y.stamp, y.transfer FROM (SELECT DISTINCT x.stamp, x.transfer FROM {entries} AS x WHERE {only} \
                     AND x.currency = {currency} ORDER BY x.stamp DESC, x.transfer DESC LIMIT {limit}) AS y"
                )
            }));
        }
        if arms.is_empty() {
            let only = self.conditions();
            arms.push(format!("SELECT x.stamp, x.transfer FROM {entries} AS x WHERE {only} AND 1 = 0"));
        }
        self.with.push(format!(
            "page AS MATERIALIZED (SELECT z.stamp, z.transfer FROM ({}) AS z GROUP BY z.stamp, z.transfer \
             ORDER BY z.stamp DESC, z.transfer DESC LIMIT {limit})",
            arms.join(" UNION ALL ")
        ));
        self.joined::<TransferRow>('t', "id", "transfer");
        self.joined::<EntryRow>('e', "transfer", "transfer");
    }

    fn records(&mut self, records: &Records) {
        let Records { kind, state, owner, peer, reference, updated_since, due_before, after, limit, .. } =
            records;
        let of_somebody = owner.is_some() || peer.is_some() || reference.is_some();
        if of_somebody {
            self.of_kind(kind);
        } else {
            self.equal("kind", kind);
        }
        self.maybe("state", state.as_ref());
        self.maybe("owner", owner.as_ref());
        self.maybe("peer", peer.as_ref());
        self.maybe("reference", reference.as_ref());
        if !of_somebody {
            self.opens(state.is_some().then_some("state"), "created_at");
        }
        self.between(*updated_since, None);
        if let Some(before) = due_before {
            let before = self.cell(before);
            self.only.push(format!("x.due_at < {before}"));
        }
        self.newest(*after);
        self.rows::<RecordRow>('r', "x.created_at DESC, x.id DESC", *limit);
    }

    /// Listings that walk a whole table or name what is pending.
    fn whole(&mut self, listing: &Listing) {
        match listing {
            Listing::AllTransfers { after, limit, .. } => {
                self.after("id", after.as_ref());
                self.step::<TransferRow>('t', "x.id", *limit);
                // the index alone has their ids
                let ids = self.step_of::<TransferRow>("x.id", "x.id", *limit) + " AS p";
                let rest = self.walk(&ids, &self.script.table::<EntryRow>(), "x", "x.transfer = p.id");
                self.leg::<EntryRow>('e', rest);
            }
            Listing::AllHolds { after, limit, .. } => {
                self.after("id", after.as_ref());
                self.step::<HoldRow>('h', "x.id", *limit);
            }
            Listing::AllRecords { after, limit, .. } => {
                if let Some((kind, id)) = after {
                    let (kind, id) = (self.cell(kind), self.cell(id));
                    self.only.push(format!("(x.kind, x.id) > ({kind}, {id})"));
                }
                self.step::<RecordRow>('r', "x.kind, x.id", *limit);
            }
            Listing::AllKeys { after, limit, .. } => {
                self.after("key", after.as_ref());
                self.step::<KeyRow>('k', "x.key", *limit);
            }
            Listing::Counters { after, limit, .. } => self.counters(after.as_ref(), *limit),
            Listing::Deltas { after, limit, .. } => self.counters_to_add(after.as_ref(), *limit),
            Listing::BooksWithDeltas { after, limit } => self.books_with_deltas(after.as_ref(), *limit),
            Listing::Books { after, limit } => self.books(after.as_ref(), *limit),
            Listing::Streams { limit, .. } => {
                self.rows::<StreamRow>('s', "x.account, x.currency, x.id", *limit);
            }
            Listing::Pending { limit, .. } => {
                self.opens(None, "stamp");
                self.rows::<PendingRow>('p', "x.stamp, x.id", *limit);
                let limit = self.limit(*limit);
                let rest = format!(
                    "(SELECT x.* FROM {} AS x WHERE x.book = $1 ORDER BY x.account, x.currency, x.id LIMIT {limit}) AS x",
                    self.script.table::<StreamRow>()
                );
                self.leg::<StreamRow>('s', rest);
            }
            Listing::PendingBooks { after, limit } => self.pending_books(after.as_ref(), *limit),
            _ => self.sink_rows(listing),
        }
    }

    fn after<C: Cell>(&mut self, column: &str, after: Option<&C>) {
        if let Some(after) = after {
            let after = self.cell(after);
            self.only.push(format!("x.{column} > {after}"));
        }
    }
}

/// The first text after all texts that begin with `prefix`; `None` when there is none.
fn prefix_end(prefix: &str) -> Option<String> {
    let mut chars: Vec<char> = prefix.chars().collect();
    while let Some(last) = chars.pop() {
        let next = match last {
            '\u{d7ff}' => Some('\u{e000}'),
            _ => char::from_u32(last as u32 + 1),
        };
        if let Some(next) = next {
            chars.push(next);
            return Some(chars.into_iter().collect());
        }
    }
    None
}

/// Reads the answer to [`list`]. Rows that cannot be read are named.
pub(crate) fn listed(
    dialect: Dialect,
    answer: &[Cells],
    currencies: &Currencies,
    may_learn: bool,
) -> Result<Listed, Fault> {
    let mut listed = Listed::default();
    each_row(dialect, answer, |row| one_listed(&mut listed, row, currencies, may_learn))?;
    listed.job_counts.order_by(|a, b| (&a.0, a.1.as_str()).cmp(&(&b.0, b.1.as_str())));
    Ok(listed)
}

fn one_listed(
    listed: &mut Listed,
    row: &Cells,
    currencies: &Currencies,
    may_learn: bool,
) -> Result<(), Fault> {
    let (tag, cells) = tagged(row)?;
    macro_rules! into {
        ($rows:ident) => {
            listed.$rows.extend(taken(cells, currencies, may_learn, &mut listed.unreadable)?)
        };
    }
    match tag {
        'a' => into!(accounts),
        'e' => into!(entries),
        'l' => into!(legs),
        't' => into!(transfers),
        'h' => into!(holds),
        'r' => into!(records),
        'v' => into!(events),
        'q' => {
            let places: Option<SequenceRow> = taken(cells, currencies, may_learn, &mut listed.unreadable)?;
            let found = places.as_ref().map(links).transpose();
            match found {
                Ok(links) => listed.sequence.extend(links.into_iter().flatten()),
                Err(_) => listed
                    .unreadable
                    .push(Unreadable { column: "items", ..Unreadable::of::<SequenceRow>(cells, currencies) }),
            }
        }
        'p' => into!(pending),
        's' => into!(streams),
        'k' => into!(keys),
        'n' => into!(counters),
        'j' => into!(jobs),
        'y' => into!(sinks),
        'z' => into!(ranks),
        'w' => listed.job_kinds.push(Cell::take(cells.first().and_then(Option::as_deref), currencies)?),
        'c' => listed.job_counts.push(jobs::count(cells, currencies)?),
        'o' => listed.record_counts.push(counts::count(cells, currencies)?),
        'b' => listed.books.push(Book::take(cells.first().and_then(Option::as_deref), currencies)?),
        _ => return Err(Error::corrupted("an answer has a row of an unknown kind").into()),
    }
    Ok(())
}
