//! Turns at places of which there are few: who has waited longest goes next, and nobody takes more than a
//! share.
//!
//! A *key* waits for its turn: a book, a counterparty. After its turn it goes behind all others that wait. A
//! *party* may fall silent with all places that it has: the server of several books, a chain, a gateway. Its
//! share bounds how many these can be. [`Turns`] is the line and [`Shares`] the count; a [`Turnstile`] is
//! both, for callers that wait.

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Debug;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hashbrown::HashMap;
use tokio::sync::oneshot;

/// A name by which keys and parties are told apart.
pub(crate) trait Name: Clone + Eq + Hash {}

impl<T: Clone + Eq + Hash> Name for T {}

/// Keys in the order in which they began to wait.
#[derive(Debug)]
pub(crate) struct Turns<K> {
    line: BTreeMap<u64, K>,
    /// Where each key stands in the line.
    at: HashMap<K, u64>,
    last: u64,
}

impl<K> Default for Turns<K> {
    fn default() -> Self {
        Self { line: BTreeMap::new(), at: HashMap::new(), last: 0 }
    }
}

impl<K: Name> Turns<K> {
    /// Puts a key behind all that wait, unless it waits already.
    pub(crate) fn wait(&mut self, key: &K) {
        if !self.at.contains_key(key) {
            self.last += 1;
            self.line.insert(self.last, key.clone());
            self.at.insert(key.clone(), self.last);
        }
    }

    /// Takes out of the line the key that has waited longest, of those that `may` go.
    pub(crate) fn next(&mut self, mut may: impl FnMut(&K) -> bool) -> Option<K> {
        let place = self.line.iter().find(|(_, key)| may(key)).map(|(place, _)| *place)?;
        let key = self.line.remove(&place)?;
        self.at.remove(&key);
        Some(key)
    }
}

/// How many places each party has.
#[derive(Clone, Debug)]
pub(crate) struct Shares<P>(HashMap<P, usize>);

impl<P> Default for Shares<P> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<P: Name> Shares<P> {
    /// How many places a party has.
    pub(crate) fn taken(&self, party: &P) -> usize {
        self.0.get(party).copied().unwrap_or(0)
    }

    /// Gives a place to a party.
    pub(crate) fn take(&mut self, party: &P) {
        *self.0.entry_ref(party).or_insert(0) += 1;
    }

    /// Takes a place back.
    pub(crate) fn give_back(&mut self, party: &P) {
        if let Some(taken) = self.0.get_mut(party) {
            *taken -= 1;
            if *taken == 0 {
                self.0.remove(party);
            }
        }
    }
}

/// A number of places for callers that wait, by turns of their keys and within the shares of their parties.
pub(crate) struct Turnstile<K: Name, P: Name>(Mutex<State<K, P>>);

struct State<K: Name, P: Name> {
    free: usize,
    /// How many places a party may have at once.
    share: usize,
    closed: bool,
    turns: Turns<K>,
    shares: Shares<P>,
    /// The callers of each key that waits, first come first.
    callers: HashMap<K, VecDeque<Entrant<K, P>>>,
}

struct Entrant<K: Name, P: Name> {
    party: P,
    go: oneshot::Sender<Admission<K, P>>,
}

/// A place, until it is dropped.
pub(crate) struct Admission<K: Name, P: Name> {
    party: P,
    of: Arc<Turnstile<K, P>>,
}

impl<K: Name, P: Name> Debug for Turnstile<K, P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Turnstile").field("free", &self.state().free).finish_non_exhaustive()
    }
}

impl<K: Name, P: Name> Turnstile<K, P> {
    /// A turnstile before this many places, all of which one party may have.
    pub(crate) fn new(places: usize) -> Arc<Self> {
        Arc::new(Self(Mutex::new(State {
            free: places,
            share: places,
            closed: false,
            turns: Turns::default(),
            shares: Shares::default(),
            callers: HashMap::new(),
        })))
    }

    fn state(&self) -> MutexGuard<'_, State<K, P>> {
        // counts and lines that each step leaves whole: a panic elsewhere leaves them usable
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets how many places a party may have at once. Places that it has already stay its own.
    pub(crate) fn set_share(&self, share: usize) {
        self.state().share = share.max(1);
    }

    /// Waits for a place; none once the turnstile is closed. A caller that stops waiting has no place.
    pub(crate) async fn enter(self: &Arc<Self>, key: &K, party: P) -> Option<Admission<K, P>> {
        let (go, place) = oneshot::channel();
        {
            let mut state = self.state();
            if state.closed {
                return None;
            }
            state.callers.entry_ref(key).or_default().push_back(Entrant { party, go });
            state.turns.wait(key);
        }
        self.let_in();
        place.await.ok()
    }

    /// Lets nobody in any more.
    pub(crate) fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        state.callers.clear();
    }

    fn let_in(self: &Arc<Self>) {
        loop {
            // unlocked before it is sent: a place that nobody takes gives itself back
            let next = self.state().next();
            let Some(Entrant { party, go }) = next else { return };
            drop(go.send(Admission { party, of: Arc::clone(self) }));
        }
    }
}

