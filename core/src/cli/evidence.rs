//! Everything that is known of one deal, gathered for people: its parties, money, timeline, disputes and receipts.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::output::Failure;
use crate::engine::Engine;
use crate::error::Error;
use crate::ids::DealId;
use crate::receipt::{money, time, words};

/// What happened at one place of the sequence.
pub(super) struct Moment {
    pub(super) seq: i64,
    pub(super) at: String,
    /// `paid`, `dispute opened`, or the kind of a payment.
    pub(super) what: String,
    /// Who did it; `None` of a payment, which the event beside it caused.
    pub(super) actor: Option<String>,
    /// From which state to which, or what was paid by whom to whom.
    pub(super) detail: String,
    pub(super) is_payment: bool,
    pub(super) hash: String,
}

/// What is known of a deal.
pub(super) struct Evidence {
    pub(super) deal: Value,
    /// Disputes as `get_dispute` replies them, oldest first.
    pub(super) disputes: Vec<Value>,
    /// Receipts, oldest first; unsigned without a keyring.
    pub(super) receipts: Vec<Value>,
    /// Events of the deal and of its disputes, in the order of the sequence.
    pub(super) events: Vec<Value>,
}

/// The text of a member, or nothing.
pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// An amount for people.
pub(super) fn amount(value: &Value) -> String {
    money(value, "en")
}

/// All items of a listing.
async fn all(engine: &Engine, op: &str, mut args: Value) -> Result<Vec<Value>, Error> {
    let mut items = Vec::new();
    args["limit"] = 500.into();
    loop {
        let page = engine.call(op, args.clone()).await?;
        items.extend(page["items"].as_array().into_iter().flatten().cloned());
        match page["next"].as_str() {
            Some(next) => args["after"] = next.into(),
            None => return Ok(items),
        }
    }
}

impl Evidence {
    /// Gathers what is known of the deal with this id, or with this reference of the caller's.
    pub(super) async fn gather(engine: &Engine, deal: &str) -> Result<Self, Failure> {
        let asked = if deal.starts_with(DealId::PREFIX) { "deal" } else { "reference" };
        let deal = engine.call("escrow.get", json!({ asked: deal })).await?;
        let id = &deal["id"];
        let mut events = all(engine, "escrow.history", json!({ "deal": id })).await?;
        let mut disputes = Vec::new();
        for dispute in all(engine, "escrow.disputes", json!({ "deal": id })).await? {
            let file = engine.call("escrow.get_dispute", json!({ "dispute": dispute["id"] })).await?;
            let own = file["history"].as_array().into_iter().flatten();
            events.extend(own.filter(|event| event["object"] == "dispute").cloned());
            disputes.insert(0, file);
        }
        let mut seen = BTreeSet::new();
        events.retain(|event| seen.insert(event["seq"].as_i64()));
        events.sort_by_key(|event| event["seq"].as_i64());
        let receipts = crate::receipt::of_deal(engine, text(id).parse()?).await?;
        let receipts = receipts.iter().map(|receipt| json!(receipt)).collect();
        Ok(Self { deal, disputes, receipts, events })
    }

    /// Events and payments in the order of the sequence.
    pub(super) fn timeline(&self) -> Vec<Moment> {
        let payments = self.receipts.iter().map(payment);
        let mut moments: Vec<Moment> = self.events.iter().map(event).chain(payments).collect();
        moments.sort_by_key(|moment| moment.seq);
        moments
    }

    pub(super) fn id(&self) -> String {
        text(&self.deal["id"])
    }
}

/// Who did it, and in which part.
pub(super) fn actor(value: &Value) -> String {
    match (value["id"].as_str(), value["role"].as_str()) {
        (Some(id), Some(role)) if id != role => format!("{id} ({role})"),
        (Some(id), _) => id.to_owned(),
        (None, _) => text(value),
    }
}

fn event(event: &Value) -> Moment {
    let kind = text(&event["type"]);
    let what = kind.strip_prefix("deal.").unwrap_or(&kind).replace(['.', '_'], " ");
    let data = &event["data"];
    let detail = match (data["from"].as_str(), data["to"].as_str()) {
        (Some(from), Some(to)) if from != to => format!("{from} → {to}"),
        (_, Some(to)) => to.to_owned(),
        _ => String::new(),
    };
    Moment {
        seq: event["seq"].as_i64().unwrap_or_default(),
        at: time(event["at"].as_str().unwrap_or_default()),
        what,
        actor: Some(actor(&event["actor"])),
        detail,
        is_payment: false,
        hash: text(&event["hash"]),
    }
}

/// What moved: `₩1,000 from alice to bob`.
pub(super) fn moved(receipt: &Value) -> String {
    let words = words("en");
    let party = |value: &Value| words.party(value.as_str().unwrap_or_default());
    if receipt["amount"].is_null() {
        return format!("{} postings", receipt["payload"]["postings"].as_array().map_or(0, Vec::len));
    }
    format!("{} from {} to {}", amount(&receipt["amount"]), party(&receipt["from"]), party(&receipt["to"]))
}

fn payment(receipt: &Value) -> Moment {
    Moment {
        seq: receipt["number"].as_i64().unwrap_or_default(),
        at: time(receipt["issued_at"].as_str().unwrap_or_default()),
        what: words("en").kind(receipt["kind"].as_str().unwrap_or_default()).to_lowercase(),
        actor: None,
        detail: moved(receipt),
        is_payment: true,
        hash: text(&receipt["payload"]["link"]),
    }
}
