//! Hints: what nobody signs has the gateway asked. No hint is lost, whatever is under way when it comes.

use super::{SECOND, answer, figures, get, lease, leases, no_answer, order, paid, sent, tell};
use crate::support::{Stage, Value, json};

const TOSS: &str = "toss";

/// A gateway whose webhooks are hints, and a route on which `second` comes after it.
async fn set_up(stage: &Stage) {
    let gateway = json!({ "id": TOSS, "driver": "toss", "config": { "client_key": "test_ck_1" },
        "secrets": { "secret_key": "test_sk_1" } });
    stage.ok("payments.set_gateway", gateway).await;
    stage.ok("webhooks.set_source", json!({ "id": TOSS, "scheme": "toss", "gateway": TOSS })).await;
    stage.ok("payments.set_route", json!({ "id": "all", "gateways": [TOSS, SECOND] })).await;
    let account = json!({ "account": "shop", "currency": "KRW", "owner": "olga" });
    stage.ok("ledger.open_account", account).await;
}

/// A payment on that route, and its call, taken by a worker.
async fn begun(stage: &Stage) -> (Value, Value) {
    set_up(stage).await;
    let args = json!({ "amount": "5000 KRW", "to": "shop", "tokens": { TOSS: "pk-1", SECOND: "pm-1" } });
    let payment = stage.ok("payments.create", args).await["payment"].clone();
    (payment, lease(stage, TOSS).await)
}

/// A payment that the first gateway has captured.
async fn captured(stage: &Stage) -> Value {
    let (payment, job) = begun(stage).await;
    let after =
        answer(stage, &job, json!({ "outcome": "captured", "amount": "5000 KRW", "reference": "pk-1" }));
    assert_eq!(figures(&after.await), "captured 5000 0 0 0");
    payment
}

/// A payment that has gone on to the second gateway, and its call there, taken by a worker.
async fn left(stage: &Stage) -> (Value, Value) {
    let (payment, job) = begun(stage).await;
    no_answer(stage, &job).await;
    let query = lease(stage, TOSS).await;
    answer(stage, &query, json!({ "outcome": "nothing", "closed": true })).await;
    (payment, lease(stage, SECOND).await)
}

/// The totals of a gateway.
fn totals(refunded: &str) -> Value {
    json!({ "outcome": "captured", "captured": "5000 KRW", "refunded": refunded })
}

/// Receives a hint about a payment, and returns its result.
async fn hinted(stage: &Stage, payment: &Value) -> Value {
    let body = json!({ "eventType": "PAYMENT_STATUS_CHANGED", "createdAt": "2026-01-01T00:00:00.000000",
        "data": { "paymentKey": "pk-1", "orderId": payment["id"], "status": "DONE" } });
    let headers = json!({ "tosspayments-webhook-transmission-id": stage.key() });
    let args = json!({ "source": TOSS, "headers": headers, "body": body.to_string() });
    stage.ok("webhooks.receive", args).await["result"].clone()
}

/// Hints about a payment that bring nothing new.
async fn repeated(stage: &Stage, payment: &Value) {
    let before = stage.event_types().await.len();
    for _ in 0..5 {
        assert_eq!(hinted(stage, payment).await, "queried");
    }
    assert_eq!(stage.event_types().await.len(), before, "who repeats a hint leaves nothing");
}

/// The question that is due now.
async fn question(stage: &Stage, gateway: &str) -> Value {
    let job = lease(stage, gateway).await;
    assert_eq!(job["payload"]["call"], "query", "{job}");
    job
}

async fn nothing_is_due(stage: &Stage) {
    let jobs = leases(stage, &[TOSS, SECOND], 10).await;
    assert!(jobs.is_empty(), "{jobs:?}");
}

