//! Gateways that live in a test: they keep their own books, by payment and by key, and lose, delay, double
//! and reorder what they are asked and what they tell.

use std::collections::{BTreeMap, BTreeSet};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::{cents, usd};
use crate::support::{Value, json};

const SECOND: i64 = 1_000_000;
/// How long a gateway answers a key that it knows with what it answered before.
const KEY_WINDOW: i64 = 24 * 3_600 * SECOND;

/// Of a hundred calls, or of a hundred pieces of news, how many meet what.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Faults {
    /// Lost before they arrive.
    pub(super) lost: u64,
    /// Carried out, and the answer is lost.
    pub(super) unheard: u64,
    /// They arrive minutes later, and nobody hears of it.
    pub(super) delayed: u64,
    /// Accepted, and carried out minutes later.
    pub(super) pending: u64,
    /// They surely never left.
    pub(super) unsent: u64,
    /// Refused.
    pub(super) refused: u64,
    /// Told twice.
    pub(super) doubled: u64,
    /// Told minutes late, and so behind later news.
    pub(super) reordered: u64,
}

/// A gateway's record of a payment, in cents.
#[derive(Debug, Default)]
struct Intent {
    asked: i64,
    authorized: i64,
    captured: i64,
    refunded: i64,
    voided: bool,
    /// How many calls have taken money.
    captures: u32,
}

impl Intent {
    const fn kept(&self) -> i64 {
        self.captured - self.refunded
    }
}

/// A gateway and a payment, or a gateway and a key.
type Place = (String, String);

struct Kept {
    answer: Value,
    until: i64,
}

struct Late {
    at: i64,
    job: Value,
    accepted: bool,
}

/// The gateways of a test, with the authoritative books of the money that they took.
pub(super) struct Double {
    draw: ChaCha8Rng,
    faults: Faults,
    intents: BTreeMap<Place, Intent>,
    keys: BTreeMap<Place, Kept>,
    sent: BTreeSet<Place>,
    late: Vec<Late>,
    news: Vec<(i64, Value)>,
    events: u32,
    counts: BTreeMap<String, u32>,
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_else(|| panic!("no `{name}` in {value}"))
}

fn gateway_of(job: &Value) -> String {
    text(job, "kind").strip_prefix("gateway.").unwrap().to_owned()
}

fn key_of(job: &Value) -> Place {
    (gateway_of(job), text(job, "key").to_owned())
}

fn payment_of(job: &Value) -> Place {
    (gateway_of(job), text(&job["payload"], "payment").to_owned())
}

fn reference_of(place: &Place) -> String {
    format!("{}-{}", place.0, place.1)
}

fn refusal(retry: &str) -> Value {
    json!({ "outcome": "refused", "failure": { "code": "declined", "gateway_code": "no", "retry": retry } })
}

impl Double {
    pub(super) fn new(seed: u64, faults: Faults) -> Self {
        Self {
            draw: ChaCha8Rng::seed_from_u64(seed),
            faults,
            intents: BTreeMap::new(),
            keys: BTreeMap::new(),
            sent: BTreeSet::new(),
            late: Vec::new(),
            news: Vec::new(),
            events: 0,
            counts: BTreeMap::new(),
        }
    }

    /// A call that a worker sends; nothing where the worker hears nothing.
    pub(super) fn call(&mut self, job: &Value, now: i64) -> Option<Value> {
        let call = text(&job["payload"], "call");
        self.count(&format!("calls {call}"));
        if call == "query" {
            return if self.hits(self.faults.lost) { None } else { Some(self.query(job)) };
        }
        let fresh = self.sent.insert(key_of(job));
        let faults = self.faults;
        let parts = [faults.lost, faults.unheard, faults.delayed, faults.pending, faults.unsent];
        let drawn = self.draw.next_u64() % 100;
        let mut up_to = 0_u64;
        let met = parts.iter().position(|part| {
            up_to += *part;
            drawn < up_to
        });
        match met {
            Some(0) => {
                self.count("lost");
                None
            }
            Some(1) => {
                self.count("unheard");
                self.act(job, now);
                None
            }
            Some(2) => {
                self.send(job, now);
                None
            }
            Some(3) => {
                self.put_off(job, now, true);
                Some(json!({ "outcome": "pending", "reference": reference_of(&payment_of(job)) }))
            }
            // one that went out before may still arrive: nobody can say that it was not sent
            Some(4) if fresh => {
                self.sent.remove(&key_of(job));
                self.count("unsent");
                Some(json!({ "outcome": "unsent" }))
            }
            _ => Some(self.act(job, now)),
        }
    }

