//! Listings of events: each with its link of the chain, in the order of the sequence.
//!
//! One sequence row has the places and ids of all events of a commit. A walk along the sequence reads these
//! rows first, then the events that they name. A listing by object goes the other way: from events to the
//! rows of their commits.

use std::collections::BTreeSet;
use std::sync::Arc;

use hashbrown::HashMap;

use super::super::load::Reading;
use super::super::{Dialect, Script, Statement};
use super::Page;
use super::span::Span;
use crate::ids::{Book, EventId};
use crate::rows::codec::{Cell as _, Kind, Value};
use crate::rows::events::{ITEM, Link};
use crate::rows::listing::{Listed, Listing};
use crate::rows::row::Row as _;
use crate::rows::tables::{EventRow, SequenceRow};
use crate::sorting::{Gathering, Sorting};

/// How many places a step reads where only some types of events are wanted.
const STRIDE: usize = 500;

/// A walk along the whole sequence of a book.
pub(crate) struct Walk<'l> {
    book: &'l Book,
    types: &'l [Arc<str>],
    limit: usize,
    after: i64,
    found: Listed,
    done: bool,
}

impl<'l> Walk<'l> {
    /// The walk of a listing; `None` for a listing that is no walk.
    pub(crate) fn of(listing: &'l Listing) -> Option<Self> {
        let Listing::Events { book, after_seq, types, object: None, limit } = listing else { return None };
        let (after, found, done) = (*after_seq, Listed::default(), *limit == 0);
        Some(Self { book, types, limit: *limit, after, found, done })
    }

    /// How many places the next step looks at.
    fn stride(&self) -> usize {
        if self.types.is_empty() { self.limit - self.found.events.len() } else { STRIDE }
    }

    /// Whether enough was found or nothing is left.
    pub(crate) const fn is_done(&self) -> bool {
        self.done
    }

    /// The rows that have the next places.
    pub(crate) fn next_places(&self, reading: Reading<'_>) -> Statement {
        let mut page = Page::of_book(reading, self.book);
        let after = page.cell(&self.after);
        let until = self.after.saturating_add_unsigned(self.stride() as u64);
        let until = page.cell(&until);
        let table = page.script.table::<SequenceRow>();
        // the last of these rows may extend beyond the stride
        let last = format!("(SELECT min(y.seq) FROM {table} AS y WHERE y.book = $1 AND y.seq >= {until})");
        page.only.push(format!("x.seq > {after} AND x.seq <= COALESCE({last}, {until})"));
        let rest = format!("{table} AS x WHERE {}", page.conditions());
        page.leg::<SequenceRow>('q', rest);
        page.finish()
    }

    /// Takes the links of the next step from the rows that [`Walk::next_places`] found.
    pub(crate) fn step(&mut self, rows: Listed) -> Vec<Link> {
        let after = self.after;
        self.found.unreadable.extend(rows.unreadable);
        let mut links = rows.sequence;
        links.retain(|link| link.seq > after);
        links.order_by_key(|link| link.seq);
        let stride = self.stride();
        self.done = links.len() < stride;
        links.truncate(stride);
        self.after = links.last().map_or(after, |link| link.seq);
        links
    }

    /// The events of a step.
    pub(crate) fn events(&self, reading: Reading<'_>, links: &[Link]) -> Statement {
        let ids: Vec<EventId> = links.iter().map(|link| link.event).collect();
        let mut page = Page::of_book(reading, self.book);
        page.events_as_written(self.book, &ids, self.types);
        page.finish()
    }

    /// Takes the events of a step. A link without its event is dropped.
    pub(crate) fn take(&mut self, links: Vec<Link>, rows: Listed) {
        self.found.events.extend(rows.events);
        self.found.unreadable.extend(rows.unreadable);
        self.found.sequence.extend(links);
        in_their_places(&mut self.found);
        self.found.events.truncate(self.limit);
        self.found.sequence.truncate(self.limit);
        self.done |= self.found.events.len() == self.limit;
    }

    /// The rows found.
    pub(crate) fn finish(self) -> Listed {
        self.found
    }
}

/// Sorts events into the order of the sequence, and drops links that are not theirs.
pub(crate) fn in_their_places(listed: &mut Listed) {
    let events = std::mem::take(&mut listed.events).into_iter();
    let mut events: HashMap<EventId, EventRow> = events.map(|row| (row.id, row)).collect();
    listed.sequence.order_by_key(|link| link.seq);
    listed.sequence.retain(|link| match events.remove(&link.event) {
        Some(row) => {
            listed.events.push(row);
            true
        }
        None => false,
    });
}

impl<'n> Page<'n> {
    fn of_book(reading: Reading<'n>, book: &Book) -> Self {
        let script = Script::of_book(reading.dialect, reading.wire, reading.names, book.as_str());
        let (opener, span) = (None, Span::default());
        Self { script, with: Vec::new(), legs: Vec::new(), only: vec!["x.book = $1".into()], opener, span }
    }
}

