//! A process with the keyring of another installation, or with none, on a store that rests on a keyring: what
//! it cannot find is never "not there". Nobody can open the memory of another engine, so this is about
//! databases.

#![cfg(all(feature = "sqlite", feature = "postgres", feature = "host-sqlx"))]

use std::sync::atomic::{AtomicU64, Ordering};

use earnest::api::operations::call;
use earnest::credential::totp::{Algorithm, Totp, step_of};
use earnest::env::Env;
use earnest::keyring::{Keyring, Purpose};
use earnest::{Actor, Engine, Options};

use crate::support::{Kind, Stage, Value, code, json, options, verify};

const PIN: &str = "4711";
const EMAIL: &str = "alice@example.com";
const DATABASES: [Kind; 2] = [Kind::Sqlite, Kind::Postgres];

/// The id of the key that names, finds and proves.
fn index_of(keyring: &Keyring) -> String {
    keyring.newest(Purpose::Index).unwrap().kid().to_owned()
}

/// Another engine on the store of a stage, as another process has it.
async fn process(stage: &Stage, keyring: Option<&Keyring>) -> Engine {
    let names = (stage.options.schema.clone(), stage.options.table_prefix.clone());
    // ids that no other engine of the store makes
    static SEEDS: AtomicU64 = AtomicU64::new(1);
    let seed = SEEDS.fetch_add(1, Ordering::SeqCst) * 1_000_000;
    let env = Env::test(crate::support::START.parse().unwrap(), seed);
    let options: Options = options().names(names.0, names.1).env(env);
    let options = keyring.iter().fold(options, |options, keyring| options.keyring((*keyring).clone()));
    Engine::open_with(&stage.url, options).await.unwrap()
}

/// Books that rest on the keyring of tests: somebody with a PIN, one-time codes, a value and a proof, and a
/// key that signs. Money above 100 USD needs a PIN.
struct Installation {
    stage: Stage,
    signing_key: Value,
    proof: Value,
}

async fn installation(kind: Kind) -> Installation {
    let stage = Stage::with(kind, options().keyring(Keyring::for_tests())).await;
    let account = json!({ "account": "w-1", "currency": "USD", "owner": "u-1" });
    stage.ok("ledger.open_account", account).await;
    stage.funded("w-1", "1000.00 USD").await;
    stage.funded("bob", "1.00 USD").await;
    stage.ok("credentials.set_pin", json!({ "subject": "u-1", "pin": PIN })).await;
    let label = json!({ "subject": "u-2", "issuer": "shop", "account_name": "u-2" });
    let enrolled = stage.ok("credentials.enrol_totp", label).await;
    let totp = Totp::request(enrolled["secret"].as_str().unwrap(), 6, Algorithm::Sha1).unwrap();
    let now = totp.code(step_of(stage.clock.now()));
    stage.ok("credentials.confirm_totp", json!({ "subject": "u-2", "code": now.as_str() })).await;
    stage
        .ok(
            "vault.put",
            json!({ "subject": "u-1", "name": "email", "value": EMAIL, "searchable": true, "key": "put-1" }),
        )
        .await;
    let signing_key = stage.ok("signing.create_key", json!({})).await["key"].clone();
    let policy = json!({ "id": "pins", "operation": "ledger.transfer", "threshold": "100.00 USD", "require": ["pin"], "approvers": 0 });
    stage.ok("approvals.set_policy", policy).await;
    let proof = stage.ok("credentials.verify_pin", json!({ "subject": "u-1", "pin": PIN })).await;
    Installation { proof: proof["proof"].clone(), stage, signing_key }
}

impl Installation {
    fn transfer(&self, key: &str) -> Value {
        json!({ "from": "w-1", "to": "bob", "amount": "200.00 USD", "key": key, "proofs": [self.proof] })
    }

