//! A message as it was received: its headers, and its body as it came over the line. `Debug` shows neither,
//! because signatures and what a gateway knows of a payer are in them.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::error::{Error, Result};
use crate::request::bounds::{Bound, Bounded, chars};
use crate::request::field::IntoField;
use crate::request::normal::Normal;

/// The longest body, in bytes.
pub const BODY_MAX: usize = 256 * 1024;
/// How many headers a message has at most, each so long.
pub const HEADERS: Bound = chars(4_000).items(100);
/// The longest name of a header that an error repeats.
const NAME_SHOWN: usize = 64;

/// Headers by name, in upper or lower case.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WebhookHeaders(Map<String, Value>);

/// A body, character by character as it was received.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WebhookBody(String);

/// A message that is looked at.
#[derive(Clone, Copy, Debug)]
pub struct ReceivedMessage<'m> {
    pub headers: &'m WebhookHeaders,
    pub body: &'m WebhookBody,
}

impl WebhookHeaders {
    /// A header that is there once, whatever the case of its name: of two, nobody knows which one is meant.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut found = self.0.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        let (_, value) = found.next()?;
        value.as_str().filter(|_| found.next().is_none())
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for WebhookHeaders {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(all: I) -> Self {
        Self(all.into_iter().map(|(name, value)| (name.into(), Value::String(value.into()))).collect())
    }
}

/// How many there are.
impl fmt::Debug for WebhookHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({} headers)", self.0.len())
    }
}

impl JsonSchema for WebhookHeaders {
    fn schema_name() -> Cow<'static, str> {
        "WebhookHeaders".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object", "additionalProperties": { "type": "string" } })
    }
}

impl Bounded for WebhookHeaders {
    fn check(&self, field: &str, bound: &Bound) -> Result<()> {
        bound.list(field, self.0.len())?;
        for (name, value) in &self.0 {
            let shown: String = name.chars().filter(|c| !c.is_control()).take(NAME_SHOWN).collect();
            let field = format!("{field}.{shown}");
            match value.as_str() {
                Some(text) => bound.text(&field, text)?,
                None => return Err(Error::invalid(field, "must be a text")),
            }
        }
        Ok(())
    }
}

impl Normal for WebhookHeaders {}

impl IntoField<Self> for WebhookHeaders {
    fn into_field(self) -> Self {
        self
    }
}

impl From<String> for WebhookBody {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for WebhookBody {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl WebhookBody {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its bytes, which are signed.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// How long it is.
impl fmt::Debug for WebhookBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({} bytes)", self.0.len())
    }
}

impl JsonSchema for WebhookBody {
    fn schema_name() -> Cow<'static, str> {
        "WebhookBody".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        String::json_schema(generator)
    }
}

/// It counts bytes, not characters: what is signed is bytes.
impl Bounded for WebhookBody {
    fn check(&self, field: &str, bound: &Bound) -> Result<()> {
        bound.text(field, &self.0)?;
        if self.0.len() > BODY_MAX {
            return Err(Error::invalid(field, format!("must be at most {} KiB", BODY_MAX / 1024)));
        }
        Ok(())
    }
}

impl Normal for WebhookBody {
    fn canonical(&self, into: &mut Vec<u8>) -> bool {
        // a text has one form
        serde_json::to_writer(into, self).is_ok()
    }
}

impl IntoField<WebhookBody> for &str {
    fn into_field(self) -> WebhookBody {
        self.into()
    }
}

impl IntoField<WebhookBody> for String {
    fn into_field(self) -> WebhookBody {
        self.into()
    }
}

impl IntoField<Self> for WebhookBody {
    fn into_field(self) -> Self {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_found_in_any_case_and_only_where_it_is_alone() {
        let headers =
            WebhookHeaders::from_iter([("X-Nonce", "n"), ("x-signature", "s"), ("X-SIGNATURE", "t")]);
        assert_eq!((headers.get("x-nonce"), headers.get("X-NONCE")), (Some("n"), Some("n")));
        assert_eq!((headers.get("x-signature"), headers.get("x-timestamp")), (None, None));
    }

    #[test]
    fn nothing_of_a_message_is_shown() {
        let headers = WebhookHeaders::from_iter([("x-signature", "sha256=marked")]);
        let body = WebhookBody::from("{\"card\":\"marked\"}");
        let shown = format!("{headers:?} {body:?} {:?}", ReceivedMessage { headers: &headers, body: &body });
        assert!(!shown.contains("marked") && !shown.contains("x-signature"), "{shown}");
    }

    #[test]
    fn a_message_has_bounds() {
        let fits = |headers: &WebhookHeaders| headers.check("headers", &HEADERS);
        assert!(fits(&WebhookHeaders::from_iter([("a", "x".repeat(4_000))])).is_ok());
        assert!(fits(&WebhookHeaders::from_iter([("a", "x".repeat(4_001))])).is_err());
        assert!(fits(&(0..=100).map(|n| (n.to_string(), "x")).collect()).is_err());
        let number: WebhookHeaders = serde_json::from_str(r#"{"x-nonce":7}"#).unwrap();
        assert_eq!(fits(&number).unwrap_err().details()["field"], "headers.x-nonce");
        let body = |bytes| WebhookBody::from("x".repeat(bytes)).check("body", &chars(BODY_MAX));
        assert!(body(BODY_MAX).is_ok() && body(BODY_MAX + 1).is_err());
    }
}
