//! `earnest history`: the history of a deal, a payment, a purchase or a withdrawal, line by line.

use earnest::Engine;
use earnest::for_cli::Zone;
use earnest::ids::{PaymentId, PurchaseId, WithdrawalId};
use serde_json::{Value, json};

use super::Context;
use super::evidence::{Evidence, Moment, Reader, all, text};
use super::output::{Failure, Paint, Say};
use super::withdrawals::reader_of;

pub(super) async fn history(context: &Context, object: &str, zone: &Zone) -> Result<(), Failure> {
    if object.starts_with(PaymentId::PREFIX) {
        return of_payment(context, object, zone).await;
    }
    if object.starts_with(PurchaseId::PREFIX) {
        return of_purchase(context, object, zone).await;
    }
    if object.starts_with(WithdrawalId::PREFIX) {
        return of_withdrawal(context, object, zone).await;
    }
    let engine = context.settings.open_to_look().await?;
    let gathered = Box::pin(gather(&engine, object, zone)).await;
    engine.close().await;
    let ((found, reader), say) = (gathered?, context.say);
    if say.json {
        let document = json!({ "deal": found.deal, "events": found.events, "receipts": found.receipts });
        return Ok(say.document(&document)?);
    }
    let deal = &found.deal;
    let item = deal["item"].as_str().map(|_| format!(", for {}", text(&deal["item"]))).unwrap_or_default();
    let (buyer, seller) = (reader.party(&deal["buyer"]), reader.party(&deal["seller"]));
    let offered = format!("{buyer} pays {seller} {}{item}", reader.amount(&deal["price"]));
    head(say, &reader, deal, &offered, zone)?;
    lines(say, &found.timeline(&reader))
}

/// What is known of a payment: what its gateway was asked and said, and who did what.
async fn of_payment(context: &Context, payment: &str, zone: &Zone) -> Result<(), Failure> {
    let engine = context.settings.open_to_look().await?;
    let gathered = Box::pin(gather_payment(&engine, payment, zone)).await;
    engine.close().await;
    let (Paid { payment, events, reader }, say) = (gathered?, context.say);
    if say.json {
        return Ok(say.document(&json!({ "payment": payment, "events": events }))?);
    }
    let gateway = payment["gateway"].as_str().map(|_| format!(" through {}", text(&payment["gateway"])));
    let (amount, to) = (reader.amount(&payment["amount"]), reader.party(&payment["to"]));
    let asked = format!("{amount} to {to}{}", gateway.unwrap_or_default());
    head(say, &reader, &payment, &asked, zone)?;
    lines(say, &events.iter().map(|event| reader.event(event)).collect::<Vec<_>>())
}

/// What became of a purchase.
async fn of_purchase(context: &Context, purchase: &str, zone: &Zone) -> Result<(), Failure> {
    let engine = context.settings.open_to_look().await?;
    let gathered = Box::pin(gather_purchase(&engine, purchase, zone)).await;
    engine.close().await;
    let (Bought { purchase, events, reader }, say) = (gathered?, context.say);
    if say.json {
        return Ok(say.document(&json!({ "purchase": purchase, "events": events }))?);
    }
    let (buyer, seller) = (reader.party(&purchase["buyer"]), reader.party(&purchase["seller"]));
    let (units, offer) = (&purchase["quantity"], text(&purchase["offer"]));
    let total = reader.amount(&purchase["total"]);
    let about = format!("{buyer} buys {units} of {offer} from {seller} for {total}");
    head(say, &reader, &purchase, &about, zone)?;
    lines(say, &events.iter().map(|event| reader.event(event)).collect::<Vec<_>>())
}

/// What stands above the lines: the state of an object, and what it is about.
fn head(say: Say, reader: &Reader, object: &Value, about: &str, zone: &Zone) -> Result<(), Failure> {
    let state = reader.tongue.name(&text(&object["state"]));
    say.line(say.paint(Paint::Strong, &format!("{}: {state}", text(&object["id"]))))?;
    say.line(say.paint(Paint::Faint, about))?;
    if zone.name() != "UTC" {
        say.line(say.paint(Paint::Faint, &format!("times in {}", zone.name())))?;
    }
    Ok(say.line("")?)
}

