//! One seed of the driver of Stripe against a double that lies: answers that are another payment's, failures
//! that are saved, lost answers, no search; refunds of its console that fail, disputes, and events in any
//! order.
//!
//! In the end it is honest, and everything that it has told is heard. Then its books and ours have the same
//! of each payment, or somebody was told that they have not.

#[expect(dead_code, reason = "tests of whole payments use more of it")]
#[path = "../../money/gateways/stripe/double.rs"]
mod double;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use earnest::Drive;
use earnest::keyring::Keyring;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use self::double::{Double, KEY, Then};
use crate::simulation::world::{Draw, Run};
use crate::support::{Kind, Stage, options};

const SECRET: &str = "marked-secret-of-the-card";
/// How often something happens.
const STEPS: u64 = 24;
/// How long it goes on when everything is honest, ten minutes each.
const ROUNDS: u32 = 30;
const ROUTES: [&str; 8] = ["create", "confirm", "capture", "cancel", "refund", "read", "refunds", "search"];

pub(super) fn run(seed: u64) -> Run {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(live(seed))
}

/// A dispute at the gateway.
#[derive(Clone, Debug)]
struct Dispute {
    intent: String,
    amount: i64,
    currency: &'static str,
    status: &'static str,
}

struct Liar {
    stage: Stage,
    double: Double,
    draw: Draw,
    payments: Vec<Value>,
    disputes: BTreeMap<String, Dispute>,
    /// The payments whose void was taken.
    voided: BTreeSet<String>,
    /// The ones of them that were given up before anything was held: they keep nothing.
    given_up: BTreeSet<String>,
    /// Events that were not delivered yet.
    events: Vec<Value>,
    run: Run,
    number: u64,
}

async fn live(seed: u64) -> Run {
    let options = options();
    let double = Double::start(options.env.clock.clone()).await;
    let drive = Drive::new().at(double.url()).unwrap().allow_http(true).allow_private(true);
    let drive = drive.timeouts(Duration::from_secs(60), Duration::from_secs(20));
    let options = options.keyring(Keyring::for_tests()).gateway("card", drive);
    let mut liar = Liar {
        stage: Stage::with(Kind::Memory, options).await,
        double,
        draw: Draw::new(seed),
        payments: Vec::new(),
        disputes: BTreeMap::new(),
        voided: BTreeSet::new(),
        given_up: BTreeSet::new(),
        events: Vec::new(),
        run: Run::default(),
        number: 0,
    };
    liar.set_up().await;
    for _ in 0..STEPS {
        liar.step().await;
    }
    liar.comes_to_rest().await;
    liar.agrees(seed).await;
    liar.stage.finish().await;
    liar.run
}

/// The states of a payment that wait for a person.
fn is_left_to_people(payment: &Value) -> bool {
    payment["state"] == "mismatched"
}

fn cents(money: &Value) -> i64 {
    money["amount"].as_str().unwrap().replace('.', "").parse().unwrap()
}

impl Liar {
    async fn set_up(&mut self) {
        let gateway = json!({ "id": "card", "driver": "stripe", "config": { "publishable_key": "pk_test_1" },
            "secrets": { "secret_key": KEY }, "breaker": { "failures": 1_000 } });
        self.stage.ok("payments.set_gateway", gateway).await;
        let source = json!({ "id": "stripe", "scheme": "stripe", "gateway": "card", "secrets": [SECRET] });
        self.stage.ok("webhooks.set_source", source).await;
        let searchable = self.draw.below(3) > 0;
        self.double.books(|books| (books.searchable, books.no_search) = (searchable, !searchable));
        if !searchable {
            self.count("without a search");
        }
        self.double.books(|books| books.of_others(10_000, 1_000));
        for _ in 0..2 {
            self.pay().await;
        }
    }

    fn count(&mut self, what: &str) {
        *self.run.counts.entry(what.to_owned()).or_default() += 1;
    }

    /// An order, which may be refused; the calls that are due are made.
    async fn order(&mut self, name: &str, payment: &Value, more: Value) -> bool {
        let mut args = json!({ "payment": payment["id"] });
        args.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let is_taken = self.stage.call(name, args).await.is_ok();
        self.goes_on("PT1S").await;
        is_taken
    }

    /// A payment is given up, perhaps while its payer acts.
    async fn void(&mut self, payment: &Value) {
        let state = self.stage.ok("payments.get", json!({ "payment": payment["id"] })).await["state"].clone();
        if state == "action_required" {
            // the payer is first
            self.acts();
            self.count("voids while the payer acts");
        }
        let id = payment["id"].as_str().unwrap().to_owned();
        if self.order("payments.void", payment, json!({})).await {
            if ["action_required", "authorizing"].iter().any(|early| state == *early) {
                self.given_up.insert(id.clone());
            }
            self.voided.insert(id);
        }
    }

