//! Random histories of deals with a moving clock: the same on every store, and no money is ever in two
//! places.

mod retrace;
mod workers;

use std::collections::BTreeMap;

use crate::support::{Stage, Value, id, json, soak, stores, verify};

/// A small generator of numbers that every store is given alike.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        // splitmix64
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 33) as usize % sides
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.roll(of.len())]
    }

    fn amount(&mut self) -> String {
        format!("{}.{:02} USD", self.roll(60), self.roll(100))
    }
}

const ENDS: [&str; 5] = ["released", "refunded", "split", "cancelled", "expired"];
const ACCOUNTS: [&str; 6] = ["alice", "bob", "carol", "scout", "@fees", "@revenue"];

fn cents(money: &Value) -> i64 {
    money["amount"].as_str().unwrap().replace('.', "").parse().unwrap()
}

/// The life of some deals as the dice want it.
struct Walk<'s> {
    stage: &'s Stage,
    dice: Dice,
    deals: Vec<String>,
    /// Those that are not over, as far as the walk was told.
    live: Vec<String>,
    disputes: BTreeMap<String, String>,
    log: Vec<String>,
}

impl Walk<'_> {
    async fn open(&mut self) {
        let fees = json!([
            { "to": "@fees", "bps": self.dice.roll(900) },
            { "to": "@revenue", "bps": self.dice.roll(900), "from": "buyer" },
            { "to": "scout", "amount": format!("0.{:02} USD", 1 + self.dice.roll(99)) },
        ]);
        let args = json!({
            "buyer": "alice", "seller": "bob", "price": format!("{}.{:02} USD", 5 + self.dice.roll(50), self.dice.roll(100)),
            "fees": fees, "splits": [{ "to": "carol", "bps": self.dice.roll(3_000) }],
            "milestones": [{ "name": "half", "bps": 5_000 }],
            "require_acceptance": self.dice.roll(4) == 0, "shipping": self.dice.roll(5) != 0,
            "pay_within": "P2D", "ship_within": "P3D", "deliver_within": "P4D", "respond_within": "P1D",
        });
        let deal = self.stage.ok("escrow.open", args).await;
        self.deals.push(id(&deal["deal"]));
        self.live.push(id(&deal["deal"]));
    }

    async fn call(&mut self) -> (&'static str, Value) {
        const NAMES: [&str; 17] = [
            "pay",
            "pay",
            "secure",
            "accept",
            "ship",
            "ship",
            "deliver",
            "confirm",
            "cancel",
            "request_refund",
            "approve_refund",
            "refuse_refund",
            "release_part",
            "dispute",
            "add_evidence",
            "withdraw",
            "resolve",
        ];
        let deal = self.dice.pick(&self.live.clone()).clone();
        let admin = json!({ "id": "root", "role": "admin" });
        let actor = self
            .dice
            .pick(&[
                json!("alice"),
                json!("bob"),
                admin.clone(),
                json!({ "id": "cron", "role": "system" }),
                json!("mallory"),
            ])
            .clone();
        let mut name = *self.dice.pick(&NAMES);
        if self.dice.roll(4) != 0 {
            // mostly something that this actor can do with it
            let ask = json!({ "deal": deal, "actor": actor });
            let actions = self.stage.ok("escrow.allowed_actions", ask).await;
            let actions = actions["actions"].as_array().unwrap();
            let possible: Vec<&str> =
                actions.iter().filter_map(|action| action["trigger"].as_str()).collect();
            let possible: Vec<&'static str> =
                NAMES.into_iter().filter(|name| possible.contains(name)).collect();
            // few deals are called off
            if !possible.is_empty() {
                name = *self.dice.pick(&possible);
                if name == "cancel" && self.dice.roll(4) != 0 {
                    name = *self.dice.pick(&possible);
                }
            }
        }
        let mut args = match name {
            "add_evidence" | "withdraw" | "resolve" => self.about_dispute(name, &deal),
            _ => self.about_deal(name, &deal),
        };
        if self.dice.roll(3) == 0
            && args.get("reason").is_none()
            && !matches!(name, "add_evidence" | "resolve")
        {
            args["reason"] = "by letter".into();
        }
        args["actor"] = actor;
        args["key"] = format!("w-{}", self.log.len()).into();
        (name, args)
    }

    fn about_deal(&mut self, name: &str, deal: &str) -> Value {
        let mut args = json!({ "deal": deal });
        match name {
            "pay" => args["secure"] = (self.dice.roll(4) != 0).into(),
            "request_refund" => {
                args["reason"] = "so".into();
                if self.dice.roll(3) != 0 {
                    args["amount"] = self.dice.amount().into();
                }
            }
            "refuse_refund" => args["reason"] = "no".into(),
            "release_part" if self.dice.roll(4) == 0 => args["milestone"] = "half".into(),
            "release_part" => args["amount"] = self.dice.amount().into(),
            "dispute" => (args["type"], args["statement"]) = ("other".into(), "x".into()),
            _ => {}
        }
        args
    }

    fn about_dispute(&mut self, name: &str, deal: &str) -> Value {
        let known: Vec<String> = self.disputes.values().cloned().collect();
        let newest =
            (!known.is_empty()).then(|| self.dice.pick(&known[known.len().saturating_sub(2)..]).clone());
        let none = || "dp_00000000-0000-0000-0000-000000000000".to_owned();
        let dispute = self.disputes.get(deal).cloned().or(newest).unwrap_or_else(none);
        let mut args = json!({ "dispute": dispute });
        match name {
            "add_evidence" => (args["kind"], args["statement"]) = ("note".into(), "x".into()),
            "resolve" => {
                args["outcome"] = (*self.dice.pick(&["release", "refund", "split"])).into();
                args["resolution"] = "so".into();
                if args["outcome"] == "split" {
                    args["refund"] = self.dice.amount().into();
                }
            }
            _ => {}
        }
        args
    }

    async fn step(&mut self) {
        if self.dice.roll(12) == 0 {
            let by = self.dice.pick::<&str>(&["PT1H", "PT6H", "P1D", "P2D"]);
            self.stage.advance(by);
            let ran = self.stage.ok("jobs.run_due", json!({})).await;
            self.log.push(format!("timers {}", ran["timers"]));
            return;
        }
        let (name, args) = self.call().await;
        let said = match self.stage.call(&format!("escrow.{name}"), args.clone()).await {
            Ok(reply) => {
                if name == "dispute" {
                    self.disputes.insert(id(&reply["deal"]), id(&reply["dispute"]));
                }
                format!("{name} {}", reply["deal"]["state"])
            }
            Err(error) => {
                // whatever ended it, the next one is another one
                if let (404 | 409, Some(deal)) = (error.http_status(), args["deal"].as_str()) {
                    let view = self.stage.ok("escrow.get", json!({ "deal": deal })).await;
                    if ENDS.iter().any(|end| view["state"] == *end) {
                        self.live.retain(|other| other != deal);
                    }
                }
                assert_ne!(error.http_status(), 500, "{name} {args}: {error:?}");
                format!("{name} {}", error.code())
            }
        };
        self.log.push(said);
    }

    /// Nothing is in two places: what people have and what deals hold is what came in.
    async fn conserved(&self) {
        let mut sum = 0;
        for account in ACCOUNTS {
            let balance =
                self.stage.call("ledger.balance", json!({ "account": account, "currency": "USD" })).await;
            sum += balance.map_or(0, |balance| cents(&balance["posted"]));
        }
        for deal in &self.deals {
            let deal = self.stage.ok("escrow.get", json!({ "deal": deal })).await;
            let held = cents(&deal["held"]);
            let over = ["released", "refunded", "split", "cancelled", "expired"]
                .iter()
                .any(|end| deal["state"] == *end);
            assert!(!over || held == 0, "{deal}");
            let out = cents(&deal["released"]) + cents(&deal["refunded"]) + cents(&deal["fees_taken"]);
            assert_eq!(cents(&deal["funded"]) - out, held, "{deal}");
            sum += held;
        }
        assert_eq!(sum, 1_000_000);
    }

    /// Ends every deal, by ruling or by the clock.
    async fn end(&mut self) {
        let admin = || json!({ "id": "root", "role": "admin" });
        for deal in self.deals.clone() {
            let view = self.stage.ok("escrow.get", json!({ "deal": deal })).await;
            match view["state"].as_str().unwrap() {
                "disputed" => {
                    let args = json!({ "dispute": view["dispute"], "outcome": "release", "resolution": "x", "actor": admin() });
                    self.stage.ok("escrow.resolve", args).await;
                }
                "refund_pending" => {
                    self.stage
                        .ok("escrow.refuse_refund", json!({ "deal": deal, "reason": "x", "actor": admin() }))
                        .await;
                }
                "paid" | "in_escrow" => {
                    self.stage
                        .ok("escrow.cancel", json!({ "deal": deal, "key": format!("end-{deal}") }))
                        .await;
                }
                _ => {}
            }
        }
        for _ in 0..4 {
            self.stage.advance("P5D");
            self.stage.ok("jobs.run_due", json!({})).await;
        }
        self.conserved().await;
        for deal in &self.deals {
            let view = self.stage.ok("escrow.get", json!({ "deal": deal })).await;
            let actions =
                self.stage.ok("escrow.allowed_actions", json!({ "deal": deal, "actor": admin() })).await;
            assert_eq!(
                (cents(&view["held"]), actions["actions"].as_array().unwrap().len()),
                (0, 0),
                "{view}"
            );
        }
    }
}

