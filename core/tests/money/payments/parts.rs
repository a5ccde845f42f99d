//! A part that is captured: nobody takes the rest any more, and the gateway is told to let go of it.

use super::double::{Double, Faults};
use super::{
    CARD, SECOND, admin, answer, books, confirmed, figures, get, leases, no_answer, order, pass,
    pay_authorized, sent, set_gateway, tell, told_admins,
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

/// The same, and the rest is held.
fn held() -> Value {
    json!({ "outcome": "captured", "amount": "60.00 USD", "authorized": "100.00 USD" })
}

fn money(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "USD" })
}

/// A part that the gateway tells of before the worker answers, and its call.
async fn told_first(stage: &Stage) -> (Value, Value) {
    let payment = pay_authorized(stage).await;
    let job = part(stage, &payment).await;
    let told = tell(stage, &payment, "captured", json!({ "captured": "60.00 USD" })).await;
    assert_eq!(figures(&told["payment"]), "captured 60.00 0.00 0.00 0.00", "{told}");
    (payment, job)
}

/// A payment whose gateway has said that it holds the rest.
pub(super) async fn rest_held(stage: &Stage) -> Value {
    let payment = pay_authorized(stage).await;
    let job = part(stage, &payment).await;
    let payment = answer(stage, &job, held()).await;
    assert_eq!(doing(&payment), "void queued", "{payment}");
    payment
}

/// The call and its phase.
fn doing(payment: &Value) -> String {
    let doing = &payment["doing"];
    if doing.is_null() {
        return "nothing".to_owned();
    }
    format!("{} {}", doing["call"].as_str().unwrap(), doing["phase"].as_str().unwrap())
}

