//! Money that goes back: refunds that were asked for, and what payers' banks take, with the debts that are
//! left.

use super::{
    CARD, admin, answer, books, figures, get, lease, leases, no_answer, order, paid, posted, sent, tell,
    together, with,
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

    /// What is asked for is taken at once; it is done when the gateway says so, and all of it is `refunded`.
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
