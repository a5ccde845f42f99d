//! One of two servers behind a router is silent: it hangs, and nothing is closed. The books of the other go
//! on at their pace, with their events and timers, and what the silent one missed is done once it goes on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use earnest::requests::{GetBalance, RunVerify};
use earnest::{Engine, Options};

use super::spread::Place;
use crate::support::json;
use crate::support::router::{Mode, home};
use crate::support::servers::Server;
use crate::support::soak::rounds;

/// Books of each server with a caller, and then one that is quiet.
const CALLED: usize = 8;

fn books_of(server: usize) -> Vec<String> {
    (0..).map(|n| format!("b{n}")).filter(|book| home(book, 2) == server).take(CALLED + 1).collect()
}

async fn hold(bank: &Engine, book: &str, key: &str) {
    let args = json!({ "account": "alice", "amount": "0.01 USD", "key": key, "expires_in": "PT1S" });
    bank.book(book).unwrap().call("ledger.hold", args).await.unwrap();
}

/// How long it takes until the background has given every event of a book its place, and ended its holds, as
/// its server says: a read of the engine would do it itself.
async fn done(server: &Server, book: &str) -> Duration {
    let sql = format!(
        "SELECT (SELECT count(*) FROM earnest.event_pending WHERE book = '{book}') || ' and ' || \
         (SELECT count(*) FROM earnest.hold WHERE book = '{book}' AND state = 'authorized')"
    );
    let since = Instant::now();
    loop {
        let said = server.sql_in("bank", &sql);
        if said == "0 and 0" {
            return since.elapsed();
        }
        assert!(since.elapsed() < Duration::from_secs(90), "events and holds of {book} wait: {said}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// A caller of each book but the quiet one, and how many of its calls were answered.
struct Callers {
    made: Vec<Arc<AtomicUsize>>,
    stop: Arc<AtomicBool>,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

impl Callers {
    fn of(bank: &Engine, books: &[String], name: &str) -> Self {
        let (mut made, mut tasks, stop) = (Vec::new(), Vec::new(), Arc::new(AtomicBool::new(false)));
        for book in &books[..CALLED] {
            let (count, stop, name) = (Arc::new(AtomicUsize::new(0)), stop.clone(), name.to_owned());
            made.push(count.clone());
            let book = bank.book(book).unwrap();
            tasks.push(tokio::spawn(async move {
                while !stop.load(Ordering::SeqCst) {
                    let key = format!("{name}-{}", count.load(Ordering::SeqCst));
                    let args = json!({ "account": "bob", "amount": "1.00 USD", "key": key });
                    // whatever became of it, the same key says so
                    while let Err(error) = book.call("ledger.top_up", args.clone()).await {
                        assert!(error.retryable(), "{error}");
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    }
                    count.fetch_add(1, Ordering::SeqCst);
                }
            }));
        }
        Self { made, stop, tasks }
    }

    fn calls(&self) -> usize {
        self.made.iter().map(|made| made.load(Ordering::SeqCst)).sum()
    }

    /// Calls in a second, over so many seconds.
    async fn pace(&self, seconds: u64) -> usize {
        let (before, since) = (self.calls(), Instant::now());
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        let passed = usize::try_from(since.elapsed().as_millis()).unwrap();
        (self.calls() - before) * 1_000 / passed
    }

    async fn end(self) -> usize {
        self.stop.store(true, Ordering::SeqCst);
        let calls = self.made;
        for task in self.tasks {
            task.await.unwrap();
        }
        calls.iter().map(|made| made.load(Ordering::SeqCst)).sum()
    }
}

/// Half a minute: each server is silent in turn, because one of them has what all books share. How long it
/// takes on a quiet machine is for the soak; a busy one shows that nobody waits for the silence to end.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn soak_a_server_that_is_silent_stops_its_own_books_alone() {
    let (silence, share, late) = (rounds(5, 30), rounds(25, 80) as usize, rounds(20, 5));
    let late = Duration::from_secs(u64::from(late));
    let place = Place::routed(Mode::Sound).await;
    let bank = Engine::open_with(&place.url, Options::new()).await.unwrap();
    let books = [books_of(0), books_of(1)];
    let mut calls = [0, 0];
    for book in books.iter().flatten() {
        let args = json!({ "account": "alice", "amount": "1.00 USD", "key": "first" });
        bank.book(book).unwrap().call("ledger.top_up", args).await.unwrap();
        hold(&bank, book, "h-first").await;
    }
    for (server, books) in place.servers.iter().zip(&books) {
        for book in books {
            done(server, book).await;
        }
    }
    for silent in [0, 1] {
        let there = 1 - silent;
        let callers = [0, 1].map(|server| Callers::of(&bank, &books[server], &format!("t-{silent}")));
        let before = callers[there].pace(2).await;
        let frozen = place.servers[silent].freeze();
        let quiet = &books[there][CALLED];
        hold(&bank, quiet, &format!("h-{silent}")).await;
        let (during, took) =
            tokio::join!(callers[there].pace(u64::from(silence)), done(&place.servers[there], quiet));
        assert!(
            during * 100 >= before * share,
            "{during} calls a second beside a silent server, {before} before"
        );
        assert!(took < late, "an event and a timer waited {took:?} beside a silent server");
        println!(
            "{during} calls a second beside a silent server, {before} before; event and timer: {took:?}"
        );
        drop(frozen);
        let [zero, one] = callers;
        for (server, callers) in [zero, one].into_iter().enumerate() {
            calls[server] += callers.end().await;
        }
    }
    for (server, books) in place.servers.iter().zip(&books) {
        for book in books {
            done(server, book).await;
        }
    }
    // every answer was true
    for (books, calls) in books.iter().zip(calls) {
        let mut sum = 0;
        for book in &books[..CALLED] {
            let book = bank.book(book).unwrap();
            let balance = book.ledger().balance(GetBalance::new("bob")).await.unwrap();
            let text = balance.available.to_string();
            sum += text.split('.').next().unwrap().parse::<usize>().unwrap();
            let verify = book.admin().verify(RunVerify::new()).await.unwrap();
            assert!(verify.ok, "{verify:#?}");
        }
        assert_eq!(sum, calls);
    }
    bank.close().await;
}
