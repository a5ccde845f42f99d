//! Windows: for how long a call counts.
//!
//! All are half-open: an entry that is exactly as old as a rolling window has left it, and midnight is of the
//! new day. Entries that have left by the clock of a call are kept. That clock may be ahead, and entries that
//! left only by it count again once it is right. An entry that is later than now (a clock was set back) is
//! moved to now, see [`AHEAD`].

use crate::error::{Error, Result};
use crate::ledger::limits::calendar::Zone;
use crate::time::{Span, Time};

/// The most buckets that a counter keeps: 60 cover a rolling window, 15 a quarter of it, and the others hold
/// entries that left earlier.
pub const BUCKETS: usize = 80;
/// The most buckets for entries that have left: these are merged, and never dropped.
pub const LEFT: usize = 3;
/// The longest rolling window.
pub const LONGEST: Span = Span::from_days(400);

/// An entry that is later than now by less than this keeps its time: clocks of several processes differ by so
/// much, and entries of a right clock must not leave early. An entry that is later by so much or more was
/// counted by a clock that was set back since.
pub const AHEAD: Span = Span::from_secs(1);

/// Whether an entry of this time is to be taken as made now.
pub(in crate::risk) fn is_ahead(at: Time, now: Time) -> bool {
    at.since(now) >= AHEAD
}

/// For how long a call counts.
#[derive(Clone, Debug)]
pub enum Window {
    /// Until it is this old.
    Rolling(Span),
    /// Until the day ends, in this zone.
    Day(Zone),
    /// Until the month ends, in this zone.
    Month(Zone),
    /// For ever.
    Lifetime,
}

impl PartialEq for Window {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Rolling(one), Self::Rolling(other)) => one == other,
            (Self::Day(one), Self::Day(other)) | (Self::Month(one), Self::Month(other)) => {
                one.name() == other.name()
            }
            (Self::Lifetime, Self::Lifetime) => true,
            _ => false,
        }
    }
}

impl Eq for Window {}

/// The default time zone.
const UTC: &str = "UTC";

/// Whether a request names a zone other than the default.
pub(in crate::risk) fn is_zone(time_zone: Option<&str>) -> bool {
    time_zone.is_some_and(|zone| zone != UTC)
}

impl Window {
    /// Reads the request field `window`, and `time_zone` where there are midnights: UTC if it is left out.
    pub fn request(text: &str, time_zone: Option<&str>) -> Result<Self> {
        let calendar =
            |of: fn(Zone) -> Self| time_zone.map_or_else(|| Ok(Zone::default()), Zone::request).map(of);
        let window = match text {
            "day" => return calendar(Self::Day),
            "month" => return calendar(Self::Month),
            "lifetime" => Self::Lifetime,
            _ => Self::Rolling(rolling("window", text)?),
        };
        if is_zone(time_zone) {
            let reason = "is for the windows `day` and `month`: others have no midnight";
            return Err(Error::invalid("time_zone", reason));
        }
        Ok(window)
    }

    /// Its text in requests.
    pub fn text(&self) -> String {
        match self {
            Self::Rolling(span) => span.to_string(),
            Self::Day(_) => "day".to_owned(),
            Self::Month(_) => "month".to_owned(),
            Self::Lifetime => "lifetime".to_owned(),
        }
    }

    /// When an entry of this time leaves: it counts before that. `None` if it never does.
    pub fn leaves(&self, at: Time) -> Option<Time> {
        match self {
            Self::Rolling(span) => at.checked_add(*span),
            Self::Day(zone) => Some(zone.ranges(at).0.until),
            Self::Month(zone) => Some(zone.ranges(at).1.until),
            Self::Lifetime => None,
        }
    }

    /// The time from which on entries count now: those are the ones that have not [left](Self::leaves).
    pub fn counts_from(&self, now: Time) -> Time {
        match self {
            // an entry that is exactly as old as the window has left
            Self::Rolling(span) => now.checked_sub(*span).map_or(Time::MIN, next),
            Self::Day(zone) => zone.ranges(now).0.from,
            Self::Month(zone) => zone.ranges(now).1.from,
            Self::Lifetime => Time::MIN,
        }
    }

    /// [`Self::counts_from`] and [`Self::bucket`] of now. For a calendar window, one lookup gives both.
    pub fn edges(&self, now: Time) -> (Time, i64) {
        let from = self.counts_from(now);
        match self {
            Self::Rolling(_) => (from, self.bucket(now)),
            Self::Day(_) | Self::Month(_) => (from, from.micros()),
            Self::Lifetime => (from, i64::MIN),
        }
    }

    /// The time before which entries may be merged, if [they count](Self::counts_from) from a time on. In a
    /// rolling window it is a little before that time: clocks that differ by milliseconds may still count the
    /// entries between.
    pub fn left_before(&self, from: Time) -> Time {
        let Self::Rolling(span) = self else { return from };
        let quarter = Span::from_micros(span.micros() / 4).unwrap_or(AHEAD);
        from.checked_sub(quarter.min(AHEAD)).unwrap_or(Time::MIN)
    }

    /// Entries with the same number are merged after they have left. In a rolling window these are the
    /// entries of one length of the window, in a calendar window those of one day or month.
    pub fn place_when_left(&self, at: Time) -> i64 {
        match self {
            Self::Rolling(span) => at.micros().div_euclid(span.micros().max(1)),
            _ => self.bucket(at),
        }
    }

    /// The beginning of the bucket that an entry of this time is kept in. A bucket leaves with its newest
    /// entry.
    pub fn bucket(&self, at: Time) -> i64 {
        match self {
            // 60 of these cover the window, wherever it begins
            Self::Rolling(span) => at.micros() - at.micros().rem_euclid(width(*span)),
            Self::Day(zone) => zone.ranges(at).0.from.micros(),
            Self::Month(zone) => zone.ranges(at).1.from.micros(),
            Self::Lifetime => i64::MIN,
        }
    }
}

/// The instant after one.
fn next(at: Time) -> Time {
    Time::try_from_micros(at.micros().saturating_add(1)).unwrap_or(Time::MAX)
}

/// How long a bucket of a rolling window is: a 59th of it, rounded up.
fn width(span: Span) -> i64 {
    (span.micros() / 59 + i64::from(span.micros() % 59 != 0)).max(1)
}

/// A length of time that calls are counted in.
pub(in crate::risk) fn rolling(field: &str, text: &str) -> Result<Span> {
    let known = "must be `day`, `month`, `lifetime` or a length of time such as `PT10S`, at most `P400D`";
    let span = text.parse::<Span>().map_err(|_| Error::invalid(field, known))?;
    if span.is_zero() || span > LONGEST {
        return Err(Error::invalid(field, "must be above zero and at most `P400D`"));
    }
    Ok(span)
}
