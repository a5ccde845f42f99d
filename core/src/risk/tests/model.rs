//! A model of a few lines, which keeps every call, agrees with counters, verdicts and waits on random calls:
//! 20,000, and 100,000 in `make soak`.

use std::collections::{BTreeMap, HashMap};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde_json::json;

use super::{Book, after, at, deduct, packed, party, rate, rule};
use crate::money::Money;
use crate::risk::counting::counter::Hash;
use crate::risk::counting::rate::Rate;
use crate::risk::counting::window::Window;
use crate::risk::judging::judge::{JudgedCall, Party, State, count_failure};
use crate::risk::judging::verdict::Fired;
use crate::risk::rules::rule::{Metric, Outcome, Rule, Subject};
use crate::time::Time;

/// A call that counted.
struct Entry {
    at: Time,
    /// Entries of one bucket leave together.
    bucket: i64,
    leaves: Time,
    value: i128,
    values: Vec<Hash>,
}

impl Entry {
    fn new(rule: &Rule, at: Time, value: i128, values: Vec<Hash>) -> Self {
        let leaves = rule.window.leaves(at).unwrap_or(Time::MAX);
        let bucket = match &rule.window {
            Window::Rolling(span) if values.is_empty() => at.micros().div_euclid((span.micros() + 58) / 59),
            _ => leaves.micros(),
        };
        Self { at, bucket, leaves, value, values }
    }
}

/// Every call that counted, by rule and party.
type Log = HashMap<(String, Hash), Vec<Entry>>;

/// The entries that count now: their amounts, or their values. A bucket leaves with its last entry.
fn live(rule: &Rule, log: &Log, party: Hash, now: Time) -> Vec<(i128, Hash)> {
    let mut kept: BTreeMap<(i64, Hash), (Time, i128)> = BTreeMap::new();
    let mut keep = |key, entry: &Entry| {
        let (leaves, sum) = kept.entry(key).or_insert((Time::MIN, 0));
        (*leaves, *sum) = (entry.leaves.max(*leaves), *sum + entry.value);
    };
    for entry in log.get(&(rule.id.to_string(), party)).into_iter().flatten() {
        entry.values.iter().for_each(|value| keep((0, *value), entry));
        if entry.values.is_empty() {
            keep((entry.bucket, [0; 16]), entry);
        }
    }
    kept.into_iter()
        .filter(|(_, (leaves, _))| now < *leaves)
        .map(|((_, hash), (_, sum))| (sum, hash))
        .collect()
}

/// Whether a rule fires for a party, and what it has seen.
fn fires(rule: &Rule, log: &Log, call: &JudgedCall<'_>, party: (Hash, i128), now: Time) -> Option<i128> {
    let live = live(rule, log, party.0, now);
    let used: i128 = live.iter().map(|(sum, _)| sum).sum();
    let (seen, fires) = match &rule.metric {
        Metric::Count(limit) => (used, used + 1 > i128::from(*limit)),
        Metric::Failures(limit) => (used, used >= i128::from(*limit)),
        Metric::Sum(limit) => (used, party.1 > 0 && used + party.1 > limit.minor_units()),
        Metric::Amount(limit) => (0, party.1 > limit.minor_units()),
        Metric::Distinct(field, limit) => {
            let own = call.parties.iter().filter(|party| party.subject == *field).map(|party| party.value);
            let all: std::collections::BTreeSet<Hash> =
                live.iter().map(|(_, hash)| *hash).chain(own.clone()).collect();
            (live.len() as i128, own.count() > 0 && all.len() as i128 > i128::from(*limit))
        }
    };
    fires.then_some(seen)
}

/// A bucket of tokens, each worth `per`: it fills by `limit` a microsecond up to the burst. The same as GCRA,
/// reckoned the other way.
#[derive(Clone, Copy)]
struct Tokens {
    level: i128,
    at: Time,
    /// The latest call that took one.
    last: Time,
    /// For how long it has not been full, at the latest call.
    busy: i64,
    /// For how long it was full before that.
    full_for: Option<i64>,
}

impl Tokens {
    /// No bucket is so empty that a call waits for more than a span.
    fn unbounded(self, rate: &Rate, now: Time) -> i128 {
        let least = (1 - i128::from(rate.limit)) * i128::from(rate.per.micros());
        self.level.max(least) + i128::from(now.micros() - self.at.micros()) * i128::from(rate.limit)
    }

    fn now(self, rate: &Rate, now: Time) -> i128 {
        self.unbounded(rate, now).min(all(rate))
    }

