//! What a key has signed in the last 24 hours, for the limits of its policy.
//!
//! The newest entries stand as they were, to the microsecond. Once there are many, the older ones are put
//! together in spans of 24 minutes, each with the time of its newest: such entries leave late, and never
//! early.

use std::collections::BTreeMap;

use earnest_evm::{Moved, U256, Used, address};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::time::{Span, Time};

/// How long something counts: what is exactly as old has left.
const DAY: Span = Span::from_days(1);
/// So many entries are kept, before older ones are put together.
const MOST: usize = 256;
/// So many of the newest stay as they were.
const EXACT: usize = 128;
/// The span that is one entry then, in microseconds.
const SPAN: i64 = 24 * 60 * 1_000_000;

/// What was counted at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    at: Time,
    /// Chain and nonce of a transaction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nonce: Option<(u64, u64)>,
    /// Wei.
    native: String,
    /// Wei for gas, where it is limited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fees: Option<String>,
    /// By the address of the token.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    tokens: BTreeMap<String, String>,
}

/// What a key has signed, as its record keeps it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct History(Vec<Entry>);

impl History {
    /// Reads the text of a record; without one, nothing was counted.
    ///
    /// # Errors
    /// `corrupted`.
    pub fn read(text: Option<&str>) -> Result<Self> {
        let Some(text) = text else { return Ok(Self::default()) };
        serde_json::from_str(text).map_err(|_| broken())
    }

    /// The text for a record.
    ///
    /// # Errors
    /// `corrupted` when it has no JSON form.
    pub fn write(&self) -> Result<String> {
        serde_json::to_string(self).map_err(|_| broken())
    }

    /// What counts when a transaction of a chain and nonce is judged, or something that has none.
    ///
    /// # Errors
    /// `corrupted`.
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

    /// Counts what was allowed, and drops what is over.
    pub fn count(&mut self, now: Time, nonce: Option<(u64, u64)>, moved: &Moved) {
        self.0.retain(|entry| counts(entry, now));
        let tokens: BTreeMap<_, _> = moved
            .tokens
            .iter()
            .filter(|(_, amount)| !amount.is_zero())
            .map(|(token, amount)| (address::to_text(token), amount.to_string()))
            .collect();
        if moved.native.is_zero() && moved.fees.is_zero() && tokens.is_empty() {
            return;
        }
        self.0.push(Entry { at: now, nonce, native: moved.native.to_string(), fees: fees_of(moved), tokens });
        if self.0.len() > MOST {
            self.put_together();
        }
    }

    fn put_together(&mut self) {
        let newest = self.0.split_off(self.0.len() - EXACT);
        let mut spans: BTreeMap<i64, Vec<Entry>> = BTreeMap::new();
        for entry in self.0.drain(..) {
            spans.entry(entry.at.micros().div_euclid(SPAN)).or_default().push(entry);
        }
        // what cannot be added up stays as it is, and is refused when it is read
        self.0 = spans.into_values().flat_map(|span| one_of(&span).unwrap_or(span)).chain(newest).collect();
    }
}

/// An entry that is later than now is taken as of now.
fn counts(entry: &Entry, now: Time) -> bool {
    now.since(entry.at) < DAY
}

/// The entries of a span as one.
fn one_of(span: &[Entry]) -> Option<Vec<Entry>> {
    let mut sum = Moved::default();
    for entry in span {
        add(&mut sum, entry).ok()?;
    }
    let at = span.iter().map(|entry| entry.at).max()?;
    let tokens =
        sum.tokens.iter().map(|(token, amount)| (address::to_text(token), amount.to_string())).collect();
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
