//! The figures of one run, and the little statistics that they need.

#![allow(
    clippy::disallowed_types,
    clippy::float_arithmetic,
    reason = "rates and latencies: statistics, no money"
)]

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::drive::Tally;

/// A statistic.
pub(crate) type Real = f64;

/// The figures of a contender's run.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Figures {
    /// Seconds from the first call until everything was settled.
    pub(crate) seconds: Real,
    /// Operations that succeeded.
    pub(crate) ops: u64,
    /// Operations a second.
    pub(crate) ops_per_s: Real,
    /// Median latency in milliseconds.
    pub(crate) p50_ms: Real,
    /// 99th percentile.
    pub(crate) p99_ms: Real,
    /// Operations that failed.
    pub(crate) errors: u64,
    /// By the code of the error.
    pub(crate) error_codes: BTreeMap<String, u64>,
    /// Whether no money was made or lost.
    pub(crate) conservation_ok: bool,
    /// Microseconds of processor time that the server's processes for the application's connections took for
    /// an operation; where they run on this machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) server_us_per_op: Option<Real>,
    /// The same of all the server's processes for this database: those that number the events too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) server_us_per_op_all: Option<Real>,
}

impl Figures {
    /// The figures of a load that took so many microseconds; a unit of it holds `each` operations.
    pub(crate) fn of_units(tally: &Tally, each: u64, micros: u64, conserved: bool) -> Self {
        let at = |share: Real| ratio(tally.latencies.value_at_quantile(share), 1_000);
        let ops = tally.done() * each;
        Self {
            seconds: ratio(micros, 1_000_000),
            ops,
            ops_per_s: round(real(ops) * 1_000_000.0 / real(micros.max(1)), 1),
            p50_ms: at(0.5),
            p99_ms: at(0.99),
            errors: tally.failed(),
            error_codes: tally.errors.clone(),
            conservation_ok: conserved,
            ..Self::default()
        }
    }

    /// With the processor time of the server for all operations, in microseconds.
    pub(crate) fn served(mut self, served: Option<Served>) -> Self {
        self.server_us_per_op = served.map(|served| ratio(served.own, self.ops));
        self.server_us_per_op_all = served.map(|served| ratio(served.all, self.ops));
        self
    }
}

/// Processor time of a server in microseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Served {
    /// For the application's connections.
    pub(crate) own: u64,
    /// For all connections to the database.
    pub(crate) all: u64,
}

/// A count as a statistic; those here are far below 2^53.
#[allow(clippy::cast_precision_loss, reason = "counts of a benchmark are far below 2^53")]
pub(crate) fn real(count: u64) -> Real {
    count as Real
}

/// A quotient with three decimals; nothing over nothing is zero.
pub(crate) fn ratio(part: u64, whole: u64) -> Real {
    if whole == 0 { 0.0 } else { round(real(part) / real(whole), 3) }
}

/// A value with so many decimals.
pub(crate) fn round(value: Real, decimals: i32) -> Real {
    let scale = 10_f64.powi(decimals);
    (value * scale).round() / scale
}

/// The middle of some values; of none it is zero.
pub(crate) fn median(values: impl Iterator<Item = Real>) -> Real {
    let mut values: Vec<Real> = values.collect();
    values.sort_by(Real::total_cmp);
    let middle = values.len() / 2;
    match (values.get(middle.wrapping_sub(1)), values.get(middle)) {
        (Some(low), Some(high)) if values.len().is_multiple_of(2) => round((low + high) / 2.0, 3),
        (_, Some(high)) => *high,
        _ => 0.0,
    }
}

/// A quotient with two decimals; by nothing it is zero.
pub(crate) fn quotient(part: Real, whole: Real) -> Real {
    if whole == 0.0 { 0.0 } else { round(part / whole, 2) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians() {
        assert_eq!(median([3.0, 1.0, 2.0].into_iter()), 2.0);
        assert_eq!(median([4.0, 1.0, 2.0, 3.0].into_iter()), 2.5);
        assert_eq!(median([].into_iter()), 0.0);
        assert_eq!((ratio(1, 3), ratio(1, 0), quotient(3.0, 2.0)), (0.333, 0.0, 1.5));
    }
}
