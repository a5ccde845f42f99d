//! The bytes of a counter's row: what each rule has counted, by the number of the rule.

use std::collections::BTreeMap;

use crate::error::{Error, Result};
use crate::risk::counting::varint::{put, take};
use crate::risk::counting::window::Window;
use crate::risk::judging::judge::State;
use crate::time::Time;

const FORMAT: u8 = 2;
/// Bytes reserved for a row: enough for some rules.
const MOSTLY: usize = 240;

/// The bytes of a row: a format, and a base that is not before any time in the row. Then, for each rule: how
/// much higher its number is than the one before, the length of its state, and the state. They are short,
/// because all of them are hashed and written with every call.
struct Ring {
    bytes: Vec<u8>,
    base: Time,
    last: i64,
}

impl Ring {
    /// A row without entries. `length` is that of the old row, which mostly grows by little.
    fn of(base: Time, length: usize) -> Self {
        let mut bytes = Vec::with_capacity(length.max(MOSTLY) + 16);
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

/// The sum of several rows, for the numbers that are `wanted`. `window` gives the window of such a number.
pub(in crate::risk) fn joined<'r, 'w>(
    rings: impl Iterator<Item = &'r [u8]>,
    now: Time,
    wanted: impl Fn(i64) -> bool,
    window: impl Fn(i64) -> Option<&'w Window>,
) -> Result<BTreeMap<i64, State>> {
    let mut all = BTreeMap::<i64, State>::new();
    for ring in rings {
        let (base, entries) = unpack(ring)?;
        for entry in entries {
            let (generation, counted) = entry?;
            if !wanted(generation) {
                continue;
            }
            let state = State::unpack(counted, base).ok_or_else(broken)?;
            match all.get_mut(&generation) {
                Some(known) => known.join(state, window(generation), now),
                None => drop(all.insert(generation, state)),
            }
        }
    }
    Ok(all)
}

/// The states to be written, in the order of their numbers. They are gone through twice.
pub(in crate::risk) trait News<'s>: Iterator<Item = (i64, &'s State)> + Clone {}

impl<'s, I: Iterator<Item = (i64, &'s State)> + Clone> News<'s> for I {}

/// The newest time in the states to be written and in the old row.
fn base_of<'s>(old: Time, new: impl News<'s>) -> Time {
    new.filter_map(|(_, state)| state.newest()).fold(old, Time::max)
}

/// The bytes of a row with these states alone. `old` is the base of the old row, and `length` its length.
pub(in crate::risk) fn packed<'s>(old: Time, length: usize, new: impl News<'s>) -> Vec<u8> {
    let mut ring = Ring::of(base_of(old, new.clone()), length);
    new.for_each(|(generation, state)| ring.add(generation, state));
    ring.bytes
}

/// The bytes of a row with the states `new`, and with those old states of other numbers that are still
/// wanted. Both are in the order of the numbers.
pub(in crate::risk) fn merged<'s>(
    old: &[u8],
    wanted: impl Fn(i64) -> bool,
    new: impl News<'s>,
) -> Result<Vec<u8>> {
    let (from, entries) = unpack(old)?;
    let mut ring = Ring::of(base_of(from, new.clone()), old.len());
    let mut new = new.peekable();
    for entry in entries {
        let (generation, counted) = entry?;
        while let Some((before, state)) = new.next_if(|(number, _)| *number < generation) {
            ring.add(before, state);
        }
        if let Some((_, state)) = new.next_if(|(number, _)| *number == generation) {
            ring.add(generation, state);
        } else if wanted(generation) {
            ring.add(generation, &State::unpack(counted, from).ok_or_else(broken)?);
        }
    }
    new.for_each(|(generation, state)| ring.add(generation, state));
    Ok(ring.bytes)
}

/// The number of a rule, and what it counts.
type Entry<'r> = (i64, &'r [u8]);

/// The base of a row, and the bytes of its entries.
pub(in crate::risk) fn split_base(bytes: &[u8]) -> Result<(Time, &[u8])> {
    let (&FORMAT, rest) = bytes.split_first().ok_or_else(broken)? else { return Err(broken()) };
    let (base, rest) = rest.split_first_chunk().ok_or_else(broken)?;
    Ok((Time::try_from_micros(i64::from_be_bytes(*base)).ok_or_else(broken)?, rest))
}

/// Reads a row: its entries are in the order of the numbers.
pub(in crate::risk) fn unpack(bytes: &[u8]) -> Result<(Time, impl Iterator<Item = Result<Entry<'_>>>)> {
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

pub(in crate::risk) fn broken() -> Error {
    Error::corrupted("a counter of rules cannot be read")
}
