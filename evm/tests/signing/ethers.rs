//! Agreement with ethers and viem: they sign and read alike, and the test cases of ethers pass.
//!
//! The libraries are from npm, by the lock file beside `evm/tests/peers/check.mjs`; `scripts/setup ethers`
//! brings them. Their licences: MIT.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use earnest_evm::{Key, Message, Transaction, TypedData, address};
use serde_json::{Value, json};

use crate::draw::{Draw, rounds};
use crate::random;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The folder with the libraries.
fn libraries() -> PathBuf {
    let done = Command::new(root().join("scripts/setup")).arg("ethers").status().unwrap();
    assert!(done.success(), "scripts/setup ethers");
    root().join("target/tools/ethers")
}

fn node(script: &str, args: &[&Path]) -> String {
    let script = root().join("evm/tests/peers").join(script);
    let run = Command::new("node").arg(script).args(args).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).unwrap()
}

fn key_text(key: &Key) -> String {
    format!("0x{}", hex::encode(key.to_sealed_bytes().as_slice()))
}

/// JavaScript counts to 2^53: chains and nonces above are for other tests.
fn small(tx: &mut Value) {
    for field in ["chain_id", "nonce"] {
        let number = earnest_evm::number(tx[field].as_str().unwrap(), field).unwrap();
        let limit = earnest_evm::U256::from((1_u64 << 53) - 1);
        tx[field] =
            (number % limit + earnest_evm::U256::from(u8::from(field == "chain_id"))).to_string().into();
    }
}

fn a_case(draw: &mut Draw, kind: usize) -> Value {
    let key = draw.key();
    let (from, secret) = (address::to_text(&key.address()), key_text(&key));
    match kind {
        0 => {
            let mut tx = random::transaction(draw);
            small(&mut tx);
            let tx = Transaction::from_json(&tx).unwrap();
            let signed = tx.sign(&key).unwrap();
            json!({ "kind": "transaction", "key": secret, "tx": tx.to_json(), "from": from,
                "raw": signed.to_json()["raw"], "hash": signed.hash().to_string() })
        }
        1 => {
            let bytes = format!("0x{}", hex::encode(random::message(draw)));
            let message = Message::from_hex(&bytes).unwrap();
            let signature = message.sign(&key).unwrap();
            json!({ "kind": "message", "key": secret, "from": from, "message_hex": bytes,
                "digest": message.digest().to_string(),
                "signature": format!("0x{}", hex::encode(signature.to_bytes())) })
        }
        _ => {
            let document = random::typed_data(draw);
            let data = TypedData::from_json(&document).unwrap();
            let signature = data.sign(&key).unwrap();
            json!({ "kind": "typed_data", "key": secret, "from": from, "typed_data": document,
                "digest": data.digest().to_string(),
                "signature": format!("0x{}", hex::encode(signature.to_bytes())) })
        }
    }
}

#[test]
fn soak_ethers_and_viem_sign_and_read_the_same() {
    let (libraries, count) = (libraries(), rounds(300, 10_000));
    let mut draw = Draw::new(41);
    let mut cases = tempfile::NamedTempFile::new().unwrap();
    for kind in 0..3 {
        for _ in 0..count {
            writeln!(cases, "{}", a_case(&mut draw, kind)).unwrap();
        }
    }
    let counts = node("check.mjs", &[&libraries, cases.path()]);
    let counts: BTreeMap<String, usize> = serde_json::from_str(&counts).unwrap();
    assert_eq!(counts.len(), 12, "{counts:?}");
    assert!(counts.values().all(|agreed| *agreed == count), "{counts:?}");
    println!("{count} transactions, messages and documents: {counts:?}");
}