    /// The gateway has too many requests, so that another intent is made; the first one ends meanwhile.
    async fn tries_twice(&mut self) {
        let [before, _] = self.double.books(|books| books.ids());
        self.double.fault("confirm", false, Then::Status(429));
        self.pay().await;
        let payment = self.payments.last().unwrap()["id"].clone();
        let payment = self.stage.ok("payments.get", json!({ "payment": payment })).await;
        if payment["state"] != "authorizing" || payment["doing"]["phase"] != "queued" {
            return;
        }
        let [intents, _] = self.double.books(|books| books.ids());
        for id in intents.into_iter().filter(|id| !before.contains(id)) {
            if self.double.books(|books| books.gives_up(&id)) {
                self.count("old intents that ended");
                self.told_of(&id);
                if self.draw.below(2) == 0 {
                    let event = self.events.pop().unwrap();
                    self.deliver(&event).await;
                }
            }
        }
    }

    async fn goes_on(&self, by: &str) {
        self.stage.advance(by);
        drop(self.stage.call("jobs.run_due", json!({ "limit": 100 })).await);
    }

    async fn pay(&mut self) {
        let token = self.draw.pick(&["pm_card", "pm_card", "pm_card", "pm_declined", "pm_3ds"]);
        let capture = self.draw.pick(&["auto", "auto", "manual"]);
        let args = json!({ "amount": "100.00 USD", "to": "shop", "gateway": "card", "token": token, "capture": capture,
            "expires_in": "P30D" });
        let reply = self.stage.ok("payments.create", args).await;
        self.payments.push(reply["payment"].clone());
        self.goes_on("PT1S").await;
    }

    async fn step(&mut self) {
        let payment = self.draw.pick(&self.payments.clone());
        let intent = self.an_intent();
        match self.draw.below(16) {
            15 if self.payments.len() < 6 => self.tries_twice().await,
            0 if self.payments.len() < 5 => self.pay().await,
            0..=3 => self.lie(),
            4 => {
                let amount = format!("{}.00 USD", 1 + self.draw.below(40));
                self.order("payments.refund", &payment, json!({ "amount": amount })).await;
            }
            5 => self.void(&payment).await,
            6 => {
                if self.order("payments.capture", &payment, json!({})).await {
                    self.given_up.remove(payment["id"].as_str().unwrap());
                }
            }
            7 => self.acts(),
            8 => self.console(intent),
            9 => self.fails(),
            10 => self.disputes(intent),
            11 => self.others(),
            12 => drop(self.order("payments.sync", &payment, json!({})).await),
            _ => self.tell().await,
        }
        let by = self.draw.pick(&["PT1S", "PT20S", "PT3M", "PT20M"]);
        self.goes_on(by).await;
    }

    fn an_intent(&mut self) -> Option<String> {
        let [intents, _] = self.double.books(|books| books.ids());
        (!intents.is_empty()).then(|| self.draw.pick(&intents))
    }

    /// Something goes wrong with the next request of a route.
    fn lie(&mut self) {
        let route = self.draw.pick(&ROUTES);
        let does = self.draw.below(2) == 0;
        let number = usize::try_from(self.draw.below(50)).unwrap();
        let (what, does, then) = match self.draw.below(6) {
            0..=2 => ("swapped", does, Then::Other(number)),
            3 if route == "refunds" => ("swapped", does, Then::All),
            3 | 4 => ("lost", does, Then::Cut),
            // a search and a look save nothing
            _ => ("saved failures", does, Then::Status(500)),
        };
        // what Stripe takes no request for is not carried out
        let is_busy = self.draw.below(8) == 0;
        let then = if is_busy { Then::Status(429) } else { then };
        self.double.fault(route, does && !is_busy, then);
        self.count(what);
    }

    fn event(&mut self, kind: &str, object: &Value) {
        self.number += 1;
        self.events.push(json!({ "id": format!("evt_{}", self.number), "object": "event", "type": kind,
            "data": { "object": object } }));
    }

    fn told_of(&mut self, id: &str) {
        let object = self.double.books(|books| books.shown(id));
        let kind = match (object["object"].as_str().unwrap(), object["status"].as_str().unwrap()) {
            ("refund", "failed") => "refund.failed",
            ("refund", _) => "refund.created",
            (_, "succeeded") => "payment_intent.succeeded",
            (_, "canceled") => "payment_intent.canceled",
            (_, "requires_capture") => "payment_intent.amount_capturable_updated",
            (_, "requires_action") => "payment_intent.requires_action",
            _ => "payment_intent.payment_failed",
        };
        self.event(kind, &object);
    }

