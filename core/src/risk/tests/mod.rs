//! Rules, rates and verdicts: edges to the microsecond, zones, and a model that agrees on random calls.

mod ahead;
mod edges;
mod model;
mod parties;
mod parts;
mod reading;
mod verdicts;
mod windows;

use crate::currency::Currencies;
use crate::error::Result;
use crate::money::Money;
use crate::risk::counting::clock_regression::take_as_now;
use crate::risk::counting::counter::Hash;
use crate::risk::counting::rate::Rate;
use crate::risk::judging::judge::{JudgedCall, Party, RuleSet, States, count, judge};
use crate::risk::judging::verdict::Verdict;
use crate::risk::rules::parse::{RateArgs, RuleArgs};
use crate::risk::rules::rule::{Class, Rule, Subject};
use crate::time::{Span, Time};
use serde_json::{Value, json};

/// The operations that the tests know.
const CATALOGUE: &[(&str, Class)] = &[
    ("ledger.deduct", Class::Opens),
    ("ledger.transfer", Class::Opens),
    ("ledger.capture", Class::Settles),
    ("ledger.balance", Class::None),
    ("escrow.pay", Class::Opens),
    ("escrow.ship", Class::Settles),
];

/// Reads a rule: what is not given is a count of `ledger.deduct` by account in ten seconds that blocks.
fn read(given: &Value) -> Result<Rule> {
    let mut args = json!({"id": "r", "action": "ledger.deduct", "subject": "account", "metric": "count",
        "window": "PT10S", "limit": 3, "outcome": "block"});
    for (name, value) in given.as_object().unwrap() {
        args[name] = value.clone();
    }
    let args: RuleArgs = serde_json::from_value(args).unwrap();
    Rule::request(&args, CATALOGUE, &Currencies::iso())
}

#[expect(clippy::needless_pass_by_value, reason = "its many calls read better")]
fn rule(given: Value) -> Rule {
    read(&given).unwrap_or_else(|error| panic!("{given}: {error}"))
}

fn read_rate(given: &Value) -> Result<Rate> {
    let mut args =
        json!({"id": "rate", "action": "ledger.deduct", "subject": "account", "limit": 3, "per": "PT10S"});
    for (name, value) in given.as_object().unwrap() {
        args[name] = value.clone();
    }
    let args: RateArgs = serde_json::from_value(args).unwrap();
    Rate::request(&args, CATALOGUE)
}

#[expect(clippy::needless_pass_by_value, reason = "its many calls read better")]
fn rate(given: Value) -> Rate {
    read_rate(&given).unwrap_or_else(|error| panic!("{given}: {error}"))
}

/// The bytes that `pack` appends.
fn packed(pack: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut bytes = Vec::new();
    pack(&mut bytes);
    bytes
}

fn at(text: &str) -> Time {
    text.parse().unwrap()
}

fn after(time: Time, micros: i64) -> Time {
    Time::from_micros(time.micros() + micros)
}

fn seconds(seconds: i64) -> Span {
    Span::from_micros(seconds * 1_000_000).unwrap()
}

fn hash(name: &str) -> Hash {
    let mut hash = [0; 16];
    hash[..name.len()].copy_from_slice(name.as_bytes());
    hash
}

fn party(subject: Subject, name: &str, cents: i128) -> Party {
    Party { amounts: [Money::minor(cents, "USD").unwrap()].into(), ..Party::new(subject, hash(name)) }
}

/// A deduction from an account, with a key.
fn deduct(parties: &[Party]) -> JudgedCall<'_> {
    JudgedCall {
        action: "ledger.deduct",
        class: Class::Opens,
        parties,
        has_key: true,
        risk_score: 0,
        proved: &[],
        reviewed: false,
        allowed_by: None,
    }
}

/// A small engine: it judges calls, and counts those that pass.
#[derive(Default)]
struct Book {
    set: RuleSet,
    states: States,
}

impl Book {
    fn new(rules: impl IntoIterator<Item = Rule>, rates: impl IntoIterator<Item = Rate>) -> Self {
        let mut numbers = 1..;
        let mut number = || numbers.next().unwrap();
        let set = RuleSet {
            rules: rules.into_iter().map(|rule| Rule { number: number(), ..rule }).collect(),
            rates: rates.into_iter().map(|rate| Rate { number: number(), ..rate }).collect(),
            ..RuleSet::default()
        };
        Self { set, ..Self::default() }
    }

    fn judge(&self, call: &JudgedCall<'_>, now: Time) -> Verdict {
        judge(&self.set, call, &self.states, now)
    }

    /// Moves later entries to this time, as a refusal does.
    fn take_as_now(&mut self, now: Time) {
        take_as_now(&self.set, self.states.each_mut(), now);
    }

    /// Whether it passed, and was counted.
    fn call(&mut self, call: &JudgedCall<'_>, now: Time) -> bool {
        self.take_as_now(now);
        let passes = self.judge(call, now).speaker().is_none();
        if passes {
            count(&self.set, call, &mut self.states, now);
        }
        passes
    }

    /// How many of so many calls at once pass.
    fn calls(&mut self, call: &JudgedCall<'_>, now: Time, calls: usize) -> usize {
        (0..calls).filter(|_| self.call(call, now)).count()
    }
}