    /// A call that is on its way, from a worker that does not wait for it.
    pub(super) fn send(&mut self, job: &Value, now: i64) {
        if job["payload"]["call"] != "query" {
            self.sent.insert(key_of(job));
            self.put_off(job, now, false);
        }
    }

    fn put_off(&mut self, job: &Value, now: i64, accepted: bool) {
        self.count(if accepted { "pending" } else { "delayed" });
        // some of them arrive after their gateway has said that it knows of none, and was believed
        let at = now + (5 + self.below(400)) * SECOND;
        self.late.push(Late { at, job: job.clone(), accepted });
    }

    /// Carries out the calls that were on their way until now.
    pub(super) fn arrive(&mut self, now: i64) {
        let all = std::mem::take(&mut self.late).into_iter();
        let (due, later): (Vec<Late>, Vec<Late>) = all.partition(|late| late.at <= now);
        self.late = later;
        for late in due {
            self.act(&late.job, now);
        }
    }

    /// Takes the news that gateways tell by themselves until now.
    pub(super) fn news(&mut self, now: i64) -> Vec<Value> {
        self.news.sort_by_key(|(at, _)| *at);
        let due = self.news.partition_point(|(at, _)| *at <= now);
        self.news.drain(..due).map(|(_, args)| args).collect()
    }

    /// Nothing is on its way, in either direction.
    pub(super) fn is_quiet(&self) -> bool {
        self.late.is_empty() && self.news.is_empty()
    }

    /// The gateways that keep money of a payment, with how much.
    pub(super) fn kept(&self, payment: &str) -> Vec<(&str, i64)> {
        let of_it = self.intents.iter().filter(|(place, intent)| place.1 == payment && intent.kept() != 0);
        of_it.map(|(place, intent)| (place.0.as_str(), intent.kept())).collect()
    }

    /// Returns the amount that a gateway holds for a payment without having taken it, in cents.
    pub(super) fn reserved(&self, gateway: &str, payment: &str) -> i64 {
        let intent = self.intents.get(&(gateway.to_owned(), payment.to_owned()));
        intent.filter(|intent| !intent.voided).map_or(0, |intent| intent.authorized - intent.captured)
    }

    /// Returns the amount that all gateways keep together.
    pub(super) fn total(&self) -> i64 {
        self.intents.values().map(Intent::kept).sum()
    }

    /// Lists wrongs to payers: money taken twice or more than asked for, given back more than taken, or
    /// kept by two gateways.
    pub(super) fn wrongs(&self) -> Vec<String> {
        let mut wrongs = Vec::new();
        for (place, intent) in &self.intents {
            if intent.captures > 1 || intent.captured > intent.asked || intent.kept() < 0 {
                wrongs.push(format!("{place:?}: {intent:?}"));
            }
        }
        let payments: BTreeSet<&String> = self.intents.keys().map(|place| &place.1).collect();
        for payment in payments {
            let kept = self.kept(payment);
            if kept.len() > 1 {
                wrongs.push(format!("{payment} is kept by {kept:?}"));
            }
        }
        wrongs
    }

    /// Returns how often each event happened.
    pub(super) const fn counts(&self) -> &BTreeMap<String, u32> {
        &self.counts
    }

    pub(super) fn count(&mut self, what: &str) {
        *self.counts.entry(what.to_owned()).or_default() += 1;
    }

    /// Whether what happens so often of a hundred times happens now.
    pub(super) fn hits(&mut self, of_a_hundred: u64) -> bool {
        self.draw.next_u64() % 100 < of_a_hundred
    }

    fn below(&mut self, bound: u64) -> i64 {
        i64::try_from(self.draw.next_u64() % bound).unwrap()
    }

    /// Carries a call out, once for each key.
    fn act(&mut self, job: &Value, now: i64) -> Value {
        let key = key_of(job);
        if let Some(kept) = self.keys.get(&key).filter(|kept| now < kept.until) {
            let answer = kept.answer.clone();
            self.count("repeated keys");
            return answer;
        }
        let answer = match text(&job["payload"], "call") {
            "authorize" => self.authorize(job, now),
            "capture" => self.capture(job, now),
            "void" => self.void(job, now),
            "refund" => self.refund(job, now),
            other => panic!("no gateway knows the call `{other}`: {job}"),
        };
        self.keys.insert(key, Kept { answer: answer.clone(), until: now + KEY_WINDOW });
        answer
    }

