//! Random requests, signed by both: the same bytes, hashes and signatures.

use earnest_evm::{Key, Message, Transaction, TypedData};
use ethers_core::types as ethers;
use ethers_core::types::transaction::eip712::Eip712 as _;
use ethers_core::types::transaction::eip2718::TypedTransaction;
use ethers_core::types::transaction::eip2930::{AccessList, AccessListItem};
use ethers_core::utils::hash_message;
use ethers_signers::LocalWallet;
use serde_json::{Value, json};

use crate::draw::Draw;
use crate::random;

type Different = Result<(), String>;

/// Compares so many of each.
pub(crate) fn agree(cases: usize) -> Result<Value, String> {
    let mut draw = Draw::new(19);
    for _ in 0..cases {
        transaction(&mut draw)?;
        message(&mut draw)?;
        document(&mut draw)?;
    }
    Ok(json!({ "transactions": cases, "messages": cases, "typed_data": cases }))
}

/// The same key for both.
pub(crate) fn wallet(key: &Key) -> LocalWallet {
    LocalWallet::from_bytes(key.to_sealed_bytes().as_slice()).expect("a key of earnest-evm is in range")
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, own: &T, theirs: &T, request: &Value) -> Different {
    if own == theirs { Ok(()) } else { Err(format!("{what}: {own:?}, and there {theirs:?}, of {request}")) }
}

fn transaction(draw: &mut Draw) -> Different {
    let (key, request) = (draw.key(), random::transaction(draw));
    let tx = Transaction::from_json(&request).map_err(|error| error.to_string())?;
    let signed = tx.sign(&key).map_err(|error| error.to_string())?;
    let theirs = transaction_of(&tx.to_json());
    let signature = wallet(&key).sign_transaction_sync(&theirs).map_err(|error| error.to_string())?;
    let raw = theirs.rlp_signed(&signature);
    same("raw", &hex::encode(signed.raw()), &hex::encode(&raw), &request)?;
    same("hash", &signed.hash().0, &theirs.hash(&signature).0, &request)?;
    let digest = tx.signing_hash().map_err(|error| error.to_string())?;
    same("digest", &digest.0, &theirs.sighash().0, &request)
}

fn message(draw: &mut Draw) -> Different {
    let (key, bytes) = (draw.key(), format!("0x{}", hex::encode(random::message(draw))));
    let message = Message::from_hex(&bytes).map_err(|error| error.to_string())?;
    let hash = hash_message(message.as_bytes());
    signed(&key, message.digest().0, message.sign(&key), hash.0, &json!(bytes))
}

fn document(draw: &mut Draw) -> Different {
    let (key, request) = (draw.key(), random::typed_data(draw));
    let data = TypedData::from_json(&request).map_err(|error| error.to_string())?;
    let theirs = serde_json::from_value::<ethers::transaction::eip712::TypedData>(translated(&request));
    let theirs = theirs.map_err(|error| format!("{error}, of {request}"))?;
    let digest = theirs.encode_eip712().map_err(|error| format!("{error}, of {request}"))?;
    signed(&key, data.digest().0, data.sign(&key), digest, &request)
}

/// The same document as ethers-core reads it: a salt as numbers, and as words of 32 bytes those values that
/// it puts into them wrongly, numbers below zero and bytes of less than 32. `ethers` of npm and viem take
/// both as they are: `evm/tests/signing/ethers.rs`.
fn translated(request: &Value) -> Value {
    let mut all = request.clone();
    if let Some(salt) = request["domain"]["salt"].as_str() {
        all["domain"]["salt"] = json!(hex::decode(&salt[2..]).expect("a salt is hex"));
    }
    let primary = request["primaryType"].as_str().expect("a type is text");
    all["message"] = value_of(&request["types"], primary, &request["message"]);
    all
}

fn value_of(types: &Value, kind: &str, value: &Value) -> Value {
    if let Some((inner, _)) = kind.strip_suffix(']').and_then(|kind| kind.rsplit_once('[')) {
        return value.as_array().into_iter().flatten().map(|item| value_of(types, inner, item)).collect();
    }
    if let Some(fields) = types[kind].as_array() {
        let fields =
            fields.iter().filter_map(|field| Some((field["name"].as_str()?, field["type"].as_str()?)));
        let one = |(name, kind): (&str, &str)| (name.to_owned(), value_of(types, kind, &value[name]));
        return Value::Object(fields.map(one).collect());
    }
    let Some(text) = value.as_str() else { return value.clone() };
    if kind.starts_with("int") {
        let size = earnest_evm::number(text.trim_start_matches('-'), "").expect("it is a number");
        let word = if text.starts_with('-') { size.wrapping_neg() } else { size };
        return format!("{word:#x}").into();
    }
    if kind.len() > 5 && kind.starts_with("bytes") {
        return format!("{text:0<66}").into();
    }
    value.clone()
}

fn signed(
    key: &Key,
    digest: [u8; 32],
    own: Result<earnest_evm::Signature, earnest_evm::Error>,
    theirs: [u8; 32],
    request: &Value,
) -> Different {
    same("digest", &digest, &theirs, request)?;
    let own = own.map_err(|error| error.to_string())?.to_bytes().to_vec();
    let theirs = wallet(key).sign_hash(theirs.into()).map_err(|error| error.to_string())?;
    same("signature", &own, &theirs.to_vec(), request)
}

/// A transaction of earnest-evm, as ethers-core has it.
pub(crate) fn transaction_of(tx: &Value) -> TypedTransaction {
    let number = |name: &str| {
        let text = tx[name].as_str().unwrap_or("0");
        ethers::U256::from_dec_str(text).expect("numbers of `to_json` are decimal")
    };
    let address = |text: &str| text.parse::<ethers::Address>().expect("addresses of `to_json` are hex");
    let data = hex::decode(&tx["data"].as_str().expect("data is text")[2..]).expect("data is hex");
    let base = ethers::TransactionRequest {
        from: None,
        to: tx["to"].as_str().map(|to| address(to).into()),
        gas: Some(number("gas_limit")),
        gas_price: Some(number("gas_price")),
        value: Some(number("value")),
        data: Some(data.into()),
        nonce: Some(number("nonce")),
        chain_id: Some(number("chain_id").as_u64().into()),
    };
    let item = |one: &Value| AccessListItem {
        address: address(one["address"].as_str().expect("an address")),
        storage_keys: one["storage_keys"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|key| key.as_str().expect("a key").parse().expect("a word"))
            .collect(),
    };
    let access_list = AccessList(tx["access_list"].as_array().into_iter().flatten().map(item).collect());
    match tx["type"].as_str() {
        Some("legacy") => base.into(),
        Some("eip2930") => base.with_access_list(access_list).into(),
        _ => ethers::Eip1559TransactionRequest {
            from: None,
            to: base.to,
            gas: base.gas,
            value: base.value,
            data: base.data,
            nonce: base.nonce,
            access_list,
            max_priority_fee_per_gas: Some(number("max_priority_fee_per_gas")),
            max_fee_per_gas: Some(number("max_fee_per_gas")),
            chain_id: base.chain_id,
        }
        .into(),
    }
}
