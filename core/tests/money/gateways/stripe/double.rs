//! Stripe in a test: intents, refunds and keys as its pages describe them, and faults on demand.
//!
//! By <https://docs.stripe.com/api/payment_intents>, <https://docs.stripe.com/api/refunds>,
//! <https://docs.stripe.com/api/idempotent_requests> and <https://docs.stripe.com/api/errors>, at a version
//! before `2025-03-31.basil` (<https://docs.stripe.com/changelog/basil>): a capture of a part makes a refund
//! of the rest.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use earnest::env::Clock;

use super::super::http::{Asked, Reply, Server, serve};
use crate::support::{Value, json};

/// The key of the API that it takes.
pub(crate) const KEY: &str = "sk_test_1";
/// How long a key answers with what it answered before, in seconds.
const KEY_WINDOW: i64 = 24 * 3_600;

/// The faulty reply to one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    /// No answer at all.
    Hang,
    /// The line is cut.
    Cut,
    /// The line is cut within the answer.
    CutShort,
    /// An answer with this status, which is saved under the key from 500 on.
    Status(u16),
    /// An answer that is no JSON.
    Garbage,
    /// A page for people.
    Html,
    /// An answer of 10 MB.
    Huge,
    /// The answer comes after so many milliseconds.
    Late(u64),
    /// An answer that shows the intent or the refund of this id, whatever was asked for.
    Of(&'static str),
    /// As [`Then::Of`], of one of those that there are.
    Other(usize),
    /// The refunds of everybody.
    All,
}

/// A fault of the next request of a route.
struct Fault {
    route: &'static str,
    /// Whether it is carried out.
    does: bool,
    then: Then,
}

#[derive(Clone, Debug)]
struct Intent {
    payment: String,
    key: String,
    amount: i64,
    currency: String,
    created: i64,
    status: &'static str,
    capturable: i64,
    received: i64,
    refunded: i64,
    /// How often money was taken.
    charges: u32,
    error: Option<Value>,
    reason: Option<String>,
}

#[derive(Clone, Debug)]
struct Refund {
    intent: String,
    amount: i64,
    status: &'static str,
    metadata: Value,
}

struct Saved {
    request: String,
    status: u16,
    body: Value,
    until: i64,
}

struct Outcome {
    status: u16,
    body: Value,
}

/// The double's records.
#[derive(Default)]
pub(crate) struct Books {
    now: i64,
    intents: BTreeMap<String, Intent>,
    refunds: BTreeMap<String, Refund>,
    keys: BTreeMap<String, Saved>,
    faults: Vec<Fault>,
    /// Whether searches find what there is: they do after a while.
    pub(crate) searchable: bool,
    /// Whether it does not search for this merchant at all.
    pub(crate) no_search: bool,
    /// Whether refunds take their time.
    pub(crate) slow_refunds: bool,
    /// The routes that were asked, in order, each with its key.
    pub(crate) seen: Vec<String>,
}

/// Stripe in a test.
pub(crate) struct Double {
    books: Arc<Mutex<Books>>,
    server: Server,
}

impl Double {
    pub(crate) async fn start(clock: Clock) -> Self {
        let books = Arc::new(Mutex::new(Books::default()));
        let inside = books.clone();
        let server = serve(move |asked| {
            let mut books = inside.lock().unwrap();
            books.now = clock.now().micros() / 1_000_000;
            books.answer(asked)
        });
        Self { books, server: server.await }
    }

    pub(crate) fn url(&self) -> &str {
        &self.server.url
    }

    /// Something goes wrong with the next request of a route, which is carried out or not.
    pub(crate) fn fault(&self, route: &'static str, does: bool, then: Then) {
        self.books(|books| books.faults.push(Fault { route, does, then }));
    }

    pub(crate) fn books<T>(&self, with: impl FnOnce(&mut Books) -> T) -> T {
        with(&mut self.books.lock().unwrap())
    }

