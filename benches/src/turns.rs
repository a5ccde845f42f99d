//! Transfers with and without something in their way, in turns on one store: rules that judge them, or a
//! flood of wrong PINs beside them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use earnest::keyring::Keyring;
use earnest::requests::{SetPin, SetRule, VerifyPin};
use earnest::{Actor, Engine, Options};
use serde::Serialize;
use serde_json::json;

use crate::Done;
use crate::args::{FloodOrder, RulesOrder, TurnsOrder};
use crate::bank::{self, Calls, Workload};
use crate::meter;
use crate::output::{self, failed, masked};
use crate::shared::figures::{Real, median, quotient, ratio};
use crate::shared::{Draw, Figures, Load, Tally, Work, clock, drive};

/// Wrong guesses until a PIN is locked.
const GUESSES: u64 = 5;
/// PINs that are set at once before a flood.
const SETTING: u64 = 8;
/// A limit that no run reaches.
const NEVER: u64 = 1_000_000_000;

/// All turns of one sort, as medians.
#[derive(Debug, Serialize)]
struct Side {
    ops_per_s: Real,
    p50_ms: Real,
    p99_ms: Real,
    statements_per_op: Real,
    /// The 99th percentile of each turn.
    p99_ms_each: Vec<Real>,
}

/// The figures of the turns.
#[derive(Debug, Serialize)]
struct Report {
    store: String,
    in_flight: u64,
    accounts: u64,
    rounds: u64,
    /// Seconds of one turn.
    seconds: Real,
    #[serde(skip_serializing_if = "Option::is_none")]
    rules: Option<u32>,
    /// Rules about a subject that all calls share.
    #[serde(skip_serializing_if = "Option::is_none")]
    shared: Option<u32>,
    without: Side,
    with: Side,
    rate_ratio: Real,
    p99_ratio: Real,
    #[serde(flatten)]
    flood: Option<Flood>,
    errors: u64,
    conservation_ok: bool,
}

/// The outcome of the guesses.
#[derive(Debug, Serialize)]
struct Flood {
    guessers: u64,
    guesses_per_s: Real,
    /// By the code of the refusal: `pin_invalid` was hashed, `overloaded` was not.
    guesses: BTreeMap<String, u64>,
    /// Resident memory before the first flood, after the first one and after the last one.
    rss_mb: [Real; 3],
}

/// `rules`.
pub(crate) async fn rules(order: &RulesOrder) -> Done {
    let turns = &order.turns;
    let stage = Stage::open(turns).await?;
    let (mut without, mut with) = (Vec::new(), Vec::new());
    for number in 0..turns.rounds {
        bank::rules(&stage.bank, 0).await?;
        without.push(stage.turn(&format!("{number}-without")).await?);
        bank::rules(&stage.bank, order.rules).await?;
        for rule in 0..order.shared {
            let rule = SetRule::new(format!("s-{rule}"), "*", "actor", "count", json!(NEVER), "block");
            stage.bank.risk().set_rule(rule.window("P1D").exact(false)).await?;
        }
        with.push(stage.turn(&format!("{number}-with")).await?);
    }
    let report = stage.report(&without, &with).await?;
    finish(&Report { rules: Some(order.rules), shared: Some(order.shared), ..report }, turns.json)
}

/// `flood`.
pub(crate) async fn flood(order: &FloodOrder) -> Done {
    let turns = &order.turns;
    let stage = Stage::open(turns).await?;
    let guesses = Arc::new(Guesses {
        bank: stage.bank.clone(),
        run: stage.run.clone(),
        subjects: order.subjects,
        next: AtomicU64::new(0),
    });
    guesses.set().await?;
    let (mut without, mut with, mut guessed, mut resident) =
        (Vec::new(), Vec::new(), Tally::new(), Vec::new());
    for number in 0..turns.rounds {
        without.push(stage.turn(&format!("{number}-without")).await?);
        if resident.is_empty() {
            resident.push(meter::resident());
        }
        let name = format!("{number}-with");
        let load = Load { in_flight: order.guessers, ..stage.load("guesses") };
        let (turn, tally) = tokio::join!(stage.turn(&name), drive(guesses.clone(), &load, Arc::default()));
        with.push(turn?);
        guessed.add(&tally);
        resident.push(meter::resident());
    }
    let millis = u64::try_from(turns.seconds.as_millis())?;
    let rss = |place: Option<&u64>| ratio(place.copied().unwrap_or_default(), 1_024);
    let flood = Flood {
        guessers: order.guessers,
        guesses_per_s: ratio(guessed.failed() * 1_000, millis * turns.rounds),
        guesses: guessed.errors.clone(),
        rss_mb: [rss(resident.first()), rss(resident.get(1)), rss(resident.last())],
    };
    let report = stage.report(&without, &with).await?;
    finish(&Report { flood: Some(flood), ..report }, turns.json)
}

