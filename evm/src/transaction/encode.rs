//! Writes transactions as RLP.

use alloy_primitives::{Address, U256};
use alloy_rlp::{Encodable, Header};

use super::{Access, Kind, Transaction};
use crate::Signature;

/// The bytes whose hash is signed.
pub(super) fn unsigned(tx: &Transaction) -> Vec<u8> {
    whole(tx, None)
}

/// The bytes that are sent.
pub(super) fn signed(tx: &Transaction, signature: &Signature) -> Vec<u8> {
    whole(tx, Some(signature))
}

fn whole(tx: &Transaction, signature: Option<&Signature>) -> Vec<u8> {
    // all but a long access list fits: room is made once
    let mut body = Vec::with_capacity(256 + tx.data.len());
    let mut out = Vec::with_capacity(264 + tx.data.len());
    match &tx.kind {
        Kind::Legacy { gas_price } => {
            tx.nonce.encode(&mut body);
            gas_price.encode(&mut body);
            common(tx, &mut body);
            legacy_end(tx, signature, &mut body);
        }
        Kind::Eip2930 { gas_price, access_list } => {
            out.push(1);
            tx.chain_id.unwrap_or_default().encode(&mut body);
            tx.nonce.encode(&mut body);
            gas_price.encode(&mut body);
            common(tx, &mut body);
            accesses(access_list, &mut body);
            typed_end(signature, &mut body);
        }
        Kind::Eip1559 { max_fee_per_gas, max_priority_fee_per_gas, access_list } => {
            out.push(2);
            tx.chain_id.unwrap_or_default().encode(&mut body);
            tx.nonce.encode(&mut body);
            max_priority_fee_per_gas.encode(&mut body);
            max_fee_per_gas.encode(&mut body);
            common(tx, &mut body);
            accesses(access_list, &mut body);
            typed_end(signature, &mut body);
        }
    }
    list(&body, &mut out);
    out
}

fn common(tx: &Transaction, out: &mut Vec<u8>) {
    tx.gas_limit.encode(out);
    match &tx.to {
        Some(to) => to.0.0.as_slice().encode(out),
        None => [0_u8; 0].as_slice().encode(out),
    }
    tx.value.encode(out);
    tx.data.as_slice().encode(out);
}

fn legacy_end(tx: &Transaction, signature: Option<&Signature>, out: &mut Vec<u8>) {
    match (tx.chain_id, signature) {
        (chain_id, Some(signature)) => {
            legacy_v(chain_id, signature.y_parity()).encode(out);
            numbers(signature, out);
        }
        (Some(chain_id), None) => {
            chain_id.encode(out);
            0_u8.encode(out);
            0_u8.encode(out);
        }
        (None, None) => {}
    }
}

/// Below 2^64, because chain ids are bounded.
pub(super) fn legacy_v(chain_id: Option<u64>, y_parity: u8) -> u64 {
    let base = chain_id.map_or(27, |id| id * 2 + 35);
    base + u64::from(y_parity)
}

fn typed_end(signature: Option<&Signature>, out: &mut Vec<u8>) {
    if let Some(signature) = signature {
        signature.y_parity().encode(out);
        numbers(signature, out);
    }
}

fn numbers(signature: &Signature, out: &mut Vec<u8>) {
    U256::from_be_bytes(signature.r().0).encode(out);
    U256::from_be_bytes(signature.s().0).encode(out);
}

fn accesses(all: &[Access], out: &mut Vec<u8>) {
    let mut body = Vec::new();
    for Access { address: Address(address), storage_keys } in all {
        let (mut entry, mut keys) = (Vec::new(), Vec::new());
        address.0.as_slice().encode(&mut entry);
        for key in storage_keys {
            key.0.as_slice().encode(&mut keys);
        }
        list(&keys, &mut entry);
        list(&entry, &mut body);
    }
    list(&body, out);
}

fn list(body: &[u8], out: &mut Vec<u8>) {
    Header { list: true, payload_length: body.len() }.encode(out);
    out.extend_from_slice(body);
}
