//! Webhooks of sources: each is verified first, then looked for, then carried out.

use std::sync::OnceLock;

use serde_json::Value;

use super::event::{self, WebhookEvent, WebhookFacts};
use super::message::{ReceivedMessage, WebhookBody, WebhookHeaders};
use super::requests::ReceiveWebhook;
use super::scheme::{Scheme, sha256_of};
use super::source::{DOMAIN, Source};
use super::views::WebhookReceived;
use crate::currency::{Currencies, unknown};
use crate::error::{Code, Detail, Error, Result};
use crate::gateway::driver_of;
use crate::gateway::incoming::Incoming;
use crate::ids::{Book, PaymentId, echo};
use crate::jobs::webhooks::secret::Moment;
use crate::kernel::draft::Draft;
use crate::kernel::moves::Moves;
use crate::kernel::operation::{CreatedIds, Decided, Operation};
use crate::kernel::snapshot::Snapshot;
use crate::kernel::tally::CallTally;
use crate::keyring::{self, Purpose};
use crate::payment::apply_report::Heard;
use crate::payment::gateway::Gateway;
use crate::payment::gateway_events::GatewayEvent;
use crate::payment::model::Payment;
use crate::payment::moves::{MoneyWay, about};
use crate::payment::report::{AppliedReport, GatewayReport};
use crate::payment::requests::ReportPayment;
use crate::request::bounds::{DEPTH, Record as _, is_deeper};
use crate::request::note::Note;
use crate::request::record::{Parse, Request as _, WriteRequest, from_json};
use crate::request::texts::{masked, name_of};
use crate::rows::needs::{Access, Needs};
use crate::time::{Span, Time};
use crate::vault::safe::Safe;
use crate::vault::sealer::Seal;

/// More pieces of news than this are in no webhook.
const MOST_TIDINGS: usize = 32;
const COUNTED: &str = "earnest_webhooks_total";
/// The members of a host's own webhook: those of `payments.report`, but the gateway and the event.
const MEMBERS: [&str; 10] = [
    "outcome",
    "payment",
    "reference",
    "amount",
    "authorized",
    "captured",
    "refunded",
    "refund",
    "failure",
    "action",
];

/// Takes what a source has sent.
pub struct Receive {
    book: Book,
    source: String,
    headers: WebhookHeaders,
    body: WebhookBody,
    currencies: Currencies,
    seal: Option<Seal>,
    read: OnceLock<Option<Value>>,
}

impl WriteRequest for ReceiveWebhook {
    type Operation = Receive;
    fn parse(&self, parse: &Parse<'_>) -> Result<Receive> {
        let source = name_of("source", &self.source)?;
        Note::parse(&self.common())?;
        if let Ok(body) = serde_json::from_str(self.body.as_str()) {
            seek_currencies(&body, DEPTH, parse.currencies);
            if parse.currencies.seeks() {
                // it is made again once the store was read
                return Err(unknown("body", ""));
            }
        }
        // a source that does not sign needs no keyring
        let safe = parse.keyring.is_some().then(|| Safe::parse(parse)).transpose()?;
        Ok(Receive {
            book: parse.book.clone(),
            seal: safe.map(|safe| Seal::within(DOMAIN, safe, &source)),
            source,
            headers: self.headers.clone(),
            body: self.body.clone(),
            currencies: parse.currencies.clone(),
            read: OnceLock::new(),
        })
    }
}

