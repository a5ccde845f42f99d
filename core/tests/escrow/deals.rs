//! The life of a deal on every store: what its table allows, what its timers do, and that its money is always
//! in one place.

use crate::support::{self, Stage, Value, every_store, id, json};

/// Opens a deal of 40.00 USD between alice, who has 100.00, and bob.
async fn opened(stage: &Stage, terms: Value) -> String {
    stage.funded("alice", "100.00 USD").await;
    let mut args = json!({ "buyer": "alice", "seller": "bob", "price": "40.00 USD" });
    for (name, value) in terms.as_object().unwrap() {
        args[name] = value.clone();
    }
    stage.ok("escrow.open", args).await["deal"]["id"].as_str().unwrap().to_owned()
}

async fn step(stage: &Stage, name: &str, deal: &str, actor: &str) -> Value {
    stage.ok(&format!("escrow.{name}"), json!({ "deal": deal, "actor": actor })).await["deal"].clone()
}

async fn state(stage: &Stage, deal: &str) -> String {
    stage.ok("escrow.get", json!({ "deal": deal })).await["state"].as_str().unwrap().to_owned()
}

/// Invariant 19: what the deal holds is what was funded and neither released nor refunded.
async fn holds(stage: &Stage, deal: &str, amount: &str) {
    let view = stage.ok("escrow.get", json!({ "deal": deal })).await;
    let minor =
        |name: &str| -> i64 { view[name]["amount"].as_str().unwrap().replace('.', "").parse().unwrap() };
    assert_eq!(view["held"]["amount"], amount);
    assert_eq!(minor("held"), minor("funded") - minor("released") - minor("refunded") - minor("fees_taken"));
}

/// The deal that somebody is told has the reference `order-7`, or the refusal; without a name the host's own
/// program asks.
async fn referred(stage: &Stage, who: &Value) -> Result<String, String> {
    let mut args = json!({ "reference": "order-7" });
    if !who.is_null() {
        args["actor"] = who.clone();
    }
    let outcome = stage.call("escrow.get", args).await;
    outcome.map(|deal| id(&deal)).map_err(|error| {
        let code = error.code().as_str().to_owned();
        assert!(code != "invalid_request" || error.details()["field"] == "reference", "{who}: {error}");
        code
    })
}

