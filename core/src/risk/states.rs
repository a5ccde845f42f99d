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
    let mut states = States::new();
    for (key, slots, party) in rows(about, book, parties) {
        let Some(row) = row(&key) else { continue };
        let entries = unpack(&row.ring)?;
        for slot in slots {
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
pub(super) fn of(draft: &Draft<'_>, about: &About, parties: &[Party]) -> Result<States, Halt> {
    let book = &draft.ctx.book;
    let mut missing = Needs::default();
    for key in keys(about, book, parties) {
        match draft.counter(&key) {
            Ok(_) => {}
            Err(Halt::NeedMore(needs)) => missing.extend(&needs),
            Err(halt) => return Err(halt),
        }
    }
    if !missing.is_empty() {
        return Err(Halt::NeedMore(Box::new(missing)));
    }
    Ok(read(about, book, parties, |key| draft.counter(key).ok().flatten())?)
}

/// Writes what was counted, where it has changed.
///
/// # Errors
/// Halts when a row was not read.
pub(super) fn write(
    draft: &mut Draft<'_>,
    (rules, about): (&InForce, &About),
    parties: &[Party],
    states: &States,
) -> Result<(), Halt> {
    let book = draft.ctx.book.clone();
    for (key, slots, party) in rows(about, &book, parties) {
        let state = |slot: &Slot| Some((slot.generation, states.get(&Of(&slot.id, party.value))?.pack()));
        let counted: Vec<(i64, Vec<u8>)> = slots.iter().filter_map(state).collect();
        if counted.is_empty() {
            continue;
        }
        let known = draft.counter(&key)?.cloned();
        let old = known.as_ref().map(|row| unpack(&row.ring)).transpose()?.unwrap_or_default();
        let new = |of: i64| counted.iter().any(|(generation, _)| *generation == of);
        let mut entries: Vec<(i64, &[u8])> = old;
        entries.retain(|(generation, _)| rules.wants(*generation) && !new(*generation));
        entries.extend(counted.iter().map(|(generation, bytes)| (*generation, bytes.as_slice())));
        entries.sort_unstable_by_key(|(generation, _)| *generation);
        let ring = pack(&entries);
        if known.as_ref().is_some_and(|row| row.ring == ring) {
            continue;
        }
        let version = known.as_ref().map_or(0, |row| row.version);
        let created_at = known.as_ref().map_or_else(|| draft.ctx.time(), |row| row.created_at);
        let ((book, rule, subject), stamp) = (key, draft.ctx.stamp);
        draft.put_counter(CounterRow { book, rule, subject, ring, version, created_at, stamp });
    }
    Ok(())
}

/// Every row of the parties, with the rules that count in it.
fn rows<'e>(about: &'e About, book: &Book, parties: &'e [Party]) -> Vec<(CounterKey, &'e [Slot], &'e Party)> {
    let mut rows = Vec::new();
    let families: Vec<&[Slot]> = about.slots.chunk_by(|a, b| a.family == b.family).collect();
    for party in parties {
        let name: Arc<str> = hex::encode(party.value).into();
        for slots in &families {
            let Some(first) = slots.first().filter(|slot| slot.subject == party.subject) else { continue };
            rows.push(((book.clone(), first.family.clone(), name.clone()), *slots, party));
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

/// A format, then for each rule its number, the length of what it counts, and that.
fn pack(entries: &[(i64, &[u8])]) -> Arc<[u8]> {
    let mut bytes = vec![FORMAT];
    for (generation, counted) in entries {
        bytes.extend_from_slice(&generation.to_be_bytes());
        bytes.extend_from_slice(&u32::try_from(counted.len()).unwrap_or(u32::MAX).to_be_bytes());
        bytes.extend_from_slice(counted);
    }
    bytes.into()
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
