//! Shapes that fields of several domains share: names, closed lists of words, positive amounts.

use super::record::Parse;
use crate::error::{Error, Result};
use crate::money::{Amount, Money};
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

/// An amount that must be positive where it is given.
pub(crate) fn amount_of(field: &str, amount: Option<&Amount>, parse: &Parse<'_>) -> Result<Option<Money>> {
    amount.map(|amount| amount.resolve_positive(field, parse.currencies)).transpose()
}

/// A length of time where it is given.
pub(crate) fn span_of(field: &str, span: Option<&SpanInput>) -> Result<Option<Span>> {
    span.map(|span| span.resolve(field)).transpose()
}
