//! Every (state, trigger, role) cell on every store: what the table allows is done, and whatever else leaves
//! no trace.

use earnest::escrow::model::{Role, State, Trigger};
use earnest::escrow::transitions::{Guard, TRANSITIONS};

use super::{Stage, Value, admin, id, json, opened, with};
use crate::support::{code, every_store};

/// The callers, their roles, and whether they give a reason.
fn everybody() -> Vec<(Value, Vec<Role>, bool)> {
    vec![
        (json!("alice"), vec![Role::Buyer], false),
        (json!("bob"), vec![Role::Seller], false),
        (json!({ "id": "u-bob", "role": "seller" }), vec![Role::Seller], false),
        (admin(), vec![Role::Admin], false),
        (admin(), vec![Role::Admin], true),
        (json!({ "id": "cron", "role": "system" }), vec![Role::System], false),
        // a name is no role
        (json!("system"), vec![], true),
        (json!("mallory"), vec![], true),
        // who is not what he claims to be
        (json!({ "id": "bob", "role": "buyer" }), vec![], true),
    ]
}

/// Returns the outcome of a cell in the table. Alice opens the disputes here, and no deadline has passed.
fn expected(state: State, trigger: Trigger, roles: &[Role], reason: bool) -> &'static str {
    let Some(row) = TRANSITIONS.iter().find(|row| (row.from, row.trigger) == (state, trigger)) else {
        return "transition_not_allowed";
    };
    let who: &[Role] = if row.guard == Guard::Opener { &[Role::Buyer] } else { row.who };
    let party = who.contains(&Role::Buyer) || who.contains(&Role::Seller);
    let in_place = roles.contains(&Role::Admin) && party && reason;
    let may = in_place || who.iter().any(|role| roles.contains(role));
    if may { "ok" } else { "not_permitted" }
}

/// The deadline of a state, by its name in the request.
fn deadline(state: State) -> &'static str {
    state.deadline().map_or("pay_by", |deadline| deadline.as_str())
}

const TERMS: &str = r#"{"pay_within":"P9D","ship_within":"P9D","deliver_within":"P9D","inspection":"P9D"}"#;

/// A new deal that came to a state; with the dispute that it is in, or was.
async fn deal_in(stage: &Stage, state: State) -> (String, Value) {
    let accept = matches!(state, State::InEscrow);
    let terms = with(serde_json::from_str(TERMS).unwrap(), json!({ "require_acceptance": accept }));
    let deal = opened(stage, terms).await;
    let (pay, ship) = (("pay", "alice", json!({})), ("ship", "bob", json!({})));
    let (deliver, confirm) = (("deliver", "alice", json!({})), ("confirm", "alice", json!({})));
    let dispute = ("dispute", "alice", json!({ "type": "other", "statement": "x" }));
    let hold = ("pay", "alice", json!({ "secure": false }));
    let steps = match state {
        State::Pending => vec![],
        State::Paid => vec![hold],
        State::InEscrow | State::AwaitingShipment => vec![pay],
        State::Shipped => vec![pay, ship],
        State::Delivered => vec![pay, ship, deliver],
        State::Disputed | State::Split => vec![pay, ship, dispute],
        State::RefundPending => vec![pay, ship, ("request_refund", "alice", json!({ "reason": "x" }))],
        State::Released => vec![pay, ship, confirm],
        State::Refunded => vec![pay, ("cancel", "bob", json!({}))],
        State::Cancelled => vec![("cancel", "alice", json!({}))],
        State::Expired => vec![],
    };
    let mut open = Value::Null;
    for (name, actor, more) in steps {
        let args = with(json!({ "deal": deal, "actor": actor }), more);
        let reply = stage.ok(&format!("escrow.{name}"), args).await;
        open = reply.get("dispute").map_or(Value::Null, |dispute| dispute["id"].clone());
    }
    match state {
        State::Split => {
            let ruling = json!({ "dispute": open, "outcome": "split", "refund": "1.00 USD", "resolution": "x", "actor": admin() });
            stage.ok("escrow.resolve", ruling).await;
        }
        State::Expired => {
            stage.advance("P9D");
            assert!(stage.ok("jobs.run_due", json!({})).await["timers"].as_i64().unwrap() > 0);
        }
        _ => {}
    }
    let view = stage.ok("escrow.get", json!({ "deal": deal })).await;
    assert_eq!(view["state"], state.as_str(), "{view}");
    (deal, open)
}

