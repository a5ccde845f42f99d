//! Edges: exactly N, and to the microsecond, of windows, days, months and rates.

use serde_json::json;

use super::{Book, Time, after, at, deduct, hash, packed, party, rate, rule, seconds};
use crate::risk::counting::counter::{Counter, Distinct, VALUES};
use crate::risk::counting::rate::{Arrival, MOST, Rate};
use crate::risk::counting::window::{BUCKETS, Window};
use crate::risk::judging::judge::count_failure;
use crate::risk::rules::rule::{Outcome, Subject};

const SECOND: i64 = 1_000_000;

#[test]
fn museum_20_a_limit_of_n_lets_exactly_n_through() {
    let start = at("2026-01-01T00:00:00Z");
    for limit in [0, 1, 3, 100] {
        let mut book = Book::new([rule(json!({"limit": limit}))], []);
        let parties = [party(Subject::Account, "alice", 1)];
        let call = deduct(&parties);
        // an entry that is exactly as old as the window has left, and every later window lets as many through
        for window in 0..4 {
            let now = after(start, window * 10 * SECOND);
            assert_eq!(book.calls(&call, now, 200), limit, "window {window}");
            assert_eq!(
                book.calls(&call, after(now, 10 * SECOND - 1), 200),
                0,
                "a microsecond before the edge"
            );
        }
        let others = [party(Subject::Account, "bob", 1)];
        assert_eq!(book.calls(&deduct(&others), start, 200), limit, "each subject has a limit of its own");
    }
}

#[test]
fn museum_21_no_window_lets_twice_as_many_through() {
    let start = at("2026-01-01T00:00:00Z").micros();
    let mut book = Book::new([rule(json!({"limit": 5, "window": "PT10S"}))], []);
    let parties = [party(Subject::Account, "alice", 1)];
    let call = deduct(&parties);
    let mut passed = Vec::new();
    // a call every 37 ms for ten minutes
    for step in 0..16_000 {
        let now = Time::from_micros(start + step * 37_013);
        if book.call(&call, now) {
            passed.push(now.micros());
        }
    }
    let most = passed.windows(6).filter(|six| six[5] - six[0] < 10 * SECOND).count();
    assert_eq!(most, 0, "six in ten seconds");
    // a bucket is late by a 59th of the window at most
    assert!(passed.windows(6).all(|six| six[5] - six[0] <= 10 * SECOND + 10 * SECOND / 59 + 37_013 + 1));
    assert!(passed.len() >= 5 * 58, "{}", passed.len());
}

#[test]
fn a_sum_lets_its_last_cent_through() {
    let now = at("2026-01-01T00:00:00Z");
    let mut book = Book::new([rule(json!({"metric": "sum", "limit": "10.00 USD"}))], []);
    let of = |cents: i128| [party(Subject::Account, "alice", cents)];
    assert!(book.call(&deduct(&of(999)), now));
    assert!(!book.call(&deduct(&of(2)), now));
    assert!(book.call(&deduct(&of(1)), now));
    assert!(!book.call(&deduct(&of(1)), now));
    let verdict = book.judge(&deduct(&of(1)), now);
    let fired = verdict.speaker().unwrap();
    assert_eq!((fired.seen, fired.requested, fired.limit, verdict.retry_after), (1_000, 1, 1_000, Some(10)));
    // above the limit alone: no waiting helps
    assert_eq!(book.judge(&deduct(&of(1_001)), now).retry_after, None);
    // nothing moves, or it is another currency
    assert!(book.call(&deduct(&of(0)), now));
    let mut won = of(5_000);
    won[0].amounts = [crate::money::Money::minor(5_000, "KRW").unwrap()].into();
    assert!(book.call(&deduct(&won), now));
}

