//! A SQLite file that operators touch while it is open: renamed, deleted, linked, its log removed. Nothing is
//! acknowledged that the file by its name has not got; what was acknowledged before is there, or health is
//! critical and says why.
//!
//! A second process is this test binary again, running the test `child` alone.

#![cfg(all(feature = "sqlite", unix))]

mod log;
mod removed;
mod restored;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use earnest::{Engine, Options};

use self::removed::{Kind, Party};
use crate::support::{self, Value, code, json, verify};

/// Names the file, what the calls of the child are called, and how many it makes.
const TOLD: [&str; 3] = ["EARNEST_CHILD_FILE", "EARNEST_CHILD_NAME", "EARNEST_CHILD_CALLS"];

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    async fn open(&self, name: &str) -> Engine {
        open(&self.path(name)).await
    }
}

async fn open(path: &Path) -> Engine {
    Engine::open_with(&format!("sqlite:{}", path.display()), Options::new().background(false)).await.unwrap()
}

async fn top_up(bank: &Engine, key: &str) -> &'static str {
    let args = json!({ "account": "alice", "amount": "1.00 USD", "key": key });
    code(&bank.call("ledger.top_up", args).await)
}

/// So many calls, one after the other; the keys of those that were acknowledged.
async fn make(bank: &Engine, name: &str, calls: u32) -> Vec<String> {
    let mut acknowledged = Vec::new();
    for n in 0..calls {
        let key = format!("{name}-{n}");
        if top_up(bank, &key).await == "ok" {
            acknowledged.push(key);
        }
    }
    acknowledged
}

async fn check(bank: &Engine, name: &str) -> Value {
    let health = bank.call("admin.health", json!({})).await.unwrap();
    let checks = health["checks"].as_array().unwrap();
    checks.iter().find(|check| check["name"] == name).unwrap_or_else(|| panic!("{health:#}")).clone()
}

/// Everything that was acknowledged is there, in a file whose every invariant holds.
async fn all_there(path: &Path, acknowledged: &[String]) {
    let bank = open(path).await;
    for key in acknowledged {
        let found = bank.call("admin.lookup_key", json!({ "key": key })).await.unwrap();
        assert_eq!(found["outcome"], "accepted", "{key} was acknowledged, then lost");
    }
    verify(&bank).await;
    bank.close().await;
}

fn child_of(path: &Path, name: &str, calls: u32) -> Vec<String> {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "files::child", "--ignored", "--nocapture", "--test-threads=1"]);
    for (variable, value) in TOLD.into_iter().zip([path.to_str().unwrap(), name, &calls.to_string()]) {
        command.env(variable, value);
    }
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}");
    said.lines().filter_map(|line| line.strip_prefix("acknowledged ")).map(str::to_owned).collect()
}

#[test]
#[ignore = "not a test: what other tests start as a process of its own"]
fn child() {
    let Ok(path) = std::env::var(TOLD[0]) else { return };
    let (name, calls) = (std::env::var(TOLD[1]).unwrap(), std::env::var(TOLD[2]).unwrap().parse().unwrap());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let path = PathBuf::from(path);
        let bank = if name == "elsewhere" {
            // a path that is relative, and a working folder that changes
            std::env::set_current_dir(path.parent().unwrap()).unwrap();
            let bank = Engine::open("sqlite:shop.db").await.unwrap();
            std::env::set_current_dir("/").unwrap();
            bank
        } else {
            open(&path).await
        };
        for key in make(&bank, &name, calls).await {
            println!("\nacknowledged {key}");
        }
        // more readers than one are opened
        let reads = (0..8).map(|_| (bank.clone(), json!({ "account": "alice" })));
        for read in support::all_at_once(
            reads.map(|(bank, args)| async move { bank.call("ledger.balance", args).await }),
        )
        .await
        {
            read.unwrap();
        }
        bank.close().await;
    });
}

