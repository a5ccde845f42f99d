//! Three workers at once on the same deals, while the clock jumps forwards and sometimes back: whatever
//! happens in between, every deal ends settled, every timer ran once, and the history is one that the table
//! allows.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use earnest::env::Clock;
use earnest::{Engine, Error, Span};

use super::{Dice, Stage, Value, id, json, retrace, soak};
use crate::support::{Kind, all_at_once, code};

/// From here on a payment needs two admins.
const GATE: i64 = 4_000;
const ADMINS: [&str; 4] = ["ann", "ben", "cho", "root"];
const STEPS: u32 = 150;

/// The state that the workers share.
pub(crate) struct Yard {
    clock: Clock,
    /// How far the clock was set back in all: no stamp is ahead of the clock by more.
    pub(crate) back: AtomicI64,
    pub(crate) deals: Mutex<Vec<String>>,
    approvals: Mutex<Vec<String>>,
    /// How many timers the workers ran, by what they were told.
    pub(crate) timers: AtomicI64,
    /// How often a vote made the call that it was for, by approval.
    pub(crate) executed: Mutex<BTreeMap<String, usize>>,
}

impl Yard {
    fn new(clock: Clock) -> Self {
        let none = || AtomicI64::new(0);
        let (deals, approvals, executed) = (Mutex::default(), Mutex::default(), Mutex::default());
        Self { clock, back: none(), deals, approvals, timers: none(), executed }
    }

    /// Sets the clock back.
    fn turn_back(&self, secs: i64) {
        let Clock::Test(micros) = &self.clock else { panic!("not a test clock") };
        micros.fetch_sub(secs * 1_000_000, Ordering::SeqCst);
        self.back.fetch_add(secs * 1_000_000, Ordering::SeqCst);
    }
}

pub(crate) struct Worker {
    number: usize,
    bank: Engine,
    yard: Arc<Yard>,
    dice: Dice,
    calls: usize,
    /// How many calls were accepted, by name.
    done: BTreeMap<String, usize>,
}

impl Worker {
    /// A call until it is decided: `contention` says that it may be made again.
    async fn call(&mut self, name: &str, args: Value) -> Result<Value, Error> {
        for _ in 0..200 {
            let outcome = self.bank.call(name, args.clone()).await;
            if code(&outcome) == "contention" {
                continue;
            }
            if let Err(error) = &outcome {
                assert!(error.http_status() < 500, "{name} {args}: {error:?}");
            } else {
                *self.done.entry(name.to_owned()).or_default() += 1;
            }
            return outcome;
        }
        panic!("{name} {args} was never decided");
    }

    async fn ok(&mut self, name: &str, args: Value) -> Value {
        match self.call(name, args.clone()).await {
            Ok(reply) => reply,
            Err(error) => panic!("{name} {args}: {error:?}"),
        }
    }

    /// A call that may be refused, but only so; some are made twice at once under one key, and are one
    /// effect.
    async fn may(&mut self, name: &str, args: Value, codes: &[&str]) -> Result<Value, Error> {
        let outcome = self.call(name, args.clone()).await;
        let said = code(&outcome);
        assert!(said == "ok" || codes.contains(&said), "{name} {args}: {outcome:?}");
        // the key of what moves no money is kept for a day, and the clock may have jumped further
        let kept = args["key"].is_string() && name != "escrow.extend";
        if let (Ok(first), true, 0) = (&outcome, kept, self.dice.roll(4)) {
            let again = self.ok(name, args.clone()).await;
            assert_eq!(again["replayed"], true, "{name} {args}: {again}");
            assert_eq!(id(&again["deal"]), id(&first["deal"]));
        }
        outcome
    }

    fn key(&mut self) -> String {
        self.calls += 1;
        format!("w-{}-{}", self.number, self.calls)
    }

    fn admin(&mut self) -> Value {
        json!({ "id": *self.dice.pick(&ADMINS), "role": "admin" })
    }

    fn some(&mut self, of: &Mutex<Vec<String>>) -> Option<String> {
        let of = of.lock().unwrap();
        // mostly the newest ones, so that the workers meet
        let newest = &of[of.len().saturating_sub(6)..];
        let from = if self.dice.roll(4) == 0 { &of[..] } else { newest };
        (!from.is_empty()).then(|| self.dice.pick(from).clone())
    }

