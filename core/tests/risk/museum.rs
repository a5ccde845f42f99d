//! The exhibits of the museum of money bugs that are about limits.

use std::sync::Arc;

use earnest::env::Clock;
use earnest::kernel::draft::Draft;
use earnest::kernel::gate::{Accepted, Gate, Gated};
use earnest::kernel::operation::Halt;
use earnest::kernel::snapshot::Snapshot;
use earnest::rows::needs::Needs;
use earnest::{Detail, Error};

use crate::support::{Kind, Stage, Value, all_at_once, every_store, json, options, tally};
use crate::{deduct, passing, rule};

const DEDUCT: &str = "ledger.deduct";

fn args() -> Value {
    deduct("alice", json!({}))
}

/// Sets the test clock back.
pub(super) fn back(stage: &Stage, micros: i64) {
    let Clock::Test(now) = &stage.clock else { panic!("a test clock") };
    now.fetch_sub(micros, std::sync::atomic::Ordering::SeqCst);
}

every_store! {
    /// Twenty-five at once against a limit of ten: ten pass. Usage is counted in the commit that moves money.
    async fn museum_19_the_count_is_locked_with_the_money(stage) {
        stage.funded("alice", "100.00 USD").await;
        rule(stage, json!({ "limit": 10, "window": "P1D" })).await;
        let calls = (0..25).map(|n| {
            let bank = stage.bank.clone();
            async move { bank.call(DEDUCT, deduct("alice", json!({ "key": format!("m-{n}") }))).await }
        });
        assert_eq!(tally(&all_at_once(calls).await), [("ok", 10), ("velocity_blocked", 15)].into());
        assert_eq!(stage.balance("alice").await, "90.00 0.00 90.00");
    }

    /// Exactly so many in every window, the first and the later ones; what is exactly as old as the window
    /// has left, and a microsecond earlier it counts.
    async fn museum_20_a_window_lets_exactly_its_limit_through(stage) {
        stage.funded("alice", "100.00 USD").await;
        rule(stage, json!({ "limit": 3, "window": "PT10S" })).await;
        for _ in 0..3 {
            assert_eq!(passing(stage, DEDUCT, &args(), 9).await, 3);
            stage.advance("PT9.999999S");
            assert_eq!(passing(stage, DEDUCT, &args(), 9).await, 0);
            stage.advance("PT0.000001S");
        }
    }

    /// Nobody gets twice the limit at the seam of two windows. A rate lets its burst and what comes back in
    /// the meantime through, and no more.
    async fn museum_21_no_seam_lets_twice_as_many_through(stage) {
        stage.funded("alice", "100.00 USD").await;
        stage.funded("bob", "100.00 USD").await;
        rule(stage, json!({ "limit": 5, "window": "PT1M" })).await;
        stage.advance("PT59.9S");
        assert_eq!(passing(stage, DEDUCT, &args(), 9).await, 5);
        stage.advance("PT0.2S");
        assert_eq!(passing(stage, DEDUCT, &args(), 9).await, 0, "the minute by the wall is no window");
        stage.ok("risk.remove_rule", json!({ "id": "r" })).await;
        let rate = json!({ "id": "q", "action": DEDUCT, "subject": "account", "limit": 5, "per": "PT1M" });
        stage.ok("risk.set_rate", rate).await;
        let call = deduct("bob", json!({}));
        let mut passed = 0;
        for _ in 0..60 {
            passed += passing(stage, DEDUCT, &call, 9).await;
            stage.advance("PT1S");
        }
        // burst and limit less one, in the sixty seconds from the first call on
        assert_eq!(passed, 5 + 5 - 1);
    }

    /// The wait is until all that refuses lets the call through: a second less does not help.
    async fn museum_22_the_wait_that_is_told_is_exact(stage) {
        stage.funded("alice", "100.00 USD").await;
        rule(stage, json!({ "id": "short", "limit": 2, "window": "PT10S" })).await;
        rule(stage, json!({ "id": "long", "limit": 3, "window": "PT1H" })).await;
        let rate = json!({ "id": "q", "action": DEDUCT, "subject": "account", "limit": 2, "per": "PT30S" });
        stage.ok("risk.set_rate", rate).await;
        let mut passed = 0;
        for _ in 0..8 {
            passed += passing(stage, DEDUCT, &args(), 9).await;
            let told = match stage.call(DEDUCT, deduct("alice", json!({ "key": stage.key() }))).await {
                Ok(_) => panic!("something refuses"),
                Err(error) => error.details(),
            };
            let wait = told["retry_after"].as_i64().unwrap();
            stage.advance(&format!("PT{}S", wait - 1));
            assert_eq!(passing(stage, DEDUCT, &args(), 1).await, 0, "{told}");
            stage.advance("PT1S");
            assert_eq!(passing(stage, DEDUCT, &args(), 1).await, 1, "{told}");
            passed += 1;
        }
        assert!(passed > 8);
    }

    /// A clock that is set back, by seconds or by most of an hour, makes nobody wait for so long: what was
    /// counted later than now is taken as now, by a refusal too, and waiting as told helps.
    async fn museum_22_later_than_now_is_now(stage) {
        stage.funded("alice", "100.00 USD").await;
        let rate = json!({ "id": "q", "action": DEDUCT, "subject": "account", "limit": 2, "per": "PT20S" });
        for limit in [
            json!({ "limit": 2, "window": "PT10S" }),
            json!({ "limit": 2, "window": "PT10S", "subject": "meta.card" }),
            json!({ "limit": 1, "window": "PT10S", "metric": "distinct:meta.card" }),
            rate,
        ] {
            if limit["per"].is_null() {
                rule(stage, limit.clone()).await;
            } else {
                stage.ok("risk.set_rate", limit.clone()).await;
            }
            let call = |card: &str| deduct("alice", json!({ "metadata": { "card": card } }));
            for micros in [2_000_000, 50 * 60_000_000, 55 * 60_000_000] {
                stage.advance("PT1H");
                assert_eq!(passing(stage, DEDUCT, &call("one"), 2).await, 2, "{limit}");
                back(stage, micros);
                let card = if limit["metric"].is_null() { "one" } else { "two" };
                let asked = json!({ "action": DEDUCT, "args": call(card) });
                let told = stage.ok("risk.evaluate", asked.clone()).await;
                assert_eq!(told["retry_after"], 10, "{limit}, {micros}");
                let code = if limit["per"].is_null() { "velocity_blocked" } else { "rate_limited" };
                let told = stage.no_matter(DEDUCT, call(card), code).await;
                assert_eq!(told["retry_after"], 10, "{limit}, {micros}");
                stage.advance("PT9S");
                let told = stage.no_matter(DEDUCT, call(card), code).await;
                assert_eq!(told["retry_after"], 1, "{limit}, {micros}");
                stage.advance("PT1S");
                assert_eq!(passing(stage, DEDUCT, &call(card), 1).await, 1, "{limit}, {micros}");
            }
            stage.ok("risk.remove_rule", json!({ "id": limit["id"].as_str().unwrap_or("r") })).await;
        }
        let audit = stage.ok("admin.audit", json!({ "limit": 500 })).await;
        let events = audit["items"].as_array().unwrap().iter();
        let taken = events.filter(|event| event["type"] == "counter.taken_as_now").count();
        assert_eq!(taken, 12, "one for each time, and no more");
        assert_eq!(stage.ok("admin.verify", json!({})).await["ok"], true);
    }

    /// A calendar day that a clock has left again by going back is used up by what was counted after it.
    async fn museum_22_a_day_goes_by_the_clock_that_is(stage) {
        stage.funded("alice", "100.00 USD").await;
        rule(stage, json!({ "limit": 2, "window": "day" })).await;
        stage.advance("PT20M");
        assert_eq!(passing(stage, DEDUCT, &args(), 9).await, 2);
        back(stage, 50 * 60_000_000); // to half past eleven of the day before
        let told = stage.no_matter(DEDUCT, args(), "velocity_blocked").await;
        assert_eq!(told["retry_after"], 30 * 60);
        stage.advance("PT30M");
        assert_eq!(passing(stage, DEDUCT, &args(), 9).await, 2);
    }

    /// A refused or failed call uses up nothing of the day, nothing gives back, no call begins the day
    /// anew, and midnight is where the rule says, in summer too.
    async fn museum_23_a_day_is_used_up_by_what_happened(stage) {
        stage.funded("alice", "1000.00 USD").await;
        stage.advance("P86DT22H"); // 2026-03-28 22:00 UTC, an hour before midnight in Berlin
        rule(stage, json!({ "action": "*", "metric": "sum", "limit": "10.00 USD", "window": "day",
            "time_zone": "Europe/Berlin" })).await;
        let take = |amount: &str| deduct("alice", json!({ "amount": amount }));
        for _ in 0..3 {
            stage.no_matter(DEDUCT, take("2000.00 USD"), "insufficient_balance").await;
            stage.no_matter(DEDUCT, take("10.01 USD"), "velocity_blocked").await;
        }
        let hold = stage.held("alice", "6.00 USD").await;
        stage.ok("ledger.void", json!({ "hold": hold })).await;
        let told = stage.no_matter(DEDUCT, take("4.01 USD"), "velocity_blocked").await;
        assert_eq!(told["used"]["amount"], "6.00", "a void gives nothing back");
        stage.ok(DEDUCT, take("4.00 USD")).await;
        stage.no_matter(DEDUCT, take("0.01 USD"), "velocity_blocked").await;
        // to the microsecond: the day ends at 23:00 UTC, and the next one has 23 hours
        stage.advance("PT59M59.999999S");
        stage.no_matter(DEDUCT, take("0.01 USD"), "velocity_blocked").await;
        stage.advance("PT0.000001S");
        stage.ok(DEDUCT, take("10.00 USD")).await;
        stage.advance("PT22H59M59.999999S");
        let told = stage.no_matter(DEDUCT, take("0.01 USD"), "velocity_blocked").await;
        assert_eq!(told["retry_after"], 1);
        stage.advance("PT0.000001S");
        stage.ok(DEDUCT, take("10.00 USD")).await;
    }
}

