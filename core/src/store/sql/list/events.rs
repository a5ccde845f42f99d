//! Listings of events: each with its link of the chain, in the order of the sequence.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::super::{Dialect, Leg};
use super::Page;
use crate::ids::{Book, EventId};
use crate::store::cell::{Cell as _, Kind, Value};
use crate::store::rows::{EventRow, Row as _, SequenceRow};

impl Page<'_> {
    pub(super) fn events(
        &mut self,
        after_seq: i64,
        types: &[Arc<str>],
        object: Option<&(Arc<str>, Arc<str>)>,
        limit: usize,
    ) {
        let (events, links) = (self.script.table::<EventRow>(), self.script.table::<SequenceRow>());
        let after = self.cell(&after_seq);
        let mut only = vec![format!("s.seq > {after}")];
        if !types.is_empty() {
            let kinds: Vec<String> = types.iter().map(|kind| self.cell(kind)).collect();
            only.push(format!("x.kind IN ({})", kinds.join(", ")));
        }
        let from = match object {
            None => {
                only.push("s.book = $1".to_owned());
                self.walk(&format!("{links} AS s"), &events, "x", "x.id = s.event")
            }
            Some((object, id)) => {
                let found = format!("({}) AS o", self.events_of(&events, object, id));
                let from = self.walk(&found, &events, "x", "x.id = o.id");
                self.walk(&from, &links, "s", "s.event = o.id")
            }
        };
        let limit = format!(" LIMIT {}", self.limit(limit));
        self.sequenced(&from, &only.join(" AND "), &limit);
    }

    /// Events found one by one by their ids.
    pub(super) fn events_by_id(&mut self, book: &Book, ids: &[EventId]) {
        let from = self.of_ids(book, ids, "");
        let links = self.script.table::<SequenceRow>();
        let from = self.walk(&from, &links, "s", "s.event = x.id");
        self.sequenced(&from, "s.book = $1", "");
    }

    /// Events by id, whether or not they have a place.
    pub(super) fn events_as_written(&mut self, book: &Book, ids: &[EventId]) {
        let from = self.of_ids(book, ids, "x.book = $1");
        self.leg::<EventRow>('v', from);
    }

    /// Events `x` of these ids, in the order of their ids, as far as `only` holds of them.
    fn of_ids(&mut self, book: &Book, ids: &[EventId], only: &str) -> String {
        let ids: BTreeSet<&EventId> = ids.iter().collect();
        let rows: Vec<Vec<Value>> = ids.into_iter().map(|id| vec![book.put(), id.put()]).collect();
        let keys = self.script.rows(&[("book", Kind::Text), ("id", Kind::Id)], rows);
        self.script.lookup::<EventRow>(&keys, &["book", "id"], only)
    }

    /// Events `x` and their links `s` out of `from`, in the order of the sequence.
    fn sequenced(&mut self, from: &str, only: &str, limit: &str) {
        let names: Vec<String> =
            EventRow::COLUMNS.iter().map(|column| format!("x.{}", column.name)).collect();
        self.with.push(format!(
            "page AS MATERIALIZED (SELECT {}, s.seq AS seq, s.hash AS link FROM {from} WHERE {only} ORDER BY s.seq{limit})",
            names.join(", ")
        ));
        self.leg::<EventRow>('v', "page AS x".into());
        let dialect = self.script.dialect;
        let link =
            if dialect == Dialect::Postgres { "encode(x.link, 'hex')" } else { "CAST(x.link AS text)" };
        let columns = ["CAST(x.book AS text)", "CAST(x.seq AS text)", "CAST(x.id AS text)", link];
        self.legs.push(Leg {
            tag: 'q',
            columns: columns.map(str::to_owned).to_vec(),
            rest: "page AS x".into(),
        });
    }

    /// The ids of an object's events. The event of a posted transfer has the transfer's uuid and is in no index but the
    /// primary key; all others are found by object.
    fn events_of(&mut self, events: &str, object: &Arc<str>, id: &Arc<str>) -> String {
        let (kind, name) = (self.cell(object), self.cell(id));
        let of = format!("{events} AS y WHERE y.book = $1 AND y.object = {kind} AND y.object_id = {name}");
        if object.as_ref() != "transfer" {
            return format!("SELECT y.id FROM {of} AND y.object <> 'transfer'");
        }
        let posted =
            id.rsplit('_').next().and_then(|text| uuid::Uuid::parse_str(text).ok()).unwrap_or_default();
        let posted = self.script.id(posted);
        format!("SELECT y.id FROM {of} AND y.id = {posted} UNION SELECT y.id FROM {of} AND y.version > 1")
    }
}
