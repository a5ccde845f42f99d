//! Reads requests from JSON, and says which field is wrong and how; writes replies as JSON.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use serde::de::{DeserializeOwned, Deserializer as _, Error as _, IgnoredAny, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::bounds::{Bound, DEPTH, is_deeper};
use super::said::said;
use crate::error::{Error, Result};

/// The deepest that a request may be: calls of a batch, each with its own documents. What is deeper is not
/// even read.
const ARGS_DEPTH: usize = DEPTH + 16;

/// The longest path or reason of a request that cannot be read.
const SHORT: usize = 800;

/// Reads the arguments of a call, whose fields have these bounds, from the text of a JSON object. Of a list
/// that is too long for its field no more is kept than shows it: the call refuses it.
pub fn arguments(bounds: &[(&'static str, Bound)], text: &[u8]) -> Result<Value> {
    let broken = |_| Error::invalid("args", "must be a JSON object");
    let Ok(members) = serde_json::from_slice::<BTreeMap<String, &RawValue>>(text) else {
        return serde_json::from_slice(text).map_err(broken);
    };
    let mut read = Map::new();
    for (name, raw) in members {
        let bound = bounds.iter().find(|(field, _)| *field == name);
        let most = bound.and_then(|(_, bound)| bound.most_items()).filter(|_| raw.get().starts_with('['));
        let value = match most {
            Some(most) => {
                let mut reader = serde_json::Deserializer::from_str(raw.get());
                reader.deserialize_seq(List { most }).map(Value::Array)
            }
            None => serde_json::from_str(raw.get()),
        };
        read.insert(name, value.map_err(broken)?);
    }
    Ok(Value::Object(read))
}

/// A list, of which one member more than `most` is kept.
struct List {
    most: usize,
}

impl<'de> Visitor<'de> for List {
    type Value = Vec<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> std::result::Result<Vec<Value>, A::Error> {
        let mut list = Vec::new();
        while list.len() <= self.most {
            let Some(item) = items.next_element()? else { return Ok(list) };
            list.push(item);
        }
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(list)
    }
}

/// Reads settings from JSON: an object, whose members are named as they are.
pub fn settings_from_json<T: DeserializeOwned>(value: Value) -> Result<T> {
    typed("", value)
}

/// Reads a value from JSON that is the field `name` of something: a refusal names the path within it.
pub fn part_from_json<T: DeserializeOwned>(name: &str, value: Value) -> Result<T> {
    typed(name, value)
}

/// The members of a request. What reads a text is compiled once, and not once for each request that has one:
/// serde's own reading of all requests was a tenth of a small program.
pub struct Members {
    fields: Map<String, Value>,
    /// The error of the first optional member that could not be read.
    wrong: Option<Error>,
}

impl Members {
    /// The members of an object that has no others than these.
    pub fn of(
        value: Value,
        names: &'static [&'static str],
        bounds: &[(&'static str, Bound)],
    ) -> Result<Self> {
        // before anything is made of them: a list of a million members takes a minute and gigabytes
        for (name, bound) in bounds.iter().filter(|(_, bound)| bound.most_items().is_some()) {
            if let Some(Value::Array(items)) = value.get(name) {
                bound.list(name, items.len())?;
            }
        }
        if is_deeper(&value, ARGS_DEPTH) {
            let mut members = value.as_object().into_iter().flatten();
            let deep = members.find(|(_, value)| is_deeper(value, ARGS_DEPTH - 1));
            let name = deep.map_or_else(|| "args".to_owned(), |(name, _)| short(name.clone()));
            return Err(Error::invalid(name, format!("must be at most {ARGS_DEPTH} levels deep")));
        }
        if value.is_array() {
            return Err(no_object("args"));
        }
        let members: Map<String, Value> = typed("args", value)?;
        match members.keys().find(|name| !names.contains(&name.as_str())) {
            Some(name) => {
                let reason = serde_json::Error::unknown_field(name, names).to_string();
                Err(Error::invalid(short(name.clone()), short(reason)))
            }
            None => Ok(Self { fields: members, wrong: None }),
        }
    }

    /// A field that must be there.
    pub fn needed<T: DeserializeOwned + Serialize>(&mut self, name: &'static str) -> Result<T> {
        self.done()?;
        let Some(value) = self.fields.remove(name) else {
            return Err(Error::invalid(name, serde_json::Error::missing_field(name).to_string()));
        };
        read(name, value)
    }

    /// A field that may be left out, or be `null`. Once one cannot be read no more are: [`Members::done`]
    /// says what is wrong, and is asked once, when the request is there.
    pub fn given<T: DeserializeOwned + Serialize>(&mut self, name: &'static str) -> Option<T> {
        let value = self.present(name)?;
        match read(name, value) {
            Ok(value) => Some(value),
            Err(error) => {
                self.wrong = Some(error);
                None
            }
        }
    }

    fn present(&mut self, name: &str) -> Option<Value> {
        if self.wrong.is_some() {
            return None;
        }
        self.fields.remove(name).filter(|value| !value.is_null())
    }

    /// Whether everything that was given could be read.
    pub fn done(&mut self) -> Result<()> {
        self.wrong.take().map_or(Ok(()), Err)
    }
}

#[inline(never)]
fn read<T: DeserializeOwned + Serialize>(name: &str, value: Value) -> Result<T> {
    let listed = has_list(&value).then(|| value.clone());
    let read: T = typed(name, value)?;
    if let Some(given) = listed {
        refuse_positions(name, &given, &to_json(&read)?)?;
    }
    Ok(read)
}

fn typed<T: DeserializeOwned>(name: &str, value: Value) -> Result<T> {
    serde_path_to_error::deserialize(value).map_err(|error| unreadable(name, &error))
}

/// A reply as JSON.
pub fn to_json<T: Serialize>(reply: &T) -> Result<Value> {
    serde_json::to_value(reply).map_err(|_| Error::corrupted("a reply has no JSON form"))
}

fn has_list(value: &Value) -> bool {
    match value {
        Value::Array(_) => true,
        Value::Object(members) => members.values().any(has_list),
        _ => false,
    }
}

/// A list that was read as an object, its members by their places, is refused: serde would take it.
fn refuse_positions(path: &str, given: &Value, meant: &Value) -> Result<()> {
    match (given, meant) {
        (Value::Array(_), Value::Object(_)) => Err(no_object(path)),
        (Value::Array(given), Value::Array(meant)) => {
            given.iter().zip(meant).enumerate().try_for_each(|(place, (given, meant))| {
                refuse_positions(&format!("{path}[{place}]"), given, meant)
            })
        }
        (Value::Object(given), Value::Object(meant)) => given.iter().try_for_each(|(name, given)| {
            meant.get(name).map_or(Ok(()), |meant| refuse_positions(&format!("{path}.{name}"), given, meant))
        }),
        _ => Ok(()),
    }
}

fn no_object(path: &str) -> Error {
    Error::invalid(short(path.to_owned()), "must be an object, and is a list")
}

/// Returns the error that says what is wrong in the field `name`, and where.
fn unreadable(name: &str, error: &serde_path_to_error::Error<serde_json::Error>) -> Error {
    let path = match error.path().to_string().as_str() {
        "." | "?" => name.to_owned(),
        within if name.is_empty() => within.to_owned(),
        within if within.starts_with('[') => format!("{name}{within}"),
        within => format!("{name}.{within}"),
    };
    let reason = error.inner().to_string();
    let unnamed = reason
        .split('`')
        .nth(1)
        .filter(|_| reason.starts_with("unknown field") || reason.starts_with("missing field"))
        // serde's path already ends with an unknown field, but not with a missing one
        .filter(|field| path != *field && !path.ends_with(&format!(".{field}")));
    let field = unnamed.map_or_else(|| path.clone(), |field| format!("{path}.{field}"));
    Error::invalid(short(field), short(said(&reason)))
}

/// No longer than somebody reads: the name of a field that there is not may be of any length.
fn short(text: String) -> String {
    if text.len() <= SHORT { text } else { text.chars().take(SHORT / 4).chain("...".chars()).collect() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ledger::requests::Post;
    use crate::request::record::from_json;
    use crate::upkeep::requests::RunVerify;

    /// serde reads a list as a record whose members come in their order: nobody means that.
    #[test]
    fn a_list_is_no_object() {
        let field = |error: Error| error.details()["field"].clone();
        assert_eq!(field(from_json::<RunVerify>(json!([null])).unwrap_err()), "args");
        let post = |posting: Value, metadata: Value| {
            from_json::<Post>(json!({ "postings": [posting], "key": "k", "metadata": metadata }))
        };
        let plain = json!({ "account": "a", "amount": "1.00 USD" });
        assert!(post(plain.clone(), json!({ "list": [[1], { "in": [2] }] })).is_ok());
        assert_eq!(field(post(json!(["a", "1.00 USD"]), json!({})).unwrap_err()), "postings[0]");
        let trace = json!({ "postings": [plain], "key": "k", "context": ["c-1"] });
        assert_eq!(field(from_json::<Post>(trace).unwrap_err()), "context");
    }
}