/// The call of a trigger that has all it needs.
fn call(trigger: Trigger, state: State, deal: &str, dispute: &Value, actor: &Value, reason: bool) -> Value {
    let mut args = match trigger {
        Trigger::Withdraw => json!({ "dispute": dispute }),
        Trigger::Resolve => json!({ "dispute": dispute, "outcome": "release", "resolution": "x" }),
        Trigger::Dispute => json!({ "deal": deal, "type": "other", "statement": "x" }),
        Trigger::RequestRefund | Trigger::RefuseRefund => json!({ "deal": deal, "reason": "x" }),
        Trigger::ReleasePart => json!({ "deal": deal, "amount": "1.00 USD" }),
        Trigger::Extend => json!({ "deal": deal, deadline(state): "2030-01-01T00:00:00Z" }),
        _ => json!({ "deal": deal }),
    };
    args["actor"] = actor.clone();
    if reason && trigger != Trigger::Resolve {
        args["reason"] = "because".into();
    }
    args
}

every_store! {
    async fn every_cell_is_as_the_table_says(stage) {
        stage.funded("alice", "90000.00 USD").await;
        stage.ok("ledger.open_account", json!({ "account": "bob", "currency": "USD", "owner": "u-bob" })).await;
        let (mut cells, mut done) = (0, 0);
        for state in State::ALL.iter().copied() {
            let resting = deal_in(stage, state).await;
            let before = stage.state().await;
            let mut allowed = Vec::new();
            for trigger in Trigger::ALL.iter().copied() {
                for (actor, roles, reason) in everybody() {
                    cells += 1;
                    let cell = format!("{state} {trigger} {actor} reason: {reason}");
                    // a request that has to say why always does
                    let says = matches!(trigger, Trigger::RequestRefund | Trigger::RefuseRefund);
                    let verdict = expected(state, trigger, &roles, reason || says);
                    if !trigger.is_called() {
                        // nobody's to call: there is no such operation
                        let name = format!("escrow.{trigger}");
                        assert_eq!(code(&stage.call(&name, json!({ "deal": resting.0, "actor": actor })).await), "invalid_request", "{cell}");
                        continue;
                    }
                    let ruled = matches!(trigger, Trigger::Withdraw | Trigger::Resolve);
                    if ruled && resting.1.is_null() {
                        // there is no dispute to name: the dry run says so of the deal
                        let ask = json!({ "deal": resting.0, "trigger": trigger, "actor": actor });
                        let said = stage.ok("escrow.validate", ask).await;
                        assert_eq!(said["reason"]["code"], "transition_not_allowed", "{cell}");
                        continue;
                    }
                    if verdict == "ok" {
                        allowed.push((trigger, actor, reason));
                        continue;
                    }
                    let args = call(trigger, state, &resting.0, &resting.1, &actor, reason);
                    let args = with(args, json!({ "key": stage.key() }));
                    let outcome = stage.call(&format!("escrow.{trigger}"), args).await;
                    assert_eq!(code(&outcome), verdict, "{cell}: {outcome:?}");
                }
            }
            assert_eq!(stage.state().await, before, "what was refused in {state} left a trace");
            for (trigger, actor, reason) in allowed {
                let deal = deal_in(stage, state).await;
                let ask = with(json!({ "deal": deal.0, "trigger": trigger, "actor": actor }), json!({ "reason": "because" }));
                let foreseen = stage.ok("escrow.validate", ask).await;
                let args = with(call(trigger, state, &deal.0, &deal.1, &actor, reason), json!({ "key": stage.key() }));
                let reply = stage.ok(&format!("escrow.{trigger}"), args).await;
                assert_eq!((&foreseen["allowed"], &foreseen["to"]), (&true.into(), &reply["deal"]["state"]), "{state} {trigger} {actor}");
                done += 1;
            }
        }
        assert_eq!(cells, State::ALL.len() * Trigger::ALL.len() * everybody().len());
        assert!(done > TRANSITIONS.len(), "only {done} cells were allowed");
        assert_eq!(id(&stage.ok("escrow.get", json!({ "deal": deal_in(stage, State::Pending).await.0 })).await).len(), 39);
    }
}
