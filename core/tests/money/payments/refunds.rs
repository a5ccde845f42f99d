//! Money that goes back: refunds that were asked for, and what payers' banks take, with the debts that are
//! left.

use super::{
    CARD, admin, answer, books, figures, get, lease, leases, no_answer, order, paid, pass, posted, said,
    sent, set_gateway, tell, together, told_admins, with,
};
use crate::support::{Stage, Value, json, tally};

fn refunded(amount: &str) -> Value {
    json!({ "outcome": "refunded", "amount": amount })
}

fn refused() -> Value {
    json!({ "outcome": "refused", "failure": { "code": "gateway_error", "gateway_code": "r-1", "retry": "later" } })
}

/// Takes money from `shop`, as a payout does.
async fn paid_out(stage: &Stage, amount: &str) {
    stage.ok("ledger.deduct", json!({ "account": "shop", "amount": amount })).await;
}

/// The one debt of `shop`.
async fn debt(stage: &Stage) -> Value {
    let page = stage.ok("payments.debts", json!({ "account": "shop" })).await;
    let [debt] = &page["items"].as_array().unwrap()[..] else { panic!("one debt: {page}") };
    debt.clone()
}

/// Amount, recovered and state of a debt, such as `70.00 0.00 open`.
fn owed(debt: &Value) -> String {
    let part = |name: &str| debt[name]["amount"].as_str().unwrap_or_else(|| panic!("no {name}: {debt}"));
    format!("{} {} {}", part("amount"), part("recovered"), debt["state"].as_str().unwrap())
}

/// A chargeback in a phase; the payment is then this.
async fn charged(stage: &Stage, payment: &Value, phase: &str, more: Value) -> Value {
    let args = with(json!({ "case": "case-1", "phase": phase }), &more);
    order(stage, "chargeback", payment, args).await["payment"].clone()
}

/// The kinds of the entries of an account, the newest first.
async fn kinds(stage: &Stage, account: &str) -> Vec<String> {
    let page = stage.ok("ledger.entries", json!({ "account": account, "currency": "USD" })).await;
    let items = page["items"].as_array().unwrap();
    items.iter().map(|entry| entry["kind"].as_str().unwrap().to_owned()).collect()
}

/// A refund of 40.00 USD that the gateway refuses; its id.
async fn refused_refund(stage: &Stage, payment: &Value, failure: &str) -> Value {
    order(stage, "refund", payment, json!({ "amount": "40.00 USD" })).await;
    let job = sent(stage, payment, "refund").await;
    let result = json!({ "outcome": "refused", "failure": { "code": failure } });
    answer(stage, &job, result).await["refunds"][0]["id"].clone()
}

/// Builds a gateway's totals of a payment: captured, and given back.
fn totals(captured: &str, refunded: &str) -> Value {
    json!({ "outcome": "captured", "captured": captured, "refunded": refunded })
}

/// Answers what the gateway is asked until nobody asks any more; the payment is then this.
async fn answered(stage: &Stage, payment: &Value, result: &Value) -> Value {
    for _ in 0..10 {
        let Some(query) = leases(stage, &[CARD], 10).await.pop() else { return get(stage, payment).await };
        assert_eq!(query["payload"]["call"], "query", "{query}");
        answer(stage, &query, result.clone()).await;
    }
    panic!("it is asked for ever: {payment}");
}

/// The states of the refunds of a payment, in their order.
fn states(payment: &Value) -> Vec<&str> {
    let refunds = payment["refunds"].as_array().unwrap();
    refunds.iter().map(|refund| refund["state"].as_str().unwrap()).collect()
}

