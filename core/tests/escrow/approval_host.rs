//! Approvals and the host's own transaction: what is asked survives its rollback, what is voted goes with it.

#![cfg(all(feature = "sqlite", feature = "postgres", feature = "host-sqlx"))]

use std::time::Duration;

use earnest::requests::*;
use earnest::views::approval::Approval;
use earnest::{Actor, Code, Detail, Engine, Error, Options, Span};
use sqlx::{PgPool, SqlitePool};

use crate::support::postgres;

async fn pg() -> (Engine, PgPool) {
    let url = postgres::database();
    let pool = PgPool::connect(&url).await.unwrap();
    sqlx::query("CREATE TABLE orders (id text PRIMARY KEY)").execute(&pool).await.unwrap();
    (Engine::open(&url).await.unwrap(), pool)
}

async fn sqlite() -> (Engine, SqlitePool, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.db");
    let engine = Engine::open_with(&format!("sqlite:{}", path.display()), Options::new()).await.unwrap();
    let options =
        sqlx::sqlite::SqliteConnectOptions::new().filename(&path).busy_timeout(Duration::from_secs(10));
    let pool = SqlitePool::connect_with(options).await.unwrap();
    sqlx::query("CREATE TABLE orders (id text PRIMARY KEY)").execute(&pool).await.unwrap();
    (engine, pool, folder)
}

macro_rules! begin {
    ($pool:expr, postgres) => {
        $pool.begin().await.unwrap()
    };
    ($pool:expr, sqlite) => {
        $pool.begin_with("BEGIN IMMEDIATE").await.unwrap()
    };
}

fn approval_of(error: &Error) -> String {
    match error.detail() {
        Detail::ApprovalRequired { approval, .. } => approval.clone(),
        other => panic!("not asked for: {other:?}"),
    }
}

