//! The other cells of the table of transitions: what gave up, what is gone, who may ask, what each may do in
//! each state, and what comes too late.

use std::collections::BTreeSet;

use super::chain::{Fate, GWEI};
use super::nodes::NAMES;
use super::transitions::{ROLES, STATES, actor, built};
use super::{ADDRESSES, Custody, KEYS, World, admin, chain, json, said, with};
use crate::support::{Kind, Value, code};

/// The codes that refuse a caller who may not do it.
const REFUSALS: [&str; 3] = ["transition_not_allowed", "condition_not_met", "not_permitted"];
/// The contract's table, as it is drawn.
const EDGES: [&str; 20] = [
    "[*] --> pending",
    "pending --> signing: bind",
    "pending --> confirmed: settle",
    "pending --> failed: simulated, give_up, cancel, settle",
    "signing --> signed: signed",
    "signed --> broadcasting: lease",
    "broadcasting --> broadcasted: told",
    "broadcasting --> confirming: seen",
    "broadcasting --> confirmed: final, settle",
    "broadcasting --> failed: final, settle",
    "broadcasted --> confirming: seen",
    "broadcasted --> confirmed: final, settle",
    "broadcasted --> failed: final, settle",
    "confirming --> broadcasted: lost",
    "confirming --> confirmed: final, settle",
    "confirming --> failed: final, settle",
    "confirmed --> failed: final, settle",
    "failed --> confirmed: final, settle",
    "confirmed --> [*]",
    "failed --> [*]",
];

/// Fails the jobs of this kind as often as they may be tried.
async fn exhausted(world: &World, withdrawal: &Value, kind: &str) {
    for _ in 0..100 {
        if world.get(withdrawal).await["attention"]["code"] == "retries_exhausted" {
            return;
        }
        world.stage.ok("jobs.run_due", json!({})).await;
        for job in world.lease(&[kind]).await {
            // soon enough for the next lease, so that nothing waits for its pauses
            let soon = earnest::Time::from_micros(world.stage.clock.now().micros() + 1_000).to_string();
            let failed = said(&job, &json!({ "error": "no answer", "retry_at": soon }));
            world.stage.ok("jobs.fail", failed).await;
        }
        world.stage.advance("PT2S");
    }
    panic!("it does not give up: {:#}", world.get(withdrawal).await);
}

/// A withdrawal in a state whose job has given up.
async fn gave_up(state: &str) -> (World, Value) {
    let mut world = World::with(Kind::Memory, Custody::Host).await;
    let withdrawal = world.walked_to(state, json!({})).await;
    let kind = if state == "pending" { "chain.simulate" } else { "signer.host" };
    if state == "broadcasted" {
        world.order("speed_up", &withdrawal, json!({ "actor": admin() })).await;
    }
    // what was leased on the way there ends without a report
    world.stage.advance("PT1M1S");
    exhausted(&world, &withdrawal, kind).await;
    (world, withdrawal)
}

/// A withdrawal that is over, whose block is gone, and whose nonce is used up again by what nobody shows.
async fn gone(state: &str) -> (World, Value) {
    let mut world = World::with(Kind::Memory, Custody::Host).await;
    let withdrawal = world.request(json!({})).await;
    if state == "failed" {
        world.waits_until(&withdrawal, "broadcasted").await;
        world.order("cancel", &withdrawal, json!({ "actor": admin() })).await;
        // its no-op is with the nodes before the next block
        world.wait(3).await;
    }
    world.until(&withdrawal, state).await;
    world.nodes.shows_foreign = false;
    world.nodes.ledger.reorganise(12, Fate::Lost);
    let key = earnest_evm::Key::from_hex(KEYS[0]).unwrap();
    world.nodes.ledger.take(&chain::signed(&key, 0, ADDRESSES[1], 7, 100 * GWEI)).unwrap();
    for _ in 0..200 {
        world.block().await;
        let found = world.get(&withdrawal).await;
        if found["attention"]["code"] == "nonce_taken" {
            assert_eq!(found["state"], state, "{found:#}");
            return (world, found);
        }
    }
    panic!("nobody is asked: {:#}", world.get(&withdrawal).await);
}

