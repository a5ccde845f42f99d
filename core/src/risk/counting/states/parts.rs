//! Counters of inexact rules, in several rows: a merged counter, and [deltas](crate::rows::delta_rows) that
//! are still to be merged into it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{OfRow, PartyCounts, PartyRow, leaves_at};
use crate::error::Result;
use crate::kernel::draft::Draft;
use crate::kernel::operation::{Decided, Halt};
use crate::risk::counting::counter::Hash;
use crate::risk::counting::counter_blob::{News, broken, joined, merged, packed, unpack};
use crate::risk::counting::window::Window;
use crate::risk::judging::judge::{State, States};
use crate::risk::rules::in_force::{ActionRules, CallRules, InForce, Slot};
use crate::rows::needs::CounterKey;
use crate::rows::row::Row as _;
use crate::rows::tables::{CounterRow, RecordRow};
use crate::sorting::Gathering;
use crate::time::Time;

/// The number of a rule or a rate, a party, and the time to which later entries are moved.
pub(in crate::risk) type Taken = (i64, Hash, Time);

/// The sum of the rows of the store under one key. There may be a hundred rows, and all calls of a group read
/// the same ones.
struct Stored {
    /// The text of the rules by which they were read.
    rules: Arc<str>,
    /// The time at which they were read: at an earlier time more entries may count.
    now: Time,
    all: BTreeMap<i64, State>,
    rows: usize,
}

impl Stored {
    fn of<'r>(
        rules: &InForce,
        now: Time,
        rows: impl Iterator<Item = Decided<&'r CounterRow>>,
    ) -> Decided<Self> {
        let rows = rows.collect::<Decided<Vec<_>>>()?;
        let rings = rows.iter().map(|row| &*row.ring);
        let all = joined(rings, now, |number| rules.windows.contains_key(&number), window(rules))?;
        Ok(Self { rules: rules.body.clone(), now, all, rows: rows.len() })
    }

    /// Whether it serves a call that is judged by rules of this text at this time. Other rules may need more
    /// numbers, and at an earlier time more may count.
    fn holds(&self, rules: &Arc<str>, now: Time) -> bool {
        Arc::ptr_eq(&self.rules, rules) && self.now <= now
    }

    /// The sum under a key: the one that an earlier call of the group has computed, if that one serves this
    /// call.
    fn under(draft: &Draft<'_>, rules: &InForce, key: &CounterKey) -> Decided<Arc<Self>> {
        let (rows, memo) = draft.counters_stored(key)?;
        let holds = |stored: &&Arc<Self>| stored.holds(&rules.body, draft.ctx.now);
        if let Some(stored) = memo.and_then(|memo| memo.get::<Arc<Self>>()).filter(holds) {
            return Ok(stored.clone());
        }
        let stored = Arc::new(Self::of(rules, draft.ctx.now, rows)?);
        if let Some(memo) = memo {
            memo.set(stored.clone());
        }
        Ok(stored)
    }
}

/// The window of what is counted under a number; a rate has none.
fn window<'w>(rules: &'w InForce) -> impl Fn(i64) -> Option<&'w Window> {
    |number| rules.windows.get(&number)?.as_ref()
}

