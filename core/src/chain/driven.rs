//! A chain that this process drives: its nodes, all asked at once, and what their answers are reported as.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::asking::error_view;
use super::node::ChainNode;
use super::room::within;
use super::rpc::RpcFault;
use super::terms::NodeTerms;
use super::{broadcast, facts, observe, simulate};
use crate::time::Time;

/// How long those are waited for that have not answered when enough others have.
const PATIENCE: Duration = Duration::from_secs(1);

/// A chain, and the nodes that are asked about it.
#[derive(Clone, Debug)]
pub struct DrivenChain {
    /// How it is asked about.
    pub terms: NodeTerms,
    /// How many endpoints must agree.
    pub quorum: usize,
    /// Its nodes, in the order of its endpoints.
    pub nodes: Vec<Arc<ChainNode>>,
}

impl DrivenChain {
    /// Asks every node what a job of a kind asks, and answers the report: `{views: [...]}`. Nodes are asked
    /// at once; when enough have answered, the others have a second more.
    pub async fn answer(&self, kind: &str, now: Time, payload: &Value) -> Result<Value, String> {
        let job = ChainJob::of(kind).ok_or_else(|| format!("`{kind}` is no kind of jobs of a chain"))?;
        let (terms, asks) = (Arc::new(self.terms.clone()), Arc::new(payload.clone()));
        let mut asked = JoinSet::new();
        for (place, node) in self.nodes.iter().enumerate() {
            let (terms, node, payload) = (terms.clone(), node.clone(), asks.clone());
            asked.spawn(Box::pin(async move {
                let view = job.view(&node, &terms, now, &payload).await;
                (place, view)
            }));
        }
        let mut views: Vec<Option<Value>> = vec![None; self.nodes.len()];
        loop {
            let answers = views.iter().flatten().filter(|view| is_answer(view)).count();
            let next = match answers >= self.quorum {
                true => timeout(PATIENCE, asked.join_next()).await.unwrap_or(None),
                false => asked.join_next().await,
            };
            match next {
                Some(Ok((place, view))) => {
                    if let Some(slot) = views.get_mut(place) {
                        *slot = Some(view);
                    }
                }
                // a view that could not be made is one that is missing
                Some(Err(_)) => {}
                None => break,
            }
        }
        let late = RpcFault::unsaid("timeout", "no answer in time");
        let all = self.nodes.iter().zip(views);
        let views = all.map(|(node, view)| view.unwrap_or_else(|| error_view(node, None, &late))).collect();
        Ok(json!({ "views": within(views, payload) }))
    }
}

/// The kind of a chain's job.
#[derive(Clone, Copy, Debug)]
enum ChainJob {
    Facts,
    Simulate,
    Broadcast,
    Observe,
}

impl ChainJob {
    fn of(kind: &str) -> Option<Self> {
        match kind {
            "chain.facts" => Some(Self::Facts),
            "chain.simulate" => Some(Self::Simulate),
            "chain.broadcast" => Some(Self::Broadcast),
            "chain.observe" => Some(Self::Observe),
            _ => None,
        }
    }

    async fn view(self, node: &Arc<ChainNode>, terms: &NodeTerms, now: Time, payload: &Value) -> Value {
        match self {
            Self::Facts => facts::view(node, terms, now, payload).await,
            Self::Simulate => simulate::view(node, terms, now, payload).await,
            Self::Broadcast => broadcast::view(node, terms, now, payload).await,
            Self::Observe => observe::view(node, terms, now, payload).await,
        }
    }
}

/// Whether a node has said something. The codes of nodes are numbers, those of the line are words.
fn is_answer(view: &Value) -> bool {
    let is_said = |error: &Value| error["code"].is_number();
    view.get("ok").is_some() || view.get("error").is_none_or(is_said)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::endpoint::Endpoint;
    use crate::chain::terms::FinalBlock;
    use crate::http::client::{Client, Settings};
    use crate::time::Span;

    #[tokio::test]
    async fn every_node_has_a_view() {
        let chain = DrivenChain {
            terms: NodeTerms {
                chain_id: "137".to_owned(),
                finality: FinalBlock::Tag("finalized"),
                keeps_fees: Span::from_secs(30),
            },
            quorum: 2,
            // nothing is sent without encryption
            nodes: ["a", "b"]
                .map(|name| {
                    let url = format!("http://127.0.0.1:1/{name}/0123456789abcdef");
                    let endpoint = Endpoint::new(name, &url).unwrap();
                    ChainNode::new(endpoint, Client::new(Settings::default()), Arc::default())
                })
                .into(),
        };
        for kind in crate::chain::JOBS {
            let payload = json!({
                "lanes": [], "assets": [], "slots": [], "raw": "0x", "hash": "0x", "address": "0x",
            });
            let report = chain.answer(kind, Time::from_micros(0), &payload).await.unwrap();
            for (view, name) in report["views"].as_array().unwrap().iter().zip(["a", "b"]) {
                assert_eq!(
                    (&view["endpoint"], &view["error"]["code"]),
                    (&json!(name), &json!("unreachable"))
                );
            }
            assert!(!report.to_string().contains("0123456789abcdef"));
        }
        assert!(chain.answer("gateway.card", Time::from_micros(0), &json!({})).await.is_err());
    }
}
