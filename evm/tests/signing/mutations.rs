//! Changes that somebody could make to a request, by chance and by design: other addresses, amounts and
//! names, more and less data, calls within calls.

use alloy_primitives::keccak256;
use serde_json::{Value, json};

use crate::draw::Draw;
use crate::machine::KNOWN;

/// One to three changes.
pub(crate) fn transaction(draw: &mut Draw, tx: &mut Value, others: &[Value]) {
    for _ in 0..1 + draw.below(3) {
        match draw.below(10) {
            0 => tx["to"] = a_known(draw),
            1 => tx["value"] = amount(draw),
            2 => field(draw, tx),
            3 => {
                let other = &others[draw.below(others.len())];
                let name = ["to", "data", "value", "chain_id"][draw.below(4)];
                tx[name] = other[name].clone();
            }
            _ => {
                let data = tx["data"].as_str().and_then(|text| hex::decode(text.get(2..)?).ok());
                let data = changed(draw, data.unwrap_or_default());
                tx["data"] = format!("0x{}", hex::encode(data)).into();
            }
        }
    }
}

/// One to three changes, anywhere in the document.
pub(crate) fn document(draw: &mut Draw, document: &mut Value, others: &[Value]) {
    for _ in 0..1 + draw.below(3) {
        // half of all changes are to what is signed: the rest is types and domain
        let part = ["/message", "/message", "/types", "/domain", ""][draw.below(5)];
        let mut places = Vec::new();
        walk(document, part, &mut places);
        let place = places[draw.below(places.len())].clone();
        let other = &others[draw.below(others.len())];
        let other = other.pointer(&place).cloned();
        let Some(value) = document.pointer_mut(&place) else { continue };
        match value {
            _ if other.is_some() && draw.below(6) == 0 => *value = other.unwrap_or_default(),
            Value::Array(items) => list(draw, items),
            Value::Object(map) => {
                let names: Vec<String> = map.keys().cloned().collect();
                let Some(name) = names.get(draw.below(names.len().max(1))) else { continue };
                let value = map.remove(name).unwrap_or_default();
                match draw.below(4) {
                    0 => {}
                    1 => drop(map.insert(name_of(draw), value)),
                    _ => {
                        map.insert(name.clone(), value.clone());
                        map.insert(name_of(draw), value);
                    }
                }
            }
            Value::String(text) if text.len() == 42 && draw.below(8) > 0 => *value = a_known(draw),
            Value::String(text) if text.starts_with("0x") && text.len() > 42 => {
                *value = format!("0x{}", hex::encode(draw.bytes(32))).into();
            }
            Value::String(_) if part == "/types" => *value = name_of(draw).into(),
            Value::Bool(flag) => *value = (!*flag).into(),
            _ => *value = amount(draw),
        }
    }
}

fn walk(value: &Value, from: &str, places: &mut Vec<String>) {
    let Some(here) = value.pointer(from) else { return };
    if !from.is_empty() {
        places.push(from.to_owned());
    }
    match here {
        Value::Array(items) => (0..items.len()).for_each(|at| walk(value, &format!("{from}/{at}"), places)),
        Value::Object(map) => map.keys().for_each(|name| walk(value, &format!("{from}/{name}"), places)),
        _ => {}
    }
    if places.is_empty() {
        places.push(String::new());
    }
}

fn list(draw: &mut Draw, items: &mut Vec<Value>) {
    let Some(one) = items.get(draw.below(items.len().max(1))).cloned() else { return };
    let at = draw.below(items.len());
    match draw.below(3) {
        0 => items.insert(at, one),
        1 => drop(items.remove(at)),
        _ => {
            let to = draw.below(items.len());
            items.swap(at, to);
        }
    }
}

fn name_of(draw: &mut Draw) -> String {
    const NAMES: [&str; 24] = [
        "Permit",
        "PermitSingle",
        "PermitBatch",
        "PermitTransferFrom",
        "TokenPermissions",
        "TokenPermissions[]",
        "PermitDetails",
        "PermitDetails[]",
        "owner",
        "spender",
        "value",
        "permitted",
        "details",
        "token",
        "amount",
        "to",
        "nonce",
        "witness",
        "uint256",
        "uint160",
        "address",
        "bytes32",
        "bool",
        "Order",
    ];
    NAMES[draw.below(NAMES.len())].to_owned()
}