/// Reads the sum of all rows under these keys, as a decision sees them, and how many rows of the store there
/// are.
pub(super) fn of(
    draft: &Draft<'_>,
    rules: &InForce,
    place: &PartyRow<'_>,
    keys: &[CounterKey; 2],
) -> Decided<(OfRow, usize)> {
    let (mut missing, mut stored, mut made) = (None, Vec::with_capacity(2), Vec::new());
    for key in keys {
        let under =
            Stored::under(draft, rules, key).and_then(|of_store| Ok((of_store, draft.counters_made(key)?)));
        match under {
            Ok((of_store, of_group)) => {
                stored.push(of_store);
                made.extend(of_group);
            }
            Err(halt) => missing = Some(halt.with(missing)?),
        }
    }
    if let Some(missing) = missing {
        return Err(Halt::NeedMore(missing));
    }
    let (now, wanted) = (draft.ctx.now, |number| place.slots.iter().any(|slot| slot.generation == number));
    let mut made = joined(made.into_iter().map(|row| &*row.ring), now, wanted, window(rules))?;
    let of_slot = |slot: &Slot| {
        let number = slot.generation;
        let parts = stored.iter().filter_map(|stored| stored.all.get(&number).cloned());
        parts.chain(made.remove(&number)).reduce(|mut known, more| {
            known.join(more, window(rules)(number), now);
            known
        })
    };
    let states = place.slots.iter().map(of_slot).collect();
    Ok((states, stored.iter().map(|stored| stored.rows).sum()))
}

/// Reads the sum of several rows.
pub(super) fn read<'r>(
    about: &ActionRules,
    place: &PartyRow<'_>,
    parts: impl Iterator<Item = &'r CounterRow>,
    now: Time,
    states: &mut States,
) -> Result<()> {
    let slot = |generation| place.slots.iter().find(|slot| slot.generation == generation);
    let window = |generation| Some(&about.counting(generation)?.window);
    let wanted = |generation| slot(generation).is_some();
    let mut joined = joined(parts.map(|row| &*row.ring), now, wanted, window)?;
    for slot in place.slots {
        if let Some(state) = joined.remove(&slot.generation) {
            states.add(slot.generation, place.party.value, state);
        }
    }
    Ok(())
}

/// All rows under these keys. Rows that are missing are asked for at once.
fn all_under<'d>(draft: &'d Draft<'_>, keys: &[CounterKey]) -> Decided<Vec<&'d CounterRow>> {
    let (mut missing, mut found) = (None, Vec::new());
    for key in keys {
        match draft.counter_deltas(key) {
            Ok(rows) => found.extend(rows),
            Err(halt) => missing = Some(halt.with(missing)?),
        }
    }
    missing.map_or(Ok(found), |missing| Err(Halt::NeedMore(missing)))
}

/// Adds a call to the delta of this commit. All calls of a group share one delta.
pub(super) fn add<'s>(
    draft: &mut Draft<'_>,
    rules: &InForce,
    to_add: &CounterKey,
    new: impl News<'s>,
) -> Decided<()> {
    // drawn in any case, so that ids drawn later are the same in every attempt
    let id = draft.ids.uuid().simple().to_string();
    let call = packed(Time::MIN, 0, new);
    let (key, ring) = match draft.counters_made(to_add)?.first() {
        Some(row) => {
            let parts = [&*row.ring, &*call].into_iter();
            let all = joined(parts, draft.ctx.now, |number| rules.wants(number), window(rules))?;
            (row.key(), packed_all(&all))
        }
        None => (CounterRow::key_to_add(to_add, &id), call),
    };
    let leaves_at = leaves_at(rules, &key.rule, &ring)?;
    let CounterKey { book, rule, subject } = key;
    let (ring, stamp, created_at) = (ring.into(), draft.ctx.stamp, draft.ctx.time());
    draft.put_counter(CounterRow { book, rule, subject, ring, leaves_at, version: 0, created_at, stamp });
    Ok(())
}

fn packed_all(all: &BTreeMap<i64, State>) -> Vec<u8> {
    packed(Time::MIN, 0, all.iter().map(|(generation, state)| (*generation, state)))
}

