//! Sends signed bytes to a node.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::asking::{error_view, view_of};
use super::node::ChainNode;
use super::read::hash;
use super::rpc::{RpcCall, RpcFault};
use super::terms::NodeTerms;
use crate::time::Time;

/// Sends signed bytes to a node, and returns its view. A node known to be of another chain is sent nothing.
pub(super) async fn view(node: &Arc<ChainNode>, terms: &NodeTerms, now: Time, payload: &Value) -> Value {
    let known = node.memory().chain_id.clone();
    if known.as_ref().is_some_and(|known| *known != terms.chain_id) {
        return error_view(node, known, &RpcFault::unsaid("wrong_chain", "it is of another chain"));
    }
    let call = RpcCall { method: "eth_sendRawTransaction", params: json!([payload["raw"]]) };
    let answer = node.ask(now, vec![call]).await.into_iter().next();
    match answer.unwrap_or_else(|| Err(RpcFault::malformed("no answer"))) {
        Ok(taken) if is_same(&taken, &payload["hash"]) => {
            let mut view = Map::new();
            view.insert("accepted".to_owned(), true.into());
            view_of(node, known, view)
        }
        Ok(_) => error_view(node, known, &RpcFault::malformed("it answered with another hash")),
        Err(fault) => error_view(node, known, &fault),
    }
}

fn is_same(taken: &Value, ours: &Value) -> bool {
    let ours = hash(ours);
    ours.is_some() && hash(taken) == ours
}
