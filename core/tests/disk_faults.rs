//! A disk that fails under SQLite: at one write or sync after the other the kernel says EIO or ENOSPC, or the process is
//! killed there. What was acknowledged is durable, everything else is there wholly or not at all.
//!
//! `strace` injects the faults into `earnest run`. `make test` tries a sample of the calls, `make soak` every one.

#![cfg(all(target_os = "linux", feature = "cli", feature = "sqlite"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod support;

#[allow(dead_code, reason = "each file of tests uses its part")]
#[path = "support/cli.rs"]
mod cli;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use earnest::{Engine, Options};
use serde_json::{Value, json};

// The bundled SQLite is built without HAVE_FDATASYNC: it syncs by fsync.

/// What is done to the n-th call.
#[derive(Clone, Copy, Debug)]
struct Harm {
    call: &'static str,
    how: &'static str,
    /// From the n-th call on, not only there.
    lasting: bool,
}

const HARMS: [Harm; 9] = [
    Harm { call: "pwrite64", how: "error=EIO", lasting: false },
    Harm { call: "pwrite64", how: "error=ENOSPC", lasting: false },
    Harm { call: "pwrite64", how: "error=ENOSPC", lasting: true },
    Harm { call: "pwrite64", how: "signal=KILL", lasting: false },
    Harm { call: "fsync", how: "error=EIO", lasting: false },
    Harm { call: "fsync", how: "error=EIO", lasting: true },
    Harm { call: "fsync", how: "signal=KILL", lasting: false },
    Harm { call: "ftruncate", how: "error=EIO", lasting: false },
    Harm { call: "ftruncate", how: "signal=KILL", lasting: false },
];

/// The calls of a run: key, and whether the call writes a transfer.
fn calls() -> Vec<(String, bool, Value)> {
    let mut calls = Vec::new();
    let mut push = |op: &str, transfers: bool, mut args: Value| {
        let key = format!("k-{}", calls.len());
        args["key"] = key.as_str().into();
        args["reference"] = key.as_str().into();
        let line = json!({ "op": op, "args": args, "as": key.replace('-', "") });
        calls.push((key, transfers, line));
    };
    push("ledger.top_up", true, json!({ "account": "alice", "amount": "100.00 USD" }));
    push("ledger.top_up", true, json!({ "account": "bob", "amount": "1.00 USD" }));
    push("ledger.transfer", true, json!({ "from": "alice", "to": "bob", "amount": "10.00 USD" }));
    push("ledger.hold", false, json!({ "account": "alice", "amount": "10.00 USD" }));
    push("ledger.capture", true, json!({ "hold": "$k3.hold.id", "to": "bob", "amount": "4.00 USD" }));
    push("escrow.open", false, json!({ "buyer": "alice", "seller": "bob", "price": "20.00 USD" }));
    push("escrow.pay", true, json!({ "deal": "$k5.deal.id", "actor": "alice" }));
    push("escrow.ship", false, json!({ "deal": "$k5.deal.id", "actor": "bob" }));
    push("escrow.confirm", true, json!({ "deal": "$k5.deal.id", "actor": "alice" }));
    push("ledger.refund", true, json!({ "transfer": "$k2.transfer.id", "amount": "5.00 USD" }));
    for _ in 0..4 {
        push("ledger.deduct", true, json!({ "account": "alice", "amount": "0.50 USD" }));
    }
    calls
}

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let lines: Vec<String> = calls().iter().map(|(_, _, line)| line.to_string()).collect();
        std::fs::write(folder.path().join("lines"), lines.join("\n")).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn url(&self) -> String {
        format!("sqlite:{}", self.path("money.db").display())
    }

    /// Runs the lines under `strace`, and answers what was acknowledged line by line.
    fn run(&self, strace: &[&str]) -> Vec<bool> {
        let tool = cli::command(&[]);
        let mut command = Command::new("strace");
        command.args(["-f", "-qq", "-e", "signal=none"]).args(strace).arg(tool.get_program());
        command.args(["run", self.path("lines").to_str().unwrap(), "--json", "--store", &self.url()]);
        for (name, value) in tool.get_envs() {
            assert!(value.is_none());
            command.env_remove(name);
        }
        let ran = command.stderr(Stdio::piped()).output().expect("`scripts/setup strace` installs strace");
        let said = String::from_utf8_lossy(&ran.stderr);
        assert!(!said.contains("strace: "), "strace: {said}");
        assert!(!said.contains("panicked"), "{said}");
        let heard = String::from_utf8(ran.stdout).unwrap();
        let parse = |line: &str| serde_json::from_str::<Value>(line).is_ok_and(|line| line["ok"] == true);
        heard.lines().map(parse).collect()
    }
}

