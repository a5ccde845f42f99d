//! Refunds of purchases: units, money and what was given go back together, or not at all.

use super::{admin, buy, order, posted, reserve, set_offer, set_promo, told, units, with};
use crate::support::{Stage, Value, json};

async fn refund(stage: &Stage, purchase: &Value, more: Value) -> Value {
    let by = with(json!({ "actor": admin() }), &more);
    order(stage, "refund", purchase, by).await["purchase"].clone()
}

fn refused(purchase: &Value, more: &Value) -> Value {
    with(json!({ "purchase": purchase["id"], "actor": admin() }), more)
}

with_a_shop! {
    async fn all_of_it_goes_back(stage) {
        set_offer(stage, json!({ "stock": 5, "grants": ["50 KRW"] })).await;
        let bought = buy(stage, json!({ "quantity": 2 })).await;
        let reply = order(stage, "refund", &bought, json!({ "actor": "olga", "reason": "a crack" })).await;
        let after = &reply["purchase"];
        assert_eq!((&after["state"], &after["refunded"]["amount"]), (&json!("refunded"), &json!("20.00")));
        assert!(reply["refund"].is_null(), "it was paid from a balance: {reply}");
        assert_eq!(posted(stage, "alice", "USD").await, "1000.00");
        assert_eq!((posted(stage, "shop", "USD").await.as_str(), posted(stage, "alice", "KRW").await.as_str()), ("0.00", "0"));
        assert_eq!(units(stage, "mug").await, "0 0 5");
        assert_eq!(told(stage, &bought, "purchase.refunded").await, 1);
        let transfer = stage.ok("ledger.get_transfer", json!({ "transfer": bought["transfer"] })).await;
        assert_eq!(transfer["refunded"]["amount"], "20.00", "{transfer}");
        stage.no("purchases.refund", refused(&bought, &json!({})), "transition_not_allowed").await;
    }

    /// Units that go back one by one bring what they cost together, to the cent, promo and all.
    async fn parts_sum_to_the_whole(stage) {
        set_offer(stage, json!({ "price": "3.33 USD", "grants": ["7 KRW"] })).await;
        set_promo(stage, json!({ "off": { "bps": 1_234 } })).await;
        let bought = buy(stage, json!({ "quantity": 7, "promo": "SPRING" })).await;
        assert_eq!(bought["total"]["amount"], "20.44", "23.31 less 2.87");
        let mut back = String::new();
        for left in (0..7).rev() {
            let after = refund(stage, &bought, json!({ "quantity": 1 })).await;
            back = after["refunded"]["amount"].as_str().unwrap().to_owned();
            let state = if left == 0 { "refunded" } else { "completed" };
            assert_eq!(after["state"], state, "{after}");
            assert_eq!(posted(stage, "alice", "KRW").await, (left * 7).to_string());
        }
        assert_eq!(back, "20.44");
        assert_eq!((posted(stage, "alice", "USD").await.as_str(), posted(stage, "shop", "USD").await.as_str()), ("1000.00", "0.00"));
    }

    /// Units that are broken are not sold again.
    async fn units_need_not_come_back(stage) {
        set_offer(stage, json!({ "stock": 3, "per_user_limit": 3 })).await;
        let bought = buy(stage, json!({ "quantity": 3 })).await;
        refund(stage, &bought, json!({ "quantity": 2, "restock": false })).await;
        assert_eq!(units(stage, "mug").await, "0 3 0");
        refund(stage, &bought, json!({})).await;
        assert_eq!(units(stage, "mug").await, "0 2 1");
        // the buyer has none of them: the limit lets him buy again
        reserve(stage, json!({})).await;
        stage.no("purchases.refund", refused(&bought, &json!({ "quantity": 1 })), "transition_not_allowed").await;
    }

    async fn no_more_goes_back_than_was_bought(stage) {
        set_offer(stage, json!({})).await;
        let bought = buy(stage, json!({ "quantity": 2 })).await;
        refund(stage, &bought, json!({ "quantity": 1 })).await;
        let details = stage.no("purchases.refund", refused(&bought, &json!({ "quantity": 2 })), "condition_not_met").await;
        assert_eq!(details["condition"], "quantity", "{details}");
        // the shop has spent what it would give back
        stage.ok("ledger.deduct", json!({ "account": "shop", "amount": "5.01 USD", "actor": "olga" })).await;
        let details = stage.no("purchases.refund", refused(&bought, &json!({})), "insufficient_balance").await;
        assert_eq!(details["account"], "shop", "{details}");
        assert_eq!(posted(stage, "alice", "USD").await, "990.00");
    }

    /// Points that are spent are missed: the refund is refused, unless an admin makes a debt of them.
    async fn spent_points_stop_a_refund_or_become_a_debt(stage) {
        set_offer(stage, json!({ "stock": 5, "grants": ["100 KRW"] })).await;
        let bought = buy(stage, json!({ "quantity": 2 })).await;
        stage.ok("ledger.deduct", json!({ "account": "alice", "amount": "130 KRW" })).await;
        let details = stage.no("purchases.refund", refused(&bought, &json!({})), "insufficient_balance").await;
        assert_eq!(
            (&details["account"], &details["available"]["amount"], &details["required"]["amount"]),
            (&json!("alice"), &json!("70"), &json!("200"))
        );
        let forced = json!({ "force": true, "actor": "olga" });
        let details = stage.no("purchases.refund", with(refused(&bought, &json!({})), &forced), "not_permitted").await;
        assert_eq!(details["field"], "force", "{details}");
        let after = refund(stage, &bought, json!({ "force": true })).await;
        assert_eq!(after["state"], "refunded", "{after}");
        assert_eq!((posted(stage, "alice", "KRW").await.as_str(), posted(stage, "alice", "USD").await.as_str()), ("0", "1000.00"));
        assert_eq!(posted(stage, "@losses", "KRW").await, "-130");
        let owed = stage.ok("payments.debts", json!({ "account": "alice" })).await["items"][0].clone();
        assert_eq!(
            (&owed["amount"]["amount"], &owed["purchase"], &owed["payment"], &owed["case"]),
            (&json!("130"), &bought["id"], &json!(null), &json!("refund")),
            "{owed}"
        );
        // it is paid from what the buyer has later
        stage.funded("alice", "200 KRW").await;
        let paid = stage.ok("payments.recover", json!({ "debt": owed["id"], "actor": "alice" })).await;
        assert_eq!(paid["debt"]["state"], "recovered", "{paid}");
        assert_eq!((posted(stage, "alice", "KRW").await.as_str(), posted(stage, "@losses", "KRW").await.as_str()), ("70", "0"));
    }
}
