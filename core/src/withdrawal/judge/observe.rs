//! The verdict of `chain.observe`: the fate of the nonces of a lane.
//!
//! Bad views are dropped one by one, and the others must agree on hash, block, status and transfers. A
//! missing transaction proves nothing: it makes nobody richer, and only changes when to look and to send
//! again.

use std::collections::{BTreeMap, BTreeSet};

use super::num::Num;
use super::quorum::{EndpointLook, Endpoints, GoodView};
use super::views::{BlockId, EndpointView, ForeignView, ObserveView, ReceiptView, TokenTransfer};

/// When a block is final.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FinalityRule {
    /// When the endpoint's final block has reached its height.
    Tag,
    /// When this many blocks follow it.
    Depth(u64),
}

/// A lane in the form that is watched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchedLane {
    /// The rule for final blocks of its chain.
    pub finality: FinalityRule,
    pub address: String,
    /// Its counter: the nonce that it gives next.
    pub next_nonce: u64,
    /// The nonces that are watched.
    pub slots: Vec<WatchedSlot>,
}

/// A nonce in the form that is watched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchedSlot {
    pub nonce: u64,
    /// The hash of every attempt that was signed for it.
    pub attempts: Vec<WatchedHash>,
    pub payment: ExpectedTransfer,
    /// The call of its payment.
    pub plan: PlannedCall,
    /// The block in which it was last seen, if it was.
    pub seen: Option<BlockId>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchedHash {
    pub hash: String,
    /// Whether it pays; otherwise it only uses up the nonce.
    pub pays: bool,
}

/// The transfer that a payment must make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectedTransfer {
    /// The token; none for coins.
    pub token: Option<String>,
    /// From whom: the address of the lane.
    pub from: String,
    /// To whom.
    pub to: String,
    /// How much, in its units.
    pub value: Num,
}

/// The call of a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedCall {
    /// The payee, or the token.
    pub to: String,
    /// The coins that move with it, in wei.
    pub value: Num,
    /// The call, as hex in lower case with `0x`.
    pub data: String,
}

/// The signer and the content of a foreign transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovered {
    /// The signer's address.
    pub address: String,
    pub nonce: u64,
    pub hash: String,
    /// Its call; `None` if it creates a contract.
    pub call: Option<PlannedCall>,
}

/// The fate of the nonces of a lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObserveVerdict {
    /// Each nonce, in the order of the lane.
    pub slots: Vec<SlotVerdict>,
    /// Whether a quorum is past the counter, so that somebody else signs with this key.
    pub foreign: bool,
    /// The next nonce that a quorum has reached.
    pub latest: Option<u64>,
    /// The height that a quorum has reached.
    pub head: Option<u64>,
    /// The health of each endpoint.
    pub endpoints: Vec<EndpointLook>,
}

/// The fate of a nonce.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotVerdict {
    pub nonce: u64,
    /// Its fate.
    pub sight: Observation,
    /// Whether a quorum says that no final transaction has used it.
    pub is_free: bool,
}

/// The combined sight of a nonce.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Observation {
    /// The views are too few or do not agree: everything stays as it is.
    Unknown,
    /// A quorum has none of its hashes, and it was not seen before.
    Unseen {
        /// Whether a quorum holds the nonce for finally used up, and shows no transaction that used it.
        spent: bool,
    },
    /// It was seen in a block before, and a quorum past that block has none of its hashes.
    Gone {
        /// As for `Unseen`.
        spent: bool,
    },
    /// One of its hashes is in a block.
    InBlock {
        hash: String,
        block: BlockId,
        /// The number of blocks that a quorum counts from that one on, with it.
        confirmations: u64,
    },
    /// One of its hashes is in a final block.
    Final {
        hash: String,
        block: BlockId,
        /// Its effect.
        end: FinalEnd,
        /// The cost of its gas, in wei.
        gas_paid: Option<Num>,
        /// The number of blocks that a quorum counts from that one on, with it.
        confirmations: u64,
    },
    /// A foreign transaction, signed by this key, has finally used up the nonce.
    Taken {
        hash: String,
        block: BlockId,
        /// Whether it succeeded and its call is that of the payment. Then the payee may have been paid by an
        /// abandoned history, or by another database with the same key.
        pays: bool,
        /// As for `Final`.
        confirmations: u64,
    },
}

/// The effect of a final transaction of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FinalEnd {
    Paid,
    Reverted,
    /// It used up the nonce, as it should.
    Noop,
    /// It succeeded without the `Transfer` that would prove the payment.
    NotProved,
}

/// The inclusion of a nonce in a block. Views agree if their inclusions are equal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Inclusion {
    hash: String,
    block: BlockId,
    success: bool,
    transfers: Vec<TokenTransfer>,
    /// The bytes of a foreign transaction.
    raw: Option<String>,
    /// Whether a foreign transaction does what the payment would.
    pays: bool,
}

