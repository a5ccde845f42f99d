//! Places for jobs: so many for each kind, and for each counterparty of it.
//!
//! A gateway, a chain or a receiver of webhooks that hangs keeps the places that it has until its calls end.
//! So the counterparties of a kind share twice as many places as one of them may have, and none takes more
//! than it leaves free: however many hang, the next one finds a place for a long time.

use std::sync::Arc;

use serde_json::Value;

use crate::jobs::handler::Handler;
use crate::turns::Shares;

/// A taker of places: a kind of jobs, or one of its counterparties.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct JobParty {
    kind: Arc<str>,
    counterparty: Option<String>,
}

impl JobParty {
    /// The name of the counterparty; a kind without any has none.
    pub(super) fn counterparty(&self) -> Option<&str> {
        self.counterparty.as_deref()
    }

    /// The party of a job, as its handler names it.
    pub(super) fn of(handler: &dyn Handler, kind: &str, book: &str, payload: impl FnOnce() -> Value) -> Self {
        let names = handler.has_counterparties();
        let counterparty = names.then(|| handler.counterparty(book, &payload()).unwrap_or_default());
        Self { kind: kind.into(), counterparty }
    }
}

/// The places of a process, and who has them.
#[derive(Clone, Debug)]
pub(super) struct JobPlaces {
    of_each: usize,
    parties: Shares<JobParty>,
    kinds: Shares<Arc<str>>,
}

impl JobPlaces {
    /// So many places for each kind, or for each counterparty of a kind.
    pub(super) fn new(of_each: usize) -> Self {
        Self { of_each, parties: Shares::default(), kinds: Shares::default() }
    }

    /// How many places of a kind are free.
    pub(super) fn free(&self, kind: &Arc<str>, has_counterparties: bool) -> usize {
        let all = if has_counterparties { self.of_each.saturating_mul(2) } else { self.of_each };
        all.saturating_sub(self.kinds.taken(kind))
    }

    /// Takes a place, if there is one for this party.
    pub(super) fn take(&mut self, party: &JobParty) -> bool {
        let taken = self.parties.taken(party);
        let free = self.free(&party.kind, party.counterparty.is_some());
        let room = taken < self.of_each && free > 0 && (party.counterparty.is_none() || taken < free);
        if room {
            self.parties.take(party);
            self.kinds.take(&party.kind);
        }
        room
    }

    pub(super) fn give_back(&mut self, party: &JobParty) {
        self.parties.give_back(party);
        self.kinds.give_back(&party.kind);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn party(kind: &str, counterparty: Option<&str>) -> JobParty {
        JobParty { kind: kind.into(), counterparty: counterparty.map(str::to_owned) }
    }

    fn taken(places: &mut JobPlaces, party: &JobParty) -> usize {
        std::iter::repeat_with(|| places.take(party)).take_while(|took| *took).count()
    }

    #[test]
    fn counterparties_that_hang_leave_places_to_the_next() {
        let mut places = JobPlaces::new(8);
        let hang = ["a", "b", "c", "d", "e"].map(|name| party("chain.observe", Some(name)));
        assert_eq!(hang.each_ref().map(|party| taken(&mut places, party)), [8, 4, 2, 1, 1]);
        assert_eq!(places.free(&"chain.observe".into(), true), 0);
        places.give_back(&hang[0]);
        assert_eq!(taken(&mut places, &party("chain.observe", Some("f"))), 1);
        // other kinds have places of their own
        assert_eq!(taken(&mut places, &party("chain.simulate", Some("a"))), 8);
        assert_eq!(taken(&mut places, &party("mail.send", None)), 8);
    }

    #[test]
    fn a_single_place_is_one_for_each_of_two() {
        let mut places = JobPlaces::new(1);
        for (name, took) in [("a", 1), ("b", 1), ("c", 0)] {
            assert_eq!(taken(&mut places, &party("webhook.deliver", Some(name))), took, "{name}");
        }
    }
}
