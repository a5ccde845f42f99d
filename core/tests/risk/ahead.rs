//! Clocks that were ahead: no limit begins anew once the clock is right, of rules, rates and treasuries, and
//! nobody is kept out until the time comes that the clock has shown.

use std::sync::Arc;

use earnest::env::{Clock, Env, Machine};
use earnest::{Engine, Time};

use super::host::{Pool, codes, keyed};
use super::museum::back;
use crate::support::{self, Kind, Stage, Value, code, every_store, json};
use crate::{deduct, passing, rule};

const DEDUCT: &str = "ledger.deduct";

const SECOND: i64 = 1_000_000;
const HOUR: i64 = 3_600 * SECOND;

/// By how much the clock is ahead: by a second, by these windows, by an hour, a day and a century.
const LEAPS: [(&str, i64); 6] = [
    ("PT1S", SECOND),
    ("PT11S", 11 * SECOND),
    ("PT1H", HOUR),
    ("PT25H", 25 * HOUR),
    ("P32D", 32 * 24 * HOUR),
    ("P36525D", 36_525 * 24 * HOUR),
];

fn with_card(account: &str, card: &str) -> Value {
    deduct(account, json!({ "metadata": { "card": card } }))
}

/// Uses a limit up, lets a clock that is ahead make some calls, and counts what passes once it is right.
async fn after_a_leap(stage: &Stage, account: &str, calls: usize, leap: &str, micros: i64) -> usize {
    stage.funded(account, "900.00 USD").await;
    let passed = passing(stage, DEDUCT, &with_card(account, "one"), 9).await;
    assert!(passed == 5 || passed == 9, "{account}: {passed}");
    stage.advance(leap);
    passing(stage, DEDUCT, &with_card(account, "two"), calls).await;
    back(stage, micros);
    passing(stage, DEDUCT, &with_card(account, "three"), 9).await
}

every_store! {
    /// Five in ten seconds, a sixth by a clock that is eleven seconds ahead, and then none.
    async fn no_rule_begins_anew_when_a_clock_was_ahead(stage) {
        for (place, limit) in [
            json!({ "limit": 5, "window": "PT10S" }),
            json!({ "limit": 5, "window": "PT10S", "exact": false }),
            json!({ "limit": "5.00 USD", "metric": "sum", "window": "PT24H" }),
            json!({ "limit": 5, "window": "day", "time_zone": "Asia/Seoul" }),
            json!({ "limit": "5.00 USD", "metric": "sum", "window": "month" }),
            json!({ "limit": 1, "metric": "distinct:meta.card", "window": "PT1M" }),
        ].into_iter().enumerate() {
            rule(stage, limit.clone()).await;
            for leap in LEAPS {
                for calls in [1, 3] {
                    let account = format!("a-{place}-{}-{calls}", leap.0);
                    let passed = after_a_leap(stage, &account, calls, leap.0, leap.1).await;
                    assert_eq!(passed, 0, "{limit}, ahead by {} for {calls}", leap.0);
                }
            }
            stage.ok("risk.remove_rule", json!({ "id": "r" })).await;
        }
        assert_eq!(stage.ok("admin.verify", json!({})).await["ok"], true);
    }

    async fn no_rate_begins_anew_when_a_clock_was_ahead(stage) {
        let rate = json!({ "id": "q", "action": DEDUCT, "subject": "account", "limit": 5, "per": "PT10S" });
        stage.ok("risk.set_rate", rate).await;
        for leap in LEAPS {
            for calls in [1, 3] {
                let account = format!("a-{}-{calls}", leap.0);
                assert_eq!(after_a_leap(stage, &account, calls, leap.0, leap.1).await, 0, "{} {calls}", leap.0);
                let told = stage.no_matter(DEDUCT, deduct(&account, json!({})), "rate_limited").await;
                let wait = told["retry_after"].as_i64().unwrap();
                assert!((1..=10).contains(&wait), "nobody waits for longer than a span: {told}");
                stage.advance(&format!("PT{wait}S"));
                assert_eq!(passing(stage, DEDUCT, &deduct(&account, json!({})), 1).await, 1, "{told}");
            }
        }
        assert_eq!(stage.ok("admin.verify", json!({})).await["ok"], true);
    }

    /// A rate that was raised counts the calls that were made before as calls.
    async fn a_rate_that_was_raised_has_room_for_the_difference(stage) {
        stage.funded("alice", "900.00 USD").await;
        let rate = |limit: u32| json!({ "id": "q", "action": DEDUCT, "subject": "account", "limit": limit, "per": "PT1H" });
        stage.ok("risk.set_rate", rate(1)).await;
        assert_eq!(passing(stage, DEDUCT, &deduct("alice", json!({})), 3).await, 1);
        stage.ok("risk.set_rate", rate(100)).await;
        assert_eq!(passing(stage, DEDUCT, &deduct("alice", json!({})), 120).await, 99);
        let told = stage.no_matter(DEDUCT, deduct("alice", json!({})), "rate_limited").await;
        assert_eq!((&told["used"], &told["limit"], &told["retry_after"]), (&json!(100), &json!(100), &json!(36)), "{told}");
    }

    async fn no_treasury_begins_anew_when_a_clock_was_ahead(stage) {
        for (place, (leap, micros)) in LEAPS.into_iter().enumerate() {
            for calls in [1, 3] {
                let vault = format!("v-{place}-{calls}");
                stage.funded(&vault, "900.00 USD").await;
                let limits = json!({ "account": vault, "currency": "USD", "tier": "hot", "daily_limit": "5.00 USD",
                    "monthly_limit": "7.00 USD" });
                stage.ok("treasury.set_account", limits).await;
                assert_eq!(passing(stage, DEDUCT, &deduct(&vault, json!({})), 9).await, 5);
                stage.advance(leap);
                passing(stage, DEDUCT, &deduct(&vault, json!({})), calls).await;
                back(stage, micros);
                assert_eq!(passing(stage, DEDUCT, &deduct(&vault, json!({})), 9).await, 0, "{leap} {calls}");
            }
        }
        assert_eq!(stage.ok("admin.verify", json!({})).await["ok"], true);
    }
}

