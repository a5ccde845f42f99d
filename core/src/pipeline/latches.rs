//! In-process row latches: concurrent groups touch disjoint rows; a command that wants a latched row waits
//! for the group that holds it.
//!
//! Latches are an optimisation and no guarantee. The store verifies what a group writes; without latches, two
//! groups on one row would only find out there, and the work of one would be lost.

use std::sync::{Mutex, MutexGuard, PoisonError};

use hashbrown::HashMap;
use hashbrown::hash_map::Entry;

use super::queue::Queued;
use super::resource::{Resource, Resources};
use crate::rows::needs::{AccountKey, Needs};

/// The rows that running groups change or read.
#[derive(Default)]
pub struct Latches(Mutex<Held>);

#[derive(Default)]
struct Held {
    resources: Resources,
    rows: HashMap<Resource, Latch>,
    groups: HashMap<u64, Group>,
}

/// A latch: one group changes the row, or several groups read it.
struct Latch {
    changes: bool,
    group: u64,
    others: Vec<u64>,
}

#[derive(Default)]
struct Group {
    rows: Vec<Resource>,
    /// Commands that wait for one of its rows.
    waiting: Vec<Queued>,
}

impl std::fmt::Debug for Latches {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Latches").field("rows", &self.held().rows.len()).finish_non_exhaustive()
    }
}

impl Latches {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Latches the rows that a command of a group changes or reads.
    ///
    /// Returns `None` if another group changes one of them, or reads one that the command would change. Then
    /// the command waits, with its batch behind it (`followers`); check and wait are atomic. A command that
    /// is itself batched waits for its own group, any other for the holder of the row.
    pub fn take(
        &self,
        group: u64,
        mut queued: Queued,
        followers: impl FnOnce() -> Vec<Queued>,
        needs: &Needs,
        appends: impl Fn(&AccountKey) -> bool,
    ) -> Option<Queued> {
        let mut held = self.held();
        let wanted = held.wanted(needs, appends);
        let Held { rows, groups, .. } = &mut *held;
        let met = |(name, changes): &(Resource, bool)| rows.get(name)?.met_by(group, *changes);
        if let Some(owner) = wanted.iter().find_map(met) {
            let holder = if queued.batched { group } else { owner };
            queued.conflicts = queued.conflicts.saturating_add(1);
            let waiting = &mut groups.entry(holder).or_default().waiting;
            waiting.push(queued);
            waiting.extend(followers());
            return None;
        }
        let own = groups.entry(group).or_default();
        for (name, changes) in wanted {
            match rows.entry(name) {
                Entry::Vacant(entry) => drop(entry.insert(Latch { changes, group, others: Vec::new() })),
                Entry::Occupied(mut entry) if entry.get().is_of(group) => {
                    entry.get_mut().changes |= changes;
                    continue;
                }
                Entry::Occupied(mut entry) => entry.get_mut().others.push(group),
            }
            own.rows.push(name);
        }
        Some(queued)
    }

    /// Ends a group and returns the commands that waited for its rows.
    pub fn end(&self, group: u64) -> Vec<Queued> {
        let mut held = self.held();
        let Held { rows, groups, .. } = &mut *held;
        let Some(own) = groups.remove(&group) else { return Vec::new() };
        for name in own.rows {
            if let Entry::Occupied(mut entry) = rows.entry(name)
                && entry.get_mut().is_left_by(group)
            {
                entry.remove();
            }
        }
        own.waiting
    }
}

impl Latch {
    fn is_of(&self, group: u64) -> bool {
        self.group == group || self.others.contains(&group)
    }

    /// Another group whose latch on this row conflicts with a change (`changes`) or with a read.
    fn met_by(&self, group: u64, changes: bool) -> Option<u64> {
        let mut all = std::iter::once(&self.group).chain(&self.others).copied();
        if self.changes || changes { all.find(|owner| *owner != group) } else { None }
    }

    /// Removes a group from the latch, and returns whether the latch is free then.
    fn is_left_by(&mut self, group: u64) -> bool {
        if self.group != group {
            self.others.retain(|other| *other != group);
            return false;
        }
        match self.others.pop() {
            Some(other) => {
                self.group = other;
                false
            }
            None => true,
        }
    }
}

