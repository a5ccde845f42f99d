//! Factors that a policy requires: who proves them, for what, once, and for how long.

#![cfg(all(feature = "sqlite", feature = "postgres", feature = "host-sqlx"))]

use earnest::keyring::Keyring;

use crate::support::{Kind, Stage, Value, all_at_once, json, options, tally};

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

async fn proof(stage: &Stage, subject: &str, only: Value) -> Value {
    let mut args = json!({ "subject": subject, "pin": PIN });
    if !only.is_null() {
        args["for"] = json!({ "operation": "ledger.transfer", "args": only });
    }
    stage.ok("credentials.verify_pin", args).await["proof"].clone()
}

fn transfer(amount: &str) -> Value {
    json!({ "from": "w-1", "to": "bob", "amount": amount })
}

fn with(mut args: Value, proof: &Value) -> Value {
    args["proofs"] = json!([proof]);
    args
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_requires_a_factor_and_a_proof_is_good_once() {
    for stage in stages().await {
        let policy = json!({ "id": "pins", "operation": "ledger.transfer", "threshold": "100.00 USD", "require": ["pin"] });
        stage.ok("approvals.set_policy", policy).await;
        stage.ok("ledger.transfer", transfer("99.99 USD")).await;
        let missing = stage.no_matter("ledger.transfer", transfer("100.00 USD"), "factor_required").await;
        assert_eq!(missing["factors"], json!(["pin"]));
        for other in [json!("p.x.y"), json!("nothing"), proof(&stage, "u-2", Value::Null).await] {
            stage.no_matter("ledger.transfer", with(transfer("100.00 USD"), &other), "factor_required").await;
        }
        let good = proof(&stage, "u-1", Value::Null).await;
        // a refusal does not use it up
        stage
            .no_matter("ledger.transfer", with(transfer("9000.00 USD"), &good), "insufficient_balance")
            .await;
        stage.ok("ledger.transfer", with(transfer("100.00 USD"), &good)).await;
        stage.no_matter("ledger.transfer", with(transfer("100.00 USD"), &good), "factor_required").await;
        // for one request, and no other
        let only = proof(&stage, "u-1", transfer("150.00 USD")).await;
        stage.no_matter("ledger.transfer", with(transfer("151.00 USD"), &only), "factor_required").await;
        stage.ok("ledger.transfer", with(transfer("150.00 USD"), &only)).await;
        // two minutes, without the end
        let late = proof(&stage, "u-1", Value::Null).await;
        stage.clock.advance("PT2M".parse().unwrap());
        stage.no_matter("ledger.transfer", with(transfer("100.00 USD"), &late), "factor_required").await;
        let early = proof(&stage, "u-1", Value::Null).await;
        stage.clock.advance("PT1M59.999999S".parse().unwrap());
        stage.ok("ledger.transfer", with(transfer("100.00 USD"), &early)).await;
        // many calls with one proof at once: one takes place
        let one = proof(&stage, "u-1", Value::Null).await;
        let calls = (0..32).map(|n| {
            let (bank, mut args) = (stage.bank.clone(), with(transfer("100.00 USD"), &one));
            args["key"] = format!("at-once-{n}").into();
            async move { bank.call("ledger.transfer", args).await }
        });
        let counts = tally(&all_at_once(calls).await);
        assert_eq!(
            (counts.get("ok"), counts.get("factor_required")),
            (Some(&1), Some(&31)),
            "{:?}",
            stage.kind
        );
        stage.finish().await;
    }
}

/// A call that others must approve is proven when it is parked, and not again when it is executed.
#[tokio::test(flavor = "multi_thread")]
async fn a_parked_call_uses_its_proof_up() {
    for stage in stages().await {
        let policy = json!({
            "id": "both", "operation": "ledger.transfer", "threshold": "100.00 USD", "require": ["pin"], "approvers": 1,
        });
        stage.ok("approvals.set_policy", policy).await;
        let mut args = transfer("100.00 USD");
        args["key"] = "k".into();
        args["actor"] = "u-1".into();
        stage.no_matter("ledger.transfer", args.clone(), "factor_required").await;
        let good = proof(&stage, "u-1", Value::Null).await;
        let parked = stage.no_matter("ledger.transfer", with(args.clone(), &good), "approval_required").await;
        // parked is proven: the same call waits, another one needs a proof of its own
        stage.no_matter("ledger.transfer", args.clone(), "approval_required").await;
        let mut other = with(args.clone(), &good);
        other["key"] = "k-2".into();
        stage.no_matter("ledger.transfer", other, "factor_required").await;
        let approve = json!({ "approval": parked["approval"], "actor": { "id": "kim", "role": "admin" } });
        assert_eq!(stage.ok("approvals.approve", approve).await["executed"], true);
        assert_eq!(stage.ok("ledger.transfer", args).await["replayed"], true);
        stage.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn policies_that_require_nothing_or_something_unknown_are_refused() {
    for stage in stages().await {
        let policy = |more: Value| {
            let mut policy = json!({ "id": "p", "operation": "ledger.transfer", "threshold": "1.00 USD" });
            policy.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            policy
        };
        stage
            .bad("approvals.set_policy", policy(json!({ "require": ["face"] })), "invalid_request", "require")
            .await;
        stage
            .bad("approvals.set_policy", policy(json!({ "approvers": 0 })), "invalid_request", "approvers")
            .await;
        let set = stage.ok("approvals.set_policy", policy(json!({ "require": ["totp", "pin"] }))).await;
        assert_eq!(set["policy"]["require"], json!(["pin", "totp"]));
        let needed = stage.no_matter("ledger.transfer", transfer("2.00 USD"), "factor_required").await;
        assert_eq!(needed["factors"], json!(["pin", "totp"]));
        let many: Vec<String> = (0..5).map(|n| format!("p.{n}.x")).collect();
        let mut args = transfer("2.00 USD");
        args["proofs"] = json!(many);
        stage.bad("ledger.transfer", args, "invalid_request", "proofs").await;
        stage.finish().await;
    }
}