    /// A payer does what he was asked for.
    fn acts(&mut self) {
        let [intents, _] = self.double.books(|books| books.ids());
        for id in intents {
            let waits = self.double.books(|books| books.shown(&id))["status"] == "requires_action";
            if waits {
                self.double.books(|books| books.pay(&id));
                self.told_of(&id);
            }
        }
    }

    /// Somebody gives money back in the console.
    fn console(&mut self, intent: Option<String>) {
        let amount = 100 * (1 + i64::try_from(self.draw.below(30)).unwrap());
        let Some(intent) = intent else { return };
        if self.disputes.values().any(|dispute| dispute.intent == intent) {
            return;
        }
        if let Some(refund) = self.double.books(|books| books.give_back(&intent, amount)) {
            self.count("refunds of the console");
            self.told_of(&refund);
            self.told_of(&intent);
        }
    }

    /// A refund does not arrive, of the console's or of ours.
    fn fails(&mut self) {
        let [_, refunds] = self.double.books(|books| books.ids());
        if refunds.is_empty() {
            return;
        }
        let refund = self.draw.pick(&refunds);
        if self.double.books(|books| books.comes_back(&refund)) {
            self.count("refunds that came back");
            self.told_of(&refund);
        }
    }

    /// A bank takes an intent back, or one of its disputes ends.
    fn disputes(&mut self, intent: Option<String>) {
        let open: Vec<String> = self
            .disputes
            .iter()
            .filter(|(_, one)| one.status == "needs_response")
            .map(|(id, _)| id.clone())
            .collect();
        if !open.is_empty() && self.draw.below(2) == 0 {
            let id = self.draw.pick(&open);
            let status = self.draw.pick(&["won", "lost"]);
            self.disputes.get_mut(&id).unwrap().status = status;
            self.count(if status == "won" { "disputes won" } else { "disputes lost" });
            return self.told_of_dispute("closed", &id);
        }
        let Some(intent) = intent else { return };
        let left = self.double.books(|books| books.kept_of(&intent));
        if left <= 0 || self.disputes.values().any(|dispute| dispute.intent == intent) {
            return;
        }
        let currency = if self.draw.below(4) == 0 { "gbp" } else { "usd" };
        if currency != "usd" {
            self.count("in another currency");
        }
        let id = format!("dp_{}", self.disputes.len() + 1);
        let dispute = Dispute { intent, amount: left, currency, status: "needs_response" };
        self.disputes.insert(id.clone(), dispute);
        self.told_of_dispute("created", &id);
        self.told_of_dispute("funds_withdrawn", &id);
    }

    fn told_of_dispute(&mut self, kind: &str, id: &str) {
        let dispute = self.disputes[id].clone();
        let object = json!({ "id": id, "object": "dispute", "amount": dispute.amount, "currency": dispute.currency,
            "payment_intent": dispute.intent, "status": dispute.status, "reason": "general" });
        self.event(&format!("charge.dispute.{kind}"), &object);
    }

    /// Events of other programs on the same account.
    fn others(&mut self) {
        let currency = self.draw.pick(&["usd", "eur", "ugx", "usdc"]);
        let object = json!({ "id": "pi_foreign", "object": "payment_intent", "amount": 500, "currency": currency,
            "amount_received": 500, "status": "succeeded", "metadata": {} });
        self.event("payment_intent.succeeded", &object);
        self.count("of other programs");
    }

    /// Delivers one of the events, and keeps some of them for another time.
    async fn tell(&mut self) {
        if self.events.is_empty() {
            return;
        }
        let place = usize::try_from(self.draw.below(self.events.len() as u64)).unwrap();
        if place > 0 {
            self.count("told out of order");
        }
        let mut event = self.events.remove(place);
        self.deliver(&event).await;
        if self.draw.below(3) == 0 {
            // the same once more, under an id of its own
            self.number += 1;
            event["id"] = format!("evt_{}", self.number).into();
            self.events.push(event);
            self.count("told twice");
        }
    }

    /// Hands an event on; one that is refused comes again.
    async fn deliver(&mut self, event: &Value) {
        let body = event.to_string();
        let at = self.stage.clock.now().micros() / 1_000_000;
        let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
        mac.update(format!("{at}.{body}").as_bytes());
        let signature: String =
            mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        let args = json!({ "source": "stripe", "headers": { "Stripe-Signature": format!("t={at},v1={signature}") },
            "body": body });
        match self.stage.call("webhooks.receive", args).await {
            Ok(_) => self.count("told"),
            Err(error) => {
                // about money that is not taken here yet
                assert_eq!(error.code().as_str(), "transition_not_allowed", "{event}: {error}");
                self.events.push(event.clone());
            }
        }
    }

