//! The vault on every store: what is put is revealed, found, exported and forgotten, by those who may, with
//! the keys that the store names.

#![cfg(all(feature = "sqlite", feature = "postgres", feature = "host-sqlx"))]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use earnest::api::operations::call;
use earnest::env::Env;
use earnest::keyring::{Keyring, Purpose};
use earnest::requests::{PutValue, RevealValue};
use earnest::{Actor, Code, Engine, Error, Options};

use crate::support::{Kind, Stage, Value, code, json, options, stores, verify};

const EMAIL: &str = "alice@example.com";

fn keyed() -> Options {
    options().keyring(Keyring::for_tests())
}

async fn stages() -> Vec<Stage> {
    let mut stages = Vec::new();
    for kind in Kind::all() {
        stages.push(Stage::with(kind, keyed()).await);
    }
    stages
}

fn of(subject: &str, name: &str) -> Value {
    json!({ "subject": subject, "name": name })
}

fn put(subject: &str, name: &str, value: &str) -> Value {
    json!({ "subject": subject, "name": name, "value": value, "searchable": true })
}

/// A second engine on the same store with another keyring, as another process has it.
async fn with_keyring(stage: &Stage, keyring: Option<Keyring>) -> Engine {
    // ids that no other engine of the store makes
    static SEEDS: AtomicU64 = AtomicU64::new(1);
    let seed = SEEDS.fetch_add(1, Ordering::SeqCst) * 1_000_000;
    let env = Env::test(crate::support::START.parse().unwrap(), seed);
    let mut options = stage.options.clone().env(env);
    if let Some(keyring) = keyring {
        options = options.keyring(keyring);
    }
    Engine::open_with(&stage.url, options).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_is_put_revealed_found_listed_and_exported() {
    for stage in stages().await {
        let first = stage.ok("vault.put", put("u-1", "email", "old@example.com")).await;
        assert_eq!((&first["version"], &first["replayed"]), (&json!(1), &json!(false)));
        let again = stage.ok("vault.put", put("u-1", "email", EMAIL)).await;
        assert_eq!((&again["version"], &again["key_id"]), (&json!(2), &first["key_id"]));
        stage.ok("vault.put", json!({ "subject": "u-1", "name": "address", "value": "1 Main St" })).await;
        stage.ok("vault.put", put("u-2", "email", EMAIL)).await;
        stage.ok("vault.put", put("u-3", "email", "caf\u{e9}@example.com")).await;

        assert_eq!(stage.ok("vault.reveal", of("u-1", "email")).await["value"], EMAIL);
        assert_eq!(stage.ok("vault.reveal", of("u-1", "address")).await["value"], "1 Main St");
        let find = |name: &str, value: &str| json!({ "name": name, "value": value });
        let found = async |name, value| stage.ok("vault.find", find(name, value)).await["subjects"].clone();
        assert_eq!(found("email", EMAIL).await, json!(["u-1", "u-2"]));
        assert_eq!(found("email", "cafe\u{301}@example.com").await, json!(["u-3"]));
        // the old value, the value under another name, and what is not searchable
        for (name, value) in [("email", "old@example.com"), ("phone", EMAIL), ("address", "1 Main St")] {
            assert_eq!(found(name, value).await, json!([]), "{name} {value}");
        }
        // the newest first, from page to page
        let mut paged = find("email", EMAIL);
        paged["limit"] = 1.into();
        let page = stage.ok("vault.find", paged.clone()).await;
        assert_eq!(page["subjects"], json!(["u-2"]), "{:?}", stage.kind);
        paged["after"] = page["next"].clone();
        let page = stage.ok("vault.find", paged.clone()).await;
        assert_eq!((&page["subjects"], &page["next"]), (&json!(["u-1"]), &Value::Null));
        paged["after"] = "no cursor".into();
        stage.bad("vault.find", paged, "invalid_request", "after").await;
        let page = stage.ok("vault.list", json!({ "subject": "u-1", "limit": 1 })).await;
        assert_eq!(page["items"][0]["name"], "address");
        let rest = json!({ "subject": "u-1", "limit": 1, "after": page["next"] });
        let rest = stage.ok("vault.list", rest).await;
        assert_eq!((&rest["items"][0]["name"], &rest["next"]), (&json!("email"), &Value::Null));
        assert_eq!(rest["items"][0]["version"], 2);
        let exported = stage.ok("vault.export", json!({ "subject": "u-1" })).await;
        assert_eq!(exported["values"][1], json!({ "name": "email", "value": EMAIL, "version": 2 }));
        let keys = stage.ok("vault.keys", json!({})).await;
        let index = Keyring::for_tests().newest(Purpose::Index).unwrap().kid().to_owned();
        let own = json!([
            { "key_id": first["key_id"], "purpose": "vault", "primary": true, "wraps": 3, "missing": false },
            { "key_id": index, "purpose": "index", "primary": false, "wraps": 0, "missing": false },
        ]);
        assert_eq!(keys["items"], own, "{:?}", stage.kind);
        for missing in [of("u-1", "phone"), of("u-9", "email")] {
            stage.no("vault.reveal", missing, "key_not_found").await;
        }
        stage.finish().await;
    }
}

/// A reply with a secret is given once, and the same key with another secret is another request.
#[tokio::test(flavor = "multi_thread")]
async fn keys_of_calls_with_secrets_tell_requests_apart() {
    for stage in stages().await {
        let with_key = |value: &str| {
            let mut args = put("u-1", "email", value);
            args["key"] = "k".into();
            args
        };
        stage.ok("vault.put", with_key(EMAIL)).await;
        let replay = stage.ok("vault.put", with_key(EMAIL)).await;
        assert_eq!((&replay["version"], &replay["replayed"]), (&json!(1), &json!(true)));
        let other = stage.no("vault.put", with_key("bob@example.com"), "idempotency_mismatch").await;
        assert_eq!(other["fields"], json!(["value"]));
        for name in ["vault.reveal", "vault.export"] {
            let mut args =
                if name == "vault.reveal" { of("u-1", "email") } else { json!({ "subject": "u-1" }) };
            args["key"] = name.into();
            stage.ok(name, args.clone()).await;
            assert_eq!(stage.no(name, args, "reply_not_kept").await["operation"], name);
        }
        stage.finish().await;
    }
}

/// Forgotten is forgotten: for readers, for who searches, and in the rows. Money stays.
#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_subject_has_no_values_and_begins_anew() {
    for stage in stages().await {
        stage.funded("u-1", "5.00 USD").await;
        stage.ok("vault.put", put("u-1", "email", EMAIL)).await;
        stage.ok("vault.put", put("u-1", "email", EMAIL)).await;
        stage.ok("vault.put", put("u-2", "email", EMAIL)).await;
        let forget = json!({ "subject": "u-1" });
        assert_eq!(stage.ok("vault.forget", forget.clone()).await["forgotten"], true);
        assert_eq!(stage.ok("vault.forget", forget.clone()).await["forgotten"], false);
        stage.no("vault.reveal", of("u-1", "email"), "key_not_found").await;
        stage.no("vault.export", forget.clone(), "key_not_found").await;
        assert_eq!(stage.ok("vault.list", forget).await["items"], json!([]));
        let find = json!({ "name": "email", "value": EMAIL });
        assert_eq!(stage.ok("vault.find", find).await["subjects"], json!(["u-2"]));
        assert_eq!(stage.ok("vault.keys", json!({})).await["items"][0]["wraps"], 1);
        stage.verify().await;
        let anew = stage.ok("vault.put", put("u-1", "email", "new@example.com")).await;
        assert_eq!(anew["version"], 1);
        assert_eq!(stage.ok("vault.reveal", of("u-1", "email")).await["value"], "new@example.com");
        assert_eq!(stage.balance("u-1").await, "5.00 0.00 5.00");
        stage.finish().await;
    }
}

