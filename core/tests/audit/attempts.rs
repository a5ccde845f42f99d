//! Attempts at PINs and codes under rules, rates and lists: who is refused by them has tried nothing, and
//! what was wrong counts.

#![cfg(all(feature = "sqlite", feature = "postgres", feature = "host-sqlx"))]

use std::sync::{Arc, Mutex};

use earnest::credential::totp::{Algorithm, Totp, step_of};
use earnest::env::Env;
use earnest::kernel::draft::Draft;
use earnest::kernel::gate::{Accepted, Gate, Gated};
use earnest::kernel::operation::Halt;
use earnest::kernel::snapshot::Snapshot;
use earnest::keyring::Keyring;
use earnest::rows::needs::Needs;
use earnest::{Engine, Error};
use tokio::task::JoinSet;

use crate::support::{Kind, Stage, Value, all_at_once, json, options, tally};

mod allowed;
mod in_flight;

const VERIFY: &str = "credentials.verify_pin";
const CODE: &str = "credentials.verify_totp";

async fn stages() -> Vec<Stage> {
    let mut stages = Vec::new();
    for kind in Kind::all() {
        let stage = Stage::with(kind, options().keyring(Keyring::for_tests())).await;
        for subject in ["u-1", "u-2", "u-3", "u-4"] {
            stage.ok("credentials.set_pin", json!({ "subject": subject, "pin": "4711" })).await;
        }
        stages.push(stage);
    }
    stages
}

fn pin(subject: &str, pin: &str) -> Value {
    json!({ "subject": subject, "pin": pin })
}

/// How many checks occupy what hashes in a round. Where commits are slow the next round has more of them, so
/// that those of another process end meanwhile; on one core a queue has 33 places.
fn busy_in(round: u32) -> u32 {
    (8 + 2 * round).min(BUSY)
}

/// The most.
const BUSY: u32 = 28;

/// Checks that occupy what hashes in this process, so that a check behind them takes its time. Their subjects
/// have the right PIN.
fn keep_busy(stage: &Stage, checks: u32) -> JoinSet<Result<Value, Error>> {
    let check = |n: u32| {
        let bank = stage.bank.clone();
        async move { bank.call(VERIFY, pin(&format!("busy-{n}"), "4711")).await }
    };
    (0..checks).map(check).collect()
}

fn from(ip: &str, mut args: Value) -> Value {
    args["context"] = json!({ "ip": ip });
    args
}

fn on(device: &str, mut args: Value) -> Value {
    args["context"] = json!({ "device": device });
    args
}

async fn rule(stage: &Stage, more: Value) {
    let mut rule = json!({ "id": "r", "action": "credentials.*", "subject": "ip", "metric": "failures",
        "window": "PT1H", "limit": 3, "outcome": "block" });
    rule.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    stage.ok("risk.set_rule", rule).await;
}

/// Reads from `evaluate` how much a rule has counted of an address.
async fn counted(stage: &Stage, ip: &str) -> i64 {
    let args = from(ip, pin("u-1", "4711"));
    let told = stage.ok("risk.evaluate", json!({ "action": VERIFY, "args": args })).await;
    told["fired"][0]["seen"].as_i64().unwrap_or(0)
}

/// How many attempts at PINs were claimed: only those are hashed.
async fn claimed(stage: &Stage) -> usize {
    stage.event_types().await.iter().filter(|name| *name == "credential_pin.tried").count()
}

/// One-time codes of a subject with this PIN, which are in force.
async fn enrolled(stage: &Stage, subject: &str, pin: &str) -> Totp {
    let enrol = json!({ "subject": subject, "issuer": "Shop", "account_name": subject });
    let enrolled = stage.ok("credentials.enrol_totp", enrol).await;
    let totp = Totp::request(enrolled["secret"].as_str().unwrap(), 6, Algorithm::Sha1).unwrap();
    let code = totp.code(step_of(stage.clock.now())).to_string();
    let proof = stage.ok(VERIFY, json!({ "subject": subject, "pin": pin })).await["proof"].clone();
    let confirm = json!({ "subject": subject, "code": code, "proofs": [proof] });
    stage.ok("credentials.confirm_totp", confirm).await;
    stage.advance("PT1H");
    totp
}

