//! JSON-RPC 2.0: one request, one call or a batch of them, and answers that are matched by their ids.

use std::fmt;

use serde_json::{Map, Value, json};

use crate::http::outcome::Fault;

/// The longest text of a node that is passed on.
const LONGEST: usize = 1_024;
/// The hint for a refused node that is private, or not encrypted.
const ALLOWED_BY: &str =
    "only `--private-nodes` (`DriveChains::allow_private`, `allow_http`) lets it be asked";
/// The code of an answer that is longer than it may be.
const TOO_LONG: &str = "too_long";

#[derive(Clone, Debug, PartialEq)]
pub struct RpcCall {
    /// The JSON-RPC method.
    pub method: &'static str,
    pub params: Value,
}

/// The result of a call, or its fault.
pub type RpcAnswer = Result<Value, RpcFault>;

/// Why a call has no result: what the node said, or how it was not reached. `Debug` shows the code alone.
#[derive(Clone, PartialEq)]
pub struct RpcFault {
    /// The code: a number of the node's, or a word.
    pub code: Value,
    pub message: String,
    /// The error's `data`, as text.
    pub data: Option<Value>,
    /// Whether the node has said so itself.
    pub is_said: bool,
}

impl fmt::Debug for RpcFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RpcFault").field("code", &self.code).finish_non_exhaustive()
    }
}

impl RpcFault {
    /// A fault on the way.
    pub fn unsaid(code: &str, message: &str) -> Self {
        Self { code: code.into(), message: message.to_owned(), data: None, is_said: false }
    }

    /// There was no answer. The text names no server.
    pub fn of_line(fault: &Fault) -> Self {
        match fault {
            Fault::Late => Self::unsaid("timeout", "no answer in time"),
            Fault::Unresolved(_) => Self::unsaid("unreachable", "the name leads to no server"),
            // the caller may allow both
            Fault::NotEncrypted | Fault::NotPublic => {
                Self::unsaid("unreachable", &format!("{fault}: {ALLOWED_BY}"))
            }
            other => Self::unsaid("unreachable", &other.to_string()),
        }
    }

    /// The answer was none of JSON-RPC.
    pub fn malformed(message: &str) -> Self {
        Self::unsaid("malformed", message)
    }

    /// The answer was longer than it may be.
    pub fn too_long() -> Self {
        Self::unsaid(TOO_LONG, "the answer is too long")
    }

    /// Whether the answer was longer than it may be, or the node says so. What it says of one call of a batch
    /// it says of all behind the long one as well.
    pub fn is_too_long(&self) -> bool {
        let message = self.message.to_ascii_lowercase();
        let says_so = self.is_said && message.contains("response") && message.contains("too large");
        says_so || (!self.is_said && self.code == json!(TOO_LONG))
    }

    /// The same, as reports have it.
    pub fn to_value(&self) -> Value {
        let mut error = Map::new();
        error.insert("code".to_owned(), self.code.clone());
        error.insert("message".to_owned(), self.message.as_str().into());
        if let Some(data) = &self.data {
            error.insert("data".to_owned(), data.clone());
        }
        Value::Object(error)
    }

    /// Whether the node wants to be asked less often.
    pub fn is_too_many(&self) -> bool {
        self.is_said && self.code == json!(429)
    }
}

/// Writes the body of a request: one call, or a batch. Ids are the places of the calls, from 1 on.
pub fn body_of(calls: &[RpcCall], is_batch: bool) -> String {
    let mut all: Vec<Value> = calls
        .iter()
        .zip(1_u64..)
        .map(|(call, id)| json!({ "jsonrpc": "2.0", "id": id, "method": call.method, "params": call.params }))
        .collect();
    match all.pop() {
        Some(only) if !is_batch && all.is_empty() => only.to_string(),
        last => {
            all.extend(last);
            Value::Array(all).to_string()
        }
    }
}

/// Why an answer has nothing for the calls.
#[derive(Clone, Debug, PartialEq)]
pub enum Unanswered {
    /// A batch was answered as a whole, with an error: this node takes none, or none of this size.
    Unbatched(RpcFault),
    /// It is no JSON-RPC.
    Malformed,
}

/// Reads an answer to so many calls, in the order of the calls.
pub fn read(body: &[u8], count: usize, is_batch: bool) -> Result<Vec<RpcAnswer>, Unanswered> {
    let answer: Value = serde_json::from_slice(body).map_err(|_| Unanswered::Malformed)?;
    if !is_batch {
        let answer = answer.as_object().and_then(said).ok_or(Unanswered::Malformed)?;
        return Ok(vec![answer]);
    }
    let elements = match &answer {
        Value::Array(elements) => elements,
        Value::Object(whole) => match said(whole) {
            Some(Err(fault)) => return Err(Unanswered::Unbatched(fault)),
            _ => return Err(Unanswered::Malformed),
        },
        _ => return Err(Unanswered::Malformed),
    };
    let lacking = || Err(RpcFault::malformed("the answer lacks this call"));
    let mut answers: Vec<Option<RpcAnswer>> = vec![None; count];
    let mut stray = None;
    for element in elements.iter().filter_map(Value::as_object) {
        let Some(answer) = said(element) else { continue };
        match place(element).and_then(|place| answers.get_mut(place)) {
            // an id that is there twice: what came first holds
            Some(slot) => {
                slot.get_or_insert(answer);
            }
            None => stray = stray.or(Some(answer)),
        }
    }
    match stray {
        Some(Err(fault)) if answers.iter().all(Option::is_none) => Err(Unanswered::Unbatched(fault)),
        _ => Ok(answers.into_iter().map(|answer| answer.unwrap_or_else(lacking)).collect()),
    }
}

