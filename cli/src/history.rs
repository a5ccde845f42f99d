//! `earnest history`: the history of a deal, a payment, a purchase or a withdrawal, line by line.

use earnest::Engine;
use earnest::for_cli::Zone;
use earnest::ids::{PaymentId, PurchaseId, WithdrawalId};
use serde_json::{Value, json};

use super::Context;
use super::evidence::{Evidence, Moment, Reader, all, text};
use super::output::{Failure, Paint, Say};

pub(super) async fn history(context: &Context, object: &str, zone: &Zone) -> Result<(), Failure> {
    let kinds = [
        ("payment", PaymentId::PREFIX),
        ("purchase", PurchaseId::PREFIX),
        ("withdrawal", WithdrawalId::PREFIX),
    ];
    if let Some((kind, _)) = kinds.into_iter().find(|(_, prefix)| object.starts_with(*prefix)) {
        return of_object(context, kind, object, zone).await;
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

/// A payment, a purchase or a withdrawal: what its gateway was asked and said, and who did what.
async fn of_object(context: &Context, kind: &str, id: &str, zone: &Zone) -> Result<(), Failure> {
    let engine = context.settings.open_to_look().await?;
    let gathered = Box::pin(gather_object(&engine, kind, id, zone)).await;
    engine.close().await;
    let (Known { object, events, reader }, say) = (gathered?, context.say);
    if say.json {
        return Ok(say.document(&json!({ kind: object, "events": events }))?);
    }
    head(say, &reader, &object, &about(kind, &object, &reader), zone)?;
    lines(say, &events.iter().map(|event| reader.event(event)).collect::<Vec<_>>())
}

/// Describes an object on one line.
fn about(kind: &str, object: &Value, reader: &Reader) -> String {
    let party = |name: &str| reader.party(&object[name]);
    let amount = |name: &str| reader.amount(&object[name]);
    match kind {
        "payment" => {
            let through = |_| format!(" through {}", text(&object["gateway"]));
            let gateway = object["gateway"].as_str().map(through).unwrap_or_default();
            format!("{} to {}{gateway}", amount("amount"), party("to"))
        }
        "purchase" => {
            let (units, offer) = (&object["quantity"], text(&object["offer"]));
            let (buyer, seller, total) = (party("buyer"), party("seller"), amount("total"));
            format!("{buyer} buys {units} of {offer} from {seller} for {total}")
        }
        _ => {
            let (to, chain) = (text(&object["to"]), text(&object["chain"]));
            format!("{} withdraws {} to {to} on {chain}", party("account"), amount("amount"))
        }
    }
}

/// Prints the lines above the history: the state of an object, and what it is about.
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

/// An object, its events, and who reads them.
struct Known {
    object: Value,
    events: Vec<Value>,
    reader: Reader,
}

async fn gather_object(engine: &Engine, kind: &str, id: &str, zone: &Zone) -> Result<Known, Failure> {
    let object = engine.call(&format!("{kind}s.get"), json!({ kind: id })).await?;
    let events = all(engine, &format!("{kind}s.history"), json!({ kind: object["id"] })).await?;
    let (parties, sum): (&[&str], _) = match kind {
        "payment" => (&["to"], "amount"),
        "purchase" => (&["buyer", "seller"], "total"),
        _ => (&["account"], "amount"),
    };
    let member = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let named = |name: &&str| (member(&object[*name]), member(&object[sum]["currency"]));
    let reader = Reader::with_names(engine, "en", zone, parties.iter().map(named).collect()).await?;
    Ok(Known { object, events, reader })
}
