//! The command line of `earnest withdrawals`: what to do, and with which of them.

use std::time::Duration;

use clap::{Args, Subcommand};
use earnest::Time;
use serde_json::{Map, Value, json};

use crate::args::duration;

/// The commands for withdrawals.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum WithdrawalsCommand {
    /// List withdrawals, newest first
    List {
        #[command(flatten)]
        wanted: Box<WantedRows>,
        /// How many at most
        #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=100_000))]
        limit: u32,
        /// Go on where another list ended: what it printed at its end
        #[arg(long, value_name = "CURSOR")]
        after: Option<String>,
    },
    /// Print withdrawals that are under way, and then every change as it comes, until Ctrl-C
    Watch(Box<WatchOrder>),
    /// Print one with its attempts, and what happens next
    Show {
        /// The id, `wd_...`, or your own reference
        #[arg(value_name = "ID")]
        id: String,
    },
    /// Have a job of it written again that gave up (attention `retries_exhausted`)
    Retry {
        /// The id
        #[arg(value_name = "ID")]
        id: String,
        #[command(flatten)]
        by: OrderedBy,
    },
    /// Give it up: at once before it has a nonce, and by a no-op of the same nonce after that
    Cancel {
        /// The id
        #[arg(value_name = "ID")]
        id: String,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
        /// The most for a unit of gas of the no-op, in wei; it may be above the cap of the chain
        #[arg(long, value_name = "WEI", requires = "actor")]
        max_fee_per_gas: Option<String>,
        #[command(flatten)]
        by: OrderedBy,
    },
    /// Have it signed at a higher price, without waiting until it is bumped; needs `--actor`
    SpeedUp {
        /// The id
        #[arg(value_name = "ID", requires = "actor")]
        id: String,
        /// The most for a unit of gas, in wei; it may be above the cap of the chain
        #[arg(long, value_name = "WEI")]
        max_fee_per_gas: Option<String>,
        #[command(flatten)]
        by: OrderedBy,
    },
}

/// The author of an order.
#[derive(Clone, Debug, Args)]
pub(crate) struct OrderedBy {
    /// The admin who orders it [default: the application itself]
    #[arg(long, value_name = "ADMIN")]
    pub(crate) actor: Option<String>,
}

/// The options of a watch.
#[derive(Clone, Debug, Args)]
pub(crate) struct WatchOrder {
    #[command(flatten)]
    pub(crate) wanted: WantedRows,
    /// Follow this one alone, and end when it is over: with exit code 1 when it failed
    #[arg(long, value_name = "ID", conflicts_with_all = ["state", "account", "chain", "lane", "waiting", "attention", "cancelling", "to", "from_time", "to_time"])]
    pub(crate) until_done: Option<String>,
    /// How often it looks, in seconds or as PT5S
    #[arg(long, value_name = "TIME", default_value = "PT1S", value_parser = duration)]
    pub(crate) every: Duration,
}

/// Which withdrawals are wanted: the filters of `withdrawals.list`.
#[derive(Clone, Debug, Args)]
pub(crate) struct WantedRows {
    /// Only in this state
    #[arg(long, value_name = "STATE", value_parser = STATES)]
    pub(crate) state: Option<String>,
    /// Only of this account
    #[arg(long, value_name = "ACCOUNT")]
    account: Option<String>,
    /// Only to this chain
    #[arg(long, value_name = "CHAIN")]
    chain: Option<String>,
    /// Only of this lane
    #[arg(long, value_name = "LANE")]
    lane: Option<String>,
    /// Only those that wait for this
    #[arg(long, value_name = "WHAT", value_parser = ["chain", "fees", "wallet", "window", "lane"])]
    waiting: Option<String>,
    /// Only those that people should look at for this reason
    #[arg(long, value_name = "REASON")]
    #[arg(value_parser = ["not_proved", "nonce_taken", "rejected", "retries_exhausted", "sign_refused"])]
    attention: Option<String>,
    /// Only those that are being given up
    #[arg(long)]
    cancelling: bool,
    /// Only to this address
    #[arg(long, value_name = "ADDRESS")]
    to: Option<String>,
    /// Only those that were asked for at this time or later, such as 2026-01-01T00:00:00Z
    #[arg(long, value_name = "TIME", value_parser = time)]
    from_time: Option<Time>,
    /// Only those that were asked for before this time
    #[arg(long, value_name = "TIME", value_parser = time)]
    to_time: Option<Time>,
}

/// The states of a withdrawal, in the order of its life.
pub(crate) const STATES: [&str; 8] =
    ["pending", "signing", "signed", "broadcasting", "broadcasted", "confirming", "confirmed", "failed"];

fn time(text: &str) -> Result<Time, String> {
    Time::request("TIME", text).map_err(|error| error.message())
}

impl WantedRows {
    /// The arguments of `withdrawals.list`.
    pub(crate) fn to_args(&self) -> Value {
        let texts = [
            ("state", &self.state),
            ("account", &self.account),
            ("chain", &self.chain),
            ("lane", &self.lane),
            ("waiting", &self.waiting),
            ("attention", &self.attention),
            ("to", &self.to),
        ];
        let given = texts.into_iter().filter_map(|(name, text)| Some((name, text.as_deref()?)));
        let mut args: Map<String, Value> = given.map(|(name, text)| (name.to_owned(), text.into())).collect();
        if self.cancelling {
            args.insert("cancelling".to_owned(), true.into());
        }
        for (name, time) in [("from_time", self.from_time), ("to_time", self.to_time)] {
            if let Some(time) = time {
                args.insert(name.to_owned(), json!(time));
            }
        }
        Value::Object(args)
    }
}
