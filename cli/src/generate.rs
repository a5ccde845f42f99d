//! `earnest generate`: test data in realistic proportions, through the public interface.
//!
//! The arguments alone decide what is drawn, and every call has a key made from the seed. To continue an
//! interrupted run, or to replay a finished one, start it again.

mod plan;

use std::collections::BTreeMap;
use std::time::Duration;

use earnest::error::Retry;
use earnest::{Code, Engine, Error, Result};
use futures_util::StreamExt as _;
use indicatif::ProgressBar;
use serde_json::{Value, json};

use super::Context;
use super::args::Order;
use super::mask::masked;
use super::output::{Failure, Paint};
use plan::{Customer, Kind, Plan, Unit};

/// Calls in flight at once: enough for groups, few enough for every queue.
const IN_FLIGHT: usize = 256;
/// Attempts of a call that the store could not serve.
const ATTEMPTS: u32 = 8;

pub(super) async fn generate(context: &Context, order: &Order) -> Result<(), Failure> {
    let engine = context.settings.open_named().await?;
    let began = engine.now();
    let mut tally = Tally::default();
    let filled = Box::pin(fill(context, &engine, order, &mut tally)).await;
    let micros = engine.now().since(began).micros().max(1);
    engine.close().await;
    filled?;
    report(context, order, &tally, micros)
}

async fn fill(context: &Context, engine: &Engine, order: &Order, tally: &mut Tally) -> Result<(), Failure> {
    let mut plan = Plan::new(order.seed, order.customers, order.transactions);
    let bar = context.say.bar(u64::from(order.customers), "customers");
    let customers =
        futures_util::stream::iter(plan.customers().iter().map(|customer| open(engine, customer, &bar)));
    let mut opened = customers.buffer_unordered(IN_FLIGHT);
    while let Some(outcome) = opened.next().await {
        tally.add(outcome)?;
    }
    drop(opened);
    bar.finish_and_clear();
    let bar = context.say.bar(order.transactions, "transactions");
    loop {
        let units = plan.phase();
        if units.is_empty() {
            break;
        }
        let mut done = futures_util::stream::iter(units.into_iter().map(|unit| perform(engine, unit)))
            .buffer_unordered(IN_FLIGHT);
        while let Some(outcome) = done.next().await {
            bar.inc(outcome.transfers);
            tally.add(outcome)?;
        }
    }
    bar.finish_and_clear();
    Ok(())
}

fn report(context: &Context, order: &Order, tally: &Tally, micros: i64) -> Result<(), Failure> {
    let rate = i128::from(tally.transfers) * 1_000_000 / i128::from(micros);
    let store = masked(context.settings.named());
    let document = json!({
        "store": store,
        "customers": order.customers,
        "transactions": order.transactions,
        "seed": order.seed,
        "transfers": tally.transfers,
        "deals": tally.deals,
        "calls": tally.calls,
        "replayed": tally.replayed,
        "refused": tally.refused,
        "milliseconds": micros / 1_000,
        "transfers_per_s": i64::try_from(rate).unwrap_or(i64::MAX),
    });
    let say = context.say;
    let replayed = match tally.replayed {
        0 => String::new(),
        replayed => format!(", {replayed} of them replayed"),
    };
    let text = format!(
        "{store}\n  {} customers, {} transfers, {} deals\n  {} calls{replayed}\n  {}.{:03} s, {rate} transfers/s",
        order.customers,
        tally.transfers,
        tally.deals,
        tally.calls,
        micros / 1_000_000,
        micros / 1_000 % 1_000,
    );
    say.either(&document, text)?;
    for (code, count) in tally.refused.iter().filter(|_| !say.json) {
        say.line(say.paint(Paint::Bad, &format!("  {count} calls were refused: {code}")))?;
    }
    if u128::from(tally.transfers) * 100 < u128::from(order.transactions) * 99 {
        return Err(Failure::failed("fewer than 99% of the transactions became transfers"));
    }
    Ok(())
}

/// The outcome of one unit.
#[derive(Default)]
struct Outcome {
    calls: u64,
    replayed: u64,
    transfers: u64,
    deals: u64,
    refused: Option<Error>,
}

/// The outcomes of all units.
#[derive(Default)]
struct Tally {
    calls: u64,
    replayed: u64,
    transfers: u64,
    deals: u64,
    refused: BTreeMap<&'static str, u64>,
}

impl Tally {
    /// Counts an outcome; stops at an error that every further call would meet.
    fn add(&mut self, outcome: Outcome) -> Result<(), Failure> {
        self.calls += outcome.calls;
        self.replayed += outcome.replayed;
        self.transfers += outcome.transfers;
        self.deals += outcome.deals;
        let Some(error) = outcome.refused else { return Ok(()) };
        match error.code() {
            Code::IdempotencyMismatch => {
                let what = "the store has other data of this seed, made with another number of customers: take another `--seed`";
                Err(Failure::failed(what))
            }
            Code::StoreUnavailable | Code::Corrupted | Code::InvalidRequest | Code::Overloaded => {
                Err(Failure::Refused(error))
            }
            code => {
                *self.refused.entry(code.as_str()).or_default() += 1;
                Ok(())
            }
        }
    }
}

