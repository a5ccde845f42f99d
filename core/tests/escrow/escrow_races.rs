//! Races on one deal: whatever many callers and timers try at once, exactly one thing happens.

use earnest::{Engine, Error};

use crate::support::{Kind, Stage, Value, all_at_once, every_store, id, json, tally};

type Call = (&'static str, Value);

fn admin() -> Value {
    json!({ "id": "root", "role": "admin" })
}

/// Runs calls at once, spread over several engines where there can be several; callers do what `retry: call`
/// says.
async fn storm(stage: &Stage, calls: Vec<Call>) -> Vec<(&'static str, Result<Value, Error>)> {
    let mut banks = vec![stage.bank.clone()];
    if stage.kind != Kind::Memory {
        banks.push(stage.again().await);
    }
    let calls = calls.into_iter().enumerate().map(|(n, (name, args))| {
        let bank = banks[n % banks.len()].clone();
        async move { (name, until_settled(&bank, name, args).await) }
    });
    let outcomes = all_at_once(calls.collect::<Vec<_>>().into_iter()).await;
    for bank in banks.into_iter().skip(1) {
        bank.close().await;
    }
    outcomes
}

async fn until_settled(bank: &Engine, name: &str, args: Value) -> Result<Value, Error> {
    let mut outcome = bank.call(name, args.clone()).await;
    for _ in 0..50 {
        match &outcome {
            Err(error) if error.code().as_str() == "contention" => {
                outcome = bank.call(name, args.clone()).await;
            }
            _ => break,
        }
    }
    outcome
}

/// 64 calls, these in turn, each with a key of its own.
fn sixty_four(calls: &[Call]) -> Vec<Call> {
    (0..64)
        .map(|n| {
            let (name, mut args) = calls[n % calls.len()].clone();
            if name != "jobs.run_due" {
                args["key"] = format!("race-{n}").into();
            }
            (name, args)
        })
        .collect()
}

/// The names of the calls that did something; a pass of the timers did if a timer ran.
fn winners(outcomes: &[(&'static str, Result<Value, Error>)]) -> Vec<&'static str> {
    let did = |(name, outcome): &(&'static str, Result<Value, Error>)| match outcome {
        Ok(reply) if *name == "jobs.run_due" => (reply["timers"] != 0).then_some(*name),
        Ok(reply) => {
            assert_eq!(reply["replayed"], false, "{name}");
            Some(*name)
        }
        Err(error) => {
            let code = error.code().as_str();
            let expected = ["transition_not_allowed", "not_permitted", "condition_not_met"];
            assert!(expected.contains(&code), "{name}: {error:?}");
            None
        }
    };
    outcomes.iter().filter_map(did).collect()
}

/// A paid deal of 40.00 USD between alice and bob.
async fn paid(stage: &Stage) -> String {
    stage.funded("alice", "100.00 USD").await;
    let args = json!({ "buyer": "alice", "seller": "bob", "price": "40.00 USD", "ship_within": "P1D",
        "fees": [{ "to": "@fees", "bps": 250 }, { "to": "@fees", "bps": 100, "from": "buyer" }] });
    let deal = id(&stage.ok("escrow.open", args).await["deal"]);
    stage.ok("escrow.pay", json!({ "deal": deal, "actor": "alice" })).await;
    deal
}

async fn delivered(stage: &Stage) -> String {
    let deal = paid(stage).await;
    stage.ok("escrow.ship", json!({ "deal": deal, "actor": "bob" })).await;
    stage.ok("escrow.deliver", json!({ "deal": deal })).await;
    deal
}

/// One outcome, and the money is where it says, once.
async fn one_outcome(stage: &Stage, deal: &str, outcomes: &[(&'static str, Result<Value, Error>)]) {
    let winners = winners(outcomes);
    assert_eq!(winners.len(), 1, "{winners:?}");
    let view = stage.ok("escrow.get", json!({ "deal": deal })).await;
    let alice = match view["state"].as_str().unwrap() {
        "released" | "disputed" | "awaiting_shipment" | "shipped" => "59.60 0.00 59.60",
        "refunded" | "cancelled" => "100.00 0.00 100.00",
        "split" => "69.70 0.00 69.70",
        state => panic!("the deal is {state}"),
    };
    assert_eq!(stage.balance("alice").await, alice, "{view}");
}

every_store! {
    async fn confirms_cancels_disputes_and_the_timer(stage) {
        let deal = delivered(stage).await;
        stage.advance("P3D");
        let calls = [
            ("escrow.confirm", json!({ "deal": deal, "actor": "alice" })),
            ("escrow.dispute", json!({ "deal": deal, "type": "other", "statement": "x", "actor": "alice" })),
            ("jobs.run_due", json!({})),
            ("escrow.dispute", json!({ "deal": deal, "type": "other", "statement": "y", "actor": "bob" })),
            ("escrow.cancel", json!({ "deal": deal, "actor": "bob" })),
        ];
        let outcomes = storm(stage, sixty_four(&calls)).await;
        one_outcome(stage, &deal, &outcomes).await;
    }

    async fn cancels_disputes_and_the_timer(stage) {
        let deal = paid(stage).await;
        stage.advance("P1D");
        let calls = [
            ("escrow.cancel", json!({ "deal": deal, "actor": "bob" })),
            ("escrow.dispute", json!({ "deal": deal, "type": "other", "statement": "x", "actor": "alice" })),
            ("jobs.run_due", json!({})),
            ("escrow.ship", json!({ "deal": deal, "actor": "bob" })),
        ];
        let outcomes = storm(stage, sixty_four(&calls)).await;
        one_outcome(stage, &deal, &outcomes).await;
    }

    async fn payments_and_cancels(stage) {
        stage.funded("alice", "100.00 USD").await;
        let args = json!({ "buyer": "alice", "seller": "bob", "price": "40.00 USD", "fees": [{ "to": "@fees", "amount": "0.40 USD", "from": "buyer" }] });
        let deal = id(&stage.ok("escrow.open", args).await["deal"]);
        let calls = [
            ("escrow.pay", json!({ "deal": deal, "actor": "alice" })),
            ("escrow.cancel", json!({ "deal": deal, "actor": "alice" })),
        ];
        let outcomes = storm(stage, sixty_four(&calls)).await;
        one_outcome(stage, &deal, &outcomes).await;
    }

    async fn rulings_and_a_withdrawal(stage) {
        let deal = paid(stage).await;
        stage.ok("escrow.ship", json!({ "deal": deal, "actor": "bob" })).await;
        let args = json!({ "deal": deal, "type": "other", "statement": "x", "actor": "alice" });
        let dispute = id(&stage.ok("escrow.dispute", args).await["dispute"]);
        let calls = [
            ("escrow.resolve", json!({ "dispute": dispute, "outcome": "release", "resolution": "x", "actor": admin() })),
            ("escrow.resolve", json!({ "dispute": dispute, "outcome": "refund", "resolution": "x", "actor": admin() })),
            ("escrow.resolve", json!({ "dispute": dispute, "outcome": "split", "refund": "10.00 USD", "resolution": "x", "actor": admin() })),
            ("escrow.withdraw", json!({ "dispute": dispute, "actor": "alice" })),
        ];
        let outcomes = storm(stage, sixty_four(&calls)).await;
        one_outcome(stage, &deal, &outcomes).await;
    }

    /// Parts never pass the whole, however many ask for one.
    async fn parts_and_milestones(stage) {
        let deal = paid(stage).await;
        let call = |n: usize| ("escrow.release_part", json!({ "deal": deal, "amount": "1.50 USD", "actor": "alice", "key": format!("p-{n}") }));
        let outcomes: Vec<_> = storm(stage, (0..64).map(call).collect()).await.into_iter().map(|(_, outcome)| outcome).collect();
        assert_eq!(tally(&outcomes), [("invalid_amount", 38), ("ok", 26)].into());
        let view = stage.ok("escrow.cancel", json!({ "deal": deal, "actor": "bob" })).await;
        assert_eq!((&view["deal"]["state"], &view["deal"]["refunded"]["amount"]), (&"refunded".into(), &"1.01".into()));
    }

    /// Evidence from many hands keeps an order.
    async fn evidence_from_many_hands(stage) {
        let deal = paid(stage).await;
        let args = json!({ "deal": deal, "type": "other", "statement": "x", "actor": "alice" });
        let dispute = id(&stage.ok("escrow.dispute", args).await["dispute"]);
        let call = |n: usize| ("escrow.add_evidence", json!({ "dispute": dispute, "kind": format!("e{n}"), "statement": "x", "key": format!("e-{n}") }));
        let outcomes: Vec<_> = storm(stage, (0..64).map(call).collect()).await.into_iter().map(|(_, outcome)| outcome).collect();
        assert_eq!(tally(&outcomes), [("condition_not_met", 32), ("ok", 32)].into());
        let file = stage.ok("escrow.get_dispute", json!({ "dispute": dispute })).await;
        let shown: Vec<&Value> = file["evidence"].as_array().unwrap().iter().map(|piece| &piece["kind"]).collect();
        let told: Vec<&Value> = file["history"].as_array().unwrap().iter().map(|event| &event["data"]["kind"]).filter(|kind| !kind.is_null()).collect();
        assert_eq!((shown.len(), &shown), (32, &told));
    }
}