    /// After a call.
    fn taken(known: Option<Self>, rate: &Rate, now: Time) -> Self {
        let per = i128::from(rate.per.micros());
        let Some(known) = known else {
            return Self { level: all(rate) - per, at: now, last: now, busy: 0, full_for: None };
        };
        let over = known.unbounded(rate, now) - all(rate);
        let last = known.last.max(now);
        let (busy, full_for) = if over < 0 {
            (known.busy + last.micros() - known.last.micros(), known.full_for)
        } else {
            (0, i64::try_from(over / i128::from(rate.limit)).ok())
        };
        Self { level: known.now(rate, now) - per, at: now, last, busy, full_for }
    }

    /// After the clock was set back: tokens that came back in time that never passed are gone again.
    fn set_back(self, rate: &Rate, now: Time) -> Self {
        let back = self.last.micros() - now.micros();
        let gone = self.full_for.map_or(0, |full| (back - full).max(0)).max(back.min(self.busy));
        let level = self.now(rate, self.last) - i128::from(gone) * i128::from(rate.limit);
        let full_for = self.full_for.map(|full| (full - back).max(0));
        Self { level, at: now, last: now, busy: (self.busy - back).max(0), full_for }
    }
}

fn all(rate: &Rate) -> i128 {
    i128::from(rate.burst) * i128::from(rate.per.micros())
}

fn rules() -> Vec<Rule> {
    [
        json!({"id": "burst", "limit": 5}),
        json!({"id": "minute", "window": "PT1M", "limit": 12, "priority": 5}),
        json!({"id": "sum", "metric": "sum", "window": "PT1H", "limit": "900.00 USD"}),
        json!({"id": "day", "metric": "sum", "window": "day", "time_zone": "Europe/Berlin", "limit": "700.00 USD"}),
        json!({"id": "month", "metric": "sum", "window": "month", "time_zone": "America/New_York", "limit": "15000.00 USD"}),
        json!({"id": "actor", "subject": "actor", "window": "day", "time_zone": "Australia/Lord_Howe", "limit": 60}),
        json!({"id": "large", "metric": "amount", "window": null, "limit": "90.00 USD"}),
        json!({"id": "cards", "metric": "distinct:meta.card", "window": "PT30M", "limit": 4}),
        json!({"id": "devices", "subject": "actor", "metric": "distinct:device", "window": "P1D", "limit": 5, "until": "2026-06-01T00:00:00Z"}),
        json!({"id": "failed", "metric": "failures", "window": "PT5M", "limit": 4}),
        json!({"id": "ever", "subject": "meta.card", "window": "lifetime", "limit": 10_000}),
        json!({"id": "odd", "window": "PT7.000013S", "limit": 4, "from": "2026-02-01T00:00:00Z"}),
        json!({"id": "shadow", "window": "PT10S", "limit": 2, "shadow": true}),
        json!({"id": "flag", "window": "PT20S", "limit": 3, "outcome": "flag"}),
    ]
    .map(rule)
    .into()
}

struct World {
    book: Book,
    log: Log,
    tokens: HashMap<(String, Hash), Tokens>,
    draw: ChaCha8Rng,
    now: Time,
    /// When the clock was set back last.
    back: Time,
}

impl World {
    fn below(&mut self, bound: u64) -> u64 {
        self.draw.next_u64() % bound
    }

    /// Entries that are a second or more later than now are moved to now: whole buckets, by their newest
    /// entry.
    fn set_back(&mut self) {
        let now = self.now;
        self.back = now;
        self.book.take_as_now(now);
        for ((id, _), entries) in &mut self.log {
            let rule = self.book.set.rules.iter().find(|rule| *rule.id == **id).unwrap();
            let of = |entry: &Entry| (entry.values.is_empty().then_some(entry.bucket), entry.values.clone());
            let mut newest: HashMap<_, Time> = HashMap::new();
            for entry in &*entries {
                let at = newest.entry(of(entry)).or_insert(entry.at);
                *at = entry.at.max(*at);
            }
            let ahead = |entry: &Entry| newest[&of(entry)] >= after(now, 1_000_000);
            for entry in entries.iter_mut().filter(|entry| ahead(entry)) {
                *entry = Entry::new(rule, now, entry.value, std::mem::take(&mut entry.values));
            }
        }
        for ((id, _), tokens) in &mut self.tokens {
            let rate = self.book.set.rates.iter().find(|rate| *rate.id == **id).unwrap();
            if tokens.last >= after(now, 1_000_000) {
                *tokens = tokens.set_back(rate, now);
            }
        }
    }

