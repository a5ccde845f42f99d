//! Many at once against one limit, on every store: exactly so many pass.

use crate::support::{Kind, Stage, all_at_once, json, soak, tally, until_settled};
use crate::{deduct, rule};

/// How many of them may pass.
const LIMIT: usize = 100;

/// Many calls at once against a rule, and as many against a rate; ten thousand in a soak.
#[tokio::test(flavor = "multi_thread")]
async fn soak_a_crowd_meets_a_limit_of_a_hundred() {
    let callers = soak::rounds(1_000, 10_000) as usize;
    for kind in Kind::all() {
        for refused in ["velocity_blocked", "rate_limited"] {
            let stage = Stage::open(kind).await;
            stage.funded("alice", "20000.00 USD").await;
            stage.limit_of_a_hundred(refused).await;
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

/// A limit that another process raises while calls go on counts on: as many pass in all as the last one says.
#[tokio::test(flavor = "multi_thread")]
async fn a_limit_that_is_raised_in_the_middle_of_traffic_counts_on() {
    for kind in Kind::all() {
        let stage = Stage::open(kind).await;
        stage.funded("alice", "20000.00 USD").await;
        let other = if kind == Kind::Memory { stage.bank.clone() } else { stage.again().await };
        rule(&stage, json!({ "action": "*", "limit": 5 })).await;
        let bank = stage.bank.clone();
        // at first more calls than may pass, then others until none does
        let traffic = tokio::spawn(async move {
            let (mut passed, mut refused) = (0, 0);
            for n in 0.. {
                let calls = (0..8).map(|m| {
                    let bank = bank.clone();
                    let args = deduct("alice", json!({ "key": format!("c-{n}-{m}") }));
                    async move { until_settled(&bank, "ledger.deduct", args).await }
                });
                let told = tally(&all_at_once(calls).await);
                let now = told.get("ok").copied().unwrap_or(0);
                assert_eq!(now + told.get("velocity_blocked").copied().unwrap_or(0), 8, "{told:?}");
                (passed, refused) = (passed + now, if now == 0 { refused + 1 } else { 0 });
                if passed >= 50 && refused > 3 {
                    return passed;
                }
            }
            passed
        });
        for limit in [20, 35, 50] {
            tokio::time::sleep(std::time::Duration::from_millis(30)).await;
            let raised = crate::with(json!({ "action": "*", "limit": limit }));
            until_settled(&other, "risk.set_rule", raised).await.unwrap();
        }
        assert_eq!(traffic.await.unwrap(), 50, "{kind:?}");
        assert_eq!(stage.balance("alice").await, "19950.00 0.00 19950.00");
        if kind != Kind::Memory {
            other.close().await;
        }
        stage.finish().await;
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
