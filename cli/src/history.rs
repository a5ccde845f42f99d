//! `earnest history`: the history of a deal, line by line.

use earnest::Engine;
use earnest::for_cli::Zone;
use serde_json::json;

use super::Context;
use super::evidence::{Evidence, Moment, Reader, text};
use super::output::{Failure, Paint};

pub(super) async fn history(context: &Context, deal: &str, zone: &Zone) -> Result<(), Failure> {
    let engine = context.settings.open_to_look().await?;
    let gathered = Box::pin(gather(&engine, deal, zone)).await;
    engine.close().await;
    let ((found, reader), say) = (gathered?, context.say);
    if say.json {
        let document = json!({ "deal": found.deal, "events": found.events, "receipts": found.receipts });
        return Ok(say.document(&document)?);
    }
    let deal = &found.deal;
    let state = reader.tongue.name(&text(&deal["state"]));
    say.line(say.paint(Paint::Strong, &format!("{}: {state}", found.id())))?;
    let item = deal["item"].as_str().map(|_| format!(", for {}", text(&deal["item"]))).unwrap_or_default();
    let (buyer, seller) = (reader.party(&deal["buyer"]), reader.party(&deal["seller"]));
    let offered = format!("{buyer} pays {seller} {}{item}", reader.amount(&deal["price"]));
    say.line(say.paint(Paint::Faint, &offered))?;
    if zone.name() != "UTC" {
        say.line(say.paint(Paint::Faint, &format!("times in {}", zone.name())))?;
    }
    say.line("")?;
    let timeline = found.timeline(&reader);
    let widest = |of: &dyn Fn(&Moment) -> usize| timeline.iter().map(of).max().unwrap_or(0);
    let what = widest(&|moment| moment.what.chars().count());
    let who = widest(&|moment| moment.actor.as_ref().map_or(0, |actor| actor.chars().count()));
    for moment in &timeline {
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
