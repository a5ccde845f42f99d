//! Compares the endpoints of a chain with one another, by the rules for their reports.

use super::chain::Chain;
use super::judge::facts;
use super::judge::num::Num;
use super::judge::quorum::{EndpointLook, EndpointStatus};
use super::judge::views::{BlockId, EndpointView, FactsView, NodeError};
use super::reports::endpoints_of;
use crate::chain::check::NodeCheck;
use crate::error::Result;

/// The findings about an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointCheck {
    pub status: EndpointStatus,
    /// The number of blocks by which it is behind the quorum.
    pub behind: Option<u64>,
    /// The answers of its node. `error` is its fault, whether the node or the comparison has shown it.
    pub node: NodeCheck,
}

/// The findings about a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointsCheck {
    /// The number of the chain.
    pub chain_id: String,
    /// How many endpoints must agree.
    pub quorum: usize,
    /// Whether at least that many are well.
    pub met: bool,
    pub endpoints: Vec<EndpointCheck>,
}

/// Judges the answers of a chain's nodes about themselves.
pub fn compared(chain: &Chain, nodes: Vec<NodeCheck>) -> Result<EndpointsCheck> {
    let endpoints = endpoints_of(chain)?;
    let views: Vec<EndpointView<FactsView>> = nodes.iter().map(view_of).collect();
    let looks = facts::judge(&endpoints, &views).endpoints;
    let check = |node: NodeCheck| {
        let look = looks.iter().find(|look| look.endpoint == node.endpoint);
        checked(node, look)
    };
    let checks: Vec<EndpointCheck> = nodes.into_iter().map(check).collect();
    let well = checks.iter().filter(|check| check.status == EndpointStatus::Ok).count();
    Ok(EndpointsCheck {
        chain_id: chain.facts.chain_id.clone(),
        quorum: endpoints.quorum,
        met: endpoints.suffice(well),
        endpoints: checks,
    })
}

/// The answers of a node, in the form of a report.
fn view_of(node: &NodeCheck) -> EndpointView<FactsView> {
    let said = match &node.error {
        Some(message) => {
            Err(NodeError { code: String::new(), message: message.clone(), data: String::new() })
        }
        None => {
            let head = node.head.map(|number| BlockId { number, hash: String::new() });
            Ok(FactsView { head, ..FactsView::default() })
        }
    };
    let chain_id = node.chain_id.as_ref().and_then(|id| Num::parse(id).ok());
    EndpointView { endpoint: node.endpoint.clone(), chain_id, said }
}

fn checked(mut node: NodeCheck, look: Option<&EndpointLook>) -> EndpointCheck {
    let status = look.map_or(EndpointStatus::Failing, |look| look.status);
    let behind = look.and_then(|look| look.behind);
    match status {
        EndpointStatus::WrongChain => {
            node.error = node.chain_id.as_ref().map(|id| format!("it is of the chain {id}"));
        }
        EndpointStatus::Behind => {
            let blocks = behind.unwrap_or_default();
            node.error = Some(format!("it is {blocks} blocks behind what a quorum has reached"));
        }
        EndpointStatus::Ok | EndpointStatus::Failing => {}
    }
    EndpointCheck { status, behind, node }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Book;
    use crate::rows::object::ListedBy;
    use crate::time::{Span, Time};
    use crate::withdrawal::chain::{ChainFacts, ChainState, Finality, FinalityTag};

    fn chain(quorum: u32) -> Chain {
        let facts = ChainFacts {
            id: "polygon".to_owned(),
            chain_id: "137".to_owned(),
            endpoints: ["a", "b", "c", "d", "e"].map(str::to_owned).to_vec(),
            quorum,
            finality: Finality::Tag(FinalityTag::Finalized),
            block_time: Span::from_secs(2),
            fee_cap: Num::of(100),
            min_priority_fee: Num::ZERO,
            bump_bps: 1_250,
            bump_after: Span::from_secs(20),
            resend_after: Span::from_secs(30),
            facts_ttl: Span::from_secs(30),
            watch: Span::from_secs(60),
            now: None,
            floor: None,
            endpoints_seen: Vec::new(),
            facts_job: None,
            assets: Vec::new(),
            lanes: Vec::new(),
            oldest: None,
        };
        let key = Chain::key(&Book::main(), &facts.id);
        Chain::begin(key, ListedBy::default(), ChainState::Active, facts, Time::EPOCH).unwrap()
    }

    fn node(endpoint: &str, chain_id: &str, head: u64) -> NodeCheck {
        let (chain_id, head) = (Some(chain_id.to_owned()), Some(head));
        NodeCheck { chain_id, head, error: None, ..NodeCheck::failing(endpoint, "") }
    }

    #[test]
    fn endpoints_are_compared_with_what_a_quorum_has_reached() {
        let nodes = || {
            vec![
                node("a", "137", 1_000),
                node("b", "137", 990),
                node("c", "137", 973),
                node("d", "1", 9_000),
                NodeCheck::failing("e", "no answer in time"),
            ]
        };
        let found = compared(&chain(2), nodes()).unwrap();
        let told: Vec<_> = found
            .endpoints
            .iter()
            .map(|check| (check.status.as_str(), check.behind, check.node.error.as_deref()))
            .collect();
        assert_eq!(
            told,
            [
                ("ok", Some(0), None),
                ("ok", Some(0), None),
                ("behind", Some(17), Some("it is 17 blocks behind what a quorum has reached")),
                ("wrong_chain", None, Some("it is of the chain 1")),
                ("failing", None, Some("no answer in time")),
            ]
        );
        assert!(found.met && found.quorum == 2 && found.chain_id == "137");
        assert!(!compared(&chain(4), nodes()).unwrap().met);
        assert!(!compared(&chain(0), Vec::new()).unwrap().met);
    }

    /// An endpoint that claims to be far ahead makes no other one look behind.
    #[test]
    fn a_liar_puts_nobody_behind() {
        let nodes = vec![node("a", "137", 9_000_000), node("b", "137", 1_000), node("c", "137", 999)];
        let found = compared(&chain(2), nodes).unwrap();
        assert!(found.met && found.endpoints.iter().all(|check| check.status == EndpointStatus::Ok));
    }
}
