//! `kill -9` of the process that parks a call for a review, and of the one that agrees to it, at each system
//! call by which it writes or hears: the call takes place once.
//!
//! `strace` kills `earnest run` at the n-th call. `make test` tries a sample of them, `make soak` every one.

#![cfg(target_os = "linux")]

use std::collections::BTreeMap;
use std::io::Write as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use earnest::{Engine, Options};
use serde_json::{Value, json};

use crate::{cli, postgres, soak};

async fn open(url: &str) -> Engine {
    Engine::open_with(url, Options::new().background(false)).await.unwrap()
}

fn call() -> Value {
    json!({ "account": "alice", "amount": "50.00 USD", "key": "d-1", "reference": "d-1" })
}

fn consent(review: &str) -> Value {
    json!({ "review": review, "actor": { "id": "kim", "role": "admin" } })
}

/// A store in which people look at deductions of more than ten dollars.
async fn guarded(url: &str) {
    let bank = open(url).await;
    let funds = json!({ "account": "alice", "amount": "100.00 USD", "key": "funds" });
    bank.call("ledger.top_up", funds).await.unwrap();
    let rule = json!({ "id": "large", "action": "*", "subject": "account", "metric": "amount",
        "limit": "10.00 USD", "outcome": "review" });
    bank.call("risk.set_rule", rule).await.unwrap();
    bank.close().await;
}

/// Makes the call, which is parked: the id of its review.
async fn parked(url: &str) -> String {
    let bank = open(url).await;
    let refused = bank.call("ledger.deduct", call()).await.unwrap_err();
    assert_eq!(refused.code().as_str(), "review_required");
    bank.close().await;
    refused.details()["review"].as_str().unwrap().to_owned()
}

/// Which process is killed.
#[derive(Clone, Copy)]
enum Step {
    /// The one that parks the call.
    Parks,
    /// The one that agrees to it.
    Agrees,
}

impl Step {
    /// Prepares a store, and what the process is to do there.
    async fn before(self, url: &str) -> Value {
        guarded(url).await;
        match self {
            Self::Parks => json!({ "op": "ledger.deduct", "args": call() }),
            Self::Agrees => json!({ "op": "risk.approve_review", "args": consent(&parked(url).await) }),
        }
    }

    fn acknowledges(self, reply: &Value) -> bool {
        match self {
            Self::Parks => reply["error"]["code"] == "review_required",
            Self::Agrees => reply["reply"]["executed"] == true,
        }
    }

    /// Whether the step had been taken. It is taken again, and the rest is done.
    async fn after(self, url: &str, what: &str) -> bool {
        let reviews = json!({ "state": "pending" });
        let bank = open(url).await;
        let waiting = bank.call("risk.reviews", reviews.clone()).await.unwrap();
        let waiting = waiting["items"].as_array().unwrap().len();
        if let Self::Agrees = self {
            bank.close().await;
            let review = earlier(url).await;
            return took_place_once(url, &review, what).await;
        }
        let balance = bank.call("ledger.balance", json!({ "account": "alice" })).await.unwrap();
        assert_eq!(balance["available"]["amount"], "100.00", "{what}: nothing of it is done or held");
        bank.close().await;
        let review = parked(url).await;
        assert!(!took_place_once(url, &review, what).await, "{what}: nobody had agreed");
        waiting == 1
    }
}

/// The review that was asked for, whatever has become of it.
async fn earlier(url: &str) -> String {
    let bank = open(url).await;
    let reviews = bank.call("risk.reviews", json!({})).await.unwrap();
    bank.close().await;
    assert_eq!(reviews["items"].as_array().unwrap().len(), 1);
    reviews["items"][0]["id"].as_str().unwrap().to_owned()
}

/// The outcome of a run.
struct Ran {
    /// The reply, if it was written.
    reply: Option<Value>,
    killed: bool,
    /// How often one of its threads made each call.
    counts: BTreeMap<String, u32>,
}

/// The file in which a run writes its reply.
fn replies(folder: &Path) -> PathBuf {
    folder.join("replies.jsonl")
}

/// Makes a call in a process of its own under `strace`. Its output is a file, so that `strace` can find the
/// write of the reply by its path.
fn ran(url: &str, line: &Value, folder: &Path, strace: &[String]) -> Ran {
    let (log, replies) = (folder.join("log"), replies(folder));
    let tool = cli::command(&[]);
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-e", "signal=none", "-o"]).arg(&log).args(strace);
    command.arg(tool.get_program()).args(["run", "-", "--json", "--store", url]);
    cli::without_settings(&mut command);
    let output = std::fs::File::create(&replies).unwrap();
    command.stdin(Stdio::piped()).stdout(output).stderr(Stdio::piped());
    let mut child = command.spawn().expect("`scripts/setup strace` installs strace");
    // who was killed reads nothing
    let _ = writeln!(child.stdin.take().unwrap(), "{line}");
    let ran = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(!said.contains("strace: ") && !said.contains("panicked"), "{said}");
    let heard = std::fs::read_to_string(&replies).unwrap();
    let reply = heard.lines().next().and_then(|line| serde_json::from_str(line).ok());
    let mut counts: BTreeMap<(String, String), u32> = BTreeMap::new();
    for line in std::fs::read_to_string(&log).unwrap().lines() {
        let mut words = line.split_whitespace();
        let (thread, call) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        if let Some((call, _)) = call.split_once('(') {
            *counts.entry((call.to_owned(), thread.to_owned())).or_default() += 1;
        }
    }
    let mut most: BTreeMap<String, u32> = BTreeMap::new();
    for ((call, _), count) in counts {
        let known = most.entry(call).or_default();
        *known = count.max(*known);
    }
    Ran { reply, killed: ran.status.signal() == Some(9), counts: most }
}

