//! Windows: for how long a call counts.
//!
//! All are half-open. What is exactly as old as a rolling window has left it, and midnight is of the new day.
//! What has left by the clock of a call is kept: that clock may be ahead, and what left by it alone counts
//! again once it is right. An entry that is later than now (a clock was set back) is taken as made now, see
//! [`AHEAD`].

use crate::error::{Error, Result};
use crate::ledger::limits::calendar::Zone;
use crate::time::{Span, Time};

/// The most buckets that a counter keeps: 60 cover a rolling window, 15 a quarter of it, and the others have
/// what left before.
pub const BUCKETS: usize = 80;
/// How many buckets what has left takes at most: it is put together, and never dropped.
pub const LEFT: usize = 3;
/// The longest rolling window.
pub const LONGEST: Span = Span::from_days(400);

/// What is later than now by less than this keeps its own time: clocks of several processes differ by so
/// much, and what a right clock has counted must not leave early. What is later by so much or more was
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

/// Where midnight is when nothing else is said.
const UTC: &str = "UTC";

/// Whether a request names a zone: the one that stands for its absence says nothing.
pub(in crate::risk) fn is_zone(time_zone: Option<&str>) -> bool {
    time_zone.is_some_and(|zone| zone != UTC)
}

impl Window {
    /// Reads the request field `window`, and `time_zone` where there are midnights: UTC if it is left out.
    ///
    /// # Errors
    /// `invalid_request` naming the field.
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
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Rolling(span) => span.to_string(),
            Self::Day(_) => "day".to_owned(),
            Self::Month(_) => "month".to_owned(),
            Self::Lifetime => "lifetime".to_owned(),
        }
    }

    /// When an entry of this time leaves: it counts before that. `None` if it never does.
    #[must_use]
    pub fn leaves(&self, at: Time) -> Option<Time> {
        match self {
            Self::Rolling(span) => at.checked_add(*span),
            Self::Day(zone) => Some(zone.ranges(at).0.until),
            Self::Month(zone) => Some(zone.ranges(at).1.until),
            Self::Lifetime => None,
        }
    }

    /// The time from which on entries count now: those are the ones that have not [left](Self::leaves).
    #[must_use]
    pub fn counts_from(&self, now: Time) -> Time {
        match self {
            // what is exactly as old as the window has left
            Self::Rolling(span) => now.checked_sub(*span).map_or(Time::MIN, next),
            Self::Day(zone) => zone.ranges(now).0.from,
            Self::Month(zone) => zone.ranges(now).1.from,
            Self::Lifetime => Time::MIN,
        }
    }

    /// [`Self::counts_from`] and [`Self::bucket`] of now: of a calendar both are one look.
    #[must_use]
    pub fn edges(&self, now: Time) -> (Time, i64) {
        let from = self.counts_from(now);
        match self {
            Self::Rolling(_) => (from, self.bucket(now)),
            Self::Day(_) | Self::Month(_) => (from, from.micros()),
            Self::Lifetime => (from, i64::MIN),
        }
    }

    /// The time before which entries have left for long enough to be put together, where [they
    /// count](Self::counts_from) from a time on: clocks that differ by milliseconds do not bring them back.
    #[must_use]
    pub fn left_before(&self, from: Time) -> Time {
        let Self::Rolling(span) = self else { return from };
        let quarter = Span::from_micros(span.micros() / 4).unwrap_or(AHEAD);
        from.checked_sub(quarter.min(AHEAD)).unwrap_or(Time::MIN)
    }

    /// Which entries become one after they have left: those of one length of the window. Days and months are
    /// one each as they are.
    #[must_use]
    pub fn place_when_left(&self, at: Time) -> i64 {
        match self {
            Self::Rolling(span) => at.micros().div_euclid(span.micros().max(1)),
            _ => self.bucket(at),
        }
    }

    /// The beginning of the bucket that an entry of this time is kept in; all of a bucket leave with its
    /// newest.
    #[must_use]
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
///
/// # Errors
/// `invalid_request` naming `field`: it must be above zero and at most 400 days.
pub(in crate::risk) fn rolling(field: &str, text: &str) -> Result<Span> {
    let known = "must be `day`, `month`, `lifetime` or a length of time such as `PT10S`, at most `P400D`";
    let span = text.parse::<Span>().map_err(|_| Error::invalid(field, known))?;
    if span.is_zero() || span > LONGEST {
        return Err(Error::invalid(field, "must be above zero and at most `P400D`"));
    }
    Ok(span)
}
