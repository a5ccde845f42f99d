//! Checks that hold for any input: nothing panics, and what is read is read the same way again.
//!
//! Two drivers feed these checks: `fuzzing.rs` beside this file, and libFuzzer (`fuzz/`).

use earnest_evm::{Error, Key, Policy, Transaction, TypedData, Used};
use serde_json::{Value, json};

fn key() -> Key {
    Key::from_bytes(&[7; 32]).unwrap()
}

/// A refusal is short, names a field and has one of the codes of the contract.
fn refused(error: &Error) {
    let codes = [
        "invalid_request",
        "not_supported",
        "signature_invalid",
        "password_invalid",
        "not_permitted",
        "limit_exceeded",
    ];
    assert!(codes.contains(&error.code()), "{error:?}");
    assert!(error.to_string().len() < 1000, "{} bytes", error.to_string().len());
}

fn policy() -> Policy {
    Policy::from_json(
        &json!({ "chain_ids": ["1"], "recipients": ["0x3535353535353535353535353535353535353535"] }),
    )
    .unwrap()
}

/// A request as JSON, or a raw transaction as hex.
pub(crate) fn transaction(input: &str) {
    if let Ok(raw) = hex::decode(input.trim_start_matches("0x")) {
        match Transaction::decode(&raw) {
            Ok(decoded) => {
                let tx = decoded.transaction();
                // canonical: the same fields and signature have no other bytes
                if tx.chain_id().is_some() {
                    let again = tx.with_signature(*decoded.signature(), decoded.from()).unwrap();
                    assert_eq!(again.raw(), raw);
                    assert_eq!(&Transaction::from_json(&tx.to_json()).unwrap(), tx);
                }
            }
            Err(error) => refused(&error),
        }
    }
    let Ok(request) = serde_json::from_str::<Value>(input) else { return };
    match Transaction::from_json(&request) {
        Ok(tx) => {
            let signed = tx.sign(&key()).unwrap();
            assert_eq!(Transaction::decode(signed.raw()).unwrap().transaction(), &tx);
            assert_eq!(Transaction::from_json(&tx.to_json()).unwrap(), tx);
            if let Err(error) = policy().judge_transaction(&tx, &Used::default()) {
                refused(&error);
            }
        }
        Err(error) => refused(&error),
    }
}

/// A document of EIP-712.
pub(crate) fn typed_data(input: &str) {
    let Ok(document) = serde_json::from_str::<Value>(input) else { return };
    match TypedData::from_json(&document) {
        Ok(data) => {
            assert_eq!(TypedData::from_json(&document).unwrap().digest(), data.digest());
            if let Err(error) = policy().judge_typed_data(&data, &Used::default()) {
                refused(&error);
            }
            // whatever is in it is signed: one field more is refused
            let mut more = document;
            more["message"]["one more"] = Value::Null;
            refused(&TypedData::from_json(&more).unwrap_err());
        }
        Err(error) => refused(&error),
    }
}

/// A keystore. Those that may ask for much work are left out: opening them is right, and slow.
pub(crate) fn keystore(input: &str) {
    let Ok(file) = serde_json::from_str::<Value>(input) else { return };
    let costly = |value: &Value| {
        let named = |(name, _): &(&String, &Value)| name.eq_ignore_ascii_case("kdfparams");
        let params = value.as_object().into_iter().flatten().filter(named);
        let numbers = params.flat_map(|(_, params)| params.as_object().into_iter().flatten());
        let costs = numbers.filter(|(name, _)| ["n", "r", "p", "c"].contains(&name.to_lowercase().as_str()));
        let costs = costs.filter_map(|(_, number)| number.as_u64());
        (1 << 10..=1 << 24)
            .contains(&costs.fold(1_u64, |product, number| product.saturating_mul(number.max(1))))
    };
    if file.as_object().into_iter().flatten().any(|(_, crypto)| costly(crypto)) {
        return;
    }
    if let Err(error) = Key::from_keystore(&file, "testpassword") {
        refused(&error);
        assert!(!error.to_string().contains("testpassword"));
    }
}
