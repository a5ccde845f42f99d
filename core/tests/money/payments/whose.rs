//! Reports of hosts under a reference: they are of the payment that has it, and of no other one. Texts of
//! others that are kept are masked.

use super::{
    CARD, answer, books, confirmed, figures, get, leases, order, paid, reference, said, sent, tell,
    told_admins,
};
use crate::support::{Value, json};

fn totals(refunded: &str) -> Value {
    json!({ "outcome": "captured", "captured": "100.00 USD", "refunded": refunded })
}

with_gateways! {
    /// A refund that is answered with another refund, or with another payment, is not done by that: the
    /// gateway is asked, and admins hear of it.
    async fn a_refund_is_not_done_by_another_reference(stage) {
        let other = paid(stage, "100.00 USD").await;
        let payment = paid(stage, "100.00 USD").await;
        order(stage, "refund", &payment, json!({ "amount": "10.00 USD" })).await;
        let first = sent(stage, &payment, "refund").await;
        answer(stage, &first, json!({ "outcome": "refunded", "amount": "10.00 USD", "reference": "rf-1" })).await;
        for (n, wrong) in ["rf-1".to_owned(), reference(&other)].into_iter().enumerate() {
            order(stage, "refund", &payment, json!({ "amount": "10.00 USD" })).await;
            let refund = sent(stage, &payment, "refund").await;
            let after = answer(stage, &refund, json!({ "outcome": "refunded", "amount": "10.00 USD", "reference": wrong })).await;
            assert_eq!(after["refunds"][n + 1]["state"], "unknown", "{wrong}: {after}");
            assert_eq!(told_admins(stage, "payment.mismatched").await, n + 1, "{wrong}");
            let question = sent(stage, &payment, "query").await;
            assert_eq!(question["payload"]["about"], "refund");
            answer(stage, &question, totals(&format!("{}0.00 USD", n + 2))).await;
        }
        assert_eq!(figures(&get(stage, &payment).await), "captured 100.00 30.00 0.00 0.00");
        assert_eq!(books(stage).await, [17_000, 0, 0]);
    }

    /// News that ends a payment, under a reference that nobody knows, may be of an earlier try: while a call
    /// is out the gateway is asked, and the payment is not called so.
    async fn unasked_news_names_no_payment_whose_call_is_out(stage) {
        for outcome in ["voided", "refused"] {
            let payment = confirmed(stage, json!({})).await;
            let job = sent(stage, &payment, "authorize").await;
            let told = tell(stage, &payment, outcome, json!({ "reference": format!("old-{outcome}") })).await;
            assert_eq!((&told["result"], &told["payment"]["state"]), (&json!("queried"), &json!("authorizing")), "{told}");
            assert_eq!(told["payment"]["gateway_reference"], Value::Null);
            let result = json!({ "outcome": "captured", "amount": "100.00 USD", "reference": reference(&payment) });
            let after = answer(stage, &job, result).await;
            assert_eq!((figures(&after), &after["gateway_reference"]), ("captured 100.00 0.00 0.00 0.00".to_owned(), &json!(reference(&payment))));
            for question in leases(stage, &[CARD], 10).await {
                assert_eq!(question["payload"]["reference"], reference(&payment).as_str());
                answer(stage, &question, totals("0.00 USD")).await;
            }
        }
        assert_eq!(books(stage).await, [20_000, 0, 0]);
    }

    /// A worker that does not know what became of its call, and knows where to ask.
    async fn an_unknown_outcome_keeps_its_reference(stage) {
        let payment = confirmed(stage, json!({})).await;
        let job = sent(stage, &payment, "authorize").await;
        let after = answer(stage, &job, json!({ "outcome": "unknown", "reference": "ch-9" })).await;
        assert_eq!((&after["state"], &after["gateway_reference"]), (&json!("unknown"), &json!("ch-9")), "{after}");
        let question = sent(stage, &payment, "query").await;
        assert_eq!((&question["payload"]["reference"], &question["payload"]["about"]), (&json!("ch-9"), &json!("authorize")));
        let after = answer(stage, &question, totals("0.00 USD")).await;
        assert_eq!(figures(&after), "captured 100.00 0.00 0.00 0.00");
        order(stage, "refund", &payment, json!({ "amount": "10.00 USD" })).await;
        let refund = sent(stage, &payment, "refund").await;
        let after = answer(stage, &refund, json!({ "outcome": "unknown", "reference": "rf-9" })).await;
        let one = &after["refunds"][0];
        assert_eq!((&one["state"], &one["reference"]), (&json!("unknown"), &json!("rf-9")), "{after}");
        answer(stage, &sent(stage, &payment, "query").await, totals("10.00 USD")).await;
        assert_eq!(books(stage).await, [9_000, 0, 0]);
        // no answer to a question is no such thing
        order(stage, "sync", &payment, json!({})).await;
        let question = sent(stage, &payment, "query").await;
        let args = said(&question, &json!({ "result": { "outcome": "unknown" } }));
        stage.bad("jobs.complete", args, "invalid_request", "result.outcome").await;
    }

    /// Whatever a worker says of a call goes through one mask before it is kept.
    async fn card_numbers_in_errors_are_masked(stage) {
        confirmed(stage, json!({})).await;
        let job = leases(stage, &[CARD], 10).await.remove(0);
        let args = said(&job, &json!({ "error": "the answer was 400 4242424242424242" }));
        stage.ok("jobs.fail", args).await;
        let shown = stage.ok("jobs.list", json!({ "limit": 100 })).await.to_string();
        assert!(shown.contains("the answer was 400 (masked)") || shown.contains("the answer was (masked)"), "{shown}");
        assert!(!shown.contains("4242"), "{shown}");
    }
}
