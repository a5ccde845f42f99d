//! Factors that a policy requires: who proves them, for what, once, and for how long.

#![cfg(all(feature = "sqlite", feature = "postgres", feature = "host-sqlx"))]

use earnest::api::operations::call;
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
        let policy = json!({ "id": "pins", "operation": "ledger.transfer", "threshold": "100.00 USD", "require": ["pin"], "approvers": 0 });
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

/// A proof was taken only from the one who gives most.
#[tokio::test(flavor = "multi_thread")]
async fn a_proof_of_the_smaller_payer_is_good() {
    for stage in stages().await {
        let account = json!({ "account": "w-2", "currency": "USD", "owner": "u-2" });
        stage.ok("ledger.open_account", account).await;
        stage.funded("w-2", "50.00 USD").await;
        let policy = json!({ "id": "posts", "operation": "ledger.post", "threshold": "1.00 USD", "require": ["pin"], "approvers": 0 });
        stage.ok("approvals.set_policy", policy).await;
        let leg = |account: &str, amount: &str| json!({ "account": account, "amount": amount });
        let legs = [leg("w-1", "-30.00 USD"), leg("w-2", "-10.00 USD"), leg("bob", "40.00 USD")];
        for subject in ["u-2", "u-1"] {
            let good = proof(&stage, subject, Value::Null).await;
            stage.ok("ledger.post", with(json!({ "postings": legs }), &good)).await;
        }
        stage.finish().await;
    }
}

/// Operations may have the same fields: a proof for one of them is good for no other.
#[tokio::test(flavor = "multi_thread")]
async fn a_proof_for_one_operation_is_good_for_no_other() {
    for stage in stages().await {
        for operation in ["ledger.hold", "ledger.deduct"] {
            let policy = json!({ "id": operation, "operation": operation, "threshold": "1.00 USD", "require": ["pin"], "approvers": 0 });
            stage.ok("approvals.set_policy", policy).await;
        }
        let args = json!({ "account": "w-1", "amount": "100.00 USD" });
        let asks =
            json!({ "subject": "u-1", "pin": PIN, "for": { "operation": "ledger.hold", "args": args } });
        let only = stage.ok("credentials.verify_pin", asks).await["proof"].clone();
        stage.no_matter("ledger.deduct", with(args.clone(), &only), "factor_required").await;
        stage.ok("ledger.hold", with(args.clone(), &only)).await;
        for operation in
            ["ledger.steal", "ledger.balance", "credentials.verify_pin", "credentials.verify_totp"]
        {
            let asks =
                json!({ "subject": "u-1", "pin": PIN, "for": { "operation": operation, "args": args } });
            stage.bad("credentials.verify_pin", asks, "invalid_request", "for.operation").await;
        }
        stage.finish().await;
    }
}

/// A call that waits is asked for what is required since it was parked, when it comes again.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_required_since_a_call_was_parked_is_asked_for() {
    for stage in stages().await {
        let rule = json!({ "id": "look", "action": "ledger.transfer", "subject": "account", "metric": "amount",
            "limit": "99.00 USD", "outcome": "review" });
        stage.ok("risk.set_rule", rule).await;
        let mut args = transfer("100.00 USD");
        args["key"] = "k".into();
        stage.no_matter("ledger.transfer", args.clone(), "review_required").await;
        stage.ok("risk.remove_rule", json!({ "id": "look" })).await;
        let policy = json!({ "id": "pins", "operation": "ledger.transfer", "threshold": "100.00 USD", "require": ["pin"], "approvers": 0 });
        stage.ok("approvals.set_policy", policy).await;
        stage.no_matter("ledger.transfer", args.clone(), "factor_required").await;
        let good = proof(&stage, "u-1", Value::Null).await;
        stage.ok("ledger.transfer", with(args, &good)).await;
        stage.finish().await;
    }
}

