//! The verdict of rules and rates on a call, and what an executed call adds to their counters.

use data_encoding::HEXLOWER;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use std::cell::Cell;
use std::cmp::Reverse;
use std::sync::Arc;

use crate::money::Money;
use crate::request::proof::Factor;
use crate::risk::counting::counter::{self, Counter, Distinct, Hash};
use crate::risk::counting::rate::{self, Arrival, Rate};
use crate::risk::counting::window::Window;
use crate::risk::judging::verdict::{Fired, SCORE, Verdict};
use crate::risk::rules::rule::{Class, Metric, Outcome, Pattern, Rule, Subject};
use crate::sorting::Sorting;
use crate::time::Time;

/// Somebody or something that a call is about.
#[derive(Clone, Debug)]
pub struct Party {
    /// The part of the call in which it appears.
    pub subject: Subject,
    /// The salted hash of who or what.
    pub value: Hash,
    /// The same as text, by which its counters are named.
    pub name: Arc<str>,
    /// Debits and new holds by currency: an account has its own, any other party the sum of all accounts.
    pub amounts: Amounts,
}

/// Amounts of a party: mostly it is one.
pub type Amounts = SmallVec<[Money; 1]>;

impl Party {
    /// A party without amounts.
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
pub struct JudgedCall<'a> {
    /// The operation that is called.
    pub action: &'a str,
    /// Whether it opens or settles.
    pub class: Class,
    /// Its parties.
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
    pub rates: Vec<Rate>,
    pub rules: Vec<Rule>,
    /// The scores from which a challenge, a review or a block follows.
    pub thresholds: Thresholds,
}

/// Which form of state a rule or a rate has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::risk) enum Form {
    /// A count, a sum, or failures.
    Counter,
    /// Different values.
    Distinct,
    /// The debt of a rate.
    Arrival,
}

/// The state of a rule or a rate for one party.
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
    pub(in crate::risk) const fn form(&self) -> Form {
        match self {
            Self::Counter(_) => Form::Counter,
            Self::Distinct(_) => Form::Distinct,
            Self::Arrival(_) => Form::Arrival,
        }
    }

    /// The newest of the times that are packed relative to a base. The times of different values are not.
    #[must_use]
    pub fn newest(&self) -> Option<Time> {
        match self {
            Self::Counter(counter) => counter.newest(),
            Self::Distinct(distinct) => distinct.newest(),
            Self::Arrival(arrival) => Some(arrival.last()),
        }
    }

    /// Appends its bytes; the first says which form it is. Times are packed relative to `base`, which is not
    /// before the newest one.
    pub fn pack(&self, base: Time, bytes: &mut Vec<u8>) {
        match self {
            Self::Counter(counter) => counter.pack(base, bytes),
            Self::Distinct(distinct) => distinct.pack(base, bytes),
            Self::Arrival(arrival) => arrival.pack(base, bytes),
        }
    }

    /// Reads what [`State::pack`] wrote; `None` if these bytes are not that.
    #[must_use]
    pub fn unpack(bytes: &[u8], base: Time) -> Option<Self> {
        Some(match *bytes.first()? {
            counter::FORMAT => Self::Counter(Counter::unpack(bytes, base)?),
            counter::FORMAT_DISTINCT => Self::Distinct(Distinct::unpack(bytes, base)?),
            rate::FORMAT => Self::Arrival(Arrival::unpack(bytes, base)?),
            _ => return None,
        })
    }

    /// Adds what another row has counted for the same rule and party. A rate has no window, and counts in one
    /// row.
    pub fn join(&mut self, other: Self, window: Option<&Window>, now: Time) {
        match (self, other, window) {
            (Self::Counter(counter), Self::Counter(other), Some(window)) => counter.join(&other, window, now),
            (Self::Distinct(distinct), Self::Distinct(other), Some(window)) => {
                distinct.join(&other, window, now);
            }
            // a number belongs to one rule, whose metric never changes
            (this, other, _) => *this = other,
        }
    }

    /// Moves entries that are later than now to now, and returns whether there were any. A rate needs no
    /// window.
    pub fn take_as_now(&mut self, window: Option<&Window>, now: Time) -> bool {
        match self {
            Self::Arrival(arrival) => arrival.take_as_now(now),
            Self::Distinct(distinct) => window.is_some_and(|window| distinct.take_as_now(window, now)),
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

    /// When its last entry leaves the window of the rule; a rate needs none. `None` if that never comes.
    #[must_use]
    pub fn leaves(&self, window: Option<&Window>) -> Option<Time> {
        match self {
            Self::Counter(counter) => counter.leaves(window?),
            Self::Distinct(distinct) => distinct.leaves(window?),
            Self::Arrival(arrival) => Some(arrival.at()),
        }
    }
}

/// The number of a rule or a rate, a party, and the state of the rule for this party.
pub type OfParty = (i64, Hash, State);

/// The same, to be changed.
pub(in crate::risk) type OneMut<'s> = (i64, Hash, &'s mut State);

