//! Counters, recomputed from what the ledger says took place: under two processes, in hosts' transactions,
//! with refusals, batches, rollbacks, and rules that are set and changed between.

use std::collections::BTreeMap;

use crate::host::Pool;
use crate::support::{Kind, Stage, Value, all_at_once, json, soak};
use crate::with;

const ACCOUNTS: [&str; 4] = ["alice", "bob", "carol", "dave"];
const ACTORS: [&str; 3] = ["u-1", "u-2", "u-3"];

/// Each with what it counts: a limit of nothing fires always, and a rule in shadow refuses nobody.
async fn rules(stage: &Stage, window: &str) {
    for subject in ["account", "actor", "counterparty"] {
        for metric in ["count", "sum"] {
            let limit = if metric == "sum" { json!("0.00 USD") } else { json!(0) };
            let given = json!({ "id": format!("{metric}.{subject}"), "action": "ledger.*", "subject": subject,
                "metric": metric, "window": window, "limit": limit, "shadow": true });
            stage.ok("risk.set_rule", with(given)).await;
        }
    }
}

/// A plain generator: the calls are the same in every run.
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: u64) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % bound).unwrap()
    }

    /// A call that may be refused, of an operation that counts.
    fn call(&mut self, key: &str) -> (&'static str, Value) {
        let (one, other) = (ACCOUNTS[self.below(4)], ACCOUNTS[self.below(4)]);
        let amount = format!("{}.{:02} USD", self.below(30), self.below(100));
        let who = ACTORS[self.below(3)];
        let actor = json!({ "id": who, "role": "system" });
        // the ledger shows no actor
        let reference = format!("{key} {who}");
        let of_one =
            json!({ "account": one, "amount": amount, "key": key, "reference": reference, "actor": actor });
        match self.below(8) {
            0 => ("ledger.top_up", of_one),
            1..3 => ("ledger.deduct", of_one),
            3 => ("ledger.hold", of_one),
            // to the same account it is refused
            _ => (
                "ledger.transfer",
                json!({ "from": one, "to": other, "amount": amount, "key": key, "reference": reference, "actor": actor }),
            ),
        }
    }
}

/// Calls of one phase, all at once: by themselves through two engines, in batches, and in transactions of a
/// host that are committed or rolled back.
async fn traffic(stage: &Stage, phase: u64, calls: u64) {
    let other = if stage.kind == Kind::Memory { stage.bank.clone() } else { stage.again().await };
    let pool = if stage.kind == Kind::Memory { None } else { Some(Pool::of(stage).await) };
    let work = (0..calls).map(|n| {
        let bank = if n.is_multiple_of(2) { stage.bank.clone() } else { other.clone() };
        let pool = pool.clone();
        async move {
            let mut draw = Draw(phase * 1_000_000 + n);
            let key = |member: usize| format!("{phase}-{n}-{member}");
            match (n % 4, pool) {
                (0, Some(pool)) => {
                    let calls = (0..3).map(|member| draw.call(&key(member)).1).map(|mut args| {
                        args["account"] = args.get("account").or(args.get("from")).cloned().unwrap();
                        args.as_object_mut().unwrap().retain(|name, _| name != "from" && name != "to");
                        args
                    });
                    // in one order, so that nobody waits for who waits for him
                    let mut calls: Vec<Value> = calls.collect();
                    calls.sort_by_key(|args| args["account"].to_string());
                    pool.calls(&bank, calls, n.is_multiple_of(8)).await;
                }
                (1, _) => {
                    let ops: Vec<Value> = (0..4)
                        .map(|member| draw.call(&key(member)))
                        .map(|(op, args)| json!({ "op": op, "args": args }))
                        .collect();
                    let _ =
                        bank.call("ledger.batch", json!({ "atomic": n.is_multiple_of(3), "ops": ops })).await;
                }
                _ => {
                    let (name, args) = draw.call(&key(0));
                    let _ = bank.call(name, args).await;
                }
            }
        }
    });
    all_at_once(work).await;
    if stage.kind != Kind::Memory {
        other.close().await;
    }
}

