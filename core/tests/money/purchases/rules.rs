//! Every state of a purchase, every trigger and every role, against the table of the contract.

use super::{admin, asked, buy, get, order, pass, reserve, set_offer, staged, with};
use crate::support::{Kind, Stage, Value, code, json};

/// Those who try.
pub(super) const ROLES: [&str; 6] = ["buyer", "owner of the buyer", "stranger", "seller", "admin", "system"];
pub(super) const TRIGGERS: [&str; 3] = ["pay", "cancel", "refund"];
/// The states that are reached without a gateway.
const STATES: [&str; 5] = ["held", "completed", "cancelled", "expired", "refunded"];
const BUYER: &[&str] = &["buyer", "owner of the buyer", "admin", "system"];
const SELLER: &[&str] = &["seller", "admin"];

/// In this state, this trigger may be pulled by these, and leads there.
pub(super) struct Row {
    pub(super) from: &'static str,
    pub(super) trigger: &'static str,
    pub(super) who: &'static [&'static str],
    pub(super) to: &'static str,
}

pub(super) const fn row(
    from: &'static str,
    trigger: &'static str,
    who: &'static [&'static str],
    to: &'static str,
) -> Row {
    Row { from, trigger, who, to }
}

/// The contract's table; a step that is not in it is `transition_not_allowed` to everybody.
pub(super) const TABLE: &[Row] = &[
    row("held", "pay", BUYER, "completed"),
    row("held", "cancel", BUYER, "cancelled"),
    row("paying", "cancel", BUYER, "cancelled"),
    row("completed", "refund", SELLER, "refunded"),
    row("charged_back", "refund", SELLER, "charged_back"),
];

pub(super) fn actor(role: &str) -> Value {
    match role {
        "buyer" => json!("alice"),
        "owner of the buyer" => json!("alina"),
        "seller" => json!("olga"),
        "stranger" => json!("mallory"),
        "admin" => admin(),
        _ => json!({ "id": "worker", "role": "system" }),
    }
}

/// A purchase in a state.
async fn built(stage: &Stage, state: &str) -> Value {
    // another admin than the one who tries: a derived key is each actor's own
    let by = json!({ "actor": { "id": "adm-0", "role": "admin" } });
    let purchase = match state {
        "completed" => buy(stage, json!({})).await,
        "refunded" => {
            let purchase = buy(stage, json!({})).await;
            order(stage, "refund", &purchase, by).await;
            purchase
        }
        _ => reserve(stage, json!({})).await,
    };
    match state {
        "cancelled" => drop(order(stage, "cancel", &purchase, json!({})).await),
        "expired" => pass(stage, "PT10M").await,
        _ => {}
    }
    let purchase = get(stage, &purchase).await;
    assert_eq!(purchase["state"], state, "built as `{state}`: {purchase}");
    purchase
}

/// Tries a trigger of a purchase, and says what is wrong with what came of it.
pub(super) async fn tried(
    stage: &Stage,
    state: &str,
    trigger: &str,
    role: &str,
    purchase: &Value,
) -> Option<String> {
    let row = TABLE.iter().find(|row| row.from == state && row.trigger == trigger);
    let to = row.filter(|row| row.who.contains(&role)).map(|row| row.to);
    let before = get(stage, purchase).await;
    let mut args = json!({ "purchase": purchase["id"], "actor": actor(role) });
    if trigger == "refund" {
        args["key"] = stage.key().into();
    }
    let shown = json!({ "purchase": purchase["id"], "actor": actor(role) });
    let shown = stage.ok("purchases.allowed_actions", shown).await;
    let shown = shown["actions"].as_array().unwrap().iter().find(|action| action["trigger"] == trigger);
    let outcome = stage.call(&format!("purchases.{trigger}"), args).await;
    let after = get(stage, purchase).await;
    let expected = match (row, to) {
        (None, _) => ("transition_not_allowed", before["state"].as_str().unwrap()),
        (Some(_), None) => ("not_permitted", before["state"].as_str().unwrap()),
        (Some(_), Some(to)) => ("ok", to),
    };
    let found = (code(&outcome), after["state"].as_str().unwrap());
    let cell = format!("{trigger} in `{state}` by {role}");
    if found != expected {
        return Some(format!("{cell}: {found:?}, expected {expected:?}"));
    }
    // an action is shown where its call is taken, and nowhere else
    let leads = |to: &Value| outcome.is_ok() && (to.is_null() || *to == after["state"]);
    if shown.map_or(outcome.is_ok(), |action| !leads(&action["to"])) {
        return Some(format!("{cell}: shown {shown:?}, {outcome:?}"));
    }
    let wrote = to.is_none() && after["version"] != before["version"];
    wrote.then(|| format!("{cell} was refused and wrote: {after}"))
}

