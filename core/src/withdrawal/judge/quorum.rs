//! Which endpoints are believed, and the values that enough of them give.
//!
//! A view of an endpoint that the chain does not name, or of another chain, does not count. There are two
//! ways to draw a value from the rest. *Equal* needs the same value from a quorum, and is for values that
//! must be the same everywhere. *At least* takes the largest number that a quorum reaches, and is for numbers
//! that change from block to block, such as heights and balances. In both, fewer liars than a quorum cannot
//! move a value beyond those of honest endpoints.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::num::Num;
use super::views::{BlockId, EndpointView};

/// How many blocks an endpoint may lag before it counts as behind the quorum.
const MOST_BEHIND: u64 = 16;

/// The endpoints of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoints {
    pub names: Vec<String>,
    /// The chain that each must be of.
    pub chain_id: Num,
    /// How many endpoints must agree.
    pub quorum: usize,
}

/// A view that counts.
#[derive(Debug, PartialEq, Eq)]
pub struct GoodView<'a, T> {
    pub endpoint: &'a str,
    /// Its answer.
    pub said: &'a T,
}

impl<T> Clone for GoodView<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for GoodView<'_, T> {}

/// Why an endpoint's view does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyNot {
    /// It failed, or said nothing.
    Failed,
    /// It is of another chain.
    WrongChain,
    /// The chain has no such endpoint.
    Unknown,
}

/// An endpoint whose view does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointFault {
    /// The endpoint, as the view names it.
    pub endpoint: String,
    /// Why its view does not count.
    pub why: WhyNot,
}

/// Views that count, and the endpoints without such a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SortedViews<'a, T> {
    /// Those that count, in the order of the report.
    pub good: Vec<GoodView<'a, T>>,
    /// The endpoints whose view does not count.
    pub faults: Vec<EndpointFault>,
}

impl Endpoints {
    /// The endpoints of a chain, with a quorum of at least one.
    pub fn new(names: &[String], chain_id: Num, quorum: u32) -> Endpoints {
        let quorum = usize::try_from(quorum).unwrap_or(usize::MAX).max(1);
        Endpoints { names: names.to_vec(), chain_id, quorum }
    }

    /// Sorts views into those that count and faults. An endpoint without a view has failed.
    pub fn good<'a, T>(&self, views: &'a [EndpointView<T>]) -> SortedViews<'a, T> {
        let (mut good, mut faults) = (Vec::new(), Vec::new());
        for view in views {
            match (self.why_not(view), &view.said) {
                (None, Ok(said)) => good.push(GoodView { endpoint: &view.endpoint, said }),
                (why, _) => faults.push(EndpointFault {
                    endpoint: view.endpoint.clone(),
                    why: why.unwrap_or(WhyNot::Failed),
                }),
            }
        }
        let silent = self.names.iter().filter(|name| views.iter().all(|view| view.endpoint != **name));
        faults.extend(silent.map(|name| EndpointFault { endpoint: name.clone(), why: WhyNot::Failed }));
        SortedViews { good, faults }
    }

    /// Why a view does not count, whatever its answer.
    pub fn why_not<T>(&self, view: &EndpointView<T>) -> Option<WhyNot> {
        if !self.names.contains(&view.endpoint) {
            return Some(WhyNot::Unknown);
        }
        view.chain_id.is_some_and(|id| id != self.chain_id).then_some(WhyNot::WrongChain)
    }

    /// Whether `count` views are enough.
    pub fn suffice(&self, count: usize) -> bool {
        count >= self.quorum
    }

    /// The value that most views give, if they are a quorum and no other value has as many.
    pub fn equal<V: Ord>(&self, given: impl IntoIterator<Item = V>) -> Option<V> {
        let mut votes = BTreeMap::<V, usize>::new();
        for value in given {
            let count = votes.entry(value).or_default();
            *count = count.saturating_add(1);
        }
        let most = votes.values().copied().max().filter(|most| self.suffice(*most))?;
        let mut winners = votes.into_iter().filter(|(_, count)| *count == most);
        let winner = winners.next().map(|(value, _)| value);
        winner.filter(|_| winners.next().is_none())
    }

    /// The largest value that a quorum reaches.
    pub fn at_least<V: Ord>(&self, given: impl IntoIterator<Item = V>) -> Option<V> {
        let mut values: Vec<V> = given.into_iter().collect();
        values.sort_unstable_by(|one, other| other.cmp(one));
        values.into_iter().nth(self.quorum.saturating_sub(1))
    }
}

