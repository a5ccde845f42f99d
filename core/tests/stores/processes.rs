//! Several processes on one store, processes that are killed, and many books at once.
//!
//! A child process is this test binary again, running the test `child` alone.

#![cfg(any(feature = "sqlite", feature = "postgres"))]

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use earnest::{Engine, Options};

use crate::support::{self, Kind, Stage, all_at_once, json, soak, tally, verify};

/// Names the store, the schema, the name of the child and how many calls it makes.
const TOLD: [&str; 4] =
    ["EARNEST_CHILD_STORE", "EARNEST_CHILD_SCHEMA", "EARNEST_CHILD_NAME", "EARNEST_CHILD_CALLS"];

fn child_of(stage: &Stage, name: &str, calls: u32) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "processes::child", "--ignored", "--nocapture", "--test-threads=1"]);
    let values = [stage.url.clone(), stage.options.schema.clone(), name.to_owned(), calls.to_string()];
    for (variable, value) in TOLD.into_iter().zip(values) {
        command.env(variable, value);
    }
    command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap()
}

/// The lines that a child prints about its calls: key and code.
fn lines(child: &mut Child) -> impl Iterator<Item = (String, String)> + use<> {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    lines.filter_map(|line| {
        let (key, code) = line.strip_prefix("call ")?.split_once(' ')?;
        Some((key.to_owned(), code.to_owned()))
    })
}

#[test]
#[ignore = "not a test: what other tests start as a process of its own"]
fn child() {
    let Ok(url) = std::env::var(TOLD[0]) else { return };
    let told = |place: usize| std::env::var(TOLD[place]).unwrap();
    let (name, calls): (String, u32) = (told(2), told(3).parse().unwrap());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let bank =
            Engine::open_with(&url, Options::new().names(told(1), "earnest_").pool_size(4)).await.unwrap();
        let mut running = tokio::task::JoinSet::new();
        for n in 0..calls {
            // every third key is one that the other children use as well
            let key = if n % 3 == 0 { format!("shared-{n}") } else { format!("{name}-{n}") };
            let bank = bank.clone();
            running.spawn(async move {
                let outcome = deduct(&bank, &key).await;
                // one write a line: a killed child leaves no half of one that was acknowledged
                let line = format!("\ncall {key} {outcome}\n");
                std::io::stdout().write_all(line.as_bytes()).unwrap();
                std::io::stdout().flush().unwrap();
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
    for kind in persistent() {
        let stage = running(kind).await;
        stage.funded("alice", "10000.00 USD").await;
        let rule = json!({ "id": "r", "action": "*", "subject": "account", "metric": "count",
            "window": "P1D", "limit": 100, "outcome": "block" });
        stage.ok("risk.set_rule", rule).await;
        let (calls, since) = (soak::rounds(250, 2_500), std::time::Instant::now());
        let names = ["one", "two", "three", "four"];
        let mut children = names.map(|name| child_of(&stage, name, calls));
        let mut heard = Vec::new();
        for child in &mut children {
            let lines = lines(child);
            heard.push(tokio::task::spawn_blocking(move || lines.collect::<Vec<_>>()));
        }
        let (mut told, mut passed) = (0, std::collections::BTreeSet::new());
        for heard in heard {
            for (key, code) in heard.await.unwrap() {
                told += 1;
                match code.as_str() {
                    // a key of several of them is one effect
                    "ok" => drop(passed.insert(key)),
                    code => assert_eq!(code, "velocity_blocked", "{kind:?} {key}"),
                }
            }
        }
        for mut child in children {
            assert!(child.wait().unwrap().success());
        }
        assert_eq!((told, passed.len()), (4 * calls, 100), "{kind:?}");
        println!("{kind:?}: {told} calls of four processes, 100 passed, {:?}", since.elapsed());
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
