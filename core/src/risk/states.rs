//! Counters in rows: one for each party of a call with all that rules count of it, and one for each rule that
//! tells values apart.
//!
//! A row is a list of numbers of rules, each with what that rule counts. What no rule wants any more is left
//! out when the row is written next.

pub mod recount;

use std::sync::Arc;

use data_encoding::HEXLOWER;

use super::counter::Hash;
use super::in_force::{About, DISTINCT, InForce, Slot};
use super::judge::{Party, State, States};
use super::parse::subject;
use super::varint::{put, take};
use crate::error::{Error, Result};
use crate::ids::Book;
use crate::kernel::draft::Draft;
use crate::kernel::image;
use crate::kernel::operation::Halt;
use crate::rows::kinds::CounterKey;
use crate::rows::needs::Needs;
use crate::rows::tables::CounterRow;
use crate::time::{Span, Time};

/// A row, with the rules that count in it and the party that it is of.
type Place<'e> = (CounterKey, &'e [Slot], &'e Party);

/// What rules have counted of the parties of a call, and the rows that hold it.
pub(super) struct Counted<'e> {
    action: &'e str,
    rows: Vec<Place<'e>>,
    /// Which of the rows hold something of others: of rules about other calls, and of those that have gone.
    shared: Vec<bool>,
    /// What they have counted.
    pub(super) states: States,
}

/// The rows that hold what rules have counted of the parties.
pub(super) fn keys(about: &About, book: &Book, parties: &[Party]) -> Vec<CounterKey> {
    rows(about, book, parties).into_iter().map(|(key, ..)| key).collect()
}

/// What was counted, from these rows.
///
/// # Errors
/// `corrupted` when a row is none of this module.
pub(super) fn read<'r>(
    about: &About,
    book: &Book,
    parties: &[Party],
    row: impl Fn(&CounterKey) -> Option<&'r CounterRow>,
) -> Result<States> {
    let rows = rows(about, book, parties);
    let mut states = States::default();
    for place in &rows {
        if let Some(row) = row(&place.0) {
            read_row(place, &row.ring, &mut states)?;
        }
    }
    Ok(states)
}

/// Reads one row: whether it holds something of others.
fn read_row((_, slots, party): &Place<'_>, ring: &[u8], states: &mut States) -> Result<bool> {
    let (base, entries) = unpack(ring)?;
    // both are in the order of the numbers
    let (mut slots, mut is_shared) = (slots.iter().peekable(), false);
    for entry in entries {
        let (generation, counted) = entry?;
        while slots.next_if(|slot| slot.generation < generation).is_some() {}
        match slots.next_if(|slot| slot.generation == generation) {
            Some(slot) => {
                let state = State::unpack(counted, base).ok_or_else(broken)?;
                states.add(slot.id.clone(), party.value, state);
            }
            None => is_shared = true,
        }
    }
    Ok(is_shared)
}

/// The same from the rows that a decision knows.
///
/// # Errors
/// Halts for rows that were not read, all at once, and for those that another transaction has locked.
pub(super) fn of<'e>(draft: &Draft<'_>, about: &'e About, parties: &'e [Party]) -> Result<Counted<'e>, Halt> {
    let rows = rows(about, &draft.ctx.book, parties);
    let (mut missing, mut shared) = (Needs::default(), Vec::with_capacity(rows.len()));
    let mut states = States::with_capacity(rows.iter().map(|(_, slots, _)| slots.len()).sum());
    for place in &rows {
        match draft.counter(&place.0) {
            Ok(Some(row)) => shared.push(read_row(place, &row.ring, &mut states)?),
            Ok(None) => shared.push(false),
            Err(Halt::NeedMore(needs)) => missing.extend(&needs),
            Err(halt) => return Err(halt),
        }
    }
    if !missing.is_empty() {
        return Err(Halt::NeedMore(Box::new(missing)));
    }
    Ok(Counted { action: &about.action, rows, shared, states })
}

