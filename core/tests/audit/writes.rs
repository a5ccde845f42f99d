//! The fields that every write takes besides its own; writes of the guard too, which are kept under no key.

#![cfg(all(
    feature = "sqlite",
    feature = "postgres",
    feature = "host-sqlx",
    feature = "signing",
    feature = "schemas"
))]

use earnest::OPERATIONS;
use earnest::keyring::Keyring;

use crate::support::{Kind, Stage, Value, json, options};

const PIN: &str = "4711";
const KEY: &str = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
/// The services whose writes are not all kept under a key.
const GUARD: [&str; 5] = ["vault.", "credentials.", "signing.", "risk.", "approvals."];

async fn stages() -> Vec<Stage> {
    let mut stages = Vec::new();
    for kind in Kind::all() {
        stages.push(Stage::with(kind, options().keyring(Keyring::for_tests())).await);
    }
    stages
}

fn with(args: &Value, more: &Value) -> Value {
    let mut args = args.clone();
    args.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    args
}

fn common() -> Value {
    json!({
        "reference": "order-1", "metadata": { "shop": 7 }, "risk_score": 5, "proofs": [],
        "context": { "ip": "203.0.113.7", "device": "phone of u-1", "correlation_id": "order-1" },
    })
}

/// Common fields that every write refuses, and the field that the refusal names.
fn wrong() -> Vec<(Value, &'static str)> {
    vec![
        (json!({ "reference": "" }), "reference"),
        (json!({ "reference": "x".repeat(256) }), "reference"),
        (json!({ "metadata": 7 }), "metadata"),
        (json!({ "metadata": { "long": "x".repeat(16 * 1024) } }), "metadata"),
        (json!({ "context": { "ip": "" } }), "context.ip"),
        (json!({ "risk_score": 101 }), "risk_score"),
        (json!({ "expected_version": -1 }), "expected_version"),
        (json!({ "proofs": ["a", "b", "c", "d", "e"] }), "proofs"),
    ]
}

#[test]
fn the_schema_of_every_write_has_what_every_write_takes() {
    let names =
        ["key", "actor", "reference", "metadata", "context", "risk_score", "expected_version", "proofs"];
    let writes = OPERATIONS
        .iter()
        .filter(|info| GUARD.iter().any(|service| info.name.starts_with(service)) && info.changes());
    let mut seen = 0;
    for info in writes {
        let (request, reply) = ((info.request)().to_value(), (info.reply)().to_value());
        for name in names {
            assert!(request["properties"][name].is_object(), "{} takes no {name}", info.name);
        }
        assert!(
            reply["properties"]["replayed"].is_object(),
            "{} says not whether it was replayed",
            info.name
        );
        seen += 1;
    }
    assert!(seen > 30, "{seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_under_no_key_takes_it_and_is_made_again() {
    for stage in stages().await {
        stage.ok("credentials.set_pin", json!({ "subject": "u-0", "pin": PIN })).await;
        let key = stage.ok("signing.import_key", json!({ "private_key": KEY })).await["key"].clone();
        let host = json!({ "address": "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed" });
        let host = stage.ok("signing.import_key", host).await["key"].clone();
        let tx = json!({ "chain_id": "1", "nonce": "0", "to": null, "data": "0x00", "value": "0",
            "gas_limit": "21000", "gas_price": "1" });
        let domain = json!({ "types": { "EIP712Domain": [{ "name": "name", "type": "string" }],
            "Note": [{ "name": "text", "type": "string" }] }, "primaryType": "Note",
            "domain": { "name": "shop" }, "message": { "text": "hello" } });
        for (name, args, keyed) in [
            ("credentials.set_pin", json!({ "subject": "u-0", "pin": "4712", "current": PIN }), true),
            ("credentials.verify_pin", json!({ "subject": "u-0", "pin": "4712" }), true),
            ("signing.import_key", json!({ "private_key": KEY }), true),
            (
                "signing.set_key_policy",
                json!({ "key": key, "chain_ids": ["1"], "messages": true, "deploy": true,
                "typed_data": [{ "verifying_contract": "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
                    "primary_type": "Note" }] }),
                false,
            ),
            ("signing.sign_transaction", json!({ "key": key, "tx": tx }), false),
            ("signing.sign_message", json!({ "key": key, "message": "hello" }), false),
            ("signing.prepare", json!({ "key": host, "typed_data": domain }), false),
            ("vault.rotate", json!({}), true),
        ] {
            for (more, field) in wrong() {
                stage.bad(name, with(&args, &more), "invalid_request", field).await;
            }
            let mut all = with(&args, &common());
            if keyed {
                stage.bad(name, with(&args, &json!({ "key": "auto:x" })), "invalid_request", "key").await;
                stage.bad(name, with(&args, &json!({ "key": "" })), "invalid_request", "key").await;
                all["key"] = "once".into();
            }
            let reply = stage.ok(name, all.clone()).await;
            let has = reply.get("replayed").is_some();
            assert!(has, "{name}: {reply}");
            if !matches!(name, "credentials.set_pin" | "signing.import_key") {
                assert_eq!(stage.ok(name, all).await["replayed"], false, "{name}");
            }
        }
        // the policy has nothing of that
        let keys = stage.ok("signing.keys", json!({})).await;
        let kept = keys["items"].as_array().unwrap().iter().find(|one| one["key"] == key).unwrap();
        assert!(kept["policy"].get("metadata").is_none() && kept.get("replayed").is_none(), "{kept}");
        stage.finish().await;
    }
}

/// A reply that is shown once is no replay.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_shown_once_is_not_replayed() {
    for stage in stages().await {
        let put = json!({ "subject": "u-1", "name": "email", "value": "a@b.example" });
        stage.ok("vault.put", put).await;
        let enrol = json!({ "subject": "u-1", "issuer": "Shop", "account_name": "u-1" });
        for (name, args) in [
            ("vault.reveal", json!({ "subject": "u-1", "name": "email" })),
            ("vault.export", json!({ "subject": "u-1" })),
            ("credentials.enrol_totp", enrol),
        ] {
            assert_eq!(stage.ok(name, args).await["replayed"], false, "{name}");
        }
        stage.finish().await;
    }
}

