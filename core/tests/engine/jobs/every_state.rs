//! Option `notify_every_state`: the parties hear of every state of a deal, and once of each.

use crate::support::{Kind, Stage, Value, id, json, options};

/// Types of events and states of the notifications of a deal, in the order of their names.
async fn told(stage: &Stage, deal: &str) -> Vec<(String, String)> {
    let page = stage.ok("jobs.list", json!({ "kind": "notify.parties", "limit": 500 })).await;
    let text = |job: &Value, name: &str| job["payload"][name].as_str().unwrap().to_owned();
    let mut of: Vec<_> = page["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|job| job["payload"]["deal"] == deal)
        .map(|job| {
            assert_eq!(
                (&job["payload"]["buyer"], &job["payload"]["seller"]),
                (&json!("alice"), &json!("bob"))
            );
            (text(job, "event"), text(job, "state"))
        })
        .collect();
    of.sort();
    of
}

/// The same from the log: each event of the deal that led to another state.
async fn happened(stage: &Stage, deal: &str) -> Vec<(String, String)> {
    let page = stage.ok("escrow.history", json!({ "deal": deal, "limit": 500 })).await;
    let items = page["items"].as_array().unwrap().iter();
    let mut of: Vec<_> = items
        .filter(|event| event["data"]["from"] != event["data"]["to"])
        .map(|event| {
            (event["type"].as_str().unwrap().to_owned(), event["data"]["to"].as_str().unwrap().to_owned())
        })
        .collect();
    of.sort();
    of
}

/// Deals that pass every state: to the seller, into a dispute, back, to nobody, and by deadlines.
async fn deals(stage: &Stage) -> Vec<String> {
    let mut all = Vec::new();
    for steps in [
        &["escrow.pay", "escrow.ship", "escrow.deliver", "escrow.confirm"][..],
        &["escrow.pay", "escrow.ship", "escrow.deliver", "clock", "escrow.get"],
        &["escrow.pay", "escrow.request_refund", "escrow.refuse_refund", "escrow.dispute", "escrow.withdraw"],
        &["escrow.pay", "escrow.request_refund", "escrow.approve_refund"],
        &["escrow.cancel"],
        &["clock", "escrow.get"],
    ] {
        stage.funded("alice", "10.00 USD").await;
        let open = json!({ "buyer": "alice", "seller": "bob", "price": "10.00 USD", "pay_within": "P1D" });
        let deal = id(&stage.ok("escrow.open", open).await["deal"]);
        let mut dispute = Value::Null;
        for step in steps {
            let by = |actor: &str| json!({ "deal": deal, "actor": actor });
            let with = |actor: &str, name: &str, value: &str| {
                let mut args = by(actor);
                args[name] = value.into();
                args
            };
            let args = match *step {
                "clock" => {
                    stage.advance("P5D");
                    stage.ok("jobs.run_due", json!({})).await;
                    continue;
                }
                "escrow.ship" | "escrow.approve_refund" => by("bob"),
                "escrow.refuse_refund" => with("bob", "reason", "no"),
                "escrow.request_refund" => with("alice", "reason", "late"),
                "escrow.withdraw" => json!({ "dispute": dispute, "actor": "alice" }),
                "escrow.dispute" => {
                    let mut args = with("alice", "type", "other");
                    args["statement"] = "no".into();
                    args
                }
                _ => by("alice"),
            };
            let reply = stage.ok(step, args).await;
            if *step == "escrow.dispute" {
                dispute = reply["dispute"]["id"].clone();
            }
        }
        all.push(deal);
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn every_state_is_told_once() {
    for kind in Kind::all() {
        let stage = Stage::with(kind, options().notify_every_state(true)).await;
        let mut states = std::collections::BTreeSet::new();
        for deal in deals(&stage).await {
            let told = told(&stage, &deal).await;
            let happened = happened(&stage, &deal).await;
            assert_eq!(told, happened, "{kind:?}");
            assert!(told.iter().any(|(_, state)| state == "pending"), "{told:?}");
            states.extend(told.into_iter().map(|(_, state)| state));
        }
        assert!(states.len() >= 11, "{states:?}");
        stage.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_it_the_parties_are_not_told_of_their_own_acts() {
    for kind in Kind::all() {
        let stage = Stage::open(kind).await;
        let mut all = Vec::new();
        for deal in deals(&stage).await {
            all.extend(told(&stage, &deal).await.into_iter().map(|(event, _)| event));
        }
        let expected = [
            "deal.dispute_withdrawn",
            "deal.disputed",
            "deal.refund_refused",
            "deal.refund_requested",
            "deal.refund_requested",
            "deal.refunded",
            "deal.released",
        ];
        all.sort();
        assert_eq!(all, expected, "{kind:?}");
        stage.finish().await;
    }
}
