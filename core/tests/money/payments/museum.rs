//! The exhibits of the museum of money bugs that are about payments: each was shipped by a respected system.

use super::{
    CARD, SECOND, TOKEN_OF_PAUL, admin, answer, books, confirmed, figures, get, lease, leases, no_answer,
    order, paid, pass, pay_authorized, posted, reference, said, sent, tell, together,
};
use crate::support::{Value, json, tally};

fn nothing() -> Value {
    json!({ "outcome": "nothing", "closed": true })
}

with_gateways! {
    /// medusajs/medusa #16292, #16681: a retried capture or refund sent a new key after a timeout. The key is
    /// fixed when the call is written; what the gateway surely has not got goes out under it again.
    async fn museum_10_a_call_goes_out_again_under_the_same_key(stage) {
        let payment = pay_authorized(stage).await;
        for (call, outcome) in [("capture", "captured"), ("refund", "refunded")] {
            order(stage, call, &payment, json!({})).await;
            let job = sent(stage, &payment, call).await;
            no_answer(stage, &job).await;
            // whoever asks once more, by another key, makes no second call
            let key = format!("{call}-again");
            let again = json!({ "payment": payment["id"], "amount": "100.00 USD", "key": key });
            let code = if call == "capture" { "transition_not_allowed" } else { "refund_exceeds_captured" };
            stage.no_matter(&format!("payments.{call}"), again, code).await;
            let query = sent(stage, &payment, "query").await;
            answer(stage, &query, nothing()).await;
            let once_more = sent(stage, &payment, call).await;
            assert_eq!((&once_more["key"], &once_more["payload"]), (&job["key"], &job["payload"]));
            answer(stage, &once_more, json!({ "outcome": outcome, "amount": "100.00 USD" })).await;
        }
        assert_eq!(figures(&get(stage, &payment).await), "refunded 100.00 100.00 0.00 0.00");
        assert_eq!(books(stage).await, [0, 0, 0]);
    }

    /// medusa #13301: webhook and reply said "captured" at once, and the loser's compensation refunded a good
    /// order. Neither loses: both count, the money comes once, and nothing is given back.
    async fn museum_11_who_comes_second_refunds_nothing(stage) {
        for n in 0..8 {
            let payment = confirmed(stage, json!({ "to": format!("shop-{n}") })).await;
            let job = sent(stage, &payment, "authorize").await;
            let result = json!({ "outcome": "captured", "amount": "100.00 USD", "reference": reference(&payment) });
            let webhook = json!({ "gateway": CARD, "event": format!("e-{n}"), "payment": payment["id"],
                "outcome": "captured", "captured": "100.00 USD" });
            let calls = vec![
                ("jobs.complete", said(&job, &json!({ "result": result }))),
                ("payments.report", webhook),
            ];
            assert_eq!(tally(&together(stage, calls).await), [("ok", 2)].into());
            let after = get(stage, &payment).await;
            assert_eq!((figures(&after).as_str(), &after["refunds"]), ("captured 100.00 0.00 0.00 0.00", &json!([])));
            assert_eq!(posted(stage, &format!("shop-{n}")).await, 10_000);
        }
        assert!(leases(stage, &[CARD], 10).await.is_empty(), "no call gives anything back");
    }

    /// juspay/hyperswitch #13182: two refunds of 60 on a capture of 100 were both paid out.
    async fn museum_31_two_refunds_of_sixty_are_one(stage) {
        let payment = paid(stage, "100.00 USD").await;
        let refund = |n: usize| {
            ("payments.refund", json!({ "payment": payment["id"], "amount": "60.00 USD", "key": format!("r-{n}") }))
        };
        let outcomes = together(stage, (0..2).map(refund).collect()).await;
        assert_eq!(tally(&outcomes), [("ok", 1), ("refund_exceeds_captured", 1)].into());
        assert_eq!(books(stage).await, [4_000, 0, 0]);
        assert_eq!(leases(stage, &[CARD], 10).await.len(), 1);
    }

    /// juspay/hyperswitch PR #2380, killbill/killbill-docs PR #69: payments without an answer became failed
    /// by age. Here nothing but news or an admin ends what nobody knows.
    async fn museum_32_silence_decides_nothing(stage) {
        let payment = confirmed(stage, json!({})).await;
        let job = sent(stage, &payment, "authorize").await;
        no_answer(stage, &job).await;
        for wait in ["PT1H", "P1D", "P7D", "P30D", "P90D"] {
            pass(stage, wait).await;
            let query = lease(stage, CARD).await;
            assert_eq!(query["payload"]["call"], "query", "after {wait}");
            assert_eq!(no_answer(stage, &query).await["state"], "unknown", "after {wait}");
        }
        let health = stage.ok("admin.health", json!({})).await;
        let checks = health["checks"].as_array().unwrap();
        assert!(checks.iter().any(|check| check["name"] == "gateways" && check["status"] != "healthy"), "{health}");
        let settle = json!({ "outcome": "captured", "reason": "seen in the console", "actor": admin() });
        let settled = order(stage, "settle", &payment, settle).await["payment"].clone();
        assert_eq!(figures(&settled), "captured 100.00 0.00 0.00 0.00");
        assert_eq!(books(stage).await, [10_000, 0, 0]);
    }

    /// duncanmcclean/statamic-cargo #190, polarsource/polar PR #10728: the webhook came before the order, was
    /// answered with 200 and was gone.
    async fn museum_33_news_before_the_reply_are_kept(stage) {
        let payment = confirmed(stage, json!({})).await;
        let job = sent(stage, &payment, "authorize").await;
        let news = json!({ "gateway": CARD, "event": "e-1", "reference": "ch-9", "outcome": "captured", "captured": "100.00 USD" });
        assert_eq!(stage.ok("payments.report", news).await["result"], "parked");
        let after = answer(stage, &job, json!({ "outcome": "pending", "reference": "ch-9" })).await;
        assert_eq!(figures(&after), "captured 100.00 0.00 0.00 0.00", "in the commit that learns the reference");
        assert_eq!(books(stage).await, [10_000, 0, 0]);
    }

    /// woocommerce/woocommerce-gateway-stripe #902, 202-ecommerce/stripe_official #79: a late `failed` undid
    /// a paid order. News only go forward.
    async fn museum_34_a_late_refusal_undoes_nothing(stage) {
        let payment = paid(stage, "100.00 USD").await;
        let failure = json!({ "failure": { "code": "declined" } });
        for (outcome, more) in [("refused", failure), ("authorized", json!({})), ("voided", json!({}))] {
            tell(stage, &payment, outcome, more).await;
            assert_eq!(figures(&get(stage, &payment).await), "captured 100.00 0.00 0.00 0.00", "{outcome}");
        }
        assert_eq!(books(stage).await, [10_000, 0, 0]);
        assert!(leases(stage, &[CARD], 10).await.is_empty());
    }

    /// antiwork/gumroad #4358, juspay/hyperswitch-control-center #4109: a refund after a chargeback made the
    /// seller pay twice.
    async fn museum_35_what_a_bank_took_is_not_refunded(stage) {
        let payment = paid(stage, "100.00 USD").await;
        order(stage, "chargeback", &payment, json!({ "case": "cb-1", "phase": "lost" })).await;
        paid(stage, "100.00 USD").await;
        for amount in [json!("100.00 USD"), json!("0.01 USD"), Value::Null] {
            let refund = json!({ "payment": payment["id"], "amount": amount, "key": stage.key() });
            let error = stage.call("payments.refund", refund).await.unwrap_err();
            let code = error.code().as_str();
            assert!(["transition_not_allowed", "refund_exceeds_captured"].contains(&code), "{error}");
        }
        assert_eq!(books(stage).await, [10_000, 0, 0], "the second sale stays with its seller");
        assert!(leases(stage, &[CARD], 10).await.is_empty());
    }

    /// alphagov/pay-connector PR #3989, PR #443: the gateway repeated a saved 500 under the key, so retries
    /// never ended. A worker that has no answer sends nothing again: the gateway is asked.
    async fn museum_38_a_saved_failure_is_asked_about(stage) {
        let payment = confirmed(stage, json!({})).await;
        let job = sent(stage, &payment, "authorize").await;
        let failed = said(&job, &json!({ "error": "500 of an earlier try, repeated" }));
        stage.ok("jobs.fail", failed).await;
        let mut queries = 0;
        for _ in 0..5 {
            pass(stage, "PT1H").await;
            for query in leases(stage, &[CARD], 10).await {
                assert_eq!(query["payload"]["call"], "query", "the call itself is not leased again: {query}");
                queries += 1;
                let result = json!({ "outcome": "refused", "failure": { "code": "declined" } });
                assert_eq!(answer(stage, &query, result).await["state"], "failed");
            }
        }
        assert_eq!(queries, 1, "one answer ends it");
    }

    /// woocommerce/woocommerce-gateway-stripe #4405, solidusio/solidus_stripe #265: refunds that failed later
    /// were shown as done.
    async fn museum_39_a_refund_that_failed_later_is_returned(stage) {
        let payment = paid(stage, "100.00 USD").await;
        let refund = order(stage, "refund", &payment, json!({ "amount": "30.00 USD" })).await["refund"].clone();
        let job = sent(stage, &payment, "refund").await;
        let done = answer(stage, &job, json!({ "outcome": "refunded", "amount": "30.00 USD" })).await;
        assert_eq!((figures(&done).as_str(), posted(stage, "shop").await), ("captured 100.00 30.00 0.00 0.00", 7_000));
        let failed = json!({ "refund": refund["id"], "amount": "30.00 USD" });
        assert_eq!(tell(stage, &payment, "refund_failed", failed).await["result"], "applied");
        let after = get(stage, &payment).await;
        assert_eq!((figures(&after).as_str(), &after["refunds"][0]["state"]), ("captured 100.00 0.00 0.00 0.00", &json!("returned")));
        assert_eq!(books(stage).await, [10_000, 0, 0]);
    }

    /// own-pay/OwnPay #183: a payment under way was opened again and paid at a second gateway.
    async fn museum_40_no_second_gateway_while_the_first_is_unknown(stage) {
        stage.ok("payments.set_route", json!({ "id": "all", "gateways": [CARD, SECOND] })).await;
        let tokens = json!({ CARD: TOKEN_OF_PAUL, SECOND: TOKEN_OF_PAUL });
        let more = json!({ "gateway": null, "token": null, "tokens": tokens, "expires_in": "P3D" });
        let payment = confirmed(stage, more).await;
        let job = sent(stage, &payment, "authorize").await;
        assert_eq!(job["kind"], "gateway.card");
        no_answer(stage, &job).await;
        for wait in ["PT1M", "PT1H", "P1D"] {
            pass(stage, wait).await;
            assert!(leases(stage, &[SECOND], 10).await.is_empty(), "after {wait}");
            let again = json!({ "payment": payment["id"], "token": TOKEN_OF_PAUL });
            stage.no_matter("payments.confirm", again, "transition_not_allowed").await;
        }
        let query = lease(stage, CARD).await;
        answer(stage, &query, nothing()).await;
        let second = lease(stage, SECOND).await;
        let result = json!({ "outcome": "captured", "amount": "100.00 USD", "reference": "ch-2" });
        assert_eq!(figures(&answer(stage, &second, result).await), "captured 100.00 0.00 0.00 0.00");
        assert_eq!(books(stage).await, [10_000, 0, 0]);
    }

    /// polarsource/polar #8344, alphagov/pay-connector PR #5011: a dispute for more than was paid was
    /// dropped.
    async fn museum_41_a_bank_may_take_more_than_was_paid(stage) {
        let payment = paid(stage, "100.00 USD").await;
        let more = json!({ "case": "cb-1", "amount": "130.00 USD" });
        let after = order(stage, "chargeback", &payment, more).await["payment"].clone();
        assert_eq!(figures(&after), "charged_back 100.00 0.00 130.00 0.00");
        assert_eq!(books(stage).await, [0, 0, -3_000]);
        let debts = stage.ok("payments.debts", json!({ "account": "shop", "state": "open" })).await;
        assert_eq!(debts["items"][0]["amount"], json!({ "amount": "30.00", "currency": "USD" }), "{debts}");
    }
}
