//! Grants of a purchase: given in its commit, from nowhere, and in a currency of their own.

use super::{asked, buy, order, posted, reserve, set_offer, units};
use crate::support::json;

with_a_shop! {
    async fn what_is_promised_is_given_with_the_payment(stage) {
        set_offer(stage, json!({ "grants": ["50 KRW", "0.25 USD"] })).await;
        let held = reserve(stage, json!({ "quantity": 3 })).await;
        assert_eq!(posted(stage, "alice", "KRW").await, "0", "nothing before it is paid");
        let paid = order(stage, "pay", &held, json!({})).await["purchase"].clone();
        assert_eq!(paid["grants"][0], json!({ "amount": "150", "currency": "KRW" }), "{paid}");
        assert_eq!(posted(stage, "alice", "KRW").await, "150");
        // 30.00 paid, 0.75 given
        assert_eq!(posted(stage, "alice", "USD").await, "970.75");
        assert_eq!(posted(stage, "shop", "USD").await, "30.00");
        let page = stage.ok("ledger.transfers", json!({ "account": "alice" })).await;
        let kinds: Vec<_> = page["items"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect();
        assert_eq!((kinds.iter().filter(|kind| **kind == "grant").count(), kinds.contains(&"purchase")), (2, true));
        for transfer in page["items"].as_array().unwrap().iter().filter(|one| one["kind"] != "top_up") {
            assert_eq!(transfer["purchase"], paid["id"], "{transfer}");
            let details = stage.no("ledger.cancel", json!({ "transfer": transfer["id"] }), "not_permitted").await;
            assert!(details["reason"].as_str().unwrap().contains("a purchase"), "{details}");
        }
    }

    /// Where nothing is to be paid, nobody needs an account, and what is promised is given all the same.
    async fn a_gift_needs_no_account(stage) {
        set_offer(stage, json!({ "stock": 2, "grants": ["7 KRW"] })).await;
        stage.ok("purchases.set_promo", json!({ "id": "GIFT", "off": { "bps": 10_000 } })).await;
        let args = json!({ "offer": "mug", "buyer": "zoe", "promo": "GIFT", "expect": "0.00 USD" });
        let bought = stage.ok("purchases.buy", args).await["purchase"].clone();
        assert_eq!((&bought["state"], &bought["transfer"]), (&json!("completed"), &json!(null)), "{bought}");
        assert_eq!(posted(stage, "zoe", "KRW").await, "7");
        let poor = json!({ "offer": "mug", "buyer": "zoe" });
        stage.no("purchases.buy", poor, "account_not_found").await;
        assert_eq!(units(stage, "mug").await, "0 1 1");
    }

    /// A purchase that cannot be paid or given leaves nothing behind, not even a held unit.
    async fn what_fails_leaves_nothing(stage) {
        set_offer(stage, json!({ "stock": 200, "grants": ["7 KRW"] })).await;
        let much = asked(&json!({ "quantity": 101 }));
        let details = stage.no("purchases.buy", much, "insufficient_balance").await;
        assert_eq!((&details["account"], &details["required"]["amount"]), (&json!("alice"), &json!("1010.00")));
        let wallet = json!({ "account": "alice", "currency": "KRW", "owner": "alina" });
        stage.ok("ledger.open_account", wallet).await;
        stage.ok("ledger.lock_account", json!({ "account": "alice", "currency": "KRW" })).await;
        stage.no("purchases.buy", asked(&json!({})), "account_locked").await;
        stage.ok("ledger.unlock_account", json!({ "account": "alice", "currency": "KRW" })).await;
        stage.ok("ledger.lock_account", json!({ "account": "shop", "currency": "USD" })).await;
        stage.no("purchases.buy", asked(&json!({})), "account_locked").await;
        stage.ok("ledger.unlock_account", json!({ "account": "shop", "currency": "USD" })).await;
        assert_eq!(units(stage, "mug").await, "0 0 200");
        buy(stage, json!({})).await;
        assert_eq!(units(stage, "mug").await, "0 1 199");
    }
}
