//! Compares sinks with the log, as far as it tells of them: which ones there are, since when, which events
//! they want, and which objects wait for a person. How far each has come is in no event.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::checks::Checks;
use super::pages::PAGE;
use crate::error::Result;
use crate::ledger::rank;
use crate::request::pages::Pages;
use crate::request::reading::Reading;
use crate::rows::listing::Listing;
use crate::rows::sink::{SinkRow, SinkState};
use crate::rows::tables::EventRow;
use crate::sinks::views::types_of;
use crate::time::Time;

/// The name of the check.
const CHECK: &str = "sinks_match_log";

/// The sinks of a book by the log.
#[derive(Debug, Default)]
pub(super) struct SinkLog(BTreeMap<String, SinkTold>);

/// A sink by its events.
#[derive(Debug)]
struct SinkTold {
    made: Time,
    types: Vec<String>,
    max_attempts: i64,
    /// A place that it was at: it goes back by an event alone.
    seq: i64,
    version: i64,
    /// The objects that wait for a person, by kind and id, with the place of the event that failed.
    parked: BTreeMap<(String, String), i64>,
    /// It was rewound: objects may be cleared that no event names.
    rewound: bool,
}

impl SinkLog {
    /// Adds an event.
    pub(super) fn event(&mut self, row: &EventRow) {
        if row.object.as_ref() != "sink" {
            return;
        }
        let data: Value = serde_json::from_str(&row.data).unwrap_or_default();
        let text = |name: &str| data[name].as_str().unwrap_or_default().to_owned();
        let seq = data["seq"].as_i64().unwrap_or(0);
        let name = row.object_id().to_string();
        let object = (text("object"), text("object_id"));
        if row.kind.as_ref() == "sink.subscribed" {
            let types = data["types"].as_array().into_iter().flatten();
            let types = types.filter_map(|name| Some(name.as_str()?.to_owned())).collect();
            let max_attempts = data["max_attempts"].as_i64().unwrap_or(0);
            let (made, version) = (row.time(), row.version);
            let parked = BTreeMap::new();
            let new = SinkTold { made, types, max_attempts, seq, version, parked, rewound: false };
            match self.0.get_mut(&name) {
                Some(known) => {
                    (known.types, known.max_attempts, known.seq) = (new.types, max_attempts, seq);
                    known.version = version;
                }
                None => drop(self.0.insert(name, new)),
            }
            return;
        }
        if row.kind.as_ref() == "sink.unsubscribed" {
            self.0.remove(&name);
            return;
        }
        let Some(known) = self.0.get_mut(&name) else { return };
        known.version = row.version;
        match row.kind.as_ref() {
            "sink.rewound" => {
                (known.seq, known.rewound) = (seq, true);
                known.parked.clear();
            }
            "sink.parked" => drop(known.parked.insert(object, seq)),
            "sink.unparked" => drop(known.parked.remove(&object)),
            _ => {}
        }
    }

    /// Compares every sink of a book.
    pub(super) async fn verify(mut self, reading: &mut Reading<'_>, checks: &mut Checks) -> Result<()> {
        let (_, reader, ..) = rank::reader(&reading.book);
        let listing = Listing::Sinks { book: reading.book.clone(), after: None, limit: PAGE };
        let mut pages = Pages::until_empty(listing);
        while let Some(page) = pages.next(reading).await? {
            // the reader of the balance index is told of nowhere, and its rank is compared
            for row in page.sinks.iter().filter(|row| row.name != reader) {
                match self.0.remove(row.name.as_ref()) {
                    Some(told) => told.verify(reading, row, checks).await?,
                    None => checks.examine(CHECK, false, || {
                        format!("sink {}: nothing in the log tells of it", row.name)
                    }),
                }
            }
        }
        for name in self.0.keys() {
            checks.examine(CHECK, false, || format!("sink {name}: its row is missing"));
        }
        Ok(())
    }
}

impl SinkTold {
    async fn verify(mut self, reading: &mut Reading<'_>, row: &SinkRow, checks: &mut Checks) -> Result<()> {
        let fields = self.differing(row).map(|field| format!("`{field}`"));
        let fields: Vec<String> = fields.collect();
        checks.examine(CHECK, fields.is_empty(), || {
            format!("sink {}: {} is not as its newest event says", row.name, fields.join(", "))
        });
        let mut unsaid = BTreeSet::new();
        let (book, sink) = (reading.book.clone(), row.name.clone());
        let listing = Listing::LeftBehind { book, sink, due: None, after: None, limit: PAGE };
        let mut pages = Pages::until_empty(listing);
        while let Some(page) = pages.next(reading).await? {
            for left in page.sinks.iter().filter(|left| left.state == SinkState::Parked) {
                let object = (left.object.to_string(), left.object_id.to_string());
                match self.parked.remove(&object) {
                    Some(seq) => checks.examine(CHECK, left.settled + 1 == seq, || {
                        format!(
                            "sink {}, {} {}: `settled` is not as its newest event says",
                            row.name, object.0, object.1
                        )
                    }),
                    None => drop(unsaid.insert(object)),
                }
            }
        }
        for (object, id) in unsaid.into_iter().filter(|_| !self.rewound) {
            checks.examine(CHECK, false, || {
                format!("sink {}, {object} {id}: it is parked, and nothing in the log tells of it", row.name)
            });
        }
        for (object, id) in self.parked.keys() {
            checks.examine(CHECK, false, || {
                format!(
                    "sink {}, {object} {id}: it is parked by the log, and its `state` is another",
                    row.name
                )
            });
        }
        Ok(())
    }

    /// Names of the columns that are not as the log says.
    fn differing(&self, row: &SinkRow) -> impl Iterator<Item = &'static str> {
        // types that cannot be read are a finding of their own
        let types = types_of(row).is_ok_and(|types| types != self.types);
        [
            ("types", types),
            ("max_attempts", row.max_attempts != self.max_attempts),
            ("settled", row.settled < self.seq),
            ("version", row.version < self.version),
            ("created_at", row.created_at != self.made),
        ]
        .into_iter()
        .filter_map(|(name, differs)| differs.then_some(name))
    }
}
