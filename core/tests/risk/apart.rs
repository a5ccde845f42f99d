//! Rules with `exact: false`: transactions of many customers of one shop do not wait for each other, and what
//! they count is counted once they have committed.

mod backlogs;
mod groups;
mod set_back;

use std::time::Duration;

use earnest::Engine;
use earnest::api::operations::call;
use sqlx::postgres::PgPoolOptions;
use sqlx::{AssertSqlSafe, PgPool, Postgres, Transaction};

use crate::rule;
use crate::support::{Kind, Stage, Value, all_at_once, code, json, options, soak, tally};

const PAY: &str = "ledger.transfer";

/// A payment of one dollar from a customer to the shop.
fn pay(customer: usize, key: &str) -> Value {
    json!({ "from": format!("c{customer}"), "to": "shop", "amount": "1.00 USD", "key": key })
}

/// A shop with customers, and a rule about what it is paid.
async fn shop(kind: Kind, customers: usize, given: Value) -> Stage {
    shop_of(Stage::open(kind).await, customers, given).await
}

async fn shop_of(stage: Stage, customers: usize, given: Value) -> Stage {
    for n in 0..customers {
        stage.funded(&format!("c{n}"), "1000.00 USD").await;
    }
    // of an account that streams: its row is no hot one either
    stage.ok("ledger.open_account", json!({ "account": "shop", "currency": "USD", "streaming": true })).await;
    let mut all = json!({ "action": PAY, "subject": "counterparty", "exact": false });
    all.as_object_mut().unwrap().extend(given.as_object().unwrap().clone());
    rule(&stage, all).await;
    stage
}

/// Returns how much a rule has counted for the shop.
async fn used(stage: &Stage) -> i64 {
    rule(
        stage,
        json!({ "id": "look", "action": PAY, "subject": "account", "metric": "amount", "window": null,
        "limit": "1000000.00 USD" }),
    )
    .await;
    let told = stage.ok("risk.evaluate", json!({ "action": PAY, "args": pay(0, "look") })).await;
    let fired = told["fired"].as_array().unwrap().iter().chain(told["shadow"].as_array().unwrap());
    fired.filter(|fired| fired["rule"] == "seen").map(|fired| fired["seen"].as_i64().unwrap()).next().unwrap()
}

/// A rule in shadow that fires always, and so shows what was counted.
fn shown() -> Value {
    json!({ "id": "seen", "limit": 0, "shadow": true })
}

async fn pool(stage: &Stage, connections: u32) -> PgPool {
    let options = PgPoolOptions::new().max_connections(connections);
    options.acquire_timeout(Duration::from_secs(600)).connect(&stage.url).await.unwrap()
}

