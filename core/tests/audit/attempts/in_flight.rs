//! Checks of a PIN under way: limits that others reach meanwhile, and queues that are full.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use earnest::Engine;
use earnest::keyring::Keyring;

use super::{BUSY, VERIFY, busy_in, from, keep_busy, pin, rule};
use crate::support::{Kind, Stage, Value, all_at_once, json, options, tally};

/// A limit that others reach while a PIN is checked refuses it, right or wrong, in the same words; what was
/// wrong is a failure all the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_limit_reached_on_the_way_does_not_tell_right_from_wrong() {
    const HERE: &str = "203.0.113.7";
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let ring = Keyring::for_tests();
        let stage = Stage::with(kind, options().keyring(ring.clone())).await;
        let other = Engine::open_with(&stage.url, stage.options.clone().keyring(ring)).await.unwrap();
        stage.ok("credentials.set_pin", pin("u-1", "4711")).await;
        // the only PIN that was set so far
        let ours = events_of(&stage, "credential_pin.set").await[0]["object_id"].clone();
        for subject in (0..BUSY).map(|n| format!("busy-{n}")).chain(["u-2".to_owned()]) {
            stage.ok("credentials.set_pin", pin(&subject, "4711")).await;
        }
        watched(&stage).await;
        let mut between = [0, 0];
        for round in 0..20 {
            let id = format!("r-{round}");
            let limit = json!({ "id": id, "action": VERIFY, "metric": "count", "limit": 1 });
            rule(&stage, limit).await;
            let wrong_before = failures(&stage, HERE).await;
            let busy = keep_busy(&stage, busy_in(round));
            let before = tries_of(&stage, &ours).await;
            let (bank, right) = (stage.bank.clone(), round % 2 == 0);
            let guess = from(HERE, pin("u-1", if right { "4711" } else { "0000" }));
            let check = tokio::spawn(async move { bank.call(VERIFY, guess).await });
            // its own attempt: those of the others are claimed at any time
            while tries_of(&stage, &ours).await == before && !check.is_finished() {
                tokio::task::yield_now().await;
            }
            let beside = other.call(VERIFY, from(HERE, pin("u-2", "4711"))).await;
            // where the check was done first, it has used the limit up
            let was_under_way = beside.is_ok() && !check.is_finished();
            if let Err(error) = beside {
                assert_eq!((error.code().as_str(), right), ("velocity_blocked", true), "{kind:?}");
            }
            let told = check.await.unwrap();
            busy.join_all().await.into_iter().for_each(|done| drop(done.unwrap()));
            if was_under_way {
                let refused = told.unwrap_err();
                assert_eq!(refused.code().as_str(), "velocity_blocked", "{kind:?} right: {right}");
                between[usize::from(right)] += 1;
            }
            stage.ok("risk.remove_rule", json!({ "id": id })).await;
            let counted = failures(&stage, HERE).await - wrong_before;
            assert_eq!(counted, i64::from(!right), "{kind:?}");
            let kim = json!({ "subject": "u-1", "actor": { "id": "kim", "role": "admin" } });
            stage.ok("credentials.unlock_pin", kim).await;
            if between.iter().all(|seen| *seen > 0) {
                break;
            }
        }
        assert!(between.iter().all(|seen| *seen > 0), "{kind:?}: {between:?} checks were under way");
        other.close().await;
        stage.finish().await;
    }
}

async fn events_of(stage: &Stage, kind: &str) -> Vec<Value> {
    let page = stage.ok("events.list", json!({ "types": [kind], "limit": 500 })).await;
    page["items"].as_array().unwrap().clone()
}

/// How often a PIN was tried.
async fn tries_of(stage: &Stage, pin: &Value) -> usize {
    let tried = events_of(stage, "credential_pin.tried").await;
    tried.iter().filter(|event| event["object_id"] == *pin).count()
}

/// A rule that stops nobody and shows what it has seen.
async fn watched(stage: &Stage) {
    rule(stage, json!({ "id": "wrong", "limit": 1, "outcome": "flag" })).await;
}

/// How many failures it has counted of an address.
async fn failures(stage: &Stage, ip: &str) -> i64 {
    let asked = json!({ "action": VERIFY, "args": from(ip, pin("u-1", "4711")) });
    let told = stage.ok("risk.evaluate", asked).await;
    let fired = told["fired"].as_array().unwrap().iter().find(|fired| fired["rule"] == "wrong").cloned();
    fired.map_or(0, |fired| fired["seen"].as_i64().unwrap())
}

/// Whoever is told that his PIN was wrong has used an attempt and is a failure, however full the queue was.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_swallows_no_failure() {
    const HERE: &str = "203.0.113.7";
    for kind in Kind::all() {
        let mut narrow = options().keyring(Keyring::for_tests());
        narrow.limits.queue = 2;
        let stage = Stage::with(kind, narrow).await;
        for n in 0..6 {
            stage.ok("credentials.set_pin", pin(&format!("u-{n}"), "4711")).await;
        }
        watched(&stage).await;
        stage.funded("alice", "1.00 USD").await;
        let done = Arc::new(AtomicBool::new(false));
        let flood: Vec<_> = (0..4)
            .map(|task| {
                let (bank, done) = (stage.bank.clone(), done.clone());
                tokio::spawn(async move {
                    for n in 0.. {
                        if done.load(Ordering::Relaxed) {
                            return;
                        }
                        let key = format!("f-{task}-{n}");
                        let args = json!({ "account": "alice", "amount": "0.01 USD", "key": key });
                        if bank.call("ledger.top_up", args).await.is_err() {
                            tokio::time::sleep(Duration::from_micros(200)).await;
                        }
                    }
                })
            })
            .collect();
        let mut wrong = 0;
        for _ in 0..2 {
            let calls = (0..6).map(|n| {
                let bank = stage.bank.clone();
                let args = from(HERE, pin(&format!("u-{n}"), "0000"));
                // whoever is told that it is full has used no attempt, and asks again
                async move {
                    loop {
                        match bank.call(VERIFY, args.clone()).await {
                            Err(error) if error.code().as_str() == "overloaded" => {
                                tokio::time::sleep(Duration::from_micros(200)).await;
                            }
                            told => return told,
                        }
                    }
                }
            });
            let counts = tally(&all_at_once(calls).await);
            wrong += counts.get("pin_invalid").copied().unwrap_or(0);
        }
        done.store(true, Ordering::Relaxed);
        for task in flood {
            task.await.unwrap();
        }
        let tried = json!({ "types": ["credential_pin.tried"], "limit": 500 });
        let tried = stage.ok("events.list", tried).await["items"].as_array().unwrap().len();
        assert_eq!(tried, wrong, "{kind:?}: attempts, and who was told of them");
        assert_eq!(wrong, 12, "{kind:?}");
        assert_eq!(failures(&stage, HERE).await, i64::try_from(wrong).unwrap(), "{kind:?}");
        stage.finish().await;
    }
}
