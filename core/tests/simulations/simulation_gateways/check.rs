//! When all is quiet, do the books of the gateways and ours agree, and is every unit where it should be?

use earnest::Engine;
use serde_json::{Value, json};

use super::worker::Worker;
use super::world::World;
use super::{cents, usd};
use crate::support;

/// How a payment that is over may have ended.
const ENDS: [&str; 5] = ["captured", "refunded", "voided", "expired", "failed"];

/// Goes on until nothing is under way, in either direction, and nothing is left to be ended by people.
pub(super) async fn bring_to_rest(world: &World, bank: &Engine, worker: &mut Worker, seed: u64) {
    worker.be_careful();
    for _ in 0..40 {
        rest(world, bank, worker, seed).await;
        if !ends_something(world, bank).await {
            return;
        }
    }
    panic!("seed {seed}: something is never over: {:#?}", all_of(world, bank, "payments.list").await);
}

async fn rest(world: &World, bank: &Engine, worker: &mut Worker, seed: u64) {
    let mut idle = 0;
    for _ in 0..3_000 {
        if worker.turn(world, bank).await {
            idle = 0;
            world.pass(1);
            continue;
        }
        let shared = &world.shared;
        let is_quiet = shared.double.lock().unwrap().is_quiet() && shared.belated.lock().unwrap().is_empty();
        if is_quiet && no_call_is_open(world, bank).await {
            return;
        }
        idle += 1;
        world.pass(match idle {
            0..=5 => 20,
            6..=15 => 180,
            _ => 7 * 3_600,
        });
        drop(bank.call("jobs.run_due", json!({})).await);
    }
    panic!("seed {seed}: calls are never over");
}

async fn asked(world: &World, bank: &Engine, name: &str, args: Value) -> Value {
    let answer = world.insist(bank, name, &args).await.unwrap_or_else(|| panic!("{name}: no answer"));
    answer.unwrap_or_else(|error| panic!("{name} {args}: {error} {:?}", error.details()))
}

async fn all_of(world: &World, bank: &Engine, name: &str) -> Vec<Value> {
    let page = asked(world, bank, name, json!({ "limit": 500 })).await;
    assert!(page["next"].is_null(), "more than a page of {name}");
    page["items"].as_array().unwrap().clone()
}

async fn no_call_is_open(world: &World, bank: &Engine) -> bool {
    let stats = asked(world, bank, "jobs.stats", json!({})).await;
    let kinds = stats["kinds"].as_array().unwrap().iter();
    let mut of_gateways = kinds.filter(|kind| kind["kind"].as_str().unwrap().starts_with("gateway."));
    of_gateways.all(|kind| kind["queued"] == 0 && kind["leased"] == 0)
}

/// Whether something was left that time or people must end: holds, authorizations, late money.
async fn ends_something(world: &World, bank: &Engine) -> bool {
    let admin = json!({ "id": "adm-1", "role": "admin" });
    let (mut waits, mut any) = (false, false);
    for payment in all_of(world, bank, "payments.list").await {
        let mut args = json!({ "payment": payment["id"], "actor": admin });
        let name = match payment["state"].as_str().unwrap() {
            "created" => {
                waits = true;
                continue;
            }
            "authorized" => "payments.void",
            "mismatched" => {
                args["outcome"] = "refunded".into();
                args["reason"] = "it does not belong here".into();
                args["key"] = format!("settle-{}", payment["version"]).into();
                "payments.settle"
            }
            _ if cents(&payment["suspended"]) != 0 => "payments.sync",
            _ => continue,
        };
        any = true;
        world.count(&format!("at the end {name}"));
        // one that is refused is left as it is, and found
        drop(world.insist(bank, name, &args).await);
    }
    let purchases = all_of(world, bank, "purchases.list").await;
    waits |= purchases.iter().any(|one| one["state"] == "held" || one["state"] == "paying");
    if waits {
        world.pass(3_600);
        drop(bank.call("jobs.run_due", json!({})).await);
    }
    any || waits
}

/// Held, sold and available units are all that there are.
pub(super) fn all_units_are_there(offer: &Value) {
    let part = |name: &str| offer[name].as_i64().unwrap_or_else(|| panic!("no {name}: {offer}"));
    assert_eq!(part("held") + part("sold") + part("available"), part("stock"), "{offer}");
}