    /// Returns the amount taken of a payment, less what went back, in cents; never taken twice.
    pub(crate) fn kept(&self, payment: &Value) -> i64 {
        self.books(|books| {
            let of_it = books.intents.values().filter(|intent| payment["id"] == intent.payment.as_str());
            let of_it: Vec<&Intent> = of_it.collect();
            let charges: u32 = of_it.iter().map(|intent| intent.charges).sum();
            assert!(charges <= 1, "charged {charges} times: {of_it:?}");
            of_it.iter().map(|intent| intent.received - intent.refunded).sum()
        })
    }

    /// Returns the amount still held for a payment, in cents.
    pub(crate) fn reserved(&self, payment: &Value) -> i64 {
        self.books(|books| {
            let of_it = books.intents.values().filter(|intent| payment["id"] == intent.payment.as_str());
            of_it.map(|intent| intent.capturable).sum()
        })
    }

    /// The statuses of the intents of a payment.
    pub(crate) fn statuses(&self, payment: &Value) -> Vec<&'static str> {
        self.books(|books| {
            let of_it = books.intents.values().filter(|intent| payment["id"] == intent.payment.as_str());
            of_it.map(|intent| intent.status).collect()
        })
    }

    /// The payer does what was asked.
    pub(crate) fn act(&self, payment: &Value) {
        self.books(|books| {
            let mut all = books.intents.values_mut();
            let intent = all.find(|intent| payment["id"] == intent.payment.as_str()).unwrap();
            assert_eq!(intent.status, "requires_action");
            intent.take(intent.amount);
        });
    }

    /// Every refund arrives.
    pub(crate) fn refunds_arrive(&self) {
        self.books(|books| books.refunds.values_mut().for_each(|refund| refund.status = "succeeded"));
    }

    /// How many requests of a route came.
    pub(crate) fn count(&self, route: &str) -> usize {
        self.books(|books| books.seen.iter().filter(|seen| seen.split(' ').next() == Some(route)).count())
    }
}

impl Intent {
    fn take(&mut self, amount: i64) {
        (self.status, self.received, self.capturable) = ("succeeded", amount, 0);
        self.charges += 1;
    }

    fn to_json(&self, id: &str) -> Value {
        let waits = self.status == "requires_action";
        let next = waits.then(|| json!({ "type": "use_stripe_sdk", "use_stripe_sdk": {} }));
        let charge = (self.charges > 0 || self.capturable > 0).then(|| id.replace("pi_", "ch_"));
        json!({
            "id": id, "object": "payment_intent", "amount": self.amount, "amount_capturable": self.capturable,
            "amount_received": self.received, "cancellation_reason": self.reason,
            "client_secret": format!("{id}_secret_1"), "created": self.created, "currency": self.currency,
            "last_payment_error": self.error, "latest_charge": charge, "livemode": false,
            "metadata": { "payment": self.payment, "key": self.key }, "next_action": next,
            "status": self.status,
        })
    }
}

impl Refund {
    /// Builds the refund that Stripe makes of the rest after a capture.
    fn of_rest(intent: &str, amount: i64) -> Self {
        Self { intent: intent.to_owned(), amount, status: "succeeded", metadata: json!({}) }
    }

    fn to_json(&self, id: &str) -> Value {
        json!({
            "id": id, "object": "refund", "amount": self.amount, "currency": "usd", "status": self.status,
            "payment_intent": self.intent, "metadata": self.metadata, "failure_reason": null,
        })
    }
}

fn done(body: Value) -> Outcome {
    Outcome { status: 200, body }
}

fn error(status: u16, kind: &str, code: &str) -> Outcome {
    let message = format!("It says `{code}`.");
    Outcome { status, body: json!({ "error": { "type": kind, "code": code, "message": message } }) }
}

fn unexpected() -> Outcome {
    error(400, "invalid_request_error", "payment_intent_unexpected_state")
}

fn missing() -> Outcome {
    error(404, "invalid_request_error", "resource_missing")
}