/// The same where all calls are in transactions of a host, some of which it takes back.
#[tokio::test(flavor = "multi_thread")]
async fn no_rule_begins_anew_for_hosts_when_a_clock_was_ahead() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let stage = Stage::open(kind).await;
        rule(&stage, json!({ "limit": 5, "window": "PT10S" })).await;
        let pool = Pool::of(&stage).await;
        for (place, (leap, micros)) in LEAPS.into_iter().enumerate() {
            let account = format!("a-{place}");
            stage.funded(&account, "90.00 USD").await;
            let calls = |from: usize, count: usize| -> Vec<Value> {
                let key = |n: usize| keyed(&format!("{account}-{}", from + n), json!({ "account": account }));
                (0..count).map(key).collect()
            };
            let told = pool.calls(&stage.bank, calls(0, 5), true).await;
            assert_eq!(codes(&told), ["ok"; 5], "{kind:?} {leap}");
            stage.advance(leap);
            pool.calls(&stage.bank, calls(5, 1), true).await;
            pool.calls(&stage.bank, calls(6, 1), false).await;
            back(&stage, micros);
            let told = pool.calls(&stage.bank, calls(7, 3), true).await;
            assert_eq!(codes(&told), ["velocity_blocked"; 3], "{kind:?} {leap}");
        }
        stage.finish().await;
    }
}

/// A process on the same store, which was started with a clock that shows this.
async fn process(stage: &Stage, shown: Time, seed: u64) -> Engine {
    let clock = Clock::Machine(Arc::new(Machine::new(shown)));
    let env = Env { clock, ..support::options_from(seed).env };
    Engine::open_with(&stage.url, stage.options.clone().env(env)).await.unwrap()
}

/// Processes that were started 25 hours or a century ahead notice nothing. Once the clock was confirmed to be
/// right, nobody has a limit anew.
#[tokio::test(flavor = "multi_thread")]
async fn no_rule_begins_anew_when_a_process_was_started_ahead() {
    let start: Time = support::START.parse().unwrap();
    for kind in [Kind::Sqlite, Kind::Postgres] {
        for ahead in ["PT25H", "P36525D"] {
            let machine = Clock::Machine(Arc::new(Machine::new(start)));
            let env = Env { clock: machine, ..support::options().env };
            let stage = Stage::with(kind, support::options().env(env)).await;
            stage.funded("alice", "90.00 USD").await;
            rule(&stage, json!({ "limit": 5, "window": "PT24H" })).await;
            assert_eq!(passing(&stage, DEDUCT, &deduct("alice", json!({})), 9).await, 5);
            let fast = process(&stage, start.checked_add(ahead.parse().unwrap()).unwrap(), 900_000).await;
            fast.call(DEDUCT, keyed("fast", json!({}))).await.unwrap();
            fast.close().await;
            let right = process(&stage, start, 1_900_000).await;
            right.call("admin.confirm_clock", json!({})).await.unwrap();
            for n in 0..3 {
                let told = right.call(DEDUCT, keyed(&format!("right-{n}"), json!({}))).await;
                assert_eq!(code(&told), "velocity_blocked", "{kind:?}, ahead by {ahead}");
            }
            right.close().await;
            stage.finish().await;
        }
    }
}
