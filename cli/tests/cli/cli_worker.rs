//! `earnest worker --exec` with real processes: those that hang, that keep their pipes, that ignore signals,
//! that fork.

#![cfg(unix)]

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::cli::{self, command, run};

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

struct Shop {
    folder: tempfile::TempDir,
    store: String,
}

impl Shop {
    /// A store with `parties` jobs `notify.parties`, and one `notify.admins`.
    fn new(parties: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = format!("sqlite:{}", folder.path().join("shop.db").display());
        let shop = Self { folder, store };
        let deal = |name: &str, price: &str| json!({ "op": "escrow.open", "as": name, "args": { "buyer": "alice", "seller": "bob", "price": price, "key": name } });
        let pay = |name: &str| json!({ "op": "escrow.pay", "args": { "deal": format!("${name}.deal.id"), "actor": "alice" } });
        let mut large = pay("large");
        large["expect"] = "approval_required".into();
        let mut lines = vec![
            json!({ "op": "ledger.top_up", "args": { "account": "alice", "amount": "3000000 KRW", "key": "t" } }),
            deal("large", "1000000 KRW"),
            large,
        ];
        for n in 0..parties {
            let name = format!("d{n}");
            lines.extend([deal(&name, "100 KRW"), pay(&name)]);
            lines.push(json!({ "op": "escrow.dispute", "args": { "deal": format!("${name}.deal.id"),
                "type": "other", "statement": "x", "actor": "alice", "key": format!("x{n}") } }));
        }
        let lines: String = lines.iter().map(|line| format!("{line}\n")).collect();
        let ran = run(&mut command(&["run", "-", "--store", &shop.store]), &lines);
        assert_eq!(ran.code, 0, "{ran:?}");
        shop
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    /// A worker that has started.
    fn worker(&self, args: &[&str]) -> Worker {
        let mut started = command(&["worker", "--store", &self.store, "--json"]);
        started.args(args).current_dir(self.folder.path()).stdout(Stdio::piped());
        started.env("DATABASE_URL", "postgres://u:s3cret@h/db").env("PGPASSWORD", "s3cret");
        started.env("EARNEST_CURRENCY", "KRW").env("EARNEST_OF_TOMORROW", "s3cret");
        let mut child = started.spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        assert!(line.contains("started"), "{line}");
        std::thread::spawn(move || out.lines().for_each(drop));
        Worker(child)
    }

    fn jobs(&self, kind: &str) -> Vec<Value> {
        let ask = json!({ "op": "jobs.list", "args": { "kind": kind, "limit": 500 } }).to_string();
        let found = run(&mut command(&["run", "-", "--store", &self.store]), &ask).document();
        found["reply"]["items"].as_array().unwrap().clone()
    }

    /// Waits until all jobs of a kind are so, of which there must be some; answers them.
    fn until(&self, kind: &str, what: &str, is: impl Fn(&Value) -> bool) -> Vec<Value> {
        wait(what, || Some(self.jobs(kind)).filter(|jobs| !jobs.is_empty() && jobs.iter().all(&is)))
    }
}

fn wait<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        if let Some(found) = look() {
            return found;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("it did not come so far in time: {what}");
}

struct Worker(Child);

impl Worker {
    fn signal(&self, name: &str) {
        let id = self.0.id().to_string();
        assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
    }

