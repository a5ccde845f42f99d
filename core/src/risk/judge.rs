//! What rules and rates say of a call, and what an executed call adds to their counters.

use data_encoding::HEXLOWER;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use std::cell::Cell;
use std::cmp::Reverse;
use std::sync::Arc;

use super::counter::{Counter, Distinct, Hash};
use super::rate::{Arrival, Rate};
use super::rule::{Class, Factor, Metric, Outcome, Pattern, Rule, Subject};
use super::window::Window;
use crate::money::Money;
use crate::sorting::Sorting;
use crate::time::Time;

/// Somebody or something that a call is about.
#[derive(Clone, Debug)]
pub struct Party {
    /// In which part.
    pub subject: Subject,
    /// The salted hash of who or what.
    pub value: Hash,
    /// The same as text, by which its counters are named.
    pub name: Arc<str>,
    /// What leaves, or is newly held, by currency: of an account its own, of others the sum of all.
    pub amounts: Amounts,
}

/// Amounts of a party: mostly it is one.
pub type Amounts = SmallVec<[Money; 1]>;

impl Party {
    /// A party of which nothing leaves.
    #[must_use]
    pub fn new(subject: Subject, value: Hash) -> Self {
        let mut text = [0; 2 * size_of::<Hash>()];
        HEXLOWER.encode_mut(&value, &mut text);
        let name = std::str::from_utf8(&text).unwrap_or_default().into();
        Self { subject, value, name, amounts: Amounts::new() }
    }
}

/// A call as rules see it.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The operation.
    pub action: &'a str,
    /// Whether it opens or settles.
    pub class: Class,
    /// Whom it is about.
    pub parties: &'a [Party],
    /// Whether it has an idempotency key: a review cannot be without one.
    pub has_key: bool,
    /// The host's own score, 0 to 100.
    pub risk_score: u8,
    /// The factors that were proved with it.
    pub proved: &'a [Factor],
    /// Whether people have looked at it and agreed.
    pub reviewed: bool,
    /// The entry of the allow list that names it, if any.
    pub allowed_by: Option<&'a str>,
}

/// From which score on something follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Thresholds {
    /// A further factor.
    pub challenge: Option<u8>,
    /// A look by people.
    pub review: Option<u8>,
    /// A refusal.
    pub block: Option<u8>,
}

/// The rules of a book. No two of its rules and rates have one number, or they would count together.
#[derive(Clone, Debug, Default)]
pub struct RuleSet {
    /// Its rates.
    pub rates: Vec<Rate>,
    /// Its rules.
    pub rules: Vec<Rule>,
    /// What the score leads to.
    pub thresholds: Thresholds,
}

/// What a rule or a rate has seen of one party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Of a count, a sum, or failures.
    Counter(Counter),
    /// Of different values.
    Distinct(Distinct),
    /// Of a rate.
    Arrival(Arrival),
}

impl State {
    /// The newest time of it, from which its bytes may be told: of different values they are not.
    #[must_use]
    pub fn newest(&self) -> Option<Time> {
        match self {
            Self::Counter(counter) => counter.newest(),
            Self::Distinct(_) => None,
            Self::Arrival(arrival) => Some(arrival.last()),
        }
    }

    /// Adds its bytes, which say which of them it is. Times are told from `base`, which is not before its
    /// newest one.
    pub fn pack(&self, base: Time, bytes: &mut Vec<u8>) {
        match self {
            Self::Counter(counter) => counter.pack(base, bytes),
            Self::Distinct(distinct) => distinct.pack(bytes),
            Self::Arrival(arrival) => arrival.pack(base, bytes),
        }
    }

    /// Reads what [`State::pack`] wrote; `None` if these bytes are not that.
    #[must_use]
    pub fn unpack(bytes: &[u8], base: Time) -> Option<Self> {
        let counter = Counter::unpack(bytes, base).map(Self::Counter);
        let distinct = || Distinct::unpack(bytes).map(Self::Distinct);
        counter.or_else(distinct).or_else(|| Arrival::unpack(bytes, base).map(Self::Arrival))
    }

