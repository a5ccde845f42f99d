//! Which lane sends a payment, and at what price; or what is in the way where none can. One judge for a nonce
//! that is taken and for a quote.

use super::asset::AssetFacts;
use super::chain::ChainFacts;
use super::judge::fees::{Bid, gas_limit, most_gas_cost};
use super::judge::num::Num;
use super::lane::{Lane, LaneFacts};
use super::model::Waiting;
use crate::time::Time;

/// The name of the chain's own coins among what a lane has promised.
pub const NATIVE: &str = "native";

/// So much of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenUnits {
    /// The currency.
    pub currency: String,
    /// In its units.
    pub units: Num,
}

/// What a nonce may take from its lane.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Promise {
    /// Coins, in wei: the value, and the most that gas may cost.
    pub native: Num,
    /// A token, by its currency.
    pub token: Option<TokenUnits>,
}

/// What a payment takes, before there is a price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentUnits {
    /// Coins that move with it, in wei.
    pub value: Num,
    /// A token that moves.
    pub token: Option<TokenUnits>,
    /// The gas that it is thought to use up.
    pub gas: u64,
}

impl PaymentUnits {
    /// So many units of an asset.
    #[must_use]
    pub fn of(asset: &AssetFacts, units: Num, gas: u64) -> Self {
        let token = asset.token.is_some().then(|| TokenUnits { currency: asset.currency.clone(), units });
        Self { value: if token.is_some() { Num::ZERO } else { units }, token, gas }
    }

    /// What it may take from its lane at a price.
    fn promise(&self, bid: &Bid, gas_limit: u64) -> Promise {
        let gas = most_gas_cost(bid, gas_limit).unwrap_or(Num::MAX);
        Promise { native: self.value.saturating_add(gas), token: self.token.clone() }
    }
}

/// The lane that sends a payment.
#[derive(Clone, Debug)]
pub struct LaneChoice {
    /// The lane.
    pub lane: Lane,
    /// What is bid.
    pub bid: Bid,
    /// The gas that the payment may use up.
    pub gas_limit: u64,
    /// How many nonces all lanes may give now.
    pub free: usize,
}

/// Why no lane sends a payment now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InTheWay {
    /// All payments wait for this.
    OfAll(Waiting),
    /// This one alone lacks it.
    OfOne(Waiting),
}

impl InTheWay {
    /// What it waits for.
    #[must_use]
    pub const fn waiting(self) -> Waiting {
        match self {
            Self::OfAll(waiting) | Self::OfOne(waiting) => waiting,
        }
    }
}

/// Chooses the lane that sends a payment, of those of its chain that bind.
///
/// # Errors
/// What is in the way where none can.
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
    let gas_limit = gas_limit(payment.gas).ok_or(InTheWay::OfOne(Waiting::Fees))?;
    let with_room: Vec<Lane> = lanes.into_iter().filter(|lane| room(&lane.facts) > 0).collect();
    if with_room.is_empty() {
        return Err(InTheWay::OfAll(Waiting::Window));
    }
    let free = with_room.iter().map(|lane| room(&lane.facts)).sum();
    let wanted = payment.promise(&bid, gas_limit);
    // what nobody has told is asked for; only what was told can be too little
    let is_poor = with_room.iter().any(|lane| can_give(&lane.facts, &wanted) == Some(false));
    let lacking = if is_poor { Waiting::Wallet } else { Waiting::Chain };
    let rich = with_room.into_iter().filter(|lane| can_give(&lane.facts, &wanted) == Some(true));
    // the emptiest; of those that are equally full the first
    let lane = rich.min_by_key(|lane| (lane.facts.unseen.len(), lane.facts.in_flight.len()));
    let lane = lane.ok_or(InTheWay::OfOne(lacking))?;
    Ok(LaneChoice { lane, bid, gas_limit, free })
}

/// How many nonces a lane may give now.
fn room(lane: &LaneFacts) -> usize {
    let window = usize::try_from(lane.window).unwrap_or(usize::MAX);
    window.saturating_sub(lane.unseen.len())
}

/// Whether a lane can give this beside what it has promised; `None` where nobody has told what it has.
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
