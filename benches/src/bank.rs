//! The workloads: what one operation is, on the engine's own connections or inside a host's transaction.

use std::sync::Arc;

use clap::ValueEnum;
use earnest::keyring::Keyring;
use earnest::requests::{
    Batch, BatchOp, Capture, ConfirmDeal, GetTrialBalance, Hold, ListRules, OpenDeal, PayDeal, RemoveRule,
    RunVerify, SetRate, SetRule, ShipDeal, TopUp, Transfer,
};
use earnest::{Actor, Engine, Error, Options, Runner, Services as _};
use serde_json::json;
use sqlx::pool::PoolOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{PgPool, SqlitePool};

use crate::Done;
use crate::args::Base;
use crate::meter::{self, Kind};
use crate::output::failed;
use crate::shared::{Draw, Work};

/// Accounts that one call of the setup funds.
const FUNDED_AT_ONCE: usize = 500;
/// The funds of every account at the start of a run: more than any run can spend.
const FUNDS: &str = "1000000000.00 USD";

/// The operation that callers repeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum Workload {
    /// A transfer between two random accounts.
    Transfer,
    /// A transfer between always the same two accounts, either way.
    Hot,
    /// A top-up of a random account from outside.
    TopUp,
    /// A hold and its capture into another account: two calls.
    HoldCapture,
    /// A deal from offer to payout: open, pay, ship, confirm.
    Deal,
    /// A unit of one of some offers, bought from a balance.
    Purchase,
    /// The last piece of an offer, which all callers want: one of them has it, and the others are refused.
    LastPiece,
    /// A payment through a gateway: create, lease, report; a lease takes the calls of several.
    Payment,
    /// A payment, and the signed webhook that says that it was captured.
    Webhook,
}

impl Workload {
    /// Its name on the command line and in JSON.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Transfer => "transfer",
            Self::Hot => "hot",
            Self::TopUp => "top_up",
            Self::HoldCapture => "hold_capture",
            Self::Deal => "deal",
            Self::Purchase => "purchase",
            Self::LastPiece => "last_piece",
            Self::Payment => "payment",
            Self::Webhook => "webhook",
        }
    }

    /// Whether it is about money that comes in, which `sales.rs` does: only `ledger` measures it, and beside
    /// `transfer`.
    pub(crate) const fn sells(self) -> bool {
        matches!(self, Self::Purchase | Self::LastPiece | Self::Payment | Self::Webhook)
    }

    /// Calls of the engine that one operation makes.
    pub(crate) const fn calls(self) -> u64 {
        match self {
            Self::Transfer | Self::Hot | Self::TopUp | Self::Purchase | Self::LastPiece => 1,
            Self::HoldCapture | Self::Webhook => 2,
            Self::Payment => 3,
            Self::Deal => 4,
        }
    }

    /// Transfers that one operation writes.
    pub(crate) const fn transfers(self) -> u64 {
        match self {
            Self::Deal => 2,
            _ => 1,
        }
    }

    /// The accounts that one operation is about.
    fn parties(self, draw: &mut Draw, accounts: u64) -> (String, String) {
        let among = if self == Self::Hot { 2 } else { accounts };
        let (from, to) = draw.pair(among);
        (account(from), account(to))
    }

    /// Does it once.
    pub(crate) async fn perform<R: Runner>(
        self,
        bank: &R,
        draw: &mut Draw,
        accounts: u64,
        key: &str,
    ) -> Result<(), Error> {
        let (from, to) = self.parties(draw, accounts);
        let amount = amount(draw.minor());
        match self {
            Self::Transfer | Self::Hot => {
                bank.ledger().transfer(Transfer::new(from, to, amount).key(key)).await?;
            }
            Self::TopUp => {
                bank.ledger().top_up(TopUp::new(to, amount).key(key)).await?;
            }
            Self::HoldCapture => {
                let hold = Hold::new(from, amount).key(format!("{key}-h"));
                let held = bank.ledger().hold(hold).await?;
                let capture = Capture::new(held.hold.id.to_string(), to).key(format!("{key}-c"));
                bank.ledger().capture(capture).await?;
            }
            Self::Deal => deal(bank, from, to, amount, key).await?,
            Self::Purchase | Self::LastPiece | Self::Payment | Self::Webhook => {
                return Err(Error::invalid("workload", "is measured by `ledger` alone"));
            }
        }
        Ok(())
    }
}

async fn deal<R: Runner>(
    bank: &R,
    buyer: String,
    seller: String,
    price: String,
    key: &str,
) -> Result<(), Error> {
    let (by_buyer, by_seller) = (Actor::new(buyer.as_str()), Actor::new(seller.as_str()));
    let escrow = bank.escrow();
    let open = OpenDeal::new(buyer, seller, price).key(format!("{key}-o")).actor(by_buyer.clone());
    let id = escrow.open(open).await?.deal.id.to_string();
    escrow.pay(PayDeal::new(id.clone()).key(format!("{key}-p")).actor(by_buyer.clone())).await?;
    escrow.ship(ShipDeal::new(id.clone()).key(format!("{key}-s")).actor(by_seller)).await?;
    escrow.confirm(ConfirmDeal::new(id).key(format!("{key}-c")).actor(by_buyer)).await?;
    Ok(())
}

/// The name of an account. They stay between runs on one store.
pub(crate) fn account(number: u64) -> String {
    format!("bench-{number}")
}

/// Minor units as the requests write them.
pub(crate) fn amount(minor: u64) -> String {
    format!("{}.{:02} USD", minor / 100, minor % 100)
}

/// Opens an engine.
pub(crate) async fn open(url: &str) -> Result<Engine, Error> {
    Engine::open_with(url, Options::new()).await
}

