//! A disk that fails under SQLite: at one write or sync after the other the kernel says EIO or ENOSPC, or the
//! process is killed there. What was acknowledged is durable, everything else is there wholly or not at all.
//!
//! `strace` injects the faults into `earnest run`, and its log says whether it did: a run whose call was
//! never reached is no fault. `make test` tries a sample of the calls, `make soak` every one.

#![cfg(target_os = "linux")]

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use earnest::{Engine, Options};
use serde_json::{Value, json};

use crate::cli;
use crate::soak;

// The bundled SQLite is built without HAVE_FDATASYNC: it syncs by fsync.

/// The fault of the n-th call.
#[derive(Clone, Copy, Debug)]
struct Harm {
    call: &'static str,
    how: &'static str,
    /// From the n-th call on, not only there.
    lasting: bool,
}

const KILL: &str = "signal=KILL";

const HARMS: [Harm; 11] = [
    Harm { call: "pwrite64", how: "error=EIO", lasting: false },
    Harm { call: "pwrite64", how: "error=ENOSPC", lasting: false },
    Harm { call: "pwrite64", how: "error=ENOSPC", lasting: true },
    Harm { call: "pwrite64", how: KILL, lasting: false },
    Harm { call: "fsync", how: "error=EIO", lasting: false },
    Harm { call: "fsync", how: "error=EIO", lasting: true },
    Harm { call: "fsync", how: "error=ENOSPC", lasting: false },
    Harm { call: "fsync", how: KILL, lasting: false },
    Harm { call: "ftruncate", how: "error=EIO", lasting: false },
    Harm { call: "ftruncate", how: "error=ENOSPC", lasting: false },
    Harm { call: "ftruncate", how: KILL, lasting: false },
];

/// A line of the run.
struct Line {
    text: String,
    /// Its calls: the key of each, and whether it writes a transfer.
    calls: Vec<(String, bool)>,
    /// Whether its calls are accepted together or not at all; otherwise each for itself, in one group or
    /// several.
    atomic: bool,
}

/// The lines of a run. Two have several calls.
fn lines() -> Vec<Line> {
    let mut lines = Vec::new();
    let mut push = |op: &str, transfers: bool, mut args: Value| {
        let key = format!("k-{}", lines.len());
        args["key"] = key.as_str().into();
        args["reference"] = key.as_str().into();
        let text = json!({ "op": op, "args": args, "as": key.replace('-', "") }).to_string();
        lines.push(Line { text, calls: vec![(key, transfers)], atomic: true });
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
    push("ledger.deduct", true, json!({ "account": "alice", "amount": "0.50 USD" }));
    for (name, atomic) in [("all", true), ("each", false)] {
        let key = |n: usize| format!("{name}-{n}");
        let op = |n| {
            let common = json!({ "amount": "0.25 USD", "key": key(n), "reference": key(n) });
            let (op, mut args) = match n % 3 {
                0 => ("ledger.deduct", json!({ "account": "alice" })),
                1 => ("ledger.transfer", json!({ "from": "bob", "to": "alice" })),
                _ => ("ledger.hold", json!({ "account": "bob" })),
            };
            args.as_object_mut().unwrap().extend(common.as_object().unwrap().clone());
            json!({ "op": op, "args": args })
        };
        let ops: Vec<Value> = (0..9).map(op).collect();
        let text = json!({ "op": "ledger.batch", "args": { "atomic": atomic, "ops": ops } }).to_string();
        let calls = (0..9).map(|n| (key(n), n % 3 < 2)).collect();
        lines.push(Line { text, calls, atomic });
    }
    lines
}

/// The acknowledgements: line by line, call by call.
type Acknowledged = Vec<Vec<bool>>;

fn acknowledged(line: &str) -> Vec<bool> {
    let Ok(line) = serde_json::from_str::<Value>(line) else { return Vec::new() };
    match line["reply"]["results"].as_array() {
        Some(results) => results.iter().map(|result| result["ok"] == true).collect(),
        None => vec![line["ok"] == true],
    }
}

/// Whether every call of every line was acknowledged.
fn is_whole(acknowledged: &Acknowledged) -> bool {
    let count = |line: &Vec<bool>| if line.iter().all(|ok| *ok) { line.len() } else { 0 };
    acknowledged.iter().map(count).eq(lines().iter().map(|line| line.calls.len()))
}

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let lines: Vec<String> = lines().into_iter().map(|line| line.text).collect();
        std::fs::write(folder.path().join("lines"), lines.join("\n")).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn url(&self) -> String {
        format!("sqlite:{}", self.path("money.db").display())
    }

    /// Reads the log that `strace` wrote of the last run.
    fn log(&self) -> String {
        std::fs::read_to_string(self.path("log")).unwrap()
    }

    /// Runs the lines under `strace`; says what was acknowledged, and whether the run was killed.
    fn run(&self, strace: &[&str]) -> (Acknowledged, bool) {
        let tool = cli::command(&[]);
        let mut command = Command::new("strace");
        command.args(["-f", "-qq", "-e", "signal=none", "-o"]).arg(self.path("log")).args(strace);
        command.arg(tool.get_program());
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
        // strace ends as its child did
        (heard.lines().map(acknowledged).collect(), ran.status.signal() == Some(9))
    }
}

