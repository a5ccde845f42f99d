//! Points in time and lengths of time.
//!
//! [`Time`] is an instant in microseconds since the Unix epoch, [`Span`] a length in microseconds that is
//! never negative. Both are one `i64`: they copy, compare and hash as a number, and read and write as text
//! only at the edges (RFC 3339 and ISO 8601, parsed by `jiff`).

mod input;
mod span;

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use jiff::fmt::temporal::{DateTimeParser, DateTimePrinter};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

pub use input::SpanInput;
pub use span::Span;

use crate::error::{Error, Result};

static PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(6));
static TIME_PARSER: DateTimeParser = DateTimeParser::new();

/// An instant: microseconds since 1970-01-01T00:00:00Z, without leap seconds.
///
/// As text and in JSON it is RFC 3339 in UTC with exactly six fractional digits, so equal instants are equal
/// text and text order is time order.
///
/// ```
/// use earnest::time::{Span, Time};
///
/// let start: Time = "2026-01-02T09:00:00+09:00".parse()?;
/// assert_eq!(start.to_string(), "2026-01-02T00:00:00.000000Z");
/// assert_eq!(start.checked_add(Span::from_days(3)).map(|t| t.to_string()).as_deref(), Some("2026-01-05T00:00:00.000000Z"));
/// # Ok::<(), earnest::error::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(i64);

impl Time {
    /// The earliest instant: 0000-01-01T00:00:00Z, the first that RFC 3339 can write.
    pub const MIN: Time = Time(-62_167_219_200_000_000);
    /// The latest instant: 9999-12-30T22:00:00Z, the last second that stays in year 9999 in every time zone.
    pub const MAX: Time = Time(253_402_207_200_000_000);
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Time = Time(0);

    /// The instant `micros` microseconds after the epoch (before it if negative), limited to [`Time::MIN`]
    /// and [`Time::MAX`] so that every `Time` has a text form. Use [`Time::try_from_micros`] where an instant
    /// outside must be noticed.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Time {
        if micros < Time::MIN.0 {
            Time::MIN
        } else if micros > Time::MAX.0 {
            Time::MAX
        } else {
            Time(micros)
        }
    }

    /// Like [`Time::from_micros`], but `None` for an instant outside [`Time::MIN`] to [`Time::MAX`].
    #[must_use]
    pub const fn try_from_micros(micros: i64) -> Option<Time> {
        if micros < Time::MIN.0 || micros > Time::MAX.0 { None } else { Some(Time(micros)) }
    }

    /// Microseconds since the epoch; negative before 1970.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// This instant plus `span`, or `None` past [`Time::MAX`].
    #[must_use]
    pub const fn checked_add(self, span: Span) -> Option<Time> {
        match self.0.checked_add(span.micros()) {
            Some(micros) => Time::try_from_micros(micros),
            None => None,
        }
    }

    /// This instant minus `span`, or `None` before [`Time::MIN`].
    #[must_use]
    pub const fn checked_sub(self, span: Span) -> Option<Time> {
        match self.0.checked_sub(span.micros()) {
            Some(micros) => Time::try_from_micros(micros),
            None => None,
        }
    }

    /// How long `earlier` is before this instant; zero if it is not.
    #[must_use]
    pub const fn since(self, earlier: Time) -> Span {
        // Both ends lie within year 0 and year 9999, so the difference is far inside an `i64`.
        match Span::from_micros(self.0.saturating_sub(earlier.0)) {
            Some(span) => span,
            None => Span::ZERO,
        }
    }

    /// The distance of two instants, whichever is first.
    #[must_use]
    pub fn apart(self, other: Time) -> Span {
        self.since(other).max(other.since(self))
    }

    /// Reads the request field `field`.
    ///
    /// # Errors
    /// `invalid_request` naming `field` if `text` is not RFC 3339.
    pub fn request(field: &str, text: &str) -> Result<Time> {
        text.parse().map_err(|fault: TimeError| Error::invalid(field, fault.reason))
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Every `Time` is inside what a timestamp can hold; an error here would be a defect of the bounds
        // above.
        let stamp = Timestamp::from_microsecond(self.0).map_err(|_| fmt::Error)?;
        PRINTER.print_timestamp(&stamp, jiff::fmt::StdFmtWrite(f)).map_err(|_| fmt::Error)
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Time {
    type Err = TimeError;

    /// Strict RFC 3339: date, `T`, time with seconds, and `Z` or an offset. A second may have up to nine
    /// fractional digits, which other languages write; those after the sixth are cut off, so an instant is
    /// never later than what was written.
    fn from_str(text: &str) -> Result<Time, TimeError> {
        if !is_rfc3339(text) {
            return Err(TimeError::time(NOT_A_TIME));
        }
        let stamp = TIME_PARSER.parse_timestamp(text).map_err(|_| TimeError::time(NOT_A_TIME))?;
        let micros = stamp.as_nanosecond().div_euclid(1_000);
        i64::try_from(micros).ok().and_then(Time::try_from_micros).ok_or(OUT_OF_YEARS)
    }
}

const OUT_OF_YEARS: TimeError = TimeError::time("must lie between the years 0000 and 9999");

const NOT_A_TIME: &str = "must be an RFC 3339 time such as `2026-01-02T03:04:05Z`";

/// Whether `text` has the shape of RFC 3339. `jiff` reads more than that (a space for the `T`, no seconds, a
/// zone name).
fn is_rfc3339(text: &str) -> bool {
    const SHAPE: &[u8] = b"dddd-dd-ddTdd:dd:dd";
    let bytes = text.as_bytes();
    let Some((head, tail)) = bytes.split_at_checked(SHAPE.len()) else { return false };
    if !matches_shape(head, SHAPE) {
        return false;
    }
    let tail = match tail.split_first() {
        Some((b'.', rest)) => {
            let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
            if digits == 0 || digits > 9 {
                return false;
            }
            rest.get(digits..).unwrap_or_default()
        }
        _ => tail,
    };
    tail.eq_ignore_ascii_case(b"Z") || matches_shape(tail, b"+dd:dd") || matches_shape(tail, b"-dd:dd")
}

fn matches_shape(bytes: &[u8], shape: &[u8]) -> bool {
    bytes.len() == shape.len()
        && bytes.iter().zip(shape).all(|(byte, want)| match want {
            b'd' => byte.is_ascii_digit(),
            _ => byte.eq_ignore_ascii_case(want),
        })
}

impl TryFrom<SystemTime> for Time {
    type Error = TimeError;

    /// Rounds down to the microsecond.
    ///
    /// # Errors
    /// For a time before [`Time::MIN`] or after [`Time::MAX`].
    fn try_from(time: SystemTime) -> Result<Time, TimeError> {
        let micros = match time.duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_micros()).ok(),
            Err(before) => {
                i64::try_from(before.duration().as_nanos().div_ceil(1_000)).ok().map(i64::wrapping_neg)
            }
        };
        micros.and_then(Time::try_from_micros).ok_or(OUT_OF_YEARS)
    }
}