    async fn open(&mut self) {
        let fees = json!([
            { "to": "@fees", "bps": self.dice.roll(900) },
            { "to": "@revenue", "bps": self.dice.roll(900), "from": "buyer" },
            { "to": "scout", "amount": format!("0.{:02} USD", 1 + self.dice.roll(99)) },
        ]);
        let args = json!({
            "buyer": "alice", "seller": "bob", "key": self.key(),
            "price": format!("{}.{:02} USD", 5 + self.dice.roll(50), self.dice.roll(100)),
            "fees": fees, "splits": [{ "to": "carol", "bps": self.dice.roll(3_000) }],
            "milestones": [{ "name": "half", "bps": 5_000 }],
            "require_acceptance": self.dice.roll(4) == 0, "shipping": self.dice.roll(5) != 0,
            "pay_within": "P5D", "ship_within": "P3D", "deliver_within": "P4D", "respond_within": "P1D",
        });
        let deal = self.ok("escrow.open", args).await;
        self.yard.deals.lock().unwrap().push(id(&deal["deal"]));
    }

    /// Something about a deal: mostly what this actor can do with it by now.
    async fn act(&mut self) {
        let yard = self.yard.clone();
        let Some(deal) = self.some(&yard.deals) else { return };
        let admin = self.admin();
        let mut actor = match self.dice.roll(9) {
            0 => admin,
            1 => json!({ "id": "cron", "role": "system" }),
            2 => json!("mallory"),
            3..6 => json!("alice"),
            _ => json!("bob"),
        };
        let asked = self.ok("escrow.allowed_actions", json!({ "deal": deal, "actor": actor })).await;
        let actions = asked["actions"].as_array().unwrap();
        let odd =
            ["pay", "secure", "accept", "ship", "deliver", "confirm", "cancel", "release_part", "dispute"];
        let (name, needs) = match self.dice.roll(5) {
            0 => ((*self.dice.pick(&odd)).to_owned(), Vec::new()),
            _ if actions.is_empty() => return,
            _ => {
                let action = self.dice.pick(actions);
                let needs: Vec<Value> = action["needs"].as_array().unwrap().clone();
                (action["trigger"].as_str().unwrap().to_owned(), needs)
            }
        };
        if name == "pay" && actor["role"] == "system" {
            // who asks for an approval is somebody: so the clock's own events can be told apart
            actor = json!("alice");
        }
        // few deals are called off, and few deadlines put off
        let often = match name.as_str() {
            "cancel" => 12,
            "dispute" | "request_refund" | "extend" | "withdraw" => 4,
            _ => 1,
        };
        if self.dice.roll(often) != 0 {
            return;
        }
        let args = self.args(&name, &deal, &actor, &needs).await;
        let outcome = self.pull(&name, args).await;
        if let Err(error) = outcome
            && error.code().as_str() == "approval_required"
        {
            let approval = error.details()["approval"].as_str().unwrap().to_owned();
            yard.approvals.lock().unwrap().push(approval);
        }
    }

    async fn pull(&mut self, name: &str, args: Value) -> Result<Value, Error> {
        let codes = [
            "transition_not_allowed",
            "not_permitted",
            "condition_not_met",
            "version_conflict",
            "invalid_amount",
            "approval_required",
            "dispute_not_found",
            match name {
                // a deadline that somebody else has put off further meanwhile
                "extend" => "invalid_request",
                // somebody waits for the approval of this payment in other words
                "pay" => "idempotency_mismatch",
                _ => "not_permitted",
            },
        ];
        self.may(&format!("escrow.{name}"), args, &codes).await
    }

