//! The types of typed data: read, and checked as a whole.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::{Map, Value};

use super::value::LEVELS;
use crate::Error;
use crate::json::{Fields, shown};

/// So many types are declared at most: the name of each stands in the hash of those that refer to it.
const TYPES: usize = 128;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Address,
    Bool,
    String,
    Bytes,
    FixedBytes(usize),
    Uint(usize),
    Int(usize),
    Struct(String),
    List(Box<Type>, Option<usize>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) kind: Type,
}

/// Structs by name.
#[derive(Debug)]
pub(super) struct Types {
    structs: BTreeMap<String, Vec<Member>>,
}

impl Types {
    pub(super) fn one(name: &str, members: Vec<Member>) -> Self {
        Self { structs: BTreeMap::from([(name.to_owned(), members)]) }
    }

    pub(super) fn read(declared: &Map<String, Value>) -> Result<Self, Error> {
        if declared.len() > TYPES {
            return Err(Error::invalid("typed_data.types", format!("must be at most {TYPES}")));
        }
        let mut structs = BTreeMap::new();
        for (name, list) in declared {
            let path = format!("typed_data.types.{}", shown(name));
            if !is_identifier(name) {
                return Err(Error::invalid(path, "is not the name of a struct"));
            }
            if is_reserved(name) {
                return Err(Error::invalid(path, "is a struct with the name of a built-in type"));
            }
            structs.insert(name.clone(), members(list, &path)?);
        }
        let types = Self { structs };
        let (mut heights, mut ending) = (BTreeMap::new(), BTreeSet::new());
        for name in types.structs.keys() {
            types.ends(name, &mut Vec::new(), &mut ending)?;
            types.height(name, &mut BTreeSet::new(), &mut heights)?;
        }
        Ok(types)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.structs.contains_key(name)
    }

    pub(super) fn members(&self, name: &str) -> &[Member] {
        self.structs.get(name).map_or(&[], Vec::as_slice)
    }

    /// Refuses a struct that holds itself: no value of it ends, unless a list is between that may be empty.
    fn ends<'t>(
        &'t self,
        name: &'t str,
        above: &mut Vec<&'t str>,
        known: &mut BTreeSet<&'t str>,
    ) -> Result<(), Error> {
        if known.contains(name) {
            return Ok(());
        }
        let path = || format!("typed_data.types.{}", shown(name));
        if above.contains(&name) {
            return Err(Error::invalid(path(), "holds itself"));
        }
        if above.len() >= LEVELS {
            return Err(Error::invalid(path(), format!("must have at most {LEVELS} levels")));
        }
        above.push(name);
        for member in self.members(name).iter().filter(|member| !member.kind.may_be_empty()) {
            if let (Type::Struct(inner), _) = member.kind.innermost() {
                self.ends(inner, above, known)?;
            }
        }
        above.pop();
        known.insert(name);
        Ok(())
    }

    /// How many levels a struct has, counting its own; refuses what refers to nothing. Where it comes back to
    /// itself its values say how many.
    fn height(
        &self,
        name: &str,
        above: &mut BTreeSet<String>,
        known: &mut BTreeMap<String, usize>,
    ) -> Result<usize, Error> {
        if let Some(height) = known.get(name) {
            return Ok(*height);
        }
        let path = format!("typed_data.types.{}", shown(name));
        if !above.insert(name.to_owned()) {
            return Ok(0);
        }
        if above.len() > LEVELS {
            return Err(Error::invalid(path, format!("must have at most {LEVELS} levels")));
        }
        let mut highest = 0;
        for member in self.members(name) {
            let (inner, levels) = member.kind.innermost();
            let below = match inner {
                Type::Struct(inner) if !self.has(inner) => {
                    let message = format!("is of a type that is not declared: `{}`", shown(inner));
                    return Err(Error::invalid(format!("{path}.{}", shown(&member.name)), message));
                }
                Type::Struct(inner) => self.height(inner, above, known)?,
                _ => 0,
            };
            highest = highest.max(levels + below);
        }
        above.remove(name);
        if highest + 1 > LEVELS {
            return Err(Error::invalid(path, format!("must have at most {LEVELS} levels")));
        }
        known.insert(name.to_owned(), highest + 1);
        Ok(highest + 1)
    }

    /// The struct, then those that it refers to by name: what the standard calls `encodeType`.
    pub(super) fn encoded(&self, name: &str) -> String {
        let mut others = BTreeSet::new();
        self.collect(name, &mut others);
        others.remove(name);
        let all = std::iter::once(name).chain(others.iter().map(String::as_str));
        all.map(|name| self.signature(name)).collect()
    }

    fn collect(&self, name: &str, found: &mut BTreeSet<String>) {
        if found.insert(name.to_owned()) {
            for member in self.members(name) {
                if let (Type::Struct(inner), _) = member.kind.innermost() {
                    self.collect(inner, found);
                }
            }
        }
    }

    fn signature(&self, name: &str) -> String {
        let fields = self.members(name).iter().map(|member| format!("{} {}", member.kind, member.name));
        format!("{name}({})", fields.collect::<Vec<_>>().join(","))
    }
}

