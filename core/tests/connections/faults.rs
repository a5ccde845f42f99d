//! Commits under faults of the network and the server: acknowledged is durable, everything else wholly or
//! not at all.

#![cfg(feature = "postgres")]

mod serialization;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use earnest::requests::*;
use earnest::{Code, Engine};

use crate::support::postgres;
use crate::support::proxy::{Fault, Proxy};

const CALLERS: usize = 16;
const CALLS: usize = 25;

async fn posted(engine: &Engine, account: &str) -> i128 {
    engine.ledger().balance(GetBalance::new(account)).await.unwrap().posted.minor_units()
}

/// The connections that go through the proxy.
#[derive(Clone, Copy, Debug)]
enum Lines {
    /// Those that the engine opens.
    Own,
    /// Those of the application's pool, which lends them.
    Lent,
}

/// An engine that a host opens as often as it takes: opening goes through the proxy too.
async fn opened(url: &str, lines: Lines) -> Engine {
    for _ in 0..50 {
        let opened = match lines {
            Lines::Own => Engine::open(url).await,
            Lines::Lent => {
                let pool = sqlx::postgres::PgPoolOptions::new().max_connections(8).connect_lazy(url).unwrap();
                Engine::attach(pool, earnest::Options::new().background(true)).await
            }
        };
        match opened {
            Ok(engine) => return engine,
            Err(error) => assert!(error.retryable(), "{error:?}"),
        }
    }
    panic!("the engine was never opened")
}

/// Callers pay through a proxy that harms every n-th COMMIT, and count what was acknowledged.
async fn pay_through(fault: Fault, every: u64, lines: Lines) -> (Engine, u64, u64, Proxy) {
    let url = postgres::database();
    let direct = Engine::open(&url).await.unwrap();
    direct.ledger().top_up(TopUp::new("alice", "100000.00 USD").key("t-1")).await.unwrap();
    direct.ledger().top_up(TopUp::new("bob", "1.00 USD").key("t-2")).await.unwrap();
    let proxy = Proxy::start(&url, fault, every).await;
    let harmed = opened(&proxy.url, lines).await;
    let (acknowledged, unknown) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let mut callers = Vec::new();
    for caller in 0..CALLERS {
        let (bank, acknowledged, unknown) = (harmed.clone(), acknowledged.clone(), unknown.clone());
        callers.push(tokio::spawn(async move {
            for call in 0..CALLS {
                let request = Transfer::new("alice", "bob", "0.01 USD").key(format!("k-{caller}-{call}"));
                match bank.ledger().transfer(request.clone()).await {
                    Ok(_) => {
                        acknowledged.fetch_add(1, Ordering::SeqCst);
                    }
                    Err(error) => {
                        assert!(error.retryable(), "{error:?}");
                        unknown.fetch_add(1, Ordering::SeqCst);
                        // whatever happened, the same key finds out or does it now, and it happens once
                        for _ in 0..50 {
                            if bank.ledger().transfer(request.clone()).await.is_ok() {
                                acknowledged.fetch_add(1, Ordering::SeqCst);
                                break;
                            }
                        }
                    }
                }
            }
        }));
    }
    for caller in callers {
        caller.await.unwrap();
    }
    harmed.close().await;
    let acknowledged = acknowledged.load(Ordering::SeqCst);
    (direct, acknowledged, unknown.load(Ordering::SeqCst), proxy)
}

/// Answers the proxy, and how many calls were told to retry.
async fn nothing_lost_nothing_doubled(fault: Fault, every: u64, lines: Lines) -> (Proxy, u64) {
    let (direct, acknowledged, unknown, proxy) = pay_through(fault, every, lines).await;
    let harmed = proxy.harmed();
    while fault == Fault::Late && proxy.late().0 < harmed {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    println!(
        "{fault:?}, {lines:?}: {acknowledged} acknowledged, {unknown} told to retry, {harmed} commits harmed"
    );
    assert!(harmed > 5, "the proxy must have harmed something: {harmed}");
    assert_eq!(acknowledged, (CALLERS * CALLS) as u64);
    assert_eq!(posted(&direct, "bob").await, 100 + i128::from(acknowledged));
    let verify = direct.admin().verify(RunVerify::new()).await.unwrap();
    assert!(verify.ok, "{verify:#?}");
    direct.close().await;
    (proxy, unknown)
}

/// The server committed, and nobody heard of it: the mark says so, and the callers are answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_reply_to_commit_is_found_out() {
    nothing_lost_nothing_doubled(Fault::DropReply, 3, Lines::Own).await;
}