    /// A call of everything that rests on the keyring.
    fn calls(&self) -> Vec<(&'static str, Value)> {
        let (key, pin) = (&self.signing_key, "852963");
        let code = json!({ "subject": "u-2", "code": "123456" });
        let name = json!({ "subject": "u-1", "name": "email" });
        let who = json!({ "subject": "u-1" });
        let address = "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf";
        let policy = json!({ "key": key, "chain_ids": ["137"], "messages": true });
        vec![
            ("credentials.set_pin", json!({ "subject": "u-1", "pin": pin })),
            ("credentials.set_pin", json!({ "subject": "u-1", "pin": pin, "current": PIN })),
            ("credentials.set_pin", json!({ "subject": "u-9", "pin": pin })),
            ("credentials.verify_pin", json!({ "subject": "u-1", "pin": PIN })),
            ("credentials.unlock_pin", who.clone()),
            ("credentials.enrol_totp", json!({ "subject": "u-1", "issuer": "shop", "account_name": "u-1" })),
            ("credentials.confirm_totp", code.clone()),
            ("credentials.verify_totp", code.clone()),
            ("credentials.verify_totp", json!({ "subject": "u-2", "code": "abcd-efgh-jkmn-pqrs" })),
            ("vault.put", json!({ "subject": "u-1", "name": "phone", "value": "1", "key": "put-2" })),
            // the same call again under its key: its hash is made with the key of the index
            (
                "vault.put",
                json!({ "subject": "u-1", "name": "email", "value": EMAIL, "searchable": true, "key": "put-1" }),
            ),
            ("vault.reveal", name),
            ("vault.list", who.clone()),
            ("vault.find", json!({ "name": "email", "value": EMAIL })),
            ("vault.export", who.clone()),
            ("vault.forget", who.clone()),
            ("vault.rotate", json!({})),
            ("vault.rotate", who),
            ("signing.create_key", json!({})),
            ("signing.import_key", json!({ "address": address })),
            ("signing.set_key_policy", policy),
            ("signing.sign_message", json!({ "key": key, "message": "hello" })),
            ("ledger.transfer", self.transfer("t-1")),
        ]
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_with_another_keyring_concludes_nothing_from_what_it_cannot_find() {
    let (own, other) = (Keyring::for_tests(), Keyring::generate(&Env::default()));
    for kind in DATABASES {
        let made = installation(kind).await;
        for keyring in [Some(&other), None] {
            let stranger = process(&made.stage, keyring).await;
            let before = made.stage.state().await;
            for (name, args) in made.calls() {
                // who has a PIN sets another one himself; staff may do all the rest
                let sets = name == "credentials.set_pin" && args["subject"] == "u-1";
                let actor = if sets { Actor::new("u-1") } else { Actor::admin("kim") };
                let outcome = stranger.acting(actor).call(name, args.clone()).await;
                assert_eq!(
                    code(&outcome),
                    "key_not_found",
                    "{kind:?} {keyring:?} {name} {args}: {outcome:?}"
                );
                let named = outcome.unwrap_err().details()["key"].clone();
                let needs_none = keyring.is_some() || name == "ledger.transfer";
                assert!(!needs_none || named == format!("index/{}", index_of(&own)), "{name}: {named}");
            }
            assert_eq!(made.stage.state().await, before, "{kind:?}: something was written");
            // what rests on no key goes on
            let small = json!({ "from": "w-1", "to": "bob", "amount": "5.00 USD", "key": format!("s-{}", keyring.is_some()) });
            stranger.call("ledger.transfer", small).await.unwrap();
            let large = json!({ "from": "w-1", "to": "bob", "amount": "200.00 USD", "key": "t-2" });
            assert_eq!(code(&stranger.call("ledger.transfer", large).await), "factor_required");
            // it says what is missing, and no false alarm
            let health = stranger.health().await.unwrap().checks;
            let keys = health.iter().find(|check| check.name == "keyring").unwrap();
            assert!(keys.status == "critical" && keys.detail.contains(&index_of(&own)), "{keys:?}");
            let listed = stranger.call("vault.keys", json!({})).await.unwrap();
            let missing = listed["items"].as_array().unwrap().iter().all(|key| key["missing"] == true);
            assert!(missing && listed["items"].as_array().unwrap().len() == 2, "{listed}");
            verify(&stranger).await;
            stranger.close().await;
        }
        // the proof that was given is good for what it was given for, and a replay is told to everybody
        made.stage.ok("ledger.transfer", made.transfer("t-3")).await;
        let stranger = process(&made.stage, Some(&other)).await;
        assert_eq!(stranger.call("ledger.transfer", made.transfer("t-3")).await.unwrap()["replayed"], true);
        stranger.close().await;
        made.stage.ok("credentials.verify_pin", json!({ "subject": "u-1", "pin": PIN })).await;
        made.stage.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_of_the_host_rests_on_the_keyring_too() {
    let other = Keyring::generate(&Env::default());
    for kind in DATABASES {
        let made = installation(kind).await;
        let stranger = process(&made.stage, Some(&other)).await;
        let put = json!({ "subject": "u-1", "name": "phone", "value": "1" });
        let find = json!({ "name": "email", "value": EMAIL });
        let calls = [("vault.put", put), ("vault.find", find), ("ledger.transfer", made.transfer("t-1"))];
        macro_rules! within {
            ($pool:ty, $url:expr) => {{
                let pool = <$pool>::connect($url).await.unwrap();
                for (name, args) in &calls {
                    let mut tx = pool.begin().await.unwrap();
                    sqlx::query("SELECT 1").execute(&mut *tx).await.unwrap();
                    let bound = stranger.using(&mut tx).unwrap();
                    let outcome = call(&bound, name, args.clone()).await;
                    assert_eq!(code(&outcome), "key_not_found", "{kind:?} {name}: {outcome:?}");
                    drop(bound);
                    tx.rollback().await.unwrap();
                }
                pool.close().await;
            }};
        }
        match kind {
            Kind::Postgres => within!(sqlx::PgPool, &made.stage.url),
            _ => within!(sqlx::SqlitePool, made.stage.url.split('?').next().unwrap()),
        }
        stranger.close().await;
        made.stage.finish().await;
    }
}

/// Of two processes with different keyrings that are the first in a book at once, one begins it.
#[tokio::test(flavor = "multi_thread")]
async fn the_first_that_rests_on_a_keyring_decides_for_its_book() {
    let other = Keyring::generate(&Env::default());
    for kind in DATABASES {
        let stage = Stage::with(kind, options().keyring(Keyring::for_tests())).await;
        let stranger = process(&stage, Some(&other)).await;
        for n in 0..8 {
            let name = format!("shop-{n}");
            let (one, two) = (stage.bank.book(&name).unwrap(), stranger.book(&name).unwrap());
            let pin = |subject: &str| json!({ "subject": subject, "pin": PIN });
            let put = json!({ "subject": "u-1", "name": "email", "value": EMAIL });
            // the same person, or two of whom nothing is shared
            let second = if n % 2 == 0 { "u-1" } else { "u-2" };
            let outcomes = if n % 4 < 2 {
                tokio::join!(
                    one.call("credentials.set_pin", pin("u-1")),
                    two.call("credentials.set_pin", pin(second))
                )
            } else {
                tokio::join!(one.call("vault.put", put), two.call("credentials.set_pin", pin(second)))
            };
            let mut codes = [code(&outcomes.0), code(&outcomes.1)];
            codes.sort_unstable();
            assert_eq!(codes, ["key_not_found", "ok"], "{kind:?} {n}: {outcomes:?}");
        }
        stranger.close().await;
        stage.finish().await;
    }
}

/// A PIN needs no key of the vault: a book that has nothing else rests on its index and its pepper alone.
#[tokio::test(flavor = "multi_thread")]
async fn a_book_with_pins_alone_rests_on_the_index_and_on_no_key_of_the_vault() {
    for kind in Kind::all() {
        let first = Keyring::for_tests();
        let stage = Stage::with(kind, options().keyring(first.clone())).await;
        assert!(!stage.bank.knows_keyring(Purpose::Index).await.unwrap());
        stage.ok("credentials.set_pin", json!({ "subject": "u-1", "pin": PIN })).await;
        assert!(stage.bank.knows_keyring(Purpose::Index).await.unwrap());
        let keys = stage.ok("vault.keys", json!({})).await;
        let index = json!([{ "key_id": index_of(&first), "purpose": "index", "primary": false, "wraps": 0, "missing": false }]);
        assert_eq!(keys["items"], index);
        let uses = |purpose| stage.bank.uses_of_key(first.newest(purpose).unwrap().kid());
        assert!(uses(Purpose::Vault).await.unwrap().is_empty());
        assert_eq!(uses(Purpose::Pins).await.unwrap()[0].pins, 1);
        // a keyring that was rotated is the same installation's, and one of another cannot be taken up
        assert!(stage.bank.replace_keyring(first.rotate(&Env::default())).await.unwrap());
        stage.ok("credentials.verify_pin", json!({ "subject": "u-1", "pin": PIN })).await;
        assert!(stage.bank.replace_keyring(Keyring::generate(&Env::default())).await.is_err());
        verify(&stage.bank).await;
        stage.finish().await;
    }
}

/// A backup names the keys that its store needs: an engine that only reads it with another keyring refuses
/// a search by `key_not_found`.
#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_is_read_with_another_keyring_names_the_key() {
    let made = installation(Kind::Sqlite).await;
    let copy = made.stage.beside("copy.db");
    made.stage.ok("admin.backup", json!({ "path": copy.display().to_string() })).await;
    for keyring in [Keyring::for_tests(), Keyring::generate(&Env::default())] {
        let ours = index_of(&keyring) == index_of(&Keyring::for_tests());
        let read = options().keyring(keyring).read_only(true);
        let bank = Engine::open_with(&format!("sqlite:{}", copy.display()), read).await.unwrap();
        let found = bank.call("vault.find", json!({ "name": "email", "value": EMAIL })).await;
        if ours {
            assert_eq!(found.unwrap()["subjects"], json!(["u-1"]));
        } else {
            assert_eq!(code(&found), "key_not_found");
        }
        bank.close().await;
    }
    made.stage.finish().await;
}

/// A backup of before a rotation needs the key that was dropped since.
#[tokio::test(flavor = "multi_thread")]
async fn a_backup_whose_key_is_gone_is_restored_by_force_alone() {
    let (first, second) = (Keyring::for_tests(), Keyring::for_tests().rotate(&Env::default()));
    let old = first.newest(Purpose::Vault).unwrap().kid().to_owned();
    let pepper = first.newest(Purpose::Pins).unwrap().kid().to_owned();
    let made = installation(Kind::Sqlite).await;
    let stage = &made.stage;
    let backup = stage.beside("before.db").display().to_string();
    stage.ok("admin.backup", json!({ "path": backup })).await;
    assert!(stage.bank.replace_keyring(second.clone()).await.unwrap());
    stage.ok("vault.rotate", json!({})).await;
    stage.ok("credentials.verify_pin", json!({ "subject": "u-1", "pin": PIN })).await;
    assert!(stage.bank.replace_keyring(second.without("keyring", &old).unwrap()).await.unwrap());
    let other = process(stage, Some(&Keyring::generate(&Env::default()))).await;
    let before = stage.state().await;
    let value = json!({ "subject": "u-1", "name": "email" });
    for (bank, key) in
        [(&stage.bank, format!("vault/{old}")), (&other, format!("index/{}", index_of(&first)))]
    {
        let refused = bank.call("admin.restore", json!({ "path": backup })).await.unwrap_err();
        assert_eq!(refused.code().as_str(), "key_not_found", "{refused}");
        assert_eq!(refused.details()["key"], key);
        assert!(refused.to_string().contains("--force"), "{refused}");
        assert_eq!(stage.state().await, before, "something was restored");
        assert_eq!(stage.ok("vault.reveal", value.clone()).await["value"], EMAIL);
    }
    stage.ok("admin.restore", json!({ "path": backup, "force": true })).await;
    assert_eq!(stage.call("vault.reveal", value).await.unwrap_err().details()["key"], format!("vault/{old}"));
    let health = stage.bank.health().await.unwrap().checks;
    let keys = health.iter().find(|check| check.name == "keyring").unwrap();
    assert!(keys.status == "critical" && keys.detail.contains(&old), "{keys:?}");
    other.close().await;
    // where the keyring has all that the backup needs, nobody is asked; a pepper counts too
    let whole = process(stage, Some(&second)).await;
    whole.call("admin.restore", json!({ "path": backup })).await.unwrap();
    whole.close().await;
    let lines = second.without("keyring", &pepper).unwrap();
    let fewer = process(stage, Some(&lines)).await;
    let refused = fewer.call("admin.restore", json!({ "path": backup })).await.unwrap_err();
    assert_eq!(refused.details()["key"], format!("pins/{pepper}"));
    fewer.close().await;
    made.stage.finish().await;
}