/// The place of the call that an element of a batch answers. Some nodes give ids back as text.
fn place(element: &Map<String, Value>) -> Option<usize> {
    let id = match element.get("id")? {
        Value::Number(id) => id.as_u64()?,
        Value::String(id) => id.parse().ok()?,
        _ => return None,
    };
    usize::try_from(id.checked_sub(1)?).ok()
}

/// Reads the answer in an object; `None` where it has neither a result nor an error.
fn said(object: &Map<String, Value>) -> Option<RpcAnswer> {
    match object.get("error") {
        None | Some(Value::Null) => object.get("result").map(|result| Ok(result.clone())),
        Some(error) => Some(Err(fault_of(error))),
    }
}

fn fault_of(error: &Value) -> RpcFault {
    let text = |value: &Value| match value {
        Value::String(text) => cut(text),
        other => cut(&other.to_string()),
    };
    let code = match error.get("code") {
        Some(Value::Number(code)) if code.is_i64() || code.is_u64() => Value::Number(code.clone()),
        Some(Value::String(code)) => cut(code).into(),
        _ => "".into(),
    };
    let message = match error {
        Value::String(message) => cut(message),
        other => other.get("message").map(text).unwrap_or_default(),
    };
    let data = error.get("data").filter(|data| !data.is_null()).map(|data| text(data).into());
    RpcFault { code, message, data, is_said: true }
}

fn cut(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(method: &'static str) -> RpcCall {
        RpcCall { method, params: json!([]) }
    }

    #[test]
    fn calls_are_written_alone_or_as_a_batch() {
        let one = body_of(&[call("eth_chainId")], false);
        let one: Value = serde_json::from_str(&one).unwrap();
        assert_eq!(one, json!({ "jsonrpc": "2.0", "id": 1, "method": "eth_chainId", "params": [] }));
        let batch = body_of(&[call("a"), call("b")], true);
        let batch: Value = serde_json::from_str(&batch).unwrap();
        assert_eq!((&batch[0]["id"], &batch[1]["id"]), (&json!(1), &json!(2)));
        let batch: Value = serde_json::from_str(&body_of(&[call("a")], true)).unwrap();
        assert!(batch.is_array());
    }

    #[test]
    fn answers_are_matched_by_their_ids() {
        let body = json!([
            { "id": 3, "result": "c" },
            { "id": "1", "result": null },
            { "id": 3, "result": "again" },
            { "id": 9, "result": 1 },
        ]);
        let answers = read(body.to_string().as_bytes(), 3, true).unwrap();
        assert_eq!(answers[0], Ok(Value::Null));
        assert_eq!(answers[2], Ok(json!("c")));
        assert_eq!(answers[1].as_ref().unwrap_err().code, json!("malformed"));
    }

    #[test]
    fn errors_are_kept_as_they_were_said() {
        let body = br#"{"id":1,"error":{"code":-32000,"message":"nonce too low","data":"0x08c379a0"}}"#;
        let Err(fault) = &read(body, 1, false).unwrap()[0] else { panic!("it is an error") };
        assert_eq!(
            fault.to_value(),
            json!({ "code": -32000, "message": "nonce too low", "data": "0x08c379a0" })
        );
        assert!(fault.is_said && !format!("{fault:?}").contains("nonce"));
        for (error, value) in [
            (json!("limit"), json!({ "code": "", "message": "limit" })),
            (json!({ "code": 1.5, "message": "m" }), json!({ "code": "", "message": "m" })),
            (
                json!({ "code": "X", "message": "m", "data": { "a": 1 } }),
                json!({ "code": "X", "message": "m", "data": "{\"a\":1}" }),
            ),
        ] {
            assert_eq!(fault_of(&error).to_value(), value);
        }
        assert_eq!(fault_of(&json!({ "message": "x".repeat(5_000) })).message.len(), LONGEST);
        assert!(fault_of(&json!({ "code": 429 })).is_too_many());
    }

    #[test]
    fn a_node_that_takes_no_batches_is_noticed() {
        for refused in [
            r#"{"id":null,"error":{"code":-32600,"message":"batches are not for you"}}"#,
            r#"[{"id":null,"error":{"code":-32600,"message":"batch too large"}}]"#,
        ] {
            let read = read(refused.as_bytes(), 2, true);
            assert!(matches!(read, Err(Unanswered::Unbatched(_))), "{refused}");
        }
        for malformed in ["", "<html>", "1", r#"{"id":1}"#, r#"{"id":1,"result":1}"#] {
            assert_eq!(read(malformed.as_bytes(), 2, true), Err(Unanswered::Malformed), "{malformed}");
        }
        assert_eq!(read(b"[]", 1, false), Err(Unanswered::Malformed));
    }

    /// One that has no room for an answer says it in its own words.
    #[test]
    fn an_answer_that_is_too_long_is_told_from_a_refusal() {
        let said = |message: &str| fault_of(&json!({ "code": -32_003, "message": message }));
        assert!(RpcFault::too_long().is_too_long());
        assert!(said("response too large").is_too_long() && said("Response size too large").is_too_long());
        for other in ["transaction rejected", "transaction too large", "no response"] {
            assert!(!said(other).is_too_long(), "{other}");
        }
        assert!(!RpcFault::unsaid("timeout", "no answer in time").is_too_long());
    }

    #[test]
    fn a_line_that_fails_is_told_without_the_server() {
        let fault = RpcFault::of_line(&Fault::Unresolved(Some("key.node.example".to_owned())));
        assert!(!fault.message.contains("example") && !fault.is_said);
        assert_eq!(RpcFault::of_line(&Fault::Late).code, json!("timeout"));
    }
}
