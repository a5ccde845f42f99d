//! The exhibits of the museum of money bugs that are about purchases: each was shipped by a respected system.

use super::{CARD, asked, get, insist, order, pass, posted, set_offer, set_promo, units};
use crate::support::{all_at_once, json, tally};

with_a_shop! {
    /// saleor/saleor #544, vendurehq/vendure PR #4660, shopware/shopware #11245: a voucher was used past its
    /// limit by checkouts at once, and the loser's compensation took from the winner.
    async fn museum_36_a_promo_is_used_with_the_stock(stage) {
        set_offer(stage, json!({ "stock": 10 })).await;
        set_promo(stage, json!({ "limit": 1 })).await;
        let calls = (0..12).map(|n| {
            let bank = stage.bank.clone();
            let args = json!({ "offer": "mug", "buyer": format!("b-{n}"), "promo": "SPRING", "key": format!("p-{n}") });
            async move { insist(&bank, "purchases.reserve", args).await }
        });
        let outcomes = all_at_once(calls).await;
        assert_eq!(tally(&outcomes), [("ok", 1), ("promo_not_applicable", 11)].into());
        let used = async || stage.ok("purchases.promos", json!({})).await["items"][0]["used"].clone();
        // who lost has left nothing behind, and took nothing from who won
        assert_eq!((used().await, units(stage, "mug").await.as_str()), (json!(1), "1 0 9"));
        let winner = outcomes.into_iter().find_map(Result::ok).unwrap()["purchase"].clone();
        let now = get(stage, &winner).await;
        assert_eq!((&now["state"], &now["total"]["amount"]), (&json!("held"), &json!("9.00")));
        // use and unit come back together
        order(stage, "cancel", &winner, json!({})).await;
        assert_eq!((used().await, units(stage, "mug").await.as_str()), (json!(0), "0 0 10"));
    }

    /// woocommerce/woocommerce PR #67931, #20928, FOSSBilling/FOSSBilling #4130: stock was freed while the
    /// first payment could still succeed, and the unit was sold twice.
    async fn museum_37_a_unit_stays_until_no_money_can_come(stage) {
        set_offer(stage, json!({ "stock": 1 })).await;
        let card = json!({ "with": "gateway", "gateway": CARD, "token": "pm-1" });
        let first = stage.ok("purchases.buy", asked(&card)).await["purchase"].clone();
        let lease = json!({ "kinds": ["gateway.card"], "limit": 10, "for": "PT1M" });
        let job = stage.ok("jobs.lease", lease.clone()).await["jobs"][0].clone();
        let failed = json!({ "job": job["id"], "fence": job["fence"], "error": "no answer" });
        stage.ok("jobs.fail", failed).await;
        for wait in ["PT10M", "PT1H", "P1D"] {
            pass(stage, wait).await;
            assert_eq!(units(stage, "mug").await, "1 0 0", "after {wait}");
            stage.no_matter("purchases.buy", asked(&json!({ "buyer": "bob" })), "out_of_stock").await;
        }
        let query = stage.ok("jobs.lease", lease).await["jobs"][0].clone();
        let totals = json!({ "outcome": "captured", "captured": "10.00 USD", "reference": "ch-1" });
        let told = json!({ "job": query["id"], "fence": query["fence"], "result": totals });
        stage.ok("jobs.complete", told).await;
        assert_eq!((get(stage, &first).await["state"].as_str(), units(stage, "mug").await.as_str()), (Some("completed"), "0 1 0"));
        assert_eq!(posted(stage, "shop", "USD").await, "10.00");
    }
}
