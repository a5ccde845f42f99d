//! Vectors that every language reads: the cases of RFC 8785, and receipts with the answers of a check.

use std::path::PathBuf;

use earnest::keyring::Keyring;
use earnest::receipt::{Trust, verify};

use crate::support::{Value, json};

fn path(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "vectors", name].iter().collect()
}

fn read(name: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path(name)).unwrap()).unwrap()
}

#[test]
fn canonical_json_is_that_of_rfc_8785() {
    let vectors = read("canonical_json.json");
    for case in vectors["documents"].as_array().unwrap() {
        let document: Value = serde_json::from_str(case["input"].as_str().unwrap()).unwrap();
        let canonical = serde_json_canonicalizer::to_vec(&document).unwrap();
        assert_eq!(hex::encode(canonical), case["canonical_hex"].as_str().unwrap(), "{}", case["name"]);
    }
    let numbers = vectors["numbers"].as_array().unwrap();
    assert_eq!((vectors["documents"].as_array().unwrap().len(), numbers.len()), (2, 26));
    for case in numbers {
        let bits = u64::from_str_radix(case["ieee754"].as_str().unwrap(), 16).unwrap();
        #[allow(clippy::disallowed_types, reason = "the vectors are doubles; no amount is one")]
        let number = f64::from_bits(bits);
        let text = serde_json_canonicalizer::to_string(&number);
        match case["text"].as_str() {
            Some(wanted) => assert_eq!(text.unwrap(), wanted, "{case}"),
            None => assert!(text.is_err(), "{case}: {text:?}"),
        }
    }
    // appendix B again: a lone surrogate has no canonical form, and is not even read
    assert!(serde_json::from_str::<Value>(r#""\udead""#).is_err());
}

/// Makes the file of receipts: genuine and forged ones, and how a check with either set of keys answers.
fn expected(receipts: &[Value]) -> Value {
    let ring = Keyring::for_tests();
    let public = ring.public_keys();
    let check = |name: &str, receipt: Value| {
        let answer = |trust: &Trust| json!(verify(&receipt, trust).unwrap());
        let (with_keyring, with_public_keys) =
            (answer(&Trust::keyring(&ring)), answer(&Trust::public(&public).unwrap()));
        json!({ "name": name, "receipt": receipt, "with_keyring": with_keyring, "with_public_keys": with_public_keys })
    };
    let change = |pointer: &str, value: Value| {
        let mut receipt = receipts[0].clone();
        *receipt.pointer_mut(pointer).unwrap() = value;
        receipt
    };
    let canonical = |receipt: &Value| serde_json_canonicalizer::to_string(&receipt["payload"]).unwrap();
    json!({
        "about": "Receipts of one history (see receipts.rs) under the fixed test keyring, the canonical JSON (RFC 8785) of \
                  each payload, and what `receipts.verify` answers to forged ones.",
        "keyring": *ring.to_text(),
        "public_keys": public,
        "receipts": receipts.iter().map(|receipt| json!({ "canonical": canonical(receipt), "receipt": receipt })).collect::<Vec<_>>(),
        "checks": [
            check("genuine", receipts[0].clone()),
            check("another amount in the payload", change("/payload/amount/amount", "9.00".into())),
            check("another amount beside the payload", change("/amount/amount", "9.00".into())),
            check("another hash", change("/integrity_hash", "00".repeat(32).into())),
            check("another Ed25519 signature", change("/signatures/1/value", "00".repeat(64).into())),
            check("another HMAC", change("/signatures/0/value", "00".repeat(32).into())),
            check("an unknown key", change("/signatures/1/kid", "ed25519-0000000000000000".into())),
            check("an unknown algorithm", change("/signatures/1/alg", "RS256".into())),
            check("no signature", change("/signatures", json!([]))),
        ],
    })
}

/// The receipts of the history are those of the file, to the last bit.
pub(crate) fn golden(receipts: &[Value]) {
    let expected = expected(receipts);
    #[allow(clippy::disallowed_methods, reason = "whoever means to change receipts says so")]
    if std::env::var_os("EARNEST_WRITE_VECTORS").is_some() {
        std::fs::write(path("receipts.json"), format!("{expected:#}\n")).unwrap();
    }
    let written = read("receipts.json");
    for name in ["keyring", "public_keys", "receipts", "checks", "about"] {
        assert_eq!(
            expected[name], written[name],
            "`{name}` changed: receipts that people hold would change with it"
        );
    }
}
