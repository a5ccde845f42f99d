//! Counters in rows: one for each party of a call with all that rules count of it, and one for each rule that
//! tells values apart.
//!
//! A row is a list of numbers of rules, each with what that rule counts. What no rule wants any more is left
//! out when the row is written next.

use std::sync::Arc;

use super::in_force::{About, DISTINCT, InForce, Slot};
use super::judge::{Of, Party, State, States};
use super::parse::subject;
use crate::error::{Error, Result};
use crate::ids::Book;
use crate::kernel::draft::Draft;
use crate::kernel::operation::Halt;
use crate::rows::kinds::CounterKey;
use crate::rows::needs::Needs;
use crate::rows::tables::CounterRow;

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
    read_of(&rows(about, book, parties), row)
}

fn read_of<'r>(rows: &[Place<'_>], row: impl Fn(&CounterKey) -> Option<&'r CounterRow>) -> Result<States> {
    let mut states = States::with_capacity(rows.iter().map(|(_, slots, _)| slots.len()).sum());
    for (key, slots, party) in rows {
        let Some(row) = row(key) else { continue };
        let entries = unpack(&row.ring)?;
        for slot in *slots {
            let place = entries.binary_search_by_key(&slot.generation, |(generation, _)| *generation).ok();
            if let Some((_, bytes)) = place.and_then(|place| entries.get(place)) {
                let state = State::unpack(bytes).ok_or_else(broken)?;
                states.insert((slot.id.clone(), party.value), state);
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
    let mut missing = Needs::default();
    for (key, ..) in &rows {
        match draft.counter(key) {
            Ok(_) => {}
            Err(Halt::NeedMore(needs)) => missing.extend(&needs),
            Err(halt) => return Err(halt),
        }
    }
    if !missing.is_empty() {
        return Err(Halt::NeedMore(Box::new(missing)));
    }
    let states = read_of(&rows, |key| draft.counter(key).ok().flatten())?;
    Ok(Counted { rows, states })
}

/// Writes what was counted, where it has changed.
///
/// # Errors
/// Halts when a row was not read.
pub(super) fn write(draft: &mut Draft<'_>, rules: &InForce, counted: Counted<'_>) -> Result<(), Halt> {
    let Counted { rows, states } = counted;
    for (key, slots, party) in rows {
        let state = |slot: &Slot| Some((slot.generation, states.get(&Of(&slot.id, party.value))?));
        let new: Vec<(i64, &State)> = slots.iter().filter_map(state).collect();
        if new.is_empty() {
            continue;
        }
        let known = draft.counter(&key)?.cloned();
        let old = known.as_ref().map(|row| unpack(&row.ring)).transpose()?.unwrap_or_default();
        let old = old.into_iter().filter(|(generation, _)| rules.wants(*generation));
        let ring = merged(old, &new);
        if known.as_ref().is_some_and(|row| *row.ring == *ring) {
            continue;
        }
        let version = known.as_ref().map_or(0, |row| row.version);
        let created_at = known.as_ref().map_or_else(|| draft.ctx.time(), |row| row.created_at);
        let ((book, rule, subject), stamp, ring) = (key, draft.ctx.stamp, ring.into());
        draft.put_counter(CounterRow { book, rule, subject, ring, version, created_at, stamp });
    }
    Ok(())
}

/// Every row of the parties, with the rules that count in it.
fn rows<'e>(about: &'e About, book: &Book, parties: &'e [Party]) -> Vec<Place<'e>> {
    let mut rows = Vec::new();
    for party in parties {
        let mut name: Option<Arc<str>> = None;
        for slots in about.slots.chunk_by(|a, b| a.family == b.family) {
            let Some(first) = slots.first().filter(|slot| slot.subject == party.subject) else { continue };
            let name = name.get_or_insert_with(|| hex::encode(party.value).into()).clone();
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
        |entries: Vec<(i64, &[u8])>| entries.iter().all(|(_, counted)| State::unpack(counted).is_some());
    is_of_rules && !unpack(&row.ring).is_ok_and(is_read)
}

const FORMAT: u8 = 1;

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

/// Reads what [`pack`] wrote: in the order of the numbers.
fn unpack(bytes: &[u8]) -> Result<Vec<(i64, &[u8])>> {
    let (&FORMAT, mut rest) = bytes.split_first().ok_or_else(broken)? else { return Err(broken()) };
    let mut entries = Vec::new();
    while let Some((generation, after)) = rest.split_first_chunk() {
        let (length, after) = after.split_first_chunk().ok_or_else(broken)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| broken())?;
        let (counted, after) = after.split_at_checked(length).ok_or_else(broken)?;
        entries.push((i64::from_be_bytes(*generation), counted));
        rest = after;
    }
    let sorted = entries.is_sorted_by(|(one, _), (other, _)| one < other);
    if rest.is_empty() && sorted { Ok(entries) } else { Err(broken()) }
}

fn broken() -> Error {
    Error::corrupted("a counter of rules cannot be read")
}
