//! Many at once against one limit, on every store: exactly so many pass.

use crate::risk::{deduct, rule};
use crate::support::{Kind, Stage, all_at_once, json, soak, tally};

/// How many of them may pass.
const LIMIT: usize = 100;

/// Many calls at once against a rule, and as many against a rate; ten thousand in a soak.
#[tokio::test(flavor = "multi_thread")]
async fn soak_a_crowd_meets_a_limit_of_a_hundred() {
    let callers = soak::rounds(1_000, 10_000) as usize;
    for kind in Kind::all() {
        for rate in [false, true] {
            let stage = Stage::open(kind).await;
            stage.funded("alice", "20000.00 USD").await;
            let refused = if rate {
                let rate =
                    json!({ "id": "q", "action": "*", "subject": "account", "limit": LIMIT, "per": "P1D" });
                stage.ok("risk.set_rate", rate).await;
                "rate_limited"
            } else {
                rule(&stage, json!({ "action": "*", "limit": LIMIT })).await;
                "velocity_blocked"
            };
            let since = std::time::Instant::now();
            let calls = (0..callers).map(|n| {
                let bank = stage.bank.clone();
                async move {
                    bank.call("ledger.deduct", deduct("alice", json!({ "key": format!("c-{n}") }))).await
                }
            });
            let outcomes = tally(&all_at_once(calls).await);
            let wanted = [("ok", LIMIT), (refused, callers - LIMIT)].into();
            assert_eq!(outcomes, wanted, "{kind:?}");
            println!("{kind:?} {refused}: {callers} calls, {LIMIT} passed, {:?}", since.elapsed());
            assert_eq!(stage.balance("alice").await, "19900.00 0.00 19900.00");
            stage.finish().await;
        }
    }
}

/// Rules that are set, raised and removed while calls go on: nobody gets another answer than yes or the
/// rule's, and the last rule lets through what it says.
#[tokio::test(flavor = "multi_thread")]
async fn rules_change_in_the_middle_of_traffic() {
    for kind in Kind::all() {
        let stage = Stage::open(kind).await;
        stage.funded("alice", "20000.00 USD").await;
        let run = |from: usize, count: usize| {
            let bank = stage.bank.clone();
            async move {
                let calls = (from..from + count).map(|n| {
                    let bank = bank.clone();
                    async move {
                        bank.call("ledger.deduct", deduct("alice", json!({ "key": format!("c-{n}") }))).await
                    }
                });
                tally(&all_at_once(calls).await)
            }
        };
        let traffic = tokio::spawn(run(0, 600));
        for round in 0..6 {
            rule(&stage, json!({ "action": "*", "limit": 5 + round })).await;
            tokio::task::yield_now().await;
            stage.ok("risk.remove_rule", json!({ "id": "r" })).await;
        }
        let outcomes = traffic.await.unwrap();
        let known = outcomes.keys().all(|code| ["ok", "velocity_blocked"].contains(code));
        assert!(known, "{kind:?} {outcomes:?}");
        rule(&stage, json!({ "action": "*", "limit": 7 })).await;
        assert_eq!(run(1_000, 100).await, [("ok", 7), ("velocity_blocked", 93)].into(), "{kind:?}");
        stage.finish().await;
    }
}
