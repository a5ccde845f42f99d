//! Transactions are read strictly, hashed, signed, and read again before anything leaves.
//!
//! Legacy (with a chain id, EIP-155), EIP-2930 and EIP-1559. What is written by `alloy-rlp` is read by code
//! of our own and compared with the request.

mod decode;
mod encode;
mod request;

use alloy_primitives::{Address, B256, U256, keccak256};
use serde_json::{Value, json};

pub use decode::Decoded;

use crate::json::hex_text;
use crate::{Error, Key, Reason, Signature, address};

/// Data of a call or of a new contract is at most as long as this.
const DATA: usize = 128 * 1024;
/// Addresses and storage keys of an access list, together.
const ACCESSES: usize = 4096;
/// 35 + 2 x this is still below 2^64 (EIP-2294).
pub(crate) const CHAIN_ID: u64 = 9_223_372_036_854_775_771;

/// An address of an access list (EIP-2930) with the storage that is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// The contract.
    pub address: Address,
    /// Its slots.
    pub storage_keys: Vec<B256>,
}

/// The type of a transaction with what only this type has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The first form, with its chain in `v` (EIP-155).
    Legacy {
        /// Wei for a unit of gas.
        gas_price: u128,
    },
    /// Type 1, with an access list.
    Eip2930 {
        /// Wei for a unit of gas.
        gas_price: u128,
        /// Addresses and storage to be read.
        access_list: Vec<Access>,
    },
    /// Type 2, with a fee that follows the block.
    Eip1559 {
        /// At most this many wei for a unit of gas.
        max_fee_per_gas: u128,
        /// Of these at most so many for whoever makes the block.
        max_priority_fee_per_gas: u128,
        /// Addresses and storage to be read.
        access_list: Vec<Access>,
    },
}

/// A transaction whose fields are all in range.
///
/// ```
/// use earnest_evm::{Key, Transaction};
/// use serde_json::json;
///
/// // the example of EIP-155
/// let key = Key::from_hex("0x4646464646464646464646464646464646464646464646464646464646464646")?;
/// let transaction = Transaction::from_json(&json!({
///     "type": "legacy", "chain_id": "1", "nonce": "9", "gas_price": "20000000000", "gas_limit": "21000",
///     "to": "0x3535353535353535353535353535353535353535", "value": "1000000000000000000",
/// }))?;
/// let signed = transaction.sign(&key)?;
/// assert_eq!(signed.signature().r().to_string(), "0x28ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276");
/// assert_eq!(signed.to_json()["v"], "37");
/// # Ok::<(), earnest_evm::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    chain_id: Option<u64>,
    nonce: u64,
    to: Option<Address>,
    value: U256,
    gas_limit: u64,
    data: Vec<u8>,
    kind: Kind,
}

impl Transaction {
    /// Reads the `tx` of a request: numbers are text, addresses lower-case or with their checksum, bytes `0x`
    /// and pairs of digits. Without `type`, the fields say what it is.
    ///
    /// # Errors
    ///
    /// `invalid_request` that names the field: unknown fields and those of another type, a chain id of 0,
    /// left out or above 9223372036854775771 (EIP-2294), a nonce of 2^64 - 1 (EIP-2681), fees of 2^128, a tip
    /// above the fee, `to` null with empty data, data above 128 KiB. `not_supported` for the types 3 and 4.
    pub fn from_json(tx: &Value) -> Result<Self, Error> {
        request::read(tx)
    }

    /// Reads what was signed, in its one canonical form.
    ///
    /// # Errors
    ///
    /// `invalid_request` for other bytes and for fields out of range, `signature_invalid` for a signature out
    /// of range or with high s, `not_supported` for the types 3 and 4.
    pub fn decode(raw: &[u8]) -> Result<Decoded, Error> {
        decode::decode(raw)
    }

    /// Returns the digest that a key signs. An external signer gets these 32 bytes.
    ///
    /// # Errors
    ///
    /// `invalid_request` if it has no chain id: it would be valid on every chain.
    pub fn signing_hash(&self) -> Result<B256, Error> {
        if self.chain_id.is_none() {
            return Err(Error::invalid("tx.chain_id", "is missing"));
        }
        Ok(keccak256(encode::unsigned(self)))
    }

    /// Signs it (RFC 6979, low s).
    ///
    /// # Errors
    ///
    /// `invalid_request` without a chain id; `internal` if what was signed does not read as what was asked
    /// for.
    pub fn sign(&self, key: &Key) -> Result<Signed, Error> {
        let signature = key.sign_digest(&self.signing_hash()?)?;
        self.attach(signature, |raw| decode::decode_own(raw, key.address()))
    }

    /// Puts the answer of an external signer onto it (see [`Signature::from_external`]).
    ///
    /// # Errors
    ///
    /// As [`Transaction::sign`]; `signature_invalid` if another key than that of `from` signed.
    pub fn with_signature(&self, signature: Signature, from: Address) -> Result<Signed, Error> {
        self.signing_hash()?;
        let signed = self.attach(signature, decode::decode)?;
        if signed.from() != from {
            return Err(Error::signature("was made by another key"));
        }
        Ok(signed)
    }

    /// The last look: nothing leaves that other code does not read as the same transaction.
    fn attach(
        &self,
        signature: Signature,
        read: impl Fn(&[u8]) -> Result<Decoded, Error>,
    ) -> Result<Signed, Error> {
        let raw = encode::signed(self, &signature);
        let read = read(&raw)?;
        if read.transaction() != self || read.signature() != &signature {
            return Err(Error::new(Reason::Mismatch, "tx", "reads differently once it is signed"));
        }
        Ok(Signed { raw, read })
    }