/// The COMMIT never arrived: the mark could be inserted, and the group runs again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_never_arrived_runs_again() {
    nothing_lost_nothing_doubled(Fault::DropRequest, 3, Lines::Own).await;
}

/// The commit arrives when the engine has found out that it did not, and has done the work again: the mark
/// refuses it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_commit_cannot_happen_any_more() {
    let (proxy, _) = nothing_lost_nothing_doubled(Fault::Late, 3, Lines::Own).await;
    let (late, refused) = proxy.late();
    println!("{late} commits came late, {refused} of them too late");
    assert!(refused > 0 && late > refused, "some before the engine asks, some after: {late}, {refused}");
}

/// A slow line is not a lost one: nobody is told anything.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_line_loses_nothing() {
    let (_, unknown) = nothing_lost_nothing_doubled(Fault::Slow, 4, Lines::Own).await;
    assert_eq!(unknown, 0, "calls were told to retry");
}

/// Connections are cut in the middle of anything.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cut_connections_lose_nothing() {
    nothing_lost_nothing_doubled(Fault::Cut, 10, Lines::Own).await;
}

/// The same on connections that the application lends.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lent_connections_lose_nothing() {
    nothing_lost_nothing_doubled(Fault::DropReply, 3, Lines::Lent).await;
    nothing_lost_nothing_doubled(Fault::DropRequest, 3, Lines::Lent).await;
    // a COMMIT that comes late finds its transaction open: whoever asks for the outcome waits for it
    let (proxy, _) = nothing_lost_nothing_doubled(Fault::Late, 3, Lines::Lent).await;
    assert_eq!(proxy.late().1, 0);
    nothing_lost_nothing_doubled(Fault::Cut, 10, Lines::Lent).await;
}

/// Backends are terminated while groups are under way.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn terminated_backends_lose_nothing() {
    use sqlx::Connection as _;
    let url = postgres::database();
    let bank = Engine::open(&url).await.unwrap();
    bank.ledger().top_up(TopUp::new("alice", "100000.00 USD").key("t-1")).await.unwrap();
    bank.ledger().top_up(TopUp::new("bob", "1.00 USD").key("t-2")).await.unwrap();
    let done = Arc::new(AtomicU64::new(0));
    let killed = Arc::new(AtomicU64::new(0));
    let killer = {
        let (done, killed, url) = (done.clone(), killed.clone(), url.clone());
        tokio::spawn(async move {
            let mut admin = sqlx::PgConnection::connect(&url).await.unwrap();
            while done.load(Ordering::SeqCst) == 0 {
                let sql = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                           WHERE datname = current_database() AND pid <> pg_backend_pid() AND state IN ('idle in transaction', 'active')";
                let count = sqlx::query_scalar::<_, i64>(sql).fetch_one(&mut admin).await.unwrap();
                killed.fetch_add(count.unsigned_abs(), Ordering::SeqCst);
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        })
    };
    let mut sent = 0;
    for round in 0..1_000 {
        if round >= 40 && killed.load(Ordering::SeqCst) >= 20 {
            break;
        }
        let calls = (0..20).map(|call| {
            let request = Transfer::new("alice", "bob", "0.01 USD").key(format!("k-{round}-{call}"));
            let bank = bank.clone();
            tokio::spawn(async move {
                while let Err(error) = bank.ledger().transfer(request.clone()).await {
                    assert!(
                        matches!(
                            error.code(),
                            Code::StoreUnavailable | Code::OutcomeUnknown | Code::Contention
                        ),
                        "{error:?}"
                    );
                }
            })
        });
        for call in calls.collect::<Vec<_>>() {
            call.await.unwrap();
            sent += 1;
        }
    }
    done.store(1, Ordering::SeqCst);
    killer.await.unwrap();
    let killed = killed.load(Ordering::SeqCst);
    println!("{sent} transfers, {killed} backends terminated");
    assert!(killed >= 20, "{killed}");
    assert_eq!(posted(&bank, "bob").await, 100 + sent);
    let verify = bank.admin().verify(RunVerify::new()).await.unwrap();
    assert!(verify.ok, "{verify:#?}");
    bank.close().await;
}
