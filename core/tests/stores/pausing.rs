//! An engine that stands still: no file of its store is open and no lock of SQLite is held, nothing that was
//! taken is lost, and it goes on with the same store alone.

#![cfg(all(feature = "sqlite", unix))]

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use earnest::requests::Subscribe;
use earnest::{Engine, Options};

use crate::support::soak::rounds;
use crate::support::{Value, code, json, tally, verify};

const LIMIT: Duration = Duration::from_secs(5);

async fn open(path: &Path) -> Engine {
    Engine::open_file(path, Options::new()).await.unwrap()
}

async fn top_up(bank: &Engine, key: &str) -> Result<Value, earnest::Error> {
    let args = json!({ "account": "alice", "amount": "1.00 USD", "key": key });
    bank.call("ledger.top_up", args).await
}

async fn balance(bank: &Engine) -> Value {
    bank.call("ledger.balance", json!({ "account": "alice" })).await.unwrap()["posted"]["amount"].clone()
}

/// The files of a store that this process has open, where the system tells.
fn open_files(path: &Path) -> Vec<PathBuf> {
    let listed = std::fs::read_dir("/proc/self/fd").unwrap();
    let names = listed.filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok());
    let of_store = |name: &PathBuf| name.to_string_lossy().starts_with(&*path.to_string_lossy());
    names.filter(of_store).collect()
}

/// Takes the file for itself alone, in a process of its own and without a wait.
fn lock_elsewhere(path: &Path) -> bool {
    let script = "import sqlite3, sys\n\
                  file = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)\n\
                  file.execute('PRAGMA locking_mode = EXCLUSIVE')\n\
                  file.execute('BEGIN EXCLUSIVE')\n\
                  file.execute('COMMIT')";
    Command::new("python3").args(["-c", script]).arg(path).status().unwrap().success()
}

