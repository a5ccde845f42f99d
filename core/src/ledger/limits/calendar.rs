//! Calendar days and months of a time zone, from the time-zone database that is built in: every process of
//! every machine draws the same borders.

use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, ToSpan as _, Zoned};

use crate::error::{Error, Result};
use crate::time::Time;

static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// The zone of a treasury that names none.
pub const DEFAULT: &str = "Asia/Seoul";

/// A day or a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// From this time on.
    pub from: Time,
    /// Before this time.
    pub until: Time,
}

/// A time zone of the database, with the day and the month that were asked for last: nearly all questions are
/// about today.
#[derive(Clone, Debug)]
pub struct Zone(TimeZone, Arc<Mutex<Option<(Range, Range)>>>);

impl Default for Zone {
    fn default() -> Self {
        Self::of(TimeZone::UTC)
    }
}

impl Zone {
    fn of(zone: TimeZone) -> Self {
        Self(zone, Arc::default())
    }

    /// The zone of this name, such as `Europe/Berlin`; letters may be of either case.
    pub fn request(name: &str) -> Result<Self> {
        Self::named(name).ok_or_else(|| {
            Error::invalid("time_zone", "must be a name of the time-zone database, such as `Asia/Seoul`")
        })
    }

    /// The zone of this name, if there is one.
    pub fn named(name: &str) -> Option<Self> {
        ZONES.get(name).ok().filter(|zone| zone.iana_name().is_some()).map(Self::of)
    }

    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or(DEFAULT)
    }

    /// A time as the clocks there show it, with how far they are ahead of UTC: `2026-01-01 18:30:00 +09:00`,
    /// and `2026-01-01 09:30:00 UTC` in UTC itself. `None` beyond the calendar.
    pub fn shown(&self, at: Time) -> Option<String> {
        let zoned = Timestamp::from_microsecond(at.micros()).ok()?.to_zoned(self.0.clone());
        let form = if self.name() == "UTC" { "%Y-%m-%d %H:%M:%S UTC" } else { "%Y-%m-%d %H:%M:%S %:z" };
        Some(zoned.strftime(form).to_string())
    }

    /// The day that `at` is in, and the month. A day has 23 or 25 hours when clocks are changed.
    pub fn ranges(&self, at: Time) -> (Range, Range) {
        // a plain cache: a panic leaves nothing half-way
        let mut last = self.1.lock().unwrap_or_else(PoisonError::into_inner);
        match *last {
            Some((day, month)) if day.from <= at && at < day.until => (day, month),
            _ => *last.insert(self.computed(at)),
        }
    }

    fn computed(&self, at: Time) -> (Range, Range) {
        let whole = Range { from: Time::MIN, until: Time::MAX };
        let zoned = || Some(Timestamp::from_microsecond(at.micros()).ok()?.to_zoned(self.0.clone()));
        let Some(zoned) = zoned() else { return (whole, whole) };
        // from its beginning on: late on the day before the last one the same hour of tomorrow is no time
        let next = zoned.start_of_day().and_then(|start| start.tomorrow());
        let day = Range { from: start(&zoned), until: next.as_ref().map_or(Time::MAX, start) };
        let first = zoned.first_of_month().ok();
        let next = first.as_ref().and_then(|first| first.checked_add(1.month()).ok());
        let from = first.as_ref().map_or(Time::MIN, start);
        (day, Range { from, until: next.as_ref().map_or(Time::MAX, start) })
    }
}

fn start(zoned: &Zoned) -> Time {
    zoned.start_of_day().map_or(Time::MAX, |start| Time::from_micros(start.timestamp().as_microsecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(range: Range) -> i64 {
        (range.until.micros() - range.from.micros()) / 3_600_000_000
    }

    fn at(text: &str) -> Time {
        text.parse().unwrap()
    }

    #[test]
    fn days_have_the_hours_of_their_zone() {
        for (zone, noon, day, month) in [
            ("Asia/Seoul", "2026-03-29T03:00:00Z", 24, 31 * 24),
            ("Europe/Berlin", "2026-03-29T10:00:00Z", 23, 31 * 24 - 1),
            ("Europe/Berlin", "2026-10-25T11:00:00Z", 25, 31 * 24 + 1),
            ("America/New_York", "2026-03-08T16:00:00Z", 23, 31 * 24 - 1),
            ("America/New_York", "2026-11-01T17:00:00Z", 25, 30 * 24 + 1),
            // clocks change at midnight: the day begins at one
            ("America/Santiago", "2026-09-06T16:00:00Z", 23, 30 * 24 - 1),
            ("UTC", "2028-02-29T12:00:00Z", 24, 29 * 24),
        ] {
            let (of_day, of_month) = Zone::named(zone).unwrap().ranges(at(noon));
            assert_eq!((hours(of_day), hours(of_month)), (day, month), "{zone} {noon}");
            assert!(of_day.from <= at(noon) && at(noon) < of_day.until);
        }
    }

    #[test]
    fn ranges_follow_one_another() {
        let zone = Zone::named("Europe/Berlin").unwrap();
        let mut now = at("2026-01-01T00:00:00Z");
        for _ in 0..400 {
            let (day, month) = zone.ranges(now);
            assert!(day.from <= now && now < day.until);
            assert!(month.from <= day.from && day.until <= month.until);
            assert_eq!(zone.ranges(day.until).0.from, day.until);
            now = day.until;
        }
    }

    #[test]
    fn the_last_day_continues() {
        for zone in ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"] {
            let zone = Zone::named(zone).unwrap();
            let (day, month) = zone.ranges(Time::MAX);
            assert_eq!((day.until, month.until), (Time::MAX, Time::MAX));
            assert!(at("9999-12-28T00:00:00Z") < day.from && month.from < day.from, "{day:?}");
            assert_eq!(zone.ranges(day.from), (day, month));
            assert_ne!(zone.ranges(Time::from_micros(day.from.micros() - 1)).0, day);
        }
    }

    #[test]
    fn names_are_those_of_the_database() {
        assert_eq!(Zone::request("europe/berlin").unwrap().name(), "Europe/Berlin");
        for bad in ["", "Asia", "Seoul", "+09:00", "Europe/Berlin ", "../../etc/passwd", "KST\0"] {
            assert!(Zone::request(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_calendar_has_ends() {
        let zone = Zone::named(DEFAULT).unwrap();
        for end in [Time::MIN, Time::MAX] {
            let (day, month) = zone.ranges(end);
            assert!(day.from <= day.until && month.from <= month.until);
        }
    }
}
