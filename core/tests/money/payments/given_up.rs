//! Payments that were given up while their gateway waited for the payer: what the payer paid before the void
//! arrived goes back whole.

use super::{
    CARD, answer, books, confirmed, figures, get, lease, leases, no_answer, order, pay_authorized, reference,
    sent, tell,
};
use crate::support::{Stage, Value, json};

/// A payment that waits for its payer.
async fn waiting(stage: &Stage, capture: &str) -> Value {
    let payment = confirmed(stage, json!({ "capture": capture })).await;
    let job = sent(stage, &payment, "authorize").await;
    let action = json!({ "outcome": "action_required", "action": { "url": "https://card.example/3ds" }, "reference": reference(&payment) });
    let payment = answer(stage, &job, action).await;
    assert_eq!(payment["state"], "action_required", "{payment}");
    payment
}

fn captured() -> Value {
    json!({ "captured": "100.00 USD" })
}

with_gateways! {
    /// However the gateway says that the payer was first: by news before and after a worker took the void, by
    /// the question after a void without an answer, and after one that was refused.
    async fn a_void_keeps_no_money_of_a_payer_who_was_first(stage) {
        for how in ["told before", "told after", "asked", "refused and told", "refused and asked"] {
            let payment = waiting(stage, "auto").await;
            let after = order(stage, "void", &payment, json!({})).await["payment"].clone();
            assert_eq!((&after["state"], &after["cancel_requested"]), (&json!("voiding"), &json!(true)), "{how}");
            let totals = json!({ "outcome": "captured", "captured": "100.00 USD", "refunded": "0.00 USD" });
            if how != "told before" {
                let void = sent(stage, &payment, "void").await;
                match how {
                    "asked" => drop(no_answer(stage, &void).await),
                    "refused and told" | "refused and asked" => {
                        let refused = json!({ "outcome": "refused", "failure": { "code": "not_supported" } });
                        assert_eq!(answer(stage, &void, refused).await["state"], "action_required", "{how}");
                    }
                    _ => {}
                }
            }
            if how.ends_with("asked") {
                answer(stage, &sent(stage, &payment, "query").await, totals).await;
            } else {
                assert_eq!(tell(stage, &payment, "captured", captured()).await["result"], "applied", "{how}");
            }
            let refund = sent(stage, &payment, "refund").await;
            let after = answer(stage, &refund, json!({ "outcome": "refunded", "amount": "100.00 USD" })).await;
            assert_eq!(figures(&after), "refunded 100.00 100.00 0.00 0.00", "{how}: {after}");
            assert_eq!(books(stage).await, [0, 0, 0], "{how}");
        }
    }

    /// Money that is only held for the payee is let go of, and not taken.
    async fn a_payer_who_authorizes_after_the_void_is_let_go(stage) {
        let payment = waiting(stage, "manual").await;
        order(stage, "void", &payment, json!({})).await;
        let void = sent(stage, &payment, "void").await;
        let refused = json!({ "outcome": "refused", "failure": { "code": "not_supported" } });
        answer(stage, &void, refused).await;
        let told = tell(stage, &payment, "authorized", json!({ "authorized": "100.00 USD" })).await;
        assert_eq!(told["payment"]["state"], "voiding", "{told}");
        let void = sent(stage, &payment, "void").await;
        assert_eq!(answer(stage, &void, json!({ "outcome": "voided" })).await["state"], "voided");
    }

    /// A payee whose void was refused may still take what is held.
    async fn a_refused_void_forbids_no_capture(stage) {
        let payment = pay_authorized(stage).await;
        order(stage, "void", &payment, json!({})).await;
        let void = sent(stage, &payment, "void").await;
        let refused = json!({ "outcome": "refused", "failure": { "code": "not_supported" } });
        assert_eq!(answer(stage, &void, refused).await["state"], "authorized");
        for question in leases(stage, &[CARD], 10).await {
            answer(stage, &question, json!({ "outcome": "authorized", "authorized": "100.00 USD" })).await;
        }
        order(stage, "capture", &payment, json!({})).await;
        let capture = lease(stage, CARD).await;
        let after = answer(stage, &capture, json!({ "outcome": "captured", "amount": "100.00 USD" })).await;
        assert_eq!(figures(&after), "captured 100.00 0.00 0.00 0.00");
        assert!(leases(stage, &[CARD], 10).await.is_empty());
        assert_eq!((figures(&get(stage, &payment).await).as_str(), books(stage).await), ("captured 100.00 0.00 0.00 0.00", [10_000, 0, 0]));
    }

    /// A part went back in the console while nobody knew what had become of the refund of all: it was sent
    /// for ever, each time for more than was left.
    async fn a_refund_for_which_others_left_too_little_is_not_sent_again(stage) {
        let payment = waiting(stage, "auto").await;
        order(stage, "void", &payment, json!({})).await;
        tell(stage, &payment, "captured", captured()).await;
        no_answer(stage, &sent(stage, &payment, "refund").await).await;
        stage.advance("PT10M");
        let query = sent(stage, &payment, "query").await;
        assert_eq!(query["payload"]["about"], "refund", "{query}");
        let nothing = json!({ "outcome": "nothing", "captured": "100.00 USD", "refunded": "18.00 USD" });
        answer(stage, &query, nothing).await;
        let query = sent(stage, &payment, "query").await;
        assert_eq!(query["payload"]["about"], Value::Null, "{query}");
        let totals = json!({ "outcome": "captured", "captured": "100.00 USD", "refunded": "18.00 USD" });
        answer(stage, &query, totals).await;
        let refund = sent(stage, &payment, "refund").await;
        assert_eq!(refund["payload"]["amount"]["amount"], "82.00", "{refund}");
        let after = answer(stage, &refund, json!({ "outcome": "refunded", "amount": "82.00 USD" })).await;
        assert_eq!(figures(&after), "charged_back 100.00 82.00 18.00 0.00", "{after}");
        assert_eq!(books(stage).await, [0, 0, 0]);
    }

    /// A part went back in the console of the gateway before the refund of a payment that was given up was
    /// sent. The refund was held back, and the payee kept the rest.
    async fn what_is_left_of_a_void_goes_back(stage) {
        let payment = waiting(stage, "auto").await;
        order(stage, "void", &payment, json!({})).await;
        tell(stage, &payment, "captured", captured()).await;
        let told = tell(stage, &payment, "refunded", json!({ "refunded": "30.00 USD" })).await;
        assert_eq!(told["payment"]["charged_back"]["amount"], "30.00", "{told}");
        let refund = sent(stage, &payment, "refund").await;
        assert_eq!(refund["payload"]["amount"]["amount"], "70.00", "{refund}");
        let after = answer(stage, &refund, json!({ "outcome": "refunded", "amount": "70.00 USD" })).await;
        assert_eq!(figures(&after), "charged_back 100.00 70.00 30.00 0.00", "{after}");
        assert_eq!(books(stage).await, [0, 0, 0]);
    }
}