impl Receive {
    fn message(&self) -> ReceivedMessage<'_> {
        ReceivedMessage { headers: &self.headers, body: &self.body }
    }

    /// The body as JSON, where it is some. KG Inicis sends forms: the members of one are texts.
    fn json(&self, scheme: Scheme) -> Option<&Value> {
        let form = || {
            let members = url::form_urlencoded::parse(self.body.as_bytes());
            Value::Object(members.into_owned().map(|(name, text)| (name, text.into())).collect())
        };
        let read = || {
            let json = serde_json::from_str(self.body.as_str()).ok();
            let read = json.or_else(|| (scheme == Scheme::Inicis).then(form));
            read.filter(|body| !is_deeper(body, DEPTH))
        };
        self.read.get_or_init(read).as_ref()
    }

    /// The sender's id of what it tells.
    fn event(&self, source: &Source) -> String {
        source.facts.scheme.event(self.message(), self.json(source.facts.scheme))
    }

    /// Whether the message is genuine, by the secrets that are good at a time; without one whether it ever
    /// was.
    fn verify(&self, source: &Source, seen: &Snapshot, now: Option<Time>) -> Decided<()> {
        if !source.facts.scheme.is_signed() {
            return Ok(());
        }
        let seal = self.seal.as_ref().ok_or_else(|| keyring::none(Purpose::Vault))?;
        let secrets = source.open(seal, seen, now)?;
        let moment = match now {
            Some(now) => Moment { now, tolerance: source.facts.tolerance },
            None => Moment { now: Time::from_micros(0), tolerance: Span::MAX },
        };
        Ok(source.facts.scheme.verify(self.message(), &secrets, moment)?)
    }

    /// Reads its news.
    fn events(&self, source: &Source, gateway: &Gateway) -> Result<Vec<GatewayEvent>> {
        let scheme = source.facts.scheme;
        if scheme.driver().is_some_and(|driver| driver != gateway.facts.driver) {
            let (object, trigger) = (source.facts.id.clone(), "receive".to_owned());
            let condition = "driver".to_owned();
            return Err(Detail::ConditionNotMet { object, trigger, condition, deadline: None }.into());
        }
        let body = self.json(scheme).ok_or_else(|| {
            Error::invalid("body", format!("must be JSON that is at most {DEPTH} levels deep"))
        })?;
        let Some(driver) = driver_of(gateway.facts.driver) else {
            let report = reported(body, &gateway.facts.id, &self.event(source), &self.currencies)?;
            return Ok(vec![GatewayEvent::of_report(&gateway.facts.id, report)]);
        };
        let all = driver.read(&Incoming { body, currencies: &self.currencies })?;
        if all.len() > MOST_TIDINGS {
            return Err(Error::invalid("body", format!("must tell at most {MOST_TIDINGS} things")));
        }
        let of = |said| GatewayEvent::of_driver(&gateway.facts.id, said, scheme.is_signed());
        Ok(all.iter().map(of).collect())
    }

    /// Names what a message that is genuine needs; any other one names no rows.
    fn needs_of_event(&self, source: &Source, seen: &Snapshot, needs: &mut Needs) {
        let gateway = Gateway::key(&self.book, &source.facts.gateway);
        let is_signed = source.facts.scheme.is_signed();
        let opens = !is_signed || self.seal.as_ref().is_none_or(|seal| seal.is_read(seen));
        if !opens || !seen.records.knows(&gateway) {
            needs.incomplete = true;
            return;
        }
        if self.verify(source, seen, None).is_err() {
            return;
        }
        let key = WebhookEvent::key(&self.book, [&source.facts.id, &self.event(source)]);
        match WebhookEvent::needed(key, Access::Write, seen, needs) {
            Some(event) => {
                if let Some(payment) = event.facts.payment {
                    needs.record(Payment::key(&self.book, payment), Access::Read);
                }
            }
            None => {
                let gateway = seen.records.row(&gateway).and_then(|row| Gateway::of(row).ok());
                let events = gateway.and_then(|gateway| self.events(source, &gateway).ok());
                for event in events.iter().flatten() {
                    event.needs(&self.book, seen, needs);
                }
            }
        }
    }

    /// Does what it says, piece by piece: what came of the piece that says most.
    fn take(&self, events: &[GatewayEvent], draft: &mut Draft<'_>) -> Decided<(AppliedReport, bool)> {
        let mut sum = AppliedReport { payment: None, heard: Heard::Ignored };
        let mut asked = false;
        if !self.currencies.first_named().is_empty() {
            // it names a currency that the store has never seen: no payment is in it
            return Ok((sum, asked));
        }
        for event in events {
            let taken = event.take(draft, &self.book)?;
            asked |= taken.asked;
            let one = taken.reception;
            if weight(one.heard) > weight(sum.heard) {
                sum = AppliedReport { payment: one.payment.or(sum.payment), ..one };
            } else {
                sum.payment = sum.payment.or(one.payment);
            }
        }
        Ok((sum, asked))
    }

    fn tally(&self, result: &str) -> CallTally {
        CallTally::of(COUNTED, [("source", &self.source), ("result", result)])
    }
}

/// How much what came of a piece says of the whole.
const fn weight(heard: Heard) -> u8 {
    match heard {
        Heard::Ignored => 0,
        Heard::Parked => 1,
        Heard::Queried => 2,
        Heard::Applied => 3,
        Heard::Suspended => 4,
        Heard::Mismatched => 5,
    }
}

/// Looks for the currencies that a message names, which another process may have used first.
fn seek_currencies(body: &Value, depth: usize, currencies: &Currencies) {
    if depth == 0 {
        return;
    }
    match body {
        Value::Array(items) => items.iter().for_each(|item| seek_currencies(item, depth - 1, currencies)),
        Value::Object(members) => {
            for (name, member) in members {
                let code = match member {
                    Value::String(text) if name == "currency" => Some(text.as_str()),
                    Value::String(text) => {
                        text.split_once(' ').filter(|parts| is_figure(parts.0)).map(|parts| parts.1)
                    }
                    _ => None,
                };
                if let Some(code) = code {
                    // gateways write them small
                    currencies.seek(&code.to_ascii_uppercase());
                }
                seek_currencies(member, depth - 1, currencies);
            }
        }
        _ => {}
    }
}