    /// Adds what was counted of the same by others, as far as it counts now. A rate has no window, and counts
    /// in one row.
    pub fn join(&mut self, other: Self, window: Option<&Window>, now: Time) {
        match (self, other, window) {
            (Self::Counter(counter), Self::Counter(other), Some(window)) => counter.join(&other, window, now),
            (Self::Distinct(distinct), Self::Distinct(other), Some(window)) => {
                distinct.join(&other, window, now);
            }
            // a number is that of one rule, whose metric stays
            (this, other, _) => *this = other,
        }
    }

    /// Takes what is later than now as counted now, and says whether there was any; that of a rate needs no
    /// window.
    pub fn take_as_now(&mut self, window: Option<&Window>, now: Time) -> bool {
        match self {
            Self::Arrival(arrival) => arrival.take_as_now(now),
            Self::Distinct(distinct) => distinct.take_as_now(now),
            Self::Counter(counter) => window.is_some_and(|window| counter.take_as_now(window, now)),
        }
    }

    /// Whether some of it was counted later than now.
    #[must_use]
    pub fn is_ahead(&self, now: Time) -> bool {
        match self {
            Self::Counter(counter) => counter.is_ahead(now),
            Self::Distinct(distinct) => distinct.is_ahead(now),
            Self::Arrival(arrival) => arrival.is_ahead(now),
        }
    }

    /// From when on none of it counts, in the window of a rule; that of a rate needs none. `None` if that
    /// never comes.
    #[must_use]
    pub fn leaves(&self, window: Option<&Window>) -> Option<Time> {
        match self {
            Self::Counter(counter) => counter.leaves(window?),
            Self::Distinct(distinct) => distinct.leaves(window?),
            Self::Arrival(arrival) => Some(arrival.at()),
        }
    }
}

/// The number of a rule or a rate, a party, and what it has seen of that one.
pub type OfParty = (i64, Hash, State);

/// What rules have counted of parties. Whoever asks in the order in which they were added finds each at once.
#[derive(Clone, Debug, Default)]
pub struct States {
    kept: Vec<OfParty>,
    /// The place behind the one that was found last.
    next: Cell<usize>,
}

impl States {
    /// None yet, with room for some.
    #[must_use]
    pub fn with_capacity(room: usize) -> Self {
        Self { kept: Vec::with_capacity(room), next: Cell::new(0) }
    }

    /// Adds what a rule has counted of a party, of which there is nothing yet.
    pub fn add(&mut self, number: i64, party: Hash, state: State) {
        self.kept.push((number, party, state));
    }

    /// What a rule has counted of a party.
    #[must_use]
    pub fn get(&self, number: i64, party: Hash) -> Option<&State> {
        self.place(number, party).and_then(|place| self.kept.get(place)).map(|(.., state)| state)
    }

    /// Each of them, with rule and party.
    pub(super) fn each_mut(&mut self) -> impl Iterator<Item = &mut OfParty> {
        self.kept.iter_mut()
    }

    #[cfg(test)]
    pub(super) fn all(&self) -> impl Iterator<Item = &OfParty> {
        self.kept.iter()
    }

    /// What a rule has counted of a party, which begins as `none`.
    fn get_or_add(&mut self, number: i64, party: Hash, none: impl FnOnce() -> State) -> &mut State {
        let place = self.place(number, party).unwrap_or_else(|| {
            self.add(number, party, none());
            self.kept.len() - 1
        });
        &mut self.kept[place].2
    }

    fn place(&self, number: i64, party: Hash) -> Option<usize> {
        let party = u128::from_ne_bytes(party);
        let is = |(of, whose, _): &OfParty| *of == number && u128::from_ne_bytes(*whose) == party;
        let from = self.next.get().min(self.kept.len());
        let (before, after) = self.kept.split_at(from);
        let place =
            after.iter().position(is).map(|place| from + place).or_else(|| before.iter().position(is))?;
        self.next.set(place + 1);
        Some(place)
    }
}

/// A rule that fired for a party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fired {
    /// Its name; `score` for a threshold.
    pub rule: String,
    /// Whether it is a rate.
    pub is_rate: bool,
    /// What it counts.
    pub metric: String,
    /// In which part the party is.
    pub subject: String,
    /// The salted hash of the party.
    pub party: Hash,
    /// What was used before the call.
    pub seen: i128,
    /// What the call would add.
    pub requested: i128,
    /// The limit.
    pub limit: i128,
    /// The window; none for `amount`.
    pub window: Option<String>,
    /// What follows from it, with what was proved and reviewed taken off.
    pub outcome: Outcome,
    /// From when on it would not fire, if nothing else happened; `None` if waiting does not help.
    pub passes_at: Option<Time>,
    priority: i32,
}