    fn authorize(&mut self, job: &Value, now: i64) -> Value {
        let (place, amount) = (payment_of(job), cents(&job["payload"]["amount"]));
        let refused = self.hits(self.faults.refused);
        let intent = self.intents.entry(place.clone()).or_default();
        intent.asked = amount;
        if refused || intent.voided {
            return refusal("other_gateway");
        }
        let reference = reference_of(&place);
        intent.authorized += amount;
        if job["payload"]["capture"] != true {
            self.tell(&place, json!({ "outcome": "authorized", "authorized": usd(amount) }), now);
            return json!({ "outcome": "authorized", "authorized": usd(amount), "reference": reference });
        }
        intent.captured += amount;
        intent.captures += 1;
        self.tell_captured(&place, now);
        json!({ "outcome": "captured", "amount": usd(amount), "reference": reference })
    }

    fn capture(&mut self, job: &Value, now: i64) -> Value {
        let (place, amount) = (payment_of(job), cents(&job["payload"]["amount"]));
        let refused = self.hits(self.faults.refused);
        let intent = self.intents.entry(place.clone()).or_default();
        if refused || intent.voided || intent.authorized < intent.captured + amount {
            return refusal("never");
        }
        intent.captured += amount;
        intent.captures += 1;
        if !job["payload"]["release"].is_null() {
            intent.authorized -= cents(&job["payload"]["release"]);
        }
        self.tell_captured(&place, now);
        json!({ "outcome": "captured", "amount": usd(amount), "reference": reference_of(&place) })
    }

    fn void(&mut self, job: &Value, now: i64) -> Value {
        let place = payment_of(job);
        let intent = self.intents.entry(place.clone()).or_default();
        if intent.captured > 0 {
            return refusal("never");
        }
        intent.voided = true;
        self.tell(&place, json!({ "outcome": "voided" }), now);
        json!({ "outcome": "voided", "reference": reference_of(&place) })
    }

    fn refund(&mut self, job: &Value, now: i64) -> Value {
        let (place, amount) = (payment_of(job), cents(&job["payload"]["amount"]));
        let refused = self.hits(self.faults.refused);
        let intent = self.intents.entry(place.clone()).or_default();
        if refused || intent.kept() < amount {
            return refusal("never");
        }
        intent.refunded += amount;
        let (captured, refunded) = (usd(intent.captured), usd(intent.refunded));
        let news = json!({ "outcome": "refunded", "refund": text(&job["payload"], "refund"), "amount": usd(amount),
            "captured": captured, "refunded": refunded });
        self.tell(&place, news, now);
        json!({ "outcome": "refunded", "amount": usd(amount), "reference": format!("rf-{}", text(job, "key")) })
    }

    /// Answers a question about a call, or about the payment.
    fn query(&mut self, job: &Value) -> Value {
        let place = payment_of(job);
        if let Some(about) = job["payload"]["about_key"].as_str() {
            let about = (place.0.clone(), about.to_owned());
            if self.late.iter().any(|late| late.accepted && key_of(&late.job) == about) {
                return json!({ "outcome": "pending" });
            }
            match self.keys.get(&about) {
                Some(kept) if kept.answer["outcome"] == "refused" => return kept.answer.clone(),
                Some(_) => {}
                None => {
                    let closes = self.hits(30);
                    if closes {
                        self.late.retain(|late| key_of(&late.job) != about);
                    }
                    return json!({ "outcome": "nothing", "closed": closes });
                }
            }
        }
        let reference = reference_of(&place);
        match self.intents.get(&place) {
            Some(intent) if intent.captured > 0 => json!({ "outcome": "captured", "reference": reference,
                "captured": usd(intent.captured), "refunded": usd(intent.refunded) }),
            Some(intent) if intent.voided => json!({ "outcome": "voided", "reference": reference }),
            Some(intent) if intent.authorized > 0 => json!({ "outcome": "authorized", "reference": reference,
                "authorized": usd(intent.authorized) }),
            _ => json!({ "outcome": "nothing", "closed": false }),
        }
    }

    fn tell_captured(&mut self, place: &Place, now: i64) {
        let intent = &self.intents[place];
        let news = json!({ "outcome": "captured", "captured": usd(intent.captured), "refunded": usd(intent.refunded) });
        self.tell(place, news, now);
    }

    /// News go out at once or late, once or twice, and at last they arrive.
    fn tell(&mut self, place: &Place, mut news: Value, now: i64) {
        self.events += 1;
        self.count("news");
        news["gateway"] = place.0.clone().into();
        news["payment"] = place.1.clone().into();
        news["event"] = format!("{}-{}", place.0, self.events).into();
        let wait = if self.hits(self.faults.reordered) {
            self.count("reordered news");
            self.below(600)
        } else {
            self.below(3)
        };
        let at = now + wait * SECOND;
        if self.hits(self.faults.doubled) {
            self.count("doubled news");
            let again = at + self.below(60) * SECOND;
            self.news.push((again, news.clone()));
        }
        self.news.push((at, news));
    }
}
