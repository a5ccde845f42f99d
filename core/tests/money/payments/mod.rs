//! Payments: money from outside, through gateways that a worker of the application talks to.
//!
//! Everything is asked in JSON, and time is the stage's clock. The gateways are hosts of the test: it leases
//! their calls and says what became of them, by hand or with [`double::Double`].

/// Makes one test per store of each scenario, as `every_store!` does, on a stage with a keyring, the gateways
/// `card` and `second`, and the account `shop` that `olga` owns.
macro_rules! with_gateways {
    ($($(#[doc = $doc:literal])* async fn $name:ident($stage:ident) $body:block)*) => {$(
        $(#[doc = $doc])*
        mod $name {
            #[allow(unused_imports, reason = "a scenario uses what it needs of its file")]
            use super::*;

            async fn scenario($stage: &$crate::support::Stage) $body

            #[tokio::test(flavor = "multi_thread")]
            async fn memory() {
                let stage = $crate::payments::staged($crate::support::Kind::Memory).await;
                scenario(&stage).await;
                stage.finish().await;
            }

            #[cfg(feature = "sqlite")]
            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                let stage = $crate::payments::staged($crate::support::Kind::Sqlite).await;
                scenario(&stage).await;
                stage.finish().await;
            }

            #[cfg(feature = "postgres")]
            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() {
                let stage = $crate::payments::staged($crate::support::Kind::Postgres).await;
                scenario(&stage).await;
                stage.finish().await;
            }
        }
    )*};
}
pub(crate) use with_gateways;

mod altered;
mod bad_input;
mod calls;
mod deals;
mod double;
mod given_up;
mod hints;
mod host;
mod late;
mod museum;
mod news;
mod overtaken;
mod parts;
mod processes;
mod refunds;
mod restored;
mod routes;
mod storm;
mod timers;
mod transitions;
mod unasked;
mod waits;
mod whose;
mod worker;

use earnest::keyring::Keyring;
use earnest::{Engine, Error};

use crate::support::{Kind, Stage, Value, all_at_once, id, json, options};

pub(crate) const CARD: &str = "card";
const SECOND: &str = "second";
/// The gateway's handle of how the payer pays.
const TOKEN_OF_PAUL: &str = "pm-1";

pub(crate) async fn staged(kind: Kind) -> Stage {
    let stage = Stage::with(kind, options().keyring(Keyring::for_tests())).await;
    for gateway in [CARD, SECOND] {
        set_gateway(&stage, gateway, json!({})).await;
    }
    let shop = json!({ "account": "shop", "currency": "USD", "owner": "olga" });
    stage.ok("ledger.open_account", shop).await;
    stage
}

/// A host gateway, made or changed.
pub(crate) async fn set_gateway(stage: &Stage, id: &str, more: Value) -> Value {
    let args = with(json!({ "id": id, "driver": "host" }), &more);
    stage.ok("payments.set_gateway", args).await["gateway"].clone()
}

/// The gateway, as it is listed.
async fn gateway(stage: &Stage, id: &str) -> Value {
    let page = stage.ok("payments.gateways", json!({})).await;
    let all = page["items"].as_array().unwrap();
    all.iter().find(|gateway| gateway["id"] == id).unwrap_or_else(|| panic!("no {id} in {page}")).clone()
}

fn admin() -> Value {
    json!({ "id": "adm-1", "role": "admin" })
}

/// These fields, and `more` over them.
pub(crate) fn with(mut base: Value, more: &Value) -> Value {
    base.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    base
}

/// Builds the arguments of a payment of 100.00 USD to `shop` through `card`, and `more`.
fn asked(more: &Value) -> Value {
    with(json!({ "amount": "100.00 USD", "to": "shop", "gateway": CARD, "payer": "paul" }), more)
}

/// A payment; without a token it waits for one.
pub(crate) async fn create(stage: &Stage, more: Value) -> Value {
    stage.ok("payments.create", asked(&more)).await["payment"].clone()
}

/// A payment that waits for its gateway.
pub(crate) async fn confirmed(stage: &Stage, more: Value) -> Value {
    create(stage, with(json!({ "token": TOKEN_OF_PAUL }), &more)).await
}

/// A payment that the gateway holds for us.
async fn pay_authorized(stage: &Stage) -> Value {
    let payment = confirmed(stage, json!({ "capture": "manual" })).await;
    let job = sent(stage, &payment, "authorize").await;
    let payment =
        answer(stage, &job, json!({ "outcome": "authorized", "reference": reference(&payment) })).await;
    assert_eq!(payment["state"], "authorized", "{payment}");
    payment
}

/// A payment of so much that is on the account of `shop`.
pub(crate) async fn paid(stage: &Stage, amount: &str) -> Value {
    let payment = confirmed(stage, json!({ "amount": amount })).await;
    let job = sent(stage, &payment, "authorize").await;
    let result = json!({ "outcome": "captured", "amount": amount, "reference": reference(&payment) });
    let payment = answer(stage, &job, result).await;
    assert_eq!(payment["state"], "captured", "{payment}");
    payment
}

/// Returns the gateway's reference of a payment.
pub(crate) fn reference(payment: &Value) -> String {
    format!("ch-{}", id(payment))
}

pub(crate) async fn get(stage: &Stage, payment: &Value) -> Value {
    stage.ok("payments.get", json!({ "payment": payment["id"] })).await
}

/// An order for a payment, which must be accepted.
async fn order(stage: &Stage, name: &str, payment: &Value, more: Value) -> Value {
    let args = with(json!({ "payment": payment["id"] }), &more);
    stage.ok(&format!("payments.{name}"), args).await
}

/// Leases calls of these gateways.
pub(crate) async fn leases(stage: &Stage, gateways: &[&str], limit: u32) -> Vec<Value> {
    let kinds: Vec<String> = gateways.iter().map(|gateway| format!("gateway.{gateway}")).collect();
    let reply = stage.ok("jobs.lease", json!({ "kinds": kinds, "limit": limit, "for": "PT1M" })).await;
    reply["jobs"].as_array().unwrap().clone()
}

/// The one call that a gateway is asked for now.
pub(crate) async fn lease(stage: &Stage, gateway: &str) -> Value {
    let mut jobs = leases(stage, &[gateway], 10).await;
    assert_eq!(jobs.len(), 1, "calls of {gateway}: {jobs:?}");
    jobs.remove(0)
}

/// The call of a payment that is due, taken by a worker. What others wait for is taken too, and left.
pub(crate) async fn sent(stage: &Stage, payment: &Value, call: &str) -> Value {
    let jobs = leases(stage, &[CARD, SECOND], 500).await;
    let mine = jobs.iter().find(|job| job["payload"]["payment"] == payment["id"]);
    let mine = mine.unwrap_or_else(|| panic!("{call} of {} is not due: {jobs:?}", payment["id"]));
    assert_eq!(mine["payload"]["call"], call, "{mine}");
    mine.clone()
}

/// A report about a job.
pub(crate) fn said(job: &Value, more: &Value) -> Value {
    with(json!({ "job": job["id"], "fence": job["fence"] }), more)
}

/// Reports what the gateway answered; the payment is then this.
pub(crate) async fn answer(stage: &Stage, job: &Value, result: Value) -> Value {
    stage.ok("jobs.complete", said(job, &json!({ "result": result }))).await;
    get(stage, &json!({ "id": job["payload"]["payment"] })).await
}

/// Reports that the gateway did not answer; the payment is then this.
pub(crate) async fn no_answer(stage: &Stage, job: &Value) -> Value {
    stage.ok("jobs.fail", said(job, &json!({ "error": "no answer" }))).await;
    get(stage, &json!({ "id": job["payload"]["payment"] })).await
}

/// Reports news of a gateway, as an event that was not told before.
async fn tell(stage: &Stage, payment: &Value, outcome: &str, more: Value) -> Value {
    let news = json!({ "gateway": CARD, "event": stage.key(), "payment": payment["id"], "outcome": outcome });
    stage.ok("payments.report", with(news, &more)).await
}

/// State, captured, refunded, charged back and suspended, such as `captured 100.00 40.00 0.00 0.00`.
pub(crate) fn figures(payment: &Value) -> String {
    let part =
        |name: &str| payment[name]["amount"].as_str().unwrap_or_else(|| panic!("no {name}: {payment}"));
    let parts = ["captured", "refunded", "charged_back", "suspended"].map(part);
    format!("{} {}", payment["state"].as_str().unwrap(), parts.join(" "))
}

/// Returns the posted balances of `shop`, `@suspense` and `@losses`, in cents.
pub(crate) async fn books(stage: &Stage) -> [i64; 3] {
    [posted(stage, "shop").await, posted(stage, "@suspense").await, posted(stage, "@losses").await]
}

/// Returns the posted balance of an account, in cents; 0 where it was never opened.
async fn posted(stage: &Stage, account: &str) -> i64 {
    match stage.call("ledger.balance", json!({ "account": account, "currency": "USD" })).await {
        Ok(balance) => cents(&balance["posted"]),
        Err(error) => {
            assert_eq!(error.code().as_str(), "account_not_found", "{account}: {error}");
            0
        }
    }
}

/// Money of a view in cents.
fn cents(money: &Value) -> i64 {
    let text = money["amount"].as_str().unwrap_or_else(|| panic!("no money: {money}"));
    text.replace('.', "").parse().unwrap()
}

/// Cents as a request has them.
fn usd(cents: i64) -> String {
    format!("{}.{:02} USD", cents / 100, cents % 100)
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

/// Calls at once, each by somebody who insists.
pub(crate) async fn together(stage: &Stage, calls: Vec<(&'static str, Value)>) -> Vec<Result<Value, Error>> {
    let calls = calls.into_iter().map(|(name, args)| {
        let bank = stage.bank.clone();
        async move { insist(&bank, name, args).await }
    });
    all_at_once(calls).await
}

/// Every item of a list that comes in pages.
async fn all_of(stage: &Stage, name: &str, args: Value) -> Vec<Value> {
    let (mut items, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = stage.ok(name, with(args.clone(), &json!({ "limit": 500, "after": after }))).await;
        items.extend(page["items"].as_array().unwrap().iter().cloned());
        after = page["next"].clone();
        if after.is_null() {
            return items;
        }
    }
}

/// How often admins were told of this.
pub(crate) async fn told_admins(stage: &Stage, event: &str) -> usize {
    let told = all_of(stage, "jobs.list", json!({ "kind": "notify.admins" })).await;
    told.iter().filter(|job| job["payload"]["event"] == event).count()
}

/// Lets this much time pass, and runs what is due then.
pub(crate) async fn pass(stage: &Stage, by: &str) {
    stage.advance(by);
    stage.ok("jobs.run_due", json!({})).await;
}