/// The median; for an even count, the higher of the two middle values.
pub fn median<V: Ord>(given: impl IntoIterator<Item = V>) -> Option<V> {
    let mut values: Vec<V> = given.into_iter().collect();
    values.sort_unstable();
    let middle = values.len() / 2;
    values.into_iter().nth(middle)
}

/// The health of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndpointStatus {
    /// It answers as the others do.
    Ok,
    /// It failed, or said nothing.
    Failing,
    /// It is far behind the others.
    Behind,
    /// It is of another chain.
    WrongChain,
}

impl EndpointStatus {
    /// Whether it has a voice. A lagging endpoint has one too.
    pub const fn speaks(self) -> bool {
        matches!(self, EndpointStatus::Ok | EndpointStatus::Behind)
    }

    /// Its name in views.
    pub const fn as_str(self) -> &'static str {
        match self {
            EndpointStatus::Ok => "ok",
            EndpointStatus::Failing => "failing",
            EndpointStatus::Behind => "behind",
            EndpointStatus::WrongChain => "wrong_chain",
        }
    }
}

/// The state of a named endpoint by a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointLook {
    pub endpoint: String,
    pub status: EndpointStatus,
    /// The height of its newest block, if it gave one.
    pub head: Option<u64>,
    /// The number of blocks by which that is behind the quorum.
    pub behind: Option<u64>,
}

