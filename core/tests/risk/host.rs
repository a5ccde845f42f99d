//! Rules inside a host's transaction: what counts goes with it, what failed stays.

use std::time::Duration;

use earnest::api::operations::call;
use earnest::{Engine, Result};
use sqlx::{PgPool, SqlitePool};

use crate::support::{Kind, Stage, Value, all_at_once, code, json, soak, tally};
use crate::{deduct, rule};

const DEDUCT: &str = "ledger.deduct";

#[derive(Clone)]
pub(super) enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Pool {
    pub(super) async fn of(stage: &Stage) -> Self {
        if stage.kind == Kind::Postgres {
            let pool = sqlx::postgres::PgPoolOptions::new().max_connections(16);
            return Self::Postgres(
                pool.acquire_timeout(Duration::from_secs(1_200)).connect(&stage.url).await.unwrap(),
            );
        }
        let path = stage.url.strip_prefix("sqlite:").unwrap().to_owned();
        let options =
            sqlx::sqlite::SqliteConnectOptions::new().filename(path).busy_timeout(Duration::from_secs(600));
        // writers of one file come one after the other anyway
        let pool = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1);
        Self::Sqlite(pool.acquire_timeout(Duration::from_secs(1_200)).connect_with(options).await.unwrap())
    }

    /// These deductions in one transaction, which is committed or rolled back.
    pub(super) async fn calls(&self, bank: &Engine, calls: Vec<Value>, commits: bool) -> Vec<Result<Value>> {
        self.calls_of(DEDUCT, bank, calls, commits).await
    }

    /// These calls of an operation in one transaction.
    pub(super) async fn calls_of(
        &self,
        name: &str,
        bank: &Engine,
        calls: Vec<Value>,
        commits: bool,
    ) -> Vec<Result<Value>> {
        self.calls_named(bank, calls.into_iter().map(|args| (name, args)).collect(), commits).await
    }

    /// These calls in one transaction.
    pub(super) async fn calls_named(
        &self,
        bank: &Engine,
        calls: Vec<(&str, Value)>,
        commits: bool,
    ) -> Vec<Result<Value>> {
        macro_rules! in_transaction {
            ($tx:expr) => {{
                let mut tx = $tx;
                let bound = bank.using(&mut tx).unwrap();
                let mut outcomes = Vec::new();
                for (name, args) in calls {
                    outcomes.push(call(&bound, name, args).await);
                }
                drop(bound);
                if commits {
                    tx.commit().await.unwrap()
                } else {
                    tx.rollback().await.unwrap()
                }
                outcomes
            }};
        }
        match self {
            Self::Sqlite(pool) => in_transaction!(pool.begin_with("BEGIN IMMEDIATE").await.unwrap()),
            Self::Postgres(pool) => in_transaction!(pool.begin().await.unwrap()),
        }
    }
}

pub(super) fn keyed(key: &str, more: Value) -> Value {
    let mut args = deduct("alice", more);
    args["key"] = key.into();
    args
}

pub(super) fn codes(outcomes: &[Result<Value>]) -> Vec<&'static str> {
    outcomes.iter().map(code).collect()
}

/// A refusal in a host's transaction leaves what it took as counted then, whether the host commits or not:
/// the wait that it told is exact, however much later that was written.
#[tokio::test(flavor = "multi_thread")]
async fn waits_are_exact_for_hosts_of_a_clock_that_was_set_back() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        for commits in [false, true] {
            let stage = Stage::open(kind).await;
            stage.funded("alice", "100.00 USD").await;
            rule(&stage, json!({ "limit": 2, "window": "PT10S" })).await;
            let pool = Pool::of(&stage).await;
            stage.advance("PT1H");
            let told =
                pool.calls(&stage.bank, vec![keyed("a", json!({})), keyed("b", json!({}))], true).await;
            assert_eq!(codes(&told), ["ok", "ok"], "{kind:?}");
            super::museum::back(&stage, 50 * 60_000_000);
            let told = pool.calls(&stage.bank, vec![keyed("c", json!({}))], commits).await;
            assert_eq!(told[0].as_ref().unwrap_err().details()["retry_after"], 10, "{kind:?}");
            // it is written later than it was told
            stage.advance("PT0.4S");
            for _ in 0..1_000 {
                if stage.event_types().await.iter().any(|name| name == "counter.taken_as_now") {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            stage.advance("PT9.599999S");
            let told = pool.calls(&stage.bank, vec![keyed("c", json!({}))], commits).await;
            assert_eq!(codes(&told), ["velocity_blocked"], "{kind:?} {commits}");
            stage.advance("PT0.000001S");
            let told = pool.calls(&stage.bank, vec![keyed("c", json!({}))], commits).await;
            assert_eq!(codes(&told), ["ok"], "{kind:?} {commits}");
            stage.finish().await;
        }
    }
}