/// An approval that has expired and is asked for again has none of the proofs that it had before: what was
/// proven then proves nothing of the call that waits now.
#[tokio::test(flavor = "multi_thread")]
async fn an_approval_that_is_opened_again_has_no_old_proofs() {
    for stage in stages().await {
        let policy = |more: Value| {
            let mut policy = json!({ "id": "both", "operation": "ledger.transfer", "threshold": "100.00 USD",
                "approvers": 1, "expires_in": "PT1H" });
            policy.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            policy
        };
        stage.ok("approvals.set_policy", policy(json!({ "require": ["pin"] }))).await;
        let mut args = transfer("100.00 USD");
        args["key"] = "k".into();
        args["actor"] = "u-1".into();
        let good = proof(&stage, "u-1", Value::Null).await;
        let first = stage.no_matter("ledger.transfer", with(args.clone(), &good), "approval_required").await;
        stage.no_matter("ledger.transfer", args.clone(), "approval_required").await;
        stage.clock.advance("PT2H".parse().unwrap());
        // consent alone is asked for now, so that it is opened again without a proof
        stage.ok("approvals.set_policy", policy(json!({}))).await;
        let again = stage.no_matter("ledger.transfer", args.clone(), "approval_required").await;
        assert_eq!(again["approval"], first["approval"]);
        let shown = stage.ok("approvals.get", json!({ "approval": again["approval"] })).await;
        assert_eq!(shown["state"], "pending", "{shown}");
        // with the proof of the first time it would wait as one that has proven it
        let pins = json!({ "id": "pins", "require": ["pin"], "approvers": 0 });
        let mut pins = policy(pins);
        pins.as_object_mut().unwrap().remove("expires_in");
        stage.ok("approvals.set_policy", pins).await;
        let missing = stage.no_matter("ledger.transfer", args, "factor_required").await;
        assert_eq!(missing["factors"], json!(["pin"]), "{:?}", stage.kind);
        stage.finish().await;
    }
}