/// Writes what was counted, where it has changed.
///
/// # Errors
/// Halts when a row was not read.
pub(super) fn write(draft: &mut Draft<'_>, rules: &InForce, counted: Counted<'_>) -> Result<(), Halt> {
    let Counted { action, rows, shared, states } = counted;
    for ((key, slots, party), is_shared) in rows.into_iter().zip(shared) {
        let state = |slot: &Slot| Some((slot.generation, states.get(&slot.id, party.value)?));
        let new: Vec<(i64, &State)> = slots.iter().filter_map(state).collect();
        if new.is_empty() {
            continue;
        }
        let known = draft.counter(&key)?;
        let ring = written(known.map(|row| &*row.ring), (rules, is_shared), &new)?;
        if known.is_some_and(|row| *row.ring == *ring) {
            continue;
        }
        let leaves_at = leaves_at(rules, &key.1, &ring)?;
        let (version, created_at) =
            known.map_or_else(|| (0, draft.ctx.time()), |row| (row.version, row.created_at));
        let ((book, rule, subject), stamp, ring) = (key, draft.ctx.stamp, ring.into());
        draft.counted(action, rules.version);
        draft.put_counter(CounterRow { book, rule, subject, ring, leaves_at, version, created_at, stamp });
    }
    Ok(())
}

/// What a row holds after `new` was counted in it. Of what is not of this call it keeps what is wanted.
fn written(
    known: Option<&[u8]>,
    (rules, is_shared): (&InForce, bool),
    new: &[(i64, &State)],
) -> Result<Vec<u8>> {
    match known {
        Some(ring) if is_shared => merged(ring, |generation| rules.wants(generation), new),
        Some(ring) => Ok(packed(split_base(ring)?.0, new)),
        None => Ok(packed(Time::MIN, new)),
    }
}

/// From when on nothing of a row counts, by the full hour: so its index seldom changes. `None` where that
/// never comes, and where the log has images of the row: what is in the log is not deleted. There are as many
/// of these as accounts and actors; addresses and devices are as many as a stranger likes.
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

/// Every row of the parties, with the rules that count in it.
fn rows<'e>(about: &'e About, book: &Book, parties: &'e [Party]) -> Vec<Place<'e>> {
    let mut rows = Vec::new();
    for party in parties {
        let mut name: Option<Arc<str>> = None;
        for slots in about.slots.chunk_by(|a, b| a.family == b.family) {
            let Some(first) = slots.first().filter(|slot| slot.subject == party.subject) else { continue };
            let name = name.get_or_insert_with(|| hex_of(&party.value)).clone();
            rows.push(((book.clone(), first.family.clone(), name), slots, party));
        }
    }
    rows
}

fn hex_of(value: &Hash) -> Arc<str> {
    let mut text = [0; 2 * size_of::<Hash>()];
    HEXLOWER.encode_mut(value, &mut text);
    std::str::from_utf8(&text).unwrap_or_default().into()
}

/// Whether a row in which rules count cannot be read. Gates of the application have rows of their own, which
/// have other names.
#[must_use]
pub fn is_broken(row: &CounterRow) -> bool {
    let is_read = unpack(&row.ring).is_ok_and(|(base, mut entries)| {
        entries.all(|entry| entry.is_ok_and(|(_, counted)| State::unpack(counted, base).is_some()))
    });
    is_of_rules(row) && !is_read
}

fn is_of_rules(row: &CounterRow) -> bool {
    row.rule.starts_with(DISTINCT) || subject("rule", &row.rule).is_ok()
}

const FORMAT: u8 = 2;

const HOUR: i64 = Span::from_hours(1).micros();

/// A format, the time from which those of all entries are told, which is not before any of them, then for
/// each rule how much higher its number is than the one before, the length of what it counts, and that. It is
/// short, because all of it is hashed and written with every call.
struct Ring {
    bytes: Vec<u8>,
    base: Time,
    last: i64,
}

impl Ring {
    fn of(base: Time, entries: usize) -> Self {
        let mut bytes = Vec::with_capacity(16 + 12 * entries);
        bytes.push(FORMAT);
        bytes.extend_from_slice(&base.micros().to_be_bytes());
        Self { bytes, base, last: 0 }
    }