impl<T> SortedViews<'_, T> {
    /// The health of each endpoint, in the order of the chain. `head` reads the newest block from a view.
    /// Unknown endpoints are left out.
    pub fn looks(&self, endpoints: &Endpoints, head: fn(&T) -> Option<&BlockId>) -> Vec<EndpointLook> {
        let height = |view: &GoodView<'_, T>| head(view.said).map(|block| block.number);
        let common = endpoints.at_least(self.good.iter().filter_map(height));
        let look = |name: &String| {
            let view = self.good.iter().find(|view| view.endpoint == name);
            let fault = self.faults.iter().find(|fault| fault.endpoint == *name);
            let head = view.and_then(height);
            let behind = common.zip(head).map(|(common, head)| common.saturating_sub(head));
            let status = match (view, fault) {
                (Some(_), _) if behind.is_some_and(|behind| behind > MOST_BEHIND) => EndpointStatus::Behind,
                (Some(_), _) => EndpointStatus::Ok,
                (None, Some(EndpointFault { why: WhyNot::WrongChain, .. })) => EndpointStatus::WrongChain,
                (None, _) => EndpointStatus::Failing,
            };
            EndpointLook { endpoint: name.clone(), status, head, behind }
        };
        endpoints.names.iter().map(look).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::withdrawal::judge::views::NodeError;

    fn endpoints(names: &[&str], quorum: u32) -> Endpoints {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        Endpoints::new(&names, Num::of(1), quorum)
    }

    fn view(endpoint: &str, chain_id: u64, head: u64) -> EndpointView<BlockId> {
        let said = Ok(BlockId { number: head, hash: String::new() });
        EndpointView { endpoint: endpoint.to_owned(), chain_id: Some(Num::of(chain_id)), said }
    }

    fn whole(head: &BlockId) -> Option<&BlockId> {
        Some(head)
    }

    #[test]
    fn strangers_and_other_chains_count_as_none() {
        let failed = Err(NodeError { code: String::new(), message: String::new(), data: String::new() });
        let views = [
            view("a", 1, 100),
            view("b", 2, 100),
            view("x", 1, 100),
            EndpointView { endpoint: "c".to_owned(), chain_id: None, said: failed },
            view("e", 1, 83),
            view("f", 1, 84),
        ];
        let endpoints = endpoints(&["a", "b", "c", "d", "e", "f"], 1);
        let sorted = endpoints.good(&views);
        assert_eq!(sorted.good.iter().map(|view| view.endpoint).collect::<Vec<_>>(), ["a", "e", "f"]);
        let faults: Vec<_> = sorted.faults.iter().map(|fault| (fault.endpoint.as_str(), fault.why)).collect();
        assert_eq!(
            faults,
            [("b", WhyNot::WrongChain), ("x", WhyNot::Unknown), ("c", WhyNot::Failed), ("d", WhyNot::Failed),]
        );
        let looks = sorted.looks(&endpoints, whole);
        let statuses: Vec<_> =
            looks.iter().map(|look| (look.status.as_str(), look.head, look.behind)).collect();
        assert_eq!(
            statuses,
            [
                ("ok", Some(100), Some(0)),
                ("wrong_chain", None, None),
                ("failing", None, None),
                ("failing", None, None),
                ("behind", Some(83), Some(17)),
                ("ok", Some(84), Some(16)),
            ]
        );
        let speak = looks.iter().filter(|look| look.status.speaks());
        assert_eq!(speak.map(|look| look.endpoint.as_str()).collect::<Vec<_>>(), ["a", "e", "f"]);
    }

    /// An endpoint that claims to be far ahead makes no other one look behind.
    #[test]
    fn a_liar_ahead_leaves_the_others_well() {
        let views = [view("a", 1, 9_000), view("b", 1, 100), view("c", 1, 99)];
        let endpoints = endpoints(&["a", "b", "c"], 2);
        let looks = endpoints.good(&views).looks(&endpoints, whole);
        let statuses: Vec<_> = looks.iter().map(|look| (look.status.as_str(), look.behind)).collect();
        assert_eq!(statuses, [("ok", Some(0)), ("ok", Some(0)), ("ok", Some(1))]);
    }

    #[test]
    fn equal_needs_a_quorum_without_a_rival() {
        for (quorum, given, agreed) in [
            (2, vec![5, 5, 6], Some(5)),
            (2, vec![5, 6, 7], None),
            (2, vec![5], None),
            (1, vec![5], Some(5)),
            (1, vec![5, 5, 6], Some(5)),
            (1, vec![5, 6], None),
            (3, vec![5, 5, 5, 6, 6, 6], None),
            (0, vec![], None),
        ] {
            assert_eq!(endpoints(&[], quorum).equal(given.clone()), agreed, "{quorum} of {given:?}");
        }
    }

    #[test]
    fn at_least_is_what_a_quorum_reaches() {
        for (quorum, given, reached) in [
            (2, vec![10, 900, 11], Some(11)),
            (2, vec![10], None),
            (1, vec![10, 12], Some(12)),
            (3, vec![1, 2, 3], Some(1)),
            (0, vec![4], Some(4)),
        ] {
            assert_eq!(endpoints(&[], quorum).at_least(given.clone()), reached, "{quorum} of {given:?}");
        }
        assert_eq!(median([3, 1, 2]), Some(2));
        assert_eq!(median([4, 1, 3, 2]), Some(3));
        assert_eq!(median::<u8>([]), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

        /// Fewer liars than a quorum move nothing if a quorum of honest endpoints speaks.
        #[test]
        fn liars_below_the_quorum_move_nothing(
            quorum in 1_u32..5,
            more in 0_usize..3,
            honest in prop::collection::vec(90_u64..110, 7),
            lies in prop::collection::vec(any::<u64>(), 0..4),
        ) {
            let needed = usize::try_from(quorum).unwrap();
            let honest = &honest[..needed + more.min(7 - needed)];
            let lies = &lies[..lies.len().min(needed - 1)];
            let endpoints = endpoints(&[], quorum);
            let both = |one: &[u64]| one.iter().chain(lies).copied().collect::<Vec<_>>();
            let same = vec![honest[0]; honest.len()];
            prop_assert_eq!(endpoints.equal(both(&same)), Some(honest[0]));
            prop_assert_eq!(endpoints.at_least(both(&same)), Some(honest[0]));
            let reached = endpoints.at_least(both(honest)).unwrap();
            prop_assert!(honest.iter().min() <= Some(&reached) && Some(&reached) <= honest.iter().max());
        }
    }
}
