//! Reads the images of rows in events, and names the object of each.

use std::borrow::Cow;
use std::hash::Hasher as _;

use serde::Deserialize;
use serde_json::value::RawValue;
use siphasher::sip128::Hasher128 as _;

use super::multiset::{digest, keyed};
use crate::ids::{ApprovalId, DealId, DisputeId};
use crate::kernel::made_from;
use crate::rows::events::POSTED;
use crate::rows::tables::EventRow;
use crate::sorting::Sorting;

/// The images in an event. The event of a posting also has the posting itself.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Posted<'d> {
    #[serde(borrow)]
    pub deal: Option<Cow<'d, str>>,
    #[serde(borrow)]
    pub hold: Option<Cow<'d, str>>,
    #[serde(borrow)]
    pub images: Vec<&'d RawValue>,
    #[serde(borrow)]
    pub kind: Cow<'d, str>,
    #[serde(borrow)]
    pub original: Option<Cow<'d, str>>,
    #[serde(borrow)]
    pub owned_by: Option<Cow<'d, str>>,
    #[serde(borrow)]
    pub postings: Vec<(Name<'d>, Name<'d>, Name<'d>)>,
    /// The former rows of the images, by their places; `None` in an event of a version that does
    /// not say it.
    #[serde(borrow)]
    pub was: Option<Vec<&'d RawValue>>,
}

impl Posted<'_> {
    /// The object that the transfer was posted for. Deals have a field of their own.
    pub(super) fn owner(&self) -> &Option<Cow<'_, str>> {
        if self.deal.is_some() { &self.deal } else { &self.owned_by }
    }
}

/// A text in a list.
#[derive(Deserialize)]
pub(super) struct Name<'d>(#[serde(borrow)] pub Cow<'d, str>);

/// The images in an event of another kind.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Others<'d> {
    #[serde(borrow)]
    images: Vec<&'d RawValue>,
    #[serde(borrow)]
    was: Option<Vec<&'d RawValue>>,
}

impl<'d> Posted<'d> {
    /// Reads an event. An unreadable event has no images; the chain shows that it was changed.
    pub(super) fn of(row: &'d EventRow) -> Self {
        if row.kind.as_ref() == POSTED {
            return serde_json::from_str(&row.data).unwrap_or_default();
        }
        let Others { images, was } = serde_json::from_str(&row.data).unwrap_or_default();
        Self { images, was, ..Self::default() }
    }

    /// The former row of an image, as far as the event says it.
    pub(super) fn before(&self, place: usize) -> impl Iterator<Item = &'d str> {
        let pairs = self.was.as_deref().unwrap_or_default().chunks_exact(2);
        let of_image = move |pair: &[&'d RawValue]| match pair {
            [of, said] if of.get().parse() == Ok(place) => Some(said.get()),
            _ => None,
        };
        pairs.filter_map(of_image)
    }
}

/// The image of a row.
pub(super) struct Image<'d> {
    raw: &'d str,
    letter: u8,
    ids: [Cow<'d, str>; 2],
    /// The rest of the image, as it is written: its parts without the letter and the ids.
    rest: &'d str,
}

impl<'d> Image<'d> {
    /// Reads an image. An account's image may refer to a leg of its event's posting instead of a name.
    pub(super) fn read(raw: &'d str, posted: &Posted<'d>) -> Option<Self> {
        let inner = raw.strip_prefix("[\"")?.strip_suffix(']')?;
        let (letter, rest) = (*inner.as_bytes().first()?, inner.get(1..)?.strip_prefix('"')?);
        if letter == b'a' && rest.as_bytes().get(1).is_some_and(u8::is_ascii_digit) {
            let (leg, rest) = rest.get(1..)?.split_once(',')?;
            let (account, currency, _) = posted.postings.get(leg.parse::<usize>().ok()?)?;
            return Some(Self { raw, letter, ids: [account.0.clone(), currency.0.clone()], rest });
        }
        let (one, rest) = next_id(rest);
        let (two, rest) = if matches!(letter, b'a' | b'o' | b'r' | b'c') {
            next_id(rest)
        } else {
            (Cow::Borrowed(""), rest)
        };
        Some(Self { raw, letter, ids: [one, two], rest: rest.strip_prefix(',').unwrap_or(rest) })
    }

    /// The kind of its row.
    pub(super) const fn letter(&self) -> char {
        self.letter as char
    }

