//! Contenders side by side: the same work, in turn, in several rounds, each in a process of its own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::process::Command;

use crate::Done;
use crate::args::PeersOrder;
use crate::bank::Workload;
use crate::meter::{self, Kind};
use crate::output::{self, failed, masked, note};
use crate::shared::Figures;
use crate::shared::figures::{Real, median, quotient};

/// The workspace of the contenders that bring libraries of their own.
const PEERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/Cargo.toml");

/// How long a contender may take to set up and to settle. Some wait for ever for a server that is not there.
const PATIENCE: Duration = Duration::from_secs(300);

/// A contender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Contender {
    Earnest,
    LockTwoRows,
    ByHand,
    Doubleentry,
    CalaLedger,
    Tigerbeetle,
}

impl Contender {
    const ALL: [Self; 6] = [
        Self::Earnest,
        Self::LockTwoRows,
        Self::ByHand,
        Self::Doubleentry,
        Self::CalaLedger,
        Self::Tigerbeetle,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Earnest => "earnest",
            Self::LockTwoRows => "lock_two_rows",
            Self::ByHand => "by_hand",
            Self::Doubleentry => "doubleentry",
            Self::CalaLedger => "cala_ledger",
            Self::Tigerbeetle => "tigerbeetle",
        }
    }

    /// Why it cannot take part, if so.
    fn excuse(self, kind: &Kind, order: &PeersOrder) -> Option<&'static str> {
        match (self, kind) {
            (Self::LockTwoRows | Self::ByHand, Kind::Memory) => Some("it needs a database"),
            (Self::Doubleentry | Self::CalaLedger | Self::Tigerbeetle, _) if order.workload.sells() => {
                Some("it sells nothing")
            }
            (Self::CalaLedger, Kind::Memory | Kind::Sqlite(_)) => Some("it works on PostgreSQL only"),
            (Self::Tigerbeetle, _) if order.tigerbeetle.is_none() => {
                Some("no address: `--tigerbeetle 127.0.0.1:3000`")
            }
            _ => None,
        }
    }

    /// Whether it takes part inside an application's transaction, or outside of one.
    const fn is_of(self, host: bool) -> bool {
        match self {
            Self::Earnest => true,
            Self::ByHand => host,
            _ => !host,
        }
    }

    /// Whether it is of the peers' own workspace.
    const fn is_foreign(self) -> bool {
        matches!(self, Self::Doubleentry | Self::CalaLedger | Self::Tigerbeetle)
    }
}

/// Everything that was measured.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Comparison {
    pub(crate) store: String,
    pub(crate) kind: String,
    pub(crate) workload: String,
    pub(crate) accounts: u64,
    pub(crate) seconds: Real,
    pub(crate) rounds: u64,
    pub(crate) pool: u32,
    /// Median operations a second at the most callers.
    pub(crate) medians: BTreeMap<String, Real>,
    /// How many times as fast Earnest is, at the most callers.
    pub(crate) ratios: BTreeMap<String, Real>,
    /// By callers in flight.
    pub(crate) points: Vec<Point>,
    /// Contenders that did not take part, and why.
    pub(crate) skipped: BTreeMap<String, String>,
    pub(crate) errors: u64,
    pub(crate) conservation_ok: bool,
}

/// One number of callers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Point {
    pub(crate) in_flight: u64,
    /// Median operations a second.
    pub(crate) medians: BTreeMap<String, Real>,
    /// How many times as fast Earnest is.
    pub(crate) ratios: BTreeMap<String, Real>,
    /// Operations a second of every round.
    pub(crate) rounds: BTreeMap<String, Vec<Real>>,
    /// Median over the rounds of the median latency.
    pub(crate) p50_ms: BTreeMap<String, Real>,
    /// Median over the rounds of the 99th percentile.
    pub(crate) p99_ms: BTreeMap<String, Real>,
    /// Of `--host`: median over the rounds of the server's processor time for the application's connections,
    /// in microseconds an operation.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) server_us: BTreeMap<String, Real>,
    /// Of `--host`: the same of all connections to the database.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) server_us_all: BTreeMap<String, Real>,
    /// Of `--host`: how many times as cheap Earnest is by `server_us`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) server_ratios: BTreeMap<String, Real>,
}

