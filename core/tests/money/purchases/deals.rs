//! Purchases that are sold by deals: paid from a balance or by card, and given back by what the deal says.

use super::{
    CARD, admin, asked, buy, close_others, engines, get, insist, order, pass, posted, reserve, set_offer,
    staged, told, units, with,
};
use crate::support::{Kind, Stage, Value, all_at_once, json, tally};

/// The offer `mug` at 10.00 USD, sold by deals.
async fn by_deals(stage: &Stage, more: Value) -> Value {
    set_offer(stage, with(json!({ "stock": 3, "grants": ["50 KRW"], "escrow": {} }), &more)).await
}

async fn deal(stage: &Stage, purchase: &Value) -> Value {
    stage.ok("escrow.get", json!({ "deal": purchase["deal"] })).await
}

/// A step of the deal of a purchase by somebody; the deal is then this.
async fn step(stage: &Stage, name: &str, purchase: &Value, actor: &str, more: Value) -> Value {
    let args = with(json!({ "deal": purchase["deal"], "actor": actor }), &more);
    stage.ok(&format!("escrow.{name}"), args).await["deal"].clone()
}

/// A dispute about the deal of a purchase, and what an admin rules.
async fn ruled(stage: &Stage, purchase: &Value, ruling: Value) {
    let args = json!({ "deal": purchase["deal"], "type": "other", "statement": "broken", "actor": "alice" });
    let dispute = stage.ok("escrow.dispute", args).await["dispute"]["id"].clone();
    let by = json!({ "dispute": dispute, "resolution": "seen", "actor": admin() });
    stage.ok("escrow.resolve", with(by, &ruling)).await;
}

/// Builds alice's arguments for buying by card.
fn by_card(more: &Value) -> Value {
    asked(&with(json!({ "with": "gateway", "gateway": CARD, "token": "pm-1" }), more))
}

/// The one call that the gateway is asked for now.
async fn lease(stage: &Stage) -> Value {
    let reply =
        stage.ok("jobs.lease", json!({ "kinds": ["gateway.card"], "limit": 10, "for": "PT1M" })).await;
    let [job] = &reply["jobs"].as_array().unwrap()[..] else { panic!("one call: {reply}") };
    job.clone()
}

async fn answer(stage: &Stage, job: &Value, result: Value) {
    let done = json!({ "job": job["id"], "fence": job["fence"], "result": result });
    stage.ok("jobs.complete", done).await;
}

/// The gateway takes the money of the call that waits.
async fn capture(stage: &Stage, purchase: &Value) {
    let reference = format!("ch-{}", purchase["payment"].as_str().unwrap());
    let result = json!({ "outcome": "captured", "amount": purchase["total"], "reference": reference });
    answer(stage, &lease(stage).await, result).await;
}

async fn paying(stage: &Stage, more: Value) -> Value {
    stage.ok("purchases.buy", by_card(&more)).await["purchase"].clone()
}

async fn paid_by_card(stage: &Stage, more: Value) -> Value {
    let purchase = paying(stage, more).await;
    capture(stage, &purchase).await;
    let purchase = get(stage, &purchase).await;
    assert_eq!(purchase["state"], "completed", "{purchase}");
    purchase
}

async fn payment(stage: &Stage, purchase: &Value) -> Value {
    stage.ok("payments.get", json!({ "payment": purchase["payment"] })).await
}

/// The gateway gives back what it is asked to, which is this much.
async fn refunded(stage: &Stage, amount: &str) {
    let job = lease(stage).await;
    let money = &job["payload"]["amount"];
    let asked = format!("{} {}", money["amount"].as_str().unwrap(), money["currency"].as_str().unwrap());
    assert_eq!((&job["payload"]["call"], asked.as_str()), (&json!("refund"), amount), "{job}");
    answer(stage, &job, json!({ "outcome": "refunded", "amount": amount })).await;
}

/// State and units of a purchase of the offer.
async fn stands(stage: &Stage, purchase: &Value) -> (String, String) {
    let state = get(stage, purchase).await["state"].as_str().unwrap().to_owned();
    (state, units(stage, "mug").await)
}

fn are(state: &str, units: &str) -> (String, String) {
    (state.to_owned(), units.to_owned())
}

/// Returns the balances of `alice` and `shop` in dollars, and of `alice` in points.
async fn purses(stage: &Stage) -> [String; 3] {
    [
        posted(stage, "alice", "USD").await,
        posted(stage, "shop", "USD").await,
        posted(stage, "alice", "KRW").await,
    ]
}