/// The log names the reader, and the value is nowhere: not in events, keys, errors or `Debug`.
#[tokio::test(flavor = "multi_thread")]
async fn a_marked_secret_is_nowhere_but_in_its_reply() {
    const MARKED: &str = "marked-7c1e0d-secret";
    for stage in stages().await {
        let args = |value: Value| json!({ "subject": "u-1", "name": "note", "value": value, "key": "k" });
        stage.ok("vault.put", args(MARKED.into())).await;
        let kim = stage.bank.acting(Actor::admin("kim"));
        assert_eq!(&*kim.vault().reveal(RevealValue::new("u-1", "note")).await.unwrap().value, MARKED);
        kim.call("vault.export", json!({ "subject": "u-1" })).await.unwrap();
        let events = stage.ok("events.list", json!({ "limit": 500 })).await;
        let read: Vec<&Value> = events["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|event| {
                ["vault_value.revealed", "vault_subject.exported"].iter().any(|of| event["type"] == *of)
            })
            .map(|event| &event["actor"]["id"])
            .collect();
        assert_eq!(read, ["kim", "kim"]);
        let key = stage.ok("admin.lookup_key", json!({ "key": "k" })).await;
        let request = PutValue::new("u-1", "note", MARKED);
        let revealed = kim.vault().reveal(RevealValue::new("u-1", "note")).await.unwrap();
        let mut shown = format!("{events} {key} {request:?} {revealed:?}");
        for wrong in [json!(47_110_815), json!([MARKED]), json!({ "a": MARKED }), json!(true)] {
            let error = stage.call("vault.put", args(wrong)).await.unwrap_err();
            assert_eq!((error.code(), &error.details()["field"]), (Code::InvalidRequest, &json!("value")));
            shown.push_str(&format!("{error} {error:?} {}", error.details()));
        }
        let long = stage.call("vault.put", args("x".repeat(65_537).into())).await.unwrap_err();
        shown.push_str(&format!("{long} {long:?}"));
        for hidden in [MARKED, "47110815", "xxxxxxxx", "u-1\",\"name"] {
            assert!(!shown.contains(hidden), "{hidden}: {shown}");
        }
        // nor are the names of subjects and values in what events say of their rows
        let sealed = events["items"].as_array().unwrap().iter();
        let sealed = sealed.filter(|event| event["type"].as_str().unwrap().starts_with("vault_"));
        assert!(sealed.into_iter().all(|event| !event["data"].to_string().contains("note")));
        stage.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_names_and_values_are_refused_by_field() {
    for stage in stages().await {
        for (subject, name, field) in [
            ("", "email", "subject"),
            ("a b", "email", "subject"),
            ("\u{ff41}", "email", "subject"),
            ("u-1", "", "name"),
            ("u-1", "e mail", "name"),
            ("u-1", "\u{e9}", "name"),
        ] {
            stage.bad("vault.put", put(subject, name, "x"), "invalid_request", field).await;
            stage.bad("vault.reveal", of(subject, name), "invalid_request", field).await;
        }
        stage.bad("vault.put", put(&"s".repeat(129), "email", "x"), "invalid_request", "subject").await;
        stage.bad("vault.put", put("u-1", &"n".repeat(65), "x"), "invalid_request", "name").await;
        // bytes, not characters
        stage
            .bad("vault.put", put("u-1", "email", &"\u{e9}".repeat(32_769)), "invalid_request", "value")
            .await;
        let largest = "\u{e9}".repeat(32_768);
        stage.ok("vault.put", put("u-1", "email", &largest)).await;
        assert_eq!(stage.ok("vault.reveal", of("u-1", "email")).await["value"], largest);
        stage.ok("vault.put", put("u-1", "email", "")).await;
        assert_eq!(stage.ok("vault.reveal", of("u-1", "email")).await["value"], "");
        for n in 1..256 {
            let args = json!({ "subject": "u-1", "name": format!("n{n}"), "value": "x" });
            stage.ok("vault.put", args).await;
        }
        stage.bad("vault.put", put("u-1", "one-more", "x"), "invalid_request", "name").await;
        stage.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_keys_nothing_is_put_or_revealed_and_the_missing_key_is_named() {
    for stage in stores().await {
        // no keyring at all
        let details = stage.no("vault.put", put("u-1", "email", EMAIL), "key_not_found").await;
        assert!(details["hint"].as_str().unwrap().contains("earnest keygen"), "{details}");
        stage.finish().await;
    }
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let stage = Stage::with(kind, keyed()).await;
        let key = stage.ok("vault.put", put("u-1", "email", EMAIL)).await["key_id"].clone();
        // the index is of the same keyring, the key that wraps is not
        let other = with_keyring(&stage, Some(without(&Keyring::for_tests(), key.as_str().unwrap()))).await;
        for (name, args) in [("vault.put", put("u-2", "email", EMAIL)), ("vault.reveal", of("u-1", "email"))]
        {
            let error = other.call(name, args).await.unwrap_err();
            assert_eq!(error.code(), Code::KeyNotFound, "{name}");
            assert_eq!(error.details()["key"], format!("vault/{}", key.as_str().unwrap()));
        }
        let health = other.health().await.unwrap();
        let keyring = health.checks.iter().find(|check| check.name == "keyring").unwrap();
        assert!(
            keyring.status == "critical" && keyring.detail.contains(key.as_str().unwrap()),
            "{keyring:?}"
        );
        // it can still search, and check what it has no keys for
        let find = json!({ "name": "email", "value": EMAIL });
        assert_eq!(other.call("vault.find", find).await.unwrap()["subjects"], json!(["u-1"]));
        verify(&other).await;
        other.close().await;
        stage.finish().await;
    }
}

/// Returns the status and detail of the keyring's health check. On a busy machine it may have had no time
/// to look: a check has seconds, and there is none beside a store that did not answer in time.
async fn keyring_of(bank: &Engine) -> (String, String) {
    for _ in 0..50 {
        let health = bank.health().await.unwrap();
        let found = health.checks.into_iter().find(|check| check.name == "keyring");
        if let Some(found) = found.filter(|check| !check.detail.starts_with("no answer within")) {
            return (found.status, found.detail);
        }
    }
    panic!("health never had time to look at the keyring");
}

/// A key that is missing is found in whichever book it is in use, among more than are looked at together, and
/// where it is a PIN or a recovery code that is hashed with it; and health is well again once it is not.
#[tokio::test(flavor = "multi_thread")]
async fn a_missing_key_is_found_in_any_book() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let stage = Stage::with(kind, keyed()).await;
        let keyring = Keyring::for_tests();
        let [vault, pins] =
            [Purpose::Vault, Purpose::Pins].map(|purpose| keyring.newest(purpose).unwrap().kid());
        let rotated = keyring.rotate(&Env::default());
        let cut = |kid: &str| rotated.without("keyring", kid).unwrap();
        let [vaultless, pinless] =
            [with_keyring(&stage, Some(cut(vault))).await, with_keyring(&stage, Some(cut(pins))).await];
        let both = with_keyring(&stage, Some(rotated.clone())).await;
        for number in 0..120 {
            let book = both.book(&format!("b-{number:03}")).unwrap();
            book.call("vault.put", put("u-1", "email", EMAIL)).await.unwrap();
        }
        for bank in [&both, &vaultless, &pinless] {
            let (status, detail) = first_round_of(bank).await;
            assert_eq!((status.as_str(), detail.contains("in 12")), ("healthy", true), "{detail}");
        }
        // in the first books, among them, and behind them: with the key that others lack
        for name in ["a-1", "b-110-x", "z-1"] {
            let book = stage.bank.book(name).unwrap();
            book.call("vault.put", put("u-1", "email", EMAIL)).await.unwrap();
            let pin = json!({ "subject": "u-1", "pin": "4711" });
            book.call("credentials.set_pin", pin).await.unwrap();
            for (bank, kid) in [(&vaultless, vault), (&pinless, pins)] {
                let mut found = keyring_of(bank).await;
                // a few books at a time, once all were seen to be well
                for _ in 0..20 {
                    if found.0 == "critical" {
                        break;
                    }
                    found = keyring_of(bank).await;
                }
                assert_eq!(found.0, "critical", "{kind:?} {name}: {}", found.1);
                assert!(found.1.contains(kid) && found.1.contains(name), "{}", found.1);
                // and it stays so, though the round goes on
                assert_eq!(keyring_of(bank).await, found);
            }
            let book = both.book(name).unwrap();
            book.call("vault.rotate", json!({})).await.unwrap();
            book.call("credentials.verify_pin", json!({ "subject": "u-1", "pin": "4711" })).await.unwrap();
            for bank in [&vaultless, &pinless] {
                assert_eq!(keyring_of(bank).await.0, "healthy", "{kind:?} {name}");
            }
        }
        // a process that opens later finds it in its first round
        let book = stage.bank.book("y-1").unwrap();
        book.call("vault.put", put("u-1", "email", EMAIL)).await.unwrap();
        let late = with_keyring(&stage, Some(cut(vault))).await;
        let (status, detail) = first_round_of(&late).await;
        assert!(status == "critical" && detail.contains("y-1"), "{detail}");
        for bank in [vaultless, pinless, both, late] {
            bank.close().await;
        }
        stage.finish().await;
    }
}

