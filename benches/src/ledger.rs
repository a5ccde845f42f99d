//! Calls and batches on the engine's own connections, from one process or several.

use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use earnest::Engine;
use tokio::process::Command;

use crate::Done;
use crate::args::{Base, BulkOrder, Order};
use crate::bank::{self, Batches, Calls, Workload};
use crate::meter::{self, Kind};
use crate::output::{self, Bar, failed};
use crate::report::{Part, Report, Shape};
use crate::sales::{self, Sales};
use crate::shared::figures::Real;
use crate::shared::{Draw, Load, Work, clock, drive};
use crate::strace::Trace;

/// How long after they were started several processes begin.
const HEAD_START: Duration = Duration::from_secs(2);
/// Callers of single operations, unless told otherwise.
pub(crate) const CALLERS: u64 = 64;
/// Callers of batches, unless told otherwise.
const BATCHES: u64 = 4;

/// `ledger`.
pub(crate) async fn ledger(order: &Order) -> Done {
    let workload = order.workload;
    let shape = Shape {
        workload: workload.name(),
        mode: "ledger",
        each: 1,
        calls: workload.calls(),
        transfers: workload.transfers(),
    };
    let accounts = order.base.accounts;
    if workload.sells() {
        let stage = Stage { shape, callers: CALLERS, sells: Some(workload) };
        return Box::pin(run(&order.base, stage, move |bank| Sales::new(bank, workload, accounts))).await;
    }
    let stage = Stage { shape, callers: CALLERS, sells: None };
    Box::pin(run(&order.base, stage, move |bank| Calls { bank, workload, accounts })).await
}

/// `bulk`.
pub(crate) async fn bulk(order: &BulkOrder) -> Done {
    let shape = Shape { workload: "transfer", mode: "bulk", each: order.batch, calls: 1, transfers: 1 };
    let (accounts, batch, atomic) = (order.base.accounts, order.batch, !order.separate);
    let stage = Stage { shape, callers: BATCHES, sells: None };
    Box::pin(run(&order.base, stage, move |bank| Batches { bank, accounts, batch, atomic })).await
}

/// A measurement.
#[derive(Clone, Copy)]
struct Stage {
    shape: Shape,
    /// Callers, unless told otherwise.
    callers: u64,
    /// The workload of a sale, which needs offers and gateways.
    sells: Option<Workload>,
}

/// The load of a run: named by the clock, so that no key was ever used before.
pub(crate) fn load(base: &Base, in_flight: u64) -> Load {
    Load {
        in_flight: base.in_flight.unwrap_or(in_flight),
        lasting: base.seconds,
        run: format!("r{:x}", clock::wall()),
    }
}

/// Sets up, measures and reports.
async fn run<W: Work>(base: &Base, stage: Stage, make: impl Fn(Engine) -> W) -> Done {
    let (load, shape, sells) = (load(base, stage.callers), stage.shape, stage.sells.is_some());
    if let Some(part) = &base.part {
        return member(base, load, part, sells, make).await;
    }
    let kind = meter::kind(&base.store)?;
    let mut bank = bank::open_for(base, sells).await?;
    for book in bank::books(&bank, base.books)? {
        bank::fund(&book, base.accounts, &load.run).await?;
        bank::rules(&book, base.rules).await?;
        if let Some(workload) = stage.sells {
            sales::set_up(&book, workload, &load.run).await?;
        }
    }
    let transfers = if sells { Some(transfers(base, &bank, &load).await?) } else { None };
    if kind != Kind::Memory {
        // statistics of the server are told when a session ends: those of the setup must be told before
        bank.close().await;
        meter::settled(&base.store).await?;
        if base.processes == 1 {
            bank = bank::open_for(base, sells).await?;
        }
    } else if base.processes > 1 {
        return failed("several processes cannot share a store in memory");
    }
    let before = meter::before(&base.store, base.vacuum).await?;
    let trace = if base.strace { Some(Trace::begin().await?) } else { None };
    let parts = if base.processes > 1 {
        let parts = members(base, &load).await?;
        bank = bank::open_for(base, sells).await?;
        parts
    } else {
        vec![alone(bank::books(&bank, base.books)?, &load, make, shape.mode).await?]
    };
    let traced = match trace {
        Some(trace) => Some(trace.end().await?),
        None => None,
    };
    let mut conserved = true;
    for book in bank::books(&bank, base.books)? {
        conserved &= bank::conserved(&book, base.verify).await?;
    }
    bank.close().await;
    meter::settled(&base.store).await?;
    let after = meter::after(&base.store, base.vacuum).await?;
    let report =
        Report::of(shape, &load, &parts, conserved, base).measured(shape.transfers, &before, &after, traced);
    finish(&report.beside(transfers), base.json)
}

