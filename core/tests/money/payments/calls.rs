//! Calls of gateways are jobs: one at a time, leased at most once if they move money, and asked about when
//! nobody answers.

use super::{
    CARD, SECOND, TOKEN_OF_PAUL, admin, answer, books, confirmed, create, figures, get, lease, leases,
    no_answer, order, paid, pass, pay_authorized, posted, reference, said, sent, tell,
};
use crate::support::{Stage, Value, all_at_once, id, json};

/// The job, as it is now.
async fn job_now(stage: &Stage, job: &Value) -> Value {
    let page = stage.ok("jobs.list", json!({ "kind": job["kind"], "limit": 500 })).await;
    let all = page["items"].as_array().unwrap();
    all.iter().find(|other| other["id"] == job["id"]).unwrap_or_else(|| panic!("no {job} in {page}")).clone()
}

/// Returns the call that a payment waits for, and its phase, such as `capture sent`.
fn doing(payment: &Value) -> String {
    match &payment["doing"] {
        Value::Null => "nothing".to_owned(),
        doing => format!("{} {}", doing["call"].as_str().unwrap(), doing["phase"].as_str().unwrap()),
    }
}

/// The one call of `card` that is due next, however long that takes.
async fn next_call(stage: &Stage) -> Value {
    for _ in 0..60 {
        let jobs = leases(stage, &[CARD], 10).await;
        assert!(jobs.len() < 2, "{jobs:?}");
        if let Some(job) = jobs.first() {
            return job.clone();
        }
        stage.advance("PT1M");
    }
    panic!("no call is due within an hour");
}

/// A route through both gateways for every payment.
async fn routed(stage: &Stage) {
    stage.ok("payments.set_route", json!({ "id": "all", "gateways": [CARD, SECOND] })).await;
}

/// A payment that takes the route.
async fn on_the_route(stage: &Stage) -> Value {
    routed(stage).await;
    confirmed(stage, json!({ "gateway": null })).await
}

