//! A purchase as rules see it before its money moves: who pays, how much, and whom.

use super::gateway::paying;
use super::{asked, buy, order, reserve, set_offer, set_promo, with};
use crate::support::{Stage, Value, json};

/// A rule about reservations by account, and `more`.
async fn rule(stage: &Stage, more: Value) {
    let base = json!({ "id": "r", "action": "purchases.reserve", "subject": "account", "metric": "count",
        "window": "P1D", "limit": 2, "outcome": "block" });
    stage.ok("risk.set_rule", with(base, &more)).await;
}

/// Whether `risk.evaluate` says of a call what becomes of it.
async fn foretold(stage: &Stage, action: &str, args: &Value) -> String {
    let asked = json!({ "action": action, "args": args });
    let told = stage.ok("risk.evaluate", asked).await;
    told["outcome"].as_str().unwrap_or_else(|| panic!("no outcome: {told}")).to_owned()
}

with_a_shop! {
    /// The amount of a reservation is in no posting and in no hold, and is counted once more all the same.
    async fn reservations_are_counted_once_more(stage) {
        set_offer(stage, json!({})).await;
        rule(stage, json!({})).await;
        rule(stage, json!({ "id": "sum", "metric": "sum", "limit": "100.00 USD" })).await;
        reserve(stage, json!({})).await;
        reserve(stage, json!({ "quantity": 2 })).await;
        assert!(stage.recounted().await > 0);
        stage.no_matter("purchases.reserve", asked(&json!({})), "velocity_blocked").await;
        assert!(stage.recounted().await > 0);
    }

    /// Likewise of a purchase by card, which moves the money when the gateway has it.
    async fn purchases_by_card_are_counted_once_more(stage) {
        set_offer(stage, json!({})).await;
        let by_card = json!({ "action": "purchases.buy", "limit": 9 });
        rule(stage, by_card).await;
        let shops = json!({ "id": "shops", "action": "purchases.buy", "subject": "actor", "limit": 9,
            "metric": "distinct:counterparty" });
        rule(stage, shops).await;
        let paul = json!({ "actor": { "id": "paul", "role": "system" } });
        paying(stage, paul).await;
        assert!(stage.recounted().await > 0);
    }

    /// A buyer who reserves at two shops pays two counterparties, whichever call moves the money later.
    async fn the_seller_is_the_other_side_of_a_reservation(stage) {
        set_offer(stage, json!({})).await;
        set_offer(stage, json!({ "id": "cup", "seller": "kiosk" })).await;
        rule(stage, json!({ "metric": "distinct:counterparty", "limit": 1 })).await;
        reserve(stage, json!({})).await;
        reserve(stage, json!({})).await;
        let other = asked(&json!({ "offer": "cup" }));
        assert_eq!(foretold(stage, "purchases.reserve", &other).await, "block");
        stage.no_matter("purchases.reserve", other, "velocity_blocked").await;
        assert!(stage.recounted().await > 0);
    }

    /// A purchase that costs nothing counts as its buyer's call, for `risk.evaluate` too.
    async fn what_is_free_is_counted_by_its_buyer(stage) {
        set_offer(stage, json!({})).await;
        set_offer(stage, json!({ "id": "cup", "grants": ["50 KRW"] })).await;
        set_promo(stage, json!({ "off": { "bps": 10_000 } })).await;
        for offer in ["mug", "cup"] {
            let free = json!({ "offer": offer, "promo": "SPRING" });
            let args = asked(&free);
            for action in ["purchases.reserve", "purchases.buy"] {
                let id = format!("{offer}.{action}");
                rule(stage, json!({ "id": id, "action": action, "limit": 1 })).await;
                assert_eq!(foretold(stage, action, &args).await, "allow", "{action} {offer}");
                if action == "purchases.buy" {
                    buy(stage, free.clone()).await;
                } else {
                    let held = reserve(stage, free.clone()).await;
                    order(stage, "pay", &held, json!({})).await;
                }
                assert_eq!(foretold(stage, action, &args).await, "block", "{action} {offer}");
                stage.no_matter(action, args.clone(), "velocity_blocked").await;
                stage.ok("risk.remove_rule", json!({ "id": id })).await;
            }
        }
        // what rules that are gone have counted is not compared
        rule(stage, json!({ "limit": 9 })).await;
        reserve(stage, json!({ "promo": "SPRING" })).await;
        assert!(stage.recounted().await > 0);
    }

    /// A limit of `escrow.pay` was walked around by card, and by an offer that is sold by deals. A
    /// reservation counts for what pays it, and nothing counts twice.
    async fn what_pays_a_deal_is_judged_as_that(stage) {
        set_offer(stage, json!({ "escrow": {} })).await;
        set_offer(stage, json!({ "id": "cup" })).await;
        rule(stage, json!({ "action": "escrow.pay, purchases.buy", "limit": 3 })).await;
        let by_card = async || {
            let deal = json!({ "buyer": "alice", "seller": "shop", "price": "5.00 USD" });
            let deal = stage.ok("escrow.open", deal).await["deal"]["id"].clone();
            json!({ "amount": "5.00 USD", "deal": deal, "gateway": "card", "payer": "alice" })
        };
        buy(stage, json!({})).await;
        let held = reserve(stage, json!({})).await;
        order(stage, "pay", &held, json!({})).await;
        let third = by_card().await;
        assert_eq!(foretold(stage, "payments.create", &third).await, "allow");
        stage.ok("payments.create", third).await;
        assert!(stage.recounted().await > 0);
        let fourth = by_card().await;
        for (action, args) in [
            ("payments.create", fourth.clone()),
            ("purchases.buy", asked(&json!({}))),
            ("purchases.reserve", asked(&json!({}))),
        ] {
            assert_eq!(foretold(stage, action, &args).await, "block", "{action}");
            stage.no_matter(action, args, "velocity_blocked").await;
        }
        stage.no_matter("escrow.pay", json!({ "deal": fourth["deal"], "actor": "alice" }), "velocity_blocked").await;
        // by the family as well; and what pays no deal is none of it
        rule(stage, json!({ "action": "escrow.*", "metric": "sum", "limit": "4.00 USD" })).await;
        stage.no_matter("payments.create", fourth, "velocity_blocked").await;
        reserve(stage, json!({ "offer": "cup" })).await;
        let to_shop = json!({ "amount": "5.00 USD", "to": "shop", "gateway": "card", "payer": "paul" });
        stage.ok("payments.create", to_shop).await;
    }

    /// A payment from outside is one of the account that it pays; that of a deal is one of its buyer.
    async fn payments_are_judged_by_the_account_that_they_pay(stage) {
        let of_payments = json!({ "action": "payments.create", "limit": 1 });
        rule(stage, of_payments).await;
        let to_shop = json!({ "amount": "5.00 USD", "to": "shop", "gateway": "card", "payer": "paul" });
        stage.ok("payments.create", to_shop.clone()).await;
        assert_eq!(foretold(stage, "payments.create", &to_shop).await, "block");
        stage.no_matter("payments.create", to_shop, "velocity_blocked").await;
        let deal = json!({ "buyer": "alice", "seller": "shop", "price": "5.00 USD" });
        let deal = stage.ok("escrow.open", deal).await["deal"]["id"].clone();
        let of_deal = json!({ "amount": "5.00 USD", "deal": deal, "gateway": "card", "payer": "alice" });
        stage.ok("payments.create", of_deal).await;
        assert!(stage.recounted().await > 0);
    }
}
