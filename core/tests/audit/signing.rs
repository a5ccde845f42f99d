//! Signing on every store: keys come in and never out, policies hold under concurrency, and what is refused
//! leaves a trace and no signature.

#![cfg(all(feature = "sqlite", feature = "postgres", feature = "host-sqlx", feature = "signing"))]

mod fees;
mod museum;

use earnest::env::Env;
use earnest::keyring::Keyring;
use earnest::{Actor, Engine};

use crate::support::{Kind, Stage, Value, all_at_once, json, options, tally, until_settled, verify};

const ALICE: &str = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const BOB: &str = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359";
/// The first account of the mnemonic that development chains begin with.
const JUNK: &str = "test test test test test test test test test test test junk";
const JUNK_KEY: &str = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
const JUNK_ADDRESS: &str = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";

async fn stages() -> Vec<Stage> {
    let mut stages = Vec::new();
    for kind in Kind::all() {
        stages.push(Stage::with(kind, options().keyring(Keyring::for_tests())).await);
    }
    stages
}

/// The example with PBKDF2 of the definition of keystores.
fn keystore() -> Value {
    let examples: Value =
        serde_json::from_str(include_str!("../../../evm/tests/vectors/keystores.json")).unwrap();
    examples["pbkdf2"].clone()
}

async fn imported(stage: &Stage) -> String {
    let key = stage.ok("signing.import_key", json!({ "private_key": JUNK_KEY })).await;
    key["key"].as_str().unwrap().to_owned()
}

fn tx(key: &str, nonce: u64, value: u64) -> Value {
    json!({ "key": key, "tx": { "chain_id": "137", "nonce": nonce.to_string(), "to": ALICE, "value": value.to_string(),
        "gas_limit": "21000", "max_fee_per_gas": "30", "max_priority_fee_per_gas": "1" } })
}

