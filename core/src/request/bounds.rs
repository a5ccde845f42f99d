//! How much a field of a request may hold: said once where the field is declared, shown in its JSON Schema,
//! enforced before anything is read.

use std::borrow::Cow;
use std::io;

use schemars::Schema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::error::{Detail, Error, Result};
use crate::ids::{AccountId, echo};
use crate::money::Amount;
use crate::rows::codec::TextEnum;
use crate::rows::private::Private;
use crate::time::{Span, SpanInput, Time};

/// The deepest that a JSON document of a caller's may be: an object or a list in it is one level more.
pub const DEPTH: usize = 32;

/// Below this every whole number is exact in JSON as others read it, and 2^53 is 2^53 + 1 to them.
pub const EXACT: i64 = (1 << 53) - 1;

/// The longest that a caller may plan ahead: what is later is a slip of the pen.
pub const CENTURY: Span = Span::from_days(36_500);

/// The error code of a value beyond its bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Blame {
    Request,
    Account,
    Currency,
    Amount,
}

/// The bound of a field. A list has a bound of its own and one for its members.
#[derive(Clone, Copy, Debug)]
pub struct Bound {
    characters: usize,
    items: usize,
    least: i64,
    most: i64,
    bytes: usize,
    levels: usize,
    exact: bool,
    /// Where it is one of a closed set: these.
    words: Option<fn() -> Vec<&'static str>>,
    blame: Blame,
}

impl Bound {
    /// Of what has a bound by its type.
    pub const NONE: Self = Self {
        characters: 0,
        items: 0,
        least: 0,
        most: 0,
        bytes: 0,
        levels: DEPTH,
        exact: false,
        words: None,
        blame: Blame::Request,
    };

    /// A list of at most this many of these.
    pub const fn items(self, most: usize) -> Self {
        Self { items: most, ..self }
    }

    /// A document that may be deeper.
    pub const fn levels(self, most: usize) -> Self {
        Self { levels: most, ..self }
    }

    /// The same, refused as an amount.
    pub const fn of_amount(self) -> Self {
        Self { blame: Blame::Amount, ..self }
    }

    /// How many members a list may have; none for what is no list.
    pub const fn most_items(&self) -> Option<usize> {
        if self.items == 0 { None } else { Some(self.items) }
    }

    /// Compares the length of a list.
    pub(crate) fn list(&self, field: &str, length: usize) -> Result<()> {
        if length > self.items {
            return Err(Error::invalid(field, format!("must have at most {} members", self.items)));
        }
        Ok(())
    }

    fn refuse(&self, field: &str, reason: String) -> Error {
        match self.blame {
            Blame::Amount => Detail::InvalidAmount { field: field.to_owned(), reason }.into(),
            _ => Error::invalid(field, reason),
        }
    }

    pub(crate) fn text(&self, field: &str, text: &str) -> Result<()> {
        let fits = text.len() <= self.characters || text.chars().count() <= self.characters;
        if fits && !text.contains('\0') {
            return Ok(());
        }
        match self.blame {
            Blame::Account => AccountId::request(field, text).map(drop),
            Blame::Currency => {
                Err(Detail::InvalidCurrency { field: field.to_owned(), currency: echo(text) }.into())
            }
            _ if fits => Err(self.refuse(field, "must not contain NUL".to_owned())),
            _ => Err(self.refuse(field, format!("must have at most {} characters", self.characters))),
        }
    }

    fn number(&self, field: &str, number: i64) -> Result<()> {
        if (self.least..=self.most).contains(&number) {
            return Ok(());
        }
        Err(self.refuse(field, format!("must be between {} and {}", self.least, self.most)))
    }

    fn span(&self, field: &str, span: Span) -> Result<()> {
        let [least, most] = self.spans();
        if least <= span && span <= most {
            return Ok(());
        }
        Err(self.refuse(field, format!("must be between {least} and {most}")))
    }

    fn spans(&self) -> [Span; 2] {
        [self.least, self.most].map(|micros| Span::from_micros(micros).unwrap_or(Span::MAX))
    }

    fn document<'v>(
        &self,
        field: &str,
        document: &impl Serialize,
        parts: impl Iterator<Item = &'v Value>,
        above: usize,
    ) -> Result<()> {
        for part in parts {
            if is_deeper(part, self.levels.saturating_sub(above)) {
                return Err(self.refuse(field, format!("must be at most {} levels deep", self.levels)));
            }
            if self.exact {
                exact(field, part)?;
            }
        }
        if serde_json::to_writer(Room(self.bytes), document).is_err() {
            return Err(self.refuse(field, format!("must be at most {} KiB", self.bytes / 1024)));
        }
        Ok(())
    }
}

