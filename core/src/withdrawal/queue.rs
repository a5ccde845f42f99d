//! The oldest withdrawal goes first. A chain remembers the oldest one that waits for something that all wait
//! for. Until that one has looked again, no younger one is bound in its place.
//!
//! While it waits for room in a window or for news of the chain, one free nonce is left to it, and younger
//! withdrawals take the others. While it waits for a lane or for lower fees, no younger one is bound. If only
//! the oldest lacks something, such as money in a wallet or an answer about itself, nobody waits for it.

use super::chain::{Chain, ChainFacts, OldestWaiting};
use super::editor::WithdrawalEditor;
use super::facts;
use super::model::Waiting;
use crate::ids::WithdrawalId;
use crate::kernel::operation::Decided;
use crate::time::{Span, Time};

/// How long it still goes first after its time to look again, because its timer may be late.
const LATE: Span = Span::from_secs(1);
/// How long its place is kept while it is simulated again.
const SIMULATED: Span = Span::from_secs(10);

/// A withdrawal that wants a nonce.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Comer {
    /// When it was asked for.
    pub asked_at: Time,
    pub withdrawal: WithdrawalId,
}

impl OldestWaiting {
    fn comer(&self) -> Comer {
        Comer { asked_at: self.asked_at, withdrawal: self.withdrawal }
    }
}

impl ChainFacts {
    /// The older withdrawal to which the free nonces are left; `None` if `comer` may take one.
    pub(super) fn precedes(&self, comer: Comer, free: usize, now: Time) -> Option<&OldestWaiting> {
        self.kept_for(free, now).filter(|oldest| oldest.comer() < comer)
    }

    /// Remembers a waiting withdrawal, unless an older one waits. Returns whether anything changed.
    pub(super) fn remember(&mut self, waits: OldestWaiting, now: Time) -> bool {
        let known = self.oldest.as_ref().filter(|oldest| now < oldest.until);
        if known.is_some_and(|known| known.comer() < waits.comer() || *known == waits) {
            return false;
        }
        self.oldest = Some(waits);
        true
    }

    /// Forgets a withdrawal that no longer waits. Returns whether it was remembered.
    pub(super) fn forget(&mut self, withdrawal: WithdrawalId) -> bool {
        self.oldest.take_if(|oldest| oldest.withdrawal == withdrawal).is_some()
    }
}

impl WithdrawalEditor<'_, '_> {
    /// Its place among the withdrawals that want a nonce.
    pub(super) fn comer(&self) -> Comer {
        Comer { asked_at: self.object.row.created_at, withdrawal: self.object.id() }
    }

    /// Puts it in line for something that all wait for, until it looks again.
    pub(super) fn stands_in_line(&mut self, chain: &mut Chain, waiting: Waiting) -> Decided<()> {
        let now = self.now();
        let looks = self.object.facts.look_at.unwrap_or(now);
        // it still waits for lower fees while the chain is asked for the price
        let is_dear = self.object.facts.waiting == Some(Waiting::Fees);
        let waiting = if is_dear { Waiting::Fees } else { waiting };
        let until = looks.checked_add(LATE).unwrap_or(Time::MAX);
        let Comer { asked_at, withdrawal } = self.comer();
        let waits = OldestWaiting { withdrawal, asked_at, waiting, until };
        if chain.facts.remember(waits, now) { facts::put(self.draft, chain) } else { Ok(()) }
    }

    /// Keeps a nonce for it while it is simulated again before it is bound.
    pub(super) fn keeps_its_place(&mut self, chain: &mut Chain) -> Decided<()> {
        let (id, until) = (self.object.id(), self.after(SIMULATED));
        let Some(own) = chain.facts.oldest.as_mut().filter(|oldest| oldest.withdrawal == id) else {
            return Ok(());
        };
        (own.waiting, own.until) = (Waiting::Window, until);
        facts::put(self.draft, chain)
    }

    /// Takes it out of the line.
    pub(super) fn leaves_line(&mut self, chain: &mut Chain) -> Decided<()> {
        if chain.facts.forget(self.object.id()) { facts::put(self.draft, chain) } else { Ok(()) }
    }

    /// Takes an ended withdrawal without a nonce out of the line.
    pub(super) fn is_out_of_line(&mut self) -> Decided<()> {
        if self.object.facts.nonce.is_some() {
            return Ok(());
        }
        let (book, id) = (self.book(), self.object.facts.chain.clone());
        let mut chain = Chain::known(self.draft, &book, &id)?;
        self.leaves_line(&mut chain)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    const NOON: Time = Time::from_micros(1_767_268_800_000_000);

    fn chain() -> ChainFacts {
        serde_json::from_value(json!({
            "id": "local", "chain_id": "1", "endpoints": ["north"], "quorum": 1, "finality": { "depth": 1 },
            "block_time": Span::from_secs(2), "fee_cap": "1000", "min_priority_fee": "0", "bump_bps": 1_250,
            "bump_after": Span::from_secs(20), "resend_after": Span::from_secs(30),
            "facts_ttl": Span::from_secs(30), "watch": Span::from_hours(1),
        }))
        .unwrap()
    }

    fn after(seconds: u32) -> Time {
        NOON.checked_add(Span::from_secs(seconds)).unwrap()
    }

    fn comer(asked: u32, id: u128) -> Comer {
        Comer { asked_at: after(asked), withdrawal: WithdrawalId::from_uuid(Uuid::from_u128(id)) }
    }

    fn waits(Comer { asked_at, withdrawal }: Comer, waiting: Waiting, until: u32) -> OldestWaiting {
        OldestWaiting { withdrawal, asked_at, waiting, until: after(until) }
    }

    /// A younger one leaves one nonce to the oldest and takes another. While the oldest waits for lower fees
    /// or a lane, the younger one takes none. A still older one, the oldest itself, and one that comes after
    /// the oldest's time may take one.
    #[test]
    fn the_oldest_is_not_overtaken() {
        let (older, oldest, younger) = (comer(0, 9), comer(1, 2), comer(1, 3));
        let mut chain = chain();
        assert_eq!(chain.precedes(younger, 1, after(5)), None);
        for (waiting, free_of_two) in
            [(Waiting::Window, true), (Waiting::Chain, true), (Waiting::Fees, false), (Waiting::Lane, false)]
        {
            chain.oldest = Some(waits(oldest, waiting, 10));
            for (who, free, at, may) in [
                (younger, 1, 5, false),
                (younger, 2, 5, free_of_two),
                (younger, 1, 10, true),
                (oldest, 1, 5, true),
                (older, 1, 5, true),
            ] {
                let precedes = chain.precedes(who, free, after(at));
                assert_eq!(precedes.is_none(), may, "{waiting} {who:?} {free} {at}");
            }
        }
    }

    /// An older one replaces a younger one, and a younger one does not replace it. One that has not looked in
    /// time is forgotten, and so is one that no longer waits.
    #[test]
    fn one_is_remembered() {
        let (first, second) = (comer(0, 1), comer(1, 2));
        let mut chain = chain();
        let young = waits(second, Waiting::Window, 10);
        assert!(chain.remember(young.clone(), after(5)));
        assert!(!chain.remember(young.clone(), after(5)), "that is no news");
        let old = waits(first, Waiting::Window, 8);
        assert!(chain.remember(old.clone(), after(6)));
        assert!(!chain.remember(young.clone(), after(7)));
        assert_eq!(chain.oldest, Some(old));
        assert!(chain.remember(young, after(8)));
        assert!(!chain.forget(first.withdrawal) && chain.forget(second.withdrawal));
        assert_eq!(chain.oldest, None);
    }
}
