//! Holds: units come back when their time has passed, once, whoever sweeps.

use super::{close_others, engines, get, insist, order, pass, reserve, set_offer, told, units};
use crate::support::{all_at_once, json};

with_a_shop! {
    async fn a_hold_ends_when_its_time_has_passed(stage) {
        set_offer(stage, json!({ "stock": 3, "hold_for": "PT1H" })).await;
        let held = reserve(stage, json!({ "quantity": 2 })).await;
        assert_eq!(held["hold_until"], "2026-01-01T01:00:00.000000Z", "{held}");
        pass(stage, "PT59M59.999999S").await;
        assert_eq!((get(stage, &held).await["state"].as_str(), units(stage, "mug").await.as_str()), (Some("held"), "2 0 1"));
        stage.advance("PT0.000001S");
        // its time has passed, whether or not the timer ran
        let pay = json!({ "purchase": held["id"] });
        let details = stage.no("purchases.pay", pay.clone(), "condition_not_met").await;
        assert_eq!((&details["condition"], &details["deadline"]), (&json!("hold_until"), &held["hold_until"]));
        pass(stage, "PT0S").await;
        assert_eq!((get(stage, &held).await["state"].as_str(), units(stage, "mug").await.as_str()), (Some("expired"), "0 0 3"));
        stage.no("purchases.pay", pay, "transition_not_allowed").await;
        pass(stage, "P1D").await;
        assert_eq!(told(stage, &held, "purchase.expired").await, 1);
    }

    /// One that was paid or given up in time has no timer any more.
    async fn what_is_over_does_not_expire(stage) {
        set_offer(stage, json!({ "stock": 2 })).await;
        let (paid, cancelled) = (reserve(stage, json!({})).await, reserve(stage, json!({})).await);
        order(stage, "pay", &paid, json!({})).await;
        order(stage, "cancel", &cancelled, json!({ "reason": "another colour" })).await;
        assert_eq!(units(stage, "mug").await, "0 1 1");
        pass(stage, "P30D").await;
        assert_eq!(get(stage, &paid).await["state"], "completed");
        assert_eq!(get(stage, &cancelled).await["state"], "cancelled");
        assert_eq!(units(stage, "mug").await, "0 1 1");
    }

    /// Three engines sweep at once, some of them twice, while buyers pay in the last moment.
    async fn every_hold_ends_once_whoever_sweeps(stage) {
        set_offer(stage, json!({ "stock": 60 })).await;
        let mut held = Vec::new();
        for _ in 0..60 {
            held.push(reserve(stage, json!({})).await);
        }
        let banks = engines(stage).await;
        stage.advance("PT10M");
        let sweeps = (0..6).map(|n| (n, "jobs.run_due", json!({})));
        let pays = held.iter().take(12).enumerate();
        let pays = pays.map(|(n, one)| (n, "purchases.pay", json!({ "purchase": one["id"] })));
        let calls = sweeps.chain(pays).map(|(n, name, args)| {
            let bank = banks[n % banks.len()].clone();
            async move { insist(&bank, name, args).await }
        });
        let outcomes = all_at_once(calls.collect::<Vec<_>>().into_iter()).await;
        assert!(outcomes.iter().take(6).all(Result::is_ok), "{outcomes:?}");
        assert!(outcomes.iter().skip(6).all(Result::is_err), "nobody pays what is over: {outcomes:?}");
        pass(stage, "PT0S").await;
        for one in &held {
            assert_eq!(get(stage, one).await["state"], "expired");
            assert_eq!(told(stage, one, "purchase.expired").await, 1);
        }
        assert_eq!(units(stage, "mug").await, "0 0 60");
        close_others(banks).await;
    }
}
