//! The arguments of the command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use crate::bank::Workload;
use crate::pure::Pure;

/// Measures Earnest: JSON on one line with `--json`, progress on the terminal without.
#[derive(Debug, Parser)]
#[command(name = "earnest-benches", version, max_term_width = 110)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The measurements.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// One call after the other on the engine's own connections, from many callers at once
    Ledger(Order),
    /// Batches of transfers: `ledger.batch`
    Bulk(BulkOrder),
    /// The same as `ledger` inside a host's sqlx transaction, which also inserts a row of its own; in one
    /// process, and without `--strace`
    Host(ContenderOrder),
    /// Earnest and others in turn, on the same machine and the same work
    Peers(PeersOrder),
    /// The same load with Prometheus's recorder of metrics and without one, in turn, in one process, and
    /// without `--strace`
    #[cfg(feature = "recorder")]
    Recorder(RecorderOrder),
    /// The transaction that most applications write: one of the peers
    LockTwoRows(ContenderOrder),
    /// The same with a row of the application's own in it, as in `host`: one of the peers of `--host`
    ByHand(ContenderOrder),
    /// Transfers with and without rules, in turns
    Rules(RulesOrder),
    /// Transfers with and without a flood of wrong PINs beside them, in turns
    Flood(FloodOrder),
    /// Lists of accounts by balance: the first, which follows the whole log, and pages behind it, while
    /// nothing moves and while money does; on a new store
    Rank(RankOrder),
    /// Events to brokers: a backlog, and then transfers with and without deliveries beside them, in turns
    Delivery(DeliveryOrder),
    /// Withdrawals at a rate, on a chain of this machine that takes orders as anvil does: how long they take
    /// until they are final, what they cost, and whether any was paid twice
    Withdrawals(WithdrawalsOrder),
    /// Payments through a built-in driver to a gateway of this process: how long one that is confirmed takes
    /// until its gateway has the request, and the memory of calls that wait for their answers
    Door(DoorOrder),
    /// Draws what `peers --json` printed, a panel for each store and workload: throughput against callers in
    /// flight
    Plot(PlotOrder),
    /// Counts the instructions of the pure core with callgrind, which needs `valgrind` installed
    Instructions(InstructionsOrder),
    /// One function of the pure core, so many times: what `instructions` runs
    #[command(hide = true)]
    Pure(PureOrder),
}

/// A load.
#[derive(Args, Clone, Debug)]
pub(crate) struct Order {
    #[command(flatten)]
    pub(crate) base: Base,
    /// The operation that callers repeat
    #[arg(long, value_enum, default_value_t = Workload::Transfer)]
    pub(crate) workload: Workload,
}

/// The options of every load.
#[derive(Args, Clone, Debug)]
pub(crate) struct Base {
    /// `memory:`, `sqlite:PATH` or `postgres://...`; it may have been used before
    #[arg(long, value_name = "URL")]
    pub(crate) store: String,
    /// Callers, each with one operation under way: 64, and 4 of batches, if not given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=16_384))]
    pub(crate) in_flight: Option<u64>,
    /// Accounts that take part
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(2..))]
    pub(crate) accounts: u64,
    /// Books, one of which each operation of `ledger` and `bulk` is in: a store on several servers has them
    /// on all of these
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=1_000))]
    pub(crate) books: u64,
    /// For how long operations are begun
    #[arg(long, value_name = "S", default_value = "5", value_parser = seconds)]
    pub(crate) seconds: Duration,
    /// Processes that share the store, each with as many callers
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=64))]
    pub(crate) processes: u64,
    /// Recompute every invariant afterwards, not only the trial balance
    #[arg(long)]
    pub(crate) verify: bool,
    /// Give back the space of dead rows before the bytes are read: VACUUM on PostgreSQL, a checkpoint on
    /// SQLite
    #[arg(long)]
    pub(crate) vacuum: bool,
    /// Count fsyncs of this process with `strace`, which slows it down; PostgreSQL counts its own
    #[arg(long)]
    pub(crate) strace: bool,
    /// Rules and rates that judge every call, about accounts, the other side and the actor, and refuse none
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=100))]
    pub(crate) rules: u32,
    /// On connections that a pool of the application lends, as `Engine::attach` has it
    #[arg(long)]
    pub(crate) lent: bool,
    /// One JSON object on one line
    #[arg(long)]
    pub(crate) json: bool,
    /// One of several processes: its run and when it begins
    #[arg(long, hide = true, value_name = "RUN,MICROS")]
    pub(crate) part: Option<String>,
}

/// A load of batches.
#[derive(Args, Clone, Debug)]
pub(crate) struct BulkOrder {
    #[command(flatten)]
    pub(crate) base: Base,
    /// Transfers in a batch, at most 1,000
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=1_000))]
    pub(crate) batch: u64,
    /// Each for itself instead of all or none
    #[arg(long)]
    pub(crate) separate: bool,
}

