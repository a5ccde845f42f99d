//! The verdict of `chain.simulate`: whether a payment would run.

use super::fees::MOST_GAS;
use super::num::Num;
use super::quorum::{Endpoints, median};
use super::texts::{self, NodeErrorClass};
use super::views::{EndpointView, NodeError, SimulateView};

/// The longest reason that is kept.
const LONGEST: usize = 200;
/// The highest multiple of the median that an estimate may reach.
const FAR: u64 = 4;
/// How long a simulation is fresh.
pub const GOOD_FOR: crate::time::Span = crate::time::Span::from_mins(1);

/// The needs of the sender for a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Needed {
    /// Coins, in wei: the value, and the gas if it is known.
    pub native: Num,
    /// Units of the asset.
    pub balance: Num,
    /// The most gas that it may take.
    pub most_gas: u64,
}

/// Whether a payment would run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Simulated {
    /// One view says that it runs.
    Yes {
        /// The highest estimate of gas that is not far above the others.
        gas: u64,
    },
    /// A quorum says that it reverts although the wallet has the money, or takes more gas than it may.
    Reverts {
        /// The contract's message, or the gas limit that it exceeds.
        message: String,
    },
    /// A quorum says that it does not run, but not that the wallet has the money.
    Wallet,
    /// Too few views: the simulation is asked again.
    Nobody,
}

/// The refusal of one endpoint.
enum No<'a> {
    Reverts(&'a NodeError),
    Lacks,
}

/// Judges a report of `chain.simulate`.
pub fn judge(endpoints: &Endpoints, views: &[EndpointView<SimulateView>], needed: &Needed) -> Simulated {
    let sorted = endpoints.good(views);
    let gas = sorted.good.iter().filter_map(|view| match view.said {
        SimulateView::Ran { gas } => Some(*gas),
        SimulateView::Fails { .. } => None,
    });
    let (fits, dear): (Vec<u64>, Vec<u64>) = gas.partition(|gas| *gas <= needed.most_gas);
    if endpoints.suffice(dear.len()) && dear.len() >= fits.len() {
        let message = format!("it takes more than {} gas, the `max_gas` of its asset", needed.most_gas);
        return Simulated::Reverts { message };
    }
    // one alone that names more is not heard
    match believed(endpoints, fits) {
        Some(gas) => Simulated::Yes { gas },
        None => {
            let noes: Vec<No<'_>> = sorted.good.iter().filter_map(|view| no(view.said, needed)).collect();
            refused(endpoints, &noes)
        }
    }
}

/// The highest believed estimate of gas. Fewer endpoints than a quorum cannot make a payment too dear for any
/// wallet, or too large for a block. A quorum can, because some chains measure gas otherwise.
fn believed(endpoints: &Endpoints, mut named: Vec<u64>) -> Option<u64> {
    let beyond = named.iter().filter(|gas| **gas > MOST_GAS).count();
    if !endpoints.suffice(beyond) {
        named.retain(|gas| *gas <= MOST_GAS);
    }
    let most = median(named.iter().copied())?.saturating_mul(FAR);
    named.into_iter().filter(|gas| *gas <= most).max()
}

fn refused(endpoints: &Endpoints, noes: &[No<'_>]) -> Simulated {
    let mut reverts = noes.iter().filter_map(|no| match no {
        No::Reverts(error) => Some(*error),
        No::Lacks => None,
    });
    if endpoints.suffice(reverts.clone().count()) {
        return Simulated::Reverts { message: reverts.next().map(reason).unwrap_or_default() };
    }
    if endpoints.suffice(noes.len()) { Simulated::Wallet } else { Simulated::Nobody }
}

/// Reads a refusal from a view. An error that is neither a revert nor a lack of money says nothing of the
/// payment.
fn no<'a>(view: &'a SimulateView, needed: &Needed) -> Option<No<'a>> {
    let SimulateView::Fails { error, native, balance } = view else { return None };
    if !texts::is_revert(error) {
        return (texts::class(error) == NodeErrorClass::NoFunds).then_some(No::Lacks);
    }
    let rich = native.is_some_and(|native| native >= needed.native)
        && balance.is_some_and(|balance| balance >= needed.balance);
    Some(if rich { No::Reverts(error) } else { No::Lacks })
}