    /// The chain; none in transactions from before EIP-155, which can be read and not signed.
    pub fn chain_id(&self) -> Option<u64> {
        self.chain_id
    }

    /// How many transactions the address sent before.
    pub fn nonce(&self) -> u64 {
        self.nonce
    }

    /// Returns the receiver of the value and the call; none creates a contract.
    pub fn to(&self) -> Option<Address> {
        self.to
    }

    /// Wei that move.
    pub fn value(&self) -> U256 {
        self.value
    }

    /// Gas that may be used up.
    pub fn gas_limit(&self) -> u64 {
        self.gas_limit
    }

    /// Returns the call data, or the code of a new contract.
    pub fn data(&self) -> &[u8] {
        &self.data
    }

    /// The type, and what only it has.
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// Gas limit times the highest price of gas: more wei than this never go into fees of execution.
    pub fn max_fee(&self) -> U256 {
        let price = match self.kind {
            Kind::Legacy { gas_price } | Kind::Eip2930 { gas_price, .. } => gas_price,
            Kind::Eip1559 { max_fee_per_gas, .. } => max_fee_per_gas,
        };
        U256::from(self.gas_limit) * U256::from(price) // at most 192 bits
    }

    /// Whether it offers whoever makes the block more than its own cap. Ethereum's nodes refuse that;
    /// Arbitrum, where nobody is paid a priority fee, takes it.
    pub fn offers_more_than_its_cap(&self) -> bool {
        matches!(self.kind, Kind::Eip1559 { max_fee_per_gas, max_priority_fee_per_gas, .. }
            if max_priority_fee_per_gas > max_fee_per_gas)
    }

    /// Refuses a transaction that offers more than its own cap: for keys whose policy does not allow it, and
    /// for keys that have none.
    ///
    /// # Errors
    ///
    /// `invalid_request` that names `tx.max_priority_fee_per_gas`.
    pub fn within_its_cap(&self) -> Result<(), Error> {
        if self.offers_more_than_its_cap() {
            let message =
                "must not be above `max_fee_per_gas`, unless the key's policy has `priority_above_cap`";
            return Err(Error::invalid("tx.max_priority_fee_per_gas", message));
        }
        Ok(())
    }

    /// The fields of `tx`, as [`Transaction::from_json`] reads them.
    pub fn to_json(&self) -> Value {
        let mut tx = json!({
            "chain_id": self.chain_id.map(|id| id.to_string()),
            "nonce": self.nonce.to_string(),
            "to": self.to.as_ref().map(address::to_text),
            "value": self.value.to_string(),
            "gas_limit": self.gas_limit.to_string(),
            "data": hex_text(&self.data),
        });
        match &self.kind {
            Kind::Legacy { gas_price } => {
                tx["type"] = "legacy".into();
                tx["gas_price"] = gas_price.to_string().into();
            }
            Kind::Eip2930 { gas_price, access_list } => {
                tx["type"] = "eip2930".into();
                tx["gas_price"] = gas_price.to_string().into();
                tx["access_list"] = accesses_json(access_list);
            }
            Kind::Eip1559 { max_fee_per_gas, max_priority_fee_per_gas, access_list } => {
                tx["type"] = "eip1559".into();
                tx["max_fee_per_gas"] = max_fee_per_gas.to_string().into();
                tx["max_priority_fee_per_gas"] = max_priority_fee_per_gas.to_string().into();
                tx["access_list"] = accesses_json(access_list);
            }
        }
        tx
    }

    /// Checks the rules for every transaction, whether asked for or read.
    fn checked(self) -> Result<Self, Error> {
        let wrong = |field: &str, message: &str| Err(Error::invalid(format!("tx.{field}"), message));
        if self.chain_id.is_some_and(|id| id == 0 || id > CHAIN_ID) {
            return wrong("chain_id", "must be from 1 to 9223372036854775771 (EIP-2294)");
        }
        if self.nonce == u64::MAX {
            return wrong("nonce", "must be below 2^64 - 1 (EIP-2681)");
        }
        if self.to.is_none() && self.data.is_empty() {
            return wrong("to", "is missing, and there is no data for a new contract");
        }
        if self.data.len() > DATA {
            return wrong("data", "must have at most 128 KiB");
        }
        Ok(self)
    }
}

fn accesses_json(list: &[Access]) -> Value {
    let one = |access: &Access| {
        let keys: Vec<String> = access.storage_keys.iter().map(ToString::to_string).collect();
        json!({ "address": address::to_text(&access.address), "storage_keys": keys })
    };
    list.iter().map(one).collect()
}

/// A signed transaction, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    raw: Vec<u8>,
    read: Decoded,
}

impl Signed {
    /// The bytes for a node.
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// The id of the transaction.
    pub fn hash(&self) -> B256 {
        self.read.hash()
    }

    /// Returns the signer's address.
    pub fn from(&self) -> Address {
        self.read.from()
    }

    /// The signature.
    pub fn signature(&self) -> &Signature {
        self.read.signature()
    }

    /// `{raw, hash, from, r, s, y_parity, v}`.
    pub fn to_json(&self) -> Value {
        let mut reply = self.read.signature_json();
        reply["raw"] = hex_text(&self.raw).into();
        reply
    }
}
