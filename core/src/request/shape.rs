//! Shapes that fields of several domains share: names, closed lists of words, positive amounts, texts and
//! JSON.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::bounds::{Bounded as _, METADATA};
use super::domain::Parse;
use crate::error::{Error, Result};
use crate::money::{Amount, Money};
use crate::rows::codec::TextEnum;
use crate::time::{Span, SpanInput};

/// A name that may stand in events: no text of people.
pub(crate) fn is_name(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b':' | b'-');
    (1..=64).contains(&text.len()) && text.bytes().all(fits)
}

/// `invalid_request` that lists the values a field can have.
pub(crate) fn one_of(field: &str, names: impl Iterator<Item = &'static str>) -> Error {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    Error::invalid(field, format!("must be one of {}", names.join(", ")))
}

/// A value by its name in a request.
pub(crate) fn one_named<T: TextEnum>(field: &str, name: &str) -> Result<T> {
    name.parse::<T>().map_err(|_| one_of(field, T::VALUES.iter().map(|value| value.name())))
}

/// The filter of a list by such a value, as records have it.
pub(crate) fn filter_of<T: TextEnum>(field: &str, name: Option<&String>) -> Result<Option<Arc<str>>> {
    Ok(word::<T>(field, name)?.map(|value| value.name().into()))
}

/// One of a closed list of words where it is given: the state, mostly, by which a list is narrowed.
pub(crate) fn word<W: TextEnum>(field: &str, text: Option<&String>) -> Result<Option<W>> {
    text.map(|text| one_named(field, text)).transpose()
}

/// A free text where it is given.
pub(crate) fn text_of(field: &str, value: Option<&String>) -> Result<Option<Arc<str>>> {
    value.map(|value| text(field, value)).transpose()
}

/// An amount that must be positive where it is given.
pub(crate) fn amount_of(field: &str, amount: Option<&Amount>, parse: &Parse<'_>) -> Result<Option<Money>> {
    amount.map(|amount| amount.resolve_positive(field, parse.currencies)).transpose()
}

/// A length of time where it is given.
pub(crate) fn span_of(field: &str, span: Option<&SpanInput>) -> Result<Option<Span>> {
    span.map(|span| span.resolve(field)).transpose()
}

/// A free text that is not empty. How long it may be is said where its field is declared.
pub fn text(field: &str, value: &str) -> Result<Arc<str>> {
    if value.is_empty() { Err(Error::invalid(field, "must not be empty")) } else { Ok(value.into()) }
}

/// At most 16 KiB of JSON, as canonical text.
pub fn json(field: &str, value: &Value) -> Result<Arc<str>> {
    value.check(field, &METADATA)?;
    canonical(field, serde_json_canonicalizer::to_string(value).ok())
}

fn canonical(field: &str, text: Option<String>) -> Result<Arc<str>> {
    let text = text.ok_or_else(|| Error::invalid(field, "must be canonical JSON"))?;
    Ok(text.into())
}

/// At most 16 KiB of JSON object, as canonical text; an empty object is none.
pub fn metadata(value: Option<&Map<String, Value>>) -> Result<Option<Arc<str>>> {
    let Some(object) = value.filter(|object| !object.is_empty()) else { return Ok(None) };
    canonical("metadata", serde_json_canonicalizer::to_string(object).ok()).map(Some)
}