/// In one transaction of a host a proof that a parked call has brought is used by another: nobody is asked
/// about a call whose proof is gone.
#[tokio::test(flavor = "multi_thread")]
async fn one_proof_parks_one_call_of_a_host() {
    for stage in stages().await {
        if stage.kind == Kind::Memory {
            continue;
        }
        let rule = json!({ "id": "look", "action": "ledger.transfer", "subject": "account", "metric": "amount",
            "limit": "200.00 USD", "outcome": "review" });
        stage.ok("risk.set_rule", rule).await;
        let policy = json!({ "id": "pins", "operation": "ledger.transfer", "threshold": "100.00 USD", "require": ["pin"], "approvers": 0 });
        stage.ok("approvals.set_policy", policy).await;
        let good = proof(&stage, "u-1", Value::Null).await;
        let keyed = |amount: &str, key: &str| {
            let mut args = with(transfer(amount), &good);
            args["key"] = key.into();
            args
        };
        let (large, small) = (keyed("300.00 USD", "large"), keyed("150.00 USD", "small"));
        macro_rules! in_transaction {
            ($tx:expr) => {{
                let mut tx = $tx;
                let bound = stage.bank.using(&mut tx).unwrap();
                let refused = call(&bound, "ledger.transfer", large).await.unwrap_err();
                assert_eq!(refused.code().as_str(), "review_required");
                call(&bound, "ledger.transfer", small).await.unwrap();
                drop(bound);
                tx.commit().await.unwrap();
            }};
        }
        if stage.kind == Kind::Postgres {
            let pool = sqlx::PgPool::connect(&stage.url).await.unwrap();
            in_transaction!(pool.begin().await.unwrap());
            pool.close().await;
        } else {
            let file = stage.url.strip_prefix("sqlite:").unwrap();
            let pool =
                sqlx::SqlitePool::connect_with(sqlx::sqlite::SqliteConnectOptions::new().filename(file));
            let pool = pool.await.unwrap();
            in_transaction!(pool.begin_with("BEGIN IMMEDIATE").await.unwrap());
            pool.close().await;
        }
        // what was written of it is a decision, and no review: both would be one commit
        let mut decisions = 0;
        for _ in 0..500 {
            let found = stage.ok("risk.decisions", json!({ "outcome": "review" })).await;
            decisions = found["items"].as_array().unwrap().len();
            if decisions > 0 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        assert_eq!(decisions, 1, "{:?}", stage.kind);
        assert_eq!(stage.ok("risk.reviews", json!({})).await["items"], json!([]), "{:?}", stage.kind);
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
        // a factor takes no approver away
        assert_eq!(set["policy"]["approvers"], 2);
        let alone = json!({ "require": ["totp", "pin"], "approvers": 0 });
        assert_eq!(stage.ok("approvals.set_policy", policy(alone)).await["policy"]["approvers"], 0);
        let needed = stage.no_matter("ledger.transfer", transfer("2.00 USD"), "factor_required").await;
        assert_eq!(needed["factors"], json!(["pin", "totp"]));
        let many: Vec<String> = (0..5).map(|n| format!("p.{n}.x")).collect();
        let mut args = transfer("2.00 USD");
        args["proofs"] = json!(many);
        stage.bad("ledger.transfer", args, "invalid_request", "proofs").await;
        stage.finish().await;
    }
}

/// A policy can require factors of a call that takes no money too, by the full name of its effect. It asks
/// for nobody's approval, and cannot be about calls that set the guard itself.
#[tokio::test(flavor = "multi_thread")]
async fn a_policy_requires_a_factor_of_what_takes_no_money() {
    for stage in stages().await {
        let set = "approvals.set_policy";
        let policy = |effect: &str, more: Value| {
            let mut policy =
                json!({ "id": effect.replace('*', "all"), "operation": effect, "threshold": "0.00 USD" });
            policy.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            policy
        };
        let pin = || json!({ "require": ["pin"] });
        stage
            .ok("vault.put", json!({ "subject": "u-1", "name": "card", "value": "4111", "actor": "u-1" }))
            .await;
        let hold = stage
            .ok("ledger.hold", json!({ "account": "w-1", "amount": "1.00 USD", "key": "h", "actor": "u-1" }))
            .await;
        for effect in ["vault.reveal", "vault.put", "ledger.void", "escrow.open", "account"] {
            assert_eq!(stage.ok(set, policy(effect, pin())).await["policy"]["approvers"], 0);
        }
        let calls = [
            ("vault.reveal", json!({ "subject": "u-1", "name": "card" })),
            ("vault.put", json!({ "subject": "u-1", "name": "card", "value": "4242" })),
            ("ledger.void", json!({ "hold": hold["hold"]["id"] })),
            ("escrow.open", json!({ "buyer": "w-1", "seller": "bob", "price": "1.00 USD", "key": "d" })),
            ("ledger.open_account", json!({ "account": "u-1", "currency": "EUR" })),
        ];
        for (operation, mut args) in calls {
            args["actor"] = "u-1".into();
            let told = stage.ok("risk.evaluate", json!({ "action": operation, "args": args })).await;
            assert_eq!(told["factors"], json!(["pin"]), "{operation}");
            let missing = stage.no_matter(operation, args.clone(), "factor_required").await;
            assert_eq!(missing["factors"], json!(["pin"]), "{operation}");
            let good = proof(&stage, "u-1", Value::Null).await;
            stage.ok(operation, with(args.clone(), &good)).await;
            let mut again = with(args, &good);
            if operation == "vault.reveal" {
                stage.no_matter(operation, again, "factor_required").await;
            } else if operation == "vault.put" {
                again["value"] = "4343".into();
                stage.no_matter(operation, again, "factor_required").await;
            }
        }
        let alone = [
            ("vault.reveal", json!({})),
            ("vault.reveal", json!({ "require": ["pin"], "approvers": 1 })),
            ("vault.*", pin()),
            ("approval", pin()),
            ("risk", pin()),
            ("credentials.set", pin()),
            ("ledger.open_account", pin()),
            ("read", pin()),
        ];
        for (effect, more) in alone {
            stage.bad(set, policy(effect, more), "invalid_request", "operation").await;
        }
        stage.finish().await;
    }
}

/// `evaluate` says which factors a call must prove first, by the amount it takes. No list lifts them.
#[tokio::test(flavor = "multi_thread")]
async fn evaluate_says_which_factors_are_required() {
    for stage in stages().await {
        let told = async |action: &str, args: Value| {
            let told = stage.ok("risk.evaluate", json!({ "action": action, "args": args })).await;
            (told["outcome"].as_str().unwrap().to_owned(), told["factors"].clone())
        };
        let of = |outcome: &str, factors: &[&str]| (outcome.to_owned(), json!(factors));
        let policies = [
            json!({ "id": "pins", "operation": "ledger.*", "threshold": "100.00 USD", "require": ["pin"], "approvers": 0 }),
            json!({ "id": "pays", "operation": "escrow.pay", "threshold": "50.00 USD", "require": ["totp"], "approvers": 0 }),
            json!({ "id": "hot", "operation": "treasury.*", "threshold": "1.00 USD", "require": ["totp"], "approvers": 0 }),
        ];
        for policy in policies {
            stage.ok("approvals.set_policy", policy).await;
        }
        assert_eq!(told("ledger.transfer", transfer("99.99 USD")).await, of("allow", &[]));
        assert_eq!(told("ledger.transfer", transfer("100.00 USD")).await, of("challenge", &["pin"]));
        stage.no_matter("ledger.transfer", transfer("100.00 USD"), "factor_required").await;
        let enters = json!({ "account": "w-1", "amount": "500.00 USD" });
        assert_eq!(told("ledger.top_up", enters).await, of("allow", &[]));
        let tier = json!({ "account": "till", "currency": "USD", "tier": "hot" });
        stage.funded("till", "100.00 USD").await;
        stage.ok("treasury.set_account", tier).await;
        let swept = json!({ "account": "till", "amount": "100.00 USD" });
        assert_eq!(told("ledger.deduct", swept).await, of("challenge", &["pin", "totp"]));
        for (price, expected) in [("49.99 USD", of("allow", &[])), ("50.00 USD", of("challenge", &["totp"]))]
        {
            let open = json!({ "buyer": "w-1", "seller": "bob", "price": price });
            let deal = stage.ok("escrow.open", open).await["deal"]["id"].clone();
            assert_eq!(told("escrow.pay", json!({ "deal": deal })).await, expected, "{:?}", stage.kind);
        }
        // a treasury that pays for a deal pays all the same
        let open = json!({ "buyer": "till", "seller": "bob", "price": "1.00 USD" });
        let deal = stage.ok("escrow.open", open).await["deal"]["id"].clone();
        assert_eq!(
            told("escrow.pay", json!({ "deal": deal })).await,
            of("challenge", &["totp"]),
            "{:?}",
            stage.kind
        );
        stage.no_matter("escrow.pay", json!({ "deal": deal }), "factor_required").await;
        let allow = json!({ "subject": "account", "value": "w-1", "reason": "a friend" });
        stage.ok("risk.allow", allow.clone()).await;
        assert_eq!(told("ledger.transfer", transfer("100.00 USD")).await, of("challenge", &["pin"]));
        stage.ok("risk.unlist", json!({ "subject": "account", "value": "w-1" })).await;
        let rule = json!({ "id": "r", "action": "ledger.transfer", "subject": "account", "metric": "count",
            "window": "P1D", "limit": 0, "outcome": "challenge", "factors": ["totp"] });
        stage.ok("risk.set_rule", rule.clone()).await;
        assert_eq!(told("ledger.transfer", transfer("1.00 USD")).await, of("challenge", &["totp"]));
        assert_eq!(told("ledger.transfer", transfer("100.00 USD")).await, of("challenge", &["pin", "totp"]));
        let mut block = rule;
        block["outcome"] = "block".into();
        block.as_object_mut().unwrap().remove("factors");
        stage.ok("risk.set_rule", block).await;
        assert_eq!(told("ledger.transfer", transfer("100.00 USD")).await, of("block", &["pin"]));
        stage.finish().await;
    }
}

/// A proof of another signature is none for this one; its own is.
#[cfg(feature = "signing")]
async fn bound_proofs(stage: &Stage, name: &str, args: &Value, key: &Value) {
    let mut only = args.clone();
    only.as_object_mut().unwrap().remove("actor");
    let other = ("signing.sign_message", json!({ "key": key, "message": "another" }));
    for ((of, bound), code) in [(&other, "factor_required"), (&(name, only), "ok")] {
        let asks = json!({ "subject": "clerk", "pin": PIN, "for": { "operation": of, "args": bound } });
        let good = stage.ok("credentials.verify_pin", asks).await["proof"].clone();
        let made = stage.call(name, with(args.clone(), &good)).await;
        assert_eq!(crate::support::code(&made), code, "{of} for {name}");
    }
}

/// A policy that covers signatures asks whoever signs for a proof, once each; what is refused signs nothing.
#[cfg(feature = "signing")]
#[tokio::test(flavor = "multi_thread")]
async fn a_policy_requires_a_factor_of_a_signature() {
    for stage in stages().await {
        let policy = |more: Value| {
            let mut policy = json!({ "id": "keys", "operation": "signing.sign", "threshold": "1000000.00 USD", "require": ["pin"] });
            policy.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            policy
        };
        let set = "approvals.set_policy";
        stage.bad(set, policy(json!({ "approvers": 1 })), "invalid_request", "approvers").await;
        stage.bad(set, policy(json!({ "require": [] })), "invalid_request", "approvers").await;
        let by_name = policy(json!({ "operation": "signing.sign_message" }));
        stage.bad(set, by_name, "invalid_request", "operation").await;
        let key = stage.ok("signing.create_key", json!({})).await["key"].clone();
        let clerk = json!({ "id": "clerk", "role": "system" });
        stage.ok("credentials.set_pin", json!({ "subject": "clerk", "pin": PIN })).await;
        let typed = json!({
            "types": { "Note": [{ "name": "text", "type": "string" }] },
            "primaryType": "Note", "domain": { "name": "Shop" }, "message": { "text": "paid" },
        });
        let tx = json!({ "chain_id": "137", "nonce": "1", "to": "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "value": "5", "gas_limit": "21000", "max_fee_per_gas": "30", "max_priority_fee_per_gas": "1" });
        let calls = [
            ("signing.sign_message", json!({ "key": key, "message": "paid", "actor": clerk })),
            ("signing.sign_typed_data", json!({ "key": key, "typed_data": typed, "actor": clerk })),
            ("signing.sign_transaction", json!({ "key": key, "tx": tx, "actor": clerk })),
        ];
        stage.ok(set, policy(json!({}))).await;
        for (name, args) in &calls {
            let missing = stage.no_matter(name, args.clone(), "factor_required").await;
            assert_eq!(missing["factors"], json!(["pin"]));
            let told = stage.ok("risk.evaluate", json!({ "action": name, "args": args })).await;
            assert_eq!((&told["outcome"], &told["factors"]), (&json!("challenge"), &json!(["pin"])));
            let other = proof(&stage, "u-2", Value::Null).await;
            stage.no_matter(name, with(args.clone(), &other), "factor_required").await;
            bound_proofs(&stage, name, args, &key).await;
            let good = proof(&stage, "clerk", Value::Null).await;
            stage.ok(name, with(args.clone(), &good)).await;
            stage.no_matter(name, with(args.clone(), &good), "factor_required").await;
        }
        // what the key's own policy refuses uses no proof up
        let allowed = json!({ "key": key, "chain_ids": ["137"], "messages": true });
        stage.ok("signing.set_key_policy", allowed).await;
        let good = proof(&stage, "clerk", Value::Null).await;
        stage.no_matter(calls[2].0, with(calls[2].1.clone(), &good), "not_permitted").await;
        let (name, args) = (calls[0].0, with(calls[0].1.clone(), &good));
        let at_once = (0..32).map(|_| {
            let (bank, args) = (stage.bank.clone(), args.clone());
            async move { bank.call(name, args).await }
        });
        let counts = tally(&all_at_once(at_once).await);
        assert_eq!(counts, [("ok", 1), ("factor_required", 31)].into(), "{:?}", stage.kind);
        let keys = stage.ok("signing.keys", json!({})).await;
        assert_eq!(keys["items"][0]["signed"], 7);
        // a family and all have signatures in them, whatever their threshold
        for operation in ["signing.*", "*"] {
            stage.ok(set, policy(json!({ "operation": operation }))).await;
            stage.no_matter(name, calls[0].1.clone(), "factor_required").await;
        }
        stage.ok("approvals.remove_policy", json!({ "id": "keys" })).await;
        stage.ok(name, calls[0].1.clone()).await;
        stage.finish().await;
    }
}

/// So many proofs wait at once: whoever asks for more is told when there is room, and none that is good is
/// dropped.
#[tokio::test(flavor = "multi_thread")]
async fn a_proof_is_good_for_its_two_minutes_whatever_comes_after_it() {
    let stage = Stage::with(Kind::Memory, options().keyring(Keyring::for_tests())).await;
    let account = json!({ "account": "w-1", "currency": "USD", "owner": "u-1" });
    stage.ok("ledger.open_account", account).await;
    stage.funded("w-1", "1000.00 USD").await;
    stage.funded("bob", "1.00 USD").await;
    stage.ok("credentials.set_pin", json!({ "subject": "u-1", "pin": PIN })).await;
    let policy = json!({ "id": "pins", "operation": "ledger.transfer", "threshold": "0.00 USD", "require": ["pin"],
        "approvers": 0 });
    stage.ok("approvals.set_policy", policy).await;
    let first = proof(&stage, "u-1", Value::Null).await;
    stage.clock.advance("PT30S".parse().unwrap());
    for _ in 1..32 {
        proof(&stage, "u-1", Value::Null).await;
    }
    for pin in [PIN, "4712"] {
        let check = json!({ "subject": "u-1", "pin": pin });
        let told = stage.no_matter("credentials.verify_pin", check, "rate_limited").await;
        assert_eq!((&told["rule"], &told["retry_after"]), (&json!("proofs"), &json!(90)));
    }
    stage.ok("ledger.transfer", with(transfer("1.00 USD"), &first)).await;
    // a place is free, and no attempt was used
    proof(&stage, "u-1", Value::Null).await;
    let change = json!({ "subject": "u-1", "pin": "2580", "current": PIN });
    stage.ok("credentials.set_pin", change).await;
    stage.finish().await;
}

/// Keys themselves, too: who makes one, brings one, says what it may sign, or rotates those of the vault.
#[cfg(feature = "signing")]
#[tokio::test(flavor = "multi_thread")]
async fn a_policy_requires_a_factor_of_operations_on_keys() {
    for stage in stages().await {
        stage.ok("credentials.set_pin", json!({ "subject": "clerk", "pin": PIN })).await;
        stage.ok("vault.put", json!({ "subject": "u-1", "name": "card", "value": "4111" })).await;
        let host = json!({ "address": "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed" });
        let key = stage.ok("signing.import_key", host.clone()).await["key"].clone();
        for effect in ["signing.key", "vault.rotate"] {
            let policy =
                json!({ "id": effect, "operation": effect, "threshold": "0.00 USD", "require": ["pin"] });
            stage.ok("approvals.set_policy", policy).await;
        }
        for (operation, mut args) in [
            ("signing.create_key", json!({})),
            ("signing.import_key", host),
            ("signing.import_key", json!({ "private_key": format!("0x{}", "46".repeat(32)) })),
            ("signing.set_key_policy", json!({ "key": key, "chain_ids": ["1"] })),
            ("vault.rotate", json!({})),
            ("vault.rotate", json!({ "subject": "u-1" })),
        ] {
            args["actor"] = json!({ "id": "clerk", "role": "system" });
            let missing = stage.no_matter(operation, args.clone(), "factor_required").await;
            assert_eq!(missing["factors"], json!(["pin"]), "{operation}");
            let other = proof(&stage, "u-2", Value::Null).await;
            stage.no_matter(operation, with(args.clone(), &other), "factor_required").await;
            let good = proof(&stage, "clerk", Value::Null).await;
            stage.ok(operation, with(args.clone(), &good)).await;
            stage.no_matter(operation, with(args.clone(), &good), "factor_required").await;
            // one for another call of the operation is none for this one, which its own lets through once
            let mut own = args.clone();
            own.as_object_mut().unwrap().remove("actor");
            let other = match operation {
                "vault.rotate" => json!({ "subject": "u-2" }),
                "signing.import_key" => json!({ "private_key": format!("0x{}", "47".repeat(32)) }),
                "signing.set_key_policy" => json!({ "key": key, "chain_ids": ["2"] }),
                _ => json!({ "label": "another" }),
            };
            for (bound, code) in [(other, "factor_required"), (own, "ok")] {
                let asks = json!({ "subject": "clerk", "pin": PIN, "for": { "operation": operation, "args": bound } });
                let only = stage.ok("credentials.verify_pin", asks).await["proof"].clone();
                let told = stage.call(operation, with(args.clone(), &only)).await;
                assert_eq!(crate::support::code(&told), code, "{operation} {args}");
                stage.no_matter(operation, with(args.clone(), &only), "factor_required").await;
            }
        }
        stage.finish().await;
    }
}
