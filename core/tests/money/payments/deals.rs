//! Deals that a card pays: one payment at a time, money that goes on in the commit that brings it, and comes
//! back with what the deal gives back.

use super::{
    CARD, TOKEN_OF_PAUL, admin, all_of, answer, asked, books, cents, confirmed, create, figures, get, lease,
    leases, order, pass, posted, reference, sent, set_gateway, tell, together, told_admins, with,
};
use crate::support::{Stage, Value, json, tally};

/// A deal of 100.00 USD between `alice`, who has nothing, and `bob`.
async fn opened(stage: &Stage, more: Value) -> Value {
    let account = json!({ "account": "alice", "currency": "USD" });
    // it may be there already
    let _ = stage.call("ledger.open_account", account).await;
    let deal = with(json!({ "buyer": "alice", "seller": "bob", "price": "100.00 USD" }), &more);
    stage.ok("escrow.open", deal).await["deal"].clone()
}

async fn deal_now(stage: &Stage, deal: &Value) -> Value {
    stage.ok("escrow.get", json!({ "deal": deal["id"] })).await
}

/// Builds the arguments of a deal's payment, and `more`.
fn of(deal: &Value, more: &Value) -> Value {
    with(json!({ "to": null, "deal": deal["id"] }), more)
}

/// A payment of a deal whose call a worker has taken.
async fn taken(stage: &Stage, deal: &Value) -> (Value, Value) {
    let payment = confirmed(stage, of(deal, &json!({}))).await;
    let job = sent(stage, &payment, "authorize").await;
    (payment, job)
}

fn captured(payment: &Value) -> Value {
    json!({ "outcome": "captured", "amount": "100.00 USD", "reference": reference(payment) })
}

/// A deal that was paid by card, in `awaiting_shipment`; and its payment.
async fn paid_by_card(stage: &Stage) -> (Value, Value) {
    let deal = opened(stage, json!({})).await;
    let (payment, job) = taken(stage, &deal).await;
    let payment = answer(stage, &job, captured(&payment)).await;
    assert_eq!(payment["state"], "captured", "{payment}");
    (deal_now(stage, &deal).await, payment)
}

/// A step of a deal by somebody; the deal is then this.
async fn step(stage: &Stage, name: &str, deal: &Value, actor: Value, more: Value) -> Value {
    let args = with(json!({ "deal": deal["id"], "actor": actor }), &more);
    stage.ok(&format!("escrow.{name}"), args).await["deal"].clone()
}

/// The dispute that the buyer opens.
async fn disputed(stage: &Stage, deal: &Value) -> Value {
    let args = json!({ "deal": deal["id"], "type": "other", "statement": "it is broken", "actor": "alice" });
    stage.ok("escrow.dispute", args).await["dispute"].clone()
}

async fn resolved(stage: &Stage, dispute: &Value, more: Value) -> Value {
    let ruling = json!({ "dispute": dispute["id"], "resolution": "seen", "actor": admin() });
    stage.ok("escrow.resolve", with(ruling, &more)).await["dispute"].clone()
}

/// The gateway gives a refund of so much back; the payment is then this.
async fn refunded(stage: &Stage, amount: &str) -> Value {
    let job = lease(stage, CARD).await;
    assert_eq!(
        (&job["payload"]["call"], &usd_of(&job["payload"]["amount"])),
        (&json!("refund"), &amount.to_owned())
    );
    answer(stage, &job, json!({ "outcome": "refunded", "amount": amount })).await
}

fn usd_of(money: &Value) -> String {
    format!("{} {}", money["amount"].as_str().unwrap(), money["currency"].as_str().unwrap())
}

async fn charged(stage: &Stage, payment: &Value, phase: &str, amount: &str) -> Value {
    let args = json!({ "case": "case-1", "phase": phase, "amount": amount });
    order(stage, "chargeback", payment, args).await["payment"].clone()
}

/// State and payment of a deal.
fn stands(deal: &Value) -> (&str, &Value) {
    (deal["state"].as_str().unwrap(), &deal["payment"])
}

/// Returns the posted balances of `alice`, `bob` and `@losses`, in cents.
async fn purses(stage: &Stage) -> [i64; 3] {
    [posted(stage, "alice").await, posted(stage, "bob").await, posted(stage, "@losses").await]
}

