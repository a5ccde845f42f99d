//! Transactions: what is refused by which field, the examples of the standards, and what is read back.

use earnest_evm::{Access, Kind, Signature, Transaction, U256, address};
use serde_json::{Value, json};

use crate::draw::{Draw, rounds};
use crate::random;

const TO: &str = "0x3535353535353535353535353535353535353535";

fn legacy() -> Value {
    json!({ "type": "legacy", "chain_id": "1", "nonce": "9", "gas_price": "20000000000", "gas_limit": "21000",
            "to": TO, "value": "1000000000000000000", "data": "0x" })
}

fn eip2930() -> Value {
    let access = json!([{ "address": TO, "storage_keys": [format!("0x{}", "01".repeat(32))] }]);
    json!({ "type": "eip2930", "chain_id": "5", "nonce": "0", "gas_price": "1", "gas_limit": "50000", "to": TO,
            "value": "0", "data": "0xdeadbeef", "access_list": access })
}

fn eip1559() -> Value {
    json!({ "type": "eip1559", "chain_id": "137", "nonce": "7", "max_fee_per_gas": "30",
            "max_priority_fee_per_gas": "2", "gas_limit": "21000", "to": TO, "value": "5", "data": "0x",
            "access_list": [] })
}

fn with(mut tx: Value, field: &str, value: Value) -> Value {
    tx[field] = value;
    tx
}

fn without(mut tx: Value, field: &str) -> Value {
    tx.as_object_mut().unwrap().remove(field);
    tx
}

#[test]
fn the_example_of_eip_155_is_signed_byte_by_byte() {
    // source: https://eips.ethereum.org/EIPS/eip-155
    let key = earnest_evm::Key::from_bytes(&[0x46; 32]).unwrap();
    let signed = Transaction::from_json(&legacy()).unwrap().sign(&key).unwrap();
    let raw = "f86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a028ef61340bd9\
               39bc2195fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b2\
               97fb1966a3b6d83";
    assert_eq!(hex::encode(signed.raw()), raw);
    let reply = signed.to_json();
    assert_eq!(reply["v"], "37");
    assert_eq!(reply["y_parity"], 0);
    assert_eq!(reply["from"], "0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F");
    assert_eq!(reply["s"], "0x67cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83");
    assert_eq!(reply["raw"], format!("0x{raw}"));
}

#[test]
fn every_bad_field_is_refused_by_its_name() {
    let big = "340282366920938463463374607431768211456"; // 2^128
    let cases = [
        (with(legacy(), "chain_id", json!("0")), "tx.chain_id"),
        (with(legacy(), "chain_id", json!("9223372036854775772")), "tx.chain_id"),
        (without(legacy(), "chain_id"), "tx.chain_id"),
        (with(eip1559(), "chain_id", json!("0")), "tx.chain_id"),
        (with(eip1559(), "chain_id", json!("18446744073709551616")), "tx.chain_id"),
        (with(legacy(), "chain_id", json!(1)), "tx.chain_id"),
        (with(legacy(), "nonce", json!("18446744073709551615")), "tx.nonce"),
        (with(legacy(), "nonce", json!(9)), "tx.nonce"),
        (with(legacy(), "nonce", json!("-1")), "tx.nonce"),
        (with(legacy(), "nonce", json!("1e3")), "tx.nonce"),
        (with(legacy(), "nonce", json!("1.0")), "tx.nonce"),
        (with(legacy(), "nonce", json!("09")), "tx.nonce"),
        (with(legacy(), "nonce", json!(" 9")), "tx.nonce"),
        (with(legacy(), "nonce", json!("")), "tx.nonce"),
        (with(legacy(), "nonce", json!("0x")), "tx.nonce"),
        (with(legacy(), "nonce", json!("９")), "tx.nonce"),
        (with(legacy(), "gas_price", json!(big)), "tx.gas_price"),
        (with(eip1559(), "max_fee_per_gas", json!(big)), "tx.max_fee_per_gas"),
        (with(eip1559(), "gas_price", json!("1")), "tx.gas_price"),
        (with(legacy(), "access_list", json!([])), "tx.access_list"),
        (with(legacy(), "max_fee_per_gas", json!("1")), "tx.max_fee_per_gas"),
        (with(eip2930(), "max_priority_fee_per_gas", json!("1")), "tx.max_priority_fee_per_gas"),
        (without(eip1559(), "max_fee_per_gas"), "tx.max_fee_per_gas"),
        (without(legacy(), "gas_price"), "tx.gas_price"),
        (with(legacy(), "gas_limit", json!("0x10000000000000000")), "tx.gas_limit"),
        (with(legacy(), "value", json!(format!("0x1{}", "0".repeat(64)))), "tx.value"),
        (with(legacy(), "value", json!("1".repeat(1 << 20))), "tx.value"),
        (with(legacy(), "value", json!(1.5)), "tx.value"),
        (with(legacy(), "value", json!(true)), "tx.value"),
        (with(legacy(), "to", json!(null)), "tx.to"),
        (with(legacy(), "to", json!("alice.eth")), "tx.to"),
        (with(legacy(), "to", json!("0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")), "tx.to"),
        (with(legacy(), "data", json!("0x1")), "tx.data"),
        (with(legacy(), "data", json!("00")), "tx.data"),
        (with(legacy(), "data", json!("0xzz")), "tx.data"),
        (with(legacy(), "data", json!(format!("0x{}", "00".repeat(128 * 1024 + 1)))), "tx.data"),
        (with(legacy(), "type", json!("eip1")), "tx.type"),
        (with(legacy(), "type", json!(0)), "tx.type"),
        (with(legacy(), "from", json!(TO)), "tx.from"),
        (with(legacy(), "gasPrice", json!("1")), "tx.gasPrice"),
        (with(eip2930(), "access_list", json!({})), "tx.access_list"),
        (with(eip2930(), "access_list", json!([{ "address": TO, "keys": [] }])), "tx.access_list[0].keys"),
        (with(eip2930(), "access_list", json!([{ "storage_keys": [] }])), "tx.access_list[0].address"),
        (
            with(eip2930(), "access_list", json!([{ "address": TO, "storage_keys": ["0x01"] }])),
            "tx.access_list[0].storage_keys[0]",
        ),
        (with(eip2930(), "access_list", json!(vec![json!({ "address": TO }); 4097])), "tx.access_list"),
        (json!([]), "tx"),
        (json!("0x"), "tx"),
    ];
    for (tx, field) in cases {
        let error = Transaction::from_json(&tx).unwrap_err();
        assert_eq!((error.code(), error.field()), ("invalid_request", field), "{error}");
        assert!(error.to_string().len() < 200);
    }
    for kind in ["eip4844", "eip7702"] {
        let error = Transaction::from_json(&with(eip1559(), "type", json!(kind))).unwrap_err();
        assert_eq!((error.code(), error.field()), ("not_supported", "tx.type"));
    }
}

