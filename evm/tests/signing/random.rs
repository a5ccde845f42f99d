//! Random transactions, messages and typed data, as the JSON of requests.

use earnest_evm::{U256, address};
use serde_json::{Value, json};

use crate::draw::Draw;

/// The `tx` of a request, of any of the three types.
pub(crate) fn transaction(draw: &mut Draw) -> Value {
    let text = |number: U256, hex: bool| if hex { format!("{number:#x}") } else { number.to_string() };
    let size = draw.below(100);
    let to = (draw.below(8) > 0).then(|| address::to_text(&draw.address()));
    let size = if to.is_none() { size + 1 } else { size };
    let hex = draw.flag();
    let mut tx = json!({
        "chain_id": (draw.number(62) + U256::from(1)).to_string(),
        "nonce": text(draw.number(63), hex), "to": to, "value": text(draw.number(256), hex),
        "gas_limit": draw.number(64).to_string(), "data": format!("0x{}", hex::encode(draw.bytes(size))),
    });
    let kind = draw.below(3);
    if kind > 0 {
        let entry = |draw: &mut Draw| {
            let keys: Vec<String> = (0..draw.below(3)).map(|_| draw.word().to_string()).collect();
            json!({ "address": address::to_text(&draw.address()), "storage_keys": keys })
        };
        tx["access_list"] = (0..draw.below(4)).map(|_| entry(draw)).collect();
    }
    if kind == 2 {
        let (one, two) = (draw.number(128), draw.number(128));
        tx["max_fee_per_gas"] = one.max(two).to_string().into();
        tx["max_priority_fee_per_gas"] = one.min(two).to_string().into();
    } else {
        tx["gas_price"] = text(draw.number(128), hex).into();
    }
    tx
}

/// Bytes of a message: mostly text, sometimes anything.
pub(crate) fn message(draw: &mut Draw) -> Vec<u8> {
    let size = draw.below(200);
    if draw.flag() { draw.bytes(size) } else { text(draw, size).into_bytes() }
}

fn text(draw: &mut Draw, size: usize) -> String {
    const LETTERS: [char; 12] =
        ['a', 'Z', '0', ' ', '\n', '"', '\\', '\u{0}', 'é', '한', '\u{1f600}', '\u{202e}'];
    (0..size).map(|_| LETTERS[draw.below(LETTERS.len())]).collect()
}

/// A document with up to five structs that refer to those after them, lists in lists, and values of every
/// type.
pub(crate) fn typed_data(draw: &mut Draw) -> Value {
    let count = 1 + draw.below(5);
    let mut types = serde_json::Map::new();
    let mut structs: Vec<Vec<(String, String)>> = Vec::new();
    // from the last to the first, so that each refers only to those that are there
    for at in (0..count).rev() {
        let fields = (0..1 + draw.below(5)).map(|field| {
            let base = if draw.below(4) == 0 && at + 1 < count {
                format!("T{}", at + 1 + draw.below(count - at - 1))
            } else {
                base(draw)
            };
            let suffix = ["", "", "", "[]", "[2]", "[][1]", "[1][]"][draw.below(7)];
            (format!("f{field}"), format!("{base}{suffix}"))
        });
        let fields: Vec<(String, String)> = fields.collect();
        types.insert(
            format!("T{at}"),
            fields.iter().map(|(name, kind)| json!({ "name": name, "type": kind })).collect(),
        );
        structs.insert(0, fields);
    }
    let message = fields(draw, &structs, 0, count);
    // types that nothing refers to are read differently by libraries: only what is used stays
    let mut used = vec![false; count];
    mark(&structs, 0, count, &mut used);
    types.retain(|name, _| used[name[1..].parse::<usize>().unwrap()]);
    json!({ "types": types, "primaryType": "T0", "domain": domain(draw), "message": message })
}

fn mark(structs: &[Vec<(String, String)>], at: usize, count: usize, used: &mut [bool]) {
    used[at] = true;
    for (_, kind) in &structs[at] {
        let base = kind.split('[').next().unwrap();
        if let Some(next) = base.strip_prefix('T').and_then(|next| next.parse::<usize>().ok()) {
            assert!(next < count);
            mark(structs, next, count, used);
        }
    }
}

fn base(draw: &mut Draw) -> String {
    match draw.below(7) {
        0 => "address".into(),
        1 => "bool".into(),
        2 => "string".into(),
        3 => "bytes".into(),
        4 => format!("bytes{}", 1 + draw.below(32)),
        5 => format!("uint{}", 8 * (1 + draw.below(32))),
        _ => format!("int{}", 8 * (1 + draw.below(32))),
    }
}

fn domain(draw: &mut Draw) -> Value {
    let mut domain = json!({});
    while domain.as_object().unwrap().is_empty() {
        if draw.flag() {
            domain["name"] = text(draw, 5).into();
        }
        if draw.flag() {
            domain["version"] = "1".into();
        }
        if draw.flag() {
            domain["chainId"] = (1 + draw.below(1 << 40)).into();
        }
        if draw.flag() {
            domain["verifyingContract"] = address::to_text(&draw.address()).into();
        }
        if draw.flag() {
            domain["salt"] = draw.word().to_string().into();
        }
    }
    domain
}

fn fields(draw: &mut Draw, structs: &[Vec<(String, String)>], at: usize, count: usize) -> Value {
    let mut message = serde_json::Map::new();
    for (name, kind) in &structs[at] {
        message.insert(name.clone(), value(draw, structs, kind, count));
    }
    Value::Object(message)
}

fn value(draw: &mut Draw, structs: &[Vec<(String, String)>], kind: &str, count: usize) -> Value {
    if let Some((inner, size)) = kind.strip_suffix(']').and_then(|kind| kind.rsplit_once('[')) {
        let size = size.parse().unwrap_or_else(|_| draw.below(4));
        return (0..size).map(|_| value(draw, structs, inner, count)).collect();
    }
    if let Some(next) = kind.strip_prefix('T') {
        return fields(draw, structs, next.parse().unwrap(), count);
    }
    let hex = |bytes: Vec<u8>| Value::String(format!("0x{}", hex::encode(bytes)));
    match kind {
        "address" => address::to_text(&draw.address()).into(),
        "bool" => draw.flag().into(),
        "string" => {
            let size = draw.below(20);
            text(draw, size).into()
        }
        "bytes" => {
            let size = draw.below(70);
            hex(draw.bytes(size))
        }
        _ => {
            let digits = kind.trim_start_matches(|c: char| c.is_ascii_lowercase());
            let size: usize = digits.parse().unwrap();
            match kind.trim_end_matches(|c: char| c.is_ascii_digit()) {
                "bytes" => hex(draw.bytes(size)),
                "uint" => draw.number(size).to_string().into(),
                _ => {
                    let number = draw.number(size - 1);
                    let minus = if draw.flag() && !number.is_zero() { "-" } else { "" };
                    format!("{minus}{number}").into()
                }
            }
        }
    }
}