/// The name of a route, and the id in its path.
fn route(asked: &Asked) -> (&'static str, String) {
    let parts: Vec<&str> = asked.path.trim_start_matches('/').split('/').collect();
    let id = parts.get(2).map_or("", |id| *id).to_owned();
    let name = match (asked.method.as_str(), parts.as_slice()) {
        ("POST", ["v1", "payment_intents"]) => "create",
        ("POST", ["v1", "payment_intents", _, "confirm"]) => "confirm",
        ("POST", ["v1", "payment_intents", _, "capture"]) => "capture",
        ("POST", ["v1", "payment_intents", _, "cancel"]) => "cancel",
        ("GET", ["v1", "payment_intents", "search"]) => "search",
        ("GET", ["v1", "payment_intents", _]) => "read",
        ("POST", ["v1", "refunds"]) => "refund",
        ("GET", ["v1", "refunds"]) => "refunds",
        other => panic!("Stripe has no {other:?}"),
    };
    (name, id)
}

impl Books {
    /// Somebody pays an intent with its client secret.
    pub(crate) fn pay(&mut self, id: &str) {
        let intent = self.intents.get_mut(id).unwrap();
        intent.take(intent.amount);
    }

    /// Another program on the same account was paid, and gave a part back.
    pub(crate) fn of_others(&mut self, amount: i64, back: i64) {
        let id = format!("pi_{}", self.intents.len() + 1);
        let mut intent = Intent {
            payment: String::new(),
            key: String::new(),
            amount,
            currency: "usd".to_owned(),
            created: self.now,
            status: "succeeded",
            capturable: 0,
            received: 0,
            refunded: back,
            charges: 0,
            error: None,
            reason: None,
        };
        intent.take(amount);
        self.intents.insert(id.clone(), intent);
        let refund = format!("re_{}", self.refunds.len() + 1);
        self.refunds.insert(refund, Refund::of_rest(&id, back));
    }

    /// It cancels an intent by itself that waits for a means of payment.
    pub(crate) fn gives_up(&mut self, id: &str) -> bool {
        let intent = self.intents.get_mut(id).filter(|intent| intent.status == "requires_payment_method");
        let Some(intent) = intent else { return false };
        (intent.status, intent.reason) = ("canceled", Some("automatic".to_owned()));
        true
    }

    /// The ids of what it has: intents, and refunds.
    pub(crate) fn ids(&self) -> [Vec<String>; 2] {
        [self.intents.keys().cloned().collect(), self.refunds.keys().cloned().collect()]
    }

    /// An intent or a refund, as an event shows it.
    pub(crate) fn shown(&self, id: &str) -> Value {
        let intent = self.intents.get(id).map(|intent| intent.to_json(id));
        intent.or_else(|| self.refunds.get(id).map(|refund| refund.to_json(id))).unwrap()
    }

    /// Somebody gives back in the console; the refund, if so much is there.
    pub(crate) fn give_back(&mut self, id: &str, amount: i64) -> Option<String> {
        let intent = self.intents.get_mut(id).filter(|intent| intent.refunded + amount <= intent.received)?;
        intent.refunded += amount;
        let refund = format!("re_{}", self.refunds.len() + 1);
        self.refunds.insert(refund.clone(), Refund::of_rest(id, amount));
        Some(refund)
    }

    /// A refund did not arrive: its money is the merchant's again.
    pub(crate) fn comes_back(&mut self, id: &str) -> bool {
        let Some(refund) = self.refunds.get_mut(id).filter(|refund| refund.status == "succeeded") else {
            return false;
        };
        refund.status = "failed";
        let intent = self.intents.get_mut(&refund.intent).unwrap();
        intent.refunded -= refund.amount;
        true
    }

    /// From now on everything is honest.
    pub(crate) fn is_honest(&mut self) {
        self.faults.clear();
    }

    /// The amount taken of an intent, less the amount that went back, in cents.
    pub(crate) fn kept_of(&self, id: &str) -> i64 {
        self.intents.get(id).map_or(0, |intent| intent.received - intent.refunded)
    }