fn lines(say: Say, timeline: &[Moment]) -> Result<(), Failure> {
    let widest = |of: &dyn Fn(&Moment) -> usize| timeline.iter().map(of).max().unwrap_or(0);
    let what = widest(&|moment| moment.what.chars().count());
    let who = widest(&|moment| moment.actor.as_ref().map_or(0, |actor| actor.chars().count()));
    for moment in timeline {
        let name = format!("{:<what$}", moment.what);
        let name = say.paint(if moment.is_payment { Paint::Good } else { Paint::Strong }, &name);
        let actor = moment.actor.as_deref().unwrap_or_default();
        let place = say.paint(Paint::Faint, &format!("{:>6}", format!("#{}", moment.seq)));
        say.line(format!("{place}  {}  {name}  {actor:<who$}  {}", moment.at, moment.detail))?;
    }
    Ok(())
}

async fn gather(engine: &Engine, deal: &str, zone: &Zone) -> Result<(Evidence, Reader), Failure> {
    let found = Evidence::gather(engine, deal).await?;
    let reader = found.reader(engine, "en", zone).await?;
    Ok((found, reader))
}

/// A payment, its events, and who reads them.
struct Paid {
    payment: Value,
    events: Vec<Value>,
    reader: Reader,
}

async fn gather_payment(engine: &Engine, payment: &str, zone: &Zone) -> Result<Paid, Failure> {
    let payment = engine.call("payments.get", json!({ "payment": payment })).await?;
    let events = all(engine, "payments.history", json!({ "payment": payment["id"] })).await?;
    let member = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let payee = (member(&payment["to"]), member(&payment["amount"]["currency"]));
    let reader = Reader::with_names(engine, "en", zone, [payee].into()).await?;
    Ok(Paid { payment, events, reader })
}

/// What became of a withdrawal.
async fn of_withdrawal(context: &Context, withdrawal: &str, zone: &Zone) -> Result<(), Failure> {
    let engine = context.settings.open_to_look().await?;
    let gathered = Box::pin(gather_withdrawal(&engine, withdrawal, zone)).await;
    engine.close().await;
    let (Withdrawn { withdrawal, events, reader }, say) = (gathered?, context.say);
    if say.json {
        return Ok(say.document(&json!({ "withdrawal": withdrawal, "events": events }))?);
    }
    let (account, amount) = (reader.party(&withdrawal["account"]), reader.amount(&withdrawal["amount"]));
    let (to, chain) = (text(&withdrawal["to"]), text(&withdrawal["chain"]));
    head(say, &reader, &withdrawal, &format!("{account} withdraws {amount} to {to} on {chain}"), zone)?;
    lines(say, &events.iter().map(|event| reader.event(event)).collect::<Vec<_>>())
}

/// A purchase, its events, and who reads them.
struct Bought {
    purchase: Value,
    events: Vec<Value>,
    reader: Reader,
}

async fn gather_purchase(engine: &Engine, purchase: &str, zone: &Zone) -> Result<Bought, Failure> {
    let purchase = engine.call("purchases.get", json!({ "purchase": purchase })).await?;
    let events = all(engine, "purchases.history", json!({ "purchase": purchase["id"] })).await?;
    let member = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let party = |name: &str| (member(&purchase[name]), member(&purchase["total"]["currency"]));
    let parties = [party("buyer"), party("seller")].into();
    let reader = Reader::with_names(engine, "en", zone, parties).await?;
    Ok(Bought { purchase, events, reader })
}

/// A withdrawal, its events, and who reads them.
struct Withdrawn {
    withdrawal: Value,
    events: Vec<Value>,
    reader: Reader,
}

async fn gather_withdrawal(engine: &Engine, withdrawal: &str, zone: &Zone) -> Result<Withdrawn, Failure> {
    let withdrawal = engine.call("withdrawals.get", json!({ "withdrawal": withdrawal })).await?;
    let events = all(engine, "withdrawals.history", json!({ "withdrawal": withdrawal["id"] })).await?;
    let reader = reader_of(engine, &withdrawal, zone).await?;
    Ok(Withdrawn { withdrawal, events, reader })
}
