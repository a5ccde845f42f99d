//! Random histories of payments, alone and for deals and purchases: every event names a step that the table
//! of its object has, and all rows of a table but those of a list are reached.
//!
//! Gateways, callers, banks and timers do anything at any time, allowed or not; a refusal writes nothing.

use std::fmt::Display;

use earnest::kernel::transitions::Transitions;
use earnest::keyring::Keyring;
use earnest::payment::transitions::TRANSITIONS as OF_PAYMENT;
use earnest::purchase::transitions::TRANSITIONS as OF_PURCHASE;
use serde_json::{Value, json};

use crate::simulation::seeds;
use crate::simulation::world::{Draw, Run};
use crate::support::{Kind, Stage, options, soak};

const GATEWAYS: [&str; 2] = ["card", "second"];
/// How often something happens in a history.
const STEPS: u64 = 80;
/// The amount of each payment.
const WHOLE: &str = "100.00 USD";
/// Outcomes that a gateway may name, some of them of no call that it was asked for.
const OUTCOMES: [&str; 10] = [
    "authorized",
    "captured",
    "voided",
    "action_required",
    "pending",
    "refused",
    "nothing",
    "unsent",
    "refunded",
    "refund_failed",
];

/// Rows that no history reaches in so few seeds. The list may only become shorter.
const NOT_REACHED: [&str; 24] = [
    "payment in created: hold_until",
    "payment in authorizing: unsent",
    "payment in authorizing: cancel_requested",
    "payment in authorizing: hold_until",
    "payment in action_required: nothing",
    "payment in action_required: other_gateway",
    "payment in action_required: cancel",
    "payment in action_required: hold_until",
    "payment in authorized: late",
    "payment in authorized: cancel",
    "payment in authorized: deal_cancelled",
    "payment in captured: told",
    "payment in captured: settle",
    "payment in refunded: told",
    "payment in refunded: refund_failed",
    "payment in refunded: open",
    "payment in refunded: lost",
    "payment in refunded: settle",
    "payment in charged_back: told",
    "payment in charged_back: settle",
    "purchase in paying: cancel",
    "purchase in paying: hold_until",
    "purchase in completed: deal_refunded",
    "purchase in charged_back: refund",
];

/// The rows of a table, as the events of its object name them; what begins an object has no row.
fn rows<S, T, W>(kind: &str, table: Transitions<S, T, W>) -> Vec<String>
where
    S: Copy + Display + PartialEq + 'static,
    T: Copy + Display + PartialEq + 'static,
    W: Copy + 'static,
{
    let left = table.rows.iter().filter_map(|row| Some((row.from?, row)));
    left.map(|(from, row)| format!("{kind} in {from}: {}", row.trigger)).collect()
}

#[test]
fn soak_random_histories_reach_every_row_of_the_tables() {
    let needed: Vec<String> = [rows("payment", OF_PAYMENT), rows("purchase", OF_PURCHASE)].concat();
    // calls that change facts alone write events without a step, and a case has triggers of its own
    let silent = ["sync", "void", "refund", "chargeback"].map(|trigger| format!(": {trigger}"));
    let silent = |row: &String| row.starts_with("payment") && silent.iter().any(|end| row.ends_with(end));
    let is_reached = |row: &String| !silent(row) && !NOT_REACHED.contains(&row.as_str());
    let needed: Vec<String> = needed.into_iter().filter(is_reached).collect();
    seeds::prove_all(soak::rounds(200, 8_000), run, &needed);
}

fn run(seed: u64) -> Run {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut history = History::begin(seed).await;
        for _ in 0..STEPS {
            history.step().await;
        }
        history.end(seed).await
    })
}

struct History {
    stage: Stage,
    draw: Draw,
    payments: Vec<Value>,
    purchases: Vec<Value>,
    deals: Vec<Value>,
    /// Jobs that a worker has, with their fences.
    leased: Vec<Value>,
    number: u64,
}

fn with(mut base: Value, more: &Value) -> Value {
    base.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    base
}

