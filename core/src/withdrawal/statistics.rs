//! How withdrawals went, in numbers.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::judge::num::Num;
use super::model::{State, Withdrawal};
use super::views::WithdrawalStats;
use crate::time::Time;

/// Adds withdrawals up.
#[derive(Debug, Default)]
pub(super) struct WithdrawalTally {
    by_state: BTreeMap<&'static str, i64>,
    waiting: BTreeMap<&'static str, i64>,
    attention: BTreeMap<&'static str, i64>,
    /// The durations of the paid ones, in microseconds.
    took: Vec<i64>,
    gas_paid: BTreeMap<String, Num>,
    oldest: Option<Time>,
}

fn count(counts: &mut BTreeMap<&'static str, i64>, name: &'static str) {
    let known = counts.entry(name).or_default();
    *known = known.saturating_add(1);
}

fn shown(counts: BTreeMap<&'static str, i64>) -> Map<String, Value> {
    counts.into_iter().map(|(name, count)| (name.to_owned(), count.into())).collect()
}

impl WithdrawalTally {
    /// Adds a withdrawal.
    pub(super) fn add(&mut self, withdrawal: &Withdrawal) {
        let facts = &withdrawal.facts;
        count(&mut self.by_state, withdrawal.state.as_str());
        if let Some(waiting) = facts.waiting {
            count(&mut self.waiting, waiting.as_str());
        }
        if let Some(attention) = &facts.attention {
            count(&mut self.attention, attention.code.as_str());
        }
        let began = withdrawal.row.created_at;
        if !withdrawal.state.is_terminal() {
            self.oldest = Some(self.oldest.map_or(began, |oldest| oldest.min(began)));
        }
        if let (State::Confirmed, Some(at)) = (withdrawal.state, facts.confirmed_at) {
            self.took.push(at.since(began).micros());
        }
        if let Some(gas) = facts.gas_paid {
            let known = self.gas_paid.entry(facts.chain.clone()).or_default();
            *known = known.saturating_add(gas);
        }
    }

    /// The numbers.
    pub(super) fn finish(mut self) -> WithdrawalStats {
        let of = |counts: &BTreeMap<&'static str, i64>, state: State| {
            counts.get(state.as_str()).copied().unwrap_or_default()
        };
        let (confirmed, failed) = (of(&self.by_state, State::Confirmed), of(&self.by_state, State::Failed));
        let gas = self.gas_paid.into_iter().map(|(chain, gas)| (chain, gas.to_string().into()));
        WithdrawalStats {
            confirmed,
            failed,
            error_rate: failed.saturating_mul(10_000).checked_div(confirmed.saturating_add(failed)),
            mean_seconds: mean(&self.took),
            p95_seconds: most_of(&mut self.took),
            by_state: shown(self.by_state),
            waiting: shown(self.waiting),
            attention: shown(self.attention),
            gas_paid: gas.collect(),
            oldest: self.oldest,
        }
    }
}

/// The mean, in whole seconds.
fn mean(took: &[i64]) -> Option<i64> {
    let sum = took.iter().fold(0_i64, |sum, micros| sum.saturating_add(*micros));
    (sum / 1_000_000).checked_div(i64::try_from(took.len()).ok()?)
}

/// The 95th percentile, in whole seconds.
fn most_of(took: &mut [i64]) -> Option<i64> {
    took.sort_unstable();
    let place = (took.len() * 95).div_ceil(100).checked_sub(1)?;
    took.get(place).map(|micros| micros / 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_hundred_the_ninety_fifth_is_shown() {
        let seconds = |count: i64| (1..=count).map(|at| at * 1_000_000).collect::<Vec<_>>();
        for (count, most) in [(0, None), (1, Some(1)), (2, Some(2)), (20, Some(19)), (100, Some(95))] {
            assert_eq!(most_of(&mut seconds(count)), most, "{count}");
        }
        assert_eq!((mean(&[]), mean(&seconds(3))), (None, Some(2)));
    }
}
