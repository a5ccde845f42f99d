//! Operations inside the host's own transaction: theirs to commit, theirs to roll back.

#![cfg(all(feature = "sqlite", feature = "postgres", feature = "host-sqlx"))]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use earnest::api::operations::call;
use earnest::requests::*;
use earnest::{Actor, Code, Engine, Options};
use sqlx::{PgPool, SqlitePool};

use crate::support::log::Log;
use crate::support::{Kind, Stage, code, json, postgres};

async fn pg() -> (Engine, PgPool) {
    let url = postgres::database();
    let pool = sqlx::postgres::PgPoolOptions::new()
        .max_connections(70)
        .acquire_timeout(Duration::from_secs(600))
        .connect(&url)
        .await
        .unwrap();
    sqlx::query("CREATE TABLE orders (id text PRIMARY KEY, deal text)").execute(&pool).await.unwrap();
    (Engine::open(&url).await.unwrap(), pool)
}

async fn sqlite() -> (Engine, SqlitePool, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.db");
    let engine = Engine::open_with(&format!("sqlite:{}", path.display()), Options::new()).await.unwrap();
    let options =
        sqlx::sqlite::SqliteConnectOptions::new().filename(&path).busy_timeout(Duration::from_secs(10));
    let pool = SqlitePool::connect_with(options).await.unwrap();
    sqlx::query("CREATE TABLE orders (id text PRIMARY KEY, deal text)").execute(&pool).await.unwrap();
    (engine, pool, folder)
}

async fn available(engine: &Engine, account: &str) -> String {
    engine.ledger().balance(GetBalance::new(account)).await.unwrap().available.to_string()
}

async fn hash(engine: &Engine) -> String {
    engine.events().state_hash(GetStateHash::new()).await.unwrap().hash
}

macro_rules! begin {
    ($pool:expr, postgres) => {
        $pool.begin().await.unwrap()
    };
    ($pool:expr, sqlite) => {
        $pool.begin_with("BEGIN IMMEDIATE").await.unwrap()
    };
}

