//! A due timer runs although another refuses, and a deadline that passes while a call waits has passed.

use crate::support::{self, Stage, every_store, id, json};

/// More than the timers look at at once.
const STUCK: usize = 501;

/// A deal that is delivered: its money waits for the inspection to pass.
async fn delivered(stage: &Stage, seller: &str, key: &str) -> String {
    let terms = json!({
        "buyer": "alice", "seller": seller, "price": "1 KRW", "shipping": false, "inspection": "P1D", "key": key,
    });
    let deal = id(&stage.ok("escrow.open", terms).await["deal"]);
    stage.ok("escrow.pay", json!({ "deal": deal, "actor": "alice" })).await;
    deal
}

/// Makes a seller that no unit more fits on, because money is below 10^38; half of it is from outside, half
/// is credit. Answers the credit.
async fn giant(stage: &Stage) -> String {
    let (outside, credit) = (format!("5{} KRW", "0".repeat(37)), format!("4{} KRW", "9".repeat(37)));
    stage.ok("ledger.top_up", json!({ "account": "giant", "amount": outside, "key": "outside" })).await;
    let giver = json!({ "account": "giver", "currency": "KRW", "overdraft_limit": credit });
    stage.ok("ledger.open_account", giver).await;
    let lent = json!({ "from": "giver", "to": "giant", "amount": credit, "key": "credit" });
    stage.ok("ledger.transfer", lent).await;
    credit
}

/// Returns the health check of timers.
async fn overdue(stage: &Stage) -> String {
    let health = stage.ok("admin.health", json!({})).await;
    let timers = health["checks"].as_array().unwrap().iter().find(|check| check["name"] == "timers").unwrap();
    format!("{}: {}", timers["status"].as_str().unwrap(), timers["detail"].as_str().unwrap())
}

/// A timer that was refused was named nowhere: its money stood still, and the log repeated one line.
#[tokio::test]
async fn a_timer_that_is_refused_is_named() {
    let stage = Stage::open(support::Kind::Memory).await;
    stage.ok("ledger.top_up", json!({ "account": "alice", "amount": "10 KRW", "key": "funds" })).await;
    let held = json!({ "account": "alice", "amount": "1 KRW", "expires_in": "PT1H" });
    let hold = id(&stage.ok("ledger.hold", held).await["hold"]);
    let credit = giant(&stage).await;
    stage.advance("PT2H");
    let said = overdue(&stage).await;
    assert!(said.starts_with(&format!("warning: hold `{hold}` of book `main` is due")), "{said}");
    let deal = delivered(&stage, "giant", "stuck").await;
    stage.advance("P2D");
    let log = support::log::Log::begin();
    assert_eq!(stage.ok("jobs.run_due", json!({})).await["timers"], 0);
    let (log, uuid) = (log.end(), deal.strip_prefix("dl_").unwrap());
    assert!(log.contains("a timer was refused") && log.contains(uuid), "{log}");
    let said = overdue(&stage).await;
    assert!(said.starts_with(&format!("warning: deal `{deal}` of book `main` is due")), "{said}");
    assert!(said.contains("its log says what refuses"), "{said}");
    let back = json!({ "from": "giant", "to": "giver", "amount": credit, "key": "back" });
    stage.ok("ledger.transfer", back).await;
    stage.finish().await;
}

every_store! {
    async fn a_page_of_timers_that_refuse_does_not_hide_the_next(stage) {
        stage.ok("ledger.top_up", json!({ "account": "alice", "amount": "1000 KRW", "key": "funds" })).await;
        let credit = giant(stage).await;
        for n in 0..STUCK {
            delivered(stage, "giant", &format!("stuck-{n}")).await;
        }
        stage.clock.advance(earnest::time::Span::from_hours(1));
        let free = delivered(stage, "bob", "free").await;
        stage.clock.advance(earnest::time::Span::from_days(1));
        let ran = stage.ok("jobs.run_due", json!({})).await;
        assert_eq!(ran["timers"], 1, "{ran}");
        assert_eq!(stage.ok("escrow.get", json!({ "deal": free })).await["state"], "released");
        // they stay due, and run as soon as they can
        let room = json!({ "account": "giant", "amount": format!("{STUCK} KRW"), "key": "room" });
        stage.ok("ledger.deduct", room).await;
        let ran = stage.ok("jobs.run_due", json!({})).await;
        assert_eq!(ran["timers"], STUCK, "{ran}");
        let left = stage.ok("ledger.balance", json!({ "account": "giant" })).await;
        assert_eq!(left["posted"]["amount"], "9".repeat(38));
        // a trial balance of all this would be beyond the bound of money too
        let back = json!({ "from": "giant", "to": "giver", "amount": credit, "key": "back" });
        stage.ok("ledger.transfer", back).await;
    }
}

