//! Engines that speak the protocol of PostgreSQL and lack something that Earnest needs: the error says so,
//! names what it is, and nothing is written.

#![cfg(all(feature = "sqlite", feature = "postgres", feature = "host-sqlx"))]

use earnest::requests::*;
use earnest::{Code, Engine, Error, Options};
use sqlx::{Connection as _, PgConnection};

use crate::support::postgres;
use crate::support::router::{Mode, Router};

/// The URL of a server that lacks `word`. What is there was made before, on a whole one.
async fn without(word: &'static str) -> (Router, String) {
    let whole = tokio::task::spawn_blocking(postgres::database).await.unwrap();
    let bank = Engine::open_with(&whole, Options::new().background(false)).await.unwrap();
    bank.ledger().top_up(TopUp::new("alice", "10.00 USD").key("t-1")).await.unwrap();
    bank.ledger().top_up(TopUp::new("bob", "1.00 USD").key("t-2")).await.unwrap();
    bank.close().await;
    let server = url::Url::parse(&whole).unwrap();
    let router = Router::in_mode(&[format!("127.0.0.1:{}", server.port().unwrap())], Mode::Lacks(word)).await;
    let url = router.url(&whole);
    (router, url)
}

fn is_named(error: &Error, word: &str) {
    assert_eq!(error.code(), Code::NotSupported, "{error}");
    assert!(error.message().contains(word), "{error}");
}

fn paying(key: &str) -> Transfer {
    Transfer::new("alice", "bob", "1.00 USD").key(key)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_without_transactions_or_locks_is_refused_by_name() {
    for word in ["SKIP LOCKED", "BEGIN"] {
        let (_router, url) = without(word).await;
        let refused = Engine::open_with(&url, Options::new().background(false)).await.unwrap_err();
        is_named(&refused, word);
        let pool = sqlx::PgPool::connect(&url).await.unwrap();
        let refused = Engine::attach(pool, Options::new()).await.unwrap_err();
        is_named(&refused, word);
    }
}

/// A call in a host's transaction needs no savepoint, unless the host asks for one.
#[tokio::test(flavor = "multi_thread")]
async fn an_engine_without_savepoints_is_refused_where_they_are_asked_for() {
    let (_router, url) = without("SAVEPOINT").await;
    let bank = Engine::open_with(&url, Options::new().background(false)).await.unwrap();
    let mut conn = PgConnection::connect(&url).await.unwrap();
    let mut tx = conn.begin().await.unwrap();
    bank.using(&mut tx).unwrap().ledger().transfer(paying("k-1")).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = conn.begin().await.unwrap();
    let bound = bank.using(&mut tx).unwrap().with_savepoints();
    let refused = bound.ledger().transfer(paying("k-2")).await.unwrap_err();
    is_named(&refused, "SAVEPOINT");
    drop(bound);
    tx.rollback().await.unwrap();
    let alice = bank.ledger().balance(GetBalance::new("alice")).await.unwrap();
    assert_eq!(alice.available.to_string(), "9.00 USD", "the first, and not the second");
    bank.close().await;
}