    /// Mostly a few seconds, sometimes none, hours or days, and sometimes back: by seconds, hours or a day.
    fn pass_time(&mut self) {
        let micros = match self.below(40) {
            0..8 => 0,
            8..30 => self.below(4_000_000),
            30..36 => self.below(120_000_000),
            36 => self.below(10_000_000_000),
            37 => self.below(40) * 1_000_000 * 3_600,
            38 => 10_000_000,
            _ => {
                let hours = [0, 0, 2, 30][usize::try_from(self.below(4)).unwrap()];
                let back = self.below(3_000_000 + hours * 3_600_000_000);
                self.now = after(self.now, -i64::try_from(back).unwrap());
                self.set_back();
                0
            }
        };
        self.now = after(self.now, i64::try_from(micros).unwrap());
    }

    fn parties(&mut self) -> Vec<Party> {
        let cents = i128::from(self.below(100) * 100 + 1);
        let name = |kind: &str, number: u64| format!("{kind}-{number}");
        let mut parties = vec![party(Subject::Account, &name("account", self.below(3)), cents)];
        parties.push(party(Subject::Actor, &name("actor", self.below(3)), cents));
        parties.push(party(Subject::Device, &name("device", self.below(9)), cents));
        if self.below(3) > 0 {
            parties.push(party(Subject::Meta("card".to_owned()), &name("card", self.below(8)), cents));
        }
        if self.below(9) == 0 {
            // nothing leaves: it counts as a call, and not in a sum
            parties[0].amounts = [Money::minor(0, "USD").unwrap()].into();
        }
        parties
    }

    /// After the wait, none of the rules that refused does so any more; a second earlier at least one still
    /// does.
    fn wait_is_exact(&self, call: &JudgedCall<'_>, fired: &[Fired], wait: i64) {
        let of = |seconds: i64| self.book.judge(call, after(self.now, seconds * 1_000_000)).fired;
        let before = blocks(fired);
        assert!(blocks(&of(wait)).iter().all(|rule| !before.contains(rule)), "waited {wait} s");
        let early = of(wait - 1);
        assert!(blocks(&early).iter().any(|rule| before.contains(rule)), "{wait} s is too long");
    }

    fn expected(&self, call: &JudgedCall<'_>) -> Vec<(String, i128)> {
        let mut expected = Vec::new();
        for rule in self.book.set.rules.iter().filter(|rule| rule.is_in_force(self.now)) {
            for party in call.parties.iter().filter(|party| party.subject == rule.subject) {
                let cents: i128 = party.amounts.iter().map(|amount| amount.minor_units()).sum();
                let seen = fires(rule, &self.log, call, (party.value, cents), self.now);
                expected.extend(seen.map(|seen| (rule.id.to_string(), seen)));
            }
        }
        for rate in &self.book.set.rates {
            for party in call.parties.iter().filter(|party| party.subject == rate.subject) {
                let tokens = self.tokens.get(&(rate.id.to_string(), party.value));
                let per = i128::from(rate.per.micros());
                let level = tokens.map_or(all(rate), |tokens| tokens.now(rate, self.now));
                if level < per {
                    expected.push((rate.id.to_string(), (all(rate) - level + per - 1) / per));
                }
            }
        }
        expected.sort();
        expected
    }

    /// Writes a call into the log, as if it had been executed or had failed.
    fn log(&mut self, call: &JudgedCall<'_>, failed: bool) {
        for rule in &self.book.set.rules {
            for party in call.parties.iter().filter(|party| party.subject == rule.subject) {
                let cents: i128 = party.amounts.iter().map(|amount| amount.minor_units()).sum();
                let (value, values) = match &rule.metric {
                    Metric::Failures(_) if failed => (1, Vec::new()),
                    Metric::Count(_) if !failed => (1, Vec::new()),
                    Metric::Sum(_) if !failed && cents > 0 => (cents, Vec::new()),
                    Metric::Distinct(field, _) if !failed => {
                        let own = call.parties.iter().filter(|party| party.subject == *field);
                        (1, own.map(|party| party.value).collect::<Vec<_>>())
                    }
                    _ => continue,
                };
                if !matches!(rule.metric, Metric::Distinct(..)) || !values.is_empty() {
                    let entry = Entry::new(rule, self.now, value, values);
                    add(self.log.entry((rule.id.to_string(), party.value)).or_default(), entry, self.now);
                }
            }
        }
        for rate in self.book.set.rates.iter().filter(|_| !failed) {
            for party in call.parties.iter().filter(|party| party.subject == rate.subject) {
                let key = (rate.id.to_string(), party.value);
                let tokens = Tokens::taken(self.tokens.get(&key).copied(), rate, self.now);
                self.tokens.insert(key, tokens);
            }
        }
    }

