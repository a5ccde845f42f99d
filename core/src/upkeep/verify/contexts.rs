//! Checks addresses and devices of end users: an event has the texts that were hashed, or a logged erasure
//! removed them.

use hashbrown::HashMap;
use serde_json::Value;

use super::checks::Checks;
use super::pages::PAGE;
use crate::error::Result;
use crate::request::pages::Pages;
use crate::request::reading::Reading;
use crate::rows::events::actor_of;
use crate::rows::listing::Listing;
use crate::rows::tables::EventRow;
use crate::rows::traced::{self, Kept};
use crate::time::{Span, Time};
use crate::upkeep::erasure;
use crate::upkeep::views::FOUND_LIMIT;

/// How much later than its erasure an event may be dated: the clock may jump by less than this unnoticed.
const SLACK: Span = Span::from_hours(1);

/// The time before which texts were erased, and the latest date of an erased event.
type Erased = (Time, Time);

/// The log's account of private texts.
#[derive(Debug, Default)]
pub(super) struct Contexts {
    /// By the hash of the erased subject; `None` for everybody.
    erasures: HashMap<Option<String>, Vec<Erased>>,
    /// The book is a copy, which never had the texts.
    copy: bool,
    examined: i64,
    found: Vec<String>,
}

impl Contexts {
    /// Reads the erasures first, because the log has them after the events that they erased.
    pub(super) async fn read(reading: &mut Reading<'_>, copy: bool) -> Result<Self> {
        let mut known = Self { copy, ..Self::default() };
        let object = Some((erasure::OBJECT.0.into(), erasure::OBJECT.1.into()));
        let (book, types) = (reading.book.clone(), Vec::new());
        let listing = Listing::Events { book, after_seq: 0, types, object, limit: PAGE };
        let mut pages = Pages::until_empty(listing);
        while let Some(page) = pages.next(reading).await? {
            page.events.iter().for_each(|row| known.erasure(row));
        }
        Ok(known)
    }

    fn erasure(&mut self, row: &EventRow) {
        let data: Value = serde_json::from_str(&row.data).unwrap_or_default();
        let before = data.get("before").and_then(Value::as_str).map_or(Ok(Time::MAX), str::parse);
        let subject = data.get("subject").and_then(Value::as_str).map(ToOwned::to_owned);
        let Ok(before) = before else { return };
        let known = self.erasures.entry(subject).or_default();
        let until = row.time().checked_add(SLACK).unwrap_or(Time::MAX);
        // erasures may run every night, so those that a later one covers are dropped
        known.retain(|(earlier, of)| *earlier > before || *of > until);
        known.push((before, until));
    }

    /// Adds an event.
    pub(super) fn event(&mut self, row: &EventRow) {
        if row.context.is_none() && row.private.is_none() {
            return;
        }
        self.examined += 1;
        let wrong = match traced::kept(row) {
            Kept::Whole => return,
            Kept::Erased if self.copy || self.was_erased(row) => return,
            Kept::Erased => "its address or device is gone, and no erasure was logged",
            Kept::Altered => "its address or device is not the one of its hash",
        };
        if self.found.len() < FOUND_LIMIT {
            self.found.push(format!("event {}: {wrong}", row.id));
        }
    }

    fn was_erased(&self, row: &EventRow) -> bool {
        let subject = actor_of(row).ok().and_then(|actor| erasure::hash_of(&actor));
        let told = |whose: &Option<String>| self.erasures.get(whose).map_or(&[][..], Vec::as_slice);
        let mut told = told(&subject).iter().chain(told(&None));
        told.any(|(before, until)| row.time() < *before && row.time() <= *until)
    }

    /// Reports the findings.
    pub(super) fn tell(self, checks: &mut Checks) {
        checks.examined("contexts", self.examined - i64::try_from(self.found.len()).unwrap_or(0));
        self.found.into_iter().for_each(|what| checks.examine("contexts", false, || what));
    }
}
