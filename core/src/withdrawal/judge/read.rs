//! Reads the reports of workers strictly. The error names a member that is unknown, of a wrong type or out of
//! range.

use std::fmt;

use serde_json::{Map, Value};

use super::num::{NOT_A_NUMBER, Num};

/// The longest name of a member that an error repeats.
const SHOWN: usize = 40;

/// The error for a result of a wrong shape, with the place and the right shape. It never repeats a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misshapen {
    /// The member, such as `result.views[1].head.number`.
    pub field: String,
    /// The rule that it breaks.
    pub reason: &'static str,
}

impl Misshapen {
    pub(super) fn new(field: impl Into<String>, reason: &'static str) -> Misshapen {
        Misshapen { field: field.into(), reason }
    }
}

impl fmt::Display for Misshapen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.field, self.reason)
    }
}

impl std::error::Error for Misshapen {}

/// An object whose members are known by name. Its errors name the whole path.
pub(super) struct Fields<'a> {
    path: String,
    map: &'a Map<String, Value>,
}

impl<'a> Fields<'a> {
    /// Refuses a value that is not an object, and members that are not in `known`.
    pub(super) fn of(value: &'a Value, path: &str, known: &[&str]) -> Result<Fields<'a>, Misshapen> {
        let map = value.as_object().ok_or_else(|| Misshapen::new(path, "must be an object"))?;
        match map.keys().find(|name| !known.contains(&name.as_str())) {
            Some(stranger) => {
                let shown: String = stranger.chars().take(SHOWN).collect();
                Err(Misshapen::new(format!("{path}.{shown}"), "is not a member of it"))
            }
            None => Ok(Fields { path: path.to_owned(), map }),
        }
    }

    /// Takes an object whose names were checked before.
    pub(super) fn checked(map: &'a Map<String, Value>, path: &str) -> Fields<'a> {
        Fields { path: path.to_owned(), map }
    }

    pub(super) fn path(&self, name: &str) -> String {
        format!("{}.{name}", self.path)
    }

    /// The value of a member. `null` counts as left out.
    pub(super) fn get(&self, name: &str) -> Option<&'a Value> {
        self.map.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn needed(&self, name: &str) -> Result<&'a Value, Misshapen> {
        self.get(name).ok_or_else(|| Misshapen::new(self.path(name), "is missing"))
    }

    /// Reads a member that must be there.
    pub(super) fn of_needed<T>(&self, name: &str, read: ReadValue<'a, T>) -> Result<T, Misshapen> {
        read(self.needed(name)?, &self.path(name))
    }

    /// Reads a member that may be left out.
    pub(super) fn of_given<T>(&self, name: &str, read: ReadValue<'a, T>) -> Result<Option<T>, Misshapen> {
        self.get(name).map(|value| read(value, &self.path(name))).transpose()
    }

    /// Reads each element of a list; one that is left out is `None`.
    pub(super) fn list<T>(&self, name: &str, read: ReadValue<'a, T>) -> Result<Option<Vec<T>>, Misshapen> {
        let path = self.path(name);
        let Some(value) = self.get(name) else { return Ok(None) };
        let items = value.as_array().ok_or_else(|| Misshapen::new(path.as_str(), "must be a list"))?;
        let read = items.iter().enumerate().map(|(at, item)| read(item, &format!("{path}[{at}]")));
        read.collect::<Result<_, _>>().map(Some)
    }
}

/// Reads a value; the text is its path.
pub(super) type ReadValue<'a, T> = fn(&'a Value, &str) -> Result<T, Misshapen>;

pub(super) fn text<'a>(value: &'a Value, path: &str) -> Result<&'a str, Misshapen> {
    value.as_str().ok_or_else(|| Misshapen::new(path, "must be a text"))
}

/// The name of an endpoint, a lane or a currency.
pub(super) fn name(value: &Value, path: &str) -> Result<String, Misshapen> {
    let text = text(value, path)?;
    match text.len() {
        1..=64 => Ok(text.to_owned()),
        _ => Err(Misshapen::new(path, "must have 1 to 64 characters")),
    }
}

pub(super) fn flag(value: &Value, path: &str) -> Result<bool, Misshapen> {
    value.as_bool().ok_or_else(|| Misshapen::new(path, "must be true or false"))
}

pub(super) fn num(value: &Value, path: &str) -> Result<Num, Misshapen> {
    let text = value.as_str().ok_or_else(|| Misshapen::new(path, NOT_A_NUMBER))?;
    Num::parse(text).map_err(|_| Misshapen::new(path, NOT_A_NUMBER))
}

/// A number of blocks, nonces or gas, which has 64 bits everywhere.
pub(super) fn small(value: &Value, path: &str) -> Result<u64, Misshapen> {
    num(value, path)?.to_u64().ok_or_else(|| Misshapen::new(path, "must be below 2^64"))
}

/// The decimals of a token: an integer, or the number as its contract returned it.
pub(super) fn decimals(value: &Value, path: &str) -> Result<u32, Misshapen> {
    let number = match value {
        Value::Number(number) => number.as_u64(),
        _ => num(value, path)?.to_u64(),
    };
    let byte = number.and_then(|number| u8::try_from(number).ok());
    byte.map(u32::from).ok_or_else(|| Misshapen::new(path, "must be a whole number from 0 to 255"))
}

/// Whether there is code: a flag, or the code itself as hex, of which only the length matters.
pub(super) fn code(value: &Value, path: &str) -> Result<bool, Misshapen> {
    match value {
        Value::Bool(there) => Ok(*there),
        _ => bytes(value, path).map(|hex| hex.len() > 2),
    }
}

/// The status of a receipt: 1 or 0, as an integer or as the text that nodes write.
pub(super) fn status(value: &Value, path: &str) -> Result<bool, Misshapen> {
    let number = match value {
        Value::Bool(success) => return Ok(*success),
        Value::Number(number) => number.as_u64(),
        Value::String(text) => Num::parse(text).ok().and_then(Num::to_u64),
        _ => None,
    };
    match number {
        Some(0) => Ok(false),
        Some(1) => Ok(true),
        _ => Err(Misshapen::new(path, "must be 0 or 1")),
    }
}

/// The hash of a block or a transaction, in lower case.
pub(super) fn hash(value: &Value, path: &str) -> Result<String, Misshapen> {
    sized(value, 66).ok_or_else(|| Misshapen::new(path, "must be `0x` and 64 hex digits"))
}

/// An address, in lower case. Endpoints use either case, and a checksum proves nothing about a view.
pub(super) fn address(value: &Value, path: &str) -> Result<String, Misshapen> {
    sized(value, 42).ok_or_else(|| Misshapen::new(path, "must be `0x` and 40 hex digits"))
}

/// Bytes as hex, in lower case.
pub(super) fn bytes(value: &Value, path: &str) -> Result<String, Misshapen> {
    let even = value.as_str().and_then(hex_digits).filter(|text| text.len().is_multiple_of(2));
    even.ok_or_else(|| Misshapen::new(path, "must be `0x` and an even number of hex digits"))
}

fn sized(value: &Value, length: usize) -> Option<String> {
    value.as_str().filter(|text| text.len() == length).and_then(hex_digits)
}

fn hex_digits(text: &str) -> Option<String> {
    let digits = text.strip_prefix("0x")?;
    digits.bytes().all(|c| c.is_ascii_hexdigit()).then(|| text.to_ascii_lowercase())
}