impl Fired {
    /// Whether it says that the score has reached this threshold.
    #[must_use]
    pub fn is_score_of(&self, threshold: Option<u8>) -> bool {
        self.metric == "score" && threshold.is_some_and(|threshold| self.limit == i128::from(threshold))
    }
}

/// What all of them say together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The strictest outcome.
    pub outcome: Outcome,
    /// Weights and the host's number, 0 to 100.
    pub score: u8,
    /// What fired, rates first, then the highest priority, then the longest wait: the first of the strictest
    /// speaks.
    pub fired: Vec<Fired>,
    /// What would have fired, in the same order.
    pub shadow: Vec<Fired>,
    /// The entry of the allow list that lifted all of it.
    pub allowed_by: Option<String>,
    /// Whole seconds after which everything that refuses would let the call through; `None` if waiting does
    /// not help, or nothing refuses.
    pub retry_after: Option<i64>,
}

impl Verdict {
    /// The rule that the refusal names.
    #[must_use]
    pub fn speaker(&self) -> Option<&Fired> {
        let refuses = self.outcome > Outcome::Flag;
        self.fired.iter().find(|fired| refuses && fired.outcome == self.outcome)
    }
}

/// Judges a call. Nothing is counted.
#[must_use]
pub fn judge(set: &RuleSet, call: &Call<'_>, states: &States, now: Time) -> Verdict {
    let mut fired: Vec<Fired> = rates(set, call, states, now).collect();
    let mut shadow = Vec::new();
    let mut score = i32::from(call.risk_score);
    for rule in set.rules.iter().filter(|rule| rule.is_in_force(now) && matches(&rule.action, call)) {
        let found: Vec<Fired> = parties(call, &rule.subject)
            .filter_map(|party| fires(rule, call, (party, states), now))
            .collect();
        if !rule.shadow && !found.is_empty() {
            score = score.saturating_add(rule.weight);
        }
        if rule.shadow { &mut shadow } else { &mut fired }.extend(found);
    }
    let score = u8::try_from(score.clamp(0, 100)).unwrap_or(100);
    fired.extend(of_score(set.thresholds, call, score));
    for list in [&mut fired, &mut shadow] {
        let wait = |fired: &Fired| (fired.passes_at.is_some(), Reverse(fired.passes_at));
        list.order_by(|a, b| {
            let key = |fired: &Fired| (!fired.is_rate, Reverse(fired.priority), wait(fired));
            key(a).cmp(&key(b)).then_with(|| a.rule.cmp(&b.rule))
        });
    }
    let strictest = fired.iter().map(|fired| fired.outcome).max().unwrap_or(Outcome::Allow);
    let outcome = if call.allowed_by.is_some() { Outcome::Allow } else { strictest };
    let retry_after = if outcome == Outcome::Block { retry_after(&fired, now) } else { None };
    let allowed_by = call.allowed_by.map(str::to_owned);
    Verdict { outcome, score, fired, shadow, allowed_by, retry_after }
}

/// Counts a call that was executed: for every rule that is about it, in force or not, in shadow or not.
pub fn count(set: &RuleSet, call: &Call<'_>, states: &mut States, now: Time) {
    for rate in set.rates.iter().filter(|rate| matches(&rate.action, call)) {
        for party in parties(call, &rate.subject) {
            let taken = rate.take(arrival(states.get(rate.number, party.value)), now);
            *states.get_or_add(rate.number, party.value, || State::Arrival(taken)) = State::Arrival(taken);
        }
    }
    for rule in set.rules.iter().filter(|rule| matches(&rule.action, call)) {
        for party in parties(call, &rule.subject) {
            match &rule.metric {
                Metric::Count(_) => add(rule, party, states, (now, 1)),
                Metric::Sum(limit) => {
                    let value = amount(party, limit);
                    if value > 0 {
                        add(rule, party, states, (now, value));
                    }
                }
                Metric::Distinct(field, _) => {
                    let values = values(call, field);
                    if !values.is_empty() {
                        add_values(rule, party, states, (now, &values));
                    }
                }
                Metric::Amount(_) | Metric::Failures(_) => {}
            }
        }
    }
}