    /// Tells it to stop; answers after how long it did.
    fn stop(mut self) -> Duration {
        let began = Instant::now();
        self.signal("-TERM");
        let status = wait("the worker ends", || self.0.try_wait().unwrap());
        assert!(status.success(), "{status}");
        began.elapsed()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Whether a process of this id lives; one that ended and that nobody asked about does not.
fn lives(id: &str) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    if cfg!(target_os = "linux") {
        return stat
            .rsplit(')')
            .next()
            .is_some_and(|rest| !rest.is_empty() && !rest.trim_start().starts_with('Z'));
    }
    Command::new("kill").args(["-0", id]).stderr(Stdio::null()).status().unwrap().success()
}

fn done(job: &Value) -> bool {
    job["state"] == "done"
}

#[test]
fn a_child_that_keeps_the_pipes_keeps_no_job() {
    let shop = Shop::new(1);
    let worker = shop.worker(&["--exec", "notify.parties=sleep 300 & echo $! > kept; echo '{\"sent\":1}'"]);
    let jobs = shop.until("notify.parties", "done though its pipes are open", done);
    assert_eq!((&jobs[0]["attempts"], &jobs[0]["result"]), (&json!(1), &json!({ "sent": 1 })));
    wait("what it left is ended with it", || (!lives(shop.text("kept").trim())).then_some(()));
    assert!(worker.stop() < Duration::from_secs(20));
}

#[test]
fn what_a_command_leaves_behind_is_ended_with_it() {
    for (left, exit) in [("sleep 301", 0), ("trap '' TERM; sleep 301", 0), ("sleep 301", 3)] {
        let shop = Shop::new(1);
        let exec = format!("notify.parties=({left}) >/dev/null 2>&1 & echo $! > kept; exit {exit}");
        let worker = shop.worker(&["--exec", &exec, "--grace", "1"]);
        shop.until("notify.parties", "tried", |job| {
            done(job) || job["attempts"] != 0 && job["state"] == "queued"
        });
        wait("nothing is left", || (!lives(shop.text("kept").trim())).then_some(()));
        worker.stop();
    }
}

#[test]
fn a_command_that_hangs_takes_no_place_of_another_kind() {
    let shop = Shop::new(12);
    let hang = "notify.parties=echo x >> begun; sleep 300";
    let worker = shop.worker(&["--exec", hang, "--exec", "notify.admins=true", "--places", "3"]);
    wait("three hang", || Some(shop.text("begun")).filter(|begun| begun.lines().count() == 3));
    shop.until("notify.admins", "done beside what hangs", done);
    let leased = shop.jobs("notify.parties").iter().filter(|job| job["state"] == "leased").count();
    assert_eq!((leased, shop.text("begun").lines().count()), (3, 3), "no more than there are places");
    worker.stop();
}

#[test]
fn a_command_that_takes_too_long_is_ended_and_tried_again() {
    let shop = Shop::new(1);
    let exec = "notify.parties=sleep 300 & echo $! > grandchild; wait";
    let worker = shop.worker(&["--exec", exec, "--timeout", "1", "--grace", "1"]);
    let jobs =
        shop.until("notify.parties", "given up", |job| job["attempts"] != 0 && job["state"] == "queued");
    assert!(jobs[0]["last_error"].as_str().unwrap().contains("longer than 1 s"), "{}", jobs[0]);
    wait("the grandchild ends", || (!lives(shop.text("grandchild").trim())).then_some(()));
    worker.stop();
}

#[test]
fn a_signal_ends_the_command_with_all_that_it_started() {
    let shop = Shop::new(1);
    let exec = "notify.parties=(trap '' TERM; sleep 300 & echo $! > grandchild; wait; sleep 300) & echo $! > child; wait";
    let worker = shop.worker(&["--exec", exec, "--grace", "2"]);
    wait("the command runs", || (!shop.text("grandchild").is_empty()).then_some(()));
    let took = worker.stop();
    assert!(took < Duration::from_secs(20), "{took:?}");
    for name in ["child", "grandchild"] {
        wait("nothing is left", || (!lives(shop.text(name).trim())).then_some(()));
    }
    let job = &shop.jobs("notify.parties")[0];
    assert_eq!((&job["state"], &job["attempts"]), (&json!("queued"), &json!(1)), "it was begun: {job}");
    assert!(job["last_error"].as_str().unwrap().contains("told to stop"), "{job}");
}

#[test]
fn a_command_that_ends_well_in_its_grace_is_done() {
    let shop = Shop::new(1);
    let exec = "notify.parties=trap 'echo \"\\\"in time\\\"\"; exit 0' TERM; touch runs; while :; do sleep 0.1; done";
    let worker = shop.worker(&["--exec", exec, "--grace", "30"]);
    wait("the command runs", || shop.path("runs").exists().then_some(()));
    worker.stop();
    let job = &shop.jobs("notify.parties")[0];
    assert_eq!((&job["state"], &job["result"]), (&json!("done"), &json!("in time")), "{job}");
}

#[test]
fn a_second_signal_cuts_the_grace_short() {
    let shop = Shop::new(1);
    let exec = "notify.parties=trap '' TERM; touch runs; while :; do sleep 0.1; done";
    let worker = shop.worker(&["--exec", exec, "--grace", "600"]);
    wait("the command runs", || shop.path("runs").exists().then_some(()));
    worker.signal("-TERM");
    std::thread::sleep(Duration::from_millis(500));
    assert!(worker.stop() < Duration::from_secs(20));
    assert_eq!(shop.jobs("notify.parties")[0]["state"], "queued");
}

#[test]
fn a_place_that_gets_free_is_filled() {
    let shop = Shop::new(9);
    // the first one takes as long as it may, all others go by it
    let exec = "notify.parties=mkdir first 2>/dev/null && sleep 300; echo x >> went";
    let worker = shop.worker(&["--exec", exec, "--places", "2"]);
    wait("eight went by", || (shop.text("went").lines().count() == 8).then_some(()));
    worker.stop();
}

#[test]
fn two_workers_do_each_job_once() {
    let shop = Shop::new(30);
    let exec = "notify.parties=echo $EARNEST_JOB_KEY >> went";
    let (one, two) = (shop.worker(&["--exec", exec]), shop.worker(&["--exec", exec]));
    let jobs = shop.until("notify.parties", "all done", done);
    assert!(jobs.iter().all(|job| job["attempts"] == 1), "{jobs:?}");
    let went = shop.text("went");
    let keys: BTreeSet<&str> = went.lines().collect();
    assert_eq!((went.lines().count(), keys.len()), (30, 30));
    one.stop();
    two.stop();
}

#[test]
fn a_command_gets_no_secret_unless_it_is_said() {
    let kept = ["--keep-env", "DATABASE_URL", "--keep-env", "EARNEST_CURRENCY"];
    for (more, found) in [(&[][..], false), (&kept, true)] {
        let shop = Shop::new(1);
        let args = [&["--exec", "notify.parties=env > seen"], more].concat();
        let worker = shop.worker(&args);
        shop.until("notify.parties", "done", done);
        worker.stop();
        let seen = shop.text("seen");
        assert!(seen.contains("EARNEST_JOB_KEY=") && seen.contains("PATH="), "{seen}");
        assert_eq!(seen.contains("DATABASE_URL="), found, "{seen}");
        let is_ours = |name: &&str| name.starts_with("EARNEST_") && !name.starts_with("EARNEST_JOB_");
        let ours: Vec<&str> =
            seen.lines().filter_map(|line| line.split('=').next()).filter(is_ours).collect();
        assert_eq!(ours, if found { &["EARNEST_CURRENCY"][..] } else { &[] }, "{seen}");
        assert!(!seen.contains("PGPASSWORD"), "{seen}");
    }
}

#[test]
fn what_a_worker_takes_is_checked() {
    for bad in [
        &["--timeout", "soon"][..],
        &["--timeout", "P9D"],
        &["--timeout", "0"],
        &["--grace", "-1"],
        &["--places", "0"],
        &["--places", "257"],
    ] {
        let ran = cli::earnest(&[&["worker", "--store", "memory:"], bad].concat());
        assert_eq!(ran.code, 2, "{bad:?}: {ran:?}");
    }
}
