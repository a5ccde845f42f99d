//! Property test: the evaluator that works on rows agrees with the one that asks each rule by itself, for
//! random rules, parties, calls and clocks, while rules come and go.

use std::collections::{BTreeMap, BTreeSet};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde_json::{Value, json};

use super::*;
use crate::money::Money;
use crate::risk::counting::clock_regression::take_as_now;
use crate::risk::judging::judge::{self, Thresholds, count, count_failure};
use crate::risk::model::{KeptRate, KeptRule, RuleBookFacts};
use crate::risk::rules::rule::{Class, Outcome, Rule};

const ACTIONS: [&str; 3] = ["ledger.deduct", "ledger.transfer", "escrow.pay"];

/// Both evaluators: the states of the one, and the rows of the other.
struct World {
    draw: ChaCha8Rng,
    now: Time,
    book: Book,
    facts: RuleBookFacts,
    rules: InForce,
    /// For the evaluator that asks each rule by itself.
    set: RuleSet,
    states: States,
    /// For the evaluator that works on rows: rows by their keys.
    rows: BTreeMap<CounterKey, Arc<[u8]>>,
    seen: Seen,
}

/// Counts of what has occurred, so that the test cannot pass by comparing nothing.
#[derive(Debug, Default)]
struct Seen {
    refused: u32,
    counted: u32,
    failures: u32,
    set_back: u32,
    shared: u32,
    compared: u32,
}

fn in_force(facts: &RuleBookFacts) -> InForce {
    InForce::compile_all("{}".into(), 1, [7; 32].into(), facts, false).unwrap()
}

fn subject_of(name: &str) -> Subject {
    crate::risk::rules::parse::subject("subject", name).unwrap()
}

fn one_by_one(facts: &RuleBookFacts) -> RuleSet {
    let rule = |kept: &KeptRule| Rule { number: kept.generation, ..Rule::kept(&kept.rule).unwrap() };
    let rate = |kept: &KeptRate| Rate { number: kept.generation, ..Rate::kept(&kept.rate).unwrap() };
    RuleSet {
        rules: facts.rules.iter().map(rule).collect(),
        rates: facts.rates.iter().map(rate).collect(),
        thresholds: facts.thresholds,
    }
}

impl World {
    fn new(seed: u64) -> Self {
        let facts = RuleBookFacts::default();
        let (rules, set) = (in_force(&facts), one_by_one(&facts));
        let now = "2026-03-28T22:00:00Z".parse().unwrap();
        let (states, rows, seen) = (States::default(), BTreeMap::new(), Seen::default());
        let (draw, book) = (ChaCha8Rng::seed_from_u64(seed), Book::main());
        Self { draw, now, book, facts, rules, set, states, rows, seen }
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.draw.next_u64() % bound
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[usize::try_from(self.below(of.len() as u64)).unwrap()]
    }