#[test]
fn what_is_at_the_edge_is_taken() {
    let cases = [
        with(legacy(), "chain_id", json!("9223372036854775771")),
        with(legacy(), "nonce", json!("18446744073709551614")),
        with(legacy(), "gas_price", json!("340282366920938463463374607431768211455")),
        with(eip1559(), "max_priority_fee_per_gas", json!("30")),
        // valid on Arbitrum; whether a key may sign it says its policy
        with(eip1559(), "max_priority_fee_per_gas", json!("31")),
        with(legacy(), "value", json!(format!("0x{}", "f".repeat(64)))),
        with(legacy(), "data", json!(format!("0x{}", "00".repeat(128 * 1024)))),
        with(with(legacy(), "to", json!(null)), "data", json!("0x60")),
        without(without(legacy(), "data"), "type"),
        with(legacy(), "nonce", json!("0x9")),
    ];
    let key = Draw::new(4).key();
    for tx in cases {
        let read = Transaction::from_json(&tx).unwrap();
        let signed = read.sign(&key).unwrap();
        let decoded = Transaction::decode(signed.raw()).unwrap();
        assert_eq!(decoded.transaction(), &read);
        assert_eq!(Transaction::from_json(&read.to_json()).unwrap(), read);
    }
    let kinds = [legacy(), eip2930(), eip1559()].map(|tx| {
        let named = Transaction::from_json(&tx).unwrap();
        assert_eq!(Transaction::from_json(&without(tx, "type")).unwrap(), named, "the fields say the type");
        named
    });
    assert!(matches!(kinds[0].kind(), Kind::Legacy { .. }));
    assert!(matches!(kinds[1].kind(), Kind::Eip2930 { .. }));
    assert!(matches!(kinds[2].kind(), Kind::Eip1559 { .. }));
    assert_eq!(kinds[0].max_fee(), U256::from(20_000_000_000_u64 * 21_000));
}

/// A transaction of any kind.
fn random(draw: &mut Draw) -> Transaction {
    Transaction::from_json(&random::transaction(draw)).unwrap()
}

