//! Clocks that are ahead, for one call or for many. Once the clock is right, the calls that they let through
//! count, and so do the entries that they took for gone. A model that keeps every call with its real time is
//! the reference.

use std::collections::BTreeSet;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde_json::json;

use super::{Book, Time, after, at, deduct, hash, party, rate, rule};
use crate::risk::counting::counter::Hash;
use crate::risk::counting::rate::Rate;
use crate::risk::counting::window::Window;
use crate::risk::judging::judge::{JudgedCall, count_failure};
use crate::risk::rules::rule::{Metric, Rule, Subject};

const SECOND: i64 = 1_000_000;
const HOUR: i64 = 3_600 * SECOND;
const DAY: i64 = 24 * HOUR;
const CENTURY: i64 = 36_525 * DAY;

/// A call as it was made, by the real time.
#[derive(Clone, Copy)]
struct Made {
    at: Time,
    cents: i128,
    card: Hash,
    failed: bool,
}

/// The calls that count for a rule at a real time, if entries may leave as late as this.
fn counts<'m>(rule: &'m Rule, made: &'m [Made], now: Time, late: i64) -> impl Iterator<Item = &'m Made> {
    let is_failures = matches!(rule.metric, Metric::Failures(_));
    let counts = move |made: &Made| {
        let left = rule.window.leaves(made.at).is_some_and(|leaves| after(leaves, late) <= now);
        made.failed == is_failures && !left
    };
    made.iter().filter(move |made| counts(made))
}

fn used(rule: &Rule, made: &[Made], now: Time, late: i64) -> i128 {
    let counts = counts(rule, made, now, late);
    match rule.metric {
        Metric::Sum(_) => counts.map(|made| made.cents).sum(),
        Metric::Distinct(..) => counts.map(|made| made.card).collect::<BTreeSet<_>>().len() as i128,
        _ => counts.count() as i128,
    }
}

/// How late entries of a rule may leave: by a bucket, which is a 59th of the window.
fn lateness(window: &Window) -> i64 {
    if let Window::Rolling(span) = window { span.micros() / 59 + 1 } else { 0 }
}

/// By how much clocks are ahead.
fn leaps(window: &Window) -> Vec<i64> {
    let span = if let Window::Rolling(span) = window { span.micros() } else { DAY };
    vec![SECOND / 2, SECOND, span, span + SECOND, HOUR, 25 * HOUR, 31 * DAY, CENTURY]
}

fn each() -> Vec<Rule> {
    [
        json!({"limit": 5}),
        json!({"limit": 5, "window": "PT0.5S"}),
        json!({"limit": 5, "window": "PT10M"}),
        json!({"metric": "sum", "limit": "100.00 USD", "window": "PT24H"}),
        json!({"metric": "sum", "limit": "300.00 USD", "window": "PT1H"}),
        json!({"limit": 5, "window": "day", "time_zone": "Europe/Berlin"}),
        json!({"metric": "sum", "limit": "900.00 USD", "window": "month"}),
        json!({"metric": "distinct:meta.card", "limit": 3, "window": "PT1M"}),
        json!({"metric": "distinct:meta.card", "limit": 4, "window": "day"}),
        json!({"metric": "failures", "limit": 3, "window": "PT1M"}),
        json!({"limit": 40, "window": "lifetime"}),
    ]
    .map(rule)
    .into()
}

/// The entry's own case: five, one by a clock that is ahead for one call, and none once it is right.
#[test]
fn a_clock_that_is_ahead_for_one_call_gives_no_limit_anew() {
    let start = at("2026-01-31T23:59:50Z");
    let parties = [party(Subject::Account, "alice", 2_000), party(Subject::Meta("card".to_owned()), "a", 0)];
    let call = deduct(&parties);
    for rule in each().into_iter().filter(|rule| !matches!(rule.metric, Metric::Failures(_))) {
        for leap in leaps(&rule.window).into_iter().filter(|leap| *leap >= SECOND) {
            let mut book = Book::new([rule.clone()], []);
            let passed = book.calls(&call, start, 60);
            let ahead = usize::from(book.call(&call, after(start, leap)));
            assert_eq!(
                book.calls(&call, after(start, 1), 60),
                if passed < 60 { 0 } else { 60 },
                "{rule:?} {leap}"
            );
            // and nobody is kept out for ever
            let wait = book.judge(&call, after(start, 1)).retry_after;
            let leaves = rule.window.leaves(after(start, 1 + SECOND));
            let longest = leaves.map(|leaves| leaves.since(start).seconds_up() + 1);
            assert!(wait <= longest || passed == 60, "{rule:?} {leap}: {wait:?} after {ahead}");
        }
    }
}

