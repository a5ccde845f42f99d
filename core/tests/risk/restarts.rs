//! Counts of rules are in the store: an engine that is closed and opened again counts on.

use crate::support::{Kind, Stage, all_at_once, code, json, tally};
use crate::{deduct, rule};

/// Closes the engine, and opens another one on the same store.
async fn restart(stage: &mut Stage) {
    stage.bank.close().await;
    stage.bank = stage.again().await;
}

/// As many pass in all as the limit says, however often the engine is opened anew in between.
#[tokio::test(flavor = "multi_thread")]
async fn a_limit_counts_on_after_a_restart() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        for refused in ["velocity_blocked", "rate_limited"] {
            let mut stage = Stage::open(kind).await;
            stage.funded("alice", "1000.00 USD").await;
            stage.limit_of_a_hundred(refused).await;
            let mut passed = Vec::new();
            for round in 0..4 {
                restart(&mut stage).await;
                let calls = (0..40).map(|n| {
                    let (bank, key) = (stage.bank.clone(), format!("c-{round}-{n}"));
                    async move { bank.call("ledger.deduct", deduct("alice", json!({ "key": key }))).await }
                });
                let told = tally(&all_at_once(calls).await);
                let now = told.get("ok").copied().unwrap_or(0);
                assert_eq!(now + told.get(refused).copied().unwrap_or(0), 40, "{kind:?} {told:?}");
                passed.push(now);
            }
            assert_eq!(passed, [40, 40, 20, 0], "{kind:?} {refused}");
            assert_eq!(stage.balance("alice").await, "900.00 0.00 900.00");
            stage.finish().await;
        }
    }
}

/// So do the failures, of which nothing else is written.
#[tokio::test(flavor = "multi_thread")]
async fn failures_count_on_after_a_restart() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let mut stage = Stage::open(kind).await;
        stage.funded("alice", "1.00 USD").await;
        rule(&stage, json!({ "metric": "failures", "limit": 3 })).await;
        let mut told = Vec::new();
        for (n, amount) in ["5.00 USD", "5.00 USD", "0.10 USD", "5.00 USD", "0.10 USD"].iter().enumerate() {
            restart(&mut stage).await;
            let args = deduct("alice", json!({ "amount": amount, "key": format!("c-{n}") }));
            told.push(code(&stage.call("ledger.deduct", args).await));
        }
        let short = "insufficient_balance";
        assert_eq!(told, [short, short, "ok", short, "velocity_blocked"], "{kind:?}");
        stage.finish().await;
    }
}
