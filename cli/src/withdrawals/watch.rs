//! `earnest withdrawals watch`: a line for each withdrawal under way, and one for each change, as it comes.

use std::collections::BTreeMap;
use std::pin::pin;
use std::time::Duration;

use earnest::for_cli::WithdrawalState;
use earnest::{Engine, Error};
use serde_json::{Value, json};
use tokio::time::sleep;

use super::args::WatchOrder;
use super::nobody;
use super::row::{Row, is_over};
use crate::Context;
use crate::evidence::{Reader, all};
use crate::output::Failure;

/// It never looks more often.
const LEAST: Duration = Duration::from_millis(100);

/// Prints changes until Ctrl-C, or until the one that is followed is over.
pub(super) async fn watch(context: &Context, order: &WatchOrder) -> Result<(), Failure> {
    let engine = context.settings.open_to_follow().await?;
    let ended = Box::pin(follow(context, order, &engine)).await;
    engine.close().await;
    ended
}

async fn follow(context: &Context, order: &WatchOrder, engine: &Engine) -> Result<(), Failure> {
    let reader = nobody(engine).await?;
    // listened for from the first pause on: the signal is not missed while the store is asked
    let mut told = pin!(tokio::signal::ctrl_c());
    let mut known = BTreeMap::new();
    loop {
        let found = look(engine, order, &known).await?;
        for withdrawal in &found {
            if known.insert(id(withdrawal), mark(withdrawal)) != Some(mark(withdrawal)) {
                say(context, &reader, withdrawal)?;
            }
        }
        if order.until_done.is_some() {
            match found.first().filter(|withdrawal| is_over(withdrawal)) {
                Some(over) if over["state"] == "confirmed" => return Ok(()),
                Some(_) => return Err(Failure::Reported),
                None => {}
            }
        } else if !matches!(order.wanted.state.as_deref(), Some("confirmed" | "failed")) {
            // what is over is listed no more
            let over = found.iter().filter(|withdrawal| is_over(withdrawal));
            over.for_each(|withdrawal| drop(known.remove(&id(withdrawal))));
        }
        tokio::select! {
            _ = &mut told => return Ok(()),
            () = sleep(order.every.max(LEAST)) => {}
        }
    }
}

/// Reads the wanted withdrawals, and those seen before that are no longer listed.
async fn look(
    engine: &Engine,
    order: &WatchOrder,
    known: &BTreeMap<String, Value>,
) -> Result<Vec<Value>, Error> {
    let get = |id: &str| engine.call("withdrawals.get", json!({ "withdrawal": id }));
    if let Some(id) = &order.until_done {
        return Ok(vec![get(id).await?]);
    }
    let args = order.wanted.to_args();
    let states: Vec<&str> = match &order.wanted.state {
        Some(state) => vec![state.as_str()],
        None => WithdrawalState::ALL
            .iter()
            .filter(|state| !state.is_terminal())
            .map(|state| state.as_str())
            .collect(),
    };
    let mut found = BTreeMap::new();
    for state in states {
        let mut args = args.clone();
        args["state"] = state.into();
        for withdrawal in all(engine, "withdrawals.list", args).await? {
            found.insert(id(&withdrawal), withdrawal);
        }
    }
    for gone in known.keys() {
        if !found.contains_key(gone) {
            found.insert(gone.clone(), get(gone).await?);
        }
    }
    let mut found: Vec<Value> = found.into_values().collect();
    found.sort_by_key(|withdrawal| withdrawal["updated_at"].as_str().map(ToOwned::to_owned));
    Ok(found)
}

fn id(withdrawal: &Value) -> String {
    withdrawal["id"].as_str().unwrap_or_default().to_owned()
}

/// Picks the fields whose change is printed.
fn mark(withdrawal: &Value) -> Value {
    let names = ["state", "waiting", "cancelling", "unsettled", "nonce", "hash", "confirmations"];
    let attempts = withdrawal["attempts"].as_array().map_or(0, Vec::len);
    let mut parts: Vec<Value> = names.iter().map(|name| withdrawal[*name].clone()).collect();
    parts.extend([withdrawal["attention"]["code"].clone(), attempts.into()]);
    Value::Array(parts)
}

fn say(context: &Context, reader: &Reader, withdrawal: &Value) -> Result<(), Failure> {
    let (say, now) = (context.say, context.settings.options().env.clock.now());
    if say.json {
        return Ok(say.document(&json!({ "withdrawal": withdrawal }))?);
    }
    let row = Row::of(withdrawal, reader, now);
    Ok(say.line(format!("{}  {}", reader.time(&withdrawal["updated_at"]), row.watched(say)))?)
}
