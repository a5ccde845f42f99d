//! Asks a node what became of the nonces of a lane.
//!
//! A transaction is in a block only when the counter of its address is past its nonce: others are not asked
//! for. A receipt holds for as long as its block is the node's, and is asked for again when that is final.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::asking::{Asking, NodeAnswers, error_view, failed, view_of};
use super::foreign::{self, UsedUp};
use super::node::{ChainNode, KeptReceipt};
use super::read::{NodeBlock, hex_of, small};
use super::receipts::{ReceiptAnswer, ShownReceipt, receipt_of};
use super::rpc::RpcFault;
use super::terms::{FinalBlock, NodeTerms};
use crate::time::Time;

/// How many nonces of others are looked for at once.
const MOST_FOREIGN: usize = 4;

/// The blocks and counters that a node has reached.
#[derive(Default)]
struct Standing {
    head: Option<NodeBlock>,
    finalized: Option<NodeBlock>,
    latest: Option<u64>,
    settled: Option<u64>,
}

/// A nonce that is watched.
struct SlotAsked {
    nonce: u64,
    hashes: Vec<String>,
}

/// The answers of a node about the hashes of a lane.
#[derive(Default)]
struct SeenHashes {
    /// The receipts of those that are in a block.
    receipts: BTreeMap<String, Value>,
    /// Those that it did not answer as it should: what is missing then is not absent.
    unread: BTreeSet<String>,
}

impl SeenHashes {
    /// Whether it cannot say what became of a nonce. The others have nothing to do with that.
    fn is_unreadable(&self, slot: &SlotAsked) -> bool {
        slot.hashes.iter().any(|hash| self.unread.contains(hash))
    }
}

/// A lane, as one node is asked about it.
#[derive(Clone, Copy)]
struct NodeLook<'a> {
    node: &'a Arc<ChainNode>,
    finality: FinalBlock,
    now: Time,
    /// The address of the lane, in lower case.
    address: &'a str,
    slots: &'a [SlotAsked],
}

/// Asks a node about a lane's nonces.
pub(super) async fn view(node: &Arc<ChainNode>, terms: &NodeTerms, now: Time, payload: &Value) -> Value {
    let address = payload["address"].as_str().unwrap_or_default().to_ascii_lowercase();
    let slots = slots_of(payload);
    let mut ask = Asking::default();
    let head = ask.add("eth_getBlockByNumber", json!(["latest", false]));
    let latest = ask.add("eth_getTransactionCount", json!([address, "latest"]));
    let last = terms.finality.tag().map(|tag| ask.add("eth_getBlockByNumber", json!([tag, false])));
    let id = ask.chain_id(node);
    let answers = ask.of(node, now).await;
    let chain_id = answers.chain_id(node, id);
    if let Some(fault) = failed(&answers) {
        return error_view(node, chain_id, &fault);
    }
    let mut standing = Standing {
        head: answers.read(head, NodeBlock::of),
        finalized: last.and_then(|last| answers.read(last, NodeBlock::of)),
        latest: answers.read(latest, small),
        settled: None,
    };
    if standing.head.is_none() {
        let fault = answers.of(head).err();
        let lacking = || RpcFault::malformed("it does not show its newest block");
        return error_view(node, chain_id, &fault.unwrap_or_else(lacking));
    }
    let look = NodeLook { node, finality: terms.finality, now, address: &address, slots: &slots };
    let seen = look.seen(&standing).await;
    let mut others = Vec::new();
    let absent = look.absent(&standing, &seen);
    if !absent.is_empty() {
        standing.settled = look.settled(&standing).await;
        others = look.others(&standing, &absent).await;
    }
    let unreadable = slots.iter().filter(|slot| seen.is_unreadable(slot));
    let unreadable: Vec<Value> = unreadable.map(|slot| slot.nonce.to_string().into()).collect();
    let mut view = standing.told();
    view.insert("receipts".to_owned(), seen.receipts.into_values().collect());
    if !unreadable.is_empty() {
        view.insert("unreadable".to_owned(), unreadable.into());
    }
    if !others.is_empty() {
        view.insert("foreign".to_owned(), others.into());
    }
    view_of(node, chain_id, view)
}