/// The rule is the same on every store, so memory is enough for 90 cells.
#[tokio::test(flavor = "multi_thread")]
async fn every_state_trigger_and_role() {
    let (mut cells, mut wrong) = (0, Vec::new());
    for state in STATES {
        let stage = staged(Kind::Memory).await;
        set_offer(&stage, json!({ "stock": 1_000 })).await;
        for trigger in TRIGGERS {
            for role in ROLES {
                cells += 1;
                let purchase = built(&stage, state).await;
                wrong.extend(tried(&stage, state, trigger, role, &purchase).await);
            }
        }
        stage.finish().await;
    }
    println!("{cells} cells");
    assert!(wrong.is_empty(), "{} of {cells} cells are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// A purchase begins with who buys, an admin or the host's own program.
#[tokio::test(flavor = "multi_thread")]
async fn who_may_begin() {
    let stage = staged(Kind::Memory).await;
    set_offer(&stage, json!({})).await;
    for name in ["purchases.reserve", "purchases.buy"] {
        for role in ROLES {
            let args = asked(&json!({ "actor": actor(role), "key": stage.key() }));
            let expected = if BUYER.contains(&role) { "ok" } else { "not_permitted" };
            assert_eq!(code(&stage.call(name, args).await), expected, "{name} by {role}");
        }
    }
    // one without an account buys by the own name, and by no other
    let bob = json!({ "offer": "mug", "buyer": "bob" });
    stage.ok("purchases.reserve", with(bob.clone(), &json!({ "actor": "bob" }))).await;
    let args = with(bob, &json!({ "actor": "mallory", "key": stage.key() }));
    assert_eq!(code(&stage.call("purchases.reserve", args).await), "not_permitted");
    stage.finish().await;
}

/// A refusal names the state and what would be allowed in it.
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_says_what_is_allowed() {
    let stage = staged(Kind::Memory).await;
    set_offer(&stage, json!({})).await;
    let purchase = reserve(&stage, json!({})).await;
    let refund = json!({ "purchase": purchase["id"], "actor": admin() });
    let details = stage.no("purchases.refund", refund, "transition_not_allowed").await;
    assert_eq!((&details["object"], &details["state"]), (&purchase["id"], &json!("held")), "{details}");
    assert_eq!(details["allowed"], json!(["pay", "cancel"]), "{details}");
    let nobody = json!({ "purchase": "pu_0190c3f0-0000-7000-8000-000000000000" });
    stage.no("purchases.pay", nobody, "purchase_not_found").await;
    stage.finish().await;
}

/// Offers and promos are set up by the paid account or its owner, for every offer that is named.
#[tokio::test(flavor = "multi_thread")]
async fn who_sets_up() {
    let stage = staged(Kind::Memory).await;
    set_offer(&stage, json!({})).await;
    let other = json!({ "id": "cup", "seller": "carl", "price": "3.00 USD" });
    stage.ok("purchases.set_offer", with(other.clone(), &json!({ "actor": "carl" }))).await;
    set_offer(&stage, json!({ "id": "gift", "grants": ["5 KRW"] })).await;
    let offer = |more: Value| with(json!({ "id": "mug" }), &more);
    let promo = |more: Value| with(json!({ "id": "P", "off": { "bps": 1 } }), &more);
    for (who, name, args, expected) in [
        ("olga", "set_offer", offer(json!({ "stock": 5 })), "ok"),
        ("shop", "set_offer", offer(json!({ "stock": 6 })), "ok"),
        ("mallory", "set_offer", offer(json!({ "stock": 7 })), "not_permitted"),
        // neither takes over an offer of another, nor gives the own one away
        ("carl", "set_offer", offer(json!({ "seller": "carl" })), "not_permitted"),
        ("olga", "set_offer", offer(json!({ "seller": "carl" })), "not_permitted"),
        // what is given comes from nowhere: nobody makes money of it
        ("olga", "set_offer", offer(json!({ "grants": ["5 KRW"] })), "not_permitted"),
        ("olga", "set_promo", promo(json!({ "offers": ["gift"] })), "not_permitted"),
        ("olga", "set_offer", json!({ "id": "gift", "price": "0.01 USD" }), "not_permitted"),
        ("olga", "set_promo", promo(json!({ "offers": ["mug"] })), "ok"),
        ("olga", "set_promo", promo(json!({ "offers": ["mug", "cup"] })), "not_permitted"),
        ("carl", "set_promo", promo(json!({ "offers": ["cup"] })), "not_permitted"),
        ("olga", "set_promo", json!({ "id": "ALL", "off": { "bps": 1 } }), "not_permitted"),
        ("olga", "promos", json!({ "offer": "mug" }), "ok"),
        ("carl", "promos", json!({ "offer": "mug" }), "not_permitted"),
        ("olga", "promos", json!({}), "not_permitted"),
    ] {
        let args = with(args, &json!({ "actor": who }));
        let outcome = stage.call(&format!("purchases.{name}"), args.clone()).await;
        assert_eq!(code(&outcome), expected, "{who}: {name} {args}");
    }
    stage.ok("purchases.set_promo", json!({ "id": "ALL", "off": { "bps": 1 } })).await;
    stage.finish().await;
}
