//! The log and the index beside a file are removed while several processes have it open: nothing that was
//! acknowledged is missing afterwards, whoever ends first.
//!
//! Each party is this test binary again, and does what it is told on its standard input.

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection as _};

use super::{Place, TOLD, all_there, check, top_up};
use crate::support::soak;

/// How a party works: as an engine, or as an interactive `sqlite3`, which looks at no names.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Engine,
    Plain,
}

const LOGS: [&str; 2] = ["shop.db-wal", "shop.db-shm"];

/// A process that has the file open.
pub(super) struct Party {
    name: String,
    kind: Kind,
    child: Child,
    told: ChildStdin,
    said: Lines<BufReader<ChildStdout>>,
    /// How many calls it was told to make.
    calls: u32,
    acknowledged: Vec<String>,
}

impl Party {
    fn start(path: &Path, name: &str, kind: Kind) -> Self {
        Self::start_with(Command::new(std::env::current_exe().unwrap()), path, name, kind)
    }

    /// An engine that is held wherever one of its connections opens the log, or the index.
    #[cfg(target_os = "linux")]
    fn start_held(place: &Place, at: &str) -> Self {
        Self::start_slow(place, "openat", "600ms", at)
    }

    /// An engine that makes each call of this kind about this file after so long.
    #[cfg(target_os = "linux")]
    fn start_slow(place: &Place, call: &str, after: &str, at: &str) -> Self {
        let mut command = Command::new("strace");
        let (trace, inject) = (format!("trace={call}"), format!("inject={call}:delay_enter={after}"));
        command.args(["-f", "-qq", "-e", &trace, "-e", &inject, "-P"]);
        command.arg(place.path(at)).arg("-o").arg(place.path("trace"));
        command.arg(std::env::current_exe().unwrap());
        Self::start_with(command, &place.path("shop.db"), "held", Kind::Engine)
    }

    fn start_with(mut command: Command, path: &Path, name: &str, kind: Kind) -> Self {
        command.args(["--exact", "files::removed::party", "--ignored", "--nocapture", "--test-threads=1"]);
        let role = if kind == Kind::Plain { "plain" } else { "engine" };
        command.env(TOLD[0], path).env(TOLD[1], role);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (told, said) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let said = BufReader::new(said).lines();
        Self { name: name.to_owned(), kind, child, told, said, calls: 0, acknowledged: Vec::new() }
    }

    /// One that has opened the file.
    pub(super) fn opened(path: &Path, name: &str, kind: Kind) -> Self {
        let mut party = Self::start(path, name, kind);
        assert_eq!(party.heard("open").as_deref(), Some("ok"));
        party
    }

    fn tell(&mut self, what: &str) {
        // one that was killed hears nothing
        let _ = self.told.write_all(format!("{what}\n").as_bytes());
    }

    /// The next answer to `question`, if it still lives.
    fn heard(&mut self, question: &str) -> Option<String> {
        let begin = format!("{question} ");
        self.said.by_ref().map_while(Result::ok).find_map(|line| line.strip_prefix(&begin).map(str::to_owned))
    }

    fn tell_calls(&mut self, calls: u32) {
        for _ in 0..calls {
            self.calls += 1;
            let key = format!("{}-{}", self.name, self.calls);
            self.tell(&format!("call {key}"));
        }
    }

    /// The codes of so many calls.
    fn answers(&mut self, calls: u32) -> Vec<String> {
        let mut codes = Vec::new();
        for _ in 0..calls {
            let Some((key, code)) = self
                .heard("call")
                .and_then(|said| said.split_once(' ').map(|(key, code)| (key.to_owned(), code.to_owned())))
            else {
                break;
            };
            if code == "ok" {
                self.acknowledged.push(key);
            }
            codes.push(code);
        }
        codes
    }

    pub(super) fn call(&mut self) -> String {
        self.tell_calls(1);
        self.answers(1).pop().unwrap_or_default()
    }

    fn health(&mut self) -> String {
        self.tell("health");
        self.heard("health").unwrap_or_default()
    }

    /// How many calls of prompts the file has.
    pub(super) fn notes(&mut self) -> String {
        self.tell("count notes");
        self.heard("count").unwrap_or_default()
    }