every_store! {
    /// While the clock stands too.
    async fn deals_of_one_moment_are_listed_newest_first(stage) {
        stage.funded("alice", "100.00 USD").await;
        let terms = json!({ "buyer": "alice", "seller": "bob", "price": "40.00 USD" });
        let mut made = Vec::new();
        for _ in 0..20 {
            made.push(id(&stage.ok("escrow.open", terms.clone()).await["deal"]));
        }
        made.reverse();
        assert_eq!(stage.ids("escrow.list", json!({})).await, made);
    }

    async fn a_deal_runs_to_its_end(stage) {
        let deal = opened(stage, json!({})).await;
        holds(stage, &deal, "0.00").await;
        assert_eq!(step(stage, "pay", &deal, "alice").await["state"], "awaiting_shipment");
        holds(stage, &deal, "40.00").await;
        assert_eq!(stage.balance("alice").await, "60.00 0.00 60.00");
        let again = stage.ok("escrow.pay", json!({ "deal": deal, "actor": "alice" })).await;
        assert_eq!(again["replayed"], true, "a plain retry replays");
        assert_eq!(step(stage, "ship", &deal, "bob").await["state"], "shipped");
        assert_eq!(step(stage, "deliver", &deal, "alice").await["state"], "delivered");
        assert_eq!(step(stage, "confirm", &deal, "alice").await["state"], "released");
        holds(stage, &deal, "0.00").await;
        assert_eq!(stage.balance("bob").await, "40.00 0.00 40.00");
        let history = stage.ok("escrow.history", json!({ "deal": deal })).await;
        let versions: Vec<i64> = history["items"].as_array().unwrap().iter().map(|event| event["version"].as_i64().unwrap()).collect();
        let expected: Vec<i64> = (1..=versions.len() as i64).collect();
        assert_eq!(versions, expected, "one event a version, oldest first");
        // terminal states absorb
        for (name, actor) in [("ship", "bob"), ("deliver", "alice"), ("cancel", "bob")] {
            let args = json!({ "deal": deal, "actor": actor, "key": format!("late-{name}") });
            stage.no(&format!("escrow.{name}"), args, "transition_not_allowed").await;
        }
    }

    async fn nobody_does_what_is_not_theirs(stage) {
        let deal = opened(stage, json!({})).await;
        stage.no("escrow.ship", json!({ "deal": deal, "actor": "bob" }), "transition_not_allowed").await;
        stage.no("escrow.pay", json!({ "deal": deal, "actor": "mallory" }), "not_permitted").await;
        step(stage, "pay", &deal, "alice").await;
        stage.no("escrow.ship", json!({ "deal": deal, "actor": "alice" }), "not_permitted").await;
        stage.no("escrow.ship", json!({ "deal": deal, "actor": { "id": "alice", "role": "seller" } }), "not_permitted").await;
        step(stage, "ship", &deal, "bob").await;
        stage.no("escrow.confirm", json!({ "deal": deal, "actor": "bob" }), "not_permitted").await;
        // what the deal owns moves only through it (invariant 27)
        let transfers = stage.ok("ledger.transfers", json!({ "account": "alice" })).await;
        let captured = transfers["items"][0]["id"].clone();
        stage.no("ledger.cancel", json!({ "transfer": captured }), "not_permitted").await;
        stage.no("ledger.refund", json!({ "transfer": captured }), "not_permitted").await;
    }

    async fn a_cancelled_deal_pays_back(stage) {
        let deal = opened(stage, json!({})).await;
        step(stage, "pay", &deal, "alice").await;
        stage.no("escrow.cancel", json!({ "deal": deal, "actor": "alice" }), "not_permitted").await;
        assert_eq!(step(stage, "cancel", &deal, "bob").await["state"], "refunded");
        holds(stage, &deal, "0.00").await;
        assert_eq!(stage.balance("alice").await, "100.00 0.00 100.00");
    }

    async fn a_hold_only_payment_is_voided(stage) {
        let deal = opened(stage, json!({})).await;
        let paid = stage.ok("escrow.pay", json!({ "deal": deal, "actor": "alice", "secure": false })).await;
        assert_eq!(paid["deal"]["state"], "paid");
        assert_eq!(stage.balance("alice").await, "100.00 40.00 60.00");
        let hold = stage.ok("ledger.holds", json!({ "account": "alice" })).await["items"][0]["id"].clone();
        stage.no("ledger.void", json!({ "hold": hold }), "not_permitted").await;
        assert_eq!(step(stage, "cancel", &deal, "alice").await["state"], "cancelled");
        assert_eq!(stage.balance("alice").await, "100.00 0.00 100.00");
    }

    async fn timers_do_what_the_table_says_and_late_is_on_time(stage) {
        let late = opened(stage, json!({ "pay_within": "PT1H" })).await;
        let slow = opened(stage, json!({ "ship_within": "P1D" })).await;
        let quiet = opened(stage, json!({ "inspection": "P3D" })).await;
        step(stage, "pay", &slow, "alice").await;
        for (name, actor) in [("pay", "alice"), ("ship", "bob"), ("deliver", "alice")] {
            step(stage, name, &quiet, actor).await;
        }
        stage.advance("P2D");
        // an overdue deal refuses the late action; only the timer moves its money
        let details = stage.no("escrow.pay", json!({ "deal": late, "actor": "alice" }), "condition_not_met").await;
        assert_eq!(details["condition"], "pay_by");
        let details = stage.no("escrow.ship", json!({ "deal": slow, "actor": "bob" }), "condition_not_met").await;
        assert_eq!(details["condition"], "ship_by");
        assert_eq!(stage.ok("jobs.run_due", json!({})).await["timers"], 2);
        assert_eq!((state(stage, &late).await, state(stage, &slow).await), ("expired".into(), "refunded".into()));
        assert_eq!(state(stage, &quiet).await, "delivered");
        stage.advance("P30D");
        assert_eq!(stage.ok("jobs.run_due", json!({})).await["timers"], 1);
        assert_eq!(stage.ok("jobs.run_due", json!({})).await["timers"], 0);
        assert_eq!(state(stage, &quiet).await, "released");
        assert_eq!(stage.balance("bob").await, "40.00 0.00 40.00");
    }

    /// A deal's settlement reaches locked accounts too.
    async fn a_lock_does_not_stop_what_is_owed(stage) {
        let deal = opened(stage, json!({})).await;
        step(stage, "pay", &deal, "alice").await;
        stage.ok("ledger.lock_account", json!({ "account": "bob" })).await;
        step(stage, "ship", &deal, "bob").await;
        assert_eq!(step(stage, "confirm", &deal, "alice").await["state"], "released");
        assert_eq!(stage.balance("bob").await, "40.00 0.00 40.00");
    }

    /// 64 at once: one ends the deal, and its money is in one place.
    async fn one_of_64_ends_the_deal(stage) {
        let deal = opened(stage, json!({})).await;
        for (name, actor) in [("pay", "alice"), ("ship", "bob")] {
            step(stage, name, &deal, actor).await;
        }
        let calls = (0..64).map(|n| {
            let (bank, deal) = (stage.bank.clone(), deal.clone());
            let args = json!({ "deal": deal, "actor": "alice", "key": format!("c-{n}") });
            async move { bank.call("escrow.confirm", args).await }
        });
        let outcomes = support::all_at_once(calls).await;
        let tally = support::tally(&outcomes);
        assert_eq!((tally["ok"], tally["transition_not_allowed"]), (1, 63), "{tally:?}");
        holds(stage, &deal, "0.00").await;
        assert_eq!(stage.balance("bob").await, "40.00 0.00 40.00");
    }

    /// A stranger gave a deal of one cent the reference of an order, and the order was taken for released.
    async fn a_stranger_releases_no_order_with_a_cent(stage) {
        stage.funded("alice", "100.00 USD").await;
        stage.funded("mallory", "1.00 USD").await;
        let made = async |buyer: &str, seller: &str, price: &str| {
            stage.advance("PT1S");
            let terms = json!({ "buyer": buyer, "seller": seller, "price": price, "reference": "order-7" });
            id(&stage.ok("escrow.open", terms).await["deal"])
        };
        let (alice, shop, mallory, carol) = (json!("alice"), json!("shop"), json!("mallory"), json!("carol"));
        let (admin, host) = (json!({ "id": "anna", "role": "admin" }), Value::Null);
        made("alice", "shop", "40.00 USD").await;
        // the same order once more
        let order = made("alice", "shop", "40.00 USD").await;
        for who in [&alice, &shop, &admin, &host] {
            assert_eq!(referred(stage, who).await, Ok(order.clone()), "{who}");
        }
        let cent = made("mallory", "friend", "0.01 USD").await;
        let refused: Result<String, String> = Err("invalid_request".to_owned());
        for (who, told) in [
            (&alice, Ok(order.clone())),
            (&shop, Ok(order)),
            (&mallory, Ok(cent)),
            (&carol, Err("not_permitted".to_owned())),
            (&admin, refused.clone()),
            (&host, refused.clone()),
        ] {
            assert_eq!(referred(stage, who).await, told, "{who}");
        }
        // and the buyer of the order on another deal of his
        made("alice", "shop", "0.01 USD").await;
        for who in [&alice, &shop] {
            assert_eq!(referred(stage, who).await, refused, "{who}");
        }
    }
}