/// Transfers a second in this run, before what it measures: on the same machine, store and load.
async fn transfers(base: &Base, bank: &Engine, load: &Load) -> Done<Real> {
    let accounts = base.accounts;
    let make = |bank| Calls { bank, workload: Workload::Transfer, accounts };
    let load = Load { run: format!("{}t", load.run), ..load.clone() };
    Ok(alone(bank::books(bank, base.books)?, &load, make, "transfers").await?.per_second())
}

/// The same work in several books, each time in any of them.
struct InBooks<W> {
    works: Vec<W>,
}

impl<W: Work> Work for InBooks<W> {
    async fn once(&self, draw: &mut Draw, key: String) -> Result<(), String> {
        let book = usize::try_from(draw.below(self.works.len() as u64)).unwrap_or_default();
        match self.works.get(book) {
            Some(work) => work.once(draw, key).await,
            None => Err("there is no book".to_owned()),
        }
    }
}

/// Prints a report; lost money is a failure.
pub(crate) fn finish(report: &Report, json: bool) -> Done {
    output::print(report, json)?;
    if report.is_conserved() { Ok(()) } else { failed("money was not conserved") }
}

/// Runs the load in this process until the sequencer has nothing pending.
async fn alone<W: Work>(
    books: Vec<Engine>,
    load: &Load,
    make: impl Fn(Engine) -> W,
    what: &str,
) -> Done<Part> {
    let Some(bank) = books.first() else { return failed("there is no book") };
    let work = bank::shared(InBooks { works: books.iter().cloned().map(make).collect() });
    let done = Arc::new(AtomicU64::new(0));
    let bar = Bar::lasting(what, load.lasting, done.clone());
    let (before, groups) = (bank.store().counted(), bank.groups());
    let began = clock::now();
    let tally = drive(work, load, done).await;
    for book in &books {
        book.catch_up().await?;
    }
    let micros = clock::micros_since(began);
    bar.clear();
    Ok(Part::of(&tally, micros).counted(bank, before, groups))
}

/// One of several processes: waits for the common start, and prints its part.
async fn member<W: Work>(
    base: &Base,
    load: Load,
    part: &str,
    sells: bool,
    make: impl Fn(Engine) -> W,
) -> Done {
    let Some((run, start)) = part.split_once(',') else { return failed("`--part` is RUN,MICROS") };
    let load = Load { run: run.to_owned(), ..load };
    let bank = bank::open_for(base, sells).await?;
    let start: u64 = start.parse()?;
    tokio::time::sleep(Duration::from_micros(start.saturating_sub(clock::wall()))).await;
    let part = alone(bank::books(&bank, base.books)?, &load, make, "").await?;
    bank.close().await;
    output::print(&part, true)
}

/// Starts the processes with the arguments of this one, and collects their parts.
async fn members(base: &Base, load: &Load) -> Done<Vec<Part>> {
    let start = clock::wall() + u64::try_from(HEAD_START.as_micros())?;
    let mut children = Vec::new();
    for number in 0..base.processes {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(std::env::args_os().skip(1)).arg("--part").arg(format!("{}-{number},{start}", load.run));
        children.push(command.stdout(Stdio::piped()).kill_on_drop(true).spawn()?.wait_with_output());
    }
    let bar = Bar::lasting("processes", load.lasting + HEAD_START, Arc::default());
    let mut parts = Vec::new();
    for child in children {
        let output = child.await?;
        if !output.status.success() {
            return failed("a process of several failed; its message is above");
        }
        parts.push(serde_json::from_slice(&output.stdout)?);
    }
    bar.clear();
    Ok(parts)
}