/// A processor that is out of order.
#[derive(Debug)]
struct OutOfOrder;

impl Gate for OutOfOrder {
    fn needs(&self, _: &Gated<'_>, _: &Snapshot, _: &mut Needs) {}

    fn judge(&self, call: &Gated<'_>, _: &Accepted<'_>, _: &mut Draft<'_>) -> Result<(), Halt> {
        if call.request()?.contains("\"down\"") {
            return Err(Error::from(Detail::Overloaded { queued: 1 }).into());
        }
        Ok(())
    }
}

/// A fault of the store or a processor is no failure of the customer's, nor is a refusal by rules.
#[tokio::test(flavor = "multi_thread")]
async fn museum_24_outages_and_own_refusals_are_no_failures() {
    for kind in Kind::all() {
        let stage = Stage::with(kind, options().gate(Arc::new(OutOfOrder))).await;
        stage.funded("alice", "100.00 USD").await;
        rule(&stage, json!({ "id": "f", "metric": "failures", "limit": 3, "window": "PT1H" })).await;
        rule(&stage, json!({ "id": "five", "metric": "amount", "window": null, "limit": "5.00 USD" })).await;
        rule(
            &stage,
            json!({ "id": "two", "metric": "amount", "window": null, "limit": "2.00 USD",
            "outcome": "review" }),
        )
        .await;
        let take = |amount: &str, reference: &str| {
            deduct("alice", json!({ "amount": amount, "reference": reference }))
        };
        for _ in 0..9 {
            stage.no_matter(DEDUCT, take("1.00 USD", "down"), "overloaded").await;
            stage.no_matter(DEDUCT, take("6.00 USD", "up"), "velocity_blocked").await;
            stage.no_matter(DEDUCT, take("3.00 USD", "up"), "review_required").await;
        }
        for _ in 0..2 {
            stage.no_matter(DEDUCT, take("500.00 USD", "up"), "insufficient_balance").await;
            stage.ok(DEDUCT, take("1.00 USD", "up")).await;
        }
        // a third failure is one too many
        stage.no_matter(DEDUCT, take("500.00 USD", "up"), "insufficient_balance").await;
        let told = stage.no_matter(DEDUCT, take("1.00 USD", "up"), "velocity_blocked").await;
        assert_eq!((&told["rule"], &told["used"]), (&json!("f"), &json!(3)), "{kind:?}");
        stage.finish().await;
    }
}