    /// Closes it, and waits for its end.
    pub(super) fn end(&mut self) {
        self.tell("close");
        self.child.wait().unwrap();
    }

    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Party {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How often the one that is held has opened the log, or the index, or is about to.
#[cfg(target_os = "linux")]
fn times_held(place: &Place, at: &str) -> usize {
    let trace = std::fs::read_to_string(place.path("trace")).unwrap_or_default();
    trace.matches(place.path(at).to_str().unwrap()).count()
}

/// Until it is held once more; by then it has seen both.
#[cfg(target_os = "linux")]
async fn until_held(place: &Place, at: &str, before: usize) {
    while times_held(place, at) == before {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Closes all of them at once, and waits for their ends.
fn close(parties: &mut [Party]) {
    for party in &mut *parties {
        party.tell("close");
    }
    for party in parties {
        party.child.wait().unwrap();
    }
}

/// Until every engine goes on; whoever looks lets go of the former log.
fn until_all_go_on(parties: &mut [Party]) {
    for _ in 0..100 {
        let codes: Vec<String> =
            parties.iter_mut().filter(|party| party.kind == Kind::Engine).map(Party::call).collect();
        if codes.iter().all(|code| code == "ok") {
            return;
        }
        let known = ["ok", "store_unavailable", "outcome_unknown"];
        assert!(codes.iter().all(|code| known.contains(&code.as_str())), "{codes:?}");
    }
    let said: Vec<String> = parties.iter_mut().map(Party::health).collect();
    panic!("they do not go on: {said:?}");
}

fn acknowledged(parties: &[Party]) -> Vec<String> {
    let engines = parties.iter().filter(|party| party.kind == Kind::Engine);
    engines.flat_map(|party| party.acknowledged.clone()).collect()
}

fn remove(place: &Place, names: &[&str]) {
    for name in names {
        std::fs::remove_file(place.path(name)).unwrap();
    }
}

#[test]
#[ignore = "not a test: what other tests start as a process of its own"]
fn party() {
    let Ok(path) = std::env::var(TOLD[0]) else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    if std::env::var(TOLD[1]).unwrap() == "plain" {
        runtime.block_on(plain(&path));
    } else {
        runtime.block_on(engine(Path::new(&path)));
    }
}

fn say(what: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("\n{what}\n").as_bytes()).unwrap();
    out.flush().unwrap();
}

async fn engine(path: &Path) {
    let url = format!("sqlite:{}", path.display());
    let options = || earnest::Options::new().background(false);
    let mut bank = earnest::Engine::open_with(&url, options()).await;
    say(&format!("open {}", bank.as_ref().map_or_else(|refused| refused.code().as_str(), |_| "ok")));
    for line in std::io::stdin().lines().map_while(Result::ok) {
        if bank.is_err() {
            bank = earnest::Engine::open_with(&url, options()).await;
        }
        match (line.split_once(' ').map_or((line.as_str(), ""), |parts| parts), &bank) {
            (("call", key), Ok(bank)) => say(&format!("call {key} {}", top_up(bank, key).await)),
            (("call", key), Err(refused)) => say(&format!("call {key} {}", refused.code().as_str())),
            (("health", _), Ok(bank)) => {
                let said = check(bank, "store").await;
                say(&format!("health {} {}", said["status"].as_str().unwrap(), said["detail"]));
            }
            (("health", _), Err(refused)) => say(&format!("health critical {refused}")),
            _ => break,
        }
    }
    if let Ok(bank) = bank {
        bank.close().await;
    }
}

async fn plain(path: &str) {
    let mut conn = sqlx::SqliteConnection::connect(path).await.unwrap();
    let table = "CREATE TABLE IF NOT EXISTS note (key TEXT PRIMARY KEY)";
    sqlx::query(table).execute(&mut conn).await.unwrap();
    say("open ok");
    for line in std::io::stdin().lines().map_while(Result::ok) {
        let Some((what, key)) = line.split_once(' ') else { break };
        if what == "count" {
            let count = sqlx::query_scalar("SELECT count(*) FROM note").fetch_one(&mut conn).await;
            let count: i64 = count.unwrap();
            say(&format!("count {count}"));
            continue;
        }
        let insert = AssertSqlSafe(format!("INSERT INTO note VALUES ('{key}')"));
        let done = sqlx::query(insert).execute(&mut conn).await;
        say(&format!("call {key} {}", done.map_or_else(|error| error.to_string(), |_| "ok".to_owned())));
    }
    conn.close().await.unwrap();
}

async fn made() -> Place {
    let place = Place::new();
    let bank = place.open("shop.db").await;
    assert_eq!(top_up(&bank, "first").await, "ok");
    bank.close().await;
    place
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_engines_both_go_on_once_both_have_looked() {
    let place = made().await;
    let path = place.path("shop.db");
    let mut both = ["a", "b"].map(|name| Party::opened(&path, name, Kind::Engine));
    for _ in 0..10 {
        assert_eq!(both[0].call(), "ok");
    }
    remove(&place, &LOGS);
    assert_eq!(both[0].call(), "store_unavailable", "the other process may still write to the former log");
    let said = both[0].health();
    assert!(said.starts_with("critical") && said.contains("shop.db"), "{said}");
    // nobody makes a log of his own beside it
    assert!(!place.path("shop.db-wal").exists());
    assert_eq!(Party::start(&path, "c", Kind::Engine).heard("open").as_deref(), Some("store_unavailable"));
    until_all_go_on(&mut both);
    assert!(both[1].health().starts_with("healthy"));
    close(&mut both);
    all_there(&path, &acknowledged(&both)).await;
}

/// An interactive `sqlite3` looks at no names: it works on in the former log until it is closed.
#[tokio::test(flavor = "multi_thread")]
async fn an_engine_waits_for_the_end_of_a_prompt_that_has_the_former_log() {
    let place = made().await;
    let path = place.path("shop.db");
    let mut both =
        [("a", Kind::Engine), ("p", Kind::Plain)].map(|(name, kind)| Party::opened(&path, name, kind));
    for _ in 0..10 {
        assert_eq!([both[0].call(), both[1].call()], ["ok", "ok"]);
    }
    remove(&place, &LOGS);
    for _ in 0..3 {
        assert_eq!([both[0].call(), both[1].call()], ["store_unavailable", "ok"]);
    }
    assert!(both[0].health().starts_with("critical"));
    both[1].end();
    until_all_go_on(&mut both);
    close(&mut both);
    let all = acknowledged(&both);
    assert!(all.len() >= 11);
    all_there(&path, &all).await;
    let notes = Party::opened(&path, "look", Kind::Plain).notes();
    assert_eq!(notes, "13", "what the prompt wrote is there as well");
}

/// The engine has ended, and its commits are in the log of a prompt alone.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_whose_log_is_open_elsewhere_without_a_name_is_not_opened() {
    let place = made().await;
    let path = place.path("shop.db");
    let mut prompt = Party::opened(&path, "p", Kind::Plain);
    let mut engine = Party::opened(&path, "a", Kind::Engine);
    for _ in 0..10 {
        assert_eq!(engine.call(), "ok");
    }
    engine.kill();
    remove(&place, &LOGS);
    assert_eq!(Party::start(&path, "b", Kind::Engine).heard("open").as_deref(), Some("store_unavailable"));
    assert_eq!(prompt.call(), "ok");
    prompt.end();
    all_there(&path, &engine.acknowledged).await;
}

/// SQLite makes a log if the one that was seen is gone by then. Nobody may be left with it beside the former
/// one. A round takes seconds, in which three processes start; each shows another of the files missing.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_log_removed_while_another_engine_opens_it_is_not_lost() {
    for (removed, at) in [(&LOGS[..], LOGS[0]), (&LOGS, LOGS[1]), (&LOGS[..1], LOGS[0])] {
        let place = made().await;
        let path = place.path("shop.db");
        let [mut first, mut second] = ["a", "b"].map(|name| Party::opened(&path, name, Kind::Engine));
        assert_eq!([first.call(), second.call()], ["ok", "ok"]);
        let late = Party::start_held(&place, at);
        until_held(&place, at, 0).await;
        remove(&place, removed);
        // the others look when it has gone on
        while !std::fs::read_to_string(place.path("trace")).unwrap().contains("DELAYED") {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let known = ["ok", "store_unavailable"];
        assert!(known.contains(&first.call().as_str()) && known.contains(&second.call().as_str()));
        first.kill();
        let mut parties = [second, late];
        close(&mut parties);
        let all: Vec<String> = [&first, &parties[0]].map(|party| party.acknowledged.clone()).concat();
        assert!(all.len() >= 2);
        all_there(&path, &all).await;
    }
}

/// The connection that finds no log is another one of the same process.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_log_removed_while_an_engine_opens_another_connection_is_not_replaced() {
    let place = made().await;
    let mut parties = [Party::start_held(&place, LOGS[0])];
    assert_eq!(parties[0].heard("open").as_deref(), Some("ok"));
    assert_eq!(parties[0].call(), "ok");
    let before = times_held(&place, LOGS[0]);
    // its answer is read by another connection
    parties[0].tell("health");
    until_held(&place, LOGS[0], before).await;
    remove(&place, &LOGS);
    until_all_go_on(&mut parties);
    close(&mut parties);
    all_there(&place.path("shop.db"), &acknowledged(&parties)).await;
}

/// SQLite folds the log in when the last one closes. Whoever is about to open it would prevent that.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn the_last_to_close_waits_for_an_engine_that_opens_the_log() {
    let place = made().await;
    let path = place.path("shop.db");
    let mut last = Party::opened(&path, "a", Kind::Engine);
    assert_eq!(last.call(), "ok");
    let late = Party::start_held(&place, LOGS[0]);
    until_held(&place, LOGS[0], 0).await;
    last.tell("close");
    // long enough to close without a wait
    tokio::time::sleep(Duration::from_millis(300)).await;
    remove(&place, &LOGS);
    let mut parties = [last, late];
    close(&mut parties);
    all_there(&path, &acknowledged(&parties)).await;
}

/// An engine asks whether it is alone, again and again, while the last one with the former log ends. That is
/// a prompt, whose log SQLite folds in if nobody else has a lock on the file.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn asking_for_the_file_does_not_keep_a_prompt_from_folding_the_log_in() {
    let place = made().await;
    let path = place.path("shop.db");
    let mut prompt = Party::opened(&path, "p", Kind::Plain);
    let mut engine = Party::opened(&path, "a", Kind::Engine);
    assert_eq!([engine.call(), prompt.call()], ["ok", "ok"]);
    engine.kill();
    remove(&place, &LOGS);
    let mut late = Party::start_slow(&place, "fcntl", "100ms", "shop.db");
    // where it asks by a lock, it holds that for a while now
    for _ in 0..200 {
        let trace = std::fs::read_to_string(place.path("trace")).unwrap_or_default();
        if trace.contains("l_len=510}) = 0") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    prompt.end();
    late.end();
    all_there(&path, &engine.acknowledged).await;
}

/// Whoever may only read cannot ask for the file alone, and SQLite makes a log and an index for it too.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn an_engine_that_only_reads_makes_nothing_beside_a_former_log() {
    let places = [made().await, made().await];
    let mut parties = places.each_ref().map(|place| Party::opened(&place.path("shop.db"), "a", Kind::Engine));
    assert_eq!(parties.each_mut().map(Party::call), ["ok", "ok"]);
    remove(&places[0], &LOGS[..1]);
    remove(&places[1], &LOGS[1..]);
    let [one, other] = places.each_ref().map(|place| async {
        let url = format!("sqlite:{}", place.path("shop.db").display());
        let options = earnest::Options::new().background(false).read_only(true);
        earnest::Engine::open_with(&url, options).await.err().map(|refused| refused.code().as_str())
    });
    assert_eq!(tokio::join!(one, other), (Some("store_unavailable"), Some("store_unavailable")));
    until_all_go_on(&mut parties);
    close(&mut parties);
    for (place, party) in places.iter().zip(&parties) {
        all_there(&place.path("shop.db"), &party.acknowledged).await;
    }
}

