//! Typed data (EIP-712) is read strictly: what is signed is exactly what was shown, in every library.
//!
//! Every type is declared, every field is there and none besides, every value is in its range. What libraries
//! read differently (a struct named `bytes32`, types that hold themselves without a list between, an
//! `EIP712Domain` in another order) is refused.

mod hash;
mod types;
mod value;

use alloy_primitives::{Address, B256, U256, keccak256};
use serde_json::{Map, Value};

pub(crate) use value::Datum;

use crate::json::{Fields, shown};
use crate::{Error, Key, Signature};
use types::{Member, Type, Types};

/// The whole document: names, types and values.
const BYTES: usize = 1 << 20;
const DOMAIN: &str = "EIP712Domain";
/// The fields of a domain, in the order in which they are hashed.
const DOMAIN_FIELDS: [(&str, Type); 5] = [
    ("name", Type::String),
    ("version", Type::String),
    ("chainId", Type::Uint(256)),
    ("verifyingContract", Type::Address),
    ("salt", Type::FixedBytes(32)),
];

/// Typed data that was read and found in order.
///
/// ```
/// use earnest_evm::{Key, TypedData};
/// use serde_json::json;
///
/// let data = TypedData::from_json(&json!({
///     "types": { "Mail": [{ "name": "to", "type": "address" }, { "name": "contents", "type": "string" }] },
///     "primaryType": "Mail",
///     "domain": { "name": "Ether Mail", "chainId": 1 },
///     "message": { "to": "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "contents": "Hello" },
/// }))?;
/// let key = Key::from_hex("0x4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318")?;
/// assert_eq!(data.sign(&key)?.recover(&data.digest())?, key.address());
/// # Ok::<(), earnest_evm::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct TypedData {
    primary_type: String,
    encoded_type: String,
    chain_id: Option<U256>,
    verifying_contract: Option<Address>,
    domain: B256,
    message: Datum,
    hash: B256,
}

impl TypedData {
    /// Reads the JSON of EIP-712: `{types, primaryType, domain, message}`. JSON integers go up to 2^53 - 1;
    /// larger ones are text, decimal or hex.
    ///
    /// `EIP712Domain` may be left out of `types`; if it is there it has exactly the fields of the domain, in
    /// the order of the standard. At most 32 levels, 10,000 elements of lists, 128 types and 1 MiB.
    ///
    /// # Errors
    ///
    /// `invalid_request` that names the field.
    pub fn from_json(document: &Value) -> Result<Self, Error> {
        if weight(document, 0) > BYTES {
            return Err(Error::invalid("typed_data", "must have at most 1 MiB"));
        }
        let fields = Fields::of(document, "typed_data", &["types", "primaryType", "domain", "message"])?;
        let mut declared = object(&fields, "types")?.clone();
        let domain_type = declared.remove(DOMAIN);
        let types = Types::read(&declared)?;
        let primary_type = fields.text("primaryType")?;
        if !types.has(primary_type) {
            let message = format!("names a type that is not declared: `{}`", shown(primary_type));
            return Err(Error::invalid("typed_data.primaryType", message));
        }
        let domain = object(&fields, "domain")?;
        let (members, domain_types) = domain_members(domain, domain_type.as_ref())?;
        let path = "typed_data.domain";
        let domain_datum =
            value::read(&domain_types, &Type::Struct(DOMAIN.into()), fields.required("domain")?, path)?;
        let primary = Type::Struct(primary_type.to_owned());
        let message = value::read(&types, &primary, fields.required("message")?, "typed_data.message")?;
        let at = |name: &str| members.iter().position(|member| member.name == name);
        Ok(Self {
            primary_type: primary_type.to_owned(),
            encoded_type: types.encoded(primary_type),
            chain_id: at("chainId").and_then(|at| domain_datum.fields().get(at)?.as_uint()),
            verifying_contract: at("verifyingContract")
                .and_then(|at| domain_datum.fields().get(at)?.as_address()),
            domain: hash::of_struct(&domain_types, DOMAIN, &domain_datum),
            hash: hash::of_struct(&types, primary_type, &message),
            message,
        })
    }

    /// The 32 bytes that are signed. An external signer gets them.
    pub fn digest(&self) -> B256 {
        keccak256([&[0x19, 0x01], self.domain.as_slice(), self.hash.as_slice()].concat())
    }

    /// Signs it.
    ///
    /// # Errors
    ///
    /// None that a caller can cause.
    pub fn sign(&self, key: &Key) -> Result<Signature, Error> {
        key.sign_digest(&self.digest())
    }

    /// The name of the type of the message.
    pub fn primary_type(&self) -> &str {
        &self.primary_type
    }

    /// The type of the message with all that it refers to, as it is hashed: `Mail(address to,string
    /// contents)`.
    pub fn encoded_type(&self) -> &str {
        &self.encoded_type
    }

    /// The chain of the domain.
    pub fn chain_id(&self) -> Option<U256> {
        self.chain_id
    }

    /// The contract of the domain.
    pub fn verifying_contract(&self) -> Option<Address> {
        self.verifying_contract
    }

    /// The hash of the domain.
    pub fn domain_separator(&self) -> B256 {
        self.domain
    }

    /// The hash of the message.
    pub fn message_hash(&self) -> B256 {
        self.hash
    }

    pub(crate) fn message(&self) -> &Datum {
        &self.message
    }
}

fn object<'a>(fields: &Fields<'a>, name: &str) -> Result<&'a Map<String, Value>, Error> {
    let value = fields.required(name)?;
    value.as_object().ok_or_else(|| Error::invalid(fields.path(name), "must be an object"))
}

/// The type of the domain from the fields that it has; the one that was declared, if any, must be the same.
fn domain_members(
    domain: &Map<String, Value>,
    declared: Option<&Value>,
) -> Result<(Vec<Member>, Types), Error> {
    let known = DOMAIN_FIELDS.iter().filter(|(name, _)| domain.contains_key(*name));
    let members: Vec<Member> =
        known.map(|(name, kind)| Member { name: (*name).to_owned(), kind: kind.clone() }).collect();
    if let Some(declared) = declared {
        let path = "typed_data.types.EIP712Domain";
        let none = members.is_empty() && declared.as_array().is_some_and(Vec::is_empty);
        if !none && types::members(declared, path)? != members {
            let message = "must have exactly the fields of `domain`, in the order name, version, chainId, \
                           verifyingContract, salt";
            return Err(Error::invalid(path, message));
        }
    }
    Ok((members.clone(), Types::one(DOMAIN, members)))
}

/// About as many bytes as the document has as text.
fn weight(value: &Value, sum: usize) -> usize {
    if sum > BYTES {
        return sum;
    }
    match value {
        Value::String(text) => sum + text.len() + 2,
        Value::Array(items) => items.iter().fold(sum + 2, |sum, item| weight(item, sum + 1)),
        Value::Object(map) => map.iter().fold(sum + 2, |sum, (key, item)| weight(item, sum + key.len() + 4)),
        _ => sum + 4,
    }
}