/// The table that is drawn is the one of the contract: no cell more, and none less.
#[tokio::test(flavor = "multi_thread")]
async fn the_diagram_is_the_table_of_the_contract() {
    let world = World::with(Kind::Memory, Custody::Host).await;
    let reply = world.stage.ok("withdrawals.diagram", json!({ "format": "mermaid" })).await;
    let lines = reply["content"].as_str().unwrap().lines().map(str::trim);
    let drawn: BTreeSet<&str> = lines.filter(|line| line.contains("-->")).collect();
    assert_eq!(drawn, BTreeSet::from(EDGES));
    world.finish().await;
}

/// Its owner asks for it, and staff and the host's own program do it for him.
#[tokio::test(flavor = "multi_thread")]
async fn who_may_ask() {
    let mut world = World::with(Kind::Memory, Custody::Host).await;
    for role in ROLES {
        let args = with(world.asks(&json!({ "actor": actor(role) })), &json!({ "key": role }));
        let outcome = world.stage.call("withdrawals.request", args).await;
        let expected = if role == "stranger" { "not_permitted" } else { "ok" };
        assert_eq!(code(&outcome), expected, "{role}");
    }
    assert_eq!(world.alice().await, "10000.00 300.30 9699.70");
    world.finish().await;
}

/// A withdrawal whose job gave up is retried by staff alone, and stays in its state.
#[tokio::test(flavor = "multi_thread")]
async fn what_gave_up_is_retried_by_staff() {
    for state in ["pending", "signing", "broadcasted"] {
        let (world, withdrawal) = gave_up(state).await;
        for role in ["stranger", "owner"] {
            let args = json!({ "withdrawal": withdrawal["id"], "actor": actor(role) });
            let before = world.get(&withdrawal).await;
            world.stage.no_matter("withdrawals.retry", args, "not_permitted").await;
            assert_eq!(world.get(&withdrawal).await, before, "{state} by {role}");
        }
        world.finish().await;
        for role in ["admin", "system"] {
            let (mut world, withdrawal) = gave_up(state).await;
            let after = world.order("retry", &withdrawal, json!({ "actor": actor(role) })).await;
            assert_eq!((&after["state"], &after["attention"]), (&json!(state), &Value::Null), "{after:#}");
            world.until(&withdrawal, "confirmed").await;
            assert_eq!((world.received(&withdrawal), world.used_nonces()), (100_000_000, 1), "{state}");
            world.finish().await;
        }
    }
}

/// Nothing else is retried, in whichever state and by whomever.
#[tokio::test(flavor = "multi_thread")]
async fn what_did_not_give_up_is_not_retried() {
    for state in STATES {
        let (world, withdrawal) = built(state).await;
        for role in ROLES {
            let args = json!({ "withdrawal": withdrawal["id"], "actor": actor(role) });
            let before = world.get(&withdrawal).await;
            let outcome = world.stage.call("withdrawals.retry", args).await;
            assert!(REFUSALS.contains(&code(&outcome)), "{state} by {role}: {outcome:?}");
            assert_eq!(world.get(&withdrawal).await, before, "{state} by {role}");
        }
        world.finish().await;
    }
}

/// A withdrawal whose end is gone is settled by an admin, and nobody else.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_gone_is_settled_by_an_admin() {
    for state in ["confirmed", "failed"] {
        for paid in [true, false] {
            let (world, withdrawal) = gone(state).await;
            let settle =
                json!({ "withdrawal": withdrawal["id"], "paid": paid, "reason": "seen on an explorer" });
            for role in ["stranger", "owner", "system"] {
                let args = with(settle.clone(), &json!({ "actor": actor(role), "key": world.stage.key() }));
                let before = world.get(&withdrawal).await;
                world.stage.no_matter("withdrawals.settle", args, "not_permitted").await;
                assert_eq!(world.get(&withdrawal).await, before, "{state} by {role}");
            }
            let args = json!({ "paid": paid, "reason": "seen on an explorer", "actor": admin() });
            let over = world.order("settle", &withdrawal, args).await;
            let expected = if paid { "confirmed" } else { "failed" };
            assert_eq!((&over["state"], &over["attention"]), (&json!(expected), &Value::Null), "{over:#}");
            world.finish().await;
        }
    }
}

