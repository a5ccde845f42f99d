//! Disputes of Stripe's in whatever order they come, about payments that are not known or not taken yet, and
//! in other currencies; and what other programs on the same account are told of.

use super::drivers::{intent, set_up, under_way};
use super::{PLAIN, heard, heard_of_stripe, message};
use crate::payments::{answer, books, figures, get, leases, no_answer, told_admins, with, with_gateways};
use crate::support::{Stage, Value, json};

/// An event of Stripe's about a dispute of `pi_1`.
fn dispute(event: &str, kind: &str, status: &str, more: &Value) -> Value {
    let object = json!({ "id": "dp_1", "object": "dispute", "amount": 10_000, "currency": "usd",
        "payment_intent": "pi_1", "status": status, "reason": "general" });
    json!({ "id": event, "object": "event", "type": format!("charge.dispute.{kind}"),
        "data": { "object": with(object, more) } })
}

/// The result of a message about a dispute.
async fn told(stage: &Stage, event: &str, kind: &str, status: &str, more: Value) -> Value {
    heard_of_stripe(stage, &dispute(event, kind, status, &more)).await["result"].clone()
}

/// A payment of 100.00 USD that Stripe has taken as `pi_1`.
async fn taken(stage: &Stage) -> Value {
    set_up(stage, "stripe", "publishable_key", &[PLAIN]).await;
    let (payment, _) = under_way(stage, "stripe", "100.00 USD").await;
    heard_of_stripe(stage, &intent("evt_1", &payment, &json!({}))).await;
    payment
}

