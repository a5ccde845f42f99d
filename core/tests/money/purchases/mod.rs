//! Purchases: offers whose units are sold once, promos, and what is given with them.
//!
//! Everything is asked in JSON, and time is the stage's clock. `shop` is paid, which `olga` owns; `alice`
//! buys, whose account `alina` owns. Points are Korean won.

/// Makes one test per store of each scenario, as `every_store!` does, on a stage with a keyring, a shop, a
/// buyer with 1,000.00 USD, and the gateway `card`.
macro_rules! with_a_shop {
    ($($(#[doc = $doc:literal])* async fn $name:ident($stage:ident) $body:block)*) => {$(
        $(#[doc = $doc])*
        mod $name {
            #[allow(unused_imports, reason = "a scenario uses what it needs of its file")]
            use super::*;

            async fn scenario($stage: &$crate::support::Stage) $body

            #[tokio::test(flavor = "multi_thread")]
            async fn memory() {
                let stage = $crate::purchases::staged($crate::support::Kind::Memory).await;
                scenario(&stage).await;
                stage.finish().await;
            }

            #[cfg(feature = "sqlite")]
            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                let stage = $crate::purchases::staged($crate::support::Kind::Sqlite).await;
                scenario(&stage).await;
                stage.finish().await;
            }

            #[cfg(feature = "postgres")]
            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() {
                let stage = $crate::purchases::staged($crate::support::Kind::Postgres).await;
                scenario(&stage).await;
                stage.finish().await;
            }
        }
    )*};
}

mod altered;
mod attempts;
mod bad_input;
mod bounds;
mod consent;
mod deals;
mod gateway;
mod gateway_ends;
mod grants;
mod handed_on;
mod holds;
mod judged;
mod kept;
mod museum;
mod races;
mod refunds;
mod replays;
mod rules;

use earnest::keyring::Keyring;
use earnest::{Engine, Error};

use crate::support::{Kind, Stage, Value, json, options};

const CARD: &str = "card";

async fn staged(kind: Kind) -> Stage {
    let stage = Stage::with(kind, options().keyring(Keyring::for_tests())).await;
    stage.ok("payments.set_gateway", json!({ "id": CARD, "driver": "host" })).await;
    let shop = json!({ "account": "shop", "currency": "USD", "owner": "olga" });
    stage.ok("ledger.open_account", shop).await;
    let alice = json!({ "account": "alice", "currency": "USD", "owner": "alina" });
    stage.ok("ledger.open_account", alice).await;
    stage.funded("alice", "1000.00 USD").await;
    stage
}

fn admin() -> Value {
    json!({ "id": "adm-1", "role": "admin" })
}

/// These fields, and `more` over them.
fn with(mut base: Value, more: &Value) -> Value {
    base.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    base
}

/// The offer `mug` at 10.00 USD, made or changed.
async fn set_offer(stage: &Stage, more: Value) -> Value {
    let args = with(json!({ "id": "mug", "seller": "shop", "price": "10.00 USD" }), &more);
    stage.ok("purchases.set_offer", args).await["offer"].clone()
}

async fn set_promo(stage: &Stage, more: Value) -> Value {
    let args = with(json!({ "id": "SPRING", "off": { "bps": 1_000 } }), &more);
    stage.ok("purchases.set_promo", args).await["promo"].clone()
}

/// Builds alice's arguments for the offer, and `more`.
fn asked(more: &Value) -> Value {
    with(json!({ "offer": "mug", "buyer": "alice" }), more)
}

async fn reserve(stage: &Stage, more: Value) -> Value {
    stage.ok("purchases.reserve", asked(&more)).await["purchase"].clone()
}

async fn buy(stage: &Stage, more: Value) -> Value {
    stage.ok("purchases.buy", asked(&more)).await["purchase"].clone()
}

async fn get(stage: &Stage, purchase: &Value) -> Value {
    stage.ok("purchases.get", json!({ "purchase": purchase["id"] })).await
}

/// An order for a purchase, which must be accepted.
async fn order(stage: &Stage, name: &str, purchase: &Value, more: Value) -> Value {
    let args = with(json!({ "purchase": purchase["id"] }), &more);
    stage.ok(&format!("purchases.{name}"), args).await
}

/// Held, sold and available units of an offer, such as `1 2 7`.
async fn units(stage: &Stage, offer: &str) -> String {
    let offer = stage.ok("purchases.get_offer", json!({ "offer": offer })).await;
    format!("{} {} {}", offer["held"], offer["sold"], offer["available"])
}

/// Returns the posted balance of an account, as text; `0` where it was never opened.
async fn posted(stage: &Stage, account: &str, currency: &str) -> String {
    match stage.call("ledger.balance", json!({ "account": account, "currency": currency })).await {
        Ok(balance) => balance["posted"]["amount"].as_str().unwrap().to_owned(),
        Err(error) => {
            assert_eq!(error.code().as_str(), "account_not_found", "{account}: {error}");
            "0".to_owned()
        }
    }
}

/// How often an event of this type was written about a purchase.
async fn told(stage: &Stage, purchase: &Value, kind: &str) -> usize {
    let page = stage.ok("purchases.history", json!({ "purchase": purchase["id"], "limit": 500 })).await;
    page["items"].as_array().unwrap().iter().filter(|event| event["type"] == kind).count()
}

/// Lets this much time pass, and runs what is due then.
async fn pass(stage: &Stage, by: &str) {
    stage.advance(by);
    stage.ok("jobs.run_due", json!({})).await;
}

/// A caller that does what `retry: call` says.
async fn insist(bank: &Engine, name: &str, args: Value) -> Result<Value, Error> {
    let mut outcome = bank.call(name, args.clone()).await;
    for _ in 0..50 {
        match &outcome {
            Err(error) if error.code().as_str() == "contention" => {
                outcome = bank.call(name, args.clone()).await;
            }
            _ => break,
        }
    }
    outcome
}

/// The engine of the stage, and two others on the same store where there can be others.
async fn engines(stage: &Stage) -> Vec<Engine> {
    let mut banks = vec![stage.bank.clone()];
    if stage.kind != Kind::Memory {
        for _ in 0..2 {
            banks.push(stage.again().await);
        }
    }
    banks
}

async fn close_others(banks: Vec<Engine>) {
    for bank in banks.into_iter().skip(1) {
        bank.close().await;
    }
}