/// The reason of a contract, cut to one short line, because it is a text of strangers.
fn reason(error: &NodeError) -> String {
    let said = texts::revert_reason(error).unwrap_or_else(|| "execution reverted".to_owned());
    let line = said.chars().map(|c| if c.is_control() { ' ' } else { c });
    line.take(LONGEST).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEEDED: Needed = Needed { native: Num::of(100), balance: Num::of(50), most_gas: u64::MAX };

    fn ran(gas: u64) -> Option<SimulateView> {
        Some(SimulateView::Ran { gas })
    }

    fn fails(message: &str, native: u64, balance: u64) -> Option<SimulateView> {
        let error = NodeError { code: String::new(), message: message.to_owned(), data: String::new() };
        let (native, balance) = (Some(Num::of(native)), Some(Num::of(balance)));
        Some(SimulateView::Fails { error, native, balance })
    }

    /// The verdict on three endpoints, two of which are a quorum. `None` stands for one that failed.
    fn simulated(said: [Option<SimulateView>; 3]) -> Simulated {
        simulated_with(said, 2, u64::MAX)
    }

    /// The same with a quorum and a bound for gas.
    fn simulated_with(said: [Option<SimulateView>; 3], quorum: u32, most_gas: u64) -> Simulated {
        let names = ["a", "b", "c"].map(str::to_owned);
        let failed = NodeError { code: String::new(), message: "timed out".to_owned(), data: String::new() };
        let views: Vec<_> = said
            .into_iter()
            .zip(&names)
            .map(|(said, endpoint)| EndpointView {
                endpoint: endpoint.clone(),
                chain_id: Some(Num::ONE),
                said: said.ok_or_else(|| failed.clone()),
            })
            .collect();
        judge(&Endpoints::new(&names, Num::ONE, quorum), &views, &Needed { most_gas, ..NEEDED })
    }

    #[test]
    fn one_view_is_enough_to_say_yes() {
        let no = || fails("execution reverted", 100, 50);
        assert_eq!(simulated([no(), ran(7), no()]), Simulated::Yes { gas: 7 });
        assert_eq!(simulated([ran(9), ran(7), None]), Simulated::Yes { gas: 9 });
    }

    /// An endpoint that names absurd gas does not hold up a payment that runs by the others.
    #[test]
    fn nobody_alone_names_huge_gas() {
        let yes = |gas| Simulated::Yes { gas };
        for (said, verdict) in [
            ([ran(50_000), ran(52_000), ran(200_000)], yes(200_000)),
            ([ran(50_000), ran(52_000), ran(300_000)], yes(52_000)),
            ([ran(50_000), ran(52_000), ran(u64::MAX)], yes(52_000)),
            ([ran(1), ran(52_000), ran(50_000)], yes(52_000)),
            ([ran(1), ran(52_000), None], yes(52_000)),
            ([ran(50_000), None, ran(u64::MAX)], yes(50_000)),
            ([ran(50_000), None, ran(MOST_GAS)], yes(MOST_GAS)),
            ([None, None, ran(MOST_GAS + 1)], Simulated::Nobody),
            ([None, ran(MOST_GAS + 1), ran(MOST_GAS + 2)], yes(MOST_GAS + 2)),
        ] {
            assert_eq!(simulated(said.clone()), verdict, "{said:?}");
        }
    }

    /// The payee's code runs at the wallet's expense: what a quorum says takes too much of it is not paid,
    /// and one alone that says so neither holds it up nor makes it dearer.
    #[test]
    fn a_payee_does_not_decide_how_much_gas_is_paid() {
        let message = "it takes more than 500000 gas, the `max_gas` of its asset";
        let dear = || Simulated::Reverts { message: message.to_owned() };
        let yes = |gas| Simulated::Yes { gas };
        let rich = || fails("execution reverted: paused", 100, 50);
        for (said, quorum, verdict) in [
            ([ran(500_001), ran(13_900_000), ran(13_900_000)], 2, dear()),
            ([ran(500_001), None, ran(u64::MAX)], 2, dear()),
            ([ran(500_001), ran(500_000), ran(500_001)], 2, dear()),
            ([ran(500_000), ran(500_000), ran(500_000)], 2, yes(500_000)),
            ([ran(500_001), ran(500_000), ran(499_000)], 2, yes(500_000)),
            ([ran(13_900_000), ran(52_000), None], 2, yes(52_000)),
            ([ran(13_900_000), None, None], 2, Simulated::Nobody),
            ([ran(13_900_000), rich(), None], 2, Simulated::Nobody),
            ([ran(13_900_000), rich(), rich()], 2, Simulated::Reverts { message: "paused".to_owned() }),
            // where one is a quorum it is not one against two
            ([ran(13_900_000), ran(52_000), ran(50_000)], 1, yes(52_000)),
            ([ran(13_900_000), None, None], 1, dear()),
        ] {
            assert_eq!(simulated_with(said.clone(), quorum, 500_000), verdict, "{said:?} of {quorum}");
        }
    }

    #[test]
    fn a_quorum_says_no() {
        let reverts = |message: &str| Simulated::Reverts { message: message.to_owned() };
        let rich = || fails("execution reverted: paused", 100, 50);
        for (said, verdict) in [
            ([rich(), rich(), None], reverts("paused")),
            ([rich(), None, None], Simulated::Nobody),
            ([None, None, None], Simulated::Nobody),
            ([rich(), fails("execution reverted", 100, 49), None], Simulated::Wallet),
            ([rich(), fails("execution reverted", 99, 50), None], Simulated::Wallet),
            ([rich(), fails("execution reverted", 0, 0), rich()], reverts("paused")),
            ([fails("insufficient funds for transfer", 0, 0), rich(), None], Simulated::Wallet),
            ([fails("insufficient funds for transfer", 500, 500), rich(), rich()], reverts("paused")),
            ([fails("header not found", 500, 500), rich(), None], Simulated::Nobody),
            (
                [fails("returned false", 500, 500), fails("returned false", 500, 500), None],
                reverts("execution reverted"),
            ),
        ] {
            assert_eq!(simulated(said.clone()), verdict, "{said:?}");
        }
    }

    /// A balance that no view shows counts as missing.
    #[test]
    fn money_that_is_not_shown_is_not_there() {
        let mut hidden = fails("execution reverted", 100, 50);
        if let Some(SimulateView::Fails { balance, .. }) = &mut hidden {
            *balance = None;
        }
        assert_eq!(simulated([hidden.clone(), hidden, None]), Simulated::Wallet);
    }

    #[test]
    fn reasons_are_short_and_in_one_line() {
        let long = format!("execution reverted: a\nb{}", "c".repeat(500));
        let Simulated::Reverts { message } = simulated([fails(&long, 100, 50), fails(&long, 100, 50), None])
        else {
            panic!("a quorum says that it reverts");
        };
        assert!(message.starts_with("a bc") && message.len() == LONGEST, "{message}");
    }
}
