//! Times of payments: until when a payer has, and how long an authorization stands.

use earnest::Span;

use super::{
    CARD, answer, books, confirmed, create, figures, get, lease, leases, order, pass, pay_authorized, tell,
};
use crate::support::{Stage, Value, id, json};

/// So long after the clock's time, as a view has it.
fn ahead(stage: &Stage, span: &str) -> Value {
    let span: Span = span.parse().unwrap();
    stage.clock.now().checked_add(span).unwrap().to_string().into()
}

/// How often an event of this type was written about a payment.
async fn told(stage: &Stage, payment: &Value, kind: &str) -> usize {
    let page = stage.ok("payments.history", json!({ "payment": payment["id"], "limit": 500 })).await;
    page["items"].as_array().unwrap().iter().filter(|event| event["type"] == kind).count()
}

with_gateways! {
    async fn a_payer_who_does_not_come(stage) {
        let payment = create(stage, json!({})).await;
        let longer = create(stage, json!({ "expires_in": "P2D" })).await;
        assert_eq!((&payment["expires_at"], &longer["expires_at"]), (&ahead(stage, "PT30M"), &ahead(stage, "P2D")));
        stage.advance("PT29M59.999999S");
        stage.ok("jobs.run_due", json!({})).await;
        assert_eq!(get(stage, &payment).await["state"], "created");
        stage.advance("PT0.000001S");
        // the time has passed, whether or not the timer ran
        let confirm = json!({ "payment": payment["id"], "token": "pm-1" });
        let details = stage.no("payments.confirm", confirm.clone(), "condition_not_met").await;
        assert_eq!(details["condition"], "expires_at", "{details}");
        stage.ok("jobs.run_due", json!({})).await;
        let gone = get(stage, &payment).await;
        assert_eq!((figures(&gone).as_str(), told(stage, &payment, "payment.expired").await), ("expired 0.00 0.00 0.00 0.00", 1));
        stage.no("payments.confirm", confirm, "transition_not_allowed").await;
        assert_eq!(get(stage, &longer).await["state"], "created");
        pass(stage, "P2D").await;
        assert_eq!(get(stage, &longer).await["state"], "expired");
        assert_eq!(told(stage, &payment, "payment.expired").await, 1);
        assert!(leases(stage, &[CARD], 10).await.is_empty());
    }

    /// One that no worker takes expires, and its call is over; one that is out does not.
    async fn a_call_that_no_worker_takes(stage) {
        let out = confirmed(stage, json!({})).await;
        let job = lease(stage, CARD).await;
        assert_eq!(job["payload"]["payment"], out["id"]);
        let waits = confirmed(stage, json!({})).await;
        let more = json!({ "job": job["id"], "fence": job["fence"], "for": "PT6H" });
        stage.ok("jobs.extend", more).await;
        pass(stage, "PT31M").await;
        assert_eq!(get(stage, &waits).await["state"], "expired");
        assert_eq!(get(stage, &out).await["state"], "authorizing");
        assert!(leases(stage, &[CARD], 10).await.is_empty(), "the call of the expired one is over");
        let paid = answer(stage, &job, json!({ "outcome": "captured", "amount": "100.00 USD" })).await;
        assert_eq!(figures(&paid), "captured 100.00 0.00 0.00 0.00");
        pass(stage, "P30D").await;
        assert_eq!(get(stage, &out).await["state"], "captured");
    }

    /// The payer was asked for something and does not do it: the gateway is told to let go.
    async fn a_payer_who_does_not_act(stage) {
        for (end, shop) in [("expired", 0), ("captured", 10_000)] {
            let payment = confirmed(stage, json!({})).await;
            let job = lease(stage, CARD).await;
            let action = json!({ "type": "redirect", "url": "https://card.example/3ds" });
            let asked = answer(stage, &job, json!({ "outcome": "action_required", "action": action, "reference": format!("ch-{end}") })).await;
            assert_eq!((&asked["state"], &asked["action"]), (&json!("action_required"), &action), "{asked}");
            pass(stage, "PT31M").await;
            let voiding = get(stage, &payment).await;
            assert_eq!(voiding["state"], "voiding", "{voiding}");
            let job = lease(stage, CARD).await;
            assert_eq!(job["payload"]["call"], "void");
            let after = if end == "expired" {
                answer(stage, &job, json!({ "outcome": "voided" })).await
            } else {
                // the payer was faster
                tell(stage, &payment, "captured", json!({ "captured": "100.00 USD" })).await;
                let failure = json!({ "code": "not_processed", "retry": "never" });
                answer(stage, &job, json!({ "outcome": "refused", "failure": failure })).await
            };
            assert_eq!((&after["state"], books(stage).await), (&json!(end), [shop, 0, 0]), "{after}");
            assert_eq!(told(stage, &payment, "payment.expired").await, usize::from(end == "expired"));
        }
    }

    async fn an_authorization_that_nobody_captures(stage) {
        let payment = pay_authorized(stage).await;
        assert_eq!(payment["authorization_expires_at"], ahead(stage, "P6D"), "{payment}");
        stage.advance("P5DT23H59M");
        stage.ok("jobs.run_due", json!({})).await;
        assert_eq!(get(stage, &payment).await["state"], "authorized");
        pass(stage, "PT1M").await;
        assert_eq!(get(stage, &payment).await["state"], "voiding");
        stage.no("payments.capture", json!({ "payment": payment["id"] }), "transition_not_allowed").await;
        let job = lease(stage, CARD).await;
        assert_eq!((&job["payload"]["call"], &job["key"]), (&json!("void"), &json!(format!("{}:void:1", id(&payment)))));
        let end = answer(stage, &job, json!({ "outcome": "voided" })).await;
        assert_eq!(figures(&end), "expired 0.00 0.00 0.00 0.00", "after the timer it is expired, not voided: {end}");
        // one that a person gives up is voided
        let payment = pay_authorized(stage).await;
        order(stage, "void", &payment, json!({})).await;
        let job = lease(stage, CARD).await;
        assert_eq!(answer(stage, &job, json!({ "outcome": "voided" })).await["state"], "voided");
    }

    async fn an_authorization_stands_as_long_as_is_asked_for(stage) {
        let payment = confirmed(stage, json!({ "capture": "manual", "authorization_for": "PT2H" })).await;
        let job = lease(stage, CARD).await;
        stage.advance("PT30S");
        let payment = answer(stage, &job, json!({ "outcome": "authorized", "reference": format!("ch-{}", id(&payment)) })).await;
        assert_eq!(payment["authorization_expires_at"], ahead(stage, "PT2H"), "from when it was told: {payment}");
        pass(stage, "PT2H").await;
        assert_eq!(get(stage, &payment).await["state"], "voiding");
        let job = lease(stage, CARD).await;
        answer(stage, &job, json!({ "outcome": "voided" })).await;
    }
}