/// Rules see what the caller of a PIN check keeps with it, as they do with one of a code.
#[tokio::test(flavor = "multi_thread")]
async fn a_check_of_a_pin_is_judged_by_its_metadata_and_its_score() {
    for stage in stages().await {
        stage.ok("credentials.set_pin", json!({ "subject": "u-1", "pin": PIN })).await;
        let rule = json!({ "id": "shop", "action": "credentials.verify_pin", "subject": "meta.shop",
            "metric": "count", "window": "lifetime", "limit": 1, "outcome": "block" });
        stage.ok("risk.set_rule", rule).await;
        let check = json!({ "subject": "u-1", "pin": PIN, "metadata": { "shop": 7 } });
        stage.ok("credentials.verify_pin", check.clone()).await;
        let told = stage.no_matter("credentials.verify_pin", check.clone(), "velocity_blocked").await;
        assert_eq!(told["rule"], "shop");
        let change = with(&check, &json!({ "pin": "2580", "current": PIN }));
        stage.no_matter("credentials.set_pin", change.clone(), "velocity_blocked").await;
        let other = json!({ "metadata": { "shop": 8 } });
        stage.ok("credentials.verify_pin", with(&check, &other)).await;
        stage.ok("risk.remove_rule", json!({ "id": "shop" })).await;
        stage.ok("risk.set_thresholds", json!({ "block": 90 })).await;
        let scored = json!({ "risk_score": 90 });
        stage.no_matter("credentials.verify_pin", with(&check, &scored), "velocity_blocked").await;
        stage.no_matter("credentials.set_pin", with(&change, &scored), "velocity_blocked").await;
        stage.ok("credentials.set_pin", with(&change, &json!({ "risk_score": 89 }))).await;
        stage.finish().await;
    }
}

/// A key has a version, which a caller may expect; and what is not hashed of other writes is not of these.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_expected_at_its_version() {
    for stage in stages().await {
        let key = stage.ok("signing.import_key", json!({ "private_key": KEY })).await["key"].clone();
        let set = json!({ "key": key, "chain_ids": ["1"], "messages": true, "expected_version": 1 });
        let now = stage.ok("signing.set_key_policy", set.clone()).await["version"].clone();
        stage.no("signing.set_key_policy", set, "version_conflict").await;
        let sign = json!({ "key": key, "message": "hello" });
        stage
            .no("signing.sign_message", with(&sign, &json!({ "expected_version": 1 })), "version_conflict")
            .await;
        stage.ok("signing.sign_message", with(&sign, &json!({ "expected_version": now }))).await;
        let policy = json!({ "id": "signs", "operation": "signing.sign", "require": ["pin"],
            "threshold": "0.00 USD" });
        stage.ok("approvals.set_policy", policy).await;
        stage.ok("credentials.set_pin", json!({ "subject": "kim", "pin": PIN })).await;
        let sign = with(&sign, &json!({ "actor": { "id": "kim", "role": "admin" } }));
        stage.no("signing.sign_message", sign.clone(), "factor_required").await;
        let only = json!({ "operation": "signing.sign_message",
            "args": { "key": key, "message": "hello", "metadata": { "shop": 7 } } });
        let check = json!({ "subject": "kim", "pin": PIN, "for": only });
        let proof = stage.ok("credentials.verify_pin", check).await["proof"].clone();
        let mut sign = with(&sign, &json!({ "proofs": [proof], "risk_score": 5 }));
        stage.no("signing.sign_message", sign.clone(), "factor_required").await;
        sign["metadata"] = json!({ "shop": 7 });
        stage.ok("signing.sign_message", sign).await;
        stage.finish().await;
    }
}
