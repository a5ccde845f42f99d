//! The hashes of typed data (EIP-712, `hashStruct`).

use std::collections::BTreeMap;

use alloy_primitives::{B256, keccak256};

use super::types::{Type, Types};
use super::value::{self, Datum};

/// The hash of a struct whose values were read by the same types.
pub(super) fn of_struct(types: &Types, name: &str, datum: &Datum) -> B256 {
    Hasher { types, names: BTreeMap::new() }.fields(name, datum)
}

struct Hasher<'a> {
    types: &'a Types,
    /// The hash of each type, which is long and needed for each element of a list.
    names: BTreeMap<String, B256>,
}

impl Hasher<'_> {
    fn fields(&mut self, name: &str, datum: &Datum) -> B256 {
        let mut bytes = self.name(name).to_vec();
        for (member, field) in self.types.members(name).iter().zip(datum.fields()) {
            bytes.extend_from_slice(self.word(&member.kind, field).as_slice());
        }
        keccak256(bytes)
    }

    fn name(&mut self, name: &str) -> B256 {
        if let Some(hash) = self.names.get(name) {
            return *hash;
        }
        let hash = keccak256(self.types.encoded(name));
        self.names.insert(name.to_owned(), hash);
        hash
    }

    fn word(&mut self, kind: &Type, datum: &Datum) -> B256 {
        match (kind, datum) {
            (Type::Struct(name), _) => self.fields(name, datum),
            (Type::List(inner, _), _) => {
                let words = datum.fields().iter().map(|item| self.word(inner, item).0);
                keccak256(words.collect::<Vec<_>>().concat())
            }
            (_, Datum::Bytes(bytes)) => keccak256(bytes),
            (_, Datum::String(text)) => keccak256(text),
            _ => value::word(datum).unwrap_or_default(),
        }
    }
}