with_gateways! {
    /// A deposit came while an earlier question was on its way: its hint led to nothing, and the answer of
    /// before it was the last one.
    async fn a_hint_while_a_question_is_on_its_way_leads_to_another(stage) {
        let (payment, job) = begun(stage).await;
        let waits = json!({ "outcome": "action_required", "reference": "pk-1", "action": { "type": "deposit" } });
        answer(stage, &job, waits.clone()).await;
        assert_eq!(hinted(stage, &payment).await, "queried");
        let first = question(stage, TOSS).await;
        assert_eq!(hinted(stage, &payment).await, "queried");
        repeated(stage, &payment).await;
        let after = answer(stage, &first, waits).await;
        assert_eq!(after["state"], "action_required", "{after}");
        // anybody may send hints: they lead to a question every 15 seconds at most
        nothing_is_due(stage).await;
        repeated(stage, &payment).await;
        stage.advance("PT15S");
        let second = question(stage, TOSS).await;
        assert_eq!(figures(&answer(stage, &second, totals("0 KRW")).await), "captured 5000 0 0 0");
        stage.advance("PT1M");
        nothing_is_due(stage).await;
    }

    /// The same while nobody knows what became of the call: the hint does not wait for a pause of hours.
    async fn a_hint_beside_an_answer_that_does_not_help_leads_to_another(stage) {
        let (payment, job) = begun(stage).await;
        no_answer(stage, &job).await;
        for _ in 0..8 {
            let one = question(stage, TOSS).await;
            answer(stage, &one, json!({ "outcome": "pending" })).await;
            stage.advance("P1D");
        }
        let one = question(stage, TOSS).await;
        assert_eq!(hinted(stage, &payment).await, "queried");
        answer(stage, &one, json!({ "outcome": "pending" })).await;
        let next = question(stage, TOSS).await;
        assert_eq!(next["payload"]["about"], "authorize", "{next}");
        assert_eq!(figures(&answer(stage, &next, totals("0 KRW")).await), "captured 5000 0 0 0");
        nothing_is_due(stage).await;
    }

    /// The question of a hint waited for its 15 seconds, and the answer to another call dropped it.
    async fn a_hint_whose_question_is_dropped_leads_to_another(stage) {
        let payment = captured(stage).await;
        assert_eq!(hinted(stage, &payment).await, "queried");
        let first = question(stage, TOSS).await;
        answer(stage, &first, totals("0 KRW")).await;
        // somebody refunds 2000 at the gateway itself
        assert_eq!(hinted(stage, &payment).await, "queried");
        order(stage, "refund", &payment, json!({ "amount": "1000 KRW" })).await;
        let refund = lease(stage, TOSS).await;
        answer(stage, &refund, json!({ "outcome": "refunded", "amount": "1000 KRW" })).await;
        nothing_is_due(stage).await;
        stage.advance("PT15S");
        let second = question(stage, TOSS).await;
        assert_eq!(figures(&answer(stage, &second, totals("3000 KRW")).await), "charged_back 5000 1000 2000 0");
        nothing_is_due(stage).await;
    }

    /// While a refund waits or is out a question would be about that alone: the hint counts after it.
    async fn a_hint_beside_a_refund_is_asked_about_after_it(stage) {
        let payment = captured(stage).await;
        order(stage, "refund", &payment, json!({ "amount": "1000 KRW" })).await;
        assert_eq!(hinted(stage, &payment).await, "queried");
        let refund = lease(stage, TOSS).await;
        assert_eq!(refund["payload"]["call"], "refund", "{refund}");
        answer(stage, &refund, json!({ "outcome": "refunded", "amount": "1000 KRW" })).await;
        let one = question(stage, TOSS).await;
        assert_eq!(figures(&answer(stage, &one, totals("3000 KRW")).await), "charged_back 5000 1000 2000 0");
        nothing_is_due(stage).await;
    }

    /// The request to the first gateway arrived after the payment had gone on to the second one. Its hint was
    /// ignored, and the payer had paid twice.
    async fn a_hint_of_a_gateway_that_was_left_is_asked_about(stage) {
        let (payment, job) = left(stage).await;
        answer(stage, &job, json!({ "outcome": "captured", "amount": "5000 KRW", "reference": "ch-2" })).await;
        assert_eq!(hinted(stage, &payment).await, "queried");
        repeated(stage, &payment).await;
        let asked = question(stage, TOSS).await;
        assert!(asked["payload"].get("about").is_none(), "{asked}");
        let taken = json!({ "outcome": "captured", "captured": "5000 KRW", "reference": "pk-1" });
        assert_eq!(figures(&answer(stage, &asked, taken).await), "captured 5000 0 0 5000");
        let back = lease(stage, TOSS).await;
        let payload = &back["payload"];
        assert_eq!((&payload["call"], &payload["reference"]), (&json!("refund"), &json!("pk-1")), "{back}");
        let after = answer(stage, &back, json!({ "outcome": "refunded", "amount": "5000 KRW" })).await;
        assert_eq!((figures(&after).as_str(), &after["gateway"]), ("captured 5000 0 0 0", &json!(SECOND)), "{after}");
        // an answer that says nothing of money changes nothing
        for outcome in ["nothing", "pending", "voided"] {
            stage.advance("PT15S");
            assert_eq!(hinted(stage, &payment).await, "queried");
            let asked = question(stage, TOSS).await;
            assert_eq!(figures(&answer(stage, &asked, json!({ "outcome": outcome })).await), "captured 5000 0 0 0");
        }
        stage.advance("PT1M");
        nothing_is_due(stage).await;
    }

    /// The second gateway is asked first, and the first one after it.
    async fn a_gateway_that_was_left_waits_for_the_other_one(stage) {
        let (payment, job) = left(stage).await;
        assert_eq!(hinted(stage, &payment).await, "queried");
        repeated(stage, &payment).await;
        nothing_is_due(stage).await;
        answer(stage, &job, json!({ "outcome": "captured", "amount": "5000 KRW", "reference": "ch-2" })).await;
        // its question is due, and gives way
        order(stage, "sync", &payment, json!({})).await;
        let jobs = leases(stage, &[TOSS, SECOND], 10).await;
        assert_eq!((jobs.len(), &jobs[0]["kind"]), (1, &json!("gateway.second")), "{jobs:?}");
        answer(stage, &jobs[0], totals("0 KRW")).await;
        let asked = question(stage, TOSS).await;
        // a hint since then is asked about too
        assert_eq!(hinted(stage, &payment).await, "queried");
        answer(stage, &asked, json!({ "outcome": "nothing" })).await;
        nothing_is_due(stage).await;
        stage.advance("PT15S");
        let again = question(stage, TOSS).await;
        let taken = json!({ "outcome": "captured", "captured": "5000 KRW", "reference": "pk-1" });
        assert_eq!(figures(&answer(stage, &again, taken).await), "captured 5000 0 0 5000");
        assert_eq!(lease(stage, TOSS).await["payload"]["call"], "refund");
    }

    /// The hint came while the gateway was asked, and the answer of before it sent the payment on to the next
    /// one.
    async fn a_hint_beside_the_answer_that_leaves_a_gateway_is_asked_about(stage) {
        let (payment, job) = begun(stage).await;
        no_answer(stage, &job).await;
        let query = question(stage, TOSS).await;
        assert_eq!(hinted(stage, &payment).await, "queried");
        answer(stage, &query, json!({ "outcome": "nothing", "closed": true })).await;
        let job = lease(stage, SECOND).await;
        nothing_is_due(stage).await;
        answer(stage, &job, json!({ "outcome": "captured", "amount": "5000 KRW", "reference": "ch-2" })).await;
        let asked = question(stage, TOSS).await;
        let taken = json!({ "outcome": "captured", "captured": "5000 KRW", "reference": "pk-1" });
        assert_eq!(figures(&answer(stage, &asked, taken).await), "captured 5000 0 0 5000");
        assert_eq!(lease(stage, TOSS).await["payload"]["call"], "refund");
    }

    /// The hint came since the gateway was asked. Its answer of before was believed, and the payer was
    /// charged at the next gateway too.
    async fn a_hint_since_the_question_keeps_the_payment_at_its_gateway(stage) {
        let (payment, job) = begun(stage).await;
        no_answer(stage, &job).await;
        stage.advance("PT121S");
        let query = question(stage, TOSS).await;
        assert_eq!(hinted(stage, &payment).await, "queried");
        let after = answer(stage, &query, json!({ "outcome": "nothing" })).await;
        assert_eq!((&after["state"], &after["gateway"]), (&json!("unknown"), &json!(TOSS)), "{after}");
        let next = question(stage, TOSS).await;
        assert_eq!(next["payload"]["about"], "authorize", "{next}");
        let after = answer(stage, &next, totals("0 KRW")).await;
        assert_eq!((figures(&after).as_str(), &after["gateway"]), ("captured 5000 0 0 0", &json!(TOSS)), "{after}");
        nothing_is_due(stage).await;
    }

    /// Each hint keeps it there for one more answer, and no longer.
    async fn an_answer_that_covers_the_hint_leaves_the_gateway(stage) {
        let (payment, job) = begun(stage).await;
        no_answer(stage, &job).await;
        stage.advance("PT121S");
        for _ in 0..3 {
            let query = question(stage, TOSS).await;
            assert_eq!(hinted(stage, &payment).await, "queried");
            answer(stage, &query, json!({ "outcome": "nothing" })).await;
            stage.advance("PT15S");
        }
        let query = question(stage, TOSS).await;
        answer(stage, &query, json!({ "outcome": "nothing" })).await;
        let next = lease(stage, SECOND).await;
        assert_eq!(next["payload"]["call"], "authorize", "{next}");
        answer(stage, &next, json!({ "outcome": "captured", "amount": "5000 KRW", "reference": "ch-2" })).await;
        nothing_is_due(stage).await;
    }

    /// A gateway told that something was refunded, without a total, while an earlier question was on its way:
    /// the answer of before it was the last one.
    async fn news_that_say_too_little_are_asked_about_after_the_open_question(stage) {
        for outcome in ["refunded", "refund_failed", "pending"] {
            let payment = paid(stage, "100.00 USD").await;
            order(stage, "sync", &payment, json!({})).await;
            let before = sent(stage, &payment, "query").await;
            assert_eq!(tell(stage, &payment, outcome, json!({})).await["result"], "queried", "{outcome}");
            assert_eq!(tell(stage, &payment, outcome, json!({})).await["result"], "ignored", "{outcome} again");
            let usd = |refunded: &str| json!({ "outcome": "captured", "captured": "100.00 USD", "refunded": refunded });
            answer(stage, &before, usd("0.00 USD")).await;
            let after = sent(stage, &payment, "query").await;
            answer(stage, &after, usd("20.00 USD")).await;
            assert_eq!(figures(&get(stage, &payment).await), "charged_back 100.00 0.00 20.00 0.00", "{outcome}");
        }
    }
}