/// The same scenario on both databases: commit keeps, rollback forgets, a refusal leaves the transaction
/// usable.
macro_rules! scenario {
    ($engine:expr, $pool:expr, $kind:ident) => {{
        let (engine, pool) = (&$engine, &$pool);
        engine.ledger().top_up(TopUp::new("alice", "100.00 USD").key("t-1")).await.unwrap();
        engine.ledger().open_account(OpenAccount::new("bob", "USD")).await.unwrap();

        // theirs and ours are committed together
        let mut tx = begin!(pool, $kind);
        sqlx::query("INSERT INTO orders VALUES ('o-1', 'x')").execute(&mut *tx).await.unwrap();
        let bound = engine.using(&mut tx).unwrap().acting(Actor::new("alice"));
        let opened =
            bound.escrow().open(OpenDeal::new("alice", "bob", "40.00 USD").key("d-1")).await.unwrap();
        let paid = bound.escrow().pay(PayDeal::new(opened.deal.id.to_string())).await.unwrap();
        assert_eq!(paid.deal.held.to_string(), "40.00 USD");
        let seen = bound.ledger().balance(GetBalance::new("alice")).await.unwrap();
        assert_eq!(seen.available.to_string(), "60.00 USD", "a call sees what the one before it did");
        drop(bound);
        assert_eq!(available(engine, "alice").await, "100.00 USD", "nobody else sees it before the commit");
        tx.commit().await.unwrap();
        assert_eq!(available(engine, "alice").await, "60.00 USD");

        // a rollback leaves nothing, not even the key
        let before = hash(engine).await;
        let mut tx = begin!(pool, $kind);
        let bound = engine.using(&mut tx).unwrap();
        let gone = bound.ledger().deduct(Deduct::new("alice", "5.00 USD").key("k-1")).await.unwrap();
        drop(bound);
        tx.rollback().await.unwrap();
        assert_eq!(hash(engine).await, before);
        let lookup = engine.admin().lookup_key(LookupKey::new("k-1")).await.unwrap();
        assert_eq!(lookup.outcome, "unknown");

        // a refusal inside leaves the host's transaction usable, and the key free
        let mut tx = begin!(pool, $kind);
        sqlx::query("INSERT INTO orders VALUES ('o-2', 'y')").execute(&mut *tx).await.unwrap();
        let bound = engine.using(&mut tx).unwrap();
        let refused = bound.ledger().deduct(Deduct::new("alice", "500.00 USD").key("k-1")).await.unwrap_err();
        assert_eq!(refused.code(), Code::InsufficientBalance);
        let kept = bound.ledger().deduct(Deduct::new("alice", "5.00 USD").key("k-1")).await.unwrap();
        assert_ne!(kept.transfer.id, gone.transfer.id);
        let again = bound.ledger().deduct(Deduct::new("alice", "5.00 USD").key("k-1")).await.unwrap();
        assert!(again.replayed);
        drop(bound);
        tx.commit().await.unwrap();
        assert_eq!(available(engine, "alice").await, "55.00 USD");
        let (orders,): (i64,) = sqlx::query_as("SELECT count(*) FROM orders").fetch_one(pool).await.unwrap();
        assert_eq!(orders, 2);

        // what works on the whole store does not join
        let mut tx = begin!(pool, $kind);
        let bound = engine.using(&mut tx).unwrap();
        assert_eq!(bound.admin().verify(RunVerify::new()).await.unwrap_err().code(), Code::NotSupported);
        drop(bound);
        tx.rollback().await.unwrap();

        // a refusal of kind denied leaves its event although the host rolls back
        let mut tx = begin!(pool, $kind);
        let bound = engine.using(&mut tx).unwrap().acting(Actor::new("mallory"));
        let denied = bound.escrow().ship(ShipDeal::new(opened.deal.id.to_string())).await.unwrap_err();
        assert_eq!(denied.code(), Code::NotPermitted);
        drop(bound);
        tx.rollback().await.unwrap();
        let mut noted = 0;
        for _ in 0..6_000 {
            let page =
                engine.events().list(ListEvents::new().types(vec!["call.refused".to_owned()])).await.unwrap();
            noted = page.items.len();
            if noted > 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(noted, 1);

        // it is that of who made the call, which the call itself may say, and one of a batch leaves its own
        let mut tx = begin!(pool, $kind);
        let bound = engine.using(&mut tx).unwrap();
        let theft = |from: &str| serde_json::json!({
            "from": from, "to": "bob", "amount": "1.00 USD", "actor": "mallory", "key": "m-1",
            "context": { "correlation_id": "order-1", "ip": "203.0.113.9" },
        });
        // the one is refused by its decision, the other before it is queued
        let thefts = [theft("alice"), theft("@fees")];
        let ops: Vec<_> = thefts.iter().map(|theft| serde_json::json!({ "op": "ledger.transfer", "args": theft })).collect();
        let ops = serde_json::json!({ "ops": ops, "atomic": false });
        let refuses_both = |batch: serde_json::Value| {
            for n in [0, 1] {
                assert_eq!(batch["results"][n]["error"]["code"], "not_permitted", "{batch}");
            }
        };
        for theft in &thefts {
            let denied = call(&bound, "ledger.transfer", theft.clone()).await.unwrap_err();
            assert_eq!(denied.code(), Code::NotPermitted);
        }
        refuses_both(call(&bound, "ledger.batch", ops.clone()).await.unwrap());
        drop(bound);
        tx.rollback().await.unwrap();
        for theft in &thefts {
            let denied = engine.call("ledger.transfer", theft.clone()).await.unwrap_err();
            assert_eq!(denied.code(), Code::NotPermitted);
        }
        refuses_both(engine.call("ledger.batch", ops).await.unwrap());
        let by_mallory = ListEvents::new().types(vec!["call.refused".to_owned()]);
        let mut actors = Vec::new();
        for _ in 0..6_000 {
            let page = engine.events().list(by_mallory.clone()).await.unwrap();
            actors = page.items.iter().map(|event| event.actor.as_ref().unwrap().id().to_owned()).collect();
            if actors.len() == 9 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(actors, ["mallory"; 9]);
        // and says from where the call came, as far as it said so
        let audit = engine.call("admin.audit", serde_json::json!({ "limit": 500 })).await.unwrap();
        let refused = audit["items"].as_array().unwrap().iter().filter(|event| event["type"] == "call.refused");
        let from: Vec<_> = refused.map(|event| (&event["correlation_id"], &event["ip"])).filter(|(id, _)| **id == "order-1").collect();
        assert_eq!(from.len(), 8, "{from:?}");
        assert!(from.iter().all(|(_, ip)| **ip == "203.0.113.9"), "{from:?}");
        let verify = engine.admin().verify(RunVerify::new()).await.unwrap();
        assert!(verify.ok, "{verify:#?}");
    }};
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_transaction_on_postgres_keeps_forgets_and_survives_refusals() {
    let (engine, pool) = pg().await;
    scenario!(engine, pool, postgres);
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_transaction_on_sqlite_keeps_forgets_and_survives_refusals() {
    let (engine, pool, _folder) = sqlite().await;
    scenario!(engine, pool, sqlite);
    engine.close().await;
}

/// Top-ups debit `@world`, which must not be a lock that everybody queues on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn top_ups_of_64_open_transactions_run_side_by_side() {
    let (engine, pool) = pg().await;
    engine.ledger().top_up(TopUp::new("warm", "1.00 USD").key("warm")).await.unwrap();
    let open = std::sync::Arc::new(AtomicUsize::new(0));
    let most = std::sync::Arc::new(AtomicUsize::new(0));
    let mut tasks = Vec::new();
    for n in 0..64 {
        let (engine, pool, open, most) = (engine.clone(), pool.clone(), open.clone(), most.clone());
        tasks.push(tokio::spawn(async move {
            let mut tx = pool.begin().await.unwrap();
            let bound = engine.using(&mut tx).unwrap();
            bound
                .ledger()
                .top_up(TopUp::new(format!("c-{n}"), "1.00 USD").key(format!("k-{n}")))
                .await
                .unwrap();
            drop(bound);
            // all of them hold their transaction open here: with a lock on `@world` only one ever could
            most.fetch_max(open.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(50)).await;
            while most.load(Ordering::SeqCst) < 64 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            tx.commit().await.unwrap();
        }));
    }
    for task in tasks {
        tokio::time::timeout(Duration::from_secs(600), task)
            .await
            .expect("nobody waits for another")
            .unwrap();
    }
    assert_eq!(most.load(Ordering::SeqCst), 64);
    let world = engine.ledger().balance(GetBalance::new("@world")).await.unwrap();
    assert_eq!(world.posted.to_string(), "-65.00 USD");
    assert!(engine.admin().verify(RunVerify::new()).await.unwrap().ok);
    engine.close().await;
}

#[tokio::test]
async fn a_connection_to_another_kind_of_database_is_a_mismatch() {
    let (engine, _, _folder) = sqlite().await;
    let (_, pool) = pg().await;
    let mut tx = pool.begin().await.unwrap();
    assert_eq!(engine.using(&mut tx).unwrap_err().code(), Code::StoreMismatch);
    let memory = Engine::open("memory:").await.unwrap();
    assert_eq!(memory.using(&mut tx).unwrap_err().code(), Code::NotSupported);
}

/// The host's transaction was aborted by an error of its own: the engine says so, and does not pretend.
#[tokio::test]
async fn an_aborted_transaction_is_named() {
    let (engine, pool) = pg().await;
    engine.ledger().top_up(TopUp::new("alice", "1.00 USD").key("t")).await.unwrap();
    let mut tx = pool.begin().await.unwrap();
    assert!(sqlx::query("SELECT 1/0").execute(&mut *tx).await.is_err());
    let bound = engine.using(&mut tx).unwrap();
    let error = bound.ledger().deduct(Deduct::new("alice", "1.00 USD").key("k")).await.unwrap_err();
    assert_eq!((error.code(), error.retry().as_str()), (Code::TransactionAborted, "transaction"));
}

/// A closed engine takes no calls, those in transactions of the host included: neither changes nor reads.
macro_rules! closed {
    ($engine:expr, $pool:expr, $kind:ident) => {{
        let (engine, pool) = (&$engine, &$pool);
        engine.ledger().top_up(TopUp::new("alice", "1.00 USD").key("t")).await.unwrap();
        let mut tx = begin!(pool, $kind);
        let bound = engine.using(&mut tx).unwrap();
        bound.ledger().balance(GetBalance::new("alice")).await.unwrap();
        assert!(!engine.is_closed());
        engine.close().await;
        assert!(engine.is_closed());
        let own = engine.ledger().deduct(Deduct::new("alice", "1.00 USD").key("k")).await.unwrap_err();
        let change = bound.ledger().deduct(Deduct::new("alice", "1.00 USD").key("k")).await.unwrap_err();
        let read = bound.ledger().balance(GetBalance::new("alice")).await.unwrap_err();
        assert_eq!([own.code(), change.code(), read.code()], [Code::StoreUnavailable; 3]);
        assert!(change.to_string().contains("closed"), "{change}");
        drop(bound);
        sqlx::query("INSERT INTO orders VALUES ('o-1', 'x')").execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    }};
}

#[tokio::test]
async fn a_closed_engine_joins_no_transaction() {
    let (engine, pool) = pg().await;
    closed!(engine, pool, postgres);
    let (engine, pool, _folder) = sqlite().await;
    closed!(engine, pool, sqlite);
}

/// A second close of an engine warns of no events that were not sequenced.
#[tokio::test]
async fn an_engine_that_is_closed_twice_says_nothing() {
    for kind in Kind::all() {
        let stage = Stage::open(kind).await;
        stage.funded("alice", "5.00 USD").await;
        let log = Log::begin();
        stage.bank.close().await;
        stage.bank.close().await;
        let said = log.end();
        assert!(!said.contains("did not catch up"), "{kind:?}: {said}");
    }
}

/// A closed engine answers nothing, whatever store it was on: not what it still has in memory either.
#[tokio::test(flavor = "multi_thread")]
async fn a_closed_engine_answers_nothing() {
    for kind in Kind::all() {
        let stage = Stage::open(kind).await;
        stage.funded("alice", "5.00 USD").await;
        stage.bank.close().await;
        for (name, args) in [
            ("ledger.balance", json!({ "account": "alice" })),
            ("ledger.entries", json!({ "account": "alice" })),
            ("ledger.trial_balance", json!({})),
            ("events.list", json!({})),
            ("admin.verify", json!({})),
            ("ledger.top_up", json!({ "account": "alice", "amount": "1.00 USD", "key": "late" })),
        ] {
            assert_eq!(code(&stage.call(name, args).await), "store_unavailable", "{kind:?} {name}");
        }
        let health = stage.bank.health().await.unwrap();
        let store = health.checks.iter().find(|check| check.name == "store").unwrap();
        assert_eq!(store.status, "critical", "{kind:?} {store:?}");
    }
}

/// A call that may not join a transaction says so, with the key that it would need and without.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_may_not_join_is_not_supported_without_a_keyring() {
    let (engine, pool) = pg().await;
    let mut tx = pool.begin().await.unwrap();
    let bound = engine.using(&mut tx).unwrap();
    let code = json!({ "subject": "u-1", "code": "000000" });
    for (name, args) in [
        ("credentials.confirm_totp", code.clone()),
        ("credentials.verify_totp", code),
        ("vault.reveal", json!({ "subject": "u-1", "name": "email" })),
    ] {
        let refused = call(&bound, name, args.clone()).await.unwrap_err();
        assert_eq!(refused.code(), Code::NotSupported, "{name}: {refused}");
        assert_eq!(engine.call(name, args).await.unwrap_err().code(), Code::KeyNotFound, "{name}");
    }
    drop(bound);
    tx.rollback().await.unwrap();
    engine.close().await;
}