/// A process that has a write transaction open until it is told to end.
fn hold_elsewhere(path: &Path) -> Child {
    let script = "import sqlite3, sys\n\
                  file = sqlite3.connect(sys.argv[1], isolation_level=None)\n\
                  file.execute('BEGIN IMMEDIATE')\n\
                  print('held', flush=True)\n\
                  sys.stdin.read()";
    let mut child = Command::new("python3")
        .args(["-c", script])
        .arg(path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = [0; 5];
    child.stdout.as_mut().unwrap().read_exact(&mut said).unwrap();
    child
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_pause_with_calls_under_way_closes_every_file_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().canonicalize().unwrap().join("till? 1%.db");
    let bank = open(&path).await;
    top_up(&bank, "first").await.unwrap();
    for round in 0..5 {
        let calls: Vec<_> = (0..64)
            .map(|call| {
                let bank = bank.clone();
                tokio::spawn(async move { top_up(&bank, &format!("k-{round}-{call}")).await })
            })
            .collect();
        // some are dropped, with a connection in their hands or not
        let dropped = tokio::time::timeout(Duration::from_micros(300 * round), verify(&bank)).await;
        drop(dropped);
        bank.pause(LIMIT).await.unwrap();
        assert_eq!(open_files(&path), Vec::<PathBuf>::new());
        assert!(lock_elsewhere(&path), "a lock is held");
        assert!(bank.is_paused() && !bank.is_closed());
        let mut outcomes = Vec::new();
        for call in calls {
            outcomes.push(call.await.unwrap());
        }
        for refused in outcomes.iter().filter_map(|outcome| outcome.as_ref().err()) {
            assert_eq!((refused.code().as_str(), refused.retryable()), ("store_unavailable", true));
            assert_eq!(refused.details()["reason"], "the engine is paused");
        }
        println!("round {round}: {:?}", tally(&outcomes));
        assert_eq!(code(&top_up(&bank, "never").await), "store_unavailable");
        assert_eq!(
            code(&bank.call("ledger.balance", json!({ "account": "alice" })).await),
            "store_unavailable"
        );
        assert_eq!(code(&bank.call("admin.health", json!({})).await), "store_unavailable");
        bank.pause(LIMIT).await.unwrap();
        bank.resume().await.unwrap();
        bank.resume().await.unwrap();
        // what was answered is there, and what was refused is not
        for (call, outcome) in outcomes.iter().enumerate() {
            let again = top_up(&bank, &format!("k-{round}-{call}")).await.unwrap();
            assert_eq!(again["replayed"], outcome.is_ok(), "{call}");
        }
        assert_eq!(balance(&bank).await, format!("{}.00", 1 + 64 * (round + 1)));
    }
    verify(&bank).await;
    bank.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_waits_for_a_lock_elsewhere_is_given_up_at_the_limit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().canonicalize().unwrap().join("till.db");
    let bank = open(&path).await;
    top_up(&bank, "first").await.unwrap();
    let mut holder = hold_elsewhere(&path);
    let waiting = tokio::spawn({
        let bank = bank.clone();
        async move { top_up(&bank, "waits").await }
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    let since = Instant::now();
    bank.pause(Duration::from_millis(300)).await.unwrap();
    let took = since.elapsed();
    assert!(took < Duration::from_secs(3), "{took:?}");
    let refused = waiting.await.unwrap().unwrap_err();
    assert_eq!(refused.code().as_str(), "store_unavailable");
    assert_eq!(open_files(&path), Vec::<PathBuf>::new());
    holder.stdin.take().unwrap().flush().unwrap();
    holder.wait().unwrap();
    bank.resume().await.unwrap();
    assert_eq!(top_up(&bank, "waits").await.unwrap()["replayed"], false);
    bank.close().await;
}

#[tokio::test]
async fn another_file_in_its_place_is_no_store_of_this_engine() {
    let folder = tempfile::tempdir().unwrap();
    let [path, other, kept] = ["till.db", "other.db", "kept.db"].map(|name| folder.path().join(name));
    let stranger = open(&other).await;
    top_up(&stranger, "t").await.unwrap();
    stranger.close().await;
    let bank = open(&path).await;
    top_up(&bank, "t").await.unwrap();
    bank.pause(LIMIT).await.unwrap();
    std::fs::rename(&path, &kept).unwrap();
    assert_eq!(code(&bank.resume().await), "store_unavailable", "there is none");
    assert!(!path.exists(), "and none is made");
    std::fs::copy(&other, &path).unwrap();
    assert_eq!(code(&bank.resume().await), "store_mismatch");
    assert!(bank.is_paused() && open_files(&path).is_empty());
    assert_eq!(code(&top_up(&bank, "u").await), "store_unavailable");
    std::fs::write(&path, "no database at all, and long enough to be taken for one".repeat(100)).unwrap();
    assert_eq!(code(&bank.resume().await), "corrupted");
    // the same store again, as another file
    std::fs::copy(&kept, &path).unwrap();
    bank.resume().await.unwrap();
    top_up(&bank, "u").await.unwrap();
    assert_eq!(balance(&bank).await, "2.00");
    // a history that was begun by a restore elsewhere
    bank.pause(LIMIT).await.unwrap();
    let elsewhere = open(&path).await;
    let backup = folder.path().join("backup.db");
    elsewhere.call("admin.backup", json!({ "path": backup })).await.unwrap();
    elsewhere.call("admin.restore", json!({ "path": backup })).await.unwrap();
    elsewhere.close().await;
    assert_eq!(code(&bank.resume().await), "store_mismatch");
    bank.close().await;
    assert_eq!(code(&bank.resume().await), "store_unavailable");
    assert_eq!(code(&bank.pause(LIMIT).await), "store_unavailable");
}

/// The next transfer of the log.
async fn posted(log: &mut earnest::Follow) -> i64 {
    loop {
        let event = log.next().await.unwrap();
        if event.r#type == "transfer.posted" {
            return event.seq;
        }
    }
}

/// The handler ends, and reports, while the engine stands still.
#[tokio::test(flavor = "multi_thread")]
async fn a_pause_during_a_handler_holds_no_event_up() {
    struct Slow(tokio::sync::mpsc::UnboundedSender<i64>);
    #[async_trait::async_trait]
    impl earnest::EventHandler for Slow {
        async fn handle(&self, event: &earnest::views::admin::Event) -> Result<(), earnest::jobs::Failed> {
            let sent = self.0.send(event.seq);
            tokio::time::sleep(Duration::from_millis(300)).await;
            sent.map_err(|_| earnest::jobs::Failed::new("nobody counts"))
        }
    }
    for url in ["sqlite:", "memory:"] {
        let folder = tempfile::tempdir().unwrap();
        let file = if url == "memory:" {
            String::new()
        } else {
            folder.path().join("till.db").display().to_string()
        };
        let bank = Engine::open(&format!("{url}{file}")).await.unwrap();
        let (sender, mut counted) = tokio::sync::mpsc::unbounded_channel();
        let wanted = Subscribe::new("counts").types(vec!["transfer.posted".to_owned()]);
        let counts = bank.subscribe(wanted, std::sync::Arc::new(Slow(sender))).await.unwrap();
        top_up(&bank, "a").await.unwrap();
        let first = counted.recv().await.unwrap();
        bank.pause(LIMIT).await.unwrap();
        tokio::time::sleep(Duration::from_millis(600)).await;
        bank.resume().await.unwrap();
        top_up(&bank, "b").await.unwrap();
        let next = tokio::time::timeout(Duration::from_secs(20), counted.recv()).await.expect("it goes on");
        assert!(next.unwrap() > first, "what was done does not come again");
        counts.stop().await;
        bank.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_follows_the_log_waits_and_goes_on() {
    struct Counts(tokio::sync::mpsc::UnboundedSender<i64>);
    #[async_trait::async_trait]
    impl earnest::EventHandler for Counts {
        async fn handle(&self, event: &earnest::views::admin::Event) -> Result<(), earnest::jobs::Failed> {
            self.0.send(event.seq).map_err(|_| earnest::jobs::Failed::new("nobody counts"))
        }
    }
    let folder = tempfile::tempdir().unwrap();
    for url in [format!("sqlite:{}", folder.path().join("till.db").display()), "memory:".to_owned()] {
        let bank = Engine::open(&url).await.unwrap();
        let (sender, mut counted) = tokio::sync::mpsc::unbounded_channel();
        let wanted = Subscribe::new("counts").types(vec!["transfer.posted".to_owned()]);
        let counts = bank.subscribe(wanted, std::sync::Arc::new(Counts(sender))).await.unwrap();
        let mut log = bank.follow(0);
        top_up(&bank, "a").await.unwrap();
        posted(&mut log).await;
        counted.recv().await.unwrap();
        bank.pause(LIMIT).await.unwrap();
        let followed = tokio::spawn(async move { posted(&mut log).await });
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert!(!followed.is_finished() && counted.try_recv().is_err(), "{url}");
        bank.resume().await.unwrap();
        top_up(&bank, "b").await.unwrap();
        let soon = Duration::from_secs(20);
        tokio::time::timeout(soon, followed).await.expect("it goes on").unwrap();
        tokio::time::timeout(soon, counted.recv()).await.expect("it goes on").unwrap();
        // a subscription ends while the engine stands still
        bank.pause(LIMIT).await.unwrap();
        tokio::time::timeout(soon, counts.stop()).await.expect("it ends");
        bank.close().await;
    }
}

/// Whoever pauses and resumes in one turn of an event loop waits for both, in whatever order.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn soak_the_last_one_that_was_called_decides() {
    let folder = tempfile::tempdir().unwrap();
    let bank = open(&folder.path().join("till.db")).await;
    for round in 0..rounds(100, 1_000) {
        let (paused, resumed) = (bank.pause(LIMIT), bank.resume());
        let resumed = resumed.await;
        assert_eq!((code(&resumed), bank.is_paused()), ("ok", false), "round {round}");
        assert_eq!(code(&paused.await), "ok", "round {round}");
        let (resumed, paused) = (bank.resume(), bank.pause(LIMIT));
        assert_eq!((code(&paused.await), bank.is_paused()), ("ok", true), "round {round}");
        assert_eq!(code(&resumed.await), "ok", "round {round}");
        // a caller that does not wait has called all the same
        drop(bank.resume());
        drop(bank.pause(LIMIT));
        bank.resume().await.unwrap();
        assert!(!bank.is_paused(), "round {round}");
    }
    top_up(&bank, "after").await.unwrap();
    bank.close().await;
}