/// Harm to the file under a running engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Harm {
    /// Another database takes its name.
    RenamedOver,
    Renamed,
    Deleted,
    LogAndIndexRemoved,
    LogRemoved,
    IndexRemoved,
    /// Another takes the place of both.
    LogAndIndexReplaced,
    Linked,
    /// The link that it was opened by leads elsewhere.
    LinkTurned,
}

const HARMS: [Harm; 9] = [
    Harm::RenamedOver,
    Harm::Renamed,
    Harm::Deleted,
    Harm::LogAndIndexRemoved,
    Harm::LogRemoved,
    Harm::IndexRemoved,
    Harm::LogAndIndexReplaced,
    Harm::Linked,
    Harm::LinkTurned,
];

impl Harm {
    fn inflict(self, place: &Place) {
        let path = |name: &str| place.path(name);
        let remove = |name: &str| std::fs::remove_file(path(name)).unwrap();
        match self {
            Self::RenamedOver => std::fs::rename(path("other.db"), path("shop.db")).unwrap(),
            Self::Renamed => std::fs::rename(path("shop.db"), path("aside.db")).unwrap(),
            Self::Deleted => remove("shop.db"),
            Self::LogAndIndexRemoved => ["shop.db-wal", "shop.db-shm"].into_iter().for_each(remove),
            Self::LogRemoved => remove("shop.db-wal"),
            Self::IndexRemoved => remove("shop.db-shm"),
            Self::LogAndIndexReplaced => {
                for name in ["shop.db-wal", "shop.db-shm"] {
                    std::fs::copy(path(name), path("copy")).unwrap();
                    std::fs::rename(path("copy"), path(name)).unwrap();
                }
            }
            Self::Linked => std::fs::hard_link(path("shop.db"), path("second.db")).unwrap(),
            Self::LinkTurned => {
                std::os::unix::fs::symlink(path("other.db"), path("turned")).unwrap();
                std::fs::rename(path("turned"), path("link.db")).unwrap();
            }
        }
    }

    /// Undoes it, where an operator can.
    fn undo(self, place: &Place) -> bool {
        let path = |name: &str| place.path(name);
        match self {
            Self::Renamed => std::fs::rename(path("aside.db"), path("shop.db")).unwrap(),
            Self::Linked => std::fs::remove_file(path("second.db")).unwrap(),
            Self::LinkTurned => {
                std::os::unix::fs::symlink(path("shop.db"), path("back")).unwrap();
                std::fs::rename(path("back"), path("link.db")).unwrap();
            }
            _ => return false,
        }
        true
    }

    /// Whether the engine goes on by itself.
    fn heals(self) -> bool {
        matches!(self, Self::LogAndIndexRemoved | Self::LogRemoved | Self::IndexRemoved)
    }
}

/// Callers that never stop; what they did before a moment, and what they began after it.
struct Load {
    stop: Arc<AtomicBool>,
    after: Arc<AtomicBool>,
    /// Whether a call was acknowledged.
    works: Arc<AtomicBool>,
    callers: Vec<tokio::task::JoinHandle<[Vec<String>; 2]>>,
}

impl Load {
    fn start(bank: &Engine, name: &str) -> Self {
        let [stop, after, works] = std::array::from_fn(|_| Arc::new(AtomicBool::new(false)));
        let caller = |n: u32| {
            let (bank, stop, after, works) = (bank.clone(), stop.clone(), after.clone(), works.clone());
            let name = format!("{name}-{n}");
            tokio::spawn(async move {
                let mut acknowledged = [Vec::new(), Vec::new()];
                let mut count = 0;
                while !stop.load(Ordering::SeqCst) {
                    let (key, later) = (format!("{name}-{count}"), after.load(Ordering::SeqCst));
                    count += 1;
                    if top_up(&bank, &key).await == "ok" {
                        acknowledged[usize::from(later)].push(key);
                        works.store(true, Ordering::SeqCst);
                    }
                    tokio::task::yield_now().await;
                }
                acknowledged
            })
        };
        Self { callers: (0..4).map(caller).collect(), stop, after, works }
    }