    fn answer(&mut self, asked: &Asked) -> Reply {
        let (route, id) = route(asked);
        let key = asked.header("idempotency-key");
        self.seen.push(format!("{route} {key}"));
        assert!(!asked.header("stripe-version").is_empty(), "no version: {asked:?}");
        if asked.header("authorization") != format!("Bearer {KEY}") {
            return Reply::json(401, &error(401, "invalid_request_error", "x").body);
        }
        let place = self.faults.iter().position(|fault| fault.route == route);
        let fault = place.map(|place| self.faults.remove(place));
        let Some(Fault { does, then, .. }) = fault else { return self.keyed(route, &id, asked) };
        let reply = if does { self.keyed(route, &id, asked) } else { Reply::Cut };
        match then {
            Then::Hang => Reply::Hang,
            Then::Cut => Reply::Cut,
            Then::CutShort => Reply::CutShort,
            Then::Garbage => Reply::Whole { status: 200, headers: Vec::new(), body: b"{\"id\": ".to_vec() },
            Then::Html => {
                let body = b"<html><body>It works.</body></html>".to_vec();
                Reply::Whole { status: 200, headers: vec![("content-type", "text/html".to_owned())], body }
            }
            Then::Huge => {
                let body = format!("{{\"id\":\"{}\"}}", "x".repeat(10_000_000)).into_bytes();
                Reply::Whole { status: 200, headers: Vec::new(), body }
            }
            Then::Of(id) => Reply::json(200, &self.shown(id)),
            Then::Other(number) => {
                let [intents, refunds] = self.ids();
                let all = if route.starts_with("refund") { refunds } else { intents };
                match all.get(number.checked_rem(all.len()).unwrap_or_default()) {
                    Some(id) => Reply::json(200, &self.shown(id)),
                    None => reply,
                }
            }
            Then::All => {
                let all: Vec<Value> = self.refunds.iter().rev().map(|(id, one)| one.to_json(id)).collect();
                Reply::json(200, &json!({ "object": "list", "has_more": false, "data": all }))
            }
            Then::Late(millis) => Reply::Late(Duration::from_millis(millis), Box::new(reply)),
            Then::Status(status) => {
                let code = if status == 409 { "idempotency_key_in_use" } else { "x" };
                let failed = error(status, "api_error", code);
                if status >= 500 && !key.is_empty() {
                    self.save(asked, &failed);
                }
                Reply::json(status, &failed.body)
            }
        }
    }

    /// Carries a request out, once for each key.
    fn keyed(&mut self, route: &'static str, id: &str, asked: &Asked) -> Reply {
        let key = asked.header("idempotency-key");
        if asked.method == "POST" {
            assert!(!key.is_empty() && key.len() <= 255, "no key: {asked:?}");
            if let Some(saved) = self.keys.get(key).filter(|saved| self.now < saved.until) {
                if saved.request != Self::request(asked) {
                    return Reply::json(400, &error(400, "idempotency_error", "x").body);
                }
                return Reply::json(saved.status, &saved.body).with("idempotent-replayed", "true");
            }
        }
        let outcome = self.act(route, id, asked);
        if asked.method == "POST" {
            self.save(asked, &outcome);
        }
        Reply::json(outcome.status, &outcome.body)
    }

    fn request(asked: &Asked) -> String {
        format!("{} {}", asked.path, String::from_utf8_lossy(&asked.body))
    }

    fn save(&mut self, asked: &Asked, outcome: &Outcome) {
        let key = asked.header("idempotency-key").to_owned();
        let (request, until) = (Self::request(asked), self.now + KEY_WINDOW);
        let saved = Saved { request, status: outcome.status, body: outcome.body.clone(), until };
        self.keys.insert(key, saved);
    }

    fn act(&mut self, route: &'static str, id: &str, asked: &Asked) -> Outcome {
        match route {
            "create" => self.create(asked),
            "search" if self.no_search => error(400, "invalid_request_error", "search_not_available"),
            "search" => self.search(asked),
            "refund" => self.refund(asked),
            "refunds" => self.list(asked),
            _ => match self.intents.get_mut(id) {
                None => missing(),
                Some(intent) => {
                    let refusal = match route {
                        "confirm" => Self::confirm(intent, asked),
                        "capture" => {
                            let refusal = Self::capture(intent, asked);
                            let rest = intent.amount - intent.received;
                            if refusal.is_none() && rest > 0 {
                                let number = self.refunds.len() + 1;
                                let release = Refund::of_rest(id, rest);
                                self.refunds.insert(format!("re_{number}"), release);
                            }
                            refusal
                        }
                        "cancel" => Self::cancel(intent, asked),
                        _ => None,
                    };
                    refusal.unwrap_or_else(|| done(intent.to_json(id)))
                }
            },
        }
    }

