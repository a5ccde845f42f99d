//! Translates a slot for the judge, and decodes signed bytes of others.

use earnest_evm::Transaction;

use super::asset::Asset;
use super::chain::Finality;
use super::judge::num::Num;
use super::judge::observe::{
    ExpectedTransfer, FinalityRule, PlannedCall, Recovered, WatchedHash, WatchedSlot,
};
use super::judge::views::BlockId;
use super::lane::Lane;
use super::model::{State, Withdrawal};
use super::sign::OnChain;
use super::slot::{AttemptFacts, AttemptKind, Slot};
use crate::error::Result;

/// The judge's rule for final blocks.
pub(super) fn rule(finality: Finality) -> FinalityRule {
    match finality {
        Finality::Tag(_) => FinalityRule::Tag,
        Finality::Depth(depth) => FinalityRule::Depth(u64::from(depth)),
    }
}

/// Recovers the signer and the content of bytes that are not ours; `None` for bytes of another chain, which
/// are in no block of this one.
pub(super) fn recovered(raw: &str, chain_id: Num) -> Option<Recovered> {
    let bytes = hex::decode(raw.strip_prefix("0x")?).ok()?;
    let read = Transaction::decode(&bytes).ok()?;
    let tx = read.transaction();
    tx.chain_id().is_none_or(|id| Num::of(id) == chain_id).then_some(())?;
    let call = tx.to().map(|to| PlannedCall {
        to: earnest_evm::address::to_text(&to),
        value: Num::from_be_bytes(tx.value().to_be_bytes()),
        data: format!("0x{}", hex::encode(tx.data())),
    });
    Some(Recovered {
        address: earnest_evm::address::to_text(&read.from()),
        nonce: tx.nonce(),
        hash: read.hash().to_string(),
        call,
    })
}

/// A slot in the form that the judge watches.
pub(super) fn watched(
    withdrawal: &Withdrawal,
    lane: &Lane,
    slot: &Slot,
    asset: &Asset,
) -> Result<WatchedSlot> {
    let on_chain = OnChain::of(&asset.facts, &withdrawal.facts.to, withdrawal.minor())?;
    let hash = |attempt: &AttemptFacts| {
        let hash = attempt.hash.clone()?;
        Some(WatchedHash { hash, pays: attempt.kind == AttemptKind::Pay })
    };
    let under_way = lane.facts.in_flight.contains(&slot.facts.nonce);
    let seen =
        withdrawal.facts.block.as_ref().filter(|_| withdrawal.state == State::Confirming || !under_way);
    Ok(WatchedSlot {
        nonce: slot.facts.nonce,
        attempts: slot.facts.attempts.iter().filter_map(hash).collect(),
        payment: ExpectedTransfer {
            token: asset.facts.token.clone(),
            from: lane.facts.address.clone(),
            to: withdrawal.facts.to.clone(),
            value: on_chain.units,
        },
        plan: PlannedCall { to: on_chain.to, value: on_chain.value, data: on_chain.data },
        seen: seen.map(|block| BlockId { number: block.number, hash: block.hash.clone() }),
    })
}
