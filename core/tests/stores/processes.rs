//! Several processes on one store, processes that are killed, and many books at once.

#![cfg(any(feature = "sqlite", feature = "postgres"))]

use std::time::Duration;

use earnest::{Engine, Options};

use crate::support::children::{self, Child, Told, lines};
use crate::support::{self, Kind, Stage, all_at_once, json, soak, tally, verify};

fn child_of(stage: &Stage, name: &str, calls: u32) -> Child {
    children::start(stage, "processes::child", name, calls)
}

#[test]
#[ignore = "not a test: what other tests start as a process of its own"]
fn child() {
    let Some(Told { url, schema, name, calls }) = children::told() else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let bank =
            Engine::open_with(&url, Options::new().names(schema, "earnest_").pool_size(4)).await.unwrap();
        let mut running = tokio::task::JoinSet::new();
        for n in 0..calls {
            // every third key is one that the other children use as well
            let key = if n % 3 == 0 { format!("shared-{n}") } else { format!("{name}-{n}") };
            let bank = bank.clone();
            running.spawn(async move {
                children::say(&key, deduct(&bank, &key).await);
            });
            if running.len() >= 16 {
                running.join_next().await.unwrap().unwrap();
            }
        }
        while let Some(done) = running.join_next().await {
            done.unwrap();
        }
        bank.close().await;
    });
}

/// One call, repeated as long as its refusal says that it may be.
async fn deduct(bank: &Engine, key: &str) -> &'static str {
    for _ in 0..200 {
        let outcome =
            bank.call("ledger.deduct", json!({ "account": "alice", "amount": "1.00 USD", "key": key })).await;
        match support::code(&outcome) {
            "contention" | "store_unavailable" | "outcome_unknown" => {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            code => return code,
        }
    }
    "given_up"
}

/// A stage whose clock runs, as that of the children does.
async fn running(kind: Kind) -> Stage {
    Stage::with(kind, Options::new().background(false).pool_size(4)).await
}

fn persistent() -> Vec<Kind> {
    Kind::all().into_iter().filter(|kind| *kind != Kind::Memory).collect()
}

/// Two processes, one file: together they spend what is there, and a key of both is one effect.
#[tokio::test(flavor = "multi_thread")]
async fn two_processes_share_a_store() {
    for kind in persistent() {
        let stage = running(kind).await;
        stage.funded("alice", "200.00 USD").await;
        let mut children = [child_of(&stage, "one", 150), child_of(&stage, "two", 150)];
        let mut heard = Vec::new();
        for child in &mut children {
            let lines = lines(child);
            heard.push(tokio::task::spawn_blocking(move || lines.collect::<Vec<_>>()));
        }
        let mut calls = Vec::new();
        for heard in heard {
            calls.extend(heard.await.unwrap());
        }
        for mut child in children {
            assert!(child.wait().unwrap().success());
        }
        assert_eq!(calls.len(), 300, "{kind:?}");
        let accepted: std::collections::BTreeSet<&String> =
            calls.iter().filter(|(_, code)| code == "ok").map(|(key, _)| key).collect();
        let refused = calls.iter().filter(|(_, code)| code == "insufficient_balance").count();
        let ok = calls.iter().filter(|(_, code)| code == "ok").count();
        assert_eq!((ok + refused, accepted.len()), (300, 200), "{kind:?}: 250 keys, and money for 200");
        assert_eq!(stage.balance("alice").await, "0.00 0.00 0.00");
        stage.finish().await;
    }
}

/// Four processes at once against one limit: exactly so many of their calls pass.
#[tokio::test(flavor = "multi_thread")]
async fn soak_four_processes_meet_one_limit() {
    let refusals = ["velocity_blocked", "rate_limited"];
    for (kind, refusal) in persistent().into_iter().flat_map(|kind| refusals.map(|refusal| (kind, refusal))) {
        let stage = running(kind).await;
        stage.funded("alice", "10000.00 USD").await;
        stage.limit_of_a_hundred(refusal).await;
        let (calls, since) = (soak::rounds(250, 2_500), std::time::Instant::now());
        let children = ["one", "two", "three", "four"].map(|name| child_of(&stage, name, calls));
        let (told, passed) = children::passed(children, refusal).await;
        assert_eq!((told, passed.len()), (4 * calls, 100), "{kind:?}");
        println!("{kind:?}, {refusal}: {told} calls of four processes, 100 passed, {:?}", since.elapsed());
        assert_eq!(stage.balance("alice").await, "9900.00 0.00 9900.00");
        stage.finish().await;
    }
}

/// A process killed at any moment: what it was told is there, and what it was not told is whole or absent.
#[tokio::test(flavor = "multi_thread")]
async fn soak_killed_processes_lose_nothing_acknowledged() {
    for kind in persistent() {
        let stage = running(kind).await;
        stage.funded("alice", "100000.00 USD").await;
        let mut told = Vec::new();
        for round in 0..soak::rounds(3, 60) {
            let mut child = child_of(&stage, &format!("r{round}"), 100_000);
            let mut lines = lines(&mut child);
            let patience = Duration::from_millis(u64::from(7 + round * 41 % 150));
            let heard = tokio::task::spawn_blocking(move || {
                // it counts from the first call on, so that opening is not all that is ever interrupted
                let first = lines.next();
                (first, lines)
            });
            let (first, lines) = heard.await.unwrap();
            tokio::time::sleep(patience).await;
            child.kill().unwrap();
            child.wait().unwrap();
            told.extend(first);
            told.extend(tokio::task::spawn_blocking(move || lines.collect::<Vec<_>>()).await.unwrap());
        }
        assert!(!told.is_empty(), "{kind:?}: the children did nothing");
        let bank = stage.again().await;
        for (key, code) in &told {
            assert_eq!(code, "ok");
            let found = bank.call("admin.lookup_key", json!({ "key": key })).await.unwrap();
            assert_eq!(found["outcome"], "accepted", "{kind:?}: {key} was acknowledged, then lost");
        }
        verify(&bank).await;
        bank.close().await;
        stage.finish().await;
    }
}

/// Five hundred tenants at full rate on one store: nobody is forgotten, nothing is mixed.
#[tokio::test(flavor = "multi_thread")]
async fn soak_five_hundred_books_at_once() {
    for kind in Kind::all() {
        let stage = running(kind).await;
        let (books, rounds) = (500, soak::rounds(6, 100));
        let mut calls = Vec::new();
        for n in 0..books {
            let bank = stage.bank.book(&format!("shop-{n}")).unwrap();
            calls.push(async move {
                let mut outcomes = vec![
                    bank.call(
                        "ledger.top_up",
                        json!({ "account": "till", "amount": "100.00 USD", "key": "open" }),
                    )
                    .await,
                ];
                for round in 0..rounds {
                    let args =
                        json!({ "account": "till", "amount": "0.10 USD", "key": format!("d-{round}") });
                    outcomes.push(bank.call("ledger.deduct", args).await);
                }
                outcomes.push(bank.call("ledger.balance", json!({ "account": "till" })).await);
                outcomes
            });
        }
        let outcomes: Vec<Vec<_>> = all_at_once(calls.into_iter()).await;
        for of_book in &outcomes {
            assert_eq!(tally(of_book), [("ok", rounds as usize + 2)].into(), "{kind:?}");
            let left = of_book.last().unwrap().as_ref().unwrap()["posted"]["amount"]
                .as_str()
                .unwrap()
                .replace('.', "");
            assert_eq!(left.parse::<u32>().unwrap(), 10_000 - 10 * rounds, "{kind:?}");
        }
        stage.finish().await;
    }
}
