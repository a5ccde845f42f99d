//! Counts that wait to be added up: who does it, how much is read for it, and what cannot be read.

use std::ops::Range;

use sqlx::Connection as _;

use super::*;
use crate::support::log::Log;

/// Writes more of what is to be added, as calls of another process would have left it: each counts one.
async fn wait_too(stage: &Stage, pool: &PgPool, rows: Range<i32>) {
    let copies = format!(
        "INSERT INTO \"{0}\".counter (book, rule, subject, ring, leaves_at, version, created_at, stamp) \
         SELECT book, rule, split_part(subject, '/', 1) || '/' || md5(n::text), ring, leaves_at, version, created_at, stamp \
         FROM (SELECT * FROM \"{0}\".counter WHERE starts_with(rule, '++') AND length(ring) > 1 LIMIT 1) AS one, \
         generate_series($1, $2 - 1) AS n",
        stage.options.schema
    );
    let made = sqlx::query(AssertSqlSafe(copies)).bind(rows.start).bind(rows.end);
    assert_eq!(made.execute(pool).await.unwrap().rows_affected(), rows.len() as u64);
}

/// Rows of the counters that the server has read.
async fn rows_read(stage: &Stage) -> i64 {
    let mut conn = sqlx::PgConnection::connect(&stage.url).await.unwrap();
    let sql = "SELECT (coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::int8 FROM pg_stat_user_tables \
               WHERE schemaname = $1 AND relname = 'counter'";
    let read = sqlx::query_scalar(sql).bind(&stage.options.schema).fetch_one(&mut conn).await.unwrap();
    conn.close().await.unwrap();
    read
}

/// The same once nothing of what was done is missing: the server hears of it when a connection ends, or late.
async fn all_rows_read(stage: &Stage) -> i64 {
    let mut before = rows_read(stage).await;
    for _ in 0..20 {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let now = rows_read(stage).await;
        if now == before && now > 0 {
            return now;
        }
        before = now;
    }
    panic!("it is read on and on");
}

/// A backlog is read a few times at most, however long it is, and each time by the page.
#[tokio::test(flavor = "multi_thread")]
async fn a_backlog_is_read_by_the_page() {
    const ROWS: i32 = 8_000;
    let mut stage = shop_of(Stage::apart(Kind::Postgres).await, 1, shown()).await;
    let pool = pool(&stage, 2).await;
    stage.ok(PAY, pay(0, "a")).await;
    wait_too(&stage, &pool, 0..ROWS).await;
    pool.close().await;
    stage.bank.close().await;
    let before = all_rows_read(&stage).await;
    let other = stage.again().await;
    call(&other, "jobs.run_due", json!({})).await.unwrap();
    let statements = other.store().counted().statements;
    other.close().await;
    let read = all_rows_read(&stage).await - before;
    println!("{read} rows read and {statements} statements to add up {ROWS}");
    // listed, locked, named and deleted: four times, whereas all that waits was once read with every page
    assert!(read < i64::from(5 * ROWS), "{read}");
    assert!(statements < 150, "{statements}");
    let (other, pool) = (stage.again().await, super::pool(&stage, 1).await);
    assert_eq!(rows(&stage, &pool, "++").await, 0);
    stage.bank = other;
    assert_eq!(used(&stage).await, i64::from(ROWS) + 1);
    stage.finish().await;
}

/// One row that cannot be read stops no other subject, wherever it stands among them, and is told once.
#[tokio::test]
async fn a_broken_row_stops_its_subject_alone() {
    let stage = shop(Kind::Postgres, 1, shown()).await;
    let pool = pool(&stage, 2).await;
    for other in ["shop1", "shop2"] {
        let opened = json!({ "account": other, "currency": "USD", "streaming": true });
        stage.ok("ledger.open_account", opened).await;
    }
    for (key, shop) in [("a", "shop"), ("b", "shop1"), ("c", "shop2"), ("d", "shop"), ("e", "shop1")] {
        let mut args = pay(0, key);
        args["to"] = shop.into();
        stage.ok(PAY, args).await;
    }
    // the subject in the middle has more of it behind what cannot be read
    let schema = &stage.options.schema;
    let broken = format!(
        "UPDATE \"{schema}\".counter SET ring = '\\x00' WHERE (book, rule, subject) IN (SELECT book, rule, subject \
         FROM \"{schema}\".counter WHERE starts_with(rule, '++') ORDER BY subject OFFSET 1 LIMIT 1)"
    );
    let log = Log::begin();
    assert_eq!(sqlx::query(AssertSqlSafe(broken)).execute(&pool).await.unwrap().rows_affected(), 1);
    for _ in 0..3 {
        stage.ok("jobs.run_due", json!({})).await;
    }
    let said = log.end();
    let left = format!(
        "SELECT count(DISTINCT split_part(subject, '/', 1)) FROM \"{schema}\".counter WHERE starts_with(rule, '++')"
    );
    let left: i64 = sqlx::query_scalar(AssertSqlSafe(left)).fetch_one(&pool).await.unwrap();
    assert_eq!(left, 1, "what cannot be read is left for who looks into it, and nothing else");
    assert_eq!(rows(&stage, &pool, "+").await - rows(&stage, &pool, "++").await, 2);
    assert_eq!(said.matches("was not added up").count(), 1, "{said}");
}

