//! Chooses the lane and the price of a payment, or returns the obstacle if no lane can send it. Binding and
//! quotes use the same rules.

use super::asset::AssetFacts;
use super::chain::ChainFacts;
use super::judge::fees::{Bid, gas_limit, most_gas_cost};
use super::judge::num::Num;
use super::lane::{Lane, LaneFacts};
use super::model::Waiting;
use crate::time::Time;

/// The name of the chain's own coins among the promises of a lane.
pub const NATIVE: &str = "native";

/// An amount of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenUnits {
    pub currency: String,
    pub units: Num,
}

/// The most that a nonce may take from its lane.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Promise {
    /// Coins, in wei: the value, and the highest cost of the gas.
    pub native: Num,
    /// A token, by its currency.
    pub token: Option<TokenUnits>,
}

/// The units of a payment, before there is a price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentUnits {
    /// Coins that move with it, in wei.
    pub value: Num,
    /// The token that moves.
    pub token: Option<TokenUnits>,
    /// The gas that it is expected to use.
    pub gas: u64,
    /// The most gas that it may use up.
    pub most_gas: u64,
}

impl PaymentUnits {
    /// A payment of units of an asset. What is thought to take more gas than the asset lets a payment take is
    /// judged anew before it is bound: until then it counts for one that takes all of that.
    pub fn of(asset: &AssetFacts, units: Num, gas: u64) -> Self {
        let token = asset.token.is_some().then(|| TokenUnits { currency: asset.currency.clone(), units });
        let value = if token.is_some() { Num::ZERO } else { units };
        let most_gas = u64::from(asset.max_gas);
        Self { value, token, gas: gas.min(most_gas), most_gas }
    }

    /// The gas limit that it is sent with: never more than it may use up; `None` beyond all numbers.
    pub fn gas_limit(&self) -> Option<u64> {
        gas_limit(self.gas, self.most_gas)
    }

    /// The most that it may take from its lane, at a price.
    fn promise(&self, bid: &Bid, gas_limit: u64) -> Promise {
        let gas = most_gas_cost(bid, gas_limit).unwrap_or(Num::MAX);
        Promise { native: self.value.saturating_add(gas), token: self.token.clone() }
    }
}

/// The lane that sends a payment.
#[derive(Clone, Debug)]
pub struct LaneChoice {
    pub lane: Lane,
    pub bid: Bid,
    /// The gas limit of the payment.
    pub gas_limit: u64,
    /// The number of nonces that all lanes may give now.
    pub free: usize,
}

/// The obstacle to a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InTheWay {
    /// All payments wait for this.
    OfAll(Waiting),
    /// Only this payment lacks it.
    OfOne(Waiting),
}

impl InTheWay {
    pub const fn waiting(self) -> Waiting {
        match self {
            Self::OfAll(waiting) | Self::OfOne(waiting) => waiting,
        }
    }
}

/// Chooses the lane that sends a payment among the binding lanes of its chain.
pub fn choose(
    chain: &ChainFacts,
    lanes: Vec<Lane>,
    payment: &PaymentUnits,
    now: Time,
) -> Result<LaneChoice, InTheWay> {
    if lanes.is_empty() {
        return Err(InTheWay::OfAll(Waiting::Lane));
    }
    let price = chain.price().filter(|_| chain.is_fresh(now)).ok_or(InTheWay::OfAll(Waiting::Chain))?;
    let bid = chain.fee_terms().first(&price).ok_or(InTheWay::OfAll(Waiting::Fees))?;
    let gas_limit = payment.gas_limit().ok_or(InTheWay::OfOne(Waiting::Fees))?;
    let with_room: Vec<Lane> = lanes.into_iter().filter(|lane| room(&lane.facts) > 0).collect();
    if with_room.is_empty() {
        return Err(InTheWay::OfAll(Waiting::Window));
    }
    let free = with_room.iter().map(|lane| room(&lane.facts)).sum();
    let wanted = payment.promise(&bid, gas_limit);
    // an unknown balance must be asked for; only a known one can be too low
    let is_poor = with_room.iter().any(|lane| can_give(&lane.facts, &wanted) == Some(false));
    let lacking = if is_poor { Waiting::Wallet } else { Waiting::Chain };
    let rich = with_room.into_iter().filter(|lane| can_give(&lane.facts, &wanted) == Some(true));
    // the emptiest lane, and the first of equals
    let lane = rich.min_by_key(|lane| (lane.facts.unseen.len(), lane.facts.in_flight.len()));
    let lane = lane.ok_or(InTheWay::OfOne(lacking))?;
    Ok(LaneChoice { lane, bid, gas_limit, free })
}

/// The number of nonces that a lane may give now.
fn room(lane: &LaneFacts) -> usize {
    let window = usize::try_from(lane.window).unwrap_or(usize::MAX);
    window.saturating_sub(lane.unseen.len())
}

/// Whether a lane can give this on top of its promises; `None` if its balance is unknown.
fn can_give(facts: &LaneFacts, wanted: &Promise) -> Option<bool> {
    let free =
        |name: &str, has: Num| has.saturating_sub(facts.promised.get(name).copied().unwrap_or_default());
    let native = free(NATIVE, facts.native?) >= wanted.native;
    let token = match &wanted.token {
        Some(TokenUnits { currency, units }) => {
            free(currency, facts.tokens.get(currency).copied()?) >= *units
        }
        None => true,
    };
    Some(native && token)
}