fn admin() -> Value {
    json!({ "id": "adm-1", "role": "admin" })
}

impl History {
    async fn begin(seed: u64) -> Self {
        let stage = Stage::with(Kind::Memory, options().keyring(Keyring::for_tests())).await;
        for gateway in GATEWAYS {
            let patient = json!({ "id": gateway, "driver": "host", "breaker": { "failures": 1_000 } });
            stage.ok("payments.set_gateway", patient).await;
        }
        stage.ok("payments.set_route", json!({ "id": "all", "gateways": GATEWAYS })).await;
        stage.funded("alice", "1000.00 USD").await;
        stage.funded("shop", "1000.00 USD").await;
        let offer = json!({ "id": "mug", "seller": "shop", "price": WHOLE, "hold_for": "PT15M" });
        stage.ok("purchases.set_offer", offer).await;
        let (payments, purchases, deals, leased) = Default::default();
        Self { stage, draw: Draw::new(seed), payments, purchases, deals, leased, number: 0 }
    }

    /// A call that may be refused, but never as a fault of ours.
    async fn call(&mut self, name: &str, mut args: Value, is_keyed: bool) -> Option<Value> {
        if is_keyed {
            self.number += 1;
            args["key"] = format!("k-{}", self.number).into();
        }
        match self.stage.call(name, args.clone()).await {
            Ok(reply) => Some(reply),
            Err(error) => {
                let code = error.code().as_str();
                assert!(
                    !["internal", "corrupted"].contains(&code),
                    "{name} {args}: {error} {:?}",
                    error.details()
                );
                None
            }
        }
    }

    fn one_of(&mut self, all: fn(&Self) -> &Vec<Value>) -> Option<Value> {
        let all = all(self).clone();
        (!all.is_empty()).then(|| self.draw.pick(&all))
    }

    async fn step(&mut self) {
        match self.draw.below(20) {
            // few objects, so that much happens to each
            0 if self.payments.len() < 4 => self.pay().await,
            1 if self.purchases.len() < 3 => self.buy().await,
            2 if self.deals.len() < 2 || self.number.is_multiple_of(2) => self.deal().await,
            3..=5 => self.order().await,
            6..=8 => self.lease().await,
            9..=13 => self.answer().await,
            14 | 15 => self.report().await,
            16 | 17 => self.charge_back().await,
            18 => self.order_purchase().await,
            _ => {}
        }
        let by = match self.draw.below(24) {
            0 => "P8D",
            1 => "PT20M",
            2 | 3 => "PT3M",
            4..=8 => "PT20S",
            _ => "PT1S",
        };
        self.stage.advance(by);
        drop(self.call("jobs.run_due", json!({ "limit": 100 }), false).await);
    }

    /// The means of a payer: a token, one for each gateway of the route, or none yet.
    fn means(&mut self) -> Value {
        match self.draw.below(3) {
            0 => json!({}),
            1 => json!({ "gateway": "card", "token": "pm-1" }),
            _ => json!({ "tokens": { "card": "pm-1", "second": "pm-2" } }),
        }
    }

    async fn pay(&mut self) {
        let capture = self.draw.pick(&["auto", "manual"]);
        let terms = json!({ "amount": WHOLE, "to": "shop", "payer": "paul", "capture": capture,
            "expires_in": "PT30M", "authorization_for": "P7D" });
        let args = with(terms, &self.means());
        let reply = self.call("payments.create", args, true).await;
        self.payments.extend(reply.map(|reply| reply["payment"].clone()));
    }

    async fn buy(&mut self) {
        let means = self.means();
        let args = with(json!({ "offer": "mug", "buyer": "alice", "with": "gateway" }), &means);
        let from_balance = json!({ "offer": "mug", "buyer": "alice" });
        let (name, args) = match self.draw.below(4) {
            0 => ("purchases.reserve", from_balance),
            1 => ("purchases.buy", from_balance),
            _ => ("purchases.buy", args),
        };
        let Some(reply) = self.call(name, args, true).await else { return };
        self.learn_purchase(&reply["purchase"]);
    }