    /// Whether the counts that were found are those that the model expects. Entries that were merged after
    /// they had left may count for a window after the clock was set back; they never count less. When that
    /// window is over, they leave with the entries that were later by less than a second.
    fn agrees(&self, found: &[(String, i128)], expected: &[(String, i128)]) -> bool {
        let leaves = |id: &str| {
            let rule = self.book.set.rules.iter().find(|rule| *rule.id == *id)?;
            rule.window.leaves(self.back)
        };
        let late = |until: Time| after(until, 1_000_000 + until.since(self.back).micros() / 29);
        let of = |all: &[(String, i128)], id: &str| -> Vec<i128> {
            all.iter().filter(|(of, _)| of == id).map(|(_, seen)| *seen).collect()
        };
        found.iter().chain(expected).map(|(id, _)| id.as_str()).all(|id| {
            let (found, expected, until) = (of(found, id), of(expected, id), leaves(id));
            let at_least = expected.len() <= found.len()
                && expected.iter().rev().zip(found.iter().rev()).all(|(expected, found)| expected <= found);
            let may_differ = until.is_some_and(|until| self.now < late(until));
            found == expected || may_differ && (at_least || until.is_some_and(|until| until <= self.now))
        })
    }
}

fn add(log: &mut Vec<Entry>, entry: Entry, now: Time) {
    // the clock never goes back by so much
    let recent = after(now, -5 * 86_400 * 1_000_000);
    log.retain(|entry| entry.leaves > recent);
    match log.last_mut().filter(|last| last.bucket == entry.bucket && last.values == entry.values) {
        // a lifetime would become long
        Some(last) => {
            last.value += entry.value;
            (last.at, last.leaves) = (last.at.max(entry.at), last.leaves.max(entry.leaves));
        }
        None => log.push(entry),
    }
}

/// Returns the names of what blocks a call.
fn blocks(fired: &[Fired]) -> Vec<&str> {
    fired.iter().filter(|fired| fired.outcome == Outcome::Block).map(|fired| fired.rule.as_str()).collect()
}

#[test]
#[allow(clippy::disallowed_methods, reason = "tests are told by the environment how long a soak is")]
fn soak_a_model_agrees_on_random_calls() {
    let long = std::env::var_os("EARNEST_SOAK").is_some_and(|value| !value.is_empty());
    agrees_on(if long { 100_000 } else { 20_000 });
}

fn agrees_on(calls: u32) {
    let rates = [
        rate(json!({"id": "spaced", "limit": 3, "per": "PT10S", "burst": 4})),
        rate(json!({"id": "even", "subject": "actor", "limit": 7, "per": "PT1M", "burst": 1})),
    ];
    let mut world = World {
        book: Book::new(rules(), rates),
        log: Log::new(),
        tokens: HashMap::new(),
        draw: ChaCha8Rng::seed_from_u64(19),
        now: at("2026-01-01T00:00:00Z"),
        back: at("2025-01-01T00:00:00Z"),
    };
    let (mut passed, mut refused, mut waits, mut failures, mut exact) = (0, 0, 0, 0, 0);
    for number in 0..calls {
        world.pass_time();
        let parties = world.parties();
        let call = deduct(&parties);
        let verdict = world.book.judge(&call, world.now);
        let mut found: Vec<(String, i128)> = verdict
            .fired
            .iter()
            .chain(&verdict.shadow)
            .map(|fired| (fired.rule.clone(), fired.seen))
            .collect();
        found.sort();
        let expected = world.expected(&call);
        assert!(world.agrees(&found, &expected), "at {}: {found:?} {expected:?}", world.now);
        exact += u32::from(found == expected);
        match (verdict.outcome, verdict.retry_after) {
            (Outcome::Block, wait) => {
                refused += 1;
                if let Some(wait) = wait {
                    world.wait_is_exact(&call, &verdict.fired, wait);
                    waits += 1;
                }
                if world.below(20) == 0 {
                    count_failure(&world.book.set, &call, &mut world.book.states, world.now);
                    world.log(&call, true);
                    failures += 1;
                }
            }
            _ => {
                assert!(world.book.call(&call, world.now));
                world.log(&call, false);
                passed += 1;
            }
        }
        if number % 64 == 0 {
            repack(&world.book);
        }
    }
    println!(
        "{passed} passed, {refused} refused, {exact} alike, {waits} waits exact, {failures} failures, until {}",
        world.now
    );
    assert!(passed > calls / 10 && waits > calls / 10 && failures > calls / 200 && exact > calls / 2);
}

/// As if each state had been stored and read.
fn repack(book: &Book) {
    for (rule, state) in book.states.all() {
        // in a row with others, some of which may have been counted later
        for later in [0, 1, 3_600_000_000] {
            let base = after(state.newest().unwrap_or(Time::EPOCH), later);
            let bytes = packed(|bytes| state.pack(base, bytes));
            let (again, size) = (State::unpack(&bytes, base), bytes.len());
            assert!(again.as_ref() == Some(state) && size < 1_000, "{rule}: {size} bytes");
        }
    }
}