fn code_of(stage: &Stage, totp: &Totp, subject: &str) -> Value {
    json!({ "subject": subject, "code": totp.code(step_of(stage.clock.now())).to_string() })
}

fn wrong_code(stage: &Stage, totp: &Totp, subject: &str) -> Value {
    let near: Vec<String> =
        (0..5).map(|step| totp.code(step_of(stage.clock.now()) + step - 2).to_string()).collect();
    let wrong = (0..).map(|n| format!("{n:06}")).find(|code| !near.contains(code)).unwrap();
    json!({ "subject": subject, "code": wrong })
}

/// A blocked subject gets no attempt: by its own name, by an account of its name, by where the call comes
/// from, and by who makes it. Right and wrong are told the same, and nothing is hashed.
#[tokio::test(flavor = "multi_thread")]
async fn a_blocked_subject_gets_no_attempt() {
    for stage in stages().await {
        let totp = enrolled(&stage, "u-1", "4711").await;
        let by = |actor: &str, mut args: Value| {
            args["actor"] = json!({ "id": actor, "role": "system" });
            args
        };
        for (subject, value) in
            [("actor", "u-1"), ("account", "u-1"), ("ip", "203.0.113.7"), ("actor", "pos-1")]
        {
            let before = claimed(&stage).await;
            let listed = json!({ "subject": subject, "value": value });
            let mut block = listed.clone();
            block["reason"] = "stolen phone".into();
            stage.ok("risk.block", block).await;
            for guess in ["4711", "0000", "4712", "0000", "0000", "0000"] {
                let args = by("pos-1", from("203.0.113.7", pin("u-1", guess)));
                stage.no_matter(VERIFY, args, "blocked").await;
            }
            let asked =
                json!({ "action": VERIFY, "args": by("pos-1", from("203.0.113.7", pin("u-1", "4711"))) });
            assert_eq!(stage.ok("risk.evaluate", asked).await["outcome"], "block");
            for args in [wrong_code(&stage, &totp, "u-1"), code_of(&stage, &totp, "u-1")] {
                stage.no_matter(CODE, by("pos-1", from("203.0.113.7", args)), "blocked").await;
            }
            // changing it by the present one is an attempt like any other
            let mut change = by("pos-1", from("203.0.113.7", pin("u-1", "2580")));
            change["current"] = "4711".into();
            stage.no_matter("credentials.set_pin", change, "blocked").await;
            assert_eq!(claimed(&stage).await, before, "{:?} {subject}", stage.kind);
            // others go on
            stage.ok(VERIFY, from("198.51.100.1", pin("u-2", "4711"))).await;
            stage.ok("risk.unlist", listed).await;
        }
        let wrong = stage.no_matter(VERIFY, pin("u-1", "0000"), "pin_invalid").await;
        assert_eq!(wrong["attempts_left"], 4);
        // the code that was refused is still good
        stage.ok(CODE, code_of(&stage, &totp, "u-1")).await;
        stage.finish().await;
    }
}

