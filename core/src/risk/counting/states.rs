//! Counter rows: for each party of a call one row with the counts of all rules, and a row of its own for each
//! `distinct` rule.
//!
//! A row is a list of numbers of rules, each with the state of that rule. States of rules that are gone are
//! left out when the row is written next. Rules with `exact: false` have rows of their own. On stores that
//! lock rows, each transaction writes a [delta](crate::rows::delta_rows) for these. So no transaction waits
//! for another, and none sees what others have not committed yet.

pub mod command;
pub(in crate::risk) mod parts;
pub mod recount;

use std::sync::Arc;

use crate::error::Result;
use crate::ids::Book;
use crate::kernel::draft::Draft;
use crate::kernel::image;
use crate::kernel::operation::{Decided, Halt};
use crate::risk::counting::counter_blob::{News, broken, merged, packed, split_base, unpack};
use crate::risk::judging::judge::{
    JudgedCall, Judging, OneMut, Party, RuleSet, State, States, count_by_rate, count_by_rule,
    count_failure_by,
};
use crate::risk::judging::verdict::Verdict;
use crate::risk::rules::in_force::{ActionRules, By, CallRules, DISTINCT, INEXACT, InForce, Slot};
use crate::risk::rules::parse::subject;
use crate::rows::delta_rows::MERGED;
use crate::rows::needs::{Access, CounterKey, Needs};
use crate::rows::row::Row as _;
use crate::rows::tables::CounterRow;
use crate::time::{Span, Time};

/// A row, with the rules that count in it and the party that it is of.
struct PartyRow<'e> {
    key: CounterKey,
    /// In place of that row, where transactions write deltas: the keys of the merged counter and of the
    /// deltas. They are boxed, as few rows have them and a `PartyRow` is moved several times.
    parts: Option<Box<[CounterKey; 2]>>,
    slots: &'e [Slot],
    party: &'e Party,
}

/// A row as it was read.
struct StoredRow {
    /// Its own key: the row that is written shares its texts.
    key: CounterKey,
    ring: Arc<[u8]>,
    version: i64,
    created_at: Time,
    /// Whether it also holds states of other rules: of those about other calls, or of those that are gone.
    is_shared: bool,
}

/// The states of rules for a party, in the order of the slots of its row.
type OfRow = Vec<Option<State>>;

/// A row of a party: where it is, what is there, and what rules have counted in it.
struct CountedRow<'e> {
    place: PartyRow<'e>,
    /// The row, if there is one and it is no counter with deltas.
    known: Option<StoredRow>,
    states: OfRow,
    /// The delta that the call adds, for a counter with deltas.
    added: OfRow,
}

/// The states of rules for the parties of a call, and the rows that hold them.
pub(in crate::risk) struct PartyCounts<'e> {
    about: &'e ActionRules,
    rows: Vec<CountedRow<'e>>,
    /// How many merged counters and deltas were read.
    pub(in crate::risk) parts: usize,
}

impl PartyCounts<'_> {
    /// Each state, with its rule and its party.
    pub(in crate::risk) fn each_mut(&mut self) -> impl Iterator<Item = OneMut<'_>> {
        self.rows.iter_mut().flat_map(|CountedRow { place, states, .. }| {
            let party = place.party.value;
            let of_slots = place.slots.iter().zip(states);
            of_slots.filter_map(move |(slot, state)| Some((slot.generation, party, state.as_mut()?)))
        })
    }

    /// Judges the call; nothing is counted.
    pub(in crate::risk) fn judge(&self, call: &JudgedCall<'_>, now: Time) -> Verdict {
        let RuleSet { rates, rules, .. } = &self.about.set;
        let mut judging = Judging::new(call, now);
        for CountedRow { place, states, .. } in &self.rows {
            for (slot, state) in place.slots.iter().zip(states) {
                match slot.by {
                    By::Rate(rate) => judging.by_rate(&rates[rate], place.party, state.as_ref()),
                    By::Rule(rule) => judging.by_rule(&rules[rule], place.party, state.as_ref()),
                }
            }
        }
        for rule in rules.iter().filter(|rule| !rule.counts()) {
            for party in call.parties.iter().filter(|party| party.subject == rule.subject) {
                judging.by_rule(rule, party, None);
            }
        }
        judging.verdict(&self.about.set)
    }

    /// Counts the call, which is executed.
    pub(in crate::risk) fn count(&mut self, call: &JudgedCall<'_>, now: Time) {
        let RuleSet { rates, rules, .. } = &self.about.set;
        self.change(|by, party, state| match by {
            By::Rate(rate) => count_by_rate(&rates[rate], state, now),
            By::Rule(rule) => count_by_rule(&rules[rule], call, party, state, now),
        });
    }

    /// Counts the call, which failed.
    pub(in crate::risk) fn count_failure(&mut self, now: Time) {
        let rules = &self.about.set.rules;
        self.change(|by, _, state| match by {
            By::Rate(_) => {}
            By::Rule(rule) => count_failure_by(&rules[rule], state, now),
        });
    }

    fn change(&mut self, change: impl Fn(By, &Party, &mut Option<State>)) {
        for CountedRow { place, states, added, .. } in &mut self.rows {
            let states = if place.parts.is_some() { added } else { states };
            for (slot, state) in place.slots.iter().zip(states) {
                change(slot.by, place.party, state);
            }
        }
    }
}

