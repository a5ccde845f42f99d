//! Lengths of time.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::fmt::temporal::SpanParser;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::TimeError;
use crate::error::{Error, Result};

const MICROS_PER_SECOND: i64 = 1_000_000;
const MICROS_PER_MINUTE: i64 = 60 * MICROS_PER_SECOND;
const MICROS_PER_HOUR: i64 = 60 * MICROS_PER_MINUTE;
const MICROS_PER_DAY: i64 = 24 * MICROS_PER_HOUR;

/// The longest text of a span: more digits are never needed.
const TEXT_MAX: usize = 64;

static PARSER: SpanParser = SpanParser::new();

/// A length of time in microseconds, never negative.
///
/// As text and in JSON it is an ISO 8601 duration of weeks, days (always 24 hours), hours, minutes and
/// seconds. Years and months are refused, since they have no fixed length. Printing gives one canonical form
/// per length: days, then hours, minutes and seconds, zero parts left out (`PT24H` prints `P1D`).
///
/// ```
/// use earnest::time::Span;
///
/// assert_eq!("P2W".parse::<Span>()?, Span::from_days(14));
/// assert_eq!("PT36H".parse::<Span>()?.to_string(), "P1DT12H");
/// assert!("P1M".parse::<Span>().is_err());
/// # Ok::<(), earnest::error::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span(i64);

impl Span {
    /// No time at all.
    pub const ZERO: Span = Span(0);
    /// The longest span: `i64::MAX` microseconds, about 292,000 years.
    pub const MAX: Span = Span(i64::MAX);

    /// A span of `micros` microseconds, or `None` if negative.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Option<Span> {
        if micros < 0 { None } else { Some(Span(micros)) }
    }

    /// A span of whole seconds.
    #[must_use]
    pub const fn from_secs(secs: u32) -> Span {
        Span::of(secs, MICROS_PER_SECOND)
    }

    /// A span of whole minutes.
    #[must_use]
    pub const fn from_mins(mins: u32) -> Span {
        Span::of(mins, MICROS_PER_MINUTE)
    }

    /// A span of whole hours, limited to [`Span::MAX`].
    #[must_use]
    pub const fn from_hours(hours: u32) -> Span {
        Span::of(hours, MICROS_PER_HOUR)
    }

    /// A span of days of 24 hours, limited to [`Span::MAX`].
    #[must_use]
    pub const fn from_days(days: u32) -> Span {
        Span::of(days, MICROS_PER_DAY)
    }

    const fn of(count: u32, unit: i64) -> Span {
        // `as` because `From` is not const; a `u32` always fits.
        Span((count as i64).saturating_mul(unit))
    }

    /// Microseconds; never negative.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds, rounded up: the least time that a caller has to wait.
    #[must_use]
    pub const fn seconds_up(self) -> i64 {
        let whole = self.0 / MICROS_PER_SECOND;
        if self.0 % MICROS_PER_SECOND == 0 { whole } else { whole.saturating_add(1) }
    }

    /// Whether this is no time at all.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The sum, or `None` past [`Span::MAX`].
    #[must_use]
    pub const fn checked_add(self, other: Span) -> Option<Span> {
        match self.0.checked_add(other.0) {
            Some(micros) => Some(Span(micros)),
            None => None,
        }
    }

    /// This span less `other`; zero if `other` is longer.
    #[must_use]
    pub const fn minus(self, other: Span) -> Span {
        if self.0 > other.0 { Span(self.0 - other.0) } else { Span::ZERO }
    }

    /// Reads the request field `field`.
    ///
    /// # Errors
    /// `invalid_request` naming `field` if `text` is not an ISO 8601 duration of fixed length.
    pub fn request(field: &str, text: &str) -> Result<Span> {
        text.parse().map_err(|fault: TimeError| Error::invalid(field, fault.reason))
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("PT0S");
        }
        f.write_str("P")?;
        let days = self.0 / MICROS_PER_DAY;
        if days > 0 {
            write!(f, "{days}D")?;
        }
        let rest = self.0 % MICROS_PER_DAY;
        if rest == 0 {
            return Ok(());
        }
        f.write_str("T")?;
        let (hours, rest) = (rest / MICROS_PER_HOUR, rest % MICROS_PER_HOUR);
        if hours > 0 {
            write!(f, "{hours}H")?;
        }
        let (minutes, rest) = (rest / MICROS_PER_MINUTE, rest % MICROS_PER_MINUTE);
        if minutes > 0 {
            write!(f, "{minutes}M")?;
        }
        let (seconds, micros) = (rest / MICROS_PER_SECOND, rest % MICROS_PER_SECOND);
        match (seconds, micros) {
            (0, 0) => Ok(()),
            (_, 0) => write!(f, "{seconds}S"),
            _ => write!(f, "{seconds}.{}S", format!("{micros:06}").trim_end_matches('0')),
        }
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Span {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Span, TimeError> {
        const NOT_A_SPAN: TimeError =
            TimeError::span("must be an ISO 8601 duration such as `PT24H` or `P14D`");
        const TOO_LONG: TimeError = TimeError::span("is too long");
        if text.len() > TEXT_MAX {
            return Err(TOO_LONG);
        }
        if text.starts_with("-P") {
            return Err(TimeError::span("must not be negative"));
        }
        if !text.starts_with('P') {
            return Err(NOT_A_SPAN);
        }
        let date = text.split('T').next().unwrap_or_default();
        if date.contains(['Y', 'M', 'y', 'm']) {
            return Err(TimeError::span("must not use years or months, which have no fixed length"));
        }
        let span = PARSER.parse_span(text).map_err(|_| NOT_A_SPAN)?;
        if span.is_negative() {
            return Err(TimeError::span("must not be negative"));
        }
        let parts = [
            (i64::from(span.get_weeks()), 7 * MICROS_PER_DAY),
            (i64::from(span.get_days()), MICROS_PER_DAY),
            (i64::from(span.get_hours()), MICROS_PER_HOUR),
            (span.get_minutes(), MICROS_PER_MINUTE),
            (span.get_seconds(), MICROS_PER_SECOND),
            (span.get_milliseconds(), 1_000),
            (span.get_microseconds(), 1),
            // A fraction of an hour, minute or second arrives here already spread over the smaller units;
            // what is finer than a microsecond is cut off, as of a time.
            (span.get_nanoseconds() / 1_000, 1),
        ];
        parts
            .iter()
            .try_fold(0_i64, |sum, (count, unit)| {
                count.checked_mul(*unit).and_then(|part| sum.checked_add(part))
            })
            .map(Span)
            .ok_or(TOO_LONG)
    }
}

