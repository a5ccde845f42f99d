//! A line to PostgreSQL that goes silent without being closed: every wait has an end, and what comes after it
//! works.

#![cfg(feature = "postgres")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use earnest::{Engine, Error, Options};

use crate::support::relay::Relay;
use crate::support::{self, all_at_once, code, json, tally, verify};

/// Time-outs of the tests: a statement may take 1 s, a connection 2 s.
const STATEMENT: Duration = Duration::from_secs(1);
const CONNECT: Duration = Duration::from_secs(2);
/// The end of every call, whatever it waits for: its statement and 5 s, three connections, and 15 s of asking
/// what became of a commit.
const END: Duration = Duration::from_secs(1 + 5 + 3 * 2 + 15);
/// After a line works again, a call that was not under way is answered within this.
const SOON: Duration = Duration::from_secs(5);

fn options() -> Options {
    let mut options = Options::new();
    (options.statement_timeout, options.connect_timeout) = (STATEMENT, CONNECT);
    options
}

async fn opened() -> (Relay, Engine, String) {
    let url = tokio::task::spawn_blocking(support::postgres::database).await.unwrap();
    let (relay, through) = Relay::before(&url).await;
    let bank = Engine::open_with(&through, options()).await.unwrap();
    for n in 0..10 {
        let args = json!({ "account": format!("a{n}"), "amount": "100.00 USD", "key": format!("t{n}") });
        bank.call("ledger.top_up", args).await.unwrap();
    }
    // every connection of the pool is there
    let warm = all_at_once((0..40).map(|n| transfer(&bank, format!("warm-{n}"), n))).await;
    assert_eq!(tally(&warm.into_iter().map(|(done, _)| done).collect::<Vec<_>>()), [("ok", 40)].into());
    (relay, bank, url)
}

/// A call, and how long it took.
fn transfer(
    bank: &Engine,
    key: String,
    n: usize,
) -> impl Future<Output = (Result<serde_json::Value, Error>, Duration)> + Send + use<> {
    let (from, to) = (format!("a{}", n % 10), format!("a{}", (n + 1) % 10));
    let args = json!({ "from": from, "to": to, "amount": "0.01 USD", "key": serde_json::Value::from(key) });
    timed(bank, "ledger.transfer", args)
}

fn timed(
    bank: &Engine,
    name: &'static str,
    args: serde_json::Value,
) -> impl Future<Output = (Result<serde_json::Value, Error>, Duration)> + Send + use<> {
    let bank = bank.clone();
    async move {
        let since = Instant::now();
        let done = tokio::time::timeout(END * 2, bank.call(name, args)).await;
        (done.unwrap_or_else(|_| panic!("`{name}` did not end")), since.elapsed())
    }
}

async fn health(bank: &Engine) -> (String, Duration) {
    let since = Instant::now();
    let health = tokio::time::timeout(END, bank.health()).await.expect("`health` did not answer").unwrap();
    (health.status, since.elapsed())
}

/// The line is silent, for new connections too, while calls are under way and others come.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_wait_on_a_silent_line_ends() {
    let (relay, bank, url) = opened().await;
    relay.silence(true);
    let (payer, reader) = (bank.clone(), bank.clone());
    let calls = (0..30).map(move |n| transfer(&payer, format!("silent-{n}"), n));
    let reads = (0..10).map(move |n| timed(&reader, "ledger.balance", json!({ "account": format!("a{n}") })));
    let (calls, reads) = (tokio::spawn(all_at_once(calls)), tokio::spawn(all_at_once(reads)));
    for _ in 0..4 {
        let (status, took) = health(&bank).await;
        assert!(took < Duration::from_millis(2_500), "health took {took:?}");
        assert_eq!(status, "critical");
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    let (calls, reads) = (calls.await.unwrap(), reads.await.unwrap());
    let slowest = calls.iter().chain(&reads).map(|(_, took)| *took).max().unwrap();
    let outcomes: Vec<_> = calls.into_iter().map(|(done, _)| done).collect();
    println!("{:?} of calls, {:?} of reads, the slowest after {slowest:?}", tally(&outcomes), {
        tally(&reads.into_iter().map(|(done, _)| done).collect::<Vec<_>>())
    });
    assert!(slowest < END, "{slowest:?}");
    for done in &outcomes {
        assert!(matches!(code(done), "store_unavailable" | "outcome_unknown"), "{done:?}");
    }
    relay.heal();
    let (done, took) = transfer(&bank, "after".to_owned(), 0).await;
    done.unwrap();
    assert!(took < SOON, "{took:?} after the line worked again");
    support::becomes_healthy(&bank).await;
    // a retry finds out or does it, once
    for n in 0..30 {
        transfer(&bank, format!("silent-{n}"), n).await.0.unwrap();
    }
    settled(&bank, &url, 71).await;
}