/// How often each call is made at most by one thread of a run in which nothing fails: `strace` counts per thread.
fn counted() -> BTreeMap<&'static str, u32> {
    let place = Place::new();
    let (log, calls) = (place.path("log"), ["pwrite64", "fsync", "ftruncate"]);
    let acknowledged = place.run(&["-e", &format!("trace={}", calls.join(",")), "-o", log.to_str().unwrap()]);
    assert!(
        acknowledged.len() == self::calls().len() && acknowledged.iter().all(|ok| *ok),
        "{acknowledged:?}"
    );
    let mut counts: BTreeMap<(&str, String), u32> = BTreeMap::new();
    for line in std::fs::read_to_string(&log).unwrap().lines() {
        let thread = line.split_whitespace().next().unwrap().to_owned();
        for call in calls.iter().filter(|call| line.contains(&format!(" {call}("))) {
            *counts.entry((call, thread.clone())).or_default() += 1;
        }
    }
    calls
        .into_iter()
        .map(|call| {
            let most = counts.iter().filter(|((name, _), _)| *name == call).map(|(_, count)| *count).max();
            (call, most.unwrap_or_else(|| panic!("no {call} in {}", log.display())))
        })
        .collect()
}

/// Acknowledged is durable; the rest is whole or absent; every invariant holds; and the work can be done again.
async fn holds(place: &Place, acknowledged: &[bool], what: &str) -> (usize, usize) {
    let bank =
        Engine::open_with(&place.url(), Options::new().background(false)).await.unwrap_or_else(|error| {
            panic!("{what}: the file does not open any more: {error}");
        });
    let (mut kept, mut absent) = (0, 0);
    for (line, (key, transfers, _)) in calls().iter().enumerate() {
        let outcome = bank.call("admin.lookup_key", json!({ "key": key })).await.unwrap();
        let accepted = outcome["outcome"] == "accepted";
        if acknowledged.get(line) == Some(&true) {
            assert!(accepted, "{what}: {key} was acknowledged, then lost");
        } else if accepted {
            kept += 1;
        } else {
            absent += 1;
        }
        let found = bank.call("ledger.transfers", json!({ "reference": key })).await.unwrap();
        let found = found["items"].as_array().unwrap().len();
        assert_eq!(found, usize::from(accepted && *transfers), "{what}: {key} is there in part");
    }
    support::verify(&bank).await;
    bank.close().await;
    let again = place.run(&["-e", "trace=none", "-o", "/dev/null"]);
    assert!(again.len() == calls().len() && again.iter().all(|ok| *ok), "{what}: made again: {again:?}");
    (kept, absent)
}

fn harm(harm: Harm, at: u32) -> (usize, usize) {
    let place = Place::new();
    let when = format!("inject={}:{}:when={at}{}", harm.call, harm.how, if harm.lasting { "+" } else { "" });
    let acknowledged = place.run(&["-e", &format!("trace={}", harm.call), "-e", &when, "-o", "/dev/null"]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(holds(&place, &acknowledged, &when))
}

#[test]
fn soak_a_failing_disk_loses_nothing_acknowledged() {
    let counts = counted();
    let mut work = Vec::new();
    for harm in HARMS {
        let most = counts[harm.call];
        // a sample is spread over the whole run, the long one leaves no call out
        let step = most.div_ceil(support::soak::rounds(10, u32::MAX)).max(1);
        work.extend((1..=most).rev().step_by(step as usize).map(|at| (harm, at)));
    }
    let (runs, next) = (work.len(), std::sync::atomic::AtomicUsize::new(0));
    let done = std::thread::scope(|scope| {
        let worker = || {
            let mut sums = (0, 0);
            while let Some((how, at)) = work.get(next.fetch_add(1, std::sync::atomic::Ordering::SeqCst)) {
                let (kept, absent) = harm(*how, *at);
                sums = (sums.0 + kept, sums.1 + absent);
            }
            sums
        };
        let workers: Vec<_> = (0..2).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1))
    });
    println!(
        "{runs} faults at the calls {counts:?}: every acknowledged call is there; of the others {} are whole, {} absent",
        done.0, done.1
    );
    assert!(runs > 30 && done.1 > 0);
}
