//! A nonce that is looked at, and its place in the window of its lane.

use super::chain::Chain;
use super::lane::Lane;
use super::model::{AttentionCode, Withdrawal};
use super::slot::{AttemptKind, EndKind, Slot};
use super::wallet;

/// A nonce, with its slot, its lane and its chain.
pub(super) struct NoncePlace<'p> {
    pub chain: &'p Chain,
    pub lane: &'p mut Lane,
    pub slot: &'p mut Slot,
    /// Whether a quorum says that no final transaction has used it.
    pub is_free: bool,
    /// Whether a quorum is past it, so that some transaction in a block has used it.
    pub is_past: bool,
    /// The height that a quorum has reached.
    pub head: Option<u64>,
}

impl NoncePlace<'_> {
    pub(super) fn nonce(&self) -> u64 {
        self.slot.facts.nonce
    }

    /// Takes it out of the window and ends its promise, because it is in a block or never will be.
    pub(super) fn leaves_window(&mut self, withdrawal: &Withdrawal, spends: bool) {
        let nonce = self.nonce();
        let Some(place) = self.lane.facts.unseen.iter().position(|unseen| *unseen == nonce) else { return };
        self.lane.facts.unseen.remove(place);
        let promise = wallet::promise(self.slot, withdrawal);
        wallet::release(self.lane, &promise);
        if spends {
            wallet::spend(self.lane, &promise);
        }
    }

    /// Puts it back into the window, because it is in no block any more.
    pub(super) fn enters_window(&mut self, withdrawal: &Withdrawal) {
        let nonce = self.nonce();
        let asked = withdrawal.facts.attention.as_ref().map(|known| known.code);
        // a nonce that is used up is so until a quorum says that it is free
        let is_used_up = asked == Some(AttentionCode::NonceTaken) || self.slot.facts.spent.is_some();
        if !is_used_up && !self.lane.facts.unseen.contains(&nonce) {
            insert(&mut self.lane.facts.unseen, nonce);
            wallet::give(self.lane, &wallet::promise(self.slot, withdrawal));
        }
    }

    /// Whether a hash is the hash of a payment of this slot.
    pub(super) fn pays(&self, hash: &str) -> bool {
        let mut attempts = self.slot.facts.attempts.iter();
        attempts.any(|attempt| {
            let same = attempt.hash.as_ref().is_some_and(|known| known.eq_ignore_ascii_case(hash));
            same && attempt.kind == AttemptKind::Pay
        })
    }

    /// Whether a transaction that is not ours has ended it.
    pub(super) fn is_taken(&self) -> bool {
        self.slot.facts.end.as_ref().is_some_and(|end| end.what == EndKind::Taken)
    }
}

/// Adds a nonce to ascending ones.
pub(super) fn insert(nonces: &mut Vec<u64>, nonce: u64) {
    if let Err(place) = nonces.binary_search(&nonce) {
        nonces.insert(place, nonce);
    }
}
