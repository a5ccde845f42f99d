//! Compares the endpoints of a chain with one another, and finds out what they can do.

use std::sync::Arc;

use futures_util::future::join_all;
use serde_json::json;

use super::asking::Asking;
use super::node::ChainNode;
use super::read::{NodeBlock, quantity};
use super::terms::NodeTerms;
use crate::time::Time;

/// How many blocks an endpoint may lag before it counts as behind.
const MOST_BEHIND: u64 = 16;
/// An address that every chain has.
const NOBODY: &str = "0x0000000000000000000000000000000000000000";

/// How an endpoint does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeStatus {
    /// It answers as the others do.
    Ok,
    /// It is far behind the others.
    Behind,
    /// It is of another chain.
    WrongChain,
    /// It failed, or cannot say what is needed.
    Failing,
}

impl NodeStatus {
    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Behind => "behind",
            Self::WrongChain => "wrong_chain",
            Self::Failing => "failing",
        }
    }
}

/// What was found out about an endpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct EndpointCheck {
    /// Its name.
    pub endpoint: String,
    /// How it does.
    pub status: NodeStatus,
    /// The number of its chain.
    pub chain_id: Option<String>,
    /// The height of its newest block.
    pub head: Option<u64>,
    /// How many blocks it is behind the highest of all.
    pub behind: Option<u64>,
    /// The height of its newest final block, where it is asked for that.
    pub finalized: Option<u64>,
    /// The base fee of the newest block, in wei.
    pub base_fee: Option<String>,
    /// What it would give on top, in wei.
    pub priority_fee: Option<String>,
    /// Whether it takes several calls in one request.
    pub batches: bool,
    /// Whether it finds a transaction by its sender and its nonce.
    pub by_sender_and_nonce: bool,
    /// What is wrong with it.
    pub error: Option<String>,
}

/// What was found out about a chain.
#[derive(Clone, Debug, PartialEq)]
pub struct EndpointsCheck {
    /// The number of the chain.
    pub chain_id: String,
    /// How many endpoints must agree.
    pub quorum: usize,
    /// Whether so many can.
    pub met: bool,
    /// Its endpoints, in their order.
    pub endpoints: Vec<EndpointCheck>,
}

/// What endpoints are compared with.
#[derive(Clone, Debug)]
pub struct CheckTerms {
    /// How their chain is asked about.
    pub chain: NodeTerms,
    /// How many must agree.
    pub quorum: usize,
}

impl EndpointCheck {
    /// An endpoint that nothing is known of, and why.
    #[must_use]
    pub fn failing(endpoint: &str, error: &str) -> Self {
        Self {
            endpoint: endpoint.to_owned(),
            status: NodeStatus::Failing,
            chain_id: None,
            head: None,
            behind: None,
            finalized: None,
            base_fee: None,
            priority_fee: None,
            batches: false,
            by_sender_and_nonce: false,
            error: Some(error.to_owned()),
        }
    }
}

/// Asks nodes, all at once. `others` are endpoints that cannot be asked.
pub async fn compared(
    terms: CheckTerms,
    nodes: &[Arc<ChainNode>],
    others: Vec<EndpointCheck>,
    now: Time,
) -> EndpointsCheck {
    let mut endpoints = join_all(nodes.iter().map(|node| asked(node, &terms, now))).await;
    endpoints.extend(others);
    judged(terms, endpoints)
}

/// Marks those that lag, and counts those that are good.
fn judged(terms: CheckTerms, mut endpoints: Vec<EndpointCheck>) -> EndpointsCheck {
    let right = endpoints.iter().filter(|check| check.status == NodeStatus::Ok);
    let highest = right.filter_map(|check| check.head).max();
    for check in &mut endpoints {
        let (Some(highest), Some(head)) = (highest, check.head) else { continue };
        if check.status == NodeStatus::Ok {
            let behind = highest.saturating_sub(head);
            check.behind = Some(behind);
            if behind > MOST_BEHIND {
                check.status = NodeStatus::Behind;
                check.error = Some(format!("it is {behind} blocks behind the highest"));
            }
        }
    }
    let good = endpoints.iter().filter(|check| check.status == NodeStatus::Ok).count();
    let met = good >= terms.quorum.max(1);
    EndpointsCheck { chain_id: terms.chain.chain_id, quorum: terms.quorum, met, endpoints }
}

async fn asked(node: &Arc<ChainNode>, terms: &CheckTerms, now: Time) -> EndpointCheck {
    let mut ask = Asking::default();
    let id = ask.add("eth_chainId", json!([]));
    let head = ask.add("eth_getBlockByNumber", json!(["latest", false]));
    let last = terms.chain.finality.tag().map(|tag| ask.add("eth_getBlockByNumber", json!([tag, false])));
    let bid = ask.add("eth_maxPriorityFeePerGas", json!([]));
    let found = ask.add("eth_getTransactionBySenderAndNonce", json!([NOBODY, "0x0"]));
    let answers = ask.of(node, now).await;
    let mut check = EndpointCheck::failing(node.name(), "");
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
    (check.status, check.error) = match (&check.chain_id, last) {
        (None, _) => (NodeStatus::Failing, fault(id, "it does not say of which chain it is")),
        (Some(id), _) if *id != terms.chain.chain_id => {
            (NodeStatus::WrongChain, Some(format!("it is of the chain {id}")))
        }
        _ if check.head.is_none() => (NodeStatus::Failing, fault(head, "it does not show its newest block")),
        (Some(_), Some(last)) if check.finalized.is_none() => {
            (NodeStatus::Failing, fault(last, "it knows no final block: see `finality` of the chain"))
        }
        _ => (NodeStatus::Ok, None),
    };
    check
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::terms::FinalBlock;
    use crate::time::Span;

    fn check(endpoint: &str, status: NodeStatus, head: u64) -> EndpointCheck {
        EndpointCheck { status, head: Some(head), error: None, ..EndpointCheck::failing(endpoint, "") }
    }

    #[test]
    fn endpoints_are_compared_with_the_highest_of_the_same_chain() {
        let terms = |quorum| CheckTerms {
            chain: NodeTerms {
                chain_id: "137".to_owned(),
                finality: FinalBlock::Tag("finalized"),
                keeps_fees: Span::from_secs(30),
            },
            quorum,
        };
        let endpoints = || {
            vec![
                check("a", NodeStatus::Ok, 1_000),
                check("b", NodeStatus::Ok, 984),
                check("c", NodeStatus::Ok, 983),
                check("d", NodeStatus::WrongChain, 9_000),
                EndpointCheck::failing("e", "no answer in time"),
            ]
        };
        let found = judged(terms(2), endpoints());
        let statuses: Vec<_> = found.endpoints.iter().map(|check| check.status.as_str()).collect();
        assert_eq!(statuses, ["ok", "ok", "behind", "wrong_chain", "failing"]);
        assert_eq!(found.endpoints[2].behind, Some(17));
        assert!(found.met && !judged(terms(3), endpoints()).met);
        assert!(!judged(terms(0), Vec::new()).met);
    }
}
