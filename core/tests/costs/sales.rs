//! How many statements a purchase and a payment cost PostgreSQL while 64 callers are under way: what is
//! counted does not depend on the machine. `earnest-benches ledger` prints the same as `statements_per_op`.

#![cfg(feature = "postgres")]

use std::collections::VecDeque;
use std::future::Future;
use std::sync::Arc;

use earnest::keyring::Keyring;
use earnest::{Engine, Options};
use tokio::sync::Mutex;

use crate::support::{Kind, Stage, Value, all_at_once, json};

const CALLERS: u64 = 64;
/// Calls of each caller before the count, and while it runs.
const WARM: u64 = 5;
const EACH: u64 = 60;

async fn staged() -> Stage {
    let stage = Stage::with(Kind::Postgres, Options::new().keyring(Keyring::for_tests())).await;
    for n in 0..CALLERS {
        stage.funded(&format!("a-{n}"), "1000.00 USD").await;
    }
    stage
}

/// Statements while every caller does something again and again, and how often that was.
async fn counted<F: Future<Output = ()> + Send + 'static>(
    stage: &Stage,
    what: &str,
    once: impl Fn(Engine, u64, u64) -> F + Clone + Send + 'static,
) -> (u64, u64) {
    let all = async |from: u64, count: u64| {
        let callers = (0..CALLERS).map(|caller| {
            let (bank, once) = (stage.bank.clone(), once.clone());
            async move {
                for number in from..from + count {
                    once(bank.clone(), caller, number).await;
                }
            }
        });
        all_at_once(callers).await;
        stage.bank.catch_up().await.unwrap();
    };
    all(0, WARM).await;
    let (before, groups) = (stage.bank.store().counted().statements, stage.bank.groups());
    all(WARM, EACH).await;
    let statements = stage.bank.store().counted().statements - before;
    let (ops, groups) = (CALLERS * EACH, stage.bank.groups() - groups);
    println!("{what}: {statements} statements and {groups} groups for {ops}");
    (statements, ops)
}

/// 0.4 for each, from a balance: its own share of what a group of them reads and writes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_purchase_costs_less_than_half_a_statement() {
    let _shared = crate::PROCESS.read().await;
    let stage = staged().await;
    for n in 0..CALLERS {
        let offer = json!({ "id": format!("o-{n}"), "seller": format!("a-{n}"), "price": "0.01 USD", "stock": 1_000_000 });
        stage.ok("purchases.set_offer", offer).await;
    }
    let once = |bank: Engine, caller: u64, number: u64| async move {
        let offer = (caller + 1 + number) % CALLERS;
        let offer = if offer == caller { (offer + 1) % CALLERS } else { offer };
        let buy = json!({ "offer": format!("o-{offer}"), "buyer": format!("a-{caller}"), "key": format!("b-{caller}-{number}") });
        bank.call("purchases.buy", buy).await.unwrap();
    };
    let (statements, ops) = counted(&stage, "a purchase", once).await;
    assert!(statements * 10 <= ops * 4, "{statements} statements for {ops} purchases");
    stage.finish().await;
}

/// A call of the gateway that is due: there is one for each caller, whoever has taken it. A worker takes
/// several at once.
async fn taken(bank: &Engine, leased: &Mutex<VecDeque<Value>>) -> Value {
    loop {
        let mut jobs = leased.lock().await;
        if let Some(job) = jobs.pop_front() {
            return job;
        }
        let lease = json!({ "kinds": ["gateway.card"], "limit": CALLERS, "for": "PT5M" });
        let reply = bank.call("jobs.lease", lease).await.unwrap();
        jobs.extend(reply["jobs"].as_array().unwrap().iter().cloned());
        if jobs.is_empty() {
            drop(jobs);
            tokio::task::yield_now().await;
        }
    }
}

/// 1.2 for each: create with the payer's means, lease, and report.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_costs_little_more_than_a_statement() {
    let _shared = crate::PROCESS.read().await;
    let stage = staged().await;
    stage.ok("payments.set_gateway", json!({ "id": "card", "driver": "host" })).await;
    let leased = Arc::new(Mutex::new(VecDeque::new()));
    let once = move |bank: Engine, caller: u64, number: u64| {
        let leased = leased.clone();
        async move {
            let create = json!({ "amount": "1.00 USD", "to": format!("a-{caller}"), "gateway": "card", "token": "pm-1",
                "key": format!("p-{caller}-{number}") });
            bank.call("payments.create", create).await.unwrap();
            let job = taken(&bank, &leased).await;
            let result = json!({ "outcome": "captured", "amount": job["payload"]["amount"],
                "reference": job["payload"]["payment"] });
            let report = json!({ "job": job["id"], "fence": job["fence"], "result": result });
            bank.call("jobs.complete", report).await.unwrap();
        }
    };
    let (statements, ops) = counted(&stage, "a payment", once).await;
    assert!(statements * 10 <= ops * 12, "{statements} statements for {ops} payments");
    stage.finish().await;
}
