//! How withdrawals went, in numbers.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::judge::num::Num;
use super::model::{AttentionCode, State, Waiting, Withdrawal};
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

/// The counts by name. A name that does not occur has a zero.
fn shown(
    counts: &BTreeMap<&'static str, i64>,
    names: impl Iterator<Item = &'static str>,
) -> Map<String, Value> {
    let of = |name: &str| counts.get(name).copied().unwrap_or_default();
    names.map(|name| (name.to_owned(), of(name).into())).collect()
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
            by_state: shown(&self.by_state, State::ALL.iter().map(|state| state.as_str())),
            waiting: shown(&self.waiting, Waiting::ALL.iter().map(|waiting| waiting.as_str())),
            attention: shown(&self.attention, AttentionCode::ALL.iter().map(|code| code.as_str())),
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

    /// Whoever looked for failures in a book that has none found no number.
    #[test]
    fn what_does_not_occur_is_zero() {
        let stats = WithdrawalTally::default().finish();
        for (shown, names) in [
            (&stats.by_state, State::ALL.iter().map(|state| state.as_str()).collect::<Vec<_>>()),
            (&stats.waiting, Waiting::ALL.iter().map(|waiting| waiting.as_str()).collect()),
            (&stats.attention, AttentionCode::ALL.iter().map(|code| code.as_str()).collect()),
        ] {
            assert_eq!(shown.len(), names.len(), "{shown:?}");
            assert!(names.iter().all(|name| shown[*name] == 0), "{shown:?}");
        }
    }

    #[test]
    fn of_a_hundred_the_ninety_fifth_is_shown() {
        let seconds = |count: i64| (1..=count).map(|at| at * 1_000_000).collect::<Vec<_>>();
        for (count, most) in [(0, None), (1, Some(1)), (2, Some(2)), (20, Some(19)), (100, Some(95))] {
            assert_eq!(most_of(&mut seconds(count)), most, "{count}");
        }
        assert_eq!((mean(&[]), mean(&seconds(3))), (None, Some(2)));
    }
}
