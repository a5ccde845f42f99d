//! Webhooks of gateways with built-in drivers: Stripe signs, Toss Payments does not.

use super::{PLAIN, counted, events, forged, heard, message, now};
use crate::payments::{answer, books, figures, get, leases, told_admins, with, with_gateways};
use crate::support::{Stage, Value, id, json};

/// A gateway of a driver, and a source of the same name.
pub(super) async fn set_up(stage: &Stage, driver: &str, key: &str, secrets: &[&str]) {
    let gateway = json!({ "id": driver, "driver": driver, "config": { key: format!("{}_1", prefix(key)) },
        "secrets": { "secret_key": "test_sk_1" } });
    stage.ok("payments.set_gateway", gateway).await;
    let mut source = json!({ "id": driver, "scheme": driver, "gateway": driver });
    if !secrets.is_empty() {
        source["secrets"] = json!(secrets);
    }
    stage.ok("webhooks.set_source", source).await;
}

fn prefix(key: &str) -> &'static str {
    if key == "publishable_key" { "pk_test" } else { "test_ck" }
}

/// A payment whose gateway has the call.
pub(super) async fn under_way(stage: &Stage, gateway: &str, amount: &str) -> (Value, Value) {
    let args = json!({ "amount": amount, "to": "shop", "gateway": gateway, "token": "pm_1" });
    let payment = stage.ok("payments.create", args).await["payment"].clone();
    let jobs = leases(stage, &[gateway], 10).await;
    (payment, jobs[0].clone())
}

/// An event of Stripe's about an intent.
pub(super) fn intent(event: &str, payment: &Value, more: &Value) -> Value {
    let intent = json!({ "id": "pi_1", "object": "payment_intent", "amount": 10_000, "currency": "usd",
        "created": 1, "amount_capturable": 0, "amount_received": 10_000, "status": "succeeded",
        "metadata": { "payment": payment["id"] } });
    json!({ "id": event, "object": "event", "type": "payment_intent.succeeded",
        "data": { "object": with(intent, more) } })
}

/// Builds an unsigned webhook of Toss Payments about a payment.
fn hint(transmission: &str, payment: &str) -> Value {
    let body = json!({ "eventType": "PAYMENT_STATUS_CHANGED", "createdAt": "2026-01-01T00:00:00.000000",
        "data": { "paymentKey": "pk-1", "orderId": payment, "status": "DONE" } });
    json!({ "source": "toss", "headers": { "tosspayments-webhook-transmission-id": transmission },
        "body": body.to_string() })
}

