//! Objects: the records of a domain, and what all objects have in common.

use std::collections::BTreeMap;
use std::fmt::{Debug, Display};
use std::str::FromStr;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::body::{Body, Text};
use super::needs::RecordKey;
use super::tables::RecordRow;
use crate::error::{Error, Result};
use crate::ids::{Book, CreatedId};
use crate::time::Time;

/// The facts of one kind of object that are kept and may be published in events: ids, amounts, times and
/// terms.
pub trait Object: Clone + Debug + Serialize + DeserializeOwned {
    /// The kind of its records, and the object of its events.
    const KIND: &'static str;
    /// The newest shape of its body that this version writes.
    const VERSION: u32;
    /// The state in its life cycle.
    type State: Copy + Debug + Display + FromStr<Err = Error>;
    /// Its id.
    type Id: CreatedId;
    /// The currency of its amounts; `()` where it has none.
    type Currency: Copy + Debug;

    /// The currency of its amounts; `None` where the facts name no valid currency.
    fn currency(&self) -> Option<Self::Currency>;

    /// Returns when its timer has work.
    fn due_at(&self, _: Self::State) -> Option<Time> {
        None
    }
}

/// The parties that an object is listed by.
#[derive(Clone, Debug, Default)]
pub struct ListedBy {
    /// The first party: a deal's buyer, or the actor who asked for an approval.
    pub owner: Option<Arc<str>>,
    /// The second party: a deal's seller.
    pub peer: Option<Arc<str>>,
    /// The caller's own reference.
    pub reference: Option<Arc<str>>,
}

/// An object, read from its record.
#[derive(Clone, Debug)]
pub struct Stored<O: Object> {
    /// The record; [`Stored::into_row`] writes its body, and leaves what a later version put into it.
    pub row: RecordRow,
    /// Its state.
    pub state: O::State,
    /// The currency of its amounts.
    pub currency: O::Currency,
    /// Ids, amounts, terms and times.
    pub facts: O,
    /// Free texts of people by name.
    pub texts: BTreeMap<String, Text>,
}

impl<O: Object> Stored<O> {
    /// Reads a record.
    ///
    /// # Errors
    /// `corrupted` when it is no such object; `schema_too_new` when a later version wrote it.
    pub fn of(row: &RecordRow) -> Result<Self> {
        let (facts, texts): (O, _) = Body::read(row, O::VERSION)?;
        Ok(Self {
            state: row.state.parse()?,
            currency: currency(&facts, row.id)?,
            facts,
            texts,
            row: row.clone(),
        })
    }

    /// An object that begins at a time, before its first event.
    ///
    /// # Errors
    /// `corrupted` when the facts name no currency that can be.
    pub fn begin(key: RecordKey, listed_by: ListedBy, state: O::State, facts: O, at: Time) -> Result<Self> {
        let RecordKey { book, kind, id } = key;
        let ListedBy { owner, peer, reference } = listed_by;
        let row = RecordRow {
            book,
            kind,
            id,
            state: state.to_string().into(),
            owner,
            peer,
            reference,
            salt: None,
            due_at: None,
            body: "".into(),
            version: 0,
            created_at: at,
            stamp: at,
            at: None,
        };
        let currency = currency(&facts, id)?;
        Ok(Self { row, state, currency, facts, texts: BTreeMap::new() })
    }

    /// The record with its body, state and deadline.
    ///
    /// # Errors
    /// `corrupted` when the facts have no JSON form.
    pub fn into_row(self) -> Result<RecordRow> {
        let due_at = self.due_at();
        let body = Body::write(O::VERSION, &self.row, &self.facts, self.texts)?;
        debug_assert!(Body::says(&body, &self.facts), "a {} is read otherwise than it was written", O::KIND);
        Ok(RecordRow { state: self.state.to_string().into(), due_at, body, ..self.row })
    }

    /// The record after a change that has no event of the object's own: its version rises.
    ///
    /// # Errors
    /// As [`Stored::into_row`].
    pub fn into_changed_row(mut self) -> Result<RecordRow> {
        self.row.version += 1;
        self.into_row()
    }

    /// The key of the record of an id.
    #[must_use]
    pub fn key(book: &Book, id: O::Id) -> RecordKey {
        RecordKey::new(book.clone(), O::KIND.into(), id.uuid())
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> O::Id {
        O::Id::from_uuid(self.row.id)
    }

    /// Returns when its timer has work.
    #[must_use]
    pub fn due_at(&self) -> Option<Time> {
        self.facts.due_at(self.state)
    }

    /// A free text, unless it was erased.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&Arc<str>> {
        self.texts.get(name).map(|text| &text.text).filter(|text| !text.is_empty())
    }

    /// A text that is a JSON object.
    pub(crate) fn json(&self, name: &str) -> Result<Option<Map<String, Value>>> {
        let broken = |_| Error::corrupted(format!("{name} of {} {}", O::KIND, self.id()));
        self.text(name).map(|text| serde_json::from_str(text)).transpose().map_err(broken)
    }
}

fn currency<O: Object>(facts: &O, id: Uuid) -> Result<O::Currency> {
    facts.currency().ok_or_else(|| Error::corrupted(format!("currency of {} {id}", O::KIND)))
}

/// The id of a record, derived from the caller's names so that they find it.
#[must_use]
pub fn id_of(book: &Book, kind: &str, parts: &[&str]) -> Uuid {
    let mut digest = Sha256::new().chain_update(b"earnest payment\0").chain_update(book.as_str());
    for part in std::iter::once(&kind).chain(parts) {
        digest.update(b"\0");
        digest.update(part.as_bytes());
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.finalize()[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// The members of an event or of a payload: each has a name, and a value that JSON knows.
macro_rules! members {
    ($($name:literal: $value:expr),+ $(,)?) => {{
        let mut members = serde_json::Map::new();
        $(members.insert($name.to_owned(), $value.into());)+
        members
    }};
}
pub(crate) use members;

/// Declares one kind of object: its facts, the kind of its records, its state and its id; then, unless it
/// has no amounts, the fact with the currency of them all. All kinds are in their first shape.
macro_rules! object {
    (@ $facts:ty: $kind:expr, $state:ty, $id:ty, $currency:ty { $($more:tt)* }) => {
        impl $crate::rows::object::Object for $facts {
            const KIND: &'static str = $kind;
            const VERSION: u32 = 1;
            type State = $state;
            type Id = $id;
            type Currency = $currency;
            $($more)*
        }
    };
    ($facts:ty: $kind:expr, $state:ty, $id:ty $({ $($more:tt)* })?) => {
        $crate::rows::object::object! { @ $facts: $kind, $state, $id, () {
            fn currency(&self) -> Option<()> {
                Some(())
            }
            $($($more)*)?
        } }
    };
    ($facts:ty: $kind:expr, $state:ty, $id:ty, $money:ident $({ $($more:tt)* })?) => {
        $crate::rows::object::object! { @ $facts: $kind, $state, $id, $crate::currency::Currency {
            fn currency(&self) -> Option<$crate::currency::Currency> {
                Some(self.$money.currency())
            }
            $($($more)*)?
        } }
    };
}
pub(crate) use object;