/// The states of rules for parties. If entries are asked for in the order in which they were added, each is
/// found at once.
#[derive(Clone, Debug, Default)]
pub struct States {
    kept: Vec<(i64, Hash, Option<State>)>,
    /// The place behind the one that was found last.
    next: Cell<usize>,
}

impl States {
    /// Adds the state of a rule for a party that has none yet.
    pub fn add(&mut self, number: i64, party: Hash, state: State) {
        self.kept.push((number, party, Some(state)));
    }

    /// Returns the state of a rule for a party.
    #[must_use]
    pub fn get(&self, number: i64, party: Hash) -> Option<&State> {
        self.place(number, party).and_then(|place| self.kept[place].2.as_ref())
    }

    /// Each of them, with rule and party.
    pub(in crate::risk) fn each_mut(&mut self) -> impl Iterator<Item = OneMut<'_>> {
        self.kept.iter_mut().filter_map(|(number, party, state)| Some((*number, *party, state.as_mut()?)))
    }

    #[cfg(test)]
    pub(in crate::risk) fn all(&self) -> impl Iterator<Item = (i64, &State)> {
        self.kept.iter().filter_map(|(number, _, state)| Some((*number, state.as_ref()?)))
    }

    /// The entry of a rule for a party, which is added if there is none.
    fn entry(&mut self, number: i64, party: Hash) -> &mut Option<State> {
        let place = self.place(number, party).unwrap_or_else(|| {
            self.kept.push((number, party, None));
            self.kept.len() - 1
        });
        &mut self.kept[place].2
    }

    fn place(&self, number: i64, party: Hash) -> Option<usize> {
        let party = u128::from_ne_bytes(party);
        let is = |(of, whose, _): &(i64, Hash, Option<State>)| {
            *of == number && u128::from_ne_bytes(*whose) == party
        };
        let from = self.next.get().min(self.kept.len());
        let (before, after) = self.kept.split_at(from);
        let place =
            after.iter().position(is).map(|place| from + place).or_else(|| before.iter().position(is))?;
        self.next.set(place + 1);
        Some(place)
    }
}

/// Judges a call. Nothing is counted.
#[must_use]
pub fn judge(set: &RuleSet, call: &JudgedCall<'_>, states: &States, now: Time) -> Verdict {
    let mut judging = Judging::new(call, now);
    for rate in set.rates.iter().filter(|rate| matches(&rate.action, call)) {
        for party in parties(call, &rate.subject) {
            judging.by_rate(rate, party, states.get(rate.number, party.value));
        }
    }
    for rule in set.rules.iter().filter(|rule| matches(&rule.action, call)) {
        for party in parties(call, &rule.subject) {
            judging.by_rule(rule, party, states.get(rule.number, party.value));
        }
    }
    judging.verdict(set)
}