/// One history; what was said on the way.
async fn walk(stage: &Stage, seed: u64, steps: u32) -> Vec<String> {
    stage.funded("alice", "10000.00 USD").await;
    let mut walk = Walk {
        stage,
        dice: Dice(seed),
        deals: Vec::new(),
        live: Vec::new(),
        disputes: BTreeMap::new(),
        log: Vec::new(),
    };
    for step in 0..steps {
        if step % 10 == 0 || walk.live.len() < 3 {
            walk.open().await;
        }
        walk.step().await;
        if step % 25 == 24 {
            walk.conserved().await;
        }
    }
    walk.end().await;
    walk.log
}

/// Invariants 18, 19, 20 and 22: any history conserves money, ends settled, and is the same on every store.
#[tokio::test(flavor = "multi_thread")]
async fn soak_any_history_is_the_same_on_every_store() {
    for seed in 0..u64::from(soak::rounds(2, 200)) {
        let mut told: Option<(Vec<String>, String)> = None;
        for stage in stores().await {
            let log = walk(&stage, seed, 300).await;
            let done = log.iter().filter(|line| line.contains('"')).count();
            assert!(done > 40, "most of what was tried was refused: {done} {log:?}");
            let here = (log, stage.state().await);
            verify(&stage.bank).await;
            if let Some(there) = &told {
                assert_eq!(*there, here, "seed {seed} on {:?}", stage.kind);
            }
            told = Some(here);
            stage.finish().await;
        }
    }
}
