//! The load harness of Earnest: workloads on its own connections and inside a host's transaction, peers side
//! by side.
//!
//! `cargo run --release -p earnest-benches -- ledger --store sqlite:bench.db --json` prints one JSON object
//! on one line; without `--json` the same for people. `benches/RESULTS.md` says what was measured, with every
//! command.

mod args;
mod bank;
mod delivery;
mod door;
mod host;
mod instructions;
mod ledger;
mod lock;
mod meter;
mod output;
mod peers;
mod piece;
mod plot;
mod pure;
mod rank;
#[cfg(feature = "recorder")]
mod recorder;
mod report;
mod sales;
mod shared;
mod strace;
mod turns;
mod withdrawals;

use std::process::ExitCode;

use clap::Parser as _;
use mimalloc::MiMalloc;

use args::{Arguments, Command};
use output::Failure;

/// The allocator of the `earnest` program; the peers' program has it too.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match arguments.command {
        Command::Ledger(order) => Box::pin(ledger::ledger(&order)).await,
        Command::Bulk(order) => Box::pin(ledger::bulk(&order)).await,
        Command::Host(order) => Box::pin(host::host(&order)).await,
        Command::Peers(order) => Box::pin(peers::peers(&order)).await,
        #[cfg(feature = "recorder")]
        Command::Recorder(order) => Box::pin(recorder::recorder(&order)).await,
        Command::LockTwoRows(order) => Box::pin(lock::lock_two_rows(&order, false)).await,
        Command::ByHand(order) => Box::pin(lock::lock_two_rows(&order, true)).await,
        Command::Rules(order) => Box::pin(turns::rules(&order)).await,
        Command::Flood(order) => Box::pin(turns::flood(&order)).await,
        Command::Rank(order) => Box::pin(rank::rank(&order)).await,
        Command::Delivery(order) => Box::pin(delivery::delivery(&order)).await,
        Command::Withdrawals(order) => Box::pin(withdrawals::withdrawals(&order)).await,
        Command::Door(order) => Box::pin(door::door(&order)).await,
        Command::Plot(order) => plot::plot(&order),
        Command::Instructions(order) => instructions::instructions(&order).await,
        Command::Pure(order) => instructions::pure(&order).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.said(),
    }
}

type Done<T = ()> = Result<T, Failure>;
