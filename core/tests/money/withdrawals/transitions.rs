//! Every state of a withdrawal, every trigger and every role, against the table of the contract; and what the
//! chain tells in each state.

use super::chain::Token;
use super::{Custody, TOKEN, World, chain, json, other_admin, with};
use crate::support::{Kind, Value, code};

pub(super) const ROLES: [&str; 4] = ["stranger", "owner", "admin", "system"];
const TRIGGERS: [&str; 3] = ["cancel", "speed_up", "settle"];
pub(super) const STATES: [&str; 11] = [
    "pending",
    "signing",
    "signed",
    "broadcasting",
    "broadcasted",
    "confirming",
    "not proved",
    "nonce taken",
    "confirmed",
    "failed before a nonce",
    "failed with a nonce",
];
const PARTY: &[&str] = &["owner", "admin", "system"];
const STAFF: &[&str] = &["admin", "system"];
const ADMIN: &[&str] = &["admin"];

/// In this state, this trigger may be pulled by these, and leads there.
struct Row {
    from: &'static str,
    trigger: &'static str,
    who: &'static [&'static str],
    to: &'static str,
}

const fn row(
    from: &'static str,
    trigger: &'static str,
    who: &'static [&'static str],
    to: &'static str,
) -> Row {
    Row { from, trigger, who, to }
}

/// The contract's table; a step that is not in it is refused to everybody.
const TABLE: &[Row] = &[
    row("pending", "cancel", PARTY, "failed"),
    row("signing", "cancel", STAFF, "signing"),
    row("signed", "cancel", STAFF, "signed"),
    row("broadcasting", "cancel", STAFF, "broadcasting"),
    row("broadcasted", "cancel", STAFF, "broadcasted"),
    row("confirming", "cancel", STAFF, "confirming"),
    // what people should look at is given up like any other
    row("not proved", "cancel", STAFF, "confirming"),
    row("nonce taken", "cancel", STAFF, "broadcasting"),
    row("broadcasted", "speed_up", ADMIN, "broadcasted"),
    row("not proved", "settle", ADMIN, "confirmed"),
    row("nonce taken", "settle", ADMIN, "confirmed"),
];

pub(super) fn actor(role: &str) -> Value {
    match role {
        "owner" => json!("alina"),
        "stranger" => json!("mallory"),
        "admin" => super::admin(),
        _ => json!({ "id": "worker", "role": "system" }),
    }
}

/// A world with a withdrawal in a state.
pub(super) async fn built(state: &str) -> (World, Value) {
    let mut world = World::with(Kind::Memory, Custody::Host).await;
    let withdrawal = match state {
        "not proved" => {
            let withdrawal = world.walked_to("broadcasted", json!({})).await;
            world.nodes.ledger.tokens.insert(chain::at(TOKEN), Token::Mute);
            attended(&mut world, &withdrawal, "not_proved").await
        }
        "nonce taken" => {
            world.nodes.shows_foreign = false;
            let withdrawal = taken(&mut world).await;
            attended(&mut world, &withdrawal, "nonce_taken").await
        }
        "failed before a nonce" => {
            let withdrawal = world.request(json!({})).await;
            world.order("cancel", &withdrawal, json!({ "actor": other_admin() })).await
        }
        "failed with a nonce" => {
            let withdrawal = taken(&mut world).await;
            world.until(&withdrawal, "failed").await
        }
        state => world.walked_to(state, json!({})).await,
    };
    (world, withdrawal)
}

/// A withdrawal whose nonce somebody else has used.
async fn taken(world: &mut World) -> Value {
    let withdrawal = world.request(json!({})).await;
    let job = world.job_of(&withdrawal, "chain.broadcast").await;
    let key = earnest_evm::Key::from_hex(super::KEYS[0]).unwrap();
    let other = chain::signed(&key, 0, super::ADDRESSES[1], 7, 100 * chain::GWEI);
    world.nodes.ledger.take(&other).unwrap();
    world.nodes.ledger.mine();
    world.answer(&job).await;
    withdrawal
}

