//! Bad input, line by line: each has its code, names its field or condition, and writes nothing.

use super::{Stage, Value, admin, id, json, opened, with};
use crate::support::every_store;

/// A refused call, its code, and the detail that says what was wrong.
struct Refusal {
    what: &'static str,
    name: &'static str,
    args: Value,
    code: &'static str,
    /// A detail and its value.
    detail: (&'static str, Value),
}

async fn shipped(stage: &Stage, more: Value) -> String {
    let deal = opened(stage, more).await;
    stage.ok("escrow.pay", json!({ "deal": deal, "actor": "alice" })).await;
    stage.ok("escrow.ship", json!({ "deal": deal, "actor": "bob" })).await;
    deal
}

fn row(
    what: &'static str,
    name: &'static str,
    args: Value,
    code: &'static str,
    detail: (&'static str, Value),
) -> Refusal {
    Refusal { what, name, args, code, detail }
}

fn field(name: &str) -> (&'static str, Value) {
    ("field", name.into())
}

/// Offers that cannot be meant so.
fn offers() -> Vec<Refusal> {
    let offer = |more: Value| with(json!({ "buyer": "alice", "seller": "bob", "price": "100.00 USD" }), more);
    let fee = |more: Value| offer(json!({ "fees": [with(json!({ "to": "@fees" }), more)] }));
    let split = |bps: [u32; 2]| {
        offer(json!({ "splits": [{ "to": "carol", "bps": bps[0] }, { "to": "dave", "bps": bps[1] }] }))
    };
    let name = "escrow.open";
    vec![
        row(
            "buyer equals seller",
            name,
            offer(json!({ "seller": "alice" })),
            "invalid_request",
            field("seller"),
        ),
        row(
            "fee above price",
            name,
            fee(json!({ "amount": "100.01 USD" })),
            "invalid_amount",
            field("fees[0].amount"),
        ),
        row("fee above 100%", name, fee(json!({ "bps": 10_001 })), "invalid_amount", field("fees[0].bps")),
        row(
            "fees above price together",
            name,
            offer(
                json!({ "fees": [{ "to": "@fees", "bps": 6_000 }, { "to": "@revenue", "amount": "40.01 USD" }] }),
            ),
            "invalid_amount",
            field("fees"),
        ),
        row("splits over 100%", name, split([6_000, 4_001]), "invalid_amount", field("splits")),
        row("one split over 100%", name, split([10_001, 1]), "invalid_amount", field("splits[0].bps")),
        row(
            "splits and fees over 100%",
            name,
            with(split([5_000, 4_900]), json!({ "fees": [{ "to": "@fees", "bps": 101 }] })),
            "invalid_amount",
            field("splits"),
        ),
        row(
            "milestones over 100%",
            name,
            offer(
                json!({ "milestones": [{ "name": "a", "bps": 9_999 }, { "name": "b", "amount": "0.02 USD" }] }),
            ),
            "invalid_amount",
            field("milestones"),
        ),
        row(
            "a quote as well",
            "escrow.quote",
            json!({ "price": "1.00 USD", "splits": [{ "to": "c", "bps": 10_001 }] }),
            "invalid_amount",
            field("splits[0].bps"),
        ),
    ]
}

/// More than a deal has left.
fn too_much(deal: &str) -> Vec<Refusal> {
    let of = |deal: &str, more: Value| with(json!({ "deal": deal, "actor": "alice" }), more);
    let wrong = |text: &str| ("reason", json!(text));
    let left = "must be at most `100.00 USD`, which the deal holds of its price";
    vec![
        row(
            "refund above what is left",
            "escrow.request_refund",
            of(deal, json!({ "amount": "100.01 USD", "reason": "x" })),
            "invalid_amount",
            field("amount"),
        ),
        row(
            "and it says what is left",
            "escrow.request_refund",
            of(deal, json!({ "amount": "100.01 USD", "reason": "x" })),
            "invalid_amount",
            wrong(left),
        ),
        row(
            "a part above what is left",
            "escrow.release_part",
            of(deal, json!({ "amount": "100.01 USD" })),
            "invalid_amount",
            field("amount"),
        ),
    ]
}

/// Carrier events that are unknown or too late, and a dispute that comes too late.
fn late(deal: &str, over: &str) -> Vec<Refusal> {
    let of = |deal: &str, more: Value| with(json!({ "deal": deal, "actor": "alice" }), more);
    let dispute = json!({ "type": "other", "statement": "x" });
    vec![
        row(
            "an unknown carrier event",
            "escrow.validate",
            of(deal, json!({ "trigger": "lost_in_transit" })),
            "invalid_request",
            field("trigger"),
        ),
        row(
            "an unknown carrier operation",
            "escrow.lost_in_transit",
            of(deal, json!({})),
            "invalid_request",
            field("op"),
        ),
        row(
            "an unknown word of a carrier",
            "escrow.deliver",
            of(deal, json!({ "signed_by": "neighbour" })),
            "invalid_request",
            field("signed_by"),
        ),
        row(
            "shipped twice",
            "escrow.ship",
            of(deal, json!({ "actor": "bob", "key": "again" })),
            "transition_not_allowed",
            ("state", "shipped".into()),
        ),
        row(
            "delivered too late",
            "escrow.deliver",
            of(over, json!({})),
            "transition_not_allowed",
            ("state", "released".into()),
        ),
        row(
            "shipped too late",
            "escrow.ship",
            of(over, json!({ "actor": "bob", "key": "late" })),
            "transition_not_allowed",
            ("state", "released".into()),
        ),
        row(
            "a dispute on a closed deal",
            "escrow.dispute",
            of(over, dispute),
            "transition_not_allowed",
            ("state", "released".into()),
        ),
    ]
}

fn on_disputes(dispute: &str) -> Vec<Refusal> {
    let evidence = |more: Value| with(json!({ "dispute": dispute, "kind": "photo", "actor": "alice" }), more);
    let resolve = |more: Value| {
        let args = json!({ "dispute": dispute, "outcome": "split", "resolution": "x", "actor": admin() });
        with(args, more)
    };
    let missing = "dp_00000000-0000-0000-0000-000000000000";
    let name = "escrow.add_evidence";
    vec![
        row(
            "a statement over size",
            name,
            evidence(json!({ "statement": "x".repeat(2_001) })),
            "invalid_request",
            field("statement"),
        ),
        row(
            "a place over size",
            name,
            evidence(json!({ "uri": "x".repeat(1_001) })),
            "invalid_request",
            field("uri"),
        ),
        row(
            "a hash over size",
            name,
            evidence(json!({ "sha256": "a".repeat(65) })),
            "invalid_request",
            field("sha256"),
        ),
        row(
            "a kind over size",
            name,
            evidence(json!({ "kind": "k".repeat(65), "uri": "u" })),
            "invalid_request",
            field("kind"),
        ),
        row(
            "notes over size",
            name,
            evidence(json!({ "uri": "u", "metadata": { "x": "y".repeat(16_400) } })),
            "invalid_request",
            field("metadata"),
        ),
        row(
            "a ruling above what is left",
            "escrow.resolve",
            resolve(json!({ "refund": "100.01 USD" })),
            "invalid_amount",
            field("refund"),
        ),
        row(
            "a resolution without a dispute",
            "escrow.resolve",
            resolve(json!({ "dispute": missing, "refund": "1.00 USD" })),
            "dispute_not_found",
            ("dispute", missing.into()),
        ),
        row(
            "a resolution of no dispute at all",
            "escrow.resolve",
            resolve(json!({ "dispute": null, "refund": "1.00 USD" })),
            "invalid_request",
            field("dispute"),
        ),
    ]
}

fn on_approvals(approval: &str) -> Vec<Refusal> {
    let policy =
        |more: Value| with(json!({ "id": "p", "operation": "escrow.pay", "threshold": "1.00 USD" }), more);
    let vote = |actor: Value| json!({ "approval": approval, "actor": actor });
    let name = "approvals.set_policy";
    vec![
        row(
            "a threshold of 0 approvers",
            name,
            policy(json!({ "approvers": 0 })),
            "invalid_request",
            field("approvers"),
        ),
        row("nobody's role", name, policy(json!({ "role": "" })), "invalid_request", field("role")),
        row(
            "an approver without a role",
            "approvals.approve",
            vote(json!("ann")),
            "not_permitted",
            field("actor"),
        ),
        row(
            "an approver in another role",
            "approvals.approve",
            vote(json!({ "id": "ann", "role": "clerk" })),
            "not_permitted",
            field("actor"),
        ),
        row(
            "nobody approves",
            "approvals.approve",
            json!({ "approval": approval }),
            "invalid_request",
            field("actor"),
        ),
        row(
            "the requester approves",
            "approvals.approve",
            vote(json!({ "id": "alice", "role": "admin" })),
            "self_approval",
            ("approval", approval.into()),
        ),
    ]
}

every_store! {
    async fn every_line_has_its_code_and_writes_nothing(stage) {
        stage.funded("alice", "1000.00 USD").await;
        let deal = shipped(stage, json!({})).await;
        let over = shipped(stage, json!({})).await;
        stage.ok("escrow.confirm", json!({ "deal": over, "actor": "alice" })).await;
        let disputed = shipped(stage, json!({})).await;
        let dispute = json!({ "deal": disputed, "type": "other", "statement": "x", "actor": "alice" });
        let dispute = id(&stage.ok("escrow.dispute", dispute).await["dispute"]);
        let gate = json!({ "id": "large", "operation": "escrow.pay", "threshold": "100.00 USD", "approvers": 2 });
        stage.ok("approvals.set_policy", gate).await;
        let waiting = opened(stage, json!({})).await;
        let asked = stage.call("escrow.pay", json!({ "deal": waiting, "actor": "alice" })).await.unwrap_err();
        let approval = asked.details()["approval"].as_str().unwrap().to_owned();

        let rows = [offers(), too_much(&deal), late(&deal, &over), on_disputes(&dispute), on_approvals(&approval)];
        for Refusal { what, name, args, code, detail } in rows.into_iter().flatten() {
            let details = stage.no(name, args, code).await;
            assert_eq!(details[detail.0], detail.1, "{what}: {details}");
        }

        // a carrier that repeats itself changes nothing
        let delivered = stage.ok("escrow.deliver", json!({ "deal": deal })).await;
        let before = stage.state().await;
        let again = stage.ok("escrow.deliver", json!({ "deal": deal })).await;
        assert_eq!((&again["replayed"], &again["deal"]["version"]), (&true.into(), &delivered["deal"]["version"]));
        assert_eq!(stage.state().await, before);
    }

    /// A dispute can have so much evidence, and no more.
    async fn evidence_ends(stage) {
        stage.funded("alice", "100.00 USD").await;
        let deal = shipped(stage, json!({})).await;
        let dispute = json!({ "deal": deal, "type": "other", "statement": "x", "actor": "alice" });
        let dispute = id(&stage.ok("escrow.dispute", dispute).await["dispute"]);
        let piece = || json!({ "dispute": dispute, "kind": "note", "statement": "x".repeat(2_000), "actor": "alice" });
        for _ in 0..32 {
            stage.ok("escrow.add_evidence", piece()).await;
        }
        assert_eq!(stage.no("escrow.add_evidence", piece(), "condition_not_met").await["condition"], "evidence");
    }
}
