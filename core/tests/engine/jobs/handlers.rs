//! Jobs that this process does by itself, with handlers of the application's own.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use earnest::jobs::{Failed, Handler};
use earnest::views::jobs::Job;

use super::{disputes, lease, only};
use crate::support::{self, Kind, Stage, Value, json, options};

/// Remembers what it was given, and does with it as the test says.
struct Desk {
    seen: Mutex<Vec<(String, i64, String)>>,
    calls: AtomicUsize,
    answer: fn(usize) -> Answer,
}

enum Answer {
    Done,
    Fails,
    Panics,
    Hangs,
    TooMuch,
}

impl Desk {
    fn new(answer: fn(usize) -> Answer) -> Arc<Self> {
        Arc::new(Self { seen: Mutex::default(), calls: AtomicUsize::new(0), answer })
    }

    fn keys(&self) -> Vec<String> {
        self.seen.lock().unwrap().iter().map(|(key, _, _)| key.clone()).collect()
    }
}

#[async_trait]
impl Handler for Desk {
    async fn run(&self, job: &Job) -> Result<Value, Failed> {
        let call = self.calls.fetch_add(1, Ordering::SeqCst);
        self.seen.lock().unwrap().push((job.key.clone(), job.fence, job.payload["event"].to_string()));
        match (self.answer)(call) {
            Answer::Done => Ok(json!({ "sent": true })),
            Answer::Fails => Err(Failed::new("the line is busy \0 now")),
            // a panic that is not reported: it is no finding
            Answer::Panics => std::panic::resume_unwind(Box::new("the handler of this test panics")),
            Answer::Hangs => std::future::pending().await,
            Answer::TooMuch => Ok(json!("x".repeat(20_000))),
        }
    }
}