/// `peers`.
pub(crate) async fn peers(order: &PeersOrder) -> Done {
    let kind = meter::kind(&order.store)?;
    if !matches!(order.workload, Workload::Transfer | Workload::Hot | Workload::LastPiece) {
        return failed("contenders do `transfer`, `hot` or `last_piece`");
    }
    if order.host && order.workload.sells() {
        return failed("contenders of `--host` do `transfer` or `hot`");
    }
    let mut skipped = BTreeMap::new();
    let mut field = Vec::new();
    for contender in Contender::ALL.into_iter().filter(|contender| contender.is_of(order.host)) {
        match contender.excuse(&kind, order) {
            Some(excuse) => drop(skipped.insert(contender.name().to_owned(), excuse.to_owned())),
            None => field.push(contender),
        }
    }
    let foreign = foreign_program()?;
    if field.iter().any(|contender| contender.is_foreign())
        && let Err(why) = build(order, &foreign).await
    {
        for contender in field.extract_if(.., |contender| contender.is_foreign()) {
            skipped.insert(contender.name().to_owned(), why.0.clone());
        }
    }
    if order.build_only {
        return Ok(());
    }
    let mut stage = Stage { order, kind, foreign, field, skipped, errors: 0, conserved: true };
    let mut points = Vec::new();
    for in_flight in &order.in_flight {
        points.push(stage.point(*in_flight).await);
    }
    let comparison = stage.compared(points);
    output::print(&comparison, order.json)?;
    if comparison.conservation_ok { Ok(()) } else { failed("money was not conserved") }
}

/// Where the program of the peers is, or will be built: beside our own.
fn foreign_program() -> Done<PathBuf> {
    let own = std::env::current_exe()?;
    let Some(target) = own.ancestors().nth(2) else { return failed("this program lies in no folder") };
    Ok(target.join("peers/release/earnest-peers"))
}

/// Builds the peers; quick when nothing has changed.
async fn build(order: &PeersOrder, program: &Path) -> Done {
    if order.no_build {
        return if program.exists() { Ok(()) } else { failed("it is not built, and `--no-build` was given") };
    }
    note("building the peers (minutes, the first time) ...");
    let mut command = Command::new("cargo");
    command.args(["build", "--release", "--locked", "--quiet", "--manifest-path", PEERS, "--target-dir"]);
    command.args(program.ancestors().nth(2));
    if order.tigerbeetle.is_some() {
        command.args(["--features", "tigerbeetle"]);
    }
    let status = command.stdout(Stdio::null()).status().await?;
    if status.success() { Ok(()) } else { failed("cargo could not build it") }
}

struct Stage<'o> {
    order: &'o PeersOrder,
    kind: Kind,
    foreign: PathBuf,
    field: Vec<Contender>,
    skipped: BTreeMap<String, String>,
    errors: u64,
    conserved: bool,
}