/// Returns the keyring's check after its first round of all books: it gives itself two seconds at a time.
async fn first_round_of(bank: &Engine) -> (String, String) {
    let mut found = keyring_of(bank).await;
    for _ in 0..20 {
        if !found.1.ends_with("looked at so far") {
            break;
        }
        found = keyring_of(bank).await;
    }
    found
}

/// A keyring without one of its keys, and with a new one that wraps.
fn without(keyring: &Keyring, kid: &str) -> Keyring {
    let text = keyring.rotate(&Env::default()).to_text().to_string();
    let lines: Vec<&str> = text.lines().filter(|line| !line.contains(kid)).collect();
    let text = lines.join("\n").replace(",\n]}", "\n]}");
    Keyring::parse("keyring", &text).unwrap()
}

/// Two processes put values while the keys are rotated, one with the old keyring; and the rotation is cut off
/// again and again. In the end everything opens, and nothing is wrapped with the old key.
#[tokio::test(flavor = "multi_thread")]
async fn keys_are_rotated_under_load_and_the_old_one_wraps_nothing() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let stage = Stage::with(kind, keyed()).await;
        for n in 0..230 {
            stage.ok("vault.put", put(&format!("u-{n}"), "email", EMAIL)).await;
        }
        let old = stage.ok("vault.keys", json!({})).await["items"][0]["key_id"].clone();
        let rotated = Keyring::for_tests().rotate(&Env::default());
        let new = with_keyring(&stage, Some(rotated.clone())).await;
        let stop = Arc::new(AtomicBool::new(false));
        let writers: Vec<_> = [stage.bank.clone(), new.clone()]
            .into_iter()
            .enumerate()
            .map(|(who, bank)| {
                let stop = stop.clone();
                tokio::spawn(async move {
                    let (mut put_by, mut refused) = (Vec::new(), 0);
                    for n in 0.. {
                        if stop.load(Ordering::SeqCst) && n > 20 {
                            break;
                        }
                        let subject = format!("w{who}-{n}");
                        match bank.call("vault.put", put(&subject, "email", EMAIL)).await {
                            Ok(_) => put_by.push(subject),
                            Err(error) => {
                                assert_eq!(error.code(), Code::KeyNotFound, "{error}");
                                refused += 1;
                            }
                        }
                    }
                    (put_by, refused)
                })
            })
            .collect();
        // cut off at any await
        for millis in [0, 1, 2, 4, 8] {
            let wait = std::time::Duration::from_millis(millis);
            drop(tokio::time::timeout(wait, new.call("vault.rotate", json!({}))).await);
        }
        let done = new.call("vault.rotate", json!({})).await.unwrap();
        assert_eq!(done["remaining"], 0, "{kind:?} {done}");
        stop.store(true, Ordering::SeqCst);
        let (mut subjects, mut refusals) = (Vec::new(), Vec::new());
        for writer in writers {
            let (put_by, refused) = writer.await.unwrap();
            subjects.extend(put_by);
            refusals.push(refused);
        }
        assert!(refusals[0] > 0 && refusals[1] == 0, "{kind:?}: {refusals:?}");
        subjects.extend((0..230).map(|n| format!("u-{n}")));
        let keys = new.call("vault.keys", json!({})).await.unwrap();
        let others = keys["items"].as_array().unwrap().iter().skip(1).map(|key| &key["purpose"]);
        assert_eq!(others.collect::<Vec<_>>(), [&json!("index")], "{keys}");
        assert!(keys["items"][0]["key_id"] != old && keys["items"][0]["wraps"] == subjects.len(), "{keys}");
        for subject in &subjects {
            assert_eq!(new.call("vault.reveal", of(subject, "email")).await.unwrap()["value"], EMAIL);
        }
        // without the old key nothing is missed
        let after = with_keyring(&stage, Some(without(&rotated, old.as_str().unwrap()))).await;
        assert_eq!(code(&after.call("vault.reveal", of("u-0", "email")).await), "ok");
        after.close().await;
        let renewed = new.call("vault.rotate", json!({ "subject": "u-0" })).await.unwrap();
        assert_eq!(renewed, json!({ "rewrapped": 1, "remaining": 0, "replayed": false }));
        assert_eq!(new.call("vault.reveal", of("u-0", "email")).await.unwrap()["value"], EMAIL);
        verify(&new).await;
        new.close().await;
        stage.finish().await;
    }
}