/// Days of 23, 23.5, 24, 24.5 and 25 hours in three zones with summer time, each to the microsecond.
#[test]
fn museum_23_midnight_is_where_the_zone_says() {
    for (zone, midnight, hours) in [
        ("Europe/Berlin", "2026-03-28T23:00:00Z", 23 * 2),
        ("Europe/Berlin", "2026-10-24T22:00:00Z", 25 * 2),
        ("America/New_York", "2026-03-08T05:00:00Z", 23 * 2),
        ("America/New_York", "2026-11-01T04:00:00Z", 25 * 2),
        ("Australia/Lord_Howe", "2026-10-03T13:30:00Z", 23 * 2 + 1),
        ("Australia/Lord_Howe", "2026-04-04T13:00:00Z", 24 * 2 + 1),
        ("UTC", "2026-03-29T00:00:00Z", 24 * 2),
    ] {
        let day = json!({"metric": "sum", "window": "day", "time_zone": zone, "limit": "10.00 USD"});
        let mut book = Book::new([rule(day)], []);
        let parties = [party(Subject::Account, "alice", 1_000)];
        let call = deduct(&parties);
        let (begin, length) = (at(midnight), hours * 1_800 * SECOND);
        let end = after(begin, length);
        assert!(book.call(&call, after(begin, -1)), "{zone}: the day before");
        assert!(book.call(&call, begin), "{zone}: midnight is of the new day");
        assert!(!book.call(&call, after(end, -1)), "{zone}: the last microsecond");
        assert_eq!(book.judge(&call, begin).retry_after, Some(length / SECOND), "{zone}");
        assert_eq!(book.judge(&call, after(end, -1)).retry_after, Some(1), "{zone}: at least one second");
        assert!(book.call(&call, end), "{zone}: the next midnight");
    }
}

#[test]
fn months_have_their_days() {
    for (zone, first, days) in [
        ("UTC", "2028-02-01T00:00:00Z", 29 * 24),
        ("UTC", "2026-02-01T00:00:00Z", 28 * 24),
        ("Europe/Berlin", "2026-02-28T23:00:00Z", 31 * 24 - 1),
        ("America/New_York", "2026-11-01T04:00:00Z", 30 * 24 + 1),
        ("Asia/Seoul", "2026-12-31T15:00:00Z", 31 * 24),
    ] {
        let month = json!({"window": "month", "time_zone": zone, "limit": 2});
        let mut book = Book::new([rule(month)], []);
        let parties = [party(Subject::Account, "alice", 1)];
        let call = deduct(&parties);
        let (begin, end) = (at(first), after(at(first), days * 3_600 * SECOND));
        assert_eq!(book.calls(&call, after(begin, -1), 9), 2, "{zone}");
        assert_eq!(book.calls(&call, begin, 1), 1);
        assert_eq!(book.calls(&call, after(end, -1), 9), 1);
        assert_eq!(book.calls(&call, end, 9), 2);
    }
}

#[test]
fn a_lifetime_has_no_end() {
    let start = at("2026-01-01T00:00:00Z");
    let mut book = Book::new([rule(json!({"window": "lifetime", "limit": 2}))], []);
    let parties = [party(Subject::Account, "alice", 1)];
    assert_eq!(book.calls(&deduct(&parties), start, 9), 2);
    let late = book.judge(&deduct(&parties), Time::MAX);
    assert_eq!((late.outcome, late.retry_after), (Outcome::Block, None));
}

#[test]
fn failures_fire_when_there_were_as_many() {
    let start = at("2026-01-01T00:00:00Z");
    let failures = rule(json!({"metric": "failures", "limit": 3, "window": "PT1M"}));
    let mut book = Book::new([failures], []);
    let parties = [party(Subject::Account, "alice", 1)];
    let call = deduct(&parties);
    for second in 0..3 {
        let now = after(start, second * SECOND);
        // calls that pass are no failures
        assert_eq!(book.calls(&call, now, 10), 10);
        count_failure(&book.set, &call, &mut book.states, now);
    }
    let now = after(start, 3 * SECOND);
    let verdict = book.judge(&call, now);
    let fired = verdict.speaker().unwrap();
    assert_eq!((fired.seen, fired.limit, verdict.retry_after), (3, 3, Some(57)));
    // the first leaves with the bucket that it shares with the second
    assert!(!book.call(&call, after(start, 60 * SECOND - 1)));
    assert!(
        book.call(&call, after(start, 60 * SECOND))
            || book.call(&call, after(start, 61 * SECOND + SECOND / 59))
    );
}