fn slots_of(payload: &Value) -> Vec<SlotAsked> {
    let all = payload["slots"].as_array().map_or(&[][..], Vec::as_slice);
    let slot = |slot: &Value| {
        let hashes = slot["hashes"].as_array()?.iter().filter_map(Value::as_str);
        let nonce = slot["nonce"].as_str()?.parse().ok()?;
        Some(SlotAsked { nonce, hashes: hashes.map(str::to_ascii_lowercase).collect() })
    };
    all.iter().filter_map(slot).collect()
}

impl Standing {
    /// As reports have it.
    fn told(&self) -> Map<String, Value> {
        let mut told = Map::new();
        for (name, block) in [("head", &self.head), ("finalized", &self.finalized)] {
            if let Some(block) = block {
                told.insert(name.to_owned(), block.to_value());
            }
        }
        let mut nonce = Map::new();
        for (name, number) in [("latest", self.latest), ("finalized", self.settled)] {
            if let Some(number) = number {
                nonce.insert(name.to_owned(), number.to_string().into());
            }
        }
        told.insert("nonce".to_owned(), nonce.into());
        told
    }

    /// Whether the node has a block, as far as it is known without asking.
    fn has(&self, block: &NodeBlock) -> Option<bool> {
        let mut known = [&self.head, &self.finalized].into_iter().flatten();
        known.find(|known| known.number == block.number).map(|known| known == block)
    }

    /// Whether the node holds a block for final, as far as its height says it.
    fn is_final(&self, block: &NodeBlock, finality: FinalBlock) -> bool {
        match finality {
            FinalBlock::Tag(_) => self.finalized.as_ref().is_some_and(|last| last.number >= block.number),
            FinalBlock::Depth(depth) => {
                let needed = block.number.saturating_add(depth);
                self.head.as_ref().is_some_and(|head| head.number >= needed)
            }
        }
    }

    /// Whether a transaction with a nonce can be in a block.
    fn is_past(&self, nonce: u64) -> bool {
        self.latest.is_none_or(|latest| latest > nonce)
    }
}

impl<'a> NodeLook<'a> {
    /// The receipts of what is in a block, by hash, and those that the node cannot show.
    async fn seen(self, standing: &Standing) -> SeenHashes {
        let Self { node, now, slots, .. } = self;
        let mut seen = SeenHashes::default();
        let mut known: BTreeMap<String, ShownReceipt> = BTreeMap::new();
        let (mut wanted, mut blocks) = (Vec::new(), BTreeSet::new());
        for slot in slots.iter().filter(|slot| standing.is_past(slot.nonce)) {
            let kept = slot.hashes.iter().find_map(|hash| self.kept(standing, hash));
            match kept {
                Some((hash, kept)) => {
                    if standing.has(&kept.block).is_none() {
                        blocks.insert(kept.block.number);
                    }
                    known.insert(hash, kept);
                }
                None if slot.hashes.iter().any(|hash| node.was_too_long(hash, now)) => {
                    seen.unread.extend(slot.hashes.iter().cloned());
                }
                None => wanted.extend(slot.hashes.iter().cloned()),
            }
        }
        let mut ask = Asking::default();
        let blocks: Vec<(u64, usize)> = blocks
            .into_iter()
            .map(|number| (number, ask.add("eth_getBlockByNumber", json!([hex_of(number), false]))))
            .collect();
        let places = receipts_asked(&mut ask, &wanted);
        let answers = ask.of(node, now).await;
        self.read(standing, &answers, wanted.iter().zip(places), &mut seen);
        let mut again = Vec::new();
        for (hash, kept) in known {
            let asked = blocks.iter().find(|(number, _)| *number == kept.block.number);
            let shown = asked.map(|(_, place)| answers.of(*place).map(NodeBlock::of));
            let holds = match (standing.has(&kept.block), shown) {
                (Some(has), _) => Some(has),
                (None, Some(Ok(block))) => Some(block.as_ref() == Some(&kept.block)),
                // who does not answer does not say that it is another one
                (None, Some(Err(_))) => None,
                (None, None) => Some(false),
            };
            match holds {
                Some(true) => {
                    seen.receipts.insert(hash, kept.shown);
                }
                Some(false) => {
                    node.memory().receipts.remove(&hash);
                    let whose = slots.iter().filter(|slot| slot.hashes.contains(&hash));
                    again.extend(whose.flat_map(|slot| slot.hashes.clone()));
                }
                None => {
                    seen.unread.insert(hash);
                }
            }
        }
        let mut ask = Asking::default();
        let places = receipts_asked(&mut ask, &again);
        let answers = ask.of(node, now).await;
        self.read(standing, &answers, again.iter().zip(places), &mut seen);
        seen
    }

