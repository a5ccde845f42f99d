//! PINs and one-time codes on every store: what is right and wrong, how often it may be tried, and who is
//! locked out.

#![cfg(all(feature = "sqlite", feature = "postgres", feature = "host-sqlx"))]

use earnest::credential::pin::Cost;
use earnest::credential::totp::{Algorithm, Totp, step_of};
use earnest::keyring::Keyring;
use earnest::{Actor, Code, Engine};

use crate::support::{Kind, Stage, Value, all_at_once, code, json, options, tally};

async fn stages() -> Vec<Stage> {
    let mut stages = Vec::new();
    for kind in Kind::all() {
        stages.push(Stage::with(kind, options().keyring(Keyring::for_tests())).await);
    }
    stages
}

fn pin(pin: &str) -> Value {
    json!({ "subject": "u-1", "pin": pin })
}

async fn outcome(stage: &Stage, name: &str, args: Value) -> (&'static str, Value) {
    match stage.call(name, args).await {
        Ok(reply) => ("ok", reply),
        Err(error) => (error.code().as_str(), error.details()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pin_is_set_verified_and_changed_by_who_may() {
    for stage in stages().await {
        stage.no_matter("credentials.verify_pin", pin("4711"), "credential_not_found").await;
        for bad in
            ["1111", "1234", "9876", "123", "1234567890123", "12a4", "\u{ff11}\u{ff12}\u{ff13}\u{ff15}", ""]
        {
            stage.bad("credentials.set_pin", pin(bad), "invalid_request", "pin").await;
        }
        assert_eq!(stage.ok("credentials.set_pin", pin("4711")).await["must_change"], false);
        let right = stage.ok("credentials.verify_pin", pin("4711")).await;
        assert_eq!((&right["verified"], &right["must_change"]), (&json!(true), &json!(false)));
        assert!(right["proof"].as_str().unwrap().len() <= 120);
        let wrong = stage.no_matter("credentials.verify_pin", pin("4712"), "pin_invalid").await;
        assert_eq!(wrong["attempts_left"], 4);
        // another one needs the present one
        stage.no_matter("credentials.set_pin", pin("2580"), "factor_required").await;
        let change = |current: &str, new: &str| json!({ "subject": "u-1", "pin": new, "current": current });
        stage.no_matter("credentials.set_pin", change("4712", "2580"), "pin_invalid").await;
        let same = stage.no_matter("credentials.set_pin", change("4711", "4711"), "invalid_request").await;
        assert_eq!(same["field"], "pin");
        stage.ok("credentials.set_pin", change("4711", "2580")).await;
        stage.no_matter("credentials.verify_pin", pin("4711"), "pin_invalid").await;
        stage.ok("credentials.verify_pin", pin("2580")).await;
        // an admin sets one for its owner to change
        let kim = stage.bank.acting(Actor::admin("kim"));
        let set = kim.call("credentials.set_pin", pin("5836")).await.unwrap();
        assert_eq!(set["must_change"], true);
        assert_eq!(stage.ok("credentials.verify_pin", pin("5836")).await["must_change"], true);
        let same = kim.call("credentials.set_pin", pin("5836")).await.unwrap_err();
        assert_eq!((same.code().as_str(), &same.details()["field"]), ("invalid_request", &json!("pin")));
        stage.ok("credentials.set_pin", change("5836", "9021")).await;
        assert_eq!(stage.ok("credentials.verify_pin", pin("9021")).await["must_change"], false);
        stage.finish().await;
    }
}

/// The fifth wrong one in a row locks, and locks grow; the time itself is open again; who tries while it is
/// locked changes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn wrong_pins_lock_for_longer_and_longer() {
    for stage in stages().await {
        stage.ok("credentials.set_pin", pin("4711")).await;
        for left in [4, 3, 2, 1] {
            let wrong = stage.no_matter("credentials.verify_pin", pin("4712"), "pin_invalid").await;
            assert_eq!(wrong["attempts_left"], left);
        }
        for (span, seconds) in
            [("PT5M", 300), ("PT15M", 900), ("PT1H", 3_600), ("PT4H", 14_400), ("PT24H", 86_400)]
        {
            let locked = stage.no_matter("credentials.verify_pin", pin("4712"), "pin_locked").await;
            assert_eq!(locked["retry_after"], seconds, "{:?} {span}", stage.kind);
            // the right one gets the same answer
            assert_eq!(stage.no_matter("credentials.verify_pin", pin("4711"), "pin_locked").await, locked);
            stage.clock.advance(span.parse().unwrap());
        }
        stage.ok("credentials.verify_pin", pin("4711")).await;
        let wrong = stage.no_matter("credentials.verify_pin", pin("4712"), "pin_invalid").await;
        assert_eq!(wrong["attempts_left"], 4);
        for _ in 0..4 {
            drop(stage.call("credentials.verify_pin", pin("4712")).await);
        }
        stage.no_matter("credentials.verify_pin", pin("4711"), "pin_locked").await;
        let unlock = json!({ "subject": "u-1", "actor": { "id": "kim", "role": "admin" } });
        stage.ok("credentials.unlock_pin", unlock).await;
        stage.ok("credentials.verify_pin", pin("4711")).await;
        stage.finish().await;
    }
}

/// Reads the cost parameters in the stored hash of the only PIN.
async fn cost_kept(stage: &Stage) -> String {
    use sqlx::Connection as _;
    let mut file = sqlx::SqliteConnection::connect(&stage.url).await.unwrap();
    let asked = sqlx::query_scalar("SELECT body FROM earnest_record WHERE kind = 'credential_pin'");
    let body: String = asked.fetch_one(&mut file).await.unwrap();
    file.close().await.unwrap();
    let from = body.find("argon2id$v=19$").unwrap() + "argon2id$v=19$".len();
    body[from..].split('$').next().unwrap().to_owned()
}

/// A process that asks for more makes a hash anew at the next right PIN, and one that asks for less leaves
/// it.
#[tokio::test(flavor = "multi_thread")]
async fn the_cost_of_a_pin_is_raised_by_options_and_never_lowered() {
    let stage = Stage::with(Kind::Sqlite, options().keyring(Keyring::for_tests())).await;
    let dear = stage.options.clone().keyring(Keyring::for_tests());
    let dear = dear.pin_cost(Cost::new(20 * 1024, 3, 1).unwrap());
    let dear = Engine::open_with(&stage.url, dear).await.unwrap();
    stage.ok("credentials.set_pin", pin("4711")).await;
    assert_eq!(cost_kept(&stage).await, "m=19456,t=2,p=1");
    dear.call("credentials.verify_pin", pin("4712")).await.unwrap_err();
    assert_eq!(cost_kept(&stage).await, "m=19456,t=2,p=1", "a wrong PIN raises nothing");
    dear.call("credentials.verify_pin", pin("4711")).await.unwrap();
    assert_eq!(cost_kept(&stage).await, "m=20480,t=3,p=1");
    stage.ok("credentials.verify_pin", pin("4711")).await;
    assert_eq!(cost_kept(&stage).await, "m=20480,t=3,p=1");
    dear.close().await;
    stage.finish().await;
}

fn totp(enrolled: &Value) -> Totp {
    Totp::request(enrolled["secret"].as_str().unwrap(), 6, Algorithm::Sha1).unwrap()
}

fn guess(code: &str) -> Value {
    json!({ "subject": "u-1", "code": code })
}

/// A new data key seals the secrets in force and pending anew; `verify` opens them all.
#[tokio::test(flavor = "multi_thread")]
async fn one_time_codes_outlive_a_new_data_key() {
    for stage in stages().await {
        let enrol = json!({ "subject": "u-1", "issuer": "Shop", "account_name": "alice" });
        let old = totp(&stage.ok("credentials.enrol_totp", enrol.clone()).await);
        let now = |secret: &Totp| secret.code(step_of(stage.clock.now())).to_string();
        stage.ok("credentials.confirm_totp", guess(&now(&old))).await;
        let pending = totp(&stage.ok("credentials.enrol_totp", enrol).await);
        for _ in 0..2 {
            stage.ok("vault.rotate", json!({ "subject": "u-1" })).await;
            let verified = stage.bank.verify().await.unwrap();
            assert!(verified.ok, "{verified:?}");
        }
        stage.clock.advance("PT30S".parse().unwrap());
        let proof = stage.ok("credentials.verify_totp", guess(&now(&old))).await["proof"].clone();
        let mut confirm = guess(&now(&pending));
        confirm["proofs"] = json!([proof]);
        stage.ok("credentials.confirm_totp", confirm).await;
        stage.clock.advance("PT30S".parse().unwrap());
        stage.ok("credentials.verify_totp", guess(&now(&pending))).await;
        stage.finish().await;
    }
}

/// As phones and pages show them, in groups, and as keyboards of full-width letters write them. Digits of
/// other scripts are told so.
#[tokio::test(flavor = "multi_thread")]
async fn codes_and_secrets_are_taken_as_people_type_them() {
    let spaced = |code: &str| format!("{} {}", &code[..3], &code[3..]);
    let dashed = |code: &str| format!("{}-{}\n", &code[..3], &code[3..]);
    let wide =
        |code: &str| code.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect::<String>();
    for stage in stages().await {
        let mut enrol = json!({ "subject": "u-1", "issuer": "Shop", "account_name": "alice" });
        assert_eq!(stage.ok("credentials.enrol_totp", enrol.clone()).await["warning"], Value::Null);
        // 10 bytes in groups of four
        enrol["secret"] = "jbsw y3dp ehpk 3pxp".into();
        let enrolled = stage.ok("credentials.enrol_totp", enrol).await;
        assert_eq!(enrolled["secret"], "JBSWY3DPEHPK3PXP");
        assert!(enrolled["warning"].as_str().unwrap().contains("shorter"), "{enrolled}");
        let secret = totp(&enrolled);
        let now = |steps: u64| secret.code(step_of(stage.clock.now()) + steps).to_string();
        stage.ok("credentials.confirm_totp", guess(&spaced(&now(0)))).await;
        for typed in [spaced, dashed, wide] {
            stage.advance("PT30S");
            stage.ok("credentials.verify_totp", guess(&typed(&now(0)))).await;
            stage.no_matter("credentials.verify_totp", guess(&now(0)), "otp_reused").await;
        }
        stage.advance("PT30S");
        // what is no code is told as what it was meant as, and is no attempt
        for (typed, told) in [
            ("123 45", "6 digits"),
            ("", "6 digits"),
            ("\u{ff11}\u{ff12}", "6 digits"),
            ("\u{661}\u{662}\u{663}\u{664}\u{665}\u{666}", "6 digits"),
            ("abcd-2345", "recovery code"),
        ] {
            let error = stage.call("credentials.verify_totp", guess(typed)).await.unwrap_err();
            let said = error.to_string();
            assert!(error.code() == Code::InvalidRequest && said.contains(told), "{typed}: {said}");
        }
        let recovery = enrolled["recovery_codes"][0].as_str().unwrap();
        let used =
            stage.ok("credentials.verify_totp", guess(&recovery.to_lowercase().replace('-', "  "))).await;
        assert_eq!(used["recovery_code_used"], true);
        stage.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_time_codes_and_recovery_codes_are_good_once() {
    for stage in stages().await {
        let enrol = json!({ "subject": "u-1", "issuer": "Shop", "account_name": "alice" });
        stage.no_matter("credentials.verify_totp", guess("000000"), "credential_not_found").await;
        let enrolled = stage.ok("credentials.enrol_totp", enrol.clone()).await;
        let secret = totp(&enrolled);
        let now = |steps: u64| secret.code(step_of(stage.clock.now()) + steps).to_string();
        assert!(enrolled["uri"].as_str().unwrap().starts_with("otpauth://totp/Shop:alice?secret="));
        assert!(enrolled["qr_svg"].as_str().unwrap().contains("<svg"));
        assert_eq!(enrolled["recovery_codes"].as_array().unwrap().len(), 10);
        // not in force before it is confirmed
        stage.no_matter("credentials.verify_totp", guess(&now(0)), "credential_not_found").await;
        stage.ok("credentials.confirm_totp", guess(&now(0))).await;
        stage.no_matter("credentials.verify_totp", guess(&now(0)), "otp_reused").await;
        let next = now(1);
        stage.clock.advance("PT30S".parse().unwrap());
        stage.ok("credentials.verify_totp", guess(&next)).await;
        stage.no_matter("credentials.verify_totp", guess(&next), "otp_reused").await;
        let codes = enrolled["recovery_codes"].as_array().unwrap();
        let used = stage.ok("credentials.verify_totp", guess(codes[3].as_str().unwrap())).await;
        assert_eq!(used["recovery_code_used"], true);
        let again = stage
            .no_matter("credentials.verify_totp", guess(codes[3].as_str().unwrap()), "otp_invalid")
            .await;
        assert_eq!(again["attempts_left"], 4);
        for bad in ["12345", "1234567", "abc"] {
            let error = stage.call("credentials.verify_totp", guess(bad)).await.unwrap_err();
            assert_eq!((error.code(), &error.details()["field"]), (Code::InvalidRequest, &json!("code")));
        }
        // all the same at once: one is right
        stage.clock.advance("PT1H".parse().unwrap());
        let same = now(0);
        let calls = (0..32).map(|_| {
            let (bank, same) = (stage.bank.clone(), same.clone());
            async move { bank.call("credentials.verify_totp", guess(&same)).await }
        });
        let counts = tally(&all_at_once(calls).await);
        assert_eq!(counts.get("ok"), Some(&1), "{:?} {counts:?}", stage.kind);
        // who sends it again has guessed nothing: the fifth of them locked its owner out
        assert_eq!(counts.get("otp_reused"), Some(&31), "{:?} {counts:?}", stage.kind);
        for _ in 0..6 {
            stage.no_matter("credentials.verify_totp", guess(&same), "otp_reused").await;
        }
        stage.clock.advance("PT30S".parse().unwrap());
        stage.ok("credentials.verify_totp", guess(&now(0))).await;
        // a replay of an enrolment shows nothing
        let mut keyed = enrol.clone();
        keyed["key"] = "enrol".into();
        stage.ok("credentials.enrol_totp", keyed.clone()).await;
        stage.no_matter("credentials.enrol_totp", keyed, "reply_not_kept").await;
        // forgotten with everything else
        stage.ok("vault.forget", json!({ "subject": "u-1" })).await;
        stage.no_matter("credentials.verify_totp", guess(&now(0)), "credential_not_found").await;
        stage.finish().await;
    }
}

/// A call that replaces a factor needs a proof of one: another enrolment, and another PIN.
#[tokio::test(flavor = "multi_thread")]
async fn another_enrolment_and_another_pin_need_a_proof() {
    for stage in stages().await {
        let enrol = json!({ "subject": "u-1", "issuer": "Shop", "account_name": "alice" });
        let enrolled = stage.ok("credentials.enrol_totp", enrol.clone()).await;
        let secret = totp(&enrolled);
        let now = |steps: u64| secret.code(step_of(stage.clock.now()) + steps).to_string();
        stage.ok("credentials.confirm_totp", guess(&now(0))).await;
        let mut first = pin("4711");
        first["actor"] = json!({ "id": "kim", "role": "admin" });
        stage.ok("credentials.set_pin", first).await;
        stage.clock.advance("PT1H".parse().unwrap());
        let proof = stage.ok("credentials.verify_totp", guess(&now(0))).await["proof"].clone();
        let mut other = pin("2580");
        stage.no_matter("credentials.set_pin", other.clone(), "factor_required").await;
        other["proofs"] = json!([proof]);
        // the present one is refused, which is no attempt and uses the proof up as little
        let mut same = pin("4711");
        same["proofs"] = json!([proof]);
        for _ in 0..6 {
            stage.bad("credentials.set_pin", same.clone(), "invalid_request", "pin").await;
        }
        stage.ok("credentials.verify_pin", pin("4711")).await;
        stage.ok("credentials.set_pin", other.clone()).await;
        // and who proves nothing is not told whether he has guessed
        stage.no_matter("credentials.set_pin", other.clone(), "factor_required").await;
        other["pin"] = "5836".into();
        stage.no_matter("credentials.set_pin", other, "factor_required").await;
        let second = totp(&stage.ok("credentials.enrol_totp", enrol.clone()).await);
        let first_code = second.code(step_of(stage.clock.now())).to_string();
        stage.no_matter("credentials.confirm_totp", guess(&first_code), "factor_required").await;
        let old = guess(enrolled["recovery_codes"][7].as_str().unwrap());
        let proof = stage.ok("credentials.verify_totp", old).await["proof"].clone();
        let mut confirm = guess(&first_code);
        confirm["proofs"] = json!([proof]);
        stage.ok("credentials.confirm_totp", confirm).await;
        stage.clock.advance("PT30S".parse().unwrap());
        stage.no_matter("credentials.verify_totp", guess(&now(0)), "otp_invalid").await;
        let next = second.code(step_of(stage.clock.now())).to_string();
        stage.ok("credentials.verify_totp", guess(&next)).await;
        stage.finish().await;
    }
}

/// A proof that is for one new PIN sets no other, and one for one enrolment confirms no other.
#[tokio::test(flavor = "multi_thread")]
async fn a_proof_for_one_change_of_a_credential_is_good_for_no_other() {
    for stage in stages().await {
        let enrol = json!({ "subject": "u-1", "issuer": "Shop", "account_name": "alice" });
        let secret = totp(&stage.ok("credentials.enrol_totp", enrol.clone()).await);
        let now = |secret: &Totp| secret.code(step_of(stage.clock.now())).to_string();
        stage.ok("credentials.confirm_totp", guess(&now(&secret))).await;
        let mut first = pin("4711");
        first["actor"] = json!({ "id": "kim", "role": "admin" });
        stage.ok("credentials.set_pin", first).await;
        let only = async |operation: &str, args: Value| {
            stage.clock.advance("PT1H".parse().unwrap());
            let mut asks = guess(&now(&secret));
            asks["for"] = json!({ "operation": operation, "args": args });
            stage.ok("credentials.verify_totp", asks).await["proof"].clone()
        };
        let with = |mut args: Value, proof: &Value| {
            args["proofs"] = json!([proof]);
            args
        };
        let good = only("credentials.set_pin", pin("2580")).await;
        stage.no_matter("credentials.set_pin", with(pin("5836"), &good), "factor_required").await;
        stage.ok("credentials.set_pin", with(pin("2580"), &good)).await;
        stage.no_matter("credentials.set_pin", with(pin("5836"), &good), "factor_required").await;
        let other = only("ledger.deduct", json!({ "account": "u-1", "amount": "1.00 USD" })).await;
        stage.no_matter("credentials.set_pin", with(pin("5836"), &other), "factor_required").await;
        stage.ok("credentials.verify_pin", pin("2580")).await;

        let second = totp(&stage.ok("credentials.enrol_totp", enrol).await);
        let wrong = only("credentials.confirm_totp", guess("000000")).await;
        stage
            .no_matter("credentials.confirm_totp", with(guess(&now(&second)), &wrong), "factor_required")
            .await;
        stage.clock.advance("PT1H".parse().unwrap());
        let code = now(&second);
        let mut asks = guess(&now(&secret));
        asks["for"] = json!({ "operation": "credentials.confirm_totp", "args": guess(&code) });
        let right = stage.ok("credentials.verify_totp", asks).await["proof"].clone();
        stage.ok("credentials.confirm_totp", with(guess(&code), &right)).await;
        stage.finish().await;
    }
}

/// Whoever has somebody's session and none of his factors adds none: the first one-time codes of a subject
/// with a PIN need a proof of it, and the first PIN of one with codes needs a proof of these, or an admin.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_alone_adds_no_factor() {
    for stage in stages().await {
        let as_himself = |subject: &str, more: Value| {
            let mut args = json!({ "subject": subject, "actor": subject });
            args.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            args
        };
        let enrol = |subject: &str| as_himself(subject, json!({ "issuer": "Shop", "account_name": "phone" }));
        let code = |secret: &Totp| secret.code(step_of(stage.clock.now())).to_string();
        // a PIN first
        stage.ok("credentials.set_pin", as_himself("u-1", json!({ "pin": "4711" }))).await;
        let secret = totp(&stage.ok("credentials.enrol_totp", enrol("u-1")).await);
        let mut confirm = as_himself("u-1", json!({ "code": code(&secret) }));
        let told = stage.no_matter("credentials.confirm_totp", confirm.clone(), "factor_required").await;
        assert_eq!(told["factors"], json!(["pin", "totp"]), "{:?}", stage.kind);
        let guess = as_himself("u-1", json!({ "code": code(&secret) }));
        stage.no_matter("credentials.verify_totp", guess, "credential_not_found").await;
        let proof = stage.ok("credentials.verify_pin", as_himself("u-1", json!({ "pin": "4711" }))).await;
        confirm["proofs"] = json!([proof["proof"]]);
        stage.ok("credentials.confirm_totp", confirm).await;
        // codes first
        for subject in ["u-2", "u-3"] {
            let secret = totp(&stage.ok("credentials.enrol_totp", enrol(subject)).await);
            stage.ok("credentials.confirm_totp", as_himself(subject, json!({ "code": code(&secret) }))).await;
            stage.advance("PT1M");
            let mut first = as_himself(subject, json!({ "pin": "4711" }));
            let told = stage.no_matter("credentials.set_pin", first.clone(), "factor_required").await;
            assert_eq!(told["factors"], json!(["totp"]), "{:?}", stage.kind);
            let verify = as_himself(subject, json!({ "pin": "4711" }));
            stage.no_matter("credentials.verify_pin", verify, "credential_not_found").await;
            if subject == "u-2" {
                let given = as_himself(subject, json!({ "code": code(&secret) }));
                let proof = stage.ok("credentials.verify_totp", given).await["proof"].clone();
                first["proofs"] = json!([proof]);
            } else {
                first["actor"] = json!({ "id": "kim", "role": "admin" });
            }
            assert_eq!(stage.ok("credentials.set_pin", first).await["must_change"], false);
        }
        // an enrolment that nobody confirmed is no factor
        stage.ok("credentials.enrol_totp", enrol("u-4")).await;
        stage.ok("credentials.set_pin", as_himself("u-4", json!({ "pin": "4711" }))).await;
        stage.finish().await;
    }
}

/// Staff open locked codes with the PIN's locks, when only they can help too: after a hundred wrong ones.
#[tokio::test(flavor = "multi_thread")]
async fn staff_open_the_locks_of_codes_too() {
    for stage in stages().await {
        let unlock = |subject: &str| json!({ "subject": subject, "actor": { "id": "kim", "role": "admin" } });
        stage.no_matter("credentials.unlock_pin", unlock("u-1"), "credential_not_found").await;
        let enrol = json!({ "subject": "u-1", "issuer": "Shop", "account_name": "alice" });
        let secret = totp(&stage.ok("credentials.enrol_totp", enrol).await);
        let right = || guess(secret.code(step_of(stage.clock.now())).as_ref());
        let wrong = || {
            guess(&format!(
                "{:06}",
                (secret.code(step_of(stage.clock.now()) + 7).parse::<u32>().unwrap() + 1) % 1_000_000
            ))
        };
        stage.ok("credentials.confirm_totp", right()).await;
        let mut tried = 0;
        let locked = loop {
            let (code, told) = outcome(&stage, "credentials.verify_totp", wrong()).await;
            tried += 1;
            match (code, told["retry_after"].as_i64()) {
                ("otp_invalid", _) => {}
                ("otp_locked", Some(wait)) => stage.advance(&format!("PT{wait}S")),
                (code, _) => break (code, told),
            }
        };
        assert_eq!((tried, locked.0, &locked.1["locked_until"]), (100, "otp_locked", &Value::Null));
        stage.advance("P30D");
        stage.no_matter("credentials.verify_totp", right(), "otp_locked").await;
        stage.ok("credentials.unlock_pin", unlock("u-1")).await;
        stage.ok("credentials.verify_totp", right()).await;
        // both at once
        let mut first = pin("4711");
        first["actor"] = json!({ "id": "kim", "role": "admin" });
        stage.ok("credentials.set_pin", first).await;
        for _ in 0..5 {
            outcome(&stage, "credentials.verify_pin", pin("0000")).await;
            outcome(&stage, "credentials.verify_totp", wrong()).await;
        }
        stage.no_matter("credentials.verify_pin", pin("4711"), "pin_locked").await;
        stage.ok("credentials.unlock_pin", unlock("u-1")).await;
        stage.ok("credentials.verify_pin", pin("4711")).await;
        stage.advance("PT1M");
        stage.ok("credentials.verify_totp", right()).await;
        stage.finish().await;
    }
}

/// A writer of the database mints no proof: the stored hash is made with a key that the store has not.
#[tokio::test(flavor = "multi_thread")]
async fn a_writer_of_the_database_mints_no_proof() {
    use sha2::{Digest as _, Sha256};
    use sqlx::Connection as _;

    let stage = Stage::with(Kind::Sqlite, options().keyring(Keyring::for_tests())).await;
    stage.ok("credentials.set_pin", pin("4711")).await;
    let given = stage.ok("credentials.verify_pin", pin("4711")).await["proof"].clone();
    let given = given.as_str().unwrap();
    let mut file = sqlx::SqliteConnection::connect(&stage.url).await.unwrap();
    let asked = sqlx::query_scalar("SELECT body FROM earnest_record WHERE kind = 'credential_pin'");
    let body: String = asked.fetch_one(&mut file).await.unwrap();
    let mut body: Value = serde_json::from_str(&body).unwrap();
    let mut proofs: Value = serde_json::from_str(body["texts"]["proofs"]["text"].as_str().unwrap()).unwrap();
    // the writer knows the code of this program, and hashes a proof of his own as it does without a key
    let id = given.split('.').nth(1).unwrap();
    let minted = format!("p.{id}.{}", "ab".repeat(32));
    let plain = |token: &str| {
        hex::encode(Sha256::new().chain_update(b"earnest proof\0").chain_update(token).finalize())
    };
    assert_ne!(proofs[0]["hash"], plain(given));
    proofs[0]["hash"] = plain(&minted).into();
    body["texts"]["proofs"]["text"] = proofs.to_string().into();
    let change = sqlx::query("UPDATE earnest_record SET body = ? WHERE kind = 'credential_pin'");
    change.bind(body.to_string()).execute(&mut file).await.unwrap();
    file.close().await.unwrap();
    let enrol = json!({ "subject": "u-1", "issuer": "Shop", "account_name": "alice" });
    let bank = stage.again().await;
    let secret = totp(&bank.call("credentials.enrol_totp", enrol).await.unwrap());
    let mut confirm = guess(secret.code(step_of(stage.clock.now())).as_ref());
    confirm["proofs"] = json!([minted]);
    assert_eq!(code(&bank.call("credentials.confirm_totp", confirm).await), "factor_required");
    bank.close().await;
    stage.bank.close().await;
}

/// Wrong codes lock as wrong PINs do, and their count is there although each call was refused.
#[tokio::test(flavor = "multi_thread")]
async fn wrong_codes_lock_and_are_counted_although_they_are_refused() {
    for stage in stages().await {
        let enrol = json!({ "subject": "u-1", "issuer": "Shop", "account_name": "alice" });
        let enrolled = stage.ok("credentials.enrol_totp", enrol).await;
        let secret = totp(&enrolled);
        let right = secret.code(step_of(stage.clock.now())).to_string();
        stage.ok("credentials.confirm_totp", guess(&right)).await;
        stage.clock.advance("PT5M".parse().unwrap());
        let right = secret.code(step_of(stage.clock.now())).to_string();
        let wrong = format!("{:06}", (right.parse::<u32>().unwrap() + 1) % 1_000_000);
        let mut codes = Vec::new();
        for _ in 0..6 {
            codes.push(outcome(&stage, "credentials.verify_totp", guess(&wrong)).await.0);
        }
        let expected =
            ["otp_invalid", "otp_invalid", "otp_invalid", "otp_invalid", "otp_locked", "otp_locked"];
        assert_eq!(codes, expected, "{:?}", stage.kind);
        let locked = stage.no_matter("credentials.verify_totp", guess(&right), "otp_locked").await;
        assert_eq!((&locked["retry_after"], &locked["subject"]), (&json!(300), &json!("u-1")));
        stage.clock.advance("PT5M".parse().unwrap());
        let right = secret.code(step_of(stage.clock.now())).to_string();
        stage.ok("credentials.verify_totp", guess(&right)).await;
        stage.finish().await;
    }
}

/// Nothing of a PIN or a code is in events, keys, errors or `Debug`.
#[tokio::test(flavor = "multi_thread")]
async fn pins_and_codes_are_shown_nowhere() {
    for stage in stages().await {
        stage.ok("credentials.set_pin", pin("470815")).await;
        let wrong = stage.call("credentials.verify_pin", pin("470816")).await.unwrap_err();
        let number = stage.call("credentials.verify_pin", json!({ "subject": "u-1", "pin": 470_815 })).await;
        let number = number.unwrap_err();
        assert_eq!(code::<()>(&Err(number.clone())), "invalid_request");
        let enrol = json!({ "subject": "u-1", "issuer": "Shop", "account_name": "alice", "key": "k" });
        let enrolled = stage.ok("credentials.enrol_totp", enrol).await;
        let put = json!({ "subject": "u-1", "name": "card", "value": "marked-0123" });
        let bound = earnest::requests::ProofFor { operation: "vault.put".to_owned(), args: put.clone() };
        let request = earnest::requests::VerifyPin::new("u-1", "470815").r#for(bound);
        let batch = earnest::requests::Batch::new(vec![earnest::requests::BatchOp::new("vault.put", put)]);
        let events = stage.ok("events.list", json!({ "limit": 500 })).await;
        let shown = format!(
            "{events} {wrong} {wrong:?} {number} {number:?} {} {request:?} {batch:?}",
            number.details()
        );
        assert!(shown.contains("vault.put"), "{shown}");
        for hidden in ["470815", "470816", "marked-0123", enrolled["secret"].as_str().unwrap()] {
            assert!(!shown.contains(hidden), "{hidden}: {shown}");
        }
        stage.finish().await;
    }
}
