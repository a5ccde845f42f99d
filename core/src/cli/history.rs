//! `earnest history`: what happened to a deal, line by line.

use serde_json::json;

use super::Context;
use super::evidence::{Evidence, Moment, amount, text};
use super::output::{Failure, Paint};

pub(super) async fn history(context: &Context, deal: &str) -> Result<(), Failure> {
    let engine = context.settings.open_to_look().await?;
    let gathered = Box::pin(Evidence::gather(&engine, deal)).await;
    engine.close().await;
    let (found, say) = (gathered?, context.say);
    if say.json {
        let document = json!({ "deal": found.deal, "events": found.events, "receipts": found.receipts });
        return Ok(say.document(&document)?);
    }
    let deal = &found.deal;
    say.line(say.paint(Paint::Strong, &format!("{}: {}", found.id(), text(&deal["state"]))))?;
    let item = deal["item"].as_str().map(|item| format!(", for {item}")).unwrap_or_default();
    let (buyer, seller) = (text(&deal["buyer"]), text(&deal["seller"]));
    let offered = format!("{buyer} pays {seller} {}{item}", amount(&deal["price"]));
    say.line(say.paint(Paint::Faint, &offered))?;
    say.line("")?;
    let timeline = found.timeline();
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
