//! Reads requests strictly: every field is known, of its type and in its range, or it is named.

use alloy_primitives::{Address, B256, U256};
use serde_json::{Map, Value};

use crate::{Error, address};

/// An object with known fields only. Its errors name the whole path.
pub(crate) struct Fields<'a> {
    path: String,
    map: &'a Map<String, Value>,
}

impl<'a> Fields<'a> {
    /// Refuses anything that is not an object, and fields that are not in `known`.
    pub(crate) fn of(value: &'a Value, path: &str, known: &[&str]) -> Result<Self, Error> {
        let map = value.as_object().ok_or_else(|| Error::invalid(path, "must be an object"))?;
        if let Some(stranger) = map.keys().find(|name| !known.contains(&name.as_str())) {
            return Err(Error::invalid(join(path, &shown(stranger)), "is not a field of it"));
        }
        Ok(Self { path: path.to_owned(), map })
    }

    pub(crate) fn path(&self, name: &str) -> String {
        join(&self.path, name)
    }

    /// Returns the value of a field; `null` is the same as left out.
    pub(crate) fn get(&self, name: &str) -> Option<&'a Value> {
        self.map.get(name).filter(|value| !value.is_null())
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    pub(crate) fn required(&self, name: &str) -> Result<&'a Value, Error> {
        self.get(name).ok_or_else(|| Error::invalid(self.path(name), "is missing"))
    }

    pub(crate) fn text(&self, name: &str) -> Result<&'a str, Error> {
        text(self.required(name)?, &self.path(name))
    }

    pub(crate) fn flag(&self, name: &str) -> Result<bool, Error> {
        match self.get(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => Err(Error::invalid(self.path(name), "must be true or false")),
        }
    }

    pub(crate) fn number(&self, name: &str) -> Result<U256, Error> {
        number(self.required(name)?, &self.path(name))
    }

    pub(crate) fn number_if_any(&self, name: &str) -> Result<Option<U256>, Error> {
        self.get(name).map(|value| number(value, &self.path(name))).transpose()
    }

    pub(crate) fn u64(&self, name: &str) -> Result<u64, Error> {
        u64::try_from(self.number(name)?).map_err(|_| Error::invalid(self.path(name), "must be below 2^64"))
    }

    pub(crate) fn u128(&self, name: &str) -> Result<u128, Error> {
        u128::try_from(self.number(name)?).map_err(|_| Error::invalid(self.path(name), "must be below 2^128"))
    }

    pub(crate) fn address(&self, name: &str) -> Result<Address, Error> {
        address::parse_at(self.text(name)?, &self.path(name))
    }

    /// The elements of a list, each with its path; an absent list has none.
    pub(crate) fn list(&self, name: &str) -> Result<Vec<(String, &'a Value)>, Error> {
        let path = self.path(name);
        match self.get(name) {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) => {
                Ok(items.iter().enumerate().map(|(at, item)| (format!("{path}[{at}]"), item)).collect())
            }
            Some(_) => Err(Error::invalid(path, "must be a list")),
        }
    }
}

pub(crate) fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// A name of a stranger, short enough for a message.
pub(crate) fn shown(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(40).collect()
}

pub(crate) fn text<'a>(value: &'a Value, path: &str) -> Result<&'a str, Error> {
    value.as_str().ok_or_else(|| Error::invalid(path, "must be text"))
}

/// A whole number as text, decimal or hex: JSON numbers lose digits in most languages.
pub(crate) fn number(value: &Value, path: &str) -> Result<U256, Error> {
    parse_number(text(value, path)?, path)
}

/// Reads a whole number from text: decimal without leading zeros, or `0x` and up to 64 hex digits.
///
/// # Errors
///
/// `invalid_request` naming `path`.
pub fn parse_number(text: &str, path: &str) -> Result<U256, Error> {
    let wrong =
        || Error::invalid(path, "must be a whole number as text, decimal or hex with `0x`, below 2^256");
    if let Some(digits) = text.strip_prefix("0x") {
        let all = !digits.is_empty() && digits.len() <= 64 && digits.bytes().all(|c| c.is_ascii_hexdigit());
        return if all { U256::from_str_radix(digits, 16).map_err(|_| wrong()) } else { Err(wrong()) };
    }
    let all = !text.is_empty() && text.len() <= 78 && text.bytes().all(|c| c.is_ascii_digit());
    if !all || (text.len() > 1 && text.starts_with('0')) {
        return Err(wrong());
    }
    U256::from_str_radix(text, 10).map_err(|_| wrong())
}

/// `0x` and an even number of hex digits, for at most `limit` bytes.
pub(crate) fn bytes(text: &str, path: &str, limit: usize) -> Result<Vec<u8>, Error> {
    let digits =
        text.strip_prefix("0x").ok_or_else(|| Error::invalid(path, "must be hex that begins with `0x`"))?;
    if digits.len() / 2 > limit {
        return Err(Error::invalid(path, format!("must have at most {limit} bytes")));
    }
    hex::decode(digits).map_err(|_| Error::invalid(path, "must be `0x` and pairs of hex digits"))
}

/// `0x` and exactly 64 hex digits.
pub(crate) fn word(text: &str, path: &str) -> Result<B256, Error> {
    let bytes = bytes(text, path, 32)?;
    B256::try_from(bytes.as_slice()).map_err(|_| Error::invalid(path, "must have 32 bytes"))
}

pub(crate) fn hex_text(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}