    async fn args(&mut self, name: &str, deal: &str, actor: &Value, needs: &[Value]) -> Value {
        let mut args = json!({ "deal": deal, "actor": actor });
        let about_dispute = matches!(name, "withdraw" | "resolve");
        if about_dispute || self.dice.roll(8) == 0 {
            let view = self.ok("escrow.get", json!({ "deal": deal })).await;
            if about_dispute {
                let none = json!("dp_00000000-0000-0000-0000-000000000000");
                args = json!({ "dispute": if view["dispute"].is_null() { none } else { view["dispute"].clone() }, "actor": actor });
            } else {
                args["expected_version"] = view["version"].clone();
            }
        }
        // a payment stands for itself, whoever repeats it
        if name != "pay" || self.dice.roll(4) == 0 {
            args["key"] = self.key().into();
        }
        let has = |field: &str| needs.iter().any(|need| need == field);
        if has("reason") || (name != "resolve" && self.dice.roll(3) == 0) || name.contains("refund") {
            args["reason"] = "by letter".into();
        }
        match name {
            "pay" => args["secure"] = (self.dice.roll(5) != 0).into(),
            "request_refund" if self.dice.roll(3) != 0 => args["amount"] = self.dice.amount().into(),
            "release_part" if self.dice.roll(4) == 0 => args["milestone"] = "half".into(),
            "release_part" => args["amount"] = self.dice.amount().into(),
            "dispute" => (args["type"], args["statement"]) = ("other".into(), "x".into()),
            "extend" => {
                let deadline = needs.iter().find(|need| *need != "reason").unwrap().as_str().unwrap();
                let later = self.yard.clock.now().checked_add(Span::from_days(4)).unwrap();
                args[deadline] = later.to_string().into();
            }
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

    /// Consents to a payment, or not.
    async fn vote(&mut self) {
        let yard = self.yard.clone();
        let Some(approval) = self.some(&yard.approvals) else { return };
        let admin = self.admin();
        let voters =
            [admin.clone(), admin.clone(), admin, json!({ "id": "alice", "role": "admin" }), json!("bob")];
        let actor = self.dice.pick(&voters).clone();
        let late = [
            "already_approved",
            "self_approval",
            "not_permitted",
            "approval_expired",
            "transition_not_allowed",
        ];
        if self.dice.roll(15) == 0 {
            let args = json!({ "approval": approval, "actor": actor, "reason": "no" });
            let _ = self.may("approvals.reject", args, &late).await;
            return;
        }
        let args = json!({ "approval": approval, "actor": actor });
        if let Ok(reply) = self.may("approvals.approve", args, &late).await
            && reply["executed"] == true
        {
            *yard.executed.lock().unwrap().entry(approval).or_default() += 1;
        }
    }

    /// Invariant 27: what a deal owns moves through the deal alone.
    async fn poach(&mut self) {
        let newest = self.ok("ledger.transfers", json!({ "limit": 5 })).await;
        let of_deal =
            newest["items"].as_array().unwrap().iter().find(|item| !item["deal"].is_null()).cloned();
        if let Some(transfer) = of_deal {
            for name in ["ledger.refund", "ledger.cancel"] {
                let args = json!({ "transfer": transfer["id"], "key": self.key() });
                let outcome = self.call(name, args).await;
                // the state is judged before the owner: what is a refund already is given back by nobody
                let expected =
                    if transfer["kind"] == "refund" { "transition_not_allowed" } else { "not_permitted" };
                assert_eq!(code(&outcome), expected, "{name} {transfer}");
            }
        }
        let held = self.ok("ledger.holds", json!({ "account": "alice", "limit": 1 })).await;
        if let Some(hold) = held["items"].as_array().unwrap().first() {
            let args = json!({ "hold": hold["id"], "key": self.key() });
            let outcome = self.call("ledger.void", args).await;
            assert!(["not_permitted", "hold_closed"].contains(&code(&outcome)), "{outcome:?}");
        }
    }

    /// Runs what is due.
    async fn tick(&mut self) {
        let ran = self.ok("jobs.run_due", json!({})).await;
        self.yard.timers.fetch_add(ran["timers"].as_i64().unwrap(), Ordering::SeqCst);
    }

    async fn step(&mut self) {
        match self.dice.roll(40) {
            0..2 => self.open().await,
            2..5 => self.tick().await,
            5 => {
                let by = self.dice.pick::<&str>(&["PT1H", "PT3H", "PT12H", "P1D"]);
                self.yard.clock.advance(by.parse().unwrap());
            }
            6 => self.yard.turn_back(1 + self.dice.roll(300) as i64),
            7 => self.poach().await,
            8 => assert_eq!(self.ok("ledger.trial_balance", json!({})).await["balanced"], true),
            9..14 => self.vote().await,
            _ => self.act().await,
        }
    }

    /// Takes every deal out of the states that the clock does not end. The others do the same.
    async fn clear(&mut self) {
        let root = json!({ "id": "root", "role": "admin" });
        let deals = self.yard.deals.lock().unwrap().clone();
        for deal in deals {
            let view = self.ok("escrow.get", json!({ "deal": deal })).await;
            let (name, args) = match view["state"].as_str().unwrap() {
                "disputed" => {
                    let ruling =
                        json!({ "dispute": view["dispute"], "outcome": "release", "resolution": "x" });
                    ("resolve", ruling)
                }
                "refund_pending" => ("refuse_refund", json!({ "deal": deal, "reason": "x" })),
                "paid" | "in_escrow" => ("cancel", json!({ "deal": deal })),
                _ => continue,
            };
            let mut args = args;
            (args["actor"], args["key"]) = (root.clone(), self.key().into());
            let _ = self.pull(name, args).await;
        }
    }
}

/// A phase of the workers, who go through it together.
#[derive(Clone, Copy)]
enum Phase {
    Work,
    Clear,
    Tick,
}

impl Worker {
    async fn run(mut self, phase: Phase) -> Self {
        match phase {
            Phase::Work => {
                for _ in 0..STEPS {
                    self.step().await;
                }
            }
            Phase::Clear => self.clear().await,
            Phase::Tick => self.tick().await,
        }
        self
    }
}

async fn together(workers: Vec<Worker>, phase: Phase) -> Vec<Worker> {
    all_at_once(workers.into_iter().map(move |worker| worker.run(phase))).await
}

/// One history by three workers, each with an engine of its own where the store lets it; what was done how
/// often.
async fn history(stage: &Stage, seed: u64) -> BTreeMap<String, usize> {
    stage.funded("alice", "10000.00 USD").await;
    let gate = json!({ "id": "large", "operation": "escrow.pay", "currency": "USD",
        "threshold": format!("{}.00 USD", GATE / 100), "approvers": 2 });
    stage.ok("approvals.set_policy", gate).await;
    let yard = Arc::new(Yard::new(stage.clock.clone()));
    let mut workers = Vec::new();
    for number in 0..3 {
        let alone = number == 0 || stage.kind == Kind::Memory;
        let bank = if alone { stage.bank.clone() } else { stage.again().await };
        let dice = Dice(seed * 3 + number as u64);
        workers.push(Worker { number, bank, yard: yard.clone(), dice, calls: 0, done: BTreeMap::new() });
    }
    workers = together(workers, Phase::Work).await;
    workers = together(workers, Phase::Clear).await;
    for _ in 0..5 {
        stage.advance("P5D");
        workers = together(workers, Phase::Tick).await;
    }
    let mut done: BTreeMap<String, usize> = BTreeMap::new();
    for worker in &workers {
        worker.done.iter().for_each(|(name, count)| *done.entry(name.clone()).or_default() += count);
    }
    for worker in workers.into_iter().skip(1).filter(|_| stage.kind != Kind::Memory) {
        worker.bank.close().await;
    }
    retrace::all(stage, &yard, GATE).await;
    done
}

/// The operations that somebody must have managed before a run says anything.
const DONE: [&str; 9] = [
    "escrow.pay",
    "escrow.ship",
    "escrow.deliver",
    "escrow.confirm",
    "escrow.release_part",
    "escrow.request_refund",
    "escrow.dispute",
    "escrow.resolve",
    "approvals.approve",
];

/// Runs histories, a few more than asked for where chance has left something out.
async fn histories(kind: Kind) {
    let mut all: BTreeMap<String, usize> = BTreeMap::new();
    let rounds = u64::from(soak::rounds(2, 150));
    for seed in 0..rounds + 20 {
        if seed >= rounds && DONE.iter().all(|name| all.contains_key(*name)) {
            break;
        }
        let stage = Stage::open(kind).await;
        let outcome = tokio::spawn(async move {
            let done = history(&stage, seed).await;
            stage.finish().await;
            done
        });
        match outcome.await {
            Ok(done) => done.into_iter().for_each(|(name, count)| *all.entry(name).or_default() += count),
            Err(failed) => panic!("three workers with seed {seed} on {kind:?}: {failed}"),
        }
    }
    for name in DONE {
        assert!(all.contains_key(name), "nobody managed {name}: {all:?}");
    }
}

/// Invariants 18, 19, 20, 25 and 27 under three workers and a clock that moves both ways.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn soak_three_workers_in_memory() {
    histories(Kind::Memory).await;
}

#[cfg(feature = "sqlite")]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn soak_three_workers_on_sqlite() {
    histories(Kind::Sqlite).await;
}

#[cfg(feature = "postgres")]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn soak_three_workers_on_postgres() {
    histories(Kind::Postgres).await;
}