impl From<Duration> for Span {
    /// Drops what is finer than a microsecond; limited to [`Span::MAX`].
    fn from(duration: Duration) -> Span {
        Span(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX))
    }
}

impl From<Span> for Duration {
    fn from(span: Span) -> Duration {
        Duration::from_micros(span.0.unsigned_abs())
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Span, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for Span {
    fn schema_name() -> Cow<'static, str> {
        "Span".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "duration" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_durations_and_prints_one_form() {
        for (text, micros, canonical) in [
            ("PT24H", MICROS_PER_DAY, "P1D"),
            ("P14D", 14 * MICROS_PER_DAY, "P14D"),
            ("P2W", 14 * MICROS_PER_DAY, "P14D"),
            ("P1W1D", 8 * MICROS_PER_DAY, "P8D"),
            ("PT0.5S", 500_000, "PT0.5S"),
            ("PT0.000001S", 1, "PT0.000001S"),
            ("PT1.5H", 90 * MICROS_PER_MINUTE, "PT1H30M"),
            ("PT90M", 90 * MICROS_PER_MINUTE, "PT1H30M"),
            ("P1DT2H3M4.05S", 93_784_050_000, "P1DT2H3M4.05S"),
            ("PT1.1234567S", 1_123_456, "PT1.123456S"),
            ("PT0.000001999S", 1, "PT0.000001S"),
            ("PT0S", 0, "PT0S"),
            ("P0D", 0, "PT0S"),
        ] {
            let span: Span = text.parse().unwrap();
            assert_eq!((span.micros(), span.to_string().as_str()), (micros, canonical), "{text}");
            assert_eq!(canonical.parse::<Span>().unwrap(), span);
        }
    }

    #[test]
    fn refuses_lengths_that_are_not_fixed_or_not_positive() {
        for text in [
            "",
            "P",
            "PT",
            "1D",
            "P1M",
            "P1Y",
            "P0Y",
            "P1Y2M",
            "-P1D",
            "P-1D",
            "+P1D",
            "-PT0S",
            "PT1",
            "P1H",
            "2 hours",
            "P1D ",
            "p1d",
            "P106751992D",
        ] {
            assert!(text.parse::<Span>().is_err(), "{text}");
        }
        assert_eq!("PT5M".parse::<Span>().unwrap(), Span::from_mins(5));
    }
}
