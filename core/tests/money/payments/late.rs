//! Money that nobody waits for any more, or that is another amount: it rests in `@suspense`, and goes back or
//! where an admin says.

use super::{
    CARD, SECOND, admin, answer, books, confirmed, figures, get, lease, leases, no_answer, order, paid,
    pay_authorized, posted, reference, sent, tell, with,
};
use crate::support::{Stage, Value, json};

/// Payments that ended without money, and one whose attempt at `card` was left for `second`.
async fn left_behind(stage: &Stage, how: &str) -> Value {
    match how {
        "voided" => {
            let payment = pay_authorized(stage).await;
            order(stage, "void", &payment, json!({})).await;
            let job = sent(stage, &payment, "void").await;
            answer(stage, &job, json!({ "outcome": "voided" })).await
        }
        "failed" => {
            let payment = confirmed(stage, json!({})).await;
            let job = sent(stage, &payment, "authorize").await;
            no_answer(stage, &job).await;
            let query = sent(stage, &payment, "query").await;
            answer(stage, &query, json!({ "outcome": "nothing", "closed": true })).await
        }
        _ => {
            stage.ok("payments.set_route", json!({ "id": "all", "gateways": [CARD, SECOND] })).await;
            let payment = confirmed(stage, json!({ "gateway": null })).await;
            let job = sent(stage, &payment, "authorize").await;
            no_answer(stage, &job).await;
            let query = sent(stage, &payment, "query").await;
            answer(stage, &query, json!({ "outcome": "nothing", "closed": true })).await;
            let job = sent(stage, &payment, "authorize").await;
            assert_eq!(job["kind"], "gateway.second");
            answer(stage, &job, json!({ "outcome": "captured", "amount": "100.00 USD", "reference": "ch-2" }))
                .await
        }
    }
}

/// A payment of which the gateway has taken 60.00 of 100.00 USD.
async fn mismatched(stage: &Stage) -> Value {
    let payment = confirmed(stage, json!({})).await;
    let job = sent(stage, &payment, "authorize").await;
    let result = json!({ "outcome": "captured", "amount": "60.00 USD", "reference": reference(&payment) });
    let payment = answer(stage, &job, result).await;
    assert_eq!(figures(&payment), "mismatched 0.00 0.00 0.00 60.00", "{payment}");
    payment
}

fn settled(outcome: &str, more: &Value) -> Value {
    with(json!({ "outcome": outcome, "reason": "seen in the console", "actor": admin() }), more)
}

