//! The chains that a process drives, as far as it knows them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::drive::DriveChains;
use super::driven::DrivenChain;
use super::endpoint::Endpoint;
use super::node::ChainNode;
use super::terms::NodeTerms;
use crate::env::monotonic_now;
use crate::http::client::Client;
use crate::ids::Book;
use crate::kernel::tally::Tallies;

/// How long what is known of a chain's record is good. Each process looks at it that often, and not for each
/// job.
const GOOD_FOR: Duration = Duration::from_secs(5);

/// A chain, by its book and its name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ChainName {
    pub book: Book,
    /// The name.
    pub chain: String,
}

/// The part of a chain's record that says which nodes are asked, and how. Addresses are sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainPlan {
    /// How it is asked about.
    pub terms: NodeTerms,
    /// How many endpoints must agree.
    pub quorum: usize,
    /// The names of its endpoints, in their order.
    pub endpoints: Vec<String>,
    /// The sealed addresses, by endpoint.
    pub sealed: BTreeMap<String, Arc<str>>,
}

impl ChainPlan {
    /// Whether it is driven: one that has no addresses is that of a worker of the host's.
    pub fn is_driven(&self) -> bool {
        !self.sealed.is_empty()
    }
}

struct KnownChain {
    read_at: Instant,
    /// None where there is no such chain.
    plan: Option<ChainPlan>,
    /// With opened addresses.
    driven: Option<Arc<DrivenChain>>,
}

/// The chains that a process drives. `Debug` shows none of them.
pub struct Chains {
    client: Client,
    known: Mutex<HashMap<ChainName, KnownChain>>,
    /// Those whose records cannot be read now.
    unread: Mutex<BTreeSet<ChainName>>,
}

impl fmt::Debug for Chains {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chains").finish_non_exhaustive()
    }
}

impl Chains {
    /// Nothing is known yet.
    pub fn new(drive: DriveChains) -> Self {
        Self { client: drive.client(), known: Mutex::default(), unread: Mutex::default() }
    }

    fn locked(&self) -> MutexGuard<'_, HashMap<ChainName, KnownChain>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a chain is driven; `None` where its record must be looked at first.
    pub fn is_driven(&self, name: &ChainName) -> Option<bool> {
        let known = self.locked();
        let known = known.get(name).filter(|known| known.is_fresh())?;
        Some(known.plan.as_ref().is_some_and(ChainPlan::is_driven))
    }

    /// The chain, if its record was looked at and its addresses are opened.
    pub fn ready(&self, name: &ChainName) -> Option<Arc<DrivenChain>> {
        let known = self.locked();
        known.get(name).filter(|known| known.is_fresh())?.driven.clone()
    }

    /// Notes whether the record of a chain can be read now; answers whether that is news. Of one that was
    /// never asked about it is taken for granted.
    pub fn note_read(&self, name: &ChainName, is_read: bool) -> bool {
        let mut unread = self.unread.lock().unwrap_or_else(PoisonError::into_inner);
        if is_read { unread.remove(name) } else { unread.insert(name.clone()) }
    }

    /// Takes over what the record of a chain says. Nodes whose addresses are the same are kept, with what
    /// they have said.
    pub fn learn(&self, name: ChainName, plan: Option<ChainPlan>) {
        let mut all = self.locked();
        let before = all.remove(&name);
        let driven = before.and_then(|before| {
            let (plan, earlier) = (plan.as_ref()?, before.plan?);
            let same = plan.sealed == earlier.sealed && plan.endpoints == earlier.endpoints;
            same.then_some(())?;
            Some(Arc::new(plan.driven(before.driven?.nodes.clone())))
        });
        all.insert(name, KnownChain { read_at: monotonic_now(), plan, driven });
    }