/// After the kill: agreed to again, the call took place once, and nothing else has changed.
async fn took_place_once(url: &str, review: &str, what: &str) -> bool {
    let bank = open(url).await;
    let again = bank.call("risk.approve_review", consent(review)).await;
    let before = match &again {
        Ok(reply) => {
            assert_eq!(reply["executed"], true, "{what}: {reply}");
            false
        }
        Err(error) => {
            assert_eq!(error.code().as_str(), "already_approved", "{what}: {error}");
            true
        }
    };
    let balance = bank.call("ledger.balance", json!({ "account": "alice" })).await.unwrap();
    assert_eq!(balance["posted"]["amount"], "50.00", "{what}");
    let moved = bank.call("ledger.transfers", json!({ "reference": "d-1" })).await.unwrap();
    assert_eq!(moved["items"].as_array().unwrap().len(), 1, "{what}");
    let reviews = bank.call("risk.reviews", json!({ "state": "executed" })).await.unwrap();
    assert_eq!(reviews["items"].as_array().unwrap().len(), 1, "{what}");
    let verified = bank.call("admin.verify", json!({})).await.unwrap();
    assert_eq!(verified["ok"], true, "{what}: {verified:#}");
    bank.close().await;
    before
}

/// Kills at a call after the other; `place` makes a store for each run.
fn killed_at_each(step: Step, calls: &[&str], place: impl Fn() -> (String, tempfile::TempDir)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let trace = |calls: &str| vec!["-e".to_owned(), format!("trace={calls}")];
    let run = |what: &str, strace: &dyn Fn(&Path) -> Vec<String>| {
        let (url, folder) = place();
        let line = runtime.block_on(step.before(&url));
        let ran = ran(&url, &line, folder.path(), &strace(folder.path()));
        let before = runtime.block_on(step.after(&url, what));
        let acknowledged = ran.reply.as_ref().is_some_and(|reply| step.acknowledges(reply));
        assert!(before || !acknowledged, "{what}: acknowledged, then lost");
        (ran, acknowledged, before)
    };

    let (whole, acknowledged, before) = run("not killed", &|_| trace(&calls.join(",")));
    assert!(acknowledged && !whole.killed && before, "{:?}", whole.reply);
    let (mut kills, mut kept, mut absent) = (0, 0, 0);
    for (call, most) in &whole.counts {
        // a sample is spread over the whole run, the long one leaves no call out
        let step = most.div_ceil(soak::rounds(4, u32::MAX)).max(1);
        for at in (1..=*most).rev().step_by(step as usize) {
            let (ran, acknowledged, before) = run(&format!("killed at {call} {at} of {most}"), &|_| {
                let kill = format!("inject={call}:signal=KILL:when={at}");
                [trace(call), vec!["-e".to_owned(), kill]].concat()
            });
            kills += u32::from(ran.killed);
            if !acknowledged {
                (kept, absent) = (kept + u32::from(before), absent + u32::from(!before));
            }
        }
    }
    // which call comes next after the commit differs from run to run: the write of the reply is found by its
    // file
    let (ran, acknowledged, before) = run("killed at its reply", &|folder| {
        let kill = ["-e".to_owned(), "inject=write:signal=KILL:when=1".to_owned()];
        [trace("write"), vec!["-P".to_owned(), replies(folder).display().to_string()], kill.to_vec()].concat()
    });
    assert!(ran.killed && before && !acknowledged, "killed at its reply");
    println!(
        "{kills} kills at {:?}: unacknowledged, {kept} had taken place and {absent} had not",
        whole.counts
    );
    assert!(kills > 0 && absent > 0, "{kills} kills, {absent} absent");
}

fn on_sqlite(step: Step) {
    killed_at_each(step, &["pwrite64", "fsync", "write"], || {
        let folder = tempfile::tempdir().unwrap();
        (format!("sqlite:{}", folder.path().join("money.db").display()), folder)
    });
}

fn on_postgres(step: Step) {
    let calls = ["sendto", "recvfrom", "write"];
    killed_at_each(step, &calls, || (postgres::database(), tempfile::tempdir().unwrap()));
}

#[test]
fn soak_a_killed_consent_takes_place_once_on_sqlite() {
    on_sqlite(Step::Agrees);
}

#[test]
fn soak_a_killed_consent_takes_place_once_on_postgres() {
    on_postgres(Step::Agrees);
}

#[test]
fn soak_a_call_whose_process_is_killed_is_parked_once_on_sqlite() {
    on_sqlite(Step::Parks);
}

#[test]
fn soak_a_call_whose_process_is_killed_is_parked_once_on_postgres() {
    on_postgres(Step::Parks);
}
