//! The order of verdicts: where two stand against one call, the earlier one speaks. Every pair is tried.

use earnest::keyring::Keyring;

use crate::rule;
use crate::support::{Kind, Stage, Value, json, options};

/// A call that is made while something stands against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Op {
    Pay,
    Capture,
}

/// Obstacles to each call in the order of the contract, each with its refusal.
const AGAINST_PAY: [(&str, &str); 14] = [
    ("shape", "invalid_request"),
    ("key", "idempotency_mismatch"),
    ("list", "blocked"),
    ("absent", "deal_not_found"),
    ("state", "transition_not_allowed"),
    ("who", "not_permitted"),
    ("status", "account_locked"),
    ("funds", "insufficient_balance"),
    ("factor", "factor_required pin"),
    ("rate", "rate_limited"),
    ("block", "velocity_blocked"),
    ("challenge", "factor_required totp"),
    ("review", "review_required"),
    ("approval", "approval_required"),
];
const AGAINST_CAPTURE: [(&str, &str); 13] = [
    ("shape", "invalid_request"),
    ("key", "idempotency_mismatch"),
    ("absent", "hold_not_found"),
    ("state", "hold_closed"),
    ("who", "not_permitted"),
    ("bounds", "capture_exceeds_hold"),
    ("status", "account_locked"),
    ("factor", "factor_required pin"),
    ("rate", "rate_limited"),
    ("block", "velocity_blocked"),
    ("challenge", "factor_required totp"),
    ("review", "review_required"),
    ("approval", "approval_required"),
];

impl Op {
    const fn name(self) -> &'static str {
        match self {
            Self::Pay => "escrow.pay",
            Self::Capture => "ledger.capture",
        }
    }

    const fn against(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Pay => &AGAINST_PAY,
            Self::Capture => &AGAINST_CAPTURE,
        }
    }

    /// Makes the object of the call: a deal or a hold of five dollars.
    async fn object(self, stage: &Stage, account: &str) -> Value {
        match self {
            Self::Pay => {
                let open = json!({ "buyer": account, "seller": "shop", "price": "5.00 USD" });
                stage.ok("escrow.open", open).await["deal"]["id"].clone()
            }
            Self::Capture => stage.held(account, "5.00 USD").await.into(),
        }
    }

    fn args(self, object: &Value, to: &str) -> Value {
        match self {
            Self::Pay => json!({ "deal": object }),
            Self::Capture => json!({ "hold": object, "to": to, "amount": "2.00 USD" }),
        }
    }

    async fn ends(self, stage: &Stage, object: &Value) {
        match self {
            Self::Pay => stage.ok("escrow.cancel", json!({ "deal": object, "actor": system() })).await,
            Self::Capture => stage.ok("ledger.void", json!({ "hold": object })).await,
        };
    }
}

fn system() -> Value {
    json!({ "id": "clerk", "role": "admin" })
}

/// The rules of both calls, each about a field of the metadata, so that a call is told what it asks for.
async fn rules(stage: &Stage) {
    for op in [Op::Pay, Op::Capture] {
        let (action, short) = (op.name(), if op == Op::Pay { "p" } else { "c" });
        for outcome in ["block", "challenge", "review"] {
            let mut given = json!({ "id": format!("{short}-{outcome}"), "action": action, "limit": 0,
                "subject": format!("meta.{outcome}"), "outcome": outcome });
            if outcome == "challenge" {
                given["factors"] = json!(["totp"]);
            }
            rule(stage, given).await;
        }
        let rate = json!({ "id": format!("{short}-rate"), "action": action, "subject": "meta.rate",
            "limit": 1, "per": "P1D" });
        stage.ok("risk.set_rate", rate).await;
    }
    for account in ["shop", "till"] {
        stage.funded(account, "100000.00 USD").await;
    }
    stage.ok("ledger.top_up", json!({ "account": "shop", "amount": "1.00 USD", "key": "used" })).await;
}

