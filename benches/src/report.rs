//! The report of a run: the parts of its processes put together.

use std::collections::BTreeMap;

use earnest::Engine;
use earnest::store::Counted;
use serde::{Deserialize, Serialize};

use crate::args::Base;
use crate::meter::{self, Reading};
use crate::output::masked;
use crate::shared::figures::{Figures, Real, Served, quotient, ratio};
use crate::shared::{Load, Tally};

/// The part of one process.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Part {
    /// Microseconds from the first call until nothing was pending.
    pub(crate) micros: u64,
    /// Latencies: microseconds and how many.
    latencies: Vec<(u64, u64)>,
    errors: BTreeMap<String, u64>,
    /// Statements that the store counted.
    pub(crate) statements: u64,
    /// Times that somebody waited.
    pub(crate) round_trips: u64,
    /// All transactions.
    pub(crate) commits: u64,
    /// Transactions that hold calls.
    pub(crate) groups: u64,
    /// Host transactions that were run again.
    pub(crate) retries: u64,
    /// Resident memory in KiB.
    rss: u64,
}

impl Part {
    /// Makes the part of a load.
    pub(crate) fn of(tally: &Tally, micros: u64) -> Self {
        let latencies =
            tally.latencies.iter_recorded().map(|at| (at.value_iterated_to(), at.count_at_value())).collect();
        Self { micros, latencies, errors: tally.errors.clone(), rss: meter::resident(), ..Self::default() }
    }

    /// With what an engine counted since `before`, when it had committed so many `groups`.
    pub(crate) fn counted(mut self, bank: &Engine, before: Counted, groups: u64) -> Self {
        let now = bank.store().counted();
        self.statements += now.statements - before.statements;
        self.round_trips += now.round_trips - before.round_trips;
        self.commits += now.commits - before.commits;
        self.groups += bank.groups() - groups;
        self
    }

    /// Operations a second.
    pub(crate) fn per_second(&self) -> Real {
        Figures::of_units(&self.tally(), 1, self.micros, true).ops_per_s
    }

    fn tally(&self) -> Tally {
        let mut tally = Tally::new();
        for (micros, count) in &self.latencies {
            tally.latencies.saturating_record_n(*micros, *count);
        }
        tally.errors.clone_from(&self.errors);
        tally
    }
}

/// The description of an operation, for the report.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    /// The name of the workload.
    pub(crate) workload: &'static str,
    /// How the calls are made.
    pub(crate) mode: &'static str,
    /// Operations that one unit of the load holds: the size of a batch.
    pub(crate) each: u64,
    /// Calls of an operation.
    pub(crate) calls: u64,
    /// Transfers that an operation writes.
    pub(crate) transfers: u64,
}

/// One JSON object.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    store: String,
    workload: &'static str,
    mode: &'static str,
    in_flight: u64,
    accounts: u64,
    processes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    batch: Option<u64>,
    #[serde(flatten)]
    figures: Figures,
    /// Transfers a second in the same run, of workloads that are compared with them.
    #[serde(skip_serializing_if = "Option::is_none")]
    transfers_per_s: Option<Real>,
    /// Operations for each transfer of the same run.
    #[serde(skip_serializing_if = "Option::is_none")]
    ratio_to_transfer: Option<Real>,
    calls_per_op: u64,
    statements_per_op: Real,
    round_trips_per_op: Real,
    /// Transactions that hold calls.
    commits: u64,
    /// Transactions of the sequencer and of timers.
    other_commits: u64,
    /// Calls in one transaction.
    mean_group: Real,
    retries: u64,
    /// Null where nobody counted them: SQLite without `--strace`.
    fsyncs: Option<u64>,
    fsyncs_per_op: Option<Real>,
    /// The counter of the fsyncs.
    fsyncs_from: Option<&'static str>,
    /// Write-ahead log of PostgreSQL.
    wal_bytes_per_op: Option<Real>,
    bytes_per_op: Option<Real>,
    bytes_per_transfer: Option<Real>,
    /// All bytes of the store by all its transfers, after a vacuum: with accounts, and with what an empty
    /// store takes.
    store_bytes_per_transfer: Option<Real>,
    rss_mb: Real,
    verified: bool,
    /// Whether the bytes were read after a vacuum.
    vacuumed: bool,
}