/// Wrong PINs and codes are failures; at the limit nobody gets an attempt from there, and others do. What is
/// tried while it is locked counts nothing, nor does what rules refuse.
#[tokio::test(flavor = "multi_thread")]
async fn wrong_pins_and_codes_are_failures() {
    const HERE: &str = "203.0.113.7";
    for stage in stages().await {
        let totp = enrolled(&stage, "u-4", "4711").await;
        rule(&stage, json!({ "limit": 1, "id": "flags", "outcome": "flag" })).await;
        rule(&stage, json!({})).await;
        stage.ok(VERIFY, from(HERE, pin("u-1", "4711"))).await;
        stage.no_matter(VERIFY, from(HERE, pin("u-1", "0000")), "pin_invalid").await;
        stage.no_matter(CODE, from(HERE, wrong_code(&stage, &totp, "u-4")), "otp_invalid").await;
        assert_eq!(counted(&stage, HERE).await, 2, "{:?}", stage.kind);
        let nobody = from(HERE, pin("nobody", "4711"));
        stage.no_matter(VERIFY, nobody, "credential_not_found").await;
        let before = claimed(&stage).await;
        let blocked = stage.no_matter(VERIFY, from(HERE, pin("u-2", "4711")), "velocity_blocked").await;
        assert_eq!((&blocked["retry_after"], &blocked["used"]), (&json!(3_600), &json!(3)));
        stage.no_matter(CODE, from(HERE, code_of(&stage, &totp, "u-4")), "velocity_blocked").await;
        let mut change = from(HERE, pin("u-2", "2580"));
        change["current"] = "0000".into();
        stage.no_matter("credentials.set_pin", change, "velocity_blocked").await;
        assert_eq!((claimed(&stage).await, counted(&stage, HERE).await), (before, 3));
        // the wrong one left its attempt, and what was refused by rules left none
        let wrong = stage.no_matter(CODE, wrong_code(&stage, &totp, "u-4"), "otp_invalid").await;
        assert_eq!(wrong["attempts_left"], 3);
        stage.ok(CODE, from("198.51.100.1", code_of(&stage, &totp, "u-4"))).await;
        stage.advance("PT1H");
        stage.ok(VERIFY, from(HERE, pin("u-2", "4711"))).await;
        // of six in a row the fifth locks and counts, and the sixth is no attempt
        rule(&stage, json!({ "limit": 100 })).await;
        for _ in 0..6 {
            drop(stage.call(VERIFY, from(HERE, pin("u-3", "0000"))).await);
            drop(stage.call(CODE, from("192.0.2.1", wrong_code(&stage, &totp, "u-4"))).await);
        }
        stage.no_matter(VERIFY, from(HERE, pin("u-3", "4711")), "pin_locked").await;
        stage.no_matter(CODE, from("192.0.2.1", code_of(&stage, &totp, "u-4")), "otp_locked").await;
        let both = (counted(&stage, HERE).await, counted(&stage, "192.0.2.1").await);
        assert_eq!(both, (5, 5), "{:?}", stage.kind);
        // an attempt is one by whatever request it is made
        let mut change = from("192.0.2.2", pin("u-2", "2580"));
        change["current"] = "0000".into();
        stage.no_matter("credentials.set_pin", change, "pin_invalid").await;
        assert_eq!(counted(&stage, "192.0.2.2").await, 1);
        stage.finish().await;
    }
}

/// With a newer pepper the first right PIN is hashed anew; whoever is right at the same time is right too.
#[tokio::test(flavor = "multi_thread")]
async fn right_pins_are_right_while_their_hash_is_made_anew() {
    for kind in Kind::all() {
        let old = Keyring::for_tests();
        let stage = Stage::with(kind, options().keyring(old.clone())).await;
        stage.ok("credentials.set_pin", pin("u-1", "4711")).await;
        if kind == Kind::Memory {
            stage.finish().await;
            continue;
        }
        let newer = stage.options.clone().keyring(old.rotate(&Env::default()));
        let bank = Engine::open_with(&stage.url, newer).await.unwrap();
        let calls = (0..4).map(|_| {
            let bank = bank.clone();
            async move { bank.call(VERIFY, pin("u-1", "4711")).await }
        });
        assert_eq!(tally(&all_at_once(calls).await), [("ok", 4)].into(), "{kind:?}");
        bank.close().await;
        stage.finish().await;
    }
}

/// Every text in a document.
fn all_texts(document: &Value, found: &mut Vec<String>) {
    match document {
        Value::String(text) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| all_texts(item, found)),
        Value::Object(members) => members.values().for_each(|member| all_texts(member, found)),
        _ => {}
    }
}