async fn in_host(bank: &Engine, tx: &mut Transaction<'static, Postgres>, args: Value) -> &'static str {
    let bound = bank.using(tx).unwrap();
    code(&call(&bound, PAY, args).await)
}

/// Rows of which the rule's name begins so.
async fn rows(stage: &Stage, pool: &PgPool, prefix: &str) -> i64 {
    let schema = &stage.options.schema;
    let count = format!("SELECT count(*) FROM \"{schema}\".counter WHERE starts_with(rule, $1)");
    sqlx::query_scalar(AssertSqlSafe(count)).bind(prefix).fetch_one(pool).await.unwrap()
}

/// Where nothing runs in the background the host has it done.
async fn added_up(stage: &Stage, pool: &PgPool) {
    stage.ok("jobs.run_due", json!({})).await;
    assert_eq!(rows(stage, pool, "++").await, 0);
}

async fn until_added_up(stage: &Stage, pool: &PgPool) {
    for _ in 0..1_000 {
        if rows(stage, pool, "++").await == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("counters were not added up");
}

/// 64 transactions of a host are open at once, each with a payment to one shop: none waits for another. They
/// go over the limit together, as none sees the others; once they have committed the next is refused.
#[tokio::test(flavor = "multi_thread")]
async fn open_transactions_do_not_wait_for_each_other() {
    const AT_ONCE: usize = 64;
    let in_background = options().background(true);
    let stage = Stage::with(Kind::Postgres, in_background).await;
    let stage = shop_of(stage, AT_ONCE, json!({ "limit": 10 })).await;
    rule(
        &stage,
        json!({ "id": "seen", "action": PAY, "subject": "counterparty", "limit": 0, "shadow": true,
        "exact": false }),
    )
    .await;
    let pool = pool(&stage, 80).await;
    let mut open = Vec::new();
    for n in 0..AT_ONCE {
        let mut tx = pool.begin().await.unwrap();
        let told = tokio::time::timeout(
            Duration::from_secs(20),
            in_host(&stage.bank, &mut tx, pay(n, &format!("k{n}"))),
        );
        assert_eq!(told.await.expect("it waits for another transaction"), "ok", "{n}");
        open.push(tx);
    }
    // every fourth is rolled back, and counts nothing
    for (n, tx) in open.into_iter().enumerate() {
        if n % 4 == 3 { tx.rollback().await.unwrap() } else { tx.commit().await.unwrap() }
    }
    assert_eq!(used(&stage).await, 48);
    let mut tx = pool.begin().await.unwrap();
    assert_eq!(in_host(&stage.bank, &mut tx, pay(0, "over")).await, "velocity_blocked");
    tx.commit().await.unwrap();
    until_added_up(&stage, &pool).await;
    assert_eq!(used(&stage).await, 48, "added up");
    let over = stage.call(PAY, pay(0, "over")).await.unwrap_err();
    assert_eq!((over.code().as_str(), &over.details()["used"]), ("velocity_blocked", &json!(48)));
    stage.finish().await;
}

/// Calls of one after the other are counted exactly, in whichever transactions they come, on every store.
#[tokio::test(flavor = "multi_thread")]
async fn calls_in_a_row_are_counted_exactly() {
    for kind in [Kind::Memory, Kind::Sqlite, Kind::Postgres] {
        let stage = shop(kind, 2, json!({ "limit": 30 })).await;
        let pool = if kind == Kind::Postgres { Some(pool(&stage, 4).await) } else { None };
        let mut passed = 0;
        for n in 0..40 {
            let args = pay(n % 2, &format!("k{n}"));
            let told = match &pool {
                Some(pool) if n % 3 == 1 => {
                    let mut tx = pool.begin().await.unwrap();
                    // twice in one transaction: the second sees the first
                    let told = in_host(&stage.bank, &mut tx, args).await;
                    let again = in_host(&stage.bank, &mut tx, pay(n % 2, &format!("again{n}"))).await;
                    passed += usize::from(again == "ok");
                    tx.commit().await.unwrap();
                    told
                }
                _ => code(&stage.call(PAY, args).await),
            };
            passed += usize::from(told == "ok");
            if n == 20
                && let Some(pool) = &pool
            {
                added_up(&stage, pool).await;
            }
        }
        assert_eq!(passed, 30, "{kind:?}");
        stage.finish().await;
    }
}

/// Many calls at once, by two processes that both add up, and in transactions of a host: in the end each was
/// counted once. Ten thousand in a soak.
#[tokio::test(flavor = "multi_thread")]
async fn soak_what_many_count_apart_is_added_up_once() {
    let calls = soak::rounds(600, 10_000) as usize;
    let stage = shop(Kind::Postgres, 50, shown()).await;
    let values =
        json!({ "id": "values", "metric": "distinct:account", "window": "day", "limit": 0, "shadow": true });
    let mut distinct = json!({ "action": PAY, "subject": "counterparty", "exact": false });
    distinct.as_object_mut().unwrap().extend(values.as_object().unwrap().clone());
    rule(&stage, distinct).await;
    let (other, pool) = (stage.again().await, pool(&stage, 20).await);
    let running = (0..calls).map(|n| {
        let (bank, pool) = (if n % 2 == 0 { stage.bank.clone() } else { other.clone() }, pool.clone());
        async move {
            for _ in 0..50 {
                let args = pay(n % 50, &format!("k{n}"));
                if n % 10 == 9 {
                    // a thousand at once share four connections: one may have none in time
                    let upkeep = call(&bank, "jobs.run_due", json!({})).await;
                    let told = code(&upkeep);
                    assert!(matches!(told, "ok" | "store_unavailable" | "contention"), "{upkeep:?}");
                }
                let told = if n % 3 == 0 {
                    let mut tx = pool.begin().await.unwrap();
                    let told = in_host(&bank, &mut tx, args).await;
                    tx.commit().await.unwrap();
                    told
                } else {
                    code(&call(&bank, PAY, args).await)
                };
                if !matches!(told, "contention" | "store_unavailable") {
                    return if told == "ok" { Ok(json!(null)) } else { panic!("{told}") };
                }
            }
            panic!("no end of contention")
        }
    });
    let outcomes = tally(&all_at_once(running).await);
    assert_eq!(outcomes, [("ok", calls)].into());
    assert_eq!(used(&stage).await, calls as i64);
    added_up(&stage, &pool).await;
    assert_eq!(used(&stage).await, calls as i64, "added up");
    assert_eq!(
        rows(&stage, &pool, "+").await,
        2,
        "one row for what is counted, one for the different values"
    );
    stage.finish().await;
    other.close().await;
}

/// A row that somebody has altered stops nothing else that a host has done.
#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_cannot_be_read_stops_no_upkeep() {
    let stage = shop(Kind::Postgres, 1, shown()).await;
    let pool = pool(&stage, 2).await;
    stage.ok(PAY, pay(0, "a")).await;
    let broken = format!(
        "UPDATE \"{}\".counter SET ring = '\\x00' WHERE starts_with(rule, '++')",
        stage.options.schema
    );
    assert_eq!(sqlx::query(AssertSqlSafe(broken)).execute(&pool).await.unwrap().rows_affected(), 1);
    stage.ok("jobs.run_due", json!({})).await;
    assert_eq!(rows(&stage, &pool, "++").await, 1, "it is left for who looks into it");
    stage.no(PAY, pay(0, "b"), "corrupted").await;
}

/// A rule that becomes exact, or is no longer so, begins from zero: it counts in another row.
#[tokio::test(flavor = "multi_thread")]
async fn another_way_of_counting_begins_from_zero() {
    for kind in [Kind::Memory, Kind::Sqlite, Kind::Postgres] {
        let stage = shop(kind, 1, json!({ "limit": 1 })).await;
        assert_eq!(code(&stage.call(PAY, pay(0, "a")).await), "ok", "{kind:?}");
        assert_eq!(code(&stage.call(PAY, pay(0, "b")).await), "velocity_blocked", "{kind:?}");
        rule(&stage, json!({ "action": PAY, "subject": "counterparty", "limit": 1 })).await;
        assert_eq!(code(&stage.call(PAY, pay(0, "b")).await), "ok", "{kind:?}");
        assert_eq!(code(&stage.call(PAY, pay(0, "c")).await), "velocity_blocked", "{kind:?}");
        stage.finish().await;
    }
}