/// A host's transaction that has put a value stays open over a rotation: the rotation does not end before it
/// does, or the old key would be dropped with which its data key is wrapped.
#[tokio::test(flavor = "multi_thread")]
async fn a_rotation_does_not_end_before_the_transactions_that_wrap_with_the_old_key() {
    let stage = Stage::with(Kind::Postgres, keyed()).await;
    let old = stage.ok("vault.put", put("u-1", "email", EMAIL)).await["key_id"].clone();
    let old = old.as_str().unwrap();
    let rotated = Keyring::for_tests().rotate(&Env::default());
    let new = with_keyring(&stage, Some(rotated.clone())).await;
    let pool = sqlx::PgPool::connect(&stage.url).await.unwrap();
    let open = || async {
        let mut tx = pool.begin().await.unwrap();
        sqlx::query("SELECT 1").execute(&mut *tx).await.unwrap();
        tx
    };
    // two of them share the key record: neither waits for the other
    let (mut one, mut other) = (open().await, open().await);
    for (tx, subject) in [(&mut one, "u-2"), (&mut other, "u-3")] {
        let bound = stage.bank.using(tx).unwrap();
        let values = call(&bound, "vault.put", put(subject, "email", EMAIL)).await.unwrap();
        assert_eq!(values["key_id"], old);
    }
    let early = new.call("vault.rotate", json!({})).await;
    let refused = early.as_ref().err().map(Error::code);
    assert_eq!(refused, Some(Code::Contention), "it went past two open transactions: {early:?}");
    assert!(new.uses_of_key(old).await.unwrap()[0].primary, "the store may not say that it is done");
    one.commit().await.unwrap();
    other.commit().await.unwrap();
    let done = new.call("vault.rotate", json!({})).await.unwrap();
    assert_eq!((&done["rewrapped"], &done["remaining"]), (&json!(3), &json!(0)), "{done}");
    assert!(new.uses_of_key(old).await.unwrap().is_empty());
    // the old process's keyring lacks the key that wraps now, in a host's transaction too
    let mut late = open().await;
    let bound = stage.bank.using(&mut late).unwrap();
    assert_eq!(code(&call(&bound, "vault.put", put("u-4", "email", EMAIL)).await), "key_not_found");
    drop(bound);
    late.commit().await.unwrap();
    let after = with_keyring(&stage, Some(without(&rotated, old))).await;
    for subject in ["u-1", "u-2", "u-3"] {
        assert_eq!(after.call("vault.reveal", of(subject, "email")).await.unwrap()["value"], EMAIL);
    }
    for bank in [after, new] {
        bank.close().await;
    }
    pool.close().await;
    stage.finish().await;
}

