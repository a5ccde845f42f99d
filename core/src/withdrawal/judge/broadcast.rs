//! Whether a node took signed bytes: the verdict of `chain.broadcast`.
//!
//! If one endpoint took or knows the bytes, they are watched for. Every other verdict needs a quorum. None
//! moves money, because a refused transaction may still be in a block.

use super::floor;
use super::num::Num;
use super::quorum::Endpoints;
use super::texts::{self, NodeErrorClass};
use super::views::{BroadcastView, EndpointView};

/// The fate of sent bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broadcast {
    /// An endpoint took them, or knows them.
    Taken,
    /// A quorum wants a higher fee.
    Underpriced,
    /// A quorum says that the wallet cannot pay for them.
    NoFunds,
    /// A quorum refuses them as they are.
    Rejected,
    /// Their fate is unknown: they are watched for, and sent again. `nonce too low` and a full pool count
    /// here.
    Unknown,
}

/// A verdict on sent bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BroadcastVerdict {
    /// The verdict.
    pub broadcast: Broadcast,
    /// Whether an endpoint says that the nonce is used up, so that the lane is looked at now.
    pub nonce_too_low: bool,
    /// The least priority fee that a quorum asks for, in wei: fewer liars than a quorum name none above that
    /// of every honest endpoint.
    pub floor: Option<Num>,
}

/// Judges a report of `chain.broadcast`.
pub fn judge(endpoints: &Endpoints, views: &[EndpointView<BroadcastView>]) -> BroadcastVerdict {
    let counted = views.iter().filter(|view| endpoints.why_not(view).is_none());
    let classes: Vec<_> = counted.map(|view| view.said.as_ref().err().map(texts::class)).collect();
    let count = |wanted| classes.iter().filter(|class| **class == Some(wanted)).count();
    let is = |wanted| endpoints.suffice(count(wanted));
    let broadcast = if classes.contains(&None) || count(NodeErrorClass::Known) > 0 {
        Broadcast::Taken
    } else if is(NodeErrorClass::Underpriced) {
        Broadcast::Underpriced
    } else if is(NodeErrorClass::NoFunds) {
        Broadcast::NoFunds
    } else if is(NodeErrorClass::Rejected) {
        Broadcast::Rejected
    } else {
        Broadcast::Unknown
    };
    let floors = views.iter().filter(|view| endpoints.why_not(view).is_none());
    let floors = floors.filter_map(|view| floor::named(view.said.as_ref().err()?));
    BroadcastVerdict {
        broadcast,
        nonce_too_low: count(NodeErrorClass::NonceTooLow) > 0,
        floor: endpoints.at_least(floors),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::withdrawal::judge::views::NodeError;

    fn error(message: &str) -> Result<BroadcastView, NodeError> {
        Err(NodeError { code: "-32000".to_owned(), message: message.to_owned(), data: String::new() })
    }

    /// The verdict on the answers of three endpoints, two of which are a quorum.
    fn sent(answers: &[Result<BroadcastView, NodeError>]) -> BroadcastVerdict {
        let names = ["a", "b", "c"].map(str::to_owned);
        let views: Vec<_> = answers
            .iter()
            .zip(&names)
            .map(|(said, name)| EndpointView { endpoint: name.clone(), chain_id: None, said: said.clone() })
            .collect();
        judge(&Endpoints::new(&names, Num::ONE, 2), &views)
    }

    #[test]
    fn one_endpoint_takes_and_a_quorum_refuses() {
        let (taken, known) = (Ok(BroadcastView), error("already known"));
        let low = error("replacement transaction underpriced");
        let poor = error("insufficient funds for gas * price + value");
        let bad = error("intrinsic gas too low");
        let used = error("nonce too low");
        let full = error("txpool is full");
        let mute = error("timed out");
        for (answers, verdict) in [
            ([&taken, &bad, &bad], Broadcast::Taken),
            ([&known, &used, &used], Broadcast::Taken),
            ([&low, &low, &mute], Broadcast::Underpriced),
            ([&low, &poor, &mute], Broadcast::Unknown),
            ([&low, &mute, &mute], Broadcast::Unknown),
            ([&poor, &poor, &full], Broadcast::NoFunds),
            ([&bad, &bad, &mute], Broadcast::Rejected),
            ([&bad, &mute, &mute], Broadcast::Unknown),
            ([&used, &used, &used], Broadcast::Unknown),
            ([&full, &full, &full], Broadcast::Unknown),
            ([&mute, &mute, &mute], Broadcast::Unknown),
        ] {
            let verdict_of_all = sent(&answers.map(Clone::clone));
            assert_eq!(verdict_of_all.broadcast, verdict, "{answers:?}");
            assert_eq!(verdict_of_all.nonce_too_low, answers.contains(&&used), "{answers:?}");
        }
        assert_eq!(sent(&[]).broadcast, Broadcast::Unknown);
    }

    #[test]
    fn strangers_take_nothing() {
        let names = ["a".to_owned()];
        let view = |endpoint: &str, chain_id| EndpointView {
            endpoint: endpoint.to_owned(),
            chain_id: Some(Num::of(chain_id)),
            said: Ok(BroadcastView),
        };
        let views = [view("x", 1), view("a", 5)];
        let verdict = judge(&Endpoints::new(&names, Num::ONE, 1), &views);
        assert_eq!(verdict.broadcast, Broadcast::Unknown);
    }

    /// A refusal that names a floor.
    fn asks(floor: u64) -> Result<BroadcastView, NodeError> {
        error(&format!("transaction underpriced: gas tip cap 0, minimum needed {floor}"))
    }

    #[test]
    fn a_floor_is_what_a_quorum_asks_for() {
        let mute = error("transaction underpriced");
        for (answers, floor) in [
            ([asks(5), asks(5), asks(5)], Some(5)),
            ([asks(5), asks(7), asks(9)], Some(7)),
            ([asks(5), asks(7), mute.clone()], Some(5)),
            ([asks(900), mute.clone(), mute.clone()], None),
            ([mute.clone(), mute.clone(), mute], None),
        ] {
            assert_eq!(sent(&answers).floor, floor.map(Num::of), "{answers:?}");
        }
    }

    proptest! {
        /// Fewer liars than a quorum, whatever they write, raise no floor above that of an honest endpoint.
        #[test]
        fn liars_raise_no_floor(
            honest in proptest::collection::vec(1_u64..1_000, 1..6),
            lies in proptest::collection::vec(any::<u64>(), 0..5),
            quorum in 1_u32..6,
        ) {
            let lies = &lies[..lies.len().min(usize::try_from(quorum).unwrap() - 1)];
            let said: Vec<_> = honest.iter().chain(lies).map(|floor| asks(*floor)).collect();
            let names: Vec<String> = (0..said.len()).map(|at| at.to_string()).collect();
            let views: Vec<_> = said
                .into_iter()
                .zip(&names)
                .map(|(said, name)| EndpointView { endpoint: name.clone(), chain_id: None, said })
                .collect();
            let floor = judge(&Endpoints::new(&names, Num::ONE, quorum), &views).floor;
            let most = honest.iter().copied().max().map(Num::of);
            prop_assert!(floor <= most, "{floor:?} above {most:?}");
        }
    }
}
