//! Requests that purchases refuse, naming the field, and who reads what.

use super::{CARD, asked, buy, set_offer, staged, with};
use crate::support::{Kind, Value, code, json};

const CARD_NUMBER: &str = "4242 4242 4242 4242";

/// Returns an operation's sound arguments, in which a test sets one field wrong.
fn sound(name: &str, purchase: &Value) -> Value {
    match name {
        "set_offer" => json!({ "id": "new", "seller": "shop", "price": "1.00 USD" }),
        "set_promo" => json!({ "id": "new", "off": { "bps": 1 } }),
        "reserve" | "buy" => asked(&json!({})),
        "quote" | "get_offer" => json!({ "offer": "mug" }),
        "pay" | "cancel" | "refund" | "history" => json!({ "purchase": purchase["id"] }),
        _ => json!({}),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_call_is_named() {
    let stage = staged(Kind::Memory).await;
    set_offer(&stage, json!({})).await;
    let purchase = buy(&stage, json!({})).await;
    let request = "invalid_request";
    for (name, wrong, refusal, field) in [
        ("set_offer", json!({ "id": "a b" }), request, "id"),
        ("set_offer", json!({ "id": "x".repeat(49) }), request, "id"),
        ("set_offer", json!({ "seller": null }), request, "seller"),
        ("set_offer", json!({ "price": null }), request, "price"),
        ("set_offer", json!({ "seller": "a b" }), "invalid_account", "seller"),
        ("set_offer", json!({ "seller": "@fees" }), "not_permitted", "seller"),
        ("set_offer", json!({ "price": "0.00 USD" }), "invalid_amount", "price"),
        ("set_offer", json!({ "price": "1.00 XXQ" }), "invalid_currency", "price.currency"),
        ("set_offer", json!({ "stock": -1 }), request, "stock"),
        ("set_offer", json!({ "per_user_limit": 0 }), request, "per_user_limit"),
        ("set_offer", json!({ "hold_for": "PT0S" }), request, "hold_for"),
        ("set_offer", json!({ "hold_for": "P31D" }), request, "hold_for"),
        ("set_offer", json!({ "grants": ["0 KRW"] }), "invalid_amount", "grants[0]"),
        ("set_offer", json!({ "grants": ["1 KRW", "2 KRW"] }), request, "grants[1]"),
        (
            "set_offer",
            json!({ "sale_from": "2026-02-01T00:00:00Z", "sale_until": "2026-02-01T00:00:00Z" }),
            request,
            "sale_until",
        ),
        ("set_offer", json!({ "sale_from": "soon" }), request, "sale_from"),
        ("set_promo", json!({ "off": {} }), request, "off"),
        ("set_promo", json!({ "off": { "bps": 1, "amount": "1.00 USD" } }), request, "off"),
        ("set_promo", json!({ "off": { "bps": 0 } }), request, "off.bps"),
        ("set_promo", json!({ "off": { "bps": 10_001 } }), request, "off.bps"),
        ("set_promo", json!({ "off": { "amount": "0.00 USD" } }), "invalid_amount", "off.amount"),
        ("set_promo", json!({ "offers": [] }), request, "offers"),
        ("set_promo", json!({ "offers": ["a b"] }), request, "offers[0]"),
        ("set_promo", json!({ "limit": 0 }), request, "limit"),
        (
            "set_promo",
            json!({ "from": "2026-02-02T00:00:00Z", "until": "2026-02-01T00:00:00Z" }),
            request,
            "until",
        ),
        ("reserve", json!({ "quantity": 0 }), request, "quantity"),
        ("reserve", json!({ "quantity": 1_000_001 }), request, "quantity"),
        ("reserve", json!({ "quantity": 1_000_000_000 }), request, "quantity"),
        ("reserve", json!({ "buyer": "@world" }), "not_permitted", "buyer"),
        ("reserve", json!({ "buyer": "shop" }), request, "buyer"),
        ("reserve", json!({ "expect": "1.001 USD" }), "invalid_amount", "expect"),
        ("reserve", json!({ "expect": "10 KRW" }), "currency_mismatch", "expect"),
        ("reserve", json!({ "price": "1.00 USD" }), request, "price"),
        ("buy", json!({ "with": "love" }), request, "with"),
        ("buy", json!({ "gateway": CARD }), request, "gateway"),
        ("buy", json!({ "token": "pm-1" }), request, "token"),
        ("buy", json!({ "with": "gateway", "token": CARD_NUMBER }), request, "token"),
        ("buy", json!({ "metadata": { "card": CARD_NUMBER } }), request, "metadata.card"),
        ("pay", json!({ "with": "gateway", "token": "pm", "tokens": { CARD: "pm" } }), request, "tokens"),
        ("cancel", json!({ "reason": CARD_NUMBER }), request, "reason"),
        ("refund", json!({ "reason": CARD_NUMBER }), request, "reason"),
        ("refund", json!({ "quantity": 0 }), request, "quantity"),
        ("list", json!({ "state": "sold" }), request, "state"),
    ] {
        let args = with(sound(name, &purchase), &wrong);
        let details = stage.no(&format!("purchases.{name}"), args.clone(), refusal).await;
        assert_eq!(details["field"], field, "{name} {args}: {details}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_named() {
    let stage = staged(Kind::Memory).await;
    set_offer(&stage, json!({})).await;
    for (name, args, refusal) in [
        ("get_offer", json!({ "offer": "nothing" }), "offer_not_found"),
        ("quote", json!({ "offer": "nothing" }), "offer_not_found"),
        ("quote", json!({ "offer": "mug", "promo": "nothing" }), "promo_not_found"),
        ("reserve", asked(&json!({ "offer": "nothing" })), "offer_not_found"),
        ("set_promo", json!({ "id": "P", "off": { "bps": 1 }, "offers": ["nothing"] }), "offer_not_found"),
        ("get", json!({}), "invalid_request"),
        ("get", json!({ "reference": "nobody" }), "purchase_not_found"),
        ("get", json!({ "purchase": "pu_019b76da-a800-7000-8000-000000000000" }), "purchase_not_found"),
    ] {
        stage.no(&format!("purchases.{name}"), args, refusal).await;
    }
    // more than money can count
    let dear = json!({ "id": "dear", "seller": "shop", "price": format!("{} USD", "9".repeat(35)) });
    stage.ok("purchases.set_offer", dear).await;
    let args = json!({ "offer": "dear", "buyer": "alice", "quantity": 1_000_000 });
    stage.no("purchases.reserve", args, "overflow").await;
    stage.finish().await;
}

/// Plain actors read what they are a party to; what is offered is everybody's to read.
#[tokio::test(flavor = "multi_thread")]
async fn who_reads_what() {
    let stage = staged(Kind::Memory).await;
    set_offer(&stage, json!({ "per_user_limit": 1 })).await;
    let purchase = buy(&stage, json!({ "reference": "order-1" })).await;
    let one = json!({ "purchase": purchase["id"] });
    for (who, name, args, expected) in [
        ("alice", "get", &one, "ok"),
        ("alina", "get", &one, "ok"),
        ("olga", "get", &one, "ok"),
        ("shop", "get", &one, "ok"),
        ("mallory", "get", &one, "not_permitted"),
        ("alina", "history", &one, "ok"),
        ("olga", "history", &one, "ok"),
        ("mallory", "history", &one, "not_permitted"),
        ("alice", "list", &json!({ "buyer": "alice" }), "ok"),
        ("alina", "list", &json!({ "buyer": "alice" }), "ok"),
        ("olga", "list", &json!({ "offer": "mug" }), "ok"),
        ("mallory", "list", &json!({ "buyer": "alice" }), "not_permitted"),
        ("mallory", "list", &json!({ "offer": "mug" }), "not_permitted"),
        ("olga", "list", &json!({}), "not_permitted"),
        ("mallory", "get_offer", &json!({ "offer": "mug" }), "ok"),
        ("mallory", "offers", &json!({}), "ok"),
        ("mallory", "quote", &json!({ "offer": "mug" }), "ok"),
        ("mallory", "quote", &json!({ "offer": "mug", "buyer": "alice" }), "not_permitted"),
        ("mallory", "quote", &json!({ "offer": "mug", "buyer": "mallory" }), "ok"),
    ] {
        let args = with(args.clone(), &json!({ "actor": who }));
        let outcome = stage.call(&format!("purchases.{name}"), args.clone()).await;
        assert_eq!(code(&outcome), expected, "{who}: {name} {args}");
    }
    let quote =
        stage.ok("purchases.quote", json!({ "offer": "mug", "buyer": "alice", "actor": "alina" })).await;
    assert_eq!((&quote["allowed"], &quote["reason"]), (&json!(false), &json!("purchase_limit_exceeded")));
    let found = stage.ok("purchases.get", json!({ "reference": "order-1" })).await;
    assert_eq!(found["id"], purchase["id"]);
    stage.finish().await;
}

/// A thousand newer purchases of one stranger hid that of the buyer from who reads those of all buyers.
#[tokio::test(flavor = "multi_thread")]
async fn strangers_hide_no_purchase() {
    let stage = staged(Kind::Memory).await;
    set_offer(&stage, json!({})).await;
    let purchase = buy(&stage, json!({ "reference": "order-1" })).await;
    stage.advance("PT1S");
    for _ in 0..1_000 {
        let strange = json!({ "offer": "mug", "buyer": "mallory", "reference": "order-1" });
        stage.ok("purchases.reserve", strange).await;
    }
    let one = json!({ "reference": "order-1" });
    stage.bad("purchases.get", one.clone(), "invalid_request", "reference").await;
    // who may read none of the newer ones is not told that there is none
    stage.no("purchases.get", with(one, &json!({ "actor": "alice" })), "not_permitted").await;
    stage.ok("purchases.get", json!({ "purchase": purchase["id"], "actor": "alice" })).await;
    stage.finish().await;
}

/// Lists come in pages, by buyer, by offer and by state.
#[tokio::test(flavor = "multi_thread")]
async fn lists_come_in_pages() {
    let stage = staged(Kind::Memory).await;
    for n in 0..5 {
        let offer =
            json!({ "id": format!("o-{n}"), "seller": "shop", "price": "1.00 USD", "active": n != 3 });
        stage.ok("purchases.set_offer", offer).await;
        stage
            .ok(
                "purchases.set_promo",
                json!({ "id": format!("p-{n}"), "off": { "bps": 1 }, "offers": [format!("o-{n}")] }),
            )
            .await;
    }
    let count = |page: &Value| page["items"].as_array().unwrap().len();
    let active = stage.ok("purchases.offers", json!({ "active": true, "seller": "shop" })).await;
    let inactive = stage.ok("purchases.offers", json!({ "active": false })).await;
    assert_eq!((count(&active), &inactive["items"][0]["id"]), (4, &json!("o-3")));
    let first = stage.ok("purchases.offers", json!({ "limit": 3 })).await;
    let rest = stage.ok("purchases.offers", json!({ "limit": 3, "after": first["next"] })).await;
    assert_eq!((count(&first), count(&rest), &rest["next"]), (3, 2, &Value::Null));
    let promos = stage.ok("purchases.promos", json!({ "offer": "o-2" })).await;
    assert_eq!((count(&promos), &promos["items"][0]["id"]), (1, &json!("p-2")));
    for n in [0, 0, 1] {
        stage.ok("purchases.reserve", json!({ "offer": format!("o-{n}"), "buyer": "alice" })).await;
    }
    stage.ok("purchases.buy", json!({ "offer": "o-0", "buyer": "alice" })).await;
    for (filter, expected) in [
        (json!({ "buyer": "alice" }), 4),
        (json!({ "offer": "o-0" }), 3),
        (json!({ "offer": "o-0", "state": "held" }), 2),
        (json!({ "buyer": "bob" }), 0),
        (json!({ "state": "completed" }), 1),
    ] {
        assert_eq!(count(&stage.ok("purchases.list", filter.clone()).await), expected, "{filter}");
    }
    stage.finish().await;
}
