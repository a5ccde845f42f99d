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
    /// The name that callers find it by: its id, or texts from which the id is derived.
    type Name<'n>: ObjectName;
    /// The currency of its amounts; `()` where it has none.
    type Currency: Copy + Debug;

    /// The currency of its amounts; `None` where the facts name no valid currency.
    fn currency(&self) -> Option<Self::Currency>;

    /// Returns when its timer has work.
    fn due_at(&self, _: Self::State) -> Option<Time> {
        None
    }

    /// The error of a name that no object has.
    fn not_found(_: Self::Name<'_>) -> Error {
        Error::corrupted(format!("there is no such {}", Self::KIND))
    }
}

/// A name of an object in its book.
pub trait ObjectName: Copy {
    /// The id of the object of a kind that has the name.
    fn id(self, book: &Book, kind: &str) -> Uuid;
}

impl<I: CreatedId> ObjectName for I {
    fn id(self, _: &Book, _: &str) -> Uuid {
        self.uuid()
    }
}

impl ObjectName for &str {
    fn id(self, book: &Book, kind: &str) -> Uuid {
        [self].id(book, kind)
    }
}

impl<const N: usize> ObjectName for [&str; N] {
    fn id(self, book: &Book, kind: &str) -> Uuid {
        id_of(book, kind, &self)
    }
}

/// An object of another one, by its number.
impl<I: CreatedId> ObjectName for (I, u64) {
    fn id(self, book: &Book, kind: &str) -> Uuid {
        id_of(book, kind, &[&self.0.to_string(), &self.1.to_string()])
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

    /// The key of the record of a name.
    #[must_use]
    pub fn key(book: &Book, name: O::Name<'_>) -> RecordKey {
        RecordKey::new(book.clone(), O::KIND.into(), name.id(book, O::KIND))
    }

    /// The error of a name that no object has.
    #[must_use]
    pub fn not_found(name: O::Name<'_>) -> Error {
        O::not_found(name)
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

/// Declares one kind of object: its facts, the kind of its records, its state and its id, with its name where
/// that is another; then, unless it has no amounts, the fact with the currency of them all. All kinds are in
/// their first shape.
macro_rules! object {
    (@name $id:ty) => { $id };
    (@name $id:ty, $name:ty) => { $name };
    (@currency) => {
        type Currency = ();

        fn currency(&self) -> Option<()> {
            Some(())
        }
    };
    (@currency $money:ident) => {
        type Currency = $crate::currency::Currency;

        fn currency(&self) -> Option<$crate::currency::Currency> {
            Some(self.$money.currency())
        }
    };
    (
        $facts:ty: $kind:expr, $state:ty, $id:ty $(as $name:ty)? $(, $money:ident)?
        $({ $($more:tt)* })?
    ) => {
        impl $crate::rows::object::Object for $facts {
            const KIND: &'static str = $kind;
            const VERSION: u32 = 1;
            type State = $state;
            type Id = $id;
            type Name<'n> = $crate::rows::object::object!(@name $id $(, $name)?);
            $crate::rows::object::object! { @currency $($money)? }
            $($($more)*)?
        }
    };
}
pub(crate) use object;
