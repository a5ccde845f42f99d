//! The bounds of a purchase in their order: limit, stock, promo, price; and its cost.

use super::{admin, asked, buy, order, pass, posted, reserve, set_offer, set_promo, units, with};
use crate::support::{Stage, Value, json};

/// Checks the code of a reservation's refusal, and returns its condition or reason where there is one.
async fn refused(stage: &Stage, more: Value, code: &str) -> String {
    let details = stage.no("purchases.reserve", asked(&more), code).await;
    let why = ["condition", "reason"].iter().find_map(|name| details[*name].as_str());
    why.unwrap_or_default().to_owned()
}

/// Quotes units: the amounts, such as `20.00 2.00 18.00`, and why they cannot be bought.
async fn quoted(stage: &Stage, more: Value) -> (String, Value) {
    let quote = stage.ok("purchases.quote", with(json!({ "offer": "mug" }), &more)).await;
    let part = |name: &str| quote[name]["amount"].as_str().unwrap().to_owned();
    assert_eq!(quote["allowed"] == true, quote["reason"].is_null(), "{quote}");
    (["subtotal", "discount", "total"].map(part).join(" "), quote["reason"].clone())
}

with_a_shop! {
    /// All bounds are passed at once, and put right one after the other.
    async fn bounds_are_judged_in_their_order(stage) {
        set_offer(stage, json!({ "stock": 1, "per_user_limit": 1, "active": false })).await;
        set_promo(stage, json!({ "active": false })).await;
        let wanted = json!({ "quantity": 2, "promo": "SPRING", "expect": "1.00 USD" });
        assert_eq!(refused(stage, wanted.clone(), "condition_not_met").await, "active");
        set_offer(stage, json!({ "active": true })).await;
        refused(stage, wanted.clone(), "purchase_limit_exceeded").await;
        set_offer(stage, json!({ "per_user_limit": 2 })).await;
        refused(stage, wanted.clone(), "out_of_stock").await;
        set_offer(stage, json!({ "stock": 2 })).await;
        assert_eq!(refused(stage, wanted.clone(), "promo_not_applicable").await, "inactive");
        set_promo(stage, json!({ "active": true })).await;
        assert_eq!(refused(stage, wanted.clone(), "condition_not_met").await, "price");
        let right = with(wanted, &json!({ "expect": "18.00 USD" }));
        assert_eq!(reserve(stage, right).await["total"]["amount"], "18.00");
        assert_eq!(units(stage, "mug").await, "2 0 0");
    }

    /// A refusal tells the numbers behind it.
    async fn refusals_have_numbers(stage) {
        set_offer(stage, json!({ "stock": 5, "per_user_limit": 3 })).await;
        buy(stage, json!({ "quantity": 2 })).await;
        let two = asked(&json!({ "quantity": 2 }));
        let details = stage.no("purchases.reserve", two, "purchase_limit_exceeded").await;
        assert_eq!(details, json!({ "offer": "mug", "limit": 3, "used": 2, "requested": 2 }));
        let four = json!({ "offer": "mug", "buyer": "bob", "quantity": 3 });
        stage.ok("purchases.reserve", four).await;
        let one = json!({ "offer": "mug", "buyer": "carol" });
        let details = stage.no("purchases.reserve", one, "out_of_stock").await;
        assert_eq!(details, json!({ "offer": "mug", "available": 0, "requested": 1 }));
    }

    /// Limits count what is held and what was bought; what expires, is cancelled or goes back does not count.
    async fn a_limit_counts_what_a_buyer_has(stage) {
        set_offer(stage, json!({ "per_user_limit": 2 })).await;
        let held = reserve(stage, json!({})).await;
        buy(stage, json!({})).await;
        refused(stage, json!({}), "purchase_limit_exceeded").await;
        order(stage, "cancel", &held, json!({})).await;
        reserve(stage, json!({})).await;
        refused(stage, json!({}), "purchase_limit_exceeded").await;
        pass(stage, "PT10M").await;
        let bought = buy(stage, json!({})).await;
        refused(stage, json!({}), "purchase_limit_exceeded").await;
        order(stage, "refund", &bought, json!({ "actor": admin() })).await;
        buy(stage, json!({})).await;
    }

    async fn a_sale_has_a_window(stage) {
        set_offer(stage, json!({ "sale_from": "2026-01-01T01:00:00Z", "sale_until": "2026-01-01T02:00:00Z" })).await;
        assert_eq!(refused(stage, json!({}), "condition_not_met").await, "sale_from");
        stage.advance("PT59M59.999999S");
        assert_eq!(refused(stage, json!({}), "condition_not_met").await, "sale_from");
        stage.advance("PT0.000001S");
        let held = reserve(stage, json!({})).await;
        stage.advance("PT59M59.999999S");
        let late = reserve(stage, json!({})).await;
        stage.advance("PT0.000001S");
        assert_eq!(refused(stage, json!({}), "condition_not_met").await, "sale_until");
        assert_eq!(quoted(stage, json!({})).await.1, "sale_until");
        // what was held in time is paid after it
        order(stage, "pay", &late, json!({})).await;
        let details = stage.no("purchases.pay", json!({ "purchase": held["id"] }), "condition_not_met").await;
        assert_eq!(details["condition"], "hold_until", "{details}");
    }

    async fn a_promo_says_why_not(stage) {
        set_offer(stage, json!({})).await;
        let cup = json!({ "id": "cup", "seller": "shop", "price": "3000 KRW" });
        stage.ok("purchases.set_offer", cup).await;
        let with_promo = json!({ "promo": "SPRING" });
        stage.no("purchases.reserve", asked(&with_promo), "promo_not_found").await;
        set_promo(stage, json!({ "from": "2026-01-01T01:00:00Z", "until": "2026-01-01T02:00:00Z", "offers": ["cup"] })).await;
        assert_eq!(refused(stage, with_promo.clone(), "promo_not_applicable").await, "not_started");
        stage.advance("PT1H");
        assert_eq!(refused(stage, with_promo.clone(), "promo_not_applicable").await, "offer");
        stage.advance("PT1H");
        assert_eq!(refused(stage, with_promo.clone(), "promo_not_applicable").await, "ended");
        assert_eq!(quoted(stage, with_promo).await.1, "promo_not_applicable:ended");
        // an amount in another currency takes nothing off
        set_promo(stage, json!({ "id": "FIVE", "off": { "amount": "5.00 USD" } })).await;
        let args = json!({ "offer": "cup", "buyer": "alice", "promo": "FIVE" });
        assert_eq!(stage.no("purchases.reserve", args, "promo_not_applicable").await["reason"], "offer");
    }

    /// Uses count purchases; they come back with what expires or is cancelled, and not with a refund.
    async fn a_promo_counts_its_uses(stage) {
        set_offer(stage, json!({})).await;
        set_promo(stage, json!({ "limit": 3, "per_user_limit": 2 })).await;
        let mine = json!({ "promo": "SPRING" });
        let held = reserve(stage, with(mine.clone(), &json!({ "quantity": 5 }))).await;
        let bought = buy(stage, mine.clone()).await;
        assert_eq!(refused(stage, mine.clone(), "promo_not_applicable").await, "user_limit");
        order(stage, "refund", &bought, json!({ "actor": admin() })).await;
        assert_eq!(refused(stage, mine.clone(), "promo_not_applicable").await, "user_limit");
        order(stage, "cancel", &held, json!({})).await;
        reserve(stage, mine.clone()).await;
        pass(stage, "PT10M").await;
        let used = |page: Value| page["items"][0]["used"].clone();
        assert_eq!(used(stage.ok("purchases.promos", json!({})).await), 1);
        for buyer in ["bob", "carol"] {
            stage.ok("purchases.reserve", with(asked(&mine), &json!({ "buyer": buyer }))).await;
        }
        assert_eq!(refused(stage, with(mine, &json!({ "buyer": "dan" })), "promo_not_applicable").await, "limit");
        assert_eq!(used(stage.ok("purchases.promos", json!({ "offer": "mug" })).await), 3);
    }

    /// Hundredths of a percent are rounded down, an amount takes off no more than there is.
    async fn discounts_are_rounded_and_capped(stage) {
        for (price, quantity, off, costs) in [
            ("10.00 USD", 2, json!({ "bps": 1_000 }), "20.00 2.00 18.00"),
            ("9.99 USD", 1, json!({ "bps": 3_333 }), "9.99 3.32 6.67"),
            ("0.01 USD", 1, json!({ "bps": 9_999 }), "0.01 0.00 0.01"),
            ("0.01 USD", 3, json!({ "bps": 5_000 }), "0.03 0.01 0.02"),
            ("7.00 USD", 1, json!({ "bps": 10_000 }), "7.00 7.00 0.00"),
            ("7.00 USD", 2, json!({ "amount": "5.00 USD" }), "14.00 5.00 9.00"),
            ("7.00 USD", 1, json!({ "amount": "9.00 USD" }), "7.00 7.00 0.00"),
        ] {
            set_offer(stage, json!({ "price": price })).await;
            set_promo(stage, json!({ "off": off })).await;
            let more = json!({ "quantity": quantity, "promo": "SPRING" });
            assert_eq!(quoted(stage, more.clone()).await, (costs.to_owned(), Value::Null), "{price} {off}");
            let bought = buy(stage, more).await;
            let total = costs.rsplit(' ').next().unwrap();
            assert_eq!((&bought["total"]["amount"], &bought["state"]), (&json!(total), &json!("completed")));
            assert_eq!(bought["transfer"].is_null(), total == "0.00", "{bought}");
        }
    }

    /// The price is that of the reservation, whatever the offer costs since.
    async fn a_price_is_fixed_when_it_is_held(stage) {
        set_offer(stage, json!({ "grants": ["5 KRW"] })).await;
        let held = reserve(stage, json!({ "quantity": 2 })).await;
        set_offer(stage, json!({ "price": "99.00 USD", "grants": ["500 KRW"], "active": false })).await;
        let paid = order(stage, "pay", &held, json!({})).await["purchase"].clone();
        assert_eq!((&paid["total"]["amount"], &paid["grants"][0]["amount"]), (&json!("20.00"), &json!("10")));
        assert_eq!(posted(stage, "alice", "KRW").await, "10");
    }

    /// Stock may be set to what is held and sold, and not below it.
    async fn stock_is_not_below_what_is_taken(stage) {
        set_offer(stage, json!({ "stock": 10 })).await;
        buy(stage, json!({ "quantity": 3 })).await;
        reserve(stage, json!({ "quantity": 2 })).await;
        let details = stage.no("purchases.set_offer", json!({ "id": "mug", "stock": 4 }), "condition_not_met").await;
        assert_eq!(details["condition"], "stock", "{details}");
        set_offer(stage, json!({ "stock": 5 })).await;
        assert_eq!(units(stage, "mug").await, "2 3 0");
        refused(stage, json!({}), "out_of_stock").await;
    }
}
