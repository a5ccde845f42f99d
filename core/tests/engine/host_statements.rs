//! Statements of a call over a host's connection: how many there are, what happens when somebody comes
//! between two of them, and what they leave behind.

#![cfg(all(feature = "sqlite", feature = "postgres", feature = "host-sqlx"))]

mod every_plan;
mod kept_plans;
mod odd_settings;

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use earnest::engine::bound::Bound;
use earnest::error::Retry;
use earnest::requests::*;
use earnest::store::Fault;
use earnest::store::host::HostConnection;
use earnest::store::sql::{Cells, Dialect};
use earnest::{Code, Engine, Options};
use sqlx::{Connection as _, PgConnection};

use crate::support::{self, Value, json, postgres};

/// A change between the first statement of a call and the one that writes.
enum Meddling {
    /// In the host's own transaction.
    Within(&'static str),
    /// On another connection.
    Elsewhere(Engine, &'static str, Value),
}

/// A statement as it was sent.
type Sent = (String, Vec<Option<String>>);

/// A host's connection that keeps what is sent over it.
struct Recording<'c, C> {
    inner: &'c mut C,
    sent: Arc<Mutex<Vec<Sent>>>,
    meddling: Option<Meddling>,
}

impl<'c, C: HostConnection> Recording<'c, C> {
    fn of(inner: &'c mut C, sent: &Arc<Mutex<Vec<Sent>>>) -> Self {
        Self { inner, sent: sent.clone(), meddling: None }
    }
}

#[async_trait]
impl<C: HostConnection> HostConnection for Recording<'_, C> {
    fn dialect(&self) -> Dialect {
        self.inner.dialect()
    }

    async fn query(&mut self, sql: &str, params: &[Option<String>]) -> Result<Vec<Cells>, Fault> {
        if sql.starts_with("WITH p0") {
            match self.meddling.take() {
                Some(Meddling::Within(sql)) => drop(self.inner.query(sql, &[]).await?),
                Some(Meddling::Elsewhere(engine, name, args)) => drop(engine.call(name, args).await.unwrap()),
                None => {}
            }
        }
        self.sent.lock().unwrap().push((sql.to_owned(), params.to_vec()));
        self.inner.query(sql, params).await
    }

    async fn in_transaction(&mut self) -> Result<bool, Fault> {
        self.inner.in_transaction().await
    }

    fn shares_library(&self) -> bool {
        self.inner.shares_library()
    }
}

async fn database() -> String {
    tokio::task::spawn_blocking(postgres::database).await.unwrap()
}

async fn people(url: &str) -> Engine {
    let engine = Engine::open_with(url, Options::new()).await.unwrap();
    for (n, who) in ["alice", "bob", "carol"].into_iter().enumerate() {
        engine.ledger().top_up(TopUp::new(who, "100.00 USD").key(format!("t-{n}"))).await.unwrap();
    }
    engine
}

async fn pay(bound: &Bound<'_>, key: impl Into<String>) -> earnest::Result<bool> {
    let transfer = Transfer::new("alice", "bob", "1.00 USD").key(key.into());
    bound.ledger().transfer(transfer).await.map(|reply| reply.replayed)
}

async fn available(engine: &Engine, account: &str) -> String {
    engine.ledger().balance(GetBalance::new(account)).await.unwrap().available.to_string()
}

/// The texts that were sent since they were last asked for.
fn texts(sent: &Arc<Mutex<Vec<Sent>>>) -> Vec<String> {
    std::mem::take(&mut *sent.lock().unwrap()).into_iter().map(|(text, _)| text).collect()
}

