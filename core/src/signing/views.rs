//! Views of the signing service. Numbers are decimal texts, but for `y_parity`; bytes are `0x` and hex.

use super::model::KeyRecord;
use crate::request::view::views;
use crate::time::Time;
use serde_json::Value;

views! {
    /// Reply of `create_key` and `import_key`.
    view KeyKept {
        /// The id of the key, `ky_...`.
        key: String,
        /// Its address, with the checksum of EIP-55.
        address: String,
        /// Whether the idempotency key was used before for the same request.
        replayed: bool,
    }

    /// A key that signs.
    view SigningKey of(key: &KeyRecord) => {
        /// Its id, `ky_...`.
        key: String = key.id().to_string(),
        /// Its address, with the checksum of EIP-55.
        address: String = key.facts.address.clone(),
        /// Its label for people.
        label: Option<String> = key.text("label").map(ToString::to_string),
        /// The holder of the private key: `vault` or `host`.
        custody: String = key.facts.custody.to_string(),
        /// The policy, as the fields of `set_key_policy`; null while none limits the key.
        #[schemars(with = "Option<serde_json::Map<String, Value>>")]
        policy: Option<Value> = key.facts.policy.clone(),
        /// How many times something was signed with it.
        signed: i64 = i64::try_from(key.facts.signed).unwrap_or(i64::MAX),
        /// Counts the changes of it.
        version: i64 = key.row.version,
        /// When it was made, or brought here.
        created_at: Time = key.row.created_at,
    }

    /// Reply of `set_key_policy`: the key, as it is from then on.
    view KeyPolicySet of(key: SigningKey) {
        let SigningKey { key, address, label, custody, policy, signed, version, created_at } = key;
    } => {
        /// Its id, `ky_...`.
        key: String,
        /// Its address, with the checksum of EIP-55.
        address: String,
        /// Its label for people.
        label: Option<String>,
        /// The holder of the private key: `vault` or `host`.
        custody: String,
        /// The policy, as the fields of `set_key_policy`.
        #[schemars(with = "Option<serde_json::Map<String, Value>>")]
        policy: Option<Value>,
        /// How many times something was signed with it.
        signed: i64,
        /// Counts the changes of it.
        version: i64,
        /// When it was made, or brought here.
        created_at: Time,
        /// Always false: the same call again is made again.
        replayed: bool = false,
    }

    /// Reply of `address`.
    view KeyAddress {
        /// The id of the key.
        key: String,
        /// Its address, with the checksum of EIP-55.
        address: String,
    }

    /// Reply of `sign_transaction`: ready to be sent to a node.
    view TransactionSigned {
        /// The bytes for a node.
        raw: String,
        /// The id of the transaction.
        hash: String,
        /// The signer's address.
        from: String,
        /// The first number of the signature: `0x` and 64 digits.
        r: String,
        /// The second, in the lower half of its range (EIP-2).
        s: String,
        /// 0 or 1.
        y_parity: i64,
        /// chain_id x 2 + 35 + y_parity of a legacy transaction (EIP-155), otherwise y_parity.
        v: String,
        /// Always false: the same call again is made again.
        replayed: bool,
    }

    /// Reply of `sign_message` and `sign_typed_data`.
    view DigestSigned {
        /// 65 bytes: r, s, and 27 or 28.
        signature: String,
        /// The 32 bytes that were signed (EIP-191, EIP-712).
        digest: String,
        /// Always false: the same call again is made again.
        replayed: bool,
    }

    /// Reply of `prepare`.
    view SignaturePrepared {
        /// The 32 bytes to be signed.
        digest: String,
        /// The address whose key is to sign them.
        from: String,
        /// Always false: the same call again is made again.
        replayed: bool,
    }

    /// Reply of `complete`.
    view SignatureCompleted {
        /// 65 bytes: r, s in the lower half of its range, and 27 or 28.
        signature: String,
        /// The 32 bytes that were signed.
        digest: String,
        /// The transaction, ready to be sent to a node, if it was one.
        transaction: Option<TransactionSigned>,
    }

    /// Reply of `recover`.
    view AddressRecovered {
        /// The signer's address, with the checksum of EIP-55.
        address: String,
    }

    /// Reply of `erc20_transfer`: what a transaction that moves tokens carries.
    view CallData {
        /// The contract of the token.
        to: String,
        /// The call.
        data: String,
    }

    /// An address with the storage of it that a transaction reads (EIP-2930).
    view StorageRead {
        /// The contract.
        address: String,
        /// Its slots, 32 bytes each.
        storage_keys: Vec<String>,
    }

    /// Reply of `decode_transaction`: the fields of `tx`, and the signature.
    view TransactionDecoded {
        /// `legacy`, `eip2930` or `eip1559`.
        r#type: String,
        /// The chain; null from before EIP-155, valid on every chain.
        chain_id: Option<String>,
        /// How many transactions the address sent before.
        nonce: String,
        /// The recipient of the value and the call; null creates a contract.
        to: Option<String>,
        /// In wei.
        value: String,
        /// Gas that may be used up.
        gas_limit: String,
        /// Wei for a unit of gas (`legacy`, `eip2930`); left out with `eip1559`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        gas_price: Option<String>,
        /// At most this many wei for a unit of gas (`eip1559`); left out with other types.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max_fee_per_gas: Option<String>,
        /// Of these at most so many for whoever makes the block (`eip1559`); left out with other types.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max_priority_fee_per_gas: Option<String>,
        /// The input of the call, or the code of a new contract.
        data: String,
        /// The addresses and slots that will be read (`eip2930`, `eip1559`); left out with `legacy`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        access_list: Option<Vec<StorageRead>>,
        /// The signer's address.
        from: String,
        /// The id of the transaction.
        hash: String,
        /// The first number of the signature.
        r: String,
        /// The second.
        s: String,
        /// 0 or 1.
        y_parity: i64,
        /// chain_id x 2 + 35 + y_parity of a legacy transaction (EIP-155), otherwise y_parity.
        v: String,
    }
}
