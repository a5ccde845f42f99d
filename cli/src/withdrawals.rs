//! `earnest withdrawals`: what is under way to chains, what it waits for, and the orders that people give.

pub(crate) mod args;
mod row;
mod show;
mod watch;

use std::collections::BTreeSet;

use earnest::for_cli::Zone;
use earnest::ids::WithdrawalId;
use earnest::{Engine, Error};
use serde_json::{Value, json};

use super::Context;
use super::evidence::Reader;
use super::output::{Failure, Paint};
use args::{OrderedBy, WantedRows, WithdrawalsCommand};
use row::Row;

/// The largest page of a listing.
const PAGE: u32 = 500;

pub(super) async fn withdrawals(context: &Context, command: &WithdrawalsCommand) -> Result<(), Failure> {
    match command {
        WithdrawalsCommand::List { wanted, limit, after } => {
            list(context, wanted, *limit, after.as_deref()).await
        }
        WithdrawalsCommand::Watch(order) => watch::watch(context, order).await,
        WithdrawalsCommand::Show { id } => show(context, id).await,
        WithdrawalsCommand::Retry { id, by } => {
            WithdrawalOrder { id, operation: "retry", args: json!({}), by }.give(context).await
        }
        WithdrawalsCommand::Cancel { id, reason, max_fee_per_gas, by } => {
            let args =
                given(&[("reason", reason.as_deref()), ("max_fee_per_gas", max_fee_per_gas.as_deref())]);
            WithdrawalOrder { id, operation: "cancel", args, by }.give(context).await
        }
        WithdrawalsCommand::SpeedUp { id, max_fee_per_gas, by } => {
            let args = given(&[("max_fee_per_gas", max_fee_per_gas.as_deref())]);
            WithdrawalOrder { id, operation: "speed_up", args, by }.give(context).await
        }
    }
}

/// A reader to whom no account is shown: nobody's name is looked up.
async fn nobody(engine: &Engine) -> Result<Reader, Error> {
    Reader::with_names(engine, "en", &Zone::default(), BTreeSet::new()).await
}

/// The arguments that were given.
fn given(arguments: &[(&str, Option<&str>)]) -> Value {
    let given = arguments.iter().filter_map(|(name, text)| Some(((*name).to_owned(), (*text)?.into())));
    Value::Object(given.collect())
}

async fn list(
    context: &Context,
    wanted: &WantedRows,
    limit: u32,
    after: Option<&str>,
) -> Result<(), Failure> {
    let engine = context.settings.open_to_look().await?;
    let found =
        async { Ok::<_, Error>((pages(&engine, wanted, limit, after).await?, nobody(&engine).await?)) };
    let found = Box::pin(found).await;
    engine.close().await;
    let (Found { items, next }, reader) = found?;
    let say = context.say;
    if say.json {
        return Ok(say.document(&json!({ "items": items, "next": next }))?);
    }
    if items.is_empty() {
        return Ok(say.line("there are none")?);
    }
    let now = context.settings.options().env.clock.now();
    let rows: Vec<Row> = items.iter().map(|withdrawal| Row::of(withdrawal, &reader, now)).collect();
    row::table(say, &rows)?;
    match next {
        Some(next) => Ok(say.line(say.paint(Paint::Faint, &format!("there are more: --after {next}")))?),
        None => Ok(()),
    }
}

/// The withdrawals listed so far, and the cursor to go on.
struct Found {
    items: Vec<Value>,
    next: Option<String>,
}

/// Lists so many: a page may have fewer than there are.
async fn pages(
    engine: &Engine,
    wanted: &WantedRows,
    limit: u32,
    after: Option<&str>,
) -> Result<Found, Error> {
    let mut found = Found { items: Vec::new(), next: after.map(ToOwned::to_owned) };
    loop {
        let listed = u32::try_from(found.items.len()).unwrap_or(u32::MAX);
        let left = limit.saturating_sub(listed).min(PAGE);
        if left == 0 {
            return Ok(found);
        }
        let mut args = wanted.to_args();
        args["limit"] = left.into();
        if let Some(next) = &found.next {
            args["after"] = next.as_str().into();
        }
        let page = engine.call("withdrawals.list", args).await?;
        found.items.extend(page["items"].as_array().into_iter().flatten().cloned());
        found.next = page["next"].as_str().map(ToOwned::to_owned);
        if found.next.is_none() {
            return Ok(found);
        }
    }
}

/// A withdrawal, by its id or the caller's own reference.
async fn get(engine: &Engine, id: &str) -> Result<Value, Error> {
    let asked = if id.starts_with(WithdrawalId::PREFIX) { "withdrawal" } else { "reference" };
    engine.call("withdrawals.get", json!({ asked: id })).await
}

/// Returns a reader that knows the name of a withdrawal's account.
async fn reader_of(engine: &Engine, withdrawal: &Value) -> Result<Reader, Error> {
    let member = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let payer = (member(&withdrawal["account"]), member(&withdrawal["amount"]["currency"]));
    Reader::with_names(engine, "en", &Zone::default(), [payer].into()).await
}

async fn show(context: &Context, id: &str) -> Result<(), Failure> {
    let engine = context.settings.open_to_look().await?;
    let found = async {
        let withdrawal = get(&engine, id).await?;
        let reader = reader_of(&engine, &withdrawal).await?;
        Ok::<_, Error>((withdrawal, reader))
    };
    let found = Box::pin(found).await;
    engine.close().await;
    let (withdrawal, reader) = found?;
    if context.say.json {
        return Ok(context.say.document(&withdrawal)?);
    }
    show::print(context.say, &reader, &withdrawal)
}

/// An order about a withdrawal.
struct WithdrawalOrder<'o> {
    id: &'o str,
    /// The operation, without the service.
    operation: &'o str,
    args: Value,
    by: &'o OrderedBy,
}

impl WithdrawalOrder<'_> {
    async fn give(self, context: &Context) -> Result<(), Failure> {
        let engine = context.settings.open_existing(|options| Ok(options.background(false))).await?;
        let given = Box::pin(self.call(&engine)).await;
        engine.close().await;
        let (reply, reader) = given?;
        let (say, withdrawal) = (context.say, &reply["withdrawal"]);
        if say.json {
            return Ok(say.document(&reply)?);
        }
        let now = context.settings.options().env.clock.now();
        say.line(Row::of(withdrawal, &reader, now).watched(say))?;
        if reply["replayed"] == true {
            say.line("nothing changed: it was ordered before")?;
        }
        Ok(say.line(format!("Next: {}", show::next(withdrawal)))?)
    }

    async fn call(mut self, engine: &Engine) -> Result<(Value, Reader), Error> {
        let withdrawal = get(engine, self.id).await?;
        self.args["withdrawal"] = withdrawal["id"].clone();
        if let Some(admin) = &self.by.actor {
            self.args["actor"] = json!({ "id": admin, "role": "admin" });
        }
        let reply = engine.call(&format!("withdrawals.{}", self.operation), self.args).await?;
        Ok((reply, reader_of(engine, &withdrawal).await?))
    }
}