#[test]
fn a_rate_gives_no_burst_anew_to_a_clock_that_was_ahead() {
    let start = at("2026-01-01T00:00:00Z");
    let parties = [party(Subject::Account, "alice", 1)];
    let call = deduct(&parties);
    for leap in [SECOND, 10 * SECOND, 11 * SECOND, HOUR, 25 * HOUR, CENTURY] {
        let mut book = Book::new([], [rate(json!({"limit": 5, "burst": 5}))]);
        assert_eq!(book.calls(&call, start, 9), 5);
        let ahead = book.calls(&call, after(start, leap), 1);
        assert_eq!(book.calls(&call, after(start, 1), 9), 0, "{leap}");
        // a call comes back in two seconds, and the one that was let through is owed
        let wait = book.judge(&call, after(start, 1)).retry_after.unwrap();
        assert!((2..=4).contains(&wait), "{leap}: {wait} after {ahead}");
    }
}

/// One rule or rate, real calls at real times, and a clock that is ahead for one call or for many.
struct World {
    draw: ChaCha8Rng,
    book: Book,
    made: Vec<Made>,
    now: Time,
    /// By how much the clock is ahead.
    ahead: i64,
    /// When a right clock first judged a call after one that was ahead.
    right_since: Time,
    /// Whether a clock was ahead since then.
    was_ahead: bool,
}

#[derive(Default, Debug)]
struct Seen {
    passed: u32,
    refused: u32,
    ahead: u32,
    strict: u32,
}

impl World {
    fn new(seed: u64, book: Book) -> Self {
        let now = at("2026-01-30T20:00:00Z");
        let (draw, made) = (ChaCha8Rng::seed_from_u64(seed), Vec::new());
        Self { draw, book, made, now, ahead: 0, right_since: at("2020-01-01T00:00:00Z"), was_ahead: false }
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.draw.next_u64() % bound as u64).unwrap()
    }

    /// Real time passes, by parts of the window and seldom by several; the clock jumps ahead, further ahead
    /// or is right again.
    fn pass(&mut self, span: i64, leaps: &[i64]) {
        let parts = [0, 0, 40, 40, 20, 10, 3, 1][self.below(8)];
        if parts > 0 {
            let micros = span / parts * (1 + self.below(3)) as i64 + self.below(1_000) as i64;
            self.now = after(self.now, micros);
        }
        match self.below(12) {
            0 => self.ahead = leaps[self.below(leaps.len())],
            1 => self.ahead += leaps[self.below(leaps.len() - 1)],
            2..6 => self.ahead = 0,
            _ => {}
        }
        if self.ahead > 2 * CENTURY {
            self.ahead = 0;
        }
    }

    /// Makes a call by the clock as it is, and returns whether it passed.
    fn call(&mut self, call: &JudgedCall<'_>, made: Made) -> bool {
        let shown = after(self.now, self.ahead);
        let passed = self.book.call(call, shown);
        let fails = self.below(4) == 0;
        if fails {
            count_failure(&self.book.set, call, &mut self.book.states, shown);
            self.made.push(Made { failed: true, ..made });
        }
        if passed {
            self.made.push(Made { failed: false, ..made });
        }
        if self.ahead > 0 {
            self.was_ahead = true;
        } else if self.was_ahead {
            (self.was_ahead, self.right_since) = (false, self.now);
        }
        passed
    }
}

