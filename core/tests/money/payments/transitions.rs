//! Every state of a payment, every trigger and every role, against the table of the contract; and what is
//! told in each state.

use std::collections::BTreeMap;

use super::{
    CARD, SECOND, admin, answer, confirmed, create, figures, get, no_answer, order, paid, pass,
    pay_authorized, reference, sent, set_gateway, staged, tell,
};
use crate::support::{Kind, Stage, Value, code, json};

/// Those who try.
const ROLES: [&str; 5] = ["payer", "stranger", "owner", "admin", "system"];
const TRIGGERS: [&str; 7] = ["confirm", "capture", "void", "refund", "settle", "chargeback", "sync"];
/// The states. Where it matters whether a worker has the call, there are two of one.
const STATES: [&str; 16] = [
    "created",
    "authorizing",
    "authorizing, sent",
    "action_required",
    "authorized",
    "capturing",
    "capturing, sent",
    "voiding",
    "captured",
    "voided",
    "expired",
    "failed",
    "unknown",
    "mismatched",
    "refunded",
    "charged_back",
];
const PAYER: &[&str] = &["payer", "admin", "system"];
const OWNER: &[&str] = &["owner", "admin", "system"];
const STAFF: &[&str] = &["admin", "system"];
const ADMIN: &[&str] = &["admin"];
const ALL: &[&str] = &ROLES;

/// In this state, this trigger may be pulled by these, and leads there. The contract says nothing of `open`
/// ones; all others are `not_permitted`.
struct Row {
    from: &'static str,
    trigger: &'static str,
    who: &'static [&'static str],
    to: &'static str,
    open: &'static [&'static str],
}

const fn row(
    from: &'static str,
    trigger: &'static str,
    who: &'static [&'static str],
    to: &'static str,
    open: &'static [&'static str],
) -> Row {
    Row { from, trigger, who, to, open }
}

/// The contract's table; a step that is not in it is `transition_not_allowed` to everybody.
const TABLE: &[Row] = &[
    row("created", "confirm", PAYER, "authorizing", &[]),
    row("created", "void", PAYER, "voided", &[]),
    row("authorizing", "void", PAYER, "voided", &[]),
    // nothing changes but `cancel_requested`
    row("authorizing, sent", "void", PAYER, "authorizing", &[]),
    row("action_required", "void", PAYER, "voiding", &[]),
    row("authorized", "capture", OWNER, "capturing", &[]),
    row("authorized", "void", OWNER, "voiding", &[]),
    // of a capture by hand: the payer lost that right when it was authorized
    row("capturing", "void", OWNER, "capturing", &[]),
    row("capturing, sent", "void", OWNER, "capturing", &[]),
    row("unknown", "void", STAFF, "unknown", &["payer", "owner"]),
    row("captured", "refund", OWNER, "captured", &[]),
    row("captured", "chargeback", STAFF, "charged_back", &[]),
    row("refunded", "chargeback", STAFF, "charged_back", &[]),
    // the same case again
    row("charged_back", "chargeback", STAFF, "charged_back", &[]),
    // the bank may have left a part, of which the table says nothing
    row("charged_back", "refund", &[], "", ALL),
    row("unknown", "settle", ADMIN, "captured", &[]),
    row("mismatched", "settle", ADMIN, "captured", &[]),
    row("action_required", "sync", STAFF, "action_required", &["payer", "owner"]),
    row("authorized", "sync", STAFF, "authorized", &["payer", "owner"]),
    row("captured", "sync", STAFF, "captured", &["payer", "owner"]),
    row("unknown", "sync", STAFF, "unknown", &["payer", "owner"]),
    row("mismatched", "sync", STAFF, "mismatched", &["payer", "owner"]),
    row("created", "sync", &[], "", ALL),
    row("authorizing", "sync", &[], "", ALL),
    row("authorizing, sent", "sync", &[], "", ALL),
    row("capturing", "sync", &[], "", ALL),
    row("capturing, sent", "sync", &[], "", ALL),
    row("voiding", "sync", &[], "", ALL),
    row("voided", "sync", &[], "", ALL),
    row("expired", "sync", &[], "", ALL),
    row("failed", "sync", &[], "", ALL),
    row("refunded", "sync", &[], "", ALL),
    row("charged_back", "sync", &[], "", ALL),
];

