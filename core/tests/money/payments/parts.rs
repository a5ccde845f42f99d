//! A part that is captured: nobody takes the rest any more, and the gateway is told to let go of it.

use super::double::{Double, Faults};
use super::{
    CARD, answer, books, confirmed, figures, get, leases, no_answer, order, pass, pay_authorized, sent, tell,
};
use crate::support::{Stage, Value, id, json};

/// Orders 60.00 of the 100.00 that are authorized; the call, taken by a worker.
async fn part(stage: &Stage, payment: &Value) -> Value {
    order(stage, "capture", payment, json!({ "amount": "60.00 USD" })).await;
    sent(stage, payment, "capture").await
}

fn captured() -> Value {
    json!({ "outcome": "captured", "amount": "60.00 USD" })
}

fn money(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "USD" })
}

with_gateways! {
    /// The call says what is to be let go of. The books count what was captured, and what the gateway tells
    /// of the rest afterwards is no news.
    async fn the_rest_is_let_go_of_with_the_capture(stage) {
        let payment = pay_authorized(stage).await;
        let job = part(stage, &payment).await;
        let payload = &job["payload"];
        assert_eq!((&payload["amount"], &payload["release"]), (&money("60.00"), &money("40.00")), "{payload}");
        let after = answer(stage, &job, captured()).await;
        assert_eq!(figures(&after), "captured 60.00 0.00 0.00 0.00", "{after}");
        assert_eq!((&after["authorized"], &after["captured"]), (&money("100.00"), &money("60.00")), "{after}");
        let news = [
            ("voided", json!({})),
            ("authorized", json!({ "authorized": "40.00 USD" })),
            ("captured", json!({ "captured": "60.00 USD", "refunded": "0.00 USD" })),
        ];
        for (outcome, more) in news {
            assert_eq!(tell(stage, &payment, outcome, more).await["result"], "ignored", "{outcome}");
        }
        let rest = json!({ "payment": payment["id"], "amount": "40.00 USD" });
        stage.no("payments.capture", rest, "transition_not_allowed").await;
        stage.no("payments.void", json!({ "payment": payment["id"] }), "transition_not_allowed").await;
        // nor does anything follow when the authorization would have run out
        pass(stage, "P7D").await;
        assert!(leases(stage, &[CARD], 10).await.is_empty());
        assert_eq!(figures(&get(stage, &payment).await), "captured 60.00 0.00 0.00 0.00");
        assert_eq!(books(stage).await, [6_000, 0, 0]);
        let more = json!({ "payment": payment["id"], "amount": "60.01 USD" });
        stage.no("payments.refund", more, "refund_exceeds_captured").await;
        order(stage, "refund", &payment, json!({})).await;
        let job = sent(stage, &payment, "refund").await;
        let after = answer(stage, &job, json!({ "outcome": "refunded", "amount": "60.00 USD" })).await;
        assert_eq!(figures(&after), "refunded 60.00 60.00 0.00 0.00", "{after}");
        assert_eq!(books(stage).await, [0, 0, 0]);
    }

    /// A question about such a capture says it too, and so does the call that is sent again.
    async fn who_is_asked_about_it_is_told_as_well(stage) {
        let payment = pay_authorized(stage).await;
        let job = part(stage, &payment).await;
        no_answer(stage, &job).await;
        let query = sent(stage, &payment, "query").await;
        let payload = &query["payload"];
        assert_eq!((&payload["about"], &payload["release"]), (&json!("capture"), &money("40.00")), "{payload}");
        answer(stage, &query, json!({ "outcome": "nothing", "closed": true })).await;
        let again = sent(stage, &payment, "capture").await;
        assert_eq!((&again["key"], &again["payload"]), (&job["key"], &job["payload"]));
        let after = answer(stage, &again, captured()).await;
        assert_eq!(figures(&after), "captured 60.00 0.00 0.00 0.00", "{after}");
        assert_eq!(books(stage).await, [6_000, 0, 0]);
    }

    /// Who captures all of it leaves nothing over.
    async fn nothing_is_left_of_a_whole(stage) {
        let payment = pay_authorized(stage).await;
        order(stage, "capture", &payment, json!({})).await;
        let job = sent(stage, &payment, "capture").await;
        assert!(job["payload"].get("release").is_none(), "{job}");
        answer(stage, &job, json!({ "outcome": "captured", "amount": "100.00 USD" })).await;
        let payment = confirmed(stage, json!({})).await;
        let job = sent(stage, &payment, "authorize").await;
        assert!(job["payload"].get("release").is_none(), "{job}");
    }

    /// The double of a host's gateway does as it is told, and so has nothing reserved afterwards.
    async fn a_double_has_nothing_reserved(stage) {
        let mut double = Double::new(1, Faults::default());
        let payment = confirmed(stage, json!({ "capture": "manual" })).await;
        let job = sent(stage, &payment, "authorize").await;
        let result = double.call(&job, stage.clock.now().micros()).unwrap();
        answer(stage, &job, result).await;
        assert_eq!(double.reserved(CARD, &id(&payment)), 10_000);
        let job = part(stage, &payment).await;
        let result = double.call(&job, stage.clock.now().micros()).unwrap();
        let after = answer(stage, &job, result).await;
        assert_eq!(figures(&after), "captured 60.00 0.00 0.00 0.00", "{after}");
        assert_eq!((double.reserved(CARD, &id(&payment)), double.kept(&id(&payment))), (0, vec![(CARD, 6_000)]));
    }
}
