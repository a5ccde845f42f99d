//! Views of the signing service. Numbers are decimal texts, but for `y_parity`; bytes are `0x` and hex.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::model::KeyRecord;
use crate::time::Time;

/// Reply of `create_key` and `import_key`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KeyKept {
    /// The id of the key, `ky_...`.
    pub key: String,
    /// Its address, with the checksum of EIP-55.
    pub address: String,
    /// Whether the idempotency key was used before for the same request.
    pub replayed: bool,
}

/// A key that signs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SigningKey {
    /// Its id, `ky_...`.
    pub key: String,
    /// Its address, with the checksum of EIP-55.
    pub address: String,
    /// Its label for people.
    pub label: Option<String>,
    /// The holder of the private key: `vault` or `host`.
    pub custody: String,
    /// The policy, as the fields of `set_key_policy`; null while none limits the key.
    #[schemars(with = "Option<serde_json::Map<String, Value>>")]
    pub policy: Option<Value>,
    /// How many times something was signed with it.
    pub signed: i64,
    /// Counts the changes of it.
    pub version: i64,
    /// When it was made, or brought here.
    pub created_at: Time,
}

impl SigningKey {
    /// The view of a record.
    #[must_use]
    pub fn of(key: &KeyRecord) -> Self {
        Self {
            key: key.id().to_string(),
            address: key.facts.address.clone(),
            label: key.text("label").map(ToString::to_string),
            custody: key.facts.custody.to_string(),
            policy: key.facts.policy.clone(),
            signed: i64::try_from(key.facts.signed).unwrap_or(i64::MAX),
            version: key.row.version,
            created_at: key.row.created_at,
        }
    }
}

/// Reply of `set_key_policy`: the key, as it is from then on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KeyPolicySet {
    /// Its id, `ky_...`.
    pub key: String,
    /// Its address, with the checksum of EIP-55.
    pub address: String,
    /// Its label for people.
    pub label: Option<String>,
    /// The holder of the private key: `vault` or `host`.
    pub custody: String,
    /// The policy, as the fields of `set_key_policy`.
    #[schemars(with = "Option<serde_json::Map<String, Value>>")]
    pub policy: Option<Value>,
    /// How many times something was signed with it.
    pub signed: i64,
    /// Counts the changes of it.
    pub version: i64,
    /// When it was made, or brought here.
    pub created_at: Time,
    /// Always false: the same call again is made again.
    pub replayed: bool,
}

impl KeyPolicySet {
    /// The reply about a key.
    #[must_use]
    pub fn of(key: SigningKey) -> Self {
        let SigningKey { key, address, label, custody, policy, signed, version, created_at } = key;
        Self { key, address, label, custody, policy, signed, version, created_at, replayed: false }
    }
}

/// Reply of `address`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KeyAddress {
    /// The id of the key.
    pub key: String,
    /// Its address, with the checksum of EIP-55.
    pub address: String,
}

/// Reply of `sign_transaction`: ready to be sent to a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TransactionSigned {
    /// The bytes for a node.
    pub raw: String,
    /// The id of the transaction.
    pub hash: String,
    /// The signer's address.
    pub from: String,
    /// The first number of the signature: `0x` and 64 digits.
    pub r: String,
    /// The second, in the lower half of its range (EIP-2).
    pub s: String,
    /// 0 or 1.
    pub y_parity: i64,
    /// chain_id x 2 + 35 + y_parity of a legacy transaction (EIP-155), otherwise y_parity.
    pub v: String,
    /// Always false: the same call again is made again.
    pub replayed: bool,
}

/// Reply of `sign_message` and `sign_typed_data`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DigestSigned {
    /// 65 bytes: r, s, and 27 or 28.
    pub signature: String,
    /// The 32 bytes that were signed (EIP-191, EIP-712).
    pub digest: String,
    /// Always false: the same call again is made again.
    pub replayed: bool,
}

/// Reply of `prepare`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SignaturePrepared {
    /// The 32 bytes to be signed.
    pub digest: String,
    /// The address whose key is to sign them.
    pub from: String,
    /// Always false: the same call again is made again.
    pub replayed: bool,
}

/// Reply of `complete`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SignatureCompleted {
    /// 65 bytes: r, s in the lower half of its range, and 27 or 28.
    pub signature: String,
    /// The 32 bytes that were signed.
    pub digest: String,
    /// The transaction, ready to be sent to a node, if it was one.
    pub transaction: Option<TransactionSigned>,
}

/// Reply of `recover`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AddressRecovered {
    /// The signer's address, with the checksum of EIP-55.
    pub address: String,
}

/// Reply of `erc20_transfer`: what a transaction that moves tokens carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CallData {
    /// The contract of the token.
    pub to: String,
    /// The call.
    pub data: String,
}

/// An address with the storage of it that a transaction reads (EIP-2930).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StorageRead {
    /// The contract.
    pub address: String,
    /// Its slots, 32 bytes each.
    pub storage_keys: Vec<String>,
}

/// Reply of `decode_transaction`: the fields of `tx`, and the signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TransactionDecoded {
    /// `legacy`, `eip2930` or `eip1559`.
    pub r#type: String,
    /// The chain; null from before EIP-155, valid on every chain.
    pub chain_id: Option<String>,
    /// How many transactions the address sent before.
    pub nonce: String,
    /// The recipient of the value and the call; null creates a contract.
    pub to: Option<String>,
    /// In wei.
    pub value: String,
    /// Gas that may be used up.
    pub gas_limit: String,
    /// Wei for a unit of gas (`legacy`, `eip2930`); left out with `eip1559`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gas_price: Option<String>,
    /// At most this many wei for a unit of gas (`eip1559`); left out with other types.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_fee_per_gas: Option<String>,
    /// Of these at most so many for whoever makes the block (`eip1559`); left out with other types.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_priority_fee_per_gas: Option<String>,
    /// The input of the call, or the code of a new contract.
    pub data: String,
    /// The addresses and slots that will be read (`eip2930`, `eip1559`); left out with `legacy`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_list: Option<Vec<StorageRead>>,
    /// The signer's address.
    pub from: String,
    /// The id of the transaction.
    pub hash: String,
    /// The first number of the signature.
    pub r: String,
    /// The second.
    pub s: String,
    /// 0 or 1.
    pub y_parity: i64,
    /// chain_id x 2 + 35 + y_parity of a legacy transaction (EIP-155), otherwise y_parity.
    pub v: String,
}