with_gateways! {
    /// Each is 60 of 100: there is room for one.
    async fn many_refunds_at_once(stage) {
        let payment = paid(stage, "100.00 USD").await;
        let refund = |n: usize| {
            ("payments.refund", json!({ "payment": payment["id"], "amount": "60.00 USD", "key": format!("r-{n}") }))
        };
        let outcomes = together(stage, (0..64).map(refund).collect()).await;
        assert_eq!(tally(&outcomes), [("ok", 1), ("refund_exceeds_captured", 63)].into());
        let details = outcomes.iter().find_map(|outcome| outcome.as_ref().err()).unwrap().details();
        let money = |amount: &str| json!({ "amount": amount, "currency": "USD" });
        assert_eq!((&details["payment"], &details["captured"]), (&payment["id"], &money("100.00")), "{details}");
        assert_eq!((&details["charged_back"], &details["requested"]), (&money("0.00"), &money("60.00")), "{details}");
        assert_eq!(books(stage).await, [4_000, 0, 0], "it is off the account at once");
        let job = lease(stage, CARD).await;
        let after = answer(stage, &job, refunded("60.00 USD")).await;
        assert_eq!(figures(&after), "captured 100.00 60.00 0.00 0.00");
        assert!(leases(stage, &[CARD], 10).await.is_empty());
    }

    /// A refund is taken from the payee at once, and done when the gateway says so; when all is back, the
    /// payment is `refunded`.
    async fn refunds_in_turn_until_all_is_back(stage) {
        let payment = paid(stage, "100.00 USD").await;
        let first = order(stage, "refund", &payment, json!({ "amount": "40.00 USD", "reason": "scratched", "actor": "olga" })).await;
        assert_eq!((&first["refund"]["state"], &first["refund"]["reason"]), (&json!("queued"), &json!("scratched")), "{first}");
        assert_eq!(first["refund"], first["payment"]["refunds"][0]);
        assert_eq!((figures(&first["payment"]).as_str(), posted(stage, "shop").await), ("captured 100.00 0.00 0.00 0.00", 6_000));
        let job = lease(stage, CARD).await;
        assert_eq!(get(stage, &payment).await["refunds"][0]["state"], "sent");
        let after = answer(stage, &job, json!({ "outcome": "refunded", "amount": "40.00 USD", "reference": "rf-1" })).await;
        assert_eq!(figures(&after), "captured 100.00 40.00 0.00 0.00");
        let done = &after["refunds"][0];
        assert_eq!((&done["state"], &done["reference"]), (&json!("done"), &json!("rf-1")), "{after}");
        let transfer = stage.ok("ledger.get_transfer", json!({ "transfer": done["transfer"] })).await;
        assert_eq!((&transfer["kind"], &transfer["from"], &transfer["to"]), (&json!("refund"), &json!("shop"), &json!("@world")), "{transfer}");
        assert_eq!(transfer["payment"], payment["id"]);
        // the rest, by leaving the amount out
        let rest = order(stage, "refund", &payment, json!({})).await;
        assert_eq!(rest["refund"]["amount"]["amount"], "60.00");
        stage.no("payments.refund", json!({ "payment": payment["id"], "amount": "0.01 USD" }), "refund_exceeds_captured").await;
        let job = lease(stage, CARD).await;
        let after = answer(stage, &job, refunded("60.00 USD")).await;
        assert_eq!(figures(&after), "refunded 100.00 100.00 0.00 0.00");
        assert_eq!(books(stage).await, [0, 0, 0]);
        assert_eq!(kinds(stage, "shop").await, ["refund", "refund", "payment"]);
        assert_eq!(after["transfers"].as_array().unwrap().len(), 3, "{after}");
    }

    /// A refund that is refused is reversed, and may be asked for again.
    async fn a_refused_refund_comes_back(stage) {
        let payment = paid(stage, "100.00 USD").await;
        order(stage, "refund", &payment, json!({})).await;
        assert_eq!(books(stage).await, [0, 0, 0]);
        let job = lease(stage, CARD).await;
        let after = answer(stage, &job, refused()).await;
        assert_eq!((figures(&after).as_str(), &after["refunds"][0]["state"]), ("captured 100.00 0.00 0.00 0.00", &json!("refused")), "{after}");
        assert_eq!(books(stage).await, [10_000, 0, 0]);
        order(stage, "refund", &payment, json!({ "amount": "100.00 USD" })).await;
        let job = lease(stage, CARD).await;
        let after = answer(stage, &job, refunded("100.00 USD")).await;
        assert_eq!((figures(&after).as_str(), books(stage).await), ("refunded 100.00 100.00 0.00 0.00", [0, 0, 0]));
        assert_eq!(kinds(stage, "shop").await, ["refund", "reversal", "refund", "payment"]);
    }

    /// One that was done and failed afterwards comes back too, from all states of being refunded.
    async fn a_refund_that_failed_afterwards_is_returned(stage) {
        for (amount, done) in [("100.00 USD", "refunded 100.00 100.00 0.00 0.00"), ("30.00 USD", "captured 100.00 30.00 0.00 0.00")] {
            let payment = paid(stage, "100.00 USD").await;
            let before = posted(stage, "shop").await;
            let refund = order(stage, "refund", &payment, json!({ "amount": amount })).await["refund"].clone();
            let job = sent(stage, &payment, "refund").await;
            assert_eq!(figures(&answer(stage, &job, refunded(amount)).await), done);
            let failed = json!({ "refund": refund["id"], "amount": amount });
            let told = tell(stage, &payment, "refund_failed", failed.clone()).await;
            assert_eq!(told["result"], "applied", "{told}");
            let after = get(stage, &payment).await;
            assert_eq!((figures(&after).as_str(), &after["refunds"][0]["state"]), ("captured 100.00 0.00 0.00 0.00", &json!("returned")), "{after}");
            assert_eq!(posted(stage, "shop").await, before, "{amount}");
            // told again it is known
            assert_eq!(tell(stage, &payment, "refund_failed", failed).await["result"], "ignored");
            assert_eq!(posted(stage, "shop").await, before, "{amount}");
        }
    }

    /// Nobody answered a refund: the totals of the gateway say whether it was done.
    async fn a_refund_without_an_answer(stage) {
        for (total, state) in [("40.00 USD", "done"), ("0.00 USD", "unknown")] {
            let payment = paid(stage, "100.00 USD").await;
            let before = posted(stage, "shop").await;
            order(stage, "refund", &payment, json!({ "amount": "40.00 USD" })).await;
            let job = sent(stage, &payment, "refund").await;
            let after = no_answer(stage, &job).await;
            assert_eq!((&after["state"], &after["refunds"][0]["state"]), (&json!("captured"), &json!("unknown")), "{after}");
            let query = sent(stage, &payment, "query").await;
            let told = json!({ "outcome": "captured", "captured": "100.00 USD", "refunded": total });
            let after = answer(stage, &query, told).await;
            assert_eq!(after["refunds"][0]["state"], state, "the gateway has given back {total}: {after}");
            assert_eq!(posted(stage, "shop").await, before - 4_000);
        }
    }

    /// First the refund, then the bank: it takes what is left, and the refund goes on.
    async fn a_chargeback_after_a_refund(stage) {
        let payment = paid(stage, "100.00 USD").await;
        order(stage, "refund", &payment, json!({ "amount": "40.00 USD" })).await;
        let job = lease(stage, CARD).await;
        let after = charged(stage, &payment, "open", json!({ "reason": "not me" })).await;
        assert_eq!(figures(&after), "charged_back 100.00 0.00 60.00 0.00", "{after}");
        let case = &after["chargebacks"][0];
        assert_eq!((&case["case"], &case["phase"], &case["reason"]), (&json!("case-1"), &json!("open"), &json!("not me")));
        let after = answer(stage, &job, refunded("40.00 USD")).await;
        assert_eq!(figures(&after), "charged_back 100.00 40.00 60.00 0.00", "{after}");
        assert_eq!(books(stage).await, [0, 0, 0]);
        assert_eq!(kinds(stage, "shop").await, ["chargeback", "refund", "payment"]);
    }

    /// First the bank: what it has taken is not refunded until it gives the money back.
    async fn a_refund_after_a_chargeback(stage) {
        let payment = paid(stage, "100.00 USD").await;
        let after = charged(stage, &payment, "open", json!({ "amount": "70.00 USD" })).await;
        assert_eq!((figures(&after).as_str(), posted(stage, "shop").await), ("charged_back 100.00 0.00 70.00 0.00", 3_000));
        let more = json!({ "payment": payment["id"], "amount": "30.01 USD", "key": "more" });
        let error = stage.call("payments.refund", more).await.unwrap_err();
        assert!(["transition_not_allowed", "refund_exceeds_captured"].contains(&error.code().as_str()), "{error}");
        let after = charged(stage, &payment, "won", json!({})).await;
        assert_eq!((figures(&after).as_str(), posted(stage, "shop").await), ("captured 100.00 0.00 0.00 0.00", 10_000));
        assert_eq!(after["chargebacks"][0]["phase"], "won");
        order(stage, "refund", &payment, json!({})).await;
        let job = lease(stage, CARD).await;
        let after = answer(stage, &job, refunded("100.00 USD")).await;
        assert_eq!((figures(&after).as_str(), books(stage).await), ("refunded 100.00 100.00 0.00 0.00", [0, 0, 0]));
    }

    /// A gateway sends two kinds of events of one refund: each of them took its money once more, though it
    /// was refused, and done after all.
    async fn news_of_a_refused_refund_that_repeat_take_its_money_once(stage) {
        let payment = paid(stage, "100.00 USD").await;
        let refund = refused_refund(stage, &payment, "gateway_error").await;
        assert_eq!(books(stage).await, [10_000, 0, 0]);
        for _ in 0..3 {
            for _ in 0..2 {
                let news = json!({ "refund": refund, "amount": "40.00 USD" });
                assert_eq!(tell(stage, &payment, "refunded", news).await["result"], "queried");
            }
            let after = answered(stage, &payment, &totals("100.00 USD", "40.00 USD")).await;
            assert_eq!(figures(&after), "charged_back 100.00 0.00 40.00 0.00", "{after}");
            assert_eq!((states(&after), &after["chargebacks"][0]["case"]), (vec!["refused"], &json!("withdrawn")));
            assert_eq!(books(stage).await, [6_000, 0, 0]);
        }
        // what it names with another amount is asked about too
        let news = json!({ "refund": refund, "amount": "30.00 USD" });
        assert_eq!(tell(stage, &payment, "refunded", news).await["result"], "queried");
        let after = answered(stage, &payment, &totals("100.00 USD", "40.00 USD")).await;
        assert_eq!((figures(&after).as_str(), books(stage).await), ("charged_back 100.00 0.00 40.00 0.00", [6_000, 0, 0]));
    }

    /// The money that a total has led to is that of the refund which is named then.
    async fn a_total_and_the_name_of_a_refused_refund_take_its_money_once(stage) {
        let payment = paid(stage, "100.00 USD").await;
        let refund = refused_refund(stage, &payment, "not_processed").await;
        let after = answered(stage, &payment, &totals("100.00 USD", "40.00 USD")).await;
        assert_eq!((figures(&after).as_str(), books(stage).await), ("charged_back 100.00 0.00 40.00 0.00", [6_000, 0, 0]));
        let news = json!({ "refund": refund, "amount": "40.00 USD" });
        assert_eq!(tell(stage, &payment, "refunded", news.clone()).await["result"], "queried");
        let after = answered(stage, &payment, &totals("100.00 USD", "40.00 USD")).await;
        assert_eq!((figures(&after).as_str(), books(stage).await), ("charged_back 100.00 0.00 40.00 0.00", [6_000, 0, 0]));
        // with its total beside the name nobody need be asked
        let told = tell(stage, &payment, "refunded", with(news, &json!({ "refunded": "40.00 USD" }))).await;
        assert_eq!(told["result"], "ignored", "{told}");
        assert!(leases(stage, &[CARD], 10).await.is_empty());
        assert_eq!(books(stage).await, [6_000, 0, 0]);
    }

    /// Where nobody can be asked, the name counts, and once.
    async fn a_refused_refund_is_taken_once_where_nobody_can_be_asked(stage) {
        set_gateway(stage, CARD, json!({ "abilities": ["partial_refund"] })).await;
        let payment = paid(stage, "100.00 USD").await;
        let refund = refused_refund(stage, &payment, "gateway_error").await;
        for result in ["applied", "ignored", "ignored"] {
            let news = json!({ "refund": refund, "amount": "40.00 USD" });
            assert_eq!(tell(stage, &payment, "refunded", news).await["result"], result);
            let after = get(stage, &payment).await;
            assert_eq!(figures(&after), "charged_back 100.00 0.00 40.00 0.00", "{after}");
            assert_eq!(after["chargebacks"][0]["case"], format!("withdrawn.{}", refund.as_str().unwrap()));
            assert_eq!(books(stage).await, [6_000, 0, 0]);
        }
    }

    /// There a total and then the name took its money twice, also where both came in the same news first.
    async fn a_total_and_the_name_of_a_refused_refund_count_once_where_nobody_can_be_asked(stage) {
        set_gateway(stage, CARD, json!({ "abilities": ["partial_refund"] })).await;
        for (round, with_name) in (1..).zip([false, true]) {
            let payment = paid(stage, "100.00 USD").await;
            let refund = refused_refund(stage, &payment, "gateway_error").await;
            let name = json!({ "refund": refund, "amount": "40.00 USD" });
            let total = json!({ "refunded": "40.00 USD" });
            let first = if with_name { with(total, &name) } else { total };
            assert_eq!(tell(stage, &payment, "refunded", first).await["result"], "applied");
            assert_eq!(tell(stage, &payment, "refunded", name).await["result"], "ignored");
            let after = get(stage, &payment).await;
            assert_eq!(figures(&after), "charged_back 100.00 0.00 40.00 0.00", "{after}");
            assert_eq!(books(stage).await, [6_000 * round, 0, 0]);
        }
        // admins were told of the total, and then of the name
        assert_eq!(told_admins(stage, "payment.withdrawn").await, 4);
    }

    /// One total of two refused refunds stands for both. Names without a total are each of their own refund,
    /// although the amounts are the same.
    async fn two_refused_refunds_are_each_taken_once_where_nobody_can_be_asked(stage) {
        set_gateway(stage, CARD, json!({ "abilities": ["partial_refund"] })).await;
        for (round, total, result) in [(1, Some("80.00 USD"), "ignored"), (2, None, "applied")] {
            let payment = paid(stage, "100.00 USD").await;
            for _ in 0..2 {
                refused_refund(stage, &payment, "gateway_error").await;
            }
            if let Some(total) = total {
                let told = tell(stage, &payment, "refunded", json!({ "refunded": total })).await;
                assert_eq!(told["result"], "applied", "{told}");
            }
            let refunds = get(stage, &payment).await["refunds"].clone();
            for refund in refunds.as_array().unwrap() {
                let name = json!({ "refund": refund["id"], "amount": "40.00 USD" });
                assert_eq!(tell(stage, &payment, "refunded", name).await["result"], result, "{total:?}");
            }
            assert_eq!(figures(&get(stage, &payment).await), "charged_back 100.00 0.00 80.00 0.00", "{total:?}");
            assert_eq!(books(stage).await, [2_000 * round, 0, 0], "{total:?}");
        }
    }

    /// A gateway that takes a chargeback off what is captured says nothing new with it.
    async fn a_chargeback_is_not_taken_once_more_by_a_total(stage) {
        paid(stage, "100.00 USD").await;
        let payment = paid(stage, "100.00 USD").await;
        charged(stage, &payment, "lost", json!({ "amount": "100.00 USD" })).await;
        assert_eq!(books(stage).await, [10_000, 0, 0]);
        order(stage, "sync", &payment, json!({})).await;
        let gone = json!({ "outcome": "voided", "captured": "0.00 USD" });
        let after = answered(stage, &payment, &gone).await;
        assert_eq!((figures(&after).as_str(), books(stage).await), ("charged_back 100.00 0.00 100.00 0.00", [10_000, 0, 0]), "{after}");
        // what is gone beyond it is
        let payment = paid(stage, "100.00 USD").await;
        charged(stage, &payment, "lost", json!({ "amount": "30.00 USD" })).await;
        tell(stage, &payment, "refused", json!({ "captured": "0.00 USD" })).await;
        let after = get(stage, &payment).await;
        assert_eq!((figures(&after).as_str(), books(stage).await), ("charged_back 100.00 0.00 100.00 0.00", [10_000, 0, 0]), "{after}");
    }

    /// A refund waited while its gateway was away, and the bank took the money meanwhile: the payer had it
    /// twice.
    async fn a_refund_that_waits_is_not_sent_once_the_bank_has_its_money(stage) {
        let payment = paid(stage, "100.00 USD").await;
        order(stage, "refund", &payment, json!({})).await;
        assert_eq!(books(stage).await, [0, 0, 0]);
        let after = charged(stage, &payment, "open", json!({ "amount": "100.00 USD" })).await;
        assert_eq!((figures(&after).as_str(), states(&after)), ("charged_back 100.00 0.00 100.00 0.00", vec!["refused"]), "{after}");
        assert_eq!(after["failure"]["code"], "declined");
        assert!(leases(stage, &[CARD], 10).await.is_empty());
        assert_eq!(books(stage).await, [0, 0, 0]);
        assert_eq!(kinds(stage, "shop").await, ["chargeback", "reversal", "refund", "payment"]);
        // once the bank has given it back it can be refunded
        charged(stage, &payment, "won", json!({})).await;
        assert_eq!(books(stage).await, [10_000, 0, 0]);
        order(stage, "refund", &payment, json!({})).await;
        let job = lease(stage, CARD).await;
        let after = answer(stage, &job, refunded("100.00 USD")).await;
        assert_eq!((figures(&after).as_str(), books(stage).await), ("refunded 100.00 100.00 0.00 0.00", [0, 0, 0]));
    }

    /// No more of them than the bank has taken, and the newest first.
    async fn refunds_are_held_back_as_far_as_the_bank_takes_them(stage) {
        let payment = paid(stage, "100.00 USD").await;
        for amount in ["30.00 USD", "20.00 USD", "10.00 USD"] {
            order(stage, "refund", &payment, json!({ "amount": amount })).await;
        }
        let after = charged(stage, &payment, "open", json!({ "amount": "40.00 USD" })).await;
        assert_eq!((states(&after), posted(stage, "shop").await), (vec!["queued", "queued", "queued"], 0), "there is room for all: {after}");
        let after = charged(stage, &payment, "open", json!({ "case": "case-2", "amount": "15.00 USD" })).await;
        assert_eq!((states(&after), posted(stage, "shop").await), (vec!["queued", "refused", "refused"], 1_500), "{after}");
        let job = lease(stage, CARD).await;
        assert_eq!(job["payload"]["amount"]["amount"], "30.00", "{job}");
        // what the gateway may have is not touched
        let after = charged(stage, &payment, "open", json!({ "case": "case-3", "amount": "45.00 USD" })).await;
        assert_eq!(states(&after), ["sent", "refused", "refused"], "{after}");
        let after = answer(stage, &job, refunded("30.00 USD")).await;
        assert_eq!(figures(&after), "charged_back 100.00 30.00 100.00 0.00", "{after}");
        assert_eq!(books(stage).await, [0, 0, -3_000]);
        assert!(leases(stage, &[CARD], 10).await.is_empty());
    }

    /// A refund that a worker had when the bank took the money is not sent again, once it surely is not at
    /// the gateway.
    async fn a_refund_that_did_not_arrive_is_not_sent_after_a_chargeback(stage) {
        for (round, outcome) in (1..).zip(["unsent", "given back", "nothing"]) {
            let payment = paid(stage, "100.00 USD").await;
            order(stage, "refund", &payment, json!({})).await;
            let job = sent(stage, &payment, "refund").await;
            let after = charged(stage, &payment, "open", json!({ "amount": "100.00 USD" })).await;
            assert_eq!(states(&after), ["sent"], "{outcome}: {after}");
            match outcome {
                "unsent" => drop(answer(stage, &job, json!({ "outcome": "unsent" })).await),
                "given back" => drop(stage.ok("jobs.release", said(&job, &json!({}))).await),
                _ => {
                    no_answer(stage, &job).await;
                    let query = sent(stage, &payment, "query").await;
                    answer(stage, &query, json!({ "outcome": "nothing", "closed": true })).await;
                }
            }
            pass(stage, "PT10M").await;
            let after = answered(stage, &payment, &totals("100.00 USD", "0.00 USD")).await;
            assert_eq!((figures(&after).as_str(), states(&after)), ("charged_back 100.00 0.00 100.00 0.00", vec!["refused"]), "{outcome}: {after}");
            // the payee has it again, and owes it to the house
            assert_eq!(books(stage).await, [10_000, 0, -10_000 * round], "{outcome}");
            paid_out(stage, "100.00 USD").await;
        }
    }

    /// One that was sent before waited to be sent again, under the same key, when the bank took the money:
    /// the payer had it twice. It is asked about, and nothing is sent.
    async fn a_refund_is_not_sent_again_once_the_bank_has_its_money(stage) {
        for (round, back, state, shop) in [(1, "0.00", "refused", 10_000), (2, "100.00", "done", 0)] {
            let payment = paid(stage, "100.00 USD").await;
            order(stage, "refund", &payment, json!({})).await;
            no_answer(stage, &sent(stage, &payment, "refund").await).await;
            let query = sent(stage, &payment, "query").await;
            answer(stage, &query, json!({ "outcome": "nothing", "closed": true })).await;
            let after = charged(stage, &payment, "open", json!({ "amount": "100.00 USD" })).await;
            assert_eq!(states(&after), ["queued"], "{back}: {after}");
            let mut jobs = leases(stage, &[CARD], 10).await;
            jobs.extend(leases(stage, &[CARD], 10).await);
            assert_eq!((jobs.len(), &jobs[0]["payload"]["call"]), (1, &json!("query")), "{back}: it is not sent: {jobs:?}");
            assert_eq!(jobs[0]["payload"]["about"], "refund", "{back}: {jobs:?}");
            let after = get(stage, &payment).await;
            assert_eq!((states(&after), &after["doing"]["phase"]), (vec!["unknown"], &json!("unknown")), "{back}");
            let told = totals("100.00 USD", &format!("{back} USD"));
            answer(stage, &jobs[0], told.clone()).await;
            // that it is not there is believed later
            pass(stage, "PT10M").await;
            let after = answered(stage, &payment, &told).await;
            assert_eq!(figures(&after), format!("charged_back 100.00 {back} 100.00 0.00"), "{after}");
            assert_eq!((states(&after), books(stage).await), (vec![state], [shop, 0, -10_000 * round]), "{back}");
            if shop > 0 {
                paid_out(stage, "100.00 USD").await;
            }
        }
    }

    /// Phases only go forward; one that is lost at once is opened and lost.
    async fn phases_of_a_chargeback(stage) {
        let payment = paid(stage, "100.00 USD").await;
        charged(stage, &payment, "open", json!({})).await;
        for (phase, replayed) in [("open", true), ("won", false), ("open", true), ("won", true)] {
            let args = json!({ "payment": payment["id"], "case": "case-1", "phase": phase });
            assert_eq!(stage.ok("payments.chargeback", args).await["replayed"], replayed, "{phase}");
        }
        assert_eq!((figures(&get(stage, &payment).await).as_str(), posted(stage, "shop").await), ("captured 100.00 0.00 0.00 0.00", 10_000));
        let other = json!({ "payment": payment["id"], "case": "case-2", "phase": "lost", "amount": "25.00 USD" });
        let lost = stage.ok("payments.chargeback", other.clone()).await;
        assert_eq!((&lost["replayed"], figures(&lost["payment"]).as_str()), (&json!(false), "charged_back 100.00 0.00 25.00 0.00"));
        assert_eq!(stage.ok("payments.chargeback", other).await["replayed"], true);
        assert_eq!(books(stage).await, [7_500, 0, 0]);
    }

    /// A mismatched payment is settled by an admin alone: a chargeback that is won meanwhile moves its money,
    /// and not its state.
    async fn a_chargeback_leaves_a_mismatch_to_the_admin(stage) {
        let payment = paid(stage, "100.00 USD").await;
        charged(stage, &payment, "open", json!({})).await;
        let told = tell(stage, &payment, "captured", json!({ "captured": "150.00 USD" })).await;
        assert_eq!(told["result"], "mismatched", "{told}");
        let won = charged(stage, &payment, "won", json!({})).await;
        assert_eq!(figures(&won), "mismatched 100.00 0.00 0.00 50.00");
        let settle = json!({ "payment": payment["id"], "outcome": "refunded", "reason": "seen there", "actor": admin() });
        let settled = stage.ok("payments.settle", settle).await;
        assert_eq!(figures(&settled["payment"]), "captured 100.00 0.00 0.00 50.00");
    }

    /// The money is gone: what is there is taken, the house bears the rest, and the debtor owes it.
    async fn a_chargeback_after_the_payout(stage) {
        for (left, losses, shop_won) in [("0.00", 10_000, 0), ("30.00", 7_000, 3_000)] {
            let before = books(stage).await;
            assert_eq!([before[0], before[2]], [0, 0]);
            let payment = paid(stage, "100.00 USD").await;
            paid_out(stage, if left == "0.00" { "100.00 USD" } else { "70.00 USD" }).await;
            let after = charged(stage, &payment, "open", json!({})).await;
            assert_eq!(figures(&after), "charged_back 100.00 0.00 100.00 0.00", "{left} left");
            assert_eq!(books(stage).await, [0, 0, -losses], "{left} left");
            let page = stage.ok("payments.debts", json!({ "account": "shop", "state": "open" })).await;
            let [debt] = &page["items"].as_array().unwrap()[..] else { panic!("one open debt: {page}") };
            assert_eq!(debt["amount"], json!({ "amount": format!("{}.00", losses / 100), "currency": "USD" }), "{debt}");
            assert_eq!((&debt["payment"], &debt["case"], &debt["account"]), (&payment["id"], &json!("case-1"), &json!("shop")));
            // won later: the house first, then who bore the rest
            let after = charged(stage, &payment, "won", json!({})).await;
            assert_eq!(figures(&after), "captured 100.00 0.00 0.00 0.00", "{left} left");
            assert_eq!(books(stage).await, [shop_won, 0, 0], "{left} left");
            let page = stage.ok("payments.debts", json!({ "account": "shop", "state": "open" })).await;
            assert_eq!(page["items"], json!([]), "nothing is owed any more");
        }
    }

    /// A bank may take more than was paid.
    async fn a_chargeback_above_the_amount(stage) {
        let payment = paid(stage, "100.00 USD").await;
        let after = charged(stage, &payment, "open", json!({ "amount": "130.00 USD" })).await;
        assert_eq!(figures(&after), "charged_back 100.00 0.00 130.00 0.00");
        assert_eq!(books(stage).await, [0, 0, -3_000]);
        assert_eq!(owed(&debt(stage).await), "30.00 0.00 open");
        charged(stage, &payment, "won", json!({})).await;
        assert_eq!(books(stage).await, [10_000, 0, 0]);
    }

    /// Held money is not available: it stays where it is, and the debt is larger.
    async fn what_is_held_is_not_taken(stage) {
        let payment = paid(stage, "100.00 USD").await;
        stage.held("shop", "80.00 USD").await;
        charged(stage, &payment, "open", json!({})).await;
        assert_eq!((stage.balance("shop").await.as_str(), posted(stage, "@losses").await), ("80.00 80.00 0.00", -8_000));
        assert_eq!(owed(&debt(stage).await), "80.00 0.00 open");
    }

    /// A locked account is no shelter.
    async fn a_locked_account_pays(stage) {
        let payment = paid(stage, "100.00 USD").await;
        stage.ok("ledger.lock_account", json!({ "account": "shop" })).await;
        charged(stage, &payment, "open", json!({})).await;
        assert_eq!(books(stage).await, [0, 0, 0]);
    }

    async fn debts_are_recovered_or_written_off(stage) {
        let payment = paid(stage, "100.00 USD").await;
        paid_out(stage, "100.00 USD").await;
        charged(stage, &payment, "open", json!({})).await;
        let id = debt(stage).await["id"].clone();
        let recover = |amount: Value| json!({ "debt": id, "amount": amount });
        stage.no("payments.recover", recover(json!(null)), "insufficient_balance").await;
        stage.funded("shop", "30.00 USD").await;
        stage.no("payments.recover", recover(json!("31.00 USD")), "insufficient_balance").await;
        let reply = stage.ok("payments.recover", recover(json!("10.00 USD"))).await;
        assert_eq!((owed(&reply["debt"]).as_str(), books(stage).await), ("100.00 10.00 open", [2_000, 0, -9_000]));
        let reply = stage.ok("payments.recover", recover(json!(null))).await;
        assert_eq!((owed(&reply["debt"]).as_str(), books(stage).await), ("100.00 30.00 open", [0, 0, -7_000]));
        assert_eq!(kinds(stage, "shop").await[0], "recovery");
        // an admin may give it up, and nobody else
        let write_off = |actor: Value| json!({ "debt": id, "reason": "gone", "actor": actor });
        for who in [json!("olga"), json!("mallory"), json!({ "id": "worker", "role": "system" })] {
            stage.no("payments.write_off", write_off(who), "not_permitted").await;
        }
        let reply = stage.ok("payments.write_off", write_off(admin())).await;
        assert_eq!((owed(&reply["debt"]).as_str(), books(stage).await), ("100.00 30.00 written_off", [0, 0, -7_000]));
        stage.funded("shop", "5.00 USD").await;
        stage.no("payments.recover", recover(json!(null)), "transition_not_allowed").await;
        assert_eq!(owed(&debt(stage).await), "100.00 30.00 written_off");
        stage.no("payments.recover", json!({ "debt": "dt_019b76da-a800-7000-8000-000000000000" }), "debt_not_found").await;
    }

    /// All of it: the debt is over, and what is on the account beyond it stays there.
    async fn a_debt_is_recovered_whole(stage) {
        let payment = paid(stage, "100.00 USD").await;
        paid_out(stage, "100.00 USD").await;
        charged(stage, &payment, "lost", json!({})).await;
        stage.funded("shop", "130.00 USD").await;
        let id = debt(stage).await["id"].clone();
        let reply = stage.ok("payments.recover", json!({ "debt": id, "key": "once" })).await;
        assert_eq!((owed(&reply["debt"]).as_str(), books(stage).await), ("100.00 100.00 recovered", [3_000, 0, 0]));
        assert_eq!(stage.ok("payments.recover", json!({ "debt": id, "key": "once" })).await["replayed"], true);
        stage.no("payments.recover", json!({ "debt": id }), "transition_not_allowed").await;
        for (state, count) in [("recovered", 1), ("open", 0), ("written_off", 0)] {
            let page = stage.ok("payments.debts", json!({ "state": state })).await;
            assert_eq!(page["items"].as_array().unwrap().len(), count, "{state}: {page}");
        }
    }
}
