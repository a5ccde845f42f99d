//! Servers that take no writes: a name that led to a standby for a moment, and URLs with several hosts.

#![cfg(feature = "postgres")]

use std::time::{Duration, Instant};

use earnest::{Engine, Options};
use sqlx::Connection as _;

use crate::support::relay::Relay;
use crate::support::servers::Server;
use crate::support::{self, code, json};

fn transfer(key: &str) -> serde_json::Value {
    json!({ "from": "alice", "to": "bob", "amount": "0.01 USD", "key": key })
}

/// A primary and a standby that follows it.
pub(super) async fn pair() -> (Server, Server) {
    let start = || {
        let primary = Server::primary();
        primary.database("shop");
        let standby = Server::standby_of(primary.port);
        (primary, standby)
    };
    tokio::task::spawn_blocking(start).await.unwrap()
}

async fn funded(url: &str) -> Engine {
    let bank = Engine::open(url).await.unwrap();
    for (account, amount) in [("alice", "100.00 USD"), ("bob", "1.00 USD")] {
        let args = json!({ "account": account, "amount": amount, "key": account });
        bank.call("ledger.top_up", args).await.unwrap();
    }
    bank
}

/// Waits until the standby has what the primary has.
pub(super) async fn follows(primary: &Server, standby: &Server) {
    let position = primary.sql("SELECT pg_current_wal_lsn()");
    let there = format!("SELECT pg_last_wal_replay_lsn() >= '{position}'");
    while standby.sql(&there) != "t" {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_that_led_to_a_standby_for_a_moment() {
    let (primary, standby) = pair().await;
    let relay = Relay::start(&primary.address()).await;
    let bank = funded(&relay.url(&primary.url("shop"))).await;
    follows(&primary, &standby).await;
    relay.lead_to(Some(&standby.address()));
    relay.cut();
    // every connection of the pool leads to the standby
    let mut refused = 0;
    for n in 0..40 {
        let outcomes = [
            bank.call("ledger.balance", json!({ "account": "alice" })).await,
            bank.call("ledger.transfer", transfer(&format!("k-{n}"))).await,
        ];
        assert!(matches!(code(&outcomes[1]), "store_unavailable" | "outcome_unknown"), "{outcomes:?}");
        refused += u32::from(code(&outcomes[1]) == "store_unavailable");
    }
    assert!(refused > 30, "{refused}");
    assert_eq!(bank.health().await.unwrap().status, "critical", "no write is possible");
    // the name leads to the primary again; nobody closes the connections to the standby
    relay.lead_to(Some(&primary.address()));
    let since = Instant::now();
    while let Err(error) = bank.call("ledger.transfer", transfer("k-0")).await {
        assert!(since.elapsed() < Duration::from_secs(10), "still refused after 10 s: {error}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    println!(
        "{refused} calls refused by the standby; it writes {:?} after the name is right",
        since.elapsed()
    );
    for n in 0..40 {
        bank.call("ledger.transfer", transfer(&format!("k-{n}"))).await.unwrap();
    }
    let balance = bank.call("ledger.balance", json!({ "account": "bob" })).await.unwrap();
    assert_eq!(balance["posted"]["amount"], "1.40");
    support::becomes_healthy(&bank).await;
    support::verify(&bank).await;
    bank.close().await;
}

/// An engine that only reads is not kept at the standby either.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reads_leave_the_standby_too() {
    let (primary, standby) = pair().await;
    let relay = Relay::start(&primary.address()).await;
    let direct = funded(&primary.url("shop")).await;
    let bank =
        Engine::open_with(&relay.url(&primary.url("shop")), Options::new().background(false)).await.unwrap();
    follows(&primary, &standby).await;
    relay.lead_to(Some(&standby.address()));
    relay.cut();
    let look = async || {
        let balance = bank.call("ledger.balance", json!({ "account": "bob" })).await.unwrap();
        balance["posted"]["amount"].as_str().unwrap().to_owned()
    };
    assert_eq!(look().await, "1.00");
    relay.lead_to(Some(&primary.address()));
    // what the primary does from now on does not reach the standby
    standby.sql("SELECT pg_wal_replay_pause()");
    direct.call("ledger.transfer", transfer("k-1")).await.unwrap();
    let since = Instant::now();
    while look().await != "1.01" {
        assert!(since.elapsed() < Duration::from_secs(10), "it still reads from the standby");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    for bank in [bank, direct] {
        bank.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_url_may_name_several_hosts() {
    let (primary, standby) = pair().await;
    funded(&primary.url("shop")).await.close().await;
    follows(&primary, &standby).await;
    let (one, two) = (standby.address(), primary.address());
    let ports = format!("host=127.0.0.1,127.0.0.1&port={},{}", standby.port, primary.port);
    for url in [
        format!("postgres://postgres@{one},{two}/shop?target_session_attrs=read-write"),
        format!("postgres://postgres@{one},{two}/shop?target_session_attrs=primary"),
        format!("postgres:///shop?user=postgres&{ports}&target_session_attrs=read-write"),
        // nobody listens at the first
        format!("postgres://postgres@127.0.0.1:1,{two}/shop"),
    ] {
        let bank = Engine::open(&url).await.unwrap_or_else(|error| panic!("{url}: {error}"));
        bank.call("ledger.transfer", transfer(&url.len().to_string())).await.unwrap();
        bank.close().await;
    }
    for wanted in ["standby", "read-only", "prefer-standby"] {
        let url = format!("postgres://postgres@{two},{one}/shop?target_session_attrs={wanted}");
        let options = Options::new().background(false);
        let bank = Engine::open_with(&url, options).await.unwrap_or_else(|error| panic!("{url}: {error}"));
        bank.call("ledger.balance", json!({ "account": "alice" })).await.unwrap();
        assert_eq!(code(&bank.call("ledger.transfer", transfer(wanted)).await), "store_unavailable");
        bank.close().await;
    }
    let url = format!("postgres://postgres@{one}/shop?target_session_attrs=read-write");
    let error = Engine::open(&url).await.unwrap_err();
    assert_eq!(error.code().as_str(), "store_unavailable");
    assert!(error.message().contains(&one), "it does not name the host: {error}");
}

/// A server that somebody made read-only for a while, and nobody called meanwhile.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_knows_that_a_server_is_read_only_before_anybody_writes() {
    let (url, name) = database().await;
    let bank = funded(&url).await;
    let mut owner = sqlx::PgConnection::connect(&url).await.unwrap();
    run(&mut owner, &format!("ALTER DATABASE {name} SET default_transaction_read_only = on")).await;
    let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                  WHERE datname = current_database() AND pid <> pg_backend_pid()";
    run(&mut owner, others).await;
    let health = bank.health().await.unwrap();
    assert_eq!(health.status, "critical", "{health:?}");
    assert_eq!(code(&bank.call("ledger.transfer", transfer("k-1")).await), "store_unavailable");
    run(&mut owner, &format!("ALTER DATABASE {name} RESET default_transaction_read_only")).await;
    // a connection that was opened meanwhile is not kept
    let since = Instant::now();
    while let Err(error) = bank.call("ledger.transfer", transfer("k-1")).await {
        assert!(since.elapsed() < Duration::from_secs(5), "{error}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    support::becomes_healthy(&bank).await;
    support::verify(&bank).await;
    bank.close().await;
}

/// The server says that its disk is full (53100): reads go on, and health tells that no write does until one
/// has.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_knows_that_the_disk_is_full() {
    let (url, _) = database().await;
    let bank = funded(&url).await;
    let mut owner = sqlx::PgConnection::connect(&url).await.unwrap();
    let full = "CREATE FUNCTION public.full() RETURNS trigger LANGUAGE plpgsql AS \
                $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$; \
                CREATE TRIGGER full_disk BEFORE INSERT ON earnest.transfer \
                FOR EACH ROW EXECUTE FUNCTION public.full(); \
                CREATE TRIGGER full_disk BEFORE UPDATE ON earnest.meta \
                FOR EACH ROW EXECUTE FUNCTION public.full()";
    run(&mut owner, full).await;
    for n in 0..5 {
        let error = bank.call("ledger.transfer", transfer(&format!("k-{n}"))).await.unwrap_err();
        assert_eq!((error.code().as_str(), error.retryable()), ("store_unavailable", true), "{error}");
        assert!(error.message().contains("disk is full"), "{error}");
    }
    bank.call("ledger.balance", json!({ "account": "alice" })).await.unwrap();
    let health = bank.health().await.unwrap();
    assert_eq!(health.status, "critical", "{health:?}");
    let writes = health.checks.iter().find(|check| check.name == "writes").unwrap();
    assert!(writes.detail.contains("disk is full"), "{writes:?}");
    run(&mut owner, "DROP FUNCTION public.full CASCADE").await;
    for n in 0..5 {
        bank.call("ledger.transfer", transfer(&format!("k-{n}"))).await.unwrap();
    }
    support::becomes_healthy(&bank).await;
    support::verify(&bank).await;
    bank.close().await;
}

async fn run(conn: &mut sqlx::PgConnection, sql: &str) {
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned())).execute(conn).await.unwrap();
}

async fn database() -> (String, String) {
    let url = tokio::task::spawn_blocking(support::postgres::database).await.unwrap();
    let name = url.rsplit_once('/').unwrap().1.to_owned();
    (url, name)
}