with_gateways! {
    /// While the clock stands too.
    async fn payments_of_one_moment_are_listed_newest_first(stage) {
        let mut made = Vec::new();
        for _ in 0..20 {
            made.push(id(&create(stage, json!({})).await));
        }
        made.reverse();
        assert_eq!(stage.ids("payments.list", json!({})).await, made);
    }

    /// A call says all that a worker needs, and its key is fixed when it is written.
    async fn what_a_call_carries(stage) {
        let payment = confirmed(stage, json!({ "capture": "manual" })).await;
        assert_eq!(doing(&payment), "authorize queued");
        assert_eq!((&payment["gateway"], &payment["gateway_reference"]), (&json!(CARD), &Value::Null));
        let job = lease(stage, CARD).await;
        let key = format!("{}:authorize:1", id(&payment));
        assert_eq!((&job["kind"], &job["max_attempts"], &job["key"]), (&json!("gateway.card"), &json!(1), &json!(key)));
        let payload = &job["payload"];
        let amount = json!({ "amount": "100.00", "currency": "USD" });
        assert_eq!((&payload["call"], &payload["payment"], &payload["amount"]), (&json!("authorize"), &payment["id"], &amount));
        assert!(payload["capture"] != true && payload["token"] == TOKEN_OF_PAUL, "{payload}");
        assert!(payload["v"].is_number(), "{payload}");
        let out = get(stage, &payment).await;
        assert_eq!((doing(&out).as_str(), &out["doing"]["key"]), ("authorize sent", &job["key"]));
        answer(stage, &job, json!({ "outcome": "authorized", "reference": "ch-1" })).await;
        order(stage, "capture", &payment, json!({ "amount": "70.00 USD" })).await;
        let job = lease(stage, CARD).await;
        let payload = &job["payload"];
        assert_eq!((&job["key"], &payload["reference"]), (&json!(format!("{}:capture:1", id(&payment))), &json!("ch-1")));
        assert_eq!(payload["amount"]["amount"], "70.00", "{payload}");
        assert!(payload.get("token").is_none_or(Value::is_null), "the token was for one call: {payload}");
        let after = answer(stage, &job, json!({ "outcome": "captured", "amount": "70.00 USD" })).await;
        assert_eq!((figures(&after).as_str(), doing(&after).as_str()), ("captured 70.00 0.00 0.00 0.00", "nothing"));
        assert_eq!(books(stage).await, [7_000, 0, 0]);
        // one that takes the money at once says so
        let other = confirmed(stage, json!({})).await;
        assert_eq!(sent(stage, &other, "authorize").await["payload"]["capture"], true);
    }

    async fn one_call_at_a_time(stage) {
        let payment = paid(stage, "100.00 USD").await;
        let mut refunds = Vec::new();
        for amount in ["10.00 USD", "20.00 USD", "30.00 USD"] {
            refunds.push(order(stage, "refund", &payment, json!({ "amount": amount })).await["refund"].clone());
        }
        for (n, refund) in refunds.iter().enumerate() {
            let job = lease(stage, CARD).await;
            assert_eq!((&job["payload"]["refund"], &job["payload"]["amount"]), (&refund["id"], &refund["amount"]), "in their order");
            assert_eq!(job["key"], format!("{}:refund:{}", id(&payment), n + 1));
            assert!(leases(stage, &[CARD], 10).await.is_empty(), "the others wait");
            answer(stage, &job, json!({ "outcome": "refunded", "amount": refund["amount"] })).await;
        }
        assert_eq!(figures(&get(stage, &payment).await), "captured 100.00 60.00 0.00 0.00");
        assert!(leases(stage, &[CARD], 10).await.is_empty());
    }

    /// Many workers at once: one has it, and after that only questions are leased, as often as it takes.
    async fn a_call_that_moves_money_is_leased_once(stage) {
        let payment = confirmed(stage, json!({})).await;
        let workers = (0..16).map(|_| {
            let bank = stage.bank.clone();
            let args = json!({ "kinds": ["gateway.card"], "limit": 5, "for": "PT1M" });
            async move { bank.call("jobs.lease", args).await.unwrap()["jobs"].as_array().unwrap().clone() }
        });
        let granted: Vec<Value> = all_at_once(workers).await.into_iter().flatten().collect();
        assert_eq!(granted.len(), 1, "{granted:?}");
        let job = &granted[0];
        for wait in ["PT61S", "PT1H", "PT12H"] {
            pass(stage, wait).await;
            let after = get(stage, &payment).await;
            assert_eq!((&after["state"], doing(&after).as_str()), (&json!("unknown"), "authorize unknown"), "after {wait}");
            let query = next_call(stage).await;
            let payload = &query["payload"];
            assert_eq!((&payload["call"], &payload["about"], &payload["about_key"]), (&json!("query"), &json!("authorize"), &job["key"]));
            assert_eq!(payload["payment"], payment["id"]);
        }
        let over = job_now(stage, job).await;
        assert_eq!((&over["state"], &over["attempts"]), (&json!("done"), &json!(1)), "it is never dead: {over}");
        assert_eq!(posted(stage, "shop").await, 0);
    }

    async fn a_failure_makes_the_outcome_unknown_and_asks_at_once(stage) {
        let payment = pay_authorized(stage).await;
        for (call, state) in [("capture", "captured"), ("refund", "refunded")] {
            order(stage, call, &payment, json!({})).await;
            let job = lease(stage, CARD).await;
            assert_eq!(job["payload"]["call"], call);
            let after = no_answer(stage, &job).await;
            assert_eq!(doing(&after), format!("{call} unknown"), "{after}");
            if call == "refund" {
                assert_eq!((&after["state"], &after["refunds"][0]["state"]), (&json!("captured"), &json!("unknown")));
            } else {
                assert_eq!(after["state"], "unknown");
            }
            assert_eq!(job_now(stage, &job).await["state"], "done");
            let query = lease(stage, CARD).await;
            assert_eq!((&query["payload"]["about"], &query["payload"]["about_key"]), (&json!(call), &job["key"]));
            let refunded = if call == "refund" { "100.00 USD" } else { "0.00 USD" };
            let totals = json!({ "outcome": "captured", "captured": "100.00 USD", "refunded": refunded });
            let after = answer(stage, &query, totals).await;
            assert_eq!((&after["state"], doing(&after).as_str()), (&json!(state), "nothing"), "{after}");
        }
        assert_eq!(books(stage).await, [0, 0, 0]);
    }

    /// A report under the newest fence counts, however late; one under an older fence does not.
    async fn a_late_report(stage) {
        let payment = confirmed(stage, json!({})).await;
        let job = lease(stage, CARD).await;
        pass(stage, "PT2M").await;
        let first = next_call(stage).await;
        stage.advance("PT61S");
        let second = next_call(stage).await;
        assert_eq!((&first["id"], &first["payload"]["call"]), (&second["id"], &json!("query")), "a question is leased again");
        let result = json!({ "outcome": "captured", "captured": "100.00 USD" });
        let stale = said(&first, &json!({ "result": result }));
        stage.no("jobs.complete", stale, "version_conflict").await;
        let late = json!({ "outcome": "captured", "amount": "100.00 USD", "reference": reference(&payment) });
        let after = answer(stage, &job, late.clone()).await;
        assert_eq!(figures(&after), "captured 100.00 0.00 0.00 0.00", "{after}");
        let again = stage.ok("jobs.complete", said(&job, &json!({ "result": late }))).await;
        assert_eq!(again["replayed"], true);
        // what the other worker heard is nothing new
        let after = answer(stage, &second, result).await;
        assert_eq!(figures(&after), "captured 100.00 0.00 0.00 0.00", "{after}");
        assert_eq!(books(stage).await, [10_000, 0, 0]);
        pass(stage, "PT12H").await;
        assert!(leases(stage, &[CARD], 10).await.is_empty(), "nothing is asked any more");
    }

    /// A question that waits is over when it was answered otherwise.
    async fn a_question_that_is_answered_otherwise_is_discarded(stage) {
        confirmed(stage, json!({})).await;
        let job = lease(stage, CARD).await;
        let after = no_answer(stage, &job).await;
        assert_eq!(after["state"], "unknown");
        answer(stage, &job, json!({ "outcome": "captured", "amount": "100.00 USD" })).await;
        assert!(leases(stage, &[CARD], 10).await.is_empty());
        let page = stage.ok("jobs.list", json!({ "kind": "gateway.card" })).await;
        let query = page["items"].as_array().unwrap().iter().find(|job| job["payload"]["call"] == "query").unwrap();
        assert_eq!((&query["state"], &query["discarded"]), (&json!("done"), &json!(true)), "{query}");
    }

    async fn a_call_that_is_given_back_was_not_begun(stage) {
        let payment = confirmed(stage, json!({})).await;
        let job = lease(stage, CARD).await;
        let back = stage.ok("jobs.release", said(&job, &json!({}))).await;
        assert_eq!((&back["job"]["state"], &back["job"]["attempts"]), (&json!("queued"), &json!(0)));
        let after = get(stage, &payment).await;
        assert_eq!((&after["state"], doing(&after).as_str()), (&json!("authorizing"), "authorize queued"));
        let again = lease(stage, CARD).await;
        assert_eq!((&again["id"], &again["key"], &again["payload"]), (&job["id"], &job["key"], &job["payload"]));
        let result = json!({ "outcome": "captured", "amount": "100.00 USD" });
        stage.no("jobs.complete", said(&job, &json!({ "result": result })), "version_conflict").await;
        let after = answer(stage, &again, result).await;
        assert_eq!(figures(&after), "captured 100.00 0.00 0.00 0.00", "{after}");
    }

    /// Nobody drives a call but its payment, and nobody writes one.
    async fn calls_are_written_and_ended_by_payments_alone(stage) {
        confirmed(stage, json!({})).await;
        let queued = stage.ok("jobs.list", json!({ "kind": "gateway.card" })).await["items"][0].clone();
        let each = json!({ "job": queued["id"], "actor": admin() });
        for step in ["jobs.retry", "jobs.discard"] {
            stage.no(step, each.clone(), "not_permitted").await;
        }
        let job = lease(stage, CARD).await;
        for step in ["jobs.retry", "jobs.discard"] {
            stage.no(step, each.clone(), "transition_not_allowed").await;
        }
        stage.advance("PT2M");
        for step in ["jobs.retry", "jobs.discard"] {
            stage.no(step, each.clone(), "not_permitted").await;
        }
        answer(stage, &job, json!({ "outcome": "captured", "amount": "100.00 USD" })).await;
        for step in ["jobs.retry", "jobs.discard"] {
            stage.no(step, each.clone(), "transition_not_allowed").await;
        }
        for kind in ["gateway.card", "gateway.nobody"] {
            let own = json!({ "kind": kind, "payload": { "call": "refund" } });
            stage.bad("jobs.enqueue", own, "invalid_request", "kind").await;
        }
    }

    /// The outcome `nothing` is believed only once the gateway had the time to know, or with `closed`.
    async fn nothing_is_believed_later_or_when_it_is_closed(stage) {
        let payment = confirmed(stage, json!({})).await;
        let job = lease(stage, CARD).await;
        no_answer(stage, &job).await;
        let query = lease(stage, CARD).await;
        stage.advance("PT30S");
        let after = answer(stage, &query, json!({ "outcome": "nothing" })).await;
        assert_eq!((&after["state"], doing(&after).as_str()), (&json!("unknown"), "authorize unknown"), "too early: {after}");
        assert!(leases(stage, &[CARD], 10).await.is_empty(), "and not asked again before it can be believed");
        stage.advance("PT91S");
        let query = lease(stage, CARD).await;
        assert_eq!(query["payload"]["about_key"], job["key"]);
        let after = answer(stage, &query, json!({ "outcome": "nothing" })).await;
        assert_eq!((&after["state"], &after["failure"]["code"]), (&json!("failed"), &json!("not_processed")), "{after}");
        assert_eq!((doing(&after).as_str(), &after["id"]), ("nothing", &payment["id"]));

        confirmed(stage, json!({})).await;
        let job = lease(stage, CARD).await;
        no_answer(stage, &job).await;
        let query = lease(stage, CARD).await;
        let after = answer(stage, &query, json!({ "outcome": "nothing", "closed": true })).await;
        assert_eq!((&after["state"], &after["failure"]["code"]), (&json!("failed"), &json!("not_processed")), "closed: {after}");
    }

    /// The time of a call was that of its event, a little ahead of a clock that stands still: what was over
    /// to the second was not yet over.
    async fn nothing_is_believed_when_its_time_is_over(stage) {
        for early in [true, false] {
            confirmed(stage, json!({})).await;
            let job = lease(stage, CARD).await;
            no_answer(stage, &job).await;
            if early {
                let query = lease(stage, CARD).await;
                let after = answer(stage, &query, json!({ "outcome": "nothing" })).await;
                assert_eq!(after["state"], "unknown", "{after}");
            }
            stage.advance("PT2M");
            let query = lease(stage, CARD).await;
            let after = answer(stage, &query, json!({ "outcome": "nothing" })).await;
            assert_eq!((&after["state"], &after["failure"]["code"]), (&json!("failed"), &json!("not_processed")), "{early}: {after}");
        }
    }

    /// A call that the gateway has not got is sent again under the same key, as it may yet arrive.
    async fn after_nothing_the_same_key_goes_out_again(stage) {
        let payment = pay_authorized(stage).await;
        for (call, outcome) in [("capture", "captured"), ("refund", "refunded")] {
            order(stage, call, &payment, json!({})).await;
            let job = lease(stage, CARD).await;
            no_answer(stage, &job).await;
            let query = lease(stage, CARD).await;
            answer(stage, &query, json!({ "outcome": "nothing", "closed": true })).await;
            let again = lease(stage, CARD).await;
            assert_ne!(again["id"], job["id"]);
            assert_eq!((&again["key"], &again["payload"]), (&job["key"], &job["payload"]), "{call} once more");
            let after = answer(stage, &again, json!({ "outcome": outcome, "amount": "100.00 USD" })).await;
            assert_eq!((&after["state"], doing(&after).as_str()), (&json!(outcome), "nothing"), "{after}");
        }
        assert_eq!(books(stage).await, [0, 0, 0]);
    }

    /// A call that surely never left goes out later under a new number.
    async fn what_was_not_sent_is_sent_under_a_new_number(stage) {
        let payment = pay_authorized(stage).await;
        order(stage, "capture", &payment, json!({})).await;
        let job = lease(stage, CARD).await;
        let after = answer(stage, &job, json!({ "outcome": "unsent" })).await;
        assert_eq!(after["state"], "capturing", "{after}");
        assert!(leases(stage, &[CARD], 10).await.is_empty(), "later");
        pass(stage, "PT5M").await;
        let again = lease(stage, CARD).await;
        assert_eq!((&again["payload"]["call"], &again["key"]), (&json!("capture"), &json!(format!("{}:capture:2", id(&payment)))));
        let after = answer(stage, &again, json!({ "outcome": "captured", "amount": "100.00 USD" })).await;
        assert_eq!(figures(&after), "captured 100.00 0.00 0.00 0.00");
    }

    /// A call that one gateway did not carry out goes to the next one at once.
    async fn the_next_gateway_is_asked(stage) {
        let refused = json!({ "outcome": "refused", "failure": { "code": "declined", "gateway_code": "05", "retry": "other_gateway" } });
        let unsent = json!({ "outcome": "unsent" });
        for (result, outcome) in [(refused, "refused"), (unsent, "unsent")] {
            let payment = on_the_route(stage).await;
            let job = lease(stage, CARD).await;
            let after = answer(stage, &job, result).await;
            assert_eq!((&after["state"], &after["gateway"]), (&json!("authorizing"), &json!(SECOND)), "{outcome}: {after}");
            assert!(leases(stage, &[CARD], 10).await.is_empty());
            let job = lease(stage, SECOND).await;
            assert_eq!(job["key"], format!("{}:authorize:2", id(&payment)), "{outcome}");
            assert_eq!(job["payload"]["token"], TOKEN_OF_PAUL);
            let after = answer(stage, &job, json!({ "outcome": "captured", "amount": "100.00 USD", "reference": reference(&payment) })).await;
            assert_eq!(figures(&after), "captured 100.00 0.00 0.00 0.00");
            let attempts = after["attempts"].as_array().unwrap();
            let found: Vec<_> = attempts.iter().map(|attempt| (&attempt["number"], &attempt["gateway"], &attempt["outcome"])).collect();
            assert_eq!(found, [(&json!(1), &json!(CARD), &json!(outcome)), (&json!(2), &json!(SECOND), &json!("captured"))]);
            assert_eq!(after["gateway_reference"], attempts[1]["reference"], "{after}");
        }
        assert_eq!(books(stage).await, [20_000, 0, 0]);
    }

    /// The token of `confirm` was kept for the first gateway alone, so that no other one was asked.
    async fn the_token_of_confirm_is_for_the_whole_route(stage) {
        routed(stage).await;
        let failure = json!({ "code": "declined", "retry": "other_gateway" });
        for result in [
            json!({ "outcome": "refused", "failure": failure }),
            json!({ "outcome": "unsent" }),
            json!({ "outcome": "nothing", "closed": true }),
        ] {
            let payment = create(stage, json!({ "gateway": null })).await;
            order(stage, "confirm", &payment, json!({ "token": TOKEN_OF_PAUL })).await;
            let mut job = lease(stage, CARD).await;
            if result["outcome"] == "nothing" {
                no_answer(stage, &job).await;
                job = lease(stage, CARD).await;
            }
            let after = answer(stage, &job, result.clone()).await;
            assert_eq!((&after["state"], &after["gateway"]), (&json!("authorizing"), &json!(SECOND)), "{result}: {after}");
            let job = lease(stage, SECOND).await;
            assert_eq!((&job["payload"]["payment"], &job["payload"]["token"]), (&payment["id"], &json!(TOKEN_OF_PAUL)));
            let captured = json!({ "outcome": "captured", "amount": "100.00 USD", "reference": reference(&payment) });
            assert_eq!(figures(&answer(stage, &job, captured).await), "captured 100.00 0.00 0.00 0.00");
        }
    }

    /// A refusal that no other gateway would change ends the payment, and says why.
    async fn a_refusal_is_final(stage) {
        on_the_route(stage).await;
        let job = lease(stage, CARD).await;
        let failure = json!({ "code": "insufficient_funds", "gateway_code": "51", "retry": "other_method" });
        let after = answer(stage, &job, json!({ "outcome": "refused", "failure": failure })).await;
        assert_eq!((&after["state"], &after["failure"]), (&json!("failed"), &failure));
        assert!(leases(stage, &[CARD, SECOND], 10).await.is_empty());
        // that of a capture, for the capture alone
        let payment = pay_authorized(stage).await;
        order(stage, "capture", &payment, json!({})).await;
        let job = lease(stage, CARD).await;
        let failure = json!({ "code": "gateway_error", "gateway_code": null, "retry": "later" });
        let after = answer(stage, &job, json!({ "outcome": "refused", "failure": failure })).await;
        assert_eq!((&after["state"], &after["failure"]), (&json!("authorized"), &failure), "{after}");
        order(stage, "capture", &payment, json!({})).await;
        let job = lease(stage, CARD).await;
        assert_eq!(job["key"], format!("{}:capture:2", id(&payment)));
        answer(stage, &job, json!({ "outcome": "captured", "amount": "100.00 USD" })).await;
        // that of a void has the gateway asked
        let payment = pay_authorized(stage).await;
        order(stage, "void", &payment, json!({})).await;
        let job = lease(stage, CARD).await;
        let after = answer(stage, &job, json!({ "outcome": "refused", "failure": failure })).await;
        assert_eq!(after["state"], "authorized", "{after}");
        assert_eq!(lease(stage, CARD).await["payload"]["call"], "query");
        assert_eq!(books(stage).await, [10_000, 0, 0]);
    }

    /// An answer of another shape names what is wrong, changes nothing, and leaves the lease.
    async fn answers_of_another_shape(stage) {
        let payment = confirmed(stage, json!({})).await;
        let job = lease(stage, CARD).await;
        let out = get(stage, &payment).await;
        for (result, field) in [
            (json!(null), "result"),
            (json!("captured"), "result"),
            (json!([]), "result"),
            (json!({}), "result.outcome"),
            (json!({ "outcome": "paid" }), "result.outcome"),
            (json!({ "outcome": 1 }), "result.outcome"),
            (json!({ "outcome": "refunded", "amount": "100.00 USD" }), "result.outcome"),
            (json!({ "outcome": "voided" }), "result.outcome"),
            (json!({ "outcome": "nothing" }), "result.outcome"),
            (json!({ "outcome": "captured", "amount": "100.00 USD", "paid": true }), "result.paid"),
            (json!({ "outcome": "refused", "failure": { "code": "bad luck", "retry": "never" } }), "result.failure.code"),
            (json!({ "outcome": "refused", "failure": { "code": "declined", "retry": "soon" } }), "result.failure.retry"),
            (json!({ "outcome": "action_required", "action": "look here" }), "result.action"),
            (json!({ "outcome": "authorized", "expires_at": "soon" }), "result.expires_at"),
            (json!({ "outcome": "authorized", "reference": 7 }), "result.reference"),
            (json!({ "outcome": "pending", "closed": "yes" }), "result.closed"),
        ] {
            let args = said(&job, &json!({ "result": result }));
            let details = stage.no("jobs.complete", args, "invalid_request").await;
            let named = details["field"].as_str().unwrap_or_default();
            // an unknown or missing member may be named by what it is in
            let fits = field.starts_with(named) || named.starts_with(field);
            assert!(named.starts_with("result") && fits, "{result}: `{named}` is named, expected `{field}`");
        }
        let number = said(&job, &json!({ "result": { "outcome": "captured", "amount": 100 } }));
        let error = stage.call("jobs.complete", number).await.unwrap_err();
        assert!(["invalid_request", "invalid_amount"].contains(&error.code().as_str()), "{error}");
        assert_eq!((get(stage, &payment).await, &job_now(stage, &job).await["state"]), (out, &json!("leased")));
        let after = answer(stage, &job, json!({ "outcome": "captured", "amount": "100.00 USD" })).await;
        assert_eq!(figures(&after), "captured 100.00 0.00 0.00 0.00");
    }

    /// A refund of which only what was captured was told was taken for done as a whole.
    async fn a_refund_says_how_much_went_back(stage) {
        let payment = paid(stage, "100.00 USD").await;
        order(stage, "refund", &payment, json!({})).await;
        let job = lease(stage, CARD).await;
        for total in ["captured", "refunded"] {
            let result = json!({ "outcome": "refunded", total: "100.00 USD" });
            stage.bad("jobs.complete", said(&job, &json!({ "result": result })), "invalid_request", "result.amount").await;
        }
        assert_eq!(job_now(stage, &job).await["state"], "leased");
        let after = answer(stage, &job, json!({ "outcome": "refunded", "amount": "100.00 USD" })).await;
        assert_eq!(figures(&after), "refunded 100.00 100.00 0.00 0.00");
    }

    /// Accepted is not done: the news come, or are asked for.
    async fn an_accepted_call_is_asked_about(stage) {
        let payment = confirmed(stage, json!({})).await;
        let job = lease(stage, CARD).await;
        let after = answer(stage, &job, json!({ "outcome": "pending", "reference": "ch-1" })).await;
        assert_eq!((&after["state"], doing(&after).as_str()), (&json!("authorizing"), "authorize accepted"));
        assert!(leases(stage, &[CARD], 10).await.is_empty(), "not at once");
        let mut asked = 0;
        for _ in 0..30 {
            pass(stage, "PT20S").await;
            for query in leases(stage, &[CARD], 10).await {
                assert_eq!(query["payload"]["call"], "query");
                let after = answer(stage, &query, json!({ "outcome": "pending" })).await;
                assert_eq!(doing(&after), "authorize accepted", "{after}");
                asked += 1;
            }
        }
        assert!((3..=10).contains(&asked), "asked {asked} times in ten minutes, with pauses that grow");
        let settled = tell(stage, &payment, "captured", json!({ "captured": "100.00 USD" })).await;
        assert_eq!((&settled["result"], doing(&settled["payment"]).as_str()), (&json!("applied"), "nothing"));
        pass(stage, "PT12H").await;
        assert!(leases(stage, &[CARD], 10).await.is_empty(), "the open question is over");
    }

    /// The payer's action is shown only while he must take it: it may be a key to the payment, and the kept
    /// report has none of it.
    async fn an_action_is_over_when_it_is_done(stage) {
        let payment = confirmed(stage, json!({})).await;
        let job = sent(stage, &payment, "authorize").await;
        let action = json!({ "type": "redirect", "url": "https://card.example/MARK" });
        let result = json!({ "outcome": "action_required", "action": action, "reference": reference(&payment) });
        assert_eq!(answer(stage, &job, result).await["action"], action);
        let jobs = stage.ok("jobs.list", json!({})).await.to_string();
        assert!(jobs.contains("action_required") && !jobs.contains("MARK"), "{jobs}");
        // he is asked once more where the gateway does not let go
        order(stage, "void", &payment, json!({})).await;
        let job = sent(stage, &payment, "void").await;
        assert_eq!(get(stage, &payment).await["action"], Value::Null);
        let failure = json!({ "code": "gateway_error", "retry": "never" });
        let after = answer(stage, &job, json!({ "outcome": "refused", "failure": failure })).await;
        assert_eq!((&after["state"], &after["action"]), (&json!("action_required"), &action), "{after}");
        tell(stage, &payment, "captured", json!({ "captured": "100.00 USD" })).await;
        let after = get(stage, &payment).await;
        assert_eq!((&after["state"], &after["action"]), (&json!("captured"), &Value::Null), "{after}");
    }

    async fn one_question_is_open_at_most(stage) {
        let payment = pay_authorized(stage).await;
        for _ in 0..3 {
            order(stage, "sync", &payment, json!({})).await;
        }
        let query = lease(stage, CARD).await;
        assert_eq!((&query["payload"]["call"], &query["payload"]["reference"]), (&json!("query"), &json!(reference(&payment))));
        order(stage, "sync", &payment, json!({})).await;
        assert!(leases(stage, &[CARD], 10).await.is_empty());
        let after = answer(stage, &query, json!({ "outcome": "authorized", "authorized": "100.00 USD" })).await;
        assert_eq!((&after["state"], doing(&after).as_str()), (&json!("authorized"), "nothing"), "{after}");
        // an answered one may be followed by another
        order(stage, "sync", &payment, json!({})).await;
        assert_eq!(lease(stage, CARD).await["payload"]["call"], "query");
    }

    /// An authorized payment is captured once, and at most as much as is authorized.
    async fn a_capture_is_once_and_bounded(stage) {
        let payment = pay_authorized(stage).await;
        let capture = json!({ "payment": payment["id"], "amount": "100.01 USD" });
        let details = stage.no("payments.capture", capture, "capture_exceeds_authorized").await;
        let money = |amount: &str| json!({ "amount": amount, "currency": "USD" });
        assert_eq!((&details["remaining"], &details["requested"]), (&money("100.00"), &money("100.01")), "{details}");
        let capture = json!({ "payment": payment["id"], "amount": "60.00 USD", "key": "once" });
        let first = stage.ok("payments.capture", capture.clone()).await;
        let again = stage.ok("payments.capture", capture.clone()).await;
        assert_eq!((&first["replayed"], &again["replayed"]), (&json!(false), &json!(true)));
        stage.no("payments.capture", json!({ "payment": payment["id"], "amount": "40.00 USD" }), "transition_not_allowed").await;
        let job = lease(stage, CARD).await;
        answer(stage, &job, json!({ "outcome": "captured", "amount": "60.00 USD" })).await;
        stage.no("payments.capture", json!({ "payment": payment["id"], "amount": "40.00 USD" }), "transition_not_allowed").await;
        assert_eq!(stage.ok("payments.capture", capture).await["replayed"], true);
        assert_eq!(books(stage).await, [6_000, 0, 0]);
    }
}
