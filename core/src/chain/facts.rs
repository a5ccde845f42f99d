//! Asks a node what a chain costs, and how lanes and assets stand on it.

use std::sync::Arc;

use earnest_evm::U256;
use serde_json::{Map, Value, json};

use super::asking::{Asking, NodeAnswers, error_view, failed, view_of};
use super::node::{ChainNode, KeptFees};
use super::read::{NodeBlock, bytes, quantity, small, uint, word};
use super::simulate::balance_of;
use super::terms::NodeTerms;
use crate::time::{Span, Time};

/// How many blocks the price of gas is drawn from, and which of the bids in each: that in the middle.
const BLOCKS: &str = "0x5";
const MIDDLE: u32 = 50;
/// The call data that asks a token for its decimals: `decimals()` (EIP-20).
const DECIMALS: &str = "0x313ce567";

/// A lane of a job, and the places of what is asked of it.
struct LaneAsked<'p> {
    lane: &'p Value,
    latest: usize,
    pending: usize,
    code: usize,
    native: usize,
    tokens: Vec<TokenAsked<'p>>,
}

/// A token of a lane.
struct TokenAsked<'p> {
    currency: &'p str,
    balance: usize,
}

/// An asset of a job. What is known of its token is not asked again.
struct AssetAsked<'p> {
    currency: &'p str,
    token: String,
    asked: Option<AssetPlaces>,
    known: Option<u64>,
}

/// The places of what is asked of a token.
struct AssetPlaces {
    code: usize,
    decimals: usize,
}

/// Asks a node for the facts of a chain.
pub(super) async fn view(node: &Arc<ChainNode>, terms: &NodeTerms, now: Time, payload: &Value) -> Value {
    let mut ask = Asking::default();
    // asked each time: an address may lead to another chain one day
    let id = ask.add("eth_chainId", json!([]));
    let head = ask.add("eth_getBlockByNumber", json!(["latest", false]));
    let last = terms.finality.tag().map(|tag| ask.add("eth_getBlockByNumber", json!([tag, false])));
    let kept = kept_fees(node, now, terms.keeps_fees);
    let history = kept.is_none().then(|| ask.add("eth_feeHistory", json!([BLOCKS, "latest", [MIDDLE]])));
    let assets = assets_asked(&mut ask, node, payload);
    let lanes = lanes_asked(&mut ask, payload, &assets);
    let answers = ask.of(node, now).await;
    if let Some(fault) = failed(&answers) {
        return error_view(node, None, &fault);
    }
    let chain_id = answers.chain_id(node, Some(id));
    let mut view = Map::new();
    for (name, place) in [("head", Some(head)), ("finalized", last)] {
        if let Some(block) = place.and_then(|place| answers.read(place, NodeBlock::of)) {
            view.insert(name.to_owned(), block.to_value());
        }
    }
    let fees = match (kept, history) {
        (None, Some(history)) => fees(node, now, &answers, FeePlaces { history, head }).await,
        (kept, _) => kept,
    };
    if let Some(fees) = fees {
        view.insert("fees".to_owned(), fees);
    }
    view.insert("lanes".to_owned(), lanes.iter().map(|lane| lane.told(&answers)).collect());
    view.insert("assets".to_owned(), assets.iter().map(|asset| asset.told(node, &answers)).collect());
    view_of(node, chain_id, view)
}

/// Returns the node's last price of gas, while it is fresh.
fn kept_fees(node: &ChainNode, now: Time, keeps: Span) -> Option<Value> {
    let kept = node.memory().fees.clone()?;
    (kept.at <= now && now.since(kept.at) < keeps).then_some(kept.fees)
}

fn assets_asked<'p>(ask: &mut Asking, node: &ChainNode, payload: &'p Value) -> Vec<AssetAsked<'p>> {
    let all = payload["assets"].as_array().map_or(&[][..], Vec::as_slice);
    let mut asked = Vec::with_capacity(all.len());
    for asset in all {
        // coins have no contract
        let (Some(currency), Some(token)) = (asset["currency"].as_str(), asset["token"].as_str()) else {
            continue;
        };
        let token = token.to_ascii_lowercase();
        let known = node.memory().decimals.get(&token).copied();
        let places = known.is_none().then(|| AssetPlaces {
            code: ask.add("eth_getCode", json!([token, "latest"])),
            decimals: ask.add("eth_call", json!([{ "to": token, "data": DECIMALS }, "latest"])),
        });
        asked.push(AssetAsked { currency, token, asked: places, known });
    }
    asked
}