/// Accepted calls, a refusal and a replay, with the number of statements that each may send.
macro_rules! counted {
    ($engine:expr, $tx:expr, $accepted:expr, $refused:expr) => {{
        let sent = Arc::default();
        let bound = $engine.using(Recording::of(&mut $tx, &sent)).unwrap();
        pay(&bound, "k-1").await.unwrap();
        let first = texts(&sent);
        assert!(first.len() <= $accepted, "{first:#?}");
        for n in 0..99 {
            pay(&bound, format!("h-{n}")).await.unwrap();
        }
        let hundred = texts(&sent);
        assert!(hundred.len() <= 99 * $accepted, "{} statements", hundred.len());
        let refused = bound.ledger().deduct(Deduct::new("alice", "500.00 USD").key("k-2")).await.unwrap_err();
        assert_eq!(refused.code(), Code::InsufficientBalance);
        let refusal = texts(&sent);
        assert!(refusal.len() <= $refused, "{refusal:#?}");
        assert!(pay(&bound, "k-1").await.unwrap());
        let replay = texts(&sent);
        assert!(replay.len() <= $refused, "{replay:#?}");
        drop(bound);
        (first, hundred)
    }};
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_on_postgres_is_two_statements_and_no_savepoint() {
    let url = database().await;
    let engine = people(&url).await;
    let mut conn = PgConnection::connect(&url).await.unwrap();
    let mut tx = conn.begin().await.unwrap();
    let (first, hundred) = counted!(engine, tx, 2, 2);
    // few rows are scalars, and are read as one row
    assert!(!first.iter().any(|text| text.contains("UNNEST") || text.contains("UNION")), "{first:#?}");
    assert!(!hundred.iter().any(|text| text.contains("SAVEPOINT")));
    // no part of it was a transaction within the transaction
    let own: String = "SELECT backend_xid::text FROM pg_stat_activity WHERE pid = pg_backend_pid()".into();
    let top: String = sqlx::query_scalar(sqlx::AssertSqlSafe(own)).fetch_one(&mut *tx).await.unwrap();
    let written: Vec<String> =
        sqlx::query_scalar("SELECT DISTINCT xmin::text FROM earnest.transfer WHERE kind = 'transfer'")
            .fetch_all(&mut *tx)
            .await
            .unwrap();
    assert_eq!(written, [top]);
    // they are there for those who ask for them
    let sent = Arc::default();
    let bound = engine.using(Recording::of(&mut tx, &sent)).unwrap().with_savepoints();
    bound.ledger().transfer(Transfer::new("carol", "bob", "1.00 USD").key("s-1")).await.unwrap();
    drop(bound);
    assert_eq!(texts(&sent).iter().filter(|text| text.contains("SAVEPOINT")).count(), 2);
    tx.commit().await.unwrap();
    support::verify(&engine).await;
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_on_sqlite_is_ten_statements_at_most() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.db");
    let engine = people(&format!("sqlite:{}", path.display())).await;
    let pool = sqlx::SqlitePool::connect(&format!("sqlite:{}", path.display())).await.unwrap();
    let mut tx = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let (first, _) = counted!(engine, tx, 10, 2);
    assert!(first.iter().any(|text| text.contains("SAVEPOINT")), "{first:#?}");
    tx.commit().await.unwrap();
    support::verify(&engine).await;
    engine.close().await;
}

/// Somebody claims the key after it was found free. Nothing of the call is written, the transaction goes on,
/// and the call has the answer of the one before it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_is_claimed_meanwhile_leaves_the_transaction_usable() {
    let url = database().await;
    let engine = people(&url).await;
    let mut conn = PgConnection::connect(&url).await.unwrap();
    let account = json!({ "account": "dave", "currency": "USD", "key": "open-dave" });
    let other = json!({ "account": "carol", "amount": "7.00 USD", "key": "k-1" });
    let mut tx = conn.begin().await.unwrap();
    let sent = Arc::default();
    let mut host = Recording::of(&mut tx, &sent);
    host.meddling = Some(Meddling::Elsewhere(engine.clone(), "ledger.deduct", other));
    let bound = engine.using(host).unwrap();
    // another request under the key
    let conflict = pay(&bound, "k-1").await.unwrap_err();
    assert_eq!(conflict.code(), Code::IdempotencyMismatch);
    assert!(texts(&sent).len() >= 3, "it was not asked again");
    drop(bound);
    // the same request: its rows are new, and nobody waits for them
    let mut host = Recording::of(&mut tx, &sent);
    host.meddling = Some(Meddling::Elsewhere(engine.clone(), "ledger.open_account", account));
    let bound = engine.using(host).unwrap();
    let opened = bound.ledger().open_account(OpenAccount::new("dave", "USD").key("open-dave")).await.unwrap();
    assert!(opened.replayed);
    pay(&bound, "k-2").await.unwrap();
    drop(bound);
    tx.commit().await.unwrap();
    assert_eq!(available(&engine, "alice").await, "99.00 USD");
    assert_eq!(available(&engine, "carol").await, "93.00 USD");
    support::verify(&engine).await;
    engine.close().await;
}