/// The view of one endpoint on one nonce.
struct SlotSight<'a> {
    view: &'a ObserveView,
    /// `None` if the endpoint has nothing in a block.
    inclusion: Option<Inclusion>,
    gas_paid: Option<Num>,
}

/// Judges a report of `chain.observe`. `recover` reads foreign signed bytes and recovers their signer; it
/// returns `None` for unreadable ones.
pub fn judge(
    endpoints: &Endpoints,
    views: &[EndpointView<ObserveView>],
    lane: &WatchedLane,
    recover: &dyn Fn(&str) -> Option<Recovered>,
) -> ObserveVerdict {
    let sorted = endpoints.good(views);
    let foreign = recovered(&sorted.good, recover);
    let latest = endpoints.at_least(sorted.good.iter().filter_map(|view| view.said.nonce_latest));
    let verdict = |slot: &WatchedSlot| {
        let sights: Vec<SlotSight<'_>> = sorted
            .good
            .iter()
            .filter_map(|view| sight_of(view.said, slot, &lane.address, &foreign))
            .collect();
        let next = sorted.good.iter().filter_map(|view| view.said.nonce_finalized.or(view.said.nonce_latest));
        SlotVerdict {
            nonce: slot.nonce,
            sight: weigh(endpoints, lane.finality, slot, &sights),
            is_free: endpoints.suffice(next.filter(|next| *next <= slot.nonce).count()),
        }
    };
    ObserveVerdict {
        slots: lane.slots.iter().map(verdict).collect(),
        foreign: latest.is_some_and(|latest| latest > lane.next_nonce),
        latest,
        head: endpoints.at_least(sorted.good.iter().filter_map(|view| height(view.said))),
        endpoints: sorted.looks(endpoints, |view| view.head.as_ref()),
    }
}

/// Recovers the signers of foreign bytes. Each is read once, even if several endpoints show it.
fn recovered<'a>(
    good: &[GoodView<'a, ObserveView>],
    recover: &dyn Fn(&str) -> Option<Recovered>,
) -> BTreeMap<&'a str, Recovered> {
    let raws: BTreeSet<&'a str> =
        good.iter().flat_map(|view| &view.said.foreign).map(|foreign| foreign.raw.as_str()).collect();
    raws.into_iter().filter_map(|raw| recover(raw).map(|recovered| (raw, recovered))).collect()
}

/// The view of one endpoint on one nonce; `None` if it was not asked, cannot tell, or contradicts itself by
/// two transactions of the nonce.
fn sight_of<'a>(
    view: &'a ObserveView,
    slot: &WatchedSlot,
    address: &str,
    foreign: &BTreeMap<&str, Recovered>,
) -> Option<SlotSight<'a>> {
    let receipts = view.receipts.as_ref().filter(|_| !view.unreadable.contains(&slot.nonce))?;
    let ours = receipts.iter().filter(|receipt| slot.attempt(&receipt.hash).is_some());
    let theirs = view.foreign.iter().filter_map(|shown| {
        let by = foreign.get(shown.raw.as_str())?;
        let same = by.nonce == slot.nonce && by.address.eq_ignore_ascii_case(address);
        (same && slot.attempt(&by.hash).is_none()).then(|| foreign_inclusion(shown, by, slot))
    });
    let mut gas_paid = None;
    let mut shown: BTreeSet<Inclusion> = theirs.collect();
    for receipt in ours {
        gas_paid = receipt.gas_used.checked_mul(receipt.gas_price);
        shown.insert(own_inclusion(receipt));
    }
    (shown.len() < 2).then(|| SlotSight { view, inclusion: shown.pop_first(), gas_paid })
}

fn own_inclusion(receipt: &ReceiptView) -> Inclusion {
    let mut transfers = receipt.transfers.clone();
    transfers.sort();
    Inclusion {
        hash: receipt.hash.clone(),
        block: receipt.block.clone(),
        success: receipt.success,
        transfers,
        raw: None,
        pays: false,
    }
}

fn foreign_inclusion(shown: &ForeignView, by: &Recovered, slot: &WatchedSlot) -> Inclusion {
    Inclusion {
        hash: by.hash.clone(),
        block: shown.block.clone(),
        success: shown.success,
        transfers: Vec::new(),
        raw: Some(shown.raw.clone()),
        pays: shown.success && by.call.as_ref().is_some_and(|call| slot.plan.is_done_by(call)),
    }
}

