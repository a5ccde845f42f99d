//! Checks of receipts: they find every flipped bit, and whose key it was.

use earnest::env::Env;
use earnest::keyring::Keyring;
use earnest::receipt::{Trust, verify};

use super::{history, receipts, stage, trust};
use crate::support::{Kind, START, Value, json};

async fn some_receipts() -> Vec<Value> {
    let stage = stage(Kind::Memory).await;
    history(&stage).await;
    receipts(&stage).await
}

fn found(receipt: &Value, trust: &Trust) -> (bool, Option<String>) {
    let found = verify(receipt, trust).unwrap();
    (found.valid, found.reason)
}

fn ring(seed: u64) -> Keyring {
    Keyring::generate(&Env::test(START.parse().unwrap(), seed))
}

#[tokio::test]
async fn one_flipped_bit_anywhere_is_found() {
    let receipts = some_receipts().await;
    let public = Trust::public(&Keyring::for_tests().public_keys()).unwrap();
    // one with all members, and one with three legs and nulls
    let post = receipts.iter().find(|receipt| receipt["kind"] == "post").unwrap();
    let whole = receipts.iter().find(|receipt| receipt["kind"] == "refund").unwrap();
    for receipt in [post, whole] {
        let text = receipt.to_string().into_bytes();
        assert_eq!(serde_json::from_slice::<Value>(&text).unwrap(), *receipt);
        let mut read = 0;
        for place in 0..text.len() {
            for bit in 0..8 {
                let mut flipped = text.clone();
                flipped[place] ^= 1 << bit;
                let Ok(shown) = serde_json::from_slice::<Value>(&flipped) else { continue };
                read += 1;
                let shown_text = String::from_utf8_lossy(&flipped).into_owned();
                assert!(!verify(&shown, &trust()).is_ok_and(|found| found.valid), "{shown_text}");
                // whoever has no secret cannot check the HMAC, and finds everything else
                if shown["signatures"][0] == receipt["signatures"][0] {
                    assert!(!verify(&shown, &public).is_ok_and(|found| found.valid), "{shown_text}");
                }
            }
        }
        assert!(read > 5_000, "most flips leave JSON behind: {read}");
    }
}

#[tokio::test]
async fn whose_key_it_was_is_told_apart() {
    let receipt = some_receipts().await.remove(0);
    let rotated = Keyring::for_tests().rotate(&Env::test(START.parse().unwrap(), 5));
    let (ours, later, strangers) = (trust(), Trust::keyring(&rotated), Trust::keyring(&ring(77)));
    assert_eq!(found(&receipt, &ours), (true, None));
    assert_eq!(found(&receipt, &later), (true, Some("old_key".into())));
    assert_eq!(found(&receipt, &strangers), (false, Some("unknown_key".into())));
    let public = |ring: &Keyring| Trust::public(&ring.public_keys()).unwrap();
    assert_eq!(found(&receipt, &public(&Keyring::for_tests())), (true, None));
    assert_eq!(found(&receipt, &public(&rotated)), (true, Some("old_key".into())));
    assert_eq!(found(&receipt, &public(&ring(77))), (false, Some("unknown_key".into())));

    let change = |place: usize, name: &str, value: Value| {
        let mut other = receipt.clone();
        other["signatures"][place][name] = value;
        other
    };
    let kid = |ring: &Keyring| ring.public_keys().keys[0].kid.clone();
    // it names the new key, but the old one made it
    let misnamed = change(1, "kid", kid(&rotated).into());
    assert_eq!(found(&misnamed, &later), (false, Some("wrong_key".into())));
    assert_eq!(found(&misnamed, &ours), (false, Some("unknown_key".into())));
    for alg in ["Ed448", "ed25519", "none", ""] {
        assert_eq!(found(&change(1, "alg", alg.into()), &ours), (false, Some("wrong_algorithm".into())));
    }
    // a known key under the name of the other algorithm
    assert_eq!(
        found(&change(1, "alg", "HMAC-SHA-256".into()), &ours),
        (false, Some("wrong_algorithm".into()))
    );
    assert_eq!(found(&change(0, "alg", "Ed25519".into()), &ours), (false, Some("wrong_algorithm".into())));
    let value = receipt["signatures"][1]["value"].as_str().unwrap();
    for bad in
        [value.to_uppercase(), value[2..].to_owned(), format!("{value}00"), "zz".to_owned(), String::new()]
    {
        assert_eq!(found(&change(1, "value", bad.into()), &ours), (false, Some("bad_signature".into())));
    }
    let told = verify(&change(0, "value", "00".into()), &ours).unwrap();
    assert_eq!((told.alg.as_deref(), told.reason.as_deref()), (Some("HMAC-SHA-256"), Some("bad_signature")));
    assert_eq!(told.kid.as_deref(), receipt["signatures"][0]["kid"].as_str());
    let told = verify(&receipt, &ours).unwrap();
    assert_eq!((told.alg.as_deref(), told.kid), (Some("Ed25519"), Some(kid(&Keyring::for_tests()))));
    let mut bare = receipt.clone();
    bare["signatures"] = json!([]);
    assert_eq!(found(&bare, &ours), (false, Some("unsigned".into())));
    let mut only_hmac = receipt.clone();
    only_hmac["signatures"].as_array_mut().unwrap().pop();
    assert_eq!(found(&only_hmac, &ours), (true, None));
    assert_eq!(found(&only_hmac, &public(&Keyring::for_tests())), (false, Some("unknown_key".into())));
}

#[tokio::test]
async fn what_stands_beside_the_payload_repeats_it() {
    let receipt = some_receipts().await.remove(0);
    for (name, value) in [
        ("number", json!(999)),
        ("amount", json!({ "amount": "1000000.00", "currency": "USD" })),
        ("deal", Value::Null),
        ("paid_twice", json!(true)),
        ("integrity_hash", "0".repeat(64).into()),
    ] {
        let mut other = receipt.clone();
        other[name] = value;
        assert_eq!(found(&other, &trust()), (false, Some("broken_integrity".into())), "{name}");
    }
    for (name, value, field) in [
        ("payload", json!("text"), "receipt.payload"),
        ("signatures", json!({}), "receipt.signatures"),
        ("signatures", json!([{}]), "receipt.signatures[0]"),
        ("signatures", json!([{ "alg": 1, "kid": "a", "value": "b" }]), "receipt.signatures[0].alg"),
        ("integrity_hash", json!(7), "receipt.integrity_hash"),
    ] {
        let mut other = receipt.clone();
        other[name] = value;
        let error = verify(&other, &trust()).unwrap_err();
        assert_eq!((error.code().as_str(), &error.details()["field"]), ("invalid_request", &field.into()));
    }
    assert_eq!(verify(&json!("rc_1"), &trust()).unwrap_err().details()["field"], "receipt");
}