/// A stage on each store whose engine has this handler.
async fn with(desk: &Arc<Desk>) -> Vec<Stage> {
    let mut stages = Vec::new();
    for kind in Kind::all() {
        stages.push(Stage::with(kind, options().handler("notify.parties", desk.clone())).await);
    }
    stages
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handler_does_what_is_due() {
    let desk = Desk::new(|_| Answer::Done);
    for stage in with(&desk).await {
        let before = desk.keys().len();
        disputes(&stage, 40).await;
        let ran = stage.ok("jobs.run_due", json!({})).await;
        assert_eq!(ran["jobs"], 40);
        assert_eq!(stage.ok("jobs.run_due", json!({})).await["jobs"], 0);
        let mut keys = desk.keys().split_off(before);
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), 40, "each once");
        let stats = stage.ok("jobs.stats", json!({})).await;
        assert_eq!((&stats["done"], &stats["queued"]), (&40.into(), &0.into()));
        let job = &stage.ok("jobs.list", json!({ "limit": 1 })).await["items"][0];
        assert_eq!(job["result"], json!({ "sent": true }));
        stage.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_handler_a_job_waits_for_the_host() {
    for stage in support::stores().await {
        disputes(&stage, 1).await;
        assert_eq!(stage.ok("jobs.run_due", json!({})).await["jobs"], 0);
        assert_eq!(only(&stage).await["state"], "queued", "nothing is said to be sent that was not");
        assert_eq!(lease(&stage, 1).await.len(), 1);
        stage.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn failing_and_panicking_handlers_are_tried_again_with_one_key() {
    let desk = Desk::new(|call| match call % 3 {
        0 => Answer::Fails,
        1 => Answer::Panics,
        _ => Answer::TooMuch,
    });
    for stage in with(&desk).await {
        let before = desk.keys().len();
        disputes(&stage, 1).await;
        for error in ["the line is busy  now", "the handler panicked"] {
            assert_eq!(stage.ok("jobs.run_due", json!({})).await["jobs"], 1);
            let job = only(&stage).await;
            assert_eq!((&job["state"], &job["last_error"]), (&"queued".into(), &error.into()));
            stage.advance("PT1H");
        }
        stage.ok("jobs.run_due", json!({})).await;
        let job = only(&stage).await;
        // what was done is done, though its result is more than can be kept
        assert_eq!((&job["state"], &job["attempts"]), (&"done".into(), &3.into()));
        assert!(job["result"].as_str().unwrap().contains("16 KiB"), "{job}");
        assert_eq!(desk.keys().split_off(before), [job["key"].as_str().unwrap(); 3]);
        stage.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_is_killed_loses_its_lease() {
    let desk = Desk::new(|call| if call % 2 == 0 { Answer::Hangs } else { Answer::Done });
    for stage in with(&desk).await {
        disputes(&stage, 1).await;
        let calls = desk.calls.load(Ordering::SeqCst);
        let bank = stage.bank.clone();
        let worker = tokio::spawn(async move { bank.call("jobs.run_due", json!({})).await });
        while desk.calls.load(Ordering::SeqCst) == calls {
            tokio::task::yield_now().await;
        }
        worker.abort();
        assert!(worker.await.unwrap_err().is_cancelled());
        let job = only(&stage).await;
        assert_eq!(job["state"], "leased");
        let killed = job["fence"].as_i64();
        assert_eq!(stage.ok("jobs.run_due", json!({})).await["jobs"], 0, "not while the lease lasts");
        stage.advance("PT1M");
        assert_eq!(stage.ok("jobs.run_due", json!({})).await["jobs"], 1);
        let job = only(&stage).await;
        assert_eq!(job["state"], "done");
        assert!(job["fence"].as_i64() > killed, "{job}");
        stage.finish().await;
    }
}

/// In the background nobody has to ask.
#[tokio::test(flavor = "multi_thread")]
async fn the_background_does_jobs() {
    let desk = Desk::new(|_| Answer::Done);
    let options = earnest::Options::new().handler("notify.parties", desk.clone());
    let stage = Stage::with(Kind::Memory, options).await;
    disputes(&stage, 3).await;
    for _ in 0..6_000 {
        if desk.keys().len() == 3 && stage.ok("jobs.stats", json!({})).await["done"] == 3 {
            return stage.finish().await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the background did not do what was due: {:?}", desk.keys());
}

/// A handler that hangs takes one place: what waits behind it goes on.
#[tokio::test(flavor = "multi_thread")]
async fn one_that_hangs_keeps_nobody_else() {
    let desk = Desk::new(|call| if call == 0 { Answer::Hangs } else { Answer::Done });
    let options = earnest::Options::new().handler("notify.parties", desk.clone());
    let stage = Stage::with(Kind::Memory, options).await;
    disputes(&stage, 40).await;
    let mut stats = Value::Null;
    for _ in 0..6_000 {
        stats = stage.ok("jobs.stats", json!({})).await;
        if stats["done"] == 39 {
            assert_eq!(stats["leased"], 1);
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the others wait for the one that hangs: {stats}");
}

/// Does the jobs of all counterparties but one, at which it hangs.
struct Office {
    done: AtomicUsize,
}

#[async_trait]
impl Handler for Office {
    async fn run(&self, job: &Job) -> Result<Value, Failed> {
        if job.payload["to"] == "silent" {
            return std::future::pending().await;
        }
        self.done.fetch_add(1, Ordering::SeqCst);
        Ok(Value::Null)
    }

    fn has_counterparties(&self) -> bool {
        true
    }

    fn counterparty(&self, _: &str, payload: &Value) -> Option<String> {
        Some(payload["to"].as_str()?.to_owned())
    }
}

/// However many jobs of a counterparty that hangs are due before them, those of the others are done.
#[tokio::test(flavor = "multi_thread")]
async fn a_counterparty_that_hangs_keeps_no_other() {
    for kind in Kind::all() {
        let office = Arc::new(Office { done: AtomicUsize::new(0) });
        let options = earnest::Options::new().handler("letter.send", office.clone());
        let stage = Stage::with(kind, options).await;
        for to in std::iter::repeat_n("silent", 80).chain(["one", "other", "one"]) {
            stage.ok("jobs.enqueue", json!({ "kind": "letter.send", "payload": { "to": to } })).await;
        }
        let mut stats = Value::Null;
        for _ in 0..3_000 {
            stats = stage.ok("jobs.stats", json!({})).await;
            if stats["done"] == 3 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        assert_eq!((&stats["done"], office.done.load(Ordering::SeqCst)), (&json!(3), 3), "{stats}");
        assert!(stats["queued"].as_i64() > Some(0), "it has no more than its places: {stats}");
        stage.bank.close().await;
    }
}
