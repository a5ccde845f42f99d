//! Looks the nodes of a chain over: what each says of the chain, and what it can do.

use std::sync::Arc;

use futures_util::future::join_all;
use serde_json::json;

use super::asking::Asking;
use super::node::ChainNode;
use super::read::{NodeBlock, quantity};
use super::terms::NodeTerms;
use crate::time::Time;

/// An address that every chain has.
const NOBODY: &str = "0x0000000000000000000000000000000000000000";

/// The result of looking one node over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeCheck {
    /// The name of its endpoint.
    pub endpoint: String,
    /// The number of its chain.
    pub chain_id: Option<String>,
    /// The height of its newest block.
    pub head: Option<u64>,
    /// The height of its newest final block, where it is asked for that.
    pub finalized: Option<u64>,
    /// The base fee of the newest block, in wei.
    pub base_fee: Option<String>,
    /// The priority fee that it suggests, in wei.
    pub priority_fee: Option<String>,
    /// Whether it takes several calls in one request.
    pub batches: bool,
    /// Whether it finds a transaction by its sender and its nonce.
    pub by_sender_and_nonce: bool,
    /// Why it failed, or cannot say what is needed.
    pub error: Option<String>,
}

impl NodeCheck {
    /// One that nothing is known of, and why.
    pub fn failing(endpoint: &str, error: &str) -> Self {
        Self {
            endpoint: endpoint.to_owned(),
            chain_id: None,
            head: None,
            finalized: None,
            base_fee: None,
            priority_fee: None,
            batches: false,
            by_sender_and_nonce: false,
            error: Some(error.to_owned()),
        }
    }
}

/// Looks nodes over, all at once. Whether they are of the chain, and keep up, is for who judges them.
pub async fn looked_over(terms: &NodeTerms, nodes: &[Arc<ChainNode>], now: Time) -> Vec<NodeCheck> {
    join_all(nodes.iter().map(|node| asked(node, terms, now))).await
}

async fn asked(node: &Arc<ChainNode>, terms: &NodeTerms, now: Time) -> NodeCheck {
    let mut ask = Asking::default();
    let id = ask.add("eth_chainId", json!([]));
    let head = ask.add("eth_getBlockByNumber", json!(["latest", false]));
    let last = terms.finality.tag().map(|tag| ask.add("eth_getBlockByNumber", json!([tag, false])));
    let bid = ask.add("eth_maxPriorityFeePerGas", json!([]));
    let found = ask.add("eth_getTransactionBySenderAndNonce", json!([NOBODY, "0x0"]));
    let answers = ask.of(node, now).await;
    let mut check = NodeCheck::failing(node.name(), "");
    check.chain_id = answers.read(id, quantity);
    check.head = answers.read(head, NodeBlock::of).map(|block| block.number);
    check.finalized = last.and_then(|last| answers.read(last, NodeBlock::of)).map(|block| block.number);
    check.base_fee = answers.of(head).ok().and_then(|block| quantity(block.get("baseFeePerGas")?));
    check.priority_fee = answers.read(bid, quantity);
    check.batches = !node.is_asked_singly() && check.head.is_some();
    check.by_sender_and_nonce = answers.of(found).is_ok();
    let fault = |place: usize, lacking: &str| {
        let said = answers.of(place).err().map(|fault| fault.message);
        Some(said.filter(|said| !said.is_empty()).unwrap_or_else(|| lacking.to_owned()))
    };
    check.error = if check.chain_id.is_none() {
        fault(id, "it does not say of which chain it is")
    } else if check.head.is_none() {
        fault(head, "it does not show its newest block")
    } else {
        let last = last.filter(|_| check.finalized.is_none());
        last.and_then(|last| fault(last, "it knows no final block: see `finality` of the chain"))
    };
    check
}