/// The types of a deal's events, without the object.
async fn history(stage: &Stage, deal: &Value) -> Vec<String> {
    let events = all_of(stage, "escrow.history", json!({ "deal": deal["id"] })).await;
    events.iter().map(|event| event["type"].as_str().unwrap().replace("deal.", "")).collect()
}

with_gateways! {
    /// The money comes and goes on in one commit, and nobody can pay beside it.
    async fn a_card_pays_a_deal(stage) {
        let deal = opened(stage, json!({})).await;
        let (payment, job) = taken(stage, &deal).await;
        assert_eq!((&payment["to"], &payment["deal"]), (&json!("alice"), &deal["id"]), "{payment}");
        assert_eq!(stands(&deal_now(stage, &deal).await), ("pending", &payment["id"]));
        stage.funded("alice", "500.00 USD").await;
        let beside = stage.no("escrow.pay", json!({ "deal": deal["id"], "actor": "alice" }), "condition_not_met").await;
        assert_eq!((&beside["object"], &beside["condition"]), (&deal["id"], &json!("payment")), "{beside}");
        let actions = stage.ok("escrow.allowed_actions", json!({ "deal": deal["id"], "actor": "alice" })).await;
        assert!(!actions.to_string().contains("\"pay\""), "{actions}");
        stage.no("payments.create", asked(&of(&deal, &json!({ "token": "pm-2" }))), "condition_not_met").await;
        let after = answer(stage, &job, captured(&payment)).await;
        assert_eq!(figures(&after), "captured 100.00 0.00 0.00 0.00", "{after}");
        let deal = deal_now(stage, &deal).await;
        assert_eq!((stands(&deal), cents(&deal["funded"])), (("awaiting_shipment", &payment["id"]), 10_000), "{deal}");
        assert_eq!(purses(stage).await, [50_000, 0, 0], "it only passed by");
        assert_eq!(history(stage, &deal).await, ["opened", "payment_begun", "paid", "secured", "accepted"]);
        // told again, it came once
        let again = tell(stage, &payment, "captured", json!({ "captured": "100.00 USD" })).await;
        assert_eq!(again["result"], "ignored", "{again}");
        // it moves through its deal alone
        stage.no("payments.refund", json!({ "payment": payment["id"], "amount": "1.00 USD" }), "not_permitted").await;
        for filter in [json!({ "deal": deal["id"] }), json!({ "deal": deal["id"], "payer": "paul", "actor": "paul" })] {
            let page = stage.ok("payments.list", filter).await;
            let all = page["items"].as_array().unwrap();
            assert_eq!((all.len(), &all[0]["id"]), (1, &payment["id"]), "{page}");
        }
        step(stage, "ship", &deal, json!("bob"), json!({})).await;
        let released = step(stage, "confirm", &deal, json!("alice"), json!({})).await;
        assert_eq!((stands(&released), purses(stage).await), (("released", &payment["id"]), [50_000, 10_000, 0]));
    }

    /// A buyer pays the price and his fees; another amount is refused.
    async fn what_is_asked_for_must_fit_the_deal(stage) {
        let fees = json!({ "fees": [{ "to": "@fees", "amount": "3.00 USD", "from": "buyer" }] });
        let deal = opened(stage, fees).await;
        let wrong = |more: Value| asked(&of(&deal, &more));
        stage.bad("payments.create", wrong(json!({})), "invalid_amount", "amount").await;
        stage.bad("payments.create", wrong(json!({ "amount": "103.00 EUR" })), "currency_mismatch", "amount").await;
        stage.bad("payments.create", wrong(json!({ "amount": "103.00 USD", "capture": "manual" })), "invalid_request", "capture").await;
        let right = json!({ "amount": "103.00 USD" });
        for (actor, code) in [("mallory", "not_permitted"), ("bob", "not_permitted"), ("paul", "not_permitted")] {
            stage.no("payments.create", wrong(with(right.clone(), &json!({ "actor": actor }))), code).await;
        }
        stage.ok("payments.create", wrong(with(right.clone(), &json!({ "actor": "alice" })))).await;
        // one that is over takes none
        let over = opened(stage, json!({})).await;
        step(stage, "cancel", &over, json!("bob"), json!({})).await;
        let details = stage.no("payments.create", asked(&of(&over, &json!({}))), "transition_not_allowed").await;
        assert_eq!((&details["object"], &details["trigger"]), (&over["id"], &json!("pay")), "{details}");
        let late = opened(stage, json!({ "pay_within": "PT1H" })).await;
        stage.advance("PT1H");
        let details = stage.no("payments.create", asked(&of(&late, &json!({}))), "condition_not_met").await;
        assert_eq!(details["condition"], "pay_by", "{details}");
    }

    /// Whoever buys could begin a payment, and then neither confirm it nor give it up.
    async fn the_buyer_of_a_deal_is_its_payer(stage) {
        stage.ok("ledger.open_account", json!({ "account": "alice", "currency": "USD", "owner": "alina" })).await;
        for (actor, payer, trigger, who) in [
            (json!("alice"), "alice", "confirm", "alice"),
            (json!("alina"), "alina", "confirm", "alina"),
            (Value::Null, "alice", "confirm", "alina"),
            (json!("alice"), "alice", "void", "alice"),
            (Value::Null, "alice", "void", "alina"),
        ] {
            let deal = opened(stage, json!({})).await;
            let payment = create(stage, of(&deal, &json!({ "payer": null, "actor": actor }))).await;
            assert_eq!((&payment["payer"], &payment["to"]), (&json!(payer), &json!("alice")), "{payment}");
            let page = stage.ok("payments.list", json!({ "payer": payer, "deal": deal["id"], "actor": payer })).await;
            assert_eq!(page["items"][0]["id"], payment["id"], "{page}");
            let more = if trigger == "confirm" { json!({ "token": TOKEN_OF_PAUL }) } else { json!({}) };
            for stranger in ["bob", "mallory"] {
                let args = with(more.clone(), &json!({ "payment": payment["id"], "actor": stranger }));
                stage.no(&format!("payments.{trigger}"), args, "not_permitted").await;
            }
            order(stage, trigger, &payment, with(more, &json!({ "actor": who }))).await;
        }
        // where somebody else is named he pays, and not the buyer
        let deal = opened(stage, json!({})).await;
        let payment = create(stage, of(&deal, &json!({}))).await;
        let confirm = |who: &str| json!({ "payment": payment["id"], "token": TOKEN_OF_PAUL, "actor": who });
        stage.no("payments.confirm", confirm("alice"), "not_permitted").await;
        stage.ok("payments.confirm", confirm("paul")).await;
    }

    /// The default payer is the buyer where the host begins a payment, and the account's owner where he
    /// does. Their payments of one deal are for one order all the same.
    async fn payments_of_one_deal_by_default_payers_are_of_one_order(stage) {
        stage.ok("ledger.open_account", json!({ "account": "alice", "currency": "USD", "owner": "alina" })).await;
        let deal = opened(stage, json!({})).await;
        let more = |actor: Value| of(&deal, &json!({ "payer": null, "reference": "o-1", "actor": actor }));
        let first = create(stage, more(Value::Null)).await;
        order(stage, "void", &first, json!({ "actor": admin() })).await;
        stage.advance("PT1S");
        let second = create(stage, more(json!("alina"))).await;
        assert_eq!((&first["payer"], &second["payer"]), (&json!("alice"), &json!("alina")));
        for asked in [json!({ "reference": "o-1" }), json!({ "reference": "o-1", "actor": "alina" })] {
            let found = stage.ok("payments.get", asked).await;
            assert_eq!(found["id"], second["id"], "{found}");
        }
    }

    /// The same holds of what the widget of a gateway needs.
    async fn the_buyer_of_a_deal_is_at_its_checkout(stage) {
        stage.ok("ledger.open_account", json!({ "account": "alice", "currency": "USD", "owner": "alina" })).await;
        let gateway = json!({ "id": "widget", "driver": "stripe", "config": { "publishable_key": "pk_test_1" },
            "secrets": { "secret_key": "sk_test_1" } });
        stage.ok("payments.set_gateway", gateway).await;
        let deal = opened(stage, json!({})).await;
        let payment = create(stage, of(&deal, &json!({ "payer": null, "gateway": "widget" }))).await;
        for (who, may) in [("alice", true), ("alina", true), ("bob", false), ("mallory", false)] {
            let args = json!({ "payment": payment["id"], "actor": who });
            if may {
                assert_eq!(stage.ok("payments.checkout", args).await["gateway"], "widget");
            } else {
                stage.no("payments.checkout", args, "not_permitted").await;
            }
        }
    }

    /// Of many at once there is one.
    async fn one_payment_at_a_time(stage) {
        let deal = opened(stage, json!({})).await;
        let one = |n: usize| {
            ("payments.create", asked(&of(&deal, &json!({ "token": TOKEN_OF_PAUL, "key": format!("p-{n}") }))))
        };
        let outcomes = together(stage, (0..16).map(one).collect()).await;
        assert_eq!(tally(&outcomes), [("condition_not_met", 15), ("ok", 1)].into());
        assert_eq!(leases(stage, &[CARD], 20).await.len(), 1);
    }

    /// One that no gateway takes leaves the deal as it was: it may be paid otherwise.
    async fn a_payment_that_fails_leaves_the_deal(stage) {
        let deal = opened(stage, json!({})).await;
        let (payment, job) = taken(stage, &deal).await;
        let refused = json!({ "outcome": "refused", "failure": { "code": "declined" } });
        assert_eq!(answer(stage, &job, refused).await["state"], "failed");
        assert_eq!(stands(&deal_now(stage, &deal).await), ("pending", &Value::Null));
        let second = create(stage, of(&deal, &json!({}))).await;
        order(stage, "void", &second, json!({})).await;
        stage.funded("alice", "100.00 USD").await;
        let paid = step(stage, "pay", &deal, json!("alice"), json!({})).await;
        assert_eq!(stands(&paid), ("awaiting_shipment", &Value::Null));
        let types = history(stage, &deal).await;
        assert_eq!(types[..5], ["opened", "payment_begun", "payment_ended", "payment_begun", "payment_ended"], "{types:?}");
        // what comes of the first one now is late
        tell(stage, &payment, "captured", json!({ "captured": "100.00 USD" })).await;
        assert_eq!((figures(&get(stage, &payment).await), posted(stage, "@suspense").await), ("failed 0.00 0.00 0.00 100.00".to_owned(), 10_000));
        assert_eq!(figures(&refunded(stage, "100.00 USD").await), "failed 0.00 0.00 0.00 0.00");
        let page = stage.ok("payments.list", json!({ "deal": deal["id"] })).await;
        assert_eq!(page["items"].as_array().unwrap().len(), 2, "{page}");
    }

    /// A deal that ends unpaid gives its payment up, at once where no gateway has it.
    async fn a_deal_that_ends_unpaid_voids_its_payment(stage) {
        let deal = opened(stage, json!({})).await;
        let waiting = confirmed(stage, of(&deal, &json!({}))).await;
        step(stage, "cancel", &deal, json!("alice"), json!({})).await;
        assert_eq!(figures(&get(stage, &waiting).await), "voided 0.00 0.00 0.00 0.00");
        assert!(leases(stage, &[CARD], 10).await.is_empty(), "nothing is sent");
        // nobody paid in time
        let deal = opened(stage, json!({ "pay_within": "P1D" })).await;
        let waiting = create(stage, of(&deal, &json!({ "expires_in": "P2D" }))).await;
        pass(stage, "P1D").await;
        assert_eq!(stands(&deal_now(stage, &deal).await), ("expired", &waiting["id"]));
        assert_eq!(get(stage, &waiting).await["state"], "voided");
        // what the payer is asked to do is called off at the gateway
        let deal = opened(stage, json!({})).await;
        let (payment, job) = taken(stage, &deal).await;
        answer(stage, &job, json!({ "outcome": "action_required", "action": { "url": "https://example.com" } })).await;
        step(stage, "cancel", &deal, json!("bob"), json!({})).await;
        let job = sent(stage, &payment, "void").await;
        assert_eq!(answer(stage, &job, json!({ "outcome": "voided" })).await["state"], "voided");
    }

    /// The gateway has it when the deal is called off, and takes the money all the same: it goes back.
    async fn money_for_a_deal_that_is_over_is_late(stage) {
        let deal = opened(stage, json!({})).await;
        let (payment, job) = taken(stage, &deal).await;
        step(stage, "cancel", &deal, json!("alice"), json!({})).await;
        assert_eq!(get(stage, &payment).await["cancel_requested"], true);
        let after = answer(stage, &job, captured(&payment)).await;
        assert_eq!(figures(&after), "voided 0.00 0.00 0.00 100.00", "{after}");
        assert_eq!((purses(stage).await, posted(stage, "@suspense").await), ([0, 0, 0], 10_000));
        assert_eq!(figures(&refunded(stage, "100.00 USD").await), "voided 0.00 0.00 0.00 0.00");
        // so it is where the seller's account is closed for new money meanwhile
        let deal = opened(stage, json!({})).await;
        let (payment, job) = taken(stage, &deal).await;
        stage.ok("ledger.lock_account", json!({ "account": "bob", "currency": "USD" })).await;
        assert_eq!(figures(&answer(stage, &job, captured(&payment)).await), "voided 0.00 0.00 0.00 100.00");
        assert_eq!(stands(&deal_now(stage, &deal).await), ("pending", &Value::Null));
        assert_eq!(figures(&refunded(stage, "100.00 USD").await), "voided 0.00 0.00 0.00 0.00");
        // and where somebody has given the payment up
        stage.ok("ledger.unlock_account", json!({ "account": "bob", "currency": "USD" })).await;
        let (payment, job) = taken(stage, &deal).await;
        order(stage, "void", &payment, json!({})).await;
        assert_eq!(figures(&answer(stage, &job, captured(&payment)).await), "voided 0.00 0.00 0.00 100.00");
        assert_eq!(stands(&deal_now(stage, &deal).await), ("pending", &Value::Null));
    }

    /// Money that goes back to the buyer goes on to the card, in the same commit.
    async fn what_the_buyer_gets_back_goes_on_to_the_card(stage) {
        let (deal, payment) = paid_by_card(stage).await;
        step(stage, "cancel", &deal, json!("bob"), json!({})).await;
        let asked = get(stage, &payment).await;
        let refund = &asked["refunds"][0];
        assert_eq!((&refund["state"], usd_of(&refund["amount"])), (&json!("queued"), "100.00 USD".to_owned()), "{asked}");
        assert_eq!(purses(stage).await, [0, 0, 0], "nobody can spend it meanwhile");
        assert_eq!(figures(&refunded(stage, "100.00 USD").await), "refunded 100.00 100.00 0.00 0.00");

        // the clock, too
        let deal = opened(stage, json!({ "ship_within": "P1D" })).await;
        let (payment, job) = taken(stage, &deal).await;
        answer(stage, &job, captured(&payment)).await;
        pass(stage, "P1D").await;
        assert_eq!(stands(&deal_now(stage, &deal).await).0, "refunded");
        assert_eq!(figures(&refunded(stage, "100.00 USD").await), "refunded 100.00 100.00 0.00 0.00");

        // a part, after which the deal goes on; refused by the gateway it is the buyer's own
        let (deal, payment) = paid_by_card(stage).await;
        step(stage, "request_refund", &deal, json!("alice"), json!({ "amount": "30.00 USD", "reason": "scratched" })).await;
        step(stage, "approve_refund", &deal, json!("bob"), json!({})).await;
        assert_eq!(figures(&refunded(stage, "30.00 USD").await), "captured 100.00 30.00 0.00 0.00");
        step(stage, "request_refund", &deal, json!("alice"), json!({ "amount": "20.00 USD", "reason": "late" })).await;
        step(stage, "approve_refund", &deal, json!("bob"), json!({})).await;
        let job = lease(stage, CARD).await;
        let refused = json!({ "outcome": "refused", "failure": { "code": "gateway_error" } });
        let after = answer(stage, &job, refused).await;
        assert_eq!((figures(&after).as_str(), purses(stage).await), ("captured 100.00 30.00 0.00 0.00", [2_000, 0, 0]));
        step(stage, "ship", &deal, json!("bob"), json!({})).await;
        step(stage, "confirm", &deal, json!("alice"), json!({})).await;
        assert_eq!(purses(stage).await, [2_000, 5_000, 0]);
        assert_eq!(get(stage, &payment).await["refunds"].as_array().unwrap().len(), 2);
    }

    /// So does what a dispute rules.
    async fn what_a_ruling_gives_back_goes_on_to_the_card(stage) {
        let (deal, _) = paid_by_card(stage).await;
        let dispute = disputed(stage, &deal).await;
        resolved(stage, &dispute, json!({ "outcome": "split", "refund": "40.00 USD" })).await;
        assert_eq!(purses(stage).await, [0, 6_000, 0]);
        assert_eq!(figures(&refunded(stage, "40.00 USD").await), "captured 100.00 40.00 0.00 0.00");
        let (deal, _) = paid_by_card(stage).await;
        let dispute = disputed(stage, &deal).await;
        resolved(stage, &dispute, json!({ "outcome": "refund" })).await;
        assert_eq!(figures(&refunded(stage, "100.00 USD").await), "refunded 100.00 100.00 0.00 0.00");
        // a gateway that gives nothing back in parts: it stays with the buyer, and admins are told
        set_gateway(stage, CARD, json!({ "abilities": ["two_step", "query"] })).await;
        let (deal, payment) = paid_by_card(stage).await;
        let dispute = disputed(stage, &deal).await;
        resolved(stage, &dispute, json!({ "outcome": "split", "refund": "40.00 USD" })).await;
        assert_eq!((get(stage, &payment).await["refunds"].as_array().unwrap().len(), posted(stage, "alice").await), (0, 4_000));
        let told = all_of(stage, "jobs.list", json!({ "kind": "notify.admins" })).await;
        assert!(told.iter().any(|job| job["payload"]["event"] == "payment.not_given_back"), "{told:?}");
    }

    /// While the deal has the money, a chargeback takes it from there, and the deal is over.
    async fn a_chargeback_takes_from_the_deal(stage) {
        let (deal, payment) = paid_by_card(stage).await;
        let dispute = disputed(stage, &deal).await;
        let after = charged(stage, &payment, "open", "100.00 USD").await;
        assert_eq!((figures(&after).as_str(), purses(stage).await), ("charged_back 100.00 0.00 100.00 0.00", [0, 0, 0]), "{after}");
        assert_eq!(stands(&deal_now(stage, &deal).await).0, "refunded");
        let dispute = stage.ok("escrow.get_dispute", json!({ "dispute": dispute["id"] })).await;
        assert_eq!((&dispute["state"], &dispute["outcome"], &dispute["resolved_by"]), (&json!("resolved"), &json!("refund"), &json!("system")), "{dispute}");
        assert!(after["refunds"].as_array().unwrap().is_empty() && leases(stage, &[CARD], 10).await.is_empty());
        let last = all_of(stage, "escrow.history", json!({ "deal": deal["id"] })).await.pop().unwrap();
        assert_eq!((&last["type"], &last["data"]["trigger"]), (&json!("deal.refunded"), &json!("chargeback")), "{last}");
        // won, it is the seller's, and the deal stays over
        let won = charged(stage, &payment, "won", "100.00 USD").await;
        assert_eq!((figures(&won).as_str(), purses(stage).await), ("captured 100.00 0.00 0.00 0.00", [0, 10_000, 0]));
        assert_eq!(stands(&deal_now(stage, &deal).await).0, "refunded");
    }

    /// Money that the deal has given back and the gateway has not yet is the buyer's: the bank takes it
    /// from there, nothing from the seller, and nothing twice from the deal.
    async fn a_chargeback_in_place_of_a_refund_takes_nothing_from_the_seller(stage) {
        let (deal, payment) = paid_by_card(stage).await;
        stage.funded("bob", "500.00 USD").await;
        step(stage, "cancel", &deal, json!("bob"), json!({})).await;
        assert_eq!(get(stage, &payment).await["refunds"][0]["state"], "queued");
        let after = charged(stage, &payment, "open", "100.00 USD").await;
        assert_eq!((figures(&after).as_str(), &after["refunds"][0]["state"]), ("charged_back 100.00 0.00 100.00 0.00", &json!("refused")), "{after}");
        assert_eq!(purses(stage).await, [0, 50_000, 0]);
        assert!(leases(stage, &[CARD], 10).await.is_empty(), "the payer has it from the bank");
        // won, it is the buyer's, as the deal has said
        let won = charged(stage, &payment, "won", "100.00 USD").await;
        assert_eq!((figures(&won).as_str(), purses(stage).await), ("captured 100.00 0.00 0.00 0.00", [10_000, 50_000, 0]), "{won}");
        assert_eq!(told_admins(stage, "payment.not_given_back").await, 1);

        // a part of it, while the deal has the rest
        let (deal, payment) = paid_by_card(stage).await;
        step(stage, "request_refund", &deal, json!("alice"), json!({ "amount": "30.00 USD", "reason": "scratched" })).await;
        step(stage, "approve_refund", &deal, json!("bob"), json!({})).await;
        let after = charged(stage, &payment, "open", "100.00 USD").await;
        assert_eq!((figures(&after).as_str(), after["refunds"].as_array().unwrap().len()), ("charged_back 100.00 0.00 100.00 0.00", 1), "{after}");
        assert_eq!((stands(&deal_now(stage, &deal).await).0, purses(stage).await), ("refunded", [10_000, 50_000, 0]));
        assert!(leases(stage, &[CARD], 10).await.is_empty());
        // of which the seller's is what the deal had
        charged(stage, &payment, "won", "100.00 USD").await;
        assert_eq!(purses(stage).await, [13_000, 57_000, 0]);

        // the bank takes less than waits: the rest stays with the buyer
        let (deal, payment) = paid_by_card(stage).await;
        step(stage, "cancel", &deal, json!("bob"), json!({})).await;
        let after = charged(stage, &payment, "lost", "20.00 USD").await;
        assert_eq!(figures(&after), "charged_back 100.00 0.00 20.00 0.00", "{after}");
        assert_eq!(purses(stage).await, [21_000, 57_000, 0]);
        assert_eq!(told_admins(stage, "payment.not_given_back").await, 3);
    }

    /// A smaller chargeback leaves a rest, which is refunded; the excess of a larger one beyond the deal is
    /// the seller's.
    async fn chargebacks_of_another_amount(stage) {
        let (deal, payment) = paid_by_card(stage).await;
        charged(stage, &payment, "open", "30.00 USD").await;
        assert_eq!((stands(&deal_now(stage, &deal).await).0, purses(stage).await), ("refunded", [0, 0, 0]));
        assert_eq!(figures(&refunded(stage, "70.00 USD").await), "charged_back 100.00 70.00 30.00 0.00");

        let (_, payment) = paid_by_card(stage).await;
        stage.funded("bob", "20.00 USD").await;
        charged(stage, &payment, "lost", "150.00 USD").await;
        assert_eq!(purses(stage).await, [0, 0, -3_000]);
        let page = stage.ok("payments.debts", json!({ "account": "bob", "state": "open" })).await;
        assert_eq!((page["items"].as_array().unwrap().len(), cents(&page["items"][0]["amount"])), (1, 3_000), "{page}");
    }

    /// After the payout it takes from the seller what is there, and the rest is a debt.
    async fn a_chargeback_after_the_payout(stage) {
        let (deal, payment) = paid_by_card(stage).await;
        step(stage, "ship", &deal, json!("bob"), json!({})).await;
        step(stage, "confirm", &deal, json!("alice"), json!({})).await;
        stage.ok("ledger.deduct", json!({ "account": "bob", "amount": "60.00 USD" })).await;
        charged(stage, &payment, "open", "100.00 USD").await;
        assert_eq!((stands(&deal_now(stage, &deal).await).0, purses(stage).await), ("released", [0, 0, -6_000]));
        let debt = stage.ok("payments.debts", json!({ "account": "bob" })).await["items"][0].clone();
        assert_eq!((cents(&debt["amount"]), &debt["payment"]), (6_000, &payment["id"]), "{debt}");
        charged(stage, &payment, "won", "100.00 USD").await;
        assert_eq!(purses(stage).await, [0, 4_000, 0]);
        assert_eq!(books(stage).await, [0, 0, 0]);
    }

    /// Another amount than the buyer pays is settled with the whole of it, or sent back.
    async fn a_mismatch_pays_a_deal_whole_or_not(stage) {
        let settled = |outcome: &str, more: &Value| {
            with(json!({ "outcome": outcome, "reason": "seen in the console", "actor": admin() }), more)
        };
        let deal = opened(stage, json!({})).await;
        let (payment, job) = taken(stage, &deal).await;
        let result = |amount: &str, payment: &Value| json!({ "outcome": "captured", "amount": amount, "reference": reference(payment) });
        let after = answer(stage, &job, result("60.00 USD", &payment)).await;
        assert_eq!(figures(&after), "mismatched 0.00 0.00 0.00 60.00");
        let args = with(settled("captured", &json!({})), &json!({ "payment": payment["id"] }));
        let details = stage.no("payments.settle", args, "condition_not_met").await;
        assert_eq!(details["condition"], "amount", "{details}");
        assert_eq!(stands(&deal_now(stage, &deal).await), ("pending", &payment["id"]));
        order(stage, "settle", &payment, settled("refunded", &json!({}))).await;
        assert_eq!(stands(&deal_now(stage, &deal).await), ("pending", &Value::Null));
        assert_eq!(figures(&refunded(stage, "60.00 USD").await), "voided 0.00 0.00 0.00 0.00");

        let (payment, job) = taken(stage, &deal).await;
        answer(stage, &job, result("120.00 USD", &payment)).await;
        let after = order(stage, "settle", &payment, settled("captured", &json!({ "amount": "100.00 USD" }))).await;
        assert_eq!(figures(&after["payment"]), "captured 100.00 0.00 0.00 20.00");
        assert_eq!(stands(&deal_now(stage, &deal).await), ("awaiting_shipment", &payment["id"]));
    }

    /// Late news in another currency made a payment that had left its deal `mismatched`: `verify` said that
    /// the deal knew of another one, and who settled it brought it back beside the payment that paid.
    async fn another_currency_brings_no_payment_of_a_deal_back(stage) {
        for (told, how) in (1..).zip(["voided", "failed", "expired"]) {
            let deal = opened(stage, json!({})).await;
            let payment = if how == "failed" {
                let (payment, job) = taken(stage, &deal).await;
                answer(stage, &job, json!({ "outcome": "refused", "failure": { "code": "declined" } })).await;
                payment
            } else {
                let payment = confirmed(stage, of(&deal, &json!({}))).await;
                if how == "voided" {
                    order(stage, "void", &payment, json!({})).await;
                } else {
                    // a call that no worker takes expires
                    pass(stage, "PT31M").await;
                }
                payment
            };
            assert_eq!((&get(stage, &payment).await["state"], stands(&deal_now(stage, &deal).await).1), (&json!(how), &Value::Null));
            let news = tell(stage, &payment, "captured", json!({ "captured": "1000 KRW" })).await;
            assert_eq!((&news["result"], figures(&news["payment"])), (&json!("mismatched"), format!("{how} 0.00 0.00 0.00 0.00")));
            assert_eq!(told_admins(stage, "payment.mismatched").await, told, "{how}");
            stage.verify().await;
            for outcome in ["authorized", "captured", "voided", "refused", "refunded"] {
                let found = json!({ "payment": payment["id"], "outcome": outcome, "reason": "seen", "actor": admin() });
                stage.no("payments.settle", found, "transition_not_allowed").await;
            }
            let (second, job) = taken(stage, &deal).await;
            answer(stage, &job, captured(&second)).await;
            assert_eq!(stands(&deal_now(stage, &deal).await), ("awaiting_shipment", &second["id"]), "{how}");
            stage.verify().await;
        }
    }

    /// A policy on what a buyer pays from a balance holds for cards too. A call that waits keeps no token:
    /// its payment waits for a fresh one, and needs no second approval.
    async fn a_policy_holds_for_cards_too(stage) {
        stage.ok("ledger.open_account", json!({ "account": "alice", "currency": "KRW" })).await;
        let deal = opened(stage, json!({ "price": "1000000 KRW" })).await;
        let wanted = asked(&of(&deal, &json!({ "amount": "1000000 KRW", "token": TOKEN_OF_PAUL, "key": "pay-1" })));
        let stopped = stage.no_matter("payments.create", wanted.clone(), "approval_required").await;
        assert_eq!(stopped["policy"], "default", "{stopped}");
        assert_eq!(stands(&deal_now(stage, &deal).await), ("pending", &Value::Null));
        let approval = stage.ok("approvals.get", json!({ "approval": stopped["approval"] })).await;
        assert!(!approval.to_string().contains(TOKEN_OF_PAUL), "{approval}");
        for name in ["ann", "ben"] {
            let who = json!({ "id": name, "role": "admin" });
            stage.ok("approvals.approve", json!({ "approval": stopped["approval"], "actor": who })).await;
        }
        let page = stage.ok("payments.list", json!({ "deal": deal["id"] })).await;
        let payment = page["items"][0].clone();
        assert_eq!((&payment["state"], &payment["attempts"]), (&json!("created"), &json!([])), "{page}");
        assert!(leases(stage, &[CARD], 10).await.is_empty(), "no token is left to send");
        let again = stage.ok("payments.create", wanted).await;
        assert_eq!((&again["replayed"], &again["payment"]["id"]), (&json!(true), &payment["id"]), "{again}");
        let confirm = json!({ "payment": payment["id"], "token": "pm-2" });
        assert_eq!(stage.ok("payments.confirm", confirm).await["payment"]["state"], "authorizing");
        let job = sent(stage, &payment, "authorize").await;
        assert_eq!(job["payload"]["token"], "pm-2");
        answer(stage, &job, json!({ "outcome": "captured", "amount": "1000000 KRW", "reference": "ch-1" })).await;
        assert_eq!(stands(&deal_now(stage, &deal).await), ("awaiting_shipment", &payment["id"]));
        // what is not of a deal is no payment from a buyer
        stage.ok("payments.create", asked(&json!({ "amount": "2000000 KRW", "token": "pm-3" }))).await;
    }
}