/// The first value of a book brings the record that says which key wraps there. While a transaction of a host
/// that has put one is open, nobody sees it: no rotation, and nobody who counts what needs the old key.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_needed_while_the_first_value_of_a_book_is_not_committed() {
    let stage = Stage::with(Kind::Postgres, keyed()).await;
    let old = stage.ok("vault.put", put("u-1", "email", EMAIL)).await["key_id"].clone();
    let old = old.as_str().unwrap();
    let new = with_keyring(&stage, Some(Keyring::for_tests().rotate(&Env::default()))).await;
    let pool = sqlx::PgPool::connect(&stage.url).await.unwrap();
    let mut tx = pool.begin().await.unwrap();
    sqlx::query("SELECT 1").execute(&mut *tx).await.unwrap();
    let bound = stage.bank.book("shop-1").unwrap().using(&mut tx).unwrap();
    assert_eq!(call(&bound, "vault.put", put("u-2", "email", EMAIL)).await.unwrap()["key_id"], old);
    drop(bound);
    new.call("vault.rotate", json!({})).await.unwrap();
    // those that only read, and those that begin later, are not waited for
    let mut reads = pool.begin().await.unwrap();
    let read = format!("SELECT id FROM \"{}\".record", stage.options.schema);
    sqlx::query(sqlx::AssertSqlSafe(read)).fetch_all(&mut *reads).await.unwrap();
    let refused = new.uses_of_key(old).await.map_err(|error| error.code());
    assert_eq!(refused, Err(Code::Contention), "a transaction that has written is open");
    let counting = tokio::spawn({
        let (new, old) = (new.clone(), old.to_owned());
        async move { new.uses_of_key(&old).await }
    });
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert!(!counting.is_finished(), "it answered before the transaction ended");
    tx.commit().await.unwrap();
    let uses = counting.await.unwrap().unwrap();
    let found: Vec<_> = uses.iter().map(|used| (used.book.as_str(), used.primary, used.data_keys)).collect();
    assert_eq!(found, [("shop-1", true, 1)]);
    let shop = new.book("shop-1").unwrap();
    assert_eq!(shop.call("vault.rotate", json!({})).await.unwrap()["rewrapped"], 1);
    assert!(new.uses_of_key(old).await.unwrap().is_empty());
    reads.commit().await.unwrap();
    new.close().await;
    pool.close().await;
    stage.finish().await;
}

