//! Asks a node whether a payment would run, and for how much gas.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::asking::{Asking, error_view, failed, view_of};
use super::node::ChainNode;
use super::read::{bytes, hex_of, padded, quantity, small, word};
use super::rpc::RpcFault;
use super::terms::NodeTerms;
use crate::time::Time;

/// Asks a node to simulate a payment.
pub(super) async fn view(node: &Arc<ChainNode>, _: &NodeTerms, now: Time, payload: &Value) -> Value {
    let call = call_of(payload);
    let mut ask = Asking::default();
    let ran = ask.add("eth_call", json!([call, "latest"]));
    let estimated = ask.add("eth_estimateGas", json!([call]));
    let id = ask.chain_id(node);
    let answers = ask.of(node, now).await;
    let chain_id = answers.chain_id(node, id);
    if let Some(fault) = failed(&answers) {
        return error_view(node, chain_id, &fault);
    }
    let is_token = payload["data"].as_str().is_some_and(|data| data.len() > 2);
    let ran = answers.of(ran).and_then(|returned| returned_well(returned, is_token));
    let fault = match (ran, answers.of(estimated).map(small)) {
        (Ok(()), Ok(Some(gas))) => {
            let mut view = Map::new();
            view.insert("ok".to_owned(), true.into());
            view.insert("gas".to_owned(), gas.to_string().into());
            return view_of(node, chain_id, view);
        }
        (Err(fault), _) => fault,
        (Ok(()), Ok(None)) => RpcFault::malformed("the estimate is no number"),
        (Ok(()), Err(fault)) => fault,
    };
    if !fault.is_said {
        return error_view(node, chain_id, &fault);
    }
    refused(node, now, payload, chain_id, &fault).await
}

/// The call as nodes take it: numbers in hex.
fn call_of(payload: &Value) -> Value {
    let mut call = Map::new();
    for name in ["from", "to", "data"] {
        call.insert(name.to_owned(), payload[name].clone());
    }
    call.insert("value".to_owned(), in_hex(&payload["value"]));
    Value::Object(call)
}

/// A number of ours as nodes take it.
fn in_hex(number: &Value) -> Value {
    let text = number.as_str().unwrap_or_default();
    match earnest_evm::number(text, "value") {
        Ok(number) => format!("{number:#x}").into(),
        Err(_) => hex_of(0).into(),
    }
}

/// A token returns nothing or true. What the receiver of coins returns means nothing.
fn returned_well(returned: &Value, is_token: bool) -> Result<(), RpcFault> {
    let Some(data) = bytes(returned) else { return Err(RpcFault::malformed("the call returned no bytes")) };
    if !is_token || data.len() == 2 || word(returned).is_some_and(|word| word == earnest_evm::U256::from(1)) {
        return Ok(());
    }
    Err(RpcFault {
        code: "returned".into(),
        message: "returned false".to_owned(),
        data: Some(data.chars().take(66).collect::<String>().into()),
        is_said: true,
    })
}

/// Why it does not run, and what the sender has.
async fn refused(
    node: &Arc<ChainNode>,
    now: Time,
    payload: &Value,
    chain_id: Option<String>,
    fault: &RpcFault,
) -> Value {
    let from = payload["from"].as_str().unwrap_or_default();
    let is_token = payload["data"].as_str().is_some_and(|data| data.len() > 2);
    let mut ask = Asking::default();
    let native = ask.add("eth_getBalance", json!([from, "latest"]));
    let balance = is_token.then(|| ask.add("eth_call", balance_of(&payload["to"], from)));
    let answers = ask.of(node, now).await;
    let coins = answers.of(native).ok().and_then(quantity);
    let units = match balance {
        Some(place) => answers.of(place).ok().and_then(word).map(|units| units.to_string()),
        None => coins.clone(),
    };
    let mut view = Map::new();
    view.insert("ok".to_owned(), false.into());
    view.insert("error".to_owned(), fault.to_value());
    for (name, number) in [("native", coins), ("balance", units)] {
        if let Some(number) = number {
            view.insert(name.to_owned(), number.into());
        }
    }
    view_of(node, chain_id, view)
}

/// Returns the parameters of the call `balanceOf(address)` of a token (EIP-20).
pub(super) fn balance_of(token: &Value, address: &str) -> Value {
    let data = format!("0x70a08231{}", padded(address));
    json!([{ "to": token, "data": data }, "latest"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_returns_nothing_or_true() {
        let word = |last: &str| json!(format!("0x{last:0>64}"));
        for (returned, is_token, well) in [
            (json!("0x"), true, true),
            (word("1"), true, true),
            (word("0"), true, false),
            (word("2"), true, false),
            (json!("0x01"), true, false),
            (word("0"), false, true),
            (json!(1), false, false),
        ] {
            assert_eq!(returned_well(&returned, is_token).is_ok(), well, "{returned}");
        }
        let fault = returned_well(&word("0"), true).unwrap_err();
        assert!(fault.is_said && fault.message == "returned false");
    }

    #[test]
    fn a_call_has_its_numbers_in_hex() {
        let payload =
            json!({ "from": "0xa", "to": "0xb", "value": "1000", "data": "0x", "withdrawal": "wd_1" });
        assert_eq!(call_of(&payload), json!({ "from": "0xa", "to": "0xb", "value": "0x3e8", "data": "0x" }));
        assert_eq!(in_hex(&json!("0")), json!("0x0"));
        let asked = balance_of(&json!("0xb"), "0x00000000000000000000000000000000000000Aa");
        assert_eq!(asked[0]["data"], json!(format!("0x70a08231{:0>64}", "aa")));
    }
}
