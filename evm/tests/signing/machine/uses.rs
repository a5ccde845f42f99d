//! Every way in which a signature under typed data can be used: the calls of contracts that take one.

use alloy_primitives::{Address, B256, U256, keccak256};
use earnest_evm::{Signature, address};
use serde_json::Value;

use crate::policy::MALLORY;

/// Lists calls and their callers. A call that its contract does not take changes nothing, so all are tried.
pub(crate) fn all(document: &Value, owner: Address, signature: &Signature) -> Vec<(Address, Vec<u8>)> {
    let message = &document["message"];
    let mallory = address::parse(MALLORY).unwrap();
    let owner = word(owner);
    let [spender, to] = ["spender", "to"].map(|name| address_of(&message[name]).unwrap_or(mallory));
    let parts = [
        U256::from(27 + signature.y_parity()),
        U256::from_be_bytes(signature.r().0),
        U256::from_be_bytes(signature.s().0),
    ];
    let field = |name: &str| number(&message[name]);
    // what anybody may hand in, and what only the one whom it names
    let [anybody, named, taker] = [mallory, spender, to];
    match document["primaryType"].as_str().unwrap_or_default() {
        "Permit" => {
            let plain = [owner, word(spender), field("value"), field("deadline")];
            let dai = [owner, word(spender), field("nonce"), field("expiry"), field("allowed")];
            vec![
                (
                    anybody,
                    call("permit(address,address,uint256,uint256,uint8,bytes32,bytes32)", &plain, &parts),
                ),
                (
                    anybody,
                    call("permit(address,address,uint256,uint256,bool,uint8,bytes32,bytes32)", &dai, &parts),
                ),
            ]
        }
        name @ ("TransferWithAuthorization" | "ReceiveWithAuthorization") => {
            let words =
                [owner, word(to), field("value"), field("validAfter"), field("validBefore"), field("nonce")];
            let function = format!(
                "{}{}(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)",
                name[..1].to_lowercase(),
                &name[1..]
            );
            [anybody, taker].map(|who| (who, call(&function, &words, &parts))).to_vec()
        }
        "PermitSingle" => {
            let words = [&details(&message["details"])[..], &[word(spender), field("sigDeadline")]].concat();
            vec![(
                anybody,
                with_bytes(
                    "permit(address,((address,uint160,uint48,uint48),address,uint256),bytes)",
                    &[&[owner], &words[..]].concat(),
                    &[],
                    signature,
                ),
            )]
        }
        "PermitBatch" => vec![(anybody, batch(message, owner, spender, signature))],
        name => {
            let data = match name {
                "PermitTransferFrom" | "PermitWitnessTransferFrom" => one(document, owner, signature),
                "PermitBatchTransferFrom" | "PermitBatchWitnessTransferFrom" => {
                    many(document, owner, signature)
                }
                _ => return Vec::new(),
            };
            [anybody, named].map(|who| (who, data(who))).to_vec()
        }
    }
}

/// A transfer of all that is permitted to whoever calls.
fn one<'a>(
    document: &'a Value,
    owner: U256,
    signature: &'a Signature,
) -> Box<dyn Fn(Address) -> Vec<u8> + 'a> {
    let message = &document["message"];
    let permitted = &message["permitted"];
    let [token, amount] = ["token", "amount"].map(|name| number(&permitted[name]));
    let [nonce, deadline] = ["nonce", "deadline"].map(|name| number(&message[name]));
    Box::new(move |who| {
        let head = [token, amount, nonce, deadline, word(who), amount, owner];
        if document["primaryType"] == "PermitTransferFrom" {
            let name =
                "permitTransferFrom(((address,uint256),uint256,uint256),(address,uint256),address,bytes)";
            return with_bytes(name, &head, &[], signature);
        }
        let name = "permitWitnessTransferFrom(((address,uint256),uint256,uint256),(address,uint256),address,\
                    bytes32,string,bytes)";
        let (witness, rest) = witness(document);
        with_bytes(name, &[&head[..], &[witness]].concat(), &[text(&rest)], signature)
    })
}

fn many<'a>(
    document: &'a Value,
    owner: U256,
    signature: &'a Signature,
) -> Box<dyn Fn(Address) -> Vec<u8> + 'a> {
    let message = &document["message"];
    let entries: Vec<[U256; 2]> = message["permitted"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|entry| ["token", "amount"].map(|name| number(&entry[name])))
        .collect();
    let [nonce, deadline] = ["nonce", "deadline"].map(|name| number(&message[name]));
    Box::new(move |who| {
        let count = U256::from(entries.len());
        let mut permit = vec![U256::from(96), nonce, deadline, count];
        permit.extend(entries.iter().flatten());
        let mut wanted = vec![count];
        wanted.extend(entries.iter().flat_map(|[_, amount]| [word(who), *amount]));
        // the places of the dynamic parts are put in by `dynamic`, where there is none
        if document["primaryType"] == "PermitBatchTransferFrom" {
            let name =
                "permitTransferFrom(((address,uint256)[],uint256,uint256),(address,uint256)[],address,bytes)";
            return dynamic(name, &[None, None, Some(owner), None], &[permit, wanted, text_of(signature)]);
        }
        let name = "permitWitnessTransferFrom(((address,uint256)[],uint256,uint256),(address,uint256)[],address,\
                    bytes32,string,bytes)";
        let (witness, rest) = witness(document);
        let head = [None, None, Some(owner), Some(witness), None, None];
        dynamic(name, &head, &[permit, wanted, text(&rest), text_of(signature)])
    })
}

