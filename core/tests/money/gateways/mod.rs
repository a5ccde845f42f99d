//! Payments through gateways that are spoken to by built-in drivers, against doubles of the gateways over
//! HTTP.

pub(crate) mod http;
mod inicis;
mod pauses;
mod stripe;
mod toss;
mod unable;

use crate::support::{Stage, Value, json};

/// These fields, and `more` over them.
fn with(mut base: Value, more: &Value) -> Value {
    base.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    base
}

/// A payment of 100.00 USD into `shop` through `card`, whose calls that are due were made.
async fn paid_with(stage: &Stage, token: &str, more: Value) -> Value {
    let args =
        json!({ "amount": "100.00 USD", "to": "shop", "gateway": "card", "payer": "paul", "token": token });
    let payment = stage.ok("payments.create", with(args, &more)).await["payment"].clone();
    run(stage).await;
    get(stage, &payment).await
}

/// Does something with a payment, and makes the calls that are due.
async fn order(stage: &Stage, name: &str, payment: &Value, more: Value) -> Value {
    let args = with(json!({ "payment": payment["id"] }), &more);
    stage.ok(&format!("payments.{name}"), args).await;
    run(stage).await;
    get(stage, payment).await
}

async fn get(stage: &Stage, payment: &Value) -> Value {
    stage.ok("payments.get", json!({ "payment": payment["id"] })).await
}

/// Makes the calls that are due.
async fn run(stage: &Stage) {
    stage.ok("jobs.run_due", json!({})).await;
}

/// Lets this much time pass, and makes the calls that are due then.
async fn pass(stage: &Stage, by: &str) {
    stage.advance(by);
    run(stage).await;
}

/// State, captured and refunded, such as `captured 100.00 40.00`.
fn figures(payment: &Value) -> String {
    let part = |name: &str| payment[name]["amount"].as_str().unwrap();
    format!("{} {} {}", payment["state"].as_str().unwrap(), part("captured"), part("refunded"))
}

/// Returns the posted balance of an account, such as `40.00`; `0.00` where it was never opened.
async fn posted(stage: &Stage, account: &str) -> String {
    match stage.call("ledger.balance", json!({ "account": account, "currency": "USD" })).await {
        Ok(balance) => balance["posted"]["amount"].as_str().unwrap().to_owned(),
        Err(error) => {
            assert_eq!(error.code().as_str(), "account_not_found", "{account}: {error}");
            "0.00".to_owned()
        }
    }
}