fn actor(role: &str) -> Value {
    match role {
        "payer" => json!("paul"),
        "owner" => json!("olga"),
        "stranger" => json!("mallory"),
        "admin" => admin(),
        _ => json!({ "id": "worker", "role": "system" }),
    }
}

/// Another admin than the one who tries: a derived key is each actor's own.
fn builder() -> Value {
    json!({ "actor": { "id": "adm-0", "role": "admin" } })
}

/// A payment in a state.
async fn built(stage: &Stage, state: &str) -> Value {
    let name = state.split(',').next().unwrap();
    let manual = json!({ "capture": "manual" });
    let payment = match state {
        "created" => create(stage, manual).await,
        "authorizing" => confirmed(stage, manual).await,
        "authorizing, sent" | "action_required" | "expired" | "failed" | "unknown" | "mismatched" => {
            let payment = confirmed(stage, manual).await;
            asked_for(stage, state, &payment).await;
            payment
        }
        "authorized" => pay_authorized(stage).await,
        "capturing" | "capturing, sent" => {
            let payment = pay_authorized(stage).await;
            order(stage, "capture", &payment, builder()).await;
            if state.ends_with("sent") {
                sent(stage, &payment, "capture").await;
            }
            payment
        }
        "voiding" | "voided" => {
            let payment = pay_authorized(stage).await;
            order(stage, "void", &payment, builder()).await;
            if state == "voided" {
                let job = sent(stage, &payment, "void").await;
                answer(stage, &job, json!({ "outcome": "voided" })).await;
            }
            payment
        }
        "captured" => paid(stage, "100.00 USD").await,
        "refunded" => {
            let payment = paid(stage, "100.00 USD").await;
            order(stage, "refund", &payment, builder()).await;
            let job = sent(stage, &payment, "refund").await;
            answer(stage, &job, json!({ "outcome": "refunded", "amount": "100.00 USD" })).await;
            payment
        }
        "charged_back" => {
            let payment = paid(stage, "100.00 USD").await;
            order(stage, "chargeback", &payment, chargeback()).await;
            payment
        }
        other => panic!("nobody knows how to reach `{other}`"),
    };
    let payment = get(stage, &payment).await;
    assert_eq!(payment["state"], name, "built as `{state}`: {payment}");
    payment
}

/// Takes the call authorize, and has the gateway say what leads to the state.
async fn asked_for(stage: &Stage, state: &str, payment: &Value) {
    let job = sent(stage, payment, "authorize").await;
    let reference = reference(payment);
    match state {
        "action_required" | "expired" => {
            let action = json!({ "type": "redirect", "url": "https://card.example/3ds" });
            let result = json!({ "outcome": "action_required", "reference": reference, "action": action });
            answer(stage, &job, result).await;
        }
        "failed" => {
            let failure = json!({ "code": "declined", "retry": "never" });
            let result = json!({ "outcome": "refused", "reference": reference, "failure": failure });
            answer(stage, &job, result).await;
        }
        "unknown" => drop(no_answer(stage, &job).await),
        "mismatched" => {
            let result = json!({ "outcome": "captured", "amount": "60.00 USD", "reference": reference });
            answer(stage, &job, result).await;
        }
        _ => {}
    }
    if state == "expired" {
        pass(stage, "PT31M").await;
        let job = sent(stage, payment, "void").await;
        answer(stage, &job, json!({ "outcome": "voided" })).await;
    }
}

fn chargeback() -> Value {
    json!({ "case": "case-1", "amount": "10.00 USD" })
}

/// A trigger of a payment, as a call.
fn pulled(stage: &Stage, trigger: &str, payment: &Value, role: &str) -> Value {
    let mut args = match trigger {
        "confirm" => json!({ "token": "pm-2" }),
        "refund" => json!({ "amount": "10.00 USD", "key": stage.key() }),
        "capture" => json!({ "key": stage.key() }),
        "settle" => {
            let amount = if payment["state"] == "mismatched" { "60.00 USD" } else { "100.00 USD" };
            json!({ "outcome": "captured", "amount": amount, "reason": "seen there", "key": stage.key() })
        }
        "chargeback" => chargeback(),
        _ => json!({}),
    };
    args["payment"] = payment["id"].clone();
    args["actor"] = actor(role);
    args
}

