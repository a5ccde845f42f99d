//! The simulated database goes back to an earlier moment, and bugs that it has on purpose.

use std::collections::BTreeMap;
use std::sync::Arc;

use earnest::rows::events::ITEM;
use earnest::rows::needs::{Access, HeadKey, Needs};
use earnest::rows::row::Row;
use earnest::rows::tables::EventRow;
use earnest::rows::writes::Writes;
use earnest::store::Store as _;
use earnest::store::memory::MemoryStore;

use super::{Planted, Shared, SimStore, State};

/// One entry of the journal.
#[derive(Clone, Debug)]
pub(crate) enum Happening {
    Event(EventRow),
    /// The database went back to what it was after so many entries.
    Back(usize),
}

impl SimStore {
    /// The database goes back by so many commits, while those who use it stay up: a lagging standby is
    /// promoted, or somebody restores it. Transactions under way are gone. Whether connections break is up to
    /// who stands between.
    pub(crate) async fn go_back(&self, commits: usize, breaks: bool) {
        let shared = &self.0;
        let _turn = shared.turn.lock().await;
        let kept: Vec<(Writes, usize)> = {
            let mut state = shared.state.lock().unwrap();
            let left = state.commits.len().saturating_sub(commits);
            let to = state.commits.get(left).map(|(_, before)| *before);
            let Some(to) = to else { return };
            state.happened.went_back += 1;
            state.happened.lost_commits += (state.commits.len() - left) as u64;
            state.journal.push(Happening::Back(to));
            state.era += 1;
            state.history += u64::from(breaks);
            let kept = state.commits[..left].to_vec();
            (state.commits, state.marks, state.locks) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
            (state.pending, state.streams) = (Vec::new(), Vec::new());
            kept
        };
        *shared.memory.lock().unwrap() = Arc::new(MemoryStore::new(shared.clock.clone()));
        for (writes, before) in kept {
            shared.put(&writes).await;
            shared.state.lock().unwrap().keep(writes, before);
        }
        shared.freed.notify_waiters();
    }
}

/// Where a counter has the time from which all others in it are told.
const BASE: std::ops::Range<usize> = 1..9;

fn base(ring: &[u8]) -> i64 {
    i64::from_be_bytes(ring[BASE].try_into().unwrap())
}

impl Shared {
    /// Spoils what is about to be committed, as the planted bug does it.
    pub(super) async fn spoil(&self, writes: &mut Writes) {
        if writes.entries.len() > 1 && self.strikes(Planted::LostEntry) {
            writes.entries.pop();
        }
        if !writes.keys.insert.is_empty() && self.strikes(Planted::SkippedKey) {
            writes.keys.insert.clear();
        }
        let places = writes.sequence.iter_mut().find(|row| row.items.len() > ITEM);
        if let Some(places) = places
            && self.strikes(Planted::Reordered)
        {
            let mut items = places.items.to_vec();
            items.rotate_left(ITEM);
            places.items = items.into();
        }
        self.forget_counts(writes);
        let Some((_, account)) = writes.accounts.update.first_mut() else { return };
        if self.strikes(Planted::WrongBalance) {
            account.posted += 1;
        }
        if self.strikes(Planted::DoubledWrite) {
            let mut needs = Needs::default();
            needs.account(account.key(), Access::Read);
            let stored = self.memory().reader().await.unwrap().peek(&needs).await.unwrap();
            account.posted += account.posted - stored.accounts[0].posted;
        }
    }

    /// Puts the first counter of a subject in the place of one whose time has gone far, where that is the
    /// planted bug.
    fn forget_counts(&self, writes: &mut Writes) {
        let mut state = self.state.lock().unwrap();
        if state.planted != Planted::ForgottenCounts {
            return;
        }
        for row in &writes.counters.insert {
            state.counters.insert(row.key(), row.ring.clone());
        }
        for ((_, _, before), row) in &mut writes.counters.update {
            let Some(first) = state.counters.get(&row.key()).cloned() else { continue };
            if base(&row.ring) - base(before) > 10_000_000 {
                let mut ring = first.to_vec();
                ring[BASE].copy_from_slice(&row.ring[BASE]);
                row.ring = ring.into();
                state.happened.planted += 1;
            }
        }
    }

    /// Whether the books exist in which something happens: a database that went back may have lost them.
    pub(super) async fn has_books_of(&self, writes: &Writes) -> bool {
        let mut needs = Needs::default();
        needs.heads.extend(writes.pending.iter().map(|row| (row.book.clone(),)));
        let stored = self.memory().reader().await.unwrap().peek(&needs).await.unwrap().heads;
        let there = |key: &HeadKey| stored.iter().chain(&writes.heads.insert).any(|row| row.is(key));
        needs.heads.iter().all(there)
    }

    /// Forgets what was seen of a row but the number of its version, where that is the planted bug.
    pub(super) async fn blind(&self, writes: &mut Writes) {
        if self.state.lock().unwrap().planted != Planted::VersionsOnly {
            return;
        }
        let mut needs = Needs::default();
        writes.accounts.update.iter().for_each(|(_, row)| needs.account(row.key(), Access::Read));
        writes.holds.update.iter().for_each(|(_, row)| needs.hold(row.key(), Access::Read));
        needs.heads.extend(writes.heads.update.iter().map(|(_, row)| row.key()));
        let stored = self.memory().reader().await.unwrap().peek(&needs).await.unwrap();
        let mut struck = 0;
        fn blind<R: Row>(changes: &mut [(R::Seen, R)], stored: &[R], number: fn(&R::Seen) -> i64) -> u64 {
            let mut struck = 0;
            for (seen, row) in changes {
                let known = stored.iter().find(|stored| stored.key() == row.key());
                if let Some(known) =
                    known.filter(|known| known.version() == number(seen) && known.seen() != *seen)
                {
                    *seen = known.seen();
                    struck += 1;
                }
            }
            struck
        }
        struck += blind(&mut writes.accounts.update, &stored.accounts, |seen| seen.0);
        struck += blind(&mut writes.holds.update, &stored.holds, |seen| seen.0);
        struck += blind(&mut writes.heads.update, &stored.heads, |seen| seen.0);
        self.state.lock().unwrap().happened.planted += struck;
    }
}

impl State {
    /// Keeps what a commit left beside the tables.
    pub(super) fn keep(&mut self, writes: Writes, before: usize) {
        let state = self;
        state.commits.push((writes.clone(), before));
        state.marks.extend(writes.marks.iter().map(|mark| ((mark.book.clone(), mark.id), mark.stamp)));
        state.pending.retain(|row| !writes.sequenced.contains(&row.key()));
        state.streams.retain(|row| !writes.folded.contains(&row.key()));
        state.pending.extend(writes.pending);
        state.streams.extend(writes.streams);
        let ends = writes.holds.insert.iter().filter_map(|row| Some((row.id.to_string(), row.expires_at?)));
        state.ends.extend(ends);
        let keys = writes.keys.update.iter().map(|(_, row)| row).chain(&writes.keys.insert);
        let keys = keys.filter_map(|row| Some((format!("key {} {}", row.key, row.stamp), row.expires_at?)));
        state.ends.extend(keys);
        let records = writes.records.update.into_iter().map(|(_, row)| row).chain(writes.records.insert);
        state.records.extend(records.map(|row| ((row.id, row.version), row)));
    }
}
