//! A gateway without the ability `query`: nobody asks it, and what nobody asks does not count against it.

use super::{
    CARD, admin, answer, books, confirmed, create, figures, gateway, get, lease, leases, no_answer, order,
    pass, sent, set_gateway, tell, with,
};
use crate::support::{Stage, Value, json};

/// `card` can give back a part, and nothing else. It is down after two calls in a row without an answer.
async fn unasked(stage: &Stage) {
    let breaker = json!({ "failures": 2, "pause": "PT30S" });
    set_gateway(stage, CARD, json!({ "abilities": ["partial_refund"], "breaker": breaker })).await;
}

/// A payment of which nobody knows what became of its authorize.
async fn unknown(stage: &Stage) -> Value {
    let payment = confirmed(stage, json!({})).await;
    let job = sent(stage, &payment, "authorize").await;
    let payment = no_answer(stage, &job).await;
    assert_eq!(payment["state"], "unknown", "{payment}");
    payment
}

with_gateways! {
    /// A worker failed the questions that its gateway cannot answer. Five in a row put the gateway down, and
    /// honest payers were turned away.
    async fn questions_that_nobody_can_answer_put_no_gateway_down(stage) {
        unasked(stage).await;
        let payment = unknown(stage).await;
        for _ in 0..30 {
            assert!(leases(stage, &[CARD], 10).await.is_empty(), "the question is not leased");
            pass(stage, "PT1H").await;
        }
        let queued = stage.ok("jobs.list", json!({ "kind": "gateway.card", "state": "queued" })).await;
        let questions = queued["items"].as_array().unwrap();
        assert_eq!((questions.len(), &questions[0]["attempts"]), (1, &json!(0)), "it waits, and uses nothing up");
        assert_eq!(gateway(stage, CARD).await["status"], "up");
        // who pays now is not turned away
        let next = confirmed(stage, json!({})).await;
        let job = lease(stage, CARD).await;
        assert_eq!(job["payload"]["payment"], next["id"]);
        answer(stage, &job, json!({ "outcome": "captured", "amount": "100.00 USD" })).await;
        // once the gateway can be asked, it is
        set_gateway(stage, CARD, json!({ "abilities": ["query"] })).await;
        stage.advance("PT6H");
        let jobs = leases(stage, &[CARD], 10).await;
        assert!(jobs.iter().any(|job| job["payload"]["call"] == "query" && job["payload"]["payment"] == payment["id"]), "{jobs:?}");
    }

    /// A question that was taken before the gateway lost the ability fails after that.
    async fn a_question_that_was_under_way_puts_no_gateway_down(stage) {
        set_gateway(stage, CARD, json!({ "breaker": { "failures": 2, "pause": "PT30S" } })).await;
        let payment = unknown(stage).await;
        let question = sent(stage, &payment, "query").await;
        unasked(stage).await;
        no_answer(stage, &question).await;
        assert_eq!(gateway(stage, CARD).await["status"], "up");
        // one that probes gives its place to the next call
        unknown(stage).await;
        assert_eq!(gateway(stage, CARD).await["status"], "down");
        set_gateway(stage, CARD, json!({ "abilities": ["query"] })).await;
        let mut probe = Vec::new();
        for _ in 0..100 {
            if probe.is_empty() {
                stage.advance("PT10M");
                probe = leases(stage, &[CARD], 10).await;
            }
        }
        assert_eq!((probe.len(), &probe[0]["payload"]["call"]), (1, &json!("query")), "{probe:?}");
        assert_eq!(gateway(stage, CARD).await["status"], "probing");
        unasked(stage).await;
        no_answer(stage, &probe[0]).await;
        let next = confirmed(stage, json!({})).await;
        assert_eq!(lease(stage, CARD).await["payload"]["payment"], next["id"]);
    }

    /// `sync` answered that it asks, and nobody did. What the gateway tells by itself, and an admin, end it.
    async fn an_unknown_payment_is_ended_without_a_question(stage) {
        unasked(stage).await;
        let told = unknown(stage).await;
        let sync = json!({ "payment": told["id"] });
        let details = stage.no("payments.sync", sync.clone(), "not_supported").await;
        assert_eq!(details["operation"], "payments.sync", "{details}");
        // a state is judged first, and then who asks
        let created = create(stage, json!({})).await;
        stage.no("payments.sync", json!({ "payment": created["id"] }), "transition_not_allowed").await;
        stage.no("payments.sync", with(sync, &json!({ "actor": "paul" })), "not_permitted").await;
        assert_eq!(tell(stage, &told, "captured", json!({ "captured": "100.00 USD" })).await["result"], "applied");
        assert_eq!(figures(&get(stage, &told).await), "captured 100.00 0.00 0.00 0.00");
        set_gateway(stage, CARD, json!({ "breaker": { "failures": 100 } })).await;
        let found = unknown(stage).await;
        let settle = json!({ "outcome": "refused", "reason": "seen in the console", "actor": admin() });
        let after = order(stage, "settle", &found, settle).await["payment"].clone();
        assert_eq!((&after["state"], &after["doing"]), (&json!("failed"), &Value::Null), "{after}");
        assert_eq!(books(stage).await, [10_000, 0, 0]);
        pass(stage, "PT12H").await;
        assert!(leases(stage, &[CARD], 10).await.is_empty(), "no question is left");
    }
}