/// How often each call is made at most by one thread of a run in which nothing fails: `strace` counts per
/// thread.
fn counted() -> BTreeMap<&'static str, u32> {
    let (place, calls) = (Place::new(), ["pwrite64", "fsync", "ftruncate"]);
    let (acknowledged, killed) = place.run(&["-e", &format!("trace={}", calls.join(","))]);
    assert!(is_whole(&acknowledged) && !killed, "{acknowledged:?}");
    let mut counts: BTreeMap<(&str, String), u32> = BTreeMap::new();
    for line in place.log().lines() {
        let thread = line.split_whitespace().next().unwrap().to_owned();
        for call in calls.iter().filter(|call| line.contains(&format!(" {call}("))) {
            *counts.entry((call, thread.clone())).or_default() += 1;
        }
    }
    calls
        .into_iter()
        .map(|call| {
            let most = counts.iter().filter(|((name, _), _)| *name == call).map(|(_, count)| *count).max();
            (call, most.unwrap_or_else(|| panic!("no {call} in {}", place.log())))
        })
        .collect()
}

/// The result of one run, or the sum of several.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    runs: usize,
    /// Runs in which the call was reached: it failed, or the process was killed there.
    harmed: usize,
    /// Calls that were not acknowledged and are there, and that are not.
    kept: usize,
    absent: usize,
    /// Lines of several calls that were not acknowledged and are there as a whole, or not at all.
    groups: (usize, usize),
}

impl Sum {
    fn and(self, other: Self) -> Self {
        Self {
            runs: self.runs + other.runs,
            harmed: self.harmed + other.harmed,
            kept: self.kept + other.kept,
            absent: self.absent + other.absent,
            groups: (self.groups.0 + other.groups.0, self.groups.1 + other.groups.1),
        }
    }
}