impl Held {
    /// The rows that a command needs, and whether it changes them.
    fn wanted(&self, needs: &Needs, appends: impl Fn(&AccountKey) -> bool) -> Vec<(Resource, bool)> {
        let keys = self.resources.keys(needs).map(|key| (key, true));
        let rows = self.resources.rows(needs, appends);
        keys.chain(rows.into_iter().map(|(row, access)| (row, access.changes()))).collect()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::currency::Currency;
    use crate::ids::{AccountId, Book};
    use crate::pipeline::queue::tests::idle;
    use crate::rows::needs::Access;

    fn needs(rows: &[(&str, Access)]) -> Needs {
        let mut needs = Needs::default();
        let usd = Currency::new("USD", 2).unwrap();
        for (id, access) in rows {
            needs.account(AccountKey::new(Book::stored("main"), AccountId::stored(*id), usd), *access);
        }
        needs
    }

    /// Whether a command of a group got its rows; otherwise it waits for the group that holds one.
    fn take(latches: &Latches, group: u64, number: usize, rows: &[(&str, Access)]) -> bool {
        let appends = |key: &AccountKey| key.account.as_str().starts_with('@');
        latches.take(group, idle(number), Vec::new, &needs(rows), appends).is_some()
    }

    fn end(latches: &Latches, group: u64) -> Vec<(usize, u8)> {
        latches.end(group).iter().map(|queued| (queued.command.weight(), queued.conflicts)).collect()
    }

    /// Commands of one batch stay together, whatever the group that holds a row of one of them does
    /// meanwhile.
    #[test]
    fn those_behind_a_command_wait_with_it() {
        let latches = Latches::default();
        let appends = |_: &AccountKey| false;
        let joined = |number| Queued { batched: true, ..idle(number) };
        let wanted = needs(&[("a", Access::Write)]);
        assert!(take(&latches, 1, 1, &[("a", Access::Write)]));
        // the first of its group waits for the holder
        let followers = || vec![joined(3), joined(4)];
        assert!(latches.take(2, idle(2), followers, &wanted, appends).is_none());
        // one behind another of its group waits for its own group, which may give that one back
        let followers = || vec![joined(6)];
        assert!(latches.take(2, joined(5), followers, &wanted, appends).is_none());
        assert_eq!(end(&latches, 1), [(2, 1), (3, 0), (4, 0)]);
        assert_eq!(end(&latches, 2), [(5, 1), (6, 0)]);
    }

    #[test]
    fn who_meets_a_row_goes_on_when_its_group_has_ended() {
        use Access::{Drain, Read, Write};
        let latches = Latches::default();
        assert!(take(&latches, 1, 1, &[("a", Write), ("r", Read), ("@w", Write)]));
        assert!(take(&latches, 1, 2, &[("a", Write), ("b", Write)]), "one group may meet itself");
        assert!(take(&latches, 2, 3, &[("c", Write), ("r", Read), ("@w", Write)]), "looking and appending");
        assert!(!take(&latches, 2, 4, &[("b", Read)]), "what changes is not looked at");
        assert!(!take(&latches, 2, 5, &[("d", Write), ("b", Write)]));
        assert!(!take(&latches, 3, 6, &[("r", Write)]), "what is looked at is not changed");
        assert!(take(&latches, 3, 7, &[("d", Write), ("@w", Drain)]), "who met claimed nothing");
        assert!(!take(&latches, 1, 8, &[("@w", Drain)]));
        assert_eq!(end(&latches, 1), [(4, 1), (5, 1), (6, 1)]);
        assert!(!take(&latches, 3, 9, &[("r", Write)]), "the other one still looks");
        assert!(take(&latches, 3, 10, &[("b", Write)]));
        assert_eq!(end(&latches, 2), [(9, 1)]);
        assert_eq!(end(&latches, 3), [(8, 1)]);
        assert_eq!(end(&latches, 3), []);
        assert!(latches.held().rows.is_empty() && latches.held().groups.is_empty());
    }
}