    fn action(&mut self) -> &'static str {
        self.one(&["ledger.deduct", "ledger.transfer", "escrow.pay", "ledger.*", "*"])
    }

    fn subject(&mut self) -> &'static str {
        self.one(&["account", "account", "actor", "ip", "meta.card"])
    }

    fn rule(&mut self, id: &str) -> Value {
        let metric = self.one(&["count", "sum", "amount", "failures", "distinct:ip", "distinct:meta.card"]);
        let limit = 1 + self.below(6);
        let cents = Money::minor(i128::from(limit) * 5_000, self.one(&["USD", "USD", "EUR"])).unwrap();
        let window = self.one(&["PT10S", "PT1M", "PT1H", "day", "month", "lifetime"]);
        let mut rule = json!({"id": id, "action": self.action(), "subject": self.subject(), "metric": metric,
            "limit": limit, "outcome": self.one(&["block", "block", "review", "challenge", "flag"]),
            "shadow": self.below(6) == 0, "exact": self.below(4) > 0, "priority": self.below(3),
            "weight": self.below(30)});
        if matches!(metric, "sum" | "amount") {
            rule["limit"] = json!(cents);
        }
        if metric != "amount" {
            rule["window"] = json!(window);
        }
        if self.below(6) == 0 {
            rule["until"] = json!("2026-03-28T23:30:00Z");
        }
        rule
    }

    /// Some rules go, with all that they have counted, and others come.
    fn change_rules(&mut self) {
        let (gone, has_gone) =
            (self.draw.next_u64(), |bits: u64, number: i64| bits >> (number % 64) & 1 == 1);
        self.facts.rules.retain(|kept| !has_gone(gone, kept.generation));
        self.facts.rates.retain(|kept| !has_gone(gone, kept.generation));
        while self.facts.rules.len() < 4 || self.below(3) > 0 {
            let generation = self.facts.number().unwrap();
            let rule = serde_json::from_value(self.rule(&format!("r-{generation}"))).unwrap();
            self.facts.rules.push(KeptRule { rule, generation });
        }
        if self.below(2) == 0 {
            let generation = self.facts.number().unwrap();
            let rate = json!({"id": format!("r-{generation}"), "action": self.action(), "subject": self.subject(),
                "limit": 1 + self.below(5), "per": "PT30S", "burst": 1 + self.below(4)});
            self.facts.rates.push(KeptRate { rate: serde_json::from_value(rate).unwrap(), generation });
        }
        let block = Some(60 + u8::try_from(self.below(60)).unwrap()).filter(|score| *score <= 100);
        self.facts.thresholds = Thresholds { block, ..Thresholds::default() };
        (self.rules, self.set) = (in_force(&self.facts), one_by_one(&self.facts));
    }

    /// One or several parties of each subject, as a transfer or a batch has several accounts.
    fn parties(&mut self) -> Vec<Party> {
        let mut parties = Vec::new();
        for (subject, most, known) in [("account", 3, 5), ("actor", 2, 3), ("ip", 2, 6), ("meta.card", 3, 4)]
        {
            let count = self.below(most);
            let values: BTreeSet<u64> = (0..=count).map(|_| self.below(known)).collect();
            for value in values {
                let mut hash = [0; 16];
                hash[..8].copy_from_slice(&value.to_be_bytes());
                let mut party = Party::new(subject_of(subject), hash);
                for currency in ["USD", "EUR"] {
                    let cents = self.below(3) * 2_500;
                    if cents > 0 {
                        party.amounts.push(Money::minor(cents, currency).unwrap());
                    }
                }
                parties.push(party);
            }
        }
        parties
    }

    fn pass_time(&mut self) {
        let micros = match self.below(20) {
            0..6 => 0,
            6..16 => self.below(6_000_000),
            16..18 => self.below(600_000_000),
            18 => self.below(20) * 3_600_000_000,
            _ => {
                let back = self.below(9_000_000_000);
                self.now = Time::from_micros(self.now.micros() - i64::try_from(back).unwrap());
                0
            }
        };
        self.now = Time::from_micros(self.now.micros() + i64::try_from(micros).unwrap());
    }

    /// The states of the parties, read from rows.
    fn counted<'e>(&self, about: &'e ActionRules, parties: &'e [Party]) -> PartyCounts<'e> {
        let row = |place: PartyRow<'e>| match self.rows.get(&place.key) {
            None => CountedRow { states: none_of(place.slots), place, known: None, added: OfRow::new() },
            Some(ring) => {
                let (states, is_shared) = read_row(place.slots, ring).unwrap();
                let (key, ring) = (place.key.clone(), ring.clone());
                let known = StoredRow { key, ring, version: 1, created_at: Time::EPOCH, is_shared };
                CountedRow { place, known: Some(known), states, added: OfRow::new() }
            }
        };
        let rows = rows(about, &self.book, false, parties).into_iter().map(row).collect();
        PartyCounts { about, rows, parts: 0 }
    }

    /// As [`super::write`] does.
    fn write(&mut self, counted: PartyCounts<'_>) {
        for CountedRow { place, known, states, .. } in counted.rows {
            let new = new_of(&place, &states);
            if new.clone().next().is_some() {
                let old = known.as_ref().map(|known| (&*known.ring, known.is_shared));
                self.seen.shared += u32::from(old.is_some_and(|(_, is_shared)| is_shared));
                let ring = written(old, &self.rules, new).unwrap();
                drop(self.rows.insert(place.key, ring.into()));
            }
        }
    }

    /// Both evaluators have counted the same for each rule and party.
    fn compare(&mut self, about: &ActionRules, parties: &[Party]) {
        let mut compared = 0;
        for CountedRow { place, states, .. } in &self.counted(about, parties).rows {
            for (slot, state) in place.slots.iter().zip(states) {
                let alone = self.states.get(slot.generation, place.party.value);
                assert_eq!(state.as_ref(), alone, "{}: number {}", self.now, slot.generation);
                compared += u32::from(alone.is_some());
            }
        }
        self.seen.compared += compared;
    }

    fn call(&mut self) {
        self.pass_time();
        let parties = self.parties();
        let (risk_score, class) = (u8::try_from(self.below(60)).unwrap(), Class::Opens);
        let (has_key, reviewed, allowed_by) = (self.below(4) > 0, self.below(9) == 0, None);
        let (action, proved) = (self.one(&ACTIONS), &[][..]);
        let call = JudgedCall {
            action,
            class,
            parties: &parties,
            has_key,
            risk_score,
            proved,
            reviewed,
            allowed_by,
        };
        let (about, now) = (self.rules.about(action, class), self.now);
        let mut counted = self.counted(&about, &parties);

        let is_of = |subject: &Subject, value: &[u8; 16]| {
            parties.iter().any(|party| party.subject == *subject && party.value == *value)
        };
        let set = &about.set;
        let subject = |number: i64| {
            let rule = set.rules.iter().find(|rule| rule.number == number).map(|rule| &rule.subject);
            rule.or_else(|| set.rates.iter().find(|rate| rate.number == number).map(|rate| &rate.subject))
        };
        let of_call = self
            .states
            .each_mut()
            .filter(|(number, value, _)| subject(*number).is_some_and(|subject| is_of(subject, value)));
        let alone = take_as_now(&self.set, of_call, now);
        let by_place = take_as_now(set, counted.each_mut(), now);
        assert_eq!(by_place.len(), alone.len(), "taken as now at {now}");
        self.seen.set_back += u32::from(!alone.is_empty());

        let verdict = counted.judge(&call, now);
        assert_eq!(verdict, judge::judge(&self.set, &call, &self.states, now), "at {now}");
        if verdict.outcome <= Outcome::Flag {
            counted.count(&call, now);
            count(&self.set, &call, &mut self.states, now);
            self.seen.counted += 1;
        } else {
            self.seen.refused += 1;
            if self.below(2) == 0 {
                counted.count_failure(now);
                count_failure(&self.set, &call, &mut self.states, now);
                self.seen.failures += 1;
            }
        }
        self.write(counted);
        self.compare(&about, &parties);
    }
}

#[test]
fn by_place_is_one_by_one() {
    let mut seen = Seen::default();
    for seed in 0..60 {
        let mut world = World { seen, ..World::new(seed) };
        for number in 0..200 {
            if number % 50 == 0 {
                world.change_rules();
            }
            world.call();
        }
        seen = world.seen;
    }
    println!("{seen:?}");
    let Seen { refused, counted, failures, set_back, shared, compared } = seen;
    assert!(refused > 2_000 && counted > 1_500 && failures > 800, "{refused} {counted} {failures}");
    assert!(set_back > 300 && shared > 3_000 && compared > 30_000, "{set_back} {shared} {compared}");
}