/// Moves entries that are later than a time to that time: in the merged counter, and in each delta by itself,
/// so that no transaction waits for another. `taken` has the rules, the parties and the times.
pub(in crate::risk) fn take_as_now(
    draft: &mut Draft<'_>,
    of_call: &CallRules,
    counted: &PartyCounts<'_>,
    taken: &[Taken],
) -> Decided<()> {
    let CallRules { rules, about } = of_call;
    for place in counted.rows.iter().map(|row| &row.place) {
        let Some(parts) = place.parts.as_deref() else { continue };
        let of_slot = |slot: &Slot| {
            let mut taken = taken.iter();
            let (.., at) =
                taken.find(|(rule, party, _)| (rule, party) == (&slot.generation, &place.party.value))?;
            Some((slot.generation, (about.counting(slot.generation).map(|rule| &rule.window), *at)))
        };
        let of_place: BTreeMap<i64, (Option<&Window>, Time)> =
            place.slots.iter().filter_map(of_slot).gathered();
        let rows = if of_place.is_empty() { Vec::new() } else { all_under(draft, parts)? };
        let changed =
            rows.into_iter().map(|row| Ok(row_taken(row, &of_place)?.map(|ring| (row.clone(), ring))));
        for change in changed.collect::<Result<Vec<_>>>()? {
            let Some((row, ring)) = change else { continue };
            let leaves_at = leaves_at(rules, &row.rule, &ring)?;
            draft.counted(&about.action, rules.version);
            draft.put_counter(CounterRow { ring: ring.into(), leaves_at, ..row });
        }
    }
    Ok(())
}

/// The bytes of a row after that; `None` if nothing in it was later.
fn row_taken(row: &CounterRow, taken: &BTreeMap<i64, (Option<&Window>, Time)>) -> Result<Option<Vec<u8>>> {
    let (base, entries) = unpack(&row.ring)?;
    let mut new = Vec::new();
    for entry in entries {
        let (generation, counted) = entry?;
        let Some((window, at)) = taken.get(&generation) else { continue };
        let mut state = State::unpack(counted, base).ok_or_else(broken)?;
        if state.take_as_now(*window, *at) {
            new.push((generation, state));
        }
    }
    let taken = new.iter().map(|(generation, state)| (*generation, state));
    (!new.is_empty()).then(|| merged(&row.ring, |_| true, taken)).transpose()
}

/// Merges deltas by the rules of their book.
pub struct MergeDeltas(InForce);

impl MergeDeltas {
    /// Takes the rules of this record, which must be read after the rows.
    pub fn by(rules: &RecordRow) -> Result<Self> {
        InForce::of(rules, None).map(Self)
    }

    /// The merged counter with these deltas added. Entries that are later than now are moved to now.
    pub fn sum(
        &self,
        key: &CounterKey,
        row: Option<&CounterRow>,
        more: &[&CounterRow],
        now: Time,
    ) -> Result<CounterRow> {
        let Self(rules) = self;
        let parts = || row.into_iter().chain(more.iter().copied());
        let rings = parts().map(|row| &*row.ring);
        let mut all = joined(rings, now, |number| rules.wants(number), window(rules))?;
        for (number, state) in &mut all {
            state.take_as_now(window(rules)(*number), now);
        }
        let ring = packed_all(&all);
        let leaves_at = leaves_at(rules, &key.rule, &ring)?;
        let (version, created_at) = row.map_or((0, now), |row| (row.version, row.created_at));
        let stamp = parts().map(|row| row.stamp).fold(now, Time::max);
        let (CounterKey { book, rule, subject }, version) = (key.clone(), version + 1);
        Ok(CounterRow { book, rule, subject, ring: ring.into(), leaves_at, version, created_at, stamp })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// After a rollback, the same version of the rules may come again with another text.
    #[test]
    fn what_is_stored_holds_by_the_same_rules_and_not_earlier() {
        let (rules, others): (Arc<str>, Arc<str>) = ("{}".into(), "{}".into());
        let at = Time::from_micros;
        let stored = Stored { rules: rules.clone(), now: at(10), all: BTreeMap::new(), rows: 0 };
        assert!(stored.holds(&rules, at(10)) && stored.holds(&rules, at(11)));
        assert!(!stored.holds(&rules, at(9)), "what has left by ten counts at nine");
        assert!(!stored.holds(&others, at(10)), "by rules that were read anew");
    }
}