/// Under REPEATABLE READ the key is not to be seen: the host runs its whole transaction again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_is_claimed_meanwhile_is_a_serialization_failure_of_a_snapshot() {
    let url = database().await;
    let engine = people(&url).await;
    let mut conn = PgConnection::connect(&url).await.unwrap();
    for level in ["REPEATABLE READ", "SERIALIZABLE"] {
        let key = format!("k-{level}").replace(' ', "-");
        let other = json!({ "account": "carol", "amount": "7.00 USD", "key": key });
        let sql = format!("BEGIN ISOLATION LEVEL {level}");
        let mut tx = conn.begin_with(sqlx::AssertSqlSafe(sql)).await.unwrap();
        let sent = Arc::default();
        let mut host = Recording::of(&mut tx, &sent);
        host.meddling = Some(Meddling::Elsewhere(engine.clone(), "ledger.deduct", other));
        let bound = engine.using(host).unwrap();
        let lost = pay(&bound, key).await.unwrap_err();
        assert_eq!((lost.code(), lost.retry()), (Code::Contention, Retry::Transaction), "{level}: {lost}");
        drop(bound);
        tx.rollback().await.unwrap();
    }
    assert_eq!(available(&engine, "alice").await, "100.00 USD");
    support::verify(&engine).await;
    engine.close().await;
}

/// The host changes our rows under our hands, in its own transaction: nothing is written on top of that.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_that_the_host_changed_or_deleted_is_not_written() {
    let url = database().await;
    let engine = people(&url).await;
    let mut conn = PgConnection::connect(&url).await.unwrap();
    for harm in [
        "DELETE FROM earnest.account WHERE id = 'bob'",
        "UPDATE earnest.account SET version = version + 1 WHERE id = 'bob'",
        "UPDATE earnest.account SET posted = posted + 1, headroom = headroom + 1 WHERE id = 'alice'",
        "UPDATE earnest.account SET stamp = stamp - 1 WHERE id = 'alice'",
    ] {
        let mut tx = conn.begin().await.unwrap();
        let sent = Arc::default();
        let mut host = Recording::of(&mut tx, &sent);
        host.meddling = Some(Meddling::Within(harm));
        let bound = engine.using(host).unwrap();
        let lost = pay(&bound, "k-1").await.unwrap_err();
        assert_eq!((lost.code(), lost.retry()), (Code::Contention, Retry::Transaction), "{harm}: {lost}");
        // the statement failed as a whole, so there is nothing to commit
        let next = bound.ledger().balance(GetBalance::new("alice")).await.unwrap_err();
        assert_eq!(next.code(), Code::TransactionAborted, "{harm}");
        drop(bound);
        tx.rollback().await.unwrap();
    }
    assert_eq!(available(&engine, "alice").await, "100.00 USD");
    support::verify(&engine).await;
    engine.close().await;
}

/// Every setting of the host's connection, within and after.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_setting_of_the_hosts_connection_is_changed() {
    let url = database().await;
    let engine = people(&url).await;
    let mut conn = PgConnection::connect(&url).await.unwrap();
    // `transaction_...` are those of the transaction that is open
    let all = "SELECT name, setting FROM pg_settings WHERE name NOT LIKE 'transaction%' ORDER BY name";
    let mut tx = conn.begin().await.unwrap();
    let before: Vec<(String, String)> = sqlx::query_as(all).fetch_all(&mut *tx).await.unwrap();
    let bound = engine.using(&mut tx).unwrap();
    pay(&bound, "k-1").await.unwrap();
    pay(&bound, "k-1").await.unwrap();
    bound.ledger().deduct(Deduct::new("alice", "500.00 USD").key("k-2")).await.unwrap_err();
    let deal = bound.escrow().open(OpenDeal::new("alice", "bob", "40.00 USD").key("d-1")).await.unwrap().deal;
    bound.escrow().pay(PayDeal::new(deal.id)).await.unwrap();
    drop(bound);
    let within: Vec<(String, String)> = sqlx::query_as(all).fetch_all(&mut *tx).await.unwrap();
    assert_eq!(before, within);
    tx.commit().await.unwrap();
    let after: Vec<(String, String)> = sqlx::query_as(all).fetch_all(&mut conn).await.unwrap();
    assert_eq!(before, after);
    engine.close().await;
}
