//! Records of kinds that a domain follows: whichever call changes one, the domain is told of it in the same
//! commit, and may refuse it. What it hears of deals it writes down as jobs.

use std::sync::Arc;

use earnest::Error;
use earnest::escrow::model::Deal;
use earnest::kernel::draft::Draft;
use earnest::kernel::operation::Halt;
use earnest::kernel::snapshot::Snapshot;
use earnest::request::domain::Domain;
use earnest::rows::needs::{Access, Needs};
use earnest::rows::tables::RecordRow;
use serde_json::Map;

use crate::support::{Kind, Stage, Value, id, json, options};

/// By the reference of a deal: `no` is refused once it is there, `again` is changed once by who follows it,
/// and `restless` for ever.
#[derive(Clone, Copy, Debug)]
struct Echoes;

impl Domain for Echoes {
    fn follows(&self) -> &'static [&'static str] {
        &["deal"]
    }

    fn object_needs(&self, record: &RecordRow, _: &Snapshot, needs: &mut Needs) {
        if let Ok(deal) = Deal::of(record) {
            needs.account(deal.seller(), Access::Read);
        }
    }

    fn object_changed(
        &self,
        before: Option<&RecordRow>,
        after: &RecordRow,
        draft: &mut Draft<'_>,
    ) -> Result<(), Halt> {
        let deal = Deal::of(after)?;
        match after.reference.as_deref() {
            Some("no") if before.is_some() => return Err(Error::not_permitted("it is to stay").into()),
            Some("again") => echoed(draft, deal, "heard")?,
            Some("restless") => echoed(draft, deal, "restless")?,
            _ => {}
        }
        let from = before.map(|row| row.state.to_string());
        draft.enqueue("told", &json!({ "from": from, "to": after.state.to_string() })).map(drop)
    }
}

fn echoed(draft: &mut Draft<'_>, mut deal: Deal, reference: &str) -> Result<(), Halt> {
    deal.row.reference = Some(reference.into());
    draft.emit(&mut deal, "deal.echoed", &Map::new())?;
    draft.put_record(deal.into_row()?);
    Ok(())
}

async fn stage(kind: Kind) -> Stage {
    let stage = Stage::with(kind, options().domain(Arc::new(Echoes))).await;
    stage.funded("alice", "1000.00 USD").await;
    stage
}

async fn opened(stage: &Stage, more: Value) -> String {
    let mut deal = json!({ "buyer": "alice", "seller": "bob", "price": "10.00 USD", "ship_within": "P1D" });
    deal.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    id(&stage.ok("escrow.open", deal).await["deal"])
}

/// Takes the changes told since the last time, such as `pending awaiting_shipment`: none is told twice.
async fn told(stage: &Stage) -> Vec<String> {
    let lease = json!({ "kinds": ["told"], "limit": 100, "for": "PT1M" });
    let mut told = Vec::new();
    for job in stage.ok("jobs.lease", lease).await["jobs"].as_array().unwrap() {
        let said = &job["payload"];
        told.push(format!("{} {}", said["from"].as_str().unwrap_or("-"), said["to"].as_str().unwrap()));
        stage.ok("jobs.complete", json!({ "job": job["id"], "fence": job["fence"] })).await;
    }
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_that_changes_one_is_told_once() {
    for kind in Kind::all() {
        let stage = stage(kind).await;
        let deal = opened(&stage, json!({})).await;
        assert_eq!(told(&stage).await, ["- pending"], "{kind:?}");
        // through three states, and told of once
        let pay = json!({ "deal": deal, "actor": "alice" });
        stage.ok("escrow.pay", pay.clone()).await;
        assert_eq!(told(&stage).await, ["pending awaiting_shipment"], "{kind:?}");
        // nothing is done twice
        stage.ok("escrow.pay", pay).await;
        stage.no("escrow.ship", json!({ "deal": deal, "actor": "alice" }), "not_permitted").await;
        assert_eq!(told(&stage).await, [""; 0], "{kind:?}");
        // a change that leaves the state
        stage.ok("escrow.update", json!({ "deal": deal, "reference": "order-1" })).await;
        assert_eq!(told(&stage).await, ["awaiting_shipment awaiting_shipment"], "{kind:?}");
        // the clock
        stage.advance("P2D");
        stage.ok("jobs.run_due", json!({})).await;
        assert_eq!(told(&stage).await, ["awaiting_shipment refunded"], "{kind:?}");
        stage.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_in_batches_and_calls_that_waited_are_told_too() {
    for kind in Kind::all() {
        let stage = stage(kind).await;
        let (one, other) = (opened(&stage, json!({})).await, opened(&stage, json!({})).await);
        told(&stage).await;
        let ops: Vec<Value> = [&one, &other]
            .map(|deal| json!({ "op": "escrow.pay", "args": { "deal": deal, "actor": "alice" } }))
            .to_vec();
        stage.ok("ledger.batch", json!({ "ops": ops, "atomic": true })).await;
        assert_eq!(told(&stage).await, ["pending awaiting_shipment"; 2], "{kind:?}");
        // one that others must approve is told of when they have
        stage.funded("alice", "5000000 KRW").await;
        let large = opened(&stage, json!({ "price": "1000000 KRW" })).await;
        told(&stage).await;
        let pay = json!({ "deal": large, "actor": "alice" });
        let approval = stage.no_matter("escrow.pay", pay, "approval_required").await["approval"].clone();
        assert_eq!(told(&stage).await, [""; 0], "{kind:?}");
        for name in ["ann", "ben"] {
            let who = json!({ "id": name, "role": "admin" });
            stage.ok("approvals.approve", json!({ "approval": approval, "actor": who })).await;
        }
        assert_eq!(told(&stage).await, ["pending awaiting_shipment"], "{kind:?}");
        stage.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_of_who_follows_refuses_the_call() {
    for kind in Kind::all() {
        let stage = stage(kind).await;
        let deal = opened(&stage, json!({ "reference": "no" })).await;
        assert_eq!(told(&stage).await, ["- pending"]);
        stage.no_matter("escrow.pay", json!({ "deal": deal, "actor": "alice" }), "not_permitted").await;
        assert_eq!(stage.ok("escrow.get", json!({ "deal": deal })).await["state"], "pending", "{kind:?}");
        assert_eq!(stage.balance("alice").await, "1000.00 0.00 1000.00", "{kind:?}");
        stage.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_who_follows_changes_is_told_as_well_until_it_rests() {
    for kind in Kind::all() {
        let stage = stage(kind).await;
        let deal = opened(&stage, json!({ "reference": "again" })).await;
        let mut both = told(&stage).await;
        both.sort();
        assert_eq!(both, ["- pending", "pending pending"], "{kind:?}");
        let shown = stage.ok("escrow.get", json!({ "deal": deal })).await;
        assert_eq!((&shown["reference"], &shown["version"]), (&json!("heard"), &json!(2)), "{kind:?}");
        // one that never rests writes nothing
        let restless =
            json!({ "buyer": "alice", "seller": "bob", "price": "1.00 USD", "reference": "restless" });
        stage.no_matter("escrow.open", restless, "corrupted").await;
        assert_eq!(told(&stage).await, [""; 0], "{kind:?}");
        stage.finish().await;
    }
}
