//! The body of a record: what a domain keeps of an object, in addition to the columns that every object has.
//!
//! A later version may have written members that this one does not know: they are kept and written back. A
//! body of a later major version is not touched.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use crate::error::{Detail, Error, Result};
use crate::rows::tables::RecordRow;

/// The body of a record: facts that may be published in events, and texts of people that may not.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Body {
    /// Version of the body's shape: higher majors are refused, unknown members are kept.
    pub v: u32,
    /// Ids, amounts, times and terms.
    pub facts: Value,
    /// Free texts by name, each with the salt of its hash.
    #[serde(default)]
    pub texts: BTreeMap<String, Text>,
}

/// A body whose facts are yet to be read: most that are read are never written, and make no tree of JSON.
#[derive(Deserialize)]
struct Unread<'a> {
    v: u32,
    #[serde(borrow)]
    facts: &'a RawValue,
    #[serde(default)]
    texts: BTreeMap<String, Text>,
}

/// A free text and the salt of its hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// 16 bytes, hexadecimal.
    pub salt: Arc<str>,
    /// The text itself. `verify` reports one that was emptied by hand: no operation does so.
    pub text: Arc<str>,
    /// Hash of salt and text.
    pub hash: Arc<str>,
}

impl Text {
    /// A text with its salted hash (SHA-256 over salt and text, first 16 bytes, hexadecimal).
    #[must_use]
    pub fn new(text: &str, salt: [u8; 16]) -> Self {
        let digest = Sha256::new().chain_update(salt).chain_update(text.as_bytes()).finalize();
        Self { salt: hex::encode(salt).into(), text: text.into(), hash: hex::encode(&digest[..16]).into() }
    }
}

impl Body {
    /// Reads a record's body.
    ///
    /// # Errors
    /// `corrupted` when it is not JSON of this shape.
    pub fn of(row: &RecordRow) -> Result<Self> {
        parsed(row)
    }

    /// Reads the facts and texts of a record, up to the version that its domain writes.
    ///
    /// # Errors
    /// `corrupted` when they are not of this shape; `schema_too_new` when a later version wrote them.
    pub fn read<F: DeserializeOwned>(row: &RecordRow, newest: u32) -> Result<(F, BTreeMap<String, Text>)> {
        let body: Unread<'_> = parsed(row)?;
        if body.v > newest {
            return Err(Detail::SchemaTooNew { schema: body.v.into(), supported: newest.into() }.into());
        }
        let unlike = |_| Error::corrupted(format!("{} {}", row.kind, row.id));
        Ok((serde_json::from_str(body.facts.get()).map_err(unlike)?, body.texts))
    }

    /// Writes facts over those of a record, and leaves what a later version put among them.
    ///
    /// # Errors
    /// `corrupted` when the facts have no JSON form, or those of the record are not of this shape.
    pub fn write<F: Serialize + DeserializeOwned>(
        v: u32,
        row: &RecordRow,
        facts: &F,
        texts: BTreeMap<String, Text>,
    ) -> Result<Arc<str>> {
        let no_form = |_| Error::corrupted("the facts of a record have no JSON form");
        let facts = serde_json::to_value(facts).map_err(no_form)?;
        let mut whole = if row.body.is_empty() { Value::Null } else { Self::of(row)?.facts };
        // of most records nothing goes away
        if lacks(&facts, &whole)
            && let Ok((read, _)) = Self::read::<F>(row, u32::MAX)
            && let Ok(read) = serde_json::to_value(read)
        {
            take_away(&mut whole, &read, &facts);
        }
        replace(&mut whole, facts);
        let body = Self { v, facts: whole, texts };
        Ok(serde_json::to_string(&body).map_err(no_form)?.into())
    }

    /// Whether a body that was written reads as these facts: nothing of what was there before comes back.
    pub(super) fn says<F: Serialize + DeserializeOwned>(body: &str, facts: &F) -> bool {
        let stored = serde_json::from_str::<Unread<'_>>(body).ok();
        let read = stored.and_then(|stored| serde_json::from_str::<F>(stored.facts.get()).ok());
        let json = |facts: &F| serde_json::to_value(facts).ok();
        read.is_some_and(|read| json(&read) == json(facts))
    }
}

fn parsed<'a, T: Deserialize<'a>>(row: &'a RecordRow) -> Result<T> {
    serde_json::from_str(&row.body).map_err(|_| Error::corrupted(format!("body of {} {}", row.kind, row.id)))
}