/// More than a page of what cannot be read does not hide what stands behind it.
#[tokio::test(flavor = "multi_thread")]
async fn what_stands_behind_broken_rows_is_added_up() {
    let stage = shop(Kind::Postgres, 1, shown()).await;
    let pool = pool(&stage, 2).await;
    stage.ok(PAY, pay(0, "a")).await;
    wait_too(&stage, &pool, 0..1_100).await;
    // as of another subject, before and behind the one that is there
    for first in ["0", "g"] {
        let broken = format!(
            "UPDATE \"{0}\".counter SET ring = '\\x00', subject = $1 || subject WHERE (book, rule, subject) IN \
             (SELECT book, rule, subject FROM \"{0}\".counter WHERE starts_with(rule, '++') AND length(ring) > 1 LIMIT 500)",
            stage.options.schema
        );
        sqlx::query(AssertSqlSafe(broken)).bind(first).execute(&pool).await.unwrap();
    }
    wait_too(&stage, &pool, 2_000..3_100).await;
    stage.ok("jobs.run_due", json!({})).await;
    assert_eq!(rows(&stage, &pool, "++").await, 1_000);
}

/// A process without a background adds up itself where its calls read much that waits.
#[tokio::test(flavor = "multi_thread")]
async fn calls_that_read_much_have_it_added_up() {
    let stage = shop(Kind::Postgres, 1, shown()).await;
    let pool = pool(&stage, 2).await;
    stage.ok(PAY, pay(0, "a")).await;
    wait_too(&stage, &pool, 0..100).await;
    stage.ok(PAY, pay(0, "b")).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(rows(&stage, &pool, "++").await, 102, "so few are left to others");
    wait_too(&stage, &pool, 100..300).await;
    stage.ok(PAY, pay(0, "c")).await;
    for _ in 0..1_000 {
        if rows(&stage, &pool, "++").await <= 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(rows(&stage, &pool, "++").await <= 1, "the call itself may come after it");
    assert_eq!(used(&stage).await, 303);
    stage.finish().await;
}

/// A count that a process leaves is seen by the next, and added up soon by any that has a background,
/// though it has judged no call.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_process_leaves_is_counted_and_added_up_by_others() {
    let mut stage = shop(Kind::Postgres, 2, json!({ "limit": 3 })).await;
    let pool = pool(&stage, 2).await;
    for key in ["a", "b"] {
        stage.ok(PAY, pay(0, key)).await;
    }
    stage.bank.close().await;
    assert_eq!(rows(&stage, &pool, "++").await, 2);
    stage.bank = stage.again().await;
    stage.ok(PAY, pay(1, "c")).await;
    let told = stage.no_matter(PAY, pay(1, "d"), "velocity_blocked").await;
    assert_eq!(told["used"], 3);
    assert_eq!(rows(&stage, &pool, "++").await, 3);
    let options = stage.options.clone().background(true);
    let worker = Engine::open_with(&stage.url, options).await.unwrap();
    until_added_up(&stage, &pool).await;
    let told = stage.no_matter(PAY, pay(1, "d"), "velocity_blocked").await;
    assert_eq!(told["used"], 3);
    worker.close().await;
    stage.finish().await;
}

/// Books in which nothing waits cost nothing, however many they are: a pass asks once which have something.
#[tokio::test(flavor = "multi_thread")]
async fn books_in_which_nothing_waits_are_not_looked_at() {
    let stage = Stage::apart(Kind::Postgres).await;
    let asked = async |books: Range<u32>| {
        for n in books {
            let bank = stage.bank.book(&format!("b{n}")).unwrap();
            let args = json!({ "account": "alice", "amount": "1.00 USD", "key": "t" });
            bank.call("ledger.top_up", args).await.unwrap();
        }
        let before = stage.bank.store().counted().round_trips;
        stage.ok("jobs.run_due", json!({})).await;
        stage.bank.store().counted().round_trips - before
    };
    let (few, many) = (asked(0..5).await, asked(5..45).await);
    println!("{few} round trips with 5 books, {many} with 45");
    // one for each book is for old marks of commits
    assert!(many - few <= 40, "{few}, {many}");
    stage.finish().await;
}
