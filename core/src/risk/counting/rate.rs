//! Rates: calls are spaced, so many in a span, with a burst (GCRA), in whole numbers.
//!
//! The state is the debt after the last call. Each call adds one span to it, and each microsecond pays off as
//! much as the limit. So 3 in 10 s does not drift, and another limit keeps the calls that were made. In one
//! span at most burst + limit - 1 calls pass. For "never more than N in any span", use a count rule.
//!
//! Debt that was paid off by a clock that was ahead is owed again once the clock is right. For that the state
//! has how long there has been a debt, and for how long there was none before.

use std::sync::Arc;

use crate::risk::counting::varint::{put, take};
use crate::risk::counting::window::is_ahead;
use crate::risk::rules::rule::{Pattern, Subject};
use crate::time::{Span, Time};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Its name, in one space with the rules'.
    pub id: Arc<str>,
    /// The number of its counters in the book; 0 while no book has it.
    pub number: i64,
    /// Which calls it is about.
    pub action: Pattern,
    /// About whom.
    pub subject: Subject,
    /// How many calls in a span, 1 to 1,000,000.
    pub limit: u32,
    pub per: Span,
    /// How many at once, after a pause: 1 to 1,000,000.
    pub burst: u32,
    /// Which refusal speaks first: the highest.
    pub priority: i32,
    /// A message for people.
    pub message: Option<String>,
}

/// The state of a rate for one subject: the debt of its calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// The debt after the last call, in microseconds times the limit: the span for each call.
    owed: i128,
    /// The limit at the last call.
    limit: u32,
    /// When the last call was executed.
    at: Time,
    /// For how long there had been a debt by then, by the clock.
    busy: Span,
    /// For how long there was no debt before that, by the clock. `None` if there were no calls before.
    idle: Option<Span>,
}

impl Rate {
    /// When a call would pass, if none passes before it. `None` if it passes now.
    pub fn refuses(&self, state: Option<&Arrival>, now: Time) -> Option<Time> {
        let ahead = i128::from(self.burst.max(1) - 1) * i128::from(self.per.micros());
        let earliest = self.scaled(state?) - ahead;
        if i128::from(now.micros()) * self.limit() >= earliest {
            return None;
        }
        Some(time_of(earliest, self.limit()))
    }

    /// How many calls are still owed now, rounded up.
    pub fn used(&self, state: Option<&Arrival>, now: Time) -> i128 {
        let owed = state.map_or(0, |state| self.scaled(state) - i128::from(now.micros()) * self.limit());
        let per = i128::from(self.per.micros()).max(1);
        owed.max(0).div_euclid(per) + i128::from(owed.max(0).rem_euclid(per) != 0)
    }

    /// The state after a call that was executed now. A call that was refused moves nothing.
    pub fn take(&self, state: Option<&Arrival>, now: Time) -> Arrival {
        let (per, limit) = (i128::from(self.per.micros()), self.limit.max(1));
        let Some(known) = state else {
            return Arrival { owed: per, limit, at: now, busy: Span::ZERO, idle: None };
        };
        let scaled = self.scaled(known);
        // if the clocks of two calls differ, the later time stays
        let at = known.at.max(now);
        if scaled <= i128::from(now.micros()) * self.limit() {
            let idle = Some(now.since(time_of(scaled, self.limit())));
            return Arrival { owed: per, limit, at, busy: Span::ZERO, idle };
        }
        let owed = scaled - i128::from(at.micros()) * self.limit() + per;
        let busy = known.busy.checked_add(at.since(known.at)).unwrap_or(Span::MAX);
        Arrival { owed, limit, at, busy, idle: known.idle }
    }

    fn limit(&self) -> i128 {
        self.limit.max(1).into()
    }

    /// When the debt is paid off, times this rate's limit, which may have been changed since the last call.
    /// The debt is capped so that no call waits for more than a span: after a span, no earlier call is in the
    /// same one.
    fn scaled(&self, state: &Arrival) -> i128 {
        let most = i128::from(self.burst.max(1) - 1) + self.limit();
        i128::from(state.at.micros()) * self.limit() + state.owed.min(most * i128::from(self.per.micros()))
    }
}

impl Arrival {
    /// Moves the last call to now if it is later than now, and returns whether it was. The debt stays, and
    /// debt that was paid off in time that never passed is owed again.
    pub fn take_as_now(&mut self, now: Time) -> bool {
        let is_ahead = self.is_ahead(now);
        if is_ahead {
            let back = self.at.since(now);
            // while calls were owed, or before that: whichever owes more
            let before = self.idle.map_or(Span::ZERO, |idle| back.minus(idle));
            let none = before.max(back.min(self.busy));
            self.owed += i128::from(none.micros()) * i128::from(self.limit);
            (self.busy, self.idle) = (self.busy.minus(back), self.idle.map(|idle| idle.minus(back)));
            self.at = now;
        }
        is_ahead
    }

    /// Whether the last call is later than now.
    pub fn is_ahead(&self, now: Time) -> bool {
        is_ahead(self.at, now)
    }

    /// When the debt is paid off: from then on it is as if there had been no call.
    pub fn at(&self) -> Time {
        let limit = i128::from(self.limit.max(1));
        time_of(i128::from(self.at.micros()) * limit + self.owed, limit)
    }

    /// When the last call was executed.
    pub const fn last(&self) -> Time {
        self.at
    }

    /// Appends its bytes. The time of the last call is packed relative to `base`, which is not before it.
    pub fn pack(&self, base: Time, bytes: &mut Vec<u8>) {
        bytes.push(FORMAT);
        put(bytes, self.limit.into());
        put(bytes, base.since(self.at).micros().unsigned_abs().into());
        put(bytes, self.owed.max(0).unsigned_abs());
        put(bytes, self.busy.micros().unsigned_abs().into());
        put(bytes, self.idle.map_or(0, |idle| u128::from(idle.micros().unsigned_abs()) + 1));
    }

    /// Reads what [`Arrival::pack`] wrote; `None` if these bytes are not that.
    pub fn unpack(bytes: &[u8], base: Time) -> Option<Self> {
        let (&FORMAT, mut rest) = bytes.split_first()? else { return None };
        let limit = u32::try_from(take(&mut rest)?).ok().filter(|limit| (1..=MOST).contains(limit))?;
        let step = i64::try_from(take(&mut rest)?).ok()?;
        let at = Time::try_from_micros(base.micros().checked_sub(step)?)?;
        // a debt that no rate can have made would overflow
        let bound = i128::from(i64::MAX) * i128::from(MOST) * 4;
        let owed = i128::try_from(take(&mut rest)?).ok().filter(|owed| *owed <= bound)?;
        let busy = Span::from_micros(i64::try_from(take(&mut rest)?).ok()?)?;
        let idle = match take(&mut rest)? {
            0 => None,
            told => Some(Span::from_micros(i64::try_from(told - 1).ok()?)?),
        };
        rest.is_empty().then_some(Self { owed, limit, at, busy, idle })
    }
}

/// Divides a time that was multiplied by a limit, rounding up: the result is never earlier.
fn time_of(scaled: i128, limit: i128) -> Time {
    let micros = scaled.div_euclid(limit) + i128::from(scaled.rem_euclid(limit) != 0);
    i64::try_from(micros).ok().and_then(Time::try_from_micros).unwrap_or(Time::MAX)
}

/// The highest limit and the highest burst.
pub const MOST: u32 = 1_000_000;

pub(in crate::risk) const FORMAT: u8 = 3;