/// Acknowledged is durable; the rest is whole or absent; every invariant holds; and the work can be done
/// again.
async fn holds(place: &Place, acknowledged: &Acknowledged, killed: bool, what: &str) -> Sum {
    let bank =
        Engine::open_with(&place.url(), Options::new().background(false)).await.unwrap_or_else(|error| {
            panic!("{what}: the file does not open any more: {error}");
        });
    let mut sum = Sum { runs: 1, ..Sum::default() };
    for (number, line) in lines().iter().enumerate() {
        let (mut there, mut told) = (0, 0);
        for (place, (key, transfers)) in line.calls.iter().enumerate() {
            let outcome = bank.call("admin.lookup_key", json!({ "key": key })).await.unwrap();
            let accepted = outcome["outcome"] == "accepted";
            let heard = acknowledged.get(number).and_then(|line| line.get(place)) == Some(&true);
            assert!(accepted || !heard, "{what}: {key} was acknowledged, then lost");
            let found = bank.call("ledger.transfers", json!({ "reference": key })).await.unwrap();
            let found = found["items"].as_array().unwrap().len();
            assert_eq!(found, usize::from(accepted && *transfers), "{what}: {key} is there in part");
            // they are decided in their order, and nobody made the rest again one by one
            assert!(!accepted || there == place || !killed, "{what}: {key} is there without one before it");
            there += usize::from(accepted);
            told += usize::from(heard);
        }
        let all = line.calls.len();
        assert!(
            there == 0 || there == all || !line.atomic,
            "{what}: {there} of {all} calls of line {number}"
        );
        sum.kept += there - told;
        sum.absent += all - there;
        if all > 1 && told == 0 && (there == 0 || there == all) {
            sum.groups.0 += usize::from(there == all);
            sum.groups.1 += usize::from(there == 0);
        }
    }
    let verified = bank.call("admin.verify", json!({})).await.unwrap();
    assert_eq!(verified["ok"], true, "{what}: {verified:#}");
    let trial = bank.call("ledger.trial_balance", json!({})).await.unwrap();
    assert_eq!(trial["balanced"], true, "{what}: {trial:#}");
    bank.close().await;
    let (again, _) = place.run(&["-e", "trace=none"]);
    assert!(is_whole(&again), "{what}: made again: {again:?}");
    sum
}

fn harm(harm: Harm, at: u32) -> Sum {
    let place = Place::new();
    let when = format!("inject={}:{}:when={at}{}", harm.call, harm.how, if harm.lasting { "+" } else { "" });
    let (acknowledged, killed) = place.run(&["-e", &format!("trace={}", harm.call), "-e", &when]);
    let harmed = if harm.how == KILL { killed } else { place.log().contains("(INJECTED)") };
    assert!(harmed || is_whole(&acknowledged), "{when}: nothing was injected, and it failed");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let sum = runtime.block_on(holds(&place, &acknowledged, killed, &when));
    Sum { harmed: usize::from(harmed), ..sum }
}

#[test]
fn soak_a_failing_disk_loses_nothing_acknowledged() {
    let counts = counted();
    let mut work = Vec::new();
    for (kind, harm) in HARMS.iter().enumerate() {
        let most = counts[harm.call];
        // a sample is spread over the whole run, the long one leaves no call out
        let step = most.div_ceil(soak::rounds(8, u32::MAX)).max(1);
        work.extend((1..=most).rev().step_by(step as usize).map(|at| (kind, at)));
    }
    let next = AtomicUsize::new(0);
    let sums = std::thread::scope(|scope| {
        let worker = || {
            let mut sums = [Sum::default(); HARMS.len()];
            while let Some((kind, at)) = work.get(next.fetch_add(1, Ordering::SeqCst)) {
                sums[*kind] = sums[*kind].and(harm(HARMS[*kind], *at));
            }
            sums
        };
        let workers: Vec<_> = (0..2).map(|_| scope.spawn(worker)).collect();
        let sums = workers.into_iter().map(|worker| worker.join().unwrap());
        sums.reduce(|a, b| std::array::from_fn(|kind| a[kind].and(b[kind]))).unwrap()
    });
    for (harm, Sum { runs, harmed, .. }) in HARMS.iter().zip(&sums) {
        println!("{harm:?}: {harmed} faults in {runs} runs");
        assert!(*harmed > 0, "{harm:?} never happened");
    }
    let Sum { runs, harmed, kept, absent, groups } = sums.into_iter().fold(Sum::default(), Sum::and);
    println!(
        "{harmed} faults in {runs} runs at the calls {counts:?}: every acknowledged call is there; of the others {kept} are \
         whole, {absent} absent; of the groups of several {} are whole, {} absent",
        groups.0, groups.1
    );
    assert!(harmed > 30 && absent > 0 && groups.1 > 0);
}