fn finish(report: &Report, json: bool) -> Done {
    output::print(report, json)?;
    if report.conservation_ok { Ok(()) } else { failed("money was not conserved") }
}

/// A store with funds, and who makes the transfers: one actor for all of them.
struct Stage<'o> {
    order: &'o TurnsOrder,
    bank: Engine,
    run: String,
}

impl<'o> Stage<'o> {
    async fn open(order: &'o TurnsOrder) -> Done<Self> {
        let options = Options::new().keyring(Keyring::for_tests());
        let bank = Engine::open_with(&order.store, options).await?;
        let run = format!("r{:x}", clock::wall());
        bank::fund(&bank, order.accounts, &run).await?;
        Ok(Self { order, bank, run })
    }

    fn load(&self, name: &str) -> Load {
        let run = format!("{}-{name}", self.run);
        Load { in_flight: self.order.in_flight, lasting: self.order.seconds, run }
    }

    /// Transfers for the length of a turn: the figures, and how many statements each took.
    async fn turn(&self, name: &str) -> Done<(Figures, Real)> {
        let bank = self.bank.acting(Actor::new("till").with_role("system"));
        let work = bank::shared(Calls { bank, workload: Workload::Transfer, accounts: self.order.accounts });
        let (began, before) = (clock::now(), self.bank.store().counted().statements);
        let tally = drive(work, &self.load(name), Arc::default()).await;
        self.bank.catch_up().await?;
        let figures = Figures::of_units(&tally, 1, clock::micros_since(began), true);
        let statements = ratio(self.bank.store().counted().statements - before, figures.ops);
        Ok((figures, statements))
    }

    async fn report(self, without: &[(Figures, Real)], with: &[(Figures, Real)]) -> Done<Report> {
        let conserved = bank::conserved(&self.bank, false).await?;
        self.bank.close().await;
        let [without, with] = [without, with].map(|turns| (side(turns), turns));
        Ok(Report {
            store: masked(&self.order.store),
            in_flight: self.order.in_flight,
            accounts: self.order.accounts,
            rounds: self.order.rounds,
            seconds: self.order.seconds.as_secs_f64(),
            rules: None,
            shared: None,
            rate_ratio: quotient(with.0.ops_per_s, without.0.ops_per_s),
            p99_ratio: quotient(with.0.p99_ms, without.0.p99_ms),
            errors: without.1.iter().chain(with.1).map(|(figures, _)| figures.errors).sum(),
            without: without.0,
            with: with.0,
            flood: None,
            conservation_ok: conserved,
        })
    }
}

fn side(turns: &[(Figures, Real)]) -> Side {
    let of = |what: fn(&Figures) -> Real| median(turns.iter().map(|(figures, _)| what(figures)));
    Side {
        ops_per_s: of(|figures| figures.ops_per_s),
        p50_ms: of(|figures| figures.p50_ms),
        p99_ms: of(|figures| figures.p99_ms),
        statements_per_op: median(turns.iter().map(|(_, statements)| *statements)),
        p99_ms_each: turns.iter().map(|(figures, _)| figures.p99_ms).collect(),
    }
}

/// Wrong PINs of one subject after the other, as many as are hashed before it is locked.
struct Guesses {
    bank: Engine,
    run: String,
    subjects: u64,
    next: AtomicU64,
}

impl Guesses {
    fn subject(&self, number: u64) -> String {
        format!("{}-{number}", self.run)
    }

    /// Gives each subject a PIN.
    async fn set(self: &Arc<Self>) -> Done {
        let mut setters = Vec::new();
        for first in 0..SETTING.min(self.subjects) {
            let all = self.clone();
            setters.push(tokio::spawn(async move {
                let mut number = first;
                while number < all.subjects {
                    all.bank.credentials().set_pin(SetPin::new(all.subject(number), "470815")).await?;
                    number += SETTING;
                }
                Ok::<(), earnest::Error>(())
            }));
        }
        for setter in setters {
            setter.await??;
        }
        Ok(())
    }
}

impl Work for Guesses {
    async fn once(&self, _: &mut Draw, _: String) -> Result<(), String> {
        let number = self.next.fetch_add(1, Ordering::Relaxed) / GUESSES % self.subjects;
        let guess = VerifyPin::new(self.subject(number), "815470");
        let told = self.bank.credentials().verify_pin(guess).await;
        told.map(|_| ()).map_err(|error| bank::code(&error))
    }
}
