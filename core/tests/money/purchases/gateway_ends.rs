//! Money that gateways and banks take back, refuse and tell of too late: none of it is lost, and no unit.

use super::gateway::{answer, lease, paid, paying, payment};
use super::{CARD, admin, asked, get, order, pass, posted, set_offer, told, units, with};
use crate::support::{Stage, Value, json};

/// State of a purchase, what of it went back, and the units of the offer.
async fn stands(stage: &Stage, purchase: &Value) -> [String; 3] {
    let now = get(stage, purchase).await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    [text(&now["state"]), text(&now["refunded"]["amount"]), units(stage, "mug").await]
}

fn refused() -> Value {
    json!({ "outcome": "refused", "failure": { "code": "not_supported" } })
}

/// The gateway gives back what it is asked to, which is this much.
async fn refunded(stage: &Stage, amount: &str) {
    let job = lease(stage).await;
    assert_eq!(job["payload"]["call"], "refund", "{job}");
    answer(stage, &job, json!({ "outcome": "refunded", "amount": amount })).await;
}

/// A purchase whose payer is asked for something.
async fn asked_for_more(stage: &Stage) -> Value {
    let purchase = paying(stage, json!({})).await;
    let action = json!({ "outcome": "action_required", "reference": "ch-1", "action": { "url": "https://card.example" } });
    answer(stage, &lease(stage).await, action).await;
    purchase
}

/// The gateway says by itself that it has the money.
async fn captured(stage: &Stage, purchase: &Value) -> Value {
    let news = json!({ "gateway": CARD, "event": stage.key(), "payment": purchase["payment"], "outcome": "captured",
        "captured": "10.00 USD", "reference": "ch-1" });
    stage.ok("payments.report", news).await["result"].clone()
}

async fn charge_back(stage: &Stage, purchase: &Value, more: Value) {
    let case = json!({ "payment": purchase["payment"], "case": "cb-1" });
    stage.ok("payments.chargeback", with(case, &more)).await;
}