/// Two engines, an engine and a prompt, three engines; both files, or one of them; closed all at once, or one
/// killed; with another engine that opens the file at that moment.
#[tokio::test(flavor = "multi_thread")]
async fn soak_removed_logs_lose_nothing() {
    let (mut calls, mut refused) = (0, 0);
    for round in 0..soak::rounds(6, 204) {
        let place = made().await;
        let path = place.path("shop.db");
        let kinds: &[Kind] = match round % 3 {
            0 => &[Kind::Engine, Kind::Engine],
            1 => &[Kind::Engine, Kind::Plain],
            _ => &[Kind::Engine, Kind::Engine, Kind::Engine],
        };
        let named = |(n, kind): (usize, &Kind)| Party::opened(&path, &format!("p{n}"), *kind);
        let mut parties: Vec<Party> = kinds.iter().enumerate().map(named).collect();
        for party in &mut parties {
            party.tell_calls(12);
        }
        // somewhere in the middle of them
        let before = 1 + round * 7 % 11;
        parties[0].answers(before);
        let late = (round / 2 % 2 == 0).then(|| Party::start(&path, "late", Kind::Engine));
        remove(
            &place,
            match round / 3 % 3 {
                0 => &LOGS,
                1 => &LOGS[..1],
                _ => &LOGS[1..],
            },
        );
        for (n, party) in parties.iter_mut().enumerate() {
            let codes = party.answers(if n == 0 { 12 - before } else { 12 });
            refused += codes.iter().filter(|code| *code != "ok").count();
        }
        parties.extend(late);
        if round / 4 % 2 == 0 {
            parties[0].kill();
        }
        if round % 3 == 1 {
            parties[1].end();
        }
        if round / 4 % 2 == 1 {
            until_all_go_on(&mut parties);
        }
        close(&mut parties);
        let all = acknowledged(&parties);
        calls += all.len();
        all_there(&path, &all).await;
    }
    println!("{calls} calls acknowledged, {refused} refused, and none is missing");
    assert!(refused > 0, "somebody noticed");
}