    fn learn_purchase(&mut self, purchase: &Value) {
        if !purchase["payment"].is_null() {
            self.payments.push(json!({ "id": purchase["payment"] }));
        }
        self.purchases.push(purchase.clone());
    }

    async fn deal(&mut self) {
        if let Some(deal) = self.one_of(|history| &history.deals).filter(|_| self.number.is_multiple_of(2)) {
            let name = self.draw.pick(&["escrow.cancel", "escrow.ship", "escrow.confirm", "escrow.pay"]);
            let actor = self.draw.pick(&["alice", "bob"]);
            self.call(name, json!({ "deal": deal["id"], "actor": actor }), false).await;
            return;
        }
        let terms = json!({ "buyer": "alice", "seller": "bob", "price": WHOLE, "pay_within": "PT30M" });
        let Some(opened) = self.call("escrow.open", terms, true).await else { return };
        self.deals.push(opened["deal"].clone());
        let args = with(json!({ "amount": WHOLE, "deal": opened["deal"]["id"] }), &self.means());
        let reply = self.call("payments.create", args, true).await;
        self.payments.extend(reply.map(|reply| reply["payment"].clone()));
    }

    /// An order of somebody for a payment.
    async fn order(&mut self) {
        let Some(payment) = self.one_of(|history| &history.payments) else { return };
        let args = json!({ "payment": payment["id"], "actor": admin() });
        let outcome = self.draw.pick(&["authorized", "captured", "voided", "refused", "refunded"]);
        let (name, more, is_keyed) = match self.draw.below(8) {
            0 | 1 => ("payments.confirm", json!({ "token": "pm-1" }), false),
            2 | 7 => ("payments.capture", json!({}), true),
            3 => ("payments.void", json!({}), false),
            4 => ("payments.refund", self.a_part(), true),
            5 | 6 => ("payments.settle", json!({ "outcome": outcome, "reason": "seen there" }), true),
            _ => ("payments.sync", json!({}), false),
        };
        self.call(name, with(args, &more), is_keyed).await;
    }

    /// All of an amount, or a part of it.
    fn a_part(&mut self) -> Value {
        if self.draw.below(2) == 0 { json!({}) } else { json!({ "amount": "40.00 USD" }) }
    }

    async fn order_purchase(&mut self) {
        let Some(purchase) = self.one_of(|history| &history.purchases) else { return };
        let (actor, args) = (json!("alice"), json!({ "purchase": purchase["id"] }));
        let (name, more, is_keyed) = match self.draw.below(4) {
            0 => ("purchases.cancel", json!({ "actor": actor }), false),
            1 => ("purchases.pay", json!({ "actor": actor }), true),
            2 => ("purchases.pay", with(json!({ "actor": actor, "with": "gateway" }), &self.means()), true),
            _ => ("purchases.refund", json!({ "actor": admin() }), true),
        };
        let Some(reply) = self.call(name, with(args, &more), is_keyed).await else { return };
        if name == "purchases.pay" {
            self.learn_purchase(&reply["purchase"]);
        }
    }

    async fn lease(&mut self) {
        let kinds = GATEWAYS.map(|gateway| format!("gateway.{gateway}"));
        let args = json!({ "kinds": kinds, "limit": 2, "for": "PT1H" });
        let reply = self.call("jobs.lease", args, false).await.unwrap_or_default();
        self.leased.extend(reply["jobs"].as_array().cloned().unwrap_or_default());
    }