/// A text of at most this many characters.
pub const fn chars(most: usize) -> Bound {
    Bound { characters: most, ..Bound::NONE }
}

/// One of a closed set of words: whoever reads the schema learns which, and the operation refuses others.
pub(crate) const fn word_of<W: TextEnum>() -> Bound {
    Bound { words: Some(words::<W>), ..WORD }
}

/// One of these words: some of a closed set.
pub(crate) const fn words_of(words: fn() -> Vec<&'static str>) -> Bound {
    Bound { words: Some(words), ..WORD }
}

fn words<W: TextEnum>() -> Vec<&'static str> {
    W::VALUES.iter().map(|value| value.name()).collect()
}

/// A whole number from one to another.
pub const fn whole(least: i64, most: i64) -> Bound {
    Bound { least, most, ..Bound::NONE }
}

/// A length of time from one to another.
pub const fn spans(least: Span, most: Span) -> Bound {
    whole(least.micros(), most.micros())
}

/// A JSON document of at most this many bytes.
pub const fn document(bytes: usize) -> Bound {
    Bound { bytes, ..Bound::NONE }
}

/// The name of an account.
pub const ACCOUNT: Bound = Bound { blame: Blame::Account, ..chars(128) };
/// The code of a currency.
pub const CURRENCY: Bound = Bound { blame: Blame::Currency, ..chars(12) };
/// An id that Earnest gave: a prefix of two letters, `_`, and a uuid.
pub const ID: Bound = chars(39);
/// A name of the caller's for something that is not an account.
pub const NAME: Bound = chars(64);
/// One of a few words that are no closed set: a name of a rule, a format.
pub const WORD: Bound = chars(32);
/// A line for people, or an id of the caller's.
pub const LINE: Bound = chars(255);
/// A reason, or another short text.
pub const REASON: Bound = chars(1_000);
/// A gateway's own handle of a payer's means: some are JSON with signatures and addresses.
pub const TOKEN: Bound = chars(4_000);
pub const PAGE: Bound = whole(1, 500);
/// The length of a page when the request names none.
pub const PAGE_SIZE: u32 = 50;
/// The `next` of a page.
pub const CURSOR: Bound = chars(4_096);
/// A count that Earnest keeps: a version, a fence, a place in the sequence.
pub const COUNT: Bound = whole(0, EXACT);
/// JSON that a caller keeps with an object: it comes back as it was given.
pub const METADATA: Bound = Bound { exact: true, ..document(16 * 1024) };
/// The result of a job. Most kinds may report no more than [`METADATA`].
pub const REPORT: Bound = Bound { exact: true, ..document(256 * 1024) };
/// An amount with its currency, as a text.
pub const AMOUNT: Bound = Bound { blame: Blame::Amount, ..chars(64) };
/// Proofs of factors.
pub const PROOFS: Bound = chars(120).items(4);
/// The shortest time that is not nothing.
pub const MOMENT: Span = match Span::from_micros(1) {
    Some(span) => span,
    None => Span::ZERO,
};
/// How long something may take: not nothing, and not for ever.
pub const WITHIN: Bound = spans(MOMENT, CENTURY);

/// A writer that counts bytes up to a limit and keeps none.
struct Room(usize);