/// Whether new facts have not all members that old ones have.
fn lacks(new: &Value, old: &Value) -> bool {
    let (Value::Object(new), Value::Object(old)) = (new, old) else { return false };
    old.iter().any(|(name, old)| new.get(name).is_none_or(|new| lacks(new, old)))
}

/// Takes away the members that facts had when they were `read` and have not any more: an entry that left a
/// map, an option that became none, a choice that was written under another name. What was not read stays.
fn take_away(old: &mut Value, read: &Value, new: &Value) {
    let (Value::Object(old), Value::Object(read), Value::Object(new)) = (old, read, new) else { return };
    old.retain(|name, _| new.contains_key(name) || !read.contains_key(name));
    for (name, old) in old.iter_mut() {
        if let (Some(read), Some(new)) = (read.get(name), new.get(name)) {
            take_away(old, read, new);
        }
    }
}

/// Replaces old members by new ones, and leaves those that have no new one.
fn replace(old: &mut Value, new: Value) {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            for (name, value) in new {
                replace(old.entry(name).or_insert(Value::Null), value);
            }
        }
        (old, new) => *old = new,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::ids::Book;
    use crate::time::Time;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Pick {
        Tag(String),
        Depth(u32),
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct InnerPart {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        within: Option<u32>,
        kept: u32,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Various {
        choice: Pick,
        #[serde(default)]
        units: BTreeMap<String, u32>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        names: Vec<String>,
        #[serde(default)]
        terms: Option<InnerPart>,
    }

    fn recorded(body: &str) -> RecordRow {
        let at = Time::EPOCH;
        RecordRow {
            book: Book::default(),
            kind: "various".into(),
            id: Uuid::nil(),
            state: "open".into(),
            owner: None,
            peer: None,
            reference: None,
            salt: None,
            due_at: None,
            body: body.into(),
            version: 0,
            created_at: at,
            stamp: at,
            at: None,
        }
    }

    fn rewritten(stored: &Value, facts: &Various) -> Value {
        let body = Body { v: 1, facts: stored.clone(), texts: BTreeMap::new() };
        let body = if stored.is_null() { String::new() } else { serde_json::to_string(&body).unwrap() };
        let body = Body::write(1, &recorded(&body), facts, BTreeMap::new()).unwrap();
        assert!(Body::says(&body, facts), "{body}");
        serde_json::from_str::<Body>(&body).unwrap().facts
    }

    /// Members that facts no longer have are gone, at any depth; members that a later version added stay.
    #[test]
    fn what_is_gone_does_not_come_back() {
        let stored = json!({
            "choice": { "tag": "safe" },
            "units": { "USDC": 5, "POL": 7 },
            "names": ["pin"],
            "terms": { "within": 3, "kept": 1, "later": { "a": 1 } },
            "later": [1],
        });
        let facts = Various::deserialize(&stored).unwrap();
        assert_eq!(rewritten(&stored, &facts), stored);
        let less = Various {
            choice: Pick::Depth(12),
            units: BTreeMap::from([("POL".to_owned(), 8)]),
            names: Vec::new(),
            terms: Some(InnerPart { within: None, kept: 2 }),
        };
        let written = json!({
            "choice": { "depth": 12 },
            "units": { "POL": 8 },
            "terms": { "kept": 2, "later": { "a": 1 } },
            "later": [1],
        });
        assert_eq!(rewritten(&stored, &less), written);
        let none = Various { terms: None, ..less };
        assert_eq!(rewritten(&written, &none)["terms"], Value::Null);
        assert_eq!(rewritten(&Value::Null, &facts)["names"], json!(["pin"]));
    }

    /// Texts with escapes are read as those without; of the facts only what is asked for has to fit.
    #[test]
    fn a_part_of_the_facts_is_read_alone() {
        #[derive(Deserialize)]
        struct Named {
            names: Vec<Arc<str>>,
        }
        let row = recorded(r#"{"facts":{"choice":7,"names":["a\"\u00e9"],"later":{}},"v":9}"#);
        assert_eq!(*Body::read::<Named>(&row, 9).unwrap().0.names[0], *"a\"\u{e9}");
        let code = |read: Error| read.code().as_str();
        assert_eq!(code(Body::read::<Value>(&row, 8).unwrap_err()), "schema_too_new");
        assert_eq!(code(Body::read::<Various>(&row, 9).unwrap_err()), "corrupted");
        for broken in ["", "{}", r#"{"facts":{}}"#, r#"{"facts":{},"v":9}x"#] {
            assert_eq!(code(Body::read::<Value>(&recorded(broken), 9).unwrap_err()), "corrupted", "{broken}");
        }
    }
}
