//! Lengths of time as requests write them.

use std::borrow::Cow;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Span;
use crate::error::Result;

/// A length of time in a request: a [`Span`], a [`Duration`], or ISO 8601 text such as `P3D` or `PT90M`. A
/// text is read when the request is sent, so that a mistake is `invalid_request` and names its field.
///
/// ```
/// use earnest::time::{Span, SpanInput};
///
/// assert_eq!(SpanInput::from("P3D").resolve("inspection")?, Span::from_days(3));
/// let refused = SpanInput::from("three days").resolve("inspection").unwrap_err();
/// assert_eq!(refused.details()["field"], "inspection");
/// # Ok::<(), earnest::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SpanInput {
    /// A text that nobody has read yet.
    Raw(String),
    /// A length of time.
    Span(Span),
}

impl SpanInput {
    /// The span that the field `field` holds.
    ///
    /// # Errors
    /// As [`Span::request`].
    pub fn resolve(&self, field: &str) -> Result<Span> {
        match self {
            SpanInput::Raw(text) => Span::request(field, text),
            SpanInput::Span(span) => Ok(*span),
        }
    }
}

impl PartialEq<Span> for SpanInput {
    fn eq(&self, span: &Span) -> bool {
        matches!(self, SpanInput::Span(own) if own == span)
    }
}

impl From<Span> for SpanInput {
    fn from(span: Span) -> SpanInput {
        SpanInput::Span(span)
    }
}

impl From<Duration> for SpanInput {
    /// As [`Span`] takes it.
    fn from(duration: Duration) -> SpanInput {
        SpanInput::Span(duration.into())
    }
}

impl From<&str> for SpanInput {
    fn from(text: &str) -> SpanInput {
        SpanInput::Raw(text.to_owned())
    }
}

impl From<String> for SpanInput {
    fn from(text: String) -> SpanInput {
        SpanInput::Raw(text)
    }
}

impl Serialize for SpanInput {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            SpanInput::Raw(text) => serializer.serialize_str(text),
            SpanInput::Span(span) => span.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for SpanInput {
    /// Judges at once: the error of the document then says where it is wrong.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<SpanInput, D::Error> {
        Span::deserialize(deserializer).map(SpanInput::Span)
    }
}

impl JsonSchema for SpanInput {
    fn schema_name() -> Cow<'static, str> {
        Span::schema_name()
    }

    fn inline_schema() -> bool {
        Span::inline_schema()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Span::json_schema(generator)
    }
}