    fn create(&mut self, asked: &Asked) -> Outcome {
        let id = format!("pi_{}", self.intents.len() + 1);
        let intent = Intent {
            payment: asked.field("metadata[payment]").to_owned(),
            key: asked.field("metadata[key]").to_owned(),
            amount: asked.field("amount").parse().unwrap(),
            currency: asked.field("currency").to_owned(),
            created: self.now,
            status: "requires_payment_method",
            capturable: 0,
            received: 0,
            refunded: 0,
            charges: 0,
            error: None,
            reason: None,
        };
        let body = intent.to_json(&id);
        self.intents.insert(id, intent);
        done(body)
    }

    fn confirm(intent: &mut Intent, asked: &Asked) -> Option<Outcome> {
        if intent.status != "requires_payment_method" {
            return Some(unexpected());
        }
        match asked.field("payment_method") {
            "pm_declined" => {
                let mut refused = error(402, "card_error", "card_declined");
                refused.body["error"]["decline_code"] = "insufficient_funds".into();
                intent.error = Some(refused.body["error"].clone());
                return Some(refused);
            }
            "pm_3ds" => intent.status = "requires_action",
            "pm_slow" => intent.status = "processing",
            _ if asked.field("capture_method") == "manual" => {
                (intent.status, intent.capturable) = ("requires_capture", intent.amount);
            }
            _ => intent.take(intent.amount),
        }
        None
    }

    fn capture(intent: &mut Intent, asked: &Asked) -> Option<Outcome> {
        let amount: i64 = asked.field("amount_to_capture").parse().unwrap();
        match intent.status {
            "succeeded" => Some(error(400, "invalid_request_error", "charge_already_captured")),
            "requires_capture" if amount <= intent.capturable => {
                intent.take(amount);
                None
            }
            "requires_capture" => Some(error(400, "invalid_request_error", "amount_too_large")),
            _ => Some(unexpected()),
        }
    }

    fn cancel(intent: &mut Intent, asked: &Asked) -> Option<Outcome> {
        if matches!(intent.status, "succeeded" | "canceled") {
            return Some(unexpected());
        }
        (intent.status, intent.capturable) = ("canceled", 0);
        intent.reason = Some(asked.field("cancellation_reason").to_owned());
        None
    }

    fn refund(&mut self, asked: &Asked) -> Outcome {
        let (id, amount) = (asked.field("payment_intent").to_owned(), asked.field("amount"));
        let amount: i64 = amount.parse().unwrap();
        let Some(intent) = self.intents.get_mut(&id) else { return missing() };
        if intent.refunded + amount > intent.received {
            return error(400, "invalid_request_error", "charge_already_refunded");
        }
        intent.refunded += amount;
        let metadata = json!({ "refund": asked.field("metadata[refund]"),
            "payment": asked.field("metadata[payment]"), "key": asked.field("metadata[key]") });
        let status = if self.slow_refunds { "pending" } else { "succeeded" };
        let refund = Refund { intent: id, amount, status, metadata };
        let id = format!("re_{}", self.refunds.len() + 1);
        let body = refund.to_json(&id);
        self.refunds.insert(id, refund);
        done(body)
    }

    fn list(&self, asked: &Asked) -> Outcome {
        let of_it = self.refunds.iter().filter(|(_, refund)| asked.query["payment_intent"] == refund.intent);
        // the newest first
        let data: Vec<Value> = of_it.rev().map(|(id, refund)| refund.to_json(id)).collect();
        done(json!({ "object": "list", "data": data, "has_more": false, "url": "/v1/refunds" }))
    }

    fn search(&self, asked: &Asked) -> Outcome {
        let query = &asked.query["query"];
        let fits = |intent: &Intent| {
            let named = |name: &str, value: &str| *query == format!("metadata['{name}']:'{value}'");
            named("payment", &intent.payment) || named("key", &intent.key)
        };
        let found = self.intents.iter().filter(|(_, intent)| self.searchable && fits(intent));
        let data: Vec<Value> = found.map(|(id, intent)| intent.to_json(id)).collect();
        done(json!({ "object": "search_result", "data": data, "has_more": false, "next_page": null }))
    }
}
