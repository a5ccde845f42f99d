//! Invariant 24: `verify` counts once more what the log says, and finds every counter as it is. Rules about
//! every part of a call, of every metric and window, are set, changed, removed and set again between calls
//! that pass and calls that fail, clocks that go back, and sweeps.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use earnest::Engine;
use earnest::env::Env;

use crate::museum::back;
use crate::support::{Kind, START, Stage, Value, every_store, json, soak, until_settled};
use crate::{deduct, rule, with};

const ACCOUNTS: [&str; 4] = ["alice", "bob", "carol", "dave"];
const CARDS: usize = 5;

/// A plain generator: the calls are the same in every run.
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }

    /// Adds the origin that every call may carry: who, where from, and a card.
    fn with_origin(&mut self, mut args: Value) -> Value {
        args["actor"] = json!({ "id": self.of(&["u-1", "u-2", "alice", "bob"]), "role": "system" });
        if self.below(4) > 0 {
            args["context"] = json!({ "ip": format!("203.0.113.{}", self.below(4)) });
            if self.below(2) > 0 {
                args["context"]["device"] = format!("phone-{}", self.below(3)).into();
            }
        }
        if self.below(3) > 0 {
            args["metadata"] = json!({ "card": format!("card-{}", self.below(CARDS)) });
        }
        args
    }

    /// A call that may be refused.
    fn call(&mut self) -> (&'static str, Value) {
        let (one, other) = (self.of(&ACCOUNTS), self.of(&ACCOUNTS));
        // one in some of these is more than anybody has
        let whole = if self.below(6) == 0 { 90_000 } else { self.below(30) };
        let amount = format!("{whole}.{:02} USD", self.below(100));
        let of_one = json!({ "account": one, "amount": amount });
        let (name, args) = match self.below(8) {
            0 => ("ledger.top_up", json!({ "account": one, "amount": "5.00 USD" })),
            1..3 => ("ledger.deduct", of_one),
            3 => ("ledger.hold", of_one),
            4 => {
                let leg = |account: &str, amount: &str| json!({ "account": account, "amount": amount });
                let legs = [leg(one, "-3.00 USD"), leg(other, "2.00 USD"), leg("eve", "1.00 USD")];
                ("ledger.post", json!({ "postings": legs }))
            }
            5 => ("escrow.open", json!({ "buyer": one, "seller": other, "price": "2.00 USD" })),
            _ => ("ledger.transfer", json!({ "from": one, "to": other, "amount": amount })),
        };
        (name, self.with_origin(args))
    }

    /// A rule or a rate of one of a few names, or the removal of one.
    fn change(&mut self) -> (&'static str, Value) {
        let id = format!("r-{}", self.below(24));
        let action = self.of(&["*", "ledger.*", "ledger.deduct", "ledger.transfer", "escrow.open"]);
        let subject = self.of(&["account", "actor", "counterparty", "ip", "device", "meta.card"]);
        if self.below(8) == 0 {
            return ("risk.remove_rule", json!({ "id": id }));
        }
        if self.below(5) == 0 {
            let (limit, burst) = (self.below(20) + 1, self.below(20) + 1);
            let per = self.of(&["PT10S", "PT7M", "P1D"]);
            let rate = json!({ "id": format!("q-{}", self.below(6)), "action": action, "subject": subject,
                "limit": limit, "per": per, "burst": burst });
            return ("risk.set_rate", rate);
        }
        let metrics =
            ["count", "sum", "failures", "distinct:ip", "distinct:meta.card", "distinct:counterparty"];
        let metric = self.of(&metrics);
        let limit = if metric == "sum" { json!("300.00 USD") } else { json!(self.below(40) + 10) };
        let window = self.of(&["PT10S", "PT1H", "P2D", "day", "month", "lifetime"]);
        let outcome = self.of(&["block", "flag", "challenge"]);
        let given = json!({ "id": id, "action": action, "subject": subject, "metric": metric, "window": window,
            "limit": limit, "outcome": outcome, "shadow": self.below(2) == 0 });
        ("risk.set_rule", with(given))
    }
}