impl Report {
    /// Puts the parts together. Of the time it is the longest, of the rest the sum.
    pub(crate) fn of(shape: Shape, load: &Load, parts: &[Part], conserved: bool, base: &Base) -> Self {
        let mut tally = Tally::new();
        parts.iter().for_each(|part| tally.add(&part.tally()));
        let micros = parts.iter().map(|part| part.micros).max().unwrap_or(1);
        let figures = Figures::of_units(&tally, shape.each, micros, conserved);
        let sum = |of: fn(&Part) -> u64| parts.iter().map(of).sum::<u64>();
        let (ops, groups) = (figures.ops, sum(|part| part.groups));
        Self {
            store: masked(&base.store),
            workload: shape.workload,
            mode: shape.mode,
            in_flight: load.in_flight,
            accounts: base.accounts,
            processes: u64::try_from(parts.len()).unwrap_or(u64::MAX),
            batch: (shape.each > 1).then_some(shape.each),
            transfers_per_s: None,
            ratio_to_transfer: None,
            calls_per_op: shape.calls,
            statements_per_op: ratio(sum(|part| part.statements), ops),
            round_trips_per_op: ratio(sum(|part| part.round_trips), ops),
            commits: groups,
            other_commits: sum(|part| part.commits).saturating_sub(groups),
            mean_group: ratio(ops * shape.calls, groups),
            retries: sum(|part| part.retries),
            fsyncs: None,
            fsyncs_per_op: None,
            fsyncs_from: None,
            wal_bytes_per_op: None,
            bytes_per_op: None,
            bytes_per_transfer: None,
            store_bytes_per_transfer: None,
            rss_mb: ratio(sum(|part| part.rss), 1_024),
            verified: base.verify,
            vacuumed: base.vacuum,
            figures,
        }
    }

    /// Adds what was measured outside: on the disk, and of fsyncs.
    pub(crate) fn measured(
        mut self,
        transfers: u64,
        before: &Reading,
        after: &Reading,
        traced: Option<u64>,
    ) -> Self {
        let ops = self.figures.ops;
        let grown = |of: fn(&Reading) -> Option<u64>| Some(of(after)?.saturating_sub(of(before)?));
        let bytes = grown(|reading| reading.bytes);
        self.bytes_per_op = bytes.map(|bytes| ratio(bytes, ops));
        self.bytes_per_transfer = bytes.map(|bytes| ratio(bytes, ops * transfers));
        self.store_bytes_per_transfer = after.bytes.zip(after.transfers).map(|(all, of)| ratio(all, of));
        self.wal_bytes_per_op = grown(|reading| reading.wal).map(|bytes| ratio(bytes, ops));
        (self.fsyncs, self.fsyncs_from) = match (grown(|reading| reading.syncs), traced) {
            (Some(syncs), _) => (Some(syncs), Some("pg_stat_wal")),
            (None, Some(traced)) => (Some(traced), Some("strace")),
            (None, None) => (None, None),
        };
        self.fsyncs_per_op = self.fsyncs.map(|syncs| ratio(syncs, ops));
        self
    }

    /// Adds the rate of transfers in the same run.
    pub(crate) fn beside(mut self, transfers: Option<Real>) -> Self {
        self.transfers_per_s = transfers;
        self.ratio_to_transfer = transfers.map(|rate| quotient(self.figures.ops_per_s, rate));
        self
    }

    /// Adds the processor time of the server.
    pub(crate) fn served(mut self, served: Option<Served>) -> Self {
        self.figures = self.figures.served(served);
        self
    }

    /// Whether money was conserved.
    pub(crate) const fn is_conserved(&self) -> bool {
        self.figures.conservation_ok
    }
}