/// Two gateways that are never given up, whatever they do not answer.
async fn patient() -> Stage {
    let stage = staged(Kind::Memory).await;
    for gateway in [CARD, SECOND] {
        set_gateway(&stage, gateway, json!({ "breaker": { "failures": 1_000 } })).await;
    }
    stage
}

/// The actions that a role is shown as possible, each with the state that it leads to.
async fn shown(stage: &Stage, payment: &Value, role: &str) -> BTreeMap<String, Value> {
    let args = json!({ "payment": payment["id"], "actor": actor(role) });
    let reply = stage.ok("payments.allowed_actions", args).await;
    let actions = reply["actions"].as_array().unwrap().iter();
    actions.map(|one| (one["trigger"].as_str().unwrap().to_owned(), one["to"].clone())).collect()
}

/// The rule is the same on every store, so memory is enough for 560 cells. An action is shown where its call
/// is taken, and nowhere else.
#[tokio::test(flavor = "multi_thread")]
async fn every_state_trigger_and_role() {
    let (mut tried, mut wrong) = (0, Vec::new());
    for state in STATES {
        let stage = patient().await;
        let shared = built(&stage, state).await;
        for trigger in TRIGGERS {
            let row = TABLE.iter().find(|row| row.from == state && row.trigger == trigger);
            for role in ROLES {
                tried += 1;
                let is_open = row.is_some_and(|row| row.open.contains(&role));
                let to = row.filter(|row| row.who.contains(&role)).map(|row| row.to);
                let is_fresh = is_open || to.is_some();
                let payment = if is_fresh { built(&stage, state).await } else { shared.clone() };
                // a worker may have taken its call since: what counts is what this call writes
                let before = get(&stage, &payment).await;
                let shown = shown(&stage, &payment, role).await.remove(trigger);
                let args = pulled(&stage, trigger, &payment, role);
                let outcome = stage.call(&format!("payments.{trigger}"), args).await;
                let after = get(&stage, &payment).await;
                let leads = |to: &Value| outcome.is_ok() && (to.is_null() || *to == after["state"]);
                if shown.as_ref().map_or(outcome.is_ok(), |to| !leads(to)) {
                    wrong.push(format!("{trigger} in `{state}` by {role}: shown {shown:?}, {outcome:?}"));
                }
                if is_open {
                    continue;
                }
                let expected = match (row, to) {
                    (None, _) => ("transition_not_allowed", payment["state"].as_str().unwrap()),
                    (Some(_), None) => ("not_permitted", payment["state"].as_str().unwrap()),
                    (Some(_), Some(to)) => ("ok", to),
                };
                let found = (code(&outcome), after["state"].as_str().unwrap());
                if found != expected {
                    wrong.push(format!("{trigger} in `{state}` by {role}: {found:?}, expected {expected:?}"));
                }
                if to.is_none() && after["version"] != before["version"] {
                    wrong.push(format!("{trigger} in `{state}` by {role} was refused and wrote: {after}"));
                }
            }
        }
        stage.finish().await;
    }
    println!("{tried} cells");
    assert!(wrong.is_empty(), "{} of {tried} cells are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// A refusal names the state and what would be allowed in it.
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_says_what_is_allowed() {
    let stage = patient().await;
    let payment = built(&stage, "authorized").await;
    let confirm = json!({ "payment": payment["id"], "token": "pm-2" });
    let details = stage.no("payments.confirm", confirm, "transition_not_allowed").await;
    assert_eq!((&details["object"], &details["state"]), (&payment["id"], &json!("authorized")), "{details}");
    assert_eq!(details["trigger"], "confirm", "{details}");
    let allowed = details["allowed"].as_array().unwrap();
    assert!(allowed.contains(&json!("capture")) && allowed.contains(&json!("void")), "{details}");
    let nobody = json!({ "payment": "py_0190c3f0-0000-7000-8000-000000000000", "reason": "x" });
    stage.no("payments.void", nobody, "payment_not_found").await;
    stage.finish().await;
}

/// A payment that was given up is not given up again, by anybody. Only the caller who gave it up is
/// answered once more, by the key of his call.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_given_up_is_not_given_up_again() {
    for state in ["voiding", "voided"] {
        let stage = patient().await;
        let payment = built(&stage, state).await;
        for role in ROLES {
            let args = json!({ "payment": payment["id"], "actor": actor(role) });
            let details = stage.no("payments.void", args, "transition_not_allowed").await;
            assert_eq!(details["state"], state, "{role}: {details}");
            assert!(!details["allowed"].as_array().unwrap().contains(&json!("void")), "{details}");
        }
        let again = order(&stage, "void", &payment, builder()).await;
        assert_eq!(
            (&again["replayed"], &again["payment"]["state"]),
            (&json!(true), &json!(state)),
            "{again}"
        );
        stage.finish().await;
    }
}

/// A cancellation while a call is out changes no state, and is kept.
#[tokio::test(flavor = "multi_thread")]
async fn a_cancellation_waits_for_the_call_that_is_out() {
    for state in ["authorizing, sent", "capturing, sent", "unknown"] {
        let stage = patient().await;
        let payment = built(&stage, state).await;
        let reply = order(&stage, "void", &payment, json!({ "actor": admin() })).await;
        let after = &reply["payment"];
        assert_eq!(
            (&after["state"], &after["cancel_requested"]),
            (&payment["state"], &json!(true)),
            "{state}"
        );
        assert_eq!(
            (&payment["cancel_requested"], &reply["replayed"]),
            (&json!(false), &json!(false)),
            "{state}"
        );
        stage.finish().await;
    }
}

/// A report in a state: the outcome with totals, its result (`*`: anything), and the figures after it.
struct Told {
    from: &'static str,
    outcome: &'static str,
    captured: &'static str,
    result: &'static str,
    figures: &'static str,
}

const fn told(
    from: &'static str,
    outcome: &'static str,
    captured: &'static str,
    result: &'static str,
    figures: &'static str,
) -> Told {
    Told { from, outcome, captured, result, figures }
}

const NONE: &str = "";
const WHOLE: &str = "100.00 USD";
const TOLD: &[Told] = &[
    told("authorizing, sent", "authorized", NONE, "applied", "authorized 0.00 0.00 0.00 0.00"),
    told("authorizing, sent", "action_required", NONE, "applied", "action_required 0.00 0.00 0.00 0.00"),
    told("authorizing, sent", "refused", NONE, "applied", "failed 0.00 0.00 0.00 0.00"),
    told("authorizing, sent", "captured", WHOLE, "applied", "captured 100.00 0.00 0.00 0.00"),
    told("authorizing, sent", "captured", "60.00 USD", "mismatched", "mismatched 0.00 0.00 0.00 60.00"),
    told("authorizing, sent", "pending", NONE, "*", "authorizing 0.00 0.00 0.00 0.00"),
    told("action_required", "authorized", NONE, "applied", "authorized 0.00 0.00 0.00 0.00"),
    told("action_required", "refused", NONE, "applied", "failed 0.00 0.00 0.00 0.00"),
    told("action_required", "captured", WHOLE, "applied", "captured 100.00 0.00 0.00 0.00"),
    told("authorized", "authorized", NONE, "ignored", "authorized 0.00 0.00 0.00 0.00"),
    told("authorized", "action_required", NONE, "ignored", "authorized 0.00 0.00 0.00 0.00"),
    told("authorized", "captured", WHOLE, "applied", "captured 100.00 0.00 0.00 0.00"),
    told("capturing, sent", "captured", WHOLE, "applied", "captured 100.00 0.00 0.00 0.00"),
    told("capturing, sent", "authorized", NONE, "ignored", "capturing 0.00 0.00 0.00 0.00"),
    told("voiding", "voided", NONE, "applied", "voided 0.00 0.00 0.00 0.00"),
    told("voiding", "captured", WHOLE, "applied", "captured 100.00 0.00 0.00 0.00"),
    told("captured", "captured", WHOLE, "ignored", "captured 100.00 0.00 0.00 0.00"),
    told("captured", "authorized", NONE, "ignored", "captured 100.00 0.00 0.00 0.00"),
    told("captured", "action_required", NONE, "ignored", "captured 100.00 0.00 0.00 0.00"),
    told("captured", "captured", "150.00 USD", "mismatched", "mismatched 100.00 0.00 0.00 50.00"),
    told("unknown", "authorized", NONE, "applied", "authorized 0.00 0.00 0.00 0.00"),
    told("unknown", "captured", WHOLE, "applied", "captured 100.00 0.00 0.00 0.00"),
    told("unknown", "refused", NONE, "applied", "failed 0.00 0.00 0.00 0.00"),
    told("voided", "captured", WHOLE, "suspended", "voided 0.00 0.00 0.00 100.00"),
    told("expired", "captured", WHOLE, "suspended", "expired 0.00 0.00 0.00 100.00"),
    told("failed", "captured", WHOLE, "suspended", "failed 0.00 0.00 0.00 100.00"),
    told("voided", "voided", NONE, "ignored", "voided 0.00 0.00 0.00 0.00"),
    told("refunded", "captured", WHOLE, "ignored", "refunded 100.00 100.00 0.00 0.00"),
    told("refunded", "authorized", NONE, "ignored", "refunded 100.00 100.00 0.00 0.00"),
    told("charged_back", "captured", WHOLE, "ignored", "charged_back 100.00 0.00 10.00 0.00"),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_in_each_state() {
    let mut wrong = Vec::new();
    for row in TOLD {
        let stage = patient().await;
        let payment = built(&stage, row.from).await;
        let more = match row.outcome {
            "authorized" => json!({ "authorized": WHOLE }),
            "captured" => json!({ "captured": row.captured }),
            "refused" => json!({ "failure": { "code": "declined", "retry": "never" } }),
            "action_required" => json!({ "action": { "url": "https://card.example/3ds" } }),
            _ => json!({}),
        };
        let reply = tell(&stage, &payment, row.outcome, more).await;
        let after = figures(&get(&stage, &payment).await);
        if after != row.figures || row.result != "*" && reply["result"] != row.result {
            let found = format!("{} {after}", reply["result"]);
            let expected = format!("{} {}", row.result, row.figures);
            wrong.push(format!(
                "{} {} in `{}`: {found}, expected {expected}",
                row.outcome, row.captured, row.from
            ));
        }
        assert_eq!(figures(&reply["payment"]), after, "the reply shows the payment as it is");
        stage.finish().await;
    }
    assert!(wrong.is_empty(), "{} of {} are wrong:\n{}", wrong.len(), TOLD.len(), wrong.join("\n"));
}

/// The history of a payment says each state once, in order, and the diagram draws them all.
#[tokio::test(flavor = "multi_thread")]
async fn the_history_and_the_diagram_have_the_states() {
    let stage = patient().await;
    let payment = built(&stage, "refunded").await;
    let page = stage.ok("payments.history", json!({ "payment": payment["id"], "actor": "paul" })).await;
    let events = page["items"].as_array().unwrap();
    let types: Vec<&str> = events.iter().map(|event| event["type"].as_str().unwrap()).collect();
    assert!(events.iter().all(|event| event["object_id"] == payment["id"]), "{page}");
    let places: Vec<_> = ["payment.created", "payment.captured", "payment.refunded"]
        .iter()
        .map(|wanted| types.iter().position(|found| found == wanted))
        .collect();
    assert!(places.is_sorted() && places.iter().all(Option::is_some), "{types:?}");
    for state in ["payment.captured", "payment.refunded"] {
        assert_eq!(types.iter().filter(|found| **found == state).count(), 1, "{state} in {types:?}");
    }
    let diagram = stage.ok("payments.diagram", json!({ "format": "mermaid" })).await.to_string();
    assert_eq!(stage.ok("payments.diagram", json!({})).await.to_string(), diagram);
    for state in STATES.iter().filter(|state| !state.contains(',')) {
        assert!(diagram.contains(state), "`{state}` is not in {diagram}");
    }
    stage.finish().await;
}