#[test]
fn soak_random_transactions_are_read_back_and_no_changed_byte_goes_unseen() {
    let mut draw = Draw::new(5);
    let (mut refused, mut another) = (0, 0);
    for _ in 0..rounds(300, 10_000) {
        let (tx, key) = (random(&mut draw), draw.key());
        let signed = tx.sign(&key).unwrap();
        let decoded = Transaction::decode(signed.raw()).unwrap();
        assert_eq!((decoded.transaction(), decoded.from()), (&tx, key.address()));
        assert_eq!(Transaction::from_json(&tx.to_json()).unwrap(), tx);
        for _ in 0..8 {
            let mut raw = signed.raw().to_vec();
            let at = draw.below(raw.len());
            raw[at] ^= 1 << draw.below(8);
            match Transaction::decode(&raw) {
                // another transaction, or the same by another signature: never this one of this key
                Ok(other) => {
                    assert!(other.from() != key.address() || other.transaction() != &tx);
                    assert_eq!(other.hash(), alloy_primitives::keccak256(&raw));
                    another += 1;
                }
                Err(error) => {
                    assert!(
                        ["invalid_request", "signature_invalid", "not_supported"].contains(&error.code())
                    );
                    refused += 1;
                }
            }
        }
        let cut = draw.below(signed.raw().len());
        assert!(Transaction::decode(&signed.raw()[..cut]).is_err());
        assert!(Transaction::decode(&[signed.raw(), &[0]].concat()).is_err());
    }
    assert!(refused > 0 && another > 0);
    println!("{refused} changed transactions refused, {another} read as another one");
}

#[test]
fn other_types_and_garbage_are_refused() {
    for first in 0..=255_u8 {
        let code = Transaction::decode(&[first, 0xc0]).unwrap_err().code();
        let expected = if matches!(first, 3 | 4) { "not_supported" } else { "invalid_request" };
        assert_eq!(code, expected, "{first}");
    }
    assert!(Transaction::decode(&[]).is_err());
    assert!(Transaction::decode(&vec![0xff; 1 << 20]).is_err());
    let mut draw = Draw::new(6);
    for _ in 0..20_000 {
        let size = draw.below(200);
        assert!(Transaction::decode(&draw.bytes(size)).is_err());
    }
}

#[test]
fn a_legacy_transaction_without_a_chain_is_read_and_never_signed() {
    // the first vector of Ethereum's own tests that has no chain (ttTransactionTest, Vitalik's wallet of
    // 2015)
    let raw = hex::decode(
        "f86b8085e8d4a510008227109413978aee95f38490e9769c39b2773ed763d9cd5f872386f26fc10000801ba0eab47c1a49bf2fe5d40e0\
         1d313900e19ca485867d462fe06e139e3a536c6d4f4a014a569d327dcda4b29f74f93c0e9729d2f49ad726e703f9cd90dbb0fbf6649f1",
    )
    .unwrap();
    let decoded = Transaction::decode(&raw).unwrap();
    assert_eq!(decoded.transaction().chain_id(), None);
    assert_eq!(address::to_text(&decoded.from()), "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826");
    let shown = decoded.to_json();
    assert_eq!((&shown["chain_id"], &shown["v"]), (&Value::Null, &json!("27")));
    let error = decoded.transaction().sign(&Draw::new(7).key()).unwrap_err();
    assert_eq!((error.code(), error.field()), ("invalid_request", "tx.chain_id"));
    // high s: the same with the other half
    let (r, s, parity) = (decoded.signature().r(), decoded.signature().s(), decoded.signature().y_parity());
    let low = Signature::new(r, s, parity == 1).unwrap();
    assert_eq!(&low, decoded.signature());
    let order =
        U256::from_str_radix("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16).unwrap();
    let high = order - U256::from_be_bytes(s.0);
    let mut other = raw[..raw.len() - 32].to_vec();
    other.extend_from_slice(&high.to_be_bytes::<32>());
    assert_eq!(Transaction::decode(&other).unwrap_err().code(), "signature_invalid");
}

#[test]
fn an_external_signature_is_taken_only_from_the_key_that_was_asked() {
    let mut draw = Draw::new(8);
    let (tx, key, other) = (random(&mut draw), draw.key(), draw.key());
    let signature = *tx.sign(&key).unwrap().signature();
    assert_eq!(tx.with_signature(signature, key.address()).unwrap(), tx.sign(&key).unwrap());
    let error = tx.with_signature(signature, other.address()).unwrap_err();
    assert_eq!(error.code(), "signature_invalid");
    let error = random(&mut draw).with_signature(signature, key.address()).unwrap_err();
    assert_eq!(error.code(), "signature_invalid");
}

#[test]
fn access_lists_keep_their_order_and_their_twins() {
    let key = format!("0x{}", "02".repeat(32));
    let twin = json!({ "address": TO, "storage_keys": [key, key] });
    let tx = Transaction::from_json(&with(eip2930(), "access_list", json!([twin, twin]))).unwrap();
    let Kind::Eip2930 { access_list, .. } = tx.kind() else { panic!("{tx:?}") };
    let expected = Access { address: address::parse(TO).unwrap(), storage_keys: vec![[2; 32].into(); 2] };
    assert_eq!(access_list, &[expected.clone(), expected]);
}
