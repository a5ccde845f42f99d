//! Reads requests from JSON, and says which field is wrong and how.

use serde_json::Value;

use super::bounds::{DEPTH, is_deeper};
use super::record::Request;
use crate::error::{Error, Result};

/// The deepest that a request may be: calls of a batch, each with its own documents. What is deeper is not
/// even read.
const ARGS_DEPTH: usize = DEPTH + 16;

/// The longest path or reason of a request that cannot be read.
const SHORT: usize = 800;

/// Reads a request from JSON: an object, as are the objects within it.
///
/// # Errors
/// `invalid_request` naming the field: unknown, missing, of the wrong type, or a list where an object
/// belongs.
pub fn from_json<R: Request>(value: Value) -> Result<R> {
    if is_deeper(&value, ARGS_DEPTH) {
        return Err(Error::invalid("args", format!("must be at most {ARGS_DEPTH} levels deep")));
    }
    let listed = has_list(&value).then(|| value.clone());
    let request: R = serde_path_to_error::deserialize(value).map_err(|error| unreadable(&error))?;
    if let Some(given) = listed {
        let meant =
            serde_json::to_value(&request).map_err(|_| Error::corrupted("a request has no JSON form"))?;
        refuse_positions("args", &given, &meant)?;
    }
    Ok(request)
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
        (Value::Array(_), Value::Object(_)) => {
            Err(Error::invalid(short(path.to_owned()), "must be an object, and is a list"))
        }
        (Value::Array(given), Value::Array(meant)) => {
            given.iter().zip(meant).enumerate().try_for_each(|(place, (given, meant))| {
                refuse_positions(&format!("{path}[{place}]"), given, meant)
            })
        }
        (Value::Object(given), Value::Object(meant)) => given.iter().try_for_each(|(name, given)| {
            let path = if path == "args" { name.clone() } else { format!("{path}.{name}") };
            meant.get(name).map_or(Ok(()), |meant| refuse_positions(&path, given, meant))
        }),
        _ => Ok(()),
    }
}

fn unreadable(error: &serde_path_to_error::Error<serde_json::Error>) -> Error {
    let path = error.path().to_string();
    let reason = error.inner().to_string();
    let named = reason
        .split('`')
        .nth(1)
        .filter(|_| reason.starts_with("unknown field") || reason.starts_with("missing field"));
    let field = match (named, path.as_str()) {
        // serde's path already ends with an unknown field, but not with a missing one
        (Some(name), "." | "?") => name.to_owned(),
        (Some(name), path) if path == name || path.ends_with(&format!(".{name}")) => path.to_owned(),
        (Some(name), path) => format!("{path}.{name}"),
        (None, "." | "?") => "args".to_owned(),
        (None, path) => path.to_owned(),
    };
    Error::invalid(short(field), short(unechoed(reason)))
}

/// A reason without the text of the caller's that stood in the wrong place.
fn unechoed(reason: String) -> String {
    let wrong =
        reason.strip_prefix("invalid type: string \"").or(reason.strip_prefix("invalid value: string \""));
    match wrong.and_then(|rest| rest.rsplit_once("\", expected ")) {
        Some((_, expected)) => format!("invalid type: string, expected {expected}"),
        None => reason,
    }
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
