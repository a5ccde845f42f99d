//! The same call again is the same effect, by its key or by what it finds.

use super::{admin, asked, buy, reserve, set_offer, units, with};
use crate::support::{code, json};

with_a_shop! {
    async fn every_call_again_changes_nothing(stage) {
        set_offer(stage, json!({ "stock": 9, "grants": ["5 KRW"] })).await;
        let (paid, given_up) = (reserve(stage, json!({})).await, reserve(stage, json!({})).await);
        let bought = buy(stage, json!({ "quantity": 2 })).await;
        for (name, args) in [
            ("set_offer", json!({ "id": "cup", "seller": "shop", "price": "3.00 USD", "key": "a" })),
            ("set_promo", json!({ "id": "P", "off": { "bps": 1 }, "key": "b" })),
            ("reserve", asked(&json!({ "key": "c" }))),
            ("buy", asked(&json!({ "key": "d", "quantity": 1, "with": "balance" }))),
            ("pay", json!({ "purchase": paid["id"], "actor": "alice" })),
            ("cancel", json!({ "purchase": given_up["id"], "actor": "alice" })),
            ("refund", json!({ "purchase": bought["id"], "quantity": 1, "key": "e", "actor": admin() })),
        ] {
            let name = format!("purchases.{name}");
            let first = stage.ok(&name, args.clone()).await;
            assert_eq!(first["replayed"], false, "{name}: {first}");
            let before = stage.state().await;
            let again = stage.ok(&name, args).await;
            assert_eq!(again["replayed"], true, "{name}: {again}");
            assert_eq!(stage.state().await, before, "{name} again has written something");
            for object in ["offer", "promo", "purchase"] {
                assert_eq!(first[object], again[object], "{name}");
            }
        }
        assert_eq!(units(stage, "mug").await, "1 3 5");
    }

    /// Setting what is set already changes nothing, key or no key.
    async fn what_is_set_already_is_left(stage) {
        let offer = json!({ "id": "mug", "seller": "shop", "price": "10.00 USD", "metadata": { "shelf": 3 } });
        let promo = json!({ "id": "P", "off": { "amount": "1.00 USD" }, "limit": 3 });
        for (name, args) in [("purchases.set_offer", offer), ("purchases.set_promo", promo)] {
            assert_eq!(stage.ok(name, args.clone()).await["replayed"], false);
            let before = stage.state().await;
            assert_eq!(stage.ok(name, args).await["replayed"], true, "{name}");
            assert_eq!(stage.state().await, before, "{name}");
        }
    }

    /// A key of another request, and the versions that callers expect.
    async fn keys_and_versions_are_kept_apart(stage) {
        let offer = set_offer(stage, json!({ "stock": 9 })).await;
        stage.ok("purchases.buy", asked(&json!({ "key": "k" }))).await;
        let details = stage.no("purchases.buy", asked(&json!({ "key": "k", "quantity": 2 })), "idempotency_mismatch").await;
        assert_eq!(details["fields"], json!(["quantity"]), "{details}");
        // units were sold since: the offer has another version
        let stale = json!({ "expected_version": offer["version"] });
        stage.no("purchases.reserve", asked(&stale), "version_conflict").await;
        let args = with(json!({ "id": "mug", "stock": 8 }), &stale);
        stage.no("purchases.set_offer", args, "version_conflict").await;
        let held = reserve(stage, json!({})).await;
        let old = json!({ "purchase": held["id"], "expected_version": 7 });
        assert_eq!(code(&stage.call("purchases.pay", old).await), "version_conflict");
        let args = json!({ "purchase": held["id"], "expected_version": held["version"] });
        stage.ok("purchases.pay", args).await;
    }
}
