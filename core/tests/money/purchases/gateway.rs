//! Purchases that are paid through a gateway: what becomes of the payment becomes of them.

use super::rules::{ROLES, TRIGGERS, tried};
use super::{CARD, admin, asked, get, order, pass, posted, set_offer, staged, told, units, with};
use crate::support::{Kind, Stage, Value, json};

pub(super) const TOKEN: &str = "pm-1";

/// A purchase that is paid through `card`, with a token.
pub(super) async fn paying(stage: &Stage, more: Value) -> Value {
    let by = json!({ "with": "gateway", "gateway": CARD, "token": TOKEN });
    let purchase = stage.ok("purchases.buy", asked(&with(by, &more))).await["purchase"].clone();
    assert_eq!((&purchase["state"], &purchase["paid_with"]), (&json!("paying"), &json!("gateway")));
    purchase
}

/// The one call that the gateway is asked for now.
pub(super) async fn lease(stage: &Stage) -> Value {
    let reply =
        stage.ok("jobs.lease", json!({ "kinds": ["gateway.card"], "limit": 10, "for": "PT1M" })).await;
    let jobs = reply["jobs"].as_array().unwrap();
    assert_eq!(jobs.len(), 1, "{reply}");
    jobs[0].clone()
}

pub(super) async fn answer(stage: &Stage, job: &Value, result: Value) {
    let done = json!({ "job": job["id"], "fence": job["fence"], "result": result });
    stage.ok("jobs.complete", done).await;
}

/// The gateway takes the money of the call that waits.
async fn capture(stage: &Stage, purchase: &Value) {
    let job = lease(stage).await;
    let amount = purchase["total"].clone();
    let reference = format!("ch-{}", purchase["id"].as_str().unwrap());
    answer(stage, &job, json!({ "outcome": "captured", "amount": amount, "reference": reference })).await;
}

pub(super) async fn paid(stage: &Stage, more: Value) -> Value {
    let purchase = paying(stage, more).await;
    capture(stage, &purchase).await;
    let purchase = get(stage, &purchase).await;
    assert_eq!(purchase["state"], "completed", "{purchase}");
    purchase
}

pub(super) async fn payment(stage: &Stage, purchase: &Value) -> Value {
    stage.ok("payments.get", json!({ "payment": purchase["payment"] })).await
}

