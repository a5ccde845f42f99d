//! Reads the images of rows in events, and names the object that each is of.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use crate::events::POSTED;
use crate::ids::{ApprovalId, DealId, DisputeId};
use crate::store::rows::EventRow;

/// What an event says of the rows of its command. The event of a posting also says what was posted.
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
    pub postings: Vec<(Name<'d>, Name<'d>, Name<'d>)>,
}

/// A text in a list.
#[derive(Deserialize)]
pub(super) struct Name<'d>(#[serde(borrow)] pub Cow<'d, str>);

/// What an event of another kind says of the rows of its command.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Others<'d> {
    #[serde(borrow)]
    images: Vec<&'d RawValue>,
}

impl<'d> Posted<'d> {
    /// Reads an event. One that cannot be read says nothing: the chain tells that somebody changed it.
    pub(super) fn of(row: &'d EventRow) -> Self {
        if row.kind.as_ref() == POSTED {
            return serde_json::from_str(&row.data).unwrap_or_default();
        }
        let Others { images } = serde_json::from_str(&row.data).unwrap_or_default();
        Self { images, ..Self::default() }
    }
}

/// The image of a row.
pub(super) struct Image<'d> {
    parts: Vec<&'d RawValue>,
    ids: [Cow<'d, str>; 2],
    /// How many of the parts name the object, with the letter.
    named: usize,
}

impl<'d> Image<'d> {
    /// Reads an image. That of an account may name it by a leg of the posting that its event is of.
    pub(super) fn read(raw: &'d str, posted: &Posted<'d>) -> Option<Self> {
        let parts: Vec<&'d RawValue> = serde_json::from_str(raw).ok()?;
        let letter = parts.first()?.get();
        let second = parts.get(1).map_or("null", |part| part.get());
        if letter == "\"a\"" && second.starts_with(|first: char| first.is_ascii_digit()) {
            let (account, currency, _) = posted.postings.get(second.parse::<usize>().ok()?)?;
            return Some(Self { parts, ids: [account.0.clone(), currency.0.clone()], named: 2 });
        }
        let named = if matches!(letter, "\"a\"" | "\"o\"" | "\"r\"") { 3 } else { 2 };
        let id = |place: usize| match parts.get(place).filter(|_| place < named) {
            Some(part) => serde_json::from_str(part.get()).unwrap_or_default(),
            None => Cow::Borrowed(""),
        };
        let ids = [id(1), id(2)];
        Some(Self { parts, ids, named })
    }

    /// What sort of row it is of.
    pub(super) fn letter(&self) -> char {
        self.parts.first().and_then(|part| part.get().chars().nth(1)).unwrap_or_default()
    }

    /// A text or a number of it.
    pub(super) fn part(&self, place: usize) -> &'d str {
        self.parts.get(place).map_or("", |part| part.get().trim_matches('"'))
    }

    /// The object that it is of.
    pub(super) fn object(&self) -> u128 {
        let [one, two] = &self.ids;
        let letter = [self.letter() as u8];
        half(
            Sha256::new()
                .chain_update(letter)
                .chain_update(one.as_bytes())
                .chain_update([0])
                .chain_update(two.as_bytes()),
        )
    }

    /// Everything that it says of the object.
    pub(super) fn digest(&self) -> u128 {
        let mut hash = Sha256::new();
        for part in self.parts.iter().skip(self.named) {
            hash.update(part.get());
            hash.update([0]);
        }
        half(hash)
    }

    /// The image as that of a row is: it names its object itself.
    pub(super) fn whole(&self) -> String {
        let ids = self
            .ids
            .iter()
            .filter(|id| !id.is_empty())
            .map(|id| serde_json::Value::from(id.as_ref()).to_string());
        let letter = serde_json::Value::from(self.letter().to_string()).to_string();
        let rest = self.parts.iter().skip(self.named).map(|part| part.get().to_owned());
        let parts: Vec<String> = std::iter::once(letter).chain(ids).chain(rest).collect();
        format!("[{}]", parts.join(","))
    }

    /// The object by its name.
    pub(super) fn name(&self) -> String {
        let [one, two] = &self.ids;
        match (self.letter(), one.as_ref()) {
            ('a' | 'o', _) => format!("account {one} {two}"),
            ('h', _) => format!("hold {one}"),
            ('j', _) => format!("job {one}"),
            ('r', kind) => record(kind, two.parse().unwrap_or_default()),
            _ => format!("transfer {one}"),
        }
    }
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

/// The first 16 bytes of a hash.
pub(super) fn half(hash: Sha256) -> u128 {
    hash.finalize().iter().take(16).fold(0, |sum, byte| sum << 8 | u128::from(*byte))
}

/// The names of what an image says after the names of the object, in order. An object of members stands for its members.
const fn names(letter: char) -> &'static [&'static str] {
    match letter {
        'a' => &["posted", "version", "held", "overdraft", "status"],
        'h' => {
            &["account", "currency", "amount", "captured", "released", "state", "version", "expires_at", ""]
        }
        'r' => &["state", "version", "", "", ""],
        'j' => &["state", "version", ""],
        't' => &["kind", "original", "refunded", "version"],
        'b' => &["reversed_by"],
        _ => &[""],
    }
}

/// What two images of an object differ in.
pub(super) fn differing(one: &Image<'_>, other: &Image<'_>) -> Vec<String> {
    let values = |image: &Image<'_>| -> Vec<serde_json::Value> {
        let read = |part: &&RawValue| serde_json::from_str(part.get()).unwrap_or_default();
        let mut values: Vec<_> = image.parts.iter().skip(image.named).map(read).collect();
        if image.letter() == 'a' && values.len() == 2 {
            // what an image of an account leaves out
            values.extend(["0", "0", "active"].map(serde_json::Value::from));
        }
        values
    };
    let (one_values, other_values) = (values(one), values(other));
    let mut fields = Vec::new();
    for (place, name) in names(one.letter()).iter().enumerate() {
        let null = serde_json::Value::Null;
        let pair = (one_values.get(place).unwrap_or(&null), other_values.get(place).unwrap_or(&null));
        members(name, pair, &mut fields);
    }
    fields
}

/// Adds the paths at which two values differ.
fn members(path: &str, (one, other): (&serde_json::Value, &serde_json::Value), into: &mut Vec<String>) {
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
    all.sort();
    all.dedup();
    for name in all {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        members(
            &path,
            (one.get(name).unwrap_or(&Value::Null), other.get(name).unwrap_or(&Value::Null)),
            into,
        );
    }
}
