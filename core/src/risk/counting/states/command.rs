//! A command of the event log, as a recount reads it: what it counted by, and what tells its parties.

use std::sync::Arc;

use data_encoding::HEXLOWER;
use serde_json::Value;

use crate::currency::Currencies;
use crate::escrow;
use crate::ids::{AccountId, Actor, Book};
use crate::kernel::debits::{Flows, net};
use crate::risk::judging::judge::Party;
use crate::risk::rules::rule::Subject;
use crate::rows::events::{POSTED, actor_of};
use crate::rows::needs::AccountKey;
use crate::rows::tables::EventRow;
use crate::rows::traced::{self, Kept, Traced};
use crate::time::Span;

/// Where the metadata of a call is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeps {
    /// In the row of the transfer that it posted.
    Transfer,
    /// In the row of the hold that it made.
    Hold,
    /// In the texts of the deal that it opened.
    Deal,
}

/// A command of the log.
#[derive(Debug)]
pub struct Command {
    pub(super) events: Vec<EventRow>,
    images: Vec<Value>,
}

impl Command {
    /// Reads the events of a command; `None` where it has nothing to do with rules.
    pub fn of(events: Vec<EventRow>) -> Option<Self> {
        let data = &*events.last()?.data;
        if !data.contains(r#"["q","#) && !data.contains(r#"["r","risk","#) {
            return None;
        }
        let mut data: Value = serde_json::from_str(data).ok()?;
        let Value::Array(images) = data["images"].take() else { return None };
        Some(Self { events, images })
    }

    /// Whether this event is the last of its command.
    pub fn ends_with(event: &EventRow) -> bool {
        event.data.contains(r#""images":["#)
    }

    pub(super) fn of_letter<'c>(&'c self, letter: &'c str) -> impl Iterator<Item = &'c Value> {
        self.images.iter().filter(move |image| image[0] == letter)
    }

    /// Returns the operation that was counted, the version of its rules, and how far the clock was behind.
    pub(super) fn counted(&self) -> Option<(&str, i64, Span)> {
        let line = self.of_letter("q").next()?;
        Some((line[1].as_str()?, line[2].as_i64()?, Span::from_micros(line[3].as_i64()?)?))
    }

    /// The record of a kind that it wrote, by its image.
    pub(super) fn record(&self, kind: &str) -> Option<&Value> {
        self.of_letter("r").find(|image| image[1] == kind)
    }

    /// How many counters of a family without images it changed.
    pub(super) fn changes(&self, family: &str) -> usize {
        let said = self.of_letter("q").flat_map(|image| image[4].as_array().into_iter().flatten());
        said.filter(|said| **said == family).count()
    }

    pub(super) fn has(&self, kind: &str) -> bool {
        self.events.iter().any(|event| event.kind.as_ref() == kind)
    }

    /// The transfer that it posted first, the hold that it made first, or the deal.
    pub fn object(&self, keeps: Keeps) -> Option<String> {
        let image = |image: &Value| image[1].as_str().map(str::to_owned);
        match keeps {
            Keeps::Transfer => {
                let posted = self.events.iter().find(|event| event.kind.as_ref() == POSTED);
                posted.map(|event| event.object_id().into_owned())
            }
            Keeps::Hold => self.of_letter("h").find(|image| image[8] == 1).and_then(image),
            Keeps::Deal => self.record(escrow::model::KIND)?[2].as_str().map(str::to_owned),
        }
    }

    /// The hash of a text of the deal that it wrote.
    pub fn text_of_deal(&self, name: &str) -> Option<&str> {
        self.record(escrow::model::KIND)?[6][name].as_str()
    }

    /// The net debits of accounts, with new holds and declared amounts.
    pub(super) fn flows(&self, book: &Book, currencies: &Currencies) -> Option<Flows> {
        let mut parts = Vec::new();
        let mut add = |account: &Value, currency: &Value, minor: i128| {
            let currency = currencies.known(currency.as_str()?)?;
            parts
                .push((AccountKey::new(book.clone(), AccountId::stored(account.as_str()?), currency), minor));
            Some(())
        };
        for event in self.events.iter().filter(|event| event.kind.as_ref() == POSTED) {
            let data: Value = serde_json::from_str(&event.data).ok()?;
            for leg in data["postings"].as_array()? {
                add(&leg[0], &leg[1], minor(&leg[2])?.saturating_neg())?;
            }
        }
        for hold in self.of_letter("h").filter(|image| image[8] == 1) {
            let remains = minor(&hold[4])? - minor(&hold[5])? - minor(&hold[6])?;
            add(&hold[2], &hold[3], remains)?;
        }
        for amount in self.declared(5) {
            add(&amount[0], &amount[1], minor(&amount[2])?)?;
        }
        Some(net(parts))
    }

    /// Returns the values that it declared at this place of its line: amounts at 5, payees at 6.
    fn declared(&self, place: usize) -> impl Iterator<Item = &Value> {
        self.of_letter("q").flat_map(move |line| line[place].as_array().into_iter().flatten())
    }

    /// The payees that it declared.
    pub(super) fn payees(&self) -> Vec<Arc<str>> {
        self.declared(6).filter_map(Value::as_str).map(Arc::from).collect()
    }

    /// The accounts whose counters it changed, as their images name them.
    pub(super) fn named(&self) -> Vec<Party> {
        let party = |image: &Value| {
            let subject = match image[1].as_str()? {
                "account" => Subject::Account,
                "counterparty" => Subject::Counterparty,
                _ => return None,
            };
            let value = HEXLOWER.decode(image[2].as_str()?.as_bytes()).ok()?.try_into().ok()?;
            Some(Party::new(subject, value))
        };
        self.of_letter("c").filter_map(party).collect()
    }

    /// The actor of the call. Events that followed from terms do not have it.
    pub(super) fn actor(&self) -> Actor {
        let named = self.events.iter().find(|event| event.actor.is_some());
        named.and_then(|event| actor_of(event).ok()).unwrap_or_else(Actor::system)
    }

    /// Where it came from, and which parts of that were erased.
    pub(super) fn trace(&self) -> (Option<Traced>, Vec<Subject>) {
        let said = self.events.iter().find(|event| event.private.is_some());
        let private = said.and_then(|event| event.private.clone());
        let trace = private.map(|private| Traced { context: "".into(), private: Some(private), ids: None });
        let mut erased = Vec::new();
        for event in self.events.iter().filter(|event| traced::kept(event) == Kept::Erased) {
            let context: Value =
                event.context.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
            let of = [("ip_hash", Subject::Ip), ("device_hash", Subject::Device)];
            erased.extend(of.into_iter().filter(|(name, _)| !context[*name].is_null()).map(|(_, of)| of));
        }
        (trace, erased)
    }
}

fn minor(text: &Value) -> Option<i128> {
    text.as_str()?.parse().ok()
}