    /// The receipt that the node has shown for a hash, if it need not be asked for again.
    fn kept(self, standing: &Standing, hash: &str) -> Option<(String, ShownReceipt)> {
        let memory = self.node.memory();
        let kept = memory.receipts.get(hash)?;
        let is_final = standing.is_final(&kept.receipt.block, self.finality);
        kept.is_good(self.now, is_final).then(|| (hash.to_owned(), kept.receipt.clone()))
    }

    /// Reads receipts, and keeps them. One that was not answered as it should be is unread, and no other.
    fn read<'h>(
        self,
        standing: &Standing,
        answers: &NodeAnswers,
        asked: impl Iterator<Item = (&'h String, usize)>,
        seen: &mut SeenHashes,
    ) {
        for (hash, place) in asked {
            match answers.of(place).map(|answer| receipt_of(answer, hash, self.address)) {
                Ok(ReceiptAnswer::Absent) => {}
                Ok(ReceiptAnswer::InBlock(receipt)) => {
                    seen.receipts.insert(hash.clone(), receipt.shown.clone());
                    let was_final = standing.is_final(&receipt.block, self.finality);
                    self.node.keep(hash.clone(), KeptReceipt { receipt, at: self.now, was_final });
                }
                Ok(ReceiptAnswer::Malformed) => {
                    seen.unread.insert(hash.clone());
                }
                Err(fault) => {
                    if fault.is_too_long() {
                        self.node.note_too_long(hash, self.now);
                    }
                    seen.unread.insert(hash.clone());
                }
            }
        }
    }

    /// The nonces that are used up by the newest block, and by none of ours.
    fn absent(self, standing: &Standing, seen: &SeenHashes) -> Vec<&'a SlotAsked> {
        let is_absent = |slot: &&SlotAsked| {
            let is_seen = slot.hashes.iter().any(|hash| seen.receipts.contains_key(hash));
            standing.is_past(slot.nonce) && !is_seen && !seen.is_unreadable(slot)
        };
        self.slots.iter().filter(is_absent).collect()
    }

    /// The counter of the address by the newest final block.
    async fn settled(self, standing: &Standing) -> Option<u64> {
        let block = match self.finality {
            FinalBlock::Tag(tag) => tag.to_owned(),
            FinalBlock::Depth(depth) => hex_of(standing.head.as_ref()?.number.checked_sub(depth)?),
        };
        let mut ask = Asking::default();
        let settled = ask.add("eth_getTransactionCount", json!([self.address, block]));
        ask.of(self.node, self.now).await.read(settled, small)
    }

    /// Finds the foreign transactions that have finally used up absent nonces.
    async fn others(self, standing: &Standing, absent: &[&SlotAsked]) -> Vec<Value> {
        let last = match self.finality {
            FinalBlock::Tag(_) => standing.finalized.as_ref().map(|block| block.number),
            FinalBlock::Depth(depth) => {
                standing.head.as_ref().and_then(|head| head.number.checked_sub(depth))
            }
        };
        let mut found = Vec::new();
        for slot in absent {
            let is_final = standing.settled.is_some_and(|settled| settled > slot.nonce);
            if is_final && found.len() < MOST_FOREIGN {
                let used = UsedUp { address: self.address, nonce: slot.nonce, last };
                found.extend(foreign::found(self.node, self.now, used).await);
            }
        }
        found
    }
}