/// Returns the posted balance of an account, in cents; 0 where it was never opened.
async fn posted(world: &World, bank: &Engine, account: &str) -> i64 {
    let args = json!({ "account": account, "currency": "USD" });
    match world.insist(bank, "ledger.balance", &args).await {
        Some(Ok(balance)) => cents(&balance["posted"]),
        Some(Err(error)) if error.code().as_str() == "account_not_found" => 0,
        other => panic!("{account}: {other:?}"),
    }
}

/// `funded`: what the buyers had at first, in cents.
pub(super) async fn check(world: &World, bank: &Engine, seed: u64, funded: i64) {
    let mut of_shop = 0;
    for payment in all_of(world, bank, "payments.list").await {
        let state = payment["state"].as_str().unwrap();
        world.count(&format!("at last payment {state}"));
        let over = ENDS.contains(&state) && payment["doing"].is_null() && cents(&payment["suspended"]) == 0;
        assert!(over, "seed {seed}: {payment:#}");
        let own = cents(&payment["captured"]) - cents(&payment["refunded"]);
        let there: i64 = {
            let double = world.shared.double.lock().unwrap();
            let kept = double.kept(payment["id"].as_str().unwrap());
            assert!(kept.len() <= 1, "seed {seed}: {kept:?} keep money of {payment:#}");
            if cents(&payment["captured"]) > 0 {
                let (gateway, id) = (payment["gateway"].as_str().unwrap(), payment["id"].as_str().unwrap());
                assert_eq!(double.reserved(gateway, id), 0, "seed {seed}: it is held of {payment:#}");
            }
            kept.iter().map(|(_, amount)| amount).sum()
        };
        assert_eq!(there, own, "seed {seed}: the gateways have {} of {payment:#}", usd(there));
        of_shop += if payment["to"] == "shop" { own } else { 0 };
    }
    let wrongs = world.shared.double.lock().unwrap().wrongs();
    assert!(wrongs.is_empty(), "seed {seed}: nobody may be charged twice: {wrongs:#?}");
    of_shop += check_units(world, bank, seed).await;
    assert_eq!(posted(world, bank, "shop").await, of_shop, "seed {seed}: what the shop has");
    assert_eq!(posted(world, bank, "@suspense").await, 0, "seed {seed}");
    let taken = world.shared.double.lock().unwrap().total();
    assert_eq!(posted(world, bank, "@world").await, -funded - taken, "seed {seed}: what came from outside");
    let deals = world.shared.known.lock().unwrap().deals.clone();
    for deal in deals {
        let deal = asked(world, bank, "escrow.get", json!({ "deal": deal })).await;
        if !deal["payment"].is_null() && deal["state"] != "pending" {
            world.count("at last deal with a card");
        }
    }
    support::verify(bank).await;
}

/// Every unit is sold or there; answers what the shop got from balances, in cents.
async fn check_units(world: &World, bank: &Engine, seed: u64) -> i64 {
    let offer = asked(world, bank, "purchases.get_offer", json!({ "offer": "mug" })).await;
    all_units_are_there(&offer);
    let (mut sold, mut from_balances) = (0, 0);
    for purchase in all_of(world, bank, "purchases.list").await {
        let state = purchase["state"].as_str().unwrap();
        world.count(&format!("at last purchase {state}"));
        assert!(!["held", "paying"].contains(&state), "seed {seed}: {purchase:#}");
        if state == "completed" {
            sold += purchase["quantity"].as_i64().unwrap() - restocked(world, bank, &purchase).await;
            if purchase["paid_with"] == "balance" {
                from_balances += cents(&purchase["total"]) - cents(&purchase["refunded"]);
            } else {
                let args = json!({ "payment": purchase["payment"] });
                let payment = asked(world, bank, "payments.get", args).await;
                assert_eq!(payment["state"], "captured", "seed {seed}: {payment:#} of {purchase:#}");
            }
        }
    }
    assert_eq!((&offer["held"], &offer["sold"]), (&json!(0), &json!(sold)), "seed {seed}: {offer}");
    from_balances
}

/// How many units of a purchase are for sale again, though the refund that brought them back may have failed.
async fn restocked(world: &World, bank: &Engine, purchase: &Value) -> i64 {
    let args = json!({ "object": purchase["id"], "limit": 500 });
    let page = asked(world, bank, "events.list", args).await;
    let events = page["items"].as_array().unwrap().iter();
    events.filter_map(|event| event["data"]["restocked"].as_i64()).sum()
}
