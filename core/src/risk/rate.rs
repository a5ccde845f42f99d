//! Rates: calls are spaced, so many in a span, with a burst (GCRA), in whole numbers.
//!
//! The state is the time of the next arrival multiplied by the limit, so that 3 in 10 s does not drift. In
//! one span at most burst + limit - 1 calls pass; "never more than N in any span" is a count rule.

use std::sync::Arc;

use super::rule::{Pattern, Subject};
use super::varint::{put, take};
use super::window::is_ahead;
use crate::time::{Span, Time};

/// A rate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Its name, in one space with the rules'.
    pub id: Arc<str>,
    /// The number under which a book keeps what it counts; 0 while it is in force in none.
    pub number: i64,
    /// Which calls it is about.
    pub action: Pattern,
    /// About whom.
    pub subject: Subject,
    /// How many calls in a span, 1 to 1,000,000.
    pub limit: u32,
    /// The span.
    pub per: Span,
    /// How many at once, after a pause: 1 to 1,000,000.
    pub burst: u32,
    /// Which refusal speaks first: the highest.
    pub priority: i32,
    /// What to tell people.
    pub message: Option<String>,
}

/// When the next call is expected: the state of a rate for one subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Microseconds since 1970, times the limit.
    scaled: i128,
    /// The limit that it was scaled by.
    limit: u32,
    /// When the last call was executed.
    at: Time,
}

impl Rate {
    /// From when on a call passes, if it does not now and nothing else passes before.
    #[must_use]
    pub fn refuses(&self, state: Option<&Arrival>, now: Time) -> Option<Time> {
        let limit = i128::from(self.limit.max(1));
        let ahead = i128::from(self.burst.max(1) - 1) * i128::from(self.per.micros());
        let earliest = self.scaled(state)? - ahead;
        if i128::from(now.micros()) * limit >= earliest {
            return None;
        }
        Some(time_of(earliest, limit))
    }

    /// The state after a call that was executed now. A call that was refused moves nothing.
    #[must_use]
    pub fn take(&self, state: Option<&Arrival>, now: Time) -> Arrival {
        let begun = i128::from(now.micros()) * i128::from(self.limit.max(1));
        let from = self.scaled(state).map_or(begun, |scaled| scaled.max(begun));
        // between clocks that differ the later one stays
        let at = state.map_or(now, |state| state.at.max(now));
        Arrival { scaled: from + i128::from(self.per.micros()), limit: self.limit.max(1), at }
    }

    /// The state, scaled by this rate's limit, which may have been changed.
    fn scaled(&self, state: Option<&Arrival>) -> Option<i128> {
        let Arrival { scaled, limit: from, .. } = *state?;
        let (to, from) = (i128::from(self.limit.max(1)), i128::from(from.max(1)));
        if to == from {
            return Some(scaled); // mostly: divisions of such numbers are slow
        }
        // rounded up: never earlier
        Some((scaled * to).div_euclid(from) + i128::from((scaled * to).rem_euclid(from) != 0))
    }
}

impl Arrival {
    /// Takes the last call as executed now if that is later than now, and says whether it is: the next one is
    /// expected as long after it as before.
    pub fn take_as_now(&mut self, now: Time) -> bool {
        let ahead = self.is_ahead(now);
        if ahead {
            self.scaled -= i128::from(self.at.since(now).micros()) * i128::from(self.limit);
            self.at = now;
        }
        ahead
    }

    /// Whether the last call is later than now.
    #[must_use]
    pub fn is_ahead(&self, now: Time) -> bool {
        is_ahead(self.at, now)
    }

    /// When the next call is expected: from then on it is as if there had been none.
    #[must_use]
    pub fn at(&self) -> Time {
        time_of(self.scaled, i128::from(self.limit.max(1)))
    }

    /// When the last call was executed.
    #[must_use]
    pub const fn last(&self) -> Time {
        self.at
    }

    /// Adds its bytes. Its last call is told from `base`, which is not before it.
    pub fn pack(&self, base: Time, bytes: &mut Vec<u8>) {
        bytes.push(FORMAT);
        put(bytes, self.limit.into());
        put(bytes, base.since(self.at).micros().unsigned_abs().into());
        let ahead = self.scaled - self.scaled_last();
        // the sign is the lowest bit
        put(bytes, ahead.unsigned_abs() << 1 | u128::from(ahead < 0));
    }

    /// Reads what [`Arrival::pack`] wrote; `None` if these bytes are not that.
    #[must_use]
    pub fn unpack(bytes: &[u8], base: Time) -> Option<Self> {
        let (&FORMAT, mut rest) = bytes.split_first()? else { return None };
        let limit = u32::try_from(take(&mut rest)?).ok().filter(|limit| (1..=MOST).contains(limit))?;
        let step = i64::try_from(take(&mut rest)?).ok()?;
        let at = Time::try_from_micros(base.micros().checked_sub(step)?)?;
        let told = take(&mut rest)?;
        let (size, is_before) = (i128::try_from(told >> 1).ok()?, told & 1 == 1);
        // what no rate has made would overflow
        let bound = i128::from(i64::MAX) * i128::from(MOST) * 2;
        if !rest.is_empty() || size > bound || is_before && size == 0 {
            return None;
        }
        let arrival = Self { scaled: 0, limit, at };
        let scaled = arrival.scaled_last() + if is_before { -size } else { size };
        (-bound..=bound).contains(&scaled).then_some(Self { scaled, ..arrival })
    }

    fn scaled_last(&self) -> i128 {
        i128::from(self.at.micros()) * i128::from(self.limit)
    }
}

/// The time that was multiplied by a limit, rounded up: never earlier.
fn time_of(scaled: i128, limit: i128) -> Time {
    let micros = scaled.div_euclid(limit) + i128::from(scaled.rem_euclid(limit) != 0);
    i64::try_from(micros).ok().and_then(Time::try_from_micros).unwrap_or(Time::MAX)
}

/// The highest limit and the highest burst.
pub const MOST: u32 = 1_000_000;

pub(super) const FORMAT: u8 = 3;
