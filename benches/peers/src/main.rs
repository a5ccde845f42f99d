//! Other ledgers under the load of the harness: one contender a process, its figures as one line of JSON.
//!
//! `earnest-peers NAME URL WORKLOAD IN_FLIGHT ACCOUNTS MILLIS POOL`; `earnest-benches peers` calls it.

mod cala;
mod doubleentry;
#[allow(dead_code, reason = "the harness itself uses more of it")]
#[path = "../../src/shared/mod.rs"]
mod shared;
#[cfg(feature = "tigerbeetle")]
mod tigerbeetle;

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use shared::{Figures, Load, Work, clock, drive};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The options of a run.
struct Order {
    url: String,
    /// Accounts that take part: two where all transfers are between the same two.
    accounts: u64,
    /// Connections of the contender's pool.
    pool: u32,
    load: Load,
}

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments).await {
        Ok(figures) => {
            println!("{figures}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("earnest-peers: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &[String]) -> Result<String, Failure> {
    let [name, url, workload, in_flight, accounts, millis, pool] = arguments else {
        return Err("usage: earnest-peers NAME URL WORKLOAD IN_FLIGHT ACCOUNTS MILLIS POOL".into());
    };
    let accounts = match workload.as_str() {
        "transfer" => accounts.parse()?,
        "hot" => 2,
        other => return Err(format!("no contender does `{other}`").into()),
    };
    let lasting = Duration::from_millis(millis.parse()?);
    let load = Load { in_flight: in_flight.parse()?, lasting, run: format!("r{:x}", clock::wall()) };
    let order = Order { url: url.clone(), accounts, pool: pool.parse()?, load };
    let figures = match name.as_str() {
        "doubleentry" => doubleentry::run(&order).await?,
        "cala_ledger" => cala::run(&order).await?,
        #[cfg(feature = "tigerbeetle")]
        "tigerbeetle" => tigerbeetle::run(&order).await?,
        other => return Err(format!("no contender is called `{other}`").into()),
    };
    Ok(serde_json::to_string(&figures)?)
}

/// Runs the load, and says how long it took.
async fn measure<W: Work>(work: Arc<W>, order: &Order) -> (shared::Tally, u64) {
    let began = clock::now();
    let tally = drive(work, &order.load, Arc::new(AtomicU64::new(0))).await;
    (tally, clock::micros_since(began))
}

/// The figures of a load in which every unit is one operation.
fn figures(tally: &shared::Tally, micros: u64, conserved: bool) -> Figures {
    Figures::of_units(tally, 1, micros, conserved)
}