with_gateways! {
    /// Stripe promises no order: a dispute that is won takes nothing, also where its begin is told after
    /// that.
    async fn a_dispute_that_is_won_takes_nothing_in_any_order(stage) {
        let payment = taken(stage).await;
        let steps = [("created", "needs_response"), ("funds_withdrawn", "needs_response"), ("updated", "under_review"),
            ("funds_reinstated", "won"), ("closed", "won")];
        let mut round = 0;
        for first in 0..steps.len() {
            for step in [1, 2, 3, 4] {
                round += 1;
                let case = json!({ "id": format!("dp_{round}") });
                // five is prime: each stride is an order of all of them
                for n in 0..steps.len() {
                    let (kind, status) = steps[(first + n * step) % steps.len()];
                    told(stage, &format!("evt_{round}_{n}"), kind, status, case.clone()).await;
                }
                assert_eq!(figures(&get(stage, &payment).await), "captured 100.00 0.00 0.00 0.00", "{first} {step}");
            }
        }
        assert_eq!(books(stage).await, [10_000, 0, 0]);
        // one that is lost is taken once
        for (n, (kind, status)) in [("closed", "lost"), ("created", "needs_response")].into_iter().enumerate() {
            told(stage, &format!("evt_lost_{n}"), kind, status, json!({ "id": "dp_lost" })).await;
        }
        assert_eq!(figures(&get(stage, &payment).await), "charged_back 100.00 0.00 100.00 0.00");
    }

    /// Nobody knew what became of the call when the dispute was told: it waits, and is booked with the money.
    async fn a_dispute_of_an_unknown_payment_waits_for_it(stage) {
        set_up(stage, "stripe", "publishable_key", &[PLAIN]).await;
        let (payment, job) = under_way(stage, "stripe", "100.00 USD").await;
        no_answer(stage, &job).await;
        assert_eq!(told(stage, "evt_2", "created", "needs_response", json!({})).await, "parked");
        assert_eq!(told(stage, "evt_3", "closed", "lost", json!({ "id": "dp_2", "amount": 4_000 })).await, "parked");
        assert_eq!(get(stage, &payment).await["state"], "unknown");
        let question = leases(stage, &["stripe"], 10).await.remove(0);
        let totals = json!({ "outcome": "captured", "captured": "100.00 USD", "refunded": "0.00 USD", "reference": "pi_1" });
        let after = answer(stage, &question, totals).await;
        let cases: Vec<&Value> = after["chargebacks"].as_array().unwrap().iter().map(|one| &one["case"]).collect();
        assert_eq!((&after["state"], cases), (&json!("charged_back"), vec![&json!("dp_1"), &json!("dp_2")]), "{after}");
        assert_eq!(told(stage, "evt_4", "closed", "won", json!({})).await, "applied");
        assert_eq!(figures(&get(stage, &payment).await), "charged_back 100.00 0.00 40.00 0.00");
    }

    /// The bank has taken money, in whatever currency: the payment is marked, and admins hear of it once.
    async fn a_dispute_in_another_currency_is_told_to_admins(stage) {
        let payment = taken(stage).await;
        for (n, more) in [json!({ "currency": "gbp" }), json!({ "currency": "ugx" }), json!({ "amount": 12.5 })].into_iter().enumerate() {
            let more = with(more, &json!({ "id": format!("dp_{n}") }));
            let before = told_admins(stage, "payment.mismatched").await;
            assert_eq!(told(stage, &format!("evt_{n}_1"), "created", "needs_response", more.clone()).await, "mismatched", "{more}");
            assert_eq!(get(stage, &payment).await["state"], "mismatched", "{more}");
            assert_eq!(told(stage, &format!("evt_{n}_2"), "closed", "lost", more.clone()).await, "ignored", "{more}");
            assert_eq!(told_admins(stage, "payment.mismatched").await, before + 1, "{more}");
            let settle = json!({ "payment": payment["id"], "outcome": "captured", "reason": "seen there",
                "actor": { "id": "ann", "role": "admin" } });
            stage.ok("payments.settle", settle).await;
            assert_eq!(figures(&get(stage, &payment).await), "captured 100.00 0.00 0.00 0.00");
        }
        assert_eq!(books(stage).await, [10_000, 0, 0]);
    }

    /// A genuine message that is nobody's here is taken, in whatever currency and shape: refused, it would
    /// be sent for days, and then the endpoint switched off.
    async fn what_other_programs_are_told_is_taken(stage) {
        set_up(stage, "stripe", "publishable_key", &[PLAIN]).await;
        let intent = json!({ "id": "pi_9", "object": "payment_intent", "amount": 500, "currency": "usd", "created": 1,
            "amount_received": 500, "status": "succeeded", "metadata": {} });
        let refund = json!({ "id": "re_9", "object": "refund", "amount": 500, "currency": "usd", "status": "succeeded",
            "payment_intent": "pi_9", "metadata": {} });
        let dispute = json!({ "id": "dp_9", "object": "dispute", "amount": 500, "currency": "gbp",
            "payment_intent": "pi_9", "status": "needs_response", "reason": "general" });
        let mut number = 0;
        for (kind, object) in [("payment_intent.succeeded", &intent), ("refund.created", &refund), ("charge.dispute.created", &dispute)] {
            for more in [json!({ "currency": "eur" }), json!({ "currency": "ugx" }), json!({ "currency": "usdc" }),
                json!({ "currency": "isk", "amount": 505 }), json!({ "metadata": { "payment": "invoice 7" } }),
                json!({ "metadata": null }), json!({ "payment_intent": null }), json!({ "amount": 12.5 }),
                json!({ "currency": "jpy", "metadata": { "payment": "py_01900000-0000-7000-8000-000000000000" } })] {
                number += 1;
                let body = json!({ "id": format!("evt_{number}"), "object": "event", "type": kind,
                    "data": { "object": with(object.clone(), &more) } });
                let reply = heard(stage, &message(stage, "stripe", PLAIN, "", &body)).await;
                assert_eq!((&reply["result"], &reply["payment"]), (&json!("ignored"), &Value::Null), "{kind} {more}");
            }
        }
        let thin = json!({ "id": "evt_thin", "object": "v2.core.event", "type": "v2.core.account.updated" });
        assert_eq!(heard(stage, &message(stage, "stripe", PLAIN, "", &thin)).await["result"], "ignored");
        assert_eq!(told_admins(stage, "payment.mismatched").await, 0);
    }
}
