//! The values of typed data, each checked against its type.

use alloy_primitives::{Address, B256, U256};
use serde_json::Value;

use super::types::{Type, Types};
use crate::json::{self, shown};
use crate::{Error, address};

/// Structs and lists within each other.
pub(super) const LEVELS: usize = 32;
/// Elements of all lists together.
const ELEMENTS: usize = 10_000;
/// Above this a number of JSON is not exact in every language.
const EXACT: u64 = (1 << 53) - 1;

/// A value of typed data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Datum {
    Address(Address),
    Bool(bool),
    Uint(U256),
    /// Two's complement.
    Int(U256),
    FixedBytes(Vec<u8>),
    Bytes(Vec<u8>),
    String(String),
    /// In the order of the type.
    Struct(Vec<Datum>),
    List(Vec<Datum>),
}

impl Datum {
    pub(crate) fn as_address(&self) -> Option<Address> {
        if let Self::Address(address) = self { Some(*address) } else { None }
    }

    pub(crate) fn as_uint(&self) -> Option<U256> {
        if let Self::Uint(number) = self { Some(*number) } else { None }
    }

    pub(crate) fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(flag) = self { Some(*flag) } else { None }
    }

    /// Returns the values in a struct or list.
    pub(crate) fn fields(&self) -> &[Self] {
        match self {
            Self::Struct(all) | Self::List(all) => all,
            _ => &[],
        }
    }
}

/// Reads a value of a type.
pub(super) fn read(types: &Types, kind: &Type, value: &Value, path: &str) -> Result<Datum, Error> {
    Reader { types, elements: 0 }.read(kind, value, path, 0)
}

struct Reader<'a> {
    types: &'a Types,
    elements: usize,
}

impl Reader<'_> {
    fn read(&mut self, kind: &Type, value: &Value, path: &str, level: usize) -> Result<Datum, Error> {
        if level > LEVELS {
            return Err(Error::invalid(path, format!("must have at most {LEVELS} levels")));
        }
        match kind {
            Type::Struct(name) => self.fields(name, value, path, level),
            Type::List(inner, size) => self.list(inner, *size, value, path, level),
            Type::Bool => match value {
                Value::Bool(flag) => Ok(Datum::Bool(*flag)),
                _ => Err(Error::invalid(path, "must be true or false")),
            },
            Type::Address => Ok(Datum::Address(address::parse_at(json::text(value, path)?, path)?)),
            Type::String => Ok(Datum::String(json::text(value, path)?.to_owned())),
            Type::Bytes => Ok(Datum::Bytes(json::bytes(json::text(value, path)?, path, usize::MAX)?)),
            Type::FixedBytes(size) => {
                let bytes = json::bytes(json::text(value, path)?, path, 32)?;
                if bytes.len() != *size {
                    return Err(Error::invalid(path, format!("must have {size} bytes")));
                }
                Ok(Datum::FixedBytes(bytes))
            }
            Type::Uint(bits) => {
                let number = unsigned(value, path)?;
                if number.bit_len() > *bits {
                    return Err(Error::invalid(path, format!("must be below 2^{bits}")));
                }
                Ok(Datum::Uint(number))
            }
            Type::Int(bits) => signed(value, *bits, path).map(Datum::Int),
        }
    }

    fn fields(&mut self, name: &str, value: &Value, path: &str, level: usize) -> Result<Datum, Error> {
        let map = value.as_object().ok_or_else(|| Error::invalid(path, "must be an object"))?;
        let members = self.types.members(name);
        if let Some(stranger) = map.keys().find(|key| members.iter().all(|member| member.name != **key)) {
            let message = format!("is not a field of `{}`", shown(name));
            return Err(Error::invalid(json::join(path, &shown(stranger)), message));
        }
        let mut all = Vec::with_capacity(members.len());
        for member in members {
            let path = json::join(path, &shown(&member.name));
            let value = map.get(&member.name).ok_or_else(|| Error::invalid(&path, "is missing"))?;
            all.push(self.read(&member.kind, value, &path, level + 1)?);
        }
        Ok(Datum::Struct(all))
    }

    fn list(
        &mut self,
        inner: &Type,
        size: Option<usize>,
        value: &Value,
        path: &str,
        level: usize,
    ) -> Result<Datum, Error> {
        let items = value.as_array().ok_or_else(|| Error::invalid(path, "must be a list"))?;
        if let Some(size) = size
            && items.len() != size
        {
            return Err(Error::invalid(path, format!("must have {size} elements")));
        }
        self.elements = self.elements.saturating_add(items.len());
        if self.elements > ELEMENTS {
            return Err(Error::invalid("typed_data", "must have at most 10,000 elements in lists"));
        }
        let read = |(at, item)| self.read(inner, item, &format!("{path}[{at}]"), level + 1);
        Ok(Datum::List(items.iter().enumerate().map(read).collect::<Result<_, _>>()?))
    }
}

fn unsigned(value: &Value, path: &str) -> Result<U256, Error> {
    match value {
        Value::Number(number) => number
            .as_u64()
            .filter(|number| *number <= EXACT)
            .map(U256::from)
            .ok_or_else(|| Error::invalid(path, "must be from 0 to 2^53 - 1 as a number, or text")),
        _ => json::number(value, path),
    }
}

/// In two's complement.
fn signed(value: &Value, bits: usize, path: &str) -> Result<U256, Error> {
    let (negative, size) = match value {
        Value::Number(number) => {
            let number = number.as_i64().filter(|number| number.unsigned_abs() <= EXACT);
            let wrong = || Error::invalid(path, "must be from -2^53 + 1 to 2^53 - 1 as a number, or text");
            let number = number.ok_or_else(wrong)?;
            (number < 0, U256::from(number.unsigned_abs()))
        }
        _ => match json::text(value, path)?.strip_prefix('-') {
            // `-0` and `-0x5` are not numbers in every library
            Some(digits) if digits.starts_with('0') => {
                return Err(Error::invalid(path, "must be a whole number as text"));
            }
            Some(digits) => (true, json::parse_number(digits, path)?),
            None => (false, json::number(value, path)?),
        },
    };
    let half = U256::from(1) << (bits - 1);
    let fits = if negative { size <= half } else { size < half };
    if !fits {
        return Err(Error::invalid(path, format!("must be from -2^{0} to 2^{0} - 1", bits - 1)));
    }
    Ok(if negative { size.wrapping_neg() } else { size })
}

/// Thirty-two bytes with the value at its place: numbers at the end, bytes at the beginning.
pub(super) fn word(datum: &Datum) -> Option<B256> {
    Some(match datum {
        Datum::Address(address) => address.into_word(),
        Datum::Bool(flag) => B256::with_last_byte(u8::from(*flag)),
        Datum::Uint(number) | Datum::Int(number) => B256::from(number.to_be_bytes::<32>()),
        Datum::FixedBytes(bytes) => B256::right_padding_from(bytes),
        _ => return None,
    })
}