impl<K: Name, P: Name> State<K, P> {
    /// The next caller, whose place is counted.
    fn next(&mut self) -> Option<Entrant<K, P>> {
        while self.free > 0 && !self.closed {
            let Self { turns, shares, callers, share, .. } = self;
            let key = turns.next(|key| {
                let Some(callers) = callers.get_mut(key) else { return true };
                // who has stopped waiting takes no turn
                while callers.front().is_some_and(|caller| caller.go.is_closed()) {
                    callers.pop_front();
                }
                callers.front().is_none_or(|caller| shares.taken(&caller.party) < *share)
            })?;
            let caller = self.callers.get_mut(&key).and_then(VecDeque::pop_front);
            if self.callers.get(&key).is_none_or(VecDeque::is_empty) {
                self.callers.remove(&key);
            } else {
                self.turns.wait(&key);
            }
            if let Some(caller) = caller {
                self.free -= 1;
                self.shares.take(&caller.party);
                return Some(caller);
            }
        }
        None
    }
}

impl<K: Name, P: Name> Drop for Admission<K, P> {
    fn drop(&mut self) {
        {
            let mut state = self.of.state();
            state.free += 1;
            state.shares.give_back(&self.party);
        }
        self.of.let_in();
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn who_has_waited_longest_goes_next_and_then_stands_behind_the_others() {
        let mut turns = Turns::default();
        for key in ["a", "b", "a", "c"] {
            turns.wait(&key);
        }
        assert_eq!(turns.next(|_| true), Some("a"));
        turns.wait(&"a");
        // one that may not go keeps its place
        assert_eq!(turns.next(|key| *key != "b"), Some("c"));
        let rest: Vec<_> = std::iter::from_fn(|| turns.next(|_| true)).collect();
        assert_eq!(rest, ["b", "a"]);
    }

    type Gate = Arc<Turnstile<&'static str, u8>>;

    /// A caller that has its place at once, or waits.
    fn enter(
        gate: &Gate,
        key: &'static str,
        party: u8,
    ) -> impl Future<Output = Option<Admission<&'static str, u8>>> {
        let gate = Arc::clone(gate);
        let mut entering = Box::pin(async move { gate.enter(&key, party).await });
        let now = entering.as_mut().now_or_never();
        async move {
            match now {
                Some(place) => place,
                None => entering.await,
            }
        }
    }

    #[test]
    fn a_key_with_many_callers_takes_one_turn_at_a_time() {
        let gate: Gate = Turnstile::new(1);
        let first = enter(&gate, "crowd", 0).now_or_never().flatten().expect("a place is free");
        let crowd: Vec<_> = (0..5).map(|_| enter(&gate, "crowd", 0)).collect();
        let mut alone = Box::pin(enter(&gate, "alone", 0));
        assert!(alone.as_mut().now_or_never().is_none());
        drop(first);
        // one of the crowd was there before it, and no other
        let mut crowd = crowd.into_iter();
        let second = crowd.next().and_then(FutureExt::now_or_never).flatten().expect("its turn");
        assert!(alone.as_mut().now_or_never().is_none());
        drop(second);
        assert!(alone.now_or_never().flatten().is_some());
    }

    #[test]
    fn a_party_takes_no_more_than_its_share() {
        let gate: Gate = Turnstile::new(4);
        gate.set_share(2);
        let silent: Vec<_> =
            ["a", "b"].into_iter().filter_map(|key| enter(&gate, key, 1).now_or_never().flatten()).collect();
        assert_eq!(silent.len(), 2);
        let mut third = Box::pin(enter(&gate, "c", 1));
        assert!(third.as_mut().now_or_never().is_none(), "its share is used up");
        for _ in 0..3 {
            assert!(enter(&gate, "d", 2).now_or_never().flatten().is_some(), "others pass it");
        }
        drop(silent);
        assert!(third.now_or_never().flatten().is_some());
    }

    #[test]
    fn who_stops_waiting_loses_its_turn_and_no_place() {
        let gate: Gate = Turnstile::new(1);
        let first = enter(&gate, "a", 0).now_or_never().flatten();
        assert!(first.is_some());
        drop(enter(&gate, "b", 0));
        let mut last = Box::pin(enter(&gate, "c", 0));
        assert!(last.as_mut().now_or_never().is_none());
        drop(first);
        assert!(last.now_or_never().flatten().is_some());
        // a place that was given and never looked at is free again
        let first = enter(&gate, "a", 0).now_or_never().flatten();
        let unseen = enter(&gate, "b", 0);
        drop(first);
        drop(unseen);
        assert!(enter(&gate, "c", 0).now_or_never().flatten().is_some());
        gate.close();
        assert!(enter(&gate, "c", 0).now_or_never().is_some_and(|place| place.is_none()));
    }
}
