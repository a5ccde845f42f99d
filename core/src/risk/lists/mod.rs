//! Lists: accounts, actors, addresses, devices and values that are blocked or allowed, whatever rules say.

pub mod operations;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{Detail, Error};
use crate::ids::Book;
use crate::kernel::operation::Decided;
use crate::kernel::permit::is_staff;
use crate::risk::counting::counter::Hash;
use crate::risk::judging::failure::Ties;
use crate::risk::judging::subjects::{ListedParties, label};
use crate::rows::codec::text_enum;
use crate::rows::needs::RecordKey;
use crate::rows::object::{ListedBy, Stored, object};
use crate::rows::tables::RecordRow;
use crate::time::Time;

/// The kind of an entry's record, and the object of its events.
pub const KIND: &str = "listed";

text_enum! {
    /// The effect of an entry of a list.
    pub enum Listed {
        /// It refuses.
        Blocked = "blocked",
        /// It lifts rates, rules and the score.
        Allowed = "allowed",
        /// It was taken off.
        Removed = "removed",
    }
}

/// The facts of an entry. Its value and its reason are texts of its record; events have only their salted
/// hashes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryFacts {
    /// In which part of a call.
    pub subject: String,
    /// In force before then.
    #[serde(default)]
    pub until: Option<Time>,
}

/// An entry of a list.
pub type Entry = Stored<EntryFacts>;

object! { EntryFacts: KIND, Listed, Uuid }

impl Entry {
    /// Its effect now; `None` if it has ended or was removed.
    #[must_use]
    pub fn now(&self, now: Time) -> Option<Listed> {
        let ended = self.facts.until.is_some_and(|until| until <= now);
        Some(self.state).filter(|state| !ended && *state != Listed::Removed)
    }
}

/// The key of the entry of a party: there is one for each subject and value.
#[must_use]
pub(in crate::risk) fn key(book: &Book, value: Hash) -> RecordKey {
    Entry::key(book, uuid::Builder::from_custom_bytes(value).into_uuid())
}

/// The result of looking a call up in the lists.
#[derive(Debug)]
pub(in crate::risk) enum Said {
    Nothing,
    /// This entry refuses the call. The decision is listed by the second field.
    Blocked(Box<Entry>, ListedBy),
    /// An entry about this party lifts rates, rules and the score.
    Allowed(String),
}

/// Looks up the entries about these parties. One that blocks goes before those that allow.
///
/// # Errors
/// Those of `row`; `corrupted` when an entry cannot be read.
pub(in crate::risk) fn said<'r>(
    book: &Book,
    named: &ListedParties,
    now: Time,
    mut row: impl FnMut(&RecordKey) -> Decided<Option<&'r RecordRow>>,
) -> Decided<Said> {
    let mut said = Said::Nothing;
    for (party, may_allow) in named.all() {
        let Some(row) = row(&key(book, party.value))? else { continue };
        let entry = Entry::of(row)?;
        match entry.now(now) {
            Some(Listed::Blocked) => return Ok(Said::Blocked(Box::new(entry), named.listed_by(party))),
            Some(Listed::Allowed) if may_allow => {
                if let Said::Nothing = said {
                    said = Said::Allowed(label(&party.subject.to_string(), &party.value).to_string());
                }
            }
            Some(Listed::Allowed | Listed::Removed) | None => {}
        }
    }
    Ok(said)
}

/// The refusal of a call that an entry blocks. The reason is a note that staff wrote for themselves. A
/// customer is told it only if the entry is about himself, and not if it is about the other party, or about
/// an address or a value that he shares.
pub(in crate::risk) fn blocked(entry: &Entry, caller: &Ties<'_>) -> Error {
    let value = entry.text("value").map_or("", |value| value);
    let is_told = is_staff(caller.actor)
        || match entry.facts.subject.as_str() {
            "actor" => value == caller.actor.id(),
            "account" => caller.binds(value),
            _ => false,
        };
    let reason = entry.text("reason").filter(|_| is_told).map(ToString::to_string);
    Detail::Blocked { subject: Some(entry.facts.subject.clone()), review: None, reason }.into()
}
