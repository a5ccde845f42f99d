//! Metadata of calls, and how a purchase is found and its payment named.

use super::gateway::{TOKEN, answer, lease, payment};
use super::{CARD, admin, asked, buy, order, reserve, set_offer, set_promo, staged, with};
use crate::support::{Kind, Value, code, json};

with_a_shop! {
    /// The metadata of a call is that of what it makes.
    async fn metadata_is_kept_with_what_a_call_makes(stage) {
        set_offer(stage, json!({})).await;
        let promo = set_promo(stage, json!({ "metadata": { "campaign": 7 } })).await;
        assert_eq!(promo["metadata"], json!({ "campaign": 7 }), "{promo}");
        let changed = json!({ "id": "SPRING", "off": { "bps": 1_000 }, "metadata": { "campaign": 8 } });
        let changed = stage.ok("purchases.set_promo", changed).await;
        assert_eq!((&changed["promo"]["metadata"], &changed["replayed"]), (&json!({ "campaign": 8 }), &json!(false)));
        assert_eq!(set_promo(stage, json!({ "limit": 9 })).await["metadata"], json!({ "campaign": 8 }));

        let held = reserve(stage, json!({ "quantity": 2, "metadata": { "order": 1 } })).await;
        let till = json!({ "metadata": { "till": 3 }, "reference": "till-3" });
        let paid = order(stage, "pay", &held, till).await["purchase"].clone();
        let transfer = stage.ok("ledger.get_transfer", json!({ "transfer": paid["transfer"] })).await;
        assert_eq!((&transfer["metadata"], &transfer["reference"]), (&json!({ "till": 3 }), &json!("till-3")), "{transfer}");
        assert_eq!((&paid["metadata"], &paid["reference"]), (&json!({ "order": 1 }), &Value::Null), "{paid}");
        order(stage, "refund", &paid, json!({ "actor": admin(), "metadata": { "why": "a crack" } })).await;
        let page = stage.ok("ledger.transfers", json!({ "account": "alice" })).await;
        let back = page["items"].as_array().unwrap().iter().find(|one| one["kind"] == "refund").unwrap();
        assert_eq!(back["metadata"], json!({ "why": "a crack" }), "{back}");

        let held = reserve(stage, json!({})).await;
        let card = json!({ "with": "gateway", "gateway": CARD, "token": TOKEN, "metadata": { "till": 4 } });
        let paying = order(stage, "pay", &held, card).await["purchase"].clone();
        assert_eq!(payment(stage, &paying).await["metadata"], json!({ "till": 4 }));
    }

    /// A purchase names the payment that pays it, and none where a balance does.
    async fn the_payment_that_pays_is_named(stage) {
        set_offer(stage, json!({ "stock": 1 })).await;
        let held = reserve(stage, json!({})).await;
        let refused = json!({ "outcome": "refused", "failure": { "code": "declined", "retry": "other_method" } });
        let mut begun = Vec::new();
        for token in ["pm-1", "pm-2"] {
            let card = json!({ "with": "gateway", "gateway": CARD, "token": token });
            let paying = order(stage, "pay", &held, card).await["purchase"].clone();
            assert!(paying["payment"].is_string() && !begun.contains(&paying["payment"]), "{paying}");
            begun.push(paying["payment"].clone());
            answer(stage, &lease(stage).await, refused.clone()).await;
        }
        let paid = order(stage, "pay", &held, json!({})).await["purchase"].clone();
        assert_eq!((&paid["state"], &paid["paid_with"], &paid["payment"]), (&json!("completed"), &json!("balance"), &Value::Null));
        // what the first one takes all the same is late, and changes nothing
        let late = json!({ "gateway": CARD, "event": "e-1", "payment": begun[0], "outcome": "captured", "captured": "10.00 USD", "reference": "ch-1" });
        assert_eq!(stage.ok("payments.report", late).await["result"], "suspended");
        answer(stage, &lease(stage).await, json!({ "outcome": "refunded", "amount": "10.00 USD" })).await;
    }
}

/// Nobody takes the place of another's purchase by giving the own one its reference.
#[tokio::test(flavor = "multi_thread")]
async fn a_reference_is_its_buyers_own() {
    let stage = staged(Kind::Memory).await;
    set_offer(&stage, json!({})).await;
    let hers = buy(&stage, json!({ "reference": "order-1" })).await;
    stage.advance("PT1S");
    let by = json!({ "buyer": "mallory", "actor": "mallory", "reference": "order-1" });
    let squat = reserve(&stage, by).await;
    let get = json!({ "reference": "order-1" });
    for (actor, expected) in [("alice", &hers), ("alina", &hers), ("mallory", &squat)] {
        let found = stage.ok("purchases.get", with(get.clone(), &json!({ "actor": actor }))).await;
        assert_eq!(found["id"], expected["id"], "{actor}");
    }
    let stranger = stage.call("purchases.get", with(get.clone(), &json!({ "actor": "zoe" }))).await;
    assert_eq!(code(&stranger), "not_permitted");
    // who reads those of everybody is not told one of them for the other
    stage.bad("purchases.get", get, "invalid_request", "reference").await;
    buy(&stage, json!({ "reference": "order-2" })).await;
    stage.advance("PT1S");
    let newest =
        stage.ok("purchases.buy", asked(&json!({ "reference": "order-2" }))).await["purchase"].clone();
    assert_eq!(stage.ok("purchases.get", json!({ "reference": "order-2" })).await["id"], newest["id"]);
    stage.finish().await;
}