#[test]
fn different_values_are_told_apart() {
    let start = at("2026-01-01T00:00:00Z");
    let cards = rule(json!({"metric": "distinct:meta.card", "limit": 2, "window": "PT1M"}));
    let mut book = Book::new([cards], []);
    let with =
        |card: &str| [party(Subject::Account, "alice", 1), party(Subject::Meta("card".to_owned()), card, 0)];
    assert!(book.call(&deduct(&with("one")), start));
    assert!(book.call(&deduct(&with("two")), after(start, SECOND)));
    assert!(book.call(&deduct(&with("one")), after(start, 2 * SECOND)), "a known one is no new one");
    let now = after(start, 3 * SECOND);
    let verdict = book.judge(&deduct(&with("three")), now);
    let fired = verdict.speaker().unwrap();
    assert_eq!((fired.seen, fired.requested, fired.limit), (2, 1, 2));
    // the second is the oldest now: it leaves first
    assert_eq!(verdict.retry_after, Some(58));
    let without = [party(Subject::Account, "alice", 1)];
    assert!(book.call(&deduct(&without), now), "a call that lacks the field is not limited");
    assert!(book.call(&deduct(&with("three")), after(start, 61 * SECOND)));
    assert!(!book.call(&deduct(&with("two")), after(start, 61 * SECOND)));
}

#[test]
fn rates_space_calls() {
    let start = at("2026-01-01T00:00:00Z");
    let mut book = Book::new([], [rate(json!({"limit": 3, "per": "PT10S", "burst": 2}))]);
    let parties = [party(Subject::Account, "alice", 1)];
    let call = deduct(&parties);
    assert_eq!(book.calls(&call, start, 9), 2, "the burst");
    // 3 in 10 s is one every 3,333,333 and a third microseconds: rounded up, and it does not drift
    let mut now = start;
    for third in 1..=30_i64 {
        let expected = after(start, (third * 10 * SECOND + 2) / 3);
        assert!(!book.call(&call, after(expected, -1)), "{third}");
        let verdict = book.judge(&call, now);
        assert_eq!((verdict.outcome, verdict.retry_after), (Outcome::Block, Some(4)), "{third}");
        assert!(book.call(&call, expected), "{third}");
        now = expected;
    }
    assert_eq!(now, after(start, 100 * SECOND), "thirty in a hundred seconds");
    // after a pause a whole burst is there again, and no more than that
    assert_eq!(book.calls(&call, after(now, 3_600 * SECOND), 9), 2);
}

/// The bound that is promised: burst + limit - 1 in a span, and no more.
#[test]
fn a_rate_lets_burst_and_limit_through_in_a_span() {
    let start = at("2026-01-01T00:00:00Z");
    for (limit, burst) in [(5, 5), (3, 1), (1, 4), (7, 2)] {
        let mut book = Book::new([], [rate(json!({"limit": limit, "burst": burst}))]);
        let parties = [party(Subject::Account, "alice", 1)];
        let call = deduct(&parties);
        let mut passed = Vec::new();
        for step in 0..4_000 {
            let now = after(start, step * 10_007);
            while book.call(&call, now) {
                passed.push(now.micros());
            }
        }
        let within =
            |from: &i64| passed.iter().filter(|at| (*from..from + 10 * SECOND).contains(*at)).count();
        let most = passed.iter().map(within).max().unwrap();
        let bound = usize::try_from(limit + burst - 1).unwrap();
        assert!(most <= bound && most + 1 >= bound, "{limit}, {burst}: {most} of {bound}");
    }
}

/// A changed limit keeps the calls that were made: the one call of an hour is then one of a hundred.
#[test]
fn a_changed_limit_of_a_rate_keeps_the_calls_that_were_made() {
    let start = at("2026-01-01T00:00:00Z");
    let parties = [party(Subject::Account, "alice", 1)];
    let call = deduct(&parties);
    let of = |limit: u32, burst: u32| rate(json!({"limit": limit, "burst": burst, "per": "PT1H"}));
    let mut book = Book::new([], [of(1, 1)]);
    let set = |book: &mut Book, to: Rate| book.set.rates[0] = Rate { number: book.set.rates[0].number, ..to };
    assert_eq!(book.calls(&call, start, 9), 1);
    set(&mut book, of(100, 100));
    assert_eq!(book.calls(&call, start, 200), 99, "one of a hundred was used");
    let verdict = book.judge(&call, start);
    let fired = verdict.speaker().unwrap();
    assert_eq!((fired.seen, fired.limit, verdict.retry_after), (100, 100, Some(36)));
    // the limit is lowered: an hour later, no earlier call is in the same hour
    set(&mut book, of(1, 1));
    assert_eq!(book.judge(&call, start).retry_after, Some(3_600));
    assert!(!book.call(&call, after(start, 3_600 * SECOND - 1)));
    assert!(book.call(&call, after(start, 3_600 * SECOND)));
    // without a burst: one call was made, and the next must keep its distance
    let mut book = Book::new([], [of(1, 1)]);
    assert_eq!(book.calls(&call, start, 9), 1);
    set(&mut book, of(100, 1));
    let verdict = book.judge(&call, start);
    assert_eq!((verdict.speaker().unwrap().seen, verdict.retry_after), (1, Some(36)), "one is used");
    assert!(book.call(&call, after(start, 36 * SECOND)));
}