/// Counts a call that failed.
pub fn count_failure(set: &RuleSet, call: &Call<'_>, states: &mut States, now: Time) {
    let counted = |rule: &&Rule| matches!(rule.metric, Metric::Failures(_)) && matches(&rule.action, call);
    for rule in set.rules.iter().filter(counted) {
        for party in parties(call, &rule.subject) {
            add(rule, party, states, (now, 1));
        }
    }
}

fn rates(set: &RuleSet, call: &Call<'_>, states: &States, now: Time) -> impl Iterator<Item = Fired> {
    let about = set.rates.iter().filter(|rate| matches(&rate.action, call));
    let pairs = about.flat_map(|rate| parties(call, &rate.subject).map(move |party| (rate, party)));
    pairs.filter_map(move |(rate, party)| {
        let passes_at = rate.refuses(arrival(states.get(rate.number, party.value)), now)?;
        Some(Fired {
            rule: rate.id.to_string(),
            is_rate: true,
            metric: "rate".to_owned(),
            subject: rate.subject.to_string(),
            party: party.value,
            seen: i128::from(rate.limit),
            requested: 1,
            limit: i128::from(rate.limit),
            window: Some(rate.per.to_string()),
            outcome: Outcome::Block,
            passes_at: Some(passes_at),
            priority: rate.priority,
        })
    })
}

/// Whether a rule fires for a party: when what was used and what the call adds are above the limit. Failures
/// fire when there were as many.
fn fires(rule: &Rule, call: &Call<'_>, (party, states): (&Party, &States), now: Time) -> Option<Fired> {
    let state = states.get(rule.number, party.value);
    let limit = rule.metric.limit();
    let empty = Counter::default();
    let counter = if let Some(State::Counter(counter)) = state { counter } else { &empty };
    let used = || counter.used(&rule.window, now);
    let no_values = Distinct::default();
    let (distinct, values) = match (&rule.metric, state) {
        (Metric::Distinct(field, _), Some(State::Distinct(distinct))) => (distinct, values(call, field)),
        (Metric::Distinct(field, _), _) => (&no_values, values(call, field)),
        _ => (&no_values, Vec::new()),
    };
    let (seen, requested) = match &rule.metric {
        Metric::Count(_) => (used(), 1),
        Metric::Failures(_) => (used(), 0),
        Metric::Sum(_) | Metric::Amount(_) if amount_of(rule, party) <= 0 => return None,
        Metric::Sum(_) => (used(), amount_of(rule, party)),
        Metric::Amount(_) => (0, amount_of(rule, party)),
        Metric::Distinct(..) if values.is_empty() => return None,
        Metric::Distinct(..) => {
            let used = distinct.used(&rule.window, now);
            let more = distinct.with(&rule.window, now, &values).saturating_sub(used);
            (i128::try_from(used).ok()?, i128::try_from(more).ok()?)
        }
    };
    let fires = match rule.metric {
        Metric::Failures(_) => seen >= limit,
        _ => seen.saturating_add(requested) > limit,
    };
    // when it would pass is asked only of what fires
    let passes_at = || match &rule.metric {
        Metric::Amount(_) => None,
        // as many failures as the limit are too many: there must be room for one
        Metric::Count(_) | Metric::Failures(_) => {
            counter.has_room(&rule.window, now, limit.saturating_sub(1))
        }
        Metric::Sum(_) => counter.has_room(&rule.window, now, limit.saturating_sub(requested)),
        Metric::Distinct(_, limit) => {
            let limit = usize::try_from(*limit).unwrap_or(usize::MAX);
            distinct.has_room(&rule.window, now, (&values, limit))
        }
    };
    fires.then(|| Fired {
        rule: rule.id.to_string(),
        is_rate: false,
        metric: rule.metric.to_string(),
        subject: rule.subject.to_string(),
        party: party.value,
        seen,
        requested,
        limit,
        window: (!matches!(rule.metric, Metric::Amount(_))).then(|| rule.window.text()),
        outcome: outcome(rule, call),
        passes_at: ends(passes_at(), rule.until),
        priority: rule.priority,
    })
}