    /// From now on the gateway is honest: what it has told is heard, and each payment is asked about.
    async fn comes_to_rest(&mut self) {
        self.double.books(|books| {
            books.is_honest();
            books.searchable = !books.no_search;
        });
        for round in 0..ROUNDS {
            for _ in 0..self.events.len() {
                self.tell_last().await;
            }
            self.goes_on("PT10M").await;
            if round + 6 > ROUNDS {
                for payment in self.payments.clone() {
                    self.order("payments.sync", &payment, json!({})).await;
                }
            }
        }
    }

    async fn tell_last(&mut self) {
        let place = usize::try_from(self.draw.below(self.events.len() as u64)).unwrap();
        let event = self.events.remove(place);
        self.deliver(&event).await;
    }

    /// The gateway and the books have the same of each payment, or people were told.
    async fn agrees(&mut self, seed: u64) {
        let told = self.stage.ok("jobs.list", json!({ "kind": "notify.admins", "limit": 500 })).await;
        let mut sum = 0;
        for payment in self.payments.clone() {
            let payment = self.stage.ok("payments.get", json!({ "payment": payment["id"] })).await;
            self.count(&format!("at last {}", payment["state"].as_str().unwrap()));
            let [captured, refunded, charged, suspended] =
                ["captured", "refunded", "charged_back", "suspended"].map(|name| cents(&payment[name]));
            let booked = captured - refunded - charged + suspended;
            sum += captured - refunded - charged;
            let there = self.double.kept(&payment) - self.taken_by_banks(&payment);
            let about = |job: &&Value| job["payload"]["payment"] == payment["id"];
            let events: Vec<&Value> = told["items"]
                .as_array()
                .unwrap()
                .iter()
                .filter(about)
                .map(|job| &job["payload"]["event"])
                .collect();
            if is_left_to_people(&payment) {
                assert!(!events.is_empty(), "seed {seed}: nobody was told of {payment:#}");
                // no lie of the gateway's leaves a payment to people: a dispute that cannot be booked does
                let mut strange = self.disputes.values().filter(|one| one.currency != "usd");
                let is_strange = strange.any(|one| self.is_of(&one.intent, &payment));
                assert!(is_strange, "seed {seed}: {events:?} of {payment:#}");
                continue;
            }
            assert_eq!(booked, there, "seed {seed}: {events:?} of {payment:#}, {:?}", self.disputes);
            assert!(payment["doing"].is_null() && payment["state"] != "unknown", "seed {seed}: {payment:#}");
            self.ends_as_it_was_ordered(seed, &payment, &events);
        }
        self.count(if sum > 0 { "money was left" } else { "nothing was left" });
    }

    /// A payment that was not given up is not voided, and one that was before anything was held keeps
    /// nothing, unless a bank or somebody in the console has moved its money, or people were told.
    fn ends_as_it_was_ordered(&mut self, seed: u64, payment: &Value, told: &[&Value]) {
        let id = payment["id"].as_str().unwrap();
        assert!(
            payment["state"] != "voided" || self.voided.contains(id),
            "seed {seed}: nobody voided {payment:#}"
        );
        if !self.given_up.contains(id) {
            return;
        }
        let is_disputed = self.disputes.values().any(|one| self.is_of(&one.intent, payment));
        // a refund of the console that fails is as one of ours that does: a person finds another way
        let about = ["payment.not_given_back", "payment.came_back"];
        let is_told = told.iter().any(|event| about.iter().any(|name| **event == *name));
        let came_back = payment["refunds"].as_array().unwrap().iter().any(|one| one["state"] == "returned");
        self.count("given up");
        if !is_disputed && !is_told && !came_back {
            assert_eq!(self.double.kept(payment), 0, "seed {seed}: a void keeps {payment:#}, {told:?}");
        }
    }

    fn is_of(&self, intent: &str, payment: &Value) -> bool {
        self.double.books(|books| books.shown(intent))["metadata"]["payment"] == payment["id"]
    }

    /// The amount that banks have taken of a payment, as far as it is in its currency.
    fn taken_by_banks(&self, payment: &Value) -> i64 {
        let taken = self.disputes.values().filter(|one| one.status != "won" && one.currency == "usd");
        taken.filter(|one| self.is_of(&one.intent, payment)).map(|one| one.amount).sum()
    }
}