impl Page<'_> {
    /// The events of an object.
    pub(super) fn events_of(&mut self, listing: &Listing) {
        let Listing::Events { after_seq, types, object: Some((object, id)), limit, .. } = listing else {
            return;
        };
        let (events, links) = (self.script.table::<EventRow>(), self.script.table::<SequenceRow>());
        let after = self.cell(after_seq);
        let only = self.of_types(types);
        let found = format!("({}) AS o", self.ids_of(&events, object, id));
        let from = self.walk(&found, &events, "x", &format!("x.id = o.id{only}"));
        let from = self.walk(&from, &links, "s", "s.commit_id = x.commit_id");
        let limit = format!(" LIMIT {}", self.limit(*limit));
        self.placed(&from, &format!("{} > {after}", self.place()), &limit);
    }

    /// Events found one by one by their ids, with their links.
    pub(super) fn events_by_id(&mut self, book: &Book, ids: &[EventId]) {
        let from = self.of_ids(book, ids, "");
        let links = self.script.table::<SequenceRow>();
        let from = self.walk(&from, &links, "s", "s.commit_id = x.commit_id");
        self.placed(&from, "s.book = $1", "");
    }

    /// Events by id, whether or not they have a place.
    pub(super) fn events_as_written(&mut self, book: &Book, ids: &[EventId], types: &[Arc<str>]) {
        let only = self.of_types(types);
        let from = self.of_ids(book, ids, &format!("x.book = $1{only}"));
        self.leg::<EventRow>('v', from);
    }

    fn of_types(&mut self, types: &[Arc<str>]) -> String {
        if types.is_empty() {
            return String::new();
        }
        let kinds: Vec<String> = types.iter().map(|kind| self.cell(kind)).collect();
        format!(" AND x.kind IN ({})", kinds.join(", "))
    }

    /// The source of events `x` with these ids that meet `only`, in the order of the ids.
    fn of_ids(&mut self, book: &Book, ids: &[EventId], only: &str) -> String {
        let ids: BTreeSet<&EventId> = ids.iter().gathered();
        let books = vec![book.put(); ids.len()];
        let ids: Vec<Value> = ids.into_iter().map(EventId::put).collect();
        let keys = self.script.columns(vec![("book", Kind::Text, books), ("id", Kind::Id, ids)]);
        self.script.lookup(EventRow::TABLE, &keys, &["book", "id"], only)
    }

    /// The place of an event `x` of the commit `s`, counted back from the row's own place, which is the last
    /// one.
    fn place(&self) -> String {
        match self.script.dialect {
            Dialect::Postgres => {
                format!("s.seq - (octet_length(s.items) - position(uuid_send(x.id) IN s.items)) / {ITEM}")
            }
            // SQLite keeps these bytes as hexadecimal text
            Dialect::Sqlite => {
                format!("s.seq - (length(s.items) - instr(s.items, replace(x.id, '-', ''))) / {}", 2 * ITEM)
            }
        }
    }

    /// Adds a page of events `x` from `from`, with the rows `s` of their commits, in the order of the
    /// sequence.
    fn placed(&mut self, from: &str, only: &str, limit: &str) {
        let names: Vec<String> =
            EventRow::COLUMNS.iter().map(|column| format!("x.{}", column.name)).collect();
        self.with.push(format!(
            "page AS MATERIALIZED (SELECT {}, s.seq AS seq FROM {from} WHERE {only} ORDER BY {}{limit})",
            names.join(", "),
            self.place()
        ));
        self.leg::<EventRow>('v', "page AS x".into());
        let commits = "(SELECT DISTINCT y.seq FROM page AS y) AS p";
        let rest = self.walk(commits, &self.script.table::<SequenceRow>(), "x", "x.seq = p.seq");
        self.leg::<SequenceRow>('q', rest);
    }

    /// The ids of an object's events. The event of a posted transfer has the transfer's uuid and is in no
    /// index but the primary key; all others are found by object.
    fn ids_of(&mut self, events: &str, object: &Arc<str>, id: &Arc<str>) -> String {
        let (kind, name) = (self.cell(object), self.cell(id));
        let of = format!("{events} AS y WHERE y.book = $1 AND y.object = {kind}");
        if object.as_ref() != "transfer" {
            return format!("SELECT y.id FROM {of} AND y.object_id = {name} AND y.object <> 'transfer'");
        }
        let posted =
            id.rsplit('_').next().and_then(|text| uuid::Uuid::parse_str(text).ok()).unwrap_or_default();
        let posted = self.script.id(posted);
        format!(
            "SELECT y.id FROM {of} AND y.id = {posted} UNION SELECT y.id FROM {of} AND y.object_id = {name} AND y.version > 1"
        )
    }
}
