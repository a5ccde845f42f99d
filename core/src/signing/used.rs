//! The history of what a key has signed in the last 24 hours, for the limits of its policy.
//!
//! The newest entries stand as they were, to the microsecond. Once there are many, the older ones are put
//! together in spans of 24 minutes, each with the time of its newest: such entries leave late, and never
//! early. What has left is put together by days and never dropped: the clock that said so may be ahead. Once
//! it is right, what left by it alone counts again.

use std::collections::BTreeMap;

use earnest_evm::{Moved, U256, Used, address};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::sorting::{Gathering, Sorting};
use crate::time::{Span, Time};

/// How long something counts: what is exactly as old has left.
const DAY: Span = Span::from_days(1);
/// So many entries are kept, before older ones are put together.
const MOST: usize = 256;
/// So many of the newest stay as they were.
const EXACT: usize = 128;
/// The span that is one entry then, in microseconds.
const SPAN: i64 = 24 * 60 * 1_000_000;
/// The delay until what has left is put together: clocks that differ by less do not bring it back.
const LEFT_BY: Span = Span::from_secs(1);
/// So many entries are kept of what has left.
const LEFT: usize = 3;
/// The least lead over now of an entry that a clock which was ahead has counted.
const AHEAD: Span = Span::from_secs(1);

/// The amounts that were counted at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    at: Time,
    /// Chain and nonce of a transaction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nonce: Option<(u64, u64)>,
    /// Wei.
    native: String,
    /// Wei for gas.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fees: Option<String>,
    /// By the address of the token.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    tokens: BTreeMap<String, String>,
}

/// The amounts that a key has signed, as its record keeps them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct History(Vec<Entry>);

impl History {
    /// Reads the text of a record; without one, nothing was counted.
    pub fn read(text: Option<&str>) -> Result<Self> {
        let Some(text) = text else { return Ok(Self::default()) };
        serde_json::from_str(text).map_err(|_| broken())
    }

    /// The text for a record.
    pub fn write(&self) -> Result<String> {
        serde_json::to_string(self).map_err(|_| broken())
    }

    /// Adds up the amounts of the last day, and among them those of the given chain and nonce, if any.
    pub fn used(&self, now: Time, nonce: Option<(u64, u64)>) -> Result<Used> {
        let mut used = Used::default();
        for entry in self.0.iter().filter(|entry| counts(entry, now)) {
            add(&mut used.in_a_day, entry)?;
            if nonce.is_some() && entry.nonce == nonce {
                add(&mut used.same_nonce, entry)?;
            }
        }
        Ok(used)
    }

    /// Takes what is later than now as counted now, and says whether there was any: it leaves a day from now,
    /// and not a day from a time that the clock may never show again.
    pub fn take_as_now(&mut self, now: Time) -> bool {
        let ahead = self.0.iter_mut().filter(|entry| entry.at.since(now) >= AHEAD);
        let taken = ahead.map(|entry| entry.at = now).count() > 0;
        if taken {
            self.0.order_by(|a, b| a.at.cmp(&b.at));
        }
        taken
    }

    /// Counts what was allowed, and puts together what has left.
    pub fn count(&mut self, now: Time, nonce: Option<(u64, u64)>, moved: &Moved) {
        self.take_as_now(now);
        let tokens: BTreeMap<_, _> = moved
            .tokens
            .iter()
            .filter(|(_, amount)| !amount.is_zero())
            .map(|(token, amount)| (address::to_text(token), amount.to_string()))
            .gathered();
        if !moved.native.is_zero() || !moved.fees.is_zero() || !tokens.is_empty() {
            let fees = fees_of(moved);
            self.0.push(Entry { at: now, nonce, native: moved.native.to_string(), fees, tokens });
            self.0.order_by(|a, b| a.at.cmp(&b.at));
        }
        let has_left = |entry: &Entry| now.since(entry.at).minus(LEFT_BY) >= DAY;
        let place = self.0.iter().position(|entry| !has_left(entry)).unwrap_or(self.0.len());
        let mut left = std::mem::take(&mut self.0);
        let counting = left.split_off(place);
        let days = put_together(left, DAY.micros());
        let (oldest, others) = days.split_at(days.len().saturating_sub(LEFT - 1));
        let oldest = one_of(oldest).unwrap_or_else(|| oldest.to_vec());
        let counting = if counting.len() > MOST { thinned(counting) } else { counting };
        self.0 = oldest.into_iter().chain(others.iter().cloned()).chain(counting).collect();
    }
}

/// The newest as they were, and those before them in spans.
fn thinned(mut entries: Vec<Entry>) -> Vec<Entry> {
    let newest = entries.split_off(entries.len() - EXACT);
    put_together(entries, SPAN).into_iter().chain(newest).collect()
}

/// One entry for each span, in microseconds.
fn put_together(entries: Vec<Entry>, span: i64) -> Vec<Entry> {
    let mut spans: BTreeMap<i64, Vec<Entry>> = BTreeMap::new();
    for entry in entries {
        spans.entry(entry.at.micros().div_euclid(span)).or_default().push(entry);
    }
    // what cannot be added up stays as it is, and is refused when it is read
    spans.into_values().flat_map(|span| one_of(&span).unwrap_or(span)).collect()
}

/// An entry that is later than now is taken as of now.
fn counts(entry: &Entry, now: Time) -> bool {
    now.since(entry.at) < DAY
}

/// The entries of a span as one: none of none.
fn one_of(span: &[Entry]) -> Option<Vec<Entry>> {
    if span.len() < 2 {
        return Some(span.to_vec());
    }
    let mut sum = Moved::default();
    for entry in span {
        add(&mut sum, entry).ok()?;
    }
    let at = span.iter().map(|entry| entry.at).max()?;
    let tokens =
        sum.tokens.iter().map(|(token, amount)| (address::to_text(token), amount.to_string())).gathered();
    Some(vec![Entry { at, nonce: None, native: sum.native.to_string(), fees: fees_of(&sum), tokens }])
}

fn fees_of(moved: &Moved) -> Option<String> {
    (!moved.fees.is_zero()).then(|| moved.fees.to_string())
}

fn add(sum: &mut Moved, entry: &Entry) -> Result<()> {
    sum.native = sum.native.saturating_add(number(&entry.native)?);
    if let Some(fees) = &entry.fees {
        sum.fees = sum.fees.saturating_add(number(fees)?);
    }
    for (token, amount) in &entry.tokens {
        let token = address::parse(token).map_err(|_| broken())?;
        let known = sum.tokens.entry(token).or_default();
        *known = known.saturating_add(number(amount)?);
    }
    Ok(())
}

fn number(text: &str) -> Result<U256> {
    U256::from_str_radix(text, 10).map_err(|_| broken())
}

fn broken() -> Error {
    Error::corrupted("what a key has signed")
}