/// Asks for the counter rows of the parties, in order to write them.
pub(in crate::risk) fn ask(
    rules: &InForce,
    about: &ActionRules,
    book: &Book,
    parties: &[Party],
    needs: &mut Needs,
) {
    for place in rows(about, book, rules.adds, parties) {
        match place.parts {
            Some(parts) => needs.counter_deltas.extend(*parts),
            None => needs.counter(place.key, Access::Write),
        }
    }
}

/// Asks for them in order to read them only: with and without deltas, as the store may have either.
pub(in crate::risk) fn ask_to_read(about: &ActionRules, book: &Book, parties: &[Party], needs: &mut Needs) {
    for place in rows(about, book, true, parties) {
        needs.counter(place.key, Access::Read);
        needs.counter_deltas.extend(place.parts.into_iter().flat_map(|parts| *parts));
    }
}

/// The states of the parties, from the rows that were read in this way.
pub(in crate::risk) fn read(
    about: &ActionRules,
    book: &Book,
    now: Time,
    parties: &[Party],
    known: &[CounterRow],
) -> Result<States> {
    let mut states = States::default();
    for place in rows(about, book, true, parties) {
        let is_part =
            |row: &CounterRow| place.parts.iter().flat_map(|keys| keys.iter()).any(|key| row.is_under(key));
        let of_place = known.iter().filter(|row| row.is(&place.key) || is_part(row));
        parts::read(about, &place, of_place, now, &mut states)?;
    }
    Ok(states)
}

/// Reads one row: the state of each slot, and whether the row also holds states of other rules.
fn read_row(slots: &[Slot], ring: &[u8]) -> Result<(OfRow, bool)> {
    let (base, entries) = unpack(ring)?;
    // slots and entries are both in the order of the numbers
    let (mut states, mut is_shared) = (OfRow::with_capacity(slots.len()), false);
    for entry in entries {
        let (generation, counted) = entry?;
        while slots.get(states.len()).is_some_and(|slot| slot.generation < generation) {
            states.push(None);
        }
        let Some(slot) = slots.get(states.len()).filter(|slot| slot.generation == generation) else {
            is_shared = true;
            continue;
        };
        states.push(State::unpack(counted, base));
        // borrowed where it lies, as a state is large
        let state = states.last().and_then(Option::as_ref);
        if state.is_none_or(|state| state.form() != slot.form) {
            return Err(broken());
        }
    }
    states.resize_with(slots.len(), || None);
    Ok((states, is_shared))
}

/// A row in which no slot has counted anything.
fn none_of(slots: &[Slot]) -> OfRow {
    slots.iter().map(|_| None).collect()
}

/// The same from the rows that a decision knows.
pub(in crate::risk) fn of<'e>(
    draft: &Draft<'_>,
    of_call: &'e CallRules,
    parties: &'e [Party],
) -> Decided<PartyCounts<'e>> {
    let CallRules { rules, about } = of_call;
    let places = rows(about, &draft.ctx.book, rules.adds, parties);
    let (mut missing, mut known, mut parts) = (None, Vec::with_capacity(places.len()), 0);
    for place in places {
        let row = match &place.parts {
            None => of_one(draft, place),
            Some(keys) => parts::of(draft, rules, &place, keys).map(|(states, rows)| {
                parts += rows;
                CountedRow { added: none_of(place.slots), place, known: None, states }
            }),
        };
        match row {
            Ok(row) => known.push(row),
            Err(halt) => missing = Some(halt.with(missing)?),
        }
    }
    match missing {
        Some(missing) => Err(Halt::NeedMore(missing)),
        None => Ok(PartyCounts { about, rows: known, parts }),
    }
}

fn of_one<'e>(draft: &Draft<'_>, place: PartyRow<'e>) -> Decided<CountedRow<'e>> {
    let Some(row) = draft.counter(&place.key)? else {
        return Ok(CountedRow { states: none_of(place.slots), place, known: None, added: OfRow::new() });
    };
    let (states, is_shared) = read_row(place.slots, &row.ring)?;
    let (key, ring) = (row.key(), row.ring.clone());
    let known = StoredRow { key, ring, version: row.version, created_at: row.created_at, is_shared };
    Ok(CountedRow { place, known: Some(known), states, added: OfRow::new() })
}