/// A rule that ends lets the call through then at the latest.
fn ends(passes_at: Option<Time>, until: Option<Time>) -> Option<Time> {
    match (passes_at, until) {
        (Some(at), Some(until)) => Some(at.min(until)),
        (at, until) => at.or(until),
    }
}

/// What follows from a rule, for a call that has proved some factors and may have been reviewed.
fn outcome(rule: &Rule, call: &Call<'_>) -> Outcome {
    let proved = |factor: &Factor| call.proved.contains(factor);
    match rule.outcome {
        Outcome::Challenge if rule.factors.is_empty() && !call.proved.is_empty() => Outcome::Flag,
        Outcome::Challenge if !rule.factors.is_empty() && rule.factors.iter().all(proved) => Outcome::Flag,
        outcome => without_key(outcome, call),
    }
}

/// Who has agreed to a call is not asked again, and a call without a key cannot wait for people.
fn without_key(outcome: Outcome, call: &Call<'_>) -> Outcome {
    match outcome {
        Outcome::Review if call.reviewed => Outcome::Flag,
        Outcome::Review if !call.has_key => Outcome::Block,
        outcome => outcome,
    }
}

/// The threshold that a score has reached, as if it were a rule. No waiting helps.
fn of_score(thresholds: Thresholds, call: &Call<'_>, score: u8) -> Option<Fired> {
    let Thresholds { challenge, review, block } = thresholds;
    let reached = [(block, Outcome::Block), (review, Outcome::Review), (challenge, Outcome::Challenge)]
        .into_iter()
        .find_map(|(threshold, outcome)| Some((threshold.filter(|threshold| score >= *threshold)?, outcome)));
    reached.map(|(threshold, outcome)| Fired {
        rule: "score".to_owned(),
        is_rate: false,
        metric: "score".to_owned(),
        subject: "score".to_owned(),
        party: Hash::default(),
        seen: i128::from(score),
        requested: 0,
        limit: i128::from(threshold),
        window: None,
        outcome: match outcome {
            Outcome::Challenge if !call.proved.is_empty() => Outcome::Flag,
            outcome => without_key(outcome, call),
        },
        passes_at: None,
        priority: i32::MIN,
    })
}

fn retry_after(fired: &[Fired], now: Time) -> Option<i64> {
    let blocks = fired.iter().filter(|fired| fired.outcome == Outcome::Block);
    let last = blocks.map(|fired| fired.passes_at).collect::<Option<Vec<_>>>()?.into_iter().max()?;
    Some(last.since(now).seconds_up().max(1))
}

fn matches(pattern: &Pattern, call: &Call<'_>) -> bool {
    pattern.matches(call.action, call.class)
}

fn parties<'a, 's>(call: &Call<'a>, subject: &'s Subject) -> impl Iterator<Item = &'a Party> + use<'a, 's> {
    call.parties.iter().filter(move |party| party.subject == *subject)
}

fn values(call: &Call<'_>, field: &Subject) -> Vec<Hash> {
    parties(call, field).map(|party| party.value).collect()
}

/// What leaves in the limit's currency: another one is not counted and not limited.
fn amount(party: &Party, limit: &Money) -> i128 {
    let same = party.amounts.iter().filter(|amount| amount.currency() == limit.currency());
    same.fold(0, |sum, amount| sum.saturating_add(amount.minor_units()))
}

fn amount_of(rule: &Rule, party: &Party) -> i128 {
    match &rule.metric {
        Metric::Sum(limit) | Metric::Amount(limit) => amount(party, limit),
        _ => 0,
    }
}

fn arrival(state: Option<&State>) -> Option<&Arrival> {
    if let Some(State::Arrival(arrival)) = state { Some(arrival) } else { None }
}

fn add(rule: &Rule, party: &Party, states: &mut States, (now, value): (Time, i128)) {
    let none = || State::Counter(Counter::default());
    if let State::Counter(counter) = states.get_or_add(rule.number, party.value, none) {
        counter.add(&rule.window, now, value);
    }
}

fn add_values(rule: &Rule, party: &Party, states: &mut States, (now, values): (Time, &[Hash])) {
    let none = || State::Distinct(Distinct::default());
    if let State::Distinct(distinct) = states.get_or_add(rule.number, party.value, none) {
        distinct.add(&rule.window, now, values);
    }
}