with_a_shop! {
    /// Nor does it bring back the payment of a purchase that was given up.
    async fn another_currency_brings_no_payment_of_a_purchase_back(stage) {
        for escrow in [json!({}), Value::Null] {
            let id = if escrow.is_null() { "cup" } else { "mug" };
            let offer = json!({ "id": id, "stock": 1 });
            set_offer(stage, if escrow.is_null() { offer } else { with(offer, &json!({ "escrow": escrow })) }).await;
            let purchase = paying(stage, json!({ "offer": id })).await;
            order(stage, "cancel", &purchase, json!({})).await;
            let news = json!({ "gateway": CARD, "event": id, "payment": purchase["payment"], "outcome": "captured", "captured": "1000 KRW" });
            let told = stage.ok("payments.report", news).await;
            assert_eq!((&told["result"], &told["payment"]["state"]), (&json!("mismatched"), &json!("voided")), "{id}: {told}");
            let found = json!({ "payment": purchase["payment"], "outcome": "authorized", "reason": "seen", "actor": admin() });
            stage.no("payments.settle", found, "transition_not_allowed").await;
            stage.verify().await;
        }
    }

    /// Reserved and paid later, or bought at once: the money waits in the deal, and the seller has it when
    /// the deal says so.
    async fn a_balance_pays_a_deal(stage) {
        let offer = by_deals(stage, json!({ "escrow": { "inspection": "P1D", "ship_within": "P2D",
            "fees": [{ "to": "@fees", "amount": "1.00 USD" }], "splits": [{ "to": "maker", "bps": 1_000 }] } })).await;
        assert_eq!(offer["escrow"], json!({ "inspection": "P1D", "ship_within": "P2D", "deliver_within": null,
            "fees": [{ "to": "@fees", "from": "seller", "amount": { "amount": "1.00", "currency": "USD" } }],
            "splits": [{ "to": "maker", "bps": 1_000 }], "require_acceptance": false, "shipping": true }));
        let held = reserve(stage, json!({ "quantity": 2 })).await;
        assert_eq!((&held["deal"], units(stage, "mug").await.as_str()), (&Value::Null, "2 0 1"));
        let paid = order(stage, "pay", &held, json!({ "actor": "alice" })).await["purchase"].clone();
        assert_eq!((&paid["state"], &paid["paid_with"]), (&json!("completed"), &json!("balance")), "{paid}");
        assert_eq!((&paid["transfer"], &paid["payment"]), (&Value::Null, &Value::Null), "{paid}");
        assert_eq!(purses(stage).await, ["980.00", "0.00", "100"]);
        let of = deal(stage, &paid).await;
        assert_eq!((&of["state"], &of["item"], &of["buyer"]), (&json!("awaiting_shipment"), &json!("mug"), &json!("alice")), "{of}");
        assert_eq!((&of["price"]["amount"], &of["fees"][0]["amount"]["amount"]), (&json!("20.00"), &json!("2.00")), "{of}");
        let events = stage.ok("escrow.history", json!({ "deal": paid["deal"] })).await;
        let paid_by = events["items"].as_array().unwrap().iter().find(|event| event["type"] == "deal.paid").unwrap();
        assert_eq!(paid_by["actor"]["id"], "alice", "{paid_by}");
        step(stage, "ship", &paid, "shop", json!({})).await;
        step(stage, "confirm", &paid, "alice", json!({})).await;
        // 1.00 of each of two units is the fee, and a tenth the maker's
        assert_eq!((purses(stage).await, posted(stage, "maker", "USD").await.as_str()), (["980.00", "16.00", "100"].map(str::to_owned), "2.00"));
        assert_eq!(stands(stage, &paid).await, are("completed", "0 2 1"));
        let bought = buy(stage, json!({})).await;
        assert_eq!((&bought["state"], deal(stage, &bought).await["state"].as_str()), (&json!("completed"), Some("awaiting_shipment")));
        assert_ne!(bought["deal"], paid["deal"]);
    }

    /// A purchase keeps the terms that it was reserved on; a promo that leaves no price leaves no deal.
    async fn terms_are_those_of_the_reservation(stage) {
        by_deals(stage, json!({ "escrow": { "ship_within": "P1D" } })).await;
        let held = reserve(stage, json!({})).await;
        set_offer(stage, json!({ "escrow": { "shipping": false } })).await;
        let paid = order(stage, "pay", &held, json!({})).await["purchase"].clone();
        let terms = deal(stage, &paid).await["terms"].clone();
        assert_eq!((&terms["ship_within"], &terms["shipping"]), (&json!("P1D"), &json!(true)), "{terms}");
        stage.ok("purchases.set_promo", json!({ "id": "GIFT", "off": { "bps": 10_000 } })).await;
        let gift = buy(stage, json!({ "promo": "GIFT" })).await;
        assert_eq!((&gift["state"], &gift["deal"]), (&json!("completed"), &Value::Null), "{gift}");
    }

    /// A deal that gives all back takes card, units and grants with it, in one commit; the clock too.
    async fn what_a_deal_gives_back_ends_the_purchase(stage) {
        by_deals(stage, json!({ "escrow": { "ship_within": "P1D" } })).await;
        let purchase = buy(stage, json!({})).await;
        step(stage, "cancel", &purchase, "olga", json!({})).await;
        assert_eq!(stands(stage, &purchase).await, are("refunded", "0 0 3"));
        assert_eq!(purses(stage).await, ["1000.00", "0.00", "0"]);
        assert_eq!(get(stage, &purchase).await["refunded"]["amount"], "10.00");

        let purchase = paid_by_card(stage, json!({ "quantity": 2 })).await;
        assert_eq!(purses(stage).await, ["1000.00", "0.00", "100"]);
        step(stage, "request_refund", &purchase, "alice", json!({ "reason": "too small" })).await;
        step(stage, "approve_refund", &purchase, "olga", json!({})).await;
        assert_eq!(stands(stage, &purchase).await, are("refunded", "0 0 3"));
        refunded(stage, "20.00 USD").await;
        assert_eq!((purses(stage).await, payment(stage, &purchase).await["state"].as_str()), (["1000.00", "0.00", "0"].map(str::to_owned), Some("refunded")));

        let purchase = paid_by_card(stage, json!({})).await;
        pass(stage, "P1D").await;
        assert_eq!(stands(stage, &purchase).await, are("refunded", "0 0 3"));
        assert_eq!(told(stage, &purchase, "purchase.refunded").await, 1);
        refunded(stage, "10.00 USD").await;
    }

    /// A part of the money changes nothing but what went back, whoever rules it.
    async fn a_part_leaves_it_completed(stage) {
        by_deals(stage, json!({})).await;
        let purchase = paid_by_card(stage, json!({})).await;
        step(stage, "request_refund", &purchase, "alice", json!({ "amount": "3.00 USD", "reason": "a scratch" })).await;
        step(stage, "approve_refund", &purchase, "olga", json!({})).await;
        refunded(stage, "3.00 USD").await;
        let after = get(stage, &purchase).await;
        assert_eq!((&after["state"], &after["refunded"]["amount"]), (&json!("completed"), &json!("3.00")), "{after}");
        ruled(stage, &purchase, json!({ "outcome": "split", "refund": "4.00 USD" })).await;
        refunded(stage, "4.00 USD").await;
        let after = get(stage, &purchase).await;
        assert_eq!((&after["state"], &after["refunded"]["amount"]), (&json!("completed"), &json!("7.00")), "{after}");
        assert_eq!((told(stage, &purchase, "purchase.partly_refunded").await, units(stage, "mug").await.as_str()), (2, "0 1 2"));
        assert_eq!(purses(stage).await, ["1000.00", "3.00", "50"]);
        // a ruling for the buyer gives all back; what was spent of the grants is owed
        let purchase = buy(stage, json!({})).await;
        stage.ok("ledger.deduct", json!({ "account": "alice", "amount": "80 KRW" })).await;
        ruled(stage, &purchase, json!({ "outcome": "refund" })).await;
        assert_eq!(stands(stage, &purchase).await, are("refunded", "0 1 2"));
        let debts = stage.ok("payments.debts", json!({ "account": "alice" })).await;
        assert_eq!((&debts["items"][0]["purchase"], &debts["items"][0]["amount"]["amount"]), (&purchase["id"], &json!("30")));
    }

    /// The payer's bank takes it from the deal, or after the payout from the seller; won, it is the seller's.
    async fn a_chargeback_is_no_refund(stage) {
        by_deals(stage, json!({})).await;
        let purchase = paid_by_card(stage, json!({})).await;
        let case = json!({ "payment": purchase["payment"], "case": "cb-1" });
        stage.ok("payments.chargeback", case.clone()).await;
        assert_eq!(stands(stage, &purchase).await, are("charged_back", "0 1 2"));
        assert_eq!((deal(stage, &purchase).await["state"].as_str(), purses(stage).await), (Some("refunded"), ["1000.00", "0.00", "0"].map(str::to_owned)));
        stage.ok("payments.chargeback", with(case, &json!({ "phase": "won" }))).await;
        assert_eq!(stands(stage, &purchase).await, are("completed", "0 1 2"));
        assert_eq!(purses(stage).await, ["1000.00", "10.00", "50"]);

        let purchase = paid_by_card(stage, json!({})).await;
        step(stage, "ship", &purchase, "olga", json!({})).await;
        step(stage, "confirm", &purchase, "alice", json!({})).await;
        stage.ok("payments.chargeback", json!({ "payment": purchase["payment"], "case": "cb-2", "phase": "lost" })).await;
        assert_eq!(stands(stage, &purchase).await, are("charged_back", "0 2 1"));
        assert_eq!(purses(stage).await, ["1000.00", "10.00", "50"]);
    }

    /// The deal ends with the payment, and another payment opens another one.
    async fn a_deal_that_no_card_pays_ends(stage) {
        by_deals(stage, json!({ "stock": 1 })).await;
        let purchase = paying(stage, json!({})).await;
        let begun = payment(stage, &purchase).await;
        assert_eq!((&begun["deal"], &begun["purchase"], &begun["to"]), (&purchase["deal"], &purchase["id"], &json!("alice")), "{begun}");
        // nobody pays beside it
        stage.no("escrow.pay", json!({ "deal": purchase["deal"], "actor": "alice" }), "condition_not_met").await;
        let refused = json!({ "outcome": "refused", "failure": { "code": "declined", "retry": "other_method" } });
        answer(stage, &lease(stage).await, refused).await;
        assert_eq!(stands(stage, &purchase).await, are("held", "1 0 0"));
        assert_eq!(deal(stage, &purchase).await["state"], "cancelled");
        let card = json!({ "with": "gateway", "gateway": CARD, "token": "pm-2" });
        let again = order(stage, "pay", &purchase, card).await["purchase"].clone();
        assert_ne!(again["deal"], purchase["deal"]);
        // given up by a party of the deal while the gateway has the call: what comes then is late
        let job = lease(stage).await;
        step(stage, "cancel", &again, "olga", json!({})).await;
        assert_eq!(stands(stage, &purchase).await, are("paying", "1 0 0"));
        answer(stage, &job, json!({ "outcome": "captured", "amount": "10.00 USD", "reference": "ch-2" })).await;
        assert_eq!(stands(stage, &purchase).await, are("held", "1 0 0"));
        refunded(stage, "10.00 USD").await;
        let paid = order(stage, "pay", &purchase, json!({})).await["purchase"].clone();
        assert_eq!((&paid["state"], purses(stage).await), (&json!("completed"), ["990.00", "0.00", "50"].map(str::to_owned)));
    }

    /// A payer who brings no means: the payment expires, the deal ends unpaid, and the units come back.
    async fn a_hold_that_ends_ends_the_deal(stage) {
        by_deals(stage, json!({})).await;
        let gone = paying(stage, json!({ "token": null })).await;
        let given_up = paying(stage, json!({ "token": null })).await;
        order(stage, "cancel", &given_up, json!({ "actor": "alice" })).await;
        assert_eq!(stands(stage, &given_up).await, are("cancelled", "1 0 2"));
        pass(stage, "PT10M").await;
        pass(stage, "PT0S").await;
        assert_eq!(stands(stage, &gone).await, are("expired", "0 0 3"));
        for (purchase, ended) in [(&gone, "expired"), (&given_up, "voided")] {
            assert_eq!(deal(stage, purchase).await["state"], "cancelled");
            assert_eq!(payment(stage, purchase).await["state"], ended);
        }
    }

    /// The deal says who gives what back: nothing goes round it.
    async fn its_money_moves_only_through_the_deal(stage) {
        by_deals(stage, json!({})).await;
        let purchase = paid_by_card(stage, json!({})).await;
        for actor in [json!("olga"), admin()] {
            stage.no("purchases.refund", json!({ "purchase": purchase["id"], "actor": actor }), "not_permitted").await;
        }
        stage.no("payments.refund", json!({ "payment": purchase["payment"] }), "not_permitted").await;
        for (actor, name) in [("mallory", "cancel"), ("mallory", "ship"), ("olga", "confirm")] {
            let args = json!({ "deal": purchase["deal"], "actor": actor });
            let refused = if name == "confirm" { "transition_not_allowed" } else { "not_permitted" };
            stage.no(&format!("escrow.{name}"), args, refused).await;
        }
        let held = reserve(stage, json!({})).await;
        stage.no("purchases.pay", json!({ "purchase": held["id"], "actor": "olga" }), "not_permitted").await;
        assert_eq!(stands(stage, &purchase).await, are("completed", "1 1 1"));
    }

    /// A policy on payments of deals holds for a purchase that pays one.
    async fn a_policy_on_paying_deals_asks(stage) {
        stage.funded("alice", "3000000 KRW").await;
        let dear = json!({ "id": "dear", "seller": "shop", "price": "1000000 KRW", "hold_for": "P1D", "stock": 3 });
        stage.ok("purchases.set_offer", dear.clone()).await;
        // paid to the seller at once it is another effect
        stage.ok("purchases.buy", json!({ "offer": "dear", "buyer": "alice" })).await;
        stage.ok("purchases.set_offer", with(dear, &json!({ "escrow": {} }))).await;
        let wanted = json!({ "offer": "dear", "buyer": "alice", "key": "buy-1" });
        let stopped = stage.no_matter("purchases.buy", wanted.clone(), "approval_required").await;
        assert_eq!((&stopped["policy"], units(stage, "dear").await.as_str()), (&json!("default"), "0 1 2"), "{stopped}");
        let approval = stage.ok("approvals.get", json!({ "approval": stopped["approval"] })).await;
        assert_eq!(approval["operation"], "purchases.buy", "{approval}");
        for name in ["ann", "ben"] {
            let who = json!({ "id": name, "role": "admin" });
            stage.ok("approvals.approve", json!({ "approval": stopped["approval"], "actor": who })).await;
        }
        let bought = stage.ok("purchases.buy", wanted).await;
        assert_eq!((&bought["replayed"], &bought["purchase"]["state"]), (&json!(true), &json!("completed")), "{bought}");
        let held = stage.ok("purchases.reserve", json!({ "offer": "dear", "buyer": "alice" })).await["purchase"].clone();
        for by in [json!({}), json!({ "with": "gateway", "gateway": CARD, "token": "pm-1", "key": "by-card" })] {
            let args = with(json!({ "purchase": held["id"] }), &by);
            stage.no_matter("purchases.pay", args, "approval_required").await;
        }
        assert_eq!(get(stage, &held).await["state"], "held");
    }

    /// 64 buyers for the last piece: one deal is paid, and the others leave nothing.
    async fn the_last_piece_is_sold_by_one_deal(stage) {
        by_deals(stage, json!({ "stock": 1 })).await;
        let names: Vec<String> = (0..64).map(|n| format!("b-{n}")).collect();
        let top_ups = names.iter().map(|name| {
            json!({ "op": "ledger.top_up", "args": { "account": name, "amount": "100.00 USD", "key": format!("fund-{name}") } })
        });
        stage.ok("ledger.batch", json!({ "ops": top_ups.collect::<Vec<_>>(), "atomic": true })).await;
        let banks = engines(stage).await;
        let calls = names.iter().enumerate().map(|(n, name)| {
            let bank = banks[n % banks.len()].clone();
            let args = asked(&json!({ "buyer": name, "key": format!("buy-{n}") }));
            async move { insist(&bank, "purchases.buy", args).await }
        });
        let outcomes = all_at_once(calls.collect::<Vec<_>>().into_iter()).await;
        assert_eq!(tally(&outcomes), [("ok", 1), ("out_of_stock", 63)].into());
        assert_eq!(units(stage, "mug").await, "0 1 0");
        let deals = stage.ok("escrow.list", json!({ "seller": "shop" })).await;
        assert_eq!((deals["items"].as_array().unwrap().len(), &deals["items"][0]["state"]), (1, &json!("awaiting_shipment")), "{deals}");
        close_others(banks).await;
    }
}