every_store! {
    async fn soak_counters_are_what_the_log_counts(stage) {
        let calls = soak::rounds(600, 20_000);
        let mut draw = Draw(7);
        for account in ACCOUNTS {
            stage.funded(account, "3000.00 USD").await;
        }
        let (mut passed, mut refused, mut compared) = (0, 0, 0);
        for n in 0..calls {
            if n < 20 || draw.below(40) == 0 {
                let (name, args) = draw.change();
                drop(stage.call(name, args).await);
            }
            match draw.below(60) {
                0 => back(stage, 2_000_000),
                1 => back(stage, 40 * 60_000_000),
                2 => stage.advance("PT3H"),
                3 if draw.below(6) == 0 => {
                    stage.advance("P3D");
                    stage.ok("jobs.run_due", json!({})).await;
                }
                _ => stage.advance("PT2.000017S"),
            }
            let (name, mut args) = draw.call();
            args["key"] = stage.key().into();
            match stage.call(name, args).await {
                Ok(_) => passed += 1,
                Err(_) => refused += 1,
            }
            if n % 300 == 299 {
                compared = stage.recounted().await;
            }
        }
        println!("{:?}: {passed} passed, {refused} refused, {compared} counters compared at last", stage.kind);
        assert!(passed > calls / 4 && refused > calls / 10 && compared > 10, "{passed} {refused} {compared}");
    }
}

/// A store is verified while processes count whose clocks differ: events that have no place yet are counted
/// in the order of their commits, though the ids of the one are all before those of the other.
#[tokio::test(flavor = "multi_thread")]
async fn events_without_a_place_are_counted_in_the_order_of_their_commits() {
    let stage = Stage::open(Kind::Postgres).await;
    let env = Env::test(START.parse().unwrap(), 5_000_000);
    let slow = Engine::open_with(&stage.url, stage.options.clone().env(env)).await.unwrap();
    stage.advance("PT0.4S");
    stage.funded("alice", "900.00 USD").await;
    rule(&stage, json!({ "limit": 100_000, "window": "PT10S" })).await;
    let rate = json!({ "id": "rate", "action": "ledger.deduct", "subject": "account", "limit": 100_000, "per": "PT1S" });
    stage.ok("risk.set_rate", rate).await;
    // so that there is a counter whenever the first look comes
    stage.ok("ledger.deduct", deduct("alice", json!({ "key": "first", "amount": "0.01 USD" }))).await;
    let stop = Arc::new(AtomicBool::new(false));
    let made = Arc::new([AtomicU32::new(0), AtomicU32::new(0)]);
    let callers: Vec<_> = [("fast", stage.bank.clone()), ("slow", slow.clone())]
        .into_iter()
        .enumerate()
        .map(|(place, (who, bank))| {
            let (stop, made) = (stop.clone(), made.clone());
            tokio::spawn(async move {
                while !stop.load(Ordering::SeqCst) {
                    let n = made[place].load(Ordering::SeqCst);
                    let args = deduct("alice", json!({ "key": format!("{who}-{n}"), "amount": "0.01 USD" }));
                    until_settled(&bank, "ledger.deduct", args).await.unwrap();
                    made[place].fetch_add(1, Ordering::SeqCst);
                }
            })
        })
        .collect();
    // how often each looks and calls in a second is for the machine to say
    let mut looks = 0;
    while looks < 20 || made.iter().any(|calls| calls.load(Ordering::SeqCst) <= 20) {
        assert!(callers.iter().all(|caller| !caller.is_finished()), "a call failed");
        assert!(stage.recounted().await > 0);
        looks += 1;
    }
    stop.store(true, Ordering::SeqCst);
    for caller in callers {
        caller.await.unwrap();
    }
    slow.close().await;
    stage.finish().await;
}