#[test]
fn by_the_right_clock_never_more_than_the_limit() {
    let mut seen = Seen::default();
    for (place, rule) in each().into_iter().enumerate() {
        let span = if let Window::Rolling(span) = rule.window { span.micros() } else { DAY };
        let leaps = leaps(&rule.window);
        for seed in 0..8 {
            let mut world = World::new(seed * 100 + place as u64, Book::new([rule.clone()], []));
            for _ in 0..400 {
                world.pass(span, &leaps);
                step(&mut world, &rule, &mut seen);
            }
        }
    }
    println!("{seen:?}");
    assert!(seen.passed > 1_000 && seen.refused > 1_000 && seen.ahead > 1_000, "{seen:?}");
}

fn step(world: &mut World, rule: &Rule, seen: &mut Seen) {
    let (cents, card) = (1 + world.below(5_000) as i128, ["a", "b", "c", "d", "e", "f"][world.below(6)]);
    let meta = Subject::Meta("card".to_owned());
    let parties = [party(Subject::Account, "alice", cents), party(meta, card, 0)];
    let (now, is_right, before) = (world.now, world.ahead == 0, world.made.len());
    let passed = world.call(&deduct(&parties), Made { at: now, cents, card: hash(card), failed: false });
    if !is_right {
        seen.ahead += u32::from(passed);
        return;
    }
    let limit = rule.metric.limit();
    let known = &world.made[..before];
    let (least, most) = (used(rule, known, now, 0), used(rule, known, now, lateness(&rule.window)));
    let is_new = counts(rule, known, now, 0).all(|made| made.card != hash(card));
    let adds = match rule.metric {
        Metric::Sum(_) => cents,
        // as many failures as the limit are too many
        Metric::Distinct(..) => i128::from(is_new),
        _ => 1,
    };
    if passed {
        seen.passed += 1;
        assert!(least + adds <= limit, "{rule:?}: {least} and {adds} at {now}");
        return;
    }
    seen.refused += 1;
    // once the clock has been right for a window, only what is there refuses
    let until = rule.window.leaves(after(world.right_since, SECOND));
    let settled = until.is_none_or(|until| after(until, 2 * lateness(&rule.window)) <= now);
    if settled {
        seen.strict += 1;
        assert!(most + adds > limit, "{rule:?}: {most} and {adds} at {now}");
    }
}

#[test]
fn by_the_right_clock_no_rate_lets_more_through() {
    let rates: [Rate; 4] = [
        rate(json!({"limit": 5, "burst": 5})),
        rate(json!({"limit": 3, "per": "PT1H", "burst": 7})),
        rate(json!({"limit": 7, "per": "PT1M", "burst": 2})),
        rate(json!({"limit": 1, "per": "P1D", "burst": 1})),
    ];
    let mut seen = Seen::default();
    for (place, rate) in rates.into_iter().enumerate() {
        let per = rate.per.micros();
        let leaps = leaps(&Window::Rolling(rate.per));
        for seed in 0..30 {
            let mut world = World::new(seed * 100 + place as u64, Book::new([], [rate.clone()]));
            for _ in 0..400 {
                world.pass(per, &leaps);
                let parties = [party(Subject::Account, "alice", 1)];
                let (now, is_right, call) = (world.now, world.ahead == 0, deduct(&parties));
                let passed = world.call(&call, Made { at: now, cents: 1, card: hash(""), failed: false });
                if !is_right {
                    seen.ahead += u32::from(passed);
                    continue;
                }
                let within = |made: &&Made| !made.failed && now.since(made.at).micros() < per;
                let most = usize::try_from(rate.limit + rate.burst - 1).unwrap();
                if passed {
                    seen.passed += 1;
                    let there = world.made.iter().filter(within).count();
                    assert!(there <= most, "{rate:?}: {there} at {now}");
                } else {
                    seen.refused += 1;
                    let wait = world.book.judge(&call, now).retry_after.unwrap();
                    assert!(wait <= per / SECOND + 2, "{rate:?}: {wait} s");
                }
            }
        }
    }
    assert!(seen.passed > 2_000 && seen.refused > 2_000 && seen.ahead > 2_000, "{seen:?}");
}