    /// A worker reports what its gateway answered, or that it did not.
    async fn answer(&mut self) {
        if self.leased.is_empty() {
            return self.lease().await;
        }
        let place = usize::try_from(self.draw.below(self.leased.len() as u64)).unwrap();
        let job = self.leased.remove(place);
        let args = json!({ "job": job["id"], "fence": job["fence"] });
        if self.draw.below(5) == 0 {
            self.call("jobs.fail", with(args, &json!({ "error": "no answer" })), false).await;
            return;
        }
        let payload = &job["payload"];
        let likely = match payload["call"].as_str().unwrap() {
            "authorize" => ["authorized", "captured", "action_required", "refused"],
            "capture" => ["captured", "captured", "refused", "nothing"],
            "void" => ["voided", "voided", "refused", "captured"],
            "refund" => ["refunded", "refunded", "refused", "pending"],
            _ => ["authorized", "captured", "voided", "nothing"],
        };
        let outcome =
            if self.draw.below(4) > 0 { self.draw.pick(&likely) } else { self.draw.pick(&OUTCOMES) };
        let reference = payload["payment"].as_str().map(|id| format!("ch-{id}"));
        let mut result = json!({ "outcome": outcome, "reference": reference });
        if payload["call"] == "refund" {
            result["amount"] = payload["amount"].clone();
        }
        self.describe(&mut result, payload["call"] == "query");
        self.call("jobs.complete", with(args, &json!({ "result": result })), false).await;
    }

    /// The other members of what a gateway says, mostly such as fit.
    fn describe(&mut self, said: &mut Value, has_totals: bool) {
        let amount = if self.draw.below(6) == 0 { "60.00 USD" } else { WHOLE };
        match said["outcome"].as_str().unwrap() {
            "captured" => {
                said[if has_totals { "captured" } else { "amount" }] = amount.into();
            }
            "authorized" if has_totals => said["authorized"] = amount.into(),
            "refunded" if has_totals => said["refunded"] = amount.into(),
            "refused" => {
                let retry = self.draw.pick(&["never", "other_gateway", "later"]);
                said["failure"] = json!({ "code": "declined", "retry": retry });
            }
            "action_required" => {
                said["action"] = json!({ "type": "redirect", "url": "https://card.example/3ds" });
            }
            _ => {}
        }
    }

    /// A gateway tells something by itself.
    async fn report(&mut self) {
        let Some(payment) = self.one_of(|history| &history.payments) else { return };
        self.number += 1;
        let outcome = self.draw.pick(&OUTCOMES);
        let gateway = self.draw.pick(&GATEWAYS);
        let event = format!("evt-{}", self.number);
        let mut args =
            json!({ "gateway": gateway, "event": event, "payment": payment["id"], "outcome": outcome });
        self.describe(&mut args, true);
        if outcome == "refund_failed" {
            let shown = self.call("payments.get", json!({ "payment": payment["id"] }), false).await;
            args["refund"] = shown.unwrap_or_default()["refunds"][0]["id"].clone();
        }
        self.call("payments.report", args, false).await;
    }

    async fn charge_back(&mut self) {
        let Some(payment) = self.one_of(|history| &history.payments) else { return };
        let phase = self.draw.pick(&["open", "won", "lost"]);
        let args = json!({ "payment": payment["id"], "case": "case-1", "phase": phase });
        let part = self.a_part();
        self.call("payments.chargeback", with(args, &part), false).await;
    }

    /// Counts the steps that events name.
    async fn end(self, seed: u64) -> Run {
        let mut run = Run::default();
        let payments = self.payments.iter().map(|one| ("payment", one));
        let purchases = self.purchases.iter().map(|one| ("purchase", one));
        for (kind, object) in payments.chain(purchases) {
            let args = json!({ kind: object["id"], "limit": 500 });
            let page = self.stage.ok(&format!("{kind}s.history"), args).await;
            for event in page["items"].as_array().unwrap() {
                let data = &event["data"];
                let Some((from, trigger)) = data["from"].as_str().zip(data["trigger"].as_str()) else {
                    continue;
                };
                let is_known = match kind {
                    "payment" => rows(kind, OF_PAYMENT),
                    _ => rows(kind, OF_PURCHASE),
                };
                let step = format!("{kind} in {from}: {trigger}");
                assert!(is_known.contains(&step), "seed {seed}: no row of the table has {event:#}");
                run.add(&step, 1);
            }
        }
        self.stage.finish().await;
        run
    }
}