/// The counters, by subject and value: how many calls, and what left in cents.
type Counted = BTreeMap<(&'static str, String), (u64, u64)>;

fn cents(amount: &Value) -> u64 {
    amount["amount"].as_str().unwrap().trim_start_matches('-').replace('.', "").parse().unwrap()
}

/// The same from the ledger: every top-up, deduction, transfer and hold whose key is of one of these phases.
async fn recomputed(stage: &Stage, since: u64) -> Counted {
    let mut counted = Counted::new();
    let mut add = |subject: &'static str, value: &str, cents: u64| {
        let of = counted.entry((subject, value.to_owned())).or_default();
        *of = (of.0 + 1, of.1 + cents);
    };
    for list in ["ledger.transfers", "ledger.holds"] {
        let mut page = json!({ "limit": 500 });
        loop {
            let found = stage.ok(list, page.clone()).await;
            for item in found["items"].as_array().unwrap() {
                let reference = item["reference"].as_str().unwrap_or_default();
                let Some((key, actor)) = reference.split_once(' ') else { continue };
                let phase: u64 = key.split('-').next().unwrap().parse().unwrap();
                if phase < since {
                    continue;
                }
                if list == "ledger.holds" {
                    add("account", item["account"].as_str().unwrap(), cents(&item["amount"]));
                    add("actor", actor, cents(&item["amount"]));
                    continue;
                }
                let postings = item["postings"].as_array().unwrap();
                let own = |gives: bool| {
                    postings.iter().find(|leg| {
                        !leg["account"].as_str().unwrap().starts_with('@')
                            && leg["amount"]["amount"].as_str().unwrap().starts_with('-') == gives
                    })
                };
                let left = own(true).map_or(0, |leg| cents(&leg["amount"]));
                add("actor", actor, left);
                match (own(true), own(false)) {
                    (Some(payer), payee) => {
                        add("account", payer["account"].as_str().unwrap(), left);
                        if let Some(payee) = payee {
                            add("counterparty", payee["account"].as_str().unwrap(), left);
                        }
                    }
                    (None, Some(payee)) => add("account", payee["account"].as_str().unwrap(), 0),
                    (None, None) => panic!("{item}"),
                }
            }
            if found["next"].is_null() {
                break;
            }
            page["after"] = found["next"].clone();
        }
    }
    counted
}

/// Reads the counters from the verdicts on calls that are only evaluated.
async fn told(stage: &Stage) -> Counted {
    let mut told = Counted::new();
    for (place, account) in ACCOUNTS.iter().enumerate() {
        let actor = ACTORS[place % 3];
        let other = ACCOUNTS[(place + 1) % 4];
        let args = json!({ "from": account, "to": other, "amount": "0.01 USD", "actor": { "id": actor, "role": "system" } });
        let decision = stage.ok("risk.evaluate", json!({ "action": "ledger.transfer", "args": args })).await;
        for fired in decision["shadow"].as_array().unwrap() {
            let (metric, subject) = fired["rule"].as_str().unwrap().split_once('.').unwrap();
            let (subject, value) = match subject {
                "account" => ("account", *account),
                "actor" => ("actor", actor),
                _ => ("counterparty", other),
            };
            let of = told.entry((subject, value.to_owned())).or_default();
            match metric {
                "count" => of.0 = fired["seen"].as_u64().unwrap(),
                _ => of.1 = cents(&fired["seen"]),
            }
        }
    }
    told.retain(|_, seen| *seen != (0, 0));
    told
}

/// Invariant 24: counters equal what is recomputed. A changed window begins at nothing.
#[tokio::test(flavor = "multi_thread")]
async fn soak_invariant_24_counters_equal_what_took_place() {
    let calls = u64::from(soak::rounds(60, 1_000));
    for kind in Kind::all() {
        let stage = Stage::open(kind).await;
        for account in ACCOUNTS {
            stage.funded(account, "3000.00 USD").await;
        }
        rules(&stage, "lifetime").await;
        traffic(&stage, 1, calls).await;
        let (wanted, seen) = (recomputed(&stage, 1).await, told(&stage).await);
        assert_eq!(seen, wanted, "{kind:?}");
        // the same window again counts on; another one begins
        rules(&stage, "lifetime").await;
        traffic(&stage, 2, calls).await;
        assert_eq!(told(&stage).await, recomputed(&stage, 1).await, "{kind:?}: set again");
        rules(&stage, "month").await;
        traffic(&stage, 3, calls).await;
        let wanted = recomputed(&stage, 3).await;
        assert_eq!(told(&stage).await, wanted, "{kind:?}: another window");
        println!(
            "{kind:?}: {} subjects, {} counted calls",
            wanted.len(),
            wanted.values().map(|of| of.0).sum::<u64>()
        );
        stage.verify().await;
        stage.finish().await;
    }
}