/// Writes the rows whose states have changed.
pub(in crate::risk) fn write(
    draft: &mut Draft<'_>,
    rules: &InForce,
    counted: PartyCounts<'_>,
) -> Decided<()> {
    let action = &counted.about.action;
    for CountedRow { place, known, states, added } in counted.rows {
        let counted = if place.parts.is_some() { &added } else { &states };
        let new = new_of(&place, counted);
        if new.clone().next().is_none() {
            continue;
        }
        if let Some([_, to_add]) = place.parts.as_deref() {
            parts::add(draft, rules, to_add, new)?;
            draft.counted(action, rules.version);
            continue;
        }
        let old = known.as_ref().map(|known| (&*known.ring, known.is_shared));
        let ring = written(old, rules, new)?;
        if old.is_some_and(|(old, _)| *old == *ring) {
            continue;
        }
        let leaves_at = leaves_at(rules, &place.key.rule, &ring)?;
        let new_row = || (place.key, 0, draft.ctx.time());
        let (key, version, created_at) =
            known.map_or_else(new_row, |known| (known.key, known.version, known.created_at));
        let (CounterKey { book, rule, subject }, stamp, ring) = (key, draft.ctx.stamp, ring.into());
        draft.counted(action, rules.version);
        draft.put_counter(CounterRow { book, rule, subject, ring, leaves_at, version, created_at, stamp });
    }
    Ok(())
}

/// The states of slots, by their numbers.
fn new_of<'s>(place: &PartyRow<'s>, states: &'s [Option<State>]) -> impl News<'s> + use<'s> {
    place.slots.iter().zip(states).filter_map(|(slot, state)| Some((slot.generation, state.as_ref()?)))
}

/// The bytes of a row with the states `new`. States of other rules stay as long as these rules exist. `known`
/// are the old bytes, and whether they hold states of other rules.
fn written<'s>(known: Option<(&[u8], bool)>, rules: &InForce, new: impl News<'s>) -> Result<Vec<u8>> {
    match known {
        Some((ring, true)) => merged(ring, |generation| rules.wants(generation), new),
        Some((ring, false)) => Ok(packed(split_base(ring)?.0, ring.len(), new)),
        None => Ok(packed(Time::MIN, 0, new)),
    }
}

/// When nothing of a row counts any more, rounded up to the hour, so that its index seldom changes. `None` if
/// that never comes, or if the event log has images of the row: such rows are never deleted. They are as many
/// as accounts and actors. Rows of addresses and devices are as many as a stranger likes.
fn leaves_at(rules: &InForce, name: &str, ring: &[u8]) -> Result<Option<Time>> {
    if image::has_counter(name) {
        return Ok(None);
    }
    let mut last = Some(Time::EPOCH);
    let (base, entries) = unpack(ring)?;
    for entry in entries {
        let (generation, counted) = entry?;
        let state = State::unpack(counted, base).ok_or_else(broken)?;
        let leaves = rules.windows.get(&generation).and_then(|window| state.leaves(window.as_ref()));
        last = last.zip(leaves).map(|(one, other)| one.max(other));
    }
    let next = |at: Time| at.micros().div_euclid(HOUR).checked_add(1)?.checked_mul(HOUR);
    Ok(last.and_then(|at| Time::try_from_micros(next(at)?)))
}

/// Every row of the parties, with the rules that count in it. `adds` says whether inexact rules count in
/// deltas.
fn rows<'e>(about: &'e ActionRules, book: &Book, adds: bool, parties: &'e [Party]) -> Vec<PartyRow<'e>> {
    let mut rows = Vec::with_capacity(parties.len());
    for party in parties {
        for slots in about.rows() {
            let Some(first) = slots.first().filter(|slot| slot.subject == party.subject) else { continue };
            let key = |family: &Arc<str>| CounterKey::new(book.clone(), family.clone(), party.name.clone());
            let parts = first.family.parts.as_ref().filter(|_| adds);
            let parts = parts.map(|[added_to, to_add]| Box::new([key(added_to), key(to_add)]));
            rows.push(PartyRow { key: key(&first.family.name), parts, slots, party });
        }
    }
    rows
}

/// Whether this is a row of the rules of risk and cannot be read. Gates of the application have rows of their
/// own, under other names.
pub fn is_broken(row: &CounterRow) -> bool {
    let is_read = unpack(&row.ring).is_ok_and(|(base, mut entries)| {
        entries.all(|entry| entry.is_ok_and(|(_, counted)| State::unpack(counted, base).is_some()))
    });
    is_of_rules(row) && !is_read
}