impl io::Write for Room {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::WriteZero)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether a document is deeper than this many levels. It looks no deeper than that.
pub fn is_deeper(value: &Value, levels: usize) -> bool {
    let deeper = |value: &Value| levels == 0 || is_deeper(value, levels - 1);
    match value {
        Value::Array(items) => levels == 0 || items.iter().any(deeper),
        Value::Object(members) => levels == 0 || members.values().any(deeper),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// A number of a document is no amount: it is looked at as others would read it, and never counted with.
#[expect(clippy::disallowed_types, reason = "JSON numbers are doubles to those who read them")]
fn exact_number(field: &str, number: &serde_json::Number) -> Result<()> {
    let double = number.as_f64().unwrap_or(f64::NAN);
    #[expect(clippy::cast_precision_loss, reason = "the bound is the last one that is exact")]
    let bound = EXACT as f64;
    if double.is_nan() || double.abs() > bound {
        return Err(Error::invalid(field, "must hold numbers beyond 2^53 as text"));
    }
    if double == 0.0 && double.is_sign_negative() {
        return Err(Error::invalid(field, "must not hold a negative zero"));
    }
    Ok(())
}

/// Refuses what would not come back as it was given: NUL, which PostgreSQL does not keep, and numbers that
/// others read as other ones.
fn exact(field: &str, value: &Value) -> Result<()> {
    match value {
        Value::Number(number) => exact_number(field, number),
        Value::String(text) => no_nul(field, text),
        Value::Array(items) => items.iter().try_for_each(|item| exact(field, item)),
        Value::Object(members) => members.iter().try_for_each(|(name, value)| {
            no_nul(field, name)?;
            exact(field, value)
        }),
        Value::Null | Value::Bool(_) => Ok(()),
    }
}

fn no_nul(field: &str, text: &str) -> Result<()> {
    if text.contains('\0') { Err(Error::invalid(field, "must not contain NUL")) } else { Ok(()) }
}

/// A time to come, at most so far ahead of now.
pub fn ahead(field: &str, at: Time, now: Time, most: Span) -> Result<Time> {
    if at <= now {
        return Err(Error::invalid(field, "must be in the future"));
    }
    if at.since(now) > most {
        return Err(Error::invalid(field, format!("must be at most `{most}` ahead")));
    }
    Ok(at)
}

/// A value that is held against the bound of its field.
pub trait Bounded {
    /// Compares it.
    fn check(&self, field: &str, bound: &Bound) -> Result<()>;
}

impl Bounded for String {
    fn check(&self, field: &str, bound: &Bound) -> Result<()> {
        bound.text(field, self)
    }
}

impl Bounded for Private {
    fn check(&self, field: &str, bound: &Bound) -> Result<()> {
        bound.text(field, self)
    }
}

impl Bounded for i64 {
    fn check(&self, field: &str, bound: &Bound) -> Result<()> {
        bound.number(field, *self)
    }
}

impl Bounded for u32 {
    fn check(&self, field: &str, bound: &Bound) -> Result<()> {
        bound.number(field, i64::from(*self))
    }
}

impl Bounded for SpanInput {
    fn check(&self, field: &str, bound: &Bound) -> Result<()> {
        bound.span(field, self.resolve(field)?)
    }
}

impl Bounded for bool {
    fn check(&self, _: &str, _: &Bound) -> Result<()> {
        Ok(())
    }
}

impl Bounded for Time {
    fn check(&self, _: &str, _: &Bound) -> Result<()> {
        Ok(())
    }
}

impl Bounded for Value {
    fn check(&self, field: &str, bound: &Bound) -> Result<()> {
        bound.document(field, self, std::iter::once(self), 0)
    }
}

impl Bounded for Map<String, Value> {
    fn check(&self, field: &str, bound: &Bound) -> Result<()> {
        if bound.exact {
            self.keys().try_for_each(|name| no_nul(field, name))?;
        }
        bound.document(field, self, self.values(), 1)
    }
}

impl Bounded for crate::ids::ActorInput {
    fn check(&self, field: &str, _: &Bound) -> Result<()> {
        self.resolve(field).map(drop)
    }
}

impl Bounded for Amount {
    fn check(&self, field: &str, _: &Bound) -> Result<()> {
        match self {
            Self::Raw(Value::String(text)) => AMOUNT.text(field, text),
            Self::Raw(_) | Self::Money(_) => Ok(()),
        }
    }
}

impl<T: Bounded> Bounded for Option<T> {
    fn check(&self, field: &str, bound: &Bound) -> Result<()> {
        self.as_ref().map_or(Ok(()), |value| value.check(field, bound))
    }
}

impl<T: Bounded> Bounded for Vec<T> {
    fn check(&self, field: &str, bound: &Bound) -> Result<()> {
        bound.list(field, self.len())?;
        let mut items = self.iter().enumerate();
        items.try_for_each(|(place, item)| item.check(&format!("{field}[{place}]"), bound))
    }
}

/// A record whose fields have bounds.
pub trait Record {
    /// The bounds of its fields, by name.
    const BOUNDS: &'static [(&'static str, Bound)];
    /// Lists the values that absent fields stand for, by name.
    fn defaults() -> Vec<(&'static str, Value)> {
        Vec::new()
    }
    /// Holds every field against its bound.
    fn fits(&self, path: &str) -> Result<()>;
}

/// A field of a record within another one.
pub fn within<'n>(path: &str, name: &'n str) -> Cow<'n, str> {
    if path.is_empty() { name.into() } else { format!("{path}.{name}").into() }
}