with_gateways! {
    /// An intent that has succeeded is a payment that is captured, once for each event of Stripe's.
    async fn what_stripe_signs_is_done(stage) {
        set_up(stage, "stripe", "publishable_key", &[PLAIN]).await;
        let (payment, _) = under_way(stage, "stripe", "100.00 USD").await;
        let told = message(stage, "stripe", PLAIN, "", &intent("evt_1", &payment, &json!({})));
        let reply = heard(stage, &told).await;
        assert_eq!((&reply["event"], &reply["result"]), (&json!("evt_1"), &json!("applied")), "{reply}");
        assert_eq!(figures(&get(stage, &payment).await), "captured 100.00 0.00 0.00 0.00");
        assert_eq!(reply["payment"]["gateway_reference"], "pi_1");
        assert_eq!(heard(stage, &told).await["replayed"], true);
        // an id beside the body is nobody's: the event is the one that is signed
        let mut copy = told.clone();
        copy["headers"]["webhook-id"] = "another".into();
        assert_eq!(heard(stage, &copy).await["replayed"], true);
        let wrong = with(told, &json!({ "headers": { "stripe-signature": format!("t={},v1=00", now(stage)) } }));
        forged(stage, &wrong).await;
        // what is not ours is seen, and nothing more
        let strange = json!({ "id": "evt_2", "object": "event", "type": "customer.created", "data": { "object": {} } });
        assert_eq!(heard(stage, &message(stage, "stripe", PLAIN, "", &strange)).await["result"], "ignored");
        assert_eq!(books(stage).await, [10_000, 0, 0]);
    }

    /// Stripe lets go of the rest of a part by itself: its webhook comes before the answer, and nobody asks
    /// about the rest or voids it.
    async fn a_part_that_stripe_tells_of_leaves_no_rest(stage) {
        set_up(stage, "stripe", "publishable_key", &[PLAIN]).await;
        let args = json!({ "amount": "100.00 USD", "to": "shop", "gateway": "stripe", "token": "pm_1",
            "capture": "manual" });
        let payment = stage.ok("payments.create", args).await["payment"].clone();
        let jobs = leases(stage, &["stripe"], 10).await;
        answer(stage, &jobs[0], json!({ "outcome": "authorized", "reference": "pi_1" })).await;
        stage.ok("payments.capture", json!({ "payment": payment["id"], "amount": "60.00 USD" })).await;
        assert_eq!(leases(stage, &["stripe"], 10).await[0]["payload"]["call"], "capture");
        let part = intent("evt_1", &payment, &json!({ "amount_received": 6_000 }));
        assert_eq!(heard(stage, &message(stage, "stripe", PLAIN, "", &part)).await["result"], "applied");
        assert_eq!(figures(&get(stage, &payment).await), "captured 60.00 0.00 0.00 0.00");
        assert!(leases(stage, &["stripe"], 10).await.is_empty());
    }

    /// A dispute takes the money back, as `payments.chargeback` does; one that was won gives it again.
    async fn a_dispute_is_a_chargeback(stage) {
        set_up(stage, "stripe", "publishable_key", &[PLAIN]).await;
        let (payment, _) = under_way(stage, "stripe", "100.00 USD").await;
        let dispute = |event: &str, kind: &str, status: &str| {
            json!({ "id": event, "object": "event", "type": kind, "data": { "object": {
                "id": "dp_1", "object": "dispute", "amount": 10_000, "currency": "usd", "payment_intent": "pi_1",
                "status": status, "reason": "fraudulent" } } })
        };
        let open = dispute("evt_2", "charge.dispute.created", "needs_response");
        // before anybody knows the intent it waits for the payment
        assert_eq!(heard(stage, &message(stage, "stripe", PLAIN, "", &open)).await["result"], "parked");
        heard(stage, &message(stage, "stripe", PLAIN, "", &intent("evt_1", &payment, &json!({})))).await;
        let open = with(open, &json!({ "id": "evt_3" }));
        assert_eq!(heard(stage, &message(stage, "stripe", PLAIN, "", &open)).await["result"], "ignored");
        assert_eq!(figures(&get(stage, &payment).await), "charged_back 100.00 0.00 100.00 0.00");
        let won = dispute("evt_4", "charge.dispute.closed", "won");
        assert_eq!(heard(stage, &message(stage, "stripe", PLAIN, "", &won)).await["result"], "applied");
        assert_eq!(figures(&get(stage, &payment).await), "captured 100.00 0.00 0.00 0.00");
    }

    /// A bank that takes late money gives nothing back by a refund: admins hear of it, and say so.
    async fn a_dispute_of_late_money_is_told_to_admins(stage) {
        set_up(stage, "stripe", "publishable_key", &[PLAIN]).await;
        let (payment, job) = under_way(stage, "stripe", "100.00 USD").await;
        let declined = json!({ "outcome": "refused", "failure": { "code": "declined" } });
        assert_eq!(answer(stage, &job, declined).await["state"], "failed");
        let told = message(stage, "stripe", PLAIN, "", &intent("evt_1", &payment, &json!({})));
        assert_eq!(heard(stage, &told).await["result"], "suspended");
        let refund = leases(stage, &["stripe"], 10).await.remove(0);
        let disputed = json!({ "outcome": "refused", "failure": { "code": "not_supported" } });
        let after = answer(stage, &refund, disputed).await;
        assert_eq!(figures(&after), "failed 0.00 0.00 0.00 100.00", "{after}");
        let before = told_admins(stage, "payment.suspended").await;
        let dispute = json!({ "id": "evt_2", "object": "event", "type": "charge.dispute.created", "data": { "object": {
            "id": "dp_1", "object": "dispute", "amount": 10_000, "currency": "usd", "payment_intent": "pi_1",
            "status": "needs_response", "reason": "fraudulent" } } });
        assert_eq!(heard(stage, &message(stage, "stripe", PLAIN, "", &dispute)).await["result"], "ignored");
        assert_eq!(told_admins(stage, "payment.suspended").await, before + 1);
        let news = json!({ "gateway": "stripe", "event": "seen", "payment": payment["id"], "outcome": "refunded",
            "refund": after["refunds"][0]["id"] });
        assert_eq!(stage.ok("payments.report", news).await["result"], "applied");
        assert_eq!((figures(&get(stage, &payment).await).as_str(), books(stage).await), ("failed 0.00 0.00 0.00 0.00", [0, 0, 0]));
    }

    /// An unsigned webhook is a hint: the gateway is asked, once, and its answer counts.
    async fn what_toss_sends_is_a_hint(stage) {
        set_up(stage, "toss", "client_key", &[]).await;
        let krw = json!({ "account": "shop", "currency": "KRW", "owner": "olga" });
        stage.ok("ledger.open_account", krw).await;
        let (payment, job) = under_way(stage, "toss", "5000 KRW").await;
        let told = hint("t-1", &id(&payment));
        let reply = heard(stage, &told).await;
        assert_eq!((&reply["event"], &reply["result"]), (&json!("t-1"), &json!("queried")), "{reply}");
        assert_eq!(get(stage, &payment).await["state"], "authorizing");
        assert_eq!(heard(stage, &told).await["replayed"], true);
        // while it is asked, another hint writes nothing
        let before = events(stage).await;
        assert_eq!(heard(stage, &hint("t-2", &id(&payment))).await["result"], "queried");
        // and about nobody's payment there is nothing to ask
        let strange = hint("t-3", "py_00000000-0000-0000-0000-000000000001");
        assert_eq!(heard(stage, &strange).await["result"], "ignored");
        assert_eq!(events(stage).await, before);
        assert_eq!(stage.ok("webhooks.list", json!({})).await["items"].as_array().unwrap().len(), 1);
        let question = leases(stage, &["toss"], 10).await;
        assert_eq!(question[0]["payload"]["call"], "query", "{question:?}");
        let result = json!({ "outcome": "captured", "captured": "5000 KRW", "reference": "pk-1" });
        let after = answer(stage, &question[0], result).await;
        assert_eq!(after["state"], "captured", "{after} after {job}");
        let line = "earnest_gateway_calls_total{gateway=\"toss\",call=\"query\",outcome=\"captured\"}";
        assert_eq!(counted(stage, line).await, 1);
        // however many hints anybody sends, a question follows every 15 seconds at most
        for n in 4..24 {
            assert_eq!(heard(stage, &hint(&format!("t-{n}"), &id(&payment))).await["result"], "queried");
        }
        assert!(leases(stage, &["toss"], 10).await.is_empty());
        stage.advance("PT15S");
        assert_eq!(leases(stage, &["toss"], 10).await.len(), 1);
    }

    /// A source speaks for one gateway, whose driver stays.
    async fn a_source_keeps_its_driver(stage) {
        set_up(stage, "stripe", "publishable_key", &[PLAIN]).await;
        let other = json!({ "id": "stripe", "driver": "host" });
        stage.bad("payments.set_gateway", other, "invalid_request", "driver").await;
    }
}
