//! Callers who pay a shop, pay for deals, and buy what there are few of, by card and from a balance.

use std::time::Duration;

use earnest::Engine;
use serde_json::{Value, json};

use super::world::{BUYERS, Known, World};
use super::{CARD, SECOND, cents, usd};
use crate::simulation::world::Draw;

const CALLS: u64 = 9;

pub(super) async fn call_all(world: &World, name: usize, draw: Draw) {
    let mut caller = Caller { world, bank: world.bank(name), draw, name, calls: 0 };
    for _ in 0..CALLS {
        tokio::time::sleep(Duration::from_millis(caller.draw.below(50))).await;
        match caller.draw.below(12) {
            0..=2 => caller.pay().await,
            3 | 4 => caller.deal().await,
            5..=7 => caller.shop().await,
            8 | 9 => caller.order().await,
            10 => caller.settle().await,
            _ => caller.wait().await,
        }
    }
}

fn with_gateway(mut args: Value) -> Value {
    args["with"] = "gateway".into();
    args
}

struct Caller<'w> {
    world: &'w World,
    bank: &'w Engine,
    draw: Draw,
    name: usize,
    calls: u64,
}

impl Caller<'_> {
    /// The reply to a call under a key of its own; `None` if it was refused, or nobody answered.
    async fn call(&mut self, name: &str, mut args: Value) -> Option<Value> {
        self.calls += 1;
        args["key"] = format!("c-{}-{}", self.name, self.calls).into();
        let reply = self.world.insist(self.bank, name, &args).await?.ok()?;
        self.world.count(name);
        Some(reply)
    }

    /// Something that somebody was told of.
    fn known(&mut self, of: fn(&Known) -> &Vec<String>) -> Option<String> {
        let number = self.draw.seed();
        let known = self.world.shared.known.lock().unwrap();
        let ids = of(&known);
        if ids.is_empty() { None } else { ids.get((number % ids.len() as u64) as usize).cloned() }
    }

    fn learn(&self, id: &Value, of: fn(&mut Known) -> &mut Vec<String>) {
        let id = id.as_str().unwrap().to_owned();
        let mut known = self.world.shared.known.lock().unwrap();
        let ids = of(&mut known);
        if !ids.contains(&id) {
            ids.push(id);
        }
    }

    /// Means for both gateways of the route, or for one that is named.
    fn by_card(&mut self, mut args: Value) -> Value {
        match self.draw.below(4) {
            0 | 1 => args["tokens"] = json!({ CARD: "pm-c", SECOND: "pm-s" }),
            number => {
                args["token"] = "pm-1".into();
                args["gateway"] = if number == 2 { CARD } else { SECOND }.into();
            }
        }
        args
    }

    /// A payment to the shop: of three one is captured by hand, and some payers come later.
    async fn pay(&mut self) {
        let amount = 300 + i64::try_from(self.draw.below(9_000)).unwrap();
        let mut args =
            json!({ "amount": usd(amount), "to": "shop", "payer": "paul", "authorization_for": "P60D" });
        if self.draw.below(3) == 0 {
            args["capture"] = "manual".into();
        }
        if self.draw.below(8) > 0 {
            args = self.by_card(args);
        }
        if let Some(reply) = self.call("payments.create", args).await {
            self.learn(&reply["payment"]["id"], |known| &mut known.payments);
        }
    }

    /// A deal that a card pays, or a step of one that is there.
    async fn deal(&mut self) {
        let known = self.known(|known| &known.deals);
        if let Some(deal) = known.filter(|_| self.draw.below(2) == 0) {
            let (name, actor) = match self.draw.below(7) {
                0 => ("escrow.pay", "alice"),
                1 => ("escrow.ship", "bob"),
                2 => ("escrow.confirm", "alice"),
                3 => ("escrow.cancel", "bob"),
                4 | 5 => ("escrow.request_refund", "alice"),
                _ => ("escrow.approve_refund", "bob"),
            };
            let mut args = json!({ "deal": deal, "actor": actor });
            if name == "escrow.request_refund" {
                args["reason"] = "it is broken".into();
            }
            self.call(name, args).await;
            return;
        }
        let price = usd(500 + i64::try_from(self.draw.below(2_000)).unwrap());
        let terms = json!({ "buyer": "alice", "seller": "bob", "price": price });
        let Some(opened) = self.call("escrow.open", terms).await else { return };
        self.learn(&opened["deal"]["id"], |known| &mut known.deals);
        let args = self.by_card(json!({ "amount": price, "deal": opened["deal"]["id"] }));
        self.call("payments.create", args).await;
    }

    /// Something about a purchase, and a look at the stock.
    async fn shop(&mut self) {
        let buyer = BUYERS[self.draw.below(2) as usize];
        let of_buyer = json!({ "offer": "mug", "buyer": buyer });
        let known = self.known(|known| &known.purchases);
        let (name, args) = match (self.draw.below(8), known) {
            (0..=2, _) => ("purchases.buy", self.by_card(with_gateway(of_buyer))),
            (3, _) => ("purchases.buy", of_buyer),
            (5, Some(known)) => ("purchases.cancel", json!({ "purchase": known })),
            (6, Some(known)) => {
                let admin = json!({ "id": "adm-1", "role": "admin" });
                ("purchases.refund", json!({ "purchase": known, "actor": admin }))
            }
            (7, Some(known)) => {
                let held = json!({ "purchase": known });
                let by_card = self.by_card(with_gateway(held.clone()));
                ("purchases.pay", if self.draw.below(2) == 0 { by_card } else { held })
            }
            _ => ("purchases.reserve", of_buyer),
        };
        if let Some(reply) = self.call(name, args).await {
            self.learn(&reply["purchase"]["id"], |known| &mut known.purchases);
        }
        // at every look, whatever happens meanwhile
        let look = json!({ "offer": "mug" });
        let Some(Ok(offer)) = self.world.insist(self.bank, "purchases.get_offer", &look).await else {
            return;
        };
        super::check::all_units_are_there(&offer);
        self.world.count("looks at the stock");
    }

    /// Whatever a payment of the shop needs next.
    async fn order(&mut self) {
        let Some(known) = self.known(|known| &known.payments) else { return };
        let args = json!({ "payment": known });
        let Some(Ok(payment)) = self.world.insist(self.bank, "payments.get", &args).await else { return };
        let part = |name: &str, percent: i64| usd((cents(&payment[name]) * percent / 100).max(1));
        let percent = if self.draw.below(2) == 0 { 60 } else { 100 };
        let (name, more, value) = match payment["state"].as_str().unwrap() {
            "created" => ("payments.confirm", "token", "pm-1".to_owned()),
            "authorized" if self.draw.below(3) > 0 => {
                ("payments.capture", "amount", part("authorized", percent))
            }
            "captured" => ("payments.refund", "amount", part("captured", percent)),
            _ => ("payments.void", "reason", "not wanted".to_owned()),
        };
        let mut args = args;
        args[more] = value.into();
        self.call(name, args).await;
    }

    /// An admin looks at a payment that nobody knows the outcome of, in the console of its gateway.
    async fn settle(&mut self) {
        let list = json!({ "unsettled": true, "limit": 100 });
        let Some(Ok(page)) = self.world.insist(self.bank, "payments.list", &list).await else { return };
        let mut items = page["items"].as_array().unwrap().iter();
        let Some(payment) = items.find(|payment| payment["state"] == "unknown") else { return };
        let kept = {
            let double = self.world.shared.double.lock().unwrap();
            let kept = double.kept(payment["id"].as_str().unwrap());
            kept.iter().find(|(gateway, _)| payment["gateway"] == *gateway).map_or(0, |(_, amount)| *amount)
        };
        let mut args = json!({ "payment": payment["id"], "reason": "seen in the console",
            "actor": { "id": "adm-1", "role": "admin" } });
        if kept > 0 {
            args["outcome"] = "captured".into();
            args["amount"] = usd(kept).into();
        } else {
            let is_void = payment["doing"]["call"] == "void";
            args["outcome"] = if is_void { "voided" } else { "refused" }.into();
        }
        if self.call("payments.settle", args).await.is_some() {
            self.world.count("settled");
        }
    }

    /// Time passes, and somebody runs what is due.
    async fn wait(&mut self) {
        let most = if self.draw.below(4) == 0 { 900 } else { 60 };
        let seconds = 1 + i64::try_from(self.draw.below(most)).unwrap();
        self.world.pass(seconds);
        drop(self.bank.call("jobs.run_due", json!({ "limit": 100 })).await);
    }
}