/// Judges a call by rules that are about it, in any order.
pub(in crate::risk) struct Judging<'j> {
    call: &'j JudgedCall<'j>,
    now: Time,
    fired: Vec<Fired>,
    shadow: Vec<Fired>,
}

impl<'j> Judging<'j> {
    /// No rule has judged yet.
    pub(in crate::risk) const fn new(call: &'j JudgedCall<'j>, now: Time) -> Self {
        Self { call, now, fired: Vec::new(), shadow: Vec::new() }
    }

    /// Judges by a rate, with its state for a party.
    pub(in crate::risk) fn by_rate(&mut self, rate: &Rate, party: &Party, state: Option<&State>) {
        let Some(passes_at) = rate.refuses(arrival(state), self.now) else { return };
        self.fired.push(Fired {
            rule: rate.id.to_string(),
            is_rate: true,
            metric: "rate".to_owned(),
            subject: rate.subject.to_string(),
            party: party.value,
            seen: rate.used(arrival(state), self.now),
            requested: 1,
            limit: i128::from(rate.limit),
            window: Some(rate.per.to_string()),
            outcome: Outcome::Block,
            passes_at: Some(passes_at),
            priority: rate.priority,
        });
    }

    /// Judges by a rule, with its state for a party.
    pub(in crate::risk) fn by_rule(&mut self, rule: &Rule, party: &Party, state: Option<&State>) {
        if !rule.is_in_force(self.now) {
            return;
        }
        let tally = tally(rule, self.call, party, state, self.now);
        if let Some(tally) = tally.filter(|tally| tally.is_over(&rule.metric)) {
            let fired = fired_by(rule, self.call, party, state, tally, self.now);
            if rule.shadow { &mut self.shadow } else { &mut self.fired }.push(fired);
        }
    }