/// Attempts are counted as those at deals, by whichever way they are paid, and refused ones too.
#[tokio::test(flavor = "multi_thread")]
async fn attempts_are_counted_as_escrow() {
    let stage = staged(Kind::Memory).await;
    by_deals(&stage, json!({ "stock": 2 })).await;
    buy(&stage, json!({})).await;
    paid_by_card(&stage, json!({})).await;
    stage.no("purchases.buy", asked(&json!({})), "out_of_stock").await;
    let metrics = stage.ok("admin.metrics", json!({})).await["text"].as_str().unwrap().to_owned();
    for (result, reason, count) in [("completed", "", 2), ("pending", "", 1), ("refused", "out_of_stock", 1)]
    {
        let line = format!(
            "purchase_attempt_total{{flow=\"escrow\",result=\"{result}\",reason=\"{reason}\"}} {count}"
        );
        assert!(metrics.lines().any(|found| found == line), "no {line} in:\n{metrics}");
    }
    stage.finish().await;
}

/// Terms that no deal can have are refused, naming the field; so is a buyer who cannot buy.
#[tokio::test(flavor = "multi_thread")]
async fn terms_that_do_not_fit_are_named() {
    let stage = staged(Kind::Memory).await;
    let terms =
        |escrow: Value| json!({ "id": "new", "seller": "shop", "price": "10.00 USD", "escrow": escrow });
    let fee = |more: Value| json!({ "fees": [with(json!({ "to": "@fees" }), &more)] });
    for (args, refusal, field) in [
        (terms(fee(json!({}))), "invalid_request", "escrow.fees[0].amount"),
        (terms(fee(json!({ "amount": "10.01 USD" }))), "invalid_amount", "escrow.fees[0].amount"),
        (terms(fee(json!({ "amount": "1 KRW" }))), "currency_mismatch", "escrow.fees[0].amount"),
        (terms(fee(json!({ "bps": 100, "from": "buyer" }))), "invalid_request", "escrow.fees[0].from"),
        (terms(fee(json!({ "bps": 10_001 }))), "invalid_amount", "escrow.fees[0].bps"),
        (
            terms(json!({ "splits": [{ "to": "a", "bps": 6_000 }, { "to": "b", "bps": 4_001 }] })),
            "invalid_amount",
            "escrow.splits",
        ),
        (terms(json!({ "splits": [{ "to": "a b", "bps": 1 }] })), "invalid_account", "escrow.splits[0].to"),
        (terms(json!({ "inspection": "soon" })), "invalid_request", "escrow.inspection"),
        (
            json!({ "id": "new", "seller": "shop", "escrow": fee(json!({ "amount": "1.00 USD" })) }),
            "invalid_request",
            "price",
        ),
    ] {
        let details = stage.no("purchases.set_offer", args.clone(), refusal).await;
        assert_eq!(details["field"], field, "{args}: {details}");
    }
    let half = json!({ "fees": [{ "to": "@fees", "amount": "5.00 USD" }], "splits": [{ "to": "carl", "bps": 1_000 }] });
    set_offer(&stage, json!({ "escrow": half })).await;
    // a price that its fees do not fit into, or of another currency than they are
    stage
        .bad("purchases.set_offer", json!({ "id": "mug", "price": "5.00 USD" }), "invalid_amount", "price")
        .await;
    stage
        .bad("purchases.set_offer", json!({ "id": "mug", "price": "5000 KRW" }), "invalid_request", "escrow")
        .await;
    set_offer(
        &stage,
        json!({ "escrow": { "splits": [{ "to": "carl", "bps": 1_000 }] }, "price": "5000 KRW" }),
    )
    .await;
    set_offer(&stage, json!({ "price": "8.00 USD" })).await;
    // nobody gets a part of what he pays
    stage.funded("carl", "100.00 USD").await;
    stage.bad("purchases.buy", json!({ "offer": "mug", "buyer": "carl" }), "invalid_request", "buyer").await;
    // without an account there is nothing to pay from; a card opens one, which its money passes
    stage.no("purchases.buy", json!({ "offer": "mug", "buyer": "bob" }), "account_not_found").await;
    let card = by_card(&json!({ "buyer": "bob" }));
    let purchase = stage.ok("purchases.buy", card).await["purchase"].clone();
    capture(&stage, &purchase).await;
    assert_eq!(get(&stage, &purchase).await["state"], "completed");
    assert_eq!(posted(&stage, "bob", "USD").await, "0.00");
    stage.finish().await;
}
