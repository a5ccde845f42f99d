//! Pauses that gateways ask for: `Retry-After` of a status 429 or 503, within bounds.

use crate::time::{Span, Time};

/// A gateway that asks for more is asked again after this all the same.
pub const LONGEST_PAUSE: Span = Span::from_hours(1);

/// The pause that a header `Retry-After` asks for, in whole seconds from now on, of at most an hour: a number
/// of seconds, or a date as HTTP writes it. Anything else asks for none.
pub fn asked_pause(header: &str, now: Time) -> Option<Span> {
    let header = header.trim();
    let is_number = !header.is_empty() && header.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = if is_number {
        // more digits than fit are more than an hour
        header.parse().unwrap_or(u32::MAX)
    } else {
        u32::try_from(date(header)?.since(now).seconds_up()).unwrap_or(u32::MAX)
    };
    pause_of(seconds.into())
}

/// A pause of so many seconds, of at most an hour; none for zero.
pub fn pause_of(seconds: u64) -> Option<Span> {
    let seconds = u32::try_from(seconds).unwrap_or(u32::MAX);
    let most = u32::try_from(LONGEST_PAUSE.seconds_up()).unwrap_or(u32::MAX);
    (seconds > 0).then(|| Span::from_secs(seconds.min(most)))
}

/// The pause that is made: what is asked for, and at least our own.
pub fn pause_after(asked: Option<Span>, own: Span) -> Span {
    asked.filter(|asked| asked.micros() > own.micros()).unwrap_or(own)
}

/// A date as servers must write it: `Sun, 06 Nov 1994 08:49:37 GMT`.
fn date(text: &str) -> Option<Time> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (_, rest) = text.split_once(", ")?;
    let mut parts = rest.strip_suffix(" GMT")?.split(' ');
    let (day, month, year, clock) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    if parts.next().is_some() || day.len() != 2 || year.len() != 4 {
        return None;
    }
    format!("{year}-{month:02}-{day}T{clock}Z").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gateway_asks_for_a_pause_within_bounds() {
        let now: Time = "1994-11-06T08:49:37Z".parse().unwrap();
        for (header, seconds) in [
            ("1", Some(1)),
            (" 120 ", Some(120)),
            ("3600", Some(3_600)),
            ("3601", Some(3_600)),
            ("99999999999", Some(3_600)),
            ("99999999999999999999999999999999", Some(3_600)),
            ("9223372036854775807", Some(3_600)),
            ("Sun, 06 Nov 1994 08:50:07 GMT", Some(30)),
            ("Mon, 07 Nov 1994 08:49:37 GMT", Some(3_600)),
            ("Wed, 30 Dec 9998 23:59:59 GMT", Some(3_600)),
            // it is over, or was never asked for
            ("0", None),
            ("Sun, 06 Nov 1994 08:49:37 GMT", None),
            ("Sun, 06 Nov 1894 08:49:37 GMT", None),
            // no time of ours
            ("Fri, 31 Dec 9999 23:59:59 GMT", None),
            ("", None),
            ("-5", None),
            ("+5", None),
            ("1.5", None),
            ("1e9", None),
            ("soon", None),
            ("0x10", None),
            ("\u{0661}", None),
            ("Sun, 06 Nov 1994 08:50:07", None),
            ("Sun, 06 Nov 1994 08:50:07 +0100", None),
            ("Sun, 6 Nov 1994 08:50:07 GMT", None),
            ("Sun, 06 Nev 1994 08:50:07 GMT", None),
            ("Sun, 99 Nov 1994 08:50:07 GMT", None),
            ("Sun, 06 Nov 19944 08:50:07 GMT", None),
            ("Sunday, 06-Nov-94 08:50:07 GMT", None),
            ("Sun, 06 Nov 1994 99:99:99 GMT", None),
            (", GMT", None),
            (",  GMT", None),
        ] {
            assert_eq!(asked_pause(header, now), seconds.map(Span::from_secs), "{header}");
        }
    }

    #[test]
    fn our_own_pause_is_never_shortened() {
        let secs = Span::from_secs;
        for (asked, own, made) in [(None, 15, 15), (Some(3), 15, 15), (Some(15), 15, 15), (Some(90), 15, 90)]
        {
            assert_eq!(pause_after(asked.map(secs), secs(own)), secs(made));
        }
    }
}
