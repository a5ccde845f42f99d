//! Clocks that were ahead: keys sign no more than their limits once the clock is right, nobody guesses more
//! often, and no lock and no limit holds until the time comes that the clock has shown.

#![cfg(all(feature = "sqlite", feature = "postgres", feature = "host-sqlx", feature = "signing"))]

use earnest::env::Clock;
use earnest::keyring::Keyring;

use crate::support::{Kind, Stage, Value, json, options};

const JUNK_KEY: &str = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
const ALICE: &str = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const VERIFY: &str = "credentials.verify_pin";

const HOUR: i64 = 3_600_000_000;
const LEAPS: [(&str, i64); 5] = [
    ("PT1S", 1_000_000),
    ("PT6M", 360_000_000),
    ("PT25H", 25 * HOUR),
    ("P32D", 32 * 24 * HOUR),
    ("P36525D", 36_525 * 24 * HOUR),
];

async fn stages() -> Vec<Stage> {
    let mut stages = Vec::new();
    for kind in Kind::all() {
        stages.push(Stage::with(kind, options().keyring(Keyring::for_tests())).await);
    }
    stages
}

fn back(stage: &Stage, micros: i64) {
    let Clock::Test(now) = &stage.clock else { panic!("a test clock") };
    now.fetch_sub(micros, std::sync::atomic::Ordering::SeqCst);
}

/// Signs transfers of one wei, with nonces from one on: how many until one is refused.
async fn signed(stage: &Stage, key: &str, nonces: std::ops::Range<u64>) -> usize {
    let mut passed = 0;
    for nonce in nonces {
        let tx = json!({ "key": key, "tx": { "chain_id": "137", "nonce": nonce.to_string(), "to": ALICE,
            "value": "1", "gas_limit": "21000", "max_fee_per_gas": "30", "max_priority_fee_per_gas": "1" } });
        if stage.call("signing.sign_transaction", tx).await.is_err() {
            break;
        }
        passed += 1;
    }
    passed
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_signs_no_more_when_a_clock_was_ahead() {
    for stage in stages().await {
        let key = stage.ok("signing.import_key", json!({ "private_key": JUNK_KEY })).await["key"].clone();
        let key = key.as_str().unwrap();
        let policy = json!({ "key": key, "chain_ids": ["137"], "recipients": [ALICE], "daily_value": "10" });
        stage.ok("signing.set_key_policy", policy).await;
        let mut nonce = 0;
        for (leap, micros) in LEAPS {
            for calls in [1, 30] {
                assert_eq!(signed(&stage, key, nonce..nonce + 20).await, 10, "{leap} {calls}");
                stage.advance(leap);
                signed(&stage, key, nonce + 100..nonce + 100 + calls).await;
                back(&stage, micros);
                assert_eq!(signed(&stage, key, nonce + 200..nonce + 220).await, 0, "{leap} {calls}");
                // and a day later it signs again: a refusal has written that what was later is of then
                stage.advance("PT24H");
                nonce += 300;
            }
        }
        assert_eq!(stage.ok("admin.verify", json!({})).await["ok"], true);
        stage.finish().await;
    }
}

async fn guess(stage: &Stage, subject: &str, pin: &str) -> (&'static str, Value) {
    let args = json!({ "subject": subject, "pin": pin });
    match stage.call(VERIFY, args).await {
        Ok(reply) => ("ok", reply),
        Err(error) => (error.code().as_str(), error.details()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_guesses_more_often_when_a_clock_was_ahead() {
    for stage in stages().await {
        for (leap, micros) in LEAPS.into_iter().skip(1) {
            let kim = stage.bank.acting(earnest::Actor::admin("kim"));
            kim.call("credentials.set_pin", json!({ "subject": leap, "pin": "4711" })).await.unwrap();
            for _ in 0..4 {
                assert_eq!(guess(&stage, leap, "4712").await.0, "pin_invalid");
            }
            assert_eq!(guess(&stage, leap, "4712").await.0, "pin_locked");
            stage.advance(leap);
            assert_eq!(
                guess(&stage, leap, "4712").await.0,
                "pin_locked",
                "one more by the clock that is ahead"
            );
            back(&stage, micros);
            // the sixth locks for a quarter of an hour, from the first look by the right clock
            for _ in 0..3 {
                let (code, told) = guess(&stage, leap, "4711").await;
                assert_eq!((code, &told["retry_after"]), ("pin_locked", &json!(900)), "{leap}");
            }
            stage.advance("PT14M59S");
            assert_eq!(guess(&stage, leap, "4711").await.0, "pin_locked", "{leap}");
            stage.advance("PT1S");
            assert_eq!(guess(&stage, leap, "4711").await.0, "ok", "{leap}");
        }
        assert_eq!(stage.ok("admin.verify", json!({})).await["ok"], true);
        stage.finish().await;
    }
}
