//! The oldest withdrawal first: a chain remembers the oldest of those that wait for what all wait for, and
//! until that one has looked again no younger one is bound in its place.
//!
//! Where room is scarce a room is left to it, and the others are taken. While it waits for a lane or for
//! lower fees nothing is bound before it. What it lacks alone, money in a wallet or an answer about itself,
//! nobody waits for.

use super::chain::{Chain, ChainFacts, OldestWaiting};
use super::desk::{Desk, chain_of};
use super::facts;
use super::model::Waiting;
use crate::ids::WithdrawalId;
use crate::kernel::operation::Halt;
use crate::time::{Span, Time};

/// How much later than it should have looked again it still goes first: its timer may be late.
const LATE: Span = Span::from_secs(1);
/// How long a place is kept for one that is simulated once more.
const SIMULATED: Span = Span::from_secs(10);

/// Who comes for a nonce.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Comer {
    /// When it was asked for.
    pub asked_at: Time,
    /// The withdrawal.
    pub withdrawal: WithdrawalId,
}

impl OldestWaiting {
    fn comer(&self) -> Comer {
        Comer { asked_at: self.asked_at, withdrawal: self.withdrawal }
    }
}

impl ChainFacts {
    /// The older one that a nonce is left to, where so many are free; `None` where it may be taken.
    #[must_use]
    pub(super) fn goes_before(&self, comer: Comer, free: usize, now: Time) -> Option<&OldestWaiting> {
        self.kept_for(free, now).filter(|oldest| oldest.comer() < comer)
    }

    /// Remembers one that waits, unless an older one does. Answers whether that is news.
    pub(super) fn remember(&mut self, waits: OldestWaiting, now: Time) -> bool {
        let known = self.oldest.as_ref().filter(|oldest| now < oldest.until);
        if known.is_some_and(|known| known.comer() < waits.comer() || *known == waits) {
            return false;
        }
        self.oldest = Some(waits);
        true
    }

    /// Forgets one that does not wait any more. Answers whether it was known.
    pub(super) fn forget(&mut self, withdrawal: WithdrawalId) -> bool {
        self.oldest.take_if(|oldest| oldest.withdrawal == withdrawal).is_some()
    }
}

impl Desk<'_, '_> {
    /// Who it is among those that come for a nonce.
    #[must_use]
    pub(super) fn comer(&self) -> Comer {
        Comer { asked_at: self.withdrawal.row.created_at, withdrawal: self.withdrawal.id() }
    }

    /// It waits for what all wait for, until it looks again.
    ///
    /// # Errors
    /// Only halts.
    pub(super) fn stands_in_line(&mut self, chain: &mut Chain, waiting: Waiting) -> Result<(), Halt> {
        let now = self.now();
        let looks = self.withdrawal.facts.look_at.unwrap_or(now);
        // one that waits for lower fees does so while the chain is asked whether they are lower
        let is_dear = self.withdrawal.facts.waiting == Some(Waiting::Fees);
        let waiting = if is_dear { Waiting::Fees } else { waiting };
        let until = looks.checked_add(LATE).unwrap_or(Time::MAX);
        let Comer { asked_at, withdrawal } = self.comer();
        let waits = OldestWaiting { withdrawal, asked_at, waiting, until };
        if chain.facts.remember(waits, now) { facts::put(self.draft, chain) } else { Ok(()) }
    }

    /// It is simulated once more before it is bound: a room is left to it meanwhile.
    ///
    /// # Errors
    /// Only halts.
    pub(super) fn keeps_its_place(&mut self, chain: &mut Chain) -> Result<(), Halt> {
        let (id, until) = (self.withdrawal.id(), self.after(SIMULATED));
        let Some(own) = chain.facts.oldest.as_mut().filter(|oldest| oldest.withdrawal == id) else {
            return Ok(());
        };
        (own.waiting, own.until) = (Waiting::Window, until);
        facts::put(self.draft, chain)
    }

    /// It does not wait for what all wait for.
    ///
    /// # Errors
    /// Only halts.
    pub(super) fn leaves_line(&mut self, chain: &mut Chain) -> Result<(), Halt> {
        if chain.facts.forget(self.withdrawal.id()) { facts::put(self.draft, chain) } else { Ok(()) }
    }

    /// It is over without a nonce: nothing is left to it any more.
    ///
    /// # Errors
    /// Only halts.
    pub(super) fn is_out_of_line(&mut self) -> Result<(), Halt> {
        if self.withdrawal.facts.nonce.is_some() {
            return Ok(());
        }
        let (book, id) = (self.book(), self.withdrawal.facts.chain.clone());
        let mut chain = chain_of(self.draft, &book, &id)?;
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

    /// A younger one leaves a room to the oldest, and takes another; while that waits for lower fees or a
    /// lane it takes none. An older one, the oldest itself, and who comes when it should have looked do.
    #[test]
    fn the_oldest_is_not_overtaken() {
        let (older, oldest, younger) = (comer(0, 9), comer(1, 2), comer(1, 3));
        let mut chain = chain();
        assert_eq!(chain.goes_before(younger, 1, after(5)), None);
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
                let goes_before = chain.goes_before(who, free, after(at));
                assert_eq!(goes_before.is_none(), may, "{waiting} {who:?} {free} {at}");
            }
        }
    }

    /// An older one is remembered instead of a younger one, also where the younger one comes later; one that
    /// has not looked in time is forgotten, and so is one that does not wait any more.
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
