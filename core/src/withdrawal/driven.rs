//! Handles the jobs of chains with addresses: this process asks their nodes.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;

use super::chain::{self, Chain, Finality};
use super::chain_terms::DOMAIN;
use crate::chain::drive::DriveChains;
use crate::chain::endpoint::Endpoint;
use crate::chain::known::{ChainPlan, Chains};
use crate::chain::terms::{FinalBlock, NodeTerms};
use crate::error::{Error, Result};
use crate::jobs::handler::{Failed, Handler, Inside};
use crate::jobs::views::Job;
use crate::kernel::operation::Halt;
use crate::kernel::snapshot::Snapshot;
use crate::rows::needs::Needs;
use crate::time::Span;
use crate::vault::model::failed;
use crate::vault::safe::Safe;
use crate::vault::sealer::Seal;

/// The longest time for which a price of gas is kept.
const KEEPS_FEES: Span = Span::from_secs(30);

/// The handler of the jobs of chains with addresses.
pub(crate) struct DrivenChains {
    chains: Chains,
}

impl DrivenChains {
    /// A handler with these settings.
    pub(crate) fn handler(drive: DriveChains) -> Arc<dyn Handler> {
        Arc::new(Self { chains: Chains::new(drive) })
    }
}

#[async_trait]
impl Handler for DrivenChains {
    async fn run(&self, _: &Job) -> std::result::Result<Value, Failed> {
        Err(Failed::new("the driver of chains runs inside an engine"))
    }

    async fn run_inside(&self, job: &Job, inside: &Inside) -> std::result::Result<Value, Failed> {
        let Some(chain) = &inside.chain else { return self.run(job).await };
        chain.answer(&job.kind, inside.now, &job.payload).await.map_err(Failed::new)
    }

    fn chains(&self) -> Option<&Chains> {
        Some(&self.chains)
    }

    fn has_counterparties(&self) -> bool {
        true
    }

    fn counterparty(&self, book: &str, payload: &Value) -> Option<String> {
        Some(format!("{book} {}", payload.get("chain")?.as_str()?))
    }

    /// Yes: jobs of one lane change the same rows, and nodes answer many of them at about the same time.
    fn reports_together(&self) -> bool {
        true
    }
}

/// The endpoints of a chain, and how they are asked.
pub(crate) fn plan_of(chain: &Chain) -> ChainPlan {
    let facts = &chain.facts;
    let sealed = |name: &String| Some((name.clone(), chain.text(&chain::url_of(name))?.clone()));
    ChainPlan {
        terms: NodeTerms {
            chain_id: facts.chain_id.clone(),
            finality: match facts.finality {
                Finality::Tag(tag) => FinalBlock::Tag(tag.as_str()),
                Finality::Depth(depth) => FinalBlock::Depth(u64::from(depth)),
            },
            keeps_fees: facts.facts_ttl.min(KEEPS_FEES),
        },
        quorum: usize::try_from(facts.quorum).unwrap_or(usize::MAX).max(1),
        endpoints: facts.endpoints.clone(),
        sealed: facts.endpoints.iter().filter_map(sealed).collect(),
    }
}

/// Names the rows that opening the addresses of a chain needs.
pub(crate) fn needs(safe: &Safe, chain: &Chain, needs: &mut Needs) {
    Seal::within(DOMAIN, safe.clone(), &chain.facts.id).needs(needs);
}

/// Opens the addresses of a chain's endpoints. An endpoint without one is left out.
pub(crate) fn opened(chain: &Chain, safe: &Safe, seen: &Snapshot) -> Result<Vec<Endpoint>> {
    let id = chain.facts.id.as_str();
    let seal = Seal::within(DOMAIN, safe.clone(), id);
    let mut endpoints = Vec::new();
    for name in &chain.facts.endpoints {
        let Some(sealed) = chain.text(&chain::url_of(name)) else { continue };
        let url = seal.open(seen, id, name, sealed).map_err(refusal)?;
        let url = url.ok_or_else(|| failed(chain::KIND, chain.id()))?;
        endpoints.push(Endpoint::new(name.as_str(), &url)?);
    }
    Ok(endpoints)
}

fn refusal(halt: Halt) -> Error {
    match halt {
        Halt::Reject(rejection) => rejection.error,
        Halt::NeedMore(_) | Halt::Busy => Error::corrupted("the addresses of a chain were not read"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// One that hangs keeps its places, and each chain of each book has its own.
    #[test]
    fn each_chain_is_a_counterparty() {
        let handler = DrivenChains::handler(DriveChains::default());
        let of = |book: &str, chain: &str| handler.counterparty(book, &json!({ "chain": chain }));
        assert!(handler.has_counterparties());
        assert_ne!(of("main", "polygon"), of("main", "optimism"));
        assert_ne!(of("main", "polygon"), of("other", "polygon"));
        assert_eq!(of("main", "polygon"), of("main", "polygon"));
    }
}