/// The permanent log has no trace of an address or a device that is the same in two events.
#[tokio::test(flavor = "multi_thread")]
async fn addresses_and_devices_are_not_in_the_log() {
    for stage in stages().await {
        let flags = json!({ "id": "flags", "subject": "ip", "action": "*", "metric": "count", "limit": 0, "outcome": "flag" });
        rule(&stage, flags).await;
        for (id, subject, action) in [("ip", "ip", "*"), ("device", "device", "*"), ("actor", "actor", "*")] {
            let more =
                json!({ "id": id, "subject": subject, "action": action, "metric": "count", "limit": 99 });
            rule(&stage, more).await;
        }
        stage.funded("u-1", "10.00 USD").await;
        for (subject, value) in [("ip", "203.0.113.7"), ("device", "phone")] {
            stage.ok("risk.allow", json!({ "subject": subject, "value": value, "reason": "ours" })).await;
        }
        for amount in ["1.00 USD", "2.00 USD"] {
            let mut args = from("203.0.113.7", json!({ "account": "u-1", "amount": amount, "actor": "u-1" }));
            args["context"]["device"] = "phone".into();
            stage.ok("ledger.deduct", args).await;
        }
        let events = stage.ok("events.list", json!({})).await;
        let images =
            events["items"].as_array().unwrap().iter().flat_map(|event| event["data"]["images"].as_array());
        let counters: Vec<&Value> =
            images.flatten().filter(|image| image[0] == "c").map(|image| &image[1]).collect();
        assert_eq!(counters, ["actor", "actor"], "{:?}", stage.kind);
        // nor in what was decided about them, which is found by them
        let mut texts = Vec::new();
        all_texts(&events, &mut texts);
        let is_named = |text: &&String| text.starts_with("ip:") || text.starts_with("device:");
        let named: Vec<_> = texts.iter().filter(is_named).collect();
        assert!(named.is_empty(), "{:?} {named:?}", stage.kind);
        let by = json!({ "subject": "ip", "value": "203.0.113.7" });
        let found = stage.ok("risk.decisions", by).await["items"].clone();
        assert_eq!(found.as_array().unwrap().len(), 2);
        // staff see by which entry it was let pass
        let entry = found[0]["allowed_by"].as_str().unwrap();
        assert!(
            entry.len() > "device:".len() && (entry.starts_with("ip:") || entry.starts_with("device:")),
            "{entry}"
        );
        let other = json!({ "subject": "ip", "value": "203.0.113.8" });
        assert_eq!(stage.ok("risk.decisions", other).await["items"], json!([]));
        stage.verify().await;
        stage.finish().await;
    }
}

/// A process that lacks the pepper of a PIN cannot check it: nobody has tried, and nobody is locked out.
#[tokio::test(flavor = "multi_thread")]
async fn a_check_without_its_pepper_is_no_attempt() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let old = Keyring::for_tests();
        let stage = Stage::with(kind, options().keyring(old.clone())).await;
        stage.ok("credentials.set_pin", pin("u-1", "4711")).await;
        let newer = stage.options.clone().keyring(old.rotate(&Env::default()));
        let bank = Engine::open_with(&stage.url, newer).await.unwrap();
        // the first right one is hashed with the newer pepper, which the other process does not have
        bank.call(VERIFY, pin("u-1", "4711")).await.unwrap();
        let before = claimed(&stage).await;
        for _ in 0..6 {
            for guess in ["4711", "0000"] {
                stage.no_matter(VERIFY, pin("u-1", guess), "key_not_found").await;
            }
        }
        assert_eq!(claimed(&stage).await, before, "{kind:?}");
        bank.call(VERIFY, pin("u-1", "4711")).await.unwrap();
        bank.close().await;
        stage.finish().await;
    }
}

/// The old PIN is checked while its subject is forgotten and gets another one: it is not right for that.
#[tokio::test(flavor = "multi_thread")]
async fn a_check_under_way_is_not_right_for_the_pin_after() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let ring = Keyring::for_tests();
        let stage = Stage::with(kind, options().keyring(ring.clone())).await;
        let other = Engine::open_with(&stage.url, stage.options.clone().keyring(ring)).await.unwrap();
        for n in 0..BUSY {
            stage.ok("credentials.set_pin", pin(&format!("busy-{n}"), "4711")).await;
        }
        let mut between = 0;
        for round in 0..20 {
            stage.ok("credentials.set_pin", pin("u-1", "4711")).await;
            // this process hashes for others first, so that the other one is done before it
            let busy = keep_busy(&stage, busy_in(round));
            let before = claimed(&stage).await;
            let bank = stage.bank.clone();
            let check = tokio::spawn(async move { bank.call(VERIFY, pin("u-1", "4711")).await });
            while claimed(&stage).await == before {
                tokio::task::yield_now().await;
            }
            other.call("vault.forget", json!({ "subject": "u-1" })).await.unwrap();
            other.call("credentials.set_pin", pin("u-1", "2580")).await.unwrap();
            let was_under_way = !check.is_finished();
            let told = check.await.unwrap();
            busy.join_all().await.into_iter().for_each(|done| drop(done.unwrap()));
            if was_under_way {
                let refused = told.unwrap_err();
                assert_eq!(refused.code().as_str(), "pin_invalid", "{kind:?}");
                // it was told that no attempt is left
                let left = refused.details()["attempts_left"].as_i64().unwrap();
                assert!((4..=5).contains(&left), "{kind:?}: {left}");
                between += 1;
            }
            stage.ok("vault.forget", json!({ "subject": "u-1" })).await;
            if between == 3 {
                break;
            }
        }
        assert!(between > 0, "{kind:?}: no check was under way");
        other.close().await;
        stage.finish().await;
    }
}