/// The engine of a load: on connections of its own, or on those of a pool of the application, as many of
/// them. What sells needs a keyring: payers' means are sealed.
pub(crate) async fn open_for(base: &Base, sells: bool) -> Done<Engine> {
    let mut options = Options::new();
    if sells {
        options = options.keyring(Keyring::for_tests());
    }
    if !base.lent {
        return Ok(Engine::open_with(&base.store, options).await?);
    }
    let options = options.background(true);
    let most = options.pool_size;
    Ok(match meter::kind(&base.store)? {
        Kind::Memory => return failed("a store in memory has no connections"),
        Kind::Sqlite(path) => {
            let options_of_file = SqliteConnectOptions::new().filename(path).create_if_missing(true);
            let pool: SqlitePool =
                PoolOptions::new().max_connections(most).connect_with(options_of_file).await?;
            Engine::attach(pool, options).await?
        }
        Kind::Postgres => {
            let pool: PgPool = PoolOptions::new().max_connections(most).connect(&base.store).await?;
            Engine::attach(pool, options).await?
        }
    })
}

/// The engine in so many books: its own where there is one.
pub(crate) fn books(bank: &Engine, count: u64) -> Result<Vec<Engine>, Error> {
    if count == 1 {
        return Ok(vec![bank.clone()]);
    }
    (0..count).map(|number| bank.book(&format!("bench-{number}"))).collect()
}

/// Gives every account enough for the run.
pub(crate) async fn fund(bank: &Engine, accounts: u64, run: &str) -> Result<(), Error> {
    let numbers: Vec<u64> = (0..accounts.max(2)).collect();
    for chunk in numbers.chunks(FUNDED_AT_ONCE) {
        let call = |number: &u64| {
            let args = json!({ "account": account(*number), "amount": FUNDS, "key": format!("{run}-fund-{number}") });
            BatchOp::new("ledger.top_up", args)
        };
        bank.ledger().batch(Batch::new(chunk.iter().map(call).collect::<Vec<_>>())).await?;
    }
    Ok(())
}

/// Sets so many rules and rates, of windows and metrics as applications have them, in the place of those of
/// a run before.
pub(crate) async fn rules(bank: &Engine, count: u32) -> Result<(), Error> {
    const WINDOWS: [&str; 7] = ["PT10S", "PT1M", "PT1H", "P1D", "day", "month", "lifetime"];
    for kept in bank.risk().rules(ListRules::new()).await?.items {
        bank.risk().remove_rule(RemoveRule::new(kept.id)).await?;
    }
    for rate in bank.risk().rules(ListRules::new()).await?.rates {
        bank.risk().remove_rule(RemoveRule::new(rate.id)).await?;
    }
    for n in 0..count {
        let id = format!("r-{n}");
        let subject = if n % 6 == 5 { "counterparty" } else { "account" };
        if n % 10 == 9 {
            bank.risk().set_rate(SetRate::new(id, "*", subject, 1_000_000_u32, "PT1S")).await?;
            continue;
        }
        let (metric, limit) = match n % 3 {
            0 => ("sum", json!(FUNDS)),
            _ => ("count", json!(1_000_000_000)),
        };
        let window = WINDOWS.into_iter().cycle().nth(n as usize).unwrap_or("P1D");
        let rule = SetRule::new(id, "*", subject, metric, limit, "block");
        bank.risk().set_rule(rule.window(window)).await?;
    }
    Ok(())
}

/// Whether all balances still sum to zero; with `verify`, whether every invariant holds.
pub(crate) async fn conserved(bank: &Engine, verify: bool) -> Result<bool, Error> {
    let balanced = bank.ledger().trial_balance(GetTrialBalance::new()).await?.balanced;
    Ok(balanced && (!verify || bank.admin().verify(RunVerify::new()).await?.ok))
}

/// Calls on the engine's own connections.
pub(crate) struct Calls {
    /// The engine.
    pub(crate) bank: Engine,
    /// The operation that callers repeat.
    pub(crate) workload: Workload,
    /// Accounts that take part.
    pub(crate) accounts: u64,
}

impl Work for Calls {
    async fn once(&self, draw: &mut Draw, key: String) -> Result<(), String> {
        self.workload.perform(&self.bank, draw, self.accounts, &key).await.map_err(|error| code(&error))
    }
}

/// Batches of transfers between random accounts.
pub(crate) struct Batches {
    /// The engine.
    pub(crate) bank: Engine,
    /// Accounts that take part.
    pub(crate) accounts: u64,
    /// Transfers in a batch.
    pub(crate) batch: u64,
    /// All or none.
    pub(crate) atomic: bool,
}

impl Work for Batches {
    async fn once(&self, draw: &mut Draw, key: String) -> Result<(), String> {
        let ops: Vec<BatchOp> = (0..self.batch)
            .map(|number| {
                let (from, to) = draw.pair(self.accounts);
                let args = json!({
                    "from": account(from), "to": account(to), "amount": amount(draw.minor()),
                    "key": format!("{key}-{number}"),
                });
                BatchOp::new("ledger.transfer", args)
            })
            .collect();
        let reply = self.bank.ledger().batch(Batch::new(ops).atomic(self.atomic)).await;
        let results = reply.map_err(|error| code(&error))?.results;
        let refused = results.iter().find_map(|result| result.error.as_ref());
        refused.map_or(Ok(()), |error| Err(code(error)))
    }
}

/// The code of an error.
pub(crate) fn code(error: &Error) -> String {
    error.code().as_str().to_owned()
}

/// Shares a piece of work among callers.
pub(crate) fn shared<W: Work>(work: W) -> Arc<W> {
    Arc::new(work)
}
