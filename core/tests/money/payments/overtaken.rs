//! Histories in which the answer to one call must not be taken for that to another: each of them has once
//! charged a payer twice, taken money from the wrong account, or left a payment that nobody asks about.

use super::{
    CARD, SECOND, admin, answer, books, confirmed, figures, get, lease, leases, no_answer, order, paid, pass,
    pay_authorized, posted, said, sent, set_gateway, tell, told_admins,
};
use crate::support::{Stage, Value, json};

async fn routed(stage: &Stage) -> Value {
    stage.ok("payments.set_route", json!({ "id": "all", "gateways": [CARD, SECOND] })).await;
    confirmed(stage, json!({ "gateway": null })).await
}

/// Reports late on a call that others have overtaken.
async fn late(stage: &Stage, job: &Value, result: Value) -> Value {
    answer(stage, job, result).await
}

fn nothing() -> Value {
    json!({ "outcome": "nothing", "closed": true })
}

with_gateways! {
    /// The first gateway surely has nothing, the second one has the call: that the first call was never sent
    /// is no reason to send another one.
    async fn a_late_unsent_sends_nothing_again(stage) {
        let payment = routed(stage).await;
        let first = sent(stage, &payment, "authorize").await;
        no_answer(stage, &first).await;
        let query = sent(stage, &payment, "query").await;
        answer(stage, &query, nothing()).await;
        let second = lease(stage, SECOND).await;
        let before = get(stage, &payment).await;
        let after = late(stage, &first, json!({ "outcome": "unsent" })).await;
        assert_eq!((&after["doing"], &after["attempts"]), (&before["doing"], &before["attempts"]));
        stage.advance("PT12H");
        assert!(leases(stage, &[CARD], 10).await.is_empty(), "nothing is asked of the first one");
        let result = json!({ "outcome": "captured", "amount": "100.00 USD", "reference": "ch-2" });
        let after = answer(stage, &second, result).await;
        assert_eq!(figures(&after), "captured 100.00 0.00 0.00 0.00");
        assert_eq!(books(stage).await, [10_000, 0, 0]);
    }

    /// Nor does a late refusal end what another gateway is asked.
    async fn what_one_gateway_says_ends_no_other_attempt(stage) {
        let payment = routed(stage).await;
        let first = sent(stage, &payment, "authorize").await;
        no_answer(stage, &first).await;
        let query = sent(stage, &payment, "query").await;
        let elsewhere = json!({ "code": "declined", "retry": "other_gateway" });
        late(stage, &first, json!({ "outcome": "refused", "failure": elsewhere })).await;
        let second = lease(stage, SECOND).await;
        let after = late(stage, &query, nothing()).await;
        assert_eq!((&after["state"], &after["doing"]["phase"]), (&json!("authorizing"), &json!("sent")), "{after}");
        let result = json!({ "outcome": "captured", "amount": "100.00 USD", "reference": "ch-2" });
        assert_eq!(figures(&answer(stage, &second, result).await), "captured 100.00 0.00 0.00 0.00");
    }

    /// A question of `sync` that is open when a refund has no answer is not the one about the refund.
    async fn a_refund_without_an_answer_is_asked_about_at_once(stage) {
        let payment = paid(stage, "100.00 USD").await;
        order(stage, "sync", &payment, json!({})).await;
        let idle = sent(stage, &payment, "query").await;
        order(stage, "refund", &payment, json!({ "amount": "30.00 USD" })).await;
        let refund = sent(stage, &payment, "refund").await;
        no_answer(stage, &refund).await;
        let query = sent(stage, &payment, "query").await;
        assert_eq!((&query["payload"]["about"], &query["payload"]["refund"]), (&json!("refund"), &refund["payload"]["refund"]));
        let idle = json!({ "job": idle["id"], "fence": idle["fence"], "result": { "outcome": "captured", "captured": "100.00 USD" } });
        stage.ok("jobs.complete", idle).await;
        let totals = json!({ "outcome": "captured", "captured": "100.00 USD", "refunded": "30.00 USD" });
        assert_eq!(figures(&answer(stage, &query, totals).await), "captured 100.00 30.00 0.00 0.00");
        assert_eq!(books(stage).await, [7_000, 0, 0]);
    }

    /// A total that may have a refund of ours in it takes nothing from the payee.
    async fn a_total_while_a_refund_is_out_is_asked_about(stage) {
        let payment = paid(stage, "100.00 USD").await;
        order(stage, "refund", &payment, json!({ "amount": "30.00 USD" })).await;
        let refund = sent(stage, &payment, "refund").await;
        let told = tell(stage, &payment, "refunded", json!({ "refunded": "50.00 USD" })).await;
        assert_eq!(told["result"], "queried", "{told}");
        assert_eq!(books(stage).await, [7_000, 0, 0]);
        answer(stage, &refund, json!({ "outcome": "refunded", "amount": "30.00 USD" })).await;
        let query = sent(stage, &payment, "query").await;
        let totals = json!({ "outcome": "captured", "captured": "100.00 USD", "refunded": "50.00 USD" });
        assert_eq!(figures(&answer(stage, &query, totals).await), "charged_back 100.00 30.00 20.00 0.00");
        assert_eq!(books(stage).await, [5_000, 0, 0]);
    }

    /// The same of one that waits to be sent again, under its key, or that a history which was left may have
    /// sent: the total was taken from the payee, and the refund then too.
    async fn a_total_with_a_refund_that_may_be_there_takes_it_once(stage) {
        for (round, of_another_history) in (1..).zip([false, true]) {
            let payment = paid(stage, "100.00 USD").await;
            order(stage, "refund", &payment, json!({ "amount": "40.00 USD" })).await;
            if of_another_history {
                stage.ok("admin.fork", json!({})).await;
            } else {
                no_answer(stage, &sent(stage, &payment, "refund").await).await;
                answer(stage, &sent(stage, &payment, "query").await, nothing()).await;
            }
            assert_eq!(get(stage, &payment).await["refunds"][0]["state"], "queued");
            let told = tell(stage, &payment, "refunded", json!({ "refunded": "40.00 USD" })).await;
            assert_eq!((&told["result"], figures(&told["payment"]).as_str()), (&json!("applied"), "captured 100.00 40.00 0.00 0.00"));
            assert!(leases(stage, &[CARD], 10).await.is_empty(), "it is done");
            assert_eq!(books(stage).await, [6_000 * round, 0, 0]);
        }
        // what may be more than that refund is asked about after it
        let payment = paid(stage, "100.00 USD").await;
        order(stage, "refund", &payment, json!({ "amount": "40.00 USD" })).await;
        no_answer(stage, &sent(stage, &payment, "refund").await).await;
        answer(stage, &sent(stage, &payment, "query").await, nothing()).await;
        let told = tell(stage, &payment, "refunded", json!({ "refunded": "50.00 USD" })).await;
        assert_eq!((&told["result"], books(stage).await), (&json!("queried"), [18_000, 0, 0]), "{told}");
        let again = sent(stage, &payment, "refund").await;
        answer(stage, &again, json!({ "outcome": "refunded", "amount": "40.00 USD" })).await;
        let query = sent(stage, &payment, "query").await;
        let totals = json!({ "outcome": "captured", "captured": "100.00 USD", "refunded": "50.00 USD" });
        assert_eq!(figures(&answer(stage, &query, totals).await), "charged_back 100.00 40.00 10.00 0.00");
        assert_eq!(books(stage).await, [17_000, 0, 0]);
    }

    /// A void that reaches the gateway after the capture undoes it at some of them, and its answer says
    /// nothing of that: the totals do.
    async fn a_void_that_is_answered_after_the_capture_is_asked_about(stage) {
        paid(stage, "100.00 USD").await;
        let kept = "captured 100.00 0.00 0.00 0.00";
        for (result, figure, shop, told) in [
            (json!({ "outcome": "voided", "captured": "0.00 USD" }), "charged_back 100.00 0.00 100.00 0.00", 10_000, [1, 0]),
            (json!({ "outcome": "captured", "captured": "100.00 USD", "refunded": "0.00 USD" }), kept, 20_000, [1, 0]),
            // without a total nothing is taken, and admins look for the money
            (json!({ "outcome": "voided" }), kept, 30_000, [1, 1]),
        ] {
            let payment = pay_authorized(stage).await;
            order(stage, "void", &payment, json!({})).await;
            let void = sent(stage, &payment, "void").await;
            assert_eq!(tell(stage, &payment, "captured", json!({ "captured": "100.00 USD" })).await["result"], "applied");
            let after = answer(stage, &void, json!({ "outcome": "voided" })).await;
            assert_eq!(figures(&after), kept, "{after}");
            let query = lease(stage, CARD).await;
            assert_eq!((&query["payload"]["call"], &query["payload"]["payment"]), (&json!("query"), &payment["id"]));
            let after = answer(stage, &query, result.clone()).await;
            assert_eq!((figures(&after).as_str(), books(stage).await), (figure, [shop, 0, 0]), "{result}: {after}");
            assert!(leases(stage, &[CARD], 10).await.is_empty(), "{result}: it is asked once");
            let found = [told_admins(stage, "payment.withdrawn").await, told_admins(stage, "payment.not_captured").await];
            assert_eq!(found, told, "{result}");
        }
        // where nobody can be asked, admins look at once
        set_gateway(stage, CARD, json!({ "abilities": ["two_step"] })).await;
        let payment = pay_authorized(stage).await;
        order(stage, "void", &payment, json!({})).await;
        let void = sent(stage, &payment, "void").await;
        tell(stage, &payment, "captured", json!({ "captured": "100.00 USD" })).await;
        answer(stage, &void, json!({ "outcome": "voided" })).await;
        assert_eq!((told_admins(stage, "payment.not_captured").await, books(stage).await), (2, [40_000, 0, 0]));
    }

    /// Late money that was refused and then went back was never the payee's.
    async fn a_late_refund_that_was_refused_and_done_takes_nothing_from_the_payee(stage) {
        paid(stage, "100.00 USD").await;
        let payment = pay_authorized(stage).await;
        order(stage, "void", &payment, json!({})).await;
        let void = sent(stage, &payment, "void").await;
        answer(stage, &void, json!({ "outcome": "voided" })).await;
        tell(stage, &payment, "captured", json!({ "captured": "100.00 USD" })).await;
        let job = sent(stage, &payment, "refund").await;
        let failure = json!({ "code": "gateway_error", "retry": "later" });
        let after = answer(stage, &job, json!({ "outcome": "refused", "failure": failure })).await;
        assert_eq!(books(stage).await, [10_000, 10_000, 0]);
        let refund = json!({ "refund": after["refunds"][0]["id"], "amount": "100.00 USD" });
        tell(stage, &payment, "refunded", refund).await;
        assert_eq!(figures(&get(stage, &payment).await), "voided 0.00 0.00 0.00 0.00");
        assert_eq!(books(stage).await, [10_000, 0, 0]);
    }

    /// A void that the gateway refuses is asked for again later each time, and not at once.
    async fn a_refused_void_is_no_hot_loop(stage) {
        let payment = confirmed(stage, json!({})).await;
        let job = sent(stage, &payment, "authorize").await;
        let action = json!({ "outcome": "action_required", "action": { "url": "https://example.com" } });
        answer(stage, &job, action.clone()).await;
        stage.advance("PT31M");
        let mut voids = 0;
        for _ in 0..60 {
            stage.ok("jobs.run_due", json!({})).await;
            for job in leases(stage, &[CARD], 10).await {
                let failure = json!({ "code": "not_supported" });
                let result = match job["payload"]["call"].as_str() {
                    Some("void") => json!({ "outcome": "refused", "failure": failure }),
                    _ => action.clone(),
                };
                voids += i32::from(job["payload"]["call"] == "void");
                answer(stage, &job, result).await;
            }
            stage.advance("PT1M");
        }
        assert!((2..=12).contains(&voids), "{voids} voids in an hour");
    }

    /// Money that was settled and went back does not come again with the same total.
    async fn a_total_that_was_settled_comes_once(stage) {
        let payment = paid(stage, "100.00 USD").await;
        let more = json!({ "captured": "130.00 USD" });
        tell(stage, &payment, "captured", more.clone()).await;
        assert_eq!(books(stage).await, [10_000, 3_000, 0]);
        let settle = json!({ "outcome": "refunded", "reason": "seen there", "actor": admin() });
        order(stage, "settle", &payment, settle).await;
        let job = sent(stage, &payment, "refund").await;
        answer(stage, &job, json!({ "outcome": "refunded", "amount": "30.00 USD" })).await;
        assert_eq!(tell(stage, &payment, "captured", more).await["result"], "ignored");
        assert_eq!(figures(&get(stage, &payment).await), "captured 100.00 0.00 0.00 0.00");
        assert_eq!(books(stage).await, [10_000, 0, 0]);
    }

    /// A payment that was captured is not authorized again by who settles a mismatch: it would be paid twice.
    async fn a_mismatch_after_the_capture_is_settled_as_captured(stage) {
        paid(stage, "100.00 USD").await;
        let payment = paid(stage, "100.00 USD").await;
        tell(stage, &payment, "captured", json!({ "captured": "100.00 EUR" })).await;
        assert_eq!(get(stage, &payment).await["state"], "mismatched");
        let settle = |outcome: &str| {
            json!({ "payment": payment["id"], "outcome": outcome, "reason": "seen there", "actor": admin(), "key": outcome })
        };
        stage.no("payments.settle", settle("authorized"), "condition_not_met").await;
        stage.ok("payments.settle", settle("captured")).await;
        assert_eq!(figures(&get(stage, &payment).await), "captured 100.00 0.00 0.00 0.00");
        assert_eq!(books(stage).await, [20_000, 0, 0]);
    }

    /// A lock keeps the money where it is, and a limit of a treasury does not keep the bank from taking it.
    async fn locks_hold_refunds_and_limits_hold_no_chargeback(stage) {
        let payment = paid(stage, "100.00 USD").await;
        stage.ok("ledger.lock_account", json!({ "account": "shop", "currency": "USD" })).await;
        let refund = json!({ "payment": payment["id"], "key": "r-1" });
        stage.no("payments.refund", refund, "account_locked").await;
        stage.ok("ledger.unlock_account", json!({ "account": "shop", "currency": "USD" })).await;
        let limits = json!({ "account": "shop", "currency": "USD", "tier": "hot", "daily_limit": "10.00 USD" });
        stage.ok("treasury.set_account", limits).await;
        let after = order(stage, "chargeback", &payment, json!({ "case": "case-1" })).await["payment"].clone();
        assert_eq!(figures(&after), "charged_back 100.00 0.00 100.00 0.00");
        assert_eq!((posted(stage, "shop").await, posted(stage, "@losses").await), (10_000, -10_000));
    }

    /// A call that was given back and is not wanted any more is not sent.
    async fn a_cancelled_call_that_is_given_back_is_not_sent(stage) {
        let payment = confirmed(stage, json!({})).await;
        let job = sent(stage, &payment, "authorize").await;
        order(stage, "void", &payment, json!({})).await;
        stage.ok("jobs.release", said(&job, &json!({}))).await;
        assert!(leases(stage, &[CARD], 10).await.is_empty());
        assert_eq!(figures(&get(stage, &payment).await), "voided 0.00 0.00 0.00 0.00");
    }

    /// A refund that was sent once is never sent under another key, although its second sending did not reach
    /// the gateway: the first may still arrive.
    async fn what_was_sent_keeps_its_key(stage) {
        let payment = paid(stage, "100.00 USD").await;
        order(stage, "refund", &payment, json!({ "amount": "30.00 USD" })).await;
        let first = sent(stage, &payment, "refund").await;
        no_answer(stage, &first).await;
        pass(stage, "PT10M").await;
        let none = json!({ "outcome": "captured", "captured": "100.00 USD", "refunded": "0.00 USD" });
        answer(stage, &sent(stage, &payment, "query").await, none).await;
        let second = sent(stage, &payment, "refund").await;
        answer(stage, &second, json!({ "outcome": "unsent" })).await;
        pass(stage, "PT10M").await;
        let third = sent(stage, &payment, "refund").await;
        assert_eq!((&second["key"], &third["key"]), (&first["key"], &first["key"]));
        answer(stage, &third, json!({ "outcome": "refunded", "amount": "30.00 USD" })).await;
        assert_eq!(figures(&get(stage, &payment).await), "captured 100.00 30.00 0.00 0.00");
    }

    /// Neither time nor its payer ends what a history that was left may have sent: the gateway says.
    async fn time_ends_nothing_of_before_a_fork(stage) {
        let (late, given_up) = (confirmed(stage, json!({})).await, confirmed(stage, json!({})).await);
        stage.ok("admin.fork", json!({})).await;
        let after = order(stage, "void", &given_up, json!({})).await["payment"].clone();
        assert_eq!((&after["state"], &after["cancel_requested"]), (&json!("unknown"), &json!(true)));
        pass(stage, "PT31M").await;
        assert_eq!(get(stage, &late).await["state"], "unknown");
        let queries = leases(stage, &[CARD], 10).await;
        assert_eq!(queries.len(), 2, "{queries:?}");
        for query in queries {
            assert_eq!(query["payload"]["call"], "query", "{query}");
            let reference = format!("ch-{}", query["payload"]["payment"]);
            let result = json!({ "outcome": "captured", "captured": "100.00 USD", "reference": reference });
            answer(stage, &query, result).await;
        }
        assert_eq!(figures(&get(stage, &late).await), "captured 100.00 0.00 0.00 0.00");
        let back = sent(stage, &given_up, "refund").await;
        answer(stage, &back, json!({ "outcome": "refunded", "amount": "100.00 USD" })).await;
        assert_eq!(figures(&get(stage, &given_up).await), "refunded 100.00 100.00 0.00 0.00");
        assert_eq!(books(stage).await, [10_000, 0, 0]);
    }

    /// The call had waited longer than `settle_after` when a standby took over, so that "nothing" was
    /// believed at once. The first request was still on its way, and the payer was charged at a second
    /// gateway too.
    async fn nothing_is_not_believed_right_after_a_failover(stage) {
        let payment = routed(stage).await;
        stage.advance("PT5M");
        // a worker of the lost history takes the call now, and nobody here knows
        stage.ok("admin.fork", json!({})).await;
        let mut queries = leases(stage, &[CARD], 10).await;
        queries.extend(leases(stage, &[CARD], 10).await);
        assert_eq!((queries.len(), &queries[0]["payload"]["about"]), (1, &json!("authorize")), "{queries:?}");
        let after = answer(stage, &queries[0], json!({ "outcome": "nothing" })).await;
        assert_eq!((&after["state"], &after["doing"]["phase"]), (&json!("unknown"), &json!("unknown")), "{after}");
        for wait in ["PT1S", "PT118S"] {
            stage.advance(wait);
            assert!(leases(stage, &[CARD, SECOND], 10).await.is_empty(), "nobody else is asked after {wait}");
        }
        // as long after the failover as after a call, it is believed
        stage.advance("PT2S");
        let query = lease(stage, CARD).await;
        answer(stage, &query, json!({ "outcome": "nothing" })).await;
        let second = lease(stage, SECOND).await;
        assert_eq!(second["payload"]["call"], "authorize", "{second}");
        let result = json!({ "outcome": "captured", "amount": "100.00 USD", "reference": "ch-2" });
        assert_eq!(figures(&answer(stage, &second, result).await), "captured 100.00 0.00 0.00 0.00");
        // and what the first one has taken all the same goes back
        assert_eq!(tell(stage, &payment, "captured", json!({ "captured": "100.00 USD" })).await["result"], "suspended");
        let back = lease(stage, CARD).await;
        answer(stage, &back, json!({ "outcome": "refunded", "amount": "100.00 USD" })).await;
        assert_eq!(books(stage).await, [10_000, 0, 0]);
    }

    /// A call written before a fork may have been sent by the history that was left: it is asked about, and
    /// not sent.
    async fn calls_from_before_a_fork_are_asked_about(stage) {
        let kept = paid(stage, "100.00 USD").await;
        order(stage, "refund", &kept, json!({ "amount": "30.00 USD" })).await;
        let before = confirmed(stage, json!({})).await;
        stage.ok("admin.fork", json!({})).await;
        let after = confirmed(stage, json!({})).await;
        let mut calls = Vec::new();
        for _ in 0..2 {
            calls.extend(leases(stage, &[CARD], 10).await);
        }
        let of = |payment: &Value, call: &str| {
            let mine = |job: &&Value| job["payload"]["payment"] == payment["id"];
            let found: Vec<&Value> = calls.iter().filter(mine).collect();
            assert_eq!(found.len(), 1, "one call of a payment: {calls:?}");
            assert_eq!(found[0]["payload"]["call"], call, "{}", found[0]);
            found[0].clone()
        };
        of(&after, "authorize");
        let query = of(&before, "query");
        assert_eq!((&query["payload"]["about"], &get(stage, &before).await["state"]), (&json!("authorize"), &json!("unknown")));
        let result = json!({ "outcome": "captured", "captured": "100.00 USD", "reference": "ch-before" });
        assert_eq!(figures(&answer(stage, &query, result).await), "captured 100.00 0.00 0.00 0.00");
        let query = of(&kept, "query");
        assert_eq!(query["payload"]["about"], "refund");
        let totals = json!({ "outcome": "captured", "captured": "100.00 USD", "refunded": "30.00 USD" });
        assert_eq!(figures(&answer(stage, &query, totals).await), "captured 100.00 30.00 0.00 0.00");
        assert_eq!(books(stage).await, [17_000, 0, 0]);
    }
}