    /// The verdict of all rules and rates that have judged; `set` has all of them.
    pub(in crate::risk) fn verdict(self, set: &RuleSet) -> Verdict {
        let Self { call, now, mut fired, mut shadow } = self;
        let has_fired = |rule: &&Rule| fired.iter().any(|fired| !fired.is_rate && *fired.rule == *rule.id);
        let weights = set.rules.iter().filter(has_fired).map(|rule| rule.weight);
        let score = weights.fold(i32::from(call.risk_score), i32::saturating_add);
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
}

/// Counts a call that was executed: for every rule that is about it, in force or not, in shadow or not.
pub fn count(set: &RuleSet, call: &JudgedCall<'_>, states: &mut States, now: Time) {
    for rate in set.rates.iter().filter(|rate| matches(&rate.action, call)) {
        for party in parties(call, &rate.subject) {
            count_by_rate(rate, states.entry(rate.number, party.value), now);
        }
    }
    for rule in set.rules.iter().filter(|rule| rule.counts() && matches(&rule.action, call)) {
        for party in parties(call, &rule.subject) {
            count_by_rule(rule, call, party, states.entry(rule.number, party.value), now);
        }
    }
}

/// Counts a call that failed.
pub fn count_failure(set: &RuleSet, call: &JudgedCall<'_>, states: &mut States, now: Time) {
    let counted = |rule: &&Rule| matches!(rule.metric, Metric::Failures(_)) && matches(&rule.action, call);
    for rule in set.rules.iter().filter(counted) {
        for party in parties(call, &rule.subject) {
            count_failure_by(rule, states.entry(rule.number, party.value), now);
        }
    }
}

/// Counts an executed call in the state of a rate for a party.
pub(in crate::risk) fn count_by_rate(rate: &Rate, state: &mut Option<State>, now: Time) {
    *state = Some(State::Arrival(rate.take(arrival(state.as_ref()), now)));
}

/// Counts an executed call in the state of a rule for a party.
pub(in crate::risk) fn count_by_rule(
    rule: &Rule,
    call: &JudgedCall<'_>,
    party: &Party,
    state: &mut Option<State>,
    now: Time,
) {
    match &rule.metric {
        Metric::Count(_) => add(rule, state, now, 1),
        Metric::Sum(limit) => {
            if let Some(value) = amount(party, limit) {
                add(rule, state, now, value);
            }
        }
        Metric::Distinct(field, _) => {
            let values = values(call, field);
            if !values.is_empty()
                && let State::Distinct(distinct) =
                    state.get_or_insert_with(|| State::Distinct(Distinct::default()))
            {
                distinct.add(&rule.window, now, &values);
            }
        }
        Metric::Amount(_) | Metric::Failures(_) => {}
    }
}

/// Counts a failed call in the state of a rule for a party.
pub(in crate::risk) fn count_failure_by(rule: &Rule, state: &mut Option<State>, now: Time) {
    if let Metric::Failures(_) = rule.metric {
        add(rule, state, now, 1);
    }
}

fn add(rule: &Rule, state: &mut Option<State>, now: Time, value: i128) {
    let state = state.get_or_insert_with(|| State::Counter(Counter::default()));
    if let State::Counter(counter) = state {
        counter.add(&rule.window, now, value);
    }
}

/// The used part of a limit, and the part that a call would add.
#[derive(Clone, Copy)]
struct Tally {
    seen: i128,
    requested: i128,
}

impl Tally {
    /// Whether a rule fires: the used part and the call's together exceed the limit. A rule about failures
    /// fires once they reach the limit.
    fn is_over(self, metric: &Metric) -> bool {
        match metric {
            Metric::Failures(_) => self.seen >= metric.limit(),
            _ => self.seen.saturating_add(self.requested) > metric.limit(),
        }
    }
}

/// The used part of a rule's limit for a party, and what the call would add. `None` if the rule finds nothing
/// to measure in the call.
fn tally(
    rule: &Rule,
    call: &JudgedCall<'_>,
    party: &Party,
    state: Option<&State>,
    now: Time,
) -> Option<Tally> {
    let used = || match state {
        Some(State::Counter(counter)) => counter.used(&rule.window, now),
        _ => 0,
    };
    let (seen, requested) = match &rule.metric {
        Metric::Count(_) => (used(), 1),
        Metric::Failures(_) => (used(), 0),
        Metric::Sum(limit) => (used(), amount(party, limit)?),
        Metric::Amount(limit) => (0, amount(party, limit)?),
        Metric::Distinct(field, _) => {
            let values = Some(values(call, field)).filter(|values| !values.is_empty())?;
            let none = Distinct::default();
            let distinct = if let Some(State::Distinct(distinct)) = state { distinct } else { &none };
            let used = distinct.used(&rule.window, now);
            let more = distinct.with(&rule.window, now, &values).saturating_sub(used);
            (i128::try_from(used).ok()?, i128::try_from(more).ok()?)
        }
    };
    Some(Tally { seen, requested })
}

/// When a rule that fires would stop firing, if nothing else happened.
fn passes_at(
    rule: &Rule,
    call: &JudgedCall<'_>,
    state: Option<&State>,
    tally: Tally,
    now: Time,
) -> Option<Time> {
    let (no_calls, no_values) = (Counter::default(), Distinct::default());
    let (counter, distinct) = match state {
        Some(State::Counter(counter)) => (counter, &no_values),
        Some(State::Distinct(distinct)) => (&no_calls, distinct),
        _ => (&no_calls, &no_values),
    };
    let room = |room: i128| counter.has_room(&rule.window, now, room);
    let passes_at = match &rule.metric {
        Metric::Amount(_) => None,
        // as many failures as the limit are too many: there must be room for one
        Metric::Count(limit) | Metric::Failures(limit) => room(i128::from(*limit) - 1),
        Metric::Sum(limit) => room(limit.minor_units().saturating_sub(tally.requested)),
        Metric::Distinct(field, limit) => {
            let limit = usize::try_from(*limit).unwrap_or(usize::MAX);
            distinct.has_room(&rule.window, now, &values(call, field), limit)
        }
    };
    ends(passes_at, rule.until)
}

fn fired_by(
    rule: &Rule,
    call: &JudgedCall<'_>,
    party: &Party,
    state: Option<&State>,
    tally: Tally,
    now: Time,
) -> Fired {
    Fired {
        rule: rule.id.to_string(),
        is_rate: false,
        metric: rule.metric.to_string(),
        subject: rule.subject.to_string(),
        party: party.value,
        seen: tally.seen,
        requested: tally.requested,
        limit: rule.metric.limit(),
        window: (!matches!(rule.metric, Metric::Amount(_))).then(|| rule.window.text()),
        outcome: outcome(rule, call),
        passes_at: passes_at(rule, call, state, tally, now),
        priority: rule.priority,
    }
}

/// A rule that ends stops firing at its end at the latest.
fn ends(passes_at: Option<Time>, until: Option<Time>) -> Option<Time> {
    match (passes_at, until) {
        (Some(at), Some(until)) => Some(at.min(until)),
        (at, until) => at.or(until),
    }
}

/// Returns the outcome of a rule, given the factors that the call has proved and whether it was reviewed.
fn outcome(rule: &Rule, call: &JudgedCall<'_>) -> Outcome {
    let proved = |factor: &Factor| call.proved.contains(factor);
    match rule.outcome {
        Outcome::Challenge if rule.factors.is_empty() && !call.proved.is_empty() => Outcome::Flag,
        Outcome::Challenge if !rule.factors.is_empty() && rule.factors.iter().all(proved) => Outcome::Flag,
        outcome => without_key(outcome, call),
    }
}

/// People who have agreed to a call are not asked again. A call without a key cannot be parked, so a review
/// blocks it.
fn without_key(outcome: Outcome, call: &JudgedCall<'_>) -> Outcome {
    match outcome {
        Outcome::Review if call.reviewed => Outcome::Flag,
        Outcome::Review if !call.has_key => Outcome::Block,
        outcome => outcome,
    }
}

/// The threshold that a score has reached, as if it were a rule. No waiting helps.
fn of_score(thresholds: Thresholds, call: &JudgedCall<'_>, score: u8) -> Option<Fired> {
    let Thresholds { challenge, review, block } = thresholds;
    let reached = [(block, Outcome::Block), (review, Outcome::Review), (challenge, Outcome::Challenge)]
        .into_iter()
        .find_map(|(threshold, outcome)| Some((threshold.filter(|threshold| score >= *threshold)?, outcome)));
    reached.map(|(threshold, outcome)| Fired {
        rule: SCORE.to_owned(),
        is_rate: false,
        metric: SCORE.to_owned(),
        subject: SCORE.to_owned(),
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

fn matches(pattern: &Pattern, call: &JudgedCall<'_>) -> bool {
    pattern.matches(call.action, call.class)
}

fn parties<'a, 's>(
    call: &JudgedCall<'a>,
    subject: &'s Subject,
) -> impl Iterator<Item = &'a Party> + use<'a, 's> {
    call.parties.iter().filter(move |party| party.subject == *subject)
}

fn values(call: &JudgedCall<'_>, field: &Subject) -> Vec<Hash> {
    parties(call, field).map(|party| party.value).collect()
}

/// The party's amount in the currency of the limit, if any. Other currencies are neither counted nor limited.
fn amount(party: &Party, limit: &Money) -> Option<i128> {
    let same = party.amounts.iter().filter(|amount| amount.currency() == limit.currency());
    let sum = same.fold(0_i128, |sum, amount| sum.saturating_add(amount.minor_units()));
    (sum > 0).then_some(sum)
}

fn arrival(state: Option<&State>) -> Option<&Arrival> {
    if let Some(State::Arrival(arrival)) = state { Some(arrival) } else { None }
}
