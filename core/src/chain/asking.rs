//! Calls that go to a node together, and views: what a node says, as reports have it.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::node::ChainNode;
use super::read::quantity;
use super::rpc::{RpcAnswer, RpcCall, RpcFault};
use crate::time::Time;

/// The view of a node that has answered. Without its chain it is believed by nobody, and is an error.
pub(super) fn view_of(node: &ChainNode, chain_id: Option<String>, mut view: Map<String, Value>) -> Value {
    view.insert("endpoint".to_owned(), node.name().into());
    if let Some(chain_id) = chain_id {
        view.insert("chain_id".to_owned(), chain_id.into());
    } else if !view.contains_key("accepted") {
        return error_view(node, None, &RpcFault::malformed("it does not say of which chain it is"));
    }
    Value::Object(view)
}

/// The view of a node that has failed.
pub(super) fn error_view(node: &ChainNode, chain_id: Option<String>, fault: &RpcFault) -> Value {
    let mut view = Map::new();
    view.insert("endpoint".to_owned(), node.name().into());
    if let Some(chain_id) = chain_id {
        view.insert("chain_id".to_owned(), chain_id.into());
    }
    view.insert("error".to_owned(), fault.to_value());
    Value::Object(view)
}

/// Calls that go together; each has a place.
#[derive(Debug, Default)]
pub(super) struct Asking {
    calls: Vec<RpcCall>,
}

impl Asking {
    /// Adds a call, and answers its place.
    pub(super) fn add(&mut self, method: &'static str, params: Value) -> usize {
        self.calls.push(RpcCall { method, params });
        self.calls.len().saturating_sub(1)
    }

    /// Adds the question for the chain, if it is not known.
    pub(super) fn chain_id(&mut self, node: &ChainNode) -> Option<usize> {
        let is_known = node.memory().chain_id.is_some();
        (!is_known).then(|| self.add("eth_chainId", json!([])))
    }

    /// Asks a node.
    pub(super) async fn of(self, node: &Arc<ChainNode>, now: Time) -> NodeAnswers {
        NodeAnswers { answers: node.ask(now, self.calls).await }
    }
}

/// The answers of a node, by the places of the calls.
#[derive(Debug)]
pub(super) struct NodeAnswers {
    answers: Vec<RpcAnswer>,
}

impl NodeAnswers {
    /// The answer at a place.
    pub(super) fn of(&self, place: usize) -> Result<&Value, RpcFault> {
        match self.answers.get(place) {
            Some(Ok(value)) => Ok(value),
            Some(Err(fault)) => Err(fault.clone()),
            None => Err(RpcFault::malformed("no answer")),
        }
    }

    /// The same, read; nothing where it is not of the shape that it should have.
    pub(super) fn read<T>(&self, place: usize, how: fn(&Value) -> Option<T>) -> Option<T> {
        self.of(place).ok().and_then(how)
    }

    /// The chain of the node: what it has just said, or had said before.
    pub(super) fn chain_id(&self, node: &ChainNode, place: Option<usize>) -> Option<String> {
        let told = place.and_then(|place| self.read(place, quantity));
        let mut memory = node.memory();
        if told.is_some() {
            memory.chain_id.clone_from(&told);
        }
        memory.chain_id.clone()
    }
}

/// The fault of a node that has answered nothing at all.
pub(super) fn failed(answers: &NodeAnswers) -> Option<RpcFault> {
    let has_answered = |answer: &RpcAnswer| answer.as_ref().map_or_else(|fault| fault.is_said, |_| true);
    if answers.answers.iter().any(has_answered) {
        return None;
    }
    answers.answers.iter().find_map(|answer| answer.as_ref().err().cloned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::endpoint::Endpoint;
    use crate::http::client::{Client, Settings};

    fn node() -> Arc<ChainNode> {
        let endpoint = Endpoint::new("main", "https://node.example/0123456789abcdef").unwrap();
        ChainNode::new(endpoint, Client::new(Settings::default()), Arc::default())
    }

    #[test]
    fn a_view_names_its_chain_or_is_an_error() {
        let view = view_of(&node(), Some("137".to_owned()), Map::new());
        assert_eq!(view, json!({ "endpoint": "main", "chain_id": "137" }));
        let view = view_of(&node(), None, Map::new());
        assert_eq!(view["error"]["code"], json!("malformed"));
        let mut taken = Map::new();
        taken.insert("accepted".to_owned(), true.into());
        assert_eq!(view_of(&node(), None, taken), json!({ "endpoint": "main", "accepted": true }));
    }

    #[test]
    fn a_node_has_failed_that_has_answered_nothing() {
        let said = |is_said| RpcFault { is_said, ..RpcFault::unsaid("timeout", "late") };
        let all = |answers: Vec<RpcAnswer>| failed(&NodeAnswers { answers });
        assert_eq!(all(vec![Err(said(false)), Err(said(false))]), Some(said(false)));
        assert_eq!(all(vec![Err(said(false)), Err(said(true))]), None);
        assert_eq!(all(vec![Err(said(false)), Ok(Value::Null)]), None);
    }
}
