//! Gathers all that is known of one deal, for people: its parties, money, timeline, disputes and receipts.
//!
//! Texts that people wrote are shown by [`text`], which writes out invisible characters: a page of evidence
//! shows no line that a party has forged.

use std::collections::BTreeSet;

use earnest::for_cli::{Zone, accounts_of, readable};
use earnest::ids::DealId;
use earnest::receipt::{Look, of_deal};
use earnest::{Engine, Error};
use serde_json::{Value, json};

use super::output::Failure;
use super::words::Tongue;

/// An entry of the timeline: what happened at one place of the sequence.
pub(super) struct Moment {
    pub(super) seq: i64,
    pub(super) at: String,
    /// `paid`, `dispute opened`, or the kind of a payment.
    pub(super) what: String,
    /// The actor; `None` for a payment, which was caused by the event before or after it.
    pub(super) actor: Option<String>,
    /// The states before and after, or the payment: amount, payer and payee.
    pub(super) detail: String,
    pub(super) is_payment: bool,
    pub(super) hash: String,
}

/// The reader: language, clock and names.
pub(super) struct Reader {
    pub(super) tongue: Tongue,
    pub(super) look: Look,
}

/// The facts of a deal, for a page about it.
pub(super) struct Evidence {
    pub(super) deal: Value,
    /// Disputes as `get_dispute` replies them, oldest first.
    pub(super) disputes: Vec<Value>,
    /// Receipts, oldest first; unsigned without a keyring.
    pub(super) receipts: Vec<Value>,
    /// Events of the deal and of its disputes, in the order of the sequence.
    pub(super) events: Vec<Value>,
}

/// The text of a member as people may be shown it, or nothing.
pub(super) fn text(value: &Value) -> String {
    readable::line(value.as_str().unwrap_or_default()).into_owned()
}

/// A text of several lines, for a place that is framed as a quotation.
pub(super) fn paragraphs(value: &Value) -> String {
    readable::paragraphs(value.as_str().unwrap_or_default()).into_owned()
}

/// All items of a listing.
pub(super) async fn all(engine: &Engine, op: &str, mut args: Value) -> Result<Vec<Value>, Error> {
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
    /// Gathers the facts of the deal with this id, or with this reference of the caller's.
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
        let receipts = of_deal(engine, text(id).parse()?).await?;
        let receipts = receipts.iter().map(|receipt| json!(receipt)).collect();
        Ok(Self { deal, disputes, receipts, events })
    }

    /// Builds the reader: the language, the clock, and the display names of all who take part in the deal.
    pub(super) async fn reader(&self, engine: &Engine, locale: &str, zone: &Zone) -> Result<Reader, Error> {
        let mut accounts: BTreeSet<(String, String)> =
            self.receipts.iter().flat_map(|receipt| accounts_of(&receipt["payload"])).collect();
        let deal = &self.deal;
        let currency = deal["price"]["currency"].as_str().unwrap_or_default();
        let shares = [&deal["fees"], &deal["splits"]].into_iter().filter_map(Value::as_array).flatten();
        let others = shares.map(|share| &share["to"]);
        let parties = [&deal["buyer"], &deal["seller"]].into_iter().chain(others).filter_map(Value::as_str);
        accounts.extend(parties.map(|party| (party.to_owned(), currency.to_owned())));
        Reader::with_names(engine, locale, zone, accounts).await
    }

    /// Events and payments in the order of the sequence.
    pub(super) fn timeline(&self, reader: &Reader) -> Vec<Moment> {
        let payments = self.receipts.iter().map(|receipt| reader.payment(receipt));
        let events = self.events.iter().map(|event| reader.event(event));
        let mut moments: Vec<Moment> = events.chain(payments).collect();
        moments.sort_by_key(|moment| moment.seq);
        moments
    }

    pub(super) fn id(&self) -> String {
        text(&self.deal["id"])
    }
}

impl Reader {
    /// Returns a reader that knows the display names of these accounts, each with its currency.
    pub(super) async fn with_names(
        engine: &Engine,
        locale: &str,
        zone: &Zone,
        accounts: BTreeSet<(String, String)>,
    ) -> Result<Self, Error> {
        let look = Look::new(locale, zone.clone()).with_names(engine, accounts).await?;
        Ok(Self { tongue: Tongue::of(locale), look })
    }

    /// A time, or nothing.
    pub(super) fn time(&self, value: &Value) -> String {
        value.as_str().map(|at| self.look.time(at)).unwrap_or_default()
    }

    /// An amount, or nothing.
    pub(super) fn amount(&self, value: &Value) -> String {
        if value.is_null() { String::new() } else { self.look.money(value) }
    }

    /// An account, by name and id.
    pub(super) fn party(&self, value: &Value) -> String {
        self.look.party(value.as_str().unwrap_or_default())
    }

    /// The name of an actor, with the role in the deal.
    pub(super) fn actor(&self, value: &Value) -> String {
        match (value["id"].as_str(), value["role"].as_str()) {
            (Some(id), Some(role)) if id == role => self.tongue.name(&readable::line(id)),
            (Some(id), Some(role)) => {
                format!("{} ({})", self.look.party(id), self.tongue.name(&readable::line(role)))
            }
            (Some(id), None) => self.look.party(id),
            (None, _) => self.party(value),
        }
    }

    /// The amount and the parties of a movement: `₩1,000 from alice to bob`.
    pub(super) fn moved(&self, receipt: &Value) -> String {
        if receipt["amount"].is_null() {
            return format!("{} postings", receipt["payload"]["postings"].as_array().map_or(0, Vec::len));
        }
        let (from, to) = (self.party(&receipt["from"]), self.party(&receipt["to"]));
        self.tongue.moved(&self.amount(&receipt["amount"]), &from, &to)
    }

    /// Describes an event: of a payment, a purchase and a withdrawal by the state after it, of all others by
    /// the change of state.
    pub(super) fn event(&self, event: &Value) -> Moment {
        let data = &event["data"];
        let has_state = ["payment", "purchase", "withdrawal"].iter().any(|object| event["object"] == *object);
        let after = if has_state { &data["state"] } else { &data["to"] };
        let detail = match (data["from"].as_str(), after.as_str()) {
            (Some(from), Some(to)) if from != to => {
                format!("{} → {}", self.tongue.name(from), self.tongue.name(to))
            }
            (_, Some(to)) => self.tongue.name(to),
            _ => String::new(),
        };
        Moment {
            seq: event["seq"].as_i64().unwrap_or_default(),
            at: self.time(&event["at"]),
            what: self.tongue.event(&text(&event["type"]), data["trigger"].as_str()),
            actor: Some(self.actor(&event["actor"])),
            detail,
            is_payment: false,
            hash: text(&event["hash"]),
        }
    }

    fn payment(&self, receipt: &Value) -> Moment {
        Moment {
            seq: receipt["number"].as_i64().unwrap_or_default(),
            at: self.time(&receipt["issued_at"]),
            what: self.look.kind(receipt["kind"].as_str().unwrap_or_default()).to_lowercase(),
            actor: None,
            detail: self.moved(receipt),
            is_payment: true,
            hash: text(&receipt["payload"]["link"]),
        }
    }
}