    /// Returns when a call was acknowledged, and the callers are at it.
    async fn at_work(&self) {
        for _ in 0..3_000 {
            if self.works.load(Ordering::SeqCst) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("no call was acknowledged");
    }

    async fn end(self) -> [Vec<String>; 2] {
        self.stop.store(true, Ordering::SeqCst);
        let mut all = [Vec::new(), Vec::new()];
        for caller in self.callers {
            let [before, after] = caller.await.unwrap();
            all[0].extend(before);
            all[1].extend(after);
        }
        all
    }
}

/// Calls until one is acknowledged: every connection has to look once, which takes its time.
async fn goes_on(bank: &Engine) {
    for _ in 0..400 {
        if top_up(bank, "again").await == "ok" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("it does not go on");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_acknowledged_that_the_file_has_not_got() {
    for harm in HARMS {
        let place = Place::new();
        let other = place.open("other.db").await;
        make(&other, "other", 3).await;
        other.close().await;
        // the file exists before the link to it is opened
        place.open("shop.db").await.close().await;
        std::os::unix::fs::symlink(place.path("shop.db"), place.path("link.db")).unwrap();
        let by = if harm == Harm::LinkTurned { "link.db" } else { "shop.db" };
        let bank = place.open(by).await;
        assert_eq!(top_up(&bank, "first").await, "ok");

        let load = Load::start(&bank, "load");
        load.at_work().await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        harm.inflict(&place);
        load.after.store(true, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(200)).await;
        if !harm.heals() {
            let said = check(&bank, "store").await;
            assert_eq!(said["status"], "critical", "{harm:?}: {said}");
            assert!(said["detail"].as_str().unwrap().contains(by), "{harm:?}: {said}");
            let read = bank.call("ledger.balance", json!({ "account": "alice" })).await;
            assert_eq!(code(&read), "store_unavailable", "{harm:?}");
        }
        let [before, after] = load.end().await;
        println!("{harm:?}: {} acknowledged before, {} after", before.len(), after.len());
        assert!(!before.is_empty(), "{harm:?}");
        if harm.heals() {
            goes_on(&bank).await;
            assert_eq!(check(&bank, "store").await["status"], "healthy", "{harm:?}");
            bank.close().await;
            all_there(&place.path("shop.db"), &[before, after].concat()).await;
        } else if harm.undo(&place) {
            assert_eq!(after.len(), 0, "{harm:?}");
            assert_eq!(top_up(&bank, "last").await, "ok", "{harm:?}: it goes on");
            assert_eq!(check(&bank, "store").await["status"], "healthy", "{harm:?}");
            bank.close().await;
            all_there(&place.path("shop.db"), &[before, vec!["first".into(), "last".into()]].concat()).await;
        } else {
            assert_eq!(after.len(), 0, "{harm:?}");
            assert_eq!(top_up(&bank, "last").await, "store_unavailable", "{harm:?}");
            bank.close().await;
        }
    }
}

/// The log and its index are removed beside an idle engine, and a `sqlite3` that looks at no names makes
/// others before the engine looks again.
#[tokio::test(flavor = "multi_thread")]
async fn a_removed_log_and_another_process_lose_nothing_in_silence() {
    let place = Place::new();
    let path = place.path("shop.db");
    let bank = place.open("shop.db").await;
    let mine = make(&bank, "mine", 41).await;
    assert_eq!(mine.len(), 41);
    for name in ["shop.db-wal", "shop.db-shm"] {
        std::fs::remove_file(place.path(name)).unwrap();
    }
    let mut theirs = Party::opened(&path, "theirs", Kind::Plain);
    for _ in 0..41 {
        assert_eq!(theirs.call(), "ok");
    }
    let more = make(&bank, "more", 20).await;
    assert!(more.is_empty(), "{more:?}");
    let said = check(&bank, "store").await;
    assert_eq!(said["status"], "critical", "{said}");
    bank.close().await;
    // this process keeps the former log open, and is refused: only its end lets go of it
    let url = format!("sqlite:{}", path.display());
    assert_eq!(Engine::open(&url).await.unwrap_err().code().as_str(), "store_unavailable");
    theirs.end();
    assert_eq!(Party::opened(&path, "look", Kind::Plain).notes(), "41");
}

/// The same where the engine looks first: nothing is lost at all.
#[tokio::test(flavor = "multi_thread")]
async fn a_removed_log_is_folded_in_before_anybody_comes() {
    let place = Place::new();
    let path = place.path("shop.db");
    let bank = place.open("shop.db").await;
    let mut all = make(&bank, "mine", 41).await;
    for name in ["shop.db-wal", "shop.db-shm"] {
        std::fs::remove_file(place.path(name)).unwrap();
    }
    assert_eq!(check(&bank, "store").await["status"], "healthy");
    all.extend(child_of(&path, "theirs", 41));
    all.extend(make(&bank, "more", 41).await);
    assert_eq!(all.len(), 123);
    bank.close().await;
    all_there(&path, &all).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_two_names_is_refused() {
    let place = Place::new();
    place.open("shop.db").await.close().await;
    std::fs::hard_link(place.path("shop.db"), place.path("second.db")).unwrap();
    for name in ["shop.db", "second.db"] {
        let url = format!("sqlite:{}", place.path(name).display());
        let refused = Engine::open(&url).await.unwrap_err();
        assert_eq!(refused.code().as_str(), "store_unavailable");
        assert!(refused.message().contains("2 names") && refused.message().contains(name), "{refused}");
    }
    std::fs::remove_file(place.path("second.db")).unwrap();
    place.open("shop.db").await.close().await;
}

/// Links to one file, a relative path, and a working folder that changes: all lead to one file and one log.
#[tokio::test(flavor = "multi_thread")]
async fn one_file_by_different_paths_is_one_file() {
    let place = Place::new();
    let bank = place.open("shop.db").await;
    std::os::unix::fs::symlink(place.path("shop.db"), place.path("link.db")).unwrap();
    let second = place.open("link.db").await;
    let mut all = make(&bank, "one", 20).await;
    all.extend(make(&second, "two", 20).await);
    all.extend(child_of(&place.path("link.db"), "three", 20));
    all.extend(child_of(&place.path("shop.db"), "elsewhere", 20));
    assert_eq!(all.len(), 80);
    assert!(!place.path("link.db-wal").exists());
    second.close().await;
    bank.close().await;
    all_there(&place.path("shop.db"), &all).await;
}

/// A call inside a transaction of the host is refused as well: its commit would be lost.
#[tokio::test(flavor = "multi_thread")]
async fn a_hosts_transaction_in_a_replaced_file_is_refused() {
    let place = Place::new();
    let bank = place.open("shop.db").await;
    make(&bank, "mine", 3).await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(place.path("shop.db"));
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    let mut tx = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
    std::fs::rename(place.path("shop.db"), place.path("aside.db")).unwrap();
    let args = json!({ "account": "alice", "amount": "1.00 USD", "key": "host" });
    let outcome =
        earnest::api::operations::call(&bank.using(&mut tx).unwrap(), "ledger.top_up", args.clone()).await;
    assert_eq!(code(&outcome), "store_unavailable");
    std::fs::rename(place.path("aside.db"), place.path("shop.db")).unwrap();
    earnest::api::operations::call(&bank.using(&mut tx).unwrap(), "ledger.top_up", args).await.unwrap();
    tx.commit().await.unwrap();
    pool.close().await;
    bank.close().await;
    all_there(&place.path("shop.db"), &["host".to_owned()]).await;
}
