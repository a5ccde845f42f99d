//! Reads signed transactions, with code that shares nothing with what wrote them.

use alloy_primitives::{Address, B256, U256, keccak256};
use serde_json::{Value, json};

use super::encode::{legacy_v, unsigned};
use super::{ACCESSES, Access, DATA, Kind, Transaction};
use crate::rlp::Reader;
use crate::{Error, Reason, Signature, address};

/// More than a transaction of bounded data and access list can need.
const RAW: usize = 512 * 1024;

/// A signed transaction that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    transaction: Transaction,
    signature: Signature,
    from: Address,
    hash: B256,
}

impl Decoded {
    /// Returns the transaction.
    pub fn transaction(&self) -> &Transaction {
        &self.transaction
    }

    /// The signature.
    pub fn signature(&self) -> &Signature {
        &self.signature
    }

    /// Returns the signer's address.
    pub fn from(&self) -> Address {
        self.from
    }

    /// The id of the transaction.
    pub fn hash(&self) -> B256 {
        self.hash
    }

    /// The fields of `tx`, and `{from, hash, r, s, y_parity, v}`.
    pub fn to_json(&self) -> Value {
        let mut all = self.transaction.to_json();
        if let (Value::Object(all), Value::Object(signature)) = (&mut all, self.signature_json()) {
            all.extend(signature);
        }
        all
    }

    /// `v` is a decimal string: of a legacy transaction chain_id x 2 + 35 + y_parity, else y_parity.
    pub(super) fn signature_json(&self) -> Value {
        let parity = self.signature.y_parity();
        let v = match self.transaction.kind {
            Kind::Legacy { .. } => legacy_v(self.transaction.chain_id, parity),
            _ => u64::from(parity),
        };
        json!({
            "from": address::to_text(&self.from),
            "hash": self.hash.to_string(),
            "r": self.signature.r().to_string(),
            "s": self.signature.s().to_string(),
            "y_parity": parity,
            "v": v.to_string(),
        })
    }
}

pub(super) fn decode(raw: &[u8]) -> Result<Decoded, Error> {
    let (transaction, signature) = read(raw)?;
    let from = signature.recover(&keccak256(unsigned(&transaction)))?;
    Ok(Decoded { transaction, signature, from, hash: keccak256(raw) })
}

/// Reads bytes that a key has just signed, and has seen to hold.
pub(super) fn decode_own(raw: &[u8], from: Address) -> Result<Decoded, Error> {
    let (transaction, signature) = read(raw)?;
    Ok(Decoded { transaction, signature, from, hash: keccak256(raw) })
}

fn read(raw: &[u8]) -> Result<(Transaction, Signature), Error> {
    if raw.len() > RAW {
        return Err(Error::invalid("raw", "must have at most 512 KiB"));
    }
    let (transaction, signature) = match raw.first() {
        Some(1 | 2) => typed(raw[0], &raw[1..])?,
        Some(3 | 4) => {
            return Err(Error::new(Reason::NotSupported, "raw", "is of a type that is not read here"));
        }
        Some(0xc0..) => legacy(raw)?,
        _ => return Err(Error::invalid("raw", "is not a transaction")),
    };
    Ok((transaction.checked()?, signature))
}

fn fields(bytes: &[u8]) -> Result<Reader<'_>, Error> {
    let mut outer = Reader::new(bytes);
    let list = outer.list()?;
    outer.end()?;
    Ok(list)
}

fn legacy(raw: &[u8]) -> Result<(Transaction, Signature), Error> {
    let mut list = fields(raw)?;
    let nonce = small(&mut list, "nonce")?;
    let gas_price = fee(&mut list, "gas_price")?;
    let (gas_limit, to, value, data) = common(&mut list)?;
    let v = small(&mut list, "v")?;
    let (chain_id, y_odd) = match v {
        27 | 28 => (None, v == 28),
        35.. => (Some((v - 35) / 2), (v - 35) % 2 == 1),
        _ => return Err(Error::signature("has a v that no chain gives")),
    };
    let signature = numbers(&mut list, y_odd)?;
    list.end()?;
    let kind = Kind::Legacy { gas_price };
    Ok((Transaction { chain_id, nonce, to, value, gas_limit, data, kind }, signature))
}