/// A number in a document, wherever it stands.
fn within(document: &Value, field: &str) -> Option<i64> {
    match document {
        Value::Array(items) => items.iter().find_map(|item| within(item, field)),
        Value::Object(members) => members
            .get(field)
            .and_then(Value::as_i64)
            .or_else(|| members.values().find_map(|member| within(member, field))),
        _ => None,
    }
}

/// A check is of the PIN that it began with: what it was is told by how often a PIN was set, which forgetting
/// must not begin anew, else the old PIN would be right for the new one. So it is with secrets of codes.
#[tokio::test(flavor = "multi_thread")]
async fn forgetting_begins_no_count_of_settings_anew() {
    for stage in stages().await {
        for present in ["4711", "2580"] {
            enrolled(&stage, "u-1", present).await;
            stage.ok("vault.forget", json!({ "subject": "u-1" })).await;
            stage.no_matter(VERIFY, pin("u-1", "4711"), "credential_not_found").await;
            stage.ok("credentials.set_pin", pin("u-1", "2580")).await;
        }
        let told = stage.ok("events.list", json!({ "limit": 200 })).await;
        let counts = |kind: &str, field: &str| -> Vec<i64> {
            let events = told["items"].as_array().unwrap().iter().filter(|event| event["type"] == kind);
            events.filter_map(|event| within(&event["data"]["images"], field)).collect()
        };
        // four subjects have a PIN from the beginning
        assert_eq!(counts("credential_pin.set", "set"), [1, 1, 1, 1, 2, 3], "{:?}", stage.kind);
        assert_eq!(counts("credential_totp.confirmed", "enrolments"), [1, 2], "{:?}", stage.kind);
        stage.finish().await;
    }
}

/// Counts and rates count what was right: exactly so many, also at once, and a wrong one moves nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_limit_lets_exactly_so_many_checks_through() {
    for stage in stages().await {
        let totp = enrolled(&stage, "u-1", "4711").await;
        rule(&stage, json!({ "metric": "count", "action": VERIFY, "limit": 3 })).await;
        let rate = json!({ "id": "q", "action": CODE, "subject": "ip", "limit": 1, "per": "PT1M" });
        stage.ok("risk.set_rate", rate).await;
        for _ in 0..2 {
            stage.no_matter(VERIFY, from("203.0.113.7", pin("u-1", "0000")), "pin_invalid").await;
        }
        let calls = (0..12).map(|n| {
            let bank = stage.bank.clone();
            let args = from("203.0.113.7", pin(&format!("u-{}", 1 + n % 4), "4711"));
            async move { bank.call(VERIFY, args).await }
        });
        let counts = tally(&all_at_once(calls).await);
        assert_eq!(counts, [("ok", 3), ("velocity_blocked", 9)].into(), "{:?}", stage.kind);
        // a wrong code is refused by itself, and not counted by the rate
        stage.no_matter(CODE, wrong_code(&stage, &totp, "u-1"), "otp_invalid").await;
        stage.no_matter(CODE, from("203.0.113.7", wrong_code(&stage, &totp, "u-1")), "otp_invalid").await;
        stage.ok(CODE, from("203.0.113.7", code_of(&stage, &totp, "u-1"))).await;
        stage.advance("PT30S");
        let told =
            stage.no_matter(CODE, from("203.0.113.7", code_of(&stage, &totp, "u-1")), "rate_limited").await;
        assert_eq!(told["retry_after"], 30);
        stage.ok(CODE, from("198.51.100.1", code_of(&stage, &totp, "u-1"))).await;
        stage.finish().await;
    }
}

