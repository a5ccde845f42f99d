//! Offers that another seller has had: names are everybody's, and what a stranger has set is not the shop's.

use super::{admin, asked, reserve, set_offer, set_promo, with};
use crate::support::{Stage, Value, json};

/// The offer `mug` of a stranger, who takes its name first.
async fn taken(stage: &Stage, more: Value) {
    let theirs = json!({ "id": "mug", "seller": "mallory", "price": "1.00 USD", "actor": "mallory" });
    stage.ok("purchases.set_offer", with(theirs, &more)).await;
}

with_a_shop! {
    /// The terms of a stranger stayed in an offer that staff took over: each mug was sold by a deal that paid
    /// the stranger.
    async fn no_terms_of_another_seller_go_along(stage) {
        let splits = json!([{ "to": "mallory-2", "bps": 9_900 }]);
        taken(stage, json!({ "escrow": { "splits": splits } })).await;
        let ours = json!({ "id": "mug", "seller": "shop", "price": "12.00 USD", "stock": 20 });
        for by in [json!({}), json!({ "actor": admin() })] {
            stage.bad("purchases.set_offer", with(ours.clone(), &by), "invalid_request", "escrow").await;
        }
        let plain = with(ours.clone(), &json!({ "actor": "olga" }));
        stage.no("purchases.set_offer", plain, "not_permitted").await;
        // who asks whether the name is free is told
        let first = with(ours, &json!({ "expected_version": 0 }));
        stage.no("purchases.set_offer", first, "version_conflict").await;
        let offer = set_offer(stage, json!({ "escrow": { "inspection": "P3D" } })).await;
        assert_eq!((&offer["seller"], &offer["escrow"]["splits"]), (&json!("shop"), &json!([])), "{offer}");
        // terms of the same seller stay
        let offer = set_offer(stage, json!({ "stock": 20 })).await;
        assert_eq!(offer["escrow"]["inspection"], "P3D", "{offer}");
    }

    /// So did a promo of the stranger's: the shop's mugs were sold for nothing.
    async fn no_promo_of_another_seller_goes_along(stage) {
        taken(stage, json!({})).await;
        let free = json!({ "id": "FREE", "off": { "bps": 10_000 }, "offers": ["mug"], "actor": "mallory" });
        stage.ok("purchases.set_promo", free).await;
        let promo = json!({ "promo": "FREE" });
        assert_eq!(reserve(stage, promo.clone()).await["total"]["amount"], "0.00");
        set_offer(stage, json!({})).await;
        let details = stage.no("purchases.reserve", asked(&promo), "promo_not_applicable").await;
        assert_eq!(details["reason"], "offer", "{details}");
        let quote = stage.ok("purchases.quote", json!({ "offer": "mug", "promo": "FREE" })).await;
        assert_eq!((&quote["allowed"], &quote["reason"]), (&json!(false), &json!("promo_not_applicable:offer")));
        // staff may let it be one of the shop's
        set_promo(stage, json!({ "id": "FREE" })).await;
        assert_eq!(reserve(stage, promo).await["total"]["amount"], "9.00");
    }

    /// A seller's own promo went on when grants were added: what comes from nowhere was had for nothing.
    async fn no_promo_of_a_seller_goes_along_with_grants(stage) {
        set_offer(stage, json!({})).await;
        let free = json!({ "id": "FREE", "off": { "bps": 10_000 }, "offers": ["mug"], "actor": "olga" });
        stage.ok("purchases.set_promo", free).await;
        let promo = json!({ "promo": "FREE" });
        assert_eq!(reserve(stage, promo.clone()).await["total"]["amount"], "0.00");
        set_offer(stage, json!({ "grants": ["50 KRW"] })).await;
        let details = stage.no("purchases.reserve", asked(&promo), "promo_not_applicable").await;
        assert_eq!(details["reason"], "offer", "{details}");
        set_promo(stage, json!({ "id": "FREE" })).await;
        assert_eq!(reserve(stage, promo).await["total"]["amount"], "9.00");
    }
}