fn typed(kind: u8, rest: &[u8]) -> Result<(Transaction, Signature), Error> {
    let mut list = fields(rest)?;
    let chain_id = Some(small(&mut list, "chain_id")?);
    let nonce = small(&mut list, "nonce")?;
    let first = fee(&mut list, if kind == 1 { "gas_price" } else { "max_priority_fee_per_gas" })?;
    let second = if kind == 1 { first } else { fee(&mut list, "max_fee_per_gas")? };
    let (gas_limit, to, value, data) = common(&mut list)?;
    let access_list = accesses(list.list()?)?;
    let kind = match kind {
        1 => Kind::Eip2930 { gas_price: first, access_list },
        _ => Kind::Eip1559 { max_fee_per_gas: second, max_priority_fee_per_gas: first, access_list },
    };
    let y_odd = match small(&mut list, "y_parity")? {
        0 => false,
        1 => true,
        _ => return Err(Error::signature("has a parity other than 0 and 1")),
    };
    let signature = numbers(&mut list, y_odd)?;
    list.end()?;
    Ok((Transaction { chain_id, nonce, to, value, gas_limit, data, kind }, signature))
}

type Common = (u64, Option<Address>, U256, Vec<u8>);

fn common(list: &mut Reader<'_>) -> Result<Common, Error> {
    let gas_limit = small(list, "gas_limit")?;
    let to = list.bytes()?;
    let to = match to.len() {
        0 => None,
        20 => Some(Address::from_slice(to)),
        _ => return Err(Error::invalid("tx.to", "must have 20 bytes, or none")),
    };
    let value = list.number()?;
    let data = list.bytes()?;
    if data.len() > DATA {
        return Err(Error::invalid("tx.data", "must have at most 128 KiB"));
    }
    Ok((gas_limit, to, value, data.to_vec()))
}

fn small(list: &mut Reader<'_>, field: &str) -> Result<u64, Error> {
    let number = list.number()?;
    u64::try_from(number).map_err(|_| Error::invalid(format!("tx.{field}"), "must be below 2^64"))
}

fn fee(list: &mut Reader<'_>, field: &str) -> Result<u128, Error> {
    let number = list.number()?;
    u128::try_from(number).map_err(|_| Error::invalid(format!("tx.{field}"), "must be below 2^128"))
}

fn numbers(list: &mut Reader<'_>, y_odd: bool) -> Result<Signature, Error> {
    let r = B256::from(list.number()?.to_be_bytes::<32>());
    let s = B256::from(list.number()?.to_be_bytes::<32>());
    Signature::new(r, s, y_odd)
}

fn accesses(mut list: Reader<'_>) -> Result<Vec<Access>, Error> {
    let (mut all, mut count) = (Vec::new(), 0_usize);
    while !list.is_empty() {
        let mut entry = list.list()?;
        let address = entry.bytes()?;
        let address = <[u8; 20]>::try_from(address)
            .map_err(|_| Error::invalid("tx.access_list", "has an address of other than 20 bytes"))?;
        let mut keys = entry.list()?;
        entry.end()?;
        let mut storage_keys = Vec::new();
        while !keys.is_empty() {
            let key = B256::try_from(keys.bytes()?);
            let wrong = "has a storage key of other than 32 bytes";
            storage_keys.push(key.map_err(|_| Error::invalid("tx.access_list", wrong))?);
        }
        count = count.saturating_add(1).saturating_add(storage_keys.len());
        if count > ACCESSES {
            return Err(Error::invalid(
                "tx.access_list",
                "must have at most 4,096 addresses and storage keys",
            ));
        }
        all.push(Access { address: Address::from(address), storage_keys });
    }
    Ok(all)
}