/// Returns the triggers that a role may use on a withdrawal, by the contract.
fn may(found: &Value, role: &str) -> BTreeSet<&'static str> {
    let state = found["state"].as_str().unwrap();
    let bound = ["signing", "signed", "broadcasting", "broadcasted", "confirming"].contains(&state);
    let unproved = ["not_proved", "nonce_taken"].iter().any(|code| found["attention"]["code"] == *code);
    let is_staff = role == "admin" || role == "system";
    let all = [
        ("cancel", (state == "pending" && role != "stranger") || (bound && is_staff)),
        ("speed_up", state == "broadcasted" && role == "admin"),
        ("settle", unproved && role == "admin"),
    ];
    all.into_iter().filter(|(_, may)| *may).map(|(trigger, _)| trigger).collect()
}

/// The actions shown are those that the contract allows, in every state and for every role.
#[tokio::test(flavor = "multi_thread")]
async fn what_each_may_do_is_shown() {
    for state in STATES {
        let (world, withdrawal) = built(state).await;
        let found = world.get(&withdrawal).await;
        for role in ROLES {
            let args = json!({ "withdrawal": withdrawal["id"], "actor": actor(role) });
            let reply = world.stage.ok("withdrawals.allowed_actions", args).await;
            let actions = reply["actions"].as_array().unwrap().iter();
            let shown: BTreeSet<&str> = actions.map(|one| one["trigger"].as_str().unwrap()).collect();
            assert_eq!(shown, may(&found, role), "{state} for {role}");
        }
        world.finish().await;
    }
}

/// Its simulation is reported when nobody wants it any more: it gets no nonce.
#[tokio::test(flavor = "multi_thread")]
async fn a_late_simulation_binds_nothing() {
    for (failure, given_up) in [("cancelled", true), ("expired", false)] {
        let mut world = World::with(Kind::Memory, Custody::Host).await;
        let wd = world.request(json!({ "give_up_in": "PT30S" })).await;
        let job = world.job_of(&wd, "chain.simulate").await;
        let result = world.result(&job);
        if given_up {
            world.order("cancel", &wd, json!({ "actor": "alina" })).await;
        } else {
            world.stage.advance("PT31S");
            world.stage.ok("jobs.run_due", json!({})).await;
        }
        // whether it is taken or refused
        let _ = world.stage.call("jobs.complete", said(&job, &json!({ "result": result }))).await;
        world.blocks(3).await;
        let after = world.get(&wd).await;
        assert_eq!(
            (&after["state"], &after["failure"]["code"], &after["nonce"]),
            (&json!("failed"), &json!(failure), &Value::Null),
            "{after:#}"
        );
        assert_eq!((&world.lane().await["next_nonce"], world.used_nonces()), (&json!("0"), 0));
        assert_eq!(world.alice().await, "10000.00 0.00 10000.00");
        world.finish().await;
    }
}

/// A late report of the nodes' answers to its bytes leaves a final withdrawal as it is, whatever they said.
#[tokio::test(flavor = "multi_thread")]
async fn a_late_answer_of_nodes_changes_nothing() {
    let error = |message: &str| json!({ "error": { "code": -32_000, "message": message } });
    for told in [
        json!({ "accepted": true }),
        error("intrinsic gas too low"),
        error("replacement transaction underpriced"),
        error("insufficient funds for gas * price + value"),
        error("nonce too low"),
    ] {
        let mut world = World::with(Kind::Memory, Custody::Host).await;
        let wd = world.request(json!({})).await;
        let job = world.job_of(&wd, "chain.broadcast").await;
        world.nodes.ledger.take(job["payload"]["raw"].as_str().unwrap()).unwrap();
        world.until(&wd, "confirmed").await;
        let views: Vec<Value> = NAMES.iter().map(|name| with(json!({ "endpoint": name }), &told)).collect();
        // whether it is taken or refused
        let args = said(&job, &json!({ "result": { "views": views } }));
        let _ = world.stage.call("jobs.complete", args).await;
        world.blocks(3).await;
        let after = world.get(&wd).await;
        assert_eq!(
            (&after["state"], &after["failure"], &after["attention"]),
            (&json!("confirmed"), &Value::Null, &Value::Null),
            "{told}: {after:#}"
        );
        assert_eq!(after["attempts"].as_array().unwrap().len(), 1, "{told}: {after:#}");
        assert_eq!((world.received(&wd), world.used_nonces()), (100_000_000, 1), "{told}");
        assert_eq!(world.alice().await, "9899.90 0.00 9899.90");
        world.finish().await;
    }
}
