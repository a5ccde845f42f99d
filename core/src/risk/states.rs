//! Counters in rows: one for each party of a call with all that rules count of it, and one for each rule that
//! tells values apart.
//!
//! A row is a list of numbers of rules, each with what that rule counts. What no rule wants any more is left
//! out when the row is written next.

use std::sync::Arc;

use data_encoding::HEXLOWER;

use super::in_force::{About, DISTINCT, InForce, Slot};
use super::judge::{Party, State, States};
use super::parse::subject;
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
    rows: Vec<Place<'e>>,
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
    read_of(&rows, rows.iter().map(|(key, ..)| row(key)))
}

fn read_of<'r>(
    rows: &[Place<'_>],
    known: impl IntoIterator<Item = Option<&'r CounterRow>>,
) -> Result<States> {
    let mut states = States::with_capacity(rows.iter().map(|(_, slots, _)| slots.len()).sum());
    for ((_, slots, party), row) in rows.iter().zip(known) {
        let Some(row) = row else { continue };
        // both are in the order of the numbers
        let mut slots = slots.iter().peekable();
        for (generation, counted) in unpack(&row.ring)? {
            while slots.next_if(|slot| slot.generation < generation).is_some() {}
            if let Some(slot) = slots.next_if(|slot| slot.generation == generation) {
                let state = State::unpack(counted).ok_or_else(broken)?;
                states.add(slot.id.clone(), party.value, state);
            }
        }
    }
    Ok(states)
}

/// The same from the rows that a decision knows.
///
/// # Errors
/// Halts for rows that were not read, all at once, and for those that another transaction has locked.
pub(super) fn of<'e>(draft: &Draft<'_>, about: &'e About, parties: &'e [Party]) -> Result<Counted<'e>, Halt> {
    let rows = rows(about, &draft.ctx.book, parties);
    let (mut missing, mut known) = (Needs::default(), Vec::with_capacity(rows.len()));
    for (key, ..) in &rows {
        match draft.counter(key) {
            Ok(row) => known.push(row),
            Err(Halt::NeedMore(needs)) => missing.extend(&needs),
            Err(halt) => return Err(halt),
        }
    }
    if !missing.is_empty() {
        return Err(Halt::NeedMore(Box::new(missing)));
    }
    let states = read_of(&rows, known)?;
    Ok(Counted { rows, states })
}

/// Writes what was counted, where it has changed.
///
/// # Errors
/// Halts when a row was not read.
pub(super) fn write(draft: &mut Draft<'_>, rules: &InForce, counted: Counted<'_>) -> Result<(), Halt> {
    let Counted { rows, states } = counted;
    for (key, slots, party) in rows {
        let state = |slot: &Slot| Some((slot.generation, states.get(&slot.id, party.value)?));
        let new: Vec<(i64, &State)> = slots.iter().filter_map(state).collect();
        if new.is_empty() {
            continue;
        }
        let known = draft.counter(&key)?;
        let old = known.map(|row| unpack(&row.ring)).transpose()?.into_iter().flatten();
        let ring = merged(old.filter(|(generation, _)| rules.wants(*generation)), &new);
        if known.is_some_and(|row| *row.ring == *ring) {
            continue;
        }
        let leaves_at = leaves_at(rules, &key.1, &ring)?;
        let (version, created_at) =
            known.map_or_else(|| (0, draft.ctx.time()), |row| (row.version, row.created_at));
        let ((book, rule, subject), stamp, ring) = (key, draft.ctx.stamp, ring.into());
        draft.put_counter(CounterRow { book, rule, subject, ring, leaves_at, version, created_at, stamp });
    }
    Ok(())
}

/// From when on nothing of a row counts, by the full hour: so its index seldom changes. `None` where that
/// never comes, and where the log has images of the row: what is in the log is not deleted. There are as many
/// of these as accounts and actors; addresses and devices are as many as a stranger likes.
fn leaves_at(rules: &InForce, name: &str, ring: &[u8]) -> Result<Option<Time>> {
    if image::has_counter(name) {
        return Ok(None);
    }
    let mut last = Some(Time::EPOCH);
    for (generation, counted) in unpack(ring)? {
        let state = State::unpack(counted).ok_or_else(broken)?;
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
            let name = name.get_or_insert_with(|| HEXLOWER.encode(&party.value).into()).clone();
            rows.push(((book.clone(), first.family.clone(), name), slots, party));
        }
    }
    rows
}

/// Whether a row in which rules count cannot be read. Gates of the application have rows of their own, which
/// have other names.
#[must_use]
pub fn is_broken(row: &CounterRow) -> bool {
    let is_of_rules = row.rule.starts_with(DISTINCT) || subject("rule", &row.rule).is_ok();
    let is_read =
        unpack(&row.ring).is_ok_and(|mut all| all.all(|(_, counted)| State::unpack(counted).is_some()));
    is_of_rules && !is_read
}

const FORMAT: u8 = 1;

const HOUR: i64 = Span::from_hours(1).micros();

/// A format, then for each rule its number, the length of what it counts, and that: `new` in the place of
/// what is `old`. Both are in the order of the numbers.
fn merged<'o>(old: impl Iterator<Item = (i64, &'o [u8])>, new: &[(i64, &State)]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(64 * new.len());
    bytes.push(FORMAT);
    let (mut old, mut new) = (old.peekable(), new.iter().peekable());
    loop {
        let next = new.peek().map(|(generation, _)| *generation);
        let before = |(generation, _): &(i64, &[u8])| next.is_none_or(|next| *generation < next);
        if let Some((generation, counted)) = old.next_if(before) {
            put(&mut bytes, generation, |bytes| bytes.extend_from_slice(counted));
            continue;
        }
        let Some((generation, state)) = new.next() else { return bytes };
        old.next_if(|(replaced, _)| replaced == generation);
        put(&mut bytes, *generation, |bytes| state.pack(bytes));
    }
}

fn put(bytes: &mut Vec<u8>, generation: i64, counted: impl FnOnce(&mut Vec<u8>)) {
    bytes.extend_from_slice(&generation.to_be_bytes());
    let length = bytes.len();
    bytes.extend_from_slice(&[0; 4]);
    counted(bytes);
    let counted = u32::try_from(bytes.len() - length - 4).unwrap_or(u32::MAX);
    bytes[length..length + 4].copy_from_slice(&counted.to_be_bytes());
}

/// Reads what [`merged`] wrote: in the order of the numbers.
fn unpack(bytes: &[u8]) -> Result<impl Iterator<Item = Entry<'_>>> {
    let (&FORMAT, mut rest) = bytes.split_first().ok_or_else(broken)? else { return Err(broken()) };
    let (mut unread, mut last) = (rest, None);
    while !unread.is_empty() {
        let ((generation, _), after) = split_entry(unread).ok_or_else(broken)?;
        if last.replace(generation).is_some_and(|last| last >= generation) {
            return Err(broken());
        }
        unread = after;
    }
    Ok(std::iter::from_fn(move || {
        let (entry, after) = split_entry(rest)?;
        rest = after;
        Some(entry)
    }))
}

/// The number of a rule, and what it counts.
type Entry<'r> = (i64, &'r [u8]);

/// The first of these entries, and what follows it.
fn split_entry(bytes: &[u8]) -> Option<(Entry<'_>, &[u8])> {
    let (generation, rest) = bytes.split_first_chunk()?;
    let (length, rest) = rest.split_first_chunk()?;
    let (counted, rest) = rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
    Some(((i64::from_be_bytes(*generation), counted), rest))
}

fn broken() -> Error {
    Error::corrupted("a counter of rules cannot be read")
}