/// The combined proof of the views of a nonce.
fn weigh(
    endpoints: &Endpoints,
    finality: FinalityRule,
    slot: &WatchedSlot,
    sights: &[SlotSight<'_>],
) -> Observation {
    let finals = sights.iter().filter(|sight| sight.is_final(finality));
    if let Some(inclusion) = endpoints.equal(finals.clone().filter_map(|sight| sight.inclusion.as_ref())) {
        let agreeing = finals.filter(|sight| sight.inclusion.as_ref() == Some(inclusion));
        let gas_paid = endpoints.at_least(agreeing.filter_map(|sight| sight.gas_paid));
        return slot.ended(inclusion, gas_paid, confirmations(endpoints, inclusion, sights));
    }
    let ours = |sight: &&SlotSight<'_>| sight.inclusion.as_ref().is_some_and(|seen| seen.raw.is_none());
    let included = sights.iter().filter(ours).filter_map(|sight| sight.inclusion.as_ref());
    if let Some(inclusion) = endpoints.equal(included) {
        return Observation::InBlock {
            hash: inclusion.hash.clone(),
            block: inclusion.block.clone(),
            confirmations: confirmations(endpoints, inclusion, sights),
        };
    }
    let is_past = |sight: &&SlotSight<'_>| {
        let seen = slot.seen.as_ref();
        seen.is_none_or(|seen| height(sight.view).is_some_and(|head| head > seen.number))
    };
    let absent = sights.iter().filter(|sight| !ours(sight)).filter(is_past);
    if !endpoints.suffice(absent.clone().count()) {
        return Observation::Unknown;
    }
    let is_spent = |sight: &&SlotSight<'_>| {
        sight.inclusion.is_none() && sight.view.nonce_finalized.is_some_and(|next| next > slot.nonce)
    };
    let spent = endpoints.suffice(absent.filter(is_spent).count());
    if slot.seen.is_some() { Observation::Gone { spent } } else { Observation::Unseen { spent } }
}

/// The number of blocks that a quorum counts from the block of an inclusion on, with it.
fn confirmations(endpoints: &Endpoints, inclusion: &Inclusion, sights: &[SlotSight<'_>]) -> u64 {
    let agreeing = sights.iter().filter(|sight| sight.inclusion.as_ref() == Some(inclusion));
    let head = endpoints.at_least(agreeing.filter_map(|sight| height(sight.view)));
    let on_top = head.map_or(0, |head| head.saturating_sub(inclusion.block.number));
    on_top.saturating_add(1)
}

impl SlotSight<'_> {
    /// Whether the endpoint holds the block for final.
    fn is_final(&self, finality: FinalityRule) -> bool {
        let Some(Inclusion { block, .. }) = &self.inclusion else { return false };
        match finality {
            FinalityRule::Tag => self.view.finalized.as_ref().is_some_and(|last| {
                // a height has one block
                last.number > block.number || last == block
            }),
            FinalityRule::Depth(depth) => {
                let needed = block.number.checked_add(depth);
                height(self.view).zip(needed).is_some_and(|(head, needed)| head >= needed)
            }
        }
    }
}

impl WatchedSlot {
    fn attempt(&self, hash: &str) -> Option<&WatchedHash> {
        self.attempts.iter().find(|attempt| attempt.hash.eq_ignore_ascii_case(hash))
    }

    /// The end of the nonce by a final inclusion.
    fn ended(&self, inclusion: &Inclusion, gas_paid: Option<Num>, confirmations: u64) -> Observation {
        let (hash, block) = (inclusion.hash.clone(), inclusion.block.clone());
        if inclusion.raw.is_some() {
            return Observation::Taken { hash, block, pays: inclusion.pays, confirmations };
        }
        let end = match self.attempt(&hash) {
            Some(WatchedHash { pays: false, .. }) => FinalEnd::Noop,
            _ if !inclusion.success => FinalEnd::Reverted,
            _ if self.payment.is_proved(inclusion) => FinalEnd::Paid,
            _ => FinalEnd::NotProved,
        };
        Observation::Final { hash, block, end, gas_paid, confirmations }
    }
}

impl PlannedCall {
    /// Whether another call pays the payee what this one would. A token ignores data after its call, and
    /// coins arrive with any data.
    fn is_done_by(&self, other: &PlannedCall) -> bool {
        other.to.eq_ignore_ascii_case(&self.to)
            && other.value >= self.value
            && other.data.starts_with(&self.data)
    }
}

impl ExpectedTransfer {
    /// Whether an inclusion proves the transfer. For coins, success is the proof; a token must have logged
    /// the exact amount.
    fn is_proved(&self, inclusion: &Inclusion) -> bool {
        let Some(token) = &self.token else { return true };
        inclusion.transfers.iter().any(|logged| {
            logged.token.eq_ignore_ascii_case(token)
                && logged.from.eq_ignore_ascii_case(&self.from)
                && logged.to.eq_ignore_ascii_case(&self.to)
                && logged.value == self.value
        })
    }
}

fn height(view: &ObserveView) -> Option<u64> {
    view.head.as_ref().map(|block| block.number)
}

#[cfg(test)]
mod tests;
