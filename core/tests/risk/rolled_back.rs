//! Rules that were changed in a transaction that is rolled back: what a refused call leaves in spite of that
//! is counted by the rules in force, which lose nothing.

use std::time::Duration;

use serde_json::from_value;

use crate::host::{Pool, codes, keyed};
use crate::support::{Kind, Stage, Value, code, every_store, json, options};
use crate::{deduct, passing, rule, with};

const DEDUCT: &str = "ledger.deduct";

/// More than alice has.
fn poor(key: &str) -> Value {
    deduct("alice", json!({ "amount": "900.00 USD", "key": key }))
}

/// Three deductions at most, and many failures.
async fn guarded(stage: &Stage) {
    stage.funded("alice", "100.00 USD").await;
    rule(stage, json!({})).await;
    rule(stage, json!({ "id": "f", "metric": "failures", "limit": 20 })).await;
}

/// An atomic batch of which the last call fails.
async fn fails_together(stage: &Stage, ops: &[(&str, Value)]) {
    let ops: Vec<Value> = ops.iter().map(|(op, args)| json!({ "op": op, "args": args })).collect();
    let refused = stage.call("ledger.batch", json!({ "ops": ops, "atomic": true })).await;
    assert_eq!(code(&refused), "insufficient_balance", "{refused:?}");
}

every_store! {
    /// A rule that was removed, or begun anew, in what was rolled back.
    async fn a_change_that_was_rolled_back_loses_no_count(stage) {
        guarded(stage).await;
        assert_eq!(passing(stage, DEDUCT, &deduct("alice", json!({})), 4).await, 3);
        let changes = [
            ("risk.remove_rule", json!({ "id": "r" })),
            ("risk.set_rule", with(json!({ "window": "PT10S" }))),
            ("risk.set_rule", with(json!({ "id": "other", "subject": "device", "limit": 1 }))),
        ];
        for (place, change) in changes.into_iter().enumerate() {
            fails_together(stage, &[change.clone(), (DEDUCT, poor(&stage.key()))]).await;
            let over = stage.call(DEDUCT, deduct("alice", json!({ "key": stage.key() }))).await.unwrap_err();
            assert_eq!((over.code().as_str(), &over.details()["used"]), ("velocity_blocked", &json!(3)), "{place}");
        }
        // the failures stay
        rule(stage, json!({ "id": "f", "metric": "failures", "limit": 3, "priority": 5 })).await;
        let over = stage.call(DEDUCT, deduct("alice", json!({ "key": stage.key() }))).await.unwrap_err();
        assert_eq!((&over.details()["rule"], &over.details()["used"]), (&json!("f"), &json!(3)));
        assert!(stage.recounted().await > 0);
    }

    /// The number of a rule that was rolled back is that of the next one, which counts from its creation.
    async fn a_rule_that_was_rolled_back_counts_nothing_for_the_next(stage) {
        guarded(stage).await;
        let gone = with(json!({ "id": "gone", "metric": "failures", "limit": 9 }));
        fails_together(stage, &[("risk.set_rule", gone), (DEDUCT, poor(&stage.key()))]).await;
        rule(stage, json!({ "id": "next", "limit": 1 })).await;
        assert_eq!(passing(stage, DEDUCT, &deduct("alice", json!({})), 2).await, 1);
        assert!(stage.recounted().await > 0);
    }
}

/// A book that begins in what is rolled back has not begun, and its failure counts as one before that.
#[tokio::test(flavor = "multi_thread")]
async fn a_beginning_that_was_rolled_back_leaves_a_failure_that_verify_knows() {
    for kind in Kind::all() {
        let begins = [json!({}), json!({ "id": "f", "metric": "failures", "limit": 2, "priority": 5 })];
        let begins = begins.map(|given| from_value(with(given)).unwrap());
        let stage = Stage::with(kind, options().rules(begins)).await;
        let bank = stage.bank.book("other").unwrap();
        let top_up = json!({ "account": "alice", "amount": "100.00 USD", "key": "t" });
        bank.call("ledger.top_up", top_up).await.unwrap();
        let ops =
            json!([{ "op": DEDUCT, "args": keyed("1", json!({})) }, { "op": DEDUCT, "args": poor("2") }]);
        let refused = bank.call("ledger.batch", json!({ "ops": ops, "atomic": true })).await;
        assert_eq!(code(&refused), "insufficient_balance", "{kind:?}");
        assert_eq!(code(&bank.call(DEDUCT, deduct("alice", json!({ "key": "a" }))).await), "ok", "{kind:?}");
        assert_eq!(code(&bank.call(DEDUCT, poor(&stage.key())).await), "insufficient_balance", "{kind:?}");
        let over = bank.call(DEDUCT, deduct("alice", json!({ "key": "b" }))).await.unwrap_err();
        let told = (&over.details()["rule"], &over.details()["used"]);
        assert_eq!(told, (&json!("f"), &json!(2)), "{kind:?}: one before, one after it began");
        let verify = bank.call("admin.verify", json!({})).await.unwrap();
        let checks = verify["checks"].as_array().unwrap();
        let check = checks.iter().find(|check| check["name"] == "counters_recomputed").unwrap();
        assert_eq!(verify["ok"], true, "{kind:?}: {check}");
        assert!(check["examined"].as_i64().unwrap() > 0, "{kind:?}: {check}");
        stage.finish().await;
    }
}

/// A host removes a rule, is refused, and rolls back: the failure is written later, by the rules in force.
#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_rolls_a_rule_back_keeps_its_counts() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let stage = Stage::open(kind).await;
        guarded(&stage).await;
        assert_eq!(passing(&stage, DEDUCT, &deduct("alice", json!({})), 4).await, 3, "{kind:?}");
        let pool = Pool::of(&stage).await;
        let calls = vec![("risk.remove_rule", json!({ "id": "r" })), (DEDUCT, poor("p"))];
        let told = pool.calls_named(&stage.bank, calls, false).await;
        assert_eq!(codes(&told), ["ok", "insufficient_balance"], "{kind:?}");
        for _ in 0..1_000 {
            if stage.event_types().await.iter().any(|name| name == "failure.counted") {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let over = stage.call(DEDUCT, deduct("alice", json!({ "key": "x" }))).await.unwrap_err();
        assert_eq!(
            (over.code().as_str(), &over.details()["used"]),
            ("velocity_blocked", &json!(3)),
            "{kind:?}"
        );
        assert!(stage.recounted().await > 0, "{kind:?}");
        stage.finish().await;
    }
}