/// Each transfer was made once, and the books are in order.
async fn settled(bank: &Engine, url: &str, transfers: i64) {
    use sqlx::Connection as _;
    // a server that has not heard of the cut keeps the locks of what was under way as long as a client waits
    // for an answer
    let free = async {
        while code(&bank.call("admin.verify", json!({})).await) == "contention" {
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    };
    tokio::time::timeout(STATEMENT + Duration::from_secs(5) + SOON, free).await.unwrap();
    verify(bank).await;
    bank.close().await;
    let mut direct = sqlx::PgConnection::connect(url).await.unwrap();
    let sql = "SELECT count(*) FROM earnest.transfer WHERE kind = 'transfer'";
    assert_eq!(sqlx::query_scalar::<_, i64>(sql).fetch_one(&mut direct).await.unwrap(), transfers);
}

/// Connections that a firewall forgot: the first call finds out, and is made all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_went_silent_are_replaced() {
    let (relay, bank, url) = opened().await;
    relay.silence(false);
    let calls = all_at_once((0..30).map(|n| transfer(&bank, format!("k-{n}"), n))).await;
    let slowest = calls.iter().map(|(_, took)| *took).max().unwrap();
    let outcomes: Vec<_> = calls.into_iter().map(|(done, _)| done).collect();
    println!("{:?}, the slowest after {slowest:?}", tally(&outcomes));
    assert!(relay.swallowed() > 0, "nobody used a line that had gone silent");
    assert!(slowest < END, "{slowest:?}");
    for (n, done) in outcomes.iter().enumerate() {
        if done.is_err() {
            assert!(matches!(code(done), "store_unavailable" | "outcome_unknown"), "{done:?}");
            transfer(&bank, format!("k-{n}"), n).await.0.unwrap();
        }
    }
    let (done, took) = transfer(&bank, "after".to_owned(), 0).await;
    done.unwrap();
    assert!(took < Duration::from_secs(1), "{took:?}");
    settled(&bank, &url, 71).await;
}

/// The server hears COMMIT and everything else, and nobody hears the server: the mark says what became of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_gone_silent_is_found_out() {
    let (relay, bank, url) = opened().await;
    for round in 0..3 {
        let before = relay.swallowed();
        relay.mute();
        let calls = all_at_once((0..20).map(|n| transfer(&bank, format!("k-{round}-{n}"), n))).await;
        let slowest = calls.iter().map(|(_, took)| *took).max().unwrap();
        let outcomes: Vec<_> = calls.into_iter().map(|(done, _)| done).collect();
        let swallowed = relay.swallowed() - before;
        println!("{:?}, the slowest after {slowest:?}, {swallowed} bytes unheard", tally(&outcomes));
        assert!(swallowed > 0, "round {round}: the server said nothing that was not heard");
        assert!(slowest < END, "{slowest:?}");
        for (n, done) in outcomes.iter().enumerate() {
            if done.is_err() {
                transfer(&bank, format!("k-{round}-{n}"), n).await.0.unwrap();
            }
        }
        all_at_once((0..40).map(|n| transfer(&bank, format!("warm-{round}-{n}"), n))).await;
    }
    settled(&bank, &url, 40 + 3 * 60).await;
}

/// A name that nobody knows, and ends of a line that hang or break off in the middle of a handshake.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn opening_ends_whatever_is_at_the_other_end() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let met = Arc::new(AtomicU64::new(0));
    let count = met.clone();
    let server = tokio::spawn(async move {
        let mut kept = Vec::new();
        for number in 0.. {
            let (mut client, _) = listener.accept().await.unwrap();
            // it says that it encrypts, and then nothing, or something else; or it does not even say that
            let mut asked = [0; 8];
            if client.read_exact(&mut asked).await.is_err() {
                // a client that gave up before it said anything
                continue;
            }
            count.fetch_add(1, Ordering::SeqCst);
            match number % 3 {
                0 => client.write_all(b"S").await.unwrap(),
                1 => client.write_all(b"SORRY").await.unwrap(),
                _ => {}
            }
            if number % 2 == 0 {
                kept.push(client);
            }
        }
    });
    for _ in 0..6 {
        let since = Instant::now();
        let error = Engine::open_with(&format!("postgres://u@{address}/db"), options()).await.unwrap_err();
        assert_eq!(error.code().as_str(), "store_unavailable", "{error}");
        assert!(since.elapsed() < CONNECT + Duration::from_secs(1), "{:?}", since.elapsed());
    }
    server.abort();
    assert!(met.load(Ordering::SeqCst) >= 6, "an opening met nobody: {met:?}");
    let error = Engine::open_with("postgres://u@nobody.invalid/db", options()).await.unwrap_err();
    assert_eq!(error.code().as_str(), "store_unavailable", "{error}");
    assert!(error.message().contains("nobody.invalid"), "{error}");
}