with_a_shop! {
    /// Money that the gateway does not give back is the seller's again: the purchase owes it, says so, and
    /// gives it back when it is asked to once more.
    async fn a_refund_that_fails_is_made_again(stage) {
        set_offer(stage, json!({ "stock": 3, "grants": ["50 KRW"] })).await;
        let purchase = paid(stage, json!({ "quantity": 2 })).await;
        order(stage, "refund", &purchase, json!({ "actor": "olga" })).await;
        assert_eq!(stands(stage, &purchase).await, ["refunded", "20.00", "0 0 3"]);
        answer(stage, &lease(stage).await, refused()).await;
        assert_eq!(stands(stage, &purchase).await, ["completed", "0.00", "0 0 3"]);
        assert_eq!((posted(stage, "shop", "USD").await.as_str(), posted(stage, "alice", "KRW").await.as_str()), ("20.00", "0"));
        // nobody takes it for a sale
        assert_eq!((told(stage, &purchase, "purchase.refund_failed").await, told(stage, &purchase, "purchase.completed").await), (1, 1));
        let again = json!({ "purchase": purchase["id"] });
        stage.no("purchases.refund", with(again.clone(), &json!({ "actor": "alice" })), "not_permitted").await;
        let more = json!({ "actor": admin(), "quantity": 1 });
        stage.no("purchases.refund", with(again, &more), "condition_not_met").await;
        let retried = order(stage, "refund", &purchase, json!({ "actor": admin() })).await;
        assert_eq!((&retried["purchase"]["state"], &retried["refund"]["amount"]["amount"]), (&json!("refunded"), &json!("20.00")), "{retried}");
        refunded(stage, "20.00 USD").await;
        assert_eq!((stands(stage, &purchase).await, posted(stage, "shop", "USD").await.as_str()), (["refunded", "20.00", "0 0 3"].map(str::to_owned), "0.00"));
        // it came back to the gateway long after it was done
        let back = json!({ "gateway": CARD, "event": "e-1", "payment": purchase["payment"], "outcome": "refund_failed", "refund": retried["refund"]["id"] });
        assert_eq!(stage.ok("payments.report", back).await["result"], "applied");
        assert_eq!((stands(stage, &purchase).await, posted(stage, "shop", "USD").await.as_str()), (["completed", "0.00", "0 0 3"].map(str::to_owned), "20.00"));
        order(stage, "refund", &purchase, json!({ "actor": "olga" })).await;
        refunded(stage, "20.00 USD").await;
        assert_eq!((stands(stage, &purchase).await, payment(stage, &purchase).await["state"].as_str()), (["refunded", "20.00", "0 0 3"].map(str::to_owned), Some("refunded")));
    }

    /// Money owed for earlier units goes back with the next refund.
    async fn what_is_owed_goes_with_the_next_refund(stage) {
        set_offer(stage, json!({ "stock": 3 })).await;
        let purchase = paid(stage, json!({ "quantity": 3 })).await;
        order(stage, "refund", &purchase, json!({ "actor": "olga", "quantity": 1 })).await;
        answer(stage, &lease(stage).await, refused()).await;
        assert_eq!(stands(stage, &purchase).await, ["completed", "0.00", "0 2 1"]);
        let next = order(stage, "refund", &purchase, json!({ "actor": "olga", "quantity": 1 })).await;
        assert_eq!(next["refund"]["amount"]["amount"], "20.00", "{next}");
        refunded(stage, "20.00 USD").await;
        order(stage, "refund", &purchase, json!({ "actor": "olga" })).await;
        refunded(stage, "10.00 USD").await;
        assert_eq!(stands(stage, &purchase).await, ["refunded", "30.00", "0 0 3"]);
    }

    /// A gateway that does not let go of a payment keeps no units: what it takes later goes back.
    async fn a_void_that_is_refused_holds_no_units(stage) {
        set_offer(stage, json!({ "stock": 1 })).await;
        let purchase = asked_for_more(stage).await;
        order(stage, "cancel", &purchase, json!({ "actor": "alice" })).await;
        assert_eq!(stands(stage, &purchase).await, ["paying", "0.00", "1 0 0"]);
        answer(stage, &lease(stage).await, refused()).await;
        assert_eq!(stands(stage, &purchase).await, ["cancelled", "0.00", "0 0 1"]);
        let lives_on = payment(stage, &purchase).await;
        assert_eq!((&lives_on["state"], &lives_on["cancel_requested"]), (&json!("action_required"), &json!(true)), "{lives_on}");
        let totals = json!({ "outcome": "captured", "captured": "10.00 USD", "reference": "ch-1" });
        answer(stage, &lease(stage).await, totals).await;
        assert_eq!(stands(stage, &purchase).await, ["cancelled", "0.00", "0 0 1"]);
        assert_eq!((posted(stage, "shop", "USD").await.as_str(), posted(stage, "@suspense", "USD").await.as_str()), ("0.00", "10.00"));
        refunded(stage, "10.00 USD").await;
        assert_eq!((payment(stage, &purchase).await["state"].as_str(), posted(stage, "@suspense", "USD").await.as_str()), (Some("voided"), "0.00"));
    }

    /// The same where nobody has given it up, and its time has passed.
    async fn a_void_that_is_refused_after_its_time_holds_no_units(stage) {
        set_offer(stage, json!({ "stock": 1 })).await;
        let purchase = asked_for_more(stage).await;
        pass(stage, "PT10M").await;
        assert_eq!(stands(stage, &purchase).await, ["paying", "0.00", "1 0 0"]);
        answer(stage, &lease(stage).await, refused()).await;
        assert_eq!(stands(stage, &purchase).await, ["expired", "0.00", "0 0 1"]);
        // somebody else has the unit by now
        stage.ok("purchases.buy", asked(&json!({}))).await;
        assert_eq!(captured(stage, &purchase).await, "suspended");
        assert_eq!((stands(stage, &purchase).await, posted(stage, "shop", "USD").await.as_str()), (["expired", "0.00", "0 1 0"].map(str::to_owned), "10.00"));
        refunded(stage, "10.00 USD").await;
        assert_eq!(posted(stage, "@suspense", "USD").await, "0.00");
    }

    /// A purchase that its buyer has given up is not completed by money that comes all the same.
    async fn what_is_cancelled_is_not_completed_by_a_late_capture(stage) {
        set_offer(stage, json!({ "stock": 1, "grants": ["50 KRW"] })).await;
        let purchase = asked_for_more(stage).await;
        order(stage, "cancel", &purchase, json!({ "actor": "alice" })).await;
        assert_eq!(lease(stage).await["payload"]["call"], "void");
        assert_eq!(captured(stage, &purchase).await, "suspended");
        assert_eq!(stands(stage, &purchase).await, ["cancelled", "0.00", "0 0 1"]);
        assert_eq!((posted(stage, "shop", "USD").await.as_str(), posted(stage, "alice", "KRW").await.as_str()), ("0.00", "0"));
        refunded(stage, "10.00 USD").await;
        assert_eq!(posted(stage, "@suspense", "USD").await, "0.00");
    }

    /// A buyer who pays in the last moment has the purchase: nobody gave it up, and its units are still
    /// there.
    async fn a_capture_after_its_time_completes_it(stage) {
        set_offer(stage, json!({ "stock": 1 })).await;
        let purchase = asked_for_more(stage).await;
        pass(stage, "PT10M").await;
        assert_eq!(lease(stage).await["payload"]["call"], "void");
        assert_eq!(captured(stage, &purchase).await, "applied");
        assert_eq!((stands(stage, &purchase).await, posted(stage, "shop", "USD").await.as_str()), (["completed", "0.00", "0 1 0"].map(str::to_owned), "10.00"));
    }

    /// A bank that takes a part leaves the rest to be refunded, and may give the part again.
    async fn a_chargeback_of_a_part_is_no_dead_end(stage) {
        set_offer(stage, json!({ "stock": 5, "grants": ["100 KRW"] })).await;
        let purchase = paid(stage, json!({ "quantity": 3 })).await;
        stage.ok("ledger.deduct", json!({ "account": "alice", "amount": "50 KRW" })).await;
        charge_back(stage, &purchase, json!({ "amount": "10.00 USD" })).await;
        assert_eq!(stands(stage, &purchase).await, ["charged_back", "0.00", "0 3 2"]);
        let points = async || (posted(stage, "alice", "KRW").await, posted(stage, "@losses", "KRW").await);
        assert_eq!(points().await, ("0".to_owned(), "-50".to_owned()));
        let one = order(stage, "refund", &purchase, json!({ "actor": "olga", "quantity": 1 })).await;
        assert_eq!((&one["purchase"]["state"], &one["refund"]["amount"]["amount"]), (&json!("charged_back"), &json!("10.00")), "{one}");
        refunded(stage, "10.00 USD").await;
        let two = json!({ "purchase": purchase["id"], "actor": "olga", "quantity": 2 });
        stage.no("purchases.refund", two, "refund_exceeds_captured").await;
        charge_back(stage, &purchase, json!({ "phase": "won" })).await;
        assert_eq!((stands(stage, &purchase).await, posted(stage, "shop", "USD").await.as_str()), (["completed", "10.00", "0 2 3"].map(str::to_owned), "20.00"));
        // those of the unit that went back stay back, and what was spent is paid
        assert_eq!(points().await, ("150".to_owned(), "0".to_owned()));
        let rest = order(stage, "refund", &purchase, json!({ "actor": admin(), "force": true })).await;
        assert_eq!(rest["refund"]["amount"]["amount"], "20.00", "{rest}");
        refunded(stage, "20.00 USD").await;
        assert_eq!(stands(stage, &purchase).await, ["refunded", "30.00", "0 0 5"]);
    }

    /// A refund that waits gives nothing back that the bank takes: the purchase owes it once that is won.
    async fn a_refund_that_waits_is_held_back_for_the_bank(stage) {
        set_offer(stage, json!({ "stock": 3 })).await;
        let purchase = paid(stage, json!({ "quantity": 2 })).await;
        order(stage, "refund", &purchase, json!({ "actor": "olga" })).await;
        charge_back(stage, &purchase, json!({ "amount": "20.00 USD" })).await;
        assert_eq!((stands(stage, &purchase).await, posted(stage, "shop", "USD").await.as_str()), (["charged_back", "0.00", "0 0 3"].map(str::to_owned), "0.00"));
        charge_back(stage, &purchase, json!({ "phase": "won" })).await;
        assert_eq!((stands(stage, &purchase).await, posted(stage, "shop", "USD").await.as_str()), (["completed", "0.00", "0 0 3"].map(str::to_owned), "20.00"));
        let owed = order(stage, "refund", &purchase, json!({ "actor": admin() })).await;
        assert_eq!(owed["refund"]["amount"]["amount"], "20.00", "{owed}");
        refunded(stage, "20.00 USD").await;
        assert_eq!((stands(stage, &purchase).await, posted(stage, "shop", "USD").await.as_str()), (["refunded", "20.00", "0 0 3"].map(str::to_owned), "0.00"));
    }

    /// Of all that is left goes back what the bank has left; when it gives its part again, that is owed.
    async fn what_the_bank_has_is_owed_when_it_gives_it_again(stage) {
        set_offer(stage, json!({ "stock": 2, "grants": ["100 KRW"] })).await;
        let purchase = paid(stage, json!({ "quantity": 2 })).await;
        charge_back(stage, &purchase, json!({ "amount": "5.00 USD" })).await;
        let all = order(stage, "refund", &purchase, json!({ "actor": "olga" })).await;
        assert_eq!(all["refund"]["amount"]["amount"], "15.00", "{all}");
        refunded(stage, "15.00 USD").await;
        assert_eq!(stands(stage, &purchase).await, ["charged_back", "15.00", "0 0 2"]);
        let again = json!({ "purchase": purchase["id"], "actor": "olga" });
        stage.no("purchases.refund", again, "refund_exceeds_captured").await;
        charge_back(stage, &purchase, json!({ "phase": "won" })).await;
        assert_eq!(stands(stage, &purchase).await, ["completed", "15.00", "0 0 2"]);
        assert_eq!((posted(stage, "shop", "USD").await.as_str(), posted(stage, "alice", "KRW").await.as_str()), ("5.00", "0"));
        let owed = order(stage, "refund", &purchase, json!({ "actor": "olga" })).await;
        assert_eq!(owed["refund"]["amount"]["amount"], "5.00", "{owed}");
        refunded(stage, "5.00 USD").await;
        assert_eq!(stands(stage, &purchase).await, ["refunded", "20.00", "0 0 2"]);
    }

    /// A grant that no account can take does not keep a payment from going on: it is left out, and said so.
    async fn a_grant_that_does_not_fit_is_left_out(stage) {
        set_offer(stage, json!({ "stock": 2, "grants": ["50 KRW", "0.25 USD"] })).await;
        let full = "9".repeat(38);
        stage.funded("alice", &format!("{full} KRW")).await;
        let purchase = paid(stage, json!({})).await;
        assert_eq!(purchase["grants"], json!([{ "amount": "0.25", "currency": "USD" }]), "{purchase}");
        assert_eq!((told(stage, &purchase, "purchase.grant_left_out").await, posted(stage, "alice", "KRW").await), (1, full.clone()));
        assert_eq!((posted(stage, "alice", "USD").await.as_str(), posted(stage, "shop", "USD").await.as_str()), ("1000.25", "10.00"));
        // who pays from a balance is told at once
        stage.no("purchases.buy", asked(&json!({})), "overflow").await;
        order(stage, "refund", &purchase, json!({ "actor": "olga" })).await;
        refunded(stage, "10.00 USD").await;
        assert_eq!(posted(stage, "alice", "USD").await, "1000.00");
        // a trial balance has room again
        stage.ok("ledger.deduct", json!({ "account": "alice", "amount": format!("{full} KRW") })).await;
    }
}