fn is_of_rules(row: &CounterRow) -> bool {
    let family = row.rule.trim_start_matches(MERGED).trim_start_matches(INEXACT);
    family.starts_with(DISTINCT) || subject("rule", family).is_ok()
}

const HOUR: i64 = Span::from_hours(1).micros();

#[cfg(test)]
mod tests {
    mod equivalence;

    use super::*;
    use crate::risk::counting::counter::Counter;
    use crate::risk::counting::rate::Rate;
    use crate::risk::counting::window::Window;
    use crate::risk::judging::judge::Form;
    use crate::risk::rules::rule::{Pattern, Subject};

    fn slot(generation: i64, form: Form) -> Slot {
        let (subject, by) = (Subject::Account, By::Rule(0));
        let family = crate::risk::rules::in_force::Family::of("account");
        Slot { subject, generation, by, form, family }
    }

    fn counter(now: Time) -> State {
        let mut counter = Counter::default();
        counter.add(&Window::Lifetime, now, 7);
        State::Counter(counter)
    }

    /// A counter that was altered in this way would count nothing, and its limit would never be reached.
    #[test]
    fn a_state_of_another_form_is_broken() {
        let now = Time::from_micros(1_790_000_000_000_000);
        let rate = Rate {
            id: "rate".into(),
            number: 0,
            action: Pattern::All,
            subject: Subject::Account,
            limit: 3,
            per: Span::from_secs(10),
            burst: 1,
            priority: 0,
            message: None,
        };
        let (counter, arrival) = (counter(now), State::Arrival(rate.take(None, now)));
        let ring = packed(Time::MIN, 0, [(2, &counter), (5, &arrival)].into_iter());
        let forms = [Form::Counter, Form::Arrival, Form::Distinct];
        for (of_two, of_five) in forms.into_iter().flat_map(|two| forms.map(|five| (two, five))) {
            let read = read_row(&[slot(1, Form::Counter), slot(2, of_two), slot(5, of_five)], &ring);
            match (of_two, of_five) {
                (Form::Counter, Form::Arrival) => {
                    let known = vec![None, Some(counter.clone()), Some(arrival.clone())];
                    assert_eq!(read.unwrap(), (known, false));
                }
                _ => assert_eq!(read.unwrap_err().code(), crate::error::Code::Corrupted),
            }
        }
    }

    #[test]
    fn slots_get_their_own_and_nothing_of_others() {
        let now = Time::from_micros(1_790_000_000_000_000);
        let state = counter(now);
        for held in 0_u32..64 {
            let new: Vec<(i64, &State)> =
                (1..=6).filter(|n| held & (1 << (n - 1)) != 0).map(|n| (n, &state)).collect();
            let ring = packed(Time::MIN, 0, new.iter().copied());
            for wanted in 0_u32..64 {
                let has = |set: u32, n: i64| set & (1 << (n - 1)) != 0;
                let slots: Vec<Slot> =
                    (1..=6).filter(|n| has(wanted, *n)).map(|n| slot(n, Form::Counter)).collect();
                let (states, is_shared) = read_row(&slots, &ring).unwrap();
                let found: Vec<bool> = states.iter().map(Option::is_some).collect();
                let expected: Vec<bool> = slots.iter().map(|slot| has(held, slot.generation)).collect();
                assert_eq!(found, expected, "{held:b} {wanted:b}");
                assert_eq!(is_shared, held & !wanted != 0, "{held:b} {wanted:b}");
            }
        }
    }

    /// If any bit of a row is changed, it is another row, or cannot be read.
    #[test]
    fn an_altered_row_is_another_or_broken() {
        let now = Time::from_micros(1_790_000_000_000_000);
        let state = counter(now);
        let ring = packed(Time::MIN, 0, [(1, &state), (2, &state), (9, &state)].into_iter());
        let slots = [slot(1, Form::Counter), slot(2, Form::Counter), slot(9, Form::Counter)];
        let original = read_row(&slots, &ring).unwrap();
        let mut broken = 0;
        for bit in 0..8 * ring.len() {
            let mut altered = ring.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            let read = read_row(&slots, &altered);
            let kept = merged(&altered, |_| true, [(3, &state)].into_iter());
            // a row that can be read is kept as it is; one that cannot be read is not overwritten
            assert!(kept.is_ok() || read.is_err(), "bit {bit}");
            match read {
                Ok(read) => assert_ne!(read, original, "bit {bit}"),
                Err(_) => broken += 1,
            }
        }
        for length in 0..ring.len() {
            assert!(read_row(&slots, &ring[..length]).map_or(true, |read| read != original), "{length}");
        }
        assert!(broken > 50, "{broken} of {}", 8 * ring.len());
    }
}