fn cases(name: &str) -> Vec<Value> {
    let text = node("testcases.mjs", &[&libraries(), Path::new(name)]);
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A number of a test case as one of a request: they write zero as `0x`, or leave it out.
fn number(value: &Value) -> Value {
    match value {
        Value::String(text) if text != "0x" => text.as_str().into(),
        Value::Number(number) => number.to_string().into(),
        _ => "0".into(),
    }
}

/// Whether a transaction creates a contract of nothing: that is refused here and signed there.
fn creates_nothing(tx: &Value) -> bool {
    tx.get("to").is_none() && tx["data"] == "0x"
}

fn bytes(value: &Value) -> Value {
    value.as_str().map_or_else(|| "0x".into(), |text| text.to_lowercase().into())
}

#[test]
fn transactions_of_ethers_pass() {
    let (mut passed, mut refused) = (0, 0);
    for case in cases("transactions") {
        let mut tx = json!({ "type": "legacy", "chain_id": "5", "nonce": number(&case["nonce"]),
            "value": number(&case["value"]), "gas_limit": number(&case["gasLimit"]),
            "gas_price": number(&case["gasPrice"]), "data": bytes(&case["data"]) });
        if case["to"].as_str().is_some_and(|to| to.len() > 2) {
            tx["to"] = bytes(&case["to"]);
        }
        let key = Key::from_hex(case["privateKey"].as_str().unwrap()).unwrap();
        assert_eq!(
            address::to_text(&key.address()).to_lowercase(),
            case["accountAddress"].as_str().unwrap().to_lowercase()
        );
        let signed = match Transaction::from_json(&tx) {
            Ok(tx) => tx.sign(&key).unwrap(),
            Err(error) => {
                // numbers that no chain takes, and contracts of nothing
                let large = error.to_string().contains("must be below 2^");
                assert!(large || creates_nothing(&tx) && error.field() == "tx.to", "{error}: {case}");
                refused += 1;
                continue;
            }
        };
        assert_eq!(signed.to_json()["raw"], case["signedTransactionChainId5"], "{case}");
        // the other one is from before EIP-155: it can be read, and not signed
        let old = hex::decode(&case["signedTransaction"].as_str().unwrap()[2..]).unwrap();
        let old = Transaction::decode(&old).unwrap();
        assert_eq!((old.from(), old.transaction().chain_id()), (key.address(), None), "{case}");
        passed += 1;
    }
    println!(
        "transactions of ethers: {passed} pass, {refused} create nothing or are too large, and are refused"
    );
    assert_eq!(passed + refused, 1_067);
    assert_eq!(passed, 968);
}

#[test]
fn typed_transactions_of_ethers_pass() {
    let (mut passed, mut refused, mut chainless) = (0, 0, 0);
    for case in cases("typed-transactions") {
        let given = &case["tx"];
        let kind = if given["type"] == 2 { "eip1559" } else { "eip2930" };
        let mut tx = json!({ "type": kind, "chain_id": number(&given["chainId"]), "nonce": number(&given["nonce"]),
            "value": number(&given["value"]), "gas_limit": number(&given["gasLimit"]), "data": bytes(&given["data"]) });
        if kind == "eip1559" {
            tx["max_fee_per_gas"] = number(&given["maxFeePerGas"]);
            tx["max_priority_fee_per_gas"] = number(&given["maxPriorityFeePerGas"]);
        } else {
            tx["gas_price"] = number(&given["gasPrice"]);
        }
        if given["to"].is_string() {
            tx["to"] = bytes(&given["to"]);
        }
        let access = |one: &Value| {
            let keys: Vec<Value> = one["storageKeys"].as_array().unwrap().iter().map(bytes).collect();
            json!({ "address": bytes(&one["address"]), "storage_keys": keys })
        };
        tx["access_list"] = given["accessList"].as_array().into_iter().flatten().map(access).collect();
        let key = Key::from_hex(case["key"].as_str().unwrap()).unwrap();
        if tx["chain_id"] == "0" {
            assert_eq!(Transaction::from_json(&tx).unwrap_err().code(), "invalid_request");
            chainless += 1;
            continue;
        }
        match Transaction::from_json(&tx) {
            Ok(read) => {
                assert_eq!(read.sign(&key).unwrap().to_json()["raw"], case["signed"], "{case}");
                passed += 1;
            }
            Err(error) => {
                let tip = error.field() == "tx.max_priority_fee_per_gas";
                assert!(creates_nothing(&tx) || tip, "{error}: {case}");
                refused += 1;
            }
        }
    }
    println!(
        "typed transactions of ethers: {passed} pass, {refused} and {chainless} without a chain are refused"
    );
    assert_eq!((passed, refused, chainless), (1_312, 96, 384));
}

#[test]
fn typed_data_of_ethers_passes() {
    let (mut passed, mut refused) = (0, BTreeMap::new());
    for case in cases("eip712") {
        let document = json!({ "types": case["types"], "primaryType": case["primaryType"],
            "domain": case["domain"], "message": case["data"] });
        match TypedData::from_json(&document) {
            Ok(data) => {
                assert_eq!(data.digest().to_string(), case["digest"].as_str().unwrap(), "{case}");
                passed += 1;
            }
            Err(error) => {
                *refused.entry(error.to_string().chars().take(60).collect::<String>()).or_insert(0) += 1;
            }
        }
    }
    println!("typed data of ethers: {passed} pass, refused: {refused:?}");
    assert_eq!(passed, 1_025, "{refused:?}");
}

#[test]
fn wallets_and_mnemonics_of_ethers_open() {
    let mut opened = 0;
    for case in cases("wallets").iter().filter(|case| case["type"] == "secret-storage") {
        let file: Value = serde_json::from_str(case["json"].as_str().unwrap()).unwrap();
        let key = Key::from_keystore(&file, case["password"].as_str().unwrap()).unwrap();
        assert_eq!(key_text(&key), case["privateKey"].as_str().unwrap(), "{}", case["name"]);
        opened += 1;
    }
    let mut derived = 0;
    for case in cases("hdnode").iter().filter(|case| case["locale"] == "en") {
        let (words, password) =
            (case["mnemonic"].as_str().unwrap(), case["password"].as_str().unwrap_or_default());
        // each derivation is 2,048 rounds of PBKDF2: one path of each, all of them in a soak
        for node in case["hdnodes"].as_array().unwrap().iter().take(rounds(1, usize::MAX)) {
            let key = Key::from_mnemonic(words, password, node["path"].as_str().unwrap()).unwrap();
            assert_eq!(key_text(&key), node["privateKey"].as_str().unwrap(), "{}", case["name"]);
            derived += 1;
        }
    }
    let mut checked = 0;
    for case in cases("accounts").iter().filter(|case| case["checksumAddress"].is_string()) {
        let plain = case["address"].as_str().unwrap().to_lowercase();
        let read = address::parse(&plain).unwrap();
        assert_eq!(address::to_text(&read), case["checksumAddress"].as_str().unwrap());
        checked += 1;
    }
    println!("keystores {opened}, mnemonics {derived}, checksums {checked}");
    assert_eq!((opened, checked), (7, 1_038));
    assert!(derived > 500, "{derived}");
}
