//! Rules and rates, as callers meet them: a limit of N lets exactly N through, and waiting as told helps.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a test fails by panicking, is told by its environment what to do, and waits by the clock"
)]
#![cfg(all(feature = "sqlite", feature = "postgres", feature = "host-sqlx"))]

#[path = "../support/mod.rs"]
mod support;

mod addresses;
mod ahead;
mod apart;
mod begins;
mod challenges;
mod costs;
mod crowds;
mod evaluated;
mod host;
mod lifted;
mod lists;
mod messages;
mod museum;
mod order;
mod origins;
mod packs;
mod profile;
mod recomputed;
mod recounted;
mod restarts;
mod reviews;
mod rolled_back;
mod seasons;
mod strangers;
mod swept;
mod values;
mod verdicts;

use crate::support::{Stage, Value, json};

/// Sets a rule: what is not given is a count of `ledger.deduct` by account for ever that blocks.
pub(crate) async fn rule(stage: &Stage, given: Value) -> Value {
    stage.ok("risk.set_rule", with(given)).await["rule"].clone()
}

#[expect(clippy::needless_pass_by_value, reason = "its many calls read better")]
pub(crate) fn with(given: Value) -> Value {
    let mut args = json!({ "id": "r", "action": "ledger.deduct", "subject": "account", "metric": "count",
        "window": "lifetime", "limit": 3, "outcome": "block" });
    for (name, value) in given.as_object().unwrap() {
        if value.is_null() {
            args.as_object_mut().unwrap().remove(name);
        } else {
            args[name] = value.clone();
        }
    }
    args
}

/// A deduction of one dollar from an account.
#[expect(clippy::needless_pass_by_value, reason = "its many calls read better")]
pub(crate) fn deduct(account: &str, more: Value) -> Value {
    let mut args = json!({ "account": account, "amount": "1.00 USD" });
    for (name, value) in more.as_object().unwrap() {
        args[name] = value.clone();
    }
    args
}

/// How many of these calls in a row pass, until one does not.
pub(crate) async fn passing(stage: &Stage, name: &str, args: &Value, most: usize) -> usize {
    for n in 0..most {
        let mut args = args.clone();
        args["key"] = stage.key().into();
        if stage.call(name, args).await.is_err() {
            return n;
        }
    }
    most
}