impl Stage<'_> {
    /// All rounds of one number of callers. The order changes from round to round, so that nobody is always
    /// first.
    async fn point(&mut self, in_flight: u64) -> Point {
        let mut runs: BTreeMap<Contender, Vec<Figures>> = BTreeMap::new();
        for round in 0..self.order.rounds {
            let mut turn = self.field.clone();
            if !turn.is_empty() {
                let by = usize::try_from(round).unwrap_or_default() % turn.len();
                turn.rotate_left(by);
            }
            for contender in turn {
                note(&format!("{in_flight:>6} in flight, round {}: {}", round + 1, contender.name()));
                match self.run(contender, in_flight).await {
                    Ok(figures) => {
                        self.errors += figures.errors;
                        self.conserved &= figures.conservation_ok;
                        runs.entry(contender).or_default().push(figures);
                    }
                    Err(why) => {
                        note(&format!("{} gave up: {}", contender.name(), why.0));
                        self.field.retain(|other| *other != contender);
                        self.skipped.insert(contender.name().to_owned(), why.0);
                    }
                }
            }
        }
        let of = |what: fn(&Figures) -> Real| -> BTreeMap<String, Real> {
            let each = runs.iter().map(|(who, runs)| (who.name().to_owned(), median(runs.iter().map(what))));
            each.collect()
        };
        let medians = of(|figures| figures.ops_per_s);
        let own = medians.get(Contender::Earnest.name()).copied().unwrap_or_default();
        let others = medians.iter().filter(|(name, _)| *name != Contender::Earnest.name());
        let ratios = others.map(|(name, median)| (name.clone(), quotient(own, *median))).collect();
        let every = |(who, runs): (&Contender, &Vec<Figures>)| {
            (who.name().to_owned(), runs.iter().map(|figures| figures.ops_per_s).collect())
        };
        let rounds = runs.iter().map(every).collect();
        let (p50_ms, p99_ms) = (of(|figures| figures.p50_ms), of(|figures| figures.p99_ms));
        let (mut server_us, mut server_us_all) = (BTreeMap::new(), BTreeMap::new());
        for (who, runs) in &runs {
            let (own, all): (Vec<Real>, Vec<Real>) =
                runs.iter().filter_map(|run| run.server_us_per_op.zip(run.server_us_per_op_all)).unzip();
            if !own.is_empty() {
                server_us.insert(who.name().to_owned(), median(own.into_iter()));
                server_us_all.insert(who.name().to_owned(), median(all.into_iter()));
            }
        }
        let own = server_us.get(Contender::Earnest.name()).copied().unwrap_or_default();
        let others = server_us.iter().filter(|(name, _)| *name != Contender::Earnest.name());
        let server_ratios = others.map(|(name, other)| (name.clone(), quotient(*other, own))).collect();
        Point { in_flight, medians, ratios, rounds, p50_ms, p99_ms, server_us, server_us_all, server_ratios }
    }

    /// One run of one contender.
    async fn run(&self, contender: Contender, in_flight: u64) -> Done<Figures> {
        let order = self.order;
        let millis = order.seconds.as_millis().to_string();
        let (in_flight, accounts) = (in_flight.to_string(), order.accounts.to_string());
        let pool = order.pool.to_string();
        let mut command = if contender.is_foreign() {
            let mut command = Command::new(&self.foreign);
            let workload = order.workload.name();
            let url = self.url(contender);
            command.args([contender.name(), &url, workload, &in_flight, &accounts, &millis, &pool]);
            command
        } else {
            let mut command = Command::new(std::env::current_exe()?);
            let what = match contender {
                Contender::Earnest if order.host => "host",
                Contender::Earnest => "ledger",
                Contender::ByHand => "by-hand",
                _ => "lock-two-rows",
            };
            let seconds = format!("{}.{:03}", order.seconds.as_secs(), order.seconds.subsec_millis());
            command.args([
                what,
                "--store",
                &self.url(contender),
                "--workload",
                order.workload.name(),
                "--json",
            ]);
            command.args(["--in-flight", &in_flight, "--accounts", &accounts, "--seconds", &seconds]);
            if order.host || contender == Contender::LockTwoRows {
                command.args(["--pool", &pool]);
            }
            if order.unprepared {
                command.arg("--unprepared");
            }
            command
        };
        let output = command.stdin(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true).output();
        let Ok(output) = tokio::time::timeout(order.seconds + PATIENCE, output).await else {
            return failed("it gave no answer in time");
        };
        let output = output?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return failed(said.lines().last().unwrap_or("it failed without a word").to_owned());
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    /// Each contender has a file, or a schema, of its own.
    fn url(&self, contender: Contender) -> String {
        match (&self.kind, contender, &self.order.tigerbeetle) {
            (_, Contender::Tigerbeetle, Some(address)) => address.clone(),
            (Kind::Sqlite(path), Contender::LockTwoRows | Contender::ByHand | Contender::Doubleentry, _) => {
                format!("sqlite:{path}.{}", contender.name())
            }
            _ => self.order.store.clone(),
        }
    }

    fn compared(self, points: Vec<Point>) -> Comparison {
        let last = points.iter().max_by_key(|point| point.in_flight).cloned().unwrap_or_default();
        let kind = match self.kind {
            Kind::Memory => "memory",
            Kind::Sqlite(_) => "sqlite",
            Kind::Postgres => "postgres",
        };
        Comparison {
            store: masked(&self.order.store),
            kind: kind.to_owned(),
            workload: self.order.workload.name().to_owned(),
            accounts: self.order.accounts,
            seconds: self.order.seconds.as_secs_f64(),
            rounds: self.order.rounds,
            pool: self.order.pool,
            medians: last.medians,
            ratios: last.ratios,
            points,
            skipped: self.skipped,
            errors: self.errors,
            conservation_ok: self.conserved,
        }
    }
}