/// SQLite has one writer: a rotation, which writes, begins behind the transaction of a host.
#[tokio::test(flavor = "multi_thread")]
async fn a_rotation_on_sqlite_waits_for_the_open_transaction() {
    let stage = Stage::with(Kind::Sqlite, keyed()).await;
    stage.ok("vault.put", put("u-1", "email", EMAIL)).await;
    let new = with_keyring(&stage, Some(Keyring::for_tests().rotate(&Env::default()))).await;
    let url = stage.url.split('?').next().unwrap().to_owned();
    let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
    let mut tx = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let rotating = tokio::spawn({
        let new = new.clone();
        async move { new.call("vault.rotate", json!({})).await }
    });
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert!(!rotating.is_finished(), "it rotated beside an open transaction");
    sqlx::query("SELECT 1").execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(rotating.await.unwrap().unwrap()["rewrapped"], 1);
    new.close().await;
    pool.close().await;
    stage.finish().await;
}

/// A data key under an old key that the store no longer names is wrapped anew by the next rotation: an old
/// row came back with a part of a backup.
#[tokio::test(flavor = "multi_thread")]
async fn a_rotation_finds_what_an_earlier_one_has_missed() {
    let stage = Stage::with(Kind::Postgres, keyed()).await;
    stage.ok("vault.put", put("u-1", "email", EMAIL)).await;
    stage.ok("vault.put", put("u-2", "email", EMAIL)).await;
    let pool = sqlx::PgPool::connect(&stage.url).await.unwrap();
    let table = format!("\"{}\".record", stage.options.schema);
    let keep = format!("CREATE TABLE kept AS SELECT * FROM {table} WHERE kind = 'vault_subject' LIMIT 1");
    sqlx::query(sqlx::AssertSqlSafe(keep)).execute(&pool).await.unwrap();
    let rotated = Keyring::for_tests().rotate(&Env::default());
    let new = with_keyring(&stage, Some(rotated.clone())).await;
    assert_eq!(new.call("vault.rotate", json!({})).await.unwrap()["rewrapped"], 2);
    let columns = "(version, peer, body) = (SELECT version, peer, body FROM kept)";
    let back = format!("UPDATE {table} AS x SET {columns} WHERE x.id = (SELECT id FROM kept)");
    sqlx::query(sqlx::AssertSqlSafe(back)).execute(&pool).await.unwrap();
    new.close().await;
    let again = with_keyring(&stage, Some(rotated)).await;
    let done = again.call("vault.rotate", json!({})).await.unwrap();
    assert_eq!(done, json!({ "rewrapped": 1, "remaining": 0, "replayed": false }));
    let keys = again.call("vault.keys", json!({})).await.unwrap();
    assert_eq!(keys["items"][0]["wraps"], 2, "{keys}");
    for subject in ["u-1", "u-2"] {
        assert_eq!(again.call("vault.reveal", of(subject, "email")).await.unwrap()["value"], EMAIL);
    }
    pool.close().await;
    again.close().await;
}