/// A challenge asks nothing of the very checks that answer it, and a check waits for nobody: where rules want
/// a look at it, it is refused. A score counts for it as for any call.
#[tokio::test(flavor = "multi_thread")]
async fn checks_are_neither_challenged_nor_parked() {
    for stage in stages().await {
        let totp = enrolled(&stage, "u-1", "4711").await;
        let always = json!({ "action": "*", "metric": "count", "limit": 0, "outcome": "challenge" });
        rule(&stage, always.clone()).await;
        stage.ok(VERIFY, from("203.0.113.7", pin("u-1", "4711"))).await;
        stage.ok(CODE, from("203.0.113.7", code_of(&stage, &totp, "u-1"))).await;
        let mut look = always;
        look["outcome"] = "review".into();
        rule(&stage, look).await;
        stage.no_matter(VERIFY, from("203.0.113.7", pin("u-1", "4711")), "velocity_blocked").await;
        stage.advance("PT30S");
        let mut keyed = from("203.0.113.7", code_of(&stage, &totp, "u-1"));
        keyed["key"] = "k".into();
        stage.no_matter(CODE, keyed, "velocity_blocked").await;
        let reviews = stage.ok("risk.reviews", json!({})).await;
        assert_eq!(reviews["items"], json!([]));
        stage.ok("risk.set_thresholds", json!({ "block": 90 })).await;
        for (score, told) in [(90, "velocity_blocked"), (89, "ok")] {
            let mut args = pin("u-1", "4711");
            args["risk_score"] = score.into();
            let outcome = stage.call(VERIFY, args).await;
            assert_eq!(crate::support::code(&outcome), told, "{:?} {score}", stage.kind);
        }
        stage.finish().await;
    }
}

/// A thousand guesses at once are five, of a PIN and of a code: the others are refused before any hash is
/// computed. As many were failures as were told that they were wrong.
#[tokio::test(flavor = "multi_thread")]
async fn museum_26_parallel_guesses_are_claimed_before_they_are_checked() {
    for stage in stages().await {
        let totp = enrolled(&stage, "u-1", "4711").await;
        rule(&stage, json!({ "limit": 1, "outcome": "flag" })).await;
        let wrong = wrong_code(&stage, &totp, "u-1");
        for (ip, name, told) in [
            ("203.0.113.7", VERIFY, ["pin_invalid", "pin_locked"]),
            ("192.0.2.1", CODE, ["otp_invalid", "otp_locked"]),
        ] {
            let guesses = (0..1_000).map(|n| {
                let args = if name == VERIFY { pin("u-1", &format!("{}", 5_000 + n)) } else { wrong.clone() };
                let (bank, args) = (stage.bank.clone(), from(ip, args));
                async move { bank.call(name, args).await }
            });
            let counts = tally(&all_at_once(guesses).await);
            assert_eq!(counts.get(told[0]), Some(&4), "{:?} {counts:?}", stage.kind);
            assert_eq!(counts.values().sum::<usize>(), 1_000);
            let known = [told[0], told[1], "overloaded"];
            assert!(counts.keys().all(|code| known.contains(code)), "{counts:?}");
            // four were told that they are wrong, and the fifth that it locked
            assert_eq!(counted(&stage, ip).await, 5, "{:?} {name}", stage.kind);
        }
        stage.no_matter(VERIFY, pin("u-1", "4711"), "pin_locked").await;
        stage.no_matter(CODE, code_of(&stage, &totp, "u-1"), "otp_locked").await;
        stage.finish().await;
    }
}

/// One code that is used many times at once is right once, a one-time code as a recovery code.
#[tokio::test(flavor = "multi_thread")]
async fn museum_26_one_code_used_at_once_is_right_once() {
    for stage in stages().await {
        let enrol = json!({ "subject": "u-1", "issuer": "Shop", "account_name": "alice" });
        let codes = stage.ok("credentials.enrol_totp", enrol).await;
        let totp = Totp::request(codes["secret"].as_str().unwrap(), 6, Algorithm::Sha1).unwrap();
        let mut confirm = code_of(&stage, &totp, "u-1");
        confirm["proofs"] = json!([stage.ok(VERIFY, pin("u-1", "4711")).await["proof"]]);
        stage.ok("credentials.confirm_totp", confirm).await;
        stage.advance("PT1H");
        let recovery = json!({ "subject": "u-1", "code": codes["recovery_codes"][2] });
        for args in [code_of(&stage, &totp, "u-1"), recovery] {
            let calls = (0..32).map(|_| {
                let (bank, args) = (stage.bank.clone(), args.clone());
                async move { bank.call(CODE, args).await }
            });
            let counts = tally(&all_at_once(calls).await);
            assert_eq!(counts.get("ok"), Some(&1), "{:?} {counts:?}", stage.kind);
            // the others were wrong, and locked after five
            stage.advance("PT24H");
        }
        stage.finish().await;
    }
}