fn receipts_asked(ask: &mut Asking, wanted: &[String]) -> Vec<usize> {
    wanted.iter().map(|hash| ask.add("eth_getTransactionReceipt", json!([hash]))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(number: u64, byte: &str) -> NodeBlock {
        NodeBlock { number, hash: format!("0x{}", byte.repeat(32)) }
    }

    #[test]
    fn a_nonce_that_is_not_reached_is_in_no_block() {
        let standing = Standing { latest: Some(5), ..Standing::default() };
        assert!(standing.is_past(4) && !standing.is_past(5));
        // who does not say it is asked for everything
        assert!(Standing::default().is_past(5));
    }

    #[test]
    fn of_one_height_there_is_one_block() {
        let standing =
            Standing { head: Some(block(9, "aa")), finalized: Some(block(7, "bb")), ..Standing::default() };
        assert_eq!(standing.has(&block(9, "aa")), Some(true));
        assert_eq!(standing.has(&block(9, "ab")), Some(false));
        assert_eq!(standing.has(&block(7, "bb")), Some(true));
        assert_eq!(standing.has(&block(8, "bb")), None);
    }

    #[test]
    fn a_receipt_is_asked_for_again_when_its_block_is_final() {
        let tag = FinalBlock::Tag("finalized");
        let standing =
            Standing { head: Some(block(9, "aa")), finalized: Some(block(7, "bb")), ..Standing::default() };
        assert!(standing.is_final(&block(7, "bb"), tag) && !standing.is_final(&block(8, "bb"), tag));
        assert!(standing.is_final(&block(6, "cc"), FinalBlock::Depth(3)));
        assert!(!standing.is_final(&block(7, "cc"), FinalBlock::Depth(3)));
        let shown = ShownReceipt { block: block(7, "bb"), shown: Value::Null };
        let at = Time::from_micros(0);
        let later = |micros| Time::from_micros(micros);
        let young = KeptReceipt { receipt: shown.clone(), at, was_final: false };
        assert!(young.is_good(later(59_999_999), false) && !young.is_good(later(60_000_000), false));
        assert!(!young.is_good(at, true));
        let old = KeptReceipt { receipt: shown, at, was_final: true };
        assert!(old.is_good(later(299_999_999), true) && !old.is_good(later(300_000_000), true));
    }

    /// A receipt that nobody can read costs its own nonce, and neither hides the others nor passes for
    /// missing.
    #[test]
    fn a_receipt_that_cannot_be_read_costs_its_nonce_alone() {
        let slot = |nonce: u64, hashes: &[&str]| SlotAsked {
            nonce,
            hashes: hashes.iter().map(|hash| (*hash).to_owned()).collect(),
        };
        let slots = [slot(5, &["0xa", "0xb"]), slot(6, &["0xc"]), slot(7, &["0xd"])];
        let seen = SeenHashes {
            receipts: BTreeMap::from([("0xc".to_owned(), Value::Null)]),
            unread: BTreeSet::from(["0xb".to_owned()]),
        };
        assert_eq!(slots.each_ref().map(|slot| seen.is_unreadable(slot)), [true, false, false]);
        let endpoint = crate::chain::endpoint::Endpoint::new("main", "https://node.example").unwrap();
        let client = crate::http::client::Client::new(Default::default());
        let node = ChainNode::new(endpoint, client, Arc::default());
        let now = Time::from_micros(0);
        let finality = FinalBlock::Depth(1);
        let look = NodeLook { node: &node, finality, now, address: "0x", slots: &slots };
        let standing = Standing { latest: Some(9), ..Standing::default() };
        let absent = look.absent(&standing, &seen);
        assert_eq!(absent.iter().map(|slot| slot.nonce).collect::<Vec<_>>(), [7]);
    }

    #[test]
    fn slots_are_read_from_the_payload() {
        let payload =
            json!({ "slots": [{ "nonce": "7", "hashes": ["0xAB"] }, { "nonce": 8, "hashes": [] }] });
        let slots = slots_of(&payload);
        assert_eq!(slots.len(), 1);
        assert_eq!((slots[0].nonce, slots[0].hashes.as_slice()), (7, &["0xab".to_owned()][..]));
        assert_eq!(slots_of(&json!({})).len(), 0);
    }
}