/// Reads the members of one struct.
pub(super) fn members(list: &Value, path: &str) -> Result<Vec<Member>, Error> {
    let list = list.as_array().ok_or_else(|| Error::invalid(path, "must be a list of fields"))?;
    if list.is_empty() {
        return Err(Error::invalid(path, "must have at least one field"));
    }
    let mut members: Vec<Member> = Vec::new();
    let mut names = BTreeSet::new();
    for (at, field) in list.iter().enumerate() {
        let path = format!("{path}[{at}]");
        let field = Fields::of(field, &path, &["name", "type"])?;
        let name = field.text("name")?;
        if !is_identifier(name) {
            return Err(Error::invalid(field.path("name"), "is not the name of a field"));
        }
        if !names.insert(name) {
            return Err(Error::invalid(field.path("name"), "stands there twice"));
        }
        let kind = Type::parse(field.text("type")?)
            .ok_or_else(|| Error::invalid(field.path("type"), "is not a type of typed data"))?;
        members.push(Member { name: name.to_owned(), kind });
    }
    Ok(members)
}

impl Type {
    /// Reads `address`, `uint256`, `Mail[2][]` and the like. `uint` and `int` are no types here: the hash is
    /// of the name.
    fn parse(text: &str) -> Option<Self> {
        let (base, mut rest) = text.split_at(text.find('[').unwrap_or(text.len()));
        let mut kind = Self::base(base)?;
        let mut levels = 0;
        while !rest.is_empty() {
            let (size, after) = rest.strip_prefix('[')?.split_once(']')?;
            let size = if size.is_empty() { None } else { Some(whole(size)?) };
            kind = Self::List(Box::new(kind), size);
            rest = after;
            levels += 1;
            if levels > LEVELS {
                return None;
            }
        }
        Some(kind)
    }

    fn base(name: &str) -> Option<Self> {
        Some(match name {
            "address" => Self::Address,
            "bool" => Self::Bool,
            "string" => Self::String,
            "bytes" => Self::Bytes,
            _ => {
                if let Some(size) = name.strip_prefix("bytes").and_then(whole).filter(|size| *size <= 32) {
                    Self::FixedBytes(size)
                } else if let Some(bits) = name.strip_prefix("uint").and_then(bits) {
                    Self::Uint(bits)
                } else if let Some(bits) = name.strip_prefix("int").and_then(bits) {
                    Self::Int(bits)
                } else if is_identifier(name) && !is_reserved(name) {
                    Self::Struct(name.to_owned())
                } else {
                    return None;
                }
            }
        })
    }

    /// Whether a value of it may hold nothing: one of the lists has any number of elements, or none.
    fn may_be_empty(&self) -> bool {
        match self {
            Self::List(_, None | Some(0)) => true,
            Self::List(inner, Some(_)) => inner.may_be_empty(),
            _ => false,
        }
    }

    /// Returns the innermost type, and how many lists are round it.
    pub(super) fn innermost(&self) -> (&Self, usize) {
        let (mut kind, mut levels) = (self, 0);
        while let Self::List(inner, _) = kind {
            (kind, levels) = (inner, levels + 1);
        }
        (kind, levels)
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address => f.write_str("address"),
            Self::Bool => f.write_str("bool"),
            Self::String => f.write_str("string"),
            Self::Bytes => f.write_str("bytes"),
            Self::FixedBytes(size) => write!(f, "bytes{size}"),
            Self::Uint(bits) => write!(f, "uint{bits}"),
            Self::Int(bits) => write!(f, "int{bits}"),
            Self::Struct(name) => f.write_str(name),
            Self::List(inner, None) => write!(f, "{inner}[]"),
            Self::List(inner, Some(size)) => write!(f, "{inner}[{size}]"),
        }
    }
}

/// 1 to 99999, without zeros before it.
fn whole(digits: &str) -> Option<usize> {
    let plain = (1..=5).contains(&digits.len()) && digits.bytes().all(|c| c.is_ascii_digit());
    (plain && !digits.starts_with('0')).then(|| digits.parse().ok()).flatten()
}

fn bits(digits: &str) -> Option<usize> {
    whole(digits).filter(|bits| bits % 8 == 0 && *bits <= 256)
}

fn is_identifier(name: &str) -> bool {
    let inner = |c: u8| c.is_ascii_alphanumeric() || c == b'_' || c == b'$';
    !name.is_empty() && name.bytes().all(inner) && !name.as_bytes()[0].is_ascii_digit()
}

/// Names that some library reads as a built-in type, whether it exists or not, and that of the domain.
fn is_reserved(name: &str) -> bool {
    let numbered = |prefix: &str| {
        let rest = name.strip_prefix(prefix);
        rest.is_some_and(|rest| rest.bytes().all(|c| c.is_ascii_digit() || c == b'x'))
    };
    matches!(name, "address" | "bool" | "string" | "function" | "payable" | super::DOMAIN)
        || ["bytes", "uint", "int", "fixed", "ufixed"].into_iter().any(numbered)
}