/// A clock that is set back lets no more calls pass, and makes no call wait for longer than without that:
/// entries that are later than now are moved to now. The wait of a refusal is exact.
#[test]
fn museum_22_later_than_now_is_now() {
    let noon = at("2026-01-31T12:00:00Z");
    let parties = [party(Subject::Account, "alice", 1), party(Subject::Meta("card".to_owned()), "one", 0)];
    let call = deduct(&parties);
    let later = [party(Subject::Account, "alice", 1), party(Subject::Meta("card".to_owned()), "two", 0)];
    let later = deduct(&later);
    for back in [1, 60, 3_000, 7_200, 86_400, 40 * 86_400] {
        let now = after(noon, -back * SECOND);
        let ends = |window: &str| {
            let window = Window::request(window, None).unwrap();
            window.leaves(now).unwrap().since(now).micros() / SECOND
        };
        for (given, passes, wait) in [
            (json!({"limit": 3}), 3, 10),
            (json!({"limit": 3, "window": "P1D"}), 3, 86_400),
            (json!({"limit": 3, "window": "day"}), 3, ends("day")),
            (json!({"limit": 3, "window": "month"}), 3, ends("month")),
            (json!({"metric": "distinct:meta.card", "limit": 1, "window": "PT1H"}), 9, 3_600),
        ] {
            let mut book = Book::new([rule(given.clone())], []);
            assert_eq!(book.calls(&call, noon, 9), passes, "{given}");
            book.take_as_now(now);
            let verdict = book.judge(&later, now);
            assert_eq!(
                (verdict.outcome, verdict.retry_after),
                (Outcome::Block, Some(wait)),
                "{given}, {back} s"
            );
            book.take_as_now(after(now, wait * SECOND));
            assert!(book.judge(&later, after(now, (wait - 1) * SECOND)).speaker().is_some());
            assert!(book.judge(&later, after(now, wait * SECOND)).speaker().is_none(), "{given}, {back} s");
        }
        // the rest of a rate's burst is still there, and the used part comes back as before
        let mut book = Book::new([], [rate(json!({"limit": 6, "per": "PT1M", "burst": 4}))]);
        assert_eq!(book.calls(&call, noon, 3), 3);
        assert_eq!(book.calls(&call, now, 9), 1, "{back} s back");
        assert_eq!(book.judge(&call, now).retry_after, Some(10), "{back} s back");
        assert_eq!(book.calls(&call, after(now, 10 * SECOND), 9), 1, "{back} s back");
    }
}

/// Clocks of several processes differ: what one of them has just counted does not leave early for another.
#[test]
fn a_little_later_than_now_keeps_its_time() {
    let noon = at("2026-01-01T12:00:00Z");
    let mut book = Book::new([rule(json!({"limit": 3}))], [rate(json!({"limit": 3, "burst": 3}))]);
    let parties = [party(Subject::Account, "alice", 1)];
    let call = deduct(&parties);
    assert_eq!(book.calls(&call, noon, 9), 3);
    let now = after(noon, 1 - SECOND);
    book.take_as_now(now);
    assert_eq!(book.judge(&call, now).retry_after, Some(11), "until its own end, in whole seconds");
    assert!(!book.call(&call, after(noon, 10 * SECOND - 1)));
    assert!(book.call(&call, after(noon, 10 * SECOND)));
}