with_a_shop! {
    async fn a_card_that_pays_completes_it(stage) {
        set_offer(stage, json!({ "stock": 2, "grants": ["50 KRW"] })).await;
        let purchase = paying(stage, json!({})).await;
        assert_eq!(units(stage, "mug").await, "1 0 1");
        let begun = payment(stage, &purchase).await;
        assert_eq!((&begun["purchase"], &begun["to"], &begun["payer"]), (&purchase["id"], &json!("shop"), &json!("alice")));
        capture(stage, &purchase).await;
        let after = get(stage, &purchase).await;
        assert_eq!((&after["state"], &after["transfer"]), (&json!("completed"), &json!(null)), "{after}");
        assert_eq!((posted(stage, "shop", "USD").await.as_str(), posted(stage, "alice", "USD").await.as_str()), ("10.00", "1000.00"));
        assert_eq!((posted(stage, "alice", "KRW").await.as_str(), units(stage, "mug").await.as_str()), ("50", "0 1 1"));
        // told once more, nothing happens once more
        let news = json!({ "gateway": CARD, "event": "e-1", "payment": purchase["payment"], "outcome": "captured", "captured": "10.00 USD" });
        stage.ok("payments.report", news).await;
        assert_eq!((posted(stage, "alice", "KRW").await.as_str(), told(stage, &purchase, "purchase.completed").await), ("50", 1));
    }

    /// The host begins the purchase, and whoever holds or owns the buyer's account brings the card.
    async fn who_owns_the_account_of_the_buyer_confirms_a_purchase_that_the_host_began(stage) {
        set_offer(stage, json!({})).await;
        let widget = json!({ "id": "widget", "driver": "stripe", "config": { "publishable_key": "pk_test_1" },
            "secrets": { "secret_key": "sk_test_1" } });
        stage.ok("payments.set_gateway", widget).await;
        for who in ["alice", "alina"] {
            let by = json!({ "with": "gateway", "gateway": "widget" });
            let purchase = stage.ok("purchases.buy", asked(&by)).await["purchase"].clone();
            let shown = |who: &str| json!({ "payment": purchase["payment"], "actor": who });
            let confirm = |who: &str| with(shown(who), &json!({ "token": TOKEN }));
            for stranger in ["mallory", "olga"] {
                stage.no("payments.checkout", shown(stranger), "not_permitted").await;
                stage.no("payments.confirm", confirm(stranger), "not_permitted").await;
            }
            stage.ok("payments.checkout", shown(who)).await;
            stage.ok("payments.confirm", confirm(who)).await;
        }
        // who begins it himself pays it himself
        let by = json!({ "with": "gateway", "gateway": "widget", "actor": "alina" });
        let purchase = stage.ok("purchases.buy", asked(&by)).await["purchase"].clone();
        let confirm = json!({ "payment": purchase["payment"], "token": TOKEN, "actor": "alice" });
        stage.no("payments.confirm", confirm, "not_permitted").await;
    }

    /// A buyer named a gateway in test mode, and was given the goods for play money.
    async fn a_buyer_chooses_no_gateway_beside_the_routes(stage) {
        set_offer(stage, json!({})).await;
        stage.ok("payments.set_gateway", json!({ "id": "card-test", "driver": "host" })).await;
        stage.ok("payments.set_route", json!({ "id": "all", "gateways": [CARD] })).await;
        let by = |gateway: &str| json!({ "with": "gateway", "gateway": gateway, "token": TOKEN, "actor": "alice" });
        stage.no("purchases.buy", asked(&by("card-test")), "gateway_not_found").await;
        let held = stage.ok("purchases.reserve", asked(&json!({ "actor": "alice" }))).await["purchase"].clone();
        let pay = |gateway: &str| with(by(gateway), &json!({ "purchase": held["id"] }));
        let details = stage.no("purchases.pay", pay("card-test"), "gateway_not_found").await;
        assert_eq!(details["gateway"], "card-test");
        let paying = stage.ok("purchases.pay", pay(CARD)).await["purchase"].clone();
        assert_eq!((&paying["state"], &payment(stage, &paying).await["gateway"]), (&json!("paying"), &json!(CARD)));
        // the host's own program names any
        let by_host = json!({ "with": "gateway", "gateway": "card-test", "token": TOKEN });
        stage.ok("purchases.buy", asked(&by_host)).await;
    }

    /// A card that is refused leaves the units held while there is time: another one may pay.
    async fn a_card_that_is_refused_may_be_followed_by_another(stage) {
        set_offer(stage, json!({ "stock": 1 })).await;
        let purchase = paying(stage, json!({})).await;
        let refused = json!({ "outcome": "refused", "failure": { "code": "declined", "retry": "other_method" } });
        answer(stage, &lease(stage).await, refused.clone()).await;
        let held = get(stage, &purchase).await;
        assert_eq!((&held["state"], &held["paid_with"]), (&json!("held"), &json!(null)), "{held}");
        assert_eq!(units(stage, "mug").await, "1 0 0");
        let other = json!({ "with": "gateway", "gateway": CARD, "token": "pm-2" });
        let again = order(stage, "pay", &purchase, other).await["purchase"].clone();
        assert_ne!(again["payment"], purchase["payment"]);
        let job = lease(stage).await;
        stage.advance("PT10M");
        // the time passes while the call is out: the units stay until its outcome is known
        pass(stage, "PT0S").await;
        assert_eq!((get(stage, &purchase).await["state"].as_str(), units(stage, "mug").await.as_str()), (Some("paying"), "1 0 0"));
        answer(stage, &job, refused).await;
        assert_eq!((get(stage, &purchase).await["state"].as_str(), units(stage, "mug").await.as_str()), (Some("expired"), "0 0 1"));
    }

    /// Nobody knows what became of the call: the units stay, and what is found out decides.
    async fn an_unknown_call_keeps_its_units(stage) {
        set_offer(stage, json!({ "stock": 1 })).await;
        let purchase = paying(stage, json!({})).await;
        let job = lease(stage).await;
        stage.ok("jobs.fail", json!({ "job": job["id"], "fence": job["fence"], "error": "no answer" })).await;
        pass(stage, "PT1H").await;
        assert_eq!((get(stage, &purchase).await["state"].as_str(), units(stage, "mug").await.as_str()), (Some("paying"), "1 0 0"));
        stage.no("purchases.cancel", json!({ "purchase": purchase["id"] }), "condition_not_met").await;
        let settle = json!({ "payment": purchase["payment"], "outcome": "captured", "reason": "seen there", "actor": admin() });
        stage.ok("payments.settle", settle).await;
        assert_eq!((get(stage, &purchase).await["state"].as_str(), units(stage, "mug").await.as_str()), (Some("completed"), "0 1 0"));
    }

    /// A purchase whose payer brings no means is given up, or expires, with its payment.
    async fn a_payer_who_does_not_come(stage) {
        set_offer(stage, json!({ "stock": 2 })).await;
        let no_token = json!({ "with": "gateway", "gateway": CARD });
        let gone = stage.ok("purchases.buy", asked(&no_token)).await["purchase"].clone();
        let given_up = stage.ok("purchases.buy", asked(&no_token)).await["purchase"].clone();
        let cancelled = order(stage, "cancel", &given_up, json!({ "actor": "alice" })).await["purchase"].clone();
        assert_eq!((&cancelled["state"], payment(stage, &given_up).await["state"].as_str()), (&json!("cancelled"), Some("voided")));
        pass(stage, "PT10M").await;
        pass(stage, "PT0S").await;
        assert_eq!((get(stage, &gone).await["state"].as_str(), payment(stage, &gone).await["state"].as_str()), (Some("expired"), Some("expired")));
        assert_eq!(units(stage, "mug").await, "0 0 2");
    }

    /// The payer is asked for something: cancelled then, the units stay until the gateway has let go.
    async fn a_cancellation_waits_for_the_gateway(stage) {
        set_offer(stage, json!({ "stock": 1 })).await;
        let purchase = paying(stage, json!({})).await;
        let action = json!({ "outcome": "action_required", "reference": "ch-1", "action": { "url": "https://card.example" } });
        answer(stage, &lease(stage).await, action).await;
        let asked_for = order(stage, "cancel", &purchase, json!({})).await["purchase"].clone();
        assert_eq!((&asked_for["state"], &asked_for["cancel_requested"]), (&json!("paying"), &json!(true)));
        assert_eq!(units(stage, "mug").await, "1 0 0");
        answer(stage, &lease(stage).await, json!({ "outcome": "voided" })).await;
        assert_eq!((get(stage, &purchase).await["state"].as_str(), units(stage, "mug").await.as_str()), (Some("cancelled"), "0 0 1"));
    }

    /// A payment of a purchase moves only through the purchase.
    async fn its_payment_moves_only_through_it(stage) {
        set_offer(stage, json!({})).await;
        let no_token = json!({ "with": "gateway", "gateway": CARD });
        let waits = stage.ok("purchases.buy", asked(&no_token)).await["purchase"].clone();
        stage.no("payments.void", json!({ "payment": waits["payment"] }), "not_permitted").await;
        let purchase = paid(stage, json!({})).await;
        stage.no("payments.refund", json!({ "payment": purchase["payment"] }), "not_permitted").await;
    }

    async fn a_refund_goes_back_to_the_card(stage) {
        set_offer(stage, json!({ "stock": 3, "grants": ["50 KRW"] })).await;
        let purchase = paid(stage, json!({ "quantity": 2 })).await;
        let reply = order(stage, "refund", &purchase, json!({ "quantity": 1, "actor": "olga" })).await;
        assert_eq!((&reply["refund"]["amount"]["amount"], &reply["refund"]["state"]), (&json!("10.00"), &json!("queued")));
        assert_eq!((posted(stage, "shop", "USD").await.as_str(), posted(stage, "alice", "KRW").await.as_str()), ("10.00", "50"));
        let job = lease(stage).await;
        assert_eq!((&job["payload"]["call"], &job["payload"]["refund"]), (&json!("refund"), &reply["refund"]["id"]));
        answer(stage, &job, json!({ "outcome": "refunded", "amount": "10.00 USD" })).await;
        let rest = order(stage, "refund", &purchase, json!({ "actor": admin() })).await;
        assert_eq!((&rest["purchase"]["state"], units(stage, "mug").await.as_str()), (&json!("refunded"), "0 0 3"));
        answer(stage, &lease(stage).await, json!({ "outcome": "refunded", "amount": "10.00 USD" })).await;
        assert_eq!(payment(stage, &purchase).await["state"], "refunded");
        assert_eq!(get(stage, &purchase).await["state"], "refunded");
    }

    /// The payer's bank takes the money back: spent points are a debt, and come again when it is won.
    async fn a_chargeback_takes_what_was_given(stage) {
        set_offer(stage, json!({ "stock": 1, "grants": ["100 KRW"] })).await;
        let purchase = paid(stage, json!({})).await;
        stage.ok("ledger.deduct", json!({ "account": "alice", "amount": "60 KRW" })).await;
        let case = json!({ "payment": purchase["payment"], "case": "cb-1" });
        stage.ok("payments.chargeback", case.clone()).await;
        assert_eq!(get(stage, &purchase).await["state"], "charged_back");
        assert_eq!((posted(stage, "alice", "KRW").await.as_str(), posted(stage, "@losses", "KRW").await.as_str()), ("0", "-60"));
        let debts = stage.ok("payments.debts", json!({ "account": "alice" })).await;
        assert_eq!((&debts["items"][0]["purchase"], &debts["items"][0]["case"]), (&purchase["id"], &json!("cb-1")));
        stage.ok("payments.chargeback", with(case, &json!({ "phase": "won" }))).await;
        assert_eq!((get(stage, &purchase).await["state"].as_str(), units(stage, "mug").await.as_str()), (Some("completed"), "0 1 0"));
        assert_eq!((posted(stage, "alice", "KRW").await.as_str(), posted(stage, "@losses", "KRW").await.as_str()), ("40", "0"));
    }
}