/// A stranger's guesses lock strangers out, and not the owner on a device that was right before. Tries while
/// it is locked lengthen nothing: it opens when it was said to, however many were made.
#[tokio::test(flavor = "multi_thread")]
async fn museum_25_strangers_do_not_lock_the_owner_out() {
    const PHONE: &str = "0b9e5c1f7a3d4e62";
    for stage in stages().await {
        let totp = enrolled(&stage, "u-1", "4711").await;
        stage.ok(VERIFY, on(PHONE, pin("u-1", "4711"))).await;
        stage.ok(CODE, on(PHONE, code_of(&stage, &totp, "u-1"))).await;
        for _ in 0..5 {
            drop(stage.call(VERIFY, on("of-a-stranger-01", pin("u-1", "0000"))).await);
            drop(stage.call(CODE, on("of-a-stranger-01", wrong_code(&stage, &totp, "u-1"))).await);
        }
        for step in 0..5 {
            // who knows the name tries again and again, right and wrong
            for guess in ["4711", "0000"] {
                let told =
                    stage.no_matter(VERIFY, on("of-another-0002", pin("u-1", guess)), "pin_locked").await;
                assert_eq!(told["retry_after"], 300 - 60 * step, "{:?}", stage.kind);
            }
            let told = stage.no_matter(CODE, code_of(&stage, &totp, "u-1"), "otp_locked").await;
            assert_eq!(told["retry_after"], 300 - 60 * step);
            // and the owner goes on: by that, strangers get no new guesses
            stage.ok(VERIFY, on(PHONE, pin("u-1", "4711"))).await;
            stage.advance("PT30S");
            stage.ok(CODE, on(PHONE, code_of(&stage, &totp, "u-1"))).await;
            stage.advance("PT30S");
        }
        // to the microsecond: it is open at the time that was said
        stage.ok(VERIFY, pin("u-1", "4711")).await;
        stage.ok(CODE, code_of(&stage, &totp, "u-1")).await;
        stage.finish().await;
    }
}

/// Notes what gates are shown of requests.
#[derive(Debug, Default)]
struct Shown(Arc<Mutex<String>>);

impl Gate for Shown {
    fn needs(&self, _: &Gated<'_>, _: &Snapshot, _: &mut Needs) {}

    fn judge(&self, call: &Gated<'_>, _: &Accepted<'_>, _: &mut Draft<'_>) -> Result<(), Halt> {
        self.0.lock().unwrap().push_str(&format!("{} {}\n", call.name(), call.request().unwrap()));
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_gate_is_shown_a_pin_or_a_code() {
    let shown = Arc::new(Mutex::new(String::new()));
    let gate = Arc::new(Shown(shown.clone()));
    let stage = Stage::with(Kind::Memory, options().keyring(Keyring::for_tests()).gate(gate)).await;
    stage.ok("credentials.set_pin", pin("u-1", "470815")).await;
    // a call that the proof is for may have a secret too
    let put = json!({ "subject": "u-1", "name": "card", "value": "marked-0123", "searchable": true });
    let call = json!({ "operation": "vault.put", "args": put });
    let mut bound = pin("u-1", "470815");
    bound["for"] = call.clone();
    stage.ok(VERIFY, bound).await;
    let totp = enrolled(&stage, "u-1", "470815").await;
    let mut right = code_of(&stage, &totp, "u-1");
    right["for"] = call;
    stage.ok(CODE, right.clone()).await;
    let shown = shown.lock().unwrap().clone();
    assert!(shown.contains(VERIFY) && shown.contains(CODE) && shown.contains("u-1"), "{shown}");
    for hidden in ["470815", "marked-0123", right["code"].as_str().unwrap()] {
        assert!(!shown.contains(hidden), "{shown}");
    }
    stage.finish().await;
}