impl TryFrom<Time> for SystemTime {
    type Error = TimeError;

    /// # Errors
    /// Where the operating system cannot count so far: before 1601 on Windows.
    fn try_from(time: Time) -> Result<SystemTime, TimeError> {
        let distance = Duration::from_micros(time.0.unsigned_abs());
        let system =
            if time.0 < 0 { UNIX_EPOCH.checked_sub(distance) } else { UNIX_EPOCH.checked_add(distance) };
        system.ok_or(TimeError::time("lies outside the clock of this system"))
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Time, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for Time {
    fn schema_name() -> Cow<'static, str> {
        "Time".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time", "maxLength": 35 })
    }
}

/// Why a text is not a [`Time`] or [`Span`]. Its message never repeats the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeError {
    // The expected type: `time` or `duration`.
    what: &'static str,
    reason: &'static str,
}

impl TimeError {
    const fn time(reason: &'static str) -> TimeError {
        TimeError { what: "time", reason }
    }

    const fn span(reason: &'static str) -> TimeError {
        TimeError { what: "duration", reason }
    }
}

impl fmt::Display for TimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason)
    }
}

impl std::error::Error for TimeError {}

impl From<TimeError> for Error {
    /// `invalid_request` with the field `time` or `duration`, where no field has a name; see
    /// [`Time::request`].
    fn from(fault: TimeError) -> Error {
        Error::invalid(fault.what, fault.reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Time {
        text.parse().unwrap()
    }

    #[test]
    fn prints_six_digits_and_reads_back() {
        for (micros, text) in [
            (0, "1970-01-01T00:00:00.000000Z"),
            (1, "1970-01-01T00:00:00.000001Z"),
            (-1, "1969-12-31T23:59:59.999999Z"),
            (1_700_000_000_123_456, "2023-11-14T22:13:20.123456Z"),
            (Time::MIN.micros(), "0000-01-01T00:00:00.000000Z"),
            (Time::MAX.micros(), "9999-12-30T22:00:00.000000Z"),
        ] {
            assert_eq!(Time::from_micros(micros).to_string(), text);
            assert_eq!(time(text).micros(), micros);
        }
        assert_eq!(Time::from_micros(i64::MAX), Time::MAX);
        assert_eq!(Time::from_micros(i64::MIN), Time::MIN);
        assert_eq!(Time::try_from_micros(i64::MAX), None);
    }

    #[test]
    fn reads_offsets_and_short_fractions() {
        assert_eq!(time("2026-01-02T09:00:00+09:00"), time("2026-01-02T00:00:00Z"));
        assert_eq!(time("2026-01-01T16:00:00.5-08:00"), time("2026-01-02T00:00:00.500000Z"));
        assert_eq!(time("2026-01-02t00:00:00z"), time("2026-01-02T00:00:00Z"));
        assert_eq!(time("2026-01-02T00:00:00.123456000Z").micros() % 1_000_000, 123_456);
        assert_eq!(time("2026-01-02T00:00:00-00:00"), time("2026-01-02T00:00:00Z"));
    }

    #[test]
    fn cuts_off_what_is_finer_than_a_microsecond() {
        for (text, cut) in [
            ("2026-01-02T00:00:00.1234567Z", "2026-01-02T00:00:00.123456Z"),
            ("2026-01-02T09:00:00.123456999+09:00", "2026-01-02T00:00:00.123456Z"),
            ("2026-01-02T00:00:00.0000001Z", "2026-01-02T00:00:00.000000Z"),
            ("1969-12-31T23:59:59.9999999Z", "1969-12-31T23:59:59.999999Z"),
            ("9999-12-30T22:00:00.000000999Z", "9999-12-30T22:00:00.000000Z"),
        ] {
            assert_eq!(time(text).to_string(), cut, "{text}");
        }
    }

    #[test]
    fn refuses_what_is_not_rfc3339() {
        for text in [
            "",
            "2026-01-02",
            "2026-01-02 00:00:00Z",
            "2026-01-02T00:00Z",
            "2026-01-02T00:00:00",
            "2026-01-02T00:00:00.Z",
            "2026-01-02T00:00:00,5Z",
            "2026-01-02T00:00:00+0900",
            "2026-01-02T00:00:00Z[UTC]",
            "2026-02-30T00:00:00Z",
            "2026-01-02T24:00:00Z",
            "+002026-01-02T00:00:00Z",
            "20260102T000000Z",
            " 2026-01-02T00:00:00Z",
            "2026-01-02T00:00:00.1234567891Z",
            "9999-12-30T22:00:00.000001Z",
            "２026-01-02T00:00:00Z",
            "1700000000",
        ] {
            assert!(text.parse::<Time>().is_err(), "{text}");
        }
        let error = Time::request("release_at", "tomorrow").unwrap_err();
        assert_eq!(error.details()["field"], "release_at");
    }

    #[test]
    fn adds_within_bounds() {
        let noon = time("2026-01-02T12:00:00Z");
        let later = noon.checked_add(Span::from_days(3)).unwrap();
        assert_eq!(later, time("2026-01-05T12:00:00Z"));
        assert_eq!(later.checked_sub(Span::from_days(3)), Some(noon));
        assert_eq!(later.since(noon), Span::from_days(3));
        assert_eq!(noon.since(later), Span::ZERO);
        assert_eq!(Time::MAX.checked_add(Span::from_micros(1).unwrap()), None);
        assert_eq!(noon.checked_add(Span::MAX), None);
        assert_eq!(Time::MIN.checked_sub(Span::from_micros(1).unwrap()), None);
    }

    #[test]
    fn converts_standard_types() {
        assert_eq!(Span::from(Duration::from_nanos(1_999)).micros(), 1);
        assert_eq!(Span::from(Duration::MAX), Span::MAX);
        assert_eq!(Duration::from(Span::from_secs(2)), Duration::from_secs(2));
        assert_eq!(Time::try_from(UNIX_EPOCH), Ok(Time::EPOCH));
        assert_eq!(Time::try_from(UNIX_EPOCH - Duration::from_nanos(1)).map(Time::micros), Ok(-1));
        for edge in [Time::MIN, Time::MAX, time("2026-01-02T03:04:05.000006Z")] {
            assert_eq!(SystemTime::try_from(edge).and_then(Time::try_from), Ok(edge));
        }
        let last = SystemTime::try_from(Time::MAX).unwrap();
        let after = Time::try_from(last + Duration::from_micros(1)).unwrap_err();
        assert_eq!(after.to_string(), "must lie between the years 0000 and 9999");
        assert_eq!(Span::from_micros(-1), None);
        assert_eq!(Span::from_micros(1).unwrap().seconds_up(), 1);
        assert_eq!(Span::from_secs(3).seconds_up(), 3);
    }

    #[test]
    fn is_text_in_json() {
        let json = serde_json::to_string(&(Time::EPOCH, Span::from_hours(1))).unwrap();
        assert_eq!(json, r#"["1970-01-01T00:00:00.000000Z","PT1H"]"#);
        assert_eq!(serde_json::from_str::<(Time, Span)>(&json).unwrap(), (Time::EPOCH, Span::from_hours(1)));
        assert!(serde_json::from_str::<Time>("0").is_err());
        assert!(serde_json::from_str::<Span>("3600").is_err());
        assert!(serde_json::from_str::<Time>(r#""1970-01-01T00:00:00.000000\u005a""#).is_ok());
    }
}