    /// A text or a number of it.
    pub(super) fn part(&self, place: usize) -> &'d str {
        let parts: Vec<&'d RawValue> = serde_json::from_str(self.raw).unwrap_or_default();
        parts.get(place).map_or("", |part| part.get().trim_matches('"'))
    }

    /// The first of its ids, and whether it has further parts.
    pub(super) const fn named(&self) -> (&Cow<'d, str>, bool) {
        let [one, _] = &self.ids;
        (one, !self.rest.is_empty())
    }

    pub(super) fn object(&self) -> u128 {
        let [one, two] = &self.ids;
        let mut hash = keyed();
        for part in [&[self.letter], one.as_bytes(), &[0], two.as_bytes()] {
            hash.write(part);
        }
        hash.finish128().as_u128()
    }

    /// A digest of the whole image. What accounts were before is in the log as it is, so theirs is comparable
    /// within this run only; that of others is the one of their proofs.
    pub(super) fn digest(&self) -> u128 {
        if self.letter == b'a' { of_account(self.rest) } else { made_from::fingerprint(self.raw.as_bytes()) }
    }

    /// The image as it is written.
    pub(super) const fn raw(&self) -> &'d str {
        self.raw
    }

    /// Whether the image is of this account.
    pub(super) fn is_account(&self, account: &str, currency: &str) -> bool {
        let [one, two] = &self.ids;
        one == account && two == currency
    }

    /// The begin of the image: its letter and its names.
    pub(super) fn named_part(&self) -> &'d str {
        let end = self.raw.len().saturating_sub(self.rest.len() + "]".len());
        self.raw.get(..end).map_or("", |begin| begin.strip_suffix(',').unwrap_or(begin))
    }

    /// Whether the image is of the same account.
    pub(super) fn is_of(&self, other: &Self) -> bool {
        self.ids == other.ids
    }

    /// The parts of the image behind the names.
    pub(super) const fn rest(&self) -> &'d str {
        self.rest
    }

    /// The image in the form of a row's image, which names its object itself.
    pub(super) fn whole(&self) -> String {
        let ids = self.ids.iter().filter(|id| !id.is_empty());
        let ids = ids.map(|id| format!("{},", serde_json::Value::from(id.as_ref()))).collect::<String>();
        format!("[\"{}\",{ids}{}]", self.letter(), self.rest)
    }

    /// The object by its name.
    pub(super) fn name(&self) -> String {
        let [one, two] = &self.ids;
        match (self.letter(), one.as_ref()) {
            ('a' | 'o', _) => format!("account {one} {two}"),
            ('c', _) => format!("counter of {one}: {two}"),
            ('h', _) => format!("hold {one}"),
            ('j', _) => format!("job {one}"),
            ('r', kind) => record(kind, two.parse().unwrap_or_default()),
            _ => format!("transfer {one}"),
        }
    }
}

/// The digest of an account's image, from its parts behind the names.
pub(super) fn of_account(rest: &str) -> u128 {
    digest(rest.as_bytes())
}

/// A record by its name.
pub(super) fn record(kind: &str, id: uuid::Uuid) -> String {
    match kind {
        "deal" => format!("deal {}", DealId::from_uuid(id)),
        "dispute" => format!("dispute {}", DisputeId::from_uuid(id)),
        "approval" => format!("approval {}", ApprovalId::from_uuid(id)),
        _ => format!("{kind} {id}"),
    }
}

/// An id that follows in an image, and what follows it.
fn next_id(rest: &str) -> (Cow<'_, str>, &str) {
    let Some(rest) = rest.strip_prefix(',') else { return (Cow::Borrowed(""), rest) };
    let plain = rest.strip_prefix('"').and_then(|text| text.split_once('"'));
    if let Some((id, rest)) = plain.filter(|(id, _)| !id.contains('\\')) {
        return (Cow::Borrowed(id), rest);
    }
    let mut parts = serde_json::Deserializer::from_str(rest).into_iter::<serde_json::Value>();
    let id = parts.next().and_then(Result::ok);
    let rest = rest.get(parts.byte_offset()..).unwrap_or_default();
    (id.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default().to_owned().into(), rest)
}

/// The names of an image's parts after the object's names, in order. A part that is a JSON object has its own
/// names.
pub(super) const fn names(letter: char) -> &'static [&'static str] {
    match letter {
        'a' => &["posted", "version", "held", "overdraft", "status"],
        'h' => {
            &["account", "currency", "amount", "captured", "released", "state", "version", "expires_at", ""]
        }
        'r' => &["state", "version", "", "", ""],
        'j' => &["state", "version", ""],
        't' => &["kind", "original", "refunded", "version"],
        'b' => &["reversed_by"],
        'c' => &["version", "ring"],
        _ => &[""],
    }
}

/// The names of the parts in which two images of an object differ.
pub(super) fn differing(one: &Image<'_>, other: &Image<'_>) -> Vec<String> {
    let values = |image: &Image<'_>| -> Vec<serde_json::Value> {
        let mut values: Vec<serde_json::Value> =
            serde_json::from_str(&format!("[{}]", image.rest)).unwrap_or_default();
        if image.letter() == 'a' && values.len() == 2 {
            // parts that an image of an account leaves out
            values.extend(["0", "0", "active"].map(serde_json::Value::from));
        }
        values
    };
    let (one_values, other_values) = (values(one), values(other));
    let mut fields = Vec::new();
    for (place, name) in names(one.letter()).iter().enumerate() {
        let null = serde_json::Value::Null;
        let (one, other) = (one_values.get(place), other_values.get(place));
        members(name, one.unwrap_or(&null), other.unwrap_or(&null), &mut fields);
    }
    fields
}

/// Adds the paths at which two values differ.
fn members(path: &str, one: &serde_json::Value, other: &serde_json::Value, into: &mut Vec<String>) {
    use serde_json::Value;
    if one == other {
        return;
    }
    let empty = serde_json::Map::new();
    let (one, other) = match (one, other) {
        (Value::Object(one), Value::Object(other)) => (one, other),
        (Value::Object(one), Value::Null) => (one, &empty),
        (Value::Null, Value::Object(other)) => (&empty, other),
        _ => return into.push(path.to_owned()),
    };
    let mut all: Vec<&String> = one.keys().chain(other.keys()).collect();
    all.order();
    all.dedup();
    for name in all {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        let (one, other) = (one.get(name), other.get(name));
        members(&path, one.unwrap_or(&Value::Null), other.unwrap_or(&Value::Null), into);
    }
}