with_gateways! {
    /// It comes, it goes back, and nothing is left of it.
    async fn late_money_goes_back(stage) {
        for (how, before, shop) in [
            ("voided", "voided 0.00 0.00 0.00", 0),
            ("failed", "failed 0.00 0.00 0.00", 0),
            ("an attempt that was left", "captured 100.00 0.00 0.00", 10_000),
        ] {
            let payment = left_behind(stage, how).await;
            assert_eq!(figures(&payment), format!("{before} 0.00"), "{how}");
            let world = posted(stage, "@world").await;
            let told = tell(stage, &payment, "captured", json!({ "captured": "100.00 USD" })).await;
            assert_eq!(told["result"], "suspended", "{how}: {told}");
            let after = get(stage, &payment).await;
            assert_eq!(figures(&after), format!("{before} 100.00"), "{how}: {after}");
            assert_eq!(books(stage).await, [shop, 10_000, 0], "{how}");
            let refund = &after["refunds"][0];
            assert_eq!((&refund["state"], &refund["amount"]["amount"]), (&json!("queued"), &json!("100.00")), "{how}: {after}");
            // told again, it came once
            tell(stage, &payment, "captured", json!({ "captured": "100.00 USD" })).await;
            assert_eq!(books(stage).await, [shop, 10_000, 0], "{how}");
            let job = lease(stage, CARD).await;
            assert_eq!((&job["payload"]["call"], &job["payload"]["refund"]), (&json!("refund"), &refund["id"]), "{how}: {job}");
            let result = json!({ "outcome": "refunded", "amount": "100.00 USD", "reference": "rf-1" });
            let after = answer(stage, &job, result).await;
            assert_eq!((figures(&after), &after["refunds"][0]["state"]), (format!("{before} 0.00"), &json!("done")), "{how}: {after}");
            assert_eq!((books(stage).await, posted(stage, "@world").await), ([shop, 0, 0], world), "{how}");
            assert!(leases(stage, &[CARD, SECOND], 10).await.is_empty(), "{how}: nothing is left to do");
        }
    }

    /// The gateway may have given it back itself.
    async fn late_money_that_went_back_by_itself(stage) {
        let payment = left_behind(stage, "voided").await;
        tell(stage, &payment, "captured", json!({ "captured": "100.00 USD" })).await;
        let refund = get(stage, &payment).await["refunds"][0]["id"].clone();
        let news = json!({ "captured": "100.00 USD", "refunded": "100.00 USD", "amount": "100.00 USD", "refund": refund });
        assert_eq!(tell(stage, &payment, "refunded", news).await["result"], "applied");
        assert_eq!(figures(&get(stage, &payment).await), "voided 0.00 0.00 0.00 0.00");
        assert_eq!(books(stage).await, [0, 0, 0]);
        assert!(leases(stage, &[CARD], 10).await.is_empty(), "the call that waited is over");
    }

    /// A gateway that refuses to take it back: admins are told, and may ask again.
    async fn late_money_that_cannot_go_back(stage) {
        let payment = left_behind(stage, "voided").await;
        tell(stage, &payment, "captured", json!({ "captured": "100.00 USD" })).await;
        let job = lease(stage, CARD).await;
        let failure = json!({ "code": "gateway_error", "retry": "later" });
        let after = answer(stage, &job, json!({ "outcome": "refused", "failure": failure })).await;
        assert_eq!((figures(&after).as_str(), &after["refunds"][0]["state"]), ("voided 0.00 0.00 0.00 100.00", &json!("refused")), "{after}");
        assert_eq!(books(stage).await, [0, 10_000, 0]);
        let told = stage.ok("jobs.list", json!({ "kind": "notify.admins" })).await;
        let payload = &told["items"][0]["payload"];
        assert_eq!((&payload["event"], &payload["payment"]), (&json!("payment.suspended"), &payment["id"]), "{told}");
        order(stage, "sync", &payment, json!({ "actor": admin() })).await;
        let job = lease(stage, CARD).await;
        assert_eq!(job["payload"]["call"], "refund", "{job}");
        let after = answer(stage, &job, json!({ "outcome": "refunded", "amount": "100.00 USD" })).await;
        assert_eq!((figures(&after).as_str(), books(stage).await), ("voided 0.00 0.00 0.00 0.00", [0, 0, 0]), "{after}");
    }

    /// Its refund is refused, and somebody makes it in the gateway's console: the total says so.
    async fn late_money_that_went_back_in_the_console_is_booked(stage) {
        for (how, before, shop) in [
            ("voided", "voided 0.00 0.00 0.00", 0),
            ("an attempt that was left", "captured 100.00 0.00 0.00", 10_000),
        ] {
            let payment = left_behind(stage, how).await;
            let totals = |refunded: &str| json!({ "captured": "100.00 USD", "refunded": refunded });
            tell(stage, &payment, "captured", totals("0.00 USD")).await;
            let job = lease(stage, CARD).await;
            let failure = json!({ "code": "gateway_error", "retry": "later" });
            answer(stage, &job, json!({ "outcome": "refused", "failure": failure })).await;
            assert_eq!((figures(&get(stage, &payment).await), books(stage).await), (format!("{before} 100.00"), [shop, 10_000, 0]), "{how}");
            // a part of it first
            assert_eq!(tell(stage, &payment, "captured", totals("40.00 USD")).await["result"], "applied", "{how}");
            assert_eq!(books(stage).await, [shop, 6_000, 0], "{how}");
            for result in ["applied", "ignored"] {
                assert_eq!(tell(stage, &payment, "captured", totals("100.00 USD")).await["result"], result, "{how}");
                let after = get(stage, &payment).await;
                assert_eq!((figures(&after), &after["refunds"][0]["state"]), (format!("{before} 0.00"), &json!("done")), "{how}: {after}");
                assert_eq!(books(stage).await, [shop, 0, 0], "{how}");
            }
            assert!(leases(stage, &[CARD, SECOND], 10).await.is_empty(), "{how}: nothing is left to do");
        }
    }

    /// All of it was asked back where a part had gone back: a gateway refuses that, however often it is
    /// asked.
    async fn late_money_of_which_a_part_went_back(stage) {
        let totals = |refunded: &str| json!({ "captured": "100.00 USD", "refunded": refunded });
        let payment = left_behind(stage, "voided").await;
        for result in ["suspended", "ignored"] {
            assert_eq!(tell(stage, &payment, "captured", totals("40.00 USD")).await["result"], result);
            assert_eq!(figures(&get(stage, &payment).await), "voided 0.00 0.00 0.00 60.00", "{result}");
            assert_eq!(books(stage).await, [0, 6_000, 0], "{result}");
        }
        let job = lease(stage, CARD).await;
        assert_eq!((&job["payload"]["call"], &job["payload"]["amount"]["amount"]), (&json!("refund"), &json!("60.00")), "{job}");
        let failure = json!({ "code": "gateway_error", "retry": "later" });
        answer(stage, &job, json!({ "outcome": "refused", "failure": failure })).await;
        // more of it goes back, and the rest is sent once more
        assert_eq!(tell(stage, &payment, "captured", totals("70.00 USD")).await["result"], "applied");
        assert_eq!(books(stage).await, [0, 3_000, 0]);
        order(stage, "sync", &payment, json!({ "actor": admin() })).await;
        let job = lease(stage, CARD).await;
        assert_eq!((&job["payload"]["call"], &job["payload"]["amount"]["amount"]), (&json!("refund"), &json!("30.00")), "{job}");
        let after = answer(stage, &job, json!({ "outcome": "refunded", "amount": "30.00 USD" })).await;
        assert_eq!((figures(&after).as_str(), books(stage).await), ("voided 0.00 0.00 0.00 0.00", [0, 0, 0]), "{after}");
        // and one that waits to be sent is sent for what is left
        let payment = left_behind(stage, "voided").await;
        tell(stage, &payment, "captured", totals("0.00 USD")).await;
        assert_eq!(tell(stage, &payment, "captured", totals("30.00 USD")).await["result"], "applied");
        assert_eq!(books(stage).await, [0, 7_000, 0]);
        let job = lease(stage, CARD).await;
        assert_eq!((&job["payload"]["call"], &job["payload"]["amount"]["amount"]), (&json!("refund"), &json!("70.00")), "{job}");
        let after = answer(stage, &job, json!({ "outcome": "refunded", "amount": "70.00 USD" })).await;
        assert_eq!((figures(&after).as_str(), books(stage).await), ("voided 0.00 0.00 0.00 0.00", [0, 0, 0]), "{after}");
        assert!(leases(stage, &[CARD], 10).await.is_empty(), "nothing is left to do");
    }

    /// Mismatched money that the gateway gave back leaves `@suspense`, and is not given back again.
    async fn a_mismatch_that_went_back_at_the_gateway(stage) {
        let payment = mismatched(stage).await;
        for (refunded, result, suspended) in
            [("20.00 USD", "applied", 4_000), ("20.00 USD", "ignored", 4_000), ("60.00 USD", "applied", 0)]
        {
            let totals = json!({ "captured": "60.00 USD", "refunded": refunded });
            assert_eq!(tell(stage, &payment, "captured", totals).await["result"], result, "{refunded}");
            assert_eq!((&get(stage, &payment).await["state"], books(stage).await), (&json!("mismatched"), [0, suspended, 0]), "{refunded}");
        }
        let after = order(stage, "settle", &payment, settled("voided", &json!({}))).await["payment"].clone();
        assert_eq!((figures(&after).as_str(), books(stage).await), ("voided 0.00 0.00 0.00 0.00", [0, 0, 0]), "{after}");
        assert!(leases(stage, &[CARD], 10).await.is_empty(), "nothing is given back twice");
        // beside money that stays, what is nobody's goes back first
        let payment = mismatched(stage).await;
        order(stage, "settle", &payment, settled("captured", &json!({ "amount": "50.00 USD" }))).await;
        assert_eq!(tell(stage, &payment, "refunded", json!({ "refunded": "25.00 USD" })).await["result"], "applied");
        let after = get(stage, &payment).await;
        assert_eq!((figures(&after).as_str(), books(stage).await), ("charged_back 50.00 0.00 15.00 0.00", [3_500, 0, 0]), "{after}");
    }

    /// So does the answer to the question that follows where it is sent once more, and refused as done.
    async fn late_money_that_is_sent_back_twice_is_asked_for(stage) {
        let payment = left_behind(stage, "voided").await;
        tell(stage, &payment, "captured", json!({ "captured": "100.00 USD" })).await;
        for code in ["gateway_error", "not_processed"] {
            let job = lease(stage, CARD).await;
            assert_eq!(job["payload"]["call"], "refund", "{code}: {job}");
            answer(stage, &job, json!({ "outcome": "refused", "failure": { "code": code } })).await;
            if code == "gateway_error" {
                order(stage, "sync", &payment, json!({ "actor": admin() })).await;
            }
        }
        let query = lease(stage, CARD).await;
        let totals = json!({ "outcome": "captured", "captured": "100.00 USD", "refunded": "100.00 USD" });
        let after = answer(stage, &query, totals).await;
        assert_eq!((figures(&after).as_str(), books(stage).await), ("voided 0.00 0.00 0.00 0.00", [0, 0, 0]), "{after}");
    }

    /// Money in `@suspense` beside money that was taken goes back first, and not from the payee.
    async fn what_goes_back_of_a_mismatch_is_not_the_payees(stage) {
        let payment = paid(stage, "100.00 USD").await;
        tell(stage, &payment, "captured", json!({ "captured": "130.00 USD" })).await;
        order(stage, "settle", &payment, settled("refunded", &json!({}))).await;
        let job = sent(stage, &payment, "refund").await;
        let failure = json!({ "code": "gateway_error", "retry": "later" });
        let after = answer(stage, &job, json!({ "outcome": "refused", "failure": failure })).await;
        assert_eq!((figures(&after).as_str(), books(stage).await), ("captured 100.00 0.00 0.00 30.00", [10_000, 3_000, 0]), "{after}");
        assert_eq!(tell(stage, &payment, "refunded", json!({ "refunded": "50.00 USD" })).await["result"], "applied");
        let after = get(stage, &payment).await;
        assert_eq!((figures(&after).as_str(), books(stage).await), ("charged_back 100.00 0.00 20.00 0.00", [8_000, 0, 0]), "{after}");
    }

    /// From `authorized` on the payer gives up nothing of a manual capture: neither while it is captured, nor
    /// while nobody knows whether it was.
    async fn a_payer_takes_no_manual_capture_back(stage) {
        let payment = pay_authorized(stage).await;
        order(stage, "capture", &payment, json!({ "actor": "olga" })).await;
        let void = |actor: Value| json!({ "payment": payment["id"], "actor": actor });
        stage.no("payments.void", void(json!("paul")), "not_permitted").await;
        let job = sent(stage, &payment, "capture").await;
        stage.no("payments.void", void(json!("paul")), "not_permitted").await;
        no_answer(stage, &job).await;
        stage.no("payments.void", void(json!("paul")), "not_permitted").await;
        let query = sent(stage, &payment, "query").await;
        let after = answer(stage, &query, json!({ "outcome": "captured", "captured": "100.00 USD" })).await;
        assert_eq!((figures(&after).as_str(), &after["refunds"]), ("captured 100.00 0.00 0.00 0.00", &json!([])), "{after}");
        assert_eq!(books(stage).await, [10_000, 0, 0]);
        // what is taken at once he may give up until it is
        let payment = confirmed(stage, json!({})).await;
        let job = sent(stage, &payment, "authorize").await;
        answer(stage, &job, json!({ "outcome": "authorized", "reference": reference(&payment) })).await;
        let after = order(stage, "void", &payment, json!({ "actor": "paul" })).await["payment"].clone();
        assert_eq!((&after["state"], &after["cancel_requested"]), (&json!("capturing"), &json!(true)), "{after}");
    }

    /// A cancellation that waits: authorized is let go, captured is given back whole.
    async fn a_cancelled_payment_ends_without_money(stage) {
        let payment = confirmed(stage, json!({})).await;
        let job = lease(stage, CARD).await;
        assert_eq!(order(stage, "void", &payment, json!({ "actor": "paul" })).await["payment"]["cancel_requested"], true);
        let after = answer(stage, &job, json!({ "outcome": "authorized", "reference": "ch-1" })).await;
        assert_eq!(after["state"], "voiding", "{after}");
        let job = lease(stage, CARD).await;
        assert_eq!(job["payload"]["call"], "void");
        let after = answer(stage, &job, json!({ "outcome": "voided" })).await;
        assert_eq!(figures(&after), "voided 0.00 0.00 0.00 0.00");

        let payment = confirmed(stage, json!({})).await;
        let job = lease(stage, CARD).await;
        no_answer(stage, &job).await;
        order(stage, "void", &payment, json!({ "actor": admin() })).await;
        let query = lease(stage, CARD).await;
        let after = answer(stage, &query, json!({ "outcome": "captured", "captured": "100.00 USD", "reference": "ch-2" })).await;
        assert_eq!(figures(&after), "captured 100.00 0.00 0.00 0.00", "{after}");
        let job = lease(stage, CARD).await;
        assert_eq!((&job["payload"]["call"], &job["payload"]["amount"]["amount"]), (&json!("refund"), &json!("100.00")));
        let after = answer(stage, &job, json!({ "outcome": "refunded", "amount": "100.00 USD" })).await;
        assert_eq!((figures(&after).as_str(), books(stage).await), ("refunded 100.00 100.00 0.00 0.00", [0, 0, 0]));
    }

    /// Another amount, or another currency, than was asked for.
    async fn what_does_not_match_is_suspended(stage) {
        mismatched(stage).await;
        assert_eq!(books(stage).await, [0, 6_000, 0]);
        // more than was asked for, after it was taken: the difference
        let payment = paid(stage, "100.00 USD").await;
        tell(stage, &payment, "captured", json!({ "captured": "150.00 USD" })).await;
        assert_eq!(figures(&get(stage, &payment).await), "mismatched 100.00 0.00 0.00 50.00");
        assert_eq!(books(stage).await, [10_000, 11_000, 0]);
        // an authorization of less moves nothing
        let payment = confirmed(stage, json!({ "capture": "manual" })).await;
        let job = sent(stage, &payment, "authorize").await;
        let result = json!({ "outcome": "authorized", "authorized": "90.00 USD", "reference": reference(&payment) });
        let after = answer(stage, &job, result).await;
        assert_eq!(figures(&after), "mismatched 0.00 0.00 0.00 0.00", "{after}");
        // another currency
        let payment = confirmed(stage, json!({})).await;
        let job = sent(stage, &payment, "authorize").await;
        let result = json!({ "outcome": "captured", "amount": "100.00 EUR", "reference": reference(&payment) });
        let after = answer(stage, &job, result).await;
        assert_eq!(after["state"], "mismatched", "{after}");
        assert_eq!(books(stage).await, [10_000, 11_000, 0], "money of another currency is in no book");
    }

    /// Money of another currency is in no book, so that no refund of ours gives it back: whoever looks after
    /// the gateway does, and says so.
    async fn money_of_another_currency_is_given_back_at_the_gateway(stage) {
        let payment = confirmed(stage, json!({})).await;
        let job = sent(stage, &payment, "authorize").await;
        let result = json!({ "outcome": "captured", "amount": "100.00 EUR", "reference": reference(&payment) });
        let after = answer(stage, &job, result).await;
        assert_eq!(figures(&after), "mismatched 0.00 0.00 0.00 0.00", "{after}");
        let told = stage.ok("jobs.list", json!({ "kind": "notify.admins" })).await;
        assert_eq!(told["items"][0]["payload"]["event"], "payment.mismatched", "{told}");
        for outcome in ["captured", "refunded"] {
            let args = with(settled(outcome, &json!({})), &json!({ "payment": payment["id"] }));
            let details = stage.no("payments.settle", args, "condition_not_met").await;
            assert_eq!(details["condition"], "suspended", "{outcome}: {details}");
        }
        let after = order(stage, "settle", &payment, settled("voided", &json!({}))).await["payment"].clone();
        assert_eq!((figures(&after).as_str(), books(stage).await), ("voided 0.00 0.00 0.00 0.00", [0, 0, 0]), "{after}");
        // what the gateway tells of its refund afterwards is told to admins, and it stays voided
        let news = json!({ "captured": "100.00 EUR", "refunded": "100.00 EUR" });
        let told = tell(stage, &payment, "captured", news).await;
        assert_eq!((&told["result"], &told["payment"]["state"]), (&json!("mismatched"), &json!("voided")), "{told}");
        assert_eq!(books(stage).await, [0, 0, 0]);
        assert!(leases(stage, &[CARD], 10).await.is_empty(), "nothing of ours gives it back");
    }

    /// Money under another reference than the payment has is booked once the gateway was asked.
    async fn money_under_another_reference_is_asked_for(stage) {
        let payment = pay_authorized(stage).await;
        let other = json!({ "captured": "100.00 USD", "reference": "ch-other" });
        assert_eq!(tell(stage, &payment, "captured", other.clone()).await["result"], "mismatched");
        assert_eq!(figures(&get(stage, &payment).await), "mismatched 0.00 0.00 0.00 0.00");
        let args = with(settled("captured", &json!({})), &json!({ "payment": payment["id"] }));
        let details = stage.no("payments.settle", args, "condition_not_met").await;
        assert_eq!(details["condition"], "suspended", "{details}");
        order(stage, "sync", &payment, json!({})).await;
        let query = lease(stage, CARD).await;
        let after = answer(stage, &query, with(json!({ "outcome": "captured" }), &other)).await;
        assert_eq!(figures(&after), "mismatched 0.00 0.00 0.00 100.00", "{after}");
        let after = order(stage, "settle", &payment, settled("captured", &json!({}))).await["payment"].clone();
        assert_eq!((figures(&after).as_str(), books(stage).await), ("captured 100.00 0.00 0.00 0.00", [10_000, 0, 0]), "{after}");
    }

    /// An admin gives it to whom it was for, whole or in part.
    async fn a_mismatch_is_settled_as_captured(stage) {
        let payment = mismatched(stage).await;
        let after = order(stage, "settle", &payment, settled("captured", &json!({ "amount": "60.00 USD" }))).await["payment"].clone();
        assert_eq!((figures(&after).as_str(), books(stage).await), ("captured 60.00 0.00 0.00 0.00", [6_000, 0, 0]), "{after}");
        order(stage, "refund", &payment, json!({})).await;
        let job = lease(stage, CARD).await;
        let after = answer(stage, &job, json!({ "outcome": "refunded", "amount": "60.00 USD" })).await;
        assert_eq!((figures(&after).as_str(), books(stage).await), ("refunded 60.00 60.00 0.00 0.00", [0, 0, 0]));

        let payment = mismatched(stage).await;
        let after = order(stage, "settle", &payment, settled("captured", &json!({ "amount": "50.00 USD" }))).await["payment"].clone();
        assert_eq!((figures(&after).as_str(), books(stage).await), ("captured 50.00 0.00 0.00 10.00", [5_000, 1_000, 0]), "{after}");
    }

    /// Or sends it back.
    async fn a_mismatch_is_settled_as_refunded(stage) {
        let payment = mismatched(stage).await;
        for outcome in ["voided", "refused"] {
            let args = with(settled(outcome, &json!({})), &json!({ "payment": payment["id"] }));
            let details = stage.no("payments.settle", args, "condition_not_met").await;
            assert_eq!(details["condition"], "suspended", "{outcome}: {details}");
        }
        order(stage, "settle", &payment, settled("refunded", &json!({}))).await;
        let job = lease(stage, CARD).await;
        assert_eq!((&job["payload"]["call"], &job["payload"]["amount"]["amount"]), (&json!("refund"), &json!("60.00")));
        let after = answer(stage, &job, json!({ "outcome": "refunded", "amount": "60.00 USD" })).await;
        assert_eq!((figures(&after).as_str(), books(stage).await), ("voided 0.00 0.00 0.00 0.00", [0, 0, 0]), "{after}");
    }

    /// A payment that was given up is voided, although an admin finds it authorized.
    async fn a_cancelled_payment_that_is_settled_as_authorized_is_voided(stage) {
        let payment = pay_authorized(stage).await;
        order(stage, "capture", &payment, json!({})).await;
        let job = sent(stage, &payment, "capture").await;
        no_answer(stage, &job).await;
        order(stage, "void", &payment, json!({ "actor": admin() })).await;
        let after = order(stage, "settle", &payment, settled("authorized", &json!({}))).await["payment"].clone();
        assert_eq!((&after["state"], &after["doing"]["call"]), (&json!("voiding"), &json!("void")), "{after}");
        let job = lease(stage, CARD).await;
        let after = answer(stage, &job, json!({ "outcome": "voided" })).await;
        assert_eq!((figures(&after).as_str(), books(stage).await), ("voided 0.00 0.00 0.00 0.00", [0, 0, 0]), "{after}");
        // so it is where the gateway had another amount
        let payment = confirmed(stage, json!({ "capture": "manual" })).await;
        let job = sent(stage, &payment, "authorize").await;
        order(stage, "void", &payment, json!({ "actor": "paul" })).await;
        let result = json!({ "outcome": "authorized", "authorized": "90.00 USD", "reference": reference(&payment) });
        assert_eq!(answer(stage, &job, result).await["state"], "mismatched");
        let found = settled("authorized", &json!({ "amount": "90.00 USD" }));
        let after = order(stage, "settle", &payment, found).await["payment"].clone();
        assert_eq!((&after["state"], &after["doing"]["call"]), (&json!("voiding"), &json!("void")), "{after}");
    }

    /// A payment with automatic capture, settled as authorized, is captured under the unanswered call's
    /// key.
    async fn an_automatic_capture_that_is_settled_as_authorized_is_sent_again(stage) {
        let payment = confirmed(stage, json!({})).await;
        let job = sent(stage, &payment, "authorize").await;
        answer(stage, &job, json!({ "outcome": "authorized", "reference": reference(&payment) })).await;
        let job = sent(stage, &payment, "capture").await;
        no_answer(stage, &job).await;
        let after = order(stage, "settle", &payment, settled("authorized", &json!({}))).await["payment"].clone();
        assert_eq!((&after["state"], &after["doing"]["phase"]), (&json!("capturing"), &json!("queued")), "{after}");
        let again = lease(stage, CARD).await;
        assert_eq!((&again["key"], &again["payload"]), (&job["key"], &job["payload"]));
        let after = answer(stage, &again, json!({ "outcome": "captured", "amount": "100.00 USD" })).await;
        assert_eq!((figures(&after).as_str(), books(stage).await), ("captured 100.00 0.00 0.00 0.00", [10_000, 0, 0]), "{after}");
    }

    /// An admin settles a payment of unknown outcome by what he found out.
    async fn an_unknown_outcome_is_settled(stage) {
        for (outcome, more, figure, shop) in [
            ("authorized", json!({}), "authorized 0.00 0.00 0.00 0.00", 0),
            ("captured", json!({ "amount": "100.00 USD" }), "captured 100.00 0.00 0.00 0.00", 10_000),
            ("voided", json!({}), "voided 0.00 0.00 0.00 0.00", 10_000),
            ("refused", json!({}), "failed 0.00 0.00 0.00 0.00", 10_000),
        ] {
            let payment = confirmed(stage, json!({ "capture": "manual" })).await;
            let job = sent(stage, &payment, "authorize").await;
            no_answer(stage, &job).await;
            let args = with(settled(outcome, &more), &json!({ "payment": payment["id"], "key": stage.key() }));
            let reply = stage.ok("payments.settle", args.clone()).await;
            assert_eq!((figures(&reply["payment"]).as_str(), &reply["payment"]["doing"]), (figure, &Value::Null), "{outcome}");
            assert_eq!(stage.ok("payments.settle", args).await["replayed"], true, "{outcome}");
            assert_eq!(books(stage).await, [shop, 0, 0], "{outcome}");
            assert!(leases(stage, &[CARD], 10).await.is_empty(), "{outcome}: the question is over");
            let again = with(settled(outcome, &more), &json!({ "payment": payment["id"] }));
            stage.no("payments.settle", again, "transition_not_allowed").await;
        }
        let payment = confirmed(stage, json!({})).await;
        let job = sent(stage, &payment, "authorize").await;
        no_answer(stage, &job).await;
        let paid = with(settled("paid", &json!({})), &json!({ "payment": payment["id"] }));
        stage.bad("payments.settle", paid, "invalid_request", "outcome").await;
    }
}