fn policy(key: &str, more: &Value) -> Value {
    let mut policy = json!({ "key": key, "chain_ids": ["137"], "recipients": [ALICE] });
    for (name, value) in more.as_object().unwrap() {
        policy[name] = value.clone();
    }
    policy
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_come_in_three_ways_and_never_out() {
    for stage in stages().await {
        let made = stage.ok("signing.create_key", json!({ "label": "hot", "key": "once" })).await;
        // a key that there is for ever is made once, however late the call is repeated
        stage.advance("P3D");
        let again = stage.ok("signing.create_key", json!({ "label": "hot", "key": "once" })).await;
        assert_eq!((&made["key"], &made["address"]), (&again["key"], &again["address"]));
        assert_eq!((&made["replayed"], &again["replayed"]), (&json!(false), &json!(true)));
        let other = stage.ok("signing.create_key", json!({})).await;
        assert_ne!(other["key"], made["key"]);

        let plain = stage.ok("signing.import_key", json!({ "private_key": JUNK_KEY, "label": "junk" })).await;
        assert_eq!(plain["address"], JUNK_ADDRESS);
        let words = json!({ "mnemonic": JUNK, "path": "m/44'/60'/0'/0/0" });
        assert_eq!(stage.ok("signing.import_key", words).await["key"], plain["key"]);
        let file = json!({ "keystore": keystore(), "password": "testpassword" });
        let file = stage.ok("signing.import_key", file).await;
        assert_eq!(file["address"], "0x008AeEda4D805471dF9b2A5B0f38A0C3bCBA786b");

        let mut keys = Vec::new();
        let mut page = json!({ "limit": 1 });
        loop {
            let reply = stage.ok("signing.keys", page.clone()).await;
            keys.extend(reply["items"].as_array().unwrap().clone());
            if reply["next"].is_null() {
                break;
            }
            page["after"] = reply["next"].clone();
        }
        assert_eq!(keys.len(), 4);
        let junk = keys.iter().find(|key| key["key"] == plain["key"]).unwrap();
        assert_eq!((&junk["label"], &junk["custody"]), (&json!("junk"), &json!("vault")));
        assert_eq!((&junk["policy"], &junk["signed"]), (&Value::Null, &json!(0)));
        let address = stage.ok("signing.address", json!({ "key": plain["key"] })).await;
        assert_eq!(address["address"], JUNK_ADDRESS);
        let events = stage.ok("events.list", json!({ "limit": 500 })).await.to_string();
        for text in [&JUNK_KEY[2..], "testpassword", "junk"] {
            assert!(!events.contains(text), "{text}");
        }
        // no request of the vault reaches the subject that seals a key
        let subject = format!("signing/{}", plain["key"].as_str().unwrap());
        for name in ["vault.forget", "vault.export", "vault.rotate", "vault.list"] {
            stage.bad(name, json!({ "subject": subject }), "invalid_request", "subject").await;
        }
        stage.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_imports_are_named() {
    for stage in stages().await {
        let zero = format!("0x{}", "0".repeat(64));
        for (args, field) in [
            (json!({}), "private_key"),
            (json!({ "private_key": zero }), "private_key"),
            (json!({ "private_key": &JUNK_KEY[2..] }), "private_key"),
            (json!({ "private_key": JUNK_KEY, "mnemonic": JUNK, "path": "m/0" }), "private_key"),
            (json!({ "private_key": JUNK_KEY, "password": "x" }), "password"),
            (json!({ "private_key": JUNK_KEY, "path": "m/0" }), "path"),
            (json!({ "keystore": keystore() }), "password"),
            (json!({ "mnemonic": JUNK }), "path"),
            (json!({ "mnemonic": JUNK, "path": "44'/60'" }), "path"),
            (json!({ "mnemonic": "test test test", "path": "m/0" }), "mnemonic"),
        ] {
            stage.bad("signing.import_key", args, "invalid_request", field).await;
        }
        let wrong = json!({ "keystore": keystore(), "password": "Testpassword" });
        let told = stage.no("signing.import_key", wrong, "password_invalid").await;
        assert_eq!(told["field"], "password");
        let mut greedy = keystore();
        greedy["crypto"]["kdfparams"]["c"] = json!(1_u64 << 40);
        let greedy = json!({ "keystore": greedy, "password": "testpassword" });
        stage.no("signing.import_key", greedy, "invalid_request").await;
        stage.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_signed_is_read_back() {
    for stage in stages().await {
        // the example of EIP-155
        let key = format!("0x{}", "46".repeat(32));
        let key = stage.ok("signing.import_key", json!({ "private_key": key })).await;
        let legacy = json!({ "key": key["key"], "tx": {
            "chain_id": "1", "nonce": "9", "gas_price": "20000000000", "gas_limit": "21000",
            "to": "0x3535353535353535353535353535353535353535", "value": "1000000000000000000",
        } });
        let signed = stage.ok("signing.sign_transaction", legacy.clone()).await;
        assert_eq!(signed["r"], "0x28ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276");
        assert_eq!((&signed["v"], &signed["y_parity"]), (&json!("37"), &json!(0)));
        assert_eq!(stage.ok("signing.sign_transaction", legacy).await, signed);
        let read = stage.ok("signing.decode_transaction", json!({ "raw": signed["raw"] })).await;
        assert_eq!((&read["from"], &read["hash"]), (&key["address"], &signed["hash"]));
        assert_eq!((&read["type"], &read["value"]), (&json!("legacy"), &json!("1000000000000000000")));

        let message = json!({ "key": key["key"], "message": "0x00" });
        let signed = stage.ok("signing.sign_message", message).await;
        let of = json!({ "signature": signed["signature"], "message_hex": "0x30783030" });
        assert_eq!(stage.ok("signing.recover", of).await["address"], key["address"]);
        let of = json!({ "signature": signed["signature"], "digest": signed["digest"] });
        assert_eq!(stage.ok("signing.recover", of).await["address"], key["address"]);

        let data = json!({
            "types": { "Mail": [{ "name": "to", "type": "address" }, { "name": "contents", "type": "string" }] },
            "primaryType": "Mail", "domain": { "name": "Ether Mail", "chainId": 1 },
            "message": { "to": ALICE, "contents": "Hello" },
        });
        let signed =
            stage.ok("signing.sign_typed_data", json!({ "key": key["key"], "typed_data": data })).await;
        let of = json!({ "signature": signed["signature"], "typed_data": data });
        assert_eq!(stage.ok("signing.recover", of).await["address"], key["address"]);

        let call = json!({ "token": BOB, "to": ALICE, "amount": "25" });
        let call = stage.ok("signing.erc20_transfer", call).await;
        assert_eq!((&call["to"], call["data"].as_str().unwrap().len()), (&json!(BOB), 2 + 2 * 68));

        let none = json!({ "signature": signed["signature"] });
        stage.bad("signing.recover", none, "invalid_request", "message").await;
        let high = json!({ "signature": format!("0x{}", "ff".repeat(65)), "message": "x" });
        stage.no("signing.recover", high, "signature_invalid").await;
        stage.bad("signing.decode_transaction", json!({ "raw": "f8" }), "invalid_request", "raw").await;
        let short = json!({ "signature": signed["signature"], "digest": "0x00" });
        stage.bad("signing.recover", short, "invalid_request", "digest").await;
        stage.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_policy_does_not_name_is_refused_and_noted() {
    for stage in stages().await {
        let key = imported(&stage).await;
        stage.ok("signing.sign_transaction", tx(&key, 0, 5_000)).await;
        let more = json!({ "max_value": "100", "daily_value": "150", "max_fee": "630000" });
        let set = stage.ok("signing.set_key_policy", policy(&key, &more)).await;
        assert_eq!((&set["policy"]["max_value"], &set["signed"]), (&json!("100"), &json!(1)));
        let refused = async |args: Value, code: &str, part: &str| {
            let details = stage.no("signing.sign_transaction", args, code).await;
            assert_eq!(details["policy"], part, "{details}");
        };
        let with = |name: &str, value: Value| {
            let mut args = tx(&key, 1, 10);
            args["tx"][name] = value;
            args
        };
        refused(with("chain_id", json!("1")), "not_permitted", "chain").await;
        refused(with("to", json!(BOB)), "not_permitted", "recipient").await;
        refused(with("data", json!("0xa9059cbb")), "not_permitted", "token").await;
        refused(with("data", json!("0xd0e30db0")), "not_permitted", "selector").await;
        refused(with("gas_limit", json!("21001")), "limit_exceeded", "max_fee").await;
        refused(tx(&key, 1, 101), "limit_exceeded", "max_value").await;
        let text = json!({ "key": key, "message": "hello" });
        let details = stage.no("signing.sign_message", text, "not_permitted").await;
        assert_eq!(details["policy"], "message");

        // a limit of 150 lets exactly 150 through, and a nonce that is signed again counts what is more
        stage.ok("signing.sign_transaction", tx(&key, 1, 100)).await;
        stage.ok("signing.sign_transaction", tx(&key, 1, 100)).await;
        stage.ok("signing.sign_transaction", tx(&key, 1, 40)).await;
        refused(tx(&key, 2, 51), "limit_exceeded", "daily_value").await;
        stage.ok("signing.sign_transaction", tx(&key, 2, 50)).await;
        refused(tx(&key, 3, 1), "limit_exceeded", "daily_value").await;
        stage.advance("PT23H59M59.999999S");
        refused(tx(&key, 3, 1), "limit_exceeded", "daily_value").await;
        stage.advance("PT0.000001S");
        stage.ok("signing.sign_transaction", tx(&key, 3, 100)).await;

        let types = stage.event_types().await;
        let count = |kind: &str| types.iter().filter(|known| *known == kind).count();
        assert_eq!((count("signing_key.signed"), count("call.refused")), (6, 10));
        stage.finish().await;
    }
}

/// Arbitrum takes a priority fee above the cap, and pays it to nobody; other chains do not. What is left of a
/// day is by the cap in either case.
#[tokio::test(flavor = "multi_thread")]
async fn a_policy_may_allow_a_priority_fee_above_the_cap() {
    let above = |key: &str, nonce: u64| {
        let mut args = tx(key, nonce, 1);
        args["tx"]["max_priority_fee_per_gas"] = "31".into();
        args
    };
    let field = "tx.max_priority_fee_per_gas";
    for stage in stages().await {
        let key = imported(&stage).await;
        stage.bad("signing.sign_transaction", above(&key, 0), "invalid_request", field).await;
        stage.ok("signing.set_key_policy", policy(&key, &json!({}))).await;
        stage.bad("signing.sign_transaction", above(&key, 0), "invalid_request", field).await;
        let allowed = json!({ "priority_above_cap": true, "daily_fee": "630000" });
        let set = stage.ok("signing.set_key_policy", policy(&key, &allowed)).await;
        assert_eq!(set["policy"]["priority_above_cap"], true, "{set}");
        let signed = stage.ok("signing.sign_transaction", above(&key, 0)).await;
        let read = stage.ok("signing.decode_transaction", json!({ "raw": signed["raw"] })).await;
        assert_eq!(read["max_priority_fee_per_gas"], "31", "{read}");
        stage.no_matter("signing.sign_transaction", above(&key, 1), "limit_exceeded").await;
        stage.finish().await;
    }
}

/// A request that cannot be signed is refused by field, and counts nothing: no signature, nothing of the
/// day, no failure.
#[tokio::test(flavor = "multi_thread")]
async fn malformed_requests_count_nothing() {
    for stage in stages().await {
        let key = imported(&stage).await;
        stage
            .ok("signing.set_key_policy", policy(&key, &json!({ "daily_value": "100", "messages": true })))
            .await;
        let before = stage.event_types().await.len();
        let wrong = [
            ("chain_id", json!("0"), "tx.chain_id"),
            ("chain_id", json!("9223372036854775772"), "tx.chain_id"),
            ("nonce", json!("18446744073709551615"), "tx.nonce"),
            ("value", json!("-1"), "tx.value"),
            ("value", json!("1.5"), "tx.value"),
            ("value", json!(1), "tx.value"),
            ("value", json!(format!("0x1{}", "0".repeat(64))), "tx.value"),
            ("to", json!(ALICE.to_lowercase().replacen('a', "A", 1)), "tx.to"),
            ("to", Value::Null, "tx.to"),
            ("data", json!("0x0"), "tx.data"),
            ("data", json!(format!("0x{}", "00".repeat(131_073))), "tx.data"),
            ("max_priority_fee_per_gas", json!("31"), "tx.max_priority_fee_per_gas"),
            ("gas_price", json!("30"), "tx.gas_price"),
        ];
        for (name, value, field) in wrong {
            let mut args = tx(&key, 0, 1);
            args["tx"][name] = value;
            stage.bad("signing.sign_transaction", args, "invalid_request", field).await;
        }
        let both = json!({ "key": key, "message": "x", "message_hex": "0x00" });
        stage.bad("signing.sign_message", both, "invalid_request", "message").await;
        let types = |types: Value| {
            json!({ "key": key, "typed_data": { "types": types, "primaryType": "A",
            "domain": { "chainId": 137 }, "message": {} } })
        };
        for given in [
            json!({ "A": [{ "name": "a", "type": "A" }] }),
            json!({ "A": [{ "name": "b", "type": "B" }], "B": [{ "name": "a", "type": "A[2]" }] }),
            json!({ "A": [{ "name": "b", "type": "Missing" }] }),
            json!({ "A": [], "uint256": [] }),
            json!({ "A": [{ "name": "b", "type": "uint256" }] }),
        ] {
            let refused = stage.no("signing.sign_typed_data", types(given), "invalid_request").await;
            assert!(refused["field"].as_str().unwrap().starts_with("typed_data"), "{refused}");
        }
        let listed = stage.ok("signing.keys", json!({})).await["items"][0].clone();
        assert_eq!(listed["signed"], 0);
        assert_eq!(stage.event_types().await.len(), before);
        stage.ok("signing.sign_transaction", tx(&key, 0, 100)).await;
        stage.finish().await;
    }
}

/// A private key of an address that is with the host is refused: its owner would think that the vault has
/// it.
#[tokio::test(flavor = "multi_thread")]
async fn a_private_key_is_not_taken_over_where_nothing_is_kept_of_it() {
    for stage in stages().await {
        let key = stage.ok("signing.import_key", json!({ "address": JUNK_ADDRESS })).await;
        let refused =
            stage.no("signing.import_key", json!({ "private_key": JUNK_KEY }), "not_supported").await;
        assert!(refused["reason"].as_str().unwrap().contains("with the host"), "{refused}");
        assert_eq!(
            stage.ok("signing.import_key", json!({ "address": JUNK_ADDRESS })).await["key"],
            key["key"]
        );
        stage.finish().await;
    }
}

/// A hundred signatures of 10 at once against 500 a day, by two engines where a store lets them: 50.
#[tokio::test(flavor = "multi_thread")]
async fn a_daily_value_holds_for_all_who_sign_at_once() {
    for stage in stages().await {
        let key = imported(&stage).await;
        stage.ok("signing.set_key_policy", policy(&key, &json!({ "daily_value": "500" }))).await;
        let mut banks: Vec<Engine> = vec![stage.bank.clone()];
        if stage.kind != Kind::Memory {
            banks.push(stage.again().await);
        }
        let running = (0..100).map(|nonce| {
            let (bank, args) = (banks[nonce as usize % banks.len()].clone(), tx(&key, nonce, 10));
            async move { until_settled(&bank, "signing.sign_transaction", args).await }
        });
        let outcomes = all_at_once(running).await;
        assert_eq!(tally(&outcomes), [("limit_exceeded", 50), ("ok", 50)].into(), "{:?}", stage.kind);
        for bank in banks.drain(..).skip(1) {
            bank.close().await;
        }
        stage.finish().await;
    }
}

/// More signatures in a day than are kept one by one: nothing is let out early, and all of it leaves.
#[tokio::test(flavor = "multi_thread")]
async fn many_signatures_of_a_day_are_counted_to_the_last() {
    let stage = Stage::with(Kind::Sqlite, options().keyring(Keyring::for_tests())).await;
    let key = imported(&stage).await;
    stage.ok("signing.set_key_policy", policy(&key, &json!({ "daily_value": "600" }))).await;
    for nonce in 0..600 {
        stage.ok("signing.sign_transaction", tx(&key, nonce, 1)).await;
        stage.advance("PT1M");
    }
    stage.no("signing.sign_transaction", tx(&key, 600, 1), "limit_exceeded").await;
    // the first was signed 600 minutes ago: none of what was put together leaves before its day is over
    stage.advance("PT13H59M");
    stage.no("signing.sign_transaction", tx(&key, 600, 1), "limit_exceeded").await;
    stage.advance("PT25M");
    stage.ok("signing.sign_transaction", tx(&key, 600, 1)).await;
    stage.advance("P1D");
    stage.ok("signing.sign_transaction", tx(&key, 601, 600)).await;
    stage.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_but_staff_signs() {
    for stage in stages().await {
        let key = imported(&stage).await;
        let alice = stage.bank.acting(Actor::new("alice"));
        for (name, args) in [
            ("signing.sign_transaction", tx(&key, 0, 1)),
            ("signing.sign_message", json!({ "key": key, "message": "x" })),
            ("signing.set_key_policy", policy(&key, &json!({}))),
            ("signing.create_key", json!({})),
            ("signing.import_key", json!({ "private_key": JUNK_KEY })),
            ("signing.keys", json!({})),
        ] {
            let error = alice.call(name, args).await.unwrap_err();
            assert_eq!(error.code().as_str(), "not_permitted", "{name}");
        }
        let nobody = json!({ "key": "ky_00000000-0000-0000-0000-000000000000" });
        stage.no("signing.address", nobody, "key_not_found").await;
        stage.bad("signing.address", json!({ "key": "k" }), "invalid_request", "key").await;
        stage.finish().await;
    }
}

/// With another keyring nothing is signed; with both, keys are wrapped anew and sign as before.
#[tokio::test(flavor = "multi_thread")]
async fn keys_follow_the_rotation_of_the_vault() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let old = Keyring::for_tests();
        let stage = Stage::with(kind, options().keyring(old.clone())).await;
        let key = imported(&stage).await;
        let before = stage.ok("signing.sign_transaction", tx(&key, 0, 1)).await;
        let both = old.rotate(&Env::default());
        let bank = Engine::open_with(&stage.url, stage.options.clone().keyring(both)).await.unwrap();
        let rotated = bank.call("vault.rotate", json!({})).await.unwrap();
        assert_eq!((&rotated["rewrapped"], &rotated["remaining"]), (&json!(1), &json!(0)));
        assert_eq!(bank.call("signing.sign_transaction", tx(&key, 0, 1)).await.unwrap(), before);
        verify(&bank).await;
        bank.close().await;
        let error = stage.bank.call("signing.sign_transaction", tx(&key, 1, 1)).await.unwrap_err();
        assert_eq!(error.code().as_str(), "key_not_found");
        stage.bank.close().await;
    }
}

/// A key service answers in DER, with high s or low; its key is judged and counted like one of the vault.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_the_host_signs_what_was_prepared() {
    for stage in stages().await {
        let secret = earnest_evm::Key::from_hex(JUNK_KEY).unwrap();
        let key = stage.ok("signing.import_key", json!({ "address": JUNK_ADDRESS.to_lowercase() })).await;
        assert_eq!(key["address"], JUNK_ADDRESS);
        let key = key["key"].as_str().unwrap();
        let listed = stage.ok("signing.keys", json!({})).await["items"][0].clone();
        assert_eq!((&listed["custody"], &listed["key"]), (&json!("host"), &json!(key)));
        stage.no("signing.sign_transaction", tx(key, 0, 1), "not_supported").await;
        stage.ok("signing.set_key_policy", policy(key, &json!({ "daily_value": "100" }))).await;
        stage.no("signing.prepare", tx(key, 0, 101), "limit_exceeded").await;
        let prepared = stage.ok("signing.prepare", tx(key, 0, 100)).await;
        assert_eq!(prepared["from"], JUNK_ADDRESS);
        stage.no("signing.prepare", tx(key, 1, 1), "limit_exceeded").await;

        let made = earnest_evm::Transaction::from_json(&tx(key, 0, 100)["tx"]).unwrap();
        assert_eq!(made.signing_hash().unwrap().to_string(), prepared["digest"].as_str().unwrap());
        let signed = made.sign(&secret).unwrap();
        let mut answer = tx(key, 0, 100);
        for last in ["", "1b", "1c", "00"] {
            let (r, s) = (signed.signature().r().to_string(), signed.signature().s().to_string());
            answer["signature"] = format!("{r}{}{last}", &s[2..]).into();
            let done = stage.ok("signing.complete", answer.clone()).await;
            assert_eq!(done["transaction"]["raw"], signed.to_json()["raw"]);
            assert_eq!(done["digest"], prepared["digest"]);
        }
        // of another transaction, of nobody, and no signature
        let mut other = answer.clone();
        other["tx"]["nonce"] = "1".into();
        stage.no("signing.complete", other, "signature_invalid").await;
        for wrong in ["0x00", "0x3006020101020101"] {
            answer["signature"] = wrong.into();
            stage.no("signing.complete", answer.clone(), "signature_invalid").await;
        }
        let both = json!({ "key": key, "message": "x", "message_hex": "0x00" });
        stage.bad("signing.prepare", both, "invalid_request", "tx").await;
        stage.bad("signing.import_key", json!({ "address": "0x00" }), "invalid_request", "address").await;
        // a key of the vault signs in the vault
        let own = stage.ok("signing.create_key", json!({})).await;
        let text = json!({ "key": own["key"], "message": "x" });
        stage.no("signing.prepare", text, "not_supported").await;
        stage.finish().await;
    }
}

/// A key service: DER, with high and low s by turns; it may fail, and may have another key.
struct Service {
    key: k256::ecdsa::SigningKey,
    asked: std::sync::atomic::AtomicU32,
    fails: bool,
}

impl Service {
    fn of(key: &str) -> Self {
        let key = k256::ecdsa::SigningKey::from_slice(&hex::decode(&key[2..]).unwrap()).unwrap();
        Self { key, asked: 0.into(), fails: false }
    }
}

#[async_trait::async_trait]
impl earnest::Signer for Service {
    async fn sign(&self, from: &str, digest: &[u8; 32]) -> Result<Vec<u8>, &'static str> {
        assert_eq!(from, JUNK_ADDRESS);
        if self.fails {
            return Err("AccessDenied");
        }
        let (low, _) = self.key.sign_prehash_recoverable(digest);
        let (r, s) = low.split_scalars();
        let high = k256::ecdsa::Signature::from_scalars(r, -*s).unwrap();
        let asked = self.asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        Ok(if asked.is_multiple_of(2) { high } else { low }.to_der().as_bytes().to_vec())
    }
}

/// In one call: judged, signed elsewhere, and read back. Who refuses or fails gives no signature.
#[tokio::test(flavor = "multi_thread")]
async fn a_signer_of_the_host_signs_in_one_call() {
    for stage in stages().await {
        let key = stage.ok("signing.import_key", json!({ "address": JUNK_ADDRESS })).await;
        let key = key["key"].as_str().unwrap();
        stage.ok("signing.set_key_policy", policy(key, &json!({ "daily_value": "100" }))).await;
        let asks = |nonce, value| serde_json::from_value(tx(key, nonce, value)).unwrap();
        let own = earnest_evm::Key::from_hex(JUNK_KEY).unwrap();
        let service = Service::of(JUNK_KEY);
        for nonce in 0..4 {
            let signed = stage.bank.sign_with(&service, asks(nonce, 20)).await.unwrap();
            let made = earnest_evm::Transaction::from_json(&tx(key, nonce, 20)["tx"]).unwrap();
            let made = made.sign(&own).unwrap().to_json();
            assert_eq!(made["raw"], signed.transaction.unwrap().raw);
        }
        let refused = async |service: &Service, nonce, value| {
            stage.bank.sign_with(service, asks(nonce, value)).await.unwrap_err()
        };
        let above = refused(&service, 4, 21).await;
        assert_eq!(above.code().as_str(), "limit_exceeded");
        assert_eq!(service.asked.load(std::sync::atomic::Ordering::SeqCst), 4, "nobody was asked to sign it");
        let down = refused(&Service { fails: true, ..Service::of(JUNK_KEY) }, 4, 20).await;
        assert_eq!(
            (down.code().as_str(), &down.details()["reason"]),
            ("signature_invalid", &json!("the signer failed: AccessDenied"))
        );
        let other = refused(&Service::of(&JUNK_KEY.replace("ff80", "ff81")), 4, 20).await;
        assert_eq!(other.code().as_str(), "signature_invalid");
        // what was counted for it stays, and is counted once
        stage.bank.sign_with(&service, asks(4, 20)).await.unwrap();
        stage.finish().await;
    }
}

/// The actor is passed to both halves of the call.
#[tokio::test]
async fn a_signer_of_the_host_serves_an_engine_that_asks_for_actors() {
    let options = earnest::Options::new().keyring(Keyring::for_tests()).require_actor(true);
    let bank = Engine::open_with("memory:", options).await.unwrap();
    let admin = json!({ "id": "kim", "role": "admin" });
    let import = json!({ "address": JUNK_ADDRESS, "actor": admin });
    let key = bank.call("signing.import_key", import).await.unwrap();
    let mut asked = json!({ "key": key["key"], "message": "hello" });
    let service = Service::of(JUNK_KEY);
    let nobody = bank.sign_with(&service, serde_json::from_value(asked.clone()).unwrap()).await.unwrap_err();
    assert_eq!(nobody.details()["field"], "actor");
    assert_eq!(service.asked.load(std::sync::atomic::Ordering::SeqCst), 0);
    asked["actor"] = admin;
    bank.sign_with(&service, serde_json::from_value(asked).unwrap()).await.unwrap();
    bank.close().await;
}

/// Whoever goes away while his keystore waits to be opened leaves no room for others: it is opened all the
/// same.
#[tokio::test(flavor = "multi_thread")]
async fn imports_that_were_given_up_keep_their_places() {
    let stage = Stage::with(Kind::Memory, options().keyring(Keyring::for_tests())).await;
    let at_once = std::thread::available_parallelism().map_or(1, usize::from).div_ceil(2);
    let wait = std::time::Duration::from_millis(50);
    // some take a second or more, and all others wait for them
    for (calls, rounds) in [(at_once, 1 << 21), (at_once * 32, 1)] {
        let mut file = keystore();
        file["crypto"]["kdfparams"]["c"] = json!(rounds);
        let args = json!({ "keystore": file, "password": "testpassword" });
        let all = (0..calls).map(|_| stage.bank.call("signing.import_key", args.clone()));
        let all = tokio::time::timeout(wait, futures_util::future::join_all(all)).await;
        assert!(all.is_err(), "they were opened at once");
    }
    let next = || stage.call("signing.import_key", json!({ "private_key": JUNK_KEY }));
    assert_eq!(next().await.unwrap_err().code().as_str(), "overloaded");
    while let Err(error) = next().await {
        assert_eq!(error.code().as_str(), "overloaded");
        tokio::time::sleep(wait).await;
    }
    stage.finish().await;
}