/// The answer to a call against which these stand.
async fn answer(stage: &Stage, op: Op, faults: &[&str]) -> String {
    let is = |fault: &str| faults.contains(&fault);
    let n = stage.key();
    let (account, person, payee) = (format!("b-{n}"), format!("p-{n}"), format!("s-{n}"));
    for (account, owner) in [(&account, &person), (&payee, &payee)] {
        let open = json!({ "account": account, "currency": "USD", "owner": owner });
        stage.ok("ledger.open_account", open).await;
    }
    stage.funded(&account, if is("funds") { "1.00 USD" } else { "50.00 USD" }).await;
    let object = op.object(stage, &account).await;
    let absent =
        if op == Op::Pay { "dl_" } else { "hd_" }.to_owned() + "01890a5d-ac96-774b-bcce-b302099a8057";
    let named = if is("absent") { Value::from(absent) } else { object.clone() };
    let actor = if is("who") { format!("stranger-{n}") } else { person };
    let mut args = op.args(&named, &payee);
    args["actor"] = actor.as_str().into();
    args["key"] = if is("key") { "used".into() } else { format!("call-{n}").into() };
    let mut metadata = json!({});
    for field in ["block", "challenge", "review", "rate"] {
        if is(field) {
            metadata[field] = n.as_str().into();
        }
    }
    if is("rate") {
        let other = op.object(stage, "till").await;
        let mut first = op.args(&other, "shop");
        first["metadata"] = json!({ "rate": n });
        first["actor"] = json!({ "id": "till" });
        first["key"] = format!("first-{n}").into();
        stage.ok(op.name(), first).await;
    }
    args["metadata"] = metadata;
    if is("shape") {
        args["nothing"] = 1.into();
    }
    if is("bounds") {
        args["amount"] = "9.00 USD".into();
    }
    if is("list") {
        stage.ok("risk.block", json!({ "subject": "actor", "value": actor, "reason": "x" })).await;
    }
    if is("state") {
        op.ends(stage, &object).await;
    }
    if is("status") {
        let locked = if op == Op::Pay { &account } else { &payee };
        stage.ok("ledger.lock_account", json!({ "account": locked })).await;
    }
    for (fault, more) in
        [("factor", json!({ "require": ["pin"], "approvers": 0 })), ("approval", json!({ "approvers": 1 }))]
    {
        if is(fault) {
            let mut policy = json!({ "id": fault, "operation": op.name(), "threshold": "1.00 USD" });
            policy.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            stage.ok("approvals.set_policy", policy).await;
        }
    }
    let outcome = stage.call(op.name(), args).await;
    for policy in ["factor", "approval"].into_iter().filter(|fault| is(fault)) {
        stage.ok("approvals.remove_policy", json!({ "id": policy })).await;
    }
    match outcome {
        Ok(_) => "ok".to_owned(),
        Err(error) => {
            let asked = error.details()["factors"].as_array().cloned().unwrap_or_default();
            let asked = asked.iter().map(|factor| format!(" {}", factor.as_str().unwrap()));
            format!("{}{}", error.code().as_str(), asked.collect::<String>())
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_verdicts_the_earlier_one_speaks() {
    for kind in Kind::all() {
        let stage = Stage::with(kind, options().keyring(Keyring::for_tests())).await;
        rules(&stage).await;
        let (mut pairs, mut wrong) = (0, Vec::new());
        for op in [Op::Pay, Op::Capture] {
            assert_eq!(answer(&stage, op, &[]).await, "ok", "{kind:?} {op:?}");
            let against = op.against();
            for (place, (first, told)) in against.iter().enumerate() {
                let alone = answer(&stage, op, &[first]).await;
                assert_eq!(alone, *told, "{kind:?} {op:?} {first}");
                for (second, _) in &against[place + 1..] {
                    let both = answer(&stage, op, &[first, second]).await;
                    if both != *told {
                        wrong.push(format!("{op:?}: {first} and {second} are answered {both}"));
                    }
                    pairs += 1;
                }
            }
        }
        assert!(wrong.is_empty(), "{kind:?}: {wrong:#?}");
        println!("{kind:?}: {pairs} pairs of verdicts in their order");
        stage.finish().await;
    }
}