/// A load over a pool of connections.
#[derive(Args, Clone, Debug)]
pub(crate) struct ContenderOrder {
    #[command(flatten)]
    pub(crate) order: Order,
    /// Connections of the pool; SQLite always has one that writes
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub(crate) pool: u32,
    /// Send the texts of the pool's statements each time, as drivers do that prepare nothing (PostgreSQL)
    #[arg(long)]
    pub(crate) unprepared: bool,
}

/// A load with a recorder and without one.
#[cfg(feature = "recorder")]
#[derive(Args, Clone, Debug)]
pub(crate) struct RecorderOrder {
    #[command(flatten)]
    pub(crate) order: Order,
    /// Rounds, each with a load of `--seconds` of either sort
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=999))]
    pub(crate) rounds: u64,
}

/// A comparison.
#[derive(Args, Clone, Debug)]
pub(crate) struct PeersOrder {
    /// `memory:`, `sqlite:PATH` or `postgres://...`; peers use files or schemas of their own beside it
    #[arg(long, value_name = "URL")]
    pub(crate) store: String,
    /// The workload: `transfer`, `hot` or `last_piece`
    #[arg(long, value_enum, default_value_t = Workload::Transfer)]
    pub(crate) workload: Workload,
    /// Callers, each with one operation under way; several numbers are measured one after the other
    #[arg(long, value_name = "N,...", value_delimiter = ',', default_value = "64")]
    pub(crate) in_flight: Vec<u64>,
    /// Accounts that take part
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(2..))]
    pub(crate) accounts: u64,
    /// For how long operations are begun, in every round
    #[arg(long, value_name = "S", default_value = "3", value_parser = seconds)]
    pub(crate) seconds: Duration,
    /// Rounds of which the median is taken
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=99))]
    pub(crate) rounds: u64,
    /// Connections of the peers' pools; Earnest keeps its own default
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub(crate) pool: u32,
    /// Inside the application's own transaction, which inserts a row of its own: `by_hand` and `earnest`
    #[arg(long)]
    pub(crate) host: bool,
    /// With `--host`: send the texts of statements each time, as drivers do that prepare nothing (PostgreSQL)
    #[arg(long, requires = "host")]
    pub(crate) unprepared: bool,
    /// A running TigerBeetle of the client's release, such as `127.0.0.1:3000`
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) tigerbeetle: Option<String>,
    /// Use the peers as they were built before
    #[arg(long)]
    pub(crate) no_build: bool,
    /// Build the peers, and measure nothing
    #[arg(long)]
    pub(crate) build_only: bool,
    /// One JSON object on one line
    #[arg(long)]
    pub(crate) json: bool,
}

/// Transfers in turns, with something and without.
#[derive(Args, Clone, Debug)]
pub(crate) struct TurnsOrder {
    /// `memory:`, `sqlite:PATH` or `postgres://...`; it may have been used before
    #[arg(long, value_name = "URL")]
    pub(crate) store: String,
    /// Callers, each with one transfer under way
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u64).range(1..=16_384))]
    pub(crate) in_flight: u64,
    /// Accounts that take part
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(2..))]
    pub(crate) accounts: u64,
    /// For how long transfers are begun, in every turn
    #[arg(long, value_name = "S", default_value = "3", value_parser = seconds)]
    pub(crate) seconds: Duration,
    /// Rounds, each of a turn without and one with it, of which the median is taken
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=99))]
    pub(crate) rounds: u64,
    /// One JSON object on one line
    #[arg(long)]
    pub(crate) json: bool,
}

/// Turns with rules.
#[derive(Args, Clone, Debug)]
pub(crate) struct RulesOrder {
    #[command(flatten)]
    pub(crate) turns: TurnsOrder,
    /// Rules and rates as `ledger --rules` sets them
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(0..=90))]
    pub(crate) rules: u32,
    /// More rules, about the one actor that makes all transfers
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=10))]
    pub(crate) shared: u32,
}

/// Turns with a flood.
#[derive(Args, Clone, Debug)]
pub(crate) struct FloodOrder {
    #[command(flatten)]
    pub(crate) turns: TurnsOrder,
    /// Callers who guess, each with one guess under way
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u64).range(1..=16_384))]
    pub(crate) guessers: u64,
    /// Subjects whose PINs are guessed; a guess at a locked one costs no hash
    #[arg(long, value_name = "N", default_value_t = 400, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) subjects: u64,
}

/// Lists of accounts by balance.
#[derive(Args, Clone, Debug)]
pub(crate) struct RankOrder {
    /// `memory:`, `sqlite:PATH` or `postgres://...`; what was there before makes the first list cheaper
    #[arg(long, value_name = "URL")]
    pub(crate) store: String,
    /// Accounts, each with another balance
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(2..))]
    pub(crate) accounts: u64,
    /// Pages of 50 of either sort
    #[arg(long, value_name = "N", default_value_t = 500, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) pages: u64,
    /// Transfers before each page while money moves, at most 1,000
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=1_000))]
    pub(crate) moves: u64,
    /// One JSON object on one line
    #[arg(long)]
    pub(crate) json: bool,
}