/// The approval, as soon as the engine has written it by itself.
async fn written(engine: &Engine, approval: &str) -> Approval {
    for _ in 0..500 {
        match engine.approvals().get(GetApproval::new(approval)).await {
            Ok(found) => return found,
            Err(error) => assert_eq!(error.code(), Code::ApprovalNotFound),
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the request did not survive")
}

fn vote(approval: &str, who: &str) -> ApproveCall {
    ApproveCall::new(approval).actor(Actor::admin(who))
}

async fn open(engine: &Engine, key: &str) -> String {
    let request = OpenDeal::new("alice", "bob", "1000000 KRW").key(key);
    engine.escrow().open(request).await.unwrap().deal.id.to_string()
}

macro_rules! scenario {
    ($engine:expr, $pool:expr, $kind:ident) => {{
        let (engine, pool) = (&$engine, &$pool);
        engine.ledger().top_up(TopUp::new("alice", "5000000 KRW").key("t-1")).await.unwrap();
        let deal = open(engine, "d-1").await;

        // asked for inside, rolled back, and still asked for
        let mut tx = begin!(pool, $kind);
        sqlx::query("INSERT INTO orders VALUES ('o-1')").execute(&mut *tx).await.unwrap();
        let bound = engine.using(&mut tx).unwrap().acting(Actor::new("alice"));
        let refused = bound.escrow().pay(PayDeal::new(deal.clone())).await.unwrap_err();
        let approval = approval_of(&refused);
        let again = bound.escrow().pay(PayDeal::new(deal.clone())).await.unwrap_err();
        assert_eq!(approval_of(&again), approval, "named the same before it is written");
        drop(bound);
        tx.rollback().await.unwrap();
        let found = written(engine, &approval).await;
        assert_eq!((found.requested_by.as_str(), found.amount.to_string().as_str()), ("alice", "1000000 KRW"));
        let repeated = engine.acting(Actor::new("alice")).escrow().pay(PayDeal::new(deal.clone())).await;
        assert_eq!(approval_of(&repeated.unwrap_err()), approval);

        // a vote goes with the host's rollback
        let mut tx = begin!(pool, $kind);
        let bound = engine.using(&mut tx).unwrap();
        let voted = bound.approvals().approve(vote(&approval, "ann")).await.unwrap();
        assert_eq!(voted.approval.approvals.len(), 1);
        drop(bound);
        tx.rollback().await.unwrap();
        assert_eq!(written(engine, &approval).await.approvals.len(), 0);

        // the last one makes the call inside, and both are kept with the host's own rows
        engine.approvals().approve(vote(&approval, "ann")).await.unwrap();
        let mut tx = begin!(pool, $kind);
        sqlx::query("INSERT INTO orders VALUES ('o-2')").execute(&mut *tx).await.unwrap();
        let bound = engine.using(&mut tx).unwrap();
        let last = bound.approvals().approve(vote(&approval, "ben")).await.unwrap();
        assert!(last.executed, "{last:?}");
        assert_eq!(last.reply.unwrap()["deal"]["state"], "awaiting_shipment");
        drop(bound);
        let outside = engine.ledger().balance(GetBalance::new("alice")).await.unwrap();
        assert_eq!(outside.available.to_string(), "5000000 KRW");
        tx.commit().await.unwrap();
        let after = engine.ledger().balance(GetBalance::new("alice")).await.unwrap();
        assert_eq!(after.available.to_string(), "4000000 KRW");

        // nobody is asked to approve what only this transaction knows, also when it is bound anew for every
        // call; a server that numbers its transactions has the refusal say so
        let before = engine.approvals().list(ListApprovals::new()).await.unwrap().items.len();
        for anew in [false, true] {
            let mut tx = begin!(pool, $kind);
            let mut bound = engine.using(&mut tx).unwrap().acting(Actor::new("alice"));
            let request = OpenDeal::new("alice", "bob", "2000000 KRW").key("d-2");
            let opened = bound.escrow().open(request).await.unwrap().deal.id.to_string();
            if anew {
                drop(bound);
                bound = engine.using(&mut tx).unwrap().acting(Actor::new("alice"));
            }
            let refused = bound.escrow().pay(PayDeal::new(opened)).await.unwrap_err();
            approval_of(&refused);
            let told = stringify!($kind) == "postgres";
            assert_eq!(refused.message().contains("commit"), told, "{refused}");
            drop(bound);
            tx.rollback().await.unwrap();
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert_eq!(engine.approvals().list(ListApprovals::new()).await.unwrap().items.len(), before);

        // commit first, then pay
        let mut tx = begin!(pool, $kind);
        let bound = engine.using(&mut tx).unwrap().acting(Actor::new("alice"));
        let request = OpenDeal::new("alice", "bob", "2000000 KRW").key("d-2");
        let opened = bound.escrow().open(request).await.unwrap().deal.id.to_string();
        let early = bound.escrow().pay(PayDeal::new(opened.clone())).await.unwrap_err();
        drop(bound);
        tx.commit().await.unwrap();
        let mut tx = begin!(pool, $kind);
        let bound = engine.using(&mut tx).unwrap().acting(Actor::new("alice"));
        let refused = bound.escrow().pay(PayDeal::new(opened)).await.unwrap_err();
        assert_eq!(refused.details()["hint"], serde_json::Value::Null);
        drop(bound);
        tx.rollback().await.unwrap();
        let approval = approval_of(&refused);
        assert_eq!(approval_of(&early), approval);
        written(engine, &approval).await;
        engine.approvals().approve(vote(&approval, "ann")).await.unwrap();
        assert!(engine.approvals().approve(vote(&approval, "ben")).await.unwrap().executed);

        // a member of a batch inside asks as well, once
        let third = open(engine, "d-3").await;
        let mut tx = begin!(pool, $kind);
        let bound = engine.using(&mut tx).unwrap().acting(Actor::new("alice"));
        let ops = serde_json::json!([
            { "op": "ledger.deduct", "args": { "account": "alice", "amount": "1 KRW", "key": "x-1" } },
            { "op": "escrow.pay", "args": { "deal": third } },
        ]);
        let ops = serde_json::from_value::<Vec<BatchOp>>(ops).unwrap();
        let refused = bound.ledger().batch(Batch::new(ops)).await.unwrap_err();
        assert_eq!(refused.index(), Some(1));
        drop(bound);
        tx.rollback().await.unwrap();
        assert_eq!(written(engine, &approval_of(&refused)).await.version, 1);
        let verify = engine.admin().verify(RunVerify::new()).await.unwrap();
        assert!(verify.ok, "{verify:#?}");
    }};
}

/// The jobs of a kind.
async fn jobs(engine: &Engine, kind: &str) -> Vec<serde_json::Value> {
    let page = engine.jobs().list(Jobs::new().kind(kind)).await.unwrap();
    page.items.into_iter().map(|job| job.payload).collect()
}

/// A job follows the money: it goes with the host's rollback, and stays with its commit. Only the request
/// for consent survives a rollback, with the job that tells the admins.
macro_rules! jobs_scenario {
    ($engine:expr, $pool:expr, $kind:ident) => {{
        let (engine, pool) = (&$engine, &$pool);
        engine.ledger().top_up(TopUp::new("alice", "5000000 KRW").key("t-1")).await.unwrap();
        let small = OpenDeal::new("alice", "bob", "5000 KRW").key("d-1");
        let small = engine.escrow().open(small).await.unwrap().deal.id.to_string();
        engine.acting(Actor::new("alice")).escrow().pay(PayDeal::new(small.clone())).await.unwrap();
        let large = open(engine, "d-2").await;
        for keep in [false, true] {
            let mut tx = begin!(pool, $kind);
            let bound = engine.using(&mut tx).unwrap().acting(Actor::new("alice"));
            let dispute = DisputeDeal::new(small.clone(), "other", "it is broken").key("x-1");
            assert_eq!(bound.escrow().dispute(dispute).await.unwrap().deal.state.as_str(), "disputed");
            let refused = bound.escrow().pay(PayDeal::new(large.clone())).await.unwrap_err();
            drop(bound);
            assert!(jobs(engine, "notify.parties").await.is_empty(), "nobody acts on what is not committed");
            if keep {
                tx.commit().await.unwrap()
            } else {
                tx.rollback().await.unwrap()
            }
            let approval = approval_of(&refused);
            assert_eq!(written(engine, &approval).await.version, 1, "asked for once");
            let told = jobs(engine, "notify.admins").await;
            assert_eq!(told.len(), 1, "{told:?}");
            assert_eq!(told[0]["approval"], approval.as_str());
            let parties = jobs(engine, "notify.parties").await;
            assert_eq!(parties.len(), usize::from(keep), "{parties:?}");
            let state = engine.escrow().get(GetDeal::new().deal(small.clone())).await.unwrap().state;
            assert_eq!(state.as_str(), if keep { "disputed" } else { "awaiting_shipment" });
        }
        let told = jobs(engine, "notify.parties").await;
        assert_eq!((&told[0]["event"], &told[0]["deal"]), (&"deal.disputed".into(), &small.as_str().into()));
        let leased = engine
            .jobs()
            .lease(LeaseJobs::new(vec!["notify.parties".to_owned()], 9_u32, Span::from_mins(1)))
            .await;
        assert_eq!(leased.unwrap().jobs.len(), 1);
        let verify = engine.admin().verify(RunVerify::new()).await.unwrap();
        assert!(verify.ok, "{verify:#?}");
    }};
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn jobs_go_with_the_host_s_rollback_on_postgres() {
    let (engine, pool) = pg().await;
    jobs_scenario!(engine, pool, postgres);
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn jobs_go_with_the_host_s_rollback_on_sqlite() {
    let (engine, pool, _folder) = sqlite().await;
    jobs_scenario!(engine, pool, sqlite);
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn approvals_and_a_host_transaction_on_postgres() {
    let (engine, pool) = pg().await;
    scenario!(engine, pool, postgres);
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn approvals_and_a_host_transaction_on_sqlite() {
    let (engine, pool, _folder) = sqlite().await;
    scenario!(engine, pool, sqlite);
    engine.close().await;
}

/// Whoever changes an approval behind the engine's back is found.
#[tokio::test(flavor = "multi_thread")]
async fn a_forged_approval_is_found() {
    for (from, to, found) in [
        (r#""votes":["ann","ben"]"#, r#""votes":["ann","ann"]"#, "approved twice"),
        (r#""votes":["ann","ben"]"#, r#""votes":["ann","alice"]"#, "who asked for it"),
        (r#""votes":["ann","ben"]"#, r#""votes":["ann"]"#, "approved twice"),
        (r#""required":2"#, r#""required":3"#, "do not fit"),
        (r#"\"deal\":\"dl_0"#, r#"\"deal\":\"dl_1"#, "not the one that it covers"),
        ("k-pay", "k-say", "not that of its key"),
    ] {
        let (engine, pool, _folder) = sqlite().await;
        engine.ledger().top_up(TopUp::new("alice", "5000000 KRW").key("t-1")).await.unwrap();
        let deal = open(&engine, "d-1").await;
        let alice = engine.acting(Actor::new("alice"));
        let refused = alice.escrow().pay(PayDeal::new(deal).key("k-pay")).await.unwrap_err();
        let approval = approval_of(&refused);
        for who in ["ann", "ben"] {
            engine.approvals().approve(vote(&approval, who)).await.unwrap();
        }
        assert!(engine.verify().await.unwrap().ok);
        let changed =
            sqlx::query("UPDATE earnest_record SET body = replace(body, ?, ?) WHERE kind = 'approval'")
                .bind(from)
                .bind(to)
                .execute(&pool)
                .await
                .unwrap();
        assert_eq!(changed.rows_affected(), 1);
        let verify = engine.verify().await.unwrap();
        let check = verify.checks.iter().find(|check| check.name == "approvals").unwrap();
        assert!(!check.ok && check.found[0].contains(found), "{from} -> {to}: {:?}", check.found);
        engine.close().await;
    }
}