fn lanes_asked<'p>(ask: &mut Asking, payload: &'p Value, assets: &[AssetAsked<'p>]) -> Vec<LaneAsked<'p>> {
    let all = payload["lanes"].as_array().map_or(&[][..], Vec::as_slice);
    let mut asked = Vec::with_capacity(all.len());
    for lane in all {
        let address = &lane["address"];
        let holder = address.as_str().unwrap_or_default();
        let tokens = assets.iter().map(|asset| TokenAsked {
            currency: asset.currency,
            balance: ask.add("eth_call", balance_of(&json!(asset.token), holder)),
        });
        let tokens = tokens.collect();
        asked.push(LaneAsked {
            lane: &lane["lane"],
            latest: ask.add("eth_getTransactionCount", json!([address, "latest"])),
            pending: ask.add("eth_getTransactionCount", json!([address, "pending"])),
            code: ask.add("eth_getCode", json!([address, "latest"])),
            native: ask.add("eth_getBalance", json!([address, "latest"])),
            tokens,
        });
    }
    asked
}

impl LaneAsked<'_> {
    /// The lane, as reports have it: what the node did not say is left out.
    fn told(&self, answers: &NodeAnswers) -> Value {
        let mut told = Map::new();
        told.insert("lane".to_owned(), self.lane.clone());
        let nonces = (answers.read(self.latest, small), answers.read(self.pending, small));
        if let (Some(latest), Some(pending)) = nonces {
            let nonce = json!({ "latest": latest.to_string(), "pending": pending.to_string() });
            told.insert("nonce".to_owned(), nonce);
        }
        if let Some(code) = answers.read(self.code, bytes) {
            told.insert("code".to_owned(), (code.len() > 2).into());
        }
        if let Some(native) = answers.read(self.native, quantity) {
            told.insert("native".to_owned(), native.into());
        }
        let mut tokens = Map::new();
        for token in &self.tokens {
            if let Some(units) = answers.read(token.balance, word) {
                tokens.insert(token.currency.to_owned(), units.to_string().into());
            }
        }
        told.insert("tokens".to_owned(), tokens.into());
        Value::Object(told)
    }
}

impl AssetAsked<'_> {
    /// The asset, as reports have it. The decimals of a token that has code are kept: they are for ever.
    fn told(&self, node: &ChainNode, answers: &NodeAnswers) -> Value {
        let mut told = Map::new();
        told.insert("currency".to_owned(), self.currency.into());
        let (mut code, mut decimals) = (self.known.map(|_| true), self.known);
        if let Some(places) = &self.asked {
            code = answers.read(places.code, bytes).map(|code| code.len() > 2);
            let stated = answers.read(places.decimals, word).and_then(|word| u64::try_from(word).ok());
            decimals = stated.filter(|decimals| *decimals <= u64::from(u8::MAX));
        }
        if let Some(code) = code {
            told.insert("code".to_owned(), code.into());
        }
        if let Some(decimals) = decimals {
            told.insert("decimals".to_owned(), decimals.into());
        }
        if let (Some(true), Some(decimals)) = (code, decimals) {
            node.memory().decimals.insert(self.token.clone(), decimals);
        }
        Value::Object(told)
    }
}

/// Where the price of gas is found.
#[derive(Clone, Copy)]
struct FeePlaces {
    history: usize,
    head: usize,
}

/// Reads and keeps the price of gas: the base fee of the next block, and the median bid of the last ones.
/// Where nobody bids, the node is asked for a priority fee.
async fn fees(node: &Arc<ChainNode>, now: Time, answers: &NodeAnswers, places: FeePlaces) -> Option<Value> {
    let history = answers.of(places.history).ok();
    let head = answers.of(places.head).ok();
    let of_head = || head?.get("baseFeePerGas").and_then(quantity);
    let base_fee = history.and_then(next_base_fee).or_else(of_head)?;
    let priority_fee = match history.and_then(middle_bid) {
        Some(bid) => bid.to_string(),
        None => {
            let mut ask = Asking::default();
            let bid = ask.add("eth_maxPriorityFeePerGas", json!([]));
            ask.of(node, now).await.read(bid, quantity).unwrap_or_else(|| "0".to_owned())
        }
    };
    let fees = json!({ "base_fee": base_fee, "priority_fee": priority_fee });
    node.memory().fees = Some(KeptFees { fees: fees.clone(), at: now });
    Some(fees)
}

/// The last of the base fees is that of the block to come.
fn next_base_fee(history: &Value) -> Option<String> {
    history.get("baseFeePerGas")?.as_array()?.last().and_then(quantity)
}

/// The median of the bids; of an even number the higher. Blocks that nobody paid for say nothing.
fn middle_bid(history: &Value) -> Option<U256> {
    let rewards = history.get("reward")?.as_array()?;
    let bids = rewards.iter().filter_map(|block| uint(block.get(0)?));
    let mut bids: Vec<U256> = bids.filter(|bid| !bid.is_zero()).collect();
    bids.sort_unstable();
    bids.get(bids.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_price_of_gas_is_that_of_the_next_block() {
        let history = json!({
            "baseFeePerGas": ["0x1", "0x2", "0x64"],
            "reward": [["0x0"], ["0x3"], ["0x9"], ["0x5"], ["0x7"]],
        });
        assert_eq!(next_base_fee(&history).as_deref(), Some("100"));
        assert_eq!(middle_bid(&history), Some(U256::from(7)));
        for empty in [json!({}), json!({ "reward": [["0x0"], []] }), json!({ "reward": null }), json!(null)] {
            assert_eq!(middle_bid(&empty), None, "{empty}");
            assert_eq!(next_base_fee(&empty), None, "{empty}");
        }
    }
}
