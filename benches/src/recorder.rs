//! The cost of an application's recorder of metrics: the same load with and without one, in turn.

#![allow(clippy::float_arithmetic, reason = "rates and processor times: statistics, no money")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use earnest::Engine;
use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use serde::Serialize;

use crate::Done;
use crate::args::RecorderOrder;
use crate::bank::{self, Calls};
use crate::ledger::load;
use crate::meter;
use crate::output::{self, failed, note};
use crate::shared::figures::{Real, median, ratio, round};
use crate::shared::{Load, clock, drive};

/// Prometheus's recorder behind a switch: what is off costs no more than no recorder at all.
struct Switched {
    inner: PrometheusRecorder,
    on: Arc<AtomicBool>,
}

impl Switched {
    fn if_on<M>(&self, register: impl FnOnce(&PrometheusRecorder) -> M, nothing: impl FnOnce() -> M) -> M {
        if self.on.load(Ordering::Relaxed) { register(&self.inner) } else { nothing() }
    }
}

impl Recorder for Switched {
    fn describe_counter(&self, key: KeyName, unit: Option<Unit>, text: SharedString) {
        self.inner.describe_counter(key, unit, text);
    }

    fn describe_gauge(&self, key: KeyName, unit: Option<Unit>, text: SharedString) {
        self.inner.describe_gauge(key, unit, text);
    }

    fn describe_histogram(&self, key: KeyName, unit: Option<Unit>, text: SharedString) {
        self.inner.describe_histogram(key, unit, text);
    }

    fn register_counter(&self, key: &Key, metadata: &Metadata<'_>) -> Counter {
        self.if_on(|inner| inner.register_counter(key, metadata), Counter::noop)
    }

    fn register_gauge(&self, key: &Key, metadata: &Metadata<'_>) -> Gauge {
        self.if_on(|inner| inner.register_gauge(key, metadata), Gauge::noop)
    }

    fn register_histogram(&self, key: &Key, metadata: &Metadata<'_>) -> Histogram {
        self.if_on(|inner| inner.register_histogram(key, metadata), Histogram::noop)
    }
}

/// One load, with the recorder or without.
struct Turn {
    ops: u64,
    micros: u64,
    /// Processor time of this process.
    cpu_micros: u64,
}

impl Turn {
    fn per_second(&self) -> Real {
        ratio(self.ops * 1_000_000, self.micros)
    }

    fn cpu_per_op(&self) -> Real {
        ratio(self.cpu_micros, self.ops)
    }
}

/// The comparison: medians of the turns, and of the ratios of neighbours.
#[derive(Serialize)]
struct Comparison {
    store: &'static str,
    in_flight: u64,
    rounds: u64,
    without_per_s: Real,
    with_per_s: Real,
    /// With the recorder against without, by rounds: the median, and the quarters below and above it.
    rate_ratio: Real,
    rate_ratio_low: Real,
    rate_ratio_high: Real,
    without_cpu_us: Real,
    with_cpu_us: Real,
    cpu_ratio: Real,
    cpu_ratio_low: Real,
    cpu_ratio_high: Real,
    /// Calls that the recorder counted: those with it, and no others.
    recorded: u64,
    conservation_ok: bool,
}