/// Counts go with the host's rollback, and stay with its commit; the failure between them stays.
#[tokio::test(flavor = "multi_thread")]
async fn counters_go_with_the_host() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let stage = Stage::open(kind).await;
        stage.funded("alice", "10.00 USD").await;
        rule(&stage, json!({ "limit": 2 })).await;
        rule(&stage, json!({ "id": "f", "metric": "failures", "limit": 2, "priority": 5 })).await;
        let pool = Pool::of(&stage).await;
        let poor = || keyed("poor", json!({ "amount": "99.00 USD" }));
        let calls = vec![keyed("a", json!({})), poor(), keyed("b", json!({})), keyed("c", json!({}))];
        let back = pool.calls(&stage.bank, calls, false).await;
        assert_eq!(codes(&back), ["ok", "insufficient_balance", "ok", "velocity_blocked"], "{kind:?}");
        // the failure is written as soon as its counter is free, which may be between read and write of these
        let both = || vec![keyed("a", json!({})), keyed("b", json!({}))];
        let mut kept = pool.calls(&stage.bank, both(), true).await;
        while code(&kept[0]) == "contention" {
            kept = pool.calls(&stage.bank, both(), true).await;
        }
        assert_eq!(codes(&kept), ["ok", "ok"], "{kind:?}");
        let over = stage.call(DEDUCT, keyed("c", json!({}))).await.unwrap_err();
        assert_eq!(over.details()["rule"], "r", "{kind:?}");
        let refused = pool.calls(&stage.bank, vec![poor()], false).await;
        assert_eq!(codes(&refused), ["insufficient_balance"], "{kind:?}");
        // two failures, though both were rolled back; they are written when the store allows
        for _ in 0..1_000 {
            let error = stage.call(DEDUCT, keyed("d", json!({}))).await.unwrap_err();
            if error.details()["rule"] == "f" {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let error = stage.call(DEDUCT, keyed("d", json!({}))).await.unwrap_err();
        assert_eq!(
            (&error.details()["rule"], &error.details()["used"]),
            (&json!("f"), &json!(2)),
            "{kind:?}"
        );
        stage.finish().await;
    }
}

/// Transactions of a host at once, each with a call: exactly as many pass as may; ten thousand in a soak.
#[tokio::test(flavor = "multi_thread")]
async fn soak_a_crowd_of_transactions_meets_a_limit_of_a_hundred() {
    for (kind, refusal) in [
        (Kind::Sqlite, "velocity_blocked"),
        (Kind::Sqlite, "rate_limited"),
        (Kind::Postgres, "velocity_blocked"),
        (Kind::Postgres, "rate_limited"),
    ] {
        let calls = soak::rounds(200, 10_000) as usize;
        let stage = Stage::open(kind).await;
        stage.funded("alice", "20000.00 USD").await;
        stage.limit_of_a_hundred(refusal).await;
        let pool = Pool::of(&stage).await;
        let since = std::time::Instant::now();
        let running = (0..calls).map(|n| {
            let (bank, pool) = (stage.bank.clone(), pool.clone());
            async move {
                for _ in 0..50 {
                    let args = keyed(&format!("h-{n}"), json!({}));
                    let outcome = pool.calls(&bank, vec![args], true).await.remove(0);
                    match &outcome {
                        Err(error) if error.retryable() && error.code().as_str() == "contention" => {}
                        _ => return outcome,
                    }
                }
                panic!("no end of contention")
            }
        });
        let outcomes = tally(&all_at_once(running).await);
        assert_eq!(outcomes, [("ok", 100), (refusal, calls - 100)].into(), "{kind:?}");
        println!(
            "{kind:?} in transactions of a host, {refusal}: {calls} calls, 100 passed, {:?}",
            since.elapsed()
        );
        assert_eq!(stage.balance("alice").await, "19900.00 0.00 19900.00");
        stage.finish().await;
    }
}

/// A review that is asked for in a transaction is there although that was rolled back; a consent in one is
/// rolled back with the call that it made, and committed with it.
#[tokio::test(flavor = "multi_thread")]
async fn reviews_outlive_the_host_and_consents_go_with_it() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let stage = Stage::open(kind).await;
        stage.funded("alice", "100.00 USD").await;
        rule(
            &stage,
            json!({ "metric": "amount", "window": null, "limit": "10.00 USD", "outcome": "review" }),
        )
        .await;
        let pool = Pool::of(&stage).await;
        let large = || keyed("large", json!({ "amount": "50.00 USD" }));
        let asked = pool.calls(&stage.bank, vec![large()], false).await.remove(0).unwrap_err();
        assert_eq!(asked.code().as_str(), "review_required", "{kind:?}");
        // it is written as soon as the store allows, and so is the decision, in a commit of its own
        for _ in 0..1_000 {
            let listed = stage.ok("risk.reviews", json!({ "state": "pending" })).await;
            let decided = stage.ok("risk.decisions", json!({})).await;
            if listed["items"][0]["id"] == asked.details()["review"] && decided["items"][0].is_object() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let agree =
            || json!({ "review": asked.details()["review"], "actor": { "id": "kim", "role": "admin" } });
        for (commits, balance) in [(false, "100.00 0.00 100.00"), (true, "50.00 0.00 50.00")] {
            let done =
                pool.calls_of("risk.approve_review", &stage.bank, vec![agree()], commits).await.remove(0);
            assert_eq!(done.unwrap()["executed"], true, "{kind:?} {commits}");
            assert_eq!(stage.balance("alice").await, balance, "{kind:?} {commits}");
        }
        stage.no("risk.approve_review", agree(), "already_approved").await;
        let again = pool.calls(&stage.bank, vec![large()], true).await.remove(0).unwrap();
        assert_eq!(again["replayed"], true, "{kind:?}");
        stage.finish().await;
    }
}