    /// Adds an entry, which has a higher number than those before.
    fn add(&mut self, generation: i64, state: &State) {
        let length = self.begin(generation);
        state.pack(self.base, &mut self.bytes);
        self.end(length);
    }

    /// The place of the entry's length: mostly one byte is enough for it.
    fn begin(&mut self, generation: i64) -> usize {
        put(&mut self.bytes, (generation - self.last).unsigned_abs().into());
        self.last = generation;
        self.bytes.push(0);
        self.bytes.len()
    }

    fn end(&mut self, from: usize) {
        let length = self.bytes.len() - from;
        match u8::try_from(length) {
            Ok(short @ ..0x80) => self.bytes[from - 1] = short,
            _ => {
                let mut long = Vec::new();
                put(&mut long, length as u128);
                self.bytes.splice(from - 1..from, long);
            }
        }
    }
}

/// The newest time of what is to be written, and of what is there.
fn base_of(old: Time, new: &[(i64, &State)]) -> Time {
    new.iter().filter_map(|(_, state)| state.newest()).fold(old, Time::max)
}

/// A row that holds nothing else.
fn packed(old: Time, new: &[(i64, &State)]) -> Vec<u8> {
    let mut ring = Ring::of(base_of(old, new), new.len());
    new.iter().for_each(|(generation, state)| ring.add(*generation, state));
    ring.bytes
}

/// `new` in the place of what is old, and beside what is still wanted of it. Both are in the order of the
/// numbers.
fn merged(old: &[u8], wanted: impl Fn(i64) -> bool, new: &[(i64, &State)]) -> Result<Vec<u8>> {
    let (from, entries) = unpack(old)?;
    let mut ring = Ring::of(base_of(from, new), new.len() + 8);
    let mut new = new.iter().peekable();
    for entry in entries {
        let (generation, counted) = entry?;
        while let Some((before, state)) = new.next_if(|(number, _)| *number < generation) {
            ring.add(*before, state);
        }
        if let Some((_, state)) = new.next_if(|(number, _)| *number == generation) {
            ring.add(generation, state);
        } else if wanted(generation) {
            ring.add(generation, &State::unpack(counted, from).ok_or_else(broken)?);
        }
    }
    new.for_each(|(generation, state)| ring.add(*generation, state));
    Ok(ring.bytes)
}

/// The number of a rule, and what it counts.
type Entry<'r> = (i64, &'r [u8]);

/// The time from which those of a row are told, and its entries.
fn split_base(bytes: &[u8]) -> Result<(Time, &[u8])> {
    let (&FORMAT, rest) = bytes.split_first().ok_or_else(broken)? else { return Err(broken()) };
    let (base, rest) = rest.split_first_chunk().ok_or_else(broken)?;
    Ok((Time::try_from_micros(i64::from_be_bytes(*base)).ok_or_else(broken)?, rest))
}

/// Reads a row: its entries are in the order of the numbers.
fn unpack(bytes: &[u8]) -> Result<(Time, impl Iterator<Item = Result<Entry<'_>>>)> {
    let (base, mut rest) = split_base(bytes)?;
    let mut last = 0;
    let entries = std::iter::from_fn(move || {
        (!rest.is_empty()).then(|| {
            let entry = take_entry(&mut rest, &mut last).ok_or_else(broken);
            // nothing follows what cannot be read
            entry.inspect_err(|_| rest = &[])
        })
    });
    Ok((base, entries))
}

/// Takes the first of these entries.
fn take_entry<'r>(rest: &mut &'r [u8], last: &mut i64) -> Option<Entry<'r>> {
    let higher = i64::try_from(take(rest)?).ok().filter(|higher| *higher > 0)?;
    *last = last.checked_add(higher)?;
    let length = usize::try_from(take(rest)?).ok()?;
    let (counted, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some((*last, counted))
}

fn broken() -> Error {
    Error::corrupted("a counter of rules cannot be read")
}