fn batch(message: &Value, owner: U256, spender: Address, signature: &Signature) -> Vec<u8> {
    let entries = message["details"].as_array().cloned().unwrap_or_default();
    let mut words =
        vec![U256::from(96), word(spender), number(&message["sigDeadline"]), U256::from(entries.len())];
    words.extend(entries.iter().flat_map(details));
    let name = "permit(address,((address,uint160,uint48,uint48)[],address,uint256),bytes)";
    dynamic(name, &[Some(owner), None, None], &[words, text_of(signature)])
}

fn details(entry: &Value) -> [U256; 4] {
    ["token", "amount", "expiration", "nonce"].map(|name| number(&entry[name]))
}

/// The hash of the witness, and the end of the type as Permit2 wants it. The value of a witness of one word
/// is that word; a struct is hashed by the library that is judged, which is right if its digest is.
fn witness(document: &Value) -> (U256, String) {
    let types = &document["types"];
    let primary = document["primaryType"].as_str().unwrap();
    let Some(field) = types[primary].as_array().and_then(|fields| fields.get(4)) else {
        return (U256::ZERO, String::new());
    };
    let [kind, name] = ["type", "name"].map(|part| field[part].as_str().unwrap_or_default());
    let value = &document["message"][name];
    if !types[kind].is_array() {
        return (number(value), format!("{kind} {name})TokenPermissions(address token,uint256 amount)"));
    }
    let inner = serde_json::json!({ "types": { kind: types[kind] }, "primaryType": kind,
                                    "domain": { "name": "T" }, "message": value });
    let Ok(read) = earnest_evm::TypedData::from_json(&inner) else { return (U256::ZERO, String::new()) };
    let mut referred =
        [read.encoded_type().to_owned(), "TokenPermissions(address token,uint256 amount)".into()];
    referred.sort();
    (U256::from_be_bytes(read.message_hash().0), format!("{kind} {name}){}", referred.concat()))
}

fn word(who: Address) -> U256 {
    U256::from_be_bytes(who.into_word().0)
}

fn address_of(value: &Value) -> Option<Address> {
    address::parse(value.as_str()?).ok()
}

/// Numbers, flags, addresses and words alike.
fn number(value: &Value) -> U256 {
    match value {
        Value::Bool(flag) => U256::from(u8::from(*flag)),
        Value::Number(number) => U256::from(number.as_u64().unwrap_or_default()),
        Value::String(text) => earnest_evm::number(text, "").unwrap_or_default(),
        _ => U256::ZERO,
    }
}

fn call(function: &str, words: &[U256], more: &[U256]) -> Vec<u8> {
    let mut data = keccak256(function)[..4].to_vec();
    words.iter().chain(more).for_each(|word| data.extend(word.to_be_bytes::<32>()));
    data
}

/// Words, then dynamic parts of which the last is the signature.
fn with_bytes(function: &str, words: &[U256], parts: &[Vec<U256>], signature: &Signature) -> Vec<u8> {
    let mut head: Vec<Option<U256>> = words.iter().copied().map(Some).collect();
    head.extend(vec![None; parts.len() + 1]);
    dynamic(function, &head, &[parts, &[text_of(signature)]].concat())
}

/// A place in the head for each part that is behind it.
fn dynamic(function: &str, head: &[Option<U256>], parts: &[Vec<U256>]) -> Vec<u8> {
    let mut next = 32 * head.len();
    let mut sizes = parts.iter().map(|part| 32 * part.len());
    let mut words = Vec::new();
    for word in head {
        words.push(word.unwrap_or_else(|| {
            let here = next;
            next += sizes.next().unwrap();
            U256::from(here)
        }));
    }
    call(function, &words, &parts.concat())
}

fn text(text: &str) -> Vec<U256> {
    packed(text.as_bytes())
}

fn text_of(signature: &Signature) -> Vec<U256> {
    packed(&signature.to_bytes())
}

/// The length, then the bytes in words.
fn packed(bytes: &[u8]) -> Vec<U256> {
    let words = bytes.chunks(32).map(|part| U256::from_be_bytes(B256::right_padding_from(part).0));
    std::iter::once(U256::from(bytes.len())).chain(words).collect()
}