/// Holds the values of a record against the bounds of its fields: one loop for all records, of which each has
/// a list of its values alone.
pub fn hold(path: &str, bounds: &[(&'static str, Bound)], values: &[&dyn Bounded]) -> Result<()> {
    let mut fields = bounds.iter().zip(values);
    fields.try_for_each(|((name, bound), value)| value.check(&within(path, name), bound))
}

/// The wire name of a field whose Rust name needs `r#`.
pub const fn plain(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [b'r', b'#', rest @ ..] => match std::str::from_utf8(rest) {
            Ok(plain) => plain,
            Err(_) => name,
        },
        _ => name,
    }
}

/// Gives a record its bounds, for its schema and for its values.
macro_rules! bounds {
    ($record:ty { $($field:ident: $bound:expr),* $(,)? } $(defaults { $($absent:ident: $default:expr),* $(,)? })?) => {
        impl $crate::request::bounds::Record for $record {
            const BOUNDS: &'static [(&'static str, $crate::request::bounds::Bound)] =
                &[$(($crate::request::bounds::plain(stringify!($field)), $bound)),*];
            $(fn defaults() -> Vec<(&'static str, serde_json::Value)> {
                vec![$(($crate::request::bounds::plain(stringify!($absent)), serde_json::json!($default))),*]
            })?
            fn fits(&self, path: &str) -> $crate::error::Result<()> {
                $crate::request::bounds::hold(path, Self::BOUNDS, &[$(&self.$field),*])
            }
        }
        impl $crate::request::bounds::Bounded for $record {
            fn check(&self, field: &str, _: &$crate::request::bounds::Bound) -> $crate::error::Result<()> {
                $crate::request::bounds::Record::fits(self, field)
            }
        }
    };
}
pub(crate) use bounds;

/// The bound that was written behind a field, or that of its type.
macro_rules! bound {
    () => {
        $crate::request::bounds::Bound::NONE
    };
    ($bound:expr) => {
        $bound
    };
}
pub(crate) use bound;

/// Shows the bounds and the defaults of a record in its JSON Schema.
pub fn show<R: Record>(schema: &mut Schema) {
    let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else { return };
    for (name, bound) in R::BOUNDS {
        if let Some(property) = properties.get_mut(*name) {
            put(property, bound);
        }
    }
    for (name, default) in R::defaults() {
        if let Some(property) = properties.get_mut(name).and_then(Value::as_object_mut) {
            property.insert("default".to_owned(), default);
        }
    }
}

fn put(schema: &mut Value, bound: &Bound) {
    if *schema == Value::Bool(true) {
        *schema = Value::Object(Map::new());
    }
    let Some(members) = schema.as_object_mut() else { return };
    let kind = members.get("type").cloned();
    let is = |name: &str| match &kind {
        Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == name),
        Some(kind) => kind == name,
        None => false,
    };
    if is("array") {
        members.insert("maxItems".to_owned(), bound.items.into());
        members.get_mut("items").into_iter().for_each(|items| put(items, bound));
    } else if is("integer") {
        members.insert("minimum".to_owned(), bound.least.into());
        members.insert("maximum".to_owned(), bound.most.into());
    } else if is("string") && members.get("format").is_some_and(|format| format == "duration") {
        let [least, most] = bound.spans();
        members.insert("x-minDuration".to_owned(), least.to_string().into());
        members.insert("x-maxDuration".to_owned(), most.to_string().into());
    } else if bound.characters > 0 && is("string") {
        members.insert("maxLength".to_owned(), bound.characters.into());
        if let Some(words) = bound.words {
            let absent = is("null").then_some(Value::Null);
            let words = words().into_iter().map(Value::from);
            members.insert("enum".to_owned(), words.chain(absent).collect());
        }
    } else if bound.items > 0 && members.get("additionalProperties").is_some_and(Value::is_object) {
        members.insert("maxProperties".to_owned(), bound.items.into());
        members.get_mut("additionalProperties").into_iter().for_each(|values| put(values, bound));
    } else if bound.bytes > 0 {
        members.insert("x-maxBytes".to_owned(), bound.bytes.into());
        members.insert("x-maxDepth".to_owned(), bound.levels.into());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn nested(levels: usize) -> Value {
        (0..levels).fold(
            json!(1),
            |inner, level| if level % 2 == 0 { json!([inner]) } else { json!({ "a": inner }) },
        )
    }

    #[test]
    fn documents_have_a_depth_and_exact_numbers() {
        let judged = |value: &Value| value.check("metadata", &METADATA).is_ok();
        assert!(judged(&nested(DEPTH)) && !judged(&nested(DEPTH + 1)));
        assert!(!judged(&nested(1_000)));
        for good in
            [json!(0), json!(-1), json!(0.1), json!(EXACT), json!(-EXACT), json!(1e-300), json!(1.5e10)]
        {
            assert!(judged(&json!({ "n": good })), "{good}");
        }
        for bad in
            ["9007199254740992", "-9007199254740992", "18446744073709551617", "1e20", "-0", "-0.0", "1e308"]
        {
            let bad: Value = serde_json::from_str(bad).unwrap();
            assert!(!judged(&json!([{ "n": [bad] }])), "{bad}");
        }
        assert!(!judged(&json!("a\0")) && !judged(&json!({ "a\0": 1 })));
        assert!(judged(&json!("x".repeat(16_382))) && !judged(&json!("x".repeat(16_383))));
    }
}