/// A deadline that passes while a payment waits for a lock has passed: the clock is read when the locks are
/// held.
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod what_passes_while_a_call_waits_has_passed {
    use super::*;
    use earnest::store::sql::Names;
    use sqlx::Connection;

    /// A call waits two seconds for a row, five for a file. On a machine that stands still for so long it has
    /// given up, which shows nothing: then it is tried again.
    const TRIES: u32 = 20;

    async fn scenario<C: Connection>(stage: &Stage, mut conn: C, lock: &[String], waits: Option<&'static str>)
    where
        for<'c> &'c mut C: sqlx::Executor<'c>,
    {
        stage.funded("alice", "100.00 USD").await;
        for _ in 0..TRIES {
            let terms =
                json!({ "buyer": "alice", "seller": "bob", "price": "40.00 USD", "pay_within": "P1D" });
            let deal = id(&stage.ok("escrow.open", terms).await["deal"]);
            for sql in lock {
                sqlx::Executor::execute(&mut conn, sqlx::AssertSqlSafe(sql.clone())).await.unwrap();
            }
            let (bank, pay) = (stage.bank.clone(), json!({ "deal": deal, "actor": "alice" }));
            let paid = tokio::spawn(async move { bank.call("escrow.pay", pay).await });
            // on a busy machine it comes late: longer than it waits at a row before it asks for the lock
            if let Some(sql) = waits {
                while !paid.is_finished()
                    && sqlx::Executor::fetch_optional(&mut conn, sql).await.unwrap().is_none()
                {
                    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
                }
            }
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
            let was_held_up = !paid.is_finished();
            stage.advance("P1D");
            sqlx::Executor::execute(&mut conn, "COMMIT").await.unwrap();
            let refused = paid.await.unwrap().unwrap_err();
            if refused.code().as_str() == "contention" {
                continue;
            }
            assert!(was_held_up, "nothing held it up");
            let said = (refused.code().as_str(), refused.details()["condition"].clone());
            assert_eq!(said, ("condition_not_met", json!("pay_by")));
            return conn.close().await.unwrap();
        }
        panic!("it always gave up before the lock was free");
    }

    #[cfg(feature = "sqlite")]
    #[tokio::test(flavor = "multi_thread")]
    async fn sqlite() {
        let stage = Stage::open(support::Kind::Sqlite).await;
        let conn = sqlx::SqliteConnection::connect(&stage.url).await.unwrap();
        scenario(&stage, conn, &["BEGIN IMMEDIATE".to_owned()], None).await;
        stage.finish().await;
    }

    #[cfg(feature = "postgres")]
    #[tokio::test(flavor = "multi_thread")]
    async fn postgres() {
        let stage = Stage::open(support::Kind::Postgres).await;
        let conn = sqlx::PgConnection::connect(&stage.url).await.unwrap();
        let record = Names::postgres(&stage.options.schema).unwrap().table("record");
        let lock = ["BEGIN".to_owned(), format!("SELECT 1 FROM {record} FOR UPDATE")];
        let waits = "SELECT 1 FROM pg_stat_activity \
                     WHERE datname = current_database() AND wait_event_type = 'Lock'";
        scenario(&stage, conn, &lock, Some(waits)).await;
        stage.finish().await;
    }

    /// A hold that ends while a call waits for its account keeps nothing from it.
    #[cfg(feature = "postgres")]
    #[tokio::test(flavor = "multi_thread")]
    async fn postgres_for_an_account() {
        let stage = Stage::open(support::Kind::Postgres).await;
        stage.funded("alice", "10.00 USD").await;
        let mut conn = sqlx::PgConnection::connect(&stage.url).await.unwrap();
        let account = Names::postgres(&stage.options.schema).unwrap().table("account");
        for _ in 0..TRIES {
            stage
                .ok("ledger.hold", json!({ "account": "alice", "amount": "9.00 USD", "expires_in": "P1D" }))
                .await;
            let mut tx = conn.begin().await.unwrap();
            let lock = format!("SELECT 1 FROM {account} WHERE id = 'alice' FOR UPDATE");
            sqlx::Executor::execute(&mut *tx, sqlx::AssertSqlSafe(lock)).await.unwrap();
            let (bank, args) =
                (stage.bank.clone(), json!({ "account": "alice", "amount": "10.00 USD", "key": "d" }));
            let called = tokio::spawn(async move { bank.call("ledger.deduct", args).await });
            tokio::time::sleep(std::time::Duration::from_millis(700)).await;
            let was_held_up = !called.is_finished();
            stage.advance("P1D");
            tx.rollback().await.unwrap();
            match called.await.unwrap() {
                Err(error) if error.code().as_str() == "contention" => {}
                done => {
                    assert!(was_held_up, "nothing held it up");
                    assert_eq!(done.unwrap()["balance"]["posted"]["amount"], "0.00");
                    return stage.finish().await;
                }
            }
        }
        panic!("it always gave up before the lock was free");
    }

    /// It is decided on what is remembered, and then waits for a connection.
    #[cfg(feature = "postgres")]
    #[tokio::test(flavor = "multi_thread")]
    async fn postgres_without_a_connection() {
        let options = support::options().pool_size(1).background(false);
        let stage = Stage::with(support::Kind::Postgres, options).await;
        stage.funded("alice", "100.00 USD").await;
        stage.funded("bob", "1.00 USD").await;
        let terms = json!({ "account": "alice", "amount": "40.00 USD", "expires_in": "P1D" });
        let hold = id(&stage.ok("ledger.hold", terms).await["hold"]);
        let mut only = stage.bank.store().writer().await.unwrap();
        only.begin().await.unwrap();
        let (bank, capture) = (stage.bank.clone(), json!({ "hold": hold, "to": "bob", "key": "c-1" }));
        let captured = tokio::spawn(async move { bank.call("ledger.capture", capture).await });
        // a decision is good for a quarter of a second: it waits for longer, though it may have begun late
        tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
        assert!(!captured.is_finished(), "nothing held it up");
        stage.advance("P1D");
        only.rollback().await.unwrap();
        drop(only);
        let refused = captured.await.unwrap().unwrap_err();
        assert_eq!(refused.code().as_str(), "hold_expired");
        stage.finish().await;
    }
}