/// Events to brokers.
#[derive(Args, Clone, Debug)]
pub(crate) struct DeliveryOrder {
    #[command(flatten)]
    pub(crate) turns: TurnsOrder,
    /// A broker, as `earnest worker --deliver` takes it, whose queue or topic is there; `none:` takes
    /// everything at once. It may be repeated: each has a sink of its own, and on Kafka a topic of its own
    #[arg(long, value_name = "URL", required = true)]
    pub(crate) to: Vec<String>,
    /// Events of the backlog
    #[arg(long, value_name = "N", default_value_t = 20_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) events: u64,
}

/// Withdrawals on a chain.
#[derive(Args, Clone, Debug)]
pub(crate) struct WithdrawalsOrder {
    /// `memory:`, `sqlite:PATH` or `postgres://...`; it may have been used before
    #[arg(long, value_name = "URL")]
    pub(crate) store: String,
    /// A node of this machine, such as `http://127.0.0.1:8545`: the wallets get their coins by
    /// `anvil_setBalance`
    #[arg(long, value_name = "URL")]
    pub(crate) chain: String,
    /// Requests a second, each when it is due, however long others take
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    pub(crate) rate: u64,
    /// Lanes, each with a key of its own
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=64))]
    pub(crate) lanes: u64,
    /// For how long withdrawals are requested
    #[arg(long, value_name = "S", default_value = "60", value_parser = seconds)]
    pub(crate) seconds: Duration,
    /// How many blocks stand on one that is final
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub(crate) depth: u32,
    /// Has the node make a block every so many seconds (`evm_mine`); otherwise it makes them by itself
    #[arg(long, value_name = "S", value_parser = seconds)]
    pub(crate) mine_every: Option<Duration>,
    /// One JSON object on one line
    #[arg(long)]
    pub(crate) json: bool,
}

/// Payments through a built-in driver.
#[derive(Args, Clone, Debug)]
pub(crate) struct DoorOrder {
    /// `memory:`, `sqlite:PATH` or `postgres://...`; it may have been used before
    #[arg(long, value_name = "URL")]
    pub(crate) store: String,
    /// Callers, each of whom confirms a payment and waits until the gateway has it
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u64).range(1..=16_384))]
    pub(crate) in_flight: u64,
    /// For how long payments are confirmed
    #[arg(long, value_name = "S", default_value = "5", value_parser = seconds)]
    pub(crate) seconds: Duration,
    /// Calls that wait for their answers at once; 32 of them are of one gateway
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(1..=4_096))]
    pub(crate) open: u64,
    /// One JSON object on one line
    #[arg(long)]
    pub(crate) json: bool,
}

/// A plot.
#[derive(Args, Clone, Debug)]
pub(crate) struct PlotOrder {
    /// Files of lines that `peers --json` printed; `-` is stdin
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// The SVG to write
    #[arg(long, value_name = "FILE", default_value = "benches/throughput.svg")]
    pub(crate) out: PathBuf,
}

/// A count of instructions.
#[derive(Args, Clone, Debug)]
pub(crate) struct InstructionsOrder {
    /// How often each function runs under `valgrind`
    #[arg(long, value_name = "N", default_value_t = 2_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) count: u64,
    /// One JSON object on one line
    #[arg(long)]
    pub(crate) json: bool,
}

/// A function of the pure core.
#[derive(Args, Clone, Debug)]
pub(crate) struct PureOrder {
    /// Which one
    #[arg(long, value_enum)]
    pub(crate) what: Pure,
    /// How often
    #[arg(long)]
    pub(crate) count: u64,
}

/// Seconds with at most three decimals.
fn seconds(text: &str) -> Result<Duration, String> {
    let bad = || format!("`{text}` is not a number of seconds above zero");
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let millis = format!("{part:0<3}").get(..3).map(str::to_owned).ok_or_else(bad)?;
    let whole: u64 = whole.parse().map_err(|_| bad())?;
    let millis: u64 = millis.parse().map_err(|_| bad())?;
    let lasting = Duration::from_secs(whole) + Duration::from_millis(millis);
    if lasting.is_zero() { Err(bad()) } else { Ok(lasting) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_have_decimals() {
        assert_eq!(seconds("2"), Ok(Duration::from_secs(2)));
        assert_eq!(seconds("0.25"), Ok(Duration::from_millis(250)));
        for bad in ["", "0", "0.0", "-1", "a", "1.x"] {
            assert!(seconds(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_command_line_is_sound() {
        <Arguments as clap::CommandFactory>::command().debug_assert();
    }
}