fn a_known(draw: &mut Draw) -> Value {
    // mostly those whom the policy names: what passes is more of interest
    let at = if draw.flag() { draw.below(2) } else { draw.below(KNOWN.len()) };
    KNOWN[at].into()
}

fn amount(draw: &mut Draw) -> Value {
    match draw.below(4) {
        0 => draw.number(256).to_string().into(),
        1 => draw.below(3).to_string().into(),
        2 => [json!(1), json!("137"), json!("0x89"), json!(500), json!("501"), json!(true)][draw.below(6)]
            .clone(),
        _ => draw.below(1100).to_string().into(),
    }
}

fn field(draw: &mut Draw, tx: &mut Value) {
    match draw.below(7) {
        0 => tx["chain_id"] = ["1", "137", "56", "0x1", "0"][draw.below(5)].into(),
        1 => tx["nonce"] = draw.number(64).to_string().into(),
        2 => tx["gas_limit"] = draw.number(24).to_string().into(),
        3 => tx["max_fee_per_gas"] = draw.number(12).to_string().into(),
        4 => {
            let map = tx.as_object_mut().unwrap();
            map.retain(|name, _| name != "type" && !name.starts_with("max_") && name != "access_list");
            map.insert("gas_price".into(), draw.below(120).to_string().into());
        }
        5 => tx["access_list"] = json!([{ "address": a_known(draw), "storage_keys": [] }]),
        _ => tx["to"] = Value::Null,
    }
}

/// Functions of the contracts in the machine, and some that they do not have.
const FUNCTIONS: [&str; 14] = [
    "transfer(address,uint256)",
    "transferFrom(address,address,uint256)",
    "approve(address,uint256)",
    "increaseAllowance(address,uint256)",
    "decreaseAllowance(address,uint256)",
    "delegate(address)",
    "multicall(bytes[])",
    "deposit()",
    "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)",
    "permit(address,address,uint256,uint256,bool,uint8,bytes32,bytes32)",
    "transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)",
    "approve(address,address,uint160,uint48)",
    "transferFrom(address,address,uint160,address)",
    "permitTransferFrom(((address,uint256),uint256,uint256),(address,uint256),address,bytes)",
];

fn changed(draw: &mut Draw, mut data: Vec<u8>) -> Vec<u8> {
    let at = draw.below(data.len() + 1);
    let word = 4 + 32 * draw.below(4);
    match draw.below(11) {
        0 if at < data.len() => data[at] ^= 1 << draw.below(8),
        1 if at < data.len() => data[at] = draw.u64() as u8,
        2 => data.truncate(at),
        3 => {
            let size = [1, 12, 20, 31, 32, 33, 64][draw.below(7)];
            let more = if draw.flag() { vec![0; size] } else { draw.bytes(size) };
            data.extend(more);
        }
        4 => {
            let more = vec![0; 1 + draw.below(32)];
            data.splice(at..at, more);
        }
        5 => {
            let end = (at + 1 + draw.below(32)).min(data.len());
            data.drain(at..end);
        }
        6 => {
            let name = FUNCTIONS[draw.below(FUNCTIONS.len())];
            let end = data.len().min(4);
            data.splice(..end, keccak256(name)[..4].iter().copied());
        }
        7 => data = within(&data),
        8 if data.len() >= word + 32 => {
            let number = if draw.flag() { draw.number(256) } else { draw.number(10) };
            data[word..word + 32].copy_from_slice(&number.to_be_bytes::<32>());
        }
        // an address where one belongs, or where none does
        _ if data.len() >= word + 32 => {
            let known = a_known(draw);
            let known = hex::decode(&known.as_str().unwrap()[2..]).unwrap();
            data[word + 12..word + 32].copy_from_slice(&known);
        }
        _ => {}
    }
    data
}

/// The same call, as the only one of `multicall(bytes[])`.
pub(crate) fn within(data: &[u8]) -> Vec<u8> {
    let word = |number: usize| alloy_primitives::U256::from(number).to_be_bytes::<32>();
    let mut outer = keccak256("multicall(bytes[])")[..4].to_vec();
    for number in [32, 1, 32, data.len()] {
        outer.extend(word(number));
    }
    outer.extend(data);
    outer.resize(outer.len().next_multiple_of(32) + 4, 0);
    outer
}
