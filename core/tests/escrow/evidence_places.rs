//! Evidence of a deal names who did what, and nobody can keep the other side from showing theirs; on every
//! store.

use crate::support::{Stage, Value, every_store, id, json};

fn system() -> Value {
    json!({ "id": "system", "role": "system" })
}

fn admin() -> Value {
    json!({ "id": "root", "role": "admin" })
}

/// A deal of 10.00 USD between alice and bob that was paid, and what `more` adds to its terms.
async fn paid(stage: &Stage, more: Value) -> String {
    let mut args = json!({ "buyer": "alice", "seller": "bob", "price": "10.00 USD" });
    args.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let deal = id(&stage.ok("escrow.open", args).await["deal"]);
    stage.ok("escrow.pay", json!({ "deal": deal, "actor": "alice" })).await;
    deal
}

/// Type, actor and trigger of the events of a deal.
async fn told(stage: &Stage, deal: &str) -> Vec<(String, Value, String)> {
    let page = stage.ok("escrow.history", json!({ "deal": deal })).await;
    let told = |event: &Value| {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        (text(&event["type"]), event["actor"].clone(), text(&event["data"]["trigger"]))
    };
    page["items"].as_array().unwrap().iter().map(told).collect()
}

every_store! {
    /// A step that follows from the terms is the system's, not a party's.
    async fn a_payment_accepts_nothing_in_the_buyers_name(stage) {
        stage.funded("alice", "90.00 USD").await;
        let deal = paid(stage, json!({})).await;
        let events = told(stage, &deal).await;
        let of = |name: &str| events.iter().find(|event| event.0 == name).unwrap().clone();
        assert_eq!(of("deal.paid").1["id"], "alice");
        assert_eq!((&of("deal.accepted").1["id"], of("deal.accepted").2.as_str()), (&json!("system"), "pay"));

        let asked = paid(stage, json!({ "require_acceptance": true })).await;
        stage.ok("escrow.accept", json!({ "deal": asked, "actor": "bob" })).await;
        let events = told(stage, &asked).await;
        let accepted = events.iter().find(|event| event.0 == "deal.accepted").unwrap();
        assert_eq!((&accepted.1["id"], accepted.2.as_str()), (&json!("bob"), "accept"));

        let nothing_to_ship = paid(stage, json!({ "shipping": false })).await;
        let events = told(stage, &nothing_to_ship).await;
        let delivered = events.iter().find(|event| event.0 == "deal.delivered").unwrap();
        assert_eq!(delivered.1["id"], "system", "nobody delivered anything: {events:?}");
    }

    /// 32 pieces of evidence for the buyer, for the seller, and for the staff.
    async fn every_side_has_its_own_places_for_evidence(stage) {
        stage.funded("alice", "90.00 USD").await;
        let deal = paid(stage, json!({})).await;
        let args = json!({ "deal": deal, "type": "other", "statement": "x", "actor": "alice" });
        let dispute = id(&stage.ok("escrow.dispute", args).await["dispute"]);
        let show = |actor: Value| json!({ "dispute": dispute, "kind": "note", "statement": "y", "actor": actor });
        for _ in 0..32 {
            stage.ok("escrow.add_evidence", show(json!("alice"))).await;
        }
        let full = stage.no("escrow.add_evidence", show(json!("alice")), "condition_not_met").await;
        assert_eq!(full["condition"], "evidence");
        // staff who are a party show evidence as that party
        stage.no("escrow.add_evidence", show(json!({ "id": "alice", "role": "admin" })), "condition_not_met").await;

        let answered = stage.ok("escrow.add_evidence", show(json!("bob"))).await;
        assert_eq!(answered["dispute"]["evidence"][32]["role"], "seller");
        for _ in 1..32 {
            stage.ok("escrow.add_evidence", show(json!("bob"))).await;
        }
        stage.no("escrow.add_evidence", show(json!("bob")), "condition_not_met").await;
        for n in 0..32 {
            stage.ok("escrow.add_evidence", show(if n % 2 == 0 { admin() } else { system() })).await;
        }
        stage.no("escrow.add_evidence", show(admin()), "condition_not_met").await;
        stage.no("escrow.add_evidence", show(system()), "condition_not_met").await;
        let file = stage.ok("escrow.get_dispute", json!({ "dispute": dispute })).await;
        assert_eq!(file["evidence"].as_array().unwrap().len(), 96);
        stage.advance("P9D");
        assert_eq!(stage.ok("jobs.run_due", json!({})).await["timers"], 0, "the seller has answered");
    }
}