    /// Asks these endpoints about a chain from now on.
    pub fn open(
        &self,
        name: &ChainName,
        plan: &ChainPlan,
        endpoints: Vec<Endpoint>,
        tallies: &Arc<Tallies>,
    ) -> Arc<DrivenChain> {
        let nodes = endpoints.into_iter().map(|endpoint| self.node(endpoint, tallies)).collect();
        let driven = Arc::new(plan.driven(nodes));
        if let Some(known) = self.locked().get_mut(name)
            && known.plan.as_ref() == Some(plan)
        {
            known.driven = Some(driven.clone());
        }
        driven
    }

    /// A node of which nothing is known yet.
    pub fn node(&self, endpoint: Endpoint, tallies: &Arc<Tallies>) -> Arc<ChainNode> {
        ChainNode::new(endpoint, self.client.clone(), tallies.clone())
    }
}

impl KnownChain {
    fn is_fresh(&self) -> bool {
        monotonic_now().saturating_duration_since(self.read_at) < GOOD_FOR
    }
}

impl ChainPlan {
    fn driven(&self, nodes: Vec<Arc<ChainNode>>) -> DrivenChain {
        DrivenChain { terms: self.terms.clone(), quorum: self.quorum, nodes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::terms::FinalBlock;
    use crate::time::Span;

    fn plan(sealed: &[(&str, &str)]) -> ChainPlan {
        ChainPlan {
            terms: NodeTerms {
                chain_id: "137".to_owned(),
                finality: FinalBlock::Tag("finalized"),
                keeps_fees: Span::from_secs(30),
            },
            quorum: 1,
            endpoints: vec!["main".to_owned()],
            sealed: sealed.iter().map(|(name, text)| ((*name).to_owned(), (*text).into())).collect(),
        }
    }

    #[test]
    fn a_chain_without_addresses_is_not_driven() {
        let chains = Chains::new(DriveChains::new());
        let name = ChainName { book: Book::main(), chain: "polygon".to_owned() };
        assert_eq!(chains.is_driven(&name), None);
        chains.learn(name.clone(), None);
        assert_eq!(chains.is_driven(&name), Some(false));
        chains.learn(name.clone(), Some(plan(&[])));
        assert_eq!(chains.is_driven(&name), Some(false));
        chains.learn(name.clone(), Some(plan(&[("main", "sealed")])));
        assert_eq!(chains.is_driven(&name), Some(true));
        assert!(chains.ready(&name).is_none());
    }

    #[test]
    fn a_record_that_cannot_be_read_is_news_once() {
        let chains = Chains::new(DriveChains::new());
        let name = |chain: &str| ChainName { book: Book::main(), chain: chain.to_owned() };
        let told =
            [true, false, false, true, true, false].map(|is_read| chains.note_read(&name("a"), is_read));
        assert_eq!(told, [false, true, false, true, false, true]);
        assert!(chains.note_read(&name("b"), false), "each by itself");
    }

    #[test]
    fn nodes_are_kept_until_their_addresses_change() {
        let chains = Chains::new(DriveChains::new());
        let name = ChainName { book: Book::main(), chain: "polygon".to_owned() };
        let first = plan(&[("main", "sealed")]);
        chains.learn(name.clone(), Some(first.clone()));
        let endpoint = || Endpoint::new("main", "https://node.example/0123456789abcdef").unwrap();
        chains.open(&name, &first, vec![endpoint()], &Arc::default());
        let node = chains.ready(&name).unwrap().nodes[0].clone();
        // another quorum is no other node
        chains.learn(name.clone(), Some(ChainPlan { quorum: 2, ..first.clone() }));
        let ready = chains.ready(&name).unwrap();
        assert!(ready.quorum == 2 && Arc::ptr_eq(&ready.nodes[0], &node));
        chains.learn(name.clone(), Some(plan(&[("main", "sealed anew")])));
        assert!(chains.ready(&name).is_none());
        // what was opened before is not taken for it
        chains.open(&name, &first, vec![endpoint()], &Arc::default());
        assert!(chains.ready(&name).is_none());
        assert!(!format!("{chains:?}").contains("0123456789abcdef"));
    }
}