#[test]
fn a_counter_is_small_whatever_the_clock_does() {
    let start = at("2026-01-01T00:00:00Z");
    let window = Window::Rolling(seconds(3_600));
    let mut counter = Counter::default();
    for step in 0..5_000_i64 {
        // forward and back again
        let now = after(start, (step % 71) * 50 * SECOND - (step % 13) * 900 * SECOND);
        let before = counter.used(&window, now);
        counter.add(&window, now, 1);
        assert_eq!(counter.used(&window, now), before + 1);
    }
    let base = counter.newest().unwrap();
    let bytes = packed(|bytes| counter.pack(base, bytes));
    assert_eq!(Counter::unpack(&bytes, base), Some(counter));
    assert!(bytes.len() < BUCKETS * 8, "{}", bytes.len());
    let (window, mut distinct) = (Window::Lifetime, Distinct::default());
    for number in 0..3_000_u32 {
        let mut value = hash("");
        value[..4].copy_from_slice(&number.to_be_bytes());
        distinct.add(&window, after(start, i64::from(number)), &[value]);
    }
    assert_eq!(distinct.used(&window, start), VALUES + 1, "one more than any limit: it stays too many");
    assert_eq!(Distinct::unpack(&packed(|bytes| distinct.pack(start, bytes)), start), Some(distinct));
}

/// Bytes that were altered in the store cause no panic and no other count.
#[test]
fn bytes_that_nobody_packed_are_none() {
    let start = at("2026-01-01T00:00:00Z");
    let window = Window::Rolling(seconds(10));
    let mut counter = Counter::default();
    (0..20).for_each(|step| counter.add(&window, after(start, step * 400_000), i128::MAX / 4));
    let mut distinct = Distinct::default();
    distinct.add(&window, start, &[hash("gone")]);
    distinct.add(&window, after(start, 20 * SECOND), &[hash("one"), hash("two"), hash("one")]);
    let (spaced, idle) = (rate(json!({})), after(start, 60 * SECOND));
    let arrival = spaced.take(Some(&spaced.take(None, start)), idle);
    let base = arrival.last().max(counter.newest().unwrap());
    let (counter, distinct, arrival) = (
        packed(|bytes| counter.pack(base, bytes)),
        packed(|bytes| distinct.pack(base, bytes)),
        packed(|bytes| arrival.pack(base, bytes)),
    );
    assert!(Counter::unpack(&distinct, base).is_none() && Distinct::unpack(&arrival, base).is_none());
    assert!(Arrival::unpack(&counter, base).is_none() && Counter::unpack(&[], base).is_none());
    for bytes in [&counter, &distinct, &arrival] {
        for bit in 0..bytes.len() * 8 {
            let mut altered = bytes.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            // what is read is what would be written
            assert!(
                Counter::unpack(&altered, base)
                    .is_none_or(|read| packed(|bytes| read.pack(base, bytes)) == altered),
                "bit {bit}"
            );
            assert!(
                Distinct::unpack(&altered, base)
                    .is_none_or(|read| packed(|bytes| read.pack(base, bytes)) == altered),
                "bit {bit}"
            );
            assert!(
                Arrival::unpack(&altered, base)
                    .is_none_or(|read| packed(|bytes| read.pack(base, bytes)) == altered),
                "bit {bit}"
            );
        }
        for length in 0..bytes.len() {
            let cut = &bytes[..length];
            assert!(Arrival::unpack(cut, base).is_none());
            assert!(
                Counter::unpack(cut, base).is_none_or(|read| packed(|bytes| read.pack(base, bytes)) == cut)
            );
        }
    }
    // the highest bounds that there are do not overflow
    let mut widest = rate(json!({"limit": MOST, "burst": MOST, "per": "P400D"}));
    let state = widest.take(None, Time::MAX);
    widest.limit = 1;
    assert_eq!(widest.refuses(Some(&state), Time::MIN), None, "a burst of a million times 400 days");
    widest.burst = 1;
    assert_eq!(widest.refuses(Some(&state), Time::MIN), Some(Time::MAX));
    widest.burst = MOST;
    widest.limit = MOST;
    assert_eq!(Arrival::unpack(&packed(|bytes| state.pack(Time::MAX, bytes)), Time::MAX), Some(state));
}