/// The cells of the table that only a gateway reaches.
#[tokio::test(flavor = "multi_thread")]
async fn every_state_of_a_gateway_trigger_and_role() {
    let (mut cells, mut wrong) = (0, Vec::new());
    for state in ["paying", "charged_back"] {
        let stage = staged(Kind::Memory).await;
        set_offer(&stage, json!({})).await;
        for trigger in TRIGGERS {
            for role in ROLES {
                cells += 1;
                let purchase = if state == "paying" {
                    let no_token = json!({ "with": "gateway", "gateway": CARD });
                    stage.ok("purchases.buy", asked(&no_token)).await["purchase"].clone()
                } else {
                    let purchase = paid(&stage, json!({ "quantity": 2 })).await;
                    // of a part: with nothing left there is nothing to refund
                    let case =
                        json!({ "payment": purchase["payment"], "case": stage.key(), "amount": "5.00 USD" });
                    stage.ok("payments.chargeback", case).await;
                    purchase
                };
                wrong.extend(tried(&stage, state, trigger, role, &purchase).await);
                // a refund is sent, so that the next purchase has the only call that waits
                stage
                    .ok("jobs.lease", json!({ "kinds": ["gateway.card"], "limit": 10, "for": "PT1H" }))
                    .await;
            }
        }
        stage.finish().await;
    }
    println!("{cells} cells");
    assert!(wrong.is_empty(), "{} of {cells} cells are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// With nothing to be paid there is nothing for a gateway to take.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_not_paid_by_card() {
    let stage = staged(Kind::Memory).await;
    set_offer(&stage, json!({})).await;
    stage.ok("purchases.set_promo", json!({ "id": "GIFT", "off": { "bps": 10_000 } })).await;
    let args = asked(&json!({ "promo": "GIFT", "with": "gateway", "gateway": CARD, "token": TOKEN }));
    stage.bad("purchases.buy", args, "invalid_request", "with").await;
    let nobody = asked(&json!({ "with": "gateway", "gateway": "nobody", "token": TOKEN }));
    stage.no("purchases.buy", nobody, "gateway_not_found").await;
    stage.finish().await;
}