/// Whether a text is a figure, as an amount begins with one.
fn is_figure(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// Reads a host's own webhook: a report without its gateway and its event.
fn reported(body: &Value, gateway: &str, event: &str, currencies: &Currencies) -> Result<GatewayReport> {
    let members = body.as_object().ok_or_else(|| Error::invalid("body", "must be an object"))?;
    if let Some(name) = members.keys().find(|name| !MEMBERS.contains(&name.as_str())) {
        return Err(Error::invalid(format!("body.{}", masked(&echo(name))), "is not a member of a report"));
    }
    let mut members = members.clone();
    members.insert("gateway".to_owned(), gateway.into());
    members.insert("event".to_owned(), event.into());
    let read = || {
        let mut request: ReportPayment = from_json(Value::Object(members))?;
        request.fits("")?;
        request.normalise(currencies)?;
        GatewayReport::read(&request, currencies)
    };
    read().map_err(in_body)
}

/// A refusal of a member, named where it stands.
fn in_body(error: Error) -> Error {
    let within = |field: &str| format!("body.{field}");
    let moved = match error.detail() {
        Detail::InvalidRequest { field, reason, .. } => Some(Error::invalid(within(field), reason.as_str())),
        Detail::InvalidAmount { field, reason } => {
            Some(Detail::InvalidAmount { field: within(field), reason: reason.clone() }.into())
        }
        _ => None,
    };
    moved.unwrap_or(error)
}

impl Operation for Receive {
    type Reply = WebhookReceived;

    fn needs(&self, seen: &Snapshot, needs: &mut Needs) {
        let key = Source::key(&self.book, &self.source);
        if let Some(source) = Source::needed(key, Access::Read, seen, needs) {
            needs.record(Gateway::key(&self.book, &source.facts.gateway), Access::Read);
            if let Some(seal) = self.seal.as_ref().filter(|_| source.facts.scheme.is_signed()) {
                seal.needs(needs);
            }
            self.needs_of_event(&source, seen, needs);
        }
    }

    fn moves(&self, seen: &Snapshot) -> Result<Moves> {
        let source = seen.records.row(&Source::key(&self.book, &self.source));
        let Some(source) = source.map(Source::of).transpose()? else { return Ok(Moves::default()) };
        let gateway = seen.records.row(&Gateway::key(&self.book, &source.facts.gateway));
        let Some(gateway) = gateway.map(Gateway::of).transpose()? else { return Ok(Moves::default()) };
        let events = self.events(&source, &gateway).unwrap_or_default();
        let payment = events.iter().find_map(|event| event.about(&self.book, seen));
        payment.map_or_else(|| Ok(Moves::default()), |id| about(&self.book, id, seen, MoneyWay::Either))
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Decided<CreatedIds> {
        let source = Source::known(draft, &self.book, &self.source)?;
        draft.permit(&[])?;
        // before anything else is looked at: a forged copy of a known event is forged
        self.verify(&source, draft.seen(), Some(draft.ctx.now))?;
        let event = self.event(&source);
        let key = WebhookEvent::key(&self.book, [&self.source, &event]);
        if draft.record(&key)?.is_some() {
            draft.tally(self.tally("replayed"));
            return Ok(CreatedIds::default());
        }
        let gateway = Gateway::known(draft, &self.book, &source.facts.gateway)?;
        let events = self.events(&source, &gateway)?;
        let (reception, asked) = self.take(&events, draft)?;
        let AppliedReport { payment, heard } = reception;
        // what anybody may send leaves something only where it did something
        if source.facts.scheme.is_signed() || asked {
            let sha256 = sha256_of(&self.body);
            let facts = WebhookFacts { source: self.source.clone(), event, payment, sha256 };
            event::put(draft, key, facts, heard)?;
        }
        draft.tally(self.tally(heard.as_str()));
        Ok(reception.made())
    }

    fn tally_of(&self, refusal: &Error, _: &Snapshot) -> Option<CallTally> {
        self.refuses_quietly(refusal).then(|| self.tally("refused"))
    }

    fn refuses_quietly(&self, refusal: &Error) -> bool {
        refusal.code() == Code::SignatureInvalid
    }

    fn replay_needs(&self, made: &CreatedIds, book: &Book, needs: &mut Needs) {
        if let Some(id) = made.get::<PaymentId>() {
            needs.record(Payment::key(book, id), Access::Read);
        }
    }

    fn reply(&self, made: &CreatedIds, seen: &Snapshot, replayed: bool) -> Decided<WebhookReceived> {
        let source = Source::shown(seen, &self.book, &self.source)?;
        let event = self.event(&source);
        let reported = if made.is_empty() {
            let known = WebhookEvent::shown(seen, &self.book, [&self.source, &event])?;
            let reception = AppliedReport { payment: known.facts.payment, heard: known.state };
            reception.reply(&event, &self.book, seen, true)?
        } else {
            AppliedReport::kept(made).reply(&event, &self.book, seen, replayed)?
        };
        Ok(WebhookReceived::of(reported, source.facts.scheme))
    }
}
