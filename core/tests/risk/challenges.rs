//! Challenges: a call that proves what a rule asks for passes, and its proof is used up.

use earnest::keyring::Keyring;

use crate::rule;
use crate::support::{Kind, Stage, Value, json, options};

const TRANSFER: &str = "ledger.transfer";
const PIN: &str = "4711";

async fn stages() -> Vec<Stage> {
    let mut stages = Vec::new();
    for kind in Kind::all() {
        let stage = Stage::with(kind, options().keyring(Keyring::for_tests())).await;
        let account = json!({ "account": "w-1", "currency": "USD", "owner": "u-1" });
        stage.ok("ledger.open_account", account).await;
        stage.funded("w-1", "1000.00 USD").await;
        stage.funded("bob", "1.00 USD").await;
        for subject in ["u-1", "u-2"] {
            stage.ok("credentials.set_pin", json!({ "subject": subject, "pin": PIN })).await;
        }
        stages.push(stage);
    }
    stages
}

/// Anything above so many dollars is asked about.
async fn above(stage: &Stage, id: &str, limit: &str, outcome: &str, more: Value) {
    let mut given = json!({ "id": id, "action": TRANSFER, "metric": "amount", "window": null,
        "limit": limit, "outcome": outcome });
    given.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    rule(stage, given).await;
}

async fn proof(stage: &Stage, subject: &str) -> Value {
    stage.ok("credentials.verify_pin", json!({ "subject": subject, "pin": PIN })).await["proof"].clone()
}

fn transfer(amount: &str) -> Value {
    json!({ "from": "w-1", "to": "bob", "amount": amount, "actor": "u-1" })
}

fn with(mut args: Value, proof: &Value) -> Value {
    args["proofs"] = json!([proof]);
    args
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_is_passed_with_a_proof_once() {
    for stage in stages().await {
        above(&stage, "ask", "10.00 USD", "challenge", json!({})).await;
        stage.ok(TRANSFER, transfer("10.00 USD")).await;
        let told = stage.no_matter(TRANSFER, transfer("10.01 USD"), "factor_required").await;
        assert_eq!(told["factors"], json!(["pin", "totp"]));
        for other in [json!("nothing"), proof(&stage, "u-2").await] {
            stage.no_matter(TRANSFER, with(transfer("11.00 USD"), &other), "factor_required").await;
        }
        let good = proof(&stage, "u-1").await;
        // what asks for nothing leaves it, and so does a refusal
        stage.ok(TRANSFER, with(transfer("9.00 USD"), &good)).await;
        above(&stage, "no", "20.00 USD", "block", json!({})).await;
        stage.no_matter(TRANSFER, with(transfer("21.00 USD"), &good), "velocity_blocked").await;
        stage.ok(TRANSFER, with(transfer("11.00 USD"), &good)).await;
        stage.no_matter(TRANSFER, with(transfer("11.00 USD"), &good), "factor_required").await;
        // of a factor that the rule does not name
        above(&stage, "ask", "10.00 USD", "challenge", json!({ "factors": ["totp"] })).await;
        let told = stage
            .no_matter(TRANSFER, with(transfer("11.00 USD"), &proof(&stage, "u-1").await), "factor_required")
            .await;
        assert_eq!(told["factors"], json!(["totp"]));
        // by the score
        stage.ok("risk.remove_rule", json!({ "id": "ask" })).await;
        stage.ok("risk.set_thresholds", json!({ "challenge": 50 })).await;
        let mut scored = transfer("5.00 USD");
        scored["risk_score"] = 50.into();
        stage.no_matter(TRANSFER, scored.clone(), "factor_required").await;
        let good = proof(&stage, "u-1").await;
        stage.ok(TRANSFER, with(scored.clone(), &good)).await;
        stage.no_matter(TRANSFER, with(scored, &good), "factor_required").await;
        stage.finish().await;
    }
}

/// One proof is good for all that ask for its factor in one call.
#[tokio::test(flavor = "multi_thread")]
async fn a_policy_and_a_rule_are_content_with_one_proof() {
    for stage in stages().await {
        let policy = json!({ "id": "pins", "operation": TRANSFER, "threshold": "5.00 USD", "require": ["pin"], "approvers": 0 });
        stage.ok("approvals.set_policy", policy).await;
        above(&stage, "ask", "10.00 USD", "challenge", json!({})).await;
        let good = proof(&stage, "u-1").await;
        stage.ok(TRANSFER, with(transfer("11.00 USD"), &good)).await;
        stage.no_matter(TRANSFER, with(transfer("11.00 USD"), &good), "factor_required").await;
        // whom a list allows is asked by the policy still
        stage.ok("risk.allow", json!({ "subject": "account", "value": "w-1", "reason": "x" })).await;
        let told = stage.no_matter(TRANSFER, transfer("11.00 USD"), "factor_required").await;
        assert_eq!(told["factors"], json!(["pin"]));
        stage.finish().await;
    }
}

/// Parked is proven: the same call waits without another proof, and is executed without one.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_proven_is_not_asked_for_again() {
    for stage in stages().await {
        above(&stage, "ask", "10.00 USD", "challenge", json!({})).await;
        above(&stage, "look", "20.00 USD", "review", json!({})).await;
        let admin = json!({ "id": "kim", "role": "admin" });
        let mut args = transfer("30.00 USD");
        args["key"] = "k-review".into();
        stage.no_matter(TRANSFER, args.clone(), "factor_required").await;
        let good = proof(&stage, "u-1").await;
        let told = stage.no_matter(TRANSFER, with(args.clone(), &good), "review_required").await;
        let mut other = with(args.clone(), &good);
        other["key"] = "k-other".into();
        stage.no_matter(TRANSFER, other, "factor_required").await;
        let again = stage.no_matter(TRANSFER, args.clone(), "review_required").await;
        assert_eq!(again["review"], told["review"]);
        let policy = json!({ "id": "two", "operation": TRANSFER, "threshold": "25.00 USD", "approvers": 1 });
        stage.ok("approvals.set_policy", policy).await;
        let agree = json!({ "review": told["review"], "actor": admin });
        let tried = stage.ok("risk.approve_review", agree).await;
        assert_eq!(tried["error"]["code"], "approval_required", "{tried}");
        stage.no_matter(TRANSFER, args.clone(), "approval_required").await;
        let approve = json!({ "approval": tried["error"]["details"]["approval"], "actor": admin });
        assert_eq!(stage.ok("approvals.approve", approve).await["executed"], true);
        assert_eq!(stage.ok(TRANSFER, args).await["replayed"], true);
        // the same where only an approval parks it
        stage.ok("risk.remove_rule", json!({ "id": "look" })).await;
        let mut args = transfer("40.00 USD");
        args["key"] = "k-approval".into();
        let good = proof(&stage, "u-1").await;
        let told = stage.no_matter(TRANSFER, with(args.clone(), &good), "approval_required").await;
        stage.no_matter(TRANSFER, args.clone(), "approval_required").await;
        let mut other = with(transfer("11.00 USD"), &good);
        other["key"] = "k-third".into();
        stage.no_matter(TRANSFER, other, "factor_required").await;
        let approve = json!({ "approval": told["approval"], "actor": admin });
        assert_eq!(stage.ok("approvals.approve", approve).await["executed"], true);
        assert_eq!(stage.balance("w-1").await, "930.00 0.00 930.00");
        stage.finish().await;
    }
}