async fn attended(world: &mut World, withdrawal: &Value, code: &str) -> Value {
    for _ in 0..120 {
        world.block().await;
        let found = world.get(withdrawal).await;
        if found["attention"]["code"] == code {
            return found;
        }
    }
    panic!("no {code}: {:#}", world.get(withdrawal).await);
}

/// A trigger of a withdrawal, as a call.
fn pulled(world: &World, trigger: &str, withdrawal: &Value, role: &str) -> Value {
    let args = match trigger {
        "settle" => json!({ "paid": true, "reason": "seen on an explorer", "key": world.stage.key() }),
        _ => json!({}),
    };
    with(args, &json!({ "withdrawal": withdrawal["id"], "actor": actor(role) }))
}

/// The rule is the same on every store, so memory is enough.
#[tokio::test(flavor = "multi_thread")]
async fn every_state_trigger_and_role() {
    let (mut tried, mut wrong) = (0, Vec::new());
    for state in STATES {
        let (shared, of_shared) = built(state).await;
        for trigger in TRIGGERS {
            let row = TABLE.iter().find(|row| row.from == state && row.trigger == trigger);
            for role in ROLES {
                tried += 1;
                let to = row.filter(|row| row.who.contains(&role)).map(|row| row.to);
                let own = match to {
                    Some(_) => Some(built(state).await),
                    None => None,
                };
                let (world, withdrawal) =
                    own.as_ref().map_or((&shared, &of_shared), |(world, withdrawal)| (world, withdrawal));
                let before = world.get(withdrawal).await;
                let args = pulled(world, trigger, withdrawal, role);
                let outcome = world.stage.call(&format!("withdrawals.{trigger}"), args).await;
                let after = world.get(withdrawal).await;
                let found = code(&outcome);
                let expected: &[&str] = match (row, to) {
                    (Some(_), Some(_)) => &["ok"],
                    (Some(_), None) => &["not_permitted"],
                    (None, _) => &["transition_not_allowed", "condition_not_met", "not_permitted"],
                };
                let state_after = to.unwrap_or_else(|| before["state"].as_str().unwrap());
                if !expected.contains(&found) || after["state"] != state_after {
                    wrong.push(format!("{trigger} in `{state}` by {role}: {found}, {}", after["state"]));
                }
                if to.is_none() && after["version"] != before["version"] {
                    wrong.push(format!("{trigger} in `{state}` by {role} was refused and wrote: {after}"));
                }
                if to.is_some() && trigger == "cancel" && state != "pending" && after["cancelling"] != true {
                    wrong.push(format!("{trigger} in `{state}` by {role} cancels nothing: {after}"));
                }
                if let Some((world, _)) = own {
                    world.finish().await;
                }
            }
        }
        shared.finish().await;
    }
    println!("{tried} cells");
    assert!(wrong.is_empty(), "{} of {tried} cells are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// A refusal names the state and what would be allowed in it; what there is not is not found.
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_says_what_is_allowed() {
    let (world, withdrawal) = built("broadcasted").await;
    let settle =
        json!({ "withdrawal": withdrawal["id"], "paid": true, "reason": "x", "actor": super::admin() });
    let outcome = world.stage.call("withdrawals.settle", with(settle, &json!({ "key": "s" }))).await;
    assert!(["transition_not_allowed", "condition_not_met"].contains(&code(&outcome)), "{outcome:?}");
    let (confirmed, withdrawal) = built("confirmed").await;
    let cancel = json!({ "withdrawal": withdrawal["id"], "actor": super::admin() });
    let details = confirmed.stage.no("withdrawals.cancel", cancel, "transition_not_allowed").await;
    assert_eq!(
        (&details["object"], &details["state"]),
        (&withdrawal["id"], &json!("confirmed")),
        "{details}"
    );
    assert_eq!(details["trigger"], "cancel", "{details}");
    let nobody = "wd_019b76da-a800-7000-8000-000000000000";
    for name in ["get", "cancel", "speed_up", "retry", "history"] {
        let args = json!({ "withdrawal": nobody, "actor": super::admin() });
        world.stage.no(&format!("withdrawals.{name}"), args, "withdrawal_not_found").await;
    }
    world.finish().await;
    confirmed.finish().await;
}

/// Each state is left by what the host reports, and by nothing that says less.
#[tokio::test(flavor = "multi_thread")]
async fn reports_lead_from_state_to_state() {
    let mut world = World::with(Kind::Memory, Custody::Host).await;
    let withdrawal = world.request(json!({})).await;
    let mut seen = vec!["pending".to_owned()];
    for _ in 0..60 {
        for job in world.lease(&super::KINDS).await {
            let found = world.get(&withdrawal).await["state"].as_str().unwrap().to_owned();
            if seen.last() != Some(&found) {
                seen.push(found);
            }
            world.answer(&job).await;
            let found = world.get(&withdrawal).await["state"].as_str().unwrap().to_owned();
            if seen.last() != Some(&found) {
                seen.push(found);
            }
        }
        world.nodes.ledger.mine();
        world.stage.advance("PT2S");
        world.stage.ok("jobs.run_due", json!({})).await;
    }
    let all = ["pending", "signing", "signed", "broadcasting", "broadcasted", "confirming", "confirmed"]
        .map(String::from);
    assert_eq!(seen, all);
    world.finish().await;
}

/// Nobody could be asked for consent before an admin said that a withdrawal was paid.
#[tokio::test(flavor = "multi_thread")]
async fn a_policy_asks_for_consent_to_a_settlement() {
    for (paid, state) in [(true, "confirmed"), (false, "failed")] {
        let (world, withdrawal) = built("not proved").await;
        let policy = json!({ "id": "settled", "operation": "withdrawals.settle", "threshold": "100.00 USDC",
            "approvers": 1 });
        world.stage.ok("approvals.set_policy", policy).await;
        let settle = json!({ "withdrawal": withdrawal["id"], "paid": paid, "reason": "seen on an explorer",
            "key": "settle-1", "actor": super::admin() });
        if paid {
            let asked =
                world.stage.no_matter("withdrawals.settle", settle.clone(), "approval_required").await;
            assert_eq!(world.get(&withdrawal).await["state"], withdrawal["state"]);
            let vote = json!({ "approval": asked["approval"], "actor": other_admin() });
            assert_eq!(world.stage.ok("approvals.approve", vote).await["executed"], true);
        }
        // what gives the hold back takes nothing, and what was approved is done
        let settled = world.stage.ok("withdrawals.settle", settle).await;
        assert_eq!(
            (&settled["withdrawal"]["state"], &settled["replayed"]),
            (&json!(state), &json!(paid)),
            "{settled}"
        );
        world.finish().await;
    }
}

/// An admin settles what nobody can show: it was paid, or it was not.
#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_can_show_is_settled() {
    for state in ["not proved", "nonce taken"] {
        for paid in [true, false] {
            let (world, withdrawal) = built(state).await;
            assert_eq!(withdrawal["attention"]["kind"], "permanent", "{withdrawal}");
            assert_eq!(world.alice().await, "10000.00 100.10 9899.90", "{state}");
            let args = json!({ "paid": paid, "reason": "seen on an explorer", "actor": super::admin() });
            let over = world.order("settle", &withdrawal, args).await;
            if paid {
                assert_eq!((&over["state"], &over["failure"]), (&json!("confirmed"), &Value::Null), "{over}");
                assert_eq!(world.alice().await, "9899.90 0.00 9899.90", "{state}");
            } else {
                let failure = &over["failure"]["code"];
                assert_eq!((&over["state"], failure), (&json!("failed"), &json!("not_paid")), "{over}");
                assert_eq!(world.alice().await, "10000.00 0.00 10000.00", "{state}");
            }
            assert_eq!(over["attention"], Value::Null, "{over}");
            world.finish().await;
        }
    }
}
