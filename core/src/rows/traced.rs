//! Traces: where a call comes from, as its events keep it. Ids for tracing, and the address and device of an
//! end user, which can be erased later.
//!
//! The hashed part has ids and salted hashes. The clear texts and their salt are in a column of their own:
//! without them nothing can be guessed from the hashes, and the chain holds.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::rows::body::Text;
use crate::rows::private::Private;
use crate::rows::tables::EventRow;
use crate::sorting::Gathering;

/// Where a call comes from, as its events keep it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traced {
    /// Correlation and trace ids, and the hashes of what is private, as canonical JSON: part of what is
    /// hashed.
    pub context: Arc<str>,
    /// Address and device of the end user with the salt of their hashes, as JSON: kept in a column of its
    /// own, and may be erased.
    pub private: Option<Private>,
    /// The ids alone.
    pub ids: Option<Arc<str>>,
}

/// A member of a context, where it is given.
pub type Member<'t> = (&'static str, Option<&'t str>);

impl Traced {
    /// The event's share of ids and private texts, if any are given.
    #[must_use]
    pub fn new(ids: &[Member<'_>], private: &[Member<'_>], salt: [u8; 16]) -> Option<Self> {
        let given = |&(name, text): &Member<'_>| Some((name.to_owned(), text?.to_owned()));
        let mut context: BTreeMap<String, String> = ids.iter().filter_map(given).gathered();
        let mut clear: BTreeMap<String, String> = private.iter().filter_map(given).gathered();
        let written = |members: &BTreeMap<String, String>| serde_json::to_string(members).ok();
        let ids = written(&context).filter(|_| !context.is_empty()).map(Arc::from);
        for (name, text) in &clear {
            context.insert(format!("{name}{HASH}"), Text::new(text, salt).hash.to_string());
        }
        let private = if clear.is_empty() {
            None
        } else {
            clear.insert(SALT.into(), hex::encode(salt));
            written(&clear).map(Private::from)
        };
        let context = written(&context).filter(|_| !context.is_empty())?.into();
        Some(Self { context, private, ids })
    }

    /// Returns what its caller gave: ids, address and device.
    #[must_use]
    pub fn given(&self) -> BTreeMap<String, String> {
        let mut given = read(self.private.as_deref());
        given.remove(SALT);
        given.extend(read(self.ids.as_deref()));
        given
    }

    /// The part that an event keeps: an event that followed from terms has no origin.
    #[must_use]
    pub fn of(&self, by_terms: bool) -> (Option<Arc<str>>, Option<Private>) {
        if by_terms { (self.ids.clone(), None) } else { (Some(self.context.clone()), self.private.clone()) }
    }

    /// Its size, in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.context.len() + self.private.as_ref().map_or(0, |private| private.len())
    }
}

/// The suffix of the names of hashes.
const HASH: &str = "_hash";
/// The member next to the clear texts.
const SALT: &str = "salt";

/// The private texts of an event, by name, as far as they were not erased.
#[must_use]
pub fn clear(row: &EventRow) -> BTreeMap<String, String> {
    let mut texts = read(row.private.as_deref());
    texts.remove(SALT);
    texts
}

/// The state of the private texts of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It has the texts that were hashed, or never had any.
    Whole,
    /// They were erased.
    Erased,
    /// It has others than those that were hashed.
    Altered,
}

/// Compares the private texts of an event with their hashes.
#[must_use]
pub fn kept(row: &EventRow) -> Kept {
    if row.private.is_none() && row.context.is_none() {
        return Kept::Whole;
    }
    let context = read(row.context.as_deref());
    let hashes = context.keys().filter(|name| name.ends_with(HASH)).count();
    let Some(private) = row.private.as_deref() else {
        return if hashes == 0 { Kept::Whole } else { Kept::Erased };
    };
    let mut clear = read(Some(private));
    let salt = clear.remove(SALT).and_then(|salt| hex::decode(salt).ok()?.try_into().ok());
    let own = |salt: [u8; 16]| {
        clear.iter().all(|(name, text)| {
            context.get(&format!("{name}{HASH}")).is_some_and(|hash| **hash == *Text::new(text, salt).hash)
        })
    };
    if hashes > 0 && hashes == clear.len() && salt.is_some_and(own) { Kept::Whole } else { Kept::Altered }
}

fn read(text: Option<&str>) -> BTreeMap<String, String> {
    text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}