/// `recorder`.
pub(crate) async fn recorder(order: &RecorderOrder) -> Done {
    let base = &order.order.base;
    if base.processes > 1 || base.strace {
        return failed("the recorder is that of one process, and without `--strace`");
    }
    if order.order.workload.sells() {
        return failed("the recorder is measured with transfers, holds and deals");
    }
    let on = Arc::new(AtomicBool::new(false));
    let inner = PrometheusBuilder::new().build_recorder();
    let handle = inner.handle();
    metrics::set_global_recorder(Switched { inner, on: on.clone() })?;
    let bank = bank::open_for(base, false).await?;
    let load = load(base, crate::ledger::CALLERS);
    bank::fund(&bank, base.accounts, &load.run).await?;
    let calls =
        bank::shared(Calls { bank: bank.clone(), workload: order.order.workload, accounts: base.accounts });
    // what is first is slower: caches fill
    turn(&bank, &calls, &Load { run: format!("{}-warm", load.run), ..load.clone() }, &handle).await?;
    let (mut without, mut with) = (Vec::new(), Vec::new());
    for round in 0..order.rounds {
        // one begins in every other round
        for second in [false, true] {
            let is_on = second ^ (round % 2 == 1);
            on.store(is_on, Ordering::Relaxed);
            let run = format!("{}-{round}-{is_on}", load.run);
            let done = turn(&bank, &calls, &Load { run, ..load.clone() }, &handle).await?;
            note(&format!("round {round}, recorder {is_on}: {:.0} a second", done.per_second()));
            if is_on { with.push(done) } else { without.push(done) }
        }
    }
    on.store(false, Ordering::Relaxed);
    let conserved = bank::conserved(&bank, base.verify).await?;
    let store = bank.store().name();
    bank.close().await;
    let comparison = compared(store, &load, &without, &with, recorded(&handle), conserved);
    output::print(&comparison, base.json)?;
    let expected: u64 = with.iter().map(|turn| turn.ops).sum();
    if comparison.recorded < expected {
        return failed(format!("of {expected} calls the recorder has {}", comparison.recorded));
    }
    if conserved { Ok(()) } else { failed("money was not conserved") }
}

/// One load, until the sequencer has nothing pending and the recorder has taken in what it was told.
async fn turn(bank: &Engine, calls: &Arc<Calls>, load: &Load, handle: &PrometheusHandle) -> Done<Turn> {
    let (began, cpu) = (clock::now(), meter::own_processor().unwrap_or_default());
    let tally = drive(calls.clone(), load, Arc::new(AtomicU64::new(0))).await;
    bank.catch_up().await?;
    handle.run_upkeep();
    let cpu_micros = meter::own_processor().unwrap_or_default().saturating_sub(cpu);
    if tally.failed() > 0 {
        return failed(format!("calls failed: {:?}", tally.errors));
    }
    Ok(Turn { ops: tally.done(), micros: clock::micros_since(began), cpu_micros })
}

fn compared(
    store: &'static str,
    load: &Load,
    without: &[Turn],
    with: &[Turn],
    recorded: u64,
    conservation_ok: bool,
) -> Comparison {
    let ratios = |of: fn(&Turn) -> Real| -> Vec<Real> {
        let each = with.iter().zip(without).map(|(with, without)| of(with) / of(without).max(0.001));
        each.collect()
    };
    let (rates, cpus) = (ratios(Turn::per_second), ratios(Turn::cpu_per_op));
    let middle = |turns: &[Turn], of: fn(&Turn) -> Real| median(turns.iter().map(of));
    Comparison {
        store,
        in_flight: load.in_flight,
        rounds: u64::try_from(with.len()).unwrap_or_default(),
        without_per_s: round(middle(without, Turn::per_second), 0),
        with_per_s: round(middle(with, Turn::per_second), 0),
        rate_ratio: quantile(&rates, 50),
        rate_ratio_low: quantile(&rates, 25),
        rate_ratio_high: quantile(&rates, 75),
        without_cpu_us: round(middle(without, Turn::cpu_per_op), 2),
        with_cpu_us: round(middle(with, Turn::cpu_per_op), 2),
        cpu_ratio: quantile(&cpus, 50),
        cpu_ratio_low: quantile(&cpus, 25),
        cpu_ratio_high: quantile(&cpus, 75),
        recorded,
        conservation_ok,
    }
}

/// The value below which so many of a hundred are, with three decimals.
fn quantile(values: &[Real], percent: usize) -> Real {
    let mut values = values.to_vec();
    values.sort_by(Real::total_cmp);
    if percent == 50 {
        return round(median(values.into_iter()), 3);
    }
    values.get(values.len() * percent / 100).copied().map_or(0.0, |value| round(value, 3))
}

/// The calls that the recorder counted.
fn recorded(handle: &PrometheusHandle) -> u64 {
    let text = handle.render();
    let counts = text.lines().filter(|line| line.starts_with("earnest_operations_total{"));
    counts.filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok()).sum()
}