/// A void may have undone the capture: the gateway is asked for its total, which shows that it has not.
async fn stands(stage: &Stage, payment: &Value) {
    let query = sent(stage, payment, "query").await;
    assert!(query["payload"].get("about").is_none(), "{query}");
    let before = figures(&get(stage, payment).await);
    let after = answer(stage, &query, captured()).await;
    assert_eq!((figures(&after), doing(&after)), (before, "nothing".to_owned()), "{after}");
    assert!(leases(stage, &[CARD], 10).await.is_empty());
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

    /// The gateway told of the capture by itself, and the worker died before it had let go of the rest:
    /// nobody was asked, and the payer's money was held for weeks.
    async fn a_rest_that_nobody_let_go_of_is_voided(stage) {
        let (payment, job) = told_first(stage).await;
        assert!(leases(stage, &[CARD], 10).await.is_empty(), "its worker may be at it");
        stage.advance("PT121S");
        let query = sent(stage, &payment, "query").await;
        let payload = &query["payload"];
        assert_eq!((&payload["about"], &payload["about_key"]), (&json!("capture"), &job["key"]), "{payload}");
        assert_eq!(payload["release"], money("40.00"), "{payload}");
        let after = answer(stage, &query, held()).await;
        assert_eq!((figures(&after).as_str(), doing(&after).as_str()), ("captured 60.00 0.00 0.00 0.00", "void queued"));
        let void = sent(stage, &payment, "void").await;
        let payload = &void["payload"];
        assert_eq!((&payload["release"], payload.get("amount")), (&money("40.00"), None), "{payload}");
        assert_eq!(void["key"], format!("{}:void:1", id(&payment)));
        let after = answer(stage, &void, json!({ "outcome": "voided" })).await;
        assert_eq!((figures(&after).as_str(), doing(&after).as_str()), ("captured 60.00 0.00 0.00 0.00", "nothing"));
        stands(stage, &payment).await;
        let events = stage.event_types().await;
        for event in ["payment.release_requested", "payment.released"] {
            assert_eq!(events.iter().filter(|one| *one == event).count(), 1, "{event}");
        }
        pass(stage, "P7D").await;
        assert!(leases(stage, &[CARD], 10).await.is_empty());
        assert_eq!(books(stage).await, [6_000, 0, 0]);
    }

    /// Most gateways let go by themselves, and most workers do: then nothing follows.
    async fn a_rest_that_is_gone_is_not_voided(stage) {
        let none = json!({ "outcome": "captured", "captured": "60.00 USD", "authorized": "60.00 USD" });
        for gone in [captured(), none] {
            let (payment, _) = told_first(stage).await;
            stage.advance("PT121S");
            let query = sent(stage, &payment, "query").await;
            let after = answer(stage, &query, json!({ "outcome": "pending" })).await;
            assert_eq!(doing(&after), "nothing", "{after}");
            assert!(leases(stage, &[CARD], 10).await.is_empty(), "it is asked later");
            stage.advance("PT15S");
            let query = sent(stage, &payment, "query").await;
            assert_eq!(query["payload"]["about"], "capture", "{query}");
            assert_eq!(doing(&answer(stage, &query, gone).await), "nothing");
            pass(stage, "P1D").await;
            assert!(leases(stage, &[CARD], 10).await.is_empty());
        }
        // the worker was late, and not dead
        let (_, job) = told_first(stage).await;
        answer(stage, &job, captured()).await;
        assert!(leases(stage, &[CARD], 10).await.is_empty(), "the question is over");
        // the gateway says so by itself
        let (payment, _) = told_first(stage).await;
        tell(stage, &payment, "captured", json!({ "captured": "60.00 USD", "authorized": "60.00 USD" })).await;
        assert!(leases(stage, &[CARD], 10).await.is_empty(), "the question is over");
        assert_eq!(told_admins(stage, "payment.not_released").await, 0);
    }

    /// The gateway told of the capture while its worker was about to release the rest. That the rest was
    /// still held was believed, and a second void undid the capture.
    async fn a_rest_is_not_voided_while_its_worker_may_release_it(stage) {
        let payment = pay_authorized(stage).await;
        let job = part(stage, &payment).await;
        for result in ["applied", "ignored"] {
            let told = json!({ "captured": "60.00 USD", "authorized": "100.00 USD" });
            assert_eq!(tell(stage, &payment, "captured", told).await["result"], result);
            assert!(leases(stage, &[CARD], 10).await.is_empty(), "{result}");
        }
        // nor is the answer to an earlier question, of a person, believed
        order(stage, "sync", &payment, json!({})).await;
        let query = sent(stage, &payment, "query").await;
        assert_eq!(doing(&answer(stage, &query, held()).await), "nothing");
        assert!(leases(stage, &[CARD], 10).await.is_empty());
        answer(stage, &job, captured()).await;
        pass(stage, "PT10M").await;
        assert!(leases(stage, &[CARD], 10).await.is_empty(), "the worker has released it");
        // it is late, and may not be dead
        let payment = pay_authorized(stage).await;
        let job = part(stage, &payment).await;
        no_answer(stage, &job).await;
        let query = sent(stage, &payment, "query").await;
        let after = answer(stage, &query, held()).await;
        assert_eq!((figures(&after).as_str(), doing(&after).as_str()), ("captured 60.00 0.00 0.00 0.00", "nothing"));
        assert!(leases(stage, &[CARD], 10).await.is_empty());
        stage.advance("PT121S");
        let query = sent(stage, &payment, "query").await;
        assert_eq!(query["payload"]["about"], "capture", "{query}");
        assert_eq!(doing(&answer(stage, &query, held()).await), "void queued");
        assert_eq!(books(stage).await, [12_000, 0, 0]);
    }

    /// Nobody said what became of a rest, and the gateway was asked for the payment's life.
    async fn a_rest_is_not_asked_about_once_its_authorization_has_ended(stage) {
        for (round, outcome) in ["nothing", "pending", "authorized"].into_iter().enumerate() {
            let (payment, _) = told_first(stage).await;
            stage.advance("PT121S");
            let query = sent(stage, &payment, "query").await;
            answer(stage, &query, json!({ "outcome": outcome })).await;
            assert_eq!(told_admins(stage, "payment.not_released").await, round, "{outcome}");
            pass(stage, "P7D").await;
            let query = sent(stage, &payment, "query").await;
            assert_eq!(query["payload"]["about"], "capture", "{query}");
            let after = answer(stage, &query, json!({ "outcome": outcome })).await;
            assert_eq!((figures(&after).as_str(), doing(&after).as_str()), ("captured 60.00 0.00 0.00 0.00", "nothing"));
            assert_eq!(told_admins(stage, "payment.not_released").await, round + 1, "{outcome}");
            pass(stage, "P7D").await;
            assert!(leases(stage, &[CARD], 10).await.is_empty(), "{outcome}");
        }
    }

    /// A refund has its turn when the rest is voided; what a bank takes does not wait.
    async fn a_refund_waits_for_the_rest_and_a_chargeback_does_not(stage) {
        let payment = rest_held(stage).await;
        let void = sent(stage, &payment, "void").await;
        order(stage, "refund", &payment, json!({ "amount": "10.00 USD" })).await;
        let charged = order(stage, "chargeback", &payment, json!({ "case": "cb-1", "amount": "5.00 USD" })).await;
        assert_eq!(doing(&charged["payment"]), "void sent", "{charged}");
        assert!(leases(stage, &[CARD], 10).await.is_empty(), "one call at a time");
        answer(stage, &void, json!({ "outcome": "voided" })).await;
        let refund = sent(stage, &payment, "refund").await;
        let after = answer(stage, &refund, json!({ "outcome": "refunded", "amount": "10.00 USD" })).await;
        assert_eq!(figures(&after), "charged_back 60.00 10.00 5.00 0.00", "{after}");
        stands(stage, &payment).await;
        assert_eq!(books(stage).await, [4_500, 0, 0]);
    }

    /// Nobody knows what became of the void: the payment stays captured, and the gateway says.
    async fn a_void_of_the_rest_without_an_answer_is_asked_about(stage) {
        let total = json!({ "outcome": "captured", "captured": "60.00 USD", "refunded": "0.00 USD" });
        for answered in [json!({ "outcome": "voided" }), total, held()] {
            let payment = rest_held(stage).await;
            let void = sent(stage, &payment, "void").await;
            let after = no_answer(stage, &void).await;
            assert_eq!((&after["state"], doing(&after).as_str()), (&json!("captured"), "void unknown"), "{after}");
            let query = sent(stage, &payment, "query").await;
            let payload = &query["payload"];
            assert_eq!((&payload["about"], &payload["about_key"], &payload["release"]), (&json!("void"), &void["key"], &money("40.00")));
            let after = answer(stage, &query, answered.clone()).await;
            if answered == held() {
                assert_eq!(doing(&after), "void unknown", "it may be on its way: {after}");
                assert!(leases(stage, &[CARD], 10).await.is_empty());
                stage.advance("PT121S");
                let query = sent(stage, &payment, "query").await;
                assert_eq!(doing(&answer(stage, &query, held()).await), "void queued");
                let again = sent(stage, &payment, "void").await;
                assert_eq!((&again["key"], &again["payload"]), (&void["key"], &void["payload"]));
                answer(stage, &again, json!({ "outcome": "voided" })).await;
            }
            if answered["outcome"] == "voided" || answered == held() {
                stands(stage, &payment).await;
            }
            let after = get(stage, &payment).await;
            assert_eq!((figures(&after).as_str(), doing(&after).as_str()), ("captured 60.00 0.00 0.00 0.00", "nothing"));
            assert!(leases(stage, &[CARD], 10).await.is_empty(), "{answered}");
        }
    }

    /// A gateway that refuses: admins are told, and what comes next goes on.
    async fn a_rest_that_is_not_released_is_told_to_admins(stage) {
        let payment = rest_held(stage).await;
        let void = sent(stage, &payment, "void").await;
        order(stage, "refund", &payment, json!({ "amount": "10.00 USD" })).await;
        let refused = json!({ "outcome": "refused", "failure": { "code": "not_supported" } });
        let after = answer(stage, &void, refused).await;
        assert_eq!((figures(&after).as_str(), &after["failure"]["code"]), ("captured 60.00 0.00 0.00 0.00", &json!("not_supported")));
        assert_eq!(told_admins(stage, "payment.not_released").await, 1);
        let refund = sent(stage, &payment, "refund").await;
        answer(stage, &refund, json!({ "outcome": "refunded", "amount": "10.00 USD" })).await;
        assert!(leases(stage, &[CARD], 10).await.is_empty(), "it is not voided again");
        assert_eq!(books(stage).await, [5_000, 0, 0]);
    }

    /// A gateway that cannot be asked: nobody asks it about the rest, and no refund waits for an answer that
    /// never comes.
    async fn a_rest_at_a_gateway_that_cannot_be_asked(stage) {
        let abilities = json!({ "abilities": ["two_step", "partial_capture", "partial_refund"] });
        set_gateway(stage, CARD, abilities).await;
        told_first(stage).await;
        assert!(leases(stage, &[CARD], 10).await.is_empty());
        let queued = stage.ok("jobs.list", json!({ "kind": "gateway.card", "state": "queued" })).await;
        assert_eq!(queued["items"], json!([]), "{queued}");
        for (round, is_told) in [false, true].into_iter().enumerate() {
            let payment = rest_held(stage).await;
            let void = sent(stage, &payment, "void").await;
            order(stage, "refund", &payment, json!({ "amount": "10.00 USD" })).await;
            let after = if is_told {
                // the worker itself says that it does not know
                answer(stage, &void, json!({ "outcome": "unknown" })).await
            } else {
                no_answer(stage, &void).await
            };
            let told = told_admins(stage, "payment.not_released").await;
            assert_eq!((&after["state"], told), (&json!("captured"), round + 1), "{after}");
            let refund = sent(stage, &payment, "refund").await;
            answer(stage, &refund, json!({ "outcome": "refunded", "amount": "10.00 USD" })).await;
            // what comes late of it is no news
            let after = answer(stage, &void, json!({ "outcome": "voided", "captured": "60.00 USD" })).await;
            let told = (figures(&after), doing(&after));
            assert_eq!(told, ("captured 60.00 10.00 0.00 0.00".to_owned(), "nothing".to_owned()));
            assert!(leases(stage, &[CARD], 10).await.is_empty());
        }
    }

    /// A void that surely never left goes out later under a new number, behind refunds.
    async fn a_void_of_the_rest_that_was_not_sent_goes_out_later(stage) {
        let payment = rest_held(stage).await;
        let key = |number: u32| json!(format!("{}:void:{number}", id(&payment)));
        let void = sent(stage, &payment, "void").await;
        let after = answer(stage, &void, json!({ "outcome": "unsent" })).await;
        assert_eq!((&after["state"], doing(&after).as_str()), (&json!("captured"), "void queued"), "{after}");
        stage.advance("PT1M");
        let void = sent(stage, &payment, "void").await;
        assert_eq!(void["key"], key(2));
        order(stage, "refund", &payment, json!({ "amount": "10.00 USD" })).await;
        answer(stage, &void, json!({ "outcome": "unsent" })).await;
        let refund = sent(stage, &payment, "refund").await;
        answer(stage, &refund, json!({ "outcome": "refunded", "amount": "10.00 USD" })).await;
        let void = sent(stage, &payment, "void").await;
        assert_eq!((&void["key"], &void["payload"]["release"]), (&key(3), &money("40.00")));
        answer(stage, &void, json!({ "outcome": "voided" })).await;
        stands(stage, &payment).await;
    }

    /// At some gateways a void undoes the capture: the total shows it, and what is gone is not the payee's.
    async fn a_void_of_the_rest_that_undoes_the_capture_is_found(stage) {
        let payment = rest_held(stage).await;
        let void = sent(stage, &payment, "void").await;
        answer(stage, &void, json!({ "outcome": "voided", "captured": "0.00 USD" })).await;
        assert_eq!(figures(&get(stage, &payment).await), "charged_back 60.00 0.00 60.00 0.00");
        let payment = rest_held(stage).await;
        let void = sent(stage, &payment, "void").await;
        answer(stage, &void, json!({ "outcome": "voided" })).await;
        let query = sent(stage, &payment, "query").await;
        let none = json!({ "outcome": "voided", "captured": "0.00 USD" });
        assert_eq!(figures(&answer(stage, &query, none).await), "charged_back 60.00 0.00 60.00 0.00");
        assert_eq!(books(stage).await, [0, 0, 0]);
    }

    /// The gateway told of the void before the worker did, without a total: nobody asked for one.
    async fn news_of_a_void_of_the_rest_do_not_hide_that_it_undid_the_capture(stage) {
        let payment = rest_held(stage).await;
        sent(stage, &payment, "void").await;
        let told = tell(stage, &payment, "voided", json!({})).await;
        assert_eq!((&told["result"], doing(&told["payment"]).as_str()), (&json!("applied"), "nothing"), "{told}");
        let query = sent(stage, &payment, "query").await;
        let none = json!({ "outcome": "voided", "captured": "0.00 USD" });
        assert_eq!(figures(&answer(stage, &query, none).await), "charged_back 60.00 0.00 60.00 0.00");
        assert_eq!(books(stage).await, [0, 0, 0]);
        // the answer of the worker comes later
        let payment = rest_held(stage).await;
        let void = sent(stage, &payment, "void").await;
        tell(stage, &payment, "voided", json!({})).await;
        stands(stage, &payment).await;
        answer(stage, &void, json!({ "outcome": "voided" })).await;
        stands(stage, &payment).await;
        // a total with it says all
        let payment = rest_held(stage).await;
        sent(stage, &payment, "void").await;
        tell(stage, &payment, "voided", json!({ "captured": "60.00 USD" })).await;
        assert!(leases(stage, &[CARD], 10).await.is_empty());
        assert_eq!(books(stage).await, [12_000, 0, 0]);
    }

    /// A gateway that was left told of its capture late, and an admin gave it to the payee: the sum is more
    /// than the part that was captured, and `verify` found more to be released than there was.
    async fn a_settled_capture_beside_a_rest_leaves_the_rest_to_admins(stage) {
        stage.ok("payments.set_route", json!({ "id": "all", "gateways": [CARD, SECOND] })).await;
        let payment = confirmed(stage, json!({ "gateway": null, "capture": "manual" })).await;
        no_answer(stage, &sent(stage, &payment, "authorize").await).await;
        let query = sent(stage, &payment, "query").await;
        answer(stage, &query, json!({ "outcome": "nothing", "closed": true })).await;
        let job = sent(stage, &payment, "authorize").await;
        answer(stage, &job, json!({ "outcome": "authorized", "reference": "ch-2" })).await;
        part(stage, &payment).await;
        let news = json!({ "gateway": SECOND, "event": stage.key(), "payment": payment["id"], "outcome": "captured",
            "captured": "60.00 USD" });
        assert_eq!(stage.ok("payments.report", news).await["result"], "applied");
        tell(stage, &payment, "captured", json!({ "captured": "100.00 USD" })).await;
        let refund = sent(stage, &payment, "refund").await;
        let refused = json!({ "outcome": "refused", "failure": { "code": "gateway_error" } });
        assert_eq!(figures(&answer(stage, &refund, refused).await), "captured 60.00 0.00 0.00 100.00");
        let settle = json!({ "outcome": "captured", "amount": "50.00 USD", "reason": "seen there", "actor": admin() });
        let after = order(stage, "settle", &payment, settle).await["payment"].clone();
        assert_eq!((figures(&after).as_str(), doing(&after).as_str()), ("captured 110.00 0.00 0.00 50.00", "nothing"));
        stage.verify().await;
        assert_eq!(told_admins(stage, "payment.not_released").await, 1);
        pass(stage, "PT10M").await;
        assert!(leases(stage, &[CARD, SECOND], 10).await.is_empty(), "nobody asks about the rest");
        assert_eq!(books(stage).await, [11_000, 5_000, 0]);
    }

    /// Where more was captured than is known admins find out what is there: nothing is voided any more.
    async fn a_payment_that_does_not_match_voids_no_rest(stage) {
        let payment = rest_held(stage).await;
        assert_eq!(tell(stage, &payment, "captured", json!({ "captured": "100.00 USD" })).await["result"], "mismatched");
        assert!(leases(stage, &[CARD], 10).await.is_empty());
        let settle = json!({ "outcome": "captured", "amount": "40.00 USD", "reason": "seen there", "actor": admin() });
        let after = order(stage, "settle", &payment, settle).await["payment"].clone();
        assert_eq!((figures(&after).as_str(), doing(&after).as_str()), ("captured 100.00 0.00 0.00 0.00", "nothing"));
        assert!(leases(stage, &[CARD], 10).await.is_empty());
    }

    /// A capture of the whole leaves nothing to release.
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