/// Calls, again and again where the store could not serve it.
async fn call(engine: &Engine, outcome: &mut Outcome, op: &str, args: Value) -> Result<Value> {
    let mut attempt = 0;
    loop {
        attempt += 1;
        match engine.call(op, args.clone()).await {
            Ok(reply) => {
                outcome.calls += 1;
                outcome.replayed += u64::from(reply["replayed"] == true);
                outcome.transfers += u64::from(moves(op));
                return Ok(reply);
            }
            Err(error) if attempt < ATTEMPTS && matches!(error.retry(), Retry::Call | Retry::Later) => {
                tokio::time::sleep(Duration::from_millis(10 << attempt)).await;
            }
            Err(error) => return Err(error),
        }
    }
}

/// Whether an operation writes a transfer; of a deal, paying it, confirming it and cancelling it paid.
fn moves(op: &str) -> bool {
    let ledger = ["top_up", "deduct", "transfer", "refund", "cancel", "capture"];
    let escrow = ["pay", "confirm", "cancel"];
    match op.split_once('.') {
        Some(("ledger", name)) => ledger.contains(&name),
        Some(("escrow", name)) => escrow.contains(&name),
        _ => false,
    }
}

async fn open(engine: &Engine, customer: &Customer, bar: &ProgressBar) -> Outcome {
    let mut outcome = Outcome::default();
    let args = json!({
        "account": customer.account, "currency": customer.currency.code(), "kind": "customer",
        "display_name": customer.name, "owner": "shop-1", "key": format!("gen-{}", customer.account),
    });
    // a day later the key has been deleted, but the account is there
    let opened = call(engine, &mut outcome, "ledger.open_account", args).await;
    outcome.refused = opened.err().filter(|error| error.code() != Code::AccountExists);
    bar.inc(1);
    outcome
}

async fn perform(engine: &Engine, unit: Unit) -> Outcome {
    let mut outcome = Outcome::default();
    let done = Box::pin(steps(engine, &unit, &mut outcome)).await;
    outcome.refused = done.err();
    outcome
}

/// The calls of one unit, each with the ids of the one before.
async fn steps(engine: &Engine, unit: &Unit, outcome: &mut Outcome) -> Result<()> {
    let key = &unit.key;
    let id = |reply: &Value, of: &str| reply[of]["id"].clone();
    match &unit.kind {
        Kind::TopUp { account, amount } => {
            let args = json!({ "account": account, "amount": amount, "key": key });
            call(engine, outcome, "ledger.top_up", args).await?;
        }
        Kind::Deduct { account, amount } | Kind::Cancelled { account, amount } => {
            let args = json!({ "account": account, "amount": amount, "key": key });
            let reply = call(engine, outcome, "ledger.deduct", args).await?;
            if matches!(unit.kind, Kind::Cancelled { .. }) {
                let args = json!({ "transfer": id(&reply, "transfer"), "key": format!("{key}-cancel") });
                call(engine, outcome, "ledger.cancel", args).await?;
            }
        }
        Kind::Transfer { from, to, amount, refund } => {
            let args =
                json!({ "from": from, "to": to, "amount": amount, "key": key, "reference": unit.reference });
            let reply = call(engine, outcome, "ledger.transfer", args).await?;
            if let Some(part) = refund {
                let args = json!({ "transfer": id(&reply, "transfer"), "amount": part, "key": format!("{key}-refund") });
                call(engine, outcome, "ledger.refund", args).await?;
            }
        }
        Kind::Hold { account, to, amount, capture } => {
            let args =
                json!({ "account": account, "amount": amount, "key": key, "reference": unit.reference });
            let hold = id(&call(engine, outcome, "ledger.hold", args).await?, "hold");
            match capture {
                Some(part) => {
                    let args =
                        json!({ "hold": hold, "to": to, "amount": part, "key": format!("{key}-capture") });
                    call(engine, outcome, "ledger.capture", args).await?;
                }
                None => {
                    call(
                        engine,
                        outcome,
                        "ledger.void",
                        json!({ "hold": hold, "key": format!("{key}-void") }),
                    )
                    .await?;
                }
            }
        }
        Kind::Deal { .. } => deal(engine, unit, outcome).await?,
    }
    Ok(())
}

/// A deal from offer to payout, or to its cancellation.
async fn deal(engine: &Engine, unit: &Unit, outcome: &mut Outcome) -> Result<()> {
    let (Kind::Deal { buyer, seller, price, item, confirmed }, key) = (&unit.kind, &unit.key) else {
        return Ok(());
    };
    let args = json!({
        "buyer": buyer, "seller": seller, "price": price, "item": item, "key": key, "reference": unit.reference, "actor": buyer,
    });
    let reply = call(engine, outcome, "escrow.open", args).await?;
    let id = &reply["deal"]["id"];
    let step =
        |name: &str, actor: &str| json!({ "deal": id, "key": format!("{key}-{name}"), "actor": actor });
    call(engine, outcome, "escrow.pay", step("pay", buyer)).await?;
    if *confirmed {
        call(engine, outcome, "escrow.ship", step("ship", seller)).await?;
        call(engine, outcome, "escrow.confirm", step("confirm", buyer)).await?;
    } else {
        call(engine, outcome, "escrow.cancel", step("cancel", seller)).await?;
    }
    outcome.deals += 1;
    Ok(())
}
